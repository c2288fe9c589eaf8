//! The keys of the table. It is one stop for Tab: arrows go from row to row, and in a row from its box to its name and its
//! buttons.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::super::kit::key_of;
use super::cells::{BOX, NAME};
use super::rows::Rows;

/// What a key does that is pressed in the table. `head` has the box that selects all, and the buttons that sort.
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
    let Ok(mut rows) = rows.try_borrow_mut() else { return };
    let (screen, (place, stop)) = (rows.n_in_view(), rows.stop());
    let key = key_of(event);
    let to_head = match (key.as_str(), head.iter().position(|it| it.contains(Some(&target)))) {
        ("ArrowRight", Some(idx)) => head.get(idx + 1),
        ("ArrowLeft", Some(idx)) => idx.checked_sub(1).and_then(|it| head.get(it)),
        ("Home", Some(_)) => head.first(),
        ("End", Some(_)) => head.last(),
        // Where the head is in sight.
        ("ArrowUp", None) if place == 0 => {
            head.iter().skip(usize::from(stop != BOX)).find(|it| it.offset_width() > 0)
        }
        (key, in_head) => {
            match (key, in_head) {
                ("ArrowDown", Some(_)) => rows.focus_row(place, stop),
                (_, Some(_)) => return,
                ("ArrowDown", None) => rows.go(1),
                ("ArrowUp", None) => rows.go(-1),
                ("PageDown", None) => rows.go(screen),
                ("PageUp", None) => rows.go(-screen),
                ("Home", None) => rows.go(isize::MIN),
                ("End", None) => rows.go(isize::MAX),
                ("ArrowRight", None) => rows.go_along(true),
                ("ArrowLeft", None) => rows.go_along(false),
                // Back to the name, and only from there to what lies behind the table.
                ("Escape", None) if stop != NAME => {
                    rows.focus_row(place, NAME);
                    event.stop_propagation();
                }
                _ => return,
            }
            None
        }
    };
    // The head is told of by its focus, and asks for the rows then.
    drop(rows);
    if let Some(button) = to_head {
        let _ = button.focus();
    }
    event.prevent_default();
}
