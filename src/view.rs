//! The page: which part is seen when. Views only wire; what they show is decided elsewhere.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use self::clients::{All, Clients};
use self::kit::{El, button, el, on_window};
use self::lazy::Kind;
use self::mistakes::reload;
use self::notice::quoted;
use self::offered::{Offered, Shown, Trouble};
use crate::adapters::DIALECTS;
use crate::api::RetrySafety;
use crate::config::{Config, ConfigError, Mistake};
use crate::messages::connections::Manages;
use crate::messages::page::{Misconfigured, Page};
use crate::messages::welcome::Welcome;
use crate::platform;
use crate::platform::runtime::BROWSER;
use crate::runtime::Runtime;
use crate::selection::Selection;
use crate::session::way::OpenError;
use crate::token::TokenRef;
use crate::workspace::Workspace;
use crate::workspace::connection::Load;
use crate::workspace::notices::with_findings;
use crate::workspace::slots::Slot;

mod account;
mod bar;
mod bulk;
mod choices;
mod clients;
mod clone;
mod connections;
mod counts;
mod dialogs;
mod download;
mod filters;
mod form;
mod idle;
mod inputs;
mod insets;
mod kit;
mod later;
mod layer;
pub mod lazy;
mod many;
mod mistakes;
mod notice;
mod offered;
mod open_error;
mod outcome;
mod privileges;
mod records;
mod request;
mod rights;
mod rotation;
mod shortcuts;
mod states;
mod switcher;
mod systems;
mod table;
mod tone;
mod toolbar;

/// Reads the configuration and puts the app where the page's first paint stands.
pub fn start() {
    platform::watch_policy();
    let place = platform::document().get_element_by_id("app").map(JsCast::unchecked_into::<HtmlElement>);
    let Some(place) = place else { return };
    wasm_bindgen_futures::spawn_local(async move { mount(place, read_config().await) });
}

/// Puts the app into an element: the page for the configuration, or what is wrong with that.
pub fn mount(place: HtmlElement, config: Result<Config, Vec<ConfigError>>) {
    mount_over(place, config, &BROWSER);
}

/// [`mount`], with another way for requests to systems that need no gateway.
pub fn mount_over(place: HtmlElement, config: Result<Config, Vec<ConfigError>>, runtime: &'static dyn Runtime) {
    let parent = place.clone();
    // Leptos renders nothing of its own here: it runs the effects and owns the signals that the elements follow.
    mount_to(parent, move || {
        // Beside the page at first: a table takes its measures from the one that it replaces, and the browser knows
        // those as long as nothing else has changed.
        let made = match config {
            Ok(config) => page(el("div"), config, runtime),
            Err(mistakes) => el("div").child(misconfigured(mistakes)),
        };
        place.set_text_content(None);
        while let Some(part) = made.0.first_child() {
            let _ = place.append_child(&part);
        }
    })
    .forget();
}

/// Reads `config.json` beside the page.
async fn read_config() -> Result<Config, Vec<ConfigError>> {
    let text = async {
        let (answer, body) = match platform::preloaded("config.json", None) {
            Some(early) => (early.answer.await, Some(early.body)),
            None => (JsFuture::from(platform::window().fetch_with_str("config.json")).await, None),
        };
        let answer: web_sys::Response = answer.ok()?.unchecked_into();
        let body = match body {
            Some(body) => body,
            None => JsFuture::from(answer.text().ok()?),
        };
        let text = body.await.ok()?.as_string()?;
        Some(if answer.ok() { Ok(text) } else { Err(answer.status()) })
    };
    let not_served = |status| Err(vec![ConfigError::at("", Mistake::NotServed(status))]);
    match text.await {
        Some(Ok(text)) => Config::parse(&text, DIALECTS),
        Some(Err(status)) => not_served(Some(status)),
        None => not_served(None),
    }
}

/// The page where the configuration is wrong.
fn misconfigured(mistakes: Vec<ConfigError>) -> El {
    el("main.message-page")
        .child(el("h1").text(&Misconfigured::Title.text()))
        .child(el("p").attr("role", "alert").text(&Misconfigured::Correct.text()))
        .child(lazy::here(Kind::Mistakes(mistakes)))
        .child(el("p").child(button("button primary", &Misconfigured::Reload.text(), reload)))
}

