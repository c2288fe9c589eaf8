//! What a client says of a token, checked field by field before anything is stored.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::moment::Moment;
use crate::problem::{FieldErrors, Problem};

/// What a write needs to know of the token that is there.
pub struct Stored {
    /// Its strong ETag, in quotes.
    pub etag: String,
    /// Its GUID, which never changes.
    pub guid: Uuid,
    /// Its scopes: one that is no longer offered may stay.
    pub scopes: Vec<String>,
    /// From when it is valid.
    pub valid_from: Option<Moment>,
    /// Until when it is valid.
    pub valid_to: Option<Moment>,
    /// Whether it was revoked: then its dates are fixed.
    pub revoked: bool,
    /// Whether it is switched off.
    pub disabled: bool,
}

/// The longest name, in Unicode characters.
pub const MAX_NAME: usize = 200;
/// The longest description, in Unicode characters.
pub const MAX_DESCRIPTION: usize = 4000;

/// A token as a client may write it; every field has been checked.
#[derive(Debug)]
pub struct Draft {
    /// What a caller of the protected API sends.
    pub guid: Uuid,
    /// 1 to [`MAX_NAME`] characters, none of them white space at either end.
    pub name: String,
    /// At most [`MAX_DESCRIPTION`] characters.
    pub description: Option<String>,
    /// At least one, each once, in the client's order.
    pub scopes: Vec<String>,
    /// Open where absent.
    pub valid_from: Option<Moment>,
    /// Open where absent; after `valid_from`.
    pub valid_to: Option<Moment>,
}

impl Draft {
    /// Checks a token that is to be created.
    pub fn for_new(body: &Map<String, Value>, now: DateTime<Utc>, offered: &HashSet<String>) -> Result<Self, Problem> {
        Self::check(body, now, offered, None)
    }

    /// Checks what is to replace `stored`: the GUID stays, a date that has passed may stay, and so may a scope that is no
    /// longer offered; of a revoked token the dates stay.
    pub fn for_stored(
        body: &Map<String, Value>,
        now: DateTime<Utc>,
        offered: &HashSet<String>,
        stored: &Stored,
    ) -> Result<Self, Problem> {
        Self::check(body, now, offered, Some(stored))
    }

    fn check(
        body: &Map<String, Value>,
        now: DateTime<Utc>,
        offered: &HashSet<String>,
        stored: Option<&Stored>,
    ) -> Result<Self, Problem> {
        let mut fields = Fields { body, errors: FieldErrors::new() };
        let guid = fields.guid(stored);
        let name = fields.name();
        let description = fields.description();
        let scopes = fields.scopes(offered, stored.map_or(&[], |it| &it.scopes));
        let valid_from = fields.moment("valid_from");
        let valid_to = fields.moment("valid_to");
        if let (Some(from), Some(to)) = (&valid_from, &valid_to) {
            fields.dates(from, to, now, stored);
        }
        if !fields.errors.is_empty() {
            return Err(Problem::unprocessable("Some fields are not acceptable.").with_errors(fields.errors));
        }
        // Without an error each of them is there.
        let (Some(guid), Some(valid_from), Some(valid_to)) = (guid, valid_from, valid_to) else {
            return Err(Problem::unprocessable("Some fields are not acceptable."));
        };
        Ok(Self { guid, name, description, scopes, valid_from, valid_to })
    }
}

/// The fields of a request, and what is wrong with them so far.
struct Fields<'a> {
    body: &'a Map<String, Value>,
    errors: FieldErrors,
}

