//! The dry run: a line a token, with what will happen and what speaks against it. Lines can be left out.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::dialogs::about::ago;
use super::super::dialogs::frame::modal;
use super::super::inputs::{self, Must};
use super::super::kit::{El, button, effect, el, value_of, verbatim};
use super::super::notice::quoted;
use super::end::{self, End};
use super::request;
use crate::bulk::Aim;
use crate::bulk::plan::{Count as Group, Fate, Line, Plan};
use crate::bulk::runner::{State, current};
use crate::capabilities::{Action, Input};
use crate::draft::{Inputs, input_problems};
use crate::excerpt::{LINE, excerpt};
use crate::messages::bulk::{DryRun, act, aim_meaning, aim_title, aim_verb, skipped};
use crate::messages::dialogs::Dialogs;
use crate::messages::{Number, isolated};
use crate::platform::{active_element, with_formats};
use crate::time::Millis;
use crate::token::TokenRef;
use crate::workspace::many::Typed;
use crate::workspace::{Dialog, Workspace};

/// So many lines are shown at first, and more each time that more are asked for.
const LINES: usize = 200;

/// Says what will happen to each of the tokens, and does it when the user agrees.
pub(in crate::view) fn dry_run(workspace: Workspace, aim: Aim, tokens: Arc<[TokenRef]>) -> El {
    let opener = active_element();
    let close = move || workspace.close_dialog();
    let end = End::new();
    let plan = RwSignal::new(workspace.plan(aim, None, &tokens));
    let new_end = Memo::new(move |_| if aim == Aim::Extend { end.read().ok() } else { None });
    let is_given = move || aim != Aim::Extend || new_end.with(Option::is_some);
    let chosen_end = move || new_end.get();
    // Another end is another plan; what was chosen stays so.
    let first = StoredValue::new(true);
    effect(move || {
        let end = chosen_end();
        if first.get_value() && end.is_none() {
            return first.set_value(false);
        }
        first.set_value(false);
        let mut fresh = workspace.plan(aim, end, &tokens);
        fresh.keep_choices(&plan.read_untracked());
        plan.set(fresh);
    });
    let typed = Asked::new(workspace, plan);
    let confirmed = RwSignal::new(String::new());
    let n_chosen = Memo::new(move |_| plan.with(Plan::n_chosen));
    let n_deleted = Memo::new(move |_| plan.with(Plan::n_deleted));
    let is_confirmed = move || n_deleted.get() == 0 || confirmed.with(|it| is_number(it, n_deleted.get()));
    let is_busy = move || current().is_some_and(|it| it.progress().state != State::Ended);
    let can_begin = move || n_chosen.get() > 0 && is_given() && is_confirmed() && typed.is_complete() && !is_busy();
    let begin = move || {
        if !untrack(can_begin) {
            return;
        }
        let run = plan.with_untracked(|it| workspace.act(it, untrack(chosen_end), untrack(|| typed.get())));
        if run.is_some() {
            workspace.open_dialog(Dialog::Run);
        }
    };
    let typed_now = move || (is_given() && typed.is_complete()).then(|| typed.get());
    let request = request::folded(workspace, plan, typed_now).bind_flag("hidden", move || n_chosen.get() == 0);
    let has_lines = plan.with_untracked(|it| it.lines.iter().any(|line| line.aim(aim).is_some()));
    let body = el("div.modal-body")
        .child(el("p").attr("id", ABOUT).text(if has_lines { aim_meaning(aim) } else { "" }))
        .maybe((!has_lines).then(|| el("p").text(&DryRun::Nothing.text())))
        .maybe((aim == Aim::Extend).then(|| end::view(end)))
        .child(groups(workspace, plan))
        .child(against(plan))
        .child(typed.view())
        .child(lines(workspace, plan))
        .child(request)
        .bind_child(move || is_busy().then(|| el("p.hint").attr("role", "status").text(&DryRun::Busy.text())));
    let confirm = el("label.field.bulk-confirm")
        .bind_flag("hidden", move || n_deleted.get() == 0)
        .child(el("span").bind_text(move || DryRun::Type { n: Number(n_deleted.get()) }.text().into()))
        .child(
            el("input")
                .attr("type", "text")
                .attr("inputmode", "numeric")
                .attr("autocomplete", "off")
                .bind_value(move || confirmed.get())
                .on("input", move |event| confirmed.set(value_of(&event))),
        );
    let body = body.child(confirm);
    // Nothing takes back what one of them does.
    let is_final = Memo::new(move |_| plan.with(Plan::aims).iter().any(|it| it.undone_by().is_none()));
    let do_it = el("button.button")
        .attr("type", "button")
        .bind_class("danger", move || is_final.get())
        .bind_class("primary", move || !is_final.get())
        .bind_unavailable(move || !can_begin())
        .bind_text(move || act(&plan.with(Plan::aims), n_chosen.get()))
        .on("click", move |_| begin());
    let foot =
        el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close).attr("autofocus", "")).child(do_it);
    modal(aim_title(aim), "dialog", opener, close, el("div.modal-whole.bulk").child(body).child(foot))
        .attr("aria-describedby", ABOUT)
}

