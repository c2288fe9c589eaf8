//! The scopes of the form: to tick, told apart by what they allow, and searched where they are many.

use leptos::prelude::*;

use super::super::choices::toggle_in;
use super::super::kit::{El, el, key_of, value_of};
use crate::access::{Access, access};
use crate::draft::Form;
use crate::excerpt::{ENTRIES, LINE, excerpt};
use crate::messages::Number;
use crate::messages::form::ScopeList;
use crate::messages::lists::Choices;
use crate::text::Search;
use crate::token::Scope;

/// From so many scopes on they are searched.
const MANY: usize = 9;

/// Names of more characters have wider columns.
const LONG: usize = 22;

const PLAIN: &str = "div.scope-group";

/// A search field where they are many, and the scopes: those that read, those that allow changes, the others. What is
/// chosen stays to be seen when a search hides the rest.
pub(super) fn scopes(choices: Memo<Vec<Scope>>, form: RwSignal<Form>) -> [El; 2] {
    let part = RwSignal::new(String::new());
    let find = move || {
        let is_long = choices.with(|it| it.len() >= MANY);
        is_long.then(|| {
            el("input")
                .attr("type", "search")
                .attr("aria-label", &ScopeList::Find.text())
                .attr("placeholder", &ScopeList::Find.text())
                .on("input", move |event| part.set(value_of(&event)))
                // It would send the form.
                .on("keydown", |event| {
                    if key_of(&event) == "Enter" {
                        event.prevent_default();
                    }
                })
        })
    };
    let groups = move || {
        let search = Search::new(&part.get());
        let chosen = form.with_untracked(|it| it.scopes.clone());
        choices.with(|all| {
            let is_long = all.iter().any(|it| it.name.chars().count() > LONG);
            groups(all, &search, &chosen).into_iter().map(|it| group(it, is_long, form)).collect()
        })
    };
    let list = el("div.choices").bind_children(groups);
    [el("div.scope-search").bind_child(find), list]
}

/// What stands together.
struct Group {
    title: Option<ScopeList>,
    /// What it looks like, by class.
    element: &'static str,
    scopes: Vec<Scope>,
    n_left: usize,
}

fn groups(all: &[Scope], search: &Search, chosen: &[String]) -> Vec<Group> {
    let is_chosen = |it: &&Scope| chosen.contains(&it.id);
    let (found, hidden): (Vec<&Scope>, Vec<&Scope>) = all.iter().partition(|it| search.finds(&it.name));
    let also: Vec<Scope> = hidden.into_iter().filter(is_chosen).cloned().collect();
    // Where not all can be shown, those that are chosen come first, so that each can be taken away again.
    let (first, others): (Vec<&Scope>, Vec<&Scope>) =
        found.into_iter().partition(|it| all.len() > ENTRIES && is_chosen(it));
    let n_left = (first.len() + others.len()).saturating_sub(ENTRIES);
    let shown: Vec<&Scope> = first.into_iter().chain(others).take(ENTRIES).collect();
    let of = |kind: Option<Access>| shown.iter().filter(|it| access(it) == kind).map(|it| (*it).clone()).collect();
    let (read, write): (Vec<Scope>, Vec<Scope>) = (of(Some(Access::Read)), of(Some(Access::Write)));
    let is_told = !read.is_empty() || !write.is_empty();
    let known =
        [(ScopeList::Read, "div.scope-group.can-read", read), (ScopeList::Write, "div.scope-group.can-write", write)];
    let known = known.map(|(title, element, scopes)| Group { title: Some(title), element, scopes, n_left: 0 });
    let other = Group { title: is_told.then_some(ScopeList::Other), element: PLAIN, scopes: of(None), n_left };
    let also = Group { title: Some(ScopeList::AlsoChosen), element: PLAIN, scopes: also, n_left: 0 };
    known.into_iter().chain([other, also]).filter(|it| !it.scopes.is_empty() || it.n_left > 0).collect()
}

fn group(group: Group, is_long: bool, form: RwSignal<Form>) -> El {
    let row = |Scope { id, name }: Scope| {
        let (for_check, for_change) = (id.clone(), id);
        let input = el("input")
            .attr("type", "checkbox")
            .bind_checked(move || form.with(|it| it.scopes.contains(&for_check)))
            .on("change", move |_| form.update(|it| toggle_in(&mut it.scopes, &for_change)));
        el("label.choice").child(input).child(breaking(&name))
    };
    let rows = el(if is_long { "div.scope-rows.long" } else { "div.scope-rows" });
    let rows = rows.children(group.scopes.into_iter().map(row).collect());
    let more = (group.n_left > 0).then(|| el("p.muted").text(&Choices::More { n: Number(group.n_left) }.text()));
    let view = el(group.element);
    match group.title {
        None => view,
        Some(title) => {
            let title = title.text();
            view.attr("role", "group")
                .attr("aria-label", &title)
                .child(el("span.scope-kind").attr("aria-hidden", "true").text(&title))
        }
    }
    .child(rows)
    .maybe(more)
}

/// A name that may break after `_`, `.`, `:` and `/`, and not within a word as long as there is room.
fn breaking(name: &str) -> El {
    let shown = excerpt(name, LINE);
    shown
        .split_inclusive(['_', '.', ':', '/'])
        .fold(el("bdi").attr("translate", "no"), |all, part| all.text(part).child(el("wbr")))
}
