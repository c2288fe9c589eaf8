//! Whether a command may be run on a token, and why not: the one rule for a button that is disabled and for a command that
//! is refused. Pure.

use super::command::Command;
use crate::capabilities::{Action, Capabilities, Field, Lack};
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
    let is_switch = action.is_switch();
    // Where the system does not say whether the token is off, nothing would show that it was switched.
    if is_switch && store.unreported(row).disabled {
        return Err(WhyNot::NotOffered(Lack::SwitchUntold.into()));
    }
    if store.shares_id(row) {
        return Err(WhyNot::SharesId);
    }
    match (action, store.status(row, now)) {
        (Action::Create, _) => Ok(()),
        (Action::Revoke, Status::Revoked) => Err(WhyNot::RevokedAlready),
        // It can be enabled again: to end it is more.
        (Action::Revoke, Status::Disabled) => Ok(()),
        // Of one that a system says nothing of, the system decides.
        (Action::Revoke, status) if !status.is_active() && status != Status::Unknown => Err(WhyNot::NotActive),
        (Action::Edit | Action::Rotate | Action::Delete, Status::Unreadable) => Err(WhyNot::Unreadable),
        (Action::Rotate | Action::Delete, Status::Deleted) => Err(WhyNot::DeletedAlready),
        _ if !is_switch => Ok(()),
        (_, Status::Deleted) => Err(WhyNot::DeletedAlready),
        (_, Status::Revoked) => Err(WhyNot::RevokedAlready),
        (Action::Enable, Status::Disabled) => Ok(()),
        (Action::Enable, _) => Err(WhyNot::NotDisabled),
        (_, Status::Disabled) => Err(WhyNot::DisabledAlready),
        (_, Status::Expired) => Err(WhyNot::Expired),
        _ => Ok(()),
    }
}

/// Which of disabling and enabling there is a button for; neither where the system has no such thing, or does not say of the
/// token whether it is disabled.
pub fn switch_of(token: Listed, system: &Capabilities, now: Millis) -> Option<Action> {
    let is_off = token.store.status(token.row, now) == Status::Disabled;
    let action = if is_off { Action::Enable } else { Action::Disable };
    let is_offered = !matches!(check(action, Some(token), system, now), Err(WhyNot::NotOffered(_)));
    is_offered.then_some(action)
}

/// What would stop a token too, and ends less: before it is revoked or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Disabling it, which can be undone.
    Disable,
    /// An earlier end, which can be changed again.
    End,
    /// Revoking it, which keeps its entry.
    Revoke,
    /// Nothing: the system can only delete it.
    Nothing,
}

