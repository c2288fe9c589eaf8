//! The Scoped Token API (wire contracts §1): the dialect whose calls need no translation, see [`crate::api::scoped`].

use crate::capabilities::{Action, Capabilities, Column, ColumnKind, Field, FieldShape, Input, InputKind, SignIn};
use crate::config::{Auth, AuthHeader};
use crate::query::StatusFilter;
use crate::words::Label;

pub(crate) mod settings;

/// What a Scoped Token API can do.
pub(crate) fn capabilities(auth: &Auth) -> Capabilities {
    let ways = match auth {
        Auth::None => None,
        Auth::Bearer => Some(vec![Input::new("Authorization", Label::ApiToken, InputKind::Secret).in_header()]),
        Auth::Headers(headers) => Some(headers.iter().map(header_input).collect()),
    };
    Capabilities {
        name: settings::Text::Name.into(),
        id_label: Label::Guid.into(),
        scopes_label: Some(Label::Scopes.into()),
        offers: vec![
            Action::Create,
            Action::Edit,
            Action::Revoke,
            // As far as its list says of a token whether it is disabled.
            Action::Disable,
            Action::Enable,
            Action::Delete,
        ],
        starts_endless: true,
        revokes_for_good: true,
        fields: vec![
            FieldShape::new(Field::Name, Label::Name).required().most_chars(200),
            FieldShape::new(Field::Guid, Label::Guid).fixed(),
            FieldShape::new(Field::Scopes, Label::Scopes).required(),
            FieldShape::new(Field::Description, Label::Description).most_chars(4_000),
            FieldShape::new(Field::ValidFrom, Label::ValidFrom),
            FieldShape::new(Field::ValidTo, Label::ValidTo),
        ],
        columns: vec![
            Column::new(Label::Description, ColumnKind::Description),
            Column::new(Label::Guid, ColumnKind::Id),
            Column::new(Label::Scopes, ColumnKind::Scopes),
            Column::new(Label::ActiveFrom, ColumnKind::ValidFrom),
            Column::new(Label::ExpirationDate, ColumnKind::ValidTo),
            Column::new(Label::LastUsed, ColumnKind::LastUsed),
            Column::new(Label::IsActive, ColumnKind::Status),
        ],
        spare_columns: vec![Column::new(Label::CreatedBy, ColumnKind::Creator)],
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
    Input { value: value.clone().unwrap_or_default(), ..Input::new(name, name.as_str(), kind).in_header() }
}
