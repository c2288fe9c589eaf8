//! The workspace without a browser: over a fake network and a fake clock.

use std::rc::Rc;

use reactive_graph::computed::Memo;
use reactive_graph::owner::Owner;
use reactive_graph::prelude::*;

use super::Workspace;
use super::connection::ConnectionState;
use super::notices::{dismiss, with_findings};
use super::told::{State, Written};
use crate::actions::NamedToken;
use crate::actions::journal;
use crate::capabilities::Action;
use crate::config::{Auth, Connection};
use crate::runtime::fake::{FAKE, Fake};
use crate::session::Client;
use crate::token::TokenRef;
use crate::words::Words;

mod address;
mod hearing;
mod leaving;
mod lists;
mod recorded;
mod rotating;
mod selecting;
mod sessions;
mod writes;

/// A page with a workspace on it.
struct Page {
    workspace: Workspace,
    client: Rc<Client>,
    root: Owner,
}

/// A connection to a Scoped Token API at `/api`, with more settings.
fn client(settings: &str) -> Rc<Client> {
    let settings = format!(r#"{{"name":"A","dialect":"scoped","base":"/api"{settings}}}"#);
    let connection = Connection::read(&settings, crate::adapters::DIALECTS).expect("a connection");
    let system = crate::adapters::direct(&connection).expect("a Scoped Token API");
    Rc::new(Client::direct(connection, system, &FAKE))
}

impl Page {
    /// Opens a workspace and starts it.
    fn new(client: Rc<Client>) -> Page {
        let page = Page::incomplete(client);
        page.workspace.complete();
        page
    }

    /// The same, before what comes after the first rows is there.
    fn incomplete(client: Rc<Client>) -> Page {
        let root = Owner::new();
        let workspace = root.with(|| Workspace::of_one(client.clone(), Memo::new(|_| false)));
        root.with(|| workspace.start());
        Fake::run();
        Page { workspace, client, root }
    }

    /// Opens one without a sign-in, in an empty world, before what comes after the first rows is there.
    fn begin_incomplete() -> Page {
        begin();
        Page::incomplete(client(""))
    }

    /// Opens one without a sign-in, in an empty world.
    fn begin() -> Page {
        begin();
        Page::new(client(""))
    }

    /// The same, with a list of these tokens loaded: ids, and names.
    fn with_tokens(tokens: &[(&str, &str)]) -> Page {
        let page = Page::begin();
        Fake::answer("/scopes", 200, SCOPES);
        Fake::answer("/tokens", 200, &list(tokens, ""));
        page
    }

    fn state(&self) -> ConnectionState {
        self.workspace.source(0).expect("the system is open")
    }

    /// The names in the table, in order.
    fn names(&self) -> Vec<String> {
        self.workspace.with_rows(|stores, row_refs| {
            row_refs.iter().map(|it| stores[it.slot()].store.name(it.row()).to_owned()).collect()
        })
    }

    /// What the page told last; empty for nothing.
    fn notice(&self) -> Words {
        self.workspace.notice.with_untracked(|it| it.as_ref().map(|it| it.text.clone()).unwrap_or_default())
    }

    fn token(&self, id: &str, name: &str) -> NamedToken {
        NamedToken { token: TokenRef { slot: 0, id: id.into() }, name: name.into() }
    }
}

const SCOPES: &str = r#"[{"id":"s1","name":"Read"}]"#;

/// An empty world.
fn begin() {
    Fake::begin();
    journal::forget("A");
    for id in with_findings(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()) {
        dismiss(id);
    }
    super::notices::forget_findings("A");
}

/// An active token on the wire.
fn token(id: &str, name: &str) -> String {
    format!(
        r#"{{"id":"{id}","guid":"g{id}","name":"{name}","description":null,"scopes":["s1"],"valid_from":null,"valid_to":null,"is_active":true,"revoked_at":null}}"#
    )
}

/// A page of the list; `tail` may say where it goes on.
fn list(tokens: &[(&str, &str)], tail: &str) -> String {
    let entries: Vec<String> = tokens.iter().map(|(id, name)| token(id, name)).collect();
    format!(r#"{{"total":{},"entries":[{}]{tail}}}"#, entries.len(), entries.join(","))
}

/// What the page says of writes until it is dismissed.
fn findings() -> Vec<Words> {
    with_findings(|all| all.iter().map(|it| it.text.clone()).collect())
}

/// How a write to a token of this name stands.
fn written(action: Action, called: &str, state: State) -> Words {
    Written { action, called: called.into(), state }.into()
}

/// Signs in with a token, as the form does.
fn sign_in(state: ConnectionState, typed: &str) {
    let typed = vec![("Authorization".to_owned(), typed.to_owned())];
    state.runtime().spawn(Box::pin(async move {
        let _ = state.sign_in_with(typed, Auth::mask).await;
    }));
    Fake::run();
}
