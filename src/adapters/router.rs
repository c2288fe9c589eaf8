//! Requests in the Scoped Token API's form in, calls of the adapter out, and their outcomes as that API would answer.
//! What a request is allowed to be is said here; what comes of it is the adapter's.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::adapter::{Typed, no_such_call};
use super::call::Call;
use super::fault::Fault;
use super::gateway::{Gateway, list};
use super::host::Host;
use super::page::Details;
use super::wire::plain;
use crate::api::{ApiError, ENDLESS, Method, NetworkError, REFUSED, Request, Response, Secret, UNREADABLE, mask};
use crate::capabilities::{Action, InputKind};
use crate::draft::{Draft, Inputs};
use crate::mask::masked;
use crate::time::parse_rfc3339;
use crate::token::Scope;
use crate::viewer::Viewer;
use crate::words::Words;

/// The form shows the words of a refusal alone, so there must be some.
fn with_words(error: ApiError) -> ApiError {
    match error {
        ApiError::SignedOut(words) if words.is_empty() => ApiError::SignedOut(Fault::SilentRefusal.into()),
        error => error,
    }
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

impl Gateway {
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
        let adapter = &*self.adapter;
        match (request.method, path.as_slice()) {
            (Method::Get, ["scopes"]) => {
                let scopes = adapter.scopes(call).await?;
                Ok(scopes.iter().map(|Scope { id, name }| json!({ "id": id, "name": name })).collect())
            }
            (Method::Get, ["targets"]) => adapter.targets(call).await.map(|it| json!(it)),
            (Method::Get, ["tokens"]) => {
                let cursor = query.split('&').find_map(|it| it.strip_prefix("cursor=")).map(decode);
                list(adapter, call, cursor).await.map(|it| json!(it))
            }
            (Method::Post, ["test"]) => {
                let page = list(adapter, call, None).await?;
                Ok(json!(adapter.report(call, &page)))
            }
            (Method::Get, ["tokens", id, "details"]) => {
                let Details { token, raw } = adapter.details(call, id).await?;
                let raw: Value =
                    serde_json::from_str(&masked(&raw.to_string(), id, &adapter.secrets())).unwrap_or_default();
                Ok(json!({ "token": token, "raw": raw }))
            }
            (Method::Get, ["tokens", id]) => adapter.read(call, id, query == "again").await,
            (Method::Post, ["tokens"]) => {
                self.allow(Action::Create)?;
                adapter.create(call, &body(request)?).await.map(readable).and_then(that_was_made)
            }
            (Method::Put, ["tokens", id]) => {
                self.allow(Action::Edit)?;
                adapter.update(call, id, &body::<Draft>(request)?).await
            }
            (Method::Post, ["tokens", id, "revoke"]) => {
                self.allow(Action::Revoke)?;
                adapter.revoke(call, id, &body::<Asking>(request)?.inputs()).await
            }
            (Method::Post, ["tokens", id, "rotate"]) => {
                self.allow(Action::Rotate)?;
                adapter.rotate(call, id, &body::<Asking>(request)?.inputs()).await.map(readable)
            }
            (Method::Delete, ["tokens", id]) => {
                self.allow(Action::Delete)?;
                adapter.delete(call, id, &body::<Asking>(request)?.inputs()).await.map(|()| Value::Null)
            }
            (Method::Post, ["session"]) => {
                let viewer = Viewer::new("", &request.body);
                let name = adapter.sign_in(call, &Typed(body(request)?)).await.map_err(with_words)?;
                self.entries.are_of(viewer.named(&name));
                Ok(json!({ "name": name }))
            }
            (Method::Delete, ["session"]) => {
                // At once: no request is to be answered from it while the system hears of it.
                self.entries.forget();
                adapter.sign_out(call).await;
                Ok(Value::Null)
            }
            _ => Err(no_such_call()),
        }
    }

    /// Only what the system offers is asked of its adapter.
    fn allow(&self, action: Action) -> Result<(), ApiError> {
        self.system().can(action).map_err(|why| ApiError::Refused(405, why))
    }
}

