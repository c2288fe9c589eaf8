//! Makes a token like another one, for the same system or for another connection to one of its kind.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialogs::frame::{around, opened};
use super::form;
use super::inputs;
use super::kit::{El, button, effect, el, verbatim};
use super::notice::quoted;
use super::offered::Offered;
use crate::actions::NamedToken;
use crate::api::tokens::Tagged;
use crate::api::{ApiError, Later};
use crate::capabilities::{Action, Field, FieldShape};
use crate::config::Connection;
use crate::draft::successor::{LeftOut, name_after};
use crate::draft::{Form, Original, first_days};
use crate::excerpt::LINE;
use crate::messages::clone::Clone;
use crate::messages::form::TokenForm;
use crate::messages::{isolated, privileges, shown};
use crate::platform::{self, ViewerZone, active_element, now};
use crate::runtime::Job;
use crate::time::{Clock, Millis};
use crate::token::{Scope, Token, TokenRef};
use crate::workspace::Dialog;
use crate::workspace::connection::ConnectionState;

/// The form for a clone, in the system of the slot `to`; where there are several that it can be for, the choice of one.
pub(super) fn clone(source: ConnectionState, token: NamedToken, to: Option<usize>, offered: Offered) -> El {
    if let Some(read) = to.and_then(|_| take_carried(source)) {
        return filled(source, source, token, move |_| Box::pin(std::future::ready(Ok(read.clone()))));
    }
    let others = systems_like(source);
    let elsewhere = if source.workspace.is_inventory() { Vec::new() } else { connections_like(source, offered) };
    let of_original = {
        let id = token.token.id.clone();
        move |job: Rc<Job>| -> Later<'static, Result<Rc<Read>, ApiError>> {
            let id = id.clone();
            Box::pin(async move { read(source, &job, &id).await.map(Rc::new) })
        }
    };
    match to {
        None if !(others.is_empty() && elsewhere.is_empty()) => {
            let going = RwSignal::new(None::<usize>);
            el("div").bind_child(move || {
                let (token, of_original) = (token.clone(), of_original.clone());
                Some(match going.get() {
                    None => untrack(|| choose(source, token, &others, &elsewhere, going)),
                    // Read before the page leaves its system, so that what goes wrong is told here.
                    Some(place) => {
                        let named = token.clone();
                        let open = move |read, _| {
                            carry(source, offered, place, named.clone(), read);
                            el("div")
                        };
                        form::read_first(source, token, TokenForm::Clone, Box::new(of_original), Box::new(open))
                    }
                })
            })
        }
        to => filled(source, to.and_then(|it| source.workspace.source(it)).unwrap_or(source), token, of_original),
    }
}

/// The other open systems that a clone can be for.
fn systems_like(source: ConnectionState) -> Vec<ConnectionState> {
    let own = source.connection();
    let is_like = |it: &ConnectionState| {
        it.slot != source.slot && it.connection().speaks_like(&own) && it.system().can(Action::Create).is_ok()
    };
    source.workspace.connection_states().into_iter().filter(is_like).collect()
}

/// The other connections that a clone can be for and that the page does not show, with their places among all.
fn connections_like(source: ConnectionState, offered: Offered) -> Vec<(usize, String)> {
    let own = source.connection();
    let is_like = |it: &&Connection| it.name != own.name && it.speaks_like(&own);
    offered.all.with_untracked(|all| {
        let like = all.iter().enumerate().filter(|(_, it)| is_like(it));
        like.map(|(place, it)| (place, it.name.clone())).collect()
    })
}

fn choose(
    source: ConnectionState,
    token: NamedToken,
    others: &[ConnectionState],
    elsewhere: &[(usize, String)],
    going: RwSignal<Option<usize>>,
) -> El {
    let close = move || source.workspace.close_dialog();
    let name = isolated(&shown(token.called(), LINE));
    let line = |name: &str| el("button.button").attr("type", "button").child(verbatim(name));
    let here = std::iter::once(&source).chain(others).map(|it| {
        let (token, slot) = (token.clone(), it.slot);
        let choose = move |_| source.workspace.open_dialog(Dialog::Clone(token.clone(), Some(slot)));
        let account = it.signed_in.get_untracked().filter(|it| !it.is_empty());
        let account = account.map(|it| el("span.muted").child(verbatim(&it)));
        line(&it.connection().name).maybe(account).on("click", choose)
    });
    let there = elsewhere.iter().map(|(place, name)| {
        let place = *place;
        line(name).on("click", move |_| going.set(Some(place)))
    });
    let lines = here.chain(there).map(|it| el("li").child(it)).collect();
    let hint = (!elsewhere.is_empty()).then(|| el("p.hint").text(&Clone::OpensOther.text()));
    let body = el("div.modal-body").child(el("p").text(&Clone::ChooseWhat.text()));
    let body = body.child(el("ul.choose").children(lines)).maybe(hint);
    let foot = el("div.modal-foot").child(button("button", &Clone::Cancel.text(), close));
    let content = el("div").child(body).child(foot);
    let title = quoted(&Clone::Choose { name: &name }.text());
    opened(around(el("dialog.modal").attr("role", "dialog"), &title, close, content), active_element())
}

