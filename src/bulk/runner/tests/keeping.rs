//! Runs whose record cannot be written, and what their records say when their session or their page is left.

use super::*;
use crate::record::Trouble as Untold;

/// Runs are kept by a place that fails like this.
fn unkept(n: usize, trouble: Untold) -> Bench {
    Fake::begin();
    set_current(None);
    journal::forget("A");
    Fake::records_kept().fail(Some(trouble));
    let steps = (1..=n).map(|it| step(0, &format!("t{it:02}"), Aim::Revoke)).collect();
    start(&[client("A", API)], steps)
}

fn heads() -> Vec<record::Head> {
    Fake::records_kept().fail(None);
    Fake::records_kept().runs().now_or_never().expect("the fake waits for nothing").expect("runs")
}

fn outcomes(run: &record::Run) -> Vec<StepOutcome> {
    run.steps.iter().map(|it| it.outcome).collect()
}

#[test]
fn without_a_place_for_the_record_nothing_is_sent_before_the_user_agrees() {
    for trouble in [Untold::Refused, Untold::Full, Untold::Blocked, Untold::Newer, Untold::NotLoaded] {
        let bench = unkept(2, trouble);
        Fake::advance(60_000);
        assert_eq!((bench.state(), bench.run.record_trouble()), (State::Unrecorded, Some(trouble)));
        assert_eq!(Fake::requests(), Vec::<String>::new());
        // Nothing is sent by another way: neither by going on, nor by trying once more.
        bench.run.resume();
        bench.run.record_again();
        Fake::run();
        assert_eq!((bench.state(), Fake::requests()), (State::Unrecorded, vec![]));
        bench.run.go_unrecorded();
        Fake::run();
        bench.revoke_all();
        Fake::advance(1_000);
        assert_eq!((bench.counts(), bench.run.record_trouble()), ((2, 0, 0, 0), Some(trouble)));
        assert_eq!(heads(), []);
    }
}

#[test]
fn nothing_is_sent_before_the_record_is_there_whatever_the_user_does_meanwhile() {
    Fake::begin();
    set_current(None);
    let page = Rc::new(Shown::default());
    let systems = vec![System { client: client("A", API), inputs: vec![] }];
    let steps = vec![step(0, "t01", Aim::Revoke)];
    let start = Start { aim: Aim::Revoke, systems, steps, page, other_origins: vec![], follows: None, goes_on: None };
    let run = begin(start, &FAKE).expect("no other is under way");
    // The record is not begun yet.
    run.pause();
    run.resume();
    assert_eq!((Fake::requests(), run.record_id()), (vec![], None));
    run.stop();
    Fake::advance(1_000);
    let head = heads().remove(0);
    assert_eq!((run.has_ended(), head.counts.open), (true, 1));
    assert_eq!(head.ended.map(|it| it.1), Some(Ended::Stopped));
}

#[test]
fn a_run_that_is_not_to_go_unrecorded_sends_nothing() {
    let bench = unkept(3, Untold::Full);
    bench.run.stop();
    Fake::advance(1_000);
    assert_eq!((bench.counts(), bench.state(), Fake::requests()), ((0, 0, 0, 3), State::Ended, vec![]));
    assert_eq!(Fake::n_holds(), 0);
}

#[test]
fn with_room_again_it_is_recorded_before_it_is_sent() {
    let bench = unkept(2, Untold::Full);
    Fake::records_kept().fail(None);
    bench.run.record_again();
    Fake::run();
    assert_eq!((bench.state(), bench.run.record_trouble()), (State::Running, None));
    let id = bench.run.record_id().expect("a record");
    assert_eq!(outcomes(&kept(&id)), [StepOutcome::Sent, StepOutcome::Sent]);
    bench.revoke_all();
    Fake::advance(1_000);
    assert_eq!(outcomes(&kept(&id)), [StepOutcome::Done, StepOutcome::Done]);
    assert!(kept(&id).head.ended.is_some());
}

#[test]
fn a_record_that_fails_in_the_middle_pauses_the_run_and_is_written_up_later() {
    let bench = on_one(20, Aim::Revoke);
    let id = bench.run.record_id().expect("a record");
    Fake::records_kept().fail(Some(Untold::Full));
    bench.revoke_all();
    Fake::advance(60_000);
    // What was under way has ended, and nothing else was begun.
    assert_eq!((bench.counts(), bench.state()), ((6, 0, 0, 14), State::Unrecorded));
    Fake::records_kept().fail(None);
    assert_eq!(kept(&id).steps.iter().filter(|it| it.outcome == StepOutcome::Sent).count(), 6);
    bench.run.record_again();
    Fake::run();
    assert_eq!(kept(&id).steps.iter().filter(|it| it.outcome == StepOutcome::Done).count(), 6);
    bench.revoke_all();
    Fake::advance(1_000);
    assert_eq!((bench.counts(), bench.run.record_trouble()), ((20, 0, 0, 0), None));
    assert_eq!(kept(&id).head.counts.done, 20);
}

#[test]
fn a_record_that_would_be_wrong_is_dropped_and_kept_as_a_whole_at_the_end() {
    let bench = on_one(10, Aim::Revoke);
    let id = bench.run.record_id().expect("a record");
    Fake::records_kept().fail(Some(Untold::Full));
    bench.revoke("t01");
    // Room can be made, and not be used.
    Fake::records_kept().fail(None);
    bench.run.go_unrecorded();
    Fake::run();
    assert_eq!((bench.state(), heads()), (State::Running, vec![]));
    bench.revoke_all();
    Fake::advance(1_000);
    let head = heads().remove(0);
    assert!(head.id != id && bench.run.record_id().as_ref() == Some(&head.id));
    assert_eq!((head.counts.done, head.ended.map(|it| it.1)), (10, Some(Ended::Completed)));
    assert_eq!(bench.run.record_trouble(), None);
}

