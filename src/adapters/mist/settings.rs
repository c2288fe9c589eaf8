//! What a connection to a Juniper Mist cloud says: whose tokens it lists.

use crate::config::dialect::{Dialect, Setting, SettingKind};

/// Juniper Mist (wire contracts §4).
pub(in crate::adapters) static DIALECT: Dialect = Dialect {
    key: "mist",
    label: &Text::Name,
    settings: &[
        Setting {
            key: "tokens",
            label: &Text::Tokens,
            hint: None,
            kind: SettingKind::Choice(&[("self", &Text::Own), ("org", &Text::OfOrganisation)]),
            only_with: None,
        },
        Setting {
            key: "org_id",
            label: &Text::Organisation,
            hint: Some(&Text::OrganisationHint),
            kind: SettingKind::Text,
            only_with: Some(("tokens", "org")),
        },
    ],
};

/// What is said of it.
pub(crate) enum Text {
    Name,
    Tokens,
    Own,
    OfOrganisation,
    Organisation,
    OrganisationHint,
}
