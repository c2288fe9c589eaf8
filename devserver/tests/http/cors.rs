//! `--allow-origin`: pages of other origins.

use crate::server::{Answer, Server, draft};

const NAMED: &str = "https://tokens.example.com";

fn server(allowed: &[&str]) -> Server {
    Server::with(1, |world| {
        world.secret = Some("s".to_owned());
        allowed.iter().for_each(|it| world.allowed_origins.add(it).unwrap());
    })
}

fn preflight(server: &Server, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization,content-type,if-match,idempotency-key,tenant,apitoken"),
    ];
    server.send("OPTIONS", "/api/v1/tokens/x", &headers, b"")
}

#[test]
fn without_allow_origin_there_are_no_cors_headers() {
    let server = server(&[]);
    let answers = [
        server.send("GET", "/api/v1/scopes", &[("origin", NAMED)], b""),
        server.send("GET", "/", &[("origin", NAMED)], b""),
        preflight(&server, NAMED).expect(405),
    ];
    for answer in answers {
        let cors = answer.headers.keys().find(|it| it.as_str().starts_with("access-control-"));
        assert_eq!(cors, None);
    }
}

#[test]
fn a_preflight_of_a_named_origin_is_answered_without_a_secret() {
    let answer = preflight(&server(&[NAMED]), NAMED).expect(204);
    assert_eq!(answer.header("access-control-allow-origin"), NAMED);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
        assert!(answer.header("access-control-allow-methods").split(", ").any(|it| it == method), "{method}");
    }
    for name in ["authorization", "content-type", "if-match", "idempotency-key", "tenant", "apitoken"] {
        assert!(answer.header("access-control-allow-headers").split(',').any(|it| it == name), "{name}");
    }
    assert!(!answer.header("access-control-max-age").is_empty());
}

#[test]
fn every_answer_can_be_read_by_an_allowed_origin_refusals_too() {
    let server = server(&[NAMED]);
    let auth = ("authorization", "Bearer s");
    let answers = [
        server.send("GET", "/api/v1/scopes", &[("origin", NAMED), auth], b"").expect(200),
        server.send("GET", "/api/v1/scopes", &[("origin", NAMED)], b"").expect(401),
        server.send("GET", "/api/v1/tokens/x", &[("origin", NAMED), auth], b"").expect(404),
        server.send("PATCH", "/api/v1/tokens", &[("origin", NAMED), auth], b"").expect(405),
        server.send("POST", "/api/v1/tokens", &[("origin", NAMED), auth], b"").expect(415),
        server.write("POST", "/api/v1/tokens", &[("origin", NAMED), auth], &draft("a")).expect(201),
    ];
    for answer in answers {
        assert_eq!(answer.header("access-control-allow-origin"), NAMED);
        for exposed in ["ETag", "Location", "Retry-After", "Date"] {
            assert!(answer.header("access-control-expose-headers").split(", ").any(|it| it == exposed), "{exposed}");
        }
        assert_eq!(answer.header("vary"), "Origin");
    }
}

#[test]
fn another_origin_gets_nothing() {
    let server = server(&[NAMED]);
    for origin in [
        "https://evil.example",
        "https://tokens.example.com.evil.example",
        "http://tokens.example.com",
        "null",
        "http://localhost:1",
    ] {
        let answers =
            [preflight(&server, origin).expect(204), server.send("GET", "/api/v1/scopes", &[("origin", origin)], b"")];
        for answer in answers {
            let cors = answer.headers.keys().find(|it| it.as_str().starts_with("access-control-"));
            assert_eq!(cors, None, "{origin}");
            assert_eq!(answer.header("vary"), "Origin");
        }
    }
}

#[test]
fn loopback_is_any_page_of_this_machine_but_without_credentials() {
    let server = server(&["loopback"]);
    for origin in ["http://localhost:4321", "http://127.0.0.1:9", "https://[::1]:8443", "http://app.localhost"] {
        let answer = preflight(&server, origin).expect(204);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
    for origin in ["http://localhost.evil.example", "https://evil.example"] {
        assert_eq!(preflight(&server, origin).header("access-control-allow-origin"), "", "{origin}");
    }
}

#[test]
fn several_origins_can_be_allowed() {
    let server = server(&[NAMED, "http://other.example:8080", "loopback"]);
    for (origin, credentials) in [(NAMED, "true"), ("http://other.example:8080", "true"), ("http://localhost:1", "")] {
        let answer = preflight(&server, origin);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(answer.header("access-control-allow-credentials"), credentials);
    }
}

#[test]
fn options_that_is_no_preflight_is_an_unknown_method() {
    let server = server(&[NAMED]);
    server.send("OPTIONS", "/api/v1/tokens", &[("origin", NAMED)], b"").expect(405);
}

#[test]
fn a_write_that_a_foreign_page_sends_without_a_preflight_is_not_carried_out() {
    let server = Server::with(1, |world| world.allowed_origins.add(NAMED).unwrap());
    let token = server.get("/api/v1/tokens").json()["entries"][0].clone();
    let path = Server::path(&token);
    let revoke = |site: &str, origin: &str| {
        server.send("POST", &format!("{path}/revoke"), &[("sec-fetch-site", site), ("origin", origin)], b"")
    };
    for (site, origin) in
        [("cross-site", "https://evil.example"), ("same-site", "http://localhost:9"), ("cross-site", "null")]
    {
        let refused = revoke(site, origin).expect(403);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(server.get(&path).json(), token, "{site} {origin}");
        server.send("GET", &path, &[("sec-fetch-site", site), ("origin", origin)], b"").expect(200);
    }
    revoke("cross-site", NAMED).expect(200);
    revoke("same-origin", "https://behind.a.proxy").expect(200);
}
