//! PT Sandbox: what goes over its wire, and what comes of it.

use serde_json::{Value, json};

use super::PERMISSIONS;
use super::texts::Text;
use crate::adapters::fake::*;
use crate::adapters::fault::Fault;
use crate::api::tokens::{ListApi, TokenApi};
use crate::api::{ApiError, NetworkError, Prompt, Secret};
use crate::capabilities::Action;
use crate::draft::Draft;
use crate::time::{MINUTE, SECOND};
use crate::token::Status;
use crate::words::Words;

const TOKENS: &str = "/api/ui/public-api/tokens";

fn sandbox() -> Fake {
    Fake::new(json!({"dialect": "pt-sandbox"}))
}

fn typed() -> Value {
    json!({"username": "ada", "password": "pw", "account": "0"})
}

fn authorize() -> Step {
    get(&format!("/api/ui/auth/authorize?fingerprint={RANDOM}"))
        .answers(200, json!({"data": {"location": "https://sandbox.example/ui/authorize?state=abc"}}))
}

fn login() -> Step {
    let body = json!({"username": "ada", "password": "pw", "authType": 0, "rememberLogin": true});
    post("/ui/login").json(body).answers(200, json!({"data": {}}))
}

fn go_on() -> Step {
    get("/ui/authorize?state=abc")
}

fn renewal() -> Step {
    post("/api/ui/auth/token").json(json!({"fingerprint": RANDOM}))
}

fn renewed(access_token: &str) -> Step {
    renewal().answers(200, json!({"data": {"accessToken": access_token}}))
}

fn dance(access_token: &str) -> [Step; 4] {
    [authorize(), login(), go_on(), renewed(access_token)]
}

/// A sandbox where a user has just signed in; the access token is `a1`.
#[track_caller]
fn signed_in() -> Fake {
    let fake = sandbox();
    assert_eq!(fake.sign_in(&typed(), dance("a1")).as_deref(), Ok("ada"));
    fake
}

fn list_of(entries: Value) -> Value {
    json!({"total": 1, "entries": entries})
}

/// What the list makes of a token.
#[track_caller]
fn entry(token: Value) -> Value {
    signed_in().entry([get(TOKENS).bearer("a1").answers(200, list_of(json!([token])))])
}

#[test]
fn signing_in_takes_four_steps() {
    signed_in();
}

#[test]
fn the_browsers_cookies_go_with_the_sign_in_alone() {
    let fake = signed_in();
    let sent = fake.sent.take();
    assert_eq!(
        sent.iter().map(|it| (it.cookies, it.follows)).collect::<Vec<_>>(),
        [(true, false), (true, false), (true, true), (true, false)]
    );
    fake.list([get(TOKENS).bearer("a1").answers(200, list_of(json!([])))]).expect("a list");
    assert_eq!(fake.cookies_sent(), [false]);
}

#[test]
fn a_place_to_sign_in_elsewhere_is_not_gone_to() {
    for location in ["https://sandbox.example/../x?a", "/ui/../../x", "https://h/%2e%2e/x", "/a\\..\\..\\x", "/a/\t/x"]
    {
        let authorize = get(&format!("/api/ui/auth/authorize?fingerprint={RANDOM}"))
            .answers(200, json!({"data": {"location": location}}));
        let outcome = sandbox().sign_in(&typed(), [authorize, login(), renewal().answers(401, json!({}))]);
        assert!(matches!(outcome, Err(ApiError::NoAnswer(NetworkError::Outside(_)))), "{location}: {outcome:?}");
    }
    // Whatever it names, it stays with the connection.
    for location in ["//evil.example/ui/authorize?state=abc", "http://evil.example:1/ui/authorize?state=abc"] {
        let authorize = get(&format!("/api/ui/auth/authorize?fingerprint={RANDOM}"))
            .answers(200, json!({"data": {"location": location}}));
        assert!(sandbox().sign_in(&typed(), [authorize, login(), go_on(), renewed("a1")]).is_ok(), "{location}");
    }
}

