//! What a token that was read says of itself, as a record keeps it. Pure.

use crate::api::tokens::Tagged;
use crate::record::Facts;
use crate::store::Store;
use crate::time::Millis;

/// What a token that was read says of itself.
pub(crate) fn facts(tagged: &Tagged, now: Millis) -> Facts {
    let mut store = Store::new();
    tagged.json.put(&mut store).map(|row| Facts::of(&store, row, now)).unwrap_or_default()
}