/// What comes nearest to a stop that can be undone, before a token is revoked or deleted. `None` where nothing is to be said:
/// the token works no more, or what is asked for comes nearest itself.
pub fn instead_of(action: Action, token: Listed, system: &Capabilities, now: Millis) -> Option<Instead> {
    let can = |it: Action| check(it, Some(token), system, now).is_ok();
    let status = token.store.status(token.row, now);
    let is_stopped = status.is_over() || matches!(status, Status::Disabled | Status::Unreadable);
    if is_stopped || !matches!(action, Action::Revoke | Action::Delete) {
        return None;
    }
    let end = system.field(Field::ValidTo).filter(|it| it.editable && can(Action::Edit));
    let is_delete = action == Action::Delete;
    match end {
        _ if can(Action::Disable) => Some(Instead::Disable),
        // One that is a day comes later than at once.
        Some(end) if !end.by_day => Some(Instead::End),
        _ if is_delete && can(Action::Revoke) => Some(Instead::Revoke),
        Some(_) => Some(Instead::End),
        None => is_delete.then_some(Instead::Nothing),
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
    use crate::capabilities::FieldShape;
    use crate::store::{Entry, Unreported};
    use crate::time::DAY;
    use crate::token::Validity;

    const NOW: Millis = 1_800_000_000_000;

    const ALL: [Action; 7] =
        [Action::Create, Action::Edit, Action::Revoke, Action::Rotate, Action::Disable, Action::Enable, Action::Delete];

    fn system() -> Capabilities {
        Capabilities { offers: ALL.to_vec(), ..Capabilities::default() }
    }

    /// What the rule says of every action on a token, in order.
    #[track_caller]
    fn all(validity: Validity) -> [Option<WhyNot>; 7] {
        let mut store = Store::new();
        let row = store.push(Entry { id: "1", name: "ci", validity, ..Entry::default() }, &[]);
        ALL.map(|it| check(it, Some(Listed { store: &store, row }), &system(), NOW).err())
    }

    fn of(all: &[Option<WhyNot>; 7], action: Action) -> Option<WhyNot> {
        all[ALL.iter().position(|it| *it == action).expect("an action")].clone()
    }

    #[test]
    fn an_active_token_may_have_everything_done_but_be_enabled() {
        let active = all(Validity { said_active: Some(true), ..Validity::default() });
        for action in ALL.into_iter().filter(|it| *it != Action::Enable) {
            assert_eq!(of(&active, action), None, "{action:?}");
        }
        assert_eq!(of(&active, Action::Enable), Some(WhyNot::NotDisabled));
    }

    #[test]
    fn a_token_is_disabled_until_it_is_over_and_enabled_when_it_is_disabled() {
        let of = |validity: Validity| {
            let all = all(validity);
            [of(&all, Action::Disable), of(&all, Action::Enable)]
        };
        let not_disabled = Some(WhyNot::NotDisabled);
        let off = Validity { disabled: true, said_active: Some(false), ..Validity::default() };
        assert_eq!(of(off), [Some(WhyNot::DisabledAlready), None]);
        assert_eq!(of(Validity { valid_to: Some(NOW - DAY), ..off }), [Some(WhyNot::DisabledAlready), None]);
        let revoked = Some(WhyNot::RevokedAlready);
        assert_eq!(of(Validity { revoked: true, ..off }), [revoked.clone(), revoked]);
        let deleted = Some(WhyNot::DeletedAlready);
        assert_eq!(of(Validity { deleted: true, ..off }), [deleted.clone(), deleted]);
        let ended = Validity { valid_to: Some(NOW - DAY), said_active: Some(false), ..Validity::default() };
        assert_eq!(of(ended), [Some(WhyNot::Expired), not_disabled.clone()]);
        // One that is to start will not, and of what is not told the system decides.
        let starts = Validity { valid_from: Some(NOW + DAY), said_active: Some(false), ..Validity::default() };
        for validity in [starts, Validity::default(), Validity { said_active: Some(false), ..Validity::default() }] {
            assert_eq!(of(validity), [None, not_disabled.clone()]);
        }
    }

    #[test]
    fn what_is_not_said_to_be_on_or_off_is_not_switched() {
        let mut store = Store::new();
        let unreported = Unreported { disabled: true, ..Unreported::default() };
        let validity = Validity { said_active: Some(true), ..Validity::default() };
        let rows = [
            store.push(Entry { id: "1", name: "ci", validity, unreported, ..Entry::default() }, &[]),
            store.push_unreadable(Some("2"), "no name".into(), NOW),
        ];
        for row in rows {
            let token = Listed { store: &store, row };
            for action in [Action::Disable, Action::Enable] {
                let why = WhyNot::NotOffered(Lack::SwitchUntold.into());
                assert_eq!(check(action, Some(token), &system(), NOW), Err(why), "{action:?}");
            }
            assert_eq!(switch_of(token, &system(), NOW), None);
        }
    }

    #[test]
    fn a_token_has_one_button_for_both() {
        let of = |disabled: bool, system: &Capabilities| {
            let mut store = Store::new();
            let validity = Validity { disabled, said_active: Some(!disabled), ..Validity::default() };
            let row = store.push(Entry { id: "1", name: "ci", validity, ..Entry::default() }, &[]);
            switch_of(Listed { store: &store, row }, system, NOW)
        };
        assert_eq!([of(false, &system()), of(true, &system())], [Some(Action::Disable), Some(Action::Enable)]);
        assert_eq!(of(false, &Capabilities::default()), None);
    }

    #[test]
    fn before_a_token_ends_for_good_it_is_said_what_ends_less() {
        let end = |by_day: bool| FieldShape { by_day, ..FieldShape::new(Field::ValidTo, "Valid to") };
        let with = |offers: &[Action], fields: Vec<FieldShape>| Capabilities {
            offers: offers.to_vec(),
            fields,
            ..Capabilities::default()
        };
        let of = |action: Action, system: &Capabilities, validity: Validity| {
            let mut store = Store::new();
            let row = store.push(Entry { id: "1", name: "ci", validity, ..Entry::default() }, &[]);
            instead_of(action, Listed { store: &store, row }, system, NOW)
        };
        let (revoke, delete, edit) = (Action::Revoke, Action::Delete, Action::Edit);
        let active = Validity { said_active: Some(true), ..Validity::default() };
        for (offers, fields, for_revoke, for_delete) in [
            (&ALL[..], vec![end(false)], Some(Instead::Disable), Some(Instead::Disable)),
            (&[edit, revoke, delete], vec![end(false)], Some(Instead::End), Some(Instead::End)),
            (&[edit, revoke, delete], vec![end(true)], Some(Instead::End), Some(Instead::Revoke)),
            (&[edit, revoke, delete], vec![end(false).fixed()], None, Some(Instead::Revoke)),
            (&[revoke, delete], vec![end(false)], None, Some(Instead::Revoke)),
            (&[edit, delete], vec![], None, Some(Instead::Nothing)),
            (&[delete], vec![], None, Some(Instead::Nothing)),
        ] {
            let system = with(offers, fields);
            let found = (of(revoke, &system, active), of(delete, &system, active));
            assert_eq!(found, (for_revoke, for_delete), "{offers:?}");
        }
        // What works no more is not stopped by it.
        for validity in [
            Validity { disabled: true, said_active: Some(false), ..active },
            Validity { revoked: true, said_active: Some(false), ..active },
            Validity { valid_to: Some(NOW - DAY), said_active: Some(false), ..active },
        ] {
            assert_eq!(of(delete, &system(), validity), None);
        }
        assert_eq!(of(Action::Rotate, &system(), active), None);
    }

    #[test]
    fn only_an_active_token_can_be_revoked() {
        let expired = all(Validity { valid_to: Some(NOW - DAY), ..Validity::default() });
        assert_eq!(of(&expired, Action::Revoke), Some(WhyNot::NotActive));
        assert_eq!(of(&expired, Action::Delete), None);
        let revoked = all(Validity { revoked: true, ..Validity::default() });
        assert_eq!(of(&revoked, Action::Revoke), Some(WhyNot::RevokedAlready));
        assert_eq!(of(&revoked, Action::Edit), None);
        // It can be enabled again: to revoke it ends more.
        let disabled = all(Validity { disabled: true, said_active: Some(false), ..Validity::default() });
        assert_eq!(of(&disabled, Action::Revoke), None);
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
        for action in ALL.into_iter().filter(|it| *it != Action::Create) {
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
