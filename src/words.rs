//! Every sentence the page says, in one place. Pure.

use crate::api::{ApiError, Fault};
use crate::draft::{Field, Problem};
use crate::query::{SortKey, StatusFilter};
use crate::token::Status;

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

/// Explains an error. `was_write`: whether something should have been changed, so that the outcome matters.
pub fn explain(error: &ApiError, was_write: bool) -> Explanation {
    let unknown_outcome = "It is not known whether the change was made. Trying again is safe: it is made once at most.";
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let (what, next, retry) = match error {
        ApiError::NoAnswer(Fault::Offline) => ("You are offline.".into(), "Connect to the network, then try again.".into(), true),
        ApiError::NoAnswer(Fault::Unreachable) => (
            "The system does not answer: the connection was refused or cut.".into(),
            if was_write { unknown_outcome.into() } else { "Check that it is running and reachable from here, then try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(Fault::Cors) => (
            "The API did not allow this page's origin (CORS).".into(),
            "It answers, but the browser may not pass its answers on to this page. Let the system allow this origin, or put it behind a proxy on the page's own origin.".into(),
            true,
        ),
        ApiError::NoAnswer(Fault::Policy) => (
            "The page's own security policy does not allow connecting to this address.".into(),
            "Add the address to connect-src in the Content-Security-Policy that the page is served with.".into(),
            false,
        ),
        ApiError::NoAnswer(Fault::Interrupted) => (
            "The answer broke off in the middle.".into(),
            if was_write { unknown_outcome.into() } else { "The connection was cut. Try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(Fault::Timeout(seconds)) => (
            format!("No answer within {}.", count(*seconds as usize, "second")),
            if was_write { unknown_outcome.into() } else { "The system may be overloaded. Try again.".to_owned() },
            true,
        ),
        ApiError::NoAnswer(Fault::Cancelled) => (
            "Stopped.".into(),
            if was_write { unknown_outcome.into() } else { "Try again when you like.".to_owned() },
            true,
        ),
        ApiError::SignedOut(detail) => (or(detail, "The system wants to know who you are."), "Sign in, then try again. If the page does not ask you to, config.json lacks the connection's auth.".into(), true),
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
            "The system answered 409. If the GUID is in use, regenerate it and save again.".into(),
            true,
        ),
        ApiError::Changed => ("Somebody changed this token since you opened it.".into(), "Nothing was saved. Choose what to keep.".into(), false),
        ApiError::Invalid(detail, _) => (or(detail, "The system did not accept the values."), "Correct the marked fields and save again.".into(), false),
        ApiError::TooMany(seconds) => (
            "Too many requests.".into(),
            match seconds {
                Some(seconds) => format!("The system asks to wait {} before trying again.", count(*seconds as usize, "second")),
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
        ApiError::Malformed(problem) => (
            "The answer cannot be read.".into(),
            format!("It is not what a token API answers: {problem}. Check the connection's base address, or try again."),
            true,
        ),
    };
    Explanation { what, next, retry }
}

/// A number with its unit: `1 second`, `5 seconds`.
pub fn count(number: usize, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The name of a field in the form.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Name => "Name",
        Field::Guid => "GUID",
        Field::Description => "Description",
        Field::Scopes => "Scopes",
        Field::ValidFrom => "Valid from",
        Field::ValidTo => "Valid to",
    }
}

/// What is wrong with a field, as a sentence.
pub fn problem(field: Field, problem: Problem) -> &'static str {
    match (problem, field) {
        (Problem::Missing, Field::Scopes) => "Choose at least one scope.",
        (Problem::Missing, _) => "Enter a name.",
        (Problem::NotADate, Field::ValidFrom) => "Enter the whole date and time of Valid from.",
        (Problem::NotADate, _) => "Enter the whole date and time of Valid to.",
        (Problem::Past, Field::ValidFrom) => {
            "Valid from lies in the past. Choose a later time, or leave it empty to start now."
        }
        (Problem::Past, _) => "Valid to lies in the past. Choose a later time.",
        (Problem::Skipped, Field::ValidFrom) => {
            "The clocks skip the time of Valid from: they go forward over it. Choose another time."
        }
        (Problem::Skipped, _) => "The clocks skip the time of Valid to: they go forward over it. Choose another time.",
        (Problem::Twice(..), Field::ValidFrom) => {
            "The clocks show the time of Valid from twice: they go back over it. Choose which one you mean."
        }
        (Problem::Twice(..), _) => {
            "The clocks show the time of Valid to twice: they go back over it. Choose which one you mean."
        }
        (Problem::EndBeforeStart, _) => "Valid to must lie after Valid from.",
    }
}

/// A status as the table shows it.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::Scheduled => "Scheduled",
        Status::Expired => "Expired",
        Status::Revoked => "Revoked",
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
    }
}

/// The header of a column that can be sorted.
pub fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "Name",
        SortKey::ActiveFrom => "Active from",
        SortKey::Expiry => "Expiration date",
        SortKey::IsActive => "Is active",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_and_what_next() {
        let text = String::new;
        let errors = [
            ApiError::NoAnswer(Fault::Offline),
            ApiError::NoAnswer(Fault::Unreachable),
            ApiError::NoAnswer(Fault::Cors),
            ApiError::NoAnswer(Fault::Policy),
            ApiError::NoAnswer(Fault::Interrupted),
            ApiError::NoAnswer(Fault::Timeout(30)),
            ApiError::NoAnswer(Fault::Cancelled),
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
        ];
        let mut seen = std::collections::HashSet::new();
        for error in &errors {
            let Explanation { what, next, .. } = explain(error, false);
            assert!(what.ends_with('.') && next.ends_with('.'), "{what} {next}");
            assert!(seen.insert(what), "{error:?} says what another one says");
        }
    }

    #[test]
    fn the_systems_own_words_come_first() {
        assert_eq!(explain(&ApiError::Forbidden("Read-only account.".into()), true).what, "Read-only account.");
        assert!(explain(&ApiError::TooMany(Some(1)), false).next.contains("1 second "));
    }

    #[test]
    fn a_write_without_an_answer_says_that_its_outcome_is_unknown() {
        assert!(explain(&ApiError::NoAnswer(Fault::Timeout(5)), true).next.contains("not known"));
    }
}
