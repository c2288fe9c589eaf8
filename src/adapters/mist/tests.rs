//! Juniper Mist: what goes over its wire, and what comes of it.

use serde_json::{Value, json};

use super::texts::Text;
use crate::adapters::fake::*;
use crate::api::tokens::{Seen, Tagged};
use crate::api::{ApiError, NetworkError, Prompt, Secret};
use crate::capabilities::{Action, Capabilities, Field};
use crate::draft::Draft;
use crate::token::{Privilege, Status, Target};
use crate::words::Words;

mod tokens;

const SELF: &str = "/api/v1/self/apitokens";
const ORG: &str = "/api/v1/orgs/o1/apitokens";

/// A key as Mist makes them, and as it shows them.
const KEY: &str = "1qkbAcDeFgHiJkLmNoPqRsTuVwXyZ012345QQCL";
const MASKED: &str = "1qkb...QQCL";

fn own() -> Fake {
    Fake::new(json!({"dialect": "mist"}))
}

fn org() -> Fake {
    Fake::new(json!({"dialect": "mist", "tokens": "org", "org_id": "o1"}))
}

fn by_token() -> Value {
    json!({"token": "t1"})
}

fn by_password() -> Value {
    json!({"email": "ada@example.com", "password": "pw", "code": ""})
}

fn with_code() -> Value {
    json!({"email": "ada@example.com", "password": "pw", "code": "123456"})
}

/// A request with the API token `t1`.
trait Signed {
    fn signed(self) -> Step;
}

impl Signed for Step {
    fn signed(self) -> Step {
        self.with("Authorization", "Token t1")
    }
}

/// Who that is.
fn me() -> Value {
    let privileges = json!([{"scope": "org", "role": "admin", "org_id": "o1", "name": "Acme"}]);
    json!({"email": "ada@example.com", "privileges": privileges})
}

fn whoami() -> Step {
    get("/api/v1/self").answers(200, me())
}

fn login() -> Step {
    post("/api/v1/login").json(json!({"email": "ada@example.com", "password": "pw"})).answers(200, json!({}))
}

/// The same where a user has signed in with the API token `t1`.
#[track_caller]
fn signed_in(fake: Fake) -> Fake {
    assert!(fake.sign_in(&by_token(), [whoami().signed()]).is_ok());
    fake
}

/// The same where a user has signed in with a password, on a cloud that calls its cookie so.
#[track_caller]
fn with_session(fake: Fake, cookie: &'static str) -> Fake {
    let sets = move |fake: &Fake| fake.cookies.borrow_mut().extend([("theme", "dark"), (cookie, "c1")]);
    assert!(fake.sign_in(&by_password(), [login().meanwhile(sets), whoami()]).is_ok());
    fake
}

fn sites() -> Step {
    get("/api/v1/orgs/o1/sites?limit=1000&page=1").signed().answers(200, json!([{"id": "s1", "name": "North"}]))
}

fn site_groups() -> Step {
    get("/api/v1/orgs/o1/sitegroups?limit=1000&page=1").signed().answers(200, json!([{"id": "g1", "name": "Shops"}]))
}

/// What the list of the user's own tokens makes of one.
#[track_caller]
fn entry(token: Value) -> Value {
    signed_in(own()).entry([get(SELF).signed().answers(200, json!([token]))])
}

/// What the list of an organisation's tokens makes of one that names sites or site groups.
#[track_caller]
fn org_entry(token: Value) -> Value {
    signed_in(org()).entry([get(ORG).signed().answers(200, json!([token])), sites(), site_groups()])
}

/// The seed's example, which is the answer to a creation too.
fn example() -> Value {
    json!({
        "created_time": 0,
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "key": "string",
        "last_used": 0,
        "name": "string",
        "org_id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "privileges": [{
            "msp_id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
            "msp_name": "string",
            "name": "string",
            "org_id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
            "org_name": "string",
            "orggroup_ids": ["b069b358-4c97-5319-1f8c-7c5ca64d6ab1"],
            "role": "admin",
            "scope": "org",
            "site_id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
            "sitegroup_ids": ["6f4bf402-45f9-2a56-6c8b-7f83d3bc98e9"],
        }],
    })
}

