//! What a client sends to Air, read field by field. The messages are those of Django REST framework.

use serde_json::{Map, Value, json};

use crate::moment::Moment;

/// The longest name, in characters.
const MAX_NAME: usize = 255;

/// Messages by field, as they go over the wire.
type Errors = Map<String, Value>;

/// A new token, valid.
#[derive(Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) name: String,
    /// Microseconds since 1970; `None` for a token that does not expire. A time that has passed is accepted.
    pub(super) expiry: Option<i64>,
}

impl Draft {
    /// Reads a body.
    pub(super) fn read(body: &Map<String, Value>) -> Result<Self, Errors> {
        let mut errors = Errors::new();
        let name = keep(&mut errors, "name", text(body, "name"));
        let expiry = keep(&mut errors, "expiry", expiry(body.get("expiry")));
        match (name, expiry) {
            (Some(name), Some(expiry)) => Ok(Self { name, expiry }),
            _ => Err(errors),
        }
    }
}

/// Reads username and password.
pub(super) fn credentials(body: &Map<String, Value>) -> Result<(String, String), Errors> {
    let mut errors = Errors::new();
    let username = keep(&mut errors, "username", text(body, "username"));
    let password = keep(&mut errors, "password", text(body, "password"));
    username.zip(password).ok_or(errors)
}

fn keep<T>(errors: &mut Errors, field: &str, read: Result<T, &str>) -> Option<T> {
    read.map_err(|message| errors.insert(field.to_owned(), json!([message]))).ok()
}

fn text(body: &Map<String, Value>, field: &str) -> Result<String, &'static str> {
    let text = match body.get(field) {
        None => return Err("This field is required."),
        Some(Value::Null) => return Err("This field may not be null."),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err("Not a valid string."),
    };
    match text.chars().count() {
        0 => Err("This field may not be blank."),
        1..=MAX_NAME => Ok(text),
        _ => Err("Ensure this field has no more than 255 characters."),
    }
}

/// RFC 3339, or without a zone as version 1 of the client writes a time that has none: that is UTC.
fn expiry(value: Option<&Value>) -> Result<Option<i64>, &'static str> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().unwrap_or_default(),
    };
    let moment = Moment::parse(text).or_else(|| Moment::parse(&format!("{text}Z")));
    moment.map(|it| Some(it.micros())).ok_or(
        "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm:ss[.uuuuuu][+HH:MM|-HH:MM|Z].",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: Value, expected: Value) {
        assert_eq!(Value::Object(Draft::read(body.as_object().unwrap()).unwrap_err()), expected);
    }

    #[test]
    fn each_field_has_its_message() {
        check(json!({}), json!({ "name": ["This field is required."] }));
        check(json!({ "name": null }), json!({ "name": ["This field may not be null."] }));
        check(json!({ "name": " " }), json!({ "name": ["This field may not be blank."] }));
        check(json!({ "name": [] }), json!({ "name": ["Not a valid string."] }));
        let long = json!({ "name": ["Ensure this field has no more than 255 characters."] });
        check(json!({ "name": "é".repeat(256) }), long);
        let both = Draft::read(json!({ "expiry": "tomorrow" }).as_object().unwrap()).unwrap_err();
        assert_eq!(both.keys().collect::<Vec<_>>(), ["expiry", "name"]);
    }

    #[test]
    fn times_come_with_a_zone_or_without() {
        let read = |it: &str| expiry(Some(&json!(it)));
        assert_eq!(read("1970-01-01T00:00:01.000002Z"), Ok(Some(1_000_002)));
        assert_eq!(read("1970-01-01T01:00:01+01:00"), Ok(Some(1_000_000)));
        assert_eq!(read("1970-01-01T00:00:01"), Ok(Some(1_000_000)));
        assert!(read("1970-01-01").is_err());
        assert!(read("").is_err());
        assert!(expiry(Some(&json!(5))).is_err());
    }
}
