//! A connection to a system of a vendor: its adapter, what the last list had, and the calls of the page to it.

use std::ops::Deref;

use serde_json::Value;

use super::adapter::{Adapter, Typed};
use super::call::{Call, Heard};
use super::entries::Entries;
use super::fault::Fault;
use super::host::Host;
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use crate::api::report::Report;
use crate::api::tokens::{self, Answered, Deletion, ListApi, ListPage, Seen, Tagged, TokenApi, TokenJson, Work};
use crate::api::{ApiError, Reason, path_part};
use crate::capabilities::{Action, Capabilities, InputKind};
use crate::config::ConfigError;
use crate::draft::{Draft, Inputs, Original};
use crate::endless::Guard;
use crate::mask::masked;
use crate::time::parse_rfc3339;
use crate::token::{Scope, Target};
use crate::viewer::Viewer;

/// A connection to a system of a vendor.
pub struct Gateway {
    pub(super) site: Site,
    pub(super) adapter: Box<dyn Adapter>,
    pub(super) entries: Entries,
}

impl Gateway {
    /// `base` is the connection's base as an absolute address; `is_foreign`: whether it lies on another origin than the
    /// page, where neither cookies nor the CSRF token can be had; `address`: what the system calls itself, empty where
    /// that is not known.
    pub(super) fn to(base: &str, is_foreign: bool, address: String, adapter: Box<dyn Adapter>) -> Gateway {
        let site = Site { base: base.trim_end_matches('/').into(), is_foreign, address };
        Gateway { site, adapter, entries: Entries::default() }
    }

    /// What the system can do.
    pub fn system(&self) -> Capabilities {
        self.adapter.capabilities(&self.site)
    }

    /// What is wrong in the connection's settings and only a browser knows: the names of time zones.
    pub fn mistakes(&self, knows_zone: &dyn Fn(&str) -> bool) -> Vec<ConfigError> {
        self.adapter.mistakes(knows_zone)
    }

    /// What proves who is signed in.
    pub fn secrets(&self) -> Vec<String> {
        self.adapter.secrets()
    }

    fn call<'a>(&'a self, host: &'a dyn Host, heard: &'a Heard, writes: bool) -> Call<'a> {
        Call { host, site: &self.site, writes, entries: &self.entries, heard }
    }

    /// Signs in with what was typed, by the keys of the system's inputs: the name of the user, empty where the system does
    /// not say.
    pub async fn sign_in(&self, host: &dyn Host, typed: &[(String, String)]) -> Result<String, ApiError> {
        let viewer = Viewer::new("", typed);
        let inputs = self.system().sign_in.into_iter().flat_map(|it| it.ways).flatten();
        let keys: Vec<String> = inputs.filter(|it| it.kind == InputKind::Secret).map(|it| it.key).collect();
        let heard = Heard::default();
        let secrets = typed.iter().filter(|(key, _)| keys.contains(key)).map(|(_, value)| value.clone());
        heard.secrets.borrow_mut().extend(secrets);
        let typed = Typed(typed.iter().cloned().collect());
        let name = self.adapter.sign_in(self.call(host, &heard, false), &typed).await.map_err(|error| match error {
            // The form shows the words of a refusal alone.
            ApiError::SignedOut(words) if words.is_empty() => ApiError::SignedOut(Fault::SilentRefusal.into()),
            error => error,
        })?;
        self.entries.are_of(viewer.named(&name));
        Ok(name)
    }

    /// Whether a token of the last list is the one that the user is signed in with: its entry has a part of what proves who
    /// asks, such as a key whose middle is hidden.
    pub fn signs_in_with(&self, id: &str) -> bool {
        let secrets = self.adapter.secrets();
        let entry = if secrets.is_empty() { None } else { self.entries.get(id) };
        entry.is_some_and(|it| secrets.iter().any(|secret| has_part(&it, secret)))
    }

    /// Forgets who is signed in and what they were shown, and tells the system where it can be told.
    pub async fn sign_out(&self, host: &dyn Host) {
        // At once: no request is to be answered from it while the system hears of it.
        self.entries.forget();
        self.adapter.sign_out(self.call(host, &Heard::default(), false)).await;
    }
}

