//! Records of runs, on the page: who may see what of them, looking at steps whose outcome is not known, going on with a run
//! that was interrupted, and trying again what failed. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use super::state::{ConnectionState, Workspace};
use crate::actions::NamedToken;
use crate::bulk::Aim;
use crate::bulk::runner::{self, System};
use crate::bulk::step::Step;
use crate::record::hidden::Access;
use crate::record::{self, Counts, Deed, Facts, Found, Head, Owned, Records, StepOutcome, Trouble, judge, resume};
use crate::token::TokenRef;

/// What has to come first before a run is gone on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// A connection is not on the page.
    Show {
        /// Its name.
        name: String,
    },
    /// The user is signed out of a connection, or is another one than began the run.
    SignIn {
        /// Its name.
        name: String,
    },
    /// The system of a connection asks for something with the action, and that is not kept.
    Asked {
        /// Its name.
        name: String,
    },
    /// Only a newer version of the page knows what is to be done.
    Newer,
}

/// Said of a run that was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// How far it came.
    pub counts: Counts,
    /// The connections of which names are hidden.
    pub hidden: Vec<String>,
}

impl Interrupted {
    /// Of a run, for those who are signed in.
    pub fn of(head: &Head, accesses: &[(String, Access)]) -> Interrupted {
        let names = head.viewers.iter().map(|it| &it.connection);
        let hidden = names.filter(|it| !access_to(accesses, it).sees(head, it)).cloned().collect();
        Interrupted { counts: head.counts, hidden }
    }
}

/// Who is signed in to the connection of a name.
pub fn access_to<'a>(accesses: &'a [(String, Access)], connection: &str) -> &'a Access {
    accesses.iter().find(|it| it.0 == connection).map_or(&Access::None, |it| &it.1)
}

impl Workspace {
    /// Who is signed in to each connection of the page. Follows that.
    pub fn accesses(self) -> Vec<(String, Access)> {
        let follow = |it: &ConnectionState| {
            it.signed_in.track();
            it.load.track();
        };
        self.slots.track();
        let states = self.connection_states();
        states.iter().for_each(follow);
        states.iter().map(|it| it.client()).map(|it| (it.name().to_owned(), it.access())).collect()
    }

    fn state_of(self, connection: &str) -> Option<ConnectionState> {
        self.connection_states().into_iter().find(|it| it.client().name() == connection)
    }

    /// What has to come first before steps of a run are taken.
    pub fn first(self, run: &record::Run, steps: &[usize]) -> Vec<First> {
        let mut all = Vec::new();
        for step in steps.iter().map(|it| &run.steps[*it]) {
            let name = step.connection.clone();
            let first = match (self.state_of(&step.connection), Aim::of(&step.action)) {
                (_, None) => First::Newer,
                (None, _) => First::Show { name },
                (Some(state), Some(aim)) => {
                    if !state.client().access().sees(&run.head, &step.connection) {
                        First::SignIn { name }
                    } else if state.system().asked(aim.action()).iter().any(|it| !it.optional) && aim != Aim::Extend {
                        First::Asked { name }
                    } else {
                        continue;
                    }
                }
            };
            if !all.contains(&first) {
                all.push(first);
            }
        }
        all
    }

    /// Reads the tokens of steps whose outcome is not known, as far as their systems are here, and keeps what they say. How many
    /// of them are known by now.
    pub async fn look(self, records: Rc<dyn Records>, owned: &Owned, run: &mut record::Run) -> Result<usize, Trouble> {
        let mut n_known = 0;
        for place in resume(&run.steps).unknown {
            let step = &run.steps[place];
            let Some(state) = self.state_of(&step.connection) else { continue };
            let client = state.client();
            if !client.access().sees(&run.head, &step.connection) {
                continue;
            }
            // Some systems let no single token be read, and others do not answer now.
            let Ok(Some(found)) = runner::look_at(&client, &step.id, self.runtime.now()).await else { continue };
            let outcome = match judge(step, &found) {
                StepOutcome::Unknown => continue,
                // What was not carried out by now will not be, and no run goes on with it.
                StepOutcome::Open if run.head.ended.is_some() => StepOutcome::Failed,
                outcome => outcome,
            };
            let after = match found {
                Found::Missing => Facts::gone(),
                Found::Is(facts) => facts,
            };
            let known = record::Step { outcome, after, at: self.runtime.now(), ..step.clone() };
            records.write(owned, place, &known).await?;
            run.steps[place] = known;
            n_known += 1;
        }
        if let Some((at, ended)) = run.head.ended {
            // Its counts are those of its end.
            records.end(owned, ended, at).await?;
        }
        Ok(n_known)
    }

    /// Goes on with a run that was interrupted: what is open is done, and what is not known is read first. Nothing where another
    /// run is under way on this page, or something has to come first.
    pub fn go_on(self, records: Rc<dyn Records>, owned: Owned, run: &record::Run) -> Option<Rc<runner::Run>> {
        let steps = run.steps.iter().map(|it| match it.outcome {
            // It may have been done.
            StepOutcome::Unknown | StepOutcome::Accepted => record::Step { outcome: StepOutcome::Sent, ..it.clone() },
            _ => it.clone(),
        });
        self.run_recorded(&run.head.action, steps.collect(), None, Some((records, owned)))
    }

    /// Tries again what failed, in a run of its own.
    pub fn retry(self, run: &record::Run) -> Option<Rc<runner::Run>> {
        let failed = run.steps.iter().filter(|it| it.outcome == StepOutcome::Failed);
        let now = self.runtime.now();
        let open = |it: &record::Step| record::Step {
            outcome: StepOutcome::Open,
            after: Facts::default(),
            words: String::new(),
            at: now,
            ..it.clone()
        };
        self.run_recorded(&run.head.action, failed.map(open).collect(), Some(run.head.id.clone()), None)
    }

    fn run_recorded(
        self,
        action: &Deed,
        recorded: Vec<record::Step>,
        follows: Option<String>,
        goes_on: Option<(Rc<dyn Records>, Owned)>,
    ) -> Option<Rc<runner::Run>> {
        let aim = Aim::of(action)?;
        let mut states: Vec<ConnectionState> = Vec::new();
        let mut steps = Vec::new();
        for kept in recorded {
            let state = self.state_of(&kept.connection)?;
            let lane = states.iter().position(|it| it.slot == state.slot).unwrap_or_else(|| {
                states.push(state);
                states.len() - 1
            });
            let token =
                NamedToken { token: TokenRef { slot: state.slot, id: kept.id.clone() }, name: kept.name.clone() };
            let looks_first = kept.outcome == StepOutcome::Sent;
            steps.push(Step::new(lane, token, Aim::of(&kept.action)?, kept, looks_first));
        }
        let systems = states.iter().map(|it| System { client: it.client(), inputs: Vec::new() }).collect();
        self.begin_run(aim, systems, steps, follows, goes_on)
    }
}
