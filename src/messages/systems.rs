//! All systems side by side. Pure.

use super::numbers::{Count, Number};
use super::texts::texts;

texts! {
    /// How the list of a system stands, and who is signed in there.
    pub enum System<'a> {
        List => "Systems",
        Opening => "Opening…",
        LoadedOf { loaded: Number, total: Number } => "{loaded} of {total} loaded…",
        Loading => "Loading…",
        Refreshing { tokens: Count } => "{tokens}, refreshing…",
        NotUpToDate { tokens: Count } => "{tokens}, not up to date",
        RetryOf { name: &'a str } => "Retry {name}",
        Details => "Details",
        NotComplete { tokens: Count } => "{tokens}, not complete",
        Loaded { tokens: Count } => "{tokens}",
        SignedIn => "Signed in",
        SignedInAs => "Signed in as ",
        NotSignedIn => "Not signed in",
        SignIn => "Sign in",
        SignOut => "Sign out",
        SignInTo { name: &'a str } => "Sign in to {name}",
        SignOutOf { name: &'a str } => "Sign out of {name}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Unit;

    #[test]
    fn one_token_is_no_tokens() {
        let said = |n| System::Refreshing { tokens: Count(n, Unit::Token) }.text();
        assert_eq!([said(1), said(1_000)], ["1 token, refreshing…", "1,000 tokens, refreshing…"]);
    }
}
