//! A token's details: what the page knows of it, what can be done with it, and everything that its system said. Where the page
//! is wide they stand beside the table, else in a dialog over it; they stay the same when that changes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlDialogElement, HtmlElement};

use super::super::insets::{self, Inset};
use super::super::kit::{El, button, effect, el, on_resize, verbatim};
use super::super::notice::error_panel;
use super::super::table::badge;
use super::super::tone::line_class;
use super::about::{self, known};
use super::clamped::clamped;
use super::copying::Copying;
use super::frame::{follow_topmost, forget, hide, on_escape, show, topmost};
use super::long_text::long_text;
use crate::actions::NamedToken;
use crate::actions::check::{Listed, check, switch_of};
use crate::api::RetrySafety;
use crate::capabilities::{Action, Column, ColumnKind};
use crate::excerpt::{LINE, excerpt};
use crate::facts::{Fact, FactValue, Subject, Tone, fact};
use crate::json::{self, Json, Read};
use crate::messages;
use crate::messages::details::Details;
use crate::messages::dialogs::Dialogs;
use crate::platform::{Formats, active_element, document, now, window, with_formats};
use crate::rotation::book::{self, Glance};
use crate::rotation::ways;
use crate::session::reading::Reading;
use crate::store::{Row, RowRef, Store};
use crate::time::{Distance, Millis, distance, parse_rfc3339};
use crate::token::{Status, TokenRef};
use crate::workspace::Dialog;
use crate::workspace::connection::ConnectionState;

/// How many letters of a value that cannot be read are shown.
const MOST_SEEN: usize = 80;

/// The heading, which names them.
const HEADING: &str = "details-heading";

/// Where the focus goes when they close.
struct WayBack {
    /// The row of this token.
    row: Option<TokenRef>,
    /// Whether it is another one's, as the token itself is gone.
    is_gone: bool,
}

/// The details of a token of a system.
pub(in crate::view) fn details(source: ConnectionState, id: String) -> El {
    let token = TokenRef { slot: source.slot, id };
    let way_back = StoredValue::new(WayBack { row: Some(token.clone()), is_gone: false });
    let content = el("div.details-content").children(vec![head(source, &token, way_back), body(source, &token)]);
    place(source, way_back, content)
}

// Where they stand --------------------------------------------------------------------------------------------------------

