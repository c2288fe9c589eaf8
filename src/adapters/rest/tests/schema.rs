//! The published JSON Schemas and this program say the same of every document, but for what a schema cannot say.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::adapters::DIALECTS;
use crate::adapters::rest::Rest;
use crate::config::{Config, Description};

fn project(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The schema of `config.json`, and with it that of descriptions, as an editor finds them beside each other.
static CONFIG: LazyLock<Validator> = LazyLock::new(|| {
    let mut schema = json(&project("schema/config.schema.json"));
    let mut api = json(&project("schema/api.schema.json"));
    schema["$id"] = json!("https://tokendeck.example/config.schema.json");
    api["$id"] = json!("https://tokendeck.example/api.schema.json");
    schema["$defs"]["api"] = api;
    jsonschema::validator_for(&schema).expect("a schema")
});

/// What is wrong with a configuration in the eyes of this program: what a schema can say, and what it cannot.
fn mistakes(config: &Value) -> (Vec<String>, Vec<String>) {
    let of_config = match Config::parse(&config.to_string(), DIALECTS) {
        Err(mistakes) => {
            let twice = |it: &crate::config::ConfigError| it.mistake == crate::config::Mistake::NameTwice;
            let (beyond, within): (Vec<_>, Vec<_>) = mistakes.into_iter().partition(twice);
            let said = |all: Vec<crate::config::ConfigError>| all.into_iter().map(|it| format!("{it:?}")).collect();
            return (said(within), said(beyond));
        }
        Ok(config) => config,
    };
    let (mut within, mut beyond) = (Vec::new(), Vec::new());
    for connection in
        of_config.connections.iter().chain(&of_config.suggested).filter(|it| it.description == Some(Description::Here))
    {
        for told in Rest::read(&connection.settings, None).err().unwrap_or_default() {
            let list = if told.is_beyond_schema { &mut beyond } else { &mut within };
            list.push(format!("{} {:?}", told.mistake.pointer, told.mistake.mistake));
        }
    }
    (within, beyond)
}

#[track_caller]
fn check_same(config: &Value) {
    let (within, beyond) = mistakes(config);
    let of_schema: Vec<String> = CONFIG.iter_errors(config).map(|it| format!("{} {it}", it.instance_path())).collect();
    assert_eq!(within.is_empty(), of_schema.is_empty(), "{within:?} {beyond:?} {of_schema:?}\n{config:#}");
}

#[track_caller]
fn check_right(config: &Value) {
    let (within, beyond) = mistakes(config);
    assert!(within.is_empty() && beyond.is_empty(), "{within:?} {beyond:?}");
    check_same(config);
}

fn connected(api: Value) -> Value {
    json!({ "connections": [{ "name": "A", "dialect": "rest", "base": "https://a.example", "api": api }] })
}

/// One with everything that the language has.
fn everything() -> Value {
    json!({
        "$schema": "../api.schema.json",
        "name": "Acme",
        "source": ["https://acme.example/docs"],
        "remarks": ["Odd."],
        "values": { "group": { "required": false, "default": 7, "help": "Which." } },
        "headers": { "Accept": "application/json" },
        "zone": "Europe/Berlin",
        "sign_in": [
            { "type": "basic", "inputs": [{ "key": "otp", "label": "Code", "type": "code", "required": false }], "headers": { "X-OTP": "{sign_in.otp}" } },
            {
                "inputs": [
                    { "key": "user", "label": "User", "help": "Yours.", "default": "me" },
                    { "key": "pw", "label": "Password", "type": "password" },
                    { "key": "realm", "label": "Realm", "type": "choice", "choices": ["a", { "value": "b", "label": "B" }] }
                ],
                "query": { "realm": "{sign_in.realm}" },
                "cookies": true,
                "login": { "path": "/login", "form": { "p": "{sign_in.pw}", "n": 1 }, "keep": { "t": "/t", "h": { "header": "X-T" } }, "name": "/n" },
                "who": { "path": "/me", "name": "/n", "keep": { "me": "$.id", "it": { "at": "/it", "secret": true }, "x": { "header": "X", "secret": false } } },
                "logout": { "path": "/logout", "method": "DELETE" }
            }
        ],
        "token": {
            "id": { "at": "/id", "label": "Key", "secret": false },
            "name": { "at": "/name", "label": "Title", "help": "Short.", "required": true, "pattern": "^a", "max_length": 64, "absent": "none" },
            "description": { "at": "/note", "after": "n=" },
            "scopes": { "at": "/scopes", "split": " ", "required": true },
            "valid_from": "/from",
            "valid_to": { "at": "/to", "as": "days", "from": "created", "never": [0, "x"], "absent": "none", "required": true, "max_days": 365 },
            "created": { "at": "/created", "as": "unix" },
            "last_used": { "at": "/used", "as": "date" },
            "creator": "$.by.name",
            "active": { "at": "/state", "is": ["on"] },
            "revoked": "/revoked",
            "deleted": { "at": "/gone", "not": false },
            "disabled": { "at": "/off", "label": "Off", "is": [1] },
            "columns": [
                { "label": "P", "at": "/p", "after": "p=" },
                { "label": "K", "at": "/k", "as": "secret" },
                { "label": "T", "at": "/t", "as": "hours", "from": "now", "never": -1, "deadline": true }
            ]
        },
        "inputs": [
            { "key": "kind", "label": "Kind", "type": "choice", "choices": ["x"], "default": "x", "at": "/kind" },
            { "key": "hosts", "label": "Hosts", "type": "list", "default": ["a"], "required": true },
            { "key": "on", "label": "On", "type": "switch", "default": true },
            { "key": "n", "label": "N", "type": "number", "default": 5 }
        ],
        "scopes": { "also": ["*"], "path": "/scopes", "items": "/all", "value": "/v", "label": "/l", "query": { "p": "{page.offset}" }, "pages": { "by": "offset", "size": 10, "more": "/more" } },
        "list": {
            "method": "POST", "path": "/{value.group}/tokens", "items": "$.all[*]", "keyed": false, "read_each": true, "total": { "header": "X-Total" },
            "query": { "a": 1, "b": true, "c": "{page.number}" }, "headers": { "X-A": "b" }, "body": { "n": "{page.size}" },
            "pages": { "by": "number", "size": 100, "first": 0, "last": "/last", "more": { "header": "X-More" } }
        },
        "read": { "path": "/tokens/{id}", "token": "/data" },
        "create": {
            "path": "/tokens",
            "body": { "$merge": [{ "n": "{name}", "s": { "$each": "{scopes}", "$as": { "id": "{item}" } } }, { "k": ["{input.kind}", "{input.hosts}", 1, null] }] },
            "id": "/id", "token": "", "reread": true, "secret": { "header": "X-Secret" },
            "then": { "method": "PUT", "path": "/tokens/{id}/secret", "body": "{answer/id}", "secret": "/s" }
        },
        "update": { "method": "PATCH", "path": "/tokens/{id}", "form": { "d": "{description|or \"\"}", "on": "{input.on}", "n": "{input.n}" } },
        "revoke": { "path": "/tokens/{id}/revoke", "token": "/t", "reread": false },
        "rotate": { "path": "/tokens/{id}/rotate", "id": "/id", "secret": "/s" },
        "disable": { "method": "PUT", "path": "/tokens/{id}", "body": { "off": 1, "n": "{token/name}" }, "token": "/t" },
        "enable": { "method": "PUT", "path": "/tokens/{id}", "body": { "off": 0, "n": "{token/name}" }, "reread": true },
        "delete": { "path": "/tokens/{id}", "body": { "was": "{token/name}" } },
        "errors": {
            "message": ["/a", "$.b"], "fields": { "at": "/f", "field": "/n", "message": "/m" },
            "failed": [{ "at": "/error" }, { "status": [200, 201], "empty": true }],
            "signed_out": { "status": 403, "at": "/x", "is": null },
            "missing": [{ "at": "/x", "not": [1] }, { "at": "/x", "has": "gone" }]
        },
        "secret": { "header": "X: {secret}", "variable": "X" },
        "secrets_in_address": true
    })
}

/// Right configurations, of every dialect and every form.
fn right() -> Vec<Value> {
    let mut all = vec![
        json(&project("config.json")),
        connected(everything()),
        connected(api(
            json!({ "sign_in": { "type": "bearer" }, "scopes": ["a"], "source": "x", "errors": { "message": "/m", "fields": "/f" } }),
        )),
        connected(api(json!({ "token": { "id": "", "active": true, "scopes": { "at": "/s", "as": "flags" } } }))),
        connected(api(
            json!({ "list": { "path": "/t", "query": { "c": "{page.cursor}" }, "pages": { "by": "cursor", "next": { "header": "N" } } } }),
        )),
        connected(api(json!({ "list": { "path": "/t", "pages": { "by": "url", "next": "/n", "more": "/m" } } }))),
        connected(api(json!({ "list": { "path": "/t", "pages": { "by": "link" } } }))),
        json!({ "connections": [], "idle_minutes": 15, "suggested": [
            { "name": "1", "dialect": "air", "base": "proxy/1", "proxy": true, "address": "https://a.example/b" },
        ] }),
        json!({ "$schema": "config.schema.json", "connections": [
            { "name": "1", "dialect": "scoped", "base": "api", "auth": { "type": "none" }, "hint": "h", "timeout": 5, "max_answer_mb": 7, "default_days": 1 },
            { "name": "2", "dialect": "scoped", "base": "/api/v1/", "auth": { "type": "bearer" } },
            { "name": "3", "dialect": "scoped", "base": "http://h:1/a:b", "auth": { "type": "headers", "headers": [{ "name": "T", "value": "v", "secret": false }, { "name": "S" }] } },
            { "name": "4", "dialect": "pt-sandbox", "base": "../x" },
            { "name": "5", "dialect": "air", "base": "https://h", "version": "v1", "filters": { "name": "ci" } },
            { "name": "6", "dialect": "air", "base": "https://h", "version": "v2" },
            { "name": "7", "dialect": "mist", "base": "https://h", "tokens": "org", "org_id": "7" },
            { "name": "8", "dialect": "rest", "base": "https://h", "api": "apis/x.json", "cookies": true },
            { "name": "9", "dialect": "scoped", "base": "/x", "cookies": false, "default_days": null },
            { "name": "10", "dialect": "air", "base": "/x", "default_days": 3650, "proxy": true },
        ] }),
        json!({ "connections": [{ "name": "A", "dialect": "rest", "base": "b", "values": { "a": 1, "b": "x", "c": true },
            "api": api(json!({ "values": { "a": {}, "b": {}, "c": {} } })) }] }),
    ];
    all.extend(shipped().into_iter().map(|(_, api)| api));
    all
}

static RIGHT: LazyLock<Vec<Value>> = LazyLock::new(right);

/// The descriptions that come with the page, connected with every value that they ask for.
fn shipped() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("apis");
    let files =
        fs::read_dir(folder).expect("a folder").filter_map(|it| Some(it.ok()?.file_name().to_str()?.to_owned()));
    let described = |name: String| {
        let api = json(&project(&format!("apis/{name}")));
        let keys: Vec<String> = api["values"].as_object().into_iter().flat_map(|it| it.keys().cloned()).collect();
        let mut config = connected(api);
        for key in keys {
            config["connections"][0]["values"][key] = json!("7");
        }
        (name, config)
    };
    files.filter(|it| it.ends_with(".json")).map(described).collect()
}

