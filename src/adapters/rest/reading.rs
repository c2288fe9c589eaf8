//! The list of an API, and tokens one by one.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};

use super::call::{ListCall, RequestShape};
use super::description::Scopes;
use super::facts::{ColumnForm, Facts, token};
use super::paging::{FEW, PageCursor, Seen, Step, whole};
use super::pick::{AnswerPlace, Place};
use super::system::{Rest, Written};
use super::texts::Text;
use crate::adapters::call::Call;
use crate::adapters::fault::Fault;
use crate::adapters::page::{Details, Page};
use crate::adapters::wire::{mask_values, plain};
use crate::api::ApiError;
use crate::time::Clock;
use crate::token::Scope;

/// How many tokens of a list are asked for at the same time, where each has to be: as many as browsers have connections to
/// a host of HTTP/1.1.
const AT_ONCE: usize = 6;

impl Rest {
    /// A page of the list, and what leads to the next one.
    pub(super) async fn page(
        &self,
        call: Call<'_>,
        cursor: Option<String>,
    ) -> Result<(Page, Option<PageCursor>), ApiError> {
        let list = &self.description.list;
        let wanted = wanted(list, cursor.as_deref())?;
        let answer = self.send(call, &list.request, Written { page: Some(&wanted), ..Written::default() }).await?;
        let mut raw = list.items(&answer)?;
        let n_items = raw.len() as u64;
        if list.read_each {
            raw = self.whole(call, raw).await?;
        }
        let mut entries: Vec<Value> = raw.iter().map(|it| self.token(call, it)).collect();
        let total = list.total.as_ref().and_then(|it| whole(&it.find(&answer)?));
        let head = entries.first().and_then(|it| it["id"].as_str());
        let (is_filtered, is_foreign) = (list.is_filtered(), call.site.is_foreign);
        let seen = Seen { answer: &answer, n_items, head, total, is_filtered, is_foreign };
        let mut unread = list.pages.as_ref().map(|it| it.unread(&seen)).unwrap_or_default();
        let total_header = list.total.as_ref().filter(|_| is_foreign).and_then(|it| it.missing_header(&answer));
        unread.extend(total_header.map(str::to_owned));
        let (step, mut hidden) = match &list.pages {
            Some(pages) => (pages.after(&wanted, &seen), pages.hidden(&wanted, &seen)),
            None => (Step::End, unread.first().filter(|_| n_items >= FEW).cloned()),
        };
        if step == Step::Again {
            entries.clear();
            raw.clear();
        }
        let next = match step {
            Step::Next(next) => Some(next),
            Step::End | Step::Again => None,
        };
        let so_far = wanted.tokens as usize + entries.len();
        // At its end a list that leaves some out says nothing of how many of the others there are.
        let total = total.filter(|_| next.is_some() || !is_filtered && !list.read_each);
        let total = total.map_or(so_far, |it| it as usize);
        hidden = hidden.filter(|_| next.is_none());
        let is_counted = list.pages.as_ref().is_some_and(|it| it.is_counted());
        let cursor = next.as_ref().map(PageCursor::write);
        Ok((Page { total, entries, next: cursor, raw, is_counted, hidden, unread }, next))
    }

    /// A token in the normal form.
    pub(super) fn token(&self, call: Call<'_>, item: &Value) -> Value {
        let clock = Clock { now: call.now(), zone: &self.zone.on(call.host) };
        let mut token = token(&self.description.facts, item, clock);
        let inputs = self.description.inputs.iter();
        let present: Map<String, Value> =
            inputs.filter_map(|it| Some((it.input.key.clone(), it.present(item)?.into()))).collect();
        if !present.is_empty() {
            token["inputs"] = present.into();
        }
        token
    }

    /// What the API calls a token.
    pub(super) fn id_of(&self, item: &Value) -> Option<String> {
        self.description.facts.id_of(item)
    }

    /// What the page calls a token that the API calls so.
    pub(super) fn shown_id(&self, id: &str) -> String {
        self.description.facts.shown_id(id)
    }

