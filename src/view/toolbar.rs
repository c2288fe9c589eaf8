//! Heading, `Create token`, `Refresh`, the choice of the connection, and the line that says how the list stands.

use leptos::prelude::*;
use web_sys::Event;

use super::kit::{El, button, el, key_of, value_of};
use super::notice::quoted;
use crate::capabilities::Action;
use crate::config::Connection;
use crate::messages::toolbar::{Choice, StateLine, Toolbar};
use crate::messages::{Count, Number, Unit, lists};
use crate::platform::{now, set_address_params, with_formats};
use crate::time::{MINUTE, Millis, distance};
use crate::words::Words;
use crate::workspace::slots::Slot;
use crate::workspace::{Dialog, Workspace};

/// A change that comes so soon after a key, in milliseconds, is the key's: the list of choices was not open.
const SOON: Millis = 50;

/// The control that changes the system, and what is said beside it. `all` is what the address says for all of them.
///
/// A key on the closed control goes from choice to choice. Each would open a system and ask to sign in there, so what is
/// gone through this way is shown only on Enter, or when the control is left.
pub(super) fn connections(
    connections: &[Connection],
    chosen: RwSignal<Option<usize>>,
    all: (&'static str, &'static str),
) -> Vec<El> {
    let option = |(idx, connection): (usize, &Connection)| {
        el("option").attr("value", &idx.to_string()).attr("translate", "no").text(&connection.name)
    };
    let names: Vec<String> = connections.iter().map(|it| it.name.clone()).collect();
    let select = el("select")
        .children(connections.iter().enumerate().map(option).collect())
        .child(el("option").attr("value", "").text(&Choice::AllSystems.text()));
    let value = move || chosen.get().map_or(String::new(), |it| it.to_string());
    let select = select.bind_value(value);
    let show = move |event: &Event| {
        let idx = value_of(event).parse::<usize>().ok();
        // Another system has other scopes and statuses, so its view begins without filters.
        let params = match idx {
            None => vec![(all.0, all.1.to_owned())],
            Some(0) => Vec::new(),
            Some(idx) => names.get(idx).map(|name| ("connection", name.clone())).into_iter().collect(),
        };
        set_address_params(&params, true);
        chosen.set(idx);
    };
    let is_pending = RwSignal::new(false);
    let show_pending = {
        let show = show.clone();
        move |event: &Event| {
            // The browser may tell of a choice only after the key that makes it.
            if value_of(event) != untrack(value) {
                is_pending.set(false);
                show(event);
            }
        }
    };
    let on_blur = show_pending.clone();
    let typed_at = StoredValue::new(Millis::MIN);
    let control = select.input();
    // Enter and Escape end what was typed: after them a choice is one of the list that the browser has opened.
    let typed = move |event: Event| match key_of(&event).as_str() {
        "Enter" => {
            typed_at.set_value(Millis::MIN);
            show_pending(&event);
        }
        "Escape" => {
            typed_at.set_value(Millis::MIN);
            control.set_value(&untrack(value));
            is_pending.set(false);
        }
        _ => typed_at.set_value(now()),
    };
    let select = select.on("keydown", typed.clone()).on("keypress", typed).on("blur", move |event| on_blur(&event)).on(
        "change",
        move |event| {
            let is_typed = now().saturating_sub(typed_at.get_value()) < SOON;
            is_pending.set(is_typed && value_of(&event) != untrack(value));
            if !is_typed {
                show(&event);
            }
        },
    );
    let hint = el("span.muted").attr("role", "status");
    let hint = hint.bind_text(move || if is_pending.get() { Choice::PressEnter.text().into() } else { String::new() });
    vec![el("label.field.inline").child(el("span").text(&Choice::Connection.text())).child(select), hint]
}

