//! The dry run: what will happen to each of the chosen tokens, and what speaks against it. Nothing is sent for it. Pure.

use super::{Aim, NewEnd};
use crate::actions::NamedToken;
use crate::actions::check::{Listed, WhyNot, check};
use crate::capabilities::{Capabilities, Field};
use crate::store::{Row, Store};
use crate::time::{DAY, Millis};
use crate::token::{Status, TokenRef};

/// A token that was used within this time is in use.
const RECENTLY: Millis = 7 * DAY;

/// A system, as the plan needs to know it.
pub struct Source<'a> {
    /// Its slot.
    pub slot: usize,
    /// Its list.
    pub store: &'a Store,
    /// What it can do.
    pub system: &'a Capabilities,
    /// Whether a token is the one that the user is signed in with, as far as that is known.
    pub signs_in: &'a dyn Fn(Row) -> bool,
}

/// What will happen to a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// What was asked for.
    Do,
    /// The system cannot do what was asked for, and could do this. The user has to agree to it by itself.
    Instead(Aim),
    /// Nothing.
    Skipped(Skip),
}

/// Why nothing happens to a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// It is not in the list any more.
    Gone,
    /// Its system is not open any more.
    NotOpen,
    /// It may not be done to it.
    NotAllowed(WhyNot),
    /// The system does not let its end be changed.
    EndIsFixed,
    /// It has no end that could be moved.
    NoEnd,
    /// It ends then already.
    EndsSo,
    /// It would end before it starts.
    EndsBeforeStart,
}

/// A token of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which one.
    pub token: NamedToken,
    /// What will happen to it.
    pub fate: Fate,
    /// When it was last used, where that speaks against it.
    pub used: Option<Millis>,
    /// Whether the user is signed in with it, so that it comes last.
    pub signs_in: bool,
    /// Whether it has ended, and will work again.
    pub revives: bool,
    /// Its end before and after, where that is to be changed.
    pub end: Option<(Option<Millis>, Millis)>,
    /// Whether it is to be done.
    pub is_chosen: bool,
}

impl Line {
    /// What is done to it where it is chosen.
    pub fn aim(&self, asked: Aim) -> Option<Aim> {
        match self.fate {
            Fate::Do => Some(asked),
            Fate::Instead(aim) => Some(aim),
            Fate::Skipped(_) => None,
        }
    }
}

/// What will happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What was asked for.
    pub aim: Aim,
    /// Each token once. Of every system those come last that the user is signed in with.
    pub lines: Vec<Line>,
}

/// How many lines of a system have the same outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The system's slot.
    pub slot: usize,
    /// What is done; `None`: nothing.
    pub aim: Option<Aim>,
    /// How many.
    pub n: usize,
    /// How many of them are chosen.
    pub n_chosen: usize,
}

impl Plan {
    /// What would happen now. Where an end is asked for and none is given yet, lines say nothing of it.
    pub fn new(aim: Aim, end: Option<NewEnd>, sources: &[Source], tokens: &[TokenRef], now: Millis) -> Plan {
        let mut lines: Vec<Line> = tokens.iter().map(|it| line(aim, end, sources, it, now)).collect();
        // A stable sort: all others stay in the order in which they were shown.
        lines.sort_by_key(|it| it.signs_in);
        Plan { aim, lines }
    }

    /// How many lines there are of each system and outcome: systems by their slots, what was asked for first, what is
    /// skipped last.
    pub fn counts(&self) -> Vec<Count> {
        let mut counts: Vec<Count> = Vec::new();
        for line in &self.lines {
            let (slot, aim) = (line.token.token.slot, line.aim(self.aim));
            let idx = counts.iter().position(|it| (it.slot, it.aim) == (slot, aim)).unwrap_or_else(|| {
                counts.push(Count { slot, aim, n: 0, n_chosen: 0 });
                counts.len() - 1
            });
            counts[idx].n += 1;
            counts[idx].n_chosen += usize::from(line.is_chosen);
        }
        let rank = |aim: Option<Aim>| aim.map_or(2, |aim| usize::from(aim != self.aim));
        counts.sort_by_key(|it| (it.slot, rank(it.aim)));
        counts
    }

    /// What is done to the chosen, what was asked for first; that alone where none is chosen.
    pub fn aims(&self) -> Vec<Aim> {
        let mut aims: Vec<Aim> = Vec::new();
        for aim in self.lines.iter().filter(|it| it.is_chosen).filter_map(|it| it.aim(self.aim)) {
            if !aims.contains(&aim) {
                aims.push(aim);
            }
        }
        if aims.is_empty() {
            aims.push(self.aim);
        }
        aims.sort_by_key(|it| *it != self.aim);
        aims
    }

