//! How and when the old token of a rotation is ended.

use leptos::prelude::*;

use super::super::dialogs::about::known;
use super::super::kit::{El, el, value_of};
use super::ask::Ask;
use crate::actions::check::{Listed, check};
use crate::messages::rotation::{Rotations, end_choice, end_now};
use crate::platform::{ViewerZone, now};
use crate::rotation::{Due, End, Event, Rotation, book, ends};
use crate::store::{Row, Store};
use crate::time::{Clock, DAY, Millis, format_date, parse_date, wall_at};
use crate::workspace::connection::ConnectionState;

/// How many days are offered at first: until the old token is ended, and then until it is deleted.
const DAYS: [i64; 2] = [7, 30];

/// What is chosen.
#[derive(Clone, Copy)]
struct Chosen {
    end: RwSignal<End>,
    /// Whether that is for a day, and not for now.
    is_later: RwSignal<bool>,
    day: RwSignal<String>,
    /// Whether the token is deleted after that.
    deletes: RwSignal<bool>,
    deletion: RwSignal<String>,
}

impl Chosen {
    fn due(self) -> Option<Millis> {
        instant(&self.day.get())
    }

    fn deletion(self) -> Option<Millis> {
        (self.deletes.get() && self.end.get() != End::Delete).then(|| instant(&self.deletion.get())).flatten()
    }

    /// What is wrong with the days.
    fn problem(self) -> Option<String> {
        let due = self.is_later.get().then(|| self.due());
        let deletes = self.deletes.get() && self.end.get() != End::Delete;
        let first = due.flatten().unwrap_or_else(now);
        if due.is_some_and(|it| it.is_none_or(|it| it <= now())) {
            return Some(Rotations::DayLater.text().into());
        }
        let is_early = deletes && self.deletion().is_none_or(|it| it <= first);
        is_early.then(|| Rotations::DeleteLater.text().into())
    }

    /// What is due then: all of it, or what comes after the end that is made now.
    fn plan(self) -> Vec<Due> {
        let end = self.is_later.get_untracked().then(|| untrack(|| self.due())).flatten();
        let end = end.map(|at| Due { end: self.end.get_untracked(), at });
        let deletion = untrack(|| self.deletion()).map(|at| Due { end: End::Delete, at });
        end.into_iter().chain(deletion).collect()
    }
}

/// The first moment of a day in the viewer's zone.
fn instant(day: &str) -> Option<Millis> {
    Some(Clock { now: now(), zone: &ViewerZone }.first_instant(parse_date(day)?))
}

/// So many days from now, as an input takes it.
fn in_days(days: i64) -> String {
    format_date(wall_at(now(), &ViewerZone) + days * DAY)
}

