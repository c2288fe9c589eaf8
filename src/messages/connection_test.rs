//! The test of a connection.

use super::numbers::Count;
use super::texts::texts;

texts! {
    /// The test, and what it found.
    pub enum ConnectionTest<'a> {
        Label => "Test",
        Test => "Test connection",
        Asking => "Asking the system…",
        DescriptionWrong => "The description has mistakes:",
        SignInLabel => "Sign in to test",
        SignIn => "Sign in and test",
        Works { n: Count } => "Connected. {n}.",
        WorksInPages { n: Count } => "Connected. {n}, paging works.",
        WorksFrom { n: Count } => "Connected. {n} on the first page, paging works.",
        Next { next: &'a str } => "The next page is asked for by {next}.",
        NoApi => "No token API at this address (404).",
        NoApiNext => "Check the base address.",
        Field => "Field",
        Place => "Where",
        Found => "In the first token",
        NotFound => "not found",
        Close => "Close",
    }
}
