//! What the workspace has to say, as keys; `messages` has the words. Pure.

use crate::actions::proof::What;
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::Action;
use crate::token::Privilege;
use crate::words::Words;

/// Said in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The token that a button is about is not in the list any more.
    NotListed,
    /// Something is on the clipboard.
    Copied(Copied),
    /// The browser did not let the page copy something.
    NotCopied(Copied),
    /// The browser does not keep how the table looks.
    LayoutNotKept,
    /// The user has signed out while a change is being sent. Doing so once more leaves it.
    StillSending,
    /// The user went to another connection while a dialog is open.
    DialogIsOpen,
    /// The code of a dialog did not come; with why.
    NotLoaded(ApiError),
}

/// What is copied from the list and the details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The id that callers send, by its label, of the token of this name.
    Id {
        /// What the system calls it.
        label: Words,
        /// The token's name.
        of: String,
    },
    /// All that the system says of a token.
    Json,
}

/// Said of a write to a token, or of one that is to be made: what its answer proves, and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// What was to be done.
    pub action: Action,
    /// What people know the token by.
    pub called: String,
    /// How that stands.
    pub state: State,
}

/// How a write stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It is done.
    Done,
    /// It is done, and the filters hide the token.
    Hidden,
    /// This, and its secret waits to be shown.
    SecretWaits(Box<State>),
    /// The token was gone before.
    GoneBefore,
    /// It is done; its answer cannot be read whole.
    Unreadable,
    /// It is done; the list lacks the token as yet.
    NotListedYet,
    /// It was accepted and is not shown yet; the page looks for it.
    Pending,
    /// It was accepted, and the page has not found it.
    NotSeen,
    /// It has failed after its dialog was left.
    Failed(ApiError, RetrySafety),
    /// The token was revoked, disabled or enabled, and is not so.
    NotDone,
    /// Facts are not as they should be.
    Differs(Vec<Differing>),
    /// The answer speaks of another token, which was there before, of this name. A secret that came may be of either.
    AnsweredAnother(String),
    /// A rotation has made another token, and it is not known which.
    UnknownSuccessor,
    /// What the list shows after an answer was lost, or a request made more than one: the ids of new tokens.
    NewTokens(Vec<String>),
}

/// Said of a token that a system said it had deleted, and that its list still has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillListed {
    /// What people know it by.
    pub called: String,
    /// Whether the system said that it did not know it.
    pub was_missing: bool,
}

/// What the page does about a write whose answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// The list is being read for it.
    Looking,
    /// The list could not be read.
    Failed,
}

/// A fact that is not as it should be after a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Differing {
    /// Which fact.
    pub what: What,
    /// What the system calls it.
    pub label: Words,
    /// What it said before.
    pub before: Shown,
    /// What was asked for; `None` where no change was.
    pub asked: Option<Shown>,
    /// What it says now.
    pub found: Shown,
    /// Whether it stayed as it was although it was to change.
    pub is_kept: bool,
}

/// What a fact says.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Nothing.
    None,
    /// A text of the system's own.
    Text(String),
    /// A time, as the viewer's browser writes it.
    Time(String),
    /// What a token may do where.
    Privileges(Vec<Privilege>),
}
