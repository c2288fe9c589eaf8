//! Taking in connections from a file, such as an export has made.

use std::rc::Rc;

use js_sys::{JsString, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::super::dialogs::frame::modal;
use super::super::kit::{El, button, el};
use super::super::mistakes::list_of;
use super::manager::{Above, Manager};
use crate::adapters::DIALECTS;
use crate::config::import::{Incoming, Meets};
use crate::config::{ConfigError, Mistake};
use crate::messages::connections::{Import, Manages};
use crate::messages::{Count, Unit, visible};
use crate::platform::active_element;
use crate::platform::gateway;
use crate::platform::runtime::BROWSER;
use crate::session::way::OpenError;

/// The button that asks for a file, and the input behind it.
pub(super) fn chooser(manager: Manager) -> Vec<El> {
    let input = el("input").attr("type", "file").attr("accept", ".json,application/json").attr("hidden", "");
    let file = input.input();
    let input = input.on("change", move |_| {
        let Some(chosen) = file.files().and_then(|it| it.get(0)) else { return };
        // The same file may be chosen again once it was corrected.
        file.set_value("");
        let (name, text) = (chosen.name(), chosen.text());
        spawn_local(async move {
            let brought = read(manager, text).await;
            manager.above.set(Some(Above::Import { file: name, brought }));
        });
    });
    let hidden = input.0.clone();
    vec![input, button("button", &Manages::Import.text(), move || hidden.click())]
}

/// What a file brings, or the mistakes in it: those in the connections and those in the descriptions that they hold.
async fn read(manager: Manager, text: Promise) -> Result<Vec<Incoming>, Vec<ConfigError>> {
    let text = JsFuture::from(text).await.map(|it| String::from(it.unchecked_into::<JsString>()));
    let text = text.map_err(|_| vec![ConfigError::at("", Mistake::Unreadable)])?;
    let brought = Incoming::read(&text, &manager.entries.get_untracked(), DIALECTS)?;
    let mut mistakes = Vec::new();
    for (idx, Incoming { connection, .. }) in brought.iter().enumerate() {
        if connection.description.is_some()
            && let Err(OpenError::Mistakes(found)) = gateway::open(connection, &BROWSER).await
        {
            mistakes.extend(found.into_iter().map(|it| it.within(&format!("/connections/{idx}"))));
        }
    }
    if mistakes.is_empty() { Ok(brought) } else { Err(mistakes) }
}

/// Asks what of a file is to be taken in, or says what is wrong with it.
pub(super) fn dialog(manager: Manager, file: &str, brought: Result<Vec<Incoming>, Vec<ConfigError>>) -> El {
    let close = move || manager.above.set(None);
    let body = el("div.modal-body").child(el("p.question").child(el("bdi.token-name").text(file)));
    let foot = el("div.modal-foot").child(button("button", &Import::Cancel.text(), close));
    let (body, foot) = match brought {
        Err(mistakes) => (body.child(refusal(file, mistakes)), foot),
        Ok(brought) => offer(manager, brought, body, foot),
    };
    modal(&Import::Title.text(), "dialog", active_element(), close, el("div.modal-whole").child(body).child(foot))
}

/// Says that a file has mistakes, each with its place in it.
fn refusal(file: &str, mistakes: Vec<ConfigError>) -> El {
    let named = |it: ConfigError| if it.pointer.is_empty() { ConfigError { pointer: file.into(), ..it } } else { it };
    let panel = el("div.panel.error").child(el("p").attr("role", "alert").text(&Import::Wrong.text()));
    panel.child(list_of(mistakes.into_iter().map(named).collect()))
}

/// A connection of the file, and whether it is to be taken in.
type Choice = (Rc<Incoming>, RwSignal<bool>);

/// Lets the user choose from what fits, and says of the rest why it does not.
fn offer(manager: Manager, brought: Vec<Incoming>, body: El, foot: El) -> (El, El) {
    // What would take the place of something is for the user to say.
    let choice = |it: Incoming| (RwSignal::new(it.meets == Meets::Nothing), it);
    let choices: Vec<Choice> =
        brought.into_iter().map(choice).map(|(is_chosen, it)| (Rc::new(it), is_chosen)).collect();
    let lines = choices.iter().map(|(it, is_chosen)| line(manager, it, *is_chosen)).collect();
    let body = body.child(el("ul.connections").children(lines));
    let is_any = choices.iter().any(|(it, _)| it.fits());
    let chosen = {
        let signals: Vec<RwSignal<bool>> = choices.iter().map(|(_, is_chosen)| *is_chosen).collect();
        Memo::new(move |_| signals.iter().filter(|it| it.get()).count())
    };
    let import = button("button primary", "", move || {
        manager.above.set(None);
        let kept = manager.change(|kept| {
            for (it, _) in choices.iter().filter(|(_, is_chosen)| is_chosen.get_untracked()) {
                let before = if let Meets::Own(before) = &it.meets { Some(before.as_str()) } else { None };
                kept.put(before, it.connection.settings.clone());
            }
        });
        if kept {
            let n = Count(chosen.get_untracked(), Unit::Connection);
            manager.said.set(Import::Done { n }.text().into());
        }
    });
    let import = import
        .bind_text(move || Import::Button { n: Count(chosen.get(), Unit::Connection) }.text().into())
        .bind_flag("disabled", move || chosen.get() == 0);
    (body, foot.maybe(is_any.then_some(import)))
}

fn line(manager: Manager, incoming: &Incoming, is_chosen: RwSignal<bool>) -> El {
    let Incoming { connection, meets } = incoming;
    let note = match meets {
        Meets::Nothing => None,
        Meets::Same => Some(Import::Same.text()),
        Meets::Own(_) => Some(Import::Replaces.text()),
        Meets::Hosted => Some(Import::Hosted.text()),
    };
    let name = el("bdi.name").attr("translate", "no").text(&visible(&connection.name));
    let title = if incoming.fits() {
        let input = el("input")
            .attr("type", "checkbox")
            .bind_checked(move || is_chosen.get())
            .on("change", move |_| is_chosen.update(|it| *it = !*it));
        el("label.choice").child(input).child(el("span").child(name))
    } else {
        el("div").child(name)
    };
    let speaks = manager.speaks(&connection.settings);
    let about = Import::About { speaks: &speaks, base: &connection.base }.text();
    let whole = el("div.connection-name").child(title).child(el("p.muted").text(&about));
    el("li.connection").child(whole.maybe(note.map(|it| el("p.muted").text(&it))))
}
