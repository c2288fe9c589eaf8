//! What stands beside an error, and what the page says in passing. Pure.

use super::texts::texts;

texts! {
    /// Beside an error or a notice.
    pub enum Beside<'a> {
        Recipe => "The proxy recipe",
        FieldSays { field: &'a str, text: &'a str } => "{field}: {text}",
        Retry => "Retry",
        SignIn => "Sign in",
        ShowIt => "Show it",
        Dismiss => "Dismiss",
        Edit => "Edit",
        ShowSecret => "Show its secret",
    }
}