/// Puts them beside the table or over it, as the page's width has it, and keeps the focus and Escape in order.
fn place(source: ConnectionState, way_back: StoredValue<WayBack>, content: El) -> El {
    let workspace = source.workspace;
    let aside = el("aside.details").attr("aria-labelledby", HEADING).attr("hidden", "");
    let dialog = el("dialog.modal.details").attr("aria-labelledby", HEADING).attr("closedby", "none");
    let dialog = dialog.on("cancel", |event| event.prevent_default());
    let place = el("div.details-place").child(aside.clone()).child(dialog.clone());
    let shown_beside = StoredValue::new(None::<bool>);
    let settle = {
        let (place, content, dialog) = (place.0.clone(), content.0.clone(), dialog.0.clone());
        let dialog: HtmlDialogElement = dialog.unchecked_into();
        move || {
            let is_beside = is_beside(&place);
            // What waits may come after they are gone.
            let Some(before) = shown_beside.try_get_value() else { return };
            if !place.is_connected() {
                return;
            }
            let focused = active_element().filter(|it| content.contains(Some(it)));
            let _ = aside.0.toggle_attribute_with_force("hidden", !is_beside);
            // What is shown last lies over all else: they wait, out of sight, until no other dialog is open.
            let is_under = before.is_some() && !is_beside && topmost().is_some();
            if before == Some(is_beside) || is_under {
                return;
            }
            shown_beside.set_value(Some(is_beside));
            if is_beside {
                hide(&dialog);
                let _ = aside.0.append_child(&content);
            } else {
                let _ = dialog.append_child(&content);
                show(&dialog);
            }
            let heading = || content.query_selector("h2").ok().flatten().map(JsCast::unchecked_into);
            // Another dialog may be open over them, and has it.
            if let Some(to) = focused.or_else(|| if before.is_none() || !is_beside { heading() } else { None }) {
                let _ = to.focus();
            }
        }
    };
    let first = settle.clone();
    effect(move || {
        follow_topmost();
        let settle = first.clone();
        // They have to stand on the page before their place is known.
        spawn_local(async move { settle() });
    });
    let root: Option<HtmlElement> = document().document_element().map(JsCast::unchecked_into);
    if let Some(root) = root {
        on_resize(&root, settle);
    }

    let node: HtmlDialogElement = dialog.0.clone().unchecked_into();
    let for_escape = node.clone();
    let is_topmost = move || topmost().is_none_or(|it| it == for_escape);
    on_escape(is_topmost, move || workspace.show_details(None));
    let (node, content) = (send_wrapper::SendWrapper::new(node), send_wrapper::SendWrapper::new(content));
    on_cleanup(move || {
        let is_modal = node.open();
        forget(&node);
        let holds_focus = active_element().is_some_and(|it| content.0.contains(Some(&it)));
        let way_back = way_back.try_update_value(|it| (it.row.take(), it.is_gone));
        let Some((Some(row), is_gone)) = way_back else { return };
        if is_modal || holds_focus || is_gone {
            // While this runs they are still there.
            spawn_local(async move {
                // Those of another token may have come in their place.
                if topmost().is_none() && workspace.details.try_get_untracked() == Some(None) {
                    workspace.focus_on.set(Some(row));
                }
            });
        }
    });
    place
}

/// Whether the style sheet has room beside the table.
fn is_beside(place: &HtmlElement) -> bool {
    let style = window().get_computed_style(place).ok().flatten();
    style.and_then(|it| it.get_property_value("--beside").ok()).is_some_and(|it| it.trim() == "1")
}

// Name, status, actions ---------------------------------------------------------------------------------------------------

/// Name and status, what can be done, and the button that closes them.
fn head(source: ConnectionState, token: &TokenRef, way_back: StoredValue<WayBack>) -> El {
    let workspace = source.workspace;
    let for_name = token.clone();
    let name = Memo::new(move |_| known(source, &for_name.id, |store, row, _| store.name(row).to_owned()));
    let title = move || match name.get() {
        Some(name) if !name.is_empty() => messages::shown(&name, LINE).into_owned(),
        _ => Details::NoName.text().into(),
    };
    let for_status = token.clone();
    let status = Memo::new(move |_| known(source, &for_status.id, |store, row, _| store.status(row, now())));
    let status = move || {
        let status = status.get()?;
        let word = el("span").text(messages::status(status));
        word.0.set_class_name(badge(status));
        Some(word)
    };
    let name = verbatim("").bind_text(title);
    let heading = el("h2.lines-2").attr("tabindex", "-1").attr("id", HEADING).child(name);
    let close = button("button quiet close", "×", move || workspace.show_details(None));
    let first = el("div.details-title")
        .child(clamped(heading, &Details::Name.text()))
        .child(close.attr("aria-label", &Details::Close.text()));
    let line = el("div.details-line").bind_child(status).maybe(about::system_of(source));
    el("div.details-head").child(first).child(line).child(actions(source, token, way_back))
}

