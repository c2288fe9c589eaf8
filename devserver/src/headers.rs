//! The headers that answers have in common.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// What every answer of an API carries: it holds secrets, so nothing may keep it.
pub(crate) async fn api_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
