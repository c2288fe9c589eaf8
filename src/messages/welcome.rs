//! What a page without a connection says.

use super::numbers::Number;
use super::texts::texts;

texts! {
    /// The first screen of a page without a connection.
    pub enum Welcome {
        Title => "Connect your first system",
        About => "See and manage the API tokens of the systems you run. Connections are saved in this browser. Secrets are never stored.",
        Suggested => "Ready to use",
        SuggestedWhat => "This page comes with these. One click connects.",
        AddAll { n: Number } => "Connect all {n}",
        Known => "A known system",
        KnownWhat => "Choose it, enter its address, sign in.",
        Any => "Any other API",
        AnyWhat => "Describe its calls in JSON: how to sign in, where the list is, where the fields are. The form checks the description and tests it.",
        Describe => "Describe an API",
        Read => "Guides",
        ReadDescribe => "Connect any API",
        ReadProxy => "Systems that do not allow this page (CORS)",
        Broken => "Some of the connections saved in this browser cannot be used.",
        Review => "Review connections",
        NotSaved => "The connection was not saved.",
        Lost => "The part of this page that connects systems did not load.",
        Retry => "Retry",
    }
}

texts! {
    /// What the program that serves the page can do, and the page cannot.
    pub enum Program<'a> {
        About => "Most systems do not allow other pages (CORS), so this page cannot add them by itself. The program that serves it can: start it again with the system's name and address.",
        Connect => "This page cannot reach that address by itself. The program that serves it can. Start it again with:",
        Command { key: &'a str, address: &'a str } => "tokendeck --connect {key}={address}",
        Example => "tokendeck --connect gitlab=https://gitlab.example.com",
        Copy => "Copy command",
        Copied => "Copied",
        NotCopied => "Not copied. Select the command and copy it.",
    }
}
