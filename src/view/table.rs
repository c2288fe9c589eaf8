//! The table: only rows in view exist, and they are recycled. Neither fetches nor sorts.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlButtonElement, HtmlElement};

use crate::browser::{Formats, active_element, document, now, window};
use crate::desk::{Desk, Dialog, Named, Scopes};
use crate::query::SortKey;
use crate::store::{Row, Store};
use crate::time::{Millis, distance};
use crate::token::Status;
use crate::words;

/// Rows kept ready above and below the view, so that Tab always finds a next one.
const SPARE_ROWS: usize = 4;

/// Columns in their order; those with a key can be sorted.
const COLUMNS: [(&str, Option<SortKey>); 9] = [
    ("Name", Some(SortKey::Name)),
    ("Description", None),
    ("GUID", None),
    ("Scopes", None),
    ("Active from", Some(SortKey::ActiveFrom)),
    ("Expiration date", Some(SortKey::Expiry)),
    ("Last used", None),
    ("Is active", Some(SortKey::IsActive)),
    ("Actions", None),
];

/// The table with its headers, what stands in its place while there is nothing to show, and the rows.
pub(super) fn table(desk: Desk) -> impl IntoView {
    let box_ref = NodeRef::<html::Div>::new();
    let body_ref = NodeRef::<html::Div>::new();
    let rows = StoredValue::new_local(None::<Rc<RefCell<Rows>>>);

    Effect::new(move |_| {
        let (Some(view), Some(body)) = (box_ref.get(), body_ref.get()) else { return };
        let made = Rc::new(RefCell::new(Rows::new(desk, view.clone().into(), body.into())));
        rows.set_value(Some(made.clone()));
        let resized = Closure::<dyn FnMut()>::new(move || {
            if let Ok(mut rows) = made.try_borrow_mut() {
                rows.measure();
                rows.render(false);
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&view);
        }
        resized.forget();
    });
    let render = move |all: bool| {
        if let Some(rows) = rows.get_value()
            && let Ok(mut rows) = rows.try_borrow_mut()
        {
            rows.render(all);
        }
    };
    Effect::new(move |_| {
        desk.listed.track();
        desk.scopes.track();
        render(true);
    });
    Effect::new(move |_| {
        if let (Some(id), Some(rows)) = (desk.marked.get(), rows.get_value()) {
            rows.borrow_mut().scroll_to(&id);
            render(true);
        }
    });

    let n_shown = Memo::new(move |_| {
        desk.listed.track();
        desk.with_rows(|_, rows, _| rows.len())
    });
    let header = COLUMNS.map(|(title, key)| {
        let sorted = move || key.and_then(|key| desk.query.with(|it| it.sort.filter(|it| it.key == key)));
        let aria_sort = move || sorted().map(|it| if it.descending { "descending" } else { "ascending" });
        let mark = move || sorted().map_or("", |it| if it.descending { "▼" } else { "▲" });
        view! {
            <div role="columnheader" aria-sort=aria_sort>
                {match key {
                    Some(key) => view! {
                        <button type="button" class="sort" on:click=move |_| desk.sort(key)>
                            <span>{title}</span><span class="sort-mark" aria-hidden="true">{mark}</span>
                        </button>
                    }.into_any(),
                    None => view! { <span>{title}</span> }.into_any(),
                }}
            </div>
        }
    });
    view! {
        <div class="table-box" node_ref=box_ref tabindex="0" role="region" aria-label="Tokens, scrollable" on:scroll=move |_| render(false)>
            <div role="table" class="table" aria-labelledby="heading" aria-colcount=COLUMNS.len().to_string()
                aria-rowcount=move || (n_shown.get() + 1).to_string() aria-busy=move || desk.load.with(|it| it.running).to_string()>
                <div role="rowgroup" class="table-head"><div role="row" class="row" aria-rowindex="1">{header.collect_view()}</div></div>
                <div role="rowgroup" class="table-body" node_ref=body_ref on:click=move |event| clicked(desk, &event)></div>
            </div>
            {move || (n_shown.get() == 0).then(|| nothing(desk))}
        </div>
    }
}

/// What stands in the place of rows.
fn nothing(desk: Desk) -> impl IntoView {
    let load = desk.load.get();
    if load.loaded == 0 && load.running {
        let line = |_| view! { <div class="skeleton-row"><span class={"skeleton"}></span><span class={"skeleton"}></span><span class={"skeleton"}></span></div> };
        view! { <div aria-hidden="true">{[(); 8].map(line).collect_view()}</div> }.into_any()
    } else if load.loaded > 0 {
        view! {
            <div class="empty">
                <p class="empty-title">{"No token fits these filters"}</p>
                <p>{"Take one away, or look at all of them."}</p>
                <button type="button" class="button" on:click=move |_| desk.clear_filters()>{"Show all tokens"}</button>
            </div>
        }
        .into_any()
    } else if load.error.is_some() {
        ().into_any()
    } else {
        view! {
            <div class="empty">
                <p class="empty-title">{"There are no tokens yet"}</p>
                <p>{"A token lets a program use the API in your name. Make the first one."}</p>
                <button type="button" class="button primary" on:click=move |_| desk.dialog.set(Some(Dialog::Create))>{"Create the first token"}</button>
            </div>
        }
        .into_any()
    }
}

/// One listener for the buttons of all rows.
fn clicked(desk: Desk, event: &web_sys::MouseEvent) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(button) = target.and_then(|it| it.closest("button").ok().flatten()) else { return };
    let row = button.closest("[role=row]").ok().flatten().and_then(|it| it.get_attribute("aria-rowindex"));
    let Some(place) = row.and_then(|it| it.parse::<usize>().ok()).and_then(|it| it.checked_sub(2)) else { return };
    let found = desk.with_rows(|store, rows, _| {
        let row = *rows.get(place)?;
        Some((Named { id: store.id(row), name: store.name(row).to_owned() }, store.guid(row)))
    });
    let Some((token, guid)) = found else { return };
    match button.get_attribute("data-do").as_deref() {
        Some("copy") => desk.copy(guid, format!("The GUID of “{}”", token.name)),
        Some("edit") => desk.dialog.set(Some(Dialog::Edit(token))),
        Some("revoke") if button.get_attribute("aria-disabled").is_none() => desk.dialog.set(Some(Dialog::Revoke(token))),
        Some("delete") => desk.dialog.set(Some(Dialog::Delete(token))),
        _ => {}
    }
}

