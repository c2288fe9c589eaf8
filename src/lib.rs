//! tokendeck: one page over all of a team's API tokens. Rooms in reading order.

pub use tokendeck_core::{endless, json, page, query, secret, store, text, time, token};

pub mod capabilities;
pub mod config;
pub mod draft;
pub mod facts;
pub mod layout;
pub mod viewer;

pub mod adapters;
pub mod api;
pub mod mask;
pub mod messages;
pub mod proof;

#[cfg(target_arch = "wasm32")]
pub mod platform;
#[cfg(target_arch = "wasm32")]
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod workspace;

/// Starts the page; `code` is that of the parts which come later. A panic is handed to the recovery page of `start.js`, which does not depend on this module.
#[cfg(target_arch = "wasm32")]
pub fn start(code: view::lazy::Code) {
    report_panics();
    view::start(code);
}

/// Gets the module ready that manages connections; it is told when to show itself.
#[cfg(target_arch = "wasm32")]
pub fn start_connections() {
    report_panics();
    platform::watch_policy();
}

/// The release page's panics say nothing (see `xtask/src/toolchain.rs`); the trap that follows is seen by `start.js`.
#[cfg(target_arch = "wasm32")]
fn report_panics() {
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|info| platform::report_panic(&info.to_string())));
}
