//! What is understood of a token.

use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::adapters::fake::status_of;
use crate::adapters::{Calls, Host};
use crate::api::tokens::ListPage;
use crate::api::{Later, NetworkError, Request, Response};
use crate::capabilities::ColumnKind;
use crate::secret::MASK;
use crate::time::Millis;
use crate::token::Status;

#[track_caller]
fn check(facts: Value, item: Value, expected: Value) {
    let entry = entry(facts, item.clone());
    for (name, value) in members(expected) {
        assert_eq!(entry[&name], value, "{name} of {item}");
    }
}

#[test]
fn facts_are_found_by_pointer_and_by_path() {
    let facts = json!({ "name": "$.meta['the name']", "description": "/a~1b/0", "creator": "$..login" });
    let item = json!({ "id": 7, "meta": { "the name": "CI" }, "a/b": ["why"], "by": { "login": "eve" } });
    check(facts, item, json!({ "id": "7", "name": "CI", "description": "why", "created_by": "eve" }));
}

#[test]
fn several_facts_may_stand_in_one_text_or_in_a_list_of_texts() {
    let facts = json!({
        "valid_to": { "at": "/limits", "after": "expires=", "as": "unix" },
        "scopes": { "at": "/limits", "after": "allowed=", "split": ",", "absent": "none" },
        "creator": { "at": "/note", "after": "by " },
        "columns": [{ "label": "Projects", "at": "/limits", "after": "projects=" }],
    });
    let item = json!({ "id": 1, "limits": ["allowed=upload,read", "expires=1801440000"], "note": "by ada" });
    let expected = json!({ "valid_to": "2027-02-01T00:00:00Z", "scopes": ["upload", "read"], "created_by": "ada", "extras": [null] });
    check(facts.clone(), item, expected);
    let bare = json!({ "id": 1, "limits": ["projects=a"], "note": "ada" });
    check(facts, bare, json!({ "valid_to": null, "scopes": [], "created_by": null, "extras": ["a"] }));
}

#[test]
fn a_token_may_lack_a_name() {
    check(json!({}), json!({ "id": "a" }), json!({ "name": "" }));
    check(json!({ "name": "/name" }), json!({ "id": "a", "name": null }), json!({ "name": "" }));
    check(json!({ "name": "/name" }), json!({ "id": "a" }), json!({ "name": "" }));
}

#[test]
fn scopes_in_every_form() {
    let both = json!({ "scopes": ["read", "write"] });
    for (shape, value) in [
        (json!("/s"), json!(["read", "write"])),
        (json!("$.s[*].name"), json!([{ "name": "read" }, { "name": "write" }])),
        (json!({ "at": "/s", "split": " " }), json!("read  write")),
        (json!({ "at": "/s", "split": "," }), json!("read, write")),
        (json!({ "at": "/s", "as": "flags" }), json!({ "read": true, "admin": false, "none": null, "write": true })),
    ] {
        check(json!({ "scopes": shape }), json!({ "id": 1, "s": value }), both.clone());
    }
    let levels = json!({ "id": 1, "s": { "contents": "read" } });
    check(json!({ "scopes": { "at": "/s", "as": "flags" } }), levels, json!({ "scopes": ["contents:read"] }));
    check(json!({ "scopes": "/s" }), json!({ "id": 1, "s": null }), json!({ "scopes": [] }));
    check(json!({ "scopes": "/s" }), json!({ "id": 1, "s": "all" }), json!({ "scopes": ["all"] }));
    assert!(entry(json!({ "scopes": "/s" }), json!({ "id": 1 })).get("scopes").is_none(), "not reported");
}

#[track_caller]
fn check_time(shape: Value, written: Value, expected: Value) {
    let mut shape = members(shape);
    shape.insert("at".into(), "/t".into());
    check(json!({ "valid_to": shape }), json!({ "id": 1, "t": written }), json!({ "valid_to": expected }));
}

