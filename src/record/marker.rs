//! A note for all tabs, kept beside the database: whether there are records at all, and whether a run has not ended. So a page
//! that opens need not open the database to know. Pure.

use super::run::Head;
use crate::time::Millis;

/// What is noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marker {
    /// There are none.
    #[default]
    Nothing,
    /// All runs have ended.
    Kept,
    /// One has not: it is under way, or was interrupted.
    Unfinished,
}

impl Marker {
    /// The key that it is kept under.
    pub const KEY: &str = "tokendeck.records";

    /// Of all runs.
    pub fn of(heads: &[Head]) -> Marker {
        match heads {
            [] => Marker::Nothing,
            heads if heads.iter().any(Head::is_unfinished) => Marker::Unfinished,
            _ => Marker::Kept,
        }
    }

    /// As it is kept. With the time, as other tabs hear of what differs from before, and of nothing else.
    pub fn write(self, now: Millis) -> String {
        let word = match self {
            Marker::Nothing => "nothing",
            Marker::Kept => "kept",
            Marker::Unfinished => "unfinished",
        };
        format!("{word} {now}")
    }

    /// What is kept.
    pub fn read(text: Option<&str>) -> Marker {
        match text.and_then(|it| it.split(' ').next()) {
            Some("kept") => Marker::Kept,
            Some("unfinished") => Marker::Unfinished,
            _ => Marker::Nothing,
        }
    }
}
