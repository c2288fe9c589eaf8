//! Juniper Mist (wire contracts §4).

use std::rc::Rc;

use serde_json::{Map, Value, json};

use self::texts::Text;
use self::tokens::{IDLE_DAYS, has_places, masked, privileges_on_wire, token};
use super::adapter::{Adapter, Typed};
use super::call::{Call, Kept};
use super::fault::Fault;
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use super::wire::{self, entries, made, object, plain, refused_values, words};
use crate::api::tokens::{Seen, Work};
use crate::api::{ApiError, Later, Method, Prompt, Request, Response, Secret, encode};
use crate::capabilities::{
    Action, Capabilities, Column, ColumnKind, Field, FieldShape, Input, InputKind, Purpose, SecretUse, SignIn,
};
use crate::config::{ConfigError, Connection};
use crate::draft::{Draft, Inputs};
use crate::query::StatusFilter;
use crate::token::Target;
use crate::words::{Key, Label, Words};

pub(crate) mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod texts;
mod tokens;

/// Kinds of places that a privilege can hold in: scopes, and where in an organisation to find them.
const PLACES: [(&str, &str); 2] = [("site", "sites"), ("sitegroup", "sitegroups")];

/// How many sites or site groups to ask for at once.
const PAGE: usize = 1_000;

/// What the cookie with the CSRF token is called, or begins with.
const CSRF_COOKIE: &str = "csrftoken";

/// A Juniper Mist cloud.
pub(super) struct Mist {
    tokens: Tokens,
    session: Kept<Session>,
}

/// Whose tokens.
enum Tokens {
    OfSelf,
    OfOrg(Option<String>),
}

struct Session {
    proof: Proof,
    /// The organisation whose tokens are meant, its id and its name.
    org: Option<(String, String)>,
}

/// How requests say who asks.
enum Proof {
    Token(String),
    /// A session cookie, which the browser sends; writes repeat the CSRF cookie of this name in a header.
    Cookie(String),
}

/// The adapter for a connection.
pub(super) fn open(connection: &Connection, _: Option<&str>) -> Result<Mist, Vec<ConfigError>> {
    let tokens = match &*connection.setting("tokens") {
        "org" => Tokens::OfOrg(Some(connection.setting("org_id")).filter(|it| !it.is_empty())),
        _ => Tokens::OfSelf,
    };
    Ok(Mist { tokens, session: Kept::default() })
}

impl Adapter for Mist {
    fn capabilities(&self, site: &Site) -> Capabilities {
        let is_org = matches!(self.tokens, Tokens::OfOrg(_));
        let mut fields = vec![FieldShape::new(Field::Name, Label::Name)];
        if is_org {
            fields[0].required = true;
            fields.push(FieldShape::new(Field::Privileges, Label::Privileges).required());
            let addresses = FieldShape::new(Field::SourceIps, Label::SourceIps).fixed();
            fields.push(addresses.rule(Text::SourceIpsRule));
        }
        let token = Input {
            hint: Text::TokenHint.into(),
            ..Input::new("token", Label::ApiToken, InputKind::Secret).in_header()
        };
        let code = Input::new("code", Text::Code, InputKind::Text).purpose(Purpose::CodeWhenAsked);
        let code = Input { optional: true, hint: Text::CodeHint.into(), ..code };
        let account = vec![
            Input::new("email", Text::Email, InputKind::Text).purpose(Purpose::Username),
            Input::new("password", Label::Password, InputKind::Secret).purpose(Purpose::Password),
            code,
        ];
        let (ways, warning) = if site.is_foreign {
            (vec![vec![token]], Text::Foreign.into())
        } else {
            (vec![account, vec![token]], Words::default())
        };
        Capabilities {
            name: settings::Text::Name.into(),
            id_label: Label::Id.into(),
            scopes_label: Some(Label::Privileges.into()),
            offers: vec![Action::Create, Action::Edit, Action::Delete],
            lacks: vec![(Action::Revoke, Text::CannotRevoke.into())],
            remarks: vec![Text::NoDates.into(), Text::RemovesUnused { days: IDLE_DAYS }.into()],
            fields,
            columns: vec![
                Column::new(Label::Privileges, ColumnKind::Scopes),
                Column::own("where", Text::Where, ColumnKind::Text(0)),
                Column::new(Label::LastUsed, ColumnKind::LastUsed),
                Column::own("removed_if_unused", Text::RemovedIfUnused, ColumnKind::Deadline(3)),
                Column::new(Label::IsActive, ColumnKind::Status),
                Column::own("key", Text::Key, ColumnKind::Text(1)),
                Column::own("created", Label::Created, ColumnKind::Time(2)),
                Column::new(Label::CreatedBy, ColumnKind::Creator),
                Column::own("source_ips", Label::SourceIps, ColumnKind::Text(4)),
                Column::new(Label::Id, ColumnKind::Id),
            ],
            statuses: vec![StatusFilter::All, StatusFilter::Active, StatusFilter::Inactive],
            sign_in: Some(SignIn { ways, warning, ..SignIn::default() }),
            secret: Some(SecretUse {
                header: "Authorization: Token {secret}".into(),
                variable: "MIST_APITOKEN".into(),
            }),
            ..Capabilities::default()
        }
    }