#[test]
fn times_in_every_form() {
    let at = json!("2027-01-01T00:00:00Z");
    for (form, written) in [
        ("rfc3339", json!("2027-01-01T00:00:00Z")),
        ("rfc3339", json!("2027-01-01T02:00:00.0000001+02:00")),
        ("rfc3339", json!("2027-01-01 00:00:00")),
        ("rfc3339", json!("2027-01-01 00:00:00 UTC")),
        ("rfc3339", json!("2027-01-01T00:00:00.000+0000")),
        ("rfc3339", json!("2027-01-01")),
        ("date", json!("2027-01-01")),
        ("unix", json!(1_798_761_600)),
        ("unix", json!(1_798_761_600.0)),
        ("unix", json!("1798761600")),
        ("unix_ms", json!(1_798_761_600_000_i64)),
        ("unix_ms", json!("1798761600000")),
    ] {
        check_time(json!({ "as": form }), written, at.clone());
    }
    check_time(json!({ "as": "unix" }), json!(1_798_761_600.25), json!("2027-01-01T00:00:00.250Z"));
}

#[test]
fn durations_count_from_now_or_from_the_creation() {
    // The tests' clock stands at 2027-01-15T08:00:00Z.
    let hour = json!("2027-01-15T09:00:00Z");
    for (form, number) in
        [("seconds", json!(3600)), ("minutes", json!("60")), ("hours", json!(1)), ("days", json!(1.0 / 24.0))]
    {
        check_time(json!({ "as": form }), number, hour.clone());
    }
    check_time(json!({ "as": "seconds" }), json!(0), json!("2027-01-15T08:00:00Z"));
    check_time(json!({ "as": "seconds", "never": 0 }), json!(0), json!(null));
    let facts = json!({ "created": "/c", "valid_to": { "at": "/t", "as": "days", "from": "created" } });
    let item = json!({ "id": 1, "c": "2026-01-01T00:00:00Z", "t": 365 });
    check(facts, item, json!({ "valid_to": "2027-01-01T00:00:00Z", "extras": ["2026-01-01T00:00:00Z"] }));
}

#[test]
fn never_in_every_form() {
    for never in [json!(null), json!(""), json!(0), json!("0"), json!(-1), json!("0001-01-01T00:00:00Z")] {
        check_time(json!({}), never, json!(null));
    }
    for never in [json!(0), json!(-1), json!("-1"), json!(0.0)] {
        check_time(json!({ "as": "unix" }), never, json!(null));
    }
    check_time(json!({ "never": ["never", 99] }), json!("never"), json!(null));
    let absent = entry(json!({ "valid_to": { "at": "/t", "absent": "none" } }), json!({ "id": 1 }));
    assert_eq!((&absent["valid_to"], &absent["is_active"]), (&json!(null), &json!(true)));
    let untold = entry(json!({ "valid_to": "/t" }), json!({ "id": 1 }));
    assert!(untold.get("valid_to").is_none(), "not reported");
}

