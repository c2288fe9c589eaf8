//! The page around the list: its head, what is seen before a system is open, and where it did not open. Pure.

use super::texts::texts;

texts! {
    /// The head of the page, and what stands in place of the list.
    pub enum Page {
        ApiTokens => "API tokens",
        Connections => "Connections…",
        SignedInAs => "Signed in as ",
        SignOut => "Sign out",
        Opening => "Opening the connection…",
    }
}

texts! {
    /// The title of the browser's tab.
    pub enum Title<'a> {
        Of { what: &'a str } => "{what} · API tokens",
        In { what: &'a str, system: &'a str } => "{what} · {system} · API tokens",
    }
}

texts! {
    /// The page where `config.json` is wrong, or did not come.
    pub enum Misconfigured {
        Title => "This page is not configured correctly",
        Correct => "Ask the person hosting this page to correct its file config.json:",
        Reload => "Reload",
    }
}

texts! {
    /// A system that did not open.
    pub enum NotOpened {
        PartMissing => "The part of this page that talks to this system did not load.",
        Hosted => "Ask the person hosting this page to correct the description of this system:",
        Own => "Your description of this system has mistakes. Edit the connection to correct them:",
        OwnFile => "Ask the person hosting this page to correct the file with the description of this system. Your connection says which file it is; edit it if you mean another one:",
        Retry => "Retry",
        Edit => "Edit",
        Reload => "Reload",
    }
}

texts! {
    /// A button of a system, by the system's name.
    pub enum Named<'a> {
        Button { verb: &'a str, name: &'a str } => "{verb} {name}",
    }
}
