//! What a system can do, and what it says of what it cannot.

use super::*;
use crate::adapters::scoped_capabilities;
use crate::config::Auth;

/// What no built-in system has.
fn with_everything() -> Capabilities {
    let choices = InputKind::Choice(vec![("1".into(), "One".into())]);
    let kinds = [InputKind::Text, InputKind::Secret, InputKind::Fixed, InputKind::Number, InputKind::Switch];
    let asked = |kind| ExtraInput { actions: Action::ALL.into(), input: Input::new("key", "Label", kind) };
    Capabilities {
        inputs: kinds.into_iter().chain([InputKind::List, choices]).map(asked).collect(),
        offers: Action::ALL.into(),
        revokes_for_good: true,
        columns: vec![Column::new("Key", ColumnKind::Hidden(0))],
        ..Capabilities::default()
    }
}

#[test]
fn rotating_is_what_a_system_has_to_say_that_it_can() {
    assert_eq!(with_everything().can(Action::Rotate), Ok(()));
    assert_eq!(scoped_capabilities(&Auth::None).can(Action::Rotate), Err(NO_ROTATION));
    let lacks = vec![(Action::Rotate, "Because.".to_owned())];
    assert_eq!(Capabilities { lacks, ..Capabilities::default() }.can(Action::Rotate), Err("Because."));
}

#[test]
fn a_system_of_which_nothing_is_known_can_do_nothing() {
    for action in Action::ALL {
        assert!(Capabilities::default().can(action).is_err(), "{action:?}");
    }
}
