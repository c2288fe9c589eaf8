//! tokendeck: one page over all of a team's API tokens. Rooms in reading order.

pub mod config;
pub mod text;
pub mod time;
pub mod token;

pub mod draft;
pub mod store;

pub mod query;

pub mod api;
