//! `POST /tokens/{id}/disable` and `POST /tokens/{id}/enable`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokendeck_devserver::db::Place;

use crate::server::{Answer, Server, draft, draft_with, folder, write_of};

fn disable(server: &Server, token: &Value) -> Answer {
    server.send("POST", &format!("{}/disable", Server::path(token)), &[], b"")
}

fn enable(server: &Server, token: &Value) -> Answer {
    server.send("POST", &format!("{}/enable", Server::path(token)), &[], b"")
}

/// The token with other fields.
fn with(token: &Value, fields: Value) -> Value {
    let mut token = token.clone();
    for (field, value) in fields.as_object().unwrap() {
        token[field] = value.clone();
    }
    token
}

#[test]
fn a_disabled_token_is_inactive_and_keeps_its_dates() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let (token, etag) =
        server.created(&draft_with("a", json!({ "valid_from": "2026-01-01T00:00:00Z", "valid_to": server.time(day) })));
    assert_eq!(token["disabled_at"], Value::Null);
    server.wait(TimeDelta::minutes(5));
    let now = server.time(TimeDelta::zero());
    let answer = disable(&server, &token).expect(200);
    assert_eq!(answer.json(), with(&token, json!({ "disabled_at": now, "is_active": false })));
    assert_ne!(answer.header("etag"), etag);
    let read = server.get(&Server::path(&token));
    assert_eq!((read.json(), read.header("etag")), (answer.json(), answer.header("etag")));
    assert_eq!(server.get("/api/v1/tokens").json()["entries"], json!([answer.json()]));
}

#[test]
fn an_enabled_token_is_as_active_as_its_dates_say() {
    let server = Server::start();
    let hour = TimeDelta::hours(1);
    let (open, _) = server.created(&draft("open"));
    let (ending, _) = server.created(&draft_with("ending", json!({ "valid_to": server.time(hour) })));
    let (starting, _) = server.created(&draft_with("starting", json!({ "valid_from": server.time(hour * 9) })));
    for token in [&open, &ending, &starting] {
        disable(&server, token).expect(200);
    }
    server.wait(hour * 2);
    for (token, is_active) in [(&open, true), (&ending, false), (&starting, false)] {
        let enabled = enable(&server, token).expect(200).json();
        assert_eq!(enabled, with(token, json!({ "is_active": is_active })), "{token}");
    }
}

#[test]
fn doing_either_again_changes_nothing() {
    let server = Server::start();
    let (token, first) = server.created(&draft("a"));
    let enabled = enable(&server, &token).expect(200);
    assert_eq!((enabled.json(), enabled.header("etag")), (token.clone(), &*first));
    let once = disable(&server, &token).expect(200);
    server.wait(TimeDelta::minutes(5));
    let twice = disable(&server, &token).expect(200);
    assert_eq!((twice.json(), twice.header("etag")), (once.json(), once.header("etag")));
    let on = enable(&server, &token).expect(200);
    let again = enable(&server, &token).expect(200);
    assert_eq!((again.json(), again.header("etag")), (on.json(), on.header("etag")));
    assert_ne!(on.header("etag"), once.header("etag"));
}

#[test]
fn a_revoked_token_can_be_neither() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    disable(&server, &token).expect(200);
    // One that is disabled can be revoked: it says both.
    let revoked = server.send("POST", &format!("{}/revoke", Server::path(&token)), &[], b"").expect(200);
    let body = revoked.json();
    assert!(body["revoked_at"].is_string() && body["disabled_at"].is_string() && body["is_active"] == false);
    for answer in [disable(&server, &token), enable(&server, &token)] {
        assert_eq!(answer.status, 409);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["detail"], "A revoked token can be neither disabled nor enabled.");
    }
    let after = server.get(&Server::path(&token));
    assert_eq!((after.json(), after.header("etag")), (body, revoked.header("etag")));
}

