//! What is said where the page is left alone.

use super::numbers::Count;
use super::texts::texts;

texts! {
    /// The dialog before and after the page signs out by itself.
    pub enum IdleDialog {
        Warning => "You are about to be signed out",
        Quiet { n: Count } => "Nothing was done here for a while. This page signs out after {n} without any action.",
        Left { n: Count } => "Signing out in {n}.",
        Stay => "Stay signed in",
        SignOut => "Sign out now",
        Waiting => "Signing out",
        WaitingFor => "A change is being sent. You are signed out as soon as its answer is here.",
        Over => "You were signed out",
        OverWhy { n: Count } => "Nothing was done here for {n}.",
        Close => "Close",
    }
}
