//! What a connection to an NVIDIA Air says: its version, and filters for the list of the first one.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// NVIDIA Air (wire contracts §3).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "air",
    label: "NVIDIA Air",
    settings: &[
        Setting {
            key: "version",
            label: "Version",
            hint: "",
            kind: SettingKind::Choice(&[("v2", "2"), ("v1", "1")]),
            only_with: None,
        },
        Setting {
            key: "filters",
            label: "Filters",
            hint: "Parameters for its list: NAME=VALUE, one a line.",
            kind: SettingKind::Texts,
            only_with: Some(("version", "v1")),
        },
    ],
};
