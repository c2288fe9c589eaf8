//! Who is signed in, and what of that goes with a request.

use std::cell::Cell;

use serde_json::{Map, Value};

/// A user who is signed in; the default where an API wants no sign-in.
#[derive(Default)]
pub(super) struct Session {
    /// By which of the ways.
    pub(super) way: usize,
    /// What was typed, by the keys of the inputs.
    pub(super) typed: Map<String, Value>,
    /// What sign-in calls kept.
    pub(super) kept: Map<String, Value>,
    /// What of all that must not be shown.
    pub(super) secrets: Vec<String>,
    /// Whether the system has taken it at least once.
    pub(super) accepted: Cell<bool>,
}

/// What says who asks, in one request.
#[derive(Default)]
pub(super) struct Proof {
    /// Names and values.
    pub(super) headers: Vec<(String, String)>,
    /// Names and values of parameters.
    pub(super) query: Vec<(String, String)>,
}