#[test]
fn what_is_right_is_right_to_both() {
    for config in RIGHT.iter() {
        check_right(config);
    }
}

#[test]
fn a_call_on_a_token_that_does_not_say_which_is_wrong_to_both() {
    for call in [
        json!({ "path": "/rotate" }),
        json!({ "path": "/rotate", "method": "POST", "body": { "deep": ["{name}", { "valid": 7 }] } }),
        json!({ "path": "/rotate", "method": "POST", "query": { "tokens": "{value.id_of}" } }),
    ] {
        for name in ["update", "revoke", "rotate", "disable", "enable", "delete", "read"] {
            if name == "read" && call.get("body").is_some() {
                continue;
            }
            let mut more = json!({ "token": { "id": "/id", "disabled": "/off" } });
            if matches!(name, "disable" | "enable") {
                (more["disable"], more["enable"]) = (json!({ "path": "/{id}" }), json!({ "path": "/{id}" }));
            }
            more[name] = call.clone();
            let config = connected(api(more));
            let (within, _) = mistakes(&config);
            assert!(within.iter().any(|it| it.contains("which token")), "{name} {within:?}");
            check_same(&config);
        }
    }
    for call in [
        json!({ "path": "/x", "method": "POST", "body": { "deep": [{ "of": "{input.x|or id}" }] } }),
        json!({ "path": "/x", "method": "POST", "body": { "{id}": true } }),
        json!({ "path": "/x", "method": "POST", "form": { "of": "{token/id|text}" } }),
        json!({ "path": "/x", "query": { "of": "{ id }" } }),
    ] {
        check_same(&connected(api(json!({ "rotate": call, "inputs": [{ "key": "x", "label": "X" }] }))));
    }
}

