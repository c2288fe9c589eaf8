//! What fields, columns and inputs are called, and what systems cannot do.

use std::borrow::Cow;

use super::texts::texts;
use crate::capabilities::Lack;
use crate::words::{Key, Label};

texts! {
    /// What many systems call the same.
    pub fn label(key: &Label) {
        Name => "Name",
        Guid => "GUID",
        Id => "ID",
        Description => "Description",
        Scopes => "Scopes",
        Permissions => "Permissions",
        Privileges => "Privileges",
        SourceIps => "Source IPs",
        ValidFrom => "Valid from",
        ValidTo => "Valid to",
        ActiveFrom => "Active from",
        ExpirationDate => "Expiration date",
        LastUsed => "Last used",
        IsActive => "Is active",
        Created => "Created",
        CreatedBy => "Created by",
        Revoked => "Revoked",
        Disabled => "Disabled",
        Deleted => "Deleted",
        System => "System",
        ApiToken => "API token",
        Username => "Username",
        Password => "Password",
        AllSystems => "All systems",
    }
}

texts! {
    /// Why a system cannot do something, where it does not say.
    pub fn lack(key: &Lack) {
        NoRotation => "This system can't give a token a new secret. Create another one, then revoke or delete this one.",
        NoSwitch => "This system can't disable a token and enable it again.",
        SwitchUntold => "The system doesn't say whether this token is disabled, so it can't be disabled here.",
        NotOffered => "This system doesn't offer this.",
    }
}

impl Key for Label {
    fn text(&self) -> Cow<'static, str> {
        label(self)
    }

    fn one(&self) -> Cow<'static, str> {
        match self {
            Label::Name => "a name".into(),
            Label::Scopes => "one scope".into(),
            Label::Permissions => "one permission".into(),
            Label::Privileges => "one privilege".into(),
            _ => "".into(),
        }
    }
}

impl Key for Lack {
    fn text(&self) -> Cow<'static, str> {
        lack(self)
    }
}
