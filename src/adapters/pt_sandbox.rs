//! PT Sandbox's UI API (wire contracts §2).

use serde_json::{Value, json};

use self::texts::Text;
use super::adapter::{Adapter, Typed};
use super::call::{Call, Kept};
use super::fault::Fault;
use super::gateway::{entry, entry_now};
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use super::wire::{self, entries, made, name, plain, refused_values, secret, time_extra};
use crate::api::tokens::Work;
use crate::api::{ApiError, Later, Method, Prompt, Request, Response, Secret};
use crate::capabilities::{
    Action, Capabilities, Column, ColumnKind, Field, FieldShape, Input, InputKind, Purpose, SecretUse, SignIn,
};
use crate::config::{ConfigError, Connection};
use crate::draft::{Draft, Inputs};
use crate::query::StatusFilter;
use crate::time::{MINUTE, Millis};
use crate::token::Scope;
use crate::words::{Label, Words};

/// How old an access token may get: clients renew it every eight minutes.
const RENEW_AFTER: Millis = 8 * MINUTE;

/// The permissions that the published client knows.
const PERMISSIONS: [&str; 3] = ["SCAN_WITH_EXTENDED_SETTINGS", "SCAN_WITH_PREDEFINED_SETTINGS", "TASKS_VIEW_ALL"];

pub(crate) mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod texts;

/// A PT Sandbox.
#[derive(Default)]
pub(super) struct PtSandbox {
    session: Kept<Session>,
}

struct Session {
    fingerprint: String,
    access_token: String,
    renewed_at: Millis,
}

/// The adapter for a connection.
pub(super) fn open(_: &Connection, _: Option<&str>) -> Result<PtSandbox, Vec<ConfigError>> {
    Ok(PtSandbox::default())
}

impl Adapter for PtSandbox {
    fn capabilities(&self, site: &Site) -> Capabilities {
        let name = FieldShape {
            pattern: Some("^[a-zA-Z][a-zA-Z0-9-]{3,28}[a-zA-Z]$".into()),
            // The API does not say whether names may be there twice: another one is right in any case.
            unique: true,
            ..FieldShape::new(Field::Name, Label::Name).required()
        };
        let accounts = [("0".into(), Text::LocalAccount.into()), ("1".into(), Text::LdapAccount.into())];
        let warning = if site.is_foreign { Text::Foreign.into() } else { Words::default() };
        Capabilities {
            name: settings::Text::Name.into(),
            id_label: Label::Id.into(),
            scopes_label: Some(Label::Permissions.into()),
            lists_some_scopes: true,
            short_ids: true,
            keeps_deleted: true,
            offers: vec![Action::Create, Action::Delete],
            lacks: vec![(Action::Edit, Text::CannotEdit.into()), (Action::Revoke, Text::CannotRevoke.into())],
            remarks: vec![Text::NoDates.into(), Text::NoLastUse.into()],
            fields: vec![
                name.rule(Text::NameRule),
                FieldShape::new(Field::Scopes, Label::Permissions).required(),
                FieldShape::new(Field::Description, Text::Comment),
            ],
            columns: vec![
                Column::new(Text::Comment, ColumnKind::Description),
                Column::new(Label::Id, ColumnKind::Id),
                Column::new(Label::Permissions, ColumnKind::Scopes),
                Column::own("created", Label::Created, ColumnKind::Time(0)),
                Column::new(Label::CreatedBy, ColumnKind::Creator),
                Column::own("modified", Text::Modified, ColumnKind::Time(1)),
                Column::own("deleted", Label::Deleted, ColumnKind::Time(2)),
                Column::own("entry_point", Text::EntryPoint, ColumnKind::Text(3)),
                Column::new(Label::IsActive, ColumnKind::Status),
            ],
            statuses: vec![StatusFilter::All, StatusFilter::Active, StatusFilter::Inactive, StatusFilter::Deleted],
            sign_in: Some(SignIn {
                ways: vec![vec![
                    Input::new("username", Label::Username, InputKind::Text).purpose(Purpose::Username),
                    Input::new("password", Label::Password, InputKind::Secret).purpose(Purpose::Password),
                    Input::new("account", Text::Account, InputKind::Choice(accounts.into())),
                ]],
                warning,
                left_behind: Text::CookieStays.into(),
            }),
            secret: Some(SecretUse { header: "X-API-Key: {secret}".into(), variable: "PT_SANDBOX_API_KEY".into() }),
            ..Capabilities::default()
        }
    }

