//! What is shown, and what the address, the storage and the page say of it.

use reactive_graph::prelude::*;

use super::*;
use crate::capabilities::{Capabilities, Column, ColumnKind};
use crate::query::{Query, SortKey};
use crate::runtime::Runtime;
use crate::workspace::told::{Copied, Told};

#[test]
fn typing_is_one_step_in_the_history_once_it_pauses() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    for text in ["o", "on", "one"] {
        page.workspace.filter(Some("name"), |it| it.name = text.into());
        Fake::advance(100);
    }
    assert_eq!(page.names(), ["one"]);
    assert_eq!(Fake::address(), (String::new(), 0));
    Fake::advance(300);
    let (address, n_steps) = Fake::address();
    assert!(address.contains("one") && n_steps == 1, "{address}, {n_steps}");
    // Going on in the same field is the same step.
    page.workspace.filter(Some("name"), |it| it.name = "ones".into());
    Fake::advance(300);
    assert_eq!(Fake::address().1, 1);
    page.workspace.clear_filters();
    Fake::advance(10);
    assert_eq!(Fake::address(), (String::new(), 2));
}

#[test]
fn what_was_typed_is_written_before_something_else_is_done() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.filter(Some("name"), |it| it.name = "one".into());
    page.workspace.show_details(Some(TokenRef { slot: 0, id: "1".into() }));
    let (address, n_steps) = Fake::address();
    assert!(address.contains("one") && address.ends_with("token=1"), "{address}");
    assert_eq!(n_steps, 2);
    Fake::advance(300);
    assert_eq!(Fake::address().1, 2);
}

#[test]
fn an_address_names_a_column_of_the_systems_own_by_its_id() {
    begin();
    let (connection, columns) =
        (client("").connection().clone(), vec![Column::own("made", "Made", ColumnKind::Time(0))]);
    let system = Capabilities { columns, ..Capabilities::default() };
    let page = Page::new(Rc::new(Client::direct(connection, system, &FAKE)));
    page.workspace.sort(SortKey::Extra(0));
    page.workspace.sort(SortKey::Extra(0));
    Fake::advance(10);
    assert_eq!(Fake::address().0, "sort=-made");
    let sorted = page.workspace.query.get_untracked();
    // Addresses of before have the place of the column.
    for address in ["-made", "-extra0"] {
        page.workspace.query.set(Query::default());
        Fake::go_to(&[("sort", address)]);
        page.workspace.read_address();
        assert_eq!(page.workspace.query.get_untracked(), sorted, "{address}");
    }
}

#[test]
fn an_address_leads_to_the_same_view() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    page.workspace.sort(SortKey::Name);
    page.workspace.filter(None, |it| it.name = "t".into());
    page.workspace.show_details(Some(TokenRef { slot: 0, id: "2".into() }));
    let params = FAKE.address_params();
    let query = page.workspace.query.get_untracked();
    page.workspace.clear_filters();
    page.workspace.show_details(None);
    let params: Vec<(&str, &str)> = params.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    Fake::go_to(&params);
    page.workspace.read_address();
    assert_eq!(page.workspace.query.get_untracked(), query);
    assert_eq!(page.workspace.details.get_untracked(), Some(TokenRef { slot: 0, id: "2".into() }));
    assert_eq!(page.names(), ["two"]);
}

#[test]
fn a_whole_guid_does_not_stay_in_the_address() {
    let page = Page::with_tokens(&[("1", "one")]);
    let guid = "11111111-2222-4333-8444-555555555555";
    page.workspace.filter(Some("guid"), |it| it.guid = guid.into());
    Fake::advance(300);
    assert!(!Fake::address().0.contains(guid));
    // Nor does one that a link brought.
    Fake::go_to(&[("guid", guid)]);
    page.workspace.read_address();
    assert!(!Fake::address().0.contains(guid), "{}", Fake::address().0);
}

