//! One tab works on the rotation of a token at a time: a dialog about one waits until that is this tab.

use std::rc::Rc;

use leptos::prelude::*;

use crate::record::Owned;
use crate::rotation::book;
use crate::runtime::Runtime;

/// How often it is asked whether another tab is done, in milliseconds.
const ASKED_EVERY: i32 = 1_000;

/// How it stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Owner {
    /// That is not known yet.
    Unknown,
    /// It is this tab, or nothing can say otherwise.
    Here,
    /// It is another tab.
    Elsewhere,
}

/// What a dialog owns, as long as it is there.
#[derive(Clone, Copy)]
pub(super) struct Owning {
    state: RwSignal<Owner>,
    owned: StoredValue<Option<Rc<Owned>>, LocalStorage>,
}

impl Owning {
    pub(super) fn new() -> Owning {
        Owning { state: RwSignal::new(Owner::Unknown), owned: StoredValue::new_local(None) }
    }

    /// Whose it is. Follows that.
    pub(super) fn owner(self) -> Owner {
        self.state.get()
    }

    /// Waits until the rotation of a token is this tab's. Tells whether the dialog is still there then.
    pub(super) async fn wait(self, runtime: &'static dyn Runtime, connection: &str, token: &str) -> bool {
        loop {
            let (state, owned) = match book::own(runtime, connection, token).await {
                Ok(owned) => (Owner::Here, owned),
                Err(_) => (Owner::Elsewhere, None),
            };
            let is_open = self.owned.try_set_value(owned).is_none();
            if is_open && self.state.get_untracked() != state {
                self.state.set(state);
            }
            if !is_open || state == Owner::Here {
                return is_open;
            }
            runtime.sleep(ASKED_EVERY).await;
        }
    }
}
