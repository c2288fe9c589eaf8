//! The beginning of a text that may be too long to be laid out: browsers take as long for a line as it has letters, and
//! many times as long where those are marks on top of each other. Pure.

use std::borrow::Cow;

/// How many letters are shown where a text is one of many, such as in a cell of a table or within a sentence.
pub const LINE: usize = 300;

/// How many letters are shown where a text stands for itself. What it is cut off from is shown on asking.
pub const TEXT: usize = 5_000;

/// How many of a list's entries are shown at once where each is an element of the page.
pub const ENTRIES: usize = 200;

/// A text, or the beginning of one that has more letters than that.
pub fn excerpt(text: &str, most: usize) -> Cow<'_, str> {
    match end(text, most) {
        Some(end) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text has more letters than that.
pub fn is_longer(text: &str, most: usize) -> bool {
    end(text, most).is_some()
}

/// Where the letter begins that is one too many.
fn end(text: &str, most: usize) -> Option<usize> {
    // Every letter has a byte at least.
    if text.len() <= most { None } else { text.char_indices().nth(most).map(|(at, _)| at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_stays_as_it_is() {
        for text in ["", "a", "äöü", "日本語"] {
            assert!(matches!(excerpt(text, 3), Cow::Borrowed(it) if it == text), "{text}");
            assert!(!is_longer(text, 3), "{text}");
        }
    }

    #[test]
    fn what_is_long_is_cut_between_letters() {
        assert_eq!(
            (excerpt("abcd", 3), excerpt("日本語です", 3), excerpt("a", 0)),
            ("abc…".into(), "日本語…".into(), "…".into())
        );
        let marks = format!("a{}", "\u{301}".repeat(50_000));
        assert_eq!(excerpt(&marks, LINE).chars().count(), LINE + 1);
    }
}
