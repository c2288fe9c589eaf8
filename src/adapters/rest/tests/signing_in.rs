//! Every way to say who asks.

use super::*;
use crate::adapters::fake::{BASE, post, refused};
use crate::adapters::rest::mistake::Mistake;
use crate::adapters::rest::texts::Text;
use crate::api::Prompt;
use crate::capabilities::InputKind;
use crate::words::{Key, Words};

/// A system whose list is asked for with a sign-in.
#[track_caller]
fn signed(sign_in: Value) -> Fake {
    acme(json!({ "sign_in": sign_in }))
}

/// Signs in with what is typed, then lists.
#[track_caller]
fn check(sign_in: Value, typed: Value, calls: impl IntoIterator<Item = Step>, results: Step, name: &str) {
    let fake = signed(sign_in);
    assert_eq!(fake.sign_in(&typed, calls), Ok(name.to_owned()));
    assert_eq!(fake.list([results.answers(200, json!({ "data": [] }))]), Ok(vec![]));
}

#[test]
fn a_bearer_token() {
    check(json!({ "type": "bearer" }), json!({ "token": "t1" }), [], get("/tokens").bearer("t1"), "");
}

#[test]
fn name_and_password() {
    let results = get("/tokens").with("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    check(
        json!({ "type": "basic" }),
        json!({ "username": "Aladdin", "password": "open sesame" }),
        [],
        results,
        "Aladdin",
    );
    let with_code = json!({ "type": "basic", "inputs": [{ "key": "otp", "label": "Code", "required": false }],
        "headers": { "X-OTP": "{sign_in.otp}" } });
    let results = get("/tokens").with("Authorization", "Basic w7w6cA==").with("X-OTP", "123");
    check(with_code.clone(), json!({ "username": "ü", "password": "p", "otp": "123" }), [], results, "ü");
    let results = get("/tokens").with("Authorization", "Basic dTpw");
    check(with_code, json!({ "username": "u", "password": "p", "otp": "" }), [], results, "u");
}

/// Whether the browser's cookies go with the sign-in calls and the list of a system.
#[track_caller]
fn check_cookies(fake: &Fake, typed: &Value, calls: impl IntoIterator<Item = Step>, results: Step, expected: &[bool]) {
    if !typed.is_null() {
        assert!(fake.sign_in(typed, calls).is_ok());
    }
    fake.list([results.answers(200, json!({ "data": [] }))]).expect("a list");
    assert_eq!(fake.cookies_sent(), expected);
}

#[test]
fn the_browsers_cookies_go_along_where_nothing_else_says_who_asks() {
    let results = || get("/tokens");
    check_cookies(&acme(json!({})), &Value::Null, [], results(), &[true]);
    let bearer = signed(json!({ "type": "bearer" }));
    check_cookies(&bearer, &json!({ "token": "t1" }), [], results().bearer("t1"), &[false]);
    let basic = signed(json!({ "type": "basic" }));
    let listing_basic = results().with("Authorization", "Basic dTpw");
    check_cookies(&basic, &json!({ "username": "u", "password": "p" }), [], listing_basic, &[false]);

    let inputs =
        json!([{ "key": "user", "label": "User" }, { "key": "password", "label": "Password", "type": "password" }]);
    let login = json!({ "path": "/login", "body": { "u": "{sign_in.user}", "p": "{sign_in.password}" } });
    let typed = json!({ "user": "u", "password": "pw" });
    let log_in = || post("/login").json(json!({ "u": "u", "p": "pw" })).answers(200, json!({ "token": "s1" }));
    let way = |more: Value| {
        let mut way = json!({ "inputs": inputs, "login": login });
        for (name, value) in members(more) {
            way[name] = value;
        }
        signed(way)
    };
    // The description says so, names a cookie, or has nothing else.
    check_cookies(&way(json!({ "cookies": true })), &typed, [log_in()], results(), &[true, true]);
    check_cookies(&way(json!({})), &typed, [log_in()], results(), &[true, true]);
    let csrf = way(json!({ "headers": { "X-CSRF": "{cookie.csrf}", "X-Session": "{sign_in.password}" } }));
    csrf.cookies.borrow_mut().push(("csrf", "c1"));
    let listing_csrf = results().with("X-CSRF", "c1").with("X-Session", "pw");
    check_cookies(&csrf, &typed, [log_in()], listing_csrf, &[true, true]);
    // What the login gave goes along.
    let mut keeps = login.clone();
    keeps["keep"] = json!({ "token": "/token" });
    let kept = way(json!({ "login": keeps, "headers": { "X-Session": "{session.token}" } }));
    check_cookies(&kept, &typed, [log_in()], results().with("X-Session", "s1"), &[false, false]);
}

