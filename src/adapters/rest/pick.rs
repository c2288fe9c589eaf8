//! Places in answers: JSON Pointers (RFC 6901), JSONPaths (RFC 9535) and headers.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::mistake::Mistake;
use super::node::Node;
use super::texts::At;
use crate::api::Response;

/// Where something stands in a JSON value.
#[derive(Clone)]
pub(super) enum Place {
    Pointer(String),
    Path { text: String, path: JsonPath },
}

impl Place {
    /// The value itself.
    pub(super) const WHOLE: Place = Place::Pointer(String::new());

    pub(super) fn read(node: Node<'_>) -> Option<Place> {
        match node.value.as_str() {
            Some(text) if text.is_empty() || text.starts_with('/') => match is_pointer(text) {
                true => Some(Place::Pointer(text.into())),
                false => node.senseless(Mistake::BadPointer),
            },
            Some(text) if text.starts_with('$') => match JsonPath::parse(text) {
                Ok(path) => Some(Place::Path { text: text.into(), path }),
                Err(error) => node.senseless(Mistake::BadPath { problem: error.to_string() }),
            },
            _ => node.wrong(Mistake::NotPlace),
        }
    }

    /// The value that stands there; of several the first.
    pub(super) fn one<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Place::Pointer(pointer) => value.pointer(pointer),
            Place::Path { path, .. } => path.query(value).first(),
        }
    }

    /// What stands there, unless that is `null`.
    pub(super) fn some<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.one(value).filter(|it| !it.is_null())
    }

    /// The elements of the list that stands there, or all values that a path finds. `None` where there is no list.
    pub(super) fn several<'a>(&self, value: &'a Value) -> Option<Vec<&'a Value>> {
        match self {
            Place::Pointer(pointer) => Some(value.pointer(pointer)?.as_array()?.iter().collect()),
            Place::Path { path, .. } => {
                let found = path.query(value).all();
                let elements = found.into_iter().flat_map(|it| match it {
                    Value::Array(list) => list.iter().collect(),
                    one => vec![one],
                });
                Some(elements.collect())
            }
        }
    }

    /// As the description has it.
    pub(super) fn text(&self) -> &str {
        match self {
            Place::Pointer(text) | Place::Path { text, .. } => text,
        }
    }

    /// As a message names it.
    pub(super) fn named(&self) -> At {
        match self.text() {
            "" => At::Top,
            text => At::Place(text.into()),
        }
    }
}

fn is_pointer(text: &str) -> bool {
    text.split('~').skip(1).all(|after| after.starts_with(['0', '1']))
}

/// Where something stands in an answer.
#[derive(Clone)]
pub(super) enum AnswerPlace {
    Body(Place),
    Header(String),
}

impl AnswerPlace {
    pub(super) fn read(node: Node<'_>) -> Option<AnswerPlace> {
        if node.value.is_string() {
            return Place::read(node).map(AnswerPlace::Body);
        }
        let header = node.object(&["header"])?.required("header")?;
        header.text().map(|it| AnswerPlace::Header(it.to_ascii_lowercase()))
    }

    /// What stands there, unless that is `null` or an empty text.
    pub(super) fn find(&self, answer: &Answer) -> Option<Value> {
        let found = match self {
            AnswerPlace::Body(place) => place.some(&answer.value).cloned(),
            AnswerPlace::Header(name) => answer.header(name).map(Value::from),
        };
        found.filter(|it| *it != "")
    }

    /// The name of the header, where it is one that is not there.
    pub(super) fn missing_header(&self, answer: &Answer) -> Option<&str> {
        match self {
            AnswerPlace::Header(name) if answer.header(name).is_none() => Some(name),
            _ => None,
        }
    }

    /// As a message names it.
    pub(super) fn named(&self) -> At {
        match self {
            AnswerPlace::Body(place) => place.named(),
            AnswerPlace::Header(name) => At::Header(name.clone()),
        }
    }
}

/// An answer, read.
pub(super) struct Answer {
    pub(super) response: Response,
    /// The body as JSON; a text that is none as a JSON text, nothing as `null`.
    pub(super) value: Value,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}
