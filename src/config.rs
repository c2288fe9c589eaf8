//! `config.json`: which systems the page speaks to. Found text in, checked values or mistakes out. Pure.

use std::borrow::Cow;

use crate::api::{Request, Response, fits_header, is_misread, is_reserved_header};
use crate::json::{self, Json, Read};
use crate::store::RowRef;

pub mod form;
pub mod import;
pub mod local;

/// The checked configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// At least one; names are unique.
    pub connections: Vec<Connection>,
}

/// A system and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What the page and its address call it.
    pub name: String,
    /// What it speaks.
    pub dialect: Dialect,
    /// Its address: absolute (`https://…`), or relative to the page. Of a vendor's system the origin, or the path that a
    /// proxy puts in its place.
    pub base: String,
    /// What the sign-in form says besides.
    pub hint: String,
    /// What it wants before it answers.
    pub auth: Auth,
    /// How many seconds a request may take.
    pub timeout: u32,
    /// Whether the browser's own cookies go with every request, where it leads to the page's own origin: something in
    /// front of the system wants them.
    pub cookies: bool,
    /// All of this as JSON, as `config.json` has it.
    pub settings: String,
}

/// What is wrong where something is not there.
const MISSING: &str = "is missing";

/// Headers by which the page says what a write is.
const PAGES_OWN_HEADERS: [&str; 3] = ["Content-Type", "If-Match", "Idempotency-Key"];
/// How many connections a page can have.
pub const MAX_CONNECTIONS: usize = RowRef::MAX_SLOTS;

/// Seconds that a request may take where the connection does not say.
pub const TIMEOUT: u32 = 30;

/// The wire contract of a system, with the choices that it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The Scoped Token API.
    Scoped,
    /// PT Sandbox's UI API.
    PtSandbox,
    /// NVIDIA Air, first version: with filters for its list.
    AirV1(Vec<(String, String)>),
    /// NVIDIA Air, second version.
    AirV2,
    /// The user's own tokens at Juniper Mist.
    MistSelf,
    /// An organisation's tokens at Juniper Mist; without an id the first one that the user belongs to.
    MistOrg(Option<String>),
    /// What a description says: the address of its file, relative to the page; `None` where it stands in the settings.
    Rest(Option<String>),
}

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

    /// A request by whoever these headers say. Only where the system wants none do the browser's own cookies go along.
    pub fn sign(&self, request: Request, headers: &[(String, String)]) -> Request {
        let headers = request.headers.into_iter().chain(headers.iter().cloned()).collect();
        Request { headers, cookies: *self == Auth::None, ..request }
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

/// What is wrong, and where, as an RFC 6901 JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The place; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub text: String,
}

impl ConfigError {
    /// The same seen from outside: its place, where it is one in a connection, is that below this pointer. One in a file
    /// of its own stays there.
    pub fn within(self, pointer: &str) -> ConfigError {
        if self.pointer.starts_with('/') { mistake(&format!("{pointer}{}", self.pointer), self.text) } else { self }
    }
}

impl Config {
    /// Reads the file, or names every mistake in it.
    pub fn parse(text: &str) -> Result<Config, Vec<ConfigError>> {
        let value = json::read(text.as_bytes()).map_err(|error| vec![mistake("", format!("is {error}"))])?;
        let mut mistakes = Vec::new();
        let connections = connections(&value, &mut mistakes);
        if mistakes.is_empty() { Ok(Config { connections }) } else { Err(mistakes) }
    }
}

impl Connection {
    /// Reads what [`Connection::settings`] says, or names every mistake in it; places are within the connection.
    pub fn read(settings: &str) -> Result<Connection, Vec<ConfigError>> {
        let value = json::read(settings.as_bytes()).map_err(|error| vec![mistake("", format!("is {error}"))])?;
        let mut mistakes = Vec::new();
        let found = connection(&value, "", &mut mistakes);
        found.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }
}

fn mistake(pointer: &str, text: impl Into<String>) -> ConfigError {
    ConfigError { pointer: pointer.into(), text: text.into() }
}

