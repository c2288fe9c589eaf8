//! JSON objects read with every mistake in them, and its place.

use std::borrow::Cow;

use super::mistake::{ConfigError, Mistake};
use crate::json::{Json, Read};

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
            mistakes.push(ConfigError::at(pointer, Mistake::NotAnObject));
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

    pub(super) fn wrong<T>(&self, field: &str, mistake: Mistake, mistakes: &mut Vec<ConfigError>) -> Option<T> {
        mistakes.push(ConfigError::at(&self.at(field), mistake));
        None
    }

    pub(super) fn get(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a Json<'a>> {
        self.member(field).or_else(|| self.wrong(field, Mistake::Missing, mistakes))
    }

    pub(super) fn text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        let text = self.get(field, mistakes)?.text().map(str::trim).filter(|it| !it.is_empty());
        text.or_else(|| self.wrong(field, Mistake::NotAText, mistakes))
    }

    pub(super) fn optional_text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        self.member(field).and_then(|_| self.text(field, mistakes))
    }

    pub(super) fn no_others(&self, known: &[&str], mistakes: &mut Vec<ConfigError>) {
        for (field, _) in self.members.iter().filter(|(it, _)| !known.contains(&&**it)) {
            mistakes.push(ConfigError::at(&self.at(field), Mistake::unknown(known)));
        }
    }
}
