//! What a clone has of the token that it is made of.

use super::*;
use crate::config::Auth;
use crate::time::{Utc, parse_rfc3339};

fn instant(text: &str) -> Millis {
    parse_rfc3339(text).expect("a date")
}

fn now() -> Millis {
    instant("2026-06-01T10:00:30Z")
}

fn scoped() -> Capabilities {
    crate::adapters::scoped_capabilities(&Auth::None)
}

fn token(from: Option<&str>, to: Option<&str>) -> Token {
    Token {
        name: "ci".into(),
        guid: "old".into(),
        description: Some("Builds".into()),
        scopes: vec!["a".into(), "gone".into()],
        valid_from: from.map(str::to_owned),
        valid_to: to.map(str::to_owned),
        ..Token::default()
    }
}

fn cloned(token: &Token, created: Option<&str>, system: &Capabilities) -> Form {
    let mut form = Form::new("new".into());
    form.take_over(token, created.map(instant), system, &[], Some(30), Clock::utc(now()));
    form
}

#[track_caller]
fn check_dates(token: &Token, created: Option<&str>, expected: (&str, &str)) {
    let form = cloned(token, created, &scoped());
    assert_eq!((form.valid_from.typed.as_str(), form.valid_to.typed.as_str()), expected);
}

#[test]
fn rights_are_taken_over_and_the_guid_is_new() {
    let form = cloned(&token(None, None), None, &scoped());
    assert_eq!((form.guid.as_str(), form.description.as_str(), form.name.as_str()), ("new", "Builds", ""));
    assert_eq!(form.scopes, ["a", "gone"]);
    assert_eq!(form.before, Token::default());
}

#[test]
fn a_clone_lives_as_long_as_its_token_from_now() {
    let over = token(Some("2026-01-01T10:00:00Z"), Some("2026-01-31T10:00:00Z"));
    check_dates(&over, None, ("", "2026-07-01T10:00"));
    // From its making, where nothing says when it starts.
    let made = token(None, Some("2026-01-31T10:00:00Z"));
    check_dates(&made, Some("2026-01-24T10:00:02Z"), ("", "2026-06-08T10:00"));
    // A life of hours.
    let short = token(Some("2026-01-01T10:00:00Z"), Some("2026-01-01T16:30:00Z"));
    check_dates(&short, None, ("", "2026-06-01T16:30"));
    check_dates(&token(None, None), None, ("", ""));
}

#[test]
fn a_life_that_cannot_be_told_is_the_usual_one() {
    check_dates(&token(None, Some("2026-01-31T10:00:00Z")), None, ("", "2026-07-01T10:00"));
    check_dates(&token(None, Some("next year")), None, ("", "2026-07-01T10:00"));
    // Revoking has moved the end.
    let revoked = Token { revoked: true, ..token(Some("2026-01-01T00:00:00Z"), Some("2026-01-02T00:00:00Z")) };
    check_dates(&revoked, None, ("", "2026-07-01T10:00"));
}

#[test]
fn a_token_that_has_not_begun_keeps_its_dates() {
    let ahead = token(Some("2026-09-01T00:00:00Z"), Some("2026-10-01T00:00:00Z"));
    check_dates(&ahead, None, ("2026-09-01T00:00", "2026-10-01T00:00"));
    check_dates(&token(Some("2026-09-01T00:00:00Z"), None), None, ("2026-09-01T00:00", ""));
}

#[test]
fn the_systems_longest_life_holds_for_a_clone_too() {
    let mut system = scoped();
    for field in &mut system.fields {
        if field.field == Field::ValidTo {
            (field.most_days, field.required) = (Some(7), true);
        }
    }
    let long = token(Some("2026-01-01T10:00:00Z"), Some("2026-03-31T10:00:00Z"));
    assert_eq!(cloned(&long, None, &system).valid_to.typed, "2026-06-08T10:00");
    assert_eq!(cloned(&token(None, None), None, &system).valid_to.typed, "2026-06-08T10:00");
}

