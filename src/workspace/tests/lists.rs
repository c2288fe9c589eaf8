//! Loading lists.

use reactive_graph::prelude::*;

use super::super::state::{Change, Load, Scopes};
use super::*;
use crate::actions::Command;
use crate::api::{ApiError, NetworkError};
use crate::gap::Gap;
use crate::query::Counted;
use crate::runtime::fake::START;
use crate::session::way::OpenError;
use crate::time::{DAY, MINUTE, format_rfc3339};
use crate::token::Scope;
use crate::workspace::commands::Sending;

#[test]
fn a_list_comes_page_after_page() {
    let page = Page::begin();
    assert_eq!(Fake::requests(), ["GET /api/scopes", "GET /api/tokens?limit=1000"]);
    Fake::answer("/scopes", 200, SCOPES);
    // The next page is under way as soon as one has come.
    Fake::answer("limit=1000", 200, &list(&[("1", "one")], r#","next":"c1""#));
    assert_eq!(Fake::requests(), ["GET /api/tokens?limit=5000&cursor=c1"]);
    assert_eq!(page.names(), ["one"]);
    assert!(page.workspace.load.with_untracked(|it| it.running));
    Fake::answer("cursor=c1", 200, &list(&[("2", "two")], ""));
    assert_eq!(page.names(), ["one", "two"]);
    let load = page.workspace.load.get_untracked();
    assert_eq!((load.running, load.loaded, load.total, load.completed_at), (false, 2, 2, Some(START)));
    assert_eq!(page.workspace.scopes.with_untracked(|it| it.name("s1").to_owned()), "Read");
    assert_eq!(Fake::requests(), Vec::<String>::new());
}

#[test]
fn a_page_that_fails_keeps_what_came_and_is_asked_for_again() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &list(&[("1", "one")], r#","next":"c1""#));
    Fake::fail("cursor=c1", NetworkError::Interrupted);
    let load = page.workspace.load.get_untracked();
    assert_eq!((page.names(), load.running), (vec!["one".to_owned()], false));
    assert_eq!((load.error, load.resume.as_deref()), (Some(NetworkError::Interrupted.into()), Some("c1")));
    page.state().retry();
    Fake::run();
    assert!(page.workspace.load.with_untracked(|it| it.running && it.error.is_none()));
    Fake::answer("cursor=c1", 200, &list(&[("2", "two")], ""));
    assert_eq!(page.names(), ["one", "two"]);
    assert!(page.workspace.load.with_untracked(|it| it.error.is_none() && it.completed_at.is_some()));
}

#[test]
fn a_load_that_fails_at_once_starts_over() {
    let page = Page::begin();
    Fake::answer("/scopes", 500, "");
    Fake::answer("/tokens", 503, "");
    assert!(matches!(page.workspace.load.get_untracked().error, Some(ApiError::Server(503, _))));
    assert!(page.workspace.scopes.with_untracked(|it| it.error.is_some()));
    page.state().retry();
    Fake::run();
    // What else failed is asked for, too.
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens?limit=1000", 200, &list(&[("1", "one")], ""));
    assert_eq!(page.names(), ["one"]);
    assert!(page.workspace.scopes.with_untracked(|it| it.error.is_none() && !it.list.is_empty()));
}

#[test]
fn a_later_list_replaces_the_first_when_it_is_whole() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    page.workspace.refresh();
    Fake::run();
    Fake::answer("limit=1000", 200, &list(&[("3", "three")], r#","next":"c1""#));
    assert_eq!(page.names(), ["one", "two"]);
    Fake::answer("cursor=c1", 200, &list(&[("4", "four")], ""));
    assert_eq!(page.names(), ["three", "four"]);
}

#[test]
fn a_refresh_that_fails_leaves_the_list_and_says_so() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.refresh();
    Fake::run();
    Fake::fail("/tokens", NetworkError::Unreachable);
    assert_eq!(page.names(), ["one"]);
    let load = page.workspace.load.get_untracked();
    assert!(load.error.is_some() && load.completed_at.is_some() && load.resume.is_none());
}

#[test]
fn loading_can_be_stopped() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &list(&[("1", "one")], r#","next":"c1""#));
    page.workspace.stop_loading();
    Fake::run();
    assert_eq!(page.names(), ["one"]);
    assert_eq!(page.workspace.load.get_untracked().error, Some(NetworkError::Cancelled.into()));
    assert_eq!(Fake::requests(), ["GET /api/scopes"]);
}

#[test]
fn only_the_last_of_two_loads_counts() {
    let page = Page::with_tokens(&[]);
    page.workspace.refresh();
    page.workspace.refresh();
    Fake::run();
    assert_eq!(Fake::requests(), ["GET /api/tokens?limit=1000"]);
    Fake::answer("/tokens", 200, &list(&[("1", "one")], ""));
    assert_eq!(page.names(), ["one"]);
}

#[test]
fn a_list_that_leads_in_circles_ends() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &list(&[("1", "one")], r#","next":"c1""#));
    Fake::answer("cursor=c1", 200, &list(&[("2", "two")], r#","next":"c1""#));
    assert!(matches!(page.workspace.load.get_untracked().error, Some(ApiError::Endless(_))));
    assert_eq!(page.names(), ["one", "two"]);
}

#[test]
fn a_clock_that_is_minutes_off_is_told() {
    let page = Page::begin();
    let body = list(&[("1", "one")], "").into_bytes();
    let date = Some(START + 5 * MINUTE);
    Fake::reply("/tokens", Ok(crate::api::Response { status: 200, body, date, ..Default::default() }));
    assert_eq!(page.state().clock_skew.get_untracked(), Some(5 * MINUTE));
}

#[test]
fn rows_move_on_with_time() {
    let page = Page::begin();
    let end = format_rfc3339(START + DAY);
    let entry = token("1", "one").replace(r#""valid_to":null"#, &format!(r#""valid_to":"{end}""#));
    Fake::answer("/tokens", 200, &format!(r#"{{"total":1,"entries":[{entry}]}}"#));
    page.workspace.filter(None, |it| it.status = crate::query::StatusFilter::Active);
    Fake::run();
    assert_eq!(page.names(), ["one"]);
    Fake::advance(DAY - MINUTE);
    assert_eq!(page.names(), ["one"]);
    let listed = page.workspace.listed.get_untracked();
    // Not a minute later, but when it ends.
    Fake::advance(MINUTE + 1_000);
    assert!(page.names().is_empty() && page.workspace.listed.get_untracked() > listed);
}

/// How many tokens are active, as the page says.
fn active(page: &Page) -> Option<usize> {
    page.workspace.counts.with_untracked(|it| it.get(Counted::Active))
}

#[test]
fn counts_follow_a_list_without_going_through_all_of_it_with_every_page() {
    let page = Page::begin();
    assert!(page.state().load.with_untracked(Load::lacks));
    assert_eq!(active(&page), None);
    let mut counted = Vec::new();
    for n in 1..=9_usize {
        let (like, next) = match n {
            1 => ("limit=1000".to_owned(), format!(r#","next":"c{n}""#)),
            9 => ("cursor=c8".into(), String::new()),
            _ => (format!("cursor=c{}", n - 1), format!(r#","next":"c{n}""#)),
        };
        let id = n.to_string();
        // Pages are shown ten times a second at most.
        Fake::advance(120);
        Fake::answer(&like, 200, &list(&[(&id, &id)], &next));
        counted.push(active(&page).unwrap_or_default());
        assert_eq!(page.state().load.with_untracked(Load::lacks), n < 9);
    }
    assert_eq!(counted, [1, 2, 2, 4, 4, 4, 4, 8, 8]);
    // The last page ends the load, and the rows are painted first.
    Fake::advance(250);
    assert_eq!(active(&page), Some(9));
}

#[test]
fn counts_follow_what_is_done_and_what_comes_with_time() {
    let page = Page::begin();
    let end = format_rfc3339(START + 20 * DAY);
    let entry = token("1", "one").replace(r#""valid_to":null"#, &format!(r#""valid_to":"{end}""#));
    Fake::answer("/tokens", 200, &format!(r#"{{"total":1,"entries":[{entry}]}}"#));
    let counts = || Counted::ALL.map(|what| page.workspace.counts.with_untracked(|it| it.get(what)));
    Fake::advance(250);
    let [soon, over] = [1, 5].map(|idx| move |counts: [Option<usize>; 6]| counts[idx]);
    assert_eq!((soon(counts()), over(counts())), (Some(0), Some(0)));
    Fake::advance(6 * DAY - MINUTE);
    assert_eq!(soon(counts()), Some(0));
    Fake::advance(MINUTE);
    assert_eq!((soon(counts()), over(counts())), (Some(1), Some(0)));
    Fake::advance(14 * DAY);
    assert_eq!((soon(counts()), over(counts())), (Some(0), Some(1)));
    // What a filter hides is counted.
    page.workspace.filter(None, |it| it.name = "nothing".into());
    Fake::advance(250);
    assert!(page.names().is_empty());
    assert_eq!(over(counts()), Some(1));
    // A session that ends takes the counts along.
    page.state().sign_out();
    Fake::run();
    Fake::advance(250);
    assert_eq!(counts(), [None; 6]);
}

#[test]
fn systems_stand_side_by_side() {
    begin();
    let root = Owner::new();
    let names = ["A", "B"].map(str::to_owned).to_vec();
    let workspace = root.with(|| Workspace::of_all(names, Memo::new(|_| true), &FAKE));
    root.with(|| workspace.start());
    workspace.fill_and_start(1, Err(OpenError::NetworkError(NetworkError::NotLoaded)));
    workspace.fill_and_start(0, Ok(client("")));
    Fake::run();
    Fake::answer("/tokens", 200, &list(&[("1", "one")], ""));
    let systems = workspace.with_rows(|stores, row_refs| {
        row_refs.iter().map(|it| stores[it.slot()].system.to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(systems, ["A"]);
    assert_eq!(workspace.load.with_untracked(|it| (it.loaded, it.running)), (1, false));
    assert!(workspace.only().is_none() && workspace.connection_states().len() == 1);
}

#[test]
fn a_list_that_ends_before_its_total_may_not_be_all() {
    let page = Page::begin();
    let body = list(&[("1", "one"), ("2", "two")], "").replace(r#""total":2"#, r#""total":5"#);
    Fake::answer("/tokens", 200, &body);
    let load = page.workspace.load.get_untracked();
    assert_eq!((load.gap.clone(), load.loaded, load.total), (Some(Gap::Untold), 2, 5));
    assert!(load.may_lack() && load.completed_at.is_some() && load.error.is_none());
    page.workspace.refresh();
    Fake::run();
    Fake::answer("/tokens", 200, &list(&[("1", "one"), ("2", "two")], ""));
    assert!(!page.workspace.load.with_untracked(|it| it.may_lack()));
}

#[test]
fn what_is_written_meanwhile_is_no_gap() {
    let page = Page::begin();
    Fake::answer("/tokens", 200, &list(&[("1", "one")], r#","next":"c1""#));
    page.state().apply(Change::Removed("1".into()));
    let body = list(&[("2", "two")], "").replace(r#""total":1"#, r#""total":2"#);
    Fake::answer("cursor=c1", 200, &body);
    let load = page.workspace.load.get_untracked();
    assert_eq!((page.names(), load.gap, load.total), (vec!["two".to_owned()], None, 1));
}

#[test]
fn a_header_that_cannot_be_read_may_hide_a_page() {
    let page = Page::begin();
    Fake::answer("/tokens", 200, &list(&[("1", "one")], r#","hidden":"link""#));
    let gap = page.workspace.load.with_untracked(|it| it.gap.clone());
    assert_eq!(gap, Some(Gap::Hidden { header: "link".into() }));
}

/// A page of a list whose pages are counted off.
fn counted(tokens: &[(&str, &str)], next: &str) -> String {
    list(tokens, &format!(r#","is_counted":true,"next":{next}"#))
}

#[test]
fn a_list_that_is_counted_off_is_read_again_after_a_write_meanwhile() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &counted(&[("1", "one"), ("2", "two")], r#""c1""#));
    page.state().apply(Change::Removed("1".into()));
    // What was third is second by now.
    Fake::answer("cursor=c1", 200, &counted(&[("4", "four")], "null"));
    assert_eq!(page.names(), ["two", "four"]);
    let load = page.workspace.load.get_untracked();
    assert_eq!((load.gap, load.running), (Some(Gap::Moved), true));
    Fake::answer("limit=1000", 200, &counted(&[("2", "two"), ("3", "three")], r#""c1""#));
    Fake::answer("cursor=c1", 200, &counted(&[("4", "four")], "null"));
    assert_eq!(page.names(), ["two", "three", "four"]);
    let load = page.workspace.load.get_untracked();
    assert_eq!((load.gap, load.running), (None, false));
    assert_eq!(Fake::requests(), ["GET /api/scopes"]);
}

#[test]
fn a_write_that_ends_after_the_list_has_it_read_again() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &counted(&[("1", "one"), ("2", "two")], r#""c1""#));
    let command = Command::Delete(page.token("1", "one"), vec![]);
    let sending = page.root.with(Sending::new);
    page.state().dispatch(command, sending);
    Fake::run();
    Fake::answer("cursor=c1", 200, &counted(&[("4", "four")], "null"));
    assert_eq!(page.workspace.load.with_untracked(|it| (it.gap.clone(), it.running)), (Some(Gap::Moved), false));
    Fake::answer("DELETE /api/tokens/1", 204, "");
    Fake::answer("limit=1000", 200, &counted(&[("2", "two"), ("3", "three")], r#""c1""#));
    Fake::answer("cursor=c1", 200, &counted(&[("4", "four")], "null"));
    assert_eq!(page.names(), ["two", "three", "four"]);
    assert!(!page.workspace.load.with_untracked(|it| it.may_lack() || it.running));
}

#[test]
fn a_list_that_is_counted_off_starts_over_after_a_failure_and_a_write() {
    for before in [true, false] {
        let page = Page::begin();
        Fake::answer("limit=1000", 200, &counted(&[("1", "one"), ("2", "two")], r#""c1""#));
        let remove = || page.state().apply(Change::Removed("1".into()));
        if before {
            remove();
        }
        Fake::fail("cursor=c1", NetworkError::Interrupted);
        let load = page.workspace.load.get_untracked();
        assert!(load.is_cut() && load.resume.is_some() != before);
        if !before {
            remove();
        }
        page.state().retry();
        Fake::run();
        Fake::answer("limit=1000", 200, &counted(&[("2", "two"), ("3", "three")], "null"));
        assert_eq!(page.names(), ["two", "three"]);
        assert!(!page.workspace.load.with_untracked(|it| it.may_lack()));
    }
}

#[test]
fn a_list_by_cursors_is_not_read_twice_for_a_write() {
    let page = Page::begin();
    Fake::answer("limit=1000", 200, &list(&[("1", "one"), ("2", "two")], r#","next":"c1""#));
    page.state().apply(Change::Removed("1".into()));
    Fake::answer("cursor=c1", 200, &list(&[("3", "three")], ""));
    assert_eq!(
        (page.names(), Fake::requests()),
        (vec!["two".into(), "three".into()], vec!["GET /api/scopes".to_owned()])
    );
}

#[test]
fn a_list_that_was_cut_is_told_beside_others() {
    begin();
    let root = Owner::new();
    let names = ["A", "B"].map(str::to_owned).to_vec();
    let workspace = root.with(|| Workspace::of_all(names, Memo::new(|_| true), &FAKE));
    root.with(|| workspace.start());
    workspace.fill_and_start(0, Ok(client("")));
    Fake::run();
    Fake::answer("/tokens", 200, &list(&[("1", "one")], r#","next":"c1""#));
    assert!(!workspace.load.with_untracked(|it| it.may_lack()));
    Fake::fail("cursor=c1", NetworkError::Interrupted);
    assert_eq!(workspace.load.with_untracked(|it| it.gap.clone()), Some(Gap::Cut));
}

#[test]
fn scopes_are_told_by_id_each_once() {
    let scope = |id: &str, name: &str| Scope { id: id.into(), name: name.into() };
    let scopes = Scopes::of(vec![scope("b", "B"), scope("a", "A"), scope("b", "other"), scope("c", "C")]);
    let names = |all: &[Scope]| all.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&scopes.list), ["B", "A", "C"]);
    assert_eq!(["a", "b", "c", "d"].map(|it| scopes.name(it)), ["A", "B", "C", "d"]);
    let others = ["z", "a", "y", "z"].map(str::to_owned);
    assert_eq!(names(&scopes.with_others(others.into_iter())), ["B", "A", "C", "z", "y"]);
}
