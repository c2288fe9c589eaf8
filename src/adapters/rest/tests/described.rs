//! What is wrong with a description is told with its place, before anything is asked.

use super::*;
use crate::adapters::rest::Rest;
use crate::adapters::rest::mistake::{Declarer, Mistake};
use crate::config::{self, ConfigError};
use crate::messages;

#[track_caller]
fn mistakes(settings: Value, file: Option<(&str, &str)>) -> Vec<ConfigError> {
    match Rest::new(&settings.to_string(), file) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

/// A description with these members is wrong at this place.
#[track_caller]
fn check(more: Value, pointer: &str, mistake: impl Into<config::Mistake>) {
    let found = mistakes(json!({ "api": api(more) }), None);
    let expected = ConfigError::at(&format!("/api{pointer}"), mistake.into());
    assert!(found.contains(&expected), "{found:?}");
}

/// What a description can have.
const MEMBERS: [&str; 23] = [
    "name",
    "token",
    "zone",
    "list",
    "$schema",
    "source",
    "remarks",
    "values",
    "sign_in",
    "headers",
    "inputs",
    "scopes",
    "create",
    "update",
    "revoke",
    "rotate",
    "disable",
    "enable",
    "delete",
    "read",
    "errors",
    "secret",
    "secrets_in_address",
];

/// How times can be written.
const TIMES: [&str; 9] = ["rfc3339", "date", "last_day", "unix", "unix_ms", "seconds", "minutes", "hours", "days"];

fn secret(name: &str, is_kept: bool) -> Mistake {
    Mistake::SecretInAddress { name: name.into(), is_kept }
}

#[test]
fn what_has_the_wrong_shape() {
    check(json!({ "name": 5 }), "/name", config::Mistake::NotAText);
    check(json!({ "lst": {} }), "/lst", config::Mistake::unknown(&MEMBERS));
    check(json!({ "token": {} }), "/token/id", config::Mistake::Missing);
    check(json!({ "token": { "id": "id" } }), "/token/id", Mistake::NotPlace);
    check(
        json!({ "token": { "id": "/id", "name": { "at": "/n", "as": "x" } } }),
        "/token/name/as",
        config::Mistake::unknown(&[
            "at",
            "label",
            "help",
            "after",
            "absent",
            "required",
            "pattern",
            "max_length",
            "unique",
        ]),
    );
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "as": "epoch" } } }),
        "/token/valid_to/as",
        config::Mistake::one_of(&TIMES),
    );
    check(json!({ "token": { "id": "/id", "active": { "is": 1 } } }), "/token/active", Mistake::NeedsAt);
    check(
        json!({ "token": { "id": "/id", "active": { "at": "/a", "is": 1, "not": 2 } } }),
        "/token/active/not",
        Mistake::GoesNotWith("is"),
    );
    check(json!({ "list": {} }), "/list/path", config::Mistake::Missing);
    check(json!({ "list": { "path": "tokens" } }), "/list/path", Mistake::NoSlash);
    check(
        json!({ "list": { "path": "/t", "method": "get" } }),
        "/list/method",
        config::Mistake::one_of(&["GET", "POST", "PUT", "PATCH", "DELETE"]),
    );
    check(
        json!({ "list": { "path": "/t", "pages": { "by": "magic" } } }),
        "/list/pages/by",
        config::Mistake::one_of(&["number", "offset", "cursor", "url", "link"]),
    );
    check(json!({ "list": { "path": "/t", "pages": { "by": "url" } } }), "/list/pages/next", config::Mistake::Missing);
    check(
        json!({ "list": { "path": "/t", "pages": { "by": "link", "first": 1 } } }),
        "/list/pages/first",
        Mistake::NotWithThisBy,
    );
    check(json!({ "create": { "path": "/t", "body": {}, "form": {} } }), "/create/form", Mistake::GoesNotWith("body"));
    check(
        json!({ "delete": { "path": "/t/{id}", "secret": "/s" } }),
        "/delete/secret",
        config::Mistake::unknown(&["method", "path", "query", "headers", "body", "form"]),
    );
    check(json!({ "headers": { "a b": "x" } }), "/headers/a b", config::Mistake::NotAHeader);
    check(
        json!({ "inputs": [{ "key": "a", "label": "A", "type": "choice" }] }),
        "/inputs/0/choices",
        config::Mistake::Missing,
    );
    check(json!({ "sign_in": [] }), "/sign_in", Mistake::NoWay);
    check(json!({ "sign_in": { "type": "oauth" } }), "/sign_in/type", config::Mistake::one_of(&["bearer", "basic"]));
    check(json!({ "errors": { "failed": {} } }), "/errors/failed", Mistake::SaysNothing);
    check(json!({ "errors": { "failed": [{ "is": 1 }] } }), "/errors/failed/0/is", Mistake::NeedsAt);
    check(json!({ "secret": { "header": "X: y", "variable": "V" } }), "/secret/header", Mistake::NoSecret);
}

