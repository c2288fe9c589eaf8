//! What stands in every dialog, and in the small ones.

use super::texts::texts;

texts! {
    /// Buttons and questions that several dialogs have.
    pub enum Dialogs<'a> {
        Cancel => "Cancel",
        Close => "Close",
        Retry => "Retry",
        Copied => "Copied ✓",
        OnClipboard => "It is on the clipboard.",
        NotCopied => "Couldn't copy. Select the text and copy it by hand.",
        DiscardWhat => "Discard what you typed?",
        KeepEditing => "Keep editing",
        Discard => "Discard",
        LeaveWhat => "Leave while it is being sent?",
        Sending => "The request is on its way, and the system may still carry it out. If you leave, the page keeps watching and tells you the result.",
        Wait => "Wait",
        Leave => "Leave",
        System => "System: ",
        Choose => "Create token",
        ChooseWhat => "Which system is it for?",
        NotOpen => "It is not open.",
        Columns => "Columns",
        AlwaysShown => "Name and Actions are always shown. This browser remembers your choice.",
        NoRoom => "No room at this width",
        Compact => "Compact rows",
        Reset => "Reset to default",
        MoveUp { label: &'a str } => "Move up {label}",
        MoveDown { label: &'a str } => "Move down {label}",
    }
}
