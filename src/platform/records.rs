//! Records of runs in the browser's database (IndexedDB).
//!
//! Four stores hold texts: `runs` by the id of a run, `steps` by that and the place of the step, `leases` by the id of a run
//! or the name of what else a tab owns, `tasks` by their keys. What a call has written is the database's when it returns: a
//! tab that is killed loses nothing. What is written before a request has reached the disk as well (`durability: strict`),
//! so that the machine may lose its power.

use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

pub use self::database::CHANGED;
use self::database::{Database, Write};
use self::owner::{claim, is_owned};
use self::work::{LEASES, RUNS, STEPS, TASKS, found, key, trouble};
use super::{now, random_hex};
use crate::api::Later;
use crate::record::coding::{new_id, read_head, read_step, write_head, write_step};
use crate::record::lease::Lease;
use crate::record::{Ended, Head, MOST_ENDED, Owned, Records, Run, Step, StepOutcome, Trouble};
use crate::time::Millis;

mod database;
mod owner;
mod work;

/// After so many steps the page may do something else.
const TURN: usize = 500;

/// Opens the database, once for the page.
pub async fn open() -> Result<Rc<dyn Records>, Trouble> {
    Ok(Rc::new(Kept(database::open().await?)))
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
                let put = store.put_with_key(&write_step(step).into(), &key(&head.id, place)).map_err(trouble)?;
                // Where one fails, the whole says why.
                if place % TURN == TURN - 1 && found(Ok(put)).await.is_err() {
                    break;
                }
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

    fn hold(&self, name: &str) -> Later<'static, Result<Owned, Trouble>> {
        let (Kept(database), name) = (self.clone(), name.to_owned());
        Box::pin(async move { claim(&database, &name).await })
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
        database.enqueue(Write { run, fence, place, text, is_strict, reply });
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
            let head = Head { ended: Some((at, ended)), ..head }.counted(&work.steps(&run).await?);
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
