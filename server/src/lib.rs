//! Serves the page on one's own machine, and passes its requests on to the systems that a configuration lists.
//!
//! The dev server uses these rooms too. In reading order:
//! - [`serve`]: listening, saying where, ending in good order.
//! - [`hosts`]: the names that a server answers to, [`origins`]: whose page a request comes from.
//! - [`problem`]: what refusals look like.
//! - [`guard`]: whose requests are answered.
//! - [`headers`]: the page's policy and its other security headers, [`pages`]: its files.
//! - [`proxy`]: requests that are passed on to systems.
//! - [`site`]: which address leads where.
//!
//! And for the program alone (feature `program`): `config`, the connections, and `cli`, its command line.

pub mod serve;

pub mod hosts;
pub mod origins;
pub mod problem;

pub mod guard;

pub mod headers;
pub mod pages;

pub mod proxy;

pub mod site;

#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod config;
