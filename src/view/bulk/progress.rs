//! A run as it goes: in a dialog that can be hidden, and in a line on the page.

use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::super::dialogs::frame::{around, focus_first, opened};
use super::super::kit::{El, button, effect, el};
use super::super::notice::quoted;
use super::outcome::{has_more, outcome};
use crate::bulk::Told;
use crate::bulk::runner::{Held, Progress, Run, State, current, dismiss};
use crate::messages::bulk::{Running, doing, ended, length, no_record, not_done, standing};
use crate::messages::records::trouble;
use crate::messages::{Count, Number, Unit, isolated};
use crate::platform::{active_element, now};
use crate::record::Counts;
use crate::time::{MINUTE, Millis, SECOND};
use crate::workspace::{Dialog, Workspace};

/// The dialog of the run of this page: how far it has come, and in the end what came of it.
pub(in crate::view) fn run(workspace: Workspace) -> Option<El> {
    let run = untrack(current)?;
    let for_close = run.clone();
    let close = move || {
        workspace.close_dialog();
        // Of what ended well nothing more is to be said, but for what takes it back.
        if for_close.has_ended() && !has_more(&for_close) {
            dismiss();
        }
    };
    let has_ended = RwSignal::new(run.has_ended());
    let followed = run.clone();
    effect(move || {
        let is_over = followed.progress().state == State::Ended;
        if is_over != has_ended.get_untracked() {
            has_ended.set(is_over);
        }
    });
    let named = run.clone();
    let title = el("span").bind_text(move || match has_ended.get() {
        true => untrack(|| ended(&named.tallies(), &named.progress().counts)),
        false => {
            let n = Count(named.with_steps(<[_]>::len), Unit::Token);
            Running::Doing { doing: &doing(&named.aims()), n }.text().into_owned()
        }
    });
    let for_content = close.clone();
    let content = el("div.modal-whole.bulk").bind_child(move || {
        let (run, close, is_over) = (run.clone(), for_content.clone(), has_ended.get());
        Some(untrack(|| if is_over { outcome(workspace, run, close) } else { under_way(run, close) }))
    });
    Some(opened(around(el("dialog.modal").attr("role", "dialog"), &[title], close, content), active_element()))
}

/// A run that goes on.
fn under_way(run: Rc<Run>, hide: impl Fn() + 'static) -> El {
    let progress = RwSignal::new_local(untrack(|| run.progress()));
    let followed = run.clone();
    effect(move || progress.set(followed.progress()));
    let all = progress.with_untracked(|it| it.counts.all);
    let bar = el("progress")
        .attr("max", &all.to_string())
        .attr("aria-label", &doing(&run.aims()))
        .bind_attr("value", move || Some(progress.with(Progress::n_over).to_string()));
    let count = move || {
        let text = progress.with(|it| Running::Done { done: Number(it.n_over()), all: Number(it.counts.all) }.text());
        text.into_owned()
    };
    let left = move || progress.with(|it| it.left.map(time_left)).unwrap_or_default();
    let so_far = move || {
        progress.with(|it| {
            let counts = Counts { open: 0, ..it.counts };
            not_done(&counts).join(", ")
        })
    };
    let state = Memo::new(move |_| progress.with(|it| it.state));
    let standing = move || standing(state.get()).unwrap_or_default().into_owned();
    let for_held = run.clone();
    let held = move || held(&for_held, &progress.with(|it| it.held.clone()));
    let for_trouble = SendWrapper::new(run.clone());
    let why = Memo::new(move |_| {
        let is_asked = progress.with(|it| it.state == State::Unrecorded);
        Some((is_asked, for_trouble.record_trouble()?))
    });
    let unrecorded = move || {
        let (is_asked, why) = why.get()?;
        let said = el("div.bulk-notes");
        Some(match is_asked {
            true => said
                .child(el("p.warning").text(&Running::Unrecorded.text()))
                .child(el("p").text(trouble(why)))
                .child(el("p").text(&Running::UnrecordedMeans.text())),
            false => said.child(el("p.hint.warning").text(&no_record(why))),
        })
    };
    let body = el("div.modal-body")
        .child(bar)
        .child(
            el("p.bulk-count")
                .child(el("strong").bind_text(count))
                .child(el("span.muted").bind_text(left))
                .child(el("span.warning").bind_text(so_far)),
        )
        .child(el("p.muted").attr("role", "status").bind_text(standing))
        .child(el("div.bulk-notes").bind_children(held))
        .bind_child(unrecorded);
    let can_pause = move || matches!(state.get(), State::Running | State::Paused | State::Unrecorded);
    let (for_pause, for_stop, for_record) = (run.clone(), run.clone(), run);
    let pause = el("button.button")
        .attr("type", "button")
        .bind_unavailable(move || !can_pause())
        .bind_text(move || {
            let text = match state.get() {
                State::Paused => Running::Resume,
                State::Unrecorded => Running::TryAgain,
                _ => Running::Pause,
            };
            text.text().into_owned()
        })
        .on("click", move |_| match state.get_untracked() {
            State::Paused => for_pause.resume(),
            State::Unrecorded => for_pause.record_again(),
            _ => for_pause.pause(),
        });
    let stop =
        button("button danger", &Running::Stop.text(), move || for_stop.stop()).bind_unavailable(move || !can_pause());
    let unrecorded = button("button", &Running::RunUnrecorded.text(), move || for_record.go_unrecorded())
        .bind_flag("hidden", move || state.get() != State::Unrecorded);
    let foot = el("div.modal-foot")
        .child(button("button quiet", &Running::Hide.text(), hide))
        .child(unrecorded)
        .child(pause.attr("autofocus", ""))
        .child(stop);
    el("div.modal-whole").child(body).child(foot)
}

