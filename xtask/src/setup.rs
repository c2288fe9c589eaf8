//! Set-up: everything that a bare machine lacks, installed once and found again ever after.
//!
//! What can fail in seconds comes before what takes minutes: folders and their room, Debian's packages, then what comes
//! from npm, PyPI and crates.io; compiling comes last.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::apt::{self, Wanted};
use crate::cli::SetupOptions;
use crate::machine::{Folder, Privilege, check_folders};
use crate::toolchain::{self, Toolchain};
use crate::tools::{self, PYTHON, Tool};
use xtask::process::{self, command};
use xtask::project::{self, Project};

/// Debian's Chromium without its windows: a package of its own, in which the end-to-end tests take half the time.
const HEADLESS: &str = "chromium-headless-shell";

/// Debian's nginx, which hosts the page in a test, and what serves files packed by brotli there.
const NGINX: [&str; 2] = ["nginx", "libnginx-mod-http-brotli-static"];

/// In MB: what a first build puts into `target/` and into the cache, with some to spare.
const FOR_START: Room = Room { target: 1_500, cache: 400 };
const FOR_RELEASE: Room = Room { target: 3_000, cache: 1_200 };
const FOR_TEST: Room = Room { target: 8_000, cache: 1_500 };

/// What a set-up will write, in MB.
struct Room {
    target: u64,
    cache: u64,
}

/// A machine that can build the page.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) toolchain: Toolchain,
    /// The folders of the tools.
    dirs: Vec<PathBuf>,
}

impl Ready {
    /// A command that finds the tools and the right Rust.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        // A program is looked up in the PATH of this process, so name the file.
        let file =
            self.dirs().map(|it| it.join(program)).find(|it| it.exists()).unwrap_or_else(|| PathBuf::from(program));
        let mut command = self.toolchain.command(file);
        command.env("PATH", tools::path_with(&self.dirs().collect::<Vec<_>>())?);
        Ok(command)
    }

    fn dirs(&self) -> impl Iterator<Item = PathBuf> {
        self.toolchain.bin().into_iter().chain(self.dirs.iter().cloned())
    }

    /// What the outcome of a build depends on besides the project's files: the compiler and the tools.
    pub(crate) fn facts(&self) -> Result<Vec<String>> {
        let mut facts = vec![self.toolchain.version()?];
        // A tool of another version lies in another folder, but for those that were found on the PATH.
        for program in for_the_page().iter().flat_map(|it| it.binaries().first()) {
            if let Some(file) = self.dirs().map(|it| it.join(program)).find(|it| it.exists()) {
                facts.push(format!("{program} {}", process::read(command(file).arg("--version")).unwrap_or_default()));
            }
        }
        Ok(facts)
    }
}

/// `cargo xtask setup`.
pub(crate) fn run(project: &Project, options: &SetupOptions) -> Result<()> {
    let begin = Instant::now();
    if options.packages {
        if options.start_only {
            Toolchain::ensure_packages()?
        } else {
            ensure_packages()?
        }
        eprintln!("Debian's packages are there after {}.", process::seconds_since(begin));
        return Ok(());
    }
    let ready = if options.start_only {
        Ready { toolchain: for_start(project)?, dirs: Vec::new() }
    } else {
        for_test(project)?
    };
    eprintln!("\nSet up after {}. To run the tools by hand:", process::seconds_since(begin));
    let dirs: Vec<_> = ready.dirs().map(|it| it.display().to_string()).collect();
    if !dirs.is_empty() {
        println!("export PATH=\"{}:$PATH\"", dirs.join(":"));
    }
    if let Some(toolchain) = ready.toolchain.by_hand() {
        println!("export {toolchain}");
    }
    Ok(())
}

/// Makes sure of the Rust that `start` needs, and of the crates that it compiles.
pub(crate) fn for_start(project: &Project) -> Result<Toolchain> {
    check_room(project, &FOR_START)?;
    let (toolchain, crates) = thread::scope(|scope| {
        let crates = scope.spawn(|| fetch_crates(project));
        (Toolchain::ensure(), joined(crates.join()))
    });
    crates?;
    let toolchain = toolchain?;
    toolchain.forget_others(&project.target_dir())?;
    Ok(toolchain)
}

/// Makes sure of what pictures of the page need: the page that `start` shows, and a browser with Playwright.
pub(crate) fn for_shots(project: &Project) -> Result<Toolchain> {
    tools::check_node()?;
    ensure_packages()?;
    ensure_playwright(project)?;
    for_start(project)
}

