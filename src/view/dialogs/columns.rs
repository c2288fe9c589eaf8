//! How the table looks: which columns it shows, in what order, and how close its rows stand.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::choices::toggle_in;
use super::super::kit::{El, button, el};
use super::frame::{around, opened};
use crate::capabilities::Column;
use crate::messages::dialogs::Dialogs;
use crate::platform::active_element;
use crate::workspace::Workspace;

/// Asks how the table is to look; every change shows at once.
pub(in crate::view) fn columns(workspace: Workspace) -> El {
    let close = move || workspace.close_dialog();
    let choices =
        Memo::new(move |_| workspace.layout.with(|it| it.choices(&workspace.layout_name(), &workspace.system())));
    let lines = move || choices.get().into_iter().map(|(column, _)| column).collect();
    let compact = el("input")
        .attr("type", "checkbox")
        .bind_checked(move || workspace.layout.with(|it| it.is_compact))
        .on("change", move |_| workspace.lay_out(|it, _, _| it.is_compact = !it.is_compact));
    let reset = button("button", &Dialogs::Reset.text(), move || {
        workspace.lay_out(|it, view, system| {
            it.is_compact = false;
            it.choose(view, system, system.columns.iter().map(|it| it.id.clone()).collect());
        });
    });
    let body = el("div.modal-body")
        .child(el("p.muted").text(&Dialogs::AlwaysShown.text()))
        .child(el("ul.columns").attr("aria-label", &Dialogs::Columns.text()).bind_for(
            lines,
            |column: &Column| column.id.clone(),
            move |it| line(workspace, choices, it),
        ))
        .child(el("label.choice").child(compact).child(el("span").text(&Dialogs::Compact.text())));
    let foot = el("div.modal-foot").child(reset).child(button("button primary", &Dialogs::Close.text(), close));
    // It stands beside what it changes; a click there closes it.
    let dialog = el("dialog.modal.at-side").attr("role", "dialog").on("click", move |event| {
        let dialog: Option<web_sys::Element> = event.target().and_then(|it| it.dyn_into().ok());
        if dialog.is_some_and(|it| it.tag_name() == "DIALOG") {
            close();
        }
    });
    let title = [el("span").text(&Dialogs::Columns.text())];
    opened(around(dialog, &title, close, el("div").child(body).child(foot)), active_element())
}

/// A column, and the buttons that move it.
fn line(workspace: Workspace, choices: Memo<Vec<(Column, bool)>>, Column { id, label, .. }: Column) -> El {
    let (this, label) = (StoredValue::new(id), &*label.text());
    let is_this = move |(column, _): &(Column, bool)| this.with_value(|this| column.id == *this);
    let place = Memo::new(move |_| choices.with(|it| it.iter().position(is_this)).unwrap_or_default());
    let is_shown = Memo::new(move |_| choices.with(|it| it.iter().any(|it| it.1 && is_this(it))));
    let n_shown = Memo::new(move |_| choices.with(|it| it.iter().filter(|(_, is_shown)| *is_shown).count()));
    let can_go_up = move || is_shown.get() && place.get() > 0;
    let can_go_down = move || is_shown.get() && place.get() + 1 < n_shown.get();
    let input = el("input").attr("type", "checkbox").bind_checked(move || is_shown.get()).on("change", move |_| {
        let mut ids = shown(workspace);
        toggle_in(&mut ids, &this.get_value());
        choose(workspace, ids);
    });
    let step = |text: &str, name: &str| {
        el("button.button.quiet.small").attr("type", "button").attr("aria-label", name).text(text)
    };
    let (up, down) = (step("↑", &Dialogs::MoveUp { label }.text()), step("↓", &Dialogs::MoveDown { label }.text()));
    // The table leaves out whole columns where they have no room.
    let is_left_out = Memo::new(move |_| {
        is_shown.get() && workspace.left_out.with(|it| this.with_value(|this| it.iter().any(|it| it == this)))
    });
    let no_room = move || is_left_out.get().then(|| el("span.muted.hint").text(&Dialogs::NoRoom.text()));
    let shift = move |to: fn(usize) -> usize| {
        move |_| {
            let (from, mut ids) = (place.get_untracked(), shown(workspace));
            ids.swap(from, to(from));
            choose(workspace, ids);
        }
    };
    el("li")
        .child(el("label.choice").child(input).text(label).bind_child(no_room))
        .child(up.bind_unavailable(move || !can_go_up()).on("click", shift(|it| it - 1)))
        .child(down.bind_unavailable(move || !can_go_down()).on("click", shift(|it| it + 1)))
}

fn shown(workspace: Workspace) -> Vec<String> {
    workspace.columns.with_untracked(|it| it.iter().map(|it| it.id.clone()).collect())
}

fn choose(workspace: Workspace, ids: Vec<String>) {
    workspace.lay_out(|it, view, system| it.choose(view, system, ids));
}
