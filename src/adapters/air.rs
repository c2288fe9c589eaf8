//! NVIDIA Air (wire contracts §3).

use serde_json::{Value, json};

use self::texts::Text;
use super::adapter::{Adapter, Typed};
use super::call::{Call, Kept};
use super::gateway::{entry, entry_now};
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use super::wire::{self, entries, instant, made, name, object, plain, secret, time, time_extra, words};
use crate::api::tokens::Work;
use crate::api::{ApiError, Later, Method, Prompt, Request, Response, encode};
use crate::capabilities::{
    Action, Capabilities, Column, ColumnKind, Field, FieldShape, Input, InputKind, Purpose, SecretUse, SignIn,
};
use crate::config::{ConfigError, Connection};
use crate::draft::{Draft, Inputs};
use crate::query::StatusFilter;
use crate::time::Millis;
use crate::words::{Label, Words};

pub(crate) mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod texts;

/// The tokens of the first version.
const V1: &str = "/api/v1/api-token/";

/// The tokens of the second version.
const V2: &str = "/api/v2/api-tokens/";

/// How many tokens of the second version to ask for at once.
const PAGE: usize = 200;

/// The answer without a sign-in: a 403, told from a real one by its words.
const SIGNED_OUT: &str = "Authentication credentials were not provided.";

/// Names under which the second version may hand out a new token's secret: its field is not documented.
const SECRET_FIELDS: [&str; 6] = ["token", "secret", "key", "api_token", "value", "plaintext"];

/// An NVIDIA Air.
pub(super) struct Air {
    version: Version,
    /// The bearer token.
    session: Kept<String>,
}

enum Version {
    V1 { filters: Vec<(String, String)> },
    V2,
}

/// The adapter for a connection.
pub(super) fn open(connection: &Connection, _: Option<&str>) -> Result<Air, Vec<ConfigError>> {
    let version = match &*connection.setting("version") {
        "v1" => Version::V1 { filters: connection.setting_texts("filters") },
        _ => Version::V2,
    };
    Ok(Air { version, session: Kept::default() })
}

impl Adapter for Air {
    fn capabilities(&self, _: &Site) -> Capabilities {
        let is_v1 = matches!(self.version, Version::V1 { .. });
        let mut fields = vec![FieldShape::new(Field::Name, Label::Name).required()];
        let mut statuses = vec![StatusFilter::All, StatusFilter::Active, StatusFilter::Inactive, StatusFilter::Expired];
        let mut remarks = vec![Words::from(Text::NoScopes)];
        if is_v1 {
            statuses.push(StatusFilter::Unknown);
            remarks.push(Text::FirstVersion.into());
        } else {
            fields.push(FieldShape::new(Field::ValidTo, Label::ValidTo));
        }
        remarks.push(Text::NoLastUse.into());
        let password = Input::new("password", Label::Password, InputKind::Secret).purpose(Purpose::Password);
        let password = Input { hint: Text::PasswordHint.into(), ..password };
        Capabilities {
            name: settings::Text::Name.into(),
            id_label: Label::Id.into(),
            offers: vec![Action::Create, Action::Delete],
            lacks: vec![(Action::Edit, Text::CannotEdit.into()), (Action::Revoke, Text::CannotRevoke.into())],
            remarks,
            fields,
            columns: vec![
                Column::new(Label::Id, ColumnKind::Id),
                Column::own("created", Label::Created, ColumnKind::Time(0)),
                Column::new(Label::ExpirationDate, ColumnKind::ValidTo),
                Column::new(Label::IsActive, ColumnKind::Status),
            ],
            statuses,
            sign_in: Some(SignIn {
                ways: vec![
                    vec![Input::new("username", Label::Username, InputKind::Text).purpose(Purpose::Username), password],
                    vec![Input {
                        hint: Text::TokenHint.into(),
                        ..Input::new("token", Label::ApiToken, InputKind::Secret).in_header()
                    }],
                ],
                ..SignIn::default()
            }),
            secret: Some(SecretUse {
                header: "Authorization: Bearer {secret}".into(),
                variable: "AIR_API_TOKEN".into(),
            }),
            ..Capabilities::default()
        }
    }

