//! The details of a token: beside the table, or over it.

use super::texts::texts;

texts! {
    /// The details of a token.
    pub enum Details<'a> {
        Name => "Name",
        NoName => "(no name)",
        Close => "Close details",
        Loading => "Loading…",
        NotListed => "It is not in the list.",
        Asking => "Asking the system…",
        Raw => "Raw fields",
        Json => "JSON (secrets masked)",
        CopyJson => "Copy JSON",
        Hidden => "Hidden",
        ShowAll => "Show all",
        ShowLess => "Show less",
        Actions => "Actions",
        Clone => "Clone",
        CopyId { label: &'a str } => "Copy {label}",
    }
}
