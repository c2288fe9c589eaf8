//! Instants, the wire's RFC 3339 and the viewer's wall clock. Pure: the clock and the zone are arguments.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// One second, minute, hour and day in [`Millis`].
pub const SECOND: Millis = 1_000;
/// One minute.
pub const MINUTE: Millis = 60 * SECOND;
/// One hour.
pub const HOUR: Millis = 60 * MINUTE;
/// One day of 24 hours.
pub const DAY: Millis = 24 * HOUR;

/// Reads an RFC 3339 date-time (`2026-01-01T00:00:00.000Z`, any offset, any fraction, `T` or a space).
///
/// Fractions are cut to milliseconds; a leap second counts as the second before it. The layout is fixed, so it is read
/// by position, which is several times faster than a general parser: a list has half a million of these. What the
/// numbers mean (leap years, days of a month) is chrono's to say. `None` for anything that is not a date-time.
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let bytes = text.as_bytes();
    let (date, rest) = bytes.split_at_checked(19)?;
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, byte)| date[*at] != *byte) || !matches!(date[10], b'T' | b't' | b' ') {
        return None;
    }
    let number = |from: usize, to: usize| digits(&date[from..to]);
    let day = NaiveDate::from_ymd_opt(number(0, 4)? as i32, number(5, 7)?, number(8, 10)?)?;
    let second = number(17, 19)?;
    let at = day.and_hms_opt(number(11, 13)?, number(14, 16)?, if second == 60 { 59 } else { second })?;

    let mut rest = rest;
    let mut fraction: Millis = 0;
    if let Some(after) = rest.strip_prefix(b".") {
        let n_digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n_digits == 0 {
            return None;
        }
        for idx in 0..3 {
            fraction = fraction * 10 + after[..n_digits].get(idx).map_or(0, |byte| Millis::from(byte - b'0'));
        }
        rest = &after[n_digits..];
    }
    let offset = match rest {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let size = Millis::from(hours) * HOUR + Millis::from(minutes) * MINUTE;
            if *sign == b'-' { -size } else { size }
        }
        _ => return None,
    };
    Some(at.and_utc().timestamp_millis() + fraction - offset)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

/// Writes an instant as RFC 3339 in UTC, with milliseconds only where there are some.
pub fn format_rfc3339(at: Millis) -> String {
    let seconds = format_wall(at, 19);
    match at.rem_euclid(SECOND) {
        0 => format!("{seconds}Z"),
        millis => format!("{seconds}.{millis:03}Z"),
    }
}

/// A wall clock's reading, kept as the instant at which a clock in UTC would show it.
pub type Wall = i64;

/// Reads what a `datetime-local` input holds: `2026-01-01T00:00`, with seconds or fractions where it has some.
pub fn parse_wall(text: &str) -> Option<Wall> {
    let zoned = match text.len() {
        16 => format!("{text}:00Z"),
        _ => format!("{text}Z"),
    };
    (text.as_bytes().get(10) == Some(&b'T')).then(|| parse_rfc3339(&zoned)).flatten()
}

/// Writes a wall clock's reading as a `datetime-local` input takes it, to the minute.
pub fn format_minute(wall: Wall) -> String {
    format_wall(wall, 16)
}

/// Writes a wall clock's reading to the second: `2026-01-01T00:00:00`.
pub fn format_local(wall: Wall) -> String {
    format_wall(wall, 19)
}

fn format_wall(wall: Wall, len: usize) -> String {
    // Years that need more than four digits do not exist in RFC 3339 nor in `datetime-local`.
    let at = DateTime::from_timestamp_millis(wall).unwrap_or_default();
    let mut text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year().clamp(0, 9999),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    text.truncate(len);
    text
}

/// A time zone: how far its clocks are ahead of UTC at an instant.
pub trait Zone {
    /// Local time minus UTC, in milliseconds, at `at`.
    fn offset(&self, at: Millis) -> Millis;
}

