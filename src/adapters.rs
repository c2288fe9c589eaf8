//! Other systems behind the Scoped Token API's form: requests in that form come in, and each is carried out by the calls
//! that the system really has. Pure; compiled into a module of its own, so that the page for a Scoped Token API does not
//! carry it.
//!
//! Beyond wire contracts §1, the form has `session` (POST signs in, DELETE signs out) and `targets` (what privileges can
//! hold for), and a token may lack any fact that the system does not report, name its `secret` once, and bring `extras`:
//! texts of the system's own in the order in which [`Capabilities::columns`] names them. It takes `inputs` with every write, and
//! has `tokens/{id}?again` (the token, never as the last list had it), `tokens/{id}/rotate`, `tokens/{id}/details` (the
//! token in this form and in the vendor's) and `test` (POST: what the list call gives, field by field). The answer to a
//! write is 202 where the system's was, and says by `seen` where its facts were `read` after it, or are `not` seen yet.
//!
//! A dialect is a folder here with an [`adapter::Adapter`]; `router` turns requests into its calls.

use crate::config::{ConfigError, Connection, Dialect};

mod adapter;
mod call;
mod entries;
mod findings;
mod gateway;
mod host;
mod page;
mod router;
mod site;
mod wire;

mod air;
mod mist;
mod pt_sandbox;
mod rest;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

pub use self::gateway::Gateway;
pub use self::host::{Host, Later};

impl Gateway {
    /// `base` is the connection's base as an absolute address; `is_foreign`: whether it lies on another origin than the
    /// page, where neither cookies nor the CSRF token can be had. `description` is the text of the file that the
    /// connection names. `None` for a dialect that needs no gateway; mistakes in the description name their places in the
    /// connection, or in the file: `apis/x.json#/list`.
    pub fn new(
        connection: &Connection,
        base: &str,
        is_foreign: bool,
        description: Option<&str>,
    ) -> Result<Option<Gateway>, Vec<ConfigError>> {
        let adapter: Box<dyn adapter::Adapter> = match &connection.dialect {
            Dialect::Scoped => return Ok(None),
            Dialect::PtSandbox => Box::new(pt_sandbox::PtSandbox::default()),
            Dialect::AirV1(filters) => Box::new(air::Air::v1(filters.clone())),
            Dialect::AirV2 => Box::new(air::Air::v2()),
            Dialect::MistSelf => Box::new(mist::Mist::of_self()),
            Dialect::MistOrg(org_id) => Box::new(mist::Mist::of_org(org_id.clone())),
            Dialect::Rest(file) => {
                let file = file.as_deref().map(|address| (address, description.unwrap_or_default()));
                Box::new(rest::Rest::new(&connection.settings, file)?)
            }
        };
        Ok(Some(Gateway::to(base, is_foreign, adapter)))
    }
}
