//! What a workspace is: its types, which hold each other, and what all that works with them reads. Pure.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures_channel::oneshot;
use reactive_graph::computed::Memo;
use reactive_graph::owner::{LocalStorage, Owner, StoredValue};
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

use super::notices::{Handed, Notice};
use crate::actions::NamedToken;
use crate::api::{ApiError, Secret};
use crate::bulk::Aim;
use crate::capabilities::{Capabilities, Column, SecretUse};
use crate::config::Connection;
use crate::gap::Gap;
use crate::layout::Layout;
use crate::query::{Counts, Filter, Query, ResultSet, SortKey};
use crate::runtime::{Guard, Job, Runtime};
use crate::selection::Selection;
use crate::session::Client;
use crate::session::way::OpenError;
use crate::store::{Interner, Store, StoreRef};
use crate::time::{Clock, Millis};
use crate::token::{Scope, TokenRef};
use crate::words::Words;

/// The page's state: one system, or all of them side by side. Cheap to copy: all of it lives in one place, and is gone when
/// the workspace is left. What comes later finds nothing then, and does nothing.
#[derive(Clone, Copy)]
pub struct Workspace {
    pub(super) inner: StoredValue<Rc<Inner>, LocalStorage>,
    pub(super) runtime: &'static dyn Runtime,
    /// The systems on the page, by their slots.
    pub slots: RwSignal<Vec<Slot>, LocalStorage>,
    /// Whether there is more than one system, so that a token's name alone does not say which it is.
    pub has_several: Memo<bool>,
    /// What is shown and in what order.
    pub query: RwSignal<Query>,
    /// Goes up whenever the rows to show have changed.
    pub listed: RwSignal<u32>,
    /// Goes up whenever others are selected, see [`Workspace::selection`].
    pub selected: RwSignal<u32>,
    /// Whether what comes after the first rows is there.
    pub(super) is_complete: RwSignal<bool>,
    /// Whether what the query asks for waits for that.
    pub waits: Memo<bool>,
    /// How many tokens call for a look.
    pub counts: RwSignal<Counts>,
    /// How the lists of all systems stand, taken together.
    pub load: Memo<Load>,
    /// The scopes that can be looked for.
    pub scopes: Memo<Scopes>,
    /// What the user chose of how the table looks.
    pub layout: RwSignal<Layout>,
    /// The columns that the table shows.
    pub columns: Memo<Vec<Column>>,
    /// The ids of those that have no room at the table's width.
    pub left_out: RwSignal<Vec<String>>,
    /// The token whose secret the table shows, of systems that list secrets.
    pub revealed: RwSignal<Option<TokenRef>>,
    /// The token whose details are shown.
    pub details: RwSignal<Option<TokenRef>>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// Goes up when a session is forgotten: what was made of what it showed is to be let go.
    pub forgotten: RwSignal<u32>,
    /// What the page last told the user.
    pub notice: RwSignal<Option<Notice>>,
    /// What is to be heard and not seen: set once more for everything that is.
    pub heard: RwSignal<Option<Words>>,
    /// Goes up when something is on the clipboard.
    pub copied: RwSignal<u32>,
    /// The token to scroll to and mark.
    pub marked: RwSignal<Option<TokenRef>>,
    /// The token whose row is to get the focus; none again once it was looked for.
    pub focus_on: RwSignal<Option<TokenRef>>,
    /// The secret of the token that was just made, while it is shown.
    pub secret: RwSignal<Option<Rc<Secret>>, LocalStorage>,
    /// How that secret is used.
    pub secret_use: RwSignal<Option<SecretUse>, LocalStorage>,
    /// Hears whether the user has that secret.
    pub(super) handed: RwSignal<Option<Handed>, LocalStorage>,
}