#[test]
fn there_is_no_way_off_without_a_way_on_and_the_token_tells_how_it_stands() {
    let call = json!({ "path": "/t/{id}" });
    let token = json!({ "id": "/id", "disabled": "/off" });
    check(json!({ "token": token, "disable": call }), "/enable", Mistake::NoWayBack);
    check(json!({ "token": token, "enable": call }), "/disable", Mistake::NoWayBack);
    check(json!({ "disable": call, "enable": call }), "/token/disabled", Mistake::NeedsDisabled);
    check(json!({ "token": token, "disable": { "path": "/t" }, "enable": call }), "/disable", Mistake::NamesNoToken);
    check(
        json!({ "token": { "id": "/id", "disabled": { "at": "/s", "is": 1, "not": 2 } } }),
        "/token/disabled/not",
        Mistake::GoesNotWith("is"),
    );
    for right in [json!({ "token": token }), json!({ "token": token, "disable": call, "enable": call })] {
        assert_eq!(mistakes(json!({ "api": api(right) }), None), []);
    }
}

#[test]
fn what_makes_no_sense() {
    check(json!({ "token": { "id": "/a~2" } }), "/token/id", Mistake::BadPointer);
    let found = mistakes(json!({ "api": api(json!({ "token": { "id": "$.a[" } })) }), None);
    assert!(messages::config::mistake(&found[0].mistake).starts_with("is no JSONPath: "), "{found:?}");
    check(json!({ "list": { "path": "/{nme}" } }), "/list/path", Mistake::NoSuchPlaceholder { name: "nme".into() });
    check(json!({ "list": { "path": "/{name}" } }), "/list", Mistake::NoValueHere { name: "name".into() });
    check(json!({ "list": { "path": "/{" } }), "/list/path", Mistake::LoneBrace);
    check(
        json!({ "list": { "path": "/{value.x}" } }),
        "/list",
        Mistake::NotDeclared { name: "value.x".into(), by: Declarer::Values },
    );
    check(
        json!({ "list": { "path": "/{session.x}" } }),
        "/list",
        Mistake::NotDeclared { name: "session.x".into(), by: Declarer::Keep },
    );
    check(json!({ "list": { "path": "/t", "body": {} } }), "/list/body", Mistake::BodyWithGet);
    check(
        json!({ "list": { "path": "/t", "pages": { "by": "number" } } }),
        "/list/pages",
        Mistake::NeedsPlaceholder { name: "page.number".into() },
    );
    check(json!({ "list": { "path": "/t", "query": { "n": "{page.size}" } } }), "/list", Mistake::NoPageSize);
    check(
        json!({ "list": { "path": "/t", "query": { "n": "{page.cursor}" } } }),
        "/list",
        Mistake::NotOfThesePages { name: "page.cursor".into() },
    );
    let filtered =
        json!({ "path": "/t", "items": "$[?@.x]", "query": { "p": "{page.number}" }, "pages": { "by": "number" } });
    check(json!({ "list": filtered }), "/list/pages", Mistake::CannotBeCounted);
    check(
        json!({ "create": { "path": "/t", "body": { "x": ["{name|shout}"] } } }),
        "/create/body/x/0",
        Mistake::NoSuchFilter { filter: "shout".into() },
    );
    check(
        json!({ "create": { "path": "/t", "body": "{description|or nil}" } }),
        "/create/body",
        Mistake::BadOperand { filter: "or nil".into() },
    );
    check(json!({ "create": { "path": "/t", "body": { "s": "{scopes}" } } }), "/create", Mistake::UntoldScopes);
    check(
        json!({ "create": { "path": "/t", "body": { "s": "{input.x}" } } }),
        "/create",
        Mistake::NotDeclared { name: "input.x".into(), by: Declarer::Inputs },
    );
    check(json!({ "inputs": [{ "key": "x", "label": "X" }] }), "/inputs/0", Mistake::UnusedInput { key: "x".into() });
    check(json!({ "delete": { "path": "/tokens" } }), "/delete", Mistake::NamesNoToken);
    check(json!({ "list": { "path": "/t", "read_each": true } }), "/list/read_each", Mistake::NeedsRead);
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "from": "created" } } }),
        "/token/valid_to/from",
        Mistake::OnlyForDurations,
    );
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "as": "days", "from": "created" } } }),
        "/token/valid_to/from",
        Mistake::NeedsCreated,
    );
    check(json!({ "sign_in": { "query": { "key": "{sign_in.token}" } } }), "/sign_in", secret("sign_in.token", false));
    let login = json!({ "login": { "path": "/l", "keep": { "t": "/t" } } });
    check(json!({ "sign_in": login, "list": { "path": "/{session.t}" } }), "/list", secret("session.t", true));
}

