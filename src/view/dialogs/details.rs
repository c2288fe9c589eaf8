//! A token's details in a panel beside the table: what the page knows of it, and everything that its system said.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::kit::{El, button, el, key_of, verbatim};
use super::super::notice::error_panel;
use super::about;
use super::frame::focus_first;
use super::long_text::long_text;
use crate::api::RetrySafety;
use crate::capabilities::{Column, ColumnKind};
use crate::excerpt::{LINE, excerpt};
use crate::facts::{FactValue, Subject, fact};
use crate::json::{self, Json, Read};
use crate::messages;
use crate::messages::details::Details;
use crate::messages::dialogs::Dialogs;
use crate::platform::{Formats, now, with_formats};
use crate::session::reading::Reading;
use crate::store::{Row, Store};
use crate::time::{Millis, distance, parse_rfc3339};
use crate::workspace::connection::ConnectionState;
use crate::workspace::told::Copied;

/// How many letters of a value that cannot be read are shown.
const MOST_SEEN: usize = 80;

/// The panel for a token of a system.
pub(in crate::view) fn details(source: ConnectionState, id: String) -> El {
    let workspace = source.workspace;
    let for_ask = id.clone();
    let said = Reading::new(
        source.client(),
        Box::new(move |client, job| {
            let id = for_ask.clone();
            Box::pin(async move {
                let told = client.details(&job, &id).await?;
                source.see(&id, told.token);
                Ok(told.raw)
            })
        }),
    );
    let close = move || {
        workspace.show_details(None);
        focus_first(".table-box");
    };
    let name = {
        let id = id.clone();
        move || known(source, &id, |store, row, _| store.name(row).to_owned()).unwrap_or_default()
    };
    let title = move || {
        if name().is_empty() { Details::NoName.text().into() } else { messages::shown(&name(), LINE).into_owned() }
    };
    let facts = move || {
        // Statuses and distances move on with time.
        workspace.listed.track();
        let columns = source.system();
        let columns = columns.columns.iter().chain(&columns.spare_columns);
        let facts = |store: &Store, row: Row, formats: &Formats| {
            workspace.scopes.with(|scopes| {
                let (now, scope_name) = (now(), |id| scopes.name(id));
                let status = store.status(row, now);
                let subject =
                    Subject { store, row, status, system: "", scope_name: &scope_name, now, most: usize::MAX };
                let fact = |it: &Column| pair(&it.label.text(), &in_words(&subject, it.kind, formats));
                columns.flat_map(fact).collect::<Vec<_>>()
            })
        };
        let found = known(source, &id, facts);
        Some(match found {
            Some(pairs) => el("dl.facts").children(pairs),
            None => el("p.muted").text(&match workspace.load.with(|it| it.running) {
                true => Details::Loading.text(),
                false => Details::NotListed.text(),
            }),
        })
    };
    let everything = move || {
        Some(match said.answer.get() {
            None => el("p.muted").attr("role", "status").text(&Details::Asking.text()),
            Some(Err(error)) => {
                error_panel(&error, RetrySafety::ReadOnly)
                    .child(button("button", &Dialogs::Retry.text(), move || said.ask()))
            }
            Some(Ok(text)) => {
                let json = json::read(text.as_bytes()).unwrap_or(Json::Null);
                let members = json.members().unwrap_or_default().iter();
                let pairs =
                    with_formats(|it| members.flat_map(|(name, value)| pair(name, &in_full(value, it))).collect());
                // Not held by the button, which may be there until the browser clears up.
                let copy = button("button", &Details::CopyJson.text(), move || {
                    if let Some(Some(Ok(text))) = said.answer.try_get_untracked() {
                        workspace.copy(text, Copied::Json);
                    }
                });
                el("div.said")
                    .child(el("dl.facts").children(pairs))
                    .child(el("h3").text(&Details::Json.text()))
                    .child(long_text("pre.mono", json::pretty(&json).into(), seen).attr("tabindex", "0"))
                    .child(copy)
            }
        })
    };
    let system = about::system_of(source);
    let head = el("div.details-head")
        .child(el("h2").attr("tabindex", "-1").attr("id", "details-heading").child(verbatim("").bind_text(title)))
        .child(button("button quiet small", "×", close).attr("aria-label", &Details::Close.text()));
    spawn_local(async { focus_first("#details-heading") });
    el("aside.details")
        .attr("aria-labelledby", "details-heading")
        .child(head)
        .maybe(system)
        .bind_child(facts)
        .child(el("h3").text(&Details::Raw.text()))
        .bind_child(everything)
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" {
                close();
            }
        })
}

/// Reads a token from the list, where it is there.
fn known<T>(source: ConnectionState, id: &str, read: impl FnOnce(&Store, Row, &Formats) -> T) -> Option<T> {
    let workspace = source.workspace;
    workspace.listed.track();
    workspace.with_rows(|stores, _| {
        let store = stores.get(source.slot)?.store;
        let row = store.find(id)?;
        with_formats(|formats| Some(read(store, row, formats)))
    })
}

/// A fact with its name.
fn pair(name: &str, value: &str) -> [El; 2] {
    [el("dt").text(&excerpt(name, LINE)), el("dd").child(long_text("bdi", value.into(), seen))]
}

/// What a column says of a token, times in full.
fn in_words(subject: &Subject, kind: ColumnKind, formats: &Formats) -> String {
    match fact(subject, kind).value {
        FactValue::Text(text) => text.into_owned(),
        FactValue::Flag(is_so) => messages::flag(is_so).into(),
        FactValue::Odd(text) => messages::odd(text, MOST_SEEN),
        FactValue::At(at) => full(at, formats),
        FactValue::Status(status) => messages::status(status).into(),
        FactValue::Secret(_) => Details::Hidden.text().into(),
        FactValue::Absent(absent) => messages::absent(absent).into(),
    }
}

/// A value of the system's own, a time in full.
fn in_full(value: &Json, formats: &Formats) -> String {
    let at = value.text().and_then(parse_rfc3339);
    at.map_or_else(|| json::plain(value), |at| full(at, formats))
}

/// Lines of a text, what is not seen in them by its number.
fn seen(text: &str) -> String {
    text.split('\n').map(messages::visible).collect::<Vec<_>>().join("\n")
}

fn full(at: Millis, formats: &Formats) -> String {
    let distance = formats.distance(distance(at, now()));
    Details::When { at: &formats.in_full(at), distance: &distance }.text().into()
}
