//! The table. Pure.

use super::numbers::Number;
use super::texts::texts;

texts! {
    /// The table, and what stands in its place while there is nothing to show.
    pub enum Table {
        Brand => "tokendeck",
        Printed { n: Number, of: Number } => "Printed: {n} of {of}",
        Scrollable => "Tokens, scrollable",
        Name => "Name",
        Actions => "Actions",
        ShowAll => "Show all tokens",
        NoneFits => "No tokens match",
        TakeOneAway => "Remove a filter, or show all tokens.",
        NoTokens => "There are no tokens",
        NoTokensYet => "There are no tokens yet",
        WhatATokenIs => "Tokens let programs call the API. Create your first one.",
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

texts! {
    /// The order of tokens, where there are no headers.
    pub enum SortBy<'a> {
        Label => "Sort by",
        AsListed => "Default",
        Ascending { column: &'a str } => "{column} ↑",
        Descending { column: &'a str } => "{column} ↓",
    }
}
