//! What every dialect shares: requests and answers as values, what can go wrong, and the seam to the network. Pure.

use std::future::Future;
use std::pin::Pin;

use serde::Deserialize;

pub use self::address::{encode, is_misread, is_within, leads_up, lists_origin};
use self::complaint::Complaint;
pub use self::header::{fits_header, is_reserved_header};
pub use self::prompt::Prompt;
pub use self::reason::Reason;
pub use self::retry::RetrySafety;
use crate::json::{self, Json, Read};
use crate::time::Millis;
use crate::words::Words;

mod address;
pub mod complaint;
mod header;
pub mod mask;
mod prompt;
pub mod reason;
pub mod rehearsal;
pub mod report;
mod retry;
pub mod scoped;
pub mod tokens;
pub mod waiting;

/// What comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A request to a system. As its credentials may be in it, it is not copied: one that is sent again is made again.
#[derive(PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Absolute, or relative to the page.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// A JSON text.
    pub body: Option<String>,
    /// Whether the browser's own cookies go along, and are kept from the answer, where it leads to the page's own origin.
    /// Elsewhere they never do.
    pub cookies: bool,
    /// Whether a redirect is followed. It may lead to the page's own origin alone, and end within the connection's base.
    pub follows: bool,
}

impl std::fmt::Debug for Request {
    /// Never headers, body or query: they may hold credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url.split('?').next().unwrap_or_default())
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or runs.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
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
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: String) -> Self {
        Request { method, url, headers: Vec::new(), body: None, cookies: false, follows: false }
    }

    /// With the browser's own cookies, where it leads to the page's own origin.
    pub fn with_cookies(mut self) -> Self {
        self.cookies = true;
        self
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

    /// One like it, with these headers besides.
    pub fn with_headers(&self, headers: &[(String, String)]) -> Request {
        let headers = self.headers.iter().chain(headers).cloned().collect();
        let Request { method, ref url, ref body, cookies, follows, .. } = *self;
        Request { method, url: url.clone(), headers, body: body.clone(), cookies, follows }
    }

    /// Whether it changes something, so that it must not be sent again unasked.
    pub fn is_write(&self) -> bool {
        self.method != Method::Get
    }
}

/// What came back, whatever its status. A secret may be in it.
#[derive(Default, PartialEq, Eq)]
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
    /// When the request was sent, by the viewer's clock: what the answer says was so then or later.
    pub asked_at: Millis,
    /// All headers that can be read, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Response {
    /// Never headers or body.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}", self.status)
    }
}

/// More bytes than this are no message of a failure, and are not read.
const LONGEST_FAILURE: usize = 1 << 20;

/// What a system says of a new token only once. It is not copied.
#[derive(Default, PartialEq, Eq)]
pub struct Secret {
    /// The secret itself; empty where the system gave none.
    pub value: String,
    /// The hash by which the system knows it, where it says.
    pub hash: Option<String>,
    /// Why the system gave none, where that is known.
    pub problem: Option<Words>,
}

impl std::fmt::Debug for Secret {
    /// Never the secret: this may end in a message or a log.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// This device has no network.
    Offline,
    /// The address does not answer: refused, unknown, or cut off before an answer.
    Unreachable,
    /// It answers, but the browser may not show the page the answer.
    Cors,
    /// It lets the page read its answers, but does not allow one of these.
    CorsFor(Vec<Asked>),
    /// The page's own policy does not let it connect to this origin.
    Policy(String),
    /// The header of this name was to carry what no header can, so nothing was sent.
    Unsendable(String),
    /// This address is none within the connection's base, so nothing was sent.
    Outside(String),
    /// The answer led elsewhere, which was not followed.
    Redirected {
        /// The address that answered so.
        asked: String,
        /// Where it led; empty where the browser does not tell.
        to: String,
    },
    /// The answer stopped in the middle.
    Interrupted,
    /// The answer has more than so many megabytes, and was not read to its end.
    TooLarge(u32),
    /// No answer in this many seconds.
    Timeout(u32),
    /// The user called it off.
    Cancelled,
    /// A part of the page that it takes did not load: nothing was sent.
    NotLoaded,
}

