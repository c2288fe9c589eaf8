//! A guided rotation: a successor with a new secret, its secret handed over, the old token watched and ended. What is known of
//! one is kept from one visit to the next: which tokens, how it stands, what is due. Never a secret. Pure.

use crate::actions::{Command, NamedToken};
use crate::capabilities::{Action, Capabilities};
use crate::draft::Inputs;
use crate::mask::masked_words;
use crate::time::Millis;
use crate::token::Status;

pub mod book;
pub mod hand_over;
mod kept;
pub mod successor;

/// How a token gets a new secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the system's own call: the old secret stops working with it.
    Call,
    /// By a new token with the same rights: both secrets work until the old token is ended.
    Successor,
}

/// The ways that a system has, the usual one first.
pub fn ways(system: &Capabilities) -> Vec<Way> {
    let can = |action: Action| system.can(action).is_ok();
    let succeeds = can(Action::Create) && !ends(system).is_empty();
    [(Way::Call, can(Action::Rotate)), (Way::Successor, succeeds)]
        .into_iter()
        .filter_map(|(way, has)| has.then_some(way))
        .collect()
}

/// How an old token is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is switched off, and can be switched on again.
    Disable,
    /// It works no more, and keeps its entry.
    Revoke,
    /// It is removed.
    Delete,
}

impl End {
    /// What is done to the token.
    pub fn action(self) -> Action {
        match self {
            End::Disable => Action::Disable,
            End::Revoke => Action::Revoke,
            End::Delete => Action::Delete,
        }
    }

    /// The command that does it.
    pub fn command(self, token: NamedToken, inputs: Inputs) -> Command {
        match self {
            End::Disable => Command::Disable(token, inputs),
            End::Revoke => Command::Revoke(token, inputs),
            End::Delete => Command::Delete(token, inputs),
        }
    }
}

/// The ways to end a token that a system has, the mildest first.
pub fn ends(system: &Capabilities) -> Vec<End> {
    [End::Disable, End::Revoke, End::Delete].into_iter().filter(|it| system.can(it.action()).is_ok()).collect()
}

/// A token as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its id, by which its system knows it. Never what callers send.
    pub id: String,
    /// Its name, without what looks like a secret.
    pub name: String,
}

impl Known {
    /// A token of this id and name.
    pub fn new(id: &str, name: &str) -> Known {
        Known { id: id.into(), name: masked_words(name, id) }
    }

    /// What people know it by: its id where it has no name.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.id } else { &self.name }
    }
}

/// Something that is to be done to the old token on a day. Nothing does it by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub end: End,
    /// From when on it is due.
    pub at: Millis,
}

/// How a rotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The request for a new secret was sent; its answer is awaited, or the page was closed over it.
    Sent,
    /// No answer came, and the list has not shown a successor.
    Lost,
    /// The successor is there, and its secret was shown or is being shown.
    Made,
    /// The successor is there, and its secret is nowhere: it never arrived, or was left before it was stored.
    Unhanded,
    /// The secret is stored where it is needed. The old token still works.
    HandedOver,
    /// The old token works no more, and something else is due.
    Stopped,
    /// All is done.
    Ended,
}

/// What happened in a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The request was refused: nothing was made.
    Refused,
    /// No answer came: a successor may be there.
    Lost,
    /// The answer has the successor. The flag says whether it has its secret, too.
    Made(Known, bool),
    /// The list, read whole after the request, has these new tokens of the successor's name.
    Listed(Vec<Known>),
    /// The user has stored the secret.
    HandedOver,
    /// The user does not have the secret.
    NotHandedOver,
    /// What is to be done to the old token, and when.
    Planned(Vec<Due>),
    /// This was done to the old token here.
    Done(End),
    /// The list shows that the old token works: it may have been switched on again.
    OldWorks,
    /// The list shows that the old token works no more, or is gone (the flag).
    OldOver(bool),
    /// The successor is gone: deleted here, or from elsewhere.
    SuccessorGone,
}

