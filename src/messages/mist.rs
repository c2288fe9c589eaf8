//! What the page says of a Juniper Mist cloud.

use std::borrow::Cow;

use super::texts::texts;
use crate::adapters::mist::settings;
use crate::adapters::mist::texts::Text;
use crate::words::Key;

texts! {
    /// The settings.
    pub(crate) fn mist_settings(key: &settings::Text) {
        Name => "Juniper Mist",
        Tokens => "Whose tokens",
        Own => "The user's own",
        OfOrganisation => "An organisation's",
        Organisation => "Organisation's id",
        OrganisationHint => "Empty: the account's first one.",
    }
}

impl Key for settings::Text {
    fn text(&self) -> Cow<'static, str> {
        mist_settings(self)
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::SourceIpsRule => {
                "Up to 10 addresses or networks such as 10.0.0.0/8, one per line. Empty: from anywhere. They can't be \
                 changed later."
            }
            Text::TokenHint => "Sent as Authorization: Token …",
            Text::Email => "E-mail",
            Text::Code => "Code",
            Text::CodeHint => "From your authenticator app.",
            Text::Foreign => {
                "Signing in with e-mail and password works on Mist's own origin only: a page on another one can neither \
                 keep its cookies nor read its CSRF token. Use an API token, or put Mist behind a proxy on this page's own \
                 origin."
            }
            Text::CannotRevoke => "Juniper Mist tokens can't be revoked or disabled. Delete the token instead.",
            Text::NoDates => "Its tokens have no start and no expiry.",
            Text::RemovesUnused { days } => return format!("Mist removes tokens unused for {days} days.").into(),
            Text::Where => "Where",
            Text::RemovedIfUnused => "Removed if unused",
            Text::Key => "Key",
            Text::WantsCode => "This account has two-factor authentication. Enter the code and sign in again.",
            Text::CodeRefused => "Mist did not accept this code.",
            Text::TokenRefused => "Mist did not accept this API token.",
            Text::LoginRefused => "Mist did not accept this e-mail, password or code.",
            Text::NoSession => "Mist accepted the sign-in, but its session cookie did not come back.",
            Text::NoOrganisation => {
                "This account belongs to no organisation. Let the connection list your own tokens instead."
            }
            Text::TokenUser => "an API token",
        }
        .into()
    }
}
