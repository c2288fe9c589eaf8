//! Makes a token like another one, for the same system or for another connection to one of its kind.

use std::rc::Rc;

use leptos::prelude::*;

use super::dialogs::frame::{around, opened};
use super::form;
use super::inputs;
use super::kit::{El, button, el, verbatim};
use super::notice::quoted;
use crate::actions::NamedToken;
use crate::api::{ApiError, Later};
use crate::capabilities::{Action, Field, FieldShape};
use crate::draft::successor::{LeftOut, name_after};
use crate::draft::{Form, first_days};
use crate::excerpt::LINE;
use crate::messages::clone::Clone;
use crate::messages::form::TokenForm;
use crate::messages::{isolated, privileges, shown};
use crate::platform::{self, ViewerZone, active_element, now};
use crate::runtime::Job;
use crate::time::Clock;
use crate::token::{Scope, Token};
use crate::workspace::Dialog;
use crate::workspace::connection::ConnectionState;
use crate::workspace::slots::Slot;

/// The form for a clone, in the system of the slot `to`; where there are several that it can be for, the choice of one.
pub(super) fn clone(source: ConnectionState, token: NamedToken, to: Option<usize>) -> El {
    let all = systems_like(source);
    match to {
        None if all.len() > 1 => choose(source, token, all),
        to => filled(source, to.and_then(|it| source.workspace.source(it)).unwrap_or(source), token),
    }
}

/// The open systems that a clone can be for, its own first.
fn systems_like(source: ConnectionState) -> Vec<ConnectionState> {
    let own = source.connection();
    let is_like = |it: &ConnectionState| {
        it.slot != source.slot && it.connection().speaks_like(&own) && it.system().can(Action::Create).is_ok()
    };
    let slots = source.workspace.slots.with_untracked(|it| it.iter().filter_map(Slot::source).collect::<Vec<_>>());
    std::iter::once(source).chain(slots.into_iter().filter(is_like)).collect()
}

fn choose(source: ConnectionState, token: NamedToken, all: Vec<ConnectionState>) -> El {
    let close = move || source.workspace.close_dialog();
    let name = isolated(&shown(token.called(), LINE));
    let line = |it: ConnectionState| {
        let token = token.clone();
        let choose = move |_| source.workspace.open_dialog(Dialog::Clone(token.clone(), Some(it.slot)));
        let account = it.signed_in.get_untracked().filter(|it| !it.is_empty());
        let account = account.map(|it| el("span.muted").child(verbatim(&it)));
        let system = verbatim(&it.connection().name);
        el("li").child(el("button.button").attr("type", "button").child(system).maybe(account).on("click", choose))
    };
    let lines = all.into_iter().map(line).collect();
    let body =
        el("div.modal-body").child(el("p").text(&Clone::ChooseWhat.text())).child(el("ul.choose").children(lines));
    let foot = el("div.modal-foot").child(button("button", &Clone::Cancel.text(), close));
    let content = el("div").child(body).child(foot);
    let title = quoted(&Clone::Choose { name: &name }.text());
    opened(around(el("dialog.modal").attr("role", "dialog"), &title, close, content), active_element())
}

/// What a clone's form is filled with.
#[derive(std::clone::Clone)]
struct Filled {
    form: Form,
    left_out: LeftOut,
}

fn filled(source: ConnectionState, to: ConnectionState, token: NamedToken) -> El {
    let named = token.clone();
    let read = move |job: Rc<Job>| -> Later<'static, Result<Rc<Filled>, ApiError>> {
        let id = token.token.id.clone();
        Box::pin(async move { fill(source, to, &job, &id).await.map(Rc::new) })
    };
    let for_note = named.clone();
    let open = move |filled: Rc<Filled>, opener| {
        form::like(to, filled.form.clone(), note(to, &for_note, &filled.left_out), opener)
    };
    form::read_first(source, named, TokenForm::Clone, Box::new(read), Box::new(open))
}

async fn fill(source: ConnectionState, to: ConnectionState, job: &Job, id: &str) -> Result<Filled, ApiError> {
    let (client, system) = (source.client(), to.system());
    let tagged = form::read_to_send(&client, job, id).await?;
    let original = client.ask(job, async |api| api.original(id).await).await?;
    let asked = system.asked(Action::Create);
    let mut form = Form { original, ..Form::new(String::new()) };
    form.inputs = asked.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect();
    if system.field(Field::Guid).is_some() {
        form.guid = platform::random_uuid();
    }
    let usual = first_days(&system, to.connection().first_end);
    let (created, clock) = (tagged.created(&client.system()), Clock { now: now(), zone: &ViewerZone });
    form.take_over(&tagged.token, created, &system, &asked, usual, clock);
    form.name = name_for(to, &tagged.token);
    let left_out = if to.slot == source.slot { LeftOut::default() } else { leave_out(to, job, &mut form).await? };
    Ok(Filled { form, left_out })
}

/// Takes out what the other system does not know.
async fn leave_out(to: ConnectionState, job: &Job, form: &mut Form) -> Result<LeftOut, ApiError> {
    let (client, system) = (to.client(), to.system());
    let scopes = match system.field(Field::Scopes) {
        Some(_) => {
            let listed = client.ask(job, async |api| api.scopes().await).await?;
            // Others may be in use there.
            let used = to.used_scopes().into_iter().map(|id| Scope { name: id.clone(), id });
            Some(listed.into_iter().chain(used).collect::<Vec<_>>()).filter(|it| !it.is_empty())
        }
        None => None,
    };
    let targets = match system.field(Field::Privileges) {
        Some(_) => Some(client.targets(job).await?),
        None => None,
    };
    Ok(form.leave_out_unknown(scopes.as_deref(), targets.as_deref()))
}

/// The name of the original, or one like it where that is taken.
fn name_for(to: ConnectionState, token: &Token) -> String {
    let is_taken = |name: &str| {
        to.workspace.with_rows(|stores, _| {
            let store = stores.get(to.slot).map(|it| it.store);
            store.is_some_and(|it| it.rows().iter().any(|row| it.name(*row) == name))
        })
    };
    if token.name.is_empty() || !is_taken(&token.name) {
        return token.name.clone();
    }
    let shape = to.system().field(Field::Name).cloned().unwrap_or_else(|| FieldShape::new(Field::Name, ""));
    name_after(&token.name, &Clone::Suffix.text(), &shape, &is_taken, &platform::matches)
}

/// What the form is filled with, and what is missing in it.
fn note(to: ConnectionState, token: &NamedToken, left_out: &LeftOut) -> El {
    let name = isolated(&shown(token.called(), LINE));
    let note = el("div.clone-note").child(el("p.muted").children(quoted(&Clone::Of { name: &name }.text())));
    if left_out.is_none() {
        return note;
    }
    let scopes = to
        .scopes
        .with_untracked(|it| left_out.scopes.iter().map(|id| isolated(&shown(it.name(id), LINE))).collect::<Vec<_>>());
    let places = left_out.privileges.iter().map(|it| isolated(&privileges(std::slice::from_ref(it))));
    let rights = scopes.into_iter().chain(places).collect::<Vec<_>>().join(", ");
    note.child(el("p.hint.warning").attr("role", "note").children(quoted(&Clone::LeftOut { rights: &rights }.text())))
}
