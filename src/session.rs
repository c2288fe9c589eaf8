//! Who is signed in at a system: the way there, the credentials, and what is held of what the user saw. It lives as long as
//! the page does, whichever workspace shows the system. [`Client::forget`] lets go of all of it. Pure.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::{Rc, Weak};

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;

use self::way::{AskToSignIn, Way};
use crate::api::{ApiError, Later, Response};
use crate::capabilities::Capabilities;
use crate::config::{Auth, Connection};
use crate::record::hidden::Access;
use crate::runtime::{Guard, Job, Runtime};
use crate::viewer::Viewer;
use crate::words::Words;

pub mod idle;
pub mod reading;
mod signed;
pub mod way;

/// A system as it is reached: what it is like, and who is signed in there. Outlives the workspace that shows it, so that a
/// user who goes to another system and back is still signed in.
pub struct Client {
    connection: Connection,
    system: Rc<Capabilities>,
    runtime: &'static dyn Runtime,
    /// What stands between, for systems of another dialect.
    gateway: Option<Rc<dyn Way>>,
    /// What says who asks, where there is no gateway.
    credentials: RefCell<Option<Rc<Credentials>>>,
    /// Whether the system has accepted them.
    accepted: Cell<bool>,
    signed_in: ArcRwSignal<Option<String>>,
    /// Who was let in last, until they sign out. A session that ends by itself may be taken up by another user.
    viewer: RefCell<Option<Viewer>>,
    /// Who has signed in since, where the system has not answered them yet.
    newcomer: RefCell<Option<Viewer>>,
    /// Goes up at every sign-out.
    session: Cell<u32>,
    ask: Asker,
    /// How many writes are under way, and whether the user was told of them when they wanted to sign out.
    n_writes: Cell<u32>,
    was_warned: Cell<bool>,
    /// How often tokens were written to, by their ids. What an older write has not proved, a newer one speaks of.
    counts: RefCell<Vec<(String, u32)>>,
    /// What is being read for the user.
    reads: RefCell<Vec<Weak<Job>>>,
    /// What shows something of it.
    shown: RefCell<Vec<Weak<dyn Fn()>>>,
}

/// Who asks the user to sign in: the workspace on the page, where that shows the system.
type Asker = Rc<RefCell<Option<Rc<AskToSignIn>>>>;

/// What says who asks: the values of headers. In memory only; it does not print itself, is not copied, and is overwritten
/// when it goes.
struct Credentials {
    headers: Vec<(String, String)>,
    mask: Mask,
}

impl Drop for Credentials {
    fn drop(&mut self) {
        self.headers.iter_mut().for_each(|(_, value)| wipe(value));
    }
}

/// A write that is under way.
pub struct Writing {
    client: Rc<Client>,
    _page: Guard,
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.client.count_writes(self.client.n_writes.get() - 1);
    }
}

/// Takes the secrets of headers out of the answer to a request with them: [`Auth::mask`]. The form to sign in brings it
/// along, so that its code comes as late as that.
pub type Mask = fn(&Auth, &[(String, String)], Response) -> Response;

/// Overwrites a text and leaves it empty.
fn wipe(text: &mut String) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.fill(0);
    // Without this a compiler sees that nothing reads the zeros.
    std::hint::black_box(&bytes);
}

impl Client {
    /// Gets ready to speak with a system whose calls need no translation, which can do this.
    pub fn direct(connection: Connection, system: Capabilities, runtime: &'static dyn Runtime) -> Client {
        Client::new(connection, system, runtime, None)
    }

    /// Gets ready to speak with a system through a gateway.
    pub fn through(connection: Connection, gateway: Rc<dyn Way>, runtime: &'static dyn Runtime) -> Client {
        let system = gateway.system();
        let client = Client::new(connection, system, runtime, Some(gateway.clone()));
        let (asker, signed_in) = (client.ask.clone(), client.signed_in.clone());
        gateway.ask_with(Box::new(move |reason| ask(&asker, &signed_in, reason)));
        client
    }

