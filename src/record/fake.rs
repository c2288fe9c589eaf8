//! Records in memory for tests, of this thread. What is written goes through the same texts as in the browser.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::ready;
use std::rc::{Rc, Weak};

use super::coding::{new_id, read_head, read_step, write_head, write_step};
use super::{Ended, Head, MOST_ENDED, Owned, Records, Run, Step, Trouble, newest_first};
use crate::api::Later;
use crate::time::Millis;

/// Records in memory. A clone is another tab that sees the same.
#[derive(Clone, Default)]
pub(crate) struct Memory(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    heads: BTreeMap<String, String>,
    steps: BTreeMap<String, Vec<String>>,
    tasks: BTreeMap<String, String>,
    owners: Vec<(String, Weak<()>)>,
    n_made: usize,
    trouble: Option<Trouble>,
}

impl Memory {
    /// Everything fails like this from now on; `None` for nothing any more.
    pub(crate) fn fail(&self, trouble: Option<Trouble>) {
        self.0.borrow_mut().trouble = trouble;
    }

    /// The tab is killed: it owns nothing any more.
    pub(crate) fn kill(&self) {
        self.0.borrow_mut().owners.clear();
    }

    /// All texts that were kept.
    pub(crate) fn texts(&self) -> Vec<String> {
        let state = self.0.borrow();
        state.heads.values().chain(state.steps.values().flatten()).chain(state.tasks.values()).cloned().collect()
    }

    fn run<T: 'static>(
        &self,
        run: impl FnOnce(&mut State) -> Result<T, Trouble>,
    ) -> Later<'static, Result<T, Trouble>> {
        let mut state = self.0.borrow_mut();
        let outcome = match state.trouble {
            Some(trouble) => Err(trouble),
            None => run(&mut state),
        };
        Box::pin(ready(outcome))
    }
}

impl State {
    fn is_owned(&self, run: &str) -> bool {
        self.owners.iter().any(|(it, owner)| it == run && owner.strong_count() > 0)
    }

    fn own(&mut self, run: &str) -> Result<Owned, Trouble> {
        if self.is_owned(run) {
            return Err(Trouble::Elsewhere);
        }
        if !self.heads.contains_key(run) {
            return Err(Trouble::Lost);
        }
        self.hold(run)
    }

    fn hold(&mut self, name: &str) -> Result<Owned, Trouble> {
        if self.is_owned(name) {
            return Err(Trouble::Elsewhere);
        }
        let hold = Rc::new(());
        self.owners.push((name.into(), Rc::downgrade(&hold)));
        Ok(Owned::new(name, None, Box::new(hold)))
    }

    fn steps_of(&self, run: &str) -> Vec<Step> {
        self.steps.get(run).map(|it| it.iter().map(|it| read_step(it)).collect()).unwrap_or_default()
    }

    fn head_of(&self, run: &str) -> Option<Head> {
        let head = read_head(self.heads.get(run)?)?;
        Some(if head.is_unfinished() { head.counted(&self.steps_of(run)) } else { head })
    }
}

impl Records for Memory {
    fn begin(&self, run: Run) -> Later<'static, Result<Owned, Trouble>> {
        self.run(|state| {
            state.n_made += 1;
            let id = new_id(run.head.began_at, &format!("{:08x}", state.n_made));
            let ended: Vec<String> =
                state.heads.values().filter_map(|it| read_head(it)).filter_map(|it| it.ended.map(|_| it.id)).collect();
            for old in ended.iter().take((ended.len() + 1).saturating_sub(MOST_ENDED)) {
                state.heads.remove(old);
                state.steps.remove(old);
            }
            state.heads.insert(id.clone(), write_head(&Head { id: id.clone(), ..run.head }));
            state.steps.insert(id.clone(), run.steps.iter().map(write_step).collect());
            state.own(&id)
        })
    }

    fn own(&self, run: &str) -> Later<'static, Result<Owned, Trouble>> {
        self.run(|state| state.own(run))
    }

    fn hold(&self, name: &str) -> Later<'static, Result<Owned, Trouble>> {
        self.run(|state| state.hold(name))
    }

    fn is_owned(&self, run: &str) -> Later<'static, Result<bool, Trouble>> {
        self.run(|state| Ok(state.is_owned(run)))
    }

    fn write(&self, owned: &Owned, place: usize, step: &Step) -> Later<'static, Result<(), Trouble>> {
        self.run(|state| {
            let kept = state.steps.get_mut(&owned.run).and_then(|it| it.get_mut(place)).ok_or(Trouble::Lost)?;
            *kept = write_step(step);
            Ok(())
        })
    }

    fn end(&self, owned: &Owned, ended: Ended, at: Millis) -> Later<'static, Result<(), Trouble>> {
        self.run(|state| {
            let head = state.head_of(&owned.run).ok_or(Trouble::Lost)?;
            let head = Head { ended: Some((at, ended)), ..head }.counted(&state.steps_of(&owned.run));
            state.heads.insert(owned.run.clone(), write_head(&head));
            Ok(())
        })
    }

    fn runs(&self) -> Later<'static, Result<Vec<Head>, Trouble>> {
        self.run(|state| {
            let mut all: Vec<Head> = state.heads.keys().filter_map(|it| state.head_of(it)).collect();
            newest_first(&mut all);
            Ok(all)
        })
    }

    fn steps(&self, run: &str, from: usize, most: usize) -> Later<'static, Result<Vec<Step>, Trouble>> {
        self.run(|state| Ok(state.steps_of(run).into_iter().skip(from).take(most).collect()))
    }

    fn read(&self, run: &str) -> Later<'static, Result<Option<Run>, Trouble>> {
        self.run(|state| Ok(state.head_of(run).map(|head| Run { head, steps: state.steps_of(run) })))
    }

    fn forget(&self, run: &str) -> Later<'static, Result<(), Trouble>> {
        self.run(|state| {
            if state.is_owned(run) {
                return Err(Trouble::Elsewhere);
            }
            state.heads.remove(run);
            state.steps.remove(run);
            Ok(())
        })
    }

    fn tasks(&self) -> Later<'static, Result<Vec<(String, String)>, Trouble>> {
        self.run(|state| Ok(state.tasks.iter().map(|(key, text)| (key.clone(), text.clone())).collect()))
    }

    fn keep_task(&self, key: &str, text: &str) -> Later<'static, Result<(), Trouble>> {
        self.run(|state| {
            state.tasks.insert(key.into(), text.into());
            Ok(())
        })
    }

    fn forget_task(&self, key: &str) -> Later<'static, Result<(), Trouble>> {
        self.run(|state| {
            state.tasks.remove(key);
            Ok(())
        })
    }
}
