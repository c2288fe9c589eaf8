//! Refusals as RFC 9457 `application/problem+json`.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

/// The members of a problem; `detail` is a sentence that says what is wrong.
pub fn body(status: StatusCode, detail: &str) -> Value {
    // With `about:blank` the title is the status' own phrase (RFC 9457, 4.2.1).
    json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    })
}

/// An answer with these members.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// A refusal with a sentence.
pub fn refusal(status: StatusCode, detail: &str) -> Response {
    answer(status, &body(status, detail))
}