/// The rows that exist.
struct Rows {
    desk: Desk,
    view: HtmlElement,
    body: HtmlElement,
    /// Rows on the page, from the first to the last without a gap.
    slots: VecDeque<Slot>,
    /// The place in the listing of the first one.
    first: usize,
    spare: Vec<Slot>,
    row_height: f64,
    view_height: f64,
}

/// The elements of one row, made once and filled again and again.
struct Slot {
    row: HtmlElement,
    name: Element,
    description: Element,
    guid: Element,
    copy: HtmlButtonElement,
    scopes: Element,
    from: [Element; 2],
    to: [Element; 2],
    used: Element,
    status: Element,
    buttons: [HtmlButtonElement; 3],
}

impl Rows {
    fn new(desk: Desk, view: HtmlElement, body: HtmlElement) -> Self {
        let mut rows = Rows { desk, view, body, slots: VecDeque::new(), first: 0, spare: Vec::new(), row_height: 56.0, view_height: 0.0 };
        rows.measure();
        rows
    }

    /// The height of a row is the style sheet's to say: narrow pages show rows as cards.
    fn measure(&mut self) {
        let style = window().get_computed_style(&self.view).ok().flatten();
        let height = style.and_then(|it| it.get_property_value("--row-height").ok()).and_then(|it| it.trim().trim_end_matches("px").parse().ok());
        self.row_height = height.unwrap_or(56.0);
        self.view_height = f64::from(self.view.client_height());
    }

