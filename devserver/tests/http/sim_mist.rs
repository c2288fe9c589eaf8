//! The simulated Juniper Mist.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokendeck_devserver::db::Place;
use tokendeck_devserver::faults::Faults;

use crate::server::{Answer, NOW, Server, folder};

const API: &str = "/sim/mist/api/v1";
const ORG: &str = "a40f5d1f-d889-42e9-94ea-b9b33585fc6b";
const SITE: &str = "497f6eca-6276-5007-bfeb-53cbbbba6f01";
const GROUP: &str = "497f6eca-6276-5008-bfeb-53cbbbba6f01";
const SECOND_GROUP: &str = "497f6eca-6276-5008-bfeb-53cbbbba6f02";

/// A client that keeps cookies, and sends the CSRF token or a key where it has one.
struct Client<'a> {
    server: &'a Server,
    cookies: BTreeMap<String, String>,
    csrf: Option<String>,
    key: Option<String>,
}

impl<'a> Client<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, cookies: BTreeMap::new(), csrf: None, key: None }
    }

    /// A client with a key in place of a session.
    fn with_key(server: &'a Server, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..Self::new(server) }
    }

    /// A client that has signed in.
    #[track_caller]
    fn signed_in(server: &'a Server, email: &str) -> Self {
        let mut client = Self::new(server);
        client.login(&json!({ "email": email, "password": "demo" })).expect(200);
        client
    }

    fn login(&mut self, body: &Value) -> Answer {
        let answer = self.post("/login", body);
        self.csrf = self.cookies.get("csrftoken").cloned();
        answer
    }

    fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let token = self.key.as_ref().map(|it| format!("Token {it}"));
        let mut headers = vec![("content-type", "application/json"), ("cookie", &*cookies)];
        headers.extend(self.csrf.as_ref().map(|it| ("x-csrftoken", &**it)));
        headers.extend(token.as_ref().map(|it| ("authorization", &**it)));
        let answer = self.server.send(method, &format!("{API}{path}"), &headers, body);
        for (name, value, _) in set_cookies(&answer) {
            if value.is_empty() {
                self.cookies.remove(&name);
            } else {
                self.cookies.insert(name, value);
            }
        }
        answer
    }

    fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, b"")
    }

    fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body.to_string().as_bytes())
    }

    fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, body.to_string().as_bytes())
    }

    fn delete(&mut self, path: &str) -> Answer {
        self.send("DELETE", path, b"")
    }

    #[track_caller]
    fn list(&mut self, path: &str) -> Vec<Value> {
        self.get(path).expect(200).json().as_array().unwrap().clone()
    }

    /// Makes a token of the organisation with one privilege on all of it; gives its key.
    #[track_caller]
    fn org_key(&mut self, role: &str) -> String {
        let body = json!({ "name": role, "privileges": [{ "scope": "org", "role": role }] });
        self.post(&org_tokens(), &body).expect(200).json()["key"].as_str().unwrap().to_owned()
    }
}

/// Name, value and attributes of the cookies that an answer sets.
fn set_cookies(answer: &Answer) -> Vec<(String, String, String)> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap());
    let cookie = |line: &str| {
        let (pair, attributes) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.to_owned(), attributes.to_owned())
    };
    lines.map(cookie).collect()
}

fn org_tokens() -> String {
    format!("/orgs/{ORG}/apitokens")
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

#[track_caller]
fn refused(answer: Answer, status: u16, detail: &str) {
    let answer = answer.expect(status);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), json!({ "detail": detail }));
}

const SIGNED_OUT: &str = "Authentication credentials were not provided.";
const FORBIDDEN: &str = "You do not have permission to perform this action.";
const CSRF: &str = "CSRF Failed: CSRF token missing or incorrect.";

#[test]
fn a_sign_in_sets_a_session_cookie_for_the_prefix_and_a_csrf_cookie_that_a_page_can_read() {
    let server = Server::start();
    let mut client = Client::new(&server);
    let answer = client.login(&json!({ "email": "Demo@Example.com", "password": "demo" })).expect(200);
    assert_eq!(answer.json(), json!({}));
    let [(session, id, session_attributes), (name, csrf, csrf_attributes)] = &*set_cookies(&answer) else {
        panic!("two cookies");
    };
    assert_eq!((session.as_str(), id.len()), ("mist_sessionid", 32));
    assert_eq!(session_attributes, "Path=/sim/mist; Max-Age=86400; SameSite=Lax; HttpOnly");
    assert_eq!((name.as_str(), csrf.len()), ("csrftoken", 32));
    assert_eq!(csrf_attributes, "Path=/; Max-Age=31449600; SameSite=Lax");

    let who = client.get("/self").expect(200).json();
    assert_eq!((&who["email"], &who["first_name"]), (&json!("demo@example.com"), &json!("Dana")));
    assert_eq!(who.get("two_factor_required"), None);
    let org = json!([{ "scope": "org", "role": "admin", "org_id": ORG, "name": "Northwind Retail" }]);
    assert_eq!(who["privileges"], org);
}

