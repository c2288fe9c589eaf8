//! The sign-in form: asks for what the connection's requests must carry. Nothing of it is stored.

use leptos::prelude::*;

use super::dialog::Modal;
use crate::config::{Auth, AuthHeader};
use crate::desk::Desk;

/// Asks who the user is. `reason` says why, where there is one to say.
pub(super) fn sign_in(desk: Desk, reason: String) -> impl IntoView {
    let connection = desk.connection();
    let fields: Vec<(AuthHeader, RwSignal<String>)> = match connection.auth {
        Auth::None => Vec::new(),
        Auth::Bearer => vec![AuthHeader { name: "API token".into(), value: None, secret: true }],
        Auth::Headers(headers) => headers,
    }
    .into_iter()
    .map(|header| {
        let value = header.value.clone().unwrap_or_default();
        (header, RwSignal::new(value))
    })
    .collect();
    let is_bearer = desk.connection().auth == Auth::Bearer;
    let values: Vec<(String, RwSignal<String>)> = fields.iter().map(|(header, value)| (header.name.clone(), *value)).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let headers = values.iter().map(|(name, value)| {
            let value = value.get_untracked().trim().to_owned();
            if is_bearer { ("Authorization".to_owned(), format!("Bearer {value}")) } else { (name.clone(), value) }
        });
        let headers: Vec<_> = headers.collect();
        values.iter().for_each(|(_, value)| value.set(String::new()));
        desk.signed_in_with(headers);
    };
    let inputs = fields.iter().map(|(header, value)| {
        let (secret, value, fixed) = (header.secret, *value, header.value.is_some());
        view! {
            <label class="field">
                <span>{header.name.clone()}</span>
                <input type=if secret { "password" } else { "text" } required=true readonly=fixed autocomplete="off" spellcheck="false"
                    prop:value=value on:input=move |event| value.set(event_target_value(&event))/>
            </label>
        }
    });
    let inputs = inputs.collect_view();
    view! {
        <Modal title=format!("Sign in to {}", connection.name) on_escape=Callback::new(move |()| desk.sign_in_later())>
            <form on:submit=submit>
                <div class="modal-body">
                    {(!reason.is_empty()).then(|| view! { <div class="panel error" role="alert"><p>{reason.clone()}</p></div> })}
                    {inputs}
                    <p class="muted">{"It is kept in this page's memory only; a reload asks again."}</p>
                </div>
                <div class="modal-foot">
                    <button type="button" class="button" on:click=move |_| desk.sign_in_later()>{"Cancel"}</button>
                    <button type="submit" class="button primary">{"Sign in"}</button>
                </div>
            </form>
        </Modal>
    }
}
