//! The database itself: opening it, and transactions over texts. By web-sys and not by a crate (`idb`, `rexie`,
//! `indexed_db_futures`): what is needed is a put, a get and the end of a transaction, and none of them has durability.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::super::window;
use crate::record::Trouble;
use crate::record::coding::{read_head, read_step};
use crate::record::lease::Lease;
use crate::record::{Head, Step};

/// What the database is called, and what the names of locks begin with.
pub(super) const NAME: &str = "tokendeck";

/// The version of the stores. One that adds a store goes up by one.
const VERSION: u32 = 1;

pub(super) const RUNS: &str = "runs";
pub(super) const STEPS: &str = "steps";
pub(super) const LEASES: &str = "leases";
pub(super) const TASKS: &str = "tasks";

/// How long another tab may take to let go of an older version, in milliseconds.
const PATIENCE: i32 = 3_000;

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with what web-sys has as unstable.
    #[wasm_bindgen(extends = IdbDatabase)]
    pub(super) type Durable;
    #[wasm_bindgen(method, js_name = transaction, catch)]
    fn begin(
        this: &Durable,
        stores: &JsValue,
        mode: IdbTransactionMode,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

thread_local! {
    /// Hears that a transaction was given up: who has left it does not, and browsers report what is not heard.
    static HEARD: Closure<dyn FnMut(JsValue)> = Closure::new(drop);
}

/// Opens the database.
pub(super) async fn open() -> Result<Durable, Trouble> {
    let factory = Reflect::get(&window(), &"indexedDB".into()).ok().and_then(|it| it.dyn_into::<IdbFactory>().ok());
    let request = factory.ok_or(Trouble::Refused)?.open_with_u32(NAME, VERSION).map_err(trouble)?;
    Ok(opened(&request).await?.unchecked_into())
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
pub(super) fn trouble(error: JsValue) -> Trouble {
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
pub(super) async fn found(request: Result<IdbRequest, JsValue>) -> Result<JsValue, Trouble> {
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
pub(super) struct Work {
    transaction: IdbTransaction,
    settled: Promise,
}

impl Work {
    /// Begins one over these stores. `is_strict`: what it writes has reached the disk when it is done.
    pub(super) fn begin(
        db: &Durable,
        stores: &[&str],
        mode: IdbTransactionMode,
        is_strict: bool,
    ) -> Result<Work, Trouble> {
        let names: Array = stores.iter().map(|it| JsValue::from_str(it)).collect();
        let options = js_sys::Object::new();
        let durability = if is_strict { "strict" } else { "relaxed" };
        let _ = Reflect::set(&options, &"durability".into(), &durability.into());
        let transaction = db.begin(&names, mode, &options).map_err(trouble)?;
        let settled = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        });
        let _ = HEARD.with(|it| settled.catch(it));
        Ok(Work { transaction, settled })
    }

    pub(super) fn store(&self, name: &str) -> Result<IdbObjectStore, Trouble> {
        self.transaction.object_store(name).map_err(trouble)
    }

    pub(super) fn put(&self, store: &str, key: &JsValue, text: &str) -> Result<(), Trouble> {
        self.store(store)?.put_with_key(&text.into(), key).map(drop).map_err(trouble)
    }

    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Result<(), Trouble> {
        self.store(store)?.delete(key).map(drop).map_err(trouble)
    }

    pub(super) async fn text(&self, store: &str, key: &JsValue) -> Result<Option<String>, Trouble> {
        Ok(found(self.store(store)?.get(key)).await?.as_string())
    }

    /// All texts of a range of keys, in their order.
    pub(super) async fn texts(&self, store: &str, range: &JsValue) -> Result<Vec<String>, Trouble> {
        let all = found(self.store(store)?.get_all_with_key(range)).await?;
        Ok(Array::from(&all).iter().filter_map(|it| it.as_string()).collect())
    }

    pub(super) async fn heads(&self) -> Result<Vec<Head>, Trouble> {
        Ok(self.texts(RUNS, &JsValue::UNDEFINED).await?.iter().filter_map(|it| read_head(it)).collect())
    }

    pub(super) async fn steps(&self, run: &str) -> Result<Vec<Step>, Trouble> {
        Ok(self.texts(STEPS, &steps_of(run)?).await?.iter().map(|it| read_step(it)).collect())
    }

    /// A run; of one that has not ended its steps are counted.
    pub(super) async fn counted(&self, head: Head) -> Result<Head, Trouble> {
        if !head.is_unfinished() {
            return Ok(head);
        }
        let steps = self.steps(&head.id).await?;
        Ok(head.counted(&steps))
    }

    pub(super) async fn lease(&self, run: &str) -> Result<Option<Lease>, Trouble> {
        Ok(self.text(LEASES, &run.into()).await?.and_then(|it| Lease::read(&it)))
    }

    pub(super) fn drop_run(&self, run: &str) -> Result<(), Trouble> {
        self.delete(RUNS, &run.into())?;
        self.delete(STEPS, &steps_of(run)?)?;
        self.delete(LEASES, &run.into())
    }

    /// Ends it: all of it is kept, or nothing.
    pub(super) async fn done(self) -> Result<(), Trouble> {
        match JsFuture::from(self.settled).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.transaction.error().map_or(Trouble::Refused, |it| trouble(it.into()))),
        }
    }

    /// Ends it with nothing kept.
    pub(super) fn leave<T>(self, trouble: Trouble) -> Result<T, Trouble> {
        let _ = self.transaction.abort();
        Err(trouble)
    }
}

/// The key of a step.
pub(super) fn key(run: &str, place: usize) -> JsValue {
    Array::of2(&run.into(), &(place as f64).into()).into()
}

/// The keys of all steps of a run.
pub(super) fn steps_of(run: &str) -> Result<JsValue, Trouble> {
    // A list is behind every number.
    let end = Array::of2(&run.into(), &Array::new().into());
    IdbKeyRange::bound(&key(run, 0), &end).map(Into::into).map_err(trouble)
}
