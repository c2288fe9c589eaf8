//! Texts, one after the other in one buffer. Pure.

use super::row::Row;

/// How many texts tell how long the others will be.
const ENOUGH_TO_TELL: usize = 500;

/// Texts one after the other in one buffer.
#[derive(Clone, Default)]
pub(super) struct TextColumn {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<u32>,
}

impl TextColumn {
    pub(super) fn push(&mut self, text: &[u8]) {
        let missing = (self.bytes.len() + text.len()).saturating_sub(self.bytes.capacity());
        if missing > 0 {
            self.grow(missing);
        }
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Where it is known how many texts will come, those that are there tell how long they will be: doubling would leave
    /// up to as much again unused, and memory that a page has taken once it never gives back.
    fn grow(&mut self, missing: usize) {
        let (here, expected) = (self.ends.len(), self.ends.capacity());
        let mean = (self.bytes.len() / here.max(1) + 1) * 33 / 32;
        let rest = (expected - here) * mean;
        if here < ENOUGH_TO_TELL || rest < missing {
            self.bytes.reserve(missing);
        } else {
            self.bytes.reserve_exact(rest);
        }
    }

    pub(super) fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    pub(super) fn replace_last(&mut self, text: &[u8]) {
        self.pop();
        self.push(text);
    }

    pub(super) fn get(&self, row: Row) -> &[u8] {
        let row = row as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[row] as usize]
    }

    pub(super) fn str(&self, row: Row) -> &str {
        std::str::from_utf8(self.get(row)).unwrap_or_default()
    }
}
