//! All systems side by side: how each of them stands.

use leptos::prelude::*;

use super::clients::Clients;
use super::kit::{El, button, el, verbatim};
use super::notice;
use super::open_error::open_error;
use crate::api::ApiError;
use crate::gap::Gap;
use crate::messages::systems::System;
use crate::messages::{Count, Number, Unit, lists};
use crate::words::Words;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;
use crate::workspace::slots::{Slot, SlotState};

/// One place for every system, with its state and what can be done about it. None waits for another.
pub(super) fn systems(workspace: Workspace, clients: Clients) -> El {
    let names = workspace.slots.with_untracked(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
    let slot = |(slot, name): (usize, String)| {
        let clients = clients.clone();
        let state = move || workspace.slots.with(|it| it.get(slot).map(|it| it.state.clone()));
        let state = move || {
            Some(match state()? {
                SlotState::Opening => el("p.muted").text(&System::Opening.text()),
                SlotState::Failed(why) => open_error(why, &clients, slot),
                SlotState::Open(source) => state_of(*source),
            })
        };
        el("li.system").child(el("h2.system-name").child(verbatim(&name))).bind_child(state)
    };
    let list = el("ul.systems").attr("aria-label", &System::List.text());
    list.children(names.into_iter().enumerate().map(slot).collect())
}

/// How the list of an open system stands.
fn state_of(source: ConnectionState) -> El {
    let workspace = source.workspace;
    let counted = move || {
        source.load.with(|load| {
            let (tokens, is_whole) = (Count(load.loaded, Unit::Token), load.completed_at.is_some());
            let state = match load {
                load if load.running && load.total > load.loaded => {
                    System::LoadedOf { loaded: Number(load.loaded), total: Number(load.total) }
                }
                _ if source.sign_in.with(Option::is_some) => return String::new(),
                load if load.running && !is_whole => System::Loading,
                load if load.running => System::Refreshing { tokens },
                load if load.error.is_some() && load.loaded == 0 => return String::new(),
                load if load.error.is_some() && is_whole => System::NotUpToDate { tokens },
                load if load.error.is_some() => System::NotComplete { tokens },
                load if load.may_lack() => return lists::counted(load.loaded, load.loaded, load.total, false),
                _ => System::Loaded { tokens },
            };
            state.text().into()
        })
    };
    let failed = move || {
        // Nothing went wrong before signing in and after signing out.
        let is_signed_out =
            source.load.with(|it| matches!(it.error, Some(ApiError::SignedOut(_)))) && source.can_sign_in();
        if is_signed_out { None } else { notice::load_error(source) }
    };
    // It stays the same while the list is asked for, so that the button keeps the focus.
    let why = Memo::new(move |before: Option<&Words>| {
        source.load.with(|it| match &it.error {
            Some(ApiError::SignedOut(reason)) if !reason.is_empty() => reason.clone(),
            None if it.running => before.cloned().unwrap_or_default(),
            _ => Words::default(),
        })
    });
    let who = Memo::new(move |_| source.signed_in.get());
    // It tells a button from the same one of another system.
    let name = move || {
        let name = |it: &Vec<Slot>| it.get(source.slot).map(|it| it.name.clone()).unwrap_or_default();
        workspace.slots.with_untracked(name)
    };
    let session = move || {
        let line = |words: &str, button: El| el("div.system-line").child(el("p.muted").text(words)).child(button);
        match who.get() {
            Some(who) => {
                let words = match who.is_empty() {
                    true => System::SignedIn.text(),
                    false => System::SignedInAs { who: &who }.text(),
                };
                let sign_out = button("button quiet small", &System::SignOut.text(), move || source.sign_out());
                Some(line(&words, sign_out.attr("aria-label", &System::SignOutOf { name: &name() }.text())))
            }
            None if source.can_sign_in() => {
                let words = why.get();
                let words = if words.is_empty() { System::NotSignedIn.text() } else { words.text() };
                let sign_in = button("button small", &System::SignIn.text(), move || source.retry());
                Some(line(&words, sign_in.attr("aria-label", &System::SignInTo { name: &name() }.text())))
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
    el("p.gap.warning").text(&lists::gap(gap))
}
