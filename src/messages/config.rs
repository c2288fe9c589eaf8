//! What is wrong in a configuration. Each follows its place: `/connections/0/base is missing`.

use std::borrow::Cow;

use crate::config::local::NotKept;
use crate::config::{MAX_CONNECTIONS, Mistake};

/// A mistake, as the end of a sentence.
pub fn mistake(mistake: &Mistake) -> Cow<'_, str> {
    match mistake {
        Mistake::Missing => "is missing".into(),
        Mistake::NotJson(problem) if problem.starts_with("not JSON") => format!("is {problem}").into(),
        Mistake::NotJson(problem) => format!("is not JSON: {problem}").into(),
        Mistake::NotAnObject => "must be an object, in braces".into(),
        Mistake::NotAList => "must be a list, in brackets".into(),
        Mistake::EmptyList => "must have at least one entry".into(),
        Mistake::NotAText => "must be a text that is not empty".into(),
        Mistake::NotAFlag => "must be true or false".into(),
        Mistake::NotALife { least, most } => {
            format!("must be a whole number of days from {least} to {most}, or null for no end").into()
        }
        Mistake::NotAWholeNumber { least, most } => format!("must be a whole number from {least} to {most}").into(),
        Mistake::NotATimeout { least, most } => {
            format!("must be a whole number of seconds from {least} to {most}").into()
        }
        Mistake::NotOneOf(all) => format!("must be {}", in_quotes(all, "or")).into(),
        Mistake::Unknown { known } => format!("is not known here; known are {}", known.join(", ")).into(),
        Mistake::NoConnections => "must be a list with at least one connection".into(),
        Mistake::TooManyConnections { n } => {
            format!("has {n} connections; the page can tell {MAX_CONNECTIONS} apart").into()
        }
        Mistake::OneTooMany => {
            format!("is one more than the {MAX_CONNECTIONS} that the page can tell apart; leave others out").into()
        }
        Mistake::NameTwice => "is the name of another connection too".into(),
        Mistake::UnknownDialect { given, known } => {
            format!("is “{given}”; this version knows {}", in_quotes(known, "and")).into()
        }
        Mistake::OnlyWith { setting, choice } => format!("is for {setting} “{choice}” only").into(),
        Mistake::NotADescription => "must be a description, or the address of one relative to the page".into(),
        Mistake::BaseWithMore => {
            "must not have a query, a fragment, a space, a line break, another control character or a backslash".into()
        }
        Mistake::BaseWithUser => "must not have a user name or a password".into(),
        Mistake::NotABase => "must be an http or https address, or one relative to the page".into(),
        Mistake::NoHeaders => "must be a list with at least one header".into(),
        Mistake::NotAHeader => "is not the name of an HTTP header".into(),
        Mistake::ReservedHeader => "is a header that the browser or the page sets by itself".into(),
        Mistake::UnfitForHeader => "has characters that no header can have".into(),
        Mistake::Secret => "is a secret; leave it out, the page asks for it".into(),
        Mistake::NotServed(Some(status)) => format!("cannot be read: the server answered {status}").into(),
        Mistake::NotServed(None) => "cannot be read: the server did not answer".into(),
        Mistake::Unreadable => "cannot be read".into(),
        Mistake::Described(words) => words.text(),
    }
}

/// Why what this browser keeps of connections cannot be read.
pub fn not_kept(why: &NotKept) -> Cow<'static, str> {
    match why {
        NotKept::Unreadable(what) => format!(
            "The connections saved in this browser can't be read: what is saved {}. They are left out, and the next change replaces them.",
            mistake(what)
        )
        .into(),
        NotKept::NoStorage => "This browser keeps nothing for this page: its storage is turned off.".into(),
    }
}

/// Texts in a row: `“a”, “b” or “c”`.
fn in_quotes(all: &[String], last_word: &str) -> String {
    let all: Vec<String> = all.iter().map(|it| format!("“{it}”")).collect();
    match &*all {
        [first @ .., last] if !first.is_empty() => format!("{} {last_word} {last}", first.join(", ")),
        all => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(of: Mistake, text: &str) {
        assert_eq!(mistake(&of), text);
    }

    #[test]
    fn what_is_known_is_named() {
        check(Mistake::one_of(&["a", "b", "c"]), "must be “a”, “b” or “c”");
        check(Mistake::one_of(&["a"]), "must be “a”");
        check(Mistake::unknown(&["name", "base"]), "is not known here; known are name, base");
        let known = vec!["scoped".to_owned(), "other".to_owned()];
        check(
            Mistake::UnknownDialect { given: "soap".into(), known },
            "is “soap”; this version knows “scoped” and “other”",
        );
        check(Mistake::TooManyConnections { n: 257 }, "has 257 connections; the page can tell 256 apart");
        check(Mistake::NotAWholeNumber { least: 1, most: 9 }, "must be a whole number from 1 to 9");
        check(
            Mistake::NotALife { least: 1, most: 9 },
            "must be a whole number of days from 1 to 9, or null for no end",
        );
    }

    #[test]
    fn what_is_no_json_is_said_once() {
        check(Mistake::NotJson("not JSON at line 1, column 2".into()), "is not JSON at line 1, column 2");
        check(Mistake::NotJson("expected value".into()), "is not JSON: expected value");
    }
}
