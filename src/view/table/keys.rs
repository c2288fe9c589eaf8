//! The keys of the table. It is one stop for Tab: arrows go from row to row, and in a row from its name to its buttons.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::super::kit::key_of;
use super::rows::Rows;

/// What a key does that is pressed in the table. `head` has the buttons that sort.
pub(super) fn pressed(rows: &RefCell<Rows>, head: &[HtmlElement], event: &Event) {
    let Some(target) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
    let with = event.unchecked_ref::<KeyboardEvent>();
    // Those belong to the browser; and in a choice, arrows choose.
    if with.ctrl_key()
        || with.alt_key()
        || with.meta_key()
        || with.shift_key()
        || target.matches("select").is_ok_and(|it| it)
    {
        return;
    }
    // The focus of a row that leaves the page moves it to the table, which is listened to.
    let Ok(mut rows) = rows.try_borrow_mut() else { return };
    let in_head = head.iter().position(|it| it.contains(Some(&target)));
    let screen = rows.n_in_view();
    match (key_of(event).as_str(), in_head) {
        ("ArrowDown", Some(_)) => {
            let (place, stop) = rows.stop();
            rows.focus_row(place, stop);
        }
        ("ArrowRight", Some(idx)) => focus(head.get(idx + 1)),
        ("ArrowLeft", Some(idx)) => focus(idx.checked_sub(1).and_then(|it| head.get(it))),
        ("Home", Some(_)) => focus(head.first()),
        ("End", Some(_)) => focus(head.last()),
        (_, Some(_)) => return,
        ("ArrowDown", None) => drop(rows.go(1)),
        ("ArrowUp", None) => {
            if !rows.go(-1) {
                focus_visible(head);
            }
        }
        ("PageDown", None) => drop(rows.go(screen)),
        ("PageUp", None) => drop(rows.go(-screen)),
        ("Home", None) => drop(rows.go(isize::MIN)),
        ("End", None) => drop(rows.go(isize::MAX)),
        ("ArrowRight", None) => rows.go_along(true),
        ("ArrowLeft", None) => rows.go_along(false),
        // From a button back to the name, and only from there to what lies behind the table.
        ("Escape", None) if rows.stop().1 > 0 => {
            let place = rows.stop().0;
            rows.focus_row(place, 0);
            event.stop_propagation();
        }
        _ => return,
    }
    event.prevent_default();
}

fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        let _ = element.focus();
    }
}

/// Goes to the head, where it is in sight.
fn focus_visible(head: &[HtmlElement]) {
    focus(head.iter().find(|it| it.offset_width() > 0));
}
