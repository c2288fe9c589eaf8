//! One system on the page: loading its list, writing to it, and who is signed in there.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::session::{OfSession, is_current};
use super::writes::{AllGone, Counts};
use super::{Named, Workspace};
use crate::adapters;
use crate::api::scoped::{Page, PageEnd, Scoped, put_one};
use crate::api::{ApiError, NetworkError, Request, Response, Transport};
use crate::capabilities::{Action, Capabilities};
use crate::config::{Auth, Connection};
use crate::endless::Guard;
use crate::messages::RetrySafety;
use crate::platform;
use crate::platform::fetch::{Job, painted, sleep, soon};
use crate::platform::gateway::Way;
use crate::store::Store;
use crate::time::{MINUTE, Millis};
use crate::token::{Scope, Target};
use crate::viewer::Viewer;

mod session;

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
pub struct ConnectionState {
    /// The page that it is on.
    pub workspace: Workspace,
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

/// A system as it is reached: what it is like, and who is signed in there. Outlives the workspace that shows it, so that
/// whoever changes to another system and back is still signed in.
pub struct Client {
    connection: Connection,
    system: Rc<Capabilities>,
    api: Scoped,
    /// What stands between, for systems of another dialect.
    gateway: Option<Rc<dyn Way>>,
    /// How requests reach it, where nothing stands between.
    network: Network,
    /// Who asks, where there is no gateway. In memory only.
    credentials: RefCell<Option<Rc<Credentials>>>,
    /// Whether the system has accepted them.
    accepted: Cell<bool>,
    signed_in: RwSignal<Option<String>>,
    /// The tokens that it said it had deleted.
    gone: AllGone,
    /// How often each of its tokens was written to.
    counts: Counts,
    /// How many writes are under way, whichever workspace sent them.
    n_writes: Cell<i32>,
    /// Whether the user was told of them when they wanted to sign out.
    was_warned: Cell<bool>,
    /// Who was let in last, until they sign out. A session that ends by itself may be taken up by another user.
    viewer: RefCell<Option<Viewer>>,
    /// Who has signed in since, where the system has not answered them yet.
    newcomer: RefCell<Option<Viewer>>,
    /// Goes up at every sign-out.
    session: Cell<u32>,
}

/// What says who asks.
struct Credentials {
    headers: Vec<(String, String)>,
    mask: Mask,
}

/// Takes the secrets of headers out of the answer to a request with them: [`Auth::mask`]. Whoever signs in brings it
/// along, so that its code comes as late as the form to sign in.
pub type Mask = fn(&Auth, &[(String, String)], Response) -> Response;

/// How the requests of a job reach a connection's system. Tests bring their own.
pub type Network = fn(&Connection, &Job) -> Box<dyn Transport>;

/// The browser's own way.
pub fn over_fetch(connection: &Connection, job: &Job) -> Box<dyn Transport> {
    Box::new(job.transport(connection))
}

impl Client {
    /// Gets ready to speak with a Scoped Token API; `None` for any other system.
    pub fn direct(connection: &Connection, network: Network) -> Option<Client> {
        let client = Client::new(connection.clone(), adapters::direct(connection)?, &connection.base);
        Some(Client { network, ..client })
    }

    /// Gets ready to speak with a system through a gateway.
    pub fn through(connection: Connection, gateway: Rc<dyn Way>) -> Client {
        let system = gateway.system();
        Client { gateway: Some(gateway), ..Client::new(connection, system, "") }
    }

    fn new(connection: Connection, system: Capabilities, base: &str) -> Client {
        Client {
            api: Scoped::new(base),
            system: Rc::new(system),
            gateway: None,
            network: over_fetch,
            connection,
            credentials: RefCell::default(),
            accepted: Cell::default(),
            signed_in: RwSignal::new(None),
            gone: AllGone::default(),
            counts: Counts::default(),
            n_writes: Cell::default(),
            was_warned: Cell::default(),
            viewer: RefCell::default(),
            newcomer: RefCell::default(),
            session: Cell::default(),
        }
    }

