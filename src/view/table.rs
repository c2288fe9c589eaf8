//! The table: only rows in view exist, and they are recycled. Neither fetches nor sorts.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlButtonElement, HtmlElement};

use super::dom::{El, button, el, follow};
use crate::api::encode;
use crate::browser::{Formats, active_element, document, now, window};
use crate::desk::source::Scopes;
use crate::desk::{Desk, Dialog, Named, Seat};
use crate::query::SortKey;
use crate::store::{Row, Shelf, Spot, Store};
use crate::system::{Action, Column, ColumnKind, System};
use crate::time::{DAY, Millis, distance, parse_rfc3339};
use crate::token::Status;
use crate::words;

/// Rows kept ready above and below the view, so that Tab always finds a next one.
const SPARE_ROWS: usize = 4;

/// A deadline that is nearer than this stands out.
const NEAR: Millis = 14 * DAY;

/// Height of a row where the style sheet says none.
const DEFAULT_HEIGHT: usize = 56;

/// The table with its headers, what stands in its place while there is nothing to show, and the rows.
pub(super) fn table(desk: Desk, columns: Vec<Column>, actions: Vec<RowAction>) -> El {
    let columns: Rc<[Column]> = columns.into();
    let n_shown = Memo::new(move |_| {
        desk.listed.track();
        desk.with_rows(|_, spots, _| spots.len())
    });
    let system = desk.system();
    let column = |title: &str, key: Option<SortKey>| {
        let Some(key) = key else {
            return el("div").attr("role", "columnheader").child(el("span").text(title));
        };
        let sorted = move || desk.query.with(|it| it.sort.filter(|it| it.key == key).map(|it| it.descending));
        let order = move || sorted().map(|descending| if descending { "descending" } else { "ascending" }.into());
        let mark = move || sorted().map_or("", |descending| if descending { "▼" } else { "▲" }).into();
        let button = button("sort", title, move || desk.sort(key));
        let button = button.child(el("span.sort-mark").attr("aria-hidden", "true").live_text(mark));
        el("div").attr("role", "columnheader").live_attr("aria-sort", order).child(button)
    };
    let header =
        el("div.row").attr("role", "row").attr("aria-rowindex", "1").child(column("Name", Some(SortKey::Name)));
    let header = header.children(
        columns
            .iter()
            .map(|it| {
                let header = column(&it.label, it.kind.sort_key());
                // It stands below the name.
                if it.kind == ColumnKind::Description {
                    header.0.set_class_name("offscreen");
                }
                header
            })
            .collect(),
    );
    let header = header.child(column("Actions", None));
    let body = el("div.table-body").attr("role", "rowgroup").on("click", move |event| clicked(desk, &event));
    let table = el("div.table")
        .attr("role", "table")
        .attr("aria-labelledby", "heading")
        .attr("aria-colcount", &(columns.len() + 2).to_string())
        .live_attr("aria-rowcount", move || Some((n_shown.get() + 1).to_string()))
        .live_attr("aria-busy", move || Some(desk.load.with(|it| it.running).to_string()))
        .child(el("div.table-head").attr("role", "rowgroup").child(header))
        .child(body.clone());
    let view = el("div.table-box")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", "Tokens, scrollable")
        .child(table);
    let view = view.live(move || (n_shown.get() == 0).then(|| nothing(desk)).flatten());
    if !has_own_layout(&columns) {
        view.0.class_list().add_1("auto").unwrap_or_default();
        let style = view.0.style();
        let _ = style.set_property("--columns", &widths(&columns, system.short_ids, &actions));
        // On cards two or four stand side by side, the actions among them; name and description have lines of their own.
        let n_cells = columns.iter().filter(|it| it.kind != ColumnKind::Description).count() + 1;
        // Three buttons are too many for half a line.
        let n_cells = if actions.len() > 2 { n_cells + 1 } else { n_cells };
        let _ = style.set_property("--lines-of-two", &n_cells.div_ceil(2).to_string());
        let _ = style.set_property("--lines-of-four", &n_cells.div_ceil(4).to_string());
    }

    let rows = Rc::new(RefCell::new(Rows::new(desk, columns, actions, view.0.clone(), body.0)));
    let render = {
        let rows = rows.clone();
        move |all: bool| {
            // Focus that leaves a recycled row makes the browser scroll, and that asks for the rows again.
            if let Ok(mut rows) = rows.try_borrow_mut() {
                rows.render(all);
            }
        }
    };
    let resized = {
        let (rows, render) = (rows.clone(), render.clone());
        Closure::<dyn FnMut()>::new(move || {
            let moved = rows.borrow_mut().measure();
            render(moved);
        })
    };
    if let Ok(observer) = web_sys::ResizeObserver::new(resized.into_js_value().unchecked_ref()) {
        observer.observe(&view.0);
    }
    let for_scroll = render.clone();
    let view = view.on("scroll", move |_| for_scroll(false));
    let for_list = render.clone();
    follow(move || {
        desk.listed.track();
        desk.scopes.track();
        desk.revealed.track();
        for_list(true);
    });
    follow(move || {
        if let Some((place, id)) = desk.marked.get() {
            rows.borrow_mut().scroll_to(place, &id);
            render(true);
        }
    });
    view
}

