//! Runs over a fake network with a fake clock.

use std::collections::BTreeMap;

use futures_util::FutureExt;

use super::super::plan::{Plan, Source};
use super::super::undo::{failed_again, undo};
use super::*;
use crate::actions::{NamedToken, journal};
use crate::api::{Later, NetworkError, Response};
use crate::config::Connection;
use crate::record::Ended;
use crate::record::{Facts, Known, Step as Kept};
use crate::runtime::fake::{FAKE, Fake};
use crate::store::Store;
use crate::token::{Status, TokenRef};

mod keeping;

/// A page that shows what a system had when it was last loaded.
#[derive(Default)]
struct Shown {
    /// Whether the page shows other systems by now.
    is_left: Cell<bool>,
    n_applied: Cell<usize>,
    n_changes: Cell<usize>,
    /// What a list says by now, by id; a token that is not in here is not listed.
    listed: RefCell<BTreeMap<String, Status>>,
    /// The connections whose lists are asked for, and how long each takes, in milliseconds.
    asked: Rc<RefCell<Vec<String>>>,
    slow: RefCell<BTreeMap<String, i32>>,
}

impl Page for Shown {
    fn apply(&self, _connection: &str, changes: Vec<Change>) {
        self.n_applied.set(self.n_applied.get() + 1);
        self.n_changes.set(self.n_changes.get() + changes.len());
    }

    fn reload(&self, connection: &str) -> Later<'static, bool> {
        let (asked, connection) = (self.asked.clone(), connection.to_owned());
        let pause = self.slow.borrow().get(&connection).copied().unwrap_or_default();
        let has_come = !self.is_left.get();
        Box::pin(async move {
            asked.borrow_mut().push(connection);
            FAKE.sleep(pause).await;
            has_come
        })
    }

    fn listed(&self, _connection: &str, id: &str) -> Listed {
        match self.listed.borrow().get(id) {
            _ if self.is_left.get() => Listed::Untold,
            None => Listed::Missing,
            Some(status) => Listed::Is(Facts { status: Known::Is(*status), ..Facts::default() }),
        }
    }
}

/// Where a system is that shares its origin with nothing.
const API: &str = "https://a.test/api";