    fn sign_in<'a>(&'a self, call: Call<'a>, typed: &'a Typed) -> Work<'a, String> {
        Box::pin(self.begin(call, typed))
    }

    fn sign_out<'a>(&'a self, call: Call<'a>) -> Later<'a, ()> {
        Box::pin(self.end(call))
    }

    fn secrets(&self) -> Vec<String> {
        match self.session.get().as_deref() {
            Some(Session { proof: Proof::Token(token), .. }) => vec![token.clone()],
            _ => Vec::new(),
        }
    }

    fn targets<'a>(&'a self, call: Call<'a>) -> Work<'a, Vec<Target>> {
        Box::pin(self.all_places(call))
    }

    fn list<'a>(&'a self, call: Call<'a>, _: Option<String>) -> Work<'a, Page> {
        Box::pin(self.all(call))
    }

    fn read<'a>(&'a self, call: Call<'a>, id: &'a str, _: bool) -> Work<'a, Value> {
        Box::pin(async move { self.told(call, id).await.map(|it| it.token) })
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Details> {
        Box::pin(self.told(call, id))
    }

    fn create<'a>(&'a self, call: Call<'a>, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.make(call, draft))
    }

    fn update<'a>(&'a self, call: Call<'a>, id: &'a str, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.change(call, id, draft))
    }

    fn delete<'a>(&'a self, call: Call<'a>, id: &'a str, _: &'a Inputs) -> Work<'a, ()> {
        let request = move |session: &Session| self.on_tokens(call, Method::Delete, session, Some(id));
        Box::pin(async move { self.authorized(call, request).await.map(drop) })
    }
}

impl Mist {
    async fn begin(&self, call: Call<'_>, typed: &Typed) -> Result<String, ApiError> {
        let code = typed.get("code");
        let is_token = !typed.get("token").is_empty();
        let proof = if is_token {
            Proof::Token(typed.get("token").into())
        } else {
            let mut login = json!({ "email": typed.get("email"), "password": typed.get("password") });
            if !code.is_empty() {
                login["two_factor"] = code.into();
            }
            log_in(call, &login.to_string()).await?
        };
        let mut me = self.whoami(call, &proof).await?;
        if wants_second_factor(&me) {
            if code.is_empty() {
                return Err(ApiError::WantsCode(Text::WantsCode.into()));
            }
            let body = json!({ "two_factor": code }).to_string();
            let request = call.request(Method::Post, "/api/v1/login/two_factor").json(body);
            let answer = call.send(signed(call, request, &proof)).await?;
            let refused = || ApiError::SignedOut(Text::CodeRefused.into());
            if matches!(answer.status, 400 | 401 | 403) {
                return Err(refused());
            }
            success(answer)?;
            me = self.whoami(call, &proof).await?;
            if wants_second_factor(&me) {
                return Err(refused());
            }
        }
        let org = self.org_of(&me)?;
        let name = [&me["email"], &me["name"]].into_iter().find_map(plain);
        let org_name = org.as_ref().map(|(_, name)| name.clone());
        self.session.set(Session { proof, org });
        // An organisation's token belongs to no user.
        let name = name.unwrap_or_else(|| Text::TokenUser.text().into_owned());
        Ok(org_name.map_or(name.clone(), |org| format!("{name}, {org}")))
    }

