//! What begins a rotation: the question before the system's own call, or the form for a successor. Of a token that is being
//! rotated already it is how that stands.

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::super::dialogs::confirm::{Question, confirm_by};
use super::super::dialogs::frame::modal;
use super::super::form::{Send, succeed};
use super::super::inputs;
use super::super::kit::{El, button, effect, el};
use super::super::notice::{error_panel, quoted};
use super::owning::{Owner, Owning};
use super::standing::standing;
use crate::actions::{Command, NamedToken};
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::{Action, Field};
use crate::messages::dialogs::Dialogs;
use crate::messages::rotation::Begin;
use crate::messages::{explain, list_of};
use crate::platform::{self, active_element, random_uuid};
use crate::rotation::successor::{Basis, Fresh, Successor, successor};
use crate::rotation::{Stage, Way, book, ways};
use crate::workspace::commands::Sending;
use crate::workspace::connection::ConnectionState;

/// What the dialog is.
#[derive(Clone, PartialEq)]
enum Step {
    /// The token is part of the rotation of this id.
    Open(String),
    /// The question before the system's own call.
    Call,
    /// The form for a successor, once what it takes over is known.
    Successor,
}

/// The dialog that rotates a token.
pub(in crate::view) fn begin(source: ConnectionState, token: NamedToken) -> El {
    let opener = active_element();
    let step = RwSignal::new(None::<Step>);
    let runtime = source.workspace.runtime();
    let connection = StoredValue::new(source.connection().name);
    let token = StoredValue::new(token);
    let open_one = move || {
        let open = connection.with_value(|name| token.with_value(|it| book::about(name, &it.token.id)));
        open.filter(|it| it.stage != Stage::Ended)
    };
    let owning = Owning::new();
    runtime.spawn(Box::pin(async move {
        let (name, id) = (connection.get_value(), token.with_value(|it| it.token.id.clone()));
        if !owning.wait(runtime, &name, &id).await {
            return;
        }
        book::load(runtime).await;
        source.reconcile_rotations().await;
        let first = || match ways(&source.system()).first() {
            Some(Way::Successor) => Step::Successor,
            _ => Step::Call,
        };
        // The dialog may have been closed meanwhile.
        if let Some(open) = connection.try_get_value().map(|_| untrack(open_one)) {
            let _ = step.try_set(Some(open.map_or_else(first, |it| Step::Open(it.id))));
        }
    }));
    // The list has shown what a request made whose answer was lost: nothing else is sent before that is settled.
    effect(move || {
        if let Some(found) = open_one().filter(|it| it.stage == Stage::Unhanded)
            && step.with_untracked(|it| matches!(it, Some(Step::Call | Step::Successor)))
        {
            step.set(Some(Step::Open(found.id)));
        }
    });
    let basis = RwSignal::new_local(None::<Result<Rc<Basis>, ApiError>>);
    el("div").bind_child(move || {
        let opener = opener.clone();
        if owning.owner() == Owner::Elsewhere {
            return Some(untrack(|| elsewhere(source, &token.get_value(), opener)));
        }
        Some(match step.get()? {
            Step::Open(id) => untrack(|| standing(source.workspace, id, connection.get_value(), opener)),
            Step::Call => untrack(|| by_call(source, token.get_value(), step, opener)),
            Step::Successor => match basis.get() {
                Some(Ok(basis)) => untrack(|| {
                    let is_open = move |key: &str| open_one().filter(|it| it.id != key || it.stage != Stage::Lost);
                    by_successor(source, token.get_value(), &basis, step, Rc::new(is_open), opener)
                }),
                outcome => untrack(|| {
                    let load = move || read(source, token.get_value().token.id, basis);
                    if outcome.is_none() {
                        load();
                    }
                    reading(source, outcome.and_then(Result::err), load, opener)
                }),
            },
        })
    })
}

/// What is shown while another tab rotates the token.
fn elsewhere(source: ConnectionState, token: &NamedToken, opener: Option<HtmlElement>) -> El {
    let close = move || source.workspace.close_dialog();
    let text = el("p").attr("role", "status").children(quoted(&Begin::Elsewhere { name: token.called() }.text()));
    let foot = el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close));
    let content = el("div").child(el("div.modal-body").child(text)).child(foot);
    modal(&Begin::Title.text(), "dialog", opener, close, content)
}

