//! The rotations that are not over, as this tab knows them. They are kept with the records, so that a page that opens later
//! goes on where another was closed. Pure.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;

use super::{Event, Rotation};
use crate::record::{Owned, Trouble};
use crate::runtime::Runtime;
use crate::time::Millis;

/// What the key of a rotation begins with, among the other tasks.
const PREFIX: &str = "rotation:";

/// Where the browser keeps how many rotations are open, and when the next thing is due: [`Glance`]. It is read without the
/// database, and names nothing.
const GLANCE: &str = "tokendeck.rotations";

thread_local! {
    static ALL: RefCell<Vec<Rotation>> = const { RefCell::new(Vec::new()) };
    /// Goes up whenever they have changed.
    static CHANGES: ArcRwSignal<u32> = ArcRwSignal::new(0);
    /// Why the last of them could not be kept: they are gone with the page.
    static TROUBLE: Cell<Option<Trouble>> = const { Cell::new(None) };
    /// How many of them are being written, and how often that has begun or ended.
    static WRITES: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    /// The rotations that this tab owns, by their names.
    static OWNED: RefCell<Vec<Weak<Owned>>> = const { RefCell::new(Vec::new()) };
}

/// How many rotations are open, and when the next thing is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// How many.
    pub n_open: usize,
    /// When the next thing that was planned is due.
    pub due_at: Option<Millis>,
}

impl Glance {
    /// Of these rotations.
    fn of(all: &[Rotation]) -> Glance {
        Glance { n_open: all.len(), due_at: all.iter().filter_map(Rotation::due_at).min() }
    }

    /// As it was left by this tab or another.
    pub fn read(runtime: &dyn Runtime) -> Glance {
        let text = runtime.stored(GLANCE).ok().flatten().unwrap_or_default();
        let mut parts = text.split(' ');
        let n_open = parts.next().and_then(|it| it.parse().ok()).unwrap_or_default();
        Glance { n_open, due_at: parts.next().and_then(|it| it.parse().ok()) }
    }

    fn keep(self, runtime: &dyn Runtime) {
        let due = self.due_at.map(|it| format!(" {it}")).unwrap_or_default();
        if Glance::read(runtime) != self {
            // Without it they are found when the user opens their list.
            let _ = runtime.store(GLANCE, &format!("{}{due}", self.n_open));
        }
    }
}

/// Follows them.
pub fn track() {
    CHANGES.with(|it| it.track());
}

/// Reads the rotations that are open, and follows them.
pub fn with_all<T>(read: impl FnOnce(&[Rotation]) -> T) -> T {
    track();
    ALL.with_borrow(|all| read(all))
}

/// The rotation of an id, where it is open.
pub fn find(id: &str) -> Option<Rotation> {
    with_all(|all| all.iter().find(|it| it.id == id).cloned())
}

/// The rotation that a token is part of.
pub fn about(connection: &str, token: &str) -> Option<Rotation> {
    with_all(|all| all.iter().find(|it| it.is_about(connection, token)).cloned())
}

/// Why they are not kept beyond this page, where that is so.
pub fn trouble() -> Option<Trouble> {
    track();
    TROUBLE.get()
}

fn changed(runtime: &dyn Runtime) {
    Glance::keep(ALL.with_borrow(|all| Glance::of(all)), runtime);
    CHANGES.with(ArcRwSignal::clone).update(|it| *it += 1);
}

/// Reads them from where they are kept: other tabs may have changed them. Those that could not be kept stay.
pub async fn load(runtime: &'static dyn Runtime) {
    let read = async || runtime.records().await?.tasks().await;
    let outcome = loop {
        let before = WRITES.get();
        let outcome = read().await;
        // What was read while one was written may be older than what this tab knows.
        if outcome.is_err() || WRITES.get() == before && before.0 == 0 {
            break outcome;
        }
    };
    match outcome {
        Ok(tasks) => {
            let own = tasks.iter().filter(|(key, _)| key.starts_with(PREFIX));
            let mut all: Vec<Rotation> = own.filter_map(|(_, text)| Rotation::read(text)).collect();
            all.sort_by(|one, other| one.begun_at.cmp(&other.begun_at).then_with(|| one.id.cmp(&other.id)));
            if TROUBLE.get().is_none() {
                ALL.replace(all);
            }
        }
        Err(trouble) => TROUBLE.set(Some(trouble)),
    }
    changed(runtime);
}

