//! What is wrong with a description is told with its place, before anything is asked.

use super::*;
use crate::adapters::rest::Rest;
use crate::config::ConfigError;

#[track_caller]
fn mistakes(settings: Value, file: Option<(&str, &str)>) -> Vec<ConfigError> {
    match Rest::new(&settings.to_string(), file) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

/// A description with these members is wrong at this place.
#[track_caller]
fn check(more: Value, pointer: &str, words: &str) {
    let found = mistakes(json!({ "api": api(more) }), None);
    let pointer = format!("/api{pointer}");
    assert!(found.iter().any(|it| it.pointer == pointer && it.text.contains(words)), "{found:?}");
}

#[test]
fn what_has_the_wrong_shape() {
    check(json!({ "name": 5 }), "/name", "text");
    check(json!({ "lst": {} }), "/lst", "not known here");
    check(json!({ "token": {} }), "/token/id", "missing");
    check(json!({ "token": { "id": "id" } }), "/token/id", "place");
    check(json!({ "token": { "id": "/id", "name": { "at": "/n", "as": "x" } } }), "/token/name/as", "not known");
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "as": "epoch" } } }),
        "/token/valid_to/as",
        "unix_ms",
    );
    check(json!({ "token": { "id": "/id", "active": { "is": 1 } } }), "/token/active", "needs “at”");
    check(
        json!({ "token": { "id": "/id", "active": { "at": "/a", "is": 1, "not": 2 } } }),
        "/token/active/not",
        "together",
    );
    check(json!({ "list": {} }), "/list/path", "missing");
    check(json!({ "list": { "path": "tokens" } }), "/list/path", "slash");
    check(json!({ "list": { "path": "/t", "method": "get" } }), "/list/method", "GET");
    check(json!({ "list": { "path": "/t", "pages": { "by": "magic" } } }), "/list/pages/by", "cursor");
    check(json!({ "list": { "path": "/t", "pages": { "by": "url" } } }), "/list/pages/next", "missing");
    check(
        json!({ "list": { "path": "/t", "pages": { "by": "link", "first": 1 } } }),
        "/list/pages/first",
        "no meaning",
    );
    check(json!({ "create": { "path": "/t", "body": {}, "form": {} } }), "/create/form", "together");
    check(json!({ "delete": { "path": "/t/{id}", "secret": "/s" } }), "/delete/secret", "not known");
    check(json!({ "headers": { "a b": "x" } }), "/headers/a b", "HTTP header");
    check(json!({ "inputs": [{ "key": "a", "label": "A", "type": "choice" }] }), "/inputs/0/choices", "missing");
    check(json!({ "sign_in": [] }), "/sign_in", "at least one");
    check(json!({ "sign_in": { "type": "oauth" } }), "/sign_in/type", "bearer");
    check(json!({ "errors": { "failed": {} } }), "/errors/failed", "say something");
    check(json!({ "errors": { "failed": [{ "is": 1 }] } }), "/errors/failed/0/is", "needs “at”");
    check(json!({ "secret": { "header": "X: y", "variable": "V" } }), "/secret/header", "{secret}");
}

#[test]
fn what_makes_no_sense() {
    check(json!({ "token": { "id": "/a~2" } }), "/token/id", "JSON Pointer");
    check(json!({ "token": { "id": "$.a[" } }), "/token/id", "JSONPath");
    check(json!({ "list": { "path": "/{nme}" } }), "/list/path", "{nme}");
    check(json!({ "list": { "path": "/{name}" } }), "/list", "no value here");
    check(json!({ "list": { "path": "/{" } }), "/list/path", "brace");
    check(json!({ "list": { "path": "/{value.x}" } }), "/list", "“values” does not have");
    check(json!({ "list": { "path": "/{session.x}" } }), "/list", "“keep” of a sign-in call");
    check(json!({ "list": { "path": "/t", "body": {} } }), "/list/body", "GET");
    check(json!({ "list": { "path": "/t", "pages": { "by": "number" } } }), "/list/pages", "{page.number}");
    check(json!({ "list": { "path": "/t", "query": { "n": "{page.size}" } } }), "/list", "{page.size}");
    check(json!({ "list": { "path": "/t", "query": { "n": "{page.cursor}" } } }), "/list", "{page.cursor}");
    let filtered =
        json!({ "path": "/t", "items": "$[?@.x]", "query": { "p": "{page.number}" }, "pages": { "by": "number" } });
    check(json!({ "list": filtered }), "/list/pages", "leaves some out");
    check(json!({ "create": { "path": "/t", "body": { "x": ["{name|shout}"] } } }), "/create/body/x/0", "shout");
    check(json!({ "create": { "path": "/t", "body": "{description|or nil}" } }), "/create/body", "neither JSON");
    check(json!({ "create": { "path": "/t", "body": { "s": "{scopes}" } } }), "/create", "scopes");
    check(json!({ "create": { "path": "/t", "body": { "s": "{input.x}" } } }), "/create", "“inputs”");
    check(json!({ "inputs": [{ "key": "x", "label": "X" }] }), "/inputs/0", "no call");
    check(json!({ "delete": { "path": "/tokens" } }), "/delete", "which token");
    check(json!({ "list": { "path": "/t", "read_each": true } }), "/list/read_each", "read");
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "from": "created" } } }),
        "/token/valid_to/from",
        "durations",
    );
    check(
        json!({ "token": { "id": "/id", "valid_to": { "at": "/t", "as": "days", "from": "created" } } }),
        "/token/valid_to/from",
        "created",
    );
    check(json!({ "sign_in": { "query": { "key": "{sign_in.token}" } } }), "/sign_in", "logs");
    let login = json!({ "login": { "path": "/l", "keep": { "t": "/t" } } });
    check(json!({ "sign_in": login, "list": { "path": "/{session.t}" } }), "/list", "“secret”: false where it is kept");
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
        check(json!({ "list": list }), "/list/pages", "cannot be counted");
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
    assert_eq!(found, [ConfigError { pointer: "apis/acme.json#/list/path".into(), text: "is missing".into() }]);
    let found = mistakes(settings.clone(), Some(("apis/acme.json", "{")));
    assert!(found[0].pointer == "apis/acme.json" && found[0].text.starts_with("is not JSON"), "{found:?}");
    assert_eq!(mistakes(settings, Some(("apis/acme.json", &api(json!({})).to_string()))), []);
}

#[test]
fn values_of_the_connection_are_checked() {
    let of = |values: Value| {
        let described = api(json!({ "values": { "group": { "required": true, "help": "The group's id." } } }));
        let found = mistakes(json!({ "api": described, "values": values }), None);
        found.into_iter().map(|it| format!("{} {}", it.pointer, it.text)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(of(json!({ "group": 7 })), "");
    assert_eq!(of(json!({})), "/values/group is missing. The group's id.");
    assert!(of(json!({ "group": [] })).starts_with("/values/group must be a text"));
    assert!(of(json!({ "group": 7, "x": 1 })).contains("/values/x is not asked for"));
}
