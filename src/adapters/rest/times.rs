//! How systems write times, and how they want them written.

use serde_json::Value;

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
                if is_duration { from } else { node.senseless("is for durations only: seconds, minutes, hours, days") }
            }
        };
        let never = never.map(|it| it.one_or_several().into_iter().map(|it| it.value.clone()).collect());
        Some(TimeShape { form, from: from?, never: never.unwrap_or_default() })
    }

    /// Reads a value. `start` is what a duration counts from.
    pub(super) fn read(&self, value: &Value, start: Option<Millis>) -> Moment {
        let text = plain(value);
        let text = text.as_deref().map(str::trim);
        if value.is_null() || text == Some("") || self.never.contains(value) {
            return Moment::Never;
        }
        let number = || text?.parse::<f64>().ok().filter(|it| it.is_finite());
        let at = match self.form {
            TimeForm::Duration(size) => number().zip(start).map(|(number, start)| start as f64 + number * size as f64),
            _ if number().is_some_and(|it| it == 0.0 || it == -1.0) => return Moment::Never,
            TimeForm::Since(size) => number().map(|it| it * size as f64),
            TimeForm::Rfc3339 | TimeForm::Date => value.as_str().and_then(lenient).map(|it| it as f64),
        };
        match at.map(|it| it.round() as Millis) {
            Some(at) if at < BEGIN_OF_TIME => Moment::Never,
            Some(at) if at < END_OF_TIME => Moment::At(at),
            _ => Moment::Odd(text.map_or_else(|| value.to_string(), str::to_owned)),
        }
    }
}

/// RFC 3339, and what differs from it in ways that leave no doubt: a mere day, a blank for the `T`, no offset (UTC), an
/// offset without its colon, ` UTC`.
fn lenient(text: &str) -> Option<Millis> {
    let text = text.trim();
    if text.len() == 10 {
        return parse_rfc3339(&format!("{text}T00:00:00Z"));
    }
    let text = text.strip_suffix(" UTC").or(text.strip_suffix(" +0000")).unwrap_or(text);
    let with_colon = || {
        let (rest, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
        parse_rfc3339(&format!("{rest}:{minutes}"))
    };
    parse_rfc3339(text).or_else(|| parse_rfc3339(&format!("{text}Z"))).or_else(with_colon)
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
