//! Who is signed in to the one system, and what the browser's tab says. Both come with the later part.

use leptos::prelude::*;

use super::dialogs::frame::focus_first;
use super::kit::{El, button, effect, el, verbatim};
use crate::excerpt::{LINE, excerpt};
use crate::messages::page::{Page, Title};
use crate::messages::toolbar::Choice;
use crate::platform;
use crate::token::TokenRef;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;

/// Who is signed in, by name where that is known, and the way out.
pub(super) fn account(source: ConnectionState, who: &str) -> El {
    let sign_out = move || {
        source.sign_out();
        // The button goes away, and the focus with it.
        focus_first(".table-box");
    };
    let name = el("span.who").attr("title", who).text(&Page::SignedInAs.text()).child(verbatim(who));
    let name = (!who.is_empty()).then_some(name);
    el("div.account").maybe(name).child(button("button quiet", &Page::SignOut.text(), sign_out))
}

/// Has the browser's tab say what the page shows: the token whose details are open, and of several systems which one.
pub(super) fn name_tab(workspace: Workspace) {
    let token = move || {
        let TokenRef { slot, id } = workspace.details.get()?;
        workspace.listed.track();
        workspace.with_rows(|stores, _| {
            let store = stores.get(slot)?.store;
            Some(excerpt(store.name(store.find(&id)?), LINE).into_owned())
        })
    };
    let system = move || {
        let name = match workspace.is_inventory() {
            true => Choice::AllSystems.text().into_owned(),
            false => workspace.slots.with_untracked(|it| it.first().map(|it| it.name.clone()))?,
        };
        workspace.has_several.get().then_some(name)
    };
    let title = Memo::new(move |_| match (token(), system()) {
        (Some(what), Some(system)) => Title::In { what: &what, system: &system }.text().into_owned(),
        (Some(what), None) | (None, Some(what)) => Title::Of { what: &what }.text().into_owned(),
        (None, None) => Page::ApiTokens.text().into_owned(),
    });
    effect(move || platform::document().set_title(&title.get()));
}
