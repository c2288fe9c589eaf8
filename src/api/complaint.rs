//! What a system says of a write that it refused, in the many shapes that systems have for it. Pure.

use crate::json::{self, Json, Read};

/// What is wrong, in the system's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong with the whole; empty where nothing is said of it.
    pub words: String,
    /// Fields, each with all that is said of it. A dot stands between the steps to a part of a field: `scopes.0`.
    pub fields: Vec<(String, String)>,
}

/// How many fields can have messages, and how many letters a text can have: a user reads no more.
const MOST_FIELDS: usize = 30;
const MOST_LETTERS: usize = 500;

/// Where words for the whole usually stand.
const WORDS: [&str; 8] = ["detail", "message", "error_description", "error", "title", "msg", "reason", "description"];

/// Where messages on fields usually stand.
const PLACES: [&str; 11] = [
    "errors",
    "detail",
    "details",
    "error",
    "message",
    "violations",
    "fieldErrors",
    "field_errors",
    "invalid-params",
    "invalid_params",
    "issues",
];

/// What names the field in an object that is one message.
const NAMES: [&str; 12] = [
    "field",
    "loc",
    "pointer",
    "path",
    "param",
    "parameter",
    "property",
    "propertyPath",
    "attribute",
    "location",
    "source",
    "name",
];

/// What holds texts in an object that is one message.
const TEXTS: [&str; 8] = ["message", "msg", "detail", "description", "reason", "defaultMessage", "error", "title"];

/// What stands beside it there.
const BESIDES: [&str; 9] = ["code", "type", "status", "severity", "rule", "kind", "value", "input", "ctx"];

impl Complaint {
    /// Reads the body of an answer; empty where it is no JSON, such as a proxy's page.
    pub fn read(body: &[u8]) -> Complaint {
        let json = json::read(body).unwrap_or(Json::Null);
        let text = |of: &Json| WORDS.iter().find_map(|it| of.text_of(it).map(short));
        let words = text(&json).or_else(|| json.get("error").and_then(text));
        let mut complaint = Complaint { words: words.unwrap_or_default(), fields: Vec::new() };
        if matches!(json, Json::Array(_)) {
            complaint.collect(&json, "", false);
        }
        let inner = json.get("error").filter(|it| it.members().is_some());
        for of in [Some(&json), inner].into_iter().flatten() {
            for place in PLACES {
                match of.get(place) {
                    Some(Json::String(text)) if place == "errors" => complaint.add("", text),
                    Some(it @ Json::Array(_)) => complaint.collect(it, "", false),
                    Some(it @ Json::Object(_)) if place != "error" => complaint.collect(it, "", false),
                    _ => {}
                }
            }
        }
        if complaint == Complaint::default() {
            // `{"name": ["This field is required."]}`
            let all = [Some(&json), inner].into_iter().flatten();
            for (name, value) in all.flat_map(|it| it.members().unwrap_or_default()) {
                if matches!(value, Json::Array(_)) {
                    complaint.collect(value, name, false);
                }
            }
        }
        complaint
    }

    /// Takes in what is said of a field, or of all fields where it is empty. `in_list`: it is one of several.
    fn collect(&mut self, json: &Json, field: &str, in_list: bool) {
        match json {
            Json::Array(list) => list.iter().for_each(|it| self.collect(it, field, true)),
            Json::Object(members) => {
                let texts: Vec<&str> = TEXTS.iter().filter_map(|it| json.text_of(it)).collect();
                // Else its members are fields, whatever they are called: `{"name": "too long", "title": "too short"}`.
                let is_known = |name: &str| TEXTS.contains(&name) || NAMES.contains(&name) || BESIDES.contains(&name);
                let is_message = in_list || !field.is_empty() && members.iter().all(|(name, _)| is_known(name));
                if texts.is_empty() || !is_message {
                    return members.iter().for_each(|(name, value)| self.collect(value, &below(field, name), false));
                }
                let named = NAMES.iter().find_map(|name| json.get(name).and_then(field_name));
                let field = named.map_or_else(|| field.to_owned(), |it| below(field, &it));
                texts.into_iter().for_each(|it| self.add(&field, it));
            }
            Json::Null => {}
            one => self.add(field, &json::plain(one)),
        }
    }

    fn add(&mut self, field: &str, text: &str) {
        let text = text.trim();
        let is_known = field.is_empty() && self.words.contains(text);
        if text.is_empty() || is_known {
            return;
        }
        let has_room = self.fields.len() < MOST_FIELDS;
        match self.fields.iter_mut().find(|(it, _)| it == field) {
            Some((_, said)) if said.contains(text) => {}
            Some((_, said)) => *said = short(&format!("{said} {text}")),
            None if has_room => self.fields.push((short(field), short(text))),
            None => {}
        }
    }
}

