//! What a connection to an API with a description says: the description, and what that asks for.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// Any API with a description (docs/connect-any-api.md is its language).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "rest",
    label: &Text::Name,
    settings: &[
        Setting {
            key: "api",
            label: &Text::Description,
            hint: Some(&Text::DescriptionHint),
            kind: SettingKind::Description,
            only_with: None,
        },
        Setting { key: "values", label: &Text::Values, hint: None, kind: SettingKind::Values, only_with: None },
    ],
};

/// What is said of it.
pub(crate) enum Text {
    Name,
    Description,
    DescriptionHint,
    /// Each of the values has a label of its own.
    Values,
}
