//! Calls that change something.

use super::*;
use crate::adapters::fake::{delete, post, put};
use crate::adapters::rest::texts::Text;
use crate::api::NetworkError;
use crate::api::tokens::Deletion;
use crate::capabilities::{Action, Field, InputKind};
use crate::secret::MASK;

fn patch(path: &str) -> Step {
    fake::step(Method::Patch, path)
}

fn whole(name: &str) -> Draft {
    Draft {
        description: Some("why".into()),
        scopes: vec!["a".into(), "b".into()],
        valid_to: Some("2027-02-01T00:00:00Z".into()),
        ..draft(name)
    }
}

/// What a create sends for a draft.
#[track_caller]
fn check_body(body: Value, draft: &Draft, expected: Value) {
    let fake = acme(json!({ "scopes": ["a", "b"], "create": { "path": "/tokens", "body": body } }));
    let step = post("/tokens").json(expected).answers(201, json!({ "id": 1 }));
    fake.create(draft, [step]).expect("a token");
}

#[test]
fn placeholders_keep_their_types_and_leave_out_what_has_no_value() {
    let body =
        json!({ "n": "{name}", "s": "{scopes}", "d": "{description}", "t": "for {name}", "k": "{{x}}", "five": 5 });
    check_body(
        body.clone(),
        &whole("CI"),
        json!({ "n": "CI", "s": ["a", "b"], "d": "why", "t": "for CI", "k": "{x}", "five": 5 }),
    );
    check_body(body, &draft("CI"), json!({ "n": "CI", "t": "for CI", "k": "{x}", "five": 5 }));
    check_body(
        json!({ "o": { "d": "{description}" }, "l": ["{description}"], "e": {}, "m": [] }),
        &draft("x"),
        json!({ "e": {}, "m": [] }),
    );
    check_body(json!({ "d": "{description}" }), &draft("x"), json!({}));
}

#[test]
fn every_filter() {
    for (template, expected) in [
        ("{description|or null}", json!(null)),
        ("{description|or \"\"}", json!("")),
        ("{description|or name}", json!("CI")),
        ("{valid_to|unix}", json!(1_801_440_000)),
        ("{valid_to|unix_ms}", json!(1_801_440_000_000_i64)),
        ("{valid_to|rfc3339}", json!("2027-02-01T00:00:00Z")),
        ("{valid_to|rfc3339_ms}", json!("2027-02-01T00:00:00.000Z")),
        ("{valid_to|date}", json!("2027-02-01")),
        ("{valid_to|unix|text}", json!("1801440000")),
        // The clock stands at 2027-01-15T08:00:00Z.
        ("{valid_to|seconds}", json!(1_440_000)),
        ("{valid_to|minutes}", json!(24_000)),
        ("{valid_to|hours}", json!(400)),
        ("{valid_to|days}", json!(17)),
        ("{valid_to|days from now}", json!(17)),
        ("{valid_to|last_day}", json!("2027-01-31")),
        ("{valid_to|local}", json!("2027-02-01T00:00:00")),
        ("{valid_to|datetime}", json!("2027-02-01 00:00:00")),
        ("{valid_from|unix|or 0}", json!(0)),
        ("{scopes|comma}", json!("a,b")),
        ("{scopes|space}", json!("a b")),
        ("{scopes|lines}", json!("a\nb")),
        ("{scopes|flags}", json!({ "a": true, "b": true })),
        ("{scopes|json}", json!("[\"a\",\"b\"]")),
        ("{name|list}", json!(["CI"])),
        ("{name|base64}", json!("Q0k=")),
        ("{name|lower}", json!("ci")),
        ("{name|upper}", json!("CI")),
        ("{name|and \":\"|and scopes|base64}", json!("Q0k6YSxi")),
        ("{name|and 7}", json!("CI7")),
        ("{name|and description|or 1}", json!(1)),
        ("{random}", json!(fake::RANDOM)),
    ] {
        let draft = Draft { description: None, ..whole("CI") };
        check_body(json!({ "x": template }), &draft, json!({ "x": expected }));
    }
    let fake = acme(json!({ "create": { "path": "/t", "body": { "n": "{name|number}", "f": "{description|bool}" } } }));
    let draft = Draft { description: Some("false".into()), ..draft("42") };
    fake.create(&draft, [post("/t").json(json!({ "n": 42, "f": false })).answers(201, json!({ "id": 1 }))])
        .expect("a token");
}

