//! Records in the browser's database: what stays of a tab that was killed, and who owns a run.
#![cfg(target_arch = "wasm32")]

use std::rc::Rc;

use futures_util::future::join_all;
use js_sys::{Array, Function, Object, Promise, Reflect};
use tokendeck::platform::fetch::sleep;
use tokendeck::platform::{now, records, storage, window};
use tokendeck::record::lease::LASTS;
use tokendeck::record::{
    Counts, Deed, Ended, Facts, Head, Known, MOST_ENDED, Marker, Owned, Records, Run, Step, StepOutcome, Trouble,
    resume,
};
use tokendeck::time::Millis;
use tokendeck::token::Status;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn step(idx: usize) -> Step {
    Step {
        connection: "Scoped tokens".into(),
        system: "Scoped Token API".into(),
        id: format!("id-{idx}"),
        name: format!("token {idx}"),
        action: Deed::Disable,
        until: None,
        before: Facts { status: Known::Is(Status::Active), valid_to: Known::Is(None), name: None },
        after: Facts::default(),
        outcome: StepOutcome::Open,
        words: String::new(),
        at: now(),
    }
}

fn with(idx: usize, outcome: StepOutcome) -> Step {
    Step { outcome, ..step(idx) }
}

fn run(n_steps: usize) -> Run {
    Run::new(Head::new(Deed::Disable, now()), (0..n_steps).map(step).collect())
}

async fn opened() -> Rc<dyn Records> {
    records::open().await.expect("a database")
}

/// Lets a run go. The browser gives its lock back soon after.
async fn let_go(owned: Owned) {
    let run = owned.run.clone();
    drop(owned);
    for _ in 0..100 {
        if opened().await.is_owned(&run).await == Ok(false) {
            return;
        }
        sleep(10).await;
    }
    panic!("{run} is owned still");
}

fn marker() -> Marker {
    Marker::read(storage::stored(Marker::KEY).expect("a storage").as_deref())
}

/// Sets a member of an object until it is dropped: of the browser as another one has it.
struct Instead {
    object: JsValue,
    name: &'static str,
    before: JsValue,
}

impl Instead {
    fn new(object: JsValue, name: &'static str, value: &JsValue) -> Instead {
        let property = Object::new();
        for (key, value) in [("value", value), ("configurable", &true.into())] {
            Reflect::set(&property, &key.into(), value).expect("an object");
        }
        let of: &Object = object.unchecked_ref();
        let before = Reflect::get_own_property_descriptor(of, &name.into()).expect("an object");
        Object::define_property(of, &name.into(), &property);
        Instead { object, name, before }
    }
}

impl Drop for Instead {
    fn drop(&mut self) {
        let of: &Object = self.object.unchecked_ref();
        if self.before.is_undefined() {
            let _ = Reflect::delete_property(of, &self.name.into());
        } else {
            Object::define_property(of, &self.name.into(), self.before.unchecked_ref());
        }
    }
}

fn without_locks() -> Instead {
    Instead::new(window().navigator().into(), "locks", &JsValue::UNDEFINED)
}

/// The clock goes ahead by so much.
struct Later(JsValue);

impl Later {
    fn by(millis: Millis) -> Later {
        let date = Reflect::get(&window(), &"Date".into()).expect("a clock");
        let at = (now() + millis) as f64;
        let before = Reflect::get(&date, &"now".into()).expect("a clock");
        Reflect::set(&date, &"now".into(), &Function::new_no_args(&format!("return {at}"))).expect("a clock");
        Later(before)
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        let date = Reflect::get(&window(), &"Date".into()).expect("a clock");
        let _ = Reflect::set(&date, &"now".into(), &self.0);
    }
}

#[wasm_bindgen_test]
async fn a_run_of_many_steps_is_kept_whole_or_not_at_all() {
    let records = opened().await;
    let owned = records.begin(run(1_300)).await.expect("a run");
    let kept = records.read(&owned.run).await.expect("a database").expect("the run");
    let ids: Vec<_> = kept.steps.into_iter().map(|it| it.id).collect();
    assert_eq!(ids, (0..1_300).map(|it| format!("id-{it}")).collect::<Vec<_>>());
    drop(owned);
    let n_runs = records.runs().await.expect("runs").len();
    // The 700th finds its place taken.
    let put = Function::new_no_args(
        "let n = 0; const put = IDBObjectStore.prototype.put;
         return function (value, key) { return ++n === 700 ? this.add(value, [key[0], 0]) : put.call(this, value, key); };",
    );
    let stores = Reflect::get(&window(), &"IDBObjectStore".into()).expect("a browser with databases");
    let stores = Reflect::get(&stores, &"prototype".into()).expect("a prototype");
    let broken = Instead::new(stores, "put", &put.call0(&JsValue::NULL).expect("a function"));
    assert!(records.begin(run(1_300)).await.is_err());
    drop(broken);
    assert_eq!(records.runs().await.expect("runs").len(), n_runs);
}

