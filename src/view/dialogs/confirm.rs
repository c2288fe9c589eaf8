//! The questions before revoking, rotating, disabling, enabling and deleting. Each names the token, runs the command and owns
//! its error.

use std::borrow::Cow;

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::super::inputs::{self, Must};
use super::super::kit::{El, button, el};
use super::super::notice::{error_panel_beside, quoted};
use super::super::request;
use super::about::{self, known};
use super::frame::{around, ask_to_leave, opened};
use crate::actions::check::{Instead, Listed, WhyNot, instead_of};
use crate::actions::{Command, NamedToken, may_be_done};
use crate::capabilities::{Action, Capabilities, Input};
use crate::draft::Inputs;
use crate::excerpt::{LINE, excerpt};
use crate::messages::confirm::Confirm;
use crate::messages::dialogs::Dialogs;
use crate::messages::{Typed, explain, isolated, why_not};
use crate::platform::{active_element, now};
use crate::token::{Status, Validity};
use crate::words::Words;
use crate::workspace::Dialog;
use crate::workspace::commands::Sending;
use crate::workspace::connection::ConnectionState;

/// What a question says besides its title.
const ABOUT: &str = "asked";

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Question {
    /// Whether to end a token.
    Revoke,
    /// Whether to give one a new secret.
    Rotate,
    /// Whether to switch one off.
    Disable,
    /// Whether to switch one on again.
    Enable,
    /// Whether to remove one.
    Delete,
}

impl Question {
    fn action(self) -> Action {
        match self {
            Question::Revoke => Action::Revoke,
            Question::Rotate => Action::Rotate,
            Question::Disable => Action::Disable,
            Question::Enable => Action::Enable,
            Question::Delete => Action::Delete,
        }
    }

    /// Title, name of the button, and what it means.
    fn words<'a>(self, name: &'a str, system: &Capabilities, validity: Validity) -> [Cow<'a, str>; 3] {
        match self {
            Question::Revoke => {
                // What can be changed may be taken back.
                let meaning = if system.revokes_for_good { Confirm::RevokedForGood } else { Confirm::Revoked };
                [Confirm::RevokeTitle { name }.text(), Confirm::Revoke.text(), meaning.text()]
            }
            Question::Rotate => [Confirm::RotateTitle { name }.text(), Confirm::Rotate.text(), Confirm::Rotated.text()],
            Question::Disable => {
                [Confirm::DisableTitle { name }.text(), Confirm::Disable.text(), Confirm::Disabled.text()]
            }
            Question::Enable => {
                let meaning = match (Validity { disabled: false, said_active: None, ..validity }).status(now()) {
                    Status::Expired => Confirm::EnabledOver,
                    Status::Scheduled => Confirm::EnabledLater,
                    _ => Confirm::Enabled,
                };
                [Confirm::EnableTitle { name }.text(), Confirm::Enable.text(), meaning.text()]
            }
            Question::Delete => {
                let meaning = if system.keeps_deleted { Confirm::KeptAsDeleted } else { Confirm::Deleted };
                [Confirm::DeleteTitle { name }.text(), Confirm::Delete.text(), meaning.text()]
            }
        }
    }

    fn command(self, token: NamedToken, inputs: Inputs) -> Command {
        match self {
            Question::Revoke => Command::Revoke(token, inputs),
            Question::Rotate => Command::Rotate(token, inputs),
            Question::Disable => Command::Disable(token, inputs),
            Question::Enable => Command::Enable(token, inputs),
            Question::Delete => Command::Delete(token, inputs),
        }
    }
}

/// Asks, and does it if the answer is yes.
pub(in crate::view) fn confirm(source: ConnectionState, question: Question, token: NamedToken) -> El {
    let send = move |command: Command, sending: Sending| source.dispatch(command, sending);
    confirm_by(source, question, token, Box::new(send), None, active_element())
}