#[test]
fn times_without_a_zone_are_the_systems_own() {
    for (zone, written, expected) in [
        ("Europe/Berlin", json!("2027-07-01 14:18:43"), "2027-07-01T12:18:43Z"),
        ("Europe/Berlin", json!("2027-07-01"), "2027-06-30T22:00:00Z"),
        ("Europe/Berlin", json!([2027, 1, 1, 1, 0]), "2027-01-01T00:00:00Z"),
        ("Europe/Berlin", json!("2027-07-01T14:18:43Z"), "2027-07-01T14:18:43Z"),
        ("Europe/Berlin", json!(1_798_761_600), "2027-01-01T00:00:00Z"),
        ("Europe/Berlin", json!("2027-03-28T02:30:00"), "2027-03-28T01:30:00Z"),
        ("Europe/Berlin", json!("2027-10-31T02:30:00"), "2027-10-31T00:30:00Z"),
        ("-03:30", json!("2027-07-01 14:18:43"), "2027-07-01T17:48:43Z"),
        ("UTC", json!("2027-07-01 14:18:43"), "2027-07-01T14:18:43Z"),
    ] {
        let more = json!({ "zone": zone, "token": { "id": "/id", "valid_to": "/t", "created": "/t" } });
        let entry = acme(more).entry([list([json!({ "id": 1, "t": written })])]);
        assert_eq!(
            (&entry["valid_to"], &entry["extras"][0]),
            (&json!(expected), &json!(expected)),
            "{written} in {zone}"
        );
    }
    // A connection may say which.
    let api = api(json!({
        "zone": "{value.zone}", "values": { "zone": { "default": "UTC" } }, "token": { "id": "/id", "valid_to": "/t" },
    }));
    for (values, expected) in
        [(json!({}), "2027-07-01T14:00:00Z"), (json!({ "zone": "Asia/Tokyo" }), "2027-07-01T05:00:00Z")]
    {
        let fake = Fake::new(json!({ "dialect": "rest", "api": api, "values": values }));
        assert_eq!(fake.entry([list([json!({ "id": 1, "t": "2027-07-01 14:00" })])])["valid_to"], json!(expected));
    }
}

#[test]
fn an_end_may_be_the_last_day() {
    check_time(json!({ "as": "last_day" }), json!("2026-12-31"), json!("2027-01-01T00:00:00Z"));
    check_time(json!({ "as": "last_day" }), json!("2026-12-31T10:00:00Z"), json!("2026-12-31T10:00:00Z"));
    check_time(json!({ "as": "last_day" }), json!("never"), json!(null));
}

#[test]
fn what_is_no_time_costs_no_more_than_that() {
    let fake = acme(json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "as": "unix" } } }));
    for odd in [json!("soon"), json!([1]), json!(1e300), json!({ "a": 1 }), json!(true)] {
        let page = fake.page(None, [list([json!({ "id": 1, "t": odd })])]).expect("a page");
        assert_eq!(status_of(&page["entries"][0], fake.now.get()), Status::Unknown, "{page}");
        let shown = odd.as_str().map_or_else(|| odd.to_string(), str::to_owned);
        assert_eq!(page["entries"][0]["valid_to"], json!(shown), "{page}");
    }
}

#[track_caller]
fn check_status(facts: Value, item: Value, expected: Status) {
    let entry = entry(facts.clone(), item.clone());
    assert_eq!(status_of(&entry, 1_800_000_000_000), expected, "{facts} {item}");
}

#[test]
fn a_status_in_every_form() {
    let item = |value: Value| json!({ "id": 1, "s": value });
    let is =
        |shape: Value, value: Value, expected: Status| check_status(json!({ "active": shape }), item(value), expected);
    for (value, expected) in [
        (json!(true), Status::Active),
        (json!(1), Status::Active),
        (json!("true"), Status::Active),
        (json!(false), Status::Inactive),
        (json!("0"), Status::Inactive),
        (json!(null), Status::Unknown),
        (json!("no"), Status::Inactive),
        (json!("inactive"), Status::Unknown),
        (json!("DISABLED"), Status::Unknown),
        (json!("active"), Status::Unknown),
        (json!(2), Status::Unknown),
        (json!({}), Status::Unknown),
    ] {
        is(json!("/s"), value, expected);
    }
    is(json!({ "at": "/s", "is": "active" }), json!("ACTIVE"), Status::Active);
    is(json!({ "at": "/s", "is": ["enabled", 0] }), json!(0), Status::Active);
    is(json!({ "at": "/s", "is": "enabled" }), json!("disabled"), Status::Inactive);
    is(json!({ "at": "/s", "not": true }), json!(false), Status::Active);
    is(json!({ "at": "/s", "not": true }), json!(true), Status::Inactive);
    is(json!(true), json!(null), Status::Active);
    check_status(json!({ "active": "/x" }), item(json!(1)), Status::Unknown);
    check_status(json!({}), item(json!(1)), Status::Unknown);
}

