//! `PUT /tokens/{id}`: replacing, conditions, and what must stay.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::server::{Server, draft, draft_with, write_of};

#[test]
fn a_put_replaces_and_what_is_absent_becomes_null() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let full = json!({ "description": "d", "valid_from": server.time(-day), "valid_to": server.time(day) });
    let (token, etag) = server.created(&draft_with("a", full));
    let body = json!({ "guid": token["guid"], "name": " b ", "scopes": ["logs-read"] });
    let answer = server.put(&Server::path(&token), &body).expect(200);
    let mut expected = token.clone();
    for (field, value) in [
        ("name", json!("b")),
        ("scopes", json!(["logs-read"])),
        ("description", Value::Null),
        ("valid_from", Value::Null),
        ("valid_to", Value::Null),
    ] {
        expected[field] = value;
    }
    assert_eq!(answer.json(), expected);
    assert_ne!(answer.header("etag"), etag);
    let read = server.get(&Server::path(&token));
    assert_eq!(read.json(), expected);
    assert_eq!(read.header("etag"), answer.header("etag"));
}

#[test]
fn if_match_refuses_what_has_changed_since() {
    let server = Server::start();
    let (token, first) = server.created(&draft("a"));
    let path = Server::path(&token);
    let mut body = write_of(&token);
    body["name"] = json!("b");
    let second = server.write("PUT", &path, &[("if-match", &first)], &body).expect(200).header("etag").to_owned();
    body["name"] = json!("c");
    let refusals = [
        first.clone(),
        format!("W/{second}"),
        "\"nonsense\"".to_owned(),
        second.trim_matches('"').to_owned(),
        String::new(),
    ];
    for stale in &refusals {
        let problem = server.write("PUT", &path, &[("if-match", stale)], &body).expect(412);
        assert_eq!(problem.header("content-type"), "application/problem+json");
    }
    assert_eq!(server.get(&path).json()["name"], "b");
    server.write("PUT", &path, &[("if-match", &format!("{first}, {second}"))], &body).expect(200);
    server.write("PUT", &path, &[("if-match", "*")], &body).expect(200);
    server.put(&path, &body).expect(200);
}

