//! Counting the tokens that call for a look. It comes with the view that shows the counts, after the first rows: only
//! [`Workspace::keep_counts`] names what is here. Pure.

use reactive_graph::prelude::*;

use super::state::{Counting, Workspace};
use crate::query::Counts;
use crate::store::StoreRef;
use crate::time::Millis;

impl Workspace {
    /// Counts the tokens, now and whenever they or their counts change.
    pub fn keep_counts(self) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.counter.set(Some(count));
            count(self, false);
        }
    }
}

/// Counts the tokens where what was counted no longer holds. Tells until when the counts and all statuses do.
///
/// Counting goes through all tokens. While more of them come in (`is_growing`), it waits until they are twice as many, so that
/// all of it is no more than going through them twice, or until none come for a moment.
fn count(workspace: Workspace, is_growing: bool) -> Millis {
    let inner = workspace.inner();
    let (now, revision) = (workspace.runtime.now(), inner.revision.get());
    let counted = inner.counted.get();
    let holds = counted.revision == revision && (counted.at..counted.until).contains(&now);
    let fresh = workspace.with_stores(|stores: &[StoreRef]| {
        let n_tokens = stores.iter().map(|it| it.store.len()).sum();
        let waits = is_growing && n_tokens < 2 * counted.n_tokens;
        (!holds && !waits).then(|| (Counts::of(stores, now), n_tokens))
    });
    let Some(((counts, until), n_tokens)) = fresh else { return counted.until };
    inner.counted.set(Counting { revision, n_tokens, at: now, until });
    if workspace.counts.with_untracked(|it| *it != counts) {
        workspace.counts.set(counts);
    }
    until
}
