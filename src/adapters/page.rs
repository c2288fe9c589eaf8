//! What adapters answer, in the Scoped Token API's form.

use serde::Serialize;
use serde_json::Value;

/// A page of the list, in the Scoped Token API's form.
#[derive(Default, Serialize)]
pub(super) struct Page {
    pub(super) total: usize,
    pub(super) entries: Vec<Value>,
    pub(super) next: Option<String>,
    /// The entries in the vendor's own form.
    #[serde(skip)]
    pub(super) raw: Vec<Value>,
}

/// A token in the Scoped Token API's form, and in its vendor's.
pub(super) struct Details {
    pub(super) token: Value,
    pub(super) raw: Value,
}
