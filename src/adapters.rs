//! Other systems behind the Scoped Token API's form: requests in that form come in, and each is carried out by the calls
//! that the system really has. Pure; compiled into a module of its own, so that the page for a Scoped Token API does not
//! carry it.
//!
//! Beyond wire contracts §1, the form has `session` (POST signs in, DELETE signs out) and `targets` (what privileges can
//! hold for), and a token may lack any fact that the system does not report, name its `secret` once, and bring `extras`:
//! texts of the system's own in the order in which [`Capabilities::columns`] names them. It takes `inputs` with every write, and
//! has `tokens/{id}?again` (the token, never as the last list had it), `tokens/{id}/rotate`, `tokens/{id}/details` (the
//! token in this form and in the vendor's) and `test` (POST: what the list call gives, field by field). The answer to a
//! write is 202 where the system's was, and says by `seen` where its facts were `read` after it, or are `not` seen yet.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::api::complaint::Complaint;
use crate::api::report::{Finding, NONE, Report};
use crate::api::{ApiError, ENDLESS, Method, NetworkError, REFUSED, Request, Response, Secret, UNREADABLE, mask};
use crate::capabilities::{Capabilities, Column, ColumnKind, InputKind};
use crate::config::{ConfigError, Connection, Dialect};
use crate::draft::{Draft, Inputs};
use crate::endless::Guard;
use crate::mask::masked;
use crate::messages::MASK;
use crate::session::viewer::Viewer;
use crate::time::{Millis, format_rfc3339, parse_rfc3339};
use crate::token::Target;

mod air;
mod mist;
mod pt_sandbox;
mod rest;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

/// What a gateway needs of the page around it. Tests bring their own.
pub trait Host {
    /// Sends one request and waits for its answer, whatever its status.
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>>;
    /// Has the user sign in. Tells whether they did. An empty reason: it is the first time.
    fn sign_in(&self, reason: &str) -> Later<'_, bool>;
    /// This moment.
    fn now(&self) -> Millis;
    /// 16 random bytes as 32 hexadecimal digits.
    fn random(&self) -> String;
    /// The cookies that the page can read, as `document.cookie` has them: `a=1; b=2`.
    fn cookies(&self) -> String;
}

/// Something that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A connection to a system of a vendor.
pub struct Gateway {
    site: Site,
    adapter: Adapter,
    entries: Entries,
}

/// What the user who is signed in was shown: the entries of the last list. No other user is answered from it.
#[derive(Default)]
struct Entries {
    /// By their ids.
    all: RefCell<BTreeMap<String, Entry>>,
    /// Goes up whenever all is forgotten, so that a list that was under way is not kept.
    epoch: Cell<u32>,
    /// Who they are of.
    seen_by: RefCell<Option<Viewer>>,
}

