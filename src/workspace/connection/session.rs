//! Who is signed in at a system, and what is held of what they saw. Signing out lets go of all of it, in one place: what is
//! held anew has to be let go in `ConnectionState::forget_seen`, or where it is the workspace's in `Workspace::forget`.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures_channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Client, ConnectionState, Credentials, Load, Mask, Scopes};
use crate::api::{ApiError, Method, NetworkError, Request, Response, Transport};
use crate::platform::fetch::Job;
use crate::viewer::Viewer;
use crate::workspace::writes::forget_findings;

impl Client {
    /// The system has accepted who asks.
    pub(super) fn let_in(&self) {
        self.accepted.set(true);
        if let Some(newcomer) = self.newcomer.take() {
            self.viewer.replace(Some(newcomer));
        }
    }
}

impl ConnectionState {
    /// Signs in with what was typed: the names that the system gives its inputs, and their values. What waits for it
    /// goes on, and what is not there is loaded. A user who may be another than before is shown nothing of theirs.
    pub async fn sign_in_with(self, typed: Vec<(String, String)>, mask: Mask) -> Result<(), ApiError> {
        let client = self.inner().client.clone();
        let unnamed = Viewer::new("", &typed);
        let name = match &client.gateway {
            None => {
                let headers = client.connection.auth.headers(typed);
                client.credentials.replace(Some(Rc::new(Credentials { headers, mask })));
                String::new()
            }
            Some(gateway) => gateway.sign_in(&typed).await?,
        };
        let viewer = unnamed.named(&name);
        self.signed_in.set(Some(name));
        let is_other = client.viewer.borrow().as_ref().is_some_and(|it| !it.is(&viewer));
        client.newcomer.replace(Some(viewer));
        if client.gateway.is_some() {
            client.let_in();
        }
        if is_other {
            self.forget_seen();
            // The panel asks again, as who is signed in now.
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
    }

    /// Forgets who asked and everything that they were shown.
    pub fn sign_out(self) {
        if !self.may_sign_out() {
            return;
        }
        let inner = self.inner();
        let client = inner.client.clone();
        client.session.set(client.session.get() + 1);
        client.credentials.replace(None);
        client.accepted.set(false);
        client.viewer.replace(None);
        client.newcomer.replace(None);
        self.signed_in.set(None);
        self.sign_in_later();
        inner.may_ask.set(!self.workspace.is_inventory());
        self.forget_seen();
        self.workspace.close_all_of(self.place);
        if let Some(gateway) = client.gateway.clone() {
            spawn_local(async move {
                // The gateway forgets in any case; a system that does not hear of it will forget in time.
                let job = Job::new();
                let _ = gateway.transport(&job).send(Request::new(Method::Delete, "session".into())).await;
            });
        }
        if let Some(left_behind) = client.system.sign_in.as_ref().map(|it| &it.left_behind).filter(|it| !it.is_empty())
        {
            self.workspace.tell(left_behind.clone());
        }
        let error = || Some(ApiError::SignedOut("You have signed out.".into()));
        self.load.set(Load { error: error(), ..Load::default() });
        if client.system.scopes_label.is_some() {
            self.scopes.set(Scopes { error: error(), ..Scopes::default() });
        }
    }

    /// Lets go of everything that the user was shown of this system, and of what is on its way to them.
    fn forget_seen(self) {
        self.let_go();
        self.inner().changes.borrow_mut().clear();
        self.load.set(Load::default());
        self.scopes.set(Scopes::default());
        self.clock_skew.set(None);
        let client = &self.inner().client;
        client.gone.take();
        client.counts.take();
        forget_findings(client.name());
        self.workspace.forget(self.place);
        self.changed();
    }

    /// Stops everything and lets the tokens go: another workspace takes the place of this one.
    pub(in crate::workspace) fn leave(self) {
        self.inner().is_left.set(true);
        self.sign_in_later();
        self.let_go();
    }

    fn let_go(self) {
        let inner = self.inner();
        for job in [&inner.list_job, &inner.scopes_job] {
            if let Some(job) = job.take() {
                job.cancel();
            }
        }
        let fresh = inner.store.borrow().fresh();
        inner.store.replace(fresh);
    }

    /// Asks the user to sign in, unless that is being asked already, and waits for it.
    pub(super) async fn ask_to_sign_in(self, reason: String) -> bool {
        self.signed_in.set(None);
        let inner = self.inner();
        let is_work = self.workspace.dialog.with_untracked(Option::is_some);
        if inner.is_left.get() || !inner.may_ask.get() && !is_work {
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

/// Whether this job is still the one that is wanted.
pub(super) fn is_current(wanted: &RefCell<Option<Rc<Job>>>, job: &Rc<Job>) -> bool {
    wanted.borrow().as_ref().is_some_and(|it| Rc::ptr_eq(it, job))
}

/// The way to a system in one session: an answer that comes after the user has signed out is nobody's.
pub(super) struct OfSession {
    pub(super) way: Box<dyn Transport>,
    pub(super) client: Rc<Client>,
    /// The session as it was when the way was taken.
    pub(super) session: u32,
}

impl Transport for OfSession {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, NetworkError>> + '_>> {
        Box::pin(async move {
            let answer = self.way.send(request).await;
            if self.client.session.get() == self.session { answer } else { Err(NetworkError::Cancelled) }
        })
    }
}
