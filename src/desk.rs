//! The state of the page and everything that changes it: what the views read, and the commands they give.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures_channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::scoped::{Scoped, Tagged, put_one, put_page};
use crate::api::{ApiError, Fault, Method, Request, Response, Secret, Transport};
use crate::browser::fetch::Job;
use crate::browser::gateway::Gateway;
use crate::browser::{self, Formats, Timer};
use crate::config::{Auth, Connection, Dialect};
use crate::json::{Read, Writer};
use crate::query::{Filter, Listing, Query, Sort, SortKey};
use crate::store::Store;
use crate::system::{Action, System};
use crate::time::{MINUTE, Millis};
use crate::token::{Scope, Target};
use crate::words::Stake;

/// The first page is small, so that the first rows are there soon; the others are as large as the contract allows.
const FIRST_PAGE: u32 = 1_000;
const OTHER_PAGES: u32 = 5_000;

/// The page's state. Cheap to copy: all of it lives in one place.
#[derive(Clone, Copy)]
pub struct Desk {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// What is shown and in what order.
    pub query: RwSignal<Query>,
    /// Goes up whenever the rows to show have changed.
    pub listed: RwSignal<u32>,
    /// How the list stands.
    pub load: RwSignal<Load>,
    /// The scopes that can be chosen.
    pub scopes: RwSignal<Scopes>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// What the page last told the user.
    pub notice: RwSignal<Option<Notice>>,
    /// The id of the token to scroll to and mark.
    pub marked: RwSignal<Option<String>>,
    /// Why the user should sign in; `None` while nobody asks.
    pub sign_in: RwSignal<Option<String>>,
    /// Who is signed in: a name, empty where the system does not say.
    pub signed_in: RwSignal<Option<String>>,
    /// The secret of the token that was just made, while it is shown.
    pub secret: RwSignal<Option<Secret>, LocalStorage>,
    /// The server's clock minus this one, where they are minutes apart.
    pub clock_skew: RwSignal<Option<Millis>>,
}

/// A system as it is reached: what it is like, and who is signed in there. Outlives the desk that shows it, so that
/// whoever changes to another system and back is still signed in.
pub struct Remote {
    connection: Connection,
    system: Rc<System>,
    api: Scoped,
    /// What stands between, for systems of another dialect.
    gateway: Option<Rc<Gateway>>,
    /// The headers that say who asks, where there is no gateway. In memory only.
    credentials: RefCell<Option<Vec<(String, String)>>>,
    /// Whether the system has accepted them.
    accepted: Cell<bool>,
    signed_in: RwSignal<Option<String>>,
}

impl Remote {
    /// Gets ready to speak with a Scoped Token API; `None` for any other system.
    pub fn direct(connection: &Connection) -> Option<Remote> {
        (connection.dialect == Dialect::Scoped).then(|| Remote::new(connection.clone(), None))
    }

    /// Gets ready to speak with a system, if need be through a gateway.
    pub fn new(connection: Connection, gateway: Option<Gateway>) -> Remote {
        let (system, base) = match &gateway {
            Some(gateway) => (gateway.system(), ""),
            None => (System::scoped(&connection.auth), connection.base.as_str()),
        };
        Remote {
            api: Scoped::new(base),
            system: Rc::new(system),
            gateway: gateway.map(Rc::new),
            connection,
            credentials: RefCell::default(),
            accepted: Cell::default(),
            signed_in: RwSignal::new(None),
        }
    }
}

struct Inner {
    remote: Rc<Remote>,
    formats: Formats,
    store: RefCell<Store>,
    revision: RefCell<u32>,
    listing: RefCell<Listing>,
    /// What was written while the list is loading, to be applied to what comes in.
    changes: RefCell<Vec<Change>>,
    waiting: RefCell<Vec<oneshot::Sender<bool>>>,
    list_job: RefCell<Option<Rc<Job>>>,
    /// For which revision the next change of a status was looked for, and when it comes.
    next_change: Cell<(u32, Millis)>,
    tick: RefCell<Option<Timer>>,
    /// The text that was typed last, and the address that waits to be written for it: as a new step or not.
    typing: RefCell<(Option<&'static str>, Option<PendingAddress>)>,
    /// Whether the address has to say which connection this is.
    named_in_address: bool,
}

/// An address that is written when typing pauses, and whether as a new step in the history.
type PendingAddress = (bool, Timer);

/// What a write did to the list.
#[derive(Clone)]
enum Change {
    Put(Response),
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

/// The one dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The empty form.
    Create,
    /// The form with a token in it.
    Edit(Named),
    /// The question before revoking.
    Revoke(Named),
    /// The question before deleting.
    Delete(Named),
    /// The secret of a token that was just made.
    Secret(Named),
}

/// A token by its id and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Something the page tells in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
    /// The id of a token that the filters hide and that can be shown.
    pub hidden_token: Option<String>,
}

