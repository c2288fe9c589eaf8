//! NVIDIA Air: what goes over its wire, and what comes of it.

use serde_json::{Value, json};

use super::SIGNED_OUT;
use super::texts::Text;
use crate::adapters::fake::*;
use crate::api::tokens::ListApi;
use crate::api::{ApiError, NetworkError, Prompt, Secret};
use crate::capabilities::{Action, Capabilities, Field};
use crate::draft::Draft;
use crate::query::StatusFilter;
use crate::time::parse_rfc3339;
use crate::token::Status;
use crate::words::Words;

const V1: &str = "/api/v1/api-token/";
const V2: &str = "/api/v2/api-tokens/";

fn v1() -> Fake {
    Fake::new(json!({"dialect": "air", "version": "v1"}))
}

fn v2() -> Fake {
    Fake::new(json!({"dialect": "air"}))
}

fn typed() -> Value {
    json!({"username": "ada", "password": "pw"})
}

fn login() -> Step {
    post("/api/v1/login/").json(typed()).answers(200, json!({"token": "b1"}))
}

fn who(token: &str) -> Step {
    get("/api/v1/login/").bearer(token).answers(200, json!({"id": "7d1c", "username": "ada"}))
}

/// The same where a user has signed in with the bearer token `b1`.
#[track_caller]
fn signed_in(fake: Fake) -> Fake {
    assert_eq!(fake.sign_in(&json!({"token": "b1"}), [who("b1")]).as_deref(), Ok("ada"));
    fake
}

/// The answer without a sign-in, to the byte.
fn anonymous() -> String {
    r#"{"detail":"Authentication credentials were not provided."}"#.into()
}

fn first_page() -> Step {
    get(&format!("{V2}?limit=200&offset=0")).bearer("b1")
}

fn page_of(results: Value) -> Value {
    json!({"count": 1, "next": null, "previous": null, "results": results})
}

/// What the second version's list makes of a token.
#[track_caller]
fn entry(token: Value) -> Value {
    signed_in(v2()).entry([first_page().answers(200, page_of(json!([token])))])
}

#[test]
fn a_password_gives_a_bearer_token() {
    assert_eq!(v2().sign_in(&typed(), [login(), who("b1")]).as_deref(), Ok("ada"));
    assert_eq!(v1().sign_in(&typed(), [login(), who("b1")]).as_deref(), Ok("ada"));
}

#[test]
fn a_bearer_token_is_sent_as_it_is() {
    signed_in(v1());
    signed_in(v2());
}

#[test]
fn who_has_no_name_goes_by_the_one_that_was_typed() {
    let nameless = || who("b1").answers(200, json!({"id": "7d1c"}));
    assert_eq!(v2().sign_in(&typed(), [login(), nameless()]).as_deref(), Ok("ada"));
    assert_eq!(v2().sign_in(&json!({"token": "b1"}), [nameless()]).as_deref(), Ok(""));
}

