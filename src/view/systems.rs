//! All systems side by side: how each of them stands.

use leptos::prelude::*;

use super::clients::Clients;
use super::kit::{El, button, el, verbatim};
use super::notice;
use super::open_error::open_error;
use crate::api::ApiError;
use crate::gap::Gap;
use crate::messages;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;
use crate::workspace::slots::SlotState;

/// One place for every system, with its state and what can be done about it. None waits for another.
pub(super) fn systems(workspace: Workspace, clients: Clients) -> El {
    let names = workspace.slots.with_untracked(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
    let slot = |(slot, name): (usize, String)| {
        let clients = clients.clone();
        let state = move || workspace.slots.with(|it| it.get(slot).map(|it| it.state.clone()));
        let state = move || {
            Some(match state()? {
                SlotState::Opening => el("p.muted").text("Opening…"),
                SlotState::Failed(why) => open_error(why, &clients, slot),
                SlotState::Open(source) => state_of(*source),
            })
        };
        el("li.system").child(el("h2.system-name").child(verbatim(&name))).bind_child(state)
    };
    let list = el("ul.systems").attr("aria-label", "Systems");
    list.children(names.into_iter().enumerate().map(slot).collect())
}

/// How the list of an open system stands.
fn state_of(source: ConnectionState) -> El {
    let workspace = source.workspace;
    let counted = move || {
        source.load.with(|load| match load {
            load if load.running && load.total > load.loaded => {
                format!("{} of {} loaded…", messages::number(load.loaded), messages::number(load.total))
            }
            _ if source.sign_in.with(Option::is_some) => String::new(),
            load if load.running && load.completed_at.is_none() => "Loading…".into(),
            load if load.running => format!("{}, refreshing…", messages::count(load.loaded, messages::Unit::Token)),
            load if load.error.is_some() && load.loaded > 0 => {
                let state = if load.completed_at.is_some() { "not up to date" } else { "not complete" };
                format!("{}, {state}", messages::count(load.loaded, messages::Unit::Token))
            }
            load if load.error.is_some() => String::new(),
            load if load.may_lack() => messages::lists::counted(load.loaded, load.loaded, load.total, false),
            load => messages::count(load.loaded, messages::Unit::Token),
        })
    };
    let failed = move || {
        // Nothing went wrong before signing in and after signing out.
        let is_signed_out =
            source.load.with(|it| matches!(it.error, Some(ApiError::SignedOut(_)))) && source.can_sign_in();
        if is_signed_out { None } else { notice::load_error(source) }
    };
    // It stays the same while the list is asked for, so that the button keeps the focus.
    let why = Memo::new(move |before: Option<&String>| {
        source.load.with(|it| match &it.error {
            Some(ApiError::SignedOut(reason)) if !reason.is_empty() => reason.clone(),
            None if it.running => before.cloned().unwrap_or_default(),
            _ => String::new(),
        })
    });
    let who = Memo::new(move |_| source.signed_in.get());
    let session = move || {
        let line = |words: &str, button: El| el("div.system-line").child(el("p.muted").text(words)).child(button);
        match who.get() {
            Some(who) => {
                let words = if who.is_empty() { "Signed in".into() } else { format!("Signed in as {who}") };
                let sign_out = button("button quiet small", "Sign out", move || source.sign_out());
                Some(line(&words, named(sign_out, "Sign out of", workspace, source.slot)))
            }
            None if source.can_sign_in() => {
                let words = why.get();
                let words = if words.is_empty() { "Not signed in." } else { &words };
                let sign_in = button("button small", "Sign in", move || source.retry());
                Some(line(words, named(sign_in, "Sign in to", workspace, source.slot)))
            }
            None => None,
        }
    };
    let incomplete = move || source.load.with(|it| it.gap.as_ref().map(gap));
    el("div.system-state")
        .child(el("p.muted").attr("role", "status").bind_text(counted))
        .bind_child(incomplete)
        .bind_child(failed)
        .bind_child(session)
}

/// Why a list may not be all, and what to do.
pub(super) fn gap(gap: &Gap) -> El {
    el("p.gap.warning").text(&messages::lists::gap(gap))
}

/// Tells a button from the same one of another system.
fn named(button: El, verb: &str, workspace: Workspace, slot: usize) -> El {
    let name = workspace.slots.with_untracked(|it| it.get(slot).map(|it| it.name.clone()).unwrap_or_default());
    button.attr("aria-label", &format!("{verb} {name}"))
}
