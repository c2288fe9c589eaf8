//! What a connection to an API with a description says: the description, and what that asks for.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// Any API with a description (docs/connect-any-api.md is its language).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "rest",
    label: "Another API (by its description)",
    settings: &[
        Setting {
            key: "api",
            label: "Description",
            hint: "Its JSON, or the address of its file relative to the page.",
            kind: SettingKind::Description,
            only_with: None,
        },
        Setting { key: "values", label: "", hint: "", kind: SettingKind::Values, only_with: None },
    ],
};
