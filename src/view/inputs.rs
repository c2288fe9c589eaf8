//! What a system asks for beyond the page's own fields: to sign in, in the form, and before a call.

use super::kit::{El, el, value_of};
use crate::capabilities::{Input, InputKind};
use crate::messages::privileges::Asked;
use crate::words::Words;

/// How an input that must not be empty says so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Must {
    /// By a mark beside its label.
    Mark,
    /// The browser asks for what is missing.
    Ask,
}

/// From so many choices on they stand in a list that opens.
const LONG: usize = 5;

/// A labelled control for an input, which shows what `value` says and hands on what is typed. `tie` gets the control, to
/// tie it to messages about it.
pub(super) fn control(
    input: &Input,
    must: Must,
    value: impl Fn() -> String + Copy + 'static,
    set: impl Fn(String) + Copy + 'static,
    tie: impl Fn(El) -> El,
) -> El {
    let Input { key, optional, hint, purpose, .. } = input;
    let label = &*input.label.text();
    let kind = &match &input.kind {
        // What need not be chosen can be left, and taken back.
        InputKind::Choice(choices) if *optional => {
            let not_set = (String::new(), Words::from(&*Asked::NotSet.text()));
            InputKind::Choice(std::iter::once(not_set).chain(choices.iter().cloned()).collect())
        }
        kind => kind.clone(),
    };
    let checked = |control: El| if must == Must::Ask && !optional { control.attr("required", "") } else { control };
    let typed = |control: El| {
        let control = control
            .attr("autocomplete", purpose.autocomplete())
            .attr("name", key)
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .bind_value(value);
        tie(checked(control.on("input", move |event| set(value_of(&event)))))
    };
    let labelled = |control: El| {
        let name = el("span").text(label).maybe((must == Must::Mark && !optional).then(required_mark));
        el("div.field").child(el("label").child(name).child(control))
    };
    let line = |kind: &str| labelled(typed(el("input").attr("type", kind)));
    let control = match kind {
        InputKind::Text if purpose.is_code() => {
            labelled(typed(el("input").attr("type", "text").attr("inputmode", "numeric")))
        }
        InputKind::Text => line("text"),
        InputKind::Number => labelled(typed(el("input").attr("type", "text").attr("inputmode", "decimal"))),
        InputKind::Secret => line("password"),
        InputKind::List => labelled(typed(el("textarea").attr("rows", "2"))),
        InputKind::Fixed => labelled(el("input").attr("type", "text").attr("readonly", "").bind_value(value)),
        InputKind::Switch => {
            let flip = move |_| set((value() != "true").to_string());
            let input = el("input").attr("type", "checkbox").bind_checked(move || value() == "true").on("change", flip);
            el("div.field").child(el("label.choice").child(tie(input)).text(label))
        }
        InputKind::Choice(choices) if choices.len() > LONG => {
            let option = |(value, name): &(String, Words)| el("option").attr("value", value).text(&name.text());
            let select = el("select").children(choices.iter().map(option).collect()).bind_value(value);
            labelled(tie(select.on("change", move |event| set(value_of(&event)))))
        }
        InputKind::Choice(choices) => {
            let choice = |(this, name): &(String, Words)| {
                let (for_check, for_change) = (this.clone(), this.clone());
                let input = el("input")
                    .attr("type", "radio")
                    .attr("name", key)
                    .bind_checked(move || value() == for_check)
                    .on("change", move |_| set(for_change.clone()));
                el("label.choice").child(input).text(&name.text())
            };
            let choices = el("div.choices").children(choices.iter().map(choice).collect());
            tie(el("fieldset.field").child(el("legend").text(label)).child(choices))
        }
    };
    // The hint stands outside of the label, as it is no part of the name.
    control.maybe((!hint.is_empty()).then(|| el("span.hint").text(&hint.text())))
}

/// What an input holds before anything is typed: of several that one must be chosen of, the first.
pub(super) fn initial(input: &Input) -> String {
    match &input.kind {
        InputKind::Choice(choices) if input.value.is_empty() && !input.optional => {
            choices.first().map(|(value, _)| value.clone()).unwrap_or_default()
        }
        InputKind::Switch if input.value.is_empty() => "false".into(),
        _ => input.value.clone(),
    }
}

/// Says to the eye that a field must not be empty; the control says so itself.
pub(super) fn required_mark() -> El {
    el("span.required").attr("aria-hidden", "true").text(" *")
}
