//! What the form accepts and sends.

use super::*;
use crate::config::Auth;
use crate::time::parse_rfc3339;

/// An hour ahead of UTC, two from 29 March to 25 October 2026.
struct Berlin;
impl Zone for Berlin {
    fn offset(&self, at: Millis) -> Millis {
        if (instant("2026-03-29T01:00:00Z")..instant("2026-10-25T01:00:00Z")).contains(&at) { 2 * HOUR } else { HOUR }
    }
}

fn instant(text: &str) -> Millis {
    parse_rfc3339(text).expect("a date")
}

fn now() -> Millis {
    instant("2026-03-01T11:00:30Z")
}

fn typed(text: &str) -> When {
    When { typed: text.into(), ..When::default() }
}

fn form() -> Form {
    Form { name: " ci ".into(), guid: "g".into(), scopes: vec!["s".into()], ..Form::default() }
}

fn fields() -> Vec<FieldShape> {
    crate::adapters::scoped_capabilities(&Auth::None).fields
}

fn no_patterns(_: &str, _: &str) -> bool {
    panic!("no field of a Scoped Token API has a pattern")
}

type Dates<'a> = (Option<&'a str>, Option<&'a str>);

#[track_caller]
fn check(form: Form, expected: Result<Dates<'_>, &[(Field, Problem)]>) {
    let found = form.check(&fields(), &[], now(), &Berlin, &no_patterns);
    let found = found.as_ref().map(|it| (it.valid_from.as_deref(), it.valid_to.as_deref())).map_err(|it| it.as_slice());
    assert_eq!(found, expected);
}

#[test]
fn name_and_scopes_are_required() {
    check(form(), Ok((None, None)));
    assert_eq!(
        form().check(&fields(), &[], now(), &Berlin, &no_patterns).map(|it| (it.name, it.description)),
        Ok(("ci".into(), None))
    );
    check(
        Form { name: " ".into(), scopes: vec![], ..form() },
        Err(&[(Field::Name, Problem::Missing), (Field::Scopes, Problem::Missing)]),
    );
}

#[test]
fn typed_dates_are_the_viewers() {
    let dates = Form { valid_from: typed("2026-03-01T12:00"), valid_to: typed("2026-07-01T12:00"), ..form() };
    check(dates, Ok((Some("2026-03-01T11:00:00Z"), Some("2026-07-01T10:00:00Z"))));
}

#[test]
fn the_past_cannot_be_chosen() {
    check(Form { valid_from: typed("2026-03-01T11:59"), ..form() }, Err(&[(Field::ValidFrom, Problem::Past)]));
    check(Form { valid_to: typed("2026-03-01T12:00"), ..form() }, Err(&[(Field::ValidTo, Problem::Past)]));
    check(Form { valid_to: typed("2026-03-01T12:01"), ..form() }, Ok((None, Some("2026-03-01T11:01:00Z"))));
}

#[test]
fn the_end_lies_after_the_start() {
    let equal = Form { valid_from: typed("2026-04-01T12:00"), valid_to: typed("2026-04-01T12:00"), ..form() };
    check(equal, Err(&[(Field::ValidTo, Problem::EndBeforeStart)]));
}

#[test]
fn what_was_not_touched_goes_back_to_the_letter() {
    let token = Token {
        name: "n".into(),
        scopes: vec!["s".into()],
        valid_from: Some("2020-01-01T00:00:07.25+05:30".into()),
        valid_to: Some("2021-01-01T00:00:09Z".into()),
        ..Token::default()
    };
    let mut form = Form::of(&token, &Berlin);
    assert_eq!(form.valid_from.typed, "2019-12-31T19:30");
    check(form.clone(), Ok((token.valid_from.as_deref(), token.valid_to.as_deref())));
    form.valid_to.typed = "2026-04-01T00:00".into();
    check(form.clone(), Ok((token.valid_from.as_deref(), Some("2026-03-31T22:00:00Z"))));
    form.valid_to.typed = "2021-01-01T01:00".into();
    check(form.clone(), Ok((token.valid_from.as_deref(), token.valid_to.as_deref())));
    form.valid_to.typed.clear();
    check(form, Ok((token.valid_from.as_deref(), None)));
}

#[test]
fn a_date_that_another_way_of_writing_has_is_shown_and_goes_back_as_it_came() {
    for (original, shown) in [
        ("2027-01-01T10:00Z", "2027-01-01T11:00"),
        ("2027-01-01 10:00:00 +0000 UTC", "2027-01-01T11:00"),
        ("1798797600", "2027-01-01T11:00"),
        ("never", ""),
        ("+012027-01-01T10:00:00Z", ""),
    ] {
        let token = Token { name: "ci".into(), valid_to: Some(original.into()), ..Token::default() };
        let form = Form::of(&token, &Berlin);
        assert_eq!(form.valid_to.typed, shown, "{original}");
        assert_eq!(form.valid_to.unreadable().is_some(), original.starts_with('+'), "{original}");
        let draft = form.check(&[], &[], now(), &Berlin, &no_patterns).expect("a draft");
        assert_eq!(draft.valid_to.as_deref(), Some(original));
    }
}

