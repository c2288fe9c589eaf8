//! `POST /tokens`: what is stored, and what is refused by field.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::server::{NOW, Server, draft, draft_with};

#[track_caller]
fn refused(server: &Server, field: &str, body: &Value, message: &str) {
    let messages = server.post("/api/v1/tokens", body).expect(422).field_errors(field);
    assert!(messages.iter().any(|it| it.contains(message)), "{messages:?}");
}

#[test]
fn a_created_token_has_every_field() {
    let server = Server::start();
    let body = draft_with("ci-deploy", json!({ "scopes": ["builds-read", "logs-read"], "description": "Deploys" }));
    let answer = server.post("/api/v1/tokens", &body).expect(201);
    let token = answer.json();
    let id = token["id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(
        token,
        json!({
            "id": id, "guid": body["guid"], "name": "ci-deploy", "description": "Deploys", "scopes": ["builds-read", "logs-read"],
            "valid_from": null, "valid_to": null, "is_active": true, "created_at": NOW, "created_by": "dev@example.com",
            "last_used_at": null, "revoked_at": null, "disabled_at": null,
        })
    );
    assert_eq!(answer.header("location"), format!("/api/v1/tokens/{id}"));
    assert_eq!(server.get(answer.header("location")).expect(200).json(), token);
}

#[test]
fn the_etag_is_strong_and_the_same_when_read() {
    let server = Server::start();
    let (token, etag) = server.created(&draft("a"));
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{etag}");
    assert_eq!(server.get(&Server::path(&token)).header("etag"), etag);
    let (_, other) = server.created(&draft("b"));
    assert_ne!(other, etag);
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    let server = Server::start();
    let problem = server.post("/api/v1/tokens", &json!({})).expect(422);
    assert_eq!(problem.field_errors("name"), ["A name is required."]);
    assert_eq!(problem.field_errors("scopes"), ["At least one scope is required."]);
    assert_eq!(problem.field_errors("guid"), ["A GUID is required."]);
}

#[test]
fn names() {
    let server = Server::start();
    refused(&server, "name", &draft("   "), "required");
    refused(&server, "name", &draft_with("", json!({ "name": null })), "required");
    refused(&server, "name", &draft_with("", json!({ "name": 7 })), "is text");
    refused(&server, "name", &draft(&"é".repeat(201)), "at most 200");
    refused(&server, "name", &draft("two\nlines"), "control characters");
    refused(&server, "name", &draft("zero\0"), "control characters");
    // 200 characters, however many bytes, and white space at the ends is dropped.
    let (token, _) = server.created(&draft(&format!("  {} ", "𝔘".repeat(200))));
    assert_eq!(token["name"], "𝔘".repeat(200));
}

#[test]
fn any_text_comes_back_as_it_went() {
    let server = Server::start();
    let awkward = [
        "<img src=x onerror=alert(1)>",
        "قارئ לוח",
        "Zu\u{308}rich",
        "👩🏽‍💻 \u{202e}abc",
        "'; DROP TABLE tokens; --",
        "\"\\/\u{2028}|",
    ];
    for text in awkward {
        let (token, _) = server.created(&draft_with(text, json!({ "description": format!("{text}\n\t\u{1}") })));
        assert_eq!(token["name"], text);
        assert_eq!(token["description"], format!("{text}\n\t\u{1}"));
        assert_eq!(server.get(&Server::path(&token)).json(), token);
    }
}

#[test]
fn descriptions() {
    let server = Server::start();
    refused(&server, "description", &draft_with("a", json!({ "description": 7 })), "is text");
    refused(&server, "description", &draft_with("a", json!({ "description": "x".repeat(4001) })), "at most 4000");
    refused(&server, "description", &draft_with("a", json!({ "description": "a\0b" })), "zero");
    assert_eq!(server.created(&draft_with("a", json!({ "description": null }))).0["description"], Value::Null);
    assert_eq!(server.created(&draft_with("a", json!({ "description": "" }))).0["description"], "");
}

#[test]
fn scopes() {
    let server = Server::start();
    refused(&server, "scopes", &draft_with("a", json!({ "scopes": [] })), "At least one");
    refused(&server, "scopes", &draft_with("a", json!({ "scopes": "builds-read" })), "a list");
    refused(&server, "scopes", &draft_with("a", json!({ "scopes": [7] })), "is text");
    refused(
        &server,
        "scopes",
        &draft_with("a", json!({ "scopes": ["builds-read", "nope"] })),
        "no scope \u{201c}nope\u{201d}",
    );
    // A new token does not get what is no longer offered.
    refused(&server, "scopes", &draft_with("a", json!({ "scopes": ["legacy-ftp"] })), "no scope");
    let twice = draft_with("a", json!({ "scopes": ["logs-read", "builds-read", "logs-read"] }));
    assert_eq!(server.created(&twice).0["scopes"], json!(["logs-read", "builds-read"]));
}

