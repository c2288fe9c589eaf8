//! A running program of a test's own, and a client that sends what it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

/// A program that has said that it is ready.
pub(crate) struct Program {
    child: Child,
    /// What it has printed.
    pub(crate) said: String,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Program {
    /// Serves a small page and this `config.json`.
    pub(crate) fn serving(config: &Value) -> Program {
        Program::with(config, &[])
    }

    /// The same with more arguments.
    pub(crate) fn with(config: &Value, more: &[&str]) -> Program {
        let file = folder("config").join("config.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let args = ["--config", file.to_str().unwrap()];
        Program::start(&args.iter().chain(more).copied().collect::<Vec<_>>())
    }

    /// Serves a small page with these arguments.
    pub(crate) fn start(args: &[&str]) -> Program {
        Program::run(&mut command(args))
    }

    /// The same with a command that a test has made.
    pub(crate) fn run(command: &mut Command) -> Program {
        let page = page();
        let mut child = command.args(["--page", &page, "--listen", "0"]).spawn().unwrap();
        let (mut out, mut said) = (BufReader::new(child.stdout.as_mut().unwrap()), String::new());
        out.read_line(&mut said).and_then(|_| out.read_line(&mut said)).unwrap();
        let url = said.lines().next().and_then(|it| it.rsplit(' ').next()).unwrap_or_default();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        if !address.contains(':') {
            let mut error = String::new();
            child.stderr.as_mut().unwrap().read_to_string(&mut error).unwrap();
            panic!("{said}{error}");
        }
        Program { child, said, address }
    }

    /// Sends a request as the page would.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Sends a request with these header lines besides.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let host = format!("Host: {}", self.address);
        let headers: Vec<&str> = [host.as_str()].into_iter().chain(headers.iter().copied()).collect();
        self.raw(&format!("{method} {path} HTTP/1.1"), &headers, body)
    }

    /// Sends these lines as they are.
    pub(crate) fn raw(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let headers: String = headers.iter().map(|it| format!("{it}\r\n")).collect();
        // A body that comes in chunks tells its own length.
        let is_told = body.is_empty() || headers.contains("chunked");
        let length = if is_told { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        // What it refuses it may not read to the end.
        let _ = write!(stream, "{line}\r\n{headers}{length}Connection: close\r\n\r\n{body}");
        Answer::read(stream)
    }

    /// Ends it, and hands back all that it has printed.
    pub(crate) fn end(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = std::mem::take(&mut self.said);
        self.child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Whether the body came to its end.
    pub(crate) is_whole: bool,
}

impl Answer {
    fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        // A connection that is broken off is an answer too.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
        let headers: Vec<(String, String)> =
            head.lines().skip(1).filter_map(|it| it.split_once(": ")).map(owned).collect();
        let value = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        let (body, is_whole) = match value("content-length").and_then(|it| it.parse::<usize>().ok()) {
            Some(length) => (body.to_owned(), body.len() == length),
            None if value("transfer-encoding") == Some("chunked") => unchunked(body),
            None => (body.to_owned(), true),
        };
        Answer { status, headers, body, is_whole }
    }

    /// A header's value; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
    }

    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|it| it.0 == name).map(|it| it.1.as_str()).collect()
    }

    /// The same answer, once its status is as expected.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// The sentence of a refusal of this status.
    #[track_caller]
    pub(crate) fn detail(self, status: u16) -> String {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        body["detail"].as_str().unwrap().to_owned()
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_ascii_lowercase(), value.to_owned())
}

fn unchunked(mut rest: &str) -> (String, bool) {
    let mut body = String::new();
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or_default();
        if size == 0 {
            return (body, true);
        }
        let Some(chunk) = more.get(..size) else { break };
        body.push_str(chunk);
        rest = more.get(size + 2..).unwrap_or_default();
    }
    (body, false)
}

/// The program with arguments, as yet not started.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokendeck-server"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program to its end; what it said of a mistake.
pub(crate) fn run(args: &[&str]) -> (Output, String) {
    let output = command(args).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, stderr)
}

/// A built page in small, with one of the descriptions that come with it.
pub(crate) fn page() -> String {
    let folder = folder("page");
    std::fs::create_dir_all(folder.join("apis")).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html><title>page</title>").unwrap();
    std::fs::write(folder.join("start-0123456789abcdef.js"), "export {}").unwrap();
    std::fs::write(folder.join("config.json"), "{\"shipped\":true}").unwrap();
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    for api in ["gitlab.json", "gitea.json"] {
        std::fs::copy(project.join("apis").join(api), folder.join("apis").join(api)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

/// An empty folder of this test run.
pub(crate) fn folder(name: &str) -> PathBuf {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
