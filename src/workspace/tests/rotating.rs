//! Guided rotations: what is noted before and after each request, and what a page that opens later makes of it.

use std::cell::RefCell;

use futures_util::FutureExt;
use reactive_graph::graph::untrack;
use reactive_graph::prelude::*;

use super::*;
use crate::actions::Command;
use crate::api::NetworkError;
use crate::draft::Draft;
use crate::record::Records;
use crate::rotation::{Due, End, Known, Next, Rotation, Stage, book};
use crate::runtime::Runtime;
use crate::runtime::fake::START;
use crate::time::DAY;
use crate::workspace::Dialog;
use crate::workspace::commands::Sending;

/// A page with these tokens, that has read what is kept of rotations.
fn page(tokens: &[(&str, &str)]) -> Page {
    let page = Page::with_tokens(tokens);
    book::begin();
    load();
    page
}

fn load() {
    FAKE.spawn(Box::pin(book::load(&FAKE)));
    Fake::run();
}

/// A page that is opened after another was closed: the tokens are as they are now.
fn later(tokens: &[(&str, &str)]) -> Page {
    book::begin();
    let page = Page::new(client(""));
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens?limit", 200, &list(tokens, ""));
    load();
    page
}

fn sending(page: &Page) -> Sending {
    page.workspace.open_dialog(Dialog::Rotate(page.token("1", "ci")));
    page.root.with(Sending::new)
}

fn draft(name: &str) -> Draft {
    Draft { guid: "g2".into(), name: name.into(), scopes: vec!["s1".into()], ..Draft::default() }
}

/// Asks for a successor of the token `1`.
fn succeed(page: &Page, sending: Sending) {
    let command = Command::Create { slot: 0, draft: draft("ci"), key: "r".into() };
    page.state().rotate("r".into(), page.token("1", "ci"), command, sending);
    Fake::run();
}

fn open() -> Option<Rotation> {
    untrack(|| book::find("r"))
}

fn stage() -> Option<Stage> {
    open().map(|it| it.stage)
}

/// What is kept, and that there is no secret in it.
#[track_caller]
fn kept() -> usize {
    let texts = Fake::records_kept().texts();
    assert!(texts.iter().all(|it| !it.contains("g2") && !it.contains("g1")), "{texts:?}");
    texts.len()
}

/// A rotation whose secret was handed over.
fn handed_over() -> Page {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    succeed(&page, sending);
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    page.workspace.close_secret(true);
    Fake::run();
    page
}

#[test]
fn a_successor_is_noted_before_it_is_asked_for_and_its_secret_is_handed_over() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    succeed(&page, sending);
    assert_eq!((stage(), kept()), (Some(Stage::Sent), 1));
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    // What callers send is the GUID: it is what is handed over.
    let secret = page.workspace.secret.with_untracked(|it| it.as_ref().map(|it| it.value.clone()));
    assert_eq!((stage(), secret), (Some(Stage::Made), Some("g2".into())));
    assert_eq!(page.workspace.dialog.get_untracked(), Some(Dialog::Secret(page.token("2", "ci"), "A".into())));
    page.workspace.close_secret(true);
    Fake::run();
    assert_eq!((stage(), kept()), (Some(Stage::HandedOver), 1));
    assert_eq!(open().and_then(|it| it.successor().cloned()), Some(Known::new("2", "ci")));
    // The user is led on.
    assert_eq!(page.workspace.dialog.get_untracked(), Some(Dialog::Rotation("r".into(), "A".into())));
    assert!(page.workspace.secret.with_untracked(Option::is_none));
}

#[test]
fn a_successor_that_is_not_a_rotation_shows_no_guid() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    page.state().dispatch(Command::Create { slot: 0, draft: draft("ci"), key: "k".into() }, sending);
    Fake::run();
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    assert_eq!((page.workspace.dialog.get_untracked(), kept()), (None, 0));
}

#[test]
fn leaving_before_the_secret_is_stored_marks_the_successor() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    succeed(&page, sending);
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    page.workspace.close_secret(false);
    Fake::run();
    assert_eq!((stage(), kept()), (Some(Stage::Unhanded), 1));
    // Deleted, it is as if it had never been.
    page.state().delete_successor("r".into(), page.token("2", "ci"), vec![], sending);
    Fake::run();
    Fake::answer("DELETE /api/tokens/2", 204, "");
    assert_eq!((open(), kept()), (None, 0));
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    succeed(&page, sending);
    Fake::answer("POST /api/tokens", 403, "");
    assert_eq!((open(), kept()), (None, 0));
    assert!(sending.error.with_untracked(Option::is_some));
}