/// Whether the style sheet has a layout made for just these columns: those of a Scoped Token API.
fn has_own_layout(columns: &[Column]) -> bool {
    columns.iter().map(|it| it.kind).eq([
        ColumnKind::Description,
        ColumnKind::Id,
        ColumnKind::Scopes,
        ColumnKind::ValidFrom,
        ColumnKind::ValidTo,
        ColumnKind::LastUsed,
        ColumnKind::Status,
    ])
}

/// The columns' widths, as CSS writes them. The description stands below the name.
fn widths(columns: &[Column], short_ids: bool, actions: &[RowAction]) -> String {
    let width = |it: &Column| match it.kind {
        ColumnKind::Description => "",
        ColumnKind::Id if short_ids => "minmax(4rem, 0.4fr) ",
        ColumnKind::Id => "11.25rem ",
        ColumnKind::Scopes => "minmax(9rem, 1.3fr) ",
        ColumnKind::Creator | ColumnKind::System | ColumnKind::Text(_) | ColumnKind::Hidden(_) => "minmax(6rem, 1fr) ",
        ColumnKind::LastUsed | ColumnKind::Status => "6.25rem ",
        ColumnKind::ValidFrom | ColumnKind::ValidTo => "10rem ",
        ColumnKind::Time(_) | ColumnKind::Deadline(_) => "6.5rem ",
    };
    let middle: String = columns.iter().map(width).collect();
    format!("minmax(10rem, 2fr) {middle}{}rem", (actions.len() * 17 / 4).max(4))
}

/// Something that can be done with a row.
#[derive(Clone, PartialEq)]
pub(super) struct RowAction {
    action: Action,
    key: &'static str,
    text: &'static str,
    /// Which of the systems on the page have it, by their places.
    shelves: Vec<bool>,
}

/// What can be done with a row of any of the systems that are open, in order.
pub(super) fn row_actions(desk: Desk) -> Vec<RowAction> {
    let all = [
        (Action::Edit, "edit", "Edit"),
        (Action::Rotate, "rotate", "Rotate"),
        (Action::Revoke, "revoke", "Revoke"),
        (Action::Delete, "delete", "Delete"),
    ];
    let can = |action: Action| {
        let can = |it: &Seat| it.source().is_some_and(|it| it.system().can(action).is_ok());
        desk.seats.with(|it| it.iter().map(can).collect::<Vec<_>>())
    };
    let actions = all.map(|(action, key, text)| RowAction { action, key, text, shelves: can(action) });
    actions.into_iter().filter(|it| it.shelves.contains(&true)).collect()
}

/// What stands in the place of rows.
fn nothing(desk: Desk) -> Option<El> {
    let (loaded, running, failed) = desk.load.with(|it| (it.loaded, it.running, it.error.is_some()));
    let message = |title: &str, text: &str, button: El| {
        Some(el("div.empty").child(el("p.empty-title").text(title)).child(el("p").text(text)).child(button))
    };
    if loaded > 0 {
        let all = button("button", "Show all tokens", move || desk.clear_filters());
        message("No token fits these filters", "Take one away, or look at all of them.", all)
    } else if running {
        let line = |()| el("div.skeleton-row").children([(); 3].map(|()| el("span.skeleton")).into());
        Some(el("div").attr("aria-hidden", "true").children([(); 8].map(line).into()))
    } else if failed {
        None
    } else if desk.is_inventory() || desk.system().can(Action::Create).is_err() {
        Some(el("div.empty").child(el("p.empty-title").text("There are no tokens")))
    } else {
        let first =
            button("button primary", "Create the first token", move || desk.dialog.set(Some(Dialog::Create(0))));
        message(
            "There are no tokens yet",
            "A token lets a program use the API in your name. Make the first one.",
            first,
        )
    }
}

