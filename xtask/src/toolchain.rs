//! The Rust that builds the page: one that has the standard library for WebAssembly.
//!
//! Two routes lead there. Where rustup reaches its server, it adds the target to the default
//! toolchain. Where only package registries are reached, Debian's packages bring a compiler and
//! the standard library's source, which is then built for WebAssembly once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::process::{self, command};
use crate::project;

/// The target of the page.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The first Rust that the project's crates compile with (`rust-version` in Cargo.toml): it can leave out what tells of
/// panics, see [`Toolchain::for_release`].
const MINIMUM: Version = Version(1, 92);

/// The name under which rustup knows Debian's Rust.
const LINKED: &str = "system";

/// Where Debian's Rust lives.
const DEBIAN_PREFIX: &str = "/usr";

/// Debian's packages: a compiler recent enough for browsers, and the standard library's source.
/// The linker's package is added to these, as its name holds the version of LLVM.
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web"];

/// Major and minor version of a compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

/// What a Rust is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The release page, which brings a standard library of its own.
    Page,
    /// Debug builds and tests, too: with the standard library for WebAssembly in its place.
    Everything,
}

/// A Rust that can build the page, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that plain `cargo` gives.
    Default,
    /// Debian's, linked into rustup.
    Linked,
    /// Debian's, on a machine without rustup or with another cargo first on the PATH.
    Debian,
}

/// Which route the user wants, from `TOKENDECK_TOOLCHAIN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Any,
    Rustup,
    Debian,
}

impl Wish {
    fn from_env() -> Result<Self> {
        match env::var("TOKENDECK_TOOLCHAIN").as_deref() {
            Err(_) | Ok("") => Ok(Self::Any),
            Ok("rustup") => Ok(Self::Rustup),
            Ok("debian") => Ok(Self::Debian),
            Ok(other) => bail!("TOKENDECK_TOOLCHAIN is rustup or debian, not {other:?}"),
        }
    }

    fn allows(self, toolchain: &Toolchain) -> bool {
        match self {
            Self::Any => true,
            Self::Rustup => *toolchain == Toolchain::Default,
            Self::Debian => *toolchain != Toolchain::Default,
        }
    }
}

impl Toolchain {
    /// Finds a Rust that can build what is needed now, without installing anything.
    pub(crate) fn find(need: Need) -> Result<Option<Self>> {
        let wish = Wish::from_env()?;
        let all = [Self::Default, Self::Linked, Self::Debian];
        Ok(all.into_iter().filter(|it| wish.allows(it)).find(|it| it.can_build(need)))
    }

    /// Finds a Rust that can build what is needed, installing one where none is.
    pub(crate) fn ensure(need: Need) -> Result<Self> {
        if let Some(found) = Self::find(need)? {
            return Ok(found);
        }
        let wish = Wish::from_env()?;
        let mut hint = String::from(
            "install rustup from https://rustup.rs, then run `rustup target add \
             wasm32-unknown-unknown` and `rustup component add rust-src`",
        );
        if wish != Wish::Debian && has_rustup() {
            match add_target() {
                Ok(()) if Self::Default.can_build(need) => return Ok(Self::Default),
                Ok(()) => eprintln!("rustup added the target, but it cannot be used"),
                Err(error) => eprintln!("{error:#}"),
            }
            hint = format!(
                "run `rustup target add {WASM}` and `rustup component add rust-src` where rustup can reach its \
                 server, with Rust {}.{} or newer as the default",
                MINIMUM.0, MINIMUM.1
            );
        }
        if wish != Wish::Rustup && Path::new("/usr/bin/apt-get").exists() {
            install_debian(need)?;
            if let Some(found) = Self::find(need)? {
                return Ok(found);
            }
            bail!("Debian's Rust is installed, but cannot build for {WASM}; {hint}");
        }
        bail!("there is no Rust that can build for {WASM}: {hint}");
    }

