//! A modal dialog: focus goes in and comes back, Escape asks the one who opened it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement};

use super::super::kit::{El, button, effect, el, focus_heading, key_of, on_window};
use super::super::layer::follow_dialogs;
use crate::messages::dialogs::Dialogs;
use crate::messages::records::Record;
use crate::platform::{active_element, document};

thread_local! {
    /// The modal dialogs that are open, the topmost last.
    static OPEN: RefCell<Vec<HtmlDialogElement>> = const { RefCell::new(Vec::new()) };
    /// Tells that one was opened, or closed.
    static CHANGED: ArcTrigger = ArcTrigger::new();
    /// Where the focus was before each dialog, until it has gone back there.
    static OPENERS: RefCell<Vec<(HtmlDialogElement, Rc<Opener>)>> = const { RefCell::new(Vec::new()) };
    /// How many dialogs have had a title.
    static TITLES: Cell<u32> = const { Cell::new(0) };
}

/// The modal dialog over all others, if one is open.
pub(in crate::view) fn topmost() -> Option<HtmlDialogElement> {
    OPEN.with_borrow(|it| it.last().cloned())
}

/// The same; it follows that.
pub(super) fn follow_topmost() -> Option<HtmlDialogElement> {
    CHANGED.with(ArcTrigger::track);
    topmost()
}

/// Shows a dialog over everything else.
pub(super) fn show(dialog: &HtmlDialogElement) {
    if dialog.is_connected() && !dialog.open() && dialog.show_modal().is_ok() {
        OPEN.with_borrow_mut(|it| it.push(dialog.clone()));
        CHANGED.with(ArcTrigger::notify);
        follow_dialogs(None);
    }
}

/// Takes a dialog away again.
pub(super) fn hide(dialog: &HtmlDialogElement) {
    forget(dialog);
    dialog.close();
}

/// Counts a dialog as open no longer, before it is taken away; what is told in it goes to where it can be heard.
pub(super) fn forget(dialog: &HtmlDialogElement) {
    OPEN.with_borrow_mut(|it| it.retain(|it| it != dialog));
    CHANGED.with(ArcTrigger::notify);
    follow_dialogs(Some(dialog));
}

/// Calls `run` on Escape while `is_meant`, wherever on the page the focus is and also where nothing has it. It is not called
/// for a key that another part of the page took for itself, of an input method, or that empties a search field.
pub(super) fn on_escape(is_meant: impl Fn() -> bool + 'static, run: impl Fn() + 'static) {
    on_window("keydown", move |event| {
        if key_of(&event) == "Escape" && !event.default_prevented() && is_meant() && !empties_search(&event) {
            event.prevent_default();
            run();
        }
    });
}

/// Whether a key goes to a search field with a text in it, which the browser empties on Escape.
fn empties_search(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    target.is_some_and(|it| it.type_() == "search" && !it.value().is_empty())
}

/// A native modal dialog around `content`, which opens as soon as it stands on the page. `on_escape` decides whether it
/// closes: it alone takes the dialog off the page. `role` is `alertdialog` for a question that has to be answered.
/// `opener` gets the focus back.
pub(in crate::view) fn modal(
    title: &str,
    role: &str,
    opener: Option<HtmlElement>,
    on_escape: impl Fn() + 'static,
    content: El,
) -> El {
    opened(closed(title, role, on_escape, content), opener)
}

/// The same, not yet to be opened.
pub(in crate::view) fn closed(title: &str, role: &str, on_escape: impl Fn() + 'static, content: El) -> El {
    around(el("dialog.modal").attr("role", role), &[el("span").text(title)], on_escape, content)
}

/// A dialog with a heading of these parts, which is its name.
pub(in crate::view) fn around(dialog: El, title: &[El], on_escape: impl Fn() + 'static, content: El) -> El {
    let id = format!("dialog-{}", TITLES.replace(TITLES.get() + 1));
    let heading = el("h2").attr("id", &id).children(title.to_vec());
    let node: HtmlDialogElement = dialog.0.clone().unchecked_into();
    self::on_escape(move || topmost().is_some_and(|it| it == node), on_escape);
    // `closedby` and the key handler keep Escape from closing it: on the third one in a row Chromium does not ask.
    dialog
        .attr("aria-labelledby", &id)
        .attr("closedby", "none")
        .child(el("div.modal-frame").child(heading).child(content))
        .on("cancel", |event| event.prevent_default())
}

/// Opens a dialog as soon as it stands on the page. When the current owner is done, `opener` gets the focus back.
pub(in crate::view) fn opened(dialog: El, opener: Option<HtmlElement>) -> El {
    let node: HtmlDialogElement = dialog.0.clone().unchecked_into();
    let opener = Rc::new(Opener::of(opener));
    OPENERS.with_borrow_mut(|it| it.push((node.clone(), Rc::clone(&opener))));
    let left = SendWrapper::new((node.clone(), opener));
    on_cleanup(move || {
        let (dialog, opener) = left.take();
        forget(&dialog);
        // While this runs the dialog is still there, and nothing outside of it can have the focus.
        spawn_local(async move {
            OPENERS.with_borrow_mut(|it| it.retain(|(it, _)| *it != dialog));
            opener.focus();
        });
    });
    // It has to stand on the page before it can be shown.
    spawn_local(async move { show(&node) });
    dialog
}

/// Where the focus was before a dialog, and what is near that place.
struct Opener {
    place: Option<HtmlElement>,
    /// The row of the table that it is in, counted from 1, the head's.
    row: Option<u32>,
    /// That of the dialog which the place is in: one dialog may make room for another.
    before: Option<Rc<Opener>>,
}

