//! The release page in `dist/`: built by Trunk when its sources have changed, and measured.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::freshness::{Fingerprint, Stamp, files_under};
use crate::process::{self, command};
use crate::project::Project;
use crate::setup::{self, Ready};
use crate::toolchain::{Toolchain, WASM};

/// All that the page is made of.
const SOURCES: [&str; 9] =
    ["Cargo.toml", "Cargo.lock", "Trunk.toml", "index.html", "start.js", "config.json", "src", "style", "assets"];

/// `cargo xtask build`.
pub(crate) fn run(project: &Project) -> Result<()> {
    let ready = setup::for_start(project, |_| Ok(()))?;
    ensure(project, &ready)?;
    println!("{}", sizes(project)?);
    Ok(())
}

/// Whether `dist/` holds what the sources would give.
pub(crate) fn is_fresh(project: &Project) -> Result<bool> {
    let Some(stamp) = Stamp::read(&stamp_file(project)) else {
        return Ok(false);
    };
    Ok(project.path("dist/index.html").exists() && stamp == stamp_now(project)?)
}

/// Builds the page into `dist/` unless it is there already.
pub(crate) fn ensure(project: &Project, ready: &Ready) -> Result<()> {
    if is_fresh(project)? {
        return Ok(());
    }
    eprintln!("Building the page …");
    let begin = Instant::now();
    // Before the build: a file saved meanwhile must be seen as a change.
    let sources = Fingerprint::of(project.root(), &SOURCES)?;
    // Trunk tells cargo to stay off the network, and a fresh clone lacks the crates.
    compile(project, &ready.toolchain)?;
    process::run(ready.command("trunk")?.args(["build", "--release", "--locked"]).current_dir(project.root()))?;
    Stamp { sources, built: Fingerprint::of(project.root(), &["dist"])? }.write(&stamp_file(project))?;
    eprintln!("… the page took {}", process::seconds_since(begin));
    Ok(())
}

/// Compiles what Trunk will ask cargo for, so that Trunk finds it done. It needs none of the
/// tools, hence can run while they are still being installed.
pub(crate) fn compile(project: &Project, toolchain: &Toolchain) -> Result<()> {
    process::run_watched(
        "the page",
        toolchain
            .cargo()
            .args(["build", "--release", "--locked", "--target", WASM])
            .args(["--package", "tokendeck", "--bin", "tokendeck"])
            .current_dir(project.root()),
    )
}

fn stamp_file(project: &Project) -> PathBuf {
    project.target_dir().join("tokendeck-page.stamp")
}

fn stamp_now(project: &Project) -> Result<Stamp> {
    let root = project.root();
    Ok(Stamp { sources: Fingerprint::of(root, &SOURCES)?, built: Fingerprint::of(root, &["dist"])? })
}

/// One line with the sizes of what a visitor downloads.
pub(crate) fn sizes(project: &Project) -> Result<String> {
    let files = files_under(&project.path("dist"))?;
    let mut parts = Vec::new();
    let (mut total, mut total_packed) = (0, 0);
    for kind in ["wasm", "js", "css", "html"] {
        let (mut size, mut packed) = (0, 0);
        for file in &files {
            if file.extension().is_some_and(|it| it == kind) {
                size += file.metadata()?.len();
                packed += brotli_size(file)?;
            }
        }
        total += size;
        total_packed += packed;
        parts.push(format!("{kind} {} ({} brotli)", kib(size), kib(packed)));
    }
    Ok(format!("dist/: {}; together {} ({} brotli)", parts.join(", "), kib(total), kib(total_packed)))
}

/// The size that a file has on its way, in bytes, as Node.js packs it.
fn brotli_size(file: &std::path::Path) -> Result<u64> {
    let script = "const { brotliCompressSync } = require('node:zlib');\
                  const { readFileSync } = require('node:fs');\
                  console.log(brotliCompressSync(readFileSync(process.argv[1])).length)";
    let text =
        process::read(command("node").args(["-e", script]).arg(file)).context("Node.js could not pack a file")?;
    match text.parse() {
        Ok(size) => Ok(size),
        Err(_) => bail!("Node.js gave {text:?} for a size"),
    }
}

fn kib(bytes: u64) -> String {
    format!("{}.{} KiB", bytes / 1024, bytes % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_kibibytes() {
        assert_eq!(kib(0), "0.0 KiB");
        assert_eq!(kib(1536), "1.5 KiB");
        assert_eq!(kib(102_399), "99.9 KiB");
    }

    #[test]
    fn every_source_of_the_page_exists() {
        let project = Project::find().expect("the tests run in the checkout");
        for source in SOURCES {
            assert!(project.path(source).exists(), "{source}");
        }
    }
}
