//! Folders of the user who builds: kept out of what is built, and looked for in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// What cargo takes several flags from, and what it separates them by: a folder's name may have spaces.
const RUST_FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
const SEPARATOR: &str = "\u{1f}";

/// Folders that a compiler names where it is not told otherwise, each with what it says in its place.
#[derive(Debug)]
pub(crate) struct Traces(Vec<(PathBuf, &'static str)>);

impl Traces {
    /// Those of a checkout, of the compiler's own folder, and of cargo's.
    pub(crate) fn of(checkout: &Path, sysroot: Option<PathBuf>) -> Self {
        let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
        let cargo = cargo.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        let mut folders = vec![(checkout.to_owned(), ".")];
        folders.extend(cargo.map(|folder| (folder, "cargo")));
        folders.extend(sysroot.map(|folder| (folder, "rust")));
        Self(folders)
    }

    /// Has cargo compile without them, with these flags besides.
    pub(crate) fn keep_out<'a>(&self, command: &'a mut Command, flags: &[&str]) -> &'a mut Command {
        let rust = self.flags("--remap-path-prefix=").into_iter().chain(flags.iter().map(|&flag| flag.to_owned()));
        let c: Vec<_> = self.flags("-ffile-prefix-map=").iter().map(|flag| format!("'{flag}'")).collect();
        command
            .env(RUST_FLAGS, rust.collect::<Vec<_>>().join(SEPARATOR))
            .env("CFLAGS", c.join(" "))
            .env("CC_SHELL_ESCAPED_FLAGS", "1")
    }

    fn flags(&self, flag: &str) -> Vec<String> {
        self.0.iter().map(|(folder, name)| format!("{flag}{}={name}", folder.display())).collect()
    }

    /// Fails where one of them, or the user's home folder, stands in a file.
    pub(crate) fn check(&self, files: &[PathBuf]) -> Result<()> {
        let home = env::home_dir().filter(|home| home.components().count() > 1);
        let folders: Vec<_> = self.0.iter().map(|(folder, _)| folder.clone()).chain(home).collect();
        let mut found = Vec::new();
        for file in files {
            let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            let named = folders.iter().filter(|folder| names(&bytes, folder));
            found.extend(named.map(|folder| format!("{} names {}", file.display(), folder.display())));
        }
        if !found.is_empty() {
            bail!("folders of this machine stand in what is given on:\n  {}", found.join("\n  "));
        }
        Ok(())
    }
}

/// Whether these bytes have the name of a folder, followed by something in it.
fn names(bytes: &[u8], folder: &Path) -> bool {
    let name = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    bytes.windows(name.len()).any(|part| part == name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_kept_out_even_with_spaces_in_their_names() {
        let traces = Traces(vec![("/a b".into(), "."), ("/c".into(), "cargo")]);
        let mut command = Command::new("cargo");
        traces.keep_out(&mut command, &["-Cx"]);
        let of = |name: &str| {
            let value = command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value);
            value.map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let flags = ["--remap-path-prefix=/a b=.", "--remap-path-prefix=/c=cargo", "-Cx"];
        assert_eq!(of(RUST_FLAGS).split(SEPARATOR).collect::<Vec<_>>(), flags);
        assert_eq!(of("CFLAGS"), "'-ffile-prefix-map=/a b=.' '-ffile-prefix-map=/c=cargo'");
    }

    #[test]
    fn a_folder_that_is_named_is_found() {
        let file = env::temp_dir().join(format!("xtask-traces-{}", std::process::id()));
        let traces = Traces(vec![("/somewhere/x".into(), ".")]);
        for (text, is_good) in
            [("\0/somewhere/x/src/a.rs\0", false), ("/somewhere/xy", true), ("/somewhere/x", true), ("", true)]
        {
            fs::write(&file, text).expect("it can be written");
            assert_eq!(traces.check(std::slice::from_ref(&file)).is_ok(), is_good, "{text}");
        }
        fs::remove_file(file).expect("it can be removed");
    }
}