// Signing in --------------------------------------------------------------------------------------------------------

#[test]
fn the_browsers_cookies_go_along_where_they_say_who_asks() {
    let fake = own();
    assert!(fake.sign_in(&by_password(), [login(), whoami()]).is_ok());
    fake.list([get(SELF).answers(200, json!([]))]).expect("a list");
    assert_eq!(fake.cookies_sent(), [true, true, true]);
    let fake = signed_in(own());
    fake.list([get(SELF).signed().answers(200, json!([]))]).expect("a list");
    assert_eq!(fake.cookies_sent(), [false, false]);
}

#[test]
fn an_organisation_whose_id_is_no_part_of_an_address_is_not_asked_for() {
    let fake = Fake::new(json!({"dialect": "mist", "tokens": "org", "org_id": ".."}));
    assert!(fake.sign_in(&by_token(), [whoami().signed()]).is_ok());
    let outcome = fake.list([]);
    assert!(matches!(outcome, Err(ApiError::NoAnswer(NetworkError::Outside(_)))), "{outcome:?}");
}

#[test]
fn an_api_token_is_sent_as_it_is() {
    assert_eq!(own().sign_in(&by_token(), [whoami().signed()]).as_deref(), Ok("ada@example.com"));
    assert_eq!(org().sign_in(&by_token(), [whoami().signed()]).as_deref(), Ok("ada@example.com, Acme"));
}

#[test]
fn an_organisations_token_has_a_name_and_no_e_mail() {
    let signed = |body: Value| own().sign_in(&by_token(), [get("/api/v1/self").signed().answers(200, body)]);
    assert_eq!(signed(json!({"name": "ci"})).as_deref(), Ok("ci"));
    assert_eq!(signed(json!({"email": null, "name": null})).as_deref(), Ok("an API token"));
}

#[test]
fn a_password_makes_a_session() {
    assert_eq!(own().sign_in(&by_password(), [login(), whoami()]).as_deref(), Ok("ada@example.com"));
}

#[test]
fn a_login_repeats_the_csrf_cookie_that_is_there() {
    let fake = own();
    fake.cookies.borrow_mut().push(("csrftoken", "old"));
    assert!(fake.sign_in(&by_password(), [login().with("X-CSRFToken", "old"), whoami()]).is_ok());
}

#[test]
fn a_code_goes_with_the_password() {
    let body = json!({"email": "ada@example.com", "password": "pw", "two_factor": "123456"});
    let step = post("/api/v1/login").json(body);
    assert!(own().sign_in(&with_code(), [step, whoami()]).is_ok());
}

fn login_with_code() -> Step {
    let body = json!({"email": "ada@example.com", "password": "pw", "two_factor": "123456"});
    post("/api/v1/login").json(body).meanwhile(|it| it.cookies.borrow_mut().push(("csrftoken", "c1")))
}

fn half_signed_in() -> Step {
    let body = json!({"email": "ada@example.com", "two_factor_required": true, "two_factor_passed": false});
    get("/api/v1/self").answers(200, body)
}

fn second_factor() -> Step {
    post("/api/v1/login/two_factor").with("X-CSRFToken", "c1").json(json!({"two_factor": "123456"}))
}

#[test]
fn a_second_factor_is_given_by_itself_where_it_is_still_wanted() {
    let steps = [login_with_code(), half_signed_in(), second_factor(), whoami()];
    assert_eq!(own().sign_in(&with_code(), steps).as_deref(), Ok("ada@example.com"));
    // It may go on saying that one is required.
    let passed = json!({"email": "ada@example.com", "two_factor_required": true, "two_factor_passed": true});
    let passed = get("/api/v1/self").answers(200, passed);
    let steps = [login_with_code(), half_signed_in(), second_factor(), passed];
    assert!(own().sign_in(&with_code(), steps).is_ok());
}

