//! Acting on many tokens: what will happen, how it goes, and what came of it.

pub(super) use self::plan::dry_run;
pub(super) use self::progress::{line, run};

mod end;
mod outcome;
mod plan;
mod progress;
mod request;