#[test]
fn clock_changes_are_told_not_guessed() {
    check(Form { valid_to: typed("2026-03-29T02:30"), ..form() }, Err(&[(Field::ValidTo, Problem::Skipped)]));
    let (first, second) = (instant("2026-10-25T00:30:00Z"), instant("2026-10-25T01:30:00Z"));
    check(
        Form { valid_to: typed("2026-10-25T02:30"), ..form() },
        Err(&[(Field::ValidTo, Problem::Twice(first, second))]),
    );
    let chosen = |later| When { later: Some(later), ..typed("2026-10-25T02:30") };
    check(Form { valid_to: chosen(false), ..form() }, Ok((None, Some("2026-10-25T00:30:00Z"))));
    check(Form { valid_to: chosen(true), ..form() }, Ok((None, Some("2026-10-25T01:30:00Z"))));
}

#[test]
fn an_end_may_be_required() {
    let shapes = [FieldShape::new(Field::ValidTo, "Valid to").required()];
    let check = |form: Form| form.check(&shapes, &[], now(), &Berlin, &|_, _| true);
    assert_eq!(check(form()).map(drop), Err(vec![(Field::ValidTo, Problem::Undated)]));
    assert!(check(Form { valid_to: typed("2027-04-01T12:00"), ..form() }).is_ok());
}

#[test]
fn half_a_date_is_told() {
    check(Form { valid_from: typed("2026-04-01"), ..form() }, Err(&[(Field::ValidFrom, Problem::NotADate)]));
}

#[test]
fn presets_count_from_the_start() {
    let end = |form: Form, days| lived(form, days, &end_of(None, false), now()).valid_to.typed;
    assert_eq!(end(form(), 7), "2026-03-08T12:00");
    assert_eq!(end(form(), 30), "2026-03-31T12:00");
    let later = Form { valid_from: typed("2026-05-01T08:15"), ..form() };
    assert_eq!(end(later, 90), "2026-07-30T08:15");
}

fn end_of(most_days: Option<u32>, by_day: bool) -> FieldShape {
    FieldShape { most_days, by_day, ..FieldShape::new(Field::ValidTo, "Valid to") }
}

fn lived(mut form: Form, days: u32, end: &FieldShape, now: Millis) -> Form {
    form.live(days, end, now, &Berlin);
    form
}

#[test]
fn a_preset_at_a_change_of_the_clocks_is_a_time_that_they_show() {
    // 28 days before the hour that is skipped, and before the one that comes twice.
    let end = |now: &str| lived(form(), 28, &end_of(None, false), instant(now)).valid_to;
    assert_eq!(end("2026-03-01T01:30:00Z").typed, "2026-03-29T03:30");
    let twice = end("2026-09-27T00:30:00Z");
    assert_eq!((twice.typed.as_str(), twice.later), ("2026-10-25T02:30", Some(true)));
    assert_eq!(twice.at(&Berlin), Some(instant("2026-10-25T01:30:00Z")));
}

#[test]
fn no_life_is_longer_than_the_system_has() {
    for by_day in [false, true] {
        let end = end_of(Some(10), by_day);
        let found = |form: &Form| form.check(std::slice::from_ref(&end), &[], now(), &Berlin, &no_patterns).map(drop);
        let cut = lived(form(), 30, &end, now());
        // A system that counts in days lets it live up to the midnight after the end.
        assert_eq!(cut.valid_to.typed, if by_day { "2026-03-11T01:00" } else { "2026-03-11T12:00" });
        assert_eq!(found(&cut), Ok(()));
        assert_eq!(lived(form(), 9, &end, now()).valid_to.typed, "2026-03-10T12:00");
        let later = Form { valid_to: typed("2026-03-11T12:01"), ..form() };
        assert_eq!(found(&later), Err(vec![(Field::ValidTo, Problem::TooFar(10))]));
    }
}

#[test]
fn a_new_token_ends_as_the_connection_says_or_is_usual() {
    let days = |starts_endless, end: Option<FieldShape>, said| {
        let fields = end.into_iter().collect();
        first_days(&Capabilities { starts_endless, fields, ..Capabilities::default() }, said)
    };
    let end = |most| Some(end_of(most, false));
    assert_eq!(days(true, end(None), FirstEnd::Usual), None);
    assert_eq!(days(false, end(None), FirstEnd::Usual), Some(30));
    assert_eq!(days(false, end(Some(7)), FirstEnd::Usual), Some(7));
    assert_eq!(days(false, end(None), FirstEnd::Never), None);
    for starts_endless in [true, false] {
        assert_eq!(days(starts_endless, end(None), FirstEnd::Days(90)), Some(90));
        assert_eq!(days(starts_endless, end(Some(60)), FirstEnd::Days(90)), Some(60));
        assert_eq!(days(starts_endless, None, FirstEnd::Days(90)), None);
        let required = Some(end_of(None, false).required());
        assert_eq!(days(starts_endless, required, FirstEnd::Never), Some(30));
    }
}