    /// The connection's name.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// What the system is like.
    pub fn system(&self) -> Rc<Capabilities> {
        self.system.clone()
    }
}

struct Inner {
    client: Rc<Client>,
    store: Rc<RefCell<Store>>,
    /// What was written while the list is loading, to be applied to what comes in.
    changes: RefCell<Vec<Change>>,
    waiting: RefCell<Vec<oneshot::Sender<bool>>>,
    list_job: RefCell<Option<Rc<Job>>>,
    scopes_job: RefCell<Option<Rc<Job>>>,
    /// Whether another workspace is on the page by now.
    is_left: Cell<bool>,
    /// Whether the user may be asked to sign in at any time, and not only for work of theirs.
    may_ask: Cell<bool>,
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
    /// Puts a system on the page. Nothing is asked for before [`ConnectionState::start`].
    pub(super) fn new(workspace: Workspace, place: usize, client: Rc<Client>) -> Self {
        let signed_in = client.signed_in;
        // Where there are several systems, nobody wants to be asked by all of them at once.
        let may_ask = Cell::new(!workspace.is_inventory());
        let inner = Inner {
            store: Rc::new(RefCell::new(Store::with_extras(client.system.n_extras()))),
            client,
            changes: RefCell::default(),
            waiting: RefCell::default(),
            list_job: RefCell::default(),
            scopes_job: RefCell::default(),
            is_left: Cell::default(),
            may_ask,
        };
        ConnectionState {
            workspace,
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
        if let Some(gateway) = &self.inner().client.gateway {
            gateway.ask_with(Box::new(move |reason| Box::pin(self.ask_to_sign_in(reason))));
        }
        // In this order, so that the first rows find the names where all is there already.
        self.load_scopes();
        self.refresh();
    }

    /// The connection.
    pub fn connection(&self) -> Connection {
        self.inner().client.connection.clone()
    }

    /// What the connection's system is like.
    pub fn system(&self) -> Rc<Capabilities> {
        self.inner().client.system.clone()
    }

    /// What is at stake when a request of this kind gets no answer.
    pub fn retry_safety(&self, action: Action) -> RetrySafety {
        let is_once = !self.is_behind_gateway() || !matches!(action, Action::Create | Action::Rotate);
        if is_once { RetrySafety::Idempotent } else { RetrySafety::NotIdempotent }
    }

    /// Whether the system speaks another dialect than the page.
    pub(super) fn is_behind_gateway(&self) -> bool {
        self.inner().client.gateway.is_some()
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> Rc<RefCell<Store>> {
        self.inner().store.clone()
    }

    pub(super) fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        read(&self.inner().store.borrow())
    }

    /// Whether the connection lets somebody sign in.
    pub fn can_sign_in(&self) -> bool {
        self.inner().client.system.sign_in.is_some()
    }

    /// Ids of scopes that tokens have, whether the system lists them or not.
    pub fn used_scopes(&self) -> Vec<String> {
        self.with_store(|it| it.all_scopes().map(str::to_owned).collect())
    }

    /// The transport of a job: adds who asks, and asks the user where the system wants to know.
    pub fn transport(self, job: &Job) -> Box<dyn Transport> {
        let client = self.inner().client.clone();
        let way: Box<dyn Transport> = match &client.gateway {
            // The gateway signs by itself, and asks the user by itself.
            Some(gateway) => gateway.transport(job),
            None => {
                let network = (client.network)(&client.connection, job);
                Box::new(Signed { source: self, network, client: client.clone() })
            }
        };
        Box::new(OfSession { way, session: client.session.get(), client })
    }

    /// The system's API.
    pub fn api(&self) -> Scoped {
        self.inner().client.api.clone()
    }

    /// Everything that the system says of a token, as JSON; what looks like a secret is masked.
    pub async fn details(self, job: &Job, id: &str) -> Result<String, ApiError> {
        let client = self.inner().client.clone();
        let known = || {
            let credentials = client.credentials.borrow();
            credentials.as_ref().map(|it| client.connection.auth.secrets(&it.headers)).unwrap_or_default()
        };
        self.api().details(&*self.transport(job), id, self.is_behind_gateway(), known).await
    }

    /// What privileges can hold for.
    pub async fn targets(self, job: &Job) -> Result<Vec<Target>, ApiError> {
        self.api().targets(&*self.transport(job)).await
    }

    // The list ---------------------------------------------------------------------------------------------------

    fn changed(self) {
        let loaded = self.with_store(Store::len);
        self.load.update(|it| it.loaded = loaded);
        self.workspace.changed();
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
        self.load_missing_scopes();
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
            if !is_current(&inner.list_job, &job) {
                return;
            }
            inner.list_job.replace(None);
            if outcome.is_ok() {
                self.compare_with_gone();
            }
            self.load.update(|it| {
                it.running = false;
                match outcome {
                    Ok(()) => {
                        it.completed_at = Some(platform::now());
                        it.total = it.loaded;
                    }
                    Err((error, resume)) => (it.error, it.resume) = (Some(error), resume),
                }
            });
        });
    }

