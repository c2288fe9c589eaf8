//! How a rotation stands, and what there is to do: look for what a lost answer made, say that the secret is stored, end the old
//! token.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::super::dialogs::about::{ago, known};
use super::super::dialogs::confirm::{Question, confirm_by};
use super::super::dialogs::frame::modal;
use super::super::kit::{El, button, el, verbatim};
use super::super::notice::quoted;
use super::super::table::badge;
use super::ask::Ask;
use super::end::end_controls;
use super::owning::{Owner, Owning};
use super::{forget, said};
use crate::actions::{Command, NamedToken};
use crate::capabilities::Action;
use crate::excerpt::LINE;
use crate::messages::rotation::{Rotations, not_kept};
use crate::messages::{self, Count, Unit, shown};
use crate::platform::{now, with_formats};
use crate::rotation::{End, Known, Next, Rotation, Stage, Way, book, ways};
use crate::time::MINUTE;
use crate::workspace::commands::Sending;
use crate::workspace::connection::ConnectionState;
use crate::workspace::{Dialog, Workspace};

/// The dialog of a rotation, by its id, at a connection.
pub(in crate::view) fn standing(
    workspace: Workspace,
    id: String,
    connection: String,
    opener: Option<HtmlElement>,
) -> El {
    let source = workspace.connection_states().into_iter().find(|it| it.connection().name == connection);
    let id = StoredValue::new(id);
    let Some(source) = source else {
        let text = Rotations::NotHere { system: &connection }.text();
        return dialog(workspace, el("p").children(quoted(&text)), opener);
    };
    let rotation = Memo::new(move |_| book::find(&id.get_value()));
    // Whether the list has been read for it, and whether it came.
    let looked = RwSignal::new(Looked::Not);
    let look = move || {
        looked.set(Looked::Looking);
        workspace.runtime().spawn(Box::pin(async move {
            let has_come = source.look_for_successor(id.get_value()).await;
            let _ = looked.try_set(if has_come { Looked::Read } else { Looked::Failed });
        }));
    };
    let owning = Owning::new();
    workspace.runtime().spawn(Box::pin(async move {
        let runtime = workspace.runtime();
        book::load(runtime).await;
        let Some(known) = untrack(|| rotation.try_get()).flatten() else { return };
        if !owning.wait(runtime, &known.connection, &known.old.id).await {
            return;
        }
        // Another tab may have gone on with it meanwhile.
        book::load(runtime).await;
        source.reconcile_rotations().await;
        let is_open = untrack(|| rotation.try_get()).flatten();
        if is_open.is_some_and(|it| it.next() == Next::Look) {
            look();
        }
    }));
    let asking = RwSignal::new(None::<Ask>);
    el("div").bind_child(move || {
        let opener = opener.clone();
        match (asking.get(), untrack(|| rotation.get())) {
            (Some(ask), Some(rotation)) => Some(untrack(|| question(source, &rotation, &ask, opener))),
            _ => Some(untrack(|| {
                let body = move || {
                    let Some(rotation) = rotation.get() else { return vec![el("p").text(&Rotations::Over.text())] };
                    if !source.sees(&rotation) {
                        let text = Rotations::SignInFirst { system: &source.connection().name }.text();
                        return vec![el("p").children(quoted(&text))];
                    }
                    match owning.owner() {
                        Owner::Here => body(source, &rotation, asking, looked, look),
                        Owner::Unknown => vec![headline(&rotation)],
                        Owner::Elsewhere => {
                            let text = el("p").attr("role", "status").text(&Rotations::Elsewhere.text());
                            vec![headline(&rotation), text]
                        }
                    }
                };
                let content = el("div.rotation").bind_children(body);
                // What changes while it is open is heard once.
                let heard = move || {
                    let Some(it) = rotation.get() else { return Rotations::Over.text().into() };
                    let due = it.due.first().map(|it| said::due(it).0).unwrap_or_default();
                    format!("{}. {due}", said::state(&it))
                };
                let heard = el("p.offscreen").attr("aria-live", "polite").bind_text(heard);
                with_forget(workspace, id, owning, el("div").child(content).child(heard), opener)
            })),
        }
    })
}

