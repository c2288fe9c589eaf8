//! The dialog around the form, and its buttons.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::super::dialogs::about;
use super::super::dialogs::frame::{ask_to_discard, ask_to_leave, closed, opened};
use super::super::kit::{El, button, el, on_window};
use super::editor::Editor;
use crate::messages::form::TokenForm;
use crate::messages::problem;

impl Editor {
    /// Opens its dialog.
    pub(super) fn open(self, dialog: El, opener: Option<HtmlElement>) -> El {
        self.is_open.set(true);
        on_window("beforeunload", move |event| {
            if self.is_dirty() {
                event.prevent_default();
            }
        });
        opened(dialog, opener)
    }

    /// Its dialog, not yet open.
    pub(super) fn dialog(self, title: &str) -> El {
        let is_new = self.base.with_untracked(Option::is_none);
        let body = el("div.modal-body.form")
            .maybe(about::system_of(self.source))
            .bind_child(move || self.conflict_view())
            .bind_child(move || self.error_view())
            .children(self.field_views(is_new));
        let form = el("form").attr("novalidate", "").child(body).children(self.foot_views());
        let form = form.on("submit", move |event| {
            event.prevent_default();
            self.save();
        });
        closed(title, "dialog", move || self.try_close(), form)
    }

    /// Two rows of buttons, one of which is seen: to save, or to answer whether to discard what was typed.
    fn foot_views(self) -> Vec<El> {
        let why = move || match self.checked.get() {
            Ok(_) => String::new(),
            Err(problems) => problems
                .into_iter()
                .map(|(field, wrong)| problem(field, |it| self.label(it), &self.one(field), wrong))
                .collect::<Vec<_>>()
                .join(" "),
        };
        let save = el("button.button.primary")
            .attr("type", "submit")
            .attr("aria-describedby", "why-not")
            .bind_flag("disabled", move || self.checked.with(Result::is_err))
            // Disabled it would lose the focus, and with it the key that closes the form.
            .bind_attr("aria-disabled", move || self.sending.busy.get().then(|| "true".into()))
            .bind_text(move || {
                if self.sending.busy.get() { TokenForm::Saving.text().into() } else { TokenForm::Save.text().into() }
            });
        let saving = el("div.modal-foot")
            .bind_flag("hidden", move || self.asking.get() || self.sending.leaving.get())
            .child(el("p.foot-text.muted").attr("id", "why-not").bind_text(why))
            .child(button("button", &TokenForm::Cancel.text(), move || self.try_close()))
            .child(save);

        let leave = ask_to_leave(self.sending.leaving, move || self.close());
        vec![saving, ask_to_discard(self.asking, move || self.close()), leave]
    }
}
