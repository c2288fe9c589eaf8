//! Juniper Mist (wire contracts §4).

use serde_json::{Map, Value, json};

use super::{Call, Credentials, Kept, Page, SESSION_ENDED, Site, column, entries, plain, unix_time};
use crate::api::{ApiError, Method, Request, Response, encode};
use crate::draft::{Draft, Field};
use crate::query::StatusFilter;
use crate::system::{Action, ColumnKind, FieldShape, Input, InputKind, SecretUse, SignIn, System};
use crate::time::{DAY, Millis, format_rfc3339, parse_rfc3339};
use crate::token::{Privilege, Target};

/// Mist removes a token that nobody used for so many days.
const IDLE_DAYS: i64 = 90;

/// How many sites or site groups to ask for at once.
const PAGE: usize = 1_000;

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

#[derive(Clone, PartialEq)]
struct Session {
    proof: Proof,
    /// The organisation whose tokens are meant, its id and its name.
    org: Option<(String, String)>,
}

/// How requests say who asks.
#[derive(Clone, PartialEq)]
enum Proof {
    Token(String),
    /// A session cookie, which the browser sends; writes repeat the CSRF cookie in a header.
    Cookie,
}

impl Mist {
    pub(super) fn of_self() -> Mist {
        Mist { tokens: Tokens::OfSelf, session: Kept::default() }
    }

    pub(super) fn of_org(org_id: Option<String>) -> Mist {
        Mist { tokens: Tokens::OfOrg(org_id), session: Kept::default() }
    }

    pub(super) fn system(&self, site: &Site) -> System {
        let is_org = matches!(self.tokens, Tokens::OfOrg(_));
        let mut fields = vec![FieldShape::new(Field::Name, "Name")];
        if is_org {
            fields[0].required = true;
            fields.push(FieldShape::new(Field::Privileges, "Privileges").required());
            let addresses = FieldShape::new(Field::SourceIps, "Source IPs").fixed();
            fields.push(addresses.rule(
                "Up to 10 addresses or networks such as 10.0.0.0/8, one a line. Empty: from anywhere. They cannot be changed later.",
            ));
        }
        let token = Input {
            hint: "Sent as Authorization: Token …".into(),
            ..Input::new("token", "API token", InputKind::Secret)
        };
        let code = Input {
            optional: true,
            hint: "Of the second factor, if the account has one.".into(),
            ..Input::new("code", "Code", InputKind::Text)
        };
        let account = vec![
            Input::new("email", "E-mail", InputKind::Text),
            Input::new("password", "Password", InputKind::Secret),
            code,
        ];
        let (ways, warning) = if site.is_foreign {
            let warning = "Signing in with e-mail and password works on Mist's own origin only: a page on another one can \
                           neither keep its cookies nor read its CSRF token. Use an API token, or put Mist behind a proxy \
                           on this page's own origin.";
            (vec![vec![token]], warning)
        } else {
            (vec![account, vec![token]], "")
        };
        System {
            name: "Juniper Mist".into(),
            id_label: "ID".into(),
            scopes_label: Some("Privileges".into()),
            lacks: vec![(Action::Revoke, "Juniper Mist cannot revoke a token: delete it.".into())],
            remarks: vec![
                "Its tokens have no start and no end.".into(),
                format!("It removes a token by itself that was not used for {IDLE_DAYS} days."),
            ],
            fields,
            columns: vec![
                column("ID", ColumnKind::Id),
                column("Privileges", ColumnKind::Scopes),
                column("Where", ColumnKind::Text(0)),
                column("Key", ColumnKind::Text(1)),
                column("Created", ColumnKind::Time(2)),
                column("Created by", ColumnKind::Creator),
                column("Last used", ColumnKind::LastUsed),
                column("Removed if unused", ColumnKind::Deadline(3)),
                column("Source IPs", ColumnKind::Text(4)),
                column("Is active", ColumnKind::Status),
            ],
            statuses: vec![StatusFilter::All, StatusFilter::Active, StatusFilter::Inactive],
            sign_in: Some(SignIn { ways, warning: warning.into(), ..SignIn::default() }),
            secret: Some(SecretUse {
                header: "Authorization: Token {secret}".into(),
                variable: "MIST_APITOKEN".into(),
            }),
            ..System::default()
        }
    }