/// Buttons for what the system can do with the token. One that cannot be used now says why.
fn actions(source: ConnectionState, token: &TokenRef, way_back: StoredValue<WayBack>) -> El {
    let workspace = source.workspace;
    let token = StoredValue::new(token.clone());
    // The token that has the row after it, once it may go away.
    let next = StoredValue::new(None::<Option<TokenRef>>);
    let is_known = Memo::new(move |_| token.with_value(|it| known(source, &it.id, |_, _, _| ())).is_some());
    effect(move || {
        // What was done to it here took it out of the list.
        if !is_known.get()
            && workspace.dialog.with(Option::is_none)
            && let Some(next) = next.try_update_value(Option::take).flatten()
        {
            way_back.set_value(WayBack { row: next, is_gone: true });
            workspace.show_details(None);
        }
    });
    let open = move |action: Action| {
        let token = token.get_value();
        let name = known(source, &token.id, |store, row, _| store.name(row).to_owned()).unwrap_or_default();
        next.set_value(matches!(action, Action::Rotate | Action::Delete).then(|| row_after(source, &token)));
        let token = NamedToken { token, name };
        workspace.open_dialog(match action {
            Action::Rotate => Dialog::Rotate(token),
            Action::Revoke => Dialog::Revoke(token),
            Action::Disable => Dialog::Disable(token),
            Action::Enable => Dialog::Enable(token),
            Action::Delete => Dialog::Delete(token),
            Action::Edit | Action::Create => Dialog::Edit(token),
        });
    };
    let switch = Memo::new(move |_| {
        let switch = |store: &Store, row: Row| switch_of(Listed { store, row }, &source.system(), now());
        token.with_value(|it| known(source, &it.id, |store, row, _| switch(store, row))).flatten()
    });
    let has_switch = Memo::new(move |_| switch.with(Option::is_some));
    let one = move |action: Action| {
        // A system without a call for it rotates by a successor.
        let is_offered = match action {
            Action::Rotate => !ways(&source.system()).is_empty(),
            action if action.is_switch() => has_switch.get(),
            action => source.system().can(action).is_ok(),
        };
        // One button for both, so that it keeps the focus.
        let action = move || if action.is_switch() { switch.get().unwrap_or(action) } else { action };
        let refused = Memo::new(move |_| {
            if action() == Action::Rotate {
                return token.with_value(|it| source.check_rotation(&it.id)).err();
            }
            let refused =
                |store: &Store, row: Row| check(action(), Some(Listed { store, row }), &source.system(), now());
            token.with_value(|it| known(source, &it.id, |store, row, _| refused(store, row).err())).flatten()
        });
        let why = move || refused.get().map(|it| messages::why_not(action(), &it).into_owned());
        let classes = if untrack(action) == Action::Delete { "button deletes" } else { "button" };
        let button = button(classes, "", move || open(untrack(action)));
        let button = button.bind_text(move || messages::action(action()).into());
        is_offered.then(|| button.bind_unavailable(move || refused.with(Option::is_some)).bind_attr("title", why))
    };
    let id_label = source.system().id_label.text().into_owned();
    let copying = Copying::new(false);
    let guid = move || token.with_value(|it| known(source, &it.id, |store, row, _| store.guid(row).into_owned()));
    let has_guid = Memo::new(move |_| guid().is_some_and(|it| !it.is_empty()));
    let clone = move || {
        // Of one that is over, too.
        source.system().can(Action::Create).ok()?;
        let open = move || {
            let token = token.get_value();
            let name = known(source, &token.id, |store, row, _| store.name(row).to_owned()).unwrap_or_default();
            workspace.open_dialog(Dialog::Clone(NamedToken { token, name }, None));
        };
        Some(button("button", &Details::Clone.text(), open))
    };
    let all = move || {
        let all = [Action::Edit, Action::Rotate, Action::Disable, Action::Revoke, Action::Delete];
        let all = all.into_iter().filter_map(one);
        let copy = || copying.button(0, &Details::CopyId { label: &id_label }.text(), guid, || {});
        let mut all: Vec<El> = all.collect();
        all.extend(clone());
        if has_guid.get() {
            all.insert(0, copy());
        }
        all
    };
    let all = el("div.details-actions")
        .attr("role", "group")
        .attr("aria-label", &Details::Actions.text())
        .bind_children(move || if is_known.get() { all() } else { Vec::new() });
    el("div").child(all).child(copying.said())
}

