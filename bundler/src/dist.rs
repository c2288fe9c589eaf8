//! What is given on: what is in the page and in the program (`parts`), said as texts of licences and as a bill of materials
//! (`sbom`), and all of it packed into one archive.

mod archive;
mod licences;
mod parts;
mod sbom;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use self::parts::Parts;
use xtask::project::Project;

pub(crate) use self::archive::pack;

/// Writes the texts of the licences, and the bill of materials, to these files. The page was split by this version of the
/// splitter.
pub(crate) fn describe(project: &Project, licences: &Path, bill: &Path, splitter: &str) -> Result<()> {
    let parts = Parts::read(project, splitter)?;
    let own = fs::read_to_string(project.path("LICENSE")).context("LICENSE cannot be read")?;
    write(licences, &licences::all(&parts, &own)?)?;
    write(bill, &sbom::bill(&parts)?)
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
