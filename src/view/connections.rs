//! The dialog that manages connections: those of `config.json`, and those that this browser keeps. It is no part of the
//! page's own module: see `src/bin/connections.rs`.

use std::cell::RefCell;

use js_sys::{Array, Function};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use super::dialog::modal;
use super::dom::{El, button, el};
use crate::browser::connections::{KEY, config_json, read_kept};
use crate::browser::fetch::sleep;
use crate::browser::storage::store;
use crate::browser::{active_element, document};
use crate::config::form::{Form, Shipped};
use crate::config::kept::{Entry, Kept};
use crate::config::{Config, Connection};
use crate::json;

mod edit;
mod trial;

/// What is on the page as long as the dialog is open; dropping it takes it away.
type OnPage = Option<Box<dyn FnOnce()>>;

thread_local! {
    static ON_PAGE: RefCell<OnPage> = const { RefCell::new(None) };
}

/// Opens the dialog; see [`crate::browser::connections::manage`] for what it is given.
pub fn open(config: &str, shown: String, closed: Function) {
    let hosted = Config::parse(config).map(|it| it.connections).unwrap_or_default();
    let Ok(place) = document().create_element("div").map(JsCast::unchecked_into::<HtmlElement>) else { return };
    let Some(body) = document().body() else { return };
    let _ = body.append_child(&place);
    let parent = place.clone();
    let mounted = mount_to(parent, {
        let place = El(place.clone());
        move || {
            Manager::new(hosted, shown, closed).view(place);
        }
    });
    ON_PAGE.with_borrow_mut(|it| {
        *it = Some(Box::new(move || {
            drop(mounted);
            place.remove();
        }));
    });
}

/// The state of the dialog.
#[derive(Clone, Copy)]
struct Manager {
    /// The connections of `config.json`.
    hosted: StoredValue<Vec<Connection>>,
    kept: RwSignal<Kept>,
    /// The descriptions that come with the page.
    shipped: StoredValue<Vec<Shipped>>,
    /// Why what is kept cannot be read or written.
    trouble: RwSignal<Option<String>>,
    /// What is open above the list.
    above: RwSignal<Option<Above>>,
    /// What was done last, for those who do not see it.
    said: RwSignal<String>,
    /// The name of the connection to show when the dialog has gone.
    show: StoredValue<String>,
    has_changed: StoredValue<bool>,
    closed: StoredValue<Function, LocalStorage>,
}

/// What is open above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Above {
    /// The form with these settings in it. Saved, they take the place of what is kept, where they are of that.
    Form { before: Option<String>, settings: String },
    /// The question before one of the user's own is removed.
    Remove { settings: String, name: String },
}

impl Manager {
    fn new(hosted: Vec<Connection>, shown: String, closed: Function) -> Self {
        let (kept, trouble) = match read_kept() {
            Ok(kept) => (kept, None),
            Err(trouble) => (Kept::default(), Some(trouble)),
        };
        Manager {
            hosted: StoredValue::new(hosted),
            kept: RwSignal::new(kept),
            shipped: StoredValue::new(Shipped::all()),
            trouble: RwSignal::new(trouble),
            above: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            show: StoredValue::new(shown),
            has_changed: StoredValue::new(false),
            closed: StoredValue::new_local(closed),
        }
    }

    fn entries(self) -> Vec<Entry> {
        self.hosted.with_value(|hosted| self.kept.with(|kept| kept.entries(hosted)))
    }

    /// The names that are taken, but for that of what is kept so.
    fn other_names(self, before: Option<&str>) -> Vec<String> {
        let is_other = |it: &Entry| before.is_none() || it.own.as_deref() != before;
        untrack(|| self.entries()).into_iter().filter(is_other).map(|it| it.name).collect()
    }

    /// What a connection speaks, as it is called.
    fn speaks(self, settings: &str) -> String {
        self.shipped.with_value(|shipped| Form::of(settings, shipped).speaks.name(shipped))
    }

