//! The form that makes and changes a token. Pure.

use super::numbers::Number;
use super::texts::texts;

texts! {
    /// The form and its buttons.
    pub enum TokenForm {
        Create => "Create token",
        Edit => "Edit token",
        Clone => "Clone token",
        Reading => "Reading the token…",
        Retry => "Retry",
        Cancel => "Cancel",
        Save => "Save",
        Saving => "Saving…",
    }
}

texts! {
    /// The question before a save that lets the token do more.
    pub enum Review {
        What => "Save with more rights?",
        MoreThanBefore => "This save can give the token more rights than it has.",
        MoreThanOriginal => "This save can give the clone more rights than the original has.",
        Back => "Keep editing",
        Save => "Save anyway",
    }
}

texts! {
    /// Its fields.
    pub enum FormField {
        Guid => "GUID",
        CopyGuid => "Copy GUID",
        RegenerateGuid => "Regenerate GUID",
        Chosen { n: Number } => " {n} chosen",
        Length { n: Number, most: Number } => "{n} of {most} characters",
        LoadingScopes => "Loading the scopes…",
        ScopesByIds => "You can choose from the scopes of the tokens in the list, by their ids.",
    }
}

texts! {
    /// Its scopes.
    pub enum ScopeList {
        Find => "Find a scope",
        Read => "Read",
        Write => "Write",
        Other => "Other",
        AlsoChosen => "Also chosen",
    }
}

texts! {
    /// Of a token that is not there any more.
    pub enum GoneToken {
        Remove => "Remove from list",
        Refresh => "Refresh",
    }
}

texts! {
    /// What was done with the GUID.
    pub enum GuidWas {
        Copied => "GUID copied.",
        NotCopied => "Couldn't copy. Select the GUID and copy it by hand.",
        MadeAgain => "New GUID created.",
    }
}

texts! {
    /// Its dates.
    pub enum FormDate<'a> {
        Fixed => "The dates of a revoked token cannot be changed.",
        ValidFor => "Valid for",
        NoEnd => "No end",
        UntilRevoked => "This token never expires. It works until someone revokes it.",
        UntilDeleted => "This token never expires. It works until someone deletes it.",
        Zone { zone: &'a str } => "Times in {zone}.",
        Ends { date: &'a str, distance: &'a str } => "Expires {date}, {distance}.",
        Ended { date: &'a str, distance: &'a str } => "Expired {date}, {distance}.",
        Started { date: &'a str, distance: &'a str } => "Started {date}, {distance}.",
        Starts { date: &'a str, distance: &'a str } => "Starts {date}, {distance}.",
        StartsNow => "Empty: it starts immediately.",
        First { offset: &'a str } => "The first ({offset})",
        Second { offset: &'a str } => "The second ({offset})",
        Which { label: &'a str } => "Which {label}",
        Kept { text: &'a str } => "The system has “{text}” here, which this page cannot read. It stays as it is unless you choose a date.",
        ByDay => "This system counts in whole days: it ends when the first day after this moment begins there.",
    }
}

texts! {
    /// Where the token was changed meanwhile.
    pub enum Conflict {
        Field => "Field",
        WhenOpened => "When you opened it",
        Now => "Now",
        Yours => "Yours",
        NoneDiffer => "None of the fields in this form differ.",
        KeepMine => "Keep mine",
        TakeTheirs => "Take theirs",
        None => "none",
    }
}
