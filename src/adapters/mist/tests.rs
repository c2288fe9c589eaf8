//! Juniper Mist: what goes over its wire, and what comes of it.

use serde_json::{Value, json};

use crate::adapters::fake::*;
use crate::api::scoped::{Seen, Tagged};
use crate::api::{ApiError, NetworkError, Secret};
use crate::capabilities::{Action, Capabilities};
use crate::draft::{Draft, Field};
use crate::token::{Privilege, Status, Target};

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

/// The same where somebody has signed in with the API token `t1`.
#[track_caller]
fn signed_in(fake: Fake) -> Fake {
    assert!(fake.sign_in(&by_token(), [whoami().signed()]).is_ok());
    fake
}

/// The same where somebody has signed in with a password, on a cloud that calls its cookie so.
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
    let nobody = |body: Value| own().sign_in(&by_token(), [get("/api/v1/self").signed().answers(200, body)]);
    assert_eq!(nobody(json!({"name": "ci"})).as_deref(), Ok("ci"));
    assert_eq!(nobody(json!({"email": null, "name": null})).as_deref(), Ok("an API token"));
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
    assert_eq!(outcome, refused("This account has a second factor: enter its code and sign in again."));
}

#[test]
fn a_wrong_code_is_told() {
    let words = "Mist did not accept this code.";
    for status in [400, 401, 403] {
        let steps = [login_with_code(), half_signed_in(), second_factor().answers(status, json!({"detail": "No."}))];
        assert_eq!(own().sign_in(&with_code(), steps), refused(words), "{status}");
    }
    let steps = [login_with_code(), half_signed_in(), second_factor(), half_signed_in()];
    assert_eq!(own().sign_in(&with_code(), steps), refused(words));
    let steps = [login_with_code(), half_signed_in(), second_factor().says(503, "")];
    assert_eq!(own().sign_in(&with_code(), steps), Err(ApiError::Server(503, String::new())));
}

