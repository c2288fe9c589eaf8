//! What the page says of writes until the user dismisses it: what is not known yet, and what is not as it was asked for.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::dialogs::frame::focus_first;
use super::kit::{El, button, el, on_window, verbatim};
use super::notice::quoted;
use crate::messages::outcome::Findings;
use crate::messages::records::InterruptedRun;
use crate::messages::rotation::RotationLine;
use crate::platform::active_element;
use crate::workspace::notices::{Finding, Kept, dismiss, with_findings};
use crate::workspace::{Dialog, RecordsAt, Workspace};

/// All of it, above the table. Of another connection than the one that is shown, each names its own.
pub(super) fn findings(workspace: Workspace) -> El {
    // A secret that has not been seen would be gone with the page.
    on_window("beforeunload", move |event| {
        if untrack(|| with_findings(|all| all.iter().any(|it| it.secret.is_some()))) {
            event.prevent_default();
        }
    });
    // Each stays as long as it is said, so that the focus in it does too, and nothing is announced twice.
    el("div.findings").bind_for(
        || with_findings(<[Finding]>::to_vec),
        |finding| finding.id,
        move |finding| panel(workspace, finding),
    )
}

/// The focus goes to what is said beside, else to the table, before what holds it goes away.
fn leave_panel() {
    let Some(panel) = active_element().and_then(|it| it.closest(".panel").ok().flatten()) else { return };
    let beside = panel.next_element_sibling().or_else(|| panel.previous_element_sibling());
    match beside.and_then(|it| it.query_selector("button:last-child").ok().flatten()) {
        Some(button) => {
            let _ = button.unchecked_into::<HtmlElement>().focus();
        }
        None => focus_first(".table-box"),
    }
}

fn panel(workspace: Workspace, finding: Finding) -> El {
    let Finding { id, system, text, is_wrong, edit, secret, kept } = finding;
    let is_here = |slot: usize| workspace.slots.with_untracked(|it| it.get(slot).is_some_and(|it| it.name == system));
    let is_only = !workspace.is_inventory() && is_here(0);
    let edit = edit.filter(|it| is_here(it.token.slot)).map(|token| {
        button("button", &Findings::Edit.text(), move || workspace.open_dialog(Dialog::Edit(token.clone())))
    });
    let secret = secret.map(|secret| {
        button("button", &Findings::ShowSecret.text(), move || {
            dismiss(id);
            workspace.open_secret(secret.clone());
        })
    });
    let leads = |text: &str, to: Dialog| button("button", text, move || workspace.open_dialog(to.clone()));
    let kept = kept.map(|kept| {
        let [review, drop] = [InterruptedRun::Review.text(), InterruptedRun::Drop.text()];
        match kept {
            Kept::Run(run) => [
                leads(&review, Dialog::Records(RecordsAt::Run(run.clone()))),
                leads(&drop, Dialog::Records(RecordsAt::Drop(run))),
            ],
            Kept::Rotations(name) => [
                leads(&review, Dialog::Rotations(None)),
                leads(&RotationLine::Forget.text(), Dialog::Rotations(Some(name))),
            ],
        }
    });
    // A secret is not dismissed unseen.
    let dismiss = secret.is_none().then(|| {
        button("button quiet", &Findings::Dismiss.text(), move || {
            leave_panel();
            dismiss(id);
        })
    });
    let named = |name: &str| el("span.muted").child(verbatim(name)).text(": ");
    let text = el("p").maybe((!is_only && !system.is_empty()).then(|| named(&system))).children(quoted(&text.text()));
    let buttons =
        el("div.panel-buttons").maybe(edit).maybe(secret).children(kept.into_iter().flatten().collect()).maybe(dismiss);
    el(if is_wrong { "div.panel.error" } else { "div.panel" })
        .attr("role", if is_wrong { "alert" } else { "status" })
        .child(text)
        .child(buttons)
}
