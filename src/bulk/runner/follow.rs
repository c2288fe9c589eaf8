//! What follows a run: another one that takes it back, or tries again what failed. Pure.

use super::super::step::Step;
use super::super::undo::{failed_again, undo};
use super::{Lane, Run, System};
use crate::record::StepOutcome;

impl Run {
    /// The systems, for another run that follows this one. What was typed for them goes along.
    pub fn systems(&self) -> Vec<System> {
        let again = |it: &Lane| System { client: it.system.client.clone(), inputs: it.system.inputs.clone() };
        self.lanes.borrow().iter().map(again).collect()
    }

    /// Whether the session that a step belongs to is over, so that what its user saw is not shown any more.
    pub fn is_hidden(&self, step: &Step) -> bool {
        let lane = &self.lanes.borrow()[step.lane];
        lane.system.client.session() != lane.session
    }

    /// The steps that take it back. What another session began is not this one's to take back.
    pub fn steps_back(&self) -> Vec<Step> {
        self.with_steps(|steps| undo(steps.iter().filter(|it| !self.is_hidden(it)), self.runtime.now()))
    }

    /// The steps that try again what failed, in the sessions that began them.
    pub fn steps_again(&self) -> Vec<Step> {
        self.with_steps(|steps| failed_again(steps.iter().filter(|it| !self.is_hidden(it)), self.runtime.now()))
    }

    /// The connections whose session ended before all of their steps were known to be done or not.
    pub fn left(&self) -> Vec<String> {
        let is_left = |it: &Step| {
            self.is_hidden(it) && matches!(it.outcome(), StepOutcome::Open | StepOutcome::Sent | StepOutcome::Unknown)
        };
        let lanes = 0..self.lanes.borrow().len();
        let lanes =
            lanes.filter(|lane| self.with_steps(|steps| steps.iter().any(|it| it.lane == *lane && is_left(it))));
        lanes.map(|it| self.connection(it)).collect()
    }
}