#[test]
fn a_refused_login_is_told() {
    for (status, body) in [(400, r#"{"detail":"Incorrect email or password."}"#), (401, ""), (403, "{}")] {
        let outcome = own().sign_in(&by_password(), [login().says(status, body)]);
        assert_eq!(outcome, refused("Mist did not accept this e-mail, password or code."), "{status}");
    }
}

#[test]
fn a_system_that_fails_says_nothing_about_the_password() {
    let at_login = |login: Step| own().sign_in(&by_password(), [login]);
    assert_eq!(at_login(login().fails(NetworkError::Unreachable)), Err(ApiError::NoAnswer(NetworkError::Unreachable)));
    assert_eq!(at_login(login().says(500, "")), Err(ApiError::Server(500, String::new())));
    let enough = login().says(429, "").and(|it| it.retry_after = Some(3600));
    assert_eq!(at_login(enough), Err(ApiError::TooMany(Some(3600))));
    let not_mist = login().answers(404, json!({"detail": "Not found."}));
    assert_eq!(at_login(not_mist), Err(ApiError::NotFound("Not found.".into())));
    let at_self = |whoami: Step| own().sign_in(&by_token(), [whoami.signed()]);
    assert_eq!(at_self(whoami().fails(NetworkError::Cors)), Err(ApiError::NoAnswer(NetworkError::Cors)));
    assert_eq!(at_self(whoami().says(503, "")), Err(ApiError::Server(503, String::new())));
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
    assert_eq!(outcome, refused("Mist did not accept this API token."));
    let outcome = own().sign_in(&by_password(), [login(), whoami().answers(401, detail)]);
    assert_eq!(outcome, refused("Mist accepted the sign-in, but its session cookie did not come back."));
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
    // After a reload nobody knows whose they are.
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
    assert_eq!(*fake.reasons.borrow(), ["Your session has ended. Sign in to go on; nothing that you typed is lost."]);
}

#[test]
fn who_declines_to_sign_in_again_is_told_so() {
    let outcome = signed_in(own()).list([get(SELF).signed().says(401, "")]);
    check_error(outcome, ApiError::SignedOut(String::new()), "The system wants to know who you are.");
}

#[test]
fn a_late_refusal_does_not_end_a_session_that_is_newer() {
    // Sessions by cookie look alike.
    let fake = with_session(own(), "csrftoken");
    let anew = |fake: &Fake| {
        let login = login().with("X-CSRFToken", "c1");
        assert!(fake.sign_in(&by_password(), [login, whoami()]).is_ok());
    };
    let steps = [get(SELF).says(401, "").meanwhile(anew), get(SELF).answers(200, json!([]))];
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn signing_out_ends_the_session_there_too() {
    let fake = with_session(own(), "csrftoken.eu");
    fake.sign_out([post("/api/v1/logout").with("X-CSRFToken", "c1").answers(200, json!({}))]);
    assert_eq!(fake.list([]), Err(ApiError::SignedOut(String::new())));
    // There is nothing to end any more, and never was with a token.
    fake.sign_out([]);
    signed_in(own()).sign_out([]);
}

#[test]
fn signing_out_needs_no_answer() {
    for step in [post("/api/v1/logout").fails(NetworkError::Offline), post("/api/v1/logout").says(500, "")] {
        let fake = with_session(own(), "csrftoken");
        fake.sign_out([step.with("X-CSRFToken", "c1")]);
        assert_eq!(fake.list([]), Err(ApiError::SignedOut(String::new())));
    }
}

#[test]
fn who_signs_in_while_signing_out_stays_signed_in() {
    let fake = with_session(own(), "csrftoken");
    let anew = |fake: &Fake| assert!(fake.sign_in(&by_token(), [whoami().signed()]).is_ok());
    fake.sign_out([post("/api/v1/logout").with("X-CSRFToken", "c1").meanwhile(anew)]);
    assert_eq!(fake.list([get(SELF).signed().answers(200, json!([]))]), Ok(vec![]));
}

// Reading -----------------------------------------------------------------------------------------------------------

#[test]
fn the_seeds_example_is_read() {
    let expected = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "guid": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "string",
        "scopes": ["org: admin"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "privileges": [{"scope": "org", "role": "admin", "target": ""}],
        "source_ips": [],
        // Nobody knows when it was made, and it was never used.
        "last_used_at": null,
        "extras": ["string", "string", null, null, null],
    });
    let entry = entry(example());
    assert_eq!(entry, expected);
    assert_eq!(status_of(&entry, 0), Status::Active);
}

#[test]
fn an_organisations_token_is_read() {
    let token = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "ci",
        "key": MASKED,
        "created_time": 1_700_000_000.5,
        "last_used": 1_700_086_400,
        "org_id": "o1",
        "created_by": "ada@example.com",
        "src_ips": ["63.3.56.0/24", "63.3.55.4"],
        "privileges": [
            {"scope": "org", "role": "read", "org_id": "o1"},
            {"scope": "site", "role": "write", "site_id": "s1", "views": ["location"]},
            {"scope": "sitegroup", "role": "write", "sitegroup_ids": ["g1", "g2"]},
        ],
        "unknown": {"a": 1},
    });
    let expected = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "guid": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "ci",
        "scopes": ["org: read", "site: write", "sitegroup: write"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "created_by": "ada@example.com",
        "last_used_at": "2023-11-15T22:13:20Z",
        "privileges": [
            {"scope": "org", "role": "read", "target": ""},
            {"scope": "site", "role": "write", "target": "s1"},
            {"scope": "sitegroup", "role": "write", "target": "g1"},
            {"scope": "sitegroup", "role": "write", "target": "g2"},
        ],
        "source_ips": ["63.3.56.0/24", "63.3.55.4"],
        "extras": [
            "Acme, North, Shops, g2", MASKED, "2023-11-14T22:13:20.500Z", "2024-02-13T22:13:20Z",
            "63.3.56.0/24, 63.3.55.4",
        ],
    });
    assert_eq!(org_entry(token), expected);
}

/// When a token that is like this will be removed.
#[track_caller]
fn check_deadline(created: Value, last_used: Option<Value>, expected: Option<&str>) {
    let mut token = json!({"id": "1", "name": "n", "created_time": created});
    if let Some(last_used) = last_used {
        token["last_used"] = last_used;
    }
    assert_eq!(entry(token)["extras"][3].as_str(), expected);
}

