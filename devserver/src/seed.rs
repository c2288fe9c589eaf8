//! Demonstration tokens: the same ones every time, realistic first, then awkward, then as many as are wanted.
//!
//! Ids, names and all else follow from a token's number alone, so the first 200 of 100,000 are the 200 of 200. Dates are
//! counted from the moment of seeding: what is about to expire today is about to expire whenever the server is started.

mod rows;
mod scopes;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use rusqlite::params;

use self::rows::{Offset, Row};
use crate::db::Db;
use crate::random::Random;
use crate::sim;

pub use self::scopes::{RETIRED_SCOPE, SCOPES};

/// Fills an empty database with the scopes and `n_tokens` tokens, and unless that is 0 with the simulated systems'. One
/// that has scopes already is left as it is, also when all its tokens have been deleted.
pub fn fill_if_empty(db: &Db, n_tokens: usize, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    db.write_now(|tx| {
        if tx.query_row("SELECT EXISTS (SELECT 1 FROM scopes)", [], |row| row.get(0))? {
            return Ok(());
        }
        for (position, (id, name)) in SCOPES.iter().enumerate() {
            tx.execute("INSERT INTO scopes (position, id, name) VALUES (?1, ?2, ?3)", (position as i64, id, name))?;
        }
        let mut insert = tx.prepare(
            "INSERT INTO tokens (id, guid, name, description, scopes, valid_from, valid_from_us, valid_to, valid_to_us,
                created_at, created_by, last_used_at, revoked_at, disabled_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        for number in 0..n_tokens {
            let row = rows::row(number);
            let mut random = Random::new(number);
            let (id, guid) = (random.uuid().to_string(), random.uuid().to_string());
            // Every way to write a time that the contract allows comes up.
            let style = number % N_STYLES;
            let written = |offset: Option<Offset>| offset.map(|it| write(at(now, it), style));
            let micros = |offset: Option<Offset>| offset.map(|it| at(now, it).timestamp_micros());
            // By position: looking names up takes most of the time in a debug build.
            insert.execute(params![
                id,
                guid,
                row.name,
                row.description,
                scopes_json(&row),
                written(row.from),
                micros(row.from),
                written(row.to),
                micros(row.to),
                write(at(now, row.created), 0),
                row.created_by,
                row.used.map(|it| write(at(now, it), 0)),
                row.revoked.map(|it| write(at(now, it), 0)),
                row.disabled.map(|it| write(at(now, it), 0)),
            ])?;
        }
        if n_tokens > 0 { sim::seed(tx, now) } else { Ok(()) }
    })
}

/// The moment at an offset, with whatever fraction of a second the time of seeding has.
fn at(now: DateTime<Utc>, Offset(seconds): Offset) -> DateTime<Utc> {
    now + TimeDelta::seconds(seconds)
}

const N_STYLES: usize = 6;

/// Writes a time in one of the ways that clients of a real API use: whole seconds, fractions, other zones.
fn write(at: DateTime<Utc>, style: usize) -> String {
    let zone = |minutes: i32| FixedOffset::east_opt(minutes * 60).map(|zone| at.with_timezone(&zone));
    let zoned = |minutes: i32, digits| zone(minutes).map(|it| it.to_rfc3339_opts(digits, false));
    match style {
        1 => at.to_rfc3339_opts(SecondsFormat::Secs, true),
        2 => zoned(120, SecondsFormat::Secs).unwrap_or_default(),
        3 => at.to_rfc3339_opts(SecondsFormat::Micros, true),
        4 => zoned(-210, SecondsFormat::Millis).unwrap_or_default(),
        5 => zoned(0, SecondsFormat::Secs).unwrap_or_default(),
        _ => at.to_rfc3339_opts(SecondsFormat::Millis, true),
    }
}

fn scopes_json(row: &Row) -> String {
    let quoted: Vec<String> = row.scopes.iter().map(|it| format!("\"{it}\"")).collect();
    format!("[{}]", quoted.join(","))
}
