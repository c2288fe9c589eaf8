//! The table: only rows in view exist, and they are recycled. Neither fetches nor sorts.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, MouseEvent};

pub(super) use self::cells::{RowAction, badge, row_actions};
use self::rows::{Rows, SPARE_ROWS};
use super::kit::{El, button, effect, el, focus_heading, on_resize, on_window};
use super::states;
use crate::actions::NamedToken;
use crate::capabilities::{Column, ColumnKind};
use crate::messages::selection::Selecting;
use crate::messages::table::Table;
use crate::platform::fetch::painted;
use crate::query::SortKey;
use crate::store::Row;
use crate::token::TokenRef;
use crate::workspace::told::{Copied, Told};
use crate::workspace::{Dialog, Workspace};

mod cells;
mod keys;
mod port;
mod print;
mod rows;
mod sort_by;

/// The table with its headers, what stands in its place while there is nothing to show, and the rows. `expect` is called
/// when a user is about to act on a row, `said` is what stands there besides.
pub(super) fn table(
    workspace: Workspace,
    columns: Vec<Column>,
    actions: Vec<RowAction>,
    expect: fn(),
    said: states::Said,
) -> El {
    let columns: Rc<[Column]> = columns.into();
    let n_shown = Memo::new(move |_| {
        workspace.listed.track();
        workspace.with_rows(|_, row_refs| row_refs.len())
    });
    let sort = Memo::new(move |_| workspace.query.with(|it| it.sort));
    let column = |title: &str, key: Option<SortKey>| {
        let Some(key) = key else {
            return el("div").attr("role", "columnheader").child(el("span").text(title));
        };
        let sorted = move || sort.get().filter(|it| it.key == key).map(|it| it.descending);
        let order = move || sorted().map(|descending| if descending { "descending" } else { "ascending" }.into());
        let mark = move || sorted().map_or("", |descending| if descending { "▼" } else { "▲" }).into();
        let button = button("sort", title, move || workspace.sort(key)).prefetch(move || workspace.prefetch_sort(key));
        let button = button.attr("tabindex", "-1");
        let button = button.child(el("span.sort-mark").attr("aria-hidden", "true").bind_text(mark));
        el("div").attr("role", "columnheader").bind_attr("aria-sort", order).child(button)
    };
    let titles: Vec<El> = columns
        .iter()
        .map(|it| {
            let header = column(&it.label.text(), it.kind.sort_key());
            // It stands below the name.
            if it.kind == ColumnKind::Description {
                header.0.set_class_name("offscreen");
            }
            header
        })
        .collect();
    let name = column(&Table::Name.text(), Some(SortKey::Name));
    let sorts = [&name].into_iter().chain(&titles).filter_map(|it| it.0.query_selector("button").ok().flatten());
    let all = select_all(workspace);
    let controls = [all.0.clone()].into_iter().chain(sorts.map(JsCast::unchecked_into));
    let controls: Rc<[HtmlElement]> = controls.collect();
    let head: Vec<HtmlElement> = titles.iter().map(|it| it.0.clone()).collect();
    let all = el("div.cell-select").attr("role", "columnheader").child(all);
    let header = el("div.row").attr("role", "row").attr("aria-rowindex", "1").child(all).child(name).children(titles);
    let header = header.child(column(&Table::Actions.text(), None));
    let hovered = Rc::new(RefCell::new(None));
    let body = el("div.table-body").attr("role", "rowgroup");
    let body = body.on("mouseover", {
        let hovered = hovered.clone();
        move |event| {
            hovered.replace(tell_in_full(&event));
        }
    });
    // A user at a row's button may press it: what that leads to is mostly there then.
    let body = body.on("pointerdown", move |_| expect()).on("focusin", move |_| expect());
    let table = el("div.table")
        .attr("role", "grid")
        .attr("aria-labelledby", "heading")
        .attr("aria-multiselectable", "true")
        .attr("aria-colcount", &(columns.len() + 3).to_string())
        .bind_attr("aria-rowcount", move || Some((n_shown.get() + 1).to_string()))
        .bind_attr("aria-busy", move || Some(workspace.load.with(|it| it.running).to_string()))
        .child(el("div.table-head").attr("role", "rowgroup").child(header))
        .child(body.clone());
    let is_cards = RwSignal::new(false);
    let for_cards = columns.clone();
    let by = move || is_cards.get().then(|| untrack(|| sort_by::sort_by(workspace, &for_cards)));
    let probe = el("div.probe").attr("aria-hidden", "true");
    let view = el("div.table-box")
        .attr("tabindex", "-1")
        .attr("role", "region")
        .attr("aria-label", &Table::Scrollable.text())
        .child(el("div.sorts").bind_child(by))
        .child(table)
        .child(probe.clone());
    let view = view.bind_child(states::nothing(workspace, n_shown, said));

    let rows = Rows::new(workspace, columns, actions, [view.0.clone(), body.0.clone()], head);
    let probe = probe.child(El(rows.probe()));
    is_cards.set(rows.is_cards());
    let rows = Rc::new(RefCell::new(rows));
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
    let measured = {
        let (rows, render) = (rows.clone(), render.clone());
        move || {
            let Ok(moved) = rows.try_borrow_mut().map(|mut it| it.measure()) else { return };
            is_cards.set(rows.borrow().is_cards());
            render(moved);
        }
    };
    // As wide and as high as the box, and the height of a row. Not the box itself: that of cards is as high as they are.
    on_resize(&probe.0, measured.clone());
    on_resize(&rows.borrow().probe(), measured.clone());
    on_window("resize", move |_| measured());
    let scrolled = {
        let (rows, render) = (rows.clone(), render.clone());
        move |_: web_sys::Event| {
            if let Ok(mut rows) = rows.try_borrow_mut() {
                rows.scrolled();
            }
            render(false);
        }
    };
    // The page, where tokens are cards.
    on_window("scroll", scrolled.clone());
    let view = view.on("scroll", scrolled);
    let for_keys = rows.clone();
    let keys = controls.clone();
    let view = view.on("keydown", move |event| keys::pressed(&for_keys, &keys, &event));
    let for_focus = rows.clone();
    let view = view.on("focusin", move |event| {
        let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        let is_in_head = controls.iter().any(|it| it.contains(Some(&target)));
        for control in &*controls {
            control.set_tab_index(if is_in_head && control.contains(Some(&target)) { 0 } else { -1 });
        }
        // A row that gives the focus to another is filled at the moment.
        if let Ok(mut rows) = for_focus.try_borrow_mut() {
            rows.is_in_head = is_in_head;
            rows.focused(&target);
        }
    });
    let _ = view.0.prepend_with_node_1(&print::printed(workspace, rows.clone()).0);
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
        workspace.selection.track();
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
    let with_focus = rows.clone();
    effect(move || {
        if let Some(token) = workspace.marked.get() {
            rows.borrow_mut().scroll_to(token.slot, &token.id);
            render(true);
        }
    });
    effect(move || {
        if let Some(token) = workspace.focus_on.get() {
            if !with_focus.borrow_mut().focus_token(token.slot, &token.id) {
                focus_heading(None);
            }
            workspace.focus_on.set(None);
        }
    });
    view
}

