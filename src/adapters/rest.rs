//! Any API with a description (docs/connect-any-api.md is its language).

use serde_json::Value;

use super::adapter::{Adapter, Typed};
use super::call::Call;
use super::page::{Details, Page, WrittenToken};
use super::site::Site;
use crate::api::Later;
use crate::api::report::Report;
use crate::api::tokens::Work;
use crate::capabilities::Capabilities;
use crate::config::{ConfigError, Connection};
use crate::draft::{Draft, Inputs};
use crate::token::Scope;

mod call;
mod description;
mod errors;
mod facts;
mod inputs;
pub(crate) mod mistake;
mod node;
mod offers;
mod paging;
mod pick;
mod placeholder;
mod reading;
mod report;
mod session;
pub(crate) mod settings;
mod sign_in;
mod system;
mod template;
pub(crate) mod texts;
mod times;
mod values;
mod who;
mod writing;

#[cfg(test)]
mod tests;

pub(super) use self::system::Rest;

/// The adapter for a connection; `description` is the text of the file that it names.
pub(super) fn open(connection: &Connection, description: Option<&str>) -> Result<Rest, Vec<ConfigError>> {
    let file = connection.file().map(|address| (address, description.unwrap_or_default()));
    Rest::new(&connection.settings, file)
}

impl Adapter for Rest {
    fn capabilities(&self, site: &Site) -> Capabilities {
        self.offers(site)
    }

    fn mistakes(&self, knows_zone: &dyn Fn(&str) -> bool) -> Vec<ConfigError> {
        self.unknown_zone(knows_zone).into_iter().collect()
    }

    fn sign_in<'a>(&'a self, call: Call<'a>, typed: &'a Typed) -> Work<'a, String> {
        Box::pin(self.begin(call, typed))
    }

    fn sign_out<'a>(&'a self, call: Call<'a>) -> Later<'a, ()> {
        Box::pin(self.end(call))
    }

    fn secrets(&self) -> Vec<String> {
        self.session_secrets()
    }

    fn scopes<'a>(&'a self, call: Call<'a>) -> Work<'a, Vec<Scope>> {
        Box::pin(self.all_scopes(call))
    }

    fn list<'a>(&'a self, call: Call<'a>, cursor: Option<String>) -> Work<'a, Page> {
        Box::pin(async move { self.page(call, cursor).await.map(|(page, _)| page) })
    }

    fn report(&self, call: Call<'_>, page: &Page) -> Report {
        self.report_of(call, page)
    }

    fn read<'a>(&'a self, call: Call<'a>, id: &'a str, again: bool) -> Work<'a, Value> {
        Box::pin(self.read_token(call, id, again))
    }

    fn original<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Option<Value>> {
        Box::pin(Rest::original(self, call, id))
    }

    fn details<'a>(&'a self, call: Call<'a>, id: &'a str) -> Work<'a, Details> {
        Box::pin(self.told(call, id))
    }

    fn create<'a>(&'a self, call: Call<'a>, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.make(call, draft))
    }

    fn update<'a>(&'a self, call: Call<'a>, id: &'a str, draft: &'a Draft) -> Work<'a, WrittenToken> {
        Box::pin(self.change(call, id, draft))
    }

    fn revoke<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: &'a Inputs) -> Work<'a, WrittenToken> {
        Box::pin(self.end_token(call, id, inputs))
    }

    fn rotate<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: &'a Inputs) -> Work<'a, WrittenToken> {
        Box::pin(self.renew(call, id, inputs))
    }

    fn disable<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: &'a Inputs) -> Work<'a, WrittenToken> {
        Box::pin(self.switch(call, id, inputs, self.description.disable.as_ref()))
    }

    fn enable<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: &'a Inputs) -> Work<'a, WrittenToken> {
        Box::pin(self.switch(call, id, inputs, self.description.enable.as_ref()))
    }

    fn delete<'a>(&'a self, call: Call<'a>, id: &'a str, inputs: &'a Inputs) -> Work<'a, ()> {
        Box::pin(self.remove(call, id, inputs))
    }
}