    async fn whoami(&self, call: Call<'_>, proof: &Proof) -> Result<Value, ApiError> {
        let answer = call.send(signed(call, call.request(Method::Get, "/api/v1/self"), proof)).await?;
        if answer.status == 401 {
            let text = match proof {
                Proof::Token(_) => Text::TokenRefused,
                Proof::Cookie(_) => Text::NoSession,
            };
            return Err(ApiError::SignedOut(text.into()));
        }
        object(&success(answer)?)
    }

    /// The organisation whose tokens are meant: the one of the configuration, else the first that the user belongs to.
    fn org_of(&self, me: &Value) -> Result<Option<(String, String)>, ApiError> {
        let Tokens::OfOrg(wanted) = &self.tokens else { return Ok(None) };
        let privileges = || me["privileges"].as_array().into_iter().flatten();
        let mut ids = privileges().filter_map(|it| it["org_id"].as_str()).filter(|it| !it.is_empty());
        let Some(id) = wanted.as_deref().or_else(|| ids.next()) else {
            return Err(ApiError::SignedOut(Text::NoOrganisation.into()));
        };
        // A privilege on a whole organisation may name it as what it is on.
        let name_of = |it: &Value| {
            let name = it["name"].as_str().filter(|_| it["scope"] == "org");
            it["org_name"].as_str().or(name).map(str::to_owned)
        };
        let name = privileges().filter(|it| it["org_id"] == id).find_map(name_of);
        Ok(Some((id.to_owned(), name.unwrap_or_else(|| id.to_owned()))))
    }

    async fn end(&self, call: Call<'_>) {
        let session = self.session.get();
        // At once: a user who signs in again need not wait for the answer, and must not be signed out by it.
        self.session.clear();
        if let Some(Session { proof: proof @ Proof::Cookie(_), .. }) = session.as_deref() {
            let request = call.request(Method::Post, "/api/v1/logout");
            // Whatever comes back, the page has forgotten; what the server keeps it will drop in time.
            let _ = call.send(signed(call, request, proof)).await;
        }
    }

    async fn all(&self, call: Call<'_>) -> Result<Page, ApiError> {
        let (answer, session) =
            self.authorized(call, |session| self.on_tokens(call, Method::Get, session, None)).await?;
        let page = wire::page(&answer)?;
        let list = wire::list(&page, "results", "total")?;
        let names = if list.iter().any(has_places) { self.names(call).await } else { Vec::new() };
        let entries = entries(list, |it| token(it, &names, session.org.as_ref()));
        Ok(Page { total: list.len(), entries, raw: list.to_vec(), ..Page::default() })
    }

    async fn told(&self, call: Call<'_>, id: &str) -> Result<Details, ApiError> {
        let (raw, session) = self.read_wire(call, id).await?;
        let names = if has_places(&raw) { self.names(call).await } else { Vec::new() };
        Ok(Details { token: token(&raw, &names, session.org.as_ref()), raw })
    }

    async fn read_wire(&self, call: Call<'_>, id: &str) -> Result<(Value, Rc<Session>), ApiError> {
        let (answer, session) =
            self.authorized(call, |session| self.on_tokens(call, Method::Get, session, Some(id))).await?;
        Ok((object(&answer)?, session))
    }

