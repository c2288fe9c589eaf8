//! What all gateways have in common.

use serde_json::{Value, json};

use super::fake::{Fake, RANDOM, api, check_error, gateway, get, post};
use super::fault::Fault;
use super::router::{answer, decode};
use super::site::Site;
use super::wire::{made, time, time_extra, words};
use crate::api::scoped::put_page;
use crate::api::{ApiError, Method, NetworkError, Request, Response, Secret, Transport};
use crate::capabilities::{Action, ColumnKind};
use crate::store::Store;

mod forgetting;
mod odd;
mod settings;

#[track_caller]
fn check_rebase(base: &str, address: &str, expected: &str) {
    assert_eq!(Site { base: base.into(), is_foreign: false }.rebase(address), expected);
}

#[test]
fn addresses_of_the_real_host_lead_through_the_connection() {
    let (base, expected) = ("https://desk.example/air", "https://desk.example/air/api/v2/x/?limit=2&offset=2");
    check_rebase(base, "https://air.nvidia.com/api/v2/x/?limit=2&offset=2", expected);
    check_rebase(base, "http://10.0.0.7:8080/api/v2/x/?limit=2&offset=2", expected);
    check_rebase(base, "//air.nvidia.com/api/v2/x/?limit=2&offset=2", expected);
    check_rebase(base, "/api/v2/x/?limit=2&offset=2", expected);
    check_rebase(base, "api/v2/x/?limit=2&offset=2", expected);
}

#[test]
fn the_proxys_path_is_not_put_in_front_twice() {
    let base = "https://desk.example:8443/air";
    check_rebase(base, "https://desk.example:8443/air/api/x", "https://desk.example:8443/air/api/x");
    // A server behind a proxy may know neither the scheme nor the port.
    check_rebase(base, "http://DESK.example/air/api/x", "https://desk.example:8443/air/api/x");
    check_rebase(base, "/air/api/x", "https://desk.example:8443/air/api/x");
    check_rebase(base, "/airport/x", "https://desk.example:8443/air/airport/x");
}

#[test]
fn a_path_of_the_real_host_that_looks_like_the_proxys_is_the_hosts() {
    check_rebase("https://desk.example/api", "https://air.nvidia.com/api/v2/x", "https://desk.example/api/api/v2/x");
}

#[test]
fn without_a_proxy_addresses_stay_as_they_are() {
    let base = "https://sandbox.example";
    check_rebase(base, "https://sandbox.example/ui/go?a=b#c", "https://sandbox.example/ui/go?a=b#c");
    check_rebase(base, "https://sandbox.example:3334/ui/go", "https://sandbox.example/ui/go");
    check_rebase("http://[::1]:3000", "http://[::1]/ui/go", "http://[::1]:3000/ui/go");
}

#[test]
fn odd_addresses_stay_with_the_connection() {
    let base = "https://desk.example/air";
    check_rebase(base, "", "https://desk.example/air/");
    check_rebase(base, "https://air.nvidia.com", "https://desk.example/air/");
    check_rebase(base, "https://air.nvidia.com?next=/x", "https://desk.example/air/?next=/x");
    check_rebase(base, "/go?to=https://evil.example/x", "https://desk.example/air/go?to=https://evil.example/x");
    check_rebase(base, "https://desk.example@evil.example/x", "https://desk.example/air/x");
    check_rebase(base, "https:evil.example/x", "https://desk.example/air/https:evil.example/x");
}

#[test]
fn percent_codes_are_undone() {
    for text in ["", "a b/ü?~", "100%", "%zz", "%4", "a=&b"] {
        assert_eq!(decode(&crate::api::encode(text)), text);
    }
    assert_eq!(decode("100%"), "100%");
    assert_eq!(decode("%C3%BC%2"), "ü%2");
    assert_eq!(decode("%ff"), "\u{fffd}");
}