    /// A command that runs with this Rust, and whose own children do.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = command(program);
        match self {
            Self::Default => {}
            Self::Linked => {
                command.env("RUSTUP_TOOLCHAIN", LINKED);
            }
            Self::Debian => {
                command.env("PATH", debian_first());
            }
        }
        command
    }

    /// `cargo` with this Rust.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Debian => self.command(format!("{DEBIAN_PREFIX}/bin/cargo")),
            _ => self.command("cargo"),
        }
    }

    /// Where a person who runs cargo or trunk by hand finds this Rust; none where plain `cargo`
    /// already is it.
    pub(crate) fn by_hand(&self) -> Option<String> {
        match self {
            Self::Default => None,
            Self::Linked => Some(format!("RUSTUP_TOOLCHAIN={LINKED}")),
            Self::Debian => Some(format!("PATH={DEBIAN_PREFIX}/bin:$PATH")),
        }
    }

    fn rustc(&self) -> Command {
        match self {
            Self::Debian => self.command(format!("{DEBIAN_PREFIX}/bin/rustc")),
            _ => self.command("rustc"),
        }
    }

    /// Has cargo, or what calls it, build the release page: with a standard library that is compiled like the page itself,
    /// and without what tells of panics. A panic ends the page all the same, and the recovery page shows where; texts and
    /// their formatting would be a tenth of what everybody downloads.
    pub(crate) fn for_release(command: &mut Command) -> &mut Command {
        command
            // Both are for nightly compilers as yet; every compiler has them.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            // Neither unwinding nor what prints a stack.
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "default")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort")
    }

    fn can_build(&self, need: Need) -> bool {
        if *self == Self::Linked && !has_rustup() {
            return false;
        }
        let Some(info) = process::read(self.rustc().arg("-vV")).and_then(|it| CompilerInfo::parse(&it)) else {
            return false;
        };
        info.version >= MINIMUM
            && self.has_source_and_linker(&info)
            && (need == Need::Page || self.has_standard_library())
    }

    /// Whether the standard library's source is there, and the linker for WebAssembly.
    fn has_source_and_linker(&self, info: &CompilerInfo) -> bool {
        let Some(sysroot) = process::read(self.rustc().args(["--print", "sysroot"])) else {
            return false;
        };
        let rustlib = Path::new(&sysroot).join("lib/rustlib");
        let linker = format!("{}/bin/rust-lld{}", info.host, env::consts::EXE_SUFFIX);
        rustlib.join("src/rust/library/std/Cargo.toml").exists() && rustlib.join(linker).exists()
    }

    /// Whether a small program can be compiled and linked for WebAssembly. Only that tells: a
    /// standard library left by an older compiler looks just like a good one.
    fn has_standard_library(&self) -> bool {
        let Ok(cache) = project::cache_dir() else {
            return false;
        };
        let probe = cache.join(format!("probe-{}", std::process::id()));
        let works = fs::create_dir_all(&probe)
            .and_then(|()| fs::write(probe.join("probe.rs"), "fn main() { println!(\"x\"); }"))
            .is_ok()
            && process::output(self.rustc().current_dir(&probe).args(["--edition=2024", "--target", WASM, "probe.rs"]))
                .is_ok_and(|it| it.status.success());
        let _ = fs::remove_dir_all(&probe);
        works
    }
}

/// What `rustc -vV` tells of a compiler.
#[derive(Debug, PartialEq, Eq)]
struct CompilerInfo {
    version: Version,
    /// Such as `x86_64-unknown-linux-gnu`.
    host: String,
    /// Major version of the LLVM that it was built with.
    llvm: u32,
}

impl CompilerInfo {
    fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "));
        let mut release = field("release")?.split(['.', '-']);
        Some(Self {
            version: Version(release.next()?.parse().ok()?, release.next()?.parse().ok()?),
            host: field("host")?.to_owned(),
            llvm: field("LLVM version")?.split('.').next()?.parse().ok()?,
        })
    }
}

fn has_rustup() -> bool {
    !process::on_path("rustup").is_empty()
}

