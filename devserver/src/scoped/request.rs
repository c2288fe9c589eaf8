//! The parts of a request, read strictly: bodies, ids, conditions and pages.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::world::Shared;

/// The largest body that is read, in bytes: many times the largest token.
pub(crate) const MAX_BODY: usize = 256 * 1024;
/// What of a larger body is still taken off the wire, in bytes, so that its sender gets to read the refusal.
const MAX_DRAINED: usize = 16 * 1024 * 1024;

/// Entries on a page where the client does not say.
const DEFAULT_LIMIT: usize = 1000;
/// The most entries on a page. Asking for more is not wrong, but gives no more.
const MAX_LIMIT: usize = 5000;

/// A JSON object as body.
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "The body must be sent as Content-Type: application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = read(request.into_body()).await?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(body)) => Ok(Self(body)),
            Ok(_) => Err(Problem::bad_request("The body must be a JSON object.")),
            Err(error) => Err(Problem::bad_request(format!("The body is not JSON: {error}."))),
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(|it| it.to_str()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The whole body, unless it is too large or breaks off.
async fn read(mut body: Body) -> Result<Vec<u8>, Problem> {
    let (mut bytes, mut n_read) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| Problem::bad_request("The body broke off."))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        n_read += data.len();
        if n_read <= MAX_BODY {
            bytes.extend_from_slice(&data);
        } else if n_read > MAX_DRAINED {
            break;
        }
    }
    if n_read > MAX_BODY {
        let detail = format!("The body is larger than {} KiB.", MAX_BODY / 1024);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    Ok(bytes)
}

/// The id in the path, as it came: one that is no UUID names no token.
#[derive(Clone)]
pub(crate) struct TokenId(pub(crate) String);

impl TokenId {
    /// 404 for this id.
    pub(crate) fn unknown(&self) -> Problem {
        Problem::not_found("There is no token with this id.")
    }
}

impl FromRequestParts<Shared> for TokenId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Problem> {
        let id = Path::<String>::from_request_parts(parts, world).await;
        let Path(id) = id.map_err(|_| Problem::not_found("There is no token with this id."))?;
        Ok(Self(id.to_ascii_lowercase()))
    }
}

/// The `If-Match` header: a write goes ahead only if the token is still as the client saw it.
pub(crate) struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// 412 unless there is no condition, or `*`, or one of the tags is the token's own.
    pub(crate) fn check(&self, etag: &str) -> Result<(), Problem> {
        // Strong comparison (RFC 9110, 13.1.1): a weak tag (`W/"…"`) never matches.
        match &self.0 {
            Some(tags) if !tags.iter().any(|it| it == "*" || it == etag) => {
                Err(Problem::new(StatusCode::PRECONDITION_FAILED, "The token has changed since you read it."))
            }
            _ => Ok(()),
        }
    }
}

impl FromRequestParts<Shared> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let headers = parts.headers.get_all(header::IF_MATCH);
        // The server's own tags have no comma in them, so that splitting at commas finds each of them whole.
        let tags = headers.iter().flat_map(|it| it.to_str().unwrap_or_default().split(','));
        let tags: Vec<String> = tags.map(|it| it.trim().to_owned()).collect();
        Ok(Self((!tags.is_empty()).then_some(tags)))
    }
}

/// Which page of the list is wanted.
#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    /// The page starts behind this row; 0 for the first page.
    pub(crate) after: i64,
    /// The most entries on it.
    pub(crate) limit: usize,
}

impl Page {
    /// Reads `limit` and `cursor` of a query; other parameters are ignored.
    pub(crate) fn parse(query: &str) -> Result<Self, Problem> {
        let mut page = Self { after: 0, limit: DEFAULT_LIMIT };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => page.limit = parse_limit(&value).ok_or_else(bad_limit)?,
                "cursor" => page.after = parse_cursor(&value).ok_or_else(bad_cursor)?,
                _ => {}
            }
        }
        Ok(page)
    }
}

fn parse_limit(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    // So many digits that they do not fit are still more than the most.
    let limit = digits.then(|| text.parse().unwrap_or(usize::MAX))?;
    (limit > 0).then_some(limit.min(MAX_LIMIT))
}

fn bad_limit() -> Problem {
    Problem::bad_request("The limit is not a whole number above 0.")
        .with_error("limit", "This is not a whole number above 0.")
}

fn bad_cursor() -> Problem {
    Problem::bad_request("The cursor is not one that this server gave; start again without it.")
        .with_error("cursor", "This is not a cursor of this server.")
}

/// What stands before the row's number in a cursor.
const CURSOR_MARK: &str = "after-";

/// The cursor of the page that starts behind row `seq`. Clients treat it as opaque.
pub(crate) fn cursor(seq: i64) -> String {
    format!("{CURSOR_MARK}{seq:x}")
}

fn parse_cursor(text: &str) -> Option<i64> {
    let seq = i64::from_str_radix(text.strip_prefix(CURSOR_MARK)?, 16).ok()?;
    // Only what `cursor` writes: no signs, no leading zeros.
    (seq > 0 && cursor(seq) == text).then_some(seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<(i64, usize)>) {
        let page = Page::parse(query).ok();
        assert_eq!(page, expected.map(|(after, limit)| Page { after, limit }), "{query}");
    }

    #[test]
    fn pages() {
        check("", Some((0, 1000)));
        check("limit=1", Some((0, 1)));
        check("limit=5000&other=1", Some((0, 5000)));
        check("limit=5001", Some((0, 5000)));
        check("limit=99999999999999999999999", Some((0, 5000)));
        check("limit=0", None);
        check("limit=-1", None);
        check("limit=%2B1", None);
        check("limit=1.5", None);
        check("limit=", None);
        check("limit=all", None);
        check(&format!("cursor={}", cursor(4711)), Some((4711, 1000)));
        check("cursor=", None);
        check("cursor=after-", None);
        check("cursor=after-0", None);
        check("cursor=after--1", None);
        check("cursor=after-01", None);
        check("cursor=after-FF", None);
        check("cursor=nonsense", None);
    }
}
