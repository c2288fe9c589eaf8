//! Set-up: everything that a bare machine lacks, installed once and found again ever after.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::cli::SetupOptions;
use crate::process::{self, command};
use crate::project::Project;
use crate::toolchain::{self, Need, Privilege, Toolchain};
use crate::tools::{self, Tool};

/// Debian's Chromium without its windows: a package of its own, in which the end-to-end tests take half the time.
const HEADLESS: &str = "chromium-headless-shell";

/// What Python's program is called.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

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
        let file = self
            .dirs
            .iter()
            .map(|it| it.join(program))
            .find(|it| it.exists())
            .unwrap_or_else(|| PathBuf::from(program));
        let mut command = self.toolchain.command(file);
        let mut dirs = self.dirs.clone();
        if self.toolchain == Toolchain::Debian {
            dirs.insert(0, PathBuf::from("/usr/bin"));
        }
        command.env("PATH", tools::path_with(&dirs)?);
        Ok(command)
    }
}

/// `cargo xtask setup`.
pub(crate) fn run(project: &Project, options: &SetupOptions) -> Result<()> {
    let begin = Instant::now();
    let ready = if options.start_only { for_start(project, |_| Ok(()))? } else { for_test(project)? };
    eprintln!("\nSet up after {}. To run the tools by hand:", process::seconds_since(begin));
    let dirs: Vec<_> = ready.dirs.iter().map(|it| it.display().to_string()).collect();
    println!("export PATH=\"{}:$PATH\"", dirs.join(":"));
    if let Some(toolchain) = ready.toolchain.by_hand() {
        println!("export {toolchain}");
    }
    Ok(())
}

/// Makes sure of what `start` and `serve` need, and of nothing else. Where tools have to be
/// installed, `meanwhile` runs beside that, as soon as there is a Rust that can build the page.
pub(crate) fn for_start(project: &Project, meanwhile: impl FnOnce(&Toolchain) -> Result<()> + Send) -> Result<Ready> {
    with_tools(project, &Tool::FOR_START, Need::Everything, meanwhile)
}

/// Makes sure of what the release page needs.
pub(crate) fn for_release(project: &Project) -> Result<Ready> {
    let tools = [&Tool::FOR_START[..], &Tool::FOR_RELEASE[..]].concat();
    with_tools(project, &tools, Need::Page, |_| Ok(()))
}

/// Makes sure of everything, the browser included.
pub(crate) fn for_test(project: &Project) -> Result<Ready> {
    let tools = [&Tool::FOR_START[..], &Tool::FOR_RELEASE[..], &Tool::FOR_TEST[..]].concat();
    let ready = with_tools(project, &tools, Need::Everything, |_| Ok(()))?;
    ensure_browser()?;
    ensure_python()?;
    ensure_systems(project)?;
    ensure_playwright(project)?;
    Ok(ready)
}

fn with_tools(
    project: &Project,
    tools: &[Tool],
    need: Need,
    meanwhile: impl FnOnce(&Toolchain) -> Result<()> + Send,
) -> Result<Ready> {
    let mut dirs = Vec::new();
    let mut missing = Vec::new();
    for &tool in tools {
        match tool.find(project)? {
            Some(dir) => dirs.push(dir),
            None => missing.push(tool),
        }
    }
    if missing.is_empty() {
        let toolchain = Toolchain::ensure(need)?;
        return Ok(Ready { toolchain, dirs });
    }
    tools::check_node()?;
    // The tools compile with the Rust that runs this program, so they need not wait for the one
    // that builds the page.
    thread::scope(|scope| {
        let toolchain = scope.spawn(|| {
            let toolchain = Toolchain::ensure(need)?;
            meanwhile(&toolchain)?;
            Ok(toolchain)
        });
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

fn ensure_browser() -> Result<()> {
    let has_apt = !process::on_path("apt-get").is_empty();
    if chromium().is_none() || process::on_path("chromedriver").is_empty() {
        if !has_apt {
            bail!(
                "the browser tests need Chromium and its chromedriver on the PATH; install them, or \
                 set CHROMIUM to the browser's program"
            );
        }
        eprintln!("Installing Debian's Chromium and its driver (about 30 s) …");
        toolchain::apt_install(&Privilege::find()?, &["chromium", "chromium-driver"].map(str::to_owned))?;
    }
    if has_apt && process::on_path(HEADLESS).is_empty() && std::env::var_os("CHROMIUM").is_none() {
        eprintln!("Installing Debian's Chromium without windows (about 10 s) …");
        let installed = Privilege::find().and_then(|it| toolchain::apt_install(&it, &[HEADLESS.to_owned()]));
        if let Err(error) = installed {
            eprintln!("{error:#}\nThe end-to-end tests run in the Chromium that is there, and take longer.");
        }
    }
    Ok(())
}

/// What comes from PyPI runs in virtual environments, which Debian's Python makes with a package of its own only.
fn ensure_python() -> Result<()> {
    let can_make_one =
        |it: &PathBuf| command(it).args(["-c", "import ensurepip, venv"]).output().is_ok_and(|it| it.status.success());
    if process::on_path(PYTHON).first().is_some_and(can_make_one) {
        return Ok(());
    }
    if process::on_path("apt-get").is_empty() {
        bail!("the tests need Python 3.11 or newer on the PATH, with the modules venv and ensurepip");
    }
    eprintln!("Installing Debian's Python with its virtual environments (seconds) …");
    toolchain::apt_install(&Privilege::find()?, &["python3", "python3-venv"].map(str::to_owned))
}

/// Systems from PyPI that the descriptions of their APIs are tested against: their folders in tests/e2e/apis.
const SYSTEMS: [&str; 2] = ["jupyterhub", "devpi"];

/// Installs these systems; the script knows whether that is done.
fn ensure_systems(project: &Project) -> Result<()> {
    for system in SYSTEMS {
        let requirements = format!("tests/e2e/apis/{system}/requirements.txt");
        let folder = format!("target/{system}");
        process::run(command(PYTHON).current_dir(project.root()).args([
            "tests/environment.py",
            &requirements,
            &folder,
        ]))
        .with_context(|| format!("{system} could not be installed"))?;
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
    tools::check_node()?;
    eprintln!("Installing Playwright and Verdaccio from npm (under a minute) …");
    process::run(
        command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(folder),
    )
    .context("Playwright and Verdaccio could not be installed")
}