#[test]
fn a_token_is_removed_ninety_days_after_its_last_use() {
    let (made, used) = (json!(1_700_000_000), json!(1_700_086_400));
    check_deadline(made.clone(), Some(used.clone()), Some("2024-02-13T22:13:20Z"));
    check_deadline(json!(0), Some(used), Some("2024-02-13T22:13:20Z"));
    for never in [json!(0), json!(0.0), json!(null)] {
        check_deadline(made.clone(), Some(never.clone()), Some("2024-02-12T22:13:20Z"));
        check_deadline(json!(0), Some(never), None);
    }
    check_deadline(made, None, None);
}

#[test]
fn what_is_missing_is_not_reported() {
    for token in [json!({"id": "1"}), json!({"id": "1", "name": null, "key": null, "privileges": null})] {
        let entry = entry(token);
        assert_eq!((&entry["name"], &entry["extras"]), (&json!(""), &json!([null, null, null, null, null])));
        for absent in ["scopes", "created_by", "last_used_at"] {
            assert_eq!(entry.get(absent), None, "{absent}");
        }
    }
}

#[test]
fn what_is_null_is_said_not_to_be_there() {
    let entry = entry(json!({"id": "1", "last_used": null, "created_by": null, "src_ips": null, "privileges": []}));
    assert_eq!((&entry["last_used_at"], &entry["created_by"]), (&json!(null), &json!(null)));
    assert_eq!((&entry["extras"][0], &entry["extras"][4]), (&json!(""), &json!("")));
    assert_eq!(entry["scopes"], json!([]));
}

#[test]
fn scopes_and_roles_that_nobody_knows_are_shown() {
    let privileges = json!([
        {"scope": "galaxy", "role": "emperor"},
        {"scope": "galaxy", "role": "emperor", "name": "Andromeda"},
        {"role": "read"},
        {"scope": "msp", "role": "admin", "msp_id": "m1", "msp_name": "Partner"},
        {"scope": "orggroup", "role": "read", "orggroup_ids": ["x1", "x1"], "name": "Partner"},
        null,
        "admin",
    ]);
    let entry = entry(json!({"id": "1", "name": "n", "privileges": privileges}));
    assert_eq!(entry["scopes"], json!(["galaxy: emperor", "read", "msp: admin", "orggroup: read"]));
    assert_eq!(entry["extras"][0], json!("Andromeda, Partner"));
    assert_eq!(entry["privileges"][4], json!({"scope": "orggroup", "role": "read", "target": "x1"}));
    assert_eq!(entry["privileges"].as_array().map(Vec::len), Some(5));
}

#[test]
fn what_is_no_token_hides_no_other() {
    let tokens = json!([null, "x", {"name": "no id"}, {"id": "1"}]);
    let page = signed_in(own()).page(None, [get(SELF).signed().answers(200, tokens)]).expect("a page");
    assert_eq!((&page["total"], &page["next"]), (&json!(4), &json!(null)));
    let statuses: Vec<Status> = entries_of(&page).iter().map(|it| status_of(it, 0)).collect();
    assert_eq!(statuses, [Status::Unreadable, Status::Unreadable, Status::Unreadable, Status::Active]);
}

