//! Sessions over a fake network.

use std::cell::Cell;

use reactive_graph::owner::Owner;

use super::reading::Reading;
use super::*;
use crate::api::{Method, NetworkError, Request};
use crate::runtime::fake::{FAKE, Fake};
use crate::token::Scope;

fn client() -> Rc<Client> {
    Fake::begin();
    let settings = r#"{"name":"A","dialect":"scoped","base":"/api","auth":{"type":"bearer"}}"#;
    let connection = Connection::read(settings, crate::adapters::DIALECTS).expect("a connection");
    let system = crate::adapters::direct(&connection).expect("a Scoped Token API");
    Rc::new(Client::direct(connection, system, &FAKE))
}

/// Signs in with what was typed; tells whether it is another user than before.
fn sign_in(client: &Rc<Client>, typed: &str) -> bool {
    let signed = client.sign_in(vec![("Authorization".into(), typed.into())], Auth::mask);
    futures_executor::block_on(signed).expect("signed in")
}

/// How a panel asks for a token.
fn ask(client: Rc<Client>, job: Rc<Job>) -> Later<'static, Result<String, ApiError>> {
    Box::pin(async move { client.details(&job, "1").await.map(|it| it.raw) })
}

/// What came of asking for the scopes.
type Outcome = Rc<RefCell<Option<Result<Vec<Scope>, ApiError>>>>;

/// Asks for the scopes and keeps what came of it.
fn send(client: &Rc<Client>, job: &Job) -> Outcome {
    let outcome = Rc::new(RefCell::new(None));
    let (told, api) = (outcome.clone(), client.lists(job));
    FAKE.spawn(Box::pin(async move {
        let scopes = api.scopes().await;
        told.replace(Some(scopes));
    }));
    Fake::run();
    outcome
}

fn authorization() -> Option<String> {
    let request = Fake::request("/scopes");
    request.headers.iter().find(|(name, _)| name == "Authorization").map(|(_, it)| it.clone())
}

#[test]
fn a_text_is_overwritten_before_it_goes() {
    let mut text = String::from("secret");
    wipe(&mut text);
    assert!(text.is_empty() && text.capacity() == 0);
}

#[test]
fn requests_say_who_asks() {
    let client = client();
    assert!(client.has_signed_out());
    sign_in(&client, "secret one");
    let job = Job::new();
    let outcome = send(&client, &job);
    assert_eq!(authorization().as_deref(), Some("Bearer secret one"));
    Fake::answer("/scopes", 200, "[]");
    assert!(matches!(&*outcome.borrow(), Some(Ok(_))));
    assert!(!client.has_signed_out());
}

#[test]
fn a_request_does_not_print_what_may_be_secret() {
    let request = Request::new(Method::Post, "/api/tokens?key=secret".into()).header("Authorization", "secret");
    assert_eq!(format!("{:?}", request.json("secret".into())), "POST /api/tokens");
}

#[test]
fn without_a_workspace_no_user_is_asked() {
    let client = client();
    let job = Job::new();
    let outcome = send(&client, &job);
    assert!(matches!(&*outcome.borrow(), Some(Err(ApiError::SignedOut(_)))));
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

#[test]
fn an_answer_of_a_session_that_has_ended_is_dropped() {
    let client = client();
    sign_in(&client, "secret one");
    let job = Job::new();
    let outcome = send(&client, &job);
    client.forget();
    Fake::answer("/scopes", 200, "[]");
    assert_eq!(*outcome.borrow(), Some(Err(NetworkError::Cancelled.into())));
    // Nor do credentials stay.
    let outcome = send(&client, &job);
    assert!(matches!(&*outcome.borrow(), Some(Err(ApiError::SignedOut(_)))));
}

#[test]
fn forgetting_calls_off_what_is_read_and_tells_what_shows_it() {
    let client = client();
    sign_in(&client, "secret one");
    let (job, n_told) = (client.reading_job(), Rc::new(Cell::new(0)));
    let told = n_told.clone();
    let shown = client.when_forgotten(move || told.set(told.get() + 1));
    client.forget();
    assert_eq!((job.is_cancelled(), n_told.get()), (true, 1));
    drop(shown);
    client.forget();
    assert_eq!(n_told.get(), 1);
}

#[test]
fn only_another_user_is_shown_nothing_of_the_one_before() {
    let client = client();
    let n_told = Rc::new(Cell::new(0));
    let told = n_told.clone();
    let _shown = client.when_forgotten(move || told.set(told.get() + 1));
    let let_in = |typed: &str| {
        let is_other = sign_in(&client, typed);
        let job = Job::new();
        let _outcome = send(&client, &job);
        Fake::answer("/scopes", 200, "[]");
        is_other
    };
    assert!(!let_in("secret one") && !let_in("secret one"));
    assert_eq!(n_told.get(), 0);
    assert!(let_in("secret two"));
    assert_eq!(n_told.get(), 1);
}

#[test]
fn a_panel_forgets_its_answer_with_the_session() {
    let client = client();
    sign_in(&client, "secret one");
    let owner = Owner::new();
    let reading = owner.with(|| Reading::new(client.clone(), Box::new(ask)));
    Fake::run();
    Fake::answer("/tokens/1", 200, r#"{"id":"1"}"#);
    assert!(reading.answer.with_untracked(|it| matches!(it, Some(Ok(_)))));
    client.forget();
    assert!(reading.answer.with_untracked(Option::is_none));
}

#[test]
fn a_panel_that_is_closed_asks_no_more() {
    let client = client();
    sign_in(&client, "secret one");
    let owner = Owner::new();
    let reading: Reading<String> = owner.with(|| Reading::new(client.clone(), Box::new(ask)));
    Fake::run();
    assert_eq!(Fake::requests().len(), 1);
    owner.cleanup();
    Fake::run();
    assert_eq!(Fake::requests(), Vec::<String>::new());
    reading.ask();
}

#[test]
fn the_page_is_held_while_a_write_is_under_way() {
    let client = client();
    let (one, other) = (client.begin_write(), client.begin_write());
    assert_eq!(Fake::n_holds(), 2);
    // Told once, the user may.
    assert!(!client.may_forget() && client.may_forget());
    drop(one);
    assert!(!client.may_forget());
    drop(other);
    assert!(client.may_forget());
    assert_eq!(Fake::n_holds(), 0);
}
