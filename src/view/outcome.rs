//! What the page says of writes until the user dismisses it: what is not known yet, and what is not as it was asked for.

use leptos::ev;
use leptos::prelude::*;

use super::dom::{El, button, el};
use crate::workspace::notices::{Finding, dismiss, with_findings};
use crate::workspace::{Dialog, Workspace};

/// All of it, above the table. Of another connection than the one that is shown, each names its own.
pub(super) fn findings(workspace: Workspace) -> El {
    // A secret that nobody has seen would be gone with the page.
    let unload = window_event_listener(ev::beforeunload, move |event| {
        if untrack(|| with_findings(|all| all.iter().any(|it| it.secret.is_some()))) {
            event.prevent_default();
        }
    });
    on_cleanup(move || unload.remove());
    let shown = move || with_findings(<[Finding]>::to_vec).into_iter().map(|it| panel(workspace, it)).collect();
    el("div.findings").bind_children(shown)
}

fn panel(workspace: Workspace, finding: Finding) -> El {
    let Finding { id, system, text, is_wrong, edit, secret } = finding;
    let is_here = |slot: usize| workspace.slots.with_untracked(|it| it.get(slot).is_some_and(|it| it.name == system));
    let is_only = !workspace.is_inventory() && is_here(0);
    let edit = edit
        .filter(|it| is_here(it.token.slot))
        .map(|token| button("button", "Edit", move || workspace.open_dialog(Dialog::Edit(token.clone()))));
    let origin = system.clone();
    let secret = secret.map(|(secret, token, secret_use)| {
        button("button", "Show its secret", move || {
            dismiss(id);
            workspace.open_secret(secret.clone(), token.clone(), origin.clone(), secret_use.clone());
        })
    });
    // A secret is not dismissed unseen.
    let dismiss = secret.is_none().then(|| button("button quiet", "Dismiss", move || dismiss(id)));
    let text = el("p").maybe((!is_only).then(|| el("bdi.muted").text(&format!("{system}: ")))).text(&text);
    let buttons = el("div.panel-buttons").maybe(edit).maybe(secret).maybe(dismiss);
    el(if is_wrong { "div.panel.error" } else { "div.panel" })
        .attr("role", if is_wrong { "alert" } else { "status" })
        .child(text)
        .child(buttons)
}
