//! A system of a test's own: it remembers what it was asked, byte for byte, and answers what the test says.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The request line.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    /// A header's value; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str())
    }

    /// Whether a header of this name came.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|it| it.0 == name)
    }

    pub(crate) fn read(stream: &mut impl Read) -> Option<Asked> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let headers = head.lines().skip(1).filter_map(|it| it.split_once(": "));
        let headers: Vec<_> = headers.map(|it| (it.0.to_ascii_lowercase(), it.1.to_owned())).collect();
        let mut asked = Asked { line: head.lines().next()?.to_owned(), headers, body: String::new() };
        let mut body = vec![0; asked.header("content-length").parse().unwrap_or_default()];
        stream.read_exact(&mut body).ok()?;
        asked.body = String::from_utf8_lossy(&body).into_owned();
        Some(asked)
    }
}

/// Writes the answer to a request.
pub(crate) type Reply = dyn Fn(&Asked, &mut dyn Write) + Send + Sync;

/// A system that answers until the test ends.
pub(crate) struct System {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl System {
    /// One that answers every request with these header lines and an empty object.
    pub(crate) fn with_headers(headers: &'static [&'static str]) -> System {
        System::start(move |_, out| write_answer(out, "200 OK", headers, "{}"))
    }

    /// One that answers as the test says.
    pub(crate) fn start(reply: impl Fn(&Asked, &mut dyn Write) + Send + Sync + 'static) -> System {
        System::over(reply, |stream, serve| serve(&mut { stream }))
    }

    /// The same, over what a test makes of a connection.
    pub(crate) fn over(
        reply: impl Fn(&Asked, &mut dyn Write) + Send + Sync + 'static,
        open: impl Fn(TcpStream, &dyn Fn(&mut dyn Stream)) + Send + Sync + 'static,
    ) -> System {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (reply, open, seen): (Arc<Reply>, _, _) = (Arc::new(reply), Arc::new(open), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (reply, open, seen) = (reply.clone(), open.clone(), seen.clone());
                std::thread::spawn(move || {
                    open(stream, &|stream| {
                        let Some(asked) = Asked::read(&mut { &mut *stream }) else { return };
                        seen.lock().unwrap().push(asked.clone());
                        reply(&asked, &mut { &mut *stream });
                        let _ = stream.flush();
                    });
                });
            }
        });
        System { address, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// What it was asked last.
    #[track_caller]
    pub(crate) fn last(&self) -> Asked {
        self.asked().pop().expect("it was asked something")
    }

    /// A connection to it by way of the program.
    pub(crate) fn connection(&self, name: &str) -> Value {
        connection(name, &format!("http://{}", self.address))
    }

    /// A configuration with this connection alone, named `A`.
    pub(crate) fn config(&self) -> Value {
        json!({ "connections": [self.connection("A")] })
    }
}

/// What goes both ways.
pub(crate) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// A connection by way of the program.
pub(crate) fn connection(name: &str, base: &str) -> Value {
    json!({ "name": name, "dialect": "scoped", "base": base, "proxy": true })
}

/// An answer with its length, after which the connection ends.
pub(crate) fn write_answer(out: &mut dyn Write, status: &str, headers: &[&str], body: &str) {
    let headers: String = headers.iter().map(|it| format!("{it}\r\n")).collect();
    let length = body.len();
    let _ = write!(out, "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
}
