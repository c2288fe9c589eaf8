//! Every text that people read, one file for each screen or room that says it. Only views import it: rooms below keep keys.
//! Pure.

pub use self::errors::{Explanation, RetrySafety, Typed, explain, explain_typed};
pub use self::fields::problem;
pub use self::names::{ISOLATES, isolated, list_of, visible};
pub use self::numbers::{Count, Number, Unit, count, number};
pub use self::states::{absent, action, odd, privileges, status, status_filter, why_not};

pub mod errors;
pub mod fields;
pub mod filters;
pub mod form;
mod intl;
pub mod names;
pub mod notice;
pub mod numbers;
pub mod outcome;
pub mod page;
pub mod privileges;
pub mod states;
pub mod systems;
pub mod table;
#[cfg(test)]
mod tables;
pub(crate) mod texts;
pub mod toolbar;
