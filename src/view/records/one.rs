//! One record: how far the run came, what can be done about it, and its steps.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::ask_to_drop;
use super::super::kit::{El, button, effect, el, focus_heading, value_of, verbatim};
use super::super::notice::quoted;
use super::download::{Format, save};
use super::list::{counts_of, name_of, state_mark, tag};
use super::screen::{Screen, state};
use crate::excerpt::{ENTRIES, LINE, TEXT, excerpt};
use crate::messages::records::{Record, RecordList, RunState, deed, first, outcome, trouble};
use crate::messages::{Number, shown, status};
use crate::platform::with_formats;
use crate::record::hidden::{self, Access, Shown};
use crate::record::{Deed, Ended, Known, Owned, Records, Run, StepOutcome, Trouble, resume};
use crate::workspace::Dialog;
use crate::workspace::recorded::access_to;

/// What is known of the run; `None` while it is read.
type Read = Option<Result<(Rc<Run>, RunState), Trouble>>;

#[derive(Clone, Copy)]
struct One {
    screen: Screen,
    id: StoredValue<String>,
    read: RwSignal<Read, LocalStorage>,
    accesses: Memo<Vec<(String, Access)>>,
    is_busy: RwSignal<bool>,
    /// Steps of this outcome are shown; `None` for all.
    only: RwSignal<Option<StepOutcome>>,
    /// So many are shown at most.
    most: RwSignal<usize>,
}

/// A record.
pub(super) fn view(screen: Screen, id: &str) -> El {
    let workspace = screen.workspace;
    let one = One {
        screen,
        id: StoredValue::new(id.into()),
        read: RwSignal::new_local(None),
        accesses: Memo::new(move |_| workspace.accesses()),
        is_busy: RwSignal::new(false),
        only: RwSignal::new(None),
        most: RwSignal::new(ENTRIES),
    };
    // It is read again whenever the runs are.
    effect(move || {
        screen.runs.track();
        one.load();
    });
    let body =
        el("div.modal-body").bind_child(move || one.about()).child(screen.said()).bind_child(move || one.steps());
    el("div.modal-whole").child(body).bind_child(move || one.foot()).child(one.question())
}

/// The outcome by which a step is shown: of one that was sent nothing is known.
fn shown_as(outcome: StepOutcome) -> StepOutcome {
    if outcome == StepOutcome::Sent { StepOutcome::Unknown } else { outcome }
}

impl One {
    fn load(self) {
        spawn_local(async move {
            let Some(id) = self.id.try_get_value() else { return };
            let read = async {
                let records = self.screen.records().await?;
                let Some(run) = records.read(&id).await? else { return Err(Trouble::Lost) };
                let state = state(&*records, &run.head).await?;
                Ok((Rc::new(run), state))
            };
            let read = Some(read.await);
            // What is read stays as it is where nothing has changed, and so does the focus in it.
            if self.read.try_with_untracked(|it| *it != read) == Some(true) {
                self.read.set(read);
            }
        });
    }

    fn run(self) -> Option<(Rc<Run>, RunState)> {
        self.read.with(|it| it.as_ref()?.clone().ok())
    }

    /// Does something for which the run has to be this tab's own.
    fn own(self, run: impl AsyncFnOnce(Rc<dyn Records>, Owned, Run) -> Result<(), Trouble> + 'static) {
        let Some((known, _)) = self.run() else { return };
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        spawn_local(async move {
            let done = async {
                let records = self.screen.records().await?;
                let owned = records.own(&known.head.id).await?;
                // Another tab may have gone on with it meanwhile.
                let fresh = records.read(&known.head.id).await?.ok_or(Trouble::Lost)?;
                run(records, owned, fresh).await
            };
            if let Err(why) = done.await {
                self.screen.tell(trouble(why));
            }
            if self.is_busy.try_set(false).is_none() {
                self.screen.read();
            }
        });
    }

    // What is seen -----------------------------------------------------------------------------------------------

