//! What a dialog watches of its command. Pure.

use std::rc::Rc;

use reactive_graph::owner::LocalStorage;
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

use crate::api::ApiError;
use crate::api::tokens::Tagged;
use crate::words::Words;

/// How the command of a dialog stands. It goes with the dialog; the command does not.
#[derive(Clone, Copy)]
pub struct Sending {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Whether the user wants to leave while it is.
    pub leaving: RwSignal<bool>,
    /// Why it failed.
    pub error: RwSignal<Option<ApiError>>,
    /// What the list shows of it after its answer was lost.
    pub found: RwSignal<Words>,
    /// The token as it is, where it was changed meanwhile.
    pub theirs: RwSignal<Option<Rc<Tagged>>, LocalStorage>,
}

impl Sending {
    /// Of a dialog that is being made, in the current owner.
    pub fn new() -> Self {
        Sending {
            busy: RwSignal::new(false),
            leaving: RwSignal::new(false),
            error: RwSignal::new(None),
            found: RwSignal::new(Words::default()),
            theirs: RwSignal::new_local(None),
        }
    }

    /// Begins, unless something is being sent already.
    pub(super) fn begin(&self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.error.set(None);
        self.found.set(Words::default());
        true
    }
}

impl Default for Sending {
    fn default() -> Self {
        Self::new()
    }
}
