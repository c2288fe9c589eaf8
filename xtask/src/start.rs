//! `cargo xtask start` and `cargo xtask serve`: the page, running.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Result, bail};

use crate::cli::{ServeOptions, StartOptions};
use crate::page;
use crate::process;
use crate::project::Project;
use crate::setup;
use crate::toolchain::Toolchain;

/// The package of the dev server, and the name of its program.
const DEVSERVER: &str = "tokendeck-devserver";

/// Installs what is missing, builds what has changed, and becomes the dev server.
pub(crate) fn run(project: &Project, options: &StartOptions) -> Result<()> {
    if let Some(port) = options.wanted_port {
        check_port(port)?;
    }
    let ready = setup::for_start(project, |toolchain| {
        page::compile_for_start(project, toolchain)?;
        build_devserver(project, toolchain)
    })?;
    // Trunk's last steps keep one core busy, cargo may have the other.
    let dist = thread::scope(|scope| {
        let devserver = scope.spawn(|| build_devserver(project, &ready.toolchain));
        let dist = page::ensure_for_start(project, &ready)?;
        setup::joined(devserver.join())?;
        anyhow::Ok(dist)
    })?;
    let mut server = process::command(devserver(project));
    server.arg("--dist").arg(dist).args(&options.devserver);
    become_command(server)
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
    let ready = setup::for_start(project, |_| Ok(()))?;
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
    let program = devserver(project);
    if !program.exists() {
        eprintln!("Compiling the dev server, with its SQLite (about a minute) …");
    }
    process::run_watched(
        "the dev server",
        toolchain.cargo().args(["build", "--locked", "--package", DEVSERVER]).current_dir(project.root()),
    )
}

/// The dev server's program.
pub(crate) fn devserver(project: &Project) -> PathBuf {
    project.target_dir().join(format!("debug/{DEVSERVER}{}", std::env::consts::EXE_SUFFIX))
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let error = check_port(port).expect_err("it is taken").to_string();
        assert!(error.contains(&port.to_string()), "{error}");
        drop(listener);
        check_port(port).expect("it is free again");
    }
}