#[test]
fn guids() {
    let server = Server::start();
    for wrong in [
        "",
        "7",
        "{00000000-0000-4000-8000-000000000000}",
        "00000000000040008000000000000000",
        "0000000g-0000-4000-8000-000000000000",
    ] {
        refused(&server, "guid", &draft_with("a", json!({ "guid": wrong })), "not a GUID");
    }
    refused(&server, "guid", &draft_with("a", json!({ "guid": 7 })), "not a GUID");
    let (token, _) = server.created(&draft_with("a", json!({ "guid": "ABCDEF00-0000-4000-8000-000000000001" })));
    assert_eq!(token["guid"], "abcdef00-0000-4000-8000-000000000001");
}

#[test]
fn a_guid_in_use_is_409_in_any_case() {
    let server = Server::start();
    server.created(&draft_with("a", json!({ "guid": "abcdef00-0000-4000-8000-000000000002" })));
    let again = draft_with("b", json!({ "guid": "ABCDEF00-0000-4000-8000-000000000002" }));
    assert_eq!(
        server.post("/api/v1/tokens", &again).expect(409).field_errors("guid"),
        ["Another token has this GUID."]
    );
    assert_eq!(server.get("/api/v1/tokens").json()["total"], 1);
}

#[test]
fn a_deleted_tokens_guid_is_free_again() {
    let server = Server::start();
    let body = draft("a");
    let (token, _) = server.created(&body);
    server.send("DELETE", &Server::path(&token), &[], b"").expect(204);
    let (again, _) = server.created(&body);
    assert_ne!(again["id"], token["id"]);
}

#[test]
fn dates() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let dates = |from: Value, to: Value| draft_with("a", json!({ "valid_from": from, "valid_to": to }));
    for wrong in [
        "tomorrow",
        "2030-01-01",
        "2030-01-01T00:00",
        "2030-01-01T00:00:00",
        "2030-13-01T00:00:00Z",
        "2030-01-01 00:00:00Z",
    ] {
        refused(&server, "valid_from", &dates(json!(wrong), Value::Null), "RFC 3339");
        refused(&server, "valid_to", &dates(Value::Null, json!(wrong)), "RFC 3339");
    }
    refused(&server, "valid_from", &dates(json!(1_900_000_000), Value::Null), "RFC 3339");

    refused(&server, "valid_to", &dates(Value::Null, json!(server.time(-day))), "in the past");
    refused(&server, "valid_to", &dates(Value::Null, json!(server.time(TimeDelta::zero()))), "in the past");
    refused(&server, "valid_to", &dates(json!(server.time(day * 2)), json!(server.time(day))), "later than Valid from");
    refused(&server, "valid_to", &dates(json!(server.time(day)), json!(server.time(day))), "later than Valid from");
    // The same instant in two zones is not later.
    refused(&server, "valid_to", &dates(json!("2030-01-01T02:00:00+02:00"), json!("2030-01-01T00:00:00Z")), "later");

    server.created(&dates(json!(server.time(-day)), json!(server.time(day))));
}

#[test]
fn a_past_beginning_is_accepted() {
    let server = Server::start();
    let (token, _) = server.created(&draft_with("a", json!({ "valid_from": "2001-02-03T04:05:06Z" })));
    assert_eq!(token["is_active"], true);
}

#[test]
fn dates_are_kept_to_the_byte() {
    let server = Server::start();
    for date in [
        "2031-01-02T03:04:05Z",
        "2031-01-02T03:04:05.5+02:00",
        "2031-01-02T03:04:05.123456789-03:30",
        "2031-01-02t03:04:05z",
    ] {
        let (token, _) =
            server.created(&draft_with("a", json!({ "valid_from": "2031-01-01T00:00:00-00:00", "valid_to": date })));
        assert_eq!(token["valid_to"], date);
        assert_eq!(token["valid_from"], "2031-01-01T00:00:00-00:00");
        assert_eq!(server.get(&Server::path(&token)).json()["valid_to"], date);
    }
}

#[test]
fn fields_that_only_the_server_writes_are_ignored() {
    let server = Server::start();
    let body =
        draft_with("a", json!({ "id": "x", "is_active": false, "created_by": "me", "revoked_at": NOW, "more": {} }));
    let (token, _) = server.created(&body);
    assert_eq!(token["is_active"], true);
    assert_eq!(token["created_by"], "dev@example.com");
    assert_ne!(token["id"], "x");
}

#[test]
fn nothing_is_stored_of_a_refused_token() {
    let server = Server::start();
    server.post("/api/v1/tokens", &draft(" ")).expect(422);
    assert_eq!(server.get("/api/v1/tokens").json()["total"], 0);
}