    pub(super) async fn sign_in(&self, call: Call<'_>, credentials: Credentials) -> Result<String, ApiError> {
        let is_token = !credentials.token.is_empty();
        let proof = if is_token {
            Proof::Token(credentials.token)
        } else {
            let mut login = json!({ "email": credentials.email, "password": credentials.password });
            if !credentials.code.is_empty() {
                login["two_factor"] = credentials.code.clone().into();
            }
            let answer = call.send(call.request(Method::Post, "/api/v1/login").json(login.to_string())).await?;
            match answer.status {
                200 => Proof::Cookie,
                429 | 500.. => return Err(failure(answer)),
                _ => return Err(ApiError::SignedOut("Mist did not accept this e-mail, password or code.".into())),
            }
        };
        let mut me = self.whoami(call, &proof).await?;
        if wants_second_factor(&me) {
            if credentials.code.is_empty() {
                let text = "This account has a second factor: enter its code and sign in again.";
                return Err(ApiError::SignedOut(text.into()));
            }
            let body = json!({ "two_factor": credentials.code }).to_string();
            let request = call.request(Method::Post, "/api/v1/login/two_factor").json(body);
            let answer = call.send(signed(call, request, &proof)).await?;
            match answer.status {
                200 => me = self.whoami(call, &proof).await?,
                429 | 500.. => return Err(failure(answer)),
                _ => return Err(ApiError::SignedOut("Mist did not accept this code.".into())),
            }
            if wants_second_factor(&me) {
                return Err(ApiError::SignedOut("Mist did not accept this code.".into()));
            }
        }
        let org = self.org_of(&me)?;
        let name = [&me["email"], &me["name"]].into_iter().find_map(plain);
        let org_name = org.as_ref().map(|(_, name)| name.clone());
        self.session.set(Session { proof, org });
        // An organisation's token belongs to nobody.
        let name = name.unwrap_or_else(|| "an API token".into());
        Ok(org_name.map_or(name.clone(), |org| format!("{name}, {org}")))
    }

    async fn whoami(&self, call: Call<'_>, proof: &Proof) -> Result<Value, ApiError> {
        let answer = call.send(signed(call, call.request(Method::Get, "/api/v1/self"), proof)).await?;
        if answer.status == 401 {
            let text = match proof {
                Proof::Token(_) => "Mist did not accept this API token.",
                Proof::Cookie => "Mist accepted the sign-in, but its session cookie did not come back.",
            };
            return Err(ApiError::SignedOut(text.into()));
        }
        success(answer)?.json()
    }

    /// The organisation whose tokens are meant: the one of the configuration, else the first that the user belongs to.
    fn org_of(&self, me: &Value) -> Result<Option<(String, String)>, ApiError> {
        let Tokens::OfOrg(wanted) = &self.tokens else { return Ok(None) };
        let orgs = me["privileges"].as_array().into_iter().flatten().filter_map(|it| {
            let id = it["org_id"].as_str()?;
            let name = [&it["org_name"], &it["name"]].into_iter().find_map(Value::as_str).unwrap_or(id);
            Some((id.to_owned(), name.to_owned()))
        });
        let mut orgs: Vec<(String, String)> = orgs.collect();
        match wanted {
            Some(id) => {
                let name = orgs.iter().find(|(it, _)| it == id).map_or(id, |(_, name)| name);
                Ok(Some((id.clone(), name.clone())))
            }
            None if orgs.is_empty() => {
                let text = "This account belongs to no organisation. Let the connection list your own tokens instead.";
                Err(ApiError::SignedOut(text.into()))
            }
            None => Ok(Some(orgs.swap_remove(0))),
        }
    }

