//! What the dialog of a rotation asks about before it is done.

use crate::rotation::{Due, End, Known};

/// A question that takes the place of the dialog.
#[derive(Clone, PartialEq)]
pub(super) enum Ask {
    /// Whether to end the old token so, and what is due after that.
    End(End, Vec<Due>),
    /// Whether to delete a successor.
    Delete(Known),
    /// Whether to give a successor another secret.
    Rotate(Known),
}
