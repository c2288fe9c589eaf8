//! Calls that switch a token off and on.

use super::*;
use crate::adapters::fake::put;
use crate::api::tokens::Seen;

/// A system that tells by a word whether a token is on, and takes a token whole.
fn with_switch() -> Fake {
    let put = |status: &str| {
        json!({ "method": "PUT", "path": "/tokens/{id}", "body": { "name": "{token/name}", "rights": "{token/rights}",
            "end": "{token/end}", "state": status } })
    };
    acme(json!({
        "token": { "id": "/id", "name": "/name", "active": { "at": "/state", "is": "on" },
            "disabled": { "at": "/state", "is": "off" } },
        "read": { "path": "/tokens/{id}" },
        "disable": put("off"),
        "enable": put("on"),
    }))
}

#[test]
fn a_token_is_switched_off_and_on_and_all_else_goes_back_as_it_came() {
    let item = |state: &str| json!({ "id": 7, "name": "CI", "rights": [{ "a": [1] }], "state": state });
    let sent = |state: &str| json!({ "name": "CI", "rights": [{ "a": [1] }], "state": state });
    let fake = with_switch();
    let step = || put("/tokens/7");
    let none = Vec::new();
    // The token is asked for, as parts of it are sent.
    let off = [get("/tokens/7").answers(200, item("on")), step().json(sent("off")).answers(200, item("off"))];
    let disabled = fake::one(fake.during(off, fake.api().disable("7", &none)).expect("disabled"));
    assert_eq!((disabled.seen, &body_of(&disabled)["is_disabled"]), (Seen::Answered, &json!(true)));
    // How it was just before, to tell what the system made of what it got back.
    let before = disabled.before.expect("it was read");
    let before: Value = serde_json::from_slice(&before.text).expect("JSON");
    assert_eq!((&before["name"], &before["is_disabled"]), (&json!("CI"), &json!(false)));
    let on = [get("/tokens/7").answers(200, item("off")), step().json(sent("on")).answers(200, item("on"))];
    let enabled = fake::one(fake.during(on, fake.api().enable("7", &none)).expect("enabled"));
    let body = body_of(&enabled);
    assert_eq!((&body["is_disabled"], &body["is_active"]), (&json!(false), &json!(true)));
}

#[test]
fn a_switch_whose_answer_says_nothing_is_looked_for() {
    let item = |state: &str| json!({ "id": 7, "name": "CI", "state": state });
    let none = Vec::new();
    let seen = |steps: Vec<Step>| {
        let fake = with_switch();
        let steps = [get("/tokens/7").answers(200, item("on"))].into_iter().chain(steps);
        let tagged = fake::one(fake.during(steps, fake.api().disable("7", &none)).expect("accepted"));
        (tagged.seen, body_of(&tagged)["is_disabled"].clone())
    };
    let put = || put("/tokens/7").json(json!({ "name": "CI", "state": "off" }));
    let look = |state: &str| get("/tokens/7").answers(200, item(state));
    assert_eq!(seen(vec![put().says(204, ""), look("off")]), (Seen::Read, json!(true)));
    assert_eq!(seen(vec![put().says(200, ""), look("on")]), (Seen::Read, json!(false)));
    let gone = get("/tokens/7").answers(404, json!({}));
    assert_eq!(seen(vec![put().says(200, ""), gone]).0, Seen::Not);
    let fake = with_switch();
    let refused = [look("on"), put().answers(409, json!({ "message": "no" }))];
    assert!(fake.during(refused, fake.api().disable("7", &none)).is_err());
}