/// A rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// What tells it from others. The request that makes a successor has it as its key.
    pub id: String,
    /// The connection, by its name.
    pub connection: String,
    /// What the system calls itself.
    pub system: String,
    /// The user who began it, as far as the system tells: see `record::hidden::Access::kept_name`.
    pub viewer: String,
    /// How the new secret is made.
    pub way: Way,
    /// The token that is to be replaced.
    pub old: Known,
    /// The name that the successor is to have.
    pub wanted: String,
    /// The ids of the tokens of that name before the request: none of them is the successor.
    pub before: Vec<String>,
    /// The successor. There are several where a request made more than one. A system may keep the old id.
    pub new: Vec<Known>,
    /// How it stands.
    pub stage: Stage,
    /// When the request was sent, by the viewer's clock.
    pub begun_at: Millis,
    /// When the successor was made, as far as that is known.
    pub made_at: Option<Millis>,
    /// When the user said that the secret is stored.
    pub handed_at: Option<Millis>,
    /// When the old token was ended.
    pub ended_at: Option<Millis>,
    /// What is to be done to the old token, the next thing first.
    pub due: Vec<Due>,
}

/// What there is to do in a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To look in the list for what the request made.
    Look,
    /// To say whether the secret is stored.
    SayHandedOver,
    /// To do away with a successor whose secret is nowhere: delete it, or give it another secret.
    MendSuccessor,
    /// To end the old token.
    EndOld,
    /// Nothing.
    Nothing,
}

impl Rotation {
    /// One whose request is about to be sent.
    pub fn begin(id: &str, [connection, system]: [&str; 2], way: Way, old: Known, wanted: &str) -> Rotation {
        Rotation {
            id: id.into(),
            connection: connection.into(),
            system: system.into(),
            viewer: String::new(),
            way,
            old,
            wanted: Known::new("", wanted).name,
            before: Vec::new(),
            new: Vec::new(),
            stage: Stage::Sent,
            begun_at: 0,
            made_at: None,
            handed_at: None,
            ended_at: None,
            due: Vec::new(),
        }
    }

    /// What there is to do.
    pub fn next(&self) -> Next {
        match self.stage {
            Stage::Sent | Stage::Lost => Next::Look,
            Stage::Made => Next::SayHandedOver,
            Stage::Unhanded => Next::MendSuccessor,
            Stage::HandedOver | Stage::Stopped => Next::EndOld,
            Stage::Ended => Next::Nothing,
        }
    }

