//! What a row shows of a token: its elements, made once, and the values that stand in them.

use std::borrow::Cow;
use std::cell::{self, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};

use super::super::tone::line_class;
use crate::actions::check::{Listed, WhyNot, check, switch_of};
use crate::api::encode;
use crate::capabilities::{Action, Capabilities, Column, ColumnKind};
use crate::excerpt::LINE;
use crate::facts::{Absent, Fact, FactValue, Subject, Tone, fact};
use crate::messages::selection::Selecting;
use crate::messages::table::{Cell, Table};
use crate::messages::{self, Value};
use crate::platform::{Formats, active_element, document};
use crate::scrolling::Window;
use crate::store::{RowRef, StoreRef};
use crate::time::{DAY, HOUR, Millis, distance};
use crate::token::{Status, TokenRef};
use crate::workspace::Workspace;
use crate::workspace::connection::Scopes;
use crate::workspace::slots::Slot;

/// Something that can be done with a row.
#[derive(Clone, PartialEq)]
pub(in crate::view) struct RowAction {
    /// What; [`Action::Disable`] stands for enabling, too: a token has the one or the other.
    pub(super) action: Action,
    /// Which of the systems on the page have it, by their places.
    stores: Vec<bool>,
}

/// What can be done with a row of any of the systems that are open, in order.
pub(in crate::view) fn row_actions(workspace: Workspace) -> Vec<RowAction> {
    // What can be undone comes before what cannot.
    let all = [Action::Edit, Action::Rotate, Action::Disable, Action::Revoke, Action::Delete];
    let can = |action: Action| {
        let can = |it: &Slot| it.source().is_some_and(|it| it.offers(action));
        workspace.slots.with(|it| it.iter().map(can).collect::<Vec<_>>())
    };
    let actions = all.map(|action| RowAction { action, stores: can(action) });
    actions.into_iter().filter(|it| it.stores.contains(&true)).collect()
}

/// What a button is called that does it, for the table's listener and its style.
fn key_of(action: Action) -> &'static str {
    match action {
        Action::Create | Action::Edit => "edit",
        Action::Rotate => "rotate",
        Action::Disable => "disable",
        Action::Enable => "enable",
        Action::Revoke => "revoke",
        Action::Delete => "delete",
    }
}

/// The classes of a status, wherever it is shown.
pub(in crate::view) fn badge(status: Status) -> &'static str {
    match status {
        Status::Active => "badge active",
        Status::Scheduled => "badge scheduled",
        Status::Expired => "badge expired",
        Status::Revoked => "badge revoked",
        Status::Disabled => "badge disabled",
        Status::Deleted | Status::Inactive | Status::Unknown => "badge",
        Status::Unreadable => "badge unreadable",
    }
}

#[wasm_bindgen(module = "/src/view/table/rows.js")]
extern "C" {
    /// The elements of a row that change with the token, and what stands in them.
    type Places;
    #[wasm_bindgen(constructor)]
    fn new() -> Places;
    /// Adds a place: an element's `text`, `class`, whether it is `hidden` or `disabled`, how many pixels it stands from
    /// the `top`, whether a box is `checked` and its row selected, or any attribute.
    #[wasm_bindgen(method)]
    fn add(this: &Places, element: &Element, what: &str);
    /// Fills all places, see [`Values`].
    #[wasm_bindgen(method)]
    fn fill(this: &Places, values: &str);
}

/// The elements of one row, made once and filled again and again.
pub(super) struct RowNode {
    pub(super) row: HtmlElement,
    /// Its cells after the name's, one for each column.
    cells: Vec<Element>,
    /// What can have the focus in it: the box that selects it, the link of the name, then the buttons.
    stops: Vec<HtmlElement>,
    /// Which of them Tab comes to.
    offered: cell::Cell<Option<usize>>,
    places: Places,
    /// The values that the places hold.
    shown: RefCell<String>,
    /// The token whose values they are: where it stood, and its id.
    pub(super) token: RefCell<Option<(RowRef, String)>>,
}

