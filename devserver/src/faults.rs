//! Failures on request (`--dev-faults`): what goes wrong in the world can be made to go wrong here, by hand with curl or
//! from an end-to-end test, on the real wire.
//!
//! `POST /dev/faults` takes one [`Plan`] or a list of them, `GET` tells which are left, `DELETE` forgets them all.
//! The first plan that fits a request is applied to it. A browser repeats a request by itself when a reused connection
//! breaks, so a plan that drops connections does best without `times`.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokendeck_server::serve::Cut;
use tokio::time::Sleep;

use crate::clock::Clock;
use crate::problem::Problem;

/// One failure.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Only this method; any but `OPTIONS` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path beneath the base path, where `*` stands for anything: `/api/v1/tokens*`. With a `?` in it, the query too.
    pub path: String,
    /// How many fitting requests go through unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests fail; all until the plan is forgotten where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Whether the request is carried out before it fails.
    #[serde(default)]
    pub when: When,
    /// Answer with this status. Without it the real answer is used, as far as nothing below changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers that the answer gets, in place of its own of the same name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Headers that the answer loses, such as `etag`.
    #[serde(default)]
    pub omit_headers: Vec<String>,
    /// Members that all objects of the answer's JSON lose, such as `disabled_at`: a server of before.
    #[serde(default)]
    pub omit_members: Vec<String>,
    /// The answer's body: text as it is (`text/html` unless `headers` say otherwise), anything else as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Wait so long, in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
    /// Break off in the middle of the body: the connection ends before the announced length.
    #[serde(default)]
    pub truncate: bool,
    /// End the connection without an answer.
    #[serde(default)]
    pub drop: bool,
    /// Move the answer's `Date` by so many seconds: a server whose clock differs.
    #[serde(default)]
    pub date_shift_seconds: i64,
    /// Raw entries to put before those of a list page: tokens that do not parse.
    #[serde(default)]
    pub inject_entries: Vec<Value>,
}

/// When a failure happens.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Before the request is carried out: with a `status` or `drop` it never is.
    #[default]
    Before,
    /// While a create is carried out, its Idempotency-Key taken and nothing stored yet: for `delay_ms`.
    During,
    /// After the request has been carried out: only the answer suffers.
    After,
}

/// The plans of a server; a copy is the same plans.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Plan>>>);

/// Put into a create by a plan with [`When::During`]: wait between taking the key and storing the token.
#[derive(Clone, Copy)]
pub struct Pause(pub Duration);

impl Faults {
    fn plans(&self) -> MutexGuard<'_, Vec<Plan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan to apply to this request, counted down.
    fn next(&self, request: &Request) -> Option<Plan> {
        let mut plans = self.plans();
        let plan = plans.iter_mut().find(|it| it.fits(request))?;
        if plan.skip > 0 {
            plan.skip -= 1;
            return None;
        }
        let applied = plan.clone();
        if let Some(times) = &mut plan.times {
            *times = times.saturating_sub(1);
        }
        plans.retain(|it| it.times != Some(0));
        Some(applied)
    }
}

impl Plan {
    fn fits(&self, request: &Request) -> bool {
        let method = match &self.method {
            Some(method) => method.eq_ignore_ascii_case(request.method().as_str()),
            None => request.method() != Method::OPTIONS,
        };
        let uri = request.uri();
        let whole = if self.path.contains('?') {
            uri.path_and_query().map_or(uri.path(), |it| it.as_str())
        } else {
            uri.path()
        };
        method && matches(&self.path, whole)
    }

    /// Says what is wrong with a plan.
    fn check(self) -> Result<Self, String> {
        if self.status.is_some_and(|it| !(200..=599).contains(&it)) {
            return Err("status: 200 to 599".to_owned());
        }
        for (name, value) in &self.headers {
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return Err(format!("headers: `{name}: {value}` is not a header"));
            }
        }
        if self.times == Some(0) {
            return Err("times: 1 or more".to_owned());
        }
        Ok(self)
    }
}

/// Whether `text` fits `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// `/dev`: making and forgetting plans.
pub fn router() -> Router<Faults> {
    Router::new().route("/faults", get(list).post(add).delete(forget))
}

async fn list(State(faults): State<Faults>) -> Response {
    let plans = faults.plans().clone();
    axum::response::Response::new(Body::from(json!(plans).to_string()))
}

async fn add(State(faults): State<Faults>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Problem> {
    // A page of another origin can send a text body unasked, but not this type.
    if !headers.get(header::CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/json")) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "A plan is sent as Content-Type: application/json.",
        ));
    }
    let wrong = |error: String| Problem::unprocessable(format!("This is not a plan: {error}."));
    let value: Value = serde_json::from_slice(&body).map_err(|it| wrong(it.to_string()))?;
    let values = if let Value::Array(values) = value { values } else { vec![value] };
    let read = |it: Value| Plan::deserialize(it).map_err(|it| it.to_string()).and_then(Plan::check);
    let plans = values.into_iter().map(read).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    faults.plans().extend(plans);
    Ok(StatusCode::CREATED)
}

