//! NVIDIA Air: sign-in, and API tokens in version 1 and 2 of its API.

use axum::Router;
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use crate::world::Shared;

/// The system's tables.
pub const SCHEMA: &str = "";

/// The system's own paths, from the root of its origin.
pub fn router(_: &Shared) -> Router<Shared> {
    Router::new()
}

/// Puts the demonstration tokens into an empty database.
pub fn seed(_: &Transaction<'_>, _: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    Ok(())
}
