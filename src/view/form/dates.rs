//! When a token starts and when it ends: two dates, and lengths to choose from.

use leptos::prelude::*;

use super::super::kit::{El, button, effect, el};
use super::super::notice::quoted;
use super::editor::{Editor, follow_clock};
use crate::capabilities::{Action, Field, FieldShape};
use crate::draft::{Form, Problem, When};
use crate::messages::form::FormDate;
use crate::messages::{ISOLATES, Unit, beginning, count};
use crate::platform::{self, ViewerZone, now};
use crate::time::{self, MINUTE, Zone, format_minute, wall_at};

/// Offered lengths of a life, in days.
const PRESETS: [u32; 4] = [7, 30, 60, 90];

/// How many letters of a date that cannot be read are shown.
const MOST_SHOWN: usize = 80;

fn when_of(field: Field) -> fn(&Form) -> &When {
    if field == Field::ValidFrom { |it| &it.valid_from } else { |it| &it.valid_to }
}

fn when_mut(field: Field) -> fn(&mut Form) -> &mut When {
    if field == Field::ValidFrom { |it| &mut it.valid_from } else { |it| &mut it.valid_to }
}

impl Editor {
    /// How long it lives.
    pub(super) fn end_view(self) -> El {
        let FieldShape { required: must_end, most_days, by_day, .. } = self.shape(Field::ValidTo);
        let change = move |change: &dyn Fn(&mut Form)| {
            self.form.update(change);
            self.refilled.update(|it| *it += 1);
        };
        let presets = move || {
            if self.dates_are_fixed() {
                return Some(el("p.hint").text(&FormDate::Fixed.text()));
            }
            let preset = |days: u32| {
                let live = move |it: &mut Form| it.live(days, &self.shape(Field::ValidTo), now(), &ViewerZone);
                button("button small", &count(days as usize, Unit::Day), move || change(&live))
            };
            let offered = PRESETS.into_iter().filter(|it| most_days.is_none_or(|most| *it <= most));
            let row = el("div.presets")
                .attr("role", "group")
                .attr("aria-label", &FormDate::ValidFor.text())
                .children(offered.map(preset).collect());
            let end_never = |it: &mut Form| (it.valid_to.typed, it.valid_to.later) = (String::new(), None);
            let no_end = || button("button small", &FormDate::NoEnd.text(), move || change(&end_never));
            Some(row.maybe((!must_end).then(no_end)))
        };
        let endless = move || {
            let is_endless = !must_end && self.form.with(|it| it.valid_to.typed.is_empty());
            match self.source.system().can(Action::Revoke) {
                _ if !is_endless => String::new(),
                Ok(()) => FormDate::UntilRevoked.text().into(),
                Err(_) => FormDate::UntilDeleted.text().into(),
            }
        };
        el("div.date-part")
            .child(el("div.with-presets").child(self.date_view(Field::ValidTo)).child(el("div").bind_child(presets)))
            .child(
                el("div.date-notes")
                    .child(self.in_words_view(Field::ValidTo))
                    .child(el("p.hint.warning").attr("aria-live", "polite").bind_text(endless)),
            )
            .maybe(by_day.then(|| el("p.hint").text(&FormDate::ByDay.text())))
    }

    /// From when on it works.
    pub(super) fn start_view(self) -> El {
        el("div.date-part").child(self.date_view(Field::ValidFrom)).child(self.in_words_view(Field::ValidFrom))
    }

