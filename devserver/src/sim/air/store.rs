//! The API tokens of Air: every SQL statement, and what a token looks like.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, Row, Transaction};
use serde_json::{Value, json};
use uuid::Uuid;

use super::draft::Draft;
use crate::sim::secrets::{ALPHANUMERIC, hash, secret};

/// The table.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sim_air_tokens (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        created_us INTEGER NOT NULL, -- microseconds since 1970
        expiry_us INTEGER,
        hash TEXT NOT NULL UNIQUE -- SHA-256 of the secret
    ) STRICT;";

/// All tokens as they go over the wire, oldest first.
pub(super) fn tokens(conn: &Connection) -> Result<Vec<Value>, rusqlite::Error> {
    conn.prepare("SELECT id, name, created_us, expiry_us FROM sim_air_tokens ORDER BY seq")?
        .query_map([], token)?
        .collect()
}

/// Makes a token: as it goes over the wire, with its secret.
pub(super) fn create(tx: &Transaction<'_>, draft: &Draft, now: DateTime<Utc>) -> Result<Value, rusqlite::Error> {
    let made = secret(ALPHANUMERIC, 40);
    let token = tx.query_row(
        "INSERT INTO sim_air_tokens (id, name, created_us, expiry_us, hash) VALUES (?1, ?2, ?3, ?4, ?5)
        RETURNING id, name, created_us, expiry_us",
        (Uuid::new_v4().to_string(), &draft.name, now.timestamp_micros(), draft.expiry, hash(&made)),
        token,
    );
    let mut token = token?;
    token["token"] = made.into();
    Ok(token)
}

/// Deletes a token; false if there is none.
pub(super) fn delete(tx: &Transaction<'_>, id: &str) -> Result<bool, rusqlite::Error> {
    Ok(tx.execute("DELETE FROM sim_air_tokens WHERE id = ?1", [id.to_ascii_lowercase()])? > 0)
}

/// Whether this is the hash of a secret that is good now.
pub(super) fn is_secret(conn: &Connection, hash: &str, now: DateTime<Utc>) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sim_air_tokens WHERE hash = ?1 AND ifnull(expiry_us > ?2, 1))";
    conn.query_row(sql, (hash, now.timestamp_micros()), |row| row.get(0))
}

fn token(row: &Row<'_>) -> Result<Value, rusqlite::Error> {
    Ok(json!({
        "id": row.get::<_, String>("id")?,
        "name": row.get::<_, String>("name")?,
        "created": time(row.get("created_us")?),
        "expiry": row.get::<_, Option<i64>>("expiry_us")?.map(time),
    }))
}

/// A time as Python writes it: six digits after the second, or none.
fn time(micros: i64) -> String {
    let digits = if micros % 1_000_000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
    DateTime::from_timestamp_micros(micros).unwrap_or_default().to_rfc3339_opts(digits, true)
}
