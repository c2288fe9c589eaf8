//! `cargo xtask test`: every check and test, the quick ones first, with one sum at the end.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cli::{Step, TestOptions};
use crate::page;
use crate::rehearse;
use crate::setup::{self, Ready};
use crate::start;
use crate::tidy;
use crate::tools;
use xtask::WASM;
use xtask::process::{self, Beside};
use xtask::project::Project;

/// How long a dev server may take until it listens.
const SERVER_START: Duration = Duration::from_secs(20);

/// Runs the steps, in their order, up to the first that fails.
pub(crate) fn run(project: &Project, options: &TestOptions) -> Result<()> {
    let begin = Instant::now();
    let wanted = |step: &Step| options.only.is_empty() || options.only.contains(step);
    let steps: Vec<_> = Step::ALL.into_iter().filter(wanted).collect();
    let ready = if steps.iter().all(|it| matches!(it, Step::Fmt | Step::Tidy | Step::Page | Step::Fresh)) {
        setup::for_release(project)?
    } else {
        setup::for_test(project)?
    };
    let mut sum = Tally::default();
    let mut outcome = Ok(());
    let mut times = vec![("set-up", begin.elapsed())];
    let wants_page = steps.iter().any(|it| matches!(it, Step::Page | Step::E2e));
    let mut ahead = None;
    for step in steps {
        // The first that compiles, after what fails within seconds.
        if step == Step::Clippy && wants_page {
            ahead = page::begin(project, &ready)?;
        }
        eprintln!("\n== {} ==", step.name());
        let step_begin = Instant::now();
        let mut tally = Tally::default();
        outcome =
            run_step(project, &ready, step, &mut tally).with_context(|| format!("the step {} failed", step.name()));
        sum.add(tally);
        times.push((step.name(), step_begin.elapsed()));
        if outcome.is_err() {
            // A step that failed without naming a failed test counts as one.
            sum.failed += u64::from(tally.failed == 0);
            break;
        }
        eprintln!("== {} is good ({}) ==", step.name(), process::seconds_since(step_begin));
    }
    drop(ahead);
    if let Err(error) = &outcome {
        eprintln!("\n{error:#}");
    }
    eprintln!("\nAll of it took {}:", process::seconds_since(begin));
    for (name, time) in times {
        eprintln!("  {name:<8} {}", process::seconds(time));
    }
    println!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
    match outcome {
        Ok(()) => Ok(()),
        // It has been told above; the closing line stays the last one.
        Err(_) => std::process::exit(1),
    }
}

fn run_step(project: &Project, ready: &Ready, step: Step, tally: &mut Tally) -> Result<()> {
    match step {
        Step::Fmt => process::run(cargo(project, ready)?.args(["fmt", "--all", "--check"])),
        Step::Tidy => tidy::check_sources(project),
        Step::Deps => {
            // Neither may ask the network: the crates are there, and their list is Cargo.lock.
            let offline = ["--offline", "--locked"];
            process::run(
                ready
                    .command("cargo-deny")?
                    .current_dir(project.root())
                    // All packages: without this the page alone.
                    .args(["--workspace"])
                    .args(offline)
                    .args(["check", "licenses", "bans", "sources"]),
            )?;
            process::run(ready.command("cargo-shear")?.current_dir(project.root()).args(offline).arg("--deny-warnings"))
        }
        Step::Types => process::run(ready.command("npx")?.current_dir(project.path("tests/e2e")).args([
            "--no-install",
            "tsc",
            "--project",
            ".",
        ])),
        Step::Clippy => {
            process::run(
                cargo(project, ready)?
                    .args(["clippy", "--quiet", "--locked", "--workspace", "--all-targets"])
                    .args(["--", "--deny", "warnings"]),
            )?;
            process::run(
                cargo(project, ready)?
                    .args(["clippy", "--quiet", "--locked", "--target", WASM])
                    .args(["--package", "tokendeck", "--all-targets"])
                    .args(["--", "--deny", "warnings"]),
            )
        }
        Step::Docs => {
            for packages in [&["--workspace"][..], &["--package", "tokendeck", "--target", WASM]] {
                process::run(
                    cargo(project, ready)?
                        .args(["doc", "--quiet", "--locked", "--no-deps"])
                        .args(packages)
                        .env("RUSTDOCFLAGS", "--deny warnings"),
                )?;
            }
            Ok(())
        }
        Step::Unit => run_counted(cargo(project, ready)?.args(["test", "--locked", "--workspace"]), tally),
        Step::Page => {
            page::ensure(project, ready)?;
            tidy::check_page(project)?;
            page::check_sizes(project, ready)
        }
        Step::Browser => run_browser(project, ready, tally),
        Step::Vendors => run_vendors(project, ready, tally),
        Step::E2e => run_e2e(project, ready, tally),
        Step::Fresh => {
            let Tally { passed, skipped, .. } = tally;
            rehearse::check_packages(project, passed, skipped)
        }
    }
}

fn cargo(project: &Project, ready: &Ready) -> Result<Command> {
    let mut cargo = ready.command("cargo")?;
    cargo.current_dir(project.root());
    Ok(cargo)
}