#[test]
fn a_redirect_that_ends_elsewhere_proves_nothing() {
    let fault = || NetworkError::Redirected { asked: String::new(), to: "https://desk.example/other".into() };
    let led = || go_on().fails(fault());
    let refused = renewal().answers(401, json!({}));
    let outcome = sandbox().sign_in(&typed(), [authorize(), login(), led(), refused]);
    assert_eq!(outcome, Err(ApiError::NoAnswer(fault())));
    assert!(sandbox().sign_in(&typed(), [authorize(), login(), led(), renewed("a1")]).is_ok());
}

#[test]
fn an_ldap_account_is_told() {
    let ldap = json!({"username": "ada", "password": "pw", "authType": 1, "rememberLogin": true});
    let login = post("/ui/login").json(ldap).answers(200, json!({}));
    let typed = json!({"username": "ada", "password": "pw", "account": "1"});
    assert!(sandbox().sign_in(&typed, [authorize(), login, go_on(), renewed("a1")]).is_ok());
}

#[test]
fn the_place_to_go_on_is_found_behind_a_proxy() {
    for location in ["/ui/authorize?state=abc", "https://desk.example/system/ui/authorize?state=abc"] {
        let authorize = authorize().answers(200, json!({"data": {"location": location}}));
        assert!(sandbox().sign_in(&typed(), [authorize, login(), go_on(), renewed("a1")]).is_ok(), "{location}");
    }
}

#[test]
fn anything_but_a_200_is_a_refused_login() {
    for status in [201, 204, 302, 400, 401, 403, 404, 422] {
        let outcome = sandbox().sign_in(&typed(), [authorize(), login().says(status, "")]);
        assert_eq!(outcome, refused(Text::NotAccepted { is_ldap: false }), "{status}");
    }
    let ldap = json!({"username": "ada", "password": "pw", "authType": 1, "rememberLogin": true});
    let typed = json!({"username": "ada", "password": "pw", "account": "1"});
    let outcome = sandbox().sign_in(&typed, [authorize(), post("/ui/login").json(ldap).says(401, "")]);
    assert_eq!(outcome, refused(Text::NotAccepted { is_ldap: true }));
}

#[test]
fn a_system_that_fails_says_nothing_about_the_password() {
    let sign_in = |steps: Vec<Step>| sandbox().sign_in(&typed(), steps);
    let gone = || Err(ApiError::NoAnswer(NetworkError::Unreachable));
    assert_eq!(sign_in(vec![authorize().fails(NetworkError::Unreachable)]), gone());
    assert_eq!(sign_in(vec![authorize(), login().fails(NetworkError::Unreachable)]), gone());
    assert_eq!(sign_in(vec![authorize(), login(), go_on(), renewal().fails(NetworkError::Unreachable)]), gone());
    let failed = || Err(ApiError::Server(503, "".into()));
    assert_eq!(sign_in(vec![authorize().says(503, "")]), failed());
    assert_eq!(sign_in(vec![authorize(), login().says(503, "")]), failed());
    assert_eq!(
        sign_in(vec![authorize(), login(), go_on(), renewal().says(502, ""), renewal().says(503, "")]),
        failed()
    );
    let enough = login().says(429, "").and(|it| it.retry_after = Some(9));
    assert_eq!(sign_in(vec![authorize(), enough]), Err(ApiError::TooMany(Some(9))));
}

#[test]
fn an_access_token_is_asked_for_twice_after_a_failure() {
    let steps = [authorize(), login(), go_on(), renewal().says(500, ""), renewed("a1")];
    assert_eq!(sandbox().sign_in(&typed(), steps).as_deref(), Ok("ada"));
}

#[test]
fn what_comes_of_going_on_does_not_matter_while_there_is_a_session() {
    for step in
        [go_on().fails(NetworkError::Cors), go_on().says(404, "<h1>No</h1>"), go_on().says(200, "<h1>Hello</h1>")]
    {
        assert!(sandbox().sign_in(&typed(), [authorize(), login(), step, renewed("a1")]).is_ok());
    }
}

