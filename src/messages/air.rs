//! What the page says of an NVIDIA Air.

use std::borrow::Cow;

use super::texts::texts;
use crate::adapters::air::settings;
use crate::adapters::air::texts::Text;
use crate::words::Key;

texts! {
    /// The settings.
    pub(crate) fn air_settings(key: &settings::Text) {
        Name => "NVIDIA Air",
        Version => "Version",
        First => "1",
        Second => "2",
        Filters => "Filters",
        FiltersHint => "Parameters for its list: NAME=VALUE, one per line.",
    }
}

impl Key for settings::Text {
    fn text(&self) -> Cow<'static, str> {
        air_settings(self)
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::CannotEdit => "NVIDIA Air tokens can't be changed. Delete the token and create another.".into(),
            Text::CannotRevoke => "NVIDIA Air tokens can't be revoked or disabled. Delete the token instead.".into(),
            Text::NoScopes => "Its tokens have no scopes and no start.".into(),
            Text::FirstVersion => "Version 1 of its API sets no expiry and reports little besides the name.".into(),
            Text::NoLastUse => "Last use and creator are not reported.".into(),
            Text::PasswordHint => "One of your API tokens works as the password, too.".into(),
            Text::TokenHint => "A bearer token, sent as it is.".into(),
            Text::PasswordRefused => "NVIDIA Air did not accept this username and password.".into(),
            Text::TokenRefused { said } if said.is_empty() => "NVIDIA Air did not accept this API token.".into(),
            Text::TokenRefused { said } => format!("NVIDIA Air did not accept this API token. {said}").into(),
        }
    }
}
