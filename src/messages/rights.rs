//! What a save changes of a token's rights.

use super::texts::texts;

texts! {
    /// A change, as a sentence without a subject: the token is it.
    pub enum RightsChange<'a> {
        AddsScope { name: &'a str } => "Adds {name}",
        RemovesScope { name: &'a str } => "Removes {name}",
        NoScopes => "Leaves no scope: some systems then allow everything",
        NeverExpires { before: &'a str } => "Never expires, instead of {before}",
        Expires { after: &'a str } => "Expires {after}, instead of never",
        ExpiresInstead { after: &'a str, before: &'a str } => "Expires {after}, instead of {before}",
        StartsAtOnce { before: &'a str } => "Starts immediately, instead of {before}",
        Starts { after: &'a str } => "Starts {after}, instead of immediately",
        StartsInstead { after: &'a str, before: &'a str } => "Starts {after}, instead of {before}",
        AnyAddress { before: &'a str } => "Works from any address, instead of {before}",
        Addresses { after: &'a str } => "Works from {after}, instead of any address",
        AddressesInstead { after: &'a str, before: &'a str } => "Works from {after}, instead of {before}",
        Input { label: &'a str, after: &'a str, before: &'a str } => "{label}: {after}, instead of {before}",
    }
}

texts! {
    /// Around them.
    pub enum Rights {
        Title => "What changes",
        More => "More rights",
        Nothing => "nothing",
        Unlisted => "the system no longer lists it",
        Read => "read",
        Write => "write",
    }
}