#[test]
fn a_status_is_worked_out_where_it_is_not_described() {
    let ended = json!({ "id": 1, "to": "2026-01-01" });
    check_status(json!({ "valid_to": "/to" }), ended.clone(), Status::Expired);
    check_status(json!({ "valid_to": "/to", "active": true }), ended, Status::Expired);
    check_status(json!({ "valid_to": "/to" }), json!({ "id": 1, "to": null }), Status::Active);
    check_status(json!({ "valid_from": "/from" }), json!({ "id": 1, "from": "2028-01-01" }), Status::Scheduled);
    for (revoked, expected) in [
        (json!(true), Status::Revoked),
        (json!("2026-01-01T00:00:00Z"), Status::Revoked),
        (json!(null), Status::Active),
        (json!(false), Status::Active),
        (json!("never"), Status::Active),
        (json!("0001-01-01T00:00:00Z"), Status::Active),
        (json!({ "Time": "0001-01-01T00:00:00Z", "Valid": false }), Status::Active),
        (json!("2099-01-01T00:00:00Z"), Status::Active),
    ] {
        check_status(json!({ "revoked": "/r" }), json!({ "id": 1, "r": revoked }), expected);
    }
    let state = json!({ "deleted": { "at": "/state", "is": "gone" }, "active": true });
    check_status(state, json!({ "id": 1, "state": "gone" }), Status::Deleted);
}

#[test]
fn a_token_that_is_switched_off_is_disabled() {
    let status = |shape: Value, value: Value, expected: Status| {
        check_status(
            json!({ "disabled": shape, "valid_to": "/to" }),
            json!({ "id": 1, "s": value, "to": null }),
            expected,
        );
    };
    for (value, expected) in [
        (json!(true), Status::Disabled),
        (json!(1), Status::Disabled),
        (json!("2026-01-01T00:00:00Z"), Status::Disabled),
        (json!("2099-01-01T00:00:00Z"), Status::Active),
        (json!("0001-01-01T00:00:00Z"), Status::Active),
        (json!(false), Status::Active),
        (json!("0"), Status::Active),
        (json!(null), Status::Active),
    ] {
        status(json!("/s"), value, expected);
    }
    status(json!({ "at": "/s", "is": ["off", 1] }), json!("OFF"), Status::Disabled);
    status(json!({ "at": "/s", "is": "off" }), json!("on"), Status::Active);
    status(json!({ "at": "/s", "not": "on" }), json!("off"), Status::Disabled);
    // It is off, whatever else is said and whatever time it is; and revoked before that.
    let facts = json!({ "active": "/on", "valid_to": "/to", "revoked": "/r", "disabled": "/off" });
    let item = |to: &str, revoked: bool| json!({ "id": 1, "on": true, "to": to, "r": revoked, "off": true });
    check_status(facts.clone(), item("2028-01-01", false), Status::Disabled);
    check_status(facts.clone(), item("2026-01-01", false), Status::Disabled);
    check_status(facts, item("2028-01-01", true), Status::Revoked);
}

#[test]
fn a_switch_of_which_nothing_is_said_is_not_there() {
    let told = |shape: Value, item: Value| {
        let entry = entry(json!({ "disabled": shape }), item);
        (entry.get("disabled_at").cloned(), entry.get("is_disabled").cloned())
    };
    assert_eq!(told(json!("/s"), json!({ "id": 1 })), (None, None));
    assert_eq!(told(json!("/s"), json!({ "id": 1, "s": "inactive" })), (None, None));
    assert_eq!(told(json!({ "at": "/s", "absent": "none" }), json!({ "id": 1 })), (None, Some(json!(false))));
    assert_eq!(told(json!("/s"), json!({ "id": 1, "s": true })), (None, Some(json!(true))));
    let at = json!("2026-01-01T00:00:00Z");
    assert_eq!(told(json!("/s"), json!({ "id": 1, "s": at })), (Some(at), None));
}

