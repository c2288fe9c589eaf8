//! What is heard of the list, beside what the page shows at once: later, and less of it. Pure.

use reactive_graph::prelude::*;

use super::state::{Awaited, Hearing, Load, Workspace};
use crate::query::SortKey;
use crate::words::Words;

/// So long after what the user did last, in milliseconds, they hear of it. A load that takes longer is told of by quarters.
const PAUSE: i32 = 600;

/// Something to be heard of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// So many tokens are shown of those that are here.
    Count {
        /// How many are shown.
        shown: usize,
        /// How many there are here.
        loaded: usize,
    },
    /// The first tokens are awaited.
    Loading,
    /// So much of a list is here.
    Loaded {
        /// In hundredths.
        percent: usize,
        /// How many tokens the whole list has.
        total: usize,
    },
    /// The list has another order.
    Sorted {
        /// What the column is called; empty for the name.
        label: Words,
        /// By what.
        key: SortKey,
        /// Whether the last one comes first.
        descending: bool,
    },
    /// The list has its system's order again.
    Unsorted,
    /// So many tokens are selected.
    Selected {
        /// How many.
        n: usize,
    },
}

impl Hearing {
    /// How far the first load of a list has come, where that is news.
    fn of_load(&mut self, load: &Load) -> Option<Heard> {
        let total = load.total.max(load.loaded).max(1);
        let quarter = load.loaded * 4 / total;
        // All of it is told by its count, when the system has said that it is all.
        if quarter == 4 || self.quarter >= Some(quarter) {
            return None;
        }
        self.quarter = Some(quarter);
        Some(match quarter {
            0 => Heard::Loading,
            _ => Heard::Loaded { percent: quarter * 25, total },
        })
    }
}

impl Workspace {
    /// Has the user hear of what they did, as soon as they pause.
    pub(super) fn hear_soon(self, awaited: Awaited) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.hearing.borrow_mut().awaited = Some(awaited);
            self.hear_later();
        }
    }

    /// Has the user hear of a load that takes long.
    pub(super) fn hear_load(self) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.hearing.borrow_mut().quarter = None;
            self.hear_later();
        }
    }

    /// Goes on after a pause in which nothing was loaded.
    pub(super) fn hear_later(self) {
        if let Some(inner) = self.inner.try_get_value() {
            let timer = self.later(PAUSE, Self::hear_now);
            inner.hearing.borrow_mut().timer = Some(timer);
        }
    }

    fn hear_now(self) {
        if let Some(later) = self.inner.try_get_value().and_then(|it| it.later.get()) {
            (later.hear)(self);
        }
    }

    /// Works out what is to be heard: see [`super::later`].
    pub(super) fn hear(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let load = self.load.get_untracked();
        // The sign-in form speaks for itself.
        let is_first = load.running && load.completed_at.is_none() && !self.is_signed_out();
        let awaited = inner.hearing.borrow_mut().awaited.take();
        let heard = match awaited {
            Some(Awaited::Count) => {
                let shown = self.with_rows(|_, rows| rows.len());
                Some(Heard::Count { shown, loaded: load.loaded })
            }
            Some(Awaited::Order) => Some(self.order()),
            Some(Awaited::Selection) => Some(Heard::Selected { n: self.selection.with_untracked(|it| it.n) }),
            None if is_first => inner.hearing.borrow_mut().of_load(&load),
            None => None,
        };
        if let Some(heard) = heard {
            self.heard.set(Some(heard.into()));
        }
        if is_first {
            self.hear_later();
        }
    }

    /// In what order the list is.
    fn order(self) -> Heard {
        let Some(sort) = self.query.with_untracked(|it| it.sort) else { return Heard::Unsorted };
        let system = self.system();
        let column = system.columns.iter().find(|it| it.kind.sort_key() == Some(sort.key));
        let label = column.map(|it| it.label.clone()).unwrap_or_default();
        Heard::Sorted { label, key: sort.key, descending: sort.descending }
    }
}
