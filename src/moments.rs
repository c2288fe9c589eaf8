//! Times as systems write them, where they do not write RFC 3339: see the tests for who writes what. Pure.

use crate::json::{self, Json, Read};
use crate::store::OddFact;
use crate::time::{Clock, DAY, MINUTE, Millis, SECOND, Wall, Zone, parse_date, parse_rfc3339, parse_wall};

/// What a value says as a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// There is none: never used, no end.
    Never,
    /// An instant.
    At(Millis),
    /// It is no time.
    Odd,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// RFC 3339, or near to it, with its offset from UTC.
    WithOffset,
    /// Date and time without a zone.
    WithoutZone,
    /// A day.
    Day,
    /// As HTTP and mail write it: `Thu, 01 Jan 2026 10:00:00 GMT`.
    Http,
    /// A list of numbers, year first: `[2026,1,1,10,0]`.
    Parts,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Millionths or thousand-millionths of a second since 1970.
    Finer,
    /// How long from a start.
    Duration,
    /// A word for none, such as `never`, `N/A` or `null`.
    Word,
    /// None of these.
    Unknown,
}

/// The year 10000 begins, which RFC 3339 cannot write.
const END_OF_TIME: Millis = 253_402_300_800_000;

/// Before this instant nothing happened: the year 2 begins. Systems in Go write the year 1 for none.
const BEGIN_OF_TIME: Millis = -62_104_060_800_000;

/// Reads a time. `text` is a text as it stands, or the JSON of anything else. Where it names no zone it is meant in `zone`.
///
/// A number counts from 1970, where its size leaves no doubt in which unit (2001 to 5138). What says that there is none is
/// [`Moment::Never`]: a word, 0 and negative numbers, the years 1 and before, and the first day of 1970.
pub fn read(text: &str, zone: &dyn Zone) -> (Moment, Written) {
    let text = text.trim();
    if says_none(text) {
        return (Moment::Never, Written::Word);
    }
    if text.starts_with(['{', '[']) {
        return json::read(text.as_bytes()).map_or((Moment::Odd, Written::Unknown), |it| structured(&it, zone));
    }
    if let Some(number) = number(text) {
        return since_epoch(number);
    }
    // PHP's zero date, and Postgres' way to write it.
    if text.ends_with(" BC") || text.strip_prefix('-').is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
    {
        return (Moment::Never, Written::WithOffset);
    }
    let found = parse_rfc3339(text).map(|at| (at, Written::WithOffset));
    let found = found.or_else(|| near_rfc3339(text, zone)).or_else(|| with_month_name(text, zone));
    found.map_or((Moment::Odd, Written::Unknown), |(at, written)| match moment(at) {
        // Zero, wherever its midnight was.
        Moment::At(at) if at.abs() < DAY => (Moment::Never, written),
        moment => (moment, written),
    })
}

/// A finite number in decimals. The standard library reads the last digit of any, with tables of 10 kB for that; times need
/// milliseconds.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || digits.ends_with('.') {
        return None;
    }
    let mut number = 0.0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        number = number * 10.0 + f64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    let scale = exponent.saturating_sub(fraction.len() as i32);
    number = if scale < 0 { number / 10_f64.powi(scale.saturating_neg()) } else { number * 10_f64.powi(scale) };
    number.is_finite().then_some(if text.starts_with('-') { -number } else { number })
}

/// An instant where something can have happened.
pub fn moment(at: Millis) -> Moment {
    match at {
        _ if at < BEGIN_OF_TIME || at == 0 => Moment::Never,
        END_OF_TIME.. => Moment::Odd,
        _ => Moment::At(at),
    }
}

/// Whether a text says that there is no such time.
pub fn says_none(text: &str) -> bool {
    const NONE: [&str; 18] = [
        "",
        "never",
        "none",
        "null",
        "nil",
        "n/a",
        "na",
        "-",
        "--",
        "—",
        "infinity",
        "unlimited",
        "forever",
        "unset",
        "not set",
        "false",
        "0000-00-00",
        "0000-00-00 00:00:00",
    ];
    let text = text.trim();
    NONE.iter().any(|it| text.eq_ignore_ascii_case(it))
}

