//! Signing in and out, and who is signed in.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::caller::{Identity, SESSION_COOKIE, Who};
use super::directory::{self, Account, ORG};
use super::draft::JsonBody;
use super::refusal::{Answer, Refusal};
use super::store::{self, SESSION_MINUTES, Session};
use crate::sim::front::{Front, Reader};
use crate::sim::secrets::{ALPHANUMERIC, hash, secret};
use crate::sim::wire::json as answer;
use crate::world::Shared;

/// The cookie with the session's CSRF token. On other clouds their name follows: `csrftoken.eu`.
const CSRF_COOKIE: &str = "csrftoken";
/// How long a browser keeps it, in seconds: as long as the vendor's example says.
const CSRF_SECONDS: i64 = 31_449_600;

/// `POST /login`: a session. With a second factor it opens nothing until the code is given, here or at
/// [`two_factor`].
pub(super) async fn login(State(world): State<Shared>, front: Front, body: JsonBody) -> Answer {
    let (Some(email), Some(password)) = (body.text("email")?, body.text("password")?) else {
        return Err(Refusal::bad_request("email and password are required"));
    };
    let account = directory::account(email).filter(|it| it.password == password);
    let account = account.ok_or_else(|| Refusal::bad_request("Incorrect email or password."))?;
    let code = body.text("two_factor")?.filter(|it| !it.is_empty());
    if account.two_factor.is_some() && code.is_some() && account.two_factor != code {
        return Err(Refusal::bad_request("Incorrect two_factor code."));
    }
    let is_passed = account.two_factor == code || account.two_factor.is_none();

    let (id, csrf) = (secret(ALPHANUMERIC, 32), secret(ALPHANUMERIC, 32));
    let session = Session { hash: hash(&id), csrf_hash: hash(&csrf), account: account.id.to_owned(), is_passed };
    let now = world.clock.now();
    world.db.write(move |tx| store::begin_session(tx, &session, now)).await?;

    let body = if is_passed { json!({}) } else { unpassed(account) };
    Ok(with_cookies(answer(StatusCode::OK, &body), &front, Some((&id, &csrf))))
}

/// `POST /login/two_factor`: the code of a session that wants one.
pub(super) async fn two_factor(State(world): State<Shared>, identity: Identity, body: JsonBody) -> Answer {
    let (Who::Account(account), Some(session)) = (identity.who, identity.session) else {
        return Err(Refusal::signed_out());
    };
    let wanted = account.two_factor.ok_or_else(Refusal::not_found)?;
    let code = body.text("two_factor")?.ok_or_else(|| Refusal::bad_request("two_factor is required"))?;
    if code != wanted {
        return Err(Refusal::wrong_credentials("Incorrect two_factor code."));
    }
    world.db.write(move |tx| store::pass_session(tx, &session.hash)).await?;
    Ok(StatusCode::OK.into_response())
}

/// `POST /logout`: ends the session. With a token there is nothing to end.
pub(super) async fn logout(State(world): State<Shared>, front: Front, identity: Identity) -> Answer {
    let response = answer(StatusCode::OK, &json!({}));
    let Some(session) = identity.session else {
        return Ok(response);
    };
    world.db.write(move |tx| store::end_session(tx, &session.hash)).await?;
    Ok(with_cookies(response, &front, None))
}

/// `GET /self`: who calls. An organisation's token has a name and no email.
pub(super) async fn whoami(identity: Identity) -> Response {
    let privileges: Vec<Value> = identity.privileges().iter().map(|it| it.named(&ORG)).collect();
    let body = match (identity.unpassed(), &identity.who) {
        (Some(account), _) => unpassed(account),
        (None, Who::OrgToken(name, _)) => json!({ "name": name, "privileges": privileges }),
        (None, Who::Account(account)) => json!({
            "admin_id": account.id,
            "email": account.email,
            "first_name": account.first_name,
            "last_name": account.last_name,
            "enable_two_factor": account.two_factor.is_some(),
            "two_factor_verified": account.two_factor.is_some(),
            "oauth_google": false,
            "via_sso": false,
            "session_expiry": SESSION_MINUTES,
            "tags": [],
            "privileges": privileges,
        }),
    };
    answer(StatusCode::OK, &body)
}

/// All that the answer says while the second factor is still wanted.
fn unpassed(account: &Account) -> Value {
    json!({ "email": account.email, "two_factor_required": true, "two_factor_passed": false })
}

/// Sets the session's id and CSRF token as cookies, or forgets them.
///
/// A page reads the CSRF cookie, so it is for the whole host: the page's own path need not lie beneath the system's.
fn with_cookies(mut response: Response, front: &Front, session: Option<(&str, &str)>) -> Response {
    let cloud = cloud(front);
    let root = front.at_root();
    // The published client reaches the vendor's hosts only. There the system is at the root, whatever path a proxy adds.
    let system = if cloud.is_some() { &root } else { front };
    let csrf_name = format!("{CSRF_COOKIE}{}", cloud.unwrap_or_default());
    let ((id, id_seconds), (csrf, csrf_seconds)) = match session {
        Some((id, csrf)) => ((id, SESSION_MINUTES * 60), (csrf, CSRF_SECONDS)),
        None => (("", 0), ("", 0)),
    };
    for cookie in [
        system.cookie(SESSION_COOKIE, id, Reader::Server, id_seconds),
        root.cookie(&csrf_name, csrf, Reader::Page, csrf_seconds),
    ] {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What the vendor adds to the CSRF cookie's name at this host: nothing at `api.mist.com`, `.eu` at `api.eu.mist.com`;
/// `None` at any other host.
fn cloud(front: &Front) -> Option<String> {
    let host = front.origin().rsplit("://").next()?.split(':').next()?.to_ascii_lowercase();
    let rest = host.strip_prefix("api.")?;
    let domains = ["mist.com", "mistsys.com", "mist-federal.com"];
    if domains.contains(&rest) {
        return Some(String::new());
    }
    let (name, domain) = rest.split_once('.')?;
    domains.contains(&domain).then(|| format!(".{name}"))
}
