//! The filters above the table, what is set of them, and `Clear filters`.

use leptos::prelude::*;
use leptos::{ev, html};

use super::dom::{El, effect, own, rendered};
use super::lazy::{self, Kind};
use crate::messages;
use crate::platform::{ViewerZone, now};
use crate::query::{Ends, Filter, LastUsed, StatusFilter};
use crate::text::Search;
use crate::time::{DAY, wall_at};
use crate::token::Scope;
use crate::workspace::Workspace;
use crate::workspace::connection::Scopes;

/// All filters.
pub(super) fn filters(workspace: Workspace) -> El {
    rendered(view! { <Filters workspace /> }.into_any())
}

/// The filters that are always there, and the button for the others.
#[component]
fn Filters(workspace: Workspace) -> impl IntoView {
    let system = workspace.system();
    let more = RwSignal::new(false);
    let has_more = Memo::new(move |_| workspace.query.with(|it| it.filter.has_more()));
    // What an address asks for is in sight; afterwards it is the user's to fold away.
    effect(move || {
        if has_more.get() {
            more.set(true);
        }
    });
    let choose_status = move |chosen: String| {
        let chosen = StatusFilter::from_key(&chosen).unwrap_or_default();
        workspace.filter(None, |it| it.status = chosen);
    };
    let status = move || workspace.query.with(|it| it.filter.status.key().to_string());
    let statuses = system.statuses.iter().map(|it| (it.key().to_string(), messages::status_filter(*it).to_string()));
    let statuses: Vec<_> = statuses.collect();
    view! {
        <div class="search" role="search" aria-label="Filters">
            <div class="filters">
                <SearchField workspace label="Search by name".to_string() step="name" part=|it| &mut it.name />
                <SearchField workspace label=format!("Search by {}", system.id_label) step="guid" part=|it| &mut it.guid />
                {workspace.is_inventory().then(|| view! { <SystemFilter workspace /> })}
                {system.scopes_label.is_some().then(|| view! { <ScopeFilter workspace /> })}
                <Select label="Token status" choices=statuses value=Signal::derive(status) choose=Callback::new(choose_status) />
                <button
                    type="button"
                    class="button quiet"
                    aria-expanded=move || more.get().to_string()
                    on:click=move |_| more.update(|it| *it = !*it)
                >
                    {"More filters"}
                </button>
            </div>
            {move || more.get().then(|| untrack(|| own(lazy::here(Kind::MoreFilters(workspace)))))}
        </div>
    }
    .into_any()
}

/// Filters that are not always wanted: who made it, when it was used, when it ends.
pub(super) fn more_filters(workspace: Workspace) -> El {
    rendered(view! { <MoreFilters workspace /> }.into_any())
}

