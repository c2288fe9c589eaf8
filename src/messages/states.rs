//! What a token is like, in the words of the table, the details and the dialogs. Pure.

use std::borrow::Cow;

use super::texts::texts;
use crate::actions::check::WhyNot;
use crate::capabilities::Action;
use crate::facts::{Absent, ColumnKind, Tone};
use crate::query::StatusFilter;
use crate::time::Distance;
use crate::token::{Privilege, Status};

texts! {
    /// What is said where a token has no such fact.
    pub fn absent(absent: Absent) -> &'static str {
        NotReported => "not reported",
        Empty => "None",
        Never => "Never",
        FromCreation => "Immediately",
        Unnamed => "Unknown",
    }
}

texts! {
    /// A status as the table shows it.
    pub fn status(status: Status) -> &'static str {
        Active => "Active",
        Scheduled => "Scheduled",
        Disabled => "Disabled",
        Expired => "Expired",
        Revoked => "Revoked",
        Deleted => "Deleted",
        Unknown => "Unknown",
        Inactive => "Inactive",
        Unreadable => "Unreadable",
    }
}

texts! {
    /// What is done to a token, as its button says it.
    pub fn action(action: Action) -> &'static str {
        Create => "Create",
        Edit => "Edit",
        Rotate => "Rotate",
        Revoke => "Revoke",
        Disable => "Disable",
        Enable => "Enable",
        Delete => "Delete",
    }
}

texts! {
    /// A choice of `Token status`.
    pub fn status_filter(filter: StatusFilter) -> &'static str {
        All => "All",
        Active => "Active",
        Inactive => "Inactive",
        Scheduled => "Scheduled",
        Disabled => "Disabled",
        Expired => "Expired",
        Revoked => "Revoked",
        Deleted => "Deleted",
        Unknown => "Unknown",
        Over => "Over",
    }
}

texts! {
    /// How far away it is that something ends soon: told in a word, as colours and shapes are not heard.
    pub enum Nearing<'a> {
        Ends { distance: &'a str } => "Ends {distance}",
        Due { distance: &'a str } => "Due {distance}",
    }
}

texts! {
    /// A value of a token, where it is not what it should be.
    pub enum Value<'a> {
        Odd { text: &'a str } => "{text} (cannot be read)",
        CannotBeRead => "(cannot be read)",
        Yes => "Yes",
        No => "No",
        Privilege { role: &'a str, scope: &'a str, target: &'a str } => "{role} of {scope} {target}",
    }
}

texts! {
    /// Why something may not be done to a token.
    pub enum Refused {
        SharesId => "Another token has the same id: the system may change the wrong one.",
        NotActive => "Only an active token can be revoked.",
        RevokedAlready => "It was revoked already.",
        Expired => "It has expired.",
        DisabledAlready => "It is disabled already.",
        NotDisabled => "It is not disabled.",
        DeletedAlready => "It is deleted already.",
        IsDeleted => "It is deleted.",
        Incomplete => "Fill in what the system asks for.",
    }
}

/// How far away the instant in a column is: `in 5 hours`, or `Ends in 5 hours` where that is marked. `distance`: that of
/// `note`, in words.
pub fn away(kind: ColumnKind, tone: Tone, note: Distance, distance: String) -> String {
    let is_marked = matches!(tone, Tone::Soon | Tone::Urgent) && note.count >= 0;
    match kind {
        _ if !is_marked => distance,
        ColumnKind::Deadline(_) => Nearing::Due { distance: &distance }.text().into(),
        _ => Nearing::Ends { distance: &distance }.text().into(),
    }
}

/// Whether something is so.
pub fn flag(is_so: bool) -> Cow<'static, str> {
    if is_so { Value::Yes.text() } else { Value::No.text() }
}

/// A value that cannot be read, as it stands there, and that it cannot; at most so many of its letters.
pub fn odd(text: &str, most: usize) -> String {
    Value::Odd { text: &beginning(text, most) }.text().into()
}

/// So many letters of a text at most.
pub fn beginning(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Privileges as a list: `read of site 42`.
pub fn privileges(list: &[Privilege]) -> String {
    let one = |Privilege { role, scope, target }: &Privilege| {
        Value::Privilege { role, scope, target }.text().trim_end().to_owned()
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Why something may not be done to a token; empty where the token itself shows it.
pub fn why_not(action: Action, why: &WhyNot) -> Cow<'_, str> {
    match (why, action) {
        (WhyNot::NotOffered(reason), _) => reason.text(),
        (WhyNot::SharesId, _) => Refused::SharesId.text(),
        (WhyNot::NotActive, _) => Refused::NotActive.text(),
        (WhyNot::RevokedAlready, _) => Refused::RevokedAlready.text(),
        (WhyNot::Expired, _) => Refused::Expired.text(),
        (WhyNot::DisabledAlready, _) => Refused::DisabledAlready.text(),
        (WhyNot::NotDisabled, _) => Refused::NotDisabled.text(),
        (WhyNot::DeletedAlready, Action::Delete) => Refused::DeletedAlready.text(),
        (WhyNot::DeletedAlready, _) => Refused::IsDeleted.text(),
        (WhyNot::Unreadable, _) => "".into(),
        (WhyNot::Incomplete, _) => Refused::Incomplete.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_soon_is_told_in_a_word() {
        let said = |kind, tone, count| away(kind, tone, Distance { count, unit: "hour" }, "in 5 hours".into());
        assert_eq!(said(ColumnKind::ValidTo, Tone::Urgent, 5), "Ends in 5 hours");
        assert_eq!(said(ColumnKind::ValidTo, Tone::Soon, 5), "Ends in 5 hours");
        assert_eq!(said(ColumnKind::Deadline(0), Tone::Soon, 5), "Due in 5 hours");
        assert_eq!(said(ColumnKind::ValidTo, Tone::Plain, 5), "in 5 hours");
        assert_eq!(said(ColumnKind::ValidTo, Tone::Urgent, -5), "in 5 hours");
    }
}