/// One listener for the buttons of all rows.
fn clicked(desk: Desk, event: &web_sys::Event) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(button) = target.and_then(|it| it.closest("button, a").ok().flatten()) else { return };
    let row = button.closest("[role=row]").ok().flatten().and_then(|it| it.get_attribute("aria-rowindex"));
    let Some(place) = row.and_then(|it| it.parse::<usize>().ok()).and_then(|it| it.checked_sub(2)) else { return };
    let found = desk.with_rows(|shelves, spots, _| {
        let spot = *spots.get(place)?;
        let (store, row) = (shelves[spot.shelf()].store, spot.row());
        Some((Named { place: spot.shelf(), id: store.id(row), name: store.name(row).to_owned() }, store.guid(row)))
    });
    let Some((token, guid)) = found else { return };
    let is_plain = |event: &web_sys::MouseEvent| !event.ctrl_key() && !event.meta_key() && !event.shift_key();
    match button.get_attribute("data-do").as_deref() {
        // A link, unless it is to open elsewhere.
        None if is_plain(event.unchecked_ref()) => {
            event.prevent_default();
            desk.show_details(Some((token.place, token.id)));
        }
        Some("copy") => desk.copy(guid, format!("The {} of “{}”", desk.system().id_label, token.name)),
        Some("edit") => desk.dialog.set(Some(Dialog::Edit(token))),
        Some("revoke") if button.get_attribute("aria-disabled").is_none() => {
            desk.dialog.set(Some(Dialog::Revoke(token)))
        }
        Some("show") => {
            let token = Some((token.place, token.id));
            desk.revealed.update(|it| *it = if *it == token { None } else { token });
        }
        Some("rotate") => desk.dialog.set(Some(Dialog::Rotate(token))),
        Some("delete") => desk.dialog.set(Some(Dialog::Delete(token))),
        _ => {}
    }
}

/// The rows that exist.
struct Rows {
    desk: Desk,
    system: Rc<System>,
    columns: Rc<[Column]>,
    actions: Vec<RowAction>,
    view: HtmlElement,
    body: HtmlElement,
    /// Rows on the page, from the first to the last without a gap.
    slots: VecDeque<Slot>,
    /// The place in the listing of the first one.
    first: usize,
    spare: Vec<Slot>,
    /// In CSS pixels, like all lengths here.
    row_height: usize,
    view_height: usize,
}

/// The elements of one row, made once and filled again and again.
struct Slot {
    row: HtmlElement,
    /// Leads to the details.
    link: Element,
    name: Element,
    /// One for every column of the system.
    cells: Vec<Cell>,
    buttons: Vec<(RowAction, HtmlButtonElement)>,
}

/// The elements in a cell that change with the token.
enum Cell {
    Text(Element),
    Lines([Element; 2]),
    Id(Element, HtmlButtonElement),
    /// What is hidden, and the button that shows it.
    Hidden(Element, HtmlButtonElement),
}

impl Rows {
    fn new(desk: Desk, columns: Rc<[Column]>, actions: Vec<RowAction>, view: HtmlElement, body: HtmlElement) -> Self {
        let mut rows = Rows {
            desk,
            system: desk.system(),
            columns,
            actions,
            view,
            body,
            slots: VecDeque::new(),
            first: 0,
            spare: Vec::new(),
            row_height: DEFAULT_HEIGHT,
            view_height: 0,
        };
        rows.measure();
        rows
    }

    /// The height of a row is the style sheet's to say: narrow pages show rows as cards. Tells whether it is another one
    /// than before, so that every row has a new place; the first row in view stays the first.
    fn measure(&mut self) -> bool {
        let before = self.row_height;
        let style = window().get_computed_style(&self.view).ok().flatten();
        let height = style
            .and_then(|it| it.get_property_value("--row-height").ok())
            .and_then(|it| it.trim().trim_end_matches("px").parse().ok());
        self.row_height = height.filter(|it| *it > 0).unwrap_or(DEFAULT_HEIGHT);
        self.view_height = self.view.client_height() as usize;
        let moved = self.row_height != before;
        if moved {
            let first_seen = self.view.scroll_top().max(0) as usize / before;
            let _ = self.body.style().set_property("height", &format!("{}px", self.n_listed() * self.row_height));
            self.view.set_scroll_top((first_seen * self.row_height) as i32);
        }
        moved
    }

    fn n_listed(&self) -> usize {
        self.desk.with_rows(|_, spots, _| spots.len())
    }

