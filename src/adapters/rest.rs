//! Any API with a description (docs/connect-any-api.md is its language).

use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};

use self::call::{ListCall, RequestShape, WriteCall};
use self::description::{Description, Scopes};
use self::errors::Sent;
use self::facts::{Active, ColumnForm, Fact, Facts, token};
use self::node::{Mistakes, Node, Told};
use self::paging::{PageCursor, Step, whole};
use self::pick::{Answer, AnswerPlace, Place};
use self::sign_in::{KeepShape, Session, Way, WhoCall};
use self::template::{Env, Source};
use super::{
    Adapter, Answered, Call, Details, Kept, Later, Page, SESSION_ENDED, Site, body, mask_values, no_such_call, plain,
};
use crate::api::report::{Finding, NONE, Report};
use crate::api::{ApiError, Request, encode};
use crate::capabilities::{Action, Capabilities, Column, ColumnKind, ExtraInput, FieldShape, InputKind, SignIn};
use crate::config::ConfigError;
use crate::draft::{Draft, Field, Inputs};
use crate::messages::{MASK, RetrySafety, explain};
use crate::query::StatusFilter;

mod call;
mod description;
mod errors;
mod facts;
mod inputs;
mod node;
mod paging;
mod pick;
mod sign_in;
mod template;
mod times;

#[cfg(test)]
mod tests;

/// How many tokens of a list are asked for at the same time, where each has to be: as many as browsers have connections to
/// a host of HTTP/1.1.
const AT_ONCE: usize = 6;

/// How the facts of a token were seen after a write that nothing has shown yet.
const NOT_SEEN: &str = "not";

/// Said where the system refused what was typed.
const NOT_ACCEPTED: &str = "The system did not accept that. Check it and sign in again.";

/// An API that a description tells of.
pub(super) struct Rest {
    description: Description,
    /// What the connection says for it.
    values: Map<String, Value>,
    session: Kept<Session>,
}

/// What is written, and where to.
#[derive(Clone, Copy, Default)]
struct Written<'a> {
    id: Option<&'a str>,
    draft: Option<&'a Draft>,
    /// What was given for the description's inputs, each as the type that it is.
    inputs: Option<&'a Map<String, Value>>,
    token: Option<&'a Value>,
    answer: Option<&'a Value>,
    page: Option<&'a PageCursor>,
}

impl Adapter for Rest {
    fn system(&self, site: &Site) -> Capabilities {
        self.system(site)
    }

    fn secrets(&self) -> Vec<String> {
        self.session_secrets()
    }

    fn scopes<'a>(&'a self, call: Call<'a>) -> Answered<'a, Value> {
        Box::pin(self.scopes(call))
    }

    fn list<'a>(&'a self, call: Call<'a>, cursor: Option<String>) -> Answered<'a, Page> {
        Box::pin(self.list(call, cursor))
    }

    fn read<'a>(&'a self, call: Call<'a>, id: &'a str, again: bool) -> Answered<'a, Value> {
        Box::pin(self.read_token(call, id, again))
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str, _: Answered<'a, Value>) -> Answered<'a, Details> {
        Box::pin(self.details(call, id))
    }

    fn test<'a>(&'a self, call: Call<'a>) -> Option<Answered<'a, Report>> {
        Some(Box::pin(self.test(call)))
    }

    fn create<'a>(&'a self, call: Call<'a>, draft: &'a Draft) -> Answered<'a, Value> {
        Box::pin(self.create(call, draft))
    }

    fn update<'a>(&'a self, call: Call<'a>, id: &'a str, request: &'a Request) -> Answered<'a, Value> {
        Box::pin(async move { self.update(call, id, &body(request)?).await })
    }

    fn revoke<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: Inputs) -> Answered<'a, Value> {
        Box::pin(async move { self.revoke(call, id, &inputs).await })
    }

    fn rotate<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: Inputs) -> Answered<'a, Value> {
        Box::pin(async move { self.rotate(call, id, &inputs).await })
    }

    fn delete<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: Inputs) -> Answered<'a, ()> {
        Box::pin(async move { self.delete(call, id, &inputs).await })
    }

    fn sign_in<'a>(&'a self, call: Call<'a>, request: &'a Request) -> Answered<'a, String> {
        Box::pin(async move { self.sign_in(call, body(request)?).await })
    }

    fn sign_out<'a>(&'a self, call: Call<'a>) -> Later<'a, ()> {
        Box::pin(self.sign_out(call))
    }
}

impl Rest {
    /// Reads a connection's settings, and the description in them or in the text of a file with this address. Otherwise
    /// the mistakes in them.
    pub(super) fn new(settings: &str, file: Option<(&str, &str)>) -> Result<Rest, Vec<ConfigError>> {
        Rest::read(settings, file).map_err(|all| all.into_iter().map(|it| it.mistake).collect())
    }