    /// Scrolls so that a token stands in the view.
    fn scroll_to(&mut self, id: &str) {
        let place = self.desk.with_rows(|store, rows, _| store.find(id).and_then(|row| rows.iter().position(|it| *it == row)));
        if let Some(place) = place {
            let top = place as f64 * self.row_height;
            let seen = f64::from(self.view.scroll_top());
            if top < seen || top + 2.0 * self.row_height > seen + self.view_height {
                self.view.set_scroll_top((top - self.view_height / 3.0).max(0.0) as i32);
            }
        }
    }

    /// Brings the rows on the page in line with the listing and the scroll position. `all`: their contents too.
    fn render(&mut self, all: bool) {
        let desk = self.desk;
        desk.with_rows(|store, listing, formats| {
            let height = listing.len() as f64 * self.row_height;
            let _ = self.body.style().set_property("height", &format!("{height}px"));
            // A list that got shorter has moved the scroll position by itself.
            let top = f64::from(self.view.scroll_top());
            let first_seen = (top / self.row_height) as usize;
            let n_seen = (self.view_height / self.row_height) as usize + 2;
            let end = (first_seen + n_seen + SPARE_ROWS).min(listing.len());
            let start = first_seen.saturating_sub(SPARE_ROWS).min(end);

            while !self.slots.is_empty() && (self.first < start || self.first >= end) {
                let slot = self.slots.pop_front();
                self.spare.extend(slot);
                self.first += 1;
            }
            while self.first + self.slots.len() > end {
                let slot = self.slots.pop_back();
                self.spare.extend(slot);
            }
            if self.slots.is_empty() {
                self.first = start;
            }
            let marked = desk.marked.get_untracked();
            let context = Context { store, formats, now: now(), row_height: self.row_height, marked: marked.as_deref() };
            desk.scopes.with_untracked(|scopes| {
                if all {
                    for (place, slot) in (self.first..).zip(&self.slots) {
                        slot.fill(&context, scopes, place, listing[place]);
                    }
                }
                while self.first > start {
                    self.first -= 1;
                    let slot = self.take_slot();
                    slot.fill(&context, scopes, self.first, listing[self.first]);
                    let _ = self.body.insert_before(&slot.row, self.body.first_child().as_ref());
                    self.slots.push_front(slot);
                }
                while self.first + self.slots.len() < end {
                    let place = self.first + self.slots.len();
                    let slot = self.take_slot();
                    slot.fill(&context, scopes, place, listing[place]);
                    let _ = self.body.append_child(&slot.row);
                    self.slots.push_back(slot);
                }
            });
            for slot in &self.spare {
                if slot.row.is_connected() {
                    slot.leave(&self.view);
                }
            }
        });
    }

    fn take_slot(&mut self) -> Slot {
        match self.spare.pop() {
            Some(slot) => {
                slot.leave(&self.view);
                slot
            }
            None => Slot::new(),
        }
    }
}

/// What rows are filled from.
struct Context<'a> {
    store: &'a Store,
    formats: &'a Formats,
    now: Millis,
    row_height: f64,
    marked: Option<&'a str>,
}

fn element(name: &str, class: &str, parent: &Element) -> Element {
    let made = document().create_element(name).expect("a known element");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    let _ = parent.append_child(&made);
    made
}

fn button(class: &str, action: &str, text: &str, parent: &Element) -> HtmlButtonElement {
    let made: HtmlButtonElement = element("button", class, parent).unchecked_into();
    made.set_type("button");
    let _ = made.set_attribute("data-do", action);
    made.set_text_content(Some(text));
    made
}

impl Slot {
    fn new() -> Self {
        let row: HtmlElement = document().create_element("div").expect("a known element").unchecked_into();
        row.set_class_name("row");
        let _ = row.set_attribute("role", "row");
        let cell = |idx: usize, class: &str| {
            let cell = element("div", class, &row);
            let _ = cell.set_attribute("role", "cell");
            let _ = cell.set_attribute("data-label", COLUMNS[idx].0);
            cell
        };
        let two_lines = |cell: Element| [element("span", "line", &cell), element("span", "line muted", &cell)];
        let name = element("bdi", "name", &cell(0, "cell-name"));
        let description = cell(1, "cell-description");
        let guid_cell = cell(2, "cell-guid");
        let guid = element("span", "mono", &guid_cell);
        let copy = button("icon-button", "copy", "⧉", &guid_cell);
        let scopes = cell(3, "cell-scopes");
        let from = two_lines(cell(4, "cell-date"));
        let to = two_lines(cell(5, "cell-date"));
        let used = cell(6, "cell-used");
        let status = element("span", "badge", &cell(7, "cell-status"));
        let actions = cell(8, "cell-actions");
        let buttons = [("edit", "Edit"), ("revoke", "Revoke"), ("delete", "Delete")].map(|(action, text)| button("button small", action, text, &actions));
        Slot { row, name, description, guid, copy, scopes, from, to, used, status, buttons }
    }

