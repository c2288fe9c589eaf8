//! tokendeck: one page over all of a team's API tokens. Rooms in reading order.

pub use tokendeck_core::{endless, excerpt, gap, json, page, query, secret, selection, store, text, time, token};

pub mod access;
pub mod capabilities;
pub mod config;
pub mod draft;
pub mod facts;
pub mod layout;
pub mod moments;
pub mod rights;
pub mod runtime;
pub mod scrolling;
pub mod shortcuts;
pub mod viewer;
pub mod words;

pub mod adapters;
pub mod api;
pub mod curl;
pub mod mask;
pub mod messages;
pub mod record;
pub mod session;

pub mod actions;
pub mod bulk;
pub mod rotation;
pub mod workspace;

#[cfg(target_arch = "wasm32")]
mod parts;
#[cfg(target_arch = "wasm32")]
pub mod platform;
#[cfg(target_arch = "wasm32")]
pub mod view;

/// Starts the page. A panic is handed to the recovery page of `start.js`, which does not depend on this module.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    report_panics();
    view::start();
}

/// The release page's panics say nothing (see `xtask/src/toolchain.rs`); the trap that follows is seen by `start.js`.
#[cfg(target_arch = "wasm32")]
fn report_panics() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| platform::report_panic(&info.to_string())));
}
