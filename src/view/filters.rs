//! The filters above the table, what is set of them, and `Clear filters`.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::desk::Desk;
use crate::query::{Filter, StatusFilter};
use crate::words;

/// All filters.
pub(super) fn filters(desk: Desk) -> impl IntoView {
    let status = move || desk.query.with(|it| it.filter.status);
    let options = StatusFilter::ALL.map(|it| {
        view! { <option value=it.key() selected=move || status() == it>{words::status_filter(it)}</option> }
    });
    view! {
        <div class="filters" role="search" aria-label="Filters">
            {search(desk, "Search by name", "name", |it| &it.name, |it, text| it.name = text)}
            {search(desk, "Search by GUID", "guid", |it| &it.guid, |it, text| it.guid = text)}
            {scope_filter(desk)}
            <label class="field">
                <span>{"Token status"}</span>
                <select prop:value=move || status().key() on:change=move |event| {
                    let chosen = StatusFilter::ALL.into_iter().find(|it| it.key() == event_target_value(&event)).unwrap_or_default();
                    desk.filter(None, |it| it.status = chosen);
                }>{options.collect_view()}</select>
            </label>
        </div>
        {move || {
            let filter = desk.query.with(|it| it.filter.clone());
            (!filter.is_empty()).then(|| chips(desk, filter))
        }}
    }
}

fn search(desk: Desk, label: &'static str, key: &'static str, get: fn(&Filter) -> &String, set: fn(&mut Filter, String)) -> impl IntoView {
    view! {
        <label class="field grow">
            <span>{label}</span>
            <input type="search" autocomplete="off" spellcheck="false"
                prop:value=move || desk.query.with(|it| get(&it.filter).clone())
                on:input=move |event| desk.filter(Some(key), |it| set(it, event_target_value(&event)))/>
        </label>
    }
}

/// A button that opens the list of scopes, any of which a token must have.
fn scope_filter(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    let box_ref = NodeRef::<html::Div>::new();
    let button_ref = NodeRef::<html::Button>::new();
    let part = RwSignal::new(String::new());
    let chosen = Memo::new(move |_| desk.query.with(|it| it.filter.scopes.clone()));
    let close = move || {
        open.set(false);
        part.set(String::new());
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
        if open.get_untracked() && !box_ref.get_untracked().is_some_and(|it| it.contains(target.as_ref())) {
            close();
        }
    });
    on_cleanup(move || outside.remove());
    // The ones that the system lists, those that tokens have and those of the address: each can be taken away again.
    let choices = Memo::new(move |_| {
        desk.load.track();
        let mut choices = desk.scopes.with(|it| it.list.clone());
        for id in desk.used_scopes().into_iter().chain(chosen.get()) {
            if !choices.iter().any(|it| it.id == id) {
                choices.push(crate::token::Scope { name: id.clone(), id });
            }
        }
        choices
    });
    let label = move || match chosen.get().len() {
        0 => "Scope".to_owned(),
        n_chosen => format!("Scope: {n_chosen} chosen"),
    };
    let toggle = move |id: &str| desk.filter(None, |it| match it.scopes.iter().position(|it| it == id) {
        Some(idx) => drop(it.scopes.remove(idx)),
        None => it.scopes.push(id.into()),
    });
    let list = move || {
        let part = crate::text::keywords(&part.get());
        let fits = |name: &str| {
            let folded = crate::text::fold(name);
            part.iter().all(|word| memchr::memmem::find(&folded, word).is_some())
        };
        let rows = choices.get().into_iter().filter(|it| fits(&it.name)).map(|it| {
            let id = it.id.clone();
            let checked = move || chosen.with(|chosen| chosen.contains(&id));
            view! {
                <label class="choice">
                    <input type="checkbox" prop:checked=checked on:change=move |_| toggle(&it.id)/>
                    <span>{it.name.clone()}</span>
                </label>
            }
        });
        rows.collect_view()
    };
    view! {
        <div class="field popup-host" node_ref=box_ref on:keydown=move |event| {
            if event.key() == "Escape" && open.get_untracked() {
                close();
                if let Some(button) = button_ref.get_untracked() {
                    let _ = button.focus();
                }
            }
        } on:focusout=move |event| {
            let to = event.related_target().and_then(|it| it.dyn_into::<web_sys::Node>().ok());
            if to.is_some() && !box_ref.get_untracked().is_some_and(|it| it.contains(to.as_ref())) {
                close();
            }
        }>
            <span aria-hidden="true">{"Scope"}</span>
            <button type="button" class="select-like" node_ref=button_ref aria-haspopup="true"
                aria-expanded=move || open.get().to_string() aria-label=label
                on:click=move |_| if open.get_untracked() { close() } else { open.set(true) }>
                {move || match chosen.get().len() {
                    0 => "Any".to_owned(),
                    1 => desk.scopes.with(|it| it.name(&chosen.get()[0]).to_owned()),
                    n_chosen => format!("{n_chosen} chosen"),
                }}
            </button>
            {move || open.get().then(|| view! {
                <div class="popup" role="group" aria-label="Scopes to show">
                    {(choices.with(Vec::len) > 8).then(|| view! {
                        <input type="search" class="popup-search" aria-label="Find a scope" placeholder="Find a scope"
                            prop:value=part on:input=move |event| part.set(event_target_value(&event))/>
                    })}
                    {move || desk.scopes.with(|it| it.error.is_some()).then(|| view! {
                        <p class="muted">{"The system's list of scopes could not be loaded; these are the scopes of the tokens."}</p>
                    })}
                    <div class="popup-list">{list}</div>
                    {move || choices.with(Vec::is_empty).then(|| view! { <p class="muted">{"There are no scopes."}</p> })}
                </div>
            })}
        </div>
    }
}

/// What is set, each to be taken away by itself.
fn chips(desk: Desk, filter: Filter) -> impl IntoView {
    let chip = |text: String, remove: Box<dyn Fn()>| {
        let label = format!("Remove filter {text}");
        view! {
            <li><button type="button" class="chip" aria-label=label on:click=move |_| remove()>
                <span>{text}</span><span aria-hidden="true">{"×"}</span>
            </button></li>
        }
    };
    let mut list = Vec::new();
    if !filter.name.trim().is_empty() {
        list.push(chip(format!("Name: {}", filter.name.trim()), Box::new(move || desk.filter(None, |it| it.name.clear()))));
    }
    if !filter.guid.trim().is_empty() {
        list.push(chip(format!("GUID: {}", filter.guid.trim()), Box::new(move || desk.filter(None, |it| it.guid.clear()))));
    }
    for id in filter.scopes {
        let name = desk.scopes.with(|it| it.name(&id).to_owned());
        list.push(chip(format!("Scope: {name}"), Box::new(move || desk.filter(None, |it| it.scopes.retain(|it| *it != id)))));
    }
    if filter.status != StatusFilter::All {
        let text = format!("Status: {}", words::status_filter(filter.status));
        list.push(chip(text, Box::new(move || desk.filter(None, |it| it.status = StatusFilter::All))));
    }
    view! {
        <div class="chips">
            <ul aria-label="Filters that are set">{list}</ul>
            <button type="button" class="button quiet" on:click=move |_| desk.clear_filters()>{"Clear filters"}</button>
        </div>
    }
}
