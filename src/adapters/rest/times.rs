//! How systems write times, and how they want them written.

use serde_json::Value;

use super::mistake::Mistake;
use super::node::Node;
use crate::adapters::wire::plain;
use crate::time::{DAY, HOUR, MINUTE, Millis, SECOND, format_rfc3339, parse_rfc3339};

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// RFC 3339 and what is near to it.
    Rfc3339,
    /// A day.
    Date,
    /// So many of these since 1970; the size of one.
    Since(Millis),
    /// So many of these from a start; the size of one.
    Duration(Millis),
}

/// The names of all of them.
pub(super) const TIME_FORMS: [(&str, TimeForm); 8] = [
    ("rfc3339", TimeForm::Rfc3339),
    ("date", TimeForm::Date),
    ("unix", TimeForm::Since(SECOND)),
    ("unix_ms", TimeForm::Since(1)),
    ("seconds", TimeForm::Duration(SECOND)),
    ("minutes", TimeForm::Duration(MINUTE)),
    ("hours", TimeForm::Duration(HOUR)),
    ("days", TimeForm::Duration(DAY)),
];

/// How the times of a fact are to be read.
#[derive(Clone)]
pub(super) struct TimeShape {
    pub(super) form: TimeForm,
    /// What a duration counts from.
    pub(super) from: From,
    /// Values that mean that there is none, besides those that always do.
    pub(super) never: Vec<Value>,
}

/// What a duration counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Now,
    Created,
}

/// What a value says as a time.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// There is none: never used, no end.
    Never,
    At(Millis),
    /// It is no time; what stands there instead.
    Odd(String),
}

/// The year 10000 begins, which RFC 3339 cannot write.
const END_OF_TIME: Millis = 253_402_300_800_000;

/// Before this instant nothing happened: the year 2 begins. Systems in Go write the year 1 for none.
const BEGIN_OF_TIME: Millis = -62_104_060_800_000;

impl TimeShape {
    /// The form and what goes with it, of a fact's members `as`, `from` and `never`.
    pub(super) fn of(form: TimeForm, from: Option<Node<'_>>, never: Option<Node<'_>>) -> Option<TimeShape> {
        let is_duration = matches!(form, TimeForm::Duration(_));
        let from = match from {
            None => Some(From::Now),
            Some(node) => {
                let from = node.one_of(&[("now", From::Now), ("created", From::Created)]);
                if is_duration { from } else { node.senseless(Mistake::OnlyForDurations) }
            }
        };
        let never = never.map(|it| it.one_or_several().into_iter().map(|it| it.value.clone()).collect());
        Some(TimeShape { form, from: from?, never: never.unwrap_or_default() })
    }

    /// Reads a value. `start` is what a duration counts from.
    pub(super) fn read(&self, value: &Value, start: Option<Millis>) -> Moment {
        if self.never.contains(value) {
            return Moment::Never;
        }
        let Some(value) = value_of(value) else { return Moment::Never };
        let text = plain(value);
        let text = text.as_deref().map(str::trim);
        let number = text.and_then(|it| it.parse::<f64>().ok()).filter(|it| it.is_finite());
        let at = match (self.form, number) {
            // Any negative number means that there is none: no system counts backwards.
            (_, Some(number)) if number < 0.0 => return Moment::Never,
            (TimeForm::Duration(size), Some(number)) => start.map(|start| start as f64 + number * size as f64),
            (_, Some(0.0)) => return Moment::Never,
            (TimeForm::Since(size), Some(number)) => Some(number * size as f64),
            (TimeForm::Rfc3339 | TimeForm::Date, Some(number)) => epoch(number),
            (TimeForm::Duration(_), None) => None,
            (_, None) => text.and_then(lenient).or_else(|| from_parts(value)).map(|at| at as f64),
        };
        match at.map(|it| it.round() as Millis) {
            Some(at) if at < BEGIN_OF_TIME || at == 0 => Moment::Never,
            Some(at) if at < END_OF_TIME => Moment::At(at),
            _ => Moment::Odd(text.map_or_else(|| value.to_string(), str::to_owned)),
        }
    }
}

/// What a value has to say as a time: nothing where it says that there is none. Go writes `{"Time": …, "Valid": …}` for a
/// column of a database that can be empty.
fn value_of(value: &Value) -> Option<&Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Object(members) => match members.get("Valid").or_else(|| members.get("valid")) {
            Some(Value::Bool(false)) => None,
            Some(Value::Bool(true)) => members.get("Time").or_else(|| members.get("time")).or(Some(value)),
            _ => Some(value),
        },
        Value::String(text) if says_none(text) => None,
        other => Some(other),
    }
}

/// Whether a text says that there is no such time.
fn says_none(text: &str) -> bool {
    const NONE: [&str; 9] = ["", "never", "none", "null", "n/a", "-", "infinity", "0000-00-00", "0000-00-00 00:00:00"];
    let text = text.trim();
    NONE.iter().any(|it| text.eq_ignore_ascii_case(it))
}

