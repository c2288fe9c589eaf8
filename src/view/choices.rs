//! Things to tick: scopes in the form and in the filter, columns in their dialog.

use leptos::prelude::*;

use super::kit::{El, el, value_of, verbatim};
use crate::messages::filters::Filters;
use crate::text::Search;
use crate::token::Scope;

/// Scopes to tick, with a search field where they are many. The form and the filter both use it.
pub(super) fn scope_choices(
    choices: Memo<Vec<Scope>>,
    is_chosen: impl Fn(&str) -> bool + Copy + 'static,
    toggle: impl Fn(&str) + Copy + 'static,
    list_class: &str,
) -> [El; 2] {
    let part = RwSignal::new(String::new());
    let find = move || {
        let is_long = choices.with(|it| it.len() > 8);
        is_long.then(|| {
            el("input.popup-search")
                .attr("type", "search")
                .attr("aria-label", &Filters::FindScope.text())
                .attr("placeholder", &Filters::FindScope.text())
                .on("input", move |event| part.set(value_of(&event)))
        })
    };
    let row = move |Scope { id, name }: Scope| {
        let (for_check, for_change) = (id.clone(), id);
        let input = el("input")
            .attr("type", "checkbox")
            .bind_checked(move || is_chosen(&for_check))
            .on("change", move |_| toggle(&for_change));
        el("label.choice").child(input).child(verbatim(&name))
    };
    let rows = move || {
        let search = Search::new(&part.get());
        choices.get().into_iter().filter(|it| search.finds(&it.name)).map(row).collect()
    };
    let list = el("div").bind_children(rows);
    list.0.set_class_name(list_class);
    [el("div").bind_child(find), list]
}

/// Adds an id to a list, or takes it out.
pub(super) fn toggle_in(ids: &mut Vec<String>, id: &str) {
    match ids.iter().position(|it| it == id) {
        Some(idx) => drop(ids.remove(idx)),
        None => ids.push(id.into()),
    }
}