fn connections(value: &Json, mistakes: &mut Vec<ConfigError>) -> Vec<Connection> {
    let Some(config) = Object::new(value, "", mistakes) else { return Vec::new() };
    config.no_others(&["connections", "$schema"], mistakes);
    let Some(list) = config.get("connections", mistakes) else { return Vec::new() };
    let list = list.list();
    if list.is_empty() {
        mistakes.push(mistake("/connections", "must be a list with at least one connection"));
        return Vec::new();
    };
    if list.len() > MAX_CONNECTIONS {
        mistakes.push(mistake("/connections", too_many(list.len())));
    }
    let mut found: Vec<Connection> = Vec::new();
    for (idx, value) in list.iter().enumerate() {
        let pointer = format!("/connections/{idx}");
        if let Some(connection) = connection(value, &pointer, mistakes) {
            if found.iter().any(|it| it.name == connection.name) {
                mistakes.push(mistake(&format!("{pointer}/name"), "is the name of another connection too"));
            }
            found.push(connection);
        }
    }
    found
}

/// Said where there are so many connections.
fn too_many(n_connections: usize) -> String {
    format!("has {n_connections} connections; the page can tell {MAX_CONNECTIONS} apart")
}

fn connection(value: &Json, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<Connection> {
    let object = Object::new(value, pointer, mistakes)?;
    let name = object.text("name", mistakes);
    let dialect = object.text("dialect", mistakes).and_then(|it| dialect(it, &object, mistakes));
    let base = object.text("base", mistakes).and_then(|it| match base_problem(it) {
        None => Some(it),
        Some(problem) => object.wrong("base", problem, mistakes),
    });
    let auth = match object.member("auth") {
        None => Some(Auth::None),
        Some(value) => auth(value, &object.at("auth"), mistakes),
    };
    let timeout = match object.member("timeout").map(Read::number) {
        None => Some(TIMEOUT),
        Some(Some(seconds @ 1..=600)) => Some(seconds as u32),
        Some(_) => object.wrong("timeout", "must be a whole number of seconds from 1 to 600", mistakes),
    };
    let cookies = match object.member("cookies").map(Read::flag) {
        None => Some(false),
        Some(None) => object.wrong("cookies", "must be true or false", mistakes),
        Some(cookies) => cookies,
    };
    let hint = object.optional_text("hint", mistakes).unwrap_or_default().into();
    let settings = json::to_text(value);
    Some(Connection {
        name: name?.into(),
        dialect: dialect?,
        base: base?.into(),
        hint,
        auth: auth?,
        timeout: timeout?,
        cookies: cookies?,
        settings,
    })
}

/// The dialect and its settings, and that there are no others.
fn dialect(name: &str, object: &Object, mistakes: &mut Vec<ConfigError>) -> Option<Dialect> {
    let mut known = vec!["name", "dialect", "base", "hint", "timeout", "cookies"];
    let one_of = |field: &str, choices: [&'static str; 2], mistakes: &mut Vec<ConfigError>| match object.member(field) {
        None => Some(choices[0]),
        Some(value) => choices
            .into_iter()
            .find(|it| value.text() == Some(*it))
            .or_else(|| object.wrong(field, format!("must be “{}” or “{}”", choices[0], choices[1]), mistakes)),
    };
    let dialect = match name {
        "scoped" => {
            known.push("auth");
            Some(Dialect::Scoped)
        }
        "pt-sandbox" => Some(Dialect::PtSandbox),
        "air" => {
            known.extend(["version", "filters"]);
            match one_of("version", ["v2", "v1"], mistakes) {
                Some("v1") => filters(object, mistakes).map(Dialect::AirV1),
                Some(_) if object.has("filters") => object.wrong("filters", "is for version “v1” only", mistakes),
                version => version.map(|_| Dialect::AirV2),
            }
        }
        "mist" => {
            known.extend(["tokens", "org_id"]);
            let org_id = object.optional_text("org_id", mistakes).map(str::to_owned);
            match one_of("tokens", ["self", "org"], mistakes) {
                Some("org") => Some(Dialect::MistOrg(org_id)),
                Some(_) if org_id.is_some() => object.wrong("org_id", "is for tokens “org” only", mistakes),
                tokens => tokens.map(|_| Dialect::MistSelf),
            }
        }
        "rest" => {
            known.extend(["api", "values"]);
            match object.get("api", mistakes) {
                Some(Json::Object(_)) => Some(Dialect::Rest(None)),
                Some(Json::String(file)) if is_file(file) => Some(Dialect::Rest(Some(file.trim().into()))),
                Some(_) => {
                    object.wrong("api", "must be a description, or the address of one relative to the page", mistakes)
                }
                None => None,
            }
        }
        other => {
            let known = "“scoped”, “pt-sandbox”, “air”, “mist” and “rest”";
            return object.wrong("dialect", format!("is “{other}”; this version knows {known}"), mistakes);
        }
    };
    object.no_others(&known, mistakes);
    dialect
}

/// Whether this is an address below or beside the page, as no other host may say whom the page speaks to.
fn is_file(address: &str) -> bool {
    !address.trim().is_empty() && base_problem(address.trim()).is_none() && !address.contains("://")
}

/// `"filters": {"name": "ci"}` as query parameters.
fn filters(object: &Object, mistakes: &mut Vec<ConfigError>) -> Option<Vec<(String, String)>> {
    let Some(value) = object.member("filters") else { return Some(Vec::new()) };
    let filters = Object::new(value, &object.at("filters"), mistakes)?;
    filters.members.iter().map(|(key, _)| Some((key.to_string(), filters.text(key, mistakes)?.to_owned()))).collect()
}

fn auth(value: &Json, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<Auth> {
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
                return object.wrong("headers", "must be a list with at least one header", mistakes);
            };
            let headers = list
                .iter()
                .enumerate()
                .map(|(idx, value)| header(value, &format!("{pointer}/headers/{idx}"), mistakes));
            headers.collect::<Vec<_>>().into_iter().collect::<Option<_>>().map(Auth::Headers)
        }
        other => object.wrong("type", format!("is “{other}”; it must be “none”, “bearer” or “headers”"), mistakes),
    }
}

