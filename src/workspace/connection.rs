//! One system on the page, with its tokens. Pure.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reactive_graph::computed::Memo;
use reactive_graph::owner::StoredValue;
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

use super::notices::forget_findings;
use super::state::{Change, ConnectionInner, Workspace};
pub use super::state::{ConnectionState, Load, Scopes};
use crate::actions::{NamedToken, journal, retry_safety};
use crate::api::tokens::TokenJson;
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::Action;
use crate::gap::Gap;
use crate::session::Client;
use crate::store::Store;
use crate::token::TokenRef;

impl ConnectionState {
    /// Puts a system on the page, in the current owner. Nothing is asked for before [`ConnectionState::start`].
    pub(super) fn new(workspace: Workspace, slot: usize, client: Rc<Client>) -> Self {
        let signed_in = RwSignal::from(client.signed_in());
        let load = RwSignal::new(Load { running: true, ..Load::default() });
        let scopes = RwSignal::new(Scopes { pending: true, ..Scopes::default() });
        let (sign_in, clock_skew) = (RwSignal::new(None), RwSignal::new(None));
        let inner = ConnectionInner {
            store: Rc::new(RefCell::new(Store::with_extras(client.system().n_extras()))),
            client: client.clone(),
            changes: RefCell::default(),
            waiting: RefCell::default(),
            list_job: RefCell::default(),
            is_counted: Cell::default(),
            writing: Rc::default(),
            scopes_job: RefCell::default(),
            // Where there are several systems, the user does not want to be asked by all of them at once.
            may_ask: Cell::new(!workspace.is_inventory()),
        };
        let inner = StoredValue::new_local(Rc::new(inner));
        let can_sign_in = client.system().sign_in.is_some();
        let signed_out = Memo::new(move |was: Option<&bool>| {
            let is_open = !can_sign_in || signed_in.with(Option::is_some);
            let is_asked = sign_in.with(Option::is_some);
            load.with(|it| match &it.error {
                _ if is_open || it.loaded > 0 || it.completed_at.is_some() => false,
                Some(error) => matches!(error, ApiError::SignedOut(_)),
                // It is asked for again, and may be so in vain.
                None => is_asked || it.running && was.copied().unwrap_or_default(),
            })
        });
        let state =
            ConnectionState { workspace, slot, inner, load, scopes, sign_in, signed_in, signed_out, clock_skew };
        // Dropped with the owner, and with it the client's way here.
        StoredValue::new_local(client.when_forgotten(move || state.forget_seen()));
        state
    }

    /// Loads the list and the scopes.
    pub(super) fn start(self) {
        self.ask_for_sign_in();
        // In this order, so that the first rows find the names where all is there already.
        self.load_scopes();
        self.refresh();
    }

    /// Whether the system does such things, as far as its list shows that. Follows the list: one that says of no token
    /// whether it is disabled can neither disable nor enable.
    pub fn offers(&self, action: Action) -> bool {
        self.system().can(action).is_ok() && (!action.is_switch() || self.has_switch())
    }

    /// Whether the list says, or is still to say, whether tokens are disabled. Follows the list.
    pub fn has_switch(&self) -> bool {
        self.load.track();
        self.with_store(|it| it.is_empty() || it.says_disabled())
    }

    /// What is at stake when a request of this kind gets no answer.
    pub fn retry_safety(&self, action: Action) -> RetrySafety {
        retry_safety(&self.inner().client, action)
    }

    /// Whether the connection lets the user sign in.
    pub fn can_sign_in(&self) -> bool {
        self.inner().client.system().sign_in.is_some()
    }

    /// Ids of scopes that tokens have, whether the system lists them or not.
    pub fn used_scopes(&self) -> Vec<String> {
        self.with_store(|it| it.all_scopes().map(str::to_owned).collect())
    }

    /// A token of this system.
    pub fn named(&self, id: String, name: String) -> NamedToken {
        NamedToken { token: TokenRef { slot: self.slot, id }, name }
    }

    /// What tells a token from others that are called like it: its id, after its description where it has one. Nothing
    /// where its name says it.
    pub fn told_apart(&self, token: &NamedToken) -> Option<String> {
        self.with_store(|store| {
            let row = store.find(&token.token.id)?;
            let about = [store.description(row), &*token.token.id].into_iter().filter(|it| !it.is_empty());
            store.has_namesake(row).then(|| about.collect::<Vec<_>>().join(" · "))
        })
    }

    pub(super) fn changed(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let loaded = inner.store.borrow().len();
        self.load.update(|it| it.loaded = loaded);
        self.workspace.changed();
        self.read_odd(inner.store.clone());
    }

    /// Has facts read once more that were not written as the contract says: by what is not needed for the first rows.
    fn read_odd(self, store: Rc<RefCell<Store>>) {
        if !store.borrow().has_new_odd() {
            return;
        }
        let runtime = self.runtime();
        runtime.spawn(Box::pin(async move {
            if runtime.read_odd(store).await && !self.workspace.is_left() {
                self.workspace.changed();
            }
        }));
    }

    /// Brings a token of the list up to date with what its system has just said of it, such as when it was last used.
    pub fn see(self, id: &str, token: TokenJson) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let is_one = |store: &Store| store.find(id).is_some_and(|row| !store.shares_id(row));
        let is_known = is_one(&inner.store.borrow());
        if is_known {
            self.apply(Change::Put(token));
        }
    }

    /// Brings the list up to date with a write. Tells whether that worked: an answer may have what a row cannot.
    pub(super) fn apply(self, change: Change) -> bool {
        self.apply_all(vec![change])
    }

    /// The same for many at once: the rows are worked out once.
    pub(super) fn apply_all(self, changes: Vec<Change>) -> bool {
        let Some(inner) = self.inner.try_get_value().filter(|it| !it.client.has_signed_out()) else { return false };
        let n_read = {
            let mut store = inner.store.borrow_mut();
            changes.iter().filter(|it| apply(it, &mut store)).count()
        };
        let is_read = n_read == changes.len();
        if inner.list_job.borrow().is_some() {
            inner.changes.borrow_mut().extend(changes);
        }
        let n_tokens = inner.store.borrow().len();
        self.load.update(|it| {
            if !it.may_lack() && !it.running {
                it.total = n_tokens;
            }
            // Where it would go on, another token may stand by now.
            it.resume = it.resume.take().filter(|_| !inner.is_counted.get());
        });
        self.changed();
        // What they moved may have been passed over by a list that has ended since.
        if self.load.with_untracked(|it| it.gap == Some(Gap::Moved) && !it.running) {
            self.refresh();
        }
        is_read
    }

    /// Lets go of everything that the user was shown of this system, and of what is on its way to them.
    fn forget_seen(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        self.let_go();
        inner.changes.borrow_mut().clear();
        self.load.set(Load::default());
        self.scopes.set(Scopes::default());
        self.clock_skew.set(None);
        forget_findings(inner.client.name());
        journal::forget(inner.client.name());
        self.workspace.forget(self.slot);
        self.changed();
    }

    /// Stops everything and lets the tokens go: the workspace is left.
    pub(super) fn leave(self) {
        let inner = self.inner();
        inner.client.ask_with(None);
        for waiting in inner.waiting.take() {
            // What waited may have gone.
            let _ = waiting.send(false);
        }
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
}

pub(super) fn apply(change: &Change, store: &mut Store) -> bool {
    match change {
        Change::Put(token) => token.put(store).is_ok(),
        Change::Removed(id) => store.remove(id),
    }
}
