//! Signing in and out at a system on the page, and asking the user to. What is to be let go of with a session is in
//! [`Client::forget`](crate::session::Client::forget) and what that calls. Pure.

use std::rc::Rc;

use futures_channel::oneshot;
use reactive_graph::prelude::*;

use super::state::{ConnectionState, Load, Scopes};
use super::told::Told;
use crate::api::{ApiError, Prompt};
use crate::session::Mask;
use crate::words::Words;

impl ConnectionState {
    /// Signs in with what was typed: the names that the system gives its inputs, and their values. What waits for it
    /// goes on, and what is not there is loaded.
    pub async fn sign_in_with(self, typed: Vec<(String, String)>, mask: Mask) -> Result<(), ApiError> {
        let client = self.client();
        let is_other = client.sign_in(typed, mask).await?;
        if self.workspace.is_left() {
            return Ok(());
        }
        if is_other {
            // The panel asks again, as the user who is signed in now.
            self.workspace.details.update(|_| {});
        }
        self.answer_waiting(true);
        if self.load.with_untracked(|it| !it.running && it.completed_at.is_none()) {
            self.load_from(None);
        }
        self.load_missing_scopes();
        Ok(())
    }

    /// Leaves what is under way without signing in.
    pub fn sign_in_later(self) {
        self.answer_waiting(false);
    }

    fn answer_waiting(self, signed_in: bool) {
        self.sign_in.set(None);
        for waiting in self.inner().waiting.take() {
            // What waited may have gone.
            let _ = waiting.send(signed_in);
        }
        if signed_in {
            self.workspace.hear_later();
        }
    }

    /// Forgets who asked and everything that they were shown. While a write is under way, the user is told of it first.
    pub fn sign_out(self) {
        let inner = self.inner();
        let client = inner.client.clone();
        if !client.may_forget() {
            return self.workspace.tell(Told::StillSending.into());
        }
        self.sign_in_later();
        inner.may_ask.set(!self.workspace.is_inventory());
        client.forget();
        self.workspace.close_all_of(self.slot);
        let system = client.system();
        if let Some(left_behind) = system.sign_in.as_ref().map(|it| &it.left_behind).filter(|it| !it.is_empty()) {
            self.workspace.tell(left_behind.clone());
        }
        let error = || Some(ApiError::SignedOut(Prompt::SignedOut.into()));
        self.load.set(Load { error: error(), ..Load::default() });
        self.workspace.heard.set(Some(Prompt::SignedOut.into()));
        if system.scopes_label.is_some() {
            self.scopes.set(Scopes { error: error(), ..Scopes::default() });
        }
    }

    /// Has the user asked here, as long as this workspace is on the page.
    pub(super) fn ask_for_sign_in(self) {
        let ask = move |reason| Box::pin(async move { self.ask_to_sign_in(reason).await }) as _;
        self.client().ask_with(Some(Rc::new(ask)));
    }

    /// Asks the user to sign in, unless that is being asked already, and waits for it.
    async fn ask_to_sign_in(self, reason: Words) -> bool {
        let Some(inner) = self.inner.try_get_value() else { return false };
        let is_work = self.workspace.dialog.with_untracked(Option::is_some);
        if !inner.may_ask.get() && !is_work {
            return false;
        }
        let (sender, receiver) = oneshot::channel();
        inner.waiting.borrow_mut().push(sender);
        if self.sign_in.with_untracked(Option::is_none) {
            self.sign_in.set(Some(reason));
        }
        receiver.await.unwrap_or(false)
    }
}
