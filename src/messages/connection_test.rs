//! The test of a connection.

use super::numbers::{Count, Number};
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
        Works { n: Count } => "Connected: {n} on the first page.",
        WorksOf { n: Count, total: Number } => "Connected: {n} on the first page, {total} in all.",
        Next { next: &'a str } => "The next page is asked for by {next}.",
        NoNext => "No further page.",
        Field => "Field",
        Place => "Where",
        Found => "In the first token",
        NotFound => "not found",
    }
}
