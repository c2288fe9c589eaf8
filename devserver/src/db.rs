//! The SQLite database: opening it, and running work on it away from the network's thread.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Marks a SQLite file as ours ("tkdk"), so that a mistyped `--db` does not write into a database of another program.
const APPLICATION_ID: i64 = 0x746b_646b;

/// Where the data lives.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Place {
    /// Gone when the server ends.
    #[default]
    Memory,
    /// A file that survives a restart; it is made if missing.
    File(std::path::PathBuf),
}

/// One SQLite connection that all requests share.
///
/// One connection makes an in-memory database one database however many callers there are, and SQLite writes one at a
/// time anyway; a page of 5,000 tokens holds it for a few milliseconds.
#[derive(Clone)]
pub struct Db(Arc<Mutex<Connection>>);

impl Db {
    /// Opens the database and makes the tables that are missing. Each of `schemas` is SQL that is safe to run again; of
    /// `changes`, the oldest first, each is run once on a database that was made before it.
    pub fn open(place: &Place, schemas: &[&str], changes: &[&str]) -> Result<Self, OpenError> {
        let mut conn = match place {
            Place::Memory => Connection::open_in_memory(),
            Place::File(path) => Connection::open(path),
        }
        .map_err(OpenError::Sqlite)?;
        prepare(&conn, place)?;
        bring_up_to_date(&mut conn, schemas, changes).map_err(OpenError::Sqlite)?;
        Ok(Self(Arc::new(Mutex::new(conn))))
    }

    /// Runs `work` in a transaction on a thread that may block; what it refuses is rolled back.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let db = self.clone();
        join(tokio::task::spawn_blocking(move || db.write_now(work)).await)
    }

    /// Runs `work` on a thread that may block, on one unchanging state of the data.
    pub async fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<rusqlite::Error> + Send + 'static,
    {
        let db = self.clone();
        let work = move || work(&*db.lock().transaction()?);
        join(tokio::task::spawn_blocking(work).await)
    }

    /// As [`Db::write`], on the caller's thread: for the start, when no request waits yet.
    pub fn write_now<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.lock();
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connection> {
        // A panic in a handler rolled its transaction back, so the data is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A panic of the work goes on in the task that asked for it.
fn join<T>(done: Result<T, tokio::task::JoinError>) -> T {
    match done {
        Ok(value) => value,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// How many tables and indexes there are.
const N_TABLES: &str = "SELECT count(*) FROM sqlite_schema";

fn number(conn: &Connection, sql: &str) -> Result<i64, rusqlite::Error> {
    conn.query_row(sql, [], |row| row.get(0))
}

fn prepare(conn: &Connection, place: &Place) -> Result<(), OpenError> {
    let tables = number(conn, N_TABLES).map_err(OpenError::Sqlite)?;
    let owner = number(conn, "PRAGMA application_id").map_err(OpenError::Sqlite)?;
    if let Place::File(path) = place
        && tables > 0
        && owner != APPLICATION_ID
    {
        return Err(OpenError::Foreign(path.clone()));
    }
    conn.busy_timeout(std::time::Duration::from_secs(5)).map_err(OpenError::Sqlite)?;
    // WAL with `normal` survives the end of the process at any moment; only a power cut may lose the last writes.
    let pragmas = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA application_id = {APPLICATION_ID};"
    );
    conn.execute_batch(&pragmas).map_err(OpenError::Sqlite)
}

/// Makes the tables that are missing, and changes those of before, all of it or nothing. How many of the changes a database
/// has is its `user_version`; one that is made now has them all.
fn bring_up_to_date(conn: &mut Connection, schemas: &[&str], changes: &[&str]) -> Result<(), rusqlite::Error> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let is_new = number(&tx, N_TABLES)? == 0;
    let n_made = usize::try_from(number(&tx, "PRAGMA user_version")?).unwrap_or_default();
    schemas.iter().try_for_each(|schema| tx.execute_batch(schema))?;
    let missing = if is_new { &[] } else { changes.get(n_made..).unwrap_or_default() };
    missing.iter().try_for_each(|change| tx.execute_batch(change))?;
    if n_made < changes.len() {
        tx.pragma_update(None, "user_version", changes.len() as i64)?;
    }
    tx.commit()
}

/// Why a database cannot be used.
#[derive(Debug)]
pub enum OpenError {
    /// The file is a SQLite database of another program.
    Foreign(std::path::PathBuf),
    /// SQLite refuses it.
    Sqlite(rusqlite::Error),
}

impl OpenError {
    /// The error in words, with what to do.
    pub fn explain(&self, place: &Place) -> String {
        let file = match place {
            Place::Memory => Path::new(":memory:"),
            Place::File(path) => path,
        };
        match self {
            Self::Foreign(path) => {
                format!("{} is a database of another program; give another file to --db", path.display())
            }
            Self::Sqlite(error) => {
                format!("the database {} cannot be opened: {error}", file.display())
            }
        }
    }
}
