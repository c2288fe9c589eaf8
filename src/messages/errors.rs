//! What went wrong, and what to do next: said wherever something was asked of a system. Pure.

use std::borrow::Cow;

use super::numbers::{Count, Unit};
use super::texts::texts;
use crate::api::{ApiError, Asked, NetworkError, RetrySafety};
use crate::words::Words;

texts! {
    /// What happened.
    pub enum Happened<'a> {
        NotLoaded => "A part of this page did not load.",
        Offline => "You are offline.",
        Unreachable => "The system does not answer: the connection was refused or cut.",
        Cors => "The API did not allow this page's origin (CORS).",
        CorsFor { what: &'a str } => "The system answers, but does not allow this page to send {what} (CORS), or the connection was cut.",
        Policy { origin: &'a str } => "The page's own security policy does not allow {origin}.",
        Unsendable { header: &'a str } => "The header {header} cannot carry what it should: it has characters that no header can have.",
        Outside { address: &'a str } => "This request would have left the connection's own address: {address}.",
        SentElsewhere { asked: &'a str } => "The system sent the page elsewhere: {asked} answers with a redirect.",
        SentTo { address: &'a str } => "The system sent the page elsewhere: {address}.",
        Interrupted => "The connection dropped mid-response.",
        TooLarge { megabytes: u32 } => "The answer is larger than {megabytes} MB. The page did not read the rest of it.",
        Timeout { time: Count } => "No answer within {time}.",
        Stopped => "Stopped.",
        SignedOut => "You are not signed in.",
        WantsCode => "The system asks for a one-time code.",
        Forbidden => "You are not allowed to do this.",
        NotFound => "It is not there.",
        Conflict => "Something else is in the way.",
        Changed => "Someone changed this token in the meantime.",
        ChangedSinceOpened => "Someone changed this token since you opened it.",
        Invalid => "The system did not accept the values.",
        InvalidWithoutValues => "The system did not accept this.",
        TooMany => "Too many requests.",
        Failed => "The server had an error.",
        Refused => "The system did not accept the request.",
        Endless { why: &'a str } => "The system's list does not end: {why}.",
        Malformed => "The answer cannot be read.",
    }
}

texts! {
    /// What is known of a change whose answer did not come.
    pub enum Known {
        MayBeTwice => "We don't know if the change went through. Look at the list before you retry: it may be made twice.",
        AtMostOnce => "We don't know if the change went through. It's safe to retry.",
        NothingSent => "Nothing was sent. ",
        ProbablyNot => "The change was probably not made. Look at the list before you retry. ",
    }
}

texts! {
    /// What to do next.
    pub enum Next<'a> {
        NotLoaded { known: &'a str } => "{known}The connection may have dropped, or there is a new version of the page. Try again; if that does not help, reload.",
        Offline => "Connect to the network, then try again.",
        Unreachable => "Check that it is running and reachable from here, then try again.",
        Cors => "It answers, but the browser may not pass its answers on to this page. Let the system allow this origin, or put it behind a proxy on the page's own origin, as the proxy recipe shows.",
        CorsFor { known: &'a str } => "Let the system allow it, or put it behind a proxy on the page's own origin, as the proxy recipe shows. {known}",
        IfAllowed => "If it does allow it, try again.",
        Policy => "Ask the person hosting this page to add the source below to its Content-Security-Policy, or use a proxy.",
        Unsendable => "Nothing was sent. Sign out and in again with what the system gave you, copied again.",
        Outside => "Nothing was sent. An id, a next page or a description leads there: check the connection and its system.",
        SentElsewhere { known: &'a str } => "{known}Where a sign-in stands in front of the system, it may have ended: open that address in another tab, sign in there, and come back. Its cookie goes along only if the connection says “cookies”. Otherwise an address may want a slash at its end, or https: check the base address, or the description.",
        Cut => "The connection was cut. Try again.",
        TooLarge => "Check the connection's base address. If the list is that long, allow larger answers in the connection (max_answer_mb).",
        Overloaded => "The system may be overloaded. Try again.",
        WhenYouLike => "Try again when you like.",
        SignIn => "Sign in, then try again. No sign-in form? This connection has no authentication set up.",
        AskForTheRight => "You don't have permission (403). Ask an administrator, or sign in with another account.",
        Deleted => "The system answered 404: it may have been deleted. Refresh the list; if that fails too, check the connection's base address.",
        ConflictOfReading => "It answered 409. Try again; if that fails too, check the connection.",
        Conflict => "It answered 409: there may be one like this already. Refresh the list and look at it, then try again.",
        ConflictOfTyped => "It answered 409: there may be one like this already. Change what is in the way and try again.",
        ConflictOfNamed { such: &'a str } => "It answered 409: there may be one like this already. Change what is in the way, such as {such}, and try again.",
        Changed => "Nothing was done. Refresh the list and look at the token, then try again.",
        ChooseWhatToKeep => "Nothing was saved. Choose what to keep.",
        CheckConnection => "Try again; if that fails too, check the connection.",
        Correct => "Correct what it speaks of, then try again.",
        CorrectMarked => "Fix the highlighted fields and save again.",
        CheckTyped { status: u16 } => "It answered {status}. Check what you typed, then try again.",
        Wait { time: Count } => "The system asks to wait {time} before trying again.",
        WaitALittle => "Wait a little, then try again.",
        FailedWrite { status: u16, known: &'a str } => "It answered {status}. {known}",
        BusyWrite { status: u16, time: Count, known: &'a str } => "It answered {status} and asks to wait {time}. {known}",
        BusyRead { status: u16, time: Count } => "It answered {status} and asks to wait {time} before you try again.",
        FailedRead { status: u16 } => "It answered {status}. Try again.",
        Refused { status: u16 } => "It answered {status}. Check the connection's base address.",
        RefusedRequest => "It answered 400: the request is not as it expects. If this goes on, tell the people who run the system.",
        Endless => "What has come is here and can be used, but may not be all. Retry loads the list again; if it ends here again, tell the people who run the system.",
        Malformed { problem: &'a str } => "It is not what a token API answers: {problem}. Check the connection's base address, or try again.",
        MalformedWrite { problem: &'a str, known: &'a str } => "It is not what a token API answers: {problem}. {known}",
    }
}

texts! {
    /// What another origin has to allow.
    pub enum AskedFor<'a> {
        Header { name: &'a str } => "the header {name}",
        Method { name: &'a str } => "the method {name}",
        Either { all: &'a str, other: &'a str } => "{all} or {other}",
    }
}

texts! {
    /// What a system may have one of only.
    pub enum Unique {
        Name => "the name",
        Guid => "the GUID",
        Both => "the name or the GUID",
    }
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

type Text = Cow<'static, str>;

/// Explains an error, and where something was to be changed, what is known of that.
pub fn explain(error: &ApiError, retry_safety: RetrySafety) -> Explanation {
    let was_write = retry_safety != RetrySafety::ReadOnly;
    let unknown_outcome = match retry_safety {
        RetrySafety::NotIdempotent => Known::MayBeTwice.text(),
        _ => Known::AtMostOnce.text(),
    };
    // Of a change what is known of it counts, of a request that only reads what helps.
    let or_known = |next: Text| if was_write { unknown_outcome.clone() } else { next };
    let of_write = |known: Text| if was_write { known } else { Text::default() };
    let or = |text: &Words, other: Text| if text.is_empty() { other } else { text.to_string().into() };
    let (what, next, retry) = match error {
        ApiError::NoAnswer(NetworkError::NotLoaded) => {
            (Happened::NotLoaded.text(), Next::NotLoaded { known: &of_write(Known::NothingSent.text()) }.text(), true)
        }
        ApiError::NoAnswer(NetworkError::Offline) => (Happened::Offline.text(), Next::Offline.text(), true),
        ApiError::NoAnswer(NetworkError::Unreachable) => {
            (Happened::Unreachable.text(), or_known(Next::Unreachable.text()), true)
        }
        ApiError::NoAnswer(NetworkError::Cors) => (Happened::Cors.text(), Next::Cors.text(), true),
        // Browsers do not tell the two apart.
        ApiError::NoAnswer(NetworkError::CorsFor(what)) => (
            Happened::CorsFor { what: &asked(what) }.text(),
            Next::CorsFor { known: &or_known(Next::IfAllowed.text()) }.text(),
            true,
        ),
        ApiError::NoAnswer(NetworkError::Policy(origin)) => {
            (Happened::Policy { origin }.text(), Next::Policy.text(), false)
        }
        ApiError::NoAnswer(NetworkError::Unsendable(header)) => {
            (Happened::Unsendable { header }.text(), Next::Unsendable.text(), false)
        }
        ApiError::NoAnswer(NetworkError::Outside(address)) => {
            (Happened::Outside { address }.text(), Next::Outside.text(), false)
        }
        ApiError::NoAnswer(NetworkError::Redirected { asked, to }) => (
            match to.as_str() {
                "" => Happened::SentElsewhere { asked }.text(),
                address => Happened::SentTo { address }.text(),
            },
            Next::SentElsewhere { known: &of_write(Known::ProbablyNot.text()) }.text(),
            true,
        ),
        ApiError::NoAnswer(NetworkError::Interrupted) => {
            (Happened::Interrupted.text(), or_known(Next::Cut.text()), true)
        }
        ApiError::NoAnswer(NetworkError::TooLarge(megabytes)) => {
            (Happened::TooLarge { megabytes: *megabytes }.text(), or_known(Next::TooLarge.text()), true)
        }
        ApiError::NoAnswer(NetworkError::Timeout(seconds)) => {
            let time = Count(*seconds as usize, Unit::Second);
            (Happened::Timeout { time }.text(), or_known(Next::Overloaded.text()), true)
        }
        ApiError::NoAnswer(NetworkError::Cancelled) => {
            (Happened::Stopped.text(), or_known(Next::WhenYouLike.text()), true)
        }
        ApiError::SignedOut(detail) => (or(detail, Happened::SignedOut.text()), Next::SignIn.text(), true),
        ApiError::WantsCode(detail) => (or(detail, Happened::WantsCode.text()), Next::SignIn.text(), true),
        ApiError::Forbidden(detail) => (or(detail, Happened::Forbidden.text()), Next::AskForTheRight.text(), false),
        ApiError::NotFound(detail) => (or(detail, Happened::NotFound.text()), Next::Deleted.text(), false),
        ApiError::Conflict(detail) => (
            or(detail, Happened::Conflict.text()),
            if was_write { Next::Conflict.text() } else { Next::ConflictOfReading.text() },
            true,
        ),
        ApiError::Changed => (Happened::Changed.text(), Next::Changed.text(), false),
        // Some systems refuse to read without a status of its own for that.
        ApiError::Invalid(detail, _) => (
            or(detail, Happened::Invalid.text()),
            if was_write { Next::Correct.text() } else { Next::CheckConnection.text() },
            !was_write,
        ),
        ApiError::TooMany(seconds) => (
            Happened::TooMany.text(),
            match seconds {
                Some(seconds) => Next::Wait { time: Count(*seconds as usize, Unit::Second) }.text(),
                None => Next::WaitALittle.text(),
            },
            true,
        ),
        ApiError::Server(status, detail) => (
            or(detail, Happened::Failed.text()),
            match was_write {
                true => Next::FailedWrite { status: *status, known: &unknown_outcome }.text(),
                false => Next::FailedRead { status: *status }.text(),
            },
            true,
        ),
        ApiError::Busy(status, detail, seconds) => (
            or(detail, Happened::Failed.text()),
            {
                let (status, time) = (*status, Count(*seconds as usize, Unit::Second));
                match was_write {
                    true => Next::BusyWrite { status, time, known: &unknown_outcome }.text(),
                    false => Next::BusyRead { status, time }.text(),
                }
            },
            true,
        ),
        ApiError::Refused(400, detail) if was_write => {
            (or(detail, Happened::Refused.text()), Next::RefusedRequest.text(), false)
        }
        ApiError::Refused(status, detail) => {
            (or(detail, Happened::Refused.text()), Next::Refused { status: *status }.text(), false)
        }
        ApiError::Endless(why) => (Happened::Endless { why: &why.text() }.text(), Next::Endless.text(), true),
        ApiError::Malformed(problem) => (
            Happened::Malformed.text(),
            match was_write {
                true => Next::MalformedWrite { problem: &problem.text(), known: &unknown_outcome }.text(),
                false => Next::Malformed { problem: &problem.text() }.text(),
            },
            true,
        ),
    };
    Explanation { what: what.into(), next: next.into(), retry }
}

/// What another origin does not allow: `the header X-Key or the method PUT`.
fn asked(all: &[Asked]) -> String {
    let name = |it: &Asked| match it {
        Asked::Header(name) => AskedFor::Header { name }.text(),
        Asked::Method(method) => AskedFor::Method { name: method.as_str() }.text(),
    };
    all.iter().map(name).reduce(|all, it| AskedFor::Either { all: &all, other: &it }.text()).unwrap_or_default().into()
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
            let what = Happened::ChangedSinceOpened.text().into();
            return Explanation { what, next: Next::ChooseWhatToKeep.text().into(), ..explained };
        }
        ApiError::Invalid(detail, _) if detail.is_empty() && typed.labels.is_empty() => {
            return Explanation { what: Happened::InvalidWithoutValues.text().into(), ..explained };
        }
        ApiError::Invalid(..) if typed.is_marked => Next::CorrectMarked.text(),
        ApiError::Refused(status @ (400 | 401), _) if !typed.labels.is_empty() => {
            Next::CheckTyped { status: *status }.text()
        }
        ApiError::Conflict(_) if !typed.labels.is_empty() => {
            let has = |label: &str| typed.labels.iter().any(|it| it == label);
            let such = match (has("Name"), has("GUID")) {
                (true, true) => Unique::Both.text(),
                (true, false) => Unique::Name.text(),
                (false, true) => Unique::Guid.text(),
                (false, false) => return Explanation { next: Next::ConflictOfTyped.text().into(), ..explained },
            };
            Next::ConflictOfNamed { such: &such }.text()
        }
        _ => return explained,
    };
    Explanation { next: next.into(), ..explained }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_and_what_next() {
        let text = Words::default;
        let errors = [
            ApiError::NoAnswer(NetworkError::Offline),
            ApiError::NoAnswer(NetworkError::Unreachable),
            ApiError::NoAnswer(NetworkError::Cors),
            ApiError::NoAnswer(NetworkError::CorsFor(vec![Asked::Header("Authorization".into())])),
            ApiError::NoAnswer(NetworkError::Policy("https://a.example".into())),
            ApiError::NoAnswer(NetworkError::Unsendable("X-Key".into())),
            ApiError::NoAnswer(NetworkError::Outside("https://a.example/..".into())),
            ApiError::NoAnswer(NetworkError::Redirected { asked: "https://a.example/x".into(), to: String::new() }),
            ApiError::NoAnswer(NetworkError::Redirected { asked: String::new(), to: "https://a.example/login".into() }),
            ApiError::NoAnswer(NetworkError::Interrupted),
            ApiError::NoAnswer(NetworkError::TooLarge(64)),
            ApiError::NoAnswer(NetworkError::Timeout(30)),
            ApiError::NoAnswer(NetworkError::Cancelled),
            ApiError::NoAnswer(NetworkError::NotLoaded),
            ApiError::SignedOut(text()),
            ApiError::WantsCode(text()),
            ApiError::Forbidden(text()),
            ApiError::NotFound(text()),
            ApiError::Conflict(text()),
            ApiError::Changed,
            ApiError::Invalid(text(), vec![]),
            ApiError::TooMany(Some(7)),
            ApiError::Server(502, text()),
            ApiError::Busy(503, "Busy.".into(), 7),
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
        let busy = ApiError::Busy(503, "".into(), 90);
        assert_eq!(
            explain(&busy, RetrySafety::ReadOnly).next,
            "It answered 503 and asks to wait 90 seconds before you try again."
        );
        let next = explain(&busy, RetrySafety::Idempotent).next;
        assert!(next.starts_with("It answered 503 and asks to wait 90 seconds. We don't know"), "{next}");
    }

    #[test]
    fn advice_names_what_can_be_typed_and_nothing_else() {
        let next = |error: ApiError, labels: &[&str], is_marked| {
            let labels = labels.iter().map(|it| (*it).to_owned()).collect();
            explain_typed(&error, RetrySafety::Idempotent, &Typed { labels, is_marked, is_change: false }).next
        };
        let conflict = || ApiError::Conflict(Words::default());
        assert!(next(conflict(), &["Name", "GUID", "Scopes"], false).contains("such as the name or the GUID, and"));
        assert!(next(conflict(), &["Note"], false).contains("Change what is in the way and try again."));
        assert!(next(conflict(), &[], false).contains("Refresh the list"));
        let invalid = || ApiError::Invalid("No.".into(), vec![("colour".into(), "Too blue.".into())]);
        assert_eq!(next(invalid(), &["Name"], true), "Fix the highlighted fields and save again.");
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
    fn a_write_without_an_answer_says_that_its_outcome_is_unknown() {
        for error in [ApiError::NoAnswer(NetworkError::Timeout(5)), ApiError::Malformed("x".into())] {
            assert!(explain(&error, RetrySafety::Idempotent).next.contains("We don't know"), "{error:?}");
            assert!(explain(&error, RetrySafety::NotIdempotent).next.contains("may be made twice"), "{error:?}");
        }
    }
}
