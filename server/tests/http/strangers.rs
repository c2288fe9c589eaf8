//! Who is not answered: other names, and pages of other origins. And hosts that are not listed.

use serde_json::json;

use crate::program::Program;
use crate::system::System;

#[test]
fn it_answers_to_what_it_listens_on_and_to_no_other_name() {
    let system = System::with_headers(&[]);
    let program = Program::with(&system.config(), &["--allow-host", "tokens.example.com"]);
    let port = program.address.rsplit(':').next().unwrap();
    let ask = |host: &str, path: &str| program.raw(&format!("GET {path} HTTP/1.1"), &[&format!("Host: {host}")], "");
    for path in ["/", "/config.json", "/proxy/A/tokens"] {
        for host in ["127.0.0.1", "localhost", "LocalHost.", "[::1]", "app.localhost"] {
            ask(&format!("{host}:{port}"), path).expect(200);
        }
        ask("tokens.example.com", path).expect(200);
        ask("TOKENS.example.com.:8443", path).expect(200);
        for host in
            ["evil.example", "127.0.0.1.evil.example", "a.tokens.example.com", "192.0.2.7", "a@127.0.0.1", "0.0.0.0"]
        {
            let detail = ask(&format!("{host}:{port}"), path).detail(421);
            assert!(detail.contains("--allow-host"), "{host}: {detail}");
        }
        for host in ["127.0.0.1", "localhost:1", "evil.example", ""] {
            ask(host, path).expect(421);
        }
        program.raw(&format!("GET {path} HTTP/1.0"), &[], "").expect(421);
        let host = format!("Host: 127.0.0.1:{port}");
        // What the request line names counts.
        program.raw(&format!("GET http://evil.example{path} HTTP/1.1"), &[&host], "").expect(421);
    }
    let n_answered = 7;
    assert_eq!(system.asked().len(), n_answered);
}

#[test]
fn pages_of_other_origins_are_refused() {
    let system = System::with_headers(&[]);
    let program = Program::serving(&system.config());
    let port = program.address.rsplit(':').next().unwrap();
    for origin in
        ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", &format!("http://localhost:{port}")]
    {
        for method in ["GET", "POST", "DELETE"] {
            program.send(method, "/proxy/A/tokens", &[&format!("Origin: {origin}")], "").detail(403);
        }
    }
    for site in ["cross-site", "same-site"] {
        for (mode, dest) in [("cors", "empty"), ("no-cors", "image"), ("no-cors", "script"), ("navigate", "iframe")] {
            for path in ["/", "/config.json", "/proxy/A/tokens"] {
                let headers = [("Site", site), ("Mode", mode), ("Dest", dest)]
                    .map(|(name, it)| format!("Sec-Fetch-{name}: {it}"));
                program.send("GET", path, &headers.each_ref().map(String::as_str), "").detail(403);
            }
        }
    }
    let preflight = ["Origin: https://evil.example", "Access-Control-Request-Method: DELETE"];
    program.send("OPTIONS", "/proxy/A/tokens/1", &preflight, "").expect(403);
    assert_eq!(system.asked().len(), 0);
    let own = format!("Origin: http://{}", program.address);
    program
        .send("POST", "/proxy/A/tokens", &[&own, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"], "{}")
        .expect(200);
}

#[test]
fn no_answer_can_be_read_by_another_origin() {
    let system = System::with_headers(&["Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true"]);
    let program = Program::serving(&system.config());
    let answer = program.get("/proxy/A/tokens").expect(200);
    assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{answer:?}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
}

#[test]
fn what_a_system_sends_is_never_a_page() {
    let system = System::with_headers(&[
        "Content-Type: text/html",
        "Content-Security-Policy: script-src *",
        "Service-Worker-Allowed: /",
    ]);
    let program = Program::serving(&system.config());
    let answer = program.get("/proxy/A/page.html").expect(200);
    assert_eq!(answer.all("content-security-policy"), ["default-src 'none'; frame-ancestors 'none'; sandbox"]);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("service-worker-allowed"), "");
    // A link may lead to the page, and not to a system's data.
    let link = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    program.send("GET", "/?q=ci", &link, "").expect(200);
    program.send("GET", "/proxy/A/page.html", &link, "").detail(403);
    let worker = ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: same-origin", "Sec-Fetch-Dest: serviceworker"];
    program.send("GET", "/proxy/A/page.html", &worker, "").detail(403);
}

#[test]
fn other_hosts_are_refused_with_the_list() {
    let system = System::with_headers(&[]);
    let config = json!({ "connections": [
        system.connection("A"),
        { "name": "Direct", "dialect": "air", "base": format!("http://{}", system.address) },
    ] });
    let program = Program::serving(&config);
    for path in [
        "/proxy/B/tokens",
        "/proxy/a/tokens",
        "/proxy/Direct/tokens",
        "/proxy/evil.example/",
        "/proxy/https://evil.example/",
        "/proxy/http%3A%2F%2Fevil.example",
        "/proxy//A/tokens",
        "/proxy/%2E%2E/A",
        "/proxy/A%2Ftokens",
        "/proxy/A@evil.example/",
        "/proxy/A:80@evil.example/",
        "/proxy/%FF",
    ] {
        let detail = program.get(path).detail(403);
        assert!(
            detail.contains(&format!("A (http://{})", system.address)) && !detail.contains("Direct"),
            "{path}: {detail}"
        );
    }
    program.raw("CONNECT evil.example:443 HTTP/1.1", &["Host: evil.example:443"], "").expect(421);
    assert_eq!(system.asked().len(), 0);
    let none = Program::start(&[]).get("/proxy/A/tokens").detail(403);
    assert!(none.contains("to no system"), "{none}");
}
