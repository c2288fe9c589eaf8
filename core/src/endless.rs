//! Lists that do not end: when a system leads from page to page for ever. Pure.
//!
//! One guard for every dialect and everything that goes through pages: what is loaded so far stays, and the words say why
//! no more of it is asked for.

use crate::store::{RowRef, hash};

/// More pages than this are taken for a list without an end.
pub const MOST_PAGES: usize = 10_000;

/// So many pages one after the other may bring no token that was not there before.
const MOST_IDLE: usize = 16;

/// More tokens than this are not loaded.
const MOST_TOKENS: usize = 1_000_000;

/// Room for what is written to a list after it was loaded.
const MOST_ROWS: usize = RowRef::MAX_ROWS / 2;

/// What leads from page to page, and what the pages have brought. One for each time that a list is gone through.
#[derive(Default)]
pub struct Guard {
    /// Hashes of the cursors that were followed.
    seen: Vec<u64>,
    n_tokens: usize,
    n_idle: usize,
}

impl Guard {
    /// Whether this cursor was followed already.
    pub fn has_followed(&self, cursor: &str) -> bool {
        self.seen.contains(&hash(cursor.as_bytes()))
    }

    /// Whether there may be so many tokens, in so many rows of a store; otherwise why not, as a sentence's end.
    pub fn hold(&self, n_tokens: usize, n_rows: usize) -> Result<(), &'static str> {
        if n_tokens > MOST_TOKENS || n_rows > MOST_ROWS {
            return Err("there are more than a million tokens");
        }
        Ok(())
    }

    /// Follows the cursor that a page names. `n_tokens`: how many different tokens have come with it altogether. Otherwise
    /// why it is not followed, as a sentence's end.
    pub fn follow(&mut self, cursor: &str, n_tokens: usize) -> Result<(), &'static str> {
        self.n_idle = if n_tokens > self.n_tokens { 0 } else { self.n_idle + 1 };
        self.n_tokens = n_tokens;
        if self.has_followed(cursor) {
            return Err("its pages repeat: a page names one that came before as the next");
        }
        if self.n_idle >= MOST_IDLE {
            return Err("its pages repeat, or are empty: many in a row had nothing new");
        }
        if self.seen.len() + 1 >= MOST_PAGES {
            return Err("there are more than 10,000 pages");
        }
        self.seen.push(hash(cursor.as_bytes()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of these pages are followed, and why no more.
    fn followed(pages: impl IntoIterator<Item = (String, usize)>) -> (usize, &'static str) {
        let mut guard = Guard::default();
        for (idx, (cursor, n_tokens)) in pages.into_iter().enumerate() {
            if let Err(why) = guard.follow(&cursor, n_tokens) {
                return (idx, why);
            }
        }
        panic!("all are followed")
    }

    #[test]
    fn a_cursor_that_comes_again_ends_it() {
        for n_cursors in [1, 2, 3, 7] {
            // Each page brings something new: only the cursors tell.
            let (count, why) = followed((0..).map(|idx| (format!("c{}", idx % n_cursors), idx + 1)));
            assert_eq!(count, n_cursors);
            assert!(why.starts_with("its pages repeat:"), "{why}");
        }
    }

    #[test]
    fn pages_that_bring_nothing_new_end_it() {
        // The same tokens, or none at all, under ever new cursors.
        let same = followed((0..).map(|idx| (format!("c{idx}"), 5_000)));
        assert_eq!((same.0, &same.1[.."its pages repeat, or are empty".len()]), (16, "its pages repeat, or are empty"));
        assert_eq!(followed((0..).map(|idx| (format!("c{idx}"), 0))).0, 15);
        // A few empty ones in between do not.
        let sometimes = followed((0..).map(|idx| (format!("c{idx}"), idx / 10 + 1)));
        assert_eq!(sometimes, (9_999, "there are more than 10,000 pages"));
    }

    #[test]
    fn there_is_a_bound_on_tokens_and_on_rows() {
        let guard = Guard::default();
        assert_eq!((guard.hold(1_000_000, 1_000_000), guard.hold(5, MOST_ROWS)), (Ok(()), Ok(())));
        assert!(guard.hold(1_000_001, 1_000_001).is_err() && guard.hold(5, MOST_ROWS + 1).is_err());
    }
}
