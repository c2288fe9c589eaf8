//! What systems usually call what they have.

/// A field, a column or an input that many systems have, by its usual name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// What a token is called.
    Name,
    /// A token's handle that callers send.
    Guid,
    /// A token's handle in addresses.
    Id,
    /// What a token is for.
    Description,
    /// What a token may do.
    Scopes,
    /// The same under another name.
    Permissions,
    /// The same, each with where it holds.
    Privileges,
    /// From where a token may be used.
    SourceIps,
    /// A start, in a form.
    ValidFrom,
    /// An end, in a form.
    ValidTo,
    /// A start, in a table.
    ActiveFrom,
    /// An end, in a table.
    ExpirationDate,
    /// When a token was last used.
    LastUsed,
    /// A token's status.
    IsActive,
    /// When a token was made.
    Created,
    /// Who made a token.
    CreatedBy,
    /// When a token was revoked.
    Revoked,
    /// When a token was switched off.
    Disabled,
    /// When a token was deleted.
    Deleted,
    /// The system that a token is of.
    System,
    /// A token that signs in.
    ApiToken,
    /// Who signs in.
    Username,
    /// What proves it.
    Password,
    /// All systems side by side.
    AllSystems,
}
