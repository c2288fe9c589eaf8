//! What a system gets of a request to the proxy.

use axum::extract::Request;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};

use super::system::System;

/// Headers that are for this server, or that only a client which is no browser sends. What a system is told of the way to
/// it must not be made up by a page.
const NOT_PASSED: [HeaderName; 7] = [
    header::FORWARDED,
    header::VIA,
    header::UPGRADE,
    header::EXPECT,
    HeaderName::from_static("x-real-ip"),
    // Nothing is kept, so there is nothing to compare with.
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
];

/// The methods that are passed on.
pub(crate) const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// The request as the system gets it: for this path there, letter for letter, with the system's own cookies, and from the
/// system's own origin. `None` where that is no address.
pub(crate) fn pass_on(mut request: Request, system: &System, path: &str) -> Option<Request> {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    *request.uri_mut() = format!("{path}{query}").parse::<Uri>().ok()?;
    let is_write = !request.method().is_safe();
    let headers = request.headers_mut();
    let passed_before = |name: &HeaderName| name.as_str().starts_with("x-forwarded-");
    let made_up: Vec<HeaderName> = headers.keys().filter(|name| passed_before(name)).cloned().collect();
    made_up.iter().chain(&NOT_PASSED).for_each(|name| {
        headers.remove(name);
    });
    system.jar.send(headers);
    from_its_own_page(headers, &system.base.origin, is_write);
    // They are of the request to this server.
    request.extensions_mut().clear();
    Some(request)
}

/// Says that the request comes from the system's own origin, as it would from its own page. Systems that sign in by
/// cookies compare that before they change something.
fn from_its_own_page(headers: &mut HeaderMap, origin: &str, is_write: bool) {
    headers.remove(header::ORIGIN);
    headers.remove(header::REFERER);
    if let (true, Ok(origin), Ok(referer)) =
        (is_write, HeaderValue::from_str(origin), HeaderValue::try_from(format!("{origin}/")))
    {
        headers.insert(header::ORIGIN, origin);
        headers.insert(header::REFERER, referer);
    }
}