/// The token that has the row after another one's, else before it.
fn row_after(source: ConnectionState, token: &TokenRef) -> Option<TokenRef> {
    source.workspace.with_rows(|stores, rows| {
        let row = RowRef::new(token.slot, stores.get(token.slot)?.store.find(&token.id)?);
        let place = rows.iter().position(|it| *it == row)?;
        let next = rows.get(place + 1).or_else(|| rows.get(place.checked_sub(1)?))?;
        Some(TokenRef { slot: next.slot(), id: stores[next.slot()].store.id(next.row()).into_owned() })
    })
}

// Facts ---------------------------------------------------------------------------------------------------------------

/// A fact as it is shown.
#[derive(Clone, PartialEq)]
enum Shown {
    /// A text of the system's own, which may be long.
    Text(String),
    /// Words of the page.
    Words(String, Tone),
    /// An instant, and how far away it is.
    At(Millis, Option<Distance>, Tone),
}

/// What is known of the token, each fact once, and folded away what its system said.
fn body(source: ConnectionState, token: &TokenRef) -> El {
    let workspace = source.workspace;
    let for_ask = token.id.clone();
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
    let for_list = token.id.clone();
    let is_known = Memo::new(move |_| known(source, &for_list, |_, _, _| ()).is_some());
    let missing = move || {
        let text = || match workspace.load.with(|it| it.running) {
            true => Details::Loading.text(),
            false => Details::NotListed.text(),
        };
        (!is_known.get()).then(|| el("p.muted").text(&text()))
    };
    let id = StoredValue::new(token.id.clone());
    let facts = move || {
        let system = source.system();
        // Name and status stand above.
        let columns = system.columns.iter().chain(&system.spare_columns).filter(|it| it.kind != ColumnKind::Status);
        let facts = columns.map(|Column { label, kind, .. }| fact_view(source, id, &label.text(), *kind)).collect();
        is_known.get().then(|| el("dl.facts").bind_child(move || disabled_view(source, id)).children(facts))
    };
    let trouble = move || {
        let error = said.answer.get()?.err()?;
        let retry = button("button", &Dialogs::Retry.text(), move || said.ask());
        Some(error_panel(&error, RetrySafety::ReadOnly).child(retry))
    };
    let runtime = workspace.runtime();
    let is_rotating = Memo::new(move |_| {
        book::track();
        Glance::read(runtime).n_open > 0
    });
    let mark = move || is_rotating.get().then(|| id.with_value(|id| insets::here(Inset::Rotation(source, id.clone()))));
    el("div.details-body").bind_child(missing).bind_child(mark).bind_child(facts).bind_child(trouble).child(raw(said))
}

/// A fact with its name. It follows the list, and the time.
fn fact_view(source: ConnectionState, id: StoredValue<String>, label: &str, kind: ColumnKind) -> El {
    let shown = Memo::new(move |_| {
        let workspace = source.workspace;
        id.with_value(|id| {
            known(source, id, |store, row, _| {
                workspace.scopes.with(|scopes| {
                    let (now, scope_name) = (now(), |id| scopes.name(id));
                    let status = store.status(row, now);
                    let subject = Subject {
                        store,
                        row,
                        status,
                        system: "",
                        wanted: &[],
                        scope_name: &scope_name,
                        now,
                        most: usize::MAX,
                    };
                    as_shown(fact(&subject, kind))
                })
            })
        })
    });
    let is_description = kind == ColumnKind::Description;
    let name = label.to_owned();
    let value = move || {
        Some(match shown.get()? {
            Shown::Words(words, tone) => toned("span", tone, &words),
            Shown::Text(text) if is_description => clamped(long_text("bdi.lines-4", text.into(), seen), &name),
            Shown::Text(text) if kind == ColumnKind::Id => long_text("bdi.mono", text.into(), seen),
            Shown::Text(text) => long_text("bdi", text.into(), seen),
            Shown::At(at, distance, tone) => with_formats(|formats| {
                let away = distance.map(|it| messages::away(kind, tone, it, formats.distance(it)));
                instant(at, away.map(|it| toned("bdi", tone, &it)), formats)
            }),
        })
    };
    el("div.fact").child(el("dt").text(&excerpt(label, LINE))).child(el("dd").bind_child(value))
}

