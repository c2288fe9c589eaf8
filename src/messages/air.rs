//! What the page says of an NVIDIA Air.

use std::borrow::Cow;

use super::texts::texts;
use crate::adapters::air::settings;
use crate::adapters::air::texts::Text;
use crate::words::Key;

texts! {
    /// The settings.
    pub(crate) fn setting(key: &settings::Text) {
        Name => "NVIDIA Air",
        Version => "Version",
        First => "1",
        Second => "2",
        Filters => "Filters",
        FiltersHint => "Parameters for its list: NAME=VALUE, one a line.",
    }
}

impl Key for settings::Text {
    fn text(&self) -> Cow<'static, str> {
        setting(self)
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::CannotEdit => "NVIDIA Air cannot change a token: delete it and create another.".into(),
            Text::CannotRevoke => "It cannot revoke one either: delete it.".into(),
            Text::NoScopes => "Its tokens have no scopes and no start.".into(),
            Text::FirstVersion => {
                "The first version of its API sets no end and reports little besides the name.".into()
            }
            Text::NoLastUse => "When one was last used and who made it are not reported.".into(),
            Text::PasswordHint => "An API token of yours works as the password too.".into(),
            Text::TokenHint => "A bearer token, sent as it is.".into(),
            Text::PasswordRefused => "NVIDIA Air did not accept this username and password.".into(),
            Text::TokenRefused { said } if said.is_empty() => "NVIDIA Air did not accept this API token.".into(),
            Text::TokenRefused { said } => format!("NVIDIA Air did not accept this API token. {said}").into(),
        }
    }
}