#[test]
fn a_switch_that_lacks_a_part_is_wrong_to_both() {
    let call = json!({ "path": "/t/{id}" });
    let tokens = [json!({ "id": "/id" }), json!({ "id": "/id", "disabled": "/off" }), json!(null), json!("/id")];
    for token in tokens {
        for calls in [
            json!({}),
            json!({ "disable": call }),
            json!({ "enable": call }),
            json!({ "disable": call, "enable": call }),
        ] {
            let mut more = calls.clone();
            more["token"] = token.clone();
            let config = connected(api(more));
            check_same(&config);
            let is_right = token.is_object()
                && calls.get("disable").is_some() == calls.get("enable").is_some()
                && (calls.get("disable").is_none() || token.get("disabled").is_some());
            assert_eq!(mistakes(&config).0.is_empty(), is_right, "{config:#}");
        }
    }
}

#[test]
fn every_shipped_description_says_where_it_was_learned() {
    for (name, config) in shipped() {
        let source = &config["connections"][0]["api"]["source"];
        let first = source.as_str().or(source[0].as_str());
        assert!(first.is_some_and(|it| it.starts_with("https://")), "{name}");
    }
}

#[test]
fn what_the_documentation_shows_is_right() {
    let text = project("docs/connect-any-api.md");
    let mut n_shown = 0;
    for block in text.split("```json\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let whole = serde_json::from_str::<Value>(block).ok();
        if let Some(whole) = whole {
            n_shown += 1;
            let config = if whole.get("connections").is_some() { whole } else { connected(whole) };
            check_right(&config);
            continue;
        }
        // Members, one after the other.
        let mut member = String::new();
        for line in block.lines() {
            member.push_str(line);
            let Ok(members) = serde_json::from_str::<Value>(&format!("{{{}}}", member.trim_end_matches(','))) else {
                continue;
            };
            member.clear();
            n_shown += 1;
            let mut shown = api(json!({}));
            for (name, value) in members_of(members) {
                match name.as_str() {
                    "pages" => shown["list"][name] = value,
                    "columns" => shown["token"][name] = value,
                    _ => shown[name] = value,
                }
            }
            let (within, _) = mistakes(&connected(shown.clone()));
            assert!(within.is_empty(), "{within:?}");
            check_same(&connected(shown));
        }
        assert!(member.trim().is_empty(), "no JSON: {member}");
    }
    assert!(n_shown > 30, "{n_shown}");
}

