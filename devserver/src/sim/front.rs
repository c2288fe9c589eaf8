//! Where a client sees a simulated system, and the cookies that it gets there.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use crate::world::Shared;

/// Where the client of a request sees the system: what stands before the vendor's own paths.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Front {
    /// Scheme and host, such as `https://air.example.com:8443`.
    origin: String,
    /// Empty, or a path with a slash at its beginning and none at its end.
    path: String,
}

impl Front {
    /// Scheme and host are those of `X-Forwarded-Proto` and `X-Forwarded-Host`, where a proxy sends them. The path is
    /// `prefix`, unless a proxy says in `X-Forwarded-Prefix` what stands in its place: nothing or `/` at a host's root.
    pub(super) fn of(headers: &HeaderMap, prefix: String) -> Self {
        // Proxies behind one another append; the first is the one that the client talks to.
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.split(',').next().unwrap_or_default().trim())
        };
        let plain =
            |it: &&str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-._:[]".contains(it));
        let host = first("x-forwarded-host").filter(plain).or_else(|| first("host").filter(plain));
        let scheme = first("x-forwarded-proto").filter(|it| it.eq_ignore_ascii_case("https"));
        let scheme = scheme.map_or("http", |_| "https");
        let path = first("x-forwarded-prefix").map(|it| it.trim_end_matches('/'));
        // It is put into cookies and addresses.
        let path = path.filter(|it| {
            it.is_empty()
                || it.starts_with('/') && it.chars().all(|it| it.is_ascii_alphanumeric() || "-._~/".contains(it))
        });
        Self { origin: format!("{scheme}://{}", host.unwrap_or("localhost")), path: path.map_or(prefix, str::to_owned) }
    }

    /// Scheme and host, such as `https://air.example.com:8443`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The same host, and no path before the vendor's own.
    pub(crate) fn at_root(&self) -> Self {
        Self { path: String::new(), ..self.clone() }
    }

    /// The absolute address of a path of the vendor, such as `/api/v2/api-tokens/?limit=5`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.path)
    }

    /// A `Set-Cookie` value for the system's paths; with an empty value and no time it forgets the cookie.
    pub(crate) fn cookie(&self, name: &str, value: &str, reader: Reader, max_age_seconds: i64) -> HeaderValue {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        let http_only = if reader == Reader::Server { "; HttpOnly" } else { "" };
        let secure = if self.origin.starts_with("https:") { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path={path}; Max-Age={max_age_seconds}; SameSite=Lax{http_only}{secure}");
        HeaderValue::try_from(cookie).unwrap_or(HeaderValue::from_static(""))
    }
}

impl FromRequestParts<Shared> for Front {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Infallible> {
        let placed = parts.extensions.get::<Self>().cloned();
        Ok(placed.unwrap_or_else(|| Self::of(&parts.headers, world.base_path.clone())))
    }
}

/// Who may read a cookie.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Reader {
    /// The server only (`HttpOnly`).
    Server,
    /// The page's scripts too.
    Page,
}

/// The value of a cookie that the client sent.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(it, _)| *it == name).map(|(_, value)| value)
}
