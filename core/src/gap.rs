//! Why a list that has come to its end may not be all that its system has. Pure.

/// Why there may be more tokens than a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The system says that it has more, and names no next page.
    Untold,
    /// The page cannot read the header of this name, which would say whether a page follows.
    Hidden {
        /// In lower case.
        header: String,
    },
    /// Tokens were changed while pages came that are counted off, so that one may have moved to a page before.
    Moved,
    /// A page did not come: of one of several lists, which says why at its own place.
    Cut,
}
