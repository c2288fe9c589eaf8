//! Every form of the language, against a system under the tests' control.

use serde_json::{Map, Value, json};

use crate::adapters::Gateway;
use crate::adapters::fake::{self, Fake, Step, body_of, get};
use crate::api::tokens::{ListApi, Tagged, TokenApi};
use crate::api::{ApiError, Method, Secret};
use crate::draft::Draft;

mod accepted;
mod answers;
mod described;
mod pages;
mod reading;
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod signing_in;
mod switching;
mod tested;
mod whole;
mod writing;

/// A description with these members besides the least that one has, or instead.
fn api(more: Value) -> Value {
    let mut api = json!({
        "name": "Acme",
        "token": { "id": "/id", "name": "/name" },
        "list": { "path": "/tokens", "items": "/data" },
    });
    for (name, value) in members(more) {
        api[name] = value;
    }
    api
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

/// A system with such a description.
#[track_caller]
fn acme(more: Value) -> Fake {
    Fake::new(json!({ "dialect": "rest", "api": api(more) }))
}

#[track_caller]
fn gateway_of(settings: Value) -> Gateway {
    fake::gateway(settings, fake::BASE, false).expect("a gateway")
}

/// The one entry that a token's facts give, listed without pages.
#[track_caller]
fn entry(facts: Value, item: Value) -> Value {
    let mut token = json!({ "id": "/id" });
    for (name, value) in members(facts) {
        token[name] = value;
    }
    let fake = acme(json!({ "token": token }));
    fake.entry([list([item])])
}

/// The list call and its answer.
fn list(items: impl Into<Value>) -> Step {
    get("/tokens").answers(200, json!({ "data": items.into() }))
}

fn draft(name: &str) -> Draft {
    Draft { name: name.into(), ..Draft::default() }
}

fn secret_of(tagged: &Tagged) -> Option<&str> {
    tagged.secret.as_ref().map(|it: &Secret| it.value.as_str())
}

/// What testing the connection finds, as JSON.
#[track_caller]
fn report(fake: &Fake, steps: impl IntoIterator<Item = Step>) -> Result<Value, ApiError> {
    let report = fake.during(steps, fake.api().test())?;
    let fields = report.fields.iter();
    let fields: Value = fields
        .map(|it| json!({ "label": it.label, "place": it.place, "found": it.found, "notes": it.notes }))
        .collect();
    Ok(
        json!({ "count": report.count, "total": report.total, "next": report.next, "unread": report.unread, "fields": fields }),
    )
}

/// The scopes to choose from, as JSON.
#[track_caller]
fn scopes(fake: &Fake, steps: impl IntoIterator<Item = Step>) -> Result<Value, ApiError> {
    let scopes = fake.during(steps, fake.api().scopes())?;
    Ok(scopes.iter().map(|it| json!({ "id": it.id, "name": it.name })).collect())
}

/// What a write answered, in the normal form.
#[track_caller]
fn written(outcome: Result<Tagged, ApiError>) -> Value {
    body_of(&outcome.expect("a token"))
}
