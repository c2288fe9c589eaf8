//! The systems that have been opened. Who is signed in stays so while another system is shown.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use super::offered::Offered;
use crate::adapters;
use crate::config::Connection;
use crate::platform::gateway;
use crate::runtime::Runtime;
use crate::session::Client;
use crate::session::way::OpenError;

/// The systems that have been opened, each once: who is signed in stays so while another system is shown.
#[derive(Clone)]
pub(super) struct Clients {
    pub(super) offered: Offered,
    /// Those that are shown.
    pub(super) connections: Rc<Vec<Connection>>,
    pub(super) all: All,
    pub(super) root: Owner,
    pub(super) runtime: &'static dyn Runtime,
    /// Called when a sign-in is likely, so that its code comes.
    pub(super) expect: fn(),
}

/// All that have been opened, whether they are shown or not.
pub(super) type All = Rc<RefCell<Vec<(Connection, Opened)>>>;

/// `None` while it is being opened.
pub(super) type Opened = RwSignal<Option<Result<Rc<Client>, OpenError>>, LocalStorage>;

impl Clients {
    /// A system, which begins to open when it is first asked for.
    pub(super) fn get(&self, idx: usize) -> Opened {
        let connection = &self.connections[idx];
        if let Some((_, opened)) = self.all.borrow().iter().find(|(it, _)| it == connection) {
            return *opened;
        }
        let opened = self.root.with(|| RwSignal::new_local(None));
        self.all.borrow_mut().push((connection.clone(), opened));
        self.open(idx);
        opened
    }

    /// Opens a system, once more where it has failed.
    pub(super) fn open(&self, idx: usize) {
        let (connection, opened) = (self.connections[idx].clone(), self.get(idx));
        if let Some(system) = adapters::direct(&connection) {
            let direct = Client::direct(connection, system, self.runtime);
            if direct.system().sign_in.is_some() {
                (self.expect)();
            }
            opened.set(Some(Ok(Rc::new(direct))));
            return;
        }
        opened.set(None);
        // It asks to sign in, as a rule.
        (self.expect)();
        let (offered, runtime) = (self.offered, self.runtime);
        wasm_bindgen_futures::spawn_local(async move {
            let way = gateway::open(&connection, runtime).await.map_err(|it| offered.placed(it, &connection));
            opened.set(Some(way.map(|it| Rc::new(Client::through(connection, it, runtime)))));
        });
    }
}
