//! Acting on many tokens: what will happen to each (`plan`), doing it (`runner`, within `limits`), how far that has come
//! (`progress`), and taking it back (`undo`). Pure.

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;

use crate::capabilities::Action;
use crate::record::{Counts, Deed, Tally};
use crate::time::{DAY, Millis};

pub mod limits;
pub mod plan;
pub mod progress;
pub mod runner;
pub mod step;
pub mod undo;

/// What is to be done to many tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aim {
    /// To switch them off, so that they can be switched on again.
    Disable,
    /// To switch them on again.
    Enable,
    /// To end them and keep their entries.
    Revoke,
    /// To remove them.
    Delete,
    /// To set or move their end.
    Extend,
}

impl Aim {
    /// All, the mildest first.
    pub const ALL: [Aim; 5] = [Aim::Disable, Aim::Enable, Aim::Extend, Aim::Revoke, Aim::Delete];

    /// The action that a system needs for it.
    pub fn action(self) -> Action {
        match self {
            Aim::Disable => Action::Disable,
            Aim::Enable => Action::Enable,
            Aim::Revoke => Action::Revoke,
            Aim::Delete => Action::Delete,
            Aim::Extend => Action::Edit,
        }
    }

    /// As records call it.
    pub fn deed(self) -> Deed {
        match self {
            Aim::Disable => Deed::Disable,
            Aim::Enable => Deed::Enable,
            Aim::Revoke => Deed::Revoke,
            Aim::Delete => Deed::Delete,
            Aim::Extend => Deed::Extend,
        }
    }

    /// What records call so; `None` for what this version of the page does not know.
    pub fn of(deed: &Deed) -> Option<Aim> {
        Aim::ALL.into_iter().find(|it| it.deed() == *deed)
    }

    /// What takes it back, where anything does.
    pub fn undone_by(self) -> Option<Aim> {
        match self {
            Aim::Disable => Some(Aim::Enable),
            Aim::Enable => Some(Aim::Disable),
            Aim::Extend => Some(Aim::Extend),
            Aim::Revoke | Aim::Delete => None,
        }
    }

    /// What comes nearest where a system cannot do it, the nearest first. The user has to agree to it.
    fn nearest(self) -> &'static [Aim] {
        match self {
            Aim::Disable => &[Aim::Revoke, Aim::Delete],
            Aim::Revoke => &[Aim::Disable, Aim::Delete],
            Aim::Delete => &[Aim::Revoke, Aim::Disable],
            Aim::Enable | Aim::Extend => &[],
        }
    }

    /// Whether tokens stop working by it.
    pub fn stops(self) -> bool {
        matches!(self, Aim::Disable | Aim::Revoke | Aim::Delete)
    }
}

/// The end that tokens are to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewEnd {
    /// This instant, for all of them.
    At(Millis),
    /// So many days after the end that each has, or after now where that has passed.
    Later(u32),
}

impl NewEnd {
    /// The end of a token that ends at an instant now; `None` where it has no end that could be moved.
    pub fn of(self, end: Option<Millis>, now: Millis) -> Option<Millis> {
        match self {
            NewEnd::At(at) => Some(at),
            NewEnd::Later(days) => end.map(|end| end.max(now) + i64::from(days) * DAY),
        }
    }
}

/// What is heard of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It waits, as it cannot be recorded.
    Unrecorded,
    /// It has ended: what was done, and how many steps came to what.
    Ended(Vec<Tally>, Counts),
    /// Nobody is signed in at this connection's system any more.
    SignedOut(String),
}

thread_local! {
    /// Whether there is a run on this page, under way or ended. It stands apart from the run, as what asks for it is there
    /// before the code that runs.
    static HAS_RUN: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Whether there is a run on this page, under way or ended, that the user has not let go of. Follows that.
pub fn has_run() -> bool {
    HAS_RUN.with(|it| it.get())
}

fn set_has_run(has_run: bool) {
    HAS_RUN.with(ArcRwSignal::clone).set(has_run);
}
