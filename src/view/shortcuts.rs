//! Single keys that work wherever the focus is on the page; they can be switched off (WCAG 2.1.4).

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::dialogs::frame::{focus_first, modal, topmost};
use super::kit::{El, button, effect, el, key_of, on_window};
use crate::capabilities::Action;
use crate::messages::shortcuts::{ShortcutList, shortcut};
use crate::platform::{active_element, document};
use crate::shortcuts::{Pressed, Shortcut};
use crate::workspace::{Dialog, Workspace};

/// The search by name.
const SEARCH: &str = "main input[type=search]";

/// The button that creates.
const CREATE: &str = ".toolbar-side > .primary";

/// Listens to the keys, and puts a way to their list into the page's foot, until the owner is done.
pub(super) fn listen(workspace: Workspace) {
    let is_on = Memo::new(move |_| !workspace.layout.with(|it| it.has_no_shortcuts));
    on_window("keydown", move |event| {
        if is_on.get_untracked()
            && !event.default_prevented()
            && let Some(shortcut) = pressed(&event)
            && run(workspace, shortcut)
        {
            event.prevent_default();
        }
    });
    effect(move || {
        for (place, shortcut) in [(SEARCH, Shortcut::Search), (CREATE, Shortcut::Create)] {
            let Some(place) = document().query_selector(place).ok().flatten() else { continue };
            let _ = match is_on.get() {
                true => place.set_attribute("aria-keyshortcuts", shortcut.key()),
                false => place.remove_attribute("aria-keyshortcuts"),
            };
        }
    });
    let help = button("button quiet small", &ShortcutList::Title.text(), move || {
        workspace.open_dialog(Dialog::Shortcuts);
    });
    if let Ok(Some(foot)) = document().query_selector(".page-foot") {
        let node = help.attr("translate", "yes").0;
        // Before what stands at the end of the line and does not move.
        let _ = foot.insert_before(&node, foot.first_child().as_ref());
        let node = send_wrapper::SendWrapper::new(node);
        on_cleanup(move || node.remove());
    }
}

fn pressed(event: &Event) -> Option<Shortcut> {
    let with = event.unchecked_ref::<KeyboardEvent>();
    let is_alt_gr = with.get_modifier_state("AltGraph");
    let types = event.target().and_then(|it| it.dyn_into::<Element>().ok()).is_some_and(|it| takes_letters(&it));
    Pressed {
        key: &key_of(event),
        with_modifier: with.meta_key() || !is_alt_gr && (with.ctrl_key() || with.alt_key()),
        with_shift: with.shift_key(),
        repeats: with.repeat(),
        types,
        in_dialog: topmost().is_some(),
    }
    .shortcut()
}

/// Whether letters are typed there, or choose something.
fn takes_letters(place: &Element) -> bool {
    let is_text = |it: &HtmlInputElement| !matches!(it.type_().as_str(), "checkbox" | "radio" | "button" | "submit");
    match place.dyn_ref::<HtmlInputElement>() {
        Some(input) => is_text(input),
        None => {
            let edits = place.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable);
            edits || place.matches("textarea, select, [role=textbox], [role=combobox], [role=listbox]") == Ok(true)
        }
    }
}

/// Does what a key is for; tells whether there was something to do.
fn run(workspace: Workspace, shortcut: Shortcut) -> bool {
    match shortcut {
        Shortcut::Search => {
            let Some(search) = document().query_selector(SEARCH).ok().flatten() else { return false };
            focus_first(SEARCH);
            search.unchecked_into::<HtmlInputElement>().select();
        }
        Shortcut::Create => {
            if workspace.system().can(Action::Create).is_err() {
                return false;
            }
            workspace.open_dialog(if workspace.is_inventory() { Dialog::Choose } else { Dialog::Create(0) });
        }
        Shortcut::Select => {
            let Some(place) = active_element() else { return false };
            let row = place.closest("[role=row]").ok().flatten();
            let check = row.and_then(|it| it.query_selector("input[type=checkbox]").ok().flatten());
            let Some(check) = check else { return false };
            check.unchecked_into::<HtmlElement>().click();
            // A click goes to the box.
            let _ = place.focus();
        }
        Shortcut::Help => workspace.open_dialog(Dialog::Shortcuts),
    }
    true
}

/// The list of all keys, with the switch for those that are single.
pub(super) fn list(workspace: Workspace) -> El {
    let close = move || workspace.close_dialog();
    let is_off = move || workspace.layout.with(|it| it.has_no_shortcuts);
    let switch = el("input")
        .attr("type", "checkbox")
        .attr("autofocus", "")
        .bind_checked(move || !is_off())
        .on("change", move |_| workspace.lay_out(|it, _, _| it.has_no_shortcuts = !it.has_no_shortcuts));
    let switch = el("label.choice").child(switch).child(el("span").text(&ShortcutList::On.text()));
    let line = |keys: &[&str], what: &str| {
        let keys = keys.iter().map(|it| el("kbd").attr("translate", "no").text(it)).collect();
        el("div.key").child(el("dt").children(keys)).child(el("dd").text(what))
    };
    let single = Shortcut::ALL.map(|it| line(&[it.key()], shortcut(it)));
    let of_table = [
        line(&["↑", "↓"], &ShortcutList::Rows.text()),
        line(&["←", "→"], &ShortcutList::Buttons.text()),
        line(&[&ShortcutList::PageUp.text(), &ShortcutList::PageDown.text()], &ShortcutList::Screen.text()),
        line(&["Home", "End"], &ShortcutList::FirstLast.text()),
        line(&["Enter"], &ShortcutList::Details.text()),
    ];
    let group =
        |title: &str, lines: Vec<El>| el("section").child(el("h3").text(title)).child(el("dl.keys").children(lines));
    let body = el("div.modal-body")
        .child(el("div.keys-switch").child(switch).child(el("p.hint").text(&ShortcutList::Hint.text())))
        .child(group(&ShortcutList::Everywhere.text(), single.into()))
        .child(group(&ShortcutList::Table.text(), of_table.into()));
    let foot = el("div.modal-foot").child(button("button", &ShortcutList::Close.text(), close));
    let content = el("div").child(body).child(foot);
    modal(&ShortcutList::Title.text(), "dialog", active_element(), close, content)
}