    /// How many are chosen.
    pub fn n_chosen(&self) -> usize {
        self.lines.iter().filter(|it| it.is_chosen).count()
    }

    /// How many of the chosen are deleted.
    pub fn n_deleted(&self) -> usize {
        self.lines.iter().filter(|it| it.is_chosen && it.aim(self.aim) == Some(Aim::Delete)).count()
    }

    /// Chooses a line, or leaves it out. One that is skipped cannot be chosen.
    pub fn choose(&mut self, idx: usize, is_chosen: bool) {
        let aim = self.aim;
        if let Some(line) = self.lines.get_mut(idx).filter(|it| it.aim(aim).is_some()) {
            line.is_chosen = is_chosen;
        }
    }

    /// Chooses all lines of a system with this outcome, or leaves them out.
    pub fn choose_all(&mut self, slot: usize, aim: Aim, is_chosen: bool) {
        let asked = self.aim;
        for line in self.lines.iter_mut().filter(|it| it.token.token.slot == slot && it.aim(asked) == Some(aim)) {
            line.is_chosen = is_chosen;
        }
    }

    /// Takes over what was chosen in another plan for the same tokens, as far as the same happens to them.
    pub fn keep_choices(&mut self, before: &Plan) {
        for (line, before) in self.lines.iter_mut().zip(&before.lines) {
            if line.token.token == before.token.token && line.fate == before.fate {
                line.is_chosen = before.is_chosen;
            }
        }
    }
}

fn line(aim: Aim, end: Option<NewEnd>, sources: &[Source], token: &TokenRef, now: Millis) -> Line {
    let skipped = |name: &str, skip: Skip| Line {
        token: NamedToken { token: token.clone(), name: name.into() },
        fate: Fate::Skipped(skip),
        used: None,
        signs_in: false,
        revives: false,
        end: None,
        is_chosen: false,
    };
    let Some(source) = sources.iter().find(|it| it.slot == token.slot) else { return skipped("", Skip::NotOpen) };
    let Source { store, .. } = *source;
    let Some(row) = store.find(&token.id) else { return skipped("", Skip::Gone) };
    let skipped = |skip: Skip| skipped(store.name(row), skip);
    let fate = match fate(aim, source, row, now) {
        Fate::Skipped(skip) => return skipped(skip),
        fate => fate,
    };
    let mut moved = None;
    if let (Aim::Extend, Some(new)) = (aim, end) {
        let validity = store.validity(row);
        match new.of(validity.valid_to, now) {
            None => return skipped(Skip::NoEnd),
            Some(at) if validity.valid_to == Some(at) => return skipped(Skip::EndsSo),
            Some(at) if validity.valid_from.is_some_and(|from| from >= at) => return skipped(Skip::EndsBeforeStart),
            Some(at) => moved = Some((validity.valid_to, at)),
        }
    }
    let stops = aim.stops();
    Line {
        token: NamedToken { token: token.clone(), name: store.name(row).into() },
        is_chosen: fate == Fate::Do,
        fate,
        used: store.last_used(row).filter(|at| stops && now - at < RECENTLY),
        signs_in: stops && (source.signs_in)(row),
        revives: aim == Aim::Extend && store.status(row, now) == Status::Expired,
        end: moved,
    }
}

fn fate(aim: Aim, source: &Source, row: Row, now: Millis) -> Fate {
    let Source { store, system, .. } = *source;
    let token = Some(Listed { store, row });
    let status = store.status(row, now);
    let skipped = |why: WhyNot| Fate::Skipped(Skip::NotAllowed(why));
    match (aim, status) {
        (_, Status::Unreadable) => return skipped(WhyNot::Unreadable),
        (Aim::Extend, Status::Revoked) => return skipped(WhyNot::RevokedAlready),
        (Aim::Extend, Status::Deleted) => return skipped(WhyNot::DeletedAlready),
        _ => {}
    }
    match check(aim.action(), token, system, now) {
        Ok(()) if aim == Aim::Extend && !system.field(Field::ValidTo).is_some_and(|it| it.editable) => {
            Fate::Skipped(Skip::EndIsFixed)
        }
        Ok(()) => Fate::Do,
        Err(why @ WhyNot::NotOffered(_)) => {
            // What has ended needs no end, in whatever way.
            if aim != Aim::Delete && aim.stops() && (status.is_over() || status == Status::Inactive) {
                return skipped(WhyNot::NotActive);
            }
            let can = |it: &&Aim| check(it.action(), token, system, now).is_ok();
            aim.nearest().iter().find(can).map_or_else(|| skipped(why), |it| Fate::Instead(*it))
        }
        Err(why) => skipped(why),
    }
}

#[cfg(test)]
mod tests;