fn client(name: &str, base: &str) -> Rc<Client> {
    let settings = format!(r#"{{"name":"{name}","dialect":"scoped","base":"{base}"}}"#);
    let connection = Connection::read(&settings, crate::adapters::DIALECTS).expect("a connection");
    let system = crate::adapters::direct(&connection).expect("a Scoped Token API");
    Rc::new(Client::direct(connection, system, &FAKE))
}

fn step(lane: usize, id: &str, aim: Aim) -> Step {
    let token = NamedToken { token: TokenRef { slot: lane, id: id.into() }, name: format!("token {id}") };
    let kept = Kept {
        connection: "A".into(),
        system: "A".into(),
        id: id.into(),
        name: token.name.clone(),
        action: aim.deed(),
        until: None,
        before: Facts { status: Known::Is(Status::Active), ..Facts::default() },
        after: Facts::default(),
        outcome: StepOutcome::Open,
        words: String::new(),
        at: FAKE.now(),
    };
    Step::new(lane, token, aim, kept, false)
}

struct Bench {
    page: Rc<Shown>,
    run: Rc<Run>,
}

fn start(clients: &[Rc<Client>], steps: Vec<Step>) -> Bench {
    let page = Rc::new(Shown::default());
    for step in &steps {
        page.listed.borrow_mut().insert(step.kept.id.clone(), Status::Active);
    }
    let systems = clients.iter().map(|it| System { client: it.clone(), inputs: vec![] }).collect();
    let start = Start {
        aim: steps[0].aim,
        systems,
        steps,
        page: page.clone(),
        other_origins: vec![],
        follows: None,
        goes_on: None,
    };
    let run = begin(start, &FAKE).expect("no other is under way");
    Fake::run();
    Bench { page, run }
}

/// A run on so many tokens of one system: ids `t01`, `t02`, …
fn on_one(n: usize, aim: Aim) -> Bench {
    on_one_at(API, n, aim)
}

fn on_one_at(base: &str, n: usize, aim: Aim) -> Bench {
    Fake::begin();
    set_current(None);
    journal::forget("A");
    let ids = (1..=n).map(|it| step(0, &format!("t{it:02}"), aim)).collect();
    start(&[client("A", base)], ids)
}

fn wire(id: &str, is_active: bool, is_disabled: bool) -> String {
    let disabled = if is_disabled { r#""2027-01-01T00:00:00Z""# } else { "null" };
    format!(
        r#"{{"id":"{id}","guid":"g-{id}","name":"token {id}","scopes":["s1"],"is_active":{is_active},"disabled_at":{disabled}}}"#
    )
}

impl Bench {
    fn counts(&self) -> (usize, usize, usize, usize) {
        let it = self.run.progress().counts;
        (it.done, it.failed, it.unknown, it.open)
    }

    fn state(&self) -> State {
        self.run.progress().state
    }

    /// Answers what waits for a token, and says what the list has of it from now on.
    fn answer(&self, id: &str, status: u16, body: &str, listed: Option<Status>) {
        let mut all = self.page.listed.borrow_mut();
        match listed {
            Some(listed) => drop(all.insert(id.into(), listed)),
            None => drop(all.remove(id)),
        }
        drop(all);
        Fake::answer(&format!("/{id}"), status, body);
    }

    fn revoke(&self, id: &str) {
        self.answer(id, 200, &wire(id, false, false), Some(Status::Revoked));
    }

    /// Revokes all that waits, until nothing does.
    fn revoke_all(&self) {
        while let Some(first) = Fake::requests().first() {
            let id = first.split('/').find(|it| it.starts_with('t') && it.len() == 3).expect("an id").to_owned();
            self.revoke(&id);
        }
    }
}

#[test]
fn one_connection_to_the_pages_own_origin_stays_free() {
    on_one_at("/api", 9, Aim::Revoke);
    assert_eq!(Fake::requests().len(), 5);
}

#[test]
fn six_are_under_way_at_most_and_all_are_done_in_the_end() {
    let bench = on_one(20, Aim::Revoke);
    assert_eq!(Fake::requests().len(), 6);
    assert_eq!((Fake::n_holds(), bench.state()), (7, State::Running));
    for n in 1..=20 {
        bench.revoke(&format!("t{n:02}"));
        assert_eq!(Fake::requests().len(), (20 - n).min(6));
    }
    Fake::advance(1_000);
    assert_eq!((bench.counts(), bench.state()), ((20, 0, 0, 0), State::Ended));
    assert_eq!(Fake::n_holds(), 0);
    // The list was told of all, and not of each by itself.
    assert_eq!((bench.page.n_changes.get(), bench.page.n_applied.get()), (20, 1));
}

/// What is kept of a run.
fn kept(id: &str) -> record::Run {
    Fake::records_kept()
        .read(id)
        .now_or_never()
        .expect("the fake waits for nothing")
        .ok()
        .flatten()
        .expect("it is kept")
}

#[test]
fn each_step_is_kept_before_its_request_and_after_its_answer() {
    let bench = on_one(2, Aim::Revoke);
    let kept = || kept(&bench.run.record_id().expect("a record"));
    let outcomes = |it: &record::Run| it.steps.iter().map(|it| it.outcome).collect::<Vec<_>>();
    assert_eq!(outcomes(&kept()), [StepOutcome::Sent, StepOutcome::Sent]);
    bench.revoke("t01");
    assert_eq!(outcomes(&kept()), [StepOutcome::Done, StepOutcome::Sent]);
    assert!(kept().head.ended.is_none());
    bench.answer("t02", 403, r#"{"detail":"Not yours"}"#, Some(Status::Active));
    Fake::advance(1_000);
    let kept = kept();
    assert_eq!(outcomes(&kept), [StepOutcome::Done, StepOutcome::Failed]);
    assert_eq!(kept.steps[1].words, "403 Not yours");
    assert_eq!(kept.head.ended.map(|it| it.1), Some(Ended::Completed));
}

#[test]
fn a_failure_of_the_system_is_looked_at_and_tried_again() {
    let bench = on_one(1, Aim::Revoke);
    bench.answer("t01", 500, "", Some(Status::Active));
    assert_eq!(Fake::requests(), Vec::<String>::new());
    Fake::advance(60_000);
    // First it is read whether it was done after all.
    assert!(Fake::requests()[0].starts_with("GET "), "{:?}", Fake::requests());
    bench.answer("t01", 200, &wire("t01", true, false), Some(Status::Active));
    assert!(Fake::requests()[0].starts_with("POST "), "{:?}", Fake::requests());
    bench.revoke("t01");
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
}

#[test]
fn the_token_that_signs_in_waits_for_all_others() {
    Fake::begin();
    set_current(None);
    let mut steps: Vec<_> = (1..=4).map(|it| step(0, &format!("t{it:02}"), Aim::Revoke)).collect();
    steps[3].comes_last = true;
    let bench = start(&[client("A", API)], steps);
    bench.answer("t01", 429, "", Some(Status::Active));
    for id in ["t02", "t03"] {
        assert!(Fake::requests().iter().all(|it| !it.contains("/t04")));
        bench.revoke(id);
    }
    // The one that waits comes before it, too.
    Fake::advance(60_000);
    assert!(Fake::requests().iter().all(|it| !it.contains("/t04")), "{:?}", Fake::requests());
    bench.revoke("t01");
    assert!(Fake::requests().iter().all(|it| it.contains("/t04")));
    bench.revoke("t04");
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (4, 0, 0, 0));
}

#[test]
fn a_lost_answer_is_read_and_not_sent_again() {
    let bench = on_one(1, Aim::Revoke);
    Fake::fail("POST", NetworkError::Interrupted);
    Fake::advance(60_000);
    assert_eq!(Fake::requests().len(), 1);
    bench.answer("t01", 200, &wire("t01", false, false), Some(Status::Revoked));
    Fake::advance(1_000);
    assert_eq!((bench.counts(), Fake::requests()), ((1, 0, 0, 0), vec![]));
}

#[test]
fn a_deletion_whose_answer_was_lost_is_read_too() {
    let bench = on_one(1, Aim::Delete);
    Fake::fail("DELETE", NetworkError::Timeout(30));
    Fake::advance(60_000);
    bench.answer("t01", 404, "", None);
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
}

#[test]
fn a_system_that_wants_to_be_left_alone_is_until_then() {
    let bench = on_one(8, Aim::Revoke);
    let reply = Response { status: 429, retry_after: Some(30), asked_at: FAKE.now(), ..Response::default() };
    Fake::reply("/t01", Ok(reply));
    // What is under way ends, and nothing else is begun.
    assert_eq!(Fake::requests().len(), 5);
    bench.revoke("t02");
    assert_eq!(Fake::requests().len(), 4);
    assert!(matches!(bench.run.progress().held[..], [(_, Held::Rests(_))]));
    Fake::advance(29_900);
    assert_eq!(Fake::requests().len(), 4);
    Fake::advance(1_200);
    assert_eq!(Fake::requests().len(), 6);
    // It was refused, so it is sent again without a look.
    assert!(Fake::requests().iter().any(|it| it.contains("/t01")));
    bench.revoke_all();
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (8, 0, 0, 0));
}

#[test]
fn what_fails_again_and_again_is_given_up() {
    let bench = on_one(1, Aim::Revoke);
    for _ in 0..4 {
        bench.answer("t01", 429, "", Some(Status::Active));
        Fake::advance(60_000);
    }
    bench.answer("t01", 429, "", Some(Status::Active));
    Fake::advance(1_000);
    assert_eq!((bench.counts(), bench.state()), ((0, 1, 0, 0), State::Ended));
}

#[test]
fn what_stays_unknown_is_told_by_the_list() {
    for (listed, expected) in [(Status::Revoked, (1, 0, 0, 0)), (Status::Active, (0, 1, 0, 0))] {
        let bench = on_one(1, Aim::Revoke);
        Fake::fail("POST", NetworkError::Interrupted);
        bench.page.listed.borrow_mut().insert("t01".into(), listed);
        // No look is answered either.
        for _ in 0..4 {
            Fake::advance(61_000);
            Fake::fail("GET", NetworkError::Interrupted);
        }
        Fake::advance(1_000);
        assert_eq!((bench.counts(), bench.state()), (expected, State::Ended), "{listed:?}");
    }
}

#[test]
fn somebody_else_may_delete_one_meanwhile() {
    let bench = on_one(2, Aim::Revoke);
    bench.answer("t01", 404, "", None);
    bench.revoke("t02");
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 1, 0, 0));
    bench.run.with_steps(|steps| assert_eq!(steps[0].trouble, Some(Trouble::Gone)));
    // What was to be deleted is.
    let bench = on_one(1, Aim::Delete);
    bench.answer("t01", 404, "", None);
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
}

