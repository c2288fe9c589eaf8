//! What the list of the records and the view of one share: what was read, and what is shown.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::kit::{El, button, el};
use crate::bulk::runner;
use crate::messages::records::{RecordList, RunState, trouble};
use crate::record::{Ended, Head, Records, Trouble};
use crate::workspace::Workspace;

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