/// Whether a value that says when something happened says that it has. What is no time says so by being there.
pub(super) fn has_happened(value: &Value, now: Millis) -> bool {
    let shape = TimeShape { form: TimeForm::Rfc3339, from: From::Now, never: Vec::new() };
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) if number.as_f64() == Some(1.0) => true,
        Value::String(text) if ["false", "no", "0"].iter().any(|it| text.eq_ignore_ascii_case(it)) => false,
        other => match shape.read(other, None) {
            Moment::Never => false,
            Moment::At(at) => at <= now,
            Moment::Odd(_) => true,
        },
    }
}

/// A number where a text was said: seconds or milliseconds since 1970, where its size leaves no doubt which (2001 to 5138).
fn epoch(number: f64) -> Option<f64> {
    match number {
        1e9..1e11 => Some(number * SECOND as f64),
        1e12..1e14 => Some(number),
        _ => None,
    }
}

/// `[2026,1,1,10,0]` with seconds and nanoseconds where they are not 0, as Java's `LocalDateTime` becomes by itself. UTC.
fn from_parts(value: &Value) -> Option<Millis> {
    let parts: Vec<u32> = value.as_array()?.iter().map(|it| u32::try_from(it.as_u64()?).ok()).collect::<Option<_>>()?;
    let part = |idx: usize| parts.get(idx).copied().unwrap_or_default();
    let fits = (3..=7).contains(&parts.len());
    let text = || {
        let (year, month, day) = (part(0), part(1), part(2));
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", part(3), part(4), part(5))
    };
    fits.then(text).and_then(|it| parse_rfc3339(&it))
}

/// RFC 3339, and what differs from it in ways that leave no doubt: see the tests for who writes what.
fn lenient(text: &str) -> Option<Millis> {
    let text = text.trim();
    parse_rfc3339(text).or_else(|| http_date(text)).or_else(|| near_rfc3339(text))
}

/// A date, a `T` or a blank, a time with or without seconds, and an offset as it may be written, UTC where there is none.
fn near_rfc3339(text: &str) -> Option<Millis> {
    // Java names the zone besides the offset, Go the monotonic clock.
    let text = text.split_once('[').map_or(text, |(before, _)| before);
    let text = text.split_once(" m=").map_or(text, |(before, _)| before).trim_end();
    let (date, rest) = text.split_at_checked(10)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return if rest.is_empty() { parse_rfc3339(&format!("{date}T00:00:00Z")) } else { None };
    };
    let end = rest.find(|it: char| !(it.is_ascii_digit() || it == ':' || it == '.')).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(end);
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let zone = zone.trim();
    // Of `+0100 CET` the offset is enough; a name alone is one that everybody knows, or is not read.
    let zone = match zone.split_once(' ') {
        Some((offset, _)) if offset.starts_with(['+', '-']) => offset,
        _ => zone,
    };
    let offset = match (zone, zone.len()) {
        ("" | "Z" | "z" | "UTC" | "GMT", _) => "Z".to_owned(),
        (_, 3) => format!("{zone}:00"),
        (_, 5) if zone.is_ascii() => format!("{}:{}", &zone[..3], &zone[3..]),
        _ => zone.to_owned(),
    };
    parse_rfc3339(&format!("{date}T{clock}{seconds}{offset}"))
}

/// `Thu, 01 Jan 2026 10:00:00 GMT`, as HTTP writes it (RFC 9110 §5.6.7).
fn http_date(text: &str) -> Option<Millis> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, text) = text.split_once(", ")?;
    let [day, month, year, clock, "GMT" | "UTC" | "+0000"] = text.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    let month = MONTHS.find(month).filter(|at| at % 3 == 0 && month.len() == 3)? / 3 + 1;
    parse_rfc3339(&format!("{year}-{month:02}-{day:0>2}T{clock}Z"))
}

/// The instant of a text that the page made.
pub(super) fn instant(value: &Value) -> Option<Millis> {
    value.as_str().and_then(lenient)
}

/// How long it is from one instant to another, in units of a size, rounded up.
pub(super) fn duration(from: Millis, to: Millis, size: Millis) -> i64 {
    let away = to - from;
    away.div_euclid(size) + i64::from(away.rem_euclid(size) > 0)
}

/// Its day in UTC.
pub(super) fn day(at: Millis) -> String {
    format_rfc3339(at).chars().take(10).collect()
}