/// Fills the page for the system that its address names, else for all of them.
fn page(place: El, config: Config, runtime: &'static dyn Runtime) -> El {
    let offered = Offered::new(config.connections, config.suggested);
    let (chosen, on_page) = (offered.chosen, offered.on_page);
    // Systems that were opened outlive the workspace that shows them.
    let root = Owner::current().unwrap_or_default();
    on_window("popstate", move |_| {
        let named = offered.named_in_address();
        if named != chosen.get_untracked() {
            match on_page.get_untracked() {
                // What is typed there, or a secret that is shown this once, would be gone with the workspace.
                Some(workspace) if workspace.dialog.with_untracked(Option::is_some) => workspace.stay_here(),
                // The workspace of the other connection reads the rest of the address when it starts.
                _ => chosen.set(named),
            }
        } else if let Some(workspace) = on_page.get_untracked() {
            workspace.read_address();
        }
    });
    let head = page_head(offered);
    let all = All::default();
    // The form to sign in comes with the same code, so there is no session before this watches.
    let idle = config.idle_minutes.map(|it| Kind::Idle(it, Rc::clone(&all), on_page));
    // Where the connections have changed, what is shown of those that are as they were stays as it is.
    let shown = Memo::new(move |_| offered.shown());
    let has_several = Memo::new(move |_| offered.all.with(|it| it.len() > 1));
    let idle = idle.map(|it| el("div").bind_child(move || lazy::when_here(it.clone())));
    place.child(head).maybe(idle).bind_children(move || {
        let Shown { of_all, connections } = shown.get();
        if connections.is_empty() {
            let lost = |retry: El| {
                let why = notice::error_panel(&later::fault().into(), RetrySafety::ReadOnly);
                why.child(el("p").text(&Welcome::Lost.text())).child(retry)
            };
            return vec![el("main.page-main").child(connections::welcome(offered, lost))];
        }
        let (connections, all, root) = (Rc::new(connections), Rc::clone(&all), root.clone());
        let clients = Clients { offered, connections, all, root: root.clone(), runtime, expect: lazy::expect };
        let workspace = match of_all {
            false => match clients.get(0).get() {
                None => return vec![opening_view(None)],
                Some(Err(open_error)) => {
                    return vec![opening_view(Some(match open_error {
                        OpenError::NetworkError(fault) => open_error::not_reached(fault, &clients, 0),
                        wrong => lazy::here(Kind::NotOpened(wrong, clients)),
                    }))];
                }
                Some(Ok(client)) => Workspace::of_one(client, has_several),
            },
            true => {
                let names: Vec<String> = clients.connections.iter().map(|it| it.name.clone()).collect();
                Workspace::of_all(names, has_several, &BROWSER)
            }
        };
        on_page.set(Some(workspace));
        on_cleanup(move || {
            let _ = on_page.try_set(None);
            workspace.leave();
        });
        let parts = untrack(|| desk_view(workspace, &clients));
        kit::effect(move || {
            workspace.slots.with(|all| {
                for it in all {
                    let counted = it.source().and_then(|it| it.load.with(Load::counted));
                    untrack(|| offered.count(&it.name, counted));
                }
            });
        });
        untrack(|| workspace.start());
        if workspace.is_inventory() {
            open_all(workspace, &clients);
        }
        parts
    })
}

/// Seats every system as soon as it is open: none waits for another.
fn open_all(workspace: Workspace, clients: &Clients) {
    for idx in 0..clients.connections.len() {
        let opened = untrack(|| clients.get(idx));
        kit::effect(move || {
            if let Some(outcome) = opened.get() {
                untrack(|| workspace.fill_and_start(idx, outcome));
            }
        });
    }
}

/// What the page shows of every system: the brand and which system it is; at the end who is signed in there.
fn page_head(offered: Offered) -> El {
    let brand = el("div.brand")
        .child(el("span.brand-mark").attr("aria-hidden", "true").text("t"))
        .child(el("span.brand-name").text("tokendeck"));
    let signed_in = move || {
        // Where there are several, each has its own place for this.
        let source = offered.on_page.get()?.only()?;
        lazy::when_here(Kind::Account(source, source.signed_in.get()?))
    };
    let tab_count = |offered, chosen| lazy::when_here(Kind::TabCount(offered, chosen));
    let manage = move || connections::ask_to_manage(offered, None);
    let alert = move || {
        let text = match offered.trouble.get()? {
            Trouble::NotLoaded => Manages::NotLoaded.text(),
            Trouble::Gone(name) => Manages::Gone { name: &name }.text(),
        };
        Some(el("span.trouble").attr("role", "alert").children(quoted(&text)))
    };
    el("header.page-head")
        .child(brand)
        .child(el("div.switcher").bind_children(move || switcher::switcher(offered, tab_count)))
        .bind_child(alert)
        .bind_child(signed_in)
        .bind_child(move || lazy::when_here(Kind::FollowOthers(offered)))
        .child(button("button quiet", &Page::Connections.text(), manage))
}

