//! What every handler shares: the data, the time, and how the server was started.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokendeck_server::hosts::AllowedHosts;
use tokendeck_server::proxy::{Proxy, Trust};

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
    /// The systems that requests are passed on to.
    pub proxy: Option<Arc<Proxy>>,
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
            proxy: None,
            connect_src: Vec::new(),
            secret: None,
            allowed_origins: AllowedOrigins::default(),
            allowed_hosts: AllowedHosts::default(),
            faults: None,
            running_keys: Arc::default(),
        }
    }

    /// Serves a file as `config.json`. Requests to the connections that say `"proxy": true` in it now are passed on; the
    /// error is a sentence.
    pub fn serve_config(&mut self, file: PathBuf) -> Result<(), String> {
        self.config = ConfigSource::File(file);
        let config = self.config_json().unwrap_or_default();
        // A wrong one is the page's to tell.
        if let Ok(mut config) = serde_json::from_slice::<Value>(&config) {
            self.proxy = Some(Arc::new(Proxy::of(&mut config, &self.base_path, &Trust::default())?));
        }
        Ok(())
    }

    /// The bytes of `config.json` as they are now.
    pub fn config_json(&self) -> std::io::Result<Vec<u8>> {
        let bytes = self.config.read(self.secret.is_some())?;
        let proxy = self.proxy.as_ref().filter(|it| it.systems().next().is_some());
        Ok(match (proxy, serde_json::from_slice::<Value>(&bytes)) {
            (Some(proxy), Ok(mut config)) => {
                proxy.lead_here(&mut config);
                config.to_string().into_bytes()
            }
            _ => bytes,
        })
    }
}
