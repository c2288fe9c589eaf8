//! `Sort by`: what the headers of a table do, where tokens are cards and there are none.

use leptos::prelude::*;

use super::super::kit::{El, el, value_of};
use crate::capabilities::Column;
use crate::messages::table::{SortBy, Table};
use crate::query::{Sort, SortKey};
use crate::workspace::Workspace;

/// The choice of an order.
pub(super) fn sort_by(workspace: Workspace, columns: &[Column]) -> El {
    let named = columns.iter().filter_map(|it| Some((it.label.text().into_owned(), it.kind.sort_key()?)));
    let all = [(Table::Name.text().into_owned(), SortKey::Name)].into_iter().chain(named);
    let orders: Vec<(String, Option<Sort>)> = [(SortBy::AsListed.text().into_owned(), None)]
        .into_iter()
        .chain(all.flat_map(|(label, key)| {
            [false, true].map(|descending| {
                let text = match descending {
                    false => SortBy::Ascending { column: &label }.text(),
                    true => SortBy::Descending { column: &label }.text(),
                };
                (text.into_owned(), Some(Sort { key, descending }))
            })
        }))
        .collect();
    let options = orders.iter().enumerate();
    let options = options.map(|(idx, (text, _))| el("option").attr("value", &idx.to_string()).text(text)).collect();
    let orders: Vec<Option<Sort>> = orders.into_iter().map(|(_, sort)| sort).collect();
    let place_of = {
        let orders = orders.clone();
        move |sort| orders.iter().position(|it| *it == sort).unwrap_or(0)
    };
    let select = el("select")
        .children(options)
        .bind_value(move || place_of(workspace.query.with(|it| it.sort)).to_string())
        .on("change", move |event| {
            let chosen = value_of(&event).parse().ok().and_then(|it: usize| orders.get(it).copied());
            if let Some(sort) = chosen {
                workspace.order_by(sort);
            }
        });
    el("label.field.sort-by").child(el("span").text(&SortBy::Label.text())).child(select)
}
