//! Every SQL statement of the Scoped Token API.
//!
//! SQLite itself writes the tokens' JSON: it is compiled with optimisations in every profile, so that 100,000 tokens
//! leave a debug build in well under a second, and there is one place that says what a token looks like.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::draft::{Draft, Stored};
use crate::moment::Moment;
use crate::problem::Problem;

/// The tables. Dates are kept as the text that came, and as microseconds since 1970 to compare.
///
/// `seq` is never used again after a delete (AUTOINCREMENT), so it can serve as cursor and in the ETag.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS scopes (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS tokens (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL DEFAULT 1,
        id TEXT NOT NULL UNIQUE,
        guid TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        description TEXT,
        scopes TEXT NOT NULL, -- a JSON array of scope ids
        valid_from TEXT,
        valid_from_us INTEGER,
        valid_to TEXT,
        valid_to_us INTEGER,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        last_used_at TEXT,
        revoked_at TEXT,
        disabled_at TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS idempotency_keys (
        key TEXT PRIMARY KEY,
        kept_since_us INTEGER NOT NULL,
        request TEXT NOT NULL,
        token_id TEXT NOT NULL,
        etag TEXT NOT NULL,
        answer TEXT NOT NULL
    ) STRICT;";

/// Tokens could not be switched off at first.
pub const ADD_DISABLED: &str = "ALTER TABLE tokens ADD COLUMN disabled_at TEXT";

/// A token as it goes over the wire; `:now` is microseconds since 1970.
const TOKEN_JSON: &str = "json_object(
    'id', id, 'guid', guid, 'name', name, 'description', description, 'scopes', json(scopes),
    'valid_from', valid_from, 'valid_to', valid_to,
    'is_active', json(iif(revoked_at IS NULL AND disabled_at IS NULL AND ifnull(valid_from_us <= :now, 1) AND ifnull(:now < valid_to_us, 1), 'true', 'false')),
    'created_at', created_at, 'created_by', created_by, 'last_used_at', last_used_at, 'revoked_at', revoked_at,
    'disabled_at', disabled_at)";

/// The token's version as a strong ETag: it differs between tokens and after every write.
///
/// It does not follow `is_active`, which the clock changes: an edit must not be refused since the token ran out meanwhile.
const ETAG: &str = "printf('\"%d-%d\"', seq, version)";

/// A token as it goes over the wire.
pub struct Found {
    /// The token's id.
    pub id: String,
    /// Its strong ETag, in quotes.
    pub etag: String,
    /// The token as JSON.
    pub json: String,
}

/// `[{"id","name"}]` in their own order.
pub fn scopes_json(conn: &Connection) -> Result<String, Problem> {
    const SQL: &str = "SELECT json_group_array(json_object('id', id, 'name', name) ORDER BY position) FROM scopes";
    Ok(conn.query_row(SQL, [], |row| row.get(0))?)
}

/// The ids of the scopes that may be given.
pub fn scope_ids(conn: &Connection) -> Result<HashSet<String>, rusqlite::Error> {
    conn.prepare("SELECT id FROM scopes")?.query_map([], |row| row.get(0))?.collect()
}

/// One page of the list, oldest token first: a token created while someone pages comes on the last page, one deleted
/// meanwhile moves nothing.
pub fn page_json(conn: &Connection, after: i64, limit: usize, now: DateTime<Utc>) -> Result<Vec<u8>, Problem> {
    let total: i64 = conn.query_row("SELECT count(*) FROM tokens", [], |row| row.get(0))?;
    let sql = format!("SELECT seq, {TOKEN_JSON} FROM tokens WHERE seq > :after ORDER BY seq LIMIT :limit");
    let mut statement = conn.prepare(&sql)?;
    // One more than asked for tells whether there is a next page.
    let more = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let mut rows =
        statement.query(named_params! { ":after": after, ":limit": more, ":now": now.timestamp_micros() })?;

    let mut body = format!("{{\"total\":{total},\"entries\":[").into_bytes();
    let (mut n_entries, mut last, mut next) = (0, after, None);
    while let Some(row) = rows.next()? {
        if n_entries == limit {
            next = Some(last);
            break;
        }
        if n_entries > 0 {
            body.push(b',');
        }
        body.extend_from_slice(row.get_ref(1)?.as_bytes().map_err(rusqlite::Error::from)?);
        last = row.get(0)?;
        n_entries += 1;
    }
    let next = next.map_or_else(|| "null".to_owned(), |seq| format!("\"{}\"", super::request::cursor(seq)));
    body.extend_from_slice(format!("],\"next\":{next}}}").as_bytes());
    Ok(body)
}

/// One token as it goes over the wire.
pub fn find(conn: &Connection, id: &str, now: DateTime<Utc>) -> Result<Option<Found>, Problem> {
    let sql = format!("SELECT id, {ETAG}, {TOKEN_JSON} FROM tokens WHERE id = :id");
    let found = |row: &Row<'_>| Ok(Found { id: row.get(0)?, etag: row.get(1)?, json: row.get(2)? });
    Ok(conn.query_row(&sql, named_params! { ":id": id, ":now": now.timestamp_micros() }, found).optional()?)
}