#[test]
fn signing_out_takes_the_cookies_along() {
    let fake = signed(json!({ "inputs": [{ "key": "user", "label": "User" }], "cookies": true,
        "login": { "path": "/login", "body": { "u": "{sign_in.user}" } }, "logout": { "path": "/logout" } }));
    let login = post("/login").json(json!({ "u": "u" })).answers(200, json!({}));
    assert!(fake.sign_in(&json!({ "user": "u" }), [login]).is_ok());
    fake.sign_out([post("/logout").answers(200, json!({}))]);
    assert_eq!(fake.cookies_sent(), [true, true]);
}

#[test]
fn a_password_that_no_later_request_sends_is_let_go() {
    let password = json!({ "key": "password", "label": "Password", "type": "password" });
    let login = json!({ "path": "/login", "body": { "p": "{sign_in.password}" }, "keep": { "token": "/token" } });
    let log_in = || post("/login").json(json!({ "p": "pass-word" })).answers(200, json!({ "token": "session-1" }));
    // What is not masked in an answer any more is not known any more.
    let check = |headers: Value, results: Step, expected: &str| {
        let fake = signed(json!({ "inputs": [password], "login": login, "headers": headers }));
        assert!(fake.sign_in(&json!({ "password": "pass-word" }), [log_in()]).is_ok());
        let outcome = fake.list([results.answers(400, json!({ "message": "pass-word session-1" }))]);
        let words = expected.replace('*', crate::secret::MASK);
        assert_eq!(outcome, Err(ApiError::Refused(400, words.into())));
    };
    let kept = json!({ "X-Token": "{session.token}" });
    check(kept, get("/tokens").with("X-Token", "session-1"), "pass-word *");
    let both = json!({ "X-Token": "{session.token}", "X-Password": "{sign_in.password}" });
    check(both, get("/tokens").with("X-Token", "session-1").with("X-Password", "pass-word"), "* *");
}

#[test]
fn a_header_that_never_leaves_is_a_mistake() {
    for (place, api) in [
        ("/api/headers/Cookie", json!({ "headers": { "Cookie": "a=b" } })),
        ("/api/sign_in/headers/host", json!({ "sign_in": { "headers": { "host": "{sign_in.token}" } } })),
        (
            "/api/list/headers/Origin",
            json!({ "list": { "path": "/tokens", "headers": { "Origin": "https://a.example" } } }),
        ),
    ] {
        let settings = json!({ "api": super::api(api) }).to_string();
        let Err(mistakes) = super::super::Rest::new(&settings, None) else { panic!("{place}: no mistake") };
        assert!(
            mistakes.iter().any(|it| it.pointer == place && it.mistake == Mistake::BrowsersHeader.into()),
            "{mistakes:?}"
        );
    }
}

#[test]
fn headers_with_templates() {
    check(
        json!({ "headers": { "Authorization": "token {sign_in.token}" } }),
        json!({ "token": "t1" }),
        [],
        get("/tokens").with("Authorization", "token t1"),
        "",
    );
    let several = json!({ "inputs": [{ "key": "tenant", "label": "Tenant" }, { "key": "key", "label": "Key", "type": "password" }],
        "headers": { "X-Tenant": "{sign_in.tenant}", "X-Api-Key": "{sign_in.key}" } });
    let results = get("/tokens").with("X-Tenant", "acme").with("X-Api-Key", "k");
    check(several, json!({ "tenant": "acme", "key": "k" }), [], results, "acme");
}

