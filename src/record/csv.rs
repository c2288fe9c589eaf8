//! A run as CSV (RFC 4180) that a spreadsheet opens as what it is: UTF-8 with a byte order mark, every field in quotes, and no
//! field that the spreadsheet takes for a formula. Pure.
//!
//! What begins like a formula gets an apostrophe before it ([`neutralised`]), and so does what begins with an apostrophe. So
//! every apostrophe at a beginning is one of ours, and [`original`] takes it away again: an id like `-Xy9_` comes back as
//! itself. Beginnings are that of the text, and what stands behind a semicolon, a tab or a line break in it: a spreadsheet
//! that takes one of those for the end of a cell does not know our quotes.
//!
//! Written by hand: `csv-core` writes quotes and separators, which are the loop in [`field`]; what is hard about it, formulas,
//! the mark at the beginning and the way back, it leaves to its callers.

use std::borrow::Cow;

use super::coding::{NOT_READ, NOT_REPORTED, status_code};
use super::hidden::Shown;
use super::run::Head;
use super::step::{Facts, Known};
use crate::time::{Millis, format_rfc3339};

/// What the file begins with, so that spreadsheets read it as UTF-8.
pub const MARK: &str = "\u{feff}";

/// The columns. Their names and their order stay; new ones come at the end.
pub const COLUMNS: [&str; 17] = [
    "run",
    "step",
    "time",
    "connection",
    "system",
    "id",
    "name",
    "action",
    "outcome",
    "words",
    "status_before",
    "end_before",
    "status_after",
    "end_after",
    "end_asked_for",
    "run_began",
    "run_ended",
];

/// What stands for an end that a token does not have.
const NONE: &str = "none";

/// What a spreadsheet takes for the beginning of a formula. Of the wide letters of an East Asian keyboard Excel makes the narrow
/// ones.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// What some spreadsheets drop at the beginning of a cell, and then look again.
const DROPPED: [char; 3] = ['\t', '\r', '\n'];

/// What may end a cell, wherever it stands, besides the comma.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// What marks a text as a text.
const APOSTROPHE: char = '\'';

/// A text that no spreadsheet takes for a formula.
pub fn neutralised(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut taken = 0;
    for at in beginnings(text).filter(|at| is_risky(&text[*at..])) {
        out.push_str(&text[taken..at]);
        out.push(APOSTROPHE);
        taken = at;
    }
    if out.is_empty() { text.into() } else { (out + &text[taken..]).into() }
}

/// The text that was [`neutralised`].
pub fn original(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut taken = 0;
    for at in beginnings(text).filter(|at| text[*at..].starts_with(APOSTROPHE)) {
        out.push_str(&text[taken..at]);
        taken = at + APOSTROPHE.len_utf8();
    }
    if taken == 0 { text.into() } else { (out + &text[taken..]).into() }
}

/// Where a cell may begin in a text.
fn beginnings(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(text.match_indices(ENDS).map(|(at, end)| at + end.len()))
}

/// Whether what begins here may be taken for a formula, or for a text that was marked as one.
fn is_risky(text: &str) -> bool {
    let is_nothing = |it: char| it.is_whitespace() || it.is_control() || matches!(it, '"' | '\u{feff}');
    text.starts_with(APOSTROPHE)
        || text.starts_with(DROPPED)
        || text.trim_start_matches(is_nothing).starts_with(FORMULA)
}

/// A text as a field of a line, in quotes.
pub fn field(text: &str, out: &mut String) {
    out.push('"');
    for char in neutralised(text).chars() {
        if char == '"' {
            out.push('"');
        }
        out.push(char);
    }
    out.push('"');
}

/// Fields as a line.
fn line<'a>(fields: impl IntoIterator<Item = Cow<'a, str>>, out: &mut String) {
    for (idx, text) in fields.into_iter().enumerate() {
        if idx > 0 {
            out.push(',');
        }
        field(&text, out);
    }
    out.push_str("\r\n");
}

