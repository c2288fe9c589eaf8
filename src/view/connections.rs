//! Managing connections: the dialog, and the screen of a page that has none. Their code is a part of its own, as few people
//! open it.

use futures_util::FutureExt;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::manager::Ask;
use super::kit::{El, button, el};
use super::offered::{self, Offered};
use crate::messages::welcome::Welcome;
use crate::parts::part;
use crate::platform::fetch::later_style;

mod command;
mod connection_list;
mod connection_test;
mod dialog;
mod edit;
mod import;
mod manager;
mod welcome;

/// Lets the user manage them, or change that one of their own at once.
pub(super) fn ask_to_manage(offered: Offered, edit: Option<String>) {
    offered.trouble.set(None);
    spawn_local(async move {
        let ask = edit.map_or(Ask::List, Ask::Edit);
        if !later_style().await || manage((offered, ask)).await.is_err() {
            offered.trouble.set(Some(offered::Trouble::NotLoaded));
        }
    });
}

part!(managing;
/// Opens the dialog over the page, or only its form.
fn manage(asked: (Offered, Ask)) -> () {
    dialog::open(asked.0, asked.1);
});

part!(managing, loaded by load_managing;
/// The screen of a page without connections.
fn first_screen(offered: Offered) -> El {
    welcome::view(offered)
});

/// The screen of a page without connections, as soon as its code is there. `lost` says that it did not come, with a button to
/// try again.
pub(super) fn welcome(offered: Offered, lost: impl Fn(El) -> El + 'static) -> El {
    let is_here = RwSignal::new(None::<bool>);
    let load = move || {
        spawn_local(async move {
            let style = later_style();
            let has_come = load_managing().await.is_ok() && style.await;
            // The place may have gone meanwhile.
            let _ = is_here.try_set(Some(has_come));
        });
    };
    load();
    el("div.later").bind_child(move || match is_here.get()? {
        true => untrack(|| first_screen(offered)).now_or_never()?.ok(),
        false => Some(lost(button("button", &Welcome::Retry.text(), load))),
    })
}
