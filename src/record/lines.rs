//! A run as JSON Lines: one step a line, each with all that says which run it is of. The schema is in docs/records.md. Pure.

use super::coding::with_step;
use super::hidden::Shown;
use super::run::Head;
use crate::json::Writer;
use crate::time::format_rfc3339;

/// What every line begins with: the schema and its version. That goes up when a reader of the one before would misread it.
pub const SCHEMA: &str = "tokendeck.record/1";

/// The line of a step of a run; its place is counted from 0 here, from 1 in the file.
pub fn step(head: &Head, place: usize, step: &Shown, out: &mut String) {
    let writer = Writer::default()
        .text("schema", Some(SCHEMA))
        .text("run", Some(&head.id))
        .text("run_began", Some(&format_rfc3339(head.began_at)))
        .raw("step", &(place + 1).to_string());
    let writer = if step.is_hidden { writer.raw("hidden", "true") } else { writer };
    out.push_str(&with_step(writer, &step.step).done());
    out.push('\n');
}