/// An entry of a list.
struct Entry {
    /// The vendor's own JSON.
    raw: String,
    /// What does not change while a list is gone through.
    identity: u64,
    /// Whether its token was written to since.
    is_stale: bool,
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Entries {
    fn get(&self, id: &str) -> Option<Value> {
        self.all.borrow().get(id).and_then(|it| serde_json::from_str(&it.raw).ok())
    }

    /// The same, unless it was written to since.
    fn get_current(&self, id: &str) -> Option<Value> {
        let is_stale = self.all.borrow().get(id).is_some_and(|it| it.is_stale);
        self.get(id).filter(|_| !is_stale)
    }

    /// A token is about to be written to: from now on its entry says what was.
    fn mark_written(&self, id: &str) {
        if let Some(entry) = self.all.borrow_mut().get_mut(id) {
            entry.is_stale = true;
        }
    }

    /// A token as its system has it by now.
    fn update(&self, id: &str, raw: &Value) {
        if let Some(entry) = self.all.borrow_mut().get_mut(id) {
            (entry.raw, entry.is_stale) = (raw.to_string(), false);
        }
    }

    fn len(&self) -> usize {
        self.all.borrow().len()
    }

    /// Keeps a page's; the first page's which replaces all that was there. Of an entry that has the id of another one,
    /// from a page before, it says so.
    fn keep(&self, page: &mut Page, is_first: bool) {
        let mut all = self.all.borrow_mut();
        if is_first {
            all.clear();
        }
        let fresh: Vec<(String, Entry)> = page
            .entries
            .iter_mut()
            .zip(&page.raw)
            .filter_map(|(entry, raw)| {
                let id = entry["id"].as_str()?.to_owned();
                let facts = ["name", "description", "scopes", "valid_from", "valid_to", "created_by"];
                let identity = hash_of(facts.map(|it| entry[it].to_string()));
                if all.get(&id).is_some_and(|it| it.identity != identity) {
                    entry["is_another"] = true.into();
                }
                Some((id, Entry { raw: raw.to_string(), identity, is_stale: false }))
            })
            .collect();
        all.extend(fresh);
    }

    /// Forgets all of it, and who it is of.
    fn forget(&self) {
        self.all.borrow_mut().clear();
        self.epoch.set(self.epoch.get() + 1);
        self.seen_by.replace(None);
    }

    /// From now on they are of this one, who gets nothing that another user was shown.
    fn are_of(&self, viewer: Viewer) {
        let is_other = self.seen_by.borrow().as_ref().is_some_and(|it| !it.is(&viewer));
        if is_other {
            self.forget();
        }
        self.seen_by.replace(Some(viewer));
    }
}

enum Adapter {
    PtSandbox(pt_sandbox::PtSandbox),
    Air(air::Air),
    Mist(mist::Mist),
    Rest(Box<rest::Rest>),
}

/// What goes with a call that has no form.
#[derive(Default, Deserialize)]
struct Asking {
    #[serde(default)]
    inputs: BTreeMap<String, String>,
}

impl Asking {
    fn inputs(self) -> Inputs {
        self.inputs.into_iter().collect()
    }
}

/// What was typed into the sign-in form.
#[derive(Default, Deserialize)]
struct Credentials {
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    account: String,
}

/// A page of the list, in the Scoped Token API's form.
#[derive(Default, Serialize)]
struct Page {
    total: usize,
    entries: Vec<Value>,
    next: Option<String>,
    /// The entries in the vendor's own form.
    #[serde(skip)]
    raw: Vec<Value>,
}

/// A token in the Scoped Token API's form, and in its vendor's.
struct Details {
    token: Value,
    raw: Value,
}

impl Gateway {
    /// `base` is the connection's base as an absolute address; `is_foreign`: whether it lies on another origin than the
    /// page, where neither cookies nor the CSRF token can be had. `description` is the text of the file that the
    /// connection names. `None` for a dialect that needs no gateway; mistakes in the description name their places in the
    /// connection, or in the file: `apis/x.json#/list`.
    pub fn new(
        connection: &Connection,
        base: &str,
        is_foreign: bool,
        description: Option<&str>,
    ) -> Result<Option<Gateway>, Vec<ConfigError>> {
        let site = Site { base: base.trim_end_matches('/').into(), is_foreign };
        let adapter = match &connection.dialect {
            Dialect::Scoped => return Ok(None),
            Dialect::PtSandbox => Adapter::PtSandbox(pt_sandbox::PtSandbox::default()),
            Dialect::AirV1(filters) => Adapter::Air(air::Air::v1(filters.clone())),
            Dialect::AirV2 => Adapter::Air(air::Air::v2()),
            Dialect::MistSelf => Adapter::Mist(mist::Mist::of_self()),
            Dialect::MistOrg(org_id) => Adapter::Mist(mist::Mist::of_org(org_id.clone())),
            Dialect::Rest(file) => {
                let file = file.as_deref().map(|address| (address, description.unwrap_or_default()));
                Adapter::Rest(Box::new(rest::Rest::new(&connection.settings, file)?))
            }
        };
        Ok(Some(Gateway { site, adapter, entries: Entries::default() }))
    }

