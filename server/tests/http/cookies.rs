//! Cookies: each system gets those that it set itself, and no other.

use serde_json::json;

use crate::program::Program;
use crate::system::{System, connection};

const SETS: &[&str] = &[
    "Set-Cookie: sid=s-1; Path=/; Domain=example.com; Secure; HttpOnly; SameSite=None",
    "Set-Cookie: csrftoken=c-1; Path=/; SameSite=Lax",
];

/// What a browser would keep: name, value and path.
fn kept(program: &Program, path: &str) -> Vec<(String, String, String)> {
    let answer = program.get(path).expect(200);
    let one = |line: &str| {
        assert!(line.contains("; SameSite=Strict") && !line.contains("Domain") && !line.contains("Secure"), "{line}");
        let (pair, attributes) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let path = attributes.split("; ").find_map(|it| it.strip_prefix("Path=")).unwrap();
        (name.to_owned(), value.to_owned(), path.to_owned())
    };
    answer.all("set-cookie").into_iter().map(one).collect()
}

#[test]
fn two_systems_do_not_get_each_others_cookies() {
    let (a, b) = (System::with_headers(SETS), System::with_headers(SETS));
    let program = Program::serving(&json!({ "connections": [a.connection("A"), b.connection("B")] }));
    let (of_a, of_b) = (kept(&program, "/proxy/A/login"), kept(&program, "/proxy/B/login"));
    let paths: Vec<&str> = of_a.iter().map(|it| it.2.as_str()).collect();
    assert_eq!(paths, ["/proxy/A", "/proxy/A", "/"]);
    assert_eq!((of_a[2].0.as_str(), of_a[2].1.as_str()), ("csrftoken", "c-1"));
    assert!(of_a.iter().take(2).all(|it| of_b.iter().all(|other| it.0 != other.0)));

    // Whatever the browser sends along, of paths of its own or of none.
    let all: Vec<String> = of_a.iter().chain(&of_b).map(|(name, value, _)| format!("{name}={value}")).collect();
    let line = format!("Cookie: jupyter=j; {}; sid=planted", all.join("; "));
    program.send("GET", "/proxy/A/tokens", &[&line], "").expect(200);
    assert_eq!(a.last().header("cookie"), "sid=s-1; csrftoken=c-1");
    let of_b_only: Vec<String> = of_b.iter().map(|(name, value, _)| format!("{name}={value}")).collect();
    program.send("GET", "/proxy/A/tokens", &[&format!("Cookie: other=o; {}", of_b_only.join("; "))], "").expect(200);
    assert!(!a.last().has("cookie"), "{:?}", a.last());
}

#[test]
fn a_connection_that_leads_to_another_system_now_does_not_give_it_the_old_ones_cookies() {
    let (a, b) = (System::with_headers(SETS), System::with_headers(&[]));
    let before = Program::serving(&a.config());
    let cookies: Vec<String> = kept(&before, "/proxy/A/login").iter().map(|it| format!("{}={}", it.0, it.1)).collect();
    let line = format!("Cookie: {}", cookies.join("; "));
    let after = Program::serving(&b.config());
    after.send("GET", "/proxy/A/tokens", &[&line], "").expect(200);
    assert!(!b.last().has("cookie"));
    // The same system gets them after a restart too.
    let again = Program::serving(&json!({ "connections": [connection("A", &format!("http://{}", a.address))] }));
    again.send("GET", "/proxy/A/tokens", &[&line], "").expect(200);
    assert_eq!(a.last().header("cookie"), "sid=s-1; csrftoken=c-1");
}

#[test]
fn a_system_cannot_set_a_cookie_for_another() {
    let b = System::with_headers(SETS);
    let config = |a: &System| json!({ "connections": [a.connection("A"), b.connection("B")] });
    let key = kept(&Program::serving(&config(&System::with_headers(&[]))), "/proxy/B/login")[1].0.clone();
    let line: &'static str = String::leak(format!("Set-Cookie: {key}=evil; Path=/"));
    let lines: &'static [&'static str] = Vec::leak(vec![line]);
    let a = System::with_headers(lines);
    let program = Program::serving(&config(&a));
    let kept = kept(&program, "/proxy/A/login");
    assert!(kept.iter().all(|it| it.2 == "/proxy/A" && it.0 != key), "{kept:?}");
}

#[test]
fn behind_tls_cookies_are_secure() {
    let a = System::with_headers(SETS);
    let program = Program::serving(&a.config());
    let answer = program.send("GET", "/proxy/A/login", &["X-Forwarded-Proto: https"], "").expect(200);
    assert!(answer.all("set-cookie").iter().all(|it| it.ends_with("; Secure")), "{answer:?}");
}