    fn sign_in<'a>(&'a self, call: Call<'a>, typed: &'a Typed) -> Work<'a, String> {
        Box::pin(self.log_in(call, typed))
    }

    /// A session cookie that the page may not touch stays behind.
    fn sign_out<'a>(&'a self, _: Call<'a>) -> Later<'a, ()> {
        self.session.clear();
        Box::pin(async {})
    }

    fn secrets(&self) -> Vec<String> {
        let secrets = |it: &Session| vec![it.fingerprint.clone(), it.access_token.clone()];
        self.session.get().map(|it| secrets(&it)).unwrap_or_default()
    }

    fn scopes<'a>(&'a self, _: Call<'a>) -> Work<'a, Vec<Scope>> {
        let scope = |id: &str| Scope { id: id.into(), name: id.into() };
        Box::pin(async move { Ok(PERMISSIONS.map(scope).into()) })
    }

    fn list<'a>(&'a self, call: Call<'a>, _: Option<String>) -> Work<'a, Page> {
        Box::pin(self.all(call))
    }

    fn read<'a>(&'a self, call: Call<'a>, id: &'a str, again: bool) -> Work<'a, Value> {
        Box::pin(async move {
            let raw = entry_now(self, call, id, again).await?;
            Ok(token(&raw))
        })
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Details> {
        Box::pin(async move {
            let raw = entry(self, call, id).await?;
            Ok(Details { token: token(&raw), raw })
        })
    }

    fn create<'a>(&'a self, call: Call<'a>, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.make(call, draft))
    }

    fn delete<'a>(&'a self, call: Call<'a>, id: &'a str, _: &'a Inputs) -> Work<'a, ()> {
        let path = format!("/api/ui/public-api/tokens/{}", crate::api::encode(id));
        Box::pin(async move { self.authorized(call, || call.request(Method::Delete, &path)).await.map(drop) })
    }
}

impl PtSandbox {
    async fn log_in(&self, call: Call<'_>, typed: &Typed) -> Result<String, ApiError> {
        let fingerprint = call.host.random();
        let path = format!("/api/ui/auth/authorize?fingerprint={fingerprint}");
        let answer = success(call.send(call.request(Method::Get, &path).with_cookies()).await?)?;
        let authorize: Value = answer.json()?;
        let Some(location) = authorize["data"]["location"].as_str() else {
            return Err(ApiError::Malformed(Fault::NoMember("data.location").into()));
        };
        let is_ldap = typed.get("account") == "1";
        let login = json!({
            "username": typed.get("username"),
            "password": typed.get("password"),
            "authType": u8::from(is_ldap),
            "rememberLogin": true,
        });
        let login = call.request(Method::Post, "/ui/login").json(login.to_string()).with_cookies();
        let login = call.send(login).await?;
        match login.status {
            200 => {}
            // Anything else is a refused login; but a server that fails, or has enough, says nothing about the account.
            429 | 500.. => return Err(failure(login)),
            _ => return Err(ApiError::SignedOut(Text::NotAccepted { is_ldap }.into())),
        }
        // It sets the refresh cookie. What it answers besides does not matter, as it may lead to a page of the real host;
        // but where there is no session after it, it may say why.
        let location = Request::new(Method::Get, call.site.rebase(location)).with_cookies();
        let continued = call.send(Request { follows: true, ..location }).await;
        let session = renew(call, fingerprint).await.map_err(|error| match error {
            error if is_refusal(&error) => {
                continued.and_then(success).err().unwrap_or_else(|| ApiError::SignedOut(Text::NoSession.into()))
            }
            error => error,
        })?;
        self.session.set(session);
        Ok(typed.get("username").into())
    }

    async fn all(&self, call: Call<'_>) -> Result<Page, ApiError> {
        let answer = self.authorized(call, || call.request(Method::Get, "/api/ui/public-api/tokens")).await?;
        let page = wire::page(&answer)?;
        let list = wire::list(&page, "entries", "total")?;
        let total = page["total"].as_u64().map_or(list.len(), |it| it as usize);
        Ok(Page { total, entries: entries(list, token), raw: list.to_vec(), ..Page::default() })
    }

    async fn make(&self, call: Call<'_>, draft: &Draft) -> Result<WrittenToken, ApiError> {
        let body = json!({
            "name": draft.name,
            "permissions": draft.scopes,
            "comment": draft.description.as_deref().unwrap_or_default(),
        });
        let request = || call.request(Method::Post, "/api/ui/public-api/tokens").json(body.to_string());
        let answer: Value = self.authorized(call, request).await?.json()?;
        let asked = [
            ("name", draft.name.as_str().into()),
            ("permissions", json!(draft.scopes)),
            ("comment", json!(draft.description)),
        ];
        let made = made(answer, asked)?;
        let secret = Secret { hash: plain(&made["key"]), ..secret(&made["token"]) };
        Ok(WrittenToken { token: token(&made), secret: Some(secret), ..WrittenToken::default() })
    }