    fn sign_in<'a>(&'a self, call: Call<'a>, typed: &'a Typed) -> Work<'a, String> {
        Box::pin(self.log_in(call, typed))
    }

    fn sign_out<'a>(&'a self, _: Call<'a>) -> Later<'a, ()> {
        self.session.clear();
        Box::pin(async {})
    }

    fn secrets(&self) -> Vec<String> {
        self.session.get().map(|it| vec![it.to_string()]).unwrap_or_default()
    }

    fn list<'a>(&'a self, call: Call<'a>, cursor: Option<String>) -> Work<'a, Page> {
        Box::pin(self.page(call, cursor))
    }

    fn read<'a>(&'a self, call: Call<'a>, id: &'a str, again: bool) -> Work<'a, Value> {
        Box::pin(async move {
            let raw = entry_now(self, call, id, again).await?;
            Ok(token(&raw, call.now()))
        })
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Details> {
        Box::pin(async move {
            let raw = entry(self, call, id).await?;
            Ok(Details { token: token(&raw, call.now()), raw })
        })
    }

    fn create<'a>(&'a self, call: Call<'a>, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.make(call, draft))
    }

    fn delete<'a>(&'a self, call: Call<'a>, id: &'a str, _: &'a Inputs) -> Work<'a, ()> {
        let request = move || match self.version {
            Version::V1 { .. } => call.request(Method::Delete, &format!("{V1}{}/", encode(id))),
            // The published client sends an empty object with it.
            Version::V2 => call.request(Method::Delete, &format!("{V2}{}/", encode(id))).json("{}".into()),
        };
        Box::pin(async move { self.authorized(call, request).await.map(drop) })
    }
}

impl Air {
    async fn log_in(&self, call: Call<'_>, typed: &Typed) -> Result<String, ApiError> {
        let token = if typed.get("token").is_empty() {
            let login = json!({ "username": typed.get("username"), "password": typed.get("password") });
            let answer = call.send(call.request(Method::Post, "/api/v1/login/").json(login.to_string())).await?;
            let refused = || ApiError::SignedOut(Text::PasswordRefused.into());
            if matches!(answer.status, 400 | 401 | 403) {
                return Err(refused());
            }
            // A refused login hands out no token, whatever its status.
            let answer: Value = success(answer)?.json()?;
            plain(&answer["token"]).filter(|it| !it.is_empty()).ok_or_else(refused)?
        } else {
            typed.get("token").to_owned()
        };
        let who = call.request(Method::Get, "/api/v1/login/").header("Authorization", &format!("Bearer {token}"));
        let who = call.send(who).await?;
        if matches!(who.status, 401 | 403) {
            let said = if is_signed_out(&who) { String::new() } else { words(&who.json().unwrap_or_default()) };
            return Err(ApiError::SignedOut(Text::TokenRefused { said }.into()));
        }
        let who = object(&success(who)?)?;
        self.session.set(token);
        Ok(plain(&who["username"]).unwrap_or_else(|| typed.get("username").into()))
    }

    async fn page(&self, call: Call<'_>, cursor: Option<String>) -> Result<Page, ApiError> {
        let request = || match (&self.version, &cursor) {
            (Version::V1 { filters }, _) => {
                let query: Vec<String> =
                    filters.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
                let mark = if query.is_empty() { "" } else { "?" };
                call.request(Method::Get, &format!("{V1}{mark}{}", query.join("&")))
            }
            (Version::V2, None) => call.request(Method::Get, &format!("{V2}?limit={PAGE}&offset=0")),
            (Version::V2, Some(next)) => Request::new(Method::Get, page_after(call.site, next)),
        };
        let page = wire::page(&self.authorized(call, request).await?)?;
        let list = wire::list(&page, "results", "count")?;
        let (total, next) = match self.version {
            Version::V1 { .. } => (None, None),
            Version::V2 => (page["count"].as_u64(), plain(&page["next"]).filter(|it| !it.is_empty())),
        };
        let total = total.map_or(list.len(), |it| it as usize);
        let (entries, raw) = (entries(list, |it| token(it, call.now())), list.to_vec());
        Ok(Page { total, entries, next, raw, is_counted: true, ..Page::default() })
    }

