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
use crate::browser::gateway::{Gateway, Unopened};
use crate::config::{Config, Connection, Mistake};
use crate::desk::{Desk, Dialog, Remote};
use crate::words::Stake;

mod confirm;
mod dialog;
mod dom;
mod filters;
mod form;
mod notice;
mod privileges;
mod secret;
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
        .child(list_of(mistakes))
        .child(el("p").child(button("button primary", "Reload", reload)))
}

fn list_of(mistakes: Vec<Mistake>) -> El {
    let line = |Mistake { pointer, text }: Mistake| {
        let place = if pointer.is_empty() { "config.json" } else { &pointer };
        el("li").child(el("code").text(place)).text(" ").text(&text)
    };
    el("ul").children(mistakes.into_iter().map(line).collect())
}

/// Fills the page for the connection that its address names, else the first.
fn page(place: El, config: Config) -> El {
    let connections = Rc::new(config.connections);
    let chosen = RwSignal::new(named_in_address(&connections));
    // What a desk holds outlives its view: an answer that comes late finds it, whatever is shown by then.
    let root = Owner::current().unwrap_or_default();
    let on_page = RwSignal::new(None::<Desk>);
    let connections_for_back = connections.clone();
    browser::on_window("popstate", move |_| {
        let named = named_in_address(&connections_for_back);
        if named != chosen.get_untracked() {
            match on_page.get_untracked() {
                // What is typed there, or a secret that is shown this once, would be gone with the desk.
                Some(desk) if desk.dialog.with_untracked(Option::is_some) => desk.stay_here(),
                // The desk of the other connection reads the rest of the address when it starts.
                _ => chosen.set(named),
            }
        } else if let Some(desk) = on_page.get_untracked() {
            desk.read_address();
        }
    });
    let head = page_head(&connections, chosen, on_page);
    let remotes = Remotes { all: Rc::default(), opened: RwSignal::new(0), root: root.clone() };
    place.child(head).live_list(move || {
        let idx = chosen.get();
        remotes.opened.track();
        let opened = remotes.get(idx, &connections[idx]);
        let Some(outcome) = opened else { return vec![opening_view(None)] };
        let remote = match outcome {
            Ok(remote) => remote,
            Err(unopened) => {
                let remotes = remotes.clone();
                return vec![opening_view(Some((unopened, Box::new(move || remotes.forget(idx)))))];
            }
        };
        let desk = root.with(|| Desk::new(remote, idx != 0));
        on_page.set(Some(desk));
        on_cleanup(move || {
            let _ = on_page.try_set(None);
            desk.leave();
        });
        let parts = untrack(|| desk_view(desk));
        untrack(|| desk.start());
        parts
    })
}

/// The systems that have been opened, each once: who is signed in stays so while another system is shown.
#[derive(Clone)]
struct Remotes {
    all: Rc<RefCell<Vec<(usize, Opened)>>>,
    /// Goes up when one is ready.
    opened: RwSignal<u32>,
    root: Owner,
}

/// `None` while it is being opened.
type Opened = Option<Result<Rc<Remote>, Unopened>>;

impl Remotes {
    fn get(&self, idx: usize, connection: &Connection) -> Opened {
        if let Some((_, opened)) = self.all.borrow().iter().find(|(it, _)| *it == idx) {
            return opened.clone();
        }
        let direct = self.root.with(|| Remote::direct(connection)).map(|it| Ok(Rc::new(it)));
        self.all.borrow_mut().push((idx, direct.clone()));
        if direct.is_none() {
            let (this, connection) = (self.clone(), connection.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let gateway = Gateway::open(&connection).await.map_err(|it| in_config(it, idx));
                let outcome = gateway.map(|it| Rc::new(this.root.with(|| Remote::new(connection, Some(it)))));
                if let Some((_, opened)) = this.all.borrow_mut().iter_mut().find(|(it, _)| *it == idx) {
                    *opened = Some(outcome);
                }
                this.opened.update(|it| *it += 1);
            });
        }
        direct
    }

    fn forget(&self, idx: usize) {
        self.all.borrow_mut().retain(|(it, _)| *it != idx);
        self.opened.update(|it| *it += 1);
    }
}

