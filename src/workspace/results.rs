//! Which rows are shown, worked out again whenever the tokens, the query or time has moved on. Pure.

use reactive_graph::prelude::*;

use super::state::{ConnectionState, Workspace};
use crate::query::{SortKey, next_change};
use crate::store::{RowRef, StoreRef};
use crate::time::MINUTE;

impl Workspace {
    /// Calls `read` with the tokens and those to show, and returns what it does. Once the workspace is left it is not
    /// called.
    pub fn with_rows<T: Default>(&self, read: impl FnOnce(&[StoreRef], &[RowRef]) -> T) -> T {
        let (mut read, mut out) = (Some(read), T::default());
        self.visit_rows(&mut |stores, rows| {
            if let Some(read) = read.take() {
                out = read(stores, rows);
            }
        });
        out
    }

    pub(super) fn with_stores<T: Default>(&self, read: impl FnOnce(&[StoreRef]) -> T) -> T {
        self.with_rows(|stores, _| read(stores))
    }

    /// [`Workspace::with_rows`], which has many callers, in one piece for all of them.
    fn visit_rows(&self, read: &mut dyn FnMut(&[StoreRef], &[RowRef])) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let results = inner.results.borrow();
        self.visit_stores(&mut |stores| read(stores, results.row_refs()));
    }

    fn visit_stores(&self, read: &mut dyn FnMut(&[StoreRef])) {
        let inner = self.inner();
        self.slots.with_untracked(|slots| {
            let stores: Vec<_> = slots.iter().map(|it| it.source().map(|it| it.tokens())).collect();
            let stores: Vec<_> = stores.iter().map(|it| it.as_ref().map(|it| it.borrow())).collect();
            let stores = stores.iter().map(|it| it.as_deref().unwrap_or(&inner.nothing));
            let stores = slots.iter().zip(stores).map(|(slot, store)| StoreRef { system: &slot.name, store });
            read(&stores.collect::<Vec<_>>());
        });
    }

    /// Works out the rows to show again, and when to do so by itself.
    pub fn relist(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let revision = inner.revision.get();
        let clock = self.runtime.clock();
        self.visit_stores(&mut |stores| {
            self.query.with_untracked(|query| {
                let mut results = inner.results.borrow_mut();
                match inner.later.get() {
                    Some(later) => (later.pick)(&mut results, stores, revision, query, clock),
                    None if query.is_plain() => results.show_all(stores),
                    // No list but what was asked for.
                    None => results.show_none(),
                }
            });
        });
        self.listed.update(|it| *it = it.wrapping_add(1));
        let is_loading = self.load.with_untracked(|it| it.running);
        if let Some(later) = inner.later.get().filter(|_| is_loading) {
            (later.count)(self, true);
        }
        // The rows are painted first.
        self.tick_after(if is_loading { 200 } else { 30 }, Self::await_change);
    }

    /// Has the rows worked out again when a token starts or ends, or a count changes by time alone, and once a minute, as
    /// relative times move on.
    fn await_change(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let now = self.runtime.now();
        let until = match inner.later.get() {
            Some(later) => (later.count)(self, false),
            None => self.with_stores(|stores| next_change(stores, now)),
        };
        self.tick_after((until - now).clamp(20, MINUTE) as i32, Self::relist);
    }

    fn tick_after(self, millis: i32, run: fn(Self)) {
        self.inner().tick.replace(Some(self.later(millis, run)));
    }

    /// Sorts ahead of time, as the user is about to ask for it. Of a list that is still growing, or is shown in another
    /// order, nothing is gained by it.
    pub fn prefetch_sort(self, key: SortKey) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let Some(later) = inner.later.get() else { return };
        let is_sorted = self.query.with_untracked(|it| it.sort.is_some());
        if is_sorted || self.load.with_untracked(|it| it.running) {
            return;
        }
        let sort = |stores: &[StoreRef]| {
            (later.prefetch_sort)(
                &mut inner.results.borrow_mut(),
                stores,
                inner.revision.get(),
                key,
                self.runtime.now(),
            );
        };
        self.visit_stores(&mut |stores| sort(stores));
    }

    /// The tokens of a system are others now.
    pub(super) fn changed(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        inner.revision.set(inner.revision.get() + 1);
        self.count_selected();
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
