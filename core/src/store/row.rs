//! Where a token is: its row, and its place among several stores. Pure.

/// A position in the columns. A changed token gets a new one, so it is good for one state of the store only.
pub type Row = u32;

/// Where a token is among the stores: on which of them, and in which row of its store. As good for one state as a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef(u32);

/// How many bits of a [`RowRef`] say the row: rows for 16 million tokens on each of 256 stores.
const ROW_BITS: u32 = 24;

impl RowRef {
    /// How many stores can be told apart. A configuration with more connections is refused.
    pub const MAX_SLOTS: usize = 1 << (u32::BITS - ROW_BITS);

    /// How many rows of a store can be told apart. A list ends before that, see [`crate::endless::Guard`].
    pub const MAX_ROWS: usize = 1 << ROW_BITS;

    /// A row in a slot. Panics beyond the limits: another token's row in its place would be worse.
    pub fn new(slot: usize, row: Row) -> Self {
        assert!(slot < Self::MAX_SLOTS && (row as usize) < Self::MAX_ROWS, "a row beyond the limits");
        RowRef((slot as u32) << ROW_BITS | row)
    }

    /// The slot.
    pub fn slot(self) -> usize {
        (self.0 >> ROW_BITS) as usize
    }

    /// The row of its store.
    pub fn row(self) -> Row {
        self.0 & ((1 << ROW_BITS) - 1)
    }
}