#[wasm_bindgen_test]
async fn a_tab_that_was_killed_at_the_seventh_of_twenty_leaves_what_it_has_written() {
    let records = opened().await;
    let owned = records.begin(run(20)).await.expect("a run");
    assert_eq!(marker(), Marker::Unfinished);
    for idx in 0..7 {
        records.write(&owned, idx, &with(idx, StepOutcome::Sent)).await.expect("written");
        if idx < 6 {
            records.write(&owned, idx, &with(idx, StepOutcome::Done)).await.expect("written");
        }
    }
    let id = owned.run.clone();
    let_go(owned).await;
    let heads = records.runs().await.expect("runs");
    let head = heads.iter().find(|it| it.id == id).expect("the run");
    assert_eq!(head.counts, Counts { all: 20, done: 6, unknown: 1, open: 13, ..Counts::default() });
    let kept = records.read(&id).await.expect("a database").expect("the run");
    assert_eq!(kept.steps[3], Step { at: kept.steps[3].at, ..with(3, StepOutcome::Done) });
    let left = resume(&kept.steps);
    assert_eq!((left.unknown, left.open), (vec![6], (7..20).collect()));
    // Going on, and its end.
    let owned = records.own(&id).await.expect("it is free");
    for idx in 6..20 {
        records.write(&owned, idx, &with(idx, StepOutcome::Done)).await.expect("written");
    }
    records.end(&owned, Ended::Completed, now()).await.expect("ended");
    let head = records.read(&id).await.expect("a database").expect("the run").head;
    assert_eq!((head.counts.done, head.ended.map(|it| it.1)), (20, Some(Ended::Completed)));
    assert_eq!(marker(), Marker::Kept);
    let_go(owned).await;
    records.forget(&id).await.expect("dropped");
    assert_eq!(records.steps(&id, 0, 100).await, Ok(Vec::new()));
    assert_eq!(marker(), Marker::Nothing);
}

#[wasm_bindgen_test]
async fn one_tab_owns_a_run() {
    let records = opened().await;
    let owned = records.begin(run(2)).await.expect("a run");
    assert_eq!(records.own(&owned.run).await.err(), Some(Trouble::Elsewhere));
    assert_eq!(records.forget(&owned.run).await.err(), Some(Trouble::Elsewhere));
    assert_eq!(records.is_owned(&owned.run).await, Ok(true));
    let id = owned.run.clone();
    let_go(owned).await;
    let owned = records.own(&id).await.expect("it is free");
    let_go(owned).await;
    records.forget(&id).await.expect("dropped");
    assert_eq!(records.own(&id).await.err(), Some(Trouble::Lost));
}

#[wasm_bindgen_test]
async fn without_locks_a_lease_says_who_owns_it() {
    let _http = without_locks();
    let records = opened().await;
    let owned = records.begin(run(2)).await.expect("a run");
    assert_eq!(records.own(&owned.run).await.err(), Some(Trouble::Elsewhere));
    assert_eq!(records.is_owned(&owned.run).await, Ok(true));
    records.write(&owned, 0, &with(0, StepOutcome::Sent)).await.expect("written");
    let taken = {
        let _later = Later::by(LASTS + 1);
        records.own(&owned.run).await.expect("its lease has ended")
    };
    // The tab was only asleep. It may send nothing more.
    assert_eq!(records.write(&owned, 1, &with(1, StepOutcome::Sent)).await, Err(Trouble::Lost));
    assert_eq!(records.end(&owned, Ended::Completed, now()).await, Err(Trouble::Lost));
    records.write(&taken, 1, &with(1, StepOutcome::Done)).await.expect("written");
    let steps = records.steps(&owned.run, 0, 10).await.expect("steps");
    assert_eq!(steps.iter().map(|it| it.outcome).collect::<Vec<_>>(), [StepOutcome::Sent, StepOutcome::Done]);
    // Nor does it give away what is not its own any more.
    let id = owned.run.clone();
    drop(owned);
    sleep(50).await;
    assert_eq!(records.own(&id).await.err(), Some(Trouble::Elsewhere));
    let_go(taken).await;
    records.forget(&id).await.expect("dropped");
}

