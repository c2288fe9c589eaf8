//! Which address leads where.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokendeck_server::{guard, hosts, proxy};
use tower_service::Service;

use crate::headers::api_headers;
use crate::problem::Problem;
use crate::world::Shared;
use crate::{cors, faults, pages, scoped, sim};

/// The whole server.
///
/// Everything lies under the world's base path. Requests pass the check of their host first, then CORS, so that a page of
/// an allowed origin can read every answer, then the failures asked for, then the routes.
pub fn app(world: Shared) -> Router {
    let mut site = Router::new()
        .nest("/api", api(&world))
        // A nested router does not see its own prefix with a slash.
        .route("/api/", any(unknown).layer(map_response(api_headers)))
        .nest("/sim", sim::router(&world))
        .route("/config.json", get(pages::config).fallback(pages::wrong_method))
        .fallback(pages::file);
    if let Some(faults) = &world.faults {
        let state = (faults.clone(), world.clock.clone());
        let plans = faults::router().with_state(faults.clone());
        site = site.layer(from_fn_with_state(state, faults::apply)).nest("/dev", plans);
    }
    if let Some(proxy) = &world.proxy {
        let systems = any(proxy::pass).with_state(proxy.clone());
        site = site.route("/proxy/{*path}", systems.layer(from_fn(guard::check)));
    }
    let site = site.layer(from_fn_with_state(world.allowed_origins.clone(), cors::answer)).with_state(world.clone());
    let site = if world.base_path.is_empty() { site } else { beneath(world.base_path.clone(), site) };
    site.layer(from_fn_with_state(world.allowed_hosts.clone(), hosts::check))
}

/// All APIs. What none of them knows is a problem, never a page.
fn api(world: &Shared) -> Router<Shared> {
    Router::new()
        .nest("/v1", scoped::router(world))
        .fallback(unknown)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(map_response(api_headers))
}

async fn unknown() -> Problem {
    Problem::not_found("There is nothing at this address of the API.")
}

async fn method_not_allowed() -> Problem {
    let detail = "This address does not know this method; see Allow.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// The same site under a path, as a host may serve it.
fn beneath(base_path: String, site: Router) -> Router {
    Router::new().fallback(async move |mut request: Request| {
        let rest = match request.uri().path().strip_prefix(&base_path) {
            Some("") => {
                let location = HeaderValue::from_str(&format!("{base_path}/"));
                let location = location.unwrap_or(HeaderValue::from_static("/"));
                return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
            }
            Some(rest) if rest.starts_with('/') => rest,
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        let query = request.uri().query().map(|it| format!("?{it}")).unwrap_or_default();
        let Ok(uri) = format!("{rest}{query}").parse::<Uri>() else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        *request.uri_mut() = uri;
        let answer: Result<Response, std::convert::Infallible> = site.clone().call(request).await;
        answer.into_response()
    })
}
