//! Values as texts, numbers and lists.

use serde_json::{Number, Value};

/// Whether this counts as no value.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// A value within a text.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(list) => list.iter().map(as_text).collect::<Vec<_>>().join(","),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn elements(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::String(text) => text.lines().map(str::trim).filter(|it| !it.is_empty()).map(Value::from).collect(),
        one => vec![one.clone()],
    }
}

pub(super) fn joined(value: &Value, between: &str) -> Option<Value> {
    Some(elements(value).iter().map(as_text).collect::<Vec<_>>().join(between).into())
}

/// A number as it is typed.
pub(super) fn as_number(text: &str) -> Option<Number> {
    let text = text.trim();
    let whole = || text.parse::<i64>().ok().map(Number::from);
    whole().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}
