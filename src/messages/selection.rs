//! Selecting tokens. Pure.

use super::numbers::Number;
use super::texts::texts;

texts! {
    /// The boxes of the rows, and that of the head.
    pub enum Selecting {
        Select => "Select",
        Shown => "Select the tokens shown",
    }
}

texts! {
    /// What is said of the tokens that are selected, and what can be done with them.
    pub enum SelectionBar {
        Label => "Selected tokens",
        Selected { n: Number } => "{n} selected",
        Hidden { n: Number } => "{n} hidden by filters",
        Gone { n: Number } => "{n} no longer listed",
        AllShown { n: Number } => "Select all {n} shown",
        Loaded { n: Number } => "Select {n} loaded",
        ShowSelected => "Show selected",
        Clear => "Clear selection",
        Actions => "Actions",
    }
}
