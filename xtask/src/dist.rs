//! `cargo xtask dist`: the archive with the release page, and the program with that page in it. The same sources make the same
//! files, wherever they are built: `--twice` shows it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::cli::DistOptions;
use crate::page;
use crate::setup;
use crate::start::PROGRAM;
use crate::tidy;
use crate::tools::Tool;
use xtask::files::files_under;
use xtask::process;
use xtask::project::Project;

/// What the program is called where it is used.
const NAME: &str = "tokendeck";

/// The largest program that is given on, in bytes.
const LARGEST: u64 = 15_000_000;

/// The time that files of an archive have, in seconds since 1970: what others who build the same for everybody use too.
const TIME: &str = "SOURCE_DATE_EPOCH";

/// The two folders of `--twice`. Their names differ in length too.
const FOLDERS: [&str; 2] = ["one", "the-other"];

/// Builds all that a release has, once or twice.
pub(crate) fn run(project: &Project, options: &DistOptions) -> Result<()> {
    if options.twice { build_twice(project) } else { build(project) }
}

/// Builds the release page, packs it, and builds the program with it.
fn build(project: &Project) -> Result<()> {
    let time = time(project)?;
    let ready = setup::for_release(project)?;
    page::ensure(project, &ready)?;
    let dist = project.target_dir().join("dist");
    let page = dist.join("page");
    // Nothing of an older release stays.
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot remove {}", dist.display()))?;
    }
    copy(&project.path("dist"), &files_under(&project.path("dist"))?, &page)?;
    let licences = page.join("licences.txt");
    let (bill, splitter) = (dist.join(format!("{NAME}.cdx.json")), Tool::WasmSplit.version(project)?);
    process::run(page::bundler(project, &ready)?.arg("describe").args([&licences, &bill]).arg(splitter))?;
    let traces = ready.toolchain.traces(project.root());
    traces.check(&files_under(&dist)?)?;
    process::run(ready.command("node")?.arg(project.path("xtask/pack.mjs")).arg(&page))
        .context("Node.js could not pack the page's files")?;
    // A folder of its own, as these flags would have everything else compiled again.
    let built = project.target_dir().join("program");
    let mut cargo = ready.toolchain.cargo();
    cargo
        .args(["build", "--release", "--locked", "--package", PROGRAM, "--target-dir"])
        .arg(&built)
        .env("TOKENDECK_PAGE", &page)
        .current_dir(project.root());
    // Names of functions are for those who look into a program that has stopped: they build one.
    process::run_watched("the program", traces.keep_out(&mut cargo, &["-Cstrip=symbols"]))?;
    let program = dist.join(format!("{NAME}{}", env::consts::EXE_SUFFIX));
    let from = built.join("release").join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX));
    fs::copy(&from, &program).with_context(|| format!("cannot copy {}", from.display()))?;
    traces.check(std::slice::from_ref(&program))?;
    let size = program.metadata()?.len();
    ensure!(size <= LARGEST, "the program has {size} bytes, and may have {LARGEST}");
    process::run(page::bundler(project, &ready)?.arg("pack").arg(&dist).arg(time.to_string()))?;
    for file in files_under(&dist)?.iter().filter(|file| file.parent() == Some(&dist)) {
        println!("{}: {:.2} MB", file.display(), file.metadata()?.len() as f64 / 1e6);
    }
    Ok(())
}

/// When the sources were last committed, or what the environment says.
fn time(project: &Project) -> Result<u64> {
    let said = match env::var(TIME) {
        Ok(said) => Some(said),
        Err(_) => {
            let mut git = process::command("git");
            process::read(git.current_dir(project.root()).args(["log", "-1", "--format=%ct"]))
        }
    };
    let said =
        said.with_context(|| format!("git does not say when this was committed: set {TIME}, in seconds since 1970"))?;
    said.trim().parse().with_context(|| format!("{TIME} is not a number of seconds: {said}"))
}