    /// A token as the last list has it, by what the API calls it.
    pub(super) fn known(&self, call: Call<'_>, id: &str) -> Option<Value> {
        call.entries.get(&self.shown_id(id))
    }

    /// What the API calls the token that the page calls so.
    pub(super) async fn own_id(&self, call: Call<'_>, shown: &str) -> Result<String, ApiError> {
        if !self.description.facts.id_is_secret {
            return Ok(shown.to_owned());
        }
        if let Some(id) = call.entries.get(shown).and_then(|it| self.id_of(&it)) {
            return Ok(id);
        }
        let is_meant = |it: &Value| self.id_of(it).is_some_and(|id| self.shown_id(&id) == shown);
        let found = self.find(call, is_meant).await?;
        found.and_then(|it| self.id_of(&it)).ok_or_else(not_listed)
    }

    /// A token; `again`: never as the last list had it.
    pub(super) async fn read_token(&self, call: Call<'_>, shown: &str, again: bool) -> Result<Value, ApiError> {
        let id = self.own_id(call, shown).await?;
        let item = if again { self.fresh(call, &id).await } else { self.current(call, &id).await };
        Ok(self.token(call, &item?))
    }

    pub(super) async fn told(&self, call: Call<'_>, shown: &str) -> Result<Details, ApiError> {
        let id = self.own_id(call, shown).await?;
        let mut raw = self.current(call, &id).await?;
        let token = self.token(call, &raw);
        let shown_id = self.shown_id(&id);
        // What stands in clear as the id is no secret, though a new token's secret may stand at the same place.
        let is_secret = |it: &String| !it.is_empty() && *it != shown_id;
        let stands = |it: &Place| it.several(&raw).unwrap_or_else(|| it.some(&raw).into_iter().collect());
        let all = self.secret_places().map(stands).flat_map(|it| it.into_iter().filter_map(plain).collect::<Vec<_>>());
        let secrets: Vec<String> = all.filter(is_secret).collect();
        mask_values(&mut raw, &secrets);
        Ok(Details { token, raw })
    }

    /// Where a token may hold a secret.
    pub(super) fn secret_places(&self) -> impl Iterator<Item = &Place> {
        let columns = self.description.facts.columns.iter().filter(|it| matches!(it.form, ColumnForm::Secret));
        let calls = [&self.description.create, &self.description.rotate].into_iter().flatten();
        let of_calls = calls.filter_map(|it| match &it.secret {
            Some(AnswerPlace::Body(place)) => Some(place),
            _ => None,
        });
        let Facts { id, id_is_secret, .. } = &self.description.facts;
        let of_id = id.at.iter().filter(|_| *id_is_secret);
        columns.map(|it| &it.at).chain(of_calls).chain(of_id)
    }

    /// A token as the system has it now, as far as it can be asked; else as the last list has it.
    pub(super) async fn current(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let known = || call.entries.get_current(&self.shown_id(id));
        match known().filter(|_| self.description.read.is_none()) {
            Some(entry) => Ok(entry),
            None => self.fresh(call, id).await,
        }
    }

    /// A token as the system has it now.
    pub(super) async fn fresh(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let item = match &self.description.read {
            Some(read) => self.asked_for(call, id, read).await?,
            None => self.find(call, |it| self.id_of(it).as_deref() == Some(id)).await?.ok_or_else(not_listed)?,
        };
        call.entries.update(&self.shown_id(id), &item);
        Ok(item)
    }

    /// A token as the system answers when it is asked for it by itself.
    pub(super) async fn asked_for(
        &self,
        call: Call<'_>,
        id: &str,
        (request, place): &(RequestShape, Place),
    ) -> Result<Value, ApiError> {
        let answer = self.send(call, request, Written { id: Some(id), ..Written::default() }).await?;
        let missing = || ApiError::Malformed(Text::NoToken { at: place.named() }.into());
        place.some(&answer.value).cloned().ok_or_else(missing)
    }