/// Whether what stands where a system says when something happened says that it has, by `now`. What is no time says so by
/// being there.
pub fn has_happened(text: &str, now: Millis, zone: &dyn Zone) -> bool {
    let is = |all: &[&str]| all.iter().any(|it| text.trim().eq_ignore_ascii_case(it));
    match read(text, zone).0 {
        _ if is(&["true", "1", "yes"]) => true,
        Moment::Never => false,
        Moment::At(at) => at <= now,
        Moment::Odd => !is(&["no"]),
    }
}

/// What stands where a list's own reader found no RFC 3339 for a fact: an instant, or that there is none. `None` where it
/// cannot be read here either. Of what has ended a token it is an instant where that has happened by `now`.
pub fn read_odd(fact: OddFact, text: &str, now: Millis) -> Option<Option<Millis>> {
    let zone = &crate::time::Utc;
    match fact {
        OddFact::ValidFrom | OddFact::ValidTo | OddFact::LastUsed => match read(text, zone).0 {
            Moment::Never => Some(None),
            Moment::At(at) => Some(Some(at)),
            Moment::Odd => None,
        },
        OddFact::Revoked | OddFact::Deleted | OddFact::Disabled => Some(has_happened(text, now, zone).then_some(now)),
        OddFact::Active | OddFact::Scopes => None,
    }
}

fn since_epoch(number: f64) -> (Moment, Written) {
    let (millis, written) = match number {
        // Any negative number means that there is none: no system counts backwards.
        _ if number <= 0.0 => return (Moment::Never, Written::Word),
        1e9..1e11 => (number * SECOND as f64, Written::Seconds),
        1e12..1e14 => (number, Written::Millis),
        1e15..1e17 => (number / 1e3, Written::Finer),
        1e18..1e20 => (number / 1e6, Written::Finer),
        _ => return (Moment::Odd, Written::Unknown),
    };
    (moment(millis.round() as Millis), written)
}

/// Go writes `{"Time": …, "Valid": …}` for a column of a database that can be empty; Java a list of numbers for a
/// `LocalDateTime`, without seconds and their fraction where they are 0.
fn structured(value: &Json, zone: &dyn Zone) -> (Moment, Written) {
    const ODD: (Moment, Written) = (Moment::Odd, Written::Unknown);
    let either = |one: &str, other: &str| value.get(one).or_else(|| value.get(other));
    match either("Valid", "valid").and_then(Read::flag) {
        Some(false) => return (Moment::Never, Written::Word),
        Some(true) => return either("Time", "time").map_or(ODD, |it| read(&json::plain(it), zone)),
        None => {}
    }
    let numbers: Option<Vec<u32>> = value.list().iter().map(|it| it.number()?.try_into().ok()).collect();
    let Some(parts) = numbers.filter(|it| (3..=7).contains(&it.len())) else { return ODD };
    let part = |idx: usize| parts.get(idx).copied().unwrap_or_default();
    let (year, month, day) = (part(0), part(1), part(2));
    let wall = format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", part(3), part(4), part(5));
    let at = parse_wall(&wall).map(|it| in_zone(it + Millis::from(part(6)) / 1_000_000, zone));
    at.map_or(ODD, |at| (moment(at), Written::Parts))
}

/// The first instant at which clocks of the zone show this, or would but for a change of the clocks.
fn in_zone(wall: Wall, zone: &dyn Zone) -> Millis {
    Clock { now: wall, zone }.first_instant(wall)
}

