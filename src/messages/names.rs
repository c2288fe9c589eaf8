//! Names and other texts of a system's own within sentences. Pure.

use std::borrow::Cow;

use crate::excerpt::excerpt;

/// What marks a text of a system's own within a sentence where no quotes do: Unicode's isolates, which are not visible.
pub const ISOLATES: (char, char) = ('\u{2068}', '\u{2069}');

/// A text of a system's own within a sentence, so that no browser translates it.
pub fn isolated(text: &str) -> String {
    format!("{}{}{}", ISOLATES.0, visible(text), ISOLATES.1)
}

/// An id as it is told beside a name: both ends of a long one.
pub fn shortened(id: &str) -> Cow<'_, str> {
    let chars: Vec<char> = id.chars().collect();
    match chars.len() {
        0..=16 => shown(id, 16),
        n => visible(&format!("{}…{}", String::from_iter(&chars[..8]), String::from_iter(&chars[n - 4..]))).into(),
    }
}

/// Names in a row: `7`, `7 and 8`, `7, 8 and 9`.
pub fn list_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// A name as it is shown where a decision is taken: letters that are not visible, or that turn the order of others around,
/// are told by their numbers, such as `[U+200B]`; of blanks alone every one is marked.
pub fn visible(name: &str) -> String {
    if name.chars().all(char::is_whitespace) {
        return name.chars().map(|_| '␣').collect();
    }
    let chars: Vec<char> = name.chars().collect();
    // Joiners and variants belong to the writing of some languages, and to emoji.
    let is_written_so = |idx: usize| {
        let is_other =
            |idx: Option<usize>| idx.and_then(|it| chars.get(it)).is_some_and(|it| *it > '\u{2ff}' && !is_unseen(*it));
        let before =
            is_other(idx.checked_sub(1)) || idx >= 2 && chars[idx - 1] == '\u{fe0f}' && is_other(Some(idx - 2));
        match chars[idx] {
            '\u{200c}' | '\u{200d}' => before && is_other(Some(idx + 1)),
            '\u{fe00}'..='\u{fe0f}' => {
                before || idx.checked_sub(1).is_some_and(|it| "#*0123456789©®".contains(chars[it]))
            }
            _ => false,
        }
    };
    let mut shown = String::new();
    for (idx, char) in chars.iter().enumerate() {
        if is_unseen(*char) && !is_written_so(idx) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(*char)));
        } else {
            shown.push(*char);
        }
    }
    shown
}

/// The beginning of a text of a system's own, in which all is seen. The form for what may be long, or odd.
pub fn shown(text: &str, most: usize) -> Cow<'_, str> {
    let start = excerpt(text, most);
    let is_blank = !start.is_empty() && start.chars().all(char::is_whitespace);
    if is_blank || start.chars().any(is_unseen) { visible(&start).into() } else { start }
}

/// Whether a letter has no picture of its own: controls, joiners, marks that turn the order around, fillers.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_id_both_ends_are_told() {
        assert_eq!(shortened("6ad3c914-51f0-4be7-9b3c-0d5a4c21f6d9"), "6ad3c914…f6d9");
        assert_eq!((shortened("glpat-1234567890"), shortened("")), ("glpat-1234567890".into(), "".into()));
        assert_eq!(shortened("\u{202e}2345678901234567"), "[U+202E]2345678…4567");
    }

    #[test]
    fn unseen_letters_are_told_by_their_numbers() {
        for (name, shown) in [
            ("Safe\u{200b}", "Safe[U+200B]"),
            ("\u{202e}gpj.exe", "[U+202E]gpj.exe"),
            ("a\u{200d}b", "a[U+200D]b"),
            ("\u{feff}x\u{0}", "[U+FEFF]x[U+0000]"),
            ("  \u{a0}", "␣␣␣"),
            ("Grün 部署 ключ", "Grün 部署 ключ"),
            (
                "👩\u{200d}💻 ❤\u{fe0f} 👩\u{1f3fd}\u{200d}🚀 🏳\u{fe0f}\u{200d}🌈 1\u{fe0f}\u{20e3}",
                "👩\u{200d}💻 ❤\u{fe0f} 👩\u{1f3fd}\u{200d}🚀 🏳\u{fe0f}\u{200d}🌈 1\u{fe0f}\u{20e3}",
            ),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(visible(name), shown, "{name:?}");
        }
        assert_eq!(visible(""), "");
    }
}
