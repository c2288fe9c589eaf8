//! One system on the page: loading its list, writing to it, and who is signed in there.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Desk, Dialog, Named, Notice};
use crate::api::scoped::{Page, PageEnd, Scoped, Tagged, put_one};
use crate::api::{ApiError, Fault, Method, Request, Response, Transport};
use crate::browser;
use crate::browser::fetch::{Job, painted, sleep, soon};
use crate::browser::gateway::Way;
use crate::config::{Connection, Dialect};
use crate::store::{Spot, Store};
use crate::system::{Action, System};
use crate::time::{MINUTE, Millis};
use crate::token::{Scope, Target};
use crate::words::Stake;

/// The first page is small, so that the first rows are there soon; the others are as large as the contract allows.
const FIRST_PAGE: u32 = 1_000;
const OTHER_PAGES: u32 = 5_000;

/// More rows than a screen shows.
const FIRST_ROWS: usize = 100;

/// In milliseconds: nobody sees a list grow more often than that.
const SHOWN_EVERY: i32 = 100;

/// So many entries are read without a pause: a few milliseconds' work.
const AT_ONCE: usize = 2_500;

/// A system on the page, with its tokens. Cheap to copy: all of it lives in one place.
#[derive(Clone, Copy)]
pub struct Source {
    /// The page that it is on.
    pub desk: Desk,
    /// Its place among the systems of the page.
    pub place: usize,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// How its list stands.
    pub load: RwSignal<Load>,
    /// The scopes that can be chosen.
    pub scopes: RwSignal<Scopes>,
    /// Why the user should sign in; `None` while nobody asks.
    pub sign_in: RwSignal<Option<String>>,
    /// Who is signed in: a name, empty where the system does not say.
    pub signed_in: RwSignal<Option<String>>,
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
    gateway: Option<Rc<dyn Way>>,
    /// The headers that say who asks, where there is no gateway. In memory only.
    credentials: RefCell<Option<Vec<(String, String)>>>,
    /// Whether the system has accepted them.
    accepted: Cell<bool>,
    signed_in: RwSignal<Option<String>>,
}

impl Remote {
    /// Gets ready to speak with a Scoped Token API; `None` for any other system.
    pub fn direct(connection: &Connection) -> Option<Remote> {
        let new = || Remote::new(connection.clone(), System::scoped(&connection.auth), &connection.base);
        (connection.dialect == Dialect::Scoped).then(new)
    }

    /// Gets ready to speak with a system through a gateway.
    pub fn through(connection: Connection, gateway: Rc<dyn Way>) -> Remote {
        let system = gateway.system();
        Remote { gateway: Some(gateway), ..Remote::new(connection, system, "") }
    }

    fn new(connection: Connection, system: System, base: &str) -> Remote {
        Remote {
            api: Scoped::new(base),
            system: Rc::new(system),
            gateway: None,
            connection,
            credentials: RefCell::default(),
            accepted: Cell::default(),
            signed_in: RwSignal::new(None),
        }
    }

    /// The connection's name.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// What the system is like.
    pub fn system(&self) -> Rc<System> {
        self.system.clone()
    }
}

struct Inner {
    remote: Rc<Remote>,
    store: Rc<RefCell<Store>>,
    /// What was written while the list is loading, to be applied to what comes in.
    changes: RefCell<Vec<Change>>,
    waiting: RefCell<Vec<oneshot::Sender<bool>>>,
    list_job: RefCell<Option<Rc<Job>>>,
    /// Whether the user may be asked to sign in at any time, and not only for work of theirs.
    may_ask: Cell<bool>,
}

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

impl Source {
    /// Puts a system on the page. Nothing is asked for before [`Source::start`].
    pub(super) fn new(desk: Desk, place: usize, remote: Rc<Remote>) -> Self {
        let signed_in = remote.signed_in;
        // Where there are several systems, nobody wants to be asked by all of them at once.
        let may_ask = Cell::new(!desk.is_inventory());
        let inner = Inner {
            store: Rc::new(RefCell::new(Store::with_extras(remote.system.n_extras()))),
            remote,
            changes: RefCell::default(),
            waiting: RefCell::default(),
            list_job: RefCell::default(),
            may_ask,
        };
        Source {
            desk,
            place,
            inner: StoredValue::new_local(Rc::new(inner)),
            load: RwSignal::new(Load { running: true, ..Load::default() }),
            scopes: RwSignal::new(Scopes { pending: true, ..Scopes::default() }),
            sign_in: RwSignal::new(None),
            signed_in,
            clock_skew: RwSignal::new(None),
        }
    }

    fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Loads the list and the scopes.
    pub(super) fn start(self) {
        if let Some(gateway) = &self.inner().remote.gateway {
            gateway.ask_with(Box::new(move |reason| Box::pin(self.ask_to_sign_in(reason))));
        }
        // In this order, so that the first rows find the names where all is there already.
        self.load_scopes();
        self.refresh();
    }

