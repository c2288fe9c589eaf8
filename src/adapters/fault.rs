//! What adapters have to say themselves where a call fails, whatever their dialect.

/// Why there is no answer to show. `messages` has the words.
pub(crate) enum Fault {
    /// The system's list does not have the token.
    NotListed,
    /// The answer should be an object.
    NoObject,
    /// The answer to creating a token has none.
    NoNewToken,
    /// The answer to the list call has no tokens.
    NoTokens,
    /// This member of an answer is missing.
    NoMember(&'static str),
    /// The system refused the sign-in without a word.
    SilentRefusal,
    /// No way to sign in has all that it asks for.
    NoWay,
}
