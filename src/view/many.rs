//! What acts on many tokens, and what is used as seldom: its code is a part of its own (`crate::parts`), which loads when it is
//! first asked for.

use std::sync::Arc;

use futures_util::FutureExt;

use super::bar;
use super::bulk;
use super::kit::El;
use super::{lazy, records};
use crate::api::Later;
use crate::bulk::Aim;
use crate::parts::{Missing, part};
use crate::platform::fetch::later_style;
use crate::token::TokenRef;
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
}

part!(bulk, loaded by load_bulk; fn act(many: Many) -> Option<El> {
    match many {
        Many::Selection(workspace) => Some(bar::bar(workspace)),
        Many::Records(workspace, at) => Some(records::records(workspace, at)),
        Many::DryRun(workspace, aim, tokens) => Some(bulk::dry_run(workspace, aim, tokens)),
        Many::Run(workspace) => bulk::run(workspace),
        Many::RunLine(workspace) => bulk::line(workspace),
    }
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
