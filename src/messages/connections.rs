//! The dialog that manages connections, and what is said of connections elsewhere.

use super::numbers::Count;
use super::texts::texts;

texts! {
    /// The list of connections, and what was done with it.
    pub enum Manages<'a> {
        Title => "Connections",
        About => "Shared connections come from config.json. Your own are saved in this browser. Secrets are never stored.",
        Import => "Import",
        Export => "Export",
        Add => "Add connection",
        Close => "Close",
        NotSaved => "Not saved: this browser's storage for the page is full or turned off.",
        Saved { name: &'a str } => "“{name}” is saved in this browser.",
        Removed { name: &'a str } => "“{name}” was removed.",
        RemoveTitle => "Remove connection",
        RemoveWhat => "This browser forgets the connection. Its tokens stay as they are.",
        Exported => "The connections are in the file config.json.",
        NotExported => "The browser did not let the page save a file.",
        NotLoaded => "The part of this page that manages connections did not load. Try again.",
        Gone { name: &'a str } => "“{name}” is no longer among the connections: another tab has changed them.",
    }
}

texts! {
    /// A line of the list.
    pub enum ConnectionLine<'a> {
        NoName => "without a name",
        Edit => "Edit",
        Remove => "Remove",
        Duplicate => "Duplicate",
        Show => "Show",
        Hide => "Hide",
        MoveUp => "Move up",
        MoveDown => "Move down",
        Hidden => "Hidden",
        Own => "Yours",
        Shared => "Shared",
        Test => "Test",
        Moved { name: &'a str, place: usize, of: usize } => "“{name}” is number {place} of {of}.",
        NowHidden { name: &'a str } => "“{name}” is hidden.",
        NowShown { name: &'a str } => "“{name}” is shown again.",
    }
}

texts! {
    /// Taking in connections from a file.
    pub enum Import<'a> {
        Title => "Import connections",
        Cancel => "Cancel",
        Wrong => "Nothing was imported: the file has mistakes. Correct them and choose it again.",
        Same => "It is there already.",
        Replaces => "This replaces your connection of the same name.",
        Hosted => "config.json has a connection of this name. To have both, rename it in the file.",
        Button { n: Count } => "Import {n}",
        Done { n: Count } => "{n} imported and saved in this browser.",
        About { speaks: &'a str, base: &'a str } => "{speaks} · {base}",
    }
}
