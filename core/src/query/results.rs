//! The tokens that a query shows, in its order. Pure.

use super::address::Query;
use super::filter::{Ends, StatusFilter};
use super::matcher::Matcher;
use super::order::{SortKey, sort_all};
use crate::store::{RowRef, StoreRef};
use crate::time::{Clock, Millis};

/// The tokens that a query shows, kept so that the next keystroke has less to do.
#[derive(Default)]
pub struct ResultSet {
    row_refs: Vec<RowRef>,
    made_for: Option<(u32, Query, Millis)>,
    /// All tokens in the order of the last sorting, and how many of them have something to sort by.
    sorted: Option<(u32, SortKey, Vec<RowRef>, usize)>,
}

impl ResultSet {
    /// The tokens to show, from the first to the last.
    pub fn row_refs(&self) -> &[RowRef] {
        &self.row_refs
    }

    /// Sorts before it is asked for, where nothing is sorted by, so that the user does not wait for it then. What may be another order
    /// at any time is sorted when it is asked for.
    pub fn prefetch_sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        if key != SortKey::IsActive {
            self.sort(stores, revision, key, now);
        }
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
                && (*made_now == now || !time_matters(query) && !time_matters(before))
        });
        if narrowed {
            self.row_refs.retain(wanted);
        } else if let Some(sort) = query.sort {
            self.sort(stores, revision, sort.key, now);
            let (_, _, order, n_present) = self.sorted.as_ref().expect("just sorted");
            let (present, absent) = order.split_at(*n_present);
            self.row_refs.clear();
            if sort.descending {
                self.row_refs.extend(present.iter().rev().copied().filter(wanted));
            } else {
                self.row_refs.extend(present.iter().copied().filter(wanted));
            }
            self.row_refs.extend(absent.iter().copied().filter(wanted));
        } else {
            self.row_refs.clear();
            for (place, slot) in matcher.stores.iter().enumerate() {
                let rows = slot.store.rows();
                if matcher.is_open {
                    self.row_refs.extend(rows.iter().map(|row| RowRef::new(place, *row)));
                } else {
                    let rows = rows.iter().filter(|row| matcher.accepts_each(slot, **row));
                    self.row_refs.extend(rows.map(|row| RowRef::new(place, *row)));
                }
            }
        }
        self.made_for = Some((revision, query.clone(), now));
    }

    /// Sorts all tokens once; filters then only pick.
    fn sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        let is_fresh = |(at, by, ..): &(u32, SortKey, Vec<RowRef>, usize)| {
            *at == revision && *by == key && key != SortKey::IsActive
        };
        if self.sorted.as_ref().is_some_and(is_fresh) {
            return;
        }
        let mut order = self.sorted.take().map_or_else(Vec::new, |(_, _, order, _)| order);
        order.clear();
        let n_present = sort_all(&mut order, stores, key, now);
        self.sorted = Some((revision, key, order, n_present));
    }
}

/// Whether the passing of time alone can change what a query shows.
fn time_matters(query: &Query) -> bool {
    query.filter.status != StatusFilter::All
        || matches!(query.filter.ends, Ends::Within(_))
        || query.sort.is_some_and(|sort| sort.key == SortKey::IsActive)
}
