//! What the page gets of a system's answer.

use axum::body::Body;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::time::Instant;

use super::addresses::{self, Leads};
use super::bounded::Bounded;
use super::system::System;
use crate::problem;

/// Headers that a system says to its own origin's browser, and that would count for the page's: what may be stored and for
/// how long, what to forget, which pages may do what, which sign-in to ask for.
const NOT_PASSED: [&str; 30] = [
    "accept-ch",
    "age",
    "alt-svc",
    "clear-site-data",
    "content-security-policy",
    "content-security-policy-report-only",
    "critical-ch",
    "expires",
    "integrity-policy",
    "last-modified",
    "nel",
    "no-vary-search",
    "origin-agent-cluster",
    "permissions-policy",
    "pragma",
    "proxy-authenticate",
    "public-key-pins",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "set-cookie2",
    "set-login",
    "sourcemap",
    "speculation-rules",
    "strict-transport-security",
    "supports-loading-mode",
    "vary",
    // A browser would ask for a password by a dialog of its own.
    "www-authenticate",
    "x-frame-options",
];

/// The same by what their names begin with.
const NOT_PASSED_PREFIXES: [&str; 3] = ["access-control-", "cross-origin-", "x-forwarded-"];

/// Whatever a system sends is data: opened as a page of this server's origin it would be the page's equal.
const ONLY_DATA: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// The answer as the page gets it, whole until `end`. `is_secure`: the browser reaches this server by HTTPS.
pub(crate) fn pass_back(mut answer: Response, system: &System, is_secure: bool, end: Instant) -> Response {
    let status = answer.status();
    let headers = answer.headers_mut();
    remove(headers);
    system.jar.keep(headers, is_secure);
    if let Some(address) = headers.remove(header::LOCATION) {
        let address = String::from_utf8_lossy(address.as_bytes()).into_owned();
        match addresses::location(&address, &system.base, &system.front) {
            Leads::Here(address) => {
                if let Ok(address) = HeaderValue::try_from(address) {
                    headers.insert(header::LOCATION, address);
                }
            }
            Leads::Away(to) if status.is_redirection() => return elsewhere(system, &to),
            // What was made is known by its id; nothing follows this.
            Leads::Away(_) => {}
        }
    }
    let links: Vec<String> =
        headers.get_all(header::LINK).iter().filter_map(|it| it.to_str().ok().map(str::to_owned)).collect();
    headers.remove(header::LINK);
    for links in links {
        if let Ok(links) = HeaderValue::try_from(addresses::link(&links, &system.base, &system.front)) {
            headers.append(header::LINK, links);
        }
    }
    only_data(headers);
    let size = headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if size.is_some_and(|size| size > system.max_answer) {
        return too_large(system);
    }
    answer.map(|body| Body::new(Bounded::new(body, system.max_answer, end)))
}

/// Says of an answer below the proxy's path that it is data and for the page alone.
pub(crate) fn only_data(headers: &mut HeaderMap) {
    for (name, value) in ONLY_DATA {
        headers.insert(name, value);
    }
}

fn remove(headers: &mut HeaderMap) {
    let is_passed = |name: &HeaderName| {
        let name = name.as_str();
        !NOT_PASSED.contains(&name) && !NOT_PASSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    };
    let not_passed: Vec<HeaderName> = headers.keys().filter(|name| !is_passed(name)).cloned().collect();
    for name in not_passed {
        headers.remove(name);
    }
}

fn elsewhere(system: &System, to: &str) -> Response {
    let detail = format!(
        "{} answers with a redirect to {to}. That is not below its address, {}, and is not followed.",
        system.name, system.address
    );
    problem::refusal(StatusCode::BAD_GATEWAY, &detail)
}

fn too_large(system: &System) -> Response {
    let detail = format!(
        "The answer of {} is larger than {} MB; see max_answer_mb of its connection.",
        system.name,
        system.max_answer / 1_000_000
    );
    problem::refusal(StatusCode::BAD_GATEWAY, &detail)
}
