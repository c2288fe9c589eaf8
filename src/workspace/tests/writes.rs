//! Commands from dialogs, and what the page says of them.

use reactive_graph::prelude::*;

use super::*;
use crate::actions::Command;
use crate::actions::check::{NotAllowed, WhyNot};
use crate::actions::journal::Ended;
use crate::actions::proof::What;
use crate::api::tokens::{Seen, Tagged, TokenJson};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::capabilities::{Field, Lack};
use crate::draft::Draft;
use crate::runtime::fake::START;
use crate::workspace::Dialog;
use crate::workspace::commands::Sending;
use crate::workspace::told::{Differing, Shown, StillListed};

/// A dialog's watch, as its view makes it: in an owner of its own, which goes with the dialog.
fn opened(page: &Page, dialog: Dialog) -> (Owner, Sending) {
    page.workspace.open_dialog(dialog);
    let owner = page.root.with(Owner::new);
    let sending = owner.with(Sending::new);
    (owner, sending)
}

fn create(name: &str) -> Command {
    let draft = Draft { guid: format!("g{name}"), name: name.into(), scopes: vec!["s1".into()], ..Draft::default() };
    Command::Create { slot: 0, draft, key: "key".into() }
}

/// What a system answers to [`create`].
fn made(name: &str) -> String {
    token(name, name)
}

