//! A run: an action on many tokens. Pure.

use super::resume::{Resumption, resume};
use super::step::{Deed, Step, StepOutcome};
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
    /// What tells it from others. It begins with the time, to the second.
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
    /// The same by what is done, as a system that cannot do what was asked for may do something else.
    pub tallies: Vec<Tally>,
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
            tallies: Vec::new(),
        }
    }

    /// The same with what came of these steps, all of the run's.
    pub fn counted(self, steps: &[Step]) -> Head {
        Head { counts: Counts::of(steps), tallies: Tally::of(&self.action, steps), ..self }
    }

    /// Whether it neither came to its end nor was let be.
    pub fn is_unfinished(&self) -> bool {
        self.ended.is_none()
    }
}

/// Puts runs in order, the newest first. Their ids tell seconds alone, and one may follow another within the same.
pub fn newest_first(heads: &mut [Head]) {
    heads.sort_by(|one, other| (other.began_at, &other.id).cmp(&(one.began_at, &one.id)));
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

/// How many steps of a run do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What they do.
    pub deed: Deed,
    /// How many there are.
    pub all: usize,
    /// How many of them are done.
    pub done: usize,
}

impl Tally {
    /// Of these steps: what was asked for comes first.
    pub fn of<'a>(asked: &Deed, steps: impl IntoIterator<Item = &'a Step>) -> Vec<Tally> {
        let mut tallies: Vec<Tally> = Vec::new();
        for step in steps {
            let idx = tallies.iter().position(|it| it.deed == step.action).unwrap_or_else(|| {
                tallies.push(Tally { deed: step.action.clone(), all: 0, done: 0 });
                tallies.len() - 1
            });
            tallies[idx].all += 1;
            tallies[idx].done += usize::from(step.outcome == StepOutcome::Done);
        }
        tallies.sort_by_key(|it| it.deed != *asked);
        tallies
    }
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
        Run { head: head.counted(&steps), steps }
    }
}
