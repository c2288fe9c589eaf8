//! Acting on many tokens of the page: the dry run over its lists, and what a run needs of it. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use super::report::Report;
use super::state::{Change, ConnectionState, Workspace};
use crate::api::Later;
use crate::bulk::plan::{Plan, Source};
use crate::bulk::runner::{self, Listed, Page, Run, Start, System};
use crate::bulk::step::Step;
use crate::bulk::{Aim, NewEnd};
use crate::capabilities::{Action, Capabilities};
use crate::draft::Inputs;
use crate::record::{self, Facts, Owned, Records, StepOutcome};
use crate::store::Row;
use crate::token::TokenRef;

/// What was typed for the actions of systems, by their slots.
pub type Typed = Vec<(usize, Action, Inputs)>;

impl Workspace {
    /// What would happen to these tokens now.
    pub fn plan(self, aim: Aim, end: Option<NewEnd>, tokens: &[TokenRef]) -> Plan {
        let now = self.runtime.now();
        let states = self.connection_states();
        let systems: Vec<Rc<Capabilities>> = states.iter().map(|it| it.system()).collect();
        let clients: Vec<_> = states.iter().map(|it| it.client()).collect();
        self.with_stores(|stores| {
            let signs_in: Vec<_> = (states.iter().zip(&clients))
                .map(|(state, client)| {
                    let store = stores[state.slot].store;
                    move |row: Row| client.signs_in_with(&store.id(row), &store.guid(row))
                })
                .collect();
            let sources: Vec<Source> = (states.iter().zip(&systems).zip(&signs_in))
                .map(|((state, system), signs_in)| Source {
                    slot: state.slot,
                    store: stores[state.slot].store,
                    system,
                    signs_in,
                })
                .collect();
            Some(Plan::new(aim, end, &sources, tokens, now))
        })
        .unwrap_or(Plan { aim, lines: Vec::new() })
    }

    /// Does what is chosen of a plan. What would come to something else by now is left out. Nothing where another run is
    /// under way, or nothing is left to do.
    pub fn act(self, plan: &Plan, end: Option<NewEnd>, typed: Typed) -> Option<Rc<Run>> {
        let tokens: Vec<TokenRef> = plan.lines.iter().map(|it| it.token.token.clone()).collect();
        let now = self.plan(plan.aim, end, &tokens);
        let mut slots: Vec<usize> = Vec::new();
        let mut steps = Vec::new();
        for (line, then) in now.lines.into_iter().zip(&plan.lines) {
            let is_so = then.is_chosen && line.fate == then.fate && line.token.token == then.token.token;
            let Some(aim) = line.aim(plan.aim).filter(|_| is_so) else { continue };
            let Some(source) = self.source(line.token.token.slot) else { continue };
            let slot = source.slot;
            let lane = slots.iter().position(|it| *it == slot).unwrap_or_else(|| {
                slots.push(slot);
                slots.len() - 1
            });
            let id = &line.token.token.id;
            let before = source.with_store(|it| it.find(id).map(|row| Facts::of(it, row, self.runtime.now())));
            let kept = record::Step {
                connection: source.client().name().into(),
                system: source.system().name.to_string(),
                id: id.clone(),
                name: line.token.name.clone(),
                action: aim.deed(),
                until: line.end.map(|it| it.1),
                before: before.unwrap_or_default(),
                after: Facts::default(),
                outcome: StepOutcome::Open,
                words: String::new(),
                at: self.runtime.now(),
            };
            let mut step = Step::new(lane, line.token, aim, kept, false);
            step.comes_last = line.signs_in;
            steps.push(step);
        }
        if steps.is_empty() {
            return None;
        }
        let system = |slot: &usize| {
            let typed = typed.iter().filter(|it| it.0 == *slot).map(|(_, action, inputs)| (*action, inputs.clone()));
            Some(System { client: self.source(*slot)?.client(), inputs: typed.collect() })
        };
        let systems = slots.iter().filter_map(system).collect();
        self.begin_run(plan.aim, systems, steps, None, None)
    }

    /// Does what follows a run: takes it back, or tries again what failed.
    pub fn act_after(self, run: &Run, steps: Vec<Step>) -> Option<Rc<Run>> {
        let first = steps.first()?.aim;
        let asked = if steps.iter().any(|it| it.aim == run.aim) { run.aim } else { first };
        self.begin_run(asked, run.systems(), steps, run.record_id(), None)
    }

    /// Begins a run, or goes on with one: with its record. Where all of it is done in another way than was asked for, that is
    /// what it is called.
    pub(super) fn begin_run(
        self,
        asked: Aim,
        systems: Vec<System>,
        steps: Vec<Step>,
        follows: Option<String>,
        goes_on: Option<(Rc<dyn Records>, Owned)>,
    ) -> Option<Rc<Run>> {
        let aim = steps.first().map(|it| it.aim).filter(|aim| steps.iter().all(|it| it.aim == *aim)).unwrap_or(asked);
        let is_in_run = |name: &str| systems.iter().any(|it| it.client.name() == name);
        let clients = self.connection_states().into_iter().map(|it| it.client());
        let others = clients.filter(|it| !is_in_run(it.name())).map(|it| runner::origin(&it.connection().base));
        let other_origins = others.collect();
        let page = Rc::new(Desk(self));
        runner::begin(Start { aim, systems, steps, page, other_origins, follows, goes_on }, self.runtime)
    }

    /// Shows what a run does here, whichever workspace began it.
    pub fn show_run(self, run: &Run) {
        run.show_on(Rc::new(Desk(self)));
    }
}

/// A workspace, as a run sees it.
struct Desk(Workspace);

impl Desk {
    fn state(&self, connection: &str) -> Option<ConnectionState> {
        if self.0.is_left() {
            return None;
        }
        self.0.connection_states().into_iter().find(|it| it.client().name() == connection)
    }
}

impl Page for Desk {
    fn apply(&self, connection: &str, changes: Vec<Change>) {
        if let Some(state) = self.state(connection) {
            state.apply_all(changes);
        }
    }

    fn reload(&self, connection: &str) -> Later<'static, bool> {
        let state = self.state(connection);
        Box::pin(async move {
            match state {
                Some(state) => Report::new(state).reload().await,
                None => false,
            }
        })
    }

    fn listed(&self, connection: &str, id: &str) -> Listed {
        let Some(state) = self.state(connection).filter(|it| it.load.with_untracked(|it| !it.lacks())) else {
            return Listed::Untold;
        };
        let now = self.0.runtime.now();
        state.with_store(|store| match store.find(id) {
            None => Listed::Missing,
            Some(row) => Listed::Is(Facts::of(store, row, now)),
        })
    }
}
