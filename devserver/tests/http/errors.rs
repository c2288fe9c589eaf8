//! What the API says to requests that make no sense.

use serde_json::json;

use crate::server::{Server, draft};

#[test]
fn malformed_json_is_400() {
    let server = Server::start();
    let headers = [("content-type", "application/json")];
    for body in
        [&b""[..], b"{", b"{\"name\":\"a\"", b"nonsense", b"\xff\xfe", b"[]", b"7", b"null", &b"[".repeat(10_000)]
    {
        let problem = server.send("POST", "/api/v1/tokens", &headers, body).expect(400);
        assert_eq!(problem.header("content-type"), "application/problem+json");
    }
    let (token, _) = server.created(&draft("a"));
    server.send("PUT", &Server::path(&token), &headers, b"{").expect(400);
}

#[test]
fn only_json_is_taken() {
    let server = Server::start();
    let body = draft("a").to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        server.send("POST", "/api/v1/tokens", &[("content-type", content_type)], body.as_bytes()).expect(415);
    }
    server.send("POST", "/api/v1/tokens", &[], body.as_bytes()).expect(415);
    server
        .send("POST", "/api/v1/tokens", &[("content-type", "Application/JSON; charset=utf-8")], body.as_bytes())
        .expect(201);
}

#[test]
fn a_body_beyond_256_kib_is_413() {
    let server = Server::start();
    let mut body = draft("a");
    body["more"] = json!("x".repeat(256 * 1024));
    let problem = server.post("/api/v1/tokens", &body).expect(413);
    assert!(problem.json()["detail"].as_str().unwrap().contains("256 KiB"));
    // One that is far too large gets its answer too, not just a broken connection.
    body["more"] = json!("x".repeat(8 * 1024 * 1024));
    server.post("/api/v1/tokens", &body).expect(413);
    body["more"] = json!("x".repeat(255 * 1024));
    server.post("/api/v1/tokens", &body).expect(201);
}

#[test]
fn an_address_that_the_api_does_not_know_is_a_problem_not_a_page() {
    let server = Server::start();
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/tokens/",
        "/api/v2/tokens",
        "/api/v1/tokens/x/y",
        "/api/v1/scopes/x",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let problem = server.send(method, path, &[], b"").expect(404);
            assert_eq!(problem.header("content-type"), "application/problem+json", "{method} {path}");
            assert_eq!(problem.json()["status"], 404);
        }
    }
}

#[test]
fn an_unknown_method_is_405_and_told_what_is_allowed() {
    let server = Server::seeded(1);
    let page = server.get("/api/v1/tokens").json();
    let token = Server::path(&page["entries"][0]);
    let expected = [
        ("/api/v1/scopes", "GET,HEAD"),
        ("/api/v1/tokens", "GET,HEAD,POST"),
        (&*token, "DELETE,GET,HEAD,PUT"),
        (&*format!("{token}/revoke"), "POST"),
        ("/api/v1/openapi.json", "GET,HEAD"),
    ];
    for (path, allowed) in expected {
        for method in ["PATCH", "OPTIONS", "TRACE", "BREW"] {
            let problem = server.send(method, path, &[], b"").expect(405);
            let mut told: Vec<&str> = problem.header("allow").split(',').map(str::trim).collect();
            told.sort_unstable();
            assert_eq!(told.join(","), allowed, "{method} {path}");
            assert_eq!(problem.json()["status"], 405);
        }
    }
}

#[test]
fn every_answer_of_the_api_is_kept_by_nobody_and_taken_for_what_it_says() {
    let server = Server::seeded(1);
    for (method, path) in [
        ("GET", "/api/v1/tokens"),
        ("GET", "/api/v1/tokens/x"),
        ("PATCH", "/api/v1/tokens"),
        ("GET", "/api/x"),
        ("POST", "/api/v1/tokens"),
    ] {
        let answer = server.send(method, path, &[], b"");
        assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{method} {path}");
    }
}

#[test]
fn a_problem_says_type_title_status_and_detail() {
    let server = Server::start();
    let problem = server.get("/api/v1/tokens/x").expect(404).json();
    assert_eq!(
        problem,
        json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no token with this id." })
    );
}

#[test]
fn every_answer_tells_the_servers_time() {
    let server = Server::start();
    assert!(server.get("/api/v1/scopes").header("date").ends_with(" GMT"));
}