#[test]
fn times_become_dates() {
    for (value, expected) in [
        (json!(1_700_000_000), "2023-11-14T22:13:20Z"),
        (json!(1_700_000_000.5), "2023-11-14T22:13:20.500Z"),
        (json!("1700000000"), "2023-11-14T22:13:20Z"),
        (json!(1_700_000_000_000_u64), "2023-11-14T22:13:20Z"),
        (json!("2023-11-14 22:13:20+00"), "2023-11-14T22:13:20Z"),
        (json!(86_400), "1970-01-02T00:00:00Z"),
        // What is no time is shown as it stands.
        (json!("soon"), "soon"),
        (json!([1]), "[1]"),
        (json!(1e300), "1e+300"),
        // To the letter.
        (json!("2023-11-14T22:13:20.123456+00:00"), "2023-11-14T22:13:20.123456+00:00"),
    ] {
        assert_eq!(time(&value), Some(json!(expected)), "{value}");
    }
    for none in [json!(-5), json!("never"), json!(false), json!("1970-01-01T00:00:00Z"), json!("0001-01-01T00:00:00Z")]
    {
        assert_eq!((time(&none), time_extra(&none)), (Some(json!(null)), Some(String::new())), "{none}");
    }
    for unknown in [json!(null), json!(0), json!(0.0)] {
        assert_eq!((time(&unknown), time_extra(&unknown)), (None, None), "{unknown}");
    }
}

#[test]
fn texts_are_found_wherever_they_stand() {
    assert_eq!(words(&json!({"a": ["One.", {"b": "Two."}], "c": null, "d": ""})), "One. Two.");
    assert_eq!(words(&json!("One.")), "One.");
    assert_eq!(words(&json!(null)), "");
}

#[test]
fn a_scoped_token_api_needs_no_gateway() {
    assert!(gateway(json!({"dialect": "scoped"}), "https://a.example", false).is_none());
}

/// Every dialect that has a gateway.
fn dialects() -> [Value; 5] {
    [pt_sandbox(), air("v1"), air("v2"), mist("self"), mist("org")]
}

fn pt_sandbox() -> Value {
    json!({"dialect": "pt-sandbox"})
}

fn air(version: &str) -> Value {
    json!({"dialect": "air", "version": version})
}

fn mist(tokens: &str) -> Value {
    json!({"dialect": "mist", "tokens": tokens})
}

#[test]
fn systems_name_what_their_columns_show() {
    for dialect in dialects() {
        let system = gateway(dialect.clone(), "https://a.example", false).expect("a gateway").system();
        let mut places: Vec<usize> = system
            .columns
            .iter()
            .filter_map(|it| match it.kind {
                ColumnKind::Text(idx) | ColumnKind::Time(idx) | ColumnKind::Deadline(idx) => Some(idx),
                _ => None,
            })
            .collect();
        places.sort_unstable();
        assert_eq!(places, (0..system.n_extras()).collect::<Vec<_>>(), "{dialect}");
    }
}

#[test]
fn what_a_system_cannot_do_is_refused_and_costs_no_request() {
    let revoke = || Request::new(Method::Post, "/tokens/1/revoke".into());
    let edit = || Request::new(Method::Put, "/tokens/1".into()).json("{}".into());
    let read = || Request::new(Method::Get, "/tokens/1".into());
    for (dialect, requests) in [
        (pt_sandbox(), vec![revoke(), edit(), read()]),
        (air("v1"), vec![revoke(), edit(), read()]),
        (air("v2"), vec![revoke(), edit(), read()]),
        (mist("self"), vec![revoke()]),
        (mist("org"), vec![revoke()]),
    ] {
        let fake = Fake::new(dialect.clone());
        for request in requests {
            let answer = fake.during([], Transport::send(&fake, request)).expect("an answer");
            assert_eq!(answer.status, 405, "{dialect}");
        }
    }
}

