//! What stands in the table's box while there are no rows: what is awaited, what is missing, and what to do.

use leptos::prelude::*;

use super::kit::{El, button, el};
use super::notice::quoted;
use crate::api::ApiError;
use crate::capabilities::Action;
use crate::messages::errors::Happened;
use crate::messages::notices::Notices;
use crate::messages::table::Table;
use crate::workspace::{Dialog, Workspace};

/// What a list without rows is like.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Nothing {
    /// The first tokens are on their way.
    Loading,
    /// The user has to sign in first.
    SignedOut,
    /// What went wrong stands above.
    Failed,
    /// The filters hide all of them.
    NoneFits,
    /// `true` where the first token can be made here.
    None(bool),
}

/// What else is said of a list without rows, as far as it is there: see [`said`].
pub(super) type Said = fn(Workspace, Nothing) -> Option<El>;

/// What stands where there are no rows. `n_shown` says how many there are.
pub(super) fn nothing(workspace: Workspace, n_shown: Memo<usize>, said: Said) -> impl Fn() -> Option<El> + 'static {
    let state = Memo::new(move |_| {
        let (is_signed_out, waits) = (workspace.is_signed_out(), workspace.waits.get());
        if n_shown.get() > 0 {
            return None;
        }
        let can_create = !workspace.is_inventory() && workspace.system().can(Action::Create).is_ok();
        Some(workspace.load.with(|it| match it {
            _ if is_signed_out => Nothing::SignedOut,
            _ if waits => Nothing::Loading,
            it if it.loaded > 0 => Nothing::NoneFits,
            it if it.running => Nothing::Loading,
            it if it.error.is_some() || it.gap.is_some() => Nothing::Failed,
            _ => Nothing::None(can_create),
        }))
    });
    move || Some(view(workspace, state.get()?, said))
}

fn view(workspace: Workspace, nothing: Nothing, said: Said) -> El {
    match nothing {
        Nothing::Loading => {
            let bars = || [(); 6].map(|()| el("i.skeleton")).into();
            let rows = [(); 8].map(|()| el("div.skeleton-row").children(bars()));
            el("div.skeletons").attr("aria-hidden", "true").children(rows.into())
        }
        Nothing::Failed => el("div.bare"),
        nothing => {
            let title = match nothing {
                Nothing::NoneFits => Some(Table::NoneFits.text()),
                Nothing::None(false) => Some(Table::NoTokens.text()),
                Nothing::None(true) => Some(Table::NoTokensYet.text()),
                _ => None,
            };
            let title = title.map(|it| el("p.empty-title").text(&it));
            el("div.empty").maybe(title).bind_child(move || said(workspace, nothing))
        }
    }
}

/// What else is said where there are no rows, and what can be done. It comes with the later part.
pub(super) fn said(workspace: Workspace, nothing: Nothing) -> El {
    let said = el("div.empty-said");
    match nothing {
        Nothing::Loading | Nothing::Failed | Nothing::None(false) => said,
        Nothing::SignedOut => signed_out(workspace),
        Nothing::NoneFits => said.child(el("p").text(&Table::TakeOneAway.text())).child(button(
            "button",
            &Table::ShowAll.text(),
            move || workspace.clear_filters(),
        )),
        Nothing::None(true) => {
            let create = move || workspace.open_dialog(Dialog::Create(0));
            said.child(el("p").text(&Table::WhatATokenIs.text())).child(button(
                "button primary",
                &Table::CreateFirst.text(),
                create,
            ))
        }
    }
}

/// That the user has to sign in first. It stays as it is while the list is asked for once more, so that its button keeps
/// the focus.
fn signed_out(workspace: Workspace) -> El {
    let why = Memo::new(move |before: Option<&String>| {
        let text = workspace.only().map(|source| {
            source.load.with(|it| match &it.error {
                Some(ApiError::SignedOut(reason)) if !reason.is_empty() => reason.text().into_owned(),
                None if it.running => before.cloned().unwrap_or_default(),
                _ => String::new(),
            })
        });
        text.unwrap_or_default()
    });
    let title = move || {
        let why = why.get();
        let text = if why.is_empty() { Happened::SignedOut.text().into_owned() } else { why };
        Some(el("p.empty-title").children(quoted(&text)))
    };
    let state = el("div.empty-said").bind_child(title);
    match workspace.only() {
        Some(source) => state.child(el("p").text(&Notices::SignInToLoad.text())).child(button(
            "button primary",
            &Notices::SignIn.text(),
            move || source.retry(),
        )),
        None => state.child(el("p").text(&Notices::SignInAbove.text())),
    }
}
