//! What a dialog is about: which token, and of which system.

use leptos::prelude::*;

use super::super::kit::{El, el, verbatim};
use crate::actions::NamedToken;
use crate::excerpt::LINE;
use crate::messages::confirm::Confirm;
use crate::messages::dialogs::Dialogs;
use crate::messages::toolbar::Toolbar;
use crate::messages::{shortened, shown};
use crate::platform::{Formats, now, with_formats};
use crate::store::{OddFact, Row, Store};
use crate::time::{DAY, MINUTE, Millis, distance};
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;

/// Reads a token from the list, where it is there. Follows the list.
pub(in crate::view) fn known<T>(
    source: ConnectionState,
    id: &str,
    read: impl FnOnce(&Store, Row, &Formats) -> T,
) -> Option<T> {
    let workspace = source.workspace;
    workspace.listed.track();
    workspace.with_rows(|stores, _| {
        let store = stores.get(source.slot)?.store;
        let row = store.find(id)?;
        with_formats(|formats| Some(read(store, row, formats)))
    })
}

/// How long ago something was, within a sentence: `just now`, or `5 minutes ago`.
pub(in crate::view) fn ago(at: Millis, formats: &Formats) -> String {
    let now = now();
    if (0..MINUTE).contains(&(now - at)) { Toolbar::JustNow.text().into() } else { formats.distance(distance(at, now)) }
}

/// What tells a token from others and says what it is to its users: its system, its id, its last use. It moves on with time.
pub(super) fn apart(source: ConnectionState, token: &NamedToken) -> El {
    let system = source.workspace.has_several.get_untracked().then(|| source.connection().name);
    let token = token.clone();
    let parts = move || {
        let found = known(source, &token.token.id, |store, row, formats| {
            let handle = store.guid(row);
            let namesake = store.has_namesake(row);
            let (at, now) = (store.last_used(row), now());
            let is_told = !store.unreported(row).last_used && store.odd(row, OddFact::LastUsed).is_none();
            let used = is_told.then(|| match at {
                Some(at) => (Confirm::Used { distance: &ago(at, formats) }.text(), now - at < DAY),
                None => (Confirm::NeverUsed.text(), false),
            });
            ((!namesake && !handle.is_empty()).then(|| shortened(&handle).into_owned()), used)
        });
        let (handle, used) = found.unwrap_or_default();
        // Of several with one name it is told whole.
        let handle = source.told_apart(&token).map(|it| shown(&it, LINE).into_owned()).or(handle);
        let own = system.iter().map(|it| shown(it, LINE).into_owned()).chain(handle).map(|it| verbatim(&it));
        let used = used.map(|(text, is_recent)| el(if is_recent { "span.warning" } else { "span" }).text(&text));
        let mut parts = Vec::new();
        for part in own.chain(used) {
            if !parts.is_empty() {
                parts.push(el("span").text(" · "));
            }
            parts.push(part);
        }
        parts
    };
    el("p.muted").bind_children(parts)
}

/// A token by its name, and what tells it from others: of the same name, or in other systems.
pub(in crate::view) fn token(source: ConnectionState, token: &NamedToken) -> Vec<El> {
    let apart = source.told_apart(token).map(|it| el("p.muted").child(verbatim(&shown(&it, LINE))));
    [Some(name(token)), apart, system_of(source)].into_iter().flatten().collect()
}

/// A token by its name alone.
pub(in crate::view) fn name(token: &NamedToken) -> El {
    let name = verbatim(&shown(token.called(), LINE));
    name.0.set_class_name("token-name");
    el("p.question").child(name)
}

/// The system, where there are several.
pub(in crate::view) fn system_of(source: ConnectionState) -> Option<El> {
    system(source.workspace, &source.connection().name)
}

/// The same, by its name.
pub(in crate::view) fn system(workspace: Workspace, name: &str) -> Option<El> {
    workspace
        .has_several
        .get_untracked()
        .then(|| el("p.muted").text(&Dialogs::System.text()).child(verbatim(&shown(name, LINE))))
}
