//! The end that many tokens are to have: a date, or so many days later than each has it.

use leptos::prelude::*;

use super::super::kit::{El, el, value_of};
use crate::bulk::NewEnd;
use crate::messages::bulk::DryRun;
use crate::messages::form::FormDate;
use crate::platform::{ViewerZone, now, with_formats};
use crate::time::{Resolved, parse_wall, resolve};

/// The most days by which an end is moved.
const MOST_DAYS: u32 = 3_650;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct End {
    is_later: RwSignal<bool>,
    date: RwSignal<String>,
    days: RwSignal<String>,
}

impl End {
    pub(super) fn new() -> End {
        End { is_later: RwSignal::new(true), date: RwSignal::new(String::new()), days: RwSignal::new("30".into()) }
    }

    /// The end that is meant; else what is wrong. Follows what is typed.
    pub(super) fn read(self) -> Result<NewEnd, DryRun<'static>> {
        if self.is_later.get() {
            let days = self.days.with(|it| it.trim().parse().ok().filter(|it| (1..=MOST_DAYS).contains(it)));
            return days.map(NewEnd::Later).ok_or(DryRun::NoDays);
        }
        let wall = self.date.with(|it| parse_wall(it)).ok_or(DryRun::NoDate)?;
        let at = match resolve(wall, &ViewerZone) {
            Resolved::Once(at) => at,
            Resolved::Skipped => return Err(DryRun::Skipping),
            // The later one: nothing ends earlier than it was meant.
            Resolved::Twice(_, second) => second,
        };
        if at <= now() { Err(DryRun::Past) } else { Ok(NewEnd::At(at)) }
    }
}

/// The controls.
pub(super) fn view(end: End) -> El {
    let radio = move |is_later: bool, text: &str| {
        let mark = el("input")
            .attr("type", "radio")
            .attr("name", "bulk-end")
            .bind_checked(move || end.is_later.get() == is_later)
            .on("change", move |_| end.is_later.set(is_later));
        el("label.choice").child(mark).child(el("span").text(text))
    };
    let date = el("input").attr("type", "datetime-local").attr("aria-label", &DryRun::Date.text());
    let node = date.input();
    let read = move || end.date.set(node.value());
    let on_leave = read.clone();
    let date = date
        .bind_flag("hidden", move || end.is_later.get())
        .on("input", move |_| read())
        .on("focusout", move |_| on_leave());
    let days = el("input")
        .attr("type", "text")
        .attr("inputmode", "numeric")
        .attr("aria-label", &DryRun::Days.text())
        .bind_flag("hidden", move || !end.is_later.get())
        .bind_value(move || end.days.get())
        .on("input", move |event| end.days.set(value_of(&event)));
    let wrong = move || end.read().err().map(|it| it.text().into_owned()).unwrap_or_default();
    let zone = with_formats(|it| FormDate::Zone { zone: &it.zone }.text());
    el("fieldset.bulk-end")
        .child(el("legend").text(&DryRun::NewEnd.text()))
        .child(radio(true, &DryRun::EndLater.text()))
        .child(days)
        .child(radio(false, &DryRun::EndOn.text()))
        .child(date)
        .child(el("p.hint").bind_flag("hidden", move || end.is_later.get()).text(&zone))
        .child(el("p.hint.warning").attr("aria-live", "polite").bind_text(wrong))
}