#[test]
fn what_a_system_offers_has_its_call() {
    let call = json!({ "path": "/tokens/{id}" });
    let named = json!({ "path": "/tokens", "body": { "name": "{name}" } });
    let described = json!({"dialect": "rest", "api": {
        "name": "Acme", "token": { "id": "/id", "name": "/name" }, "list": { "path": "/tokens" }, "sign_in": {},
        "create": named, "update": call, "revoke": call, "rotate": call, "delete": call,
    }});
    for dialect in dialects().into_iter().chain([described]) {
        let fake = Fake::new(dialect.clone());
        let system = gateway(dialect.clone(), "https://a.example", false).expect("a gateway").system();
        for (action, method, path) in [
            (Action::Create, Method::Post, "tokens"),
            (Action::Edit, Method::Put, "tokens/1"),
            (Action::Revoke, Method::Post, "tokens/1/revoke"),
            (Action::Rotate, Method::Post, "tokens/1/rotate"),
            (Action::Delete, Method::Delete, "tokens/1"),
        ] {
            let draft = json!({ "guid": "", "name": "ci", "scopes": [] }).to_string();
            let answer = fake.during([], Transport::send(&fake, Request::new(method, path.into()).json(draft)));
            // No user signs in, so that is how far a call gets.
            let expected = if system.can(action).is_ok() { 401 } else { 405 };
            assert_eq!(answer.map(|it| it.status), Ok(expected), "{dialect}: {action:?}");
        }
    }
}

#[test]
fn a_token_without_an_id_reaches_no_other() {
    for dialect in dialects() {
        let fake = Fake::new(dialect);
        for id in ["", ".", ".."] {
            assert!(matches!(fake.delete(id, []), Err(ApiError::Invalid(..))), "{id}");
        }
    }
}

/// The same text with a secret in it as systems repeat it.
fn repeated(secret: &str) -> String {
    let encoded = crate::api::encode(secret);
    let whole = crate::api::mask::base64(format!("ada:{secret}").as_bytes());
    format!("no: {secret}, {encoded}, {whole}, {}", secret.replace('/', "\\/"))
}

#[test]
fn what_was_typed_or_sent_is_in_no_message() {
    use crate::api::{encode, mask::base64};

    let secret = "MARK/PW+ 77";
    let says =
        json!({ "errors": [{ "message": repeated(secret) }], "detail": repeated(secret), "message": repeated(secret) });
    #[track_caller]
    fn check<T: std::fmt::Debug>(outcome: Result<T, ApiError>, secret: &str) {
        let words = format!("{outcome:?}");
        assert!(words.contains(crate::secret::MASK), "{words}");
        let whole = base64(format!("ada:{secret}").as_bytes());
        for it in [secret, &encode(secret), &secret.replace('/', "\\\\/"), &whole, &base64(secret.as_bytes())] {
            assert!(!words.contains(it), "{it}: {words}");
        }
    }
    // At the sign-in.
    let air = || Fake::new(json!({"dialect": "air"}));
    let login = post("/api/v1/login/").json(json!({"username": "ada", "password": secret})).answers(500, says.clone());
    check(air().sign_in(&json!({"username": "ada", "password": secret}), [login]), secret);
    let authorize = get(&format!("/api/ui/auth/authorize?fingerprint={RANDOM}")).answers(403, says.clone());
    let typed = json!({"username": "ada", "password": secret, "account": "0"});
    check(Fake::new(json!({"dialect": "pt-sandbox"})).sign_in(&typed, [authorize]), secret);
    let mist = || Fake::new(json!({"dialect": "mist"}));
    let whoami = || get("/api/v1/self").with("Authorization", &format!("Token {secret}"));
    check(mist().sign_in(&json!({"token": secret}), [whoami().answers(403, says.clone())]), secret);
    // Later on.
    let fake = mist();
    assert!(fake.sign_in(&json!({"token": secret}), [whoami().answers(200, json!({}))]).is_ok());
    let list = get("/api/v1/self/apitokens").with("Authorization", &format!("Token {secret}"));
    check(fake.list([list.answers(500, says.clone())]), secret);
    let fake = air();
    let who = get("/api/v1/login/").bearer(secret).answers(200, json!({"username": "ada"}));
    assert!(fake.sign_in(&json!({"token": secret}), [who]).is_ok());
    let list = get("/api/v2/api-tokens/?limit=200&offset=0").bearer(secret);
    check(fake.list([list.answers(500, says.clone())]), secret);
    let api =
        json!({"name": "Acme", "token": {"id": "/id"}, "list": {"path": "/tokens"}, "sign_in": {"type": "basic"}});
    let fake = Fake::new(json!({"dialect": "rest", "api": api}));
    assert!(fake.sign_in(&json!({"username": "ada", "password": secret}), []).is_ok());
    let proof = format!("Basic {}", base64(format!("ada:{secret}").as_bytes()));
    check(fake.list([get("/tokens").with("Authorization", &proof).answers(500, says)]), secret);
}

