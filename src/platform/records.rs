//! Records of runs in the browser's database (IndexedDB), and who of the tabs owns a run: by a lock (Web Locks), where the
//! page came safely, else by a lease in the database (`record/lease`).
//!
//! Four stores hold texts: `runs` by the id of a run, `steps` by that and the place of the step, `leases` by the id of a run,
//! `tasks` by their keys. What a call has written is on its way to the disk when it returns: a tab that is killed loses nothing.
//! What is written before a request has reached the disk (`durability: strict`), so that the machine may lose its power, too.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbTransaction, IdbTransactionMode,
};

use super::{Timer, now, random_hex, storage, window};
use crate::api::Later;
use crate::record::coding::{new_id, read_head, read_step, write_head, write_step};
use crate::record::lease::{Lease, RENEWED};
use crate::record::{Counts, Ended, Head, MOST_ENDED, Marker, Owned, Records, Run, Step, StepOutcome, Trouble};
use crate::time::Millis;

const NAME: &str = "tokendeck";

/// The version of the stores. One that adds a store goes up by one, and [`upgrade`] gets a line.
const VERSION: u32 = 1;

const RUNS: &str = "runs";
const STEPS: &str = "steps";
const LEASES: &str = "leases";
const TASKS: &str = "tasks";

/// How long another tab may take to let go of an older version, in milliseconds.
const PATIENCE: i32 = 3_000;

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with what web-sys has as unstable.
    #[wasm_bindgen(extends = IdbDatabase)]
    type Durable;
    #[wasm_bindgen(method, js_name = transaction, catch)]
    fn begin(
        this: &Durable,
        stores: &JsValue,
        mode: IdbTransactionMode,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;

    /// `navigator.locks`, which web-sys has as unstable.
    type Locks;
    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &JsValue, held: &Function) -> Result<Promise, JsValue>;
}

