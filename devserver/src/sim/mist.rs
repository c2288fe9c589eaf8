//! Juniper Mist: sign-in, and the API tokens of a user and of an organisation.

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
