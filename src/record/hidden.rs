//! What of a record is shown to whom: names, ids and a system's words only to users who are signed in to the connection, and who
//! are those who acted there, as far as the system tells. Counts, actions and systems are always shown, a secret
//! never. Pure.

use super::run::Head;
use super::step::{Facts, Step};
use crate::mask::masked_words;

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What is shown of it. What is hidden is empty.
    pub step: Step,
    /// Whether something is hidden.
    pub is_hidden: bool,
}

/// Who is signed in to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// No user, or there is no such connection.
    None,
    /// A user whom the system has let in: their name, empty where it does not say.
    User(String),
    /// The system does not ask who they are.
    Open,
}

impl Access {
    /// Whether they may see whole what a run did at this connection, which is theirs.
    pub fn sees(&self, head: &Head, connection: &str) -> bool {
        let before = head.viewers.iter().find(|it| it.connection == connection);
        self.is_user(before.map_or("", |it| &it.name))
    }

    /// Whether they are the user of an earlier visit, by the name that was kept of them ([`Access::kept_name`]).
    pub fn is_user(&self, before: &str) -> bool {
        match self {
            Access::None => false,
            Access::Open => true,
            // Without names it cannot be told: the system has let in both.
            Access::User(name) => before.is_empty() || name.is_empty() || before == self.kept_name(),
        }
    }

    /// The name of the user as it is kept: without what looks like a secret, and empty where there is none.
    pub fn kept_name(&self) -> String {
        match self {
            Access::User(name) => masked_words(name, ""),
            Access::None | Access::Open => String::new(),
        }
    }
}

/// A step of a run, for a user of its connection.
pub fn shown(head: &Head, step: &Step, access: &Access) -> Shown {
    if access.sees(head, &step.connection) {
        return Shown { step: step.masked(&[]), is_hidden: false };
    }
    let nameless = |it: &Facts| Facts { name: None, ..it.clone() };
    let step = Step {
        id: String::new(),
        name: String::new(),
        words: String::new(),
        before: nameless(&step.before),
        after: nameless(&step.after),
        ..step.clone()
    };
    Shown { step, is_hidden: true }
}
