//! What can be wrong in a description, beyond what can be wrong in every configuration.

use crate::config;

/// A mistake in a description; `messages` has the words. What stands in braces there is named without them.
pub(crate) enum Mistake {
    // Shapes.
    NotText,
    NotSimple,
    NotSimpleOrTexts,
    EmptyText,
    NotPlace,
    NotPlaceOrObject,
    NoSlash,
    NoSecret,
    NoWay,
    SaysNothing,
    KeyLetters,
    NeedsAt,
    NoZone,
    GoesNotWith(&'static str),
    NotWithThisBy,
    OnlyForTimes,
    OnlyForChoices,
    BrowsersHeader,
    // A text's own grammar.
    BadPointer,
    BadPath { problem: String },
    LoneBrace,
    NoSuchPlaceholder { name: String },
    NoSuchFilter { filter: String },
    BadOperand { filter: String },
    // How things go together.
    OnlyForDurations,
    NeedsCreated,
    CountsFromNothing,
    NeedsRead,
    NoWayBack,
    NeedsDisabled,
    BodyWithGet,
    NamesNoToken,
    UnusedInput { key: String },
    UntoldScopes,
    NeedsPlaceholder { name: String },
    CannotBeCounted,
    NotOfThesePages { name: String },
    NoPageSize,
    NoValueHere { name: String },
    NotDeclared { name: String, by: Declarer },
    SecretInAddress { name: String, is_kept: bool },
    KeyTwice { key: String },
    NotAskedFor { known: Vec<String> },
    ValueMissing { help: String },
    UnknownZone { zone: String },
}

/// What declares the names of placeholders.
pub(crate) enum Declarer {
    Inputs,
    Values,
    SignIn,
    Keep,
}

impl From<Mistake> for config::Mistake {
    fn from(mistake: Mistake) -> Self {
        config::Mistake::Described(mistake.into())
    }
}
