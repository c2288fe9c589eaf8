//! The simulated PT Sandbox.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::server::{Answer, Server};

const UI: &str = "/sim/pt-sandbox/api/ui";
pub(crate) const TOKENS: &str = "/sim/pt-sandbox/api/ui/public-api/tokens";
const FINGERPRINT: &str = "00112233445566778899aabbccddeeff";

/// A client in the middle of signing in: it keeps cookies.
struct Client<'a> {
    server: &'a Server,
    cookies: Vec<String>,
}

impl<'a> Client<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, cookies: Vec::new() }
    }

    fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Answer {
        let cookies = self.cookies.join("; ");
        let headers = [("cookie", cookies.as_str()), ("content-type", "application/json")];
        let answer = self.server.send(method, path, &headers, body);
        let set = answer.headers.get_all("set-cookie").iter().filter_map(|it| it.to_str().ok()?.split(';').next());
        self.cookies.extend(set.map(str::to_owned));
        answer
    }

    /// The path that the first step names.
    fn authorize(&mut self) -> String {
        let answer = self.send("GET", &format!("{UI}/auth/authorize?fingerprint={FINGERPRINT}"), b"").expect(200);
        let location = answer.json()["data"]["location"].as_str().unwrap().to_owned();
        location.strip_prefix(&self.server.url).expect("an absolute address of this server").to_owned()
    }

    fn login(&mut self, username: &str, password: &str, auth_type: u8) -> Answer {
        let body = json!({ "username": username, "password": password, "authType": auth_type, "rememberLogin": true });
        self.send("POST", "/sim/pt-sandbox/ui/login", body.to_string().as_bytes())
    }

    fn token(&mut self, fingerprint: &str) -> Answer {
        let body = json!({ "fingerprint": fingerprint }).to_string();
        self.send("POST", &format!("{UI}/auth/token"), body.as_bytes())
    }
}

/// Signs in; gives the `Authorization` header and the `Cookie` header.
#[track_caller]
pub(crate) fn sign_in(server: &Server, username: &str, auth_type: u8) -> (String, String) {
    let mut client = Client::new(server);
    let location = client.authorize();
    client.login(username, "demo", auth_type).expect(200);
    client.send("GET", &location, b"").expect(200);
    let answer = client.token(FINGERPRINT).expect(200).json();
    (format!("Bearer {}", answer["data"]["accessToken"].as_str().unwrap()), client.cookies.join("; "))
}

/// A server with a caller who has signed in.
struct Sandbox {
    server: Server,
    bearer: String,
}

impl Sandbox {
    fn start(n_tokens: usize) -> Self {
        let server = Server::seeded(n_tokens);
        let (bearer, _) = sign_in(&server, "demo", 0);
        Self { server, bearer }
    }

    fn entries(&self) -> Vec<Value> {
        let list = self.server.send("GET", TOKENS, &[("authorization", &self.bearer)], b"").expect(200).json();
        let entries = list["entries"].as_array().unwrap().clone();
        assert_eq!(list, json!({ "total": entries.len(), "entries": entries }));
        entries
    }

    fn create(&self, body: &Value) -> Answer {
        self.server.write("POST", TOKENS, &[("authorization", &self.bearer)], body)
    }

    fn delete(&self, id: &str) -> Answer {
        self.server.send("DELETE", &format!("{TOKENS}/{id}"), &[("authorization", &self.bearer)], b"")
    }
}

