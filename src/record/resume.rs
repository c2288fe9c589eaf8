//! What is left of a run whose page was killed, and what a look at a token says of a step whose outcome is not known. Pure.

use super::step::{Deed, Facts, Known, Step, StepOutcome};
use crate::token::Status;

/// The steps of a run by how they stand: their places, counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resumption {
    /// The system has done them.
    pub done: Vec<usize>,
    /// The system has not done them.
    pub failed: Vec<usize>,
    /// They were left out.
    pub skipped: Vec<usize>,
    /// They may have been done: their tokens are read before anything else, and nothing is sent twice on trust.
    pub unknown: Vec<usize>,
    /// Nothing was sent.
    pub open: Vec<usize>,
}

/// How the steps of a run stand that no tab works on any more.
pub fn resume(steps: &[Step]) -> Resumption {
    let mut found = Resumption::default();
    for (place, step) in steps.iter().enumerate() {
        let list = match step.outcome {
            StepOutcome::Done => &mut found.done,
            StepOutcome::Failed => &mut found.failed,
            StepOutcome::Skipped => &mut found.skipped,
            StepOutcome::Sent | StepOutcome::Accepted | StepOutcome::Unknown => &mut found.unknown,
            StepOutcome::Open => &mut found.open,
        };
        list.push(place);
    }
    found
}

/// What reading a token again has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The system does not know it.
    Missing,
    /// It is like this.
    Is(Facts),
}

/// How a step stands whose outcome was not known, now that its token was read again: done, not sent so that it is open
/// again, or still not known.
pub fn judge(step: &Step, found: &Found) -> StepOutcome {
    let facts = match found {
        Found::Missing if step.action == Deed::Delete => return StepOutcome::Done,
        // Another user has deleted it: what was wanted of it cannot be done any more.
        Found::Missing => return StepOutcome::Failed,
        Found::Is(facts) => facts,
    };
    let when = |is_done: Option<bool>| match is_done {
        Some(true) => StepOutcome::Done,
        Some(false) => StepOutcome::Open,
        None => StepOutcome::Unknown,
    };
    let status = match facts.status {
        Known::Is(status) => Some(status),
        _ => None,
    };
    match step.action {
        Deed::Delete => when(status.map(|it| it == Status::Deleted)),
        // Systems that do not tell a revocation show a token that has expired, or that does not work.
        Deed::Revoke => when(status.map(|it| it.is_over() || it == Status::Inactive)),
        Deed::Disable => match status {
            Some(Status::Disabled) => StepOutcome::Done,
            // Another user has ended it: there is nothing left to switch off.
            Some(it) if it.is_over() => StepOutcome::Failed,
            Some(Status::Active | Status::Scheduled) => StepOutcome::Open,
            _ => StepOutcome::Unknown,
        },
        Deed::Enable => match status {
            Some(Status::Disabled) => StepOutcome::Open,
            Some(Status::Active | Status::Scheduled | Status::Expired) => StepOutcome::Done,
            Some(it) if it.is_over() => StepOutcome::Failed,
            _ => StepOutcome::Unknown,
        },
        Deed::Extend => match (&facts.valid_to, step.until) {
            (Known::Is(end), Some(until)) => when(Some(*end == Some(until))),
            _ => StepOutcome::Unknown,
        },
        _ => StepOutcome::Unknown,
    }
}