/// The name of a field: a text, the way to it as a list, or an object with either.
fn field_name(json: &Json) -> Option<String> {
    let steps: Vec<String> = match json {
        Json::String(text) => text.split(['/', '.', '[', ']']).map(str::to_owned).collect(),
        Json::Array(list) => list.iter().map(json::plain).collect(),
        Json::Object(_) => return ["pointer", "parameter"].iter().find_map(|it| field_name(json.get(it)?)),
        _ => return None,
    };
    // What only says that it is in the body, as the field is.
    let says_nothing = |it: &String| matches!(it.as_str(), "" | "#" | "$" | "body" | "data" | "attributes");
    let steps: Vec<String> = steps.into_iter().filter(|it| !says_nothing(it)).collect();
    (!steps.is_empty()).then(|| steps.join("."))
}

fn below(field: &str, name: &str) -> String {
    match (field, name) {
        // Not of one field: what web frameworks call such messages.
        ("", "non_field_errors" | "base" | "_" | "__all__") => String::new(),
        ("", name) => name.to_owned(),
        (field, name) => format!("{field}.{name}"),
    }
}

/// A text that is not too long to be read.
fn short(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(body: Value, words: &str, fields: &[(&str, &str)]) {
        let read = Complaint::read(body.to_string().as_bytes());
        let fields = fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
        assert_eq!(read, Complaint { words: words.into(), fields }, "{body}");
    }

    #[test]
    fn every_message_is_read() {
        check(json!({ "detail": "D", "errors": "too odd" }), "D", &[("", "too odd")]);
        check(json!({ "errors": ["too odd", "too long"] }), "", &[("", "too odd too long")]);
        let name = &[("name", "too long")];
        for body in [
            json!({ "errors": { "name": "too long" } }),
            json!({ "errors": { "name": ["too long"] } }),
            json!({ "errors": { "name": [{ "message": "too long", "code": "max" }] } }),
            json!({ "errors": { "name": { "message": "too long", "code": "max" } } }),
            json!({ "errors": [{ "field": "name", "message": "too long" }] }),
            json!({ "errors": [{ "path": "/name", "detail": "too long" }] }),
            json!({ "errors": [{ "pointer": "#/name", "detail": "too long" }] }),
            json!({ "errors": [{ "source": { "pointer": "/data/attributes/name" }, "detail": "too long" }] }),
            json!({ "errors": [{ "field": "body.name", "defaultMessage": "too long" }] }),
            json!({ "detail": [{ "loc": ["body", "name"], "msg": "too long", "type": "value_error" }] }),
            json!({ "violations": [{ "propertyPath": "name", "message": "too long" }] }),
            json!({ "invalid-params": [{ "name": "name", "reason": "too long" }] }),
            json!({ "error": { "details": [{ "field": "name", "description": "too long" }] } }),
            json!({ "name": ["too long"] }),
            json!({ "error": { "name": ["too long"] } }),
        ] {
            check(body, "", name);
        }
        check(
            json!({ "errors": { "name": { "deep": "x", "er": ["y"] } } }),
            "",
            &[("name.deep", "x"), ("name.er", "y")],
        );
        check(json!({ "errors": [{ "loc": ["scopes", 0], "msg": "unknown" }] }), "", &[("scopes.0", "unknown")]);
        check(
            json!({ "errors": { "title": "too long", "name": "too short" } }),
            "",
            &[("name", "too short"), ("title", "too long")],
        );
        check(json!({ "errors": { "non_field_errors": ["x"] } }), "", &[("", "x")]);
        check(json!({ "error": { "message": "M", "code": 7 } }), "M", &[]);
        check(
            json!({ "errors": [{ "title": "Odd.", "message": "Too odd.", "field": "name" }] }),
            "",
            &[("name", "Too odd. Odd.")],
        );
        check(json!({ "message": "M", "errors": [{ "message": "M" }] }), "M", &[]);
        check(json!({ "errors": 7, "status": 422, "type": "about:blank" }), "", &[]);
        assert_eq!(Complaint::read(b"<html>"), Complaint::default());
    }

    #[test]
    fn what_is_read_is_bounded() {
        let long = "x".repeat(10_000);
        let many: serde_json::Map<String, Value> = (0..1_000).map(|it| (format!("f{it}"), json!([long]))).collect();
        let Complaint { words, fields } =
            Complaint::read(json!({ "detail": long, "errors": many }).to_string().as_bytes());
        assert_eq!((words.chars().count(), fields.len()), (MOST_LETTERS + 1, MOST_FIELDS));
        assert!(fields.iter().all(|(_, it)| it.chars().count() == MOST_LETTERS + 1));
    }
}