/// A token that was just made has an id, or a secret that it is known by: without both, the answer speaks of no token.
fn that_was_made(token: Value) -> Result<Value, ApiError> {
    let is_told = |field: &str| token[field].as_str().is_some_and(|it| !it.is_empty());
    if is_told("id") || is_told("secret") { Ok(token) } else { Err(ApiError::Malformed(Fault::NoNewToken.into())) }
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

fn body<T: for<'a> Deserialize<'a>>(request: &Request) -> Result<T, ApiError> {
    serde_json::from_str(request.body.as_deref().unwrap_or("{}"))
        .map_err(|error| ApiError::Malformed(error.to_string().into()))
}

/// An error without these secrets in its words.
fn without(error: ApiError, secrets: &[String]) -> ApiError {
    let masked_text = |text: String| mask::masked(&text, secrets);
    let masked = |words: Words| words.map(|it| mask::masked(it, secrets));
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
            ApiError::NoAnswer(NetworkError::Outside(masked_text(address)))
        }
        ApiError::NoAnswer(NetworkError::Redirected { asked, to }) => {
            ApiError::NoAnswer(NetworkError::Redirected { asked: masked_text(asked), to: masked_text(to) })
        }
        ApiError::Endless(text) => ApiError::Endless(masked(text)),
        ApiError::NoAnswer(_) | ApiError::Changed | ApiError::TooMany(_) => error,
    }
}

/// An outcome as a Scoped Token API would answer it.
pub(super) fn answer(outcome: Result<Value, ApiError>) -> Result<Response, NetworkError> {
    let problem = |status: u16, detail: Words| {
        let body = if detail.is_empty() { json!({}) } else { json!({ "detail": detail }) };
        Response { status, body: body.to_string().into(), ..Response::default() }
    };
    Ok(match outcome {
        Ok(mut value) => {
            let mut take = |field: &str| value.as_object_mut().and_then(|it| it.remove(field));
            let hash = take("secret_hash").and_then(|it| plain(&it));
            let problem = take("secret_problem").and_then(|it| plain(&it)).map(Words::from);
            let secret = take("secret").map(|it| Secret { value: plain(&it).unwrap_or_default(), hash, problem });
            Response { status: 200, body: value.to_string().into(), secret, ..Response::default() }
        }
        Err(ApiError::NoAnswer(fault)) => return Err(fault),
        Err(ApiError::SignedOut(detail)) => problem(401, detail),
        Err(ApiError::Forbidden(detail)) => problem(403, detail),
        Err(ApiError::NotFound(detail)) => problem(404, detail),
        Err(ApiError::Conflict(detail)) => problem(409, detail),
        Err(ApiError::Changed) => problem(412, Words::default()),
        Err(ApiError::Invalid(detail, fields)) => {
            let errors: Map<String, Value> = fields.into_iter().map(|(field, text)| (field, json!([text]))).collect();
            let body = json!({ "detail": detail, "errors": errors });
            Response { status: 422, body: body.to_string().into(), ..Response::default() }
        }
        Err(ApiError::TooMany(retry_after)) => Response { retry_after, ..problem(429, Words::default()) },
        Err(ApiError::Server(status, detail)) => problem(status, detail),
        Err(ApiError::Refused(status, detail)) => Response { content_type: REFUSED.into(), ..problem(status, detail) },
        Err(ApiError::Malformed(detail)) => unreadable(UNREADABLE, detail),
        Err(ApiError::Endless(why)) => unreadable(ENDLESS, why),
    })
}

/// What the page reads as an error of this kind.
fn unreadable(kind: &str, words: Words) -> Response {
    Response { status: 200, content_type: kind.into(), body: words.to_string().into(), ..Response::default() }
}

/// Undoes percent-encoding.
pub(super) fn decode(part: &str) -> String {
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
