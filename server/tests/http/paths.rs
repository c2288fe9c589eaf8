//! What a system gets of a request: its path as it came, and the headers that are for it.

use serde_json::json;

use crate::program::Program;
use crate::system::{System, connection};

#[test]
fn paths_pass_as_they_came() {
    let system = System::with_headers(&[]);
    let config = json!({ "connections": [
        system.connection("A"),
        connection("B", &format!("http://{}/git%20lab/", system.address)),
    ] });
    let program = Program::serving(&config);
    for path in [
        "/tokens/ci%2Fdeploy",
        "/tokens/ci%2fdeploy",
        "/tokens/%2Froot",
        "/tokens/",
        "/tokens//double",
        "/tokens/a.b/...",
        "/%C3%A4%20b+c",
        "/tokens/%252e%252e%252f",
        "/tokens/a;b=c,d:e@f!$&'()*",
        "/tokens?next=..%2F..&q=a+b%20c&x=/../y&u=https://evil.example",
        "/?",
        "/tokens/%7Eme/~me",
        "/tokens/%61",
    ] {
        program.get(&format!("/proxy/A{path}")).expect(200);
        assert_eq!(system.last().line, format!("GET {path} HTTP/1.1"));
        program.get(&format!("/proxy/B{path}")).expect(200);
        assert_eq!(system.last().line, format!("GET /git%20lab{path} HTTP/1.1"));
    }
    program.get("/proxy/A").expect(200);
    assert_eq!(system.last().line, "GET / HTTP/1.1");
    program.get("/proxy/B?x").expect(200);
    assert_eq!(system.last().line, "GET /git%20lab?x HTTP/1.1");
}

#[test]
fn paths_that_lead_to_another_one_are_refused() {
    let system = System::with_headers(&[]);
    let program =
        Program::serving(&json!({ "connections": [connection("A", &format!("http://{}/api", system.address))] }));
    for path in [
        "/..",
        "/../admin",
        "/./tokens",
        "/tokens/../../admin",
        "/%2e%2e/admin",
        "/.%2E/admin",
        "/tokens/ci%2F..%2Fdeploy",
        "/tokens/ci%2f%2e%2e%2fdeploy",
        "/tokens/ci%5C..%5Cdeploy",
        "/tokens\\..\\deploy",
        "//evil.example/tokens",
    ] {
        program.get(&format!("/proxy/A{path}")).detail(400);
    }
    assert_eq!(system.asked().len(), 0);
}

#[test]
fn every_method_of_the_page_is_passed_on_and_no_other() {
    let system = System::with_headers(&[]);
    let program = Program::serving(&system.config());
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let body = format!("{{\"by\":\"{method}\"}}");
        program.send(method, "/proxy/A/tokens", &["Content-Type: application/json"], &body).expect(200);
        let asked = system.last();
        assert_eq!((&asked.line, &asked.body), (&format!("{method} /tokens HTTP/1.1"), &body));
        assert_eq!(asked.header("content-type"), "application/json");
    }
    let head = program.send("HEAD", "/proxy/A/tokens", &[], "").expect(200);
    assert_eq!((system.last().line.as_str(), head.body.as_str()), ("HEAD /tokens HTTP/1.1", ""));
    let n_asked = system.asked().len();
    for method in ["OPTIONS", "TRACE", "PROPFIND"] {
        program.send(method, "/proxy/A/tokens", &[], "").expect(405);
    }
    assert_eq!(system.asked().len(), n_asked);
}

#[test]
fn a_system_sees_a_request_of_its_own_page() {
    let system = System::with_headers(&[]);
    let program = Program::serving(&system.config());
    let page = format!("http://{}", program.address);
    let headers = [
        &format!("Origin: {page}"),
        &format!("Referer: {page}/?token=secret"),
        "Authorization: Bearer t",
        "PRIVATE-TOKEN: p",
        "X-CSRFToken: c",
        "If-Match: \"7\"",
        "If-None-Match: \"7\"",
        "Forwarded: for=192.0.2.1",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: https",
        "X-Real-IP: 192.0.2.1",
        "Proxy-Connection: keep-alive",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: x",
    ];
    for method in ["POST", "GET"] {
        program.send(method, "/proxy/A/tokens", &headers, "").expect(200);
        let asked = system.last();
        let own = format!("http://{}", system.address);
        let own_page = format!("{own}/");
        let is_write = method == "POST";
        for (name, value) in [
            ("host", system.address.as_str()),
            ("origin", if is_write { &own } else { "" }),
            ("referer", if is_write { &own_page } else { "" }),
            ("authorization", "Bearer t"),
            ("private-token", "p"),
            ("x-csrftoken", "c"),
            ("if-match", "\"7\""),
        ] {
            assert_eq!(asked.header(name), value, "{method} {name}");
        }
        for name in [
            "if-none-match",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
            "proxy-connection",
            "upgrade",
            "cookie",
        ] {
            assert!(!asked.has(name), "{method} {name}: {}", asked.header(name));
        }
        assert!(!asked.headers.iter().any(|(_, value)| value.contains(&program.address)), "{asked:?}");
    }
}

#[test]
fn answers_are_not_stored_and_empty_nothing() {
    let system = System::with_headers(&[
        "Clear-Site-Data: \"*\"",
        "Cache-Control: public, max-age=600",
        "Expires: Thu, 01 Jan 2099 00:00:00 GMT",
        "Age: 7",
        "Strict-Transport-Security: max-age=1",
        "Alt-Svc: h3=\":443\"",
        "Refresh: 0; url=https://evil.example",
        "WWW-Authenticate: Basic realm=\"x\"",
        "NEL: {}",
        "ETag: \"7\"",
        "Retry-After: 3",
        "X-Total: 9",
        "Link: </tokens?page=2>; rel=\"next\"",
    ]);
    let program = Program::serving(&system.config());
    let answer = program.get("/proxy/A/tokens").expect(200);
    for (name, values) in [
        ("cache-control", &["no-store"][..]),
        ("etag", &["\"7\""]),
        ("retry-after", &["3"]),
        ("x-total", &["9"]),
        ("link", &["</proxy/A/tokens?page=2>; rel=\"next\""]),
        ("clear-site-data", &[]),
        ("expires", &[]),
        ("age", &[]),
        ("strict-transport-security", &[]),
        ("alt-svc", &[]),
        ("refresh", &[]),
        ("www-authenticate", &[]),
        ("nel", &[]),
    ] {
        assert_eq!(answer.all(name), values, "{name}");
    }
}
