//! `cargo xtask start` and `cargo xtask serve`: the page, running.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Result, bail};

use crate::cli::{ServeOptions, StartOptions};
use crate::page;
use crate::setup;
use crate::toolchain::Toolchain;
use xtask::process;
use xtask::project::Project;

/// The package of the dev server, and the name of its program.
const DEVSERVER: &str = "tokendeck-devserver";

/// The package of the program for users, and the name of its program.
pub(crate) const PROGRAM: &str = "tokendeck-server";

/// Installs what is missing, builds what has changed, and becomes the dev server.
pub(crate) fn run(project: &Project, options: &StartOptions) -> Result<()> {
    if let Some(port) = options.wanted_port {
        check_port(port)?;
    }
    let toolchain = setup::for_start(project)?;
    let dist = build_page_and_server(project, &toolchain)?;
    let mut server = process::command(project.program(DEVSERVER));
    server.arg("--dist").arg(dist).args(&options.devserver);
    become_command(server)
}

/// Builds the dev server and a page to look at, as far as they are not there; hands back where the page lies.
pub(crate) fn build_page_and_server(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    if let Some(dist) = page::find_for_start(project, toolchain)? {
        build_devserver(project, toolchain)?;
        return Ok(dist);
    }
    eprintln!("Compiling the page, and the server with its SQLite …");
    thread::scope(|scope| {
        let page = scope.spawn(|| page::compile_for_start(project, toolchain));
        // Without what only the release page needs.
        build(project, toolchain, &[DEVSERVER, page::BUNDLER], &["--no-default-features"])?;
        setup::joined(page.join())
    })?;
    page::build_for_start(project, toolchain)
}

/// Finds a taken port now rather than after minutes of compiling.
fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken; choose another with --port, or --port 0 for any free one")
        }
        // Whatever else is wrong with it, the dev server tells.
        _ => Ok(()),
    }
}

/// Runs Trunk's own server, which rebuilds and reloads when a file is saved.
pub(crate) fn serve(project: &Project, options: &ServeOptions) -> Result<()> {
    let ready = setup::for_serve(project)?;
    let mut trunk = ready.command("trunk")?;
    trunk
        .current_dir(project.root())
        // Not into dist/, which holds the release page.
        .args(["serve", "--dist"])
        .arg(project.target_dir().join("serve"))
        .args(&options.trunk);
    std::fs::create_dir_all(project.target_dir().join("serve"))?;
    become_command(trunk)
}

/// Compiles the dev server; nearly nothing when it is up to date.
pub(crate) fn build_devserver(project: &Project, toolchain: &Toolchain) -> Result<()> {
    if !project.program(DEVSERVER).exists() {
        eprintln!("Compiling the dev server, with its SQLite (about a minute) …");
    }
    build(project, toolchain, &[DEVSERVER], &[])
}

/// Compiles the program for users, without a page of its own, and hands back where it lies.
pub(crate) fn build_program(project: &Project, toolchain: &Toolchain) -> Result<PathBuf> {
    build(project, toolchain, &[PROGRAM], &[])?;
    Ok(project.program(PROGRAM))
}

fn build(project: &Project, toolchain: &Toolchain, packages: &[&str], args: &[&str]) -> Result<()> {
    let packages = packages.iter().flat_map(|it| ["--package", it]);
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--locked"]).args(packages).args(args).current_dir(project.root());
    process::run_watched("the server", &mut cargo)
}

/// The dev server's program.
pub(crate) fn devserver(project: &Project) -> PathBuf {
    project.program(DEVSERVER)
}

/// Lets another program take this one's place, so that Ctrl-C and signals reach it directly.
#[cfg(unix)]
fn become_command(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;

    let line = process::shown(&command);
    let error = command.exec();
    Err(anyhow::Error::new(error).context(format!("cannot run `{line}`")))
}

/// Runs another program to its end, where a process cannot be replaced.
#[cfg(not(unix))]
fn become_command(mut command: Command) -> Result<()> {
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let is_free_again = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
            let port = listener.local_addr().expect("it has an address").port();
            let error = check_port(port).expect_err("it is taken").to_string();
            assert!(error.contains(&port.to_string()), "{error}");
            drop(listener);
            check_port(port).is_ok()
        };
        // Another program may take a port in between, but not five one after the other.
        assert!((0..5).any(|_| is_free_again()), "a free port counts as taken");
    }
}
