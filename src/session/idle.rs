//! When a page that is left alone signs out: what the clock says, and nothing else. Pure.
//!
//! Timers stop while a machine sleeps, so nothing here counts: every answer compares two times of day.

use crate::time::{MINUTE, Millis};

/// How long before the end the user is warned, in milliseconds; half of the time where that is all there is.
const WARNING: Millis = MINUTE;

/// The longest that the clock is not looked at, in milliseconds: after a sleep a timer goes on where it stood.
const LOOK: Millis = 10_000;

/// What the user did last, and how long the page waits for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    limit: Millis,
    /// Since when the user has never been away for so long.
    since: Millis,
    last: Millis,
}

/// What is to be done at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing for so many milliseconds at most.
    Nothing(Millis),
    /// The user is to be warned: it ends in so many milliseconds.
    Warning(Millis),
    /// The user is to be signed out.
    Over,
}

impl Idle {
    /// From now on, for so many minutes without an action.
    pub fn new(minutes: u32, now: Millis) -> Idle {
        Idle { limit: Millis::from(minutes) * MINUTE, since: now, last: now }
    }

    /// What is to be done.
    pub fn due(&mut self, now: Millis) -> Due {
        // A clock that was set back does not lengthen it.
        self.last = self.last.min(now);
        let left = self.limit - (now - self.last);
        let warning = WARNING.min(self.limit / 2);
        match left {
            ..=0 => Due::Over,
            left if left <= warning => Due::Warning(left),
            left => Due::Nothing((left - warning).min(LOOK)),
        }
    }

    /// The user has done something here. It counts as long as it is not over; tells whether it does.
    pub fn act(&mut self, now: Millis) -> bool {
        let counts = self.due(now) != Due::Over;
        if counts {
            self.last = now;
        }
        counts
    }

    /// There was nothing to sign out from before this moment.
    pub fn begin(&mut self, now: Millis) {
        (self.since, self.last) = (now, now);
    }

    /// What other pages of this origin are to know: two times, and nothing of the user.
    pub fn note(&self) -> String {
        format!("{}-{}", self.since, self.last)
    }

