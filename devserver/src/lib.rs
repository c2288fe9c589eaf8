//! The development server: the built page, a Scoped Token API and simulated systems on SQLite, and ways to make things
//! fail on purpose.
//!
//! It is for development, tests and demonstrations, and is not hardened for anything else. What it has in common with the
//! program for users is in `tokendeck_server`: listening, the names that it answers to, the page's files and headers.
//!
//! The rooms, in reading order:
//! - [`cli`]: the command line.
//! - [`world`]: what every handler shares.
//! - [`site`]: which address leads where.
//! - [`scoped`]: the Scoped Token API, [`openapi`]: its description, [`auth`]: who may call it.
//! - [`sim`]: three vendors' systems, simulated.
//! - [`pages`]: the built page, [`config`]: its `config.json`.
//! - [`cors`]: other origins, [`faults`]: failures on request.
//! - `headers`: those that the answers of all APIs have.
//! - [`seed`]: the demonstration tokens, `random`: numbers that follow from theirs, [`db`]: SQLite, [`moment`] and [`clock`]: time, [`problem`]: errors.

pub mod cli;
pub mod world;

pub mod site;

pub mod auth;
pub mod openapi;
pub mod scoped;
pub mod sim;

pub mod config;
pub mod pages;

pub mod cors;
pub mod faults;
mod headers;

pub mod clock;
pub mod db;
pub mod moment;
pub mod problem;
mod random;
pub mod seed;

pub use site::app;
pub use tokendeck_server::serve;
pub use world::{Shared, World};

/// The tables of every part of the server.
pub const SCHEMAS: &[&str] =
    &[scoped::store::SCHEMA, sim::grants::SCHEMA, sim::pt_sandbox::SCHEMA, sim::air::SCHEMA, sim::mist::SCHEMA];

/// What has been added to tables since the first release, the oldest first: a database of before gets what it lacks.
pub const CHANGES: &[&str] = &[scoped::store::ADD_DISABLED];
