//! Acting on many tokens: what will happen, how it goes, and what came of it.

use std::borrow::Cow;

use super::errors::explain;
use super::names::isolated;
use super::numbers::{Count, Number, Unit};
use super::texts::texts;
use crate::actions::check::WhyNot;
use crate::api::RetrySafety;
use crate::bulk::plan::Skip;
use crate::bulk::runner::State;
use crate::bulk::step::Trouble;
use crate::bulk::{Aim, Told};
use crate::record::{self, Counts, Deed, Tally};
use crate::time::{MINUTE, Millis, SECOND};
use crate::words::Key;

texts! {
    /// What is to be done to many tokens, as its button says it.
    pub fn aim_name(aim: Aim) -> &'static str {
        Disable => "Disable",
        Enable => "Enable",
        Revoke => "Revoke",
        Delete => "Delete",
        Extend => "Extend",
    }
}

texts! {
    /// The same in a sentence.
    pub fn aim_verb(aim: Aim) -> &'static str {
        Disable => "disable",
        Enable => "enable",
        Revoke => "revoke",
        Delete => "delete",
        Extend => "change the end",
    }
}

texts! {
    /// The dialog before it is done.
    pub fn aim_title(aim: Aim) -> &'static str {
        Disable => "Disable tokens",
        Enable => "Enable tokens",
        Revoke => "Revoke tokens",
        Delete => "Delete tokens",
        Extend => "Set or extend the end of tokens",
    }
}

texts! {
    /// What it means.
    pub fn aim_meaning(aim: Aim) -> &'static str {
        Disable => "Anything using these tokens stops working immediately. You can enable them again.",
        Enable => "These tokens work again immediately.",
        Revoke => "Anything using these tokens stops working immediately. They stay in the list. You can't undo this.",
        Delete => "This deletes the tokens. Anything using them stops working immediately. You can't undo this.",
        Extend => "Only the end of each token changes. You can undo this.",
    }
}

texts! {
    /// While it is done.
    pub fn aim_doing(aim: Aim) -> &'static str {
        Disable => "Disabling",
        Enable => "Enabling",
        Revoke => "Revoking",
        Delete => "Deleting",
        Extend => "Changing ends",
    }
}

texts! {
    /// The same after another one.
    pub fn aim_doing_too(aim: Aim) -> &'static str {
        Disable => "disabling",
        Enable => "enabling",
        Revoke => "revoking",
        Delete => "deleting",
        Extend => "changing ends",
    }
}

texts! {
    /// When it is done.
    pub fn aim_done(aim: Aim) -> &'static str {
        Disable => "Disabled",
        Enable => "Enabled",
        Revoke => "Revoked",
        Delete => "Deleted",
        Extend => "Changed the end of",
    }
}

texts! {
    /// The same after another one.
    pub fn aim_done_too(aim: Aim) -> &'static str {
        Disable => "disabled",
        Enable => "enabled",
        Revoke => "revoked",
        Delete => "deleted",
        Extend => "changed the end of",
    }
}

