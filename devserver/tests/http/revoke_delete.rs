//! `POST /tokens/{id}/revoke` and `DELETE /tokens/{id}`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::server::{Answer, NOW, Server, draft, draft_with};

fn revoke(server: &Server, token: &Value) -> Answer {
    server.send("POST", &format!("{}/revoke", Server::path(token)), &[], b"")
}

#[test]
fn a_revoked_token_ends_now() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let (token, etag) =
        server.created(&draft_with("a", json!({ "valid_from": "2026-01-01T00:00:00Z", "valid_to": server.time(day) })));
    server.wait(TimeDelta::minutes(5));
    let now = server.time(TimeDelta::zero());
    let answer = revoke(&server, &token).expect(200);
    let mut expected = token.clone();
    for (field, value) in [("valid_to", json!(now)), ("revoked_at", json!(now)), ("is_active", json!(false))] {
        expected[field] = value;
    }
    assert_eq!(answer.json(), expected);
    assert_ne!(answer.header("etag"), etag);
    assert_eq!(server.get(&Server::path(&token)).header("etag"), answer.header("etag"));
}

#[test]
fn a_beginning_that_lay_ahead_becomes_now_too() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let (token, _) =
        server.created(&draft_with("a", json!({ "valid_from": server.time(day), "valid_to": server.time(day * 2) })));
    let revoked = revoke(&server, &token).expect(200).json();
    for field in ["valid_from", "valid_to", "revoked_at"] {
        assert_eq!(revoked[field], NOW, "{field}");
    }
}

#[test]
fn an_absent_beginning_stays_absent() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let revoked = revoke(&server, &token).expect(200).json();
    assert_eq!(revoked["valid_from"], Value::Null);
    assert_eq!(revoked["valid_to"], NOW);
}

#[test]
fn a_revoked_token_stays_inactive_even_where_its_end_lies_ahead() {
    let server = Server::seeded(36);
    let page = server.get("/api/v1/tokens").json();
    let kept = page["entries"].as_array().unwrap().iter().find(|it| it["name"] == "leaked-in-slack").unwrap();
    assert!(kept["valid_to"].as_str().unwrap() > NOW);
    assert_eq!(kept["is_active"], false);
}

#[test]
fn revoking_again_changes_nothing() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let first = revoke(&server, &token).expect(200);
    server.wait(TimeDelta::minutes(5));
    let second = revoke(&server, &token).expect(200);
    assert_eq!(second.json(), first.json());
    assert_eq!(second.header("etag"), first.header("etag"));
}

#[test]
fn revoke_and_delete_honour_if_match() {
    let server = Server::start();
    let (token, etag) = server.created(&draft("a"));
    let path = Server::path(&token);
    let revoke = format!("{path}/revoke");
    server.send("POST", &revoke, &[("if-match", "\"other\"")], b"").expect(412);
    assert_eq!(server.get(&path).json()["revoked_at"], Value::Null);
    let revoked = server.send("POST", &revoke, &[("if-match", &etag)], b"").expect(200);
    server.send("DELETE", &path, &[("if-match", &etag)], b"").expect(412);
    server.get(&path).expect(200);
    server.send("DELETE", &path, &[("if-match", revoked.header("etag"))], b"").expect(204);
}

#[test]
fn a_deleted_token_is_gone() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let path = Server::path(&token);
    let answer = server.send("DELETE", &path, &[], b"").expect(204);
    assert!(answer.body.is_empty());
    server.get(&path).expect(404);
    server.send("DELETE", &path, &[], b"").expect(404);
    revoke(&server, &token).expect(404);
    assert_eq!(server.get("/api/v1/tokens").json()["total"], 0);
}

#[test]
fn a_body_with_a_revoke_is_not_looked_at() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    server
        .send("POST", &format!("{}/revoke", Server::path(&token)), &[("content-type", "text/plain")], b"{")
        .expect(200);
}
