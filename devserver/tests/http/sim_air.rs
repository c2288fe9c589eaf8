//! The simulated NVIDIA Air.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::server::{Answer, NOW, Server};

const LOGIN: &str = "/sim/air/api/v1/login/";
const V1: &str = "/sim/air/api/v1/api-token/";
const V2: &str = "/sim/air/api/v2/api-tokens/";

/// Signs in; gives the `Authorization` header.
#[track_caller]
pub(crate) fn sign_in(server: &Server) -> String {
    signed_in(server, "demo").expect("the demo account signs in")
}

fn signed_in(server: &Server, password: &str) -> Option<String> {
    let answer = server.post(LOGIN, &json!({ "username": "demo", "password": password }));
    answer.json()["token"].as_str().map(|it| format!("Bearer {it}"))
}

/// A server with a caller who has signed in.
struct Air {
    server: Server,
    bearer: String,
}

impl Air {
    fn start(n_tokens: usize) -> Self {
        let server = Server::seeded(n_tokens);
        let bearer = sign_in(&server);
        Self { server, bearer }
    }

    fn get(&self, path: &str) -> Answer {
        self.server.send("GET", path, &[("authorization", &self.bearer)], b"")
    }

    fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.server.write(method, path, &[("authorization", &self.bearer)], body)
    }
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect()
}

#[test]
fn without_credentials_every_address_is_403_with_the_documented_body() {
    let server = Server::start();
    let wrong = [("authorization", "Bearer nonsense")];
    for (method, path) in [("GET", LOGIN), ("GET", V1), ("POST", V1), ("GET", V2), ("POST", V2)] {
        for headers in [&[][..], &wrong, &[("authorization", "Token x")]] {
            let answer = server.send(method, path, headers, b"").expect(403);
            assert_eq!(answer.text(), r#"{"detail":"Authentication credentials were not provided."}"#);
        }
    }
    server.send("DELETE", &format!("{V2}00000000-0000-4000-8000-000000000000/"), &[], b"{}").expect(403);
}

#[test]
fn a_login_gives_a_token_and_tells_who_it_is() {
    let air = Air::start(0);
    let who = air.get(LOGIN).expect(200).json();
    assert_eq!(who["username"], "demo");
    assert_eq!(who["id"].as_str().unwrap().len(), 36);
    air.server.wait(TimeDelta::hours(25));
    air.get(LOGIN).expect(403);
}

#[test]
fn a_refused_login_gives_no_token() {
    let server = Server::start();
    for (username, password) in [("demo", "wrong"), ("nobody", "demo"), ("DEMO", "demo")] {
        let answer = server.post(LOGIN, &json!({ "username": username, "password": password })).expect(403);
        assert_eq!(answer.json(), json!({ "detail": "Incorrect authentication credentials." }));
    }
    let answer = server.post(LOGIN, &json!({ "username": "" })).expect(400);
    let expected = json!({ "username": ["This field may not be blank."], "password": ["This field is required."] });
    assert_eq!(answer.json(), expected);
}

#[test]
fn both_versions_show_the_same_tokens() {
    let air = Air::start(1);
    let v1 = air.get(V1).expect(200).json();
    let v2 = air.get(V2).expect(200).json();
    assert_eq!(v1, v2["results"]);
    assert_eq!(v2["count"], v1.as_array().unwrap().len());
    assert_eq!((&v2["next"], &v2["previous"]), (&Value::Null, &Value::Null));
    for token in v1.as_array().unwrap() {
        let fields: Vec<_> = token.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["created", "expiry", "id", "name"]);
    }
}

#[test]
fn other_parameters_are_filters() {
    let air = Air::start(1);
    let twins = air.get(&format!("{V1}?name=twin&unknown=1")).json();
    assert_eq!(names(&twins), ["twin", "twin"]);
    let id = twins[1]["id"].as_str().unwrap();
    assert_eq!(air.get(&format!("{V1}?name=twin&id={id}")).json(), json!([twins[1]]));
    assert_eq!(air.get(&format!("{V1}?name=none")).json(), json!([]));
    assert_eq!(air.get(&format!("{V2}?name=twin&limit=1")).json()["count"], 2);
}