fn revoked(id: &str, name: &str) -> String {
    token(id, name).replace(r#""is_active":true"#, r#""is_active":false"#)
}

fn base(id: &str, name: &str) -> Rc<Tagged> {
    let json = TokenJson { text: token(id, name).into_bytes(), asked_at: START };
    let token = crate::token::Token {
        id: id.into(),
        guid: format!("g{id}"),
        name: name.into(),
        scopes: vec!["s1".into()],
        ..Default::default()
    };
    Rc::new(Tagged { token, etag: Some("\"1\"".into()), secret: None, seen: Seen::Answered, before: None, json })
}

fn update(id: &str, before: &str, after: &str) -> Command {
    let draft = Draft { guid: format!("g{id}"), name: after.into(), scopes: vec!["s1".into()], ..Draft::default() };
    Command::Update { token: TokenRef { slot: 0, id: id.into() }, base: base(id, before), draft }
}

#[test]
fn what_is_made_is_listed_marked_and_told() {
    let page = Page::with_tokens(&[("1", "one")]);
    let (_owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    assert!(sending.busy.get_untracked() && Fake::n_holds() == 1);
    Fake::answer("POST /api/tokens", 201, &made("new"));
    assert_eq!(page.workspace.dialog.get_untracked(), None);
    assert_eq!(page.names(), ["new", "one"]);
    assert_eq!(page.notice(), written(Action::Create, "new", State::Done));
    assert_eq!(page.workspace.marked.get_untracked(), Some(TokenRef { slot: 0, id: "new".into() }));
    assert_eq!((sending.busy.get_untracked(), Fake::n_holds()), (false, 0));
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

#[test]
fn what_is_sent_is_sent_once() {
    let page = Page::with_tokens(&[]);
    let (_owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    page.state().dispatch(create("new"), sending);
    Fake::run();
    assert_eq!(Fake::requests(), ["POST /api/tokens"]);
}

#[test]
fn what_the_filters_hide_can_be_shown() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.filter(None, |it| it.name = "one".into());
    let (_owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    Fake::answer("POST", 201, &made("new"));
    let notice = page.workspace.notice.get_untracked().expect("a notice");
    assert_eq!(notice.text, written(Action::Create, "new", State::Hidden));
    assert_eq!(notice.hidden_token, Some(TokenRef { slot: 0, id: "new".into() }));
}

#[test]
fn a_refusal_stays_in_its_dialog() {
    let page = Page::with_tokens(&[]);
    let (_owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    Fake::answer("POST", 403, "");
    assert!(matches!(sending.error.get_untracked(), Some(ApiError::Forbidden(_))));
    assert_eq!((page.workspace.dialog.get_untracked(), findings().len()), (Some(Dialog::Create(0)), 0));
    // Sent again, the error is gone until there is an answer.
    page.state().dispatch(create("new"), sending);
    Fake::run();
    assert_eq!((sending.error.get_untracked(), sending.busy.get_untracked()), (None, true));
}

#[test]
fn a_save_that_ends_after_its_dialog_was_left_closes_no_other() {
    let page = Page::with_tokens(&[("1", "one")]);
    let (owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    page.workspace.close_dialog();
    owner.cleanup();
    let other = Dialog::Delete(page.token("1", "one"));
    let (_other, _) = opened(&page, other.clone());
    Fake::answer("POST", 201, &made("new"));
    assert_eq!(page.workspace.dialog.get_untracked(), Some(other));
    assert_eq!(page.notice(), written(Action::Create, "new", State::Done));
}

#[test]
fn nor_another_one_of_its_kind() {
    let page = Page::with_tokens(&[("1", "one")]);
    // The views follow a moment later: the watch of the dialog that was left is still there.
    let (_first, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    page.workspace.close_dialog();
    let (_second, second) = opened(&page, Dialog::Create(0));
    Fake::answer("POST", 422, r#"{"detail":"no"}"#);
    assert_eq!(page.workspace.dialog.get_untracked(), Some(Dialog::Create(0)));
    assert_eq!(second.error.get_untracked(), None);
    let refused = State::Failed(ApiError::Invalid("no".into(), vec![]), RetrySafety::Idempotent);
    assert_eq!(findings(), [written(Action::Create, "new", refused)]);
}

#[test]
fn a_command_that_may_not_be_run_is_not_sent() {
    let page = Page::begin();
    let entry = revoked("1", "one").replace(r#""revoked_at":null"#, r#""revoked_at":"2026-01-01T00:00:00Z""#);
    Fake::answer("/tokens", 200, &format!(r#"{{"total":1,"entries":[{entry}]}}"#));
    Fake::answer("/scopes", 200, SCOPES);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Revoke(token.clone()));
    page.state().dispatch(Command::Revoke(token, vec![]), sending);
    Fake::run();
    assert_eq!(Fake::requests(), Vec::<String>::new());
    let not_allowed = NotAllowed { action: Action::Revoke, why: WhyNot::RevokedAlready };
    assert_eq!(sending.error.get_untracked(), Some(ApiError::Invalid(not_allowed.into(), vec![])));
    assert!(!sending.busy.get_untracked());
}

#[test]
fn what_is_written_while_the_list_loads_is_in_the_new_list() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    page.workspace.refresh();
    Fake::run();
    let (_owner, sending) = opened(&page, Dialog::Create(0));
    page.state().dispatch(create("new"), sending);
    Fake::run();
    Fake::answer("POST", 201, &made("new"));
    let token = page.token("2", "two");
    let (_owner, sending) = opened(&page, Dialog::Delete(token.clone()));
    page.state().dispatch(Command::Delete(token, vec![]), sending);
    Fake::run();
    Fake::answer("DELETE", 204, "");
    // The list was read before either was written.
    Fake::answer("/tokens?limit", 200, &list(&[("1", "one"), ("2", "two")], ""));
    let mut names = page.names();
    names.sort();
    assert_eq!(names, ["new", "one"]);
}

#[test]
fn a_change_is_told_of_when_the_token_was_changed_meanwhile() {
    let page = Page::with_tokens(&[("1", "one")]);
    let (_owner, sending) = opened(&page, Dialog::Edit(page.token("1", "one")));
    page.state().dispatch(update("1", "one", "mine"), sending);
    Fake::run();
    Fake::answer("PUT", 412, "");
    Fake::answer("GET /api/tokens/1", 200, &token("1", "theirs"));
    assert_eq!(sending.error.get_untracked(), Some(ApiError::Changed));
    let theirs = sending.theirs.with_untracked(|it| it.as_ref().map(|it| it.token.name.clone()));
    assert_eq!(theirs.as_deref(), Some("theirs"));
    assert!(page.workspace.dialog.with_untracked(Option::is_some));
}

#[test]
fn a_change_that_did_something_else_is_said_until_it_is_dismissed() {
    let page = Page::with_tokens(&[("1", "one")]);
    let (_owner, sending) = opened(&page, Dialog::Edit(page.token("1", "one")));
    page.state().dispatch(update("1", "one", "mine"), sending);
    Fake::run();
    Fake::answer("PUT", 200, &token("1", "one"));
    let differing = Differing {
        what: What::Field(Field::Name),
        label: "Name".into(),
        before: Shown::Text("one".into()),
        asked: Some(Shown::Text("mine".into())),
        found: Shown::Text("one".into()),
        is_kept: true,
    };
    assert_eq!(findings(), [written(Action::Edit, "one", State::Differs(vec![differing]))]);
    assert!(with_findings(|all| all[0].is_wrong && all[0].edit.is_some()));
    dismiss(with_findings(|all| all[0].id));
    assert!(findings().is_empty());
}

#[test]
fn what_is_accepted_is_looked_for_until_it_is_done() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Revoke(token.clone()));
    page.state().dispatch(Command::Revoke(token, vec![]), sending);
    Fake::run();
    Fake::answer("/revoke", 202, "");
    assert_eq!(page.workspace.dialog.get_untracked(), None);
    // It is read at once, and three seconds later.
    Fake::answer("GET /api/tokens/1", 200, &super::token("1", "one"));
    assert_eq!(findings(), [written(Action::Revoke, "one", State::Pending)]);
    Fake::advance(3_000);
    Fake::answer("GET /api/tokens/1", 200, &revoked("1", "one"));
    assert_eq!((findings(), page.notice()), (vec![], written(Action::Revoke, "one", State::Done)));
}

#[test]
fn what_is_never_shown_is_said_not_to_be() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Revoke(token.clone()));
    page.state().dispatch(Command::Revoke(token, vec![]), sending);
    Fake::run();
    Fake::answer("/revoke", 204, "");
    for pause in [0, 3_000, 7_000] {
        Fake::advance(pause);
        Fake::answer("GET /api/tokens/1", 200, &super::token("1", "one"));
    }
    assert_eq!(findings(), [written(Action::Revoke, "one", State::NotDone)]);
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

/// A page with one token, whose list says when it was disabled.
fn with_switch(disabled_at: &str) -> Page {
    let page = Page::begin();
    Fake::answer("/tokens", 200, &format!(r#"{{"total":1,"entries":[{}]}}"#, switched(disabled_at)));
    Fake::answer("/scopes", 200, SCOPES);
    page
}

fn switched(disabled_at: &str) -> String {
    let is_active = disabled_at == "null";
    let token = super::token("1", "one").replace(r#""is_active":true"#, &format!(r#""is_active":{is_active}"#));
    token.replacen('{', &format!(r#"{{"disabled_at":{disabled_at},"#), 1)
}

#[test]
fn a_switch_is_followed_until_the_token_shows_it() {
    const AT: &str = r#""2026-01-01T00:00:00Z""#;
    for (action, before, after) in [(Action::Disable, "null", AT), (Action::Enable, AT, "null")] {
        let page = with_switch(before);
        let token = page.token("1", "one");
        let (_owner, sending) = opened(&page, Dialog::Disable(token.clone()));
        let command = match action {
            Action::Disable => Command::Disable(token, vec![]),
            _ => Command::Enable(token, vec![]),
        };
        page.state().dispatch(command, sending);
        Fake::run();
        Fake::answer("POST", 204, "");
        Fake::answer("GET /api/tokens/1", 200, &switched(before));
        assert_eq!(findings(), [written(action, "one", State::Pending)]);
        Fake::advance(3_000);
        Fake::answer("GET /api/tokens/1", 200, &switched(after));
        assert_eq!((findings(), page.notice()), (vec![], written(action, "one", State::Done)));
        let is_off = page.state().with_store(|it| it.find("1").map(|row| it.validity(row).disabled));
        assert_eq!(is_off, Some(action == Action::Disable));
    }
}

#[test]
fn a_system_whose_list_says_nothing_of_it_has_no_switch() {
    let offers = |page: &Page| [Action::Disable, Action::Enable, Action::Revoke].map(|it| page.state().offers(it));
    let page = Page::begin();
    assert_eq!(offers(&page), [true, true, true]);
    drop(page);
    assert_eq!(offers(&with_switch("null")), [true, true, true]);
    let page = Page::with_tokens(&[("1", "one")]);
    assert_eq!(offers(&page), [false, false, true]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Disable(token.clone()));
    page.state().dispatch(Command::Disable(token, vec![]), sending);
    Fake::run();
    assert_eq!(Fake::requests(), Vec::<String>::new());
    let not_allowed = NotAllowed { action: Action::Disable, why: WhyNot::NotOffered(Lack::SwitchUntold.into()) };
    assert_eq!(sending.error.get_untracked(), Some(ApiError::Invalid(not_allowed.into(), vec![])));
}

#[test]
fn a_deletion_that_is_accepted_is_looked_for_in_the_list() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Delete(token.clone()));
    page.state().dispatch(Command::Delete(token, vec![]), sending);
    Fake::run();
    Fake::answer("DELETE", 202, "");
    for (pause, tokens) in [(0, &[("1", "one")][..]), (3_000, &[][..])] {
        Fake::advance(pause);
        Fake::answer("/tokens?limit", 200, &list(tokens, ""));
        Fake::advance(100);
    }
    assert_eq!((findings(), page.notice()), (vec![], written(Action::Delete, "one", State::Done)));
    assert!(page.names().is_empty());
}

#[test]
fn what_is_listed_after_it_was_deleted_is_told_until_it_is_gone() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Delete(token.clone()));
    page.state().dispatch(Command::Delete(token, vec![]), sending);
    Fake::run();
    Fake::answer("DELETE", 204, "");
    assert!(page.names().is_empty());
    let refresh = |tokens: &[(&str, &str)]| {
        page.workspace.refresh();
        Fake::run();
        Fake::answer("/tokens?limit", 200, &list(tokens, ""));
    };
    refresh(&[("1", "one")]);
    assert_eq!(findings(), [Words::from(StillListed { called: "one".into(), was_missing: false })]);
    refresh(&[("1", "one")]);
    assert_eq!(findings().len(), 1);
    refresh(&[]);
    assert!(findings().is_empty());
}

#[test]
fn a_lost_answer_is_said_on_the_page_once_its_dialog_is_left() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (owner, sending) = opened(&page, Dialog::Delete(token.clone()));
    page.state().dispatch(Command::Delete(token, vec![]), sending);
    Fake::run();
    page.workspace.close_dialog();
    owner.cleanup();
    Fake::fail("DELETE", NetworkError::Interrupted);
    let cut = State::Failed(NetworkError::Interrupted.into(), RetrySafety::NotIdempotent);
    assert_eq!(findings(), [written(Action::Delete, "one", cut)]);
    // What there is now is read.
    assert_eq!(Fake::requests(), ["GET /api/tokens?limit=1000"]);
}

#[test]
fn the_journal_hears_of_each_command_before_and_after() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    let (_owner, sending) = opened(&page, Dialog::Revoke(token.clone()));
    page.state().dispatch(Command::Revoke(token.clone(), vec![("why".into(), "a secret".into())]), sending);
    Fake::run();
    let [entry] = &journal::entries()[..] else { panic!("one entry") };
    assert_eq!((&entry.token, entry.begun_at, entry.ended), (&token, START, None));
    Fake::advance(1_000);
    Fake::answer("/revoke", 200, &revoked("1", "one"));
    let [entry] = &journal::entries()[..] else { panic!("one entry") };
    assert_eq!(entry.ended, Some((START + 1_000, Ended::Proved)));
    assert!(!format!("{entry:?}").contains("a secret"));
}
