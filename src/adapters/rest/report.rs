//! What testing a connection says of an API: what stands where, and what the page makes of it.

use serde_json::{Value, json};

use super::facts::{self, Active};
use super::offers::{self, labelled};
use super::paging::PageCursor;
use super::pick::Place;
use super::placeholder::Source;
use super::system::Rest;
use super::texts::Text;
use crate::adapters::findings::field_of;
use crate::adapters::page::Page;
use crate::api::report::{Finding, Report, Told};
use crate::capabilities::{ColumnKind, Field};
use crate::secret::MASK;
use crate::words::{Label, Words};

impl Rest {
    /// What a page of the list shows.
    pub(super) fn report_of(&self, page: &Page) -> Report {
        let fields = match (page.entries.first(), page.raw.first()) {
            (Some(token), Some(item)) => self.findings(token, item),
            _ => Vec::new(),
        };
        let total = self.description.list.total.is_some().then_some(page.total);
        let next = page.next.as_deref().and_then(|it| PageCursor::read(it).ok()).map(|it| it.shown().into());
        Report { count: page.entries.len(), total, next, unread: page.unread.clone(), fields }
    }

    pub(super) fn findings(&self, token: &Value, item: &Value) -> Vec<Finding> {
        let facts = &self.description.facts;
        let name = facts.name.as_ref().map(|it| (labelled(Some(it), Label::Name), None, it.at.as_ref()));
        let ended = [(Label::Revoked, "revoked_at", &facts.revoked), (Label::Deleted, "deleted_at", &facts.deleted)];
        let ended = ended
            .into_iter()
            .filter_map(|(label, field, it)| Some((Words::from(label), field, it.as_ref()?.0.at.as_ref())));
        let columns = self.columns().into_iter().map(|(label, kind, place)| (label, Some(kind), place));
        let columns = name.into_iter().chain(columns).map(|(label, kind, place)| {
            let field = kind.map_or("name", field_of);
            let value = kind.and_then(ColumnKind::extra).map_or(&token[field], |idx| &token[field][idx]);
            let value =
                if matches!(kind, Some(ColumnKind::Hidden(_))) && value.is_string() { &json!(MASK) } else { value };
            let always = matches!(kind, Some(ColumnKind::Status)) && matches!(facts.active, Some(Active::Always(_)));
            let mut told = finding(label, place, value, item);
            if always {
                told.notes = vec![Text::Always.into()];
            }
            if let Some(name) = kind.and_then(|it| self.left_out(it)) {
                told.notes.push(Text::LeftOut { name }.into());
            }
            told
        });
        let mut findings: Vec<Finding> = columns.collect();
        findings.extend(ended.map(|(label, field, place)| finding(label, place, &token[field], item)));
        findings
    }

    /// The placeholder by which an edit sends a field of the form, where an emptied field is left out of it.
    fn left_out(&self, kind: ColumnKind) -> Option<&'static str> {
        let facts = &self.description.facts;
        let (field, name, fact) = match kind {
            ColumnKind::Description => (Field::Description, "description", facts.description.as_ref()),
            ColumnKind::Scopes => (Field::Scopes, "scopes", facts.scopes.as_ref().map(|(it, _)| it)),
            ColumnKind::ValidFrom => (Field::ValidFrom, "valid_from", facts.valid_from.as_ref().map(|(it, _)| it)),
            ColumnKind::ValidTo => (Field::ValidTo, "valid_to", facts.valid_to.as_ref().map(|(it, _)| it)),
            _ => return None,
        };
        let update = self.description.update.as_ref().filter(|_| !fact.is_some_and(|it| it.required))?;
        let is_field = |it: &Source| offers::field_of(it) == Some(field);
        update.request.templates().iter().any(|(it, _)| it.goes_with(is_field)).then_some(name)
    }
}

/// What a place has in an item, and what the page makes of it.
fn finding(label: Words, place: Option<&Place>, value: &Value, item: &Value) -> Finding {
    let stands = place.map(|it| it.one(item));
    let shown = facts::shown(value);
    let is_none = shown.is_empty() && matches!(stands, Some(Some(_)));
    let note = match stands {
        None => Some(Text::WorkedOut),
        Some(None) => Some(Text::NothingThere),
        Some(Some(it)) if it.is_null() => Some(Text::NullThere),
        Some(Some(it)) => is_none.then(|| Text::MeansNone { stands: it.to_string().chars().take(60).collect() }),
    };
    let found =
        if is_none { Some(Told::None.into()) } else { Some(shown).filter(|it| !it.is_empty()).map(Words::from) };
    Finding {
        label,
        place: place.map(|it| it.text().to_owned()),
        found,
        notes: note.into_iter().map(Words::from).collect(),
    }
}