#[test]
fn what_a_system_asks_for_is_taken_over_but_no_secret() {
    let asked = [
        Input::new("env", "Environment", InputKind::Text),
        Input::new("otp", "Code", InputKind::Secret),
        Input::new("new", "New", InputKind::Text),
    ];
    let given = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let token = Token { inputs: vec![given("env", "prod"), given("otp", "123"), given("new", "")], ..Token::default() };
    let mut form = Form { inputs: vec![given("env", "dev"), given("otp", ""), given("new", "x")], ..Form::default() };
    form.take_over(&token, None, &scoped(), &asked, None, Clock::utc(now()));
    form.inputs.sort();
    assert_eq!(form.inputs, [given("env", "prod"), given("new", "x"), given("otp", "")]);
}

#[test]
fn what_another_system_does_not_know_is_left_out_and_told() {
    let privilege = |target: &str| Privilege { scope: "site".into(), role: "read".into(), target: target.into() };
    let mut form =
        Form { privileges: vec![privilege("s1"), privilege("s2")], ..cloned(&token(None, None), None, &scoped()) };
    let scopes = [Scope { id: "a".into(), name: "A".into() }];
    let targets = [Target { scope: "site".into(), id: "s2".into(), name: "S".into() }];
    let left_out = form.leave_out_unknown(Some(&scopes), Some(&targets));
    assert_eq!(
        (form.scopes.as_slice(), form.privileges.as_slice()),
        (["a".to_owned()].as_slice(), [privilege("s2")].as_slice())
    );
    assert_eq!(left_out, LeftOut { scopes: vec!["gone".into()], privileges: vec![privilege("s1")] });
    assert!(form.leave_out_unknown(None, None).is_none());
}

fn matches_sandbox(pattern: &str, text: &str) -> bool {
    assert_eq!(pattern, "sandbox");
    let letters: Vec<char> = text.chars().collect();
    let inner = |it: &char| it.is_ascii_alphanumeric() || *it == '-';
    (5..=30).contains(&letters.len())
        && letters.iter().all(inner)
        && letters.first().is_some_and(char::is_ascii_alphabetic)
        && letters.last().is_some_and(char::is_ascii_alphabetic)
}

#[test]
fn a_name_follows_the_rules_and_is_free() {
    let plain = FieldShape::new(Field::Name, "Name");
    let name = |name: &str, taken: &[&str]| name_after(name, "copy", &plain, &|it| taken.contains(&it), &|_, _| true);
    assert_eq!(name("ci deploy", &[]), "ci deploy copy");
    assert_eq!(name("ci_deploy", &["ci_deploy_copy"]), "ci_deploy_copy_2");
    assert_eq!(name("ci", &["ci-copy", "ci-copy-2"]), "ci-copy-b");

    let sandbox = FieldShape { pattern: Some("sandbox".into()), ..FieldShape::new(Field::Name, "Name") };
    let name =
        |name: &str, taken: &[&str]| name_after(name, "copy", &sandbox, &|it| taken.contains(&it), &matches_sandbox);
    assert_eq!(name("scanner", &[]), "scanner-copy");
    // It must end in a letter, and has at most 30.
    assert_eq!(name("scanner", &["scanner-copy"]), "scanner-copy-b");
    assert_eq!(name("a23456789-123456789-12345678-z", &[]), "a23456789-123456789-12345-copy");
    // Nothing can be found for a name that breaks the rule from the start.
    assert_eq!(name("ü", &[]), "ü");

    let short = FieldShape { most_chars: Some(8), ..FieldShape::new(Field::Name, "Name") };
    assert_eq!(name_after("deployment", "copy", &short, &|_| false, &|_, _| true), "dep-copy");
}

#[test]
fn a_time_that_the_clocks_show_twice_stays_the_same_instant() {
    /// The clocks go back by an hour at 01:00 UTC on 25 October 2026.
    struct Berlin;
    impl crate::time::Zone for Berlin {
        fn offset(&self, at: Millis) -> Millis {
            if at < instant("2026-10-25T01:00:00Z") { 2 * HOUR } else { HOUR }
        }
    }
    for at in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-12-01T00:00:00Z"] {
        assert_eq!(typed(instant(at), &Berlin).at(&Berlin), Some(instant(at)), "{at}");
    }
    assert_eq!(typed(instant("2026-12-01T00:00:00Z"), &Utc).later, None);
}