fn header(value: &Json, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<AuthHeader> {
    let object = Object::new(value, pointer, mistakes)?;
    object.no_others(&["name", "value", "secret"], mistakes);
    let name = object.text("name", mistakes)?;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
        return object.wrong("name", "is not the name of an HTTP header", mistakes);
    }
    if is_reserved_header(name) || PAGES_OWN_HEADERS.iter().any(|it| it.eq_ignore_ascii_case(name)) {
        return object.wrong("name", "is a header that the browser or the page sets by itself", mistakes);
    }
    let value = if object.has("value") { Some(object.text("value", mistakes)?) } else { None };
    if value.is_some_and(|it| !fits_header(it)) {
        return object.wrong("value", "has characters that no header can have", mistakes);
    }
    let secret = match object.member("secret") {
        None => value.is_none(),
        Some(Json::Bool(secret)) => *secret,
        Some(_) => return object.wrong("secret", "must be true or false", mistakes),
    };
    if secret && value.is_some() {
        return object.wrong("value", "is a secret; leave it out, the page asks for it", mistakes);
    }
    Some(AuthHeader { name: name.into(), value: value.map(str::to_owned), secret })
}

/// What is wrong with a base address.
fn base_problem(base: &str) -> Option<&'static str> {
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let host = rest.map(|it| it.split('/').next().unwrap_or_default());
    if base.contains(|it| is_misread(it) || matches!(it, '?' | '#' | ' ')) {
        Some("must not have a query, a fragment, a space, a line break, another control character or a backslash")
    } else if host.is_some_and(|it| it.contains('@')) {
        Some("must not have a user name or a password")
    } else if host == Some("")
        || rest.is_none() && (base.split('/').next().is_some_and(|it| it.contains(':')) || base.starts_with("//"))
    {
        Some("must be an http or https address, or one relative to the page")
    } else {
        None
    }
}

/// A JSON object and where it stands.
struct Object<'a> {
    value: &'a Json<'a>,
    members: &'a [(Cow<'a, str>, Json<'a>)],
    pointer: String,
}

impl<'a> Object<'a> {
    fn new(value: &'a Json<'a>, pointer: &str, mistakes: &mut Vec<ConfigError>) -> Option<Self> {
        let members = value.members();
        if members.is_none() {
            mistakes.push(mistake(pointer, "must be an object, in braces"));
        }
        Some(Object { value, members: members?, pointer: pointer.into() })
    }

    fn member(&self, field: &str) -> Option<&'a Json<'a>> {
        self.value.get(field)
    }

    fn has(&self, field: &str) -> bool {
        self.member(field).is_some()
    }

    fn at(&self, field: &str) -> String {
        format!("{}/{}", self.pointer, field.replace('~', "~0").replace('/', "~1"))
    }

    fn wrong<T>(&self, field: &str, text: impl Into<String>, mistakes: &mut Vec<ConfigError>) -> Option<T> {
        mistakes.push(mistake(&self.at(field), text));
        None
    }

