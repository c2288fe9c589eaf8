//! The release page in `dist/`: built by Trunk and the bundler when its sources have changed, and measured. And a page to
//! look at, built sooner.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cli::BuildOptions;
use crate::setup::{self, Ready};
use crate::toolchain::Toolchain;
use xtask::WASM;
use xtask::files::{Fingerprint, Stamp};
use xtask::process::{self, Beside};
use xtask::project::Project;

/// All that the page is made of: its own files, and what builds it.
const SOURCES: [&str; 19] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "Trunk.toml",
    "build.rs",
    "index.html",
    "start.js",
    "config.json",
    "docs/proxy.md",
    "docs/connect-any-api.md",
    "apis",
    "schema",
    "core",
    "src",
    "style",
    "assets",
    "bundler",
    "xtask/Cargo.toml",
    "xtask/src",
];

/// The profile in Cargo.toml of the page that `start` builds.
const START_PROFILE: &str = "start";

/// The feature that the release page is built with, of the package `tokendeck`; see bundler/src/split.rs.
const SPLIT: &str = "split";

/// The package that makes pages of what the compiler made, and the name of its program.
pub(crate) const BUNDLER: &str = "tokendeck-bundler";

/// Where the report on the page's size is kept.
const REPORT: &str = "bench/SIZES.md";

/// `cargo xtask build`.
pub(crate) fn run(project: &Project, options: &BuildOptions) -> Result<()> {
    let ready = setup::for_release(project)?;
    ensure(project, &ready)?;
    let report = process::read(bundler(project, &ready)?.arg("report")).context("the page could not be measured")?;
    println!("{report}");
    if options.report {
        fs::write(project.path(REPORT), report + "\n").with_context(|| format!("cannot write {REPORT}"))?;
        eprintln!("{REPORT} is up to date");
    }
    Ok(())
}

/// Holds the sizes of `dist/` to their budgets, which are for a compiler that makes small releases.
pub(crate) fn check_sizes(project: &Project, ready: &Ready) -> Result<()> {
    if !ready.toolchain.makes_small_releases() {
        return Ok(());
    }
    build_bundler(project, ready)?;
    process::run(bundler(project, ready)?.arg("check"))
}

fn build_bundler(project: &Project, ready: &Ready) -> Result<()> {
    process::run_watched(
        "the bundler",
        ready.toolchain.cargo().args(["build", "--locked", "--package", BUNDLER]).current_dir(project.root()),
    )
}

/// The bundler, which is built by now.
pub(crate) fn bundler(project: &Project, ready: &Ready) -> Result<Command> {
    let mut bundler = ready.command(&project.program(BUNDLER).to_string_lossy())?;
    bundler.current_dir(project.root());
    Ok(bundler)
}

/// Where a built page lies, and the file that says what it was built from.
struct Built {
    dist: PathBuf,
    stamp: PathBuf,
    /// What it depends on besides the project's files.
    facts: Vec<String>,
}

impl Built {
    fn release(project: &Project, ready: &Ready) -> Result<Self> {
        let stamp = project.target_dir().join("tokendeck-page.stamp");
        Ok(Self { dist: project.path("dist"), stamp, facts: ready.facts()? })
    }

    fn to_look_at(project: &Project, toolchain: &Toolchain) -> Result<Self> {
        let target = project.target_dir();
        let stamp = target.join("tokendeck-start.stamp");
        Ok(Self { dist: target.join("start-page"), stamp, facts: vec![toolchain.version()?] })
    }

    /// Whether it is what the sources would give.
    fn is_fresh(&self, project: &Project) -> Result<bool> {
        let Some(stamp) = Stamp::read(&self.stamp) else {
            return Ok(false);
        };
        Ok(self.dist.join("index.html").exists() && stamp == self.stamp_of(project, self.sources(project)?)?)
    }

    /// Has it built, unless it is there already.
    fn ensure(&self, project: &Project, build: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_fresh(project)? {
            return Ok(());
        }
        eprintln!("Building the page …");
        let begin = Instant::now();
        // Before the build: a file saved meanwhile must be seen as a change.
        let sources = self.sources(project)?;
        build()?;
        self.stamp_of(project, sources)?.write(&self.stamp)?;
        eprintln!("… the page took {}", process::seconds_since(begin));
        Ok(())
    }

