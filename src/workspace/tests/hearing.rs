//! What is heard, and what is told in passing: when, and how long.

use reactive_graph::prelude::*;

use super::*;
use crate::query::SortKey;
use crate::workspace::hearing::Heard;
use crate::workspace::notices::Notice;
use crate::workspace::told::{Copied, Told};

/// What is heard from now on, one after another.
fn heard(page: &Page) -> Words {
    page.workspace.heard.with_untracked(|it| it.clone().unwrap_or_default())
}

/// Something that the page says.
fn said(key: impl Into<Words>) -> Words {
    key.into()
}

fn count(shown: usize, loaded: usize) -> Words {
    said(Heard::Count { shown, loaded })
}

#[test]
fn a_short_load_is_heard_once_when_it_is_over() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    Fake::advance(599);
    assert_eq!(heard(&page), Words::default());
    Fake::advance(1);
    assert_eq!(heard(&page), count(2, 2));
    page.workspace.heard.set(None);
    Fake::advance(60_000);
    assert_eq!(heard(&page), Words::default(), "time that passes is no news");
}

#[test]
fn what_is_to_be_heard_waits_until_the_workspace_is_complete() {
    let page = Page::begin_incomplete();
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&[("1", "one"), ("2", "two")], ""));
    Fake::advance(60_000);
    assert_eq!(heard(&page), Words::default());
    page.workspace.complete();
    Fake::advance(600);
    assert_eq!(heard(&page), count(2, 2));
}

#[test]
fn a_long_load_is_heard_by_its_quarters() {
    let page = Page::begin();
    Fake::advance(600);
    assert_eq!(heard(&page), said(Heard::Loading));
    let part = |from: usize, n: usize, total: usize, next: &str| {
        let entries: Vec<String> = (from..from + n).map(|it| token(&it.to_string(), "x")).collect();
        format!(r#"{{"total":{total},"entries":[{}]{next}}}"#, entries.join(","))
    };
    let mut told = Vec::new();
    for idx in 0..5 {
        page.workspace.heard.set(None);
        let next = format!(r#","next":"c{}""#, idx + 1);
        // Of eight pages these are the first five, after a first one of two.
        let (from, n) = if idx == 0 { (0, 2) } else { (idx + 1, 1) };
        Fake::answer("/tokens", 200, &part(from, n, 8, &next));
        Fake::advance(600);
        told.push(heard(&page));
    }
    let loaded = |percent| Words::from(Heard::Loaded { percent, total: 8 });
    assert_eq!(told, [loaded(25), Words::default(), loaded(50), Words::default(), loaded(75)]);
    Fake::answer("/tokens", 200, &part(6, 2, 8, ""));
    Fake::advance(600);
    assert_eq!(heard(&page), count(8, 8));
}

#[test]
fn typing_is_heard_when_it_pauses() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two"), ("3", "tree")]);
    Fake::advance(1_000);
    page.workspace.heard.set(None);
    for typed in ["t", "tw", "two"] {
        page.workspace.filter(Some("name"), |it| it.name = typed.into());
        Fake::advance(300);
        assert_eq!(heard(&page), Words::default());
    }
    Fake::advance(300);
    assert_eq!(heard(&page), count(1, 3));
}

#[test]
fn an_order_is_heard_with_its_column() {
    let page = Page::with_tokens(&[("1", "one")]);
    Fake::advance(1_000);
    let mut orders = Vec::new();
    for _ in 0..3 {
        page.workspace.sort(SortKey::Expiry);
        Fake::advance(600);
        orders.push(heard(&page));
    }
    let column = page.workspace.system().columns.iter().find(|it| it.kind.sort_key() == Some(SortKey::Expiry)).cloned();
    let label = column.expect("a column").label;
    let sorted = |descending| said(Heard::Sorted { label: label.clone(), key: SortKey::Expiry, descending });
    assert_eq!(orders, [sorted(false), sorted(true), said(Heard::Unsorted)]);
}

#[test]
fn a_write_is_heard_by_its_outcome_alone() {
    let page = Page::with_tokens(&[("1", "one")]);
    Fake::advance(1_000);
    page.workspace.heard.set(None);
    page.workspace.tell(Told::NotListed.into());
    page.workspace.relist();
    Fake::advance(2_000);
    assert_eq!(heard(&page), Words::default());
}

#[test]
fn a_notice_goes_by_itself_unless_something_went_wrong() {
    let page = Page::with_tokens(&[]);
    page.workspace.tell(Told::NotListed.into());
    Fake::advance(4_999);
    assert_eq!(page.notice(), said(Told::NotListed));
    Fake::advance(1);
    assert_eq!(page.notice(), Words::default());
    page.workspace.show_notice(Notice::error(Told::StillSending.into()));
    Fake::advance(600_000);
    assert_eq!(page.notice(), said(Told::StillSending));
}

#[test]
fn a_notice_waits_while_it_is_looked_at_and_the_next_has_all_its_time() {
    let page = Page::with_tokens(&[]);
    page.workspace.tell(Told::NotListed.into());
    Fake::advance(3_000);
    page.workspace.hold_notice(true);
    Fake::advance(60_000);
    assert_eq!(page.notice(), said(Told::NotListed));
    page.workspace.hold_notice(false);
    Fake::advance(3_000);
    page.workspace.tell(Told::StillSending.into());
    Fake::advance(3_000);
    assert_eq!(page.notice(), said(Told::StillSending));
    Fake::advance(2_000);
    assert_eq!(page.notice(), Words::default());
}

#[test]
fn what_is_copied_is_heard_and_makes_no_notice() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.copy("g1".into(), Copied::Json);
    Fake::run();
    assert_eq!((heard(&page), page.notice()), (said(Told::Copied(Copied::Json)), Words::default()));
    assert_eq!(page.workspace.copied.get_untracked(), 1);
}

#[test]
fn who_has_to_sign_in_first_is_told_so_until_something_is_there() {
    begin();
    let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
    assert!(page.workspace.is_signed_out(), "the form asks");
    Fake::advance(5_000);
    assert_eq!(heard(&page), Words::default(), "nothing is loading");
    page.state().sign_in_later();
    Fake::run();
    assert!(page.workspace.is_signed_out(), "the user does not want to");
    page.state().retry();
    assert!(page.workspace.is_signed_out(), "it is asked for once more");
    Fake::run();
    sign_in(page.state(), "secret");
    assert!(!page.workspace.is_signed_out());
    Fake::advance(600);
    assert_eq!(heard(&page), said(Heard::Loading));
    Fake::answer("/tokens", 200, &list(&[("1", "one")], ""));
    Fake::advance(600);
    assert_eq!(heard(&page), count(1, 1));
    page.state().sign_out();
    assert!(page.workspace.is_signed_out());
}
