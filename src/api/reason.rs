//! What the page itself has to say of an answer or a request. A system's own words are not among it.

use crate::store::OddFact;

/// Why an answer cannot be read, or a request cannot be sent. `messages` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A web page came, such as a proxy's sign-in.
    WebPage,
    /// It should be a list of scopes.
    NoScopes,
    /// It should be a list of what privileges can hold for.
    NoTargets,
    /// It should have a list of tokens.
    NoEntries,
    /// It speaks of another token than the one that was asked for.
    AnotherToken {
        /// Its name, where it is told.
        name: Option<String>,
        /// Its id.
        id: String,
    },
    /// The system does not have this call.
    NoSuchCall,
    /// A form cannot send this fact back as it stands, so a save would remove it.
    WouldBeLost(OddFact),
    /// No address can stand for the token's id, so nothing was sent.
    NoAddress,
}
