//! The places of what comes later: each loads the code that it needs, shows what that makes, and says where it did not come.

use futures_util::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::kit::{El, button, effect, el};
use super::notice::error_panel;
use crate::api::{Later, NetworkError, RetrySafety};
use crate::messages::notices::Notices;
use crate::parts::Missing;
use crate::platform::fetch::later_style;

/// What loads the code of a part.
pub(super) type Load = fn() -> Later<'static, Result<(), Missing>>;

/// Loads code, and beside it how it looks.
pub(super) fn with_style<E>(
    code: impl Future<Output = Result<(), E>> + 'static,
) -> Later<'static, Result<(), Missing>> {
    Box::pin(async move {
        let style = later_style();
        let has_come = code.await.is_ok();
        if style.await && has_come { Ok(()) } else { Err(Missing) }
    })
}

/// Why the code did not come, as far as the page knows.
pub(super) fn fault() -> NetworkError {
    Missing.into()
}

/// Calls `then` at once where the code is there, else when that is known.
pub(super) fn when_loaded(load: Load, then: Box<dyn FnOnce(Result<(), Missing>)>) {
    let mut coming = load();
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
pub(super) fn here(load: Load, make: Box<dyn Fn() -> Option<El>>) -> El {
    let state = RwSignal::new(State::Coming);
    ask(load, state);
    shown(make, state).bind_child(move || {
        let retry = button("button", &Notices::Retry.text(), move || ask(load, state));
        (state.get() == State::Lost).then(|| error_panel(&fault().into(), RetrySafety::ReadOnly).child(retry))
    })
}

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(load: Load, make: Box<dyn Fn() -> Option<El>>, lost: Box<dyn Fn()>) -> El {
    let state = RwSignal::new(State::Coming);
    ask(load, state);
    effect(move || {
        if state.get() == State::Lost {
            lost();
        }
    });
    shown(make, state)
}

fn ask(load: Load, state: RwSignal<State>) {
    state.set(State::Coming);
    let told = move |outcome: Result<(), Missing>| {
        // The place may have gone meanwhile.
        let _ = state.try_set(if outcome.is_ok() { State::Here } else { State::Lost });
    };
    when_loaded(load, Box::new(told));
}

fn shown(make: Box<dyn Fn() -> Option<El>>, state: RwSignal<State>) -> El {
    el("div.later").bind_child(move || if state.get() == State::Here { untrack(&make) } else { None })
}
