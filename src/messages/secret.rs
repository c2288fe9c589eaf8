//! The secret of a new token.

use super::texts::texts;

texts! {
    /// The dialog that shows it.
    pub enum SecretDialog<'a> {
        Title => "New secret",
        Secret => "Secret",
        ShownOnce => "Copy the secret now. You won't see it again.",
        ShownInList => "Copy the secret now. The system also shows it in its list, hidden until you ask.",
        ShownAsGuid => "Copy the secret now. It is the token's GUID, which the list shows as well.",
        Missing => "The system created the token, but its answer had no secret. Look for it where the system itself shows new tokens. If it isn't there, delete this token.",
        SystemSaid { words: &'a str } => "What the system said: {words}",
        Copy => "Copy secret",
        CopyAuthorization => "Copy as Authorization header",
        CopyHeader => "Copy as header",
        Commands => "As a command for Kubernetes or GitHub",
        CopyVariable => "Copy as .env line",
        Hash => "Key hash",
        HashHint => "The system knows the secret by this hash. The hash itself is not secret.",
        Saved => "I've saved the secret",
        ThenEnd => "After that you can watch the old token, and end it.",
        CloseWhat => "Close without the secret?",
        NotSaved => "You haven't copied the secret, and you won't see it again. Close anyway?",
        NotSavedListed => "You haven't copied the secret. Close anyway?",
        GoBack => "Go back",
        CloseAnyway => "Close anyway",
    }
}
