//! What dialogs show within themselves of the part for many tokens (`bulk`, see `crate::parts`).

use std::rc::Rc;

use futures_util::FutureExt;

use super::kit::El;
use super::later;
use super::request::commands::commands as request;
use super::rights::{Compared, changes};
use super::rotation::{commands, mark};
use crate::actions::Command;
use crate::api::Later;
use crate::capabilities::Input;
use crate::draft::Draft;
use crate::parts::{Missing, part};
use crate::rights::Difference;
use crate::time::Millis;
use crate::workspace::connection::ConnectionState;

/// What there is.
#[derive(Clone)]
pub(super) enum Inset {
    /// Commands that take a new secret: the token's name, and the variable that it is usually kept in.
    Commands(String, Option<String>),
    /// What a command would send to a system.
    Request(ConnectionState, Rc<dyn Fn() -> Option<Command>>),
    /// What a save changes of a token's rights.
    Changes(Compared),
    /// What the token of an id is in a rotation that is not over.
    Rotation(ConnectionState, String),
}

part!(bulk, loaded by load_insets; fn inset(inset: Inset) -> El {
    match inset {
        Inset::Commands(name, variable) => commands(&name, variable.as_deref()),
        Inset::Request(source, command) => request(source, command),
        Inset::Changes(compared) => changes(compared),
        Inset::Rotation(source, id) => mark(source, id),
    }
});

part!(bulk;
    /// Whether a save lets a token do more: see [`Difference`].
    pub(super) fn grows(of: (Draft, Draft, Vec<Input>, Millis)) -> bool {
        let (before, after, asked, now) = of;
        Difference::between(&before, &after, &asked, now).grows()
    }
);

/// Loads the code, and how it looks.
fn load() -> Later<'static, Result<(), Missing>> {
    later::with_style(load_insets())
}

/// What stands in its place. Where the code does not come the place says so, and offers to try again.
pub(super) fn here(what: Inset) -> El {
    later::here(load, Box::new(move || inset(what.clone()).now_or_never()?.ok()))
}
