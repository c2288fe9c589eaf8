//! Commands on tokens: whether one may be run, running it, and what its answer proves. Pure.

use std::rc::Rc;

pub use self::command::{Change, Command, Done, NamedToken, Outcome, Wrong};
use self::journal::{Ended, Entry};
use self::proof::{Facts, Verdict, What, of_change, of_new};
use crate::api::tokens::{Answered, Deletion, Seen, Tagged, TokenApi, of_another};
use crate::api::{ApiError, NetworkError, Request, RetrySafety};
use crate::capabilities::Action;
use crate::draft::Draft;
use crate::runtime::Job;
use crate::session::Client;
use crate::store::Store;
use crate::time::Millis;
use crate::token::Status;

pub mod check;
mod command;
pub mod journal;
pub mod proof;

/// How a command stands by what is known of its token.
enum Judged {
    Proved,
    Wrong(Wrong),
    Open,
}

/// Runs a command, and has the journal hear of it before and after. `was_there`: whether the list had a token of an id
/// before. The user may be asked to sign in meanwhile.
pub async fn run(command: &Command, client: &Rc<Client>, was_there: &dyn Fn(&str) -> bool) -> Outcome {
    let _writing = client.begin_write();
    let runtime = client.runtime();
    let entry = Entry::new(client.name(), command.action(), command.token(), runtime.now());
    let number = journal::begin(entry);
    let job = Job::new();
    let outcome = match client.ask(&job, async |api| send(command, client, api, was_there).await).await {
        Ok(outcome) => outcome,
        Err(error) if may_be_done(&error) => Outcome::Unknown(error),
        Err(error) => Outcome::Refused(error),
    };
    journal::end(number, Ended::of(&outcome), runtime.now());
    outcome
}

async fn send(
    command: &Command,
    client: &Client,
    api: &dyn TokenApi,
    was_there: &dyn Fn(&str) -> bool,
) -> Result<Outcome, ApiError> {
    let answered = match command {
        Command::Create { draft, key, .. } => {
            let answered = api.create(draft, key).await?;
            if let Answered::Token(it) = &answered
                && is_another(client, it, draft, was_there)
            {
                return Err(of_another(&it.token));
            }
            answered
        }
        Command::Update { base, draft, .. } => match send_change(client, api, base, draft).await? {
            Ok(answered) => answered,
            Err(theirs) => return Ok(Outcome::ChangedMeanwhile(theirs)),
        },
        Command::Revoke(token, inputs) => api.revoke(&token.token.id, inputs).await?,
        Command::Rotate(token, inputs) => api.rotate(&token.token.id, inputs).await?,
        Command::Disable(token, inputs) => api.disable(&token.token.id, inputs).await?,
        Command::Enable(token, inputs) => api.enable(&token.token.id, inputs).await?,
        Command::Delete(token, inputs) => {
            return Ok(match api.delete(&token.token.id, inputs).await? {
                Deletion::Accepted => Outcome::NotProvedYet(None),
                deletion => Outcome::Proved(Done::Deleted { was_missing: deletion == Deletion::Missing }),
            });
        }
    };
    Ok(match answered.token() {
        None => Outcome::NotProvedYet(None),
        Some(tagged) if tagged.seen == Seen::Not => Outcome::NotProvedYet(Some(Box::new(tagged))),
        Some(tagged) => match judge(command, client, &tagged) {
            Judged::Proved => Outcome::Proved(Done::Token(Box::new(tagged))),
            Judged::Wrong(wrong) if tagged.seen == Seen::Answered => Outcome::Wrong(wrong, Box::new(tagged)),
            _ => Outcome::NotProvedYet(Some(Box::new(tagged))),
        },
    })
}

/// Sends a change on the condition that the token is as the form was filled with it; the token as it is where it is not.
async fn send_change(
    client: &Client,
    api: &dyn TokenApi,
    base: &Tagged,
    draft: &Draft,
) -> Result<Result<Answered, Box<Tagged>>, ApiError> {
    let id = &base.token.id;
    let differs = async || {
        let now = api.read(id, false).await?;
        Ok::<_, ApiError>((now.token != base.token).then(|| Box::new(now)))
    };
    // Without a tag that can be a condition, what is there is compared just before.
    if base.etag.is_none()
        && !client.is_behind_gateway()
        && let Some(theirs) = differs().await?
    {
        return Ok(Err(theirs));
    }
    match api.update(id, draft, base.etag.as_deref()).await {
        Err(ApiError::Changed) => {}
        outcome => return outcome.map(Ok),
    }
    if let Some(theirs) = differs().await? {
        return Ok(Err(theirs));
    }
    // It is as it was: something on the way makes another tag of the system's, which will never match.
    api.update(id, draft, None).await.map(Ok)
}

/// The requests that a command would send, up to the one that changes something, and what in them must not be shown.
/// Nothing is changed; the user may be asked to sign in.
pub async fn rehearse(command: &Command, client: &Rc<Client>) -> Result<(Vec<Request>, Vec<String>), ApiError> {
    let job = Job::new();
    client.rehearse(&job, async |api| send(command, client, api, &|_| false).await).await
}

/// What a token shows of a command when it is read again.
pub enum Found {
    /// The command was carried out; with the token where it is still there.
    Done(Option<Box<Tagged>>),
    /// The token is not as it was asked for; with what it shows instead, where that can be told.
    NotDone(Option<Wrong>, Box<Tagged>),
    /// The token is not there, and the command was not to remove it.
    Gone,
    /// What is there does not tell.
    Untold,
    /// It could not be read.
    Failed(ApiError),
}