/// One token as a write needs it.
pub fn stored(conn: &Connection, id: &str) -> Result<Option<Stored>, Problem> {
    let sql = format!(
        "SELECT {ETAG}, guid, scopes, valid_from, valid_to, revoked_at IS NOT NULL, disabled_at IS NOT NULL FROM tokens WHERE id = ?1"
    );
    let stored = |row: &Row<'_>| {
        let moment =
            |idx| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(idx)?.as_deref().and_then(Moment::parse));
        Ok(Stored {
            etag: row.get(0)?,
            guid: row.get::<_, String>(1)?.parse().unwrap_or_default(),
            scopes: serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default(),
            valid_from: moment(3)?,
            valid_to: moment(4)?,
            revoked: row.get(5)?,
            disabled: row.get(6)?,
        })
    };
    Ok(conn.query_row(&sql, [id], stored).optional()?)
}

/// Adds a token. A GUID that another token has is 409.
pub fn insert(conn: &Connection, draft: &Draft, created_by: &str, now: DateTime<Utc>) -> Result<Found, Problem> {
    const TAKEN: &str = "SELECT EXISTS (SELECT 1 FROM tokens WHERE guid = ?1)";
    const SQL: &str = "
        INSERT INTO tokens (id, guid, name, description, scopes, valid_from, valid_from_us, valid_to, valid_to_us, created_at, created_by)
        VALUES (:id, :guid, :name, :description, :scopes, :valid_from, :valid_from_us, :valid_to, :valid_to_us, :created_at, :created_by)";
    let guid = draft.guid.to_string();
    if conn.query_row(TAKEN, [&guid], |row| row.get(0))? {
        return Err(
            Problem::conflict("Another token has this GUID.").with_error("guid", "Another token has this GUID.")
        );
    }
    let id = Uuid::new_v4().to_string();
    conn.execute(
        SQL,
        named_params! {
            ":id": id,
            ":guid": guid,
            ":name": draft.name,
            ":description": draft.description,
            ":scopes": scopes_text(&draft.scopes),
            ":valid_from": text(&draft.valid_from),
            ":valid_from_us": micros(&draft.valid_from),
            ":valid_to": text(&draft.valid_to),
            ":valid_to_us": micros(&draft.valid_to),
            ":created_at": Moment::from_utc(now).text(),
            ":created_by": created_by,
        },
    )?;
    find(conn, &id, now)?.ok_or_else(|| Problem::from(rusqlite::Error::QueryReturnedNoRows))
}

/// Replaces all that a client may say of a token, save its GUID.
pub fn replace(conn: &Connection, id: &str, draft: &Draft) -> Result<(), Problem> {
    const SQL: &str = "
        UPDATE tokens SET version = version + 1, name = :name, description = :description, scopes = :scopes,
            valid_from = :valid_from, valid_from_us = :valid_from_us, valid_to = :valid_to, valid_to_us = :valid_to_us
        WHERE id = :id";
    conn.execute(
        SQL,
        named_params! {
            ":id": id,
            ":name": draft.name,
            ":description": draft.description,
            ":scopes": scopes_text(&draft.scopes),
            ":valid_from": text(&draft.valid_from),
            ":valid_from_us": micros(&draft.valid_from),
            ":valid_to": text(&draft.valid_to),
            ":valid_to_us": micros(&draft.valid_to),
        },
    )?;
    Ok(())
}

/// Ends a token now; one that was to begin later begins and ends now.
pub fn revoke(conn: &Connection, id: &str, now: &Moment) -> Result<(), Problem> {
    const SQL: &str = "
        UPDATE tokens SET version = version + 1, revoked_at = :now, valid_to = :now, valid_to_us = :now_us,
            valid_from = iif(valid_from_us > :now_us, :now, valid_from),
            valid_from_us = iif(valid_from_us > :now_us, :now_us, valid_from_us)
        WHERE id = :id";
    conn.execute(SQL, named_params! { ":id": id, ":now": now.text(), ":now_us": now.micros() })?;
    Ok(())
}

/// Switches a token off at a moment; on again where there is none.
pub fn disable(conn: &Connection, id: &str, at: Option<&Moment>) -> Result<(), Problem> {
    const SQL: &str = "UPDATE tokens SET version = version + 1, disabled_at = :at WHERE id = :id";
    conn.execute(SQL, named_params! { ":id": id, ":at": at.map(Moment::text) })?;
    Ok(())
}

/// Removes a token.
pub fn delete(conn: &Connection, id: &str) -> Result<(), rusqlite::Error> {
    conn.execute("DELETE FROM tokens WHERE id = ?1", [id]).map(drop)
}

fn scopes_text(scopes: &[String]) -> String {
    serde_json::Value::from(scopes).to_string()
}

fn text(moment: &Option<Moment>) -> Option<&str> {
    moment.as_ref().map(Moment::text)
}

fn micros(moment: &Option<Moment>) -> Option<i64> {
    moment.as_ref().map(Moment::micros)
}