#[test]
fn headers_of_every_request() {
    let fake = acme(json!({ "headers": { "Accept": "application/vnd.acme+json" } }));
    let step = get("/tokens").with("Accept", "application/vnd.acme+json").answers(200, json!({ "data": [] }));
    assert_eq!(fake.list([step]), Ok(vec![]));
}

#[test]
fn credentials_in_the_body_and_in_the_query() {
    let sign_in = json!({ "inputs": [{ "key": "key", "label": "Key", "type": "password" }] });
    let list = json!({ "method": "POST", "path": "/rpc", "body": { "auth": "{sign_in.key}" }, "items": "/data" });
    let fake = acme(json!({ "sign_in": sign_in, "list": list }));
    assert_eq!(fake.sign_in(&json!({ "key": "k" }), []), Ok(String::new()));
    let step = post("/rpc").json(json!({ "auth": "k" })).answers(200, json!({ "data": [] }));
    assert_eq!(fake.list([step]), Ok(vec![]));
    let sign_in = json!({ "query": { "api_key": "{sign_in.token}" } });
    let fake = acme(json!({ "sign_in": sign_in, "secrets_in_address": true }));
    assert_eq!(fake.sign_in(&json!({ "token": "k&" }), []), Ok(String::new()));
    assert_eq!(fake.list([get("/tokens?api_key=k%26").answers(200, json!({ "data": [] }))]), Ok(vec![]));
}

fn login() -> Value {
    json!({
        "inputs": [{ "key": "user", "label": "User" }, { "key": "password", "label": "Password", "type": "password" }],
        "login": { "path": "/login", "body": { "u": "{sign_in.user}", "p": "{sign_in.password}" },
            "keep": { "token": "/auth/token" }, "name": "/auth/who" },
        "headers": { "X-Auth-Token": "{session.token}" },
        "logout": { "path": "/logout", "method": "DELETE" },
    })
}

fn typed() -> Value {
    json!({ "user": "eve", "password": "pass word" })
}

fn logs_in() -> Step {
    post("/login").json(json!({ "u": "eve", "p": "pass word" }))
}

#[test]
fn a_login_call_yields_a_token() {
    let answer = json!({ "auth": { "token": "t1", "who": "Eve" } });
    check(login(), typed(), [logs_in().answers(200, answer)], get("/tokens").with("X-Auth-Token", "t1"), "Eve");
}

#[test]
fn a_login_that_is_refused_is_told_in_the_systems_words() {
    let fake = signed(login());
    for (answer, words) in [
        (logs_in().answers(401, json!({ "message": "Wrong password." })), "Wrong password."),
        (logs_in().answers(400, json!({ "message": "Locked." })), "Locked."),
        (logs_in().answers(403, json!({})), &*Prompt::NotAccepted.text()),
    ] {
        assert_eq!(fake.sign_in(&typed(), [answer]), refused(words));
    }
    let empty = fake.sign_in(&typed(), [logs_in().answers(200, json!({ "auth": {} }))]);
    assert!(matches!(empty, Err(ApiError::SignedOut(words)) if words.text().contains("/auth/token")));
    let echo = logs_in().answers(401, json!({ "message": "pass word is wrong" }));
    assert_eq!(fake.sign_in(&typed(), [echo]), refused("•••••••• is wrong"));
    let failing = fake.sign_in(&typed(), [logs_in().answers(503, json!({ "message": "Down." }))]);
    assert_eq!(failing, Err(ApiError::Server(503, "Down.".into())));
}

#[test]
fn signing_out_makes_its_call() {
    let fake = signed(login());
    let answer = json!({ "auth": { "token": "t1" } });
    assert_eq!(fake.sign_in(&typed(), [logs_in().answers(200, answer)]), Ok("eve".into()));
    fake.sign_out([fake::delete("/logout").with("X-Auth-Token", "t1").answers(500, json!({}))]);
    fake.sign_out([]);
    assert!(matches!(fake.list([]), Err(ApiError::SignedOut(_))));
}

