//! The rotations that are not over: what is due stands first, and waits for the user.

use leptos::prelude::*;

use super::super::dialogs::frame::modal;
use super::super::kit::{El, button, el};
use super::super::notice::quoted;
use super::said;
use crate::messages::rotation::{RotationList, Rotations};
use crate::platform::active_element;
use crate::rotation::{Rotation, book};
use crate::workspace::{Dialog, Workspace};

/// The dialog with all of them.
pub(in crate::view) fn list(workspace: Workspace) -> El {
    let is_read = RwSignal::new(false);
    workspace.runtime().spawn(Box::pin(async move {
        book::load(workspace.runtime()).await;
        if !workspace.is_left() {
            for source in workspace.connection_states() {
                source.reconcile_rotations().await;
            }
        }
        let _ = is_read.try_set(true);
    }));
    let close = move || workspace.close_dialog();
    let rows = move || {
        let mut all = book::with_all(<[Rotation]>::to_vec);
        // What is due first, then what is due next, then the oldest.
        all.sort_by_key(|it| (it.due_at().unwrap_or(i64::MAX), it.begun_at));
        all
    };
    let text = move || match (is_read.get(), book::with_all(<[Rotation]>::is_empty)) {
        (false, _) => Some(RotationList::Reading.text()),
        (true, true) => Some(RotationList::None.text()),
        (true, false) => None,
    };
    let said = move || text().map(|it| el("p.muted").attr("role", "status").text(&it));
    let all = move || if is_read.get() { rows().iter().map(|it| row(workspace, it)).collect() } else { Vec::new() };
    let body = el("div.modal-body").bind_child(said).child(el("ul.rotations").bind_children(all));
    let foot = el("div.modal-foot").child(button("button", &Rotations::Close.text(), close));
    modal(&RotationList::Title.text(), "dialog", active_element(), close, el("div").child(body).child(foot))
}

fn row(workspace: Workspace, rotation: &Rotation) -> El {
    let connection = rotation.connection.clone();
    let source = workspace.connection_states().into_iter().find(|it| it.connection().name == connection);
    let at = el("p.muted").children(quoted(&RotationList::At { system: &connection }.text()));
    // Its names are for a user who is signed in there.
    let Some(source) = source else {
        return el("li").child(at).child(el("p").text(&RotationList::HiddenAway.text()));
    };
    if !source.can_be_seen() {
        return el("li").child(at).child(el("p").text(&RotationList::Hidden.text()));
    }
    let id = rotation.id.clone();
    let open = move || workspace.open_dialog(Dialog::Rotation(id.clone(), connection.clone()));
    let button = button("button", &RotationList::Open.text(), open)
        .attr("aria-label", &RotationList::OpenOf { name: rotation.old.called() }.text());
    let text = el("div")
        .child(said::title(rotation))
        .child(at)
        .child(el(if said::is_wrong(rotation) { "p.warning" } else { "p" }).text(&said::state(rotation)))
        .maybe(rotation.due.first().map(said::due_line));
    el("li").child(text).child(button)
}
