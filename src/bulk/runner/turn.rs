//! A step's turn: one try, and what follows from what came of it. Pure.

use std::rc::Rc;

use super::super::Aim;
use super::super::limits::wait;
use super::super::step::{Again, Due, Trouble};
use super::Run;
use super::command::{change_of_end, plain, read};
use super::facts::facts;
use crate::actions::{Change, Command, Done, Found, Outcome, also_changed, find_out, run};
use crate::api::tokens::Tagged;
use crate::api::{ApiError, NetworkError};
use crate::capabilities::Action;
use crate::record::{self, Facts, Known, StepOutcome};
use crate::session::Client;
use crate::time::Millis;

/// A step is tried so often at most.
const MOST_TRIES: u32 = 5;

/// So often it is looked for what was accepted, or may have been done; and the milliseconds before each look.
const LOOKS: [Millis; 4] = [0, 1_000, 3_000, 7_000];

/// What came of a turn.
enum Turn {
    /// It is done; with what is to be shown of the token.
    Done(Option<Box<Tagged>>),
    /// It is not done, and will not be; with what is to be shown of the token.
    Failed(Trouble, Option<Box<Tagged>>),
    /// It is tried again, as this went wrong.
    Again(ApiError),
    /// The token as it was read does not show it yet.
    NotSeen,
    /// The user is signed out there.
    SignedOut,
    /// The record could not be written, so nothing was sent.
    Unkept(record::Trouble),
}

impl Run {
    pub(super) async fn take_turn(self: &Rc<Self>, lane: usize, idx: usize) {
        let (client, session) = {
            let lane = &self.lanes.borrow()[lane];
            (lane.system.client.clone(), lane.session)
        };
        let turn = if self.steps.borrow()[idx].aim == Aim::Extend {
            self.move_end(&client, idx).await
        } else {
            self.send(&client, lane, idx).await
        };
        let now = self.runtime.now();
        let is_answered = !matches!(&turn, Turn::Again(ApiError::NoAnswer(_)));
        self.limits.borrow_mut().end(lane, is_answered, now);
        if client.session() != session {
            self.lanes.borrow_mut()[lane].is_over = true;
            // Of what was sent nothing is known any more.
            if self.steps.borrow()[idx].outcome() == StepOutcome::Sent {
                let error = ApiError::NoAnswer(NetworkError::Cancelled);
                self.settle(idx, StepOutcome::Unknown, Some(Trouble::Error(error)));
                // A record that another tab owns by now is not this one's to write.
                let _ = self.keep(idx).await;
            }
            return self.pump();
        }
        match turn {
            Turn::Done(tagged) => self.was_done(lane, idx, tagged),
            Turn::Failed(trouble, tagged) => self.has_failed(lane, idx, trouble, tagged),
            Turn::Again(error) => self.try_again(lane, idx, error, now),
            Turn::NotSeen => self.look_again(lane, idx, now),
            Turn::SignedOut => {
                self.steps.borrow_mut()[idx].wait();
                let lane = &mut self.lanes.borrow_mut()[lane];
                lane.is_signed_out = true;
                lane.waiting.push_front(idx);
            }
            Turn::Unkept(trouble) => {
                self.steps.borrow_mut()[idx].wait();
                self.lanes.borrow_mut()[lane].waiting.push_front(idx);
                self.is_unkept(trouble);
                return self.pump();
            }
        }
        if self.steps.borrow()[idx].has_ended() {
            self.pace.borrow_mut().step(now);
            if !matches!(self.steps.borrow()[idx].outcome(), StepOutcome::Unknown) {
                self.lanes.borrow_mut()[lane].n_troubles = 0;
            }
        }
        if let Err(trouble) = self.keep(idx).await {
            self.is_unkept(trouble);
        }
        self.pump();
    }

    /// Another tab has the record by now: this one stops. Of anything else the user is asked already.
    fn is_unkept(self: &Rc<Self>, trouble: record::Trouble) {
        if trouble == record::Trouble::Lost {
            self.record_trouble.set(Some(trouble));
            self.stop();
        }
    }

    /// The command of a step that needs no token to be read.
    fn command(&self, lane: usize, idx: usize) -> Command {
        let step = &self.steps.borrow()[idx];
        let typed = &self.lanes.borrow()[lane].system.inputs;
        let inputs = typed.iter().find(|(action, _)| *action == step.aim.action()).map(|it| it.1.clone());
        plain(step.aim, step.token.clone(), inputs.unwrap_or_default())
    }

