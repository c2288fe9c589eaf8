//! The page: its files and configuration, and the headers that it comes with.

use serde_json::{Value, json};

use crate::program::Program;
use crate::system::System;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

#[test]
fn the_page_comes_with_all_its_headers() {
    let program = Program::serving(&System::with_headers(&[]).config());
    for (path, cache) in [
        ("/", "no-cache"),
        ("/?q=ci", "no-cache"),
        ("/config.json", "no-cache"),
        ("/start-0123456789abcdef.js", "public, max-age=31536000, immutable"),
        ("/apis/gitlab.json", "no-cache"),
    ] {
        let answer = program.get(path).expect(200);
        for (name, value) in [
            ("content-security-policy", POLICY),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", cache),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path} {name}");
        }
        assert!(answer.header("permissions-policy").contains("geolocation=()"));
    }
    let nothing = program.get("/nothing").expect(404);
    assert_eq!(nothing.header("content-security-policy"), POLICY);
    // A server in front that ends TLS says so.
    let secure = program.send("GET", "/", &["X-Forwarded-Proto: https"], "").expect(200);
    assert_eq!(secure.header("strict-transport-security"), "max-age=31536000");
}

#[test]
fn the_policy_is_the_one_for_the_configuration() {
    let system = System::with_headers(&[]);
    let config = json!({ "connections": [
        system.connection("A"),
        { "name": "B", "dialect": "air", "base": "https://b.example/x" },
        { "name": "C", "dialect": "air", "base": "c" },
    ] });
    let program = Program::with(&config, &["--connect-src", "https://d.example"]);
    let expected = POLICY.replace("connect-src 'self'", "connect-src 'self' https://b.example https://d.example");
    assert_eq!(program.get("/").header("content-security-policy"), expected);
}

#[test]
fn the_configuration_leads_to_the_program() {
    let system = System::with_headers(&[]);
    let config = json!({ "$schema": "config.schema.json", "connections": [
        system.connection("Ä b/c"),
        { "name": "B", "dialect": "air", "base": "https://b.example", "proxy": false, "hint": "h" },
    ] });
    let program = Program::serving(&config);
    let served: Value = serde_json::from_str(&program.get("/config.json").expect(200).body).unwrap();
    let mut expected = config.clone();
    expected["connections"][0]["base"] = "proxy/%C3%84%20b%2Fc".into();
    expected["connections"][0]["address"] = config["connections"][0]["base"].clone();
    assert_eq!(served, expected);
    assert_eq!(program.get("/proxy/%C3%84%20b%2Fc/tokens?a=b").expect(200).body, "{}");
    assert_eq!(system.last().line, "GET /tokens?a=b HTTP/1.1");
}

#[test]
fn what_the_configuration_suggests_leads_to_the_program_too() {
    let system = System::with_headers(&[]);
    let direct = json!({ "name": "B", "dialect": "air", "base": "https://b.example" });
    let program = Program::serving(&json!({ "connections": [], "suggested": [system.connection("A"), direct] }));
    let served: Value = serde_json::from_str(&program.get("/config.json").expect(200).body).unwrap();
    assert_eq!(served["suggested"][0]["base"], "proxy/A");
    assert_eq!(program.get("/proxy/A/tokens").expect(200).body, "{}");
    assert!(program.get("/").header("content-security-policy").contains("connect-src 'self' https://b.example;"));
}

#[test]
fn the_page_hears_what_serves_it() {
    let program = Program::start(&[]);
    assert_eq!(program.send("HEAD", "/config.json", &[], "").expect(200).header("server"), "tokendeck");
}

#[test]
fn descriptions_beside_the_configuration_are_served() {
    let folder = crate::program::folder("described");
    let api = std::path::Path::new(&crate::program::page()).join("apis/gitea.json");
    std::fs::copy(api, folder.join("own.json")).unwrap();
    std::fs::write(folder.join("secret.json"), "{}").unwrap();
    let config = folder.join("config.json");
    let text = r#"{"connections":[{"name":"A","dialect":"rest","base":"https://a.example","api":"own.json"}]}"#;
    std::fs::write(&config, text).unwrap();
    let program = Program::start(&["--config", config.to_str().unwrap()]);
    assert!(program.get("/own.json").expect(200).body.contains("\"Gitea\""));
    program.get("/secret.json").expect(404);
}

#[test]
fn pages_can_only_be_read() {
    let program = Program::start(&[]);
    for path in ["/", "/config.json", "/nothing"] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            assert_eq!(program.send(method, path, &[], "").expect(405).header("allow"), "GET, HEAD", "{method} {path}");
        }
    }
}