thread_local! {
    /// The database, as long as it is open.
    static OPENED: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

struct Database {
    db: Durable,
    locks: Option<Locks>,
    /// What is to be written next, all of it at once.
    queue: RefCell<Vec<Write>>,
    is_writing: Cell<bool>,
    /// How many runs this tab owns.
    n_owned: Rc<Cell<usize>>,
    _listeners: [Closure<dyn FnMut()>; 2],
}

/// A step that waits to be written.
struct Write {
    run: String,
    fence: Option<u64>,
    place: usize,
    text: String,
    is_strict: bool,
    reply: oneshot::Sender<Result<(), Trouble>>,
}

/// Opens the database, once for the page.
pub async fn open() -> Result<Rc<dyn Records>, Trouble> {
    if let Some(opened) = OPENED.with_borrow(Option::clone) {
        return Ok(Rc::new(Kept(opened)));
    }
    let factory = Reflect::get(&window(), &"indexedDB".into()).ok().and_then(|it| it.dyn_into::<IdbFactory>().ok());
    let request = factory.ok_or(Trouble::Refused)?.open_with_u32(NAME, VERSION).map_err(trouble)?;
    let db = Rc::new(Database::new(opened(&request).await?.unchecked_into()));
    let opened = OPENED.with_borrow_mut(|it| it.get_or_insert(db).clone());
    Ok(Rc::new(Kept(opened)))
}

/// The opened database, brought up to date.
async fn opened(request: &IdbOpenDbRequest) -> Result<IdbDatabase, Trouble> {
    let is_blocked = Rc::new(Cell::new(false));
    let asked = request.clone();
    let on_upgrade = Closure::<dyn FnMut()>::new(move || {
        let db = asked.result().ok().and_then(|it| it.dyn_into::<IdbDatabase>().ok());
        db.iter().for_each(upgrade);
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let (told, asked) = (is_blocked.clone(), request.clone());
    let opened = Promise::new(&mut |resolve, reject| {
        asked.set_onsuccess(Some(&resolve));
        asked.set_onerror(Some(&reject));
        let told = told.clone();
        let late = Closure::once_into_js(move || {
            told.set(true);
            let give_up = Closure::once_into_js(move || drop(reject.call0(&JsValue::NULL)));
            let give_up: &Function = give_up.unchecked_ref();
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(give_up, PATIENCE);
        });
        asked.set_onblocked(Some(late.unchecked_ref()));
    });
    let outcome = JsFuture::from(opened).await;
    match outcome {
        Ok(_) => request.result().map_err(trouble)?.dyn_into().map_err(|_| Trouble::Refused),
        Err(_) if is_blocked.get() => {
            // It may open some day, and would then keep others from the next version.
            let late = request.clone();
            let close = move || {
                let db = late.result().ok().and_then(|it| it.dyn_into::<IdbDatabase>().ok());
                db.iter().for_each(IdbDatabase::close);
            };
            request.set_onsuccess(Some(Closure::once_into_js(close).unchecked_ref()));
            Err(Trouble::Blocked)
        }
        Err(_) => Err(of_request(request)),
    }
}

/// Makes the stores that are missing; those that are there refuse, and keep what is in them.
fn upgrade(db: &IdbDatabase) {
    for store in [RUNS, STEPS, LEASES, TASKS] {
        let _ = db.create_object_store(store);
    }
}

/// Why the browser refuses.
fn trouble(error: JsValue) -> Trouble {
    let name = error.dyn_into::<DomException>().map(|it| it.name()).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => Trouble::Full,
        "VersionError" => Trouble::Newer,
        _ => Trouble::Refused,
    }
}

fn of_request(request: &IdbRequest) -> Trouble {
    request.error().ok().flatten().map_or(Trouble::Refused, |it| trouble(it.into()))
}

/// What a request within a transaction has found.
async fn found(request: Result<IdbRequest, JsValue>) -> Result<JsValue, Trouble> {
    let request = request.map_err(trouble)?;
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(settled).await {
        Ok(_) => request.result().map_err(trouble),
        Err(_) => Err(of_request(&request)),
    }
}

/// A transaction that has begun. What it writes is kept when [`Work::done`] says so, all of it or nothing.
struct Work {
    transaction: IdbTransaction,
    settled: Promise,
}

impl Work {
    fn store(&self, name: &str) -> Result<IdbObjectStore, Trouble> {
        self.transaction.object_store(name).map_err(trouble)
    }

    fn put(&self, store: &str, key: &JsValue, text: &str) -> Result<(), Trouble> {
        self.store(store)?.put_with_key(&text.into(), key).map(drop).map_err(trouble)
    }

    fn delete(&self, store: &str, key: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.delete(key).map(drop).map_err(trouble)
    }

    async fn text(&self, store: &str, key: &JsValue) -> Result<Option<String>, Trouble> {
        Ok(found(self.store(store)?.get(key)).await?.as_string())
    }

    /// All texts of a range of keys, in their order.
    async fn texts(&self, store: &str, range: &JsValue) -> Result<Vec<String>, Trouble> {
        let all = found(self.store(store)?.get_all_with_key(range)).await?;
        Ok(Array::from(&all).iter().filter_map(|it| it.as_string()).collect())
    }

    async fn heads(&self) -> Result<Vec<Head>, Trouble> {
        Ok(self.texts(RUNS, &JsValue::UNDEFINED).await?.iter().filter_map(|it| read_head(it)).collect())
    }

    async fn steps(&self, run: &str) -> Result<Vec<Step>, Trouble> {
        Ok(self.texts(STEPS, &steps_of(run)?).await?.iter().map(|it| read_step(it)).collect())
    }

    /// A run; of one that has not ended its steps are counted.
    async fn counted(&self, head: Head) -> Result<Head, Trouble> {
        match head.is_unfinished() {
            true => Ok(Head { counts: Counts::of(&self.steps(&head.id).await?), ..head }),
            false => Ok(head),
        }
    }

    async fn lease(&self, run: &str) -> Result<Option<Lease>, Trouble> {
        Ok(self.text(LEASES, &run.into()).await?.and_then(|it| Lease::read(&it)))
    }

    fn drop_run(&self, run: &str) -> Result<(), Trouble> {
        self.delete(RUNS, &run.into())?;
        self.delete(STEPS, &steps_of(run)?)?;
        self.delete(LEASES, &run.into())
    }

    /// Ends it: all of it is kept, or nothing.
    async fn done(self) -> Result<(), Trouble> {
        match JsFuture::from(self.settled).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.transaction.error().map_or(Trouble::Refused, |it| trouble(it.into()))),
        }
    }

    /// Ends it with nothing kept.
    fn leave<T>(self, trouble: Trouble) -> Result<T, Trouble> {
        let _ = self.transaction.abort();
        Err(trouble)
    }
}

/// The key of a step.
fn key(run: &str, place: usize) -> JsValue {
    Array::of2(&run.into(), &(place as f64).into()).into()
}

/// The keys of all steps of a run.
fn steps_of(run: &str) -> Result<JsValue, Trouble> {
    // A list is behind every number.
    let end = Array::of2(&run.into(), &Array::new().into());
    IdbKeyRange::bound(&key(run, 0), &end).map(Into::into).map_err(trouble)
}

