//! Which address leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};

use crate::guard;
use crate::headers::{self, NOT_FOR_OTHERS};
use crate::hosts::{self, AllowedHosts};
use crate::pages::{self, Pages};
use crate::proxy::{self, Proxy, is_secure};

/// What a server serves.
pub struct Site {
    /// The page.
    pub pages: Pages,
    /// Files that the configuration names besides: their addresses relative to the page, and what is in them.
    pub files: Vec<(String, Vec<u8>)>,
    /// `config.json` as the page gets it.
    pub config: Vec<u8>,
    /// The origins that the page may connect to beside its own.
    pub connect: Vec<String>,
    /// The systems that requests are passed on to.
    pub proxy: Proxy,
    /// The names that it answers to.
    pub hosts: AllowedHosts,
}

/// A site as its handlers hold it.
struct Shared {
    pages: Pages,
    files: Vec<(String, Vec<u8>)>,
    config: Vec<u8>,
    policy: String,
}

/// The whole server. Requests pass the check of their host, then the one of who makes them, then the routes.
pub fn app(site: Site) -> Router {
    let Site { pages, files, config, connect, proxy, hosts } = site;
    let shared = Shared { pages, files, config, policy: headers::policy(&connect) };
    Router::new()
        .route("/config.json", get(config_file).fallback(wrong_method))
        .fallback(file)
        .with_state(Arc::new(shared))
        .merge(Router::new().route("/proxy/{*path}", any(proxy::pass)).with_state(Arc::new(proxy)))
        .layer(from_fn(guard::check))
        .layer(from_fn_with_state(hosts, hosts::check))
        .layer(from_fn(for_every_answer))
}

async fn config_file(State(site): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let mut answer = pages::config(&headers, &site.policy, site.config.clone());
    // By this the page knows that a command of this program connects a system that allows no CORS.
    answer.headers_mut().insert(header::SERVER, HeaderValue::from_static("tokendeck"));
    answer
}

async fn wrong_method(State(site): State<Arc<Shared>>) -> Response {
    pages::wrong_method(&site.policy)
}

async fn file(State(site): State<Arc<Shared>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let is_read = matches!(method, Method::GET | Method::HEAD);
    match site.files.iter().find(|(address, _)| uri.path().strip_prefix('/') == Some(address)) {
        Some((_, bytes)) if is_read => pages::config(&headers, &site.policy, bytes.clone()),
        _ => site.pages.answer(&method, &uri, &headers, &site.policy),
    }
}

/// The headers that refusals have too.
async fn for_every_answer(request: Request, next: Next) -> Response {
    let is_secure = is_secure(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let (name, value) = NOT_FOR_OTHERS;
    headers.insert(name, value);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}
