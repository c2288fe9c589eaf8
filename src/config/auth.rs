//! How a connection says who asks.

use super::mistake::{ConfigError, Mistake};
use super::object::Object;
use crate::api::{Request, Response, fits_header, is_reserved_header};
use crate::json::{Json, Read};

/// Headers by which the page says what a write is.
const PAGES_OWN_HEADERS: [&str; 3] = ["Content-Type", "If-Match", "Idempotency-Key"];

/// How the page says who asks. Secrets are asked for in the page; none stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Nothing, or what the browser adds by itself.
    None,
    /// `Authorization: Bearer …`.
    Bearer,
    /// Headers of the system's own.
    Headers(Vec<AuthHeader>),
}

impl Auth {
    /// What was typed at the sign-in, as headers.
    pub fn headers(&self, typed: Vec<(String, String)>) -> Vec<(String, String)> {
        let header = |(name, value): (String, String)| match name.as_str() {
            "Authorization" if *self == Auth::Bearer => (name, format!("Bearer {value}")),
            _ => (name, value),
        };
        typed.into_iter().map(header).collect()
    }

    /// A request like this one with the credentials in these headers. Only where the system wants none do the browser's own
    /// cookies go along.
    pub fn sign(&self, request: &Request, headers: &[(String, String)]) -> Request {
        Request { cookies: *self == Auth::None, ..request.with_headers(headers) }
    }

    /// The answer to a request with these headers, without their secrets in what it says of a failure.
    pub fn mask(&self, headers: &[(String, String)], answer: Response) -> Response {
        answer.masked(&self.secrets(headers))
    }

    /// The secrets in these headers: what was typed without being shown.
    pub fn secrets(&self, headers: &[(String, String)]) -> Vec<String> {
        let is_secret = |name: &str| match self {
            Auth::None | Auth::Bearer => true,
            Auth::Headers(list) => list.iter().any(|it| it.secret && it.name == name),
        };
        let secrets = headers.iter().filter(|(name, _)| is_secret(name));
        secrets.map(|(_, value)| value.strip_prefix("Bearer ").unwrap_or(value).to_owned()).collect()
    }
}

/// A header that a system wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthHeader {
    /// Its name.
    pub name: String,
    /// Its value, where it is no secret; otherwise the page asks for it.
    pub value: Option<String>,
    /// Whether what is typed is hidden.
    pub secret: bool,
}

/// Reads what a connection says of it.
pub(super) fn auth(value: &Json, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<Auth> {
    let object = Object::new(value, pointer, mistakes)?;
    match object.text("type", mistakes)? {
        "none" => {
            object.no_others(&["type"], mistakes);
            Some(Auth::None)
        }
        "bearer" => {
            object.no_others(&["type"], mistakes);
            Some(Auth::Bearer)
        }
        "headers" => {
            object.no_others(&["type", "headers"], mistakes);
            let list = object.get("headers", mistakes)?;
            let list = list.list();
            if list.is_empty() {
                return object.wrong("headers", Mistake::NoHeaders, mistakes);
            };
            let headers = list
                .iter()
                .enumerate()
                .map(|(idx, value)| header(value, &format!("{pointer}/headers/{idx}"), mistakes));
            headers.collect::<Vec<_>>().into_iter().collect::<Option<_>>().map(Auth::Headers)
        }
        _ => object.wrong("type", Mistake::one_of(&["none", "bearer", "headers"]), mistakes),
    }
}

fn header(value: &Json, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<AuthHeader> {
    let object = Object::new(value, pointer, mistakes)?;
    object.no_others(&["name", "value", "secret"], mistakes);
    let name = object.text("name", mistakes)?;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
        return object.wrong("name", Mistake::NotAHeader, mistakes);
    }
    if is_reserved_header(name) || PAGES_OWN_HEADERS.iter().any(|it| it.eq_ignore_ascii_case(name)) {
        return object.wrong("name", Mistake::ReservedHeader, mistakes);
    }
    let value = if object.has("value") { Some(object.text("value", mistakes)?) } else { None };
    if value.is_some_and(|it| !fits_header(it)) {
        return object.wrong("value", Mistake::UnfitForHeader, mistakes);
    }
    let secret = match object.member("secret") {
        None => value.is_none(),
        Some(Json::Bool(secret)) => *secret,
        Some(_) => return object.wrong("secret", Mistake::NotAFlag, mistakes),
    };
    if secret && value.is_some() {
        return object.wrong("value", Mistake::Secret, mistakes);
    }
    Some(AuthHeader { name: name.into(), value: value.map(str::to_owned), secret })
}