impl Database {
    fn new(db: Durable) -> Self {
        let n_owned = Rc::new(Cell::new(0_usize));
        let locks = Reflect::get(&window().navigator(), &"locks".into()).ok();
        let locks = locks.filter(|it| !it.is_undefined()).map(JsCast::unchecked_into);
        // A newer version of the page waits for this. It waits on while a run is under way here.
        let (old, owned) = (db.clone(), n_owned.clone());
        let on_newer = Closure::<dyn FnMut()>::new(move || {
            if owned.get() == 0 {
                OPENED.take();
                old.close();
            }
        });
        // The user has cleared what the browser keeps for the page.
        let on_close = Closure::<dyn FnMut()>::new(|| drop(OPENED.take()));
        db.set_onversionchange(Some(on_newer.as_ref().unchecked_ref()));
        db.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let _listeners = [on_newer, on_close];
        Database { db, locks, queue: RefCell::default(), is_writing: Cell::default(), n_owned, _listeners }
    }

    fn work(&self, stores: &[&str], mode: IdbTransactionMode, is_strict: bool) -> Result<Work, Trouble> {
        let names: Array = stores.iter().map(|it| JsValue::from_str(it)).collect();
        let options = js_sys::Object::new();
        let durability = if is_strict { "strict" } else { "relaxed" };
        let _ = Reflect::set(&options, &"durability".into(), &durability.into());
        let transaction = self.db.begin(&names, mode, &options).map_err(trouble)?;
        let settled = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        });
        Ok(Work { transaction, settled })
    }

    fn read(&self, stores: &[&str]) -> Result<Work, Trouble> {
        self.work(stores, IdbTransactionMode::Readonly, false)
    }

    fn change(&self, stores: &[&str]) -> Result<Work, Trouble> {
        self.work(stores, IdbTransactionMode::Readwrite, true)
    }

    /// Owns a run that nobody else owns, whether it is kept already or not.
    async fn claim(self: &Rc<Self>, run: &str) -> Result<Owned, Trouble> {
        let counted = Counted::new(&self.n_owned);
        match &self.locks {
            Some(locks) => {
                let lock = Lock::take(locks, run).await?;
                Ok(Owned::new(run, None, Box::new((lock, counted))))
            }
            None => {
                let work = self.change(&[LEASES])?;
                let lease = Lease::take(work.lease(run).await?, now())?;
                work.put(LEASES, &run.into(), &lease.write())?;
                work.done().await?;
                let leased = Leased { database: self.clone(), run: run.into(), lease, timer: RefCell::default() };
                let leased = Rc::new(leased);
                leased.renew_later();
                Ok(Owned::new(run, Some(lease.fence), Box::new((Given(leased), counted))))
            }
        }
    }

    /// Writes what waits, and what comes meanwhile.
    async fn write_queue(self: Rc<Self>) {
        loop {
            let writes = self.queue.take();
            if writes.is_empty() {
                return self.is_writing.set(false);
            }
            let kept = self.keep(&writes).await;
            for (write, kept) in writes.into_iter().zip(kept) {
                // Who waited may have gone.
                let _ = write.reply.send(kept);
            }
        }
    }

    /// Keeps some steps together: what came of each.
    async fn keep(&self, writes: &[Write]) -> Vec<Result<(), Trouble>> {
        let mut lost: Vec<&str> = Vec::new();
        let kept = async {
            let is_strict = writes.iter().any(|it| it.is_strict);
            let work = self.work(&[STEPS, RUNS, LEASES], IdbTransactionMode::Readwrite, is_strict)?;
            let mut owned: Vec<&str> = Vec::new();
            for write in writes {
                let run = write.run.as_str();
                if !owned.contains(&run) && !lost.contains(&run) {
                    let is_kept = work.text(RUNS, &run.into()).await?.is_some();
                    let lease = match write.fence {
                        Some(fence) => Lease::renew(work.lease(run).await?, fence, now()).map(Some),
                        None => Ok(None),
                    };
                    match lease {
                        Ok(lease) if is_kept => {
                            lease.map_or(Ok(()), |it| work.put(LEASES, &run.into(), &it.write()))?;
                            owned.push(run);
                        }
                        _ => lost.push(run),
                    }
                }
                if owned.contains(&run) {
                    work.put(STEPS, &key(run, write.place), &write.text)?;
                }
            }
            work.done().await
        };
        let kept = kept.await;
        let of = |it: &Write| if lost.contains(&it.run.as_str()) { Err(Trouble::Lost) } else { kept };
        writes.iter().map(of).collect()
    }

    async fn runs(&self) -> Result<Vec<Head>, Trouble> {
        let work = self.read(&[RUNS, STEPS])?;
        let mut all = Vec::new();
        for head in work.heads().await?.into_iter().rev() {
            all.push(work.counted(head).await?);
        }
        Ok(all)
    }

    /// Notes for all tabs whether there are runs, and whether one of them has not ended.
    async fn note(&self) -> Result<(), Trouble> {
        let heads = self.read(&[RUNS])?.heads().await?;
        let marker = Marker::of(&heads);
        // Without that note an unfinished run is seen when somebody looks at the records.
        let _ = storage::store(Marker::KEY, &marker.write(now()));
        Ok(())
    }
}