/// The calls of a job: through a gateway, by way of the page.
pub struct Calls<G, H> {
    /// The connection.
    pub gateway: G,
    /// The page, for this job.
    pub host: H,
}

impl<G, H> Calls<G, H>
where
    G: Deref<Target = Gateway>,
    H: Deref<Target: Host + Sized>,
{
    /// Does something that changes no token.
    async fn ask<T>(
        &self,
        work: impl AsyncFnOnce(&dyn Adapter, Call<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        work(&*self.gateway.adapter, self.gateway.call(&*self.host, &Heard::default(), false)).await
    }

    /// Changes a token: what came of it, and whether it was accepted and may be done later. Only what the system offers is
    /// asked of its adapter.
    async fn change<T>(
        &self,
        action: Action,
        work: impl AsyncFnOnce(&dyn Adapter, Call<'_>) -> Result<T, ApiError>,
    ) -> Result<(Option<T>, bool), ApiError> {
        self.gateway.system().can(action).map_err(|why| ApiError::Refused(405, why))?;
        let heard = Heard::default();
        let outcome = work(&*self.gateway.adapter, self.gateway.call(&*self.host, &heard, true)).await;
        match outcome {
            // What was accepted may be done later, so that its answer has nothing to read.
            Err(ApiError::Malformed(_)) if heard.accepted.get() => Ok((None, true)),
            outcome => Ok((Some(outcome?), heard.accepted.get())),
        }
    }

    /// Writes a token, and reads what the adapter answers.
    async fn write(
        &self,
        action: Action,
        work: impl AsyncFnOnce(&dyn Adapter, Call<'_>) -> Result<WrittenToken, ApiError>,
    ) -> Result<Answered, ApiError> {
        let asked_at = self.host.now();
        let (written, is_later) = self.change(action, work).await?;
        let Some(WrittenToken { token, seen, secret, before }) = written else { return Ok(Answered::Nothing) };
        match Tagged::read(token.to_string().into(), asked_at) {
            Ok(tagged) => {
                let seen = if is_later { Seen::Not } else { seen };
                let before = before.map(|it| TokenJson { text: it.to_string().into(), asked_at });
                Ok(Answered::Token(Box::new(Tagged { secret, seen, before, ..tagged })))
            }
            Err(_) if is_later => Ok(Answered::Nothing),
            Err(problem) => Err(ApiError::Malformed(problem.into())),
        }
    }
}

impl<G, H> ListApi for Calls<G, H>
where
    G: Deref<Target = Gateway>,
    H: Deref<Target: Host + Sized>,
{
    fn scopes(&self) -> Work<'_, Vec<Scope>> {
        Box::pin(self.ask(async |adapter, call| adapter.scopes(call).await))
    }

    fn list<'a>(&'a self, _limit: u32, cursor: Option<&'a str>) -> Work<'a, ListPage> {
        Box::pin(self.ask(async move |adapter, call| {
            let asked_at = call.host.now();
            let page = list(adapter, call, cursor.map(str::to_owned)).await?;
            let json = serde_json::to_vec(&page).map_err(|error| ApiError::Malformed(error.to_string().into()))?;
            Ok(ListPage { json, asked_at, date: call.heard.date.get(), is_web_page: false })
        }))
    }
}

impl<G, H> TokenApi for Calls<G, H>
where
    G: Deref<Target = Gateway>,
    H: Deref<Target: Host + Sized>,
{
    fn targets(&self) -> Work<'_, Vec<Target>> {
        Box::pin(self.ask(async |adapter, call| adapter.targets(call).await))
    }

    fn test(&self) -> Work<'_, Report> {
        Box::pin(self.ask(async |adapter, call| {
            let page = list(adapter, call, None).await?;
            Ok(adapter.report(call, &page))
        }))
    }

    fn read<'a>(&'a self, id: &'a str, again: bool) -> Work<'a, Tagged> {
        Box::pin(self.ask(async move |adapter, call| {
            path_part(id)?;
            let asked_at = call.host.now();
            let token = adapter.read(call, id, again).await?;
            Tagged::read(token.to_string().into(), asked_at).map_err(|it| ApiError::Malformed(it.into()))?.about(id)
        }))
    }

    fn original<'a>(&'a self, id: &'a str) -> Work<'a, Option<Original>> {
        Box::pin(self.ask(async move |adapter, call| {
            Ok(adapter.original(call, id).await?.map(|it| Original(it.to_string().into())))
        }))
    }

    fn details<'a>(&'a self, id: &'a str, _: &'a dyn Fn() -> Vec<String>) -> Work<'a, tokens::Details> {
        Box::pin(self.ask(async move |adapter, call| {
            path_part(id)?;
            let asked_at = call.host.now();
            let Details { token, raw } = adapter.details(call, id).await?;
            if let Some(other) = token["id"].as_str().filter(|it| *it != id) {
                return Err(ApiError::Malformed(Reason::AnotherToken { name: None, id: other.into() }.into()));
            }
            let raw = masked(&raw.to_string(), id, &adapter.secrets());
            Ok(tokens::Details { raw, token: TokenJson { text: token.to_string().into(), asked_at } })
        }))
    }

    fn create<'a>(&'a self, draft: &'a Draft, _key: &'a str) -> Work<'a, Answered> {
        Box::pin(self.write(Action::Create, async move |adapter, call| {
            let made = readable(adapter.create(call, draft).await?);
            // One that was just made has an id, or a secret that it is known by: without both, the answer speaks of none.
            let has_id = made.token["id"].as_str().is_some_and(|it| !it.is_empty());
            match has_id || made.secret.as_ref().is_some_and(|it| !it.value.is_empty()) {
                true => Ok(made),
                false => Err(ApiError::Malformed(Fault::NoNewToken.into())),
            }
        }))
    }

    fn update<'a>(&'a self, id: &'a str, draft: &'a Draft, _etag: Option<&'a str>) -> Work<'a, Answered> {
        Box::pin(async move {
            path_part(id)?;
            self.write(Action::Edit, async |adapter, call| adapter.update(call, id, draft).await).await?.about(id)
        })
    }

    fn revoke<'a>(&'a self, id: &'a str, inputs: &'a Inputs) -> Work<'a, Answered> {
        Box::pin(async move {
            path_part(id)?;
            self.write(Action::Revoke, async |adapter, call| adapter.revoke(call, id, inputs).await).await?.about(id)
        })
    }

    fn rotate<'a>(&'a self, id: &'a str, inputs: &'a Inputs) -> Work<'a, Answered> {
        Box::pin(self.write(Action::Rotate, async move |adapter, call| {
            path_part(id)?;
            Ok(readable(adapter.rotate(call, id, inputs).await?))
        }))
    }

    fn disable<'a>(&'a self, id: &'a str, inputs: &'a Inputs) -> Work<'a, Answered> {
        Box::pin(async move {
            path_part(id)?;
            self.write(Action::Disable, async |adapter, call| adapter.disable(call, id, inputs).await).await?.about(id)
        })
    }

    fn enable<'a>(&'a self, id: &'a str, inputs: &'a Inputs) -> Work<'a, Answered> {
        Box::pin(async move {
            path_part(id)?;
            self.write(Action::Enable, async |adapter, call| adapter.enable(call, id, inputs).await).await?.about(id)
        })
    }

    fn delete<'a>(&'a self, id: &'a str, inputs: &'a Inputs) -> Work<'a, Deletion> {
        Box::pin(async move {
            path_part(id)?;
            let outcome =
                self.change(Action::Delete, async |adapter, call| adapter.delete(call, id, inputs).await).await;
            match outcome {
                Ok((_, is_later)) => Ok(if is_later { Deletion::Accepted } else { Deletion::Done }),
                Err(ApiError::NotFound(_)) => Ok(Deletion::Missing),
                Err(error) => Err(error),
            }
        })
    }
}

