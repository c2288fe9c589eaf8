//! What came of a run: how many, what did not go well and why, and what can be done about it.

use std::rc::Rc;

use leptos::prelude::*;

use super::super::kit::{El, button, el, verbatim};
use super::super::notice::quoted;
use crate::bulk::runner::Run;
use crate::bulk::step::Step;
use crate::excerpt::{LINE, excerpt};
use crate::messages::bulk::{DryRun, Running, no_record, trouble};
use crate::messages::{Count, Number, Unit, isolated};
use crate::record::StepOutcome;
use crate::workspace::{Dialog, Workspace};

/// So many lines are shown at first, and more each time that more are asked for.
const LINES: usize = 200;

/// Whether there is more to be done about a run than to have read that it ended.
pub(super) fn has_more(run: &Run) -> bool {
    let is_more = |it: &Step| it.aim.undone_by().is_some() || it.trouble.is_some() || it.outcome() != StepOutcome::Done;
    run.with_steps(|steps| steps.iter().any(is_more))
}

/// What came of it.
pub(super) fn outcome(workspace: Workspace, run: Rc<Run>, close: impl Fn() + 'static) -> El {
    let n_back = run.steps_back().len();
    let follow = |text: Running, steps: fn(&Run) -> Vec<Step>| {
        let run = run.clone();
        button("button", &text.text(), move || {
            if workspace.act_after(&run, steps(&run)).is_some() {
                workspace.open_dialog(Dialog::Run);
            }
        })
    };
    let retry = (!run.steps_again().is_empty()).then(|| follow(Running::RetryFailed, Run::steps_again));
    let take_back = (n_back > 0).then(|| follow(Running::Undo, Run::steps_back));
    let hint = take_back.as_ref().map(|_| el("p.hint").text(&Running::Back { n: Count(n_back, Unit::Token) }.text()));
    let record = match run.record_trouble() {
        Some(trouble) => Some(el("p.hint.warning").text(&no_record(trouble))),
        None => run.record_id().map(|_| el("p.hint").text(&Running::Kept.text())),
    };
    let is_kept = run.record_trouble().is_none();
    let left = run.left().into_iter().map(|system| {
        let system = &isolated(&system);
        let text = if is_kept { Running::LeftOpen { system } } else { Running::SessionOver { system } };
        el("p.warning").children(quoted(&text.text()))
    });
    let body = el("div.modal-body").children(left.collect()).maybe(hint).maybe(record).maybe(not_good(&run));
    let foot = el("div.modal-foot")
        .maybe(retry)
        .maybe(take_back)
        .child(button("button primary", &Running::Close.text(), close).attr("autofocus", ""));
    el("div.modal-whole").child(body).child(foot)
}

/// What did not go well, each with the reason.
fn not_good(run: &Rc<Run>) -> Option<El> {
    let is_not_good = |it: &Step| it.trouble.is_some();
    let n = run.with_steps(|steps| steps.iter().filter(|it| is_not_good(it)).count());
    if n == 0 {
        return None;
    }
    let n_shown = RwSignal::new(LINES);
    let for_lines = run.clone();
    let lines = move || {
        for_lines.with_steps(|steps| {
            let steps = steps.iter().enumerate().filter(|(_, it)| is_not_good(it)).take(n_shown.get());
            steps.map(|(idx, it)| (idx, it.clone())).collect::<Vec<_>>()
        })
    };
    let several = run.systems().len() > 1;
    let for_names = run.clone();
    let line = move |(_, step): (usize, Step)| {
        let name = match for_names.is_hidden(&step) {
            true => el("span").text(&Running::NoName.text()),
            false => verbatim(&excerpt(step.token.called(), LINE)),
        };
        let name = el("span.bulk-name").child(name);
        let system = several.then(|| el("span.muted").child(verbatim(&step.kept.connection)));
        let why = step.trouble.as_ref().map(|it| el("span.bulk-fate").children(quoted(&trouble(it))));
        el("li").child(el("span.bulk-line").child(name).maybe(system).maybe(why))
    };
    let list = el("ul.bulk-lines").attr("aria-label", &Running::NotGood.text()).bind_for(lines, |it| it.0, line);
    let more = move || {
        let n_left = n.saturating_sub(n_shown.get());
        let text = DryRun::More { n: Number(n_left.min(LINES)) }.text();
        (n_left > 0).then(|| button("button small", &text, move || n_shown.update(|it| *it += LINES)))
    };
    Some(el("div").child(list).bind_child(more))
}
