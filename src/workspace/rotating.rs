//! A guided rotation on the page: its commands, and what is noted of each before and after. Pure.

use std::rc::Rc;

use reactive_graph::graph::untrack;
use reactive_graph::prelude::*;

use super::following::{Came, Follow};
use super::notices::{Finding, Kept, show_rotations, with_findings};
use super::report::Report;
use super::sending::Sending;
use super::state::{ConnectionState, Dialog, Workspace};
use crate::actions::check::{Listed, WhyNot, check};
use crate::actions::{Command, NamedToken};
use crate::api::Later;
use crate::capabilities::Action;
use crate::draft::Inputs;
use crate::record::Owned;
use crate::rotation::successor::Basis;
use crate::rotation::{Due, End, Event, Known, Next, Rotation, Stage, Way, book, ways};
use crate::store::Store;
use crate::time::Millis;
use crate::token::Status;

/// How long a rotation stays this tab's after its secret was left, in milliseconds.
const TAKEN_ON: i32 = 2_000;

/// Said of the rotations of a connection that are not over, when the user signs out there. It names no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// The connection, by its name.
    pub connection: String,
    /// How many there are.
    pub n_open: usize,
    /// In how many of them a secret was never handed over, or it is not known whether one was made.
    pub n_unhanded: usize,
    /// In how many of them something is due.
    pub n_due: usize,
}

impl LeftOpen {
    /// Of these rotations; nothing where the connection has none.
    pub fn of(connection: &str, all: &[Rotation], now: Millis) -> Option<LeftOpen> {
        let open: Vec<_> = all.iter().filter(|it| it.connection == connection && !it.is_over()).collect();
        let n = |is_one: fn(Next) -> bool| open.iter().filter(|it| is_one(it.next())).count();
        let left = LeftOpen {
            connection: connection.into(),
            n_open: open.len(),
            n_unhanded: n(|it| matches!(it, Next::Look | Next::SayHandedOver | Next::MendSuccessor)),
            n_due: open.iter().filter(|it| it.is_due(now)).count(),
        };
        (left.n_open > 0).then_some(left)
    }
}

impl ConnectionState {
    /// Whether a token may be rotated, by whatever way the system has. Follows the list.
    pub fn check_rotation(self, id: &str) -> Result<(), WhyNot> {
        self.workspace.listed.track();
        let (system, now) = (self.system(), self.runtime().now());
        self.with_store(|store| {
            let listed = store.find(id).map(|row| Listed { store, row });
            match ways(&system).first() {
                Some(Way::Successor) => {
                    // What must not be done to the old one, must not be begun.
                    let status = listed.map(|it| it.store.status(it.row, now));
                    match listed {
                        Some(it) if it.store.shares_id(it.row) => Err(WhyNot::SharesId),
                        _ if status == Some(Status::Deleted) => Err(WhyNot::DeletedAlready),
                        _ if status == Some(Status::Unreadable) => Err(WhyNot::Unreadable),
                        _ => Ok(()),
                    }
                }
                _ => check(Action::Rotate, listed, &system, now),
            }
        })
    }

