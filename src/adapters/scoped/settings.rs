//! What a connection to a Scoped Token API says.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// The Scoped Token API (wire contracts §1).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "scoped",
    label: "Scoped Token API",
    settings: &[Setting { key: "auth", label: "Authentication", hint: "", kind: SettingKind::Auth, only_with: None }],
};
