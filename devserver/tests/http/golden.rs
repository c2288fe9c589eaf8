//! The examples in `tests/contract/scoped`, which the page's own tests decode: this server answers exactly so.
//!
//! `TOKENDECK_BLESS=1 cargo test -p tokendeck-devserver golden` rewrites them.

use std::path::PathBuf;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use crate::server::{Answer, Server};

/// The headers that are part of the contract.
const HEADERS: [&str; 6] = ["content-type", "etag", "location", "www-authenticate", "allow", "retry-after"];

/// Stands for the id of the token that an example creates.
const CREATED_ID: &str = "11111111-2222-4333-8444-555555555555";

struct Example {
    name: &'static str,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

impl Example {
    fn new(name: &'static str, method: &'static str, path: impl Into<String>) -> Self {
        Self { name, method, path: path.into(), headers: Vec::new(), body: None }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self.header("content-type", "application/json")
    }

    fn send(&self, server: &Server) -> Answer {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, &**value)).collect();
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        server.send(self.method, &self.path, &headers, body.as_bytes())
    }

    /// Request and response as the file has them, with `id` taking the place of the created token's own.
    fn exchange(&self, answer: &Answer, id: &str) -> String {
        let request: Map<String, Value> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let response: Map<String, Value> = HEADERS
            .iter()
            .filter(|it| answer.headers.contains_key(**it))
            .map(|it| ((*it).to_owned(), json!(answer.header(it))))
            .collect();
        let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
        let exchange = json!({
            "request": { "method": self.method, "path": self.path, "headers": request, "body": self.body },
            "response": { "status": answer.status, "headers": response, "body": body },
        });
        let text = serde_json::to_string_pretty(&exchange).unwrap() + "\n";
        if id.is_empty() { text } else { text.replace(id, CREATED_ID) }
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/contract/scoped").join(format!("{name}.json"))
}

fn check(server: &Server, example: &Example, id: &str) -> Answer {
    let answer = example.send(server);
    let exchange = example.exchange(&answer, id);
    let file = file(example.name);
    if std::env::var_os("TOKENDECK_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &exchange).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    // Compared as JSON, so that a formatter may have its way with the files.
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parse(&exchange), parse(&golden), "{} differs", file.display());
    answer
}

#[test]
fn the_server_answers_as_the_golden_examples() {
    const TOKENS: &str = "/api/v1/tokens";
    let server = Server::seeded(3);
    let first = server.get("/api/v1/tokens").json()["entries"][0].clone();
    let path = Server::path(&first);
    let write = json!({
        "guid": "0b9c1c2e-9f0a-4f57-8f43-6f3f6f6c9a01", "name": "release-notes", "scopes": ["builds-read", "packages-read"],
        "description": "Writes the release notes", "valid_from": "2026-03-01T13:00:00+01:00", "valid_to": "2026-06-01T00:00:00Z",
    });
    let wrong = json!({ "guid": "7", "name": " ", "scopes": ["nope"], "valid_from": "2027-01-01T00:00:00Z", "valid_to": "2026-01-01T00:00:00Z" });
    let mut renamed = write.clone();
    renamed["name"] = json!("release-notes-bot");
    renamed["description"] = Value::Null;

    let example = |name, method, path: &str| Example::new(name, method, path);
    for example in [
        example("scopes", "GET", "/api/v1/scopes"),
        example("page_first", "GET", &format!("{TOKENS}?limit=2")),
        example("page_last", "GET", &format!("{TOKENS}?limit=2&cursor=after-2")),
        example("token", "GET", &path),
        example("problem_400_cursor", "GET", &format!("{TOKENS}?cursor=nonsense")),
        example("problem_404", "GET", &format!("{TOKENS}/00000000-0000-4000-8000-000000000000")),
        example("problem_405", "PATCH", TOKENS),
        example("problem_412", "PUT", &path).header("if-match", "\"1-0\"").body(write.clone()),
        example("problem_415", "POST", TOKENS).header("content-type", "text/plain"),
        example("problem_422", "POST", TOKENS).body(wrong),
        example("problem_422_guid_changed", "PUT", &path).body(write.clone()),
    ] {
        check(&server, &example, "");
    }

    let create = || Example::new("created", "POST", TOKENS).header("idempotency-key", "9d2f").body(write.clone());
    // Sent once to learn the id; the example itself is the repetition, which gets the same answer.
    let id = create().send(&server).expect(201).json()["id"].as_str().unwrap().to_owned();
    let created = format!("{TOKENS}/{id}");
    check(&server, &create(), &id);
    check(&server, &example("problem_409_guid", "POST", TOKENS).body(write.clone()), &id);
    check(
        &server,
        &example("problem_422_idempotency_key", "POST", TOKENS).header("idempotency-key", "9d2f").body(renamed.clone()),
        &id,
    );
    let changed =
        check(&server, &example("replaced", "PUT", &created).header("if-match", "\"4-1\"").body(renamed), &id);
    assert_eq!(changed.header("etag"), "\"4-2\"");
    server.wait(TimeDelta::minutes(1));
    check(&server, &example("disabled", "POST", &format!("{created}/disable")), &id);
    server.wait(TimeDelta::minutes(1));
    check(&server, &example("enabled", "POST", &format!("{created}/enable")), &id);
    check(&server, &example("revoked", "POST", &format!("{created}/revoke")), &id);
    check(&server, &example("problem_409_revoked", "POST", &format!("{created}/disable")), &id);
    check(&server, &example("deleted", "DELETE", &created), &id);

    let server = Server::with(1, |world| world.secret = Some("s".to_owned()));
    check(&server, &example("problem_401", "GET", TOKENS), "");
    let read_only = example("problem_403", "DELETE", &path).header("authorization", "Bearer s-readonly");
    check(&server, &read_only, "");
}
