//! What the page says of a Juniper Mist cloud.

/// Its keys; `messages` has the words.
pub(crate) enum Text {
    SourceIpsRule,
    TokenHint,
    Email,
    Code,
    CodeHint,
    /// Its cookies cannot be had on another origin.
    Foreign,
    CannotRevoke,
    NoDates,
    RemovesUnused {
        days: i64,
    },
    Where,
    RemovedIfUnused,
    Key,
    WantsCode,
    CodeRefused,
    TokenRefused,
    LoginRefused,
    /// The sign-in went well, and left no session.
    NoSession,
    NoOrganisation,
    /// Who signs in with a token of an organisation, which belongs to no user.
    TokenUser,
}