    /// What the system is like.
    pub fn system(&self) -> Capabilities {
        match &self.adapter {
            Adapter::PtSandbox(it) => it.system(&self.site),
            Adapter::Air(it) => it.system(),
            Adapter::Mist(it) => it.system(&self.site),
            Adapter::Rest(it) => it.system(&self.site),
        }
    }

    /// Carries out a request in the Scoped Token API's form.
    pub async fn send(&self, host: &dyn Host, request: Request) -> Result<Response, NetworkError> {
        let (date, accepted) = (Cell::new(None), Cell::new(false));
        let secrets = RefCell::new(self.typed_secrets(&request));
        let writes = request.is_write() && request.url.trim_start_matches('/').starts_with("tokens");
        let call = Call {
            host,
            site: &self.site,
            date: &date,
            accepted: &accepted,
            writes,
            entries: &self.entries,
            secrets: &secrets,
        };
        let answer = match self.run(call, &request).await {
            // What was accepted may be done later, so that its answer has nothing to read.
            Err(ApiError::Malformed(_)) if accepted.get() => Response { status: 202, ..Response::default() },
            outcome => answer(outcome.map_err(|it| without(it, &secrets.borrow())))?,
        };
        let status = if answer.status == 200 && accepted.get() { 202 } else { answer.status };
        Ok(Response { status, date: date.get(), ..answer })
    }

    /// What of a sign-in must not be shown.
    fn typed_secrets(&self, request: &Request) -> Vec<String> {
        if request.url.trim_matches('/') != "session" {
            return Vec::new();
        }
        let typed: BTreeMap<String, String> = body(request).unwrap_or_default();
        let inputs = self.system().sign_in.into_iter().flat_map(|it| it.ways).flatten();
        let secrets = inputs.filter(|it| it.kind == InputKind::Secret);
        secrets.filter_map(|it| typed.get(&it.key).cloned()).collect()
    }

