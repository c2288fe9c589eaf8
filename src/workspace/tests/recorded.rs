//! Records of runs on the page: a tab that was killed at the seventh of twenty, and what is said and shown of it.

use std::cell::RefCell;

use futures_util::FutureExt;

use super::*;
use crate::api::Later;
use crate::bulk::runner;
use crate::record::hidden::Access;
use crate::record::{self, Counts, Deed, Facts, Head, Known, Owned, Records, Run, Step, StepOutcome, Viewer, resume};
use crate::runtime::Runtime;
use crate::runtime::fake::START;
use crate::token::Status;
use crate::workspace::notices::{Runs, show_interrupted};
use crate::workspace::recorded::{First, Interrupted};

fn step(place: usize, outcome: StepOutcome) -> Step {
    Step {
        connection: "A".into(),
        system: "Scoped Token API".into(),
        id: place.to_string(),
        name: format!("token {place}"),
        action: Deed::Disable,
        until: None,
        before: Facts { name: None, status: Known::Is(Status::Active), valid_to: Known::Is(None) },
        after: Facts::default(),
        outcome,
        words: String::new(),
        at: START,
    }
}

/// A run whose tab was killed at the seventh of twenty.
fn killed() -> Run {
    let outcome = |place: usize| match place {
        0..6 => StepOutcome::Done,
        6 => StepOutcome::Sent,
        _ => StepOutcome::Open,
    };
    let viewers = vec![Viewer { connection: "A".into(), name: String::new() }];
    let head = Head { viewers, ..Head::new(Deed::Disable, START) };
    Run::new(head, (0..20).map(|place| step(place, outcome(place))).collect())
}

/// What comes at once.
fn now<T>(later: Later<'static, T>) -> T {
    later.now_or_never().expect("the fake waits for nothing")
}

/// Keeps it, as the tab that is gone did.
fn kept(run: Run) -> (Rc<dyn Records>, Owned, Run) {
    let records = Fake::records_kept();
    let owned = now(records.begin(run)).expect("kept");
    let run = now(records.read(&owned.run)).expect("read").expect("a run");
    (Rc::new(records), owned, run)
}