/// The zone without any offset.
#[derive(Clone, Copy, Debug)]
pub struct Utc;

impl Zone for Utc {
    fn offset(&self, _: Millis) -> Millis {
        0
    }
}

/// This moment, and the zone of the user.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// This moment.
    pub now: Millis,
    /// The viewer's zone.
    pub zone: &'a dyn Zone,
}

impl Clock<'static> {
    /// A moment as seen in UTC.
    pub fn utc(now: Millis) -> Self {
        Clock { now, zone: &Utc }
    }
}

impl Clock<'_> {
    /// When a wall clock of the zone first shows a reading. One that a change of the clocks skips is counted by the offset
    /// before it: a midnight that is skipped is the first moment of its day.
    pub fn first_instant(&self, wall: Wall) -> Millis {
        match resolve(wall, self.zone) {
            Resolved::Once(at) | Resolved::Twice(at, _) => at,
            Resolved::Skipped => wall - self.zone.offset(wall - DAY),
        }
    }
}

/// Reads a date such as `2026-01-31`, as the wall clock's reading at its first moment.
pub fn parse_date(text: &str) -> Option<Wall> {
    (text.len() == 10).then(|| parse_wall(&format!("{text}T00:00"))).flatten()
}

/// Writes the date of a wall clock's reading.
pub fn format_date(wall: Wall) -> String {
    format_wall(wall, 10)
}

/// What a reading of the wall clock means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// It names one instant.
    Once(Millis),
    /// The clocks go forward over it, so it never is that time.
    Skipped,
    /// The clocks go back, so it is that time twice.
    Twice(Millis, Millis),
}

/// Finds the instants at which clocks in `zone` show `wall`.
pub fn resolve(wall: Wall, zone: &dyn Zone) -> Resolved {
    // A zone changes its offset at most once within a day around any instant, so these two offsets are all there are.
    let mut found = [zone.offset(wall - DAY), zone.offset(wall + DAY)].map(|offset| wall - offset);
    found.sort_unstable();
    match found.map(|at| (at + zone.offset(at) == wall).then_some(at)) {
        [Some(first), Some(second)] if first != second => Resolved::Twice(first, second),
        [Some(at), _] | [None, Some(at)] => Resolved::Once(at),
        [None, None] => Resolved::Skipped,
    }
}

/// What clocks in `zone` show at `at`.
pub fn wall_at(at: Millis, zone: &dyn Zone) -> Wall {
    at + zone.offset(at)
}

/// How far away an instant is, in the largest whole unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// How many units; negative for the past.
    pub count: i64,
    /// The unit as `Intl.RelativeTimeFormat` names it.
    pub unit: &'static str,
}

