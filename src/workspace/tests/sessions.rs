//! Signing in and out.

use reactive_graph::prelude::*;

use super::*;
use crate::actions::Command;
use crate::api::{ApiError, Prompt};
use crate::workspace::Dialog;
use crate::workspace::commands::Sending;
use crate::workspace::told::Told;

/// A page whose system wants to know who asks.
fn page() -> Page {
    begin();
    Page::new(client(r#","auth":{"type":"bearer"}"#))
}

/// The same, with a user signed in and these tokens loaded.
fn signed_in(tokens: &[(&str, &str)]) -> Page {
    let page = page();
    sign_in(page.state(), "secret one");
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(tokens, ""));
    page
}

fn authorization(like: &str) -> String {
    let request = Fake::request(like);
    request.headers.iter().find(|(name, _)| name == "Authorization").map(|(_, it)| it.clone()).unwrap_or_default()
}

#[test]
fn a_load_waits_for_the_sign_in_and_goes_on() {
    let page = page();
    assert_eq!(Fake::requests(), Vec::<String>::new());
    assert_eq!(page.state().sign_in.get_untracked(), Some(Words::default()));
    sign_in(page.state(), "secret one");
    assert_eq!(page.state().sign_in.get_untracked(), None);
    assert_eq!(authorization("/tokens"), "Bearer secret one");
    Fake::answer("/tokens", 200, &list(&[("1", "one")], ""));
    assert_eq!((page.names(), page.state().signed_in.get_untracked()), (vec!["one".to_owned()], Some(String::new())));
}

#[test]
fn a_system_that_refuses_is_signed_in_to_again() {
    let page = page();
    sign_in(page.state(), "wrong");
    Fake::answer("/tokens", 401, "");
    let reason = page.state().sign_in.get_untracked().unwrap_or_default();
    assert_eq!(reason, Words::from(Prompt::NotAccepted));
    sign_in(page.state(), "right");
    assert_eq!(authorization("/tokens"), "Bearer right");
}

#[test]
fn a_session_that_has_ended_is_said_to_have() {
    let page = signed_in(&[("1", "one")]);
    page.workspace.refresh();
    Fake::run();
    Fake::answer("/tokens", 401, "");
    let reason = page.state().sign_in.get_untracked().unwrap_or_default();
    assert_eq!(reason, Words::from(Prompt::SessionEnded));
    assert_eq!(page.names(), ["one"]);
}

#[test]
fn a_user_may_sign_in_later() {
    let page = page();
    page.state().sign_in_later();
    Fake::run();
    assert!(matches!(page.workspace.load.get_untracked().error, Some(ApiError::SignedOut(_))));
    // Asking for the list again asks for the sign-in, too.
    page.state().retry();
    Fake::run();
    assert!(page.state().sign_in.with_untracked(Option::is_some));
}

#[test]
fn signing_out_forgets_all_that_was_shown() {
    let page = signed_in(&[("1", "one")]);
    let workspace = page.workspace;
    workspace.show_details(Some(TokenRef { slot: 0, id: "1".into() }));
    workspace.marked.set(Some(TokenRef { slot: 0, id: "1".into() }));
    workspace.filter(Some("guid"), |it| it.guid = "g1".into());
    workspace.open_dialog(Dialog::Edit(page.token("1", "one")));
    workspace.tell(written(Action::Edit, "one", State::Done));
    let forgotten = workspace.forgotten.get_untracked();
    page.state().sign_out();
    Fake::run();
    assert!(page.names().is_empty() && page.state().with_store(|it| it.is_empty()));
    assert_eq!((workspace.details.get_untracked(), workspace.marked.get_untracked()), (None, None));
    assert_eq!((workspace.dialog.get_untracked(), workspace.notice.get_untracked()), (None, None));
    assert!(workspace.scopes.with_untracked(|it| it.list.is_empty()));
    assert!(workspace.query.with_untracked(|it| it.filter.guid.is_empty()));
    assert!(workspace.forgotten.get_untracked() > forgotten);
    assert_eq!(page.state().signed_in.get_untracked(), None);
    assert!(matches!(workspace.load.get_untracked().error, Some(ApiError::SignedOut(_))));
    assert_eq!(Fake::address().0, "");
}

#[test]
fn a_load_that_is_under_way_is_dropped_after_signing_out() {
    let page = signed_in(&[("1", "one")]);
    page.workspace.refresh();
    Fake::run();
    page.state().sign_out();
    Fake::run();
    assert_eq!(Fake::requests(), Vec::<String>::new(), "it is called off");
    assert!(page.names().is_empty());
}

#[test]
fn signing_in_again_loads_the_list_and_the_scopes() {
    let page = signed_in(&[("1", "one")]);
    page.state().sign_out();
    page.state().retry();
    Fake::run();
    sign_in(page.state(), "secret two");
    assert_eq!(
        (authorization("/scopes").as_str(), authorization("/tokens").as_str()),
        ("Bearer secret two", "Bearer secret two")
    );
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&[("2", "two")], ""));
    assert_eq!(page.names(), ["two"]);
    assert_eq!(page.workspace.scopes.with_untracked(|it| it.list.len()), 1);
}

#[test]
fn another_user_is_shown_nothing_of_the_one_before() {
    let page = signed_in(&[("1", "one")]);
    page.workspace.refresh();
    Fake::run();
    Fake::answer("/tokens", 401, "");
    sign_in(page.state(), "of another");
    assert!(page.names().is_empty());
    Fake::answer("/tokens", 200, &list(&[("2", "two")], ""));
    assert_eq!(page.names(), ["two"]);
}

#[test]
fn the_same_user_goes_on_where_they_were() {
    let page = signed_in(&[("1", "one")]);
    page.workspace.refresh();
    Fake::run();
    Fake::answer("/tokens", 401, "");
    sign_in(page.state(), "secret one");
    assert_eq!(page.names(), ["one"]);
}

#[test]
fn signing_out_while_something_is_sent_is_asked_for_twice() {
    let page = signed_in(&[("1", "one")]);
    let token = page.token("1", "one");
    page.state().dispatch(Command::Revoke(token, vec![]), page.root.with(Sending::new));
    Fake::run();
    page.state().sign_out();
    assert_eq!(page.notice(), Words::from(Told::StillSending));
    assert!(page.state().signed_in.with_untracked(Option::is_some));
    page.state().sign_out();
    Fake::run();
    assert!(page.state().signed_in.with_untracked(Option::is_none));
    // Its answer is of a session that has ended.
    Fake::answer("/revoke", 200, &super::token("1", "one").replace("true", "false"));
    assert!(page.names().is_empty());
}

#[test]
fn findings_and_the_journal_go_with_the_session() {
    let page = signed_in(&[("1", "one")]);
    let token = page.token("1", "one");
    page.state().dispatch(Command::Delete(token, vec![]), page.root.with(Sending::new));
    Fake::run();
    Fake::answer("DELETE", 404, "");
    Fake::answer("/tokens", 200, &list(&[("1", "one")], ""));
    assert_eq!((findings().len(), journal::entries().len()), (1, 1));
    page.state().sign_out();
    assert_eq!((findings().len(), journal::entries().len()), (0, 0));
}
