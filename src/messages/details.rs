//! The panel beside the table.

use super::texts::texts;

texts! {
    /// The details of a token.
    pub enum Details<'a> {
        NoName => "(no name)",
        Close => "Close details",
        Loading => "Loading…",
        NotListed => "It is not in the list.",
        Asking => "Asking the system…",
        Raw => "Raw fields",
        Json => "JSON (secrets masked)",
        CopyJson => "Copy JSON",
        Hidden => "Hidden",
        When { at: &'a str, distance: &'a str } => "{at}, {distance}",
    }
}
