//! A command on a token and what may come of it, as values. Pure.

use std::rc::Rc;

use super::proof::Verdict;
use crate::api::ApiError;
use crate::api::tokens::{Tagged, TokenJson};
use crate::capabilities::Action;
use crate::draft::{Draft, Inputs};
use crate::token::TokenRef;

/// A token and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedToken {
    /// Which one.
    pub token: TokenRef,
    /// Its name.
    pub name: String,
}

impl NamedToken {
    /// What people know it by: its id where it has no name.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.token.id } else { &self.name }
    }
}

/// Something that is to be done to a token. It does not print itself: what was typed for it may be secret.
pub enum Command {
    /// Makes a token.
    Create {
        /// The slot of the system that makes it.
        slot: usize,
        /// What it is to be.
        draft: Draft,
        /// The same key makes it once, where the system knows such keys.
        key: String,
    },
    /// Changes a token.
    Update {
        /// Which one.
        token: TokenRef,
        /// The state that the form was filled with.
        base: Rc<Tagged>,
        /// What it is to be.
        draft: Draft,
    },
    /// Ends a token and keeps its entry.
    Revoke(NamedToken, Inputs),
    /// Gives a token a new secret.
    Rotate(NamedToken, Inputs),
    /// Switches a token off: it can be switched on again.
    Disable(NamedToken, Inputs),
    /// Switches a token on again.
    Enable(NamedToken, Inputs),
    /// Removes a token.
    Delete(NamedToken, Inputs),
}

impl Command {
    /// What kind of command it is.
    pub fn action(&self) -> Action {
        match self {
            Command::Create { .. } => Action::Create,
            Command::Update { .. } => Action::Edit,
            Command::Revoke(..) => Action::Revoke,
            Command::Rotate(..) => Action::Rotate,
            Command::Disable(..) => Action::Disable,
            Command::Enable(..) => Action::Enable,
            Command::Delete(..) => Action::Delete,
        }
    }

    /// The token that it is about; a new one has no id yet.
    pub fn token(&self) -> NamedToken {
        match self {
            Command::Create { slot, draft, .. } => {
                NamedToken { token: TokenRef { slot: *slot, id: String::new() }, name: draft.name.clone() }
            }
            Command::Update { token, draft, .. } => NamedToken { token: token.clone(), name: draft.name.clone() },
            Command::Revoke(token, _)
            | Command::Rotate(token, _)
            | Command::Disable(token, _)
            | Command::Enable(token, _)
            | Command::Delete(token, _) => token.clone(),
        }
    }

    /// What the token is to be, where that is sent.
    pub fn draft(&self) -> Option<&Draft> {
        match self {
            Command::Create { draft, .. } | Command::Update { draft, .. } => Some(draft),
            _ => None,
        }
    }

    /// What was given for what the system asks for besides.
    pub fn inputs(&self) -> &Inputs {
        match self {
            Command::Create { draft, .. } | Command::Update { draft, .. } => &draft.inputs,
            Command::Revoke(_, inputs)
            | Command::Rotate(_, inputs)
            | Command::Disable(_, inputs)
            | Command::Enable(_, inputs)
            | Command::Delete(_, inputs) => inputs,
        }
    }
}

/// What came of a command.
pub enum Outcome {
    /// The answer proves it.
    Proved(Done),
    /// The answer shows something else than was asked for.
    Wrong(Wrong, Box<Tagged>),
    /// It was accepted, and is not shown yet; with the token of the answer, where that has one.
    NotProvedYet(Option<Box<Tagged>>),
    /// It was not made: the token was changed meanwhile, to this.
    ChangedMeanwhile(Box<Tagged>),
    /// It was not made.
    Refused(ApiError),
    /// No answer came that says so: it may have been made.
    Unknown(ApiError),
}

/// What was done.
pub enum Done {
    /// The token is as it was asked for. A new one may differ in what [`crate::actions::new_differences`] tells, and one
    /// that was switched off or on in what [`crate::actions::also_changed`] does.
    Token(Box<Tagged>),
    /// The token is gone.
    Deleted {
        /// Whether it was gone before.
        was_missing: bool,
    },
}

/// What a token shows in place of what was asked for.
pub enum Wrong {
    /// Other facts.
    Differs(Verdict),
    /// It was revoked, disabled or enabled, and is not so.
    NotDone,
}

/// What a write did to the list.
#[derive(Clone)]
pub enum Change {
    /// The token of an answer is there.
    Put(TokenJson),
    /// The token of an id is not there any more.
    Removed(String),
}
