//! How many requests of a run may be under way: for each system, and for each origin that several systems share, as a browser
//! has six connections to one. Pure: the clock is an argument.
//!
//! Of the page's own origin one connection stays free always: the page itself is loaded from there.

use crate::time::{Millis, SECOND};

/// So many at most for one system.
const OF_SYSTEM: usize = 6;

/// So many at most on an origin that systems share, or that is the page's own: one connection stays free for what reads.
const OF_ORIGIN: usize = 5;

/// So many at most for a system of a shared origin that does not answer, or of which that is not known yet; and for each as
/// long as another one there has work.
const OF_SILENT: usize = 2;

/// A system that has answered nothing of what is under way for so long does not answer.
const SILENT_AFTER: Millis = 3 * SECOND;

/// What is under way for one system.
#[derive(Clone, Debug)]
struct Lane {
    /// What tells its origin from others.
    origin: String,
    /// Whether another system of the page is on the same origin.
    is_shared: bool,
    n_under_way: usize,
    /// Since when nothing was answered, though something is under way; and whether anything ever was.
    quiet_since: Millis,
    answers: bool,
    /// Until when it wants to be left alone.
    rests_until: Millis,
}

/// What may be under way.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    lanes: Vec<Lane>,
    /// The lane that is asked first next time, so that all get their turn.
    next: usize,
}

impl Limits {
    /// For systems on these origins, of which the page's own is empty. `others`: the origins of the page's other systems.
    pub fn new(origins: &[String], others: &[String]) -> Limits {
        let n_on = |origin: &String| origins.iter().chain(others).filter(|it| *it == origin).count();
        let lane = |origin: &String| Lane {
            origin: origin.clone(),
            is_shared: n_on(origin) > 1,
            n_under_way: 0,
            quiet_since: 0,
            answers: false,
            rests_until: 0,
        };
        Limits { lanes: origins.iter().map(lane).collect(), next: 0 }
    }

    /// The system for which one more may be sent now, of those that have something to send. `has_work` is asked with a system
    /// and how much is under way for it.
    pub fn next(&mut self, has_work: &dyn Fn(usize, usize) -> bool, now: Millis) -> Option<usize> {
        let n = self.lanes.len();
        let has_work = &|lane: usize| has_work(lane, self.lanes[lane].n_under_way);
        let lane =
            (0..n).map(|it| (self.next + it) % n).find(|it| has_work(*it) && self.may_send(*it, has_work, now))?;
        self.next = (lane + 1) % n;
        Some(lane)
    }

    fn may_send(&self, lane: usize, has_work: &dyn Fn(usize) -> bool, now: Millis) -> bool {
        let Lane { ref origin, is_shared, n_under_way, rests_until, .. } = self.lanes[lane];
        let of_system = if origin.is_empty() { OF_ORIGIN } else { OF_SYSTEM };
        if now < rests_until || n_under_way >= of_system {
            return false;
        }
        if !is_shared {
            return true;
        }
        let beside = || self.lanes.iter().enumerate().filter(|(idx, it)| *idx != lane && it.origin == *origin);
        let n_free = OF_ORIGIN.saturating_sub(n_under_way + beside().map(|(_, it)| it.n_under_way).sum::<usize>());
        // Each that has work and nothing under way has a right to one.
        let n_waiting = beside().filter(|(idx, it)| it.n_under_way == 0 && has_work(*idx)).count();
        let is_alone = !beside().any(|(idx, it)| it.n_under_way > 0 || has_work(idx));
        let most = if is_alone && !self.is_silent(lane, now) { OF_ORIGIN } else { OF_SILENT };
        n_under_way < most && n_free > if n_under_way == 0 { 0 } else { n_waiting }
    }

    /// Whether a system does not answer, as far as is known.
    fn is_silent(&self, lane: usize, now: Millis) -> bool {
        let it = &self.lanes[lane];
        !it.answers || it.n_under_way > 0 && now - it.quiet_since >= SILENT_AFTER
    }

    /// One more is under way for a system.
    pub fn begin(&mut self, lane: usize, now: Millis) {
        let it = &mut self.lanes[lane];
        if it.n_under_way == 0 {
            it.quiet_since = now;
        }
        it.n_under_way += 1;
    }

    /// One less is; whether it was answered.
    pub fn end(&mut self, lane: usize, is_answered: bool, now: Millis) {
        let it = &mut self.lanes[lane];
        it.n_under_way -= 1;
        it.answers = is_answered;
        if is_answered {
            it.quiet_since = now;
        }
    }

    /// A system wants to be left alone until then.
    pub fn rest(&mut self, lane: usize, until: Millis) {
        let it = &mut self.lanes[lane];
        it.rests_until = it.rests_until.max(until);
    }

    /// Until when a system wants to be left alone, where that lies ahead.
    pub fn rests_until(&self, lane: usize, now: Millis) -> Option<Millis> {
        Some(self.lanes[lane].rests_until).filter(|it| *it > now)
    }

    /// How many requests are under way for a system.
    pub fn n_under_way(&self, lane: usize) -> usize {
        self.lanes[lane].n_under_way
    }
}

