//! The screen of the records: the list of them, or one.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::modal;
use super::super::kit::{El, button, effect, el};
use super::{list, one};
use crate::bulk::runner;
use crate::messages::records::{RecordList, RunState, trouble};
use crate::platform::active_element;
use crate::record::{Ended, Head, Records, Trouble};
use crate::workspace::{RecordsAt, Workspace};

/// How often it is looked at a run that is under way, in milliseconds.
const LOOKED_EVERY: i32 = 2_000;

/// A run, and how it stands.
pub(super) type Line = (Head, RunState);

#[derive(Clone, Copy)]
pub(super) struct Screen {
    pub(super) workspace: Workspace,
    /// All runs; `None` while they are read.
    pub(super) runs: RwSignal<Option<Result<Vec<Line>, Trouble>>>,
    /// Which one is shown, by its id.
    pub(super) shown: RwSignal<Option<String>>,
    /// Whether it is asked whether to drop that one.
    pub(super) asks_to_drop: RwSignal<bool>,
    /// What was done, for the ear and for the eye.
    pub(super) said: RwSignal<String>,
}

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

impl Screen {
    pub(super) fn close(self) {
        self.workspace.close_dialog();
    }

    /// Reads the runs once more.
    pub(super) fn read(self) {
        spawn_local(async move {
            let read = async {
                let records = self.records().await?;
                let mut lines = Vec::new();
                for head in records.runs().await? {
                    let state = state(&*records, &head).await?;
                    lines.push((head, state));
                }
                Ok(lines)
            };
            // The dialog may have been closed meanwhile.
            let _ = self.runs.try_set(Some(read.await));
        });
    }

    pub(super) async fn records(self) -> Result<Rc<dyn Records>, Trouble> {
        self.workspace.runtime().records().await
    }

    /// What keeps the records from being read, with a button to try again.
    pub(super) fn trouble(self, why: Trouble) -> El {
        el("div.panel.error").attr("role", "alert").child(el("p").text(trouble(why))).child(button(
            "button",
            &RecordList::Retry.text(),
            move || self.read(),
        ))
    }

    /// What was done.
    pub(super) fn said(self) -> El {
        el("p.record-said").attr("role", "status").bind_text(move || self.said.get())
    }

    pub(super) fn tell(self, said: &str) {
        let _ = self.said.try_set(said.into());
    }
}

/// How a run stands.
pub(super) async fn state(records: &dyn Records, head: &Head) -> Result<RunState, Trouble> {
    Ok(match head.ended {
        Some((_, Ended::Completed)) => RunState::Completed,
        Some((_, Ended::Stopped)) => RunState::Stopped,
        None => {
            let current = untrack(runner::current).filter(|it| !it.has_ended()).and_then(|it| it.record_id());
            if current.as_ref() == Some(&head.id) {
                RunState::UnderWay
            } else if records.is_owned(&head.id).await? {
                RunState::Elsewhere
            } else {
                RunState::Interrupted
            }
        }
    })
}