#[test]
fn behind_a_proxy_the_cookies_are_for_the_place_that_the_client_sees() {
    let server = Server::start();
    let body = json!({ "email": "demo@example.com", "password": "demo" });
    let path = format!("{API}/login");
    let set = |headers: &[(&str, &str)]| {
        let cookies = set_cookies(&server.write("POST", &path, headers, &body).expect(200));
        cookies.into_iter().map(|(name, _, attributes)| format!("{name} {attributes}")).collect::<Vec<_>>()
    };
    let at_root = |csrf: &str, secure: &str| {
        let session = format!("mist_sessionid Path=/; Max-Age=86400; SameSite=Lax; HttpOnly{secure}");
        vec![session, format!("{csrf} Path=/; Max-Age=31449600; SameSite=Lax{secure}")]
    };
    let https = ("x-forwarded-proto", "https");
    assert_eq!(set(&[https, ("x-forwarded-prefix", "/")]), at_root("csrftoken", "; Secure"));
    // The published client knows no other hosts than these, and expects each cloud's own name there.
    assert_eq!(set(&[https, ("x-forwarded-host", "api.mist.com")]), at_root("csrftoken", "; Secure"));
    assert_eq!(set(&[("x-forwarded-host", "api.eu.mist.com")]), at_root("csrftoken.eu", ""));
    assert_eq!(set(&[("x-forwarded-host", "api.gc1.mist.com:443")]), at_root("csrftoken.gc1", ""));
    assert_eq!(set(&[("x-forwarded-host", "api.us.mist-federal.com")]), at_root("csrftoken.us", ""));
    for other in ["api.mist.com.evil.example", "mist.com", "tokens.example.com"] {
        assert!(set(&[("x-forwarded-host", other)])[0].contains("Path=/sim/mist;"), "{other}");
    }
}

#[test]
fn a_refused_sign_in_is_400_and_leaves_no_session() {
    let server = Server::start();
    let mut client = Client::new(&server);
    for (body, detail) in [
        (json!({ "email": "demo@example.com", "password": "wrong" }), "Incorrect email or password."),
        (json!({ "email": "nobody@example.com", "password": "demo" }), "Incorrect email or password."),
        (json!({ "email": "demo@example.com" }), "email and password are required"),
        (json!({}), "email and password are required"),
        (json!({ "email": 1, "password": "demo" }), "email is not a string"),
    ] {
        refused(client.login(&body), 400, detail);
    }
    assert!(client.cookies.is_empty());
    refused(client.get("/self"), 401, SIGNED_OUT);
}

#[test]
fn a_second_factor_is_asked_for_and_until_then_nothing_opens() {
    let server = Server::start();
    let wanted = json!({ "email": "demo-2fa@example.com", "two_factor_required": true, "two_factor_passed": false });
    let mut client = Client::new(&server);
    let answer = client.login(&json!({ "email": "demo-2fa@example.com", "password": "demo" })).expect(200);
    assert_eq!(answer.json(), wanted);
    assert_eq!(client.get("/self").expect(200).json(), wanted);
    refused(client.get("/self/apitokens"), 401, SIGNED_OUT);
    refused(client.get(&org_tokens()), 401, SIGNED_OUT);
    refused(client.get(&format!("/orgs/{ORG}/sites")), 401, SIGNED_OUT);

    refused(client.post("/login/two_factor", &json!({ "two_factor": "654321" })), 401, "Incorrect two_factor code.");
    refused(client.post("/login/two_factor", &json!({})), 400, "two_factor is required");
    let passed = client.post("/login/two_factor", &json!({ "two_factor": "123456" })).expect(200);
    assert_eq!(passed.text(), "");
    let who = client.get("/self").expect(200).json();
    assert_eq!((who.get("two_factor_required"), &who["two_factor_verified"]), (None, &json!(true)));
    assert_eq!(who["privileges"][0]["org_id"], ORG);
    client.get("/self/apitokens").expect(200);
}

#[test]
fn the_code_can_come_with_the_password() {
    let server = Server::start();
    let mut client = Client::new(&server);
    let mut login = json!({ "email": "demo-2fa@example.com", "password": "demo", "two_factor": "000000" });
    refused(client.login(&login), 400, "Incorrect two_factor code.");
    login["two_factor"] = json!("123456");
    assert_eq!(client.login(&login).expect(200).json(), json!({}));
    client.get("/self/apitokens").expect(200);
}