    /// Changes what is kept, as it is by now: another page may have changed it too. Tells whether it is kept.
    fn change(self, change: impl FnOnce(&mut Kept)) -> bool {
        let mut kept = read_kept().unwrap_or_default();
        change(&mut kept);
        if store(KEY, &kept.to_json()).is_err() {
            let text = "It was not saved: the browser's storage for this page is full or switched off.";
            self.trouble.set(Some(text.into()));
            return false;
        }
        self.trouble.set(None);
        self.has_changed.set_value(true);
        self.kept.set(kept);
        true
    }

    fn close(self) {
        let show = if self.has_changed.get_value() { self.show.get_value().into() } else { JsValue::UNDEFINED };
        let closed = self.closed.get_value();
        // Not from within what is taken away.
        spawn_local(async move {
            if let Some(take_away) = ON_PAGE.take() {
                take_away();
            }
            let _ = closed.call1(&JsValue::NULL, &show);
        });
    }

    fn view(self, place: El) {
        let body = el("div.modal-body")
            .live(move || self.trouble.get().map(|it| trouble_panel(&it)))
            .child(el("p.muted").text(
                "Connections come from config.json, for everybody, or are kept in this browser, for you. Neither holds a secret.",
            ))
            .child(el("ol.connections").live_list(move || self.rows()))
            .child(el("p.offscreen").attr("role", "status").live_text(move || self.said.get()));
        let add = move || self.above.set(Some(Above::Form { before: None, settings: String::new() }));
        let foot = el("div.modal-foot")
            .child(el("div.foot-text").child(button("button", "Export", move || self.export())))
            .child(button("button", "Add connection", add))
            .child(button("button primary", "Close", move || self.close()));
        let content = el("div.modal-whole").child(body).child(foot);
        let dialog = modal("Connections", "dialog", active_element(), move || self.close(), content);
        let above = move || {
            Some(match self.above.get()? {
                Above::Form { before, settings } => untrack(|| edit::form(self, before, &settings)),
                Above::Remove { settings, name } => untrack(|| self.removal(settings, &name)),
            })
        };
        place.child(dialog).child(el("div").live(above));
    }

    /// The connections in order.
    fn rows(self) -> Vec<El> {
        let entries = self.entries();
        let last = entries.len().saturating_sub(1);
        let n_shown = entries.iter().filter(|it| !it.is_hidden && it.connection.is_ok()).count();
        entries.iter().enumerate().map(|(idx, entry)| self.row(idx, last, entry, n_shown)).collect()
    }

