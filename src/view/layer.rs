//! Where what the page tells stands: over everything else, and in the dialog on top.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::platform::{active_element, document};

/// Puts the notice over everything else. An older browser has no such layer, and shows it where it is.
pub(super) fn show_on_top(notice: &HtmlElement) {
    let _ = notice.hide_popover();
    let _ = notice.show_popover();
    keep_clear(notice);
}

/// Moves a notice out of the way of what has the focus, of a dialog's buttons, and of what a state and the selected
/// tokens offer.
pub(super) fn keep_clear(notice: &HtmlElement) {
    let classes = notice.class_list();
    let _ = classes.remove_1("up");
    // A dialog and the table's box may have it as a whole.
    let is_control = |it: &HtmlElement| !notice.contains(Some(it)) && !it.matches("dialog, [role]").unwrap_or_default();
    let focused = active_element().filter(is_control);
    let offered = document().query_selector_all("dialog[open] .modal-foot:not([hidden]), .empty .button, .selection").ok();
    let place = notice.get_bounding_client_rect();
    let is_covered = |it: &Element| {
        let it = it.get_bounding_client_rect();
        it.left() < place.right() && it.right() > place.left() && it.top() < place.bottom() && it.bottom() > place.top()
    };
    let mut offered = offered.iter().flat_map(|all| (0..all.length()).filter_map(|idx| all.get(idx)));
    if focused.is_some_and(|it| is_covered(&it)) || offered.any(|it| is_covered(it.unchecked_ref())) {
        let _ = classes.add_1("up");
    }
}

/// Takes what is told into the dialog on top, since all that is not in it is inert; and out of `closing` before that goes.
pub(super) fn follow_dialogs(closing: Option<&HtmlElement>) {
    let find = |selector: &str| document().query_selector(selector).ok().flatten();
    let Some(told) = find(".telling") else { return };
    let mut dialogs = Vec::new();
    if let Ok(open) = document().query_selector_all("dialog[open]") {
        let all = (0..open.length()).filter_map(|idx| open.get(idx)).map(JsCast::unchecked_into::<Element>);
        dialogs.extend(all.filter(|it| closing.is_none_or(|closing| !closing.contains(Some(it)))));
    }
    let focused = active_element();
    let has_focus = |it: &&Element| focused.as_deref().is_some_and(|focused| it.contains(Some(focused)));
    let top = dialogs.iter().rev().find(has_focus).or(dialogs.last()).cloned();
    let place = top.or_else(|| find("main").and_then(|it| it.parent_element()));
    if let Some(place) = place.filter(|it| told.parent_element().as_ref() != Some(it)) {
        let _ = place.append_child(&told);
        if let Some(notice) = find(".notice") {
            show_on_top(notice.unchecked_ref());
        }
    }
}
