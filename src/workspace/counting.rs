//! Counting the tokens that call for a look: see [`super::later`]. Pure.

use reactive_graph::prelude::*;

use super::state::{Counting, Workspace};
use crate::query::Counts;
use crate::store::StoreRef;
use crate::time::Millis;

/// Counts the tokens where what was counted no longer holds. Tells until when the counts and all statuses do.
///
/// Counting goes through all tokens. While more of them come in (`is_growing`), it waits until they are twice as many, so that
/// all of it is no more than going through them twice, or until none come for a moment.
pub(super) fn count(workspace: Workspace, is_growing: bool) -> Millis {
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
