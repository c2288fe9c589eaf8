//! Which tokens of a store are selected. Each row's bit is known at once; a changed token takes it along to its
//! new row, and a new list takes over what was selected in the one before, by the ids. Pure.

use super::row::{Row, RowRef};
use super::{SHARES_ID, Store, UNREADABLE};

impl Store {
    /// Whether a token can be selected. Nothing can be done with one that could not be read, nor with one that shares its id.
    pub fn can_select(&self, row: Row) -> bool {
        self.flags[row as usize] & (SHARES_ID | UNREADABLE) == 0
    }

    /// Whether there may be tokens that cannot be selected.
    pub fn has_unselectable(&self) -> bool {
        !self.shared.is_empty() || !self.problems.is_empty()
    }

    /// Selects a token, or no longer. One that cannot be selected stays as it is.
    pub fn select(&mut self, row: Row, is_selected: bool) {
        if self.can_select(row) {
            self.selected.put(row, is_selected);
        }
    }

    /// Selects those of the tokens that are in this store, which is that of a slot, or no longer.
    pub fn select_rows(&mut self, slot: usize, rows: &[RowRef], is_selected: bool) {
        for row_ref in rows.iter().filter(|it| it.slot() == slot) {
            self.select(row_ref.row(), is_selected);
        }
    }

    /// Whether a token is selected.
    pub fn is_selected(&self, row: Row) -> bool {
        self.selected.has(row)
    }

    /// How many tokens are selected.
    pub fn n_selected(&self) -> usize {
        self.selected.len()
    }

    /// The tokens that are selected, in the order in which the system lists them.
    pub fn selected(&self) -> impl Iterator<Item = Row> + '_ {
        let all = if self.selected.len() > 0 { self.rows() } else { &[] };
        all.iter().copied().filter(|row| self.is_selected(*row))
    }

    /// Selects no token.
    pub fn select_none(&mut self) {
        self.selected.clear();
    }

    /// Sets those apart that are selected now, to be shown alone: they stay there when they are selected no longer.
    pub fn set_selected_apart(&mut self) {
        self.apart.copy(&self.selected);
    }

    /// Whether a token is one of those that are set apart.
    pub fn is_apart(&self, row: Row) -> bool {
        self.apart.has(row)
    }

    /// Selects what is selected in a list before this one, and sets apart what was. Tells how many tokens that were selected
    /// are not in this list, or cannot be selected in it.
    pub fn take_over_selected(&mut self, before: &Store) -> usize {
        for row in before.rows() {
            let (is_selected, is_apart) = (before.is_selected(*row), before.is_apart(*row));
            if !is_selected && !is_apart {
                continue;
            }
            if let Some(found) = self.find(&before.id(*row)) {
                self.select(found, is_selected);
                self.apart.put(found, is_apart);
            }
        }
        before.n_selected() - self.n_selected()
    }

    /// A token has changed: another row stands in its place.
    pub(super) fn hand_on_selected(&mut self, before: Row, after: Row) {
        self.selected.hand_on(before, after);
        self.apart.hand_on(before, after);
        if !self.can_select(after) {
            self.selected.put(after, false);
        }
    }

    /// A token has gone.
    pub(super) fn forget_selected(&mut self, row: Row) {
        self.selected.put(row, false);
        self.apart.put(row, false);
    }
}
