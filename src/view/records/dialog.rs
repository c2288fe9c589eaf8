//! The dialog of the records: the list of them, or one.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::modal;
use super::super::kit::{El, effect, el};
use super::screen::{Line, Screen};
use super::{list, one};
use crate::messages::records::{RecordList, RunState};
use crate::platform::active_element;
use crate::workspace::{RecordsAt, Workspace};

/// How often it is looked at a run that is under way, in milliseconds.
const LOOKED_EVERY: i32 = 2_000;

/// The dialog, at its list or at a run.
pub(in crate::view) fn records(workspace: Workspace, at: RecordsAt) -> El {
    let (shown, asks) = match at {
        RecordsAt::List => (None, false),
        RecordsAt::Run(run) => (Some(run), false),
        RecordsAt::Drop(run) => (Some(run), true),
    };
    let screen = Screen {
        workspace,
        runs: RwSignal::new(None),
        shown: RwSignal::new(shown),
        asks_to_drop: RwSignal::new(asks),
        said: RwSignal::default(),
    };
    screen.read();
    // As long as a run is under way somewhere.
    effect(move || {
        let is_busy = |it: &Line| matches!(it.1, RunState::Elsewhere | RunState::UnderWay);
        if screen.runs.with(|it| matches!(it, Some(Ok(all)) if all.iter().any(is_busy))) {
            spawn_local(async move {
                workspace.runtime().sleep(LOOKED_EVERY).await;
                screen.read();
            });
        }
    });
    let view = el("div.modal-whole").bind_child(move || {
        let run = screen.shown.get();
        Some(untrack(|| match run {
            None => list::view(screen),
            Some(run) => one::view(screen, &run),
        }))
    });
    let view = modal(&RecordList::Title.text(), "dialog", active_element(), move || screen.close(), view);
    let _ = view.0.class_list().add_1("records");
    view
}