    fn row(self, idx: usize, last: usize, entry: &Entry, n_shown: usize) -> El {
        let name = if entry.name.is_empty() { "without a name" } else { &entry.name };
        let does = |verb: &'static str, run: Box<dyn Fn()>| {
            button("button small", verb, run).attr("aria-label", &format!("{verb} {name}"))
        };
        let moves = |verb: &'static str, to: Option<usize>| {
            let name = entry.name.clone();
            let control =
                does(verb, Box::new(move || to.into_iter().for_each(|to| self.move_to(&name, idx, to, verb))));
            if to.is_none() { control.attr("aria-disabled", "true") } else { control }
        };
        let up = moves("Move up", idx.checked_sub(1));
        let down = moves("Move down", (idx < last).then_some(idx + 1));
        let open = |above: Above| Box::new(move || self.above.set(Some(above.clone())));
        let mut buttons = el("div.panel-buttons");
        match (&entry.own, &entry.connection) {
            (Some(settings), connection) => {
                let (settings, name) = (settings.clone(), entry.name.clone());
                // Of the only one that the page has nothing would be left.
                let is_only = connection.is_ok() && n_shown == 1;
                let remove = does("Remove", open(Above::Remove { settings: settings.clone(), name }));
                let edit = Above::Form { before: Some(settings.clone()), settings };
                buttons = buttons.child(does("Edit", open(edit))).child(if is_only {
                    remove.attr("aria-disabled", "true")
                } else {
                    remove
                });
            }
            (None, Ok(connection)) => {
                let settings = connection.settings.clone();
                let hides = !entry.is_hidden;
                let name = entry.name.clone();
                let is_only = hides && n_shown == 1;
                let hide = does(
                    if hides { "Hide" } else { "Show" },
                    Box::new(move || {
                        if !is_only {
                            self.hide(&name, hides)
                        }
                    }),
                );
                buttons = buttons
                    .child(does("Copy to edit", open(Above::Form { before: None, settings })))
                    .child(if is_only { hide.attr("aria-disabled", "true") } else { hide });
            }
            (None, Err(_)) => {}
        }
        let from = if entry.own.is_some() { "this browser" } else { "config.json" };
        let about = el("p.muted");
        let about = match &entry.connection {
            Ok(it) => about.text(&format!("{} · {} · {from}", self.speaks(&it.settings), it.base)),
            Err(_) => about.text(from),
        };
        let title = el("div.connection-name").child(el("bdi.name").text(&entry.name));
        let title = title.maybe(entry.is_hidden.then(|| el("span.muted").text(" hidden")));
        let mistakes = entry.connection.as_ref().err().map(|it| super::list_of(it.clone()));
        el("li.connection").child(title.child(about).maybe(mistakes)).child(buttons.child(up).child(down))
    }

    fn move_to(self, name: &str, from: usize, to: usize, verb: &str) {
        let entries = untrack(|| self.entries());
        let n_entries = entries.len();
        if self.change(|it| it.reorder(&entries, from, to)) {
            self.said.set(format!("“{name}” is number {} of {n_entries}.", to + 1));
            focus_button(&format!("{verb} {name}"));
        }
    }

    fn hide(self, name: &str, hides: bool) {
        if self.change(|it| it.hide(name, hides)) {
            self.said.set(format!("“{name}” is {} the page.", if hides { "not offered on" } else { "back on" }));
            focus_button(&format!("{} {name}", if hides { "Show" } else { "Hide" }));
        }
    }

    /// The question before one of the user's own is removed.
    fn removal(self, settings: String, name: &str) -> El {
        let close = move || self.above.set(None);
        let removed = name.to_owned();
        let remove = move || {
            close();
            if self.change(|it| it.remove(&settings)) {
                self.said.set(format!("“{removed}” was removed."));
                focus_button("Add connection");
            }
        };
        let body = el("div.modal-body")
            .child(el("p.question").child(el("bdi.token-name").text(name)))
            .child(el("p").text("This browser forgets how to reach it. Its tokens stay as they are."));
        let foot = el("div.modal-foot").child(button("button", "Cancel", close)).child(button(
            "button danger",
            "Remove",
            remove,
        ));
        let content = el("div").child(body).child(foot);
        modal("Remove connection", "alertdialog", active_element(), close, content)
    }

    /// Hands out the connections that the page offers, as a `config.json`.
    fn export(self) {
        let shown = self.hosted.with_value(|hosted| self.kept.with_untracked(|kept| kept.shown(hosted)));
        let text = config_json(&shown);
        let text = json::read(text.as_bytes()).map(|it| json::pretty(&it)).unwrap_or_default();
        self.said.set(match download("config.json", &(text + "\n")) {
            Some(()) => "The connections are in the file config.json.".into(),
            None => "The browser did not let the page make a file.".to_owned(),
        });
    }
}

/// Lets the browser save a text as a file.
fn download(name: &str, text: &str) -> Option<()> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    el("a").attr("href", &address).attr("download", name).0.click();
    Url::revoke_object_url(&address).ok()
}

fn trouble_panel(text: &str) -> El {
    el("div.panel.error").attr("role", "alert").child(el("p").text(text))
}

/// Puts the focus on a button of the list by its name, once that has been made anew and what was above it has gone.
fn focus_button(name: &str) {
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