/// What a workspace keeps for itself.
pub(super) struct Inner {
    /// Owns every signal of the workspace, those of its systems too.
    pub(super) owner: Owner,
    /// Stands for the tokens of a system that is not open.
    pub(super) nothing: Store,
    pub(super) system: Rc<Capabilities>,
    pub(super) is_inventory: bool,
    /// What the table's layout is kept under.
    pub(super) layout_name: String,
    pub(super) revision: Cell<u32>,
    pub(super) results: RefCell<ResultSet>,
    /// What comes after the first rows, once it is there.
    pub(super) later: Cell<Option<Later>>,
    /// What is to be done then: to write the address, as a new step in the history or in place of the present one.
    pub(super) owes_address: Cell<Option<bool>>,
    /// What was counted last.
    pub(super) counted: Cell<Counting>,
    pub(super) tick: RefCell<Option<Guard>>,
    pub(super) typing: RefCell<Typing>,
    /// Goes up whenever a dialog opens or closes.
    pub(super) dialogs: Cell<u32>,
    pub(super) hearing: RefCell<Hearing>,
    pub(super) selection: Cell<Selection>,
    /// The token that the user selected last, or no longer: where a range begins.
    pub(super) anchor: RefCell<Option<TokenRef>>,
    /// The filter that was set before the selected tokens were shown alone.
    pub(super) filter_before: RefCell<Option<Filter>>,
    /// Takes the notice away.
    pub(super) notice_timer: RefCell<Option<Guard>>,
}

/// What comes after the first rows (see `super::later`), as far as something before it asks for it.
#[derive(Clone, Copy)]
pub(super) struct Later {
    /// [`ResultSet::update`].
    pub(super) pick: fn(&mut ResultSet, &[StoreRef], u32, &Query, Clock),
    /// [`ResultSet::prefetch_sort`].
    pub(super) prefetch_sort: fn(&mut ResultSet, &[StoreRef], u32, SortKey, Millis),
    /// Counts the tokens, where more of them may be coming in; tells until when the counts and all statuses hold.
    pub(super) count: fn(Workspace, bool) -> Millis,
    /// Works out what is to be heard.
    pub(super) hear: fn(Workspace),
    /// Has the address say what is shown, as a new step in the history or in place of the present one.
    pub(super) write_address: fn(Workspace, bool),
}

/// What tokens were counted last, and when.
#[derive(Clone, Copy, Default)]
pub(super) struct Counting {
    pub(super) revision: u32,
    /// How many tokens there were.
    pub(super) n_tokens: usize,
    pub(super) at: Millis,
    /// Until when the counts and all statuses hold.
    pub(super) until: Millis,
}

/// The one dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The choice of columns.
    Columns,
    /// The list of the keys.
    Shortcuts,
    /// The choice of the system that a new token is for.
    Choose,
    /// The empty form, for the system of this slot.
    Create(usize),
    /// The form with a token in it.
    Edit(NamedToken),
    /// The form for a token like this one, for the system of a slot; first that has to be chosen, where there are several.
    Clone(NamedToken, Option<usize>),
    /// The question before revoking.
    Revoke(NamedToken),
    /// What begins a rotation, or goes on with one.
    Rotate(NamedToken),
    /// How a rotation stands, by its id, and the name of its connection.
    Rotation(String, String),
    /// The rotations that are not over; it asks whether to forget those at the connection of this name, where there is one.
    Rotations(Option<String>),
    /// The question before disabling.
    Disable(NamedToken),
    /// The question before enabling.
    Enable(NamedToken),
    /// The question before deleting.
    Delete(NamedToken),
    /// The secret of a token that was just made, and the name of its connection.
    Secret(NamedToken, String),
    /// What is kept of runs on many tokens.
    Records(RecordsAt),
    /// What will happen to many tokens.
    Bulk(Aim, Arc<[TokenRef]>),
    /// How far the run of the page has come, and what came of it.
    Run,
}

/// Where the records open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordsAt {
    /// At all of them.
    List,
    /// At the one of this id.
    Run(String),
    /// At the same, asking whether to drop it.
    Drop(String),
}

