//! What is selected, and what becomes of that.

use reactive_graph::graph::untrack;
use reactive_graph::prelude::*;

use super::*;
use crate::actions::Command;
use crate::api::NetworkError;
use crate::query::{Sort, SortKey, StatusFilter};
use crate::selection::{Among, Selection};
use crate::session::way::OpenError;
use crate::workspace::commands::Sending;
use crate::workspace::hearing::Heard;

const FOUR: [(&str, &str); 4] = [("1", "one"), ("2", "two"), ("3", "three"), ("4", "four")];

impl Page {
    fn toggle(&self, id: &str, is_range: bool) {
        self.workspace.toggle_selected(TokenRef { slot: 0, id: id.into() }, is_range);
    }

    /// With these tokens selected.
    fn select(self, ids: &[&str]) -> Page {
        ids.iter().for_each(|id| self.toggle(id, false));
        self
    }

    /// The ids of the tokens that are selected, by their slots.
    fn selected(&self) -> Vec<String> {
        self.workspace.selected_tokens().into_iter().map(|it| format!("{}:{}", it.slot, it.id)).collect()
    }

    fn selection(&self) -> Selection {
        untrack(|| self.workspace.selection())
    }

    /// Loads the list again, as these tokens.
    fn refresh(&self, tokens: &[(&str, &str)]) {
        self.workspace.refresh();
        Fake::run();
        Fake::answer("/tokens", 200, &list(tokens, ""));
    }

    fn run(&self, command: Command) {
        self.state().dispatch(command, Sending::new());
        Fake::run();
    }
}

fn selected(n: usize) -> Selection {
    Selection { n, n_gone: 0 }
}

#[test]
fn a_click_selects_and_another_no_longer() {
    let page = Page::with_tokens(&FOUR);
    let listed = page.workspace.listed.get_untracked();
    page.toggle("3", false);
    page.toggle("1", false);
    assert_eq!((page.selected(), page.selection()), (vec!["0:1".into(), "0:3".into()], selected(2)));
    page.toggle("3", false);
    assert_eq!((page.selected(), page.selection()), (vec!["0:1".into()], selected(1)));
    assert_eq!(page.workspace.listed.get_untracked(), listed, "no rows are worked out for it");
    // Said once, when the user pauses.
    assert_eq!(page.workspace.heard.get_untracked(), None);
    Fake::advance(700);
    assert_eq!(page.workspace.heard.get_untracked(), Some(Heard::Selected { n: 1 }.into()));
}

#[test]
fn a_range_follows_the_one_that_was_clicked_last_in_the_order_that_is_shown() {
    let page = Page::with_tokens(&FOUR);
    page.workspace.order_by(Some(Sort { key: SortKey::Name, descending: false }));
    assert_eq!(page.names(), ["four", "one", "three", "two"]);
    page.toggle("3", false);
    page.toggle("4", true);
    assert_eq!(page.selected(), ["0:1", "0:3", "0:4"]);
    // From there on, the other way; and what is clicked says what all become.
    page.toggle("1", true);
    assert_eq!(page.selected(), ["0:3"]);
    page.toggle("2", true);
    assert_eq!(page.selected(), ["0:1", "0:2", "0:3"]);
    // Where one end is out of sight there is no range.
    page.workspace.filter(None, |it| it.name = "four".into());
    page.toggle("4", true);
    assert_eq!(page.selected(), ["0:1", "0:2", "0:3", "0:4"]);
    page.workspace.clear_selection();
    assert_eq!((page.selected().len(), page.selection()), (0, selected(0)));
    page.workspace.clear_filters();
    page.toggle("2", true);
    assert_eq!(page.selected(), ["0:2"], "nothing was clicked before");
}

#[test]
fn all_that_are_shown_over_a_filter_and_what_that_hides() {
    let page = Page::with_tokens(&FOUR).select(&["2"]);
    page.workspace.filter(None, |it| it.name = "o".into());
    page.workspace.filter(None, |it| it.name = "on".into());
    assert_eq!(page.workspace.selected_among_shown(), Among { n: 1, n_selected: 0 });
    page.workspace.select_shown(true);
    assert_eq!((page.selected(), page.selection()), (vec!["0:1".into(), "0:2".into()], selected(2)));
    assert!(page.workspace.selected_among_shown().is_all());
    page.workspace.select_shown(false);
    assert_eq!(page.selected(), ["0:2"]);
    page.workspace.clear_filters();
    assert_eq!(page.workspace.selected_among_shown(), Among { n: 4, n_selected: 1 });
}