/// How long the rest takes.
fn time_left(left: Millis) -> String {
    if left < 5 * SECOND { Running::LeftShort.text() } else { Running::Left { time: length(rounded(left)) }.text() }
        .into_owned()
}

/// People need it no more exactly than to five seconds.
fn rounded(left: Millis) -> Millis {
    let step = if left < MINUTE { 5 * SECOND } else { 10 * SECOND };
    (left + step - 1) / step * step
}

/// Systems to which nothing is sent for now, and what to do about it.
fn held(run: &Rc<Run>, held: &[(String, Held)]) -> Vec<El> {
    let one = |(system, why): &(String, Held)| {
        let name = isolated(system);
        let text = match why {
            Held::SignedOut => Running::SignedOut { system: &name },
            Held::SessionOver => Running::SessionOver { system: &name },
            Held::Rests(until) => Running::Rests { system: &name, time: length((until - now()).max(SECOND)) },
        };
        let sign_in = (*why == Held::SignedOut).then(|| {
            let (run, system) = (run.clone(), system.clone());
            button("button small", &Running::SignIn.text(), move || run.sign_in(&system))
        });
        el("p.warning.bulk-against").child(el("span").children(quoted(&text.text()))).maybe(sign_in)
    };
    held.iter().map(one).collect()
}

/// The run of this page in one line, so that it can be opened again; it is heard from here how the run ends.
pub(in crate::view) fn line(workspace: Workspace) -> Option<El> {
    let run = untrack(current)?;
    workspace.show_run(&run);
    let state = RwSignal::new(None::<State>);
    let text = RwSignal::new(String::new());
    let signed_out = RwSignal::new(Vec::<String>::new());
    let (followed, doing) = (run.clone(), doing(&run.aims()));
    effect(move || {
        let progress = followed.progress();
        let counts = progress.counts;
        let (done, all) = (Number(progress.n_over()), Number(counts.all));
        let line = || Running::Line { doing: &doing, done, all }.text();
        let said = match progress.state {
            State::Ended => ended(&followed.tallies(), &counts),
            State::Unrecorded => Running::Waits { line: &line() }.text().into_owned(),
            _ => line().into_owned(),
        };
        if text.with_untracked(|it| *it != said) {
            text.set(said);
        }
        let before = state.get_untracked();
        if before != Some(progress.state) {
            state.set(Some(progress.state));
            // What has ended before this line was there was heard then.
            let told = match progress.state {
                State::Ended if before.is_some() => Some(Told::Ended(followed.tallies(), counts)),
                State::Unrecorded => Some(Told::Unrecorded),
                _ => None,
            };
            if let Some(told) = told {
                workspace.heard.set(Some(told.into()));
            }
        }
        let out = progress.held.iter().filter(|it| it.1 == Held::SignedOut).map(|it| it.0.clone()).collect::<Vec<_>>();
        let new = signed_out.with_untracked(|before| out.iter().find(|it| !before.contains(it)).cloned());
        if signed_out.with_untracked(|it| *it != out) {
            signed_out.set(out);
        }
        if let Some(system) = new {
            workspace.heard.set(Some(Told::SignedOut(system).into()));
        }
    });
    let show = button("button small", &Running::Show.text(), move || workspace.open_dialog(Dialog::Run));
    let done = move || {
        (state.get() == Some(State::Ended)).then(|| {
            button("button small quiet", &Running::Dismiss.text(), || {
                focus_first(".table-box");
                dismiss();
            })
        })
    };
    Some(el("p.bulk-at-work").child(el("span").bind_text(move || text.get())).child(show).bind_child(done))
}