#[wasm_bindgen_test]
async fn many_steps_are_written_together_and_read_in_pages() {
    const MANY: usize = 10_000;
    let records = opened().await;
    let began = now();
    let owned = records.begin(run(MANY)).await.expect("a run");
    console_log!("{MANY} steps kept in {} ms", now() - began);
    let began = now();
    let writes = (0..500).map(|idx| records.write(&owned, idx, &with(idx, StepOutcome::Sent)));
    assert!(join_all(writes).await.iter().all(Result::is_ok));
    console_log!("500 steps written at once in {} ms", now() - began);
    let began = now();
    for idx in 0..50 {
        records.write(&owned, idx, &with(idx, StepOutcome::Sent)).await.expect("written");
    }
    console_log!("50 steps written one by one in {} ms", now() - began);
    let page = records.steps(&owned.run, 9_990, 500).await.expect("steps");
    assert_eq!((page.len(), page[0].id.as_str()), (10, "id-9990"));
    let began = now();
    let heads = records.runs().await.expect("runs");
    console_log!("counted in {} ms", now() - began);
    let head = heads.iter().find(|it| it.id == owned.run).expect("the run");
    assert_eq!((head.counts.unknown, head.counts.open), (500, MANY - 500));
    let id = owned.run.clone();
    let_go(owned).await;
    records.forget(&id).await.expect("dropped");
}

#[wasm_bindgen_test]
async fn of_runs_that_have_ended_the_oldest_go() {
    let records = opened().await;
    let mut ids = Vec::new();
    let interrupted = records.begin(run(1)).await.expect("a run");
    for _ in 0..MOST_ENDED + 2 {
        let owned = records.begin(Run { head: Head::new(Deed::Disable, now() + 1_000 * ids.len() as i64), ..run(1) });
        let owned = owned.await.expect("a run");
        records.end(&owned, Ended::Completed, now()).await.expect("ended");
        ids.push(owned.run);
    }
    let kept: Vec<String> = records.runs().await.expect("runs").into_iter().map(|it| it.id).collect();
    assert_eq!(kept.len(), MOST_ENDED + 1);
    assert!(kept.contains(&interrupted.run) && !kept.contains(&ids[0]) && !kept.contains(&ids[1]));
    ids.push(interrupted.run.clone());
    let_go(interrupted).await;
    for id in &ids {
        records.forget(id).await.expect("dropped");
    }
}

#[wasm_bindgen_test]
async fn tasks_are_kept_by_their_keys() {
    let records = opened().await;
    records.keep_task("b", "2").await.expect("kept");
    records.keep_task("a", "1").await.expect("kept");
    records.keep_task("b", "3").await.expect("kept");
    assert_eq!(records.tasks().await, Ok(vec![("a".into(), "1".into()), ("b".into(), "3".into())]));
    for key in ["a", "b"] {
        records.forget_task(key).await.expect("dropped");
    }
    assert_eq!(records.tasks().await, Ok(Vec::new()));
}

/// What a request to the browser's database comes to.
async fn settled(request: &JsValue) -> bool {
    let waits = Promise::new(&mut |resolve, reject| {
        for (event, told) in [("onsuccess", resolve), ("onerror", reject)] {
            Reflect::set(request, &event.into(), &told).expect("a request");
        }
    });
    JsFuture::from(waits).await.is_ok()
}

fn factory(call: &str, arguments: &Array) -> JsValue {
    let factory = Reflect::get(&window(), &"indexedDB".into()).expect("databases");
    let call: Function = Reflect::get(&factory, &call.into()).expect("a call").unchecked_into();
    call.apply(&factory, arguments).expect("a request")
}

#[wasm_bindgen_test]
async fn a_newer_version_gets_the_database_and_is_told_from_a_refusal() {
    drop(opened().await);
    // No run is under way here, so this page lets go of it.
    assert!(settled(&factory("deleteDatabase", &Array::of1(&"tokendeck".into()))).await);
    let newer = factory("open", &Array::of2(&"tokendeck".into(), &99.into()));
    assert!(settled(&newer).await);
    assert_eq!(records::open().await.err(), Some(Trouble::Newer));
    let db = Reflect::get(&newer, &"result".into()).expect("a database");
    let close: Function = Reflect::get(&db, &"close".into()).expect("a call").unchecked_into();
    close.call0(&db).expect("closed");
    assert!(settled(&factory("deleteDatabase", &Array::of1(&"tokendeck".into()))).await);
    {
        let _private = Instead::new(window().into(), "indexedDB", &JsValue::UNDEFINED);
        assert_eq!(records::open().await.err(), Some(Trouble::Refused));
    }
    assert!(records::open().await.is_ok());
}
