//! How the table looks: which columns it shows, in what order, and how close its rows stand.

use leptos::prelude::*;

use super::dialog::modal;
use super::dom::{El, button, el};
use crate::capabilities::Column;
use crate::platform::active_element;
use crate::workspace::Workspace;

/// Asks how the table is to look; every change shows at once.
pub(super) fn columns(workspace: Workspace) -> El {
    let close = move || workspace.dialog.set(None);
    let line = move |(place, Column { id, label, .. }, is_shown, n_shown): (usize, Column, bool, usize)| {
        let (for_toggle, for_up, for_down) = (id.clone(), id.clone(), id.clone());
        let input = el("input")
            .attr("type", "checkbox")
            .attr("data-column", &id)
            .bind_checked(move || is_shown)
            .on("change", move |_| toggle(workspace, &for_toggle));
        let choice = el("label.choice").child(input).text(&label);
        let step = |text: &str, verb: &str, can: bool, run: Box<dyn Fn()>| {
            let step = button("button quiet small", text, run)
                .attr("aria-label", &format!("{verb} {label}"))
                .attr("data-step", text)
                .attr("data-column", &id);
            if can { step } else { step.attr("disabled", "") }
        };
        let up =
            step("↑", "Move up", is_shown && place > 0, Box::new(move || shift(workspace, &for_up, place, place - 1)));
        let can_go_down = is_shown && place + 1 < n_shown;
        let down = step("↓", "Move down", can_go_down, Box::new(move || shift(workspace, &for_down, place, place + 1)));
        el("li").child(choice).child(up).child(down)
    };
    let lines = move || {
        let choices = workspace.layout.with(|it| it.choices(&workspace.layout_name(), &workspace.system()));
        let n_shown = choices.iter().filter(|(_, is_shown)| *is_shown).count();
        let lines = choices.into_iter().enumerate();
        lines.map(|(place, (column, is_shown))| line((place, column, is_shown, n_shown))).collect()
    };
    let compact = el("input")
        .attr("type", "checkbox")
        .bind_checked(move || workspace.layout.with(|it| it.is_compact))
        .on("change", move |_| workspace.lay_out(|it, _, _| it.is_compact = !it.is_compact));
    let reset = button("button", "As it was", move || {
        workspace.lay_out(|it, view, system| {
            it.is_compact = false;
            it.choose(view, system, system.columns.iter().map(|it| it.id.clone()).collect());
        });
    });
    let body = el("div.modal-body")
        .child(el("p.muted").text("Name and Actions are always there. This browser remembers what you choose."))
        .child(el("ul.columns").attr("aria-label", "Columns").bind_children(lines))
        .child(el("label.choice").child(compact).child(el("span").text("Compact rows")));
    let foot = el("div.modal-foot").child(reset).child(button("button primary", "Close", close));
    modal("Columns", "dialog", active_element(), close, el("div").child(body).child(foot))
}

fn shown(workspace: Workspace) -> Vec<String> {
    workspace.columns.with_untracked(|it| it.iter().map(|it| it.id.clone()).collect())
}

fn toggle(workspace: Workspace, id: &str) {
    let mut ids = shown(workspace);
    super::filters::toggle_in(&mut ids, id);
    choose(workspace, ids);
    refocus(&format!("input{}", of_column(id)));
}

fn shift(workspace: Workspace, id: &str, from: usize, to: usize) {
    let mut ids = shown(workspace);
    ids.swap(from, to);
    choose(workspace, ids);
    // The button that was pressed stands at the other place now, or is disabled there.
    let (step, back) = if to < from { ("↑", "↓") } else { ("↓", "↑") };
    let button = |step: &str| format!("button[data-step=\"{step}\"]{}:enabled", of_column(id));
    refocus(&format!("{}, {}", button(step), button(back)));
}

/// What of the dialog belongs to a column, as a selector.
fn of_column(id: &str) -> String {
    format!("[data-column=\"{}\"]", id.replace('\\', "\\\\").replace('"', "\\\""))
}

fn choose(workspace: Workspace, ids: Vec<String>) {
    workspace.lay_out(|it, view, system| it.choose(view, system, ids));
}

/// The lines are made anew, and with them what had the focus.
fn refocus(selector: &str) {
    let selector = format!("dialog[open] :is({selector})");
    wasm_bindgen_futures::spawn_local(async move { super::dom::focus_first(&selector) });
}
