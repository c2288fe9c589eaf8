//! Every form in which systems write times, and those that stand for none.

use proptest::prelude::*;

use super::*;
use crate::time::{HOUR, Resolved, Utc, format_rfc3339, resolve, wall_at};

/// 2026-01-01T10:00:00Z.
const AT: Millis = 1_767_261_600_000;

/// An hour ahead of UTC, two from 29 March to 25 October 2026.
struct Berlin;
impl Zone for Berlin {
    fn offset(&self, at: Millis) -> Millis {
        let summer = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"].map(|it| parse_rfc3339(it).expect("a date"));
        if (summer[0]..summer[1]).contains(&at) { 2 * HOUR } else { HOUR }
    }
}

#[track_caller]
fn check(text: &str, expected: Moment, written: Written) {
    assert_eq!(read(text, &Utc), (expected, written), "{text}");
}

#[test]
fn times_are_read_as_systems_write_them() {
    let fine = Written::WithOffset;
    for (who, text, written) in [
        ("RFC 3339", "2026-01-01T11:00:00+01:00", fine),
        ("Go", "2026-01-01 10:00:00 +0000 UTC", fine),
        ("Go", "2026-01-01 11:00:00.000000001 +0100 CET", fine),
        ("Go without a name", "2026-01-01 13:00:00 +0300 +03", fine),
        ("Go with its monotonic clock", "2026-01-01 10:00:00 +0000 UTC m=+0.01", fine),
        ("Go's UnixDate", "Thu Jan  1 10:00:00 UTC 2026", Written::Http),
        ("Java", "2026-01-01T10:00:00Z[UTC]", fine),
        ("Java", "2026-01-01T11:00:00+01:00[Europe/Berlin]", fine),
        ("Java", "2026-01-01T10:00:00.000+0000", fine),
        ("Java's parts", "[2026,1,1,10,0]", Written::Parts),
        ("Java's parts", "[2026, 1, 1, 10, 0, 0, 0]", Written::Parts),
        ("Postgres", "2026-01-01 10:00:00+00", fine),
        ("Postgres", "2026-01-01 12:00:00.000+02", fine),
        ("Postgres", "2026-01-01 15:30:00+05:30", fine),
        ("Python's logs", "2026-01-01 10:00:00,000", Written::WithoutZone),
        ("without seconds", "2026-01-01T10:00Z", fine),
        ("without seconds", "2026-01-01 10:00", Written::WithoutZone),
        ("without a zone", "2026-01-01T10:00:00", Written::WithoutZone),
        ("without a colon", "2026-01-01T11:00:00+0100", fine),
        ("by its offset's name", "2026-01-01 11:00:00 UTC+1", fine),
        ("without separators", "20260101T100000Z", fine),
        ("HTTP", "Thu, 01 Jan 2026 10:00:00 GMT", Written::Http),
        ("HTTP", "Thu, 1 Jan 2026 10:00:00 GMT", Written::Http),
        ("HTTP, once", "Thursday, 01-Jan-26 10:00:00 GMT", Written::Http),
        ("HTTP, once", "Thu Jan  1 10:00:00 2026", Written::WithoutZone),
        ("mail", "Thu, 01 Jan 2026 11:00:00 +0100", Written::Http),
        ("JavaScript", "Thu Jan 01 2026 11:00:00 GMT+0100 (Central European Standard Time)", Written::Http),
        ("seconds", "1767261600", Written::Seconds),
        ("seconds", "1767261600.0", Written::Seconds),
        ("milliseconds", "1767261600000", Written::Millis),
        ("microseconds", "1767261600000000", Written::Finer),
        ("nanoseconds", "1767261600000000000", Written::Finer),
        ("a column that can be empty", r#"{"Time":"2026-01-01T10:00:00Z","Valid":true}"#, fine),
    ] {
        assert_eq!(read(text, &Utc), (Moment::At(AT), written), "{who}: {text}");
    }
    check("2026-01-01", Moment::At(AT - 10 * HOUR), Written::Day);
    check("[2026,1,1,10,0,1,500000000]", Moment::At(AT + 1_500), Written::Parts);
}

#[test]
fn what_is_none_is_none() {
    for text in ["", " ", "never", "N/A", "None", "null", "-", "infinity", "Unlimited", "false", "-1", "0", "-1000.5"] {
        check(text, Moment::Never, Written::Word);
    }
    check(r#"{"Time":"2026-01-01T10:00:00Z","Valid":false}"#, Moment::Never, Written::Word);
    for text in [
        "0001-01-01T00:00:00Z",
        "0001-01-01 00:00:00 +0000 UTC",
        "-0001-11-30T00:00:00+00:00",
        "0001-01-01 00:00:00 BC",
        "0000-00-00 00:00:00",
        "[1,1,1,0,0]",
        "1970-01-01T00:00:00.000Z",
        "1970-01-01 00:00:00",
        "1970-01-01T01:00:00+01:00",
        "1970-01-01",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ] {
        assert_eq!(read(text, &Utc).0, Moment::Never, "{text}");
        assert_eq!(read(text, &Berlin).0, Moment::Never, "{text} in Berlin");
    }
}

#[test]
fn what_is_in_doubt_is_no_time() {
    for text in [
        "+012025-06-03T19:57:22.312Z",
        "soon",
        "2026-01-01T10",
        "2026-01-01 10:00 CET",
        "01/02/2026",
        "12",
        "NaN",
        "inf",
        "{}",
        "{\"Valid\":true}",
        "[2026,13,1]",
        "[2026]",
        "Thu, 32 Jan 2026 10:00:00 GMT",
        "1 Januember 2026 10:00:00",
        "2026-01-01T25:00Z",
        "1e300",
    ] {
        check(text, Moment::Odd, Written::Unknown);
    }
}

#[test]
fn a_time_without_a_zone_is_meant_in_the_systems_own() {
    for (text, expected) in [
        ("2026-07-01 14:18:43", "2026-07-01T12:18:43Z"),
        ("2026-01-01T00:00", "2025-12-31T23:00:00Z"),
        ("2026-07-01", "2026-06-30T22:00:00Z"),
        ("[2026,7,1,2,0]", "2026-07-01T00:00:00Z"),
        ("2026-07-01 14:18:43Z", "2026-07-01T14:18:43Z"),
        // The clocks go forward over it, and it is that time twice.
        ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
    ] {
        let Moment::At(at) = read(text, &Berlin).0 else { panic!("{text} is no time") };
        assert_eq!(format_rfc3339(at), expected, "{text}");
    }
}

#[test]
fn what_has_happened_is_told_from_what_has_not() {
    for past in ["true", "1", "2025-01-01T00:00:00Z", "1700000000", "by admin", "Thu, 01 Jan 2026 09:00:00 GMT"] {
        assert!(has_happened(past, AT, &Utc), "{past}");
    }
    let zero = r#"{"Time":"0001-01-01T00:00:00Z","Valid":false}"#;
    for not in ["null", "false", "0", "", "never", "N/A", "no", "-1", zero, "1970-01-01T00:00:00Z", "2099-01-01"] {
        assert!(!has_happened(not, AT, &Utc), "{not}");
    }
}

/// A zone that lies somewhere and changes its clocks once.
#[derive(Clone, Copy, Debug)]
struct Somewhere {
    before: i64,
    after: i64,
    change: Millis,
}

impl Zone for Somewhere {
    fn offset(&self, at: Millis) -> Millis {
        if at < self.change { self.before * 15 * MINUTE } else { self.after * 15 * MINUTE }
    }
}

fn somewhere() -> impl Strategy<Value = Somewhere> {
    let offset = -48_i64..=56;
    (offset, -4_i64..=4, AT..AT + 400 * DAY).prop_map(|(before, step, change)| Somewhere {
        before,
        after: before + step,
        change,
    })
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in any::<String>(), zone in somewhere()) {
        let _ = read(&text, &zone);
        has_happened(&text, AT, &zone);
    }

    #[test]
    fn nothing_that_looks_like_a_time_is_too_odd(text in r#"[-+0-9TZz:., \[\]{}"a-zA-Zéß]{0,40}"#) {
        let _ = read(&text, &Utc);
    }

    #[test]
    fn what_a_clock_shows_is_read_as_an_instant_at_which_it_does(
        at in AT..AT + 400 * DAY, zone in somewhere()
    ) {
        let at = at - at.rem_euclid(SECOND);
        let wall = wall_at(at, &zone);
        let text = format_rfc3339(wall);
        let text = text.trim_end_matches('Z');
        let first = match resolve(wall, &zone) {
            Resolved::Once(at) | Resolved::Twice(at, _) => at,
            Resolved::Skipped => return Err(TestCaseError::fail("a clock shows it")),
        };
        prop_assert_eq!(read(text, &zone), (Moment::At(first), Written::WithoutZone));
    }
}

#[test]
fn numbers_are_those_of_the_standard_library_to_the_millisecond() {
    for text in
        ["0", "1798761600", "1798761600.5", "1.7987616e9", "17987616E2", "-1", "+5", "1798761600123", "0.001", "1e-400"]
    {
        let expected: f64 = text.parse().expect("a number");
        let found = number(text).expect(text);
        assert!((found - expected).abs() <= expected.abs() * 1e-15, "{text}: {found}");
    }
    for text in ["", "-", ".", "5.", ".5", "1e", "1e999", "inf", "NaN", "0x10", "1_000", "1 2", "e5", "٣"] {
        assert_eq!(number(text), None, "{text}");
    }
}