#[test]
fn a_code_that_nobody_asked_for() {
    let server = Server::start();
    let code = json!({ "two_factor": "123456" });
    refused(Client::new(&server).post("/login/two_factor", &code), 401, SIGNED_OUT);
    let mut client = Client::signed_in(&server, "demo@example.com");
    refused(client.post("/login/two_factor", &code), 404, "Not found.");
    let login = json!({ "email": "demo@example.com", "password": "demo", "two_factor": "123456" });
    assert_eq!(Client::new(&server).login(&login).expect(200).json(), json!({}));
}

#[test]
fn signing_out_with_an_empty_body_ends_the_session_and_forgets_the_cookies() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let kept = client.cookies.clone();
    assert_eq!(client.send("POST", "/logout", b"").expect(200).json(), json!({}));
    assert!(client.cookies.is_empty());
    client.cookies = kept;
    refused(client.get("/self"), 401, SIGNED_OUT);
    refused(client.send("POST", "/logout", b""), 401, SIGNED_OUT);
}

#[test]
fn a_session_ends_after_a_day() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    server.wait(TimeDelta::minutes(1439));
    client.get("/self").expect(200);
    server.wait(TimeDelta::minutes(1));
    refused(client.get("/self"), 401, SIGNED_OUT);
}

#[test]
fn writes_with_a_session_need_its_csrf_token() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let id = client.post("/self/apitokens", &json!({ "name": "a" })).expect(200).json()["id"].clone();
    let path = format!("/self/apitokens/{}", id.as_str().unwrap());
    let other = Client::signed_in(&server, "demo@example.com").csrf;
    for csrf in [None, Some(String::new()), Some("wrong".to_owned()), other] {
        client.csrf = csrf;
        refused(client.post("/self/apitokens", &json!({ "name": "b" })), 403, CSRF);
        refused(client.put(&path, &json!({ "name": "b" })), 403, CSRF);
        refused(client.delete(&path), 403, CSRF);
        refused(client.post("/logout", &json!({})), 403, CSRF);
        refused(client.post("/login/two_factor", &json!({ "two_factor": "1" })), 403, CSRF);
        assert_eq!(client.list("/self/apitokens").len(), 1);
    }
    // Signing in again needs none.
    client.login(&json!({ "email": "demo@example.com", "password": "demo" })).expect(200);
    client.delete(&path).expect(200);
}

#[test]
fn a_missing_or_wrong_key_is_401() {
    let server = Server::start();
    let key = Client::signed_in(&server, "demo@example.com").org_key("read");
    for path in ["/self", "/self/apitokens", "/orgs/x/sites"] {
        let get = |header: &str| server.send("GET", &format!("{API}{path}"), &[("authorization", header)], b"");
        for header in ["", "Token", &format!("Bearer {key}"), &format!("Basic {key}")] {
            let answer = get(header);
            assert_eq!(answer.header("www-authenticate"), "Token");
            refused(answer, 401, SIGNED_OUT);
        }
        for header in ["Token wrong", "Token ", &format!("Token {}", &key[1..])] {
            let expected = if header == "Token " { SIGNED_OUT } else { "Invalid token." };
            refused(get(header), 401, expected);
        }
    }
    for header in [format!("Token {key}"), format!("token  {key}")] {
        server.send("GET", &format!("{API}/self"), &[("authorization", &header)], b"").expect(200);
    }
}

#[test]
fn a_token_of_a_person_acts_as_that_person_and_needs_no_csrf_token_nor_second_factor() {
    let server = Server::start();
    let mut person = Client::new(&server);
    person.login(&json!({ "email": "demo-2fa@example.com", "password": "demo", "two_factor": "123456" })).expect(200);
    let key = person.post("/self/apitokens", &json!({ "name": "script" })).expect(200).json()["key"].clone();
    let mut script = Client::with_key(&server, key.as_str().unwrap());
    assert_eq!(script.get("/self").expect(200).json(), person.get("/self").expect(200).json());
    let own = script.post("/self/apitokens", &json!({ "name": "another" })).expect(200).json();
    assert_eq!(own.get("created_by"), None);
    script.org_key("read");
    assert_eq!(script.list(&org_tokens())[0]["created_by"], "demo-2fa@example.com");
    script.send("POST", "/logout", b"").expect(200);
    script.get("/self").expect(200);
}

