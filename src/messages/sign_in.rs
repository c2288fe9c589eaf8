//! The form to sign in.

use super::texts::texts;

texts! {
    /// The form, and the same within the test of a connection.
    pub enum SignInForm<'a> {
        Title { name: &'a str } => "Sign in to {name}",
        With => "Sign in with",
        SentTo { address: &'a str } => "Sent to {address}. Kept in memory only: you'll sign in again after a reload.",
        InMemory => "Kept in memory only: you'll sign in again after a reload.",
        SignIn => "Sign in",
        SigningIn => "Signing in…",
    }
}
