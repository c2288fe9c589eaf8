//! The choice of the system that the page shows, in its head: tabs with the counts of tokens where a few systems fit beside
//! each other, else a list to choose from.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use super::kit::{El, el, key_of, value_of, verbatim};
use super::offered::{Chosen, Offered};
use crate::api::encode;
use crate::messages::Number;
use crate::messages::toolbar::Choice;
use crate::platform::now;
use crate::time::Millis;

/// A change that comes so soon after a key, in milliseconds, is the key's: the list of choices was not open.
const SOON: Millis = 50;

/// More systems than this have no tabs.
const MOST_TABS: usize = 6;

/// How many tokens are here of what can be chosen, as far as it is there: see [`tab_count`].
type TabCount = fn(Offered, Chosen) -> Option<El>;

/// What is chosen from, and what is said beside it. Empty where there is nothing to choose.
pub(super) fn switcher(offered: Offered, count: TabCount) -> Vec<El> {
    let names: Rc<[String]> = offered.all.with(|all| all.iter().map(|it| it.name.clone()).collect());
    if names.len() < 2 {
        return Vec::new();
    }
    let tabs = tabs_from(&names).map(|width| tabs(offered, &names, count).attr("data-from", width));
    let has_tabs = tabs.is_some();
    let mut choice = list(offered, names);
    if !has_tabs {
        choice[0].0.set_class_name("only");
    }
    choice.extend(tabs);
    choice
}

/// From which width on, by the names' length, tabs fit beside each other; `None` for at no width.
fn tabs_from(names: &[String]) -> Option<&'static str> {
    // A count and the space around take as much as eight letters.
    let n_letters: usize = names.iter().map(|it| it.chars().count() + 8).sum();
    match n_letters {
        _ if names.len() > MOST_TABS => None,
        0..50 => Some("narrow"),
        50..90 => Some("wide"),
        90..130 => Some("widest"),
        _ => None,
    }
}

fn tabs(offered: Offered, names: &[String], count: TabCount) -> El {
    let tab = |chosen: Chosen, label: El| {
        let address: Vec<_> =
            offered.params(chosen).iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
        el("a.tab")
            .attr("href", &format!("?{}", address.join("&")))
            .bind_attr("aria-current", move || (offered.chosen.get() == chosen).then(|| "page".into()))
            .on("click", move |event| {
                let click = event.unchecked_ref::<MouseEvent>();
                // A link, unless it is to open elsewhere.
                if !(click.ctrl_key() || click.meta_key() || click.shift_key()) {
                    event.prevent_default();
                    if offered.chosen.get_untracked() != chosen {
                        offered.show(chosen);
                    }
                }
            })
            .child(label)
            .child(el("span.tab-count").bind_child(move || count(offered, chosen)))
    };
    el("nav.tabs")
        .attr("aria-label", &Choice::Systems.text())
        .child(tab(None, el("span").text(&Choice::AllSystems.text())))
        .children(names.iter().enumerate().map(|(idx, name)| tab(Some(idx), verbatim(name))).collect())
}

/// How many tokens are here of a system or of all, as its tab says it. It comes with the later part.
pub(super) fn tab_count(offered: Offered, chosen: Chosen) -> El {
    let name = chosen.and_then(|idx| offered.all.with_untracked(|all| all.get(idx).map(|it| it.name.clone())));
    el("span").bind_text(move || match offered.counted(name.as_deref()) {
        Some((n, true)) => Number(n).to_string(),
        Some((n, false)) => format!("{}+", Number(n)),
        None => String::new(),
    })
}

/// The list to choose from.
///
/// A key on the closed list goes from choice to choice. Each would open a system and ask to sign in there, so what is gone
/// through this way is shown only on Enter, or when the control is left.
fn list(offered: Offered, names: Rc<[String]>) -> Vec<El> {
    let option =
        |(idx, name): (usize, &String)| el("option").attr("value", &idx.to_string()).attr("translate", "no").text(name);
    let select = el("select")
        .attr("aria-label", &Choice::System.text())
        .child(el("option").attr("value", "").text(&Choice::AllSystems.text()))
        .children(names.iter().enumerate().map(option).collect());
    let value = move || offered.chosen.get().map_or(String::new(), |it| it.to_string());
    let select = select.bind_value(value);
    let show = move |event: &Event| offered.show(value_of(event).parse().ok());
    let is_pending = RwSignal::new(false);
    let show_pending = move |event: &Event| {
        // The browser may tell of a choice only after the key that makes it.
        if value_of(event) != untrack(value) {
            is_pending.set(false);
            show(event);
        }
    };
    let typed_at = StoredValue::new(Millis::MIN);
    let control = select.input();
    // Enter and Escape end what was typed: after them a choice is one of the list that the browser has opened.
    let typed = move |event: Event| match key_of(&event).as_str() {
        "Enter" => {
            typed_at.set_value(Millis::MIN);
            show_pending(&event);
        }
        "Escape" => {
            typed_at.set_value(Millis::MIN);
            control.set_value(&untrack(value));
            is_pending.set(false);
        }
        _ => typed_at.set_value(now()),
    };
    let select = select
        .on("keydown", typed.clone())
        .on("keypress", typed)
        .on("blur", move |event| show_pending(&event))
        .on("change", move |event| {
            let is_typed = now().saturating_sub(typed_at.get_value()) < SOON;
            is_pending.set(is_typed && value_of(&event) != untrack(value));
            if !is_typed {
                show(&event);
            }
        });
    let hint = el("span.muted").attr("role", "status");
    let hint = hint.bind_text(move || if is_pending.get() { Choice::PressEnter.text().into() } else { String::new() });
    vec![select, hint]
}
