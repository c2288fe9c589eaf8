//! What is kept of a run as it goes, and what happens where that cannot be written. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use super::{Lane, Run, State};
use crate::record::{self, Ended, Head, Trouble, Viewer};

impl Run {
    /// Keeps the run and all of its steps as they are by now, unless that was done before.
    pub(super) async fn keep_record(&self) -> Result<(), Trouble> {
        if self.record.borrow().is_some() {
            return Ok(());
        }
        let steps: Vec<record::Step> = self.with_steps(|steps| steps.iter().map(|it| it.kept.clone()).collect());
        let viewer = |it: &Lane| {
            let client = &it.system.client;
            let name = client.signed_in().with_untracked(|it| it.clone().unwrap_or_default());
            Viewer { connection: client.name().into(), name }
        };
        let viewers = self.lanes.borrow().iter().map(viewer).collect();
        let follows = self.follows.clone();
        let head = Head { follows, viewers, ..Head::new(self.aim.deed(), self.runtime.now()) };
        let records = self.runtime.records().await?;
        let owned = records.begin(record::Run::new(head, steps)).await?;
        self.unkept.take();
        self.record_id.replace(Some(owned.run.clone()));
        self.record.replace(Some((records, owned)));
        Ok(())
    }

    /// Keeps a step as it is now. After an error nothing may be sent for it: the run is not this tab's any more
    /// ([`Trouble::Lost`]), or the user is asked.
    pub(super) async fn keep(&self, idx: usize) -> Result<(), Trouble> {
        if self.goes_unrecorded.get() {
            return Ok(());
        }
        let kept = self.write_step(idx).await;
        match kept {
            // The user has agreed to it meanwhile.
            Err(_) if self.goes_unrecorded.get() => return Ok(()),
            Ok(()) => {
                self.unkept.borrow_mut().remove(&idx);
            }
            Err(trouble) => {
                self.unkept.borrow_mut().insert(idx);
                if trouble != Trouble::Lost {
                    self.ask_about_record(trouble);
                }
            }
        }
        kept
    }

    async fn write_step(&self, idx: usize) -> Result<(), Trouble> {
        let writing = match &*self.record.borrow() {
            Some((records, owned)) => records.write(owned, idx, &self.steps.borrow()[idx].kept),
            None => return Ok(()),
        };
        writing.await
    }

    async fn write_unkept(&self) -> Result<(), Trouble> {
        let unkept = self.unkept.borrow().clone();
        for idx in unkept {
            self.write_step(idx).await?;
            self.unkept.borrow_mut().remove(&idx);
        }
        Ok(())
    }

    /// Stands still until the user says what to do about the record.
    pub(super) fn ask_about_record(&self, trouble: Trouble) {
        self.record_trouble.set(Some(trouble));
        if matches!(self.state.get(), State::Running | State::Paused) {
            self.state.set(State::Unrecorded);
        }
        self.tell();
    }

    /// Tries once more to write the record, and goes on where that works.
    pub fn record_again(self: &Rc<Self>) {
        self.decide(async |run| {
            run.keep_record().await?;
            run.write_unkept().await
        });
    }

    /// Goes on without a record. What is kept so far is dropped, as it would say of steps taken from now on that they are
    /// open. At its end it is tried once more to keep the run as a whole.
    pub fn go_unrecorded(self: &Rc<Self>) {
        self.decide(async |run| {
            run.goes_unrecorded.set(true);
            run.record_id.take();
            if let Some((records, owned)) = run.record.take() {
                let id = owned.run.clone();
                // A run that a tab owns cannot be dropped. Where it cannot be dropped at all there is nothing left to try.
                drop(owned);
                let _ = records.forget(&id).await;
            }
            Ok(())
        });
    }

    fn decide(self: &Rc<Self>, act: impl AsyncFnOnce(&Run) -> Result<(), Trouble> + 'static) {
        if self.state.get() != State::Unrecorded || self.is_writing.replace(true) {
            return;
        }
        let run = self.clone();
        self.runtime.spawn(Box::pin(async move {
            let done = act(&run).await;
            run.is_writing.set(false);
            match done {
                Ok(()) if run.state.get() == State::Unrecorded => {
                    if !run.goes_unrecorded.get() {
                        run.record_trouble.set(None);
                    }
                    run.pace.borrow_mut().forget();
                    run.state.set(State::Running);
                }
                Ok(()) => {}
                Err(Trouble::Lost) => {
                    run.record_trouble.set(Some(Trouble::Lost));
                    run.stop();
                }
                Err(trouble) => run.ask_about_record(trouble),
            }
            run.pump();
        }));
    }

    /// The run has ended: what is not in the record yet is written, and that it has ended.
    pub(super) async fn end_record(&self) {
        match self.write_end().await {
            Err(trouble) => self.record_trouble.set(Some(trouble)),
            Ok(()) if self.record.borrow().is_some() => self.record_trouble.set(None),
            Ok(()) => {}
        }
        self.record.take();
    }

    async fn write_end(&self) -> Result<(), Trouble> {
        if self.goes_unrecorded.get() {
            self.keep_record().await?;
        }
        self.write_unkept().await?;
        // A lane whose session is over stays unfinished, to be gone on with after signing in again.
        if self.lanes.borrow().iter().any(|it| it.is_over) {
            return Ok(());
        }
        let ended = if self.is_stopped.get() { Ended::Stopped } else { Ended::Completed };
        let ending = match &*self.record.borrow() {
            Some((records, owned)) => records.end(owned, ended, self.runtime.now()),
            None => return Ok(()),
        };
        ending.await
    }
}