#[test]
fn after_a_lost_answer_the_same_request_is_sent_once_more_and_no_other() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    succeed(&page, sending);
    Fake::fail("POST /api/tokens", NetworkError::Interrupted);
    assert_eq!((stage(), kept()), (Some(Stage::Lost), 1));
    succeed(&page, sending);
    // A refusal does not say that nothing was made before.
    Fake::answer("POST /api/tokens", 403, "");
    assert_eq!(stage(), Some(Stage::Lost));
    succeed(&page, sending);
    assert_eq!(
        Fake::request("POST /api/tokens").headers.iter().find(|it| it.0 == "Idempotency-Key").map(|it| &*it.1),
        Some("r")
    );
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    assert_eq!(stage(), Some(Stage::Made));
}

#[test]
fn a_page_that_was_closed_over_the_answer_is_gone_on_with() {
    let before = page(&[("1", "ci")]);
    let sending = sending(&before);
    succeed(&before, sending);
    // The request was carried out; its answer found no page.
    before.workspace.leave();
    let page = later(&[("1", "ci"), ("2", "ci"), ("3", "other")]);
    assert_eq!(open().map(|it| it.next()), Some(Next::Look));
    let state = page.state();
    FAKE.spawn(Box::pin(async move {
        state.look_for_successor("r".into()).await;
    }));
    Fake::run();
    Fake::answer("/tokens?limit", 200, &list(&[("1", "ci"), ("2", "ci"), ("3", "other")], ""));
    Fake::advance(100);
    assert_eq!(open().map(|it| (it.stage, it.new)), Some((Stage::Unhanded, vec![Known::new("2", "ci")])));
    assert_eq!(kept(), 1);
}

#[test]
fn a_list_that_cannot_be_read_settles_nothing() {
    let before = page(&[("1", "ci")]);
    let sending = sending(&before);
    succeed(&before, sending);
    before.workspace.leave();
    let page = later(&[("1", "ci")]);
    let state = page.state();
    FAKE.spawn(Box::pin(async move {
        assert!(!state.look_for_successor("r".into()).await);
    }));
    Fake::run();
    Fake::answer("/tokens?limit", 503, "");
    Fake::advance(100);
    assert_eq!(stage(), Some(Stage::Sent));
}

#[test]
fn the_old_token_is_ended_now_or_waits_for_its_day() {
    let page = handed_over();
    let sending = page.root.with(Sending::new);
    let then = vec![Due { end: End::Delete, at: START + 7 * DAY }];
    page.state().end_old("r".into(), (End::Revoke, then), page.token("1", "ci"), vec![], sending);
    Fake::run();
    Fake::answer("/tokens/1/revoke", 200, &token("1", "ci").replace("true", "false"));
    assert_eq!((stage(), kept()), (Some(Stage::Stopped), 1));
    // Nothing happens by itself.
    Fake::advance(8 * DAY);
    assert!(open().is_some_and(|it| it.is_due(START + 8 * DAY)));
    assert_eq!(Fake::requests().iter().filter(|it| it.starts_with("DELETE")).count(), 0);
    page.state().end_old("r".into(), (End::Delete, vec![]), page.token("1", "ci"), vec![], sending);
    Fake::run();
    Fake::answer("DELETE /api/tokens/1", 204, "");
    assert_eq!((open(), kept()), (None, 0));
}

#[test]
fn an_end_that_was_not_made_leaves_it_open() {
    let page = handed_over();
    let sending = page.root.with(Sending::new);
    page.state().end_old("r".into(), (End::Delete, vec![]), page.token("1", "ci"), vec![], sending);
    Fake::run();
    Fake::answer("DELETE /api/tokens/1", 403, "");
    assert_eq!(stage(), Some(Stage::HandedOver));
    page.state().end_old("r".into(), (End::Delete, vec![]), page.token("1", "ci"), vec![], sending);
    Fake::run();
    Fake::fail("DELETE /api/tokens/1", NetworkError::Interrupted);
    assert_eq!(stage(), Some(Stage::HandedOver));
}

