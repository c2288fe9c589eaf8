//! Which columns a table shows, in what order, and how densely: what the user chose, kept by the browser. Pure.

use crate::capabilities::{Capabilities, Column};
use crate::json::{self, Json, Read, Writer};

/// What the user chose. By default the system's own columns, with room around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// For the views that were changed, by the name of their connection: the labels of the columns shown, in order.
    views: Vec<(String, Vec<String>)>,
    /// Whether rows stand closer together.
    pub is_compact: bool,
}

impl Layout {
    /// Reads what [`Layout::to_json`] wrote. Total: what is not that is no choice.
    pub fn read(text: &str) -> Layout {
        let json = json::read(text.as_bytes()).unwrap_or(Json::Null);
        let labels = |it: &Json| it.list().iter().filter_map(|it| it.text().map(str::to_owned)).collect();
        let views = json.get("columns").and_then(Json::members).unwrap_or_default().iter();
        Layout {
            views: views.map(|(name, it)| (name.to_string(), labels(it))).collect(),
            is_compact: json.get("compact").and_then(Json::flag).unwrap_or_default(),
        }
    }

    /// As JSON, for the browser to keep.
    pub fn to_json(&self) -> String {
        let view = |object: Writer, (name, labels): &(String, Vec<String>)| {
            object.texts(name, labels.iter().map(String::as_str))
        };
        let columns = self.views.iter().fold(Writer::default(), view).done();
        Writer::default().raw("columns", &columns).raw("compact", &self.is_compact.to_string()).done()
    }

    /// The columns to show of a system, in order.
    pub fn columns(&self, view: &str, system: &Capabilities) -> Vec<Column> {
        match self.chosen(view) {
            None => system.columns.clone(),
            Some(labels) => {
                labels.iter().filter_map(|label| choices(system).find(|it| it.label == *label)).cloned().collect()
            }
        }
    }

    /// All columns that can be shown, those that are shown first and in order, and whether they are.
    pub fn choices(&self, view: &str, system: &Capabilities) -> Vec<(Column, bool)> {
        let shown = self.columns(view, system);
        let hidden = choices(system).filter(|it| !shown.contains(it)).map(|it| (it.clone(), false));
        let hidden: Vec<_> = hidden.collect();
        shown.into_iter().map(|it| (it, true)).chain(hidden).collect()
    }

    /// Chooses what is shown of a system; its own columns in its own order are no choice.
    pub fn choose(&mut self, view: &str, system: &Capabilities, labels: Vec<String>) {
        self.views.retain(|(it, _)| it != view);
        if !labels.iter().eq(system.columns.iter().map(|it| &it.label)) {
            self.views.push((view.into(), labels));
        }
    }

    fn chosen(&self, view: &str) -> Option<&[String]> {
        self.views.iter().find(|(it, _)| it == view).map(|(_, labels)| labels.as_slice())
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
        columns.iter().map(|it| it.label.as_str()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_was_chosen_is_kept() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut layout = Layout { is_compact: true, ..Layout::default() };
        layout.choose("A \"b\"", &system, vec!["Is active".into(), "Created by".into(), "Gone".into()]);
        let again = Layout::read(&layout.to_json());
        assert_eq!(again, layout);
        assert_eq!(labels(&again.columns("A \"b\"", &system)), "Is active, Created by");
        assert_eq!(labels(&again.columns("Another", &system)), labels(&system.columns));
    }

    #[test]
    fn hidden_columns_can_be_chosen_again() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut layout = Layout::default();
        layout.choose("A", &system, vec!["Last used".into()]);
        let choices = layout.choices("A", &system);
        assert_eq!(choices.len(), system.columns.len() + system.spare_columns.len());
        assert_eq!(choices.iter().map(|(_, shown)| *shown).position(|it| !it), Some(1));
        let all = system.columns.iter().map(|it| it.label.clone()).collect();
        layout.choose("A", &system, all);
        assert_eq!(layout, Layout::default());
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