    fn read(settings: &str, file: Option<(&str, &str)>) -> Result<Rest, Vec<Told>> {
        let mistakes = Mistakes::default();
        // The page has read it already, so it is JSON.
        let settings: Value = serde_json::from_str(settings).unwrap_or_default();
        let of_file;
        let node = match file {
            None => Node::new(&settings["api"], "/api", &mistakes),
            Some((address, text)) => match serde_json::from_str(text) {
                Ok(value) => {
                    of_file = value;
                    Node::new(&of_file, &format!("{address}#"), &mistakes)
                }
                Err(error) => {
                    Node::new(&Value::Null, address, &mistakes).senseless::<()>(format!("is not JSON: {error}"));
                    return Err(mistakes.into_all());
                }
            },
        };
        let description = Description::read(&node);
        let given = settings.get("values");
        let shapes = description.as_ref().map(|it| it.values.as_slice());
        let values = shapes.map(|it| description::values(it, given, "/values", &mistakes));
        drop(node);
        let told = mistakes.into_all();
        match (description, values) {
            (Some(description), Some(values)) if told.is_empty() => {
                Ok(Rest { description, values, session: Kept::default() })
            }
            _ => Err(told),
        }
    }

    pub(super) fn system(&self, site: &Site) -> Capabilities {
        let Description { facts, ways, .. } = &self.description;
        let with_draft = |field: Field| self.description.actions_with(|it| field_of(it) == Some(field));
        let of_fields = [
            (Field::Name, facts.name.as_ref(), "Name"),
            (Field::Scopes, facts.scopes.as_ref().map(|(it, _)| it), "Scopes"),
            (Field::Description, facts.description.as_ref(), "Description"),
            (Field::ValidFrom, facts.valid_from.as_ref().map(|(it, _)| it), "Valid from"),
            (Field::ValidTo, facts.valid_to.as_ref().map(|(it, _)| it), "Valid to"),
        ];
        let field = |(field, fact, usual): (Field, Option<&Fact>, &str)| {
            let actions = with_draft(field);
            let shape = FieldShape {
                required: fact.is_some_and(|it| it.required),
                editable: actions.contains(&Action::Edit),
                pattern: fact.and_then(|it| it.pattern.clone()),
                ..FieldShape::new(field, &labelled(fact, usual))
            };
            (!actions.is_empty()).then(|| shape.rule(fact.map_or("", |it| &it.help)))
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
            name: self.description.name.clone(),
            id_label: labelled(Some(&facts.id), "ID"),
            scopes_label: has_scopes.then(|| labelled(scopes, "Scopes")),
            lists_some_scopes: true,
            keeps_deleted: facts.deleted.is_some(),
            offers: self.description.writes().into_iter().map(|(action, ..)| action).collect(),
            lacks: self.lacks(),
            // What can change a token may be able to take its end back.
            revokes_for_good: self.description.update.is_none(),
            remarks: self.description.remarks.clone(),
            fields: of_fields.into_iter().filter_map(field).collect(),
            inputs: inputs.collect(),
            columns: self.columns().into_iter().map(|(label, kind, _)| Column::new(&label, kind)).collect(),
            statuses: self.statuses(),
            sign_in: (!ways.is_empty()).then(|| sign_in_form(ways, site)),
            secret: self.description.secret.clone(),
            ..Capabilities::default()
        }
    }

    /// What is not described cannot be done.
    fn lacks(&self) -> Vec<(Action, String)> {
        let Description { create, update, revoke, delete, .. } = &self.description;
        let all = [
            (Action::Create, create, "creating a token"),
            (Action::Edit, update, "changing a token"),
            (Action::Revoke, revoke, "revoking a token"),
            (Action::Delete, delete, "deleting a token"),
        ];
        let absent = all.into_iter().filter(|(_, call, _)| call.is_none());
        absent
            .map(|(action, _, what)| (action, format!("The description of this API has no call for {what}.")))
            .collect()
    }

    /// The columns: labels, kinds, and where what is in them stands.
    fn columns(&self) -> Vec<(String, ColumnKind, Option<&Place>)> {
        let facts = &self.description.facts;
        let times = [
            (&facts.valid_from, "Valid from", ColumnKind::ValidFrom),
            (&facts.valid_to, "Valid to", ColumnKind::ValidTo),
            (&facts.last_used, "Last used", ColumnKind::LastUsed),
        ];
        let n_before = usize::from(facts.created.is_some());
        let mut columns: Vec<(Option<&Fact>, &str, ColumnKind)> = vec![
            (facts.description.as_ref(), "Description", ColumnKind::Description),
            (facts.scopes.as_ref().map(|(it, _)| it), "Scopes", ColumnKind::Scopes),
            (facts.created.as_ref().map(|(it, _)| it), "Created", ColumnKind::Time(0)),
        ];
        columns.extend(times.map(|(fact, label, kind)| (fact.as_ref().map(|(it, _)| it), label, kind)));
        columns.push((facts.creator.as_ref(), "Created by", ColumnKind::Creator));
        let mut all: Vec<(String, ColumnKind, Option<&Place>)> = Vec::new();
        for (fact, label, kind) in columns {
            // What is asked for and never shown has no column.
            let place = fact.and_then(|it| it.at.as_ref());
            all.extend(place.map(|it| (labelled(fact, label), kind, Some(it))));
        }
        let of_status = match &facts.active {
            Some(Active::Told(fact, _)) => Some(fact),
            Some(Active::Always(_)) | None => None,
        };
        all.push((labelled(of_status, "Is active"), ColumnKind::Status, of_status.and_then(|it| it.at.as_ref())));
        for (idx, it) in facts.columns.iter().enumerate() {
            let idx = n_before + idx;
            let kind = match &it.form {
                ColumnForm::Text => ColumnKind::Text(idx),
                ColumnForm::Secret => ColumnKind::Hidden(idx),
                ColumnForm::Time { is_deadline: true, .. } => ColumnKind::Deadline(idx),
                ColumnForm::Time { .. } => ColumnKind::Time(idx),
            };
            all.push((it.label.clone(), kind, Some(&it.at)));
        }
        all.push((labelled(Some(&facts.id), "ID"), ColumnKind::Id, facts.id.at.as_ref()));
        all
    }