#[test]
fn a_token_of_the_organisation_has_a_name_and_its_own_privileges_but_no_email() {
    let server = Server::start();
    let mut admin = Client::signed_in(&server, "demo@example.com");
    let privileges = json!([
        { "scope": "site", "role": "write", "site_id": SITE },
        { "scope": "sitegroup", "role": "read", "sitegroup_id": GROUP },
    ]);
    let body = json!({ "name": "sync", "privileges": privileges });
    let key = admin.post(&org_tokens(), &body).expect(200).json()["key"].clone();
    let mut sync = Client::with_key(&server, key.as_str().unwrap());
    let who = sync.get("/self").expect(200).json();
    assert_eq!((&who["name"], who.get("email")), (&json!("sync"), None));
    assert_eq!(
        who["privileges"][0],
        json!({ "scope": "site", "role": "write", "site_id": SITE, "name": "Cupertino Office", "org_id": ORG, "org_name": "Northwind Retail" })
    );
    assert_eq!(who["privileges"][1]["sitegroup_ids"], json!([GROUP]));

    // It sees what it reaches, and no tokens: neither a person's nor the organisation's.
    let sites: BTreeSet<String> =
        sync.list(&format!("/orgs/{ORG}/sites")).iter().map(|it| it["id"].to_string()).collect();
    assert_eq!(sites.len(), 4);
    assert!(sites.contains(&format!("\"{SITE}\"")));
    assert_eq!(sync.list(&format!("/orgs/{ORG}/sitegroups")).len(), 1);
    refused(sync.get("/self/apitokens"), 403, FORBIDDEN);
    refused(sync.get(&org_tokens()), 403, FORBIDDEN);
}

#[test]
fn only_admins_manage_the_organisations_tokens_and_every_role_may_look() {
    let server = Server::start();
    let mut admin = Client::signed_in(&server, "demo@example.com");
    for role in ["read", "write", "helpdesk", "installer"] {
        let mut client = Client::with_key(&server, &admin.org_key(role));
        let token = client.list(&org_tokens())[0].clone();
        let path = format!("{}/{}", org_tokens(), token["id"].as_str().unwrap());
        let body = json!({ "name": "b", "privileges": [{ "scope": "org", "role": "read" }] });
        client.get(&path).expect(200);
        refused(client.post(&org_tokens(), &body), 403, FORBIDDEN);
        refused(client.put(&path, &body), 403, FORBIDDEN);
        refused(client.delete(&path), 403, FORBIDDEN);
    }
    let mut other_admin = Client::with_key(&server, &admin.org_key("admin"));
    other_admin.org_key("read");
    assert_eq!(admin.list(&org_tokens()).last().unwrap()["created_by"], Value::Null, "no email");
}

#[test]
fn the_read_only_account_reads_and_its_writes_are_403() {
    let server = Server::seeded(1);
    let mut reader = Client::signed_in(&server, "demo-read@example.com");
    assert_eq!(reader.get("/self").expect(200).json()["privileges"][0]["role"], "read");
    let own = format!("/self/apitokens/{}", reader.list("/self/apitokens")[0]["id"].as_str().unwrap());
    let of_org = format!("{}/{}", org_tokens(), reader.list(&org_tokens())[0]["id"].as_str().unwrap());
    let body = json!({ "name": "b", "privileges": [{ "scope": "org", "role": "read" }] });
    for path in [own, of_org] {
        reader.get(&path).expect(200);
        refused(reader.put(&path, &body), 403, FORBIDDEN);
        refused(reader.delete(&path), 403, FORBIDDEN);
        refused(reader.post(path.rsplit_once('/').unwrap().0, &body), 403, FORBIDDEN);
    }
    reader.post("/logout", &json!({})).expect(200);
}

#[test]
fn an_own_token_from_its_making_to_its_end() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    assert!(client.list("/self/apitokens").is_empty());
    let made = client.post("/self/apitokens", &json!({ "name": "laptop", "key": "ignored" })).expect(200).json();
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 80);
    assert_eq!(made["created_time"], now().timestamp_millis() as f64 / 1000.0);
    assert_eq!((&made["name"], &made["last_used"]), (&json!("laptop"), &Value::Null));
    assert_eq!(made.as_object().unwrap().len(), 5);

    let masked = format!("{}...{}", &key[..4], &key[76..]);
    let path = format!("/self/apitokens/{}", made["id"].as_str().unwrap());
    let mut shown = made;
    shown["key"] = json!(masked);
    assert_eq!(client.list("/self/apitokens"), [shown.clone()]);
    assert_eq!(client.get(&path).expect(200).json(), shown);
    assert_eq!(
        client.get(&path.to_uppercase().replace("/SELF/APITOKENS", "/self/apitokens")).expect(200).json(),
        shown
    );

    shown["name"] = json!("Schlüssel 🗝");
    assert_eq!(client.put(&path, &json!({ "name": "Schlüssel 🗝" })).expect(200).json(), shown);
    assert_eq!(client.put(&path, &json!({})).expect(200).json(), shown, "what is not said stays");
    refused(client.put(&path, &json!({ "name": 5 })), 400, "name is not a string");

    assert_eq!(client.delete(&path).expect(200).text(), "");
    assert!(client.list("/self/apitokens").is_empty());
    refused(Client::with_key(&server, &key).get("/self"), 401, "Invalid token.");
}