/// Keeps a rotation as it is now; one that is over is let go. Tells whether it will be there after the page.
pub async fn keep(runtime: &'static dyn Runtime, rotation: Rotation) -> bool {
    let (key, text) = (format!("{PREFIX}{}", rotation.id), rotation.to_json());
    let is_over = rotation.is_over();
    ALL.with_borrow_mut(|all| {
        let place = all.iter().position(|it| it.id == rotation.id);
        match (place, is_over) {
            (Some(place), true) => drop(all.remove(place)),
            (Some(place), false) => all[place] = rotation,
            (None, true) => {}
            (None, false) => all.push(rotation),
        }
    });
    changed(runtime);
    let write = async {
        let records = runtime.records().await?;
        if is_over { records.forget_task(&key).await } else { records.keep_task(&key, &text).await }
    };
    let count = |by: i32| WRITES.set((WRITES.get().0.saturating_add_signed(by), WRITES.get().1.wrapping_add(1)));
    count(1);
    let outcome = write.await;
    count(-1);
    if TROUBLE.replace(outcome.err()) != outcome.err() {
        changed(runtime);
    }
    outcome.is_ok()
}

/// Takes note of what happened in a rotation, as it stands by now. Nothing where it is not open any more.
pub async fn hear(runtime: &'static dyn Runtime, id: &str, event: Event) {
    let Some(mut rotation) = open_now(id) else { return };
    if rotation.hear(event, runtime.now()) {
        keep(runtime, rotation).await;
    }
}

/// The rotation of an id as it stands, without following it.
fn open_now(id: &str) -> Option<Rotation> {
    ALL.with_borrow(|all| all.iter().find(|it| it.id == id).cloned())
}

/// What the rotation of a token is called, among what tabs own.
fn name_of(connection: &str, token: &str) -> String {
    format!("{PREFIX}{connection}:{token}")
}

/// Owns the rotation of a token, as long as one of these lives: no other tab rotates it meanwhile. `None` where the browser
/// keeps nothing for the page, and so cannot say. [`Trouble::Elsewhere`] where another tab owns it.
pub async fn own(runtime: &'static dyn Runtime, connection: &str, token: &str) -> Result<Option<Rc<Owned>>, Trouble> {
    if let Some(owned) = owned(connection, token) {
        return Ok(Some(owned));
    }
    let name = name_of(connection, token);
    let hold = async { runtime.records().await?.hold(&name).await };
    match hold.await {
        Ok(fresh) => {
            let fresh = Rc::new(fresh);
            OWNED.with_borrow_mut(|all| {
                all.retain(|it| it.strong_count() > 0);
                all.push(Rc::downgrade(&fresh));
            });
            Ok(Some(fresh))
        }
        Err(Trouble::Elsewhere) => Err(Trouble::Elsewhere),
        Err(_) => Ok(None),
    }
}

/// The rotation of a token, where this tab owns it.
pub fn owned(connection: &str, token: &str) -> Option<Rc<Owned>> {
    let name = name_of(connection, token);
    OWNED.with_borrow(|all| all.iter().filter_map(Weak::upgrade).find(|it| it.run == name))
}

/// Lets a rotation be: what was made stays as it is, and nothing is due any more.
pub async fn drop_it(runtime: &'static dyn Runtime, id: &str) {
    if let Some(mut rotation) = open_now(id) {
        rotation.end(runtime.now());
        keep(runtime, rotation).await;
    }
}

