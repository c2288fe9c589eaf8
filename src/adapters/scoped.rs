//! The Scoped Token API (wire contracts §1): the dialect whose calls need no translation, see [`crate::api::scoped`].

use crate::capabilities::{Action, Capabilities, Column, ColumnKind, Field, FieldShape, Input, InputKind, SignIn};
use crate::config::{Auth, AuthHeader};
use crate::query::StatusFilter;

pub(super) mod settings;

/// What a Scoped Token API can do.
pub(crate) fn capabilities(auth: &Auth) -> Capabilities {
    let ways = match auth {
        Auth::None => None,
        Auth::Bearer => Some(vec![Input::new("Authorization", "API token", InputKind::Secret).in_header()]),
        Auth::Headers(headers) => Some(headers.iter().map(header_input).collect()),
    };
    Capabilities {
        name: "Scoped Token API".into(),
        id_label: "GUID".into(),
        scopes_label: Some("Scopes".into()),
        offers: vec![Action::Create, Action::Edit, Action::Revoke, Action::Delete],
        revokes_for_good: true,
        fields: vec![
            FieldShape::new(Field::Name, "Name").one("a name").required(),
            FieldShape::new(Field::Guid, "GUID").fixed(),
            FieldShape::new(Field::Scopes, "Scopes").one("one scope").required(),
            FieldShape::new(Field::Description, "Description"),
            FieldShape::new(Field::ValidFrom, "Valid from"),
            FieldShape::new(Field::ValidTo, "Valid to"),
        ],
        columns: vec![
            Column::new("Description", ColumnKind::Description),
            Column::new("GUID", ColumnKind::Id),
            Column::new("Scopes", ColumnKind::Scopes),
            Column::new("Active from", ColumnKind::ValidFrom),
            Column::new("Expiration date", ColumnKind::ValidTo),
            Column::new("Last used", ColumnKind::LastUsed),
            Column::new("Is active", ColumnKind::Status),
        ],
        spare_columns: vec![Column::new("Created by", ColumnKind::Creator)],
        statuses: StatusFilter::SCOPED.into(),
        sign_in: ways.map(|way| SignIn { ways: vec![way], ..SignIn::default() }),
        ..Capabilities::default()
    }
}

fn header_input(AuthHeader { name, value, secret }: &AuthHeader) -> Input {
    let kind = match (value, secret) {
        (Some(_), _) => InputKind::Fixed,
        (None, true) => InputKind::Secret,
        (None, false) => InputKind::Text,
    };
    Input { value: value.clone().unwrap_or_default(), ..Input::new(name, name, kind).in_header() }
}
