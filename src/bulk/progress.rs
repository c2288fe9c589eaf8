//! How far a run has come, and how long the rest takes. Pure: the clock is an argument.

use std::collections::VecDeque;

use crate::time::{Millis, SECOND};

/// So many steps tell how fast it goes.
const REMEMBERED: usize = 60;

/// It is told again how long it takes when so many of these steps have ended.
const LEAST: usize = 5;

/// How fast steps end.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    ended: VecDeque<Millis>,
}

impl Pace {
    /// A step has ended.
    pub fn step(&mut self, now: Millis) {
        if self.ended.len() == REMEMBERED {
            self.ended.pop_front();
        }
        self.ended.push_back(now);
    }

    /// Forgets how fast it went, as it stood still.
    pub fn forget(&mut self) {
        self.ended.clear();
    }

    /// How long so many steps take from now on, in milliseconds; `None` as long as that is not known.
    pub fn left(&self, n_steps: usize, now: Millis) -> Option<Millis> {
        if self.ended.len() < LEAST {
            return None;
        }
        // Measured up to now: what stands still gets slower.
        let took = (now - self.ended.front()?).max(1);
        Some((took * n_steps as Millis / self.ended.len() as Millis).max(SECOND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_how_fast_it_goes() {
        let mut pace = Pace::default();
        assert_eq!(pace.left(10, 0), None);
        for now in 1..=100 {
            pace.step(now * 100);
        }
        // Ten a second.
        let left = pace.left(50, 10_000).expect("known");
        assert!((4_500..=5_500).contains(&left), "{left}");
        // What stands still takes longer and longer.
        assert!(pace.left(50, 60_000).is_some_and(|it| it > 30_000));
        pace.forget();
        assert_eq!(pace.left(50, 60_000), None);
    }

    #[test]
    fn only_the_last_steps_count() {
        let mut pace = Pace::default();
        (0..1_000).for_each(|now| pace.step(now));
        (0..REMEMBERED as Millis).for_each(|it| pace.step(10_000 + it * 1_000));
        let left = pace.left(10, 10_000 + REMEMBERED as Millis * 1_000).expect("known");
        assert!((9_000..=11_000).contains(&left), "{left}");
    }
}