/// Whether a text within an entry is a secret, its end, or what is left of it where its middle is hidden.
fn has_part(entry: &Value, secret: &str) -> bool {
    match entry {
        Value::String(text) => is_part(text, secret),
        Value::Array(all) => all.iter().any(|it| has_part(it, secret)),
        Value::Object(all) => all.values().any(|it| has_part(it, secret)),
        _ => false,
    }
}

/// So many letters tell one secret from another: Gitea shows the last eight, Mist four at each end.
const TELLING: usize = 8;

fn is_part(text: &str, secret: &str) -> bool {
    let is_hidden = |it: char| matches!(it, '.' | '*' | '…' | '•');
    let (Some(from), Some(to)) = (text.find(is_hidden), text.rfind(is_hidden)) else {
        return text.len() >= TELLING && secret.ends_with(text);
    };
    let (start, end) = (&text[..from], text[to..].trim_start_matches(is_hidden));
    let is_all_hidden = text[from..text.len() - end.len()].chars().all(is_hidden);
    let is_shorter = start.len() + end.len() < secret.len();
    is_all_hidden
        && is_shorter
        && start.len() + end.len() >= TELLING
        && secret.starts_with(start)
        && secret.ends_with(end)
}

/// A token that was just made, without what the page could not read, lest its secret be lost over it.
fn readable(mut written: WrittenToken) -> WrittenToken {
    let token = &mut written.token;
    for field in ["id", "guid", "name"] {
        if !token[field].is_string() {
            token[field] = "".into();
        }
    }
    let Value::Object(fields) = token else { return written };
    fields.retain(|field, value| match field.as_str() {
        "valid_to" => value.is_null() || value.as_str().and_then(parse_rfc3339).is_some(),
        "description" | "created_by" => value.is_null() || value.is_string(),
        "scopes" => value.is_array(),
        _ => true,
    });
    written
}