/// The choice of how and when, and the buttons that do it.
pub(super) fn end_controls(source: ConnectionState, rotation: &Rotation, asking: RwSignal<Option<Ask>>) -> El {
    let system = source.system();
    let can = |end: &End| {
        let can = |store: &Store, row: Row| check(end.action(), Some(Listed { store, row }), &system, now()).is_ok();
        untrack(|| known(source, &rotation.old.id, |store, row, _| can(store, row))).unwrap_or(true)
    };
    let all: Vec<End> = ends(&system).into_iter().filter(can).collect();
    let Some(first) = rotation.due.first().map(|it| it.end).filter(|it| all.contains(it)).or(all.first().copied())
    else {
        return el("div");
    };
    let planned =
        |end: End| rotation.due.iter().find(|it| it.end == end).map(|it| format_date(wall_at(it.at, &ViewerZone)));
    let is_due = rotation.is_due(now());
    let deletion = planned(End::Delete).filter(|_| first != End::Delete);
    let chosen = Chosen {
        end: RwSignal::new(first),
        is_later: RwSignal::new(!rotation.due.is_empty() && !is_due && planned(first).is_some()),
        day: RwSignal::new(planned(first).filter(|_| !is_due).unwrap_or_else(|| in_days(DAYS[0]))),
        deletes: RwSignal::new(deletion.is_some()),
        deletion: RwSignal::new(deletion.unwrap_or_else(|| in_days(DAYS[1]))),
    };
    let id = StoredValue::new(rotation.id.clone());
    let how = (all.len() > 1).then(|| {
        let choices = all.iter().map(|end| {
            let end = *end;
            choice("rotation-end", end_choice(end), move || chosen.end.get() == end, move || chosen.end.set(end))
        });
        group(&Rotations::How.text(), choices.collect())
    });
    let when = group(
        &Rotations::When.text(),
        vec![
            choice(
                "rotation-when",
                &Rotations::Now.text(),
                move || !chosen.is_later.get(),
                move || {
                    chosen.is_later.set(false);
                },
            ),
            choice(
                "rotation-when",
                &Rotations::OnDay.text(),
                move || chosen.is_later.get(),
                move || {
                    chosen.is_later.set(true);
                },
            ),
        ],
    );
    let day = day(&Rotations::Day.text(), chosen.day).bind_flag("hidden", move || !chosen.is_later.get());
    let can_delete_later = all.contains(&End::Delete) && all.len() > 1;
    let then = can_delete_later.then(|| {
        let check = el("input")
            .attr("type", "checkbox")
            .bind_checked(move || chosen.deletes.get())
            .on("change", move |_| chosen.deletes.update(|it| *it = !*it));
        el("div.field")
            .bind_flag("hidden", move || chosen.end.get() == End::Delete)
            .child(el("label.choice").child(check).child(el("span").text(&Rotations::ThenDelete.text())))
            .child(
                self::day(&Rotations::DeleteDay.text(), chosen.deletion)
                    .bind_flag("hidden", move || !chosen.deletes.get()),
            )
    });
    let act = move || {
        if !chosen.is_later.get_untracked() {
            return asking.set(Some(Ask::End(chosen.end.get_untracked(), chosen.plan())));
        }
        let (runtime, id, due) = (source.workspace.runtime(), id.get_value(), chosen.plan());
        runtime.spawn(Box::pin(async move { book::hear(runtime, &id, Event::Planned(due)).await }));
    };
    let text = move || match chosen.is_later.get() {
        true => Rotations::Plan.text().into_owned(),
        false => end_now(chosen.end.get()).to_owned(),
    };
    let act = el("button.button.primary")
        .attr("type", "button")
        .bind_text(text)
        .bind_unavailable(move || chosen.problem().is_some())
        .on("click", move |_| act());
    let by_hand = el("p.hint")
        .text(&Rotations::ByHand.text())
        .bind_flag("hidden", move || !chosen.is_later.get() && chosen.deletion().is_none());
    el("div.rotation-end")
        .maybe(how)
        .child(when)
        .child(day)
        .maybe(then)
        .child(el("p.field-error").attr("role", "status").bind_text(move || chosen.problem().unwrap_or_default()))
        .child(by_hand)
        .child(el("div.panel-buttons").child(act))
}

fn group(title: &str, choices: Vec<El>) -> El {
    el("fieldset.field").child(el("legend").text(title)).child(el("div.choices").children(choices))
}

fn choice(name: &str, text: &str, is_chosen: impl Fn() -> bool + 'static, choose: impl Fn() + 'static) -> El {
    let input =
        el("input").attr("type", "radio").attr("name", name).bind_checked(is_chosen).on("change", move |_| choose());
    el("label.choice").child(input).child(el("span").text(text))
}

fn day(label: &str, value: RwSignal<String>) -> El {
    let input = el("input")
        .attr("type", "date")
        .attr("min", &in_days(1))
        .bind_value(move || value.get())
        .on("input", move |event| value.set(value_of(&event)));
    el("div.field").child(el("label").child(el("span").text(label)).child(input))
}
