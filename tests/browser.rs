//! Browser tests: the API client over real HTTP, and what the browser brings. `cargo xtask test` starts the dev server for
//! them. Tests of the page are in tests/components.
#![cfg(target_arch = "wasm32")]

use std::rc::Rc;

use tokendeck::adapters::DIALECTS;
use tokendeck::api::scoped::Scoped;
use tokendeck::api::tokens::{Answered, Deletion, ListApi, Tagged, TokenApi};
use tokendeck::api::{ApiError, Method, NetworkError, Request, Transport};
use tokendeck::capabilities::{Field, FieldShape};
use tokendeck::config::Connection;
use tokendeck::draft::{Draft, Form, Inputs};
use tokendeck::platform::fetch::Fetch;
use tokendeck::platform::{self, ViewerZone, random_uuid};
use tokendeck::runtime::Job;
use tokendeck::store::Store;
use tokendeck::text;
use tokendeck::time::{MINUTE, SECOND, Zone};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Where the dev server is, known when this is compiled.
const SERVER: &str = match option_env!("TOKENDECK_DEV_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:8080",
};

fn base() -> String {
    format!("{}/api/v1", SERVER.trim_end_matches('/'))
}

/// A connection whose requests may take so many seconds.
fn connection(base: &str, timeout: u32) -> Connection {
    let settings = format!(r#"{{"name":"Test","dialect":"scoped","base":"{base}"}}"#);
    Connection { timeout, ..Connection::read(&settings, DIALECTS).expect("a connection") }
}

/// The API of the dev server, for a job whose requests may take so many seconds.
fn api(job: &Job, timeout: u32) -> Scoped {
    Scoped::new(&base(), Rc::new(Fetch::of(job, &connection(&base(), timeout))))
}

fn draft(name: &str) -> Draft {
    Draft { guid: random_uuid(), name: name.into(), scopes: vec![], ..Draft::default() }
}

async fn with_scope(mut draft: Draft, api: &Scoped) -> Draft {
    let scopes = api.scopes().await.expect("the scopes");
    draft.scopes = vec![scopes[0].id.clone()];
    draft
}

/// The token of an answer.
#[track_caller]
fn one(outcome: Result<Answered, ApiError>) -> Tagged {
    outcome.expect("done").token().expect("a token")
}

// The API client -----------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn the_list_is_read_over_http() {
    let job = Job::new();
    let page = api(&job, 10).list(5, None).await.expect("a page");
    let mut store = Store::new();
    let end = page.put(&mut store).expect("a page");
    assert_eq!(store.len(), 5);
    assert!(end.total > 5 && end.next.is_some());
    assert!(page.date.is_none_or(|it| (it - platform::now()).abs() < MINUTE));
}

#[wasm_bindgen_test]
async fn a_token_is_made_once_changed_and_removed() {
    let job = Job::new();
    let api = api(&job, 10);
    let draft = with_scope(draft("browser test"), &api).await;
    let key = random_uuid();
    let made = one(api.create(&draft, &key).await);
    let again = one(api.create(&draft, &key).await);
    assert_eq!(made.token, again.token);

    let read = api.read(&made.token.id, false).await.expect("read");
    let tag = read.etag.clone().expect("across origins the server exposes the tag");
    let renamed = Draft { name: "browser test 2".into(), ..draft.clone() };
    let saved = one(api.update(&made.token.id, &renamed, Some(&tag)).await);
    assert_eq!(saved.token.name, "browser test 2");
    assert_eq!(api.update(&made.token.id, &draft, Some(&tag)).await, Err(ApiError::Changed));

    let revoked = one(api.revoke(&made.token.id, &Inputs::new()).await);
    assert!(revoked.token.revoked && revoked.token.valid_to.is_some());
    assert_eq!(api.delete(&made.token.id, &Inputs::new()).await, Ok(Deletion::Done));
    assert_eq!(api.delete(&made.token.id, &Inputs::new()).await, Ok(Deletion::Missing));
    assert!(matches!(api.read(&made.token.id, false).await, Err(ApiError::NotFound(_))));
}

#[wasm_bindgen_test]
async fn messages_about_fields_come_through() {
    let job = Job::new();
    let outcome = api(&job, 10).create(&draft(""), &random_uuid()).await;
    let Err(ApiError::Invalid(_, fields)) = outcome else { panic!("{outcome:?}") };
    assert!(fields.iter().any(|(field, text)| field == "name" && !text.is_empty()), "{fields:?}");
}

#[wasm_bindgen_test]
async fn what_the_browser_reports_alike_is_told_apart() {
    let ask = async |url: &str, job: &Job| {
        let request = Request::new(Method::Get, url.into());
        Fetch::of(job, &connection(url.trim_end_matches('/'), 5)).send(request).await
    };
    // Nothing listens on port 1, and browsers refuse to try.
    assert_eq!(ask("http://127.0.0.1:1/", &Job::new()).await.map(|it| it.status), Err(NetworkError::Unreachable));
    let called_off = Job::new();
    called_off.cancel();
    assert_eq!(ask(SERVER, &called_off).await.map(|it| it.status), Err(NetworkError::Cancelled));
    let in_no_time = api(&Job::new(), 0).list(1000, None).await;
    assert_eq!(in_no_time.map(drop), Err(NetworkError::Timeout(0).into()));
}

#[wasm_bindgen_test]
async fn nothing_leaves_for_an_address_outside_of_the_connection() {
    let base = base();
    for url in [format!("{base}/../x"), format!("{base}/%2e%2e/x"), format!("{base}.evil.example/x"), "/x".to_owned()] {
        let outcome = Fetch::of(&Job::new(), &connection(&base, 5)).send(Request::new(Method::Get, url.clone())).await;
        assert_eq!(outcome.map(|it| it.status), Err(NetworkError::Outside(url)));
    }
    let elsewhere = format!("{base}/openapi.json");
    let outcome = Fetch::files(&Job::new(), 5).send(Request::new(Method::Get, elsewhere.clone())).await;
    assert_eq!(outcome.map(|it| it.status), Err(NetworkError::Outside(elsewhere)));
}

// What the browser brings ----------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
fn names_fold_as_on_the_host() {
    for (name, folded) in [
        ("CI-Deploy", "ci-deploy"),
        ("FRA\u{308}SE", "frase"),
        ("İstanbul", "istanbul"),
        ("Ｆｕｌｌ", "full"),
        ("鍵🔑", "鍵🔑"),
    ] {
        assert_eq!(String::from_utf8_lossy(&text::fold(name)), folded);
    }
}

#[wasm_bindgen_test]
fn random_ids_are_uuids_of_version_4() {
    let (one, other) = (random_uuid(), random_uuid());
    assert_ne!(one, other);
    assert_eq!((one.len(), &one[14..15]), (36, "4"));
    assert!("89ab".contains(&one[19..20]));
}

#[wasm_bindgen_test]
fn the_viewers_zone_is_the_browsers() {
    let minutes = js_sys::Date::new(&JsValue::from_f64(0.0)).get_timezone_offset() as i64;
    assert_eq!(ViewerZone.offset(0), -minutes * MINUTE);
    let mut form = Form::new(String::new());
    form.live(7, &FieldShape::new(Field::ValidTo, "Valid to"), 1_800_000_000 * SECOND, &ViewerZone);
    assert_eq!(form.valid_to.typed.len(), 16);
}