    /// Scrolls so that a token stands in the view.
    fn scroll_to(&mut self, shelf: usize, id: &str) {
        let place = self.desk.with_rows(|shelves, spots, _| {
            let spot = Spot::new(shelf, shelves.get(shelf)?.store.find(id)?);
            spots.iter().position(|it| *it == spot)
        });
        if let Some(place) = place {
            let top = place * self.row_height;
            let seen = self.view.scroll_top() as usize;
            if top < seen || top + 2 * self.row_height > seen + self.view_height {
                self.view.set_scroll_top(top.saturating_sub(self.view_height / 3) as i32);
            }
        }
    }

    /// Brings the rows on the page in line with the listing and the scroll position. `all`: their contents too.
    fn render(&mut self, all: bool) {
        let (desk, columns, system) = (self.desk, self.columns.clone(), self.system.clone());
        desk.with_rows(|shelves, listing, formats| {
            let height = listing.len() * self.row_height;
            let _ = self.body.style().set_property("height", &format!("{height}px"));
            // A list that got shorter has moved the scroll position by itself.
            let first_seen = self.view.scroll_top().max(0) as usize / self.row_height;
            let n_seen = self.view_height / self.row_height + 2;
            let end = (first_seen + n_seen + SPARE_ROWS).min(listing.len());
            let start = first_seen.saturating_sub(SPARE_ROWS).min(end);

            while !self.slots.is_empty() && (self.first < start || self.first >= end) {
                let slot = self.slots.pop_front();
                self.spare.extend(slot);
                self.first += 1;
            }
            while !self.slots.is_empty() && self.first + self.slots.len() > end {
                let slot = self.slots.pop_back();
                self.spare.extend(slot);
            }
            if self.slots.is_empty() {
                self.first = start;
            }
            let marked = desk.marked.get_untracked();
            let revealed = desk.revealed.get_untracked();
            let links: Vec<String> = (0..shelves.len()).map(|it| desk.link_before_id(it)).collect();
            let context = Context {
                shelves,
                formats,
                columns: &columns,
                id_label: &system.id_label,
                now: now(),
                row_height: self.row_height,
                marked: marked.as_ref().map(|(shelf, id)| (*shelf, id.as_str())),
                links: &links,
                revealed: revealed.as_ref().map(|(shelf, id)| (*shelf, id.as_str())),
            };
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
            None => Slot::new(&self.columns, &self.actions),
        }
    }
}

/// What rows are filled from.
struct Context<'a> {
    shelves: &'a [Shelf<'a>],
    formats: &'a Formats,
    columns: &'a [Column],
    id_label: &'a str,
    now: Millis,
    row_height: usize,
    marked: Option<(usize, &'a str)>,
    /// What links to details begin with, for every shelf; the id follows.
    links: &'a [String],
    /// The token whose secret is shown.
    revealed: Option<(usize, &'a str)>,
}

fn element(name: &str, class: &str, parent: &Element) -> Element {
    let made = document().create_element(name).expect("a known element");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    let _ = parent.append_child(&made);
    made
}

fn row_button(class: &str, action: &str, text: &str, parent: &Element) -> HtmlButtonElement {
    let made: HtmlButtonElement = element("button", class, parent).unchecked_into();
    made.set_type("button");
    let _ = made.set_attribute("data-do", action);
    made.set_text_content(Some(text));
    made
}

impl Slot {
    fn new(columns: &[Column], actions: &[RowAction]) -> Self {
        let row: HtmlElement = document().create_element("div").expect("a known element").unchecked_into();
        row.set_class_name("row");
        let _ = row.set_attribute("role", "row");
        let cell = |label: &str, class: &str| {
            let cell = element("div", class, &row);
            let _ = cell.set_attribute("role", "cell");
            let _ = cell.set_attribute("data-label", label);
            cell
        };
        let link = element("a", "name", &cell("Name", "cell-name"));
        let name = element("bdi", "", &link);
        let make = |Column { label, kind }: &Column| {
            let lines =
                |cell: Element| Cell::Lines([element("span", "line", &cell), element("span", "line muted", &cell)]);
            match kind {
                ColumnKind::Description => Cell::Text(cell(label, "cell-description")),
                ColumnKind::Id => {
                    let cell = cell(label, "cell-guid");
                    Cell::Id(element("span", "mono", &cell), row_button("icon-button", "copy", "⧉", &cell))
                }
                ColumnKind::Scopes => Cell::Text(cell(label, "cell-scopes")),
                ColumnKind::ValidFrom | ColumnKind::ValidTo | ColumnKind::Time(_) | ColumnKind::Deadline(_) => {
                    lines(cell(label, "cell-date"))
                }
                ColumnKind::LastUsed => Cell::Text(cell(label, "cell-used")),
                ColumnKind::Creator | ColumnKind::System | ColumnKind::Text(_) => Cell::Text(cell(label, "cell-text")),
                ColumnKind::Hidden(_) => {
                    let cell = cell(label, "cell-text");
                    Cell::Hidden(element("span", "mono", &cell), row_button("button quiet small", "show", "", &cell))
                }
                ColumnKind::Status => Cell::Text(element("span", "badge", &cell(label, "cell-status"))),
            }
        };
        let cells = columns.iter().map(make).collect();
        let place = cell("Actions", "cell-actions");
        let button = |it: &RowAction| (it.clone(), row_button("button small", it.key, it.text, &place));
        let buttons = actions.iter().map(button).collect();
        Slot { row, link, name, cells, buttons }
    }

    /// Takes the row off the page. Focus that was in it stays in the table.
    fn leave(&self, view: &HtmlElement) {
        if active_element().is_some_and(|it| self.row.contains(Some(&it))) {
            let _ = view.focus();
        }
        self.row.remove();
    }

    fn fill(&self, context: &Context, scopes: &Scopes, place: usize, spot: Spot) {
        let Context { shelves, columns, now, row_height, marked, .. } = context;
        let (Shelf { system, store }, row) = (shelves[spot.shelf()], spot.row());
        let style = self.row.style();
        let _ = style.set_property("transform", &format!("translateY({}px)", place * row_height));
        let _ = self.row.set_attribute("aria-rowindex", &(place + 2).to_string());
        let status = store.status(row, *now);
        let unreadable = status == Status::Unreadable;
        let is_marked = marked.is_some_and(|(shelf, id)| shelf == spot.shelf() && store.id(row) == id);
        self.row.set_class_name(match (is_marked, status.is_active() || status == Status::Unknown) {
            (true, _) => "row marked",
            (false, true) => "row",
            (false, false) => "row inactive",
        });
        let name = match store.name(row) {
            _ if unreadable => "Unreadable token",
            "" => "(no name)",
            name => name,
        };
        set(&self.name, name);
        title(&self.link, name);
        let _ = self.link.set_attribute("href", &format!("{}{}", context.links[spot.shelf()], encode(&store.id(row))));
        let token = TokenAt { shelf: spot.shelf(), system, store, row, status, name };
        for (cell, Column { kind, .. }) in self.cells.iter().zip(*columns) {
            context.fill(cell, *kind, scopes, &token);
        }
        for (RowAction { action, text, shelves, .. }, button) in &self.buttons {
            // Only what the token's own system has.
            button.set_hidden(!shelves.get(spot.shelf()).is_some_and(|it| *it));
            let disabled = match action {
                Action::Revoke => !status.is_active(),
                Action::Edit => unreadable,
                _ => unreadable || status == Status::Deleted,
            };
            label(button, text, name);
            // A button that is disabled loses the focus, and nobody else has it then.
            if disabled
                && !button.disabled()
                && active_element().is_some_and(|it| button.is_same_node(Some(&it)))
                && let Ok(Some(table)) = self.row.closest(".table-box")
            {
                let _ = table.unchecked_into::<HtmlElement>().focus();
            }
            button.set_disabled(disabled);
            title(
                button,
                match (action, status) {
                    (Action::Delete, Status::Deleted) => "It is deleted already.",
                    (Action::Revoke, Status::Revoked) => "It was revoked already.",
                    (Action::Revoke, _) if disabled => "Only an active token can be revoked.",
                    _ => "",
                },
            );
        }
    }
}

/// A token as a row shows it.
struct TokenAt<'a> {
    shelf: usize,
    system: &'a str,
    store: &'a Store,
    row: Row,
    status: Status,
    name: &'a str,
}

