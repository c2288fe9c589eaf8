//! The archive: the page, what its host needs, the licences and the bill of materials, and the checksums of all of that. The
//! same files make the same archive: sorted, of one owner, with one time.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use xtask::files::files_under;
use xtask::project::Project;

/// What the checksums are called, in the archive and beside it.
const SUMS: &str = "SHA256SUMS";

/// Packs what lies in `dist` into `dist/tokendeck-VERSION.tar.gz`, and writes the checksums of the archive and of the other
/// files there beside it. `time` is that of every file, in seconds since 1970: hosts tell browsers by it whether a file has
/// changed, so each release has another one.
pub(crate) fn pack(project: &Project, dist: &Path, time: u64) -> Result<()> {
    let name = format!("tokendeck-{}", env!("CARGO_PKG_VERSION"));
    let mut files = Vec::new();
    let mut add = |path: &str, file: &Path| -> Result<()> {
        for file in files_under(file)? {
            let below = file.strip_prefix(dist).or_else(|_| file.strip_prefix(project.root()))?;
            let path = if path.is_empty() { below.to_string_lossy().replace('\\', "/") } else { path.to_owned() };
            files.push((path, fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?));
        }
        Ok(())
    };
    for part in ["page", "tokendeck.cdx.json"] {
        add("", &dist.join(part))?;
    }
    for part in ["deploy", "docs/proxy.md", "LICENSE", "SECURITY.md"] {
        add("", &project.path(part))?;
    }
    add("README.md", &project.path("deploy/README.md"))?;
    files.retain(|(path, _)| path != "deploy/README.md");
    let archive = dist.join(format!("{name}.tar.gz"));
    fs::write(&archive, packed(&name, files, time)?).with_context(|| format!("cannot write {}", archive.display()))?;
    let beside = fs::read_dir(dist)?.filter_map(|it| it.ok().map(|it| it.path()));
    let mut beside: Vec<_> = beside.filter(|it| it.is_file() && !it.ends_with(SUMS)).collect();
    beside.sort();
    let mut sums = Vec::new();
    for file in beside {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        sums.push((name, fs::read(&file)?));
    }
    fs::write(dist.join(SUMS), checksums(&sums))?;
    Ok(())
}

/// The bytes of an archive with these files in a folder of that name, and with their checksums.
fn packed(folder: &str, mut files: Vec<(String, Vec<u8>)>, time: u64) -> Result<Vec<u8>> {
    files.sort();
    files.push((SUMS.into(), checksums(&files).into_bytes()));
    files.sort();
    // No name and no time of its own.
    let gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for (path, bytes) in &files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(time);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, format!("{folder}/{path}"), bytes.as_slice())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    Ok(gzip.finish()?)
}

/// Lines as `sha256sum --check` reads them.
fn checksums(files: &[(String, Vec<u8>)]) -> String {
    files.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use super::*;

    fn unpacked(archive: &[u8]) -> BTreeMap<String, String> {
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
        let mut files = BTreeMap::new();
        for entry in tar.entries().expect("an archive") {
            let mut entry = entry.expect("an entry");
            let header = entry.header();
            let facts = (header.mtime().ok(), header.uid().ok(), header.gid().ok(), header.mode().ok());
            assert_eq!(facts, (Some(1_700_000_000), Some(0), Some(0), Some(0o644)));
            let path = entry.path().expect("a path").display().to_string();
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("a text");
            files.insert(path, text);
        }
        files
    }

    #[test]
    fn the_same_files_make_the_same_archive_in_any_order() {
        let files = [("b", "2"), ("a/c", "1")].map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let one = packed("x", files.to_vec(), 1_700_000_000).expect("it is packed");
        let other = packed("x", files.iter().rev().cloned().collect(), 1_700_000_000).expect("it is packed");
        assert_eq!(one, other);
        let sums = format!("{}  a/c\n{}  b\n", sha256(b"1"), sha256(b"2"));
        let known = [("x/SHA256SUMS", sums.as_str()), ("x/a/c", "1"), ("x/b", "2")];
        assert_eq!(unpacked(&one), known.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    }

    #[test]
    fn a_checksum_is_what_sha256sum_prints() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /// What the archive's own README says of its contents is there, and nothing else is.
    #[test]
    fn the_archive_has_what_its_readme_says() {
        let project = Project::find().expect("the tests run in the checkout");
        let dist = std::env::temp_dir().join(format!("bundler-archive-{}", std::process::id()));
        fs::create_dir_all(dist.join("page")).expect("a folder can be made");
        for file in ["page/index.html", "page/config.json", "page/licences.txt", "tokendeck.cdx.json", "tokendeck"] {
            fs::write(dist.join(file), file).expect("it can be written");
        }
        pack(&project, &dist, 1_700_000_000).expect("it is packed");
        let archive = format!("tokendeck-{}.tar.gz", env!("CARGO_PKG_VERSION"));
        let files = unpacked(&fs::read(dist.join(&archive)).expect("it is there"));
        let files: Vec<_> = files.keys().filter_map(|path| path.split_once('/')).map(|(_, path)| path).collect();
        let readme = fs::read_to_string(project.path("deploy/README.md")).expect("it is readable");
        // What stands between back quotes in its table.
        let table = readme.lines().filter(|line| line.starts_with("| `"));
        let said: Vec<_> = table.flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
        for file in &files {
            let is_said = said.iter().any(|it| it == file || file.starts_with("page/") && *it == "page/");
            assert!(is_said, "{file} is not in the table");
        }
        for path in said.iter().filter(|it| !it.starts_with(['.', 's'])) {
            assert!(files.iter().any(|file| file.starts_with(path)), "{path} is not in the archive");
        }
        let sums = fs::read_to_string(dist.join(SUMS)).expect("it is there");
        let names: Vec<_> = sums.lines().filter_map(|it| it.split_whitespace().nth(1)).collect();
        assert_eq!(names, ["tokendeck", archive.as_str(), "tokendeck.cdx.json"]);
        fs::remove_dir_all(dist).expect("it can be removed");
    }
}
