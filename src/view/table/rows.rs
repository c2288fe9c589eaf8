//! The rows in view: which of the results they show, and where they stand. A row that leaves the view is filled again.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::cells::{Context, NAME, RowAction, RowNode, Values, highest};
use super::port::Port;
use crate::capabilities::{Capabilities, Column, ColumnKind};
use crate::layout::fit::{Fit, Texts, fit, of_button};
use crate::platform::{Formats, now, pixel_ratio, with_formats};
use crate::scrolling::Window;
use crate::store::{RowRef, StoreRef};
use crate::workspace::Workspace;

/// Rows kept ready above and below the view, so that Tab always finds a next one.
pub(super) const SPARE_ROWS: usize = 3;

/// Height of a row where the style sheet says none.
const DEFAULT_HEIGHT: usize = 56;

/// How many rows are printed at most.
pub(super) const MOST_PRINTED: usize = 1_000;

/// The rows that exist.
pub(super) struct Rows {
    workspace: Workspace,
    system: Rc<Capabilities>,
    columns: Rc<[Column]>,
    actions: Vec<RowAction>,
    port: Port,
    view: HtmlElement,
    body: HtmlElement,
    /// A row that is not seen, as high as any.
    probe: RowNode,
    /// Which columns there is room for.
    fit: Fit,
    /// With how many letters a day and a minute are written at most.
    minute: usize,
    /// The cells of the head, but for the name's and the actions'.
    head: Vec<HtmlElement>,
    /// Rows on the page, from the first to the last without a gap.
    row_nodes: VecDeque<RowNode>,
    /// The place in the results of the first one.
    first: usize,
    spare: Vec<RowNode>,
    /// How many row nodes were ever made.
    n_made: usize,
    /// In CSS pixels, like all lengths here.
    row_height: usize,
    /// What is in view, as the browser said last. Asking it again after a change would make it lay out the page on the
    /// spot.
    pub(super) window: Rc<Cell<Window>>,
    /// The height of the body, and where rows stand in it, as they were set last.
    laid_out: (usize, isize),
    /// Rows kept ready above and below the view: at first none.
    pub(super) n_spare: usize,
    /// The place in the results of the row that Tab comes to, and where in it. Keys go on from there.
    stop: (usize, usize),
    /// Whether Tab comes to the head instead.
    pub(super) is_in_head: bool,
    /// Whether the page is being printed: then rows stand there that are out of view.
    is_printed: bool,
    values: Values,
}

impl Rows {
    pub(super) fn new(
        workspace: Workspace,
        columns: Rc<[Column]>,
        actions: Vec<RowAction>,
        [view, body]: [HtmlElement; 2],
        head: Vec<HtmlElement>,
    ) -> Self {
        let system = workspace.system();
        let probe = RowNode::new(0, &columns, &actions, &system.id_label.text());
        let _ = probe.row.remove_attribute("role");
        let mut rows = Rows {
            workspace,
            system,
            columns,
            actions,
            port: Port::new(view.clone(), body.clone()),
            view,
            body,
            probe,
            fit: Fit::default(),
            minute: 0,
            head,
            row_nodes: VecDeque::new(),
            first: 0,
            spare: Vec::new(),
            n_made: 0,
            row_height: DEFAULT_HEIGHT,
            window: Rc::default(),
            laid_out: (0, 0),
            n_spare: 0,
            stop: (0, NAME),
            is_in_head: false,
            is_printed: false,
            values: Values::default(),
        };
        let mut values = Values::default();
        rows.minute = with_formats(|it| highest(&mut values, &rows.columns, &rows.actions, it, now()));
        rows.probe.fill(&values);
        rows.measure();
        rows
    }

    /// A row that is not seen, which is as high as any: for the table to hold, and to watch.
    pub(super) fn probe(&self) -> HtmlElement {
        self.probe.row.clone()
    }

    /// Whether tokens are cards.
    pub(super) fn is_cards(&self) -> bool {
        self.port.is_cards
    }

    /// How wide the columns are, and how high a row is. The style sheet says how high it is at least, and letters that are
    /// larger or further apart make it higher. Tells whether the rows have other places than before; the first row in view
    /// stays the first.
    pub(super) fn measure(&mut self) -> bool {
        let least = self.port.measure();
        self.fit_columns();
        self.limit();
        let height = (self.probe.row.offset_height() as usize).max(least.unwrap_or(DEFAULT_HEIGHT));
        let before = std::mem::replace(&mut self.row_height, height);
        let moved = height != before;
        if moved {
            let _ = self.view.style().set_property("--row", &format!("{height}px"));
            let first_seen = self.window.get().top() / before;
            self.stretch(self.n_listed());
            self.scroll(first_seen * height);
        }
        moved
    }

