//! Every sentence the page says, in one place. Pure.

use crate::actions::check::WhyNot;
use crate::api::{ApiError, NetworkError};
use crate::capabilities::Action;
use crate::draft::{Field, MAX_LIST, Problem};
use crate::facts::Absent;
use crate::query::StatusFilter;
use crate::token::{Privilege, Status};

pub use self::numbers::{Count, Number, Unit, count, number};

pub mod hints;
mod intl;
pub mod numbers;
pub mod outcome;
#[cfg(test)]
mod tables;
pub(crate) mod texts;

/// Said where a button is pressed for a token that the list has no more.
pub const NOT_LISTED: &str = "It is not in the list any more. Nothing was done.";

/// Why nothing can be done with a token.
const SHARES_ID: &str = "Another token has the same id: the system may change the wrong one.";

/// Why something may not be done to a token; empty where the token itself shows it.
pub fn why_not(action: Action, why: &WhyNot) -> &str {
    match (why, action) {
        (WhyNot::NotOffered(reason), _) => reason,
        (WhyNot::SharesId, _) => SHARES_ID,
        (WhyNot::NotActive, _) => "Only an active token can be revoked.",
        (WhyNot::RevokedAlready, _) => "It was revoked already.",
        (WhyNot::DeletedAlready, Action::Delete) => "It is deleted already.",
        (WhyNot::DeletedAlready, _) => "It is deleted.",
        (WhyNot::Unreadable, _) => "",
        (WhyNot::Incomplete, _) => "Fill in what the system asks for.",
    }
}

/// Told where two tokens of a list have the same id.
pub fn same_id(one: &str, other: &str) -> String {
    format!("“{one}” and “{other}” have the same id, so neither can be changed here: the other could be hit.")
}

/// An error in the user's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub what: String,
    /// What to do next.
    pub next: String,
    /// Whether trying the same again can help.
    pub retry: bool,
}

/// What a second try of a failed request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrySafety {
    /// Nothing: the request changes nothing.
    ReadOnly,
    /// A change that is made once, however often it is asked for.
    Idempotent,
    /// A change that is made again when it is asked for again.
    NotIdempotent,
}

