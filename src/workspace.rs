//! The state of the page and everything that changes it: what the views read, and the commands they give. It runs without a
//! browser: what it needs of one comes through [`Runtime`]. Pure.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reactive_graph::computed::Memo;
use reactive_graph::owner::{Owner, StoredValue, on_cleanup};
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

pub use self::address::SYSTEM;
use self::notices::NewSecret;
use self::slots::{load_of, scopes_of};
pub use self::state::{Dialog, RecordsAt, Workspace};
use self::state::{Inner, Slot, SlotState};
use self::told::Told;
use crate::capabilities::Capabilities;
use crate::layout::Layout;
use crate::query::{Counts, Query};
use crate::runtime::Runtime;
use crate::session::Client;
use crate::store::Store;
use crate::token::TokenRef;

mod address;
pub mod commands;
pub mod connection;
mod counting;
pub mod following;
pub mod hearing;
mod later;
mod loading;
pub mod many;
pub mod notices;
pub mod recorded;
mod report;
mod results;
pub mod rotating;
mod selecting;
mod sending;
mod sign_in;
pub mod slots;
mod state;
mod telling;
pub mod told;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

/// Where the browser keeps how tables look.
const LAYOUT_KEY: &str = "tokendeck.layout";

/// What the browser keeps of the table of all systems stands under this name, in every language.
const ALL_SYSTEMS: &str = "All systems";

impl Workspace {
    /// The page for one system, open already. `has_several`: whether the page can show other systems, too, so that it and its
    /// address say which one is meant.
    pub fn of_one(client: Rc<Client>, has_several: Memo<bool>) -> Self {
        let (name, system, runtime) = (client.name().to_owned(), client.system(), client.runtime());
        let workspace = Workspace::new(vec![name], system, false, has_several, runtime);
        workspace.fill(0, Ok(client));
        workspace
    }

    /// The page for all systems side by side; each fills its slot when it is open.
    pub fn of_all(names: Vec<String>, has_several: Memo<bool>, runtime: &'static dyn Runtime) -> Self {
        Workspace::new(names, Rc::new(Capabilities::inventory()), true, has_several, runtime)
    }

    fn new(
        names: Vec<String>,
        system: Rc<Capabilities>,
        is_inventory: bool,
        has_several: Memo<bool>,
        runtime: &'static dyn Runtime,
    ) -> Self {
        let owner = Owner::new();
        let inner = Inner {
            owner: owner.clone(),
            nothing: Store::new(),
            layout_name: if is_inventory { ALL_SYSTEMS.into() } else { names.first().cloned().unwrap_or_default() },
            system,
            is_inventory,
            revision: Cell::default(),
            results: RefCell::default(),
            later: Cell::default(),
            owes_address: Cell::default(),
            counted: Cell::default(),
            tick: RefCell::default(),
            typing: RefCell::default(),
            dialogs: Cell::default(),
            hearing: RefCell::default(),
            selection: Cell::default(),
            anchor: RefCell::default(),
            filter_before: RefCell::default(),
            notice_timer: RefCell::default(),
        };
        owner.with(|| Workspace::with_signals(inner, names, has_several, runtime))
    }

    fn with_signals(inner: Inner, names: Vec<String>, has_several: Memo<bool>, runtime: &'static dyn Runtime) -> Self {
        let layout = RwSignal::new(Layout::read(&runtime.stored(LAYOUT_KEY).ok().flatten().unwrap_or_default()));
        let view = inner.layout_name.clone();
        let for_columns = (*inner.system).clone();
        let slots: Vec<Slot> = names.into_iter().map(|name| Slot { name, state: SlotState::Opening }).collect();
        let slots = RwSignal::new_local(slots);
        let query = RwSignal::new(Query::default());
        let is_complete = RwSignal::new(false);
        let workspace = Workspace {
            inner: StoredValue::new_local(Rc::new(inner)),
            runtime,
            slots,
            has_several,
            query,
            listed: RwSignal::new(0),
            selected: RwSignal::new(0),
            is_complete,
            waits: Memo::new(move |_| !is_complete.get() && query.with(|it| !it.is_plain())),
            counts: RwSignal::new(Counts::default()),
            load: Memo::new(move |_| slots.with(|it| load_of(it))),
            scopes: Memo::new(move |_| slots.with(|it| scopes_of(it))),
            layout,
            columns: Memo::new(move |_| layout.with(|it| it.columns(&view, &for_columns))),
            left_out: RwSignal::new(Vec::new()),
            revealed: RwSignal::new(None),
            details: RwSignal::new(None),
            dialog: RwSignal::new(None),
            forgotten: RwSignal::new(0),
            notice: RwSignal::new(None),
            heard: RwSignal::new(None),
            copied: RwSignal::new(0),
            marked: RwSignal::new(None),
            focus_on: RwSignal::new(None),
            secret: RwSignal::new_local(None),
            secret_use: RwSignal::new_local(None),
            handed: RwSignal::new_local(None),
        };
        on_cleanup(move || workspace.stop());
        workspace
    }

