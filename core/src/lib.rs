//! The tokens of a connection: read, kept, filtered and sorted. Pure, and compiled for speed where the rest of the page is
//! compiled for size. Rooms in reading order.

pub mod endless;
pub mod excerpt;
pub mod gap;
pub mod json;
pub mod secret;
pub mod selection;
pub mod text;
pub mod time;
pub mod token;
mod unicode;

pub mod store;

pub mod page;
pub mod query;