async fn forget(State(faults): State<Faults>) -> StatusCode {
    faults.plans().clear();
    StatusCode::NO_CONTENT
}

/// Applies the plan that fits, if there is one.
pub async fn apply(State((faults, clock)): State<(Faults, Clock)>, mut request: Request, next: Next) -> Response {
    let Some(plan) = faults.next(&request) else {
        return next.run(request).await;
    };
    let cut = request.extensions().get::<ConnectInfo<Cut>>().map(|ConnectInfo(it)| it.clone()).unwrap_or_default();
    let delay = Duration::from_millis(plan.delay_ms);

    let replaced = plan.status.is_some() || plan.drop;
    let answer = match plan.when {
        When::Before => {
            tokio::time::sleep(delay).await;
            if replaced { None } else { Some(next.run(request).await) }
        }
        When::During => {
            request.extensions_mut().insert(Pause(delay));
            Some(next.run(request).await)
        }
        When::After => {
            let answer = next.run(request).await;
            tokio::time::sleep(delay).await;
            Some(answer)
        }
    };
    if plan.drop {
        cut.cut();
    }
    spoil(&plan, answer, clock.now(), cut).await
}

/// The answer as the plan wants it.
async fn spoil(plan: &Plan, answer: Option<Response>, now: chrono::DateTime<chrono::Utc>, cut: Cut) -> Response {
    let mut answer = match plan.status {
        // What takes the answer's place is an answer of its own.
        Some(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        None => answer.unwrap_or_default(),
    };
    if let Some(body) = &plan.body {
        let (content_type, text) = match body {
            Value::String(text) => ("text/html; charset=utf-8", text.clone()),
            json => ("application/json", json.to_string()),
        };
        answer.headers_mut().remove(header::CONTENT_LENGTH);
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        *answer.body_mut() = Body::from(text);
    }
    if !plan.inject_entries.is_empty() {
        answer = inject(answer, &plan.inject_entries).await;
    }
    if !plan.omit_members.is_empty() {
        answer = omit(answer, &plan.omit_members).await;
    }
    for (name, value) in &plan.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    for name in &plan.omit_headers {
        answer.headers_mut().remove(name);
    }
    if plan.date_shift_seconds != 0 {
        let date = now + TimeDelta::seconds(plan.date_shift_seconds);
        if let Ok(date) = HeaderValue::try_from(date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
            answer.headers_mut().insert(header::DATE, date);
        }
    }
    if plan.truncate { truncate(answer, cut).await } else { answer }
}

/// Takes members out of all objects of an answer that is JSON.
async fn omit(answer: Response, members: &[String]) -> Response {
    fn take_out(value: &mut Value, members: &[String]) {
        match value {
            Value::Object(object) => {
                object.retain(|name, _| !members.contains(name));
                object.values_mut().for_each(|it| take_out(it, members));
            }
            Value::Array(list) => list.iter_mut().for_each(|it| take_out(it, members)),
            _ => {}
        }
    }
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(mut json) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    take_out(&mut json, members);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json.to_string()))
}

/// Puts raw entries before those of a list page: a list itself, or in `entries` or `results`.
async fn inject(answer: Response, entries: &[Value]) -> Response {
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut page: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let name = if page["results"].is_array() { "/results" } else { "/entries" };
    let place = if page.is_array() { "" } else { name };
    let Some(list) = page.pointer_mut(place).and_then(Value::as_array_mut) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    list.splice(0..0, entries.iter().cloned());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page.to_string()))
}

/// Announces the whole body, sends half of it, and ends the connection.
async fn truncate(answer: Response, cut: Cut) -> Response {
    let (mut parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    // The half goes out before the end comes: what is written in one turn with an error may never be sent.
    let end = Box::pin(tokio::time::sleep(Duration::from_millis(100)));
    Response::from_parts(parts, Body::new(Half { first: Some(bytes.slice(..bytes.len() / 2)), end, cut }))
}

/// A body that breaks off.
struct Half {
    first: Option<Bytes>,
    end: Pin<Box<Sleep>>,
    cut: Cut,
}

impl HttpBody for Half {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(http_body::Frame::data(first))));
        }
        self.end.as_mut().poll(cx).map(|()| {
            self.cut.cut();
            Some(Err(std::io::ErrorKind::ConnectionAborted.into()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }

    #[test]
    fn patterns() {
        check("/api/v1/tokens", "/api/v1/tokens", true);
        check("/api/v1/tokens", "/api/v1/tokens/1", false);
        check("/api/v1/tokens*", "/api/v1/tokens/1", true);
        check("/api/*/revoke", "/api/v1/tokens/1/revoke", true);
        check("/api/*/revoke", "/api/v1/tokens/1", false);
        check("*", "/", true);
        check("/tokens?*cursor=*", "/tokens?limit=5&cursor=a", true);
        check("/tokens?*cursor=*", "/tokens?limit=5", false);
        check("a*a", "a", false);
    }
}
