//! What of a workspace comes after its first rows: to pick and sort them as a query asks, to count them, to say what is heard
//! of them, and to write the address. Only [`Workspace::complete`] names it, so that it stands in the part of the page's
//! module whose code calls that (`crate::parts`). Pure.

use reactive_graph::prelude::*;

use super::counting::count;
use super::state::{Later, Workspace};
use crate::query::ResultSet;

impl Workspace {
    /// Has all of the workspace work from now on, and does what is due.
    pub fn complete(self) {
        let Some(inner) = self.inner.try_get_value().filter(|it| it.later.get().is_none()) else { return };
        inner.later.set(Some(Later {
            pick: ResultSet::update,
            prefetch_sort: ResultSet::prefetch_sort,
            count,
            hear: Workspace::hear,
            write_address: Workspace::write_address_now,
        }));
        self.is_complete.set(true);
        if self.query.with_untracked(|it| !it.is_plain()) {
            self.relist();
        }
        count(self, false);
        self.hear_later();
        if let Some(new_step) = inner.owes_address.take() {
            self.write_address(new_step);
        }
    }
}
