//! What every dialect shares: requests and answers as values, what can go wrong, and the seam to the network. Pure.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::time::Millis;

pub mod scoped;

/// A request to a system, without its credentials: those are the connection's to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Absolute, or relative to the page.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// A JSON text.
    pub body: Option<String>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or runs.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: String) -> Self {
        Request { method, url, headers: Vec::new(), body: None }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a JSON body.
    pub fn json(mut self, body: String) -> Self {
        self.body = Some(body);
        self.header("Content-Type", "application/json")
    }

    /// Whether it changes something, so that it must not be sent again unasked.
    pub fn is_write(&self) -> bool {
        self.method != Method::Get
    }
}

/// What came back, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `ETag`, where it can be read.
    pub etag: Option<String>,
    /// `Retry-After` in whole seconds; a date is turned into seconds from now.
    pub retry_after: Option<u32>,
    /// The server's clock, from `Date`, where it can be read.
    pub date: Option<Millis>,
    /// The `Content-Type`, lower case, empty for none.
    pub content_type: String,
    /// The body as it came.
    #[serde(with = "as_text")]
    pub body: Vec<u8>,
    /// The secret of a token that was just made, which a gateway took out of the body.
    pub secret: Option<Secret>,
}

/// Bodies are text: between the page and a gateway they go as that.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(body))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}

/// What a system says of a new token only once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The secret itself; empty where the system gave none.
    pub value: String,
    /// The hash by which the system knows it, where it says.
    pub hash: Option<String>,
}

impl std::fmt::Debug for Secret {
    /// Never the secret: this may end in a message or a log.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// This device has no network.
    Offline,
    /// The address does not answer: refused, unknown, or cut off before an answer.
    Unreachable,
    /// It answers, but the browser may not show the page the answer.
    Cors,
    /// The page's own policy does not let it connect there.
    Policy,
    /// The answer stopped in the middle.
    Interrupted,
    /// No answer in this many seconds.
    Timeout(u32),
    /// The user called it off.
    Cancelled,
}

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// There was no answer.
    NoAnswer(Fault),
    /// 401: the system wants to know who asks.
    SignedOut(String),
    /// 403: it knows, and does not allow it.
    Forbidden(String),
    /// 404: what was asked for is not there.
    NotFound(String),
    /// 409: something else is in the way.
    Conflict(String),
    /// 412: it has changed since it was read.
    Changed,
    /// 422: the fields are wrong; each with its messages.
    Invalid(String, Vec<(String, String)>),
    /// 429: too many requests; come back in this many seconds.
    TooMany(Option<u32>),
    /// 5xx: the system failed.
    Server(u16, String),
    /// Any other status.
    Refused(u16, String),
    /// The answer is not what the contract says; the text names the place.
    Malformed(String),
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        ApiError::NoAnswer(fault)
    }
}

/// How requests reach a system. Tests bring their own.
pub trait Transport {
    /// Sends one request and waits for its answer, whatever its status.
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, Fault>> + '_>>;
}

/// RFC 9457 problem details, with the members that systems add.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: Option<String>,
    detail: Option<String>,
    errors: serde_json::Value,
}

impl Response {
    /// The answer, or the error that its status stands for.
    pub fn success(self) -> Result<Response, ApiError> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(self.into_error()) }
    }

    fn into_error(self) -> ApiError {
        // A proxy's HTML page tells a user nothing; its status does.
        let problem: Problem = serde_json::from_slice(&self.body).unwrap_or_default();
        let words = problem.detail.or(problem.title).unwrap_or_default();
        match self.status {
            422 => ApiError::Invalid(words, field_messages(&problem.errors)),
            _ => self.error_saying(words),
        }
    }

    /// The error that the status stands for, with the system's words for it.
    pub fn error_saying(&self, words: String) -> ApiError {
        match self.status {
            401 => ApiError::SignedOut(words),
            403 => ApiError::Forbidden(words),
            404 => ApiError::NotFound(words),
            409 => ApiError::Conflict(words),
            412 => ApiError::Changed,
            422 => ApiError::Invalid(words, Vec::new()),
            429 => ApiError::TooMany(self.retry_after),
            status @ 500.. => ApiError::Server(status, words),
            status => ApiError::Refused(status, words),
        }
    }

    /// The body as JSON.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| self.malformed(&error.to_string()))
    }

    /// The error for a body that does not say what it should.
    pub fn malformed(&self, problem: &str) -> ApiError {
        let kind = if self.content_type.contains("html") { "an HTML page instead of JSON" } else { problem };
        ApiError::Malformed(kind.into())
    }
}

/// `{"field": ["message", …]}` (or one message without a list) as pairs.
fn field_messages(errors: &serde_json::Value) -> Vec<(String, String)> {
    let fields = errors.as_object().into_iter().flatten();
    fields
        .map(|(field, messages)| {
            let one = messages.as_str().map(str::to_owned);
            let many =
                || messages.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect::<Vec<_>>().join(" ");
            (field.clone(), one.unwrap_or_else(many))
        })
        .collect()
}

/// Percent-encodes one part of a path or query (RFC 3986: everything but the unreserved characters).
pub fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[nibble as usize]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[track_caller]
    fn check(response: Response, expected: ApiError) {
        assert_eq!(response.success(), Err(expected));
    }

    #[test]
    fn every_status_has_its_error() {
        let problem = r#"{"type":"about:blank","title":"T","detail":"D"}"#;
        check(answer(401, problem), ApiError::SignedOut("D".into()));
        check(answer(403, r#"{"title":"T"}"#), ApiError::Forbidden("T".into()));
        check(answer(404, ""), ApiError::NotFound(String::new()));
        check(answer(409, problem), ApiError::Conflict("D".into()));
        check(answer(412, problem), ApiError::Changed);
        check(answer(429, ""), ApiError::TooMany(None));
        check(Response { retry_after: Some(7), ..answer(429, "") }, ApiError::TooMany(Some(7)));
        check(answer(503, "<html>Bad gateway</html>"), ApiError::Server(503, String::new()));
        check(answer(418, problem), ApiError::Refused(418, "D".into()));
        check(answer(302, ""), ApiError::Refused(302, String::new()));
    }

    #[test]
    fn messages_of_fields_are_read() {
        let body = r#"{"detail":"D","errors":{"name":["too long","too odd"],"guid":"in use","odd":{"x":1}}}"#;
        let fields = [("guid", "in use"), ("name", "too long too odd"), ("odd", "")];
        check(
            answer(422, body),
            ApiError::Invalid("D".into(), fields.map(|(field, text)| (field.into(), text.into())).into()),
        );
        check(answer(422, r#"{"errors":7}"#), ApiError::Invalid(String::new(), vec![]));
    }

    #[test]
    fn a_web_page_is_not_an_answer() {
        let page = Response { content_type: "text/html; charset=utf-8".into(), ..answer(200, "<!doctype html>") };
        assert_eq!(page.json::<u32>(), Err(ApiError::Malformed("an HTML page instead of JSON".into())));
        assert!(matches!(answer(200, "{").json::<u32>(), Err(ApiError::Malformed(_))));
    }

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encode("a b/ü?~"), "a%20b%2F%C3%BC%3F~");
    }
}
