//! What a test of the connection tells of each field.

use super::*;
use crate::api::report::{Hint, time_hints};
use crate::moments::Written;
use crate::secret::MASK;
use crate::words::Key;

/// What a test of the connection says of a field: what it found, and its notes.
#[track_caller]
fn told(token: Value, items: &[Value], label: &str) -> (Option<String>, Vec<String>) {
    let fake = acme(json!({ "token": token }));
    let answer = get("/tokens").answers(200, json!({ "data": items }));
    let report = report(&fake, [answer]).expect("a report");
    let field = report["fields"].as_array().into_iter().flatten().find(|it| it["label"] == label).expect(label);
    let notes = field["notes"].as_array().into_iter().flatten();
    (field["found"].as_str().map(str::to_owned), notes.filter_map(|it| it.as_str().map(str::to_owned)).collect())
}

fn in_words(hints: impl IntoIterator<Item = Hint>) -> Vec<String> {
    hints.into_iter().map(|it| it.text().into_owned()).collect()
}

#[test]
fn a_test_says_how_a_time_is_written_and_what_it_was_read_as() {
    let of = |shape: Value, value: Value| {
        let (found, notes) =
            told(json!({ "id": "/id", "valid_to": shape }), &[json!({ "id": 1, "t": value })], "Valid to");
        (found.unwrap_or_default(), notes)
    };
    for (value, written) in [
        (json!("2027-01-01T00:00:00Z"), Written::WithOffset),
        (json!("2027-01-01 00:00"), Written::WithoutZone),
        (json!("2027-01-01"), Written::Day),
        (json!(1_798_761_600), Written::Seconds),
        (json!("1798761600000"), Written::Millis),
        (json!("Fri, 01 Jan 2027 00:00:00 GMT"), Written::Http),
        (json!([2027, 1, 1, 0, 0]), Written::Parts),
    ] {
        let expected = ("2027-01-01T00:00:00Z".to_owned(), in_words(time_hints(written, "UTC")));
        assert_eq!(of(json!("/t"), value.clone()), expected, "{value}");
    }
    assert_eq!(of(json!("/t"), json!("N/A")).0, "none");
    assert_eq!(of(json!("/t"), json!("soon")), ("soon".into(), in_words([Hint::NoTime])));
    let duration = json!({ "at": "/t", "as": "days" });
    assert_eq!(of(duration.clone(), json!("2027-01-01")).1, in_words([Hint::As("rfc3339")]));
    assert_eq!(of(duration, json!(3)).1, in_words([Hint::Time(Written::Duration)]));
    let token = json!({ "id": "/id", "created": "/c", "columns": [{ "label": "Rotated", "at": "/r", "as": "unix" }] });
    let item = json!({ "id": 1, "c": "2027-01-01 00:00", "r": 1_798_761_600 });
    assert_eq!(
        told(token.clone(), std::slice::from_ref(&item), "Created").1,
        in_words(time_hints(Written::WithoutZone, "UTC"))
    );
    assert_eq!(told(token, &[item], "Rotated").1, in_words([Hint::Time(Written::Seconds)]));
}

#[test]
fn a_test_asks_for_the_words_of_a_status() {
    let words = ["inactive", "DISABLED", "expired"].map(str::to_owned);
    let items = ["inactive", "DISABLED", "inactive", "expired"].map(|it| json!({ "id": it, "s": it, "r": it }));
    let of = |shape: Value| told(json!({ "id": "/id", "active": shape }), &items, "Is active").1;
    assert_eq!(of(json!("/s")), in_words([Hint::Words(words.into())]));
    assert_eq!(of(json!({ "at": "/s", "is": "active" })), [""; 0]);
    let revoked = told(json!({ "id": "/id", "revoked": "/r" }), &items, "Revoked").1;
    assert_eq!(revoked, in_words([Hint::TakenForYes("inactive".into())]));
    let disabled = told(json!({ "id": "/id", "disabled": "/r" }), &items, "Disabled");
    assert_eq!(disabled.1, in_words([Hint::Words(vec!["inactive".into()])]));
    let at = [json!({ "id": 1, "r": 1_798_761_600 })];
    let disabled = told(json!({ "id": "/id", "disabled": "/r" }), &at, "Disabled");
    assert_eq!(disabled, (Some("2027-01-01T00:00:00Z".into()), in_words([Hint::Time(Written::Seconds)])));
}

