//! The questions before revoking and deleting. Each names the token, runs the command and owns its error.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::modal;
use super::dom::{El, button, el};
use super::notice::error_panel;
use crate::api::ApiError;
use crate::browser::active_element;
use crate::browser::fetch::Job;
use crate::desk::{Desk, Named};
use crate::draft::Inputs;
use crate::system::System;
use crate::words::{Stake, explain};

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether to end a token.
    Revoke,
    /// Whether to remove one.
    Delete,
}

impl Question {
    /// Title, name of the button, and what it means.
    fn words(self, system: &System) -> (&'static str, &'static str, &'static str) {
        match self {
            Question::Delete if system.keeps_deleted => (
                "Delete token",
                "Delete",
                "Whoever uses it loses access at once. It stays in the list as deleted, and this cannot be undone.",
            ),
            Question::Revoke => (
                "Revoke token",
                "Revoke",
                "Whoever uses it loses access at once. It stays in the list, and this cannot be undone.",
            ),
            Question::Delete => (
                "Delete token",
                "Delete",
                "It is removed for good, with everything that is known about it. Whoever uses it loses access at once.",
            ),
        }
    }

    async fn run(self, desk: Desk, token: &Named, job: &Job) -> Result<(), ApiError> {
        let name = &token.name;
        let transport = desk.transport(job);
        let said = match self {
            Question::Revoke => {
                let tagged = desk.api().revoke(&*transport, &token.id, &Inputs::new()).await?;
                desk.dialog.set(None);
                desk.saved(tagged, false);
                format!("“{name}” was revoked.")
            }
            Question::Delete => {
                let was_there = desk.api().delete(&*transport, &token.id, &Inputs::new()).await?;
                desk.dialog.set(None);
                if desk.system().keeps_deleted {
                    desk.refresh();
                } else {
                    desk.deleted(&token.id);
                }
                if was_there { format!("“{name}” was deleted.") } else { format!("“{name}” was gone already.") }
            }
        };
        desk.tell(said);
        Ok(())
    }
}

/// Asks, and does it if the answer is yes.
pub(super) fn confirm(desk: Desk, question: Question, token: Named) -> El {
    let (title, action, meaning) = question.words(&desk.system());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let job = Rc::new(Job::new());
    let close = {
        let job = job.clone();
        move || {
            job.cancel();
            desk.dialog.set(None);
        }
    };
    let name = el("bdi.token-name").text(&token.name);
    let run = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let (token, job) = (token.clone(), job.clone());
        spawn_local(async move {
            let outcome = question.run(desk, &token, &job).await;
            // Whoever called it off does not wait for the outcome.
            let _ = busy.try_set(false);
            if let Err(problem) = outcome {
                let _ = error.try_set(Some(problem));
            }
        });
    };
    let body = el("div.modal-body")
        .child(el("p.question").child(name))
        .child(el("p").text(meaning))
        .live(move || error.get().map(|it| error_panel(&it, Stake::Once)));
    let do_it = el("button.button.danger")
        .attr("type", "button")
        .live_attr("aria-disabled", move || busy.get().then(|| "true".into()))
        .live_text(move || {
            // Where trying again does not help, the button does not suggest it.
            let can_help = error.with(|it| it.as_ref().is_some_and(|it| explain(it, Stake::Once).retry));
            if can_help { "Retry".into() } else { action.into() }
        })
        .on("click", move |_| run());
    let foot = el("div.modal-foot").child(button("button", "Cancel", close.clone())).child(do_it);
    modal(title, "alertdialog", active_element(), close, el("div").child(body).child(foot))
}