    async fn run(&self, call: Call<'_>, request: &Request) -> Result<Value, ApiError> {
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let path: Vec<String> = path.trim_matches('/').split('/').map(decode).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (request.method, path.as_slice()) {
            (Method::Get, ["scopes"]) => match &self.adapter {
                Adapter::PtSandbox(_) => Ok(pt_sandbox::known_permissions()),
                Adapter::Air(_) | Adapter::Mist(_) => Ok(json!([])),
                Adapter::Rest(it) => it.scopes(call).await,
            },
            (Method::Get, ["targets"]) => match &self.adapter {
                Adapter::Mist(it) => it.targets(call).await.map(|it: Vec<Target>| json!(it)),
                Adapter::PtSandbox(_) | Adapter::Air(_) | Adapter::Rest(_) => Ok(json!([])),
            },
            (Method::Get, ["tokens"]) => {
                let cursor = query.split('&').find_map(|it| it.strip_prefix("cursor=")).map(decode);
                self.list(call, cursor).await.map(|it| json!(it))
            }
            (Method::Get, ["tokens", id, "details"]) => {
                let Details { token, raw } = self.details(call, id).await?;
                let raw: Value =
                    serde_json::from_str(&masked(&raw.to_string(), id, &self.secrets())).unwrap_or_default();
                Ok(json!({ "token": token, "raw": raw }))
            }
            (Method::Post, ["test"]) => self.test(call).await.map(|it| json!(it)),
            (Method::Get, ["tokens", id]) => match &self.adapter {
                Adapter::Mist(it) => it.read(call, id).await,
                Adapter::Rest(it) => it.read_token(call, id, query == "again").await,
                Adapter::PtSandbox(_) | Adapter::Air(_) => Err(no_such_call()),
            },
            (Method::Post, ["tokens"]) => {
                let draft = body(request)?;
                let token = match &self.adapter {
                    Adapter::PtSandbox(it) => it.create(call, &draft).await,
                    Adapter::Air(it) => it.create(call, &draft).await,
                    Adapter::Mist(it) => it.create(call, &draft).await,
                    Adapter::Rest(it) => it.create(call, &draft).await,
                };
                token.map(readable).and_then(that_was_made)
            }
            (Method::Post, ["tokens", id, "revoke"]) => match &self.adapter {
                Adapter::Rest(it) => it.revoke(call, id, &body::<Asking>(request)?.inputs()).await,
                Adapter::PtSandbox(_) | Adapter::Air(_) | Adapter::Mist(_) => Err(no_such_call()),
            },
            (Method::Post, ["tokens", id, "rotate"]) => match &self.adapter {
                Adapter::Rest(it) => it.rotate(call, id, &body::<Asking>(request)?.inputs()).await.map(readable),
                Adapter::PtSandbox(_) | Adapter::Air(_) | Adapter::Mist(_) => Err(no_such_call()),
            },
            (Method::Put, ["tokens", id]) => match &self.adapter {
                Adapter::Mist(it) => it.update(call, id, &body::<Draft>(request)?).await,
                Adapter::Rest(it) => it.update(call, id, &body::<Draft>(request)?).await,
                Adapter::PtSandbox(_) | Adapter::Air(_) => Err(no_such_call()),
            },
            (Method::Delete, ["tokens", id]) => match &self.adapter {
                Adapter::PtSandbox(it) => it.delete(call, id).await,
                Adapter::Air(it) => it.delete(call, id).await,
                Adapter::Mist(it) => it.delete(call, id).await,
                Adapter::Rest(it) => it.delete(call, id, &body::<Asking>(request)?.inputs()).await,
            }
            .map(|()| Value::Null),
            (Method::Post, ["session"]) => {
                let viewer = Viewer::new("", &request.body);
                let name = match &self.adapter {
                    Adapter::PtSandbox(it) => it.sign_in(call, body(request)?).await,
                    Adapter::Air(it) => it.sign_in(call, body(request)?).await,
                    Adapter::Mist(it) => it.sign_in(call, body(request)?).await,
                    Adapter::Rest(it) => it.sign_in(call, body(request)?).await,
                };
                // The form shows the words alone, so there must be some.
                let named = |error| match error {
                    ApiError::SignedOut(words) if words.is_empty() => ApiError::SignedOut(REFUSED_SILENTLY.into()),
                    error => error,
                };
                let name = name.map_err(named)?;
                self.entries.are_of(viewer.named(&name));
                Ok(json!({ "name": name }))
            }
            (Method::Delete, ["session"]) => {
                // At once: nobody is to be answered from it while the system hears of it.
                self.entries.forget();
                match &self.adapter {
                    Adapter::PtSandbox(it) => it.sign_out(),
                    Adapter::Air(it) => it.sign_out(),
                    Adapter::Mist(it) => it.sign_out(call).await,
                    Adapter::Rest(it) => it.sign_out(call).await,
                }
                Ok(Value::Null)
            }
            _ => Err(no_such_call()),
        }
    }
}

impl Gateway {
    async fn list(&self, call: Call<'_>, cursor: Option<String>) -> Result<Page, ApiError> {
        let (is_first, epoch) = (cursor.is_none(), self.entries.epoch.get());
        let mut page = match &self.adapter {
            Adapter::PtSandbox(it) => it.list(call).await?,
            Adapter::Air(it) => it.list(call, cursor).await?,
            Adapter::Mist(it) => it.list(call).await?,
            Adapter::Rest(it) => it.list(call, cursor).await?,
        };
        if self.entries.epoch.get() == epoch {
            self.entries.keep(&mut page, is_first);
        }
        Ok(page)
    }

    /// A token's entry as the last list had it; of one that has come since, as a list has it now.
    async fn entry(&self, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
        let (mut cursor, mut guard) = (None::<String>, Guard::default());
        loop {
            if let Some(entry) = self.entries.get(id) {
                return Ok(entry);
            }
            if let Some(cursor) = &cursor {
                guard.follow(cursor, self.entries.len()).map_err(|why| ApiError::Endless(why.into()))?;
            }
            let page = self.list(call, cursor).await?;
            // What comes while another user signs in is not kept, but it is what they asked for.
            let is_it = |(entry, _): &(&Value, &Value)| entry["id"] == id;
            if let Some((_, raw)) = page.entries.iter().zip(&page.raw).find(is_it) {
                return Ok(raw.clone());
            }
            cursor = page.next;
            if cursor.is_none() {
                return Err(ApiError::NotFound("The system's list has no such token.".into()));
            }
        }
    }

