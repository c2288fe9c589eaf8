//! The sign-in form: asks for what the connection's requests must carry. Nothing of it is stored.

use leptos::prelude::*;

use super::dialog::modal;
use super::dom::{El, button, el, value_of};
use crate::browser::active_element;
use crate::config::{Auth, AuthHeader};
use crate::desk::Desk;

/// Asks who the user is. `reason` says why, where there is one to say.
pub(super) fn sign_in(desk: Desk, reason: &str) -> El {
    let connection = desk.connection();
    let is_bearer = connection.auth == Auth::Bearer;
    let headers = match connection.auth {
        Auth::None => Vec::new(),
        Auth::Bearer => vec![AuthHeader { name: "API token".into(), value: None, secret: true }],
        Auth::Headers(headers) => headers,
    };
    let mut values = Vec::new();
    let mut body = el("div.modal-body");
    if !reason.is_empty() {
        body = body.child(el("div.panel.error").attr("role", "alert").child(el("p").text(reason)));
    }
    for AuthHeader { name, value, secret } in headers {
        let typed = RwSignal::new(value.clone().unwrap_or_default());
        let mut input = el("input")
            .attr("type", if secret { "password" } else { "text" })
            .attr("required", "")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .live_value(move || typed.get())
            .on("input", move |event| typed.set(value_of(&event)));
        if value.is_some() {
            input = input.attr("readonly", "");
        }
        body = body.child(el("label.field").child(el("span").text(&name)).child(input));
        values.push((name, typed));
    }
    body = body.child(el("p.muted").text("It is kept in this page's memory only; a reload asks again."));
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let header = |(name, typed): &(String, RwSignal<String>)| {
            let value = typed.get_untracked().trim().to_owned();
            typed.set(String::new());
            if is_bearer { ("Authorization".into(), format!("Bearer {value}")) } else { (name.clone(), value) }
        };
        let headers: Vec<(String, String)> = values.iter().map(header).collect();
        desk.signed_in_with(headers);
    };
    let foot = el("div.modal-foot")
        .child(button("button", "Cancel", move || desk.sign_in_later()))
        .child(el("button.button.primary").attr("type", "submit").text("Sign in"));
    let form = el("form").on("submit", submit).child(body).child(foot);
    modal(&format!("Sign in to {}", connection.name), "dialog", active_element(), move || desk.sign_in_later(), form)
}