impl Desk {
    /// The page for one connection. Nothing is asked for before [`Desk::start`]. `named_in_address`: whether it is not
    /// the one that the page opens on by itself.
    pub fn new(remote: Rc<Remote>, named_in_address: bool) -> Self {
        let signed_in = remote.signed_in;
        let inner = Inner {
            formats: Formats::new(),
            store: RefCell::new(Store::with_extras(remote.system.n_extras())),
            remote,
            revision: RefCell::default(),
            listing: RefCell::default(),
            changes: RefCell::default(),
            waiting: RefCell::default(),
            list_job: RefCell::default(),
            next_change: Cell::default(),
            tick: RefCell::default(),
            typing: RefCell::default(),
            named_in_address,
        };
        Desk {
            inner: StoredValue::new_local(Rc::new(inner)),
            query: RwSignal::new(Query::default()),
            listed: RwSignal::new(0),
            load: RwSignal::new(Load { running: true, ..Load::default() }),
            scopes: RwSignal::new(Scopes { pending: true, ..Scopes::default() }),
            dialog: RwSignal::new(None),
            notice: RwSignal::new(None),
            marked: RwSignal::new(None),
            sign_in: RwSignal::new(None),
            signed_in,
            secret: RwSignal::new_local(None),
            clock_skew: RwSignal::new(None),
        }
    }

    fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Loads the list and the scopes.
    pub fn start(self) {
        if let Some(gateway) = &self.inner().remote.gateway {
            gateway.ask_with(Box::new(move |reason| Box::pin(self.ask_to_sign_in(reason))));
        }
        self.read_address();
        self.refresh();
        if self.system().scopes_label.is_some() {
            self.load_scopes();
        } else {
            self.scopes.set(Scopes::default());
        }
    }

    /// Stops everything and lets the tokens go.
    pub fn leave(self) {
        self.sign_in_later();
        self.stop_loading();
        self.forget();
        self.inner().tick.take();
    }

    fn forget(self) {
        let inner = self.inner();
        inner.list_job.replace(None);
        let fresh = inner.store.borrow().fresh();
        inner.store.replace(fresh);
        self.secret.set(None);
        self.dialog.set(None);
    }

    /// The connection.
    pub fn connection(&self) -> Connection {
        self.inner().remote.connection.clone()
    }

    /// What the connection's system is like.
    pub fn system(&self) -> Rc<System> {
        self.inner().remote.system.clone()
    }

    /// What is at stake when a request of this kind gets no answer.
    pub fn stake(&self, action: Action) -> Stake {
        let is_once = self.inner().remote.gateway.is_none() || action != Action::Create;
        if is_once { Stake::Once } else { Stake::Twice }
    }

    /// Calls `read` with the tokens and the rows to show.
    pub fn with_rows<T>(&self, read: impl FnOnce(&Store, &[u32], &Formats) -> T) -> T {
        let inner = self.inner();
        let (store, listing) = (inner.store.borrow(), inner.listing.borrow());
        read(&store, listing.rows(), &inner.formats)
    }

    /// Whether the connection lets somebody sign in.
    pub fn can_sign_in(&self) -> bool {
        self.inner().remote.system.sign_in.is_some()
    }

    /// Ids of scopes that tokens have, whether the system lists them or not.
    pub fn used_scopes(&self) -> Vec<String> {
        self.inner().store.borrow().all_scopes().map(str::to_owned).collect()
    }

    /// Writes dates and numbers for the viewer.
    pub fn with_formats<T>(&self, write: impl FnOnce(&Formats) -> T) -> T {
        write(&self.inner().formats)
    }

    /// The transport of a job: adds who asks, and asks the user where the system wants to know.
    pub fn transport(self, job: &Job) -> Box<dyn Transport> {
        let remote = self.inner().remote.clone();
        match &remote.gateway {
            // The gateway signs by itself, and asks the user by itself.
            Some(gateway) => Box::new(gateway.transport(job)),
            None => Box::new(Signed { desk: self, network: job.transport(remote.connection.timeout), remote }),
        }
    }

