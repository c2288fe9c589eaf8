//! How systems write times, and how they want them written.

use serde_json::Value;

use super::mistake::Mistake;
use super::node::Node;
use crate::adapters::host::Host;
use crate::adapters::wire::plain;
use crate::moments::{self, Moment, Written, from_utc};
use crate::time::{
    Clock, DAY, HOUR, MINUTE, Millis, SECOND, Wall, Zone, format_date, format_local, format_rfc3339, parse_date,
    wall_at,
};

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// RFC 3339 and what is near to it.
    Rfc3339,
    /// A day, for its first moment.
    Date,
    /// A day, for its end: the last one on which a token works.
    LastDay,
    /// So many of these since 1970; the size of one.
    Since(Millis),
    /// So many of these from a start; the size of one.
    Duration(Millis),
}

/// The names of all of them.
pub(super) const TIME_FORMS: [(&str, TimeForm); 9] = [
    ("rfc3339", TimeForm::Rfc3339),
    ("date", TimeForm::Date),
    ("last_day", TimeForm::LastDay),
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

/// The zone of times that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum ZoneShape {
    #[default]
    Utc,
    /// So far ahead of UTC, always.
    Fixed(Millis),
    /// By its name in the IANA database.
    Named(String),
}

impl ZoneShape {
    /// `Europe/Berlin`, `+02:00` or `+0200`, `UTC`; `None` where it is neither. Whether there is such a name only the browser knows.
    pub(super) fn parse(text: &str) -> Option<ZoneShape> {
        let is_name = |it: &str| {
            let is_part = |part: &str| {
                part.starts_with(|it: char| it.is_ascii_alphabetic())
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
            };
            it.contains('/') && it.split('/').all(is_part)
        };
        let is_offset = |it: &str| {
            let bytes = it.as_bytes();
            matches!(bytes, [b'+' | b'-', ..]) && (bytes.len() == 5 || bytes.len() == 6 && bytes[3] == b':')
        };
        match text {
            "UTC" => Some(ZoneShape::Utc),
            text if is_offset(text) => from_utc(text).map(ZoneShape::Fixed),
            text => is_name(text).then(|| ZoneShape::Named(text.to_owned())),
        }
    }

    /// As a description names it.
    pub(super) fn name(&self) -> String {
        match self {
            ZoneShape::Utc => "UTC".into(),
            ZoneShape::Fixed(ahead) => {
                let (sign, minutes) = (if *ahead < 0 { '-' } else { '+' }, ahead.abs() / MINUTE);
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            ZoneShape::Named(name) => name.clone(),
        }
    }

    /// As the browser of this host knows it.
    pub(super) fn on<'a>(&'a self, host: &'a dyn Host) -> OnHost<'a> {
        OnHost { shape: self, host }
    }
}

/// A zone as a host knows it.
#[derive(Clone, Copy)]
pub(super) struct OnHost<'a> {
    shape: &'a ZoneShape,
    host: &'a dyn Host,
}

impl Zone for OnHost<'_> {
    fn offset(&self, at: Millis) -> Millis {
        match self.shape {
            ZoneShape::Utc => 0,
            ZoneShape::Fixed(ahead) => *ahead,
            // One that the browser does not know is refused when the connection is opened.
            ZoneShape::Named(name) => self.host.zone_offset(name, at).unwrap_or_default(),
        }
    }
}

