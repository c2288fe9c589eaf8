//! The hosts that the server answers to, and the pages whose writes it carries out: real requests, byte for byte.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};

use crate::server::{Server, draft};

/// The status of a request with these header lines.
#[track_caller]
fn status(server: &Server, line: &str, headers: &[&str]) -> u16 {
    let address = server.url.trim_start_matches("http://").split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = headers.iter().map(|it| format!("{it}\r\n")).collect();
    write!(stream, "{line}\r\n{headers}Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{line}: {answer}"));
    if status == 421 {
        assert!(answer.contains("application/problem+json") && answer.contains("--allow-host"), "{answer}");
        assert!(!answer.to_ascii_lowercase().contains("access-control-"), "{answer}");
    }
    status
}

/// Every kind of address that it serves.
const PATHS: [&str; 6] =
    ["/api/v1/tokens", "/api/v1/openapi.json", "/config.json", "/nothing", "/sim/air/api/v1/login/", "/dev/faults"];

#[test]
fn it_answers_to_loopback_whatever_it_is_called() {
    let server = Server::start();
    for host in
        ["localhost", "LocalHost:1", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "localhost.", "app.localhost:8090"]
    {
        assert_eq!(status(&server, "GET /api/v1/tokens HTTP/1.1", &[&format!("Host: {host}")]), 200, "{host}");
    }
}

#[test]
fn it_answers_to_no_other_name() {
    let server = Server::with(1, |world| world.faults = Some(tokendeck_devserver::faults::Faults::default()));
    for path in PATHS {
        for host in
            ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.0.2.7", "[2001:db8::7]", "a@localhost"]
        {
            assert_eq!(
                status(&server, &format!("GET {path} HTTP/1.1"), &[&format!("Host: {host}")]),
                421,
                "{path} {host}"
            );
        }
    }
    let token = server.get("/api/v1/tokens").json()["entries"][0].clone();
    let delete = format!("DELETE {} HTTP/1.1", Server::path(&token));
    assert_eq!(status(&server, &delete, &["Host: evil.example", "Sec-Fetch-Site: same-origin"]), 421);
    assert_eq!(
        status(&server, "OPTIONS /api/v1/tokens HTTP/1.1", &["Host: evil.example", "Origin: http://evil.example"]),
        421
    );
    assert_eq!(server.get(&Server::path(&token)).json(), token);
}

#[test]
fn without_a_host_nobody_is_answered() {
    let server = Server::start();
    assert_eq!(status(&server, "GET /api/v1/tokens HTTP/1.0", &[]), 421);
    assert_eq!(status(&server, "GET /api/v1/tokens HTTP/1.1", &["Host:"]), 421);
    // What the request line names counts.
    assert_eq!(status(&server, "GET http://evil.example/api/v1/tokens HTTP/1.1", &["Host: localhost"]), 421);
    assert_eq!(status(&server, "GET http://localhost/api/v1/tokens HTTP/1.1", &["Host: localhost"]), 200);
}

#[test]
fn hosts_can_be_allowed() {
    let server = Server::with(0, |world| world.allowed_hosts.add("tokens.example.com").unwrap());
    let ask = |host: &str| status(&server, "GET /api/v1/tokens HTTP/1.1", &[&format!("Host: {host}")]);
    assert_eq!(["tokens.example.com", "TOKENS.example.com.:8080", "localhost"].map(ask), [200, 200, 200]);
    assert_eq!(["example.com", "a.tokens.example.com"].map(ask), [421, 421]);
    let everywhere = Server::with(0, |world| world.allowed_hosts.add_address(IpAddr::from([0, 0, 0, 0])));
    let ask = |host: &str| status(&everywhere, "GET /api/v1/tokens HTTP/1.1", &[&format!("Host: {host}")]);
    assert_eq!(["192.0.2.7:8080", "[2001:db8::7]", "evil.example"].map(ask), [200, 200, 421]);
}

#[test]
fn the_check_stands_before_a_base_path_too() {
    let server = Server::with(0, |world| world.base_path = "/some/where".into());
    for path in ["/some/where", "/some/where/", "/some/where/api/v1/tokens", "/"] {
        assert_eq!(status(&server, &format!("GET {path} HTTP/1.1"), &["Host: evil.example"]), 421, "{path}");
    }
    assert_eq!(status(&server, "GET /some/where/api/v1/tokens HTTP/1.1", &["Host: localhost"]), 200);
}

#[test]
fn who_writes_is_told_by_the_origin_where_the_browser_says_no_more() {
    let server = Server::with(1, |world| {
        world.allowed_hosts.add("tokens.example.com").unwrap();
        world.allowed_origins.add("https://named.example").unwrap();
    });
    let token = server.get("/api/v1/tokens").json()["entries"][0].clone();
    let revoke = format!("POST {}/revoke HTTP/1.1", Server::path(&token));
    let write = |host: &str, origin: &str| {
        let headers = [format!("Host: {host}"), format!("Origin: {origin}"), "Content-Length: 0".to_owned()];
        status(&server, &revoke, &headers.each_ref().map(String::as_str))
    };
    for (host, origin) in [
        ("127.0.0.1:8080", "http://evil.example"),
        ("127.0.0.1:8080", "null"),
        ("127.0.0.1:8080", "http://127.0.0.1.evil.example"),
        ("127.0.0.1:8080", "http://tokens.example.com"),
        ("tokens.example.com:8080", "http://tokens.example.com:8081"),
        ("tokens.example.com:8080", "http://localhost:8080"),
        ("tokens.example.com:8080", "null"),
    ] {
        assert_eq!(write(host, origin), 403, "{host} {origin}");
    }
    assert_eq!(server.get(&Server::path(&token)).json(), token);
    for (host, origin) in [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("127.0.0.1:8080", "http://localhost:8090"),
        ("[::1]:8080", "http://[::1]:8090"),
        ("tokens.example.com:8080", "http://tokens.example.com:8080"),
        ("TOKENS.example.com", "https://tokens.example.com"),
        ("127.0.0.1:8080", "https://named.example"),
    ] {
        assert_eq!(write(host, origin), 200, "{host} {origin}");
    }
}

#[test]
fn simulated_systems_and_failures_are_written_to_by_no_foreign_page_either() {
    let server = Server::with(1, |world| world.faults = Some(tokendeck_devserver::faults::Faults::default()));
    let foreign = [("origin", "http://evil.example")];
    for path in ["/sim/air/api/v1/login/", "/sim/mist/api/v1/login", "/sim/pt-sandbox/ui/login", "/dev/faults"] {
        server.send("POST", path, &foreign, b"{}").expect(403);
    }
    server.write("POST", "/api/v1/tokens", &foreign, &draft("a")).expect(403);
    // What a proxy says of the host that the client sees makes no page the server's own.
    let passed_on = [("origin", "http://evil.example"), ("x-forwarded-host", "evil.example")];
    server.write("POST", "/api/v1/tokens", &passed_on, &draft("a")).expect(403);
}