#[test]
fn an_own_token_needs_no_name() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    assert_eq!(client.post("/self/apitokens", &json!({})).expect(200).json()["name"], "");
    assert_eq!(client.send("POST", "/self/apitokens", b"").expect(200).json()["name"], "");
}

#[test]
fn an_organisations_token_from_its_making_to_its_end() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let privileges = json!([
        { "scope": "org", "role": "read", "views": ["reporting"] },
        { "scope": "site", "role": "write", "site_id": SITE.to_uppercase() },
        { "scope": "sitegroup", "role": "helpdesk", "sitegroup_id": GROUP },
        { "scope": "sitegroup", "role": "read", "sitegroup_ids": [GROUP, SECOND_GROUP] },
    ]);
    let body = json!({ "name": "sync", "privileges": privileges, "src_ips": ["63.3.56.0/24", "2001:db8::1"] });
    let made = client.post(&org_tokens(), &body).expect(200).json();
    let key = made["key"].as_str().unwrap();
    assert_eq!(made.get("privileges"), None, "the next GET has them");
    let mut shown = made.clone();
    shown["key"] = json!(format!("{}...{}", &key[..4], &key[76..]));
    shown["privileges"] = privileges;
    shown["privileges"][0]["org_id"] = json!(ORG);
    shown["privileges"][1]["site_id"] = json!(SITE);
    let path = format!("{}/{}", org_tokens(), made["id"].as_str().unwrap());
    let expected = json!({
        "id": made["id"], "name": "sync", "key": shown["key"], "created_time": 1_772_366_400.25, "last_used": null,
        "org_id": ORG, "created_by": "demo@example.com", "src_ips": ["63.3.56.0/24", "2001:db8::1"],
        "privileges": shown["privileges"],
    });
    assert_eq!(shown, expected);
    assert_eq!(client.get(&path).expect(200).json(), shown);
    assert_eq!(client.list(&org_tokens()), [shown.clone()]);

    // The whole token goes back as it was read, but for the name and what it may do.
    shown["name"] = json!("sync 2");
    shown["privileges"] = json!([{ "scope": "org", "role": "read", "org_id": ORG }]);
    assert_eq!(client.put(&path, &shown).expect(200).text(), "");
    assert_eq!(client.get(&path).expect(200).json(), shown);

    assert_eq!(client.delete(&path).expect(200).text(), "");
    assert!(client.list(&org_tokens()).is_empty());
    refused(Client::with_key(&server, key).get("/self"), 401, "Invalid token.");
}

#[test]
fn what_an_organisations_token_may_be() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let one = json!([{ "scope": "org", "role": "read" }]);
    let path = {
        let made = client.post(&org_tokens(), &json!({ "name": "a", "privileges": one })).expect(200).json();
        format!("{}/{}", org_tokens(), made["id"].as_str().unwrap())
    };
    let before = client.get(&path).json();
    let sites: Vec<Value> = client.list(&format!("/orgs/{ORG}/sites")).iter().map(|it| it["id"].clone()).collect();
    let many = |n: usize| {
        let roles = ["read", "write", "admin"];
        let it = (0..n).map(|idx| json!({ "scope": "site", "role": roles[idx / 8], "site_id": sites[idx % 8] }));
        it.collect::<Vec<_>>()
    };
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (privileges, why) in [
        (Value::Null, "privileges is required"),
        (json!({}), "privileges is not a list"),
        (json!([]), "privileges must have 1 to 10 items"),
        (json!(many(11)), "privileges must have 1 to 10 items"),
        (json!(["org"]), "privileges[0]: invalid type"),
        (json!([{ "role": "read" }]), "privileges[0]: missing field `scope`"),
        (json!([{ "scope": "org" }]), "privileges[0]: missing field `role`"),
        (json!([{ "scope": "msp", "role": "read" }]), "privileges[0]: unknown variant `msp`"),
        (json!([{ "scope": "orggroup", "role": "read" }]), "privileges[0]: unknown variant `orggroup`"),
        (json!([{ "scope": "org", "role": "owner" }]), "privileges[0]: unknown variant `owner`"),
        (json!([{ "scope": "org", "role": "read", "org_id": unknown }]), "org_id is another organisation's"),
        (json!([{ "scope": "org", "role": "read", "views": ["all"] }]), "there is no view \"all\""),
        (json!([{ "scope": "site", "role": "read" }]), "site_id is required"),
        (json!([{ "scope": "site", "role": "read", "site_id": unknown }]), "there is no site 0000"),
        (json!([{ "scope": "site", "role": "read", "site_id": GROUP }]), "there is no site 497f"),
        (json!([{ "scope": "sitegroup", "role": "read" }]), "sitegroup_id is required"),
        (json!([{ "scope": "sitegroup", "role": "read", "sitegroup_ids": [] }]), "sitegroup_id is required"),
        (json!([{ "scope": "sitegroup", "role": "read", "sitegroup_id": SITE }]), "there is no site group 497f"),
        (json!([{ "scope": "sitegroup", "role": "read", "sitegroup_ids": [GROUP, SITE] }]), "there is no site group"),
        (json!([one[0], one[0]]), "privileges[1]: it is there already"),
        (json!([one[0], { "scope": "org", "role": "read", "org_id": ORG.to_uppercase() }]), "privileges[1]"),
        (
            json!([{ "scope": "sitegroup", "role": "read", "sitegroup_id": GROUP }, { "scope": "sitegroup", "role": "read", "sitegroup_ids": [GROUP] }]),
            "privileges[1]: it is there already",
        ),
    ] {
        let body = json!({ "name": "b", "privileges": privileges });
        for answer in [client.post(&org_tokens(), &body), client.put(&path, &body)] {
            let detail = answer.expect(400).json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(why), "{detail} for {privileges}");
        }
    }
    for name in [Value::Null, json!(""), json!("  "), json!(7)] {
        let body = json!({ "name": name, "privileges": one });
        client.post(&org_tokens(), &body).expect(400);
        client.put(&path, &body).expect(400);
    }
    assert_eq!(client.list(&org_tokens()), [before]);
    for privileges in [
        json!(many(10)),
        json!([{ "scope": "org", "role": "read" }, { "scope": "org", "role": "write" }]),
        json!([{ "scope": "org", "role": "read" }, { "scope": "org", "role": "read", "views": ["marketing"] }]),
    ] {
        client.post(&org_tokens(), &json!({ "name": "b", "privileges": privileges })).expect(200);
    }
}

