//! The bar at the table's foot: how many tokens are selected, which of them are out of sight, and what can be done with them.

use std::sync::Arc;

use leptos::prelude::*;

use super::dialogs::frame::focus_first;
use super::kit::{El, button, el};
use crate::bulk::Aim;
use crate::messages::Number;
use crate::messages::bulk::aim_name;
use crate::messages::selection::{Selecting, SelectionBar};
use crate::workspace::slots::Slot;
use crate::workspace::{Dialog, Workspace};

/// The bar.
pub(super) fn bar(workspace: Workspace) -> El {
    let among = Memo::new(move |_| {
        workspace.listed.track();
        workspace.selection.track();
        workspace.selected_among_shown()
    });
    let is_alone = move || workspace.query.with(|it| it.filter.only_selected);
    let n_selected = move || workspace.selection.with(|it| it.n);
    let n_hidden = move || n_selected().saturating_sub(among.get().n_selected);
    let n_gone = move || workspace.selection.with(|it| it.n_gone);
    let note = |n: usize, text: fn(Number) -> SelectionBar| {
        (n > 0).then(|| el("span.muted").text(&text(Number(n)).text()))
    };
    let said = el("p.selection-said")
        .child(el("strong").bind_text(move || SelectionBar::Selected { n: Number(n_selected()) }.text().into()))
        .bind_child(move || note(n_hidden(), |n| SelectionBar::Hidden { n }))
        .bind_child(move || note(n_gone(), |n| SelectionBar::Gone { n }));
    let all = button("button small", "", move || workspace.select_shown(true))
        .bind_text(move || Selecting::shown(among.get().n, workspace.shows_whole_lists()).text().into())
        .bind_flag("hidden", move || among.with(|it| it.n == 0 || it.is_all()));
    let alone = button("button small", &SelectionBar::ShowSelected.text(), move || match untrack(is_alone) {
        true => workspace.show_others(),
        false => workspace.show_selected(),
    });
    let alone = alone.bind_attr("aria-pressed", move || Some(is_alone().to_string()));
    let clear = button("button small", &SelectionBar::Clear.text(), move || {
        workspace.clear_selection();
        focus_first(".table-box");
    });
    // On a narrow page all but what is said of them is behind one button, so that the bar takes little of the screen.
    let open = RwSignal::new(false);
    let opener = button("button small opener", &SelectionBar::Actions.text(), move || open.update(|it| *it = !*it))
        .bind_attr("aria-expanded", move || Some(open.get().to_string()));
    let more = el("div.selection-more")
        .child(all)
        .child(alone)
        .child(clear)
        .child(el("div.selection-actions").bind_children(move || actions(workspace)));
    el("div.selection")
        .attr("role", "region")
        .attr("aria-label", &SelectionBar::Label.text())
        .bind_class("open", move || open.get())
        .child(said)
        .child(opener)
        .child(more)
}

/// What can be done with them on any of the systems.
fn actions(workspace: Workspace) -> Vec<El> {
    let can = |aim: &Aim| {
        let can = |slot: &Slot| slot.source().is_some_and(|it| it.system().can(aim.action()).is_ok());
        workspace.slots.with(|all| all.iter().any(can))
    };
    let action = |aim: Aim| {
        let act = move || workspace.open_dialog(Dialog::Bulk(aim, Arc::from(workspace.selected_tokens())));
        button("button small", aim_name(aim), act).bind_unavailable(move || workspace.selection.with(|it| it.n == 0))
    };
    [Aim::Extend, Aim::Revoke, Aim::Delete].into_iter().filter(can).map(action).collect()
}
