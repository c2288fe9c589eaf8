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
        tallies: vec![Tally { deed: Deed::Extend, all: 4, done: 1 }, Tally { deed: Deed::Revoke, all: 5, done: 0 }],
        ..Head::new(Deed::Extend, NOW)
    };
    assert_eq!(read_head(&write_head(&head)), Some(head));
}

#[test]
fn runs_of_one_second_are_in_the_order_in_which_they_began() {
    let run = |id: &str, began_at| Head { id: id.into(), ..Head::new(Deed::Revoke, began_at) };
    let mut all = [run("20270115T080000Z-ffffffff", NOW + 1), run("20270115T080000Z-00000000", NOW + 700)];
    newest_first(&mut all);
    assert_eq!(all.map(|it| it.began_at), [NOW + 700, NOW + 1]);
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

/// What a system may say of a token, with a secret in it that has to go.
const HOSTILE: [(&str, &str); 14] = [
    ("the GUID 1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d is in use", "5e6f-4a8b"),
    ("{1A2B3C4D-5E6F-4A8B-9C0D-1E2F3A4B5C6D}", "5E6F"),
    ("1a2b3c4d5e6f4a8b9c0d1e2f3a4b5c6d", "5e6f4a8b"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "292c6912"),
    ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozjgNryP4J3"),
    ("Authorization: Basic TUFSS1BXLysgeA==", "TUFSS1BX"),
    ("no such user (password=MARKSECRET77)", "MARKSECRET77"),
    ("https://ada:MARKSECRET77@host/x", "MARKSECRET77"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "MIIE"),
    ("known MARKPW/+ x here", "MARKPW"),
    ("known MARKPW%2F%2B%20x here", "MARKPW"),
    ("known TUFSS1BXLysgeA== here", "TUFSS1BX"),
    (r"known MARKPW\/+ x here", "MARKPW"),
    ("nested {\"api_key\":\"MARKSECRET77\"}", "MARKSECRET77"),
];

#[test]
fn no_secret_is_ever_written() {
    let records = Memory::default();
    let known = ["MARKPW/+ x".to_owned()];
    for (text, secret) in HOSTILE {
        let hostile = Step {
            system: text.into(),
            name: text.into(),
            before: Facts { name: Some(text.into()), ..Facts::default() },
            after: Facts { name: Some(text.into()), ..Facts::default() },
            words: text.into(),
            ..step("7")
        };
        let viewers = vec![Viewer { connection: "A".into(), name: text.into() }];
        let head = Head { viewers: if text.starts_with("known") { Vec::new() } else { viewers }, ..run(0).head };
        // What the page knows to be a secret it says; what looks like one goes wherever it comes from.
        let hostile = if text.starts_with("known") { hostile.masked(&known) } else { hostile };
        let owned = now(records.begin(Run::new(head, vec![hostile.clone()]))).expect("a run");
        now(records.write(&owned, 0, &hostile)).expect("kept");
        let head = now(records.runs()).expect("runs").remove(0);
        let (mut table, mut lines) = (String::new(), String::new());
        let shown = hidden::shown(&head, &hostile, &hidden::Access::Open);
        csv::step(&head, 0, &shown, &mut table);
        lines::step(&head, 0, &shown, &mut lines);
        let kept = records.texts();
        for kept in kept.iter().chain([&table, &lines]) {
            assert!(!kept.contains(secret), "{text} became {kept}");
        }
    }
    // An id that is one itself cannot be used any more, and is not kept.
    let step = Step { id: "ghp_16C7e42F292c6912E7710c838347Ae178B4a".into(), ..step("7") };
    assert!(!write_step(&step).contains("292c6912"));
}

#[test]
fn what_is_no_secret_stays() {
    let id = "1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d";
    for text in ["Jürgen, \"CI\"\nzwei", "prod-eu-west-1-cluster-2024-backup", "-Xy9_", "token 17", ""] {
        let step = Step { name: text.into(), words: format!("{id} is not yours"), ..step(id) };
        assert_eq!(read_step(&write_step(&step)), step);
    }
}

#[test]
fn a_long_text_is_cut() {
    let step = Step { name: "a\u{301}".repeat(50_000), words: "b".repeat(1_000_000), ..step("7") };
    assert!(write_step(&step).len() < 5_000);
}

#[test]
fn a_look_says_how_a_step_stands() {
    let with =
        |status: Known<Status>, valid_to: Known<Option<Millis>>| Found::Is(Facts { name: None, status, valid_to });
    let is = |status: Status| with(Known::Is(status), Known::NotRead);
    for (action, found, expected) in [
        (Deed::Delete, Found::Missing, StepOutcome::Done),
        (Deed::Delete, is(Status::Deleted), StepOutcome::Done),
        (Deed::Delete, is(Status::Active), StepOutcome::Open),
        (Deed::Delete, with(Known::NotReported, Known::NotRead), StepOutcome::Unknown),
        (Deed::Revoke, Found::Missing, StepOutcome::Failed),
        (Deed::Revoke, is(Status::Revoked), StepOutcome::Done),
        (Deed::Revoke, is(Status::Expired), StepOutcome::Done),
        (Deed::Revoke, is(Status::Active), StepOutcome::Open),
        (Deed::Disable, is(Status::Disabled), StepOutcome::Done),
        (Deed::Disable, is(Status::Active), StepOutcome::Open),
        (Deed::Disable, is(Status::Revoked), StepOutcome::Failed),
        (Deed::Disable, is(Status::Inactive), StepOutcome::Unknown),
        (Deed::Enable, is(Status::Active), StepOutcome::Done),
        (Deed::Enable, is(Status::Disabled), StepOutcome::Open),
        (Deed::Enable, Found::Missing, StepOutcome::Failed),
        (Deed::Extend, with(Known::Is(Status::Active), Known::Is(Some(NOW))), StepOutcome::Done),
        (Deed::Extend, with(Known::Is(Status::Active), Known::Is(None)), StepOutcome::Open),
        (Deed::Extend, with(Known::Is(Status::Active), Known::NotReported), StepOutcome::Unknown),
        (Deed::Other("seal".into()), is(Status::Active), StepOutcome::Unknown),
    ] {
        let sent = Step { action, until: Some(NOW), outcome: StepOutcome::Sent, ..step("7") };
        assert_eq!(judge(&sent, &found), expected, "{:?} {found:?}", sent.action);
    }
}

#[test]
fn names_are_shown_to_those_who_acted_there() {
    use hidden::{Access, shown};
    let viewers = vec![Viewer { connection: "Scoped tokens".into(), name: "ada".into() }];
    let head = Head { viewers, ..Head::new(Deed::Revoke, NOW) };
    let step = Step { words: "Not now".into(), ..step("7") };
    let user = |name: &str| Access::User(name.into());
    for access in [user("ada"), user(""), Access::Open] {
        assert_eq!(shown(&head, &step, &access).step, step, "{access:?}");
    }
    for access in [Access::None, user("bob")] {
        let shown = shown(&head, &step, &access);
        assert!(shown.is_hidden);
        let line = &mut String::new();
        lines::step(&head, 6, &shown, line);
        assert!(!line.contains("token 7") && !line.contains("Not now") && line.contains(r#""hidden":true"#), "{line}");
        assert_eq!((shown.step.connection, shown.step.outcome), (step.connection.clone(), step.outcome));
    }
    // A system that names no users has let in both.
    let nameless = Head { viewers: Vec::new(), ..head };
    assert!(!shown(&nameless, &step, &user("bob")).is_hidden);
}

#[test]
fn a_line_says_all_of_a_step() {
    let head = Head { id: "20270115T080000Z-00000001".into(), ..Head::new(Deed::Revoke, NOW) };
    let done = Step {
        name: "-prod".into(),
        after: Facts { name: None, status: Known::Is(Status::Revoked), valid_to: Known::NotReported },
        outcome: StepOutcome::Done,
        ..step("00042")
    };
    let shown = hidden::shown(&head, &done, &hidden::Access::Open);
    let (mut table, mut line) = (String::new(), String::new());
    csv::begin(&mut table);
    csv::step(&head, 6, &shown, &mut table);
    assert_eq!(
        table.lines().last(),
        Some(
            r#""20270115T080000Z-00000001","7","2027-01-15T08:00:00Z","Scoped tokens","Scoped Token API","00042","'-prod","revoke","done","","active","none","revoked","not-reported","","2027-01-15T08:00:00Z","""#
        )
    );
    lines::step(&head, 6, &shown, &mut line);
    let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(json["schema"], "tokendeck.record/1");
    assert_eq!((json["step"].as_u64(), json["name"].as_str()), (Some(7), Some("-prod")));
    assert_eq!(
        (&json["before"]["valid_to"], &json["after"]["valid_to"]),
        (&serde_json::Value::Null, &"not-reported".into())
    );
    assert_eq!(read_step(&line), done);
}

#[test]
fn the_marker_says_whether_to_look() {
    let ended = Head { ended: Some((NOW, Ended::Stopped)), ..Head::new(Deed::Revoke, NOW) };
    let open = Head::new(Deed::Revoke, NOW);
    for (heads, expected) in
        [(vec![], Marker::Nothing), (vec![ended.clone()], Marker::Kept), (vec![ended, open], Marker::Unfinished)]
    {
        assert_eq!(Marker::of(&heads), expected);
        assert_eq!(Marker::read(Some(&expected.write(NOW))), expected);
    }
    assert_eq!(Marker::read(None), Marker::Nothing);
    assert_eq!(Marker::read(Some("{\"a\":")), Marker::Nothing);
}