/// What a value says as a time, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReadTime {
    pub(super) moment: Moment,
    pub(super) written: Written,
}

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
    pub(super) fn read(&self, value: &Value, start: Option<Millis>, zone: &dyn Zone) -> ReadTime {
        let read = |moment, written| ReadTime { moment, written };
        if self.never.contains(value) {
            return read(Moment::Never, Written::Word);
        }
        let text = as_it_stands(value);
        let number = moments::number(&text);
        let by_itself = || {
            let (moment, written) = moments::read(&text, zone);
            read(moment, written)
        };
        match (self.form, number) {
            // Any negative number means that there is none: no system counts backwards.
            (_, Some(number)) if number < 0.0 => read(Moment::Never, Written::Word),
            (TimeForm::Duration(size), Some(number)) => {
                let at = start.map(|start| start as f64 + number * size as f64);
                read(at.map_or(Moment::Odd, |it| moments::moment(it.round() as Millis)), Written::Duration)
            }
            (_, Some(0.0)) => read(Moment::Never, Written::Word),
            (TimeForm::Since(size), Some(number)) => match by_itself() {
                // Its size leaves no doubt, whatever unit was described.
                found @ ReadTime { moment: Moment::At(_), .. } => found,
                _ => {
                    let written = if size == SECOND { Written::Seconds } else { Written::Millis };
                    read(moments::moment((number * size as f64).round() as Millis), written)
                }
            },
            (TimeForm::Duration(_), None) if !moments::says_none(&text) => match by_itself() {
                // An instant is none of the durations that were described.
                ReadTime { moment: Moment::At(_), .. } => read(Moment::Odd, Written::Unknown),
                found => found,
            },
            (TimeForm::LastDay, _) => match by_itself() {
                ReadTime { moment: Moment::At(at), written: Written::Day } => {
                    read(Moment::At(first_moment(wall_at(at, zone) + DAY, zone)), Written::Day)
                }
                found => found,
            },
            _ => by_itself(),
        }
    }

    /// Whether `rfc3339` would read what this form does not.
    pub(super) fn is_plain_time(value: &Value, zone: &dyn Zone) -> bool {
        matches!(moments::read(&as_it_stands(value), zone).0, Moment::At(_))
    }
}

/// A value as a text: what is none, as JSON.
pub(super) fn as_it_stands(value: &Value) -> String {
    plain(value).unwrap_or_else(|| value.to_string())
}

/// Whether a value that says when something happened says that it has. What is no time says so by being there.
pub(super) fn has_happened(value: &Value, now: Millis, zone: &dyn Zone) -> bool {
    moments::has_happened(&as_it_stands(value), now, zone)
}

/// The instant of a text that the page made.
pub(super) fn instant(value: &Value) -> Option<Millis> {
    match moments::read(value.as_str()?, &crate::time::Utc).0 {
        Moment::At(at) => Some(at),
        Moment::Never | Moment::Odd => None,
    }
}

/// How long it is from one instant to another, in units of a size, rounded up.
pub(super) fn duration(from: Millis, to: Millis, size: Millis) -> i64 {
    let away = to - from;
    away.div_euclid(size) + i64::from(away.rem_euclid(size) > 0)
}

/// The first moment of the day that a clock's reading is of.
fn first_moment(wall: Wall, zone: &dyn Zone) -> Millis {
    let midnight = wall - wall.rem_euclid(DAY);
    Clock { now: wall, zone }.first_instant(midnight)
}

/// Its day.
pub(super) fn day(at: Millis, zone: &dyn Zone) -> String {
    format_date(wall_at(at, zone))
}

/// The first day that does not begin before it: what ends with that day's first moment ends no earlier than was chosen.
pub(super) fn day_up(at: Millis, zone: &dyn Zone) -> String {
    let wall = wall_at(at, zone);
    format_date(if first_moment(wall, zone) >= at { wall } else { wall + DAY })
}

/// The first day that does not end before it.
pub(super) fn last_day(at: Millis, zone: &dyn Zone) -> String {
    let next = parse_date(&day_up(at, zone)).unwrap_or_default();
    format_date(next - DAY)
}

/// What clocks of the zone show then, without saying which zone: `2027-01-01T00:00:00`.
pub(super) fn local(at: Millis, zone: &dyn Zone) -> String {
    format_local(wall_at(at, zone))
}

/// The same with a blank, as databases have it.
pub(super) fn datetime(at: Millis, zone: &dyn Zone) -> String {
    local(at, zone).replace('T', " ")
}

/// RFC 3339 in UTC.
pub(super) fn rfc3339(at: Millis, _: &dyn Zone) -> String {
    format_rfc3339(at)
}