#[component]
fn MoreFilters(workspace: Workspace) -> impl IntoView {
    let used = move || match workspace.query.with(|it| it.filter.last_used) {
        LastUsed::Before(_) => "before".to_string(),
        other => other.key().to_string(),
    };
    let choose_used = move |chosen: String| {
        let chosen = match chosen.as_str() {
            "before" => LastUsed::Before(wall_at(now(), &ViewerZone).div_euclid(DAY) * DAY - 90 * DAY),
            key => LastUsed::from_key(key).unwrap_or_default(),
        };
        workspace.filter(None, |it| it.last_used = chosen);
    };
    // While a date is being typed there is none, and the last one holds.
    let type_before = move |typed: String| {
        if let Some(date @ LastUsed::Before(_)) = LastUsed::from_key(&typed) {
            workspace.filter(None, |it| it.last_used = date);
        }
    };
    let ends = move || {
        workspace.query.with(|it| match it.filter.ends {
            Ends::Within(days) if !ENDS.iter().any(|(value, _)| *value == days.to_string()) => "within".to_string(),
            other => other.key().to_string(),
        })
    };
    let choose_ends = move |chosen: String| {
        let chosen = match chosen.as_str() {
            "within" => Ends::Within(14),
            key => Ends::from_key(key).unwrap_or_default(),
        };
        workspace.filter(None, |it| it.ends = chosen);
    };
    let type_within = move |typed: String| {
        if let Some(within @ Ends::Within(_)) = Ends::from_key(&typed) {
            workspace.filter(Some("ends"), |it| it.ends = within);
        }
    };
    let is_before = Memo::new(move |_| workspace.query.with(|it| matches!(it.filter.last_used, LastUsed::Before(_))));
    let is_within = Memo::new(move |_| workspace.query.with(|it| matches!(it.filter.ends, Ends::Within(_))));
    let owned = |choices: &[(&str, &str)]| {
        choices.iter().map(|(key, text)| ((*key).to_string(), (*text).to_string())).collect::<Vec<_>>()
    };
    view! {
        <div class="filters">
            <SearchField workspace label="Created by".to_string() step="creator" part=|it| &mut it.created_by />
            <Select label="Last used" choices=owned(&LAST_USED) value=Signal::derive(used) choose=Callback::new(choose_used) />
            <Show when=move || is_before.get()>
                <label class="field">
                    <span>{"Last used before"}</span>
                    <input
                        type="date"
                        prop:value=move || workspace.query.with(|it| it.filter.last_used.key().to_string())
                        on:change:target=move |event| type_before(event.target().value())
                    />
                </label>
            </Show>
            <Select label="Expires" choices=owned(&ENDS) value=Signal::derive(ends) choose=Callback::new(choose_ends) />
            <Show when=move || is_within.get()>
                <label class="field">
                    <span>{"Days from now"}</span>
                    <input
                        type="number"
                        min="0"
                        max="36500"
                        prop:value=move || workspace.query.with(|it| it.filter.ends.key().to_string())
                        on:input:target=move |event| type_within(event.target().value())
                    />
                </label>
            </Show>
        </div>
    }
    .into_any()
}

/// The choices of `Last used`, as the address writes them.
const LAST_USED: [(&str, &str); 3] = [("", "Whenever"), ("never", "Never"), ("before", "Not since …")];

/// The choices of `Expires`, as the address writes them.
const ENDS: [(&str, &str); 6] = [
    ("", "Whenever"),
    ("7", "Within 7 days"),
    ("30", "Within 30 days"),
    ("90", "Within 90 days"),
    ("within", "Within … days"),
    ("never", "No expiry"),
];