    async fn make(&self, call: Call<'_>, draft: &Draft) -> Result<WrittenToken, ApiError> {
        let write = |session: &Session| {
            let mut body = Map::new();
            if !draft.name.is_empty() {
                body.insert("name".into(), draft.name.as_str().into());
            }
            if let Some(privileges) = &draft.privileges {
                body.insert("privileges".into(), privileges_on_wire(privileges, session.org.as_ref(), &[]));
            }
            if let Some(addresses) = draft.source_ips.as_ref().filter(|it| !it.is_empty()) {
                body.insert("src_ips".into(), json!(addresses));
            }
            self.on_tokens(call, Method::Post, session, None).json(Value::Object(body).to_string())
        };
        let (answer, session) = self.authorized(call, write).await?;
        let mut asked = vec![("name", draft.name.as_str().into()), ("last_used", Value::Null)];
        asked.extend(
            draft.privileges.as_ref().map(|it| ("privileges", privileges_on_wire(it, session.org.as_ref(), &[]))),
        );
        asked.extend(draft.source_ips.as_ref().map(|it| ("src_ips", json!(it))));
        let mut made = made(one(answer.json()?), asked)?;
        let secret = Secret { value: made["key"].as_str().unwrap_or_default().into(), ..Secret::default() };
        // The whole key is said once, and not in the list.
        made["key"] = masked(&secret.value).into();
        let names = if has_places(&made) { self.names(call).await } else { Vec::new() };
        let token = token(&made, &names, session.org.as_ref());
        Ok(WrittenToken { token, secret: Some(secret), ..WrittenToken::default() })
    }

    async fn change(&self, call: Call<'_>, id: &str, draft: &Draft) -> Result<WrittenToken, ApiError> {
        // What the form does not show of a privilege goes back as it is.
        let (mut after, _) = self.read_wire(call, id).await?;
        let kept = after["privileges"].as_array().cloned().unwrap_or_default();
        let changes = |session: &Session| {
            let mut body = Map::from_iter([("name".into(), draft.name.as_str().into())]);
            if let Some(privileges) = &draft.privileges {
                body.insert("privileges".into(), privileges_on_wire(privileges, session.org.as_ref(), &kept));
            }
            body
        };
        let write = |session: &Session| {
            self.on_tokens(call, Method::Put, session, Some(id)).json(Value::Object(changes(session)).to_string())
        };
        let (answer, session) = self.authorized(call, write).await?;
        // It may answer without a body, or leave something out: what was there and what was sent is what is there now.
        let answered = answer.json().map(one).ok().and_then(|it| it.as_object().cloned()).unwrap_or_default();
        let is_told = changes(&session).keys().all(|it| answered.get(it).is_some_and(|it| !it.is_null()));
        for (field, value) in changes(&session).into_iter().chain(answered).filter(|(_, value)| !value.is_null()) {
            after[field] = value;
        }
        let names = if has_places(&after) { self.names(call).await } else { Vec::new() };
        let token = token(&after, &names, session.org.as_ref());
        let seen = if is_told { Seen::Answered } else { Seen::Not };
        Ok(WrittenToken { token, seen, ..WrittenToken::default() })
    }

    /// The organisation's sites and site groups.
    async fn all_places(&self, call: Call<'_>) -> Result<Vec<Target>, ApiError> {
        let mut targets = Vec::new();
        for kind in PLACES {
            targets.extend(self.places(call, kind).await?);
        }
        Ok(targets)
    }

    /// What places are called, as far as it can be found out: a list without it is better than none.
    async fn names(&self, call: Call<'_>) -> Vec<Target> {
        let mut names = Vec::new();
        for kind in PLACES {
            match self.places(call, kind).await {
                Ok(places) => names.extend(places),
                // Who may not see the ones may still see the others.
                Err(ApiError::Forbidden(_) | ApiError::NotFound(_)) => {}
                Err(_) => break,
            }
        }
        names
    }