texts! {
    /// The dialog before anything is done.
    pub enum DryRun<'a> {
        Do { what: &'a str, n: Count } => "{what} {n}",
        Both { one: &'a str, other: &'a str } => "{one} and {other}",
        Groups => "What will happen",
        GroupDo { aim: &'a str, n: Number } => "{aim}: {n}",
        GroupInstead { cannot: &'a str, aim: &'a str, n: Number } => "cannot {cannot}: {aim} {n} instead",
        GroupSkipped { n: Number } => "skipped: {n}",
        GroupKept => " (kept in the list as deleted)",
        Tokens => "Tokens",
        Instead { cannot: &'a str, aim: &'a str } => "this system cannot {cannot}: {aim}",
        Cannot { verb: &'a str } => "this system cannot {verb}",
        Skipped { why: &'a str } => "skipped: {why}",
        Used { distance: &'a str } => "used {distance}",
        SignsIn => "this token signs you in here",
        Revives => "it has expired, and will work again",
        EndsAt { date: &'a str } => "will end {date}",
        Ended { date: &'a str } => "now {date}",
        Endless => "now without an end",
        UsedRecently { n: Number } => "Used in the last 7 days: {n}.",
        LeaveOut => "Leave them out",
        SignsInLast { name: &'a str } => "You are signed in with {name}. It comes last.",
        More { n: Number } => "Show {n} more",
        Type { n: Number } => "To confirm, type how many tokens will be deleted: {n}",
        Nothing => "Nothing can be done with these tokens.",
        NothingChosen => "No token is chosen.",
        Busy => "Another action on many tokens is under way.",
        NewEnd => "New end",
        EndOn => "On a date",
        EndLater => "Later by days, counted from each token's end or from now where that has passed",
        Date => "Date",
        Days => "Days",
        NoDate => "Choose a date.",
        Past => "It lies in the past.",
        Skipping => "The clocks skip this time. Choose another one.",
        NoDays => "Type a number of days from 1 to 3650.",
        SystemAsks { system: &'a str } => "{system} asks for",
    }
}

texts! {
    /// While a run goes on, and when it has ended.
    pub enum Running<'a> {
        Done { done: Number, all: Number } => "{done} of {all}",
        Left { time: Count } => "about {time} left",
        LeftShort => "a few seconds left",
        Failed { n: Number } => "{n} failed",
        Unknown { n: Number } => "{n} not certain",
        Open { n: Number } => "{n} not begun",
        Ok { n: Number } => "{n} done",
        Paused => "Paused. What was sent before still ends.",
        Stopping => "Stopping: waiting for what was sent.",
        Checking => "Comparing the lists with what was done.",
        SignedOut { system: &'a str } => "{system}: sign in to go on.",
        SessionOver { system: &'a str } => "{system}: signed out. What was not begun there stays as it is.",
        Rests { system: &'a str, time: Count } => "{system} asked to wait: {time} left.",
        SignIn => "Sign in",
        Hide => "Hide",
        Pause => "Pause",
        Resume => "Resume",
        Stop => "Stop",
        Close => "Close",
        RetryFailed => "Retry failed",
        Undo => "Undo",
        Show => "Show",
        Dismiss => "Dismiss",
        Doing { doing: &'a str, n: Count } => "{doing} {n}",
        Line { doing: &'a str, done: Number, all: Number } => "{doing}: {done} of {all}",
        Did { did: &'a str, n: Number } => "{did} {n}",
        Ended { what: &'a str, all: Count } => "{what} of {all}",
        NotGood => "What did not go well",
        NoName => "A token of a session that is over",
        Back { n: Count } => "“Undo” takes back what was done to {n}.",
        Waits { line: &'a str } => "{line}. It cannot be recorded and waits for your answer.",
        Unrecorded => "This run cannot be recorded. Nothing more is sent until you decide.",
        UnrecordedMeans => "Without a record, nothing tells what was done and what is open when this tab is closed.",
        TryAgain => "Try again",
        RunUnrecorded => "Run without a record",
        Kept => "Every step is recorded under “Records”.",
        LeftOpen { system: &'a str } => "{system}: signed out before the end. Sign in again, then open “Records”: what is not certain is read there before anything is sent again.",
        NoRecord => "This browser keeps no record of it.",
        RecordFull => "This browser keeps no record of it: its storage is full.",
        RecordElsewhere => "Another tab has taken over the record, so this one stopped.",
    }
}

texts! {
    /// Why nothing happens to a token.
    pub enum Skips {
        Gone => "no longer listed",
        NotOpen => "its system is not open",
        Inactive => "already inactive",
        Revoked => "already revoked",
        Disabled => "already disabled",
        Deleted => "already deleted",
        NotDisabled => "not disabled",
        Expired => "it has expired",
        SharesId => "another token has the same id",
        Unreadable => "its entry cannot be read",
        EndIsFixed => "this system does not let the end be changed",
        NoEnd => "it has no end",
        EndsSo => "it ends then already",
        EndsBeforeStart => "it would end before it starts",
        Incomplete => "the system asks for more",
    }
}

texts! {
    /// Why something came to no good end.
    pub enum Troubles {
        NotSo => "The system said that it was done, and the token is not so.",
        NotSeen => "The system accepted it, and does not show it yet.",
        Gone => "It is not there any more.",
        Unsendable => "The page cannot send back all that the system says of it, so it was left as it is.",
        StillListed => "The system said that it was deleted, and still lists it.",
        ListDiffers => "The system said that it was done, and its list says otherwise.",
        AlsoChanged => "It was done, and the system changed something else of the token, too. Its details say how it is now.",
    }
}

/// The button that does it: all that is done, what was asked for first.
pub fn act(aims: &[Aim], n: usize) -> String {
    let what = joined(aims.iter().map(|it| aim_name(*it).into()), aims.iter().map(|it| aim_verb(*it).into()));
    DryRun::Do { what: &what, n: Count(n, Unit::Token) }.text().into_owned()
}

/// What is being done, what was asked for first: `Revoking and deleting`.
pub fn doing(aims: &[Aim]) -> String {
    joined(aims.iter().map(|it| aim_doing(*it).into()), aims.iter().map(|it| aim_doing_too(*it).into()))
}

/// All of them in one phrase: each as it is called where it comes first, and where it follows another.
fn joined(first: impl Iterator<Item = String>, further: impl Iterator<Item = String>) -> String {
    let all = first.take(1).chain(further.skip(1));
    all.reduce(|one, other| DryRun::Both { one: &one, other: &other }.text().into_owned()).unwrap_or_default()
}

/// Why nothing happens to a token.
pub fn skipped(aim: Aim, why: &Skip) -> Cow<'static, str> {
    match why {
        Skip::Gone => Skips::Gone.text(),
        Skip::NotOpen => Skips::NotOpen.text(),
        Skip::EndIsFixed => Skips::EndIsFixed.text(),
        Skip::NoEnd => Skips::NoEnd.text(),
        Skip::EndsSo => Skips::EndsSo.text(),
        Skip::EndsBeforeStart => Skips::EndsBeforeStart.text(),
        Skip::NotAllowed(why) => match why {
            WhyNot::NotOffered(_) => DryRun::Cannot { verb: aim_verb(aim) }.text(),
            WhyNot::SharesId => Skips::SharesId.text(),
            WhyNot::Unreadable => Skips::Unreadable.text(),
            WhyNot::NotActive => Skips::Inactive.text(),
            WhyNot::Expired => Skips::Expired.text(),
            WhyNot::DisabledAlready => Skips::Disabled.text(),
            WhyNot::NotDisabled => Skips::NotDisabled.text(),
            WhyNot::RevokedAlready => Skips::Revoked.text(),
            WhyNot::DeletedAlready => Skips::Deleted.text(),
            WhyNot::Incomplete => Skips::Incomplete.text(),
        },
    }
}

/// Why something came to no good end.
pub fn trouble(why: &Trouble) -> Cow<'static, str> {
    match why {
        Trouble::Error(error) => explain(error, RetrySafety::Idempotent).what.into(),
        Trouble::NotSo => Troubles::NotSo.text(),
        Trouble::NotSeen => Troubles::NotSeen.text(),
        Trouble::Gone => Troubles::Gone.text(),
        Trouble::Unsendable => Troubles::Unsendable.text(),
        Trouble::StillListed => Troubles::StillListed.text(),
        Trouble::ListDiffers => Troubles::ListDiffers.text(),
        Trouble::AlsoChanged => Troubles::AlsoChanged.text(),
    }
}

/// Why nothing is kept of a run.
pub fn no_record(why: record::Trouble) -> Cow<'static, str> {
    match why {
        record::Trouble::Full => Running::RecordFull.text(),
        record::Trouble::Lost | record::Trouble::Elsewhere => Running::RecordElsewhere.text(),
        _ => Running::NoRecord.text(),
    }
}

/// A length of time, as exact as is of use.
pub fn length(millis: Millis) -> Count {
    let seconds = (millis + SECOND - 1) / SECOND;
    match millis {
        ..100_000 => Count(seconds.max(1) as usize, Unit::Second),
        _ => Count(((millis + MINUTE / 2) / MINUTE) as usize, Unit::Minute),
    }
}

/// How many steps came to what, but for those that are done.
pub fn not_done(counts: &Counts) -> Vec<Cow<'static, str>> {
    let Counts { failed, unknown, open, .. } = *counts;
    let mut all = Vec::new();
    if failed > 0 {
        all.push(Running::Failed { n: Number(failed) }.text());
    }
    if unknown > 0 {
        all.push(Running::Unknown { n: Number(unknown) }.text());
    }
    if open > 0 {
        all.push(Running::Open { n: Number(open) }.text());
    }
    all
}

/// What is known of a deed's name; what only a newer version of the page knows has its code.
pub(super) fn called(deed: &Deed, known: fn(Aim) -> &'static str) -> &str {
    match Aim::of(deed) {
        Some(aim) => known(aim),
        None => deed.code(),
    }
}

/// What came of a run, in one line: what was done to how many, whatever was asked for.
pub fn ended(tallies: &[Tally], counts: &Counts) -> String {
    let did = |it: &Tally, known: fn(Aim) -> &'static str| {
        Running::Did { did: called(&it.deed, known), n: Number(it.done) }.text().into_owned()
    };
    let what = joined(tallies.iter().map(|it| did(it, aim_done)), tallies.iter().map(|it| did(it, aim_done_too)));
    let first = Running::Ended { what: &what, all: Count(counts.all, Unit::Token) }.text();
    std::iter::once(first).chain(not_done(counts)).collect::<Vec<_>>().join(", ")
}

/// What a run is to do, in one line: `Revoke and delete 26 tokens`.
pub fn named(tallies: &[Tally], n: usize) -> String {
    let what = joined(
        tallies.iter().map(|it| called(&it.deed, aim_name).into()),
        tallies.iter().map(|it| called(&it.deed, aim_verb).into()),
    );
    DryRun::Do { what: &what, n: Count(n, Unit::Token) }.text().into_owned()
}

/// How a run stands, where that is to be said.
pub fn standing(state: State) -> Option<Cow<'static, str>> {
    match state {
        // That it cannot be recorded stands beside the reason, and is heard by itself.
        State::Running | State::Unrecorded | State::Ended => None,
        State::Paused => Some(Running::Paused.text()),
        State::Stopping => Some(Running::Stopping.text()),
        State::Checking => Some(Running::Checking.text()),
    }
}

impl Key for Told {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Told::Unrecorded => Running::Unrecorded.text(),
            Told::Ended(tallies, counts) => format!("{}.", ended(tallies, counts)).into(),
            Told::SignedOut(system) => Running::SignedOut { system: &isolated(system) }.text(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(deed: Deed, all: usize, done: usize) -> Tally {
        Tally { deed, all, done }
    }

    #[test]
    fn a_run_is_named_by_what_it_did() {
        let both = [tally(Deed::Revoke, 12, 12), tally(Deed::Delete, 14, 12)];
        let counts = Counts { all: 26, done: 24, failed: 1, unknown: 1, ..Counts::default() };
        assert_eq!(ended(&both, &counts), "Revoked 12 and deleted 12 of 26 tokens, 1 failed, 1 not certain");
        assert_eq!(named(&both, 26), "Revoke and delete 26 tokens");
        assert_eq!(doing(&[Aim::Revoke, Aim::Delete]), "Revoking and deleting");
        let one = [tally(Deed::Disable, 1, 1)];
        assert_eq!(ended(&one, &Counts { all: 1, done: 1, ..Counts::default() }), "Disabled 1 of 1 token");
        assert_eq!(doing(&[Aim::Extend]), "Changing ends");
        let newer = [tally(Deed::Other("freeze".into()), 2, 2)];
        assert_eq!(ended(&newer, &Counts { all: 2, done: 2, ..Counts::default() }), "freeze 2 of 2 tokens");
    }
}