    /// Asks for a page, at once. The answer waits until somebody takes it.
    async fn ask(
        self,
        job: &Rc<Job>,
        limit: u32,
        cursor: Option<&str>,
    ) -> oneshot::Receiver<Result<Response, NetworkError>> {
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
        guard: &Guard,
        shown_at: &mut Millis,
    ) -> Result<PageEnd, ApiError> {
        let inner = self.inner();
        loop {
            let is_first = fresh.is_none() && *shown_at == 0;
            let n_entries = if is_first { FIRST_ROWS } else { AT_ONCE };
            let mut put = |store: &mut Store| {
                let end = page.put(store, n_entries)?;
                guard.hold(store.len(), store.n_rows()).map_err(endless)?;
                Ok::<_, ApiError>(end)
            };
            let end = match &mut fresh {
                Some(fresh) => put(fresh)?,
                None => put(&mut inner.store.borrow_mut())?,
            };
            if let Some(end) = end {
                return Ok(end);
            }
            if is_first {
                self.load.update(|it| it.total = page.total());
                self.changed();
                *shown_at = platform::now();
                painted().await;
            } else {
                // What is typed, and the next page.
                sleep(0).await;
            }
            // Who has called it off meanwhile wants nothing more of it.
            if job.signal().aborted() {
                return Err(NetworkError::Cancelled.into());
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
        let mut guard = Guard::default();
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
                let answer = answer.unwrap_or(Err(NetworkError::Cancelled))?.success()?;
                if job.signal().aborted() {
                    return Err(NetworkError::Cancelled.into());
                }
                self.compare_clocks(&answer, platform::now());
                let mut page = Page::new(&answer);
                if let Some(next) =
                    page.guess_next().filter(|it| Some(it) != cursor.as_ref() && !guard.has_followed(it))
                {
                    ahead = Some((self.ask(job, OTHER_PAGES, Some(&next)).await, next));
                }
                let fresh = if shown_as_it_comes { None } else { Some(&mut fresh) };
                self.read(job, &mut page, fresh, &guard, &mut shown_at).await
            };
            let end: PageEnd = match page.await {
                Ok(end) => end,
                Err(error) if shown_as_it_comes => {
                    // What came before the mistake is there.
                    self.changed();
                    // A list without an end is not gone on with.
                    let resume = cursor.filter(|_| !matches!(error, ApiError::Endless(_)));
                    return Err((error, resume));
                }
                Err(error) => return Err((error, None)),
            };
            if let Some(next) = &end.next {
                let n_tokens = if shown_as_it_comes { self.with_store(Store::len) } else { fresh.len() };
                if let Err(why) = guard.follow(next, n_tokens) {
                    if shown_as_it_comes {
                        self.changed();
                    }
                    return Err((endless(why), None));
                }
            }
            cursor = end.next;
            if shown_as_it_comes {
                self.load.update(|it| it.total = end.total);
                is_behind = cursor.is_some() && platform::now() - shown_at < Millis::from(SHOWN_EVERY);
                if !is_behind {
                    self.changed();
                    shown_at = platform::now();
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

    /// Loads the scopes where they are not there.
    fn load_missing_scopes(self) {
        if self.scopes.with_untracked(|it| !it.pending && it.list.is_empty()) {
            self.load_scopes();
        }
    }

    fn load_scopes(self) {
        if self.system().scopes_label.is_none() {
            self.scopes.set(Scopes::default());
            return;
        }
        self.scopes.update(|it| *it = Scopes { pending: true, list: std::mem::take(&mut it.list), error: None });
        let inner = self.inner();
        let job = Rc::new(Job::new());
        inner.scopes_job.replace(Some(job.clone()));
        spawn_local(async move {
            let outcome = inner.client.api.scopes(&*self.transport(&job)).await;
            if !is_current(&inner.scopes_job, &job) {
                return;
            }
            inner.scopes_job.replace(None);
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

    /// A token of this system.
    pub fn named(&self, id: String, name: String) -> Named {
        Named { place: self.place, id, name }
    }

    /// Tells something in passing.
    pub(super) fn tell(&self, text: String) {
        self.workspace.tell(self.in_system(text));
    }

    /// A sentence about a token, with its system where there are several.
    pub(super) fn in_system(&self, text: String) -> String {
        let several = self.workspace.has_several.get_untracked();
        if several { format!("In “{}”: {text}", self.connection().name) } else { text }
    }

    /// What tells a token from others that are called like it: its id, after its description where it has one. Nothing
    /// where its name says it.
    pub fn told_apart(&self, token: &Named) -> Option<String> {
        self.with_store(|store| {
            let row = store.find(&token.id)?;
            let about = [store.description(row), &*token.id].into_iter().filter(|it| !it.is_empty());
            store.has_namesake(row).then(|| about.collect::<Vec<_>>().join(" · "))
        })
    }

    /// Brings the list up to date with a write. Tells whether that worked: an answer may have what a row cannot.
    pub(super) fn apply(self, change: Change) -> bool {
        let inner = self.inner();
        if !self.is_shown() {
            return false;
        }
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

    /// Calls `read` with the tokens that the system said it had deleted.
    pub(super) fn with_gone<T>(self, read: impl FnOnce(&AllGone) -> T) -> T {
        read(&self.inner().client.gone)
    }

    /// Reads and changes how often each of its tokens was written to.
    pub(super) fn with_counts<T>(self, read: impl FnOnce(&Counts) -> T) -> T {
        read(&self.inner().client.counts)
    }

    /// The session that this is: another number after every sign-out.
    pub(super) fn session(self) -> u32 {
        self.inner().client.session.get()
    }

    /// One write more is under way, or one less.
    pub(super) fn count_writes(self, change: i32) {
        let client = &self.inner().client;
        client.n_writes.set(client.n_writes.get() + change);
        client.was_warned.set(false);
    }

    /// Whether a write is under way.
    pub(super) fn is_writing(self) -> bool {
        self.inner().client.n_writes.get() > 0
    }

    /// Whether the user was told of that before; they are now.
    pub(super) fn was_warned(self) -> bool {
        self.inner().client.was_warned.replace(true)
    }
}

fn endless(why: &str) -> ApiError {
    ApiError::Endless(why.into())
}

fn apply(change: &Change, store: &mut Store) -> bool {
    match change {
        Change::Put(answer) => put_one(answer, store).is_ok(),
        Change::Removed(id) => store.remove(id),
    }
}

/// Adds who asks to every request. Where the system wants to know, the user is asked and the request sent again, so
/// that the work it belongs to goes on where it was: a 401 means that nothing was done.
struct Signed {
    source: ConnectionState,
    network: Box<dyn Transport>,
    client: Rc<Client>,
}

impl Transport for Signed {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, NetworkError>> + '_>> {
        Box::pin(async move {
            let can_sign_in = self.client.system.sign_in.is_some();
            let mut reason = String::new();
            loop {
                let credentials = self.client.credentials.borrow().clone();
                if credentials.is_none()
                    && can_sign_in
                    && !self.source.ask_to_sign_in(std::mem::take(&mut reason)).await
                {
                    return Ok(Response { status: 401, ..Response::default() });
                }
                let sent_with = self.client.credentials.borrow().clone();
                let auth = &self.client.connection.auth;
                let headers = sent_with.as_ref().map_or(&[][..], |it| &it.headers);
                let answer = self.network.send(auth.sign(request.clone(), headers)).await?;
                let answer = match &sent_with {
                    Some(credentials) => (credentials.mask)(auth, headers, answer),
                    None => answer,
                };
                if answer.status != 401 || !can_sign_in {
                    self.client.let_in();
                    return Ok(answer);
                }
                // Somebody else may have signed in anew while this request was under way.
                let address = |it: &Option<Rc<Credentials>>| it.as_ref().map(Rc::as_ptr);
                if address(&self.client.credentials.borrow()) == address(&sent_with) {
                    self.client.credentials.replace(None);
                }
                reason = if self.client.accepted.take() {
                    "Your session has ended. Sign in to go on; nothing that you typed is lost.".into()
                } else {
                    "The system did not accept that. Check it and sign in again.".into()
                };
            }
        })
    }
}
