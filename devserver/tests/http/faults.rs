//! `/dev/faults`: each way to fail does what it says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokendeck_devserver::faults::Faults;

use crate::server::{Server, draft};

fn server() -> Server {
    Server::with(5, |world| world.faults = Some(Faults::default()))
}

fn total(server: &Server) -> Value {
    server.get("/api/v1/tokens").json()["total"].clone()
}

#[test]
fn without_the_flag_there_is_no_such_address() {
    let server = Server::start();
    server.post("/dev/faults", &json!({ "path": "*", "status": 500 })).expect(405);
    server.get("/dev/faults").expect(404);
    server.get("/api/v1/tokens").expect(200);
}

#[test]
fn any_status_with_any_headers_and_body() {
    let server = server();
    server.fail(&json!({
        "method": "GET", "path": "/api/v1/tokens*", "times": 1, "status": 503,
        "headers": { "Retry-After": "7", "X-Own": "1" }, "body": "<html><h1>Bad gateway</h1></html>",
    }));
    let answer = server.get("/api/v1/tokens?limit=1").expect(503);
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(answer.header("x-own"), "1");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.text(), "<html><h1>Bad gateway</h1></html>");
    server.get("/api/v1/tokens").expect(200);
}

#[test]
fn a_body_that_is_no_text_is_sent_as_json() {
    let server = server();
    server.fail(&json!({ "path": "/api/v1/scopes", "status": 200, "body": { "not": "a list" } }));
    let answer = server.get("/api/v1/scopes").expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), json!({ "not": "a list" }));
}

#[test]
fn plans_count_and_can_be_listed_and_forgotten() {
    let server = server();
    server.fail(&json!([
        { "path": "/api/v1/tokens", "skip": 1, "times": 2, "status": 500 },
        { "path": "/api/v1/scopes", "status": 500 },
    ]));
    let statuses: Vec<u16> = (0..4).map(|_| server.get("/api/v1/tokens").status).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);
    assert_eq!(server.get("/dev/faults").json().as_array().unwrap().len(), 1);
    server.get("/api/v1/scopes").expect(500);
    server.get("/api/v1/scopes").expect(500);
    server.send("DELETE", "/dev/faults", &[], b"").expect(204);
    server.get("/api/v1/scopes").expect(200);
    assert_eq!(server.get("/dev/faults").json(), json!([]));
}

#[test]
fn method_path_and_query_choose() {
    let server = server();
    server.fail(&json!([
        { "method": "post", "path": "/api/v1/tokens", "status": 500 },
        { "path": "/api/v1/tokens?*cursor=*", "status": 502 },
    ]));
    let first = server.get("/api/v1/tokens?limit=2").expect(200);
    server.get(&format!("/api/v1/tokens?limit=2&cursor={}", first.json()["next"].as_str().unwrap())).expect(502);
    server.post("/api/v1/tokens", &draft("a")).expect(500);
    server.get("/api/v1/scopes").expect(200);
}

#[test]
fn a_failure_before_leaves_nothing_a_failure_after_leaves_what_was_done() {
    let server = server();
    for (when, more) in [("before", 0), ("after", 1)] {
        let before = total(&server).as_u64().unwrap();
        server.fail(&json!({ "method": "POST", "path": "/api/v1/tokens", "times": 1, "when": when, "status": 500 }));
        server.post("/api/v1/tokens", &draft("a")).expect(500);
        assert_eq!(total(&server), before + more, "{when}");
    }
}

#[test]
fn an_answer_that_was_lost_is_had_again_with_the_same_key() {
    let server = server();
    server.fail(&json!({ "method": "POST", "path": "/api/v1/tokens", "times": 1, "when": "after", "drop": true }));
    let body = draft("a").to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", "k")];
    let create = || server.try_send("POST", "/api/v1/tokens", &headers, body.as_bytes());
    create().unwrap_err();
    create().unwrap().expect(201);
    assert_eq!(total(&server), 6);
}

#[test]
fn a_dropped_connection_gives_no_answer() {
    let server = server();
    server.fail(&json!({ "method": "POST", "path": "/api/v1/tokens", "drop": true }));
    let headers = [("content-type", "application/json")];
    let error = server.try_send("POST", "/api/v1/tokens", &headers, draft("a").to_string().as_bytes());
    assert!(error.is_err());
    assert_eq!(total(&server), 5);
}

