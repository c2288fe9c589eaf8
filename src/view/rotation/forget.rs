//! The question whether to forget rotations.

use leptos::prelude::*;

use super::super::dialogs::frame::ask_saying;
use super::super::kit::{El, el};
use crate::messages::rotation::Rotations;

/// A row of buttons that asks, seen while it does: what it is called, what the answer that forgets says, and what that does.
pub(super) fn question(
    asking: RwSignal<bool>,
    [title, go]: [&str; 2],
    text: impl Fn() -> String + 'static,
    forget: impl Fn() + 'static,
) -> El {
    let said = el("p.foot-text").bind_text(text);
    ask_saying(asking, title, said, [&Rotations::Back.text(), go], Box::new(forget))
}
