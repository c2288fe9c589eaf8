//! The program itself: what it prints, and how it begins and ends.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::server::{agent, folder, send};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokendeck-devserver"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn dist() -> String {
    let dist = folder("dist");
    std::fs::write(dist.join("index.html"), "<!doctype html><title>page</title>").unwrap();
    dist.to_str().unwrap().to_owned()
}

/// Runs to its end.
fn run(args: &[&str]) -> (Output, String) {
    let output = command(args).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, stderr)
}

/// A server that has said that it is ready.
struct Running {
    child: Child,
    ready: String,
    purpose: String,
    url: String,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let mut child = command(args).spawn().unwrap();
        let (mut out, mut ready, mut purpose) =
            (BufReader::new(child.stdout.as_mut().unwrap()), String::new(), String::new());
        out.read_line(&mut ready).and_then(|_| out.read_line(&mut purpose)).unwrap();
        let url = ready.trim_end().rsplit(' ').next().unwrap_or_default().to_owned();
        Self { child, ready, purpose, url }
    }

    fn get(&self, path: &str) -> u16 {
        send(&agent(), "GET", &format!("{}{path}", self.url), &[], b"").unwrap().status
    }

    /// Asks it to end, as a terminal or a service manager does.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> (std::process::ExitStatus, String) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap(), stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_where_it_is_once_it_is_ready() {
    let server = Running::start(&["--dist", &dist(), "--port", "0"]);
    assert!(server.ready.starts_with("tokendeck is ready at http://127.0.0.1:"), "{}", server.ready);
    assert!(server.url.ends_with('/') && !server.url.ends_with(":0/"));
    assert_eq!(server.get(""), 200);
    assert_eq!(server.get("api/v1/tokens"), 200);
    assert_eq!(server.get("dev/faults"), 404);
}

#[test]
fn it_says_what_it_is_for() {
    const PURPOSE: &str = "for development, tests and demonstrations";
    let server = Running::start(&["--dist", &dist(), "--port", "0"]);
    assert!(server.purpose.contains(PURPOSE), "{}", server.purpose);
    let help = String::from_utf8(run(&["--help"]).0.stdout).unwrap();
    assert!(help.contains(PURPOSE), "{help}");
}