/// What the dialog says it is for.
const ABOUT: &str = "bulk-about";

/// Whether what was typed is this number, with or without marks between its thousands.
fn is_number(typed: &str, n: usize) -> bool {
    let digits: String =
        typed.chars().filter(|it| !matches!(it, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '’')).collect();
    digits.parse() == Ok(n)
}

/// How many tokens of which system come to what. Each group can be left out, or agreed to, as a whole.
fn groups(workspace: Workspace, plan: RwSignal<Plan>) -> El {
    let counts = Memo::new(move |_| plan.with(Plan::counts));
    let names = system_names(workspace);
    let keys = move || counts.get().iter().map(|it| (it.slot, it.aim)).collect::<Vec<_>>();
    let group = move |(slot, aim): (usize, Option<Aim>)| {
        let find = move || counts.with(|all| all.iter().find(|it| (it.slot, it.aim) == (slot, aim)).cloned());
        let text = move || find().map(|it| group_text(plan.with_untracked(|it| it.aim), &it)).unwrap_or_default();
        let keeps = untrack(|| workspace.source(slot)).is_some_and(|it| it.system().keeps_deleted);
        let note = if keeps && aim == Some(Aim::Delete) { DryRun::GroupKept.text() } else { "".into() };
        let named = el("span").child(verbatim(&names(slot))).text(" · ").child(el("span").bind_text(text)).text(&note);
        let Some(aim) = aim else { return el("li.muted").child(named) };
        let mark = el("input").attr("type", "checkbox");
        let node = mark.input();
        effect(move || {
            let Some(Group { n, n_chosen, .. }) = find() else { return };
            node.set_checked(n_chosen == n);
            node.set_indeterminate(n_chosen > 0 && n_chosen < n);
        });
        let mark = mark.on("change", move |_| {
            let is_all = untrack(find).is_some_and(|it| it.n_chosen == it.n);
            plan.update(|it| it.choose_all(slot, aim, !is_all));
        });
        el("li").child(el("label.choice").child(mark).child(named))
    };
    el("ul.bulk-groups").attr("aria-label", &DryRun::Groups.text()).bind_for(keys, |it| *it, group)
}

fn group_text(asked: Aim, group: &Group) -> String {
    let n = Number(group.n);
    match group.aim {
        None => DryRun::GroupSkipped { n }.text(),
        Some(aim) if aim == asked => DryRun::GroupDo { aim: aim_verb(aim), n }.text(),
        Some(aim) => DryRun::GroupInstead { cannot: aim_verb(asked), aim: aim_verb(aim), n }.text(),
    }
    .into()
}

