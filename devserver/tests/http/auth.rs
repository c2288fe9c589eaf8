//! `--secret`: 401 without it, 403 for its read-only form.

use crate::server::{Server, draft};

fn server() -> Server {
    Server::with(3, |world| world.secret = Some("s3cret".to_owned()))
}

#[test]
fn without_a_secret_everybody_may_call() {
    let server = Server::start();
    server.get("/api/v1/tokens").expect(200);
    server.send("GET", "/api/v1/tokens", &[("authorization", "Bearer whatever")], b"").expect(200);
}

#[test]
fn a_missing_or_wrong_bearer_token_is_401() {
    let server = server();
    for path in ["/api/v1/tokens", "/api/v1/scopes", "/api/v1/tokens/x"] {
        for sent in [
            None,
            Some(""),
            Some("s3cret"),
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer wrong"),
            Some("Basic s3cret"),
            Some("Bearer s3cret2"),
        ] {
            let headers: Vec<_> = sent.iter().map(|it| ("authorization", *it)).collect();
            let answer = server.send("GET", path, &headers, b"").expect(401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{sent:?}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
    assert_eq!(server.write("POST", "/api/v1/tokens", &[], &draft("a")).status, 401);
}

#[test]
fn the_secret_opens_and_its_scheme_has_no_case() {
    let server = server();
    for sent in ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret"] {
        server.send("GET", "/api/v1/tokens", &[("authorization", sent)], b"").expect(200);
        server.write("POST", "/api/v1/tokens", &[("authorization", sent)], &draft("a")).expect(201);
    }
}

#[test]
fn a_header_of_its_own_opens_too() {
    let server = server();
    let get = |headers: &[(&str, &str)]| server.send("GET", "/api/v1/tokens", headers, b"").status;
    assert_eq!(get(&[("Tenant", "acme"), ("ApiToken", "s3cret")]), 200);
    assert_eq!(get(&[("Tenant", "acme"), ("ApiToken", "wrong")]), 401);
    assert_eq!(get(&[("Tenant", "acme")]), 401);
    assert_eq!(get(&[("authorization", "Bearer wrong"), ("ApiToken", "s3cret")]), 401);
    let read_only = [("ApiToken", "s3cret-readonly")];
    assert_eq!(server.write("POST", "/api/v1/tokens", &read_only, &draft("a")).status, 403);
}

#[test]
fn the_read_only_secret_reads_and_its_writes_are_403() {
    let server = server();
    let headers = [("authorization", "Bearer s3cret-readonly")];
    let page = server.send("GET", "/api/v1/tokens", &headers, b"").expect(200).json();
    let path = Server::path(&page["entries"][0]);
    server.send("GET", "/api/v1/scopes", &headers, b"").expect(200);
    let refused = server.write("POST", "/api/v1/tokens", &headers, &draft("a")).expect(403);
    assert_eq!(refused.json()["detail"], "This bearer token may only read.");
    server.write("PUT", &path, &headers, &draft("a")).expect(403);
    server.send("POST", &format!("{path}/revoke"), &headers, b"").expect(403);
    server.send("DELETE", &path, &headers, b"").expect(403);
    assert_eq!(server.send("GET", "/api/v1/tokens", &headers, b"").json(), page);
}

#[test]
fn the_page_its_configuration_and_the_description_stay_open() {
    let server = server();
    server.get("/api/v1/openapi.json").expect(200);
    let config = server.get("/config.json").expect(200);
    assert_eq!(config.json()["connections"][0]["auth"]["type"], "bearer");
    assert!(!config.text().contains("s3cret"), "no secret belongs into the configuration");
}