/// The distance from `now` to `at`. Days are counted up to 60, then months of 30.44 days, then years.
pub fn distance(at: Millis, now: Millis) -> Distance {
    const MONTH: Millis = 2_629_800_000;
    const UNITS: [(&str, Millis, Millis); 6] = [
        ("second", SECOND, MINUTE),
        ("minute", MINUTE, HOUR),
        ("hour", HOUR, 2 * DAY),
        ("day", DAY, 60 * DAY),
        ("month", MONTH, 24 * MONTH),
        ("year", 12 * MONTH, Millis::MAX),
    ];
    let away = at - now;
    let (unit, size, _) = UNITS.into_iter().find(|(_, _, below)| away.abs() < *below).unwrap_or(UNITS[5]);
    Distance { count: away / size, unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse_rfc3339(text).map(format_rfc3339).as_deref(), expected, "{text}");
    }

    #[test]
    fn rfc3339_is_read() {
        check("2026-01-02T03:04:05Z", Some("2026-01-02T03:04:05Z"));
        check("2026-01-02T03:04:05.6Z", Some("2026-01-02T03:04:05.600Z"));
        check("2026-01-02 03:04:05.678901234+02:00", Some("2026-01-02T01:04:05.678Z"));
        check("2024-02-29t23:59:60-00:30", Some("2024-03-01T00:29:59Z"));
        check("1969-12-31T23:59:59.999Z", Some("1969-12-31T23:59:59.999Z"));
    }

    #[test]
    fn rubbish_is_refused() {
        for text in [
            "",
            "2026",
            "2026-02-30T00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+0200",
            "2026-01-01T00:00:00+24:00",
            "+026-01-01T00:00:00Z",
            "２０２６-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zz",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn agrees_with_chrono() {
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 8) as i64 % 250_000_000_000_000;
            let Some(time) = DateTime::from_timestamp_millis(at).filter(|it| (0..=9999).contains(&it.year())) else {
                continue;
            };
            let text = time.to_rfc3339();
            assert_eq!(
                parse_rfc3339(&text),
                DateTime::parse_from_rfc3339(&text).ok().map(|it| it.timestamp_millis()),
                "{text}"
            );
        }
    }

    #[test]
    fn wall_clock_round_trip() {
        assert_eq!(parse_wall("2026-03-01T10:15").map(format_minute).as_deref(), Some("2026-03-01T10:15"));
        assert_eq!(parse_wall("2026-03-01T10:15:30"), parse_wall("2026-03-01T10:15").map(|it| it + 30 * SECOND));
        assert_eq!(parse_wall("2026-03-01"), None);
        assert_eq!(parse_wall(""), None);
    }

    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    struct Berlin;
    impl Zone for Berlin {
        fn offset(&self, at: Millis) -> Millis {
            let [from, to] =
                ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"].map(|it| parse_rfc3339(it).expect("valid"));
            if (from..to).contains(&at) { 2 * HOUR } else { HOUR }
        }
    }

    #[track_caller]
    fn check_resolve(wall: &str, expected: &[&str]) {
        let found = match resolve(parse_wall(wall).expect("valid"), &Berlin) {
            Resolved::Once(at) => vec![format_rfc3339(at)],
            Resolved::Skipped => vec![],
            Resolved::Twice(first, second) => vec![format_rfc3339(first), format_rfc3339(second)],
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn clock_changes_are_told() {
        check_resolve("2026-03-29T01:59", &["2026-03-29T00:59:00Z"]);
        check_resolve("2026-03-29T02:00", &[]);
        check_resolve("2026-03-29T02:59", &[]);
        check_resolve("2026-03-29T03:00", &["2026-03-29T01:00:00Z"]);
        check_resolve("2026-10-25T01:59", &["2026-10-24T23:59:00Z"]);
        check_resolve("2026-10-25T02:30", &["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
        check_resolve("2026-10-25T03:00", &["2026-10-25T02:00:00Z"]);
    }

    /// Cairo's clocks go forward at midnight.
    struct Cairo;
    impl Zone for Cairo {
        fn offset(&self, at: Millis) -> Millis {
            if parse_rfc3339("2026-04-23T22:00:00Z").is_some_and(|change| at < change) { 2 * HOUR } else { 3 * HOUR }
        }
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_after_it() {
        let first = |zone: &dyn Zone, wall: &str| {
            format_rfc3339(Clock { now: 0, zone }.first_instant(parse_wall(wall).expect("valid")))
        };
        assert_eq!(first(&Cairo, "2026-04-24T00:00"), "2026-04-23T22:00:00Z");
        assert_eq!(first(&Cairo, "2026-04-24T01:00"), "2026-04-23T22:00:00Z");
        assert_eq!(first(&Berlin, "2026-03-29T02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(first(&Berlin, "2026-10-25T02:30"), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn distances_use_the_largest_unit() {
        for (away, count, unit) in [
            (0, 0, "second"),
            (-59 * SECOND, -59, "second"),
            (MINUTE, 1, "minute"),
            (47 * HOUR, 47, "hour"),
            (-3 * DAY, -3, "day"),
            (61 * DAY, 2, "month"),
            (-800 * DAY, -2, "year"),
        ] {
            assert_eq!(distance(away, 0), Distance { count, unit });
        }
    }
}