    /// Sends the request for a new secret of a token: `command` is the system's own call, or makes a successor. It is noted
    /// before it is sent. A command that is sent again, as its answer was lost, has the same `id`.
    pub fn rotate(self, id: String, old: NamedToken, command: Command, sending: Sending) {
        let way = if command.action() == Action::Rotate { Way::Call } else { Way::Successor };
        let wanted = command.token().name;
        let (connection, system, runtime) = (self.connection().name, self.system(), self.runtime());
        let before = Report::new(self).ids_named(&wanted);
        let viewer = self.client().access().kept_name();
        let owned = book::owned(&connection, &old.token.id);
        let for_first = id.clone();
        let first: Later<'static, ()> = Box::pin(async move {
            if untrack(|| book::find(&for_first)).is_some() {
                return;
            }
            let old = Known::new(&old.token.id, &old.name);
            let begun = Rotation::begin(&for_first, [&connection, &system.name.text()], way, old, &wanted);
            book::keep(runtime, Rotation { viewer, before, begun_at: runtime.now(), ..begun }).await;
        });
        self.dispatch_followed(command, sending, Some(self.follow(id, first, owned)));
    }

    /// Gives a successor whose secret is nowhere another one, by the system's own call.
    pub fn rotate_successor(self, id: String, successor: NamedToken, inputs: Inputs, sending: Sending) {
        let runtime = self.runtime();
        let before = Report::new(self).ids_named(&successor.name);
        let for_first = id.clone();
        let first: Later<'static, ()> = Box::pin(async move {
            if let Some(rotation) = untrack(|| book::find(&for_first)) {
                book::keep(runtime, Rotation { before, ..rotation }).await;
            }
        });
        let owned = owned(&id);
        self.dispatch_followed(Command::Rotate(successor, inputs), sending, Some(self.follow(id, first, owned)));
    }

    /// What is noted of a request for a new secret. The rotation is this tab's until the secret has been left.
    fn follow(self, id: String, first: Later<'static, ()>, owned: Option<Rc<Owned>>) -> Follow {
        let (runtime, workspace, connection) = (self.runtime(), self.workspace, self.connection().name);
        let (for_came, for_owned) = (id.clone(), owned.clone());
        let came = Rc::new(move |came: Came| {
            let known = |it: &NamedToken| Known::new(&it.token.id, &it.name);
            let event = match &came {
                Came::Made(token, has_secret) => Event::Made(known(token), *has_secret),
                Came::Done | Came::Accepted | Came::Unknown => Event::Lost,
                Came::Refused => Event::Refused,
                Came::Listed(all) => Event::Listed(all.iter().map(known).collect()),
            };
            let (id, owned) = (for_came.clone(), for_owned.clone());
            runtime.spawn(Box::pin(async move {
                book::hear(runtime, &id, event).await;
                drop(owned);
            }));
        });
        let handed = Rc::new(move |has_it: bool| {
            let (id, connection, owned) = (id.clone(), connection.clone(), owned.clone());
            runtime.spawn(Box::pin(async move {
                workspace.was_handed_over(id, connection, has_it).await;
                // The dialog that this leads to takes it on, before another tab that waits for it does.
                runtime.sleep(TAKEN_ON).await;
                drop(owned);
            }));
        });
        Follow { first, came, handed: Some(handed) }
    }

    /// Ends the old token of a rotation; `then` is due after that.
    pub fn end_old(self, id: String, (end, then): (End, Vec<Due>), old: NamedToken, inputs: Inputs, sending: Sending) {
        let follow = self.follow_end(id, vec![Event::Planned(then), Event::Done(end)]);
        self.dispatch_followed(end.command(old, inputs), sending, Some(follow));
    }

    /// Deletes a successor whose secret is nowhere.
    pub fn delete_successor(self, id: String, successor: NamedToken, inputs: Inputs, sending: Sending) {
        let follow = self.follow_end(id, vec![Event::SuccessorGone]);
        self.dispatch_followed(Command::Delete(successor, inputs), sending, Some(follow));
    }

    /// What is noted once a token is ended.
    fn follow_end(self, id: String, done: Vec<Event>) -> Follow {
        let (runtime, owned) = (self.runtime(), owned(&id));
        let came = Rc::new(move |came: Came| {
            let (id, done, owned) = (id.clone(), done.clone(), owned.clone());
            if came == Came::Done {
                runtime.spawn(Box::pin(async move {
                    for event in done {
                        book::hear(runtime, &id, event).await;
                    }
                    drop(owned);
                }));
            }
        });
        Follow { first: Box::pin(async {}), came, handed: None }
    }

    /// The user says whether the secret of a rotation is stored.
    pub fn say_handed_over(self, id: String, has_it: bool) {
        let (runtime, event) = (self.runtime(), if has_it { Event::HandedOver } else { Event::NotHandedOver });
        runtime.spawn(Box::pin(async move { book::hear(runtime, &id, event).await }));
    }

    /// What is known of a token by the list alone.
    pub fn listed_basis(self, id: &str) -> Option<Basis> {
        self.with_store(|it| it.find(id).map(|row| Basis::of_row(it, row)))
    }

    /// Whether the list has a token of a name.
    pub fn has_name(self, name: &str) -> bool {
        self.with_store(|it| it.rows().iter().any(|row| it.name(*row) == name))
    }

    /// Whether the names of a rotation may be shown: to the user who began it, as far as the system tells. Follows who is
    /// signed in.
    pub fn sees(self, rotation: &Rotation) -> bool {
        self.signed_in.track();
        self.load.track();
        self.client().access().is_user(&rotation.viewer)
    }

    /// Reads the list, and takes note of what it says of the tokens of its rotations.
    pub async fn check_rotations(self) {
        if Report::new(self).reload().await {
            self.reconcile_rotations().await;
        }
    }

    /// Reads the list for what the request of a rotation made. Tells whether the list has come.
    pub async fn look_for_successor(self, id: String) -> bool {
        let report = Report::new(self);
        let runtime = self.runtime();
        if !report.reload().await {
            return false;
        }
        let Some(rotation) = untrack(|| book::find(&id)) else { return true };
        let found = report.with_store(|store| new_tokens(store, &rotation)).unwrap_or_default();
        book::hear(runtime, &id, Event::Listed(found)).await;
        true
    }

    /// Takes note of what the list says of the tokens of its rotations: what was ended from elsewhere is ended.
    pub async fn reconcile_rotations(self) {
        let connection = self.connection().name;
        let (runtime, now) = (self.runtime(), self.runtime().now());
        let is_whole = self.load.with_untracked(|it| !it.running && it.counted().is_some_and(|(_, is_whole)| is_whole));
        let all = untrack(|| book::with_all(<[Rotation]>::to_vec));
        for rotation in all.iter().filter(|it| it.connection == connection) {
            let status = |known: &Known| self.with_store(|it| it.find(&known.id).map(|row| it.status(row, now)));
            let event = match rotation.next() {
                Next::EndOld => Rotation::of_list(status(&rotation.old), is_whole),
                Next::MendSuccessor | Next::SayHandedOver if !rotation.new.is_empty() && !rotation.is_same_token() => {
                    let is_gone =
                        |it: &Known| matches!(status(it), Some(Status::Deleted)) || is_whole && status(it).is_none();
                    rotation.new.iter().all(is_gone).then_some(Event::SuccessorGone)
                }
                _ => None,
            };
            if let Some(event) = event {
                book::hear(runtime, &rotation.id, event).await;
            }
        }
    }
}