/// What an update sends at `/x` for a token that is there.
#[track_caller]
fn check_update(more: Value, item: Value, draft: &Draft, expected: Value) {
    let fake = acme(more);
    fake.entry([list([item.clone()])]);
    let step = put("/tokens/7").json(json!({ "x": expected })).answers(200, item);
    fake.update("7", draft, [step]).expect("a token");
}

#[test]
fn an_end_as_days_from_the_creation_is_counted_from_there() {
    let token = json!({ "id": "/id", "name": "/name", "created": "/made", "valid_to": { "at": "/days", "as": "days", "from": "created" } });
    let update = |body: &str| json!({ "path": "/tokens/{id}", "body": { "x": body } });
    // Made ten days ago, chosen to end in 30 days.
    let item = json!({ "id": 7, "name": "CI", "made": "2027-01-05T08:00:00Z", "days": 20 });
    let draft = Draft { valid_to: Some("2027-02-14T08:00:00Z".into()), ..draft("CI") };
    for (body, expected) in
        [("{valid_to|days from created}", 40), ("{valid_to|days}", 30), ("{valid_to|hours from created}", 960)]
    {
        check_update(json!({ "token": token, "update": update(body) }), item.clone(), &draft, json!(expected));
    }
}

#[test]
fn days_and_clocks_are_those_of_the_systems_zone() {
    // 23:00 in Berlin, in winter and in summer.
    for (end, written) in [
        ("2027-02-01T22:00:00Z", ["2027-02-02", "2027-02-01", "2027-02-01T23:00:00", "2027-02-01 23:00:00"]),
        ("2027-07-01T21:00:00Z", ["2027-07-02", "2027-07-01", "2027-07-01T23:00:00", "2027-07-01 23:00:00"]),
    ] {
        let body = json!({ "a": "{valid_to|date}", "b": "{valid_to|last_day}", "c": "{valid_to|local}", "d": "{valid_to|datetime}" });
        let fake = acme(json!({ "zone": "Europe/Berlin", "create": { "path": "/tokens", "body": body } }));
        let [up, last, local, datetime] = written;
        let sent = json!({ "a": up, "b": last, "c": local, "d": datetime });
        let step = post("/tokens").json(sent).answers(201, json!({ "id": 1 }));
        fake.create(&Draft { valid_to: Some(end.into()), ..draft("CI") }, [step]).expect("a token");
    }
    // A start may come before it was chosen: who wants to use the token then can.
    check_body(
        json!({ "x": "{valid_from|date}" }),
        &Draft { valid_from: Some("2027-02-01T22:00:00Z".into()), ..draft("CI") },
        json!({ "x": "2027-02-01" }),
    );
}

#[test]
fn scopes_that_are_no_list_go_back_as_they_came_until_they_are_changed() {
    let more = json!({
        "scopes": ["a"], "token": { "id": "/id", "name": "/name", "scopes": "/scopes" },
        "update": { "path": "/tokens/{id}", "body": { "x": "{scopes}" } },
    });
    let item = json!({ "id": 7, "name": "CI", "scopes": "unset" });
    let with = |scopes: &[&str]| Draft { scopes: scopes.iter().map(|it| (*it).to_owned()).collect(), ..draft("CI") };
    check_update(more.clone(), item.clone(), &with(&["unset"]), json!("unset"));
    check_update(more.clone(), item, &with(&["a"]), json!(["a"]));
    let list = json!({ "id": 7, "name": "CI", "scopes": ["a", "gone"] });
    check_update(more, list, &with(&["a", "gone"]), json!(["a", "gone"]));
}

