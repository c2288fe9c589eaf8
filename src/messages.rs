//! Every text that people read, one file for each screen or room that says it. Only views import it: rooms below keep keys.
//! Pure.

pub use self::errors::{Explanation, Typed, explain, explain_typed};
pub use self::fields::problem;
pub use self::names::{ISOLATES, isolated, list_of, shortened, shown, visible};
pub use self::numbers::{Count, Number, Unit, count, number};
pub use self::states::{Value, absent, action, away, beginning, flag, odd, privileges, status, status_filter, why_not};

mod adapters;
mod air;
mod api;
pub mod bulk;
pub mod clone;
pub mod config;
pub mod confirm;
pub mod connection_form;
pub mod connection_test;
pub mod connections;
pub mod curl;
pub mod details;
pub mod dialogs;
pub mod errors;
pub mod fields;
pub mod filters;
pub mod form;
pub mod heard;
pub mod hints;
pub mod idle;
mod intl;
pub mod labels;
pub mod lists;
mod mist;
pub mod names;
pub mod notices;
pub mod numbers;
pub mod outcome;
pub mod page;
pub mod privileges;
mod pt_sandbox;
pub mod records;
mod rest;
pub mod rights;
pub mod rotation;
mod scoped;
pub mod secret;
pub mod selection;
pub mod shortcuts;
pub mod sign_in;
pub mod states;
pub mod systems;
pub mod table;
#[cfg(test)]
mod tables;
pub(crate) mod texts;
pub mod toolbar;
pub mod welcome;
