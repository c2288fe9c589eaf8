//! What columns say of tokens as systems report them.

use super::*;
use crate::page::put_one;
use crate::time::HOUR;

const NOW: Millis = 1_800_000_000_000;

/// What a column says of a token with these members besides its id.
fn check(members: &str, kind: ColumnKind, expected: FactValue) {
    let mut store = Store::with_extras(1);
    let text = format!(r#"{{"id":"1","guid":"1","name":"ci"{members}}}"#);
    let row = put_one(text.as_bytes(), NOW, &mut store).expect("a token");
    let subject = Subject {
        store: &store,
        row,
        status: store.status(row, NOW),
        system: "Prod",
        wanted: &["w".to_owned()],
        scope_name: &|id| if id == "r" { "read" } else { id },
        now: NOW,
        most: 300,
    };
    assert_eq!(fact(&subject, kind).value, expected, "{members}");
}

fn text(text: &str) -> FactValue<'_> {
    FactValue::Text(text.into())
}

const NOT_REPORTED: FactValue = FactValue::Absent(Absent::NotReported);
const EMPTY: FactValue = FactValue::Absent(Absent::Empty);
const NEVER: FactValue = FactValue::Absent(Absent::Never);

#[test]
fn texts_are_told_from_what_is_empty_and_what_is_not_reported() {
    check(r#","description":"for CI""#, ColumnKind::Description, text("for CI"));
    check("", ColumnKind::Description, EMPTY);
    check("", ColumnKind::Id, text("1"));
    check(r#","scopes":["r","w"]"#, ColumnKind::Scopes, text("w, read"));
    check(r#","scopes":[]"#, ColumnKind::Scopes, EMPTY);
    check("", ColumnKind::Scopes, NOT_REPORTED);
    check(r#","created_by":"ada""#, ColumnKind::Creator, text("ada"));
    check(r#","created_by":null"#, ColumnKind::Creator, FactValue::Absent(Absent::Unnamed));
    check("", ColumnKind::Creator, NOT_REPORTED);
    check("", ColumnKind::System, text("Prod"));
    check(r#","extras":["Zürich"]"#, ColumnKind::Text(0), text("Zürich"));
    check(r#","extras":[""]"#, ColumnKind::Text(0), EMPTY);
    check(r#","extras":[null]"#, ColumnKind::Text(0), NOT_REPORTED);
}

#[test]
fn instants_are_told_from_those_that_never_come() {
    let at = FactValue::At(NOW);
    check(r#","valid_from":"2027-01-15T08:00:00Z""#, ColumnKind::ValidFrom, at.clone());
    check(r#","valid_from":null"#, ColumnKind::ValidFrom, FactValue::Absent(Absent::FromCreation));
    check(r#","valid_to":"2027-01-15T08:00:00Z""#, ColumnKind::ValidTo, at.clone());
    check(r#","valid_to":null"#, ColumnKind::ValidTo, NEVER);
    check("", ColumnKind::ValidTo, NOT_REPORTED);
    check(r#","last_used_at":"2027-01-15T08:00:00Z""#, ColumnKind::LastUsed, at.clone());
    check(r#","last_used_at":null"#, ColumnKind::LastUsed, NEVER);
    check(r#","extras":["2027-01-15T08:00:00Z"]"#, ColumnKind::Time(0), at);
    check(r#","extras":[""]"#, ColumnKind::Time(0), NEVER);
    check(r#","extras":[null]"#, ColumnKind::Deadline(0), NOT_REPORTED);
    check(r#","extras":["true"]"#, ColumnKind::Text(0), FactValue::Flag(true));
    check(r#","extras":[false]"#, ColumnKind::Text(0), FactValue::Flag(false));
    // What cannot be read as a time is shown as it stands.
    check(r#","extras":["soon"]"#, ColumnKind::Time(0), FactValue::Odd("soon"));
    check(r#","valid_to":"soon""#, ColumnKind::ValidTo, FactValue::Odd("soon"));
    check(r#","last_used_at":7"#, ColumnKind::LastUsed, FactValue::Odd("7"));
    check(r#","scopes":{}"#, ColumnKind::Scopes, FactValue::Odd("{}"));
}

#[test]
fn a_secret_is_marked_as_one() {
    check(r#","extras":["s3cret"]"#, ColumnKind::Hidden(0), FactValue::Secret("s3cret"));
    check(r#","extras":[""]"#, ColumnKind::Hidden(0), EMPTY);
    check(r#","extras":[null]"#, ColumnKind::Hidden(0), NOT_REPORTED);
}

/// How what a column says of a token with these members is to be seen.
fn tone(members: &str, kind: ColumnKind) -> Tone {
    let mut store = Store::with_extras(1);
    let text = format!(r#"{{"id":"1","guid":"1","name":"ci"{members}}}"#);
    let row = put_one(text.as_bytes(), NOW, &mut store).expect("a token");
    let status = store.status(row, NOW);
    fact(
        &Subject { store: &store, row, status, system: "", wanted: &[], scope_name: &|id| id, now: NOW, most: 300 },
        kind,
    )
    .tone
}

#[test]
fn what_ends_soon_stands_out_on_every_system_and_only_where_the_token_works() {
    let at = |away: Millis| crate::time::format_rfc3339(NOW + away);
    for (away, expected) in [
        (14 * DAY + 1, Tone::Plain),
        (14 * DAY, Tone::Soon),
        (2 * DAY + 1, Tone::Soon),
        (2 * DAY, Tone::Urgent),
        (1, Tone::Urgent),
        // The system still has it as active.
        (-DAY, Tone::Urgent),
    ] {
        let end = format!(r#","valid_to":"{}","extras":["{}"]"#, at(away), at(away));
        for kind in [ColumnKind::ValidTo, ColumnKind::Deadline(0)] {
            assert_eq!(tone(&format!(r#"{end},"is_active":true"#), kind), expected, "{kind:?} {away}");
            assert_eq!(tone(&format!(r#"{end},"is_active":false"#), kind), Tone::Plain, "{kind:?} {away}");
            assert_eq!(tone(&end, kind), Tone::Plain, "{kind:?} {away}");
        }
        // An instant of the system's own is no end, and a start is none either.
        assert_eq!(tone(&format!(r#"{end},"is_active":true"#), ColumnKind::Time(0)), Tone::Plain);
        let start = format!(r#","valid_from":"{}","is_active":true"#, at(away));
        assert_eq!(tone(&start, ColumnKind::ValidFrom), Tone::Plain);
    }
    for none in [r#","valid_to":null"#, r#","valid_to":"soon""#, ""] {
        assert_eq!(tone(&format!(r#"{none},"is_active":true"#), ColumnKind::ValidTo), Tone::Plain, "{none}");
    }
}

#[test]
fn a_token_that_works_and_is_not_used_is_told_from_others() {
    let at = |away: Millis| format!(r#","last_used_at":"{}""#, crate::time::format_rfc3339(NOW + away));
    for (used, expected) in [
        (at(-HOUR), Tone::Plain),
        (at(-90 * DAY), Tone::Plain),
        (at(-90 * DAY - 1), Tone::Unused),
        (r#","last_used_at":null"#.into(), Tone::Unused),
        (r#","last_used_at":7"#.into(), Tone::Plain),
        (String::new(), Tone::Plain),
    ] {
        assert_eq!(tone(&format!(r#"{used},"is_active":true"#), ColumnKind::LastUsed), expected, "{used}");
        assert_eq!(tone(&format!(r#"{used},"is_active":false"#), ColumnKind::LastUsed), Tone::Plain, "{used}");
    }
}

#[test]
fn scopes_that_are_looked_for_come_first() {
    check(r#","scopes":["a","r","w","b"]"#, ColumnKind::Scopes, text("w, a, read, b"));
    check(r#","scopes":["a","r"]"#, ColumnKind::Scopes, text("a, read"));
}