#[test]
fn what_was_ended_from_elsewhere_is_ended() {
    drop(handed_over());
    let reconcile = |page: &Page| {
        let state = page.state();
        FAKE.spawn(Box::pin(async move { state.reconcile_rotations().await }));
        Fake::run();
    };
    let page = later(&[("1", "ci"), ("2", "ci")]);
    reconcile(&page);
    assert_eq!(stage(), Some(Stage::HandedOver));
    let page = later(&[("2", "ci")]);
    reconcile(&page);
    assert_eq!((open(), kept()), (None, 0));
}

#[test]
fn what_is_of_another_connection_is_left_alone() {
    let page = page(&[]);
    let other = Rotation::begin("o", ["B", "Acme"], crate::rotation::Way::Successor, Known::new("1", "ci"), "ci");
    let other = Rotation { stage: Stage::HandedOver, ..other };
    FAKE.spawn(Box::pin(async move {
        book::keep(&FAKE, other).await;
    }));
    let state = page.state();
    FAKE.spawn(Box::pin(async move { state.reconcile_rotations().await }));
    Fake::run();
    assert_eq!(untrack(|| book::find("o")).map(|it| it.stage), Some(Stage::HandedOver));
}

/// Whether another tab could work on the rotation of the token `1`.
fn is_free() -> bool {
    Fake::records_kept().hold("rotation:A:1").now_or_never().is_some_and(|it| it.is_ok())
}

#[test]
fn a_rotation_is_one_tabs_until_its_secret_was_left() {
    let page = page(&[("1", "ci")]);
    let sending = sending(&page);
    let owned = Rc::new(RefCell::new(None));
    let dialog = owned.clone();
    FAKE.spawn(Box::pin(async move { drop(dialog.replace(book::own(&FAKE, "A", "1").await.ok())) }));
    Fake::run();
    succeed(&page, sending);
    // The dialog that began it is gone by now, and its request is under way.
    owned.take();
    assert!(!is_free());
    Fake::answer("POST /api/tokens", 201, &token("2", "ci"));
    assert_eq!((stage(), is_free()), (Some(Stage::Made), false));
    page.workspace.close_secret(true);
    Fake::run();
    // The dialog that comes next takes it on.
    assert_eq!((stage(), is_free()), (Some(Stage::HandedOver), false));
    Fake::advance(2_000);
    assert!(is_free());
}

#[test]
fn what_is_left_open_is_said_to_who_signs_out_and_names_nothing() {
    let page = handed_over();
    let unhanded =
        Rotation::begin("u", ["A", "Acme"], crate::rotation::Way::Successor, Known::new("7", "named"), "named");
    let due = Due { end: End::Delete, at: START };
    let due = Rotation { stage: Stage::Stopped, due: vec![due], id: "d".into(), ..unhanded.clone() };
    FAKE.spawn(Box::pin(async move {
        for rotation in [Rotation { stage: Stage::Unhanded, ..unhanded }, due] {
            book::keep(&FAKE, rotation).await;
        }
    }));
    Fake::run();
    let said = || with_findings(|all| all.iter().map(|it| it.text.to_string()).collect::<Vec<_>>());
    page.workspace.say_left_open(&["A".into(), "B".into()]);
    let [text] = &said()[..] else { panic!("{:?}", said()) };
    assert!(text.starts_with("Not over at “A”: 3 rotations, 1 without its secret handed over, 1 with something due."));
    assert!(text.contains("hidden until you sign in") && !text.contains("named") && !text.contains("ci,"), "{text}");
    // Another tab works on one of them; the others are forgotten, and it is said what is left.
    let held = Fake::records_kept().hold("rotation:A:1").now_or_never();
    let workspace = page.workspace;
    FAKE.spawn(Box::pin(async move {
        assert_eq!(workspace.forget_rotations(&["r".into(), "u".into(), "d".into()]).await, 1);
    }));
    Fake::run();
    assert_eq!(stage(), Some(Stage::HandedOver));
    assert!(said().iter().all(|it| it.starts_with("Not over at “A”: 1 rotation.")), "{:?}", said());
    drop(held);
    FAKE.spawn(Box::pin(async move { assert_eq!(workspace.forget_rotations(&["r".into()]).await, 0) }));
    Fake::run();
    assert_eq!((open(), said()), (None, vec![]));
}

#[test]
fn the_names_of_a_rotation_are_for_the_user_who_began_it() {
    let page = handed_over();
    let begun = open().expect("it is open");
    assert!(page.state().sees(&begun));
    let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
    assert!(!page.state().sees(&begun));
}