/// How it stands with reading the list for a successor.
#[derive(Clone, Copy, PartialEq)]
enum Looked {
    Not,
    Looking,
    Read,
    Failed,
}

/// A dialog that can only be closed.
fn dialog(workspace: Workspace, content: El, opener: Option<HtmlElement>) -> El {
    let close = move || workspace.close_dialog();
    let foot = el("div.modal-foot").child(button("button", &Rotations::Close.text(), close));
    let content = el("div").child(el("div.modal-body").child(content)).child(foot);
    modal(&Rotations::Title.text(), "dialog", opener, close, content)
}

/// The dialog, at whose foot the rotation can be forgotten.
fn with_forget(
    workspace: Workspace,
    id: StoredValue<String>,
    owning: Owning,
    content: El,
    opener: Option<HtmlElement>,
) -> El {
    let forgetting = RwSignal::new(false);
    let close = move || workspace.close_dialog();
    let try_close = move || if forgetting.get_untracked() { forgetting.set(false) } else { close() };
    let is_open = move || owning.owner() == Owner::Here && book::find(&id.get_value()).is_some();
    let foot = el("div.modal-foot")
        .bind_flag("hidden", move || forgetting.get())
        .child(
            button("button quiet at-start", &Rotations::Forget.text(), move || forgetting.set(true))
                .bind_flag("hidden", move || !is_open()),
        )
        .child(button("button", &Rotations::Close.text(), close));
    let forget = move || {
        let ids = [id.get_value()];
        workspace.runtime().spawn(Box::pin(async move {
            workspace.forget_rotations(&ids).await;
        }));
        close();
    };
    let titles = [&*Rotations::ForgetWhat.text(), &*Rotations::Forget.text()];
    let question = forget::question(forgetting, titles, move || Rotations::Forgets.text().into(), forget);
    let trouble = move || book::trouble().map(|it| el("p.hint.warning").text(not_kept(it)));
    let body = el("div.modal-body").child(content).bind_child(trouble);
    let content = el("div.modal-whole").children(vec![body, foot, question]);
    modal(&Rotations::Title.text(), "dialog", opener, try_close, content)
}

/// What is said and offered, as it stands.
fn body(
    source: ConnectionState,
    rotation: &Rotation,
    asking: RwSignal<Option<Ask>>,
    looked: RwSignal<Looked>,
    look: impl Fn() + Copy + 'static,
) -> Vec<El> {
    let mut parts = vec![headline(rotation)];
    match rotation.next() {
        Next::Look => parts.extend(lost(source, rotation, looked, look)),
        Next::SayHandedOver => {
            parts.push(tokens(source, rotation));
            parts.extend(was_shown(source, rotation));
        }
        Next::MendSuccessor => parts.extend(unhanded(source, rotation, asking)),
        Next::EndOld => {
            parts.push(tokens(source, rotation));
            parts.push(el("div.panel-buttons").child(refresh(source)));
            parts.push(end_controls(source, rotation, asking));
        }
        Next::Nothing => {}
    }
    parts
}

/// Which token replaces which, how far that has come, and what is due.
fn headline(rotation: &Rotation) -> El {
    let old = rotation.old.called();
    let handed = rotation.handed_at.map(|at| {
        let distance = with_formats(|it| ago(at, it));
        let still = match rotation.stage {
            Stage::HandedOver => Rotations::StillWorks { old }.text(),
            Stage::Stopped => Rotations::OldStopped { old }.text(),
            _ => "".into(),
        };
        el("p").children(quoted(&format!("{} {still}", Rotations::HandedOver { distance: &distance }.text())))
    });
    el("div.asked")
        .child(said::title(rotation))
        .maybe(handed)
        .children(rotation.due.iter().map(said::due_line).collect())
}

// The tokens ------------------------------------------------------------------------------------------------------------

