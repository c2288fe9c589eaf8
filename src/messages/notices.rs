//! What the page says in passing, and why it asks to sign in.

use std::borrow::Cow;

use super::errors::explain;
use super::texts::texts;
use crate::api::{Prompt, RetrySafety};
use crate::words::Key;
use crate::workspace::told::{Copied, StillListed, Told};

texts! {
    /// What stands around notices.
    pub enum Notices<'a> {
        InSystem { system: &'a str } => "In “{system}”: ",
        Show => "Show it",
        Dismiss => "Dismiss",
        Label => "Notices",
        Retry => "Retry",
        SignIn => "Sign in",
        SignInToLoad => "Sign in to load tokens.",
        SignInAbove => "Sign in to a system above to load its tokens.",
        Recipe => "The proxy recipe",
        FieldSays { field: &'a str, text: &'a str } => "{field}: {text}",
    }
}

texts! {
    /// Notices.
    pub enum Passing<'a> {
        NotListed => "This token is no longer in the list. Nothing was done.",
        IdCopied { label: &'a str, of: &'a str } => "{label} of “{of}” copied.",
        JsonCopied => "JSON copied.",
        IdNotCopied { label: &'a str, of: &'a str } => "Couldn't copy. Select the {label} of “{of}” and copy it by hand.",
        JsonNotCopied => "Couldn't copy. Select the JSON and copy it by hand.",
        LayoutNotKept => "This browser won't remember it: its storage is full or turned off.",
        StillSending => "A change is still being sent. Wait for the answer, or sign out again to leave it: the system may still make the change.",
        DialogIsOpen => "Close the dialog before you go to another connection.",
        StillListed { called: &'a str } => "The system said that it deleted “{called}”, but still lists it.",
        MissingListed { called: &'a str } => "The system said that it doesn't know “{called}”, but still lists it. It was not deleted; a proxy on the way may decode its ID.",
    }
}

impl Key for Told {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Told::NotListed => Passing::NotListed.text(),
            Told::Copied(Copied::Id { label, of }) => Passing::IdCopied { label: &label.text(), of }.text(),
            Told::Copied(Copied::Json) => Passing::JsonCopied.text(),
            Told::NotCopied(Copied::Id { label, of }) => Passing::IdNotCopied { label: &label.text(), of }.text(),
            Told::NotCopied(Copied::Json) => Passing::JsonNotCopied.text(),
            Told::LayoutNotKept => Passing::LayoutNotKept.text(),
            Told::StillSending => Passing::StillSending.text(),
            Told::DialogIsOpen => Passing::DialogIsOpen.text(),
            Told::NotLoaded(error) => {
                let explained = explain(error, RetrySafety::ReadOnly);
                format!("{} {}", explained.what, explained.next).into()
            }
        }
    }
}

impl Key for StillListed {
    fn text(&self) -> Cow<'static, str> {
        let called = &self.called;
        match self.was_missing {
            true => Passing::MissingListed { called }.text(),
            false => Passing::StillListed { called }.text(),
        }
    }
}

texts! {
    /// Why the user is asked to sign in.
    pub fn prompt(key: &Prompt) {
        SessionEnded => "Your session has ended. Sign in to go on; nothing that you typed is lost.",
        NotAccepted => "The system did not accept that. Check it and sign in again.",
        Incomplete => "Fill in what is asked for.",
        SignedOut => "You have signed out.",
    }
}

impl Key for Prompt {
    fn text(&self) -> Cow<'static, str> {
        prompt(self)
    }
}
