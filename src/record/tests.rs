//! Tests of the room.

use super::coding::{read_head, read_step, write_head, write_step};
use super::fake::Memory;
use super::*;
use crate::token::Status;

/// When the tests begin.
const NOW: Millis = 1_800_000_000_000;

fn step(id: &str) -> Step {
    Step {
        connection: "Scoped tokens".into(),
        system: "Scoped Token API".into(),
        id: id.into(),
        name: format!("token {id}"),
        action: Deed::Revoke,
        until: None,
        before: Facts { name: None, status: Known::Is(Status::Active), valid_to: Known::Is(None) },
        after: Facts::default(),
        outcome: StepOutcome::Open,
        words: String::new(),
        at: NOW,
    }
}

fn run(n_steps: usize) -> Run {
    Run::new(Head::new(Deed::Revoke, NOW), (0..n_steps).map(|it| step(&it.to_string())).collect())
}

/// What comes at once.
fn now<T>(later: Later<'static, T>) -> T {
    futures_util::FutureExt::now_or_never(later).expect("the fake waits for nothing")
}

#[test]
fn a_step_comes_back_as_it_was_written() {
    for outcome in StepOutcome::ALL {
        for valid_to in [Known::NotRead, Known::NotReported, Known::Is(None), Known::Is(Some(NOW))] {
            let step = Step {
                until: Some(NOW + 1),
                after: Facts { name: Some("a\u{2028}\"b\n".into()), status: Known::NotReported, valid_to },
                outcome,
                words: "Not \\ now\u{0}".into(),
                ..step("7")
            };
            assert_eq!(read_step(&write_step(&step)), step);
        }
    }
}

#[test]
fn a_run_comes_back_as_it_was_written() {
    let head = Head {
        id: "20270115T080000Z-00000001".into(),
        ended: Some((NOW + 5, Ended::Completed)),
        follows: Some("20270115T070000Z-00000001".into()),
        viewers: vec![Viewer { connection: "A".into(), name: "ada".into() }],
        counts: Counts { all: 9, done: 1, failed: 2, skipped: 3, unknown: 1, open: 2 },
        ..Head::new(Deed::Extend, NOW)
    };
    assert_eq!(read_head(&write_head(&head)), Some(head));
}

#[test]
fn what_a_newer_version_has_written_is_read_as_far_as_it_is_known() {
    let text = write_step(&Step { outcome: StepOutcome::Done, ..step("7") });
    let newer = text
        .replace(r#""done""#, r#""half done""#)
        .replace(r#""revoke""#, r#""seal""#)
        .replace(r#""active""#, r#""sleeping""#)
        .replace(r#"{"at""#, r#"{"mood":{"deep":[1]},"at""#);
    let read = read_step(&newer);
    assert_eq!((read.outcome, &read.action), (StepOutcome::Unknown, &Deed::Other("seal".into())));
    assert_eq!((read.before.status, read.name.as_str()), (Known::NotRead, "token 7"));
    for rubbish in ["", "null", "[]", "{", "7"] {
        assert_eq!(read_step(rubbish).outcome, StepOutcome::Unknown, "{rubbish}");
        assert_eq!(read_head(rubbish), None);
    }
}

#[test]
fn a_tab_that_was_killed_at_the_seventh_of_twenty() {
    let records = Memory::default();
    let owned = now(records.begin(run(20))).expect("a run");
    for place in 0..7 {
        let sent = Step { outcome: StepOutcome::Sent, ..step(&place.to_string()) };
        now(records.write(&owned, place, &sent)).expect("kept");
        if place < 6 {
            now(records.write(&owned, place, &Step { outcome: StepOutcome::Done, ..sent })).expect("kept");
        }
    }
    assert_eq!(now(records.own(&owned.run)).err(), Some(Trouble::Elsewhere));
    records.kill();
    let head = now(records.runs()).expect("runs").remove(0);
    assert!(head.is_unfinished());
    assert_eq!(head.counts, Counts { all: 20, done: 6, unknown: 1, open: 13, ..Counts::default() });
    let left = resume(&now(records.read(&head.id)).expect("read").expect("a run").steps);
    assert_eq!((left.unknown, left.open), (vec![6], (7..20).collect()));
}