/// [`confirm`] by another way to send the command, with more to say, and with what had the focus before.
pub(in crate::view) fn confirm_by(
    source: ConnectionState,
    question: Question,
    token: NamedToken,
    send: Box<dyn Fn(Command, Sending)>,
    more: Option<El>,
    opener: Option<HtmlElement>,
) -> El {
    let name = isolated(&excerpt(token.called(), LINE));
    let validity = untrack(|| known(source, &token.token.id, |store, row, _| store.validity(row))).unwrap_or_default();
    let [title, action, meaning] = question.words(&name, &source.system(), validity);
    let (title, action) = (quoted(&title), action.into_owned());
    let sending = Sending::new();
    let Sending { busy, leaving, error, found, .. } = sending;
    let close = move || source.workspace.close_dialog();
    let try_close = move || {
        if busy.get_untracked() {
            leaving.set(true);
        } else {
            close();
        }
    };
    // What the question is about, which is heard with its title.
    let about =
        el("div.asked").attr("id", ABOUT).child(about::apart(source, &token)).child(el("p").text(&meaning)).maybe(more);
    let instead = instead(source, question, &token);
    let about = about.bind_child(move || Some(el("p").text(&said_of(instead.get()?))));
    let retry_safety = source.retry_safety(question.action());
    // Where nothing is to be typed.
    let is_plain = source.system().asked(question.action()).is_empty();
    let asked = StoredValue::new(source.system().asked(question.action()));
    let typed: Inputs = asked.with_value(|it| it.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect());
    let typed = RwSignal::new(typed);
    let command = {
        let token = token.clone();
        move || question.command(token.clone(), typed.get())
    };
    let (for_check, for_request) = (command.clone(), command.clone());
    let why = Memo::new(move |_| source.check(&for_check()).err());
    let control = |(idx, input): (usize, &Input)| {
        let value = move || typed.with(|it| it[idx].1.clone());
        inputs::control(input, Must::Mark, value, move |text| typed.update(|it| it[idx].1 = text), |it| it)
    };
    let controls = asked.with_value(|it| it.iter().enumerate().map(control).collect());
    let run = move || {
        if why.get_untracked().is_none() {
            send(untrack(&command), sending);
        }
    };
    // A second rotation would end what the first one may have made.
    let is_spent = move || question == Question::Rotate && error.with(|it| it.as_ref().is_some_and(may_be_done));
    let body = el("div.modal-body").child(about).children(controls).bind_child(move || {
        let labels = asked.with_value(|it| it.iter().map(|it| it.label.to_string()).collect());
        let panel = error_panel_beside(&error.get()?, retry_safety, &Typed { labels, ..Typed::default() }, |_| false);
        Some(panel.child(el("p").attr("aria-live", "polite").bind_text(move || found.with(Words::to_string))))
    });
    // What is missing is marked where it is typed.
    let refused = move || {
        let why = why.get().filter(|it| *it != WhyNot::Incomplete && !busy.get())?;
        Some(el("p.hint").attr("role", "status").text(&why_not(question.action(), &why)))
    };
    let body = body.bind_child(refused).child(request::folded(source, move || Some(for_request())));
    // Where trying again does not help, the button does not suggest it.
    let is_retry = move || error.with(|it| it.as_ref().is_some_and(|it| explain(it, retry_safety).retry));
    // What can be taken back is not marked as a danger.
    let is_final = !matches!(question, Question::Disable | Question::Enable);
    let do_it = el("button.button")
        .attr("type", "button")
        .bind_class("danger", move || is_final && !is_retry())
        .bind_class("primary", move || !is_final && !is_retry())
        .bind_flag("hidden", is_spent)
        .bind_unavailable(move || busy.get() || why.with(Option::is_some))
        .bind_text(move || if is_retry() { Confirm::Retry.text().into() } else { action.clone() })
        .on("click", move |_| run());
    let way = move || {
        let (text, dialog) = way_to(instead.get()?, token.clone())?;
        let go = move || source.workspace.open_dialog(dialog.clone());
        Some(button("button", &text, go).bind_unavailable(move || busy.get()))
    };
    let foot = el("div.modal-foot")
        .bind_flag("hidden", move || leaving.get())
        .child(button("button", &Dialogs::Cancel.text(), try_close).bind_flag("autofocus", move || is_plain))
        .bind_child(way)
        .child(do_it);
    let leave = ask_to_leave(leaving, close);
    let dialog = el("dialog.modal").attr("role", "alertdialog").attr("aria-describedby", ABOUT);
    let content = el("div.modal-whole").child(body).child(foot).child(leave);
    opened(around(dialog, &title, try_close, content), opener)
}

/// What would stop the token too, and ends less. Follows the list.
fn instead(source: ConnectionState, question: Question, token: &NamedToken) -> Memo<Option<Instead>> {
    let (id, action) = (token.token.id.clone(), question.action());
    Memo::new(move |_| {
        let system = source.system();
        known(source, &id, |store, row, _| instead_of(action, Listed { store, row }, &system, now())).flatten()
    })
}

fn said_of(instead: Instead) -> Cow<'static, str> {
    match instead {
        Instead::Disable => Confirm::DisableInstead,
        Instead::End => Confirm::EndInstead,
        Instead::Revoke => Confirm::RevokeInstead,
        Instead::Nothing => Confirm::OnlyDelete,
    }
    .text()
}

/// The button that leads to it, and where to.
fn way_to(instead: Instead, token: NamedToken) -> Option<(Cow<'static, str>, Dialog)> {
    Some(match instead {
        Instead::Disable => (Confirm::InsteadDisable.text(), Dialog::Disable(token)),
        Instead::End => (Confirm::InsteadEdit.text(), Dialog::Edit(token)),
        Instead::Revoke => (Confirm::InsteadRevoke.text(), Dialog::Revoke(token)),
        Instead::Nothing => return None,
    })
}
