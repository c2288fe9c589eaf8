//! Commands on tokens: whether one may be run, running it, and what its answer proves. Pure.

use std::rc::Rc;

use self::journal::{Ended, Entry};
use self::proof::{Facts, Verdict, of_change, of_new};
use crate::api::scoped::{Answered, Deletion, Seen, Tagged, of_another};
use crate::api::{ApiError, NetworkError, RetrySafety, Transport};
use crate::capabilities::Action;
use crate::draft::{Draft, Inputs};
use crate::runtime::Job;
use crate::session::Client;
use crate::token::TokenRef;

pub mod check;
pub mod journal;
pub mod proof;

/// A token and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedToken {
    /// Which one.
    pub token: TokenRef,
    /// Its name.
    pub name: String,
}

impl NamedToken {
    /// What people know it by: its id where it has no name.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.token.id } else { &self.name }
    }
}

/// Something that is to be done to a token. It does not print itself: what was typed for it may be secret.
pub enum Command {
    /// Makes a token.
    Create {
        /// The slot of the system that makes it.
        slot: usize,
        /// What it is to be.
        draft: Draft,
        /// The same key makes it once, where the system knows such keys.
        key: String,
    },
    /// Changes a token.
    Update {
        /// Which one.
        token: TokenRef,
        /// The state that the form was filled with.
        base: Box<Tagged>,
        /// What it is to be.
        draft: Draft,
    },
    /// Ends a token and keeps its entry.
    Revoke(NamedToken, Inputs),
    /// Gives a token a new secret.
    Rotate(NamedToken, Inputs),
    /// Removes a token.
    Delete(NamedToken, Inputs),
}

impl Command {
    /// What kind of command it is.
    pub fn action(&self) -> Action {
        match self {
            Command::Create { .. } => Action::Create,
            Command::Update { .. } => Action::Edit,
            Command::Revoke(..) => Action::Revoke,
            Command::Rotate(..) => Action::Rotate,
            Command::Delete(..) => Action::Delete,
        }
    }

    /// The token that it is about; a new one has no id yet.
    pub fn token(&self) -> NamedToken {
        match self {
            Command::Create { slot, draft, .. } => {
                NamedToken { token: TokenRef { slot: *slot, id: String::new() }, name: draft.name.clone() }
            }
            Command::Update { token, draft, .. } => NamedToken { token: token.clone(), name: draft.name.clone() },
            Command::Revoke(token, _) | Command::Rotate(token, _) | Command::Delete(token, _) => token.clone(),
        }
    }

    fn inputs(&self) -> &Inputs {
        match self {
            Command::Create { draft, .. } | Command::Update { draft, .. } => &draft.inputs,
            Command::Revoke(_, inputs) | Command::Rotate(_, inputs) | Command::Delete(_, inputs) => inputs,
        }
    }
}

/// What came of a command.
pub enum Outcome {
    /// The answer proves it.
    Proved(Done),
    /// The answer shows something else than was asked for.
    Wrong(Wrong, Box<Tagged>),
    /// It was accepted, and is not shown yet; with the token of the answer, where that has one.
    NotProvedYet(Option<Box<Tagged>>),
    /// It was not made: the token was changed meanwhile, to this.
    ChangedMeanwhile(Box<Tagged>),
    /// It was not made.
    Refused(ApiError),
    /// No answer came that says so: it may have been made.
    Unknown(ApiError),
}

/// What was done.
pub enum Done {
    /// The token is as it was asked for. A new one may differ in what [`new_differences`] tells.
    Token(Box<Tagged>),
    /// The token is gone.
    Deleted {
        /// Whether it was gone before.
        was_missing: bool,
    },
}

/// What a token shows in place of what was asked for.
pub enum Wrong {
    /// Other facts.
    Differs(Verdict),
    /// It was revoked, and is active.
    StillActive,
}

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
    let outcome = match send(command, client, was_there).await {
        Ok(outcome) => outcome,
        Err(error) if may_be_done(&error) => Outcome::Unknown(error),
        Err(error) => Outcome::Refused(error),
    };
    journal::end(number, Ended::of(&outcome), runtime.now());
    outcome
}