/// What another origin has to allow before a browser sends it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A header of this name.
    Header(String),
    /// This method.
    Method(Method),
}

/// A call that did not succeed. What it says is the system's words, or the page's own where those are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// There was no answer.
    NoAnswer(NetworkError),
    /// 401: the system wants to know who asks.
    SignedOut(Words),
    /// At the sign-in: it wants a one-time code besides what was typed.
    WantsCode(Words),
    /// 403: it knows, and does not allow it.
    Forbidden(Words),
    /// 404: what was asked for is not there.
    NotFound(Words),
    /// 409: something else is in the way.
    Conflict(Words),
    /// 412: it has changed since it was read.
    Changed,
    /// 422: the fields are wrong; each with its messages.
    Invalid(Words, Vec<(String, Words)>),
    /// 429: too many requests; come back in this many seconds.
    TooMany(Option<u32>),
    /// 5xx: the system failed.
    Server(u16, Words),
    /// 5xx: the same; come back in this many seconds.
    Busy(u16, Words, u32),
    /// Any other status.
    Refused(u16, Words),
    /// The answer is not what the contract says; the text names the place.
    Malformed(Words),
    /// The list leads from page to page without an end; the text is a sentence's end that says how. What came before it
    /// is good.
    Endless(Words),
}

impl From<NetworkError> for ApiError {
    fn from(fault: NetworkError) -> Self {
        ApiError::NoAnswer(fault)
    }
}

/// How requests reach a system. Tests bring their own.
pub trait Transport {
    /// Sends one request and waits for its answer, whatever its status.
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>>;
}

impl Response {
    /// The answer, or the error that its status stands for.
    pub fn success(self) -> Result<Response, ApiError> {
        self.success_or(Response::to_error)
    }

    /// [`Response::success`] for what was to be written, whose refusal may tell what is wrong with each field.
    pub fn accepted(self) -> Result<Response, ApiError> {
        self.success_or(|answer| {
            let Complaint { words, fields } = Complaint::read(&answer.body);
            let fields: Vec<_> = fields.into_iter().map(|(field, text)| (field, text.into())).collect();
            let words = words.into();
            match answer.status {
                422 => ApiError::Invalid(words, fields),
                400 if !fields.is_empty() => ApiError::Invalid(words, fields),
                _ => answer.error_saying(words),
            }
        })
    }

    fn success_or(self, error: impl FnOnce(&Response) -> ApiError) -> Result<Response, ApiError> {
        match self.status {
            200..300 => Ok(self),
            _ => Err(error(&self)),
        }
    }

    fn to_error(&self) -> ApiError {
        // A proxy's HTML page tells a user nothing; its status does.
        let problem = json::read(&self.body).unwrap_or(Json::Null);
        // RFC 9457 problem details.
        let words = problem.text_of("detail").or(problem.text_of("title")).unwrap_or_default();
        self.error_saying(words.into())
    }

    /// The same, without these secrets in what it says of a failure.
    pub fn masked(mut self, secrets: &[String]) -> Response {
        if (200..300).contains(&self.status) || secrets.is_empty() {
            return self;
        }
        if self.body.len() > LONGEST_FAILURE {
            self.body.clear();
        }
        let text = match json::read(&self.body) {
            // Each text by itself, and then all of it, so that no escape hides anything.
            Ok(mut json) => {
                mask::mask_texts(&mut json, secrets);
                json::to_text(&json)
            }
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        };
        self.body = mask::masked(&text, secrets).into();
        self
    }

    /// The error that the status stands for, with the system's words for it.
    pub fn error_saying(&self, words: Words) -> ApiError {
        match self.status {
            401 => ApiError::SignedOut(words),
            403 => ApiError::Forbidden(words),
            404 => ApiError::NotFound(words),
            409 => ApiError::Conflict(words),
            412 => ApiError::Changed,
            422 => ApiError::Invalid(words, Vec::new()),
            429 => ApiError::TooMany(self.retry_after),
            status @ 500.. => match self.retry_after {
                Some(seconds) => ApiError::Busy(status, words, seconds),
                None => ApiError::Server(status, words),
            },
            status => ApiError::Refused(status, words),
        }
    }