    /// The organisation's places of a kind, page by page.
    async fn places(&self, call: Call<'_>, (scope, path): (&str, &'static str)) -> Result<Vec<Target>, ApiError> {
        let mut places: Vec<Target> = Vec::new();
        if matches!(self.tokens, Tokens::OfSelf) {
            return Ok(places);
        }
        for number in 1.. {
            let request = |session: &Session| {
                let org_id = session.org.as_ref().map_or("", |(id, _)| id);
                let path = format!("/api/v1/orgs/{}/{path}?limit={PAGE}&page={number}", encode(org_id));
                call.request(Method::Get, &path)
            };
            let list: Value = self.authorized(call, request).await?.0.json()?;
            let Some(list) = list.as_array() else {
                return Err(ApiError::Malformed(Fault::NoMember(path).into()));
            };
            let target = |it: &Value| {
                let id = it["id"].as_str()?.to_owned();
                let name = it["name"].as_str().unwrap_or(&id).to_owned();
                Some(Target { scope: scope.into(), id, name })
            };
            let page: Vec<Target> = list.iter().filter_map(target).collect();
            // A system without pages gives the same one again.
            let is_new = page.first().is_some_and(|it| places.iter().all(|known| known.id != it.id));
            if is_new {
                places.extend(page);
            }
            if !is_new || list.len() < PAGE {
                break;
            }
        }
        Ok(places)
    }

    fn on_tokens(&self, call: Call<'_>, method: Method, session: &Session, id: Option<&str>) -> Request {
        let whose = session.org.as_ref().map_or("self".into(), |(org_id, _)| format!("orgs/{}", encode(org_id)));
        let id = id.map(|it| format!("/{}", encode(it))).unwrap_or_default();
        call.request(method, &format!("/api/v1/{whose}/apitokens{id}"))
    }

    async fn authorized(
        &self,
        call: Call<'_>,
        request: impl Fn(&Session) -> Request,
    ) -> Result<(Response, Rc<Session>), ApiError> {
        let mut reason = Words::default();
        loop {
            let Some(session) = self.session.get() else {
                call.ask(std::mem::take(&mut reason)).await?;
                continue;
            };
            let answer = call.send(signed(call, request(&session), &session.proof)).await?;
            if answer.status != 401 {
                return Ok((success(answer)?, session));
            }
            reason = Prompt::SessionEnded.into();
            self.session.end(&session);
        }
    }
}

fn signed(call: Call<'_>, request: Request, proof: &Proof) -> Request {
    let name = match proof {
        Proof::Token(token) => return request.header("Authorization", &format!("Token {token}")),
        Proof::Cookie(name) => name,
    };
    let csrf = call.cookies(name).into_iter().find(|(it, _)| request.is_write() && it == name);
    let request = request.with_cookies();
    match csrf {
        Some((_, value)) => request.header("X-CSRFToken", &value),
        None => request,
    }
}

/// Begins a session and finds out which CSRF cookie is its own: that one's name has the cloud's after a dot, but for the
/// first cloud, and the page's origin may have the cookies of several.
async fn log_in(call: Call<'_>, login: &str) -> Result<Proof, ApiError> {
    let before = call.cookies(CSRF_COOKIE);
    // A session that this browser still has wants its CSRF token with every write; whose it is cannot be seen.
    let mut names = before.iter().map(|(name, _)| name.clone());
    let mut name = names.next().unwrap_or_else(|| CSRF_COOKIE.into());
    let answer = loop {
        let request = call.request(Method::Post, "/api/v1/login").json(login.into());
        let proof = Proof::Cookie(name);
        let answer = call.send(signed(call, request, &proof)).await?;
        match names.next() {
            Some(other) if answer.status == 403 => name = other,
            _ => break answer,
        }
    };
    if matches!(answer.status, 400 | 401 | 403) {
        return Err(ApiError::SignedOut(Text::LoginRefused.into()));
    }
    success(answer)?;
    let after = call.cookies(CSRF_COOKIE);
    let fresh = after.iter().find(|it| !before.contains(it)).or(after.first());
    Ok(Proof::Cookie(fresh.map_or_else(|| CSRF_COOKIE.into(), |(name, _)| name.clone())))
}

fn wants_second_factor(me: &Value) -> bool {
    me["two_factor_required"] == true && me["two_factor_passed"] != true
}

/// The OpenAPI description has a list of one where the clients and the seed have the token itself.
fn one(answer: Value) -> Value {
    match answer {
        Value::Array(mut list) if list.len() == 1 => list.remove(0),
        other => other,
    }
}

fn success(answer: Response) -> Result<Response, ApiError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(failure(answer)) }
}

/// `{"detail": "…"}` as an error; a 404 may name the id instead.
fn failure(answer: Response) -> ApiError {
    let body: Value = answer.json().unwrap_or_default();
    let detail = words(&body["detail"]);
    match answer.status {
        400 | 422 => refused_values(&answer, detail),
        _ => answer.error_saying(detail.into()),
    }
}
