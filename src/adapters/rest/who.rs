//! Signing in to an API, and out of it.

use serde_json::Map;

use super::errors::Sent;
use super::session::Session;
use super::sign_in::{KeepShape, Way, WhoCall};
use super::system::{Rest, Written};
use super::texts::Text;
use crate::adapters::adapter::Typed;
use crate::adapters::call::Call;
use crate::adapters::fault::Fault;
use crate::adapters::wire::plain;
use crate::api::{ApiError, Prompt};
use crate::capabilities::InputKind;
use crate::words::Words;

impl Rest {
    pub(super) async fn begin(&self, call: Call<'_>, typed: &Typed) -> Result<String, ApiError> {
        let ways = self.description.ways.iter().enumerate().rev();
        let found = ways.filter_map(|(idx, way)| Some((way, way.session(idx, &typed.0)?))).next();
        let Some((way, mut session)) = found else {
            return Err(ApiError::SignedOut(Fault::NoWay.into()));
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

    /// Makes a sign-in call and keeps what it is to keep: the name of the user, where the answer has it.
    pub(super) async fn ask_who(
        &self,
        call: Call<'_>,
        who: &WhoCall,
        way: Option<&Way>,
        session: &mut Session,
    ) -> Result<Option<String>, ApiError> {
        let empty = Map::new();
        let env = self.env(call, session, &empty, Written::default());
        let proof = way.map(|it| it.proof(&env)).unwrap_or_default();
        let mut request = who.request.request(&env, &self.description.headers, proof)?;
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
                return Err(ApiError::SignedOut(Text::NothingToKeep { at: place.named() }.into()));
            };
            session.secrets.extend(plain(&value).filter(|_| *is_secret));
            session.kept.insert(key.clone(), value);
        }
        Ok(who.name.as_ref().and_then(|it| plain(it.some(&answer.value)?)))
    }

    pub(super) async fn end(&self, call: Call<'_>) {
        let Some(session) = self.session.get() else { return };
        // At once: a user who signs in again need not wait for the answer, and must not be signed out by it.
        self.session.clear();
        let way = self.description.ways.get(session.way);
        if let Some((way, logout)) = way.and_then(|it| Some((it, it.logout.as_ref()?))) {
            let empty = Map::new();
            let env = self.env(call, &session, &empty, Written::default());
            if let Ok(mut request) = logout.request(&env, &self.description.headers, way.proof(&env)) {
                request.cookies = self.description.goes_by_cookies(Some(way));
                // Whatever comes back, the page has forgotten; what the server keeps it will drop in time.
                let _ = call.send(request).await;
            }
        }
    }
}

fn refused(words: Words) -> ApiError {
    ApiError::SignedOut(if words.is_empty() { Prompt::NotAccepted.into() } else { words })
}