    /// Whether all is done, so that nothing of it need be kept.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Ended
    }

    /// The successor, where it is the only one.
    pub fn successor(&self) -> Option<&Known> {
        match &self.new[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether the token kept its id, so that there is no other one to end.
    pub fn is_same_token(&self) -> bool {
        self.successor().is_some_and(|it| it.id == self.old.id)
    }

    /// When there is something to do at a set time: the next thing that was planned.
    pub fn due_at(&self) -> Option<Millis> {
        self.due.first().map(|it| it.at)
    }

    /// Whether what was planned is due.
    pub fn is_due(&self, now: Millis) -> bool {
        self.due_at().is_some_and(|at| at <= now)
    }

    /// Whether a token is part of it, so that it is not rotated again before this one is settled.
    pub fn is_about(&self, connection: &str, id: &str) -> bool {
        self.connection == connection && (self.old.id == id || self.new.iter().any(|it| it.id == id))
    }

    /// What a system's list says of a token.
    pub fn of_list(token: Option<Status>, is_whole: bool) -> Option<Event> {
        match token {
            Some(Status::Disabled | Status::Revoked | Status::Expired) => Some(Event::OldOver(false)),
            Some(Status::Deleted) => Some(Event::OldOver(true)),
            Some(Status::Active) => Some(Event::OldWorks),
            None if is_whole => Some(Event::OldOver(true)),
            _ => None,
        }
    }

    /// Takes note of what happened. What cannot happen as it stands changes nothing. Tells whether anything changed.
    pub fn hear(&mut self, event: Event, now: Millis) -> bool {
        let before = (self.stage, self.new.clone(), self.due.clone());
        match (self.stage, event) {
            // What was sent before it may have been carried out all the same.
            (Stage::Sent, Event::Refused) => self.end(now),
            (Stage::Sent, Event::Lost) => self.stage = Stage::Lost,
            (Stage::Sent | Stage::Lost | Stage::Unhanded, Event::Made(known, has_secret)) => {
                // Without an id the list has to say which it is.
                self.new = if known.id.is_empty() { Vec::new() } else { vec![known] };
                self.made_at = Some(now);
                self.stage = if has_secret { Stage::Made } else { Stage::Unhanded };
            }
            (Stage::Sent | Stage::Lost | Stage::Unhanded, Event::Listed(found)) => self.was_listed(found),
            (Stage::Made, Event::Listed(found)) if self.new.is_empty() => self.new = found,
            (Stage::Made | Stage::Unhanded, Event::HandedOver) => {
                self.handed_at = Some(now);
                self.stage = Stage::HandedOver;
                // The call that made the secret has ended the old one.
                if self.way == Way::Call {
                    self.end(now);
                }
            }
            (Stage::Made, Event::NotHandedOver) => self.stage = Stage::Unhanded,
            (Stage::HandedOver | Stage::Stopped, Event::Planned(due)) => {
                self.due = due;
                self.due.sort_by_key(|it| it.at);
            }
            (Stage::HandedOver | Stage::Stopped, Event::Done(end)) => self.was_done(end, now),
            (Stage::HandedOver | Stage::Stopped, Event::OldOver(is_gone)) => {
                if is_gone {
                    self.end(now);
                } else {
                    self.due.retain(|it| it.end == End::Delete);
                    self.stop(now);
                }
            }
            (Stage::Stopped, Event::OldWorks) => self.stage = Stage::HandedOver,
            // Without the successor the old token is what is left, as before.
            (Stage::Lost | Stage::Made | Stage::Unhanded, Event::SuccessorGone) => self.end(now),
            _ => {}
        }
        before != (self.stage, self.new.clone(), self.due.clone())
    }

    fn was_listed(&mut self, found: Vec<Known>) {
        match found.is_empty() {
            true if self.stage == Stage::Sent => self.stage = Stage::Lost,
            true => {}
            false => {
                self.new = found;
                self.stage = Stage::Unhanded;
            }
        }
    }

    fn was_done(&mut self, end: End, now: Millis) {
        match end {
            End::Delete => self.end(now),
            End::Disable | End::Revoke => {
                self.due.retain(|it| it.end == End::Delete);
                self.stop(now);
            }
        }
    }

    /// The old token works no more. Where nothing else is due, that is all.
    fn stop(&mut self, now: Millis) {
        self.ended_at = self.ended_at.or(Some(now));
        self.stage = if self.due.is_empty() { Stage::Ended } else { Stage::Stopped };
    }

    fn end(&mut self, now: Millis) {
        self.due.clear();
        self.ended_at = Some(now);
        self.stage = Stage::Ended;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY;

    const NOW: Millis = 1_800_000_000_000;

    fn known(id: &str) -> Known {
        Known::new(id, "ci")
    }

    fn begun(way: Way) -> Rotation {
        Rotation::begin("r", ["A", "Acme"], way, known("1"), "ci")
    }

    /// How a rotation stands after these events.
    #[track_caller]
    fn check(way: Way, events: &[Event], stage: Stage, next: Next) -> Rotation {
        let mut rotation = begun(way);
        for event in events {
            rotation.hear(event.clone(), NOW);
        }
        assert_eq!((rotation.stage, rotation.next()), (stage, next), "{events:?}");
        rotation
    }

    fn made() -> Event {
        Event::Made(known("2"), true)
    }

    fn due(end: End, days: i64) -> Due {
        Due { end, at: NOW + days * DAY }
    }

    #[test]
    fn a_rotation_goes_its_way() {
        check(Way::Successor, &[], Stage::Sent, Next::Look);
        check(Way::Successor, &[made()], Stage::Made, Next::SayHandedOver);
        let handed = check(Way::Successor, &[made(), Event::HandedOver], Stage::HandedOver, Next::EndOld);
        assert_eq!((handed.handed_at, handed.ended_at), (Some(NOW), None));
        check(Way::Successor, &[made(), Event::HandedOver, Event::Done(End::Delete)], Stage::Ended, Next::Nothing);
        check(Way::Successor, &[made(), Event::HandedOver, Event::Done(End::Revoke)], Stage::Ended, Next::Nothing);
    }

    #[test]
    fn what_is_disabled_may_be_deleted_later() {
        let planned = Event::Planned(vec![due(End::Delete, 14)]);
        let events = [made(), Event::HandedOver, planned, Event::Done(End::Disable)];
        check(Way::Successor, &events, Stage::Stopped, Next::EndOld);
    }

    #[test]
    fn what_is_planned_waits_and_a_second_thing_stays_due() {
        let planned = Event::Planned(vec![due(End::Delete, 14), due(End::Revoke, 7)]);
        let rotation =
            check(Way::Successor, &[made(), Event::HandedOver, planned.clone()], Stage::HandedOver, Next::EndOld);
        assert_eq!(rotation.due, [due(End::Revoke, 7), due(End::Delete, 14)]);
        assert!(!rotation.is_due(NOW) && rotation.is_due(NOW + 7 * DAY));
        let events = [made(), Event::HandedOver, planned, Event::Done(End::Revoke)];
        let rotation = check(Way::Successor, &events, Stage::Stopped, Next::EndOld);
        assert_eq!(rotation.due, [due(End::Delete, 14)]);
    }

    #[test]
    fn after_the_systems_own_call_nothing_is_left_to_end() {
        for id in ["1", "2"] {
            check(Way::Call, &[Event::Made(known(id), true), Event::HandedOver], Stage::Ended, Next::Nothing);
        }
    }

    #[test]
    fn after_a_lost_answer_the_list_is_read_and_never_a_second_one_asked_for() {
        check(Way::Call, &[Event::Lost], Stage::Lost, Next::Look);
        check(Way::Call, &[Event::Lost, Event::Listed(vec![])], Stage::Lost, Next::Look);
        let found = Event::Listed(vec![known("2")]);
        let rotation = check(Way::Call, &[Event::Lost, found.clone()], Stage::Unhanded, Next::MendSuccessor);
        assert_eq!(rotation.successor(), Some(&known("2")));
        // A page that was closed over it knows as little.
        check(Way::Call, std::slice::from_ref(&found), Stage::Unhanded, Next::MendSuccessor);
        check(Way::Call, &[found, Event::SuccessorGone], Stage::Ended, Next::Nothing);
        let two = Event::Listed(vec![known("2"), known("3")]);
        assert_eq!(check(Way::Successor, &[Event::Lost, two], Stage::Unhanded, Next::MendSuccessor).successor(), None);
    }

    #[test]
    fn a_refusal_ends_a_rotation_unless_an_answer_was_lost_before() {
        check(Way::Successor, &[Event::Refused], Stage::Ended, Next::Nothing);
        check(Way::Successor, &[Event::Lost, Event::Refused], Stage::Lost, Next::Look);
    }

    #[test]
    fn an_answer_that_comes_with_a_second_try_settles_it() {
        check(Way::Successor, &[Event::Lost, made()], Stage::Made, Next::SayHandedOver);
    }

    #[test]
    fn a_successor_without_its_secret_is_marked() {
        check(Way::Successor, &[Event::Made(known("2"), false)], Stage::Unhanded, Next::MendSuccessor);
        check(Way::Successor, &[made(), Event::NotHandedOver], Stage::Unhanded, Next::MendSuccessor);
        // A user who has it after all may say so.
        check(Way::Successor, &[made(), Event::NotHandedOver, Event::HandedOver], Stage::HandedOver, Next::EndOld);
    }

    #[test]
    fn what_cannot_be_changes_nothing() {
        let mut rotation = begun(Way::Successor);
        for event in [Event::HandedOver, Event::Done(End::Delete), Event::OldOver(true), Event::Planned(vec![])] {
            assert!(!rotation.hear(event.clone(), NOW), "{event:?}");
        }
        assert_eq!(rotation, begun(Way::Successor));
    }

    #[test]
    fn what_was_ended_elsewhere_is_ended() {
        let planned = Event::Planned(vec![due(End::Revoke, 7), due(End::Delete, 14)]);
        let handed = [made(), Event::HandedOver, planned];
        let with = |event: Event| handed.iter().cloned().chain([event]).collect::<Vec<_>>();
        check(Way::Successor, &with(Event::OldOver(true)), Stage::Ended, Next::Nothing);
        let rotation = check(Way::Successor, &with(Event::OldOver(false)), Stage::Stopped, Next::EndOld);
        assert_eq!(rotation.due, [due(End::Delete, 14)]);
        assert_eq!(Rotation::of_list(None, false), None);
        assert_eq!(Rotation::of_list(None, true), Some(Event::OldOver(true)));
        assert_eq!(Rotation::of_list(Some(Status::Unknown), true), None);
        // One that was switched off and on again has to be ended once more.
        assert!(rotation.clone().hear(Event::OldWorks, NOW));
        check(Way::Successor, &[made(), Event::HandedOver, Event::OldWorks], Stage::HandedOver, Next::EndOld);
    }

    #[test]
    fn a_rotation_is_about_both_of_its_tokens() {
        let rotation = check(Way::Successor, &[made()], Stage::Made, Next::SayHandedOver);
        assert!(rotation.is_about("A", "1") && rotation.is_about("A", "2"));
        assert!(!rotation.is_about("B", "1") && !rotation.is_about("A", "3"));
    }
}