#[test]
fn lists_of_objects_and_objects_in_one() {
    let body = json!({ "all": { "$each": "{scopes}", "$as": { "id": "{item}", "by": "{name}" } } });
    check_body(body, &whole("CI"), json!({ "all": [{ "id": "a", "by": "CI" }, { "id": "b", "by": "CI" }] }));
    let update = json!({ "path": "/tokens/{id}", "body": { "$merge": ["{token}", { "name": "{name}", "old": "{token/name}" }] } });
    let fake = acme(json!({ "update": update }));
    fake.entry([list([json!({ "id": 7, "name": "old", "deep": { "x": [1] } })])]);
    let sent = json!({ "id": 7, "name": "new", "deep": { "x": [1] }, "old": "old" });
    let updated =
        fake.update("7", &draft("new"), [put("/tokens/7").json(sent).answers(200, json!({ "id": 7, "name": "new" }))]);
    assert_eq!(written(updated)["name"], "new");
}

#[test]
fn forms_queries_and_names_of_members() {
    let create = json!({ "path": "/tokens/{name}", "query": { "s": "{scopes}", "q": "{description}", "n": 1, "f": true },
        "form": { "name": "{name}", "scope": "{scopes}" }, "headers": { "X-A": "{description}", "X-B": "{name}!" } });
    let fake = acme(json!({ "scopes": ["a"], "create": create }));
    let step = |path: &str| {
        let mut step = post(path).with("X-B", "a/b!").with("Content-Type", "application/x-www-form-urlencoded");
        step = step.text("name=a%2Fb&scope=a&scope=b");
        step.answers(200, json!({ "id": 1 }))
    };
    let draft = Draft { description: None, ..whole("a/b") };
    fake.create(&draft, [step("/tokens/a%2Fb?f=true&n=1&s=a&s=b")]).expect("a token");
    check_body(json!({ "{name}": { "x": 1 } }), &whole("CI"), json!({ "CI": { "x": 1 } }));
}

#[test]
fn a_secret_comes_once() {
    let fake = acme(
        json!({ "create": { "path": "/tokens", "body": { "name": "{name}" }, "token": "/data", "secret": "/plain" } }),
    );
    let answer = json!({ "data": { "id": 8, "name": "CI" }, "plain": "s3cret" });
    let made = fake
        .create(&draft("CI"), [post("/tokens").json(json!({ "name": "CI" })).answers(201, answer)])
        .expect("a token");
    assert_eq!(secret_of(&made), Some("s3cret"));
    assert!(!body_of(&made).to_string().contains("s3cret"));
    let without = json!({ "data": { "id": 9 } });
    let made = fake
        .create(&draft("CI"), [post("/tokens").json(json!({ "name": "CI" })).answers(201, without)])
        .expect("a token");
    assert_eq!((secret_of(&made), body_of(&made)["name"].as_str()), (Some(""), Some("CI")));
}

#[test]
fn a_secret_that_comes_among_the_facts_is_not_shown_there() {
    let token =
        json!({ "id": "/key", "columns": [{ "label": "Token", "at": "/token" }, { "label": "Kind", "at": "/kind" }] });
    let fake = acme(json!({
        "token": token,
        "create": { "path": "/tokens", "secret": "/token" },
        "rotate": { "path": "/tokens/{id}/roll", "secret": "/token" },
    }));
    let answer = |secret: &str| json!({ "key": "k1", "token": secret, "kind": "pat" });
    let made = fake.create(&draft(""), [post("/tokens").answers(201, answer("s1"))]).expect("a token");
    assert_eq!((secret_of(&made), &body_of(&made)["extras"]), (Some("s1"), &json!([MASK, "pat"])));
    let rolled =
        fake.during([post("/tokens/k1/roll").answers(200, answer("s2"))], fake.api().rotate("k1", &Vec::new()));
    let rolled = fake::one(rolled.expect("a token"));
    assert_eq!((secret_of(&rolled), &body_of(&rolled)["extras"]), (Some("s2"), &json!([MASK, "pat"])));
}

