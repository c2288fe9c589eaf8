//! Three vendors' systems, simulated: each under its own prefix, which stands for the vendor's origin.
//!
//! They follow the vendors' contracts, so that the vendors' own clients work against them. What they share is here:
//! where a client sees a system and cookies (`front`), bodies (`wire`), and secrets (`secrets`; [`grants`]: those that end).
//! [`pt_sandbox`] is PT Sandbox' UI API, [`air`] NVIDIA Air, [`mist`] Juniper Mist.

pub mod air;
mod front;
pub mod grants;
pub mod mist;
pub mod pt_sandbox;
mod secrets;
mod wire;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use self::front::Front;
use crate::headers::api_headers;
use crate::problem::Problem;
use crate::world::{Shared, World};

/// All simulated systems, to be nested at `/sim`.
pub fn router(world: &Shared) -> Router<Shared> {
    Router::new()
        .nest("/pt-sandbox", system(world, "pt-sandbox", pt_sandbox::router(world)))
        .nest("/air", system(world, "air", air::router(world)))
        .nest("/mist", system(world, "mist", mist::router(world)))
        // Also keeps the systems' own fallbacks: axum drops those within a router that has none.
        .fallback(unknown)
}

async fn unknown() -> Problem {
    Problem::not_found("There is no simulated system of this name.")
}

/// Puts the demonstration tokens of every system into an empty database.
pub fn seed(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    pt_sandbox::seed(tx, now)?;
    air::seed(tx, now)?;
    mist::seed(tx, now)
}

/// One system at its prefix.
///
/// A proxy may give the system a host of its own by putting the prefix before every path. The addresses in the answers
/// carry it already, so that it then comes twice: that leads to the same place.
fn system(world: &Shared, name: &'static str, routes: Router<Shared>) -> Router<Shared> {
    let again = prefix(world, name);
    routes.clone().nest(&again, routes).layer(from_fn_with_state((world.clone(), name), place_front))
}

/// The path that stands for a system's origin.
fn prefix(world: &World, name: &str) -> String {
    format!("{}/sim/{name}", world.base_path)
}

async fn place_front(
    State((world, name)): State<(Shared, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let front = Front::of(request.headers(), prefix(&world, name));
    request.extensions_mut().insert(front);
    api_headers(next.run(request).await).await
}
