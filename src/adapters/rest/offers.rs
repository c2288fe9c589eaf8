//! What an API can do, as its description tells.

use std::num::NonZeroU32;

use super::description::Description;
use super::facts::{Active, ColumnForm, Fact};
use super::pick::Place;
use super::placeholder::Source;
use super::sign_in::Way;
use super::system::Rest;
use super::texts::Text;
use crate::adapters::site::Site;
use crate::capabilities::{Action, Capabilities, Column, ColumnKind, ExtraInput, Field, FieldShape, SignIn};
use crate::query::StatusFilter;
use crate::words::{Key, Label, Words};

impl Rest {
    pub(super) fn offers(&self, site: &Site) -> Capabilities {
        let Description { facts, ways, .. } = &self.description;
        let with_draft = |field: Field| self.description.actions_with(|it| field_of(it) == Some(field));
        let of_fields = [
            (Field::Name, facts.name.as_ref(), Label::Name),
            (Field::Scopes, facts.scopes.as_ref().map(|(it, _)| it), Label::Scopes),
            (Field::Description, facts.description.as_ref(), Label::Description),
            (Field::ValidFrom, facts.valid_from.as_ref().map(|(it, _)| it), Label::ValidFrom),
            (Field::ValidTo, facts.valid_to.as_ref().map(|(it, _)| it), Label::ValidTo),
        ];
        let field = |(field, fact, usual): (Field, Option<&Fact>, Label)| {
            let actions = with_draft(field);
            let shape = FieldShape {
                required: fact.is_some_and(|it| it.required),
                editable: actions.contains(&Action::Edit),
                pattern: fact.and_then(|it| it.pattern.clone()),
                most_chars: fact.and_then(|it| it.max_length).map(|it| it.get() as usize),
                most_days: fact.and_then(|it| it.max_days).map(NonZeroU32::get),
                unique: fact.is_some_and(|it| it.unique),
                by_day: field == Field::ValidTo && self.description.writes_days(),
                ..FieldShape::new(field, labelled(fact, usual))
            };
            (!actions.is_empty()).then(|| shape.rule(fact.map_or("", |it| it.help.as_str())))
        };
        let scopes = facts.scopes.as_ref().map(|(it, _)| it);
        let has_scopes = scopes.is_some() || !with_draft(Field::Scopes).is_empty();
        let input = |key: &str| self.description.actions_with(|it| matches!(it, Source::Input(used) if used == key));
        let inputs = self
            .description
            .inputs
            .iter()
            .map(|it| ExtraInput { actions: input(&it.input.key), input: it.input.clone() });
        Capabilities {
            name: self.description.name.as_str().into(),
            id_label: labelled(Some(&facts.id), Label::Id),
            scopes_label: has_scopes.then(|| labelled(scopes, Label::Scopes)),
            lists_some_scopes: true,
            keeps_deleted: facts.deleted.is_some(),
            offers: self.description.writes().into_iter().map(|(action, ..)| action).collect(),
            lacks: self.lacks(),
            // What can change a token may be able to take its end back.
            revokes_for_good: self.description.update.is_none(),
            remarks: self.description.remarks.iter().map(|it| it.as_str().into()).collect(),
            fields: of_fields.into_iter().filter_map(field).collect(),
            inputs: inputs.collect(),
            columns: self.table_columns(),
            statuses: self.statuses(),
            sign_in: (!ways.is_empty()).then(|| sign_in_form(ways, site)),
            secret: self.description.secret.clone(),
            ..Capabilities::default()
        }
    }

    /// The columns of the table. One of the description's own is told by where it stands in a token: its label may be
    /// put in other words.
    fn table_columns(&self) -> Vec<Column> {
        let n_before = usize::from(self.description.facts.created.is_some());
        let mut columns: Vec<Column> = Vec::new();
        for (label, kind, place) in self.columns() {
            let id = match (kind.extra(), place) {
                (Some(idx), _) if idx < n_before => "created".to_owned(),
                (Some(_), Some(place)) => format!("@{}", place.text()),
                _ => kind.id().into_owned(),
            };
            // Several may be parts of one text.
            let n_alike = columns.iter().filter(|it| it.id.split('#').next() == Some(&id)).count();
            let id = if n_alike == 0 { id } else { format!("{id}#{}", n_alike + 1) };
            columns.push(Column::own(&id, label, kind));
        }
        columns
    }

    /// What is not described cannot be done.
    pub(super) fn lacks(&self) -> Vec<(Action, Words)> {
        let Description { create, update, revoke, delete, .. } = &self.description;
        let all =
            [(Action::Create, create), (Action::Edit, update), (Action::Revoke, revoke), (Action::Delete, delete)];
        let absent = all.into_iter().filter(|(_, call)| call.is_none());
        absent.map(|(action, _)| (action, Text::NoCall(action).into())).collect()
    }

