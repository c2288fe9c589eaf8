//! Mistakes in what connections say, each with its place, and what reads them again.

use super::kit::{El, el};
use crate::config::ConfigError;
use crate::messages;
use crate::platform::window;

/// A line for each, with its place.
pub(super) fn list_of(mistakes: Vec<ConfigError>) -> El {
    let line = |ConfigError { pointer, mistake }: ConfigError| {
        let place = if pointer.is_empty() { "config.json" } else { &pointer };
        el("li").child(el("code").text(place)).text(" ").text(&messages::config::mistake(&mistake))
    };
    el("ul").children(mistakes.into_iter().map(line).collect())
}

/// Reads the page again, and config.json with it.
pub(super) fn reload() {
    let _ = window().location().reload();
}
