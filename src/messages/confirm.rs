//! The questions before revoking, rotating and deleting.

use super::texts::texts;

texts! {
    /// What is asked, the button that does it, and what it means.
    pub enum Confirm<'a> {
        RevokeTitle { name: &'a str } => "Revoke {name}?",
        Revoke => "Revoke",
        RevokedForGood => "Anything using this token stops working immediately. It stays in the list as revoked. You can't undo this.",
        Revoked => "Anything using this token stops working immediately. It stays in the list.",
        RotateTitle { name: &'a str } => "Rotate {name}?",
        Rotate => "Rotate",
        Rotated => "It gets a new secret, which is shown once. Anything using the old one stops working, usually immediately.",
        DisableTitle { name: &'a str } => "Disable {name}?",
        Disable => "Disable",
        Disabled => "Anything using this token stops working immediately. Its dates and its secret stay: you can undo this with Enable.",
        EnableTitle { name: &'a str } => "Enable {name}?",
        Enable => "Enable",
        Enabled => "Anything that still has this token's secret can use it again.",
        EnabledOver => "Its expiry date has passed, so it stays inactive until you change that date.",
        EnabledLater => "Its start date lies ahead. From then on, anything that has this token's secret can use it.",
        DeleteTitle { name: &'a str } => "Delete {name}?",
        Delete => "Delete",
        Deleted => "This permanently deletes the token and its history. Anything using it stops working immediately.",
        KeptAsDeleted => "Anything using this token stops working immediately. It stays in the list as deleted. You can't undo this here.",
        DisableInstead => "Disabling it stops it as well, and can be undone.",
        EndInstead => "This system can't disable a token. Nearest to it: an earlier expiry date, which you can change again.",
        RevokeInstead => "This system can't disable a token. Nearest to it: revoking, which keeps the token in the list.",
        OnlyDelete => "This system can't disable or revoke a token: only deleting stops it.",
        InsteadDisable => "Disable instead",
        InsteadEdit => "Edit instead",
        InsteadRevoke => "Revoke instead",
        Retry => "Retry",
        Used { distance: &'a str } => "used {distance}",
        NeverUsed => "never used",
    }
}