    /// The date that is chosen as the page writes dates: the browser writes those in its inputs in an order of its own.
    fn in_words_view(self, field: Field) -> El {
        let words = move || {
            follow_clock(self.source, self.is_open);
            let (is_start, when) = (field == Field::ValidFrom, when_of(field));
            let (is_empty, at) = self.form.with(|it| {
                let when = when(it);
                (when.typed.is_empty(), when.at(&ViewerZone))
            });
            if !self.messages(field).is_empty() {
                return Vec::new();
            }
            let Some(at) = at else {
                return if is_start && is_empty { quoted(&FormDate::StartsNow.text()) } else { Vec::new() };
            };
            let is_over = at < now();
            // By the clock, and from the minute that runs: 30 days from now are that when the clocks change meanwhile, too.
            let now = wall_at(now(), &ViewerZone);
            let distance = time::distance(wall_at(at, &ViewerZone), now - now.rem_euclid(MINUTE));
            let (date, distance) = platform::with_formats(|it| (it.date_time(at), it.distance(distance)));
            let (date, distance) = (&*format!("{}{date}{}", ISOLATES.0, ISOLATES.1), &*distance);
            let text = match (is_start, is_over) {
                (true, false) => FormDate::Starts { date, distance },
                (true, true) => FormDate::Started { date, distance },
                (false, false) => FormDate::Ends { date, distance },
                (false, true) => FormDate::Ended { date, distance },
            };
            quoted(&text.text())
        };
        // Said once: with the end, where there is one.
        let has_zone = field == Field::ValidTo || self.system.with_value(|it| it.field(Field::ValidTo).is_none());
        let zone = platform::with_formats(|it| FormDate::Zone { zone: &it.zone }.text());
        let zone = has_zone.then(|| el("span").text(&zone));
        el("p.hint").child(el("span").bind_children(words)).text(" ").maybe(zone)
    }

    /// Whether the token was revoked, where that is for good (wire contracts §1).
    fn dates_are_fixed(self) -> bool {
        self.system.with_value(|it| it.revokes_for_good)
            && self.base.with(|it| it.as_ref().is_some_and(|it| it.token.revoked))
    }

    fn date_view(self, field: Field) -> El {
        let (when, read_only) = (when_mut(field), when_of(field));
        let earliest = move || {
            follow_clock(self.source, self.is_open);
            let margin = if field == Field::ValidTo { MINUTE } else { 0 };
            Some(format_minute(wall_at(now(), &ViewerZone) + margin))
        };
        let input = el("input")
            .attr("type", "datetime-local")
            .bind_attr("min", earliest)
            .bind_flag("disabled", move || self.dates_are_fixed());
        // Half a date reads as an empty text and sends no event of its own, so keys and leaving are listened to as well.
        let node = input.input();
        let read = move || {
            let typed = if node.validity().bad_input() { "…".into() } else { node.value() };
            if self.form.with_untracked(|it| read_only(it).typed != typed) {
                self.form.update(|it| (when(it).typed, when(it).later) = (typed, None));
            }
        };
        let (on_key, on_leave) = (read.clone(), read.clone());
        let input =
            input.on("input", move |_| read()).on("keyup", move |_| on_key()).on("focusout", move |_| on_leave());
        // Only what the page itself puts in is written to the input: the user may be in the middle of typing.
        let node = input.input();
        effect(move || {
            self.refilled.track();
            node.set_value(&self.form.with_untracked(|it| read_only(it).typed.clone()));
        });
        let label = self.label(field);
        let name = el("span").text(&label).maybe(self.required_mark(field));
        let kept = move || {
            let odd = self.form.with(|it| read_only(it).unreadable().map(str::to_owned))?;
            let text = beginning(&odd, MOST_SHOWN);
            Some(el("p.hint.warning").text(&FormDate::Kept { text: &text }.text()))
        };
        self.field_view(field, name, input).bind_child(kept).bind_child(move || self.twice_view(field, &label, when))
    }

    /// The choice between the two times that a clock shows alike when it is put back.
    fn twice_view(self, field: Field, label: &str, when: fn(&mut Form) -> &mut When) -> Option<El> {
        let problems = self.checked.get().err()?;
        let (first, second) = problems.into_iter().find_map(|(it, problem)| match problem {
            Problem::Twice(first, second) if it == field => Some((first, second)),
            _ => None,
        })?;
        let choice = |text: &str, later: bool| {
            button("button small", text, move || self.form.update(|it| when(it).later = Some(later)))
        };
        let offset = |at| platform::utc_offset(ViewerZone.offset(at));
        let (first, second) = (offset(first), offset(second));
        let (first, second) = (FormDate::First { offset: &first }.text(), FormDate::Second { offset: &second }.text());
        let group = el("div.presets").attr("role", "group").attr("aria-label", &FormDate::Which { label }.text());
        Some(group.child(choice(&first, false)).child(choice(&second, true)))
    }
}
