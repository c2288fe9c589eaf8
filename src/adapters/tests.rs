//! What all gateways have in common.

use serde_json::{Value, json};

use super::adapter::Adapter;
use super::call::Call;
use super::fake::{Fake, RANDOM, check_error, gateway, get, post};
use super::fault::Fault;
use super::page::{Page, WrittenToken};
use super::site::Site;
use super::wire::{made, time, time_extra, words};
use super::{Calls, Gateway};
use crate::api::report::Finding;
use crate::api::tokens::{ListApi, TokenApi, Work};
use crate::api::{ApiError, NetworkError};
use crate::capabilities::{Action, Capabilities, ColumnKind};
use crate::draft::{Draft, Inputs};

#[cfg(not(target_arch = "wasm32"))]
mod any;
mod forgetting;
mod odd;
mod settings;

#[track_caller]
fn check_rebase(base: &str, address: &str, expected: &str) {
    check_rebase_of("", base, address, expected);
}

/// The same where it is known what the system calls itself.
#[track_caller]
fn check_rebase_of(system: &str, base: &str, address: &str, expected: &str) {
    assert_eq!(Site { base: base.into(), is_foreign: false, address: system.into() }.rebase(address), expected);
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
fn a_system_below_a_path_leads_through_the_connection_without_that_path() {
    let base = "https://desk.example/proxy/GitLab";
    for system in ["https://host.example/gitlab", "https://host.example/gitlab/", "/gitlab"] {
        for address in [
            "https://host.example/gitlab/api/v4/x?cursor=a/b",
            "https://HOST.example:8443/gitlab/api/v4/x?cursor=a/b",
            "http://10.0.0.7/gitlab/api/v4/x?cursor=a/b",
            "//host.example/gitlab/api/v4/x?cursor=a/b",
            "/gitlab/api/v4/x?cursor=a/b",
            "/proxy/GitLab/api/v4/x?cursor=a/b",
            "https://desk.example/proxy/GitLab/api/v4/x?cursor=a/b",
            // What it does not know that it lies under, it does not say.
            "/api/v4/x?cursor=a/b",
            "https://10.0.0.7/api/v4/x?cursor=a/b",
        ] {
            check_rebase_of(system, base, address, "https://desk.example/proxy/GitLab/api/v4/x?cursor=a/b");
        }
        check_rebase_of(system, base, "/gitlabs/x", "https://desk.example/proxy/GitLab/gitlabs/x");
    }
    check_rebase_of("https://host.example", base, "https://host.example/gitlab/x", &format!("{base}/gitlab/x"));
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
    for (dialect, edits) in
        [(pt_sandbox(), false), (air("v1"), false), (air("v2"), false), (mist("self"), true), (mist("org"), true)]
    {
        let fake = Fake::new(dialect.clone());
        let revoked = fake.during([], fake.api().revoke("1", &Inputs::new()));
        assert!(matches!(revoked, Err(ApiError::Refused(405, _))), "{dialect}");
        if !edits {
            assert!(matches!(fake.update("1", &Draft::default(), []), Err(ApiError::Refused(405, _))), "{dialect}");
        }
    }
}

#[test]
fn what_a_system_offers_has_its_call() {
    let call = json!({ "path": "/tokens/{id}" });
    let named = json!({ "path": "/tokens", "body": { "name": "{name}" } });
    let described = json!({"dialect": "rest", "api": {
        "name": "Acme", "token": { "id": "/id", "name": "/name", "disabled": "/off" }, "list": { "path": "/tokens" }, "sign_in": {},
        "create": named, "update": call, "revoke": call, "rotate": call, "disable": call, "enable": call, "delete": call,
    }});
    for dialect in dialects().into_iter().chain([described]) {
        let fake = Fake::new(dialect.clone());
        let system = gateway(dialect.clone(), "https://a.example", false).expect("a gateway").system();
        let (draft, none) = (Draft { name: "ci".into(), ..Draft::default() }, Inputs::new());
        let api = fake.api();
        for (action, call) in [
            (Action::Create, api.create(&draft, "key")),
            (Action::Edit, api.update("1", &draft, None)),
            (Action::Revoke, api.revoke("1", &none)),
            (Action::Rotate, api.rotate("1", &none)),
            (Action::Disable, api.disable("1", &none)),
            (Action::Enable, api.enable("1", &none)),
        ] {
            let error = fake.during([], call).expect_err("no user signs in");
            check_offered(&system, action, &error);
        }
        let error = fake.during([], api.delete("1", &none)).expect_err("no user signs in");
        check_offered(&system, Action::Delete, &error);
    }
}

/// No user signs in, so that is how far a call gets that a system has.
#[track_caller]
fn check_offered(system: &Capabilities, action: Action, error: &ApiError) {
    let expected = if system.can(action).is_ok() {
        matches!(error, ApiError::SignedOut(_))
    } else {
        matches!(error, ApiError::Refused(405, _))
    };
    assert!(expected, "{}: {action:?}: {error:?}", system.name);
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
        check_error(fake.page(None, []), ApiError::SignedOut("".into()), "You are not signed in.");
        assert_eq!(*fake.reasons.borrow(), [""]);
    }
}

