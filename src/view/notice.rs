//! How the page speaks in passing, and how it says that the list could not be loaded.

use std::borrow::Cow;

use leptos::prelude::*;

use super::kit::{El, button, el, on_window, verbatim};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::excerpt::{TEXT, excerpt};
use crate::messages::notices::Notices;
use crate::messages::{Explanation, ISOLATES, Typed, explain, explain_typed};
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;
use crate::workspace::notices::Notice;

/// An error in words, as every part of the page shows it.
pub(super) fn error_panel(error: &ApiError, retry_safety: RetrySafety) -> El {
    error_panel_beside(error, retry_safety, &Typed::default(), |_| false)
}

/// [`error_panel`] beside what was typed. Messages on fields stand in it, but for those that are shown elsewhere.
pub(super) fn error_panel_beside(
    error: &ApiError,
    retry_safety: RetrySafety,
    typed: &Typed,
    is_shown: impl Fn(&str) -> bool,
) -> El {
    let Explanation { what, next, .. } = explain_typed(error, retry_safety, typed);
    let messages = match error {
        ApiError::Invalid(_, fields) => fields.as_slice(),
        _ => &[],
    };
    let messages = messages.iter().filter(|(it, _)| !is_shown(it)).map(|(field, text)| {
        el("p").text(&if field.is_empty() {
            text.text()
        } else {
            Notices::FieldSays { field, text: &text.text() }.text()
        })
    });
    let recipe = || el("a").attr("href", "proxy.md").attr("target", "_blank").text(&Notices::Recipe.text());
    let source = |origin: &String| el("p").child(el("code").text(&format!("connect-src {origin}")));
    let (source, wants_recipe) = match error {
        ApiError::NoAnswer(NetworkError::Policy(origin)) => (Some(source(origin)), true),
        error => (None, matches!(error, ApiError::NoAnswer(NetworkError::Cors | NetworkError::CorsFor(_)))),
    };
    el("div.panel.error")
        .attr("role", "alert")
        .child(el("p.error-what").children(quoted(&what)))
        .child(el("p.error-next").children(quoted(&next)))
        .children(messages.collect())
        .maybe(source)
        .maybe(wants_recipe.then(recipe))
}

/// Sentences; what they quote or isolate are names and other texts of a system's own. Where quotes do not match, since a
/// name has some itself, all between the first and the last is taken for names.
pub(super) fn quoted(text: &str) -> Vec<El> {
    let plain = |text: &str| el("span").text(&excerpt(text, TEXT));
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(from) = rest.find(['“', ISOLATES.0]) {
        let is_quote = rest[from..].starts_with('“');
        let start = from + if is_quote { '“' } else { ISOLATES.0 }.len_utf8();
        let inner = &rest[start..];
        let end = if is_quote { end_of_quote(inner) } else { inner.find(ISOLATES.1) };
        let Some(end) = end else { break };
        // Quotes are shown, isolates are not there for that.
        parts.push(plain(&rest[..if is_quote { start } else { from }]));
        parts.push(verbatim(&inner[..end]));
        rest = &inner[end + if is_quote { 0 } else { ISOLATES.1.len_utf8() }..];
    }
    if !rest.is_empty() {
        parts.push(plain(rest));
    }
    parts
}

/// Where what a quote has begun ends.
fn end_of_quote(inner: &str) -> Option<usize> {
    let end = inner.find('”')?;
    if inner[..end].contains('“') { inner.rfind('”') } else { Some(end) }
}

/// What happened last: politely for what went well, at once for what did not.
pub(super) fn notice(workspace: Workspace) -> El {
    let said = move |is_error: bool| {
        workspace.notice.with(|it| {
            let Some(Notice { text, system, .. }) = it.as_ref().filter(|it| it.is_error == is_error) else {
                return Vec::new();
            };
            let system = system.as_ref().map_or(Cow::default(), |system| Notices::InSystem { system }.text());
            quoted(&format!("{system}{text}"))
        })
    };
    let dismiss = move || workspace.notice.set(None);
    let is_shown = move || workspace.notice.with(Option::is_some);
    let show = move || {
        let token = workspace.notice.with(|it| it.as_ref()?.hidden_token.clone())?;
        Some(button("button", &Notices::Show.text(), move || workspace.reveal(token.clone())))
    };
    el("div.notice")
        .bind_class("shown", is_shown)
        .child(el("div").attr("aria-live", "polite").bind_children(move || said(false)))
        .child(el("div").attr("role", "alert").bind_children(move || said(true)))
        .bind_child(show)
        .bind_child(move || is_shown().then(|| button("button quiet", &Notices::Dismiss.text(), dismiss)))
}

/// Why the one list is not there, not complete or not up to date, and what can be done.
pub(super) fn load_error(source: ConnectionState) -> Option<El> {
    let error = source.load.with(|it| it.error.clone().filter(|_| !it.running))?;
    if matches!(error, ApiError::NoAnswer(NetworkError::Redirected { .. })) {
        // Who has signed in there, in another tab, comes back to this one.
        on_window("focus", move |_| source.retry());
    }
    let wants_sign_in = matches!(error, ApiError::SignedOut(_)) && source.can_sign_in();
    let text = if wants_sign_in { Notices::SignIn.text() } else { Notices::Retry.text() };
    let can_help = wants_sign_in || explain(&error, RetrySafety::ReadOnly).retry;
    Some(
        error_panel(&error, RetrySafety::ReadOnly)
            .maybe(can_help.then(|| button("button", &text, move || source.retry()))),
    )
}
