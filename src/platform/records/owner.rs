//! Who of the tabs owns a run: by a lock (Web Locks), where the page came safely, else by a lease in the database.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::super::fetch::sleep;
use super::super::{Timer, now, window};
use super::database::{Database, tell};
use super::work::{LEASES, NAME};
use crate::record::lease::{Lease, RENEWED};
use crate::record::{Owned, Trouble};

/// How long a lock that was let go of may be held still, in milliseconds.
const SETTLED: i32 = 100;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`, which web-sys has as unstable.
    type Locks;
    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &JsValue, held: &Function) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn query(this: &Locks) -> Promise;
}

/// What browsers have for pages that came safely.
fn locks() -> Option<Locks> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok();
    locks.filter(|it| !it.is_undefined()).map(JsCast::unchecked_into)
}

/// Owns a run that no other tab owns, whether it is kept already or not.
pub(super) async fn claim(database: &Rc<Database>, run: &str) -> Result<Owned, Trouble> {
    let counted = Counted::new(&database.n_owned);
    if let Some(locks) = locks() {
        // A lock that this tab has just let go of is free a little later.
        let lock = match Lock::take(&locks, run).await {
            Err(Trouble::Elsewhere) => {
                sleep(SETTLED).await;
                Lock::take(&locks, run).await?
            }
            taken => taken?,
        };
        return Ok(Owned::new(run, None, Box::new((lock, counted))));
    }
    let work = database.change(&[LEASES])?;
    let lease = match Lease::take(work.lease(run).await?, now()) {
        Ok(lease) => lease,
        Err(trouble) => return work.leave(trouble),
    };
    work.put(LEASES, &run.into(), &lease.write())?;
    work.done().await?;
    let leased = Rc::new(Leased { database: database.clone(), run: run.into(), lease, timer: RefCell::default() });
    leased.renew_later();
    Ok(Owned::new(run, Some(lease.fence), Box::new((Given(leased), counted))))
}

/// Whether a tab owns a run.
pub(super) async fn is_owned(database: &Database, run: &str) -> Result<bool, Trouble> {
    let Some(locks) = locks() else {
        let lease = database.read(&[LEASES])?.lease(run).await?;
        return Ok(lease.is_some_and(|it| it.lasts(now())));
    };
    let found = JsFuture::from(locks.query()).await.map_err(|_| Trouble::Refused)?;
    let text = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok().and_then(|it| it.as_string());
    let held = Reflect::get(&found, &"held".into()).map(|it| Array::from(&it)).unwrap_or_default();
    Ok(held.iter().any(|it| text(&it, "name") == Some(lock_name(run))))
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
        tell();
    }
}

fn lock_name(run: &str) -> String {
    format!("{NAME}.run.{run}")
}

/// A lock that is held; the browser lets go of it when the tab ends.
struct Lock(Function);

impl Lock {
    async fn take(locks: &Locks, run: &str) -> Result<Lock, Trouble> {
        let options = Object::new();
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
        let _ = locks.request(&lock_name(run), &options, held.unchecked_ref()).map_err(|_| Trouble::Refused)?;
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
