//! Every SQL statement of the simulated Mist.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Value, json};

use super::privilege::Privilege;
use crate::sim::secrets::hash;

/// The tables. Of keys, session ids and CSRF tokens only hashes are kept.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS mist_tokens (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL, -- the id of an account or an organisation
        name TEXT NOT NULL,
        key_hash TEXT NOT NULL UNIQUE,
        key_masked TEXT NOT NULL,
        created_us INTEGER NOT NULL, -- microseconds since 1970; 0: unknown
        last_used INTEGER, -- seconds since 1970; 0 or NULL: never
        created_by TEXT,
        src_ips TEXT, -- a JSON array
        privileges TEXT -- a JSON array; NULL: those of the account
    ) STRICT;
    CREATE TABLE IF NOT EXISTS mist_sessions (
        hash TEXT PRIMARY KEY,
        csrf_hash TEXT NOT NULL,
        account TEXT NOT NULL,
        is_passed INTEGER NOT NULL, -- 0: the second factor is still wanted
        ends_us INTEGER NOT NULL -- microseconds since 1970
    ) STRICT;";

/// How long a session lasts, in minutes.
pub(super) const SESSION_MINUTES: i64 = 1440;

/// A stored token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) id: String,
    /// The id of an account or an organisation.
    pub(super) owner: String,
    pub(super) name: String,
    /// The key, masked.
    pub(super) key: String,
    /// Microseconds since 1970; 0 where it is unknown.
    pub(super) created_us: i64,
    /// Seconds since 1970; 0 or absent where it never was.
    pub(super) last_used: Option<i64>,
    /// What a token of an organisation has beyond that; absent for a person's own.
    pub(super) grant: Option<Grant>,
}

/// What only a token of an organisation has.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The creator's email; absent where the account is gone.
    pub(super) created_by: Option<String>,
    /// From where it may be used; from everywhere where empty. Shown, but not enforced here.
    pub(super) src_ips: Vec<String>,
    /// What it may do: at least one.
    pub(super) privileges: Vec<Privilege>,
}

/// A session that has not ended.
pub(super) struct Session {
    /// The hash of its id.
    pub(super) hash: String,
    /// The hash of its CSRF token.
    pub(super) csrf_hash: String,
    /// The id of its account.
    pub(super) account: String,
    /// Whether no second factor is wanted any more.
    pub(super) is_passed: bool,
}

impl Token {
    /// As it goes over the wire.
    pub(super) fn json(&self) -> Value {
        let mut token = json!({
            "id": self.id,
            "name": self.name,
            "key": self.key,
            "created_time": seconds(self.created_us),
            "last_used": self.last_used,
        });
        if let Some(grant) = &self.grant {
            token["org_id"] = json!(self.owner);
            token["created_by"] = json!(grant.created_by);
            token["privileges"] = json!(grant.privileges);
            if !grant.src_ips.is_empty() {
                token["src_ips"] = json!(grant.src_ips);
            }
        }
        token
    }
}

/// Seconds since 1970, with a fraction only where there is one.
fn seconds(micros: i64) -> Value {
    if micros % 1_000_000 == 0 { json!(micros / 1_000_000) } else { json!(micros as f64 / 1e6) }
}

/// What is shown of a key: `1qkb...QQCL`.
fn masked(key: &str) -> String {
    let end = key.len().saturating_sub(4);
    format!("{}...{}", key.get(..4).unwrap_or_default(), key.get(end..).unwrap_or_default())
}

const COLUMNS: &str = "id, owner, name, key_masked, created_us, last_used, created_by, src_ips, privileges";

fn token(row: &Row<'_>) -> Result<Token, rusqlite::Error> {
    let privileges: Option<String> = row.get(8)?;
    let grant = match privileges {
        None => None,
        Some(privileges) => Some(Grant {
            created_by: row.get(6)?,
            src_ips: serde_json::from_str(&row.get::<_, String>(7)?).unwrap_or_default(),
            privileges: serde_json::from_str(&privileges).unwrap_or_default(),
        }),
    };
    Ok(Token {
        id: row.get(0)?,
        owner: row.get(1)?,
        name: row.get(2)?,
        key: row.get(3)?,
        created_us: row.get(4)?,
        last_used: row.get(5)?,
        grant,
    })
}

/// The tokens of an account or an organisation, oldest first.
pub(super) fn tokens(conn: &Connection, owner: &str) -> Result<Vec<Token>, rusqlite::Error> {
    let sql = format!("SELECT {COLUMNS} FROM mist_tokens WHERE owner = ?1 ORDER BY seq");
    conn.prepare(&sql)?.query_map([owner], token)?.collect()
}