#[test]
fn a_list_that_does_not_come_holds_up_no_other() {
    Fake::begin();
    set_current(None);
    let (first, second) = (client("A", "https://a.example"), client("B", "https://b.example"));
    let bench = start(&[first, second], vec![step(0, "t01", Aim::Delete), step(1, "t02", Aim::Delete)]);
    bench.page.slow.borrow_mut().extend([("A".into(), 30_000), ("B".into(), 20_000)]);
    for id in ["t01", "t02"] {
        bench.answer(id, 204, "", None);
    }
    Fake::advance(1_000);
    assert_eq!(*bench.page.asked.borrow(), ["A", "B"]);
    assert_eq!(bench.state(), State::Checking);
    Fake::advance(30_000);
    assert_eq!((bench.counts(), bench.state()), ((2, 0, 0, 0), State::Ended));
}

#[test]
fn a_run_pauses_goes_on_and_stops() {
    let bench = on_one(20, Aim::Revoke);
    bench.run.pause();
    bench.revoke_all();
    Fake::advance(5_000);
    assert_eq!((bench.counts(), bench.state()), ((6, 0, 0, 14), State::Paused));
    bench.run.resume();
    Fake::run();
    assert_eq!(Fake::requests().len(), 6);
    bench.run.stop();
    assert_eq!(bench.state(), State::Stopping);
    bench.revoke_all();
    Fake::advance(1_000);
    assert_eq!((bench.counts(), bench.state()), ((12, 0, 0, 8), State::Ended));
}

