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
        Refreshing { loaded: Count } => "{loaded}, refreshing…",
        NotUpToDate { loaded: Count } => "{loaded}, not up to date",
        NotComplete { loaded: Count } => "{loaded}, not complete",
        Loaded { loaded: Count } => "{loaded}",
        SignedIn => "Signed in",
        SignedInAs { who: &'a str } => "Signed in as {who}",
        NotSignedIn => "Not signed in.",
        SignIn => "Sign in",
        SignOut => "Sign out",
        SignInTo { name: &'a str } => "Sign in to {name}",
        SignOutOf { name: &'a str } => "Sign out of {name}",
    }
}