/// Explains an error, and where something was to be changed, what is known of that.
pub fn explain(error: &ApiError, retry_safety: RetrySafety) -> Explanation {
    let was_write = retry_safety != RetrySafety::ReadOnly;
    let unknown_outcome = match retry_safety {
        RetrySafety::NotIdempotent => {
            "It is not known whether the change was made. Look at the list before you try again: it may be made twice."
        }
        _ => "It is not known whether the change was made. Trying again is safe: it is made once at most.",
    };
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let (what, next, retry) = match error {
        ApiError::NoAnswer(NetworkError::NotLoaded) => (
            "A part of this page did not load.".into(),
            format!(
                "{}The connection may have broken, or a new version of the page was put up. Try again; if that does not help, reload.",
                if was_write { "Nothing was sent. " } else { "" }
            ),
            true,
        ),
        ApiError::NoAnswer(NetworkError::Offline) => ("You are offline.".into(), "Connect to the network, then try again.".into(), true),
        ApiError::NoAnswer(NetworkError::Unreachable) => (
            "The system does not answer: the connection was refused or cut.".into(),
            if was_write { unknown_outcome.into() } else { "Check that it is running and reachable from here, then try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(NetworkError::Cors) => (
            "The API did not allow this page's origin (CORS).".into(),
            "It answers, but the browser may not pass its answers on to this page. Let the system allow this origin, or put it behind a proxy on the page's own origin, as the proxy recipe shows.".into(),
            true,
        ),
        // Browsers do not tell the two apart.
        ApiError::NoAnswer(NetworkError::CorsFor(what)) => (
            format!("The system answers, but does not allow this page to send {what} (CORS), or the connection was cut."),
            format!(
                "Let the system allow it, or put it behind a proxy on the page's own origin, as the proxy recipe shows. {}",
                if was_write { unknown_outcome } else { "If it does allow it, try again." }
            ),
            true,
        ),
        ApiError::NoAnswer(NetworkError::Policy(origin)) => (
            format!("The page's own security policy does not allow connecting to {origin}."),
            "Whoever hosts the page adds this source to its Content-Security-Policy (for the development server: --connect-src), or puts the system behind a proxy on the page's own origin, as the proxy recipe shows.".into(),
            false,
        ),
        ApiError::NoAnswer(NetworkError::Unsendable(header)) => (
            format!("The header {header} cannot carry what it should: it has characters that no header can have."),
            "Nothing was sent. Sign out and in again with what the system gave you, copied anew.".into(),
            false,
        ),
        ApiError::NoAnswer(NetworkError::Outside(address)) => (
            format!("This request would have left the connection's own address: {address}."),
            "Nothing was sent. An id, a next page or a description leads there: check the connection and its system.".into(),
            false,
        ),
        ApiError::NoAnswer(NetworkError::Redirected { asked, to }) => (
            match to.as_str() {
                "" => format!("The system sent the page elsewhere: {asked} answers with a redirect."),
                to => format!("The system sent the page elsewhere: {to}."),
            },
            format!(
                "{}Where a sign-in stands in front of the system, it may have ended: open that address in another tab, sign in there, and come back. Its cookie goes along only if the connection says “cookies”. Otherwise an address may want a slash at its end, or https: check the base address, or the description.",
                if was_write { "The change was probably not made: look at the list before you try again. " } else { "" }
            ),
            true,
        ),
        ApiError::NoAnswer(NetworkError::Interrupted) => (
            "The answer broke off in the middle.".into(),
            if was_write { unknown_outcome.into() } else { "The connection was cut. Try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(NetworkError::Timeout(seconds)) => (
            format!("No answer within {}.", count(*seconds as usize, Unit::Second)),
            if was_write { unknown_outcome.into() } else { "The system may be overloaded. Try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(NetworkError::Cancelled) => (
            "Stopped.".into(),
            if was_write { unknown_outcome.into() } else { "Try again when you like.".to_owned() },
            true,
        ),
        ApiError::SignedOut(detail) => (
            or(detail, "The system wants to know who you are."),
            "Sign in, then try again. If the page does not ask you to, the connection does not say how to sign in.".into(),
            true,
        ),
        ApiError::Forbidden(detail) => (
            or(detail, "You are not allowed to do this."),
            "The system knows who you are and refuses (403). Ask its administrator for the right, or sign in as somebody else.".into(),
            false,
        ),
        ApiError::NotFound(detail) => (
            or(detail, "It is not there."),
            "The system answered 404: somebody may have deleted it. Refresh the list; if that fails too, check the connection's base address.".into(),
            false,
        ),
        ApiError::Conflict(detail) => (
            or(detail, "Something else is in the way."),
            match retry_safety {
                RetrySafety::ReadOnly => "It answered 409. Try again; if that fails too, check the connection.".into(),
                _ => "It answered 409: there may be one like this already. Refresh the list and look at it, then try again.".into(),
            },
            true,
        ),
        ApiError::Changed => (
            "Somebody changed this token meanwhile.".into(),
            "Nothing was done. Refresh the list and look at the token, then try again.".into(),
            false,
        ),
        ApiError::Invalid(detail, _) => (
            or(detail, "The system did not accept the values."),
            match retry_safety {
                // Some systems refuse to read without a status of its own for that.
                RetrySafety::ReadOnly => "Try again; if that fails too, check the connection.".into(),
                _ => "Correct what it speaks of, then try again.".into(),
            },
            !was_write,
        ),
        ApiError::TooMany(seconds) => (
            "Too many requests.".into(),
            match seconds {
                Some(seconds) => format!("The system asks to wait {} before trying again.", count(*seconds as usize, Unit::Second)),
                None => "Wait a little, then try again.".into(),
            },
            true,
        ),
        ApiError::Server(status, detail) => (
            or(detail, "The system failed."),
            if was_write { format!("It answered {status}. {unknown_outcome}") } else { format!("It answered {status}. This is not your fault; try again.") },
            true,
        ),
        ApiError::Refused(status, detail) => (
            or(detail, "The system did not accept the request."),
            format!("It answered {status}. Check the connection's base address."),
            false,
        ),
        ApiError::Endless(why) => (
            format!("The system's list does not end: {why}."),
            "What has come is here and can be used, but may not be all. Retry loads the list again; if it ends here again, tell the people who run the system.".into(),
            true,
        ),
        ApiError::Malformed(problem) => (
            "The answer cannot be read.".into(),
            match retry_safety {
                RetrySafety::ReadOnly => format!("It is not what a token API answers: {problem}. Check the connection's base address, or try again."),
                _ => format!("It is not what a token API answers: {problem}. {unknown_outcome}"),
            },
            true,
        ),
    };
    Explanation { what, next, retry }
}

/// What can be typed where an error is told.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The labels of the fields, in their order; none where there is nothing to type.
    pub labels: Vec<String>,
    /// Whether a message of the system stands at one of them.
    pub is_marked: bool,
    /// Whether it is the form of a token that is there, which shows what changed meanwhile.
    pub is_change: bool,
}

/// [`explain`], with advice that names what is there to be typed, and nothing else.
pub fn explain_typed(error: &ApiError, retry_safety: RetrySafety, typed: &Typed) -> Explanation {
    let explained = explain(error, retry_safety);
    let next = match error {
        ApiError::Changed if typed.is_change => {
            let what = "Somebody changed this token since you opened it.".into();
            return Explanation { what, next: "Nothing was saved. Choose what to keep.".into(), ..explained };
        }
        ApiError::Invalid(detail, _) if detail.is_empty() && typed.labels.is_empty() => {
            return Explanation { what: "The system did not accept this.".into(), ..explained };
        }
        ApiError::Invalid(..) if typed.is_marked => "Correct the marked fields and save again.".into(),
        ApiError::Refused(status @ (400 | 401), _) if !typed.labels.is_empty() => {
            format!("It answered {status}. Check what you typed, then try again.")
        }
        ApiError::Conflict(_) if !typed.labels.is_empty() => {
            let unique = |it: &&String| matches!(it.as_str(), "Name" | "GUID");
            let named =
                |it: &String| if it == "GUID" { "the GUID".into() } else { format!("the {}", it.to_ascii_lowercase()) };
            let such = typed.labels.iter().filter(unique).map(named).collect::<Vec<_>>().join(" or ");
            let such = if such.is_empty() { such } else { format!(", such as {such},") };
            format!(
                "It answered 409: there may be one like this already. Change what is in the way{such} and try again."
            )
        }
        _ => return explained,
    };
    Explanation { next, ..explained }
}

/// Said where what a system needs of the page's own server did not come.
pub const PART_MISSING: &str = "A part of this page that it takes to speak with this system did not load.";

/// Said above the mistakes in a system's description. `is_own`: this browser keeps the connection, for its user;
/// `in_file`: the mistakes are in a file that the page's host serves.
pub fn wrong_description(is_own: bool, in_file: bool) -> &'static str {
    match (is_own, in_file) {
        (false, _) => "The description of this system has to be corrected by whoever hosts the page:",
        (true, false) => {
            "You have described this system in a connection of your own, and not rightly. Edit it to correct it:"
        }
        (true, true) => {
            "The file with the description of this system has to be corrected by whoever hosts the page. Your connection \
             says which file it is; edit it if you mean another one:"
        }
    }
}

/// What marks a text of a system's own within a sentence where no quotes do: Unicode's isolates, which are not visible.
pub const ISOLATES: (char, char) = ('\u{2068}', '\u{2069}');

/// A text of a system's own within a sentence, so that no browser translates it.
pub fn isolated(text: &str) -> String {
    format!("{}{}{}", ISOLATES.0, visible(text), ISOLATES.1)
}

/// Names in a row: `7`, `7 and 8`, `7, 8 and 9`.
pub fn list_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// What is wrong with a field, as a sentence. `label` is what the system calls a field; `one` is how a sentence asks for
/// one ([`FieldShape::one`](crate::capabilities::FieldShape::one)).
pub fn problem(field: Field, label: impl Fn(Field) -> String, one: &str, problem: Problem) -> String {
    let start = || label(Field::ValidFrom);
    let label = &*label(field);
    match problem {
        Problem::Missing => match (field, one) {
            (Field::Scopes | Field::Privileges, "") => format!("Choose at least one of “{label}”."),
            (Field::Scopes | Field::Privileges, one) => format!("Choose at least {one}."),
            (_, "") => format!("Fill in “{label}”."),
            (_, one) => format!("Enter {one}."),
        },
        Problem::Undated => format!("Choose a date for {label}."),
        Problem::NotADate => format!("Enter the whole date and time of {label}."),
        Problem::Past => format!(
            "{label} lies in the past. Choose a later time{}.",
            if field == Field::ValidFrom { ", or leave it empty to start now" } else { "" }
        ),
        Problem::Skipped => {
            format!("The clocks skip the time of {label}: they go forward over it. Choose another time.")
        }
        Problem::Twice(..) => {
            format!("The clocks show the time of {label} twice: they go back over it. Choose which one you mean.")
        }
        Problem::EndBeforeStart => format!("{label} must lie after {}.", start()),
        Problem::Rule => format!("{label} does not follow the rule."),
        Problem::TooMany => format!("{label} can have {MAX_LIST} entries at most."),
        Problem::NoTarget => "Choose where the privilege holds.".into(),
        Problem::Doubled => "The same privilege is there twice. Remove one.".into(),
        Problem::NotANumber => format!("{label} must be a number."),
        Problem::NotAnAddress => {
            format!("{label} can only be IP addresses such as 192.0.2.7 and networks such as 192.0.2.0/24.")
        }
    }
}

/// Said at a field of the sign-in that is sent as a header, where no header can carry what was typed.
pub fn unfit_for_header(label: &str) -> String {
    format!(
        "{label} has characters that cannot be sent in a header; one that is not seen may have come with it. Copy it anew."
    )
}

/// How many letters of a value that cannot be read are shown.
const ODD_SHOWN: usize = 80;

/// A value that cannot be read, as it stands there, and that it cannot.
pub fn odd(text: &str) -> String {
    let mut shown: String = text.chars().take(ODD_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown} (cannot be read)")
}

/// What the page says where a system does not report a fact.
pub const NOT_REPORTED: &str = "not reported";

/// Privileges as a list: `read of site 42`.
pub fn privileges(list: &[Privilege]) -> String {
    let one = |it: &Privilege| format!("{} of {} {}", it.role, it.scope, it.target).trim_end().to_owned();
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A name as it is shown where a decision is taken: letters that are not visible, or that turn the order of others around,
/// are told by their numbers, such as `[U+200B]`; of blanks alone every one is marked.
pub fn visible(name: &str) -> String {
    if name.chars().all(char::is_whitespace) {
        return name.chars().map(|_| '␣').collect();
    }
    let chars: Vec<char> = name.chars().collect();
    // Joiners and variants belong to the writing of some languages, and to emoji.
    let is_written_so = |idx: usize| {
        let is_other =
            |idx: Option<usize>| idx.and_then(|it| chars.get(it)).is_some_and(|it| *it > '\u{2ff}' && !is_unseen(*it));
        let before =
            is_other(idx.checked_sub(1)) || idx >= 2 && chars[idx - 1] == '\u{fe0f}' && is_other(Some(idx - 2));
        match chars[idx] {
            '\u{200c}' | '\u{200d}' => before && is_other(Some(idx + 1)),
            '\u{fe00}'..='\u{fe0f}' => {
                before || idx.checked_sub(1).is_some_and(|it| "#*0123456789©®".contains(chars[it]))
            }
            _ => false,
        }
    };
    let mut shown = String::new();
    for (idx, char) in chars.iter().enumerate() {
        if is_unseen(*char) && !is_written_so(idx) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(*char)));
        } else {
            shown.push(*char);
        }
    }
    shown
}

