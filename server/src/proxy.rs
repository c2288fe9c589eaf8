//! The proxy: passes requests below `proxy/NAME` on to the system of the connection of that name, and to no other.
//!
//! - `system`: a system that a configuration lists, `base`: where it is, and which paths lead to it, `upstream`: how it is
//!   reached.
//! - `request`: what it gets, `answer`: what the page gets back, in which `addresses` and `cookies` are changed, and which is
//!   `bounded` in size and time.
//!
//! Nothing of a request or an answer is printed: all of it can hold secrets.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum_reverse_proxy::ProxyError;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::time::Instant;

use self::request::METHODS;
use self::system::{Listed, MAX_REQUEST, PREFIX, System};
pub use self::upstream::Trust;
use crate::origins::LISTS;
use crate::problem;

mod addresses;
mod answer;
mod base;
mod bounded;
mod cookies;
mod request;
mod system;
mod upstream;

/// The systems that requests are passed on to.
pub struct Proxy {
    systems: Vec<System>,
}

impl Proxy {
    /// The systems of a checked `config.json` whose connections say `"proxy": true`. In the configuration their bases are
    /// replaced by the paths of this server that lead there, as the page is to have it. `base_path` is the path that the page
    /// is served under: empty, or with a slash at its beginning and none at its end. The error is a sentence.
    pub fn of(config: &mut Value, base_path: &str, trust: &Trust) -> Result<Proxy, String> {
        let listed: Result<Vec<Listed>, String> = proxied(config).map(|it| Listed::read(it, base_path)).collect();
        let listed = listed?;
        let client = upstream::client(trust, listed.iter().any(Listed::is_secure))?;
        let proxy = Proxy { systems: listed.into_iter().map(|it| System::new(it, &client)).collect() };
        proxy.lead_here(config);
        Ok(proxy)
    }

    /// Replaces the bases of its systems in a configuration by the paths that lead to them, and says them as their
    /// addresses. Those of others stay.
    pub fn lead_here(&self, config: &mut Value) {
        for connection in proxied(config) {
            let is_of =
                |it: &&System| connection["name"] == it.name.as_str() && connection["base"] == it.address.as_str();
            if let Some(system) = self.systems.iter().find(is_of) {
                connection["base"] = system.path.clone().into();
                // The page understands by it the addresses that the system names in its answers.
                connection["address"] = system.address.clone().into();
            }
        }
    }

    /// The systems, each with the name of its connection and its address.
    pub fn systems(&self) -> impl Iterator<Item = (&str, &str)> {
        self.systems.iter().map(|it| (it.name.as_str(), it.address.as_str()))
    }

    /// The system that a path of this server is for, and what follows it there.
    fn find<'a>(&self, path: &'a str) -> Option<(&System, &'a str)> {
        let rest = path.strip_prefix('/')?.strip_prefix(PREFIX)?.strip_prefix('/')?;
        let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let name = percent_decode_str(name).decode_utf8().ok()?;
        Some((self.systems.iter().find(|it| it.name == name)?, rest))
    }

    fn not_listed(&self) -> Response {
        let all: Vec<String> = self.systems().map(|(name, address)| format!("{name} ({address})")).collect();
        let detail = match &*all {
            [] => {
                "This server passes requests on to no system: no connection of its configuration says “proxy”.".into()
            }
            all => format!("This server passes requests on to {} and to no other host.", all.join(", ")),
        };
        problem::refusal(StatusCode::FORBIDDEN, &detail)
    }

    async fn answer(&self, request: Request) -> Response {
        let Some((system, rest)) = self.find(request.uri().path()) else {
            return self.not_listed();
        };
        if !METHODS.contains(request.method()) {
            let detail = "Requests of this method are not passed on.";
            return problem::refusal(StatusCode::METHOD_NOT_ALLOWED, detail);
        }
        let size = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
        if size.is_some_and(|size| size > MAX_REQUEST) {
            return too_large();
        }
        let Some(path) = system.base.path_to(rest) else {
            let detail = "Requests are not passed on where dots or slashes in their path lead to another one.";
            return problem::refusal(StatusCode::BAD_REQUEST, detail);
        };
        let is_secure = is_secure(request.headers());
        let Some(request) = request::pass_on(request, system, &path) else {
            return problem::refusal(StatusCode::BAD_REQUEST, "The address cannot be passed on.");
        };
        let end = Instant::now() + system.timeout;
        let Ok(answer) = system.forward.proxy_request(request).await;
        match answer.extensions().get::<ProxyError>() {
            Some(error) => failure(system, answer.status(), error),
            None => answer::pass_back(answer, system, is_secure, end),
        }
    }
}

/// What is told where the system gave no answer.
fn failure(system: &System, status: StatusCode, error: &ProxyError) -> Response {
    let System { name, address, .. } = system;
    // The last part is what the system or the network said.
    let why = error.message().rsplit(": ").next().unwrap_or_default();
    let detail = if status == StatusCode::GATEWAY_TIMEOUT {
        format!("{name} ({address}) did not answer within {} seconds.", system.seconds)
    } else if why.contains("length limit") {
        return too_large();
    } else if error.message().contains("certificate") {
        format!("{name} ({address}) has a certificate that this machine does not trust ({why}); see --ca.")
    } else if error.is_connect() {
        format!("{name} ({address}) cannot be reached: {why}.")
    } else {
        format!("{name} ({address}) broke the connection off: {why}.")
    };
    problem::refusal(if status == StatusCode::GATEWAY_TIMEOUT { status } else { StatusCode::BAD_GATEWAY }, &detail)
}

/// The connections of a configuration that say `"proxy": true`, and those that it suggests.
fn proxied(config: &mut Value) -> impl Iterator<Item = &mut Value> {
    // One that is no object at all is the page's to tell.
    let members = config.as_object_mut().into_iter().flat_map(|it| it.iter_mut());
    let lists = members.filter(|(key, _)| LISTS.contains(&key.as_str())).filter_map(|(_, list)| list.as_array_mut());
    lists.flatten().filter(|it| it.get("proxy") == Some(&Value::Bool(true)))
}

/// Answers a request below `/proxy/`.
pub async fn pass(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let mut response = proxy.answer(request).await;
    answer::only_data(response.headers_mut());
    response
}

fn too_large() -> Response {
    let detail = format!("Requests of more than {} bytes are not passed on.", MAX_REQUEST);
    problem::refusal(StatusCode::PAYLOAD_TOO_LARGE, &detail)
}

/// Whether the browser reaches this server by HTTPS, as the server says that ends TLS in front of it.
pub(crate) fn is_secure(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"https"))
}
