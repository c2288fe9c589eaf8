//! A text of which so many lines are shown at first, and all of it on asking.

use leptos::prelude::*;

use super::super::kit::{El, el, on_resize};
use crate::messages::details::Details;

/// A text over some lines, as many as its class says, with a button for the rest where there is more. `what` it is, for those
/// who hear the button.
pub(super) fn clamped(text: El, what: &str) -> El {
    let (is_whole, is_cut) = (RwSignal::new(false), RwSignal::new(false));
    let node = text.0.clone();
    let text = text.bind_class("clamped", move || !is_whole.get());
    // The lines depend on the width.
    on_resize(&text.0, move || {
        if !is_whole.get_untracked() {
            let cut = node.scroll_height() > node.client_height() + 1;
            if cut != is_cut.get_untracked() {
                is_cut.set(cut);
            }
        }
    });
    let what = what.to_owned();
    let more = move || {
        let label = if is_whole.get() { Details::ShowLess.text() } else { Details::ShowAll.text() };
        label.into()
    };
    let more = el("button.button.quiet.small")
        .attr("type", "button")
        .bind_flag("hidden", move || !is_cut.get())
        .bind_attr("aria-expanded", move || Some(is_whole.get().to_string()))
        .attr("aria-description", &what)
        .bind_text(more)
        .on("click", move |_| is_whole.update(|it| *it = !*it));
    el("div.clamp").child(text).child(more)
}