#[test]
fn a_privilege_on_a_site_that_is_gone_may_stay_but_not_be_given() {
    let server = Server::seeded(1);
    let mut client = Client::signed_in(&server, "demo@example.com");
    let tokens = client.list(&org_tokens());
    let mut token = tokens.iter().find(|it| it["name"] == "of a site that was removed").unwrap().clone();
    let path = format!("{}/{}", org_tokens(), token["id"].as_str().unwrap());
    token["name"] = json!("renamed");
    client.put(&path, &token).expect(200);
    assert_eq!(client.get(&path).expect(200).json(), token);
    client.post(&org_tokens(), &token).expect(400);
    token["privileges"][0]["role"] = json!("write");
    client.put(&path, &token).expect(400);
}

#[test]
fn addresses_are_checked_and_stay() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let body =
        |src_ips: Value| json!({ "name": "a", "privileges": [{ "scope": "org", "role": "read" }], "src_ips": src_ips });
    let many: Vec<String> = (1..=11).map(|it| format!("192.0.2.{it}")).collect();
    for wrong in [json!(many), json!(["x"]), json!(["1.2.3.4/33"]), json!([1]), json!("1.2.3.4"), json!([""])] {
        let detail = client.post(&org_tokens(), &body(wrong)).expect(400).json()["detail"].to_string();
        assert!(detail.contains("src_ips"), "{detail}");
    }
    let made = client.post(&org_tokens(), &body(json!(many[..10]))).expect(200).json();
    assert_eq!(made["src_ips"], json!(many[..10]));
    let path = format!("{}/{}", org_tokens(), made["id"].as_str().unwrap());
    for other in [json!([]), json!(["10.0.0.0/8"]), json!(many[..9])] {
        refused(client.put(&path, &body(other)), 400, "src_ips cannot be changed once the API Token is created");
    }
    client.put(&path, &body(json!(many[..10]))).expect(200);
    client.put(&path, &body(Value::Null)).expect(200);
    assert_eq!(client.get(&path).json()["src_ips"], json!(many[..10]));

    let made = client.post(&org_tokens(), &body(json!([]))).expect(200).json();
    assert_eq!(made.get("src_ips"), None);
}

#[test]
fn using_a_key_is_remembered() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let key = client.org_key("read");
    assert_eq!(client.list(&org_tokens())[0]["last_used"], Value::Null);
    server.wait(TimeDelta::hours(2));
    Client::with_key(&server, &key).get("/self").expect(200);
    assert_eq!(client.list(&org_tokens())[0]["last_used"], now().timestamp() + 7200);
}