    /// Reads what may have been done, and sends what is not.
    async fn send(&self, client: &Rc<Client>, lane: usize, idx: usize) -> Turn {
        let command = self.command(lane, idx);
        let (looks_first, is_accepted) = {
            let step = &self.steps.borrow()[idx];
            (step.looks_first, step.is_accepted)
        };
        if looks_first {
            match find_out(&command, client).await {
                Found::Done(tagged) => return Turn::Done(tagged),
                Found::Gone => return Turn::Failed(Trouble::Gone, None),
                Found::NotDone(..) | Found::Untold if is_accepted => return Turn::NotSeen,
                // It is known not to be done, or is done once however often it is asked for.
                Found::NotDone(..) => self.steps.borrow_mut()[idx].may_be_done = false,
                Found::Untold => {}
                Found::Failed(error) => match Again::after(&error) {
                    _ if is_signed_out(client, &error) => return Turn::SignedOut,
                    Again::Never if is_accepted => return Turn::NotSeen,
                    // The system lets no single token be read.
                    Again::Never => {}
                    Again::Later { .. } => return Turn::Again(error),
                },
            }
        }
        self.act(client, &command, idx).await
    }

    /// Sends it, and takes what its answer proves.
    async fn act(&self, client: &Rc<Client>, command: &Command, idx: usize) -> Turn {
        if let Some(turn) = self.about_to_send(idx).await {
            return turn;
        }
        match run(command, client, &|_| true).await {
            Outcome::Proved(Done::Token(tagged)) => Turn::Done(Some(tagged)),
            Outcome::Proved(Done::Deleted { .. }) => Turn::Done(None),
            Outcome::Wrong(_, tagged) => Turn::Failed(Trouble::NotSo, Some(tagged)),
            Outcome::NotProvedYet(_) => {
                self.steps.borrow_mut()[idx].is_accepted = true;
                Turn::NotSeen
            }
            Outcome::ChangedMeanwhile(_) => Turn::Again(ApiError::Changed),
            Outcome::Refused(error) => self.refused(client, command, idx, error).await,
            Outcome::Unknown(error) => {
                self.steps.borrow_mut()[idx].may_be_done = true;
                Turn::Again(error)
            }
        }
    }

    /// Writes down that a request is about to leave.
    async fn about_to_send(&self, idx: usize) -> Option<Turn> {
        {
            let step = &mut self.steps.borrow_mut()[idx];
            step.kept.outcome = StepOutcome::Sent;
            step.kept.at = self.runtime.now();
        }
        if let Err(trouble) = self.keep(idx).await {
            return Some(Turn::Unkept(trouble));
        }
        self.steps.borrow_mut()[idx].n_sent += 1;
        None
    }

    /// What a refusal means: where an earlier request may have done it, the token tells.
    async fn refused(&self, client: &Rc<Client>, command: &Command, idx: usize, error: ApiError) -> Turn {
        if is_signed_out(client, &error) {
            return Turn::SignedOut;
        }
        if Again::after(&error) != Again::Never {
            return Turn::Again(error);
        }
        let may_be_done = self.steps.borrow()[idx].may_be_done;
        if may_be_done && let Found::Done(tagged) = find_out(command, client).await {
            return Turn::Done(tagged);
        }
        match error {
            ApiError::NotFound(_) if command.action() != Action::Delete => Turn::Failed(Trouble::Gone, None),
            error => Turn::Failed(Trouble::Error(error), None),
        }
    }

    /// Gives a token another end: it is read, and sent back with that alone changed, on the condition that it is as it was.
    async fn move_end(&self, client: &Rc<Client>, idx: usize) -> Turn {
        let (token, until, is_first, is_accepted) = {
            let step = &self.steps.borrow()[idx];
            (step.token.clone(), step.kept.until, step.n_sent == 0 && !step.looks_first, step.is_accepted)
        };
        let base = match read(client, &token.token).await {
            Ok(base) => base,
            Err(ApiError::NotFound(_)) => return Turn::Failed(Trouble::Gone, None),
            Err(error) if is_signed_out(client, &error) => return Turn::SignedOut,
            Err(error) if Again::after(&error) == Again::Never => {
                return Turn::Failed(Trouble::Error(error), None);
            }
            Err(error) => return Turn::Again(error),
        };
        let now = self.runtime.now();
        let before = facts(&base, now);
        let is_so = before.valid_to == Known::Is(until);
        // What it was like before is what it was like before the first try.
        if is_first {
            self.steps.borrow_mut()[idx].kept.before = before;
        }
        if is_so {
            return Turn::Done(Some(Box::new(base)));
        }
        if is_accepted {
            return Turn::NotSeen;
        }
        let Some(command) = change_of_end(client, &token, base, until, now, self.runtime.zone()) else {
            return Turn::Failed(Trouble::Unsendable, None);
        };
        self.act(client, &command, idx).await
    }

