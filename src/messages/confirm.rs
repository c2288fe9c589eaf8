//! The questions before revoking, rotating and deleting.

use super::texts::texts;

texts! {
    /// What is asked, the button that does it, and what it means.
    pub enum Confirm {
        RevokeTitle => "Revoke token",
        Revoke => "Revoke",
        RevokedForGood => "Anything using this token stops working immediately. It stays in the list as revoked. You can't undo this.",
        Revoked => "Anything using this token stops working immediately. It stays in the list.",
        RotateTitle => "Rotate token",
        Rotate => "Rotate",
        Rotated => "It gets a new secret, which is shown once. Anything using the old one stops working, usually immediately.",
        DeleteTitle => "Delete token",
        Delete => "Delete",
        Deleted => "This permanently deletes the token and its history. Anything using it stops working immediately.",
        KeptAsDeleted => "Anything using this token stops working immediately. It stays in the list as deleted. You can't undo this here.",
        Retry => "Retry",
    }
}