/// Both tokens, with their status and their last use. They follow the list.
fn tokens(source: ConnectionState, rotation: &Rotation) -> El {
    let handed_at = rotation.handed_at;
    let one = |label: &str, token: &Known, is_old: bool| {
        let id = token.id.clone();
        let facts = move || {
            let found = known(source, &id, |store, row, formats| {
                let (status, at) = (store.status(row, now()), store.last_used(row));
                let used = match at {
                    _ if !store.knows_last_use(row) => (Rotations::NotReported.text().into_owned(), false),
                    None => (Rotations::NeverUsed.text().into_owned(), false),
                    Some(at) => {
                        let distance = &*ago(at, formats);
                        let (text, is_late) = match handed_at.filter(|_| is_old) {
                            // Systems round what they say.
                            Some(handed) if at >= handed - MINUTE => (Rotations::UsedAfter { distance }.text(), true),
                            Some(_) => (Rotations::UsedBefore { distance }.text(), false),
                            None => (Rotations::Used { distance }.text(), false),
                        };
                        (text.into_owned(), is_late)
                    }
                };
                (status, used)
            });
            let Some((status, (used, is_late))) = found else {
                return vec![el("span.muted").text(&Rotations::Gone.text())];
            };
            let word = el("span").text(messages::status(status));
            word.0.set_class_name(badge(status));
            vec![word, el("span").text(" "), el(if is_late { "span.warning" } else { "span" }).text(&used)]
        };
        // What tells it from the other, which may be called the same.
        let apart = source.told_apart(&source.named(token.id.clone(), token.name.clone()));
        let apart = apart.map(|it| el("div.muted").child(verbatim(&shown(&it, LINE))));
        let value = el("dd")
            .child(el("div").child(verbatim(&shown(token.called(), LINE))))
            .maybe(apart)
            .child(el("div").bind_children(facts));
        el("div.fact").child(el("dt").text(label)).child(value)
    };
    let old = (!rotation.is_same_token()).then(|| one(&Rotations::Old.text(), &rotation.old, true));
    let new = rotation.new.iter().map(|it| one(&Rotations::New.text(), it, false)).collect();
    el("dl.facts").maybe(old).children(new)
}

/// The button that reads the list again: what is said of the last use is then as new as the system tells it.
fn refresh(source: ConnectionState) -> El {
    let is_running = move || source.load.with(|it| it.running);
    let text = move || if is_running() { Rotations::Checking.text() } else { Rotations::Refresh.text() }.into_owned();
    el("button.button.small").attr("type", "button").bind_text(text).bind_unavailable(is_running).on(
        "click",
        move |_| {
            source.workspace.runtime().spawn(Box::pin(async move { source.check_rotations().await }));
        },
    )
}

// What there is to do ----------------------------------------------------------------------------------------------------

/// An answer was lost: the list is read, and nothing is sent again before it was.
fn lost(
    source: ConnectionState,
    rotation: &Rotation,
    looked: RwSignal<Looked>,
    look: impl Fn() + Copy + 'static,
) -> Vec<El> {
    let (old, wanted, is_call) = (rotation.old.clone(), rotation.wanted.clone(), rotation.way == Way::Call);
    let id = rotation.id.clone();
    let none = match is_call {
        true => Rotations::LostSame { old: old.called() }.text().into_owned(),
        false => Rotations::LostNone { name: &wanted }.text().into_owned(),
    };
    let said = move || match looked.get() {
        Looked::Not => Vec::new(),
        Looked::Looking => quoted(&Rotations::Looking.text()),
        Looked::Read => quoted(&none),
        Looked::Failed => quoted(&Rotations::NotRead.text()),
    };
    let again = move || {
        let (workspace, id) = (source.workspace, id.clone());
        let token = source.named(old.id.clone(), old.name.clone());
        workspace.runtime().spawn(Box::pin(async move {
            book::drop_it(workspace.runtime(), &id).await;
            if !workspace.is_left() {
                workspace.open_dialog(Dialog::Rotate(token));
            }
        }));
    };
    let can_start = move || looked.get() == Looked::Read;
    let buttons = el("div.panel-buttons")
        .child(
            button("button primary", &Rotations::Look.text(), look)
                .bind_unavailable(move || looked.get() == Looked::Looking),
        )
        .child(button("button", &Rotations::StartAgain.text(), again).bind_flag("hidden", move || !can_start()));
    vec![el("p").text(&Rotations::Lost.text()), el("p").attr("aria-live", "polite").bind_children(said), buttons]
}

