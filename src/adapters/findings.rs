//! What testing a connection says of a token, field by field.

use serde_json::Value;

use super::wire::plain;
use crate::api::report::{Finding, NONE};
use crate::capabilities::{Capabilities, Column, ColumnKind};
use crate::messages::MASK;

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
        ColumnKind::Capabilities => "system",
        ColumnKind::Status => "is_active",
        ColumnKind::Text(_) | ColumnKind::Time(_) | ColumnKind::Deadline(_) | ColumnKind::Hidden(_) => "extras",
    }
}

/// The fields of a token in the Scoped Token API's form, one by one.
pub(super) fn findings(system: &Capabilities, token: &Value) -> Vec<Finding> {
    let finding = |label: &str, value: Option<&Value>| {
        let shown = |it: &Value| match it {
            Value::Null => NONE.into(),
            it => plain(it).unwrap_or_else(|| it.to_string()),
        };
        let found = value.map(shown).map(|it| if it.is_empty() { NONE.into() } else { it });
        Finding { label: label.into(), place: None, found, note: String::new() }
    };
    let of_column = |it: &Column| match it.kind {
        ColumnKind::Hidden(_) => finding(&it.label, Some(&MASK.into())),
        kind => {
            let field = token.get(field_of(kind));
            // Of the extras `null` says that it is not reported.
            let extra = |idx: usize| field.and_then(|it| it.get(idx)).filter(|it| !it.is_null());
            finding(&it.label, kind.extra().map_or(field, extra))
        }
    };
    let name = finding("Name", token.get("name"));
    std::iter::once(name).chain(system.columns.iter().map(of_column)).collect()
}