#[test]
fn two_hundred_tokens_unless_asked_otherwise() {
    for (args, total) in [(&[][..], 200), (&["--tokens", "7"], 7), (&["--tokens", "0"], 0)] {
        let dist = dist();
        let args: Vec<&str> = ["--dist", &dist, "--port", "0"].iter().chain(args).copied().collect();
        let server = Running::start(&args);
        let page = send(&agent(), "GET", &format!("{}api/v1/tokens?limit=1", server.url), &[], b"").unwrap();
        assert_eq!(page.json()["total"], total);
    }
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (output, stderr) = run(&["--dist", &dist(), "--port", &port]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    assert!(stderr.contains(&format!("port {port} on 127.0.0.1 is taken")) && stderr.contains("--port"), "{stderr}");
}

#[test]
fn it_listens_on_this_machine_only_and_warns_where_told_otherwise() {
    let server = Running::start(&["--dist", &dist(), "--port", "0", "--host", "0.0.0.0"]);
    // Named by an address that a browser can open.
    assert!(server.ready.contains("http://127.0.0.1:"), "{}", server.ready);
    assert_eq!(server.get(""), 200);
    #[cfg(unix)]
    {
        let (_, stderr) = server.end("TERM");
        assert!(stderr.contains("warning: every machine that reaches 0.0.0.0"), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn it_ends_in_good_order_when_asked_and_keeps_the_file() {
    let db = folder("db").join("tokens.db");
    let (dist, file) = (dist(), db.to_str().unwrap().to_owned());
    let args = ["--dist", &dist, "--port", "0", "--db", &file, "--tokens", "3"];
    for signal in ["TERM", "INT"] {
        let server = Running::start(&args);
        let page = send(&agent(), "GET", &format!("{}api/v1/tokens", server.url), &[], b"").unwrap();
        assert_eq!(page.json()["total"], 3);
        let (status, stderr) = server.end(signal);
        assert!(status.success(), "{signal}: {status} {stderr}");
        assert_eq!(stderr, "");
    }
    assert!(!Path::new(&format!("{file}-wal")).exists(), "the log was folded into the file");
}

#[cfg(unix)]
#[test]
fn a_request_that_hangs_does_not_keep_it_from_ending() {
    let server = Running::start(&["--dist", &dist(), "--port", "0", "--dev-faults"]);
    let plan = serde_json::json!({ "path": "/api/v1/scopes", "times": 1, "delay_ms": 60_000 }).to_string();
    let json = ("content-type", "application/json");
    send(&agent(), "POST", &format!("{}dev/faults", server.url), &[json], plan.as_bytes()).unwrap().expect(201);
    let url = format!("{}api/v1/scopes", server.url);
    let hanging = std::thread::spawn(move || send(&agent(), "GET", &url, &[], b""));
    // A plan is gone once its request has come.
    while send(&agent(), "GET", &format!("{}dev/faults", server.url), &[], b"").unwrap().text() != "[]" {
        assert!(!hanging.is_finished(), "the request did not hang");
        std::thread::yield_now();
    }
    let start = std::time::Instant::now();
    assert!(server.end("TERM").0.success());
    assert!(start.elapsed().as_secs() < 15);
    assert!(hanging.join().unwrap().is_err());
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let file = folder("db").join("other.db");
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("CREATE TABLE theirs (a)").unwrap();
    drop(other);
    let (output, stderr) = run(&["--dist", &dist(), "--port", "0", "--db", file.to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(stderr.contains("is a database of another program"), "{stderr}");
    std::fs::write(&file, "no database at all, but a text of some length that SQLite cannot read").unwrap();
    let (output, stderr) = run(&["--dist", &dist(), "--port", "0", "--db", file.to_str().unwrap()]);
    assert!(!output.status.success());
    assert!(stderr.contains("other.db cannot be opened"), "{stderr}");
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    for (args, why) in [
        (&[][..], "--dist DIR is missing"),
        (&["--dist", "d", "--port", "x"], "`x` is not a port"),
        (&["--dist", "d", "--config", "no-such-file"], "no-such-file"),
        (&["--dist", "d", "--nonsense"], "--nonsense"),
    ] {
        let (output, stderr) = run(args);
        assert!(!output.status.success());
        assert!(stderr.starts_with("error: ") && stderr.contains(why), "{stderr}");
    }
}

#[test]
fn options_reach_the_server() {
    let config = folder("config").join("own.json");
    std::fs::write(&config, r#"{"connections":[{"base":"https://api.mist.com"}]}"#).unwrap();
    let (dist, config) = (dist(), config.to_str().unwrap().to_owned());
    let args = [
        "--dist",
        &dist,
        "--port=0",
        "--secret",
        "s",
        "--allow-origin",
        "loopback",
        "--connect-src",
        "https://air.nvidia.com",
        "--config",
        &config,
        "--base-path",
        "/a/b",
        "--dev-faults",
    ];
    let server = Running::start(&args);
    assert!(server.url.ends_with("/a/b/"));
    let origin = ("origin", "http://localhost:1");
    let answer = send(&agent(), "GET", &format!("{}api/v1/tokens", server.url), &[origin], b"").unwrap().expect(401);
    assert_eq!(answer.header("access-control-allow-origin"), "http://localhost:1");
    assert_eq!(server.get("dev/faults"), 200);
    let page = send(&agent(), "GET", &server.url, &[], b"").unwrap().expect(200);
    assert!(
        page.header("content-security-policy")
            .contains("connect-src 'self' https://air.nvidia.com https://api.mist.com;")
    );
}