    /// Stops everything and lets the tokens go.
    pub(super) fn leave(self) {
        self.sign_in_later();
        self.stop_loading();
        self.forget();
    }

    fn forget(self) {
        let inner = self.inner();
        inner.list_job.replace(None);
        let fresh = inner.store.borrow().fresh();
        inner.store.replace(fresh);
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
        let is_once = self.inner().remote.gateway.is_none() || !matches!(action, Action::Create | Action::Rotate);
        if is_once { Stake::Once } else { Stake::Twice }
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> Rc<RefCell<Store>> {
        self.inner().store.clone()
    }

    fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        read(&self.inner().store.borrow())
    }

    /// Whether the connection lets somebody sign in.
    pub fn can_sign_in(&self) -> bool {
        self.inner().remote.system.sign_in.is_some()
    }

    /// Ids of scopes that tokens have, whether the system lists them or not.
    pub fn used_scopes(&self) -> Vec<String> {
        self.with_store(|it| it.all_scopes().map(str::to_owned).collect())
    }

    /// The transport of a job: adds who asks, and asks the user where the system wants to know.
    pub fn transport(self, job: &Job) -> Box<dyn Transport> {
        let remote = self.inner().remote.clone();
        match &remote.gateway {
            // The gateway signs by itself, and asks the user by itself.
            Some(gateway) => gateway.transport(job),
            None => Box::new(Signed { source: self, network: job.transport(remote.connection.timeout), remote }),
        }
    }

    /// The system's API.
    pub fn api(&self) -> Scoped {
        self.inner().remote.api.clone()
    }

    /// Everything that the system says of a token, as JSON; what looks like a secret is masked.
    pub async fn details(self, job: &Job, id: &str) -> Result<String, ApiError> {
        let remote = self.inner().remote.clone();
        let known = || remote.connection.auth.secrets(remote.credentials.borrow().as_deref().unwrap_or_default());
        self.api().details(&*self.transport(job), id, remote.gateway.is_some(), known).await
    }

    /// What privileges can hold for.
    pub async fn targets(self, job: &Job) -> Result<Vec<Target>, ApiError> {
        self.api().targets(&*self.transport(job)).await
    }

    // The list ---------------------------------------------------------------------------------------------------

    fn changed(self) {
        let loaded = self.with_store(Store::len);
        self.load.update(|it| it.loaded = loaded);
        self.desk.changed();
    }

    /// Loads the whole list anew. What is there stays until the new one is complete.
    pub fn refresh(self) {
        self.load_from(None);
    }