    /// Leaves out the columns that have no room.
    fn fit_columns(&mut self) {
        // Paper has room for all: the browser fits them in.
        let fit = match self.port.is_cards || self.is_printed {
            true => Fit { left_out: vec![false; self.columns.len()], ..Fit::default() },
            false => {
                let texts = Texts { short_ids: self.system.short_ids, minute: self.minute };
                let measured = self.probe.buttons().map(|it| self.port.rem(it.offset_width()));
                let buttons: Vec<isize> =
                    self.actions.iter().zip(measured).map(|(it, width)| width.max(of_button(it.action))).collect();
                fit(&self.columns, &buttons, texts, self.port.width)
            }
        };
        if fit == self.fit {
            return;
        }
        let style = self.view.style();
        let _ = style.set_property("--columns", &fit.tracks);
        let _ = style.set_property("--buttons", &fit.buttons);
        let _ = style.set_property("--least", &fit.least);
        let _ = self.view.class_list().toggle_with_force("system-below", fit.is_system_below);
        let _ = self.view.set_attribute("data-folded", &fit.folded_after.to_string());
        for ((cell, is_out), column) in self.head.iter().zip(&fit.left_out).zip(&*self.columns) {
            cell.set_hidden(*is_out || column.kind == ColumnKind::System && fit.is_system_below);
        }
        for row_node in self.row_nodes.iter().chain(&self.spare).chain([&self.probe]) {
            row_node.leave_out(&fit.left_out);
        }
        let left_out = self.columns.iter().zip(&fit.left_out).filter(|(_, is_out)| **is_out);
        self.workspace.left_out.set(left_out.map(|(it, _)| it.id.clone()).collect());
        self.fit = fit;
    }

    /// The token that a row on the page shows.
    pub(super) fn token_in(&self, row: &Element) -> Option<(RowRef, String)> {
        self.row_nodes.iter().find(|it| it.row.is_same_node(Some(row)))?.token.borrow().clone()
    }

    /// Lets go of what rows that are on the page no more have held.
    pub(super) fn forget(&mut self) {
        self.spare.clear();
        self.values = Values::default();
    }

    /// The row was scrolled to elsewhere: by the user, or by the page.
    pub(super) fn scrolled(&mut self) {
        let mut window = self.window.get();
        if let Some(elsewhere) = window.scrolled(self.port.top()) {
            self.port.set_top(elsewhere);
        }
        self.window.set(window);
    }

    /// Gives the body the height of so many rows, as far as it can have that.
    fn stretch(&mut self, n_rows: usize) {
        let mut window = self.window.get();
        let moved = window.resize(n_rows * self.row_height, self.row_height, self.port.height, pixel_ratio());
        self.window.set(window);
        if window.body() != self.laid_out.0 {
            self.laid_out.0 = window.body();
            let _ = self.body.style().set_property("height", &format!("{}px", window.body()));
            self.limit();
        }
        // A list that got shorter moves the scroll position by itself; the event that tells of it comes later.
        if let Some(top) = moved.filter(|_| window.is_scaled()) {
            self.port.set_top(top);
        }
    }

    /// Lets the box be no higher than its rows; what is said where there are none has all the room.
    fn limit(&self) {
        let _ = match self.laid_out.0 {
            0 => self.view.style().remove_property("--full").map(drop),
            // With the lines around it.
            body => self.view.style().set_property("--full", &format!("{}px", body + self.port.head + 2)),
        };
    }

    fn scroll(&self, top: usize) {
        let mut window = self.window.get();
        self.port.set_top(window.go_to(top));
        self.window.set(window);
    }

    fn n_listed(&self) -> usize {
        self.workspace.with_rows(|_, row_refs| row_refs.len())
    }

    /// Where in the results a token stands.
    fn place_of(&self, slot: usize, id: &str) -> Option<usize> {
        self.workspace.with_rows(|stores, row_refs| {
            let row_ref = RowRef::new(slot, stores.get(slot)?.store.find(id)?);
            row_refs.iter().position(|it| *it == row_ref)
        })
    }

    /// Scrolls so that a token stands in the view.
    pub(super) fn scroll_to(&mut self, slot: usize, id: &str) {
        if let Some(place) = self.place_of(slot, id) {
            let top = place * self.row_height;
            let seen = self.window.get().top();
            if top < seen || top + 2 * self.row_height > seen + self.port.height {
                self.scroll(top.saturating_sub(self.port.height / 3));
            }
        }
    }

    /// Gives the focus to the row of a token. Tells whether that is listed.
    pub(super) fn focus_token(&mut self, slot: usize, id: &str) -> bool {
        let place = self.place_of(slot, id);
        place.map(|it| self.focus_row(it, NAME)).is_some()
    }