    /// What proves who is signed in.
    fn secrets(&self) -> Vec<String> {
        match &self.adapter {
            Adapter::PtSandbox(it) => it.secrets(),
            Adapter::Air(it) => it.secrets(),
            Adapter::Mist(it) => it.secrets(),
            Adapter::Rest(it) => it.session_secrets(),
        }
    }

    async fn details(&self, call: Call<'_>, id: &str) -> Result<Details, ApiError> {
        match &self.adapter {
            Adapter::PtSandbox(it) => self.entry(call, id).await.map(|raw| it.details(raw)),
            Adapter::Air(it) => self.entry(call, id).await.map(|raw| it.details(call, raw)),
            Adapter::Mist(it) => it.details(call, id).await,
            Adapter::Rest(it) => it.details(call, id).await,
        }
    }

    /// Runs the list call once and says what it gave.
    async fn test(&self, call: Call<'_>) -> Result<Report, ApiError> {
        if let Adapter::Rest(it) = &self.adapter {
            return it.test(call).await;
        }
        let page = self.list(call, None).await?;
        Ok(Report {
            count: page.entries.len(),
            total: Some(page.total),
            next: page.next,
            fields: page.entries.first().map(|it| findings(&self.system(), it)).unwrap_or_default(),
        })
    }
}

/// What the Scoped Token API's form calls what stands in a column.
fn field_of(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Description => "description",
        ColumnKind::Id => "id",
        ColumnKind::Scopes => "scopes",
        ColumnKind::ValidFrom => "valid_from",
        ColumnKind::ValidTo => "valid_to",
        ColumnKind::LastUsed => "last_used_at",
        ColumnKind::Creator => "created_by",
        ColumnKind::Capabilities => "system",
        ColumnKind::Status => "is_active",
        ColumnKind::Text(_) | ColumnKind::Time(_) | ColumnKind::Deadline(_) | ColumnKind::Hidden(_) => "extras",
    }
}

/// The fields of a token in the Scoped Token API's form, one by one.
fn findings(system: &Capabilities, token: &Value) -> Vec<Finding> {
    let finding = |label: &str, value: Option<&Value>| {
        let shown = |it: &Value| match it {
            Value::Null => NONE.into(),
            it => plain(it).unwrap_or_else(|| it.to_string()),
        };
        let found = value.map(shown).map(|it| if it.is_empty() { NONE.into() } else { it });
        Finding { label: label.into(), place: None, found, note: String::new() }
    };
    let of_column = |it: &Column| match it.kind {
        ColumnKind::Hidden(_) => finding(&it.label, Some(&MASK.into())),
        kind => {
            let field = token.get(field_of(kind));
            // Of the extras `null` says that it is not reported.
            let extra = |idx: usize| field.and_then(|it| it.get(idx)).filter(|it| !it.is_null());
            finding(&it.label, kind.extra().map_or(field, extra))
        }
    };
    let name = finding("Name", token.get("name"));
    std::iter::once(name).chain(system.columns.iter().map(of_column)).collect()
}

/// Takes these texts out of a vendor's token, wherever one of them is all that stands there.
fn mask_values(value: &mut Value, secrets: &[String]) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|it| mask_values(it, secrets)),
        Value::Array(list) => list.iter_mut().for_each(|it| mask_values(it, secrets)),
        Value::String(text) if secrets.contains(text) => *text = MASK.into(),
        _ => {}
    }
}

/// The adapters' systems do not offer it, so the page does not ask for it.
fn no_such_call() -> ApiError {
    ApiError::Refused(405, "The system has no such call.".into())
}

fn body<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, ApiError> {
    serde_json::from_str(request.body.as_deref().unwrap_or("{}"))
        .map_err(|error| ApiError::Malformed(error.to_string()))
}

