//! What the page says of connections to a Scoped Token API.

use std::borrow::Cow;

use super::texts::texts;
use crate::adapters::scoped::settings::Text;
use crate::words::Key;

texts! {
    /// The settings.
    pub(crate) fn setting(key: &Text) {
        Name => "Scoped Token API",
        Auth => "Authentication",
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        setting(self)
    }
}