/// A page of the list, kept for what is asked of its tokens later.
pub(super) async fn list(adapter: &dyn Adapter, call: Call<'_>, cursor: Option<String>) -> Result<Page, ApiError> {
    let (is_first, epoch) = (cursor.is_none(), call.entries.epoch.get());
    let mut page = adapter.list(call, cursor).await?;
    if call.entries.epoch.get() == epoch {
        call.entries.keep(&mut page, is_first);
    }
    Ok(page)
}

/// The same, and where it is read again, as a list has it now.
pub(super) async fn entry_now(adapter: &dyn Adapter, call: Call<'_>, id: &str, again: bool) -> Result<Value, ApiError> {
    if again {
        call.entries.drop(id);
    }
    entry(adapter, call, id).await
}

/// A token's entry as the last list had it; of one that has come since, as a list has it now.
pub(super) async fn entry(adapter: &dyn Adapter, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
    let (mut cursor, mut guard) = (None::<String>, Guard::default());
    loop {
        if let Some(entry) = call.entries.get(id) {
            return Ok(entry);
        }
        if let Some(cursor) = &cursor {
            guard.follow(cursor, call.entries.len()).map_err(|why| ApiError::Endless(why.into()))?;
        }
        let page = list(adapter, call, cursor).await?;
        // What comes while another user signs in is not kept, but it is what they asked for.
        let is_it = |(entry, _): &(&Value, &Value)| entry["id"] == id;
        if let Some((_, raw)) = page.entries.iter().zip(&page.raw).find(is_it) {
            return Ok(raw.clone());
        }
        cursor = page.next;
        if cursor.is_none() {
            return Err(ApiError::NotFound(Fault::NotListed.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_of_a_secret_is_known_by_its_ends() {
        const SECRET: &str = "abcd-0123456789.-wxyz";
        for (text, expected) in [
            (SECRET, true),
            ("abcd...wxyz", true),
            ("abcd****wxyz", true),
            ("789.-wxyz", false),
            ("89*wxyz", false),
            ("6789.-wxyz", false),
            ("abcd...wxy", false),
            ("abc...xyz", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(is_part(text, SECRET), expected, "{text}");
        }
        assert!(is_part("23456789", "gta_0123456789") && !is_part("3456789", "gta_0123456789"));
        assert!(has_part(&json!({"a": [{"key": "abcd...wxyz"}]}), SECRET));
        assert!(!has_part(&json!({"a": 5, "b": null}), SECRET));
    }
}