    fn about(self) -> Option<El> {
        let back = button("button quiet small", &Record::Back.text(), move || self.back());
        let back = el("p").child(back);
        let (run, state) = match self.read.get() {
            None => return Some(back.text(&RecordList::Loading.text())),
            Some(Err(why)) => return Some(el("div.stack").child(back).child(self.screen.trouble(why))),
            Some(Ok(read)) => read,
        };
        let head = &run.head;
        let began = with_formats(|it| it.date_time(head.began_at));
        let accesses = self.accesses.get();
        let hidden = head.viewers.iter().filter(|it| !access_to(&accesses, &it.connection).sees(head, &it.connection));
        let hidden = hidden.map(|it| el("p.muted").children(quoted(&Record::HiddenOf { name: &it.connection }.text())));
        let about = el("div.stack")
            .child(back)
            .child(el("h3.record-line").text(&name_of(head)).child(tag(&state.text(), state_mark(head, state))))
            .child(match counts_of(head) {
                Some(counts) => el("p").text(&counts).child(el("span.muted").text(&format!(" · {began}"))),
                None => el("p.muted").text(&began),
            });
        let follows = head.follows.is_some().then(|| el("p.muted").text(&Record::TriedAgain.text()));
        let panel = match state {
            RunState::Interrupted => Some(untrack(|| self.interrupted(&run))),
            RunState::Elsewhere => Some(el("div.panel").child(el("p").text(&Record::Elsewhere.text()))),
            RunState::Completed | RunState::Stopped if head.counts.unknown > 0 => Some(self.uncertain()),
            _ => None,
        };
        Some(about.maybe(follows).maybe(panel).children(hidden.collect()))
    }

    /// Of a run that has ended, what can be done about steps whose outcome is not known.
    fn uncertain(self) -> El {
        let means = el("p").text(&Record::UnknownMeans.text());
        el("div.panel").child(means).child(el("div.panel-buttons").child(self.read_unknown()))
    }

    fn read_unknown(self) -> El {
        button("button", &Record::ReadUnknown.text(), move || self.look()).bind_unavailable(move || self.is_busy.get())
    }

    /// What can be done about a run that was interrupted.
    fn interrupted(self, run: &Rc<Run>) -> El {
        let workspace = self.screen.workspace;
        let left = resume(&run.steps);
        let has_unknown = !left.unknown.is_empty();
        let all: Vec<usize> = (0..run.steps.len()).collect();
        let run = StoredValue::new_local(run.clone());
        let missing = Memo::new(move |_| {
            self.accesses.track();
            run.with_value(|run| workspace.first(run, &all))
        });
        let is_stuck = move || self.is_busy.get() || missing.with(|it| !it.is_empty());
        let missing = move || {
            let lines = missing.get();
            let lines = lines.iter().map(|it| el("p").children(quoted(&first(it)))).collect();
            Some(el("div.stack").children(lines))
        };
        let read = has_unknown.then(|| self.read_unknown());
        let go_on = button("button primary", &Record::GoOn.text(), move || self.go_on()).bind_unavailable(is_stuck);
        let let_be = button("button", &Record::LetItBe.text(), move || self.let_be());
        let let_be = let_be.bind_unavailable(move || self.is_busy.get());
        let means = has_unknown.then(|| el("p").text(&Record::UnknownMeans.text()));
        el("div.panel")
            .child(el("p").text(&Record::Interrupted.text()))
            .maybe(means)
            .bind_child(missing)
            .child(el("div.panel-buttons").maybe(read).child(go_on).child(let_be))
    }