/// The secret was shown by a page that is closed: only the user knows whether it is stored.
fn was_shown(source: ConnectionState, rotation: &Rotation) -> Vec<El> {
    let name = rotation.new.first().unwrap_or(&rotation.old).called();
    let buttons = el("div.panel-buttons")
        .child(button("button primary", &Rotations::HaveIt.text(), hand_over(source, rotation, true)))
        .child(button("button", &Rotations::DoNotHaveIt.text(), hand_over(source, rotation, false)));
    vec![el("p").children(quoted(&Rotations::Shown { name }.text())), buttons]
}

fn hand_over(source: ConnectionState, rotation: &Rotation, has_it: bool) -> impl Fn() + 'static {
    let id = rotation.id.clone();
    move || source.say_handed_over(id.clone(), has_it)
}

/// The successor is there, and its secret is nowhere.
fn unhanded(source: ConnectionState, rotation: &Rotation, asking: RwSignal<Option<Ask>>) -> Vec<El> {
    let n = Count(rotation.new.len(), Unit::Token);
    let text = match &rotation.new[..] {
        [one] if rotation.is_same_token() => Rotations::RotatedUnhanded { name: one.called() }.text(),
        [one] => Rotations::NeverHanded { name: one.called() }.text(),
        _ => Rotations::SeveralUnhanded { n }.text(),
    };
    let mut parts = vec![el("p.warning").children(quoted(&text)), tokens(source, rotation)];
    let system = source.system();
    let mut buttons = el("div.panel-buttons");
    for one in &rotation.new {
        let name = messages::isolated(&shown(one.called(), LINE));
        let ask = |text: &str, ask: Ask| {
            let label = el("span").children(quoted(text));
            el("button.button").attr("type", "button").child(label).on("click", move |_| asking.set(Some(ask.clone())))
        };
        if ways(&system).contains(&Way::Call) {
            buttons = buttons.child(ask(&Rotations::RotateIt { name: &name }.text(), Ask::Rotate(one.clone())));
        }
        if system.can(Action::Delete).is_ok() && !rotation.is_same_token() {
            buttons = buttons.child(ask(&Rotations::DeleteIt { name: &name }.text(), Ask::Delete(one.clone())));
        }
    }
    let has_it = button("button", &Rotations::HaveItAfterAll.text(), hand_over(source, rotation, true));
    parts.push(buttons.maybe(rotation.successor().map(|_| has_it)));
    parts
}

/// A question that takes the place of the dialog.
fn question(source: ConnectionState, rotation: &Rotation, ask: &Ask, opener: Option<HtmlElement>) -> El {
    let id = rotation.id.clone();
    let named = |it: &Known| source.named(it.id.clone(), it.name.clone());
    let (question, token): (Question, NamedToken) = match ask {
        Ask::End(End::Disable, _) => (Question::Disable, named(&rotation.old)),
        Ask::End(End::Revoke, _) => (Question::Revoke, named(&rotation.old)),
        Ask::End(End::Delete, _) => (Question::Delete, named(&rotation.old)),
        Ask::Delete(known) => (Question::Delete, named(known)),
        Ask::Rotate(known) => (Question::Rotate, named(known)),
    };
    let (ask, for_send) = (ask.clone(), token.clone());
    let send = move |command: Command, sending: Sending| {
        let (id, token, inputs) = (id.clone(), for_send.clone(), command.inputs().clone());
        match &ask {
            Ask::End(end, then) => source.end_old(id, (*end, then.clone()), token, inputs, sending),
            Ask::Delete(_) => source.delete_successor(id, token, inputs, sending),
            Ask::Rotate(_) => source.rotate_successor(id, token, inputs, sending),
        }
    };
    confirm_by(source, question, token, Box::new(send), None, opener)
}
