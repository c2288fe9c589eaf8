//! What is shown and the page's address: each follows the other. Pure.

use reactive_graph::prelude::*;

use super::state::{Awaited, PendingAddress, Typing, Workspace};
use super::told::Told;
use crate::api::encode;
use crate::query::{Filter, Query, Sort, SortKey};
use crate::token::TokenRef;

/// The parameter of an address that names a system. Without it all of them are meant.
pub const SYSTEM: &str = "connection";

impl Workspace {
    /// Changes the filter. Typing into one text makes one step in the history, every other change is a step of its own, so
    /// that Back leads to the views at which the user stopped.
    pub fn filter(self, typed: Option<&'static str>, change: impl FnOnce(&mut Filter)) {
        self.flush_address_unless(typed);
        self.query.update(|it| change(&mut it.filter));
        self.relist();
        self.hear_soon(Awaited::Count);
        self.write_address_soon(typed);
    }

    /// Sorts as a click on a column's header asks.
    pub fn sort(self, key: SortKey) {
        self.order_by(Sort::clicked(self.query.with_untracked(|it| it.sort), key));
    }

    /// Sorts so; the order of the systems themselves is none.
    pub fn order_by(self, sort: Option<Sort>) {
        self.flush_address_unless(None);
        self.query.update(|it| it.sort = sort);
        self.relist();
        self.hear_soon(Awaited::Order);
        self.write_address_soon(None);
    }

    /// Takes all filters away.
    pub fn clear_filters(self) {
        self.filter(None, |it| *it = Filter::default());
    }

    /// Shows what the page's address says.
    pub fn read_address(self) {
        self.forget_typing();
        let mut params = self.runtime.address_params();
        let system = self.system();
        for (_, sort) in params.iter_mut().filter(|it| it.0 == "sort") {
            *sort = system.sort_from_address(sort);
        }
        let mut read = Query::from_params(params.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        self.query.update(|query| {
            // No address says this: it holds as long as the rest does, as when details are closed.
            read.filter.only_selected = query.filter.only_selected;
            read.filter.only_selected &= read.filter == query.filter;
            *query = read;
        });
        let value = |wanted: &str| params.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.clone());
        let slot = value("of")
            .map_or(Some(0), |name| self.slots.with_untracked(|it| it.iter().position(|it| it.name == name)));
        self.details.set(slot.zip(value("token")).map(|(slot, id)| TokenRef { slot, id }));
        self.relist();
        // What was typed may be a secret, which does not stay in the address.
        if params.iter().any(|(key, _)| Query::TYPED.contains(&key.as_str())) {
            self.write_address(false);
        }
    }

    /// Writes no address for what was typed last.
    pub(super) fn forget_typing(self) {
        self.inner().typing.take();
    }

    pub(super) fn flush_address_unless(self, typed: Option<&'static str>) {
        let typing = self.inner().typing.take();
        if typing.last == typed && typed.is_some() {
            self.inner().typing.replace(typing);
        } else if typing.pending.is_some() {
            self.write_address(true);
        }
    }

    /// Typing writes the address when it pauses: browsers refuse to be told a hundred times in a row.
    fn write_address_soon(self, typed: Option<&'static str>) {
        let (inner, runtime) = (self.inner(), self.runtime);
        let Typing { last, pending } = inner.typing.take();
        let new_step = pending.as_ref().map_or(last != typed || typed.is_none(), |it| it.new_step);
        drop(pending);
        // What is chosen stands there as soon as the rows do: they must not wait for the browser's history.
        let pause = if typed.is_some() { 250 } else { 0 };
        let write = move || {
            self.write_address(new_step);
            // The timer must not be dropped while it runs.
            runtime.spawn(Box::pin(async move {
                if let Some(inner) = self.inner.try_get_value() {
                    inner.typing.borrow_mut().pending.take();
                }
            }));
        };
        let timer = runtime.after(pause, Box::new(write));
        inner.typing.replace(Typing { last: typed, pending: Some(PendingAddress { new_step, _timer: timer }) });
    }

    /// Has the address say what is shown, as soon as what that takes is there.
    pub(super) fn write_address(self, new_step: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        match inner.later.get() {
            Some(later) => (later.write_address)(self, new_step),
            None => inner.owes_address.set(Some(new_step || inner.owes_address.get() == Some(true))),
        }
    }

    /// Has the address say what is shown: see [`super::later`].
    pub(super) fn write_address_now(self, new_step: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let mut params = self.query.with_untracked(Query::to_params);
        for (_, sort) in params.iter_mut().filter(|it| it.0 == "sort") {
            *sort = inner.system.sort_to_address(sort);
        }
        params.extend(self.place());
        if let Some(token) = self.details.get_untracked() {
            params.extend(self.link(token.slot, &token.id));
        }
        self.runtime.set_address_params(&params, new_step);
    }

    /// An address on this page that leads to the details of a token, but for its id at the end.
    pub fn link_before_id(&self, slot: usize) -> String {
        let pairs = self.place().into_iter().chain(self.link(slot, ""));
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", encode(&value))).collect();
        format!("?{}", pairs.join("&"))
    }

    /// What the address has to say so that it leads to this workspace: one that names no system leads to all of them.
    fn place(&self) -> Option<(&'static str, String)> {
        let names_system = self.has_several.get_untracked() && !self.is_inventory();
        let name = || self.slots.with_untracked(|it| it.first().map(|it| it.name.clone()));
        if names_system { Some((SYSTEM, name()?)) } else { None }
    }

    /// What the address says of the token whose details are shown.
    fn link(&self, slot: usize, id: &str) -> Vec<(&'static str, String)> {
        let system = || self.slots.with_untracked(|it| it.get(slot).map(|it| ("of", it.name.clone())));
        let system = if self.is_inventory() { system() } else { None };
        system.into_iter().chain([("token", id.to_owned())]).collect()
    }

    /// Shows the details of a token, or none.
    pub fn show_details(self, token: Option<TokenRef>) {
        self.flush_address_unless(None);
        self.details.set(token);
        self.write_address(true);
    }

    /// Refuses to leave this connection while a dialog is open: the address says again what it said before.
    pub fn stay_here(self) {
        self.write_address(true);
        self.tell(Told::DialogIsOpen.into());
    }

    /// Shows a token that the filters hide.
    pub fn reveal(self, token: TokenRef) {
        self.clear_filters();
        self.dismiss_notice();
        self.marked.set(Some(token));
    }
}
