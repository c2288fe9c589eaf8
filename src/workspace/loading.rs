//! Loading the list of a system, page after page, and its scopes. Pure.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use reactive_graph::prelude::*;

use super::connection::apply;
use super::state::{Awaited, ConnectionInner, ConnectionState, Load, Scopes};
use crate::api::tokens::{ListPage, PageEnd, PageReader};
use crate::api::{ApiError, NetworkError};
use crate::endless::Guard;
use crate::gap::Gap;
use crate::runtime::{Job, Runtime};
use crate::store::Store;
use crate::time::{MINUTE, Millis};

/// The first page is small, so that the first rows are there soon; the others are as large as the contract allows.
const FIRST_PAGE: u32 = 1_000;
const OTHER_PAGES: u32 = 5_000;

/// More rows than a screen shows.
const FIRST_ROWS: usize = 100;

/// In milliseconds: people do not see a list grow more often than that.
const SHOWN_EVERY: i32 = 100;

/// So many entries are read without a pause: a few milliseconds' work.
const AT_ONCE: usize = 2_500;

impl ConnectionState {
    /// Loads the whole list again. What is there stays until the new one is complete.
    pub fn refresh(self) {
        self.load_from(None);
    }

    /// Goes on where a page failed, or starts over, and asks the user to sign in where that is what it takes.
    pub fn retry(self) {
        self.inner().may_ask.set(true);
        let resume = self.load.with_untracked(|it| it.resume.clone());
        self.load_from(resume);
        self.load_missing_scopes();
    }

    /// Stops loading and keeps what is there.
    pub fn stop_loading(self) {
        if let Some(job) = self.inner().list_job.borrow().as_ref() {
            job.cancel();
        }
    }

    pub(super) fn load_from(self, resume: Option<String>) {
        let (inner, runtime) = (self.inner(), self.runtime());
        let job = inner.client.reading_job();
        if let Some(before) = inner.list_job.replace(Some(job.clone())) {
            before.cancel();
        }
        inner.changes.borrow_mut().clear();
        inner.is_counted.set(inner.is_counted.get() && resume.is_some());
        self.load.update(|it| *it = Load { running: true, error: None, resume: None, ..it.clone() });
        self.workspace.hear_load();
        runtime.spawn(Box::pin(async move {
            let loader = Loader { state: self, inner, runtime, job };
            let outcome = loader.run(resume).await;
            if !is_current(&loader.inner.list_job, &loader.job) {
                return;
            }
            loader.inner.list_job.replace(None);
            // A write that is under way still has it read again when that is done.
            let is_again = matches!(outcome, Ok((_, Some(Gap::Moved)))) && Rc::strong_count(&loader.inner.writing) == 1;
            if outcome.is_ok() {
                self.compare_with_gone();
            }
            self.load.update(|it| {
                it.running = false;
                match outcome {
                    Ok((total, gap)) => {
                        it.completed_at = Some(runtime.now());
                        it.total = if gap == Some(Gap::Untold) { total } else { it.loaded };
                        it.gap = gap;
                    }
                    Err((error, resume)) => (it.error, it.resume) = (Some(error), resume),
                }
            });
            // What went wrong is told by itself.
            if self.load.with_untracked(|it| it.error.is_none()) {
                self.workspace.hear_soon(Awaited::Count);
            }
            if is_again {
                self.refresh();
            }
        }));
    }

    fn compare_clocks(self, page: &ListPage, now: Millis) {
        // `Date` counts whole seconds, and the answer took a while: only minutes mean anything.
        let skew = page.date.map(|date| date - now).filter(|it| it.abs() >= 2 * MINUTE);
        if self.clock_skew.get_untracked().is_some() != skew.is_some() {
            self.clock_skew.set(skew);
        }
    }

    /// Loads the scopes where they are not there.
    pub(super) fn load_missing_scopes(self) {
        if self.scopes.with_untracked(|it| !it.pending && it.list.is_empty()) {
            self.load_scopes();
        }
    }

