//! What the page says of an API with a description.

use crate::capabilities::Action;

/// Its keys; `messages` has the words.
pub(crate) enum Text {
    // What it cannot do, and what is to be known of it.
    NoCall(Action),
    Foreign,
    CookieStays,
    // Signing in.
    /// With what the system says, empty for nothing.
    NotAccepted {
        said: String,
    },
    /// The call that was refused afterwards, and what the system says.
    RefusedAfterwards {
        asked: String,
        said: String,
    },
    NothingToKeep {
        at: At,
    },
    // Requests that cannot be made.
    AddressNeeds {
        names: Vec<String>,
    },
    DotsAlone,
    UnfitHeader {
        name: String,
    },
    NotANumber {
        label: String,
    },
    // Answers.
    FailedSilently,
    NoToken {
        at: At,
    },
    NoList {
        at: At,
        answer: Outline,
    },
    EmptyPage {
        page: u64,
    },
    PagesRepeat {
        page: u64,
    },
    // The test of a connection.
    Always,
    LeftOut {
        name: &'static str,
    },
    WorkedOut,
    NothingThere,
    NullThere,
    MeansNone {
        stands: String,
    },
}

/// Where something should stand in an answer.
pub(crate) enum At {
    /// The whole answer.
    Top,
    /// A place as the description has it.
    Place(String),
    Header(String),
}

/// What an answer is like, for an author who looks for a place in it.
pub(crate) enum Outline {
    Empty,
    List,
    Single,
    /// Some of its members, and whether it has more.
    Members {
        names: Vec<String>,
        has_more: bool,
    },
}
