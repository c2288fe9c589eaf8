//! A description as it is read: every value knows its place, and every mistake is told with it.

use std::cell::RefCell;

use serde_json::{Map, Value};

use crate::config::{ConfigError, Mistake};

/// What is wrong with a description.
#[derive(Default)]
pub(super) struct Mistakes(RefCell<Vec<Told>>);

/// A mistake, and whether the JSON Schema knows it too.
pub(super) struct Told {
    pub(super) mistake: ConfigError,
    /// It lies in how things go together, or in a text's own grammar: more than the schema can say.
    #[allow(dead_code, reason = "tests hold the schema and this reader to one verdict")]
    pub(super) is_beyond_schema: bool,
}

impl Mistakes {
    /// All of them, in the order in which they were found.
    pub(super) fn into_all(self) -> Vec<Told> {
        self.0.into_inner()
    }
}

/// A value, and where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) pointer: String,
    mistakes: &'a Mistakes,
}

impl<'a> Node<'a> {
    pub(super) fn new(value: &'a Value, pointer: &str, mistakes: &'a Mistakes) -> Self {
        Node { value, pointer: pointer.into(), mistakes }
    }

    /// Another place, to tell of.
    pub(super) fn at(&self, pointer: String) -> Node<'a> {
        Node { pointer, ..self.clone() }
    }

    fn tell<T>(&self, pointer: String, mistake: Mistake, is_beyond_schema: bool) -> Option<T> {
        let mistake = ConfigError { pointer, mistake };
        self.mistakes.0.borrow_mut().push(Told { mistake, is_beyond_schema });
        None
    }

    /// It has not the shape that it should have.
    pub(super) fn wrong<T>(&self, mistake: impl Into<Mistake>) -> Option<T> {
        self.tell(self.pointer.clone(), mistake.into(), false)
    }

    /// It has the shape, but makes no sense.
    pub(super) fn senseless<T>(&self, mistake: impl Into<Mistake>) -> Option<T> {
        self.tell(self.pointer.clone(), mistake.into(), true)
    }

    /// A value below it.
    fn below(&self, step: &str, value: &'a Value) -> Node<'a> {
        let step = step.replace('~', "~0").replace('/', "~1");
        Node { value, pointer: format!("{}/{step}", self.pointer), mistakes: self.mistakes }
    }

    /// The members, which are all among `known`.
    pub(super) fn object(&self, known: &[&str]) -> Option<Members<'a>> {
        let members = self.map()?;
        for name in members.keys().filter(|it| !known.contains(&it.as_str())) {
            self.tell::<()>(self.below(name, self.value).pointer, Mistake::unknown(known), false);
        }
        Some(Members { node: self.clone(), members })
    }

    /// The members, whatever their names.
    pub(super) fn members(&self) -> Option<Vec<(&'a str, Node<'a>)>> {
        Some(self.map()?.iter().map(|(name, value)| (name.as_str(), self.below(name, value))).collect())
    }

    fn map(&self) -> Option<&'a Map<String, Value>> {
        match self.value {
            Value::Object(members) => Some(members),
            _ => self.wrong(Mistake::NotAnObject),
        }
    }

    /// The elements.
    pub(super) fn list(&self) -> Option<Vec<Node<'a>>> {
        match self.value {
            Value::Array(_) => Some(self.one_or_several()),
            _ => self.wrong(Mistake::NotAList),
        }
    }

    /// The elements of a list; anything else by itself.
    pub(super) fn one_or_several(&self) -> Vec<Node<'a>> {
        match self.value {
            Value::Array(list) => list.iter().enumerate().map(|(idx, it)| self.below(&idx.to_string(), it)).collect(),
            _ => vec![self.clone()],
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&self) -> Option<&'a str> {
        match self.value {
            Value::String(text) if !text.is_empty() => Some(text),
            _ => self.wrong(Mistake::NotAText),
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong(Mistake::NotAFlag))
    }

    /// The one of these texts that it is.
    pub(super) fn one_of<T: Copy>(&self, all: &[(&str, T)]) -> Option<T> {
        let found = all.iter().find(|(name, _)| self.value.as_str() == Some(name));
        found.map(|(_, it)| *it).or_else(|| {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            self.wrong(Mistake::one_of(&names))
        })
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, least: u64, most: u64) -> Option<u64> {
        // As JSON Schema sees it, 2.0 is a whole number too.
        let number = self.value.as_u64().or_else(|| {
            let number = self.value.as_f64().filter(|it| it.fract() == 0.0 && *it >= 0.0 && *it <= most as f64)?;
            Some(number as u64)
        });
        let number = number.filter(|it| (least..=most).contains(it));
        number.or_else(|| self.wrong(Mistake::NotAWholeNumber { least, most }))
    }
}

/// The members of an object.
pub(super) struct Members<'a> {
    node: Node<'a>,
    members: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        Some(self.node.below(name, self.members.get(name)?))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(super) fn required(&self, name: &str) -> Option<Node<'a>> {
        self.get(name).or_else(|| self.wrong(name, Mistake::Missing))
    }

    /// A member is wrong, or missing.
    pub(super) fn wrong<T>(&self, name: &str, mistake: impl Into<Mistake>) -> Option<T> {
        self.node.tell(self.node.below(name, self.node.value).pointer, mistake.into(), false)
    }

    /// What a member says, or what holds without it. `None` where it is wrong.
    pub(super) fn or<T>(&self, name: &str, otherwise: T, read: impl FnOnce(Node<'a>) -> Option<T>) -> Option<T> {
        match self.get(name) {
            Some(node) => read(node),
            None => Some(otherwise),
        }
    }

    /// What a member says, where it is there. `None` where it is wrong.
    pub(super) fn optional<T>(&self, name: &str, read: impl FnOnce(Node<'a>) -> Option<T>) -> Option<Option<T>> {
        self.or(name, None, |it| read(it).map(Some))
    }

    /// A text, empty without it.
    pub(super) fn words(&self, name: &str) -> Option<String> {
        self.or(name, String::new(), |it| it.text().map(str::to_owned))
    }

    pub(super) fn is_set(&self, name: &str) -> Option<bool> {
        self.or(name, false, |it| it.flag())
    }
}

/// All of them, where none is wrong: every one is read, so that every mistake is told.
pub(super) fn every<T>(read: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    read.collect::<Vec<_>>().into_iter().collect()
}
