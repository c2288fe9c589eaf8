//! The tokens that a query shows, in its order. Pure.

use super::address::Query;
use super::matcher::Matcher;
use super::order::{SortKey, Sorted};
use crate::store::{RowRef, StoreRef};
use crate::time::{Clock, Millis};

/// The tokens that a query shows, kept so that the next keystroke has less to do.
#[derive(Default)]
pub struct ResultSet {
    row_refs: Vec<RowRef>,
    made_for: Option<(u32, Query, Millis)>,
    /// What was sorted last: for which revision, by what, and when.
    sorted_for: Option<(u32, SortKey, Millis)>,
    sorted: Sorted,
}

impl ResultSet {
    /// The tokens to show, from the first to the last.
    pub fn row_refs(&self) -> &[RowRef] {
        &self.row_refs
    }

    /// Shows all tokens, as their systems list them.
    pub fn show_all(&mut self, stores: &[StoreRef]) {
        self.show_none();
        for (place, slot) in stores.iter().enumerate() {
            self.row_refs.extend(slot.store.rows().iter().map(|row| RowRef::new(place, *row)));
        }
    }

    /// Shows no tokens.
    pub fn show_none(&mut self) {
        self.row_refs.clear();
        self.made_for = None;
    }

    /// Sorts before it is asked for, where nothing is sorted by, so that the user does not wait for it then.
    pub fn prefetch_sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        self.sort(stores, revision, key, now);
    }

    /// Works out what to show. `revision` is another number whenever one of the stores has changed.
    pub fn update(&mut self, stores: &[StoreRef], revision: u32, query: &Query, clock: Clock) {
        let matcher = Matcher::new(stores, &query.filter, clock);
        let wanted = |row_ref: &RowRef| matcher.accepts(*row_ref);
        let now = clock.now;
        let narrowed = self.made_for.as_ref().is_some_and(|(made_at, before, made_now)| {
            *made_at == revision
                && before.sort == query.sort
                && query.filter.narrows(&before.filter)
                && (*made_now == now || !query.filter.follows_time() && !before.filter.follows_time())
                && query.sort.is_none_or(|it| [*made_now, now].iter().all(|at| self.holds(revision, it.key, *at)))
        });
        if narrowed {
            self.row_refs.retain(wanted);
        } else if let Some(sort) = query.sort {
            self.sort(stores, revision, sort.key, now);
            self.row_refs.clear();
            self.row_refs.extend(self.sorted.in_order(sort.descending).filter(wanted));
        } else if matcher.is_open {
            self.show_all(stores);
        } else {
            self.row_refs.clear();
            for (place, slot) in matcher.stores.iter().enumerate() {
                let rows = slot.store.rows().iter().filter(|row| matcher.accepts_each(slot, **row));
                self.row_refs.extend(rows.map(|row| RowRef::new(place, *row)));
            }
        }
        self.made_for = Some((revision, query.clone(), now));
    }

    /// Sorts all tokens once; filters then only pick.
    fn sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        if !self.holds(revision, key, now) {
            self.sorted.sort(stores, key, now);
            self.sorted_for = Some((revision, key, now));
        }
    }

    /// Whether what was sorted last is the order by `key` at `now`.
    fn holds(&self, revision: u32, key: SortKey, now: Millis) -> bool {
        self.sorted_for.is_some_and(|(at, by, since)| {
            at == revision
                && by == key
                && (self.sorted.until == Millis::MAX || (since..self.sorted.until).contains(&now))
        })
    }
}
