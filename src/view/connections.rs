//! The dialog that manages connections: those of `config.json`, and those that this browser keeps. Its code is a part of
//! its own, as few people open it.

use std::cell::RefCell;

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use super::Offered;
use super::dialog::modal;
use super::kit::{El, button, el, on_window};
use crate::adapters::DIALECTS;
use crate::config::form::{Catalog, Form};
use crate::config::import::Incoming;
use crate::config::local::{Entry, LocalConnections};
use crate::config::{ConfigError, Connection};
use crate::json;
use crate::parts::part;
use crate::platform::connections::{KEY, config_json, read_kept};
use crate::platform::fetch::sleep;
use crate::platform::storage::store;
use crate::platform::{active_element, document};

mod connection_list;
mod connection_test;
mod edit;
mod import;

/// What is on the page as long as the dialog is open; dropping it takes it away.
type OnPage = Option<Box<dyn FnOnce()>>;

thread_local! {
    static ON_PAGE: RefCell<OnPage> = const { RefCell::new(None) };
}

part!(managing;
/// Opens the dialog over the page, or only the form for the user's own connection of this name.
pub(super) fn manage(asked: (Offered, Option<String>)) -> () {
    open(asked.0, asked.1);
});

fn open(offered: Offered, edit: Option<String>) {
    let Ok(place) = document().create_element("div").map(JsCast::unchecked_into::<HtmlElement>) else { return };
    let Some(body) = document().body() else { return };
    let _ = body.append_child(&place);
    let parent = place.clone();
    let mounted = mount_to(parent, {
        let place = El(place.clone());
        move || {
            Manager::new(offered, edit).view(place);
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
    kept: RwSignal<LocalConnections>,
    /// All connections, in order.
    entries: Memo<Vec<Entry>>,
    /// What connections can speak.
    catalog: StoredValue<Catalog>,
    /// Why what is kept cannot be read or written.
    trouble: RwSignal<Option<String>>,
    /// Whether the list is there, and not only the form for one of the user's own.
    has_list: RwSignal<bool>,
    /// What is open above the list.
    above: RwSignal<Option<Above>>,
    /// What was done last, for those who do not see it.
    said: RwSignal<String>,
    /// The name of the connection to show when the dialog has gone.
    show: StoredValue<String>,
    has_changed: StoredValue<bool>,
    offered: Offered,
}

/// What is open above the list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Above {
    /// The form with these settings in it. Saved, they take the place of what is kept, where they are of that.
    Form { before: Option<String>, settings: String },
    /// The question before one of the user's own is removed.
    Remove { settings: String, name: String },
    /// What a file of this name has brought, or the mistakes in it.
    Import { file: String, brought: Result<Vec<Incoming>, Vec<ConfigError>> },
}

impl Manager {
    fn new(offered: Offered, edit: Option<String>) -> Self {
        let shown = untrack(|| offered.shown()).connections[0].name.clone();
        let hosted = offered.hosted;
        let (kept, trouble) = match read_kept() {
            Ok(kept) => (kept, None),
            Err(trouble) => (LocalConnections::default(), Some(trouble)),
        };
        let edit = edit.and_then(|name| {
            hosted.with_value(|it| kept.entries(it, DIALECTS)).into_iter().find(|it| it.name == name)?.own
        });
        let kept = RwSignal::new(kept);
        Manager {
            hosted,
            kept,
            entries: Memo::new(move |_| hosted.with_value(|hosted| kept.with(|it| it.entries(hosted, DIALECTS)))),
            has_list: RwSignal::new(edit.is_none()),
            catalog: StoredValue::new(Catalog::new(DIALECTS)),
            trouble: RwSignal::new(trouble),
            above: RwSignal::new(edit.map(|it| Above::Form { before: Some(it.clone()), settings: it })),
            said: RwSignal::new(String::new()),
            show: StoredValue::new(shown),
            has_changed: StoredValue::new(false),
            offered,
        }
    }

    /// The names that are taken, but for that of what is kept so.
    fn other_names(self, before: Option<&str>) -> Vec<String> {
        let is_other = |it: &Entry| before.is_none() || it.own.as_deref() != before;
        self.entries.get_untracked().into_iter().filter(is_other).map(|it| it.name).collect()
    }

    /// What a connection speaks, as it is called.
    fn speaks(self, settings: &str) -> String {
        self.catalog.with_value(|catalog| catalog.name(&Form::of(settings, catalog).speaks))
    }

    /// Changes what is kept, as it is by now: another page may have changed it too. Tells whether it is kept.
    fn change(self, change: impl FnOnce(&mut LocalConnections)) -> bool {
        let mut kept = read_kept().unwrap_or_default();
        change(&mut kept);
        if store(KEY, &kept.to_json()).is_err() {
            let text = "It was not saved: the browser's storage for this page is full or switched off.";
            self.trouble.set(Some(text.into()));
            // It is told there.
            self.has_list.set(true);
            return false;
        }
        self.trouble.set(None);
        self.has_changed.set_value(true);
        self.kept.set(kept);
        true
    }

    fn close(self) {
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

    fn view(self, place: El) {
        on_window("storage", move |_| {
            if let Ok(kept) = read_kept() {
                self.kept.set(kept);
            }
        });
        let above = move || {
            let Some(above) = self.above.get() else {
                if !self.has_list.get_untracked() {
                    self.close();
                }
                return None;
            };
            Some(untrack(|| match above {
                Above::Form { before, settings } => edit::form(self, before, &settings),
                Above::Remove { settings, name } => self.removal(settings, &name),
                Above::Import { file, brought } => import::dialog(self, &file, brought),
            }))
        };
        place.bind_show(move || self.has_list.get(), move || self.list_view()).child(el("div").bind_child(above));
    }

    fn list_view(self) -> El {
        let body = el("div.modal-body")
            .bind_child(move || self.trouble.get().map(|it| trouble_panel(&it)))
            .child(el("p.muted").text(
                "Connections come from config.json, for everybody, or are kept in this browser, for you. Neither holds a secret.",
            ))
            .child(connection_list::lines(self))
            .child(el("p.offscreen").attr("role", "status").bind_text(move || self.said.get()));
        let add = move || self.above.set(Some(Above::Form { before: None, settings: String::new() }));
        let files = el("div.foot-text.panel-buttons").children(import::chooser(self)).child(button(
            "button",
            "Export",
            move || self.export(),
        ));
        let foot = el("div.modal-foot").child(files).child(button("button", "Add connection", add)).child(button(
            "button primary",
            "Close",
            move || self.close(),
        ));
        let content = el("div.modal-whole").child(body).child(foot);
        modal("Connections", "dialog", active_element(), move || self.close(), content)
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
            .child(el("p.question").child(el("bdi.token-name").attr("translate", "no").text(name)))
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
        let shown = self.hosted.with_value(|hosted| self.kept.with_untracked(|kept| kept.shown(hosted, DIALECTS)));
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

/// Puts the focus on a button of the list by its name, once that has been made again and what was above it has gone.
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
