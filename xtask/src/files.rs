//! The contents of files, and whether the built page is still the one that they would give.
//!
//! Contents decide, not dates: a checkout of another branch and back changes dates only, and
//! `trunk serve` may have put a page for development where the release one was.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// A short name for the contents of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Fingerprints files and folders under `root`, by their names there and their contents.
    /// What does not exist counts as absent, so its appearance changes the fingerprint.
    ///
    /// `facts` count as well: what else decides about the outcome, such as the compiler's version.
    pub fn of(root: &Path, parts: &[&str], facts: &[String]) -> io::Result<Self> {
        let mut hasher = DefaultHasher::new();
        facts.hash(&mut hasher);
        for part in parts {
            for file in files_under(&root.join(part))? {
                file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
                fs::read(&file)?.hash(&mut hasher);
            }
        }
        Ok(Self(format!("{:016x}", hasher.finish())))
    }
}

/// What the page was built from and what came of it, kept in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The sources.
    pub sources: Fingerprint,
    /// The built page.
    pub built: Fingerprint,
}

impl Stamp {
    /// Reads a stamp; none where it is missing or unreadable, which only means one build too many.
    pub fn read(file: &Path) -> Option<Self> {
        let text = fs::read_to_string(file).ok()?;
        let (sources, built) = text.trim().split_once(' ')?;
        Some(Self { sources: Fingerprint(sources.to_owned()), built: Fingerprint(built.to_owned()) })
    }

    /// Writes the stamp.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        if let Some(dir) = file.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(file, format!("{} {}\n", self.sources.0, self.built.0))
    }
}

/// Every file of a folder and its folders, sorted; the path itself where it is a file.
pub fn files_under(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_file() {
        found.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            found.extend(files_under(&entry?.path())?);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for one test, gone afterwards.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(dir.join("src/view")).expect("a folder can be made");
            fs::write(dir.join("src/lib.rs"), "one").expect("a file can be written");
            fs::write(dir.join("src/view/table.rs"), "two").expect("a file can be written");
            Self(dir)
        }

        fn fingerprint(&self) -> Fingerprint {
            self.fingerprint_with("")
        }

        fn fingerprint_with(&self, fact: &str) -> Fingerprint {
            Fingerprint::of(&self.0, &["src", "index.html"], &[fact.to_owned()]).expect("the files are readable")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_fingerprint_follows_contents_and_names() {
        let scratch = Scratch::new("follows");
        let first = scratch.fingerprint();
        fs::write(scratch.0.join("src/lib.rs"), "one").expect("it can be written");
        assert_eq!(first, scratch.fingerprint(), "the same contents, a newer date");
        fs::write(scratch.0.join("src/view/table.rs"), "2").expect("it can be written");
        let second = scratch.fingerprint();
        assert_ne!(first, second, "other contents, deep down");
        fs::write(scratch.0.join("index.html"), "").expect("it can be written");
        let third = scratch.fingerprint();
        assert_ne!(second, third, "a new file");
        fs::rename(scratch.0.join("src/lib.rs"), scratch.0.join("src/main.rs")).expect("it moves");
        let fourth = scratch.fingerprint();
        assert_ne!(third, fourth, "another name");
        assert_ne!(fourth, scratch.fingerprint_with("rustc 1.97.0"), "another compiler");
    }

    #[test]
    fn a_stamp_survives_its_file() {
        let scratch = Scratch::new("stamp");
        let file = scratch.0.join("deep/page.stamp");
        assert_eq!(Stamp::read(&file), None);
        let stamp = Stamp { sources: scratch.fingerprint(), built: Fingerprint("0".into()) };
        stamp.write(&file).expect("it can be written");
        assert_eq!(Stamp::read(&file), Some(stamp));
        fs::write(&file, "nonsense").expect("it can be written");
        assert_eq!(Stamp::read(&file), None);
    }
}