    /// The columns: labels, kinds, and where what is in them stands.
    pub(super) fn columns(&self) -> Vec<(Words, ColumnKind, Option<&Place>)> {
        let facts = &self.description.facts;
        let times = [
            (&facts.valid_from, Label::ValidFrom, ColumnKind::ValidFrom),
            (&facts.valid_to, Label::ValidTo, ColumnKind::ValidTo),
            (&facts.last_used, Label::LastUsed, ColumnKind::LastUsed),
        ];
        let n_before = usize::from(facts.created.is_some());
        let mut columns: Vec<(Option<&Fact>, Label, ColumnKind)> = vec![
            (facts.description.as_ref(), Label::Description, ColumnKind::Description),
            (facts.scopes.as_ref().map(|(it, _)| it), Label::Scopes, ColumnKind::Scopes),
            (facts.created.as_ref().map(|(it, _)| it), Label::Created, ColumnKind::Time(0)),
        ];
        columns.extend(times.map(|(fact, label, kind)| (fact.as_ref().map(|(it, _)| it), label, kind)));
        columns.push((facts.creator.as_ref(), Label::CreatedBy, ColumnKind::Creator));
        let mut all: Vec<(Words, ColumnKind, Option<&Place>)> = Vec::new();
        for (fact, label, kind) in columns {
            // What is asked for and never shown has no column.
            let place = fact.and_then(|it| it.at.as_ref());
            all.extend(place.map(|it| (labelled(fact, label), kind, Some(it))));
        }
        let of_status = match &facts.active {
            Some(Active::Told(fact, _)) => Some(fact),
            Some(Active::Always(_)) | None => None,
        };
        all.push((labelled(of_status, Label::IsActive), ColumnKind::Status, of_status.and_then(|it| it.at.as_ref())));
        for (idx, it) in facts.columns.iter().enumerate() {
            let idx = n_before + idx;
            let kind = match &it.form {
                ColumnForm::Text => ColumnKind::Text(idx),
                ColumnForm::Secret => ColumnKind::Hidden(idx),
                ColumnForm::Time { is_deadline: true, .. } => ColumnKind::Deadline(idx),
                ColumnForm::Time { .. } => ColumnKind::Time(idx),
            };
            all.push((it.label.as_str().into(), kind, Some(&it.at)));
        }
        all.push((labelled(Some(&facts.id), Label::Id), ColumnKind::Id, facts.id.at.as_ref()));
        all
    }

    pub(super) fn statuses(&self) -> Vec<StatusFilter> {
        let facts = &self.description.facts;
        let ended = [&facts.revoked, &facts.disabled].into_iter().any(Option::is_some);
        let is_told = ended || facts.active.is_some() || facts.valid_from.is_some() || facts.valid_to.is_some();
        let all = [
            (StatusFilter::All, true),
            (StatusFilter::Active, is_told),
            (StatusFilter::Inactive, is_told),
            (StatusFilter::Scheduled, facts.valid_from.is_some()),
            (StatusFilter::Disabled, facts.disabled.is_some()),
            (StatusFilter::Expired, facts.valid_to.is_some()),
            (StatusFilter::Revoked, facts.revoked.is_some()),
            (StatusFilter::Deleted, facts.deleted.is_some()),
            (StatusFilter::Unknown, !matches!(facts.active, Some(Active::Always(_)))),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(it, _)| it).collect()
    }
}

/// What the description calls a fact, else its usual name. A usual name is known as one wherever it comes from, so that
/// sentences can ask for it; any other has a grammar of its own.
pub(super) fn labelled(fact: Option<&Fact>, usual: Label) -> Words {
    let Some(own) = fact.map(|it| it.label.as_str()).filter(|it| !it.is_empty()) else { return usual.into() };
    let known = [Label::Name, Label::Scopes, Label::Permissions, Label::Privileges];
    known.into_iter().find(|it| it.text() == own).map_or_else(|| own.into(), Words::from)
}

/// The field of the form that a placeholder stands for.
pub(super) fn field_of(source: &Source) -> Option<Field> {
    Some(match source {
        Source::Name => Field::Name,
        Source::Description => Field::Description,
        Source::Scopes => Field::Scopes,
        Source::ValidFrom => Field::ValidFrom,
        Source::ValidTo => Field::ValidTo,
        _ => return None,
    })
}

fn sign_in_form(ways: &[Way], site: &Site) -> SignIn {
    let wants_cookies = ways.iter().any(|it| it.wants_cookies);
    let stays = wants_cookies && ways.iter().any(|it| it.wants_cookies && it.logout.is_none());
    let said = |is_so: bool, text: Text| if is_so { text.into() } else { Words::default() };
    SignIn {
        ways: ways.iter().map(Way::form).collect(),
        warning: said(wants_cookies && site.is_foreign, Text::Foreign),
        left_behind: said(stays, Text::CookieStays),
    }
}
