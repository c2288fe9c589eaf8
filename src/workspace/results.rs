//! Which rows are shown, worked out again whenever the tokens, the query or time has moved on. Pure.

use reactive_graph::prelude::*;

use super::state::{ConnectionState, Workspace};
use crate::query::SortKey;
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
        // Looking through all tokens for the next change waits until no more of them come in.
        self.tick_after(200, Self::await_change);
    }

    /// Has the rows worked out again when a token starts or ends, and once a minute, as relative times move on.
    fn await_change(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let (now, revision) = (self.runtime.now(), inner.revision.get());
        let (looked_at, mut next) = inner.next_change.get();
        if looked_at != revision || next <= now {
            let first = |stores: &[StoreRef]| stores.iter().filter_map(|it| it.store.next_change(now)).min();
            next = self.with_stores(first).unwrap_or(Millis::MAX);
            inner.next_change.set((revision, next));
        }
        self.tick_after((next - now).clamp(20, MINUTE) as i32, Self::relist);
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
