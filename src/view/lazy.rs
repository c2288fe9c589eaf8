//! Parts of the page whose code comes later: when the page rests after its first rows, or when one of them is asked for.
//!
//! They are one part of the page's module (`crate::parts`): acting on tokens. The list is there from the beginning.

use futures_util::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::clients::{All, Clients};
use super::dialogs::confirm::{Question, confirm};
use super::dialogs::{choose, columns, details, secret, sign_in};
use super::form::Prefetched;
use super::kit::{El, button, effect, el};
use super::mistakes::list_of;
use super::notice::error_panel;
use super::offered::Offered;
use super::open_error::open_error;
use super::{connections, filters, form, idle, outcome, systems};
use crate::actions::NamedToken;
use crate::api::{NetworkError, RetrySafety};
use crate::config::ConfigError;
use crate::gap::Gap;
use crate::messages::notices::Notices;
use crate::parts::{Missing, part};
use crate::platform::fetch::{later_style, painted};
use crate::platform::{Timer, when_idle};
use crate::session::way::OpenError;
use crate::words::Words;
use crate::workspace::connection::ConnectionState;
use crate::workspace::{Dialog, Workspace};

/// What there is.
#[derive(Clone)]
pub(super) enum Kind {
    /// A dialog; the form for a new token is the prefetched one, where there is one.
    Dialog(Workspace, Box<Dialog>, Prefetched),
    /// Makes the form for a new token before it is asked for.
    PrefetchForm(Prefetched),
    /// The sign-in form, with the reason for it.
    SignIn(ConnectionState, Words),
    /// The panel beside the table, for the token of this id.
    Details(ConnectionState, String),
    /// The places of all systems.
    Systems(Workspace, Clients),
    /// What is to be said of writes.
    Findings(Workspace),
    /// Why the list of one system may not be all.
    Gap(Gap),
    /// What of the filters comes later.
    Filters(Workspace, filters::Part),
    /// What is wrong with the only system that is shown.
    NotOpened(OpenError, Clients),
    /// Mistakes in what connections say, each with its place.
    Mistakes(Vec<ConfigError>),
    /// What a page without connections offers.
    Welcome(Offered),
    /// What signs out where nobody does anything for so many minutes.
    Idle(u32, All, RwSignal<Option<Workspace>>),
}

part!(acting, loaded by load_acting; fn act(kind: Kind) -> Option<El> {
    match kind {
        Kind::Dialog(workspace, dialog, prefetched) => dialog_view(workspace, *dialog, prefetched),
        Kind::PrefetchForm(prefetched) => {
            prefetched.make();
            None
        }
        Kind::SignIn(source, reason) => Some(sign_in::sign_in(source, reason)),
        Kind::Details(source, id) => Some(details::details(source, id)),
        Kind::Systems(workspace, clients) => Some(systems::systems(workspace, clients)),
        Kind::Gap(gap) => Some(systems::gap(&gap)),
        Kind::Findings(workspace) => Some(outcome::findings(workspace)),
        Kind::Filters(workspace, part) => Some(filters::part(workspace, part)),
        Kind::NotOpened(why, clients) => Some(open_error(why, &clients, 0)),
        Kind::Mistakes(mistakes) => Some(list_of(mistakes)),
        Kind::Welcome(offered) => Some(connections::welcome(offered)),
        Kind::Idle(minutes, all, on_page) => Some(idle::watch(minutes, all, on_page)),
    }
});

/// A dialog.
fn dialog_view(workspace: Workspace, dialog: Dialog, prefetched: Prefetched) -> Option<El> {
    let of = |token: &NamedToken| workspace.source(token.token.slot);
    Some(match dialog {
        Dialog::Columns => columns::columns(workspace),
        Dialog::Choose => choose::choose(workspace),
        Dialog::Create(place) => form::create(workspace.source(place)?, prefetched),
        Dialog::Edit(token) => form::edit(of(&token)?, token),
        Dialog::Revoke(token) => confirm(of(&token)?, Question::Revoke, token),
        Dialog::Rotate(token) => confirm(of(&token)?, Question::Rotate, token),
        Dialog::Delete(token) => confirm(of(&token)?, Question::Delete, token),
        Dialog::Secret(token, system) => secret::secret(workspace, &token, &system),
    })
}

