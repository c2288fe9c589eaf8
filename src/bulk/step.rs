//! A step of a run: a token, what is done to it, and what came of that. Pure.

use super::Aim;
use crate::actions::NamedToken;
use crate::api::{ApiError, NetworkError};
use crate::record::{self, StepOutcome};
use crate::time::Millis;

/// Why a step came to no good end.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The system has not done it, or it is not known whether it has: its error.
    Error(ApiError),
    /// The system said that it had done it, and its token is not so.
    NotSo,
    /// It was accepted, and is not shown yet.
    NotSeen,
    /// The token is not there any more.
    Gone,
    /// What the system says of the token cannot be sent back whole, so it was not changed.
    Unsendable,
    /// The system said that it had deleted the token, and its list still has it.
    StillListed,
    /// It was done, and the list says that the token is not so.
    ListDiffers,
    /// It was done, and something else of the token is not as it was.
    AlsoChanged,
}

/// A token of a run.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which of the run's systems.
    pub lane: usize,
    /// Which token, by its slot when the run began.
    pub token: NamedToken,
    /// What is done to it.
    pub aim: Aim,
    /// What is kept of it. Its outcome is the step's.
    pub kept: record::Step,
    /// Why it came to no good end, where it did.
    pub trouble: Option<Trouble>,
    /// Whether the token is read before anything is sent, as something may have been done already.
    pub looks_first: bool,
    /// Whether it is taken when all others of its system are over, as nothing can be sent there after it.
    pub comes_last: bool,
    /// Whether an earlier request may have done it.
    pub(super) may_be_done: bool,
    /// Whether it was accepted, and is only looked for.
    pub(super) is_accepted: bool,
    /// How often it was sent, and how often it was tried in vain.
    pub(super) n_sent: u32,
    pub(super) n_tries: u32,
}

impl Step {
    /// A step that is open, or that may have been done.
    pub fn new(lane: usize, token: NamedToken, aim: Aim, kept: record::Step, looks_first: bool) -> Step {
        Step {
            lane,
            token,
            aim,
            kept,
            trouble: None,
            looks_first,
            comes_last: false,
            may_be_done: looks_first,
            is_accepted: false,
            n_sent: 0,
            n_tries: 0,
        }
    }

    /// What has come of it.
    pub fn outcome(&self) -> StepOutcome {
        self.kept.outcome
    }

    /// It waits for another try: what was sent may have been done, or nothing was.
    pub(super) fn wait(&mut self) {
        self.looks_first |= self.may_be_done;
        self.kept.outcome = if self.may_be_done { StepOutcome::Sent } else { StepOutcome::Open };
    }

    /// Whether nothing more is to be done for it.
    pub fn has_ended(&self) -> bool {
        !matches!(self.kept.outcome, StepOutcome::Open | StepOutcome::Sent)
    }
}

/// How a failed request is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Not: the system has refused it.
    Never,
    /// After a while.
    Later {
        /// In how many seconds the system wants it.
        said: Option<u32>,
        /// Whether nothing else is to be sent to the system before.
        rests: bool,
        /// Whether it counts as a try.
        counts: bool,
    },
}

impl Again {
    /// Of an error. Whether it may have been carried out all the same is another question.
    pub fn after(error: &ApiError) -> Again {
        let later = |said, rests| Again::Later { said, rests, counts: true };
        match error {
            ApiError::TooMany(said) => later(*said, true),
            ApiError::Busy(_, _, said) => later(Some(*said), true),
            // A system that fails for one token may do well for the next; one that is not there does not.
            ApiError::Server(status, _) => later(None, *status != 500),
            ApiError::NoAnswer(NetworkError::Offline) => Again::Later { said: None, rests: true, counts: false },
            ApiError::NoAnswer(NetworkError::Unreachable | NetworkError::Interrupted | NetworkError::Timeout(_)) => {
                later(None, true)
            }
            ApiError::Changed => later(None, false),
            _ => Again::Never,
        }
    }
}

/// What a system said of a failure, in its words where it has any; for the record.
pub fn said(error: &ApiError) -> String {
    let status = |status: u16, words: &crate::words::Words| format!("{status} {words}").trim_end().to_owned();
    match error {
        ApiError::SignedOut(words) | ApiError::WantsCode(words) => status(401, words),
        ApiError::Forbidden(words) => status(403, words),
        ApiError::NotFound(words) => status(404, words),
        ApiError::Conflict(words) => status(409, words),
        ApiError::Changed => "412".into(),
        ApiError::Invalid(words, fields) => {
            let fields = fields.iter().map(|(field, words)| format!("{field}: {words}"));
            let all: Vec<String> =
                std::iter::once(words.to_string()).filter(|it| !it.is_empty()).chain(fields).collect();
            format!("422 {}", all.join("; ")).trim_end().to_owned()
        }
        ApiError::TooMany(_) => "429".into(),
        ApiError::Server(code, words) | ApiError::Busy(code, words, _) | ApiError::Refused(code, words) => {
            status(*code, words)
        }
        ApiError::Malformed(words) | ApiError::Endless(words) => words.to_string(),
        ApiError::NoAnswer(_) => String::new(),
    }
}

/// When a step is due that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) at: Millis,
    pub(super) step: usize,
}
