//! The form that makes and changes a token.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::conflict::gone_buttons;
use self::editor::Editor;
pub(super) use self::prefetch::Prefetched;
use super::dialogs::frame::modal;
use super::kit::{El, button, el};
use super::notice::error_panel;
use crate::actions::NamedToken;
use crate::api::tokens::Tagged;
use crate::api::{ApiError, RetrySafety};
use crate::draft::Form;
use crate::messages::explain;
use crate::messages::form::TokenForm;
use crate::platform::{self, ViewerZone};
use crate::runtime::Job;
use crate::workspace::connection::ConnectionState;

mod conflict;
mod dates;
mod dialog;
mod editor;
mod fields;
mod place;
mod prefetch;
mod review;
mod scopes;

/// The form for a new token: the prefetched one, where there is one.
pub(super) fn create(source: ConnectionState, prefetched: Prefetched) -> El {
    prefetched.take(source).open()
}

/// The form with a token in it, as it is on the server now.
pub(super) fn edit(source: ConnectionState, named: NamedToken) -> El {
    // The dialog is made twice, while the token is read and with the form; both go back to the same place.
    let opener = platform::active_element();
    let read = RwSignal::new_local(None::<Result<Rc<Tagged>, ApiError>>);
    let job = Rc::new(Job::new());
    let load = {
        let (id, job) = (named.token.id.clone(), job.clone());
        move || {
            read.set(None);
            let (id, job, client) = (id.clone(), job.clone(), source.client());
            spawn_local(async move {
                let outcome = client.ask(&job, async |api| api.read(&id, false).await).await;
                // An adapter sends back what it cannot read as it came.
                let outcome = if client.is_behind_gateway() { outcome } else { outcome.and_then(Tagged::editable) };
                // The dialog may have been closed meanwhile.
                let _ = read.try_set(Some(outcome.map(Rc::new)));
            });
        }
    };
    load();
    let close = move || {
        job.cancel();
        source.workspace.close_dialog();
    };
    el("div").bind_child(move || {
        let error = match read.get() {
            Some(Ok(tagged)) => {
                let form = Form::of(&tagged.token, &ViewerZone);
                let editor = Editor::new(source, form, Some(tagged));
                return Some(editor.open(editor.dialog(&TokenForm::Edit.text()), opener.clone()));
            }
            outcome => outcome.and_then(Result::err),
        };
        let state = match &error {
            None => el("p").attr("aria-live", "polite").text(&TokenForm::Reading.text()),
            Some(error) => {
                let gone = matches!(error, ApiError::NotFound(_)).then(|| gone_buttons(source, named.clone()));
                error_panel(error, RetrySafety::ReadOnly).maybe(gone)
            }
        };
        let can_help = error.as_ref().is_some_and(|it| explain(it, RetrySafety::ReadOnly).retry);
        let retry = can_help.then(|| button("button primary", &TokenForm::Retry.text(), load.clone()));
        let foot = el("div.modal-foot").child(button("button", &TokenForm::Cancel.text(), close.clone())).maybe(retry);
        let content = el("div").child(el("div.modal-body").child(state)).child(foot);
        Some(modal(&TokenForm::Edit.text(), "dialog", opener.clone(), close.clone(), content))
    })
}
