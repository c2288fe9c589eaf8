//! How long a system wants to be left alone: `Retry-After` (RFC 9110 §10.2.3), as systems write it.

use crate::time::{Millis, SECOND};

/// From this number on it is no length but an instant: seconds, or milliseconds, since 1970.
const EPOCH: u64 = 1_000_000_000;
const EPOCH_MILLIS: u64 = 1_000 * EPOCH;

/// The seconds to wait, rounded up. `date` is what `said` is as a date, where it is one. `now` is the system's own time where
/// it tells that (`Date`), as this browser's clock may be off. `None` where it says neither.
pub fn retry_after(said: &str, date: Option<Millis>, now: Millis) -> Option<u32> {
    let said = said.trim();
    let (whole, fraction) = said.split_once('.').unwrap_or((said, "0"));
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let until = match whole.parse::<u64>() {
        Ok(number) if is_fraction && number < EPOCH => {
            let more = u32::from(fraction.bytes().any(|byte| byte != b'0'));
            return u32::try_from(number).ok().map(|it| it + more);
        }
        Ok(number) if is_fraction && number < EPOCH_MILLIS => number as Millis * SECOND,
        Ok(number) if is_fraction => number as Millis,
        _ => date?,
    };
    u32::try_from((until - now).max(0).unsigned_abs().div_ceil(SECOND.unsigned_abs())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T10:00:00Z.
    const NOW: Millis = 1_767_261_600_000;

    #[track_caller]
    fn check(said: &str, date: Option<Millis>, expected: Option<u32>) {
        assert_eq!(retry_after(said, date, NOW), expected, "{said}");
    }

    #[test]
    fn systems_say_in_many_ways_how_long_to_wait() {
        check("7", None, Some(7));
        check(" 120 ", None, Some(120));
        check("0.4", None, Some(1));
        check("1.0", None, Some(1));
        check("2.000001", None, Some(3));
        check("1767261630", None, Some(30));
        check("1767261630.5", None, Some(30));
        check("1767261601500", None, Some(2));
        check("1767261000", None, Some(0));
        check("Thu, 01 Jan 2026 10:00:30 GMT", Some(NOW + 30_000), Some(30));
        check("Thu, 01 Jan 2026 09:00:00 GMT", Some(NOW - 3_600_000), Some(0));
        check("soon", None, None);
        check("-1", None, None);
        check("", None, None);
        check("1.x", None, None);
    }
}