#[test]
fn what_is_no_list_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "{}", "null", r#"{"detail":"?"}"#] {
        let outcome = signed_in(own()).list([get(SELF).signed().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn a_list_shows_ids_where_names_cannot_be_had() {
    let token = || {
        json!([{"id": "1", "privileges": [
            {"scope": "site", "role": "read", "site_id": "s1"},
            {"scope": "sitegroup", "role": "read", "sitegroup_id": "g1"},
        ]}])
    };
    let shown = |steps: Vec<Step>| {
        let mut all = vec![get(ORG).signed().answers(200, token())];
        all.extend(steps);
        signed_in(org()).entry(all)["extras"][0].clone()
    };
    assert_eq!(shown(vec![sites(), site_groups()]), json!("North, Shops"));
    assert_eq!(shown(vec![sites().says(403, ""), site_groups()]), json!("s1, Shops"));
    assert_eq!(shown(vec![sites(), site_groups().says(404, "")]), json!("North, g1"));
    assert_eq!(shown(vec![sites().fails(NetworkError::Timeout(30))]), json!("s1, g1"));
    assert_eq!(shown(vec![sites().says(200, "<h1>Welcome</h1>")]), json!("s1, g1"));
}

#[test]
fn who_declines_to_sign_in_for_names_is_not_asked_again() {
    let fake = signed_in(org());
    let token = json!([{"id": "1", "privileges": [{"scope": "site", "role": "read", "site_id": "s1"}]}]);
    let entry = fake.entry([get(ORG).signed().answers(200, token), sites().says(401, "")]);
    assert_eq!(entry["extras"][0], json!("s1"));
    assert_eq!(fake.reasons.borrow().len(), 1);
}

#[test]
fn one_token_is_read_with_its_places() {
    let token = json!({"id": "1", "name": "ci", "privileges": [{"scope": "site", "role": "read", "site_id": "s1"}]});
    let read = get(&format!("{ORG}/1")).signed().answers(200, token);
    let tagged = signed_in(org()).read("1", [read, sites(), site_groups()]).expect("a token");
    let privilege = Privilege { scope: "site".into(), role: "read".into(), target: "s1".into() };
    assert_eq!((tagged.token.name.as_str(), tagged.token.privileges.as_slice()), ("ci", [privilege].as_slice()));
    for body in ["[]", "", "null"] {
        let outcome = signed_in(own()).read("1", [get(&format!("{SELF}/1")).signed().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

// Places ------------------------------------------------------------------------------------------------------------

fn targets(fake: &Fake, steps: impl IntoIterator<Item = Step>) -> Result<Vec<Target>, ApiError> {
    fake.during(steps, api().targets(fake))
}

#[test]
fn targets_are_sites_and_site_groups() {
    let target = |scope: &str, id: &str, name: &str| Target { scope: scope.into(), id: id.into(), name: name.into() };
    let odd = sites().answers(200, json!([null, {"name": "no id"}, {"id": "s1", "name": "North"}, {"id": "s2"}]));
    let expected = vec![target("site", "s1", "North"), target("site", "s2", "s2"), target("sitegroup", "g1", "Shops")];
    assert_eq!(targets(&signed_in(org()), [odd, site_groups()]), Ok(expected));
    assert_eq!(targets(&signed_in(own()), []), Ok(vec![]));
}

#[test]
fn the_form_is_told_why_there_are_no_targets() {
    let words = "You do not have permission to perform this action.";
    let outcome = targets(&signed_in(org()), [sites().answers(403, json!({"detail": words}))]);
    assert_eq!(outcome, Err(ApiError::Forbidden(words.into())));
    let outcome = targets(&signed_in(org()), [sites().says(200, "{}")]);
    assert!(matches!(outcome, Err(ApiError::Malformed(_))));
}

fn page_of_sites(number: usize, ids: std::ops::Range<usize>) -> Step {
    let list: Vec<Value> = ids.map(|it| json!({"id": format!("s{it}")})).collect();
    get(&format!("/api/v1/orgs/o1/sites?limit=1000&page={number}")).signed().answers(200, json!(list))
}

#[test]
fn sites_come_page_by_page() {
    let found = |pages: Vec<Step>| {
        let steps = pages.into_iter().chain([site_groups().answers(200, json!([]))]);
        targets(&signed_in(org()), steps).map(|it| it.len())
    };
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 1_000..1_001)]), Ok(1_001));
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 0..0)]), Ok(1_000));
    // A system without pages gives the same one for ever.
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 0..1_000)]), Ok(1_000));
}

// Writing -----------------------------------------------------------------------------------------------------------

fn privilege(scope: &str, role: &str, target: &str) -> Privilege {
    Privilege { scope: scope.into(), role: role.into(), target: target.into() }
}

fn org_draft(privileges: &[Privilege]) -> Draft {
    Draft {
        guid: "made-in-the-page".into(),
        name: "ci".into(),
        privileges: Some(privileges.into()),
        source_ips: Some(vec![]),
        ..Draft::default()
    }
}

#[test]
fn a_token_of_ones_own_may_have_no_name() {
    let made = |name: &str, body: Value| {
        let draft = Draft { name: name.into(), ..Draft::default() };
        let step = post(SELF).signed().json(body).answers(200, json!({"id": "1", "name": name, "key": KEY}));
        signed_in(own()).create(&draft, [step]).expect("a token")
    };
    assert_eq!(made("", json!({})).token.name, "");
    assert_eq!(made("ci", json!({"name": "ci"})).token.name, "ci");
}

