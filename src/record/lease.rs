//! Who owns a run where the browser has no locks, on plain HTTP: a lease with an end by the clock, which its tab renews, and
//! with a number that goes up whenever another tab takes it. What is written under an older number is refused. Pure.

use super::Trouble;
use crate::json::{self, Read, Writer};
use crate::time::{MINUTE, Millis, SECOND};

/// How long a lease lasts. Browsers call the timers of a tab in the background once a minute.
pub const LASTS: Millis = 90 * SECOND;

/// How often it is renewed, in milliseconds.
pub const RENEWED: Millis = 20 * SECOND;

/// A lease of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// How often the run was taken.
    pub fence: u64,
    /// When it ends.
    pub until: Millis,
}

impl Lease {
    /// Takes a run over that had this lease; [`Trouble::Elsewhere`] where that still lasts.
    pub fn take(before: Option<Lease>, now: Millis) -> Result<Lease, Trouble> {
        match before {
            Some(before) if before.lasts(now) => Err(Trouble::Elsewhere),
            before => Ok(Lease { fence: before.map_or(0, |it| it.fence) + 1, until: now + LASTS }),
        }
    }

    /// The same for longer, for who owns the run under a number; [`Trouble::Lost`] where the run was taken over. One that has
    /// ended goes on where no other tab wanted it.
    pub fn renew(kept: Option<Lease>, fence: u64, now: Millis) -> Result<Lease, Trouble> {
        match kept {
            Some(Lease { fence: kept, .. }) if kept == fence => Ok(Lease { fence, until: now + LASTS }),
            _ => Err(Trouble::Lost),
        }
    }

    /// Its end, now: the next tab need not wait. The number stays, so that nothing comes late.
    pub fn given_back(self) -> Lease {
        Lease { until: 0, ..self }
    }

    /// Whether its tab is still there. None lasts longer than [`LASTS`]: where it seems so, by more than a minute, the clock
    /// was set back.
    pub fn lasts(self, now: Millis) -> bool {
        self.until > now && self.until - now <= LASTS + MINUTE
    }

    /// As the database keeps it.
    pub fn write(self) -> String {
        Writer::default().raw("fence", &self.fence.to_string()).raw("until", &self.until.to_string()).done()
    }

    /// What the database keeps; `None` where that is no lease.
    pub fn read(text: &str) -> Option<Lease> {
        let json = json::read(text.as_bytes()).ok()?;
        let number = |name| json.get(name)?.number();
        Some(Lease { fence: number("fence")?, until: number("until")?.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_800_000_000_000;

    #[test]
    fn a_run_belongs_to_one_tab_until_its_lease_has_ended() {
        let first = Lease::take(None, NOW).expect("it is free");
        assert_eq!(Lease::take(Some(first), NOW + LASTS - 1), Err(Trouble::Elsewhere));
        let second = Lease::take(Some(first), NOW + LASTS).expect("it has ended");
        assert_eq!(second.fence, first.fence + 1);
        // The first tab was only asleep: what it would do now is refused.
        assert_eq!(Lease::renew(Some(second), first.fence, NOW + LASTS), Err(Trouble::Lost));
        assert!(Lease::renew(Some(second), second.fence, NOW + LASTS).is_ok());
    }

    #[test]
    fn a_tab_that_renews_keeps_it() {
        let mut kept = Lease::take(None, NOW).expect("it is free");
        for n in 1..100 {
            let now = NOW + n * RENEWED;
            assert_eq!(Lease::take(Some(kept), now), Err(Trouble::Elsewhere));
            kept = Lease::renew(Some(kept), kept.fence, now).expect("it is its own");
        }
        // It slept, and no other tab wanted the run.
        assert!(Lease::renew(Some(kept), kept.fence, NOW + 1_000 * LASTS).is_ok());
    }

    #[test]
    fn what_is_given_back_is_free_at_once() {
        let first = Lease::take(None, NOW).expect("it is free");
        let second = Lease::take(Some(first.given_back()), NOW).expect("it is free");
        assert_eq!(second.fence, 2);
        assert_eq!(Lease::renew(Some(second), first.fence, NOW), Err(Trouble::Lost));
        // The run was dropped.
        assert_eq!(Lease::renew(None, 2, NOW), Err(Trouble::Lost));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_hold_it() {
        let first = Lease::take(None, NOW).expect("it is free");
        assert!(Lease::take(Some(first), NOW - 60 * MINUTE).is_ok());
    }

    #[test]
    fn it_comes_back_as_it_was_written() {
        let lease = Lease { fence: 7, until: NOW };
        assert_eq!(Lease::read(&lease.write()), Some(lease));
        assert_eq!(Lease::read("{}"), None);
    }
}