    pub(super) async fn sign_out(&self, call: Call<'_>) {
        if let Some(Session { proof: Proof::Cookie, .. }) = self.session.get() {
            let request = call.request(Method::Post, "/api/v1/logout");
            // Whatever comes back, the page forgets; what the server keeps it will drop in time.
            let _ = call.send(signed(call, request, &Proof::Cookie)).await;
        }
        self.session.clear();
    }

    pub(super) async fn list(&self, call: Call<'_>) -> Result<Page, ApiError> {
        let (answer, session) =
            self.authorized(call, |session| self.on_tokens(call, Method::Get, session, None)).await?;
        let list: Value = answer.json()?;
        let Some(list) = list.as_array() else {
            return Err(ApiError::Malformed("the list of tokens is missing".into()));
        };
        let names = if list.iter().any(has_places) { self.names(call).await } else { Vec::new() };
        let entries = entries(list, |it| token(it, &names, session.org.as_ref()));
        Ok(Page { total: list.len(), entries, next: None })
    }

    pub(super) async fn read(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let (wire, session) = self.read_wire(call, id).await?;
        let names = if has_places(&wire) { self.names(call).await } else { Vec::new() };
        Ok(token(&wire, &names, session.org.as_ref()))
    }

    async fn read_wire(&self, call: Call<'_>, id: &str) -> Result<(Value, Session), ApiError> {
        let (answer, session) =
            self.authorized(call, |session| self.on_tokens(call, Method::Get, session, Some(id))).await?;
        Ok((answer.json()?, session))
    }

    pub(super) async fn create(&self, call: Call<'_>, draft: &Draft) -> Result<Value, ApiError> {
        let write = |session: &Session| {
            let mut body = Map::new();
            if !draft.name.is_empty() {
                body.insert("name".into(), draft.name.as_str().into());
            }
            if let Some(privileges) = &draft.privileges {
                body.insert("privileges".into(), privileges_on_wire(privileges, session, &[]));
            }
            if let Some(addresses) = draft.source_ips.as_ref().filter(|it| !it.is_empty()) {
                body.insert("src_ips".into(), json!(addresses));
            }
            self.on_tokens(call, Method::Post, session, None).json(Value::Object(body).to_string())
        };
        let (answer, session) = self.authorized(call, write).await?;
        let mut made = one(answer.json()?);
        let secret = made["key"].as_str().unwrap_or_default().to_owned();
        // The whole key is said once, and not in the list.
        made["key"] = masked(&secret).into();
        complete(&mut made, draft, &session, &[]);
        let names = if has_places(&made) { self.names(call).await } else { Vec::new() };
        let mut token = token(&made, &names, session.org.as_ref());
        token["secret"] = secret.into();
        Ok(token)
    }

    pub(super) async fn update(&self, call: Call<'_>, id: &str, draft: &Draft) -> Result<Value, ApiError> {
        // What the form does not show of a privilege goes back as it is.
        let (before, _) = self.read_wire(call, id).await?;
        let kept = before["privileges"].as_array().cloned().unwrap_or_default();
        let write = |session: &Session| {
            let mut body = json!({ "name": draft.name });
            if let Some(privileges) = &draft.privileges {
                body["privileges"] = privileges_on_wire(privileges, session, &kept);
            }
            self.on_tokens(call, Method::Put, session, Some(id)).json(body.to_string())
        };
        let (answer, session) = self.authorized(call, write).await?;
        // It may answer without a body; then what was there and what was sent is what is there now.
        let answered = answer.json::<Value>().map(one).ok().filter(Value::is_object);
        let mut after = answered.unwrap_or_else(|| {
            let mut after = before.clone();
            after["name"] = draft.name.clone().into();
            if let Some(privileges) = &draft.privileges {
                after["privileges"] = privileges_on_wire(privileges, &session, &kept);
            }
            after
        });
        complete(&mut after, draft, &session, &kept);
        let names = if has_places(&after) { self.names(call).await } else { Vec::new() };
        Ok(token(&after, &names, session.org.as_ref()))
    }

    pub(super) async fn delete(&self, call: Call<'_>, id: &str) -> Result<(), ApiError> {
        self.authorized(call, |session| self.on_tokens(call, Method::Delete, session, Some(id))).await.map(drop)
    }

