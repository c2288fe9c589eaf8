//! The description and the server say the same: every route, every status, every body.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokendeck_devserver::faults::Faults;
use tokendeck_devserver::scoped;

use crate::server::{Answer, Server, draft, write_of};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

fn description() -> Value {
    Server::start().get("/api/v1/openapi.json").expect(200).json()
}

/// What a `$ref` points to; anything else is itself.
fn resolved<'a>(description: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => description
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => value,
    }
}

/// `(METHOD, path, operation)` of every operation described.
fn described(description: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(it, _)| METHODS.contains(&it.as_str())) {
            all.push((method.to_uppercase(), path.clone(), operation));
        }
    }
    all
}

/// Checks a value against a schema of the description.
#[track_caller]
fn check_schema(description: &Value, schema: &Value, value: &Value, what: &str) {
    // The schema's own `$ref`s lead into the description, so that it has to be its root.
    let mut root = description.clone();
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$defs"] = json!({ "checked": schema });
    root["$ref"] = json!("#/$defs/checked");
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}\n{value:#}");
}

/// Checks an answer against what the description says of it.
#[track_caller]
fn check_answer(description: &Value, operation: &Value, answer: &Answer, what: &str) {
    let responses = &operation["responses"];
    let response = resolved(description, &responses[answer.status.to_string()]);
    assert!(response.is_object(), "{what}: {} is not described", answer.status);
    match response.get("content") {
        None => assert!(answer.body.is_empty(), "{what}: a body that is not described"),
        Some(content) => {
            let media = &content[answer.header("content-type")];
            assert!(media.is_object(), "{what}: {} is not described", answer.header("content-type"));
            check_schema(description, &media["schema"], &answer.json(), what);
        }
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = resolved(description, header);
        if header["required"] == true {
            assert!(answer.headers.contains_key(name), "{what}: no {name}");
        }
        if let Some(value) = answer.headers.get(name) {
            check_schema(description, &header["schema"], &json!(value.to_str().unwrap()), what);
        }
    }
}

#[test]
fn it_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let description = description();
    assert_eq!(description["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (method, path, operation) in described(&description) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
        assert!(operation["summary"].is_string(), "{method} {path}");
    }
    fn walk(description: &Value, value: &Value) {
        resolved(description, value);
        match value {
            Value::Object(fields) => fields.values().for_each(|it| walk(description, it)),
            Value::Array(items) => items.iter().for_each(|it| walk(description, it)),
            _ => {}
        }
    }
    walk(&description, &description);
}

#[test]
fn the_routes_and_the_description_are_the_same() {
    let description = description();
    let routes: BTreeSet<_> =
        scoped::operations().iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    let described: BTreeSet<_> = described(&description).into_iter().map(|(method, path, _)| (method, path)).collect();
    assert_eq!(routes, described);
}

#[test]
fn a_route_answers_only_the_methods_that_are_described() {
    let description = description();
    let server = Server::start();
    for (path, item) in description["paths"].as_object().unwrap() {
        let known: Vec<String> =
            item.as_object().unwrap().keys().filter(|it| METHODS.contains(&it.as_str())).cloned().collect();
        let address = format!("/api/v1{}", path.replace("{id}", "00000000-0000-4000-8000-000000000000"));
        for method in METHODS {
            let status = server.send(&method.to_uppercase(), &address, &[], b"").status;
            let answered =
                known.iter().any(|it| it == method) || (method == "head" && known.iter().any(|it| it == "get"));
            assert_eq!(status != 405, answered, "{method} {path}: {status}");
        }
    }
}

/// One request of each kind, and the status that it gets.
struct Case {
    method: &'static str,
    path: &'static str,
    status: u16,
    send: Send,
}

/// Sends the request, given a token to try it on.
type Send = Box<dyn Fn(&Server, &Value) -> Answer>;

fn case(
    method: &'static str,
    path: &'static str,
    status: u16,
    send: impl Fn(&Server, &Value) -> Answer + 'static,
) -> Case {
    Case { method, path, status, send: Box::new(send) }
}