/// One token of an account or an organisation.
pub(super) fn find(conn: &Connection, owner: &str, id: &str) -> Result<Option<Token>, rusqlite::Error> {
    let sql = format!("SELECT {COLUMNS} FROM mist_tokens WHERE owner = ?1 AND id = ?2");
    conn.query_row(&sql, [owner, id], token).optional()
}

/// The token with a key, which is used now.
pub(super) fn used(conn: &Connection, key: &str, now: DateTime<Utc>) -> Result<Option<Token>, rusqlite::Error> {
    let sql = format!("UPDATE mist_tokens SET last_used = ?1 WHERE key_hash = ?2 RETURNING {COLUMNS}");
    conn.query_row(&sql, (now.timestamp(), hash(key)), token).optional()
}

/// Adds a token, whose `key` is the whole one; gives it back with the key masked.
pub(super) fn insert(conn: &Connection, token: Token) -> Result<Token, rusqlite::Error> {
    const SQL: &str = "
        INSERT INTO mist_tokens (id, owner, name, key_hash, key_masked, created_us, last_used, created_by, src_ips, privileges)
        VALUES (:id, :owner, :name, :key_hash, :key_masked, :created_us, :last_used, :created_by, :src_ips, :privileges)";
    let stored = Token { key: masked(&token.key), ..token };
    let grant = stored.grant.as_ref();
    conn.execute(
        SQL,
        named_params! {
            ":id": stored.id,
            ":owner": stored.owner,
            ":name": stored.name,
            ":key_hash": hash(&token.key),
            ":key_masked": stored.key,
            ":created_us": stored.created_us,
            ":last_used": stored.last_used,
            ":created_by": grant.and_then(|it| it.created_by.as_deref()),
            ":src_ips": grant.map(|it| json!(it.src_ips).to_string()),
            ":privileges": grant.map(|it| json!(it.privileges).to_string()),
        },
    )?;
    Ok(stored)
}

/// Replaces the name of a token and what it may do.
pub(super) fn update(conn: &Connection, token: &Token) -> Result<(), rusqlite::Error> {
    let privileges = token.grant.as_ref().map(|it| json!(it.privileges).to_string());
    let sql = "UPDATE mist_tokens SET name = ?1, privileges = ?2 WHERE id = ?3";
    conn.execute(sql, (&token.name, privileges, &token.id)).map(drop)
}

/// Removes a token; says whether it was there.
pub(super) fn delete(conn: &Connection, owner: &str, id: &str) -> Result<bool, rusqlite::Error> {
    Ok(conn.execute("DELETE FROM mist_tokens WHERE owner = ?1 AND id = ?2", [owner, id])? > 0)
}

/// Begins a session, and forgets those that have ended.
pub(super) fn begin_session(conn: &Connection, session: &Session, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    let ends = now + TimeDelta::minutes(SESSION_MINUTES);
    conn.execute("DELETE FROM mist_sessions WHERE ends_us <= ?1", [now.timestamp_micros()])?;
    let sql = "INSERT INTO mist_sessions (hash, csrf_hash, account, is_passed, ends_us) VALUES (?1, ?2, ?3, ?4, ?5)";
    let Session { hash, csrf_hash, account, is_passed } = session;
    conn.execute(sql, (hash, csrf_hash, account, is_passed, ends.timestamp_micros())).map(drop)
}

/// The session with an id, unless it has ended.
pub(super) fn session(conn: &Connection, id: &str, now: DateTime<Utc>) -> Result<Option<Session>, rusqlite::Error> {
    let sql = "SELECT hash, csrf_hash, account, is_passed FROM mist_sessions WHERE hash = ?1 AND ends_us > ?2";
    let session = |row: &Row<'_>| {
        Ok(Session { hash: row.get(0)?, csrf_hash: row.get(1)?, account: row.get(2)?, is_passed: row.get(3)? })
    };
    conn.query_row(sql, (hash(id), now.timestamp_micros()), session).optional()
}

/// The second factor of a session is given.
pub(super) fn pass_session(conn: &Connection, hash: &str) -> Result<(), rusqlite::Error> {
    conn.execute("UPDATE mist_sessions SET is_passed = 1 WHERE hash = ?1", [hash]).map(drop)
}

/// Ends a session.
pub(super) fn end_session(conn: &Connection, hash: &str) -> Result<(), rusqlite::Error> {
    conn.execute("DELETE FROM mist_sessions WHERE hash = ?1", [hash]).map(drop)
}