#[test]
fn an_id_that_is_the_secret_goes_to_the_system_alone() {
    let fake = acme(json!({
        "token": { "id": { "at": "/secret", "secret": true }, "name": "/name", "valid_to": "/to" },
        "create": { "path": "/tokens", "body": { "name": "{name}" }, "secret": "/secret" },
        "update": { "path": "/tokens/{id}", "body": { "to": "{valid_to}" } },
        "delete": { "path": "/tokens/{id}" },
    }));
    let item = |secret: &str| json!({ "secret": secret, "name": "ci", "to": null });
    let listed = fake.entry([list([item("*:dev.s1")])]);
    let shown = listed["id"].as_str().expect("an id").to_owned();
    assert!(!listed.to_string().contains("dev.s1"), "{listed}");
    let details = fake.details(&shown, []).expect("details");
    assert_eq!(&details["secret"], &json!(MASK));
    let made = fake
        .create(&draft("ci"), [post("/tokens").json(json!({ "name": "ci" })).answers(201, item("*:dev.s2"))])
        .expect("a token");
    assert_eq!(secret_of(&made), Some("*:dev.s2"));
    assert_ne!(body_of(&made)["id"], shown);
    let sent = Draft { valid_to: Some("2027-02-01T00:00:00Z".into()), ..draft("ci") };
    let steps = [
        put("/tokens/%2A%3Adev.s1").json(json!({ "to": "2027-02-01T00:00:00Z" })).says(200, ""),
        list([item("*:dev.s1")]),
    ];
    let outcome = fake.update(&shown, &sent, steps);
    assert_eq!(written(outcome)["id"], shown);
    let refuses = delete("/tokens/%2A%3Adev.s1").answers(403, json!({ "message": "Not *:dev.s1." }));
    assert_eq!(fake.delete(&shown, [refuses]), Err(ApiError::Forbidden("Not ••••••••.".into())));
    assert_eq!(fake.delete(&shown, [delete("/tokens/%2A%3Adev.s1").says(204, "")]), Ok(true));
    // After a link there is no list yet.
    let loaded = [list([item("*:dev.s1")]), delete("/tokens/%2A%3Adev.s1").says(204, "")];
    let fresh =
        acme(json!({ "token": { "id": { "at": "/secret", "secret": true } }, "delete": { "path": "/tokens/{id}" } }));
    assert_eq!(fresh.delete(&shown, loaded), Ok(true));
    assert_eq!(fresh.delete("another", [list([item("*:dev.s1")])]), Ok(false));
}

#[test]
fn what_only_a_create_sends_cannot_be_changed_later() {
    let system = gateway_of(json!({ "dialect": "rest", "api": api(json!({
        "token": { "id": "/id", "name": { "at": "/name", "required": true }, "valid_to": { "at": "/to", "required": true } },
        "create": { "path": "/tokens", "body": { "name": "{name}", "to": "{valid_to}" } },
        "update": { "path": "/tokens/{id}", "body": { "to": "{valid_to}" } },
    })) })).system();
    let fields: Vec<_> = system.fields.iter().map(|it| (it.field, it.required, it.editable)).collect();
    assert_eq!(fields, [(Field::Name, true, false), (Field::ValidTo, true, true)]);
    let change: Vec<_> = system.fields.into_iter().map(|it| it.for_change().required).collect();
    assert_eq!(change, [false, true]);
}

#[test]
fn a_secret_may_be_a_text_by_itself_or_in_a_header() {
    let create = json!({ "path": "/tokens", "body": {}, "secret": "" });
    let fake = acme(json!({ "create": create }));
    let text = post("/tokens").json(json!({})).says(200, "s3cret\n").and(|it| it.content_type = "text/plain".into());
    let made = fake
        .create(&draft("CI"), [text, list([json!({ "id": 1, "name": "other" }), json!({ "id": 2, "name": "CI" })])]);
    let made = made.expect("a token");
    assert_eq!((secret_of(&made), made.token.id.as_str()), (Some("s3cret"), "2"));
    let fake = acme(json!({ "create": { "path": "/tokens", "body": {}, "secret": { "header": "X-Key" } } }));
    let step = post("/tokens").json(json!({})).answers(200, json!({ "id": 1 }));
    let step = step.and(|it| it.headers.push(("x-key".into(), "s3cret".into())));
    assert_eq!(
        fake.create(&draft("CI"), [step]).expect("a token").secret.map(|it| it.value).as_deref(),
        Some("s3cret")
    );
}