/// Values for the places of a row, in the order of the places.
#[derive(Default)]
pub(super) struct Values(String);

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

/// What rows are filled from.
pub(super) struct Context<'a> {
    pub(super) stores: &'a [StoreRef<'a>],
    /// What the systems are like that are open, by their slots.
    pub(super) systems: &'a [Option<Rc<Capabilities>>],
    pub(super) formats: &'a Formats,
    pub(super) columns: &'a [Column],
    pub(super) actions: &'a [RowAction],
    pub(super) now: Millis,
    pub(super) row_height: usize,
    pub(super) window: Window,
    pub(super) marked: Option<&'a TokenRef>,
    /// What links to details begin with, for every slot; the id follows.
    pub(super) links: &'a [String],
    /// The ids of the scopes that are looked for.
    pub(super) wanted: &'a [String],
    /// The token whose secret is shown.
    pub(super) revealed: Option<&'a TokenRef>,
}

fn element(name: &str, class: &str, parent: &Element) -> Element {
    let made = document().create_element(name).expect("a known element");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    let _ = parent.append_child(&made);
    made
}

/// The places of a row that can have the focus: the box that selects it, and the link of the name, which has it first.
pub(super) const BOX: usize = 0;
pub(super) const NAME: usize = 1;

/// Makes a button of a row. Its name is its own text or label and then the token's name, which both stand in the row
/// already: nothing of it is written again for another token.
fn row_button(class: &str, action: &str, n_slot: usize, parent: &Element) -> Element {
    row_control(["button", "button"], class, action, n_slot, parent)
}

fn row_control([name, kind]: [&str; 2], class: &str, action: &str, n_slot: usize, parent: &Element) -> Element {
    let made = element(name, class, parent);
    let id = format!("{action}-{n_slot}");
    let _ = made.set_attribute("type", kind);
    let _ = made.set_attribute("data-do", action);
    let _ = made.set_attribute("aria-labelledby", &format!("{id} name-{n_slot}"));
    let _ = made.set_attribute("tabindex", "-1");
    made.set_id(&id);
    made
}

/// What tells a cell from the others of its row.
fn class_of(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Description => "cell-description",
        ColumnKind::Id => "cell-guid",
        ColumnKind::ValidFrom
        | ColumnKind::ValidTo
        | ColumnKind::LastUsed
        | ColumnKind::Time(_)
        | ColumnKind::Deadline(_) => "cell-date",
        ColumnKind::Status => "cell-status",
        ColumnKind::Scopes => "cell-scopes",
        ColumnKind::System => "cell-text cell-system",
        ColumnKind::Hidden(_) | ColumnKind::Creator | ColumnKind::Text(_) => "cell-text",
    }
}

/// Values for a row that is as high as any: each text takes the lines that it can have.
/// Tells with how many letters a day and a minute are written at most.
pub(super) fn highest(
    values: &mut Values,
    columns: &[Column],
    actions: &[RowAction],
    formats: &Formats,
    now: Millis,
) -> usize {
    /// Wraps at any width, into more lines than there are.
    const LONG: &str =
        "nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn nnnn";
    let mut add = |all: &[&str]| all.iter().for_each(|it| values.add(it));
    add(&["0", "", "row", "", "", "", LONG, ""]);
    let far = formats.distance(distance(now - 350 * DAY, now));
    let note = distance(now + 47 * HOUR, now);
    let near = messages::away(ColumnKind::ValidTo, Tone::Urgent, note, formats.distance(note));
    // Of the months the one that is written with the most letters.
    let months = || (0..12).map(|it| now - it * 30 * DAY);
    let longest = |write: &dyn Fn(Millis) -> String| months().map(write).max_by_key(String::len).unwrap_or_default();
    let (date, date_time) = (longest(&|it| formats.date(it)), longest(&|it| formats.date_time(it)));
    for Column { kind, .. } in columns {
        match kind {
            ColumnKind::Id => add(&["00000000-0000-0000-0000-000000000000", ""]),
            ColumnKind::ValidTo => add(&["", &near, line_class(Tone::Urgent), &date_time]),
            ColumnKind::ValidFrom | ColumnKind::LastUsed | ColumnKind::Time(_) | ColumnKind::Deadline(_) => {
                add(&["", &far, "line", &date]);
            }
            ColumnKind::Hidden(_) => add(&[LONG, &*Cell::Show.text(), "", ""]),
            ColumnKind::Status => add(&[messages::status(Status::Unreadable), "badge unreadable"]),
            // A name that has none takes two lines by itself.
            ColumnKind::Description => add(&[""]),
            ColumnKind::Scopes | ColumnKind::Creator | ColumnKind::System | ColumnKind::Text(_) => add(&[LONG]),
        }
    }
    for RowAction { action, .. } in actions {
        if action.is_switch() {
            add(&[messages::action(*action), ""]);
        }
        add(&["", "", ""]);
    }
    date_time.chars().count()
}

