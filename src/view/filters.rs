//! The filters above the table, what is set of them, and `Clear filters`.

use leptos::ev;
use leptos::prelude::*;

use super::dom::{El, button, el, is_within, key_of, value_of};
use crate::desk::Desk;
use crate::query::{Filter, StatusFilter};
use crate::text::Search;
use crate::token::Scope;
use crate::words;

/// All filters.
pub(super) fn filters(desk: Desk) -> El {
    let system = desk.system();
    let option = |it: &StatusFilter| el("option").attr("value", it.key()).text(words::status_filter(*it));
    let status = el("select")
        .children(system.statuses.iter().map(option).collect())
        .live_value(move || desk.query.with(|it| it.filter.status.key().into()))
        .on("change", move |event| {
            let key = value_of(&event);
            let chosen = StatusFilter::from_key(&key).unwrap_or_default();
            desk.filter(None, |it| it.status = chosen);
        });
    el("div.filters")
        .attr("role", "search")
        .attr("aria-label", "Filters")
        .child(search(desk, "Search by name", "name", |it| &mut it.name))
        .child(search(desk, &format!("Search by {}", system.id_label), "guid", |it| &mut it.guid))
        .maybe(system.scopes_label.is_some().then(|| scope_filter(desk)))
        .child(el("label.field").child(el("span").text("Token status")).child(status))
}

fn search(desk: Desk, label: &str, key: &'static str, part: fn(&mut Filter) -> &mut String) -> El {
    let input = el("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .live_value(move || desk.query.with(|it| part(&mut it.filter.clone()).clone()))
        .on("input", move |event| desk.filter(Some(key), |it| *part(it) = value_of(&event)));
    el("label.field.grow").child(el("span").text(label)).child(input)
}

/// Scopes to tick, with a search field where they are many. The form and the filter both use it.
pub(super) fn scope_choices(
    choices: Memo<Vec<Scope>>,
    is_chosen: impl Fn(&str) -> bool + Copy + 'static,
    toggle: impl Fn(&str) + Copy + 'static,
    list_class: &str,
) -> [El; 2] {
    let part = RwSignal::new(String::new());
    let find = move || {
        let is_long = choices.with(|it| it.len() > 8);
        is_long.then(|| {
            el("input.popup-search")
                .attr("type", "search")
                .attr("aria-label", "Find a scope")
                .attr("placeholder", "Find a scope")
                .on("input", move |event| part.set(value_of(&event)))
        })
    };
    let row = move |Scope { id, name }: Scope| {
        let (for_check, for_change) = (id.clone(), id);
        let input = el("input")
            .attr("type", "checkbox")
            .live_checked(move || is_chosen(&for_check))
            .on("change", move |_| toggle(&for_change));
        el("label.choice").child(input).child(el("span").text(&name))
    };
    let rows = move || {
        let search = Search::new(&part.get());
        choices.get().into_iter().filter(|it| search.finds(&it.name)).map(row).collect()
    };
    let list = el("div").live_list(rows);
    list.0.set_class_name(list_class);
    [el("div").live(find), list]
}

/// A button that opens the list of scopes, any of which a token must have.
fn scope_filter(desk: Desk) -> El {
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| desk.query.with(|it| it.filter.scopes.clone()));
    // The ones that the system lists, those that tokens have and those of the address: each can be taken away again.
    let choices = Memo::new(move |_| {
        desk.load.track();
        desk.scopes.with(|it| it.with_others(desk.used_scopes().into_iter().chain(chosen.get())))
    });
    let toggle = move |id: &str| {
        desk.filter(None, |it| toggle_in(&mut it.scopes, id));
    };
    let opener = el("button.select-like")
        .attr("type", "button")
        .attr("aria-haspopup", "true")
        .live_attr("aria-expanded", move || Some(open.get().to_string()))
        .live_attr("aria-label", move || {
            Some(match chosen.with(Vec::len) {
                0 => "Scope".into(),
                n_chosen => format!("Scope: {n_chosen} chosen"),
            })
        })
        .live_text(move || {
            chosen.with(|chosen| match chosen.as_slice() {
                [] => "Any".into(),
                [one] => desk.scopes.with(|it| it.name(one).to_owned()),
                several => format!("{} chosen", several.len()),
            })
        })
        .on("click", move |_| open.update(|it| *it = !*it));
    let popup = move || {
        if !open.get() {
            return None;
        }
        let failed = move || {
            let text = "The system's list of scopes could not be loaded; these are the scopes of the tokens.";
            desk.scopes.with(|it| it.error.is_some()).then(|| el("p.muted").text(text))
        };
        let none = move || choices.with(Vec::is_empty).then(|| el("p.muted").text("There are no scopes."));
        let [find, list] =
            scope_choices(choices, move |id| chosen.with(|it| it.iter().any(|it| it == id)), toggle, "popup-list");
        let popup = el("div.popup").attr("role", "group").attr("aria-label", "Scopes to show");
        Some(popup.child(find).live(failed).child(list).live(none))
    };
    let (host, button) = (el("div.field.popup-host"), opener.0.clone());
    let (for_focus, for_pointer) = (host.0.clone(), send_wrapper::SendWrapper::new(host.0.clone()));
    let outside = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !is_within(&for_pointer, event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    host.child(el("span").attr("aria-hidden", "true").text("Scope"))
        .child(opener)
        .live(popup)
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" && open.get_untracked() {
                open.set(false);
                let _ = button.focus();
            }
        })
        .on("focusout", move |event| {
            use wasm_bindgen::JsCast;
            let to = event.unchecked_ref::<web_sys::FocusEvent>().related_target();
            if to.is_some() && !is_within(&for_focus, to) {
                // The page may be going away with the focus in it.
                let _ = open.try_set(false);
            }
        })
}

/// Adds an id to a list, or takes it out.
pub(super) fn toggle_in(ids: &mut Vec<String>, id: &str) {
    match ids.iter().position(|it| it == id) {
        Some(idx) => drop(ids.remove(idx)),
        None => ids.push(id.into()),
    }
}

/// What is set, each to be taken away by itself.
pub(super) fn chips(desk: Desk) -> Option<El> {
    let filter = desk.query.with(|it| it.filter.clone());
    if filter.is_empty() {
        return None;
    }
    let mut list = el("ul").attr("aria-label", "Filters that are set");
    let mut chip = |text: String, remove: Box<dyn Fn(&mut Filter)>| {
        let button = button("chip", "", move || desk.filter(None, |it| remove(it)))
            .attr("aria-label", &format!("Remove filter {text}"))
            .child(el("span").text(&text))
            .child(el("span").attr("aria-hidden", "true").text("×"));
        list = list.clone().child(el("li").child(button));
    };
    if !filter.name.trim().is_empty() {
        chip(format!("Name: {}", filter.name.trim()), Box::new(|it| it.name.clear()));
    }
    if !filter.guid.trim().is_empty() {
        chip(format!("{}: {}", desk.system().id_label, filter.guid.trim()), Box::new(|it| it.guid.clear()));
    }
    for id in filter.scopes {
        let name = desk.scopes.with(|it| it.name(&id).to_owned());
        chip(format!("Scope: {name}"), Box::new(move |it| it.scopes.retain(|it| *it != id)));
    }
    if filter.status != StatusFilter::All {
        let text = format!("Status: {}", words::status_filter(filter.status));
        chip(text, Box::new(|it| it.status = StatusFilter::All));
    }
    let clear = button("button quiet", "Clear filters", move || desk.clear_filters());
    Some(el("div.chips").child(list).child(clear))
}