fn two_calls() -> Fake {
    acme(json!({ "create": { "path": "/tokens", "body": { "name": "{name}" }, "id": "/made/0",
        "then": { "path": "/tokens/{id}/secret", "body": { "for": "{answer/made/0}", "name": "{name}" }, "secret": "/s" } } }))
}

#[test]
fn a_create_in_two_calls() {
    let steps = |last: Step| {
        [
            post("/tokens").json(json!({ "name": "CI" })).answers(200, json!({ "made": [5] })),
            list([json!({ "id": 5, "name": "CI" })]),
            last,
        ]
    };
    let second = || post("/tokens/5/secret").json(json!({ "for": 5, "name": "CI" }));
    let made =
        two_calls().create(&draft("CI"), steps(second().answers(200, json!({ "s": "s3cret" })))).expect("a token");
    assert_eq!((secret_of(&made), made.token.id.as_str()), (Some("s3cret"), "5"));
    let failing = second().answers(500, json!({ "message": "No entropy." }));
    let made = two_calls().create(&draft("CI"), steps(failing)).expect("a token, as there is one");
    assert_eq!(made.token.id, "5");
    let secret = made.secret.expect("said to be none");
    assert_eq!((secret.value.as_str(), secret.problem), ("", Some("No entropy.".into())));
}

#[test]
fn of_a_create_in_two_calls_both_are_held_back() {
    let fake = two_calls();
    fake.holds_back.set(true);
    assert!(fake.create(&draft("CI"), []).is_err());
    // What the second takes from the answer is named by its place there.
    let second = ["tokens", "%3Canswer%2Fmade%2F0%3E", "secret"].join("/");
    assert_eq!(*fake.held_back.borrow(), [format!("{}/tokens", fake::BASE), format!("{}/{second}", fake::BASE)]);
}

#[test]
fn a_token_that_was_made_is_told_of_even_if_nothing_more_is_known() {
    let fake = acme(json!({ "create": { "path": "/tokens", "body": {}, "id": "/made", "secret": "/s" } }));
    let steps = [
        post("/tokens").json(json!({})).answers(200, json!({ "made": 5, "s": "s3cret" })),
        get("/tokens").answers(500, json!({})),
    ];
    let made = fake.create(&draft("CI"), steps).expect("a token");
    assert_eq!((secret_of(&made), made.token.id.as_str()), (Some("s3cret"), "5"));
}

#[test]
fn what_an_answer_leaves_out_is_what_was_asked_for() {
    let facts = json!({ "id": "/id", "name": "/name", "scopes": "/scopes", "valid_to": "/to" });
    let create = json!({ "path": "/tokens", "body": { "n": "{name}", "s": "{scopes}", "to": "{valid_to}" } });
    let fake = acme(json!({ "token": facts, "scopes": ["a"], "create": create }));
    let body = json!({ "n": "CI", "s": ["a", "b"], "to": "2027-02-01T00:00:00Z" });
    let made = written(fake.create(&whole("CI"), [post("/tokens").json(body).answers(201, json!({ "id": 1 }))]));
    assert_eq!(
        (&made["name"], &made["scopes"], &made["valid_to"]),
        (&json!("CI"), &json!(["a", "b"]), &json!("2027-02-01T00:00:00Z"))
    );
}

#[test]
fn an_answer_with_too_little_is_read_again() {
    let create = json!({ "path": "/tokens", "body": { "n": "{name}" }, "reread": true });
    let fake = acme(json!({ "create": create, "read": { "path": "/tokens/{id}" } }));
    let steps = [
        post("/tokens").json(json!({ "n": "CI" })).answers(201, json!({ "id": 1 })),
        get("/tokens/1").answers(200, json!({ "id": 1, "name": "as it is" })),
    ];
    assert_eq!(written(fake.create(&draft("CI"), steps))["name"], "as it is");
}

#[test]
fn a_token_is_looked_up_after_a_write_that_answers_nothing() {
    let update = json!({ "method": "PATCH", "path": "/tokens/{id}", "body": { "name": "{name}" } });
    let fake = acme(json!({ "update": update }));
    let steps =
        [patch("/tokens/7").json(json!({ "name": "new" })).says(204, ""), list([json!({ "id": 7, "name": "new" })])];
    assert_eq!(written(fake.update("7", &draft("new"), steps))["name"], "new");
}