#[test]
fn a_login_by_name_and_password_in_a_header() {
    let sign_in = json!({
        "inputs": [{ "key": "user", "label": "User" }, { "key": "password", "label": "Password", "type": "password" }],
        "login": { "path": "/login", "headers": { "Authorization": "Basic {sign_in.user|and \":\"|and sign_in.password|base64}" },
            "keep": { "token": "/token" } },
        "headers": { "X-Auth": "{sign_in.user|and \":\"|and session.token|base64}" },
    });
    let step =
        post("/login").with("Authorization", "Basic ZXZlOnBhc3Mgd29yZA==").answers(200, json!({ "token": "t1" }));
    check(sign_in, typed(), [step], get("/tokens").with("X-Auth", "ZXZlOnQx"), "eve");
}

#[test]
fn what_a_login_keeps_and_is_no_secret_may_stand_in_addresses() {
    let list = json!({ "path": "/users/{session.user}/tokens", "items": "/data" });
    let mut sign_in = login();
    sign_in["login"]["keep"] =
        json!({ "token": { "header": "X-Token" }, "user": { "at": "/user/id", "secret": false } });
    let fake = acme(json!({ "sign_in": sign_in, "list": list }));
    let answer = logs_in()
        .answers(200, json!({ "user": { "id": 7 } }))
        .and(|it| it.headers.push(("x-token".into(), "t0ken-1".into())));
    assert_eq!(fake.sign_in(&typed(), [answer]), Ok("eve".into()));
    let refuses =
        get("/users/7/tokens").with("X-Auth-Token", "t0ken-1").answers(404, json!({ "message": "No t0ken-1 of 7." }));
    assert_eq!(fake.list([refuses]), Err(ApiError::NotFound("No •••••••• of 7.".into())));
}

#[test]
fn who_is_refused_after_a_sign_in_call_learns_by_which_call() {
    let fake = signed(login());
    let signs_in = || logs_in().answers(200, json!({ "auth": { "token": "t1" } }));
    assert_eq!(fake.sign_in(&typed(), [signs_in()]), Ok("eve".into()));
    fake.will_type(typed());
    let asks = || get("/tokens").with("X-Auth-Token", "t1");
    let refuses = asks().answers(401, json!({ "message": "No header." }));
    assert_eq!(fake.list([refuses, signs_in(), asks().answers(200, json!({ "data": [] }))]), Ok(vec![]));
    let told = Text::RefusedAfterwards { asked: "GET /tokens".into(), said: "No header.".into() };
    assert_eq!(*fake.reasons.borrow(), [Words::from(told)]);
}

#[test]
fn who_is_asked_and_kept() {
    let sign_in = json!({ "type": "bearer", "who": { "path": "/me", "name": "/login", "keep": { "user": "/id" } } });
    let list = json!({ "path": "/users/{session.user}/tokens", "items": "/data" });
    let fake = acme(json!({ "sign_in": sign_in, "list": list }));
    let who = || get("/me").bearer("t1");
    assert_eq!(
        fake.sign_in(&json!({ "token": "t1" }), [who().answers(401, json!({}))]),
        refused(&Prompt::NotAccepted.text())
    );
    let name = fake.sign_in(&json!({ "token": "t1" }), [who().answers(200, json!({ "login": "eve", "id": 7 }))]);
    assert_eq!(name, Ok("eve".into()));
    assert_eq!(fake.list([get("/users/7/tokens").bearer("t1").answers(200, json!({ "data": [] }))]), Ok(vec![]));
}