#[test]
fn a_list_whose_tokens_stand_in_several_items_cannot_be_counted() {
    for (place, pages) in [
        ("$.users[*].tokens[*]", json!({ "by": "number" })),
        ("$..tokens[*]", json!({ "by": "offset" })),
        ("$.data[?@.kind == 'pat']", json!({ "by": "number" })),
    ] {
        let part = if pages["by"] == "number" { "{page.number}" } else { "{page.offset}" };
        let list = json!({ "path": "/u", "query": { "p": part }, "items": place, "pages": pages });
        check(json!({ "list": list }), "/list/pages", Mistake::CannotBeCounted);
        let mut list = list;
        list["pages"] = json!({ "by": "number", "last": "/pages" });
        list["query"] = json!({ "p": "{page.number}" });
        assert_eq!(mistakes(json!({ "api": api(json!({ "list": list })) }), None), [], "{place}");
    }
}

#[test]
fn mistakes_in_a_file_name_the_file() {
    let settings = json!({ "api": "apis/acme.json" });
    let found = mistakes(settings.clone(), Some(("apis/acme.json", &api(json!({ "list": {} })).to_string())));
    assert_eq!(found, [ConfigError { pointer: "apis/acme.json#/list/path".into(), mistake: config::Mistake::Missing }]);
    let found = mistakes(settings.clone(), Some(("apis/acme.json", "{")));
    assert!(
        found[0].pointer == "apis/acme.json" && matches!(found[0].mistake, config::Mistake::NotJson(_)),
        "{found:?}"
    );
    assert_eq!(mistakes(settings, Some(("apis/acme.json", &api(json!({})).to_string()))), []);
}

#[test]
fn values_of_the_connection_are_checked() {
    let of = |values: Value| {
        let described = api(json!({ "values": { "group": { "required": true, "help": "The group's id." } } }));
        let found = mistakes(json!({ "api": described, "values": values }), None);
        found
            .into_iter()
            .map(|it| format!("{} {}", it.pointer, messages::config::mistake(&it.mistake)))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(of(json!({ "group": 7 })), "");
    assert_eq!(of(json!({})), "/values/group is missing. The group's id.");
    assert!(of(json!({ "group": [] })).starts_with("/values/group must be a text"));
    assert!(of(json!({ "group": 7, "x": 1 })).contains("/values/x is not asked for"));
}