#[test]
fn a_test_says_field_by_field_what_was_found() {
    let token = json!({ "id": "/id", "name": "/name", "valid_to": { "at": "/to", "as": "unix" }, "creator": "/by",
        "columns": [{ "label": "Key", "at": "/key", "as": "secret" }] });
    let list = json!({ "path": "/tokens", "items": "/data", "total": "/total",
        "query": { "after": "{page.cursor}" }, "pages": { "by": "cursor", "next": "/next" } });
    let fake = acme(json!({ "token": token, "list": list }));
    let answer =
        json!({ "data": [{ "id": 1, "name": "CI", "to": 1_798_761_600, "key": "s3cret" }], "total": 9, "next": "c2" });
    let report = report(&fake, [get("/tokens").answers(200, answer)]).expect("a report");
    let of =
        |label: &str| report["fields"].as_array().unwrap().iter().find(|it| it["label"] == label).cloned().unwrap();
    assert_eq!((&report["count"], &report["total"], &report["next"]), (&json!(1), &json!(9), &json!("c2")));
    let to = of("Valid to");
    let written = json!(in_words([Hint::Time(Written::Seconds)]));
    assert_eq!((&to["place"], &to["found"], &to["notes"]), (&json!("/to"), &json!("2027-01-01T00:00:00Z"), &written));
    let by = of("Created by");
    assert_eq!(
        (&by["place"], &by["found"], &by["notes"]),
        (&json!("/by"), &json!(null), &json!(["Nothing stands there."]))
    );
    assert_eq!(of("Key")["found"], MASK);
    assert_eq!(of("Is active")["notes"], json!(["Worked out from the other fields."]));
}

#[test]
fn a_test_tells_none_from_what_is_not_there() {
    let token = json!({ "id": "/id", "name": "/name", "description": "/about", "active": true,
        "valid_to": { "at": "/to", "as": "unix" }, "last_used": { "at": "/used", "as": "unix" },
        "columns": [{ "label": "Networks", "at": "/cidr" }, { "label": "Gone", "at": "/gone" }] });
    let item = json!({ "id": 1, "name": "CI", "about": "", "to": null, "used": "0", "cidr": [] });
    let fake = acme(json!({ "token": token }));
    let report = report(&fake, [list([item])]).expect("a report");
    for (label, found, note) in [
        ("Description", json!("none"), "\"\" stands there: none."),
        ("Valid to", json!("none"), "It is null there: none."),
        ("Last used", json!("none"), "\"0\" stands there: none."),
        ("Networks", json!("none"), "[] stands there: none."),
        ("Gone", json!(null), "Nothing stands there."),
        ("Is active", json!("true"), "The description says so of every token."),
    ] {
        let all = report["fields"].as_array().expect("a list");
        let field = all.iter().find(|it| it["label"] == label).expect(label);
        assert_eq!((&field["found"], &field["notes"]), (&found, &json!([note])), "{label}");
    }
}

#[test]
fn a_test_warns_of_what_an_edit_cannot_take_away() {
    let check = |facts: Value, body: Value, warned: &[&str]| {
        let mut token = json!({ "id": "/id", "name": "/name" });
        token.as_object_mut().expect("an object").extend(facts.as_object().cloned().unwrap_or_default());
        let update = json!({ "path": "/tokens/{id}", "body": body });
        let fake = acme(json!({ "token": token, "scopes": ["a"], "update": update }));
        let item = json!({ "id": 1, "name": "CI", "to": "2030-01-01T00:00:00Z", "about": "x", "may": ["a"] });
        let report = report(&fake, [list([item])]).expect("a report");
        let all = report["fields"].as_array().expect("a list");
        let is_warned = |it: &&Value| it["notes"].to_string().contains("it is left out");
        let found: Vec<&str> = all.iter().filter(is_warned).filter_map(|it| it["label"].as_str()).collect();
        assert_eq!(found, warned, "{body}");
    };
    let facts = json!({ "valid_from": "/from", "valid_to": "/to", "description": "/about", "scopes": "/may" });
    let all =
        json!({ "to": "{valid_to}", "from": "since {valid_from|date}", "about": "{description}", "may": "{scopes}" });
    check(facts.clone(), all, &["Description", "Scopes", "Valid from", "Valid to"]);
    let emptied = json!({ "to": "{valid_to|unix|or 0}", "about": "{description|or \"\"}", "may": "{scopes|or []}" });
    check(facts.clone(), emptied, &[]);
    // Within the token as it was, what is left out stays.
    check(facts, json!({ "$merge": ["{token}", { "to": "{valid_to}" }] }), &["Valid to"]);
    check(json!({ "valid_to": { "at": "/to", "required": true } }), json!({ "to": "{valid_to}" }), &[]);
}

#[test]
fn a_test_of_a_list_that_fails_says_why() {
    let fake = acme(json!({}));
    let failed = report(&fake, [get("/tokens").answers(500, json!({ "message": "Down." }))]);
    assert_eq!(failed, Err(ApiError::Server(500, "Down.".into())));
    let elsewhere = get("/tokens").answers(200, json!({ "tokens": [] }));
    let missing = report(&fake, [elsewhere]);
    assert_eq!(missing, Err(ApiError::Malformed("there is no list at /data; the answer has tokens".into())));
}
