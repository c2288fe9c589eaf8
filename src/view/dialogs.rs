//! Dialogs and panels over the list: what is asked of the user, and what is shown of one token.

pub(super) mod about;
pub(super) mod choose;
mod clamped;
pub(super) mod columns;
pub(super) mod confirm;
pub(super) mod copying;
pub(super) mod details;
pub(super) mod frame;
mod long_text;
pub(super) mod secret;
pub(super) mod sign_in;
