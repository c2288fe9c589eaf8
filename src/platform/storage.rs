//! What the page keeps in the browser from one visit to the next. Never a secret: everybody at this browser can read it.

use web_sys::Storage;

use super::window;
use crate::runtime::Refused;

/// What is kept under a key.
pub fn stored(key: &str) -> Result<Option<String>, Refused> {
    storage()?.get_item(key).map_err(|_| Refused)
}

/// Keeps a text under a key.
pub fn store(key: &str, text: &str) -> Result<(), Refused> {
    storage()?.set_item(key, text).map_err(|_| Refused)
}

fn storage() -> Result<Storage, Refused> {
    window().local_storage().ok().flatten().ok_or(Refused)
}
