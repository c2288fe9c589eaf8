//! Errors, in the vendor's own words where its description gives them.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::sim::wire;

/// A request that is not carried out: the status and the body, `{"detail": "…"}` save for [`Refusal::unknown_id`].
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    body: Value,
}

/// What a handler gives.
pub(super) type Answer = Result<Response, Refusal>;

impl Refusal {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, body: json!({ "detail": detail.into() }) }
    }

    /// 400: something in the body or the query is wrong. Refused sign-ins are 400 too.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401: the caller is not signed in, or the second factor is still wanted.
    pub(super) fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Authentication credentials were not provided.")
    }

    /// 401: what was shown is no token or code that counts.
    pub(super) fn wrong_credentials(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403: the caller's privileges do not reach so far.
    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "You do not have permission to perform this action.")
    }

    /// 403: a write with a session cookie, but without the session's `X-CSRFToken`.
    pub(super) fn csrf() -> Self {
        Self::new(StatusCode::FORBIDDEN, "CSRF Failed: CSRF token missing or incorrect.")
    }

    /// 404: there is no such address or organisation.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found.")
    }

    /// 404: there is no token with this id. Its body is `{"id": "…"}`, as the vendor's description has it.
    pub(super) fn unknown_id(id: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, body: json!({ "id": id }) }
    }

    /// 405.
    pub(super) fn wrong_method(method: &Method) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("Method \"{method}\" not allowed."))
    }

    /// 413.
    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.")
    }

    /// 415: a body that is no JSON.
    pub(super) fn unsupported_type(content_type: &str) -> Self {
        let detail = format!("Unsupported media type \"{content_type}\" in request.");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = wire::json(self.status, &self.body);
        if self.status == StatusCode::UNAUTHORIZED {
            // Required with a 401 (RFC 9110, 15.5.2). Browsers ask for no password at this scheme.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Token"));
        }
        response
    }
}

/// A database that fails is our fault: the reason goes to the terminal, not over the wire.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("database error: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server's database failed; its terminal says why.")
    }
}
