//! What was asked of systems since the page was opened, and what came of it: for each command which token and when, never
//! what was typed for it or a secret. In memory only, and bounded. Pure.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::command::{NamedToken, Outcome};
use crate::capabilities::Action;
use crate::time::Millis;

/// So many commands are remembered; the oldest goes first.
const MAX_ENTRIES: usize = 500;

/// A command that was run, or is being run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The connection's name.
    pub system: String,
    /// What kind of command it was.
    pub action: Action,
    /// The token that it was about; a new one has no id.
    pub token: NamedToken,
    /// When it was sent, by the viewer's clock.
    pub begun_at: Millis,
    /// When its answer came, and what that said; `None` while it is awaited.
    pub ended: Option<(Millis, Ended)>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was done.
    Proved,
    /// Something else was done.
    Wrong,
    /// It was accepted, and was not shown yet.
    NotProvedYet,
    /// It was not done.
    Refused,
    /// It may have been done.
    Unknown,
}

impl Ended {
    pub(super) fn of(outcome: &Outcome) -> Ended {
        match outcome {
            Outcome::Proved(_) => Ended::Proved,
            Outcome::Wrong(..) => Ended::Wrong,
            Outcome::NotProvedYet(_) => Ended::NotProvedYet,
            Outcome::ChangedMeanwhile(_) | Outcome::Refused(_) => Ended::Refused,
            Outcome::Unknown(_) => Ended::Unknown,
        }
    }
}

impl Entry {
    pub(super) fn new(system: &str, action: Action, token: NamedToken, now: Millis) -> Entry {
        Entry { system: system.into(), action, token, begun_at: now, ended: None }
    }
}

/// The commands of the page, the oldest first, each with its number.
#[derive(Default)]
struct Journal {
    entries: VecDeque<(u32, Entry)>,
    next: u32,
}

impl Journal {
    fn begin(&mut self, entry: Entry) -> u32 {
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.entries.push_back((number, entry));
        number
    }

    fn end(&mut self, number: u32, ended: Ended, now: Millis) {
        // It may have been pushed out, or forgotten with its session.
        if let Some((_, entry)) = self.entries.iter_mut().find(|(it, _)| *it == number) {
            entry.ended = Some((now, ended));
        }
    }
}

thread_local! {
    /// It is the page's: a command may end when another connection is shown.
    static JOURNAL: RefCell<Journal> = RefCell::default();
}

/// A command is about to be sent; its number.
pub(super) fn begin(entry: Entry) -> u32 {
    JOURNAL.with_borrow_mut(|it| it.begin(entry))
}

/// The command of a number has ended.
pub(super) fn end(number: u32, ended: Ended, now: Millis) {
    JOURNAL.with_borrow_mut(|it| it.end(number, ended, now));
}

/// The commands of the page, the oldest first.
pub fn entries() -> Vec<Entry> {
    JOURNAL.with_borrow(|it| it.entries.iter().map(|(_, entry)| entry.clone()).collect())
}

/// Forgets what was asked of a connection's system, as the user has signed out there.
pub fn forget(system: &str) {
    JOURNAL.with_borrow_mut(|it| it.entries.retain(|(_, entry)| entry.system != system));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::TokenRef;

    fn entry(name: &str) -> Entry {
        let token = NamedToken { token: TokenRef { slot: 0, id: "1".into() }, name: name.into() };
        Entry::new("A", Action::Revoke, token, 5)
    }

    #[test]
    fn the_oldest_entry_makes_way() {
        let mut journal = Journal::default();
        let first = journal.begin(entry("first"));
        for _ in 0..MAX_ENTRIES {
            journal.begin(entry("later"));
        }
        journal.end(first, Ended::Proved, 9);
        assert_eq!(journal.entries.len(), MAX_ENTRIES);
        assert!(journal.entries.iter().all(|(_, it)| it.token.name == "later" && it.ended.is_none()));
    }

    #[test]
    fn an_entry_hears_of_its_own_end() {
        let mut journal = Journal::default();
        let (one, other) = (journal.begin(entry("one")), journal.begin(entry("other")));
        journal.end(other, Ended::Unknown, 9);
        journal.end(one, Ended::Proved, 10);
        let ended: Vec<_> = journal.entries.iter().map(|(_, it)| it.ended).collect();
        assert_eq!(ended, [Some((10, Ended::Proved)), Some((9, Ended::Unknown))]);
    }
}
