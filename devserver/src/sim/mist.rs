//! Juniper Mist: sign-in with a cookie or a token, and the API tokens of a person and of an organisation.
//!
//! The facts are those of the published client (mistapi 0.64.1) and of the vendor's OpenAPI description (2509.1.1).
//! Where the two leave something open, the choice and its reason stand beside the code.
//!
//! - `directory`: the accounts, the organisation, its sites and site groups. They are always there.
//! - `caller`: who calls, and what they may do. `sign_in`: how they come to be known.
//! - `tokens`: the tokens' handlers, `draft`: what a client may say of one, `privilege`: what one may do.
//! - `store`: the database, `demo`: the demonstration tokens, `refusal`: errors.

mod caller;
mod demo;
mod directory;
mod draft;
mod listing;
mod privilege;
mod refusal;
mod sign_in;
mod store;
mod tokens;

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use crate::world::Shared;
pub use demo::seed;
use refusal::Refusal;
pub use store::SCHEMA;

/// The system's own paths, from the root of its origin.
pub fn router(_: &Shared) -> Router<Shared> {
    let tokens = get(tokens::list).post(tokens::create);
    let token = get(tokens::read).put(tokens::update).delete(tokens::delete);
    let routes = [
        ("/login", post(sign_in::login)),
        ("/login/two_factor", post(sign_in::two_factor)),
        ("/logout", post(sign_in::logout)),
        ("/self", get(sign_in::whoami)),
        ("/self/apitokens", tokens.clone()),
        ("/self/apitokens/{id}", token.clone()),
        ("/orgs/{org_id}/apitokens", tokens),
        ("/orgs/{org_id}/apitokens/{id}", token),
        ("/orgs/{org_id}/sites", get(listing::sites)),
        ("/orgs/{org_id}/sitegroups", get(listing::site_groups)),
    ];
    let add = |router: Router<Shared>, (path, methods): (&str, MethodRouter<Shared>)| {
        router.route(&format!("/api/v1{path}"), methods)
    };
    routes.into_iter().fold(Router::new(), add).fallback(unknown).method_not_allowed_fallback(wrong_method)
}

async fn unknown() -> Refusal {
    Refusal::not_found()
}

async fn wrong_method(method: Method) -> Refusal {
    Refusal::wrong_method(&method)
}
