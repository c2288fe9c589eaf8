//! The state of the dialog that manages connections, and what it changes.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::super::offered::Offered;
use crate::adapters::DIALECTS;
use crate::config::form::{Catalog, Form};
use crate::config::import::Incoming;
use crate::config::local::{Entry, LocalConnections, NotKept};
use crate::config::{ConfigError, Connection};
use crate::platform::connections::{KEY, read_kept};
use crate::platform::document;
use crate::platform::fetch::sleep;
use crate::platform::storage::store;

/// What is on the page as long as the dialog is open; dropping it takes it away.
type OnPage = Option<Box<dyn FnOnce()>>;

thread_local! {
    pub(super) static ON_PAGE: RefCell<OnPage> = const { RefCell::new(None) };
}

/// What the user has asked for.
#[derive(Clone)]
pub(super) enum Ask {
    /// The list of all.
    List,
    /// The form for their own connection of this name alone.
    Edit(String),
    /// The form for a new one alone, with these settings in it.
    Add(String),
}

/// The state of the dialog.
#[derive(Clone, Copy)]
pub(super) struct Manager {
    /// The connections of `config.json`.
    pub(super) hosted: StoredValue<Vec<Connection>>,
    pub(super) kept: RwSignal<LocalConnections>,
    /// All connections, in order.
    pub(super) entries: Memo<Vec<Entry>>,
    /// What connections can speak.
    pub(super) catalog: StoredValue<Catalog>,
    /// Why what is kept cannot be read or written.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Whether the list is there, and not only the form for one of the user's own.
    pub(super) has_list: RwSignal<bool>,
    /// What is open above the list.
    pub(super) above: RwSignal<Option<Above>>,
    /// What was done last, for those who do not see it.
    pub(super) said: RwSignal<String>,
    /// The name of the connection to show when the dialog has gone.
    pub(super) show: StoredValue<String>,
    pub(super) has_changed: StoredValue<bool>,
    pub(super) offered: Offered,
}

/// Why what the browser keeps cannot be read or written.
#[derive(Clone)]
pub(super) enum Trouble {
    /// It could not be read.
    NotRead(NotKept),
    /// What was changed is not kept.
    NotSaved,
}

/// What is open above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Above {
    /// The form with these settings in it. Saved, they take the place of what is kept, where they are of that.
    Form { before: Option<String>, settings: String },
    /// The question before one of the user's own is removed.
    Remove { settings: String, name: String },
    /// The test of this connection.
    Test(Box<Connection>),
    /// What a file of this name has brought, or the mistakes in it.
    Import { file: String, brought: Result<Vec<Incoming>, Vec<ConfigError>> },
}

impl Manager {
    pub(super) fn new(offered: Offered, ask: Ask) -> Self {
        let shown = untrack(|| offered.shown()).connections.first().map(|it| it.name.clone()).unwrap_or_default();
        let hosted = offered.hosted;
        let (kept, trouble) = match read_kept() {
            Ok(kept) => (kept, None),
            Err(why) => (LocalConnections::default(), Some(Trouble::NotRead(why))),
        };
        let own = |name: String| {
            hosted.with_value(|it| kept.entries(it, DIALECTS)).into_iter().find(|it| it.name == name)?.own
        };
        let form = match ask {
            Ask::List => None,
            Ask::Edit(name) => own(name).map(|it| Above::Form { before: Some(it.clone()), settings: it }),
            Ask::Add(settings) => Some(Above::Form { before: None, settings }),
        };
        let kept = RwSignal::new(kept);
        Manager {
            hosted,
            kept,
            entries: Memo::new(move |_| hosted.with_value(|hosted| kept.with(|it| it.entries(hosted, DIALECTS)))),
            has_list: RwSignal::new(form.is_none()),
            catalog: StoredValue::new(Catalog::new(DIALECTS)),
            trouble: RwSignal::new(trouble),
            above: RwSignal::new(form),
            said: RwSignal::new(String::new()),
            show: StoredValue::new(shown),
            has_changed: StoredValue::new(false),
            offered,
        }
    }

    /// The names that are taken, but for that of what is kept so.
    pub(super) fn other_names(self, before: Option<&str>) -> Vec<String> {
        let is_other = |it: &Entry| before.is_none() || it.own.as_deref() != before;
        self.entries.get_untracked().into_iter().filter(is_other).map(|it| it.name).collect()
    }

    /// What a connection speaks, as it is called.
    pub(super) fn speaks(self, settings: &str) -> String {
        self.catalog.with_value(|catalog| catalog.name(&Form::of(settings, catalog).speaks).to_string())
    }

    /// Changes what is kept, as it is by now: another page may have changed it too. Tells whether it is kept.
    pub(super) fn change(self, change: impl FnOnce(&mut LocalConnections)) -> bool {
        let mut kept = read_kept().unwrap_or_default();
        change(&mut kept);
        if store(KEY, &kept.to_json()).is_err() {
            self.trouble.set(Some(Trouble::NotSaved));
            // It is told there.
            self.has_list.set(true);
            return false;
        }
        self.trouble.set(None);
        self.has_changed.set_value(true);
        self.kept.set(kept);
        true
    }

    pub(super) fn close(self) {
        let show = self.has_changed.get_value().then(|| self.show.get_value());
        let offered = self.offered;
        // Not from within what is taken away.
        spawn_local(async move {
            if let Some(take_away) = ON_PAGE.take() {
                take_away();
            }
            if let Some(show) = show {
                offered.renew(&show);
            }
        });
    }
}

/// Puts the focus on a button of the list by its name, once that has been made again and what was above it has gone.
pub(super) fn focus_button(name: &str) {
    let name = name.to_owned();
    spawn_local(async move {
        sleep(0).await;
        let Ok(buttons) = document().query_selector_all("dialog[open] button") else { return };
        for idx in 0..buttons.length() {
            let Some(button) = buttons.item(idx).map(JsCast::unchecked_into::<HtmlElement>) else { continue };
            let label = button.get_attribute("aria-label").or_else(|| button.text_content());
            if label.as_deref() == Some(&name) {
                let _ = button.focus();
                return;
            }
        }
    });
}