impl Fields<'_> {
    /// An absent field and `null` are the same.
    fn value(&self, field: &str) -> Option<&Value> {
        self.body.get(field).filter(|it| !it.is_null())
    }

    fn wrong(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.entry(field).or_default().push(message.into());
    }

    fn guid(&mut self, stored: Option<&Stored>) -> Option<Uuid> {
        let text = self.value("guid").map(|it| it.as_str().unwrap_or_default());
        // The hyphenated form only: `Uuid` alone also reads braces and URNs.
        let guid = text.filter(|it| it.len() == 36).and_then(|it| it.parse::<Uuid>().ok());
        match (text, guid) {
            (None, _) => self.wrong("guid", "A GUID is required."),
            (Some(_), None) => {
                self.wrong("guid", "This is not a GUID: it has 32 hexadecimal digits in five groups with hyphens.")
            }
            (Some(_), Some(guid)) if stored.is_some_and(|it| it.guid != guid) => {
                self.wrong("guid", "The GUID of a token cannot be changed.");
            }
            _ => {}
        }
        guid
    }

    fn name(&mut self) -> String {
        let name = match self.value("name") {
            None => "",
            Some(Value::String(name)) => name.trim(),
            Some(_) => {
                self.wrong("name", "A name is text.");
                return String::new();
            }
        }
        .to_owned();
        if name.is_empty() {
            self.wrong("name", "A name is required.");
        } else if name.chars().count() > MAX_NAME {
            self.wrong("name", format!("A name has at most {MAX_NAME} characters."));
        } else if name.chars().any(char::is_control) {
            self.wrong("name", "A name has no control characters.");
        }
        name
    }

    fn description(&mut self) -> Option<String> {
        match self.value("description") {
            None => None,
            Some(Value::String(text)) if text.chars().count() > MAX_DESCRIPTION => {
                self.wrong("description", format!("A description has at most {MAX_DESCRIPTION} characters."));
                None
            }
            // SQLite ends text at a zero character.
            Some(Value::String(text)) if text.contains('\0') => {
                self.wrong("description", "A description has no zero characters.");
                None
            }
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.wrong("description", "A description is text.");
                None
            }
        }
    }

    fn scopes(&mut self, offered: &HashSet<String>, kept: &[String]) -> Vec<String> {
        let mut scopes = Vec::new();
        let given = match self.value("scopes") {
            None => &[],
            Some(Value::Array(given)) => given.as_slice(),
            Some(_) => {
                self.wrong("scopes", "Scopes are a list of scope ids.");
                return scopes;
            }
        };
        let mut messages = Vec::new();
        if given.is_empty() {
            messages.push("At least one scope is required.".to_owned());
        }
        for scope in given {
            match scope.as_str() {
                None => messages.push("A scope id is text.".to_owned()),
                Some(id) if !offered.contains(id) && !kept.iter().any(|it| it == id) => {
                    messages.push(format!("There is no scope \u{201c}{id}\u{201d}."));
                }
                Some(id) if scopes.iter().any(|it| it == id) => {}
                Some(id) => scopes.push(id.to_owned()),
            }
        }
        messages.into_iter().for_each(|it| self.wrong("scopes", it));
        scopes
    }

    /// `None` where it cannot be read, `Some(None)` where there is none.
    fn moment(&mut self, field: &'static str) -> Option<Option<Moment>> {
        let Some(value) = self.value(field) else {
            return Some(None);
        };
        let moment = value.as_str().and_then(Moment::parse);
        if moment.is_none() {
            self.wrong(field, "This is not a date with time and zone as RFC 3339 writes it (2030-01-31T12:00:00Z).");
        }
        moment.map(Some)
    }

    fn dates(&mut self, from: &Option<Moment>, to: &Option<Moment>, now: DateTime<Utc>, stored: Option<&Stored>) {
        let from_is_new = stored.is_none_or(|it| it.valid_from != *from);
        let to_is_new = stored.is_none_or(|it| it.valid_to != *to);
        if stored.is_some_and(|it| it.revoked) {
            // Revoking wrote them; they are history now.
            const FIXED: &str = "The dates of a revoked token cannot be changed.";
            if from_is_new {
                self.wrong("valid_from", FIXED);
            }
            if to_is_new {
                self.wrong("valid_to", FIXED);
            }
            return;
        }
        let Some(to) = to else { return };
        if to_is_new && to.at() <= now {
            self.wrong("valid_to", "Valid to lies in the past.");
        }
        if from.as_ref().is_some_and(|it| it.at() >= to.at()) {
            self.wrong("valid_to", "Valid to must be later than Valid from.");
        }
    }
}