fn members_of(value: Value) -> Map<String, Value> {
    members(value)
}

#[test]
fn headers_that_never_leave_are_wrong_to_both() {
    let named = |name: &str| {
        let header = json!({ "name": "T", "dialect": "scoped", "base": "b", "auth": { "type": "headers", "headers": [{ "name": name }] } });
        let mut headers = Map::new();
        headers.insert(name.into(), json!("x"));
        [json!({ "connections": [header] }), connected(api(json!({ "headers": headers })))]
    };
    let names =
        ["Cookie", "HOST", "origin", "Sec-Fetch-Site", "proxy-authorization", "Via", "tE", "If-Match", "Content-Type"];
    for name in names.into_iter().chain(["Authorization", "Viaduct", "X-Host", "Test", "Second"]) {
        named(name).iter().for_each(check_same);
    }
    assert!(named("Cookie").iter().all(|it| !mistakes(it).0.is_empty()));
}

/// Values that stand where others should.
fn odd_values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "x",
        "/x",
        "$.x",
        "{name}",
        "GET",
        "rfc3339",
        "unix",
        "secret",
        "flags",
        "number",
        "link",
        "bearer",
        "now",
        "rest",
        "a b",
        "https://h",
        "//h",
        "/\t/h",
        "\u{7f}x",
        "a\\b",
        "Cookie",
        "sec-x",
        "If-Match",
    ];
    let others = json!([null, true, false, 0, 1, -1, 2.5, 600, 1_000_001, [], {}, ["x"], ["/x"], [{}], { "at": "/x" }, { "header": "X" }, { "path": "/x" }, { "status": 200 }, { "value": "a", "label": "b" }, { "$each": "x" }, { "$merge": [] }]);
    texts.into_iter().map(Value::from).chain(others.as_array().cloned().unwrap_or_default()).collect()
}