#[test]
fn a_refused_login_hands_out_no_token() {
    for (status, body) in [
        (400, r#"{"username":["This field may not be blank."]}"#),
        (401, ""),
        (403, r#"{"detail":"Incorrect authentication credentials."}"#),
        (200, "{}"),
        (200, r#"{"token":null}"#),
        (200, r#"{"token":""}"#),
        (200, "[]"),
    ] {
        assert_eq!(
            v2().sign_in(&typed(), [login().says(status, body)]),
            refused(Text::PasswordRefused),
            "{status} {body}"
        );
    }
}

#[test]
fn a_system_that_fails_says_nothing_about_the_password() {
    let at_login = |login: Step| v2().sign_in(&typed(), [login]);
    assert_eq!(at_login(login().fails(NetworkError::Unreachable)), Err(ApiError::NoAnswer(NetworkError::Unreachable)));
    assert_eq!(at_login(login().says(503, "<h1>Down</h1>")), Err(ApiError::Server(503, "".into())));
    let enough = login().says(429, "").and(|it| it.retry_after = Some(60));
    assert_eq!(at_login(enough), Err(ApiError::TooMany(Some(60))));
    let not_air = r#"{"detail":"Not found."}"#;
    assert_eq!(at_login(login().says(404, not_air)), Err(ApiError::NotFound("Not found.".into())));
    assert!(matches!(at_login(login().says(200, "<h1>Welcome</h1>")), Err(ApiError::Malformed(_))));
    let at_who = |who: Step| v2().sign_in(&typed(), [login(), who]);
    assert_eq!(at_who(who("b1").fails(NetworkError::Cors)), Err(ApiError::NoAnswer(NetworkError::Cors)));
    assert_eq!(at_who(who("b1").says(500, "")), Err(ApiError::Server(500, "".into())));
    assert!(matches!(at_who(who("b1").says(200, "<h1>Welcome</h1>")), Err(ApiError::Malformed(_))));
}

#[test]
fn a_refused_token_is_told_with_what_the_system_says_besides() {
    let after = |status: u16, body: &str| v2().sign_in(&json!({"token": "b1"}), [who("b1").says(status, body)]);
    let token_refused = |said: &str| refused(Text::TokenRefused { said: said.into() });
    assert_eq!(after(403, &anonymous()), token_refused(""));
    assert_eq!(after(401, ""), token_refused(""));
    assert_eq!(after(403, r#"{"detail":"User inactive."}"#), token_refused("User inactive."));
}

#[test]
fn a_failed_sign_in_leaves_no_user_signed_in() {
    let fake = v2();
    assert!(fake.sign_in(&typed(), [login(), who("b1").says(500, "")]).is_err());
    assert_eq!(fake.page(None, []), Err(ApiError::SignedOut("".into())));
}

#[test]
fn a_lost_session_asks_once_and_the_work_goes_on() {
    assert!(anonymous().contains(SIGNED_OUT));
    for (status, body) in
        [(403, anonymous()), (403, format!(r#"{{ "detail" : "{SIGNED_OUT}" }}"#)), (401, String::new())]
    {
        let fake = signed_in(v1());
        fake.will_type(json!({"token": "b2"}));
        let deletion = || delete(&format!("{V1}7/"));
        let steps = [deletion().bearer("b1").says(status, &body), who("b2"), deletion().bearer("b2").says(204, "")];
        assert_eq!(fake.delete("7", steps), Ok(true));
        assert_eq!(*fake.reasons.borrow(), [Words::from(Prompt::SessionEnded)]);
    }
}

#[test]
fn another_403_is_about_rights() {
    let words = "You do not have permission to perform this action.";
    let fake = signed_in(v1());
    let outcome = fake.delete("7", [delete(&format!("{V1}7/")).bearer("b1").answers(403, json!({"detail": words}))]);
    check_error(outcome, ApiError::Forbidden(words.into()), words);
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn a_late_refusal_does_not_end_a_session_that_is_newer() {
    let fake = signed_in(v2());
    let again_signed_in = |fake: &Fake| assert!(fake.sign_in(&json!({"token": "b2"}), [who("b2")]).is_ok());
    let again = get(&format!("{V2}?limit=200&offset=0")).bearer("b2");
    let steps =
        [first_page().says(403, &anonymous()).meanwhile(again_signed_in), again.answers(200, page_of(json!([])))];
    assert_eq!(fake.list(steps), Ok(vec![]));
    assert_eq!(*fake.reasons.borrow(), [""; 0]);
}

#[test]
fn who_declines_to_sign_in_again_is_told_so() {
    let outcome = signed_in(v2()).list([first_page().says(403, &anonymous())]);
    check_error(outcome, ApiError::SignedOut("".into()), "You are not signed in.");
}

#[test]
fn signing_out_forgets_and_asks_nothing_of_the_system() {
    let fake = signed_in(v2());
    fake.sign_out([]);
    assert_eq!(fake.list([]), Err(ApiError::SignedOut("".into())));
}

#[test]
fn the_first_versions_list_is_bare() {
    let tokens = json!([{"id": "c51b49b6", "name": "mytoken", "url": "x"}, {"id": 7, "name": "test_token"}]);
    let entries = signed_in(v1()).list([get(V1).bearer("b1").answers(200, tokens)]).expect("a list");
    let expected =
        json!({"id": "c51b49b6", "guid": "c51b49b6", "name": "mytoken", "valid_from": null, "extras": [null]});
    assert_eq!(entries[0], expected);
    assert_eq!(entries[1]["id"], json!("7"));
    assert_eq!(status_of(&entries[0], 0), Status::Unknown);
}

#[test]
fn filters_go_into_the_query() {
    let fake = Fake::new(json!({"dialect": "air", "version": "v1", "filters": {"name": "ci & co", "owner[]": "ü"}}));
    let list = get(&format!("{V1}?name=ci%20%26%20co&owner%5B%5D=%C3%BC")).bearer("b1").answers(200, json!([]));
    assert_eq!(signed_in(fake).list([list]), Ok(vec![]));
}

#[test]
fn the_second_versions_list_is_read() {
    let token = json!({
        "id": "3134711d-015e-49fb-a6ca-68248a8d4aff",
        "name": "test_token",
        "created": "2026-01-01T00:00:00.123456Z",
        "expiry": "2027-02-01T00:00:00.654321Z",
        "unknown": [1],
    });
    let expected = json!({
        "id": "3134711d-015e-49fb-a6ca-68248a8d4aff",
        "guid": "3134711d-015e-49fb-a6ca-68248a8d4aff",
        "name": "test_token",
        "valid_from": null,
        "valid_to": "2027-02-01T00:00:00.654321Z",
        "is_active": true,
        "extras": ["2026-01-01T00:00:00.123456Z"],
    });
    assert_eq!(entry(token), expected);
}

#[test]
fn an_end_decides_whether_a_token_works() {
    let now = v2().now.get();
    let status = |token: Value| status_of(&entry(token), now);
    // The fake's clock shows 2027-01-15T08:00:00Z.
    assert_eq!(status(json!({"id": 1, "name": "n", "expiry": "2027-01-15T08:00:00.000001Z"})), Status::Expired);
    assert_eq!(status(json!({"id": 1, "name": "n", "expiry": "2027-01-15T08:00:00.001Z"})), Status::Active);
    assert_eq!(status(json!({"id": 1, "name": "n", "expiry": null})), Status::Active);
    assert_eq!(status(json!({"id": 1, "name": "n"})), Status::Unknown);
}

#[test]
fn an_end_is_judged_by_the_systems_clock() {
    let at = parse_rfc3339("2027-01-15T06:00:00Z");
    let fake = signed_in(v2());
    let token = json!({"id": 1, "name": "my_api_token", "expiry": "2027-01-15T07:00:00Z", "token": "s"});
    let early = first_page().answers(200, page_of(json!([token])));
    assert_eq!(fake.entry([early.and(|it| it.date = at)])["is_active"], json!(true));
    let body = json!({"name": "my_api_token", "expiry": "2027-01-15T07:00:00Z"});
    let early = post(V2).bearer("b1").json(body).answers(201, token).and(|it| it.date = at);
    let tagged = fake.create(&draft(Some("2027-01-15T07:00:00Z")), [early]).expect("a token");
    assert_eq!(body_of(&tagged)["is_active"], json!(true));
    // The page hears of it too.
    let early = first_page().answers(200, page_of(json!([]))).and(|it| it.date = at);
    assert_eq!(fake.during([early], fake.api().list(5, None)).map(|it| it.date), Ok(at));
}

#[test]
fn what_is_missing_or_null_is_not_reported() {
    for token in [json!({"id": 1}), json!({"id": 1, "name": null, "created": null})] {
        let expected = json!({"id": "1", "guid": "1", "name": "", "valid_from": null, "extras": [null]});
        assert_eq!(entry(token), expected);
    }
}

#[test]
fn what_is_no_token_hides_no_other() {
    let tokens =
        json!([null, "x", {"name": "no id"}, {"id": 1, "name": "n", "expiry": "soon"}, {"id": 2, "name": "n"}]);
    let page = signed_in(v2()).page(None, [first_page().answers(200, page_of(tokens))]).expect("a page");
    let statuses: Vec<Status> = entries_of(&page).iter().map(|it| status_of(it, 0)).collect();
    let unreadable = Status::Unreadable;
    // A date that is none hides nothing else of its token.
    assert_eq!(statuses, [unreadable, unreadable, unreadable, Status::Active, Status::Unknown]);
}

#[test]
fn next_is_followed_through_the_connection() {
    for next in [
        "https://air.nvidia.com/api/v2/api-tokens/?limit=200&offset=200",
        "https://desk.example/system/api/v2/api-tokens/?limit=200&offset=200",
        "https://desk.example/api/v2/api-tokens/?limit=200&offset=200",
        "/api/v2/api-tokens/?limit=200&offset=200",
        "api/v2/api-tokens/?limit=200&offset=200",
        "?limit=200&offset=200",
    ] {
        let fake = signed_in(v2());
        let first = json!({"count": 201, "next": next, "results": [{"id": 1, "name": "n"}]});
        let page = fake.page(None, [first_page().answers(200, first)]).expect("a page");
        assert_eq!((&page["total"], &page["next"]), (&json!(201), &json!(next)));
        let second = json!({"count": 201, "next": null, "previous": "x", "results": []});
        let step = get(&format!("{V2}?limit=200&offset=200")).bearer("b1").answers(200, second);
        let page = fake.page(Some(next), [step]).expect("a page");
        assert_eq!(page["next"], json!(null));
    }
}

#[test]
fn a_proxys_path_that_looks_like_the_systems_does_not_mislead() {
    let next = "https://desk.example/api/v2/api-tokens/?limit=200&offset=200";
    let site = super::Site { base: "https://desk.example/api".into(), is_foreign: false, address: String::new() };
    assert_eq!(super::page_after(&site, next), "https://desk.example/api/api/v2/api-tokens/?limit=200&offset=200");
}

#[test]
fn the_last_page_has_no_next() {
    for next in [json!(null), json!(""), json!(false), json!({"url": "x"})] {
        let body = json!({"count": 0, "next": next, "results": []});
        let page = signed_in(v2()).page(None, [first_page().answers(200, body)]).expect("a page");
        assert_eq!(page["next"], json!(null), "{next}");
    }
    let bare = signed_in(v2()).page(None, [first_page().answers(200, json!({"results": [{"id": 1, "name": "n"}]}))]);
    assert_eq!(bare.map(|it| it["total"].clone()), Ok(json!(1)));
}

#[test]
fn an_empty_list_has_many_forms() {
    for (status, body) in [(200, "[]"), (200, "{}"), (200, r#"{"count":0}"#), (200, r#"{"results":null}"#), (204, "")] {
        let list = |fake: Fake, step: Step| signed_in(fake).list([step.says(status, body)]);
        assert_eq!(list(v2(), first_page()), Ok(Vec::new()), "{body}");
        assert_eq!(list(v1(), get(V1).bearer("b1")), Ok(Vec::new()), "{body}");
    }
}

#[test]
fn what_is_no_list_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "null", r#"{"count":3}"#, r#"{"detail":"no"}"#, r#"{"count":1,"results":{}}"#]
    {
        let list = |fake: Fake, step: Step| signed_in(fake).list([step.says(200, body)]);
        assert!(matches!(list(v2(), first_page()), Err(ApiError::Malformed(_))), "{body}");
        assert!(matches!(list(v1(), get(V1).bearer("b1")), Err(ApiError::Malformed(_))), "{body}");
    }
}

fn draft(valid_to: Option<&str>) -> Draft {
    Draft {
        guid: "made-in-the-page".into(),
        name: "my_api_token".into(),
        valid_to: valid_to.map(str::to_owned),
        ..Draft::default()
    }
}

#[test]
fn a_new_token_of_the_first_version_has_a_name_alone() {
    let step = post(V1).bearer("b1").json(json!({"name": "my_api_token"}));
    let answer = json!({"id": "01298e0c", "name": "my_api_token", "token": "s3cret"});
    let tagged = signed_in(v1()).create(&draft(None), [step.answers(201, answer)]).expect("a token");
    assert_eq!(tagged.secret, Some(Secret { value: "s3cret".into(), ..Secret::default() }));
    assert_eq!(status_of(&body_of(&tagged), 0), Status::Unknown);
    assert!(!body_of(&tagged).to_string().contains("s3cret"));
}

#[test]
fn a_new_token_of_the_second_version_may_have_an_end() {
    for valid_to in [None, Some("2027-02-01T00:00:00Z")] {
        let step = post(V2).bearer("b1").json(json!({"name": "my_api_token", "expiry": valid_to}));
        let answer = json!({"id": "01298e0c", "name": "my_api_token", "created": "2027-01-15T08:00:00Z", "expiry": valid_to, "token": "s"});
        let tagged = signed_in(v2()).create(&draft(valid_to), [step.answers(201, answer)]).expect("a token");
        assert_eq!(tagged.token.valid_to.as_deref(), valid_to);
        assert_eq!(body_of(&tagged)["is_active"], json!(true));
    }
}

/// What comes of a creation that is answered so.
#[track_caller]
fn created(answer: Value) -> Result<crate::api::tokens::Tagged, ApiError> {
    let valid_to = "2027-02-01T00:00:00Z";
    let step = post(V2).bearer("b1").json(json!({"name": "my_api_token", "expiry": valid_to}));
    signed_in(v2()).create(&draft(Some(valid_to)), [step.answers(201, answer)])
}

#[test]
fn a_secret_is_found_under_other_names_too() {
    for field in ["token", "secret", "key", "api_token", "value", "plaintext"] {
        let tagged = created(json!({"id": 1, "name": "n", field: "s3cret"})).expect("a token");
        assert_eq!(tagged.secret.as_ref().map(|it| it.value.as_str()), Some("s3cret"), "{field}");
        assert!(!body_of(&tagged).to_string().contains("s3cret"), "{field}");
    }
    let both = created(json!({"id": 1, "name": "n", "token": "", "key": "s3cret"})).expect("a token");
    assert_eq!(both.secret.map(|it| it.value).as_deref(), Some("s3cret"));
}

#[test]
fn a_missing_secret_is_told() {
    for answer in [json!({"id": 1, "name": "n"}), json!({"id": 1, "name": "n", "token": null})] {
        let tagged = created(answer).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: String::new(), ..Secret::default() }));
    }
}

#[test]
fn a_secret_is_not_lost_over_what_its_answer_leaves_out() {
    let tagged = created(json!({"token": "s3cret"})).expect("a token");
    assert_eq!(tagged.secret.map(|it| it.value).as_deref(), Some("s3cret"));
    assert_eq!(tagged.token.name, "my_api_token");
    assert_eq!(tagged.token.valid_to.as_deref(), Some("2027-02-01T00:00:00Z"));
}

#[test]
fn what_is_no_token_after_a_creation_is_no_answer() {
    for answer in [json!(null), json!([]), json!("ok")] {
        assert!(matches!(created(answer), Err(ApiError::Malformed(_))));
    }
}

#[test]
fn only_the_second_version_deletes_with_a_body() {
    let step = delete("/api/v1/api-token/c51b49b6/").bearer("b1").says(204, "");
    assert_eq!(signed_in(v1()).delete("c51b49b6", [step]), Ok(true));
    let step = delete("/api/v2/api-tokens/c51b49b6/").bearer("b1").json(json!({})).says(204, "");
    assert_eq!(signed_in(v2()).delete("c51b49b6", [step]), Ok(true));
    let step = delete("/api/v2/api-tokens/a%2Fb/").bearer("b1").json(json!({}));
    assert_eq!(signed_in(v2()).delete("a/b", [step.answers(404, json!({"detail": "Not found."}))]), Ok(false));
}

#[test]
fn a_web_page_deletes_and_makes_nothing() {
    let page = |step: Step| [step.says(200, "<!doctype html><h1>Sign in</h1>")];
    for (fake, path) in [(v1(), "/api/v1/api-token/7/"), (v2(), "/api/v2/api-tokens/7/")] {
        let step = delete(path).bearer("b1");
        let step = if path.contains("v2") { step.json(json!({})) } else { step };
        assert!(matches!(signed_in(fake).delete("7", page(step)), Err(ApiError::Malformed(_))), "{path}");
    }
    let step = post(V2).bearer("b1").json(json!({"name": "my_api_token", "expiry": null}));
    // A list, as after a redirect, has no new token.
    let list = step.answers(200, json!({"count": 0, "results": []}));
    assert!(matches!(signed_in(v2()).create(&draft(None), [list]), Err(ApiError::Malformed(_))));
}

#[test]
fn errors_are_told_in_the_systems_words() {
    let silent = Words::default;
    let check = |status: u16, body: &str, expected: ApiError, words: &str| {
        let step = post(V2).bearer("b1").json(json!({"name": "my_api_token", "expiry": null}));
        check_error(signed_in(v2()).create(&draft(None), [step.says(status, body)]), expected, words);
    };
    let field = |name: &str, text: &str| vec![(name.to_owned(), Words::from(text))];
    let values = "The system did not accept the values.";
    let required = r#"{"name":["This field is required."]}"#;
    check(400, required, ApiError::Invalid(silent(), field("name", "This field is required.")), values);
    let past = r#"{"expiry":["Must be in the future.","Sorry."]}"#;
    check(400, past, ApiError::Invalid(silent(), field("valid_to", "Must be in the future. Sorry.")), values);
    let nested = r#"{"name":{"0":["Too long."]}}"#;
    check(400, nested, ApiError::Invalid(silent(), field("name", "Too long.")), values);
    check(400, r#"["No more tokens."]"#, ApiError::Invalid("No more tokens.".into(), vec![]), "No more tokens.");
    check(400, r#"{"detail":"Odd."}"#, ApiError::Invalid("Odd.".into(), vec![]), "Odd.");
    check(400, "<h1>No</h1>", ApiError::Invalid(silent(), vec![]), values);
    check(404, r#"{"detail":"Not found."}"#, ApiError::NotFound("Not found.".into()), "Not found.");
    check(
        405,
        r#"{"detail":"Method not allowed."}"#,
        ApiError::Refused(405, "Method not allowed.".into()),
        "Method not allowed.",
    );
    check(301, "", ApiError::Refused(301, silent()), "The system did not accept the request.");
    check(429, r#"{"detail":"Request was throttled."}"#, ApiError::TooMany(None), "Too many requests.");
    check(500, "<h1>Server Error (500)</h1>", ApiError::Server(500, silent()), "The server had an error.");
    check(502, r#"{"detail":"Down."}"#, ApiError::Server(502, "Down.".into()), "Down.");
}

fn system(version: &str) -> Capabilities {
    gateway(json!({"dialect": "air", "version": version}), BASE, false).expect("a gateway").system()
}

#[test]
fn the_versions_differ_in_what_they_set_and_know() {
    let (v1, v2) = (system("v1"), system("v2"));
    assert!(v1.field(Field::ValidTo).is_none() && v2.field(Field::ValidTo).is_some());
    assert!(v1.statuses.contains(&StatusFilter::Unknown) && !v2.statuses.contains(&StatusFilter::Unknown));
    for system in [v1, v2] {
        assert!(system.can(Action::Create).is_ok() && system.can(Action::Delete).is_ok());
        assert!(system.can(Action::Edit).is_err() && system.can(Action::Revoke).is_err());
        assert_eq!(system.scopes_label, None);
    }
}
