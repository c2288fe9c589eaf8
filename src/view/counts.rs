//! How many tokens call for a look: a row of buttons over the list, each of which shows those that it counts.

use leptos::prelude::*;

use super::kit::{El, button, el};
use crate::messages::Number;
use crate::messages::filters::{CountsText, counted};
use crate::query::Counted;
use crate::workspace::Workspace;

/// The counts of what is loaded. One that no system can know is not there.
pub(super) fn counts(workspace: Workspace) -> El {
    let lacks = Memo::new(move |_| {
        workspace.slots.with(|it| it.iter().any(|it| it.source().is_some_and(|it| it.load.with(|it| it.lacks()))))
    });
    let pill = |what: Counted| {
        let n = move || workspace.counts.with(|it| it.get(what));
        let number = move || match n() {
            Some(n) if lacks.get() => CountsText::Some { n: Number(n) }.text().into(),
            Some(n) => Number(n).to_string(),
            None => String::new(),
        };
        let is_pressed = move || workspace.query.with(|it| Counted::of(&it.filter) == Some(what));
        button("pill", "", move || workspace.filter(None, |it| what.toggle(it)))
            .bind_attr("aria-pressed", move || Some(is_pressed().to_string()))
            .bind_flag("hidden", move || n().is_none())
            .child(el("span.number").bind_text(number))
            .text(" ")
            .child(el("span").text(counted(what)))
    };
    el("div.pills").children(Counted::ALL.map(pill).into())
}