/// Makes sure of what Trunk's own server needs.
pub(crate) fn for_serve(project: &Project) -> Result<Ready> {
    check_room(project, &FOR_START)?;
    with_tools(project, &Tool::FOR_TRUNK)
}

/// Makes sure of what the release page needs.
pub(crate) fn for_release(project: &Project) -> Result<Ready> {
    check_room(project, &FOR_RELEASE)?;
    tools::check_node()?;
    with_tools(project, &for_the_page())
}

/// What makes the release page, where all of it is there.
pub(crate) fn find_release(project: &Project, toolchain: &Toolchain) -> Result<Option<Ready>> {
    let dirs: Option<Vec<_>> = for_the_page().into_iter().map(|it| it.find(project)).collect::<Result<_>>()?;
    Ok(dirs.map(|dirs| Ready { toolchain: toolchain.clone(), dirs }))
}

fn for_the_page() -> Vec<Tool> {
    [&Tool::FOR_TRUNK[..], &Tool::FOR_RELEASE[..]].concat()
}

/// Makes sure of everything, the browser included.
pub(crate) fn for_test(project: &Project) -> Result<Ready> {
    check_room(project, &FOR_TEST)?;
    tools::check_node()?;
    ensure_packages()?;
    thread::scope(|scope| {
        let quick = [
            scope.spawn(|| fetch_crates(project)),
            scope.spawn(|| ensure_systems(project)),
            scope.spawn(|| ensure_playwright(project)),
        ];
        quick.into_iter().try_for_each(|it| joined(it.join()))
    })?;
    with_tools(project, &Tool::ALL)
}

/// Finds out what this machine does not let us do, before anything is compiled.
fn check_room(project: &Project, room: &Room) -> Result<()> {
    // What was built once has its place already.
    let needs = |path: &PathBuf, mb: u64| if path.join("CACHEDIR.TAG").exists() { mb / 10 } else { mb };
    let (target, cache) = (project.target_dir(), project::cache_path()?);
    check_folders(&[
        Folder {
            needs: needs(&target.join("wasm32-unknown-unknown"), room.target),
            path: target,
            elsewhere: "Make it yours (`chown`), or set CARGO_TARGET_DIR to a folder that you may write to.",
        },
        Folder {
            needs: room.cache,
            path: cache,
            elsewhere: "Make it yours (`chown`), or set XDG_CACHE_HOME to a folder that you may write to.",
        },
    ])
}

/// Downloads the crates that Cargo.lock names, by the cargo that is here: where that cannot be, nothing else helps.
fn fetch_crates(project: &Project) -> Result<()> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    process::run_watched("crates", cargo.current_dir(project.root()).args(["fetch", "--locked"]))
        .context("the crates that the project is made of could not be downloaded")
}

fn with_tools(project: &Project, tools: &[Tool]) -> Result<Ready> {
    let ready = find_or_install(project, tools)?;
    ready.toolchain.forget_others(&project.target_dir())?;
    Ok(ready)
}

fn find_or_install(project: &Project, tools: &[Tool]) -> Result<Ready> {
    let mut dirs = Vec::new();
    let mut missing = Vec::new();
    for &tool in tools {
        match tool.find(project)? {
            Some(dir) => dirs.push(dir),
            None => missing.push(tool),
        }
    }
    if missing.is_empty() {
        return Ok(Ready { toolchain: Toolchain::ensure()?, dirs });
    }
    // What npm has is there in seconds; what cannot be had is known then.
    missing.sort_by_key(|it| it.is_compiled());
    // The tools compile with the Rust that runs this program, so they need not wait for the one
    // that builds the page.
    thread::scope(|scope| {
        let toolchain = scope.spawn(Toolchain::ensure);
        let installs: Vec<_> = missing.into_iter().map(|tool| scope.spawn(move || tool.install(project))).collect();
        let toolchain = joined(toolchain.join());
        let mut problems = Vec::new();
        for install in installs {
            match joined(install.join()) {
                Ok(dir) => dirs.push(dir),
                Err(error) => problems.push(error),
            }
        }
        let toolchain = toolchain?;
        match problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(Ready { toolchain, dirs }),
        }
    })
}

/// The result of a thread; a panic in it becomes an error here.
pub(crate) fn joined<T>(outcome: thread::Result<Result<T>>) -> Result<T> {
    outcome.unwrap_or_else(|_| Err(anyhow!("a part of the set-up panicked")))
}

/// The Chromium for end-to-end tests: `$CHROMIUM`, else Debian's, else one on the PATH.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    [HEADLESS, "chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(|it| process::on_path(it).into_iter().next())
}

