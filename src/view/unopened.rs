//! What is seen of a system that did not open: why, whose it is to correct, and what can be done about it.

use super::dom::{El, button, el};
use super::notice::error_panel;
use super::{Remotes, list_of, reload};
use crate::browser::gateway::Unopened;
use crate::words::{self, Stake};

/// Why the system of a place did not open. Its buttons carry its name, as others may stand beside it.
pub(super) fn unopened(unopened: Unopened, remotes: &Remotes, place: usize) -> El {
    let name = remotes.connections[place].name.clone();
    let does = |verb: &str, run: Box<dyn Fn()>| {
        button("button small", verb, run).attr("aria-label", &format!("{verb} {name}"))
    };
    let again = remotes.clone();
    let retry = does("Retry", Box::new(move || again.open(place)));
    let mistakes = match unopened {
        Unopened::Mistakes(mistakes) => mistakes,
        Unopened::Fault(fault) => {
            return error_panel(&fault.into(), Stake::Nothing).child(el("p").text(words::PART_MISSING)).child(retry);
        }
    };
    let offered = remotes.offered;
    let is_own = offered.keeps(&remotes.connections[place]);
    let in_file = mistakes.iter().any(|it| !it.pointer.starts_with('/'));
    let what = el("p").attr("role", "alert").text(words::wrong_description(is_own, in_file));
    let edit = is_own.then(|| {
        let name = name.clone();
        does("Edit", Box::new(move || offered.ask_to_manage(Some(name.clone()))))
    });
    // What stands in config.json was read when the page was.
    let again = if in_file { Some(retry) } else { (!is_own).then(|| button("button small", "Reload", reload)) };
    let buttons = el("div.panel-buttons").maybe(edit).maybe(again);
    el("div.panel.error").child(what).child(list_of(mistakes)).child(buttons)
}
