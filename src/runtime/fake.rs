//! A place to run in for tests: time moves when a test says so, and requests wait until it answers them. Each test thread
//! has one of its own; [`Fake::begin`] makes it empty.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use futures_executor::{LocalPool, LocalSpawner};
use futures_util::task::LocalSpawnExt;

use super::{Guard, Job, Refused, Runtime};
use crate::api::{Later, NetworkError, Request, Response, Transport};
use crate::config::Connection;
use crate::moments;
use crate::record::fake::Memory;
use crate::record::{Records, Trouble};
use crate::store::Store;
use crate::time::{Millis, Utc, Zone};

/// When the tests begin.
pub(crate) const START: Millis = 1_800_000_000_000;

/// The place, of this thread.
pub(crate) struct Fake;

/// The one that there is.
pub(crate) static FAKE: Fake = Fake;

struct State {
    now: Millis,
    pool: Rc<RefCell<LocalPool>>,
    spawner: LocalSpawner,
    timers: Vec<Timer>,
    n_made: u64,
    sent: Vec<Sent>,
    params: Vec<(String, String)>,
    n_steps: usize,
    kept: Option<Vec<(String, String)>>,
    copied: Option<String>,
    n_holds: Rc<Cell<usize>>,
    records: Memory,
}

struct Timer {
    due: Millis,
    number: u64,
    run: Box<dyn FnOnce()>,
}

/// A request that waits for its answer.
struct Sent {
    network: u64,
    request: Request,
    reply: oneshot::Sender<Result<Response, NetworkError>>,
}

impl State {
    fn new() -> State {
        let pool = LocalPool::new();
        State {
            now: START,
            spawner: pool.spawner(),
            pool: Rc::new(RefCell::new(pool)),
            timers: Vec::new(),
            n_made: 0,
            sent: Vec::new(),
            params: Vec::new(),
            n_steps: 0,
            kept: Some(Vec::new()),
            copied: None,
            n_holds: Rc::default(),
            records: Memory::default(),
        }
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::new());
}

fn with<T>(run: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(run)
}

impl Fake {
    /// Forgets everything.
    pub(crate) fn begin() {
        // What is dropped may come back here.
        let before = STATE.replace(State::new());
        drop(before);
    }

    /// Lets every task go on as far as it can, and the timers that are due.
    pub(crate) fn run() {
        Fake::advance(0);
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn advance(millis: Millis) {
        let end = with(|it| it.now) + millis;
        loop {
            let pool = with(|it| it.pool.clone());
            pool.borrow_mut().run_until_stalled();
            let due = with(|state| {
                let first = state.timers.iter().filter(|it| it.due <= end).map(|it| (it.due, it.number)).min()?;
                let idx = state.timers.iter().position(|it| (it.due, it.number) == first)?;
                state.now = state.now.max(first.0);
                Some(state.timers.remove(idx))
            });
            match due {
                Some(timer) => (timer.run)(),
                None => break,
            }
        }
        with(|it| it.now = end);
    }

    /// What waits for an answer: methods and addresses.
    pub(crate) fn requests() -> Vec<String> {
        with(|it| it.sent.iter().map(|it| line(&it.request)).collect())
    }

    /// The first request that waits and is like this.
    pub(crate) fn request(like: &str) -> Request {
        let found = with(|it| {
            it.sent.iter().find(|it| line(&it.request).contains(like)).map(|it| it.request.with_headers(&[]))
        });
        found.unwrap_or_else(|| panic!("no {like} among {:?}", Fake::requests()))
    }

    /// Answers the first request that is like this, and lets everything go on.
    #[track_caller]
    pub(crate) fn answer(like: &str, status: u16, body: &str) {
        let asked_at = with(|it| it.now);
        let content_type = "application/json".into();
        Fake::reply(like, Ok(Response { status, body: body.into(), content_type, asked_at, ..Response::default() }));
    }

    /// The first request that is like this gets no answer.
    #[track_caller]
    pub(crate) fn fail(like: &str, error: NetworkError) {
        Fake::reply(like, Err(error));
    }

    /// Answers the first request that is like this in full.
    #[track_caller]
    pub(crate) fn reply(like: &str, outcome: Result<Response, NetworkError>) {
        let idx = with(|it| it.sent.iter().position(|it| line(&it.request).contains(like)));
        let idx = idx.unwrap_or_else(|| panic!("no {like} among {:?}", Fake::requests()));
        let sent = with(|it| it.sent.remove(idx));
        let _ = sent.reply.send(outcome);
        Fake::run();
    }

    /// How many timers are armed.
    pub(crate) fn n_timers() -> usize {
        with(|it| it.timers.len())
    }

    /// How much keeps the page from being left unasked.
    pub(crate) fn n_holds() -> usize {
        with(|it| it.n_holds.get())
    }

    /// The page's address, and how many steps the history has.
    pub(crate) fn address() -> (String, usize) {
        with(|it| {
            let pairs: Vec<String> = it.params.iter().map(|(key, value)| format!("{key}={value}")).collect();
            (pairs.join("&"), it.n_steps)
        })
    }

    /// Goes to an address.
    pub(crate) fn go_to(params: &[(&str, &str)]) {
        let params = params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        with(|it| it.params = params);
    }

    /// The storage is full from now on.
    pub(crate) fn refuse_storage() {
        with(|it| it.kept = None);
    }

    /// What is kept of runs.
    pub(crate) fn records_kept() -> Memory {
        with(|it| it.records.clone())
    }

    /// What is on the clipboard.
    pub(crate) fn clipboard() -> Option<String> {
        with(|it| it.copied.clone())
    }
}

fn line(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.url)
}

