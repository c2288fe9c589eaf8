//! Selecting tokens. Pure.

use super::numbers::Number;
use super::texts::texts;

texts! {
    /// The boxes of the rows, and that of the head.
    pub enum Selecting {
        Select => "Select",
        AllShown { n: Number } => "Select all {n} shown",
        Loaded { n: Number } => "Select {n} loaded",
    }
}

impl Selecting {
    /// So many tokens that are shown; they are all there are only if the lists are whole.
    pub fn shown(n: usize, is_whole: bool) -> Self {
        if is_whole { Selecting::AllShown { n: Number(n) } } else { Selecting::Loaded { n: Number(n) } }
    }
}

texts! {
    /// What is said of the tokens that are selected, and what can be done with them.
    pub enum SelectionBar {
        Label => "Selected tokens",
        Selected { n: Number } => "{n} selected",
        Hidden { n: Number } => "{n} hidden by filters",
        Gone { n: Number } => "{n} no longer listed",
        ShowSelected => "Show selected",
        Clear => "Clear selection",
        Actions => "Actions",
    }
}
