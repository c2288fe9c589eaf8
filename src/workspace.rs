//! The state of the page and everything that changes it: what the views read, and the commands they give.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::connection::{Client, ConnectionState, Load, Scopes};
use crate::api::{Secret, encode};
use crate::capabilities::{Capabilities, Column, SecretUse};
use crate::layout::Layout;
use crate::platform::gateway::OpenError;
use crate::platform::storage::{store, stored};
use crate::platform::{self, Formats, Timer, ViewerZone};
use crate::query::{Filter, Query, ResultSet, Sort, SortKey};
use crate::store::{RowRef, Store, StoreRef};
use crate::time::{Clock, MINUTE, Millis};

pub mod connection;
pub mod writes;

/// The page's state: one system, or all of them side by side. Cheap to copy: all of it lives in one place.
#[derive(Clone, Copy)]
pub struct Workspace {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The systems on the page, by their places.
    pub slots: RwSignal<Vec<Slot>, LocalStorage>,
    /// Whether there is more than one system, so that a token's name alone does not say which it is.
    pub has_several: Memo<bool>,
    /// What is shown and in what order.
    pub query: RwSignal<Query>,
    /// Goes up whenever the rows to show have changed.
    pub listed: RwSignal<u32>,
    /// How the lists of all systems stand, taken together.
    pub load: Memo<Load>,
    /// The scopes that can be looked for.
    pub scopes: Memo<Scopes>,
    /// What the user chose of how the table looks.
    pub layout: RwSignal<Layout>,
    /// The columns that the table shows.
    pub columns: Memo<Vec<Column>>,
    /// The token whose secret the table shows, of systems that list secrets: the place of its system, and its id.
    pub revealed: RwSignal<Option<(usize, String)>>,
    /// The token whose details are shown: the place of its system, and its id.
    pub details: RwSignal<Option<(usize, String)>>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Goes up when a session is forgotten: what was made of what it showed is to be let go.
    pub forgotten: RwSignal<u32>,
    /// What the page last told the user.
    pub notice: RwSignal<Option<Notice>>,
    /// The token to scroll to and mark: the place of its system, and its id.
    pub marked: RwSignal<Option<(usize, String)>>,
    /// The secret of the token that was just made, while it is shown.
    pub secret: RwSignal<Option<Secret>, LocalStorage>,
    /// How that secret is used.
    pub secret_use: RwSignal<Option<SecretUse>, LocalStorage>,
}

/// Where the browser keeps how tables look.
const LAYOUT_KEY: &str = "tokendeck.layout";

/// A system's place on the page.
#[derive(Clone)]
pub struct Slot {
    /// The connection's name.
    pub name: String,
    /// Who sits there.
    pub state: SlotState,
}

/// What is in a slot.
#[derive(Clone)]
pub enum SlotState {
    /// The system is being opened.
    Opening,
    /// It could not be opened.
    Failed(OpenError),
    /// It is there.
    Open(Box<ConnectionState>),
}

