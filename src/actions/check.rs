//! Whether a command may be run on a token, and why not: the one rule for a button that is disabled and for a command that
//! is refused. Pure.

use super::command::Command;
use crate::capabilities::{Action, Capabilities, Lack};
use crate::draft::input_problems;
use crate::store::{Row, Store};
use crate::time::Millis;
use crate::token::Status;
use crate::words::Words;

/// Why a command may not be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The system does not do such things, for this reason.
    NotOffered(Words),
    /// Another token of the system has the same id: which one it would be about is not certain.
    SharesId,
    /// What the system says of the token cannot be read.
    Unreadable,
    /// The token is not active.
    NotActive,
    /// The token has expired.
    Expired,
    /// The token was disabled before.
    DisabledAlready,
    /// The token is not disabled.
    NotDisabled,
    /// The token was revoked before.
    RevokedAlready,
    /// The token was deleted before.
    DeletedAlready,
    /// What the system asks for is not filled in, or not as it has to be.
    Incomplete,
}

/// That something may not be done to a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAllowed {
    /// What.
    pub action: Action,
    /// Why not.
    pub why: WhyNot,
}

/// A token as the list has it.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    /// The list.
    pub store: &'a Store,
    /// Its row.
    pub row: Row,
}

/// Whether something may be done to a token of a system at this moment. A token that is not in the list is the system's to
/// judge.
pub fn check(action: Action, token: Option<Listed>, system: &Capabilities, now: Millis) -> Result<(), WhyNot> {
    system.can(action).map_err(WhyNot::NotOffered)?;
    let Some(Listed { store, row }) = token else { return Ok(()) };
    if store.shares_id(row) {
        return Err(WhyNot::SharesId);
    }
    let status = store.status(row, now);
    if matches!(action, Action::Disable | Action::Enable) {
        return check_switch(action, status, store.unreported(row).disabled);
    }
    match (action, status) {
        (Action::Create, _) => Ok(()),
        (Action::Revoke, Status::Revoked) => Err(WhyNot::RevokedAlready),
        // It can be enabled again: to end it is more.
        (Action::Revoke, Status::Disabled) => Ok(()),
        // Of one that a system says nothing of, the system decides.
        (Action::Revoke, status) if !status.is_active() && status != Status::Unknown => Err(WhyNot::NotActive),
        (Action::Edit | Action::Rotate | Action::Delete, Status::Unreadable) => Err(WhyNot::Unreadable),
        (Action::Rotate | Action::Delete, Status::Deleted) => Err(WhyNot::DeletedAlready),
        _ => Ok(()),
    }
}

/// Whether a token may be switched off or on. Where the system does not say whether it is, it is not asked to.
fn check_switch(action: Action, status: Status, is_untold: bool) -> Result<(), WhyNot> {
    match (action, status) {
        (_, Status::Unreadable) => Err(WhyNot::Unreadable),
        _ if is_untold => Err(WhyNot::NotOffered(Lack::SwitchUntold.into())),
        (_, Status::Deleted) => Err(WhyNot::DeletedAlready),
        (_, Status::Revoked) => Err(WhyNot::RevokedAlready),
        (Action::Enable, Status::Disabled) => Ok(()),
        (Action::Enable, _) => Err(WhyNot::NotDisabled),
        (_, Status::Disabled) => Err(WhyNot::DisabledAlready),
        (_, Status::Expired) => Err(WhyNot::Expired),
        _ => Ok(()),
    }
}

