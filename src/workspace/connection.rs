//! One system on the page, with its tokens. Pure.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use reactive_graph::owner::{LocalStorage, StoredValue};
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

use super::Workspace;
use super::notices::forget_findings;
use crate::actions::{NamedToken, journal};
use crate::api::scoped::put_one;
use crate::api::{ApiError, Response};
use crate::capabilities::{Action, Capabilities};
use crate::config::Connection;
use crate::messages::RetrySafety;
use crate::runtime::{Job, Runtime};
use crate::session::Client;
use crate::store::Store;
use crate::time::Millis;
use crate::token::{Scope, TokenRef};

/// A system on the page, with its tokens. Cheap to copy: all of it lives in one place, and goes with the workspace.
#[derive(Clone, Copy)]
pub struct ConnectionState {
    /// The page that it is on.
    pub workspace: Workspace,
    /// Its slot on the page.
    pub slot: usize,
    pub(super) inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How its list stands.
    pub load: RwSignal<Load>,
    /// The scopes that can be chosen.
    pub scopes: RwSignal<Scopes>,
    /// Why the user should sign in; `None` while they are not asked.
    pub sign_in: RwSignal<Option<String>>,
    /// Who is signed in: a name, empty where the system does not say.
    pub signed_in: RwSignal<Option<String>>,
    /// The server's clock minus this one, where they are minutes apart.
    pub clock_skew: RwSignal<Option<Millis>>,
}

pub(super) struct Inner {
    pub(super) client: Rc<Client>,
    pub(super) store: Rc<RefCell<Store>>,
    /// What was written while the list is loading, to be applied to what comes in.
    pub(super) changes: RefCell<Vec<Change>>,
    pub(super) waiting: RefCell<Vec<oneshot::Sender<bool>>>,
    pub(super) list_job: RefCell<Option<Rc<Job>>>,
    pub(super) scopes_job: RefCell<Option<Rc<Job>>>,
    /// Whether the user may be asked to sign in at any time, and not only for work of theirs.
    pub(super) may_ask: Cell<bool>,
}

/// What a write did to the list.
#[derive(Clone)]
pub(super) enum Change {
    /// The token of an answer is there.
    Put(Response),
    /// The token of an id is not there any more.
    Removed(String),
}

/// How the list stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Whether pages are coming in.
    pub running: bool,
    /// How many tokens there are here.
    pub loaded: usize,
    /// How many the system has.
    pub total: usize,
    /// When the list was last complete.
    pub completed_at: Option<Millis>,
    /// Why it is not up to date.
    pub error: Option<ApiError>,
    /// Where to go on after a page that failed.
    pub resume: Option<String>,
}

/// The scopes that can be chosen, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scopes {
    /// The caller's, by name.
    pub list: Vec<Scope>,
    /// Why there are none.
    pub error: Option<ApiError>,
    /// Whether the answer is still awaited.
    pub pending: bool,
}

impl Scopes {
    /// The caller's and the others, which show their ids.
    pub fn with_others(&self, others: impl Iterator<Item = String>) -> Vec<Scope> {
        let mut all = self.list.clone();
        for id in others {
            if !all.iter().any(|it| it.id == id) {
                all.push(Scope { name: id.clone(), id });
            }
        }
        all
    }

    /// The name of a scope; one that the system did not list shows its id.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.list.iter().find(|it| it.id == id).map_or(id, |it| &it.name)
    }
}