#[test]
fn a_text_that_is_too_long_is_told_with_its_length() {
    let shape = FieldShape::new(Field::Name, "Name").most_chars(3);
    let named = |name: &str| Form { name: name.into(), ..Form::default() };
    check_one(shape.clone(), named(" äöü "), None);
    check_one(shape.clone(), named("äöüß"), Some(Problem::TooLong(4, 3)));
    let taken = Form::of(&Token { name: "long".into(), ..Token::default() }, &Berlin);
    check_one(shape.clone(), taken.clone(), None);
    check_one(shape, Form { name: "longer".into(), ..taken }, Some(Problem::TooLong(6, 3)));
}

#[test]
fn differences_are_named() {
    let token = Token::default();
    assert_eq!(differences(&fields(), &token, &token), []);
    let other = Token { name: "x".into(), valid_to: Some("y".into()), revoked: true, ..Token::default() };
    assert_eq!(differences(&fields(), &token, &other), [Field::Name, Field::ValidTo]);
}

#[track_caller]
fn check_one(shape: FieldShape, form: Form, expected: Option<Problem>) {
    let problems = form.check(&[shape], &[], now(), &Berlin, &|pattern, text| pattern == text).err();
    assert_eq!(problems.map(|it| it[0].1), expected, "{form:?}");
}

#[test]
fn a_rule_of_the_system_holds_for_what_is_typed() {
    let shape = FieldShape { pattern: Some("ab".into()), ..FieldShape::new(Field::Name, "Name") };
    let named = |name: &str| Form { name: name.into(), ..Form::default() };
    check_one(shape.clone(), named(" ab "), None);
    check_one(shape.clone(), named("abc"), Some(Problem::Rule));
    check_one(shape.clone(), named(""), None);
    check_one(shape.required(), named(""), Some(Problem::Missing));
}

#[test]
fn privileges_are_one_to_ten_each_with_its_place() {
    let shape = FieldShape::new(Field::Privileges, "Privileges").required();
    let privilege = |scope: &str, target: usize| Privilege {
        scope: scope.into(),
        role: "read".into(),
        target: if target == 0 { String::new() } else { target.to_string() },
    };
    let of = |privileges: Vec<Privilege>| Form { privileges, ..Form::default() };
    check_one(shape.clone(), of(vec![]), Some(Problem::Missing));
    check_one(shape.clone(), of(vec![privilege("org", 0), privilege("site", 1)]), None);
    check_one(shape.clone(), of(vec![privilege("site", 0)]), Some(Problem::NoTarget));
    check_one(shape.clone(), of(vec![privilege("site", 1), privilege("site", 1)]), Some(Problem::Doubled));
    check_one(shape.clone(), of((1..=10).map(|it| privilege("site", it)).collect()), None);
    let many: Vec<_> = (1..=11).map(|it| privilege("site", it)).collect();
    check_one(shape.clone(), of(many.clone()), Some(Problem::TooMany));
    let before = Token { privileges: many.clone(), ..Token::default() };
    check_one(shape.clone(), Form { before, ..of(many) }, None);
    let roleless = Privilege { role: String::new(), ..privilege("org", 0) };
    check_one(shape, of(vec![privilege("org", 0), roleless]), Some(Problem::NoRole));
}

#[test]
fn source_ips_are_addresses_or_networks() {
    let shape = FieldShape::new(Field::SourceIps, "Source IPs");
    let of = |text: &str| Form { source_ips: text.into(), ..Form::default() };
    check_one(shape.clone(), of(" 10.0.0.1, 2001:db8::/32\n192.168.0.0/16 "), None);
    for wrong in ["10.0.0", "10.0.0.1/33", "10.0.0.0/", "10.0.0.0/+8", "::1/129", "host", "10.0.0.1/8/8"] {
        check_one(shape.clone(), of(wrong), Some(Problem::NotAnAddress));
    }
    check_one(shape, of(&"10.0.0.1 ".repeat(11)), Some(Problem::TooMany));
}

#[test]
fn what_a_system_asks_for_besides_is_checked_and_sent() {
    let input = |key: &str, kind, optional| Input { optional, ..Input::new(key, "", kind) };
    let asked = [
        input("user", InputKind::Text, false),
        input("limit", InputKind::Number, true),
        input("hosts", InputKind::List, true),
    ];
    let check = |typed: &[(&str, &str)]| {
        let inputs = typed.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let form = Form { inputs, ..form() };
        form.check(&fields(), &asked, now(), &Berlin, &no_patterns).map(|it| it.inputs)
    };
    assert_eq!(check(&[]), Err(vec![(Field::Input(0), Problem::Missing)]));
    assert_eq!(check(&[("user", "u"), ("limit", "1e3")]), Err(vec![(Field::Input(1), Problem::NotANumber)]));
    for number in ["7", "-7.50", ""] {
        let sent = [("user", "u"), ("limit", number), ("hosts", "a\nb")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(check(&[("hosts", "a\nb "), ("limit", number), ("user", " u")]), Ok(sent.into()));
    }
}