/// The places of all values below one.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    let below = |step: &str| format!("{at}/{}", step.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members.iter().for_each(|(name, it)| places(it, below(name), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(idx, it)| places(it, below(&idx.to_string()), found)),
        _ => {}
    }
    found.push(at);
}

/// A document with one thing changed.
fn changed(mut config: Value, place: Index, kind: u8, other: Index) -> Value {
    let mut all = Vec::new();
    places(&config, String::new(), &mut all);
    let place = place.get(&all).clone();
    let odd = odd_values();
    let other = other.get(&odd).clone();
    if kind == 0 {
        if let Some(value) = config.pointer_mut(&place) {
            *value = other;
        }
        return config;
    }
    let Some((parent, step)) = place.rsplit_once('/') else { return config };
    let step = step.replace("~1", "/").replace("~0", "~");
    match (config.pointer_mut(parent), kind) {
        (Some(Value::Object(members)), 1) => drop(members.remove(&step)),
        (Some(Value::Object(members)), 2) => {
            let value = members.remove(&step).unwrap_or_default();
            members.insert(format!("{step}x"), value);
        }
        (Some(Value::Object(members)), _) => drop(members.insert("type".into(), other)),
        (Some(Value::Array(list)), _) => list.clear(),
        _ => {}
    }
    config
}

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
        Just(json!("/data")),
        Just(json!("$..*"))
    ];
    let names = prop_oneof![
        Just("data".to_owned()),
        Just("id".to_owned()),
        Just("next".to_owned()),
        Just("error".to_owned()),
        "[a-z$]{0,4}"
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..4)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Does all that a page does with a system that answers this to everything.
fn everything_against(settings: &Value, answer: &str, status: u16) {
    let Ok(config) = Config::parse(&settings.to_string(), DIALECTS) else { return };
    for connection in &config.connections {
        let Ok(Some(gateway)) = crate::adapters::Gateway::new(connection, fake::BASE, false, None) else { continue };
        let _ = gateway.system();
        let host = Parrot { answer: answer.into(), status };
        let typed = json!({ "username": "u", "password": "p", "otp": "", "token": "t" });
        let inputs = vec![("kind".to_owned(), "x".to_owned()), ("n".to_owned(), "1".to_owned())];
        let draft = Draft {
            scopes: vec!["a".into()],
            valid_to: Some("2027-01-01T00:00:00Z".into()),
            inputs: inputs.clone(),
            ..draft("n")
        };
        let api = crate::adapters::Calls { gateway: &gateway, host: &host };
        fake::ready(async {
            let _ = gateway.sign_in(&host, &fake::texts(&typed)).await;
            let _ = api.list(5, None).await;
            let _ = api.scopes().await;
            let _ = api.details("1", &Vec::new).await;
            let _ = api.test().await;
            let _ = api.create(&draft, "key").await;
            let _ = api.update("1", &draft, None).await;
            let _ = api.revoke("1", &inputs).await;
            let _ = api.rotate("1", &inputs).await;
            let _ = api.disable("1", &inputs).await;
            let _ = api.enable("1", &inputs).await;
            let _ = api.delete("1", &inputs).await;
            gateway.sign_out(&host).await;
        });
    }
}

