//! The table. Pure.

use super::texts::texts;

texts! {
    /// The table, and what stands in its place while there is nothing to show.
    pub enum Table {
        Scrollable => "Tokens, scrollable",
        Name => "Name",
        Actions => "Actions",
        ShowAll => "Show all tokens",
        NoneFits => "No token fits these filters",
        TakeOneAway => "Take one away, or look at all of them.",
        NoTokens => "There are no tokens",
        NoTokensYet => "There are no tokens yet",
        WhatATokenIs => "A token lets a program use the API in your name. Make the first one.",
        CreateFirst => "Create the first token",
    }
}

texts! {
    /// What a row says.
    pub enum Cell<'a> {
        Unreadable => "Unreadable token",
        NoName => "(no name)",
        CopyOf { label: &'a str } => "Copy {label} of",
        Show => "Show",
        Hide => "Hide",
        ShowSecretOf => "Show the secret of",
        HideSecretOf => "Hide the secret of",
    }
}