struct Inner {
    /// Owns the signals of systems that are seated later.
    owner: Owner,
    formats: Formats,
    /// Stands for the tokens of a system that is not open.
    nothing: Store,
    system: Rc<Capabilities>,
    is_inventory: bool,
    /// What the table's layout is kept under.
    layout_name: String,
    revision: Cell<u32>,
    results: RefCell<ResultSet>,
    /// For which revision the next change of a status was looked for, and when it comes.
    next_change: Cell<(u32, Millis)>,
    tick: RefCell<Option<Timer>>,
    /// Whether another workspace is on the page by now: what comes late changes nothing.
    is_left: Cell<bool>,
    /// The text that was typed last, and the address that waits to be written for it: as a new step or not.
    typing: RefCell<(Option<&'static str>, Option<PendingAddress>)>,
    /// What the address has to say so that it leads here, besides the query.
    address: Option<(&'static str, String)>,
}

/// An address that is written when typing pauses, and whether as a new step in the history.
type PendingAddress = (bool, Timer);

/// The one dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The choice of columns.
    Columns,
    /// The choice of the system that a new token is for.
    Choose,
    /// The empty form, for the system of this place.
    Create(usize),
    /// The form with a token in it.
    Edit(Named),
    /// The question before revoking.
    Revoke(Named),
    /// The question before rotating.
    Rotate(Named),
    /// The question before deleting.
    Delete(Named),
    /// The secret of a token that was just made, and the name of its connection.
    Secret(Named, String),
}

impl Dialog {
    /// The place of the system that it is about, where it is about one.
    fn place(&self) -> Option<usize> {
        match self {
            // A secret may be shown where another system is by now.
            Dialog::Columns | Dialog::Choose | Dialog::Secret(..) => None,
            Dialog::Create(place) => Some(*place),
            Dialog::Edit(token) | Dialog::Revoke(token) | Dialog::Rotate(token) | Dialog::Delete(token) => {
                Some(token.place)
            }
        }
    }
}

/// A token by its system, its id and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The place of its system.
    pub place: usize,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Named {
    /// What people know it by: its id where it has no name.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.id } else { &self.name }
    }
}

/// Something the page tells in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
    /// A token that the filters hide and that can be shown: the place of its system, and its id.
    pub hidden_token: Option<(usize, String)>,
}