#[test]
fn what_was_sent_when_it_was_stopped_is_not_said_to_be_open() {
    let bench = on_one(1, Aim::Revoke);
    Fake::fail("POST", NetworkError::Interrupted);
    bench.page.listed.borrow_mut().clear();
    bench.run.stop();
    Fake::advance(1_000);
    // The list lacks it: it is gone, and was not revoked by this run as far as is known.
    assert_eq!((bench.counts(), bench.state()), ((0, 1, 0, 0), State::Ended));
}

#[test]
fn one_system_s_trouble_does_not_hold_up_another() {
    Fake::begin();
    set_current(None);
    let clients = [client("A", "https://proxy.test/a"), client("B", "https://proxy.test/b")];
    let steps = (0..20).map(|it| step(it % 2, &format!("t{it:02}"), Aim::Revoke)).collect();
    let bench = start(&clients, steps);
    let under_way = |part: &str| Fake::requests().iter().filter(|it| it.contains(part)).count();
    // A swallows what it is sent.
    for n in (1..20_usize).step_by(2) {
        assert_eq!((under_way("/a/"), under_way("/b/")), (2, (20 - n).div_ceil(2).min(2)));
        Fake::advance(500);
        bench.revoke(&format!("t{n:02}"));
    }
    assert_eq!((bench.counts(), under_way("/a/")), ((10, 0, 0, 10), 2));
}

#[test]
fn what_was_deleted_and_is_still_listed_is_told() {
    let bench = on_one(2, Aim::Delete);
    bench.answer("t01", 204, "", None);
    bench.answer("t02", 204, "", Some(Status::Active));
    Fake::advance(60_000);
    assert_eq!((bench.counts(), bench.state()), ((1, 0, 1, 0), State::Ended));
    bench.run.with_steps(|steps| assert_eq!(steps[1].trouble, Some(Trouble::StillListed)));
}

#[test]
fn a_list_that_is_behind_for_some_seconds_is_waited_for() {
    let bench = on_one(1, Aim::Delete);
    bench.answer("t01", 204, "", Some(Status::Active));
    Fake::advance(2_000);
    assert_eq!(bench.state(), State::Checking);
    bench.page.listed.borrow_mut().clear();
    Fake::advance(10_000);
    assert_eq!((bench.counts(), bench.state()), ((1, 0, 0, 0), State::Ended));
}

#[test]
fn disabling_fifty_and_back_restores_fifty_with_the_seventh_answer_lost() {
    let bench = on_one(50, Aim::Disable);
    let mut disabled = std::collections::BTreeSet::new();
    let carry_out = |bench: &Bench, disabled: &mut std::collections::BTreeSet<String>| {
        let mut n = 0;
        for _ in 0..200 {
            let Some(first) = Fake::requests().first().cloned() else {
                Fake::advance(2_000);
                continue;
            };
            let id = first.split('/').find(|it| it.starts_with('t') && it.len() == 3).expect("an id").to_owned();
            n += 1;
            if first.contains("/disable") {
                disabled.insert(id.clone());
            } else if first.contains("/enable") {
                disabled.remove(&id);
            }
            let is_disabled = disabled.contains(&id);
            let status = if is_disabled { Status::Disabled } else { Status::Active };
            bench.page.listed.borrow_mut().insert(id.clone(), status);
            if n == 7 {
                Fake::fail(&format!("/{id}"), NetworkError::Interrupted);
            } else {
                bench.answer(&id, 200, &wire(&id, !is_disabled, is_disabled), Some(status));
            }
        }
        assert_eq!((bench.counts(), bench.state()), ((50, 0, 0, 0), State::Ended));
    };
    carry_out(&bench, &mut disabled);
    assert_eq!(disabled.len(), 50);
    let back = bench.run.with_steps(|steps| undo(steps, FAKE.now()));
    assert_eq!(back.len(), 50);
    let bench = start(&[client("A", API)], back);
    carry_out(&bench, &mut disabled);
    assert_eq!(disabled.len(), 0);
}

