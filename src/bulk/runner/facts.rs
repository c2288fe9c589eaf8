//! What a token that was read says of itself, as a record keeps it. Pure.

use std::rc::Rc;

use super::super::step::Again;
use crate::api::ApiError;
use crate::api::tokens::Tagged;
use crate::record::{Facts, Found};
use crate::runtime::Job;
use crate::session::Client;
use crate::store::Store;
use crate::time::Millis;

/// What a token that was read says of itself.
pub(crate) fn facts(tagged: &Tagged, now: Millis) -> Facts {
    let mut store = Store::new();
    tagged.json.put(&mut store).map(|row| Facts::of(&store, row, now)).unwrap_or_default()
}

/// What a token is like by now; `None` where the system lets no single token be read. An error: it did not tell.
pub(crate) async fn look_at(client: &Rc<Client>, id: &str, now: Millis) -> Result<Option<Found>, ApiError> {
    let job = Job::new();
    match client.ask(&job, async |api| api.read(id, true).await).await {
        Ok(tagged) => Ok(Some(Found::Is(facts(&tagged, now)))),
        Err(ApiError::NotFound(_)) => Ok(Some(Found::Missing)),
        Err(error) if Again::after(&error) == Again::Never => Ok(None),
        Err(error) => Err(error),
    }
}
