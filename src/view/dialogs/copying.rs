//! Buttons that copy a text and say in their own place that they did.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::kit::{El, el};
use crate::messages::dialogs::Dialogs;
use crate::platform::{Timer, copy};

/// How long a button says that it has copied, in milliseconds.
const TICK: i32 = 2_000;

/// Buttons of one dialog that copy something.
#[derive(Clone, Copy)]
pub(in crate::view) struct Copying {
    /// Which of them was pressed last, and whether the browser took the text.
    last: RwSignal<Option<(usize, bool)>>,
    /// Ends the tick, where it ends.
    timer: StoredValue<Option<Timer>, LocalStorage>,
    /// Whether the tick stays until another one is pressed.
    stays: bool,
}

impl Copying {
    /// Buttons whose tick goes after a while, or `stays`.
    pub(in crate::view) fn new(stays: bool) -> Self {
        Copying { last: RwSignal::new(None), timer: StoredValue::new_local(None), stays }
    }

    /// A button with this text. `text` is what it copies, if it is still there; `done` is called when the clipboard has it.
    pub(in crate::view) fn button(
        self,
        idx: usize,
        label: &str,
        text: impl Fn() -> Option<String> + 'static,
        done: impl Fn() + Copy + 'static,
    ) -> El {
        let label = label.to_owned();
        let is_copied = move || self.last.get() == Some((idx, true));
        let copy = move |_| {
            let Some(text) = text() else { return };
            self.last.set(None);
            spawn_local(async move {
                let is_done = copy(&text).await;
                // The dialog may have been closed meanwhile.
                if self.last.try_set(Some((idx, is_done))).is_some() {
                    return;
                }
                if is_done {
                    done();
                }
                if is_done && !self.stays {
                    let end = move || {
                        let _ = self.last.try_set(None);
                    };
                    self.timer.set_value(Some(Timer::after(TICK, end)));
                }
            });
        };
        el("button.button")
            .attr("type", "button")
            .bind_text(move || if is_copied() { Dialogs::Copied.text().into() } else { label.clone() })
            .on("click", copy)
    }

    /// What became of it: heard, and seen where it did not work.
    pub(in crate::view) fn said(self) -> El {
        let is_done = move || self.last.get().is_none_or(|(_, is_done)| is_done);
        let said = move || match self.last.get() {
            None => String::new(),
            Some((_, true)) => Dialogs::OnClipboard.text().into(),
            Some((_, false)) => Dialogs::NotCopied.text().into(),
        };
        el("p.hint").attr("aria-live", "polite").bind_class("offscreen", is_done).bind_text(said)
    }
}
