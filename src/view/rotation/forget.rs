//! The question whether to forget rotations.

use leptos::prelude::*;

use super::super::dialogs::frame::focus_while;
use super::super::kit::{El, button, el};
use crate::messages::rotation::Rotations;

/// A row of buttons that asks, seen while it does: what it is called, what the answer that forgets says, and what that does.
pub(super) fn question(
    asking: RwSignal<bool>,
    [title, go]: [&str; 2],
    text: impl Fn() -> String + 'static,
    forget: impl Fn() + 'static,
) -> El {
    let back = button("button", &Rotations::Back.text(), move || asking.set(false));
    focus_while(asking, back.0.clone());
    el("div.modal-foot")
        .attr("role", "group")
        .attr("aria-label", title)
        .bind_flag("hidden", move || !asking.get())
        .child(el("p.foot-text").bind_text(text))
        .child(back)
        .child(button("button danger", go, forget))
}
