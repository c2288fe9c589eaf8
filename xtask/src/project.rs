//! Where things are: the checkout, and the folder for tools that every clone shares.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The checkout that this command was started in.
#[derive(Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the checkout: cargo names it when it runs this program, else it is a parent of the
    /// working directory.
    pub fn find() -> Result<Self> {
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let start = match manifest_dir {
            Some(dir) => dir,
            None => env::current_dir().context("there is no working directory")?,
        };
        start
            .ancestors()
            .find(|it| it.join("Trunk.toml").is_file() && it.join("Cargo.lock").is_file())
            .map(|it| Self { root: it.to_owned() })
            .with_context(|| format!("{} is not in a checkout of tokendeck", start.display()))
    }

    /// The top of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder of the checkout.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo puts what it builds.
    pub fn target_dir(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR").or_else(|| env::var_os("CARGO_BUILD_TARGET_DIR")) {
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }

    /// A program of the project that was compiled for this machine.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target_dir().join(format!("debug/{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The version of a package that Cargo.lock pins.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let file = self.path("Cargo.lock");
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        locked_version(&text, package).with_context(|| format!("Cargo.lock names no version of {package}"))
    }
}

/// The folder that all clones of one user share, made when missing.
pub fn cache_dir() -> Result<PathBuf> {
    let dir = cache_path()?;
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    Ok(dir)
}

/// Where that folder is, or would be: `$XDG_CACHE_HOME/tokendeck`, else `~/.cache/tokendeck`.
pub fn cache_path() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => match env::home_dir().filter(|it| !it.as_os_str().is_empty()) {
            Some(home) => home.join(".cache"),
            None => bail!("neither XDG_CACHE_HOME nor a home folder is set"),
        },
    };
    Ok(std::path::absolute(base)?.join("tokendeck"))
}

/// Reads one package's version out of the text of a Cargo.lock. Where several versions of it are
/// locked, the last one counts, as cargo sorts them upwards.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name_line = format!("name = \"{package}\"");
    let mut found = None;
    let mut lines = lock.lines();
    while let Some(line) = lines.next() {
        if line == name_line {
            let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
            found = Some(version.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.60"

[[package]]
name = "syn"
version = "1.0.9"

[[package]]
name = "syn"
version = "2.0.1"
"#;

    #[test]
    fn versions_come_out_of_the_lock_file() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "syn").as_deref(), Some("2.0.1"));
        assert_eq!(locked_version(LOCK, "bindgen"), None);
    }

    #[test]
    fn the_lock_file_of_this_project_names_wasm_bindgen() {
        let project = Project::find().expect("the tests run in the checkout");
        let version = project.locked_version("wasm-bindgen").expect("wasm-bindgen is locked");
        assert!(version.starts_with("0.2."), "{version}");
    }
}