fn disabled(id: &str) -> String {
    let at = r#""is_active":false,"disabled_at":"2027-01-15T08:00:00Z""#;
    token(id, &format!("token {id}")).replace(r#""is_active":true"#, at)
}

#[test]
fn what_is_not_known_is_read_and_not_sent_again() {
    for (status, body, expected) in [
        (200, disabled("6"), StepOutcome::Done),
        (200, token("6", "token 6").replace("}", r#","disabled_at":null}"#), StepOutcome::Open),
        (404, String::new(), StepOutcome::Failed),
        (500, String::new(), StepOutcome::Sent),
    ] {
        let page = Page::with_tokens(&[]);
        let (records, owned, mut run) = kept(killed());
        let looked = Rc::new(RefCell::new(None));
        let (workspace, told, kept_by, id) = (page.workspace, looked.clone(), records.clone(), owned.run.clone());
        FAKE.spawn(Box::pin(async move {
            let n = workspace.look(kept_by, &owned, &mut run).await;
            told.replace(Some((n, run.steps[6].outcome)));
        }));
        Fake::run();
        assert_eq!(Fake::requests(), ["GET /api/tokens/6"]);
        Fake::answer("GET /api/tokens/6", status, &body);
        let n_known = usize::from(expected != StepOutcome::Sent);
        assert_eq!(looked.take(), Some((Ok(n_known), expected)), "{status}");
        assert_eq!(Fake::requests(), Vec::<String>::new());
        let left = resume(&now(records.read(&id)).expect("read").expect("a run").steps);
        assert_eq!(
            (left.unknown.len(), left.done.len()),
            (1 - n_known, 6 + usize::from(expected == StepOutcome::Done))
        );
    }
}

#[test]
fn what_stayed_unknown_in_a_run_that_has_ended_can_be_read() {
    for (body, expected) in [
        (disabled("6"), StepOutcome::Done),
        // No run goes on with it.
        (token("6", "token 6").replace("}", r#","disabled_at":null}"#), StepOutcome::Failed),
    ] {
        let page = Page::with_tokens(&[]);
        let (records, owned, _) = kept(killed());
        now(records.end(&owned, record::Ended::Completed, START)).expect("ended");
        let id = owned.run.clone();
        let mut run = now(records.read(&id)).expect("read").expect("a run");
        assert_eq!(run.head.counts.unknown, 1);
        let (workspace, kept_by) = (page.workspace, records.clone());
        FAKE.spawn(Box::pin(async move {
            assert_eq!(workspace.look(kept_by, &owned, &mut run).await, Ok(1));
        }));
        Fake::run();
        Fake::answer("GET /api/tokens/6", 200, &body);
        let head = now(records.runs()).expect("runs").remove(0);
        assert_eq!((head.counts.unknown, head.ended.map(|it| it.0)), (0, Some(START)));
        let run = now(records.read(&id)).expect("read").expect("a run");
        assert_eq!(run.steps[6].outcome, expected);
    }
}

#[test]
fn going_on_does_what_is_open_and_reads_what_is_not_known() {
    let page = Page::with_tokens(&[]);
    let (records, owned, run) = kept(killed());
    let id = owned.run.clone();
    assert_eq!(page.workspace.first(&run, &[0, 6, 19]), Vec::new());
    assert!(page.workspace.go_on(records.clone(), owned, &run).is_some());
    Fake::run();
    let mut n_sent = 0;
    // It ends after it has looked at the list.
    for _ in 0..200 {
        match Fake::requests().first().cloned() {
            Some(line) if line == "GET /api/tokens/6" => Fake::answer(&line, 200, &disabled("6")),
            Some(line) if line.starts_with("POST") => {
                let id = line.trim_end_matches("/disable").rsplit('/').next().unwrap_or_default().to_owned();
                assert!((7..20).any(|it| it.to_string() == id), "{line}");
                n_sent += 1;
                Fake::answer(&line, 200, &disabled(&id));
            }
            Some(line) if line.contains("/scopes") => Fake::answer(&line, 200, SCOPES),
            Some(line) => {
                let all: Vec<String> = (0..20).map(|it| disabled(&it.to_string())).collect();
                Fake::answer(&line, 200, &format!(r#"{{"total":20,"entries":[{}]}}"#, all.join(",")));
            }
            None => Fake::advance(1_000),
        }
    }
    assert_eq!(n_sent, 13);
    let head = now(records.runs()).expect("runs").remove(0);
    assert_eq!((head.id, head.counts.done), (id, 20));
    assert_eq!(head.ended.map(|it| it.1), Some(record::Ended::Completed));
    runner::dismiss();
}

#[test]
fn what_has_to_come_first_is_said() {
    begin();
    let page = Page::new(client(r#","auth":{"type":"bearer"}"#));
    let mut run = killed();
    run.steps[1].connection = "B".into();
    run.steps[2].action = Deed::Other("seal".into());
    let name = |it: &str| it.to_owned();
    let all = [First::SignIn { name: name("A") }, First::Show { name: name("B") }, First::Newer];
    assert_eq!(page.workspace.first(&run, &[0, 1, 2, 3]), all);
    // What was typed has not been accepted yet.
    sign_in(page.state(), "secret one");
    assert_eq!(page.workspace.accesses(), [("A".to_owned(), Access::None)]);
    Fake::answer("/tokens", 200, &list(&[], ""));
    assert_eq!(page.workspace.accesses(), [("A".to_owned(), Access::User(String::new()))]);
    assert_eq!(page.workspace.first(&run, &[0, 3]), Vec::new());
    page.state().sign_out();
    Fake::run();
    assert_eq!(page.workspace.accesses(), [("A".to_owned(), Access::None)]);
}

#[test]
fn a_record_of_names_is_hidden_while_signed_out() {
    let head = killed().head;
    let counts = Counts { all: 20, done: 6, unknown: 1, open: 13, ..Counts::default() };
    let signed_out = Interrupted::of(&head, &[]);
    assert_eq!(signed_out, Interrupted { counts, hidden: vec!["A".into()] });
    let text = Words::from(signed_out).to_string();
    assert!(
        text.contains("6 of 20 done, 1 unknown, 13 open") && text.contains("hidden until you sign in to “A”"),
        "{text}"
    );
    let user = Interrupted::of(&head, &[("A".into(), Access::User(String::new()))]);
    assert_eq!(Words::from(user).to_string(), "A run was interrupted: 6 of 20 done, 1 unknown, 13 open.");
}

#[test]
fn a_run_that_was_dismissed_is_said_again_to_who_signs_out() {
    begin();
    let run = |text: &str| vec![("one".to_owned(), Words::from(text.to_owned()))];
    show_interrupted(run("a"), Runs::Undismissed);
    show_interrupted(run("a"), Runs::Undismissed);
    assert_eq!(findings(), [Words::from("a".to_owned())]);
    dismiss(with_findings(|all| all[0].id));
    show_interrupted(run("a"), Runs::Undismissed);
    assert!(findings().is_empty());
    show_interrupted(run("b"), Runs::All);
    assert_eq!(findings(), [Words::from("b".to_owned())]);
    show_interrupted(Vec::new(), Runs::Undismissed);
    assert!(findings().is_empty());
}
