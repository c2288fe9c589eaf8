//! What came of commands: the page says of each what its answer proves, and looks for what it does not prove yet. This goes
//! on when the workspace is left. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use self::pending::Pending;
use super::notices::{Finding, Gone, Handed, NewSecret, add_finding, dismiss, with_gone};
use super::sending::Sending;
use super::state::{Change, ConnectionState};
use super::told::{Differing, Search, Shown, State, StillListed, Written};
use crate::actions::proof::{Difference, Fact, Facts, Verdict, label};
use crate::actions::{Command, Done, NamedToken, Outcome, Wrong, also_changed, facts_of, look, new_differences};
use crate::api::tokens::{Seen, Tagged, TokenJson};
use crate::api::{Later, Secret};
use crate::capabilities::Action;
use crate::draft::Draft;
use crate::session::Client;
use crate::store::{RowRef, Store};
use crate::token::{Status, TokenRef};
use crate::words::Words;

mod pending;

/// When the page looks for what a write has not shown yet: milliseconds from one look to the next. A system that keeps
/// several copies has them alike after some seconds.
const LOOKS: [i32; 3] = [0, 3_000, 7_000];

/// How often it is looked whether something of the page's own is over, in milliseconds.
const LOOKED_EVERY: i32 = 50;

/// Reports of a command: to the workspace as long as that is on the page, else to the page.
#[derive(Clone)]
pub(super) struct Report {
    state: ConnectionState,
    client: Rc<Client>,
    /// Hears whether the user has the secret that comes of the command.
    handed: Option<Handed>,
}

impl Report {
    /// For a system that is on the page now.
    pub(super) fn new(state: ConnectionState) -> Report {
        Report { state, client: state.client(), handed: None }
    }

    /// The same, where the secret that comes is handed over.
    pub(super) fn handing_over(self, handed: Option<Handed>) -> Report {
        Report { handed, ..self }
    }

    /// Whether a rotation waits for the secret that comes.
    pub(super) fn hands_over(&self) -> bool {
        self.handed.is_some()
    }

    /// A token of its system.
    pub(super) fn named(&self, id: String, name: String) -> NamedToken {
        NamedToken { token: TokenRef { slot: self.state.slot, id }, name }
    }

