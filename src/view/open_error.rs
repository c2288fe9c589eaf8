//! What is seen of a system that did not open: why, whose it is to correct, and what can be done about it.

use super::clients::Clients;
use super::connections;
use super::kit::{El, button, el};
use super::mistakes::{list_of, reload};
use super::notice::error_panel;

use crate::api::RetrySafety;
use crate::messages::page::{Named, NotOpened};
use crate::session::way::OpenError;

/// Why the system of a slot did not open. Its buttons carry its name, as others may stand beside it.
pub(super) fn open_error(open_error: OpenError, clients: &Clients, slot: usize) -> El {
    let name = clients.connections[slot].name.clone();
    let does = |verb: &str, run: Box<dyn Fn()>| {
        button("button small", verb, run).attr("aria-label", &Named::Button { verb, name: &name }.text())
    };
    let again = clients.clone();
    let retry = does(&NotOpened::Retry.text(), Box::new(move || again.open(slot)));
    let mistakes = match open_error {
        OpenError::Mistakes(mistakes) => mistakes,
        OpenError::NetworkError(fault) => {
            return error_panel(&fault.into(), RetrySafety::ReadOnly)
                .child(el("p").text(&NotOpened::PartMissing.text()))
                .child(retry);
        }
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
        let name = name.clone();
        does(&NotOpened::Edit.text(), Box::new(move || connections::ask_to_manage(offered, Some(name.clone()))))
    });
    // What stands in config.json was read when the page was.
    let again = if in_file {
        Some(retry)
    } else {
        (!is_own).then(|| button("button small", &NotOpened::Reload.text(), reload))
    };
    let buttons = el("div.panel-buttons").maybe(edit).maybe(again);
    el("div.panel.error").child(what).child(list_of(mistakes)).child(buttons)
}