impl Dialog {
    /// The slot of the system that it is about, where it is about one.
    pub(super) fn slot(&self) -> Option<usize> {
        match self {
            // A secret may be shown where another system is by now, and so may a rotation.
            Dialog::Columns
            | Dialog::Choose
            | Dialog::Shortcuts
            | Dialog::Rotation(..)
            | Dialog::Rotations(_)
            | Dialog::Secret(..)
            | Dialog::Bulk(..)
            | Dialog::Records(_)
            | Dialog::Run => None,
            Dialog::Create(slot) => Some(*slot),
            Dialog::Clone(token, slot) => Some(slot.unwrap_or(token.token.slot)),
            Dialog::Edit(token)
            | Dialog::Revoke(token)
            | Dialog::Rotate(token)
            | Dialog::Disable(token)
            | Dialog::Enable(token)
            | Dialog::Delete(token) => Some(token.token.slot),
        }
    }
}

/// The text that was typed last, and the address that waits to be written for it.
#[derive(Default)]
pub(super) struct Typing {
    pub(super) last: Option<&'static str>,
    pub(super) pending: Option<PendingAddress>,
}

/// An address that is written when typing pauses.
pub(super) struct PendingAddress {
    /// Whether as a new step in the history.
    pub(super) new_step: bool,
    /// Waits for the pause.
    pub(super) _timer: Guard,
}

/// What the user waits to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// How many tokens are shown.
    Count,
    /// In what order.
    Order,
    /// How many tokens are selected.
    Selection,
}

/// What has been heard, and what is next.
#[derive(Default)]
pub(super) struct Hearing {
    pub(super) awaited: Option<Awaited>,
    /// The quarter of the first load that was told last.
    pub(super) quarter: Option<usize>,
    pub(super) timer: Option<Guard>,
}

/// A place for a system on the page.
#[derive(Clone)]
pub struct Slot {
    /// The connection's name.
    pub name: String,
    /// What is in it.
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

impl Slot {
    /// The system, where it is open.
    pub fn source(&self) -> Option<ConnectionState> {
        match &self.state {
            SlotState::Open(source) => Some(**source),
            _ => None,
        }
    }
}

/// A system on the page, with its tokens. Cheap to copy: all of it lives in one place, and goes with the workspace.
#[derive(Clone, Copy)]
pub struct ConnectionState {
    /// The page that it is on.
    pub workspace: Workspace,
    /// Its slot on the page.
    pub slot: usize,
    pub(super) inner: StoredValue<Rc<ConnectionInner>, LocalStorage>,
    /// How its list stands.
    pub load: RwSignal<Load>,
    /// The scopes that can be chosen.
    pub scopes: RwSignal<Scopes>,
    /// Why the user should sign in; `None` while they are not asked.
    pub sign_in: RwSignal<Option<Words>>,
    /// Who is signed in: a name, empty where the system does not say.
    pub signed_in: RwSignal<Option<String>>,
    /// Whether there is nothing to show before the user signs in.
    pub signed_out: Memo<bool>,
    /// The server's clock minus this one, where they are minutes apart.
    pub clock_skew: RwSignal<Option<Millis>>,
}

/// What a system on the page keeps for itself.
pub(super) struct ConnectionInner {
    pub(super) client: Rc<Client>,
    pub(super) store: Rc<RefCell<Store>>,
    /// What was written while the list is loading, to be applied to what comes in.
    pub(super) changes: RefCell<Vec<Change>>,
    pub(super) waiting: RefCell<Vec<oneshot::Sender<bool>>>,
    pub(super) list_job: RefCell<Option<Rc<Job>>>,
    /// Whether the pages of the list are counted off.
    pub(super) is_counted: Cell<bool>,
    /// Cloned by every write, as long as that is under way.
    pub(super) writing: Rc<()>,
    pub(super) scopes_job: RefCell<Option<Rc<Job>>>,
    /// Whether the user may be asked to sign in at any time, and not only for work of theirs.
    pub(super) may_ask: Cell<bool>,
}

pub(super) use crate::actions::Change;

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
    /// Why the list that was loaded last may not be all, though it has come to its end.
    pub gap: Option<Gap>,
}

