//! When a token starts and when it ends: two dates, and lengths to choose from.

use leptos::prelude::*;

use super::super::kit::{El, button, effect, el};
use super::editor::{Editor, follow_clock};
use crate::capabilities::{Action, Field};
use crate::draft::{Form, Problem, When};
use crate::messages::form::FormDate;
use crate::messages::{Unit, beginning, count};
use crate::platform::{self, ViewerZone, now};
use crate::time::{MINUTE, Zone, format_minute, wall_at};

/// Offered lengths of a life, in days.
const PRESETS: [i64; 4] = [7, 30, 60, 90];

/// How many letters of a date that cannot be read are shown.
const MOST_SHOWN: usize = 80;

impl Editor {
    pub(super) fn dates_view(self, fields: &[Field]) -> Vec<El> {
        let must_end = self.shape(Field::ValidTo).required;
        let set_end = move |typed: String| {
            self.form.update(|it| (it.valid_to.typed, it.valid_to.later) = (typed, None));
            self.refilled.update(|it| *it += 1);
        };
        let presets = move || {
            if self.dates_are_fixed() {
                return Some(el("p.hint").text(&FormDate::Fixed.text()));
            }
            let preset = |days: i64| {
                let typed = move || self.form.with_untracked(|it| it.preset(days, now(), &ViewerZone));
                button("button small", &count(days as usize, Unit::Day), move || set_end(typed()))
            };
            let row = el("div.presets")
                .attr("role", "group")
                .attr("aria-label", &FormDate::ValidFor.text())
                .child(el("span.muted").attr("aria-hidden", "true").text(&FormDate::ValidFor.text()))
                .children(PRESETS.map(preset).into());
            let no_end = || button("button small", &FormDate::NoEnd.text(), move || set_end(String::new()));
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
        let by_day = self.shape(Field::ValidTo).by_day.then(|| el("p.hint").text(&FormDate::ByDay.text()));
        let zone = platform::with_formats(|it| FormDate::Zone { zone: &it.zone }.text());
        let dates = el("div.dates").children(fields.iter().map(|field| self.date_view(*field)).collect());
        let views = vec![
            dates,
            el("div").bind_child(presets),
            el("p.hint").text(&zone),
            el("p.hint.warning").attr("aria-live", "polite").bind_text(endless),
        ];
        views.into_iter().chain(by_day).collect()
    }

    /// Whether the token was revoked, where that is for good (wire contracts §1).
    fn dates_are_fixed(self) -> bool {
        self.system.with_value(|it| it.revokes_for_good)
            && self.base.with(|it| it.as_ref().is_some_and(|it| it.token.revoked))
    }

    fn date_view(self, field: Field) -> El {
        let when: fn(&mut Form) -> &mut When =
            if field == Field::ValidFrom { |it| &mut it.valid_from } else { |it| &mut it.valid_to };
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
            if self.form.with_untracked(|it| when(&mut it.clone()).typed != typed) {
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
            node.set_value(&self.form.with_untracked(|it| when(&mut it.clone()).typed.clone()));
        });
        let label = self.label(field);
        let name = el("span").text(&label).maybe(self.required_mark(field));
        let kept = move || {
            let odd = self.form.with(|it| when(&mut it.clone()).unreadable().map(str::to_owned))?;
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