/// Installs what comes from Debian, all of it before anything else.
fn ensure_packages() -> Result<()> {
    Toolchain::ensure_packages()?;
    let (browser, python) = (browser_packages(), python_packages());
    if !toolchain::has_apt() {
        if !browser.is_empty() {
            bail!(
                "the browser tests need Chromium and its chromedriver on the PATH; install them, or \
                 set CHROMIUM to the browser's program"
            );
        }
        if !python.is_empty() {
            bail!("the tests need Python 3.11 or newer on the PATH, with the modules venv and ensurepip");
        }
        if curl_package().is_some() {
            bail!("the tests need curl on the PATH");
        }
        return Ok(());
    }
    apt::ensure("the browser, Python and curl for the tests (about 30 s)", || {
        browser_packages().into_iter().chain(python_packages()).chain(curl_package()).map(Wanted::any).collect()
    })?;
    if process::on_path(HEADLESS).is_empty() && std::env::var_os("CHROMIUM").is_none() {
        let installed = apt::ensure("Chromium without windows (about 10 s)", || vec![Wanted::any(HEADLESS)]);
        if let Err(error) = installed {
            eprintln!("{error:#}\nThe end-to-end tests run in the Chromium that is there, and take longer.");
        }
    }
    ensure_nginx();
    Ok(())
}

/// Installs nginx where there is none. Without it the tests of it are skipped.
fn ensure_nginx() {
    // It lies where users do not look for programs.
    if Path::new("/usr/sbin/nginx").exists() || !process::on_path(NGINX[0]).is_empty() {
        return;
    }
    if let Err(error) = apt::ensure("nginx (about 10 s)", || NGINX.map(Wanted::any).into()) {
        eprintln!("{error:#}\nThe tests that run nginx are skipped.");
        return;
    }
    // Debian has it serve at once and after every start of the machine. Tests start one of their own.
    let stopped = Privilege::find()
        .and_then(|root| process::output(root.command("systemctl").args(["disable", "--now", NGINX[0]])));
    if let Err(error) = stopped {
        eprintln!("{error:#}\nnginx may serve on port 80 from now on; `systemctl disable --now nginx` ends that.");
    }
}

/// The packages that bring the browser, where it is not there.
fn browser_packages() -> Vec<&'static str> {
    let is_there = chromium().is_some() && !process::on_path("chromedriver").is_empty();
    if is_there { Vec::new() } else { vec!["chromium", "chromium-driver"] }
}

/// The package of the program that runs what the page shows of requests, where it is not there.
fn curl_package() -> Option<&'static str> {
    process::on_path("curl").is_empty().then_some("curl")
}

/// The packages that bring Python, where it is not there. What comes from PyPI runs in virtual environments, which Debian's
/// Python makes with a package of its own only.
fn python_packages() -> Vec<&'static str> {
    let can_make_one =
        |it: &PathBuf| command(it).args(["-c", "import ensurepip, venv"]).output().is_ok_and(|it| it.status.success());
    let is_there = process::on_path(PYTHON).first().is_some_and(can_make_one);
    if is_there { Vec::new() } else { vec!["python3", "python3-venv"] }
}

/// Systems from PyPI that the descriptions of their APIs are tested against: their folders in tests/e2e/apis.
const SYSTEMS: [&str; 2] = ["jupyterhub", "devpi"];

/// Installs these systems; the script knows whether that is done.
fn ensure_systems(project: &Project) -> Result<()> {
    for system in SYSTEMS {
        let requirements = format!("tests/e2e/apis/{system}/requirements.txt");
        let folder = format!("target/{system}");
        process::run_watched(
            system,
            command(PYTHON).current_dir(project.root()).args(["tests/environment.py", &requirements, &folder]),
        )
        .with_context(|| format!("{system} could not be installed from PyPI"))?;
    }
    Ok(())
}

/// Installs what tests/e2e/package-lock.json pins; npm's own record tells whether that is done.
fn ensure_playwright(project: &Project) -> Result<()> {
    let folder = project.path("tests/e2e");
    let lock = folder.join("package-lock.json");
    if !lock.exists() {
        return Ok(());
    }
    let modified = |path: PathBuf| path.metadata().and_then(|it| it.modified()).ok();
    let installed = modified(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(lock) {
        return Ok(());
    }
    eprintln!("Installing Playwright and Verdaccio from npm (under a minute) …");
    process::run_watched(
        "npm",
        command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(folder),
    )
    .context("Playwright and Verdaccio could not be installed from npm")
}
