//! The Rust that builds the page: one that has the standard library for WebAssembly.
//!
//! Two routes lead there. Where rustup reaches its server, it adds the target to the default toolchain. Where only package
//! registries are reached, Debian's packages bring a compiler and the standard library's source, which is then built for
//! WebAssembly once, into a toolchain of its own in the project's cache: nothing is written into the system's folders.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::apt::{self, Wanted};
use crate::traces::Traces;
use crate::version::Version;
use xtask::process::{self, command};
use xtask::{WASM, project};

/// The first Rust that the project's crates compile with (`rust-version` in Cargo.toml): it can leave out what tells of
/// panics, see [`Toolchain::for_release`].
pub(crate) const MINIMUM: Version = Version(1, 92);

/// Where Debian's Rust lives.
const DEBIAN_PREFIX: &str = "/usr";

/// Debian's packages: a compiler recent enough for browsers, and the standard library's source.
/// The linker's package is added to these, as its name holds the version of LLVM.
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web"];

/// What makes the compiler leave out all that tells of panics.
const RELEASE_FLAGS: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// The parts of the standard library that are built: what the page needs, and what its tests need.
const STD_CRATES: &str = "std,panic_abort,test";

/// A Rust that can build the page, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that plain `cargo` gives.
    Default,
    /// Debian's compiler with the standard library for WebAssembly: this folder of the project's cache, laid out as any
    /// toolchain is.
    Debian(PathBuf),
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
}

impl Toolchain {
    /// Finds a Rust that can build the page, without installing anything.
    fn find(wish: Wish) -> Result<Option<Self>> {
        if wish != Wish::Debian && Self::Default.can_build() {
            return Ok(Some(Self::Default));
        }
        let debian = debian_compiler().filter(|it| it.version >= MINIMUM && wish != Wish::Rustup);
        let Some(compiler) = debian else { return Ok(None) };
        let found = Self::Debian(compiler.home()?);
        Ok(found.can_build().then_some(found))
    }

    /// Finds a Rust that can build the page, installing one where none is.
    pub(crate) fn ensure() -> Result<Self> {
        let wish = Wish::from_env()?;
        if let Some(found) = Self::find(wish)? {
            return Ok(found);
        }
        let mut hint = format!(
            "install rustup from https://rustup.rs, then run `rustup target add {WASM}` and `rustup component add rust-src`"
        );
        if wish != Wish::Debian && has_rustup() {
            match add_target() {
                Ok(()) if Self::Default.can_build() => return Ok(Self::Default),
                Ok(()) => eprintln!("rustup added the target, but it cannot be used"),
                Err(error) => eprintln!("{error:#}"),
            }
            hint = format!(
                "run `rustup target add {WASM}` and `rustup component add rust-src` where rustup can reach its \
                 server, with Rust {MINIMUM} or newer as the default"
            );
        }
        if wish != Wish::Rustup && has_apt() {
            return install_debian();
        }
        bail!("there is no Rust that can build for {WASM}: {hint}");
    }

    /// Installs what comes from Debian's packages and nothing else, where this machine needs them.
    pub(crate) fn ensure_packages() -> Result<()> {
        let wish = Wish::from_env()?;
        if wish != Wish::Rustup && has_apt() && Self::find(wish)?.is_none() { install_packages() } else { Ok(()) }
    }

    /// Removes what was compiled against another standard library: cargo tells compilers apart, and not their libraries.
    pub(crate) fn forget_others(&self, target_dir: &Path) -> Result<()> {
        let (stamp, name) = (target_dir.join("tokendeck-toolchain.stamp"), format!("{self:?}"));
        let compiled = target_dir.join(WASM);
        if compiled.exists() && fs::read_to_string(&stamp).ok().as_ref() != Some(&name) {
            fs::remove_dir_all(&compiled).with_context(|| format!("cannot remove {}", compiled.display()))?;
        }
        fs::create_dir_all(target_dir)?;
        fs::write(&stamp, name).with_context(|| format!("cannot write {}", stamp.display()))
    }