    /// Whether it is a web page, such as a proxy's sign-in, instead of a system's answer.
    pub fn is_page(&self) -> bool {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        let first = body.iter().find(|it| !it.is_ascii_whitespace());
        first.is_some_and(|it| *it == b'<' || self.content_type.contains("html"))
    }

    /// Whether it has no body to speak of.
    pub fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether it says that there is nothing: 204, and no body.
    pub fn is_nothing(&self) -> bool {
        self.status == 204 && self.is_empty()
    }

    /// The body as JSON.
    pub fn read(&self) -> Result<Json<'_>, ApiError> {
        json::read(&self.body).map_err(|error| self.malformed(error))
    }

    /// The elements of the body, a list; `otherwise` is said where one of them is not what it should be.
    pub fn every<T>(&self, otherwise: Reason, read: impl Fn(&Json) -> Option<T>) -> Result<Vec<T>, ApiError> {
        let json = self.read()?;
        let all = if let Json::Array(list) = &json { list.iter().map(read).collect() } else { None };
        all.ok_or_else(|| self.malformed(otherwise))
    }

    /// The body as a type that serde knows.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| self.malformed(error.to_string()))
    }

    /// The error for a body that does not say what it should.
    pub fn malformed(&self, problem: impl Into<Words>) -> ApiError {
        ApiError::Malformed(if self.is_page() { Reason::WebPage.into() } else { problem.into() })
    }
}

impl Request {
    /// What another origin has to allow one by one before a browser sends this request there.
    pub fn wants_allowed(&self) -> Vec<Asked> {
        // What the Fetch standard lets every page send.
        let is_free = |(name, value): &&(String, String)| {
            let is_form = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
            match name.to_ascii_lowercase().as_str() {
                "accept" | "accept-language" | "content-language" => true,
                "content-type" => is_form.iter().any(|it| value.starts_with(it)),
                _ => false,
            }
        };
        let headers = self.headers.iter().filter(|it| !is_free(it)).map(|(name, _)| Asked::Header(name.clone()));
        let is_free = matches!(self.method, Method::Get | Method::Post);
        headers.chain((!is_free).then_some(Asked::Method(self.method))).collect()
    }
}

