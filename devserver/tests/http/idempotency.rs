//! `Idempotency-Key`: the same request twice creates one token.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokendeck_devserver::faults::Faults;

use crate::server::{Answer, Server, draft, draft_with};

const KEY: &str = "7c1f0d6e-5b1a-4f0e-9a55-1d1d5a8f2c11";

fn create(server: &Server, key: &str, body: &Value) -> Answer {
    server.write("POST", "/api/v1/tokens", &[("idempotency-key", key)], body)
}

fn total(server: &Server) -> Value {
    server.get("/api/v1/tokens").json()["total"].clone()
}

#[test]
fn the_same_request_gets_the_first_answer_again() {
    let server = Server::start();
    let body = draft_with("a", json!({ "valid_to": server.time(TimeDelta::hours(1)) }));
    let first = create(&server, KEY, &body).expect(201);
    // Even when the token has changed, ended or gone meanwhile.
    server.send("DELETE", first.header("location"), &[], b"").expect(204);
    server.wait(TimeDelta::hours(2));
    let second = create(&server, KEY, &body).expect(201);
    assert_eq!(second.json(), first.json());
    assert_eq!(second.header("etag"), first.header("etag"));
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(total(&server), 0);
}

#[test]
fn the_order_of_fields_and_white_space_are_not_another_body() {
    let server = Server::start();
    let headers = [("idempotency-key", KEY), ("content-type", "application/json")];
    let guid = "00000000-0000-4000-9000-000000000001";
    let one = format!(r#"{{"guid":"{guid}","name":"a","scopes":["logs-read"]}}"#);
    let two = format!(r#"{{ "scopes": ["logs-read"], "name": "a", "guid": "{guid}" }}"#);
    let first = server.send("POST", "/api/v1/tokens", &headers, one.as_bytes()).expect(201);
    let second = server.send("POST", "/api/v1/tokens", &headers, two.as_bytes()).expect(201);
    assert_eq!(first.json(), second.json());
}

#[test]
fn another_body_under_the_same_key_is_422() {
    let server = Server::start();
    let body = draft("a");
    create(&server, KEY, &body).expect(201);
    let problem = create(&server, KEY, &draft("b")).expect(422);
    assert!(problem.json()["detail"].as_str().unwrap().contains("Idempotency-Key"));
    assert!(problem.json().get("errors").is_none(), "no field is to blame");
    assert_eq!(total(&server), 1);
}

#[test]
fn another_key_is_another_request() {
    let server = Server::start();
    create(&server, "one", &draft("a")).expect(201);
    create(&server, "two", &draft("a")).expect(201);
    assert_eq!(total(&server), 2);
}

#[test]
fn a_refused_request_can_be_corrected_under_its_key() {
    let server = Server::start();
    create(&server, KEY, &draft("")).expect(422);
    create(&server, KEY, &draft("a")).expect(201);
    assert_eq!(total(&server), 1);
}

#[test]
fn a_key_is_kept_for_24_hours() {
    let server = Server::start();
    let body = draft("a");
    let first = create(&server, KEY, &body).expect(201);
    server.wait(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert_eq!(create(&server, KEY, &body).expect(201).json(), first.json());
    server.wait(TimeDelta::milliseconds(1));
    // Forgotten: it is a new request, and its GUID is taken.
    create(&server, KEY, &body).expect(409);
    create(&server, KEY, &draft("b")).expect(201);
}

#[test]
fn while_the_first_is_running_the_second_is_409() {
    let mut running = Arc::default();
    let server = Server::with(0, |world| {
        world.faults = Some(Faults::default());
        running = world.running_keys.clone();
    });
    server.fail(&json!({ "method": "POST", "path": "/api/v1/tokens", "times": 1, "when": "during", "delay_ms": 2500 }));
    let body = draft("a");
    let (first, second) = std::thread::scope(|threads| {
        let first = threads.spawn(|| create(&server, KEY, &body));
        while running.lock().unwrap().is_empty() {
            assert!(!first.is_finished(), "the first request ended before it was seen to run");
            std::thread::yield_now();
        }
        let second = create(&server, KEY, &body);
        // Another key does not wait.
        create(&server, "another", &draft("b")).expect(201);
        (first.join().unwrap(), second)
    });
    let second = second.expect(409);
    assert!(second.json()["detail"].as_str().unwrap().contains("still being carried out"));
    assert_eq!(create(&server, KEY, &body).expect(201).json(), first.expect(201).json());
    assert_eq!(total(&server), 2);
}

#[test]
fn many_at_once_create_one_token() {
    let server = Server::start();
    let body = draft("a");
    let answers: Vec<Answer> = std::thread::scope(|threads| {
        let all: Vec<_> = (0..16).map(|_| threads.spawn(|| create(&server, KEY, &body))).collect();
        all.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|it| matches!(it.status, 201 | 409)));
    let mut created: Vec<String> = answers.iter().filter(|it| it.status == 201).map(Answer::text).collect();
    created.dedup();
    assert_eq!(created.len(), 1);
    assert_eq!(total(&server), 1);
}

#[test]
fn without_a_key_nothing_is_remembered() {
    let server = Server::start();
    let body = draft("a");
    server.post("/api/v1/tokens", &body).expect(201);
    server.post("/api/v1/tokens", &body).expect(409);
}

#[test]
fn a_key_has_1_to_255_characters() {
    let server = Server::start();
    create(&server, &"k".repeat(256), &draft("a")).expect(400);
    create(&server, "", &draft("a")).expect(400);
    create(&server, &"k".repeat(255), &draft("a")).expect(201);
}