/// A system that always says the same.
struct Parrot {
    answer: String,
    status: u16,
}

impl crate::adapters::Host for Parrot {
    fn send(
        &self,
        _: crate::api::Request,
    ) -> crate::api::Later<'_, Result<crate::api::Response, crate::api::NetworkError>> {
        let answer =
            crate::api::Response { status: self.status, body: self.answer.clone().into(), ..Default::default() };
        Box::pin(std::future::ready(Ok(answer)))
    }

    fn sign_in(&self, _: crate::words::Words) -> crate::api::Later<'_, bool> {
        Box::pin(std::future::ready(false))
    }

    fn now(&self) -> i64 {
        1_800_000_000_000
    }

    fn random(&self) -> String {
        fake::RANDOM.into()
    }

    fn cookies(&self) -> String {
        String::new()
    }
}

/// One for the next page would lead on for ever, with a system that always says the same.
fn without_pages(mut config: Value) -> Value {
    if let Some(api) = config.pointer_mut("/connections/0/api").and_then(Value::as_object_mut) {
        for call in ["list", "scopes"] {
            if let Some(members) = api.get_mut(call).and_then(Value::as_object_mut) {
                members.remove("pages");
                members.remove("query");
                members.remove("body");
            }
        }
    }
    config
}

#[test]
fn a_wrong_request_hides_no_mistake_beside_it() {
    let wrong = json!({ "path": "/x", "method": "GET", "body": {}, "total": 5, "token": 5, "secret": 5, "value": 5, "also": 5 });
    for (call, beside) in [("list", "total"), ("read", "token"), ("create", "secret"), ("scopes", "also")] {
        let mut api = json!({ "token": { "id": "/id" }, "list": { "path": "/x" } });
        let mut members = serde_json::Map::new();
        for name in ["path", "method", "body", beside] {
            members.insert(name.into(), wrong[name].clone());
        }
        api[call] = members.into();
        let (within, beyond) = mistakes(&connected(api));
        assert!(beyond.iter().any(|it| it.contains("cannot go with the method GET")), "{call}: {beyond:?}");
        assert!(within.iter().any(|it| it.contains(&format!("/api/{call}/{beside}"))), "{call}: {within:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_changed_is_the_same_to_both(which: Index, changes in prop::collection::vec((any::<Index>(), 0_u8..4, any::<Index>()), 1..3)) {
        let mut config = which.get(&RIGHT).clone();
        for (place, kind, other) in changes {
            config = changed(config, place, kind, other);
        }
        check_same(&config);
    }

    #[test]
    fn no_document_as_a_description_is_too_much(api in any_json()) {
        let config = connected(api);
        check_same(&config);
        everything_against(&config, "{}", 200);
    }

    #[test]
    fn no_document_as_an_answer_is_too_much(answer in any_json(), which: Index, status in prop_oneof![Just(200_u16), 100_u16..600]) {
        everything_against(&without_pages(which.get(&RIGHT).clone()), &answer.to_string(), status);
    }

    #[test]
    fn no_text_as_a_template_is_too_much(text in "[ -~]{0,20}|\\{[a-z_.|/ ]{0,20}\\}") {
        let config = connected(api(json!({ "scopes": ["a"], "create": { "path": "/t", "body": { "x": text } } })));
        check_same(&config);
        everything_against(&config, "{\"data\": []}", 200);
    }

    #[test]
    fn no_text_as_a_place_is_too_much(text in "\\$?[ -~]{0,20}|\\$(\\.[a-z*]{0,3}|\\[[?@a-z0-9:'.,*-]{0,8}\\]){0,4}", answer in any_json()) {
        let config = connected(api(json!({ "list": { "path": "/t", "items": text } })));
        check_same(&config);
        everything_against(&config, &answer.to_string(), 200);
    }
}