/// An id as one part of a path. An empty one would leave the address of all.
pub fn path_part(id: &str) -> Result<String, ApiError> {
    let part = encode(id);
    if part.is_empty() || leads_up(&part) {
        return Err(ApiError::Invalid(Reason::NoAddress.into(), Vec::new()));
    }
    Ok(part)
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
    fn a_page_is_told_by_its_type_or_by_how_it_begins() {
        let page = |kind: &str, body: &str| Response { content_type: kind.into(), ..answer(200, body) }.is_page();
        assert!(page("text/html; charset=utf-8", "Sign in") && page("", "\u{feff} \n<!doctype html>"));
        assert!(page("application/json", "<html>"));
        // Some systems call an empty answer a page.
        assert!(!page("text/html", " \n") && !page("", "") && !page("application/json", "{\"a\":\"<\"}"));
    }

    #[test]
    fn every_status_has_its_error() {
        let problem = r#"{"type":"about:blank","title":"T","detail":"D"}"#;
        check(answer(401, problem), ApiError::SignedOut("D".into()));
        check(answer(403, r#"{"title":"T"}"#), ApiError::Forbidden("T".into()));
        check(answer(404, ""), ApiError::NotFound(Words::default()));
        check(answer(409, problem), ApiError::Conflict("D".into()));
        check(answer(412, problem), ApiError::Changed);
        check(answer(429, ""), ApiError::TooMany(None));
        check(Response { retry_after: Some(7), ..answer(429, "") }, ApiError::TooMany(Some(7)));
        let busy = Response { retry_after: Some(7), ..answer(503, problem) };
        check(busy, ApiError::Busy(503, "D".into(), 7));
        check(answer(503, "<html>Bad gateway</html>"), ApiError::Server(503, Words::default()));
        check(answer(418, problem), ApiError::Refused(418, "D".into()));
        check(answer(302, ""), ApiError::Refused(302, Words::default()));
    }

    #[test]
    fn messages_of_fields_are_read() {
        let body = r#"{"detail":"D","errors":{"name":["too long","too odd"],"guid":"in use","odd":{"x":1}}}"#;
        let fields = [("name", "too long too odd"), ("guid", "in use"), ("odd.x", "1")];
        let fields: Vec<_> = fields.map(|(field, text)| (field.to_owned(), Words::from(text))).into();
        assert_eq!(answer(422, body).accepted(), Err(ApiError::Invalid("D".into(), fields.clone())));
        assert_eq!(answer(400, body).accepted(), Err(ApiError::Invalid("D".into(), fields)));
        assert_eq!(answer(422, r#"{"errors":7}"#).accepted(), Err(ApiError::Invalid(Words::default(), vec![])));
        assert_eq!(answer(400, r#"{"detail":"D"}"#).accepted(), Err(ApiError::Refused(400, "D".into())));
        assert_eq!(answer(409, r#"{"message":"M"}"#).accepted(), Err(ApiError::Conflict("M".into())));
        // What is only read has no fields.
        check(answer(422, body), ApiError::Invalid("D".into(), vec![]));
    }

    #[test]
    fn a_failure_does_not_repeat_secrets() {
        let secrets = ["sec/ret\"1".to_owned()];
        let failure = answer(403, r#"{"detail":"no \u0073ec\/ret\u00221 here"}"#).masked(&secrets);
        check(failure, ApiError::Forbidden(format!("no {} here", crate::secret::MASK).into()));
        // A text of JSON within JSON.
        let failure = answer(403, r#"{"detail":"sent: {\"key\":\"sec\\/ret\\\"1\"}"}"#).masked(&secrets);
        check(failure, ApiError::Forbidden(format!("sent: {{\"key\":\"{}\"}}", crate::secret::MASK).into()));
        let whole = r#"{"name":"sec/ret\"1"}"#;
        assert_eq!(answer(200, whole).masked(&secrets), answer(200, whole));
        assert_eq!(answer(500, "sec/ret\"1").masked(&secrets), answer(500, crate::secret::MASK));
    }

    #[test]
    fn a_web_page_is_not_an_answer() {
        let page = Response { content_type: "text/html; charset=utf-8".into(), ..answer(200, "<!doctype html>") };
        assert_eq!(page.json::<u32>(), Err(ApiError::Malformed(Reason::WebPage.into())));
        assert!(matches!(answer(200, "{").json::<u32>(), Err(ApiError::Malformed(_))));
    }

    #[test]
    fn another_origin_has_to_allow_methods_and_headers() {
        let request = Request::new(Method::Put, "x".into()).header("Accept", "*/*").header("If-Match", "1");
        let header = |name: &str| Asked::Header(name.into());
        let wanted = [header("If-Match"), header("Content-Type"), Asked::Method(Method::Put)];
        assert_eq!(request.json("{}".into()).wants_allowed(), wanted);
        let form = Request::new(Method::Post, "x".into()).header("Content-Type", "application/x-www-form-urlencoded");
        assert_eq!(form.wants_allowed(), []);
    }

    #[test]
    fn an_id_without_an_address_is_not_sent() {
        for id in ["", ".", "..", "a/../b", "../x", "x/.", "a\\..\\b"] {
            assert!(matches!(path_part(id), Err(ApiError::Invalid(..))), "{id}");
        }
        for (id, encoded) in [("...", "..."), ("a/..b/", "a%2F..b%2F"), ("%2e%2e", "%252e%252e"), (" ", "%20")] {
            assert_eq!(path_part(id).as_deref(), Ok(encoded), "{id}");
        }
    }
}