/// Reads the token of a command again, as its answer was lost or did not show it. Not for one that is to be made or rotated.
pub async fn find_out(command: &Command, client: &Rc<Client>) -> Found {
    let (job, id) = (Job::new(), command.token().token.id);
    let is_deletion = command.action() == Action::Delete;
    let found = match client.ask(&job, async |api| api.read(&id, true).await).await {
        Ok(found) => found,
        Err(ApiError::NotFound(_)) if is_deletion => return Found::Done(None),
        Err(ApiError::NotFound(_)) => return Found::Gone,
        Err(error) => return Found::Failed(error),
    };
    if is_deletion {
        let is_deleted = client.system().keeps_deleted && is_deleted(&found, client.runtime().now());
        let found = Box::new(found);
        return if is_deleted { Found::Done(Some(found)) } else { Found::NotDone(None, found) };
    }
    match judge(command, client, &found) {
        Judged::Proved => Found::Done(Some(Box::new(found))),
        Judged::Wrong(wrong) => Found::NotDone(Some(wrong), Box::new(found)),
        Judged::Open => Found::Untold,
    }
}

/// Whether a token says of itself that it was deleted.
fn is_deleted(found: &Tagged, now: Millis) -> bool {
    let mut store = Store::new();
    found.json.put(&mut store).is_ok_and(|row| store.status(row, now) == Status::Deleted)
}

/// Reads the token of a command that leaves it there again: the token, and what it shows in place of what was asked for.
/// Nothing where it cannot be read, or does not tell.
pub async fn look(command: &Command, client: &Rc<Client>) -> Option<(Tagged, Option<Wrong>)> {
    match find_out(command, client).await {
        Found::Done(Some(found)) => Some((*found, None)),
        Found::NotDone(wrong, found) => Some((*found, wrong)),
        _ => None,
    }
}

/// What a new token shows that is not as it was asked for.
pub fn new_differences(client: &Client, draft: &Draft, facts: &Facts) -> Verdict {
    of_new(&client.system(), draft, facts)
}

/// What a write that was to switch a token off or on has changed besides, where it is known how the token was. Texts of the
/// system's own may say the same as the switch, and are left alone.
pub fn also_changed(client: &Client, tagged: &Tagged) -> Verdict {
    let before = tagged.before.as_ref().and_then(|it| Tagged::read(it.text.clone(), it.asked_at).ok());
    let Some(before) = before else { return Verdict::default() };
    let facts = |it: &Tagged| facts_of(client, &it.json.text);
    let same = Draft::of(&before.token);
    let mut verdict = of_change(&client.system(), &same, &facts(&before), &facts(tagged));
    verdict.differences.retain(|it| matches!(it.what, What::Field(_)));
    verdict
}

/// The facts of an answer's token. In the page's own dialect a whole answer leaves out what is null; a gateway leaves out
/// what is not told.
pub fn facts_of(client: &Client, body: &[u8]) -> Facts {
    Facts::of_answer(body, !client.is_behind_gateway())
}

/// What is at stake when a request of this kind gets no answer.
pub fn retry_safety(client: &Client, action: Action) -> RetrySafety {
    let is_once = !client.is_behind_gateway() || !matches!(action, Action::Create | Action::Rotate);
    if is_once { RetrySafety::Idempotent } else { RetrySafety::NotIdempotent }
}

/// Whether a request that failed so may have been carried out all the same.
pub fn may_be_done(error: &ApiError) -> bool {
    match error {
        ApiError::NoAnswer(fault) => {
            // These were not sent.
            let is_unsent = matches!(
                fault,
                NetworkError::Offline
                    | NetworkError::Policy(_)
                    | NetworkError::Outside(_)
                    | NetworkError::Unsendable(_)
                    | NetworkError::NotLoaded
            );
            !is_unsent
        }
        ApiError::Server(..) | ApiError::Busy(..) | ApiError::Malformed(_) => true,
        _ => false,
    }
}

/// How a command stands of which the token's facts say whether it is done; `None` where they do not.
fn is_done(is_so: Option<bool>) -> Judged {
    match is_so {
        Some(true) => Judged::Proved,
        Some(false) => Judged::Wrong(Wrong::NotDone),
        None => Judged::Open,
    }
}

fn judge(command: &Command, client: &Client, tagged: &Tagged) -> Judged {
    let facts = facts_of(client, &tagged.json.text);
    match command {
        Command::Update { base, draft, .. } => {
            let verdict = of_change(&client.system(), draft, &facts_of(client, &base.json.text), &facts);
            if verdict.is_proved() {
                Judged::Proved
            } else if verdict.differences.is_empty() {
                Judged::Open
            } else {
                Judged::Wrong(Wrong::Differs(verdict))
            }
        }
        Command::Revoke(..) => is_done(facts.has_ended()),
        Command::Disable(..) => is_done(facts.is_disabled()),
        Command::Enable(..) => is_done(facts.is_disabled().map(|it| !it)),
        _ => Judged::Proved,
    }
}

/// Whether an answer to a creation speaks of another token. In the page's own dialect the page has made the GUID; of others
/// a secret is proof, and without one, a token that was there before is no new one.
fn is_another(client: &Client, made: &Tagged, draft: &Draft, was_there: &dyn Fn(&str) -> bool) -> bool {
    if client.is_behind_gateway() {
        let has_secret = made.secret.as_ref().is_some_and(|it| !it.value.is_empty());
        !has_secret && was_there(&made.token.id)
    } else {
        !made.token.guid.eq_ignore_ascii_case(&draft.guid)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