/// An error without these secrets in its words.
fn without(error: ApiError, secrets: &[String]) -> ApiError {
    let masked = |text: String| mask::masked(&text, secrets);
    match error {
        ApiError::SignedOut(text) => ApiError::SignedOut(masked(text)),
        ApiError::Forbidden(text) => ApiError::Forbidden(masked(text)),
        ApiError::NotFound(text) => ApiError::NotFound(masked(text)),
        ApiError::Conflict(text) => ApiError::Conflict(masked(text)),
        ApiError::Invalid(text, fields) => {
            let fields = fields.into_iter().map(|(field, text)| (field, masked(text)));
            ApiError::Invalid(masked(text), fields.collect())
        }
        ApiError::Server(status, text) => ApiError::Server(status, masked(text)),
        ApiError::Refused(status, text) => ApiError::Refused(status, masked(text)),
        ApiError::Malformed(text) => ApiError::Malformed(masked(text)),
        ApiError::NoAnswer(NetworkError::Outside(address)) => {
            ApiError::NoAnswer(NetworkError::Outside(masked(address)))
        }
        ApiError::NoAnswer(NetworkError::Redirected(address)) => {
            ApiError::NoAnswer(NetworkError::Redirected(masked(address)))
        }
        ApiError::Endless(text) => ApiError::Endless(masked(text)),
        ApiError::NoAnswer(_) | ApiError::Changed | ApiError::TooMany(_) => error,
    }
}

/// An outcome as a Scoped Token API would answer it.
fn answer(outcome: Result<Value, ApiError>) -> Result<Response, NetworkError> {
    let problem = |status: u16, detail: String| {
        let body = if detail.is_empty() { json!({}) } else { json!({ "detail": detail }) };
        Response { status, body: body.to_string().into(), ..Response::default() }
    };
    Ok(match outcome {
        Ok(mut value) => {
            let mut take = |field: &str| value.as_object_mut().and_then(|it| it.remove(field));
            let hash = take("secret_hash").and_then(|it| plain(&it));
            let problem = take("secret_problem").and_then(|it| plain(&it));
            let secret = take("secret").map(|it| Secret { value: plain(&it).unwrap_or_default(), hash, problem });
            Response { status: 200, body: value.to_string().into(), secret, ..Response::default() }
        }
        Err(ApiError::NoAnswer(fault)) => return Err(fault),
        Err(ApiError::SignedOut(detail)) => problem(401, detail),
        Err(ApiError::Forbidden(detail)) => problem(403, detail),
        Err(ApiError::NotFound(detail)) => problem(404, detail),
        Err(ApiError::Conflict(detail)) => problem(409, detail),
        Err(ApiError::Changed) => problem(412, String::new()),
        Err(ApiError::Invalid(detail, fields)) => {
            let errors: Map<String, Value> = fields.into_iter().map(|(field, text)| (field, json!([text]))).collect();
            let body = json!({ "detail": detail, "errors": errors });
            Response { status: 422, body: body.to_string().into(), ..Response::default() }
        }
        Err(ApiError::TooMany(retry_after)) => Response { retry_after, ..problem(429, String::new()) },
        Err(ApiError::Server(status, detail)) => problem(status, detail),
        Err(ApiError::Refused(status, detail)) => Response { content_type: REFUSED.into(), ..problem(status, detail) },
        Err(ApiError::Malformed(detail)) => unreadable(UNREADABLE, detail),
        Err(ApiError::Endless(why)) => unreadable(ENDLESS, why),
    })
}

/// What the page reads as an error of this kind.
fn unreadable(kind: &str, words: String) -> Response {
    Response { status: 200, content_type: kind.into(), body: words.into(), ..Response::default() }
}

/// Where the system is.
struct Site {
    /// Absolute, without a slash at its end; stands for the vendor's origin.
    base: String,
    is_foreign: bool,
}