#[test]
fn what_is_called_active_has_to_be_within_its_time() {
    let facts = json!({ "active": "/on", "valid_to": "/to", "valid_from": "/from", "revoked": "/r" });
    let item = |more: Value| {
        let mut item = json!({ "id": 1, "on": true, "to": null, "from": null });
        members(more).into_iter().for_each(|(name, value)| item[name] = value);
        item
    };
    check_status(facts.clone(), item(json!({})), Status::Active);
    check_status(facts.clone(), item(json!({ "to": "2026-01-01" })), Status::Expired);
    check_status(facts.clone(), item(json!({ "from": "2028-01-01" })), Status::Scheduled);
    check_status(facts.clone(), item(json!({ "r": true })), Status::Revoked);
    check_status(facts, item(json!({ "on": false })), Status::Inactive);
}

#[test]
fn items_in_every_form() {
    for (list, answer) in [
        (json!({}), json!([{ "id": 1 }, { "id": 2 }])),
        (json!({ "items": "/a/0" }), json!({ "a": [[{ "id": 1 }, { "id": 2 }]] })),
        (
            json!({ "items": "$.users[*].tokens" }),
            json!({ "users": [{ "tokens": [{ "id": 1 }] }, { "tokens": [{ "id": 2 }] }] }),
        ),
        (
            json!({ "items": "$.all[?@.type == 'pat']" }),
            json!({ "all": [{ "id": 1, "type": "pat" }, { "id": 9 }, { "id": 2, "type": "pat" }] }),
        ),
    ] {
        let mut call = members(list);
        call.insert("path".into(), "/tokens".into());
        let entries = acme(json!({ "list": call })).list([get("/tokens").answers(200, answer)]).expect("a list");
        assert_eq!(entries.iter().map(|it| it["id"].as_str().unwrap()).collect::<Vec<_>>(), ["1", "2"]);
    }
}

#[test]
fn items_may_be_texts_or_stand_below_their_ids() {
    let texts = acme(json!({ "token": { "id": "", "name": "" }, "list": { "path": "/tokens" } }));
    assert_eq!(texts.entry([get("/tokens").answers(200, json!(["a/b ü"]))])["name"], "a/b ü");
    let keyed = json!({ "path": "/tokens", "items": "/all", "keyed": true });
    let keyed = acme(json!({ "token": { "id": "/key", "name": "/value/n" }, "list": keyed }));
    let entry = keyed.entry([get("/tokens").answers(200, json!({ "all": { "x": { "n": "CI" } } }))]);
    assert_eq!((&entry["id"], &entry["name"]), (&json!("x"), &json!("CI")));
}

#[test]
fn a_list_that_is_null_is_empty_and_one_that_is_not_there_is_told() {
    let fake = acme(json!({}));
    assert_eq!(fake.list([get("/tokens").answers(200, json!({ "data": null }))]), Ok(vec![]));
    for (answer, is_like) in [
        (json!({ "dat": [], "links": {} }), "the answer has dat, links"),
        (json!([{}]), "the answer itself is a list"),
        (json!(7), "the answer is a single value"),
        (json!(null), "the answer is empty"),
    ] {
        let missing = fake.list([get("/tokens").answers(200, answer)]);
        assert_eq!(missing, Err(ApiError::Malformed(format!("there is no list at /data; {is_like}").into())));
    }
}

