//! Acting on many tokens: what will happen to each (`plan`), doing it (`runner`), and taking it back (`undo`). Pure.

use crate::capabilities::Action;

/// What is to be done to many tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// To end them and keep their entries.
    Revoke,
    /// To remove them.
    Delete,
    /// To set or move their end.
    Extend,
}

impl Aim {
    /// The action that a system needs for it.
    pub fn action(self) -> Action {
        match self {
            Aim::Revoke => Action::Revoke,
            Aim::Delete => Action::Delete,
            Aim::Extend => Action::Edit,
        }
    }
}