    /// A command that runs with this Rust, and whose own children do.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = command(program);
        if let Self::Debian(home) = self {
            command.env("PATH", first_on_path(&home.join("bin")));
            // Where rustup's programs are called all the same, they lead here, too.
            command.env("RUSTUP_TOOLCHAIN", home);
            command.env("SYSROOT", home);
        }
        command
    }

    /// `cargo` with this Rust.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Default => self.command("cargo"),
            Self::Debian(home) => self.command(home.join("bin/cargo")),
        }
    }

    /// The folder of its programs; none where plain `cargo` is one of them already.
    pub(crate) fn bin(&self) -> Option<PathBuf> {
        match self {
            Self::Default => None,
            Self::Debian(home) => Some(home.join("bin")),
        }
    }

    /// What a person who runs cargo or trunk by hand exports besides a PATH; none where nothing is needed.
    pub(crate) fn by_hand(&self) -> Option<String> {
        match self {
            Self::Default => None,
            Self::Debian(home) => Some(format!("RUSTUP_TOOLCHAIN={0} SYSROOT={0}", home.display())),
        }
    }

    /// What `rustc -vV` says: another compiler makes another page.
    pub(crate) fn version(&self) -> Result<String> {
        process::read(self.rustc().arg("-vV")).context("rustc does not run")
    }

    fn rustc(&self) -> Command {
        match self {
            Self::Default => self.command("rustc"),
            Self::Debian(home) => self.command(home.join("bin/rustc")),
        }
    }

    /// Has cargo, or what calls it, build the release page: with a standard library that is compiled like the page itself,
    /// and without what tells of panics. A panic ends the page all the same, and the recovery page shows where; texts and
    /// their formatting would be a tenth of what everybody downloads. A compiler that does not know how builds the page
    /// without, see [`Toolchain::makes_small_releases`]. No folder of this machine is named in it.
    pub(crate) fn for_release<'a>(&self, checkout: &Path, command: &'a mut Command) -> &'a mut Command {
        let traces = self.traces(checkout);
        if !self.makes_small_releases() {
            return traces.keep_out(command, &[]);
        }
        traces
            .keep_out(command, &RELEASE_FLAGS)
            // Both are for nightly compilers as yet.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            // Neither unwinding nor what prints a stack.
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "default")
    }

    /// The folders that it would name in what it compiles of a checkout.
    pub(crate) fn traces(&self, checkout: &Path) -> Traces {
        let sysroot = process::read(self.rustc().args(["--print", "sysroot"]));
        Traces::of(checkout, sysroot.map(|it| PathBuf::from(it.trim())))
    }

    /// Whether it takes what makes a release small, which no stable compiler promises. Asked once; says so where it is not.
    pub(crate) fn makes_small_releases(&self) -> bool {
        static KNOWN: OnceLock<bool> = OnceLock::new();
        *KNOWN.get_or_init(|| {
            let knows = self.knows_release_flags();
            if !knows {
                eprintln!(
                    "Warning: this Rust does not take {} or -Zbuild-std. The release page is built without: it is larger, \
                     and is not held to its budgets.",
                    RELEASE_FLAGS.join(" ")
                );
            }
            knows
        })
    }

    fn knows_release_flags(&self) -> bool {
        let knows = |command: &mut Command| process::read(command.env("RUSTC_BOOTSTRAP", "1"));
        let compiler = || knows(self.rustc().args(RELEASE_FLAGS).args(["--print", "cfg", "--target", WASM]));
        let cargo = || knows(self.cargo().args(["-Z", "help"]));
        compiler().is_some() && cargo().is_some_and(|it| it.contains(" build-std "))
    }

    /// Whether it is recent enough, has the standard library's source for the release page, and can compile and link a
    /// small program for WebAssembly. Only trying tells: a standard library left by an older compiler looks just like a
    /// good one.
    fn can_build(&self) -> bool {
        let is_new = || self.version().ok().and_then(|it| Compiler::parse(&it)).is_some_and(|it| it.version >= MINIMUM);
        let has_source = || {
            process::read(self.rustc().args(["--print", "sysroot"]))
                .is_some_and(|it| Path::new(&it).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists())
        };
        is_new() && has_source() && self.can_link()
    }

    fn can_link(&self) -> bool {
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

/// What calls one of Debian's programs for a toolchain in the cache. Not `sh`: Debian's drops variables with a hyphen in
/// their names, and cargo tells tests by such where programs lie.
const WRAPPER: &str = "#!/bin/bash\nsysroot='SYSROOT'\nSYSROOT=\"$sysroot\" exec PROGRAM \"$@\"\n";

/// A script that calls a program of Debian's, and tells it where the toolchain lies.
fn wrapper(home: &Path, program: &str) -> String {
    let program = format!("{DEBIAN_PREFIX}/bin/{program}");
    WRAPPER.replace("PROGRAM", &program).replacen("'SYSROOT'", &format!("'{}'", home.display()), 1)
}

/// What `rustc -vV` tells of a compiler.
#[derive(Debug, PartialEq, Eq)]
struct Compiler {
    version: Version,
    /// Such as `x86_64-unknown-linux-gnu`.
    host: String,
    /// Major version of the LLVM that it was built with.
    llvm: u32,
    /// All of it.
    text: String,
}

impl Compiler {
    fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "));
        Some(Self {
            version: Version::parse(field("release")?)?,
            host: field("host")?.to_owned(),
            llvm: Version::parse(field("LLVM version")?)?.0,
            text: text.to_owned(),
        })
    }

    /// The folder of the toolchain that is made of this compiler: another build of it gets another one.
    fn home(&self) -> Result<PathBuf> {
        let mut hasher = DefaultHasher::new();
        (&self.text, STD_CRATES, WRAPPER).hash(&mut hasher);
        Ok(project::cache_dir()?.join(format!("rust-{}-{:08x}", self.version, hasher.finish() >> 32)))
    }
}

