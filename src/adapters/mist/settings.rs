//! What a connection to a Juniper Mist cloud says: whose tokens it lists.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// Juniper Mist (wire contracts §4).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "mist",
    label: "Juniper Mist",
    settings: &[
        Setting {
            key: "tokens",
            label: "Whose tokens",
            hint: "",
            kind: SettingKind::Choice(&[("self", "The user's own"), ("org", "An organisation's")]),
            only_with: None,
        },
        Setting {
            key: "org_id",
            label: "Organisation's id",
            hint: "The first one of the account where nothing is said.",
            kind: SettingKind::Text,
            only_with: Some(("tokens", "org")),
        },
    ],
};