    async fn make(&self, call: Call<'_>, draft: &Draft) -> Result<WrittenToken, ApiError> {
        let (path, body) = match self.version {
            Version::V1 { .. } => (V1, json!({ "name": draft.name })),
            Version::V2 => (V2, json!({ "name": draft.name, "expiry": draft.valid_to })),
        };
        let request = || call.request(Method::Post, path).json(body.to_string());
        let answer: Value = self.authorized(call, request).await?.json()?;
        let name = ("name", draft.name.as_str().into());
        let made = match self.version {
            Version::V1 { .. } => made(answer, [name])?,
            Version::V2 => made(answer, [name, ("expiry", json!(draft.valid_to))])?,
        };
        let is_told = |field: &&&str| made[**field].as_str().is_some_and(|it| !it.is_empty());
        // Without one the page says that there was none: an empty secret.
        let secret = SECRET_FIELDS.iter().find(is_told).map(|it| secret(&made[*it])).unwrap_or_default();
        Ok(WrittenToken { token: token(&made, call.now()), secret: Some(secret), ..WrittenToken::default() })
    }

    async fn authorized(&self, call: Call<'_>, request: impl Fn() -> Request) -> Result<Response, ApiError> {
        let mut reason = Words::default();
        loop {
            let Some(token) = self.session.get() else {
                call.ask(std::mem::take(&mut reason)).await?;
                continue;
            };
            let answer = call.send(request().header("Authorization", &format!("Bearer {token}"))).await?;
            if !is_signed_out(&answer) {
                return success(answer);
            }
            reason = Prompt::SessionEnded.into();
            self.session.end(&token);
        }
    }
}

/// Where the next page is. Where it is known that it is the list's own address, its query is all that it has to say.
fn page_after(site: &Site, next: &str) -> String {
    match next.split_once('?') {
        Some((path, query)) if path.is_empty() || path.ends_with(V2) => format!("{}{V2}?{query}", site.base),
        _ => site.rebase(next),
    }
}

fn is_signed_out(answer: &Response) -> bool {
    let says_so = || answer.json::<Value>().is_ok_and(|it| it["detail"] == SIGNED_OUT);
    answer.status == 401 || answer.status == 403 && says_so()
}

fn token(it: &Value, now: Millis) -> Value {
    let id = plain(&it["id"]);
    let mut token = json!({
        "id": id,
        "guid": id,
        "name": name(&it["name"]),
        "valid_from": null,
        "extras": [time_extra(&it["created"])],
    });
    if let Some(expiry) = it.get("expiry") {
        let expiry = time(expiry).unwrap_or_default();
        token["is_active"] = instant(&expiry).is_none_or(|it| it > now).into();
        token["valid_to"] = expiry;
    }
    token
}

fn success(answer: Response) -> Result<Response, ApiError> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(failure(answer)) }
}

/// `{"detail": "…"}`, or `{"name": ["…"]}` with a 400, as an error.
fn failure(answer: Response) -> ApiError {
    let body: Value = answer.json().unwrap_or_default();
    let detail = Words::from(words(&body["detail"]));
    if answer.status != 400 {
        return answer.error_saying(detail);
    }
    let field = |name: &str| match name {
        "expiry" => "valid_to".into(),
        other => other.to_owned(),
    };
    let Value::Object(body) = body else { return ApiError::Invalid(words(&body).into(), Vec::new()) };
    let fields = body.iter().filter(|(name, _)| *name != "detail");
    ApiError::Invalid(detail, fields.map(|(name, value)| (field(name), words(value).into())).collect())
}