#[test]
fn a_dialog_keeps_the_page_where_it_is() {
    let page = Page::with_tokens(&[("1", "one")]);
    page.workspace.filter(None, |it| it.name = "one".into());
    Fake::advance(10);
    let (address, _) = Fake::address();
    Fake::go_to(&[("connection", "B")]);
    page.workspace.stay_here();
    assert_eq!(Fake::address().0, address);
    assert_eq!(page.notice(), Words::from(Told::DialogIsOpen));
}

#[test]
fn the_layout_is_kept_from_one_workspace_to_the_next() {
    let page = Page::with_tokens(&[]);
    page.workspace.lay_out(|layout, view, system| {
        layout.is_compact = true;
        let status = system.columns.iter().find(|it| it.kind == ColumnKind::Status).map(|it| it.id.clone());
        layout.choose(view, system, status.into_iter().collect());
    });
    let kinds =
        |page: &Page| page.workspace.columns.with_untracked(|all| all.iter().map(|it| it.kind).collect::<Vec<_>>());
    let chosen = kinds(&page);
    assert!(chosen == [ColumnKind::Status] && page.workspace.layout.with_untracked(|it| it.is_compact));
    page.workspace.leave();
    let next = Page::new(page.client.clone());
    assert!(next.workspace.layout.with_untracked(|it| it.is_compact));
    assert_eq!(kinds(&next), chosen);
}

#[test]
fn a_storage_that_refuses_is_told() {
    let page = Page::with_tokens(&[]);
    Fake::refuse_storage();
    page.workspace.lay_out(|layout, _, _| layout.is_compact = true);
    assert_eq!(page.notice(), Words::from(Told::LayoutNotKept));
    assert!(page.workspace.layout.with_untracked(|it| it.is_compact));
}

#[test]
fn a_copy_says_that_it_is_there() {
    let page = Page::with_tokens(&[]);
    let what = Copied::Id { label: "GUID".into(), of: "one".into() };
    page.workspace.copy("g1".into(), what.clone());
    Fake::run();
    assert_eq!(Fake::clipboard().as_deref(), Some("g1"));
    assert_eq!(page.workspace.heard.get_untracked(), Some(Told::Copied(what).into()));
}

#[test]
fn a_hidden_token_can_be_shown() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two")]);
    page.workspace.filter(None, |it| it.name = "two".into());
    page.workspace.reveal(TokenRef { slot: 0, id: "1".into() });
    assert_eq!(page.names(), ["one", "two"]);
    assert_eq!(page.workspace.marked.get_untracked(), Some(TokenRef { slot: 0, id: "1".into() }));
}

#[test]
fn what_an_address_asks_for_waits_until_the_workspace_is_complete() {
    begin();
    Fake::go_to(&[("name", "two"), ("sort", "-name")]);
    let page = Page::incomplete(client(""));
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&[("1", "one"), ("2", "two")], ""));
    assert!(page.workspace.waits.get_untracked());
    assert_eq!(page.names(), [""; 0], "no other list than what was asked for");
    page.workspace.complete();
    assert!(!page.workspace.waits.get_untracked());
    assert_eq!(page.names(), ["two"]);
    page.workspace.clear_filters();
    assert_eq!(page.names(), ["two", "one"]);
}

#[test]
fn a_plain_list_is_shown_before_the_workspace_is_complete() {
    let page = Page::begin_incomplete();
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&[("1", "one"), ("2", "two")], ""));
    assert_eq!(page.names(), ["one", "two"]);
    // What the user asks for before is there, and in the address, as soon as it can be.
    page.workspace.filter(None, |it| it.name = "two".into());
    assert_eq!(page.names(), [""; 0]);
    Fake::advance(1000);
    assert_eq!(Fake::address(), (String::new(), 0));
    page.workspace.complete();
    assert_eq!(page.names(), ["two"]);
    let (address, n_steps) = Fake::address();
    assert!(address.contains("two") && n_steps == 1, "{address}, {n_steps}");
}
