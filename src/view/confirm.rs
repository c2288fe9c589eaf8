//! The questions before revoking and deleting. Each names the token, runs the command and owns its error.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::modal;
use super::dom::{El, button, el};
use super::inputs::{self, Must};
use super::notice::error_panel_beside;
use crate::api::ApiError;
use crate::browser::active_element;
use crate::browser::fetch::Job;
use crate::desk::Named;
use crate::desk::source::Source;
use crate::draft::{Inputs, input_problems};
use crate::system::{Action, Input, System};
use crate::words::{Typed, explain, visible};

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether to end a token.
    Revoke,
    /// Whether to give one a new secret.
    Rotate,
    /// Whether to remove one.
    Delete,
}

impl Question {
    fn action(self) -> Action {
        match self {
            Question::Revoke => Action::Revoke,
            Question::Rotate => Action::Rotate,
            Question::Delete => Action::Delete,
        }
    }

    /// Title, name of the button, and what it means.
    fn words(self, system: &System) -> (&'static str, &'static str, &'static str) {
        match self {
            Question::Delete if system.keeps_deleted => (
                "Delete token",
                "Delete",
                "Whoever uses it loses access at once. It stays in the list as deleted, and this page cannot undo it.",
            ),
            // What can be changed may be taken back.
            Question::Revoke if !system.revokes_for_good => {
                ("Revoke token", "Revoke", "Whoever uses it loses access at once. It stays in the list.")
            }
            Question::Rotate => (
                "Rotate token",
                "Rotate",
                "It gets a new secret, which is shown once. Whoever uses the old one loses access, as a rule at once.",
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

    async fn run(self, source: Source, token: &Named, inputs: &Inputs, job: &Job) -> Result<(), ApiError> {
        let name = token.called();
        let transport = source.transport(job);
        let said = match self {
            Question::Revoke => {
                let tagged = source.api().revoke(&*transport, &token.id, inputs).await?;
                source.desk.dialog.set(None);
                source.saved(tagged, false);
                format!("“{name}” was revoked.")
            }
            Question::Rotate => {
                let tagged = source.api().rotate(&*transport, &token.id, inputs).await?;
                source.desk.dialog.set(None);
                source.rotated(&token.id, tagged);
                format!("“{name}” has a new secret.")
            }
            Question::Delete => {
                let was_there = source.api().delete(&*transport, &token.id, inputs).await?;
                source.desk.dialog.set(None);
                if source.system().keeps_deleted {
                    source.refresh();
                } else {
                    source.deleted(&token.id);
                }
                if was_there { format!("“{name}” was deleted.") } else { format!("“{name}” was gone already.") }
            }
        };
        source.desk.tell(said);
        Ok(())
    }
}

/// Asks, and does it if the answer is yes.
pub(super) fn confirm(source: Source, question: Question, token: Named) -> El {
    let (title, action, meaning) = question.words(&source.system());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let job = Rc::new(Job::new());
    let close = {
        let job = job.clone();
        move || {
            job.cancel();
            source.desk.dialog.set(None);
        }
    };
    let name = el("bdi.token-name").text(&visible(token.called()));
    let stake = source.stake(question.action());
    let asked = StoredValue::new(source.system().asked(question.action()));
    let typed: Inputs = asked.with_value(|it| it.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect());
    let typed = RwSignal::new(typed);
    let is_whole = move || typed.with(|it| asked.with_value(|asked| input_problems(asked, it).next().is_none()));
    let control = |(idx, input): (usize, &Input)| {
        let value = move || typed.with(|it| it[idx].1.clone());
        inputs::control(input, Must::Mark, value, move |text| typed.update(|it| it[idx].1 = text), |it| it)
    };
    let controls = asked.with_value(|it| it.iter().enumerate().map(control).collect());
    let run = move || {
        if busy.get_untracked() || !untrack(is_whole) {
            return;
        }
        busy.set(true);
        error.set(None);
        let (token, job, inputs) = (token.clone(), job.clone(), typed.get_untracked());
        spawn_local(async move {
            let outcome = question.run(source, &token, &inputs, &job).await;
            // Whoever called it off does not wait for the outcome.
            let _ = busy.try_set(false);
            if let Err(problem) = outcome {
                let _ = error.try_set(Some(problem));
            }
        });
    };
    let body =
        el("div.modal-body").child(el("p.question").child(name)).child(el("p").text(meaning)).children(controls).live(
            move || {
                let labels = || asked.with_value(|it| it.iter().map(|it| it.label.clone()).collect());
                error.get().map(|it| {
                    error_panel_beside(&it, stake, &Typed { labels: labels(), ..Typed::default() }, |_| false)
                })
            },
        );
    let do_it = el("button.button.danger")
        .attr("type", "button")
        .live_attr("aria-disabled", move || (busy.get() || !is_whole()).then(|| "true".into()))
        .live_text(move || {
            // Where trying again does not help, the button does not suggest it.
            let can_help = error.with(|it| it.as_ref().is_some_and(|it| explain(it, stake).retry));
            if can_help { "Retry".into() } else { action.into() }
        })
        .on("click", move |_| run());
    let foot = el("div.modal-foot").child(button("button", "Cancel", close.clone())).child(do_it);
    modal(title, "alertdialog", active_element(), close, el("div").child(body).child(foot))
}