    /// The system's API.
    pub fn api(&self) -> Scoped {
        self.inner().remote.api.clone()
    }

    /// What privileges can hold for.
    pub async fn targets(self, job: &Job) -> Result<Vec<Target>, ApiError> {
        self.api().targets(&*self.transport(job)).await
    }

    // The list ---------------------------------------------------------------------------------------------------

    /// Works out the rows to show anew, and when to do so again by itself.
    pub fn relist(self) {
        let inner = self.inner();
        let now = browser::now();
        let revision = *inner.revision.borrow();
        self.query
            .with_untracked(|query| inner.listing.borrow_mut().update(&inner.store.borrow(), revision, query, now));
        self.listed.update(|it| *it = it.wrapping_add(1));
        // Relative times move on once a minute; a token that starts or ends in between is shown at its very moment.
        let (looked_at, mut next) = inner.next_change.get();
        if looked_at != revision || next <= now {
            next = inner.store.borrow().next_change(now).unwrap_or(Millis::MAX);
            inner.next_change.set((revision, next));
        }
        let next = (next - now).clamp(20, MINUTE);
        let tick = Timer::after(next as i32, move || {
            // The timer must not be dropped while it runs, so the next one is set a moment later.
            spawn_local(async move { self.relist() });
        });
        inner.tick.replace(Some(tick));
    }

    fn changed(self) {
        let inner = self.inner();
        *inner.revision.borrow_mut() += 1;
        let loaded = inner.store.borrow().len();
        self.load.update(|it| it.loaded = loaded);
        self.relist();
    }

    /// Loads the whole list anew. What is there stays until the new one is complete.
    pub fn refresh(self) {
        self.load_from(None);
    }

    /// Goes on where a page failed, or starts over.
    pub fn retry(self) {
        let resume = self.load.with_untracked(|it| it.resume.clone());
        self.load_from(resume);
        if self.scopes.with_untracked(|it| it.error.is_some()) {
            self.load_scopes();
        }
    }

    /// Stops loading and keeps what is there.
    pub fn stop_loading(self) {
        if let Some(job) = self.inner().list_job.borrow().as_ref() {
            job.cancel();
        }
    }

    fn load_from(self, resume: Option<String>) {
        let inner = self.inner();
        let job = Rc::new(Job::new());
        // The load before this one, if there is one, is called off by being dropped.
        if let Some(before) = inner.list_job.replace(Some(job.clone())) {
            before.cancel();
        }
        inner.changes.borrow_mut().clear();
        self.load.update(|it| *it = Load { running: true, error: None, resume: None, ..it.clone() });
        spawn_local(async move {
            let outcome = self.load_pages(&job, resume).await;
            let is_current = inner.list_job.borrow().as_ref().is_some_and(|it| Rc::ptr_eq(it, &job));
            if !is_current {
                return;
            }
            inner.list_job.replace(None);
            self.load.update(|it| {
                it.running = false;
                match outcome {
                    Ok(()) => {
                        it.completed_at = Some(browser::now());
                        it.total = it.loaded;
                    }
                    Err((error, resume)) => (it.error, it.resume) = (Some(error), resume),
                }
            });
        });
    }

    /// Loads page after page. The first list is shown as it comes; a later one replaces the one before when it is whole.
    async fn load_pages(self, job: &Job, resume: Option<String>) -> Result<(), (ApiError, Option<String>)> {
        let inner = self.inner();
        let mut cursor = resume;
        let shown_as_it_comes = cursor.is_some() || inner.store.borrow().is_empty();
        let mut fresh = inner.store.borrow().fresh();
        loop {
            let limit = if cursor.is_none() { FIRST_PAGE } else { OTHER_PAGES };
            let page = async {
                let request = inner.remote.api.page_request(limit, cursor.as_deref());
                let answer = self.transport(job).send(request).await?.success()?;
                self.compare_clocks(&answer, browser::now());
                if shown_as_it_comes {
                    put_page(&answer, &mut inner.store.borrow_mut())
                } else {
                    put_page(&answer, &mut fresh)
                }
            };
            let end = match page.await {
                Ok(end) => end,
                Err(error) if shown_as_it_comes => {
                    // What came before the mistake is there.
                    self.changed();
                    return Err((error, cursor));
                }
                Err(error) => return Err((error, None)),
            };
            // A cursor that comes again would go round for ever.
            if end.next.is_some() && end.next == cursor {
                return Err((ApiError::Malformed("a page names itself as the next one".into()), None));
            }
            cursor = end.next;
            if shown_as_it_comes {
                self.load.update(|it| it.total = end.total);
                self.changed();
            }
            if cursor.is_none() {
                break;
            }
        }
        if !shown_as_it_comes {
            for change in inner.changes.borrow_mut().drain(..) {
                apply(&change, &mut fresh);
            }
            inner.store.replace(fresh);
            self.changed();
        }
        Ok(())
    }