fn add_timer(millis: i32, run: Box<dyn FnOnce()>) -> u64 {
    with(|state| {
        state.n_made += 1;
        state.timers.push(Timer { due: state.now + Millis::from(millis), number: state.n_made, run });
        state.n_made
    })
}

impl Runtime for Fake {
    fn now(&self) -> Millis {
        with(|it| it.now)
    }

    fn zone(&self) -> &dyn Zone {
        &Utc
    }

    fn date_time(&self, at: Millis) -> String {
        crate::time::format_rfc3339(at)
    }

    fn spawn(&self, task: Later<'static, ()>) {
        with(|it| it.spawner.clone()).spawn_local(task).expect("the pool lives");
    }

    fn sleep(&self, millis: i32) -> Later<'static, ()> {
        let (sender, receiver) = oneshot::channel();
        add_timer(
            millis,
            Box::new(move || {
                // What waits may have gone.
                let _ = sender.send(());
            }),
        );
        Box::pin(async move {
            let _ = receiver.await;
        })
    }

    fn soon(&self) -> Later<'static, ()> {
        let mut is_first = true;
        Box::pin(std::future::poll_fn(move |context| {
            if std::mem::take(&mut is_first) {
                context.waker().wake_by_ref();
                return std::task::Poll::Pending;
            }
            std::task::Poll::Ready(())
        }))
    }

    fn painted(&self) -> Later<'static, ()> {
        self.sleep(16)
    }

    fn after(&self, millis: i32, run: Box<dyn FnOnce()>) -> Guard {
        Box::new(Armed(add_timer(millis, run)))
    }

    fn network(&self, _connection: &Connection, job: &Job) -> Box<dyn Transport> {
        let network = with(|it| {
            it.n_made += 1;
            it.n_made
        });
        let is_cancelled = Rc::new(Cell::new(false));
        let told = is_cancelled.clone();
        job.on_cancel(move || {
            told.set(true);
            let is_its = |it: &mut Sent| it.network == network;
            // At the end of a thread nothing waits.
            let sent = STATE.try_with(|it| it.borrow_mut().sent.extract_if(.., is_its).collect::<Vec<_>>());
            for sent in sent.into_iter().flatten() {
                let _ = sent.reply.send(Err(NetworkError::Cancelled));
            }
        });
        Box::new(FakeNetwork { network, is_cancelled })
    }

    fn address_params(&self) -> Vec<(String, String)> {
        with(|it| it.params.clone())
    }

    fn set_address_params(&self, params: &[(&str, String)], new_step: bool) {
        let params: Vec<_> = params.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        with(|it| {
            if it.params != params {
                it.n_steps += usize::from(new_step);
                it.params = params;
            }
        });
    }

    fn stored(&self, key: &str) -> Result<Option<String>, Refused> {
        with(|it| {
            let kept = it.kept.as_ref().ok_or(Refused)?;
            Ok(kept.iter().rev().find(|(it, _)| it == key).map(|(_, text)| text.clone()))
        })
    }

    fn store(&self, key: &str, text: &str) -> Result<(), Refused> {
        with(|it| {
            it.kept.as_mut().ok_or(Refused)?.push((key.into(), text.into()));
            Ok(())
        })
    }

    fn copy(&self, text: String) -> Later<'static, bool> {
        with(|it| it.copied = Some(text));
        Box::pin(std::future::ready(true))
    }

    fn read_odd(&self, store: Rc<RefCell<Store>>) -> Later<'static, bool> {
        Box::pin(async move {
            store.borrow_mut().read_odd(moments::read_odd);
            true
        })
    }

    fn records(&self) -> Later<'static, Result<Rc<dyn Records>, Trouble>> {
        let records: Rc<dyn Records> = Rc::new(Fake::records_kept());
        Box::pin(std::future::ready(Ok(records)))
    }

    fn hold_page(&self) -> Guard {
        let n_holds = with(|it| it.n_holds.clone());
        n_holds.set(n_holds.get() + 1);
        Box::new(Held(n_holds))
    }
}

struct Held(Rc<Cell<usize>>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

struct Armed(u64);

impl Drop for Armed {
    fn drop(&mut self) {
        let number = self.0;
        // At the end of a thread there is nothing to call off.
        let _ = STATE.try_with(|state| {
            let Ok(mut state) = state.try_borrow_mut() else { return };
            let idx = state.timers.iter().position(|it| it.number == number);
            let timer = idx.map(|idx| state.timers.remove(idx));
            drop(state);
            drop(timer);
        });
    }
}

struct FakeNetwork {
    network: u64,
    is_cancelled: Rc<Cell<bool>>,
}

impl Transport for FakeNetwork {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        let (reply, answer) = oneshot::channel();
        if !self.is_cancelled.get() {
            with(|it| it.sent.push(Sent { network: self.network, request, reply }));
        }
        Box::pin(async move { answer.await.unwrap_or(Err(NetworkError::Cancelled)) })
    }
}
