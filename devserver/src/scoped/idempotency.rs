//! Idempotency-Keys: a client that does not know whether its request arrived may send it again.

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::{Map, Value};

use super::store::Found;
use crate::problem::Problem;
use crate::world::Shared;

/// How long a key is kept.
pub(crate) const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

const MAX_LENGTH: usize = 255;

/// The key of a request.
pub(crate) struct Key(String);

impl Key {
    /// The key in the `Idempotency-Key` header, if there is one.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get("idempotency-key") else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default();
        if key.is_empty() || key.len() > MAX_LENGTH {
            let detail = format!("An Idempotency-Key has 1 to {MAX_LENGTH} ASCII characters.");
            return Err(Problem::bad_request(detail));
        }
        Ok(Some(Self(key.to_owned())))
    }

    /// Marks the key as being carried out, until the claim is dropped; 409 where it already is.
    pub(crate) fn claim(&self, world: &Shared) -> Result<Claim, Problem> {
        let mut running = world.running_keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !running.insert(self.0.clone()) {
            return Err(Problem::conflict("A request with this Idempotency-Key is still being carried out."));
        }
        Ok(Claim { key: self.0.clone(), world: world.clone() })
    }

    /// The answer that the first request with this key got; 422 where its body was another one.
    ///
    /// Only a success is kept: after a refusal the client corrects its fields and may keep the key.
    pub(crate) fn stored_answer(
        &self,
        conn: &Connection,
        body: &Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Result<Option<Found>, Problem> {
        const FORGET: &str = "DELETE FROM idempotency_keys WHERE kept_since_us <= ?1";
        const FIND: &str = "SELECT request, token_id, etag, answer FROM idempotency_keys WHERE key = ?1";
        conn.execute(FORGET, [(now - KEPT_FOR).timestamp_micros()])?;
        let stored = conn.query_row(FIND, [&self.0], |row| {
            let found = Found { id: row.get(1)?, etag: row.get(2)?, json: row.get(3)? };
            Ok((row.get::<_, String>(0)?, found))
        });
        let Some((request, found)) = stored.optional()? else {
            return Ok(None);
        };
        // Compared as JSON: the order of the fields does not matter.
        let same = serde_json::from_str::<Map<String, Value>>(&request).is_ok_and(|it| it == *body);
        if same {
            Ok(Some(found))
        } else {
            Err(Problem::unprocessable("This Idempotency-Key came with another body before."))
        }
    }

    /// Keeps the answer for a repetition.
    pub(crate) fn store_answer(
        &self,
        conn: &Connection,
        body: &Map<String, Value>,
        found: &Found,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        const SQL: &str = "
            INSERT INTO idempotency_keys (key, kept_since_us, request, token_id, etag, answer)
            VALUES (:key, :now, :request, :token_id, :etag, :answer)";
        conn.execute(
            SQL,
            named_params! {
                ":key": self.0,
                ":now": now.timestamp_micros(),
                ":request": Value::from(body.clone()).to_string(),
                ":token_id": found.id,
                ":etag": found.etag,
                ":answer": found.json,
            },
        )?;
        Ok(())
    }
}

/// A key that is being carried out.
pub(crate) struct Claim {
    key: String,
    world: Shared,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.world.running_keys.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.key);
    }
}
