//! How a list stands: how many tokens are here, and why there may be more.

use super::numbers::{Count, Number, Unit};
use super::texts::texts;
use crate::gap::Gap;

texts! {
    /// Of a list that may not be all: what is here.
    pub enum Here {
        All { loaded: Count } => "{loaded} loaded",
        Some { shown: Number, loaded: Count } => "{shown} of the {loaded} loaded",
    }
}

texts! {
    /// Of a list that may not be all: what is not here.
    pub enum Elsewhere {
        Said { total: Number } => "; the system says it has {total}",
        Unknown => "; the system may have more",
        OfSeveral => "; a system may have more",
    }
}

texts! {
    /// Why a list may not be all, and what to do.
    pub fn gap(gap: &Gap) {
        Untold => "The system says that it has more tokens, and names no next page. Refresh; if that does not help, tell the people who run the system.",
        Hidden { header } => "The system does not let this page read the header {header}, which says whether there are more tokens. Have it send Access-Control-Expose-Headers: {header}, or put it behind a proxy on the page's own origin.",
        Moved => "A token was changed while the list was loading, so another one may have been passed over. Refresh.",
        Cut => "Not all of a system's list has come: its place above says why.",
    }
}

texts! {
    /// Of things to tick, of which there are very many.
    pub enum Choices {
        More { n: Number } => "{n} more: find them by name.",
    }
}

texts! {
    /// Of a text that is too long to be shown at once.
    pub enum Long {
        All { n: Number } => "Show all {n} letters",
    }
}

texts! {
    /// What testing a connection warns of.
    pub enum Tested<'a> {
        Unread { header: &'a str } => "The page cannot read the header {header}. If the system sends it, have it send Access-Control-Expose-Headers: {header} too. Until then the page cannot tell how many tokens there are, or whether more follow.",
        Short { total: Count } => "The system says that it has {total}, and names no next page: the list would not be complete.",
    }
}

/// How many tokens are shown of a list that may not be all. `total`: how many the system says there are; `of_several`:
/// whether the lists of several systems stand side by side.
pub fn counted(shown: usize, loaded: usize, total: usize, of_several: bool) -> String {
    let here = match shown == loaded {
        true => Here::All { loaded: Count(loaded, Unit::Token) },
        false => Here::Some { shown: Number(shown), loaded: Count(loaded, Unit::Token) },
    };
    let elsewhere = match of_several {
        true => Elsewhere::OfSeveral,
        false if total > loaded => Elsewhere::Said { total: Number(total) },
        false => Elsewhere::Unknown,
    };
    format!("{}{}", here.text(), elsewhere.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_is_not_told_as_all_of_it() {
        assert_eq!(counted(100, 100, 250, false), "100 tokens loaded; the system says it has 250");
        assert_eq!(counted(600, 600, 600, false), "600 tokens loaded; the system may have more");
        assert_eq!(counted(1, 1, 0, false), "1 token loaded; the system may have more");
        assert_eq!(counted(12, 1_600, 0, false), "12 of the 1,600 tokens loaded; the system may have more");
        assert_eq!(counted(7, 7, 9, true), "7 tokens loaded; a system may have more");
    }
}