    /// Sends a request as the user who is signed in, renewing the access token before it runs out, and once where it is refused.
    async fn authorized(&self, call: Call<'_>, request: impl Fn() -> Request) -> Result<Response, ApiError> {
        let mut reason = Words::default();
        let mut renewed = false;
        loop {
            let Some(session) = self.session.get() else {
                call.ask(std::mem::take(&mut reason)).await?;
                renewed = false;
                continue;
            };
            reason = Prompt::SessionEnded.into();
            if renewed || call.host.now() - session.renewed_at < RENEW_AFTER {
                let bearer = format!("Bearer {}", session.access_token);
                let answer = call.send(request().header("Authorization", &bearer)).await?;
                if answer.status != 401 {
                    return success(answer);
                }
                if renewed || !self.session.is_current(&session) {
                    self.session.end(&session);
                    continue;
                }
            }
            renewed = true;
            // Whatever the work is, this changes no token.
            let fresh = match renew(Call { writes: false, ..call }, session.fingerprint.clone()).await {
                Ok(fresh) => Some(fresh),
                Err(error) if is_refusal(&error) => None,
                // What is no access token is no session either.
                Err(ApiError::Malformed(_)) => None,
                Err(error) => return Err(error),
            };
            match fresh {
                _ if !self.session.is_current(&session) => {}
                Some(fresh) => self.session.set(fresh),
                None => self.session.clear(),
            }
        }
    }
}

/// Step 4 of the sign-in, by itself the renewal: the refresh cookie and the fingerprint give an access token. Repeated
/// once after a 5xx, as the published client does.
async fn renew(call: Call<'_>, fingerprint: String) -> Result<Session, ApiError> {
    let body = json!({ "fingerprint": fingerprint }).to_string();
    let request = || call.request(Method::Post, "/api/ui/auth/token").json(body.clone()).with_cookies();
    let mut answer = call.send(request()).await?;
    if answer.status >= 500 {
        answer = call.send(request()).await?;
    }
    let answer: Value = success(answer)?.json()?;
    let Some(access_token) = answer["data"]["accessToken"].as_str() else {
        return Err(ApiError::Malformed(Fault::NoMember("data.accessToken").into()));
    };
    Ok(Session { fingerprint, access_token: access_token.into(), renewed_at: call.host.now() })
}

fn token(it: &Value) -> Value {
    let time = |field: &str| match &it[field] {
        Value::Null if it.get(field).is_some() => Some(String::new()),
        value => time_extra(value),
    };
    let id = plain(&it["id"]);
    let entry_point = match &it["entryPoint"] {
        Value::Null if it.get("entryPoint").is_some() => Some(String::new()),
        value => [&value["name"], &value["id"]].into_iter().filter_map(plain).find(|it| !it.is_empty()),
    };
    // Whatever stands there but what says that it is not so: a token that is gone must not pass for one that works.
    let stands = plain(&it["deleted"]).unwrap_or_else(|| it["deleted"].to_string());
    let deleted_at = match wire::time(&it["deleted"]) {
        Some(at) if at.is_string() && !matches!(stands.as_str(), "false" | "no") => Some(at),
        _ => None,
    };
    let deleted = time("deleted");
    let mut token = json!({
        "id": id,
        "guid": id,
        "name": name(&it["name"]),
        "description": it["comment"],
        "valid_from": null,
        "valid_to": null,
        "is_active": deleted_at.is_none(),
        "deleted_at": deleted_at,
        "extras": [time_extra(&it["created"]), time("modified"), deleted, entry_point],
    });
    match &it["permissions"] {
        Value::Null => {}
        // One that is no text is shown too.
        Value::Array(list) => {
            token["scopes"] = list.iter().map(|it| plain(it).unwrap_or_else(|| it.to_string())).collect();
        }
        other => token["scopes"] = other.clone(),
    }
    if let Some(creator) = it.get("creatorLogin") {
        token["created_by"] = creator.clone();
    }
    token
}

fn success(answer: Response) -> Result<Response, ApiError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(failure(answer)) }
}

/// `{"errors": [{"message", "type"}]}` as an error.
fn failure(answer: Response) -> ApiError {
    let body: Value = answer.json().unwrap_or_default();
    let said = |it: &Value| {
        let texts = [&it["message"], &it["type"]].into_iter().filter_map(Value::as_str);
        texts.map(str::to_owned).find(|it| !it.is_empty())
    };
    let messages: Vec<String> = body["errors"].as_array().into_iter().flatten().filter_map(said).collect();
    let words = messages.join(" ");
    match answer.status {
        400 | 422 => refused_values(&answer, words),
        _ => answer.error_saying(words.into()),
    }
}

/// Whether the system refused something, rather than that it failed, has enough, or was not reached.
fn is_refusal(error: &ApiError) -> bool {
    !matches!(
        error,
        ApiError::NoAnswer(_)
            | ApiError::Server(..)
            | ApiError::Busy(..)
            | ApiError::TooMany(_)
            | ApiError::Malformed(_)
    )
}
