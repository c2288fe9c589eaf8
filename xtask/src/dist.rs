//! `cargo xtask dist`: the program with the release page in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::page;
use crate::setup;
use crate::start::PROGRAM;
use xtask::files::files_under;
use xtask::process;
use xtask::project::Project;

/// What it is called where it is used.
const NAME: &str = "tokendeck";

/// Packs files for those that take them so: what does not become smaller is left alone. Takes the files as arguments.
const PACK: &str = "\
    const { readFileSync, writeFileSync } = require('node:fs');\
    const { brotliCompressSync, gzipSync, constants } = require('node:zlib');\
    for (const file of process.argv.slice(1)) {\
      const raw = readFileSync(file);\
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };\
      for (const [end, packed] of [['br', brotliCompressSync(raw, { params })], ['gz', gzipSync(raw, { level: 9 })]]) {\
        if (packed.length < raw.length) writeFileSync(file + '.' + end, packed);\
      }\
    }";

/// Builds the release page, packs it, and builds the program with it.
pub(crate) fn run(project: &Project) -> Result<()> {
    let ready = setup::for_release(project)?;
    page::ensure(project, &ready)?;
    let dist = project.target_dir().join("dist");
    let page = dist.join("page");
    copy_new(&project.path("dist"), &page)?;
    process::run(ready.command("node")?.args(["-e", PACK, "--"]).args(files_under(&page)?))
        .context("Node.js could not pack the page's files")?;
    // A folder of its own, as these flags would have everything else compiled again.
    let built = project.target_dir().join("program");
    let mut cargo = ready.toolchain.cargo();
    cargo
        .args(["build", "--release", "--locked", "--package", PROGRAM, "--target-dir"])
        .arg(&built)
        .env("TOKENDECK_PAGE", &page)
        .env("RUSTFLAGS", without_paths(project, "--remap-path-prefix="))
        .env("CFLAGS", without_paths(project, "-ffile-prefix-map="))
        .current_dir(project.root());
    process::run_watched("the program", &mut cargo)?;
    let file = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let program = dist.join(format!("{NAME}{}", env::consts::EXE_SUFFIX));
    let from = built.join("release").join(file);
    fs::copy(&from, &program).with_context(|| format!("cannot copy {}", from.display()))?;
    let size = program.metadata().map(|it| it.len()).unwrap_or_default();
    println!("{}: {:.1} MB", program.display(), size as f64 / 1e6);
    Ok(())
}

/// Copies a folder to where nothing of an older one stays.
fn copy_new(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("cannot remove {}", to.display()))?;
    }
    for file in files_under(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        let folder = copy.parent().unwrap_or(to);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::copy(&file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// Flags that keep the folders of the user who builds out of the program, each begun with this flag.
fn without_paths(project: &Project, flag: &str) -> String {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| env::home_dir().map(|it| it.join(".cargo")));
    let folders = [(Some(project.root().to_owned()), "."), (cargo_home, "cargo")];
    let flags = folders.into_iter().filter_map(|(folder, name)| Some(format!("{flag}{}={name}", folder?.display())));
    flags.collect::<Vec<_>>().join(" ")
}
