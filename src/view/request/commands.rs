//! What an action would send, as `curl` commands.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::copying::Copying;
use super::super::kit::{El, button, effect, el};
use super::super::notice::error_panel;
use crate::actions::{Command, rehearse};
use crate::api::rehearsal::answer_place;
use crate::api::{ApiError, Later, Request, RetrySafety};
use crate::capabilities::InputKind;
use crate::curl::{self, Kind, Shown};
use crate::messages::curl::Request as Words;
use crate::messages::{self, Number};
use crate::platform::{is_own_origin, read_address};
use crate::runtime::{Guard, Runtime};
use crate::workspace::connection::ConnectionState;

/// How long typing has to pause before the commands follow it, in milliseconds.
const PAUSE: i32 = 300;

/// So many actions are written down at first, and shown at most: a run may have thousands.
pub(in crate::view) const MOST: usize = 100;

/// Finds out what would be sent.
pub(in crate::view) type Prepare = Box<dyn FnOnce() -> Later<'static, Result<Vec<Shown>, ApiError>>>;

/// What is to be written down.
pub(in crate::view) struct Wanted {
    /// How many actions there are.
    pub(in crate::view) n_all: usize,
    /// Finds out what they would send, of the first or of all.
    pub(in crate::view) prepare: Prepare,
}

/// What was found out.
struct Found {
    n_all: usize,
    all: Vec<Shown>,
}

/// The commands for an action, as soon as they are known.
pub(in crate::view) fn commands(source: ConnectionState, command: Rc<dyn Fn() -> Option<Command>>) -> El {
    let wanted = move |_| {
        let command = command()?;
        let shown = async move { Ok(vec![shown(source, &command).await?]) };
        Some(Wanted { n_all: 1, prepare: Box::new(move || Box::pin(shown)) })
    };
    several(source.workspace.runtime(), wanted)
}

/// The commands for several actions. `wanted`: what they are, all or the first [`MOST`]; nothing as long as that is not known.
/// It follows what is typed.
pub(in crate::view) fn several(runtime: &'static dyn Runtime, wanted: impl Fn(bool) -> Option<Wanted> + 'static) -> El {
    let found = RwSignal::new_local(None::<Result<Option<Rc<Found>>, ApiError>>);
    let (again, is_all) = (RwSignal::new(0_u32), RwSignal::new(false));
    let (timer, turn) = (StoredValue::new_local(None::<Guard>), StoredValue::new(0_u32));
    effect(move || {
        again.track();
        let wanted = wanted(is_all.get());
        turn.update_value(|it| *it += 1);
        let this = turn.get_value();
        let is_first = found.with_untracked(Option::is_none);
        let rehearse = move || {
            spawn_local(async move {
                let prepared = match wanted {
                    Some(Wanted { n_all, prepare }) => prepare().await.map(|all| Some(Rc::new(Found { n_all, all }))),
                    None => Ok(None),
                };
                // The dialog may have been closed meanwhile, or something else been typed.
                if turn.try_get_value() == Some(this) {
                    found.set(Some(prepared));
                }
            });
        };
        timer.set_value(if is_first {
            rehearse();
            None
        } else {
            Some(runtime.after(PAUSE, Box::new(rehearse)))
        });
    });
    let copying = Copying::new(false);
    let view = move || {
        Some(match found.get() {
            None => el("p.muted").attr("role", "status").text(&Words::Preparing.text()),
            Some(Ok(None)) => el("p.muted").text(&Words::Incomplete.text()),
            Some(Ok(Some(found_now))) => {
                let (n, all) = (Number(found_now.all.len().min(MOST)), Number(found_now.n_all));
                let is_part = found_now.all.len() < found_now.n_all;
                let text = el("pre.mono").attr("tabindex", "0").attr("role", "region").attr("translate", "no");
                let text = text
                    .attr("aria-label", &Words::Script.text())
                    .text(&script(&found_now.all[..found_now.all.len().min(MOST)]));
                let note = (found_now.n_all > MOST).then(|| {
                    let note = if is_part { Words::Some { n, all } } else { Words::CopyHasAll { n, all } };
                    el("p.muted").attr("role", "status").text(&note.text())
                });
                let rest = is_part.then(|| {
                    button("button small", &Words::PrepareAll { all }.text(), move || {
                        found.set(None);
                        is_all.set(true);
                    })
                });
                let copy = move || Some(script(&found_now.all));
                el("div.said").child(text).maybe(note).maybe(rest).child(copying.button(
                    0,
                    &Words::Copy.text(),
                    copy,
                    || {},
                ))
            }
            Some(Err(error)) => {
                let retry = button("button", &Words::Retry.text(), move || {
                    found.set(None);
                    again.update(|it| *it += 1);
                });
                error_panel(&error, RetrySafety::ReadOnly).child(retry)
            }
        })
    };
    el("div.request").bind_child(view).child(copying.said())
}

/// The commands for actions, as a text.
fn script(all: &[Shown]) -> String {
    messages::curl::script(&curl::script(all))
}

/// What a command would send, ready to be written down. It is read what has to be, and nothing is changed.
pub(in crate::view) async fn shown(source: ConnectionState, command: &Command) -> Result<Shown, ApiError> {
    let (client, connection) = (source.client(), source.connection());
    let (requests, secrets) = rehearse(command, &client).await?;
    let kind = |it: &str| answer_place(it).map_or(Kind::Other, |place| Kind::Answer(place.to_owned()));
    let mut secrets: Vec<(Kind, String)> = secrets.into_iter().map(|it| (kind(&it), it)).collect();
    for input in client.system().asked(command.action()).into_iter().filter(|it| it.kind == InputKind::Secret) {
        let typed = command.inputs().iter().find(|(key, _)| *key == input.key);
        secrets.splice(0..0, typed.map(|(key, value)| (Kind::Input(key.clone()), value.clone())));
    }
    // Callers of such a system send it (wire contracts §1).
    if let Some(draft) = command.draft().filter(|_| !client.is_behind_gateway()) {
        secrets.insert(0, (Kind::Guid, draft.guid.clone()));
    }
    let base = read_address(&connection.base);
    let is_own = base.as_ref().is_some_and(is_own_origin);
    let base = base.map(|it| it.href()).unwrap_or_default();
    let behind = connection.setting("address");
    let placed = |request: Request| {
        let url = read_address(&request.url).map_or_else(|| request.url.clone(), |it| it.href());
        // What the page reaches through its own server is reached from a shell where it is.
        let rest = url.strip_prefix(base.trim_end_matches('/')).filter(|_| !behind.is_empty());
        let url = rest.map(|it| format!("{}{it}", behind.trim_end_matches('/'))).unwrap_or(url);
        let cookies = is_own && (request.cookies || connection.cookies);
        Request { url, cookies, ..request }
    };
    let requests = requests.into_iter().map(placed).collect();
    let called = command.token().called().to_owned();
    Ok(Shown { action: command.action(), called, system: connection.name, requests, secrets })
}
