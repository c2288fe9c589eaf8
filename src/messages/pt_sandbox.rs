//! What the page says of a PT Sandbox.

use std::borrow::Cow;

use crate::adapters::pt_sandbox::settings;
use crate::adapters::pt_sandbox::texts::Text;
use crate::words::Key;

impl Key for settings::Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            settings::Text::Name => "PT Sandbox".into(),
        }
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::Comment => "Comment",
            Text::NameRule => "5 to 30 Latin letters, digits and hyphens. The first and the last are letters.",
            Text::Modified => "Modified",
            Text::EntryPoint => "Entry point",
            Text::Account => "Account",
            Text::LocalAccount => "Local account",
            Text::LdapAccount => "LDAP",
            Text::CannotEdit => "PT Sandbox tokens can't be changed. Delete the token and create another.",
            Text::CannotRevoke => "PT Sandbox tokens can't be revoked or disabled. Delete the token instead.",
            Text::NoDates => "Its tokens have no start and no expiry.",
            Text::NoLastUse => "Last use is not reported.",
            Text::Foreign => {
                "PT Sandbox keeps its sign-in in cookies, which a page on another origin cannot use. Signing in will not \
                 work here: put PT Sandbox behind a proxy on this page's own origin first."
            }
            Text::CookieStays => {
                "PT Sandbox's own sign-in cookie stays in this browser, where this page cannot delete it: sign out there \
                 too, or close the browser."
            }
            Text::NotAccepted { is_ldap: true } => {
                "PT Sandbox did not accept this username and password for an LDAP account."
            }
            Text::NotAccepted { is_ldap: false } => {
                "PT Sandbox did not accept this username and password for a local account."
            }
            Text::NoSession => "PT Sandbox accepted the sign-in, but its session cookie did not come back.",
        }
        .into()
    }
}