    pub(super) fn client(&self) -> &Rc<Client> {
        &self.client
    }

    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.client.runtime().spawn(Box::pin(task));
    }

    fn sleep(&self, millis: i32) -> Later<'static, ()> {
        self.client.runtime().sleep(millis)
    }

    // What came of it --------------------------------------------------------------------------------------------

    /// `before`: the ids of tokens of the same name before the command.
    pub(super) fn settle(self, command: Command, outcome: Outcome, before: Vec<String>) {
        self.client.count_write(&command.token().token.id);
        match (command, outcome) {
            (Command::Create { draft, .. }, Outcome::Proved(Done::Token(tagged)))
            | (Command::Create { draft, .. }, Outcome::NotProvedYet(Some(tagged))) => {
                self.was_made(*tagged, draft, before);
            }
            (Command::Create { draft, .. }, _) => self.await_new(draft.name, before),
            (Command::Rotate(token, _), Outcome::Proved(Done::Token(tagged)))
            | (Command::Rotate(token, _), Outcome::NotProvedYet(Some(tagged))) => self.was_rotated(token, *tagged),
            (Command::Rotate(token, _), _) => {
                self.post(said(Action::Rotate, token.called(), State::NotSeen), true);
                self.renew();
            }
            (Command::Delete(token, _), Outcome::Proved(Done::Deleted { was_missing })) => {
                self.was_deleted(token, was_missing);
            }
            (Command::Delete(token, _), _) => self.await_deletion(token),
            (command, Outcome::Proved(Done::Token(tagged))) => self.was_written(command.action(), *tagged),
            (command, Outcome::Wrong(wrong, tagged)) => self.went_wrong(&wrong, &command, *tagged),
            (command, _) => self.follow(command),
        }
    }

    fn was_made(self, mut tagged: Tagged, draft: Draft, before: Vec<String>) {
        let secret = self.secret_of(&mut tagged);
        let Tagged { token, json, seen, .. } = tagged;
        let called = if token.name.is_empty() { draft.name.clone() } else { token.name };
        let named = self.state.named(token.id, called);
        self.no_longer_gone(&named.token.id);
        // A token that was there before under another name is not the new one, whatever secret comes with it.
        let is_another = |it: &Store| it.find(&named.token.id).is_some_and(|row| it.name(row) != draft.name);
        if self.client.is_behind_gateway() && self.with_store(is_another) == Some(true) {
            let asked = self.state.named(String::new(), draft.name);
            let written = written(Action::Create, asked.called(), State::AnsweredAnother(named.called().into()));
            if let Some(secret) = secret {
                self.show_secret(secret, asked, written.clone());
            }
            self.post(written.into(), true);
            return self.renew();
        }
        let verdict = new_differences(&self.client, &draft, &facts_of(&self.client, &json.text));
        if let Some(secret) = secret {
            self.show_secret(secret, named.clone(), written(Action::Create, named.called(), State::Done));
        }
        let is_made = seen != Seen::Not;
        // Without an id nothing can be done with it: the list has it with one.
        let is_read = is_made && !named.token.id.is_empty() && self.apply(Change::Put(json.clone()));
        if is_read {
            self.tell_done(Action::Create, &named);
        } else if is_made && (named.token.id.is_empty() || !self.is_shown()) {
            self.say(said(Action::Create, named.called(), State::Done));
        } else if is_made {
            self.say(said(Action::Create, named.called(), State::Unreadable));
        }
        self.tell_differences(&verdict, Action::Create, &named);
        // A browser sends a request again by itself when a connection is cut, and only this page's own dialect knows by
        // its key that it is the same one.
        if self.client.is_behind_gateway() || !is_read {
            let is_compared = !verdict.differences.is_empty();
            let this = self.clone();
            self.spawn(async move {
                this.look_for_made(named, draft, json, before, (is_made, is_compared)).await;
            });
        }
    }

    /// Has the list say what was made: once, twice, or not as it was asked for.
    async fn look_for_made(
        &self,
        named: NamedToken,
        draft: Draft,
        json: TokenJson,
        before: Vec<String>,
        (is_made, is_compared): (bool, bool),
    ) {
        let pending = self.pending();
        let count = self.client.writes_to(&named.token.id);
        if !is_made {
            pending.say(said(Action::Create, named.called(), State::Pending));
        }
        for pause in LOOKS {
            match self.look(pause, &pending).await {
                None => return,
                Some(false) => continue,
                Some(true) => {}
            }
            if with_gone(|all| all.iter().any(|it| self.is_of(it) && it.id == named.token.id)) {
                return pending.end();
            }
            let new = self.new_ids(&draft.name, &before);
            if new.len() > 1 {
                self.post(said(Action::Create, named.called(), State::NewTokens(new)), true);
            }
            let row = self.with_store(|it| it.find(&named.token.id).map(|row| Facts::of_row(it, row))).flatten();
            if named.token.id.is_empty() || row.is_some() {
                if let Some(row) = row.filter(|_| !is_compared && self.client.writes_to(&named.token.id) == count) {
                    self.tell_differences(&new_differences(&self.client, &draft, &row), Action::Create, &named);
                }
                pending.end();
                // The list may have it in another place.
                if pause == 0 {
                    self.mark(&named.token.id);
                }
                if !is_made {
                    self.say(said(Action::Create, named.called(), State::Done));
                }
                return;
            }
            if is_made {
                self.apply(Change::Put(json.clone()));
                pending.say(said(Action::Create, named.called(), State::NotListedYet));
            }
        }
        if !is_made {
            pending.fail(said(Action::Create, named.called(), State::NotSeen));
        }
    }

    /// Waits for a token that was accepted and is not made yet.
    fn await_new(self, name: String, before: Vec<String>) {
        let named = self.state.named(String::new(), name);
        let this = self.clone();
        self.spawn(async move {
            let is_there = || !this.new_ids(&named.name, &before).is_empty();
            this.await_listed(Action::Create, &named, &is_there).await;
        });
    }

    /// Waits until a token is gone whose deletion was accepted.
    fn await_deletion(self, token: NamedToken) {
        let this = self.clone();
        self.spawn(async move {
            let is_gone = || !this.is_live(&token.token.id);
            this.await_listed(Action::Delete, &token, &is_gone).await;
        });
    }

    /// Looks until the list shows that something is done.
    async fn await_listed(&self, action: Action, token: &NamedToken, is_done: &dyn Fn() -> bool) {
        let pending = self.pending();
        pending.say(said(action, token.called(), State::Pending));
        for pause in LOOKS {
            let Some(is_loaded) = self.look(pause, &pending).await else { return };
            if is_loaded && is_done() {
                pending.end();
                return self.say(said(action, token.called(), State::Done));
            }
        }
        pending.fail(said(action, token.called(), State::NotSeen));
    }

    fn was_rotated(self, before: NamedToken, tagged: Tagged) {
        let Tagged { token, secret, json, seen, .. } = tagged;
        let called = if token.name.is_empty() { before.name.clone() } else { token.name };
        let after = self.state.named(token.id, called);
        let is_same = after.token.id == before.token.id;
        // A successor is new: of a token that was there before, nothing tells whose secret it is.
        let is_another = !is_same && self.with_store(|it| it.find(&after.token.id).is_some()) == Some(true);
        let said = match seen {
            _ if is_another => written(Action::Rotate, before.called(), State::AnsweredAnother(after.called().into())),
            Seen::Not => written(Action::Rotate, after.called(), State::UnknownSuccessor),
            _ => written(Action::Rotate, after.called(), State::Done),
        };
        if let Some(secret) = secret {
            self.show_secret(secret, if is_another { before.clone() } else { after.clone() }, said.clone());
        }
        if is_another || seen == Seen::Not {
            self.post(said.into(), true);
        } else {
            if !is_same {
                self.apply(Change::Removed(before.token.id));
            }
            self.apply(Change::Put(json));
            self.say(said.into());
        }
        if !is_same || seen == Seen::Not {
            self.renew();
        }
    }

    pub(super) fn was_deleted(self, token: NamedToken, was_missing: bool) {
        let (id, called) = (token.token.id.clone(), token.called().to_owned());
        let gone = Gone { system: self.client.name().into(), id, called, was_missing, finding: None };
        with_gone(|it| it.push(gone));
        let keeps_deleted = self.client.system().keeps_deleted;
        if !keeps_deleted {
            self.apply(Change::Removed(token.token.id.clone()));
        }
        if keeps_deleted || was_missing {
            self.renew();
        }
        let state = if was_missing { State::GoneBefore } else { State::Done };
        self.say(said(Action::Delete, token.called(), state));
    }

    /// Reads a token that a command has changed again as long as it does not prove the command.
    fn follow(self, command: Command) {
        let this = self.clone();
        self.spawn(async move {
            let (action, token) = (command.action(), command.token());
            let (pending, client) = (this.pending(), &this.client);
            let count = client.writes_to(&token.token.id);
            let is_outdated = || pending.is_stale() || client.writes_to(&token.token.id) != count;
            pending.say_soon(said(action, token.called(), State::Pending));
            let mut last = None;
            for pause in LOOKS {
                this.sleep(pause).await;
                if is_outdated() {
                    return pending.end();
                }
                let found = look(&command, client).await;
                if is_outdated() {
                    return pending.end();
                }
                match found {
                    Some((found, None)) => {
                        pending.end();
                        return this.was_written(action, found);
                    }
                    Some((found, Some(wrong))) => last = Some((wrong, found)),
                    None => {}
                }
                pending.say(said(action, token.called(), State::Pending));
            }
            // What is under way may be a newer write to it.
            while client.is_writing() {
                this.sleep(LOOKED_EVERY).await;
            }
            match last {
                _ if is_outdated() => pending.end(),
                Some((wrong, found)) => {
                    pending.end();
                    this.went_wrong(&wrong, &command, found);
                }
                None => pending.fail(said(action, token.called(), State::NotSeen)),
            }
        });
    }

    fn was_written(&self, action: Action, tagged: Tagged) {
        let also = also_changed(&self.client, &tagged);
        let named = self.state.named(tagged.token.id, tagged.token.name);
        self.tell_differences(&also, action, &named);
        if self.apply(Change::Put(tagged.json)) {
            self.tell_done(action, &named);
        } else if self.is_shown() {
            self.say(said(action, named.called(), State::Unreadable));
            self.renew();
        } else {
            self.say(said(action, named.called(), State::Done));
        }
    }

    fn went_wrong(&self, wrong: &Wrong, command: &Command, tagged: Tagged) {
        let named = self.state.named(tagged.token.id, tagged.token.name);
        self.apply(Change::Put(tagged.json));
        let (text, edit) = match wrong {
            Wrong::Differs(verdict) => {
                (said(Action::Edit, named.called(), State::Differs(self.differing(verdict))), Some(named))
            }
            Wrong::NotDone => (said(command.action(), command.token().called(), State::NotDone), None),
        };
        add_finding(Finding { edit, ..self.finding(text, true) });
    }

    /// After an answer was lost that may have made a token: has the list say what there is, in the dialog where that is
    /// open. The ids of the new tokens; nothing where the list could not be read.
    pub(super) async fn look_for_lost(
        &self,
        action: Action,
        token: &NamedToken,
        before: &[String],
        sending: Sending,
        is_open: bool,
    ) -> Option<Vec<String>> {
        if is_open {
            let _ = sending.found.try_set(Search::Looking.into());
        }
        let new = if self.reload().await { Some(self.new_ids(&token.name, before)) } else { None };
        let text = match &new {
            Some(ids) => said(action, token.called(), State::NewTokens(ids.clone())),
            None => Search::Failed.into(),
        };
        // Where the dialog is gone, the page says it.
        let unsaid = if is_open { sending.found.try_set(text) } else { Some(text) };
        if let Some(text) = unsaid {
            self.post(text, true);
        }
        new
    }

    // What is known ----------------------------------------------------------------------------------------------

    /// Calls `read` with the list, as long as the workspace is on the page.
    pub(super) fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> Option<T> {
        if self.is_left() { None } else { Some(self.state.with_store(read)) }
    }

    fn is_left(&self) -> bool {
        self.state.workspace.is_left()
    }

    /// Whether what is known of its tokens may be shown: its workspace is on the page, and the user is not signed out.
    fn is_shown(&self) -> bool {
        !self.is_left() && !self.client.has_signed_out()
    }

    /// Whether the list has a token, and not as a deleted one.
    fn is_live(&self, id: &str) -> bool {
        let now = self.client.runtime().now();
        let is_live = |it: &Store| it.find(id).is_some_and(|row| it.status(row, now) != Status::Deleted);
        self.with_store(is_live).unwrap_or(false)
    }

    pub(super) fn ids_named(&self, name: &str) -> Vec<String> {
        let ids = |it: &Store| it.rows().iter().filter(|row| it.name(**row) == name).map(|row| it.id(*row)).collect();
        self.with_store(ids).unwrap_or_default()
    }

    fn new_ids(&self, name: &str, before: &[String]) -> Vec<String> {
        self.ids_named(name).into_iter().filter(|it| !before.contains(it)).collect()
    }

    fn is_of(&self, gone: &Gone) -> bool {
        gone.system == self.client.name()
    }

    fn no_longer_gone(&self, id: &str) {
        with_gone(|all| all.retain(|it| !self.is_of(it) || it.id != id));
    }

    /// What the list has that is said to be gone is told of, until a later one lacks it.
    pub(super) fn compare_with_gone(&self) {
        with_gone(|all| {
            for it in all.iter_mut().filter(|it| self.is_of(it)) {
                match (self.is_live(&it.id), it.finding) {
                    (true, None) => {
                        let still_listed = StillListed { called: it.called.clone(), was_missing: it.was_missing };
                        it.finding = Some(self.post(still_listed.into(), true));
                    }
                    (false, Some(finding)) => {
                        dismiss(finding);
                        it.finding = None;
                    }
                    _ => {}
                }
            }
        });
    }

    fn apply(&self, change: Change) -> bool {
        self.is_shown() && self.state.apply(change)
    }

    fn renew(&self) {
        if self.is_shown() {
            self.state.refresh();
        }
    }

    /// Loads the list and waits for it. Tells whether it has come.
    pub(super) async fn reload(&self) -> bool {
        if !self.is_shown() {
            return false;
        }
        self.state.refresh();
        let load = self.state.load;
        while load.try_with_untracked(|it| it.running) == Some(true) {
            self.sleep(LOOKED_EVERY).await;
        }
        load.try_with_untracked(|it| it.error.is_none()) == Some(true)
    }

    /// Waits so many milliseconds and loads the list. Tells whether it has come; `None`: the user has signed out since, and
    /// nothing more is said.
    async fn look(&self, pause: i32, pending: &Pending) -> Option<bool> {
        self.sleep(pause).await;
        let is_loaded = self.reload().await;
        if pending.is_stale() {
            pending.end();
            return None;
        }
        Some(is_loaded)
    }

    // What is said -----------------------------------------------------------------------------------------------

    /// Tells in passing; where another connection is shown by now, until it is dismissed.
    fn say(&self, text: Words) {
        if self.is_left() {
            self.post(text, false);
        } else {
            self.state.tell(text, None);
        }
    }

    fn tell_done(&self, action: Action, named: &NamedToken) {
        if self.is_left() || self.mark(&named.token.id) {
            self.say(said(action, named.called(), State::Done));
        } else {
            self.state.tell(said(action, named.called(), State::Hidden), Some(named.token.clone()));
        }
    }

    /// Scrolls to a token and marks it, unless the filters hide it. Tells whether it did.
    fn mark(&self, id: &str) -> bool {
        let (workspace, slot) = (self.state.workspace, self.state.slot);
        let row_ref = self.with_store(|it| it.find(id)).flatten().map(|row| RowRef::new(slot, row));
        let is_listed = row_ref.is_some_and(|row_ref| workspace.with_rows(|_, row_refs| row_refs.contains(&row_ref)));
        if is_listed {
            workspace.marked.set(Some(TokenRef { slot, id: id.to_owned() }));
        }
        is_listed
    }

    fn tell_differences(&self, verdict: &Verdict, action: Action, named: &NamedToken) {
        if !verdict.differences.is_empty() {
            let text = said(action, named.called(), State::Differs(self.differing(verdict)));
            let edit = self.client.system().can(Action::Edit).is_ok().then(|| named.clone());
            add_finding(Finding { edit, ..self.finding(text, true) });
        }
    }

    fn differing(&self, verdict: &Verdict) -> Vec<Differing> {
        let system = self.client.system();
        let one = |it: &Difference| Differing {
            what: it.what,
            label: label(&system, it.what),
            before: it.before.as_ref().map_or(Shown::None, |it| self.shown(it)),
            asked: it.asked.as_ref().map(|it| self.shown(it)),
            found: self.shown(&it.found),
            is_kept: it.is_kept(),
        };
        verdict.differences.iter().map(one).collect()
    }

    fn shown(&self, fact: &Fact) -> Shown {
        let text = |text: String| if text.is_empty() { Shown::None } else { Shown::Text(text) };
        let scopes = |ids: &[String]| {
            let names =
                self.state.scopes.try_with_untracked(|all| ids.iter().map(|id| all.name(id).to_owned()).collect());
            names.unwrap_or_else(|| ids.to_vec()).join(", ")
        };
        match fact {
            Fact::Text(it) => text(it.clone()),
            Fact::Time(at) => at.map_or(Shown::None, |at| Shown::Time(self.client.runtime().date_time(at))),
            Fact::Texts(ids) => text(scopes(ids)),
            Fact::Privileges(all) if all.is_empty() => Shown::None,
            Fact::Privileges(all) => Shown::Privileges(all.clone()),
        }
    }

    /// Shows a secret at once where no other dialog is open, else says that it waits for the user.
    fn show_secret(&self, secret: Secret, token: NamedToken, written: Written) {
        let (workspace, system) = (self.state.workspace, self.client.name().to_owned());
        let how = self.client.system().secret.clone();
        let secret = NewSecret { secret: Rc::new(secret), token, system, how, handed: self.handed.clone() };
        if !self.is_left() && workspace.dialog.with_untracked(Option::is_none) {
            workspace.open_secret(secret);
        } else {
            let waits = Written { state: State::SecretWaits(Box::new(written.state)), ..written };
            add_finding(Finding { secret: Some(secret), ..self.finding(waits.into(), false) });
        }
    }

    /// Says something until it is dismissed.
    pub(super) fn post(&self, text: Words, is_wrong: bool) -> u32 {
        add_finding(self.finding(text, is_wrong))
    }

    fn finding(&self, text: Words, is_wrong: bool) -> Finding {
        Finding::new(self.client.name(), text, is_wrong)
    }

    fn pending(&self) -> Pending {
        Pending::new(self.client.clone())
    }
}

/// How a write to a token stands.
fn written(action: Action, called: &str, state: State) -> Written {
    Written { action, called: called.into(), state }
}

fn said(action: Action, called: &str, state: State) -> Words {
    written(action, called, state).into()
}