    /// The organisation's sites and site groups.
    pub(super) async fn targets(&self, call: Call<'_>) -> Result<Vec<Target>, ApiError> {
        let mut targets = Vec::new();
        if matches!(self.tokens, Tokens::OfSelf) {
            return Ok(targets);
        }
        for (scope, path) in [("site", "sites"), ("sitegroup", "sitegroups")] {
            for number in 1.. {
                let request = |session: &Session| {
                    let org_id = session.org.as_ref().map_or("", |(id, _)| id);
                    let path = format!("/api/v1/orgs/{}/{path}?limit={PAGE}&page={number}", encode(org_id));
                    call.request(Method::Get, &path)
                };
                let list: Value = self.authorized(call, request).await?.0.json()?;
                let Some(list) = list.as_array() else {
                    return Err(ApiError::Malformed(format!("the list of {path} is missing")));
                };
                targets.extend(list.iter().filter_map(|it| {
                    let id = it["id"].as_str()?.to_owned();
                    let name = it["name"].as_str().unwrap_or(&id).to_owned();
                    Some(Target { scope: scope.into(), id, name })
                }));
                if list.len() < PAGE {
                    break;
                }
            }
        }
        Ok(targets)
    }

    /// What places are called, as far as it can be found out: a list without it is better than none.
    async fn names(&self, call: Call<'_>) -> Vec<Target> {
        self.targets(call).await.unwrap_or_default()
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
    ) -> Result<(Response, Session), ApiError> {
        let mut reason = "";
        loop {
            let Some(session) = self.session.get() else {
                call.ask(reason).await?;
                continue;
            };
            let answer = call.send(signed(call, request(&session), &session.proof)).await?;
            if answer.status != 401 {
                return Ok((success(answer)?, session));
            }
            reason = SESSION_ENDED;
            // Somebody else may have signed in anew while this request was under way.
            if self.session.get() == Some(session) {
                self.session.clear();
            }
        }
    }
}