impl RowNode {
    /// `n_slot`: its number, no other's.
    pub(super) fn new(n_slot: usize, columns: &[Column], actions: &[RowAction], id_label: &str) -> Self {
        let row = document().create_element("div").expect("a known element");
        let _ = row.set_attribute("role", "row");
        let places = Places::new();
        let add = |element: &Element, kinds: &[&str]| kinds.iter().for_each(|what| places.add(element, what));
        let cell = |label: &str, class: &str| {
            let cell = element("div", class, &row);
            let _ = cell.set_attribute("role", "gridcell");
            let _ = cell.set_attribute("data-label", label);
            cell
        };
        add(&row, &["top", "aria-rowindex", "class"]);
        let label = Selecting::Select.text();
        let select = row_control(["input", "checkbox"], "", "select", n_slot, &cell(&label, "cell-select"));
        let _ = select.set_attribute("aria-label", &label);
        add(&select, &["checked", "aria-disabled", "title"]);
        let name_cell = cell(&Table::Name.text(), "cell-name");
        let _ = name_cell.set_attribute("role", "rowheader");
        let link = element("a", "name", &name_cell);
        let _ = link.set_attribute("tabindex", "-1");
        // What a name, an id or a scope is stays so in every language.
        let verbatim = |it: Element| {
            let _ = it.set_attribute("translate", "no");
            it
        };
        let name = verbatim(element("bdi", "", &link));
        name.set_id(&format!("name-{n_slot}"));
        add(&name, &["text"]);
        add(&link, &["href"]);
        let mut stops = vec![select, link];
        let mut cells = Vec::with_capacity(columns.len());
        for Column { id, label, kind } in columns {
            let cell = cell(&label.text(), class_of(*kind));
            match kind {
                ColumnKind::Description => {
                    let _ = cell.set_attribute("dir", "auto");
                    add(&cell, &["text"]);
                }
                ColumnKind::Id => {
                    add(&verbatim(element("bdi", "mono", &cell)), &["text"]);
                    let copy = row_button("icon-button", "copy", n_slot, &cell);
                    let _ = copy.set_attribute("aria-label", &Cell::CopyOf { label: id_label }.text());
                    add(&copy, &["disabled"]);
                    stops.push(copy);
                }
                ColumnKind::ValidFrom
                | ColumnKind::ValidTo
                | ColumnKind::LastUsed
                | ColumnKind::Time(_)
                | ColumnKind::Deadline(_) => {
                    let _ = cell.set_attribute("data-fact", id);
                    add(&cell, &["title"]);
                    add(&element("bdi", "", &cell), &["text", "class"]);
                    add(&element("bdi", "line second", &cell), &["text"]);
                }
                ColumnKind::Hidden(_) => {
                    add(&verbatim(element("bdi", "mono", &cell)), &["text"]);
                    let show = row_button("button quiet small", "show", n_slot, &cell);
                    add(&show, &["text", "aria-label", "hidden"]);
                    stops.push(show);
                }
                ColumnKind::Status => add(&element("span", "", &cell), &["text", "class"]),
                ColumnKind::Scopes | ColumnKind::Creator | ColumnKind::System | ColumnKind::Text(_) => {
                    add(&verbatim(element("bdi", "", &cell)), &["text"]);
                }
            }
            cells.push(cell);
        }
        let place = cell(&Table::Actions.text(), "cell-actions");
        for (idx, RowAction { action, .. }) in actions.iter().enumerate() {
            let button = row_button("button small", key_of(*action), n_slot, &place);
            match action.is_switch() {
                true => add(&button, &["text", "data-do"]),
                false => drop(button.append_with_str_1(messages::action(*action))),
            }
            // Each has a place of its own, which stays empty where a token's system lacks it.
            let _ = button.set_attribute("data-place", &idx.to_string());
            add(&button, &["hidden", "disabled", "title"]);
            stops.push(button);
        }
        let stops = stops.into_iter().map(JsCast::unchecked_into).collect();
        let (shown, token) = (RefCell::default(), RefCell::default());
        let offered = cell::Cell::default();
        RowNode { row: row.unchecked_into(), cells, stops, offered, places, shown, token }
    }

