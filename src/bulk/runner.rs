//! Doing it: the steps of a run, several at a time, each through [`actions::run`](crate::actions::run). A run belongs to the
//! page and not to a workspace, so it goes on when that is left. Pure.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;

pub use self::command::foreseen;
pub(crate) use self::facts::look_at;
pub use self::page::{Listed, Page};
use super::limits::{Chance, Limits};
use super::progress::Pace;
use super::step::{Due, Step, Trouble};
use super::{Aim, set_has_run};
use crate::actions::Change;
use crate::capabilities::Action;
use crate::draft::Inputs;
use crate::record::{self, Counts, Owned, Records, StepOutcome, Tally};
use crate::runtime::{Guard, Runtime};
use crate::session::Client;
use crate::time::Millis;

mod check;
mod command;
mod facts;
mod follow;
mod keeping;
mod page;
mod turn;

/// The list is brought up to date so often at most, in milliseconds, as each time all of it is picked and sorted again.
const SHOWN_EVERY: i32 = 500;

/// It is looked so often whether the user has signed in, in milliseconds.
const LOOKED_EVERY: i32 = 500;

/// A system of a run.
pub struct System {
    /// The way to it.
    pub client: Rc<Client>,
    /// What it asks for with an action, where that was typed.
    pub inputs: Vec<(Action, Inputs)>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Steps are taken.
    Running,
    /// What is under way ends, and nothing more is begun for now.
    Paused,
    /// The same, as the record cannot be written: the user is asked.
    Unrecorded,
    /// The same, for good.
    Stopping,
    /// The lists are compared with what was done.
    Checking,
    /// All is done.
    Ended,
}

/// Why nothing is sent to a system for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The user is signed out there.
    SignedOut,
    /// The session that the run began in is over: its steps stay open.
    SessionOver,
    /// It wants to be left alone until then.
    Rests(Millis),
}

struct Lane {
    system: System,
    /// The session that it began in.
    session: u32,
    /// Steps that wait for their turn.
    waiting: VecDeque<usize>,
    /// Steps that wait for their time.
    due: Vec<Due>,
    is_signed_out: bool,
    is_over: bool,
    /// How often in a row it was in trouble.
    n_troubles: u32,
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// How it stands.
    pub state: State,
    /// How many steps came to what.
    pub counts: Counts,
    /// How many requests are under way.
    pub n_under_way: usize,
    /// How long the rest takes, in milliseconds, where that can be told.
    pub left: Option<Millis>,
    /// Systems to which nothing is sent for now.
    pub held: Vec<(String, Held)>,
}

impl Progress {
    /// How many steps are over.
    pub fn n_over(&self) -> usize {
        self.counts.all - self.counts.open
    }
}

/// A run. There is one at a time on a page.
pub struct Run {
    /// What was asked for.
    pub aim: Aim,
    runtime: &'static dyn Runtime,
    lanes: RefCell<Vec<Lane>>,
    steps: RefCell<Vec<Step>>,
    counts: Cell<Counts>,
    limits: RefCell<Limits>,
    chance: RefCell<Chance>,
    pace: RefCell<Pace>,
    state: Cell<State>,
    is_stopped: Cell<bool>,
    /// The page that shows the systems by now.
    page: RefCell<Rc<dyn Page>>,
    /// The record that this one follows.
    follows: Option<String>,
    record: RefCell<Option<(Rc<dyn Records>, Owned)>>,
    record_id: RefCell<Option<String>>,
    record_trouble: Cell<Option<record::Trouble>>,
    /// Steps of which the record says less than is known by now.
    unkept: RefCell<BTreeSet<usize>>,
    /// Whether the user wants it done without a record.
    goes_unrecorded: Cell<bool>,
    /// Whether the record is begun, or written up, so that nothing goes on.
    is_writing: Cell<bool>,
    /// What the list is to be told, by lanes.
    changes: RefCell<Vec<(usize, Change)>>,
    shows: RefCell<Option<Guard>>,
    wakes: RefCell<Option<Guard>>,
    /// Keeps the page from being left unasked.
    holds: RefCell<Option<Guard>>,
    /// Goes up whenever something has changed.
    changed: ArcRwSignal<u32>,
}

