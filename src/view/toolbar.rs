//! Heading, `Create token`, `Refresh`, the choice of the connection, and the line that says how the list stands.

use leptos::prelude::*;

use crate::browser::now;
use crate::config::Connection;
use crate::desk::{Desk, Dialog};
use crate::time::{MINUTE, distance};
use crate::words;

/// The control that changes the system.
pub(super) fn connections(desk: Desk, connections: StoredValue<Vec<Connection>>, chosen: RwSignal<usize>) -> impl IntoView {
    let names: Vec<String> = connections.with_value(|it| it.iter().map(|it| it.name.clone()).collect());
    let options = names.into_iter().enumerate().map(|(idx, name)| {
        view! { <option value=idx.to_string() selected=move || chosen.get() == idx>{name}</option> }
    });
    view! {
        <label class="field inline">
            <span>{"Connection"}</span>
            <select on:change=move |event| {
                desk.stop_loading();
                if let Ok(idx) = event_target_value(&event).parse() {
                    let name = connections.with_value(|it: &Vec<Connection>| it.get::<usize>(idx).map(|it| it.name.clone()));
                    // Another system has other scopes and statuses, so its view begins without filters.
                    let params = name.filter(|_| idx != 0).map(|name| vec![("connection", name)]).unwrap_or_default();
                    crate::browser::set_address_params(&params, true);
                    chosen.set(idx);
                }
            }>{options.collect_view()}</select>
        </label>
    }
}

/// The heading and the two buttons beside it.
pub(super) fn toolbar(desk: Desk) -> impl IntoView {
    let loaded_at = move || {
        desk.listed.track();
        let at = desk.load.get().completed_at?;
        Some(desk.with_formats(|it| {
            let distance = distance(at, now());
            let age = if now() - at < MINUTE { "just now".to_owned() } else { it.distance(distance) };
            (format!("Loaded {age}"), it.date_time(at))
        }))
    };
    view! {
        <div class="toolbar">
            <h1 id="heading">{"API tokens"}</h1>
            <div class="toolbar-side">
                {move || loaded_at().map(|(text, title)| view! { <span class="muted" title=title>{text}</span> })}
                {move || if desk.load.get().running {
                    view! { <button type="button" class="button" on:click=move |_| desk.stop_loading()>{"Stop loading"}</button> }.into_any()
                } else {
                    view! { <button type="button" class="button" on:click=move |_| desk.refresh()>{"Refresh"}</button> }.into_any()
                }}
                <button type="button" class="button primary" on:click=move |_| desk.dialog.set(Some(Dialog::Create))>{"Create token"}</button>
            </div>
        </div>
    }
}

/// How many tokens are shown, how many are loaded, and in which zone times are.
pub(super) fn state_line(desk: Desk) -> impl IntoView {
    let zone = desk.with_formats(|it| it.zone.clone());
    let counted = Memo::new(move |_| {
        desk.listed.track();
        let load = desk.load.get();
        if load.loaded == 0 && load.total == 0 && (load.running || load.error.is_some()) {
            return if load.running { "Loading tokens…".to_owned() } else { "No tokens loaded".to_owned() };
        }
        let shown = desk.with_rows(|_, rows, _| rows.len());
        desk.with_formats(|it| {
            let of = format!("{} of {} tokens", it.number(shown), it.number(load.loaded));
            let is_partial = load.loaded < load.total && (load.running || load.error.is_some());
            if is_partial { format!("{of}, {} of {} loaded", it.number(load.loaded), it.number(load.total)) } else { of }
        })
    });
    let skew = move || desk.clock_skew.get().map(|skew| {
        let minutes = words::count((skew.abs() / MINUTE) as usize, "minute");
        let side = if skew > 0 { "ahead of" } else { "behind" };
        view! { <span class="warning">{format!("The server's clock is {minutes} {side} yours: times near now may be off.")}</span> }
    });
    view! {
        <div class="state-line">
            <span role="status" class="count">{counted}</span>
            {move || {
                let load = desk.load.get();
                (load.running && load.completed_at.is_some()).then(|| view! { <span class="muted">{"Refreshing…"}</span> })
            }}
            {move || {
                let load = desk.load.get();
                (!load.running && load.error.is_some() && load.loaded > 0)
                    .then(|| view! { <span class="warning">{if load.completed_at.is_some() { "Not up to date" } else { "Not complete" }}</span> })
            }}
            {skew}
            <span class="muted zone">{format!("Times in {zone}")}</span>
        </div>
    }
}
