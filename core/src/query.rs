//! Which tokens are shown, and in what order. Pure: no browser, no clock.

pub use self::address::Query;
pub use self::counts::{Counted, Counts, SOON, UNUSED};
pub use self::filter::{Ends, Filter, LastUsed, StatusFilter};
pub use self::order::{Sort, SortKey, next_change};
pub use self::results::ResultSet;

mod address;
mod counts;
mod filter;
mod matcher;
mod order;
mod results;

#[cfg(test)]
mod tests;