    pub(super) fn load_scopes(self) {
        if self.system().scopes_label.is_none() {
            self.scopes.set(Scopes::default());
            return;
        }
        self.scopes.update(|it| (it.pending, it.error) = (true, None));
        let inner = self.inner();
        let (job, client) = (inner.client.reading_job(), inner.client.clone());
        inner.scopes_job.replace(Some(job.clone()));
        let api = client.lists(&job);
        client.runtime().spawn(Box::pin(async move {
            let outcome = api.scopes().await;
            if !is_current(&inner.scopes_job, &job) {
                return;
            }
            inner.scopes_job.replace(None);
            self.scopes.update(|it| {
                it.pending = false;
                match outcome {
                    Ok(mut list) => {
                        list.sort_by_cached_key(|scope| crate::text::fold(&scope.name));
                        *it = Scopes::of(list);
                    }
                    Err(error) => it.error = Some(error),
                }
            });
        }));
    }
}

/// Whether this job is still the one that is wanted.
fn is_current(wanted: &RefCell<Option<Rc<Job>>>, job: &Rc<Job>) -> bool {
    wanted.borrow().as_ref().is_some_and(|it| Rc::ptr_eq(it, job))
}

/// One load of a list. It holds what it needs, as the workspace may be left meanwhile.
struct Loader {
    state: ConnectionState,
    inner: Rc<ConnectionInner>,
    runtime: &'static dyn Runtime,
    job: Rc<Job>,
}

impl Loader {
    /// Asks for a page, at once. It waits until it is taken.
    async fn ask(&self, limit: u32, cursor: Option<&str>) -> oneshot::Receiver<Result<ListPage, ApiError>> {
        let (api, cursor) = (self.inner.client.lists(&self.job), cursor.map(str::to_owned));
        let (sender, receiver) = oneshot::channel();
        self.runtime.spawn(Box::pin(async move {
            let page = api.list(limit, cursor.as_deref()).await;
            // What waited for it may have gone.
            let _ = sender.send(page);
        }));
        // Whatever the caller does next, the request leaves before.
        self.runtime.soon().await;
        receiver
    }

    /// An error once the load was called off.
    fn check(&self) -> Result<(), NetworkError> {
        if self.job.is_cancelled() { Err(NetworkError::Cancelled) } else { Ok(()) }
    }

    /// Reads a page in parts, so that what the browser has to do comes between them: into a fresh store, or into the one that
    /// is shown. Of that the first rows are seen before the others are read; `shown_at` is when something was shown last.
    async fn read(
        &self,
        page: &mut PageReader<'_>,
        mut fresh: Option<&mut Store>,
        guard: &Guard,
        shown_at: &mut Millis,
    ) -> Result<PageEnd, ApiError> {
        loop {
            let is_first = fresh.is_none() && *shown_at == 0;
            let n_entries = if is_first { FIRST_ROWS } else { AT_ONCE };
            let mut put = |store: &mut Store| {
                let end = page.put(store, n_entries)?;
                guard.hold(store.len(), store.n_rows()).map_err(endless)?;
                Ok::<_, ApiError>(end)
            };
            let end = match &mut fresh {
                Some(fresh) => put(fresh)?,
                None => put(&mut self.inner.store.borrow_mut())?,
            };
            if let Some(end) = end {
                return Ok(end);
            }
            if is_first {
                self.state.load.update(|it| it.total = page.total());
                self.state.changed();
                *shown_at = self.runtime.now();
                self.runtime.painted().await;
            } else {
                // What is typed, and the next page.
                self.runtime.sleep(0).await;
            }
            self.check()?;
        }
    }