/// What speaks against it, of all lines: the user need not look through thousands.
fn against(plan: RwSignal<Plan>) -> El {
    let used =
        Memo::new(move |_| plan.with(|it| it.lines.iter().filter(|it| it.used.is_some() && it.is_chosen).count()));
    let leave_out = move || {
        plan.update(|it| {
            for line in it.lines.iter_mut().filter(|it| it.used.is_some()) {
                line.is_chosen = false;
            }
        });
    };
    let used = move || {
        let n = used.get();
        (n > 0).then(|| {
            el("p.warning.bulk-against")
                .child(el("span").text(&DryRun::UsedRecently { n: Number(n) }.text()))
                .child(button("button small", &DryRun::LeaveOut.text(), leave_out))
        })
    };
    let own = move || {
        let name = plan.with(|it| it.lines.iter().find(|it| it.signs_in && it.is_chosen).map(called))?;
        Some(el("p.warning").children(quoted(&DryRun::SignsInLast { name: &isolated(&name) }.text())))
    };
    el("div.bulk-notes").bind_child(used).bind_child(own)
}

fn called(line: &Line) -> String {
    excerpt(line.token.called(), LINE).into_owned()
}

fn system_names(workspace: Workspace) -> impl Fn(usize) -> String + Copy + 'static {
    move |slot| workspace.slots.with_untracked(|it| it.get(slot).map(|it| it.name.clone()).unwrap_or_default())
}

/// The lines.
fn lines(workspace: Workspace, plan: RwSignal<Plan>) -> El {
    let n_shown = RwSignal::new(LINES);
    let n_lines = Memo::new(move |_| plan.with(|it| it.lines.len()));
    let names = system_names(workspace);
    let has_several = workspace.has_several.get_untracked() && workspace.is_inventory();
    // A line is made again when something else happens to it.
    let shown = move || {
        plan.with(|it| {
            let lines = it.lines.iter().take(n_shown.get()).enumerate();
            lines.map(|(idx, line)| (idx, Line { is_chosen: false, ..line.clone() })).collect::<Vec<_>>()
        })
    };
    let line = move |(idx, line): (usize, Line)| {
        let asked = plan.with_untracked(|it| it.aim);
        let name = el("span.bulk-name").child(verbatim(&called(&line)));
        let system = has_several.then(|| el("span.muted").child(verbatim(&names(line.token.token.slot))));
        let said = el("span.bulk-fate").children(said(asked, &line));
        let text = el("span.bulk-line").child(name).maybe(system).child(said);
        if line.aim(asked).is_none() {
            return el("li.muted").child(text);
        }
        let is_chosen = move || plan.with(|it| it.lines.get(idx).is_some_and(|it| it.is_chosen));
        let flip = move |_| {
            let is_chosen = untrack(is_chosen);
            plan.update(|it| it.choose(idx, !is_chosen));
        };
        let mark = el("input").attr("type", "checkbox").bind_checked(is_chosen).on("change", flip);
        el("li").child(el("label.choice").child(mark).child(text))
    };
    let list = el("ul.bulk-lines").attr("aria-label", &DryRun::Tokens.text()).bind_for(shown, Clone::clone, line);
    let more = move || {
        let n_left = n_lines.get().saturating_sub(n_shown.get());
        let more = move || n_shown.update(|it| *it += LINES);
        (n_left > 0).then(|| button("button small", &DryRun::More { n: Number(n_left.min(LINES)) }.text(), more))
    };
    el("div").child(list).bind_child(more)
}

/// What will happen to a token, and what speaks against it.
fn said(asked: Aim, line: &Line) -> Vec<El> {
    let mut parts = Vec::new();
    let mut say = |classes: &str, text: &str| {
        if !parts.is_empty() {
            parts.push(el("span").text(" · "));
        }
        parts.push(el(classes).children(quoted(text)));
    };
    let date = |at: Millis| isolated(&with_formats(|it| it.date_time(at))).into_owned();
    match &line.fate {
        Fate::Do => match line.end {
            Some((before, after)) => {
                say("span", &DryRun::EndsAt { date: &date(after) }.text());
                match before {
                    Some(before) => say("span.muted", &DryRun::Ended { date: &date(before) }.text()),
                    None => say("span.muted", &DryRun::Endless.text()),
                }
            }
            None => say("span", aim_verb(asked)),
        },
        Fate::Instead(aim) => {
            say("span.warning", &DryRun::Instead { cannot: aim_verb(asked), aim: aim_verb(*aim) }.text());
        }
        Fate::Skipped(why) => say("span", &DryRun::Skipped { why: &skipped(asked, why) }.text()),
    }
    if line.revives {
        say("span.warning", &DryRun::Revives.text());
    }
    if let Some(at) = line.used {
        let distance = with_formats(|it| ago(at, it));
        say("span.warning", &DryRun::Used { distance: &distance }.text());
    }
    if line.signs_in {
        say("span.warning", &DryRun::SignsIn.text());
    }
    parts
}

