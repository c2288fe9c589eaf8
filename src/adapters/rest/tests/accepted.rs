//! What an answer to a write proves, and what it does not.

use super::*;
use crate::adapters::fake::{delete, post, put};
use crate::api::tokens::{Answered, Deletion, Seen};

const PAGE: &str = "<!doctype html><h1>Sign in</h1>";

/// A revoke or rotate, with what it answered.
fn act(fake: &Fake, what: &str, id: &str, steps: impl IntoIterator<Item = Step>) -> Result<Answered, ApiError> {
    let none = Vec::new();
    match what {
        "revoke" => fake.during(steps, fake.api().revoke(id, &none)),
        _ => fake.during(steps, fake.api().rotate(id, &none)),
    }
}

fn all_writes() -> Fake {
    acme(json!({
        "token": { "id": "/id", "name": "/name", "active": "/on", "valid_to": "/to",
            "columns": [{ "label": "Role", "at": "/role" }] },
        "create": { "path": "/tokens", "body": { "name": "{name}" }, "secret": "/secret" },
        "update": { "path": "/tokens/{id}", "body": { "to": "{valid_to|or null}" } },
        "revoke": { "path": "/tokens/{id}/revoke" },
        "rotate": { "path": "/tokens/{id}/rotate", "secret": "/secret" },
        "delete": { "path": "/tokens/{id}" },
    }))
}

#[test]
fn a_web_page_answers_no_write() {
    let page = |step: Step| [step.says(200, PAGE).and(|it| it.content_type = "text/plain".into())];
    let fake = all_writes();
    let body = json!({ "name": "x" });
    let is_page = |error: ApiError| error == ApiError::Malformed("an HTML page instead of JSON".into());
    assert!(is_page(fake.create(&draft("x"), page(post("/tokens").json(body))).expect_err("none")));
    assert!(is_page(
        fake.update("7", &draft("x"), page(put("/tokens/7").json(json!({ "to": null })))).expect_err("none")
    ));
    assert!(is_page(act(&fake, "revoke", "7", page(post("/tokens/7/revoke"))).expect_err("none")));
    assert!(is_page(act(&fake, "rotate", "7", page(post("/tokens/7/rotate"))).expect_err("none")));
    assert!(is_page(fake.delete("7", page(delete("/tokens/7"))).expect_err("none")));
}

#[test]
fn what_is_accepted_is_not_done_yet() {
    let fake = all_writes();
    let deleted = fake.during([delete("/tokens/7").says(202, "")], fake.api().delete("7", &Vec::new()));
    assert_eq!(deleted, Ok(Deletion::Accepted));
    let item = json!({ "id": 7, "name": "x", "on": true, "to": null, "role": "viewer" });
    let steps = [post("/tokens/7/revoke").answers(202, json!({ "job": 1 })), list([item])];
    let revoked = fake::one(act(&fake, "revoke", "7", steps).expect("accepted"));
    assert_eq!(revoked.seen, Seen::Not);
    let (api, draft) = (fake.api(), draft("x"));
    let create = api.create(&draft, "key");
    let steps = [post("/tokens").json(json!({ "name": "x" })).answers(202, json!({ "job": 1 })), list(json!([]))];
    assert_eq!(fake.during(steps, create), Ok(Answered::Nothing));
}

#[test]
fn an_answer_without_a_token_made_none() {
    let steps =
        [post("/tokens").json(json!({ "name": "x" })).answers(200, json!([{ "id": 1, "name": "a" }])), list(json!([]))];
    let outcome = all_writes().create(&draft("x"), steps);
    assert_eq!(outcome, Err(ApiError::Malformed("the new token is missing".into())));
}

#[test]
fn a_rotation_keeps_what_its_answer_leaves_out() {
    let fake = all_writes();
    fake.entry([list([json!({ "id": 7, "name": "nightly", "on": true, "to": null, "role": "viewer" })])]);
    let answer = post("/tokens/7/rotate").answers(200, json!({ "id": 7, "secret": "s3cret" }));
    let rotated = fake::one(act(&fake, "rotate", "7", [answer]).expect("rotated"));
    assert_eq!((secret_of(&rotated), rotated.token.name.as_str()), (Some("s3cret"), "nightly"));
    assert_eq!(body_of(&rotated)["extras"], json!(["viewer"]));
}

#[test]
fn a_rotation_that_names_no_token_is_followed_to_its_successor() {
    let old = || json!({ "id": 7, "name": "nightly", "on": true });
    let bystander = || json!({ "id": 1, "name": "other", "on": true });
    let rotate = |after: Vec<Value>, n_lists: usize| {
        let fake = all_writes();
        fake.list([list([bystander(), old()])]).expect("a list");
        let lists = (0..n_lists).map(|_| list(after.clone()));
        let steps = [post("/tokens/7/rotate").answers(200, json!({ "secret": "s3cret" }))].into_iter().chain(lists);
        let rotated = fake::one(act(&fake, "rotate", "7", steps).expect("rotated"));
        assert_eq!(secret_of(&rotated), Some("s3cret"));
        (rotated.token.id, rotated.seen)
    };
    let new = |id: u32| json!({ "id": id, "name": "nightly", "on": true });
    assert_eq!(rotate(vec![bystander(), old()], 1), ("7".into(), Seen::Answered));
    assert_eq!(rotate(vec![bystander(), new(8)], 3), ("8".into(), Seen::Answered));
    // It is not known which of two it is, or where it is.
    assert_eq!(rotate(vec![bystander(), new(8), new(9)], 3), ("7".into(), Seen::Not));
    assert_eq!(rotate(vec![bystander()], 2), ("7".into(), Seen::Not));
}

#[test]
fn a_change_that_cannot_be_seen_yet_is_no_failure() {
    let fake = all_writes();
    let item = json!({ "id": 7, "name": "x", "on": true, "to": null, "role": "viewer" });
    fake.entry([list([item.clone()])]);
    let update = || put("/tokens/7").json(json!({ "to": null }));
    let behind = fake.update("7", &draft("x"), [update().says(200, ""), list(json!([]))]).expect("saved");
    assert_eq!((behind.seen, behind.token.name.as_str()), (Seen::Not, "x"));
    let failing = [update().says(200, ""), get("/tokens").answers(500, json!({}))];
    assert_eq!(fake.update("7", &draft("x"), failing).expect("saved").seen, Seen::Not);
    let read = fake.update("7", &draft("x"), [update().says(200, ""), list([item.clone()])]).expect("saved");
    assert_eq!(read.seen, Seen::Read);
    // An answer that lacks what the list has is not all of the token.
    let part = update().answers(200, json!({ "id": 7, "name": "x", "on": true }));
    let read = fake.update("7", &draft("x"), [part, list([item])]).expect("saved");
    assert_eq!((read.seen, &body_of(&read)["extras"]), (Seen::Read, &json!(["viewer"])));
}

#[test]
fn a_token_can_be_read_past_what_is_remembered() {
    let fake = all_writes();
    fake.entry([list([json!({ "id": 7, "name": "old", "on": true })])]);
    assert_eq!(fake.read("7", []).expect("a token").token.name, "old");
    let again = fake.during([list([json!({ "id": 7, "name": "new", "on": true })])], fake.api().read("7", true));
    assert_eq!(again.expect("a token").token.name, "new");
    // What is newer is remembered.
    assert_eq!(fake.read("7", []).expect("a token").token.name, "new");
}
