//! The project's own tasks: `cargo xtask start`, `cargo xtask test` and what they are made of.

mod apt;
mod cli;
mod dist;
mod machine;
mod page;
mod rehearse;
mod setup;
mod shots;
mod start;
mod suite;
mod tidy;
mod toolchain;
mod tools;
mod traces;
mod version;

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::Command;
use xtask::project::Project;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("cargo xtask: {problem}\n\n{}", cli::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    if let Command::Help = command {
        println!("{}", cli::USAGE);
        return Ok(());
    }
    let project = Project::find()?;
    match command {
        Command::Help => Ok(()),
        Command::Setup(options) => setup::run(&project, &options),
        Command::Start(options) => start::run(&project, &options),
        Command::Serve(options) => start::serve(&project, &options),
        Command::Build(options) => page::run(&project, &options),
        Command::Dist(options) => dist::run(&project, &options),
        Command::Test(options) => suite::run(&project, &options),
        Command::Shots(options) => shots::run(&project, &options),
        Command::Rehearse => rehearse::run(&project),
    }
}
