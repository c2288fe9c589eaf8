//! What every handler shares: the data, the time, and how the server was started.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokendeck_server::hosts::AllowedHosts;

use crate::clock::Clock;
use crate::config::ConfigSource;
use crate::cors::AllowedOrigins;
use crate::db::Db;
use crate::faults::Faults;

/// The world of one server. Everything in it is cheap to share.
pub struct World {
    /// The data.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The path that everything is served under: empty, or `/some/where` without a slash at its end.
    pub base_path: String,
    /// The folder with the built page.
    pub dist: PathBuf,
    /// Where `config.json` comes from.
    pub config: ConfigSource,
    /// The origins that the page may connect to beside those of its `config.json`.
    pub connect_src: Vec<String>,
    /// The bearer token that the Scoped Token API wants, if any.
    pub secret: Option<String>,
    /// The other origins that may call.
    pub allowed_origins: AllowedOrigins,
    /// The hosts that it answers to beside loopback.
    pub allowed_hosts: AllowedHosts,
    /// The failures asked for; `None` where the server was started without them.
    pub faults: Option<Faults>,
    /// The Idempotency-Keys whose request is still being carried out.
    pub running_keys: Arc<Mutex<HashSet<String>>>,
}

/// The world as handlers hold it.
pub type Shared = Arc<World>;

impl World {
    /// A server as it is without any option: no secret, no other origins and hosts, no failures, at the root.
    pub fn new(db: Db, dist: impl Into<PathBuf>) -> Self {
        Self {
            db,
            clock: Clock::system(),
            base_path: String::new(),
            dist: dist.into(),
            config: ConfigSource::Own,
            connect_src: Vec::new(),
            secret: None,
            allowed_origins: AllowedOrigins::default(),
            allowed_hosts: AllowedHosts::default(),
            faults: None,
            running_keys: Arc::default(),
        }
    }

    /// The bytes of `config.json` as they are now.
    pub fn config_json(&self) -> std::io::Result<Vec<u8>> {
        self.config.read(self.secret.is_some())
    }
}