async fn send(command: &Command, client: &Rc<Client>, was_there: &dyn Fn(&str) -> bool) -> Result<Outcome, ApiError> {
    let job = Job::new();
    let (api, transport) = (client.api(), client.transport(&job));
    let transport = &*transport;
    let answered = match command {
        Command::Create { draft, key, .. } => {
            let answered = api.create(transport, draft, key).await?;
            if let Answered::Token(it) = &answered
                && is_another(client, it, draft, was_there)
            {
                return Err(of_another(&it.token));
            }
            answered
        }
        Command::Update { base, draft, .. } => match send_change(client, transport, base, draft).await? {
            Ok(answered) => answered,
            Err(theirs) => return Ok(Outcome::ChangedMeanwhile(theirs)),
        },
        Command::Revoke(token, inputs) => api.revoke(transport, &token.token.id, inputs).await?,
        Command::Rotate(token, inputs) => api.rotate(transport, &token.token.id, inputs).await?,
        Command::Delete(token, inputs) => {
            return Ok(match api.delete(transport, &token.token.id, inputs).await? {
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
    transport: &dyn Transport,
    base: &Tagged,
    draft: &Draft,
) -> Result<Result<Answered, Box<Tagged>>, ApiError> {
    let (api, id) = (client.api(), &base.token.id);
    let differs = async || {
        let now = api.read(transport, id).await?;
        Ok::<_, ApiError>((now.token != base.token).then(|| Box::new(now)))
    };
    // Without a tag that can be a condition, what is there is compared just before.
    if base.etag.is_none()
        && !client.is_behind_gateway()
        && let Some(theirs) = differs().await?
    {
        return Ok(Err(theirs));
    }
    match api.update(transport, id, draft, base.etag.as_deref()).await {
        Err(ApiError::Changed) => {}
        outcome => return outcome.map(Ok),
    }
    if let Some(theirs) = differs().await? {
        return Ok(Err(theirs));
    }
    // It is as it was: something on the way makes another tag of the system's, which will never match.
    api.update(transport, id, draft, None).await.map(Ok)
}

/// Reads the token of a change or a revocation again: the token, and what it shows in place of what was asked for. Nothing
/// where it cannot be read, or does not tell.
pub async fn look(command: &Command, client: &Rc<Client>) -> Option<(Tagged, Option<Wrong>)> {
    let (job, id) = (Job::new(), command.token().token.id);
    let (api, transport) = (client.api(), client.transport(&job));
    let found = if client.is_behind_gateway() {
        api.read_again(&*transport, &id).await
    } else {
        api.read(&*transport, &id).await
    };
    let found = found.ok()?;
    match judge(command, client, &found) {
        Judged::Proved => Some((found, None)),
        Judged::Wrong(wrong) => Some((found, Some(wrong))),
        Judged::Open => None,
    }
}

/// What a new token shows that is not as it was asked for.
pub fn new_differences(client: &Client, draft: &Draft, facts: &Facts) -> Verdict {
    of_new(&client.system(), draft, facts)
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
        ApiError::Server(..) | ApiError::Malformed(_) => true,
        _ => false,
    }
}

fn judge(command: &Command, client: &Client, tagged: &Tagged) -> Judged {
    let facts = facts_of(client, &tagged.answer.body);
    match command {
        Command::Update { base, draft, .. } => {
            let verdict = of_change(&client.system(), draft, &facts_of(client, &base.answer.body), &facts);
            if verdict.is_proved() {
                Judged::Proved
            } else if verdict.differences.is_empty() {
                Judged::Open
            } else {
                Judged::Wrong(Wrong::Differs(verdict))
            }
        }
        Command::Revoke(..) => match facts.has_ended() {
            Some(true) => Judged::Proved,
            Some(false) => Judged::Wrong(Wrong::StillActive),
            None => Judged::Open,
        },
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