    fn steps(self) -> Option<El> {
        let (run, state) = self.run()?;
        let is_live = matches!(state, RunState::Elsewhere | RunState::UnderWay);
        let n_of = |it: StepOutcome| run.steps.iter().filter(|step| shown_as(step.outcome) == it).count();
        let outcomes = StepOutcome::ALL.into_iter().map(|it| (it, n_of(it))).filter(|it| it.1 > 0);
        let options = outcomes.map(|(it, n)| {
            let text = Record::Only { outcome: outcome(it), n: Number(n) }.text();
            el("option").attr("value", it.code()).text(&text)
        });
        let all = el("option").attr("value", "").text(&Record::All { n: Number(run.steps.len()) }.text());
        let choose = move |event| {
            let code = value_of(&event);
            self.most.set(ENTRIES);
            self.only.set((!code.is_empty()).then(|| StepOutcome::of(&code)));
        };
        let value = move || self.only.get().map_or("", StepOutcome::code).into();
        let select = el("select").child(all).children(options.collect()).bind_value(value).on("change", choose);
        let select = el("label.record-filter").child(el("span").text(&Record::Show.text())).child(select);
        let lines = {
            let run = run.clone();
            move || {
                let (only, most, accesses) = (self.only.get(), self.most.get(), self.accesses.get());
                let chosen = run.steps.iter().enumerate();
                let chosen = chosen.filter(|(_, it)| only.is_none_or(|only| shown_as(it.outcome) == only));
                let line = |(place, step): (usize, _)| {
                    let shown = hidden::shown(&run.head, step, access_to(&accesses, &step.connection));
                    step_view(&run.head.action, place, &shown, is_live)
                };
                chosen.take(most).map(line).collect::<Vec<_>>()
            }
        };
        let n_chosen = move || match self.only.get() {
            None => run.steps.len(),
            Some(only) => run.steps.iter().filter(|it| shown_as(it.outcome) == only).count(),
        };
        let more = move || {
            let n_more = n_chosen().saturating_sub(self.most.get());
            (n_more > 0).then(|| {
                let text = Record::More { n: Number(n_more.min(ENTRIES)) }.text();
                button("button", &text, move || self.most.update(|it| *it += ENTRIES))
            })
        };
        let list = el("ol.record-steps").attr("aria-label", &Record::Steps.text()).bind_children(lines);
        Some(el("div.stack").child(select).child(list).bind_child(more))
    }

    fn foot(self) -> Option<El> {
        let (run, state) = self.run()?;
        let is_mine = !matches!(state, RunState::Elsewhere | RunState::UnderWay);
        let file = |text: &str, format: Format| button("button", text, move || self.save(format));
        let files = el("div.foot-text.panel-buttons")
            .child(file(&Record::Csv.text(), Format::Csv))
            .child(file(&Record::Lines.text(), Format::Lines));
        let failed = resume(&run.steps).failed;
        let retry = (is_mine && run.head.ended.is_some() && !failed.is_empty())
            .then(|| button("button", &Record::Retry.text(), move || self.retry()));
        let drop =
            is_mine.then(|| button("button danger", &Record::Drop.text(), move || self.screen.asks_to_drop.set(true)));
        let foot = el("div.modal-foot").bind_flag("hidden", move || self.screen.asks_to_drop.get());
        Some(foot.child(files).maybe(retry).maybe(drop).child(button("button", &RecordList::Close.text(), move || {
            self.screen.close();
        })))
    }

    fn question(self) -> El {
        ask_to_drop(self.screen.asks_to_drop, move || self.drop_record())
    }

    // What is done -----------------------------------------------------------------------------------------------

    fn back(self) {
        self.screen.said.set(String::new());
        self.screen.asks_to_drop.set(false);
        self.screen.shown.set(None);
        focus_heading(crate::platform::active_element().map(Into::into));
    }

    fn look(self) {
        let workspace = self.screen.workspace;
        self.screen.tell(&Record::Reading.text());
        self.own(async move |records, owned, mut run| {
            let of = resume(&run.steps).unknown;
            let missing = workspace.first(&run, &of);
            let n = workspace.look(records, &owned, &mut run).await?;
            let known = Record::KnownNow { n: Number(n), of: Number(of.len()) }.text().into_owned();
            let said = missing.iter().map(|it| first(it).into_owned());
            self.screen.tell(&std::iter::once(known).chain(said).collect::<Vec<_>>().join(" "));
            Ok(())
        });
    }

    fn go_on(self) {
        let workspace = self.screen.workspace;
        self.own(async move |records, owned, run| {
            match workspace.go_on(records, owned, &run) {
                Some(_) => workspace.open_dialog(Dialog::Run),
                None => self.screen.tell(&Record::Busy.text()),
            }
            Ok(())
        });
    }

    fn let_be(self) {
        let now = self.screen.workspace.runtime().now();
        self.own(async move |records, owned, _run| {
            records.end(&owned, Ended::Stopped, now).await?;
            self.screen.tell(&Record::LetBe.text());
            Ok(())
        });
    }