thread_local! {
    /// The run of this page, until the user lets go of it.
    static CURRENT: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
    /// Goes up whenever there is another one.
    static CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The run of this page, under way or ended, until the user lets go of it. Follows that.
pub fn current() -> Option<Rc<Run>> {
    CHANGED.with(|it| it.track());
    CURRENT.with_borrow(Clone::clone)
}

fn set_current(run: Option<Rc<Run>>) {
    set_has_run(run.is_some());
    CURRENT.set(run);
    CHANGED.with(ArcRwSignal::clone).update(|it| *it = it.wrapping_add(1));
}

/// Lets go of the run of this page, where it has ended.
pub fn dismiss() {
    if CURRENT.with_borrow(|it| it.as_ref().is_some_and(|it| it.has_ended())) {
        set_current(None);
    }
}

/// What a run begins with.
pub struct Start {
    /// What was asked for.
    pub aim: Aim,
    /// The systems, by the lanes of the steps.
    pub systems: Vec<System>,
    /// The steps, in their order.
    pub steps: Vec<Step>,
    /// The page that shows the systems.
    pub page: Rc<dyn Page>,
    /// The origins of the page's other systems.
    pub other_origins: Vec<String>,
    /// The record that this one follows.
    pub follows: Option<String>,
    /// The record that it goes on with, where it was interrupted. Its steps are those of the record.
    pub goes_on: Option<(Rc<dyn Records>, Owned)>,
}

/// Begins a run; nothing where another one is under way.
pub fn begin(start: Start, runtime: &'static dyn Runtime) -> Option<Rc<Run>> {
    if CURRENT.with_borrow(|it| it.as_ref().is_some_and(|it| !it.has_ended())) {
        return None;
    }
    let Start { aim, systems, steps, page, other_origins, follows, goes_on } = start;
    let origins: Vec<String> = systems.iter().map(|it| origin(&it.client.connection().base)).collect();
    let lane = |(idx, system): (usize, System)| Lane {
        session: system.client.session(),
        system,
        waiting: (0..steps.len()).filter(|it| steps[*it].lane == idx && !steps[*it].has_ended()).collect(),
        due: Vec::new(),
        is_signed_out: false,
        is_over: false,
        n_troubles: 0,
    };
    let lanes = systems.into_iter().enumerate().map(lane).collect();
    let run = Rc::new(Run {
        aim,
        runtime,
        lanes: RefCell::new(lanes),
        counts: Cell::new(counts(&steps)),
        steps: RefCell::new(steps),
        limits: RefCell::new(Limits::new(&origins, &other_origins)),
        chance: RefCell::new(Chance::new(runtime.now().unsigned_abs())),
        pace: RefCell::default(),
        state: Cell::new(State::Running),
        is_stopped: Cell::default(),
        page: RefCell::new(page),
        follows,
        record_id: RefCell::new(goes_on.as_ref().map(|(_, owned)| owned.run.clone())),
        record: RefCell::new(goes_on),
        record_trouble: Cell::default(),
        unkept: RefCell::default(),
        goes_unrecorded: Cell::default(),
        is_writing: Cell::new(true),
        changes: RefCell::default(),
        shows: RefCell::default(),
        wakes: RefCell::default(),
        holds: RefCell::new(Some(runtime.hold_page())),
        changed: ArcRwSignal::new(0),
    });
    set_current(Some(run.clone()));
    let begun = run.clone();
    runtime.spawn(Box::pin(async move {
        // Nothing is sent of which nothing is kept, unless the user wants that.
        let kept = begun.keep_record().await;
        begun.is_writing.set(false);
        if let Err(trouble) = kept {
            begun.ask_about_record(trouble);
        }
        begun.pump();
    }));
    Some(run)
}

/// What tells the origin of a connection's base from others: the beginning of an absolute address; what is relative lies on
/// the page's own.
pub fn origin(base: &str) -> String {
    let rest = base.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() { String::new() } else { base[..base.len() - rest.len() + host.len()].to_ascii_lowercase() }
}

fn counts(steps: &[Step]) -> Counts {
    let mut counts = Counts { all: steps.len(), ..Counts::default() };
    steps.iter().for_each(|it| *place(&mut counts, it.outcome()) += 1);
    counts
}

/// Where steps of an outcome are counted. One that is under way is open until its outcome is known.
fn place(counts: &mut Counts, outcome: StepOutcome) -> &mut usize {
    match outcome {
        StepOutcome::Open | StepOutcome::Sent => &mut counts.open,
        StepOutcome::Done => &mut counts.done,
        StepOutcome::Failed => &mut counts.failed,
        StepOutcome::Skipped => &mut counts.skipped,
        StepOutcome::Accepted | StepOutcome::Unknown => &mut counts.unknown,
    }
}

impl Run {
    // What is seen of it -----------------------------------------------------------------------------------------

    /// How far it has come. Follows that.
    pub fn progress(&self) -> Progress {
        self.changed.track();
        let now = self.runtime.now();
        let (limits, lanes, counts) = (self.limits.borrow(), self.lanes.borrow(), self.counts.get());
        let held = lanes.iter().enumerate().filter_map(|(idx, lane)| {
            let is_busy = limits.n_under_way(idx) > 0 || !lane.waiting.is_empty() || !lane.due.is_empty();
            let held = if lane.is_over {
                Held::SessionOver
            } else if lane.is_signed_out {
                Held::SignedOut
            } else {
                Held::Rests(limits.rests_until(idx, now)?)
            };
            is_busy.then(|| (lane.system.client.name().to_owned(), held))
        });
        let left = if self.state.get() == State::Running { self.pace.borrow().left(counts.open, now) } else { None };
        Progress {
            state: self.state.get(),
            counts,
            n_under_way: (0..lanes.len()).map(|it| limits.n_under_way(it)).sum(),
            left,
            held: held.collect(),
        }
    }

    /// Whether all is done.
    pub fn has_ended(&self) -> bool {
        self.state.get() == State::Ended
    }

    /// Calls `read` with the steps.
    pub fn with_steps<T>(&self, read: impl FnOnce(&[Step]) -> T) -> T {
        read(&self.steps.borrow())
    }

    /// What its steps do, and how many are done.
    pub fn tallies(&self) -> Vec<Tally> {
        self.with_steps(|steps| Tally::of(&self.aim.deed(), steps.iter().map(|it| &it.kept)))
    }

    /// What its steps do, what was asked for first.
    pub fn aims(&self) -> Vec<Aim> {
        self.tallies().iter().filter_map(|it| Aim::of(&it.deed)).collect()
    }

    /// Why nothing of it is kept, where that is so.
    pub fn record_trouble(&self) -> Option<record::Trouble> {
        self.record_trouble.get()
    }

    /// The id of its record, where there is one.
    pub fn record_id(&self) -> Option<String> {
        self.record_id.borrow().clone()
    }

    /// The connection of a lane.
    pub fn connection(&self, lane: usize) -> String {
        self.lanes.borrow()[lane].system.client.name().to_owned()
    }

    /// Another workspace shows the systems by now.
    pub fn show_on(&self, page: Rc<dyn Page>) {
        self.page.replace(page);
    }

    fn tell(&self) {
        self.changed.update(|it| *it = it.wrapping_add(1));
    }

    // What the user does -----------------------------------------------------------------------------------------

    /// Begins nothing more for now. What is under way ends.
    pub fn pause(&self) {
        if self.state.get() == State::Running {
            self.state.set(State::Paused);
            self.tell();
        }
    }

    /// Goes on.
    pub fn resume(self: &Rc<Self>) {
        if self.state.get() == State::Paused {
            self.pace.borrow_mut().forget();
            self.state.set(State::Running);
            self.pump();
        }
    }

    /// Begins nothing more. What is under way ends, and the rest stays open.
    pub fn stop(self: &Rc<Self>) {
        if matches!(self.state.get(), State::Running | State::Paused | State::Unrecorded) {
            self.is_stopped.set(true);
            self.state.set(State::Stopping);
            self.pump();
        }
    }

    /// Sends again to a system that the user was signed out of: one request, which asks to sign in.
    pub fn sign_in(self: &Rc<Self>, connection: &str) {
        for lane in self.lanes.borrow_mut().iter_mut().filter(|it| it.system.client.name() == connection) {
            lane.is_signed_out = false;
        }
        self.pump();
    }

    // How it goes on ---------------------------------------------------------------------------------------------

    /// Begins what may be begun, and ends the run when nothing is left.
    fn pump(self: &Rc<Self>) {
        if self.is_writing.get() {
            return self.tell();
        }
        let now = self.runtime.now();
        while self.state.get() == State::Running {
            let next = self.limits.borrow_mut().next(&|lane, n_under_way| self.has_work(lane, n_under_way, now), now);
            let Some(lane) = next else { break };
            let Some(step) = self.take(lane, now) else { break };
            self.limits.borrow_mut().begin(lane, now);
            let run = self.clone();
            self.runtime.spawn(Box::pin(async move { run.take_turn(lane, step).await }));
        }
        self.tell();
        let n_under_way: usize = self.progress_now();
        if n_under_way == 0 && !self.is_checking() && (self.state.get() == State::Stopping || !self.has_any_work()) {
            self.state.set(State::Checking);
            let run = self.clone();
            self.runtime.spawn(Box::pin(async move { run.finish().await }));
        }
        self.wake_later(now);
    }

    fn progress_now(&self) -> usize {
        let limits = self.limits.borrow();
        (0..self.lanes.borrow().len()).map(|it| limits.n_under_way(it)).sum()
    }

    fn is_checking(&self) -> bool {
        matches!(self.state.get(), State::Checking | State::Ended)
    }

    /// Whether something could be sent to a system now, of which so much is under way, as far as it is concerned.
    fn has_work(&self, lane: usize, n_under_way: usize, now: Millis) -> bool {
        let it = &self.lanes.borrow()[lane];
        let is_alone = n_under_way == 0 && it.due.is_empty();
        let may_begin = |step: &usize| is_alone || !self.steps.borrow()[*step].comes_last;
        let has_some = it.waiting.front().is_some_and(may_begin) || it.due.iter().any(|it| it.at <= now);
        // Where the user has to sign in, one request asks for it.
        let waits = it.system.client.has_signed_out() && n_under_way > 0;
        has_some && !it.is_over && !it.is_signed_out && !waits
    }

    /// Whether any step is left that can be taken some time.
    fn has_any_work(&self) -> bool {
        self.lanes.borrow().iter().any(|it| !it.is_over && (!it.waiting.is_empty() || !it.due.is_empty()))
    }

    /// The next step of a system: what was tried before comes first.
    fn take(&self, lane: usize, now: Millis) -> Option<usize> {
        let lane = &mut self.lanes.borrow_mut()[lane];
        match lane.due.iter().position(|it| it.at <= now) {
            Some(idx) => Some(lane.due.remove(idx).step),
            None => lane.waiting.pop_front(),
        }
    }

    /// Goes on by itself when a step is due, a system has rested, or the user may have signed in.
    fn wake_later(self: &Rc<Self>, now: Millis) {
        if self.is_checking() {
            self.wakes.take();
            return;
        }
        let mut at = Millis::MAX;
        for (idx, lane) in self.lanes.borrow().iter().enumerate().filter(|(_, it)| !it.is_over) {
            let rests = self.limits.borrow().rests_until(idx, now);
            if lane.is_signed_out {
                at = at.min(now + Millis::from(LOOKED_EVERY));
            } else if rests.is_some() && !lane.waiting.is_empty() {
                at = at.min(rests.unwrap_or(at));
            }
            let due = lane.due.iter().map(|it| it.at.max(rests.unwrap_or(it.at))).min();
            at = at.min(due.filter(|it| *it > now).unwrap_or(at));
        }
        // Once a second, so that the time left is told.
        let wait = (at - now).clamp(1, 1_000) as i32;
        let run = Rc::downgrade(self);
        let runtime = self.runtime;
        let wake = move || {
            // The timer must not be dropped while it runs, and going on sets the next one.
            runtime.spawn(Box::pin(async move {
                if let Some(run) = run.upgrade() {
                    run.look_who_signed_in();
                    run.pump();
                }
            }));
        };
        self.wakes.replace(Some(runtime.after(wait, Box::new(wake))));
    }

    fn look_who_signed_in(&self) {
        for lane in self.lanes.borrow_mut().iter_mut() {
            let client = &lane.system.client;
            if client.session() != lane.session {
                lane.is_over = true;
            }
            if lane.is_signed_out && !client.has_signed_out() {
                lane.is_signed_out = false;
            }
        }
    }

    // What is shown ----------------------------------------------------------------------------------------------

    /// Brings the list up to date soon.
    fn change(self: &Rc<Self>, lane: usize, change: Change) {
        self.changes.borrow_mut().push((lane, change));
        if self.shows.borrow().is_some() {
            return;
        }
        let run = Rc::downgrade(self);
        let runtime = self.runtime;
        let show = move || {
            runtime.spawn(Box::pin(async move {
                if let Some(run) = run.upgrade() {
                    run.show_changes();
                }
            }));
        };
        self.shows.replace(Some(runtime.after(SHOWN_EVERY, Box::new(show))));
    }

    fn show_changes(&self) {
        self.shows.take();
        let mut by_lane: Vec<Vec<Change>> = self.lanes.borrow().iter().map(|_| Vec::new()).collect();
        for (lane, change) in self.changes.take() {
            by_lane[lane].push(change);
        }
        let page = self.page.borrow().clone();
        for (lane, changes) in by_lane.into_iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            if !self.lanes.borrow()[lane].is_over {
                page.apply(&self.connection(lane), changes);
            }
        }
    }

    /// A step has come to this. It is counted at once, and told.
    fn settle(&self, idx: usize, outcome: StepOutcome, trouble: Option<Trouble>) {
        let mut steps = self.steps.borrow_mut();
        let step = &mut steps[idx];
        let mut counts = self.counts.get();
        *place(&mut counts, step.kept.outcome) -= 1;
        *place(&mut counts, outcome) += 1;
        self.counts.set(counts);
        step.kept.outcome = outcome;
        step.kept.at = self.runtime.now();
        step.kept.words = match &trouble {
            Some(Trouble::Error(error)) => super::step::said(error),
            _ => String::new(),
        };
        step.trouble = trouble;
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