    fn sources(&self, project: &Project) -> Result<Fingerprint> {
        Ok(Fingerprint::of(project.root(), &SOURCES, &self.facts)?)
    }

    fn stamp_of(&self, project: &Project, sources: Fingerprint) -> Result<Stamp> {
        Ok(Stamp { sources, built: Fingerprint::of(project.root(), &[&self.dist.to_string_lossy()], &[])? })
    }
}

/// Builds the page into `dist/` unless it is there already.
pub(crate) fn ensure(project: &Project, ready: &Ready) -> Result<()> {
    build_bundler(project, ready)?;
    Built::release(project, ready)?.ensure(project, || {
        // Trunk tells cargo to stay off the network, and a fresh clone lacks the crates.
        compile(project, &ready.toolchain)?;
        process::run(
            ready
                .toolchain
                .for_release(project.root(), &mut ready.command("trunk")?)
                .args(["build", "--release", "--locked", "--features", SPLIT])
                .current_dir(project.root()),
        )?;
        process::run(bundler(project, ready)?.arg("release"))
    })
}

/// A page to look at that is what the sources would give, and where it lies: the release page, else the one that
/// [`build_for_start`] has made.
pub(crate) fn find_for_start(project: &Project, toolchain: &Toolchain) -> Result<Option<PathBuf>> {
    if let Some(ready) = setup::find_release(project, toolchain)? {
        let release = Built::release(project, &ready)?;
        if release.is_fresh(project)? {
            return Ok(Some(release.dist));
        }
    }
    let page = Built::to_look_at(project, toolchain)?;
    Ok(page.is_fresh(project)?.then_some(page.dist))
}

/// Makes a page to look at of what [`compile_for_start`] has compiled, with the bundler that is built by now.
pub(crate) fn build_for_start(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    let page = Built::to_look_at(project, toolchain)?;
    page.ensure(project, || {
        compile_for_start(project, toolchain)?;
        let mut bundler = toolchain.command(project.program(BUNDLER));
        process::run(bundler.current_dir(project.root()).arg("start").arg(&page.dist))
    })?;
    Ok(page.dist)
}

/// Compiles the page to look at. It needs none of the tools.
pub(crate) fn compile_for_start(project: &Project, toolchain: &Toolchain) -> Result<()> {
    process::run_watched(
        "the page",
        toolchain
            .cargo()
            .args([
                "build",
                "--profile",
                START_PROFILE,
                "--locked",
                "--target",
                WASM,
                "--package",
                "tokendeck",
                "--bins",
            ])
            .current_dir(project.root()),
    )
}

/// Compiles what Trunk will ask cargo for: Trunk keeps cargo off the network.
fn compile(project: &Project, toolchain: &Toolchain) -> Result<()> {
    process::run_watched("the page", compiling(project, toolchain, &mut toolchain.cargo()))
}

fn compiling<'a>(project: &Project, toolchain: &Toolchain, cargo: &'a mut Command) -> &'a mut Command {
    toolchain
        .for_release(project.root(), cargo)
        .args(["build", "--release", "--locked", "--target", WASM])
        .args(["--package", "tokendeck", "--bin", "tokendeck", "--features", SPLIT])
        .current_dir(project.root())
}

/// Begins to compile the page where it is not there, beside other work: for most of its time it has use for one core alone.
/// [`ensure`] waits for it, and says what went wrong.
pub(crate) fn begin(project: &Project, ready: &Ready) -> Result<Option<Beside>> {
    if Built::release(project, ready)?.is_fresh(project)? {
        return Ok(None);
    }
    let mut cargo = ready.toolchain.cargo();
    compiling(project, &ready.toolchain, &mut cargo);
    let child = cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Ok(Some(Beside(child.context("cannot run cargo")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_of_the_page_exists() {
        let project = Project::find().expect("the tests run in the checkout");
        for source in SOURCES {
            assert!(project.path(source).exists(), "{source}");
        }
    }
}
