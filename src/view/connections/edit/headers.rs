//! The headers that a system wants, in the form for a connection.

use leptos::prelude::*;

use super::super::super::kit::{El, button, el, value_of};
use super::Editor;
use crate::config::form::{HeaderKind, HeaderRow};
use crate::messages::connection_form::HeaderRows;

impl Editor {
    pub(super) fn headers_view(self) -> El {
        let n_rows = Memo::new(move |_| self.form.with(|it| it.headers.len()));
        let add = move || {
            self.form.update(|it| it.headers.push(HeaderRow::default()));
        };
        el("fieldset.field")
            .child(el("legend").text(&HeaderRows::Legend.text()))
            .bind_children(move || (0..n_rows.get()).map(|idx| self.header_view(idx)).collect())
            .child(button("button small", &HeaderRows::Add.text(), add))
            .child(self.message_view("/auth/headers"))
    }

    fn header_view(self, idx: usize) -> El {
        let row = move |read: fn(&HeaderRow) -> String| {
            self.form.with(|it| it.headers.get(idx).map(read).unwrap_or_default())
        };
        let change = move |change: &dyn Fn(&mut HeaderRow)| {
            self.form.update(|it| it.headers.get_mut(idx).into_iter().for_each(change));
        };
        let n = idx + 1;
        let name = el("input")
            .attr("type", "text")
            .attr("aria-label", &HeaderRows::NameOf { n }.text())
            .attr("placeholder", &HeaderRows::Name.text())
            .attr("spellcheck", "false")
            .bind_value(move || row(|it| it.name.clone()))
            .on("input", move |event| change(&|it| it.name = value_of(&event)));
        let kinds = [HeaderKind::Secret, HeaderKind::Asked, HeaderKind::Fixed];
        let place = move |kind: HeaderKind| kinds.iter().position(|it| *it == kind).unwrap_or_default();
        let option = |(idx, kind): (usize, HeaderKind)| {
            let name = match kind {
                HeaderKind::Secret => HeaderRows::AskedHidden.text(),
                HeaderKind::Asked => HeaderRows::AskedShown.text(),
                HeaderKind::Fixed => HeaderRows::Fixed.text(),
            };
            el("option").attr("value", &idx.to_string()).text(&name)
        };
        let kind = el("select")
            .attr("aria-label", &HeaderRows::KindOf { n }.text())
            .children(kinds.into_iter().enumerate().map(option).collect())
            .bind_value(move || {
                self.form.with(|it| place(it.headers.get(idx).map_or(HeaderKind::Secret, |it| it.kind))).to_string()
            })
            .on("change", move |event| {
                let chosen = value_of(&event).parse().ok().and_then(|idx: usize| kinds.get(idx)).copied();
                change(&|it| it.kind = chosen.unwrap_or_default());
            });
        let value = move || {
            let is_fixed = self.form.with(|it| it.headers.get(idx).is_some_and(|it| it.kind == HeaderKind::Fixed));
            is_fixed.then(|| {
                el("input")
                    .attr("type", "text")
                    .attr("aria-label", &HeaderRows::ValueOf { n }.text())
                    .attr("placeholder", &HeaderRows::Value.text())
                    .bind_value(move || row(|it| it.value.clone()))
                    .on("input", move |event| change(&|it| it.value = value_of(&event)))
            })
        };
        let remove = move || {
            self.form.update(|it| {
                if idx < it.headers.len() {
                    it.headers.remove(idx);
                }
            });
        };
        let remove = button("button small", &HeaderRows::Remove.text(), remove)
            .attr("aria-label", &HeaderRows::RemoveOf { n }.text());
        el("div.header-row").child(name).child(kind).bind_child(value).child(remove)
    }
}
