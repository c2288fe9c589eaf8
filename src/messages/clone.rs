//! A token like another one.

use super::texts::texts;

texts! {
    /// The form for a clone, and the choice before it.
    pub enum Clone<'a> {
        Choose { name: &'a str } => "Clone {name}",
        ChooseWhat => "Which connection is the clone for?",
        OpensOther => "For another connection the page goes there, and asks you to sign in where you aren't yet.",
        Of { name: &'a str } => "A copy of {name} with the same rights and a secret of its own. The original stays as it is.",
        LeftOut { rights: &'a str } => "Left out, because this system does not know it: {rights}.",
        Cancel => "Cancel",
        Suffix => "copy",
    }
}