/// The types of the errors, each of which has a message.
#[track_caller]
fn error_types(answer: &Answer) -> Vec<String> {
    let answer = answer.json();
    let errors = answer["errors"].as_array().unwrap();
    assert!(errors.iter().all(|it| it.as_object().unwrap().len() == 2 && it["message"].is_string()));
    errors.iter().map(|it| it["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn local_and_ldap_accounts_sign_in() {
    let server = Server::start();
    for (username, auth_type) in [("demo", 0), ("ldap-demo", 1)] {
        let (bearer, _) = sign_in(&server, username, auth_type);
        let headers = [("authorization", bearer.as_str())];
        let body = json!({ "name": "abcde", "permissions": [], "comment": "" });
        let made = server.write("POST", TOKENS, &headers, &body).expect(200).json();
        assert_eq!(made["creatorLogin"], username);
    }
}

#[test]
fn a_wrong_login_is_refused() {
    let server = Server::start();
    let mut client = Client::new(&server);
    for (username, password, auth_type) in
        [("demo", "wrong", 0), ("demo", "demo", 1), ("ldap-demo", "demo", 0), ("nobody", "demo", 0)]
    {
        let answer = client.login(username, password, auth_type).expect(401);
        assert_eq!(error_types(&answer), ["UNAUTHORIZED"]);
    }
    assert_eq!(client.cookies, [] as [&str; 0]);
    for body in [json!({}), json!({ "username": "demo", "password": "demo", "authType": 2 })] {
        let answer = client.send("POST", "/sim/pt-sandbox/ui/login", body.to_string().as_bytes()).expect(400);
        assert_eq!(error_types(&answer), ["VALIDATION_ERROR"]);
    }
}

#[test]
fn no_step_of_the_sign_in_can_be_left_out() {
    let server = Server::start();
    let mut client = Client::new(&server);
    client.token(FINGERPRINT).expect(401);
    let location = client.authorize();
    client.send("GET", &location, b"").expect(401);
    client.login("demo", "demo", 0).expect(200);
    client.token(FINGERPRINT).expect(401);
    client.send("GET", "/sim/pt-sandbox/ui/authorize?state=nonsense", b"").expect(401);
    client.send("GET", &location, b"").expect(200);
    client.token(FINGERPRINT).expect(200);
}

#[test]
fn the_session_is_bound_to_its_fingerprint() {
    let server = Server::start();
    let (_, cookies) = sign_in(&server, "demo", 0);
    let mut client = Client { server: &server, cookies: vec![cookies] };
    client.token("ffffffffffffffffffffffffffffffff").expect(401);
    client.token("short").expect(400);
    client.token(FINGERPRINT).expect(200);
    for query in ["", "?fingerprint=", "?fingerprint=xyz"] {
        let answer = server.get(&format!("{UI}/auth/authorize{query}")).expect(400);
        assert_eq!(error_types(&answer), ["VALIDATION_ERROR"]);
    }
}

#[test]
fn an_access_token_runs_out_and_is_renewed() {
    let server = Server::start();
    let (bearer, cookies) = sign_in(&server, "demo", 0);
    let list = |bearer: &str| server.send("GET", TOKENS, &[("authorization", bearer)], b"");
    server.wait(TimeDelta::minutes(9));
    list(&bearer).expect(200);
    server.wait(TimeDelta::minutes(1));
    assert_eq!(error_types(&list(&bearer).expect(401)), ["UNAUTHORIZED"]);
    let mut client = Client { server: &server, cookies: vec![cookies] };
    let renewed = client.token(FINGERPRINT).expect(200).json();
    list(&format!("Bearer {}", renewed["data"]["accessToken"].as_str().unwrap())).expect(200);
    server.wait(TimeDelta::days(31));
    client.token(FINGERPRINT).expect(401);
}

#[test]
fn the_tokens_want_an_access_token() {
    let server = Server::seeded(1);
    let (_, cookies) = sign_in(&server, "demo", 0);
    for headers in [&[][..], &[("cookie", &*cookies)], &[("authorization", "Bearer x")]] {
        for (method, path) in [("GET", TOKENS), ("POST", TOKENS), ("DELETE", &format!("{TOKENS}/1"))] {
            let answer = server.send(method, path, headers, b"").expect(401);
            assert_eq!(error_types(&answer), ["UNAUTHORIZED"]);
        }
    }
}

#[test]
fn a_new_token_shows_its_secret_once_and_the_secret_opens_the_public_api() {
    let sandbox = Sandbox::start(0);
    let body = json!({ "name": "mail-gateway", "permissions": ["TASKS_VIEW_ALL"], "comment": "Łódź" });
    let made = sandbox.create(&body).expect(200).json();
    let secret = made["token"].as_str().unwrap().to_owned();
    let key = made["key"].as_str().unwrap();
    assert!(key.len() == 64 && key != secret);
    let mut listed = made.clone();
    for field in ["token", "key"] {
        listed.as_object_mut().unwrap().remove(field);
    }
    let expected = json!({
        "id": 1, "name": "mail-gateway", "comment": "Łódź", "permissions": ["TASKS_VIEW_ALL"], "creatorLogin": "demo",
        "created": 1_772_366_400.25, "modified": null, "deleted": null, "entryPoint": null,
    });
    assert_eq!(listed, expected);
    assert_eq!(sandbox.entries(), [expected]);

    let health = |key: &str| {
        sandbox.server.send("GET", "/sim/pt-sandbox/api/v1/maintenance/checkHealth", &[("x-api-key", key)], b"")
    };
    assert_eq!(health(&secret).expect(200).json()["data"]["status"], "OK");
    health("nonsense").expect(401);
    assert_eq!(sandbox.delete("1").expect(204).text(), "");
    health(&secret).expect(401);
}

#[test]
fn a_deleted_token_stays_in_the_list() {
    let sandbox = Sandbox::start(1);
    let before = sandbox.entries();
    let live = before.iter().find(|it| it["deleted"].is_null()).unwrap();
    let id = live["id"].to_string();
    sandbox.server.wait(TimeDelta::seconds(60));
    sandbox.delete(&id).expect(204);
    let after = sandbox.entries();
    assert_eq!(after.len(), before.len());
    assert_eq!(after.iter().find(|it| it["id"] == live["id"]).unwrap()["deleted"], 1_772_366_460.25);
    for id in [&*id, "999999", "0", "x"] {
        assert_eq!(error_types(&sandbox.delete(id).expect(404)), ["NOT_FOUND"]);
    }
}

#[test]
fn a_wrong_draft_is_refused_with_a_message_for_each_field() {
    let sandbox = Sandbox::start(0);
    for (body, n_errors) in [
        (json!({}), 2),
        (json!({ "name": "abcd", "permissions": [] }), 1),
        (json!({ "name": "abcde", "permissions": ["ROOT"] }), 1),
        (json!({ "name": "abcde", "permissions": "TASKS_VIEW_ALL" }), 1),
        (json!({ "name": "1", "permissions": [1], "comment": 2 }), 3),
        (json!([]), 1),
    ] {
        let answer = sandbox.create(&body).expect(400);
        assert_eq!(error_types(&answer), vec!["VALIDATION_ERROR"; n_errors], "{body}");
    }
    assert_eq!(sandbox.entries(), [] as [Value; 0]);
    sandbox.create(&json!({ "name": "abcde", "permissions": [] })).expect(200);
}

#[test]
fn what_it_does_not_know_is_told_as_it_tells_it() {
    let sandbox = Sandbox::start(0);
    assert_eq!(error_types(&sandbox.server.get(&format!("{UI}/nothing")).expect(404)), ["NOT_FOUND"]);
    assert_eq!(error_types(&sandbox.server.put(TOKENS, &json!({})).expect(405)), ["METHOD_NOT_ALLOWED"]);
}

#[test]
fn there_are_realistic_and_awkward_tokens() {
    let all = Sandbox::start(1).entries();
    assert_eq!(all, Sandbox::start(1).entries());
    assert!(all.len() >= 24);
    let any = |is: &dyn Fn(&Value) -> bool| all.iter().any(is);
    assert!(any(&|it| !it["deleted"].is_null()));
    assert!(any(&|it| !it["modified"].is_null()));
    assert!(any(&|it| it["comment"].is_null()));
    assert!(any(&|it| it["comment"].as_str().is_some_and(|it| it.chars().count() > 200)));
    assert!(any(&|it| it["permissions"].to_string().contains("QUARANTINE_MANAGE")));
    assert!(any(&|it| it["permissions"] == json!([])));
    assert!(any(&|it| it["entryPoint"]["name"].is_string()));
    assert!(all.iter().all(|it| it["created"].is_f64()));
}
