//! What the page needs of where it runs: clock, timers, tasks, network, address, storage, clipboard. The browser is one
//! such place (`platform`), a test's fake another. Pure.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::api::{Later, Transport};
use crate::config::Connection;
use crate::record::{Records, Trouble};
use crate::store::Store;
use crate::time::{Clock, Millis, Zone};

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod fake;

/// Something that is undone when it is dropped.
pub type Guard = Box<dyn Any>;

/// The storage refuses: it is switched off, or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// Where the page runs. There is one for as long as it runs.
pub trait Runtime: Sync {
    /// The viewer's clock.
    fn now(&self) -> Millis;

    /// The viewer's zone.
    fn zone(&self) -> &dyn Zone;

    /// Date and time to the minute, as the viewer's language writes them.
    fn date_time(&self, at: Millis) -> String;

    /// Runs a task. It begins after what is running now.
    fn spawn(&self, task: Later<'static, ()>);

    /// Waits so many milliseconds.
    fn sleep(&self, millis: i32) -> Later<'static, ()>;

    /// Lets what has been spawned begin, before anything else.
    fn soon(&self) -> Later<'static, ()>;

    /// Waits until what has changed is on the screen.
    fn painted(&self) -> Later<'static, ()>;

    /// Calls `run` once after so many milliseconds, unless the guard is dropped before. `run` must not drop the guard.
    fn after(&self, millis: i32, run: Box<dyn FnOnce()>) -> Guard;

    /// A transport to a connection whose requests belong to a job.
    fn network(&self, connection: &Connection, job: &Job) -> Box<dyn Transport>;

    /// The parameters of the page's address, decoded.
    fn address_params(&self) -> Vec<(String, String)>;

    /// Writes the parameters into the page's address: as a new step in the history, or in place of the present one.
    fn set_address_params(&self, params: &[(&str, String)], new_step: bool);

    /// What is kept under a key from one visit to the next.
    fn stored(&self, key: &str) -> Result<Option<String>, Refused>;

    /// Keeps a text under a key. Never a secret: everybody at this browser can read it.
    fn store(&self, key: &str, text: &str) -> Result<(), Refused>;

    /// Puts a text on the clipboard. Tells whether it is there.
    fn copy(&self, text: String) -> Later<'static, bool>;

    /// Reads facts of tokens once more that were not written as the contract says. The reader for that comes when it is first
    /// needed; `false` where it does not.
    fn read_odd(&self, store: Rc<RefCell<Store>>) -> Later<'static, bool>;

    /// Where runs and tasks are kept from one visit to the next. Its code comes when it is first needed.
    fn records(&self) -> Later<'static, Result<Rc<dyn Records>, Trouble>>;

    /// Has the user asked before the page is left, as long as the guard lives.
    fn hold_page(&self) -> Guard;
}

impl dyn Runtime {
    /// This moment in the viewer's zone.
    pub fn clock(&self) -> Clock<'_> {
        Clock { now: self.now(), zone: self.zone() }
    }
}

/// Work that can be called off: everything that was sent with it ends once it is dropped or told to.
#[derive(Default)]
pub struct Job {
    is_cancelled: Cell<bool>,
    on_cancel: RefCell<Vec<Box<dyn FnOnce()>>>,
}

impl Job {
    /// A job of its own.
    pub fn new() -> Self {
        Job::default()
    }

    /// Calls off what is under way.
    pub fn cancel(&self) {
        self.is_cancelled.set(true);
        for run in self.on_cancel.take() {
            run();
        }
    }

    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.get()
    }

    /// Calls `run` when the job is called off, at once where it has been.
    pub fn on_cancel(&self, run: impl FnOnce() + 'static) {
        if self.is_cancelled() { run() } else { self.on_cancel.borrow_mut().push(Box::new(run)) }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_ends_what_belongs_to_it_once() {
        let n_ended = Rc::new(Cell::new(0));
        let end = || {
            let n_ended = n_ended.clone();
            move || n_ended.set(n_ended.get() + 1)
        };
        let job = Job::new();
        job.on_cancel(end());
        assert!(!job.is_cancelled() && n_ended.get() == 0);
        job.cancel();
        job.on_cancel(end());
        assert_eq!((job.is_cancelled(), n_ended.get()), (true, 2));
        drop(job);
        assert_eq!(n_ended.get(), 2);
    }

    #[test]
    fn dropping_a_job_calls_it_off() {
        let is_over = Rc::new(Cell::new(false));
        let told = is_over.clone();
        let job = Job::new();
        job.on_cancel(move || told.set(true));
        drop(job);
        assert!(is_over.get());
    }
}