/// Whether a letter has no picture of its own: controls, joiners, marks that turn the order around, fillers.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What is said where a token has no such fact.
pub fn absent(absent: Absent) -> &'static str {
    match absent {
        Absent::NotReported => NOT_REPORTED,
        Absent::Empty => "None",
        Absent::Never => "Never",
        Absent::FromCreation => "From creation",
        Absent::Unnamed => "Nobody named",
    }
}

/// A status as the table shows it.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::Scheduled => "Scheduled",
        Status::Expired => "Expired",
        Status::Revoked => "Revoked",
        Status::Deleted => "Deleted",
        Status::Unknown => "Unknown",
        Status::Inactive => "Inactive",
        Status::Unreadable => "Unreadable",
    }
}

/// A choice of `Token status`.
pub fn status_filter(filter: StatusFilter) -> &'static str {
    match filter {
        StatusFilter::All => "All",
        StatusFilter::Active => "Active",
        StatusFilter::Inactive => "Inactive",
        StatusFilter::Scheduled => "Scheduled",
        StatusFilter::Expired => "Expired",
        StatusFilter::Revoked => "Revoked",
        StatusFilter::Deleted => "Deleted",
        StatusFilter::Unknown => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_and_what_next() {
        let text = String::new;
        let errors = [
            ApiError::NoAnswer(NetworkError::Offline),
            ApiError::NoAnswer(NetworkError::Unreachable),
            ApiError::NoAnswer(NetworkError::Cors),
            ApiError::NoAnswer(NetworkError::CorsFor("the header Authorization".into())),
            ApiError::NoAnswer(NetworkError::Policy("https://a.example".into())),
            ApiError::NoAnswer(NetworkError::Unsendable("X-Key".into())),
            ApiError::NoAnswer(NetworkError::Outside("https://a.example/..".into())),
            ApiError::NoAnswer(NetworkError::Redirected { asked: "https://a.example/x".into(), to: String::new() }),
            ApiError::NoAnswer(NetworkError::Redirected { asked: String::new(), to: "https://a.example/login".into() }),
            ApiError::NoAnswer(NetworkError::Interrupted),
            ApiError::NoAnswer(NetworkError::Timeout(30)),
            ApiError::NoAnswer(NetworkError::Cancelled),
            ApiError::NoAnswer(NetworkError::NotLoaded),
            ApiError::SignedOut(text()),
            ApiError::Forbidden(text()),
            ApiError::NotFound(text()),
            ApiError::Conflict(text()),
            ApiError::Changed,
            ApiError::Invalid(text(), vec![]),
            ApiError::TooMany(Some(7)),
            ApiError::Server(502, text()),
            ApiError::Refused(405, text()),
            ApiError::Malformed("x".into()),
            ApiError::Endless("x".into()),
        ];
        let mut seen = std::collections::HashSet::new();
        for error in &errors {
            let Explanation { what, next, .. } = explain(error, RetrySafety::ReadOnly);
            assert!(what.ends_with('.') && next.ends_with('.'), "{what} {next}");
            assert!(seen.insert(what), "{error:?} says what another one says");
        }
    }

    #[test]
    fn the_systems_own_words_come_first() {
        assert_eq!(
            explain(&ApiError::Forbidden("Read-only account.".into()), RetrySafety::Idempotent).what,
            "Read-only account."
        );
        assert!(explain(&ApiError::TooMany(Some(1)), RetrySafety::ReadOnly).next.contains("1 second "));
    }

    #[test]
    fn advice_names_what_can_be_typed_and_nothing_else() {
        let next = |error: ApiError, labels: &[&str], is_marked| {
            let labels = labels.iter().map(|it| (*it).to_owned()).collect();
            explain_typed(&error, RetrySafety::Idempotent, &Typed { labels, is_marked, is_change: false }).next
        };
        let conflict = || ApiError::Conflict(String::new());
        assert!(next(conflict(), &["Name", "GUID", "Scopes"], false).contains("such as the name or the GUID, and"));
        assert!(next(conflict(), &["Note"], false).contains("Change what is in the way and try again."));
        assert!(next(conflict(), &[], false).contains("Refresh the list"));
        let invalid = || ApiError::Invalid("No.".into(), vec![("colour".into(), "Too blue.".into())]);
        assert_eq!(next(invalid(), &["Name"], true), "Correct the marked fields and save again.");
        assert_eq!(next(invalid(), &["Name"], false), "Correct what it speaks of, then try again.");
        assert_eq!(next(invalid(), &[], false), "Correct what it speaks of, then try again.");
        assert!(!next(ApiError::Changed, &[], false).contains("Choose what to keep"));
        let refused = || ApiError::Refused(401, "bad password".into());
        assert_eq!(
            next(refused(), &["Your password"], false),
            "It answered 401. Check what you typed, then try again."
        );
        assert!(next(refused(), &[], false).contains("It answered 401."));
    }

    #[test]
    fn unseen_letters_are_told_by_their_numbers() {
        for (name, shown) in [
            ("Safe\u{200b}", "Safe[U+200B]"),
            ("\u{202e}gpj.exe", "[U+202E]gpj.exe"),
            ("a\u{200d}b", "a[U+200D]b"),
            ("\u{feff}x\u{0}", "[U+FEFF]x[U+0000]"),
            ("  \u{a0}", "␣␣␣"),
            ("Grün 部署 ключ", "Grün 部署 ключ"),
            (
                "👩\u{200d}💻 ❤\u{fe0f} 👩\u{1f3fd}\u{200d}🚀 🏳\u{fe0f}\u{200d}🌈 1\u{fe0f}\u{20e3}",
                "👩\u{200d}💻 ❤\u{fe0f} 👩\u{1f3fd}\u{200d}🚀 🏳\u{fe0f}\u{200d}🌈 1\u{fe0f}\u{20e3}",
            ),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(visible(name), shown, "{name:?}");
        }
        assert_eq!(visible(""), "");
    }

    #[test]
    fn what_is_missing_is_asked_for_in_every_systems_words() {
        let ask = |field, label: &'static str, one| super::problem(field, |_| label.into(), one, Problem::Missing);
        assert_eq!(ask(Field::Name, "Name", "a name"), "Enter a name.");
        assert_eq!(ask(Field::Scopes, "Scopes", "one scope"), "Choose at least one scope.");
        let say = |field, label: &'static str, problem: Problem| super::problem(field, |_| label.into(), "", problem);
        assert_eq!(say(Field::Scopes, "Access", Problem::Missing), "Choose at least one of “Access”.");
        assert_eq!(say(Field::Input(0), "Your password", Problem::Missing), "Fill in “Your password”.");
        assert_eq!(say(Field::Input(0), "Networks", Problem::Missing), "Fill in “Networks”.");
        assert!(say(Field::ValidFrom, "Start", Problem::Past).ends_with(", or leave it empty to start now."));
        let label = |it| if it == Field::ValidFrom { "Start".to_owned() } else { "End".to_owned() };
        assert_eq!(super::problem(Field::ValidTo, label, "", Problem::EndBeforeStart), "End must lie after Start.");
    }

    #[test]
    fn a_write_without_an_answer_says_that_its_outcome_is_unknown() {
        for error in [ApiError::NoAnswer(NetworkError::Timeout(5)), ApiError::Malformed("x".into())] {
            assert!(explain(&error, RetrySafety::Idempotent).next.contains("not known"), "{error:?}");
            assert!(explain(&error, RetrySafety::NotIdempotent).next.contains("may be made twice"), "{error:?}");
        }
    }
}
