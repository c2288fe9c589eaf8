//! Three vendors' systems, simulated: each under its own prefix, which stands for the vendor's origin.
//!
//! They follow the vendors' contracts, so that the vendors' own clients work against them. What they share is here:
//! where a client sees a system ([`Front`]), cookies, JSON, and secrets ([`grants`]: those that end).
//! [`pt_sandbox`] is PT Sandbox' UI API, [`air`] NVIDIA Air, [`mist`] Juniper Mist.

pub mod air;
pub mod grants;
pub mod mist;
pub mod pt_sandbox;

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::auth;
use crate::problem::Problem;
use crate::site::api_headers;
use crate::world::{Shared, World};

/// All simulated systems, to be nested at `/sim`.
pub fn router(world: &Shared) -> Router<Shared> {
    Router::new()
        .nest("/pt-sandbox", system(world, "pt-sandbox", pt_sandbox::router(world)))
        .nest("/air", system(world, "air", air::router(world)))
        .nest("/mist", system(world, "mist", mist::router(world)))
        // Also keeps the systems' own fallbacks: axum drops those within a router that has none.
        .fallback(unknown)
}

async fn unknown() -> Problem {
    Problem::not_found("There is no simulated system of this name.")
}

/// Puts the demonstration tokens of every system into an empty database.
pub fn seed(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    pt_sandbox::seed(tx, now)?;
    air::seed(tx, now)?;
    mist::seed(tx, now)
}

/// One system at its prefix.
///
/// A proxy may give the system a host of its own by putting the prefix before every path. The addresses in the answers
/// carry it already, so that it then comes twice: that leads to the same place.
fn system(world: &Shared, name: &'static str, routes: Router<Shared>) -> Router<Shared> {
    let again = prefix(world, name);
    routes.clone().nest(&again, routes).layer(from_fn_with_state((world.clone(), name), place_front))
}

/// The path that stands for a system's origin.
fn prefix(world: &World, name: &str) -> String {
    format!("{}/sim/{name}", world.base_path)
}

async fn place_front(
    State((world, name)): State<(Shared, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let front = Front::of(request.headers(), prefix(&world, name));
    request.extensions_mut().insert(front);
    api_headers(next.run(request).await).await
}

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
    fn of(headers: &HeaderMap, prefix: String) -> Self {
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

/// The token of `Authorization: Bearer TOKEN`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    std::str::from_utf8(auth::bearer(headers.get(header::AUTHORIZATION)?.as_bytes())?).ok()
}

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The JSON object of a body; `None` for anything else.
pub(crate) fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body).ok()
}

/// A secret of `length` characters out of `alphabet`, which has at most 256, from the system's source of randomness.
pub(crate) fn secret(alphabet: &[u8], length: usize) -> String {
    // A random number many times the alphabet's length keeps all characters about as likely.
    let mut numbers = std::iter::repeat_with(|| uuid::Uuid::new_v4().as_u64_pair().1 & 0xffff_ffff_ffff);
    (0..length).filter_map(|_| Some(char::from(alphabet[(numbers.next()? % alphabet.len() as u64) as usize]))).collect()
}

/// Letters and digits.
pub(crate) const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// SHA-256 as lower-case hex: all that is kept of a secret.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|it| format!("{it:02x}")).collect()
}
