//! The systems of a workspace: each has a slot, which it fills when it is open. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use super::state::{ConnectionState, Load, Scopes, Workspace};
pub use super::state::{Slot, SlotState};
use crate::gap::Gap;
use crate::session::Client;
use crate::session::way::OpenError;

impl Workspace {
    /// Puts a system into its slot, or says why it did not open; the caller starts it.
    pub(super) fn fill(self, slot: usize, opened: Result<Rc<Client>, OpenError>) {
        let state = match opened {
            Ok(client) => {
                let open = || ConnectionState::new(self, slot, client);
                SlotState::Open(Box::new(self.inner().owner.with(open)))
            }
            Err(open_error) => SlotState::Failed(open_error),
        };
        self.slots.update(|it| {
            if let Some(slot) = it.get_mut(slot) {
                slot.state = state;
            }
        });
    }

    /// Puts a system into its slot and loads its tokens, or says why it did not open.
    pub fn fill_and_start(self, slot: usize, opened: Result<Rc<Client>, OpenError>) {
        if self.is_left() {
            return;
        }
        self.fill(slot, opened);
        if let Some(source) = self.source(slot) {
            source.start();
        }
        self.changed();
    }

    /// The systems that are open.
    pub fn connection_states(&self) -> Vec<ConnectionState> {
        self.slots.with_untracked(|it| open(it).collect())
    }

    /// Whether there is nothing to show before the user signs in: at the one system, or at all of them.
    pub fn is_signed_out(&self) -> bool {
        self.slots
            .with(|slots| !slots.is_empty() && slots.iter().all(|it| it.source().is_some_and(|it| it.signed_out.get())))
    }

    /// The system of a slot, where it is open.
    pub fn source(&self, slot: usize) -> Option<ConnectionState> {
        self.connection_states().into_iter().find(|it| it.slot == slot)
    }

    /// The system, where there is only one.
    pub fn only(&self) -> Option<ConnectionState> {
        if self.is_inventory() { None } else { self.source(0) }
    }
}

fn open(slots: &[Slot]) -> impl Iterator<Item = ConnectionState> + '_ {
    slots.iter().filter_map(Slot::source)
}

/// How several lists stand, taken together. What went wrong with one of several is told at its own slot.
pub(super) fn load_of(slots: &[Slot]) -> Load {
    if let [slot] = slots {
        return slot.source().map(|it| it.load.get()).unwrap_or_default();
    }
    let loads: Vec<Load> = open(slots).map(|it| it.load.get()).collect();
    Load {
        running: loads.iter().any(|it| it.running),
        loaded: loads.iter().map(|it| it.loaded).sum(),
        total: loads.iter().map(|it| it.total.max(it.loaded)).sum(),
        completed_at: loads.iter().filter_map(|it| it.completed_at).min(),
        error: None,
        resume: None,
        gap: loads.iter().find_map(|it| it.gap.clone().or_else(|| it.is_cut().then_some(Gap::Cut))),
    }
}

/// The scopes of several systems, each id once.
pub(super) fn scopes_of(slots: &[Slot]) -> Scopes {
    let (mut list, mut pending, mut error) = (Vec::new(), false, None);
    for source in open(slots) {
        source.scopes.with(|scopes| {
            pending |= scopes.pending;
            error = error.take().or_else(|| scopes.error.clone());
            list.extend(scopes.list.iter().cloned());
        });
    }
    Scopes { pending, error, ..Scopes::of(list) }
}
