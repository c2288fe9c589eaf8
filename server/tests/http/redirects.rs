//! Redirects: none is followed, and none leads the browser off the system.

use crate::program::Program;
use crate::system::{System, write_answer};

/// A program for a system that redirects to what stands behind `?to=` of a request, decoded by the test.
fn redirects(status: &'static str, to: &'static str) -> (System, Program) {
    let system = System::start(move |_, out| write_answer(out, status, &[&format!("Location: {to}")], ""));
    let program = Program::serving(&system.config());
    (system, program)
}

#[test]
fn one_within_the_system_goes_by_way_of_the_program() {
    let (system, program) = redirects("302 Found", "/login?next=%2Ftokens");
    let answer = program.get("/proxy/A/tokens").expect(302);
    assert_eq!(answer.header("location"), "/proxy/A/login?next=%2Ftokens");
    assert_eq!(system.asked().len(), 1);
    let system = System::start(|asked, out| {
        let to = format!("Location: http://{}/b/", asked.header("host"));
        write_answer(out, "301 Moved Permanently", &[&to], "");
    });
    let answer = Program::serving(&system.config()).get("/proxy/A/b").expect(301);
    assert_eq!(answer.header("location"), "/proxy/A/b/");
}

#[test]
fn one_off_the_system_is_an_error_that_says_where() {
    for to in [
        "https://evil.example/x",
        "http://127.0.0.1:1/tokens",
        "//evil.example/x",
        "/\\evil.example/x",
        "/../x",
        "javascript:alert(1)",
        "http://127.0.0.1.evil.example/",
    ] {
        for status in
            ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
        {
            let (system, program) = redirects(status, to);
            let detail = program.send("POST", "/proxy/A/tokens", &["Authorization: Bearer secret"], "{}").detail(502);
            assert!(detail.contains(to) && detail.contains("A answers with a redirect"), "{detail}");
            assert_eq!(system.asked().len(), 1);
        }
    }
    let (_, program) = redirects("302 Found", "https://user:secret@sso.example/x?code=secret");
    let detail = program.get("/proxy/A/tokens").detail(502);
    assert!(detail.contains("https://sso.example/x") && !detail.contains("secret"), "{detail}");
}

#[test]
fn what_was_made_elsewhere_is_no_redirect() {
    let (_, program) = redirects("201 Created", "https://evil.example/x");
    assert_eq!(program.send("POST", "/proxy/A/tokens", &[], "{}").expect(201).header("location"), "");
    let (_, program) = redirects("201 Created", "/tokens/7");
    assert_eq!(program.send("POST", "/proxy/A/tokens", &[], "{}").expect(201).header("location"), "/proxy/A/tokens/7");
}
