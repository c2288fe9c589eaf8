//! Acting on many tokens: what will happen to each (`plan`), doing it (`runner`, within `limits`), how far that has come
//! (`progress`), and taking it back (`undo`). Pure.

use crate::capabilities::Action;
use crate::time::Millis;

pub mod limits;
pub mod plan;
pub mod progress;

/// What is to be done to many tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// Whether what a system can do only in another way may be done so, where the user agrees: the nearest first.
    fn nearest(self) -> &'static [Aim] {
        match self {
            Aim::Revoke => &[Aim::Delete],
            Aim::Delete => &[Aim::Revoke],
            Aim::Extend => &[],
        }
    }

    /// Whether tokens stop working by it.
    pub fn stops(self) -> bool {
        matches!(self, Aim::Revoke | Aim::Delete)
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
            NewEnd::Later(days) => end.map(|end| end.max(now) + i64::from(days) * crate::time::DAY),
        }
    }
}