impl Context<'_> {
    fn fill(&self, cell: &Cell, kind: ColumnKind, scopes: &Scopes, token: &TokenAt) {
        let Context { formats, now, .. } = self;
        let TokenAt { system, store, row, status, name, .. } = *token;
        let unreadable = status == Status::Unreadable;
        let unreported = store.unreported(row);
        // A fact that is not reported, or one that there is none of, in words.
        let absent = |is_unreported: bool, none: &str| match is_unreported {
            _ if unreadable => String::new(),
            true => words::NOT_REPORTED.into(),
            false => none.to_owned(),
        };
        let date = |lines: &[Element; 2], at: Option<Millis>, format: fn(&Formats, Millis) -> String, none: String| {
            set(&lines[0], &at.map_or(none, |at| format(formats, at)));
            set(&lines[1], &at.map_or(String::new(), |at| formats.distance(distance(at, *now))));
        };
        match (cell, kind) {
            (Cell::Id(text, copy), _) => {
                let guid = store.guid(row);
                set(text, &guid);
                label(copy, &format!("Copy {} of", self.id_label), name);
                copy.set_disabled(guid.is_empty());
            }
            (Cell::Lines(lines), ColumnKind::ValidFrom) => {
                date(
                    lines,
                    store.life(row).valid_from,
                    Formats::date_time,
                    absent(unreported.valid_from, "From creation"),
                );
            }
            (Cell::Lines(lines), ColumnKind::ValidTo) => {
                date(lines, store.life(row).valid_to, Formats::date_time, absent(unreported.valid_to, "Never"));
            }
            (Cell::Lines(lines), ColumnKind::Time(idx) | ColumnKind::Deadline(idx)) => {
                let text = store.extra(row, idx);
                let at = text.and_then(parse_rfc3339);
                // There are many of these: the day stands there, the minute is told on asking.
                title(&lines[0], &at.map_or(String::new(), |it| formats.date_time(it)));
                date(
                    lines,
                    at,
                    Formats::date,
                    absent(text.is_none(), if text == Some("") { "Never" } else { text.unwrap_or_default() }),
                );
                let is_near = matches!(kind, ColumnKind::Deadline(_)) && at.is_some_and(|it| it - now < NEAR);
                lines[1].set_class_name(if is_near { "line warning" } else { "line muted" });
            }
            (Cell::Text(text), ColumnKind::Description) => {
                let description = store.problem(row).unwrap_or(store.description(row));
                set(text, description);
                title(text, description);
            }
            (Cell::Text(text), ColumnKind::Scopes) => {
                let names: Vec<&str> = store.scopes(row).map(|it| scopes.name(it)).collect();
                self.fill_text(text, &names.join(", "), absent(unreported.scopes, "None"));
            }
            (Cell::Text(text), ColumnKind::LastUsed) => {
                let used = store.last_used(row);
                let none = || absent(unreported.last_used, "Never");
                set(text, &used.map_or_else(none, |at| formats.distance(distance(at, *now))));
                title(text, &used.map_or(String::new(), |at| formats.date_time(at)));
            }
            (Cell::Text(text), ColumnKind::System) => self.fill_text(text, system, String::new()),
            (Cell::Text(text), ColumnKind::Status) => {
                set(text, words::status(status));
                text.set_class_name(match status {
                    Status::Active => "badge active",
                    Status::Scheduled => "badge scheduled",
                    Status::Expired => "badge expired",
                    Status::Revoked => "badge revoked",
                    Status::Deleted => "badge deleted",
                    Status::Inactive | Status::Unknown => "badge",
                    Status::Unreadable => "badge unreadable",
                });
            }
            (Cell::Text(text), ColumnKind::Text(idx)) => {
                let extra = store.extra(row, idx);
                self.fill_text(text, extra.unwrap_or_default(), absent(extra.is_none(), "None"));
            }
            (Cell::Hidden(text, button), ColumnKind::Hidden(idx)) => {
                let extra = store.extra(row, idx);
                let secret = extra.unwrap_or_default();
                let is_shown = self.revealed.is_some_and(|(shelf, id)| shelf == token.shelf && store.id(row) == id);
                match (secret, is_shown) {
                    ("", _) => set(text, &absent(extra.is_none(), "None")),
                    (secret, true) => set(text, secret),
                    (_, false) => set(text, words::MASK),
                }
                let verb = if is_shown { "Hide" } else { "Show" };
                set(button, verb);
                label(button, &format!("{verb} the secret of"), name);
                button.set_hidden(secret.is_empty());
            }
            (Cell::Text(text), _) => {
                self.fill_text(text, store.created_by(row), absent(unreported.created_by, "Nobody named"));
            }
            (Cell::Lines(_) | Cell::Hidden(..), _) => {}
        }
    }

    fn fill_text(&self, cell: &Element, text: &str, none: String) {
        let shown = if text.is_empty() { &none } else { text };
        set(cell, shown);
        title(cell, shown);
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