#[test]
fn what_was_not_asked_of_the_system_is_there_without_signing_in() {
    let names = |dialect: Value| {
        let fake = Fake::new(dialect);
        let scopes = fake.during([], fake.api().scopes()).expect("scopes");
        scopes.into_iter().map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(names(pt_sandbox()), ["SCAN_WITH_EXTENDED_SETTINGS", "SCAN_WITH_PREDEFINED_SETTINGS", "TASKS_VIEW_ALL"]);
    for dialect in [air("v1"), air("v2"), mist("self"), mist("org")] {
        assert_eq!(names(dialect), [""; 0]);
    }
    for dialect in [pt_sandbox(), air("v1"), air("v2")] {
        let fake = Fake::new(dialect);
        assert_eq!(fake.during([], fake.api().targets()), Ok(vec![]));
    }
}

/// A system whose calls all fail so.
struct Failing(ApiError);

impl Failing {
    fn fail<'a, T: 'a>(&self) -> Work<'a, T> {
        let error = self.0.clone();
        Box::pin(async { Err(error) })
    }
}

impl Adapter for Failing {
    fn capabilities(&self, _: &Site) -> Capabilities {
        Capabilities { offers: vec![Action::Create, Action::Delete], ..Capabilities::default() }
    }

    fn list<'a>(&'a self, _: Call<'a>, _: Option<String>) -> Work<'a, Page> {
        self.fail()
    }

    fn read<'a>(&'a self, _: Call<'a>, _: &'a str, _: bool) -> Work<'a, Value> {
        self.fail()
    }

    fn create<'a>(&'a self, _: Call<'a>, _: &'a Draft) -> Work<'a, WrittenToken> {
        self.fail()
    }

    fn delete<'a>(&'a self, _: Call<'a>, _: &'a str, _: &'a Inputs) -> Work<'a, ()> {
        self.fail()
    }
}

#[test]
fn errors_come_to_the_page_as_they_are() {
    let fake = Fake::new(pt_sandbox());
    for error in [
        ApiError::NoAnswer(NetworkError::Timeout(30)),
        ApiError::SignedOut("Words.".into()),
        ApiError::SignedOut("".into()),
        ApiError::Forbidden("Words.".into()),
        ApiError::Conflict("Words.".into()),
        ApiError::Changed,
        ApiError::Invalid("Words.".into(), vec![("name".into(), "Too long.".into())]),
        ApiError::Invalid("Words.".into(), vec![]),
        ApiError::TooMany(Some(7)),
        ApiError::TooMany(None),
        ApiError::Server(503, "Words.".into()),
        ApiError::Refused(418, "".into()),
        ApiError::Refused(401, "Words.".into()),
        ApiError::Malformed("entries is missing".into()),
        ApiError::Endless("repeats itself".into()),
    ] {
        let gateway = Gateway::to("https://a.example", false, String::new(), Box::new(Failing(error.clone())));
        let api = Calls { gateway: &gateway, host: &fake };
        let draft = Draft::default();
        assert_eq!(fake.during([], api.list(5, None)).map(drop), Err(error.clone()));
        assert_eq!(fake.during([], api.test()).map(drop), Err(error.clone()));
        assert_eq!(fake.during([], api.read("1", false)).map(drop), Err(error.clone()));
        assert_eq!(fake.during([], api.create(&draft, "key")).map(drop), Err(error.clone()));
        assert_eq!(fake.during([], api.delete("1", &Inputs::new())).map(drop), Err(error));
    }
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

/// A PT Sandbox where a user is signed in, and its answer to a list of one token.
fn sandbox() -> (Fake, super::fake::Step) {
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
    let details = fake.details("7", [list]).expect("details");
    let expected = json!({"id": 7, "name": "CI", "vendor": {"odd": [1]}, "key": crate::secret::MASK, "token": null});
    assert_eq!(details, expected);
    assert_eq!(fake.details("7", []).expect("kept from the list"), details);
}

#[test]
fn details_of_a_token_that_is_gone_are_not_found() {
    let (fake, list) = sandbox();
    assert_eq!(fake.details("8", [list]), Err(ApiError::NotFound(Fault::NotListed.into())));
}

#[test]
fn a_test_says_what_was_found() {
    let (fake, list) = sandbox();
    let report = fake.during([list], fake.api().test()).expect("a report");
    assert_eq!((report.count, report.total), (1, Some(1)));
    let name = Finding { label: "Name".into(), found: Some("CI".into()), ..Finding::default() };
    assert_eq!(report.fields[0], name);
}

#[test]
fn a_test_that_fails_says_why() {
    let (fake, _) = sandbox();
    let failing = get("/api/ui/public-api/tokens").bearer("at").fails(NetworkError::Offline);
    assert_eq!(fake.during([failing], fake.api().test()), Err(NetworkError::Offline.into()));
}

#[test]
fn no_built_in_system_rotates() {
    for dialect in dialects() {
        let fake = Fake::new(dialect);
        let rotated = fake.during([], fake.api().rotate("7", &Inputs::new()));
        assert!(matches!(rotated, Err(ApiError::Refused(405, _))));
    }
}
