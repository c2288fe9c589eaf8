//! Leaving a workspace: nothing of it goes on, but for what is being written.

use reactive_graph::prelude::*;

use super::*;
use crate::actions::Command;
use crate::api::{NetworkError, RetrySafety};
use crate::time::MINUTE;
use crate::workspace::Dialog;
use crate::workspace::commands::Sending;

#[test]
fn a_workspace_that_was_left_ticks_no_more() {
    let page = Page::with_tokens(&[("1", "one")]);
    let before = page.workspace.listed.get_untracked();
    Fake::advance(5 * MINUTE);
    assert!(page.workspace.listed.get_untracked() >= before + 4, "relative times move on once a minute");
    assert_eq!(Fake::n_timers(), 1);
    page.workspace.leave();
    assert_eq!(Fake::n_timers(), 0);
    Fake::advance(5 * MINUTE);
    assert_eq!(Fake::n_timers(), 0);
}

#[test]
fn leaving_while_the_first_list_loads_arms_no_timer() {
    // The cancelled load has rows to show and used to have them listed, which armed the minute's timer for ever.
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &list(&[("1", "one")], r#","next":"c1""#));
    page.workspace.leave();
    Fake::run();
    Fake::advance(10 * MINUTE);
    assert_eq!((Fake::n_timers(), Fake::requests()), (0, vec![]));
}

#[test]
fn leaving_before_anything_has_begun_asks_for_nothing() {
    begin();
    let root = Owner::new();
    let workspace = root.with(|| Workspace::of_one(client(""), Memo::new(|_| false)));
    root.with(|| workspace.start());
    workspace.leave();
    Fake::advance(MINUTE);
    assert_eq!((Fake::n_timers(), Fake::requests()), (0, vec![]));
}

#[test]
fn signals_and_lists_go_with_the_workspace() {
    let page = Page::with_tokens(&[("1", "one")]);
    let (workspace, state) = (page.workspace, page.state());
    let tokens = Rc::downgrade(&state.tokens());
    workspace.leave();
    assert!(workspace.is_left() && workspace.listed.is_disposed() && workspace.dialog.is_disposed());
    assert!(
        workspace.load.try_with_untracked(|_| ()).is_none()
            && state.load.is_disposed()
            && state.signed_in.is_disposed()
    );
    assert!(tokens.upgrade().is_none(), "the tokens are let go");
    assert!(page.names().is_empty());
}

#[test]
fn a_workspace_goes_with_its_owner() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.root.cleanup();
    assert!(page.workspace.is_left());
    Fake::advance(MINUTE);
    assert_eq!(Fake::n_timers(), 0);
}

#[test]
fn what_comes_late_finds_nothing_and_does_nothing() {
    let page = Page::begin();
    let (workspace, state) = (page.workspace, page.state());
    workspace.leave();
    workspace.relist();
    workspace.tell("late".into());
    workspace.fill_and_start(0, Ok(page.client.clone()));
    workspace.close_dialog();
    workspace.leave();
    state.changed();
    Fake::advance(MINUTE);
    assert_eq!((Fake::n_timers(), Fake::requests()), (0, vec![]));
}

#[test]
fn a_client_goes_on_to_the_next_workspace() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.leave();
    let next = Page::new(page.client.clone());
    Fake::answer("/tokens", 200, &list(&[("2", "two")], ""));
    assert_eq!(next.names(), ["two"]);
}

#[test]
fn a_write_that_is_under_way_reports_on_the_page() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    page.workspace.open_dialog(Dialog::Revoke(token.clone()));
    page.state().dispatch(Command::Revoke(token, vec![]), page.root.with(Sending::new));
    Fake::run();
    page.workspace.leave();
    let next = Page::new(page.client.clone());
    assert_eq!(Fake::n_holds(), 1);
    Fake::answer("/revoke", 200, &super::token("1", "one").replace("true", "false"));
    assert_eq!(findings(), [written(Action::Revoke, "one", State::Done)]);
    assert_eq!((Fake::n_holds(), next.notice().is_empty()), (0, true));
}

#[test]
fn a_write_that_fails_after_its_workspace_was_left_says_so() {
    let page = Page::with_tokens(&[("1", "one")]);
    let token = page.token("1", "one");
    page.state().dispatch(Command::Delete(token, vec![]), page.root.with(Sending::new));
    Fake::run();
    page.workspace.leave();
    Fake::fail("DELETE", NetworkError::Unreachable);
    let unreachable = State::Failed(NetworkError::Unreachable.into(), RetrySafety::NotIdempotent);
    assert_eq!(findings(), [written(Action::Delete, "one", unreachable)]);
    // It is not looked for where nothing is shown.
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

#[test]
fn a_sign_in_that_is_waited_for_is_given_up() {
    begin();
    let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
    assert!(page.state().sign_in.with_untracked(Option::is_some));
    page.workspace.leave();
    Fake::advance(MINUTE);
    assert_eq!((Fake::n_timers(), Fake::requests()), (0, vec![]));
    // The next workspace asks again.
    let next = Page::new(page.client.clone());
    assert!(next.state().sign_in.with_untracked(Option::is_some));
}