/// A token of one's own whose creation is answered so.
#[track_caller]
fn created(answer: Value) -> Result<Tagged, ApiError> {
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    signed_in(own()).create(&draft, [post(SELF).signed().json(json!({"name": "ci"})).answers(200, answer)])
}

#[test]
fn the_key_is_told_once() {
    let token = json!({"id": "1", "name": "ci", "key": KEY, "created_time": 1_700_000_000, "last_used": null});
    for answer in [token.clone(), json!([token])] {
        let tagged = created(answer).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: KEY.into(), ..Secret::default() }));
        let body = body_of(&tagged);
        assert_eq!(body["extras"][1], json!(MASKED));
        assert!(!body.to_string().contains(KEY));
    }
}

#[test]
fn the_seeds_answer_to_a_creation_is_read() {
    let tagged = created(example()).expect("a token");
    assert_eq!(tagged.secret, Some(Secret { value: "string".into(), ..Secret::default() }));
    assert_eq!(tagged.token.id, "b069b358-4c97-5319-1f8c-7c5ca64d6ab1");
    // So short a key would be told by its ends.
    assert_eq!(body_of(&tagged)["extras"][1], json!(""));
}

#[test]
fn a_missing_key_is_told() {
    for answer in [json!({"id": "1"}), json!({"id": "1", "key": null}), json!({"id": "1", "key": 5})] {
        let tagged = created(answer).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: String::new(), ..Secret::default() }));
    }
}

#[test]
fn what_is_no_token_after_a_creation_is_no_answer() {
    for answer in [json!(null), json!([]), json!([5]), json!("ok"), json!([{"id": "1"}, {"id": "2"}])] {
        assert!(matches!(created(answer.clone()), Err(ApiError::Malformed(_))), "{answer}");
    }
}

#[test]
fn a_new_token_of_an_organisation_says_where_it_holds() {
    let all = [privilege("org", "read", ""), privilege("site", "write", "s1"), privilege("sitegroup", "admin", "g1")];
    let on_wire = json!([
        {"scope": "org", "role": "read", "org_id": "o1"},
        {"scope": "site", "role": "write", "site_id": "s1"},
        {"scope": "sitegroup", "role": "admin", "sitegroup_id": "g1"},
    ]);
    let body = json!({"name": "ci", "privileges": on_wire, "src_ips": ["10.0.0.0/8"]});
    let step = post(ORG).signed().json(body);
    // The answer leaves the privileges out.
    let answer = json!({"id": "1", "name": "ci", "key": KEY, "created_time": 1_700_000_000, "src_ips": ["10.0.0.0/8"]});
    let draft = Draft { source_ips: Some(vec!["10.0.0.0/8".into()]), ..org_draft(&all) };
    let steps = [step.answers(200, answer), sites(), site_groups()];
    let tagged = signed_in(org()).create(&draft, steps).expect("a token");
    assert_eq!(tagged.token.privileges, all);
    assert_eq!(tagged.token.source_ips, ["10.0.0.0/8"]);
    let expected = json!(["Acme, North, Shops", MASKED, "2023-11-14T22:13:20Z", "2024-02-12T22:13:20Z", "10.0.0.0/8"]);
    assert_eq!(body_of(&tagged)["extras"], expected);
}

#[test]
fn a_key_is_not_lost_over_what_its_answer_leaves_out() {
    let body = json!({"name": "ci", "privileges": [{"scope": "org", "role": "read", "org_id": "o1"}]});
    let step = post(ORG).signed().json(body).answers(200, json!({"key": KEY, "privileges": null}));
    let draft = org_draft(&[privilege("org", "read", "")]);
    let tagged = signed_in(org()).create(&draft, [step]).expect("a token");
    assert_eq!(tagged.secret.as_ref().map(|it| it.value.as_str()), Some(KEY));
    assert_eq!((tagged.token.name.as_str(), tagged.token.privileges.len()), ("ci", 1));
    // It was asked to be good from anywhere.
    assert_eq!(body_of(&tagged)["extras"][4], json!(""));
}

