//! An API that a description tells of, and how requests are made to it.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::call::{ListCall, RequestShape};
use super::description::{self, Description};
use super::errors::Sent;
use super::node::{Mistakes, Node, Told};
use super::paging::{self, PageCursor};
use super::pick::Answer;
use super::session::Session;
use super::template::Env;
use super::times::ZoneShape;
use crate::adapters::call::{Call, Kept};
use crate::adapters::site::Site;
use crate::adapters::wire::plain;
use crate::api::{ApiError, Prompt, Request, encode};
use crate::capabilities::InputKind;
use crate::config::{ConfigError, Mistake};
use crate::draft::Draft;
use crate::secret::MASK;
use crate::words::Words;

/// An API that a description tells of.
pub(in crate::adapters) struct Rest {
    pub(super) description: Description,
    /// What the connection says for it.
    pub(super) values: Map<String, Value>,
    /// The zone of times that name none.
    pub(super) zone: ZoneShape,
    pub(super) session: Kept<Session>,
}

/// What is written, and where to.
#[derive(Clone, Copy, Default)]
pub(super) struct Written<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) draft: Option<&'a Draft>,
    /// What was given for the description's inputs, each as the type that it is.
    pub(super) inputs: Option<&'a Map<String, Value>>,
    pub(super) token: Option<&'a Value>,
    /// The token that a new one is a clone of.
    pub(super) original: Option<&'a Value>,
    pub(super) answer: Option<&'a Value>,
    pub(super) page: Option<&'a PageCursor>,
}

impl Rest {
    /// Reads a connection's settings, and the description in them or in the text of a file with this address. Otherwise
    /// the mistakes in them.
    pub(in crate::adapters) fn new(settings: &str, file: Option<(&str, &str)>) -> Result<Rest, Vec<ConfigError>> {
        Rest::read(settings, file).map_err(|all| all.into_iter().map(|it| it.mistake).collect())
    }

    pub(super) fn read(settings: &str, file: Option<(&str, &str)>) -> Result<Rest, Vec<Told>> {
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
                    Node::new(&Value::Null, address, &mistakes).senseless::<()>(Mistake::NotJson(error.to_string()));
                    return Err(mistakes.into_all());
                }
            },
        };
        let description = Description::read(&node);
        let given = settings.get("values");
        let shapes = description.as_ref().map(|it| it.values.as_slice());
        let values = shapes.map(|it| description::values(it, given, "/values", &mistakes));
        let zone = description.as_ref().zip(values.as_ref());
        let zone = zone.and_then(|(it, given)| description::zone(&it.zone, given, "/values", &mistakes));
        drop(node);
        let told = mistakes.into_all();
        match (description, values, zone) {
            (Some(description), Some(values), Some(zone)) if told.is_empty() => {
                Ok(Rest { description, values, zone, session: Kept::default() })
            }
            _ => Err(told),
        }
    }

    pub(super) fn env<'a>(
        &'a self,
        call: Call<'a>,
        session: &'a Session,
        no_inputs: &'a Map<String, Value>,
        written: Written<'a>,
    ) -> Env<'a> {
        let Written { id, draft, inputs, token, original, answer, page } = written;
        let inputs = inputs.unwrap_or(no_inputs);
        let (facts, zone) = (&self.description.facts, &self.zone);
        let values = &self.values;
        Env { call, facts, zone, values, session, draft, inputs, id, token, original, answer, page, item: None }
    }

    /// Makes a request as the user who is signed in, and once more after they have signed in again.
    pub(super) async fn send(
        &self,
        call: Call<'_>,
        shape: &RequestShape,
        written: Written<'_>,
    ) -> Result<Answer, ApiError> {
        written.page.map_or(Ok(()), PageCursor::check)?;
        let pages = self.pages_of(shape);
        // Some read by `POST`.
        let call = Call { writes: call.writes && !self.reads(shape), ..call };
        let mut reason = Words::default();
        let empty = Map::new();
        loop {
            let ways = &self.description.ways;
            let session = match self.session.get() {
                Some(session) => session,
                None if ways.is_empty() => Rc::default(),
                None => {
                    call.ask(std::mem::take(&mut reason)).await?;
                    continue;
                }
            };
            let env = self.env(call, &session, &empty, written);
            let address = shape.page_address(&env, pages)?;
            let way = ways.get(session.way);
            let proof = way.map(|it| it.proof(&env)).unwrap_or_default();
            let mut request: Request = shape.request_to(address, &env, &self.description.headers, proof)?;
            request.cookies = self.description.goes_by_cookies(way);
            let asked = named(&request, call.site, written.id.filter(|_| self.description.facts.id_is_secret));
            let secrets = self.secrets(&session, written);
            call.heard.secrets.borrow_mut().extend(secrets.iter().cloned());
            let answer = call.send(request).await?;
            let is_list = self.list_of(shape).is_some();
            let sent = Sent { is_write: shape.is_write(), is_list, fields: shape.fields(), secrets: &secrets };
            reason = match (self.description.errors.judge(answer, &sent), way) {
                (Err(ApiError::SignedOut(_)), Some(_)) if session.accepted.get() => Prompt::SessionEnded.into(),
                (Err(ApiError::SignedOut(words)), Some(way)) => way.refusal(asked, &words),
                (outcome, _) => {
                    session.accepted.set(true);
                    return outcome;
                }
            };
            self.session.end(&session);
        }
    }

    pub(super) fn pages_of(&self, shape: &RequestShape) -> Option<&paging::Pages> {
        self.list_of(shape).and_then(|it| it.pages.as_ref())
    }

    /// Whether a request changes nothing, whatever its method.
    fn reads(&self, shape: &RequestShape) -> bool {
        let is_it = |(read, _): &(RequestShape, _)| std::ptr::eq(read, shape);
        self.list_of(shape).is_some() || self.description.read.as_ref().is_some_and(is_it)
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

    /// The mistake of naming a time zone that this browser does not know.
    pub(super) fn unknown_zone(&self, knows: &dyn Fn(&str) -> bool) -> Option<ConfigError> {
        let ZoneShape::Named(zone) = &self.zone else { return None };
        let mistake =
            || ConfigError::at("/api/zone", super::mistake::Mistake::UnknownZone { zone: zone.clone() }.into());
        (!knows(zone)).then(mistake)
    }

    /// What must not be in a message.
    pub(super) fn secrets(&self, session: &Session, written: Written<'_>) -> Vec<String> {
        let is_secret = |key: &str| self.description.input(key).is_some_and(|it| it.input.kind == InputKind::Secret);
        let typed = written.inputs.into_iter().flatten().filter(|(key, _)| is_secret(key));
        let id = written.id.filter(|_| self.description.facts.id_is_secret).map(str::to_owned);
        session.secrets.iter().cloned().chain(typed.filter_map(|(_, it)| plain(it))).chain(id).collect()
    }
}

/// A request as a message names it, without a secret in its path: `GET /tokens`. What follows a question mark may be
/// long, and is not told.
fn named(request: &Request, site: &Site, secret: Option<&str>) -> String {
    let path = request.url.strip_prefix(&site.base).unwrap_or(&request.url);
    let path = path.split('?').next().unwrap_or_default();
    let path = secret.map_or_else(|| path.to_owned(), |it| path.replace(&encode(it), MASK));
    format!("{} {path}", request.method.as_str())
}