#[test]
fn what_is_not_there_is_404() {
    let server = Server::seeded(1);
    let mut client = Client::signed_in(&server, "demo@example.com");
    let own = client.list("/self/apitokens")[0]["id"].as_str().unwrap().to_owned();
    let of_org = client.list(&org_tokens())[0]["id"].as_str().unwrap().to_owned();
    let others = Client::signed_in(&server, "demo-read@example.com").list("/self/apitokens")[0]["id"].clone();
    let others = others.as_str().unwrap();
    let body = json!({ "name": "b", "privileges": [{ "scope": "org", "role": "read" }] });
    for (list, id) in [
        ("/self/apitokens", "00000000-0000-4000-8000-000000000000"),
        ("/self/apitokens", "nonsense"),
        ("/self/apitokens", &*of_org),
        ("/self/apitokens", others),
        (&*org_tokens(), &*own),
    ] {
        let path = format!("{list}/{id}");
        for answer in [client.get(&path), client.put(&path, &body), client.delete(&path)] {
            assert_eq!(answer.expect(404).json(), json!({ "id": id }));
        }
    }
    for org in ["00000000-0000-4000-8000-000000000000", "x"] {
        for path in ["apitokens", "sites", "sitegroups"] {
            refused(client.get(&format!("/orgs/{org}/{path}")), 404, "Not found.");
        }
    }
    for path in ["", "/", "/nothing", "/self/", "/orgs", &format!("/orgs/{ORG}")] {
        refused(client.get(path), 404, "Not found.");
    }
    refused(server.get("/sim/mist"), 404, "Not found.");
    refused(client.send("PATCH", "/self/apitokens", b""), 405, "Method \"PATCH\" not allowed.");
}

#[test]
fn bodies_that_cannot_be_read() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    refused(client.send("POST", "/self/apitokens", b"[1]"), 400, "Invalid data. Expected a dictionary.");
    let broken = b"{\n  \"name\": x\n}";
    let detail = "JSON parse error - Expecting value: line 2 column 11 (char 12)";
    refused(client.send("POST", "/self/apitokens", broken), 400, detail);
    refused(client.post("/self/apitokens", &json!({ "name": "a\u{0}b" })), 400, "name may not contain null characters");
    let text = [("content-type", "text/plain")];
    let answer = server.send("POST", &format!("{API}/login"), &text, b"{}");
    refused(answer, 415, "Unsupported media type \"text/plain\" in request.");
}

