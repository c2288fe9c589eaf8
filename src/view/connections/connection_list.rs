//! The list of connections: a line for each, with what can be done about it.

use leptos::prelude::*;

use super::super::kit::{El, button, el};
use super::super::mistakes::list_of;
use super::manager::{Above, Manager};
use crate::config::local::Entry;
use crate::messages::connections::ConnectionLine;
use crate::messages::page::Named;

/// The lines in order. A line stays itself wherever it is moved to, so the button that moved it keeps the focus.
pub(super) fn lines(manager: Manager) -> El {
    let this = |it: &Entry| Entry { is_hidden: false, ..it.clone() };
    el("ol.connections").bind_for(move || manager.entries.get(), this, move |entry| line_view(manager, entry))
}

fn line_view(manager: Manager, entry: Entry) -> El {
    let named = if entry.name.is_empty() { ConnectionLine::NoName.text().into() } else { entry.name.clone() };
    let name = &*named;
    let this = StoredValue::new(entry.clone());
    let place = Memo::new(move |_| {
        let is_this = |it: &Entry| this.with_value(|this| this.is_same(it));
        manager.entries.with(|all| all.iter().position(is_this)).unwrap_or_default()
    });
    let is_hidden = Memo::new(move |_| manager.entries.with(|all| all.get(place.get()).is_some_and(|it| it.is_hidden)));
    // Without the only one that is shown, what config.json has would be shown in its place. A page that has nothing else
    // asks for a connection again.
    let has_hosted = manager.hosted.with_value(|it| !it.is_empty());
    let is_only = Memo::new(move |_| {
        let is_shown = |it: &&Entry| !it.is_hidden && it.connection.is_ok();
        let is_ok = this.with_value(|it| it.connection.is_ok());
        has_hosted && is_ok && !is_hidden.get() && manager.entries.with(|all| all.iter().filter(is_shown).count()) == 1
    });
    let does = |verb: &str, run: Box<dyn Fn()>| {
        button("button quiet small", verb, run).attr("aria-label", &Named::Button { verb, name }.text())
    };
    let unless =
        |button: El, cannot: Memo<bool>| button.bind_attr("aria-disabled", move || cannot.get().then(|| "true".into()));
    let open = |above: Above| Box::new(move || manager.above.set(Some(above.clone())));
    let test = entry.connection.as_ref().ok().map(|it| {
        let above = Above::Test(Box::new(it.clone()));
        does(&ConnectionLine::Test.text(), open(above))
    });
    let mut buttons = el("div.connection-buttons");
    match (&entry.own, &entry.connection) {
        (Some(settings), _) => {
            let settings = settings.clone();
            let question = Above::Remove { settings: settings.clone(), name: entry.name.clone() };
            let remove = move || {
                if !is_only.get_untracked() {
                    manager.above.set(Some(question.clone()));
                }
            };
            let edit = Above::Form { before: Some(settings.clone()), settings };
            let edit = does(&ConnectionLine::Edit.text(), open(edit));
            let remove = does(&ConnectionLine::Remove.text(), Box::new(remove));
            buttons = buttons.child(edit).maybe(test).child(unless(remove, is_only));
        }
        (None, Ok(connection)) => {
            let settings = connection.settings.clone();
            let hides = entry.name.clone();
            let hide = move |_| {
                if !is_only.get_untracked() {
                    hide(manager, &hides, !is_hidden.get_untracked());
                }
            };
            let verb = move || if is_hidden.get() { ConnectionLine::Show.text() } else { ConnectionLine::Hide.text() };
            let label = {
                let named = named.clone();
                move || Named::Button { verb: &verb(), name: &named }.text()
            };
            let hide = el("button.button.quiet.small")
                .attr("type", "button")
                .bind_text(move || verb().into())
                .bind_attr("aria-label", move || Some(label().into()))
                .on("click", hide);
            let copy = does(&ConnectionLine::Duplicate.text(), open(Above::Form { before: None, settings }));
            buttons = buttons.child(copy).maybe(test).child(unless(hide, is_only));
        }
        (None, Err(_)) => {}
    }
    let last = Memo::new(move |_| manager.entries.with(Vec::len).saturating_sub(1));
    let [is_first, is_last] = [Memo::new(move |_| place.get() == 0), Memo::new(move |_| place.get() == last.get())];
    let moves = |verb: &str, arrow: &str, cannot: Memo<bool>, to: fn(usize) -> usize| {
        let name = entry.name.clone();
        let run = move || {
            if !cannot.get_untracked() {
                let from = place.get_untracked();
                move_to(manager, &name, from, to(from));
            }
        };
        let label = Named::Button { verb, name: &named };
        unless(button("button quiet small", arrow, run).attr("aria-label", &label.text()), cannot)
    };
    let up = moves(&ConnectionLine::MoveUp.text(), "↑", is_first, |it| it - 1);
    let down = moves(&ConnectionLine::MoveDown.text(), "↓", is_last, |it| it + 1);
    let from = if entry.own.is_some() { ConnectionLine::Own.text() } else { ConnectionLine::Shared.text() };
    let first = el("p.connection-line")
        .child(el("bdi.name").attr("translate", "no").text(&entry.name))
        .child(el("span.tag").text(&from))
        .bind_child(move || is_hidden.get().then(|| el("span.tag").text(&ConnectionLine::Hidden.text())));
    let about = entry.connection.as_ref().ok().map(|it| {
        let speaks = manager.speaks(&it.settings);
        // Many are called what they speak.
        let speaks = if speaks == entry.name { String::new() } else { format!("{speaks} · ") };
        el("p.muted").text(&speaks).child(el("span.address").attr("translate", "no").text(&it.base))
    });
    let title = el("div.connection-name").child(first).maybe(about);
    let mistakes = entry.connection.err().map(list_of);
    el("li.connection").child(title.maybe(mistakes)).child(buttons.child(up).child(down))
}

fn move_to(manager: Manager, name: &str, from: usize, to: usize) {
    let entries = manager.entries.get_untracked();
    if manager.change(|it| it.reorder(&entries, from, to)) {
        let moved = ConnectionLine::Moved { name, place: to + 1, of: entries.len() };
        manager.said.set(moved.text().into());
    }
}

fn hide(manager: Manager, name: &str, hides: bool) {
    if manager.change(|it| it.hide(name, hides)) {
        let said = match hides {
            true => ConnectionLine::NowHidden { name }.text(),
            false => ConnectionLine::NowShown { name }.text(),
        };
        manager.said.set(said.into());
    }
}