    /// Brings the rows on the page in line with the results and the scroll position. `all`: their contents too.
    pub(super) fn render(&mut self, all: bool) {
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
            // The head lies over the rows; of the first row and of the last a part may be seen.
            let n_seen = self.port.height.saturating_sub(self.port.head) / self.row_height + 2;
            let end = (first_seen + n_seen + self.n_spare).min(results.len());
            let start = first_seen.saturating_sub(self.n_spare).min(end);
            let (start, end) = if self.is_printed { (0, results.len().min(MOST_PRINTED)) } else { (start, end) };

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
            let wanted = workspace.query.with_untracked(|it| it.filter.scopes.clone());
            let links: Vec<String> = (0..stores.len()).map(|it| workspace.link_before_id(it)).collect();
            let systems = workspace
                .slots
                .with_untracked(|it| it.iter().map(|it| Some(it.source()?.system())).collect::<Vec<_>>());
            let context = Context {
                stores,
                systems: &systems,
                formats,
                columns: &columns,
                actions: &actions,
                now: now(),
                row_height: self.row_height,
                window,
                marked: marked.as_ref(),
                links: &links,
                wanted: &wanted,
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
            self.offer_stop(first_seen);
        };
        workspace.with_rows(|stores, results| with_formats(|formats| render(stores, results, formats)));
    }

    /// One place of all has the focus next: that of the row where keys left off, or of the first one in view.
    fn offer_stop(&mut self, first_seen: usize) {
        let last = self.first + self.row_nodes.len().saturating_sub(1);
        if !(self.first..=last).contains(&self.stop.0) {
            self.stop = (first_seen.clamp(self.first, last), NAME);
        }
        for (place, row_node) in (self.first..).zip(&self.row_nodes) {
            row_node.offer((place == self.stop.0 && !self.is_in_head).then_some(self.stop.1));
        }
    }

    /// The focus came to an element of the table.
    pub(super) fn focused(&mut self, element: &Element) {
        let found = (self.first..).zip(&self.row_nodes).find(|(_, it)| it.row.contains(Some(element)));
        if let Some((place, row_node)) = found {
            self.stop = (place, row_node.stop_of(element).unwrap_or(NAME));
            self.is_in_head = false;
        }
        self.offer_stop(self.window.get().top() / self.row_height);
    }

    /// Goes so many rows on, or back, and gives the focus to the same place in that row.
    pub(super) fn go(&mut self, by: isize) {
        let place = self.stop.0.saturating_add_signed(by).min(self.n_listed().saturating_sub(1));
        self.focus_row(place, self.stop.1);
    }

    /// How many rows a screen has.
    pub(super) fn n_in_view(&self) -> isize {
        (self.port.height / self.row_height).saturating_sub(1).max(1) as isize
    }

    /// Goes to another place of the row: the next that can have the focus, or the one before.
    pub(super) fn go_along(&mut self, is_on: bool) {
        let (place, now) = self.stop;
        let Some(row_node) = place.checked_sub(self.first).and_then(|it| self.row_nodes.get(it)) else { return };
        let stops: Vec<usize> = row_node.stops().map(|(it, _)| it).collect();
        let next = if is_on { stops.iter().find(|it| **it > now) } else { stops.iter().rfind(|it| **it < now) };
        if let Some(stop) = next {
            self.focus_row(place, *stop);
        }
    }

    /// Gives the focus to a row, and brings it into view.
    pub(super) fn focus_row(&mut self, place: usize, stop: usize) {
        let (top, seen) = (place * self.row_height, self.window.get().top());
        let room = self.port.height.saturating_sub(self.port.head + self.port.foot());
        if top < seen {
            self.scroll(top);
        } else if top + self.row_height > seen + room {
            self.scroll((top + self.row_height).saturating_sub(room));
        }
        self.stop = (place, stop);
        self.is_in_head = false;
        self.render(false);
        let Some(row_node) = place.checked_sub(self.first).and_then(|it| self.row_nodes.get(it)) else { return };
        // What is at this place in one row may not be there in another.
        let found = row_node.stops().find(|(it, _)| *it == stop).or_else(|| row_node.stops().next());
        if let Some((stop, element)) = found {
            self.stop.1 = stop;
            row_node.offer(Some(stop));
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
    }

    /// Where the row of the focus stands, and which place in it has it.
    pub(super) fn stop(&self) -> (usize, usize) {
        self.stop
    }

    /// Puts all rows on the page for the printer, or takes away again what is out of view.
    pub(super) fn print(&mut self, is_printed: bool) {
        self.is_printed = is_printed;
        self.fit_columns();
        self.render(false);
        if !is_printed {
            self.spare.clear();
        }
    }

    fn take_row_node(&mut self) -> RowNode {
        match self.spare.pop() {
            Some(row_node) => {
                row_node.leave(&self.view);
                row_node
            }
            None => {
                self.n_made += 1;
                let made = RowNode::new(self.n_made, &self.columns, &self.actions, &self.system.id_label.text());
                made.leave_out(&self.fit.left_out);
                made
            }
        }
    }
}
