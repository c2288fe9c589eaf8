//! Writes: each goes on when its dialog is left, and the page says of it what its answer proves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::connection::{Change, ConnectionState};
use super::{Named, Notice};
use crate::api::scoped::{Answered, Deletion, Scoped, Seen, Tagged, of_another};
use crate::api::{ApiError, Response, Secret, Transport};
use crate::capabilities::{Action, SecretUse};
use crate::draft::{Draft, Inputs};
use crate::messages::outcome as messages;
use crate::messages::{RetrySafety, explain, isolated};
use crate::platform::fetch::{Job, sleep};
use crate::platform::now;
use crate::proof::{Fact, Facts, Verdict, What, label, of_change, of_new};
use crate::store::{RowRef, Store};
use crate::token::Status;

/// When the page looks for what a write has not shown yet: milliseconds from one look to the next. A system that keeps
/// several copies has them alike after some seconds.
const LOOKS: [i32; 3] = [0, 3_000, 7_000];

/// How often it is looked whether something of the page's own is over, in milliseconds.
const LOOKED_EVERY: i32 = 50;

/// A look that takes longer than this many milliseconds is told of.
const NOTED_AFTER: i32 = 500;

/// A change that is asked for.
#[derive(Clone)]
pub enum Write {
    /// Makes a token. The same key makes it once, where the system knows such keys.
    Create(Draft, String),
    /// Changes a token from the state that the form was filled with.
    Change(Box<Tagged>, Draft),
    /// Ends a token and keeps its entry.
    Revoke(Named, Inputs),
    /// Gives a token a new secret.
    Rotate(Named, Inputs),
    /// Removes a token.
    Delete(Named, Inputs),
}

/// What came of a write that was not refused.
enum Outcome {
    Token(Box<Tagged>),
    /// The answer says nothing.
    Nothing,
    Deletion(Deletion),
    /// It was not made: the token was changed meanwhile, to this.
    Theirs(Box<Tagged>),
}

impl From<Answered> for Outcome {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Token(tagged) => Outcome::Token(tagged),
            Answered::Nothing => Outcome::Nothing,
        }
    }
}

/// How a dialog's write stands. It goes with the dialog; the write does not.
#[derive(Clone, Copy)]
pub struct Sending {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Whether the user wants to leave while it is.
    pub leaving: RwSignal<bool>,
    /// Why it failed.
    pub error: RwSignal<Option<ApiError>>,
    /// What the list shows of it after its answer was lost.
    pub found: RwSignal<String>,
}

impl Sending {
    /// Of a dialog that is being made.
    pub fn new() -> Self {
        Sending {
            busy: RwSignal::new(false),
            leaving: RwSignal::new(false),
            error: RwSignal::new(None),
            found: RwSignal::new(String::new()),
        }
    }

    /// Begins, unless something is being sent already.
    pub fn begin(&self) -> bool {
        if self.busy.get_untracked() {
            return false;
        }
        self.busy.set(true);
        self.error.set(None);
        self.found.set(String::new());
        true
    }
}

impl Default for Sending {
    fn default() -> Self {
        Self::new()
    }
}

/// Something that the page says of a write until the user dismisses it, or until more is known.
#[derive(Clone)]
pub struct Finding {
    /// What tells it from others.
    pub id: u32,
    /// The connection that it is about.
    pub system: String,
    /// What there is to say.
    pub text: String,
    /// Whether something is not as it should be.
    pub is_wrong: bool,
    /// A token that can be changed back.
    pub edit: Option<Named>,
    /// A secret that nobody has seen, of which token, and how it is used.
    pub secret: Option<(Secret, Named, Option<SecretUse>)>,
}

