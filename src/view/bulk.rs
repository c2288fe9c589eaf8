//! Acting on many tokens: what will happen, how it goes, and what came of it.

use std::sync::Arc;

use super::dialogs::frame::modal;
use super::kit::{El, button, el};
use crate::bulk::Aim;
use crate::messages::bulk::{BulkDialog, aim_name};
use crate::messages::dialogs::Dialogs;
use crate::messages::{Count, Unit};
use crate::platform::active_element;
use crate::token::TokenRef;
use crate::workspace::Workspace;

/// Says what will happen to each of the tokens, and does it when the user agrees.
pub(super) fn dry_run(workspace: Workspace, aim: Aim, tokens: Arc<[TokenRef]>) -> El {
    let close = move || workspace.close_dialog();
    let body =
        el("div.modal-body").child(el("p").text(&BulkDialog::Chosen { n: Count(tokens.len(), Unit::Token) }.text()));
    let foot = el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close));
    modal(aim_name(aim), "dialog", active_element(), close, el("div").child(body).child(foot))
}
