//! What is kept of a run, an action on many tokens, beyond the life of the page: which tokens, what they were like before and
//! after, and what came of each. Never a secret. Pure: the browser's database is behind [`Records`] (`platform/records`).
//!
//! A step is written as [`StepOutcome::Sent`] before its request leaves, and with its outcome when that is known. So of a page
//! that was killed in the middle the record says which steps are done, which are open, and which have to be looked at
//! ([`resume()`]).

use std::any::Any;

pub use self::marker::Marker;
pub use self::resume::{Found, Resumption, judge, resume};
pub use self::run::{Counts, Ended, Head, Run, Tally, Viewer, newest_first};
pub use self::step::{Deed, Facts, Known, Step, StepOutcome};
use crate::api::Later;
use crate::time::Millis;

pub mod coding;
pub mod csv;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod fake;
pub mod hidden;
pub mod lease;
pub mod lines;
mod marker;
pub mod resume;
mod run;
mod step;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

/// Why the records cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The code for it did not come.
    NotLoaded,
    /// The browser keeps nothing for this page: it is turned off, or the window is a private one.
    Refused,
    /// There is no room left.
    Full,
    /// Another tab has the database open in an older version, and does not let go of it.
    Blocked,
    /// A newer version of the page has written it.
    Newer,
    /// Another tab owns the run.
    Elsewhere,
    /// The run was dropped, or is owned by another tab by now. Nothing more may be sent for it.
    Lost,
}

/// A run that this tab owns, or something else that one tab works on. It is let go of when this is dropped, or the tab ends.
pub struct Owned {
    /// The id of the run, or the name of what else it is.
    pub run: String,
    /// The number of the lease, where there is one: what is written under an older one is refused.
    pub fence: Option<u64>,
    _hold: Box<dyn Any>,
}

impl Owned {
    /// `hold` is dropped with it.
    pub fn new(run: &str, fence: Option<u64>, hold: Box<dyn Any>) -> Self {
        Owned { run: run.into(), fence, _hold: hold }
    }
}

/// Where records are kept. What a future does, it has done when it ends: what is written is there after the tab was killed.
/// Each belongs to this origin, and all of its tabs see the same.
pub trait Records {
    /// Keeps a new run and all of its steps, and owns it. Its id is made here; that of `run` is not read. Of the runs that
    /// have ended the oldest go, so that [`MOST_ENDED`] stay.
    fn begin(&self, run: Run) -> Later<'static, Result<Owned, Trouble>>;

    /// Owns a run that was interrupted. [`Trouble::Elsewhere`] where another tab owns it.
    fn own(&self, run: &str) -> Later<'static, Result<Owned, Trouble>>;

    /// Owns something that is no run, by its name. [`Trouble::Elsewhere`] where another tab owns it.
    fn hold(&self, name: &str) -> Later<'static, Result<Owned, Trouble>>;

    /// Whether a tab owns a run, so that it is under way.
    fn is_owned(&self, run: &str) -> Later<'static, Result<bool, Trouble>>;

    /// Keeps the step at a place, counted from 0, as it is now. Several that are under way are kept together.
    /// [`Trouble::Lost`]: the run is not this tab's any more, and nothing may be sent.
    fn write(&self, owned: &Owned, place: usize, step: &Step) -> Later<'static, Result<(), Trouble>>;

    /// Keeps that a run has ended, and how many of its steps came to what.
    fn end(&self, owned: &Owned, ended: Ended, at: Millis) -> Later<'static, Result<(), Trouble>>;

    /// All runs without their steps, the newest first.
    fn runs(&self) -> Later<'static, Result<Vec<Head>, Trouble>>;

    /// Some steps of a run in their order, from a place on; none where there is no such run.
    fn steps(&self, run: &str, from: usize, most: usize) -> Later<'static, Result<Vec<Step>, Trouble>>;

    /// A run with its steps, where there is one.
    fn read(&self, run: &str) -> Later<'static, Result<Option<Run>, Trouble>>;

    /// Drops a run. [`Trouble::Elsewhere`] where another tab owns it.
    fn forget(&self, run: &str) -> Later<'static, Result<(), Trouble>>;

    /// What is to be done some day: all keys, each with a text that only its owner reads.
    fn tasks(&self) -> Later<'static, Result<Vec<(String, String)>, Trouble>>;

    /// Keeps a task under a key, in place of one of that key. Never a secret.
    fn keep_task(&self, key: &str, text: &str) -> Later<'static, Result<(), Trouble>>;

    /// Drops a task.
    fn forget_task(&self, key: &str) -> Later<'static, Result<(), Trouble>>;
}

/// So many runs that have ended are kept. One that has not is kept until the user drops it.
pub const MOST_ENDED: usize = 50;
