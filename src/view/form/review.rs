//! Before a save that lets the token do more, it is asked once more. What differs is shown by [`super::super::rights`], whose
//! code comes with another part of the page.

use futures_util::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::ask;
use super::super::insets::{self, Inset};
use super::super::kit::{El, effect};
use super::super::rights::Compared;
use super::editor::Editor;
use crate::draft::Draft;
use crate::messages::form::Review;
use crate::platform::now;

impl Editor {
    /// The rights before the save: of the token that is changed, or of the one that is cloned. `None` for a new token.
    fn rights_before(self) -> Option<Draft> {
        let of_base = || self.base.with(|it| it.as_ref().map(|it| Draft::of(&it.token)));
        self.cloned.get().or_else(of_base)
    }

    /// Sends a draft, or asks about it first.
    pub(super) fn review(self, draft: Draft) {
        let is_agreed = self.agreed.with_value(|it| it.as_ref() == Some(&draft));
        let Some(before) = untrack(|| self.rights_before()).filter(|_| !is_agreed) else { return self.send(draft) };
        let mut judging = Box::pin(insets::grows((before, draft.clone(), self.asked.get_value(), now())));
        // Where it could not be found out it is asked about too.
        let judged = move |draft, grows| if grows { self.growing.set(true) } else { self.send(draft) };
        match (&mut judging).now_or_never() {
            Some(grows) => judged(draft, grows.unwrap_or(true)),
            None => spawn_local(async move {
                let grows = judging.await.unwrap_or(true);
                // The form may have been left meanwhile, or typed in.
                if self.checked.try_get_untracked() == Some(Ok(draft.clone())) {
                    judged(draft, grows);
                }
            }),
        }
    }

    /// What the save changes of the rights, where there is something to compare with.
    pub(super) fn changes_view(self) -> Option<El> {
        untrack(|| self.rights_before())?;
        let (before, after) = (Memo::new(move |_| self.rights_before()), self.checked);
        let (source, asked, asking) = (self.source, self.asked, self.growing);
        Some(insets::here(Inset::Changes(Compared { source, before, after, asked, asking })))
    }

    /// The row of buttons that asks once more. What is typed meanwhile is another save.
    pub(super) fn growing_view(self) -> El {
        effect(move || {
            self.form.track();
            self.growing.set(false);
        });
        let send = move || {
            self.growing.set(false);
            if let Ok(draft) = self.checked.get_untracked() {
                self.agreed.set_value(Some(draft.clone()));
                self.send(draft);
            }
        };
        let is_clone = self.cloned.with_untracked(Option::is_some);
        let text = if is_clone { Review::MoreThanOriginal.text() } else { Review::MoreThanBefore.text() };
        ask(self.growing, &Review::What.text(), &text, [&Review::Back.text(), &Review::Save.text()], Box::new(send))
    }
}
