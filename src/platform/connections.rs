//! What this browser keeps of connections.

use js_sys::Reflect;
use web_sys::Event;

use crate::config::local::{LocalConnections, NotKept};
use crate::platform::storage::stored;
use crate::platform::{Listener, window};
use crate::runtime::Refused;

/// Where the page's connections are kept in the browser.
pub const KEY: &str = "tokendeck.connections";

/// What this browser keeps of connections. Where it cannot be read, nothing; why, is told where they are managed.
pub fn kept() -> LocalConnections {
    read_kept().unwrap_or_default()
}

/// What this browser keeps of connections, or why that cannot be read.
pub fn read_kept() -> Result<LocalConnections, NotKept> {
    match stored(KEY) {
        Ok(None) => Ok(LocalConnections::default()),
        Ok(Some(text)) => LocalConnections::parse(&text).map_err(NotKept::Unreadable),
        Err(Refused) => Err(NotKept::NoStorage),
    }
}

/// Calls `run` whenever another page of this browser has changed what is kept of connections.
pub fn on_change_elsewhere(mut run: impl FnMut() + 'static) {
    let changed = move |event: Event| {
        // A storage that was emptied names no key.
        let key = Reflect::get(&event, &"key".into()).ok().and_then(|it| it.as_string());
        if key.is_none_or(|it| it == KEY) {
            run();
        }
    };
    Listener::new(window().into(), "storage", Box::new(changed)).keep();
}
