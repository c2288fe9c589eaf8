//! Secrets with an end that a simulated system hands out: sessions, and what leads to them.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::secrets::{ALPHANUMERIC, hash, secret};

/// The table. Of the secret only the hash is kept.
pub const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sim_grants (
        hash TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        ends_us INTEGER NOT NULL -- microseconds since 1970
    ) STRICT;";

/// What a secret is good for. Each kind is a world of its own: a secret of another kind opens nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Kind {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// How long a secret lasts, in seconds.
    pub(crate) seconds: i64,
}

/// Makes a secret that stands for `subject` from now on.
pub(crate) fn give(
    tx: &Transaction<'_>,
    kind: Kind,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<String, rusqlite::Error> {
    let given = secret(ALPHANUMERIC, 43);
    tx.execute("DELETE FROM sim_grants WHERE ends_us <= ?1", [now.timestamp_micros()])?;
    let ends = (now + TimeDelta::seconds(kind.seconds)).timestamp_micros();
    tx.execute(
        "INSERT INTO sim_grants (hash, kind, subject, ends_us) VALUES (?1, ?2, ?3, ?4)",
        (hash(&given), kind.name, subject, ends),
    )?;
    Ok(given)
}

/// What a secret stands for; `None` if it never was one of this kind, or its time is over.
pub(crate) fn subject(
    conn: &Connection,
    kind: Kind,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, rusqlite::Error> {
    let sql = "SELECT subject FROM sim_grants WHERE hash = ?1 AND kind = ?2 AND ends_us > ?3";
    conn.query_row(sql, (hash(secret), kind.name, now.timestamp_micros()), |row| row.get(0)).optional()
}
