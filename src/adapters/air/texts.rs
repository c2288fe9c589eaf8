//! What the page says of an NVIDIA Air.

/// Its keys; `messages` has the words.
pub(crate) enum Text {
    CannotEdit,
    CannotRevoke,
    NoScopes,
    FirstVersion,
    NoLastUse,
    PasswordHint,
    TokenHint,
    PasswordRefused,
    /// With what the system says, empty for nothing.
    TokenRefused {
        said: String,
    },
}
