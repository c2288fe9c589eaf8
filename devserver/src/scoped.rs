//! The Scoped Token API: handlers that read a request, ask the store and write the answer.
//!
//! The contract is `openapi.json`, served beside it; `tests/openapi.rs` holds the two together.

pub mod draft;
mod idempotency;
mod request;
pub mod store;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::auth;
use crate::faults::Pause;
use crate::moment::Moment;
use crate::openapi;
use crate::problem::Problem;
use crate::world::Shared;
use draft::Draft;
use request::{IfMatch, JsonBody, Page, TokenId};
use store::Found;

/// Where the API lies under the server's base path.
pub const PREFIX: &str = "/api/v1";

/// Who creates tokens here: the server knows no people.
const CALLER: &str = "dev@example.com";

type Answer = Result<Response, Problem>;

/// Every operation: method, path and handler. The router is built from it, and a test compares it with the description.
pub fn operations() -> Vec<(&'static str, &'static str, MethodRouter<Shared>)> {
    vec![
        ("GET", "/scopes", get(list_scopes)),
        ("GET", "/tokens", get(list_tokens)),
        ("POST", "/tokens", post(create_token)),
        ("GET", "/tokens/{id}", get(get_token)),
        ("PUT", "/tokens/{id}", put(replace_token)),
        ("DELETE", "/tokens/{id}", delete(delete_token)),
        ("POST", "/tokens/{id}/revoke", post(revoke_token)),
        ("POST", "/tokens/{id}/disable", post(disable_token)),
        ("POST", "/tokens/{id}/enable", post(enable_token)),
        ("GET", "/openapi.json", get(describe)),
    ]
}

/// The API's routes, to be nested at [`PREFIX`].
pub fn router(world: &Shared) -> Router<Shared> {
    let add = |router: Router<Shared>, (_, path, handler)| router.route(path, handler);
    let (open, guarded): (Vec<_>, Vec<_>) = operations().into_iter().partition(|(_, path, _)| *path == "/openapi.json");
    let guard = axum::middleware::from_fn_with_state(world.clone(), auth::check);
    let guarded = guarded.into_iter().fold(Router::new(), add).route_layer(guard);
    open.into_iter().fold(guarded, add).layer(DefaultBodyLimit::disable())
}

async fn describe(State(world): State<Shared>) -> Response {
    json(StatusCode::OK, openapi::description(&world.base_path))
}

async fn list_scopes(State(world): State<Shared>) -> Answer {
    let scopes = world.db.read(store::scopes_json).await?;
    Ok(json(StatusCode::OK, scopes))
}

async fn list_tokens(State(world): State<Shared>, RawQuery(query): RawQuery) -> Answer {
    let page = Page::parse(query.as_deref().unwrap_or_default())?;
    let now = world.clock.now();
    let body = world.db.read(move |conn| store::page_json(conn, page.after, page.limit, now)).await?;
    Ok(json(StatusCode::OK, body))
}

async fn create_token(
    State(world): State<Shared>,
    pause: Option<axum::Extension<Pause>>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Answer {
    let key = idempotency::Key::from_headers(&headers)?;
    let _claim = key.as_ref().map(|key| key.claim(&world)).transpose()?;
    if let Some(axum::Extension(Pause(pause))) = pause {
        tokio::time::sleep(pause).await;
    }
    let now = world.clock.now();
    let found = world
        .db
        .write(move |tx| {
            if let Some(key) = &key
                && let Some(stored) = key.stored_answer(tx, &body, now)?
            {
                return Ok(stored);
            }
            let draft = Draft::for_new(&body, now, &store::scope_ids(tx)?)?;
            let found = store::insert(tx, &draft, CALLER, now)?;
            if let Some(key) = &key {
                key.store_answer(tx, &body, &found, now)?;
            }
            Ok::<_, Problem>(found)
        })
        .await?;
    let location = format!("{}{PREFIX}/tokens/{}", world.base_path, found.id);
    let mut response = token(StatusCode::CREATED, found);
    response.headers_mut().insert(header::LOCATION, ascii(&location));
    Ok(response)
}

async fn get_token(State(world): State<Shared>, id: TokenId) -> Answer {
    let now = world.clock.now();
    let found = world.db.read(move |conn| store::find(conn, &id.0, now)?.ok_or_else(|| id.unknown())).await?;
    Ok(token(StatusCode::OK, found))
}

async fn replace_token(
    State(world): State<Shared>,
    id: TokenId,
    if_match: IfMatch,
    JsonBody(body): JsonBody,
) -> Answer {
    let now = world.clock.now();
    let found = world
        .db
        .write(move |tx| {
            let stored = store::stored(tx, &id.0)?.ok_or_else(|| id.unknown())?;
            if_match.check(&stored.etag)?;
            let draft = Draft::for_stored(&body, now, &store::scope_ids(tx)?, &stored)?;
            store::replace(tx, &id.0, &draft)?;
            store::find(tx, &id.0, now)?.ok_or_else(|| id.unknown())
        })
        .await?;
    Ok(token(StatusCode::OK, found))
}

async fn revoke_token(State(world): State<Shared>, id: TokenId, if_match: IfMatch) -> Answer {
    let now = world.clock.now();
    let found = world
        .db
        .write(move |tx| {
            let stored = store::stored(tx, &id.0)?.ok_or_else(|| id.unknown())?;
            if_match.check(&stored.etag)?;
            if !stored.revoked {
                store::revoke(tx, &id.0, &Moment::from_utc(now))?;
            }
            store::find(tx, &id.0, now)?.ok_or_else(|| id.unknown())
        })
        .await?;
    Ok(token(StatusCode::OK, found))
}

async fn disable_token(State(world): State<Shared>, id: TokenId, if_match: IfMatch) -> Answer {
    switch_token(&world, id, if_match, true).await
}

async fn enable_token(State(world): State<Shared>, id: TokenId, if_match: IfMatch) -> Answer {
    switch_token(&world, id, if_match, false).await
}

/// Switches a token off or on, unless it is so already.
async fn switch_token(world: &Shared, id: TokenId, if_match: IfMatch, off: bool) -> Answer {
    let now = world.clock.now();
    let found = world
        .db
        .write(move |tx| {
            let stored = store::stored(tx, &id.0)?.ok_or_else(|| id.unknown())?;
            if_match.check(&stored.etag)?;
            if stored.revoked {
                return Err(Problem::conflict("A revoked token can be neither disabled nor enabled."));
            }
            if stored.disabled != off {
                store::disable(tx, &id.0, off.then(|| Moment::from_utc(now)).as_ref())?;
            }
            store::find(tx, &id.0, now)?.ok_or_else(|| id.unknown())
        })
        .await?;
    Ok(token(StatusCode::OK, found))
}

async fn delete_token(State(world): State<Shared>, id: TokenId, if_match: IfMatch) -> Answer {
    world
        .db
        .write(move |tx| {
            let stored = store::stored(tx, &id.0)?.ok_or_else(|| id.unknown())?;
            if_match.check(&stored.etag)?;
            store::delete(tx, &id.0).map_err(Problem::from)
        })
        .await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

fn token(status: StatusCode, found: Found) -> Response {
    let mut response = json(status, found.json);
    response.headers_mut().insert(header::ETAG, ascii(&found.etag));
    response
}

fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A header value of text that this server made, so that it has nothing in it that a header may not have.
fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
