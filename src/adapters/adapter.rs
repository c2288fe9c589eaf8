//! What an adapter does: the calls that a system can have, each "not supported" until an adapter says otherwise.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::Call;
use super::findings::findings;
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use crate::api::Later;
use crate::api::report::Report;
use crate::api::tokens::{Work, not_supported};
use crate::capabilities::Capabilities;
use crate::config::ConfigError;
use crate::draft::{Draft, Inputs};
use crate::token::{Scope, Target};
use crate::words::Words;

/// A system of a vendor. Tokens are JSON objects in the Scoped Token API's form, see [`crate::adapters`].
pub(super) trait Adapter {
    /// What the system can do. Every action that it offers has its call below.
    fn capabilities(&self, site: &Site) -> Capabilities;

    /// What is wrong in the settings and only a browser knows: the names of time zones.
    fn mistakes(&self, _knows_zone: &dyn Fn(&str) -> bool) -> Vec<ConfigError> {
        Vec::new()
    }

    /// Signs in with what was typed: the name of the user, empty where the system does not say.
    fn sign_in<'a>(&'a self, _: Call<'a>, _: &'a Typed) -> Work<'a, String> {
        not_supported()
    }

    /// Forgets who is signed in, and tells the system where it can be told.
    fn sign_out<'a>(&'a self, _: Call<'a>) -> Later<'a, ()> {
        Box::pin(async {})
    }

    /// What proves who is signed in, so that no message has it.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    /// The scopes to choose from; none where tokens have none.
    fn scopes<'a>(&'a self, _: Call<'a>) -> Work<'a, Vec<Scope>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// What privileges can hold for; nothing where tokens have none.
    fn targets<'a>(&'a self, _: Call<'a>) -> Work<'a, Vec<Target>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// A page of the list: the one that a cursor asks for, else the first.
    fn list<'a>(&'a self, _: Call<'a>, _cursor: Option<String>) -> Work<'a, Page> {
        not_supported()
    }

    /// What the first page of the list shows of how the connection is set up.
    fn report(&self, call: Call<'_>, page: &Page) -> Report {
        let first = page.entries.first();
        Report {
            count: page.entries.len(),
            total: Some(page.total),
            next: page.next.clone().map(Words::from),
            unread: page.unread.clone(),
            fields: first.map(|it| findings(&self.capabilities(call.site), it, call.now())).unwrap_or_default(),
        }
    }

    /// A token; `again`: never as the last list had it.
    fn read<'a>(&'a self, _: Call<'a>, _id: &'a str, _again: bool) -> Work<'a, Value> {
        not_supported()
    }

    /// A token in the vendor's own form, where creating one like it sends parts of it.
    fn original<'a>(&'a self, _: Call<'a>, _id: &'a str) -> Work<'a, Option<Value>> {
        Box::pin(async { Ok(None) })
    }

    /// A token, and everything that the system says of it.
    fn details<'a>(&'a self, _: Call<'a>, _id: &'a str) -> Work<'a, Details> {
        not_supported()
    }

    /// Makes a token.
    fn create<'a>(&'a self, _: Call<'a>, _: &'a Draft) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Changes a token.
    fn update<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Draft) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Ends a token and keeps its entry.
    fn revoke<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Inputs) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Gives a token a new secret; the old one works no more.
    fn rotate<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Inputs) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Switches a token off: its entry, its dates and its secret stay.
    fn disable<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Inputs) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Switches a token on again.
    fn enable<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Inputs) -> Work<'a, WrittenToken> {
        not_supported()
    }

    /// Removes a token.
    fn delete<'a>(&'a self, _: Call<'a>, _id: &'a str, _: &'a Inputs) -> Work<'a, ()> {
        not_supported()
    }
}

/// What was typed into the sign-in form, by the keys of its inputs.
pub(super) struct Typed(pub(super) BTreeMap<String, String>);

impl Typed {
    /// What was typed for an input; empty where nothing was.
    pub(super) fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }
}
