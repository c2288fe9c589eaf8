//! Which rows are shown, worked out again whenever the tokens, the query or time has moved on. Pure.

use reactive_graph::prelude::*;

use super::state::{ConnectionState, Counting, Workspace};
use crate::query::{Counts, SortKey};
use crate::store::{RowRef, StoreRef};
use crate::time::{MINUTE, Millis};

impl Workspace {
    /// Calls `read` with the tokens and those to show. There are none of either once the workspace is left.
    pub fn with_rows<T>(&self, read: impl FnOnce(&[StoreRef], &[RowRef]) -> T) -> T {
        let Some(inner) = self.inner.try_get_value() else { return read(&[], &[]) };
        let results = inner.results.borrow();
        self.with_stores(|stores| read(stores, results.row_refs()))
    }

    fn with_stores<T>(&self, read: impl FnOnce(&[StoreRef]) -> T) -> T {
        let inner = self.inner();
        self.slots.with_untracked(|slots| {
            let stores: Vec<_> = slots.iter().map(|it| it.source().map(|it| it.tokens())).collect();
            let stores: Vec<_> = stores.iter().map(|it| it.as_ref().map(|it| it.borrow())).collect();
            let stores = stores.iter().map(|it| it.as_deref().unwrap_or(&inner.nothing));
            let stores = slots.iter().zip(stores).map(|(slot, store)| StoreRef { system: &slot.name, store });
            read(&stores.collect::<Vec<_>>())
        })
    }

    /// Works out the rows to show again, and when to do so by itself.
    pub fn relist(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let revision = inner.revision.get();
        self.with_stores(|stores| {
            let clock = self.runtime.clock();
            self.query.with_untracked(|query| inner.results.borrow_mut().update(stores, revision, query, clock));
        });
        self.listed.update(|it| *it = it.wrapping_add(1));
        // Counting goes through all tokens. While more of them come in, it waits until they are twice as many, so that all of
        // it is no more than going through them twice, or until none come for a moment.
        let is_loading = self.load.with_untracked(|it| it.running);
        if is_loading && self.with_stores(n_tokens) >= 2 * inner.counted.get().n_tokens {
            self.count();
        }
        // The rows are painted first.
        self.tick_after(if is_loading { 200 } else { 30 }, Self::await_change);
    }

    /// Counts the tokens where what was counted no longer holds. Tells until when it does.
    fn count(self) -> Millis {
        let inner = self.inner();
        let (now, revision) = (self.runtime.now(), inner.revision.get());
        let counted = inner.counted.get();
        if counted.revision == revision && (counted.at..counted.until).contains(&now) {
            return counted.until;
        }
        let count = |stores: &[StoreRef]| (Counts::of(stores, now), n_tokens(stores));
        let ((counts, until), n_tokens) = self.with_stores(count);
        inner.counted.set(Counting { revision, n_tokens, at: now, until });
        if self.counts.with_untracked(|it| *it != counts) {
            self.counts.set(counts);
        }
        until
    }

    /// Has the rows worked out again when a token starts or ends, or a count changes by time alone, and once a minute, as
    /// relative times move on.
    fn await_change(self) {
        if !self.is_left() {
            let left = self.count() - self.runtime.now();
            self.tick_after(left.clamp(20, MINUTE) as i32, Self::relist);
        }
    }

    fn tick_after(self, millis: i32, run: fn(Self)) {
        self.inner().tick.replace(Some(self.later(millis, run)));
    }

    /// Sorts ahead of time, as the user is about to ask for it. Of a list that is still growing, or is shown in another
    /// order, nothing is gained by it.
    pub fn prefetch_sort(self, key: SortKey) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let is_sorted = self.query.with_untracked(|it| it.sort.is_some());
        if is_sorted || self.load.with_untracked(|it| it.running) {
            return;
        }
        let sort = |stores: &[StoreRef]| {
            inner.results.borrow_mut().prefetch_sort(stores, inner.revision.get(), key, self.runtime.now());
        };
        self.with_stores(sort);
    }

    /// The tokens of a system are others now.
    pub(super) fn changed(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        inner.revision.set(inner.revision.get() + 1);
        self.relist();
    }

    /// Loads all lists again. What is there stays until the new ones are complete.
    pub fn refresh(self) {
        self.connection_states().into_iter().for_each(ConnectionState::refresh);
    }

    /// Stops loading and keeps what is there.
    pub fn stop_loading(self) {
        self.connection_states().into_iter().for_each(ConnectionState::stop_loading);
    }
}

fn n_tokens(stores: &[StoreRef]) -> usize {
    stores.iter().map(|it| it.store.len()).sum()
}