/// The box that selects all tokens that are shown, or none of these.
fn select_all(workspace: Workspace) -> El {
    let among = Memo::new(move |_| {
        workspace.listed.track();
        workspace.selection.track();
        workspace.selected_among_shown()
    });
    let name = move || Some(Selecting::shown(among.get().n, workspace.shows_whole_lists()).text().into_owned());
    let mark = el("input").attr("type", "checkbox").attr("tabindex", "-1").bind_attr("aria-label", name);
    let node = mark.input();
    effect(move || {
        let among = among.get();
        node.set_checked(among.is_all());
        node.set_indeterminate(among.n_selected > 0 && !among.is_all());
    });
    mark.on("change", move |_| workspace.select_shown(!among.get_untracked().is_all()))
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
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let Some(button) = target.closest("button, a, .cell-select").ok().flatten() else { return };
    let row = button.closest("[role=row]").ok().flatten();
    let Some((row_ref, id)) = row.and_then(|it| rows.token_in(&it)) else { return };
    let with: &MouseEvent = event.unchecked_ref();
    // All of its cell is the box.
    if let Ok(Some(mark)) = button.query_selector("[data-do=select]") {
        let _ = mark.unchecked_ref::<HtmlElement>().focus();
        match mark.has_attribute("aria-disabled") {
            true => event.prevent_default(),
            false => workspace.toggle_selected(TokenRef { slot: row_ref.slot(), id }, with.shift_key()),
        }
        return;
    }
    let found = workspace.with_rows(|stores, _| {
        let store = stores.get(row_ref.slot())?.store;
        let found = store.find(&id)?;
        // Of several with the same id it is the one that the row shows.
        let is_it = |row: &Row| store.shares_id(found) && (*row as usize) < store.n_rows() && store.id(*row) == id;
        let row = Some(row_ref.row()).filter(is_it).unwrap_or(found);
        let (slot, name) = (row_ref.slot(), store.name(row).to_owned());
        Some((NamedToken { token: TokenRef { slot, id }, name }, store.guid(row)))
    });
    let Some((token, guid)) = found else { return workspace.tell(Told::NotListed.into()) };
    let is_plain = !with.ctrl_key() && !with.meta_key() && !with.shift_key();
    match button.get_attribute("data-do").as_deref() {
        // A link, unless it is to open elsewhere.
        None if is_plain => {
            event.prevent_default();
            workspace.show_details(Some(token.token));
        }
        Some("copy") => workspace.copy(guid, Copied::Id { label: workspace.system().id_label.clone(), of: token.name }),
        Some("edit") => workspace.open_dialog(Dialog::Edit(token)),
        Some("revoke") if button.get_attribute("aria-disabled").is_none() => {
            workspace.open_dialog(Dialog::Revoke(token))
        }
        Some("show") => {
            let token = Some(token.token);
            workspace.revealed.update(|it| *it = if *it == token { None } else { token });
        }
        Some("rotate") => workspace.open_dialog(Dialog::Rotate(token)),
        Some("disable") => workspace.open_dialog(Dialog::Disable(token)),
        Some("enable") => workspace.open_dialog(Dialog::Enable(token)),
        Some("delete") => workspace.open_dialog(Dialog::Delete(token)),
        _ => {}
    }
}
