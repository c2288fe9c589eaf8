//! A set of a store's rows: a bit for each. Pure.

use super::row::Row;

/// Some of the rows. It takes no memory while it never held any.
#[derive(Default)]
pub(super) struct RowSet {
    words: Vec<u64>,
    len: usize,
}

impl RowSet {
    /// Whether a row is one of them.
    pub(super) fn has(&self, row: Row) -> bool {
        self.words.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts a row in, or takes it out.
    pub(super) fn put(&mut self, row: Row, is_in: bool) {
        if self.has(row) == is_in {
            return;
        }
        let word = row as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] ^= 1 << (row % 64);
        self.len = if is_in { self.len + 1 } else { self.len - 1 };
    }

    /// What held for one row holds for the one that takes its place.
    pub(super) fn hand_on(&mut self, before: Row, after: Row) {
        self.put(after, self.has(before));
        self.put(before, false);
    }

    /// Takes all of them out.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
        self.len = 0;
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Has the same rows as another set.
    pub(super) fn copy(&mut self, other: &RowSet) {
        self.words.clone_from(&other.words);
        self.len = other.len;
    }
}