/// What systems ask for with what is chosen, once for each.
#[derive(Clone, Copy)]
struct Asked {
    workspace: Workspace,
    typed: RwSignal<Typed>,
    /// Which systems ask with which actions, as far as that is chosen.
    wanted: Memo<Vec<(usize, Aim)>>,
}

impl Asked {
    fn new(workspace: Workspace, plan: RwSignal<Plan>) -> Asked {
        let asks = move |slot: usize, aim: Aim| !asked(workspace, slot, aim).is_empty();
        // The form of a change sends back what the token has.
        let wanted = Memo::new(move |_| {
            let counts = plan.with(Plan::counts);
            let chosen = counts.iter().filter(|it| it.n_chosen > 0).filter_map(|it| Some((it.slot, it.aim?)));
            chosen.filter(|(slot, aim)| *aim != Aim::Extend && asks(*slot, *aim)).collect()
        });
        Asked { workspace, typed: RwSignal::new(Vec::new()), wanted }
    }

    fn value(self, slot: usize, action: Action, key: &str) -> String {
        self.typed.with(|all| {
            let found = all.iter().find(|it| (it.0, it.1) == (slot, action)).map(|it| &it.2);
            found.and_then(|it| it.iter().find(|it| it.0 == key)).map(|it| it.1.clone()).unwrap_or_default()
        })
    }

    fn get(self) -> Typed {
        self.typed.get()
    }

    fn is_complete(self) -> bool {
        self.wanted.get().iter().all(|(slot, aim)| {
            let asked = asked(self.workspace, *slot, *aim);
            let values: Inputs =
                asked.iter().map(|it| (it.key.clone(), self.value(*slot, aim.action(), &it.key))).collect();
            input_problems(&asked, &values).next().is_none()
        })
    }

    fn view(self) -> El {
        let names = system_names(self.workspace);
        let of = move |(slot, aim): (usize, Aim)| {
            let asked = asked(self.workspace, slot, aim);
            let action = aim.action();
            let initial: Inputs = asked.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect();
            self.typed.update(|all| {
                if !all.iter().any(|it| (it.0, it.1) == (slot, action)) {
                    all.push((slot, action, initial));
                }
            });
            let control = |input: &Input| {
                let key = StoredValue::new(input.key.clone());
                let value = move || self.value(slot, action, &key.get_value());
                let set = move |text: String| {
                    self.typed.update(|all| {
                        let found = all.iter_mut().find(|it| (it.0, it.1) == (slot, action));
                        if let Some(it) = found.and_then(|it| it.2.iter_mut().find(|it| it.0 == key.get_value())) {
                            it.1 = text;
                        }
                    });
                };
                inputs::control(input, Must::Mark, value, set, |it| it)
            };
            let legend = DryRun::SystemAsks { system: &isolated(&names(slot)) };
            el("fieldset.bulk-asked")
                .child(el("legend").children(quoted(&legend.text())))
                .children(asked.iter().map(control).collect())
        };
        el("div.bulk-inputs").bind_for(move || self.wanted.get(), |it| *it, of)
    }
}

fn asked(workspace: Workspace, slot: usize, aim: Aim) -> Vec<Input> {
    workspace.source(slot).map(|it| it.system().asked(aim.action())).unwrap_or_default()
}
