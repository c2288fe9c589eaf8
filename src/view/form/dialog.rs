//! The dialog around the form, and its buttons.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::super::dialogs::about;
use super::super::dialogs::frame::{ask_to_discard, ask_to_leave, closed, opened};
use super::super::kit::{El, button, effect, el, on_window};
use super::super::request;
use super::editor::Editor;
use super::place::{focus_field, message_id};
use crate::messages::form::TokenForm;

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

    /// Its dialog, not yet open, with a note on what it is filled with.
    pub(super) fn dialog(self, title: &str, note: Option<El>) -> El {
        self.dialog_to(title, note, &TokenForm::Save.text())
    }

    /// The same, with what its button says.
    pub(super) fn dialog_to(self, title: &str, note: Option<El>, save: &str) -> El {
        let is_new = self.base.with_untracked(Option::is_none);
        let body = el("div.modal-body.form")
            .maybe(about::system_of(self.source))
            .maybe(note)
            .child(self.outcome_view())
            .children(self.field_views(is_new))
            .maybe(self.changes_view())
            .child(request::folded(self.source, move || self.command_now()));
        let form = el("form").attr("novalidate", "").child(body).children(self.foot_views(save));
        let form = form.on("submit", move |event| {
            event.prevent_default();
            self.save();
        });
        closed(title, "dialog", move || self.try_close(), form)
    }

    /// What came of a save, where it is told in the form. It is brought into view, unless it is about a field: that is.
    fn outcome_view(self) -> El {
        let outcome = el("div.outcome")
            .attr("tabindex", "-1")
            .bind_child(move || self.conflict_view())
            .bind_child(move || self.error_view());
        let node = outcome.0.clone();
        effect(move || {
            let marked = self.sending.error.with(|it| it.as_ref().and_then(|it| self.marked_by(it)));
            if self.theirs.with(Option::is_none) && self.sending.error.with(Option::is_none) {
                return;
            }
            match marked {
                Some(field) => focus_field(field),
                None => {
                    let node = node.clone();
                    // It is there when this has run.
                    spawn_local(async move {
                        node.scroll_into_view();
                        let _ = node.focus();
                    });
                }
            }
        });
        outcome
    }

    /// Rows of buttons, one of which is seen: to save, or to answer a question.
    fn foot_views(self, save: &str) -> Vec<El> {
        let label = save.to_owned();
        // What is wrong is said at its field; here is only what is not filled in yet.
        let problems = move |told: bool| {
            let problems = self.checked.get().err().unwrap_or_default();
            problems.into_iter().filter(move |(_, problem)| self.is_told(*problem) == told)
        };
        let why = move || problems(false).map(|it| self.in_words(it)).collect::<Vec<_>>().join(" ");
        let reasons = move || {
            let told = problems(true).map(|(field, _)| message_id(field));
            std::iter::once("why-not".to_owned()).chain(told).collect::<Vec<_>>().join(" ")
        };
        // Natively disabled it would lose the focus, and with it the key that closes the form; and pressed it says what is
        // wrong, and leads there.
        let cannot = move || self.sending.busy.get() || self.checked.with(Result::is_err);
        let save = el("button.button.primary")
            .attr("type", "submit")
            .bind_attr("aria-describedby", move || Some(reasons()))
            .bind_attr("aria-disabled", move || cannot().then(|| "true".into()))
            .bind_text(move || if self.sending.busy.get() { TokenForm::Saving.text().into() } else { label.clone() });
        let saving = el("div.modal-foot")
            .bind_flag("hidden", move || self.asking.get() || self.growing.get() || self.sending.leaving.get())
            .child(el("p.foot-text.muted").attr("id", "why-not").bind_text(why))
            .child(button("button", &TokenForm::Cancel.text(), move || self.try_close()))
            .child(save);

        let leave = ask_to_leave(self.sending.leaving, move || self.close());
        vec![saving, ask_to_discard(self.asking, move || self.close()), self.growing_view(), leave]
    }
}