impl Site {
    /// An address that the system gave, by way of the connection: behind a proxy it names the real host, whose path and
    /// query are kept.
    fn rebase(&self, address: &str) -> String {
        let (host, path) = host_and_path(address);
        let (own_host, own_path) = host_and_path(&self.base);
        // Only who knows of the proxy can have its path in there already.
        let knows_proxy = host.is_none_or(|it| own_host.is_some_and(|own| own.eq_ignore_ascii_case(it)));
        match path.strip_prefix(own_path) {
            Some(rest) if knows_proxy && rest.starts_with('/') => format!("{}{rest}", self.base),
            _ => format!("{}/{}", self.base, path.trim_start_matches('/')),
        }
    }
}

/// The host's name of an absolute address, and what follows the origin.
fn host_and_path(address: &str) -> (Option<&str>, &str) {
    let is_scheme = |it: &str| it.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let rest = match address.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => match address.strip_prefix("//") {
            Some(rest) => rest,
            None => return (None, address),
        },
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let is_port = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    (Some(name), path)
}

/// One piece of work for a system.
#[derive(Clone, Copy)]
struct Call<'a> {
    host: &'a dyn Host,
    site: &'a Site,
    /// The system's clock, as far as its answers tell it.
    date: &'a Cell<Option<Millis>>,
    /// Whether a token is to be changed.
    writes: bool,
    /// Whether the system answered that it will be done later (202).
    accepted: &'a Cell<bool>,
    /// What the last list had.
    entries: &'a Entries,
    /// What was typed or sent and must not be in a message.
    secrets: &'a RefCell<Vec<String>>,
}

impl Call<'_> {
    fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.site.base))
    }

    async fn send(&self, request: Request) -> Result<Response, ApiError> {
        let proof = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Authorization"));
        let proof = proof.map(|(_, value)| value.split_once(' ').map_or(value.as_str(), |(_, it)| it).to_owned());
        self.secrets.borrow_mut().extend(proof);
        let changes = self.writes && request.is_write();
        let answer = self.host.send(request).await?;
        self.date.set(answer.date.or(self.date.get()));
        if changes && (200..300).contains(&answer.status) {
            // A proxy's sign-in page says nothing of what was to be changed.
            if answer.is_page() {
                return Err(answer.malformed(""));
            }
            self.accepted.set(self.accepted.get() || answer.status == 202);
        }
        Ok(answer)
    }

    /// Names and values of the cookies whose name is this one, or begins with it and a dot.
    fn cookies(&self, name: &str) -> Vec<(String, String)> {
        let cookie = |pair: &str| {
            let (found, value) = pair.trim().split_once('=')?;
            let rest = found.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with('.')).then(|| (found.to_owned(), value.to_owned()))
        };
        self.host.cookies().split(';').filter_map(cookie).collect()
    }

    /// This moment by the system's clock, which decides what has ended; by the viewer's where it cannot be read.
    fn now(&self) -> Millis {
        self.date.get().unwrap_or_else(|| self.host.now())
    }

    /// Asks the user to sign in, or gives up.
    async fn ask(&self, reason: &str) -> Result<(), ApiError> {
        if self.host.sign_in(reason).await { Ok(()) } else { Err(ApiError::SignedOut(String::new())) }
    }
}

/// Why the user is asked to sign in again.
const SESSION_ENDED: &str = "Your session has ended. Sign in to go on; nothing that you typed is lost.";

/// What is said of a refused sign-in where the system says nothing.
const REFUSED_SILENTLY: &str = "The system refused the sign-in and did not say why.";

/// Who is signed in. Dropped with the gateway, and when the user signs out.
struct Kept<T>(RefCell<Option<Rc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(RefCell::new(None))
    }
}

impl<T> Kept<T> {
    fn get(&self) -> Option<Rc<T>> {
        self.0.borrow().clone()
    }

    fn set(&self, session: T) {
        self.0.replace(Some(Rc::new(session)));
    }

    fn clear(&self) {
        self.0.replace(None);
    }

    /// Whether nobody has signed in anew or signed out while a request of this session was under way.
    fn is_current(&self, session: &Rc<T>) -> bool {
        self.0.borrow().as_ref().is_some_and(|it| Rc::ptr_eq(it, session))
    }