/// Runs the tests that need a browser but not the whole page, beside a dev server of their own.
fn run_browser(project: &Project, ready: &Ready, tally: &mut Tally) -> Result<()> {
    start::build_devserver(project, &ready.toolchain)?;
    // wasm-pack serves its test page on an origin of its own, hence CORS.
    let server = DevServer::start(project, &["--allow-origin", "loopback"])?;
    let mut wasm_pack = ready.command("wasm-pack")?;
    wasm_pack
        .current_dir(project.root())
        .args(["test", "--headless", "--chrome", "--mode", "no-install"])
        .env("TOKENDECK_DEV_SERVER", server.address())
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    if let Some(driver) = process::on_path("chromedriver").into_iter().next() {
        wasm_pack.arg("--chromedriver").arg(driver);
    }
    wasm_pack.args(["--", "--locked"]);
    run_counted(&mut wasm_pack, tally)?;
    if tally.passed == 0 {
        bail!("no browser test ran");
    }
    Ok(())
}

/// Runs the vendors' published clients, which come from PyPI.
fn run_vendors(project: &Project, ready: &Ready, tally: &mut Tally) -> Result<()> {
    start::build_devserver(project, &ready.toolchain)?;
    let mut clients = ready.command(tools::PYTHON)?;
    clients
        .current_dir(project.root())
        .arg("tests/vendors/run.py")
        .arg("--devserver")
        .arg(start::devserver(project))
        .arg("--dist")
        .arg(project.path("dist"));
    run_counted(&mut clients, tally)?;
    if tally.passed == 0 {
        bail!("no check of a vendor's client ran");
    }
    Ok(())
}

/// Runs Playwright, which starts the dev servers it wants by itself.
fn run_e2e(project: &Project, ready: &Ready, tally: &mut Tally) -> Result<()> {
    page::ensure(project, ready)?;
    start::build_devserver(project, &ready.toolchain)?;
    let program = start::build_program(project, &ready.toolchain)?;
    let mut playwright = ready.command("npx")?;
    playwright
        .current_dir(project.path("tests/e2e"))
        .args(["--no-install", "playwright", "test"])
        .env("TOKENDECK_DEVSERVER", start::devserver(project))
        .env("TOKENDECK_SERVER", program)
        .env("TOKENDECK_DIST", project.path("dist"));
    if let Some(chromium) = setup::chromium() {
        playwright.env("CHROMIUM", chromium);
    }
    run_counted(&mut playwright, tally)?;
    if tally.passed == 0 {
        bail!("no end-to-end test ran");
    }
    Ok(())
}

/// Runs a command with its output shown as it comes, and adds up what it says of tests.
fn run_counted(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let line = process::shown(command);
    eprintln!("$ {line}");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run `{line}`"))?;
    if let Some(stdout) = child.stdout.take() {
        for text in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            tally.read(&text);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    if tally.failed > 0 {
        bail!("`{line}` told of failed tests, yet ended well");
    }
    Ok(())
}

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    /// What could not run here, or was told not to.
    skipped: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Takes in one line of output: cargo's and wasm-bindgen's `test result: ok. 3 passed; …`, or
    /// Playwright's `  3 passed (2.1s)`.
    fn read(&mut self, line: &str) {
        if let Some((_, counts)) = line.split_once("test result: ") {
            let counts = counts.split_once(". ").map_or(counts, |it| it.1);
            for part in counts.split(';') {
                self.count(part);
            }
        } else {
            let line = line.trim();
            let counts = line.split_once(" (").map_or(line, |it| it.0);
            self.count(counts);
        }
    }

    fn count(&mut self, part: &str) {
        let mut words = part.split_whitespace();
        let (Some(number), Some(word), None) = (words.next(), words.next(), words.next()) else {
            return;
        };
        let Ok(number) = number.parse::<u64>() else {
            return;
        };
        match word {
            "passed" => self.passed += number,
            // A test that passes at times only is a bug.
            "failed" | "flaky" => self.failed += number,
            "skipped" | "ignored" => self.skipped += number,
            _ => {}
        }
    }
}

/// A dev server for the tests.
struct DevServer {
    program: Beside,
    port: u16,
}

impl DevServer {
    fn start(project: &Project, args: &[&str]) -> Result<Self> {
        let port = free_port()?;
        let mut command = process::command(start::devserver(project));
        command
            .arg("--dist")
            .arg(project.path("dist"))
            .args(["--port", &port.to_string(), "--db", ":memory:"])
            .args(args)
            .stdin(Stdio::null());
        eprintln!("$ {} &", process::shown(&command));
        let program = Beside(command.spawn().context("cannot run the dev server")?);
        let mut server = Self { program, port };
        server.wait_until_up()?;
        Ok(server)
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait_until_up(&mut self) -> Result<()> {
        let begin = Instant::now();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        loop {
            if TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.program.0.try_wait()? {
                bail!("the dev server ended by itself ({status})");
            }
            if begin.elapsed() > SERVER_START {
                bail!("the dev server does not listen after {SERVER_START:?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// A port that is free at this moment.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &str, passed: u64, failed: u64, skipped: u64) {
        let mut tally = Tally::default();
        for line in lines.lines() {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed, failed, skipped });
    }

    #[test]
    fn cargo_tests_are_added_up() {
        check(
            "running 3 tests\ntest a ... ok\n\
             test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            13,
            2,
            1,
        );
    }

    #[test]
    fn playwright_tests_are_added_up() {
        check("Running 8 tests using 1 worker\n  2 failed\n  1 flaky\n  3 skipped\n  12 passed (5.0s)", 12, 3, 3);
    }

    #[test]
    fn other_lines_do_not_count() {
        check("200 tokens passed\npassed\n3 passed through", 0, 0, 0);
        check("a test result: none", 0, 0, 0);
    }
}
