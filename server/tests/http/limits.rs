//! Sizes and times: bodies that never end, systems that are slow or down, many requests at once, and logs without secrets.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::Program;
use crate::system::{System, connection, write_answer};

/// A configuration with one connection that has these limits.
fn limited(system: &System, limits: &Value) -> Value {
    let mut config = system.config();
    for (name, value) in limits.as_object().unwrap() {
        config["connections"][0][name] = value.clone();
    }
    config
}

#[test]
fn a_body_that_never_ends_is_cut_off_by_its_size() {
    let system = System::start(|_, out| {
        let _ = write!(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        let chunk = "x".repeat(100_000);
        while write!(out, "{:x}\r\n{chunk}\r\n", chunk.len()).is_ok() {}
    });
    let program = Program::serving(&limited(&system, &json!({ "max_answer_mb": 1 })));
    let answer = program.get("/proxy/A/tokens");
    assert!(answer.body.len() <= 1_000_000 && !answer.is_whole, "{} {}", answer.body.len(), answer.is_whole);
}

#[test]
fn a_body_that_drips_for_ever_is_cut_off_by_its_time() {
    let system = System::start(|_, out| {
        let _ = write!(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while write!(out, "1\r\nx\r\n").and_then(|()| out.flush()).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let program = Program::serving(&limited(&system, &json!({ "timeout": 1 })));
    let begin = Instant::now();
    let answer = program.get("/proxy/A/tokens");
    assert!(!answer.is_whole && !answer.body.is_empty(), "{answer:?}");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[test]
fn an_answer_that_says_that_it_is_too_large_is_not_begun() {
    let system = System::start(|_, out| {
        let _ = write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n");
    });
    let program = Program::serving(&limited(&system, &json!({ "max_answer_mb": 1 })));
    assert!(program.get("/proxy/A/tokens").detail(502).contains("larger than 1 MB"));
}

#[test]
fn requests_that_are_too_large_are_refused() {
    let system = System::with_headers(&[]);
    let program = Program::serving(&system.config());
    program.send("POST", "/proxy/A/tokens", &[], &"x".repeat(1 << 20)).expect(200);
    let n_asked = system.asked().len();
    program.send("POST", "/proxy/A/tokens", &["Content-Length: 1048577"], "").detail(413);
    let chunked = format!("{:x}\r\n{}\r\n0\r\n\r\n", (1 << 20) + 1, "x".repeat((1 << 20) + 1));
    let host = format!("Host: {}", program.address);
    // Its length is not told: it is cut off on the way, and never arrives whole.
    program.raw("POST /proxy/A/tokens HTTP/1.1", &[&host, "Transfer-Encoding: chunked"], &chunked);
    assert_eq!(system.asked().iter().skip(n_asked).filter(|it| it.body.len() > 1 << 20).count(), 0);
}

#[test]
fn a_system_that_is_silent_is_given_up() {
    let system = System::start(|_, _| thread::sleep(Duration::from_secs(60)));
    let program = Program::serving(&limited(&system, &json!({ "timeout": 1 })));
    let begin = Instant::now();
    let detail = program.get("/proxy/A/tokens").detail(504);
    assert!(detail.contains("did not answer within 1 seconds"), "{detail}");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_system_that_is_down_is_told_and_the_others_answer() {
    let down = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let breaks = System::start(|_, _| {});
    let garbled = System::start(|_, out| {
        let _ = out.write_all(b"SSH-2.0-OpenSSH\r\n\r\n");
    });
    let works = System::with_headers(&[]);
    let config = json!({ "connections": [
        connection("Down", &format!("http://{down}")),
        connection("Unknown", "http://nothing.invalid"),
        breaks.connection("Breaks"),
        garbled.connection("Garbled"),
        works.connection("Works"),
    ] });
    let program = Program::serving(&config);
    let detail = program.get("/proxy/Down/tokens?secret=s").detail(502);
    assert!(detail.starts_with(&format!("Down (http://{down}) cannot be reached: ")), "{detail}");
    assert!(
        program.get("/proxy/Unknown/tokens").detail(502).contains("Unknown (http://nothing.invalid) cannot be reached")
    );
    assert!(program.get("/proxy/Breaks/tokens").detail(502).contains("broke the connection off"));
    assert!(program.get("/proxy/Garbled/tokens").detail(502).contains("broke the connection off"));
    program.get("/proxy/Works/tokens").expect(200);
}

#[test]
fn a_hundred_requests_at_once_are_answered() {
    let system = System::start(|asked, out| {
        thread::sleep(Duration::from_millis(300));
        write_answer(out, "200 OK", &[], &asked.line);
    });
    let program = Program::serving(&system.config());
    let begin = Instant::now();
    thread::scope(|scope| {
        for idx in 0..100 {
            let program = &program;
            scope.spawn(move || {
                let answer = program.get(&format!("/proxy/A/tokens/{idx}")).expect(200);
                assert_eq!(answer.body, format!("GET /tokens/{idx} HTTP/1.1"));
            });
        }
    });
    // One after the other they would take thirty seconds.
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!(system.asked().len(), 100);
}

#[test]
fn who_gives_up_lets_the_system_go() {
    let (tell, told) = std::sync::mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let system = System::start(move |_, out| {
        let _ = write!(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while write!(out, "1\r\nx\r\n").and_then(|()| out.flush()).is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = tell.lock().unwrap().send(());
    });
    let program = Program::serving(&system.config());
    let mut stream = std::net::TcpStream::connect(&program.address).unwrap();
    write!(stream, "GET /proxy/A/tokens HTTP/1.1\r\nHost: {}\r\n\r\n", program.address).unwrap();
    std::io::Read::read_exact(&mut stream, &mut [0; 20]).unwrap();
    drop(stream);
    told.recv_timeout(Duration::from_secs(20)).expect("the system's connection ends too");
}

#[test]
fn nothing_of_a_request_is_printed() {
    let down = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let works = System::with_headers(&["Set-Cookie: sid=secret", "Location: https://evil.example/secret"]);
    let breaks = System::start(|_, _| {});
    let config = json!({ "connections": [
        connection("Down", &format!("http://{down}")), works.connection("Works"), breaks.connection("Breaks"),
    ] });
    let program = Program::serving(&config);
    for name in ["Down", "Works", "Breaks", "secret"] {
        let path = format!("/proxy/{name}/secret?secret=secret");
        let headers = ["Authorization: Bearer secret", "Cookie: sid=secret", "Content-Type: text/plain"];
        program.send("POST", &path, &headers, "secret");
        program.send("POST", &format!("/proxy/{name}/secret%2F..%2Fsecret"), &headers, "secret");
        program.send("POST", &path, &["Origin: https://secret.example"], "secret");
    }
    program.raw("GET /secret HTTP/1.1", &["Host: secret.example"], "");
    program.raw("secret", &["secret"], "secret");
    let said = program.end();
    assert!(!said.contains("secret"), "{said}");
}
