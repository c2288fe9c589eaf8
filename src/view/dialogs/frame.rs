//! A modal dialog: focus goes in and comes back, Escape asks the one who opened it.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlDialogElement, HtmlElement};

use super::super::kit::{El, button, effect, el, key_of};
use super::super::layer::follow_dialogs;
use crate::messages::dialogs::Dialogs;
use crate::platform::{active_element, document};

/// A native modal dialog around `content`, which opens as soon as it stands on the page. `on_escape` decides whether it
/// closes: it alone takes the dialog off the page. `role` is `alertdialog` for a question that has to be answered.
/// `opener` gets the focus back.
pub(in crate::view) fn modal(
    title: &str,
    role: &str,
    opener: Option<HtmlElement>,
    on_escape: impl Fn() + 'static,
    content: El,
) -> El {
    opened(closed(title, role, on_escape, content), opener)
}

/// The same, not yet to be opened.
pub(in crate::view) fn closed(title: &str, role: &str, on_escape: impl Fn() + 'static, content: El) -> El {
    // `closedby` and this key handler keep Escape from closing it: on the third one in a row Chromium does not ask.
    el("dialog.modal")
        .attr("role", role)
        .attr("aria-label", title)
        .attr("closedby", "none")
        .child(el("h2").text(title))
        .child(content)
        .on("cancel", |event| event.prevent_default())
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                on_escape();
            }
        })
}

/// Opens a dialog as soon as it stands on the page. When the current owner is done, `opener` gets the focus back.
pub(in crate::view) fn opened(dialog: El, opener: Option<HtmlElement>) -> El {
    let opener = StoredValue::new_local(opener);
    let closing = StoredValue::new_local(dialog.0.clone());
    on_cleanup(move || {
        let _ = closing.try_with_value(|it| follow_dialogs(Some(it)));
        let opener = opener.try_update_value(Option::take).flatten();
        // While this runs the dialog is still there, and nothing outside of it can have the focus.
        spawn_local(async move { give_focus_back(opener) });
    });
    let node: HtmlDialogElement = dialog.0.clone().unchecked_into();
    // It has to stand on the page before it can be shown.
    spawn_local(async move {
        if node.is_connected() && !node.open() {
            let _ = node.show_modal();
            follow_dialogs(None);
        }
    });
    dialog
}

/// A question in the dialog takes the focus to `place`, and gives it back to where it was, unless the user has taken it
/// out of the question meanwhile.
pub(in crate::view) fn focus_while(asking: RwSignal<bool>, place: HtmlElement) {
    let before = RefCell::new(None::<HtmlElement>);
    effect(move || {
        let place = if asking.get() {
            before.replace(active_element());
            Some(place.clone())
        } else {
            let question = place.parent_element();
            let left = |it: &HtmlElement| question.as_ref().is_some_and(|question| !question.contains(Some(it)));
            let elsewhere = active_element().is_some_and(|it| it.tag_name() != "BODY" && left(&it));
            before.take().filter(|_| !elsewhere)
        };
        // What is asked and what was there before change places first.
        spawn_local(async move {
            if let Some(place) = place {
                let _ = place.focus();
            }
        });
    });
}

/// The row of buttons that asks what to do with what was typed, seen while it asks.
pub(in crate::view) fn ask_to_discard(asking: RwSignal<bool>, discard: impl Fn() + 'static) -> El {
    let what = Dialogs::DiscardWhat.text();
    ask(asking, &what, &what, [&Dialogs::KeepEditing.text(), &Dialogs::Discard.text()], Box::new(discard))
}

/// The row of buttons that asks whether to leave while something is being sent, seen while it asks.
pub(in crate::view) fn ask_to_leave(asking: RwSignal<bool>, leave: impl Fn() + 'static) -> El {
    let (what, text) = (Dialogs::LeaveWhat.text(), Dialogs::Sending.text());
    ask(asking, &what, &text, [&Dialogs::Wait.text(), &Dialogs::Leave.text()], Box::new(leave))
}

/// A row of buttons that asks something: what is asked, what is said, and the two answers.
fn ask(asking: RwSignal<bool>, title: &str, text: &str, [stay, go]: [&str; 2], on_go: Box<dyn Fn()>) -> El {
    let keep = button("button", stay, move || asking.set(false));
    focus_while(asking, keep.0.clone());
    el("div.modal-foot")
        .attr("role", "group")
        .attr("aria-label", title)
        .bind_flag("hidden", move || !asking.get())
        .child(el("p.foot-text").text(text))
        .child(keep)
        .child(button("button danger", go, on_go))
}

/// Gives the focus to the first element that a selector finds.
pub(in crate::view) fn focus_first(selector: &str) {
    if let Ok(Some(found)) = document().query_selector(selector) {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// Puts the focus where it was; if that place is gone or disabled by now, into the table.
fn give_focus_back(opener: Option<HtmlElement>) {
    // Another dialog may have been opened meanwhile, or be the one from which this one was.
    let others = document().query_selector("dialog[open]").ok().flatten();
    if others.is_some_and(|it| !it.contains(opener.as_deref().map(AsRef::as_ref))) {
        return;
    }
    let focus = |place: HtmlElement| {
        let _ = place.focus();
        active_element().is_some_and(|it| it == place)
    };
    if !opener.is_some_and(focus)
        && let Ok(Some(table)) = document().query_selector(".table-box")
    {
        focus(table.unchecked_into());
    }
}
