//! The dev server over real HTTP, on a real port and a real SQLite database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod auth;
mod command;
mod cors;
mod create;
mod disable;
mod errors;
mod faults;
mod golden;
mod hosts;
mod idempotency;
mod list;
mod openapi;
mod pages;
mod read;
mod replace;
mod revoke_delete;
mod seeds;
mod server;
mod sim_air;
mod sim_front;
mod sim_mist;
mod sim_pt_sandbox;