/// What is on its way to the view of another connection.
struct Carried {
    /// That connection.
    to: Connection,
    read: Rc<Read>,
    /// Of what waits for that view.
    _waits: Owner,
    /// Gives it up with the session that showed the original.
    _forgets: Rc<dyn Fn()>,
}

thread_local! {
    /// The page is in one place at a time, and so is this.
    static CARRIED: RefCell<Option<Carried>> = const { RefCell::new(None) };
}

/// Shows the connection of a place, and opens the form for a clone there as soon as the user is signed in. Another choice
/// gives it up.
fn carry(source: ConnectionState, offered: Offered, place: usize, token: NamedToken, read: Rc<Read>) {
    let Some(to) = offered.all.with_untracked(|all| all.get(place).cloned()) else { return };
    let (waits, is_open) = (Owner::new_root(None), Cell::new(false));
    let forgets = source.client().when_forgotten(drop_later);
    let carried = Carried { to: to.clone(), read, _waits: waits.clone(), _forgets: forgets };
    CARRIED.with(|it| it.replace(Some(carried)));
    spawn_local(async move {
        // The dialog that asks for this goes with its workspace.
        offered.show(Some(place));
        waits.with(|| {
            effect(move || {
                if offered.chosen.get() != Some(place) {
                    return drop_later();
                }
                let there = offered.on_page.get().filter(|it| !it.is_left()).and_then(|it| it.only());
                let Some(there) = there.filter(|it| it.connection() == to) else { return };
                let is_in = !there.can_sign_in() || there.signed_in.with(Option::is_some);
                if is_in && there.sign_in.with(Option::is_none) && !is_open.replace(true) {
                    let named =
                        NamedToken { token: TokenRef { slot: there.slot, ..token.token.clone() }, ..token.clone() };
                    untrack(|| there.workspace.open_dialog(Dialog::Clone(named, Some(there.slot))));
                }
            });
        });
    });
}

/// What waits cannot be dropped by itself while it runs.
fn drop_later() {
    spawn_local(async { drop(CARRIED.with(RefCell::take)) });
}

/// What was carried to a system, once.
fn take_carried(to: ConnectionState) -> Option<Rc<Read>> {
    let is_for = |it: &Carried| to.workspace.only().is_some() && it.to == to.connection();
    let carried = CARRIED.with(|it| it.borrow_mut().take_if(|it| is_for(it)));
    carried.map(|it| it.read)
}

/// What is read of a token that is cloned.
struct Read {
    tagged: Tagged,
    original: Option<Original>,
    created: Option<Millis>,
    /// Where it is from.
    connection: Connection,
}

async fn read(source: ConnectionState, job: &Job, id: &str) -> Result<Read, ApiError> {
    let client = source.client();
    let tagged = form::read_to_send(&client, job, id).await?;
    let original = client.ask(job, async |api| api.original(id).await).await?;
    let created = tagged.created(&client.system());
    Ok(Read { tagged, original, created, connection: source.connection() })
}

/// What a clone's form is filled with.
#[derive(std::clone::Clone)]
struct Filled {
    form: Form,
    left_out: LeftOut,
}

fn filled(
    source: ConnectionState,
    to: ConnectionState,
    token: NamedToken,
    read: impl Fn(Rc<Job>) -> Later<'static, Result<Rc<Read>, ApiError>> + 'static,
) -> El {
    let for_note = token.clone();
    let fill = move |job: Rc<Job>| -> Later<'static, Result<Rc<Filled>, ApiError>> {
        let reading = read(job.clone());
        Box::pin(async move { fill(&*reading.await?, to, &job).await.map(Rc::new) })
    };
    let open = move |filled: Rc<Filled>, opener| {
        form::like(to, filled.form.clone(), note(to, &for_note, &filled.left_out), opener)
    };
    form::read_first(source, token, TokenForm::Clone, Box::new(fill), Box::new(open))
}

async fn fill(read: &Read, to: ConnectionState, job: &Job) -> Result<Filled, ApiError> {
    let (system, token) = (to.system(), &read.tagged.token);
    let asked = system.asked(Action::Create);
    let mut form = Form { original: read.original.clone(), ..Form::new(String::new()) };
    form.inputs = asked.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect();
    if system.field(Field::Guid).is_some() {
        form.guid = platform::random_uuid();
    }
    let usual = first_days(&system, to.connection().first_end);
    form.take_over(token, read.created, &system, &asked, usual, Clock { now: now(), zone: &ViewerZone });
    form.name = name_for(to, token);
    let is_own = to.connection() == read.connection;
    let left_out = if is_own { LeftOut::default() } else { leave_out(to, job, &mut form).await? };
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
