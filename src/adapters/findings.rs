//! What testing a connection says of a token, field by field.

use serde_json::Value;

use super::wire::plain;
use crate::api::report::{Finding, Told};
use crate::capabilities::{Capabilities, Column, ColumnKind};
use crate::excerpt::TEXT;
use crate::facts::{Absent, FactValue, Subject, fact};
use crate::page::put_one;
use crate::secret::MASK;
use crate::store::Store;
use crate::time::{Millis, format_rfc3339};
use crate::words::{Label, Words};

/// What the Scoped Token API's form calls what stands in a column.
pub(super) fn field_of(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Description => "description",
        ColumnKind::Id => "id",
        ColumnKind::Scopes => "scopes",
        ColumnKind::ValidFrom => "valid_from",
        ColumnKind::ValidTo => "valid_to",
        ColumnKind::LastUsed => "last_used_at",
        ColumnKind::Creator => "created_by",
        ColumnKind::System => "system",
        ColumnKind::Status => "is_active",
        ColumnKind::Text(_) | ColumnKind::Time(_) | ColumnKind::Deadline(_) | ColumnKind::Hidden(_) => "extras",
    }
}

/// What the page makes of a token in the Scoped Token API's form, column by column.
pub(super) fn findings(system: &Capabilities, token: &Value, now: Millis) -> Vec<Finding> {
    let finding = |label: Words, found| Finding { label, place: None, found, notes: Vec::new() };
    let name = token.get("name").map(|it| plain(it).unwrap_or_else(|| it.to_string()));
    let name = finding(Label::Name.into(), name.map(|it| if it.is_empty() { Told::None.into() } else { it.into() }));
    let mut store = Store::with_extras(system.n_extras());
    // Of one that the page cannot read the table says the same.
    let Ok(row) = put_one(token.to_string().as_bytes(), now, &mut store) else { return vec![name] };
    let scope_name = |id| id;
    let subject = Subject {
        store: &store,
        row,
        status: store.status(row, now),
        system: "",
        wanted: &[],
        scope_name: &scope_name,
        now,
        most: TEXT,
    };
    let of_column = |it: &Column| {
        let found = match fact(&subject, it.kind).value {
            FactValue::Text(text) => Some(text.into_owned().into()),
            FactValue::Flag(is_so) => Some(is_so.to_string().into()),
            FactValue::Odd(text) => Some(text.into()),
            FactValue::At(at) => Some(format_rfc3339(at).into()),
            FactValue::Status(it) => Some(it.into()),
            FactValue::Secret(_) => Some(MASK.into()),
            FactValue::Absent(Absent::NotReported) => None,
            FactValue::Absent(_) => Some(Told::None.into()),
        };
        finding(it.label.clone(), found)
    };
    let columns: Vec<Finding> = system.columns.iter().map(of_column).collect();
    std::iter::once(name).chain(columns).collect()
}
