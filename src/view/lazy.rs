//! Parts of the page whose code comes when somebody first asks for one of them.
//!
//! The release page is split in two (`src/main.rs`): the list and an empty form are there from the beginning, all that is
//! reached from [`Part::make`] alone is in the other half. In every other build both are one, and nothing is waited for.

use std::cell::Cell;
use std::future::{Future, ready};
use std::pin::Pin;

use futures_util::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dom::{El, button, effect, el};
use super::form::Editor;
use super::notice::error_panel;
use super::{Clients, Offered, details, dialog_view, filters, outcome, sign_in, systems};
use crate::api::NetworkError;
use crate::messages::RetrySafety;
use crate::platform::window;
use crate::workspace::connection::ConnectionState;
use crate::workspace::{Dialog, Workspace};

/// A part, with what it is about.
pub struct Part(Kind);

/// What there is.
#[derive(Clone)]
pub(super) enum Kind {
    /// Every dialog but the empty form.
    Dialog(Workspace, Dialog),
    /// The sign-in form, with the reason for it.
    SignIn(ConnectionState, String),
    /// The panel beside the table, for the token of this id.
    Details(ConnectionState, String),
    /// The places of all systems.
    Systems(Workspace, Clients),
    /// What is to be said of writes.
    Findings(Workspace),
    /// The filters that are not always wanted.
    MoreFilters(Workspace),
    /// What privileges a token has, in the form.
    Privileges(Editor),
    /// What somebody else changed meanwhile, in the form.
    Conflict(Editor),
    /// Sends what the form holds.
    Save(Editor),
    /// Opens the system of this slot, which is of another dialect.
    Open(Clients, usize),
    /// The dialog that manages connections, or only the form for the one of this name.
    Manage(Offered, Option<String>),
}

/// What was made of a part: an element, or something that has none.
pub struct Made(Option<El>);

impl Part {
    /// Makes it; to be called for the page by [`Code::make`] only.
    pub fn make(self) -> Made {
        Made(match self.0 {
            Kind::Dialog(workspace, dialog) => dialog_view(workspace, dialog),
            Kind::SignIn(source, reason) => Some(sign_in::sign_in(source, &reason)),
            Kind::Details(source, id) => Some(details::details(source, id)),
            Kind::Systems(workspace, clients) => Some(systems::systems(workspace, clients)),
            Kind::Findings(workspace) => Some(outcome::findings(workspace)),
            Kind::MoreFilters(workspace) => Some(filters::more_filters(workspace)),
            Kind::Privileges(editor) => Some(editor.privileges_view()),
            Kind::Conflict(editor) => editor.conflict_view(),
            Kind::Save(editor) => {
                editor.save();
                None
            }
            Kind::Open(clients, slot) => {
                clients.open_through_gateway(slot);
                None
            }
            Kind::Manage(offered, edit) => {
                offered.manage(edit);
                None
            }
        })
    }
}

/// The code of the parts did not come.
#[derive(Debug)]
pub struct Missing;

/// The code of the parts, on its way; at once where it is there.
pub type Coming = Pin<Box<dyn Future<Output = Result<(), Missing>>>>;

/// Where the code of the parts is.
#[derive(Clone, Copy)]
pub struct Code {
    /// Has it come. Where it did not, the next call tries again.
    pub load: fn() -> Coming,
    /// Makes a part; nothing before the code has come.
    pub make: fn(Part) -> Option<Made>,
}

impl Code {
    /// Here, in the same module.
    pub const HERE: Code = Code { load: || Box::pin(ready(Ok(()))), make: |part| Some(part.make()) };
}

thread_local! {
    static CODE: Cell<Option<Code>> = const { Cell::new(None) };
}

/// Why the code did not come, as far as the page knows.
pub(super) fn fault() -> NetworkError {
    if window().navigator().on_line() { NetworkError::NotLoaded } else { NetworkError::Offline }
}

/// Says where the code is, before anything is asked for.
pub(super) fn is_found_in(code: Code) {
    CODE.set(Some(code));
}

fn load() -> Coming {
    CODE.get().map_or_else(|| Box::pin(ready(Err(Missing))) as Coming, |it| (it.load)())
}

fn make(kind: Kind) -> Option<El> {
    CODE.get().and_then(|it| (it.make)(Part(kind))).and_then(|it| it.0)
}

/// Has the code come, as somebody seems about to ask for a part. Where it does not, whoever asks will hear of it.
pub(super) fn expect() {
    spawn_local(async {
        let _ = load().await;
    });
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
pub(super) fn here(kind: Kind) -> El {
    let state = RwSignal::new(State::Coming);
    ask(state);
    shown(kind, state).bind_child(move || {
        let retry = button("button", "Retry", move || ask(state));
        (state.get() == State::Lost).then(|| error_panel(&fault().into(), RetrySafety::ReadOnly).child(retry))
    })
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
    state.set(State::Coming);
    when_loaded(Box::new(move |outcome| {
        // The place may have gone meanwhile.
        let _ = state.try_set(if outcome.is_ok() { State::Here } else { State::Lost });
    }));
}

fn shown(kind: Kind, state: RwSignal<State>) -> El {
    let part = move || if state.get() == State::Here { untrack(|| make(kind.clone())) } else { None };
    el("div.later").bind_child(part)
}