    fn statuses(&self) -> Vec<StatusFilter> {
        let facts = &self.description.facts;
        let is_told =
            facts.active.is_some() || facts.valid_from.is_some() || facts.valid_to.is_some() || facts.revoked.is_some();
        let all = [
            (StatusFilter::All, true),
            (StatusFilter::Active, is_told),
            (StatusFilter::Inactive, is_told),
            (StatusFilter::Scheduled, facts.valid_from.is_some()),
            (StatusFilter::Expired, facts.valid_to.is_some()),
            (StatusFilter::Revoked, facts.revoked.is_some()),
            (StatusFilter::Deleted, facts.deleted.is_some()),
            (StatusFilter::Unknown, !matches!(facts.active, Some(Active::Always(_)))),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(it, _)| it).collect()
    }

    // Who asks -------------------------------------------------------------------------------------------------------

    pub(super) async fn sign_in(&self, call: Call<'_>, typed: BTreeMap<String, String>) -> Result<String, ApiError> {
        let ways = self.description.ways.iter().enumerate().rev();
        let found = ways.filter_map(|(idx, way)| Some((way, way.session(idx, &typed)?))).next();
        let Some((way, mut session)) = found else {
            return Err(ApiError::SignedOut("Fill in the fields of one way to sign in.".into()));
        };
        let mut name = way
            .inputs
            .iter()
            .find(|it| it.input.kind == InputKind::Text)
            .and_then(|it| session.typed.get(&it.input.key).and_then(plain));
        if let Some(login) = &way.login {
            name = self.ask_who(call, login, None, &mut session).await?.or(name);
        }
        if let Some(who) = &way.who {
            name = self.ask_who(call, who, Some(way), &mut session).await?.or(name);
        }
        self.description.forget_typed(way, &mut session);
        self.session.set(session);
        Ok(name.unwrap_or_default())
    }

    /// Makes a sign-in call and keeps what it is to keep: the name of whoever it is, where the answer has it.
    async fn ask_who(
        &self,
        call: Call<'_>,
        who: &WhoCall,
        way: Option<&Way>,
        session: &mut Session,
    ) -> Result<Option<String>, ApiError> {
        let empty = Map::new();
        let env = self.env(call, session, &empty, Written::default());
        let mut request = who.request.request(&env, &self.description.headers, way)?;
        request.cookies = self.description.goes_by_cookies(self.description.ways.get(session.way));
        let secrets = session.secrets.clone();
        let sent = Sent { is_write: false, is_list: false, fields: Vec::new(), secrets: &secrets };
        let answer = self.description.errors.judge(call.send(request).await?, &sent).map_err(|error| match error {
            ApiError::SignedOut(words) | ApiError::Forbidden(words) | ApiError::Invalid(words, _) => refused(words),
            ApiError::Refused(400, words) => refused(words),
            ApiError::NotFound(words) if !words.is_empty() => refused(words),
            error => error,
        })?;
        for KeepShape { key, place, is_secret } in &who.keep {
            let Some(value) = place.find(&answer) else {
                let place = place.named();
                let text = format!(
                    "The system did not accept what was typed. If it is right, the description may be wrong: the answer to \
                     the sign-in has nothing at {place}."
                );
                return Err(ApiError::SignedOut(text));
            };
            session.secrets.extend(plain(&value).filter(|_| *is_secret));
            session.kept.insert(key.clone(), value);
        }
        Ok(who.name.as_ref().and_then(|it| plain(it.some(&answer.value)?)))
    }

    pub(super) async fn sign_out(&self, call: Call<'_>) {
        let Some(session) = self.session.get() else { return };
        // At once: whoever signs in anew need not wait for the answer, and must not be signed out by it.
        self.session.clear();
        let way = self.description.ways.get(session.way);
        if let Some((way, logout)) = way.and_then(|it| Some((it, it.logout.as_ref()?))) {
            let empty = Map::new();
            let env = self.env(call, &session, &empty, Written::default());
            if let Ok(mut request) = logout.request(&env, &self.description.headers, Some(way)) {
                request.cookies = self.description.goes_by_cookies(Some(way));
                // Whatever comes back, the page has forgotten; what the server keeps it will drop in time.
                let _ = call.send(request).await;
            }
        }
    }