#[test]
fn a_cut_body_ends_before_its_length() {
    let server = server();
    let whole = server.get("/api/v1/tokens").body;
    server.fail(&json!({ "path": "/api/v1/tokens", "times": 1, "truncate": true }));
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // The connection may end with a reset; what came before it counts.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("200 OK"));
    assert!(head.contains(&format!("content-length: {}", whole.len())), "{head}");
    assert_eq!(body.as_bytes(), &whole[..whole.len() / 2]);
}

#[test]
fn a_delay_is_waited_for() {
    let server = server();
    server.fail(&json!({ "path": "/api/v1/scopes", "times": 1, "delay_ms": 300 }));
    let start = Instant::now();
    server.get("/api/v1/scopes").expect(200);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_clock_that_differs() {
    let server = server();
    server.fail(&json!({ "path": "/api/v1/scopes", "times": 1, "date_shift_seconds": -900 }));
    // The tests' clock stands at noon.
    assert_eq!(server.get("/api/v1/scopes").expect(200).header("date"), "Sun, 01 Mar 2026 11:45:00 GMT");
}

#[test]
fn headers_can_be_left_out() {
    let server = server();
    let page = server.get("/api/v1/tokens").json();
    let path = Server::path(&page["entries"][0]);
    server.fail(&json!({ "path": &path, "times": 1, "omit_headers": ["ETag"] }));
    assert_eq!(server.get(&path).expect(200).header("etag"), "");
    assert_ne!(server.get(&path).expect(200).header("etag"), "");
}

#[test]
fn members_can_be_left_out() {
    let server = Server::with(0, |world| world.faults = Some(Faults::default()));
    let (token, etag) = server.created(&draft("a"));
    server.fail(&json!({ "path": "/api/v1/tokens*", "times": 2, "omit_members": ["disabled_at", "nothing"] }));
    let mut before = token.clone();
    before.as_object_mut().unwrap().remove("disabled_at");
    assert_eq!(server.get("/api/v1/tokens").expect(200).json()["entries"], json!([before]));
    let read = server.get(&Server::path(&token)).expect(200);
    assert_eq!((read.json(), read.header("etag")), (before, &*etag));
    assert_eq!(server.get(&Server::path(&token)).json(), token);
}

#[test]
fn entries_that_do_not_parse() {
    let server = server();
    server.fail(&json!({ "path": "/api/v1/tokens", "times": 1, "inject_entries": [{ "id": 5 }, null, "text"] }));
    let page = server.get("/api/v1/tokens").expect(200).json();
    let entries = page["entries"].as_array().unwrap();
    assert_eq!(entries[..3], [json!({ "id": 5 }), Value::Null, json!("text")]);
    assert_eq!(entries.len(), 8);
    assert_eq!(entries[3]["name"], "ci-deploy");
}

#[test]
fn pages_can_fail_too() {
    let server = server();
    server.fail(&json!({ "path": "/config.json", "times": 1, "status": 404 }));
    server.get("/config.json").expect(404);
    server.get("/config.json").expect(200);
}

#[test]
fn an_allowed_origin_can_read_a_failure() {
    let server = Server::with(0, |world| {
        world.faults = Some(Faults::default());
        world.allowed_origins.add("loopback").unwrap();
    });
    let origin = ("origin", "http://localhost:1");
    server.write("POST", "/dev/faults", &[origin], &json!({ "path": "/api/*", "status": 500 })).expect(201);
    let answer = server.send("GET", "/api/v1/scopes", &[origin], b"").expect(500);
    assert_eq!(answer.header("access-control-allow-origin"), "http://localhost:1");
    // A preflight does not fail unless it is named.
    server.send("OPTIONS", "/api/v1/scopes", &[origin, ("access-control-request-method", "GET")], b"").expect(204);
}

#[test]
fn a_wrong_plan_is_refused_and_says_why() {
    let server = server();
    for (plan, why) in [
        (json!({}), "path"),
        (json!({ "path": "*", "sttus": 500 }), "sttus"),
        (json!({ "path": "*", "status": 99 }), "200 to 599"),
        (json!({ "path": "*", "times": 0 }), "1 or more"),
        (json!({ "path": "*", "headers": { "a b": "c" } }), "not a header"),
        (json!({ "path": "*", "when": "never" }), "never"),
    ] {
        let detail = server.post("/dev/faults", &plan).expect(422).json()["detail"].to_string();
        assert!(detail.contains(why), "{detail}");
    }
    server.send("POST", "/dev/faults", &[("content-type", "text/plain")], b"{\"path\":\"*\"}").expect(415);
    assert_eq!(server.get("/dev/faults").json(), json!([]));
}