#[test]
fn an_end_is_set_on_the_token_as_it_is() {
    Fake::begin();
    set_current(None);
    let mut moved = step(0, "t01", Aim::Extend);
    moved.kept.until = Some(FAKE.now() + 86_400_000);
    let until = crate::time::format_rfc3339(FAKE.now() + 86_400_000);
    let bench = start(&[client("A", API)], vec![moved]);
    let token = |valid_to: &str| wire("t01", true, false).replacen('{', &format!(r#"{{"valid_to":{valid_to},"#), 1);
    // Without a tag that can be a condition it is read once more just before.
    bench.answer("t01", 200, &token("null"), Some(Status::Active));
    bench.answer("t01", 200, &token("null"), Some(Status::Active));
    let sent = Fake::request("PUT");
    let body = sent.body.expect("a body");
    assert!(body.contains(&until) && body.contains("token t01"), "{body}");
    bench.answer("t01", 200, &token(&format!("\"{until}\"")), Some(Status::Active));
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
    // And back: it has no end again.
    let back = bench.run.with_steps(|steps| undo(steps, FAKE.now()));
    let bench = start(&[client("A", API)], back);
    bench.answer("t01", 200, &token(&format!("\"{until}\"")), Some(Status::Active));
    bench.answer("t01", 200, &token(&format!("\"{until}\"")), Some(Status::Active));
    assert!(Fake::request("PUT").body.is_some_and(|it| it.contains(r#""valid_to":null"#)));
    bench.answer("t01", 200, &token("null"), Some(Status::Active));
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
}

#[test]
fn what_failed_is_tried_again_on_its_own() {
    let bench = on_one(3, Aim::Revoke);
    bench.revoke("t01");
    bench.answer("t02", 403, "", Some(Status::Active));
    bench.revoke("t03");
    Fake::advance(1_000);
    let again = bench.run.with_steps(|steps| failed_again(steps, FAKE.now()));
    let bench = start(&[client("A", API)], again);
    assert_eq!(Fake::requests().len(), 1);
    bench.revoke("t02");
    Fake::advance(1_000);
    assert_eq!(bench.counts(), (1, 0, 0, 0));
}

#[test]
fn only_one_run_is_under_way_on_a_page() {
    let bench = on_one(1, Aim::Revoke);
    let another = Start {
        aim: Aim::Revoke,
        systems: vec![],
        steps: vec![],
        page: bench.page.clone(),
        other_origins: vec![],
        follows: None,
        goes_on: None,
    };
    assert!(begin(another, &FAKE).is_none());
    dismiss();
    assert!(current().is_some());
    bench.revoke("t01");
    Fake::advance(1_000);
    dismiss();
    assert!(current().is_none());
}

#[test]
fn origins_are_told_apart() {
    for (base, expected) in [
        ("/proxy/a/", ""),
        ("proxy/a", ""),
        ("https://A.test:8443/x/y", "https://a.test:8443"),
        ("https://a.test", "https://a.test"),
    ] {
        assert_eq!(origin(base), expected, "{base}");
    }
}

#[test]
fn a_plan_of_ten_thousand_is_made_at_once() {
    let mut store = Store::new();
    let ids: Vec<String> = (0..10_000).map(|it| format!("{it}")).collect();
    for id in &ids {
        store.push(crate::store::Entry { id, name: id, ..crate::store::Entry::default() }, &[]);
    }
    let system = crate::capabilities::Capabilities { offers: vec![Action::Delete], ..Default::default() };
    let sources = [Source { slot: 0, store: &store, system: &system, signs_in: &|_| false }];
    let tokens: Vec<_> = ids.iter().map(|id| TokenRef { slot: 0, id: id.clone() }).collect();
    let plan = Plan::new(Aim::Delete, None, &sources, &tokens, FAKE.now());
    assert_eq!((plan.lines.len(), plan.n_deleted()), (10_000, 10_000));
}