/// Saves a token of the organisation that has such privileges on the wire; the request says others, the answer nothing.
#[track_caller]
fn check_update(before: Value, privileges: &[Privilege], sent: Value) {
    let token = json!({"id": "1", "name": "old", "key": MASKED, "created_by": "ada", "privileges": before});
    let read = get(&format!("{ORG}/1")).signed().answers(200, token);
    let write = put(&format!("{ORG}/1")).signed().json(json!({"name": "ci", "privileges": sent}));
    let has_places = privileges.iter().any(|it| it.scope != "org");
    let names = if has_places { vec![sites(), site_groups()] } else { vec![] };
    let steps = [read, write].into_iter().chain(names);
    let tagged = signed_in(org()).update("1", &org_draft(privileges), steps).expect("a token");
    assert_eq!((tagged.token.id.as_str(), tagged.token.name.as_str()), ("1", "ci"));
    let said = |list: &[Privilege]| list.iter().map(|it| format!("{it:?}")).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(said(&tagged.token.privileges), said(privileges));
    let body = body_of(&tagged);
    assert_eq!((&body["created_by"], &body["extras"][1]), (&json!("ada"), &json!(MASKED)));
}

#[test]
fn a_put_without_a_body_leaves_what_was_there_and_what_was_sent() {
    let org = json!([{"scope": "org", "role": "read", "org_id": "o1"}]);
    check_update(org.clone(), &[privilege("org", "read", "")], org.clone());
    check_update(json!(null), &[privilege("org", "read", "")], org);
}

#[test]
fn what_the_form_does_not_show_of_a_privilege_goes_back() {
    let limited = json!({"scope": "site", "role": "write", "site_id": "s1", "views": ["location"], "new": 1});
    let added = json!({"scope": "org", "role": "read", "org_id": "o1"});
    let kept = privilege("site", "write", "s1");
    check_update(json!([limited]), std::slice::from_ref(&kept), json!([limited]));
    check_update(json!([limited]), &[kept, privilege("org", "read", "")], json!([limited, added]));
    // A privilege with another role is another privilege.
    let other = json!({"scope": "site", "role": "read", "site_id": "s1"});
    check_update(json!([limited]), &[privilege("site", "read", "s1")], json!([other]));
}

#[test]
fn a_privilege_for_several_places_stays_one_with_its_limits() {
    let both = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g1", "g2"], "views": ["location"]});
    let (first, second) = (privilege("sitegroup", "read", "g1"), privilege("sitegroup", "read", "g2"));
    check_update(json!([both]), &[first.clone(), second.clone()], json!([both]));
    let one = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g2"], "views": ["location"]});
    check_update(json!([both]), std::slice::from_ref(&second), json!([one]));
    let mixed = json!({"scope": "sitegroup", "role": "read", "sitegroup_id": "g1", "sitegroup_ids": ["g1", "g2"]});
    let rest = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g2"]});
    check_update(json!([mixed]), &[first, second.clone()], json!([mixed]));
    check_update(json!([mixed]), &[second], json!([rest]));
}