#[test]
fn a_session_that_did_not_come_back_is_told() {
    let after = |go_on: Step, renewal: Step| sandbox().sign_in(&typed(), [authorize(), login(), go_on, renewal]);
    for status in [400, 401, 403, 404] {
        assert_eq!(after(go_on(), renewal().says(status, "")), refused(Text::NoSession), "{status}");
    }
    // Where the way there was the trouble, that is told.
    assert_eq!(
        after(go_on().fails(NetworkError::Cors), renewal().says(401, "")),
        Err(ApiError::NoAnswer(NetworkError::Cors))
    );
    assert_eq!(after(go_on().says(503, ""), renewal().says(401, "")), Err(ApiError::Server(503, "".into())));
}

#[test]
fn a_refusal_without_words_still_says_something() {
    let outcome = sandbox().sign_in(&typed(), [authorize().says(401, "")]);
    assert_eq!(outcome, refused(Fault::SilentRefusal));
}

#[test]
fn what_is_no_sandbox_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "[]", "{}", r#"{"data":{}}"#, r#"{"data":{"location":5}}"#] {
        let outcome = sandbox().sign_in(&typed(), [authorize().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
    for body in ["<h1>Welcome</h1>", "{}", r#"{"data":{"accessToken":null}}"#] {
        let outcome = sandbox().sign_in(&typed(), [authorize(), login(), go_on(), renewal().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn an_access_token_is_renewed_after_eight_minutes() {
    let fake = signed_in();
    let empty = json!({"total": 0, "entries": []});
    fake.now.set(fake.now.get() + 8 * MINUTE - SECOND);
    assert_eq!(fake.list([get(TOKENS).bearer("a1").answers(200, empty.clone())]), Ok(vec![]));
    fake.now.set(fake.now.get() + SECOND);
    let steps = [renewed("a2"), get(TOKENS).bearer("a2").answers(200, empty.clone())];
    assert_eq!(fake.list(steps), Ok(vec![]));
    // And eight minutes from then on.
    fake.now.set(fake.now.get() + 7 * MINUTE);
    assert_eq!(fake.list([get(TOKENS).bearer("a2").answers(200, empty)]), Ok(vec![]));
}

#[test]
fn what_would_change_a_token_is_told_from_what_keeps_the_session() {
    let fake = signed_in();
    fake.now.set(fake.now.get() + 9 * MINUTE);
    fake.holds_back.set(true);
    // The renewal is a `POST`, and goes out.
    let outcome = fake.delete("7", [renewed("a2")]);
    assert_eq!(outcome, Err(ApiError::NoAnswer(NetworkError::Cancelled)));
    assert_eq!(*fake.held_back.borrow(), [format!("{}/api/ui/public-api/tokens/7", BASE)]);
}

#[test]
fn a_token_is_read_from_the_list_and_again_from_a_fresh_one() {
    let fake = signed_in();
    let listed = |name: &str| {
        let token = json!({"id": 7, "name": name, "permissions": ["A"], "deleted": null});
        get(TOKENS).bearer("a1").answers(200, list_of(json!([token])))
    };
    assert_eq!(fake.list([listed("one")]).map(|it| it.len()), Ok(1));
    assert_eq!(fake.read("7", []).map(|it| it.token.name), Ok("one".into()));
    let again = fake.during([listed("two")], fake.api().read("7", true));
    assert_eq!(again.map(|it| it.token.name), Ok("two".into()));
}

#[test]
fn a_refused_access_token_is_renewed_once() {
    let fake = signed_in();
    let steps = [
        delete("/api/ui/public-api/tokens/7").bearer("a1").says(401, ""),
        renewed("a2"),
        delete("/api/ui/public-api/tokens/7").bearer("a2").says(204, ""),
    ];
    assert_eq!(fake.delete("7", steps), Ok(true));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn a_lost_session_asks_once_and_the_work_goes_on() {
    // However the system says that the session is over.
    for over in [
        vec![renewal().says(401, "")],
        vec![renewal().says(400, r#"{"errors":[{"message":"Unknown fingerprint.","type":"AUTH"}]}"#)],
        vec![renewal().says(403, "")],
        vec![renewal().says(404, "")],
        vec![renewal().says(200, "<h1>Sign in</h1>")],
        vec![renewed("a2"), delete("/api/ui/public-api/tokens/7").bearer("a2").says(401, "")],
    ] {
        let fake = signed_in();
        fake.will_type(typed());
        let mut steps = vec![delete("/api/ui/public-api/tokens/7").bearer("a1").says(401, "")];
        steps.extend(over);
        steps.extend(dance("a3"));
        steps.push(delete("/api/ui/public-api/tokens/7").bearer("a3").says(204, ""));
        assert_eq!(fake.delete("7", steps), Ok(true));
        assert_eq!(*fake.reasons.borrow(), [Words::from(Prompt::SessionEnded)]);
    }
}

#[test]
fn a_new_session_is_renewed_like_the_one_before() {
    let fake = signed_in();
    fake.will_type(typed());
    let mut steps = vec![get(TOKENS).bearer("a1").says(401, ""), renewal().says(401, "")];
    steps.extend(dance("a2"));
    let list = get(TOKENS).bearer("a3").answers(200, json!({"total": 0}));
    steps.extend([get(TOKENS).bearer("a2").says(401, ""), renewed("a3"), list]);
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(fake.reasons.borrow().len(), 1);
}

#[test]
fn a_renewal_that_fails_does_not_end_the_session() {
    let fake = signed_in();
    fake.now.set(fake.now.get() + 8 * MINUTE);
    for (steps, expected) in [
        (vec![renewal().fails(NetworkError::Offline)], ApiError::NoAnswer(NetworkError::Offline)),
        (vec![renewal().says(503, ""), renewal().says(503, "")], ApiError::Server(503, "".into())),
        (vec![renewal().says(429, "")], ApiError::TooMany(None)),
    ] {
        assert_eq!(fake.list(steps), Err(expected));
    }
    let steps = [renewed("a2"), get(TOKENS).bearer("a2").answers(200, json!({"total": 0}))];
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn who_declines_to_sign_in_again_is_told_so() {
    let fake = signed_in();
    let steps = [get(TOKENS).bearer("a1").says(401, ""), renewal().says(401, "")];
    check_error(fake.list(steps), ApiError::SignedOut("".into()), "You are not signed in.");
}

#[test]
fn the_first_list_asks_who_it_is_and_shows_what_there_is() {
    let fake = sandbox();
    fake.will_type(typed());
    let mut steps: Vec<Step> = dance("a1").into();
    steps.push(get(TOKENS).bearer("a1").answers(200, json!({"total": 0, "entries": []})));
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""]);
}

#[test]
fn a_late_refusal_does_not_end_a_session_that_is_newer() {
    let fake = signed_in();
    let renewed = |fake: &Fake| assert!(fake.sign_in(&typed(), dance("a2")).is_ok());
    let empty = || json!({"total": 0, "entries": []});
    let steps =
        [get(TOKENS).bearer("a1").says(401, "").meanwhile(renewed), get(TOKENS).bearer("a2").answers(200, empty())];
    assert_eq!(fake.list(steps), Ok(vec![]));
    // Nor does a renewal that is late.
    let renewed = |fake: &Fake| assert!(fake.sign_in(&typed(), dance("a3")).is_ok());
    let steps = [
        get(TOKENS).bearer("a2").says(401, ""),
        renewal().says(401, "").meanwhile(renewed),
        get(TOKENS).bearer("a3").answers(200, empty()),
    ];
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn a_renewal_under_way_does_not_sign_in_again_who_has_signed_out() {
    let fake = signed_in();
    fake.now.set(fake.now.get() + 8 * MINUTE);
    let outcome = fake.list([renewed("a2").meanwhile(|it| it.sign_out([]))]);
    assert_eq!(outcome, Err(ApiError::SignedOut("".into())));
}

#[test]
fn signing_out_forgets_and_asks_nothing_of_the_system() {
    let fake = signed_in();
    fake.sign_out([]);
    assert_eq!(fake.list([]), Err(ApiError::SignedOut("".into())));
    assert_eq!(*fake.reasons.borrow(), [""]);
}

#[test]
fn a_token_is_read() {
    let token = json!({
        "id": 1337,
        "name": "test-token",
        "comment": "test-comment",
        "permissions": ["SCAN_WITH_EXTENDED_SETTINGS", "QUARANTINE_MANAGE"],
        "creatorLogin": "ada",
        "created": 1_700_000_000.25,
        "modified": 1_700_000_001,
        "deleted": null,
        "entryPoint": {"id": "5a9f7d1e", "name": "Mail gateway"},
        "isBuiltIn": {"unknown": ["field"]},
    });
    let expected = json!({
        "id": "1337",
        "guid": "1337",
        "name": "test-token",
        "description": "test-comment",
        "scopes": ["SCAN_WITH_EXTENDED_SETTINGS", "QUARANTINE_MANAGE"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "created_by": "ada",
        "deleted_at": null,
        "extras": ["2023-11-14T22:13:20.250Z", "2023-11-14T22:13:21Z", "", "Mail gateway"],
    });
    let entry = entry(token);
    assert_eq!(entry, expected);
    assert_eq!(status_of(&entry, 0), Status::Active);
}

#[test]
fn what_is_null_is_said_not_to_be_there() {
    let names = ["name", "comment", "permissions", "creatorLogin", "created", "modified", "deleted", "entryPoint"];
    let mut token = json!({"id": 1});
    for name in names {
        token[name] = Value::Null;
    }
    let entry = entry(token);
    assert_eq!((&entry["name"], &entry["description"], &entry["created_by"]), (&json!(""), &json!(null), &json!(null)));
    assert_eq!(entry["extras"], json!([null, "", "", ""]));
    assert_eq!(status_of(&entry, 0), Status::Active);
}

#[test]
fn what_is_missing_is_not_reported() {
    let entry = entry(json!({"id": 1}));
    assert_eq!(entry["extras"], json!([null, null, null, null]));
    for absent in ["scopes", "created_by", "last_used_at"] {
        assert_eq!(entry.get(absent), None, "{absent}");
    }
}

#[test]
fn a_token_that_is_gone_never_passes_for_one_that_works() {
    let deleted = |value: Value| entry(json!({"id": 1, "name": "n", "deleted": value}));
    let gone = deleted(json!(1_700_000_000.5));
    assert_eq!(status_of(&gone, 0), Status::Deleted);
    assert_eq!(gone["extras"][2], json!("2023-11-14T22:13:20.500Z"));
    for odd in [json!("yesterday"), json!(1_700_000_000_000_000_u64), json!(true), json!({"at": 1})] {
        assert_eq!(status_of(&deleted(odd.clone()), 0), Status::Deleted, "{odd}");
    }
    for not in [json!(null), json!(0), json!(0.0), json!(false)] {
        assert_eq!(status_of(&deleted(not.clone()), 0), Status::Active, "{not}");
    }
}

#[test]
fn permissions_of_any_form_are_shown() {
    let token = json!({"id": 1, "permissions": ["TASKS_VIEW_ALL", 7, {"name": "NEW"}, null]});
    assert_eq!(entry(token)["scopes"], json!(["TASKS_VIEW_ALL", "7", r#"{"name":"NEW"}"#, "null"]));
}

#[test]
fn an_entry_point_without_a_name_shows_its_id() {
    let shown = |value: Value| entry(json!({"id": 1, "entryPoint": value}))["extras"][3].clone();
    assert_eq!(shown(json!({"id": "5a9f", "name": null})), json!("5a9f"));
    assert_eq!(shown(json!({"id": 5, "name": ""})), json!("5"));
    assert_eq!(shown(json!({})), json!(null));
    assert_eq!(shown(json!("mail")), json!(null));
}

#[test]
fn what_is_no_token_hides_no_other() {
    let fake = signed_in();
    let tokens = json!({"total": 4, "entries": [null, 5, {"name": "no id"}, {"id": 1, "name": "n"}], "more": true});
    let page = fake.page(None, [get(TOKENS).bearer("a1").answers(200, tokens)]).expect("a page");
    assert_eq!((&page["total"], &page["next"]), (&json!(4), &json!(null)));
    let statuses: Vec<Status> = entries_of(&page).iter().map(|it| status_of(it, 0)).collect();
    assert_eq!(statuses, [Status::Unreadable, Status::Unreadable, Status::Unreadable, Status::Active]);
}

#[test]
fn a_list_without_tokens_may_leave_them_out() {
    for body in [json!({"total": 0}), json!({"total": 0, "entries": null}), json!({"entries": []})] {
        let fake = signed_in();
        assert_eq!(fake.list([get(TOKENS).bearer("a1").answers(200, body)]), Ok(vec![]));
    }
}

#[test]
fn an_empty_list_has_many_forms() {
    for (status, body) in [(200, "[]"), (200, "{}"), (200, r#"{"total":0}"#), (200, r#"{"entries":null}"#), (204, "")] {
        let outcome = signed_in().list([get(TOKENS).bearer("a1").says(status, body)]);
        assert_eq!(outcome, Ok(Vec::new()), "{body}");
    }
}

#[test]
fn what_is_no_list_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "null", r#"{"error":"no"}"#, r#"{"total":2}"#, r#"{"total":1,"entries":{}}"#] {
        let outcome = signed_in().list([get(TOKENS).bearer("a1").says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

fn draft() -> Draft {
    Draft {
        guid: "made-in-the-page".into(),
        name: "test-token".into(),
        scopes: vec!["SCAN_WITH_EXTENDED_SETTINGS".into(), "SCAN_WITH_PREDEFINED_SETTINGS".into()],
        description: Some("test-comment".into()),
        ..Draft::default()
    }
}

fn creation() -> Step {
    let body = json!({
        "name": "test-token",
        "permissions": ["SCAN_WITH_EXTENDED_SETTINGS", "SCAN_WITH_PREDEFINED_SETTINGS"],
        "comment": "test-comment",
    });
    post(TOKENS).bearer("a1").json(body)
}

#[test]
fn a_new_tokens_secret_stands_beside_the_token() {
    let answer = json!({
        "id": 7, "name": "test-token", "comment": "test-comment", "permissions": ["SCAN_WITH_EXTENDED_SETTINGS"],
        "creatorLogin": "ada", "created": 1_700_000_000.0, "modified": null, "deleted": null, "entryPoint": null,
        "token": "s3cret", "key": "5e884898",
    });
    let tagged = signed_in().create(&draft(), [creation().answers(200, answer)]).expect("a token");
    assert_eq!(
        tagged.secret,
        Some(Secret { value: "s3cret".into(), hash: Some("5e884898".into()), ..Secret::default() })
    );
    assert_eq!((tagged.token.id.as_str(), tagged.token.name.as_str()), ("7", "test-token"));
    let body = body_of(&tagged).to_string();
    assert!(!body.contains("s3cret") && !body.contains("5e884898"), "{body}");
}

#[test]
fn a_token_without_a_comment_is_made_with_an_empty_one() {
    let body = json!({"name": "test-token", "permissions": [], "comment": ""});
    let step = post(TOKENS).bearer("a1").json(body).answers(201, json!({"id": 7, "name": "test-token", "token": "s"}));
    let draft = Draft { scopes: vec![], description: None, ..draft() };
    assert!(signed_in().create(&draft, [step]).is_ok());
}

#[test]
fn a_secret_is_not_lost_over_what_its_answer_leaves_out() {
    let tagged = signed_in().create(&draft(), [creation().answers(201, json!({"token": "s3cret"}))]).expect("a token");
    assert_eq!(tagged.secret, Some(Secret { value: "s3cret".into(), ..Secret::default() }));
    assert_eq!((tagged.token.name.as_str(), tagged.token.scopes.len()), ("test-token", 2));
    assert_eq!(tagged.token.description.as_deref(), Some("test-comment"));
}

#[test]
fn a_missing_secret_is_told() {
    for answer in [json!({"id": 7}), json!({"id": 7, "token": null}), json!({"id": 7, "token": ["s"]})] {
        let tagged = signed_in().create(&draft(), [creation().answers(200, answer)]).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: String::new(), ..Secret::default() }));
    }
}

#[test]
fn what_is_no_token_after_a_creation_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "[]", "null", "\"ok\""] {
        let outcome = signed_in().create(&draft(), [creation().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn any_success_deletes() {
    for (status, body) in [(200, ""), (204, ""), (200, "{}")] {
        let step = delete("/api/ui/public-api/tokens/7").bearer("a1").says(status, body);
        assert_eq!(signed_in().delete("7", [step]), Ok(true), "{status}");
    }
    let page = delete("/api/ui/public-api/tokens/7").bearer("a1").says(202, "<h1>Sign in</h1>");
    assert!(matches!(signed_in().delete("7", [page]), Err(ApiError::Malformed(_))));
    let odd = delete("/api/ui/public-api/tokens/a%2Fb").bearer("a1").says(404, "");
    assert_eq!(signed_in().delete("a/b", [odd]), Ok(false));
}

#[test]
fn errors_are_told_in_the_systems_words() {
    let said = r#"{"errors":[{"message":"Name is taken.","type":"VALIDATION_ERROR"},{"message":"","type":"ODD"},{}]}"#;
    let (words, silent) = ("Name is taken. ODD", Words::default);
    let check = |status: u16, body: &str, expected: ApiError, words: &str| {
        check_error(signed_in().create(&draft(), [creation().says(status, body)]), expected, words);
    };
    check(400, said, ApiError::Invalid(words.into(), vec![]), words);
    check(400, "", ApiError::Refused(400, silent()), "The system did not accept the request.");
    check(403, said, ApiError::Forbidden(words.into()), words);
    check(403, "<h1>No</h1>", ApiError::Forbidden(silent()), "You are not allowed to do this.");
    check(404, said, ApiError::NotFound(words.into()), words);
    check(409, said, ApiError::Conflict(words.into()), words);
    check(422, said, ApiError::Invalid(words.into(), vec![]), words);
    check(429, said, ApiError::TooMany(None), "Too many requests.");
    check(500, said, ApiError::Server(500, words.into()), words);
    check(503, r#"{"errors":"down"}"#, ApiError::Server(503, silent()), "The server had an error.");
    let gone = signed_in().list([get(TOKENS).bearer("a1").fails(NetworkError::Timeout(30))]);
    check_error(gone, ApiError::NoAnswer(NetworkError::Timeout(30)), "No answer within 30 seconds.");
}

#[test]
fn the_page_says_what_it_cannot_do() {
    let system = gateway(json!({"dialect": "pt-sandbox"}), BASE, false).expect("a gateway").system();
    assert!(system.can(Action::Create).is_ok() && system.can(Action::Delete).is_ok());
    assert!(system.can(Action::Edit).is_err() && system.can(Action::Revoke).is_err());
    let fake = Fake::new(json!({"dialect": "pt-sandbox"}));
    let names = fake.during([], fake.api().scopes()).expect("scopes").into_iter().map(|it| it.name);
    assert!(names.eq(PERMISSIONS));
}

#[test]
fn from_another_origin_there_is_a_warning_before_a_password() {
    let sign_in = |is_foreign| {
        let gateway = gateway(json!({"dialect": "pt-sandbox"}), BASE, is_foreign).expect("a gateway");
        gateway.system().sign_in.expect("a way to sign in")
    };
    assert_eq!(sign_in(true).warning, Words::from(Text::Foreign));
    assert_eq!(sign_in(false).warning, "");
    assert_eq!(sign_in(false).left_behind, Words::from(Text::CookieStays));
}