#[test]
fn both_honour_if_match() {
    let server = Server::start();
    let (token, etag) = server.created(&draft("a"));
    let path = Server::path(&token);
    for action in ["disable", "enable"] {
        server.send("POST", &format!("{path}/{action}"), &[("if-match", "\"other\"")], b"").expect(412);
    }
    assert_eq!(server.get(&path).json(), token);
    let disabled = server.send("POST", &format!("{path}/disable"), &[("if-match", &etag)], b"").expect(200);
    server.send("POST", &format!("{path}/enable"), &[("if-match", &etag)], b"").expect(412);
    server.send("POST", &format!("{path}/enable"), &[("if-match", disabled.header("etag"))], b"").expect(200);
}

#[test]
fn what_is_changed_otherwise_stays_disabled() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let (token, _) = server.created(&draft_with("a", json!({ "valid_to": server.time(day) })));
    let disabled = disable(&server, &token).expect(200).json();
    server.wait(TimeDelta::minutes(5));
    let mut body = write_of(&disabled);
    body["name"] = json!("renamed");
    body["valid_to"] = json!(server.time(day * 9));
    let changed = server.put(&Server::path(&token), &body).expect(200).json();
    let expected = with(&disabled, json!({ "name": "renamed", "valid_to": body["valid_to"] }));
    assert_eq!(changed, expected);
}

#[test]
fn only_a_post_does_it_and_only_to_a_token_that_is_there() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let path = Server::path(&token);
    for action in ["disable", "enable"] {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let answer = server.send(method, &format!("{path}/{action}"), &[], b"").expect(405);
            assert_eq!(answer.header("allow"), "POST", "{method} {action}");
        }
        server
            .send("POST", &format!("/api/v1/tokens/00000000-0000-4000-8000-000000000000/{action}"), &[], b"")
            .expect(404);
    }
    server.send("DELETE", &path, &[], b"").expect(204);
    disable(&server, &token).expect(404);
    enable(&server, &token).expect(404);
}

#[test]
fn a_disabled_token_can_be_deleted() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    disable(&server, &token).expect(200);
    server.send("DELETE", &Server::path(&token), &[], b"").expect(204);
    server.get(&Server::path(&token)).expect(404);
}

/// The table as it was when tokens could not be disabled.
const BEFORE: &str = "
    PRAGMA application_id = 0x746b646b;
    CREATE TABLE scopes (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;
    CREATE TABLE tokens (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL DEFAULT 1, id TEXT NOT NULL UNIQUE,
        guid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT, scopes TEXT NOT NULL, valid_from TEXT,
        valid_from_us INTEGER, valid_to TEXT, valid_to_us INTEGER, created_at TEXT NOT NULL, created_by TEXT NOT NULL,
        last_used_at TEXT, revoked_at TEXT
    ) STRICT;
    INSERT INTO scopes VALUES (0, 'builds-read', 'Builds: read');
    INSERT INTO tokens (id, guid, name, scopes, created_at, created_by) VALUES
        ('aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000', 'of before',
        '[\"builds-read\"]', '2025-01-01T00:00:00Z', 'ada@example.com');";

#[test]
fn a_database_of_before_is_opened_and_its_tokens_can_be_disabled() {
    let file = folder("db").join("tokens.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch(BEFORE).unwrap();
    let place = Place::File(file);
    let server = Server::over(place.clone(), 5, |_| {});
    let entries = server.get("/api/v1/tokens").json()["entries"].clone();
    assert_eq!(entries.as_array().unwrap().len(), 1);
    let token = &entries[0];
    assert_eq!((&token["name"], &token["disabled_at"]), (&json!("of before"), &Value::Null));
    let disabled = disable(&server, token).expect(200).json();
    drop(server);
    // What was added is there now, and is not added again.
    for _ in 0..2 {
        let server = Server::over(place.clone(), 5, |_| {});
        assert_eq!(server.get(&Server::path(token)).json(), disabled);
    }
}
