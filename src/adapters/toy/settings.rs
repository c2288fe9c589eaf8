//! What a connection to a toy says: its colour.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// A dialect for tests.
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "toy",
    label: "Toy",
    settings: &[Setting {
        key: "colour",
        label: "Colour",
        hint: "",
        kind: SettingKind::Choice(&[("red", "Red"), ("blue", "Blue")]),
        only_with: None,
    }],
};
