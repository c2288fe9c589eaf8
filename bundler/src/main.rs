//! Makes the files that a browser loads from what the compiler made of the page. `cargo xtask` calls it, with the tools
//! that it needs on the PATH.

#[cfg(feature = "release")]
mod dist;
mod foot;
mod hashes;
#[cfg(feature = "release")]
mod optimizer;
#[cfg(feature = "release")]
mod sizes;
#[cfg(feature = "release")]
mod split;
mod start;
mod style;
#[cfg(feature = "release")]
mod wasm;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::project::Project;

const USAGE: &str = "\
Usage: tokendeck-bundler <COMMAND>

  start DIR   Make a page to look at of target/wasm32-unknown-unknown/start, in DIR
  release     Make the release page of what Trunk has put into dist/
  check       Hold the sizes of dist/ to their budgets
  report      Print what is heavy in dist/, as Markdown
  describe LICENCES BILL SPLITTER
              Write the licences, and the bill of materials, of page and program, which
              that version of the splitter split
  pack DIR SECONDS
              Pack what is in DIR into an archive there, with files of that time";

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    match run(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ntokendeck-bundler: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    let project = Project::find()?;
    match args {
        ["start", dir] => start::run(&project, Path::new(dir)),
        #[cfg(feature = "release")]
        ["release"] => split::run(&project),
        #[cfg(feature = "release")]
        ["check"] => {
            println!("{}", sizes::check(&project)?);
            Ok(())
        }
        #[cfg(feature = "release")]
        ["report"] => {
            println!("{}", sizes::report(&project)?);
            Ok(())
        }
        #[cfg(feature = "release")]
        ["describe", licences, bill, splitter] => {
            dist::describe(&project, Path::new(licences), Path::new(bill), splitter)
        }
        #[cfg(feature = "release")]
        ["pack", dir, seconds] => dist::pack(&project, Path::new(dir), seconds.parse()?),
        _ => bail!("{USAGE}"),
    }
}