/// What is seen of a system before its adapter is there, or where that did not come.
fn opening_view(failed: Option<El>) -> El {
    let opening = || el("p.muted").attr("role", "status").text(&Page::Opening.text());
    let title = el("div.toolbar").child(el("h1").text(&Page::ApiTokens.text()));
    el("main.page-main").child(title).child(failed.unwrap_or_else(opening))
}

fn desk_view(workspace: Workspace, clients: &Clients) -> Vec<El> {
    let actions = Memo::new(move |_| table::row_actions(workspace));
    let said: states::Said = |workspace, nothing| lazy::when_here(Kind::Nothing(workspace, nothing));
    let table = move || {
        let (columns, actions) = (workspace.columns.get(), actions.get());
        Some(untrack(|| table::table(workspace, columns, actions, lazy::expect, said)))
    };
    let (prefetched, offered) = (form::Prefetched::new(workspace), clients.offered);
    let lacking = Memo::new(move |_| workspace.load.with(|it| it.gap.clone().filter(|_| !workspace.is_inventory())));
    let has_findings = Memo::new(move |_| with_findings(|it| !it.is_empty()));
    let main = el("main.page-main")
        .child(toolbar::toolbar(workspace, move || lazy::run(Kind::PrefetchForm(prefetched), || {})))
        .maybe(workspace.is_inventory().then(|| lazy::here(Kind::Systems(workspace, clients.clone()))))
        .children(filters::filters(
            workspace,
            |workspace, part| lazy::here(Kind::Filters(workspace, part)),
            |workspace, part| lazy::when_here(Kind::Filters(workspace, part)),
        ))
        .child(toolbar::state_line(workspace, |it| lazy::when_here(Kind::Warnings(it))))
        .maybe(toolbar::limits(workspace))
        .bind_child(move || lacking.get().map(|it| lazy::here(Kind::Gap(it))))
        .bind_child(move || notice::load_error(workspace.only()?))
        .bind_child(move || has_findings.get().then(|| lazy::here(Kind::Findings(workspace))))
        .bind_child(move || workspace.waits.get().then(|| lazy::here(Kind::Complete(workspace))))
        .bind_child(table)
        .bind_show(move || is_asked_of(workspace), move || lazy::here(Kind::Selection(workspace)));
    // Most users ask for a dialog sooner or later; the first rows do not wait for its code.
    lazy::expect_at_rest(workspace);
    kit::effect(move || drop(lazy::when_here(Kind::Complete(workspace))));
    let dialog = move || {
        let dialog = workspace.dialog.get()?;
        let lost = move || lazy::not_loaded(workspace);
        Some(untrack(|| lazy::modal(Kind::Dialog(workspace, Box::new((dialog, prefetched, offered))), lost)))
    };
    // The first that asks; another may begin to ask meanwhile, and must not disturb what is typed.
    let asking = Memo::new(move |_| {
        let ask = |it: &Slot| it.source().and_then(|it| it.sign_in.get().map(|reason| (it.slot, reason)));
        workspace.slots.with(|it| it.iter().find_map(ask))
    });
    let sign_in = move || {
        let (slot, reason) = asking.get()?;
        let source = workspace.source(slot)?;
        let lost = move || {
            source.sign_in_later();
            lazy::tell_not_loaded(workspace);
        };
        Some(untrack(|| lazy::modal(Kind::SignIn(source, reason), lost)))
    };
    let details = move || {
        let TokenRef { slot, id } = workspace.details.get()?;
        let is_open = workspace.slots.with(|it| it.get(slot).is_some_and(|it| it.source().is_some()));
        is_open
            .then(|| untrack(|| workspace.source(slot).map(|source| lazy::here(Kind::Details(source, id)))))
            .flatten()
    };
    let main = main.bind_class("compact", move || workspace.layout.with(|it| it.is_compact));
    vec![
        main,
        el("div.beside").bind_child(details),
        el("div").bind_child(dialog).bind_child(sign_in),
        notice::telling(workspace, lazy::is_here, |it| lazy::when_here(Kind::Told(it))),
    ]
}

/// Whether there is something to be said of tokens that are selected.
fn is_asked_of(workspace: Workspace) -> bool {
    workspace.selection() != Selection::default() || workspace.query.with(|it| it.filter.only_selected)
}