/// Reads what a successor takes over: from the system, else from the list.
fn read(source: ConnectionState, id: String, basis: RwSignal<Option<Result<Rc<Basis>, ApiError>>, LocalStorage>) {
    let client = source.client();
    source.workspace.runtime().spawn(Box::pin(async move {
        let job = client.reading_job();
        let outcome = match client.ask(&job, async |api| api.read(&id, false).await).await {
            Ok(tagged) => match client.ask(&job, async |api| api.original(&id).await).await {
                Ok(original) => Ok(Basis { original, ..Basis::of_answer(tagged.token, &tagged.json.text) }),
                Err(error) => Err(error),
            },
            // A system that gives no token by itself.
            Err(ApiError::Refused(405, words)) => source.listed_basis(&id).ok_or(ApiError::Refused(405, words)),
            Err(error) => Err(error),
        };
        let _ = basis.try_set(Some(outcome.map(Rc::new)));
    }));
}

/// What is shown while it is read, or where it cannot be.
fn reading(
    source: ConnectionState,
    error: Option<ApiError>,
    load: impl Fn() + 'static,
    opener: Option<HtmlElement>,
) -> El {
    let close = move || source.workspace.close_dialog();
    let can_help = error.as_ref().is_some_and(|it| explain(it, RetrySafety::ReadOnly).retry);
    let state = match &error {
        None => el("p").attr("aria-live", "polite").text(&Begin::Reading.text()),
        Some(error) => error_panel(error, RetrySafety::ReadOnly),
    };
    let retry = can_help.then(|| button("button primary", &Begin::Retry.text(), load));
    let foot = el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close)).maybe(retry);
    let content = el("div").child(el("div.modal-body").child(state)).child(foot);
    modal(&Begin::Title.text(), "dialog", opener, close, content)
}

/// A button that leads to the other way, where the system has both.
fn other_way(source: ConnectionState, way: Way, step: RwSignal<Option<Step>>) -> Option<El> {
    let (other, text) = match way {
        Way::Call => (Step::Successor, Begin::BySuccessor.text()),
        Way::Successor => (Step::Call, Begin::ByCall.text()),
    };
    let has_both = ways(&source.system()).len() > 1;
    has_both.then(|| button("button quiet other-way", &text, move || step.set(Some(other.clone()))))
}

fn by_call(
    source: ConnectionState,
    token: NamedToken,
    step: RwSignal<Option<Step>>,
    opener: Option<HtmlElement>,
) -> El {
    let (id, old) = (random_uuid(), token.clone());
    let send = move |command: Command, sending: Sending| source.rotate(id.clone(), old.clone(), command, sending);
    let more = el("div.asked").child(el("p").text(&Begin::OldStops.text())).maybe(other_way(source, Way::Call, step));
    confirm_by(source, Question::Rotate, token, Box::new(send), Some(more), opener)
}

/// The rotation that stands in the way of a request with this key.
type Obstacle = Rc<dyn Fn(&str) -> Option<crate::rotation::Rotation>>;

fn by_successor(
    source: ConnectionState,
    token: NamedToken,
    basis: &Basis,
    step: RwSignal<Option<Step>>,
    obstacle: Obstacle,
    opener: Option<HtmlElement>,
) -> El {
    let system = source.system();
    let fresh = Fresh { guid: random_uuid(), said: source.connection().first_end, initial: &inputs::initial };
    let is_taken = |name: &str| source.has_name(name);
    let clock = source.workspace.runtime().clock();
    let Successor { form, is_renamed, is_unnamed, left } =
        successor(basis, &system, fresh, clock, &is_taken, &platform::matches);
    let labels: Vec<String> = left.iter().map(|it: &Field| system.label(*it).to_string()).collect();
    let note = |text: &str| el("p").children(quoted(text));
    let about = el("div.rotation-note")
        .child(note(&Begin::Successor { name: token.called() }.text()))
        .maybe(is_renamed.then(|| note(&Begin::Renamed.text())))
        .maybe(is_unnamed.then(|| note(&Begin::Unnamed.text())))
        .maybe((!labels.is_empty()).then(|| note(&Begin::NotTaken { fields: &list_of(&labels) }.text())))
        .maybe(other_way(source, Way::Successor, step));
    let may_repeat = source.retry_safety(Action::Create) == RetrySafety::Idempotent;
    let send: Send = Rc::new(move |command: Command, sending: Sending| {
        let Command::Create { key, .. } = &command else { return };
        let key = key.clone();
        // What was sent before may have made a successor: only the same request may be sent once more, where that is safe.
        let key_is_safe = if may_repeat { &*key } else { "" };
        match untrack(|| obstacle(key_is_safe)) {
            Some(open) => step.set(Some(Step::Open(open.id))),
            None => source.rotate(key, token.clone(), command, sending),
        }
    });
    succeed(source, form, about, [&Begin::Title.text(), &Begin::Create.text()], send, opener)
}
