//! What the page says of a write: as much as its answer proves, and no more. Pure.

use std::borrow::Cow;

use super::errors::{Explanation, explain};
use super::names::{isolated, list_of};
use super::numbers::Number;
use super::states::{privileges, why_not};
use super::texts::texts;
use crate::actions::check::NotAllowed;
use crate::actions::proof::What;
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::{Action, Field};
use crate::words::Key;
use crate::workspace::told::{Differing, Search, Shown, State, Written};

texts! {
    /// What stands around findings.
    pub enum Findings {
        Edit => "Edit",
        ShowSecret => "Show its secret",
        Dismiss => "Dismiss",
    }
}

texts! {
    /// A write that is done.
    pub enum Done<'a> {
        Create { called: &'a str } => "“{called}” was created.",
        Edit { called: &'a str } => "“{called}” was saved.",
        Revoke { called: &'a str } => "“{called}” was revoked.",
        Rotate { called: &'a str } => "“{called}” has a new secret.",
        Disable { called: &'a str } => "“{called}” was disabled.",
        Enable { called: &'a str } => "“{called}” was enabled.",
        Delete { called: &'a str } => "“{called}” was deleted.",
    }
}

texts! {
    /// A write that is done, to a token that the filters hide.
    pub enum Hidden<'a> {
        Create { called: &'a str } => "“{called}” was created, but the filters hide it.",
        Edit { called: &'a str } => "“{called}” was saved, but the filters hide it.",
        Revoke { called: &'a str } => "“{called}” was revoked, but the filters hide it.",
        Rotate { called: &'a str } => "“{called}” has a new secret, but the filters hide it.",
        Disable { called: &'a str } => "“{called}” was disabled, but the filters hide it.",
        Enable { called: &'a str } => "“{called}” was enabled, but the filters hide it.",
        Delete { called: &'a str } => "“{called}” was deleted, but the filters hide it.",
    }
}

texts! {
    /// A write that was accepted and is not shown yet.
    pub enum Pending<'a> {
        Create { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was created. Checking…",
        Edit { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was saved. Checking…",
        Revoke { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was revoked. Checking…",
        Rotate { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” has a new secret. Checking…",
        Disable { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was disabled. Checking…",
        Enable { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was enabled. Checking…",
        Delete { called: &'a str } => "The system accepted the request, but does not show yet that “{called}” was deleted. Checking…",
    }
}

texts! {
    /// A write that was accepted and that the page has not found.
    pub enum NotSeen<'a> {
        Create { called: &'a str } => "The system accepted the request, but does not show that “{called}” was created. Refresh the list later.",
        Edit { called: &'a str } => "The system accepted the request, but does not show that “{called}” was saved. Refresh the list later.",
        Revoke { called: &'a str } => "The system accepted the request, but does not show that “{called}” was revoked. Refresh the list later.",
        Rotate { called: &'a str } => "The system accepted the request, but does not show that “{called}” has a new secret. Refresh the list later.",
        Disable { called: &'a str } => "The system accepted the request, but does not show that “{called}” was disabled. Refresh the list later.",
        Enable { called: &'a str } => "The system accepted the request, but does not show that “{called}” was enabled. Refresh the list later.",
        Delete { called: &'a str } => "The system accepted the request, but does not show that “{called}” was deleted. Refresh the list later.",
    }
}

texts! {
    /// A write that failed after its dialog was left, with what happened and what to do.
    pub enum Failed<'a> {
        Create { called: &'a str, what: &'a str, next: &'a str } => "Creating “{called}” failed. {what} {next}",
        Edit { called: &'a str, what: &'a str, next: &'a str } => "Saving “{called}” failed. {what} {next}",
        Revoke { called: &'a str, what: &'a str, next: &'a str } => "Revoking “{called}” failed. {what} {next}",
        Rotate { called: &'a str, what: &'a str, next: &'a str } => "Rotating “{called}” failed. {what} {next}",
        Disable { called: &'a str, what: &'a str, next: &'a str } => "Disabling “{called}” failed. {what} {next}",
        Enable { called: &'a str, what: &'a str, next: &'a str } => "Enabling “{called}” failed. {what} {next}",
        Delete { called: &'a str, what: &'a str, next: &'a str } => "Deleting “{called}” failed. {what} {next}",
    }
}

texts! {
    /// What else there is to say of a write.
    pub enum Writes<'a> {
        SecretWaits { written: &'a str } => "{written} Its secret is shown once.",
        GoneBefore { called: &'a str } => "“{called}” was already gone.",
        Unreadable { done: &'a str } => "{done} Part of the answer can't be read, so the list is loaded again.",
        NotListedYet { called: &'a str } => "“{called}” was created, but the system does not list it yet.",
        StillActive { called: &'a str } => "The system answered, but “{called}” is still active.",
        NotDisabled { called: &'a str } => "The system answered, but “{called}” is not disabled.",
        StillDisabled { called: &'a str } => "The system answered, but “{called}” is still disabled.",
        CreatedAnother { called: &'a str, other: &'a str } => "The system answered the creation of “{called}” with another token, “{other}”. The secret may belong to either: try it before you rely on it. The list is loaded again.",
        RotatedAnother { called: &'a str, other: &'a str } => "The system answered the rotation of “{called}” with another token, “{other}”. The secret may belong to either: try it before you rely on it. The list is loaded again.",
        UnknownSuccessor { called: &'a str } => "“{called}” has a new secret, but the system does not say which token has it now. The list is loaded again: look for a new token there.",
        NoneNew { called: &'a str } => "The list shows no new token named “{called}”.",
        NoneRotated { called: &'a str } => "The list shows no new token. “{called}” may have a new secret all the same, and it was never shown.",
        OneNew { called: &'a str, id: &'a str } => "“{called}” with the ID {id} is new: it was made, and its secret never arrived. Delete it, or rotate it, before you make another.",
        OneRotated { called: &'a str, id: &'a str } => "“{called}” with the ID {id} is new: it was made, and its secret never arrived. Rotate that one, not the old one again.",
        SeveralNew { n: Number, called: &'a str, ids: &'a str } => "{n} tokens named “{called}” are new, with the IDs {ids}. Secrets that this page did not show were never seen: delete those tokens.",
        Differs { called: &'a str, differences: &'a str } => "“{called}” is not as you asked. {differences}",
        DoneBut { done: &'a str, differences: &'a str } => "{done} {differences}",
    }
}

texts! {
    /// What is not as it should be after a write.
    pub enum Differences<'a> {
        StillExpires { found: &'a str } => "It still expires {found}.",
        StillNeverExpires => "It still never expires.",
        Expires { found: &'a str, asked: &'a str } => "It expires {found}; you asked for {asked}.",
        NeverExpires { asked: &'a str } => "It never expires; you asked for {asked}.",
        NoExpiry => "no expiry",
        StillStarts { found: &'a str } => "It still starts {found}.",
        StillNoStart => "It still has no start.",
        Starts { found: &'a str, asked: &'a str } => "It starts {found}; you asked for {asked}.",
        NoStart { asked: &'a str } => "It has no start; you asked for {asked}.",
        NoStartAsked => "no start",
        Still { label: &'a str, found: &'a str } => "{label}: still {found}.",
        Is { label: &'a str, found: &'a str, asked: &'a str } => "{label}: {found}; you asked for {asked}.",
        EditChanged { changes: &'a str } => "This edit also changed: {changes}.",
        AlsoChanged { changes: &'a str } => "This also changed: {changes}.",
        Change { label: &'a str, before: &'a str, found: &'a str } => "{label} {before} → {found}",
        None => "none",
    }
}

texts! {
    /// After an answer was lost.
    pub fn search(key: &Search) {
        Looking => "The list is being read, to see what was made…",
        Failed => "The list could not be read either. Look at it before you try again.",
    }
}

/// The key of an action in a table that has one for each.
macro_rules! of_action {
    ($table:ident, $action:expr, $($arg:ident),+) => {
        match $action {
            Action::Create => $table::Create { $($arg),+ }.text(),
            Action::Edit => $table::Edit { $($arg),+ }.text(),
            Action::Revoke => $table::Revoke { $($arg),+ }.text(),
            Action::Rotate => $table::Rotate { $($arg),+ }.text(),
            Action::Disable => $table::Disable { $($arg),+ }.text(),
            Action::Enable => $table::Enable { $($arg),+ }.text(),
            Action::Delete => $table::Delete { $($arg),+ }.text(),
        }
    };
}

impl Key for Written {
    fn text(&self) -> Cow<'static, str> {
        say(self.action, &self.called, &self.state)
    }
}

fn say(action: Action, called: &str, state: &State) -> Cow<'static, str> {
    match state {
        State::Done => of_action!(Done, action, called),
        State::Hidden => of_action!(Hidden, action, called),
        State::Pending => of_action!(Pending, action, called),
        State::NotSeen => of_action!(NotSeen, action, called),
        State::Failed(error, again) => failed(action, called, error, *again),
        State::SecretWaits(state) => Writes::SecretWaits { written: &say(action, called, state) }.text(),
        State::GoneBefore => Writes::GoneBefore { called }.text(),
        State::Unreadable => Writes::Unreadable { done: &of_action!(Done, action, called) }.text(),
        State::NotListedYet => Writes::NotListedYet { called }.text(),
        State::NotDone => match action {
            Action::Disable => Writes::NotDisabled { called }.text(),
            Action::Enable => Writes::StillDisabled { called }.text(),
            _ => Writes::StillActive { called }.text(),
        },
        State::AnsweredAnother(other) if action == Action::Rotate => Writes::RotatedAnother { called, other }.text(),
        State::AnsweredAnother(other) => Writes::CreatedAnother { called, other }.text(),
        State::UnknownSuccessor => Writes::UnknownSuccessor { called }.text(),
        State::NewTokens(ids) => match (&ids[..], action) {
            ([], Action::Rotate) => Writes::NoneRotated { called }.text(),
            ([], _) => Writes::NoneNew { called }.text(),
            ([id], Action::Rotate) => Writes::OneRotated { called, id }.text(),
            ([id], _) => Writes::OneNew { called, id }.text(),
            (ids, _) => Writes::SeveralNew { n: Number(ids.len()), called, ids: &list_of(ids) }.text(),
        },
        // What was asked for is so.
        State::Differs(all) if action.is_switch() && all.iter().all(|it| it.asked.is_none()) => {
            let done = &*of_action!(Done, action, called);
            Writes::DoneBut { done, differences: &differences(all, action) }.text()
        }
        State::Differs(all) => Writes::Differs { called, differences: &differences(all, action) }.text(),
    }
}

fn failed(action: Action, called: &str, error: &ApiError, again: RetrySafety) -> Cow<'static, str> {
    let Explanation { what, next, .. } = explain(error, again);
    let (what, next) = (&*what, &*next);
    of_action!(Failed, action, called, what, next)
}

/// One sentence for each.
fn differences(all: &[Differing], action: Action) -> String {
    let (asked, unasked): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.asked.is_some());
    let mut sentences: Vec<Cow<str>> = asked.into_iter().map(differs).collect();
    let change = |it: &Differing| {
        Differences::Change { label: &it.label.text(), before: &shown(&it.before), found: &shown(&it.found) }.text()
    };
    let changes: Vec<_> = unasked.into_iter().map(change).collect();
    let changes = &*changes.join("; ");
    if !changes.is_empty() {
        sentences.push(match action {
            Action::Edit => Differences::EditChanged { changes }.text(),
            _ => Differences::AlsoChanged { changes }.text(),
        });
    }
    sentences.join(" ")
}

fn differs(it: &Differing) -> Cow<'static, str> {
    let (found, asked) = (&*shown(&it.found), it.asked.as_ref().unwrap_or(&Shown::None));
    let has_none = it.found == Shown::None;
    match (it.what, it.is_kept) {
        (What::Field(Field::ValidTo), true) if has_none => Differences::StillNeverExpires.text(),
        (What::Field(Field::ValidTo), true) => Differences::StillExpires { found }.text(),
        (What::Field(Field::ValidTo), false) => {
            let asked = &*if *asked == Shown::None { Differences::NoExpiry.text() } else { shown(asked) };
            match has_none {
                true => Differences::NeverExpires { asked }.text(),
                false => Differences::Expires { found, asked }.text(),
            }
        }
        (What::Field(Field::ValidFrom), true) if has_none => Differences::StillNoStart.text(),
        (What::Field(Field::ValidFrom), true) => Differences::StillStarts { found }.text(),
        (What::Field(Field::ValidFrom), false) => {
            let asked = &*if *asked == Shown::None { Differences::NoStartAsked.text() } else { shown(asked) };
            match has_none {
                true => Differences::NoStart { asked }.text(),
                false => Differences::Starts { found, asked }.text(),
            }
        }
        (_, true) => Differences::Still { label: &it.label.text(), found }.text(),
        (_, false) => Differences::Is { label: &it.label.text(), found, asked: &shown(asked) }.text(),
    }
}

fn shown(fact: &Shown) -> Cow<'static, str> {
    match fact {
        Shown::None => Differences::None.text(),
        Shown::Text(text) => isolated(text).into(),
        Shown::Time(text) => text.clone().into(),
        Shown::Privileges(all) => isolated(&privileges(all)).into(),
    }
}

impl Key for Search {
    fn text(&self) -> Cow<'static, str> {
        search(self)
    }
}

impl Key for NotAllowed {
    fn text(&self) -> Cow<'static, str> {
        why_not(self.action, &self.why).into_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(differing: Differing) -> String {
        differences(&[differing], Action::Edit)
    }

    #[test]
    fn what_a_write_did_otherwise_is_said_as_a_person_would() {
        let day = || Shown::Time("1 Mar 2027".into());
        let end = |asked: Shown, found: Shown, is_kept| Differing {
            what: What::Field(Field::ValidTo),
            label: "Valid to".into(),
            before: Shown::None,
            asked: Some(asked),
            found,
            is_kept,
        };
        assert_eq!(said(end(Shown::None, day(), true)), "It still expires 1 Mar 2027.");
        assert_eq!(said(end(day(), Shown::None, true)), "It still never expires.");
        assert_eq!(said(end(day(), Shown::None, false)), "It never expires; you asked for 1 Mar 2027.");
        assert_eq!(said(end(Shown::None, day(), false)), "It expires 1 Mar 2027; you asked for no expiry.");
        let role = |asked: Option<&str>| Differing {
            what: What::Extra(0),
            label: "Role".into(),
            before: Shown::Text("viewer".into()),
            asked: asked.map(|it| Shown::Text(it.into())),
            found: Shown::Text("admin".into()),
            is_kept: false,
        };
        assert_eq!(said(role(None)), "This edit also changed: Role \u{2068}viewer\u{2069} → \u{2068}admin\u{2069}.");
        assert_eq!(said(role(Some("x"))), "Role: \u{2068}admin\u{2069}; you asked for \u{2068}x\u{2069}.");
        assert_eq!(differences(&[], Action::Edit), "");
        // A switch that did what it was for, and something else.
        let besides = say(Action::Disable, "ci", &State::Differs(vec![role(None)]));
        let done = Done::Disable { called: "ci" }.text();
        assert_eq!(besides, format!("{done} This also changed: Role \u{2068}viewer\u{2069} → \u{2068}admin\u{2069}."));
    }

    #[test]
    fn every_new_token_is_named() {
        let ids: Vec<String> = ["0", "1"].map(String::from).into();
        let several = say(Action::Create, "cutme", &State::NewTokens(ids));
        assert!(several.starts_with("2 tokens named “cutme” are new, with the IDs 0 and 1."), "{several}");
    }

    #[test]
    fn what_was_done_stands_before_what_waits() {
        let waits = say(Action::Create, "ci", &State::SecretWaits(Box::new(State::Done)));
        assert!(waits.starts_with(&*Done::Create { called: "ci" }.text()), "{waits}");
    }
}
