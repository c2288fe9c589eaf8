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
    /// Opens the database and makes the tables that are missing. Each of `schemas` is SQL that is safe to run again.
    pub fn open(place: &Place, schemas: &[&str]) -> Result<Self, OpenError> {
        let conn = match place {
            Place::Memory => Connection::open_in_memory(),
            Place::File(path) => Connection::open(path),
        }
        .map_err(OpenError::Sqlite)?;
        prepare(&conn, place, schemas)?;
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

fn prepare(conn: &Connection, place: &Place, schemas: &[&str]) -> Result<(), OpenError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let tables = number("SELECT count(*) FROM sqlite_schema").map_err(OpenError::Sqlite)?;
    let owner = number("PRAGMA application_id").map_err(OpenError::Sqlite)?;
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
    conn.execute_batch(&pragmas).map_err(OpenError::Sqlite)?;
    schemas.iter().try_for_each(|schema| conn.execute_batch(schema)).map_err(OpenError::Sqlite)
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
