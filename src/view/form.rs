//! The form that makes and changes a token.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use self::conflict::gone_buttons;
use self::editor::Editor;
pub(super) use self::editor::Send;
pub(super) use self::prefetch::Prefetched;
use super::dialogs::frame::modal;
use super::kit::{El, button, el};
use super::notice::error_panel;
use crate::actions::NamedToken;
use crate::api::tokens::Tagged;
use crate::api::{ApiError, Later, RetrySafety};
use crate::draft::Form;
use crate::messages::explain;
use crate::messages::form::TokenForm;
use crate::platform::{self, ViewerZone};
use crate::runtime::Job;
use crate::session::Client;
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
    let id = named.token.id.clone();
    let read = move |job: Rc<Job>| -> Later<'static, Result<Rc<Tagged>, ApiError>> {
        let (id, client) = (id.clone(), source.client());
        Box::pin(async move { read_to_send(&client, &job, &id).await.map(Rc::new) })
    };
    let open = move |tagged: Rc<Tagged>, opener| {
        let editor = Editor::new(source, Form::of(&tagged.token, &ViewerZone), Some(tagged));
        editor.open(editor.dialog(&TokenForm::Edit.text(), None), opener)
    };
    read_first(source, named, TokenForm::Edit, Box::new(read), Box::new(open))
}

/// Reads a token whose facts are to be sent: all of them have to be readable.
pub(super) async fn read_to_send(client: &Rc<Client>, job: &Job, id: &str) -> Result<Tagged, ApiError> {
    let tagged = client.ask(job, async |api| api.read(id, false).await).await?;
    // An adapter sends back what it cannot read as it came.
    if client.is_behind_gateway() { Ok(tagged) } else { tagged.editable() }
}

/// The form of a token like another one.
pub(super) fn like(source: ConnectionState, form: Form, note: El, opener: Option<HtmlElement>) -> El {
    let rights = form.rights(&ViewerZone);
    let editor = Editor::new(source, form, None);
    editor.cloned.set(Some(rights));
    editor.open(editor.dialog(&TokenForm::Clone.text(), Some(note)), opener)
}

/// The form of a token that takes over from another one. `send` sends its command.
pub(super) fn succeed(
    source: ConnectionState,
    form: Form,
    note: El,
    [title, save]: [&str; 2],
    send: Send,
    opener: Option<HtmlElement>,
) -> El {
    let rights = form.rights(&ViewerZone);
    let editor = Editor::new(source, form, None);
    editor.cloned.set(Some(rights));
    editor.sender.set_value(Some(send));
    editor.open(editor.dialog_to(title, Some(note), save), opener)
}

/// How what a form is filled with is read.
type Read<T> = dyn Fn(Rc<Job>) -> Later<'static, Result<T, ApiError>>;

/// A form that is opened once something about a token of a system was read.
pub(super) fn read_first<T: Clone + 'static>(
    source: ConnectionState,
    named: NamedToken,
    title: TokenForm,
    read: Box<Read<T>>,
    open: Box<dyn Fn(T, Option<HtmlElement>) -> El>,
) -> El {
    // The dialog is made twice, while the token is read and with the form; both go back to the same place.
    let opener = platform::active_element();
    let found = RwSignal::new_local(None::<Result<T, ApiError>>);
    let job = Rc::new(Job::new());
    let load = {
        let (job, read) = (job.clone(), Rc::new(read));
        move || {
            found.set(None);
            let reading = read(job.clone());
            spawn_local(async move {
                let outcome = reading.await;
                // The dialog may have been closed meanwhile.
                let _ = found.try_set(Some(outcome));
            });
        }
    };
    load();
    let close = move || {
        job.cancel();
        source.workspace.close_dialog();
    };
    el("div").bind_child(move || {
        let error = match found.get() {
            Some(Ok(found)) => return Some(untrack(|| open(found, opener.clone()))),
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
        Some(modal(&title.text(), "dialog", opener.clone(), close.clone(), content))
    })
}
