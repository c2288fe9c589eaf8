//! What testing a connection says of an API: what stands where, and what the page makes of it.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::facts::{self, Active, Means};
use super::offers::{self, labelled};
use super::paging::PageCursor;
use super::pick::Place;
use super::placeholder::Source;
use super::system::Rest;
use super::texts::Text;
use super::times::{self, TimeShape};
use crate::adapters::call::Call;
use crate::adapters::findings::field_of;
use crate::adapters::page::Page;
use crate::api::report::{Finding, Hint, Report, Told, time_hints};
use crate::capabilities::{ColumnKind, Field};
use crate::moments::{self, Moment, Written};
use crate::secret::MASK;
use crate::time::{Clock, Millis};
use crate::words::{Label, Words};

impl Rest {
    /// What a page of the list shows.
    pub(super) fn report_of(&self, call: Call<'_>, page: &Page) -> Report {
        let fields = match (page.entries.first(), page.raw.first()) {
            (Some(token), Some(item)) => self.findings(call, token, item, &page.raw),
            _ => Vec::new(),
        };
        let total = self.description.list.total.is_some().then_some(page.total);
        let next = page.next.as_deref().and_then(|it| PageCursor::read(it).ok()).map(|it| it.shown().into());
        Report { count: page.entries.len(), total, next, unread: page.unread.clone(), fields }
    }

    /// What was found in the first token; `all` are those of the page.
    fn findings(&self, call: Call<'_>, token: &Value, item: &Value, all: &[Value]) -> Vec<Finding> {
        let facts = &self.description.facts;
        let clock = Clock { now: call.now(), zone: &self.zone.on(call.host) };
        let name = facts.name.as_ref().map(|it| (labelled(Some(it), Label::Name), None, it.at.as_ref()));
        let ended = [
            (Label::Revoked, "revoked_at", &facts.revoked),
            (
                Label::Disabled,
                if token["disabled_at"].is_null() { "is_disabled" } else { "disabled_at" },
                &facts.disabled,
            ),
            (Label::Deleted, "deleted_at", &facts.deleted),
        ];
        let ended = ended.into_iter().filter_map(|(label, field, it)| Some((Words::from(label), field, it.as_ref()?)));
        let columns = self.columns().into_iter().map(|(label, kind, place)| (label, Some(kind), place));
        let columns = name.into_iter().chain(columns).map(|(label, kind, place)| {
            let field = kind.map_or("name", field_of);
            let value = kind.and_then(ColumnKind::extra).map_or(&token[field], |idx| &token[field][idx]);
            let value =
                if matches!(kind, Some(ColumnKind::Hidden(_))) && value.is_string() { &json!(MASK) } else { value };
            let always = matches!(kind, Some(ColumnKind::Status)) && matches!(facts.active, Some(Active::Always(_)));
            let mut told = finding(label, place, value, item);
            if matches!(kind, Some(ColumnKind::Status)) && value.is_null() {
                told = unknown_word(told, place, item);
            }
            if always {
                told.notes = vec![Text::Always.into()];
            }
            if let Some(name) = kind.and_then(|it| self.left_out(it)) {
                told.notes.push(Text::LeftOut { name }.into());
            }
            let hints = match kind {
                Some(ColumnKind::Status) => self.unknown_words(all),
                kind => kind.and_then(|it| self.time_at(it, item)).map_or_else(Vec::new, |(value, shape)| {
                    self.hints_of_time(&value, shape, facts.created_at(item, clock), clock)
                }),
            };
            told.notes.extend(hints.into_iter().map(Words::from));
            told
        });
        let mut findings: Vec<Finding> = columns.collect();
        findings.extend(ended.map(|(label, field, (fact, means))| {
            let is_switch = label == Words::from(Label::Disabled);
            let mut told = finding(label, fact.at.as_ref(), &token[field], item);
            if is_switch && token[field].is_null() {
                told = unknown_word(told, fact.at.as_ref(), item);
            }
            let stands = fact.find(item).filter(|_| matches!(means, Means::Usual));
            let hints = stands.map_or_else(Vec::new, |it| self.hints_of_end(&it, is_switch, clock));
            told.notes.extend(hints.into_iter().map(Words::from));
            told
        }));
        findings
    }

    /// The time that a column shows, as it stands in an item, and how it is described.
    fn time_at<'a>(&'a self, kind: ColumnKind, item: &'a Value) -> Option<(Cow<'a, Value>, &'a TimeShape)> {
        let facts = &self.description.facts;
        let n_before = usize::from(facts.created.is_some());
        let (fact, shape) = match kind {
            ColumnKind::ValidFrom => facts.valid_from.as_ref()?,
            ColumnKind::ValidTo => facts.valid_to.as_ref()?,
            ColumnKind::LastUsed => facts.last_used.as_ref()?,
            ColumnKind::Time(0) if n_before == 1 => facts.created.as_ref()?,
            ColumnKind::Time(idx) | ColumnKind::Deadline(idx) => {
                return facts.columns.get(idx.checked_sub(n_before)?)?.time(item);
            }
            _ => return None,
        };
        Some((fact.find(item)?, shape))
    }

    /// How a time is written; where it is none in the form that is described, which form would read it.
    fn hints_of_time(&self, value: &Value, shape: &TimeShape, created: Option<Millis>, clock: Clock<'_>) -> Vec<Hint> {
        if value.is_null() {
            return Vec::new();
        }
        let read = facts::moment(value, shape, created, clock);
        // That is said already.
        if read.moment == Moment::Never {
            return Vec::new();
        }
        if read.moment == Moment::Odd && TimeShape::is_plain_time(value, clock.zone) {
            return vec![Hint::As("rfc3339")];
        }
        let written = if read.moment == Moment::Odd { Written::Unknown } else { read.written };
        time_hints(written, &self.zone.name())
    }

    /// What stands where something says by being there that a token has ended; of a switch no word does.
    fn hints_of_end(&self, value: &Value, is_switch: bool, clock: Clock<'_>) -> Vec<Hint> {
        let text = times::as_it_stands(value);
        let (moment, written) = moments::read(&text, clock.zone);
        match moment {
            _ if Means::Usual.yes(value).is_some() || value.is_null() => Vec::new(),
            Moment::Odd if is_switch => vec![Hint::Words(vec![text])],
            Moment::Odd => vec![Hint::TakenForYes(text)],
            _ => time_hints(written, &self.zone.name()),
        }
    }

    /// What the tokens of a page have for their status and means neither yes nor no.
    fn unknown_words(&self, all: &[Value]) -> Vec<Hint> {
        const MOST: usize = 8;
        let Some(Active::Told(fact, means)) = &self.description.facts.active else { return Vec::new() };
        let mut words: Vec<String> = Vec::new();
        for value in all.iter().filter_map(|it| fact.find(it)).filter(|it| !it.is_null() && means.yes(it).is_none()) {
            let word: String = facts::shown(&value).chars().take(60).collect();
            if words.len() < MOST && !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() { Vec::new() } else { vec![Hint::Words(words)] }
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

/// What stands there is a word that is not known, and not none.
fn unknown_word(told: Finding, place: Option<&Place>, item: &Value) -> Finding {
    match place.and_then(|it| it.one(item)).filter(|it| !it.is_null()) {
        Some(word) => Finding { found: Some(facts::shown(word).into()), notes: Vec::new(), ..told },
        None => told,
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