#[test]
fn a_second_factor_is_asked_for_where_none_was_typed() {
    let outcome = own().sign_in(&by_password(), [login(), half_signed_in()]);
    assert_eq!(outcome, Err(ApiError::WantsCode(Text::WantsCode.into())));
}

#[test]
fn a_wrong_code_is_told() {
    for status in [400, 401, 403] {
        let steps = [login_with_code(), half_signed_in(), second_factor().answers(status, json!({"detail": "No."}))];
        assert_eq!(own().sign_in(&with_code(), steps), refused(Text::CodeRefused), "{status}");
    }
    let steps = [login_with_code(), half_signed_in(), second_factor(), half_signed_in()];
    assert_eq!(own().sign_in(&with_code(), steps), refused(Text::CodeRefused));
    let steps = [login_with_code(), half_signed_in(), second_factor().says(503, "")];
    assert_eq!(own().sign_in(&with_code(), steps), Err(ApiError::Server(503, "".into())));
}

#[test]
fn a_refused_login_is_told() {
    for (status, body) in [(400, r#"{"detail":"Incorrect email or password."}"#), (401, ""), (403, "{}")] {
        let outcome = own().sign_in(&by_password(), [login().says(status, body)]);
        assert_eq!(outcome, refused(Text::LoginRefused), "{status}");
    }
}

#[test]
fn a_system_that_fails_says_nothing_about_the_password() {
    let at_login = |login: Step| own().sign_in(&by_password(), [login]);
    assert_eq!(at_login(login().fails(NetworkError::Unreachable)), Err(ApiError::NoAnswer(NetworkError::Unreachable)));
    assert_eq!(at_login(login().says(500, "")), Err(ApiError::Server(500, "".into())));
    let enough = login().says(429, "").and(|it| it.retry_after = Some(3600));
    assert_eq!(at_login(enough), Err(ApiError::TooMany(Some(3600))));
    let not_mist = login().answers(404, json!({"detail": "Not found."}));
    assert_eq!(at_login(not_mist), Err(ApiError::NotFound("Not found.".into())));
    let at_self = |whoami: Step| own().sign_in(&by_token(), [whoami.signed()]);
    assert_eq!(at_self(whoami().fails(NetworkError::Cors)), Err(ApiError::NoAnswer(NetworkError::Cors)));
    assert_eq!(at_self(whoami().says(503, "")), Err(ApiError::Server(503, "".into())));
    let words = "You do not have permission to perform this action.";
    assert_eq!(at_self(whoami().answers(403, json!({"detail": words}))), Err(ApiError::Forbidden(words.into())));
    for body in ["<h1>Welcome</h1>", "", "[]", "null"] {
        assert!(matches!(at_self(whoami().says(200, body)), Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn a_refused_token_and_a_lost_cookie_are_told_apart() {
    let detail = json!({"detail": "Invalid token."});
    let outcome = own().sign_in(&by_token(), [whoami().signed().answers(401, detail.clone())]);
    assert_eq!(outcome, refused(Text::TokenRefused));
    let outcome = own().sign_in(&by_password(), [login(), whoami().answers(401, detail)]);
    assert_eq!(outcome, refused(Text::NoSession));
}

/// Who signs in to which organisation, by what the system says of the user's privileges.
#[track_caller]
fn check_org(org_id: Option<&str>, privileges: Value, name: Result<&str, &str>, path: &str) {
    let mut settings = json!({"dialect": "mist", "tokens": "org"});
    if let Some(org_id) = org_id {
        settings["org_id"] = json!(org_id);
    }
    let fake = Fake::new(settings);
    let who = get("/api/v1/self").signed().answers(200, json!({"email": "ada", "privileges": privileges}));
    assert_eq!(fake.sign_in(&by_token(), [who]), name.map(str::to_owned).or_else(refused));
    if name.is_ok() {
        let path = format!("/api/v1/orgs/{path}/apitokens");
        assert_eq!(fake.list([get(&path).signed().answers(200, json!([]))]), Ok(vec![]));
    }
}

#[test]
fn the_organisation_is_the_configured_one_or_else_the_first() {
    let two = json!([
        {"scope": "msp", "role": "admin", "msp_id": "m1", "msp_name": "Partner"},
        {"scope": "org", "role": "read", "org_id": "o1", "name": "Acme"},
        {"scope": "org", "role": "admin", "org_id": "o2", "org_name": "Umbrella", "name": "?"},
    ]);
    check_org(None, two.clone(), Ok("ada, Acme"), "o1");
    check_org(Some("o2"), two.clone(), Ok("ada, Umbrella"), "o2");
    check_org(Some("o/3"), two, Ok("ada, o/3"), "o%2F3");
    check_org(Some("o2"), json!(null), Ok("ada, o2"), "o2");
}

#[test]
fn a_sites_name_is_not_its_organisations() {
    let site = json!({"scope": "site", "role": "read", "org_id": "o1", "site_id": "s1", "name": "North"});
    check_org(None, json!([site]), Ok("ada, o1"), "o1");
    let named = json!({"scope": "site", "role": "read", "org_id": "o1", "site_id": "s2", "org_name": "Acme"});
    check_org(None, json!([site, named]), Ok("ada, Acme"), "o1");
}

#[test]
fn who_belongs_to_no_organisation_is_told_what_to_do() {
    let words = "This account belongs to no organisation. Let the connection list your own tokens instead.";
    for privileges in [json!([]), json!(null), json!([5, {"scope": "msp"}, {"org_id": null}, {"org_id": ""}])] {
        check_org(None, privileges, Err(words), "");
    }
}

// Sessions ----------------------------------------------------------------------------------------------------------

#[test]
fn only_writes_repeat_the_csrf_cookie_whatever_the_cloud_calls_it() {
    for cookie in ["csrftoken", "csrftoken.eu", "csrftoken.gc1"] {
        let fake = with_session(own(), cookie);
        assert_eq!(fake.list([get(SELF).answers(200, json!([]))]), Ok(vec![]));
        let step = post(SELF).with("X-CSRFToken", "c1").json(json!({})).answers(200, json!({"id": "1"}));
        assert!(fake.create(&Draft::default(), [step]).is_ok());
        let read = get(&format!("{SELF}/1")).answers(200, json!({"id": "1"}));
        let write = put(&format!("{SELF}/1")).with("X-CSRFToken", "c1").json(json!({"name": ""}));
        assert!(fake.update("1", &Draft::default(), [read, write]).is_ok());
        assert_eq!(fake.delete("1", [delete(&format!("{SELF}/1")).with("X-CSRFToken", "c1")]), Ok(true));
    }
}

#[test]
fn of_several_clouds_on_one_origin_each_repeats_its_own_csrf_cookie() {
    let fake = own();
    fake.cookies.borrow_mut().push(("csrftoken", "us"));
    let sets = |fake: &Fake| fake.cookies.borrow_mut().push(("csrftoken.eu", "eu"));
    assert!(fake.sign_in(&by_password(), [login().with("X-CSRFToken", "us").meanwhile(sets), whoami()]).is_ok());
    assert_eq!(fake.delete("1", [delete(&format!("{SELF}/1")).with("X-CSRFToken", "eu")]), Ok(true));
    // After a reload it is not known whose they are.
    let fake = own();
    fake.cookies.borrow_mut().extend([("csrftoken", "us"), ("csrftoken.eu", "old")]);
    let refused = login().with("X-CSRFToken", "us").answers(403, json!({"detail": "CSRF Failed"}));
    let sets = |fake: &Fake| fake.cookies.borrow_mut()[1].1 = "eu";
    let accepted = login().with("X-CSRFToken", "old").meanwhile(sets);
    assert!(fake.sign_in(&by_password(), [refused, accepted, whoami()]).is_ok());
    assert_eq!(fake.delete("1", [delete(&format!("{SELF}/1")).with("X-CSRFToken", "eu")]), Ok(true));
}

#[test]
fn another_cookie_is_no_csrf_cookie() {
    let fake = with_session(own(), "csrftoken_of_another");
    assert_eq!(fake.delete("1", [delete(&format!("{SELF}/1"))]), Ok(true));
}

#[test]
fn who_signs_in_with_a_token_repeats_no_cookie() {
    let fake = signed_in(own());
    fake.cookies.borrow_mut().push(("csrftoken", "c1"));
    assert_eq!(fake.delete("1", [delete(&format!("{SELF}/1")).signed()]), Ok(true));
}

#[test]
fn a_missing_csrf_token_is_told_and_asks_for_nothing() {
    let fake = with_session(own(), "csrftoken");
    let words = "CSRF Failed: CSRF token missing or incorrect.";
    let step = delete(&format!("{SELF}/1")).with("X-CSRFToken", "c1").answers(403, json!({"detail": words}));
    check_error(fake.delete("1", [step]), ApiError::Forbidden(words.into()), words);
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn a_lost_session_asks_once_and_the_work_goes_on() {
    let fake = with_session(own(), "csrftoken");
    fake.will_type(by_token());
    let deletion = || delete(&format!("{SELF}/1"));
    let steps = [
        deletion().with("X-CSRFToken", "c1").answers(401, json!({"detail": "Gone."})),
        whoami().signed(),
        deletion().signed(),
    ];
    assert_eq!(fake.delete("1", steps), Ok(true));
    assert_eq!(*fake.reasons.borrow(), [Words::from(Prompt::SessionEnded)]);
}

#[test]
fn who_declines_to_sign_in_again_is_told_so() {
    let outcome = signed_in(own()).list([get(SELF).signed().says(401, "")]);
    check_error(outcome, ApiError::SignedOut("".into()), "You are not signed in.");
}

#[test]
fn a_late_refusal_does_not_end_a_session_that_is_newer() {
    // Sessions by cookie look alike.
    let fake = with_session(own(), "csrftoken");
    let again = |fake: &Fake| {
        let login = login().with("X-CSRFToken", "c1");
        assert!(fake.sign_in(&by_password(), [login, whoami()]).is_ok());
    };
    let steps = [get(SELF).says(401, "").meanwhile(again), get(SELF).answers(200, json!([]))];
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn signing_out_ends_the_session_there_too() {
    let fake = with_session(own(), "csrftoken.eu");
    fake.sign_out([post("/api/v1/logout").with("X-CSRFToken", "c1").answers(200, json!({}))]);
    assert_eq!(fake.list([]), Err(ApiError::SignedOut("".into())));
    // There is nothing to end any more, and never was with a token.
    fake.sign_out([]);
    signed_in(own()).sign_out([]);
}

#[test]
fn signing_out_needs_no_answer() {
    for step in [post("/api/v1/logout").fails(NetworkError::Offline), post("/api/v1/logout").says(500, "")] {
        let fake = with_session(own(), "csrftoken");
        fake.sign_out([step.with("X-CSRFToken", "c1")]);
        assert_eq!(fake.list([]), Err(ApiError::SignedOut("".into())));
    }
}

#[test]
fn who_signs_in_while_signing_out_stays_signed_in() {
    let fake = with_session(own(), "csrftoken");
    let again = |fake: &Fake| assert!(fake.sign_in(&by_token(), [whoami().signed()]).is_ok());
    fake.sign_out([post("/api/v1/logout").with("X-CSRFToken", "c1").meanwhile(again)]);
    assert_eq!(fake.list([get(SELF).signed().answers(200, json!([]))]), Ok(vec![]));
}

// Reading -----------------------------------------------------------------------------------------------------------