#[test]
fn a_token_that_was_written_to_is_not_read_from_an_older_list() {
    let update = json!({ "method": "PATCH", "path": "/tokens/{id}", "body": { "name": "{name}" } });
    let fake = acme(json!({ "update": update }));
    let named = |name: &str| json!([{ "id": 7, "name": name }]);
    fake.entry([list(named("old"))]);
    assert_eq!(body_of(&fake.read("7", []).expect("as the list had it"))["name"], "old");
    // The list shows the change: from then on so does what is read.
    let change = |name: &str| patch("/tokens/7").json(json!({ "name": name })).says(204, "");
    assert_eq!(written(fake.update("7", &draft("new"), [change("new"), list(named("new"))]))["name"], "new");
    assert_eq!(body_of(&fake.read("7", []).expect("as it was written"))["name"], "new");
    // What has become of it is not known: it is asked for.
    let lost = list(json!([])).and(|it| it.status = 500);
    assert!(fake.update("7", &draft("newer"), [change("newer"), lost]).is_ok());
    let read = fake.read("7", [list(named("newer"))]).expect("as the system has it now");
    assert_eq!(body_of(&read)["name"], "newer");
}

#[test]
fn a_token_is_revoked_and_one_that_is_listed_no_more_is_shown_as_ended() {
    let fake = acme(
        json!({ "token": { "id": "/id", "name": "/name", "revoked": "/r" }, "revoke": { "method": "DELETE", "path": "/tokens/{id}" } }),
    );
    fake.entry([list([json!({ "id": 7, "name": "CI" })])]);
    let listed = [delete("/tokens/7").says(204, ""), list([json!({ "id": 7, "name": "CI", "r": true })])];
    let revoked = written(fake.during(listed, fake.api().revoke("7", &Vec::new())).map(fake::one));
    assert!(revoked["revoked_at"].is_string(), "{revoked}");
    let gone = [delete("/tokens/7").says(204, ""), list(json!([]))];
    let revoked = written(fake.during(gone, fake.api().revoke("7", &Vec::new())).map(fake::one));
    assert_eq!((&revoked["id"], &revoked["is_active"]), (&json!("7"), &json!(false)));
}

#[test]
fn a_token_gets_a_new_secret() {
    let fake = acme(json!({ "rotate": { "path": "/tokens/{id}/rotate", "body": {}, "secret": "/token" } }));
    let answer = json!({ "id": 8, "name": "CI", "token": "s3cret" });
    let rotated = fake
        .during([post("/tokens/7/rotate").json(json!({})).answers(200, answer)], fake.api().rotate("7", &Vec::new()));
    let rotated = fake::one(rotated.expect("a token"));
    assert_eq!((secret_of(&rotated), rotated.token.id.as_str()), (Some("s3cret"), "8"));
}

#[test]
fn a_token_is_deleted_and_one_that_is_gone_is_no_failure() {
    let fake = acme(json!({ "delete": { "path": "/tokens/{id}" } }));
    assert_eq!(fake.delete("a/b", [delete("/tokens/a%2Fb").says(204, "")]), Ok(true));
    assert_eq!(fake.delete("7", [delete("/tokens/7").answers(404, json!({}))]), Ok(false));
}

fn inputs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn with_inputs() -> Value {
    json!({
        "inputs": [
            { "key": "text", "label": "Text", "at": "/text" },
            { "key": "number", "label": "Number", "type": "number", "default": 5, "at": "/number" },
            { "key": "switch", "label": "Switch", "type": "switch", "at": "/switch" },
            { "key": "choice", "label": "Choice", "type": "choice", "choices": ["x", { "value": "y", "label": "Y" }], "required": true },
            { "key": "list", "label": "List", "type": "list", "help": "One a line.", "default": ["a", "b"], "at": "/list" },
            { "key": "password", "label": "Password", "type": "password" },
        ],
        "create": { "path": "/tokens", "headers": { "X-OTP": "{input.password}" }, "body": {
            "t": "{input.text}", "n": "{input.number}", "s": "{input.switch}", "c": "{input.choice}", "l": "{input.list}" } },
        "delete": { "path": "/tokens/{id}", "body": { "password": "{input.password}" } },
    })
}

