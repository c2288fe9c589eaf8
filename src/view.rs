//! The page: which part is seen when. Views only wire; what they show is decided elsewhere.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use self::confirm::Question;
use self::dom::{El, button, el};
use crate::browser;
use crate::config::{Config, Connection, Mistake};
use crate::desk::{Desk, Dialog};

mod confirm;
mod dialog;
mod dom;
mod filters;
mod form;
mod notice;
mod sign_in;
mod table;
mod toolbar;

/// Reads the configuration and puts the app in the place of the page's first paint.
pub fn start() {
    browser::watch_policy();
    let place = browser::document().get_element_by_id("app").map(JsCast::unchecked_into::<HtmlElement>);
    let Some(place) = place else { return };
    wasm_bindgen_futures::spawn_local(async move { mount(place, read_config().await) });
}

/// Puts the app into an element: the page for the configuration, or what is wrong with that.
pub fn mount(place: HtmlElement, config: Result<Config, Vec<Mistake>>) {
    let parent = place.clone();
    // Leptos renders nothing of its own here: it runs the effects and owns the signals that the elements follow.
    mount_to(parent, move || {
        place.replace_children_with_node_0();
        match config {
            Ok(config) => page(El(place), config),
            Err(mistakes) => El(place).child(misconfigured(mistakes)),
        };
    })
    .forget();
}

/// Reads `config.json` beside the page.
async fn read_config() -> Result<Config, Vec<Mistake>> {
    let text = async {
        let answer = JsFuture::from(browser::window().fetch_with_str("config.json")).await.ok()?;
        let answer: web_sys::Response = answer.unchecked_into();
        let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
        Some(if answer.ok() {
            Ok(text)
        } else {
            Err(format!("cannot be read: the server answered {}", answer.status()))
        })
    };
    let unreadable = |text: String| vec![Mistake { pointer: String::new(), text }];
    match text.await {
        Some(Ok(text)) => Config::parse(&text),
        Some(Err(problem)) => Err(unreadable(problem)),
        None => Err(unreadable("cannot be read: the server did not answer".into())),
    }
}

/// The page where the configuration is wrong.
fn misconfigured(mistakes: Vec<Mistake>) -> El {
    let line = |Mistake { pointer, text }: Mistake| {
        let place = if pointer.is_empty() { "config.json" } else { &pointer };
        el("li").child(el("code").text(place)).text(" ").text(&text)
    };
    let reload = || {
        let _ = browser::window().location().reload();
    };
    el("main.message-page")
        .child(el("h1").text("The page is not configured rightly"))
        .child(
            el("p")
                .attr("role", "alert")
                .text("The file config.json beside this page has to be corrected by whoever hosts it:"),
        )
        .child(el("ul").children(mistakes.into_iter().map(line).collect()))
        .child(el("p").child(button("button primary", "Reload", reload)))
}

/// Fills the page for the connection that its address names, else the first.
fn page(place: El, config: Config) -> El {
    let connections = Rc::new(config.connections);
    let chosen = RwSignal::new(named_in_address(&connections));
    // What a desk holds outlives its view: an answer that comes late finds it, whatever is shown by then.
    let root = Owner::current().unwrap_or_default();
    let on_page = Rc::new(RefCell::new(None::<Desk>));
    let (desk_for_back, connections_for_back) = (on_page.clone(), connections.clone());
    browser::on_window("popstate", move |_| {
        let named = named_in_address(&connections_for_back);
        if named != chosen.get_untracked() {
            // The desk of the other connection reads the rest of the address when it starts.
            chosen.set(named);
        } else if let Some(desk) = *desk_for_back.borrow() {
            desk.read_address();
        }
    });
    place.live_list(move || {
        let idx = chosen.get();
        let desk = root.with(|| Desk::new(connections[idx].clone(), idx != 0));
        on_page.replace(Some(desk));
        on_cleanup(move || desk.leave());
        let parts = untrack(|| desk_view(desk, &connections, chosen));
        untrack(|| desk.start());
        parts
    })
}

/// The place of the connection that the address names; the first where it names none that there is.
fn named_in_address(connections: &[Connection]) -> usize {
    let params = browser::address_params();
    let named = params.iter().find(|(key, _)| key == "connection");
    named.and_then(|(_, name)| connections.iter().position(|it| it.name == *name)).unwrap_or(0)
}

fn desk_view(desk: Desk, connections: &[Connection], chosen: RwSignal<usize>) -> Vec<El> {
    let brand = el("div.brand")
        .child(el("span.brand-mark").attr("aria-hidden", "true").text("t"))
        .child(el("span.brand-name").text("tokendeck"));
    let sign_out = move || desk.signed_in.get().then(|| button("button quiet", "Sign out", move || desk.sign_out()));
    let several = (connections.len() > 1).then(|| toolbar::connections(desk, connections, chosen));
    let head = el("header.page-head").child(brand).child(el("div.page-connection").maybe(several).live(sign_out));
    let main = el("main.page-main")
        .child(toolbar::toolbar(desk))
        .child(filters::filters(desk))
        .live(move || filters::chips(desk))
        .child(toolbar::state_line(desk))
        .live(move || notice::load_error(desk))
        .child(table::table(desk));
    let dialog = move || {
        Some(match desk.dialog.get()? {
            Dialog::Create => untrack(|| form::create(desk)),
            Dialog::Edit(token) => untrack(|| form::edit(desk, token)),
            Dialog::Revoke(token) => untrack(|| confirm::confirm(desk, Question::Revoke, token)),
            Dialog::Delete(token) => untrack(|| confirm::confirm(desk, Question::Delete, token)),
        })
    };
    let sign_in = move || desk.sign_in.with(|it| it.as_ref().map(|reason| untrack(|| sign_in::sign_in(desk, reason))));
    vec![head, main, notice::notice(desk), el("div").live(dialog).live(sign_in)]
}
