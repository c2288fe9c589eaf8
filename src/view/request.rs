//! What an action would send, folded away in its dialog. Its code comes when it is opened.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDetailsElement;

use super::insets::{self, Inset};
use super::kit::{El, el};
use crate::actions::Command;
use crate::messages::curl::Request as Words;
use crate::workspace::connection::ConnectionState;

pub(super) mod commands;

/// The commands for an action, folded away. Nothing is asked for before they are opened. `command`: what would be done; it
/// follows what is typed.
pub(super) fn folded(source: ConnectionState, command: impl Fn() -> Option<Command> + 'static) -> El {
    let command: Rc<dyn Fn() -> Option<Command>> = Rc::new(command);
    fold(move || insets::here(Inset::Request(source, command.clone())))
}

/// The place for commands, folded away. `view`: makes them when they are opened.
pub(super) fn fold(view: impl Fn() -> El + 'static) -> El {
    let is_open = RwSignal::new(false);
    let toggled = move |event: web_sys::Event| {
        let details = event.target().and_then(|it| it.dyn_into::<HtmlDetailsElement>().ok());
        is_open.set(details.is_some_and(|it| it.open()));
    };
    el("details.raw")
        .child(el("summary").text(&Words::Show.text()))
        .on("toggle", toggled)
        .bind_show(move || is_open.get(), view)
}