    fn retry(self) {
        let workspace = self.screen.workspace;
        let Some((run, _)) = self.run() else { return };
        let missing = workspace.first(&run, &resume(&run.steps).failed);
        if !missing.is_empty() {
            let said: Vec<_> = missing.iter().map(first).collect();
            return self.screen.tell(&said.join(" "));
        }
        match workspace.retry(&run) {
            Some(_) => workspace.open_dialog(Dialog::Run),
            None => self.screen.tell(&Record::Busy.text()),
        }
    }

    fn drop_record(self) {
        let Some(id) = self.id.try_get_value() else { return };
        self.screen.asks_to_drop.set(false);
        spawn_local(async move {
            let dropped = async { self.screen.records().await?.forget(&id).await };
            match dropped.await {
                Ok(()) => {
                    self.back();
                    self.screen.tell(&RecordList::Dropped.text());
                }
                Err(why) => self.screen.tell(trouble(why)),
            }
            self.screen.read();
        });
    }

    fn save(self, format: Format) {
        let Some((run, _)) = self.run() else { return };
        let accesses = self.accesses.get_untracked();
        let said = match save(&run, format, &accesses) {
            Some(file) => Record::Saved { file: &file }.text(),
            None => Record::NotSaved.text(),
        };
        self.screen.tell(&said);
    }
}

/// A step. `is_live`: the run is under way, so that what was sent waits for its answer.
fn step_view(action: &Deed, place: usize, shown_step: &Shown, is_live: bool) -> El {
    let Shown { step, is_hidden } = shown_step;
    let name = if step.name.trim().is_empty() { &step.id } else { &step.name };
    let name = if *is_hidden { el("em").text(&Record::Hidden.text()) } else { verbatim(&shown(name, LINE)) };
    let _ = name.0.class_list().add_1("name");
    let text =
        if is_live && step.outcome == StepOutcome::Sent { Record::Sent.text() } else { outcome(step.outcome).into() };
    let first = el("p.record-line")
        .child(el("span.muted.record-place").text(&Number(place + 1).to_string()))
        .child(name)
        .maybe((step.action != *action).then(|| el("span.tag").text(deed(&step.action))))
        .child(tag(&text, mark(step.outcome)));
    let mut facts = vec![verbatim(&shown(&step.connection, LINE))];
    if !step.id.is_empty() && step.id != step.name {
        facts.push(verbatim(&shown(&step.id, LINE)));
    }
    facts.extend(changed(step).map(|it| el("span").text(&it)));
    facts.push(el("span").text(&with_formats(|it| it.date_time(step.at))));
    let mut about = el("p.muted");
    for (idx, fact) in facts.into_iter().enumerate() {
        about = if idx > 0 { about.text(" · ") } else { about }.child(fact);
    }
    let words = (!step.words.is_empty())
        .then(|| el("p.record-words").attr("translate", "no").text(&excerpt(&step.words, TEXT)));
    el("li").child(first).child(about).maybe(words)
}

/// What the step has changed, as far as it is known: `Active → Disabled`.
fn changed(step: &crate::record::Step) -> Option<String> {
    if step.action == Deed::Extend {
        let end = |it: &Known<Option<_>>| match it {
            Known::Is(Some(at)) => Some(with_formats(|it| it.date_time(*at))),
            Known::Is(None) => Some(Record::NoEnd.text().into()),
            _ => None,
        };
        return Some(format!("{} → {}", end(&step.before.valid_to)?, end(&step.after.valid_to)?));
    }
    match (&step.before.status, &step.after.status) {
        (Known::Is(before), Known::Is(after)) if before != after => {
            Some(format!("{} → {}", status(*before), status(*after)))
        }
        _ => None,
    }
}

/// How an outcome is to be seen.
fn mark(outcome: StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Done => "done",
        StepOutcome::Failed => "failed",
        StepOutcome::Sent | StepOutcome::Unknown | StepOutcome::Accepted => "unknown",
        StepOutcome::Open | StepOutcome::Skipped => "open",
    }
}
