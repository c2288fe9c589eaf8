//! What a connection to a toy says: its colour.

use std::borrow::Cow;

use crate::config::dialect::{Dialect, Setting, SettingKind};
use crate::words::Key;

/// A dialect for tests.
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "toy",
    label: &Text::Name,
    settings: &[Setting {
        key: "colour",
        label: &Text::Colour,
        hint: None,
        kind: SettingKind::Choice(&[("red", &Text::Red), ("blue", &Text::Blue)]),
        only_with: None,
    }],
};

/// What is said of it.
#[derive(Debug)]
pub(crate) enum Text {
    Name,
    Colour,
    Red,
    Blue,
}

/// A toy's English stands here: `messages` has it for dialects that people see.
impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::Name => "Toy".into(),
            other => format!("{other:?}").into(),
        }
    }
}
