//! A new token as a client sends it, read strictly.

use serde_json::{Map, Value};

/// The permissions that can be given (`TokenPermissions` of the published client).
pub(super) const PERMISSIONS: &[&str] =
    &["SCAN_WITH_EXTENDED_SETTINGS", "SCAN_WITH_PREDEFINED_SETTINGS", "TASKS_VIEW_ALL"];

/// A new token, valid.
#[derive(Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) permissions: Vec<String>,
    pub(super) comment: Option<String>,
}

impl Draft {
    /// Reads a body; the error says of each field what is wrong.
    pub(super) fn read(body: &Map<String, Value>) -> Result<Self, Vec<String>> {
        let name = body.get("name").and_then(Value::as_str).filter(|it| is_name(it));
        let name = name.ok_or("name: it matches ^[a-zA-Z][a-zA-Z0-9-]{3,28}[a-zA-Z]$.");
        let permissions = body.get("permissions").and_then(Value::as_array).and_then(|it| permissions(it));
        let permissions = permissions.ok_or("permissions: a list of those that there are, each once.");
        let comment = match body.get("comment") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(comment)) => Ok(Some(comment.clone())),
            Some(_) => Err("comment: a string."),
        };
        match (name, permissions, comment) {
            (Ok(name), Ok(permissions), Ok(comment)) => Ok(Self { name: name.to_owned(), permissions, comment }),
            (name, permissions, comment) => {
                let wrong = [name.err(), permissions.err(), comment.err()];
                Err(wrong.into_iter().flatten().map(str::to_owned).collect())
            }
        }
    }
}

/// `^[a-zA-Z][a-zA-Z0-9-]{3,28}[a-zA-Z]$`: 5 to 30 characters.
fn is_name(text: &str) -> bool {
    let letter = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphabetic);
    let bytes = text.as_bytes();
    (5..=30).contains(&bytes.len())
        && letter(bytes.first())
        && letter(bytes.last())
        && bytes.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'-')
}

fn permissions(list: &[Value]) -> Option<Vec<String>> {
    let mut read: Vec<String> = Vec::new();
    for it in list {
        let permission = it.as_str().filter(|it| PERMISSIONS.contains(it) && read.iter().all(|seen| seen != it))?;
        read.push(permission.to_owned());
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(name: &str, accepted: bool) {
        assert_eq!(is_name(name), accepted, "{name}");
    }

    #[test]
    fn names() {
        check("abcde", true);
        check("a-1-e", true);
        check("Abcdefghijklmnopqrstuvwxyz012Z", true);
        check("Abcdefghijklmnopqrstuvwxyz0123Z", false);
        check("abcd", false);
        check("1bcde", false);
        check("abcd1", false);
        check("abcd-", false);
        check("ab_de", false);
        check("ab de", false);
        check("abcdé", false);
        check("abcde\n", false);
        check("", false);
    }

    #[test]
    fn each_field_has_its_message() {
        let body = json!({ "name": 1, "permissions": ["ROOT"], "comment": [] });
        assert_eq!(Draft::read(body.as_object().unwrap()).unwrap_err().len(), 3);
        let twice = json!({ "name": "abcde", "permissions": ["TASKS_VIEW_ALL", "TASKS_VIEW_ALL"] });
        assert_eq!(Draft::read(twice.as_object().unwrap()).unwrap_err().len(), 1);
    }
}