/// Builds a copy of the checkout in each of two folders, and compares what comes out.
fn build_twice(project: &Project) -> Result<()> {
    let (files, time) = (tidy::tracked(project)?, time(project)?);
    let files: Vec<_> = files.iter().map(|file| project.root().join(file)).collect();
    let folders = FOLDERS.map(|name| project.target_dir().join("twice").join(name));
    // Both before the first build: what is edited meanwhile is in neither.
    for folder in &folders {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        copy(project.root(), &files, folder)?;
    }
    for folder in &folders {
        let begin = Instant::now();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Each has a folder of its own for all that is compiled.
        cargo.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_BUILD_TARGET_DIR").env_remove("CARGO_MANIFEST_DIR");
        process::run(cargo.current_dir(folder).env(TIME, time.to_string()).args(["xtask", "dist"]))?;
        eprintln!("… built in {} after {}", folder.display(), process::seconds_since(begin));
    }
    let made = folders.each_ref().map(|folder| folder.join("target/dist"));
    let problems = differences(&made[0], &made[1])?;
    if !problems.is_empty() {
        bail!("the two builds are not the same:\n  {}", problems.join("\n  "));
    }
    println!("Both builds are the same, bit for bit:\n{}", fs::read_to_string(made[0].join("SHA256SUMS"))?.trim_end());
    fs::remove_dir_all(project.target_dir().join("twice"))?;
    Ok(())
}

/// What is not the same in two folders.
fn differences(one: &Path, other: &Path) -> Result<Vec<String>> {
    let names = |folder: &Path| -> Result<Vec<PathBuf>> {
        files_under(folder)?.iter().map(|file| Ok(file.strip_prefix(folder)?.to_owned())).collect()
    };
    let (ours, theirs) = (names(one)?, names(other)?);
    ensure!(!ours.is_empty(), "there is nothing in {}", one.display());
    let mut problems = Vec::new();
    for name in &ours {
        if !theirs.contains(name) {
            problems.push(format!("{} came out of the first build only", name.display()));
            continue;
        }
        let (ours, theirs) = (fs::read(one.join(name))?, fs::read(other.join(name))?);
        if ours != theirs {
            let at = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
            let at = at.unwrap_or_else(|| ours.len().min(theirs.len()));
            problems.push(format!("{} differs from byte {at} on", name.display()));
        }
    }
    let only = theirs.iter().filter(|name| !ours.contains(name));
    problems.extend(only.map(|name| format!("{} came out of the second build only", name.display())));
    Ok(problems)
}

/// Copies files of a folder to the same places of another one.
fn copy(from: &Path, files: &[PathBuf], to: &Path) -> Result<()> {
    for file in files {
        let copy = to.join(file.strip_prefix(from)?);
        let folder = copy.parent().unwrap_or(to);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::copy(file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_two_builds_is_named() {
        let home = env::temp_dir().join(format!("xtask-twice-{}", std::process::id()));
        let place = |file: &str, text: &str| {
            let file = home.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
            fs::write(file, text).expect("it can be written");
        };
        for folder in ["a", "b"] {
            place(&format!("{folder}/page/index.html"), "same");
        }
        let compare = || differences(&home.join("a"), &home.join("b")).expect("they are readable");
        assert_eq!(compare(), [""; 0]);
        place("a/tokendeck", "program 1");
        place("b/tokendeck", "program 2");
        place("a/page/x.js", "");
        place("b/page/y.js", "");
        let told = compare();
        assert_eq!(told.len(), 3, "{told:?}");
        for part in ["x.js came out of the first", "tokendeck differs from byte 8 on", "y.js came out of the second"] {
            assert!(told.iter().any(|it| it.contains(part)), "{part}: {told:?}");
        }
        assert!(differences(&home.join("none"), &home.join("none")).is_err(), "nothing was built");
        fs::remove_dir_all(home).expect("it can be removed");
    }
}