impl Workspace {
    /// The page for one system, open already. `address`: what its address has to say besides the query.
    /// `has_several`: whether the page can show other systems, too, so that it says which one is meant.
    pub fn of_one(client: Rc<Client>, address: Option<(&'static str, String)>, has_several: Memo<bool>) -> Self {
        let (name, system) = (client.name().to_owned(), client.system());
        let workspace = Workspace::new(vec![name], system, false, address, has_several);
        workspace.fill(0, Ok(client));
        workspace
    }

    /// The page for all systems side by side; each fills its slot when it is open.
    pub fn of_all(names: Vec<String>, address: (&'static str, String), has_several: Memo<bool>) -> Self {
        Workspace::new(names, Rc::new(Capabilities::inventory()), true, Some(address), has_several)
    }

    fn new(
        names: Vec<String>,
        system: Rc<Capabilities>,
        is_inventory: bool,
        address: Option<(&'static str, String)>,
        has_several: Memo<bool>,
    ) -> Self {
        let layout = RwSignal::new(Layout::read(&stored(LAYOUT_KEY).ok().flatten().unwrap_or_default()));
        let layout_name = if is_inventory { system.name.clone() } else { names.first().cloned().unwrap_or_default() };
        let view = layout_name.clone();
        let for_columns = (*system).clone();
        let inner = Inner {
            owner: Owner::current().unwrap_or_default(),
            formats: Formats::new(),
            nothing: Store::new(),
            system,
            is_inventory,
            layout_name,
            revision: Cell::default(),
            results: RefCell::default(),
            next_change: Cell::default(),
            tick: RefCell::default(),
            is_left: Cell::default(),
            typing: RefCell::default(),
            address,
        };
        let slots: Vec<Slot> = names.into_iter().map(|name| Slot { name, state: SlotState::Opening }).collect();
        let slots = RwSignal::new_local(slots);
        Workspace {
            inner: StoredValue::new_local(Rc::new(inner)),
            slots,
            has_several,
            query: RwSignal::new(Query::default()),
            listed: RwSignal::new(0),
            load: Memo::new(move |_| slots.with(|it| load_of(it))),
            scopes: Memo::new(move |_| slots.with(|it| scopes_of(it))),
            layout,
            columns: Memo::new(move |_| layout.with(|it| it.columns(&view, &for_columns))),
            revealed: RwSignal::new(None),
            details: RwSignal::new(None),
            dialog: RwSignal::new(None),
            forgotten: RwSignal::new(0),
            notice: RwSignal::new(None),
            marked: RwSignal::new(None),
            secret: RwSignal::new_local(None),
            secret_use: RwSignal::new_local(None),
        }
    }

    fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Shows what the address says, and loads the tokens of the systems that are there already.
    pub fn start(self) {
        self.read_address();
        for source in self.connection_states() {
            source.start();
        }
    }

    /// Gives a system its slot; the caller starts it.
    fn take(self, place: usize, state: SlotState) {
        self.slots.update(|it| {
            if let Some(slot) = it.get_mut(place) {
                slot.state = state;
            }
        });
    }

    /// Puts a system into its slot, or says why it did not open.
    fn fill(self, place: usize, opened: Result<Rc<Client>, OpenError>) {
        self.take(
            place,
            match opened {
                Ok(client) => {
                    SlotState::Open(Box::new(self.inner().owner.with(|| ConnectionState::new(self, place, client))))
                }
                Err(unopened) => SlotState::Failed(unopened),
            },
        );
    }

    /// [`Workspace::fill`], and loads its tokens.
    pub fn fill_and_start(self, place: usize, opened: Result<Rc<Client>, OpenError>) {
        self.fill(place, opened);
        if let Some(source) = self.source(place) {
            source.start();
        }
        self.changed();
    }

    /// Stops everything and lets the tokens go.
    pub fn leave(self) {
        self.inner().is_left.set(true);
        for source in self.connection_states() {
            source.leave();
        }
        self.close_dialog();
        // What still looks at the list, such as rows that were to follow after a paint, finds none.
        self.inner().results.take();
        self.inner().tick.take();
        self.inner().typing.take();
    }

    /// Whether the user is in the middle of something that would be lost with the workspace: a dialog, or a sign-in.
    pub fn is_busy(self) -> bool {
        let is_asked = |it: &Slot| it.source().is_some_and(|it| it.sign_in.with(Option::is_some));
        self.dialog.with(Option::is_some) || self.slots.with(|it| it.iter().any(is_asked))
    }

    /// Whether something else is shown by now.
    pub fn is_left(&self) -> bool {
        self.inner().is_left.get()
    }

    /// Shows the secret of a token of a connection, and how it is used.
    pub fn open_secret(self, secret: Secret, token: Named, system: String, secret_use: Option<SecretUse>) {
        self.secret_use.set(secret_use);
        self.secret.set(Some(secret));
        self.dialog.set(Some(Dialog::Secret(token, system)));
    }

    /// Closes the dialog that is open, and forgets the secret in it.
    pub fn close_dialog(self) {
        self.secret.set(None);
        self.dialog.set(None);
    }

    /// Lets go of what is shown of a system, but for what the user is in the middle of: a dialog, and the panel.
    fn forget(self, place: usize) {
        for shown in [self.revealed, self.marked] {
            if shown.with_untracked(|it| is_of(it, place)) {
                shown.set(None);
            }
        }
        // It may name a token.
        self.notice.set(None);
        self.forgotten.update(|it| *it += 1);
    }

    /// Closes what is open of a system, and takes it out of the address.
    fn close_all_of(self, place: usize) {
        let name = self.slots.with_untracked(|it| it.get(place).map(|it| it.name.clone()));
        let is_its = |dialog: &Dialog| match dialog {
            Dialog::Secret(_, system) => Some(system) == name.as_ref(),
            dialog => dialog.place() == Some(place),
        };
        if self.dialog.with_untracked(|it| it.as_ref().is_some_and(is_its)) {
            self.close_dialog();
        }
        if self.details.with_untracked(|it| is_of(it, place)) {
            self.details.set(None);
        }
        // What is looked for may be a whole GUID, which is the token itself.
        self.query.update(|it| it.filter.guid.clear());
        self.inner().typing.take();
        self.write_address(false);
    }

    /// Whether systems stand side by side here.
    pub fn is_inventory(&self) -> bool {
        self.inner().is_inventory
    }

    /// What the page offers: of one system what that is like, of several what they have in common.
    pub fn system(&self) -> Rc<Capabilities> {
        self.inner().system.clone()
    }

    /// The systems that are open.
    pub fn connection_states(&self) -> Vec<ConnectionState> {
        self.slots.with_untracked(|it| open(it).collect())
    }

    /// The system of a slot, where it is open.
    pub fn source(&self, place: usize) -> Option<ConnectionState> {
        self.connection_states().into_iter().find(|it| it.place == place)
    }

    /// The system, where there is only one.
    pub fn only(&self) -> Option<ConnectionState> {
        if self.is_inventory() { None } else { self.source(0) }
    }

    /// Calls `read` with the tokens, those to show, and what writes dates and numbers for the viewer.
    pub fn with_rows<T>(&self, read: impl FnOnce(&[StoreRef], &[RowRef], &Formats) -> T) -> T {
        let inner = self.inner();
        let results = inner.results.borrow();
        self.with_shelves(|stores| read(stores, results.row_refs(), &inner.formats))
    }

    fn with_shelves<T>(&self, read: impl FnOnce(&[StoreRef]) -> T) -> T {
        let inner = self.inner();
        self.slots.with_untracked(|slots| {
            let stores: Vec<_> = slots.iter().map(|it| it.source().map(|it| it.tokens())).collect();
            let stores: Vec<_> = stores.iter().map(|it| it.as_ref().map(|it| it.borrow())).collect();
            let stores = stores.iter().map(|it| it.as_deref().unwrap_or(&inner.nothing));
            let stores = slots.iter().zip(stores).map(|(slot, store)| StoreRef { system: &slot.name, store });
            read(&stores.collect::<Vec<_>>())
        })
    }

    /// Writes dates and numbers for the viewer.
    pub fn with_formats<T>(&self, write: impl FnOnce(&Formats) -> T) -> T {
        write(&self.inner().formats)
    }

    /// Changes how the table looks, and has the browser keep it.
    pub fn lay_out(self, change: impl FnOnce(&mut Layout, &str, &Capabilities)) {
        let name = self.layout_name();
        self.layout.update(|it| change(it, &name, &self.system()));
        if self.layout.with_untracked(|it| store(LAYOUT_KEY, &it.to_json())).is_err() {
            self.tell("This browser does not keep it: its storage is full or switched off.".into());
        }
    }

    /// What the table's layout is kept under.
    pub fn layout_name(&self) -> String {
        self.inner().layout_name.clone()
    }

    // The list ---------------------------------------------------------------------------------------------------

    /// Works out the rows to show anew, and when to do so again by itself.
    pub fn relist(self) {
        let inner = self.inner();
        if inner.is_left.get() {
            return;
        }
        let now = platform::now();
        let revision = inner.revision.get();
        self.with_shelves(|stores| {
            let clock = Clock { now, zone: &ViewerZone };
            self.query.with_untracked(|query| inner.results.borrow_mut().update(stores, revision, query, clock));
        });
        self.listed.update(|it| *it = it.wrapping_add(1));
        // Looking through all tokens for the next change waits until no more of them come in.
        self.tick_after(200, Self::await_change);
    }

    /// Has the rows worked out anew when a token starts or ends, and once a minute, as relative times move on.
    fn await_change(self) {
        let inner = self.inner();
        let (now, revision) = (platform::now(), inner.revision.get());
        let (looked_at, mut next) = inner.next_change.get();
        if looked_at != revision || next <= now {
            let first = |stores: &[StoreRef]| stores.iter().filter_map(|it| it.store.next_change(now)).min();
            next = self.with_shelves(first).unwrap_or(Millis::MAX);
            inner.next_change.set((revision, next));
        }
        self.tick_after((next - now).clamp(20, MINUTE) as i32, Self::relist);
    }

    fn tick_after(self, millis: i32, run: fn(Self)) {
        let tick = Timer::after(millis, move || {
            // The timer must not be dropped while it runs, so the next one is set a moment later.
            spawn_local(async move { run(self) });
        });
        self.inner().tick.replace(Some(tick));
    }

    /// Sorts ahead of time, as somebody is about to ask for it. Of a list that is still growing, or is shown in another
    /// order, nothing is gained by it.
    pub fn prefetch_sort(self, key: SortKey) {
        let is_sorted = self.query.with_untracked(|it| it.sort.is_some());
        if is_sorted || self.load.with_untracked(|it| it.running) {
            return;
        }
        let inner = self.inner();
        let sort = |stores: &[StoreRef]| {
            inner.results.borrow_mut().prefetch_sort(stores, inner.revision.get(), key, platform::now());
        };
        self.with_shelves(sort);
    }

    /// The tokens of a system are others now.
    fn changed(self) {
        let inner = self.inner();
        inner.revision.set(inner.revision.get() + 1);
        self.relist();
    }

    /// Loads all lists anew. What is there stays until the new ones are complete.
    pub fn refresh(self) {
        self.connection_states().into_iter().for_each(ConnectionState::refresh);
    }

    /// Stops loading and keeps what is there.
    pub fn stop_loading(self) {
        self.connection_states().into_iter().for_each(ConnectionState::stop_loading);
    }

    // What is shown ----------------------------------------------------------------------------------------------

    /// Changes the filter. Whoever types one text makes one step in the history, whatever else is changed is a step of
    /// its own, so that Back leads to the views that somebody stopped at.
    pub fn filter(self, typed: Option<&'static str>, change: impl FnOnce(&mut Filter)) {
        self.flush_address_unless(typed);
        self.query.update(|it| change(&mut it.filter));
        self.relist();
        self.write_address_soon(typed);
    }

    /// Sorts as a click on a column's header asks.
    pub fn sort(self, key: SortKey) {
        self.flush_address_unless(None);
        self.query.update(|it| it.sort = Sort::clicked(it.sort, key));
        self.relist();
        self.write_address_soon(None);
    }

    /// Takes all filters away.
    pub fn clear_filters(self) {
        self.filter(None, |it| *it = Filter::default());
    }

    /// Shows what the page's address says.
    pub fn read_address(self) {
        let inner = self.inner();
        inner.typing.replace((None, None));
        let mut params = platform::address_params();
        let system = self.system();
        for (_, sort) in params.iter_mut().filter(|(key, _)| key == "sort") {
            *sort = system.sort_from_address(sort);
        }
        let query = Query::from_params(params.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        let shared = query.to_params();
        let is_shared = |key: &str, value: &str| shared.iter().any(|(it, text)| *it == key && text == value);
        let is_secret = params.iter().any(|(key, it)| Query::TYPED.contains(&key.as_str()) && !is_shared(key, it));
        self.query.set(query);
        let value = |wanted: &str| params.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
        let place = value("of")
            .map_or(Some(0), |name| self.slots.with_untracked(|it| it.iter().position(|it| it.name == name)));
        self.details.set(place.zip(value("token")));
        self.relist();
        if is_secret {
            self.write_address(false);
        }
    }

    fn flush_address_unless(self, typed: Option<&'static str>) {
        let (last, pending) = self.inner().typing.take();
        if last == typed && typed.is_some() {
            self.inner().typing.replace((last, pending));
        } else if pending.is_some() {
            self.write_address(true);
        }
    }

    /// Typing writes the address when it pauses: browsers refuse to be told a hundred times in a row.
    fn write_address_soon(self, typed: Option<&'static str>) {
        let inner = self.inner();
        let (last, pending) = inner.typing.take();
        let is_new_step = pending.as_ref().map_or(last != typed || typed.is_none(), |(new_step, _)| *new_step);
        drop(pending);
        // What is chosen stands there as soon as the rows do: they must not wait for the browser's history.
        let timer = Timer::after(if typed.is_some() { 250 } else { 0 }, move || {
            self.write_address(is_new_step);
            // The timer must not be dropped while it runs.
            spawn_local(async move {
                self.inner().typing.borrow_mut().1.take();
            });
        });
        inner.typing.replace((typed, Some((is_new_step, timer))));
    }

    fn write_address(self, new_step: bool) {
        let inner = self.inner();
        let mut params = self.query.with_untracked(Query::to_params);
        let system = self.system();
        for (_, sort) in params.iter_mut().filter(|(key, _)| *key == "sort") {
            *sort = system.sort_to_address(sort);
        }
        params.extend(inner.address.clone());
        if let Some((place, id)) = self.details.get_untracked() {
            params.extend(self.link(place, &id));
        }
        platform::set_address_params(&params, new_step);
    }

    /// An address on this page that leads to the details of a token, but for its id at the end.
    pub fn link_before_id(&self, place: usize) -> String {
        let inner = self.inner();
        let pairs = inner.address.iter().cloned().chain(self.link(place, ""));
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", encode(&value))).collect();
        format!("?{}", pairs.join("&"))
    }

    /// What the address says of the token whose details are shown.
    pub fn link(&self, place: usize, id: &str) -> Vec<(&'static str, String)> {
        let system = || self.slots.with_untracked(|it| it.get(place).map(|it| ("of", it.name.clone())));
        let system = if self.is_inventory() { system() } else { None };
        system.into_iter().chain([("token", id.to_owned())]).collect()
    }

    /// Shows the details of a token, or none.
    pub fn show_details(self, token: Option<(usize, String)>) {
        self.flush_address_unless(None);
        self.details.set(token);
        self.write_address(true);
    }

    /// Refuses to leave this connection while a dialog is open: the address says again what it said before.
    pub fn stay_here(self) {
        self.write_address(true);
        self.tell("Close the dialog before you go to another connection.".into());
    }

    /// Shows a token that the filters hide.
    pub fn reveal(self, token: (usize, String)) {
        self.clear_filters();
        self.notice.set(None);
        self.marked.set(Some(token));
    }

    /// Tells something in passing.
    pub fn tell(self, text: String) {
        self.notice.set(Some(Notice { text, is_error: false, hidden_token: None }));
    }

    /// Copies a text and says so, or says that it could not.
    pub fn copy(self, text: String, what: String) {
        spawn_local(async move {
            let copied = platform::copy(&text).await;
            let text = if copied {
                format!("{what} is on the clipboard.")
            } else {
                format!("The browser did not let the page copy {what}. Select it and copy it by hand.")
            };
            self.notice.set(Some(Notice { text, is_error: !copied, hidden_token: None }));
        });
    }
}

impl Slot {
    /// The system, where it is open.
    pub fn source(&self) -> Option<ConnectionState> {
        match &self.state {
            SlotState::Open(source) => Some(**source),
            _ => None,
        }
    }
}

/// Whether a token belongs to the system of this place.
fn is_of(token: &Option<(usize, String)>, place: usize) -> bool {
    token.as_ref().is_some_and(|(it, _)| *it == place)
}

fn open(slots: &[Slot]) -> impl Iterator<Item = ConnectionState> + '_ {
    slots.iter().filter_map(Slot::source)
}

/// How several lists stand, taken together. What went wrong with one of several is told in its own place.
fn load_of(slots: &[Slot]) -> Load {
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
    }
}

/// The scopes of several systems, each id once.
fn scopes_of(slots: &[Slot]) -> Scopes {
    let mut all = Scopes::default();
    for source in open(slots) {
        source.scopes.with(|scopes| {
            all.pending |= scopes.pending;
            all.error = all.error.take().or_else(|| scopes.error.clone());
            for scope in &scopes.list {
                if !all.list.iter().any(|it| it.id == scope.id) {
                    all.list.push(scope.clone());
                }
            }
        });
    }
    all
}