#[test]
fn columns_of_its_own_and_secrets_among_them() {
    let token = json!({ "id": "/id", "created": "/c", "columns": [
        { "label": "Prefix", "at": "/p" },
        { "label": "Key", "at": "/k", "as": "secret" },
        { "label": "Rotated", "at": "/r", "as": "unix" },
        { "label": "Gone by", "at": "/g", "as": "date", "deadline": true },
        { "label": "Hosts", "at": "$.h[*].name" },
    ] });
    let fake = acme(json!({ "token": token }));
    let item =
        json!({ "id": 1, "c": null, "p": "abc", "k": "s3cret", "r": 0, "h": [{ "name": "a" }, { "name": "b" }] });
    let entry = fake.entry([list([item])]);
    assert_eq!(entry["extras"], json!(["", "abc", "s3cret", "", null, "a, b"]));
    let system = gateway_of(json!({ "dialect": "rest", "api": api(json!({ "token": fake_token() })) })).system();
    let kinds: Vec<ColumnKind> = system.columns.iter().filter_map(|it| it.kind.extra().map(|_| it.kind)).collect();
    assert_eq!(kinds, [ColumnKind::Time(0), ColumnKind::Text(1), ColumnKind::Hidden(2), ColumnKind::Deadline(3)]);
    let details = fake.details("1", []).expect("details");
    assert_eq!((&details["k"], &details["p"]), (&json!(MASK), &json!("abc")));
}

fn fake_token() -> Value {
    json!({ "id": "/id", "created": "/c", "columns": [
        { "label": "Prefix", "at": "/p" },
        { "label": "Key", "at": "/k", "as": "secret" },
        { "label": "Gone by", "at": "/g", "as": "date", "deadline": true },
    ] })
}

#[test]
fn details_mask_secrets_and_keep_the_id() {
    let fake = acme(json!({ "token": { "id": "/key", "name": "/token" } }));
    let item = json!({ "key": "k1", "token": "abc", "nested": [{ "password": "p" }] });
    fake.entry([list([item])]);
    let details = fake.details("k1", []).expect("details");
    assert_eq!(details, json!({ "key": "k1", "token": MASK, "nested": [{ "password": MASK }] }));
}

#[test]
fn a_token_is_asked_for_where_the_api_can() {
    let fake = acme(json!({ "read": { "path": "/tokens/{id}", "token": "/data" } }));
    let read = fake
        .read("a/b ü", [get("/tokens/a%2Fb%20%C3%BC").answers(200, json!({ "data": { "id": "a/b ü", "name": "n" } }))]);
    assert_eq!(written(read)["name"], "n");
    let without = acme(json!({}));
    without.entry([list([json!({ "id": 7, "name": "n" })])]);
    assert_eq!(written(without.read("7", []))["name"], "n");
}

#[test]
fn a_list_of_ids_is_asked_for_one_by_one() {
    let fake = acme(json!({
        "token": { "id": "/accessor", "name": "/name" },
        "list": { "path": "/tokens", "items": "/keys", "read_each": true },
        "read": { "method": "POST", "path": "/lookup", "body": { "accessor": "{id}" }, "token": "/data" },
    }));
    let look_up = |id: &str| fake::post("/lookup").json(json!({ "accessor": id }));
    let steps = [
        get("/tokens").answers(200, json!({ "keys": ["a", "gone", "b"] })),
        look_up("a").answers(200, json!({ "data": { "accessor": "a", "name": "A" } })),
        look_up("gone").answers(404, json!({})),
        look_up("b").answers(200, json!({ "data": { "accessor": "b", "name": "B" } })),
    ];
    let names: Vec<Value> = fake.list(steps).expect("a list").iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["A", "B"]);
    let steps = [get("/tokens").answers(200, json!({ "keys": ["a"] })), look_up("a").answers(500, json!({}))];
    assert_eq!(fake.list(steps), Err(ApiError::Server(500, "".into())));
}

/// A system whose answers are waited for, each for a turn; it has 20 tokens.
#[derive(Default)]
struct Slow {
    under_way: Cell<usize>,
    most: Cell<usize>,
    n_asked: Cell<usize>,
    /// The id whose request is called off.
    cancelled: Option<&'static str>,
}

