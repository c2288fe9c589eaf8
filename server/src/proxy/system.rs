//! A system that a configuration lists: how the page asks for it, and how far a request to it may go.

use std::time::Duration;

use axum::body::Body;
use axum_reverse_proxy::{ProxyPolicy, ReverseProxy, XForwardedFor};
use hyper_util::client::legacy::Client;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::base::Base;
use super::cookies::Jar;
use super::upstream::Connector;

/// Where all systems are, relative to the page.
pub(crate) const PREFIX: &str = "proxy";

/// What is percent-encoded of a connection's name in the path to it.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How large a request may be, in bytes: a form with a description, and room.
pub(crate) const MAX_REQUEST: u64 = 1 << 20;

/// The page gives up after the time that a connection says; so much later this server does too.
const GRACE: Duration = Duration::from_secs(2);

/// What the page takes where a connection says nothing of it (`src/config.rs`): seconds, and megabytes.
const DEFAULTS: (u64, u64) = (30, 64);

/// What a connection says.
pub(crate) struct Listed {
    name: String,
    address: String,
    base: Base,
    path: String,
    front: String,
    seconds: u64,
    megabytes: u64,
}

/// A system that requests are passed on to.
pub(crate) struct System {
    /// The name of its connection.
    pub(crate) name: String,
    /// Its address, as the connection has it.
    pub(crate) address: String,
    pub(crate) base: Base,
    /// Where the page finds it, relative to the page: `proxy/NAME`.
    pub(crate) path: String,
    /// The same from the server's root on.
    pub(crate) front: String,
    pub(crate) jar: Jar,
    /// How many seconds the page waits for an answer.
    pub(crate) seconds: u64,
    /// How long an answer may take until it is whole.
    pub(crate) timeout: Duration,
    /// In bytes.
    pub(crate) max_answer: u64,
    pub(crate) forward: ReverseProxy<Connector>,
}

impl Listed {
    /// Reads a connection that was checked; `base_path` is what the page is served under. The error is a sentence.
    pub(crate) fn read(connection: &Value, base_path: &str) -> Result<Listed, String> {
        let text = |key: &str| connection[key].as_str().unwrap_or_default().trim().to_owned();
        let (name, address) = (text("name"), text("base"));
        let base = Base::parse(&address).ok_or_else(|| {
            format!("{name}: its base, {address}, is not an absolute address that requests can be passed on to")
        })?;
        let path = format!("{PREFIX}/{}", utf8_percent_encode(&name, &ENCODED));
        if base.path_to(&format!("/{path}")).is_none() {
            return Err(format!("{name}: a connection with “proxy” cannot have this name, as no address can"));
        }
        let front = format!("{base_path}/{path}");
        let seconds = connection["timeout"].as_u64().unwrap_or(DEFAULTS.0);
        let megabytes = connection["max_answer_mb"].as_u64().unwrap_or(DEFAULTS.1);
        Ok(Listed { name, address, base, path, front, seconds, megabytes })
    }

    /// Whether it is reached by HTTPS.
    pub(crate) fn is_secure(&self) -> bool {
        self.base.is_secure()
    }
}

impl System {
    /// The system, reached by this client.
    pub(crate) fn new(listed: Listed, client: &Client<Connector, Body>) -> System {
        let Listed { name, address, base, path, front, seconds, megabytes } = listed;
        let timeout = Duration::from_secs(seconds) + GRACE;
        System {
            forward: forward(&base, client.clone(), timeout),
            jar: Jar::new(&front, &address),
            max_answer: megabytes * 1_000_000,
            name,
            address,
            base,
            path,
            front,
            seconds,
            timeout,
        }
    }
}

/// Passes requests on to one origin: their paths as they are, and nothing of who asks this server.
fn forward(base: &Base, client: Client<Connector, Body>, timeout: Duration) -> ReverseProxy<Connector> {
    let policy = ProxyPolicy::new()
        .with_x_forwarded_for(XForwardedFor::Preserve)
        .with_upstream_timeout(timeout)
        .with_max_request_body_bytes(MAX_REQUEST)
        .with_via("tokendeck");
    ReverseProxy::new_with_client("", base.origin.as_str(), client).with_policy(policy)
}
