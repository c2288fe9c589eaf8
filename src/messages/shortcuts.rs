//! The keys of the page.

use super::texts::texts;
use crate::shortcuts::Shortcut;

texts! {
    /// The dialog that lists them.
    pub enum ShortcutList {
        Title => "Keyboard shortcuts",
        On => "Single-key shortcuts",
        Hint => "They do nothing while you type. This browser remembers the switch.",
        Table => "In the table",
        Everywhere => "On the page",
        Rows => "Go from row to row",
        Buttons => "Go through a row",
        Details => "Open the details of a token",
        FirstLast => "First or last row",
        Screen => "A screen up or down",
        PageUp => "Page Up",
        PageDown => "Page Down",
        Close => "Close",
    }
}

texts! {
    /// What each does.
    pub fn shortcut(key: Shortcut) -> &'static str {
        Search => "Search by name",
        Create => "Create token",
        Select => "Select the token of this row",
        Help => "List the shortcuts",
    }
}
