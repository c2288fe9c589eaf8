//! Heading, `Create token`, `Refresh`, and the line that says how the list stands.

use leptos::prelude::*;

use super::kit::{El, button, el};
use super::notice::quoted;
use super::rotation;
use crate::capabilities::Action;
use crate::messages::toolbar::{StateLine, Toolbar};
use crate::messages::{Count, Number, Unit, lists};
use crate::platform::{now, with_formats};
use crate::time::{MINUTE, distance};
use crate::words::Words;
use crate::workspace::connection::Load;
use crate::workspace::slots::Slot;
use crate::workspace::{Dialog, Workspace};

/// The heading and the buttons beside it. `prefetch` makes the form of `Create token` when the user goes to that button.
pub(super) fn toolbar(workspace: Workspace, prefetch: impl Fn() + Copy + 'static) -> El {
    // Where the user has to sign in first, nothing is loading that could be stopped.
    let is_loading = move || workspace.load.with(|it| it.running) && !workspace.is_signed_out();
    let text = move || if is_loading() { Toolbar::Stop.text() } else { Toolbar::Refresh.text() }.into();
    // One button for both, so that it keeps the focus.
    let load = button("button load", "", move || match untrack(is_loading) {
        true => workspace.stop_loading(),
        false => workspace.refresh(),
    });
    let load = load.bind_text(text);
    // Of several systems the user says which one the token is for.
    let dialog = if workspace.is_inventory() { Dialog::Choose } else { Dialog::Create(0) };
    let create = button("button primary", &Toolbar::Create.text(), move || workspace.open_dialog(dialog.clone()));
    let create = create.prefetch(prefetch);
    let can_create = workspace.system().can(Action::Create).is_ok();
    el("div.toolbar")
        .child(el("h1").attr("id", "heading").text(&Toolbar::Title.text()))
        .child(el("div.toolbar-side").child(load).maybe(can_create.then_some(create)))
}

/// How many tokens are shown and how many are loaded, when that was, and in which zone times are. It is seen at once; what is
/// heard of it is [`super::notice::told`]'s. `warnings`: [`warnings`], as far as that is there.
pub(super) fn state_line(workspace: Workspace, warnings: fn(Workspace) -> Option<El>) -> El {
    let zone = with_formats(|it| if it.zone.starts_with("UTC ") { "UTC".into() } else { it.zone.clone() });
    let zone_title = StateLine::Zone { zone: &zone }.text();
    let counted = move || {
        workspace.listed.track();
        if workspace.waits.get() {
            return StateLine::Loading.text().into();
        }
        workspace.load.with(|load| {
            let is_over = !load.running && load.error.is_none();
            if load.loaded == 0 && load.total == 0 && !is_over {
                let is_loading = load.running && !workspace.is_signed_out();
                return if is_loading { StateLine::Loading.text() } else { StateLine::NotLoaded.text() }.into();
            }
            if load.may_lack() {
                let shown = workspace.with_rows(|_, rows| rows.len());
                return lists::counted(shown, load.loaded, load.total, workspace.is_inventory());
            }
            let (shown, loaded) = (Number(workspace.with_rows(|_, rows| rows.len())), Number(load.loaded));
            let total = Number(load.total);
            let text = if load.loaded < load.total && !is_over {
                // Unless something is filtered by, the one number says both.
                match shown == loaded {
                    true => StateLine::Shown { shown, loaded: total }.text(),
                    false => StateLine::ShownOf { shown, loaded, total }.text(),
                }
            } else if load.running && load.completed_at.is_none() {
                // It has said that these are all, and goes on.
                StateLine::SoFar { shown, loaded }.text()
            } else {
                StateLine::Shown { shown, loaded }.text()
            };
            text.into()
        })
    };
    let loaded_at = move || {
        workspace.listed.track();
        let Load { running, completed_at, .. } = workspace.load.get();
        let at = completed_at?;
        let (text, title) = with_formats(|it| {
            let is_now = now() - at < MINUTE;
            let age = if is_now { Toolbar::JustNow.text().into() } else { it.distance(distance(at, now())) };
            let loaded = || Toolbar::Loaded { time: &it.time(at), age: &age }.text();
            (if running { StateLine::Refreshing.text() } else { loaded() }, it.date_time(at))
        });
        Some((text.into_owned(), title))
    };
    let loaded_at = Memo::new(move |_| loaded_at());
    let loaded_at = move || loaded_at.get().map(|(text, title)| el("span.muted").attr("title", &title).text(&text));
    let stale = move || {
        workspace.load.with(|it| {
            let is_whole = it.completed_at.is_some();
            let text = || if is_whole { StateLine::NotUpToDate.text() } else { StateLine::NotComplete.text() };
            (!it.running && it.error.is_some() && it.loaded > 0).then(|| el("span.warning").text(&text()))
        })
    };
    el("div.state-line")
        .child(el("span.count").attr("role", "status").attr("aria-live", "off").bind_text(counted))
        .bind_child(stale)
        .bind_child(move || warnings(workspace))
        .child(
            el("div.state-side").bind_child(loaded_at).child(el("span.muted").attr("title", &zone_title).text(&zone)),
        )
        .child(button("button quiet small", &StateLine::Columns.text(), move || workspace.open_dialog(Dialog::Columns)))
}

/// What else is to be known of the list. It comes with the later part.
pub(super) fn warnings(workspace: Workspace) -> El {
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
    el("div.warnings").bind_child(skew).bind_child(same_id).bind_child(rotation::line(workspace))
}

/// What the system cannot do, and what else is different about it.
pub(super) fn limits(workspace: Workspace) -> Option<El> {
    let system = workspace.system();
    let reasons = system.lacks.iter().map(|(_, reason)| reason);
    let text = reasons.chain(&system.remarks).map(Words::text).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| el("p.muted.limits").text(&text))
}