/// A labelled choice of one, each with its value and its text.
#[component]
fn Select(
    label: &'static str,
    choices: Vec<(String, String)>,
    value: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let option = |(this, text): (String, String)| {
        let for_check = this.clone();
        view! { <option value=this prop:selected=move || value.with(|it| *it == for_check)>{text}</option> }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select on:change:target=move |event| choose.run(event.target().value())>
                {choices.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// A text to search for.
#[component]
fn SearchField(
    workspace: Workspace,
    label: String,
    /// The step in the history that typing makes.
    step: &'static str,
    part: fn(&mut Filter) -> &mut String,
) -> impl IntoView {
    view! {
        <label class="field grow">
            <span>{label}</span>
            <input
                type="search"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || workspace.query.with(|it| part(&mut it.filter.clone()).clone())
                on:input:target=move |event| workspace.filter(Some(step), |it| *part(it) = event.target().value())
            />
        </label>
    }
    .into_any()
}

/// Scopes to tick, with a search field where they are many. The form and the filter both use it.
#[component]
#[expect(unreachable_pub, reason = "the macro makes what it builds public")]
pub(super) fn ScopeChoices(
    choices: Memo<Vec<Scope>>,
    chosen: Memo<Vec<String>>,
    toggle: Callback<String>,
    list_class: &'static str,
) -> impl IntoView {
    let part = RwSignal::new(String::new());
    let is_long = Memo::new(move |_| choices.with(|it| it.len() > 8));
    let shown = move || {
        let search = Search::new(&part.get());
        choices.get().into_iter().filter(|it| search.finds(&it.name)).collect::<Vec<_>>()
    };
    let row = move |Scope { id, name }: Scope| {
        let (for_check, for_change) = (id.clone(), id);
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|it| it.contains(&for_check))
                    on:change=move |_| toggle.run(for_change.clone())
                />
                <bdi translate="no">{name}</bdi>
            </label>
        }
    };
    view! {
        <div>
            <Show when=move || is_long.get()>
                <input
                    class="popup-search"
                    type="search"
                    aria-label="Find a scope"
                    placeholder="Find a scope"
                    on:input:target=move |event| part.set(event.target().value())
                />
            </Show>
        </div>
        <div class=list_class>
            <For each=shown key=|it| it.id.clone() children=row />
        </div>
    }
    .into_any()
}

/// Which scopes a token must have any of.
#[component]
fn ScopeFilter(workspace: Workspace) -> impl IntoView {
    let chosen = Memo::new(move |_| workspace.query.with(|it| it.filter.scopes.clone()));
    // The ones that the system lists, those that tokens have and those of the address: each can be taken away again.
    let choices = Memo::new(move |_| {
        workspace.load.track();
        let used = workspace.connection_states().into_iter().flat_map(|it| it.used_scopes());
        workspace.scopes.with(|it| it.with_others(used.chain(chosen.get())))
    });
    let failed = move || {
        let text = "The system's list of scopes could not be loaded; these are the scopes of the tokens.";
        workspace.scopes.with(|it| it.error.is_some()).then_some(text)
    };
    let toggle = move |id: String| workspace.filter(None, |it| toggle_in(&mut it.scopes, &id));
    view! {
        <ChoiceFilter
            words=["Scope", "Scopes to show", "There are no scopes."]
            chosen
            choices
            toggle=Callback::new(toggle)
            failed=Signal::derive(failed)
        />
    }
    .into_any()
}

/// Which systems a token must belong to any of.
#[component]
fn SystemFilter(workspace: Workspace) -> impl IntoView {
    let chosen = Memo::new(move |_| workspace.query.with(|it| it.filter.systems.clone()));
    let choices = Memo::new(move |_| {
        let names = workspace.slots.with(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
        Scopes::default().with_others(names.into_iter().chain(chosen.get()))
    });
    let toggle = move |name: String| workspace.filter(None, |it| toggle_in(&mut it.systems, &name));
    view! {
        <ChoiceFilter
            words=["System", "Systems to show", "There are no systems."]
            chosen
            choices
            toggle=Callback::new(toggle)
            failed=Signal::derive(|| None)
        />
    }
    .into_any()
}

/// A button that opens a list, any of whose entries a token must have.
#[component]
fn ChoiceFilter(
    /// What it is called, what its list is called, and what stands there where it is empty.
    words: [&'static str; 3],
    chosen: Memo<Vec<String>>,
    choices: Memo<Vec<Scope>>,
    toggle: Callback<String>,
    /// What else there is to say of the list.
    failed: Signal<Option<&'static str>>,
) -> impl IntoView {
    let [title, list_title, nothing] = words;
    let open = RwSignal::new(false);
    let name = move |id: &str| choices.with(|it| it.iter().find(|it| it.id == id).map_or(id, |it| &it.name).to_owned());
    let label = move || match chosen.with(Vec::len) {
        0 => title.to_string(),
        n_chosen => format!("{title}: {n_chosen} chosen"),
    };
    let text = move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => "Any".into(),
            [one] => name(one),
            several => format!("{} chosen", several.len()),
        })
    };
    let (host, button) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    let is_inside = move |target: Option<web_sys::EventTarget>| {
        use wasm_bindgen::JsCast;
        let host = host.get_untracked();
        target.is_some_and(|it| host.is_some_and(|host| host.contains(it.dyn_ref::<web_sys::Node>())))
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !is_inside(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let leave = move |event: ev::FocusEvent| {
        let to = event.related_target();
        if to.is_some() && !is_inside(to) {
            // The page may be going away with the focus in it.
            let _ = open.try_set(false);
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
            let _ = button.get_untracked().map(|it| it.focus());
        }
    };
    view! {
        <div class="field popup-host" node_ref=host on:keydown=escape on:focusout=leave>
            <span aria-hidden="true">{title}</span>
            <button
                class="select-like"
                type="button"
                translate="no"
                node_ref=button
                aria-haspopup="true"
                aria-expanded=move || open.get().to_string()
                aria-label=label
                on:click=move |_| open.update(|it| *it = !*it)
            >
                {text}
            </button>
            <Show when=move || open.get()>
                <div class="popup" role="group" aria-label=list_title>
                    {move || failed.get().map(|it| view! { <p class="muted">{it}</p> })}
                    <ScopeChoices choices chosen toggle list_class="popup-list" />
                    {move || choices.with(Vec::is_empty).then(|| view! { <p class="muted">{nothing}</p> })}
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Adds an id to a list, or takes it out.
pub(super) fn toggle_in(ids: &mut Vec<String>, id: &str) {
    match ids.iter().position(|it| it == id) {
        Some(idx) => drop(ids.remove(idx)),
        None => ids.push(id.into()),
    }
}

/// What is set, each to be taken away by itself. The chips stay as they are while somebody types; their texts follow.
pub(super) fn chips(workspace: Workspace) -> impl Fn() -> Option<El> {
    let set = Memo::new(move |_| {
        let mut filter = workspace.query.with(|it| it.filter.clone());
        for typed in [&mut filter.name, &mut filter.guid, &mut filter.created_by] {
            *typed = if typed.trim().is_empty() { String::new() } else { "typed".into() };
        }
        filter
    });
    move || {
        let filter = set.get();
        (!filter.is_empty()).then(|| rendered(view! { <Chips workspace filter /> }.into_any()))
    }
}

#[component]
fn Chips(workspace: Workspace, filter: Filter) -> impl IntoView {
    let mut chips: Vec<AnyView> = Vec::new();
    let mut chip = |text: Signal<String>, remove: Box<dyn Fn(&mut Filter) + Send + Sync>| {
        let remove = Callback::new(move |()| workspace.filter(None, |it| remove(it)));
        chips.push(view! { <Chip text remove /> }.into_any());
    };
    let typed = |label: &str, text: fn(&Filter) -> &String| {
        let label = label.to_owned();
        Signal::derive(move || workspace.query.with(|it| format!("{label}: {}", text(&it.filter).trim())))
    };
    let fixed = |text: String| Signal::stored(text);
    if !filter.name.is_empty() {
        chip(typed("Name", |it| &it.name), Box::new(|it| it.name.clear()));
    }
    if !filter.guid.is_empty() {
        chip(typed(&workspace.system().id_label, |it| &it.guid), Box::new(|it| it.guid.clear()));
    }
    for id in filter.scopes {
        let this = id.clone();
        let text = Signal::derive(move || format!("Scope: {}", workspace.scopes.with(|it| it.name(&this).to_owned())));
        chip(text, Box::new(move |it| it.scopes.retain(|it| *it != id)));
    }
    if filter.status != StatusFilter::All {
        let text = format!("Status: {}", messages::status_filter(filter.status));
        chip(fixed(text), Box::new(|it| it.status = StatusFilter::All));
    }
    for system in filter.systems {
        chip(fixed(format!("System: {system}")), Box::new(move |it| it.systems.retain(|it| *it != system)));
    }
    if !filter.created_by.is_empty() {
        chip(typed("Created by", |it| &it.created_by), Box::new(|it| it.created_by.clear()));
    }
    match filter.last_used {
        LastUsed::Any => {}
        LastUsed::Never => chip(fixed("Never used".into()), Box::new(|it| it.last_used = LastUsed::Any)),
        date => {
            chip(fixed(format!("Last used before {}", date.key())), Box::new(|it| it.last_used = LastUsed::Any));
        }
    }
    match filter.ends {
        Ends::Any => {}
        Ends::Never => chip(fixed("No expiry".into()), Box::new(|it| it.ends = Ends::Any)),
        Ends::Within(days) => {
            let text = format!("Expires within {}", messages::count(days as usize, "day"));
            chip(fixed(text), Box::new(|it| it.ends = Ends::Any));
        }
    }
    view! {
        <div class="chips">
            <ul aria-label="Filters that are set">{chips}</ul>
            <button type="button" class="button quiet" on:click=move |_| workspace.clear_filters()>
                {"Clear filters"}
            </button>
        </div>
    }
    .into_any()
}

/// One thing that is filtered by.
#[component]
fn Chip(text: Signal<String>, remove: Callback<()>) -> impl IntoView {
    view! {
        <li>
            <button
                type="button"
                class="chip"
                aria-label=move || format!("Remove filter {}", text.get())
                on:click=move |_| remove.run(())
            >
                <bdi translate="no">{text}</bdi>
                <span aria-hidden="true">{"×"}</span>
            </button>
        </li>
    }
    .into_any()
}
