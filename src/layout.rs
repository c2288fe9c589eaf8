//! Which columns a table shows, in what order, and how densely: what the user chose, kept by the browser. Pure.

use std::borrow::Cow;

use crate::capabilities::{Capabilities, Column};
use crate::json::{self, Json, Read, Writer};

pub mod fit;

/// What the user chose. By default the system's own columns, with room around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// For the views that were changed, by the name of their connection: the ids of the columns shown, in order.
    views: Views,
    /// The same as pages of before kept it, by labels, for the views that were not changed since.
    by_label: Views,
    /// Whether rows stand closer together.
    pub is_compact: bool,
    /// Whether single keys do nothing by themselves.
    pub has_no_shortcuts: bool,
}

/// Names of views, each with its columns.
type Views = Vec<(String, Vec<String>)>;

impl Layout {
    /// Reads what [`Layout::to_json`] wrote. What is not that counts as no choice.
    pub fn read(text: &str) -> Layout {
        let json = json::read(text.as_bytes()).unwrap_or(Json::Null);
        let texts = |it: &Json| it.list().iter().filter_map(|it| it.text().map(str::to_owned)).collect();
        let views = |member: &str| {
            let members = json.get(member).and_then(Json::members).unwrap_or_default().iter();
            members.map(|(name, it)| (name.to_string(), texts(it))).collect()
        };
        Layout {
            views: views("shown"),
            by_label: views("columns"),
            is_compact: json.get("compact").and_then(Json::flag).unwrap_or_default(),
            has_no_shortcuts: json.get("no_shortcuts").and_then(Json::flag).unwrap_or_default(),
        }
    }

    /// As JSON, for the browser to keep.
    pub fn to_json(&self) -> String {
        let view = |object: Writer, (name, columns): &(String, Vec<String>)| {
            object.texts(name, columns.iter().map(String::as_str))
        };
        let written = |views: &Views| views.iter().fold(Writer::default(), view).done();
        let json = Writer::default().raw("shown", &written(&self.views));
        let json = if self.by_label.is_empty() { json } else { json.raw("columns", &written(&self.by_label)) };
        let json = json.raw("compact", &self.is_compact.to_string());
        if self.has_no_shortcuts { json.raw("no_shortcuts", "true").done() } else { json.done() }
    }

    /// The columns to show of a system, in order.
    pub fn columns(&self, view: &str, system: &Capabilities) -> Vec<Column> {
        let of = |views: &Views| views.iter().find(|(it, _)| it == view).map(|(_, columns)| columns.clone());
        let found = |wanted: Vec<String>, name: fn(&Column) -> Cow<str>| {
            wanted.iter().filter_map(|it| choices(system).find(|column| name(column) == **it)).cloned().collect()
        };
        match (of(&self.views), of(&self.by_label)) {
            (Some(ids), _) => found(ids, |it| it.id.as_str().into()),
            (None, Some(labels)) => found(labels, |it| it.label.text()),
            (None, None) => system.columns.clone(),
        }
    }

    /// All columns that can be shown, those that are shown first and in order, and whether they are.
    pub fn choices(&self, view: &str, system: &Capabilities) -> Vec<(Column, bool)> {
        let shown = self.columns(view, system);
        let hidden = choices(system).filter(|it| !shown.contains(it)).map(|it| (it.clone(), false));
        let hidden: Vec<_> = hidden.collect();
        shown.into_iter().map(|it| (it, true)).chain(hidden).collect()
    }

    /// Chooses what is shown of a system, by ids; its own columns in its own order are no choice.
    pub fn choose(&mut self, view: &str, system: &Capabilities, ids: Vec<String>) {
        self.by_label.retain(|(it, _)| it != view);
        self.views.retain(|(it, _)| it != view);
        if !ids.iter().eq(system.columns.iter().map(|it| &it.id)) {
            self.views.push((view.into(), ids));
        }
    }
}

fn choices(system: &Capabilities) -> impl Iterator<Item = &Column> {
    system.columns.iter().chain(&system.spare_columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Auth;

    fn labels(columns: &[Column]) -> String {
        columns.iter().map(|it| it.label.text()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_was_chosen_is_kept() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut layout = Layout { is_compact: true, has_no_shortcuts: true, ..Layout::default() };
        layout.choose("A \"b\"", &system, vec!["status".into(), "created_by".into(), "gone".into()]);
        let again = Layout::read(&layout.to_json());
        assert_eq!(again, layout);
        assert_eq!(labels(&again.columns("A \"b\"", &system)), "Is active, Created by");
        assert_eq!(labels(&again.columns("Another", &system)), labels(&system.columns));
    }

    #[test]
    fn hidden_columns_can_be_chosen_again() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut layout = Layout::default();
        layout.choose("A", &system, vec!["last_used".into()]);
        let choices = layout.choices("A", &system);
        assert_eq!(choices.len(), system.columns.len() + system.spare_columns.len());
        assert_eq!(choices.iter().map(|(_, shown)| *shown).position(|it| !it), Some(1));
        let all = system.columns.iter().map(|it| it.id.clone()).collect();
        layout.choose("A", &system, all);
        assert_eq!(layout, Layout::default());
    }

    #[test]
    fn what_pages_of_before_kept_opens_as_it_was() {
        let before = r#"{"columns":{"A":["Is active","Created by"],"B":["GUID"]},"compact":true}"#;
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut layout = Layout::read(before);
        assert!(layout.is_compact);
        assert_eq!(labels(&layout.columns("A", &system)), "Is active, Created by");
        // What is not changed stays as it was kept.
        layout.choose("A", &system, vec!["id".into()]);
        let again = Layout::read(&layout.to_json());
        assert_eq!(layout.to_json(), r#"{"shown":{"A":["id"]},"columns":{"B":["GUID"]},"compact":true}"#);
        assert_eq!((labels(&again.columns("A", &system)), again), ("GUID".into(), layout));
    }

    #[test]
    fn rubbish_is_no_choice() {
        for text in ["", "7", "{", r#"{"columns":[1],"compact":"yes"}"#, r#"{"columns":{"A":7}}"#] {
            let layout = Layout::read(text);
            assert!(
                !layout.is_compact
                    && layout.columns("B", &Capabilities::inventory()) == Capabilities::inventory().columns
            );
        }
    }
}