    /// Shows what the address says, and loads the tokens of the systems that are there already.
    pub fn start(self) {
        self.read_address();
        for state in self.connection_states() {
            state.start();
        }
    }

    /// Stops everything and lets all of it go: tokens, signals, timers. Whatever is still under way finds nothing.
    pub fn leave(self) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.owner.cleanup();
        }
    }

    /// Before the signals go.
    fn stop(self) {
        let inner = self.inner();
        for state in self.connection_states() {
            state.leave();
        }
        inner.results.take();
        inner.tick.take();
        inner.typing.take();
        inner.hearing.take();
        inner.notice_timer.take();
    }

    /// Whether the user is in the middle of something that would be lost with the workspace: a dialog, or a sign-in.
    pub fn is_busy(self) -> bool {
        let is_asked = |it: &Slot| it.source().is_some_and(|it| it.sign_in.with(Option::is_some));
        self.dialog.with(Option::is_some) || self.slots.with(|it| it.iter().any(is_asked))
    }

    // Dialogs ----------------------------------------------------------------------------------------------------

    /// Opens a dialog; another one that is open makes way for it.
    pub fn open_dialog(self, dialog: Dialog) {
        self.count_dialog();
        self.dialog.set(Some(dialog));
    }

    /// Closes the dialog that is open, and forgets the secret in it.
    pub fn close_dialog(self) {
        self.count_dialog();
        self.secret.set(None);
        self.dialog.set(None);
    }

    fn count_dialog(self) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.dialogs.set(inner.dialogs.get() + 1);
        }
    }

    /// Tells the dialog that is open from every other one, of the same kind too; `None` once the workspace is left.
    fn dialog_number(self) -> Option<u32> {
        self.inner.try_with_value(|it| it.dialogs.get())
    }

    /// Shows the secret of a token.
    pub fn open_secret(self, NewSecret { secret, token, system, how, handed }: NewSecret) {
        self.secret_use.set(how);
        self.handed.set(handed);
        self.secret.set(Some(secret));
        self.open_dialog(Dialog::Secret(token, system));
    }

    /// Whether a rotation waits for the secret that is shown.
    pub fn hands_over(self) -> bool {
        self.handed.with_untracked(Option::is_some)
    }

    /// Closes the dialog with a secret. Who waits for that hears whether the user has it.
    pub fn close_secret(self, has_it: bool) {
        let handed = self.handed.try_update(Option::take).flatten();
        self.close_dialog();
        if let Some(handed) = handed {
            handed(has_it);
        }
    }

    /// Lets go of what is shown of a system, but for what the user is in the middle of: a dialog, and the panel.
    fn forget(self, slot: usize) {
        for shown in [self.revealed, self.marked] {
            if shown.with_untracked(|it| is_of(it, slot)) {
                shown.set(None);
            }
        }
        self.forget_selection(slot);
        // They may name a token.
        self.dismiss_notice();
        self.heard.set(None);
        self.forgotten.update(|it| *it += 1);
    }

    /// Closes what is open of a system, and takes it out of the address.
    fn close_all_of(self, slot: usize) {
        let name = self.slots.with_untracked(|it| it.get(slot).map(|it| it.name.clone()));
        let is_its = |dialog: &Dialog| match dialog {
            Dialog::Secret(_, system) => Some(system) == name.as_ref(),
            Dialog::Rotation(_, system) => Some(system) == name.as_ref(),
            Dialog::Bulk(_, tokens) => tokens.iter().any(|it| it.slot == slot),
            dialog => dialog.slot() == Some(slot),
        };
        if self.dialog.with_untracked(|it| it.as_ref().is_some_and(is_its)) {
            self.close_dialog();
        }
        if self.details.with_untracked(|it| is_of(it, slot)) {
            self.details.set(None);
        }
        // What is looked for may be a whole GUID, which is the token itself.
        self.query.update(|it| it.filter.guid.clear());
        self.forget_typing();
        self.write_address(false);
    }

    // Layout -----------------------------------------------------------------------------------------------------

    /// Changes how the table looks, and has the browser keep it.
    pub fn lay_out(self, change: impl FnOnce(&mut Layout, &str, &Capabilities)) {
        let name = self.layout_name();
        self.layout.update(|it| change(it, &name, &self.system()));
        if self.layout.with_untracked(|it| self.runtime.store(LAYOUT_KEY, &it.to_json())).is_err() {
            self.tell(Told::LayoutNotKept.into());
        }
    }

    /// What the table's layout is kept under.
    pub fn layout_name(&self) -> String {
        self.inner().layout_name.clone()
    }
}

/// Whether a token belongs to the system of this slot.
fn is_of(token: &Option<TokenRef>, slot: usize) -> bool {
    token.as_ref().is_some_and(|it| it.slot == slot)
}
