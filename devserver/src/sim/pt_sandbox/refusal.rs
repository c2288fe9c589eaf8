//! Errors of PT Sandbox.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json as value;

use crate::sim::wire::json;

/// A refusal: `{"errors": [{"message", "type"}]}`.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    errors: Vec<String>,
}

/// What a handler gives.
pub(super) type Answer = Result<Response, Refusal>;

impl Refusal {
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        Self { status, errors: vec![message.to_owned()] }
    }

    /// 400: several things in the body are wrong.
    pub(super) fn fields(errors: Vec<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, errors }
    }

    /// 400: something in the body is wrong.
    pub(super) fn bad_request(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn unauthorized(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(super) fn unknown_token() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no token with this id.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let kind = match self.status {
            StatusCode::BAD_REQUEST => "VALIDATION_ERROR",
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            _ => "INTERNAL_ERROR",
        };
        let errors: Vec<_> = self.errors.iter().map(|it| value!({ "message": it, "type": kind })).collect();
        json(self.status, &value!({ "errors": errors }))
    }
}

/// A database that fails is our fault: the reason goes to the terminal, not over the wire.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("database error: {error}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server's database failed; its terminal says why.")
    }
}