impl Load {
    /// Whether there may be more tokens than are here, though nothing more is on its way.
    pub fn may_lack(&self) -> bool {
        self.gap.is_some() || self.is_cut()
    }

    /// Whether there may be more tokens than are here, be they on their way or not.
    pub fn lacks(&self) -> bool {
        self.may_lack() || self.running && self.completed_at.is_none()
    }

    /// How many tokens are here, and whether these are all; `None` as long as that is not known.
    pub fn counted(&self) -> Option<(usize, bool)> {
        let is_whole = self.completed_at.is_some() && !self.may_lack();
        (self.loaded > 0 || is_whole).then_some((self.loaded, is_whole))
    }

    /// Whether what is here is the beginning of a list whose rest did not come.
    pub fn is_cut(&self) -> bool {
        self.error.is_some() && self.completed_at.is_none() && self.loaded > 0
    }
}

/// The scopes that can be chosen, as far as they are known.
#[derive(Clone, Default)]
pub struct Scopes {
    /// The caller's, by name, each once.
    pub list: Vec<Scope>,
    /// Their places in the list, by their ids: there may be very many.
    pub(super) places: Interner,
    /// Why there are none.
    pub error: Option<ApiError>,
    /// Whether the answer is still awaited.
    pub pending: bool,
}

impl PartialEq for Scopes {
    /// Places follow from the list.
    fn eq(&self, other: &Scopes) -> bool {
        (self.pending, &self.error, &self.list) == (other.pending, &other.error, &other.list)
    }
}

impl Scopes {
    /// Those of a list, in its order. Of two with the same id the first counts.
    pub fn of(mut list: Vec<Scope>) -> Scopes {
        let mut places = Interner::default();
        let mut n_kept = 0;
        list.retain(|it| {
            let is_new = places.add(&it.id) == n_kept;
            n_kept += u32::from(is_new);
            is_new
        });
        Scopes { list, places, ..Scopes::default() }
    }

    fn find(&self, id: &str) -> Option<&Scope> {
        self.places.find(id).map(|it| &self.list[it as usize])
    }

    /// The caller's and the others, which show their ids.
    pub fn with_others(&self, others: impl Iterator<Item = String>) -> Vec<Scope> {
        let (mut all, mut places) = (self.list.clone(), self.places.clone());
        for id in others {
            if places.add(&id) as usize == all.len() {
                all.push(Scope { name: id.clone(), id });
            }
        }
        all
    }

    /// The name of a scope; one that the system did not list shows its id.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.find(id).map_or(id, |it| &it.name)
    }
}

impl Workspace {
    /// Only while the workspace is on the page; what may come later asks [`Workspace::is_left`] before.
    pub(super) fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Where the page runs.
    pub fn runtime(&self) -> &'static dyn Runtime {
        self.runtime
    }

    /// Whether something else is shown by now.
    pub fn is_left(&self) -> bool {
        self.inner.is_disposed()
    }

    /// Whether systems stand side by side here.
    pub fn is_inventory(&self) -> bool {
        self.inner().is_inventory
    }

    /// What the page offers: of one system what that is like, of several what they have in common.
    pub fn system(&self) -> Rc<Capabilities> {
        self.inner().system.clone()
    }
}

impl ConnectionState {
    /// Only while the workspace is on the page; what may come later takes what it needs before it waits.
    pub(super) fn inner(&self) -> Rc<ConnectionInner> {
        self.inner.get_value()
    }

    /// The way to the system, which outlives the workspace.
    pub fn client(&self) -> Rc<Client> {
        self.inner().client.clone()
    }

    pub(super) fn runtime(&self) -> &'static dyn Runtime {
        self.workspace.runtime()
    }

    /// The connection.
    pub fn connection(&self) -> Connection {
        self.inner().client.connection().clone()
    }

    /// What the connection's system is like.
    pub fn system(&self) -> Rc<Capabilities> {
        self.inner().client.system()
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> Rc<RefCell<Store>> {
        self.inner().store.clone()
    }

    pub(super) fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        read(&self.inner().store.borrow())
    }
}