fn signed(call: Call<'_>, request: Request, proof: &Proof) -> Request {
    match proof {
        Proof::Token(token) => request.header("Authorization", &format!("Token {token}")),
        Proof::Cookie if !request.is_write() => request,
        // The cookie's name has the cloud's after a dot, but for the first one.
        Proof::Cookie => match call.host.cookie("csrftoken") {
            Some(value) => request.header("X-CSRFToken", &value),
            None => request,
        },
    }
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

/// The answer to a write may leave out what was written.
fn complete(token: &mut Value, draft: &Draft, session: &Session, kept: &[Value]) {
    if let Some(privileges) = draft.privileges.as_ref().filter(|_| !token["privileges"].is_array()) {
        token["privileges"] = privileges_on_wire(privileges, session, kept);
    }
}

/// As Mist itself masks a key.
fn masked(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    if chars.len() < 12 {
        return String::new();
    }
    let (start, end) = (&chars[..4], &chars[chars.len() - 4..]);
    start.iter().chain("...".chars().collect::<Vec<_>>().iter()).chain(end).collect()
}

/// Privileges that were there go back as they came, with what the form does not show.
fn privileges_on_wire(privileges: &[Privilege], session: &Session, kept: &[Value]) -> Value {
    let on_wire = |privilege: &Privilege| {
        if let Some(same) = kept.iter().find(|it| privileges_of(it).as_slice() == [privilege.clone()]) {
            return same.clone();
        }
        let mut wire = json!({ "scope": privilege.scope, "role": privilege.role });
        let (field, id) = match (privilege.scope.as_str(), &session.org) {
            ("org", Some((org_id, _))) => ("org_id", org_id),
            (scope @ ("site" | "sitegroup"), _) => {
                (if scope == "site" { "site_id" } else { "sitegroup_id" }, &privilege.target)
            }
            _ => return wire,
        };
        wire[field] = id.clone().into();
        wire
    };
    privileges.iter().map(on_wire).collect()
}

/// A privilege of the wire: one for every place that it names.
fn privileges_of(wire: &Value) -> Vec<Privilege> {
    let scope = wire["scope"].as_str().unwrap_or_default();
    let role = wire["role"].as_str().unwrap_or_default();
    let field = match scope {
        "site" => ("site_id", "site_ids"),
        "sitegroup" => ("sitegroup_id", "sitegroup_ids"),
        "orggroup" => ("orggroup_id", "orggroup_ids"),
        "msp" => ("msp_id", "msp_ids"),
        _ => ("", ""),
    };
    let several = wire[field.1].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut targets: Vec<&str> = wire[field.0].as_str().into_iter().chain(several).collect();
    if targets.is_empty() {
        targets.push("");
    }
    let privilege = |target: &str| Privilege { scope: scope.into(), role: role.into(), target: target.into() };
    targets.into_iter().map(privilege).collect()
}

/// Whether a token names sites or groups by their ids.
fn has_places(it: &Value) -> bool {
    let privileges = it["privileges"].as_array().into_iter().flatten();
    privileges.flat_map(privileges_of).any(|it| matches!(it.scope.as_str(), "site" | "sitegroup"))
}

/// A token in the Scoped Token API's form.
fn token(it: &Value, names: &[Target], org: Option<&(String, String)>) -> Value {
    let id = plain(&it["id"]);
    let privileges =
        it["privileges"].as_array().map(|list| (list, list.iter().flat_map(privileges_of).collect::<Vec<_>>()));
    let created = unix_time(&it["created_time"]);
    let last_used = unix_time(&it["last_used"]);
    let deadline = last_used.as_ref().or(created.as_ref()).and_then(|it| parse_rfc3339(it));
    let deadline = deadline.map(|it: Millis| format_rfc3339(it + IDLE_DAYS * DAY));
    let mut scopes: Vec<String> = Vec::new();
    for Privilege { scope, role, .. } in privileges.iter().flat_map(|(_, it)| it) {
        let name = format!("{scope}: {role}");
        if !scopes.contains(&name) {
            scopes.push(name);
        }
    }
    let place = |it: &Privilege| {
        let named = names.iter().find(|target| target.scope == it.scope && target.id == it.target);
        match (named, org) {
            (Some(target), _) => target.name.clone(),
            (None, Some((_, name))) if it.target.is_empty() && it.scope == "org" => name.clone(),
            _ => it.target.clone(),
        }
    };
    let wire_name =
        |it: &Value| ["name", "org_name", "msp_name"].iter().find_map(|field| it[*field].as_str().map(str::to_owned));
    let places = privileges.as_ref().map(|(wire, normal)| {
        // The user's own tokens name their places themselves.
        let named: Vec<String> = match org {
            None => wire.iter().filter_map(wire_name).collect(),
            Some(_) => normal.iter().map(place).filter(|it| !it.is_empty()).collect(),
        };
        named.join(", ")
    });
    let source_ips: Option<Vec<&str>> =
        it["src_ips"].as_array().map(|list| list.iter().filter_map(Value::as_str).collect());
    let mut token = json!({
        "id": id,
        "guid": id,
        "name": it["name"].as_str().unwrap_or_default(),
        "scopes": scopes,
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "privileges": privileges.map(|(_, it)| it).unwrap_or_default(),
        "source_ips": source_ips.clone().unwrap_or_default(),
        "extras": [places, plain(&it["key"]), created, deadline, source_ips.map(|it| it.join(", "))],
    });
    if it.get("last_used").is_some() {
        token["last_used_at"] = last_used.into();
    }
    if let Some(creator) = it.get("created_by") {
        token["created_by"] = creator.clone();
    }
    token
}

fn success(answer: Response) -> Result<Response, ApiError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(failure(answer)) }
}

/// `{"detail": "…"}` as an error; a 404 may name the id instead.
fn failure(answer: Response) -> ApiError {
    let body: Value = answer.json().unwrap_or_default();
    let detail = plain(&body["detail"]).unwrap_or_default();
    match answer.status {
        400 if !detail.is_empty() => ApiError::Invalid(detail, Vec::new()),
        _ => answer.error_saying(detail),
    }
}
