//! The built page: files, caching, compression, and the policy it runs under.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::json;
use tokendeck_devserver::config::ConfigSource;

use crate::server::{Server, folder};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A built page in small.
fn dist() -> PathBuf {
    let dist = folder("dist").join("dist");
    std::fs::create_dir_all(dist.join("snippets/inline")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html><title>page</title>"),
        ("start.js", "export {}"),
        ("tokendeck-0123456789abcdef.js", "export default 1"),
        ("tokendeck-0123456789abcdef_bg.wasm", "\0asm"),
        ("main-0123456789abcdef.css", "body{}"),
        ("icon.svg", "<svg/>"),
        ("config.json", "{\"shipped\":true}"),
        ("snippets/inline/a.js", "1"),
        ("no-extension", "bytes"),
        (".hidden", "hidden"),
        ("../secret.txt", "secret"),
    ] {
        std::fs::write(dist.join(name), text).unwrap();
    }
    dist
}

fn server() -> Server {
    let dist = dist();
    Server::with(0, |world| world.dist = dist)
}

fn write_old(path: &Path, text: &str, seconds_ago: u64) {
    std::fs::write(path, text).unwrap();
    let time = SystemTime::now() - Duration::from_secs(seconds_ago);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn a_configuration_without_connections_suggests_the_systems_that_are_here() {
    let file = folder("empty").join("config.json");
    std::fs::write(&file, r#"{ "connections": [], "idle_minutes": 5 }"#).unwrap();
    let server = Server::with(0, |world| world.serve_config(file.clone()).unwrap());
    let served = server.get("/config.json").expect(200).json();
    let own = Server::start().get("/config.json").expect(200).json();
    assert_eq!(served, json!({ "connections": [], "idle_minutes": 5, "suggested": own["connections"] }));
    // What it suggests itself stays.
    std::fs::write(&file, r#"{"connections":[],"suggested":[]}"#).unwrap();
    assert_eq!(server.get("/config.json").expect(200).text(), r#"{"connections":[],"suggested":[]}"#);
}

#[test]
fn the_page_is_at_the_root_whatever_its_query() {
    let server = server();
    for path in ["/", "/?q=ci&status=active", "/index.html"] {
        let page = server.get(path).expect(200);
        assert_eq!(page.text(), "<!doctype html><title>page</title>");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
    }
}

#[test]
fn files_have_their_content_types() {
    let server = server();
    for (path, content_type) in [
        ("/start.js", "text/javascript; charset=utf-8"),
        ("/tokendeck-0123456789abcdef_bg.wasm", "application/wasm"),
        ("/main-0123456789abcdef.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/snippets/inline/a.js", "text/javascript; charset=utf-8"),
        ("/no-extension", "application/octet-stream"),
    ] {
        assert_eq!(server.get(path).expect(200).header("content-type"), content_type, "{path}");
    }
}

#[test]
fn names_with_a_hash_are_kept_for_ever_others_are_asked_for_again() {
    let server = server();
    for path in ["/tokendeck-0123456789abcdef.js", "/tokendeck-0123456789abcdef_bg.wasm", "/main-0123456789abcdef.css"]
    {
        assert_eq!(server.get(path).header("cache-control"), "public, max-age=31536000, immutable", "{path}");
    }
    for path in ["/start.js", "/icon.svg", "/config.json"] {
        assert_eq!(server.get(path).header("cache-control"), "no-cache", "{path}");
    }
}

#[test]
fn every_page_answer_has_the_security_headers() {
    let server = server();
    for (method, path, status) in [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/start.js", 200),
        ("GET", "/config.json", 200),
        ("GET", "/nothing", 404),
        ("POST", "/", 405),
        ("DELETE", "/config.json", 405),
    ] {
        let answer = server.send(method, path, &[], b"").expect(status);
        assert_eq!(answer.header("content-security-policy"), POLICY, "{method} {path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("geolocation=()"));
    }
}

#[test]
fn the_policy_lets_the_page_connect_to_what_the_configuration_names() {
    let dist = dist();
    let config = dist.with_file_name("config.json");
    let server = Server::with(0, |world| {
        world.dist = dist;
        world.config = ConfigSource::File(config.clone());
    });
    let text = r#"{"connections":[
        {"name":"a","dialect":"mist","base":"https://api.mist.com"}, {"name":"b","dialect":"air","base":"https://air.nvidia.com/api"},
        {"name":"c","dialect":"mist","base":"HTTPS://API.mist.com/x"}, {"name":"d","dialect":"scoped","base":"api/v1"},
        {"name":"e","dialect":"scoped","base":"https://x; script-src *"}]}"#;
    std::fs::write(&config, text).unwrap();
    assert_eq!(server.get("/config.json").expect(200).text(), text);
    let policy = server.get("/").header("content-security-policy").to_owned();
    assert_eq!(
        policy,
        POLICY.replace("connect-src 'self'", "connect-src 'self' https://air.nvidia.com https://api.mist.com")
    );

    // Read for every request, and served however wrong it is: the page names the mistake.
    std::fs::write(&config, "{ not json").unwrap();
    assert_eq!(server.get("/config.json").expect(200).text(), "{ not json");
    assert_eq!(server.get("/").header("content-security-policy"), POLICY);
    std::fs::remove_file(&config).unwrap();
    server.get("/config.json").expect(404);
    server.get("/").expect(200);
}

#[test]
fn systems_that_the_configuration_names_are_reached_by_way_of_the_server() {
    let system = Server::seeded(3);
    let config = dist().with_file_name("proxied.json");
    let text = serde_json::json!({ "connections": [
        { "name": "A", "dialect": "scoped", "base": format!("{}/api/v1", system.url), "proxy": true },
    ] });
    std::fs::write(&config, text.to_string()).unwrap();
    let server = Server::with(0, |world| {
        world.base_path = "/some/where".to_owned();
        world.serve_config(config.clone()).unwrap();
    });
    assert_eq!(server.get("/config.json").expect(200).json()["connections"][0]["base"], "proxy/A");
    assert_eq!(server.get("/proxy/A/tokens?limit=1").expect(200).json()["total"], 3);
    assert!(server.get("/proxy/B/tokens").expect(403).text().contains("and to no other host"));
    server.send("GET", "/proxy/A/tokens", &[("origin", "http://localhost:1")], b"").expect(403);
    assert_eq!(server.get("/").header("content-security-policy"), POLICY);
}

#[test]
fn the_policy_lets_the_page_connect_to_what_the_command_line_adds() {
    let config = dist().with_file_name("named.json");
    std::fs::write(&config, r#"{"connections":[{"base":"https://b.example"}]}"#).unwrap();
    let server = Server::with(0, |world| {
        world.config = ConfigSource::File(config.clone());
        world.connect_src = ["https://c.example", "https://b.example", "http://a.example:81"].map(str::to_owned).into();
    });
    let expected = "connect-src 'self' http://a.example:81 https://b.example https://c.example";
    assert_eq!(server.get("/").header("content-security-policy"), POLICY.replace("connect-src 'self'", expected));
}

#[test]
fn the_servers_own_configuration_takes_the_place_of_the_shipped_one() {
    let config = server().get("/config.json").expect(200);
    assert_eq!(config.header("content-type"), "application/json");
    let expected = serde_json::json!({
        "connections": [
            { "name": "Scoped tokens", "dialect": "scoped", "base": "api/v1", "auth": { "type": "none" } },
            { "name": "PT Sandbox", "dialect": "pt-sandbox", "base": "sim/pt-sandbox",
              "hint": "Demo accounts: demo / demo as local account, ldap-demo / demo as LDAP." },
            { "name": "NVIDIA Air", "dialect": "air", "base": "sim/air", "version": "v2",
              "hint": "Demo account: demo / demo." },
            { "name": "Juniper Mist", "dialect": "mist", "base": "sim/mist", "tokens": "org",
              "hint": "Demo accounts: demo@example.com / demo, and demo-2fa@example.com / demo with the code 123456." },
        ]
    });
    assert_eq!(config.json(), expected);
}

#[test]
fn what_is_not_there_is_a_404_page_never_the_index() {
    let server = server();
    for path in ["/nothing", "/nothing.js", "/tokens/7", "/snippets", "/snippets/", "//", "/config.json/x"] {
        let answer = server.get(path).expect(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(answer.text().contains("<h1>Not found</h1>"), "{path}");
    }
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let server = server();
    let address = server.url.trim_start_matches("http://").to_owned();
    // A client library would tidy these up.
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/snippets/../../secret.txt",
        "/snippets/%2e%2e/%2e%2e/secret.txt",
        "/..\\secret.txt",
        "/%5c..%5csecret.txt",
        "/.hidden",
        "/%00",
        "/start.js%00.html",
        "/%ff",
        "//etc/passwd",
        "/C:/secret.txt",
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let dist = dist();
    std::os::unix::fs::symlink("../secret.txt", dist.join("link.txt")).unwrap();
    std::os::unix::fs::symlink("start.js", dist.join("inside.js")).unwrap();
    let server = Server::with(0, |world| world.dist = dist);
    server.get("/link.txt").expect(404);
    server.get("/inside.js").expect(200);
}

#[test]
fn an_unchanged_file_is_304() {
    let server = server();
    for path in ["/", "/start.js", "/config.json"] {
        let first = server.get(path).expect(200);
        let etag = first.header("etag");
        assert!(etag.starts_with('"'), "{etag}");
        for known in [etag.to_owned(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let again = server.send("GET", path, &[("if-none-match", &known)], b"").expect(304);
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), etag);
            assert_eq!(again.header("cache-control"), "no-cache");
            assert_eq!(again.header("content-security-policy"), POLICY);
        }
        server.send("GET", path, &[("if-none-match", "\"other\"")], b"").expect(200);
    }
}

#[test]
fn a_file_that_was_built_anew_is_served_anew() {
    let dist = dist();
    let file = dist.join("start.js");
    let server = Server::with(0, |world| world.dist = dist);
    let etag = server.get("/start.js").header("etag").to_owned();
    std::fs::write(file, "export default 2").unwrap();
    let again = server.send("GET", "/start.js", &[("if-none-match", &etag)], b"").expect(200);
    assert_eq!(again.text(), "export default 2");
}

#[test]
fn a_compressed_twin_is_sent_to_who_takes_it() {
    let dist = dist();
    for (name, text) in [("start.js.br", "brotli"), ("start.js.gz", "gzip"), ("icon.svg.gz", "gzip")] {
        std::fs::write(dist.join(name), text).unwrap();
    }
    let server = Server::with(0, |world| world.dist = dist);
    let get = |path: &str, accepted: &str| server.send("GET", path, &[("accept-encoding", accepted)], b"").expect(200);
    for (path, accepted, encoding, body) in [
        ("/start.js", "gzip, deflate, br, zstd", "br", "brotli"),
        ("/start.js", "gzip", "gzip", "gzip"),
        ("/start.js", "br;q=0, gzip;q=0.1", "gzip", "gzip"),
        ("/start.js", "identity", "", "export {}"),
        ("/start.js", "brotli", "", "export {}"),
        ("/icon.svg", "br", "", "<svg/>"),
        ("/icon.svg", "br, gzip", "gzip", "gzip"),
    ] {
        let answer = get(path, accepted);
        assert_eq!((answer.header("content-encoding"), &*answer.text()), (encoding, body), "{path} {accepted}");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
    }
    assert_eq!(get("/start.js", "br").header("content-type"), "text/javascript; charset=utf-8");
    assert_ne!(get("/start.js", "br").header("etag"), get("/start.js", "gzip").header("etag"));
}

#[test]
fn a_compressed_twin_of_an_older_build_is_not_sent() {
    let dist = dist();
    write_old(&dist.join("start.js.br"), "old", 3600);
    let server = Server::with(0, |world| world.dist = dist);
    let answer = server.send("GET", "/start.js", &[("accept-encoding", "br")], b"").expect(200);
    assert_eq!(answer.text(), "export {}");
}

#[test]
fn head_answers_as_get_does() {
    let server = server();
    for path in ["/", "/start.js", "/config.json", "/nothing"] {
        let (get, head) = (server.get(path), server.send("HEAD", path, &[], b""));
        assert_eq!(head.status, get.status);
        assert!(head.body.is_empty());
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[test]
fn pages_can_only_be_read() {
    let server = server();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for path in ["/", "/start.js", "/config.json", "/nothing"] {
            assert_eq!(server.send(method, path, &[], b"").expect(405).header("allow"), "GET, HEAD", "{method} {path}");
        }
    }
}

#[test]
fn everything_works_beneath_a_path() {
    let dist = dist();
    let server = Server::with(0, |world| {
        world.dist = dist;
        world.base_path = "/some/where".to_owned();
    });
    assert!(server.url.ends_with("/some/where"));
    server.get("/").expect(200);
    server.get("/?q=x").expect(200);
    server.get("/start.js").expect(200);
    server.get("/config.json").expect(200);
    server.get("/api/v1/tokens?limit=1").expect(200);
    let created = server.post("/api/v1/tokens", &crate::server::draft("a")).expect(201);
    assert!(created.header("location").starts_with("/some/where/api/v1/tokens/"));
    assert_eq!(server.get("/api/v1/openapi.json").json()["servers"][0]["url"], "/some/where/api/v1");

    let root = server.url.trim_end_matches("/some/where").to_owned();
    let get =
        |path: &str| crate::server::send(&crate::server::agent(), "GET", &format!("{root}{path}"), &[], b"").unwrap();
    assert_eq!(get("/some/where").expect(308).header("location"), "/some/where/");
    for outside in ["/", "/start.js", "/api/v1/tokens", "/some/wherever/"] {
        get(outside).expect(404);
    }
}