#[test]
fn inputs_have_types() {
    let fake = acme(with_inputs());
    let create = |inputs| Draft { inputs, ..draft("") };
    let given = inputs(&[
        ("text", "a"),
        ("number", "1.5"),
        ("switch", "true"),
        ("choice", "y"),
        ("list", "p\n\nq "),
        ("password", "otp"),
    ]);
    let sent = json!({ "t": "a", "n": 1.5, "s": true, "c": "y", "l": ["p", "q"] });
    fake.create(&create(given), [post("/tokens").with("X-OTP", "otp").json(sent).answers(201, json!({ "id": 1 }))])
        .expect("a token");
    fake.create(&create(Vec::new()), [post("/tokens").json(json!({ "s": false })).answers(201, json!({ "id": 1 }))])
        .expect("a token");
    let wrong = fake.create(&create(inputs(&[("number", "many")])), []);
    let words = "Number must be a number.".to_owned();
    assert_eq!(wrong, Err(ApiError::Invalid(words.clone().into(), vec![("number".into(), words.into())])));
    let asked = inputs(&[("password", "p")]);
    let step = delete("/tokens/1").json(json!({ "password": "p" })).says(204, "");
    assert_eq!(fake.during([step], fake.api().delete("1", &asked)), Ok(Deletion::Done));
}

#[test]
fn the_page_knows_what_is_asked_for_and_what_is_there() {
    let system = gateway_of(json!({ "dialect": "rest", "api": api(with_inputs()) })).system();
    let of = |key: &str| system.inputs.iter().find(|it| it.input.key == key).unwrap();
    assert_eq!(of("text").actions, [Action::Create]);
    assert_eq!(of("password").actions, [Action::Create, Action::Delete]);
    assert_eq!(of("choice").input.kind, InputKind::Choice(vec![("x".into(), "x".into()), ("y".into(), "Y".into())]));
    assert_eq!((of("number").input.value.as_str(), of("list").input.value.as_str()), ("5", "a\nb"));
    assert!(!of("choice").input.optional && of("text").input.optional);
    let fake = acme(with_inputs());
    let item = json!({ "id": 1, "text": "t", "number": 2, "switch": true, "list": ["a", "b"] });
    let entry = fake.entry([list([item])]);
    assert_eq!(entry["inputs"], json!({ "text": "t", "number": "2", "switch": "true", "list": "a\nb" }));
}

#[test]
fn values_of_the_connection_fill_placeholders() {
    let api = json!({ "values": { "group": { "required": true }, "kind": { "default": "all" }, "other": {} },
        "list": { "path": "/{value.group}/tokens", "query": { "kind": "{value.kind}", "other": "{value.other}" }, "items": "/data" } });
    let fake = Fake::new(json!({ "dialect": "rest", "api": super::api(api), "values": { "group": 42 } }));
    assert_eq!(fake.list([get("/42/tokens?kind=all").answers(200, json!({ "data": [] }))]), Ok(vec![]));
}

#[test]
fn what_cannot_stand_in_a_header_is_not_sent() {
    let fake = acme(json!({ "create": { "path": "/tokens", "headers": { "X-Name": "{name}" } } }));
    for name in ["a\nb", "名"] {
        assert!(matches!(fake.create(&draft(name), []), Err(ApiError::Invalid(..))), "{name}");
    }
}

#[test]
fn an_address_without_its_value_is_not_asked_for() {
    let fake = acme(json!({ "create": { "path": "/tokens/{name}" } }));
    let words = "The address of this call needs {name}, and there is no value for it.";
    assert_eq!(fake.create(&draft(""), []), Err(ApiError::Invalid(words.into(), Vec::new())));
}

