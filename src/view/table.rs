//! The table: only rows in view exist, and they are recycled. Neither fetches nor sorts.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

use super::kit::{El, button, effect, el, key_of, on_resize};
use super::lazy;
use crate::actions::NamedToken;
use crate::actions::check::{Listed, check};
use crate::api::encode;
use crate::capabilities::{Action, Capabilities, Column, ColumnKind};
use crate::excerpt::LINE;
use crate::facts::{Absent, Fact, FactValue, Subject, Tone, fact};
use crate::messages;
use crate::platform;
use crate::platform::fetch::painted;
use crate::platform::{Formats, active_element, document, now, window, with_formats};
use crate::query::SortKey;
use crate::scrolling::Window;
use crate::store::{Row, RowRef, StoreRef};
use crate::time::Millis;
use crate::token::{Status, TokenRef};
use crate::workspace::connection::Scopes;
use crate::workspace::slots::Slot;
use crate::workspace::{Dialog, Workspace};

/// Rows kept ready above and below the view, so that Tab always finds a next one.
const SPARE_ROWS: usize = 4;

/// Height of a row where the style sheet says none.
const DEFAULT_HEIGHT: usize = 56;

/// The table with its headers, what stands in its place while there is nothing to show, and the rows.
pub(super) fn table(workspace: Workspace, columns: Vec<Column>, actions: Vec<RowAction>) -> El {
    let columns: Rc<[Column]> = columns.into();
    let n_shown = Memo::new(move |_| {
        workspace.listed.track();
        workspace.with_rows(|_, row_refs| row_refs.len())
    });
    let system = workspace.system();
    let sort = Memo::new(move |_| workspace.query.with(|it| it.sort));
    let column = |title: &str, key: Option<SortKey>| {
        let Some(key) = key else {
            return el("div").attr("role", "columnheader").child(el("span").text(title));
        };
        let sorted = move || sort.get().filter(|it| it.key == key).map(|it| it.descending);
        let order = move || sorted().map(|descending| if descending { "descending" } else { "ascending" }.into());
        let mark = move || sorted().map_or("", |descending| if descending { "▼" } else { "▲" }).into();
        let button = button("sort", title, move || workspace.sort(key)).prefetch(move || workspace.prefetch_sort(key));
        let button = button.child(el("span.sort-mark").attr("aria-hidden", "true").bind_text(mark));
        el("div").attr("role", "columnheader").bind_attr("aria-sort", order).child(button)
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
    let hovered = Rc::new(RefCell::new(None));
    let body = el("div.table-body").attr("role", "rowgroup");
    let body = body.on("mouseover", {
        let hovered = hovered.clone();
        move |event| {
            hovered.replace(tell_in_full(&event));
        }
    });
    // A user at a row's button may press it: what that leads to is mostly there then.
    let body = body.on("pointerdown", |_| lazy::expect()).on("focusin", |_| lazy::expect());
    let table = el("div.table")
        .attr("role", "table")
        .attr("aria-labelledby", "heading")
        .attr("aria-colcount", &(columns.len() + 2).to_string())
        .bind_attr("aria-rowcount", move || Some((n_shown.get() + 1).to_string()))
        .bind_attr("aria-busy", move || Some(workspace.load.with(|it| it.running).to_string()))
        .child(el("div.table-head").attr("role", "rowgroup").child(header))
        .child(body.clone());
    let view = el("div.table-box")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", "Tokens, scrollable")
        .child(table);
    let view = view.bind_child(move || (n_shown.get() == 0).then(|| nothing(workspace)).flatten());
    if !has_own_layout(&columns) {
        let described = if has_description(&columns) { " described" } else { "" };
        let many = if actions.len() > 2 { " many-actions" } else { "" };
        view.0.set_class_name(&format!("table-box auto{described}{many}"));
        let style = view.0.style();
        let _ = style.set_property("--columns", &widths(&columns, system.short_ids, &actions));
        // On cards two or four stand side by side, the actions among them; name and description have lines of their own.
        let n_cells = columns.iter().filter(|it| it.kind != ColumnKind::Description).count() + 1;
        // Three buttons are too many for half a line.
        let n_cells = if actions.len() > 2 { n_cells + 1 } else { n_cells };
        let _ = style.set_property("--lines-of-two", &n_cells.div_ceil(2).to_string());
        let _ = style.set_property("--lines-of-four", &n_cells.div_ceil(4).to_string());
    }

    let rows = Rc::new(RefCell::new(Rows::new(workspace, columns, actions, view.0.clone(), body.0.clone())));
    let for_click = rows.clone();
    body.on("click", move |event| clicked(workspace, &for_click.borrow(), &event));
    let render = {
        let rows = rows.clone();
        move |all: bool| {
            // Focus that leaves a recycled row makes the browser scroll, and that asks for the rows again.
            if let Ok(mut rows) = rows.try_borrow_mut() {
                rows.render(all);
            }
        }
    };
    on_resize(&view.0, {
        let (rows, render) = (rows.clone(), render.clone());
        move || {
            let moved = rows.borrow_mut().measure();
            render(moved);
        }
    });
    let for_scroll = render.clone();
    let (window, box_of_rows) = (rows.borrow().window.clone(), view.0.clone());
    let (for_keys, box_of_keys) = (window.clone(), view.0.clone());
    let view = view.on("scroll", move |_| {
        let mut scrolled = window.get();
        if let Some(elsewhere) = scrolled.scrolled(box_of_rows.scroll_top().max(0) as usize) {
            box_of_rows.set_scroll_top(elsewhere as i32);
        }
        window.set(scrolled);
        for_scroll(false);
    });
    // A browser may go to an end in steps, which are not told from those of a wheel.
    let view = view.on("keydown", move |event| {
        let end = match key_of(&event).as_str() {
            "Home" => 0,
            "End" => i32::MAX,
            _ => return,
        };
        if for_keys.get().is_scaled() {
            event.prevent_default();
            box_of_keys.set_scroll_top(end);
        }
    });
    let (for_list, for_spare, with_spare, filled) = (render.clone(), render.clone(), rows.clone(), rows.clone());
    // The first rows are not to wait for those that are out of view.
    spawn_local(async move {
        painted().await;
        with_spare.borrow_mut().n_spare = SPARE_ROWS;
        for_spare(false);
    });
    let forgotten = Cell::default();
    effect(move || {
        workspace.listed.track();
        workspace.scopes.track();
        workspace.revealed.track();
        // What the pointer rests on may hold another text from now on.
        if let Some(told) = hovered.take() {
            let _ = told.remove_attribute("title");
        }
        for_list(true);
        let times = workspace.forgotten.get();
        if forgotten.replace(times) != times {
            filled.borrow_mut().forget();
        }
    });
    effect(move || {
        if let Some(token) = workspace.marked.get() {
            rows.borrow_mut().scroll_to(token.slot, &token.id);
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

/// Whether something stands below the names.
fn has_description(columns: &[Column]) -> bool {
    columns.iter().any(|it| it.kind == ColumnKind::Description)
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
    stores: Vec<bool>,
}

/// What can be done with a row of any of the systems that are open, in order.
pub(super) fn row_actions(workspace: Workspace) -> Vec<RowAction> {
    let all = [
        (Action::Edit, "edit", "Edit"),
        (Action::Rotate, "rotate", "Rotate"),
        (Action::Revoke, "revoke", "Revoke"),
        (Action::Delete, "delete", "Delete"),
    ];
    let can = |action: Action| {
        let can = |it: &Slot| it.source().is_some_and(|it| it.system().can(action).is_ok());
        workspace.slots.with(|it| it.iter().map(can).collect::<Vec<_>>())
    };
    let actions = all.map(|(action, key, text)| RowAction { action, key, text, stores: can(action) });
    actions.into_iter().filter(|it| it.stores.contains(&true)).collect()
}

/// What stands where there are no rows.
fn nothing(workspace: Workspace) -> Option<El> {
    let (loaded, running, failed) =
        workspace.load.with(|it| (it.loaded, it.running, it.error.is_some() || it.gap.is_some()));
    let message = |title: &str, text: &str, button: El| {
        Some(el("div.empty").child(el("p.empty-title").text(title)).child(el("p").text(text)).child(button))
    };
    if loaded > 0 {
        let all = button("button", "Show all tokens", move || workspace.clear_filters());
        message("No token fits these filters", "Take one away, or look at all of them.", all)
    } else if running {
        let line = |()| el("div.skeleton-row").children([(); 3].map(|()| el("span.skeleton")).into());
        Some(el("div").attr("aria-hidden", "true").children([(); 8].map(line).into()))
    } else if failed {
        None
    } else if workspace.is_inventory() || workspace.system().can(Action::Create).is_err() {
        Some(el("div.empty").child(el("p.empty-title").text("There are no tokens")))
    } else {
        let first =
            button("button primary", "Create the first token", move || workspace.open_dialog(Dialog::Create(0)));
        message(
            "There are no tokens yet",
            "A token lets a program use the API in your name. Make the first one.",
            first,
        )
    }
}

/// Has the browser tell a text in full that may be cut off where the pointer is.
fn tell_in_full(event: &web_sys::Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let cell = target.closest(".name, .cell-description, .cell-scopes, .cell-text").ok().flatten()?;
    let text = cell.text_content().filter(|it| !it.is_empty())?;
    let _ = cell.set_attribute("title", &text);
    Some(cell)
}

/// One listener for the buttons of all rows. What is acted on is the token that was last written into the row, wherever it
/// stands in the list by now.
fn clicked(workspace: Workspace, rows: &Rows, event: &web_sys::Event) {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    let Some(button) = target.and_then(|it| it.closest("button, a").ok().flatten()) else { return };
    let row = button.closest("[role=row]").ok().flatten();
    let Some((row_ref, id)) = row.and_then(|it| rows.token_in(&it)) else { return };
    let found = workspace.with_rows(|stores, _| {
        let store = stores.get(row_ref.slot())?.store;
        let found = store.find(&id)?;
        // Of several with the same id it is the one that the row shows.
        let is_it = |row: &Row| store.shares_id(found) && (*row as usize) < store.n_rows() && store.id(*row) == id;
        let row = Some(row_ref.row()).filter(is_it).unwrap_or(found);
        let (slot, name) = (row_ref.slot(), store.name(row).to_owned());
        Some((NamedToken { token: TokenRef { slot, id }, name }, store.guid(row)))
    });
    let Some((token, guid)) = found else { return workspace.tell(messages::NOT_LISTED.into()) };
    let is_plain = |event: &web_sys::MouseEvent| !event.ctrl_key() && !event.meta_key() && !event.shift_key();
    match button.get_attribute("data-do").as_deref() {
        // A link, unless it is to open elsewhere.
        None if is_plain(event.unchecked_ref()) => {
            event.prevent_default();
            workspace.show_details(Some(token.token));
        }
        Some("copy") => workspace.copy(guid, format!("The {} of “{}”", workspace.system().id_label, token.name)),
        Some("edit") => workspace.open_dialog(Dialog::Edit(token)),
        Some("revoke") if button.get_attribute("aria-disabled").is_none() => {
            workspace.open_dialog(Dialog::Revoke(token))
        }
        Some("show") => {
            let token = Some(token.token);
            workspace.revealed.update(|it| *it = if *it == token { None } else { token });
        }
        Some("rotate") => workspace.open_dialog(Dialog::Rotate(token)),
        Some("delete") => workspace.open_dialog(Dialog::Delete(token)),
        _ => {}
    }
}

/// The rows that exist.
struct Rows {
    workspace: Workspace,
    system: Rc<Capabilities>,
    columns: Rc<[Column]>,
    actions: Vec<RowAction>,
    view: HtmlElement,
    body: HtmlElement,
    /// Rows on the page, from the first to the last without a gap.
    row_nodes: VecDeque<RowNode>,
    /// The place in the results of the first one.
    first: usize,
    spare: Vec<RowNode>,
    /// How many row nodes were ever made.
    n_made: usize,
    /// In CSS pixels, like all lengths here.
    row_height: usize,
    view_height: usize,
    /// What is in view, as the browser said last. Asking it again after a change would make it lay out the page on the
    /// spot.
    window: Rc<Cell<Window>>,
    /// The height of the body, and where rows stand in it, as they were set last.
    laid_out: (usize, isize),
    /// Rows kept ready above and below the view: at first none.
    n_spare: usize,
    values: Values,
}

#[wasm_bindgen(module = "/src/view/rows.js")]
extern "C" {
    /// The elements of a row that change with the token, and what stands in them.
    type Places;
    #[wasm_bindgen(constructor)]
    fn new() -> Places;
    /// Adds a place: an element's `text`, `class`, whether it is `hidden` or `disabled`, how many pixels it stands from
    /// the `top`, or any attribute.
    #[wasm_bindgen(method)]
    fn add(this: &Places, element: &Element, what: &str);
    /// Fills all places, see [`Values`].
    #[wasm_bindgen(method)]
    fn fill(this: &Places, values: &str);
}

/// The elements of one row, made once and filled again and again.
struct RowNode {
    row: HtmlElement,
    places: Places,
    /// The values that the places hold.
    shown: RefCell<String>,
    /// The token whose values they are: where it stood, and its id.
    token: RefCell<Option<(RowRef, String)>>,
}

/// Values for the places of a row, in the order of the places.
#[derive(Default)]
struct Values(String);

/// Stands after every value.
const SEPARATOR: char = '\u{1f}';

impl Values {
    fn add(&mut self, value: &str) {
        if value.contains(SEPARATOR) {
            // The difference is not visible: it has no form of its own.
            self.0.push_str(&value.replace(SEPARATOR, "\u{fffd}"));
        } else {
            self.0.push_str(value);
        }
        self.0.push(SEPARATOR);
    }

    /// A text of the system's own: its beginning, in which all is seen.
    fn text(&mut self, text: &str) {
        self.add(&messages::shown(text, LINE));
    }

    fn flag(&mut self, is_set: bool) {
        self.add(if is_set { "1" } else { "" });
    }
}

impl Rows {
    fn new(
        workspace: Workspace,
        columns: Rc<[Column]>,
        actions: Vec<RowAction>,
        view: HtmlElement,
        body: HtmlElement,
    ) -> Self {
        let mut rows = Rows {
            workspace,
            system: workspace.system(),
            columns,
            actions,
            view,
            body,
            row_nodes: VecDeque::new(),
            first: 0,
            spare: Vec::new(),
            n_made: 0,
            row_height: DEFAULT_HEIGHT,
            view_height: 0,
            window: Rc::default(),
            laid_out: (0, 0),
            n_spare: 0,
            values: Values::default(),
        };
        rows.measure();
        rows
    }

    /// The height of a row is the style sheet's to say: narrow pages show rows as cards. Tells whether it is another one
    /// than before, so that every row has a new place; the first row in view stays the first.
    fn measure(&mut self) -> bool {
        let before = self.row_height;
        // A table that is not on the page yet will have the measures of the one that it replaces.
        let standing_in = || document().query_selector(".table-box").ok().flatten();
        let seen: Element = match self.view.is_connected() {
            false => standing_in().unwrap_or_else(|| self.view.clone().into()),
            true => self.view.clone().into(),
        };
        let style = window().get_computed_style(&seen).ok().flatten();
        let height = style
            .and_then(|it| it.get_property_value("--row-height").ok())
            .and_then(|it| it.trim().trim_end_matches("px").parse().ok());
        self.row_height = height.filter(|it| *it > 0).unwrap_or(DEFAULT_HEIGHT);
        self.view_height = seen.client_height() as usize;
        let moved = self.row_height != before;
        if moved {
            let first_seen = self.window.get().top() / before;
            self.stretch(self.n_listed());
            self.scroll(first_seen * self.row_height);
        }
        moved
    }

    /// The token that a row on the page shows.
    fn token_in(&self, row: &Element) -> Option<(RowRef, String)> {
        self.row_nodes.iter().find(|it| it.row.is_same_node(Some(row)))?.token.borrow().clone()
    }

    /// Lets go of what rows that are on the page no more have held.
    fn forget(&mut self) {
        self.spare.clear();
        self.values = Values::default();
    }

    /// Gives the body the height of so many rows, as far as it can have that.
    fn stretch(&mut self, n_rows: usize) {
        let mut window = self.window.get();
        let moved = window.resize(n_rows * self.row_height, self.row_height, self.view_height, platform::pixel_ratio());
        self.window.set(window);
        if window.body() != self.laid_out.0 {
            self.laid_out.0 = window.body();
            let _ = self.body.style().set_property("height", &format!("{}px", window.body()));
        }
        // A list that got shorter moves the scroll position by itself; the event that tells of it comes later.
        if let Some(top) = moved.filter(|_| window.is_scaled()) {
            self.view.set_scroll_top(top as i32);
        }
    }

    fn scroll(&self, top: usize) {
        let mut window = self.window.get();
        self.view.set_scroll_top(window.go_to(top) as i32);
        self.window.set(window);
    }

    fn n_listed(&self) -> usize {
        self.workspace.with_rows(|_, row_refs| row_refs.len())
    }

    /// Scrolls so that a token stands in the view.
    fn scroll_to(&mut self, slot: usize, id: &str) {
        let place = self.workspace.with_rows(|stores, row_refs| {
            let row_ref = RowRef::new(slot, stores.get(slot)?.store.find(id)?);
            row_refs.iter().position(|it| *it == row_ref)
        });
        if let Some(place) = place {
            let top = place * self.row_height;
            let seen = self.window.get().top();
            if top < seen || top + 2 * self.row_height > seen + self.view_height {
                self.scroll(top.saturating_sub(self.view_height / 3));
            }
        }
    }

    /// Brings the rows on the page in line with the results and the scroll position. `all`: their contents too.
    fn render(&mut self, all: bool) {
        let (workspace, columns, actions) = (self.workspace, self.columns.clone(), self.actions.clone());
        // What follows a paint, or a change of size, may find that the workspace was left.
        if workspace.is_left() {
            return;
        }
        let mut render = |stores: &[StoreRef], results: &[RowRef], formats: &Formats| {
            self.stretch(results.len());
            let window = self.window.get();
            // Where rows stand has changed for all of them.
            let all = std::mem::replace(&mut self.laid_out.1, window.place(0)) != window.place(0) || all;
            let first_seen = window.top() / self.row_height;
            let n_seen = self.view_height / self.row_height + 2;
            let end = (first_seen + n_seen + self.n_spare).min(results.len());
            let start = first_seen.saturating_sub(self.n_spare).min(end);

            while !self.row_nodes.is_empty() && (self.first < start || self.first >= end) {
                let row_node = self.row_nodes.pop_front();
                self.spare.extend(row_node);
                self.first += 1;
            }
            while !self.row_nodes.is_empty() && self.first + self.row_nodes.len() > end {
                let row_node = self.row_nodes.pop_back();
                self.spare.extend(row_node);
            }
            if self.row_nodes.is_empty() {
                self.first = start;
            }
            let marked = workspace.marked.get_untracked();
            let revealed = workspace.revealed.get_untracked();
            let links: Vec<String> = (0..stores.len()).map(|it| workspace.link_before_id(it)).collect();
            let systems = workspace
                .slots
                .with_untracked(|it| it.iter().map(|it| Some(it.source()?.system())).collect::<Vec<_>>());
            let context = Context {
                stores,
                systems: &systems,
                formats,
                columns: &columns,
                has_description: has_description(&columns),
                actions: &actions,
                now: now(),
                row_height: self.row_height,
                window,
                marked: marked.as_ref(),
                links: &links,
                revealed: revealed.as_ref(),
            };
            workspace.scopes.with_untracked(|scopes| {
                let mut values = std::mem::take(&mut self.values);
                let mut fill = |row_node: &RowNode, place: usize| {
                    let row_ref = results[place];
                    let id = context.fill(&mut values, scopes, place, row_ref);
                    row_node.show(&mut values, (row_ref, id));
                };
                if all {
                    for (place, row_node) in (self.first..).zip(&self.row_nodes) {
                        fill(row_node, place);
                    }
                }
                while self.first > start {
                    self.first -= 1;
                    let row_node = self.take_row_node();
                    fill(&row_node, self.first);
                    let _ = self.body.insert_before(&row_node.row, self.body.first_child().as_ref());
                    self.row_nodes.push_front(row_node);
                }
                while self.first + self.row_nodes.len() < end {
                    let place = self.first + self.row_nodes.len();
                    let row_node = self.take_row_node();
                    fill(&row_node, place);
                    let _ = self.body.append_child(&row_node.row);
                    self.row_nodes.push_back(row_node);
                }
                self.values = values;
            });
            for row_node in &self.spare {
                if row_node.row.is_connected() {
                    row_node.leave(&self.view);
                }
            }
        };
        workspace.with_rows(|stores, results| with_formats(|formats| render(stores, results, formats)));
    }

    fn take_row_node(&mut self) -> RowNode {
        match self.spare.pop() {
            Some(row_node) => {
                row_node.leave(&self.view);
                row_node
            }
            None => {
                self.n_made += 1;
                RowNode::new(self.n_made, &self.columns, &self.actions, &self.system.id_label)
            }
        }
    }
}

/// What rows are filled from.
struct Context<'a> {
    stores: &'a [StoreRef<'a>],
    /// What the systems are like that are open, by their slots.
    systems: &'a [Option<Rc<Capabilities>>],
    formats: &'a Formats,
    columns: &'a [Column],
    has_description: bool,
    actions: &'a [RowAction],
    now: Millis,
    row_height: usize,
    window: Window,
    marked: Option<&'a TokenRef>,
    /// What links to details begin with, for every slot; the id follows.
    links: &'a [String],
    /// The token whose secret is shown.
    revealed: Option<&'a TokenRef>,
}

fn element(name: &str, class: &str, parent: &Element) -> Element {
    let made = document().create_element(name).expect("a known element");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    let _ = parent.append_child(&made);
    made
}

/// Makes a button of a row. Its name is its own text or label and then the token's name, which both stand in the row
/// already: nothing of it is written again for another token.
fn row_button(class: &str, action: &str, n_slot: usize, parent: &Element) -> Element {
    let made = element("button", class, parent);
    let id = format!("{action}-{n_slot}");
    let _ = made.set_attribute("type", "button");
    let _ = made.set_attribute("data-do", action);
    let _ = made.set_attribute("aria-labelledby", &format!("{id} name-{n_slot}"));
    made.set_id(&id);
    made
}

impl RowNode {
    /// `n_slot`: its number, no other's.
    fn new(n_slot: usize, columns: &[Column], actions: &[RowAction], id_label: &str) -> Self {
        let row = document().create_element("div").expect("a known element");
        let _ = row.set_attribute("role", "row");
        let places = Places::new();
        let add = |element: &Element, kinds: &[&str]| kinds.iter().for_each(|what| places.add(element, what));
        let cell = |label: &str, class: &str| {
            let cell = element("div", class, &row);
            let _ = cell.set_attribute("role", "cell");
            let _ = cell.set_attribute("data-label", label);
            cell
        };
        add(&row, &["top", "aria-rowindex", "class"]);
        let link = element("a", "name", &cell("Name", "cell-name"));
        // What a name, an id or a scope is stays so in every language.
        let verbatim = |it: Element| {
            let _ = it.set_attribute("translate", "no");
            it
        };
        let name = verbatim(element("bdi", "", &link));
        name.set_id(&format!("name-{n_slot}"));
        add(&name, &["text"]);
        add(&link, &["href"]);
        for Column { id, label, kind } in columns {
            match kind {
                ColumnKind::Description => add(&cell(label, "cell-description"), &["text"]),
                ColumnKind::Id => {
                    let cell = cell(label, "cell-guid");
                    add(&verbatim(element("span", "mono", &cell)), &["text"]);
                    let copy = row_button("icon-button", "copy", n_slot, &cell);
                    let _ = copy.set_attribute("aria-label", &format!("Copy {id_label} of"));
                    add(&copy, &["disabled"]);
                }
                ColumnKind::ValidFrom | ColumnKind::ValidTo | ColumnKind::Time(_) | ColumnKind::Deadline(_) => {
                    let cell = cell(label, "cell-date");
                    let _ = cell.set_attribute("data-fact", id);
                    add(&element("span", "line", &cell), &["text", "title"]);
                    add(&element("span", "", &cell), &["text", "class"]);
                }
                ColumnKind::Hidden(_) => {
                    let cell = cell(label, "cell-text");
                    add(&verbatim(element("span", "mono", &cell)), &["text"]);
                    let show = row_button("button quiet small", "show", n_slot, &cell);
                    add(&show, &["text", "aria-label", "hidden"]);
                }
                ColumnKind::Status => add(&element("span", "", &cell(label, "cell-status")), &["text", "class"]),
                ColumnKind::Scopes => add(&verbatim(cell(label, "cell-scopes")), &["text"]),
                ColumnKind::LastUsed => add(&cell(label, "cell-used"), &["text", "title"]),
                ColumnKind::Creator | ColumnKind::System | ColumnKind::Text(_) => {
                    add(&verbatim(cell(label, "cell-text")), &["text"]);
                }
            }
        }
        let place = cell("Actions", "cell-actions");
        for RowAction { key, text, .. } in actions {
            let button = row_button("button small", key, n_slot, &place);
            let _ = button.append_with_str_1(text);
            add(&button, &["hidden", "disabled", "title"]);
        }
        RowNode { row: row.unchecked_into(), places, shown: RefCell::default(), token: RefCell::default() }
    }

    /// Takes the row off the page. Focus that was in it stays in the table.
    fn leave(&self, view: &HtmlElement) {
        if active_element().is_some_and(|it| self.row.contains(Some(&it))) {
            let _ = view.focus();
        }
        self.row.remove();
    }

    /// Shows these values, which are of this token; what is shown already is not written again.
    fn show(&self, values: &mut Values, token: (RowRef, String)) {
        self.token.replace(Some(token));
        let mut shown = self.shown.borrow_mut();
        if *shown != values.0 {
            self.places.fill(&values.0);
            std::mem::swap(&mut *shown, &mut values.0);
        }
        values.0.clear();
    }
}

impl Context<'_> {
    /// What a row shows of a token; its id.
    fn fill(&self, values: &mut Values, scopes: &Scopes, place: usize, row_ref: RowRef) -> String {
        let Context { stores, now, marked, .. } = self;
        let (StoreRef { system, store }, row) = (stores[row_ref.slot()], row_ref.row());
        values.add(&self.window.place(place * self.row_height).to_string());
        values.add(&(place + 2).to_string());
        let status = store.status(row, *now);
        let unreadable = status == Status::Unreadable;
        let id = store.id(row);
        let is_marked = marked.is_some_and(|marked| marked.slot == row_ref.slot() && marked.id == id);
        let classes = [
            (is_marked, " marked"),
            (!is_marked && !status.is_active() && status != Status::Unknown, " inactive"),
            (unreadable, " broken"),
            (unreadable || !store.description(row).is_empty() && self.has_description, " described"),
        ];
        let classes = classes.into_iter().filter(|(is_so, _)| *is_so);
        values.add(&classes.fold(String::from("row"), |all, (_, class)| all + class));
        match store.name(row) {
            _ if unreadable => values.add("Unreadable token"),
            "" => values.add("(no name)"),
            name => values.text(name),
        }
        values.add(&format!("{}{}", self.links[row_ref.slot()], encode(&id)));
        let scope_name = |id| scopes.name(id);
        let subject = Subject { store, row, status, system, scope_name: &scope_name, now: *now, most: LINE };
        for Column { kind, .. } in self.columns {
            self.fill_cell(values, *kind, row_ref.slot(), &subject);
        }
        for RowAction { action, stores, .. } in self.actions {
            // Only what the token's own system has.
            let is_offered = stores.get(row_ref.slot()).is_some_and(|it| *it);
            values.flag(!is_offered);
            let system = self.systems.get(row_ref.slot()).and_then(Option::as_ref).filter(|_| is_offered);
            let token = Some(Listed { store, row });
            let refused = system.and_then(|system| check(*action, token, system, *now).err());
            values.flag(refused.is_some());
            values.add(refused.as_ref().map_or("", |it| messages::why_not(*action, it)));
        }
        id
    }

    fn fill_cell(&self, values: &mut Values, kind: ColumnKind, slot: usize, subject: &Subject) {
        let formats = self.formats;
        let Fact { value, note, tone } = fact(subject, kind);
        // Of an unreadable token the name says it all.
        let absent = |it: Absent| if subject.status == Status::Unreadable { "" } else { messages::absent(it) };
        let words = match &value {
            FactValue::Text(text) => Cow::Borrowed(&**text),
            FactValue::Odd(odd) => messages::odd(&messages::shown(odd, LINE)).into(),
            FactValue::Absent(it) => absent(*it).into(),
            _ => Cow::default(),
        };
        match kind {
            ColumnKind::Id => {
                let guid: &str = if let FactValue::Text(guid) = &value { guid } else { "" };
                values.text(guid);
                values.flag(guid.is_empty());
            }
            ColumnKind::ValidFrom | ColumnKind::ValidTo | ColumnKind::Time(_) | ColumnKind::Deadline(_) => {
                // There are many times: the day stands there, the minute is told on asking.
                let is_short = matches!(kind, ColumnKind::Time(_) | ColumnKind::Deadline(_));
                match &value {
                    FactValue::At(at) if is_short => {
                        values.add(&formats.date(*at));
                        values.add(&formats.date_time(*at));
                    }
                    FactValue::At(at) => {
                        values.add(&formats.date_time(*at));
                        values.add("");
                    }
                    _ => {
                        values.add(&words);
                        values.add("");
                    }
                }
                values.add(&note.map_or(String::new(), |it| formats.distance(it)));
                values.add(if tone == Tone::Near { "line warning" } else { "line muted" });
            }
            ColumnKind::LastUsed => match (&value, note) {
                (FactValue::At(at), Some(note)) => {
                    values.add(&formats.distance(note));
                    values.add(&formats.date_time(*at));
                }
                _ => {
                    values.add(&words);
                    values.add("");
                }
            },
            ColumnKind::Status => {
                values.add(messages::status(subject.status));
                values.add(match subject.status {
                    Status::Active => "badge active",
                    Status::Scheduled => "badge scheduled",
                    Status::Expired => "badge expired",
                    Status::Revoked => "badge revoked",
                    Status::Deleted => "badge deleted",
                    Status::Inactive | Status::Unknown => "badge",
                    Status::Unreadable => "badge unreadable",
                });
            }
            ColumnKind::Hidden(_) => {
                let is_it = |it: &TokenRef| it.slot == slot && subject.store.id(subject.row) == it.id;
                let is_shown = self.revealed.is_some_and(is_it);
                values.text(match &value {
                    FactValue::Secret(secret) if is_shown => secret,
                    FactValue::Secret(_) => crate::secret::MASK,
                    _ => &words,
                });
                let verb = if is_shown { "Hide" } else { "Show" };
                values.add(verb);
                values.add(&format!("{verb} the secret of"));
                values.flag(!matches!(value, FactValue::Secret(_)));
            }
            ColumnKind::Description
            | ColumnKind::Scopes
            | ColumnKind::System
            | ColumnKind::Text(_)
            | ColumnKind::Creator => match &value {
                FactValue::Text(text) => values.text(text),
                // It stands below the name, where nothing is said of none.
                FactValue::Absent(_) if kind == ColumnKind::Description => values.add(""),
                _ => values.add(&words),
            },
        }
    }
}