    /// Hides the cells of the columns that have no room.
    pub(super) fn leave_out(&self, left_out: &[bool]) {
        for (cell, is_out) in self.cells.iter().zip(left_out) {
            let _ = cell.toggle_attribute_with_force("hidden", *is_out);
        }
    }

    /// The buttons of its actions.
    pub(super) fn buttons(&self) -> impl Iterator<Item = &HtmlElement> {
        self.stops.iter().filter(|it| it.has_attribute("data-place"))
    }

    /// The places in it that can have the focus now.
    pub(super) fn stops(&self) -> impl Iterator<Item = (usize, &HtmlElement)> {
        let can = |it: &HtmlElement| !it.has_attribute("disabled") && it.offset_width() > 0;
        self.stops.iter().enumerate().filter(move |(idx, it)| *idx == NAME || can(it))
    }

    /// Which of them an element is, or is in.
    pub(super) fn stop_of(&self, element: &Element) -> Option<usize> {
        self.stops.iter().position(|it| it.contains(Some(element)))
    }

    /// Which of them Tab comes to.
    pub(super) fn offer(&self, stop: Option<usize>) {
        let before = self.offered.replace(stop);
        if before != stop {
            let set = |stop: Option<usize>, tab_index| {
                stop.and_then(|it| self.stops.get(it)).iter().for_each(|it| it.set_tab_index(tab_index));
            };
            set(before, -1);
            set(stop, 0);
        }
    }

    /// Takes the row off the page. Focus that was in it stays in the table.
    pub(super) fn leave(&self, view: &HtmlElement) {
        if active_element().is_some_and(|it| self.row.contains(Some(&it))) {
            let _ = view.focus();
        }
        // What was copied was another token's.
        if let Ok(Some(ticked)) = self.row.query_selector("[data-copied]") {
            let _ = ticked.remove_attribute("data-copied");
        }
        self.row.remove();
    }

    /// Fills its places with values of no token.
    pub(super) fn fill(&self, values: &Values) {
        self.places.fill(&values.0);
    }

