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
    /// The page where `config.json` is wrong, or did not come.
    pub enum Misconfigured {
        Title => "The page is not configured rightly",
        Correct => "The file config.json beside this page has to be corrected by whoever hosts it:",
        Reload => "Reload",
    }
}

texts! {
    /// A system that did not open.
    pub enum NotOpened {
        PartMissing => "A part of this page that it takes to speak with this system did not load.",
        Hosted => "The description of this system has to be corrected by whoever hosts the page:",
        Own => "You have described this system in a connection of your own, and not rightly. Edit it to correct it:",
        OwnFile => "The file with the description of this system has to be corrected by whoever hosts the page. Your connection says which file it is; edit it if you mean another one:",
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