#[test]
fn following_next_gives_every_token_once() {
    let air = Air::start(1);
    let (mut found, mut path) = (Vec::new(), format!("{V2}?limit=7"));
    loop {
        let page = air.get(&path).expect(200).json();
        found.extend(page["results"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        path = next.strip_prefix(&air.server.url).expect("an absolute address of this server").to_owned();
    }
    assert_eq!(Value::Array(found), air.get(V1).json());
    let last = air.get(&path).json();
    assert!(last["previous"].as_str().unwrap().starts_with(&format!("{}{V2}?limit=7", air.server.url)));
}

#[test]
fn a_new_token_shows_its_secret_once_and_signs_in_both_ways() {
    for path in [V1, V2] {
        let air = Air::start(0);
        let made = air.write("POST", path, &json!({ "name": " Zürich ", "expiry": null })).expect(201).json();
        let secret = made["token"].as_str().unwrap().to_owned();
        assert_eq!(made["name"], "Zürich");
        assert_eq!(made["created"], "2026-03-01T12:00:00.250000Z");
        assert!(!air.get(V1).text().contains(&secret));
        assert!(!air.get(V2).text().contains(&secret));

        let as_bearer = format!("Bearer {secret}");
        assert_eq!(air.server.send("GET", LOGIN, &[("authorization", &as_bearer)], b"").json()["username"], "demo");
        assert!(signed_in(&air.server, &secret).is_some());

        let own = format!("{path}{}/", made["id"].as_str().unwrap());
        assert_eq!(air.write("DELETE", &own, &json!({})).expect(204).text(), "");
        air.server.send("GET", LOGIN, &[("authorization", &as_bearer)], b"").expect(403);
        assert_eq!(signed_in(&air.server, &secret), None);
        assert_eq!(air.write("DELETE", &own, &json!({})).expect(404).text(), r#"{"detail":"Not found."}"#);
        assert_eq!(air.get(V1).json(), json!([]));
    }
}

#[test]
fn an_expired_token_signs_nobody_in() {
    let air = Air::start(0);
    let expiry = "2026-03-01T15:00:00.5+02:00";
    let made = air.write("POST", V2, &json!({ "name": "a", "expiry": expiry })).expect(201).json();
    assert_eq!(made["expiry"], "2026-03-01T13:00:00.500000Z");
    let secret = made["token"].as_str().unwrap();
    air.server.wait(TimeDelta::minutes(59));
    assert!(signed_in(&air.server, secret).is_some());
    air.server.wait(TimeDelta::minutes(2));
    assert_eq!(signed_in(&air.server, secret), None);
    let bearer = format!("Bearer {secret}");
    air.server.send("GET", V2, &[("authorization", &bearer)], b"").expect(403);
}

#[test]
fn a_wrong_body_says_which_field() {
    let air = Air::start(0);
    for path in [V1, V2] {
        let answer = air.write("POST", path, &json!({})).expect(400);
        assert_eq!(answer.text(), r#"{"name":["This field is required."]}"#);
        let errors = air.write("POST", path, &json!({ "name": null, "expiry": "soon" })).expect(400).json();
        assert_eq!(errors["name"], json!(["This field may not be null."]));
        assert!(errors["expiry"][0].as_str().unwrap().starts_with("Datetime has wrong format."));
        air.write("POST", path, &json!([])).expect(400);
        let headers = [("authorization", air.bearer.as_str()), ("content-type", "application/json")];
        let broken = air.server.send("POST", path, &headers, b"{").expect(400);
        assert!(broken.json()["detail"].as_str().unwrap().starts_with("JSON parse error"));
        let text = [("authorization", air.bearer.as_str()), ("content-type", "text/plain")];
        air.server.send("POST", path, &text, b"{}").expect(415);
    }
    assert_eq!(air.get(V1).json(), json!([]));
}

#[test]
fn an_address_without_its_slash_moves() {
    let air = Air::start(0);
    for path in [LOGIN, V1, V2, &format!("{V2}some-id/")] {
        for method in ["GET", "POST", "DELETE"] {
            let bare = format!("{}?limit=5", path.trim_end_matches('/'));
            let answer = air.server.send(method, &bare, &[], b"").expect(301);
            assert_eq!(answer.header("location"), format!("{}{path}?limit=5", air.server.url));
        }
    }
}

#[test]
fn what_it_does_not_know_is_told_as_it_tells_it() {
    let air = Air::start(0);
    for path in ["/sim/air/api/v3/", "/sim/air/api/v1/simulation/", "/sim/air/"] {
        air.get(path).expect(404);
    }
    assert_eq!(air.get("/sim/air/api/v3/").text(), r#"{"detail":"Not found."}"#);
    let answer = air.write("PUT", V2, &json!({})).expect(405);
    assert_eq!(answer.json()["detail"], "Method \"PUT\" not allowed.");
    assert!(answer.header("allow").contains("POST"));
    air.get(&format!("{V2}00000000-0000-4000-8000-000000000000/")).expect(405);
}

#[test]
fn there_are_realistic_and_awkward_tokens_and_without_seeding_none() {
    let all = Air::start(1).get(V1).json();
    assert_eq!(all, Air::start(1).get(V1).json());
    let all = all.as_array().unwrap();
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let expiry = |it: &Value| it["expiry"].as_str().map(|it| it.parse::<DateTime<Utc>>().unwrap());
    assert!(all.len() >= 24);
    assert!(all.iter().any(|it| it["name"].as_str().unwrap().chars().count() == 200));
    assert!(all.iter().any(|it| it["name"].as_str().unwrap().contains('🚀')));
    assert!(all.iter().any(|it| expiry(it).is_none()));
    assert!(all.iter().any(|it| expiry(it).is_some_and(|at| at < now)));
    assert!(all.iter().any(|it| expiry(it).is_some_and(|at| at > now && at < now + TimeDelta::hours(2))));
    let lengths = ["2026-01-01T00:00:00Z".len(), "2026-01-01T00:00:00.000000Z".len()];
    for length in lengths {
        assert!(all.iter().any(|it| it["created"].as_str().unwrap().len() == length), "{length}");
    }
    assert!(all.iter().all(|it| lengths.contains(&it["created"].as_str().unwrap().len())));
    assert_eq!(Air::start(0).get(V1).json(), json!([]));
}
