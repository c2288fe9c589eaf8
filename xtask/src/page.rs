//! The release page in `dist/`: built by Trunk when its sources have changed, and measured. And a page to look at, built
//! sooner.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cli::BuildOptions;
use crate::freshness::{Fingerprint, Stamp};
use crate::process;
use crate::project::Project;
use crate::setup::{self, Ready};
use crate::sizes;
use crate::split;
use crate::toolchain::{Toolchain, WASM};

/// All that the page is made of.
const SOURCES: [&str; 18] = [
    "Cargo.toml",
    "Cargo.lock",
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
    "xtask/src/split.rs",
    "xtask/src/halves.rs",
    "xtask/src/wasm.rs",
];

/// The profile in Cargo.toml of the page that `start` builds.
const START_PROFILE: &str = "start";

/// `cargo xtask build`.
pub(crate) fn run(project: &Project, options: &BuildOptions) -> Result<()> {
    let ready = setup::for_release(project)?;
    ensure(project, &ready)?;
    let report = sizes::report(project, &ready)?;
    println!("{report}");
    if options.report {
        fs::write(project.path(sizes::REPORT), report).with_context(|| format!("cannot write {}", sizes::REPORT))?;
        eprintln!("{} is up to date", sizes::REPORT);
    }
    Ok(())
}

/// Where a built page lies, and the file that says what it was built from.
struct Built {
    dist: PathBuf,
    stamp: PathBuf,
}

impl Built {
    fn release(project: &Project) -> Self {
        Self { dist: project.path("dist"), stamp: project.target_dir().join("tokendeck-page.stamp") }
    }

    fn to_look_at(project: &Project) -> Self {
        let target = project.target_dir();
        Self { dist: target.join("start-page"), stamp: target.join("tokendeck-start.stamp") }
    }

    /// Whether it is what the sources would give.
    fn is_fresh(&self, project: &Project) -> Result<bool> {
        let Some(stamp) = Stamp::read(&self.stamp) else {
            return Ok(false);
        };
        Ok(self.dist.join("index.html").exists() && stamp == self.stamp_of(project, sources(project)?)?)
    }

    /// Has it built, unless it is there already.
    fn ensure(&self, project: &Project, build: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_fresh(project)? {
            return Ok(());
        }
        eprintln!("Building the page …");
        let begin = Instant::now();
        // Before the build: a file saved meanwhile must be seen as a change.
        let sources = sources(project)?;
        build()?;
        self.stamp_of(project, sources)?.write(&self.stamp)?;
        eprintln!("… the page took {}", process::seconds_since(begin));
        Ok(())
    }

    fn stamp_of(&self, project: &Project, sources: Fingerprint) -> Result<Stamp> {
        Ok(Stamp { sources, built: Fingerprint::of(project.root(), &[&self.dist.to_string_lossy()])? })
    }
}

fn sources(project: &Project) -> Result<Fingerprint> {
    Ok(Fingerprint::of(project.root(), &SOURCES)?)
}

/// Builds the page into `dist/` unless it is there already.
pub(crate) fn ensure(project: &Project, ready: &Ready) -> Result<()> {
    Built::release(project).ensure(project, || {
        // Trunk tells cargo to stay off the network, and a fresh clone lacks the crates.
        compile(project, &ready.toolchain)?;
        process::run(
            Toolchain::for_release(&mut ready.command("trunk")?)
                .args(["build", "--release", "--locked", "--features", split::FEATURE])
                .current_dir(project.root()),
        )?;
        split::run(project, ready)
    })
}

/// A page to look at, and where it lies: the release page where that is there, else one that takes a third of the time to
/// build.
pub(crate) fn ensure_for_start(project: &Project, ready: &Ready) -> Result<PathBuf> {
    let release = Built::release(project);
    if release.is_fresh(project)? {
        return Ok(release.dist);
    }
    let page = Built::to_look_at(project);
    page.ensure(project, || {
        compile_for_start(project, &ready.toolchain)?;
        process::run(
            ready
                .command("trunk")?
                .args(["build", "--locked", "--cargo-profile", START_PROFILE, "--dist"])
                .arg(&page.dist)
                .current_dir(project.root()),
        )
    })?;
    Ok(page.dist)
}

/// Compiles what Trunk will ask cargo for, so that Trunk finds it done. It needs none of the
/// tools, hence can run while they are still being installed.
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
    process::run_watched(
        "the page",
        Toolchain::for_release(&mut toolchain.cargo())
            .args(["build", "--release", "--locked", "--target", WASM])
            .args(["--package", "tokendeck", "--bin", "tokendeck", "--features", split::FEATURE])
            .current_dir(project.root()),
    )
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