/// Debian's compiler, where it is installed.
fn debian_compiler() -> Option<Compiler> {
    let rustc = format!("{DEBIAN_PREFIX}/bin/rustc");
    // A link there may lead to rustup's.
    let is_debian = Path::new(DEBIAN_PREFIX).join("lib/rustlib").exists() && Path::new(&rustc).exists();
    is_debian.then(|| process::read(command(rustc).arg("-vV")))?.and_then(|it| Compiler::parse(&it))
}

fn has_rustup() -> bool {
    !process::on_path("rustup").is_empty()
}

/// Whether packages can come from Debian.
pub(crate) fn has_apt() -> bool {
    !process::on_path("apt-get").is_empty()
}

fn first_on_path(dir: &Path) -> std::ffi::OsString {
    let mut path = dir.as_os_str().to_owned();
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

fn install_packages() -> Result<()> {
    apt::ensure("Debian's recent Rust, with the standard library's source (about 20 s)", || {
        let rust = DEBIAN_PACKAGES.iter().map(|it| Wanted::at_least(*it, MINIMUM));
        rust.chain(apt::linker_of_candidate()).collect()
    })
}

/// Installs Debian's Rust and makes a toolchain of it that knows WebAssembly.
fn install_debian() -> Result<Toolchain> {
    install_packages()?;
    let compiler = debian_compiler().context("Debian's rustc is installed and does not run")?;
    // Only the compiler itself can tell for sure which linker is its own.
    let lld = format!("lld-{}", compiler.llvm);
    apt::ensure("the linker for WebAssembly", || vec![Wanted::any(lld.as_str())])?;
    let home = compiler.home()?;
    let made = Toolchain::Debian(home.clone());
    if !made.can_build() {
        build_toolchain(&compiler, &home)?;
        if !made.can_build() {
            bail!("Debian's Rust is installed, but cannot build for {WASM}");
        }
    }
    Ok(made)
}

/// Makes a folder that is laid out as toolchains are: Debian's programs, told to look there, what Debian has of
/// libraries, the linker where rustc looks for it, and the standard library for WebAssembly.
fn build_toolchain(compiler: &Compiler, home: &Path) -> Result<()> {
    eprintln!("Building the standard library for WebAssembly, this once (about half a minute) …");
    let begin = Instant::now();
    // Beside its place, so that a folder of that name is always whole.
    let work = home.with_extension(format!("new-{}", std::process::id()));
    let built = lay_out(compiler, home, &work)
        .and_then(|()| build_std(&work, &work.join("lib/rustlib").join(WASM).join("lib")))
        .and_then(|()| {
            let _ = fs::remove_dir_all(home);
            fs::rename(&work, home).with_context(|| format!("cannot make {}", home.display()))
        });
    let _ = fs::remove_dir_all(&work);
    // Where it went wrong, another clone may have been faster.
    if built.is_err() && !Toolchain::Debian(home.to_owned()).can_build() {
        return built;
    }
    eprintln!("… the standard library took {}", process::seconds_since(begin));
    Ok(())
}

#[cfg(unix)]
fn lay_out(compiler: &Compiler, home: &Path, work: &Path) -> Result<()> {
    use std::os::unix::fs::symlink;

    let prefix = Path::new(DEBIAN_PREFIX);
    let bin = work.join("bin");
    fs::create_dir_all(&bin)?;
    for program in ["cargo", "cargo-fmt", "rustfmt"] {
        symlink(prefix.join("bin").join(program), bin.join(program))?;
    }
    // They look for libraries where they lie themselves, unless they are told.
    for (program, told) in [
        ("rustc", "rustc --sysroot \"$sysroot\""),
        ("rustdoc", "rustdoc --sysroot \"$sysroot\""),
        ("clippy-driver", "clippy-driver"),
        ("cargo-clippy", "cargo-clippy"),
    ] {
        process::write_script(&bin.join(program), &wrapper(home, told))?;
    }
    let (theirs, ours) = (prefix.join("lib/rustlib"), work.join("lib/rustlib"));
    link_all(&theirs, &ours, &[&compiler.host, WASM])?;
    link_all(&theirs.join(&compiler.host), &ours.join(&compiler.host), &["bin"])?;
    let tools = ours.join(&compiler.host).join("bin");
    fs::create_dir_all(&tools)?;
    symlink(prefix.join("bin").join(format!("lld-{}", compiler.llvm)), tools.join("rust-lld"))?;
    Ok(())
}

#[cfg(not(unix))]
fn lay_out(_: &Compiler, _: &Path, _: &Path) -> Result<()> {
    bail!("Debian's Rust runs on Debian")
}

/// Links what is in a folder into another, but for what gets a folder of its own there.
#[cfg(unix)]
fn link_all(from: &Path, to: &Path, without: &[&str]) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if !without.iter().any(|it| entry.file_name() == **it) {
            std::os::unix::fs::symlink(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Builds the standard library for WebAssembly with Debian's compiler, in an empty crate.
fn build_std(work: &Path, destination: &Path) -> Result<()> {
    let krate = work.join("empty");
    fs::create_dir_all(krate.join("src"))?;
    fs::write(krate.join("src/lib.rs"), "")?;
    fs::write(krate.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n")?;
    let target = krate.join("target");
    let mut cargo = command(format!("{DEBIAN_PREFIX}/bin/cargo"));
    cargo
        .current_dir(&krate)
        .env("PATH", first_on_path(&Path::new(DEBIAN_PREFIX).join("bin")))
        // Debian's compiler is a stable one, and -Zbuild-std is for nightly ones.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without embedded bitcode a build with LTO fails.
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cdebuginfo=0")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_BUILD_TARGET_DIR")
        .args(["build", "--release", "--target", WASM])
        .arg(format!("-Zbuild-std={STD_CRATES}"))
        // Neither unwinding nor what prints a stack: the page has neither.
        .arg("-Zbuild-std-features=");
    process::run_watched("the standard library", &mut cargo)?;
    fs::create_dir_all(destination)?;
    for entry in fs::read_dir(target.join(WASM).join("release/deps"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::rename(&file, destination.join(name))?;
        }
    }
    fs::remove_dir_all(krate)?;
    Ok(())
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
        let compiler = Compiler::parse(DEBIAN).expect("it is one");
        assert_eq!(compiler.version, Version(1, 96));
        assert_eq!((compiler.host.as_str(), compiler.llvm), ("x86_64-unknown-linux-gnu", 22));
        let nightly = DEBIAN.replace("release: 1.96.0", "release: 1.97.0-nightly");
        assert_eq!(Compiler::parse(&nightly).map(|it| it.version), Some(Version(1, 97)));
        assert_eq!(Compiler::parse("rustc 1.63.0"), None);
    }

    #[test]
    fn another_compiler_gets_another_toolchain() {
        let home = |text: &str| Compiler::parse(text).expect("it is one").home().expect("there is a cache");
        assert_eq!(home(DEBIAN), home(DEBIAN));
        assert_ne!(home(DEBIAN), home(&DEBIAN.replace("2026-05-25", "2026-06-01")));
    }

    #[test]
    fn the_minimum_is_the_one_in_the_manifest() {
        let project = project::Project::find().expect("the tests run in the checkout");
        let manifest = fs::read_to_string(project.path("Cargo.toml")).expect("it is readable");
        let line = format!("rust-version = \"{MINIMUM}\"");
        assert!(manifest.contains(&line), "Cargo.toml does not say {line}");
    }

    #[test]
    fn what_was_compiled_against_another_library_is_removed() {
        let dir = env::temp_dir().join(format!("xtask-forget-{}", std::process::id()));
        let compiled = dir.join(WASM).join("start");
        fs::create_dir_all(&compiled).expect("it can be made");
        let (one, other) = (Toolchain::Debian("one".into()), Toolchain::Debian("other".into()));
        one.forget_others(&dir).expect("it can be removed");
        assert!(!compiled.exists(), "it is unknown what it was compiled against");
        fs::create_dir_all(&compiled).expect("it can be made");
        one.forget_others(&dir).expect("it can be left");
        assert!(compiled.exists(), "the same one");
        other.forget_others(&dir).expect("it can be removed");
        assert!(!compiled.exists(), "another one");
        fs::remove_dir_all(dir).expect("it can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn a_compiler_is_asked_whether_it_knows_the_flags_of_a_release() {
        let home = env::temp_dir().join(format!("xtask-flags-{}", std::process::id()));
        fs::create_dir_all(home.join("bin")).expect("it can be made");
        let place = |name: &str, script: &str| {
            let text = format!("#!/bin/sh\n{script}\n");
            process::write_script(&home.join("bin").join(name), &text).expect("it can be written");
        };
        let toolchain = Toolchain::Debian(home.clone());
        let refuses = "case \"$*\" in *immediate-abort*) exit 1;; esac";
        for (rustc, cargo, knows) in [
            ("exit 0", "echo '    -Z build-std    Compile it'", true),
            (refuses, "echo '    -Z build-std    Compile it'", false),
            ("exit 0", "echo '    -Z avoid-dev-deps    Avoid them'", false),
        ] {
            place("rustc", rustc);
            place("cargo", cargo);
            assert_eq!(toolchain.knows_release_flags(), knows, "{rustc}, {cargo}");
        }
        fs::remove_dir_all(home).expect("it can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn a_wrapper_hands_on_every_variable() {
        let file = env::temp_dir().join(format!("xtask-wrapper-{}", std::process::id()));
        process::write_script(&file, &wrapper(Path::new("/a toolchain"), "env")).expect("it can be written");
        let told = process::read(Command::new(&file).env("CARGO_BIN_EXE_a-b", "c")).expect("it runs");
        fs::remove_file(file).expect("it can be removed");
        assert!(told.lines().any(|it| it == "CARGO_BIN_EXE_a-b=c"), "{told}");
        assert!(told.lines().any(|it| it == "SYSROOT=/a toolchain"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_linked_but_for_what_gets_its_own() {
        let dir = env::temp_dir().join(format!("xtask-link-{}", std::process::id()));
        for name in ["from/a", "from/b"] {
            fs::create_dir_all(dir.join(name)).expect("it can be made");
        }
        link_all(&dir.join("from"), &dir.join("to"), &["b"]).expect("it can be linked");
        assert!(dir.join("to/a").is_symlink() && !dir.join("to/b").exists());
        fs::remove_dir_all(dir).expect("it can be removed");
    }
}
