//! What the last list had, for what is asked of its tokens later.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::page::Page;
use crate::viewer::Viewer;

/// What the user who is signed in was shown: the entries of the last list. No other user is answered from it.
#[derive(Default)]
pub(super) struct Entries {
    /// By their ids.
    all: RefCell<BTreeMap<String, Entry>>,
    /// Goes up whenever all is forgotten, so that a list that was under way is not kept.
    pub(super) epoch: Cell<u32>,
    /// Who they are of.
    seen_by: RefCell<Option<Viewer>>,
}

/// An entry of a list.
struct Entry {
    /// The vendor's own JSON.
    raw: String,
    /// What does not change while a list is gone through.
    identity: u64,
    /// Whether its token was written to since.
    is_stale: bool,
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Entries {
    pub(super) fn get(&self, id: &str) -> Option<Value> {
        self.all.borrow().get(id).and_then(|it| serde_json::from_str(&it.raw).ok())
    }

    /// The same, unless it was written to since.
    pub(super) fn get_current(&self, id: &str) -> Option<Value> {
        let is_stale = self.all.borrow().get(id).is_some_and(|it| it.is_stale);
        self.get(id).filter(|_| !is_stale)
    }

    /// A token is about to be written to: from now on its entry says what was.
    pub(super) fn mark_written(&self, id: &str) {
        if let Some(entry) = self.all.borrow_mut().get_mut(id) {
            entry.is_stale = true;
        }
    }

    /// A token as its system has it by now.
    pub(super) fn update(&self, id: &str, raw: &Value) {
        if let Some(entry) = self.all.borrow_mut().get_mut(id) {
            (entry.raw, entry.is_stale) = (raw.to_string(), false);
        }
    }

    /// Forgets one, so that a list says what it is now.
    pub(super) fn drop(&self, id: &str) {
        self.all.borrow_mut().remove(id);
    }

    pub(super) fn len(&self) -> usize {
        self.all.borrow().len()
    }

    /// Keeps a page's; the first page's which replaces all that was there. Of an entry that has the id of another one,
    /// from a page before, it says so.
    pub(super) fn keep(&self, page: &mut Page, is_first: bool) {
        let mut all = self.all.borrow_mut();
        if is_first {
            all.clear();
        }
        let fresh: Vec<(String, Entry)> = page
            .entries
            .iter_mut()
            .zip(&page.raw)
            .filter_map(|(entry, raw)| {
                let id = entry["id"].as_str()?.to_owned();
                let facts = ["name", "description", "scopes", "valid_from", "valid_to", "created_by"];
                let identity = hash_of(facts.map(|it| entry[it].to_string()));
                if all.get(&id).is_some_and(|it| it.identity != identity) {
                    entry["is_another"] = true.into();
                }
                Some((id, Entry { raw: raw.to_string(), identity, is_stale: false }))
            })
            .collect();
        all.extend(fresh);
    }

    /// Forgets all of it, and who it is of.
    pub(super) fn forget(&self) {
        self.all.borrow_mut().clear();
        self.epoch.set(self.epoch.get() + 1);
        self.seen_by.replace(None);
    }

    /// From now on they are of this one, who gets nothing that another user was shown.
    pub(super) fn are_of(&self, viewer: Viewer) {
        let is_other = self.seen_by.borrow().as_ref().is_some_and(|it| !it.is(&viewer));
        if is_other {
            self.forget();
        }
        self.seen_by.replace(Some(viewer));
    }
}