/// The PATH with Debian's programs first.
fn debian_first() -> std::ffi::OsString {
    let mut path = std::ffi::OsString::from(format!("{DEBIAN_PREFIX}/bin"));
    if let Some(rest) = env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

/// Asks rustup for the target. One try only: a server that does not answer must not cost minutes.
fn add_target() -> Result<()> {
    eprintln!("Adding the WebAssembly target and the standard library's source with rustup (about 25 MB, seconds) …");
    for args in [["target", "add", WASM], ["component", "add", "rust-src"]] {
        process::run(
            command("rustup")
                .args(args)
                .env("RUSTUP_MAX_RETRIES", "0")
                // Seconds without a byte, not of the whole.
                .env("RUSTUP_DOWNLOAD_TIMEOUT", "20"),
        )
        .context("rustup could not add the target")?;
    }
    Ok(())
}

/// Installs Debian's Rust and, where that is needed, builds the standard library for WebAssembly with it.
fn install_debian(need: Need) -> Result<()> {
    let root = Privilege::find()?;
    let mut packages: Vec<_> = DEBIAN_PACKAGES.map(str::to_owned).to_vec();
    if matches!(root, Privilege::None) {
        bail!(
            "setting up Debian's Rust needs root: run `sudo -v` and start again, or run this as root. \
             It installs the packages {}, and puts the standard library for WebAssembly into \
             {DEBIAN_PREFIX}/lib/rustlib",
            packages.join(", ")
        );
    }
    if packages.iter().any(|it| !is_package_installed(it)) {
        eprintln!(
            "Installing Debian's recent Rust, with the standard library's source (about 20 s) …\n  \
             It takes the place of Debian's older rustc and cargo, where those are installed."
        );
        apt_know(&root, &packages)?;
        packages.extend(linker_package());
        apt_install(&root, &packages)?;
    }
    let debian = Toolchain::Debian;
    let text = process::read(debian.rustc().arg("-vV")).context("Debian's rustc does not run")?;
    let info = CompilerInfo::parse(&text).with_context(|| format!("`rustc -vV` said something unexpected:\n{text}"))?;
    if info.version < MINIMUM {
        bail!(
            "Debian's Rust is {}.{}, and the project needs {}.{}",
            info.version.0,
            info.version.1,
            MINIMUM.0,
            MINIMUM.1
        );
    }
    // Only the compiler itself can tell for sure which linker is its own.
    let lld = format!("lld-{}", info.llvm);
    if !is_package_installed(&lld) {
        eprintln!("Installing the linker for WebAssembly (a few seconds) …");
        apt_install(&root, std::slice::from_ref(&lld))?;
    }
    link_linker(&root, &info, &lld)?;
    if !debian.can_build(need) {
        build_std(&root)?;
    }
    if has_rustup() && !Toolchain::Linked.can_build(need) {
        process::run(command("rustup").args(["toolchain", "link", LINKED, DEBIAN_PREFIX]))?;
    }
    Ok(())
}

/// The linker that belongs to the LLVM of Debian's compiler, as far as apt can tell beforehand:
/// one call of apt is quicker than two.
fn linker_package() -> Option<String> {
    let text = process::read(command("apt-cache").args(["depends", "--recurse", "--important", "rustc-web"]))?;
    let llvm = text.lines().find_map(|it| it.strip_prefix("libllvm"))?;
    Some(format!("lld-{llvm}"))
}

/// Puts the linker where rustc looks for it: in its own sysroot.
fn link_linker(root: &Privilege, info: &CompilerInfo, lld: &str) -> Result<()> {
    let dir = format!("{DEBIAN_PREFIX}/lib/rustlib/{}/bin", info.host);
    let link = format!("{dir}/rust-lld");
    let wanted = PathBuf::from(format!("{DEBIAN_PREFIX}/bin/{lld}"));
    if fs::read_link(&link).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    process::run(root.command("mkdir").args(["-p", &dir]))?;
    process::run(root.command("ln").arg("-sfn").arg(wanted).arg(link))
}

/// Builds the standard library for WebAssembly, in an empty crate, and puts it into the sysroot.
fn build_std(root: &Privilege) -> Result<()> {
    eprintln!("Building the standard library for WebAssembly, this once (about a minute) …");
    let begin = Instant::now();
    let work = project::cache_dir()?.join("build-std");
    let krate = work.join("empty");
    fs::create_dir_all(krate.join("src"))?;
    fs::write(krate.join("src/lib.rs"), "")?;
    fs::write(krate.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")?;
    let target = work.join("target");
    process::run(
        Toolchain::Debian
            .cargo()
            .current_dir(&krate)
            // Debian's compiler is a stable one, and -Zbuild-std is for nightly ones.
            .env("RUSTC_BOOTSTRAP", "1")
            // Without embedded bitcode the release build's LTO fails.
            .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cdebuginfo=0")
            .env("CARGO_TARGET_DIR", &target)
            .args(["build", "--quiet", "--release", "--target", WASM])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro"),
    )?;
    let rlibs: Vec<_> = fs::read_dir(target.join(WASM).join("release/deps"))?
        .filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| it.extension().is_some_and(|it| it == "rlib"))
        .filter(|it| it.file_name().is_some_and(|it| !it.to_string_lossy().starts_with("libempty-")))
        .collect();
    let destination = format!("{DEBIAN_PREFIX}/lib/rustlib/{WASM}/lib");
    // An older compiler's library would be found twice.
    process::run(root.command("rm").args(["-rf", &destination]))?;
    process::run(root.command("mkdir").args(["-p", &destination]))?;
    let mut copy = root.command("cp");
    copy.args(&rlibs).arg(&destination);
    if !copy.status()?.success() {
        bail!("the standard library could not be copied to {destination}");
    }
    fs::remove_dir_all(&work)?;
    eprintln!("… the standard library took {}", process::seconds_since(begin));
    Ok(())
}

/// How this user may install packages.
#[derive(Debug)]
pub(crate) enum Privilege {
    /// Is root.
    Root,
    /// May use sudo without a password.
    Sudo,
    /// May not.
    None,
}

impl Privilege {
    /// Finds out.
    pub(crate) fn find() -> Result<Self> {
        let id = process::read(command("id").arg("-u")).context("`id -u` failed")?;
        if id == "0" {
            Ok(Self::Root)
        } else if process::output(command("sudo").args(["-n", "true"])).is_ok_and(|it| it.status.success()) {
            Ok(Self::Sudo)
        } else {
            Ok(Self::None)
        }
    }

    fn command(&self, program: &str) -> Command {
        match self {
            Self::Root => command(program),
            Self::Sudo | Self::None => {
                let mut sudo = command("sudo");
                sudo.arg("-n").arg(program);
                sudo
            }
        }
    }
}

/// Whether dpkg has the package installed.
pub(crate) fn is_package_installed(package: &str) -> bool {
    process::read(command("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_some_and(|it| it == "installed")
}

/// Makes sure that apt's lists name the packages, which they do not on a fresh machine.
fn apt_know(root: &Privilege, packages: &[String]) -> Result<()> {
    let known = packages.iter().all(|it| {
        process::read(command("apt-cache").args(["show", "--no-all-versions", it])).is_some_and(|it| !it.is_empty())
    });
    if known { Ok(()) } else { apt_update(root) }
}

fn apt_update(root: &Privilege) -> Result<()> {
    process::run_watched("apt", root.command("apt-get").arg("update"))
}

/// Installs Debian packages; refreshes apt's lists only where they do not name a package, or name
/// one that is no longer there.
pub(crate) fn apt_install(root: &Privilege, packages: &[String]) -> Result<()> {
    let by_hand = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", packages.join(" "));
    if matches!(root, Privilege::None) {
        bail!(
            "installing Debian packages needs root: run `sudo -v` and start again, or install them by hand:\n  {by_hand}"
        );
    }
    let install = || {
        process::run_watched(
            "apt",
            root.command("env")
                .arg("DEBIAN_FRONTEND=noninteractive")
                .args(["apt-get", "install", "-y", "--no-install-recommends"])
                // Another apt may be at work, as on a machine that updates itself.
                .args(["-o", "DPkg::Lock::Timeout=120"])
                .args(packages),
        )
    };
    apt_know(root, packages)
        .and_then(|()| install())
        .or_else(|_| apt_update(root).and_then(|()| install()))
        .with_context(|| format!("the packages can be installed by hand with\n  {by_hand}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &str = "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
binary: rustc
commit-hash: ac68faa20c58cbccd01ee7208bf3b6e93a7d7f96
commit-date: 2026-05-25
host: x86_64-unknown-linux-gnu
release: 1.96.0
LLVM version: 22.1.8";

    #[test]
    fn a_compiler_tells_its_version_host_and_llvm() {
        assert_eq!(
            CompilerInfo::parse(DEBIAN),
            Some(CompilerInfo { version: Version(1, 96), host: "x86_64-unknown-linux-gnu".into(), llvm: 22 })
        );
        let nightly = DEBIAN.replace("release: 1.96.0", "release: 1.97.0-nightly");
        assert_eq!(CompilerInfo::parse(&nightly).map(|it| it.version), Some(Version(1, 97)));
        assert_eq!(CompilerInfo::parse("rustc 1.63.0"), None);
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Version(1, 9) < Version(1, 88));
        assert!(Version(2, 0) > Version(1, 96));
    }

    #[test]
    fn a_wish_limits_the_routes() {
        assert!(Wish::Any.allows(&Toolchain::Linked));
        assert!(!Wish::Debian.allows(&Toolchain::Default));
        assert!(!Wish::Rustup.allows(&Toolchain::Debian));
        assert!(Wish::Rustup.allows(&Toolchain::Default));
    }

    #[test]
    fn the_minimum_is_the_one_in_the_manifest() {
        let project = project::Project::find().expect("the tests run in the checkout");
        let manifest = fs::read_to_string(project.path("Cargo.toml")).expect("it is readable");
        let line = format!("rust-version = \"{}.{}\"", MINIMUM.0, MINIMUM.1);
        assert!(manifest.contains(&line), "Cargo.toml does not say {line}");
    }
}