/// A date, a `T` or a blank, a time with or without seconds, and an offset as it may be written. A mere date, and
/// `20260101T100000Z`.
fn near_rfc3339(text: &str, zone: &dyn Zone) -> Option<(Millis, Written)> {
    // Java names the zone besides the offset, Go the monotonic clock.
    let text = text.split_once('[').map_or(text, |(before, _)| before);
    let text = text.split_once(" m=").map_or(text, |(before, _)| before).trim_end();
    if let Some(spread) = spread(text) {
        return near_rfc3339(&spread, zone);
    }
    let (date, rest) = text.split_at_checked(10)?;
    if rest.is_empty() {
        return parse_date(date).map(|it| (in_zone(it, zone), Written::Day));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let end = rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.' | ','))).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(end);
    instant(date, clock, offset, zone)
}

/// `20260101T100000` as `2026-01-01T10:00:00`, whatever follows.
fn spread(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(8)?;
    let (clock, rest) = rest.strip_prefix('T')?.split_at_checked(6)?;
    let is_number = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let spread = || {
        format!("{}-{}-{}T{}:{}:{}{rest}", &date[..4], &date[4..6], &date[6..], &clock[..2], &clock[2..4], &clock[4..])
    };
    (is_number(date) && is_number(clock)).then(spread)
}

/// `Thu, 01 Jan 2026 10:00:00 GMT`, `Thursday, 01-Jan-26 10:00:00 GMT` and `Thu Jan  1 10:00:00 2026`, as HTTP writes times
/// (RFC 9110 §5.6.7), and those of mail, of Go and of JavaScript that are made of the same parts.
fn with_month_name(text: &str, zone: &dyn Zone) -> Option<(Millis, Written)> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let place = |word: &str, all: &[&str]| {
        let word = word.to_ascii_lowercase();
        all.iter().position(|it| word.len() >= 3 && it.starts_with(&word))
    };
    let mut words: Vec<&str> = text.split([' ', ',']).filter(|it| !it.is_empty()).collect();
    if words.first().is_some_and(|it| place(it, &DAYS).is_some()) {
        words.remove(0);
    }
    if let Some(date) = words.first().filter(|it| it.matches('-').count() == 2) {
        words.splice(..1, date.split('-').collect::<Vec<_>>());
    }
    let (month, day, rest) = match words[..] {
        [day, month, ref rest @ ..] if place(month, &MONTHS).is_some() => (month, day, rest),
        [month, day, ref rest @ ..] if place(month, &MONTHS).is_some() => (month, day, rest),
        _ => return None,
    };
    let (year, clock, offset) = match *rest {
        [year, clock, ref offset @ ..] if clock.contains(':') => (year, clock, offset.first().copied()),
        [clock, year] => (year, clock, None),
        [clock, offset, year] => (year, clock, Some(offset)),
        _ => return None,
    };
    let month = place(month, &MONTHS)? + 1;
    let year: u32 = match (year.len(), year.parse().ok()?) {
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    let (at, written) = instant(&format!("{year:04}-{month:02}-{day:0>2}"), clock, offset.unwrap_or_default(), zone)?;
    Some((at, if written == Written::WithOffset { Written::Http } else { written }))
}

/// The instant of a date, a clock's reading and what says how far that is from UTC, nothing for the time of the zone.
fn instant(date: &str, clock: &str, offset: &str, zone: &dyn Zone) -> Option<(Millis, Written)> {
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let wall = parse_wall(&format!("{date}T{}{seconds}", clock.replace(',', ".")))?;
    Some(match offset.trim() {
        "" => (in_zone(wall, zone), Written::WithoutZone),
        offset => (wall - from_utc(offset)?, Written::WithOffset),
    })
}

/// How far clocks are ahead of UTC, as `Z`, `UTC`, `+02`, `+0200`, `+02:00`, `GMT+0200` or `+0200 CEST` say. The name of
/// another zone alone is in doubt.
pub fn from_utc(text: &str) -> Option<Millis> {
    let text = text.split_once(' ').map_or(text, |(offset, _)| offset);
    let is_utc = |it: &str| it.eq_ignore_ascii_case("utc") || it.eq_ignore_ascii_case("gmt");
    let text = text.split_at_checked(3).filter(|(name, _)| is_utc(name)).map_or(text, |(_, offset)| offset);
    if matches!(text, "" | "Z" | "z") {
        return Some(0);
    }
    let digits = text.strip_prefix(['+', '-'])?.replace(':', "");
    let number: Millis = digits.parse().ok().filter(|_| digits.bytes().all(|it| it.is_ascii_digit()))?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number, 0),
        4 => (number / 100, number % 100),
        _ => return None,
    };
    let size = (hours * 60 + minutes) * MINUTE;
    (hours < 24 && minutes < 60).then_some(if text.starts_with('-') { -size } else { size })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