#[test]
fn what_is_not_described_cannot_be_done() {
    let system = gateway_of(
        json!({ "dialect": "rest", "api": api(json!({ "create": { "path": "/t", "body": { "n": "{name}" } } })) }),
    )
    .system();
    assert_eq!(system.can(Action::Create), Ok(()));
    assert_eq!(system.can(Action::Edit), Err(Text::NoCall(Action::Edit).into()));
    for action in [Action::Revoke, Action::Rotate, Action::Disable, Action::Enable, Action::Delete] {
        assert!(system.can(action).is_err(), "{action:?}");
    }
    let fake = acme(json!({}));
    assert!(matches!(fake.create(&draft("x"), []), Err(ApiError::Refused(405, _))));
    assert!(matches!(fake.delete("x", []), Err(ApiError::Refused(405, _))));
}

/// What a create sends for a draft that is a clone of this token.
#[track_caller]
fn check_clone(body: Value, original: Value, draft: Draft, expected: Value) {
    let token = json!({ "id": "/id", "scopes": "/scopes" });
    let fake = acme(json!({ "scopes": ["a", "b"], "token": token, "create": { "path": "/tokens", "body": body } }));
    let draft = Draft { original: Some(crate::draft::Original(original.to_string().into())), ..draft };
    let step = post("/tokens").json(expected).answers(201, json!({ "id": 2 }));
    fake.create(&draft, [step]).expect("a token");
}

#[test]
fn a_clone_is_made_with_parts_of_its_original() {
    let body = json!({ "$merge": [{ "n": "{name}", "policies": ["{scopes}"] }, { "policies": "{token/policies|without id}" }] });
    let policies = json!([{ "id": "p1", "effect": "allow", "groups": [{ "id": "g" }] }]);
    let original = json!({ "id": 1, "scopes": ["b", "a"], "policies": policies });
    let of_original = json!({ "n": "CI", "policies": [{ "effect": "allow", "groups": [{ "id": "g" }] }] });
    check_clone(body.clone(), original.clone(), whole("CI"), of_original);
    // With other scopes it is made from the form, as any new token is.
    let fewer = Draft { scopes: vec!["a".into()], ..whole("CI") };
    check_clone(body.clone(), original, fewer, json!({ "n": "CI", "policies": [["a"]] }));
    check_body(body, &whole("CI"), json!({ "n": "CI", "policies": [["a", "b"]] }));
}

#[test]
fn an_object_is_told_without_a_member() {
    let without = |value: Value, expected: Value| {
        let body = json!({ "x": "{token/x|without id}" });
        let original = json!({ "id": 1, "scopes": ["a", "b"], "x": value });
        check_clone(body, original, whole("CI"), json!({ "x": expected }));
    };
    without(json!({ "id": 5, "in": { "id": 6 } }), json!({ "in": { "id": 6 } }));
    without(json!([{ "id": 5, "a": 1 }, 7]), json!([{ "a": 1 }, 7]));
    without(json!("id"), json!("id"));
}

#[test]
fn the_original_is_read_where_creating_sends_parts_of_it() {
    let create = |body: Value| json!({ "create": { "path": "/tokens", "body": body } });
    let fake = acme(create(json!({ "name": "{name}", "more": "{token/more}" })));
    let original = fake.original("1", [list([json!({ "id": 1, "more": [5] })])]);
    assert_eq!(original.expect("a token").map(|it| it.0.to_string()), Some(r#"{"id":1,"more":[5]}"#.into()));
    let fake = acme(create(json!({ "name": "{name}" })));
    assert_eq!(fake.original("1", []), Ok(None));
}

#[test]
fn a_read_by_post_is_no_change() {
    let rpc = |method: &str| json!({ "method": "POST", "path": "/rpc", "body": { "m": method, "id": "{id}" } });
    let mut update = rpc("update");
    update["body"]["name"] = json!("{name}");
    update["body"]["more"] = json!("{token/more}");
    let fake = acme(json!({ "read": rpc("get"), "update": update }));
    fake.holds_back.set(true);
    let read = post("/rpc").json(json!({ "m": "get", "id": "1" })).answers(200, json!({ "id": 1, "more": [5] }));
    let outcome = fake.update("1", &draft("x"), [read]);
    assert_eq!(outcome, Err(ApiError::NoAnswer(NetworkError::Cancelled)));
    assert_eq!(fake.held_back.borrow().len(), 1);
}
