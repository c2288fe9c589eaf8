//! JSON objects read with every mistake in them, and its place.

use std::borrow::Cow;

use crate::json::{Json, Read};

/// What is wrong where something is not there.
pub(super) const MISSING: &str = "is missing";

/// What is wrong, and where, as an RFC 6901 JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The place; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub text: String,
}

impl ConfigError {
    /// The same seen from outside: its place, where it is one in a connection, is that below this pointer. One in a file
    /// of its own stays there.
    pub fn within(self, pointer: &str) -> ConfigError {
        if self.pointer.starts_with('/') { mistake(&format!("{pointer}{}", self.pointer), self.text) } else { self }
    }
}

pub(super) fn mistake(pointer: &str, text: impl Into<String>) -> ConfigError {
    ConfigError { pointer: pointer.into(), text: text.into() }
}

/// A JSON object and where it stands.
pub(super) struct Object<'a> {
    value: &'a Json<'a>,
    pub(super) members: &'a [(Cow<'a, str>, Json<'a>)],
    pointer: String,
}

impl<'a> Object<'a> {
    pub(super) fn new(value: &'a Json<'a>, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<Self> {
        let members = value.members();
        if members.is_none() {
            mistakes.push(mistake(pointer, "must be an object, in braces"));
        }
        Some(Object { value, members: members?, pointer: pointer.into() })
    }

    pub(super) fn member(&self, field: &str) -> Option<&'a Json<'a>> {
        self.value.get(field)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.member(field).is_some()
    }

    pub(super) fn at(&self, field: &str) -> String {
        format!("{}/{}", self.pointer, field.replace('~', "~0").replace('/', "~1"))
    }

    pub(super) fn wrong<T>(&self, field: &str, text: impl Into<String>, mistakes: &mut Vec<ConfigError>) -> Option<T> {
        mistakes.push(mistake(&self.at(field), text));
        None
    }

    pub(super) fn get(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a Json<'a>> {
        self.member(field).or_else(|| self.wrong(field, MISSING, mistakes))
    }

    pub(super) fn text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        let text = self.get(field, mistakes)?.text().map(str::trim).filter(|it| !it.is_empty());
        text.or_else(|| self.wrong(field, "must be a text that is not empty", mistakes))
    }

    pub(super) fn optional_text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        self.member(field).and_then(|_| self.text(field, mistakes))
    }

    pub(super) fn no_others(&self, known: &[&str], mistakes: &mut Vec<ConfigError>) {
        for (field, _) in self.members.iter().filter(|(it, _)| !known.contains(&&**it)) {
            mistakes.push(mistake(&self.at(field), format!("is not known here; known are {}", known.join(", "))));
        }
    }
}
