//! A run: an action on many tokens. Pure.

use super::resume::{Resumption, resume};
use super::step::{Deed, Step};
use crate::time::Millis;

/// A run, with its steps in the order in which they are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// All but the steps.
    pub head: Head,
    /// The steps.
    pub steps: Vec<Step>,
}

/// What is known of a run without its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// What tells it from others. It begins with the time, so that they sort by it.
    pub id: String,
    /// What was asked for.
    pub action: Deed,
    /// When it began, by the viewer's clock.
    pub began_at: Millis,
    /// When and how it ended.
    pub ended: Option<(Millis, Ended)>,
    /// The run that this one takes back, or of which it tries again what failed.
    pub follows: Option<String>,
    /// The connections that it is about, and who acted there.
    pub viewers: Vec<Viewer>,
    /// How many steps came to what, as of its end or when it was looked at.
    pub counts: Counts,
}

impl Head {
    /// Of a run that is to begin.
    pub fn new(action: Deed, began_at: Millis) -> Head {
        Head {
            id: String::new(),
            action,
            began_at,
            ended: None,
            follows: None,
            viewers: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Whether it neither came to its end nor was let be.
    pub fn is_unfinished(&self) -> bool {
        self.ended.is_none()
    }
}

/// Who acted at a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The connection's name.
    pub connection: String,
    /// As the system calls them; empty where it does not say.
    pub name: String,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every step was taken.
    Completed,
    /// The user stopped it, or let it be after it was interrupted.
    Stopped,
}

impl Ended {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Ended::Completed => "completed",
            Ended::Stopped => "stopped",
        }
    }

    /// The end of a code. Any other one was an end, too.
    pub fn of(code: &str) -> Ended {
        if code == Ended::Completed.code() { Ended::Completed } else { Ended::Stopped }
    }
}

/// How many steps came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Done.
    pub done: usize,
    /// Not done.
    pub failed: usize,
    /// Left out.
    pub skipped: usize,
    /// Accepted but not shown yet, or not known: they have to be looked at.
    pub unknown: usize,
    /// Nothing was sent.
    pub open: usize,
}

impl Counts {
    /// Of a run.
    pub fn of(steps: &[Step]) -> Counts {
        let Resumption { done, failed, skipped, unknown, open } = resume(steps);
        Counts {
            all: steps.len(),
            done: done.len(),
            failed: failed.len(),
            skipped: skipped.len(),
            unknown: unknown.len(),
            open: open.len(),
        }
    }
}

impl Run {
    /// Of these steps; the connections are theirs.
    pub fn new(head: Head, steps: Vec<Step>) -> Run {
        let counts = Counts::of(&steps);
        Run { head: Head { counts, ..head }, steps }
    }
}