    fn get(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a Json<'a>> {
        self.member(field).or_else(|| self.wrong(field, MISSING, mistakes))
    }

    fn text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        let text = self.get(field, mistakes)?.text().map(str::trim).filter(|it| !it.is_empty());
        text.or_else(|| self.wrong(field, "must be a text that is not empty", mistakes))
    }

    fn optional_text(&self, field: &str, mistakes: &mut Vec<ConfigError>) -> Option<&'a str> {
        self.member(field).and_then(|_| self.text(field, mistakes))
    }

    fn no_others(&self, known: &[&str], mistakes: &mut Vec<ConfigError>) {
        for (field, _) in self.members.iter().filter(|(it, _)| !known.contains(&&**it)) {
            mistakes.push(mistake(&self.at(field), format!("is not known here; known are {}", known.join(", "))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(connection: &str) -> String {
        format!(r#"{{"connections":[{{"name":"A","dialect":"scoped","base":"api/v1"}},{connection}]}}"#)
    }

    #[track_caller]
    fn check(text: &str, pointer: &str, words: &str) {
        let mistakes = Config::parse(text).expect_err("a mistake");
        assert!(mistakes.iter().any(|it| it.pointer == pointer && it.text.contains(words)), "{mistakes:?}");
    }

    #[test]
    fn the_one_that_ships_is_right() {
        let config = Config::parse(include_str!("../config.json")).expect("no mistakes");
        assert_eq!((config.connections[0].base.as_str(), &config.connections[0].auth), ("api/v1", &Auth::None));
    }

    #[test]
    fn connections_are_read() {
        let text = with(
            r#"{"name":"Q","dialect":"scoped","base":"https://q.example:8443/api","auth":{"type":"headers","headers":[{"name":"Tenant","value":"acme"},{"name":"ApiToken"}]}}"#,
        );
        let config = Config::parse(&text).expect("no mistakes");
        let header = |name: &str, value: Option<&str>, secret| AuthHeader {
            name: name.into(),
            value: value.map(str::to_owned),
            secret,
        };
        assert_eq!(
            config.connections[1].auth,
            Auth::Headers(vec![header("Tenant", Some("acme"), false), header("ApiToken", None, true)])
        );
        let bearer = with(r#"{"name":"Q","dialect":"scoped","base":"/api","auth":{"type":"bearer"}}"#);
        assert_eq!(Config::parse(&bearer).map(|it| it.connections[1].auth.clone()), Ok(Auth::Bearer));
    }

    #[test]
    fn more_than_can_be_told_apart_are_refused() {
        let one = |idx: usize| format!(r#"{{"name":"C{idx}","dialect":"scoped","base":"c{idx}"}}"#);
        let text =
            |count: usize| format!(r#"{{"connections":[{}]}}"#, (0..count).map(one).collect::<Vec<_>>().join(","));
        assert_eq!(Config::parse(&text(256)).map(|it| it.connections.len()), Ok(256));
        check(&text(257), "/connections", "has 257 connections; the page can tell 256 apart");
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        check("{", "", "is not JSON");
        check("[]", "", "must be an object");
        check("{}", "/connections", "is missing");
        check(r#"{"connections":[]}"#, "/connections", "at least one");
        check(r#"{"connections":[],"conections":1}"#, "/conections", "not known");
        check(&with("5"), "/connections/1", "object");
        check(&with(r#"{"name":"A","dialect":"scoped","base":"x"}"#), "/connections/1/name", "another");
        check(&with(r#"{"name":" ","dialect":"scoped","base":"x"}"#), "/connections/1/name", "not empty");
        check(&with(r#"{"name":"B","dialect":"soap","base":"x"}"#), "/connections/1/dialect", "soap");
        check(&with(r#"{"name":"B","dialect":"scoped"}"#), "/connections/1/base", "missing");
        check(&with(r#"{"name":"B","dialect":"rest","base":"x"}"#), "/connections/1/api", "missing");
        let elsewhere =
            ["\"https://h/x.json\"", "\"//h/x.json\"", "\"/\\t/h/x.json\"", "\"/\\n/h/x.json\"", "\"/\\\\h/x.json\""];
        for api in ["[]", "\"\""].into_iter().chain(elsewhere) {
            let text = with(&format!(r#"{{"name":"B","dialect":"rest","base":"x","api":{api}}}"#));
            check(&text, "/connections/1/api", "relative to the page");
        }
        check(&with(r#"{"name":"B","dialect":"scoped","base":"x","timeout":0}"#), "/connections/1/timeout", "seconds");
        check(&with(r#"{"name":"B","dialect":"scoped","base":"x","tokn":"t"}"#), "/connections/1/tokn", "not known");
        check(
            &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"basic"}}"#),
            "/connections/1/auth/type",
            "basic",
        );
        check(
            &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"bearer","token":"s"}}"#),
            "/connections/1/auth/token",
            "not known",
        );
        check(
            &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a b"}]}}"#),
            "/connections/1/auth/headers/0/name",
            "header",
        );
        check(
            &with(
                r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a","value":"ключ"}]}}"#,
            ),
            "/connections/1/auth/headers/0/value",
            "no header can have",
        );
        check(
            &with(
                r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a","secret":true,"value":"s"}]}}"#,
            ),
            "/connections/1/auth/headers/0/value",
            "secret",
        );
    }

    #[test]
    fn headers_that_never_leave_are_mistakes() {
        for name in ["Cookie", "host", "Origin", "Sec-Fetch-Site", "Proxy-Authorization", "If-Match", "content-type"] {
            let headers = format!(r#"{{"type":"headers","headers":[{{"name":"Tenant"}},{{"name":"{name}"}}]}}"#);
            let text = with(&format!(r#"{{"name":"B","dialect":"scoped","base":"x","auth":{headers}}}"#));
            check(&text, "/connections/1/auth/headers/1/name", "sets by itself");
        }
    }

    #[test]
    fn whoever_says_who_they_are_leaves_the_browsers_cookies_at_home() {
        let asked = || Request::new(crate::api::Method::Get, "tokens".into()).header("A", "b");
        let signed = Auth::None.sign(asked(), &[]);
        assert_eq!((signed.cookies, signed.headers.len()), (true, 1));
        let headers = Auth::Bearer.headers(vec![("Authorization".into(), "secret-1".into())]);
        let signed = Auth::Bearer.sign(asked(), &headers);
        assert_eq!((signed.cookies, signed.headers[1].1.as_str()), (false, "Bearer secret-1"));
        assert_eq!(Auth::Bearer.secrets(&headers), ["secret-1"]);
        let header = |name: &str, secret| AuthHeader { name: name.into(), value: None, secret };
        let own = Auth::Headers(vec![header("Tenant", false), header("ApiToken", true)]);
        let headers = own.headers(vec![("Tenant".into(), "acme".into()), ("ApiToken".into(), "secret-2".into())]);
        assert!(!own.sign(asked(), &headers).cookies);
        assert_eq!(own.secrets(&headers), ["secret-2"]);
    }

    #[test]
    fn cookies_are_for_those_who_say_so() {
        let cookies = |more: &str| {
            let text = with(&format!(r#"{{"name":"B","dialect":"air","base":"/air"{more}}}"#));
            Config::parse(&text).map(|it| it.connections[1].cookies)
        };
        assert_eq!((cookies(""), cookies(r#","cookies":true"#)), (Ok(false), Ok(true)));
        assert_eq!(cookies(r#","cookies":false"#), Ok(false));
        check(
            &with(r#"{"name":"B","dialect":"mist","base":"x","cookies":1}"#),
            "/connections/1/cookies",
            "true or false",
        );
    }

    #[test]
    fn addresses_that_lead_nowhere_are_mistakes() {
        for base in [
            "javascript:alert(1)",
            "//host/api",
            "ftp://host",
            "https://user:pw@host/",
            "https://",
            "https:///x",
            "api?x=1",
            "a b",
            "https://h\\\\x",
            "/\\t/host/x",
            "/\\n/host/x",
            "\\u0001//host/x",
            "/\\r\\n/host",
            "/\\\\host",
            "ht\\ttps://host",
            "a\\u007fb",
            "HTTPS://host",
            "http:host",
            "http:/host",
            "https://a.example@host/x",
        ] {
            check(
                &with(&format!(r#"{{"name":"B","dialect":"scoped","base":"{base}"}}"#)),
                "/connections/1/base",
                "must",
            );
        }
        for base in ["api", "/api/v1/", "../x", "https://h", "http://127.0.0.1:8080/api", "api/a:b"] {
            assert!(
                Config::parse(&with(&format!(r#"{{"name":"B","dialect":"scoped","base":"{base}"}}"#))).is_ok(),
                "{base}"
            );
        }
    }
}
