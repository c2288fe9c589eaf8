//! The tokens of PT Sandbox' public API: every SQL statement, and what a token looks like.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction};
use serde_json::{Value, json};

use super::draft::Draft;
use crate::sim::secrets::{ALPHANUMERIC, hash, secret};

/// The table. A deleted token stays, with the time of its end.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sim_pt_tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        comment TEXT,
        permissions TEXT NOT NULL, -- a JSON array
        creator_login TEXT NOT NULL,
        created REAL NOT NULL, -- seconds since 1970
        modified REAL,
        deleted REAL,
        entry_point_id TEXT,
        entry_point_name TEXT,
        key TEXT NOT NULL UNIQUE -- SHA-256 of the secret
    ) STRICT;";

const COLUMNS: &str =
    "id, name, comment, permissions, creator_login, created, modified, deleted, entry_point_id, entry_point_name";

/// All tokens as they go over the wire, deleted ones too, oldest first.
pub(super) fn tokens(conn: &Connection) -> Result<Vec<Value>, rusqlite::Error> {
    conn.prepare(&format!("SELECT {COLUMNS} FROM sim_pt_tokens ORDER BY id"))?.query_map([], token)?.collect()
}

/// Makes a token: as it goes over the wire, with its secret and the secret's hash.
pub(super) fn create(
    tx: &Transaction<'_>,
    draft: &Draft,
    login: &str,
    now: DateTime<Utc>,
) -> Result<Value, rusqlite::Error> {
    let made = secret(ALPHANUMERIC, 48);
    let key = hash(&made);
    tx.execute(
        "INSERT INTO sim_pt_tokens (name, comment, permissions, creator_login, created, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (&draft.name, &draft.comment, json!(draft.permissions).to_string(), login, seconds(now), &key),
    )?;
    let sql = format!("SELECT {COLUMNS} FROM sim_pt_tokens WHERE id = ?1");
    let mut token = tx.query_row(&sql, [tx.last_insert_rowid()], token)?;
    token["token"] = made.into();
    token["key"] = key.into();
    Ok(token)
}

/// Marks a token as deleted; false if there is none, or no more.
pub(super) fn delete(tx: &Transaction<'_>, id: i64, now: DateTime<Utc>) -> Result<bool, rusqlite::Error> {
    let sql = "UPDATE sim_pt_tokens SET deleted = ?2 WHERE id = ?1 AND deleted IS NULL";
    Ok(tx.execute(sql, (id, seconds(now)))? > 0)
}

/// Whether this is the hash of a secret that is good.
pub(super) fn is_key(conn: &Connection, key: &str) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sim_pt_tokens WHERE key = ?1 AND deleted IS NULL)";
    conn.query_row(sql, [key], |row| row.get(0))
}

fn token(row: &Row<'_>) -> Result<Value, rusqlite::Error> {
    let permissions: Value = serde_json::from_str(&row.get::<_, String>("permissions")?).unwrap_or_default();
    let entry_point = row.get::<_, Option<String>>("entry_point_id")?;
    let entry_point_name = row.get::<_, Option<String>>("entry_point_name")?;
    Ok(json!({
        "id": row.get::<_, i64>("id")?,
        "name": row.get::<_, String>("name")?,
        "comment": row.get::<_, Option<String>>("comment")?,
        "permissions": permissions,
        "creatorLogin": row.get::<_, String>("creator_login")?,
        "created": row.get::<_, f64>("created")?,
        "modified": row.get::<_, Option<f64>>("modified")?,
        "deleted": row.get::<_, Option<f64>>("deleted")?,
        "entryPoint": entry_point.map(|id| json!({ "id": id, "name": entry_point_name })),
    }))
}

/// Seconds since 1970, with microseconds.
pub(super) fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_micros() as f64 / 1e6
}