#[test]
fn cookies_with_what_protects_them() {
    let mut sign_in = login();
    sign_in["cookies"] = json!(true);
    sign_in["login"] = json!({ "path": "/login", "form": { "u": "{sign_in.user}" } });
    sign_in["headers"] = json!({ "X-CSRF": "{cookie.csrftoken}" });
    let fake = signed(sign_in.clone());
    let step = post("/login").with("Content-Type", "application/x-www-form-urlencoded").text("u=eve").says(204, "");
    assert_eq!(fake.sign_in(&typed(), [step]), Ok("eve".into()));
    assert_eq!(fake.list([get("/tokens").answers(200, json!({ "data": [] }))]), Ok(vec![]));
    fake.cookies.borrow_mut().push(("csrftoken.acme", "c1"));
    assert_eq!(fake.list([get("/tokens").with("X-CSRF", "c1").answers(200, json!({ "data": [] }))]), Ok(vec![]));
    let settings = json!({ "dialect": "rest", "api": api(json!({ "sign_in": sign_in })) });
    let warning = |is_foreign| {
        let gateway = fake::gateway(settings.clone(), BASE, is_foreign).expect("a gateway");
        gateway.system().sign_in.expect("a sign-in").warning
    };
    assert_eq!((warning(true), warning(false)), (Words::from(Text::Foreign), Words::default()));
}

#[test]
fn the_user_is_asked_first_and_again_and_the_work_is_finished() {
    let fake = signed(json!({ "type": "bearer" }));
    for token in ["wrong", "t1"] {
        fake.will_type(json!({ "token": token }));
    }
    let refuses = get("/tokens").bearer("wrong").answers(401, json!({}));
    let answers = |token: &str| get("/tokens").bearer(token).answers(200, json!({ "data": [] }));
    assert_eq!(fake.list([refuses, answers("t1")]), Ok(vec![]));
    fake.will_type(json!({ "token": "t2" }));
    let ended = get("/tokens").bearer("t1").answers(401, json!({}));
    assert_eq!(fake.list([ended, answers("t2")]), Ok(vec![]));
    let reasons: [Words; 3] = ["".into(), Prompt::NotAccepted.into(), Prompt::SessionEnded.into()];
    assert_eq!(*fake.reasons.borrow(), reasons);
}

#[test]
fn a_write_is_finished_after_signing_in_anew() {
    let fake = acme(json!({ "sign_in": { "type": "bearer" }, "delete": { "path": "/tokens/{id}" } }));
    assert_eq!(fake.sign_in(&json!({ "token": "t1" }), []), Ok(String::new()));
    fake.will_type(json!({ "token": "t2" }));
    let deleting = |token: &str| fake::delete("/tokens/7").bearer(token);
    assert_eq!(fake.delete("7", [deleting("t1").answers(401, json!({})), deleting("t2").says(204, "")]), Ok(true));
}

#[test]
fn one_of_several_ways() {
    let ways = json!([{ "type": "basic" }, { "type": "bearer" }, { "inputs": [], "headers": { "X-Me": "guest" } }]);
    let settings = json!({ "dialect": "rest", "api": api(json!({ "sign_in": ways.clone() })) });
    let form = gateway_of(settings).system().sign_in.expect("a sign-in");
    let kinds: Vec<Vec<InputKind>> =
        form.ways.iter().map(|way| way.iter().map(|it| it.kind.clone()).collect()).collect();
    assert_eq!(kinds, [vec![InputKind::Text, InputKind::Secret], vec![InputKind::Secret], vec![]]);
    // Basic authentication encodes what is typed, so that any text fits.
    let in_header: Vec<bool> = form.ways.iter().flatten().map(|it| it.in_header).collect();
    assert_eq!(in_header, [false, false, true]);
    check(
        ways.clone(),
        json!({ "username": "u", "password": "p" }),
        [],
        get("/tokens").with("Authorization", "Basic dTpw"),
        "u",
    );
    check(ways.clone(), json!({ "token": "t" }), [], get("/tokens").bearer("t"), "");
    check(ways, json!({}), [], get("/tokens").with("X-Me", "guest"), "");
}

#[test]
fn there_is_no_sign_in_where_none_is_needed() {
    let fake = acme(json!({}));
    let outcome = fake.list([get("/tokens").answers(401, json!({ "message": "Who?" }))]);
    assert_eq!(outcome, Err(ApiError::SignedOut("Who?".into())));
    assert!(fake.reasons.borrow().is_empty());
}
