//! A record as a file. What is written of a step is what its user may see.

use super::super::download::Download;
use crate::record::hidden::{Access, shown};
use crate::record::{Run, csv, lines};
use crate::workspace::recorded::access_to;

/// What kind of file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// For a spreadsheet.
    Csv,
    /// For a program.
    Lines,
}

/// So many steps are a text at a time; then it is the browser's.
const STEPS: usize = 500;

/// Has the browser save it. The name of the file, where it does.
pub(super) fn save(run: &Run, format: Format, accesses: &[(String, Access)]) -> Option<String> {
    let (media_type, ending) = match format {
        Format::Csv => ("text/csv;charset=utf-8", "csv"),
        Format::Lines => ("application/jsonl;charset=utf-8", "jsonl"),
    };
    let file = Download::new(media_type);
    let mut text = String::new();
    if format == Format::Csv {
        csv::begin(&mut text);
    }
    for (place, step) in run.steps.iter().enumerate() {
        let step = shown(&run.head, step, access_to(accesses, &step.connection));
        match format {
            Format::Csv => csv::step(&run.head, place, &step, &mut text),
            Format::Lines => lines::step(&run.head, place, &step, &mut text),
        }
        if place % STEPS == STEPS - 1 {
            file.add(&text)?;
            text.clear();
        }
    }
    file.add(&text)?;
    // Of what a newer version does only its code is known.
    let action: String = run.head.action.code().chars().filter(char::is_ascii_alphanumeric).collect();
    let name = format!("tokendeck-{}-{action}.{ending}", run.head.id);
    file.save(&name).map(|()| name)
}
