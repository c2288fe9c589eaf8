//! The rotations that are not over: what is due stands first, and waits for the user. What cannot be seen here can be forgotten.

use leptos::prelude::*;

use super::super::dialogs::frame::modal;
use super::super::kit::{El, button, el, focus_heading};
use super::super::notice::quoted;
use super::{forget, said};
use crate::messages::rotation::{RotationList, Rotations};
use crate::messages::{Count, Unit};
use crate::platform::active_element;
use crate::rotation::{Rotation, book};
use crate::workspace::connection::ConnectionState;
use crate::workspace::{Dialog, Workspace};

/// What the dialog is made of.
#[derive(Clone, Copy)]
struct List {
    workspace: Workspace,
    is_read: RwSignal<bool>,
    /// It is asked whether to forget the rotations of these ids.
    chosen: RwSignal<Vec<String>>,
    is_asking: RwSignal<bool>,
    /// What was done.
    said: RwSignal<String>,
}

/// The dialog with all of them. `ask`: asks at once whether to forget those at the connection of this name.
pub(in crate::view) fn list(workspace: Workspace, ask: Option<String>) -> El {
    let list = List {
        workspace,
        is_read: RwSignal::new(false),
        chosen: RwSignal::default(),
        is_asking: RwSignal::new(false),
        said: RwSignal::default(),
    };
    workspace.runtime().spawn(Box::pin(async move {
        book::load(workspace.runtime()).await;
        if !workspace.is_left() {
            for source in workspace.connection_states() {
                source.reconcile_rotations().await;
            }
        }
        // The dialog may have been closed meanwhile.
        if list.is_read.try_set(true).is_none()
            && let Some(name) = ask
        {
            let is_there = |it: &&Rotation| it.connection == name;
            list.ask(untrack(|| book::with_all(|all| all.iter().filter(is_there).map(|it| it.id.clone()).collect())));
        }
    }));
    let close = move || workspace.close_dialog();
    let try_close = move || if list.is_asking.get_untracked() { list.is_asking.set(false) } else { close() };
    let rows = move || {
        let mut all = book::with_all(<[Rotation]>::to_vec);
        // What is due first, then what is due next, then the oldest.
        all.sort_by_key(|it| (it.due_at().unwrap_or(i64::MAX), it.begun_at));
        all
    };
    let text = move || match (list.is_read.get(), book::with_all(<[Rotation]>::is_empty)) {
        (false, _) => Some(RotationList::Reading.text()),
        (true, true) => Some(RotationList::None.text()),
        (true, false) => None,
    };
    let state = move || text().map(|it| el("p.muted").attr("role", "status").text(&it));
    let all = move || if list.is_read.get() { rows().iter().map(|it| list.row(it)).collect() } else { Vec::new() };
    let said = el("p.record-said").attr("role", "status").bind_text(move || list.said.get());
    let body = el("div.modal-body").bind_child(state).child(said).child(el("ul.rotations").bind_children(all));
    let foot = el("div.modal-foot").bind_flag("hidden", move || list.is_asking.get()).child(button(
        "button",
        &Rotations::Close.text(),
        close,
    ));
    let text = move || RotationList::Forgets { n: list.n_chosen() }.text().into();
    let titles = [&*RotationList::ForgetWhat.text(), &*RotationList::ForgetThem.text()];
    let question = forget::question(list.is_asking, titles, text, move || list.forget());
    let content = el("div.modal-whole").children(vec![body, foot, question]);
    modal(&RotationList::Title.text(), "dialog", active_element(), try_close, content)
}

impl List {
    fn row(self, rotation: &Rotation) -> El {
        let workspace = self.workspace;
        let connection = rotation.connection.clone();
        let source = workspace.connection_states().into_iter().find(|it| it.connection().name == connection);
        let at = el("p.muted").children(quoted(&RotationList::At { system: &connection }.text()));
        let state = el(if said::is_wrong(rotation) { "p.warning" } else { "p" }).text(&said::state(rotation));
        let due = rotation.due.first().map(said::due_line);
        let id = rotation.id.clone();
        if source.is_none_or(|it: ConnectionState| !it.sees(rotation)) {
            let hidden = if source.is_none() { RotationList::HiddenAway.text() } else { RotationList::Hidden.text() };
            let label = RotationList::ForgetAt { system: &connection }.text();
            let forget = button("button quiet", &RotationList::Forget.text(), move || self.ask(vec![id.clone()]));
            let text = el("div").child(at).child(state).maybe(due).child(el("p.muted").text(&hidden));
            return el("li").child(text).child(forget.attr("aria-label", &label));
        }
        let open = move || workspace.open_dialog(Dialog::Rotation(id.clone(), connection.clone()));
        let button = button("button", &RotationList::Open.text(), open)
            .attr("aria-label", &RotationList::OpenOf { name: rotation.old.called() }.text());
        let text = el("div").child(said::title(rotation)).child(at).child(state).maybe(due);
        el("li").child(text).child(button)
    }

    /// Asks whether to forget these.
    fn ask(self, chosen: Vec<String>) {
        if !chosen.is_empty() {
            self.chosen.set(chosen);
            self.is_asking.set(true);
        }
    }

    fn n_chosen(self) -> Count {
        Count(self.chosen.with(Vec::len), Unit::Rotation)
    }

    fn forget(self) {
        let (workspace, chosen) = (self.workspace, self.chosen.get_untracked());
        workspace.runtime().spawn(Box::pin(async move {
            let n_left = workspace.forget_rotations(&chosen).await;
            let n = Count(chosen.len() - n_left, Unit::Rotation);
            let said = if n_left > 0 { Rotations::Elsewhere.text() } else { RotationList::Forgotten { n }.text() };
            if self.said.try_set(said.into_owned()).is_none() {
                self.is_asking.set(false);
                focus_heading(active_element().map(Into::into));
            }
        }));
    }
}