impl Host for Slow {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let id = request.url.rsplit('/').next().unwrap_or_default().to_owned();
            self.under_way.set(self.under_way.get() + 1);
            self.most.set(self.most.get().max(self.under_way.get()));
            self.n_asked.set(self.n_asked.get() + 1);
            let mut has_waited = false;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            self.under_way.set(self.under_way.get() - 1);
            if self.cancelled == Some(id.as_str()) {
                return Err(NetworkError::Cancelled);
            }
            let ids: Vec<String> = (0..20).map(|it| it.to_string()).collect();
            let body = if id == "tokens" { json!({ "data": ids }) } else { json!({ "id": id, "name": id }) };
            Ok(Response { status: 200, body: body.to_string().into(), ..Response::default() })
        })
    }

    fn sign_in(&self, _: crate::words::Words) -> Later<'_, bool> {
        Box::pin(async { false })
    }

    fn now(&self) -> Millis {
        0
    }

    fn random(&self) -> String {
        String::new()
    }

    fn cookies(&self) -> String {
        String::new()
    }
}

#[test]
fn what_is_asked_for_one_by_one_is_asked_for_six_at_a_time_and_stays_in_order() {
    let list = json!({ "path": "/tokens", "items": "/data", "read_each": true });
    let settings =
        json!({ "dialect": "rest", "api": api(json!({ "list": list, "read": { "path": "/tokens/{id}" } })) });
    let gateway = gateway_of(settings);
    let ask = |slow: &Slow| -> Result<ListPage, ApiError> {
        let api = Calls { gateway: &gateway, host: slow };
        let mut page = pin!(api.list(5, None));
        loop {
            if let Poll::Ready(page) = page.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return page;
            }
        }
    };
    let slow = Slow::default();
    let page: Value = serde_json::from_slice(&ask(&slow).expect("a page").json).expect("JSON");
    let names: Vec<&str> = fake::entries_of(&page).iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, (0..20).map(|it| it.to_string()).collect::<Vec<_>>());
    assert_eq!((slow.most.get(), slow.n_asked.get()), (6, 21));
    // Called off, it asks for no more than was under way.
    let slow = Slow { cancelled: Some("7"), ..Slow::default() };
    assert_eq!(ask(&slow).map(drop), Err(NetworkError::Cancelled.into()));
    assert!(slow.n_asked.get() <= 1 + 8 + 6, "{}", slow.n_asked.get());
}

#[test]
fn ids_that_lead_elsewhere_are_not_sent() {
    let fake = acme(json!({ "read": { "path": "/tokens/{id}" } }));
    for id in [".", ".."] {
        assert!(matches!(fake.read(id, []), Err(ApiError::Invalid(..))));
    }
}

#[test]
fn scopes_to_choose_from_are_fixed_or_asked_for() {
    let fixed = acme(json!({ "scopes": ["a", { "value": "b", "label": "B" }] }));
    let expected = json!([{ "id": "a", "name": "a" }, { "id": "b", "name": "B" }]);
    assert_eq!(scopes(&fixed, []), Ok(expected.clone()));
    let call = json!({ "path": "/rights", "items": "/all", "value": "/v", "label": "/l" });
    let answer = json!({ "all": [{ "v": "a" }, { "v": "b", "l": "B" }, { "l": "no value" }] });
    let asked = acme(json!({ "scopes": call }));
    assert_eq!(scopes(&asked, [get("/rights").answers(200, answer)]), Ok(expected));
    let besides = acme(json!({ "scopes": { "path": "/rights", "also": [{ "value": "*", "label": "All" }, "a"] } }));
    let some = json!([{ "id": "*", "name": "All" }, { "id": "a", "name": "a" }, { "id": "b", "name": "b" }]);
    assert_eq!(scopes(&besides, [get("/rights").answers(200, json!(["a", "b"]))]), Ok(some));
    let pages = json!({ "path": "/rights", "query": { "p": "{page.number}" }, "pages": { "by": "number" } });
    let paged = acme(json!({ "scopes": pages }));
    let steps = [("1", json!(["a"])), ("2", json!(["b"])), ("3", json!([]))]
        .map(|(page, answer)| get(&format!("/rights?p={page}")).answers(200, answer));
    let both = json!([{ "id": "a", "name": "a" }, { "id": "b", "name": "b" }]);
    assert_eq!(scopes(&paged, steps), Ok(both));
}
