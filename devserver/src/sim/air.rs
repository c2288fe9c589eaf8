//! NVIDIA Air: sign-in, and API tokens in version 1 and 2 of its API.
//!
//! The facts are those of the published client, air-sdk 2.21.1. The API is made with Django REST framework, whose ways
//! are followed where the client tells nothing: texts of field errors, pagination, addresses that end in a slash.

mod demo;
mod draft;
mod page;
mod store;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path, RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, delete, get};
use serde_json::{Map, Value, json};

use crate::sim::front::Front;
use crate::sim::grants::{self, Kind};
use crate::sim::secrets::hash;
use crate::sim::wire::{bearer, json};
use crate::world::Shared;
pub use demo::seed;
use draft::Draft;
use page::Query;
pub use store::SCHEMA;

/// The account: id, login and password.
const ACCOUNT: (&str, &str, &str) = ("7d1c2b52-3f0e-4a55-9a44-d7a3c60f6a01", "demo", "demo");

/// What a sign-in hands out.
const BEARER: Kind = Kind { name: "air bearer", seconds: 24 * 60 * 60 };

/// The system's own paths, from the root of its origin.
pub fn router(_: &Shared) -> Router<Shared> {
    let routes = [
        ("/api/v1/login/", get(who).post(login)),
        ("/api/v1/api-token/", get(list_v1).post(create_token)),
        ("/api/v1/api-token/{id}/", delete(delete_token)),
        ("/api/v2/api-tokens/", get(list_v2).post(create_token)),
        ("/api/v2/api-tokens/{id}/", delete(delete_token)),
    ];
    let add = |router: Router<Shared>, (path, methods): (&str, MethodRouter<Shared>)| {
        router.route(path, methods).route(path.trim_end_matches('/'), any(add_slash))
    };
    routes.into_iter().fold(Router::new(), add).fallback(unknown).method_not_allowed_fallback(method_not_allowed)
}

/// A refusal: `{"detail": …}`, or messages by field.
#[derive(Debug)]
struct Refusal(StatusCode, Value);

type Answer = Result<Response, Refusal>;

impl Refusal {
    fn detail(status: StatusCode, detail: &str) -> Self {
        Self(status, json!({ "detail": detail }))
    }

    /// No credentials, or some that are good no more: the client knows this body to the byte.
    fn no_credentials() -> Self {
        Self::detail(StatusCode::FORBIDDEN, "Authentication credentials were not provided.")
    }

    fn not_found() -> Self {
        Self::detail(StatusCode::NOT_FOUND, "Not found.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json(self.0, &self.1)
    }
}

/// A database that fails is our fault: the reason goes to the terminal, not over the wire.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("database error: {error}");
        Self::detail(StatusCode::INTERNAL_SERVER_ERROR, "A server error occurred.")
    }
}

/// Shown by who carries a bearer token of a sign-in, or an API token that has not expired.
struct SignedIn;

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(Refusal::no_credentials)?.to_owned();
        let now = world.clock.now();
        let is_good = move |conn: &rusqlite::Connection| {
            Ok::<_, Refusal>(
                grants::subject(conn, BEARER, &token, now)?.is_some() || store::is_secret(conn, &hash(&token), now)?,
            )
        };
        if world.db.read(is_good).await? { Ok(Self) } else { Err(Refusal::no_credentials()) }
    }
}

async fn who(_: SignedIn) -> Response {
    json(StatusCode::OK, &json!({ "id": ACCOUNT.0, "username": ACCOUNT.1 }))
}

/// The password is the account's own, or an API token.
async fn login(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Answer {
    let body = object(&headers, &body)?;
    let (username, password) = draft::credentials(&body).map_err(bad_fields)?;
    let now = world.clock.now();
    let token = world
        .db
        .write(move |tx| {
            let is_known =
                username == ACCOUNT.1 && (password == ACCOUNT.2 || store::is_secret(tx, &hash(&password), now)?);
            is_known.then(|| grants::give(tx, BEARER, ACCOUNT.1, now)).transpose()
        })
        .await?;
    let refused = || Refusal::detail(StatusCode::FORBIDDEN, "Incorrect authentication credentials.");
    Ok(json(StatusCode::OK, &json!({ "token": token.ok_or_else(refused)? })))
}

async fn list_v1(_: SignedIn, State(world): State<Shared>, RawQuery(query): RawQuery) -> Answer {
    let query = Query::read(query.as_deref().unwrap_or_default());
    let tokens = world.db.read(store::tokens).await?;
    Ok(json(StatusCode::OK, &Value::Array(query.filter(tokens))))
}

async fn list_v2(_: SignedIn, State(world): State<Shared>, front: Front, uri: Uri) -> Answer {
    let query = Query::read(uri.query().unwrap_or_default());
    let tokens = world.db.read(store::tokens).await?;
    Ok(json(StatusCode::OK, &query.page(tokens, &front.url(uri.path()))))
}

async fn create_token(_: SignedIn, State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Answer {
    let draft = Draft::read(&object(&headers, &body)?).map_err(bad_fields)?;
    let now = world.clock.now();
    let token = world.db.write(move |tx| store::create(tx, &draft, now)).await?;
    Ok(json(StatusCode::CREATED, &token))
}

async fn delete_token(_: SignedIn, State(world): State<Shared>, Path(id): Path<String>) -> Answer {
    if !world.db.write(move |tx| store::delete(tx, &id)).await? {
        return Err(Refusal::not_found());
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// A JSON object as body; an empty body is an empty one.
fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let sent = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !sent.split(';').next().is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
        let detail = format!("Unsupported media type \"{sent}\" in request.");
        return Err(Refusal::detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => {
            let errors = json!({ "non_field_errors": ["Invalid data. Expected a dictionary."] });
            Err(Refusal(StatusCode::BAD_REQUEST, errors))
        }
        Err(error) => Err(Refusal::detail(StatusCode::BAD_REQUEST, &format!("JSON parse error - {error}"))),
    }
}

fn bad_fields(errors: Map<String, Value>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, Value::Object(errors))
}

/// 301 from an address without a slash at its end.
async fn add_slash(front: Front, uri: Uri) -> Response {
    let query = uri.query().map(|it| format!("?{it}")).unwrap_or_default();
    let location = HeaderValue::try_from(front.url(&format!("{}/{query}", uri.path())));
    let location = location.unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, location)]).into_response()
}

async fn unknown() -> Refusal {
    Refusal::not_found()
}

async fn method_not_allowed(method: Method) -> Refusal {
    Refusal::detail(StatusCode::METHOD_NOT_ALLOWED, &format!("Method \"{method}\" not allowed."))
}