    fn compare_clocks(self, answer: &Response, now: Millis) {
        // `Date` counts whole seconds, and the answer took a while: only minutes mean anything.
        let skew = answer.date.map(|date| date - now).filter(|it| it.abs() >= 2 * MINUTE);
        if self.clock_skew.get_untracked().is_some() != skew.is_some() {
            self.clock_skew.set(skew);
        }
    }

    fn load_scopes(self) {
        self.scopes.update(|it| *it = Scopes { pending: true, list: std::mem::take(&mut it.list), error: None });
        let inner = self.inner();
        spawn_local(async move {
            let job = Job::new();
            let outcome = inner.remote.api.scopes(&*self.transport(&job)).await;
            self.scopes.update(|it| {
                it.pending = false;
                match outcome {
                    Ok(mut list) => {
                        list.sort_by_cached_key(|scope| crate::text::fold(&scope.name));
                        *it = Scopes { list, ..Scopes::default() };
                    }
                    Err(error) => it.error = Some(error),
                }
            });
        });
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
        let params = browser::address_params();
        self.query.set(Query::from_params(params.iter().map(|(key, value)| (key.as_str(), value.as_str()))));
        self.relist();
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
        if typed.is_none() {
            self.write_address(true);
            return;
        }
        let timer = Timer::after(250, move || {
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
        params.extend(inner.named_in_address.then(|| ("connection", inner.remote.connection.name.clone())));
        browser::set_address_params(&params, new_step);
    }

    /// Refuses to leave this connection while a dialog is open: the address says again what it said before.
    pub fn stay_here(self) {
        self.write_address(true);
        self.tell("Close the dialog before you go to another connection.".into());
    }

    /// Shows a token that the filters hide.
    pub fn reveal(self, id: String) {
        self.clear_filters();
        self.notice.set(None);
        self.marked.set(Some(id));
    }

    /// Tells something in passing.
    pub fn tell(self, text: String) {
        self.notice.set(Some(Notice { text, is_error: false, hidden_token: None }));
    }

    /// Copies a text and says so, or says that it could not.
    pub fn copy(self, text: String, what: String) {
        spawn_local(async move {
            let copied = browser::copy(&text).await;
            let text = if copied {
                format!("{what} is on the clipboard.")
            } else {
                format!("The browser did not let the page copy {what}. Select it and copy it by hand.")
            };
            self.notice.set(Some(Notice { text, is_error: !copied, hidden_token: None }));
        });
    }

    // Writes -----------------------------------------------------------------------------------------------------

    /// Brings the list up to date with the answer to a write.
    pub fn saved(self, tagged: Tagged, is_new: bool) {
        self.apply(Change::Put(tagged.answer));
        let token = tagged.token;
        if let Some(secret) = tagged.secret {
            self.secret.set(Some(secret));
            self.dialog.set(Some(Dialog::Secret(Named { id: token.id.clone(), name: token.name.clone() })));
        }
        let (verb, id) = (if is_new { "created" } else { "saved" }, token.id.clone());
        let is_shown = self.with_rows(|store, rows, _| store.find(&id).is_some_and(|row| rows.contains(&row)));
        if is_shown {
            self.tell(format!("“{}” was {verb}.", token.name));
            self.marked.set(Some(id));
        } else {
            let text = format!("“{}” was {verb}, but the filters hide it.", token.name);
            self.notice.set(Some(Notice { text, is_error: false, hidden_token: Some(id) }));
        }
    }

    /// Takes a token out of the list.
    pub fn deleted(self, id: &str) {
        self.apply(Change::Removed(id.into()));
    }

    fn apply(self, change: Change) {
        let inner = self.inner();
        apply(&change, &mut inner.store.borrow_mut());
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
    }

    // Who asks ---------------------------------------------------------------------------------------------------

    /// Signs in with what was typed: the names that the system gives its inputs, and their values. What waits for it
    /// goes on.
    pub async fn sign_in_with(self, typed: Vec<(String, String)>) -> Result<(), ApiError> {
        let remote = self.inner().remote.clone();
        let name = match &remote.gateway {
            None => {
                let bearer = |(name, value): (String, String)| match name.as_str() {
                    "Authorization" if remote.connection.auth == Auth::Bearer => (name, format!("Bearer {value}")),
                    _ => (name, value),
                };
                remote.credentials.replace(Some(typed.into_iter().map(bearer).collect()));
                String::new()
            }
            Some(gateway) => {
                let body = typed.iter().fold(Writer::default(), |body, (key, value)| body.text(key, Some(value)));
                let request = Request::new(Method::Post, "session".into()).json(body.done());
                let job = Job::new();
                let answer = gateway.transport(&job).send(request).await?.success()?;
                let who = answer.read()?;
                who.text_of("name").unwrap_or_default().to_owned()
            }
        };
        self.signed_in.set(Some(name));
        self.answer_waiting(true);
        Ok(())
    }

    /// Leaves what is under way without signing in.
    pub fn sign_in_later(self) {
        self.answer_waiting(false);
    }

    fn answer_waiting(self, signed_in: bool) {
        self.sign_in.set(None);
        for waiting in self.inner().waiting.take() {
            // Whoever waited may have gone.
            let _ = waiting.send(signed_in);
        }
    }

    /// Forgets who asked and everything that they were shown.
    pub fn sign_out(self) {
        let remote = self.inner().remote.clone();
        remote.credentials.replace(None);
        self.signed_in.set(None);
        self.sign_in_later();
        self.stop_loading();
        self.forget();
        if let Some(gateway) = remote.gateway.clone() {
            spawn_local(async move {
                // The gateway forgets in any case; a system that does not hear of it will forget in time.
                let job = Job::new();
                let _ = gateway.transport(&job).send(Request::new(Method::Delete, "session".into())).await;
            });
        }
        if let Some(left_behind) = remote.system.sign_in.as_ref().map(|it| &it.left_behind).filter(|it| !it.is_empty())
        {
            self.tell(left_behind.clone());
        }
        self.load.set(Load { error: Some(ApiError::SignedOut("You have signed out.".into())), ..Load::default() });
        self.scopes.set(Scopes::default());
        self.changed();
    }

    /// Asks the user to sign in, unless that is being asked already, and waits for it.
    async fn ask_to_sign_in(self, reason: String) -> bool {
        let (sender, receiver) = oneshot::channel();
        self.signed_in.set(None);
        self.inner().waiting.borrow_mut().push(sender);
        if self.sign_in.with_untracked(Option::is_none) {
            self.sign_in.set(Some(reason));
        }
        receiver.await.unwrap_or(false)
    }
}

fn apply(change: &Change, store: &mut Store) {
    match change {
        Change::Put(answer) => {
            // The answer was read once already, so it can be read again.
            let _ = put_one(answer, store);
        }
        Change::Removed(id) => {
            store.remove(id);
        }
    }
}

/// Adds who asks to every request. Where the system wants to know, the user is asked and the request sent again, so
/// that the work it belongs to goes on where it was: a 401 means that nothing was done.
struct Signed<N> {
    desk: Desk,
    network: N,
    remote: Rc<Remote>,
}

impl<N: Transport> Transport for Signed<N> {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Fault>> + '_>> {
        Box::pin(async move {
            let can_sign_in = self.remote.system.sign_in.is_some();
            let mut reason = String::new();
            loop {
                let credentials = self.remote.credentials.borrow().clone();
                if credentials.is_none() && can_sign_in && !self.desk.ask_to_sign_in(std::mem::take(&mut reason)).await
                {
                    return Ok(Response { status: 401, ..Response::default() });
                }
                let mut signed = request.clone();
                let sent_with = self.remote.credentials.borrow().clone();
                signed.headers.extend(sent_with.clone().unwrap_or_default());
                let answer = self.network.send(signed).await?;
                if answer.status != 401 || !can_sign_in {
                    self.remote.accepted.set(true);
                    return Ok(answer);
                }
                // Somebody else may have signed in anew while this request was under way.
                if *self.remote.credentials.borrow() == sent_with {
                    self.remote.credentials.replace(None);
                }
                reason = if self.remote.accepted.take() {
                    "Your session has ended. Sign in to go on; nothing that you typed is lost.".into()
                } else {
                    "The system did not accept that. Check it and sign in again.".into()
                };
            }
        })
    }
}