    /// The tokens of a list that has little more than their ids: each asked for by itself, a few at a time. The first
    /// that fails ends it, and so does calling it off: what was not asked for by then never is.
    pub(super) async fn whole(&self, call: Call<'_>, items: Vec<Value>) -> Result<Vec<Value>, ApiError> {
        let Some(read) = &self.description.read else { return Ok(items) };
        let token = async |item: Value| {
            let Some(id) = plain(&item).or_else(|| self.id_of(&item)) else { return Ok(Some(item)) };
            match self.asked_for(call, &id, read).await {
                // It has gone since the list was made.
                Err(ApiError::NotFound(_)) => Ok(None),
                outcome => outcome.map(Some),
            }
        };
        let tokens: Vec<Option<Value>> = stream::iter(items).map(token).buffered(AT_ONCE).try_collect().await?;
        Ok(tokens.into_iter().flatten().collect())
    }

    /// The first item of the list that is meant.
    pub(super) async fn find(
        &self,
        call: Call<'_>,
        is_meant: impl Fn(&Value) -> bool,
    ) -> Result<Option<Value>, ApiError> {
        let mut cursor = None;
        loop {
            let (page, next) = self.page(call, cursor).await?;
            if let Some(item) = page.raw.into_iter().find(|it| is_meant(it)) {
                return Ok(Some(item));
            }
            cursor = match next {
                Some(next) => Some(next.write()),
                None => return Ok(None),
            };
        }
    }

    pub(super) fn scopes_call(&self) -> Option<(&ListCall, &Place, &Place)> {
        match &self.description.scopes {
            Scopes::Call { list, value, label, .. } => Some((list, value, label)),
            Scopes::Untold | Scopes::Fixed(_) => None,
        }
    }

    /// The scopes that the description itself names.
    fn fixed_scopes(&self) -> Vec<Scope> {
        let fixed = match &self.description.scopes {
            Scopes::Fixed(choices) | Scopes::Call { also: choices, .. } => choices.as_slice(),
            Scopes::Untold => &[],
        };
        fixed.iter().map(|(id, name)| Scope { id: id.clone(), name: name.clone() }).collect()
    }

    /// The scopes to choose from.
    pub(super) async fn all_scopes(&self, call: Call<'_>) -> Result<Vec<Scope>, ApiError> {
        let Some((list, value, label)) = self.scopes_call() else {
            return Ok(self.fixed_scopes());
        };
        let mut scopes = self.fixed_scopes();
        let mut known: BTreeSet<String> = scopes.iter().map(|it| it.id.clone()).collect();
        let mut wanted = wanted(list, None)?;
        loop {
            let answer = self.send(call, &list.request, Written { page: Some(&wanted), ..Written::default() }).await?;
            let items = list.items(&answer)?;
            let scope = |it: &Value| {
                let id = plain(value.some(it)?)?;
                let name = label.some(it).and_then(plain).unwrap_or_else(|| id.clone());
                Some(Scope { id, name })
            };
            let found: Vec<Scope> = items.iter().filter_map(scope).collect();
            let head = found.first().map(|it| it.id.as_str());
            let (n_items, is_filtered, is_foreign) = (items.len() as u64, list.is_filtered(), call.site.is_foreign);
            let seen = Seen { answer: &answer, n_items, head, total: None, is_filtered, is_foreign };
            let step = list.pages.as_ref().map_or(Step::End, |it| it.after(&wanted, &seen));
            if step != Step::Again {
                scopes.extend(found.into_iter().filter(|it| known.insert(it.id.clone())));
            }
            match step {
                Step::Next(next) => wanted = next,
                Step::End | Step::Again => return Ok(scopes),
            }
        }
    }
}

fn not_listed() -> ApiError {
    ApiError::NotFound(Fault::NotListed.into())
}

/// Which page a cursor asks for; the first without one.
fn wanted(list: &ListCall, cursor: Option<&str>) -> Result<PageCursor, ApiError> {
    match (cursor, &list.pages) {
        (Some(cursor), _) => PageCursor::read(cursor),
        (None, Some(pages)) => Ok(pages.start()),
        (None, None) => Ok(PageCursor::default()),
    }
}
