//! The questions before revoking and deleting. Each names the token, runs the command and owns its error.

use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::Modal;
use super::notice::explained;
use crate::api::ApiError;
use crate::browser::fetch::Job;
use crate::desk::{Desk, Named};

/// Asks before revoking.
pub(super) fn revoke(desk: Desk, token: Named) -> impl IntoView {
    let text = "Whoever uses it loses access at once. It stays in the list, and this cannot be undone.";
    question(desk, "Revoke token", "Revoke", text, token, |desk, token, job| async move {
        let tagged = desk.api().revoke(&desk.transport(&job), &token.id).await?;
        desk.dialog.set(None);
        desk.saved(&tagged, false);
        desk.tell(format!("“{}” was revoked.", tagged.token.name));
        Ok(())
    })
}

/// Asks before deleting.
pub(super) fn delete(desk: Desk, token: Named) -> impl IntoView {
    let text = "It is removed for good, with everything that is known about it. Whoever uses it loses access at once.";
    question(desk, "Delete token", "Delete", text, token, |desk, token, job| async move {
        let was_there = desk.api().delete(&desk.transport(&job), &token.id).await?;
        desk.dialog.set(None);
        desk.deleted(&token.id);
        desk.tell(if was_there { format!("“{}” was deleted.", token.name) } else { format!("“{}” was gone already.", token.name) });
        Ok(())
    })
}

fn question<F, R>(desk: Desk, title: &'static str, action: &'static str, text: &'static str, token: Named, run: F) -> impl IntoView
where
    F: Fn(Desk, Named, Rc<Job>) -> R + Copy + Send + Sync + 'static,
    R: Future<Output = Result<(), ApiError>> + 'static,
{
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let job = StoredValue::new_local(Rc::new(Job::new()));
    let close = move || {
        job.with_value(|it| it.cancel());
        desk.dialog.set(None);
    };
    let name = token.name.clone();
    let confirm = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let token = token.clone();
        spawn_local(async move {
            let outcome = run(desk, token, job.get_value()).await;
            // Whoever called it off does not wait for the outcome.
            let _ = busy.try_set(false);
            if let Err(problem) = outcome {
                let _ = error.try_set(Some(problem));
            }
        });
    };
    view! {
        <Modal title=title.to_owned() is_question=true on_escape=Callback::new(move |()| close())>
            <div class="modal-body">
                <p class="question"><bdi class="token-name">{name}</bdi></p>
                <p>{text}</p>
                {move || error.get().map(|it| view! { <div class="panel error" role="alert">{explained(&it, true)}</div> })}
            </div>
            <div class="modal-foot">
                <button type="button" class="button" on:click=move |_| close()>{"Cancel"}</button>
                <button type="button" class="button danger" aria-disabled=move || busy.get().to_string() on:click=confirm>
                    {move || if error.with(Option::is_some) { "Retry" } else { action }}
                </button>
            </div>
        </Modal>
    }
}
