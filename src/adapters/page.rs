//! What adapters answer, in the Scoped Token API's form.

use serde::Serialize;
use serde_json::Value;

use crate::api::Secret;
use crate::api::tokens::Seen;

/// A page of the list, in the Scoped Token API's form.
#[derive(Default, Serialize)]
pub(super) struct Page {
    pub(super) total: usize,
    pub(super) entries: Vec<Value>,
    pub(super) next: Option<String>,
    /// Whether pages are counted off, by number or by offset.
    pub(super) is_counted: bool,
    /// The header that the page could not read and that would have said whether a page follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hidden: Option<String>,
    /// The headers that are meant to say something of the list and could not be read.
    #[serde(skip)]
    pub(super) unread: Vec<String>,
    /// The entries in the vendor's own form.
    #[serde(skip)]
    pub(super) raw: Vec<Value>,
}

/// A token in the Scoped Token API's form, and in its vendor's.
pub(super) struct Details {
    pub(super) token: Value,
    pub(super) raw: Value,
}

/// A token after a write, in the Scoped Token API's form.
#[derive(Default)]
pub(super) struct WrittenToken {
    pub(super) token: Value,
    /// How its facts came to be known.
    pub(super) seen: Seen,
    /// What the system tells once; `None` where it is not known to tell any.
    pub(super) secret: Option<Secret>,
    /// The token just before, where the call sent parts of it that it was not to change.
    pub(super) before: Option<Value>,
}