impl Command {
    /// Whether it may be run at this moment on a token, as the list has it.
    pub fn check(&self, token: Option<Listed>, system: &Capabilities, now: Millis) -> Result<(), WhyNot> {
        check(self.action(), token, system, now)?;
        let asked = system.asked(self.action());
        if input_problems(&asked, self.inputs()).next().is_some() { Err(WhyNot::Incomplete) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Entry;
    use crate::time::DAY;
    use crate::token::Validity;

    const NOW: Millis = 1_800_000_000_000;

    const ALL: [Action; 5] = [Action::Create, Action::Edit, Action::Revoke, Action::Rotate, Action::Delete];

    fn system() -> Capabilities {
        Capabilities { offers: ALL.to_vec(), ..Capabilities::default() }
    }

    /// What the rule says of every action on a token, in order.
    #[track_caller]
    fn all(validity: Validity) -> [Option<WhyNot>; 5] {
        let mut store = Store::new();
        let row = store.push(Entry { id: "1", name: "ci", validity, ..Entry::default() }, &[]);
        ALL.map(|it| check(it, Some(Listed { store: &store, row }), &system(), NOW).err())
    }

    fn of(all: &[Option<WhyNot>; 5], action: Action) -> Option<WhyNot> {
        all[ALL.iter().position(|it| *it == action).expect("an action")].clone()
    }

    #[test]
    fn an_active_token_may_have_everything_done() {
        assert_eq!(all(Validity { said_active: Some(true), ..Validity::default() }), [None, None, None, None, None]);
    }

    #[test]
    fn only_an_active_token_can_be_revoked() {
        let expired = all(Validity { valid_to: Some(NOW - DAY), ..Validity::default() });
        assert_eq!(of(&expired, Action::Revoke), Some(WhyNot::NotActive));
        assert_eq!(of(&expired, Action::Delete), None);
        let revoked = all(Validity { revoked: true, ..Validity::default() });
        assert_eq!(of(&revoked, Action::Revoke), Some(WhyNot::RevokedAlready));
        assert_eq!(of(&revoked, Action::Edit), None);
    }

    #[test]
    fn time_alone_takes_the_right_to_revoke() {
        let mut store = Store::new();
        let validity = Validity { said_active: Some(true), valid_to: Some(NOW + DAY), ..Validity::default() };
        let row = store.push(Entry { id: "1", name: "ci", validity, ..Entry::default() }, &[]);
        let at = |now| check(Action::Revoke, Some(Listed { store: &store, row }), &system(), now);
        assert_eq!((at(NOW), at(NOW + 2 * DAY)), (Ok(()), Err(WhyNot::NotActive)));
    }

    #[test]
    fn what_is_deleted_is_neither_rotated_nor_deleted_again() {
        let deleted = all(Validity { deleted: true, ..Validity::default() });
        for action in [Action::Rotate, Action::Delete] {
            assert_eq!(of(&deleted, action), Some(WhyNot::DeletedAlready));
        }
    }

    #[test]
    fn of_an_unreadable_token_nothing_is_certain() {
        let mut store = Store::new();
        let row = store.push_unreadable(Some("1"), "no name".into(), NOW);
        let token = || Some(Listed { store: &store, row });
        for action in [Action::Edit, Action::Rotate, Action::Delete] {
            assert_eq!(check(action, token(), &system(), NOW), Err(WhyNot::Unreadable));
        }
        assert_eq!(check(Action::Revoke, token(), &system(), NOW), Err(WhyNot::NotActive));
    }

    #[test]
    fn of_two_with_one_id_neither_is_touched() {
        let mut store = Store::new();
        let entry = |name, is_another| Entry { id: "1", name, is_another, ..Entry::default() };
        let row = store.push(entry("ci", false), &[]);
        store.push(entry("another", true), &[]);
        for action in [Action::Edit, Action::Revoke, Action::Rotate, Action::Delete] {
            let token = Some(Listed { store: &store, row });
            assert_eq!(check(action, token, &system(), NOW), Err(WhyNot::SharesId));
        }
    }

    #[test]
    fn what_a_system_lacks_is_refused_with_its_reason() {
        let system = Capabilities { lacks: vec![(Action::Edit, "It keeps them as they are.".into())], ..system() };
        let why = WhyNot::NotOffered("It keeps them as they are.".into());
        assert_eq!(check(Action::Edit, None, &system, NOW), Err(why));
        assert!(matches!(check(Action::Create, None, &Capabilities::default(), NOW), Err(WhyNot::NotOffered(_))));
    }

    #[test]
    fn a_token_that_is_not_listed_is_the_systems_to_judge() {
        for action in ALL {
            assert_eq!(check(action, None, &system(), NOW), Ok(()));
        }
    }
}
