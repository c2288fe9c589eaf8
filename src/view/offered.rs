//! The connections that the page offers, and which of them it shows.

use leptos::prelude::*;

use super::kit;
use crate::adapters::DIALECTS;
use crate::config::Connection;
use crate::platform;
use crate::platform::connections::{kept, on_change_elsewhere};
use crate::session::way::OpenError;
use crate::workspace::{SYSTEM, Workspace};

/// What the page can show: the connection of a place, or all of them.
pub(super) type Chosen = Option<usize>;

/// The connections that can be chosen: those of `config.json` and those that this browser keeps.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    pub(super) hosted: StoredValue<Vec<Connection>>,
    /// What a page without any offers to add.
    pub(super) suggested: StoredValue<Vec<Connection>>,
    pub(super) all: RwSignal<Vec<Connection>>,
    pub(super) chosen: RwSignal<Chosen>,
    /// The workspace that shows it, as soon as it does.
    pub(super) on_page: RwSignal<Option<Workspace>>,
    /// What went wrong with them, or is to be known of them.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// How many tokens there were here of each, by its name, and whether these were all, as it was shown last.
    counts: RwSignal<Vec<(String, (usize, bool))>>,
}

/// What went wrong with connections, or is to be known of them.
#[derive(Clone, PartialEq)]
pub(super) enum Trouble {
    /// The code that manages them did not come.
    NotLoaded,
    /// The one of this name was shown, and another tab has taken it away.
    Gone(String),
}

/// What is shown: of one connection, or of all. Without connections there are none to choose from.
#[derive(Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) of_all: bool,
    pub(super) connections: Vec<Connection>,
}

impl Offered {
    pub(super) fn new(hosted: Vec<Connection>, suggested: Vec<Connection>) -> Self {
        let all = RwSignal::new(kept().shown(&hosted, DIALECTS));
        let this = Offered {
            hosted: StoredValue::new(hosted),
            suggested: StoredValue::new(suggested),
            all,
            chosen: RwSignal::new(None),
            on_page: RwSignal::new(None),
            trouble: RwSignal::new(None),
            counts: RwSignal::default(),
        };
        this.chosen.set(this.named_in_address());
        this
    }

    pub(super) fn shown(self) -> Shown {
        let all = self.all.get();
        match self.chosen.get() {
            None => Shown { of_all: true, connections: all },
            Some(idx) => {
                let idx = idx.min(all.len().saturating_sub(1));
                Shown { of_all: false, connections: all.get(idx).into_iter().cloned().collect() }
            }
        }
    }

    /// What the address says of a choice.
    pub(super) fn params(self, chosen: Chosen) -> Vec<(&'static str, String)> {
        let name = chosen.and_then(|idx| self.all.with_untracked(|all| all.get(idx).map(|it| it.name.clone())));
        name.map(|it| (SYSTEM, it)).into_iter().collect()
    }

    /// Shows a connection, or all. Another system has other scopes and statuses, so its view begins without filters.
    pub(super) fn show(self, chosen: Chosen) {
        platform::set_address_params(&self.params(chosen), true);
        self.chosen.set(chosen);
    }

    /// What the address names; where it names no system that there is, all of them, or the only one.
    pub(super) fn named_in_address(self) -> Chosen {
        let params = platform::address_params();
        let named = params.iter().find(|(key, _)| key == SYSTEM).and_then(|(_, name)| self.place_of(name));
        let has_several = self.all.with_untracked(|all| all.len() > 1);
        named.or((!has_several).then_some(0))
    }

    /// Keeps how many tokens of a system are here, as long as that is known.
    pub(super) fn count(self, name: &str, counted: Option<(usize, bool)>) {
        let known = self.counts.with_untracked(|all| count_of(all, name));
        if known != counted {
            self.counts.update(|all| {
                all.retain(|it| it.0 != name);
                all.extend(counted.map(|it| (name.to_owned(), it)));
            });
        }
    }

    /// How many tokens of a system are here, or of all of them, and whether these are all.
    pub(super) fn counted(self, name: Option<&str>) -> Option<(usize, bool)> {
        let of = |name: &str| self.counts.with(|all| count_of(all, name));
        match name {
            Some(name) => of(name),
            None => self.all.with_untracked(|all| {
                let known: Vec<_> = all.iter().filter_map(|it| of(&it.name)).collect();
                let is_whole = known.len() == all.len() && known.iter().all(|it| it.1);
                (!known.is_empty()).then(|| (known.iter().map(|it| it.0).sum(), is_whole))
            }),
        }
    }

    fn place_of(self, name: &str) -> Option<usize> {
        self.all.with_untracked(|all| all.iter().position(|it| it.name == *name))
    }

    /// Whether this browser keeps a connection, so that it is the user's own.
    pub(super) fn keeps(self, connection: &Connection) -> bool {
        !self.hosted.with_value(|hosted| hosted.contains(connection))
    }

    /// The connections as they are kept now.
    fn read(self) -> Vec<Connection> {
        self.hosted.with_value(|hosted| kept().shown(hosted, DIALECTS))
    }

    /// Reads again what this browser keeps. The page goes on with the connection of this name, unless it shows all or there
    /// is none of that name.
    pub(super) fn renew(self, show: &str) {
        let of_all = self.chosen.get_untracked().is_none();
        let all = self.read();
        let has_several = all.len() > 1;
        self.all.set(all);
        if of_all && has_several {
            return;
        }
        let place = self.place_of(show);
        // What is filtered by stays.
        let mut params = platform::address_params();
        params.retain(|(key, _)| key != SYSTEM);
        if place.is_some() && has_several {
            params.push((SYSTEM.into(), show.into()));
        }
        let params: Vec<_> = params.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        platform::set_address_params(&params, false);
        self.chosen.set(place.or((!has_several).then_some(0)));
    }

    /// Follows what other pages of this browser change, as soon as nothing on this one would be lost with its workspace.
    pub(super) fn follow_other_pages(self) {
        // They may have changed since this page has read them.
        let is_stale = RwSignal::new(self.all.with_untracked(|now| *now != self.read()));
        on_change_elsewhere(move || is_stale.set(true));
        kit::effect(move || {
            if is_stale.get() && !self.on_page.get().is_some_and(Workspace::is_busy) {
                untrack(|| {
                    is_stale.set(false);
                    let Shown { of_all, connections, .. } = self.shown();
                    let name = connections.first().map(|it| it.name.clone()).unwrap_or_default();
                    self.renew(&name);
                    let is_gone = !of_all && !name.is_empty() && self.place_of(&name).is_none();
                    self.trouble.set(is_gone.then_some(Trouble::Gone(name)));
                });
            }
        });
    }

    /// Mistakes in a connection, with their places in `config.json` where it comes from there.
    pub(super) fn placed(self, open_error: OpenError, connection: &Connection) -> OpenError {
        let idx = self.hosted.with_value(|hosted| hosted.iter().position(|it| it == connection));
        let place = idx.map_or(String::new(), |idx| format!("/connections/{idx}"));
        match open_error {
            OpenError::Mistakes(all) => OpenError::Mistakes(all.into_iter().map(|it| it.within(&place)).collect()),
            fault => fault,
        }
    }
}

fn count_of(all: &[(String, (usize, bool))], name: &str) -> Option<(usize, bool)> {
    all.iter().find(|it| it.0 == name).map(|it| it.1)
}
