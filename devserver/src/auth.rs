//! Who may call the Scoped Token API: everybody, or with `--secret` only who sends it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;
use crate::world::Shared;

/// What follows the secret in the bearer token of a caller that may only read.
pub const READ_ONLY_SUFFIX: &str = "-readonly";

/// Lets a request through if it carries the secret.
///
/// It stands in `Authorization: Bearer S`, or where that is missing in `ApiToken: S`, as some tenants of such an API
/// send it. None or a wrong one is 401. The secret followed by `-readonly` may read; its writes are 403.
pub async fn check(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let Some(secret) = &world.secret else {
        return next.run(request).await;
    };
    match credential(request.headers()) {
        Some(token) if token == secret.as_bytes() => next.run(request).await,
        Some(token) if token.strip_suffix(READ_ONLY_SUFFIX.as_bytes()) == Some(secret.as_bytes()) => {
            if request.method().is_safe() { next.run(request).await } else { forbidden().into_response() }
        }
        Some(_) => unauthorized("The bearer token is wrong.", "Bearer realm=\"tokendeck\", error=\"invalid_token\""),
        None => unauthorized("This API wants a bearer token.", "Bearer realm=\"tokendeck\""),
    }
}

/// What the caller shows; `None` if nothing, or nothing that this API knows.
fn credential(headers: &HeaderMap) -> Option<&[u8]> {
    match headers.get(header::AUTHORIZATION) {
        Some(sent) => bearer(sent.as_bytes()),
        None => headers.get("apitoken").map(HeaderValue::as_bytes),
    }
}

/// The token of `Bearer TOKEN`; the scheme's case does not matter (RFC 9110, 11.1).
pub(crate) fn bearer(header: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = header.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

fn unauthorized(detail: &str, challenge: &'static str) -> Response {
    Problem::new(StatusCode::UNAUTHORIZED, detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
        .into_response()
}

fn forbidden() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "This bearer token may only read.").with_header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static("Bearer realm=\"tokendeck\", error=\"insufficient_scope\""),
    )
}
