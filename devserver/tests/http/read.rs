//! `GET /tokens/{id}`, HEAD, and what `is_active` means.

use chrono::TimeDelta;
use serde_json::json;

use crate::server::{Server, draft, draft_with};

#[test]
fn an_unknown_token_is_404() {
    let server = Server::seeded(3);
    for id in ["00000000-0000-4000-8000-000000000000", "nonsense", "%ff", "a%2Fb", "%00"] {
        let problem = server.get(&format!("/api/v1/tokens/{id}")).expect(404);
        assert_eq!(problem.json()["detail"], "There is no token with this id.", "{id}");
    }
}

#[test]
fn an_id_is_a_uuid_so_its_case_does_not_matter() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let id = token["id"].as_str().unwrap().to_uppercase();
    assert_eq!(server.get(&format!("/api/v1/tokens/{id}")).expect(200).json(), token);
}

#[test]
fn head_answers_as_get_does() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let paths = [
        "/api/v1/scopes",
        "/api/v1/tokens",
        "/api/v1/openapi.json",
        &Server::path(&token),
        "/api/v1/tokens/none",
        "/api/v1/nothing",
    ];
    for path in paths {
        let (get, head) = (server.get(path), server.send("HEAD", path, &[], b""));
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty());
        for name in ["content-type", "content-length", "etag", "cache-control", "x-content-type-options"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[test]
fn a_token_is_active_from_its_beginning_until_just_before_its_end() {
    let server = Server::start();
    let minute = TimeDelta::minutes(1);
    let body = draft_with("a", json!({ "valid_from": server.time(minute), "valid_to": server.time(minute * 2) }));
    let (token, etag) = server.created(&body);
    let path = Server::path(&token);
    let is_active = || {
        let listed = server.get("/api/v1/tokens").json()["entries"][0]["is_active"].clone();
        assert_eq!(server.get(&path).json()["is_active"], listed);
        listed
    };
    assert_eq!(is_active(), false);
    server.wait(minute - TimeDelta::milliseconds(1));
    assert_eq!(is_active(), false);
    server.wait(TimeDelta::milliseconds(1));
    assert_eq!(is_active(), true);
    server.wait(minute - TimeDelta::milliseconds(1));
    assert_eq!(is_active(), true);
    server.wait(TimeDelta::milliseconds(1));
    assert_eq!(is_active(), false);
    // Only time has passed: an edit that began before is not refused.
    assert_eq!(server.get(&path).header("etag"), etag);
}

#[test]
fn an_absent_bound_is_open() {
    let server = Server::start();
    let (open, _) = server.created(&draft("open"));
    let (begins, _) =
        server.created(&draft_with("begins", json!({ "valid_from": server.time(TimeDelta::minutes(1)) })));
    let (ends, _) = server.created(&draft_with("ends", json!({ "valid_to": server.time(TimeDelta::minutes(1)) })));
    let active =
        || [&open, &begins, &ends].map(|it| server.get(&Server::path(it)).json()["is_active"].as_bool().unwrap());
    assert_eq!(active(), [true, false, true]);
    server.wait(TimeDelta::minutes(1));
    assert_eq!(active(), [true, true, false]);
    server.wait(TimeDelta::days(36_500));
    assert_eq!(active(), [true, true, false]);
}

#[test]
fn bounds_are_compared_as_instants_not_as_text() {
    let server = Server::start();
    // 12:00:00.250Z now; as text this beginning lies ahead.
    let (token, _) = server.created(&draft_with("a", json!({ "valid_from": "2026-03-01T13:59:59+02:00" })));
    assert_eq!(token["is_active"], true);
    let (token, _) = server.created(&draft_with("b", json!({ "valid_from": "2026-03-01T11:00:01-01:00" })));
    assert_eq!(token["is_active"], false);
}