    fn env<'a>(
        &'a self,
        call: Call<'a>,
        session: &'a Session,
        no_inputs: &'a Map<String, Value>,
        written: Written<'a>,
    ) -> Env<'a> {
        let Written { id, draft, inputs, token, answer, page } = written;
        let inputs = inputs.unwrap_or(no_inputs);
        Env { call, values: &self.values, session, draft, inputs, id, token, answer, page, item: None }
    }

    /// Makes a request as whoever is signed in, and once more after they have signed in anew.
    async fn send(&self, call: Call<'_>, shape: &RequestShape, written: Written<'_>) -> Result<Answer, ApiError> {
        written.page.map_or(Ok(()), PageCursor::check)?;
        let pages = self.pages_of(shape);
        let mut reason = String::new();
        let empty = Map::new();
        loop {
            let ways = &self.description.ways;
            let session = match self.session.get() {
                Some(session) => session,
                None if ways.is_empty() => Rc::default(),
                None => {
                    call.ask(&reason).await?;
                    continue;
                }
            };
            let env = self.env(call, &session, &empty, written);
            let address = shape.page_address(&env, pages)?;
            let way = ways.get(session.way);
            let mut request: Request = shape.request_to(address, &env, &self.description.headers, way)?;
            request.cookies = self.description.goes_by_cookies(way);
            let asked = named(&request, call.site, written.id.filter(|_| self.description.facts.id_is_secret));
            let answer = call.send(request).await?;
            let secrets = self.secrets(&session, written);
            let is_list = self.is_list(shape);
            let sent = Sent { is_write: shape.is_write(), is_list, fields: shape.fields(), secrets: &secrets };
            reason = match (self.description.errors.judge(answer, &sent), way) {
                (Err(ApiError::SignedOut(_)), Some(_)) if session.accepted.get() => SESSION_ENDED.into(),
                (Err(ApiError::SignedOut(words)), Some(way)) => way.refusal(&asked, &words),
                (outcome, _) => {
                    session.accepted.set(true);
                    return outcome;
                }
            };
            self.session.end(&session);
        }
    }

    fn pages_of(&self, shape: &RequestShape) -> Option<&paging::Pages> {
        self.list_of(shape).and_then(|it| it.pages.as_ref())
    }

    fn is_list(&self, shape: &RequestShape) -> bool {
        self.list_of(shape).is_some()
    }

    /// The call whose request this is, where that answers a list.
    fn list_of(&self, shape: &RequestShape) -> Option<&ListCall> {
        let lists = [Some(&self.description.list), self.scopes_call().map(|(list, ..)| list)];
        lists.into_iter().flatten().find(|it| std::ptr::eq(&it.request, shape))
    }

    /// What was typed and kept to prove who is signed in.
    pub(super) fn session_secrets(&self) -> Vec<String> {
        self.session.get().map(|it| it.secrets.clone()).unwrap_or_default()
    }

    /// What must not be in a message.
    fn secrets(&self, session: &Session, written: Written<'_>) -> Vec<String> {
        let is_secret = |key: &str| self.description.input(key).is_some_and(|it| it.input.kind == InputKind::Secret);
        let typed = written.inputs.into_iter().flatten().filter(|(key, _)| is_secret(key));
        let id = written.id.filter(|_| self.description.facts.id_is_secret).map(str::to_owned);
        session.secrets.iter().cloned().chain(typed.filter_map(|(_, it)| plain(it))).chain(id).collect()
    }

    // Reading --------------------------------------------------------------------------------------------------------

    pub(super) async fn list(&self, call: Call<'_>, cursor: Option<String>) -> Result<Page, ApiError> {
        self.page(call, cursor).await.map(|(page, ..)| page)
    }

    /// A page of the list, and what leads to the next one.
    async fn page(&self, call: Call<'_>, cursor: Option<String>) -> Result<(Page, Option<PageCursor>), ApiError> {
        let list = &self.description.list;
        let wanted = wanted(list, cursor.as_deref())?;
        let answer = self.send(call, &list.request, Written { page: Some(&wanted), ..Written::default() }).await?;
        let mut raw = list.items(&answer)?;
        if list.read_each {
            raw = self.whole(call, raw).await?;
        }
        let mut entries: Vec<Value> = raw.iter().map(|it| self.token(call, it)).collect();
        let total = list.total.as_ref().and_then(|it| whole(&it.find(&answer)?));
        let head = entries.first().and_then(|it| it["id"].as_str());
        let step = match &list.pages {
            Some(pages) => pages.after(&wanted, &answer, entries.len() as u64, head, total),
            None => Step::End,
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
        let total = total.map_or(so_far, |it| it as usize);
        Ok((Page { total, entries, next: next.as_ref().map(PageCursor::write), raw }, next))
    }

    /// A token in the normal form.
    fn token(&self, call: Call<'_>, item: &Value) -> Value {
        let mut token = token(&self.description.facts, item, call.now());
        let inputs = self.description.inputs.iter();
        let present: Map<String, Value> =
            inputs.filter_map(|it| Some((it.input.key.clone(), it.present(item)?.into()))).collect();
        if !present.is_empty() {
            token["inputs"] = present.into();
        }
        token
    }

    /// What the API calls a token.
    fn id_of(&self, item: &Value) -> Option<String> {
        self.description.facts.id_of(item)
    }

    /// What the page calls a token that the API calls so.
    fn shown_id(&self, id: &str) -> String {
        self.description.facts.shown_id(id)
    }

    /// A token as the last list has it, by what the API calls it.
    fn known(&self, call: Call<'_>, id: &str) -> Option<Value> {
        call.entries.get(&self.shown_id(id))
    }

    /// What the API calls the token that the page calls so.
    async fn own_id(&self, call: Call<'_>, shown: &str) -> Result<String, ApiError> {
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

    pub(super) async fn details(&self, call: Call<'_>, shown: &str) -> Result<Details, ApiError> {
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
    fn secret_places(&self) -> impl Iterator<Item = &Place> {
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
    async fn current(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let known = || call.entries.get_current(&self.shown_id(id));
        match known().filter(|_| self.description.read.is_none()) {
            Some(entry) => Ok(entry),
            None => self.fresh(call, id).await,
        }
    }

    /// A token as the system has it now.
    async fn fresh(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let item = match &self.description.read {
            Some(read) => self.asked_for(call, id, read).await?,
            None => self.find(call, |it| self.id_of(it).as_deref() == Some(id)).await?.ok_or_else(not_listed)?,
        };
        call.entries.update(&self.shown_id(id), &item);
        Ok(item)
    }

    /// A token as the system answers when it is asked for it by itself.
    async fn asked_for(
        &self,
        call: Call<'_>,
        id: &str,
        (request, place): &(RequestShape, Place),
    ) -> Result<Value, ApiError> {
        let answer = self.send(call, request, Written { id: Some(id), ..Written::default() }).await?;
        let missing = || ApiError::Malformed(format!("there is no token at {}", place.named()));
        place.some(&answer.value).cloned().ok_or_else(missing)
    }

    /// The tokens of a list that has little more than their ids: each asked for by itself, a few at a time. The first
    /// that fails ends it, and so does calling it off: what was not asked for by then never is.
    async fn whole(&self, call: Call<'_>, items: Vec<Value>) -> Result<Vec<Value>, ApiError> {
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
    async fn find(&self, call: Call<'_>, is_meant: impl Fn(&Value) -> bool) -> Result<Option<Value>, ApiError> {
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

    fn scopes_call(&self) -> Option<(&ListCall, &Place, &Place)> {
        match &self.description.scopes {
            Scopes::Call { list, value, label, .. } => Some((list, value, label)),
            Scopes::Untold | Scopes::Fixed(_) => None,
        }
    }

    /// The scopes that the description itself names.
    fn fixed_scopes(&self) -> Vec<Value> {
        let fixed = match &self.description.scopes {
            Scopes::Fixed(choices) | Scopes::Call { also: choices, .. } => choices.as_slice(),
            Scopes::Untold => &[],
        };
        fixed.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()
    }

    /// The scopes to choose from, in the form of `GET /scopes`.
    pub(super) async fn scopes(&self, call: Call<'_>) -> Result<Value, ApiError> {
        let Some((list, value, label)) = self.scopes_call() else {
            return Ok(self.fixed_scopes().into());
        };
        let mut scopes = self.fixed_scopes();
        let mut wanted = wanted(list, None)?;
        loop {
            let answer = self.send(call, &list.request, Written { page: Some(&wanted), ..Written::default() }).await?;
            let items = list.items(&answer)?;
            let scope = |it: &Value| {
                let id = plain(value.some(it)?)?;
                let name = label.some(it).and_then(plain).unwrap_or_else(|| id.clone());
                Some(json!({ "id": id, "name": name }))
            };
            let found: Vec<Value> = items.iter().filter_map(scope).collect();
            let head = found.first().and_then(|it| it["id"].as_str());
            let step = match &list.pages {
                Some(pages) => pages.after(&wanted, &answer, items.len() as u64, head, None),
                None => Step::End,
            };
            if step != Step::Again {
                let is_new = |it: &Value| scopes.iter().all(|known: &Value| known["id"] != it["id"]);
                let new: Vec<Value> = found.into_iter().filter(is_new).collect();
                scopes.extend(new);
            }
            match step {
                Step::Next(next) => wanted = next,
                Step::End | Step::Again => return Ok(scopes.into()),
            }
        }
    }

    /// Runs the list call once and says what it gave.
    pub(super) async fn test(&self, call: Call<'_>) -> Result<Report, ApiError> {
        let (page, next) = self.page(call, None).await?;
        let fields = match (page.entries.first(), page.raw.first()) {
            (Some(token), Some(item)) => self.findings(token, item),
            _ => Vec::new(),
        };
        let total = self.description.list.total.is_some().then_some(page.total);
        Ok(Report { count: page.entries.len(), total, next: next.map(|it| it.shown()), fields })
    }

    fn findings(&self, token: &Value, item: &Value) -> Vec<Finding> {
        let facts = &self.description.facts;
        let name = facts.name.as_ref().map(|it| (labelled(Some(it), "Name"), None, it.at.as_ref()));
        let ended = [("Revoked", "revoked_at", &facts.revoked), ("Deleted", "deleted_at", &facts.deleted)];
        let ended = ended
            .into_iter()
            .filter_map(|(label, field, it)| Some((label.to_owned(), field, it.as_ref()?.0.at.as_ref())));
        let columns = self.columns().into_iter().map(|(label, kind, place)| (label, Some(kind), place));
        let columns = name.into_iter().chain(columns).map(|(label, kind, place)| {
            let field = kind.map_or("name", super::field_of);
            let value = kind.and_then(ColumnKind::extra).map_or(&token[field], |idx| &token[field][idx]);
            let value =
                if matches!(kind, Some(ColumnKind::Hidden(_))) && value.is_string() { &json!(MASK) } else { value };
            let always = matches!(kind, Some(ColumnKind::Status)) && matches!(facts.active, Some(Active::Always(_)));
            let mut told = finding(label, place, value, item);
            if always {
                told.note = "The description says so of every token.".into();
            }
            if let Some(name) = kind.and_then(|it| self.left_out(it)) {
                let gap = if told.note.is_empty() { "" } else { " " };
                told.note.push_str(&format!(
                    "{gap}Emptied in an edit, it is left out, and the system may keep what it has. Where null empties it: \
                     {{{name}|or null}} in “update”."
                ));
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
        let is_field = |it: &Source| field_of(it) == Some(field);
        update.request.templates().iter().any(|(it, _)| it.goes_with(is_field)).then_some(name)
    }

    // Writing --------------------------------------------------------------------------------------------------------

    /// What was given for the inputs, each as the type that it is.
    fn inputs(&self, given: &Inputs) -> Result<Map<String, Value>, ApiError> {
        let mut inputs = Map::new();
        for shape in &self.description.inputs {
            let key = &shape.input.key;
            let text = given.iter().find(|(it, _)| it == key).map_or("", |(_, value)| value);
            match shape.value(text) {
                Ok(value) => inputs.extend(value.map(|it| (key.clone(), it))),
                Err(problem) => return Err(ApiError::Invalid(problem.clone(), vec![(key.clone(), problem)])),
            }
        }
        Ok(inputs)
    }

    /// The token as it is, where the call sends parts of it.
    async fn before(&self, call: Call<'_>, id: &str, write: &WriteCall) -> Result<Option<Value>, ApiError> {
        let uses_token = write.request.sources().any(|it| matches!(it, Source::Token(_)));
        if uses_token { self.current(call, id).await.map(Some) } else { Ok(None) }
    }

    pub(super) async fn create(&self, call: Call<'_>, draft: &Draft) -> Result<Value, ApiError> {
        let create = self.description.create.as_ref().ok_or_else(no_such_call)?;
        let inputs = self.inputs(&draft.inputs)?;
        let written = Written { draft: Some(draft), inputs: Some(&inputs), ..Written::default() };
        let since = call.entries.epoch.get();
        let first = self.send(call, &create.request, written).await?;
        let answered = create.token.some(&first.value).filter(|it| self.id_of(it).is_some());
        let mut id = answered.and_then(|it| self.id_of(it)).or_else(|| plain(create.id.as_ref()?.some(&first.value)?));
        // From here on there is a token: whatever goes wrong, the page is told of it.
        let mut raw = answered.filter(|_| !create.reread).cloned();
        if raw.is_none() {
            raw = self.look_up_new(call, id.as_deref(), draft, since).await.or_else(|| answered.cloned());
            id = id.or_else(|| self.id_of(raw.as_ref()?));
        }
        let mut secret = create.secret.as_ref().and_then(|it| it.find(&first));
        let mut problem = None;
        if let Some((then, place)) = &create.then {
            let written = Written { id: id.as_deref(), answer: Some(&first.value), ..written };
            match self.send(call, then, written).await {
                Ok(second) => secret = place.as_ref().and_then(|it| it.find(&second)).or(secret),
                Err(error) => problem = Some(explain(&error, RetrySafety::ReadOnly).what),
            }
        }
        let nameless = || {
            let id = id.as_deref().map(|it| self.shown_id(it));
            json!({ "id": id, "guid": id })
        };
        let mut token = raw.map_or_else(nameless, |it| self.token(call, &it));
        self.fill_in(&mut token, draft);
        self.hide(&mut token, secret.as_ref());
        if create.gives_secret() {
            token["secret"] = secret.as_ref().and_then(plain).unwrap_or_default().into();
            token["secret_problem"] = json!(problem);
        }
        Ok(token)
    }

    /// A token that was just made, by its id, else as the one of its name that is new. Nothing where it cannot be found:
    /// that is no failure of making it.
    async fn look_up_new(&self, call: Call<'_>, id: Option<&str>, draft: &Draft, since: u32) -> Option<Value> {
        if let Some(id) = id {
            return self.fresh(call, id).await.ok();
        }
        if call.entries.epoch.get() != since {
            // What was there before is forgotten, as another user has signed in: nothing tells which one is new.
            return None;
        }
        let name = self.description.facts.name.as_ref().and_then(|it| it.at.as_ref());
        let is_new = |it: &Value| {
            let is_known = self.id_of(it).is_none_or(|id| self.known(call, &id).is_some());
            !is_known && name.is_none_or(|place| place.some(it).and_then(plain).is_none_or(|it| it == draft.name))
        };
        self.find(call, is_new).await.ok().flatten()
    }

    /// What the answer leaves out of a new token is what was asked for.
    fn fill_in(&self, token: &mut Value, draft: &Draft) {
        let asked = |field: Field| !self.description.actions_with(|it| field_of(it) == Some(field)).is_empty();
        if asked(Field::Name) && token["name"].as_str().is_none_or(str::is_empty) {
            token["name"] = draft.name.as_str().into();
        }
        let facts = &self.description.facts;
        let others = [
            ("description", Field::Description, json!(draft.description), facts.description.is_some()),
            ("scopes", Field::Scopes, json!(draft.scopes), facts.scopes.is_some()),
            ("valid_from", Field::ValidFrom, json!(draft.valid_from), facts.valid_from.is_some()),
            ("valid_to", Field::ValidTo, json!(draft.valid_to), facts.valid_to.is_some()),
        ];
        for (name, field, value, is_fact) in others {
            if is_fact && asked(field) && token.get(name).is_none() {
                token[name] = value;
            }
        }
    }

    /// Takes the secret, which the answer that tells it may have among the token's facts, out of what is for everybody
    /// to see.
    fn hide(&self, token: &mut Value, secret: Option<&Value>) {
        let Some(secret) = secret.and_then(plain) else { return };
        for idx in self.columns().into_iter().filter_map(|(_, kind, _)| match kind {
            ColumnKind::Text(idx) => Some(idx),
            _ => None,
        }) {
            if token["extras"][idx] == secret {
                token["extras"][idx] = MASK.into();
            }
        }
    }

    pub(super) async fn update(&self, call: Call<'_>, shown: &str, draft: &Draft) -> Result<Value, ApiError> {
        let update = self.description.update.as_ref().ok_or_else(no_such_call)?;
        let id = &*self.own_id(call, shown).await?;
        let inputs = self.inputs(&draft.inputs)?;
        let token = self.before(call, id, update).await?;
        let written = Written {
            id: Some(id),
            draft: Some(draft),
            inputs: Some(&inputs),
            token: token.as_ref(),
            ..Written::default()
        };
        call.entries.mark_written(shown);
        let answer = self.send(call, &update.request, written).await?;
        let (item, seen) = match self.after(call, id, update, &answer).await {
            Ok(found) => found,
            // It is changed, whatever comes of looking for it.
            Err(_) => (self.known(call, id).unwrap_or_default(), NOT_SEEN),
        };
        Ok(self.seen(call, shown, &item, seen))
    }

    /// A token in the normal form, with how its facts came to be known.
    fn seen(&self, call: Call<'_>, shown: &str, item: &Value, seen: &str) -> Value {
        let mut token = self.token(call, item);
        if !token["id"].is_string() {
            (token["id"], token["guid"]) = (shown.into(), shown.into());
        }
        if !seen.is_empty() {
            token["seen"] = seen.into();
        }
        token
    }

    /// The token that an answer has, or that can be asked for after it, and how it came to be seen. An answer that
    /// lacks some of what the list has of the token does not say what became of that: the token is asked for as well.
    async fn after(
        &self,
        call: Call<'_>,
        id: &str,
        write: &WriteCall,
        answer: &Answer,
    ) -> Result<(Value, &'static str), ApiError> {
        let answered = write.token.some(&answer.value).filter(|it| self.id_of(it).is_some());
        let known = || self.known(call, id).map(|it| self.token(call, &it));
        let is_whole =
            |it: &Value| !write.reread && known().is_none_or(|before| tells_all(&self.token(call, it), &before));
        if let Some(token) = answered.filter(|it| is_whole(it)) {
            call.entries.update(&self.shown_id(id), token);
            return Ok((token.clone(), ""));
        }
        let of_answer = answered.and_then(|it| self.id_of(it)).unwrap_or_else(|| id.to_owned());
        match (self.fresh(call, &of_answer).await, answered) {
            (Ok(item), _) => Ok((item, "read")),
            (Err(ApiError::NotFound(words)), None) => Err(ApiError::NotFound(words)),
            (Err(_), Some(part)) => Ok((overlaid(self.known(call, id), part), NOT_SEEN)),
            (Err(error), None) => Err(error),
        }
    }

    pub(super) async fn revoke(&self, call: Call<'_>, shown: &str, inputs: &Inputs) -> Result<Value, ApiError> {
        let revoke = self.description.revoke.as_ref().ok_or_else(no_such_call)?;
        let id = &*self.own_id(call, shown).await?;
        let answer = self.act(call, id, revoke, inputs).await?;
        match self.after(call, id, revoke, &answer).await {
            Ok((item, seen)) => Ok(self.seen(call, shown, &item, seen)),
            // The system lists it no more: what the page knew of it, ended.
            Err(ApiError::NotFound(_)) => {
                let known = self.known(call, id).unwrap_or_default();
                let mut token = self.token(call, &known);
                (token["id"], token["guid"]) = (shown.into(), shown.into());
                token["is_active"] = false.into();
                token["revoked_at"] = crate::time::format_rfc3339(call.now()).into();
                Ok(token)
            }
            Err(_) => Ok(self.seen(call, shown, &self.known(call, id).unwrap_or_default(), NOT_SEEN)),
        }
    }

    pub(super) async fn rotate(&self, call: Call<'_>, shown: &str, inputs: &Inputs) -> Result<Value, ApiError> {
        let rotate = self.description.rotate.as_ref().ok_or_else(no_such_call)?;
        let id = &*self.own_id(call, shown).await?;
        let answer = self.act(call, id, rotate, inputs).await?;
        let secret = rotate.secret.as_ref().and_then(|it| it.find(&answer));
        // The old secret works no more, so the new one is shown whatever comes of asking for the token. A rotation
        // changes nothing else: what the answer leaves out stays as it was.
        let answered = rotate.token.some(&answer.value).filter(|it| self.id_of(it).is_some());
        let new_id = answered.and_then(|it| self.id_of(it)).or_else(|| plain(rotate.id.as_ref()?.some(&answer.value)?));
        let known = self.known(call, id);
        let item = match (answered, new_id) {
            (Some(part), _) if !rotate.reread => Some(overlaid(known.clone(), part)),
            (part, Some(new_id)) => {
                let found = self.fresh(call, &new_id).await.ok();
                found.or_else(|| part.map(|it| overlaid(known.clone(), it)))
            }
            (_, None) => self.successor(call, id).await,
        };
        let seen = if item.is_some() { "" } else { NOT_SEEN };
        let mut token = self.seen(call, shown, &item.or(known).unwrap_or_else(|| json!({})), seen);
        self.hide(&mut token, secret.as_ref());
        if rotate.gives_secret() {
            token["secret"] = secret.as_ref().and_then(plain).unwrap_or_default().into();
        }
        Ok(token)
    }

    /// A token after a rotation whose answer does not name it: itself where it is still there, else the only one that
    /// is new.
    async fn successor(&self, call: Call<'_>, id: &str) -> Option<Value> {
        match self.fresh(call, id).await {
            Err(ApiError::NotFound(_)) => {}
            outcome => return outcome.ok(),
        }
        let is_new = |it: &Value| self.id_of(it).is_some_and(|id| self.known(call, &id).is_none());
        let first = self.find(call, is_new).await.ok()??;
        let another = |it: &Value| is_new(it) && self.id_of(it) != self.id_of(&first);
        match self.find(call, another).await {
            Ok(None) => Some(first),
            _ => None,
        }
    }

    pub(super) async fn delete(&self, call: Call<'_>, shown: &str, inputs: &Inputs) -> Result<(), ApiError> {
        let delete = self.description.delete.as_ref().ok_or_else(no_such_call)?;
        let id = self.own_id(call, shown).await?;
        self.act(call, &id, delete, inputs).await.map(drop)
    }

    async fn act(&self, call: Call<'_>, id: &str, write: &WriteCall, inputs: &Inputs) -> Result<Answer, ApiError> {
        let inputs = self.inputs(inputs)?;
        let token = self.before(call, id, write).await?;
        let written = Written { id: Some(id), inputs: Some(&inputs), token: token.as_ref(), ..Written::default() };
        call.entries.mark_written(&self.shown_id(id));
        self.send(call, &write.request, written).await
    }
}

/// What the description calls a fact, else its usual name.
fn labelled(fact: Option<&Fact>, usual: &str) -> String {
    fact.map(|it| &it.label).filter(|it| !it.is_empty()).map_or_else(|| usual.into(), String::clone)
}

/// A request as a message names it, without a secret in its path: `GET /tokens`. What follows a question mark may be
/// long, and is not told.
fn named(request: &Request, site: &Site, secret: Option<&str>) -> String {
    let path = request.url.strip_prefix(&site.base).unwrap_or(&request.url);
    let path = path.split('?').next().unwrap_or_default();
    let path = secret.map_or_else(|| path.to_owned(), |it| path.replace(&encode(it), MASK));
    format!("{} {path}", request.method.as_str())
}

/// Whether a token in the normal form tells every fact that it told before.
fn tells_all(token: &Value, before: &Value) -> bool {
    let has = |field: &str| token.get(field).is_some();
    let extras = |it: &Value| it["extras"].as_array().cloned().unwrap_or_default();
    let is_said = |it: &Value| !it.is_null() && *it != "";
    before.as_object().is_some_and(|it| it.keys().all(|field| has(field)))
        && (is_said(&token["name"]) || !is_said(&before["name"]))
        && (is_said(&token["is_active"]) || !is_said(&before["is_active"]))
        && extras(token).iter().zip(&extras(before)).all(|(now, before)| before.is_null() || !now.is_null())
}

/// A known item, with the members of a part of it replaced.
fn overlaid(known: Option<Value>, part: &Value) -> Value {
    match (known, part) {
        (Some(Value::Object(mut known)), Value::Object(part)) => {
            known.extend(part.clone());
            known.into()
        }
        _ => part.clone(),
    }
}

fn not_listed() -> ApiError {
    ApiError::NotFound("The system's list has no such token.".into())
}

fn refused(words: String) -> ApiError {
    ApiError::SignedOut(if words.is_empty() { NOT_ACCEPTED.into() } else { words })
}

/// Which page a cursor asks for; the first without one.
fn wanted(list: &ListCall, cursor: Option<&str>) -> Result<PageCursor, ApiError> {
    match (cursor, &list.pages) {
        (Some(cursor), _) => PageCursor::read(cursor),
        (None, Some(pages)) => Ok(pages.start()),
        (None, None) => Ok(PageCursor::default()),
    }
}

/// The field of the form that a placeholder stands for.
fn field_of(source: &Source) -> Option<Field> {
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
    let warning = if wants_cookies && site.is_foreign {
        "This system keeps its sign-in in cookies, which a page on another origin cannot use. Signing in will not work \
         here: put the system behind a proxy on this page's own origin first."
    } else {
        ""
    };
    let stays = wants_cookies && ways.iter().any(|it| it.wants_cookies && it.logout.is_none());
    let left_behind = if stays {
        "The system's own sign-in cookie stays in this browser, where this page cannot delete it: sign out there too, or \
         close the browser."
    } else {
        ""
    };
    SignIn { ways: ways.iter().map(Way::form).collect(), warning: warning.into(), left_behind: left_behind.into() }
}

/// What a place has in an item, and what the page makes of it.
fn finding(label: String, place: Option<&Place>, value: &Value, item: &Value) -> Finding {
    let stands = place.map(|it| it.one(item));
    let note = match stands {
        None => "Worked out from the other fields.",
        Some(None) => "Nothing stands there.",
        Some(Some(it)) if it.is_null() => "It is null there: none.",
        Some(Some(_)) => "",
    };
    let shown = facts::shown(value);
    let is_none = shown.is_empty() && matches!(stands, Some(Some(_)));
    let note = match stands.flatten() {
        Some(it) if is_none && !it.is_null() => {
            format!("{} stands there: none.", it.to_string().chars().take(60).collect::<String>())
        }
        _ => note.into(),
    };
    let found = if is_none { Some(NONE.into()) } else { Some(shown).filter(|it| !it.is_empty()) };
    Finding { label, place: place.map(|it| it.text().to_owned()), found, note }
}
