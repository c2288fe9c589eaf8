//! What acts on many tokens, and what is used as seldom: its code is a part of its own (`crate::parts`), which loads when it is
//! first asked for.

use std::sync::Arc;

use futures_util::FutureExt;

use super::bulk;
use super::kit::El;
use super::lazy;
use crate::api::Later;
use crate::bulk::Aim;
use crate::parts::{Missing, part};
use crate::platform::fetch::later_style;
use crate::token::TokenRef;
use crate::workspace::Workspace;

/// What there is.
#[derive(Clone)]
pub(super) enum Many {
    /// The dialog that says what will happen to these tokens.
    DryRun(Workspace, Aim, Arc<[TokenRef]>),
}

part!(bulk, loaded by load_bulk; fn act(many: Many) -> Option<El> {
    Some(match many {
        Many::DryRun(workspace, aim, tokens) => bulk::dry_run(workspace, aim, tokens),
    })
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

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(many: Many, lost: impl Fn() + 'static) -> El {
    lazy::modal_of(load, Box::new(move || make(many.clone())), Box::new(lost))
}
