//! Records of runs: the way to them in the page's head, and what is said of a run that was interrupted. The screen itself is in
//! the part for many tokens.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::StorageEvent;

use super::kit::{El, button, effect, el, on_window};
use crate::api::Later;
use crate::messages::records::RecordList;
use crate::parts::part;
use crate::platform::records::CHANGED;
use crate::platform::runtime::BROWSER;
use crate::platform::storage::stored;
use crate::record::hidden::Access;
use crate::record::{Marker, Trouble};
use crate::rotation::book::{self, Glance};
use crate::runtime::Runtime;
use crate::words::Words;
use crate::workspace::notices::{Runs, show_interrupted, show_rotations};
use crate::workspace::recorded::Interrupted;
use crate::workspace::{Dialog, RecordsAt, Workspace};

mod dialog;
pub(super) mod download;
mod list;
mod one;
mod screen;

pub(super) use self::dialog::records;

/// A tab that was killed gives its run back a little later, in milliseconds.
const GIVEN_BACK: i32 = 300;

/// The way to the records, where there are any; and it watches for runs that were interrupted.
pub(super) fn head(on_page: RwSignal<Option<Workspace>>) -> El {
    let noted = || Marker::read(stored(Marker::KEY).ok().flatten().as_deref());
    let marker = RwSignal::new(noted());
    let look = move |runs: Runs| {
        marker.set(noted());
        look(marker.get_untracked(), on_page, runs);
    };
    on_window("storage", move |event| {
        // Without a key, all was cleared.
        let key = event.dyn_into::<StorageEvent>().ok().and_then(|it| it.key());
        if key.is_none_or(|it| it == Marker::KEY) {
            look(Runs::Undismissed);
        }
    });
    for event in [CHANGED, "focus"] {
        on_window(event, move |_| look(Runs::Undismissed));
    }
    let accesses = Memo::new(move |_| on_page.get().map(Workspace::accesses).unwrap_or_default());
    let before = StoredValue::new(Vec::<(String, Access)>::new());
    effect(move || {
        let now = accesses.get();
        let were = before.try_update_value(|it| std::mem::replace(it, now.clone())).unwrap_or_default();
        // Who signs out is told what stays, even where it was told before.
        let has_left = |(name, was): &&(String, Access)| {
            matches!(was, Access::User(_)) && now.iter().any(|(it, is)| it == name && *is == Access::None)
        };
        let left: Vec<String> = were.iter().filter(has_left).map(|(name, _)| name.clone()).collect();
        let runs = if left.is_empty() { Runs::Undismissed } else { Runs::All };
        untrack(|| {
            look(runs);
            // What was said of rotations, the user sees themselves now.
            now.iter().filter(|(_, is)| *is != Access::None).for_each(|(name, _)| show_rotations(name, None));
            say_left_open(on_page, left);
        });
    });
    let is_there = Memo::new(move |_| marker.get() != Marker::Nothing && on_page.with(Option::is_some));
    el("span.to-records").bind_show(
        move || is_there.get(),
        move || {
            button("button quiet", &RecordList::Title.text(), move || {
                if let Some(workspace) = on_page.get_untracked() {
                    workspace.open_dialog(Dialog::Records(RecordsAt::List));
                }
            })
        },
    )
}

/// Says which rotations are left open at connections, as the user has signed out there.
fn say_left_open(on_page: RwSignal<Option<Workspace>>, left: Vec<String>) {
    let Some(workspace) = on_page.get_untracked() else { return };
    if !left.is_empty() && Glance::read(workspace.runtime()).n_open > 0 {
        spawn_local(async move {
            // Without its code the page's line still tells how many there are.
            if let Ok(said) = left_open((workspace, left)).await {
                said.await;
            }
        });
    }
}

part!(bulk;
    /// Says it, with what this browser keeps of them.
    fn left_open(of: (Workspace, Vec<String>)) -> Later<'static, ()> {
        let (workspace, connections) = of;
        Box::pin(async move {
            book::load(workspace.runtime()).await;
            if !workspace.is_left() {
                workspace.say_left_open(&connections);
            }
        })
    }
);

/// Says which runs were interrupted.
fn look(marker: Marker, on_page: RwSignal<Option<Workspace>>, runs: Runs) {
    if marker != Marker::Unfinished {
        return show_interrupted(Vec::new(), runs);
    }
    let Some(workspace) = on_page.get_untracked() else { return };
    spawn_local(async move {
        // What cannot be read now is read when the user opens the records, and told there.
        if let Ok(found) = interrupted(workspace).await {
            show_interrupted(found, runs);
        }
    });
}

async fn interrupted(workspace: Workspace) -> Result<Vec<(String, Words)>, Trouble> {
    BROWSER.sleep(GIVEN_BACK).await;
    let records = BROWSER.records().await?;
    let mut found = Vec::new();
    for head in records.runs().await?.into_iter().filter(|it| it.is_unfinished()) {
        if !records.is_owned(&head.id).await? {
            let said = Interrupted::of(&head, &untrack(|| workspace.accesses()));
            found.push((head.id, said.into()));
        }
    }
    Ok(found)
}
