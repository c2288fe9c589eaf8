//! A point in time together with the text that a client wrote it in.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};

/// An RFC 3339 date-time, kept to the byte: a date that a client read and did not touch goes back as it came.
#[derive(Clone, Debug)]
pub struct Moment {
    text: String,
    at: DateTime<FixedOffset>,
}

impl Moment {
    /// Reads an RFC 3339 date-time; `None` for anything else.
    ///
    /// chrono alone is more lenient than the RFC: it takes a space for the `T` and a typographic minus.
    pub fn parse(text: &str) -> Option<Self> {
        let strict = text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let at = DateTime::parse_from_rfc3339(text).ok().filter(|_| strict)?;
        Some(Self { text: text.to_owned(), at })
    }

    /// The server's own way to write a time: UTC with milliseconds.
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self { text: at.to_rfc3339_opts(SecondsFormat::Millis, true), at: at.fixed_offset() }
    }

    /// The text as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Microseconds since 1970, rounded down: what the database compares.
    pub fn micros(&self) -> i64 {
        self.at.timestamp_micros()
    }

    /// The point in time, in UTC.
    pub fn at(&self) -> DateTime<Utc> {
        self.at.to_utc()
    }
}

/// Two moments are equal when they are the same point in time, however written.
impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, accepted: bool) {
        assert_eq!(Moment::parse(text).is_some(), accepted, "{text}");
    }

    #[test]
    fn only_rfc_3339_is_read() {
        check("2026-01-02T03:04:05Z", true);
        check("2026-01-02t03:04:05.123456789z", true);
        check("2026-01-02T03:04:05.5+02:00", true);
        check("2026-01-02 03:04:05Z", false);
        check("2026-01-02T03:04:05", false);
        check("2026-01-02T03:04Z", false);
        check("2026-01-02", false);
        check("2026-02-30T00:00:00Z", false);
        check("2026-01-02T03:04:05\u{2212}02:00", false);
        check("", false);
    }

    #[test]
    fn the_text_is_kept_and_the_instant_compared() {
        let given = Moment::parse("2026-01-02T03:04:05.50+02:00").unwrap();
        assert_eq!(given.text(), "2026-01-02T03:04:05.50+02:00");
        assert_eq!(given, Moment::parse("2026-01-02T01:04:05.5Z").unwrap());
    }
}
