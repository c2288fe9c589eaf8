//! What the page says while it looks for what came of a write. Pure.

use std::cell::Cell;
use std::rc::Rc;

use super::super::notices::{Finding, add_finding, dismiss};
use crate::session::Client;
use crate::words::Words;

/// A look that takes longer than this many milliseconds is told of.
const NOTED_AFTER: i32 = 500;

/// What is said while it is looked for what came of a write.
#[derive(Clone)]
pub(super) struct Pending(Rc<PendingState>);

struct PendingState {
    client: Rc<Client>,
    /// The session that it was written in.
    session: u32,
    id: Cell<Option<u32>>,
    is_over: Cell<bool>,
}

impl Pending {
    /// Of a command at a system.
    pub(super) fn new(client: Rc<Client>) -> Pending {
        let session = client.session();
        Pending(Rc::new(PendingState { client, session, id: Cell::new(None), is_over: Cell::new(false) }))
    }

    /// Says it, once: a user who has dismissed it need not hear it again.
    pub(super) fn say(&self, text: Words) {
        if self.0.id.get().is_none() && !self.0.is_over.get() && !self.is_stale() {
            self.0.id.set(Some(self.post(text, false)));
        }
    }

    /// Says it unless it is over in a moment.
    pub(super) fn say_soon(&self, text: Words) {
        let this = self.clone();
        self.0.client.runtime().spawn(Box::pin(async move {
            this.0.client.runtime().sleep(NOTED_AFTER).await;
            this.say(text);
        }));
    }

    /// Whether the user has signed out since, and maybe another one in.
    pub(super) fn is_stale(&self) -> bool {
        self.0.client.session() != self.0.session
    }

    /// Something is known by now.
    pub(super) fn end(&self) {
        self.0.is_over.set(true);
        if let Some(id) = self.0.id.take() {
            dismiss(id);
        }
    }

    /// It was not to be found out.
    pub(super) fn fail(&self, text: Words) {
        self.end();
        if !self.is_stale() {
            self.post(text, true);
        }
    }

    fn post(&self, text: Words, is_wrong: bool) -> u32 {
        add_finding(Finding::new(self.0.client.name(), text, is_wrong))
    }
}