    /// What another page has noted. It counts where the user was never away for too long since they did something here:
    /// a session that begins elsewhere after a sleep does not keep the one from before the sleep. Tells whether it counts.
    pub fn hear(&mut self, note: &str, now: Millis) -> bool {
        // A time that has not come yet would hold the session open.
        let time = |text: &str| text.parse::<Millis>().ok().filter(|it| (0..=now).contains(it));
        let times = note.split_once('-').and_then(|(since, last)| Some((time(since)?, time(last)?)));
        let Some((since, last)) = times else { return false };
        let counts = since - self.last < self.limit && self.last < last;
        if counts {
            self.since = self.since.min(since);
            self.last = last;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Millis = 1_000;
    /// A moment like any other.
    const START: Millis = 1_800_000_000_000;

    #[track_caller]
    fn check(minutes: u32, seconds: Millis, expected: Due) {
        assert_eq!(Idle::new(minutes, START).due(START + seconds * SECOND), expected, "{minutes} min, {seconds} s");
    }

    #[test]
    fn it_warns_a_minute_before_the_end_and_of_one_minute_half_a_minute() {
        check(15, 0, Due::Nothing(10 * SECOND));
        check(15, 14 * 60 - 4, Due::Nothing(4 * SECOND));
        check(15, 14 * 60, Due::Warning(60 * SECOND));
        check(15, 15 * 60 - 1, Due::Warning(SECOND));
        check(15, 15 * 60, Due::Over);
        check(1, 29, Due::Nothing(SECOND));
        check(1, 30, Due::Warning(30 * SECOND));
        check(1, 60, Due::Over);
        check(1_440, 1_439 * 60, Due::Warning(60 * SECOND));
    }

    #[test]
    fn every_warning_is_long_enough_to_be_answered() {
        for minutes in 1..=1_440 {
            let mut idle = Idle::new(minutes, START);
            let mut warned = (0..=Millis::from(minutes) * 60).map(|it| idle.due(START + it * SECOND));
            let first = warned.find_map(|it| if let Due::Warning(left) = it { Some(left) } else { None });
            // WCAG 2.2.1 wants 20 seconds.
            assert!(first.is_some_and(|it| it >= 20 * SECOND), "{minutes}");
        }
    }

    #[test]
    fn an_action_begins_the_time_again() {
        let mut idle = Idle::new(15, START);
        let later = START + 14 * MINUTE + 30 * SECOND;
        assert!(idle.act(later));
        assert_eq!(idle.due(later + 13 * MINUTE), Due::Nothing(10 * SECOND));
        assert_eq!(idle.due(later + 15 * MINUTE), Due::Over);
    }

    #[test]
    fn after_a_sleep_it_is_over_whatever_is_done_then() {
        let mut idle = Idle::new(15, START);
        let awake = START + 8 * 60 * MINUTE;
        assert!(!idle.act(awake));
        assert_eq!(idle.due(awake), Due::Over);
        idle.begin(awake);
        assert_eq!(idle.due(awake + 14 * MINUTE), Due::Warning(MINUTE));
    }

    #[test]
    fn what_is_done_on_another_page_counts_from_when_it_was_done() {
        let (mut here, mut there) = (Idle::new(15, START), Idle::new(15, START - MINUTE));
        assert!(there.act(START + 10 * MINUTE));
        assert!(here.hear(&there.note(), START + 14 * MINUTE));
        assert_eq!(here.due(START + 24 * MINUTE), Due::Warning(MINUTE));
        assert_eq!(here.due(START + 25 * MINUTE), Due::Over);
        // A page in the background may have been stopped while the user worked on another one.
        for minutes in [20, 34, 48] {
            assert!(there.act(START + minutes * MINUTE));
        }
        assert!(here.hear(&there.note(), START + 48 * MINUTE));
        assert_eq!(here.due(START + 48 * MINUTE), Due::Nothing(10 * SECOND));
        // Nor is one away who signs in on a new page, and works there.
        let mut new = Idle::new(15, START + 60 * MINUTE);
        assert!(new.act(START + 70 * MINUTE));
        assert!(here.hear(&new.note(), START + 70 * MINUTE));
        assert_eq!(here.due(START + 85 * MINUTE), Due::Over);
        // What is told once more tells nothing new.
        assert!(!here.hear(&there.note(), START + 49 * MINUTE));
    }

    #[test]
    fn a_session_that_begins_elsewhere_after_a_sleep_keeps_none_from_before() {
        let (mut here, mut there) = (Idle::new(15, START), Idle::new(15, START));
        let awake = START + 8 * 60 * MINUTE;
        assert!(!there.act(awake));
        there.begin(awake);
        assert!(there.act(awake + SECOND));
        assert!(!here.hear(&there.note(), awake + 2 * SECOND));
        assert_eq!(here.due(awake + 2 * SECOND), Due::Over);
    }

    #[test]
    fn neither_a_clock_that_is_set_back_nor_a_time_to_come_lengthens_it() {
        let mut idle = Idle::new(15, START);
        let before = START - 60 * MINUTE;
        assert_eq!(idle.due(before), Due::Nothing(10 * SECOND));
        assert_eq!(idle.due(before + 15 * MINUTE), Due::Over);
        let mut idle = Idle::new(15, START);
        let to_come = Idle { limit: MINUTE, since: START, last: START + 60 * MINUTE }.note();
        for rubbish in [to_come.as_str(), "", "-", "1", "a-b", "0-", "99999999999999999999-1"] {
            assert!(!idle.hear(rubbish, START), "{rubbish}");
        }
        assert_eq!(idle.due(START + 15 * MINUTE), Due::Over);
    }
}
