//! What a run needs of the page that shows its systems. Pure.

use crate::actions::Change;
use crate::api::Later;
use crate::record::Facts;

/// What the list says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    /// The list is not shown, or not whole.
    Untold,
    /// It is not in the list.
    Missing,
    /// It is like this.
    Is(Facts),
}

/// The page.
pub trait Page {
    /// Brings the list of a connection up to date with writes, all at once.
    fn apply(&self, connection: &str, changes: Vec<Change>);

    /// Loads the list of a connection and waits for it. Tells whether it has come whole.
    fn reload(&self, connection: &str) -> Later<'static, bool>;

    /// What the list says of a token.
    fn listed(&self, connection: &str, id: &str) -> Listed;
}
