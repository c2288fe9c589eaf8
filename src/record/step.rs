//! A step of a run: one token, and what is done to it. Pure.

use crate::api::mask::masked;
use crate::excerpt::{LINE, excerpt};
use crate::mask::{masked_id, masked_words};
use crate::store::{Row, Store};
use crate::time::Millis;
use crate::token::Status;

/// What is done to a token. Each has a code of its own that stays, whatever the page calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Switched off, so that it can be switched on again.
    Disable,
    /// Switched on again.
    Enable,
    /// Ended; its entry stays.
    Revoke,
    /// Removed.
    Delete,
    /// Given another end.
    Extend,
    /// Something that only a newer version of the page knows, by its code.
    Other(String),
}

impl Deed {
    /// Its code.
    pub fn code(&self) -> &str {
        match self {
            Deed::Disable => "disable",
            Deed::Enable => "enable",
            Deed::Revoke => "revoke",
            Deed::Delete => "delete",
            Deed::Extend => "extend",
            Deed::Other(code) => code,
        }
    }

    /// The deed of a code.
    pub fn of(code: &str) -> Deed {
        let all = [Deed::Disable, Deed::Enable, Deed::Revoke, Deed::Delete, Deed::Extend];
        all.into_iter().find(|it| it.code() == code).unwrap_or_else(|| Deed::Other(code.into()))
    }
}

/// What has come of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepOutcome {
    /// Nothing was sent.
    #[default]
    Open,
    /// A request was about to leave. When the tab that waits for its answer is gone, it may have been carried out.
    Sent,
    /// The system has done it.
    Done,
    /// The system has accepted it, and does not show it yet.
    Accepted,
    /// The system has not done it.
    Failed,
    /// It was left out.
    Skipped,
    /// No answer came that says so: it may have been done.
    Unknown,
}

impl StepOutcome {
    /// All.
    pub const ALL: [StepOutcome; 7] = [
        StepOutcome::Open,
        StepOutcome::Sent,
        StepOutcome::Done,
        StepOutcome::Accepted,
        StepOutcome::Failed,
        StepOutcome::Skipped,
        StepOutcome::Unknown,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            StepOutcome::Open => "open",
            StepOutcome::Sent => "sent",
            StepOutcome::Done => "done",
            StepOutcome::Accepted => "accepted",
            StepOutcome::Failed => "failed",
            StepOutcome::Skipped => "skipped",
            StepOutcome::Unknown => "unknown",
        }
    }

    /// The outcome of a code. One that only a newer version of the page knows has to be looked at.
    pub fn of(code: &str) -> StepOutcome {
        StepOutcome::ALL.into_iter().find(|it| it.code() == code).unwrap_or(StepOutcome::Unknown)
    }
}

/// What is known of a fact: three kinds of absence are told apart, the third within the fact itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known<T> {
    /// The page has not read it.
    #[default]
    NotRead,
    /// The system does not report it.
    NotReported,
    /// This is it.
    Is(T),
}

/// What matters of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its name, where that was read.
    pub name: Option<String>,
    /// Where it stands in its life.
    pub status: Known<Status>,
    /// When it ends; `None` for never.
    pub valid_to: Known<Option<Millis>>,
}

impl Facts {
    /// Of a token of a list, at a moment.
    pub fn of(store: &Store, row: Row, now: Millis) -> Facts {
        let status = match store.status(row, now) {
            Status::Unreadable => Known::NotRead,
            Status::Unknown => Known::NotReported,
            status => Known::Is(status),
        };
        let valid_to = match status {
            Known::NotRead => Known::NotRead,
            _ if store.knows_end(row) => Known::Is(store.validity(row).valid_to),
            _ if store.unreported(row).valid_to => Known::NotReported,
            _ => Known::NotRead,
        };
        Facts { name: Some(store.name(row).to_owned()), status, valid_to }
    }

    /// Of a token that is gone.
    pub fn gone() -> Facts {
        Facts { status: Known::Is(Status::Deleted), ..Facts::default() }
    }
}

/// One token of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The connection's name.
    pub connection: String,
    /// What the system's vendor calls it.
    pub system: String,
    /// The token's id there.
    pub id: String,
    /// The token's name.
    pub name: String,
    /// What is done to it.
    pub action: Deed,
    /// The end that it is to get, of [`Deed::Extend`].
    pub until: Option<Millis>,
    /// What it was like before.
    pub before: Facts,
    /// What it is like after.
    pub after: Facts,
    /// What has come of it.
    pub outcome: StepOutcome,
    /// What the system says, or why it was left out. Empty for nothing.
    pub words: String,
    /// When its outcome was known, or when it was sent.
    pub at: Millis,
}

/// Of a system's words so many letters are kept.
const WORDS: usize = 1_000;

impl Step {
    /// The same without what looks like a secret, and no longer than people read. A UUID but for its own id may be what
    /// callers of a Scoped Token API send: the first eight digits stay. `known`: secrets, wherever and however they stand.
    pub fn masked(&self, known: &[String]) -> Step {
        let clean = |text: &str, most: usize| excerpt(&masked_words(&masked(text, known), &self.id), most).into_owned();
        let facts = |it: &Facts| Facts { name: it.name.as_ref().map(|name| clean(name, LINE)), ..it.clone() };
        Step {
            system: clean(&self.system, LINE),
            id: masked_id(&self.id, known),
            name: clean(&self.name, LINE),
            before: facts(&self.before),
            after: facts(&self.after),
            words: clean(&self.words, WORDS),
            ..self.clone()
        }
    }
}
