//! What a panel has asked a system for and shows. It is forgotten with the session, and called off with the panel. Pure.

use std::cell::RefCell;
use std::rc::Rc;

use reactive_graph::owner::{LocalStorage, StoredValue, on_cleanup};
use reactive_graph::prelude::*;
use reactive_graph::signal::RwSignal;

use super::Client;
use crate::api::{ApiError, Later};
use crate::runtime::Job;

/// How a panel asks.
pub type Ask<T> = dyn Fn(Rc<Client>, Rc<Job>) -> Later<'static, Result<T, ApiError>>;

/// An answer that a panel waits for and shows.
pub struct Reading<T: 'static> {
    /// The answer, or why there is none; `None` while it is awaited.
    pub answer: RwSignal<Option<Result<T, ApiError>>, LocalStorage>,
    inner: StoredValue<Rc<Inner<T>>, LocalStorage>,
}

struct Inner<T: 'static> {
    client: Rc<Client>,
    job: RefCell<Rc<Job>>,
    ask: Box<Ask<T>>,
    _forget: Rc<dyn Fn()>,
}

impl<T: 'static> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Reading<T> {}

impl<T: 'static> Reading<T> {
    /// Asks. It ends with the current owner.
    pub fn new(client: Rc<Client>, ask: Box<Ask<T>>) -> Self {
        let answer = RwSignal::new_local(None);
        let job = RefCell::new(client.reading_job());
        let forget = client.when_forgotten(move || drop(answer.try_set(None)));
        let inner = StoredValue::new_local(Rc::new(Inner { client, job, ask, _forget: forget }));
        on_cleanup(move || {
            inner.try_with_value(|it| it.job.borrow().cancel());
        });
        let reading = Reading { answer, inner };
        reading.ask();
        reading
    }

    /// Asks once more.
    pub fn ask(self) {
        let Some(inner) = self.inner.try_get_value() else { return };
        self.answer.set(None);
        let job = inner.client.reading_job();
        inner.job.replace(job.clone()).cancel();
        let asked = (inner.ask)(inner.client.clone(), job.clone());
        inner.client.runtime().spawn(Box::pin(async move {
            let answer = asked.await;
            // The panel may have been closed meanwhile, the session forgotten, or it was asked once more.
            if !job.is_cancelled() {
                let _ = self.answer.try_set(Some(answer));
            }
        }));
    }
}