/// RFC 3339 with milliseconds, always.
pub(super) fn with_millis(at: Millis) -> String {
    let seconds: String = format_rfc3339(at).chars().take(19).collect();
    format!("{seconds}.{:03}Z", at.rem_euclid(SECOND))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// 2026-01-01T10:00:00Z.
    const AT: Millis = 1_767_261_600_000;

    fn shape(form: TimeForm) -> TimeShape {
        TimeShape { form, from: From::Now, never: Vec::new() }
    }

    #[track_caller]
    fn check(form: TimeForm, value: &Value, expected: Moment) {
        assert_eq!(shape(form).read(value, Some(AT)), expected, "{value} as {form:?}");
    }

    #[test]
    fn times_are_read_as_systems_write_them() {
        for (who, text) in [
            ("RFC 3339", json!("2026-01-01T11:00:00+01:00")),
            ("Go", json!("2026-01-01 10:00:00 +0000 UTC")),
            ("Go", json!("2026-01-01 11:00:00 +0100 CET")),
            ("Go with its monotonic clock", json!("2026-01-01 10:00:00 +0000 UTC m=+0.01")),
            ("Java", json!("2026-01-01T10:00:00Z[UTC]")),
            ("Java", json!("2026-01-01T11:00:00+01:00[Europe/Berlin]")),
            ("Java's parts", json!([2026, 1, 1, 10, 0])),
            ("Java's parts", json!([2026, 1, 1, 10, 0, 0, 0])),
            ("Postgres", json!("2026-01-01 10:00:00+00")),
            ("Postgres", json!("2026-01-01 12:00:00.000+02")),
            ("without seconds", json!("2026-01-01T10:00Z")),
            ("without seconds", json!("2026-01-01 10:00")),
            ("without a zone", json!("2026-01-01T10:00:00")),
            ("without a colon", json!("2026-01-01T11:00:00+0100")),
            ("HTTP", json!("Thu, 01 Jan 2026 10:00:00 GMT")),
            ("HTTP", json!("Thu, 1 Jan 2026 10:00:00 GMT")),
            ("seconds where text was said", json!("1767261600")),
            ("seconds where text was said", json!(1_767_261_600)),
            ("milliseconds where text was said", json!(1_767_261_600_000_i64)),
            ("a column that can be empty", json!({ "Time": "2026-01-01T10:00:00Z", "Valid": true })),
        ] {
            assert_eq!(shape(TimeForm::Rfc3339).read(&text, None), Moment::At(AT), "{who}: {text}");
        }
        check(TimeForm::Date, &json!("2026-01-01"), Moment::At(AT - 10 * HOUR));
        check(TimeForm::Duration(DAY), &json!("2"), Moment::At(AT + 2 * DAY));
        check(TimeForm::Since(SECOND), &json!(1_767_261_600), Moment::At(AT));
    }

    #[test]
    fn what_is_none_is_none_in_every_form() {
        let texts = ["", " ", "never", "N/A", "None", "null", "-", "-1", "0001-01-01T00:00:00Z", "0000-00-00 00:00:00"];
        let others = [json!(null), json!(-1), json!(false), json!({ "Time": "2026-01-01T10:00:00Z", "Valid": false })];
        for value in texts.map(|it| json!(it)).into_iter().chain(others) {
            for form in [TimeForm::Rfc3339, TimeForm::Date, TimeForm::Since(1), TimeForm::Duration(DAY)] {
                // The first year is written by those who write texts.
                if value != json!("0001-01-01T00:00:00Z") || form == TimeForm::Rfc3339 {
                    check(form, &value, Moment::Never);
                }
            }
        }
        for zero in ["1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00", "1970-01-01T01:00:00+01:00", "0"] {
            check(TimeForm::Rfc3339, &json!(zero), Moment::Never);
        }
        check(TimeForm::Since(1), &json!(-1_000), Moment::Never);
    }

    #[test]
    fn what_is_in_doubt_is_shown_as_it_stands() {
        for text in ["+012025-06-03T19:57:22.312Z", "soon", "2026-01-01T10", "2026-01-01 10:00 CET", "01/02/2026", "12"]
        {
            check(TimeForm::Rfc3339, &json!(text), Moment::Odd(text.into()));
        }
        check(TimeForm::Rfc3339, &json!({}), Moment::Odd("{}".into()));
        check(TimeForm::Rfc3339, &json!([2026, 13, 1]), Moment::Odd("[2026,13,1]".into()));
        check(TimeForm::Duration(DAY), &json!("2026-01-01T10:00:00Z"), Moment::Odd("2026-01-01T10:00:00Z".into()));
    }

    #[test]
    fn what_has_happened_is_told_from_what_has_not() {
        let past = [json!(true), json!(1), json!("2025-01-01T00:00:00Z"), json!(1_700_000_000), json!("by admin")];
        for value in past {
            assert!(has_happened(&value, AT), "{value}");
        }
        let zero = json!({ "Time": "0001-01-01T00:00:00Z", "Valid": false });
        let not = [json!(null), json!(false), json!(0), json!(""), json!("never"), json!("N/A"), json!("no"), zero];
        let times = ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"].map(|it| json!(it));
        for value in not.into_iter().chain(times) {
            assert!(!has_happened(&value, AT), "{value}");
        }
    }
}