/// Since when it is disabled, where it is. Follows the list.
fn disabled_view(source: ConnectionState, id: StoredValue<String>) -> Option<El> {
    let at = id.with_value(|id| known(source, id, |store, row, _| store.disabled_at(row))).flatten()?;
    let value = with_formats(|formats| {
        let away = el("bdi").text(&formats.distance(distance(at, now())));
        instant(at, Some(away), formats)
    });
    Some(el("div.fact").child(el("dt").text(messages::status(Status::Disabled))).child(el("dd").child(value)))
}

fn as_shown(Fact { value, note, tone }: Fact) -> Shown {
    match value {
        FactValue::Text(text) => Shown::Text(text.into_owned()),
        FactValue::Flag(is_so) => Shown::Words(messages::flag(is_so).into(), tone),
        FactValue::Odd(text) => Shown::Text(messages::odd(text, MOST_SEEN)),
        FactValue::At(at) => Shown::At(at, note, tone),
        FactValue::Status(status) => Shown::Words(messages::status(status).into(), tone),
        FactValue::Secret(_) => Shown::Words(Details::Hidden.text().into(), tone),
        FactValue::Absent(absent) => Shown::Words(messages::absent(absent).into(), tone),
    }
}

/// An instant: how far away it is, by which people decide, and below it when. The exact moment is told on asking.
fn instant(at: Millis, away: Option<El>, formats: &Formats) -> El {
    let date = el("bdi.muted").attr("title", &formats.in_full(at)).text(&formats.date_time(at));
    el("div.instant").maybe(away).child(date)
}

/// A text that is seen as the table shows it where it is urgent, else as any other.
fn toned(element: &str, tone: Tone, text: &str) -> El {
    let element = el(element).text(text);
    if tone != Tone::Plain {
        element.0.set_class_name(line_class(tone));
    }
    element
}

/// Lines of a text, what is not seen in them by its number.
fn seen(text: &str) -> String {
    text.split('\n').map(messages::visible).collect::<Vec<_>>().join("\n")
}

// What the system said -----------------------------------------------------------------------------------------------------

/// Everything that the system said, folded away.
fn raw(said: Reading<String>) -> El {
    let copying = Copying::new(false);
    let everything = move || {
        Some(match said.answer.get() {
            None => el("p.muted").attr("role", "status").text(&Details::Asking.text()),
            // That is told above.
            Some(Err(_)) => return None,
            Some(Ok(text)) => {
                let json = json::read(text.as_bytes()).unwrap_or(Json::Null);
                let pairs = json.members().unwrap_or_default().iter().map(|(name, value)| member(name, value));
                // Not held by the button, which may be there until the browser clears up.
                let text = move || said.answer.try_get_untracked()??.ok();
                el("div.said")
                    .child(el("dl.facts").children(pairs.collect()))
                    .child(el("h3").text(&Details::Json.text()))
                    .child(long_text("pre.mono", json::pretty(&json).into(), seen).attr("tabindex", "0"))
                    .child(copying.button(0, &Details::CopyJson.text(), text, || {}))
                    .child(copying.said())
            }
        })
    };
    el("details.raw").child(el("summary").text(&Details::Raw.text())).bind_child(everything)
}

/// A field of the system's own as it said it; what it is in the user's time is told on asking.
fn member(name: &str, value: &Json) -> El {
    let at = value.text().and_then(parse_rfc3339);
    let shown = long_text("bdi", json::plain(value).into(), seen);
    let shown = match at {
        Some(at) => shown.attr("title", &with_formats(|it| it.in_full(at))),
        None => shown,
    };
    el("div.fact").child(el("dt").text(&excerpt(name, LINE))).child(el("dd").child(shown))
}
