//! Which system a new token is for, where several stand side by side.

use leptos::prelude::*;

use super::super::kit::{El, button, el, verbatim};
use super::frame::modal;
use crate::capabilities::Action;
use crate::messages::dialogs::Dialogs;
use crate::platform::active_element;
use crate::workspace::slots::{Slot, SlotState};
use crate::workspace::{Dialog, Workspace};

/// Asks for which system a new token is to be made.
pub(in crate::view) fn choose(workspace: Workspace) -> El {
    let close = move || workspace.close_dialog();
    let line = |Slot { name, state }: &Slot| {
        let choose = match state {
            SlotState::Open(source) => {
                let (slot, system) = (source.slot, source.system());
                if let Err(reason) = system.can(Action::Create) {
                    return el("li").child(el("p").child(verbatim(name))).child(el("p.hint").text(&reason.text()));
                }
                let choose = move |_| workspace.open_dialog(Dialog::Create(slot));
                // Who the token will belong to.
                let account = source.signed_in.get_untracked().filter(|it| !it.is_empty());
                let account = account.map(|it| el("span.muted").child(verbatim(&it)));
                el("button.button").attr("type", "button").child(verbatim(name)).maybe(account).on("click", choose)
            }
            _ => {
                return el("li")
                    .child(el("p").child(verbatim(name)))
                    .child(el("p.hint").text(&Dialogs::NotOpen.text()));
            }
        };
        el("li").child(choose)
    };
    let lines = workspace.slots.with_untracked(|it| it.iter().map(line).collect());
    let body =
        el("div.modal-body").child(el("p").text(&Dialogs::ChooseWhat.text())).child(el("ul.choose").children(lines));
    let foot = el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close));
    modal(&Dialogs::Choose.text(), "dialog", active_element(), close, el("div").child(body).child(foot))
}