const SECRET: (&str, &str) = ("authorization", "Bearer s");
const READ_ONLY: (&str, &str) = ("authorization", "Bearer s-readonly");
const STALE: (&str, &str) = ("if-match", "\"stale\"");
const NO_SUCH: &str = "/api/v1/tokens/00000000-0000-4000-8000-000000000000";

/// Every operation with every status that is described for it.
fn cases() -> Vec<Case> {
    const TOKENS: &str = "/api/v1/tokens";
    let json = ("content-type", "application/json");
    let large = || format!("{{\"name\":\"{}\"}}", "x".repeat(300 * 1024));
    let path = Server::path;
    let mut cases = vec![
        case("GET", "/openapi.json", 200, |server, _| server.get("/api/v1/openapi.json")),
        case("GET", "/scopes", 200, |server, _| server.send("GET", "/api/v1/scopes", &[SECRET], b"")),
        case("GET", "/scopes", 401, |server, _| server.get("/api/v1/scopes")),
        case("GET", "/tokens", 200, |server, _| server.send("GET", "/api/v1/tokens?limit=5000", &[SECRET], b"")),
        case("GET", "/tokens", 400, |server, _| server.send("GET", "/api/v1/tokens?cursor=x", &[SECRET], b"")),
        case("GET", "/tokens", 401, |server, _| server.get(TOKENS)),
        case("POST", "/tokens", 201, |server, _| server.write("POST", TOKENS, &[SECRET], &draft("a"))),
        case("POST", "/tokens", 400, move |server, _| server.send("POST", TOKENS, &[SECRET, json], b"{")),
        case("POST", "/tokens", 401, |server, _| server.write("POST", TOKENS, &[], &draft("a"))),
        case("POST", "/tokens", 403, |server, _| server.write("POST", TOKENS, &[READ_ONLY], &draft("a"))),
        case("POST", "/tokens", 409, |server, token| server.write("POST", TOKENS, &[SECRET], &write_of(token))),
        case("POST", "/tokens", 413, move |server, _| server.send("POST", TOKENS, &[SECRET, json], large().as_bytes())),
        case("POST", "/tokens", 415, |server, _| server.send("POST", TOKENS, &[SECRET], b"{}")),
        case("POST", "/tokens", 422, |server, _| server.write("POST", TOKENS, &[SECRET], &draft(""))),
        case("GET", "/tokens/{id}", 200, move |server, token| server.send("GET", &path(token), &[SECRET], b"")),
        case("GET", "/tokens/{id}", 401, move |server, token| server.get(&path(token))),
        case("GET", "/tokens/{id}", 404, |server, _| server.send("GET", NO_SUCH, &[SECRET], b"")),
        case("PUT", "/tokens/{id}", 200, move |server, token| {
            server.write("PUT", &path(token), &[SECRET], &write_of(token))
        }),
        case("PUT", "/tokens/{id}", 400, move |server, token| server.send("PUT", &path(token), &[SECRET, json], b"{")),
        case("PUT", "/tokens/{id}", 401, move |server, token| server.write("PUT", &path(token), &[], &write_of(token))),
        case("PUT", "/tokens/{id}", 403, move |server, token| {
            server.write("PUT", &path(token), &[READ_ONLY], &write_of(token))
        }),
        case("PUT", "/tokens/{id}", 404, |server, token| server.write("PUT", NO_SUCH, &[SECRET], &write_of(token))),
        case("PUT", "/tokens/{id}", 412, move |server, token| {
            server.write("PUT", &path(token), &[SECRET, STALE], &write_of(token))
        }),
        case("PUT", "/tokens/{id}", 413, move |server, token| {
            server.send("PUT", &path(token), &[SECRET, json], large().as_bytes())
        }),
        case("PUT", "/tokens/{id}", 415, move |server, token| server.send("PUT", &path(token), &[SECRET], b"{}")),
        case("PUT", "/tokens/{id}", 422, move |server, token| {
            server.write("PUT", &path(token), &[SECRET], &draft("a"))
        }),
        case("DELETE", "/tokens/{id}", 204, move |server, token| server.send("DELETE", &path(token), &[SECRET], b"")),
        case("DELETE", "/tokens/{id}", 401, move |server, token| server.send("DELETE", &path(token), &[], b"")),
        case("DELETE", "/tokens/{id}", 403, move |server, token| {
            server.send("DELETE", &path(token), &[READ_ONLY], b"")
        }),
        case("DELETE", "/tokens/{id}", 404, |server, _| server.send("DELETE", NO_SUCH, &[SECRET], b"")),
        case("DELETE", "/tokens/{id}", 412, move |server, token| {
            server.send("DELETE", &path(token), &[SECRET, STALE], b"")
        }),
    ];
    for (place, action) in
        [("/tokens/{id}/revoke", "revoke"), ("/tokens/{id}/disable", "disable"), ("/tokens/{id}/enable", "enable")]
    {
        for (status, headers) in [(200, &[SECRET][..]), (401, &[]), (403, &[READ_ONLY]), (412, &[SECRET, STALE])] {
            cases.push(case("POST", place, status, move |server, token| {
                server.send("POST", &format!("{}/{action}", path(token)), headers, b"")
            }));
        }
        cases.push(case("POST", place, 404, move |server, _| {
            server.send("POST", &format!("{NO_SUCH}/{action}"), &[SECRET], b"")
        }));
    }
    for (place, action) in [("/tokens/{id}/disable", "disable"), ("/tokens/{id}/enable", "enable")] {
        cases.push(case("POST", place, 409, move |server, token| {
            server.send("POST", &format!("{}/revoke", path(token)), &[SECRET], b"").expect(200);
            server.send("POST", &format!("{}/{action}", path(token)), &[SECRET], b"")
        }));
    }
    cases
}

