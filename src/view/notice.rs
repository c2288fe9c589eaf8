//! How the page speaks in passing, and how it says that the list could not be loaded.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::desk::Desk;
use crate::words::{Explanation, explain};

/// An error in words, as every part of the page shows it.
pub(super) fn explained(error: &ApiError, was_write: bool) -> impl IntoView + use<> {
    let Explanation { what, next, .. } = explain(error, was_write);
    view! { <p class="error-what">{what}</p><p class="error-next">{next}</p> }
}

/// What happened last: politely for what went well, at once for what did not.
pub(super) fn notice(desk: Desk) -> impl IntoView {
    let text = move |is_error: bool| desk.notice.with(|it| it.as_ref().filter(|it| it.is_error == is_error).map(|it| it.text.clone()));
    view! {
        <div class="notice" class:shown=move || desk.notice.with(Option::is_some)>
            <div aria-live="polite">{move || text(false)}</div>
            <div role="alert">{move || text(true)}</div>
            {move || desk.notice.get().and_then(|it| it.hidden_token).map(|id| view! {
                <button type="button" class="button" on:click=move |_| desk.reveal(id.clone())>{"Show it"}</button>
            })}
            {move || desk.notice.with(Option::is_some).then(|| view! {
                <button type="button" class="button quiet" on:click=move |_| desk.notice.set(None)>{"Dismiss"}</button>
            })}
        </div>
    }
}

/// Why the list is not there, not complete or not up to date, and what can be done.
pub(super) fn load_error(desk: Desk) -> impl IntoView {
    let error = Memo::new(move |_| desk.load.with(|it| it.error.clone().filter(|_| !it.running)));
    move || error.get().map(|error| {
        let retry = explain(&error, false).retry;
        let wants_sign_in = matches!(error, ApiError::SignedOut(_)) && desk.connection().auth != crate::config::Auth::None;
        view! {
            <div class="panel error" role="alert">
                {explained(&error, false)}
                {(retry || wants_sign_in).then(|| view! {
                    <button type="button" class="button" on:click=move |_| desk.retry()>{if wants_sign_in { "Sign in" } else { "Retry" }}</button>
                })}
            </div>
        }
    })
}