#[test]
fn an_answer_to_a_put_is_what_there_is_now() {
    let read = || get(&format!("{SELF}/1")).signed().answers(200, json!({"id": "1", "name": "old", "created_time": 5}));
    let write = || put(&format!("{SELF}/1")).signed().json(json!({"name": "ci"}));
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    let saved = |body: &str| signed_in(own()).update("1", &draft, [read(), write().says(200, body)]).expect("a token");
    for (body, name) in [
        ("", "ci"),
        ("{}", "ci"),
        ("[]", "ci"),
        ("null", "ci"),
        (r#"{"name":null}"#, "ci"),
        (r#"{"name":"CI","id":"1"}"#, "CI"),
        (r#"[{"name":"CI","id":"1"}]"#, "CI"),
    ] {
        let tagged = saved(body);
        assert_eq!((tagged.token.id.as_str(), tagged.token.name.as_str()), ("1", name), "{body}");
        assert_eq!(body_of(&tagged)["extras"][2], json!("1970-01-01T00:00:05Z"), "{body}");
        // What it does not say is not seen yet.
        assert_eq!(tagged.seen == Seen::Answered, name == "CI", "{body}");
    }
    let page = signed_in(own()).update("1", &draft, [read(), write().says(200, "<h1>Sign in</h1>")]);
    assert!(matches!(page, Err(ApiError::Malformed(_))));
}

#[test]
fn a_token_that_cannot_be_read_is_not_written() {
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    let read = || get(&format!("{SELF}/1")).signed();
    let outcome = signed_in(own()).update("1", &draft, [read().answers(404, json!({"id": "1"}))]);
    assert_eq!(outcome, Err(ApiError::NotFound(String::new())));
    for body in ["[]", "\"x\"", "", "<h1>Welcome</h1>"] {
        let outcome = signed_in(own()).update("1", &draft, [read().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn any_success_deletes() {
    for (status, body) in [(200, ""), (200, "{}"), (204, "")] {
        let step = delete(&format!("{ORG}/1")).signed().says(status, body);
        assert_eq!(signed_in(org()).delete("1", [step]), Ok(true));
    }
    let step = delete(&format!("{ORG}/1")).signed().says(200, "<h1>Sign in</h1>");
    assert!(matches!(signed_in(org()).delete("1", [step]), Err(ApiError::Malformed(_))));
    let step = delete(&format!("{ORG}/a%2Fb")).signed().answers(404, json!({"id": "a/b"}));
    assert_eq!(signed_in(org()).delete("a/b", [step]), Ok(false));
}

#[test]
fn errors_are_told_in_the_systems_words() {
    let silent = String::new;
    let check = |status: u16, body: &str, expected: ApiError, words: &str| {
        check_error(signed_in(own()).list([get(SELF).signed().says(status, body)]), expected, words);
    };
    let detail = |words: &str| json!({ "detail": words }).to_string();
    check(
        400,
        &detail("Name is required."),
        ApiError::Invalid("Name is required.".into(), vec![]),
        "Name is required.",
    );
    check(400, r#"{"detail":{"name":["Too long."]}}"#, ApiError::Invalid("Too long.".into(), vec![]), "Too long.");
    check(400, "", ApiError::Refused(400, silent()), "The system did not accept the request.");
    check(403, &detail("Permission denied."), ApiError::Forbidden("Permission denied.".into()), "Permission denied.");
    check(403, "", ApiError::Forbidden(silent()), "You are not allowed to do this.");
    check(404, &detail("Not found."), ApiError::NotFound("Not found.".into()), "Not found.");
    check(404, r#"{"id":"b069b358"}"#, ApiError::NotFound(silent()), "It is not there.");
    check(429, &detail("Slow down."), ApiError::TooMany(None), "Too many requests.");
    check(500, "<h1>Sorry</h1>", ApiError::Server(500, silent()), "The system failed.");
    let enough = get(SELF).signed().says(429, "").and(|it| it.retry_after = Some(3_600));
    assert_eq!(signed_in(own()).list([enough]), Err(ApiError::TooMany(Some(3_600))));
}

// What it is like ---------------------------------------------------------------------------------------------------

fn system(tokens: &str, is_foreign: bool) -> Capabilities {
    gateway(json!({"dialect": "mist", "tokens": tokens}), BASE, is_foreign).expect("a gateway").system()
}

#[test]
fn from_another_origin_only_an_api_token_works() {
    for tokens in ["self", "org"] {
        let ways = |is_foreign| {
            let sign_in = system(tokens, is_foreign).sign_in.expect("ways to sign in");
            let keys = |way: &Vec<crate::capabilities::Input>| way.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
            (sign_in.ways.iter().map(keys).collect::<Vec<_>>(), sign_in.warning)
        };
        let account = ["email", "password", "code"].map(str::to_owned).to_vec();
        assert_eq!(ways(false), (vec![account, vec!["token".into()]], String::new()));
        assert_eq!(ways(true).0, [["token"]]);
        assert!(ways(true).1.contains("Mist's own origin only"));
    }
}

#[test]
fn organisations_tokens_have_more_fields() {
    let (own, org) = (system("self", false), system("org", false));
    assert_eq!(own.fields.iter().map(|it| it.field).collect::<Vec<_>>(), [Field::Name]);
    assert!(!own.fields[0].required && org.fields[0].required);
    assert!(org.field(Field::Privileges).is_some_and(|it| it.required && it.editable));
    assert!(org.field(Field::SourceIps).is_some_and(|it| !it.required && !it.editable));
    for system in [own, org] {
        assert!(system.can(Action::Edit).is_ok() && system.can(Action::Revoke).is_err());
        assert!(system.remarks.iter().any(|it| it.contains("90 days")));
    }
}
