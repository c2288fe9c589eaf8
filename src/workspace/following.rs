//! What goes on beyond the dialog of a command: it hears what came of that. Pure.

use std::rc::Rc;

use super::notices::Handed;
use super::report::Report;
use crate::actions::{Command, Done, NamedToken, Outcome};
use crate::api::tokens::Tagged;
use crate::api::{Later, Secret};
use crate::capabilities::Field;

/// What follows a command.
pub struct Follow {
    /// What is done before the request is sent.
    pub first: Later<'static, ()>,
    /// Hears what came of it.
    pub came: Rc<dyn Fn(Came)>,
    /// Hears whether the user has the secret that came.
    pub handed: Option<Handed>,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// A token with a new secret; the flag says whether that is there, too.
    Made(NamedToken, bool),
    /// What was asked for is done.
    Done,
    /// It was accepted, and is not shown yet.
    Accepted,
    /// It was not done.
    Refused,
    /// No answer came that says so, or one that speaks of another token.
    Unknown,
    /// After that the list was read: these tokens are new.
    Listed(Vec<NamedToken>),
}

impl Report {
    /// What came of a command, as far as its answer tells.
    pub(super) fn came_of(&self, command: &Command, outcome: &Outcome) -> Came {
        match outcome {
            Outcome::Proved(Done::Deleted { .. }) => Came::Done,
            Outcome::Proved(Done::Token(tagged)) | Outcome::NotProvedYet(Some(tagged)) => {
                self.came_with(command, tagged)
            }
            Outcome::NotProvedYet(None) => Came::Accepted,
            Outcome::Wrong(..) | Outcome::ChangedMeanwhile(_) | Outcome::Refused(_) => Came::Refused,
            Outcome::Unknown(_) => Came::Unknown,
        }
    }

    fn came_with(&self, command: &Command, tagged: &Tagged) -> Came {
        let before = command.token();
        let is_new = match command {
            Command::Create { .. } => true,
            Command::Rotate(..) => tagged.token.id != before.token.id,
            _ => return Came::Done,
        };
        // Of a token that was there before, nothing tells whose secret it is.
        let id = &tagged.token.id;
        if is_new && self.with_store(|it| it.find(id).is_some()) == Some(true) {
            return Came::Unknown;
        }
        let called = if tagged.token.name.is_empty() { before.name } else { tagged.token.name.clone() };
        let has_secret = tagged.secret.as_ref().is_some_and(|it| !it.value.is_empty()) || self.sends_guid(tagged);
        Came::Made(self.named(id.clone(), called), has_secret)
    }

    /// Whether callers send the GUID of a token as its secret.
    fn sends_guid(&self, tagged: &Tagged) -> bool {
        self.client().system().field(Field::Guid).is_some() && !tagged.token.guid.is_empty()
    }

    /// The secret that an answer brings. A GUID that callers send is one where a rotation waits for it.
    pub(super) fn secret_of(&self, tagged: &mut Tagged) -> Option<Secret> {
        let guid = || Secret { value: tagged.token.guid.clone(), ..Secret::default() };
        let secret = tagged.secret.take();
        secret.or_else(|| (self.hands_over() && self.sends_guid(tagged)).then(guid))
    }
}