    fn new(
        connection: Connection,
        system: Capabilities,
        runtime: &'static dyn Runtime,
        gateway: Option<Rc<dyn Way>>,
    ) -> Client {
        Client {
            system: Rc::new(system),
            runtime,
            gateway,
            connection,
            credentials: RefCell::default(),
            accepted: Cell::default(),
            signed_in: ArcRwSignal::new(None),
            viewer: RefCell::default(),
            newcomer: RefCell::default(),
            session: Cell::default(),
            ask: Asker::default(),
            n_writes: Cell::default(),
            was_warned: Cell::default(),
            counts: RefCell::default(),
            reads: RefCell::default(),
            shown: RefCell::default(),
        }
    }

    /// The connection's name.
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What the system is like.
    pub fn system(&self) -> Rc<Capabilities> {
        self.system.clone()
    }

    /// Where the page runs.
    pub fn runtime(&self) -> &'static dyn Runtime {
        self.runtime
    }

    /// Whether the system speaks another dialect than the page.
    pub fn is_behind_gateway(&self) -> bool {
        self.gateway.is_some()
    }

    /// Who is signed in: a name, empty where the system does not say.
    pub fn signed_in(&self) -> ArcRwSignal<Option<String>> {
        self.signed_in.clone()
    }

    /// Who has been let in, for what is kept of earlier visits.
    pub fn access(&self) -> Access {
        match self.signed_in.get_untracked() {
            _ if self.system.sign_in.is_none() => Access::Open,
            Some(name) if self.accepted.get() => Access::User(name),
            _ => Access::None,
        }
    }

    /// Whether a token is the one that the user is signed in with, as far as that is known. `guid`: what callers of the
    /// token's system send, where it lists that.
    pub fn signs_in_with(&self, id: &str, guid: &str) -> bool {
        match &self.gateway {
            Some(gateway) => gateway.signs_in_with(id),
            None => {
                let is_it = |value: &str| value.split_whitespace().any(|it| it.eq_ignore_ascii_case(guid));
                let credentials = self.credentials.borrow();
                !guid.is_empty() && credentials.iter().flat_map(|it| &it.headers).any(|(_, value)| is_it(value))
            }
        }
    }

    /// Whether there is something of a user to forget: one who is signed in, or whose session has ended by itself.
    pub fn holds_user(&self) -> bool {
        self.signed_in.with_untracked(Option::is_some) || self.viewer.borrow().is_some()
    }

    /// Whether the user has signed out, so that nothing more is asked for.
    pub fn has_signed_out(&self) -> bool {
        self.system.sign_in.is_some() && self.signed_in.with_untracked(Option::is_none)
    }

    /// A write is under way until what is returned is dropped: the page is not left unasked, nor is the session forgotten.
    pub fn begin_write(self: &Rc<Self>) -> Writing {
        self.count_writes(self.n_writes.get() + 1);
        Writing { client: self.clone(), _page: self.runtime.hold_page() }
    }

    fn count_writes(&self, n_writes: u32) {
        self.n_writes.set(n_writes);
        self.was_warned.set(false);
    }

    /// Whether a write is under way, whichever workspace sent it.
    pub fn is_writing(&self) -> bool {
        self.n_writes.get() > 0
    }

    /// A write to a token has been answered.
    pub fn count_write(&self, id: &str) {
        let mut all = self.counts.borrow_mut();
        match all.iter_mut().find(|(counted, _)| counted == id) {
            Some((_, count)) => *count += 1,
            None => all.push((id.to_owned(), 1)),
        }
    }

    /// How many writes to a token have been answered.
    pub fn writes_to(&self, id: &str) -> u32 {
        self.counts.borrow().iter().find(|(counted, _)| counted == id).map_or(0, |(_, count)| *count)
    }

    /// The session that this is: another number after every sign-out.
    pub fn session(&self) -> u32 {
        self.session.get()
    }

    /// Whether the user may sign out: while something is being sent, not before they were told. They are now.
    pub fn may_forget(&self) -> bool {
        self.n_writes.get() == 0 || self.was_warned.replace(true)
    }

    // What a user sees -------------------------------------------------------------------------------------------

    /// A job that reads something for the user who is signed in. It is called off when they are forgotten.
    pub fn reading_job(&self) -> Rc<Job> {
        let job = Rc::new(Job::new());
        let mut reads = self.reads.borrow_mut();
        reads.retain(|it| it.strong_count() > 0);
        reads.push(Rc::downgrade(&job));
        job
    }

    /// Has `forget` called when what the user saw is to be let go, as long as what is returned lives.
    pub fn when_forgotten(&self, forget: impl Fn() + 'static) -> Rc<dyn Fn()> {
        let forget: Rc<dyn Fn()> = Rc::new(forget);
        let mut shown = self.shown.borrow_mut();
        shown.retain(|it| it.strong_count() > 0);
        shown.push(Rc::downgrade(&forget));
        forget
    }

    fn forget_seen(&self) {
        self.counts.take();
        for job in self.reads.take() {
            if let Some(job) = job.upgrade() {
                job.cancel();
            }
        }
        // Whatever is told may show something else at once.
        let shown = self.shown.borrow().clone();
        for forget in shown.iter().filter_map(Weak::upgrade) {
            forget();
        }
    }

    // Signing in and out -----------------------------------------------------------------------------------------

    /// Has this asked when the system wants to know who asks, until it is told otherwise.
    pub fn ask_with(&self, ask: Option<Rc<AskToSignIn>>) {
        self.ask.replace(ask);
    }

    /// Signs in with what was typed: the names that the system gives its inputs, and their values. A user who may be another
    /// than before is shown nothing of theirs. Tells whether it is one.
    pub async fn sign_in(self: &Rc<Self>, mut typed: Vec<(String, String)>, mask: Mask) -> Result<bool, ApiError> {
        let unnamed = Viewer::new("", &typed);
        let name = match &self.gateway {
            None => {
                let headers = self.connection.auth.headers(typed);
                self.credentials.replace(Some(Rc::new(Credentials { headers, mask })));
                String::new()
            }
            Some(gateway) => {
                let outcome = gateway.sign_in(&typed).await;
                typed.iter_mut().for_each(|(_, value)| wipe(value));
                outcome?
            }
        };
        let viewer = unnamed.named(&name);
        self.signed_in.set(Some(name));
        let is_other = self.viewer.borrow().as_ref().is_some_and(|it| !it.is(&viewer));
        self.newcomer.replace(Some(viewer));
        if self.gateway.is_some() {
            self.let_in();
        }
        if is_other {
            self.forget_seen();
        }
        Ok(is_other)
    }

    /// The system has accepted who asks.
    fn let_in(&self) {
        self.accepted.set(true);
        if let Some(newcomer) = self.newcomer.take() {
            self.viewer.replace(Some(newcomer));
        }
    }

    /// Forgets who asked and everything that they were shown. The answer to a request that is still under way is dropped.
    pub fn forget(self: &Rc<Self>) {
        self.session.set(self.session.get() + 1);
        self.credentials.replace(None);
        self.accepted.set(false);
        self.viewer.replace(None);
        self.newcomer.replace(None);
        self.signed_in.set(None);
        self.forget_seen();
        if let Some(gateway) = self.gateway.clone() {
            // It forgets in any case; a system that does not hear of it will forget in time.
            self.runtime.spawn(Box::pin(async move { gateway.sign_out().await }));
        }
    }
}

fn ask(asker: &Asker, signed_in: &ArcRwSignal<Option<String>>, reason: Words) -> Later<'static, bool> {
    signed_in.set(None);
    match &*asker.borrow() {
        Some(ask) => ask(reason),
        None => Box::pin(ready(false)),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