#[test]
fn two_edits_of_the_same_version_do_not_both_win() {
    let server = Server::start();
    let (token, etag) = server.created(&draft("a"));
    let put = |name: &str| {
        let mut body = write_of(&token);
        body["name"] = json!(name);
        server.write("PUT", &Server::path(&token), &[("if-match", &etag)], &body).status
    };
    let mut statuses = std::thread::scope(|threads| {
        let both = [threads.spawn(|| put("b")), threads.spawn(|| put("c"))];
        both.map(|it| it.join().unwrap())
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[test]
fn an_unknown_token_is_404_whatever_is_sent() {
    let server = Server::start();
    let path = "/api/v1/tokens/00000000-0000-4000-8000-000000000000";
    server.put(path, &draft("a")).expect(404);
    server.write("PUT", path, &[("if-match", "*")], &json!({})).expect(404);
}

#[test]
fn the_guid_never_changes() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let other = draft("a");
    let messages = server.put(&Server::path(&token), &other).expect(422).field_errors("guid");
    assert_eq!(messages, ["The GUID of a token cannot be changed."]);
    let mut same = write_of(&token);
    same["guid"] = json!(token["guid"].as_str().unwrap().to_uppercase());
    assert_eq!(server.put(&Server::path(&token), &same).expect(200).json()["guid"], token["guid"]);
    same["guid"] = Value::Null;
    server.put(&Server::path(&token), &same).expect(422).field_errors("guid");
}

#[test]
fn fields_are_checked_as_in_a_create() {
    let server = Server::start();
    let (token, _) = server.created(&draft("a"));
    let mut body = write_of(&token);
    body["name"] = json!("");
    body["scopes"] = json!(["nope"]);
    body["valid_from"] = json!("soon");
    let problem = server.put(&Server::path(&token), &body).expect(422);
    for field in ["name", "scopes", "valid_from"] {
        assert_eq!(problem.field_errors(field).len(), 1, "{field}");
    }
    assert_eq!(server.get(&Server::path(&token)).json(), token);
}

#[test]
fn a_past_end_may_stay_but_not_come() {
    let server = Server::start();
    let minute = TimeDelta::minutes(1);
    let (token, _) = server.created(&draft_with("a", json!({ "valid_to": server.time(minute) })));
    let path = Server::path(&token);
    server.wait(minute * 2);
    let mut body = write_of(&token);
    body["name"] = json!("renamed after its end");
    assert_eq!(server.put(&path, &body).expect(200).json()["is_active"], false);
    // The same instant written otherwise is not new either.
    body["valid_to"] = json!("2026-03-01T14:01:00.250+02:00");
    assert_eq!(server.put(&path, &body).expect(200).json()["valid_to"], "2026-03-01T14:01:00.250+02:00");
    body["valid_to"] = json!(server.time(-minute / 2));
    let messages = server.put(&path, &body).expect(422).field_errors("valid_to");
    assert_eq!(messages, ["Valid to lies in the past."]);
    body["valid_to"] = json!(server.time(minute));
    assert_eq!(server.put(&path, &body).expect(200).json()["is_active"], true);
}

#[test]
fn a_new_beginning_must_lie_before_the_end_that_stays() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let (token, _) = server.created(&draft_with("a", json!({ "valid_to": server.time(day) })));
    let mut body = write_of(&token);
    body["valid_from"] = json!(server.time(day * 2));
    server.put(&Server::path(&token), &body).expect(422).field_errors("valid_to");
}

#[test]
fn a_revoked_token_may_change_everything_but_its_dates() {
    let server = Server::start();
    let day = TimeDelta::days(1);
    let body = draft_with("a", json!({ "valid_from": server.time(-day), "valid_to": server.time(day) }));
    let (token, _) = server.created(&body);
    let path = Server::path(&token);
    let revoked = server.send("POST", &format!("{path}/revoke"), &[], b"").expect(200).json();
    server.wait(day);

    let mut body = write_of(&revoked);
    body["name"] = json!("b");
    body["description"] = json!("why it was revoked");
    body["scopes"] = json!(["logs-read"]);
    let changed = server.put(&path, &body).expect(200).json();
    assert_eq!(changed["name"], "b");
    assert_eq!(changed["description"], "why it was revoked");
    assert_eq!(changed["scopes"], json!(["logs-read"]));
    for field in ["valid_from", "valid_to", "revoked_at", "is_active"] {
        assert_eq!(changed[field], revoked[field], "{field}");
    }
    for field in ["valid_from", "valid_to"] {
        for value in [Value::Null, json!(server.time(day))] {
            let mut body = write_of(&revoked);
            body[field] = value;
            let messages = server.put(&path, &body).expect(422).field_errors(field);
            assert_eq!(messages, ["The dates of a revoked token cannot be changed."]);
        }
    }
}

#[test]
fn a_token_revoked_before_it_began_can_still_be_renamed() {
    let server = Server::start();
    let (token, _) = server.created(&draft_with("a", json!({ "valid_from": server.time(TimeDelta::days(1)) })));
    let path = Server::path(&token);
    let revoked = server.send("POST", &format!("{path}/revoke"), &[], b"").expect(200).json();
    assert_eq!(revoked["valid_from"], revoked["valid_to"]);
    server.put(&path, &write_of(&revoked)).expect(200);
}

#[test]
fn a_scope_that_is_no_longer_offered_may_stay() {
    let server = Server::seeded(36);
    let page = server.get("/api/v1/tokens").json();
    let old = page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["scopes"].to_string().contains("legacy-ftp"))
        .unwrap()
        .clone();
    server.put(&Server::path(&old), &write_of(&old)).expect(200);
    let (other, _) = server.created(&draft("a"));
    let mut body = write_of(&other);
    body["scopes"] = json!(["legacy-ftp"]);
    server.put(&Server::path(&other), &body).expect(422).field_errors("scopes");
}

#[test]
fn every_seeded_token_can_be_sent_back_as_it_was_read() {
    let server = Server::seeded(200);
    for entry in server.get("/api/v1/tokens").json()["entries"].as_array().unwrap() {
        assert_eq!(&server.put(&Server::path(entry), &write_of(entry)).expect(200).json(), entry);
    }
}
