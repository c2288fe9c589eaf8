//! What the page says of a PT Sandbox.

/// Its keys; `messages` has the words.
pub(crate) enum Text {
    Comment,
    NameRule,
    Modified,
    EntryPoint,
    Account,
    LocalAccount,
    LdapAccount,
    CannotEdit,
    CannotRevoke,
    NoDates,
    NoLastUse,
    /// Its cookies cannot be had on another origin.
    Foreign,
    /// Its own cookie stays after signing out.
    CookieStays,
    NotAccepted {
        is_ldap: bool,
    },
    /// The sign-in went well, and left no session.
    NoSession,
}
