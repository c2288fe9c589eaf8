//! What the simulated systems share: where a client sees them, cookies, failures, other origins.

use serde_json::json;

use crate::server::{Server, folder};
use tokendeck_devserver::db::Place;

const AUTHORIZE: &str = "/api/ui/auth/authorize?fingerprint=00112233445566778899aabbccddeeff";

/// The absolute address in an answer to a request with these headers, without its random end.
fn location(server: &Server, path: &str, headers: &[(&str, &str)]) -> String {
    let answer = server.send("GET", path, headers, b"").expect(200).json();
    let location = answer["data"]["location"].as_str().unwrap();
    location.split("/ui/authorize?state=").next().unwrap().to_owned()
}

#[test]
fn absolute_addresses_carry_the_prefix() {
    let server = Server::start();
    let path = format!("/sim/pt-sandbox{AUTHORIZE}");
    assert_eq!(location(&server, &path, &[]), format!("{}/sim/pt-sandbox", server.url));
    let based = Server::with(0, |world| world.base_path = "/some/where".to_owned());
    assert_eq!(location(&based, &path, &[]), format!("{}/sim/pt-sandbox", based.url));
}

#[test]
fn absolute_addresses_follow_the_proxy() {
    let server = Server::start();
    let path = format!("/sim/pt-sandbox{AUTHORIZE}");
    let proxied = |headers: &[(&str, &str)]| location(&server, &path, headers);
    let (proto, host) = (("x-forwarded-proto", "https"), ("x-forwarded-host", "sandbox.example.com:8443"));
    assert_eq!(proxied(&[proto, host]), "https://sandbox.example.com:8443/sim/pt-sandbox");
    let several = [("x-forwarded-proto", "https, http"), ("x-forwarded-host", "a.example, b.example")];
    assert_eq!(proxied(&several), "https://a.example/sim/pt-sandbox");
    assert_eq!(proxied(&[host]), "http://sandbox.example.com:8443/sim/pt-sandbox");
    for (prefix, expected) in [("", ""), ("/", ""), ("/vendors/pt/", "/vendors/pt")] {
        let address = proxied(&[proto, host, ("x-forwarded-prefix", prefix)]);
        assert_eq!(address, format!("https://sandbox.example.com:8443{expected}"));
    }
    // What could not stand in an address is not put there.
    let own = format!("{}/sim/pt-sandbox", server.url);
    assert_eq!(proxied(&[("x-forwarded-host", "a b\"")]), own);
    assert_eq!(proxied(&[("x-forwarded-prefix", "/a; Path=/")]), own);
}

#[test]
fn an_address_that_a_proxy_prefixes_again_leads_to_the_same_place() {
    for base_path in ["", "/some/where"] {
        let server = Server::with(0, |world| world.base_path = base_path.to_owned());
        let path = format!("/sim/pt-sandbox{base_path}/sim/pt-sandbox{AUTHORIZE}");
        assert_eq!(location(&server, &path, &[]), format!("{}/sim/pt-sandbox", server.url));
        server.get(&format!("/sim/air{base_path}/sim/air/api/v1/login/")).expect(403);
        server.get(&format!("/sim/air{base_path}/sim/air/elsewhere")).expect(404);
    }
}

#[test]
fn cookies_are_for_the_prefix_only_and_hidden_from_scripts() {
    let login = json!({ "username": "demo", "password": "demo", "authType": 0, "rememberLogin": true });
    let cookie = |server: &Server, headers: &[(&str, &str)]| {
        let answer = server.write("POST", "/sim/pt-sandbox/ui/login", headers, &login).expect(200);
        let (_, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
        attributes.to_owned()
    };
    let server = Server::start();
    assert_eq!(cookie(&server, &[]), "Path=/sim/pt-sandbox; Max-Age=600; SameSite=Lax; HttpOnly");
    let https = [("x-forwarded-proto", "https"), ("x-forwarded-prefix", "/")];
    assert_eq!(cookie(&server, &https), "Path=/; Max-Age=600; SameSite=Lax; HttpOnly; Secure");
    let based = Server::with(0, |world| world.base_path = "/some/where".to_owned());
    assert_eq!(cookie(&based, &[]), "Path=/some/where/sim/pt-sandbox; Max-Age=600; SameSite=Lax; HttpOnly");
}

#[test]
fn answers_are_not_kept() {
    let server = Server::start();
    for path in ["/sim/air/api/v1/login/", "/sim/air/x", "/sim/pt-sandbox/api/ui/public-api/tokens"] {
        let answer = server.get(path);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
    }
}

#[test]
fn failures_hit_the_simulated_systems_too() {
    let server = Server::with(1, |world| world.faults = Some(Default::default()));
    server.fail(&json!({ "path": "/sim/air/api/v1/login/", "times": 1, "status": 503, "body": "down" }));
    assert_eq!(server.get("/sim/air/api/v1/login/").expect(503).text(), "down");
    server.get("/sim/air/api/v1/login/").expect(403);

    let bearer = crate::sim_air::sign_in(&server);
    let headers = [("authorization", bearer.as_str())];
    for (path, list) in [("/sim/air/api/v2/api-tokens/", "/results/0"), ("/sim/air/api/v1/api-token/", "/0")] {
        server.fail(&json!({ "path": path, "times": 1, "inject_entries": [{ "id": 7 }] }));
        let answer = server.send("GET", path, &headers, b"").expect(200).json();
        assert_eq!(answer.pointer(list), Some(&json!({ "id": 7 })));
    }
}

#[test]
fn pages_of_an_allowed_origin_may_read_the_answers() {
    let server = Server::with(0, |world| world.allowed_origins.add("https://tokens.example.com").unwrap());
    let answer =
        server.send("GET", "/sim/air/api/v1/login/", &[("origin", "https://tokens.example.com")], b"").expect(403);
    assert_eq!(answer.header("access-control-allow-origin"), "https://tokens.example.com");
    let foreign = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    server.send("POST", "/sim/air/api/v1/login/", &foreign, b"{}").expect(403);
}

#[test]
fn no_secret_is_in_the_database() {
    let file = folder("sim").join("tokens.db");
    let server = Server::over(Place::File(file.clone()), 0, |_| {});
    let bearer = crate::sim_air::sign_in(&server);
    let body = json!({ "name": "a" });
    let headers = [("authorization", bearer.as_str())];
    let air = server.write("POST", "/sim/air/api/v2/api-tokens/", &headers, &body).expect(201).json();
    let (access, cookies) = crate::sim_pt_sandbox::sign_in(&server, "demo", 0);
    let headers = [("authorization", access.as_str())];
    let body = json!({ "name": "abcde", "permissions": [] });
    let pt = server.write("POST", crate::sim_pt_sandbox::TOKENS, &headers, &body).expect(200).json();
    drop(server);
    let mut stored = std::fs::read(&file).unwrap();
    stored.extend(std::fs::read(file.with_extension("db-wal")).unwrap_or_default());
    let stored = String::from_utf8_lossy(&stored);
    assert!(stored.contains(pt["key"].as_str().unwrap()), "the hash is there");
    let secrets = [air["token"].as_str().unwrap(), pt["token"].as_str().unwrap()];
    let sessions = [bearer.trim_start_matches("Bearer "), access.trim_start_matches("Bearer ")];
    let cookies = cookies.split("; ").map(|it| it.split_once('=').unwrap().1);
    for secret in secrets.into_iter().chain(sessions).chain(cookies) {
        assert!(secret.len() >= 40 && !stored.contains(secret), "{secret}");
    }
}