    /// Takes the row off the page. Focus that was in it stays in the table.
    fn leave(&self, view: &HtmlElement) {
        if active_element().is_some_and(|it| self.row.contains(Some(&it))) {
            let _ = view.focus();
        }
        self.row.remove();
    }

    fn fill(&self, context: &Context, scopes: &Scopes, place: usize, row: Row) {
        let Context { store, formats, now, row_height, marked } = context;
        let style = self.row.style();
        let _ = style.set_property("transform", &format!("translateY({}px)", place as f64 * row_height));
        let _ = self.row.set_attribute("aria-rowindex", &(place + 2).to_string());
        let status = store.status(row, *now);
        let unreadable = status == Status::Unreadable;
        let is_marked = marked.is_some_and(|id| store.id(row) == id);
        self.row.set_class_name(match (is_marked, status.is_active()) {
            (true, _) => "row marked",
            (false, true) => "row",
            (false, false) => "row inactive",
        });

        let name = if unreadable { "Unreadable token" } else { store.name(row) };
        set(&self.name, name);
        title(&self.name, name);
        let description = store.problem(row).unwrap_or(store.description(row));
        set(&self.description, description);
        title(&self.description, description);
        let guid = store.guid(row);
        set(&self.guid, &guid);
        let names: Vec<&str> = store.scopes(row).map(|it| scopes.name(it)).collect();
        let names = names.join(", ");
        set(&self.scopes, &names);
        title(&self.scopes, &names);

        let life = store.life(row);
        let date = |lines: &[Element; 2], at: Option<Millis>, none: &str| {
            set(&lines[0], &at.map_or(if unreadable { String::new() } else { none.to_owned() }, |at| formats.date_time(at)));
            set(&lines[1], &at.map_or(String::new(), |at| formats.distance(distance(at, *now))));
        };
        date(&self.from, life.valid_from, "From creation");
        date(&self.to, life.valid_to, "Never");
        let used = store.last_used(row);
        set(&self.used, &match used {
            Some(at) => formats.distance(distance(at, *now)),
            None => if unreadable { String::new() } else { "Never".into() },
        });
        title(&self.used, &used.map_or(String::new(), |at| formats.date_time(at)));

        set(&self.status, words::status(status));
        self.status.set_class_name(match status {
            Status::Active => "badge active",
            Status::Scheduled => "badge scheduled",
            Status::Expired => "badge expired",
            Status::Revoked => "badge revoked",
            Status::Inactive => "badge",
            Status::Unreadable => "badge unreadable",
        });
        label(&self.copy, "Copy GUID of", name);
        self.copy.set_disabled(guid.is_empty());
        for (button, (verb, disabled)) in self.buttons.iter().zip([("Edit", unreadable), ("Revoke", !status.is_active()), ("Delete", unreadable)]) {
            label(button, verb, name);
            button.set_disabled(disabled);
        }
        title(&self.buttons[1], match status {
            Status::Active => "",
            Status::Revoked => "It was revoked already.",
            _ => "Only an active token can be revoked.",
        });
    }
}

fn set(element: &Element, text: &str) {
    element.set_text_content(Some(text));
}

fn title(element: &Element, text: &str) {
    let _ = if text.is_empty() { element.remove_attribute("title") } else { element.set_attribute("title", text) };
}

fn label(button: &HtmlButtonElement, verb: &str, name: &str) {
    let _ = button.set_attribute("aria-label", &format!("{verb} {name}"));
}

