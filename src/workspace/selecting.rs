//! Which tokens are selected: what the user selects, and what becomes of that when lists change. Selecting works out no rows.
//! Pure.

use reactive_graph::prelude::*;

use super::is_of;
use super::state::{Awaited, ConnectionState, Workspace};
use super::told::Told;
use crate::query::Filter;
use crate::selection::{Among, Selection, range, selected};
use crate::store::{RowRef, StoreRef};
use crate::token::TokenRef;

impl Workspace {
    /// How many tokens are selected; it follows that.
    pub fn selection(&self) -> Selection {
        self.selected.track();
        self.inner.try_get_value().map(|it| it.selection.get()).unwrap_or_default()
    }

    /// Selects a token, or no longer where it is. `is_range`: as well all that are shown between it and the one that this was
    /// called with before; they all become what it becomes.
    pub fn toggle_selected(self, token: TokenRef, is_range: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let begin = inner.anchor.replace(Some(token.clone())).filter(|_| is_range);
        let toggled = self.with_rows(|stores, shown| {
            let toggled = row_of(stores, &token)?;
            let places = begin.and_then(|begin| range(shown, row_of(stores, &begin)?, toggled));
            let rows = places.map_or_else(|| vec![toggled], |places| shown[places].to_vec());
            Some((rows, !stores[toggled.slot()].store.is_selected(toggled.row())))
        });
        let Some((rows, is_selected)) = toggled else { return self.tell(Told::NotListed.into()) };
        self.put_selected(&rows, is_selected);
        self.selection_changed();
    }

    /// Selects all tokens that are shown, or none of these.
    pub fn select_shown(self, is_selected: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        inner.anchor.take();
        self.put_selected(inner.results.borrow().row_refs(), is_selected);
        self.selection_changed();
    }

    /// Selects no token at all.
    pub fn clear_selection(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        inner.anchor.take();
        for state in self.connection_states() {
            state.tokens().borrow_mut().select_none();
        }
        self.selection_changed();
        self.show_others();
    }

    /// Has these tokens selected no longer. The user did not do it, and hears nothing of it.
    pub fn deselect(self, tokens: &[TokenRef]) {
        let rows =
            self.with_stores(|stores| tokens.iter().filter_map(|token| row_of(stores, token)).collect::<Vec<_>>());
        self.put_selected(&rows, false);
        self.count_selected();
    }

    /// The tokens that are selected, slot after slot, in the order in which their systems list them.
    pub fn selected_tokens(&self) -> Vec<TokenRef> {
        self.with_stores(|stores| {
            let token = |it: RowRef| TokenRef { slot: it.slot(), id: stores[it.slot()].store.id(it.row()) };
            selected(stores).map(token).collect()
        })
    }

    /// How many of the tokens that are shown can be selected, and how many are.
    pub fn selected_among_shown(&self) -> Among {
        self.with_rows(Among::of)
    }

    /// Whether every list of which tokens can be shown is there as a whole, so that all that are shown are all there are.
    pub fn shows_whole_lists(&self) -> bool {
        self.query.with(|query| {
            let is_wanted = |name: &String| query.filter.systems.is_empty() || query.filter.systems.contains(name);
            let is_whole = |state: ConnectionState| state.load.with(|it| it.counted().is_some_and(|(_, whole)| whole));
            self.slots
                .with(|slots| slots.iter().filter(|it| is_wanted(&it.name)).all(|it| it.source().is_some_and(is_whole)))
        })
    }

    /// Shows the tokens that are selected, whatever the filters say, and no others. One that is selected no longer stays in
    /// sight, so that it can be selected again.
    pub fn show_selected(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let before = self.query.with_untracked(|it| it.filter.clone());
        if before.only_selected {
            return;
        }
        for state in self.connection_states() {
            state.tokens().borrow_mut().set_selected_apart();
        }
        inner.filter_before.replace(Some(before));
        self.filter_in_place(Filter { only_selected: true, ..Filter::default() });
    }

    /// Shows again what was shown before the selected tokens were alone.
    pub fn show_others(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        if self.query.with_untracked(|it| it.filter.only_selected) {
            self.filter_in_place(inner.filter_before.take().unwrap_or_default());
        }
    }

    /// Changes the filter without a step in the history: what is selected is not in the address.
    fn filter_in_place(self, filter: Filter) {
        self.flush_address_unless(None);
        self.query.update(|it| it.filter = filter);
        self.relist();
        self.hear_soon(Awaited::Count);
        self.write_address(false);
    }

    fn put_selected(self, rows: &[RowRef], is_selected: bool) {
        for state in self.connection_states() {
            state.tokens().borrow_mut().select_rows(state.slot, rows, is_selected);
        }
    }

    /// The user has selected others. What they are told of those that are gone, they have seen by then.
    fn selection_changed(self) {
        self.tell_selection(true);
        self.hear_soon(Awaited::Selection);
    }

    /// The tokens are others now.
    pub(super) fn count_selected(self) {
        self.tell_selection(false);
    }

    fn tell_selection(self, is_changed: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let n = self.with_stores(|stores| stores.iter().map(|it| it.store.n_selected()).sum());
        let before = inner.selection.get();
        inner.selection.set(Selection { n, n_gone: if is_changed { 0 } else { before.n_gone } });
        if is_changed || before.n != n {
            self.raise_selected();
        }
    }

    fn raise_selected(self) {
        self.selected.update(|it| *it = it.wrapping_add(1));
    }

    /// So many tokens that were selected are not in the list that comes now.
    pub(super) fn miss_selected(self, n_gone: usize) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let before = inner.selection.get();
        inner.selection.set(Selection { n_gone: before.n_gone + n_gone, ..before });
    }

    /// What was selected of a system is forgotten, and so is what tells of it. The filters may tell of it too.
    pub(super) fn forget_selection(self, slot: usize) {
        let Some(inner) = self.inner.try_get_value() else { return };
        inner.filter_before.take();
        if is_of(&inner.anchor.borrow(), slot) {
            inner.anchor.take();
        }
        self.query.update(|it| it.filter.only_selected = false);
        inner.selection.set(Selection { n_gone: 0, ..inner.selection.get() });
        self.raise_selected();
    }
}

fn row_of(stores: &[StoreRef], token: &TokenRef) -> Option<RowRef> {
    Some(RowRef::new(token.slot, stores.get(token.slot)?.store.find(&token.id)?))
}
