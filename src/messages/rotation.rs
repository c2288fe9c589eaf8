//! A guided rotation: what begins it, the secret that is handed over, how it stands, and the list of those that are open.

use std::borrow::Cow;

use super::numbers::{Count, Number, Unit};
use super::texts::texts;
use crate::record::Trouble;
use crate::rotation::End;
use crate::words::Key;
use crate::workspace::rotating::LeftOpen;

texts! {
    /// What begins a rotation.
    pub enum Begin<'a> {
        Title => "Rotate token",
        Reading => "Reading the token…",
        Retry => "Retry",
        Elsewhere { name: &'a str } => "Another tab is rotating “{name}”, or did until a moment ago. You can go on here when that tab is done.",
        Successor { name: &'a str } => "This creates a successor of “{name}” with the same rights. Both secrets work until you end the old token.",
        OldStops => "The old secret stops working at once, so nothing is left to end.",
        Renamed => "No two tokens of this system can have one name, so the successor's has a suffix.",
        Unnamed => "The successor needs a name of its own, which follows the system's rule.",
        NotTaken { fields: &'a str } => "The system does not report these, so they are not taken over: {fields}.",
        Create => "Create successor",
        BySuccessor => "Keep both working for a while: create a successor",
        ByCall => "Use the system's own rotation",
    }
}

texts! {
    /// The secret that is handed over.
    pub enum HandOver {
        Commands => "Commands for the secret",
        Safe => "Run the command in bash or zsh, paste the secret, and press Enter. It is read without being shown, and reaches the program through standard input: not your history, nor a list of processes.",
        Kubernetes => "Kubernetes Secret",
        Name => "Name",
        Key => "Key",
        CopyKubernetes => "Copy kubectl command",
        GitHub => "GitHub Actions secret",
        CopyGitHub => "Copy gh command",
    }
}

texts! {
    /// How a rotation stands.
    pub enum Rotations<'a> {
        Title => "Rotation",
        Replaces { successor: &'a str, old: &'a str } => "“{successor}” replaces “{old}”.",
        SameName { old: &'a str } => "“{old}” has a successor of the same name.",
        NewSecret { old: &'a str } => "“{old}” gets a new secret.",
        Old => "Old token",
        New => "New token",
        Gone => "not in the list",
        UsedAfter { distance: &'a str } => "last used {distance}, after the new secret was handed over",
        UsedBefore { distance: &'a str } => "last used {distance}, before the new secret was handed over",
        Used { distance: &'a str } => "last used {distance}",
        NeverUsed => "never used",
        NotReported => "last use: not reported by this system",
        Refresh => "Check again",
        Checking => "Checking…",
        Lost => "The request was sent, and its answer never arrived.",
        Looking => "The list is being read, to see what was made…",
        NotRead => "The list could not be read. Nothing is sent again before it is.",
        LostNone { name: &'a str } => "The list shows no new token named “{name}”. It may come later: read the list again before you start again.",
        LostSame { old: &'a str } => "The list shows no new token. “{old}” may have a new secret all the same, which was never shown.",
        Look => "Read the list",
        StartAgain => "Start again",
        Shown { name: &'a str } => "The secret of “{name}” was shown. Is it stored where it is needed?",
        HaveIt => "I have stored it",
        DoNotHaveIt => "I don't have it",
        NeverHanded { name: &'a str } => "“{name}” was created, and its secret was never handed over.",
        RotatedUnhanded { name: &'a str } => "“{name}” has a new secret, which was never handed over.",
        SeveralUnhanded { n: Count } => "{n} were created, and their secrets were never handed over. Delete those that you do not need.",
        HaveItAfterAll => "I have its secret",
        RotateIt { name: &'a str } => "Rotate {name}",
        DeleteIt { name: &'a str } => "Delete {name}",
        HandedOver { distance: &'a str } => "The new secret was handed over {distance}.",
        StillWorks { old: &'a str } => "“{old}” still works.",
        OldStopped { old: &'a str } => "“{old}” no longer works.",
        How => "End the old token",
        When => "When",
        Now => "Now",
        OnDay => "On a day",
        Day => "Day",
        DayLater => "The day lies in the past: choose a later one.",
        ThenDelete => "Then delete it on a day",
        DeleteDay => "Day of deletion",
        DeleteLater => "The deletion comes after: choose a later day.",
        ByHand => "Nothing happens by itself: on that day it waits under Rotations for you.",
        Plan => "Set the day",
        Planned { what: &'a str, date: &'a str } => "{what}: due {date}.",
        Due { what: &'a str, date: &'a str } => "{what}: due since {date}.",
        Over => "This rotation is done.",
        Elsewhere => "Another tab works on this rotation, or did until a moment ago. You can go on here when that tab is done.",
        Forget => "Forget this rotation",
        ForgetWhat => "Forget this rotation?",
        Forgets => "Both tokens stay as they are, and nothing is due any more.",
        Back => "Go back",
        Close => "Close",
        NotHere { system: &'a str } => "This rotation is at “{system}”. Show that system to go on.",
        SignInFirst { system: &'a str } => "This rotation is at “{system}”. Sign in there as the user who began it to go on.",
    }
}

texts! {
    /// The list of rotations that are not over.
    pub enum RotationList<'a> {
        Title => "Rotations",
        None => "No rotation is open.",
        Reading => "Reading what this browser keeps…",
        Open => "Open",
        OpenOf { name: &'a str } => "Open the rotation of {name}",
        At { system: &'a str } => "At “{system}”",
        Sent => "No answer came yet",
        Shown => "Its secret was shown",
        Unhanded => "Its secret was never handed over",
        Overlap => "Both tokens work",
        Stopped => "The old token no longer works",
        Hidden => "Sign in to see its tokens, as the user who began it",
        HiddenAway => "Show that system to see its tokens",
        Forget => "Forget…",
        ForgetAt { system: &'a str } => "Forget a rotation at {system}",
        ForgetWhat => "Forget rotations?",
        ForgetThem => "Forget",
        Forgets { n: Count } => "Forget {n}? The tokens stay as they are, and nothing is due any more.",
        Forgotten { n: Count } => "{n} forgotten.",
    }
}

texts! {
    /// What a token is in a rotation that is not over, as its details say it.
    pub enum Mark<'a> {
        SuccessorOf { old: &'a str } => "Successor of “{old}”.",
        ReplacedBy { successor: &'a str } => "Being replaced by “{successor}”.",
        HasSuccessor => "Being replaced by a successor of the same name.",
        NewSecret => "A new secret was asked for.",
        Open => "Open rotation",
    }
}

texts! {
    /// What is said above the table of rotations that are left open by who signs out.
    pub enum LeftOpenRotations<'a> {
        Open { n: Count } => "{n}",
        Unhanded { n: Number } => "{n} without its secret handed over",
        Due { n: Number } => "{n} with something due",
        Said { name: &'a str, counts: &'a str } => "Not over at “{name}”: {counts}. This stays in this browser; names are hidden until you sign in there again.",
    }
}

impl Key for LeftOpen {
    fn text(&self) -> Cow<'static, str> {
        let (unhanded, due) = (Number(self.n_unhanded), Number(self.n_due));
        let all = LeftOpenRotations::Open { n: Count(self.n_open, Unit::Rotation) }.text();
        let unhanded = (self.n_unhanded > 0).then(|| LeftOpenRotations::Unhanded { n: unhanded }.text());
        let due = (self.n_due > 0).then(|| LeftOpenRotations::Due { n: due }.text());
        let counts = [Some(all), unhanded, due].into_iter().flatten().collect::<Vec<_>>().join(", ");
        LeftOpenRotations::Said { name: &self.connection, counts: &counts }.text()
    }
}

texts! {
    /// The line of the page about rotations that are not over.
    pub enum RotationLine {
        OpenOnes { n: Count } => "{n} open",
        DueOnes { n: Count } => "{n} open, something is due",
        Show => "Rotations",
        Forget => "Forget",
    }
}

texts! {
    /// What is done to the old token at once, as a button says it.
    pub fn end_now(end: End) -> &'static str {
        Disable => "Disable now…",
        Revoke => "Revoke now…",
        Delete => "Delete now…",
    }
}

texts! {
    /// What is done to the old token, and what that means.
    pub fn end_choice(end: End) -> &'static str {
        Disable => "Disable: it stops working, and you can enable it again",
        Revoke => "Revoke: it stops working for good, and stays in the list",
        Delete => "Delete: it stops working, and is gone",
    }
}

texts! {
    /// What is due.
    pub fn end_due(end: End) -> &'static str {
        Disable => "Disable the old token",
        Revoke => "Revoke the old token",
        Delete => "Delete the old token",
    }
}

texts! {
    /// Why a rotation is not kept beyond the page.
    pub fn not_kept(trouble: Trouble) -> &'static str {
        NotLoaded => "Part of the page did not load, so this rotation is not kept: do not close the page before it is done.",
        Refused => "This browser keeps nothing for this page, so this rotation is forgotten with it: do not close the page before it is done.",
        Full => "This browser has no room left, so this rotation is forgotten with the page: do not close it before the rotation is done.",
        Blocked => "Another tab keeps the page's data open in an older version. Close it; until then this rotation is not kept.",
        Newer => "A newer version of the page has written this browser's data. Reload the page; until then this rotation is not kept.",
        Elsewhere => "Another tab works on this rotation.",
        Lost => "What this browser kept of it is gone.",
    }
}