#[test]
fn it_survives_filters_sorting_refreshing_and_edits() {
    let page = Page::with_tokens(&FOUR).select(&["2", "3"]);
    page.workspace.filter(None, |it| it.status = StatusFilter::Expired);
    assert_eq!((page.names().len(), page.selected()), (0, vec!["0:2".into(), "0:3".into()]));
    page.workspace.clear_filters();
    page.workspace.sort(SortKey::Name);
    page.refresh(&[("3", "three"), ("5", "five"), ("2", "renamed elsewhere")]);
    assert_eq!((page.selected(), page.selection()), (vec!["0:3".into(), "0:2".into()], selected(2)));
    page.run(Command::Revoke(page.token("2", "renamed elsewhere"), Vec::new()));
    Fake::answer(
        "POST /api/tokens/2",
        200,
        &token("2", "revoked").replace(r#""is_active":true"#, r#""is_active":false"#),
    );
    assert_eq!(page.selected(), ["0:3", "0:2"]);
    // A list that does not come changes nothing.
    page.workspace.refresh();
    Fake::run();
    Fake::fail("/tokens", NetworkError::Unreachable);
    assert_eq!((page.selected(), page.selection()), (vec!["0:3".into(), "0:2".into()], selected(2)));
}

#[test]
fn what_is_gone_from_a_list_is_counted_until_the_user_selects_again() {
    let page = Page::with_tokens(&FOUR).select(&["1", "2", "3"]);
    page.refresh(&[("2", "two"), ("4", "four")]);
    assert_eq!((page.selected(), page.selection()), (vec!["0:2".into()], Selection { n: 1, n_gone: 2 }));
    page.refresh(&[("4", "four")]);
    assert_eq!((page.selected().len(), page.selection()), (0, Selection { n: 0, n_gone: 3 }));
    // Another token that has its id is another one.
    page.refresh(&FOUR);
    assert_eq!((page.selected().len(), page.selection()), (0, Selection { n: 0, n_gone: 3 }));
    page.toggle("4", false);
    assert_eq!(page.selection(), selected(1));
}

#[test]
fn what_was_deleted_here_is_selected_no_longer_and_not_missed() {
    let page = Page::with_tokens(&FOUR).select(&["1", "2"]);
    page.run(Command::Delete(page.token("1", "one"), Vec::new()));
    Fake::answer("DELETE /api/tokens/1", 204, "");
    assert_eq!((page.selected(), page.selection()), (vec!["0:2".into()], selected(1)));
    page.refresh(&FOUR[1..]);
    assert_eq!(page.selection(), selected(1));
}

#[test]
fn some_can_be_taken_out() {
    let page = Page::with_tokens(&FOUR).select(&["1", "2", "3"]);
    page.refresh(&FOUR[1..]);
    page.workspace.deselect(&[TokenRef { slot: 0, id: "3".into() }, TokenRef { slot: 7, id: "2".into() }]);
    assert_eq!((page.selected(), page.selection()), (vec!["0:2".into()], Selection { n: 1, n_gone: 1 }));
}

#[test]
fn the_selected_alone_whatever_the_filters_say() {
    let page = Page::with_tokens(&FOUR);
    let workspace = page.workspace;
    workspace.filter(None, |it| it.name = "o".into());
    assert_eq!(page.names(), ["one", "two", "four"]);
    let page = page.select(&["1", "2"]);
    workspace.filter(None, |it| it.name = "four".into());
    Fake::advance(0);
    workspace.show_selected();
    Fake::advance(0);
    assert_eq!((page.names(), Fake::address().0.as_str()), (vec!["one".into(), "two".into()], ""));
    // One that is selected no longer can be selected again.
    page.toggle("1", false);
    page.refresh(&FOUR);
    assert_eq!((page.names(), page.selected()), (vec!["one".into(), "two".into()], vec!["0:2".into()]));
    // Among them one can look for more, and open one.
    workspace.filter(None, |it| it.name = "one".into());
    assert_eq!(page.names(), ["one"]);
    workspace.filter(None, |it| it.name.clear());
    workspace.show_details(Some(TokenRef { slot: 0, id: "2".into() }));
    workspace.read_address();
    assert_eq!(page.names(), ["one", "two"]);
    workspace.show_others();
    Fake::advance(0);
    assert_eq!((page.names(), page.selected()), (vec!["four".into()], vec!["0:2".into()]));
    // What is selected now, and not what was.
    workspace.show_selected();
    assert_eq!(page.names(), ["two"]);
    workspace.clear_selection();
    assert_eq!((page.names(), page.selected().len()), (vec!["four".into()], 0));
}

#[test]
fn an_address_that_says_something_else_shows_that() {
    let page = Page::with_tokens(&FOUR).select(&["1"]);
    page.workspace.show_selected();
    Fake::go_to(&[("name", "four")]);
    page.workspace.read_address();
    assert_eq!(page.names(), ["four"]);
    Fake::go_to(&[]);
    page.workspace.read_address();
    assert_eq!((page.names().len(), page.selected()), (4, vec!["0:1".into()]));
}

#[test]
fn signing_out_forgets_it() {
    begin();
    let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
    sign_in(page.state(), "secret one");
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&FOUR, ""));
    let page = page.select(&["1", "2"]);
    page.refresh(&FOUR[1..]);
    assert_eq!(page.selection(), Selection { n: 1, n_gone: 1 });
    page.workspace.filter(None, |it| it.guid = "g2".into());
    page.workspace.show_selected();
    page.state().sign_out();
    Fake::run();
    assert_eq!((page.selected().len(), page.selection()), (0, selected(0)));
    page.state().retry();
    Fake::run();
    sign_in(page.state(), "secret two");
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&FOUR, ""));
    assert_eq!((page.names().len(), page.selected().len()), (4, 0));
    assert!(page.workspace.query.with_untracked(|it| it.filter.is_empty()));
    page.toggle("3", true);
    assert_eq!(page.selected(), ["0:3"], "no range begins where another user clicked");
}