    /// Shows these values, which are of this token; what is shown already is not written again.
    pub(super) fn show(&self, values: &mut Values, token: (RowRef, String)) {
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
    /// Whether something stands below the names.
    fn has_description(&self) -> bool {
        self.columns.iter().any(|it| it.kind == ColumnKind::Description)
    }

    /// What a row shows of a token; its id.
    pub(super) fn fill(&self, values: &mut Values, scopes: &Scopes, place: usize, row_ref: RowRef) -> String {
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
            (unreadable || !store.description(row).is_empty() && self.has_description(), " described"),
        ];
        let classes = classes.into_iter().filter(|(is_so, _)| *is_so);
        values.add(&classes.fold(String::from("row"), |all, (_, class)| all + class));
        values.flag(store.is_selected(row));
        let refused = match () {
            () if unreadable => Some(Cell::Unreadable.text()),
            () if store.shares_id(row) => Some(messages::why_not(Action::Edit, &WhyNot::SharesId).into_owned().into()),
            () => None,
        };
        values.add(if refused.is_some() { "true" } else { "" });
        values.add(&refused.unwrap_or_default());
        match store.name(row) {
            _ if unreadable => values.add(&Cell::Unreadable.text()),
            "" => values.add(&Cell::NoName.text()),
            name => values.text(name),
        }
        values.add(&format!("{}{}", self.links[row_ref.slot()], encode(&id)));
        let scope_name = |id| scopes.name(id);
        let wanted = self.wanted;
        let subject = Subject { store, row, status, system, wanted, scope_name: &scope_name, now: *now, most: LINE };
        for Column { kind, .. } in self.columns {
            self.fill_cell(values, *kind, row_ref.slot(), &subject);
        }
        for RowAction { action, stores } in self.actions {
            // Only what the token's own system has.
            let is_offered = stores.get(row_ref.slot()).is_some_and(|it| *it);
            let system = self.systems.get(row_ref.slot()).and_then(Option::as_ref).filter(|_| is_offered);
            let token = Listed { store, row };
            let offered = match action.is_switch() {
                true => system.and_then(|system| switch_of(token, system, *now)),
                false => system.map(|_| *action),
            };
            if action.is_switch() {
                let action = offered.unwrap_or(*action);
                values.add(messages::action(action));
                values.add(key_of(action));
            }
            values.flag(offered.is_none());
            let refused = system.zip(offered).and_then(|(system, it)| check(it, Some(token), system, *now).err());
            values.flag(refused.is_some());
            values.add(&refused.as_ref().map_or("".into(), |it| messages::why_not(*action, it)));
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
            FactValue::Flag(is_so) => messages::flag(*is_so),
            // So much of it that two lines have room for what is said of it.
            FactValue::Odd(odd) => messages::odd(odd, 20).into(),
            FactValue::Absent(it) => absent(*it).into(),
            _ => Cow::default(),
        };
        match kind {
            ColumnKind::Id => {
                let guid: &str = if let FactValue::Text(guid) = &value { guid } else { "" };
                values.text(guid);
                values.flag(guid.is_empty());
            }
            ColumnKind::ValidFrom
            | ColumnKind::ValidTo
            | ColumnKind::LastUsed
            | ColumnKind::Time(_)
            | ColumnKind::Deadline(_) => {
                // There are many times: of those that are read in passing the day stands there, the minute is told on
                // asking.
                let is_short = kind != ColumnKind::ValidTo;
                match &value {
                    FactValue::At(at) => {
                        values.add(&formats.date_time(*at));
                        let away = |it| messages::away(kind, tone, it, formats.distance(it));
                        values.add(&note.map_or_else(String::new, away));
                        values.add(line_class(tone));
                        values.add(&if is_short { formats.date(*at) } else { formats.date_time(*at) });
                    }
                    FactValue::Odd(odd) => {
                        let beginning = messages::beginning(odd, 80);
                        values.add(&beginning);
                        // What is said of it stands in a line of its own, where nothing cuts it off.
                        values.add(&(beginning + " "));
                        values.add("line odd");
                        values.add(&Value::CannotBeRead.text());
                    }
                    _ => {
                        values.add("");
                        values.add(&words);
                        values.add(line_class(tone));
                        values.add("");
                    }
                }
            }
            ColumnKind::Status => {
                values.add(messages::status(subject.status));
                values.add(badge(subject.status));
            }
            ColumnKind::Hidden(_) => {
                let is_it = |it: &TokenRef| it.slot == slot && subject.store.id(subject.row) == it.id;
                let is_shown = self.revealed.is_some_and(is_it);
                values.text(match &value {
                    FactValue::Secret(secret) if is_shown => secret,
                    FactValue::Secret(_) => crate::secret::MASK,
                    _ => &words,
                });
                let [verb, name] = match is_shown {
                    true => [Cell::Hide.text(), Cell::HideSecretOf.text()],
                    false => [Cell::Show.text(), Cell::ShowSecretOf.text()],
                };
                values.add(&verb);
                values.add(&name);
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
