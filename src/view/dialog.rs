//! A modal dialog: focus goes in and comes back, Escape asks the one who opened it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::browser::{active_element, document};

/// A native modal dialog. `on_escape` decides whether it closes: it alone takes the dialog off the page.
#[component]
pub(super) fn Modal(
    /// Its heading, which is its accessible name.
    title: String,
    /// Whether it is a question that has to be answered.
    #[prop(optional)]
    is_question: bool,
    /// Called when the user presses Escape.
    on_escape: Callback<()>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new_local(active_element());
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // `closedby` and this key handler keep Escape from closing it: on the third one in a row Chromium
            // no longer asks the page.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        let Some(before) = before.get_value() else { return };
        // The dialog is still on the page while this runs, and only what is outside of it can be focused after.
        wasm_bindgen_futures::spawn_local(async move {
            let is_there = before.is_connected();
            let fallback = || document().query_selector(".table-box").ok().flatten().and_then(|it| it.dyn_into().ok());
            if let Some(place) = if is_there { Some(before) } else { fallback() } {
                let _ = place.focus();
            }
        });
    });
    view! {
        <dialog node_ref=node class="modal" role=is_question.then_some("alertdialog") aria-label=title.clone() closedby="none"
            on:cancel=|event: leptos::ev::Event| event.prevent_default()
            on:keydown=move |event| if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                on_escape.run(());
            }>
            <h2>{title.clone()}</h2>
            {children()}
        </dialog>
    }
}