/// Forgets what this tab knows, as a page that is opened does.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) fn begin() {
    ALL.take();
    TROUBLE.take();
    OWNED.take();
    WRITES.take();
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::{Due, End, Known, Way};
    use super::*;
    use crate::record::Records;
    use crate::runtime::fake::{FAKE, Fake, START};

    fn rotation(id: &str) -> Rotation {
        Rotation { begun_at: START, ..Rotation::begin(id, ["A", "Acme"], Way::Successor, Known::new(id, "ci"), "ci") }
    }

    fn run(task: impl Future<Output = ()> + 'static) {
        FAKE.spawn(Box::pin(task));
        Fake::run();
    }

    fn ids() -> Vec<String> {
        with_all(|all| all.iter().map(|it| it.id.clone()).collect())
    }

    fn new_page() {
        begin();
        run(load(&FAKE));
    }

    #[test]
    fn a_page_that_opens_later_goes_on() {
        Fake::begin();
        begin();
        run(async {
            keep(&FAKE, rotation("1")).await;
            keep(&FAKE, rotation("2")).await;
            hear(&FAKE, "2", Event::Made(Known::new("9", "ci"), true)).await;
        });
        new_page();
        assert_eq!(ids(), ["1", "2"]);
        assert_eq!(find("2").and_then(|it| it.made_at), Some(START));
        assert_eq!((about("A", "9").map(|it| it.id), about("B", "9")), (Some("2".into()), None));
        // One that is over is not kept.
        run(async {
            drop_it(&FAKE, "1").await;
            hear(&FAKE, "2", Event::SuccessorGone).await;
        });
        assert_eq!((ids(), Fake::records_kept().texts()), (vec![], Vec::<String>::new()));
        new_page();
        assert_eq!(ids(), Vec::<String>::new());
    }

    #[test]
    fn what_is_due_is_known_without_the_database() {
        Fake::begin();
        begin();
        assert_eq!(Glance::read(&FAKE), Glance::default());
        run(async {
            keep(&FAKE, rotation("1")).await;
            let due = |at| vec![Due { end: End::Delete, at }];
            keep(&FAKE, Rotation { due: due(START + 9), ..rotation("2") }).await;
            keep(&FAKE, Rotation { due: due(START + 5), ..rotation("3") }).await;
        });
        assert_eq!(Glance::read(&FAKE), Glance { n_open: 3, due_at: Some(START + 5) });
        run(async { drop_it(&FAKE, "3").await });
        assert_eq!(Glance::read(&FAKE), Glance { n_open: 2, due_at: Some(START + 9) });
    }

    /// Whether this tab owns the rotation of the token `1`, and what it holds of it.
    fn owns() -> Result<Option<Rc<Owned>>, Trouble> {
        let owned = Rc::new(RefCell::new(Err(Trouble::Lost)));
        let came = owned.clone();
        run(async move { drop(came.replace(own(&FAKE, "A", "1").await)) });
        owned.replace(Err(Trouble::Lost))
    }

    #[test]
    fn one_tab_rotates_a_token_at_a_time() {
        Fake::begin();
        begin();
        let elsewhere = Rc::new(RefCell::new(None));
        let held = elsewhere.clone();
        let other_tab = Fake::records_kept();
        run(async move { drop(held.replace(other_tab.hold("rotation:A:1").await.ok())) });
        assert_eq!(owns().err(), Some(Trouble::Elsewhere));
        elsewhere.take();
        // What asks for it within the tab shares it, and it is free with the last of them.
        let (one, other) = (owns(), owns());
        assert!(one.is_ok_and(|it| it.is_some()) && owned("A", "1").is_some() && owned("A", "2").is_none());
        assert!(other.is_ok_and(|it| it.is_some()));
        assert!(owned("A", "1").is_none());
        // Where nothing can be kept, there is nothing to go by.
        Fake::records_kept().fail(Some(Trouble::Refused));
        assert!(owns().is_ok_and(|it| it.is_none()));
    }

    #[test]
    fn what_cannot_be_kept_is_there_as_long_as_the_page() {
        Fake::begin();
        begin();
        Fake::records_kept().fail(Some(Trouble::Refused));
        run(async {
            assert!(!keep(&FAKE, rotation("1")).await);
            load(&FAKE).await;
        });
        assert_eq!((ids(), trouble()), (vec!["1".to_owned()], Some(Trouble::Refused)));
    }
}