    fn was_done(self: &Rc<Self>, lane: usize, idx: usize, tagged: Option<Box<Tagged>>) {
        let now = self.runtime.now();
        let (client, token, aim) = {
            let step = &mut self.steps.borrow_mut()[idx];
            step.kept.after = match &tagged {
                Some(tagged) => facts(tagged, now),
                None => Facts::gone(),
            };
            (self.lanes.borrow()[lane].system.client.clone(), step.token.clone(), step.aim)
        };
        client.count_write(&token.token.id);
        let has_more = tagged.as_ref().is_some_and(|it| !also_changed(&client, it).differences.is_empty());
        self.settle(idx, StepOutcome::Done, has_more.then_some(Trouble::AlsoChanged));
        match tagged {
            Some(tagged) => self.change(lane, Change::Put(tagged.json)),
            None if aim == Aim::Delete && client.system().keeps_deleted => {}
            None => self.change(lane, Change::Removed(token.token.id)),
        }
    }

    fn has_failed(self: &Rc<Self>, lane: usize, idx: usize, trouble: Trouble, tagged: Option<Box<Tagged>>) {
        let id = {
            let step = &mut self.steps.borrow_mut()[idx];
            if let Some(tagged) = &tagged {
                step.kept.after = facts(tagged, self.runtime.now());
            }
            step.token.token.id.clone()
        };
        let is_gone = trouble == Trouble::Gone;
        self.settle(idx, StepOutcome::Failed, Some(trouble));
        match tagged {
            Some(tagged) => self.change(lane, Change::Put(tagged.json)),
            None if is_gone => self.change(lane, Change::Removed(id)),
            None => {}
        }
    }

    /// Has a step tried again after a while, unless that was done often enough.
    fn try_again(self: &Rc<Self>, lane: usize, idx: usize, error: ApiError, now: Millis) {
        let (n_tries, may_be_done) = {
            let step = &mut self.steps.borrow_mut()[idx];
            step.n_tries += 1;
            step.wait();
            step.trouble = Some(Trouble::Error(error.clone()));
            (step.n_tries, step.may_be_done)
        };
        let (said, rests) = match Again::after(&error) {
            Again::Later { said, rests, counts } if !counts || n_tries < MOST_TRIES => {
                self.steps.borrow_mut()[idx].n_tries -= u32::from(!counts);
                (said, rests)
            }
            // What cannot be sent again may have been done: the token tells.
            Again::Never if may_be_done && n_tries < MOST_TRIES => (None, false),
            _ => {
                let outcome = if may_be_done { StepOutcome::Unknown } else { StepOutcome::Failed };
                return self.settle(idx, outcome, Some(Trouble::Error(error)));
            }
        };
        let chance = self.chance.borrow_mut().number();
        let n_before = if rests { self.lanes.borrow()[lane].n_troubles } else { n_tries };
        let at = now + wait(n_before, said, chance);
        if rests {
            self.limits.borrow_mut().rest(lane, at);
            self.lanes.borrow_mut()[lane].n_troubles += 1;
        }
        self.wait_for(lane, idx, at);
    }

    /// Looks again for what was accepted, unless that was done often enough.
    fn look_again(&self, lane: usize, idx: usize, now: Millis) {
        let n_tries = {
            let step = &mut self.steps.borrow_mut()[idx];
            step.may_be_done = true;
            step.n_tries += 1;
            step.wait();
            step.n_tries as usize
        };
        match LOOKS.get(n_tries - 1) {
            Some(pause) => self.wait_for(lane, idx, now + pause),
            None => self.settle(idx, StepOutcome::Accepted, Some(Trouble::NotSeen)),
        }
    }

    fn wait_for(&self, lane: usize, idx: usize, at: Millis) {
        self.lanes.borrow_mut()[lane].due.push(Due { at, step: idx });
    }
}

/// Whether a request failed as the user is signed out.
fn is_signed_out(client: &Client, error: &ApiError) -> bool {
    matches!(error, ApiError::SignedOut(_)) && client.has_signed_out()
}
