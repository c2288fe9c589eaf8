//! Records of runs: the screen, and what is said of a run that was interrupted.

use std::borrow::Cow;

use super::bulk::{aim_name, called};
use super::names::list_of;
use super::numbers::Number;
use super::texts::texts;
use crate::record::{Counts, Deed, StepOutcome, Trouble};
use crate::words::Key;
use crate::workspace::recorded::{First, Interrupted};

texts! {
    /// The list of records.
    pub enum RecordList {
        Title => "Records",
        About { most: Number } => "What was done to many tokens at once. Records stay in this browser until you drop them; of runs that have ended, the last {most} stay. No secret is in them.",
        Empty => "No records yet. Select tokens in the table and act on them: every step is recorded here.",
        Loading => "Reading the records…",
        Close => "Close",
        Retry => "Retry",
        Dropped => "The record was dropped.",
    }
}

texts! {
    /// How a run stands.
    pub enum RunState {
        Interrupted => "Interrupted",
        UnderWay => "Under way",
        Elsewhere => "Runs in another tab",
        Completed => "Completed",
        Stopped => "Stopped",
    }
}

texts! {
    /// One record.
    pub enum Record<'a> {
        Back => "All records",
        Interrupted => "This run was interrupted: its tab was closed, or its session ended.",
        UnknownMeans => "Of what is unknown, the request was sent and no answer came. Reading it asks the systems how those tokens stand; nothing is sent twice on trust.",
        Elsewhere => "Another tab works on this run, or did so until a moment ago. It can be taken over here once that tab is gone.",
        ReadUnknown => "Read the unknown",
        Reading => "Reading…",
        KnownNow { n: Number, of: Number } => "{n} of {of} are known now.",
        GoOn => "Go on",
        LetItBe => "Let it be",
        LetBe => "The run has ended; what was open stays as it is.",
        Retry => "Retry failed",
        Drop => "Drop record",
        DropWhat => "Drop this record? What was done stays done; this browser only forgets it.",
        Keep => "Keep",
        Csv => "Download CSV",
        Lines => "Download JSON Lines",
        Saved { file: &'a str } => "The record is in the file {file}.",
        NotSaved => "The browser did not let the page save a file.",
        Busy => "Another run is under way on this page. Wait for its end.",
        Show => "Show",
        All { n: Number } => "All ({n})",
        Only { outcome: &'a str, n: Number } => "{outcome} ({n})",
        More { n: Number } => "Show {n} more",
        Steps => "Steps",
        Hidden => "hidden",
        Sent => "Sent",
        NoEnd => "no end",
        HiddenOf { name: &'a str } => "Names and IDs of “{name}” are hidden until you sign in there again as the user who began this run.",
        TriedAgain => "This run tried again what had failed in an earlier one, or took it back.",
    }
}

texts! {
    /// What has come of a step.
    pub fn outcome(key: StepOutcome) -> &'static str {
        Open => "Open",
        Sent => "Unknown",
        Done => "Done",
        Accepted => "Accepted, not shown yet",
        Failed => "Failed",
        Skipped => "Skipped",
        Unknown => "Unknown",
    }
}

texts! {
    /// Why records cannot be read or written.
    pub fn trouble(key: Trouble) -> &'static str {
        NotLoaded => "The part of this page that keeps records did not load. Try again.",
        Refused => "This browser keeps nothing for this page: storage is turned off, or the window is a private one.",
        Full => "This browser's storage for the page is full. Drop records, or free some room.",
        Blocked => "Another tab has an older version of this page open. Reload or close it, then try again.",
        Newer => "A newer version of this page has written the records. Reload this page.",
        Elsewhere => "Another tab works on this run.",
        Lost => "Another tab has taken this run over, or dropped its record.",
    }
}

texts! {
    /// What has to come first before a run is gone on with.
    pub fn first(key: &First) {
        Show { name } => "“{name}” is not on this page. Go to “All systems”, or add the connection again.",
        SignIn { name } => "Sign in to “{name}” as the user who began this run.",
        Asked { name } => "“{name}” asks for something with this action that no record keeps. Select the open tokens again.",
        Newer => "A newer version of this page began this run. Reload this page.",
    }
}

texts! {
    /// How many steps came to what.
    pub enum StepsCounted {
        Done { n: Number, all: Number } => "{n} of {all} done",
        Failed { n: Number } => "{n} failed",
        Skipped { n: Number } => "{n} skipped",
        Unknown { n: Number } => "{n} unknown",
        Open { n: Number } => "{n} open",
    }
}

/// How many steps came to what: `6 of 20 done, 1 unknown, 13 open`.
pub fn counts(counts: &Counts) -> String {
    let Counts { all, done, failed, skipped, unknown, open } = *counts;
    let all = StepsCounted::Done { n: Number(done), all: Number(all) };
    let rest = [
        (failed, StepsCounted::Failed { n: Number(failed) }),
        (skipped, StepsCounted::Skipped { n: Number(skipped) }),
        (unknown, StepsCounted::Unknown { n: Number(unknown) }),
        (open, StepsCounted::Open { n: Number(open) }),
    ];
    let rest = rest.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text.text());
    std::iter::once(all.text()).chain(rest).collect::<Vec<_>>().join(", ")
}

texts! {
    /// What is said above the table of a run that was interrupted.
    pub enum InterruptedRun<'a> {
        Plain { counts: &'a str } => "A run was interrupted: {counts}.",
        Hidden { counts: &'a str, names: &'a str } => "A run was interrupted: {counts}. Its record stays in this browser; names are hidden until you sign in to {names} again.",
        Review => "Review",
        Drop => "Drop record",
    }
}

impl Key for Interrupted {
    fn text(&self) -> Cow<'static, str> {
        let counts = &counts(&self.counts);
        let names: Vec<String> = self.hidden.iter().map(|it| format!("“{it}”")).collect();
        match names.is_empty() {
            true => InterruptedRun::Plain { counts }.text(),
            false => InterruptedRun::Hidden { counts, names: &list_of(&names) }.text(),
        }
    }
}

/// What a step does, in the imperative.
pub fn deed(deed: &Deed) -> &str {
    called(deed, aim_name)
}
