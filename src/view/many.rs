//! What acts on many tokens, and what is used as seldom: its code is a part of its own (`crate::parts`), which loads when it is
//! first asked for.

use std::sync::Arc;

use futures_util::FutureExt;

use super::kit::El;
use super::offered::Offered;
use super::{bar, bulk, clone, later, records, rotation, shortcuts};
use crate::actions::NamedToken;
use crate::api::Later;
use crate::bulk::Aim;
use crate::parts::{Missing, part};
use crate::platform::active_element;
use crate::token::TokenRef;
use crate::workspace::connection::ConnectionState;
use crate::workspace::{RecordsAt, Workspace};

/// What there is.
#[derive(Clone)]
pub(super) enum Many {
    /// What is said of the tokens that are selected.
    Selection(Workspace),
    /// The dialog of what is kept of runs.
    Records(Workspace, RecordsAt),
    /// The dialog that says what will happen to these tokens.
    DryRun(Workspace, Aim, Arc<[TokenRef]>),
    /// The dialog of the run of this page.
    Run(Workspace),
    /// The same in one line.
    RunLine(Workspace),
    /// The dialog that begins the rotation of a token.
    Rotate(ConnectionState, NamedToken),
    /// The dialog of a rotation: its id, and the name of its connection.
    Rotation(Workspace, String, String),
    /// The dialog with the rotations that are not over. It may ask whether to forget those at a connection.
    Rotations(Workspace, Option<String>),
    /// The form for a token like this one of a system, for the system of a slot, or the choice of that.
    Clone(ConnectionState, NamedToken, Option<usize>, Offered),
    /// The list of the keys of the page.
    Shortcuts(Workspace),
}

part!(bulk, loaded by load_many; fn act(many: Many) -> Option<El> {
    match many {
        Many::Selection(workspace) => Some(bar::bar(workspace)),
        Many::Records(workspace, at) => Some(records::records(workspace, at)),
        Many::DryRun(workspace, aim, tokens) => Some(bulk::dry_run(workspace, aim, tokens)),
        Many::Run(workspace) => bulk::run(workspace),
        Many::RunLine(workspace) => bulk::line(workspace),
        Many::Rotate(source, token) => Some(rotation::begin(source, token)),
        Many::Rotation(workspace, id, connection) => Some(rotation::standing(workspace, id, connection, active_element())),
        Many::Rotations(workspace, ask) => Some(rotation::list(workspace, ask)),
        Many::Clone(source, token, to, offered) => Some(clone::clone(source, token, to, offered)),
        Many::Shortcuts(workspace) => Some(shortcuts::list(workspace)),
    }
});

/// Loads the code, and how it looks.
fn load() -> Later<'static, Result<(), Missing>> {
    later::with_style(load_many())
}

/// Makes it; nothing before its code has come.
fn make(many: Many) -> Option<El> {
    act(many).now_or_never()?.ok()?
}

/// What stands in its place. Where its code does not come the place says so, and offers to try again.
pub(super) fn here(many: Many) -> El {
    later::here(load, Box::new(move || make(many.clone())))
}

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(many: Many, lost: impl Fn() + 'static) -> El {
    later::modal(load, Box::new(move || make(many.clone())), Box::new(lost))
}