/// RFC 3339 with milliseconds, always.
pub(super) fn with_millis(at: Millis, _: &dyn Zone) -> String {
    format!("{}.{:03}Z", format_local(at), at.rem_euclid(SECOND))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::time::{Utc, parse_rfc3339};

    /// 2026-01-01T10:00:00Z.
    const AT: Millis = 1_767_261_600_000;

    fn shape(form: TimeForm) -> TimeShape {
        TimeShape { form, from: From::Now, never: Vec::new() }
    }

    fn read(form: TimeForm, value: &Value) -> Moment {
        shape(form).read(value, Some(AT), &Utc).moment
    }

    #[track_caller]
    fn check(form: TimeForm, value: &Value, expected: Moment) {
        assert_eq!(read(form, value), expected, "{value} as {form:?}");
    }

    #[test]
    fn a_form_is_read_and_so_is_what_leaves_no_doubt() {
        check(TimeForm::Date, &json!("2026-01-01"), Moment::At(AT - 10 * HOUR));
        check(TimeForm::LastDay, &json!("2026-01-01"), Moment::At(AT + 14 * HOUR));
        check(TimeForm::LastDay, &json!("2026-01-01T10:00:00Z"), Moment::At(AT));
        check(TimeForm::Duration(DAY), &json!("2"), Moment::At(AT + 2 * DAY));
        check(TimeForm::Since(SECOND), &json!(1_767_261_600), Moment::At(AT));
        check(TimeForm::Since(SECOND), &json!("2026-01-01 10:00:00+00"), Moment::At(AT));
        check(TimeForm::Since(SECOND), &json!(1_767_261_600_000_i64), Moment::At(AT));
        check(TimeForm::Since(1), &json!(1_767_261_600), Moment::At(AT));
        check(TimeForm::Since(1), &json!(900_000_000_000_i64), Moment::At(900_000_000_000));
        check(TimeForm::Since(SECOND), &json!(800_000_000), Moment::At(800_000_000_000));
        check(TimeForm::Rfc3339, &json!(1_767_261_600_000_i64), Moment::At(AT));
        check(TimeForm::Rfc3339, &json!({ "Time": "2026-01-01T10:00:00Z", "Valid": true }), Moment::At(AT));
    }

    #[test]
    fn what_is_none_is_none_in_every_form() {
        let texts = ["", " ", "never", "N/A", "None", "null", "-", "-1", "0000-00-00 00:00:00"];
        let others = [json!(null), json!(-1), json!(false), json!({ "Time": "2026-01-01T10:00:00Z", "Valid": false })];
        for value in texts.map(|it| json!(it)).into_iter().chain(others) {
            for (_, form) in TIME_FORMS {
                check(form, &value, Moment::Never);
            }
        }
        for zero in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00+01:00", "0"] {
            check(TimeForm::Rfc3339, &json!(zero), Moment::Never);
        }
        check(TimeForm::Since(1), &json!(-1_000), Moment::Never);
        check(TimeForm::Duration(DAY), &json!(-1), Moment::Never);
        check(TimeForm::Duration(DAY), &json!(0), Moment::At(AT));
    }

    #[test]
    fn what_is_in_doubt_is_no_time() {
        for value in [json!("soon"), json!("12"), json!({}), json!([2026, 13, 1]), json!(true)] {
            check(TimeForm::Rfc3339, &value, Moment::Odd);
        }
        check(TimeForm::Duration(DAY), &json!("2026-01-01T10:00:00Z"), Moment::Odd);
        check(TimeForm::Since(1), &json!(1e300), Moment::Odd);
    }

    #[test]
    fn a_zone_is_a_name_or_an_offset() {
        for (text, zone) in [
            ("UTC", ZoneShape::Utc),
            ("+02:00", ZoneShape::Fixed(2 * HOUR)),
            ("-0330", ZoneShape::Fixed(-(3 * HOUR + 30 * MINUTE))),
            ("Europe/Berlin", ZoneShape::Named("Europe/Berlin".into())),
            ("America/Argentina/Buenos_Aires", ZoneShape::Named("America/Argentina/Buenos_Aires".into())),
            ("Etc/GMT+5", ZoneShape::Named("Etc/GMT+5".into())),
        ] {
            assert_eq!(ZoneShape::parse(text).as_ref(), Some(&zone), "{text}");
            assert_eq!(ZoneShape::parse(&zone.name()), Some(zone), "{text}");
        }
        for text in ["", "CEST", "Berlin", "Europe/", "/Berlin", "+25:00", "Europe Berlin", "../x", "{value.zone}"] {
            assert_eq!(ZoneShape::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_that_is_sent_for_an_end_does_not_come_before_it() {
        let at = |text: &str| parse_rfc3339(text).expect("a date");
        for (end, up, last) in [
            ("2026-05-05T14:00:00Z", "2026-05-06", "2026-05-05"),
            ("2026-05-05T00:00:00Z", "2026-05-05", "2026-05-04"),
            ("2026-05-05T00:00:00.001Z", "2026-05-06", "2026-05-05"),
        ] {
            assert_eq!((day_up(at(end), &Utc), last_day(at(end), &Utc)), (up.into(), last.into()), "{end}");
        }
    }

    /// A zone whose clocks change once, at a midnight of theirs or at any other time.
    #[derive(Clone, Copy, Debug)]
    struct Somewhere {
        before: Millis,
        after: Millis,
        change: Millis,
    }

    impl Zone for Somewhere {
        fn offset(&self, at: Millis) -> Millis {
            if at < self.change { self.before } else { self.after }
        }
    }

    fn somewhere() -> impl Strategy<Value = Somewhere> {
        let day = AT.div_euclid(DAY) * DAY;
        (-48_i64..=56, -4_i64..=4, 0..40_i64, 0..48_i64).prop_map(move |(before, step, days, half_hours)| {
            let before = before * 15 * MINUTE;
            let change = day + days * DAY + half_hours * 30 * MINUTE - before;
            Somewhere { before, after: before + step * 15 * MINUTE, change }
        })
    }

    proptest! {
        #[test]
        fn a_day_stays_the_same_day_when_it_is_read_and_written(zone in somewhere(), days in 0..40_i64) {
            let text = format_date(AT.div_euclid(DAY) * DAY + days * DAY);
            for (form, write) in [
                (TimeForm::Date, day_up as fn(Millis, &dyn Zone) -> String),
                (TimeForm::Date, day),
                (TimeForm::LastDay, last_day),
            ] {
                let Moment::At(at) = shape(form).read(&json!(text), None, &zone).moment else {
                    return Err(TestCaseError::fail("no time"));
                };
                prop_assert_eq!(write(at, &zone), text.clone());
            }
        }

        #[test]
        fn an_end_that_is_written_as_a_day_is_never_read_as_an_earlier_one(zone in somewhere(), end in AT..AT + 40 * DAY) {
            for (form, write) in [(TimeForm::Date, day_up as fn(Millis, &dyn Zone) -> String), (TimeForm::LastDay, last_day)] {
                let Moment::At(at) = shape(form).read(&json!(write(end, &zone)), None, &zone).moment else {
                    return Err(TestCaseError::fail("no time"));
                };
                prop_assert!(at >= end && at < end + 26 * HOUR, "{} became {}", end, at);
            }
        }

        #[test]
        fn what_a_clock_shows_is_read_as_it_was_written(zone in somewhere(), at in AT..AT + 40 * DAY) {
            let at = at - at.rem_euclid(SECOND);
            for write in [local, datetime] {
                let Moment::At(found) = shape(TimeForm::Rfc3339).read(&json!(write(at, &zone)), None, &zone).moment else {
                    return Err(TestCaseError::fail("no time"));
                };
                // Of an hour that comes twice it may be the first one.
                prop_assert!(found == at || wall_at(found, &zone) == wall_at(at, &zone) && found < at);
            }
        }

        #[test]
        fn no_value_is_too_odd(text in any::<String>(), number in any::<f64>(), zone in somewhere()) {
            for value in [json!(text), json!(number), json!([number]), json!({ "Time": text, "Valid": true })] {
                for (_, form) in TIME_FORMS {
                    shape(form).read(&value, Some(AT), &zone);
                }
                let _ = TimeShape::is_plain_time(&value, &zone);
            }
        }
    }
}