/// The mark, and the names of the columns.
pub fn begin(out: &mut String) {
    out.push_str(MARK);
    line(COLUMNS.map(Cow::Borrowed), out);
}

/// The line of a step of a run; its place is counted from 0 here, from 1 in the file.
pub fn step(head: &Head, place: usize, step: &Shown, out: &mut String) {
    let time = |at: Millis| Cow::Owned(format_rfc3339(at));
    let ended = head.ended.map_or("".into(), |(at, _)| time(at));
    let Shown { step, .. } = step;
    line(
        [
            head.id.as_str().into(),
            (place + 1).to_string().into(),
            time(step.at),
            step.connection.as_str().into(),
            step.system.as_str().into(),
            step.id.as_str().into(),
            step.name.as_str().into(),
            step.action.code().into(),
            step.outcome.code().into(),
            step.words.as_str().into(),
            status_code(&step.before.status).into(),
            end(&step.before),
            status_code(&step.after.status).into(),
            end(&step.after),
            step.until.map_or("".into(), time),
            time(head.began_at),
            ended,
        ],
        out,
    );
}

/// When a token ends. Three kinds of absence are told apart.
fn end(facts: &Facts) -> Cow<'static, str> {
    match facts.valid_to {
        Known::NotRead => NOT_READ.into(),
        Known::NotReported => NOT_REPORTED.into(),
        Known::Is(None) => NONE.into(),
        Known::Is(Some(at)) => format_rfc3339(at).into(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fields of a line, as RFC 4180 reads them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
        let (mut is_quoted, mut chars) = (false, text.chars().peekable());
        while let Some(char) = chars.next() {
            match char {
                '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
                '\r' if !is_quoted && chars.peek() == Some(&'\n') => {
                    chars.next();
                    fields.push(std::mem::take(&mut field));
                    lines.push(std::mem::take(&mut fields));
                }
                other => field.push(other),
            }
        }
        assert!(field.is_empty() && fields.is_empty() && !is_quoted, "{text}");
        lines
    }

    #[test]
    fn what_looks_like_a_formula_is_a_text() {
        for text in [
            "=HYPERLINK(\"//x\")",
            "+1",
            "-prod",
            "-Xy9_",
            "@SUM(1)",
            " =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\"=1",
            "＝1",
            "'=1",
            "\0=1",
        ] {
            assert_eq!(neutralised(text), format!("'{text}"), "{text}");
        }
        for (text, expected) in [
            ("\t=1", "'\t'=1"),
            ("\rx", "'\rx"),
            ("a;=1", "a;'=1"),
            ("a; \"+1\"", "a;' \"+1\""),
            ("a\n@x;'b", "a\n'@x;''b"),
        ] {
            assert_eq!((&*neutralised(text), &*original(expected)), (expected, text));
        }
        for text in ["", "Jürgen, \"CI\"\nzwei", "1234567890123456789", "00042", "1E5", "a=b", "O'Brien; Ann", "ci-1"]
        {
            assert_eq!(neutralised(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[-=+@;'\",a\t\r\n \u{ff1d}\u{feff}]{0,12}", any in any::<String>()) {
            for text in [text.clone(), any.clone(), text + &any] {
                let safe = neutralised(&text);
                prop_assert_eq!(original(&safe), text.as_str());
                for cell in safe.split(ENDS) {
                    prop_assert!(!cell.trim_start_matches(['"', ' ', '\u{feff}']).starts_with(FORMULA), "{}", safe);
                }
                let mut out = String::new();
                line([text.as_str().into(), "".into(), text.as_str().into()], &mut out);
                let lines = read(&out);
                prop_assert_eq!(lines.len(), 1);
                let fields: Vec<_> = lines[0].iter().map(|it| original(it)).collect();
                prop_assert_eq!(fields, vec![text.as_str(), "", text.as_str()]);
            }
        }
    }
}