impl ConnectionState {
    /// Puts a system on the page, in the current owner. Nothing is asked for before [`ConnectionState::start`].
    pub(super) fn new(workspace: Workspace, slot: usize, client: Rc<Client>) -> Self {
        let signed_in = RwSignal::from(client.signed_in());
        let load = RwSignal::new(Load { running: true, ..Load::default() });
        let scopes = RwSignal::new(Scopes { pending: true, ..Scopes::default() });
        let (sign_in, clock_skew) = (RwSignal::new(None), RwSignal::new(None));
        let inner = Inner {
            store: Rc::new(RefCell::new(Store::with_extras(client.system().n_extras()))),
            client: client.clone(),
            changes: RefCell::default(),
            waiting: RefCell::default(),
            list_job: RefCell::default(),
            scopes_job: RefCell::default(),
            // Where there are several systems, the user does not want to be asked by all of them at once.
            may_ask: Cell::new(!workspace.is_inventory()),
        };
        let inner = StoredValue::new_local(Rc::new(inner));
        let state = ConnectionState { workspace, slot, inner, load, scopes, sign_in, signed_in, clock_skew };
        // Dropped with the owner, and with it the client's way here.
        StoredValue::new_local(client.when_forgotten(move || state.forget_seen()));
        state
    }

    /// Only while the workspace is on the page; what may come later takes what it needs before it waits.
    pub(super) fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// The way to the system, which outlives the workspace.
    pub fn client(&self) -> Rc<Client> {
        self.inner().client.clone()
    }

    pub(super) fn runtime(&self) -> &'static dyn Runtime {
        self.workspace.runtime()
    }

    /// Loads the list and the scopes.
    pub(super) fn start(self) {
        self.ask_for_sign_in();
        // In this order, so that the first rows find the names where all is there already.
        self.load_scopes();
        self.refresh();
    }

    /// The connection.
    pub fn connection(&self) -> Connection {
        self.inner().client.connection().clone()
    }

    /// What the connection's system is like.
    pub fn system(&self) -> Rc<Capabilities> {
        self.inner().client.system()
    }

    /// What is at stake when a request of this kind gets no answer.
    pub fn retry_safety(&self, action: Action) -> RetrySafety {
        retry_safety(&self.inner().client, action)
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> Rc<RefCell<Store>> {
        self.inner().store.clone()
    }

    pub(super) fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        read(&self.inner().store.borrow())
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

    /// Tells something in passing.
    pub(super) fn tell(&self, text: String) {
        self.workspace.tell(self.in_system(text));
    }

    /// A sentence about a token, with its system where there are several.
    pub(super) fn in_system(&self, text: String) -> String {
        let several = self.workspace.has_several.get_untracked();
        if several { format!("In “{}”: {text}", self.inner().client.name()) } else { text }
    }

    pub(super) fn changed(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let loaded = inner.store.borrow().len();
        self.load.update(|it| it.loaded = loaded);
        self.workspace.changed();
        self.read_odd(&inner);
    }

    /// Has facts read once more that were not written as the contract says: by what is not needed for the first rows.
    fn read_odd(self, inner: &Inner) {
        if !inner.store.borrow().has_new_odd() {
            return;
        }
        let (runtime, store) = (self.runtime(), inner.store.clone());
        runtime.spawn(Box::pin(async move {
            if runtime.read_odd(store).await && !self.workspace.is_left() {
                self.workspace.changed();
            }
        }));
    }

    /// Brings the list up to date with a write. Tells whether that worked: an answer may have what a row cannot.
    pub(super) fn apply(self, change: Change) -> bool {
        let inner = self.inner();
        let is_read = apply(&change, &mut inner.store.borrow_mut());
        if inner.list_job.borrow().is_some() {
            inner.changes.borrow_mut().push(change);
        }
        let n_tokens = inner.store.borrow().len();
        self.load.update(|it| {
            if !it.running {
                it.total = n_tokens;
            }
        });
        self.changed();
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

/// What is at stake when a request of this kind gets no answer.
pub(super) fn retry_safety(client: &Client, action: Action) -> RetrySafety {
    let is_once = !client.is_behind_gateway() || !matches!(action, Action::Create | Action::Rotate);
    if is_once { RetrySafety::Idempotent } else { RetrySafety::NotIdempotent }
}

pub(super) fn apply(change: &Change, store: &mut Store) -> bool {
    match change {
        Change::Put(answer) => put_one(answer, store).is_ok(),
        Change::Removed(id) => store.remove(id),
    }
}
