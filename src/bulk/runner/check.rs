//! The end of a run: the lists are loaded again and compared with what was done. Pure.

use std::rc::Rc;

use futures_util::future::join_all;

use super::super::Aim;
use super::super::step::{Step, Trouble};
use super::facts::look_at;
use super::page::Listed;
use super::{Run, State};
use crate::record::{self, Found, StepOutcome};

/// When the lists are looked at for what they do not show: milliseconds from one look to the next. A system that keeps several
/// copies has them alike after some seconds.
const LOOKS: [i32; 3] = [0, 3_000, 7_000];

/// What a look at a token makes of a step of which nothing certain was known; nothing where that stays so.
fn known_now(step: &Step, says: StepOutcome) -> Option<(StepOutcome, Option<Trouble>)> {
    match (step.outcome(), says) {
        (StepOutcome::Unknown | StepOutcome::Accepted, StepOutcome::Done) => Some((StepOutcome::Done, None)),
        (StepOutcome::Unknown, StepOutcome::Failed) => Some((StepOutcome::Failed, Some(Trouble::Gone))),
        // What was not carried out by now will not be.
        (StepOutcome::Unknown, StepOutcome::Open) => Some((StepOutcome::Failed, step.trouble.clone())),
        _ => None,
    }
}

impl Run {
    pub(super) async fn finish(self: &Rc<Self>) {
        self.leave_open().await;
        self.tell();
        let mut is_loaded = Vec::new();
        for pause in LOOKS {
            self.runtime.sleep(pause).await;
            self.show_changes();
            let page = self.page.borrow().clone();
            let connections: Vec<(usize, String)> = {
                let lanes = self.lanes.borrow();
                let is_worked_on = |idx: &usize| self.steps.borrow().iter().any(|it| it.lane == *idx && it.n_sent > 0);
                let lanes = (0..lanes.len()).filter(|it| !lanes[*it].is_over && is_worked_on(it));
                lanes.map(|it| (it, self.lanes.borrow()[it].system.client.name().to_owned())).collect()
            };
            // At the same time, as a system that does not answer would hold up those after it.
            let loads = join_all(connections.iter().map(|(_, connection)| page.reload(connection))).await;
            let has_come = connections.into_iter().zip(loads).filter(|(_, has_come)| *has_come);
            let loaded: Vec<(usize, String)> = has_come.map(|it| it.0).collect();
            let is_behind = self.compare(&loaded).await;
            is_loaded = loaded.into_iter().map(|it| it.0).collect();
            if !is_behind {
                break;
            }
        }
        self.read_unlisted(&is_loaded).await;
        self.end().await;
    }

    /// What was sent and waited for another try when the run was stopped may have been done.
    async fn leave_open(&self) {
        let sent: Vec<(usize, Option<Trouble>, bool)> = {
            let steps = self.steps.borrow();
            let sent = steps.iter().enumerate().filter(|(_, it)| it.outcome() == StepOutcome::Sent);
            sent.map(|(idx, it)| (idx, it.trouble.clone(), it.is_accepted)).collect()
        };
        for (idx, trouble, is_accepted) in sent {
            let outcome = if is_accepted { StepOutcome::Accepted } else { StepOutcome::Unknown };
            self.settle(idx, outcome, trouble.or(Some(Trouble::NotSeen)));
            // Nothing more is sent, so it does not matter whose the record is by now.
            let _ = self.keep(idx).await;
        }
    }

    /// Compares the steps with the lists. Tells whether a list does not show what was done, so that a later one may.
    async fn compare(&self, loaded: &[(usize, String)]) -> bool {
        let page = self.page.borrow().clone();
        let mut is_behind = false;
        let mut settled = Vec::new();
        for (idx, step) in self.steps.borrow().iter().enumerate() {
            let Some((_, connection)) = loaded.iter().find(|it| it.0 == step.lane) else { continue };
            let listed = page.listed(connection, &step.kept.id);
            let found = match listed {
                Listed::Untold => continue,
                Listed::Missing => Found::Missing,
                Listed::Is(facts) => Found::Is(facts),
            };
            let says = record::judge(&step.kept, &found);
            match (step.outcome(), says) {
                (StepOutcome::Done, StepOutcome::Open) if step.aim != Aim::Extend => {
                    let trouble = if step.aim == Aim::Delete { Trouble::StillListed } else { Trouble::ListDiffers };
                    settled.push((idx, StepOutcome::Accepted, Some(trouble)));
                    is_behind = true;
                }
                (outcome, says) => match known_now(step, says) {
                    Some((outcome, trouble)) => settled.push((idx, outcome, trouble)),
                    None => is_behind |= outcome == StepOutcome::Accepted,
                },
            }
        }
        self.settle_all(settled).await;
        is_behind
    }

    /// Reads each token of which nothing certain is known and whose list has not come: the page may have left it.
    async fn read_unlisted(&self, is_loaded: &[usize]) {
        for lane in 0..self.lanes.borrow().len() {
            let (client, is_over) = {
                let lane = &self.lanes.borrow()[lane];
                (lane.system.client.clone(), lane.is_over || lane.is_signed_out)
            };
            if is_over || is_loaded.contains(&lane) {
                continue;
            }
            let is_asked =
                |it: &Step| it.lane == lane && matches!(it.outcome(), StepOutcome::Unknown | StepOutcome::Accepted);
            let asked: Vec<usize> = self.with_steps(|all| (0..all.len()).filter(|it| is_asked(&all[*it])).collect());
            for idx in asked {
                let id = self.with_steps(|all| all[idx].kept.id.clone());
                let found = match look_at(&client, &id, self.runtime.now()).await {
                    Ok(Some(found)) => found,
                    Ok(None) => continue,
                    // A system that does not answer is not asked for each of a thousand.
                    Err(_) => break,
                };
                let settled = self.with_steps(|all| known_now(&all[idx], record::judge(&all[idx].kept, &found)));
                self.settle_all(settled.into_iter().map(|(outcome, trouble)| (idx, outcome, trouble)).collect()).await;
            }
        }
    }

    async fn settle_all(&self, settled: Vec<(usize, StepOutcome, Option<Trouble>)>) {
        for (idx, outcome, trouble) in settled {
            self.settle(idx, outcome, trouble);
            // Nothing more is sent, so it does not matter whose the record is by now.
            let _ = self.keep(idx).await;
        }
        self.tell();
    }

    async fn end(self: &Rc<Self>) {
        self.end_record().await;
        self.state.set(State::Ended);
        self.holds.take();
        self.wakes.take();
        self.tell();
    }
}
