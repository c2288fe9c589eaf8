//! What the connections of a dialect say beyond what all say, as data: `config.json` is read by it, and the form for a
//! connection is made of it. The dialects themselves are in [`crate::adapters`]. Pure.

use crate::words::Key;

/// A dialect, as `config.json` and the form know it. Its key tells it from others.
#[derive(Debug, Eq)]
pub struct Dialect {
    /// Its name in `config.json`.
    pub key: &'static str,
    /// What the form calls the systems that speak it.
    pub label: &'static dyn Key,
    /// What its connections can say, in the order of the form.
    pub settings: &'static [Setting],
}

/// All dialects that a page knows.
pub type Dialects = &'static [&'static Dialect];

/// Something that a connection can say.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in `config.json`.
    pub key: &'static str,
    /// What the form calls it.
    pub label: &'static dyn Key,
    /// What the form says of it.
    pub hint: Option<&'static dyn Key>,
    /// What it is.
    pub kind: SettingKind,
    /// The key and the value of the choice that it goes with; `None`: it can always be said.
    pub only_with: Option<(&'static str, &'static str)>,
}

/// What a setting is.
#[derive(Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// A text.
    Text,
    /// One of several: their names in `config.json` and in the form. The first is meant where nothing is said.
    Choice(&'static [(&'static str, &'static dyn Key)]),
    /// An object of texts; in the form `NAME=VALUE`, one a line.
    Texts,
    /// How the page says who asks, see [`super::Auth`].
    Auth,
    /// The description of an API, or the address of its file. It has to be said.
    Description,
    /// What that description asks for.
    Values,
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Dialect) -> bool {
        self.key == other.key
    }
}

impl Dialect {
    /// What says the description of an API, where the dialect has one.
    pub fn description(&self) -> Option<&'static Setting> {
        self.settings.iter().find(|it| it.kind == SettingKind::Description)
    }
}