    /// Goes on where a page failed, or starts over, and asks the user to sign in where that is what it takes.
    pub fn retry(self) {
        self.inner().may_ask.set(true);
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

    /// Asks for a page, at once. The answer waits until somebody takes it.
    async fn ask(self, job: &Rc<Job>, limit: u32, cursor: Option<&str>) -> oneshot::Receiver<Result<Response, Fault>> {
        let (request, job) = (self.api().page_request(limit, cursor), job.clone());
        let (sender, receiver) = oneshot::channel();
        spawn_local(async move {
            let answer = self.transport(&job).send(request).await;
            // Whoever asked may have gone.
            let _ = sender.send(answer);
        });
        // Whatever the caller does next, the request leaves before.
        soon().await;
        receiver
    }

    /// Reads a page in parts, so that what the browser has to do comes between them: into a fresh store, or into the one that
    /// is shown. Of that the first rows are seen before the others are read; `shown_at` is when something was shown last.
    async fn read(
        self,
        job: &Rc<Job>,
        page: &mut Page<'_>,
        mut fresh: Option<&mut Store>,
        shown_at: &mut Millis,
    ) -> Result<PageEnd, ApiError> {
        let inner = self.inner();
        loop {
            let is_first = fresh.is_none() && *shown_at == 0;
            let n_entries = if is_first { FIRST_ROWS } else { AT_ONCE };
            let end = match &mut fresh {
                Some(fresh) => page.put(fresh, n_entries)?,
                None => page.put(&mut inner.store.borrow_mut(), n_entries)?,
            };
            if let Some(end) = end {
                return Ok(end);
            }
            if is_first {
                self.load.update(|it| it.total = page.total());
                self.changed();
                *shown_at = browser::now();
                painted().await;
            } else {
                // What is typed, and the next page.
                sleep(0).await;
            }
            // Who has called it off meanwhile wants nothing more of it.
            if job.signal().aborted() {
                return Err(Fault::Cancelled.into());
            }
        }
    }

    /// Loads page after page; the next one is under way while one is read. The first list is shown as it comes; a later
    /// one replaces the one before when it is whole.
    async fn load_pages(self, job: &Rc<Job>, resume: Option<String>) -> Result<(), (ApiError, Option<String>)> {
        let inner = self.inner();
        let mut cursor = resume;
        let shown_as_it_comes = cursor.is_some() || inner.store.borrow().is_empty();
        let mut fresh = inner.store.borrow().fresh();
        let mut shown_at = 0;
        // Whether more has come than is shown.
        let mut is_behind = false;
        let limit = if cursor.is_none() { FIRST_PAGE } else { OTHER_PAGES };
        let mut asked = self.ask(job, limit, cursor.as_deref()).await;
        loop {
            let mut ahead = None;
            let page = async {
                let answer = match select(&mut asked, pin!(sleep(SHOWN_EVERY))).await {
                    Either::Left((answer, _)) => answer,
                    Either::Right(((), asked)) => {
                        // Nobody knows how long this takes: what has come until now is shown meanwhile.
                        if is_behind {
                            self.changed();
                        }
                        asked.await
                    }
                };
                let answer = answer.unwrap_or(Err(Fault::Cancelled))?.success()?;
                self.compare_clocks(&answer, browser::now());
                let mut page = Page::new(&answer);
                if let Some(next) = page.guess_next().filter(|it| Some(it) != cursor.as_ref()) {
                    ahead = Some((self.ask(job, OTHER_PAGES, Some(&next)).await, next));
                }
                let fresh = if shown_as_it_comes { None } else { Some(&mut fresh) };
                self.read(job, &mut page, fresh, &mut shown_at).await
            };
            let end: PageEnd = match page.await {
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
                is_behind = cursor.is_some() && browser::now() - shown_at < Millis::from(SHOWN_EVERY);
                if !is_behind {
                    self.changed();
                    shown_at = browser::now();
                }
            }
            asked = match (ahead, &cursor) {
                (_, None) => break,
                (Some((asked, next)), Some(cursor)) if next == *cursor => asked,
                (_, Some(cursor)) => self.ask(job, OTHER_PAGES, Some(cursor)).await,
            };
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
        if self.system().scopes_label.is_none() {
            self.scopes.set(Scopes::default());
            return;
        }
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

    // Writes -----------------------------------------------------------------------------------------------------

    /// Brings the list up to date with the answer to a write.
    pub fn saved(self, tagged: Tagged, is_new: bool) {
        self.apply(Change::Put(tagged.answer));
        let token = tagged.token;
        if let Some(secret) = tagged.secret {
            self.desk.secret.set(Some(secret));
            self.desk.dialog.set(Some(Dialog::Secret(self.named(token.id.clone(), token.name.clone()))));
        }
        let (verb, named) = (if is_new { "created" } else { "saved" }, self.named(token.id, token.name));
        let (called, id) = (named.called(), named.id.clone());
        let spot = self.with_store(|it| it.find(&id)).map(|row| Spot::new(self.place, row));
        let is_shown = spot.is_some_and(|spot| self.desk.with_rows(|_, spots, _| spots.contains(&spot)));
        if is_shown {
            self.desk.tell(format!("“{called}” was {verb}."));
            self.desk.marked.set(Some((self.place, id)));
        } else {
            let text = format!("“{called}” was {verb}, but the filters hide it.");
            self.desk.notice.set(Some(Notice { text, is_error: false, hidden_token: Some((self.place, id)) }));
        }
    }

    /// Brings the list up to date with the answer to a rotation, which may have made another token.
    pub fn rotated(self, before: &str, tagged: Tagged) {
        let is_another = tagged.token.id != before;
        self.saved(tagged, false);
        if is_another {
            self.refresh();
        }
    }

    /// A token of this system.
    pub fn named(&self, id: String, name: String) -> Named {
        Named { place: self.place, id, name }
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
                remote.credentials.replace(Some(remote.connection.auth.headers(typed)));
                String::new()
            }
            Some(gateway) => gateway.sign_in(&typed).await?,
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
        self.desk.close_dialog();
        if let Some(gateway) = remote.gateway.clone() {
            spawn_local(async move {
                // The gateway forgets in any case; a system that does not hear of it will forget in time.
                let job = Job::new();
                let _ = gateway.transport(&job).send(Request::new(Method::Delete, "session".into())).await;
            });
        }
        if let Some(left_behind) = remote.system.sign_in.as_ref().map(|it| &it.left_behind).filter(|it| !it.is_empty())
        {
            self.desk.tell(left_behind.clone());
        }
        self.load.set(Load { error: Some(ApiError::SignedOut("You have signed out.".into())), ..Load::default() });
        self.scopes.set(Scopes::default());
        self.changed();
    }

    /// Asks the user to sign in, unless that is being asked already, and waits for it.
    async fn ask_to_sign_in(self, reason: String) -> bool {
        self.signed_in.set(None);
        let inner = self.inner();
        if !inner.may_ask.get() && self.desk.dialog.with_untracked(Option::is_none) {
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
    source: Source,
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
                if credentials.is_none()
                    && can_sign_in
                    && !self.source.ask_to_sign_in(std::mem::take(&mut reason)).await
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
