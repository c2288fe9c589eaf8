//! Why the user is asked to sign in, as keys; `messages` has the words. Pure.

/// Why the session is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// It has ended; what was typed is still there.
    SessionEnded,
    /// The system did not accept what was typed.
    NotAccepted,
    /// Not all that the way to sign in asks for is filled in.
    Incomplete,
    /// The user has signed out.
    SignedOut,
}