#[test]
fn a_session_that_ends_keeps_it_unless_another_user_signs_in() {
    for (typed, kept) in [("secret one", vec!["0:2".to_owned()]), ("secret two", Vec::new())] {
        begin();
        let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
        sign_in(page.state(), "secret one");
        Fake::answer("/scopes", 200, SCOPES);
        Fake::answer("/tokens", 200, &list(&FOUR, ""));
        let page = page.select(&["2"]);
        page.workspace.refresh();
        Fake::run();
        Fake::answer("/tokens", 401, "");
        assert_eq!(page.selected(), ["0:2"]);
        sign_in(page.state(), typed);
        Fake::answer("/tokens", 200, &list(&FOUR, ""));
        assert_eq!(page.selected(), kept, "{typed}");
    }
}

#[test]
fn all_systems_each_with_its_own() {
    begin();
    let root = Owner::new();
    let workspace =
        root.with(|| Workspace::of_all(vec!["A".into(), "B".into(), "C".into()], Memo::new(|_| true), &FAKE));
    workspace.complete();
    workspace.start();
    workspace.fill_and_start(0, Ok(client("")));
    Fake::run();
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&FOUR, ""));
    assert!(!workspace.shows_whole_lists(), "two of them are not there");
    workspace.filter(None, |it| it.systems = vec!["A".into()]);
    assert!(workspace.shows_whole_lists(), "none of theirs could be shown");
    workspace.clear_filters();
    workspace.fill_and_start(2, Err(OpenError::NetworkError(NetworkError::Unreachable)));
    workspace.fill_and_start(1, Ok(client("")));
    Fake::run();
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("limit=1000", 200, &list(&FOUR[..1], r#","next":"c1""#));
    assert!(!workspace.shows_whole_lists(), "one is still coming");
    workspace.select_shown(true);
    assert_eq!(untrack(|| workspace.selection()).n, 5);
    Fake::answer("cursor=c1", 200, &list(&FOUR[1..], ""));
    assert!(!workspace.shows_whole_lists(), "one did not open");
    workspace.fill_and_start(2, Ok(client("")));
    Fake::run();
    Fake::answer("/scopes", 200, SCOPES);
    Fake::answer("/tokens", 200, &list(&FOUR[..2], ""));
    assert!(workspace.shows_whole_lists());
    let n_of = |slot: usize| workspace.selected_tokens().iter().filter(|it| it.slot == slot).count();
    assert_eq!([n_of(0), n_of(1), n_of(2)], [4, 1, 0]);
    workspace.leave();
    root.cleanup();
    // What comes late finds nothing.
    workspace.select_shown(true);
    workspace.clear_selection();
    assert_eq!(workspace.selected_tokens().len(), 0);
}

#[test]
fn a_list_that_may_lack_some_is_not_whole() {
    let page = Page::begin();
    Fake::answer("/scopes", 200, SCOPES);
    assert!(!page.workspace.shows_whole_lists());
    Fake::answer("limit=1000", 200, &list(&FOUR, "").replace(r#""total":4"#, r#""total":9"#));
    assert!(!page.workspace.shows_whole_lists(), "the system says that it has more");
    page.refresh(&FOUR);
    assert!(page.workspace.shows_whole_lists());
    // What was whole stays so while it is loaded again.
    page.workspace.refresh();
    Fake::run();
    assert!(page.workspace.shows_whole_lists());
}

#[test]
fn tokens_with_one_id_are_not_selected() {
    let page = Page::with_tokens(&[("1", "one"), ("2", "two"), ("2", "another"), ("3", "three")]).select(&["2"]);
    assert_eq!((page.selected().len(), page.selection()), (0, selected(0)));
    page.workspace.select_shown(true);
    assert_eq!(page.selected(), ["0:1", "0:3"]);
    assert_eq!(page.workspace.selected_among_shown(), Among { n: 2, n_selected: 2 });
}

#[test]
fn another_token_after_a_rotation_is_not_the_one_that_was_selected() {
    let page = Page::with_tokens(&FOUR).select(&["1", "2"]);
    page.workspace.source(0).expect("it is open").apply(super::super::state::Change::Removed("1".into()));
    page.refresh(&[("1b", "one"), ("2", "two")]);
    assert_eq!((page.selected(), page.selection()), (vec!["0:2".into()], selected(1)));
}
