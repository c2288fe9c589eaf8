//! The rows in view: which of the results they show, and where they stand. A row that leaves the view is filled again.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::cells::{Context, RowAction, RowNode, Values, has_description};
use crate::capabilities::{Capabilities, Column};
use crate::platform::{Formats, document, now, pixel_ratio, window, with_formats};
use crate::scrolling::Window;
use crate::store::{RowRef, StoreRef};
use crate::workspace::Workspace;

/// Rows kept ready above and below the view, so that Tab always finds a next one.
pub(super) const SPARE_ROWS: usize = 4;

/// Height of a row where the style sheet says none.
const DEFAULT_HEIGHT: usize = 56;

/// The rows that exist.
pub(super) struct Rows {
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
    pub(super) window: Rc<Cell<Window>>,
    /// The height of the body, and where rows stand in it, as they were set last.
    laid_out: (usize, isize),
    /// Rows kept ready above and below the view: at first none.
    pub(super) n_spare: usize,
    values: Values,
}

impl Rows {
    pub(super) fn new(
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
    pub(super) fn measure(&mut self) -> bool {
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
    pub(super) fn token_in(&self, row: &Element) -> Option<(RowRef, String)> {
        self.row_nodes.iter().find(|it| it.row.is_same_node(Some(row)))?.token.borrow().clone()
    }

    /// Lets go of what rows that are on the page no more have held.
    pub(super) fn forget(&mut self) {
        self.spare.clear();
        self.values = Values::default();
    }

    /// Gives the body the height of so many rows, as far as it can have that.
    fn stretch(&mut self, n_rows: usize) {
        let mut window = self.window.get();
        let moved = window.resize(n_rows * self.row_height, self.row_height, self.view_height, pixel_ratio());
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
    pub(super) fn scroll_to(&mut self, slot: usize, id: &str) {
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

    /// The link in the row of a token, where that is on the page.
    pub(super) fn link_of(&self, slot: usize, id: &str) -> Option<HtmlElement> {
        let is_it = |it: &&RowNode| it.token.borrow().as_ref().is_some_and(|it| it.0.slot() == slot && it.1 == id);
        let row = &self.row_nodes.iter().find(is_it)?.row;
        row.query_selector(".name").ok().flatten().map(JsCast::unchecked_into)
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
                RowNode::new(self.n_made, &self.columns, &self.actions, &self.system.id_label.text())
            }
        }
    }
}