/// Mistakes with their places in the whole configuration, whose connection of this number they were found in.
fn in_config(unopened: Unopened, idx: usize) -> Unopened {
    let placed = |it: Mistake| match it.pointer.starts_with('/') {
        true => Mistake { pointer: format!("/connections/{idx}{}", it.pointer), ..it },
        false => it,
    };
    match unopened {
        Unopened::Mistakes(mistakes) => Unopened::Mistakes(mistakes.into_iter().map(placed).collect()),
        fault => fault,
    }
}

/// The place of the connection that the address names; the first where it names none that there is.
fn named_in_address(connections: &[Connection]) -> usize {
    let params = browser::address_params();
    let named = params.iter().find(|(key, _)| key == "connection");
    named.and_then(|(_, name)| connections.iter().position(|it| it.name == *name)).unwrap_or(0)
}

/// What the page shows of every system.
fn page_head(connections: &[Connection], chosen: RwSignal<usize>, on_page: RwSignal<Option<Desk>>) -> El {
    let brand = el("div.brand")
        .child(el("span.brand-mark").attr("aria-hidden", "true").text("t"))
        .child(el("span.brand-name").text("tokendeck"));
    let signed_in = move || {
        let desk = on_page.get()?;
        let who = desk.signed_in.get()?;
        let sign_out = move || {
            desk.sign_out();
            // The button goes away, and the focus with it.
            if let Ok(Some(table)) = browser::document().query_selector(".table-box") {
                let _ = table.unchecked_into::<HtmlElement>().focus();
            }
        };
        let name = (!who.is_empty()).then(|| el("span.who").text("Signed in as ").child(el("bdi").text(&who)));
        Some(el("div.session").maybe(name).child(button("button quiet", "Sign out", sign_out)))
    };
    let several = (connections.len() > 1).then(|| toolbar::connections(connections, chosen));
    el("header.page-head").child(brand).child(el("div.page-connection").maybe(several).live(signed_in))
}

/// What is seen of a system before its adapter is there, or where that did not come.
fn opening_view(failed: Option<(Unopened, Box<dyn Fn()>)>) -> El {
    let main = el("main.page-main").child(el("div.toolbar").child(el("h1").text("API tokens")));
    match failed {
        None => main.child(el("p.muted").attr("role", "status").text("Opening the connection…")),
        Some((Unopened::Mistakes(mistakes), retry)) => {
            let what = "The description of this system has to be corrected by whoever hosts the page:";
            let panel = el("div.panel.error").child(el("p").attr("role", "alert").text(what));
            main.child(panel.child(list_of(mistakes)).child(button("button", "Retry", retry)))
        }
        Some((Unopened::Fault(fault), retry)) => {
            let what = el("p").text("The part of this page that speaks with this system did not load.");
            let panel = notice::error_panel(&fault.into(), Stake::Nothing).child(what);
            main.child(panel.child(button("button", "Retry", retry)))
        }
    }
}

fn desk_view(desk: Desk) -> Vec<El> {
    let main = el("main.page-main")
        .child(toolbar::toolbar(desk))
        .child(filters::filters(desk))
        .live(move || filters::chips(desk))
        .child(toolbar::state_line(desk))
        .maybe(toolbar::limits(desk))
        .live(move || notice::load_error(desk))
        .child(table::table(desk));
    let dialog = move || {
        Some(match desk.dialog.get()? {
            Dialog::Create => untrack(|| form::create(desk)),
            Dialog::Edit(token) => untrack(|| form::edit(desk, token)),
            Dialog::Revoke(token) => untrack(|| confirm::confirm(desk, Question::Revoke, token)),
            Dialog::Delete(token) => untrack(|| confirm::confirm(desk, Question::Delete, token)),
            Dialog::Secret(token) => untrack(|| secret::secret(desk, token)),
        })
    };
    let sign_in = move || desk.sign_in.with(|it| it.as_ref().map(|reason| untrack(|| sign_in::sign_in(desk, reason))));
    vec![main, notice::notice(desk), el("div").live(dialog).live(sign_in)]
}