    /// Loads page after page; the next one is under way while one is read. The first list is shown as it comes; a later
    /// one replaces the one before when it is whole. How many tokens the system says there are, and why these may not be
    /// all; or what went wrong, and where to go on.
    async fn run(&self, resume: Option<String>) -> Result<(usize, Option<Gap>), (ApiError, Option<String>)> {
        let inner = &self.inner;
        let mut n_pages = usize::from(resume.is_some());
        let mut cursor = resume;
        let shown_as_it_comes = cursor.is_some() || inner.store.borrow().is_empty();
        let mut fresh = inner.store.borrow().fresh();
        let mut guard = Guard::default();
        let mut shown_at = 0;
        let (total, gap);
        // Whether more has come than is shown.
        let mut is_behind = false;
        let limit = if cursor.is_none() { FIRST_PAGE } else { OTHER_PAGES };
        let mut asked = self.ask(limit, cursor.as_deref()).await;
        loop {
            let mut ahead = None;
            let page = async {
                let answer = match select(&mut asked, self.runtime.sleep(SHOWN_EVERY)).await {
                    Either::Left((answer, _)) => answer,
                    Either::Right(((), asked)) => {
                        // It may take long: what has come until now is shown meanwhile.
                        if is_behind {
                            self.state.changed();
                        }
                        asked.await
                    }
                };
                let page = answer.unwrap_or(Err(NetworkError::Cancelled.into()))?;
                self.check()?;
                self.state.compare_clocks(&page, self.runtime.now());
                if let Some(next) =
                    page.guess_next().filter(|it| Some(it) != cursor.as_ref() && !guard.has_followed(it))
                {
                    ahead = Some((self.ask(OTHER_PAGES, Some(&next)).await, next));
                    self.check()?;
                }
                let fresh = if shown_as_it_comes { None } else { Some(&mut fresh) };
                self.read(&mut page.reader(), fresh, &guard, &mut shown_at).await
            };
            let end: PageEnd = match page.await {
                Ok(end) => end,
                Err(error) if shown_as_it_comes => {
                    // What came before the mistake is there.
                    self.state.changed();
                    // A list without an end is not gone on with, nor one of which a part may have moved.
                    let goes_on = !matches!(error, ApiError::Endless(_)) && !self.has_moved();
                    let resume = cursor.filter(|_| goes_on);
                    return Err((error, resume));
                }
                Err(error) => return Err((error, None)),
            };
            if let Some(next) = &end.next {
                let n_tokens = if shown_as_it_comes { inner.store.borrow().len() } else { fresh.len() };
                if let Err(why) = guard.follow(next, n_tokens) {
                    if shown_as_it_comes {
                        self.state.changed();
                    }
                    return Err((endless(why), None));
                }
            }
            n_pages += 1;
            inner.is_counted.set(end.is_counted);
            cursor = end.next;
            if shown_as_it_comes {
                self.state.load.update(|it| it.total = end.total);
                is_behind = cursor.is_some() && self.runtime.now() - shown_at < Millis::from(SHOWN_EVERY);
                if !is_behind {
                    self.state.changed();
                    shown_at = self.runtime.now();
                }
            }
            asked = match (ahead, &cursor) {
                (_, None) => {
                    let n_tokens = if shown_as_it_comes { inner.store.borrow().len() } else { fresh.len() };
                    // What was written meanwhile may be counted, or not.
                    let n_written = inner.changes.borrow().len();
                    gap = match end.hidden {
                        _ if n_pages > 1 && self.has_moved() => Some(Gap::Moved),
                        Some(header) => Some(Gap::Hidden { header }),
                        None => (end.total > n_tokens + n_written).then_some(Gap::Untold),
                    };
                    total = end.total;
                    break;
                }
                (Some((asked, next)), Some(cursor)) if next == *cursor => asked,
                (_, Some(cursor)) => self.ask(OTHER_PAGES, Some(cursor)).await,
            };
        }
        if !shown_as_it_comes {
            for change in inner.changes.borrow_mut().drain(..) {
                apply(&change, &mut fresh);
            }
            let n_gone = fresh.take_over_selected(&inner.store.borrow());
            inner.store.replace(fresh);
            self.state.workspace.miss_selected(n_gone);
            self.state.changed();
        }
        Ok((total, gap))
    }

    /// Whether something was written while pages came that are counted off, or is being written.
    fn has_moved(&self) -> bool {
        let is_writing = Rc::strong_count(&self.inner.writing) > 1;
        self.inner.is_counted.get() && (is_writing || !self.inner.changes.borrow().is_empty())
    }
}

fn endless(why: &str) -> ApiError {
    ApiError::Endless(why.into())
}
