//! A connection to a system of a vendor: its adapter, and what the last list had.

use serde_json::Value;

use super::adapter::Adapter;
use super::call::Call;
use super::entries::Entries;
use super::fault::Fault;
use super::page::Page;
use super::site::Site;
use crate::api::ApiError;
use crate::capabilities::Capabilities;
use crate::config::ConfigError;
use crate::endless::Guard;

/// A connection to a system of a vendor.
pub struct Gateway {
    pub(super) site: Site,
    pub(super) adapter: Box<dyn Adapter>,
    pub(super) entries: Entries,
}

impl Gateway {
    /// `base` is the connection's base as an absolute address; `is_foreign`: whether it lies on another origin than the
    /// page, where neither cookies nor the CSRF token can be had.
    pub(super) fn to(base: &str, is_foreign: bool, adapter: Box<dyn Adapter>) -> Gateway {
        let site = Site { base: base.trim_end_matches('/').into(), is_foreign };
        Gateway { site, adapter, entries: Entries::default() }
    }

    /// What the system can do.
    pub fn system(&self) -> Capabilities {
        self.adapter.capabilities(&self.site)
    }

    /// What is wrong in the connection's settings and only a browser knows: the names of time zones.
    pub fn mistakes(&self, knows_zone: &dyn Fn(&str) -> bool) -> Vec<ConfigError> {
        self.adapter.mistakes(knows_zone)
    }
}

/// A page of the list, kept for what is asked of its tokens later.
pub(super) async fn list(adapter: &dyn Adapter, call: Call<'_>, cursor: Option<String>) -> Result<Page, ApiError> {
    let (is_first, epoch) = (cursor.is_none(), call.entries.epoch.get());
    let mut page = adapter.list(call, cursor).await?;
    if call.entries.epoch.get() == epoch {
        call.entries.keep(&mut page, is_first);
    }
    Ok(page)
}

/// A token's entry as the last list had it; of one that has come since, as a list has it now.
pub(super) async fn entry(adapter: &dyn Adapter, call: Call<'_>, id: &str) -> Result<Value, ApiError> {
    let (mut cursor, mut guard) = (None::<String>, Guard::default());
    loop {
        if let Some(entry) = call.entries.get(id) {
            return Ok(entry);
        }
        if let Some(cursor) = &cursor {
            guard.follow(cursor, call.entries.len()).map_err(|why| ApiError::Endless(why.into()))?;
        }
        let page = list(adapter, call, cursor).await?;
        // What comes while another user signs in is not kept, but it is what they asked for.
        let is_it = |(entry, _): &(&Value, &Value)| entry["id"] == id;
        if let Some((_, raw)) = page.entries.iter().zip(&page.raw).find(is_it) {
            return Ok(raw.clone());
        }
        cursor = page.next;
        if cursor.is_none() {
            return Err(ApiError::NotFound(Fault::NotListed.into()));
        }
    }
}
