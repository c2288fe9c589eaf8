//! Commands over a fake network: what comes of them.

use std::cell::RefCell;
use std::future::ready;

use super::journal::entries;
use super::*;
use crate::api::tokens::{ListApi, TokenJson, Work, not_supported};
use crate::api::{Later, Secret};
use crate::capabilities::{Action, Capabilities, Field};
use crate::config::Connection;
use crate::draft::Inputs;
use crate::runtime::Runtime;
use crate::runtime::fake::{FAKE, Fake};
use crate::session::way::{AskToSignIn, Way};
use crate::token::{Token, TokenRef};

fn client() -> Rc<Client> {
    Fake::begin();
    journal::forget("A");
    let connection = Connection::read(r#"{"name":"A","dialect":"scoped","base":"/api"}"#, crate::adapters::DIALECTS)
        .expect("a connection");
    let system = crate::adapters::direct(&connection).expect("a Scoped Token API");
    Rc::new(Client::direct(connection, system, &FAKE))
}

/// A system of another dialect, where tokens can be rotated.
struct Rotating;

impl ListApi for Rotating {}

impl TokenApi for Rotating {
    fn rotate<'a>(&'a self, _: &'a str, _: &'a Inputs) -> Work<'a, Answered> {
        let tagged = Tagged::read(wire("one", true).into(), 0).map_err(|it| ApiError::Malformed(it.into()));
        let with_secret = |it| Answered::Token(Box::new(Tagged { secret: Some(Secret::default()), ..it }));
        Box::pin(ready(tagged.map(with_secret)))
    }
}

impl Way for Rotating {
    fn system(&self) -> Capabilities {
        Capabilities { offers: vec![Action::Rotate], ..Capabilities::default() }
    }

    fn ask_with(&self, _: Box<AskToSignIn>) {}

    fn sign_in<'a>(&'a self, _: &'a [(String, String)]) -> Work<'a, String> {
        not_supported()
    }

    fn sign_out(&self) -> Later<'_, ()> {
        Box::pin(ready(()))
    }

    fn tokens(&self, _: &Job) -> Box<dyn TokenApi> {
        Box::new(Rotating)
    }

    fn rehearse(&self, _: &Job, _: Rc<crate::api::rehearsal::Rehearsal>) -> Box<dyn TokenApi> {
        Box::new(Rotating)
    }

    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

fn behind_gateway() -> Rc<Client> {
    let direct = client();
    Rc::new(Client::through(direct.connection().clone(), Rc::new(Rotating), &FAKE))
}