impl Workspace {
    /// Says what is left open at these connections, as the user has signed out there: of those that the book knows.
    pub fn say_left_open(self, connections: &[String]) {
        for name in connections {
            let left = untrack(|| book::with_all(|all| LeftOpen::of(name, all, self.runtime.now())));
            show_rotations(name, left.map(Into::into));
        }
    }

    /// Forgets rotations, by their ids: nothing is done to their tokens. Tells how many are left, as another tab works on them.
    pub async fn forget_rotations(self, ids: &[String]) -> usize {
        let mut n_left = 0;
        for rotation in ids.iter().filter_map(|id| untrack(|| book::find(id))) {
            match book::own(self.runtime, &rotation.connection, &rotation.old.id).await {
                Ok(_owned) => book::drop_it(self.runtime, &rotation.id).await,
                Err(_) => n_left += 1,
            }
        }
        let said = |it: &Finding| match &it.kept {
            Some(Kept::Rotations(name)) => Some(name.clone()),
            _ => None,
        };
        let said: Vec<String> = untrack(|| with_findings(|all| all.iter().filter_map(said).collect()));
        self.say_left_open(&said);
        n_left
    }

    /// The user has left the secret of a rotation. One who has it is led on.
    async fn was_handed_over(self, id: String, connection: String, has_it: bool) {
        let event = if has_it { Event::HandedOver } else { Event::NotHandedOver };
        book::hear(self.runtime, &id, event).await;
        let is_open = untrack(|| book::find(&id)).is_some_and(|it| it.stage != Stage::Ended);
        if is_open && !self.is_left() && self.dialog.with_untracked(Option::is_none) {
            self.open_dialog(Dialog::Rotation(id, connection));
        }
    }
}

/// The rotation of this id, where this tab owns it.
fn owned(id: &str) -> Option<Rc<Owned>> {
    let rotation = untrack(|| book::find(id))?;
    book::owned(&rotation.connection, &rotation.old.id)
}

/// The tokens of the name that a successor was to have, which were not there before.
fn new_tokens(store: &Store, rotation: &Rotation) -> Vec<Known> {
    let is_new = |known: &Known| {
        known.name == rotation.wanted && !rotation.before.contains(&known.id) && known.id != rotation.old.id
    };
    let named = store.rows().iter().filter(|row| is_alike(store.name(**row), &rotation.wanted));
    named.map(|row| Known::new(&store.id(*row), store.name(*row))).filter(is_new).collect()
}

/// Whether a name may be the one that is kept, in which what looks like a secret is masked: to mask each name takes long.
fn is_alike(name: &str, wanted: &str) -> bool {
    name == wanted || wanted.contains(crate::secret::MASK)
}