/// How long to wait before something is tried again, in milliseconds: where the system says how long, that; else twice as long
/// each time, at most a minute. A part of it is left to chance (`chance`: any number), so that not all come at once.
pub fn wait(n_tries: u32, said: Option<u32>, chance: u64) -> Millis {
    let chance = (chance % 1_000) as Millis;
    match said {
        Some(seconds) => Millis::from(seconds) * SECOND + chance,
        // All of it is left to chance, but for a little.
        None => {
            let longest = (SECOND << n_tries.min(6)).min(60 * SECOND);
            (longest * chance / 1_000).max(SECOND / 4)
        }
    }
}

/// Numbers that look like chance, one after the other (xorshift64*).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Begins with a number.
    pub fn new(seed: u64) -> Chance {
        Chance(seed | 1)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends for every lane as much as may be sent; how many are under way for each then.
    fn fill(limits: &mut Limits, now: Millis) -> Vec<usize> {
        while let Some(lane) = limits.next(&|_, _| true, now) {
            limits.begin(lane, now);
        }
        (0..limits.lanes.len()).map(|it| limits.n_under_way(it)).collect()
    }

    fn on(origins: &[&str], others: &[&str]) -> Limits {
        let all = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        Limits::new(&all(origins), &all(others))
    }

    #[test]
    fn a_system_of_its_own_origin_has_six() {
        assert_eq!(fill(&mut on(&["a", "b"], &["c"]), 0), [6, 6]);
    }

    #[test]
    fn of_the_pages_own_origin_one_stays_free() {
        assert_eq!(fill(&mut on(&["", "b"], &["c"]), 0), [5, 6]);
    }

    #[test]
    fn on_a_shared_origin_one_stays_free_and_each_has_two_at_most() {
        assert_eq!(fill(&mut on(&["a", "a"], &[]), 0), [2, 2]);
        assert_eq!(fill(&mut on(&["a", "a", "a"], &[]), 0).iter().sum::<usize>(), 5);
        assert_eq!(fill(&mut on(&["a"; 5], &[]), 0), [1; 5]);
    }

    #[test]
    fn the_only_one_with_work_has_five_once_it_answers() {
        let mut limits = on(&["a"], &["a"]);
        assert_eq!(fill(&mut limits, 0), [2]);
        limits.end(0, true, 10);
        assert_eq!(fill(&mut limits, 10), [5]);
        // One that stops answering gets no more than it has, and two again once those have ended.
        for _ in 0..5 {
            limits.end(0, false, 30_000);
        }
        assert_eq!(fill(&mut limits, 30_000), [2]);
    }

    #[test]
    fn one_that_swallows_requests_holds_two_and_the_others_go_on() {
        let mut limits = on(&["a", "a"], &[]);
        fill(&mut limits, 0);
        for now in 1..200 {
            limits.end(1, true, now * 100);
            assert_eq!(fill(&mut limits, now * 100), [2, 2]);
        }
        // When the other one has no more work, the silent one still has two.
        limits.end(1, true, 30_000);
        limits.end(1, true, 30_000);
        while let Some(lane) = limits.next(&|it, _| it == 0, 30_000) {
            limits.begin(lane, 30_000);
        }
        assert_eq!((limits.n_under_way(0), limits.n_under_way(1)), (2, 0));
    }

    #[test]
    fn several_that_swallow_requests_leave_one_to_each_that_answers() {
        let mut limits = on(&["a"; 4], &[]);
        // Three stop answering with what they have; the fourth has its place.
        let before = fill(&mut limits, 0);
        assert!(before.iter().all(|it| *it >= 1), "{before:?}");
        for now in 1..50 {
            limits.end(3, true, now * 1_000);
            assert!(fill(&mut limits, now * 1_000)[3] >= 1);
        }
    }

    #[test]
    fn a_system_that_wants_to_be_left_alone_is() {
        let mut limits = on(&["a", "b"], &[]);
        limits.rest(0, 5_000);
        assert_eq!((limits.rests_until(0, 0), limits.rests_until(1, 0)), (Some(5_000), None));
        assert_eq!(fill(&mut limits, 4_999), [0, 6]);
        assert_eq!(fill(&mut limits, 5_000), [6, 6]);
        assert_eq!(limits.rests_until(0, 5_000), None);
    }

    #[test]
    fn all_get_their_turn() {
        let mut limits = on(&["a", "b"], &[]);
        let order: Vec<_> = (0..4).filter_map(|_| limits.next(&|_, _| true, 0)).collect();
        assert_eq!(order, [0, 1, 0, 1]);
    }

    #[test]
    fn waits_grow_and_are_left_to_chance() {
        let (least, most) = (|n| wait(n, None, 0), |n| wait(n, None, 999));
        assert_eq!([0, 1, 9].map(least), [250; 3]);
        assert_eq!([0, 1, 2, 9].map(most), [999, 1_998, 3_996, 59_940]);
        // What the system says is kept to.
        assert!((0..2_000).all(|it| (7_000..8_000).contains(&wait(3, Some(7), it))));
        let mut chance = Chance::new(5);
        let waits: std::collections::BTreeSet<_> = (0..100).map(|_| wait(5, None, chance.number())).collect();
        assert!(waits.len() > 50, "{waits:?}");
    }
}
