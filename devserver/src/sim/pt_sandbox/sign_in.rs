//! The dance that signs in: four calls, in the order of the published client.
//!
//! 1. [`authorize`] says where to go on, for a session with this fingerprint.
//! 2. [`login`] checks the password and sets the login cookie.
//! 3. [`go_on`], the place that 1 named, turns the login cookie into the refresh cookie, bound to the fingerprint.
//! 4. [`access_token`] turns the refresh cookie and the fingerprint into an access token, as often as one is wanted.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::refusal::{Answer, Refusal};
use crate::sim::front::{Front, Reader, cookie};
use crate::sim::grants::{self, Kind};
use crate::sim::wire::{json, object};
use crate::world::Shared;

/// Where a sign-in goes on once the password has been accepted.
pub(super) const CONTINUE: &str = "/ui/authorize";

/// An access token. The published client renews it every 8 minutes.
pub(super) const ACCESS: Kind = Kind { name: "pt-sandbox access", seconds: 10 * 60 };
/// From the first step to the third; stands for the fingerprint.
const STATE: Kind = Kind { name: "pt-sandbox state", seconds: 10 * 60 };
/// From the second step to the third; stands for who signs in.
const LOGIN: Kind = Kind { name: "pt-sandbox login", seconds: 10 * 60 };
/// The session; stands for the fingerprint and who signed in.
const REFRESH: Kind = Kind { name: "pt-sandbox refresh", seconds: 12 * 60 * 60 };
/// The same for a client that asked to be remembered.
const REMEMBERED: Kind = Kind { seconds: 30 * 24 * 60 * 60, ..REFRESH };

const LOGIN_COOKIE: &str = "ptsandbox_login";
const REFRESH_COOKIE: &str = "ptsandbox_refresh";

/// The accounts: `authType` (0 local, 1 LDAP), login and password.
const ACCOUNTS: &[(u64, &str, &str)] = &[(0, "demo", "demo"), (1, "ldap-demo", "demo")];

/// Step 1: where to go on.
pub(super) async fn authorize(State(world): State<Shared>, front: Front, RawQuery(query): RawQuery) -> Answer {
    let fingerprint = parameter(query.as_deref(), "fingerprint").filter(|it| is_fingerprint(it));
    let fingerprint = fingerprint.ok_or_else(bad_fingerprint)?;
    let now = world.clock.now();
    let state = world.db.write(move |tx| grants::give(tx, STATE, &fingerprint, now)).await?;
    let location = front.url(&format!("{CONTINUE}?state={state}"));
    Ok(json(StatusCode::OK, &json!({ "data": { "location": location } })))
}

/// Step 2: the password.
pub(super) async fn login(State(world): State<Shared>, front: Front, body: Bytes) -> Answer {
    let body = object(&body).ok_or_else(|| Refusal::bad_request("The body must be a JSON object."))?;
    let (Some(username), Some(password), Some(auth_type @ (0 | 1))) = (
        body.get("username").and_then(Value::as_str),
        body.get("password").and_then(Value::as_str),
        body.get("authType").and_then(Value::as_u64),
    ) else {
        return Err(Refusal::bad_request("username and password are strings, authType is 0 (local) or 1 (LDAP)."));
    };
    let is_remembered = match body.get("rememberLogin") {
        None => false,
        Some(it) => it.as_bool().ok_or_else(|| Refusal::bad_request("rememberLogin is true or false."))?,
    };
    if !ACCOUNTS.contains(&(auth_type, username, password)) {
        return Err(Refusal::unauthorized("The login or the password is wrong."));
    }
    let (subject, now) = (format!("{} {username}", u8::from(is_remembered)), world.clock.now());
    let secret = world.db.write(move |tx| grants::give(tx, LOGIN, &subject, now)).await?;
    let set = front.cookie(LOGIN_COOKIE, &secret, Reader::Server, LOGIN.seconds);
    Ok(([(SET_COOKIE, set)], json(StatusCode::OK, &json!({ "data": {} }))).into_response())
}

/// Step 3: the refresh cookie.
pub(super) async fn go_on(
    State(world): State<Shared>,
    front: Front,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let state = parameter(query.as_deref(), "state").unwrap_or_default();
    let login = cookie(&headers, LOGIN_COOKIE).unwrap_or_default().to_owned();
    let now = world.clock.now();
    let given = world
        .db
        .write(move |tx| {
            let fingerprint = grants::subject(tx, STATE, &state, now)?;
            let login = grants::subject(tx, LOGIN, &login, now)?;
            let (Some(fingerprint), Some(login)) = (fingerprint, login) else {
                return Ok(None);
            };
            let Some((is_remembered, username)) = login.split_once(' ') else {
                return Ok(None);
            };
            let kind = if is_remembered == "1" { REMEMBERED } else { REFRESH };
            let secret = grants::give(tx, kind, &format!("{fingerprint} {username}"), now)?;
            Ok::<_, Refusal>(Some((secret, kind.seconds)))
        })
        .await?;
    let (secret, seconds) = given.ok_or_else(|| Refusal::unauthorized("There is no session here."))?;
    let set = front.cookie(REFRESH_COOKIE, &secret, Reader::Server, seconds);
    Ok(([(SET_COOKIE, set)], json(StatusCode::OK, &json!({ "data": {} }))).into_response())
}

/// Step 4, and every renewal: an access token.
pub(super) async fn access_token(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Answer {
    let body = object(&body).unwrap_or_default();
    let fingerprint = body.get("fingerprint").and_then(Value::as_str).filter(|it| is_fingerprint(it));
    let fingerprint = fingerprint.ok_or_else(bad_fingerprint)?.to_owned();
    let refresh = cookie(&headers, REFRESH_COOKIE).unwrap_or_default().to_owned();
    let now = world.clock.now();
    let token = world
        .db
        .write(move |tx| {
            let session = grants::subject(tx, REFRESH, &refresh, now)?;
            match session.as_deref().and_then(|it| it.split_once(' ')) {
                Some((bound, username)) if bound == fingerprint => grants::give(tx, ACCESS, username, now).map(Some),
                _ => Ok(None),
            }
        })
        .await?;
    let token = token.ok_or_else(|| Refusal::unauthorized("There is no session with this fingerprint."))?;
    Ok(json(StatusCode::OK, &json!({ "data": { "accessToken": token } })))
}

/// A fingerprint is 16 bytes as hex, made by the client.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

fn bad_fingerprint() -> Refusal {
    Refusal::bad_request("The fingerprint is 16 bytes as hex.")
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find(|(it, _)| it == name).map(|(_, value)| value.into_owned())
}