#[test]
fn every_status_that_is_described_is_answered_as_described_and_no_other() {
    let description = description();
    let server = Server::with(150, |world| world.secret = Some("s".to_owned()));
    let mut answered = BTreeSet::new();
    for Case { method, path, status, send } in cases() {
        let what = format!("{method} {path} {status}");
        let token =
            server.write("POST", "/api/v1/tokens", &[SECRET], &draft("a token to try it on")).expect(201).json();
        let answer = send(&server, &token);
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        let key = path.replace('~', "~0").replace('/', "~1");
        let operation = description.pointer(&format!("/paths/{key}/{}", method.to_lowercase())).unwrap();
        check_answer(&description, operation, &answer, &what);
        answered.insert(what);
    }
    let mut expected = BTreeSet::new();
    for (method, path, operation) in described(&description) {
        let statuses = operation["responses"].as_object().unwrap().keys().filter(|it| *it != "default");
        expected.extend(statuses.map(|status| format!("{method} {path} {status}")));
    }
    assert_eq!(answered, expected);
}

#[test]
fn any_other_refusal_is_a_problem_as_described() {
    let description = description();
    let server = Server::with(0, |world| world.faults = Some(Faults::default()));
    let answer = server.send("PATCH", "/api/v1/tokens", &[], b"").expect(405);
    let problem = &description["components"]["schemas"]["Problem"];
    check_schema(&description, problem, &answer.json(), "405");
    for operation in described(&description).iter().filter(|(_, path, _)| path != "/openapi.json") {
        assert_eq!(operation.2["responses"]["default"]["$ref"], "#/components/responses/Problem", "{operation:?}");
    }
}

#[test]
fn what_a_client_may_write_is_what_the_server_takes() {
    let description = description();
    let schema = &description["components"]["schemas"]["TokenWrite"];
    let server = Server::start();
    let full = serde_json::json!({
        "guid": "0b9c1c2e-9f0a-4f57-8f43-6f3f6f6c9a01", "name": "n".repeat(200), "scopes": ["logs-read"], "description": "d".repeat(4000),
        "valid_from": "2026-01-01T00:00:00Z", "valid_to": "2027-01-01T00:00:00.5+01:00",
    });
    for body in [draft("a"), full] {
        check_schema(&description, schema, &body, "a body that is taken");
        server.post("/api/v1/tokens", &body).expect(201);
    }
}
