//! Things to tick: scopes in the form and in the filter, columns in their dialog.

use std::rc::Rc;

use leptos::prelude::*;

use super::kit::{El, el, value_of, verbatim};
use crate::excerpt::ENTRIES;
use crate::messages::Number;
use crate::messages::filters::Filters;
use crate::messages::lists::Choices;
use crate::store::Interner;
use crate::text::Search;
use crate::token::Scope;

/// Scopes to tick, with a search field where they are many. The form and the filter both use it.
pub(super) fn scope_choices(
    choices: Memo<Vec<Scope>>,
    chosen: Memo<Vec<String>>,
    toggle: Rc<dyn Fn(&str)>,
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
    let is_chosen = move |id: &str| chosen.with(|it| it.iter().any(|it| it == id));
    let row = move |Scope { id, name }: Scope| {
        let (for_check, for_change, toggle) = (id.clone(), id, toggle.clone());
        let input = el("input")
            .attr("type", "checkbox")
            .bind_checked(move || is_chosen(&for_check))
            .on("change", move |_| toggle(&for_change));
        el("label.choice").child(input).child(verbatim(&name))
    };
    let rows = move || {
        let search = Search::new(&part.get());
        choices.with(|choices| {
            // Where not all can be shown, those that are chosen come first, so that each can be taken away again.
            let is_long = choices.len() > ENTRIES;
            let chosen = chosen.get_untracked();
            let mut first = Interner::default();
            for id in chosen.iter().filter(|_| is_long) {
                first.add(id);
            }
            let (first, others): (Vec<&Scope>, Vec<&Scope>) =
                choices.iter().filter(|it| search.finds(&it.name)).partition(|it| first.find(&it.id).is_some());
            let most = if is_long { ENTRIES } else { choices.len() };
            let n_left = (first.len() + others.len()).saturating_sub(most);
            let shown = first.into_iter().chain(others).take(most);
            let rows: Vec<El> = shown.map(|it| row(it.clone())).collect();
            let more = (n_left > 0).then(|| el("p.muted").text(&Choices::More { n: Number(n_left) }.text()));
            rows.into_iter().chain(more).collect()
        })
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