/// Counts a run as this tab's.
struct Counted(Rc<Cell<usize>>);

impl Counted {
    fn new(count: &Rc<Cell<usize>>) -> Counted {
        count.set(count.get() + 1);
        Counted(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// A lock that is held; the browser lets go of it when the tab ends.
struct Lock(Function);

impl Lock {
    async fn take(locks: &Locks, run: &str) -> Result<Lock, Trouble> {
        let options = js_sys::Object::new();
        let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
        let (told, answer) = oneshot::channel();
        let held = Closure::once_into_js(move |lock: JsValue| {
            if lock.is_null() {
                let _ = told.send(None);
                return JsValue::UNDEFINED;
            }
            let mut release = None;
            let until = Promise::new(&mut |resolve, _| release = Some(resolve));
            let _ = told.send(release);
            until.into()
        });
        let name = format!("{NAME}.run.{run}");
        let _ = locks.request(&name, &options, held.unchecked_ref()).map_err(|_| Trouble::Refused)?;
        match answer.await {
            Ok(Some(release)) => Ok(Lock(release)),
            Ok(None) => Err(Trouble::Elsewhere),
            Err(_) => Err(Trouble::Refused),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// A lease that is renewed as long as it lives.
struct Leased {
    database: Rc<Database>,
    run: String,
    lease: Lease,
    timer: RefCell<Option<Timer>>,
}

impl Leased {
    fn renew_later(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let renew = move || spawn_local(renewed(weak));
        self.timer.replace(Some(Timer::after(RENEWED as i32, renew)));
    }
}

async fn renewed(leased: Weak<Leased>) {
    let Some(leased) = leased.upgrade() else { return };
    // Where it was lost, the next write says so.
    if put_lease(&leased, |kept, fence| Lease::renew(kept, fence, now())).await.is_ok() {
        leased.renew_later();
    }
}

async fn put_lease(
    leased: &Leased,
    change: impl FnOnce(Option<Lease>, u64) -> Result<Lease, Trouble>,
) -> Result<(), Trouble> {
    let work = leased.database.change(&[LEASES])?;
    match change(work.lease(&leased.run).await?, leased.lease.fence) {
        Ok(lease) => work.put(LEASES, &leased.run.as_str().into(), &lease.write())?,
        Err(trouble) => return work.leave(trouble),
    }
    work.done().await
}

/// Gives a lease back when it is dropped.
struct Given(Rc<Leased>);

impl Drop for Given {
    fn drop(&mut self) {
        let leased = self.0.clone();
        leased.timer.take();
        spawn_local(async move {
            let give_back = |kept, fence| Lease::renew(kept, fence, now()).map(Lease::given_back);
            // Else it ends by the clock.
            let _ = put_lease(&leased, give_back).await;
        });
    }
}

/// A handle to the database.
#[derive(Clone)]
struct Kept(Rc<Database>);

impl Records for Kept {
    fn begin(&self, run: Run) -> Later<'static, Result<Owned, Trouble>> {
        let Kept(database) = self.clone();
        Box::pin(async move {
            let Run { head, steps } = run;
            let head = Head { id: new_id(head.began_at, &random_hex()), ..head };
            let owned = database.claim(&head.id).await?;
            let work = database.change(&[RUNS, STEPS, LEASES])?;
            let before = work.heads().await?;
            let ended: Vec<_> = before.iter().filter(|it| !it.is_unfinished()).collect();
            for old in &ended[..(ended.len() + 1).saturating_sub(MOST_ENDED)] {
                work.drop_run(&old.id)?;
            }
            work.put(RUNS, &head.id.as_str().into(), &write_head(&head))?;
            let store = work.store(STEPS)?;
            for (place, step) in steps.iter().enumerate() {
                store.put_with_key(&write_step(step).into(), &key(&head.id, place)).map_err(trouble)?;
            }
            drop(steps);
            work.done().await?;
            database.note().await?;
            Ok(owned)
        })
    }

    fn own(&self, run: &str) -> Later<'static, Result<Owned, Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let owned = database.claim(&run).await?;
            let is_kept = database.read(&[RUNS])?.text(RUNS, &run.as_str().into()).await?.is_some();
            if is_kept { Ok(owned) } else { Err(Trouble::Lost) }
        })
    }

    fn is_owned(&self, run: &str) -> Later<'static, Result<bool, Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let Some(locks) = &database.locks else {
                let lease = database.read(&[LEASES])?.lease(&run).await?;
                return Ok(lease.is_some_and(|it| it.lasts(now())));
            };
            match Lock::take(locks, &run).await {
                Ok(_) => Ok(false),
                Err(Trouble::Elsewhere) => Ok(true),
                Err(trouble) => Err(trouble),
            }
        })
    }

    fn write(&self, owned: &Owned, place: usize, step: &Step) -> Later<'static, Result<(), Trouble>> {
        let Kept(database) = self.clone();
        let (reply, answer) = oneshot::channel();
        let is_strict = step.outcome == StepOutcome::Sent;
        let (run, fence, text) = (owned.run.clone(), owned.fence, write_step(step));
        database.queue.borrow_mut().push(Write { run, fence, place, text, is_strict, reply });
        if !database.is_writing.replace(true) {
            spawn_local(database.write_queue());
        }
        Box::pin(async move { answer.await.unwrap_or(Err(Trouble::Refused)) })
    }

    fn end(&self, owned: &Owned, ended: Ended, at: Millis) -> Later<'static, Result<(), Trouble>> {
        let (Kept(database), run, fence) = (self.clone(), owned.run.clone(), owned.fence);
        Box::pin(async move {
            let work = database.change(&[RUNS, STEPS, LEASES])?;
            let text = work.text(RUNS, &run.as_str().into()).await?;
            if let Some(fence) = fence {
                Lease::renew(work.lease(&run).await?, fence, now())?;
            }
            let Some(head) = text.and_then(|it| read_head(&it)) else { return work.leave(Trouble::Lost) };
            let counts = Counts::of(&work.steps(&run).await?);
            let head = Head { ended: Some((at, ended)), counts, ..head };
            work.put(RUNS, &run.as_str().into(), &write_head(&head))?;
            work.done().await?;
            database.note().await
        })
    }

    fn runs(&self) -> Later<'static, Result<Vec<Head>, Trouble>> {
        let Kept(database) = self.clone();
        Box::pin(async move { database.runs().await })
    }

    fn steps(&self, run: &str, from: usize, most: usize) -> Later<'static, Result<Vec<Step>, Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let range = IdbKeyRange::bound_with_lower_open_and_upper_open(
                &key(&run, from),
                &key(&run, from + most),
                false,
                true,
            );
            let texts = database.read(&[STEPS])?.texts(STEPS, &range.map_err(trouble)?.into()).await?;
            Ok(texts.iter().map(|it| read_step(it)).collect())
        })
    }

    fn read(&self, run: &str) -> Later<'static, Result<Option<Run>, Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let work = database.read(&[RUNS, STEPS])?;
            let head = work.text(RUNS, &run.as_str().into()).await?.and_then(|it| read_head(&it));
            let Some(head) = head else { return Ok(None) };
            let steps = work.steps(&run).await?;
            Ok(Some(Run::new(head, steps)))
        })
    }

    fn forget(&self, run: &str) -> Later<'static, Result<(), Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            // Whoever owns it would go on writing.
            let _owned = database.claim(&run).await?;
            let work = database.change(&[RUNS, STEPS, LEASES])?;
            work.drop_run(&run)?;
            work.done().await?;
            database.note().await
        })
    }

    fn tasks(&self) -> Later<'static, Result<Vec<(String, String)>, Trouble>> {
        let Kept(database) = self.clone();
        Box::pin(async move {
            let work = database.read(&[TASKS])?;
            let keys = found(work.store(TASKS)?.get_all_keys()).await?;
            let texts = work.texts(TASKS, &JsValue::UNDEFINED).await?;
            Ok(Array::from(&keys).iter().filter_map(|it| it.as_string()).zip(texts).collect())
        })
    }

    fn keep_task(&self, key: &str, text: &str) -> Later<'static, Result<(), Trouble>> {
        let (Kept(database), key, text) = (self.clone(), key.to_owned(), text.to_owned());
        Box::pin(async move {
            let work = database.change(&[TASKS])?;
            work.put(TASKS, &key.into(), &text)?;
            work.done().await
        })
    }

    fn forget_task(&self, key: &str) -> Later<'static, Result<(), Trouble>> {
        let (Kept(database), key) = (self.clone(), key.to_owned());
        Box::pin(async move {
            let work = database.change(&[TASKS])?;
            work.delete(TASKS, &key.into())?;
            work.done().await
        })
    }
}
