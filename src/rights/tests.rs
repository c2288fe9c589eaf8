//! Tests of what a save changes of a token's rights.

use super::*;
use crate::time::parse_rfc3339;

fn now() -> Millis {
    parse_rfc3339("2026-06-01T00:00:00Z").unwrap_or_default()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

#[track_caller]
fn difference(before: &Draft, after: &Draft) -> Difference {
    Difference::between(before, after, &[], now())
}

fn with_scopes(all: &[&str]) -> Draft {
    Draft { scopes: texts(all), ..Draft::default() }
}

fn with_ips(all: &[&str]) -> Draft {
    Draft { source_ips: Some(texts(all)), ..Draft::default() }
}

fn with_end(end: Option<&str>) -> Draft {
    Draft { valid_to: end.map(str::to_owned), ..Draft::default() }
}

fn with_start(start: Option<&str>) -> Draft {
    Draft { valid_from: start.map(str::to_owned), ..Draft::default() }
}

#[test]
fn scopes_come_and_go_in_any_order() {
    let scope = |id: &str, is_added| Change::Scope { id: id.into(), is_added };
    let found = difference(&with_scopes(&["a", "b"]), &with_scopes(&["b", "c", "c"]));
    assert_eq!(found.changes, [scope("c", true), scope("a", false)]);
    assert!(found.grows());
    let fewer = difference(&with_scopes(&["a", "b"]), &with_scopes(&["b"]));
    assert_eq!((fewer.changes.as_slice(), fewer.grows()), ([scope("a", false)].as_slice(), false));
    assert!(difference(&with_scopes(&["a", "b"]), &with_scopes(&["b", "a"])).is_none());
}

#[test]
fn no_scope_at_all_may_mean_every_scope() {
    let found = difference(&with_scopes(&["a"]), &with_scopes(&[]));
    assert!(found.changes.contains(&Change::NoScopes) && found.grows());
    assert!(difference(&with_scopes(&[]), &with_scopes(&[])).is_none());
}

fn with_privileges(all: &[(&str, &str, &str)]) -> Draft {
    let privilege = |(scope, role, target): &(&str, &str, &str)| Privilege {
        scope: (*scope).into(),
        role: (*role).into(),
        target: (*target).into(),
    };
    Draft { privileges: Some(all.iter().map(privilege).collect()), ..Draft::default() }
}

#[test]
fn a_privilege_that_another_one_included_is_no_growth() {
    #[track_caller]
    fn check(before: (&str, &str, &str), after: (&str, &str, &str), grows: bool) {
        let found = difference(&with_privileges(&[before]), &with_privileges(&[after]));
        assert_eq!((found.changes.len(), found.grows()), (2, grows), "{before:?} {after:?}");
    }
    check(("org", "admin", ""), ("org", "read", ""), false);
    check(("org", "read", ""), ("org", "write", ""), true);
    check(("org", "write", ""), ("site", "read", "s1"), false);
    check(("site", "admin", "s1"), ("site", "read", "s2"), true);
    check(("site", "admin", "s1"), ("org", "read", ""), true);
    check(("org", "helpdesk", ""), ("org", "read", ""), true);
    check(("org", "admin", ""), ("org", "installer", ""), false);
}

#[test]
fn ends_that_are_taken_away_or_move_on_grow() {
    #[track_caller]
    fn check(before: Option<&str>, after: Option<&str>, expected: Option<bool>) {
        let found = difference(&with_end(before), &with_end(after));
        assert_eq!(found.changes.first().map(Change::grows), expected, "{before:?} {after:?}");
    }
    let (soon, late, past) = (Some("2026-07-01T00:00:00Z"), Some("2026-09-01T00:00:00Z"), Some("2026-01-01T00:00:00Z"));
    check(soon, None, Some(true));
    check(soon, late, Some(true));
    check(past, soon, Some(true));
    check(late, soon, Some(false));
    check(None, soon, Some(false));
    // What is over is over.
    check(Some("2025-01-01T00:00:00Z"), past, Some(false));
    // The same instant in other letters.
    check(soon, Some("2026-07-01T02:00:00+02:00"), None);
    check(None, None, None);
    // What cannot be read cannot be compared.
    check(Some("next year"), soon, Some(true));
    check(Some("next year"), Some("next year"), None);
}

#[test]
fn starts_that_come_sooner_grow() {
    #[track_caller]
    fn check(before: Option<&str>, after: Option<&str>, expected: Option<bool>) {
        let found = difference(&with_start(before), &with_start(after));
        assert_eq!(found.changes.first().map(Change::grows), expected, "{before:?} {after:?}");
    }
    let (soon, late, past) = (Some("2026-07-01T00:00:00Z"), Some("2026-09-01T00:00:00Z"), Some("2026-01-01T00:00:00Z"));
    check(late, soon, Some(true));
    check(late, None, Some(true));
    check(soon, late, Some(false));
    check(None, late, Some(false));
    check(past, None, Some(false));
    check(None, None, None);
}

#[test]
fn addresses_that_were_not_allowed_grow() {
    #[track_caller]
    fn check(before: &[&str], after: &[&str], expected: Option<bool>) {
        let found = difference(&with_ips(before), &with_ips(after));
        assert_eq!(found.changes.first().map(Change::grows), expected, "{before:?} {after:?}");
    }
    check(&["10.0.0.0/8"], &[], Some(true));
    check(&[], &["10.0.0.0/8"], Some(false));
    check(&["10.0.0.0/8"], &["10.1.0.0/16"], Some(false));
    check(&["10.1.0.0/16"], &["10.0.0.0/8"], Some(true));
    check(&["10.0.0.1", "10.0.0.2"], &["10.0.0.2"], Some(false));
    check(&["10.0.0.1", "10.0.0.2"], &["10.0.0.2", "10.0.0.1"], None);
    // A system that keeps no addresses says nothing of them.
    assert!(difference(&with_ips(&["10.0.0.1"]), &Draft::default()).is_none());
}

#[test]
fn inputs_count_where_they_are_rights() {
    let input = |kind: InputKind, is_right| Input { is_right, ..Input::new("x", "X", kind) };
    #[track_caller]
    fn check(asked: Input, before: &str, after: &str, expected: Option<bool>) {
        let with = |text: &str| Draft { inputs: vec![("x".into(), text.into())], ..Draft::default() };
        let found = Difference::between(&with(before), &with(after), &[asked], now());
        assert_eq!(found.changes.first().map(Change::grows), expected, "{before} {after}");
    }
    check(input(InputKind::Text, true), "a", "b", Some(true));
    check(input(InputKind::Text, false), "a", "b", None);
    check(input(InputKind::Text, true), "a", "a ", None);
    check(input(InputKind::Switch, true), "true", "false", Some(false));
    check(input(InputKind::Switch, true), "false", "true", Some(true));
    check(input(InputKind::List, true), "a\nb", "b", Some(false));
    check(input(InputKind::List, true), "a", "a\nb", Some(true));
    check(input(InputKind::List, true), "a", "", Some(true));
    // What the system did not say of the token is not known to change.
    let asked = [input(InputKind::Text, true)];
    let after = Draft { inputs: vec![("x".into(), "b".into())], ..Draft::default() };
    assert!(Difference::between(&Draft::default(), &after, &asked, now()).is_none());
}

#[test]
fn a_draft_of_a_token_changes_nothing() {
    let token = Token {
        name: "ci".into(),
        scopes: texts(&["a"]),
        valid_to: Some("2026-07-01T00:00:00Z".into()),
        source_ips: texts(&["10.0.0.1"]),
        ..Token::default()
    };
    assert!(difference(&Draft::of(&token), &Draft::of(&token)).is_none());
}
