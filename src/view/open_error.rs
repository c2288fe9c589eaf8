//! What is seen of a system that did not open: why, whose it is to correct, and what can be done about it.

use super::clients::Clients;
use super::connections;
use super::kit::{El, button, el};
use super::mistakes::{list_of, reload};
use super::notice::error_panel;
use crate::api::{NetworkError, RetrySafety};
use crate::messages::page::{Named, NotOpened};
use crate::session::way::OpenError;

/// A system whose adapter or description could not be fetched.
pub(super) fn not_reached(fault: NetworkError, clients: &Clients, slot: usize) -> El {
    error_panel(&fault.into(), RetrySafety::ReadOnly)
        .child(el("p").text(&NotOpened::PartMissing.text()))
        .child(retry(clients, slot))
}

fn retry(clients: &Clients, slot: usize) -> El {
    let again = clients.clone();
    does(clients, slot, &NotOpened::Retry.text(), Box::new(move || again.open(slot)))
}

/// A button that carries the system's name, as others may stand beside it.
fn does(clients: &Clients, slot: usize, verb: &str, run: Box<dyn Fn()>) -> El {
    let name = &clients.connections[slot].name;
    button("button small", verb, run).attr("aria-label", &Named::Button { verb, name }.text())
}

/// Why the system of a slot did not open.
pub(super) fn open_error(open_error: OpenError, clients: &Clients, slot: usize) -> El {
    let mistakes = match open_error {
        OpenError::Mistakes(mistakes) => mistakes,
        OpenError::NetworkError(fault) => return not_reached(fault, clients, slot),
    };
    let offered = clients.offered;
    let is_own = offered.keeps(&clients.connections[slot]);
    let in_file = mistakes.iter().any(|it| !it.pointer.starts_with('/'));
    let what = match (is_own, in_file) {
        (false, _) => NotOpened::Hosted.text(),
        (true, false) => NotOpened::Own.text(),
        (true, true) => NotOpened::OwnFile.text(),
    };
    let what = el("p").attr("role", "alert").text(&what);
    let edit = is_own.then(|| {
        let name = clients.connections[slot].name.clone();
        let run = Box::new(move || connections::ask_to_manage(offered, Some(name.clone())));
        does(clients, slot, &NotOpened::Edit.text(), run)
    });
    // What stands in config.json was read when the page was.
    let again = if in_file {
        Some(retry(clients, slot))
    } else {
        (!is_own).then(|| button("button small", &NotOpened::Reload.text(), reload))
    };
    let buttons = el("div.panel-buttons").maybe(edit).maybe(again);
    el("div.panel.error").child(what).child(list_of(mistakes)).child(buttons)
}
