//! What the project's tasks and its bundler share: where things are, running programs, and the contents of files.

pub mod explain;
pub mod files;
pub mod process;
pub mod project;

/// The target of the page.
pub const WASM: &str = "wasm32-unknown-unknown";
