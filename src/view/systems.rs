//! All systems side by side: a line for each, with how it stands. A click on its name shows its tokens alone.

use leptos::prelude::*;

use super::choices::toggle_in;
use super::clients::Clients;
use super::kit::{El, button, el, verbatim};
use super::notice::{error_panel, quoted};
use super::open_error::open_error;
use crate::api::{ApiError, RetrySafety};
use crate::gap::Gap;
use crate::messages::notices::Notices;
use crate::messages::systems::System;
use crate::messages::{Count, Number, Unit, explain, lists};
use crate::words::Words;
use crate::workspace::Workspace;
use crate::workspace::connection::{ConnectionState, Load};
use crate::workspace::slots::SlotState;

/// One line for every system. None waits for another.
pub(super) fn systems(workspace: Workspace, clients: Clients) -> El {
    let names = workspace.slots.with_untracked(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
    let slot = |(slot, name): (usize, String)| {
        let clients = clients.clone();
        let state = move || workspace.slots.with(|it| it.get(slot).map(|it| it.state.clone()));
        let (wanted, toggled) = (name.clone(), name.clone());
        let is_wanted = move || workspace.query.with(|it| it.filter.systems.contains(&wanted)).to_string();
        let filter =
            button("system-filter", "", move || workspace.filter(None, |it| toggle_in(&mut it.systems, &toggled)));
        let filter = filter.child(verbatim(&name)).bind_attr("aria-pressed", move || Some(is_wanted()));
        let mark = move || {
            let mark = match state()? {
                SlotState::Opening => "opening",
                SlotState::Failed(_) => "failed",
                SlotState::Open(source) if source.signed_out.get() => "signed-out",
                SlotState::Open(source) => match source.load.with(|it| (it.running, it.error.is_some())) {
                    (true, _) => "opening",
                    (false, true) => "failed",
                    (false, false) => "open",
                },
            };
            Some(mark.into())
        };
        let shown = move || {
            Some(match state()? {
                SlotState::Opening => el("p.muted").text(&System::Opening.text()),
                SlotState::Failed(why) => open_error(why, &clients, slot),
                SlotState::Open(source) => state_of(*source, &name),
            })
        };
        el("li.system").bind_attr("data-state", mark).child(el("h2.system-name").child(filter)).bind_child(shown)
    };
    let list = el("ul.systems").attr("aria-label", &System::List.text());
    list.children(names.into_iter().enumerate().map(slot).collect())
}

/// How the list of an open system stands, and who is signed in there.
fn state_of(source: ConnectionState, name: &str) -> El {
    let counted = move || if source.signed_out.get() { String::new() } else { source.load.with(counted) };
    // It stays the same while the list is asked for, so that the button keeps the focus.
    let why = Memo::new(move |before: Option<&Words>| {
        source.load.with(|it| match &it.error {
            Some(ApiError::SignedOut(reason)) if !reason.is_empty() => reason.clone(),
            None if it.running => before.cloned().unwrap_or_default(),
            _ => Words::default(),
        })
    });
    let who = Memo::new(move |_| source.signed_in.get());
    let name = name.to_owned();
    let named = name.clone();
    let session = move || {
        let line = |words: El, button: El| el("div.account").child(words).child(button);
        match who.get() {
            Some(who) => {
                let words = el("p.who").attr("title", &who);
                let words = match who.is_empty() {
                    true => words.text(&System::SignedIn.text()),
                    false => words.text(&System::SignedInAs.text()).child(verbatim(&who)),
                };
                let sign_out = button("button quiet small", &System::SignOut.text(), move || source.sign_out());
                // Its name tells it from the same one of another system.
                Some(line(words, sign_out.attr("aria-label", &System::SignOutOf { name: &name }.text())))
            }
            None if source.can_sign_in() => {
                let words = why.get();
                let words = if words.is_empty() { System::NotSignedIn.text() } else { words.text() };
                let sign_in = button("button small", &System::SignIn.text(), move || source.retry());
                let sign_in = sign_in.attr("aria-label", &System::SignInTo { name: &name }.text());
                Some(line(el("p.muted").children(quoted(&words)), sign_in))
            }
            None => None,
        }
    };
    let incomplete = move || source.load.with(|it| it.gap.as_ref().map(gap));
    el("div.system-state")
        .child(el("p.muted.system-count").bind_text(counted))
        .bind_child(session)
        .bind_child(incomplete)
        .bind_child(move || failure(source, &named))
}

/// How many tokens of a system are here, and whether that is all of them.
fn counted(load: &Load) -> String {
    let (tokens, is_whole) = (Count(load.loaded, Unit::Token), load.completed_at.is_some());
    let state = match load {
        load if load.running && load.total > load.loaded => {
            System::LoadedOf { loaded: Number(load.loaded), total: Number(load.total) }
        }
        load if load.running && !is_whole => System::Loading,
        load if load.running => System::Refreshing { tokens },
        load if load.error.is_some() && load.loaded == 0 => return String::new(),
        load if load.error.is_some() && is_whole => System::NotUpToDate { tokens },
        load if load.error.is_some() => System::NotComplete { tokens },
        load if load.may_lack() => return lists::counted(load.loaded, load.loaded, load.total, false),
        _ => System::Loaded { tokens },
    };
    state.text().into()
}

/// Why the list of one of several systems is not there: in a line, with the rest behind it.
fn failure(source: ConnectionState, name: &str) -> Option<El> {
    if source.signed_out.get() {
        return None;
    }
    let error = source.load.with(|it| it.error.clone().filter(|_| !it.running))?;
    let explained = explain(&error, RetrySafety::ReadOnly);
    let panel = error_panel(&error, RetrySafety::ReadOnly);
    // The line above has said it.
    panel.0.set_class_name("system-error");
    let _ = panel.0.remove_attribute("role");
    let summary = el("summary").text(&System::Details.text());
    let what = el("p.error-what").attr("role", "alert").children(quoted(&explained.what));
    let retry = explained.retry.then(|| {
        let retry = button("button small", &Notices::Retry.text(), move || source.retry());
        retry.attr("aria-label", &System::RetryOf { name }.text())
    });
    Some(el("div.system-failure").child(what).maybe(retry).child(el("details").child(summary).child(panel)))
}

/// Why a list may not be all, and what to do.
pub(super) fn gap(gap: &Gap) -> El {
    el("p.gap.warning").text(&lists::gap(gap))
}