impl Opener {
    fn of(place: Option<HtmlElement>) -> Self {
        let place = place.filter(|it| it.tag_name() != "BODY");
        let row = place.as_ref().and_then(|it| it.closest(ROW).ok().flatten());
        let row = row.and_then(|it| it.get_attribute("aria-rowindex")?.parse().ok());
        let dialog = place.as_ref().and_then(|it| it.closest("dialog").ok().flatten());
        let is_of = |it: &HtmlDialogElement| dialog.as_ref().is_some_and(|dialog| it.is_same_node(Some(dialog)));
        let before = OPENERS.with_borrow(|all| all.iter().find(|(it, _)| is_of(it)).map(|it| Rc::clone(&it.1)));
        Opener { place, row, before }
    }

    /// Gives the focus back to the place. Where that is gone or disabled by now it goes to what is next in the row, or to
    /// the row that has moved up; without any to what is offered in its place, or to the page's heading.
    fn focus(&self) {
        let Opener { place, row, before } = self;
        let is_gone = place.as_ref().is_some_and(|it| !it.is_connected());
        if let Some(before) = before.as_ref().filter(|_| is_gone) {
            return before.focus();
        }
        let (place, row) = (place.clone(), *row);
        // Another dialog may have been opened meanwhile, or be the one from which this one was.
        if topmost().is_some_and(|it| !it.contains(place.as_deref().map(AsRef::as_ref))) {
            return;
        }
        let focus = |place: HtmlElement| {
            let _ = place.focus();
            active_element().is_some_and(|it| it == place)
        };
        if place.clone().is_some_and(focus) {
            return;
        }
        let row_of = |it: &HtmlElement| it.closest(ROW).ok().flatten();
        let next = place.filter(|it| it.is_connected() && row_of(it).is_some()).and_then(|it| {
            let after = std::iter::successors(it.next_element_sibling(), Element::next_element_sibling);
            let mut able = after.filter(|it| it.matches("button:enabled:not([hidden],[aria-disabled])") == Ok(true));
            able.next().or_else(|| row_of(&it)?.query_selector(".name").ok().flatten())
        });
        let moved_up = || {
            let row = row?;
            let at = |row: u32| {
                let row = format!(r#".table [aria-rowindex="{row}"] .name"#);
                document().query_selector(&row).ok().flatten()
            };
            at(row).or_else(|| at(row - 1))
        };
        let instead = || document().query_selector(".empty button, .table-body .name").ok().flatten();
        let found = next.or_else(moved_up).or_else(instead);
        if !found.is_some_and(|it| focus(it.unchecked_into())) {
            focus_heading(None);
        }
    }
}

/// A row of the table.
const ROW: &str = "[role=row]";

/// A question in the dialog takes the focus to `place`, and gives it back to where it was, unless the user has taken it
/// out of the question meanwhile.
pub(in crate::view) fn focus_while(asking: RwSignal<bool>, place: HtmlElement) {
    let before = RefCell::new(None::<HtmlElement>);
    effect(move || {
        let place = if asking.get() {
            before.replace(active_element());
            Some(place.clone())
        } else {
            let question = place.parent_element();
            let left = |it: &HtmlElement| question.as_ref().is_some_and(|question| !question.contains(Some(it)));
            let elsewhere = active_element().is_some_and(|it| it.tag_name() != "BODY" && left(&it));
            before.take().filter(|_| !elsewhere)
        };
        // What is asked and what was there before change places first.
        spawn_local(async move {
            if let Some(place) = place {
                let _ = place.focus();
            }
        });
    });
}

/// The row of buttons that asks what to do with what was typed, seen while it asks.
pub(in crate::view) fn ask_to_discard(asking: RwSignal<bool>, discard: impl Fn() + 'static) -> El {
    let what = Dialogs::DiscardWhat.text();
    ask(asking, &what, &what, [&Dialogs::KeepEditing.text(), &Dialogs::Discard.text()], Box::new(discard))
}

/// The row of buttons that asks whether to leave while something is being sent, seen while it asks.
pub(in crate::view) fn ask_to_leave(asking: RwSignal<bool>, leave: impl Fn() + 'static) -> El {
    let (what, text) = (Dialogs::LeaveWhat.text(), Dialogs::Sending.text());
    ask(asking, &what, &text, [&Dialogs::Wait.text(), &Dialogs::Leave.text()], Box::new(leave))
}

/// The row of buttons that asks whether to drop a record, seen while it asks.
pub(in crate::view) fn ask_to_drop(asking: RwSignal<bool>, drop: impl Fn() + 'static) -> El {
    let what = Record::DropWhat.text();
    ask(asking, &what, &what, [&Record::Keep.text(), &Record::Drop.text()], Box::new(drop))
}

/// A row of buttons that asks something: what is asked, what is said, and the two answers.
pub(in crate::view) fn ask(
    asking: RwSignal<bool>,
    title: &str,
    text: &str,
    answers: [&str; 2],
    on_go: Box<dyn Fn()>,
) -> El {
    ask_saying(asking, title, el("p.foot-text").text(text), answers, on_go)
}

/// The same with a paragraph that changes.
pub(in crate::view) fn ask_saying(
    asking: RwSignal<bool>,
    title: &str,
    said: El,
    [stay, go]: [&str; 2],
    on_go: Box<dyn Fn()>,
) -> El {
    let keep = button("button", stay, move || asking.set(false));
    focus_while(asking, keep.0.clone());
    el("div.modal-foot")
        .attr("role", "group")
        .attr("aria-label", title)
        .bind_flag("hidden", move || !asking.get())
        .child(said)
        .child(keep)
        .child(button("button danger", go, on_go))
}

/// Gives the focus to the first element that a selector finds.
pub(in crate::view) fn focus_first(selector: &str) {
    if let Ok(Some(found)) = document().query_selector(selector) {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}
