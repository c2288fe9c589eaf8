//! What a connection to a Scoped Token API says.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// The Scoped Token API (wire contracts §1).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "scoped",
    label: &Text::Name,
    settings: &[Setting { key: "auth", label: &Text::Auth, hint: None, kind: SettingKind::Auth, only_with: None }],
};

/// What is said of it.
pub(crate) enum Text {
    Name,
    Auth,
}