#[test]
fn who_declines_to_sign_in_gets_no_further() {
    for dialect in dialects() {
        let fake = Fake::new(dialect);
        check_error(fake.page(None, []), ApiError::SignedOut("".into()), "The system wants to know who you are.");
        assert_eq!(*fake.reasons.borrow(), [""]);
    }
}

#[test]
fn what_was_not_asked_of_the_system_is_there_without_signing_in() {
    let names = |dialect: Value| {
        let fake = Fake::new(dialect);
        let scopes = fake.during([], api().scopes(&fake)).expect("scopes");
        scopes.into_iter().map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(names(pt_sandbox()), ["SCAN_WITH_EXTENDED_SETTINGS", "SCAN_WITH_PREDEFINED_SETTINGS", "TASKS_VIEW_ALL"]);
    for dialect in [air("v1"), air("v2"), mist("self"), mist("org")] {
        assert_eq!(names(dialect), [""; 0]);
    }
    for dialect in [pt_sandbox(), air("v1"), air("v2")] {
        let fake = Fake::new(dialect);
        assert_eq!(fake.during([], api().targets(&fake)), Ok(vec![]));
    }
}

/// What the page makes of an outcome.
fn outcome(outcome: Result<Value, ApiError>) -> Result<Response, ApiError> {
    answer(outcome)?.accepted()
}

#[test]
fn errors_come_to_the_page_as_they_are() {
    for error in [
        ApiError::NoAnswer(NetworkError::Timeout(30)),
        ApiError::SignedOut("Words.".into()),
        ApiError::SignedOut("".into()),
        ApiError::Forbidden("Words.".into()),
        ApiError::NotFound("Words.".into()),
        ApiError::Conflict("Words.".into()),
        ApiError::Changed,
        ApiError::Invalid("Words.".into(), vec![("name".into(), "Too long.".into())]),
        ApiError::Invalid("Words.".into(), vec![]),
        ApiError::TooMany(Some(7)),
        ApiError::TooMany(None),
        ApiError::Server(503, "Words.".into()),
        ApiError::Refused(418, "".into()),
        ApiError::Refused(401, "Words.".into()),
    ] {
        assert_eq!(outcome(Err(error.clone())), Err(error));
    }
}

#[test]
fn what_cannot_be_read_comes_to_the_page_as_such() {
    let answer = |detail: &str| outcome(Err(ApiError::Malformed(detail.into()))).expect("an answer");
    let missing = answer("entries is missing");
    assert!(matches!(put_page(&missing, &mut Store::new()), Err(ApiError::Malformed(_))));
    assert!(matches!(missing.json::<Vec<String>>(), Err(ApiError::Malformed(it)) if it == "entries is missing"));
    let page = Response { content_type: "text/html".into(), body: "Sign in".into(), ..Response::default() };
    assert_eq!(answer("an HTML page instead of JSON").json::<Vec<String>>(), Err(page.malformed("")));
}

#[test]
fn a_secret_stands_beside_the_body() {
    let token = json!({"id": "1", "secret": "s3cret", "secret_hash": "h"});
    let answer = outcome(Ok(token)).expect("an answer");
    assert_eq!(answer.secret, Some(Secret { value: "s3cret".into(), hash: Some("h".into()), ..Secret::default() }));
    assert_eq!(answer.body, br#"{"id":"1"}"#);
    let none = outcome(Ok(json!({"id": "1", "secret": null}))).expect("an answer");
    assert_eq!(none.secret, Some(Secret { value: String::new(), ..Secret::default() }));
    assert_eq!(outcome(Ok(json!({"id": "1"}))).map(|it| it.secret), Ok(None));
}

#[test]
fn a_made_token_lacks_nothing_that_was_asked_for() {
    let asked = || [("name", json!("ci")), ("expiry", json!(null))];
    assert_eq!(made(json!({"id": 5, "name": "CI"}), asked()), Ok(json!({"id": 5, "name": "CI", "expiry": null})));
    assert_eq!(made(json!({"name": null}), asked()), Ok(json!({"id": "", "name": "ci", "expiry": null})));
    for rubbish in [json!(null), json!([]), json!("ok"), json!(7)] {
        assert!(matches!(made(rubbish, asked()), Err(ApiError::Malformed(_))));
    }
}

/// What a call of the gateway's own answers.
#[track_caller]
fn ask(fake: &Fake, request: Request, steps: impl IntoIterator<Item = super::fake::Step>) -> Result<Value, ApiError> {
    fake.during(steps, Transport::send(fake, request)).map_err(ApiError::from)?.success()?.json()
}

fn details(id: &str) -> Request {
    Request::new(Method::Get, format!("tokens/{id}/details"))
}

fn test() -> Request {
    Request::new(Method::Post, "test".into())
}

/// A PT Sandbox where a user is signed in, and its answer to a list of one token.
fn sandbox() -> (Fake, super::fake::Step) {
    use super::fake::{RANDOM, get, post};
    let fake = Fake::new(pt_sandbox());
    let steps = [
        get(&format!("/api/ui/auth/authorize?fingerprint={RANDOM}"))
            .answers(200, json!({"data": {"location": "/ui/go"}})),
        post("/ui/login").json(json!({"username": "u", "password": "p", "authType": 0, "rememberLogin": true})),
        get("/ui/go"),
        post("/api/ui/auth/token")
            .json(json!({"fingerprint": RANDOM}))
            .answers(200, json!({"data": {"accessToken": "at"}})),
    ];
    assert_eq!(fake.sign_in(&json!({"username": "u", "password": "p"}), steps), Ok("u".into()));
    let entry = json!({"id": 7, "name": "CI", "vendor": {"odd": [1]}, "key": "s3cret", "token": null});
    let list = get("/api/ui/public-api/tokens").bearer("at").answers(200, json!({"total": 1, "entries": [entry]}));
    (fake, list)
}

#[test]
fn details_are_the_vendors_own_words_without_secrets() {
    let (fake, list) = sandbox();
    let answer = ask(&fake, details("7"), [list]).expect("details");
    assert_eq!(answer["token"]["name"], "CI");
    let expected = json!({"id": 7, "name": "CI", "vendor": {"odd": [1]}, "key": crate::secret::MASK, "token": null});
    assert_eq!(answer["raw"], expected);
    assert_eq!(ask(&fake, details("7"), []).expect("kept from the list"), answer);
}

#[test]
fn details_of_a_token_that_is_gone_are_not_found() {
    let (fake, list) = sandbox();
    assert_eq!(ask(&fake, details("8"), [list]), Err(ApiError::NotFound(Fault::NotListed.into())));
}

#[test]
fn a_test_says_what_was_found() {
    let (fake, list) = sandbox();
    let report = ask(&fake, test(), [list]).expect("a report");
    assert_eq!((&report["count"], &report["total"]), (&json!(1), &json!(1)));
    let name = json!({"label": "Name", "place": null, "found": "CI", "notes": []});
    assert_eq!(report["fields"][0], name);
}

#[test]
fn a_test_that_fails_says_why() {
    use super::fake::get;
    let (fake, _) = sandbox();
    let failing = get("/api/ui/public-api/tokens").bearer("at").fails(NetworkError::Offline);
    assert_eq!(ask(&fake, test(), [failing]), Err(NetworkError::Offline.into()));
}

#[test]
fn no_built_in_system_rotates() {
    for dialect in dialects() {
        let fake = Fake::new(dialect);
        let request = Request::new(Method::Post, "tokens/7/rotate".into());
        assert!(matches!(ask(&fake, request, []), Err(ApiError::Refused(405, _))));
    }
}