#[test]
fn a_record_that_cannot_be_ended_stays_one_that_is_read_again() {
    let bench = on_one(2, Aim::Revoke);
    let id = bench.run.record_id().expect("a record");
    Fake::records_kept().fail(Some(Untold::Full));
    bench.revoke_all();
    Fake::advance(1_000);
    // Nothing was left to send, so there is nothing to ask about.
    assert_eq!((bench.state(), bench.run.record_trouble()), (State::Ended, Some(Untold::Full)));
    assert!(heads()[0].is_unfinished());
    assert_eq!(outcomes(&kept(&id)), [StepOutcome::Sent, StepOutcome::Sent]);
}

#[test]
fn a_record_that_another_tab_owns_by_now_stops_the_run() {
    let bench = on_one(20, Aim::Revoke);
    Fake::records_kept().fail(Some(Untold::Lost));
    bench.revoke_all();
    Fake::advance(1_000);
    assert_eq!((bench.state(), bench.run.record_trouble()), (State::Ended, Some(Untold::Lost)));
    assert_eq!(bench.counts().3, 14);
}

/// A run on ten tokens of a system, of which the first is done, the second's answer was lost, and the user signs out.
fn signed_out() -> (Bench, String) {
    Fake::begin();
    set_current(None);
    let client = client("A", API);
    let steps = (1..=10).map(|it| step(0, &format!("t{it:02}"), Aim::Disable)).collect();
    let bench = start(std::slice::from_ref(&client), steps);
    let id = bench.run.record_id().expect("a record");
    bench.answer("t01", 200, &wire("t01", false, true), Some(Status::Disabled));
    Fake::fail("/t02", NetworkError::Interrupted);
    client.forget();
    // What comes late is not believed: it belongs to a session that is over.
    for n in 3..=8 {
        if Fake::requests().iter().any(|it| it.contains(&format!("/t{n:02}"))) {
            Fake::answer(&format!("/t{n:02}"), 200, &wire(&format!("t{n:02}"), false, true));
        }
    }
    Fake::advance(120_000);
    (bench, id)
}

#[test]
fn a_session_that_is_over_leaves_the_rest_open_and_what_was_sent_to_be_read() {
    let (bench, id) = signed_out();
    assert_eq!(bench.state(), State::Ended);
    let (done, failed, unknown, open) = bench.counts();
    assert_eq!((done, failed, done + unknown + open), (1, 0, 10));
    assert!(unknown >= 6, "{unknown}");
    // The record is one that was interrupted, and says the same: nothing of what was sent is open.
    let kept = kept(&id);
    let left = record::resume(&kept.steps);
    assert!(kept.head.is_unfinished());
    assert_eq!((left.done.len(), left.unknown.len(), left.open.len()), (done, unknown, open));
    assert!(left.unknown.contains(&1));
    assert_eq!(bench.run.left(), ["A"]);
}

#[test]
fn what_a_session_that_is_over_began_is_not_followed_by_another_one() {
    let (bench, _) = signed_out();
    assert!(bench.run.steps_back().is_empty());
    assert!(bench.run.steps_again().is_empty());
}

#[test]
fn what_is_not_certain_is_read_when_the_page_shows_other_systems() {
    for (status, body, expected) in [
        (200, wire("t01", false, false), (1, 0, 0, 0)),
        (200, wire("t01", true, false), (0, 1, 0, 0)),
        (404, String::new(), (0, 1, 0, 0)),
        (403, String::new(), (0, 0, 1, 0)),
    ] {
        let bench = on_one(1, Aim::Revoke);
        let id = bench.run.record_id().expect("a record");
        bench.page.is_left.set(true);
        Fake::fail("POST", NetworkError::Interrupted);
        for _ in 0..4 {
            Fake::advance(61_000);
            Fake::fail("GET", NetworkError::Interrupted);
        }
        Fake::advance(20_000);
        // No list tells it, so the token is read once more.
        assert_eq!(Fake::requests().len(), 1, "{:?}", Fake::requests());
        Fake::answer("GET", status, &body);
        Fake::advance(1_000);
        assert_eq!((bench.counts(), bench.state()), (expected, State::Ended), "{status}");
        // The record says so, and what stays unknown can be read there.
        let unknown = record::resume(&kept(&id).steps).unknown.len();
        assert_eq!((unknown, kept(&id).head.counts.unknown), (expected.2, expected.2));
    }
}

#[test]
fn a_run_is_counted_by_what_it_does() {
    Fake::begin();
    set_current(None);
    let steps = vec![step(0, "t01", Aim::Delete), step(0, "t02", Aim::Revoke), step(0, "t03", Aim::Revoke)];
    let page = Rc::new(Shown::default());
    let systems = vec![System { client: client("A", API), inputs: vec![] }];
    let start = Start { aim: Aim::Revoke, systems, steps, page, other_origins: vec![], follows: None, goes_on: None };
    let run = begin(start, &FAKE).expect("no other is under way");
    Fake::run();
    assert_eq!(run.aims(), [Aim::Revoke, Aim::Delete]);
    let head = kept(&run.record_id().expect("a record")).head;
    let counted: Vec<_> = head.tallies.into_iter().map(|it| (it.deed, it.all, it.done)).collect();
    assert_eq!(counted, [(record::Deed::Revoke, 2, 0), (record::Deed::Delete, 1, 0)]);
}
