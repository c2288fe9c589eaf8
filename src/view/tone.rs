//! How facts are seen: the classes of their tones, for the table and the details. The shapes are in style/table.css.

use crate::facts::Tone;

/// The classes of the line that says how far away an instant is, or of the whole fact where it has but one line.
pub(super) fn line_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Unused => "line",
        Tone::Soon => "line soon",
        Tone::Urgent => "line urgent",
    }
}
