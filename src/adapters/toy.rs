//! A dialect for tests: it shows what a new one takes. This folder, and one line in the registry.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::adapter::Adapter;
use super::call::Call;
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use crate::api::tokens::Work;
use crate::capabilities::{Action, Capabilities, Column, ColumnKind, Field, FieldShape};
use crate::config::{ConfigError, Connection};
use crate::draft::Draft;
use crate::query::StatusFilter;
use crate::words::Label;

pub(super) mod settings;
mod tests;

/// A box of tokens in memory.
pub(super) struct Toy {
    colour: String,
    names: RefCell<Vec<String>>,
}

/// The adapter for a connection.
pub(super) fn open(connection: &Connection, _: Option<&str>) -> Result<Toy, Vec<ConfigError>> {
    Ok(Toy { colour: connection.setting("colour"), names: RefCell::default() })
}

impl Adapter for Toy {
    fn capabilities(&self, _: &Site) -> Capabilities {
        Capabilities {
            name: format!("Toy, {}", self.colour).into(),
            id_label: Label::Id.into(),
            offers: vec![Action::Create],
            fields: vec![FieldShape::new(Field::Name, Label::Name).required()],
            columns: vec![Column::new(Label::Id, ColumnKind::Id)],
            statuses: vec![StatusFilter::All],
            ..Capabilities::default()
        }
    }

    fn list<'a>(&'a self, _: Call<'a>, _: Option<String>) -> Work<'a, Page> {
        let raw: Vec<Value> = self.names.borrow().iter().map(|it| json!({ "called": it })).collect();
        let entries: Vec<Value> = raw.iter().map(|it| token(&it["called"])).collect();
        Box::pin(async move { Ok(Page { total: raw.len(), entries, raw, ..Page::default() }) })
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Details> {
        Box::pin(async move {
            let raw = super::gateway::entry(self, call, id).await?;
            Ok(Details { token: token(&raw["called"]), raw })
        })
    }

    fn create<'a>(&'a self, _: Call<'a>, draft: &'a Draft) -> Work<'a, WrittenToken> {
        self.names.borrow_mut().push(draft.name.clone());
        Box::pin(async { Ok(WrittenToken { token: token(&draft.name.as_str().into()), ..WrittenToken::default() }) })
    }
}

fn token(name: &Value) -> Value {
    json!({ "id": name, "guid": name, "name": name, "valid_from": null, "valid_to": null, "is_active": true })
}
