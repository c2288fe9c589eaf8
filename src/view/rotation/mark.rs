//! What a token is in a rotation that is not over, as its details say it.

use super::super::kit::{El, button, el};
use super::super::notice::quoted;
use super::said;
use crate::messages::rotation::{Mark, Rotations};
use crate::rotation::{Rotation, book};
use crate::workspace::Dialog;
use crate::workspace::connection::ConnectionState;

/// The mark of the token of an id; nothing where it is in no rotation.
pub(in crate::view) fn mark(source: ConnectionState, id: String) -> El {
    let runtime = source.workspace.runtime();
    runtime.spawn(Box::pin(book::load(runtime)));
    let connection = source.connection().name;
    el("div").bind_child(move || {
        let rotation = book::about(&connection, &id).filter(|it| source.sees(it))?;
        let text = format!("{} {}.", what(&rotation, &id), said::state(&rotation));
        let text = el(if said::is_wrong(&rotation) { "p.warning" } else { "p" }).children(quoted(&text));
        let (id, connection) = (rotation.id.clone(), connection.clone());
        let open = move || source.workspace.open_dialog(Dialog::Rotation(id.clone(), connection.clone()));
        let open = button("button small", &Mark::Open.text(), open);
        let part = el("section.rotation-mark").attr("aria-label", &Rotations::Title.text()).child(text);
        Some(part.maybe(rotation.due.first().map(said::due_line)).child(open))
    })
}

/// What the token is.
fn what(rotation: &Rotation, id: &str) -> String {
    let is_new = rotation.new.iter().any(|it| it.id == id);
    match rotation.successor() {
        _ if rotation.is_same_token() => Mark::NewSecret.text(),
        _ if is_new => Mark::SuccessorOf { old: rotation.old.called() }.text(),
        Some(new) if new.name == rotation.old.name => Mark::HasSuccessor.text(),
        Some(new) => Mark::ReplacedBy { successor: new.called() }.text(),
        None => Mark::NewSecret.text(),
    }
    .into_owned()
}
