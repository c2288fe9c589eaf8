//! PT Sandbox, its UI API: sign-in, and the tokens of the public API.
//!
//! The facts are those of the published client, ptsandbox 5.1.7: its paths, bodies and models, and in which order it
//! signs in. What it does not tell (status codes of refusals, error types, the cookies' names) is chosen here.

mod demo;
mod draft;
mod refusal;
mod sign_in;
mod store;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::json;

use crate::sim::grants;
use crate::sim::secrets::hash;
use crate::sim::wire::{bearer, json, object};
use crate::world::Shared;
pub use demo::seed;
use draft::Draft;
use refusal::{Answer, Refusal};
pub use store::SCHEMA;

/// The system's own paths, from the root of its origin.
pub fn router(_: &Shared) -> Router<Shared> {
    Router::new()
        .route("/api/ui/auth/authorize", get(sign_in::authorize))
        .route("/ui/login", post(sign_in::login))
        .route(sign_in::CONTINUE, get(sign_in::go_on))
        .route("/api/ui/auth/token", post(sign_in::access_token))
        .route("/api/ui/public-api/tokens", get(list_tokens).post(create_token))
        .route("/api/ui/public-api/tokens/{id}", delete(delete_token))
        .route("/api/v1/maintenance/checkHealth", get(check_health))
        .fallback(unknown)
        .method_not_allowed_fallback(method_not_allowed)
}

/// Who calls: the login of a user with an access token that has not run out.
struct Caller(String);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let Some(token) = bearer(&parts.headers).map(str::to_owned) else {
            return Err(Refusal::unauthorized("This wants an access token."));
        };
        let now = world.clock.now();
        let login = world.db.read(move |conn| grants::subject(conn, sign_in::ACCESS, &token, now)).await?;
        login.map(Self).ok_or_else(|| Refusal::unauthorized("The access token is wrong or has run out."))
    }
}

async fn list_tokens(_: Caller, State(world): State<Shared>) -> Answer {
    let tokens = world.db.read(store::tokens).await?;
    Ok(json(StatusCode::OK, &json!({ "total": tokens.len(), "entries": tokens })))
}

async fn create_token(Caller(login): Caller, State(world): State<Shared>, body: Bytes) -> Answer {
    let body = object(&body).ok_or_else(|| Refusal::bad_request("The body must be a JSON object."))?;
    let draft = Draft::read(&body).map_err(Refusal::fields)?;
    let now = world.clock.now();
    let token = world.db.write(move |tx| store::create(tx, &draft, &login, now)).await?;
    Ok(json(StatusCode::OK, &token))
}

async fn delete_token(_: Caller, State(world): State<Shared>, Path(id): Path<String>) -> Answer {
    let id: i64 = id.parse().map_err(|_| Refusal::unknown_token())?;
    let now = world.clock.now();
    let deleted = world.db.write(move |tx| store::delete(tx, id, now)).await?;
    if !deleted {
        return Err(Refusal::unknown_token());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// The one call of the public API that is simulated: it shows whether a token's secret is any good.
async fn check_health(State(world): State<Shared>, headers: HeaderMap) -> Answer {
    let key = headers.get("x-api-key").and_then(|it| it.to_str().ok()).map(hash);
    let key = key.ok_or_else(|| Refusal::unauthorized("This wants the secret of a token as X-Api-Key."))?;
    if world.db.read(move |conn| store::is_key(conn, &key)).await? {
        Ok(json(StatusCode::OK, &json!({ "data": { "status": "OK" }, "errors": [] })))
    } else {
        Err(Refusal::unauthorized("This is no token's secret."))
    }
}

async fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

async fn method_not_allowed() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not know this method; see Allow.")
}
