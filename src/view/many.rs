//! What acts on many tokens, and what is used as seldom: its code is a part of its own (`crate::parts`), which loads when it is
//! first asked for.

use std::rc::Rc;
use std::sync::Arc;

use futures_util::FutureExt;

use leptos::prelude::*;

use super::kit::El;
use super::{bar, bulk, clone, lazy, records, request, rights, rotation, shortcuts};
use crate::actions::{Command, NamedToken};
use crate::api::Later;
use crate::bulk::Aim;
use crate::capabilities::{Field, Input};
use crate::draft::{Draft, Problem};
use crate::parts::{Missing, part};
use crate::platform::active_element;
use crate::platform::fetch::later_style;
use crate::rights::Difference;
use crate::time::Millis;
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
    /// The dialog with the rotations that are not over.
    Rotations(Workspace),
    /// Commands that take a new secret: the token's name, and the variable that it is usually kept in.
    Commands(String, Option<String>),
    /// The form for a token like this one of a system, for the system of a slot, or the choice of that.
    Clone(ConnectionState, NamedToken, Option<usize>),
    /// The list of the keys of the page.
    Shortcuts(Workspace),
    /// What a command would send to a system.
    Request(ConnectionState, Rc<dyn Fn() -> Option<Command>>),
    /// What a save changes of a token's rights.
    Changes(Compared),
}

part!(bulk, loaded by load_bulk; fn act(many: Many) -> Option<El> {
    match many {
        Many::Selection(workspace) => Some(bar::bar(workspace)),
        Many::Records(workspace, at) => Some(records::records(workspace, at)),
        Many::DryRun(workspace, aim, tokens) => Some(bulk::dry_run(workspace, aim, tokens)),
        Many::Run(workspace) => bulk::run(workspace),
        Many::RunLine(workspace) => bulk::line(workspace),
        Many::Rotate(source, token) => Some(rotation::begin(source, token)),
        Many::Rotation(workspace, id, connection) => Some(rotation::standing(workspace, id, connection, active_element())),
        Many::Rotations(workspace) => Some(rotation::list(workspace)),
        Many::Commands(name, variable) => Some(rotation::commands(&name, variable.as_deref())),
        Many::Clone(source, token, to) => Some(clone::clone(source, token, to)),
        Many::Shortcuts(workspace) => Some(shortcuts::list(workspace)),
        Many::Request(source, command) => Some(request::request(source, command)),
        Many::Changes(compared) => Some(rights::changes(compared)),
    }
});

/// What is compared before a save.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    /// The system.
    pub(super) source: ConnectionState,
    /// The rights before it.
    pub(super) before: Memo<Option<Draft>>,
    /// What is to be sent, or what is wrong with it.
    pub(super) after: Memo<Result<Draft, Vec<(Field, Problem)>>>,
    /// What the system asks for besides its fields.
    pub(super) asked: StoredValue<Vec<Input>>,
}

part!(bulk; #[doc = "Whether a save lets a token do more: see [`Difference`]."] pub(super) fn grows(of: (Draft, Draft, Vec<Input>, Millis)) -> bool {
    let (before, after, asked, now) = of;
    Difference::between(&before, &after, &asked, now).grows()
});

/// Loads the code, and how it looks.
fn load() -> Later<'static, Result<(), Missing>> {
    Box::pin(async {
        let style = later_style();
        let has_come = load_bulk().await.is_ok();
        if style.await && has_come { Ok(()) } else { Err(Missing) }
    })
}

/// Makes it; nothing before its code has come.
fn make(many: Many) -> Option<El> {
    act(many).now_or_never()?.ok()?
}

/// What stands in its place. Where its code does not come the place says so, and offers to try again.
pub(super) fn here(many: Many) -> El {
    lazy::here_of(load, Box::new(move || make(many.clone())))
}

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(many: Many, lost: impl Fn() + 'static) -> El {
    lazy::modal_of(load, Box::new(move || make(many.clone())), Box::new(lost))
}
