//! The database of the records, opened once for the page, and the queue of steps that are written together.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, IdbTransactionMode};

use super::super::{now, storage, window};
use super::work::{self, Durable, LEASES, RUNS, STEPS, Work, key};
use crate::record::lease::Lease;
use crate::record::{Head, Marker, Trouble, newest_first};

/// The event of the window when there are other runs, or this tab has let go of one.
pub const CHANGED: &str = "tokendeck.records";

/// Tells the window that there are other runs, or that this tab has let go of one.
pub(super) fn tell() {
    if let Ok(event) = Event::new(CHANGED) {
        let _ = window().dispatch_event(&event);
    }
}

thread_local! {
    /// The database, as long as it is open.
    static OPENED: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

/// The database, and what waits to be written to it.
pub(super) struct Database {
    db: Durable,
    /// What is to be written next, all of it at once.
    queue: RefCell<Vec<Write>>,
    is_writing: Cell<bool>,
    /// How many runs this tab owns.
    pub(super) n_owned: Rc<Cell<usize>>,
    _listeners: [Closure<dyn FnMut()>; 2],
}

/// A step that waits to be written.
pub(super) struct Write {
    pub(super) run: String,
    pub(super) fence: Option<u64>,
    pub(super) place: usize,
    pub(super) text: String,
    pub(super) is_strict: bool,
    pub(super) reply: oneshot::Sender<Result<(), Trouble>>,
}

/// Opens the database, once for the page.
pub(super) async fn open() -> Result<Rc<Database>, Trouble> {
    if let Some(opened) = OPENED.with_borrow(Option::clone) {
        return Ok(opened);
    }
    let db = Rc::new(Database::new(work::open().await?));
    Ok(OPENED.with_borrow_mut(|it| it.get_or_insert(db).clone()))
}

impl Database {
    fn new(db: Durable) -> Self {
        let n_owned = Rc::new(Cell::new(0_usize));
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
        Database { db, queue: RefCell::default(), is_writing: Cell::default(), n_owned, _listeners }
    }

    /// Begins to read stores.
    pub(super) fn read(&self, stores: &[&str]) -> Result<Work, Trouble> {
        Work::begin(&self.db, stores, IdbTransactionMode::Readonly, false)
    }

    /// Begins to change stores.
    pub(super) fn change(&self, stores: &[&str]) -> Result<Work, Trouble> {
        Work::begin(&self.db, stores, IdbTransactionMode::Readwrite, true)
    }

    /// Writes a step soon, together with what else waits.
    pub(super) fn enqueue(self: &Rc<Self>, write: Write) {
        self.queue.borrow_mut().push(write);
        if !self.is_writing.replace(true) {
            spawn_local(self.clone().write_queue());
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
            let work = Work::begin(&self.db, &[STEPS, RUNS, LEASES], IdbTransactionMode::Readwrite, is_strict)?;
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

    /// All runs, the newest first, with what came of their steps so far.
    pub(super) async fn runs(&self) -> Result<Vec<Head>, Trouble> {
        let work = self.read(&[RUNS, STEPS])?;
        let mut all = Vec::new();
        for head in work.heads().await? {
            all.push(work.counted(head).await?);
        }
        newest_first(&mut all);
        Ok(all)
    }

    /// Notes for all tabs whether there are runs, and whether one of them has not ended.
    pub(super) async fn note(&self) -> Result<(), Trouble> {
        let heads = self.read(&[RUNS])?.heads().await?;
        let marker = Marker::of(&heads);
        // Without that note an unfinished run is seen when the user opens the records.
        let _ = storage::store(Marker::KEY, &marker.write(now()));
        tell();
        Ok(())
    }
}
