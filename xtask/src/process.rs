//! Running other programs: echoed, with an environment that does not leak this one's toolchain.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::explain::explain;

/// What cargo sets for the programs it runs, this one included. Passed on, it would hold a child
/// `cargo`, `trunk` or `rustup` to the toolchain that compiled this program.
const INHERITED: [&str; 6] =
    ["RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO", "RUSTC", "RUSTDOC", "RUST_RECURSION_COUNT"];

/// How often a long command says that it is still at work.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);

/// What a person sets for their own programs. The page is made with the flags that the project says, or it is another page.
const FLAGS: [&str; 3] = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];

/// A command free of the toolchain that compiled this program.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in INHERITED.into_iter().chain(FLAGS) {
        command.env_remove(name);
    }
    // What cargo tells of the package it runs would reach build scripts of other packages.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name.to_string_lossy().starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// The command as one would type it, for messages.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    if let Some(name) = PathBuf::from(&words[0]).file_name() {
        words[0] = name.to_string_lossy().into_owned();
    }
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        if arg.is_empty() || arg.contains([' ', '"', '\'', '*', '&', ';']) {
            words.push(format!("'{arg}'"));
        } else {
            words.push(arg.into_owned());
        }
    }
    words.join(" ")
}

/// A program at work beside this one, ended when it goes out of scope.
#[derive(Debug)]
pub struct Beside(pub Child);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Echoes the command, runs it with this terminal, and fails when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a long command with its output held back: a line now and then says how far it is, and
/// all that it printed is shown if it fails, with what that means where it is known.
pub fn run_watched(label: &str, command: &mut Command) -> Result<()> {
    let line = shown(command);
    let mut child = command
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{line}`"))?;
    let begin = Instant::now();
    let mut told = begin;
    let mut n_compiled = 0_u32;
    let mut log = String::new();
    if let Some(stderr) = child.stderr.take() {
        for text in BufReader::new(stderr).lines().map_while(io::Result::ok) {
            n_compiled += u32::from(text.trim_start().starts_with("Compiling"));
            log.push_str(&text);
            log.push('\n');
            if told.elapsed() >= PROGRESS_EVERY && n_compiled > 0 {
                told = Instant::now();
                eprintln!("  {label}: {n_compiled} crates so far, {}", seconds_since(begin));
            }
        }
    }
    let status = child.wait()?;
    if !status.success() {
        eprint!("{log}");
        match explain(&log) {
            Some(sentence) => bail!("`{line}` failed ({status}).\n{sentence}"),
            None => bail!("`{line}` failed ({status})"),
        }
    }
    Ok(())
}

/// Runs the command quietly and hands back what it printed, however it ended.
pub fn output(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{}`", shown(command)))
}

/// Writes a script that can be run at once. A shell writes it: what this process has open for writing, programs that another
/// of its threads starts at that moment have open too, and the system runs no such file ("Text file busy").
#[cfg(unix)]
pub fn write_script(file: &Path, text: &str) -> Result<()> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\""]).arg(file).arg(text);
    let written = output(&mut shell)?;
    ensure!(written.status.success(), "cannot write {}: {}", file.display(), String::from_utf8_lossy(&written.stderr));
    Ok(())
}

/// What a command prints, trimmed; none when it is missing or fails.
pub fn read(command: &mut Command) -> Option<String> {
    let output = output(command).ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a command prints in English, trimmed; none when it is missing or fails.
pub fn read_english(command: &mut Command) -> Option<String> {
    read(command.env("LC_ALL", "C"))
}

/// Every file called `name` on the PATH, in its order.
pub fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|dir| dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .filter(|it| it.is_file())
        .collect()
}

/// Says how long something took, in the words of the progress lines.
pub fn seconds_since(begin: Instant) -> String {
    seconds(begin.elapsed())
}

/// A duration in the words of the progress lines.
pub fn seconds(duration: Duration) -> String {
    let secs = duration.as_secs();
    if secs >= 60 { format!("{}:{:02} min", secs / 60, secs % 60) } else { format!("{:.1} s", duration.as_secs_f32()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_typed() {
        let mut command = command("/usr/bin/cargo");
        command.args(["test", "--", "a b", ""]);
        assert_eq!(shown(&command), "cargo test -- 'a b' ''");
    }

    #[cfg(unix)]
    #[test]
    fn a_script_can_be_run_at_once_whatever_else_is_started() {
        use std::sync::atomic::{AtomicBool, Ordering};

        const N: usize = 300;
        let file = std::env::temp_dir().join(format!("xtask-script-{}", std::process::id()));
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        read(&mut Command::new("true"));
                    }
                });
            }
            let told = (0..N).map(|number| {
                write_script(&file, &format!("#!/bin/sh\necho '{number}'\n")).ok()?;
                read(&mut Command::new(&file))
            });
            let told: Vec<_> = told.collect();
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(told, (0..N).map(|it| Some(it.to_string())).collect::<Vec<_>>());
        });
        std::fs::remove_file(file).expect("it can be removed");
    }

    #[test]
    fn durations_are_readable() {
        assert_eq!(seconds(Duration::from_millis(1_260)), "1.3 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3:07 min");
    }

    #[test]
    fn the_toolchain_of_this_program_is_not_passed_on() {
        let command = command("cargo");
        for name in INHERITED.into_iter().chain(FLAGS) {
            assert!(command.get_envs().any(|(key, value)| key == name && value.is_none()), "{name}");
        }
    }
}
