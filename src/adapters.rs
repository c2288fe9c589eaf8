//! Systems of other dialects than the Scoped Token API's: each call of [`crate::api::tokens::TokenApi`] is carried out by the
//! calls that the system really has. Pure; in parts of the page's module that come when a connection needs them.
//!
//! A token is JSON in the Scoped Token API's form (wire contracts §1). It may lack any fact that the system does not report,
//! and bring `extras`: texts of the system's own in the order in which [`Capabilities::columns`] names them; `privileges` and
//! `source_ips`; `inputs` as the form is to show them; and `is_another` where a token of a page before has its id.
//!
//! A dialect is a folder here: its `adapter::Adapter` (`open` makes it), what its connections say (`settings`) and what
//! the schema of `config.json` says of that (`settings.schema.json`). It is registered by its line in `dialects!`; no other
//! room knows it by name. `gateway` makes the calls of the page calls of the adapter.

use self::adapter::Adapter;
use crate::capabilities::Capabilities;
use crate::config::dialect::Dialects;
use crate::config::{ConfigError, Connection};

mod adapter;
mod call;
mod entries;
pub(crate) mod fault;
mod findings;
mod gateway;
mod host;
mod page;
mod site;
mod wire;

pub(crate) mod air;
pub(crate) mod mist;
pub(crate) mod pt_sandbox;
pub(crate) mod rest;
pub(crate) mod scoped;
#[cfg(test)]
mod toy;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

pub use self::gateway::{Calls, Gateway};
pub use self::host::Host;

/// Makes of a list of dialects what `config.json` and the form know of them, and what opens them. The first comes with the
/// page, the others with the part of the page's module that is named before the dialects.
macro_rules! dialects {
    ($($part:ident: $($(#[$when:meta])* $dialect:ident),+;)+) => {
        /// The dialects that the page knows, the one without translation first.
        pub static DIALECTS: Dialects = &[&scoped::settings::DIALECT, $($($(#[$when])* &$dialect::settings::DIALECT),+),+];

        $(
            /// The adapter of a connection, or the mistakes in its description. `None` where it is none of this part.
            fn $part(connection: &Connection, description: Option<&str>) -> Result<Option<Box<dyn Adapter>>, Vec<ConfigError>> {
                $(
                    $(#[$when])*
                    if *connection.dialect == $dialect::settings::DIALECT {
                        return Ok(Some(Box::new($dialect::open(connection, description)?)));
                    }
                )+
                Ok(None)
            }
        )+
    };
}

dialects! {
    vendor: pt_sandbox, air, mist, #[cfg(test)] toy;
    described: rest;
}

/// What the system of a connection can do, where its calls need no translation.
pub fn direct(connection: &Connection) -> Option<Capabilities> {
    (*connection.dialect == scoped::settings::DIALECT).then(|| scoped::capabilities(&connection.auth))
}

#[cfg(test)]
pub(crate) use self::scoped::capabilities as scoped_capabilities;

impl Gateway {
    /// Opens a connection to a vendor's system. `base` is the connection's base as an absolute address; `is_foreign`:
    /// whether it lies on another origin than the page, where neither cookies nor the CSRF token can be had. `None` for a
    /// dialect that is no vendor's.
    pub fn of_vendor(
        connection: &Connection,
        base: &str,
        is_foreign: bool,
    ) -> Result<Option<Gateway>, Vec<ConfigError>> {
        Ok(vendor(connection, None)?
            .map(|adapter| Gateway::to(base, is_foreign, connection.setting("address"), adapter)))
    }

    /// The same to a system that a description tells of; `description` is the text of the file that the connection names.
    /// Mistakes in it name their places in the connection, or in the file: `apis/x.json#/list`.
    pub fn described(
        connection: &Connection,
        base: &str,
        is_foreign: bool,
        description: Option<&str>,
    ) -> Result<Option<Gateway>, Vec<ConfigError>> {
        Ok(described(connection, description)?
            .map(|adapter| Gateway::to(base, is_foreign, connection.setting("address"), adapter)))
    }

    /// Either of them.
    #[cfg(test)]
    pub(crate) fn new(
        connection: &Connection,
        base: &str,
        is_foreign: bool,
        description: Option<&str>,
    ) -> Result<Option<Gateway>, Vec<ConfigError>> {
        match Gateway::of_vendor(connection, base, is_foreign)? {
            None => Gateway::described(connection, base, is_foreign, description),
            found => Ok(found),
        }
    }
}
