//! Calls from pages of other origins (CORS): refused by browsers unless `--allow-origin` names the origin.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tokendeck_server::hosts::{Authority, asked_for};
use tokendeck_server::origins::{host_of, is_of_host, named_origin};

use crate::problem::Problem;

/// The response headers that a page of another origin may read beyond the few that it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static("ETag, Location, Retry-After, Date");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE");
/// How long a browser may remember the answer to a preflight, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins that may call from another page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllowedOrigins {
    named: Vec<String>,
    loopback: bool,
}

/// How far an origin is trusted.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    /// Named: it may send cookies too.
    Named,
    /// Only known to be on this machine: anything can be, so it gets no cookies.
    Loopback,
}

impl AllowedOrigins {
    /// Adds `loopback` or an origin such as `https://tokens.example.com`; the error says what an origin is.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        if text == "loopback" {
            self.loopback = true;
            return Ok(());
        }
        let origin = named_origin(text).ok_or_else(|| {
            format!("`{text}` is not an origin: it looks like https://tokens.example.com, or is the word loopback")
        })?;
        self.named.push(origin);
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.named.is_empty() && !self.loopback
    }

    fn trust(&self, origin: &str) -> Option<Trust> {
        if self.named.iter().any(|it| it == origin) {
            Some(Trust::Named)
        } else if self.loopback && is_loopback(origin) {
            Some(Trust::Loopback)
        } else {
            None
        }
    }
}

/// Whether a page of this origin comes from this machine.
fn is_loopback(origin: &str) -> bool {
    host_of(origin).is_some_and(|it| it.is_loopback())
}

/// Whether a page of this origin is this server's own, as far as `Host` tells: from this machine any is that, since a
/// server that passes requests on (`trunk serve`) has a port of its own.
fn is_own(origin: &str, host: Option<Authority>) -> bool {
    host.is_some_and(|host| is_of_host(origin, &host) || is_loopback(origin) && host.is_loopback())
}

/// Answers preflights, and adds to every answer the headers that let an allowed origin read it.
pub async fn answer(State(rules): State<AllowedOrigins>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let trusted = origin.and_then(|it| Some((rules.trust(it.to_str().ok()?)?, it)));
    if trusted.is_none() && is_foreign_write(&request) {
        return foreign_write();
    }
    if rules.is_empty() {
        return next.run(request).await;
    }
    let mut response = match preflight(request.method(), request.headers()) {
        Some(preflight) => preflight,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    // The answer depends on who asks, allowed or not.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let Some((trust, origin)) = trusted else {
        for name in
            [header::ACCESS_CONTROL_ALLOW_METHODS, header::ACCESS_CONTROL_ALLOW_HEADERS, header::ACCESS_CONTROL_MAX_AGE]
        {
            headers.remove(name);
        }
        return response;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    if trust == Trust::Named {
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}

/// Whether a page of another origin asks for a change without a preflight, as it can where there is neither body nor
/// header of its own (revoking). Its browser would hide the answer from it, but only after the change. Browsers say so
/// in `Sec-Fetch-Site`, but for old ones, and towards hosts that are reached by plain HTTP and are no loopback.
fn is_foreign_write(request: &Request) -> bool {
    if request.method().is_safe() {
        return false;
    }
    let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    match (site, request.headers().get(header::ORIGIN)) {
        (Some(b"same-origin" | b"none"), _) | (None, None) => false,
        (Some(b"cross-site" | b"same-site"), _) | (Some(_), None) => true,
        (_, Some(origin)) => !origin.to_str().is_ok_and(|it| is_own(it, asked_for(request))),
    }
}

fn foreign_write() -> Response {
    Problem::new(StatusCode::FORBIDDEN, "Pages of this origin may not write here; see --allow-origin.").into_response()
}

/// The answer to a preflight; `None` for any other request.
fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response> {
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowed = response.headers_mut();
    allowed.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    allowed.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    // Connections may carry headers of their own (`Tenant`, `ApiToken`), so what is asked for is allowed.
    const ASKED: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;
    if let Some(asked) = headers.get(ASKED) {
        allowed.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(origin: &str, expected: bool) {
        assert_eq!(is_loopback(origin), expected, "{origin}");
    }

    #[test]
    fn loopback_is_this_machine_only() {
        check("http://localhost:8080", true);
        check("http://127.0.0.1", true);
        check("https://[::1]:5000", true);
        check("http://app.localhost:1", true);
        check("http://localhost.example.com", false);
        check("http://127.0.0.1.example.com", false);
        check("http://evil.example", false);
        check("null", false);
    }

    #[test]
    fn a_page_is_this_servers_own_by_its_host() {
        let own = |origin: &str, host: &str| is_own(origin, Authority::parse(host));
        assert!(own("http://a.example:8080", "a.example:8080") && own("https://A.example", "a.example."));
        assert!(own("http://a.example", "a.example:80") && own("https://a.example", "a.example:443"));
        assert!(own("http://localhost:8090", "127.0.0.1:8080") && own("http://[::1]:1", "localhost"));
        for origin in
            ["null", "http://a.example:81", "http://b.example", "http://localhost:8080", "file://", "a.example", ""]
        {
            assert!(!own(origin, "a.example:8080"), "{origin}");
        }
        assert!(!own("http://evil.example:8080", "127.0.0.1:8080") && !own("null", "127.0.0.1:8080"));
    }

    #[test]
    fn an_origin_is_scheme_and_host_only() {
        let mut rules = AllowedOrigins::default();
        assert!(rules.add("https://a.example").is_ok());
        assert!(rules.add("https://a.example/").is_err());
        assert!(rules.add("*").is_err());
        assert!(rules.add("a.example").is_err());
    }
}