#[test]
fn sites_come_in_pages_with_headers_that_say_so() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    for (list, total) in [("sites", 8), ("sitegroups", 4)] {
        let path = format!("/orgs/{ORG}/{list}");
        let all = client.list(&path);
        assert_eq!(all.len(), total);
        let mut paged = Vec::new();
        for page in 1..=4 {
            let answer = client.get(&format!("{path}?limit=3&page={page}")).expect(200);
            let headers = ["x-page-limit", "x-page-page", "x-page-total"].map(|it| answer.header(it).to_owned());
            assert_eq!(headers, ["3".to_owned(), page.to_string(), total.to_string()]);
            paged.extend(answer.json().as_array().unwrap().clone());
        }
        assert_eq!(paged, all);
        for wrong in ["limit=x", "limit=-1", "page=0", "page=x"] {
            client.get(&format!("{path}?{wrong}")).expect(400);
        }
        for entry in all {
            assert!(entry["id"].is_string() && entry["org_id"] == ORG && !entry["name"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn sites_have_awkward_names_and_groups() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    let sites = client.list(&format!("/orgs/{ORG}/sites"));
    let names: Vec<&str> = sites.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"متجر الرياض – العليا"));
    assert!(names.iter().any(|it| it.chars().count() > 150));
    for group in client.list(&format!("/orgs/{ORG}/sitegroups")) {
        let members = group["site_ids"].as_array().unwrap();
        let of_group: Vec<&Value> = sites
            .iter()
            .filter(|it| it["sitegroup_ids"].as_array().unwrap().contains(&group["id"]))
            .map(|it| &it["id"])
            .collect();
        assert_eq!(members.iter().collect::<Vec<_>>(), of_group, "{group}");
    }
}

#[test]
fn the_demonstration_tokens_are_the_same_every_time_realistic_and_awkward() {
    let server = Server::seeded(1);
    let (mut client, day) = (Client::signed_in(&server, "demo@example.com"), 24 * 3600);
    let (own, of_org) = (client.list("/self/apitokens"), client.list(&org_tokens()));
    assert!(own.len() >= 12 && of_org.len() >= 24, "{} and {}", own.len(), of_org.len());
    let again = Server::seeded(200);
    let mut other = Client::signed_in(&again, "demo@example.com");
    assert_eq!((other.list("/self/apitokens"), other.list(&org_tokens())), (own.clone(), of_org.clone()));

    for list in [&own, &of_org] {
        let any = |what: &str, is: &dyn Fn(&Value) -> bool| assert!(list.iter().any(is), "no token that is {what}");
        for days in [20, 85] {
            any(&format!("unused for {days} days"), &|it| it["last_used"] == now().timestamp() - days * day);
        }
        any("never used", &|it| it["last_used"].is_null());
        any("never used, said as zero", &|it| it["last_used"] == 0);
        any("of an unknown age", &|it| it["created_time"] == 0);
        any("of an age with a fraction", &|it| it["created_time"].is_f64());
        any("of an age in whole seconds", &|it| it["created_time"].as_i64().is_some_and(|it| it > 0));
        assert!(list.iter().all(|it| it["key"].as_str().unwrap().split("...").all(|it| it.len() == 4)));
    }
    let any = |what: &str, is: &dyn Fn(&Value) -> bool| assert!(of_org.iter().any(is), "no token that is {what}");
    any("of a creator who is gone", &|it| it["created_by"].is_null());
    any("of 200 characters", &|it| it["name"].as_str().unwrap().chars().count() == 200);
    any("of ten privileges", &|it| it["privileges"].as_array().unwrap().len() == 10);
    any("of ten addresses", &|it| it["src_ips"].as_array().is_some_and(|it| it.len() == 10));
    any("of a site that is gone", &|it| it["name"] == "of a site that was removed");
    for role in ["admin", "write", "read", "helpdesk", "installer"] {
        any(role, &|it| it["privileges"][0]["role"] == role);
    }
    for scope in ["org", "site", "sitegroup"] {
        any(scope, &|it| it["privileges"][0]["scope"] == scope);
    }
    let ids: BTreeSet<String> = own.iter().chain(&of_org).map(|it| it["id"].to_string()).collect();
    assert_eq!(ids.len(), own.len() + of_org.len());
    assert!(own.iter().any(|it| it["name"] == "") && own.iter().any(|it| it["name"] == "مفتاح التجربة"));
    let mut second = Client::new(&server);
    second.login(&json!({ "email": "demo-2fa@example.com", "password": "demo", "two_factor": "123456" })).expect(200);
    assert!(!second.list("/self/apitokens").is_empty());
}

#[test]
fn without_demonstration_tokens_the_accounts_are_there() {
    let server = Server::start();
    let mut client = Client::signed_in(&server, "demo@example.com");
    assert!(client.list("/self/apitokens").is_empty());
    assert!(client.list(&org_tokens()).is_empty());
}

#[test]
fn tokens_and_sessions_survive_a_restart_and_no_secret_is_in_the_file() {
    let file = folder("mist").join("tokens.db");
    let server = Server::over(Place::File(file.clone()), 1, |_| {});
    let mut client = Client::signed_in(&server, "demo@example.com");
    let key = client.org_key("read");
    let (cookies, csrf) = (client.cookies.clone(), client.csrf.clone());
    drop(server);

    let mut stored = std::fs::read(&file).unwrap();
    stored.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
    let stored = String::from_utf8_lossy(&stored);
    assert!(stored.contains(&format!("{}...{}", &key[..4], &key[76..])), "the masked key is there");
    for secret in cookies.values().chain([&key]) {
        assert!(secret.len() >= 32 && !stored.contains(secret.as_str()), "{secret}");
    }

    let server = Server::over(Place::File(file), 1, |_| {});
    let mut client = Client { cookies, csrf, ..Client::new(&server) };
    client.post("/self/apitokens", &json!({})).expect(200);
    Client::with_key(&server, &key).get("/self").expect(200);
}

#[test]
fn too_many_requests_can_be_made_to_happen() {
    let server = Server::with(1, |world| world.faults = Some(Faults::default()));
    let mut client = Client::signed_in(&server, "demo@example.com");
    let detail = "Too Many Request. The API Token used for the request reached the 5000 API Calls per hour threshold";
    server.fail(&json!({
        "path": format!("{API}/self/apitokens"), "times": 1, "status": 429,
        "headers": { "Retry-After": "17" }, "body": { "detail": detail },
    }));
    let answer = client.get("/self/apitokens");
    assert_eq!(answer.header("retry-after"), "17");
    refused(answer, 429, detail);
    client.get("/self/apitokens").expect(200);
}

#[test]
fn everything_lies_beneath_the_base_path() {
    let server = Server::with(0, |world| world.base_path = "/some/where".to_owned());
    let mut client = Client::new(&server);
    let answer = client.login(&json!({ "email": "demo@example.com", "password": "demo" })).expect(200);
    let cookies = set_cookies(&answer);
    assert!(cookies[0].2.starts_with("Path=/some/where/sim/mist; "), "{}", cookies[0].2);
    assert!(cookies[1].2.starts_with("Path=/; "), "{}", cookies[1].2);
    client.get("/self").expect(200);
    // A proxy may put the prefix before a path that has it already.
    let again = format!("/sim/mist/some/where{API}/self");
    server
        .send("GET", &again, &[("cookie", &format!("mist_sessionid={}", client.cookies["mist_sessionid"]))], b"")
        .expect(200);
}
