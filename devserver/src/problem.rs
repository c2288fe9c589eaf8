//! Errors as RFC 9457 `application/problem+json`: the only form in which the API refuses something.

use std::collections::BTreeMap;

use axum::http::header::HeaderName;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokendeck_server::problem;

/// Messages by field of the request, shown beside the field. Each is a whole sentence.
pub type FieldErrors = BTreeMap<&'static str, Vec<String>>;

/// A refusal: a status, a sentence for people, and messages by field where fields are to blame.
///
/// Boxed, since it is the error of nearly every function on the way to an answer.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    detail: String,
    errors: FieldErrors,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with a sentence that says what is wrong.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts { status, detail: detail.into(), errors: FieldErrors::new(), header: None }))
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: there is nothing at this address.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: it clashes with what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422: understood, but not acceptable.
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// The same problem with messages by field.
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same problem with a message for one field.
    pub fn with_error(mut self, field: &'static str, message: impl Into<String>) -> Self {
        self.0.errors.entry(field).or_default().push(message.into());
        self
    }

    /// The same problem with a response header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = problem::body(self.0.status, &self.0.detail);
        if !self.0.errors.is_empty() {
            body["errors"] = json!(self.0.errors);
        }
        let mut response = problem::answer(self.0.status, &body);
        if let Some((name, value)) = self.0.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// A database that fails is our fault: the reason goes to the terminal, not over the wire.
impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("database error: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server's database failed; its terminal says why.")
    }
}
