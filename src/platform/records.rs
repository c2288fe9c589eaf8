//! Records of runs in the browser's database (IndexedDB).
//!
//! Four stores hold texts: `runs` by the id of a run, `steps` by that and the place of the step, `leases` by the id of a run,
//! `tasks` by their keys. What a call has written is the database's when it returns: a tab that is killed loses nothing. What
//! is written before a request has reached the disk as well (`durability: strict`), so that the machine may lose its power.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, IdbKeyRange, IdbTransactionMode};

use self::owner::{claim, is_owned};
use self::work::{Durable, LEASES, RUNS, STEPS, TASKS, Work, found, key, trouble};
use super::{now, random_hex, storage, window};
use crate::api::Later;
use crate::record::coding::{new_id, read_head, read_step, write_head, write_step};
use crate::record::lease::Lease;
use crate::record::{Counts, Ended, Head, MOST_ENDED, Marker, Owned, Records, Run, Step, StepOutcome, Trouble};
use crate::time::Millis;

mod owner;
mod work;

/// The event of the window when there are other runs, or this tab has let go of one.
pub const CHANGED: &str = "tokendeck.records";

fn tell() {
    if let Ok(event) = Event::new(CHANGED) {
        let _ = window().dispatch_event(&event);
    }
}

thread_local! {
    /// The database, as long as it is open.
    static OPENED: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

struct Database {
    db: Durable,
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
    let db = Rc::new(Database::new(work::open().await?));
    let opened = OPENED.with_borrow_mut(|it| it.get_or_insert(db).clone());
    Ok(Rc::new(Kept(opened)))
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

    fn read(&self, stores: &[&str]) -> Result<Work, Trouble> {
        Work::begin(&self.db, stores, IdbTransactionMode::Readonly, false)
    }

    fn change(&self, stores: &[&str]) -> Result<Work, Trouble> {
        Work::begin(&self.db, stores, IdbTransactionMode::Readwrite, true)
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
        // Without that note an unfinished run is seen when the user opens the records.
        let _ = storage::store(Marker::KEY, &marker.write(now()));
        tell();
        Ok(())
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
            let owned = claim(&database, &head.id).await?;
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
            let owned = claim(&database, &run).await?;
            let is_kept = database.read(&[RUNS])?.text(RUNS, &run.as_str().into()).await?.is_some();
            if is_kept { Ok(owned) } else { Err(Trouble::Lost) }
        })
    }

    fn is_owned(&self, run: &str) -> Later<'static, Result<bool, Trouble>> {
        let (Kept(database), run) = (self.clone(), run.to_owned());
        Box::pin(async move { is_owned(&database, &run).await })
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
            // A tab that owns it would go on writing.
            let _owned = claim(&database, &run).await?;
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
