//! Commands that put a new secret where it is needed. They take it through standard input, and do not have it in them.

use leptos::prelude::*;

use super::super::dialogs::copying::Copying;
use super::super::kit::{El, el, value_of};
use crate::messages::rotation::HandOver;
use crate::rotation::hand_over::{github, kubernetes, kubernetes_name, variable_name};

/// The commands for a token of this name, whose secret is usually kept in `variable`.
pub(in crate::view) fn commands(name: &str, variable: Option<&str>) -> El {
    let usual = variable_name(variable, name);
    let (secret, key, github_name) =
        (RwSignal::new(kubernetes_name(name)), RwSignal::new(usual.clone()), RwSignal::new(usual));
    let copying = Copying::new(false);
    let field = |label: &str, value: RwSignal<String>| {
        let input = el("input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("autocapitalize", "off")
            .attr("spellcheck", "false")
            .bind_value(move || value.get())
            .on("input", move |event| value.set(value_of(&event)));
        el("label.field").child(el("span").text(label)).child(input)
    };
    let command = |idx: usize, title: &str, copy: &str, fields: Vec<El>, command: Signal<String>| {
        let shown = el("pre.mono.command").attr("translate", "no").attr("tabindex", "0").attr("aria-label", title);
        el("fieldset.command-for")
            .child(el("legend").text(title))
            .child(el("div.command-fields").children(fields))
            .child(shown.bind_text(move || command.get()))
            .child(el("div.presets").child(copying.button(idx, copy, move || command.try_get_untracked(), || {})))
    };
    let for_kubernetes = Signal::derive(move || kubernetes(&secret.get(), &key.get()));
    let for_github = Signal::derive(move || github(&github_name.get()));
    let fields = vec![field(&HandOver::Name.text(), secret), field(&HandOver::Key.text(), key)];
    el("section.commands")
        .attr("aria-label", &HandOver::Commands.text())
        .child(el("p.hint").text(&HandOver::Safe.text()))
        .child(command(0, &HandOver::Kubernetes.text(), &HandOver::CopyKubernetes.text(), fields, for_kubernetes))
        .child(command(
            1,
            &HandOver::GitHub.text(),
            &HandOver::CopyGitHub.text(),
            vec![field(&HandOver::Name.text(), github_name)],
            for_github,
        ))
        .child(copying.said())
}