/// The heading and the buttons beside it. `prefetch` makes the form of `Create token` when the user goes to that button.
pub(super) fn toolbar(workspace: Workspace, prefetch: impl Fn() + Copy + 'static) -> El {
    let running = Memo::new(move |_| workspace.load.with(|it| it.running));
    let loaded_at = Memo::new(move |_| {
        workspace.listed.track();
        let at = workspace.load.with(|it| it.completed_at)?;
        Some(with_formats(|it| {
            let is_now = now() - at < MINUTE;
            let age = if is_now { Toolbar::JustNow.text().into() } else { it.distance(distance(at, now())) };
            (Toolbar::Loaded { time: &it.time(at), age: &age }.text().into_owned(), it.date_time(at))
        }))
    });
    let loaded_at = move || {
        let (text, title) = loaded_at.get()?;
        Some(el("span.muted").attr("title", &title).text(&text))
    };
    let load = move || {
        let (text, run): (_, fn(Workspace)) = match running.get() {
            true => (Toolbar::Stop.text(), Workspace::stop_loading),
            false => (Toolbar::Refresh.text(), Workspace::refresh),
        };
        Some(button("button", &text, move || run(workspace)))
    };
    // Of several systems the user says which one the token is for.
    let dialog = if workspace.is_inventory() { Dialog::Choose } else { Dialog::Create(0) };
    let create = button("button primary", &Toolbar::Create.text(), move || workspace.open_dialog(dialog.clone()));
    let create = create.prefetch(prefetch);
    let can_create = workspace.system().can(Action::Create).is_ok();
    el("div.toolbar")
        .child(el("h1").attr("id", "heading").text(&Toolbar::Title.text()))
        .child(el("div.toolbar-side").bind_child(loaded_at).bind_child(load).maybe(can_create.then_some(create)))
}

/// How many tokens are shown, how many are loaded, and in which zone times are.
pub(super) fn state_line(workspace: Workspace) -> El {
    let zone = with_formats(|it| it.zone.clone());
    let counted = move || {
        workspace.listed.track();
        workspace.load.with(|load| {
            let is_over = !load.running && load.error.is_none();
            if load.loaded == 0 && load.total == 0 && !is_over {
                let text = if load.running { StateLine::Loading.text() } else { StateLine::NotLoaded.text() };
                return text.into();
            }
            if load.may_lack() {
                let shown = workspace.with_rows(|_, rows| rows.len());
                return lists::counted(shown, load.loaded, load.total, workspace.is_inventory());
            }
            let (shown, loaded) = (Number(workspace.with_rows(|_, rows| rows.len())), Number(load.loaded));
            let text = if load.loaded < load.total && !is_over {
                StateLine::ShownOf { shown, loaded, total: Number(load.total) }.text()
            } else if load.running && load.completed_at.is_none() {
                // It has said that these are all, and goes on.
                StateLine::SoFar { shown, loaded }.text()
            } else {
                StateLine::Shown { shown, loaded }.text()
            };
            text.into()
        })
    };
    let refreshing = move || {
        let is_refreshing = workspace.load.with(|it| it.running && it.completed_at.is_some());
        is_refreshing.then(|| el("span.muted").text(&StateLine::Refreshing.text()))
    };
    let stale = move || {
        workspace.load.with(|it| {
            let is_whole = it.completed_at.is_some();
            let text = || if is_whole { StateLine::NotUpToDate.text() } else { StateLine::NotComplete.text() };
            (!it.running && it.error.is_some() && it.loaded > 0).then(|| el("span.warning").text(&text()))
        })
    };
    let skew = move || {
        let skew = workspace.slots.with(|it| it.iter().filter_map(Slot::source).find_map(|it| it.clock_skew.get()))?;
        let time = Count((skew.abs() / MINUTE) as usize, Unit::Minute);
        let text =
            if skew > 0 { StateLine::ClockAhead { time }.text() } else { StateLine::ClockBehind { time }.text() };
        Some(el("span.warning").text(&text))
    };
    let same_id = Memo::new(move |_| {
        workspace.listed.track();
        workspace.with_rows(|stores, _| {
            stores.iter().find_map(|it| {
                let (one, other) = it.store.same_id()?;
                let (one, other) = (it.store.name(one), it.store.name(other));
                Some(StateLine::SameId { one, other }.text().into_owned())
            })
        })
    });
    let same_id = move || Some(el("span.warning").children(quoted(&same_id.get()?)));
    el("div.state-line")
        .child(el("span.count").attr("role", "status").bind_text(counted))
        .bind_child(refreshing)
        .bind_child(stale)
        .bind_child(skew)
        .bind_child(same_id)
        .child(el("span.muted.zone").text(&StateLine::Zone { zone: &zone }.text()))
        .child(button("button quiet small", &StateLine::Columns.text(), move || workspace.open_dialog(Dialog::Columns)))
}

/// What the system cannot do, and what else is different about it.
pub(super) fn limits(workspace: Workspace) -> Option<El> {
    let system = workspace.system();
    let reasons = system.lacks.iter().map(|(_, reason)| reason);
    let text = reasons.chain(&system.remarks).map(Words::text).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| el("p.muted.limits").text(&text))
}
