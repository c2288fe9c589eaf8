//! What a connection to a PT Sandbox says: nothing of its own.

use crate::config::dialect::Dialect;

/// PT Sandbox's UI API (wire contracts §2).
pub(in crate::adapters) static DIALECT: Dialect = Dialect { key: "pt-sandbox", label: &Text::Name, settings: &[] };

/// What is said of it.
pub(crate) enum Text {
    Name,
}