/// Why the code did not come, as far as the page knows.
pub(super) fn fault() -> NetworkError {
    Missing.into()
}

/// Makes it; nothing before its code has come.
fn make(kind: Kind) -> Option<El> {
    act(kind).now_or_never()?.ok()?
}

/// Loads the code, as a part is likely to be asked for soon. Where it does not come, that is told when a part is asked for.
pub(super) fn expect() {
    spawn_local(async {
        let _ = load().await;
    });
}

/// Loads the code, and how it looks.
async fn load() -> Result<(), Missing> {
    let style = later_style();
    load_acting().await?;
    if style.await { Ok(()) } else { Err(Missing) }
}

/// Does what a part is for that has no element. `lost` is called where its code does not come.
pub(super) fn run(kind: Kind, lost: impl FnOnce() + 'static) {
    run_boxed(kind, Box::new(lost));
}

fn run_boxed(kind: Kind, lost: Box<dyn FnOnce()>) {
    when_loaded(Box::new(move |outcome| match outcome {
        Ok(()) => drop(make(kind)),
        Err(Missing) => lost(),
    }));
}

/// Calls `then` at once where the code is there, else when that is known.
fn when_loaded(then: Box<dyn FnOnce(Result<(), Missing>)>) {
    let mut coming = Box::pin(load());
    match (&mut coming).now_or_never() {
        Some(outcome) => then(outcome),
        None => spawn_local(async move { then(coming.await) }),
    }
}

/// How the code of a part that is to be shown stands.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Coming,
    Here,
    Lost,
}

/// A part in its place. Where its code does not come the place says so, and offers to try again.
pub(super) fn here(kind: Kind) -> El {
    let state = RwSignal::new(State::Coming);
    ask(state);
    shown(kind, state).bind_child(move || {
        let retry = button("button", &Notices::Retry.text(), move || ask(state));
        (state.get() == State::Lost).then(|| error_panel(&fault().into(), RetrySafety::ReadOnly).child(retry))
    })
}

/// Parts in their places, which come when the page rests after its first rows are painted, or what it says instead: nothing
/// of that waits for the code, which most users need sooner or later. Where it does not come the places stay empty; it is
/// asked for again when the query changes.
pub(super) fn at_rest(workspace: Workspace, kinds: [Kind; 2]) -> [El; 2] {
    let state = RwSignal::new(State::Lost);
    effect(move || {
        workspace.query.track();
        let is_known = workspace.load.with(|it| it.loaded > 0 || it.completed_at.is_some() || it.error.is_some());
        if is_known && state.get_untracked() == State::Lost {
            state.set(State::Coming);
            spawn_local(async move {
                painted().await;
                when_idle(move || ask(state));
            });
        }
    });
    kinds.map(|kind| shown(kind, state))
}

/// A part that the page does not go without: its code comes when nothing else is to do, and is asked for until it is there.
pub(super) fn always(kind: Kind) -> El {
    let state = RwSignal::new(State::Lost);
    let again = StoredValue::new_local(None::<Timer>);
    effect(move || {
        if state.get() == State::Lost {
            again.set_value(Some(Timer::after(1_000, move || when_idle(move || ask(state)))));
        }
    });
    shown(kind, state)
}

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(kind: Kind, lost: impl Fn() + 'static) -> El {
    let state = RwSignal::new(State::Coming);
    ask(state);
    effect(move || {
        if state.get() == State::Lost {
            lost();
        }
    });
    shown(kind, state)
}

fn ask(state: RwSignal<State>) {
    // The place may have gone meanwhile.
    let _ = state.try_set(State::Coming);
    when_loaded(Box::new(move |outcome| {
        let _ = state.try_set(if outcome.is_ok() { State::Here } else { State::Lost });
    }));
}

fn shown(kind: Kind, state: RwSignal<State>) -> El {
    let part = move || if state.get() == State::Here { untrack(|| make(kind.clone())) } else { None };
    el("div.later").bind_child(part)
}
