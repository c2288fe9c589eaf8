//! How many of the tokens that are here call for a look: counted in one pass, other filters aside. Pure.

use super::filter::{Ends, Filter, LastUsed, StatusFilter};
use crate::store::StoreRef;
use crate::time::{DAY, Millis};
use crate::token::Status;

/// An end that is nearer than this many days is soon.
pub const SOON: u32 = 14;

/// A token that was not used for this many days is unused.
pub const UNUSED: u32 = 90;

/// What is counted. Each stands for a filter, and counts what that shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those that work.
    Active,
    /// Those that work, and end within [`SOON`] days.
    EndingSoon,
    /// Those that were used once, and not for [`UNUSED`] days.
    Unused,
    /// Those that were never used.
    NeverUsed,
    /// Those that have no end.
    NoEnd,
    /// Those that have expired, or were revoked or deleted.
    Over,
}

impl Counted {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Counted; 6] =
        [Counted::Active, Counted::EndingSoon, Counted::Unused, Counted::NeverUsed, Counted::NoEnd, Counted::Over];

    /// The parts of a filter that show what is counted.
    fn parts(self) -> (StatusFilter, LastUsed, Ends) {
        match self {
            Counted::Active => (StatusFilter::Active, LastUsed::Any, Ends::Any),
            Counted::EndingSoon => (StatusFilter::Active, LastUsed::Any, Ends::Within(SOON)),
            Counted::Unused => (StatusFilter::All, LastUsed::NotFor(UNUSED), Ends::Any),
            Counted::NeverUsed => (StatusFilter::All, LastUsed::Never, Ends::Any),
            Counted::NoEnd => (StatusFilter::All, LastUsed::Any, Ends::Never),
            Counted::Over => (StatusFilter::Over, LastUsed::Any, Ends::Any),
        }
    }

    /// What a filter asks for, besides names, scopes and systems.
    pub fn of(filter: &Filter) -> Option<Counted> {
        let parts = (filter.status, filter.last_used, filter.ends);
        Self::ALL.into_iter().find(|it| it.parts() == parts)
    }

    /// What a click makes of a filter. It shows just what is counted; where that is shown already, it is taken away and
    /// the rest of the filter stays.
    pub fn toggle(self, filter: &mut Filter) {
        if Self::of(filter) == Some(self) {
            (filter.status, filter.last_used, filter.ends) = Default::default();
        } else {
            let (status, last_used, ends) = self.parts();
            *filter = Filter { status, last_used, ends, ..Filter::default() };
        }
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    numbers: [usize; Counted::ALL.len()],
    /// Whether a system says of some token whether it works.
    has_status: bool,
    /// Whether some token has an end.
    has_end: bool,
    /// Whether a system says of some token when it ends, or that it does not.
    knows_ends: bool,
    /// The same of its last use.
    knows_use: bool,
}

impl Counts {
    /// How many there are; `None` where no system says of any token whether it is one, and of what ends soon where none
    /// ends.
    pub fn get(&self, what: Counted) -> Option<usize> {
        let is_known = match what {
            Counted::Active | Counted::Over => self.has_status,
            Counted::EndingSoon => self.has_status && self.has_end,
            Counted::Unused | Counted::NeverUsed => self.knows_use,
            Counted::NoEnd => self.knows_ends,
        };
        is_known.then(|| self.numbers[what as usize])
    }

    /// Counts all tokens as they are at `now`, and tells the next instant at which time alone may change a count, or the
    /// status of some token; [`Millis::MAX`] where there is none.
    pub fn of(stores: &[StoreRef], now: Millis) -> (Counts, Millis) {
        let mut counts = Counts::default();
        let mut until = Millis::MAX;
        let soon = Millis::from(SOON) * DAY;
        let unused = Millis::from(UNUSED) * DAY;
        // An instant that is still to come.
        let mut ahead = |at: Millis| {
            if now < at && at < until {
                until = at;
            }
        };
        for store in stores.iter().map(|it| it.store) {
            for &row in store.rows() {
                let validity = store.validity(row);
                let status = store.status(row, now);
                let mut add = |what: Counted| counts.numbers[what as usize] += 1;
                if status.is_active() {
                    add(Counted::Active);
                } else if status.is_over() {
                    add(Counted::Over);
                }
                validity.valid_from.into_iter().for_each(&mut ahead);
                match validity.valid_to {
                    Some(end) => {
                        ahead(end - soon);
                        ahead(end);
                        if status.is_active() && end > now && end - now <= soon {
                            add(Counted::EndingSoon);
                        }
                    }
                    None if store.knows_end(row) => add(Counted::NoEnd),
                    None => {}
                }
                match store.last_used(row) {
                    Some(used) => {
                        // Just so many days are not too many yet.
                        ahead(used + unused + 1);
                        if used < now - unused {
                            add(Counted::Unused);
                        }
                    }
                    None if store.knows_last_use(row) => add(Counted::NeverUsed),
                    None => {}
                }
                counts.has_status |= !matches!(status, Status::Unknown | Status::Unreadable);
                counts.has_end |= validity.valid_to.is_some();
                counts.knows_ends = counts.knows_ends || store.knows_end(row);
                counts.knows_use = counts.knows_use || store.knows_last_use(row);
            }
        }
        (counts, until)
    }
}
