//! What a save changes of a token's rights, before it is made.

use std::borrow::Cow;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::kit::{El, effect, el};
use super::notice::quoted;
use crate::access::{Access, access};
use crate::capabilities::{Field, Input};
use crate::draft::{Draft, Problem};
use crate::excerpt::LINE;
use crate::messages::rights::{Rights, RightsChange};
use crate::messages::{isolated, privileges, shown};
use crate::moments::{self, Moment};
use crate::platform::{now, with_formats};
use crate::rights::{Change, Difference, Moved};
use crate::time::Utc;
use crate::token::Scope;
use crate::words::Words;
use crate::workspace::connection::ConnectionState;

/// What is compared before a save.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    /// The system.
    pub(super) source: ConnectionState,
    /// The rights before it.
    pub(super) before: Memo<Option<Draft>>,
    /// What is to be sent, or what is wrong with it.
    pub(super) after: Memo<Result<Draft, Vec<(Field, Problem)>>>,
    /// What the system asks for besides its fields.
    pub(super) asked: StoredValue<Vec<Input>>,
    /// Whether it is asked about: then it is brought into view.
    pub(super) asking: RwSignal<bool>,
}

/// The list of changes; nothing where there are none, or what is typed cannot be sent.
pub(super) fn changes(of: Compared) -> El {
    let difference = Memo::new(move |_| {
        of.source.workspace.listed.track();
        let (before, after) = (of.before.get()?, of.after.get().ok()?);
        Some(of.asked.with_value(|asked| Difference::between(&before, &after, asked, now()))).filter(|it| !it.is_none())
    });
    let list = move || {
        let rows = difference.get()?.changes.iter().map(|it| row(of, it)).collect();
        let title = el("h3").attr("id", TITLE).text(&Rights::Title.text());
        Some(el("section.rights").attr("aria-labelledby", TITLE).child(title).child(el("ul").children(rows)))
    };
    let place = el("div.rights-place").bind_child(list);
    let node = place.0.clone();
    effect(move || {
        if of.asking.get() {
            let node = node.clone();
            // After the focus has gone to the question.
            spawn_local(async move { node.scroll_into_view() });
        }
    });
    place
}

/// The id of the heading.
const TITLE: &str = "rights-title";

fn row(of: Compared, change: &Change) -> El {
    let (text, notes) = said(of, change);
    let text = el("span").children(quoted(&text));
    let notes = notes.into_iter().map(|it| el("span.muted").text(&it)).collect();
    let row = el(if change.grows() { "li.grows" } else { "li" }).child(text).children(notes);
    row.maybe(change.grows().then(|| el("span.more-rights").text(&Rights::More.text())))
}

/// A change in words, and what else is known of it.
fn said(of: Compared, change: &Change) -> (Cow<'static, str>, Vec<Cow<'static, str>>) {
    match change {
        Change::Scope { id, is_added } => of.source.scopes.with(|scopes| {
            let name = isolated(&shown(scopes.name(id), LINE));
            let scope = Scope { id: id.clone(), name: scopes.name(id).to_owned() };
            let kind = access(&scope).map(|it| match it {
                Access::Read => Rights::Read.text(),
                Access::Write => Rights::Write.text(),
            });
            let is_listed = scopes.list.is_empty() || scopes.list.iter().any(|it| it.id == *id);
            (added(*is_added, &name), kind.into_iter().chain((!is_listed).then(|| Rights::Unlisted.text())).collect())
        }),
        Change::Privilege { privilege, is_added, .. } => {
            (added(*is_added, &isolated(&privileges(std::slice::from_ref(privilege)))), Vec::new())
        }
        change => (of_value(of, change), Vec::new()),
    }
}

fn added(is_added: bool, name: &str) -> Cow<'static, str> {
    if is_added { RightsChange::AddsScope { name }.text() } else { RightsChange::RemovesScope { name }.text() }
}

fn of_value(of: Compared, change: &Change) -> Cow<'static, str> {
    match change {
        Change::End(Moved { before, after, .. }) => match (before.as_deref().map(date), after.as_deref().map(date)) {
            (Some(before), Some(after)) => RightsChange::ExpiresInstead { after: &after, before: &before }.text(),
            (Some(before), None) => RightsChange::NeverExpires { before: &before }.text(),
            (_, after) => RightsChange::Expires { after: &after.unwrap_or_default() }.text(),
        },
        Change::Start(Moved { before, after, .. }) => match (before.as_deref().map(date), after.as_deref().map(date)) {
            (Some(before), Some(after)) => RightsChange::StartsInstead { after: &after, before: &before }.text(),
            (Some(before), None) => RightsChange::StartsAtOnce { before: &before }.text(),
            (_, after) => RightsChange::Starts { after: &after.unwrap_or_default() }.text(),
        },
        Change::Addresses { before, after, .. } => {
            let list = |all: &[String]| isolated(&shown(&all.join(", "), LINE));
            match (before.as_slice(), after.as_slice()) {
                (before, []) => RightsChange::AnyAddress { before: &list(before) }.text(),
                ([], after) => RightsChange::Addresses { after: &list(after) }.text(),
                (before, after) => RightsChange::AddressesInstead { after: &list(after), before: &list(before) }.text(),
            }
        }
        Change::Input { idx, before, after, .. } => {
            let label =
                of.asked.with_value(|it| it.get(*idx).map(|it| it.label.clone()).unwrap_or_else(Words::default));
            let value = |it: &str| match it.trim() {
                "" => Rights::Nothing.text().into_owned(),
                it => isolated(&shown(&it.replace('\n', ", "), LINE)),
            };
            RightsChange::Input { label: &label.text(), after: &value(after), before: &value(before) }.text()
        }
        _ => RightsChange::NoScopes.text(),
    }
}

/// A date for people; what is none as it stands.
fn date(text: &str) -> String {
    match moments::read(text, &Utc).0 {
        Moment::At(at) => with_formats(|it| it.date_time(at)),
        Moment::Never | Moment::Odd => isolated(&shown(text, LINE)),
    }
}
