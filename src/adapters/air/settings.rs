//! What a connection to an NVIDIA Air says: its version, and filters for the list of the first one.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// NVIDIA Air (wire contracts §3).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "air",
    label: &Text::Name,
    settings: &[
        Setting {
            key: "version",
            label: &Text::Version,
            hint: None,
            kind: SettingKind::Choice(&[("v2", &Text::Second), ("v1", &Text::First)]),
            only_with: None,
        },
        Setting {
            key: "filters",
            label: &Text::Filters,
            hint: Some(&Text::FiltersHint),
            kind: SettingKind::Texts,
            only_with: Some(("version", "v1")),
        },
    ],
};

/// What is said of it.
pub(crate) enum Text {
    Name,
    Version,
    First,
    Second,
    Filters,
    FiltersHint,
}
