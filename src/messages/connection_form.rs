//! The form for a connection.

use super::texts::texts;

texts! {
    /// The form.
    pub enum ConnectionForm<'a> {
        Add => "Add connection",
        Edit => "Edit connection",
        CopyOf { name: &'a str } => "{name}, copy",
        Name => "Name",
        NameHint => "Shown in the menu and in links",
        System => "System",
        Base => "Base address",
        BaseHint => "https://…, or a path beside this page, such as a proxy's",
        Hint => "Hint",
        HintHint => "Help text on the sign-in form",
        Timeout => "Request timeout (seconds)",
        TimeoutHint => "Default: 30",
        MaxAnswer => "Largest answer (megabytes)",
        MaxAnswerHint => "Default: 64",
        Cookies => "Browser cookies",
        CookiesAsNeeded => "Where sign-in needs them",
        CookiesAlways => "With every request",
        CookiesHint => "Every request: for a sign-in in front of the system",
        DefaultDays => "New tokens expire after (days)",
        DefaultDaysHint => "1 to 3650, or none. Default: 30; none for a Scoped Token API",
        More => "More settings",
        Proxy => "Reached",
        ProxyNot => "Directly",
        ProxyYes => "Through the tokendeck program, from its config.json",
        ProxyHint => "The program reaches systems that do not allow this page (CORS). It goes by the file that it was started with: for that, export this connection. Everywhere else the page uses the base address.",
        Address => "The system's own address",
        AddressHint => "Only where the base address is a proxy's path",
        Guide => "How to write one",
        AuthNone => "None",
        AuthBearer => "Bearer token",
        AuthHeaders => "Custom headers",
        DescriptionWrong => "The description has mistakes:",
        Cancel => "Cancel",
        Save => "Save",
    }
}

texts! {
    /// Custom headers.
    pub enum HeaderRows {
        Legend => "Headers",
        Add => "Add header",
        Name => "Name",
        NameOf { n: usize } => "Header {n}: name",
        KindOf { n: usize } => "Header {n}: its value is",
        ValueOf { n: usize } => "Header {n}: value",
        Value => "Value, not a secret",
        AskedHidden => "asked for, hidden",
        AskedShown => "asked for, shown",
        Fixed => "always the same",
        Remove => "Remove",
        RemoveOf { n: usize } => "Remove header {n}",
    }
}

texts! {
    /// What is wrong with a field: the end of each sentence is in `messages::config`.
    pub enum WrongField<'a> {
        Whole { mistake: &'a str } => "It {mistake}.",
        Part { part: &'a str, mistake: &'a str } => "{part}: it {mistake}.",
        Place { place: &'a str, mistake: &'a str } => "{place} {mistake}.",
    }
}

texts! {
    /// Why the connection cannot be saved.
    pub enum NotSaved<'a> {
        Required { fields: &'a str } => "Required: {fields}.",
        Name => "name",
        Base => "base address",
        Description => "description",
        PartOfHeader { part: &'a str, n: usize } => "{part} of header {n}",
        Marked => "Fix the highlighted fields.",
        Checking => "Checking the description…",
        NotChecked => "The description could not be checked.",
    }
}