    /// The system accepts this session no more.
    fn end(&self, session: &Rc<T>) {
        if self.is_current(session) {
            self.clear();
        }
    }
}

/// Unix seconds, whole or with a fraction, as RFC 3339. Zero means that nobody knows (wire contracts §4).
fn unix_time(value: &Value) -> Option<String> {
    let seconds = value.as_f64().filter(|it| it.is_finite() && *it > 0.0 && *it < 1e11)?;
    Some(format_rfc3339((seconds * 1_000.0).round() as Millis))
}

/// A text as it is; a number as its digits; nothing else.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A name as it is, empty where there is none. Anything else stays as it is, so that it is shown as unreadable.
fn name(value: &Value) -> Value {
    if value.is_null() { "".into() } else { value.clone() }
}

/// The error for values that a system does not take, with everything that it says of them; `words` are what it says in
/// its own place for that.
fn refused_values(answer: &Response, words: String) -> ApiError {
    let complaint = Complaint::read(&answer.body);
    let words = if words.is_empty() { complaint.words } else { words };
    let fields: Vec<_> = complaint.fields.into_iter().filter(|(_, text)| !words.contains(text)).collect();
    if words.is_empty() && fields.is_empty() { answer.error_saying(words) } else { ApiError::Invalid(words, fields) }
}

/// The object that an answer has to be.
fn object(answer: &Response) -> Result<Value, ApiError> {
    let value: Value = answer.json()?;
    if value.is_object() { Ok(value) } else { Err(ApiError::Malformed("it is no object".into())) }
}

/// All texts in a value, wherever they stand in it.
fn words(value: &Value) -> String {
    let joined = |parts: Vec<String>| {
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(" ")
    };
    match value {
        Value::Array(list) => joined(list.iter().map(words).collect()),
        Value::Object(object) => joined(object.values().map(words).collect()),
        one => plain(one).unwrap_or_default(),
    }
}

/// A token that was just made, as the system answered it. What its answer leaves out is what was asked for: a secret that
/// is told only once must not be lost over it.
fn made<'a>(answer: Value, asked: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Value, ApiError> {
    let Value::Object(mut token) = answer else {
        return Err(ApiError::Malformed("the new token is missing".into()));
    };
    let is_missing = |token: &Map<String, Value>, field: &str| token.get(field).is_none_or(Value::is_null);
    for (field, value) in asked.into_iter().chain([("id", "".into())]) {
        if is_missing(&token, field) {
            token.insert(field.into(), value);
        }
    }
    Ok(Value::Object(token))
}

/// A token that was just made has an id, or a secret that it is known by: without both, the answer speaks of no token.
fn that_was_made(token: Value) -> Result<Value, ApiError> {
    let is_told = |field: &str| token[field].as_str().is_some_and(|it| !it.is_empty());
    if is_told("id") || is_told("secret") {
        Ok(token)
    } else {
        Err(ApiError::Malformed("the new token is missing".into()))
    }
}

/// A token that was just made, in the normal form, without what the page could not read, lest its secret be lost over it.
fn readable(mut token: Value) -> Value {
    for field in ["id", "guid", "name"] {
        if !token[field].is_string() {
            token[field] = "".into();
        }
    }
    let Value::Object(fields) = &mut token else { return token };
    fields.retain(|field, value| match field.as_str() {
        "valid_to" => value.is_null() || value.as_str().and_then(parse_rfc3339).is_some(),
        "description" | "created_by" => value.is_null() || value.is_string(),
        "scopes" => value.is_array(),
        _ => true,
    });
    token
}

/// Entries of a list in the form that `translate` gives them. What is no object stays as it is, so that it is shown as
/// unreadable.
fn entries(list: &[Value], translate: impl Fn(&Value) -> Value) -> Vec<Value> {
    list.iter().map(|it| if it.is_object() { translate(it) } else { it.clone() }).collect()
}

/// Undoes percent-encoding.
fn decode(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match code.filter(|_| *first == b'%').and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