fn wire(name: &str, is_active: bool) -> String {
    format!(r#"{{"id":"1","guid":"g1","name":"{name}","scopes":["s1"],"is_active":{is_active}}}"#)
}

fn named() -> NamedToken {
    NamedToken { token: TokenRef { slot: 0, id: "1".into() }, name: "one".into() }
}

fn draft(name: &str) -> Draft {
    Draft { guid: "g1".into(), name: name.into(), scopes: vec!["s1".into()], ..Draft::default() }
}

fn create() -> Command {
    Command::Create { slot: 0, draft: draft("one"), key: "key".into() }
}

fn update() -> Command {
    let token =
        Token { id: "1".into(), guid: "g1".into(), name: "one".into(), scopes: vec!["s1".into()], ..Token::default() };
    let json = TokenJson { text: wire("one", true).into_bytes(), asked_at: 0 };
    let base = Tagged { token, etag: Some("\"1\"".into()), secret: None, seen: Seen::Answered, before: None, json };
    Command::Update { token: named().token, base: Rc::new(base), draft: draft("two") }
}

/// Begins a command; what came of it is there once it has ended.
fn begin(client: &Rc<Client>, command: Command) -> Rc<RefCell<Option<Outcome>>> {
    let outcome = Rc::new(RefCell::new(None));
    let (client, told) = (client.clone(), outcome.clone());
    FAKE.spawn(Box::pin(async move {
        let came = run(&command, &client, &|_| false).await;
        told.replace(Some(came));
    }));
    Fake::run();
    outcome
}

/// What comes of a command that is answered so.
fn answered(command: Command, status: u16, body: &str) -> Outcome {
    let outcome = begin(&client(), command);
    Fake::answer("/api/tokens", status, body);
    outcome.take().expect("it has ended")
}

#[test]
fn an_answer_that_shows_what_was_asked_for_proves_it() {
    assert!(matches!(answered(create(), 201, &wire("one", true)), Outcome::Proved(Done::Token(_))));
    assert!(matches!(answered(update(), 200, &wire("two", true)), Outcome::Proved(Done::Token(_))));
    let revoke = || Command::Revoke(named(), vec![]);
    assert!(matches!(answered(revoke(), 200, &wire("one", false)), Outcome::Proved(Done::Token(_))));
    let outcome = begin(&behind_gateway(), Command::Rotate(named(), vec![]));
    assert!(matches!(outcome.take(), Some(Outcome::Proved(Done::Token(it))) if it.secret.is_some()));
    let delete = || Command::Delete(named(), vec![]);
    assert!(matches!(answered(delete(), 204, ""), Outcome::Proved(Done::Deleted { was_missing: false })));
    assert!(matches!(answered(delete(), 404, ""), Outcome::Proved(Done::Deleted { was_missing: true })));
}

#[test]
fn an_answer_that_shows_something_else_is_wrong() {
    assert!(matches!(answered(update(), 200, &wire("one", true)), Outcome::Wrong(Wrong::Differs(_), _)));
    let revoke = Command::Revoke(named(), vec![]);
    assert!(matches!(answered(revoke, 200, &wire("one", true)), Outcome::Wrong(Wrong::NotDone, _)));
}

/// A token as the system answers it, disabled or not.
fn switched(disabled_at: &str) -> String {
    wire("one", disabled_at == "null").replacen('{', &format!("{{\"disabled_at\":{disabled_at},"), 1)
}

#[test]
fn a_switch_is_proved_by_how_the_token_stands() {
    let (on, off) = (switched("null"), switched(r#""2026-01-01T00:00:00Z""#));
    let disable = || Command::Disable(named(), vec![]);
    let enable = || Command::Enable(named(), vec![]);
    for (command, path, right, wrong) in
        [(disable as fn() -> Command, "/disable", &off, &on), (enable, "/enable", &on, &off)]
    {
        let outcome = begin(&client(), command());
        assert!(Fake::requests().iter().any(|it| it.starts_with("POST") && it.ends_with(path)), "{path}");
        Fake::answer("/api/tokens", 200, right);
        assert!(matches!(outcome.take(), Some(Outcome::Proved(Done::Token(_)))), "{path}");
        assert!(matches!(answered(command(), 200, wrong), Outcome::Wrong(Wrong::NotDone, _)), "{path}");
        // An answer that does not tell proves nothing, and what is accepted is to come.
        let untold = wire("one", path == "/enable");
        assert!(matches!(answered(command(), 200, &untold), Outcome::NotProvedYet(Some(_))), "{path}");
        assert!(matches!(answered(command(), 202, right), Outcome::NotProvedYet(Some(_))), "{path}");
        assert!(matches!(answered(command(), 204, ""), Outcome::NotProvedYet(None)), "{path}");
        assert!(matches!(answered(command(), 409, ""), Outcome::Refused(_)), "{path}");
        assert!(matches!(answered(command(), 500, ""), Outcome::Unknown(_)), "{path}");
    }
}

#[test]
fn a_switch_that_changed_something_else_is_told() {
    let token = |name: &str, scopes: &str, extra: &str, disabled: bool| {
        format!(
            r#"{{"id":"1","guid":"1","name":"{name}","scopes":{scopes},"valid_to":null,"is_active":{},"is_disabled":{disabled},
                "extras":["{extra}"]}}"#,
            !disabled
        )
    };
    let read = |text: String| Tagged::read(text.into(), 0).expect("a token");
    let changed = |before: Option<String>, after: String| {
        let before = before.map(|it| TokenJson { text: it.into(), asked_at: 0 });
        let all = also_changed(&behind_gateway(), &Tagged { before, ..read(after) }).differences;
        all.iter().map(|it| (it.what, it.asked.is_some())).collect::<Vec<_>>()
    };
    let was = || Some(token("ci", r#"["a"]"#, "on", false));
    assert_eq!(changed(was(), token("ci", r#"["a"]"#, "off", true)), []);
    let field = |it: Field| (What::Field(it), false);
    let other =
        token("Ci", r#"["a","b"]"#, "off", true).replace(r#""valid_to":null"#, r#""valid_to":"2030-01-01T00:00:00Z""#);
    assert_eq!(changed(was(), other), [field(Field::Name), field(Field::Scopes), field(Field::ValidTo)]);
    // Nothing is known of how it was.
    assert_eq!(changed(None, token("Ci", "[]", "off", true)), []);
}

#[test]
fn a_disabled_token_is_revoked_when_it_says_so() {
    let off = switched(r#""2026-01-01T00:00:00Z""#);
    let revoke = || Command::Revoke(named(), vec![]);
    assert!(matches!(answered(revoke(), 200, &off), Outcome::Wrong(Wrong::NotDone, _)));
    let both = off.replacen('{', r#"{"revoked_at":"2026-01-02T00:00:00Z","#, 1);
    assert!(matches!(answered(revoke(), 200, &both), Outcome::Proved(Done::Token(_))));
}

#[test]
fn what_is_accepted_is_not_proved_yet() {
    assert!(matches!(answered(create(), 202, ""), Outcome::NotProvedYet(None)));
    assert!(matches!(answered(update(), 204, ""), Outcome::NotProvedYet(None)));
    assert!(matches!(answered(Command::Revoke(named(), vec![]), 202, ""), Outcome::NotProvedYet(None)));
    assert!(matches!(answered(Command::Delete(named(), vec![]), 202, ""), Outcome::NotProvedYet(None)));
    // A token that comes with that is not the new state.
    assert!(matches!(answered(update(), 202, &wire("two", true)), Outcome::NotProvedYet(Some(_))));
}

#[test]
fn a_refusal_is_known_not_to_be_done() {
    for status in [400, 403, 409, 422, 429] {
        assert!(matches!(answered(create(), status, ""), Outcome::Refused(_)), "{status}");
    }
    let outcome = begin(&client(), create());
    Fake::fail("POST", NetworkError::Offline);
    assert!(matches!(outcome.take(), Some(Outcome::Refused(_))));
}

#[test]
fn without_an_answer_it_may_be_done() {
    for fault in [NetworkError::Unreachable, NetworkError::Interrupted, NetworkError::Timeout(30)] {
        let outcome = begin(&client(), create());
        Fake::fail("POST", fault);
        assert!(matches!(outcome.take(), Some(Outcome::Unknown(_))));
    }
    assert!(matches!(answered(create(), 502, ""), Outcome::Unknown(_)));
    // A web page is no token, and neither is another one.
    assert!(matches!(answered(create(), 200, "<html>"), Outcome::Unknown(_)));
    let another = wire("one", true).replace("g1", "g2");
    assert!(matches!(answered(create(), 201, &another), Outcome::Unknown(_)));
}

#[test]
fn a_token_that_was_changed_meanwhile_is_not_overwritten() {
    let outcome = begin(&client(), update());
    Fake::answer("PUT", 412, "");
    Fake::answer("GET", 200, &wire("theirs", true));
    assert!(matches!(outcome.take(), Some(Outcome::ChangedMeanwhile(it)) if it.token.name == "theirs"));
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

#[test]
fn a_tag_that_never_matches_is_left_out() {
    let outcome = begin(&client(), update());
    Fake::answer("PUT", 412, "");
    Fake::answer("GET", 200, &wire("one", true));
    let again = Fake::request("PUT");
    assert!(again.headers.iter().all(|(name, _)| name != "If-Match"));
    Fake::answer("PUT", 200, &wire("two", true));
    assert!(matches!(outcome.take(), Some(Outcome::Proved(_))));
}

#[test]
fn a_look_says_what_a_token_proves_by_now() {
    let looked_for = |command: Command, status: u16, body: &str| {
        let (client, outcome) = (client(), Rc::new(RefCell::new(None)));
        let told = outcome.clone();
        FAKE.spawn(Box::pin(async move {
            let found = look(&command, &client).await;
            told.replace(Some(found.map(|(_, wrong)| wrong.is_none())));
        }));
        Fake::run();
        Fake::answer("GET", status, body);
        outcome.take().expect("it has looked")
    };
    let looked = |status: u16, body: &str| looked_for(Command::Revoke(named(), vec![]), status, body);
    assert_eq!(looked_for(Command::Disable(named(), vec![]), 200, &switched("null")), Some(false));
    assert_eq!(looked_for(Command::Enable(named(), vec![]), 200, &switched("null")), Some(true));
    assert_eq!(looked_for(Command::Enable(named(), vec![]), 200, &wire("one", true)), None);
    assert_eq!(looked(200, &wire("one", false)), Some(true));
    assert_eq!(looked(200, &wire("one", true)), Some(false));
    assert_eq!(looked(200, r#"{"id":"1","guid":"g1","name":"one"}"#), None);
    assert_eq!(looked(500, ""), None);
}

#[test]
fn a_command_is_in_the_journal_before_it_is_answered() {
    let client = client();
    let outcome = begin(&client, create());
    assert!(entries().iter().all(|it| it.ended.is_none()) && entries().len() == 1);
    Fake::answer("POST", 403, "");
    assert!(outcome.take().is_some());
    let ended = entries()[0].ended.map(|(_, it)| it);
    assert_eq!(ended, Some(Ended::Refused));
    assert_eq!(entries()[0].begun_at, FAKE.now());
}

#[test]
fn what_was_never_sent_cannot_have_been_done() {
    for fault in [
        NetworkError::Offline,
        NetworkError::NotLoaded,
        NetworkError::Policy(String::new()),
        NetworkError::Unsendable(String::new()),
    ] {
        assert!(!may_be_done(&fault.into()));
    }
    for fault in [NetworkError::Unreachable, NetworkError::Interrupted, NetworkError::Timeout(30)] {
        assert!(may_be_done(&fault.into()));
    }
    assert!(may_be_done(&ApiError::Server(502, "".into())) && !may_be_done(&ApiError::Forbidden("".into())));
}