thread_local! {
    /// They are the page's and not a workspace's: a write may end when another connection is shown.
    static FINDINGS: RefCell<Vec<Finding>> = const { RefCell::new(Vec::new()) };
    /// Goes up whenever they have changed.
    static CHANGES: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Reads what is to be said of writes, and follows it.
pub fn with_findings<T>(read: impl FnOnce(&[Finding]) -> T) -> T {
    CHANGES.with(|it| it.track());
    FINDINGS.with_borrow(|all| read(all))
}

fn change_findings(change: impl FnOnce(&mut Vec<Finding>)) {
    FINDINGS.with_borrow_mut(change);
    CHANGES.with(ArcRwSignal::clone).update(|it| *it += 1);
}

/// Says it no more.
pub fn dismiss(id: u32) {
    change_findings(|all| all.retain(|it| it.id != id));
}

/// Forgets what is said of a connection's tokens, as the user has signed out there.
pub(super) fn forget_findings(system: &str) {
    change_findings(|all| all.retain(|it| it.system != system));
}

/// Has the browser ask before the page is left, as long as it lives.
struct UnderWay {
    source: ConnectionState,
    listener: Option<WindowListenerHandle>,
}

impl UnderWay {
    fn new(source: ConnectionState) -> Self {
        source.count_writes(1);
        let listener = window_event_listener(ev::beforeunload, |event| event.prevent_default());
        UnderWay { source, listener: Some(listener) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.source.count_writes(-1);
        if let Some(listener) = self.listener.take() {
            listener.remove();
        }
    }
}

/// A token that the system said it had deleted, or did not know.
pub(super) struct Gone {
    id: String,
    called: String,
    was_missing: bool,
    /// What is said of it where the list has it all the same.
    finding: Option<u32>,
}

/// The tokens of a connection that are said to be gone.
pub(super) type AllGone = RefCell<Vec<Gone>>;

/// How often tokens were written to, by their ids. What an older write has not proved, a newer one speaks of.
pub(super) type Counts = RefCell<Vec<(String, u32)>>;

/// How a write stands by what is known of its token.
enum Judged {
    Proved,
    Wrong(String),
    Open,
}

impl Write {
    fn action(&self) -> Action {
        match self {
            Write::Create(..) => Action::Create,
            Write::Change(..) => Action::Edit,
            Write::Revoke(..) => Action::Revoke,
            Write::Rotate(..) => Action::Rotate,
            Write::Delete(..) => Action::Delete,
        }
    }

    /// The token that it is about; a new one has no id yet.
    fn token(&self, source: ConnectionState) -> Named {
        match self {
            Write::Create(draft, _) => source.named(String::new(), draft.name.clone()),
            Write::Change(base, draft) => source.named(base.token.id.clone(), draft.name.clone()),
            Write::Revoke(token, _) | Write::Rotate(token, _) | Write::Delete(token, _) => token.clone(),
        }
    }
}

impl ConnectionState {
    /// Sends a write that has begun and says what came of it: an error in its dialog as long as that is open, everything
    /// else on the page. A token that was changed meanwhile comes back.
    pub async fn carry_out(self, write: Write, sending: Sending) -> Option<Tagged> {
        let (action, token) = (write.action(), write.token(self));
        let (before, session) = (self.ids_named(&token.name), self.session());
        let outcome = self.send(&write).await;
        // Who signs out while it is under way has been warned; nobody else is told of it.
        if self.session() != session {
            return None;
        }
        // Where the dialog is gone, its signals are.
        let is_open = sending.busy.try_set(false).is_none();
        let _ = sending.leaving.try_set(false);
        let error = match outcome {
            Ok(Outcome::Theirs(theirs)) if is_open => {
                sending.error.set(Some(ApiError::Changed));
                return Some(*theirs);
            }
            Ok(Outcome::Theirs(_)) => ApiError::Changed,
            Ok(outcome) => {
                if is_open {
                    self.workspace.dialog.set(None);
                }
                self.settle(write, outcome, before);
                return None;
            }
            Err(error) => error,
        };
        let is_unknown = messages::may_be_done(&error);
        if is_open {
            sending.error.set(Some(error.clone()));
        } else {
            // Who sends it again from a new form sends another request.
            let retry_safety = if is_unknown { RetrySafety::NotIdempotent } else { RetrySafety::Idempotent };
            self.post(messages::failed(action, token.called(), &explain(&error, retry_safety)), true);
        }
        if is_unknown && self.retry_safety(action) == RetrySafety::NotIdempotent {
            self.look_for_lost(action, &token, &before, sending).await;
        } else if is_unknown && !is_open {
            self.reload().await;
        }
        None
    }

    async fn send(self, write: &Write) -> Result<Outcome, ApiError> {
        let _under_way = UnderWay::new(self);
        let job = Job::new();
        let (api, transport) = (self.api(), self.transport(&job));
        let transport = &*transport;
        Ok(match write {
            Write::Create(draft, key) => {
                let answered = api.create(transport, draft, key).await?;
                if let Answered::Token(it) = &answered
                    && self.is_another(it, draft)
                {
                    return Err(of_another(&it.token));
                }
                answered.into()
            }
            Write::Change(base, draft) => return self.send_change(&api, transport, base, draft).await,
            Write::Revoke(token, inputs) => api.revoke(transport, &token.id, inputs).await?.into(),
            Write::Rotate(token, inputs) => api.rotate(transport, &token.id, inputs).await?.into(),
            Write::Delete(token, inputs) => Outcome::Deletion(api.delete(transport, &token.id, inputs).await?),
        })
    }

    /// Sends a change on the condition that the token is as the form was filled with it.
    async fn send_change(
        self,
        api: &Scoped,
        transport: &dyn Transport,
        base: &Tagged,
        draft: &Draft,
    ) -> Result<Outcome, ApiError> {
        let id = &base.token.id;
        let differs = async || {
            let now = api.read(transport, id).await?;
            Ok::<_, ApiError>((now.token != base.token).then(|| Outcome::Theirs(Box::new(now))))
        };
        // Without a tag that can be a condition, what is there is compared just before.
        if base.etag.is_none()
            && !self.is_behind_gateway()
            && let Some(theirs) = differs().await?
        {
            return Ok(theirs);
        }
        match api.update(transport, id, draft, base.etag.as_deref()).await {
            Err(ApiError::Changed) => {}
            outcome => return outcome.map(Outcome::from),
        }
        if let Some(theirs) = differs().await? {
            return Ok(theirs);
        }
        // It is as it was: something on the way makes another tag of the system's, which will never match.
        api.update(transport, id, draft, None).await.map(Outcome::from)
    }

    // What came of it --------------------------------------------------------------------------------------------

    fn settle(self, write: Write, outcome: Outcome, before: Vec<String>) {
        self.count(&write.token(self).id);
        match (write, outcome) {
            (Write::Create(draft, _), Outcome::Token(tagged)) => self.was_made(*tagged, draft, before),
            (Write::Create(draft, _), _) => self.await_new(draft.name, before),
            (Write::Rotate(token, _), Outcome::Token(tagged)) => self.was_rotated(token, *tagged),
            (Write::Rotate(token, _), _) => {
                self.post(messages::unseen(Action::Rotate, token.called()), true);
                self.renew();
            }
            (Write::Delete(token, _), Outcome::Deletion(deletion)) => self.was_deleted(token, deletion),
            (write, Outcome::Token(tagged)) => self.follow(write, Some(*tagged)),
            (write, _) => self.follow(write, None),
        }
    }

    fn was_made(self, tagged: Tagged, draft: Draft, before: Vec<String>) {
        let Tagged { token, secret, answer, seen, .. } = tagged;
        let called = if token.name.is_empty() { draft.name.clone() } else { token.name };
        let named = self.named(token.id, called);
        self.no_longer_gone(&named.id);
        // A token that was there before under another name is not the new one, whatever secret comes with it.
        let is_another = self.with_store(|it| it.find(&named.id).is_some_and(|row| it.name(row) != draft.name));
        if is_another && self.is_behind_gateway() {
            let asked = self.named(String::new(), draft.name);
            let text = messages::answered_another(Action::Create, asked.called(), named.called());
            if let Some(secret) = secret {
                self.show_secret(secret, asked, &text);
            }
            self.post(text, true);
            return self.renew();
        }
        let facts = self.facts_of(&answer.body);
        let verdict = of_new(&self.system(), &draft, &facts);
        if let Some(secret) = secret {
            self.show_secret(secret, named.clone(), &messages::done(Action::Create, named.called()));
        }
        let is_made = seen != Seen::Not;
        // Without an id nothing can be done with it: the list has it with one.
        let is_read = is_made && !named.id.is_empty() && self.apply(Change::Put(answer.clone()));
        if is_read {
            self.tell_done(Action::Create, &named);
        } else if is_made && (named.id.is_empty() || !self.is_shown()) {
            self.say(messages::done(Action::Create, named.called()));
        } else if is_made {
            self.say(messages::unreadable(Action::Create, named.called()));
        }
        self.tell_differences(&verdict, Action::Create, &named);
        // A browser sends a request again by itself when a connection is cut, and only this page's own dialect knows by
        // its key that it is the same one.
        if self.is_behind_gateway() || !is_read {
            let is_compared = !verdict.differences.is_empty();
            spawn_local(self.look_for_made(named, draft, answer, before, (is_made, is_compared)));
        }
    }

    /// Has the list say what was made: once, twice, or not as it was asked for.
    async fn look_for_made(
        self,
        named: Named,
        draft: Draft,
        answer: Response,
        before: Vec<String>,
        (is_made, is_compared): (bool, bool),
    ) {
        let pending = self.pending();
        let count = self.count_of(&named.id);
        if !is_made {
            pending.say(messages::pending(Action::Create, named.called()));
        }
        for pause in LOOKS {
            match self.look(pause, &pending).await {
                None => return,
                Some(false) => continue,
                Some(true) => {}
            }
            if self.with_gone(|gone| gone.borrow().iter().any(|it| it.id == named.id)) {
                return pending.end();
            }
            let new = self.new_ids(&draft.name, &before);
            if new.len() > 1 {
                self.post(messages::new_tokens(named.called(), &new, false), true);
            }
            let row = self.with_store(|it| it.find(&named.id).map(|row| Facts::of_row(it, row)));
            if named.id.is_empty() || row.is_some() {
                if let Some(row) = row.filter(|_| !is_compared && self.count_of(&named.id) == count) {
                    self.tell_differences(&of_new(&self.system(), &draft, &row), Action::Create, &named);
                }
                pending.end();
                // The list may have it in another place.
                if pause == 0 {
                    self.mark(&named.id);
                }
                if !is_made {
                    self.say(messages::done(Action::Create, named.called()));
                }
                return;
            }
            if is_made {
                self.apply(Change::Put(answer.clone()));
                pending.say(messages::not_listed_yet(named.called()));
            }
        }
        if !is_made {
            pending.fail(messages::unseen(Action::Create, named.called()));
        }
    }

    /// Waits for a token that was accepted and is not made yet.
    fn await_new(self, name: String, before: Vec<String>) {
        let named = self.named(String::new(), name);
        spawn_local(async move {
            let pending = self.pending();
            pending.say(messages::pending(Action::Create, named.called()));
            for pause in LOOKS {
                let Some(is_loaded) = self.look(pause, &pending).await else { return };
                if is_loaded && !self.new_ids(&named.name, &before).is_empty() {
                    pending.end();
                    self.say(messages::done(Action::Create, named.called()));
                    return;
                }
            }
            pending.fail(messages::unseen(Action::Create, named.called()));
        });
    }

    fn was_rotated(self, before: Named, tagged: Tagged) {
        let Tagged { token, secret, answer, seen, .. } = tagged;
        let called = if token.name.is_empty() { before.name.clone() } else { token.name };
        let after = self.named(token.id, called);
        let is_same = after.id == before.id;
        // A successor is new: of a token that was there before, nothing tells whose secret it is.
        let is_another = !is_same && self.with_store(|it| it.find(&after.id).is_some());
        let said = match seen {
            _ if is_another => messages::answered_another(Action::Rotate, before.called(), after.called()),
            Seen::Not => messages::unknown_successor(after.called()),
            _ => messages::done(Action::Rotate, after.called()),
        };
        if let Some(secret) = secret {
            self.show_secret(secret, if is_another { before.clone() } else { after.clone() }, &said);
        }
        if is_another || seen == Seen::Not {
            self.post(said, true);
        } else {
            if !is_same {
                self.apply(Change::Removed(before.id));
            }
            self.apply(Change::Put(answer));
            self.say(said);
        }
        if !is_same || seen == Seen::Not {
            self.renew();
        }
    }

    fn was_deleted(self, token: Named, deletion: Deletion) {
        if deletion == Deletion::Accepted {
            spawn_local(async move {
                let pending = self.pending();
                pending.say(messages::pending(Action::Delete, token.called()));
                for pause in LOOKS {
                    let Some(is_loaded) = self.look(pause, &pending).await else { return };
                    if is_loaded && !self.is_live(&token.id) {
                        pending.end();
                        self.say(messages::done(Action::Delete, token.called()));
                        return;
                    }
                }
                pending.fail(messages::unseen(Action::Delete, token.called()));
            });
            return;
        }
        let was_missing = deletion == Deletion::Missing;
        let gone = Gone { id: token.id.clone(), called: token.called().to_owned(), was_missing, finding: None };
        self.with_gone(|it| it.borrow_mut().push(gone));
        let keeps_deleted = self.system().keeps_deleted;
        if !keeps_deleted {
            self.apply(Change::Removed(token.id.clone()));
        }
        if keeps_deleted || was_missing {
            self.renew();
        }
        self.say(match deletion {
            Deletion::Missing => format!("“{}” was gone already.", token.called()),
            _ => messages::done(Action::Delete, token.called()),
        });
    }

    /// Says of a change or a revocation what the token proves; looks for it as long as it does not.
    fn follow(self, write: Write, answered: Option<Tagged>) {
        let (action, token) = (write.action(), write.token(self));
        if let Some(tagged) = answered.filter(|it| it.seen != Seen::Not) {
            let is_answered = tagged.seen == Seen::Answered;
            match self.judge(&write, &tagged) {
                Judged::Proved => return self.was_written(action, tagged),
                Judged::Wrong(text) if is_answered => return self.went_wrong(text, action, tagged),
                _ => {}
            }
        }
        let count = self.count_of(&token.id);
        spawn_local(async move {
            let pending = self.pending();
            let is_outdated = || pending.is_stale() || self.count_of(&token.id) != count;
            pending.say_soon(messages::pending(action, token.called()));
            let mut last = None;
            for pause in LOOKS {
                sleep(pause).await;
                if is_outdated() {
                    return pending.end();
                }
                let job = Job::new();
                let found = if self.is_behind_gateway() {
                    self.api().read_again(&*self.transport(&job), &token.id).await
                } else {
                    self.api().read(&*self.transport(&job), &token.id).await
                };
                if is_outdated() {
                    return pending.end();
                }
                if let Ok(found) = found {
                    match self.judge(&write, &found) {
                        Judged::Proved => {
                            pending.end();
                            return self.was_written(action, found);
                        }
                        Judged::Wrong(text) => last = Some((text, found)),
                        Judged::Open => {}
                    }
                }
                pending.say(messages::pending(action, token.called()));
            }
            // What is under way may be a newer write to it.
            while self.is_writing() {
                sleep(LOOKED_EVERY).await;
            }
            match last {
                _ if is_outdated() => pending.end(),
                Some((text, found)) => {
                    pending.end();
                    self.went_wrong(text, action, found);
                }
                None => pending.fail(messages::unseen(action, token.called())),
            }
        });
    }

    fn judge(self, write: &Write, tagged: &Tagged) -> Judged {
        let facts = self.facts_of(&tagged.answer.body);
        match write {
            Write::Change(base, draft) => {
                let verdict = of_change(&self.system(), draft, &self.facts_of(&base.answer.body), &facts);
                if verdict.is_proved() {
                    Judged::Proved
                } else if verdict.differences.is_empty() {
                    Judged::Open
                } else {
                    Judged::Wrong(self.differences(&verdict, Action::Edit))
                }
            }
            Write::Revoke(token, _) => match facts.has_ended() {
                Some(true) => Judged::Proved,
                Some(false) => Judged::Wrong(messages::still_active(token.called())),
                None => Judged::Open,
            },
            _ => Judged::Proved,
        }
    }

    fn was_written(self, action: Action, tagged: Tagged) {
        let named = self.named(tagged.token.id, tagged.token.name);
        if self.apply(Change::Put(tagged.answer)) {
            self.tell_done(action, &named);
        } else if self.is_shown() {
            self.say(messages::unreadable(action, named.called()));
            self.renew();
        } else {
            self.say(messages::done(action, named.called()));
        }
    }

    fn went_wrong(self, text: String, action: Action, tagged: Tagged) {
        let named = self.named(tagged.token.id, tagged.token.name);
        self.apply(Change::Put(tagged.answer));
        let edit = (action == Action::Edit).then(|| named.clone());
        let text = if action == Action::Edit { format!("“{}”: {text}", named.called()) } else { text };
        self.add(Finding { edit, ..self.finding(text, true) });
    }

    /// After an answer was lost that may have made a token: has the list say what there is.
    async fn look_for_lost(self, action: Action, token: &Named, before: &[String], sending: Sending) {
        let _ = sending.found.try_set(messages::LOOKING.into());
        let text = if self.reload().await {
            messages::new_tokens(token.called(), &self.new_ids(&token.name, before), action == Action::Rotate)
        } else {
            messages::NOT_LOOKED.into()
        };
        // Where the dialog is gone, the page says it.
        if let Some(text) = sending.found.try_set(text) {
            self.post(text, true);
        }
    }

    // What is known ----------------------------------------------------------------------------------------------

    /// Whether an answer to a creation speaks of another token. In the page's own dialect the page has made the GUID; of
    /// others a secret is proof, and without one, a token that was there before is no new one.
    fn is_another(self, made: &Tagged, draft: &Draft) -> bool {
        if self.is_behind_gateway() {
            let has_secret = made.secret.as_ref().is_some_and(|it| !it.value.is_empty());
            !has_secret && self.with_store(|it| it.find(&made.token.id).is_some())
        } else {
            !made.token.guid.eq_ignore_ascii_case(&draft.guid)
        }
    }

    /// Whether the list has a token, and not as a deleted one.
    fn is_live(self, id: &str) -> bool {
        let now = now();
        self.with_store(|it| it.find(id).is_some_and(|row| it.status(row, now) != Status::Deleted))
    }

    fn ids_named(self, name: &str) -> Vec<String> {
        let ids = |it: &Store| it.rows().iter().filter(|row| it.name(**row) == name).map(|row| it.id(*row)).collect();
        self.with_store(ids)
    }

    fn new_ids(self, name: &str, before: &[String]) -> Vec<String> {
        self.ids_named(name).into_iter().filter(|it| !before.contains(it)).collect()
    }

    /// In the page's own dialect a whole answer leaves out what is null; a gateway leaves out what is not told.
    fn facts_of(self, body: &[u8]) -> Facts {
        Facts::of_answer(body, !self.is_behind_gateway())
    }

    /// A write to a token has been answered.
    fn count(self, id: &str) {
        self.with_counts(|all| {
            let all = &mut *all.borrow_mut();
            match all.iter_mut().find(|(it, _)| it == id) {
                Some((_, count)) => *count += 1,
                None => all.push((id.to_owned(), 1)),
            }
        });
    }

    /// How many writes to a token have been answered.
    fn count_of(self, id: &str) -> u32 {
        self.with_counts(|all| all.borrow().iter().find(|(it, _)| it == id).map_or(0, |(_, count)| *count))
    }

    fn no_longer_gone(self, id: &str) {
        self.with_gone(|all| all.borrow_mut().retain(|it| it.id != id));
    }

    /// Whether the user may sign out: while something is being sent, not before they were told.
    pub(super) fn may_sign_out(self) -> bool {
        let may = !self.is_writing() || self.was_warned();
        if !may {
            self.workspace.tell(messages::STILL_SENDING.into());
        }
        may
    }

    /// Whether the user has signed out, so that nothing more is asked for.
    fn has_signed_out(self) -> bool {
        self.can_sign_in() && self.signed_in.get_untracked().is_none()
    }

    /// Whether what is known of its tokens may be shown: its workspace is on the page, and the user is not signed out.
    pub(super) fn is_shown(self) -> bool {
        !self.workspace.is_left() && !self.has_signed_out()
    }

    fn renew(self) {
        if self.is_shown() {
            self.refresh();
        }
    }

    /// Compares a list that has come with what is said to be gone: what it has all the same is told of, until a later one
    /// lacks it.
    pub(super) fn compare_with_gone(self) {
        self.with_gone(|gone| {
            for it in gone.borrow_mut().iter_mut() {
                match (self.is_live(&it.id), it.finding) {
                    (true, None) => {
                        it.finding = Some(self.post(messages::still_listed(&it.called, it.was_missing), true));
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

    /// Loads the list and waits for it. Tells whether it has come.
    async fn reload(self) -> bool {
        if !self.is_shown() {
            return false;
        }
        self.refresh();
        while self.load.with_untracked(|it| it.running) {
            sleep(LOOKED_EVERY).await;
        }
        self.load.with_untracked(|it| it.error.is_none())
    }

    /// Waits so many milliseconds and loads the list. Tells whether it has come; `None`: the user has signed out since, and
    /// nothing more is said.
    async fn look(self, pause: i32, pending: &Pending) -> Option<bool> {
        sleep(pause).await;
        let is_loaded = self.reload().await;
        if pending.is_stale() {
            pending.end();
            return None;
        }
        Some(is_loaded)
    }

    // What is said -----------------------------------------------------------------------------------------------

    /// Tells in passing; where another connection is shown by now, until it is dismissed.
    fn say(self, text: String) {
        if self.workspace.is_left() {
            self.post(text, false);
        } else {
            self.tell(text);
        }
    }

    fn tell_done(self, action: Action, named: &Named) {
        let text = messages::done(action, named.called());
        if self.workspace.is_left() || self.mark(&named.id) {
            self.say(text);
        } else {
            let text = self.in_system(format!("{}, but the filters hide it.", text.trim_end_matches('.')));
            let hidden_token = Some((self.place, named.id.clone()));
            self.workspace.notice.set(Some(Notice { text, is_error: false, hidden_token }));
        }
    }

    /// Scrolls to a token and marks it, unless the filters hide it. Tells whether it did.
    fn mark(self, id: &str) -> bool {
        let row_ref = self.with_store(|it| it.find(id)).map(|row| RowRef::new(self.place, row));
        let is_listed =
            row_ref.is_some_and(|row_ref| self.workspace.with_rows(|_, row_refs, _| row_refs.contains(&row_ref)));
        if is_listed {
            self.workspace.marked.set(Some((self.place, id.to_owned())));
        }
        is_listed
    }

    fn tell_differences(self, verdict: &Verdict, action: Action, named: &Named) {
        if !verdict.differences.is_empty() {
            let text = format!("“{}”: {}", named.called(), self.differences(verdict, action));
            let edit = self.system().can(Action::Edit).is_ok().then(|| named.clone());
            self.add(Finding { edit, ..self.finding(text, true) });
        }
    }

    fn differences(self, verdict: &Verdict, action: Action) -> String {
        let system = self.system();
        let label = |what: What| label(&system, what).to_owned();
        let or_none = |text: String| if text.is_empty() { messages::NONE.to_owned() } else { isolated(&text) };
        let show = |fact: &Fact| match fact {
            Fact::Text(text) => or_none(text.clone()),
            Fact::Time(at) => at.map_or(messages::NONE.into(), |at| self.workspace.with_formats(|it| it.date_time(at))),
            Fact::Texts(ids) => or_none(
                self.scopes.with_untracked(|it| ids.iter().map(|id| it.name(id)).collect::<Vec<_>>().join(", ")),
            ),
            Fact::Privileges(all) => or_none(crate::messages::privileges(all)),
        };
        messages::differences(&verdict.differences, action, label, show)
    }

    /// Shows a secret at once where no other dialog is open, else says what there is to say, and waits for the user.
    fn show_secret(self, secret: Secret, token: Named, said: &str) {
        let (workspace, how) = (self.workspace, self.system().secret.clone());
        if !workspace.is_left() && workspace.dialog.with_untracked(Option::is_none) {
            workspace.open_secret(secret, token, self.connection().name, how);
        } else {
            let text = format!("{said} Its secret is shown once.");
            self.add(Finding { secret: Some((secret, token, how)), ..self.finding(text, false) });
        }
    }

    /// Says something until it is dismissed.
    pub(super) fn post(self, text: String, is_wrong: bool) -> u32 {
        self.add(self.finding(text, is_wrong))
    }

    fn finding(self, text: String, is_wrong: bool) -> Finding {
        // Whatever is said next has another one.
        let id = CHANGES.with(|it| it.get_untracked());
        Finding { id, system: self.connection().name, text, is_wrong, edit: None, secret: None }
    }

    fn add(self, finding: Finding) -> u32 {
        let id = finding.id;
        change_findings(|all| all.push(finding));
        id
    }

    fn pending(self) -> Pending {
        let session = self.session();
        Pending(Rc::new(PendingState { source: self, session, id: Cell::new(None), is_over: Cell::new(false) }))
    }
}

/// What is said while it is looked for what came of a write.
#[derive(Clone)]
struct Pending(Rc<PendingState>);

struct PendingState {
    source: ConnectionState,
    /// The session that it was written in.
    session: u32,
    id: Cell<Option<u32>>,
    is_over: Cell<bool>,
}

impl Pending {
    /// Says it, once: who has dismissed it need not hear it again.
    fn say(&self, text: String) {
        if self.0.id.get().is_none() && !self.0.is_over.get() && !self.is_stale() {
            self.0.id.set(Some(self.0.source.post(text, false)));
        }
    }

    /// Says it unless it is over in a moment.
    fn say_soon(&self, text: String) {
        let this = self.clone();
        spawn_local(async move {
            sleep(NOTED_AFTER).await;
            this.say(text);
        });
    }

    /// Whether the user has signed out since, and maybe somebody else in.
    fn is_stale(&self) -> bool {
        self.0.source.session() != self.0.session
    }

    /// Something is known by now.
    fn end(&self) {
        self.0.is_over.set(true);
        if let Some(id) = self.0.id.take() {
            dismiss(id);
        }
    }

    /// It was not to be found out.
    fn fail(&self, text: String) {
        self.end();
        if !self.is_stale() {
            self.0.source.post(text, true);
        }
    }
}
