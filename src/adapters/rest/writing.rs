//! What is written to an API, and what came of it.

use serde_json::{Map, Value, json};

use super::call::WriteCall;
use super::offers::field_of;
use super::pick::{Answer, Place};
use super::placeholder::Source;
use super::system::{Rest, Written};
use crate::adapters::call::Call;
use crate::adapters::page::WrittenToken;
use crate::adapters::wire::{plain, secret as told};
use crate::api::rehearsal::of_answer;
use crate::api::tokens::{Seen, no_such_call};
use crate::api::{ApiError, Secret};
use crate::capabilities::{ColumnKind, Field};
use crate::draft::{Draft, Inputs};
use crate::secret::MASK;
use crate::words::Words;

impl Rest {
    /// What was given for the inputs, each as the type that it is.
    pub(super) fn inputs(&self, given: &Inputs) -> Result<Map<String, Value>, ApiError> {
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

    /// The token as it is, where the call sends parts of it; otherwise as the last list has it. It is asked for where a time
    /// counts from its creation and nothing else tells that.
    pub(super) async fn before(&self, call: Call<'_>, id: &str, write: &WriteCall) -> Result<Option<Value>, ApiError> {
        let uses_token = sends_parts(write);
        let counts = || write.request.templates().iter().any(|(it, _)| it.counts_from_creation());
        match self.known(call, id).filter(|_| !uses_token) {
            None if uses_token || counts() => self.current(call, id).await.map(Some),
            known => Ok(known),
        }
    }

    pub(super) async fn make(&self, call: Call<'_>, draft: &Draft) -> Result<WrittenToken, ApiError> {
        let create = self.description.create.as_ref().ok_or_else(no_such_call)?;
        let inputs = self.inputs(&draft.inputs)?;
        let original = self.original_of(call, draft);
        let original = original.as_ref();
        let written = Written { draft: Some(draft), inputs: Some(&inputs), original, ..Written::default() };
        let since = call.entries.epoch.get();
        let first = match self.send(call, &create.request, written).await {
            Ok(first) => first,
            Err(error) => {
                self.foresee(call, create, written).await;
                return Err(error);
            }
        };
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
                Err(error) => problem = Some(Words::from(error)),
            }
        }
        let nameless = || {
            let id = id.as_deref().map(|it| self.shown_id(it));
            json!({ "id": id, "guid": id })
        };
        let mut token = raw.map_or_else(nameless, |it| self.token(call, &it));
        self.fill_in(&mut token, draft);
        self.hide(&mut token, secret.as_ref());
        let secret = create.gives_secret().then(|| Secret { problem, ..told(secret.as_ref().unwrap_or(&Value::Null)) });
        Ok(WrittenToken { token, secret, ..WrittenToken::default() })
    }

    /// Where the call that makes a token is held back, its second one is too: what it takes from the answer is named.
    async fn foresee(&self, call: Call<'_>, create: &WriteCall, written: Written<'_>) {
        let Some((then, _)) = create.then.as_ref().filter(|_| call.host.rehearses()) else { return };
        let of_token = || {
            let id = self.description.facts.id.at.as_ref().map_or("", Place::text);
            [create.token.text(), id].concat()
        };
        let id = of_answer(&create.id.as_ref().map_or_else(of_token, |it| it.text().to_owned()));
        let parts =
            then.sources().filter_map(|it| if let Source::Answer(it) = it { Some(of_answer(it.text())) } else { None });
        call.heard.secrets.borrow_mut().extend(parts.chain([id.clone()]));
        // Without an answer there is nothing to tell.
        let _ = self.send(call, then, Written { id: Some(&id), ..written }).await;
    }

    /// A token, where making one like it sends parts of it.
    pub(super) async fn original(&self, call: Call<'_>, shown: &str) -> Result<Option<Value>, ApiError> {
        if !self.description.create.as_ref().is_some_and(sends_parts) {
            return Ok(None);
        }
        let id = self.own_id(call, shown).await?;
        self.current(call, &id).await.map(Some)
    }

    /// The token that a draft is a clone of, as long as it has the same scopes: parts of it say what the form cannot. What
    /// the user has chosen otherwise is made from the form alone.
    fn original_of(&self, call: Call<'_>, draft: &Draft) -> Option<Value> {
        let original: Value = serde_json::from_str(&draft.original.as_ref()?.0).ok()?;
        let token = self.token(call, &original);
        let mut had: Vec<&str> = token["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut has: Vec<&str> = draft.scopes.iter().map(String::as_str).collect();
        for all in [&mut had, &mut has] {
            all.sort_unstable();
            all.dedup();
        }
        (had == has).then_some(original)
    }

    /// A token that was just made, by its id, else as the one of its name that is new. Nothing where it cannot be found:
    /// that is no failure of making it.
    pub(super) async fn look_up_new(
        &self,
        call: Call<'_>,
        id: Option<&str>,
        draft: &Draft,
        since: u32,
    ) -> Option<Value> {
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
    pub(super) fn fill_in(&self, token: &mut Value, draft: &Draft) {
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
    pub(super) fn hide(&self, token: &mut Value, secret: Option<&Value>) {
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

    pub(super) async fn change(&self, call: Call<'_>, shown: &str, draft: &Draft) -> Result<WrittenToken, ApiError> {
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
        Ok(self.seen_after(call, shown, id, update, &answer).await)
    }

    /// A token after a call that has changed it, whatever comes of looking for it.
    async fn seen_after(
        &self,
        call: Call<'_>,
        shown: &str,
        id: &str,
        write: &WriteCall,
        answer: &Answer,
    ) -> WrittenToken {
        let found = self.after(call, id, write, answer).await;
        let (item, seen) = found.unwrap_or_else(|_| (self.known(call, id).unwrap_or_default(), Seen::Not));
        self.seen(call, shown, &item, seen)
    }

    /// A token in the normal form, with how its facts came to be known.
    pub(super) fn seen(&self, call: Call<'_>, shown: &str, item: &Value, seen: Seen) -> WrittenToken {
        let mut token = self.token(call, item);
        if !token["id"].is_string() {
            (token["id"], token["guid"]) = (shown.into(), shown.into());
        }
        WrittenToken { token, seen, ..WrittenToken::default() }
    }

    /// The token that an answer has, or that can be asked for after it, and how it came to be seen. An answer that
    /// lacks some of what the list has of the token does not say what became of that: the token is asked for as well.
    pub(super) async fn after(
        &self,
        call: Call<'_>,
        id: &str,
        write: &WriteCall,
        answer: &Answer,
    ) -> Result<(Value, Seen), ApiError> {
        let answered = write.token.some(&answer.value).filter(|it| self.id_of(it).is_some());
        let known = || self.known(call, id).map(|it| self.token(call, &it));
        let is_whole =
            |it: &Value| !write.reread && known().is_none_or(|before| tells_all(&self.token(call, it), &before));
        if let Some(token) = answered.filter(|it| is_whole(it)) {
            call.entries.update(&self.shown_id(id), token);
            return Ok((token.clone(), Seen::Answered));
        }
        let of_answer = answered.and_then(|it| self.id_of(it)).unwrap_or_else(|| id.to_owned());
        match (self.fresh(call, &of_answer).await, answered) {
            (Ok(item), _) => Ok((item, Seen::Read)),
            (Err(ApiError::NotFound(words)), None) => Err(ApiError::NotFound(words)),
            (Err(_), Some(part)) => Ok((overlaid(self.known(call, id), part), Seen::Not)),
            (Err(error), None) => Err(error),
        }
    }

    pub(super) async fn end_token(
        &self,
        call: Call<'_>,
        shown: &str,
        inputs: &Inputs,
    ) -> Result<WrittenToken, ApiError> {
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
                Ok(WrittenToken { token, ..WrittenToken::default() })
            }
            Err(_) => Ok(self.seen(call, shown, &self.known(call, id).unwrap_or_default(), Seen::Not)),
        }
    }

    /// Switches a token off or on by this call.
    pub(super) async fn switch(
        &self,
        call: Call<'_>,
        shown: &str,
        inputs: &Inputs,
        write: Option<&WriteCall>,
    ) -> Result<WrittenToken, ApiError> {
        let write = write.ok_or_else(no_such_call)?;
        let id = &*self.own_id(call, shown).await?;
        let before = self.before(call, id, write).await?;
        let answer = self.act_on(call, id, write, inputs, before.as_ref()).await?;
        let written = self.seen_after(call, shown, id, write, &answer).await;
        // What was sent back may have come to be something else.
        let before = before.filter(|_| sends_parts(write)).map(|it| self.token(call, &it));
        Ok(WrittenToken { before, ..written })
    }

    pub(super) async fn renew(&self, call: Call<'_>, shown: &str, inputs: &Inputs) -> Result<WrittenToken, ApiError> {
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
        let seen = if item.is_some() { Seen::Answered } else { Seen::Not };
        let mut written = self.seen(call, shown, &item.or(known).unwrap_or_else(|| json!({})), seen);
        self.hide(&mut written.token, secret.as_ref());
        written.secret = rotate.gives_secret().then(|| told(secret.as_ref().unwrap_or(&Value::Null)));
        Ok(written)
    }

    /// A token after a rotation whose answer does not name it: itself where it is still there, else the only one that
    /// is new.
    pub(super) async fn successor(&self, call: Call<'_>, id: &str) -> Option<Value> {
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

    pub(super) async fn remove(&self, call: Call<'_>, shown: &str, inputs: &Inputs) -> Result<(), ApiError> {
        let delete = self.description.delete.as_ref().ok_or_else(no_such_call)?;
        let id = self.own_id(call, shown).await?;
        self.act(call, &id, delete, inputs).await.map(drop)
    }

    pub(super) async fn act(
        &self,
        call: Call<'_>,
        id: &str,
        write: &WriteCall,
        inputs: &Inputs,
    ) -> Result<Answer, ApiError> {
        let token = self.before(call, id, write).await?;
        self.act_on(call, id, write, inputs, token.as_ref()).await
    }

    /// The same for a token that is as it was just read.
    async fn act_on(
        &self,
        call: Call<'_>,
        id: &str,
        write: &WriteCall,
        inputs: &Inputs,
        token: Option<&Value>,
    ) -> Result<Answer, ApiError> {
        let inputs = self.inputs(inputs)?;
        let written = Written { id: Some(id), inputs: Some(&inputs), token, ..Written::default() };
        call.entries.mark_written(&self.shown_id(id));
        self.send(call, &write.request, written).await
    }
}

/// Whether a call sends parts of the token as it is.
fn sends_parts(write: &WriteCall) -> bool {
    write.request.sources().any(|it| matches!(it, Source::Token(_)))
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
