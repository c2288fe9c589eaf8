//! The command that connects a system by way of the program that serves the page, where one does.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::kit::{El, button, el};
use crate::messages::welcome::Program;
use crate::platform::copy;
use crate::platform::fetch::is_served_by_program;

/// For a system of this name and address.
pub(super) fn to_connect(key: String, address: String) -> El {
    where_served(Program::Connect, move || Program::Command { key: &key, address: &quoted(&address) }.text().into())
}

/// For any system: what the command looks like.
pub(super) fn example() -> El {
    where_served(Program::About, || Program::Example.text().into())
}

/// Nothing where something else serves the page.
fn where_served(about: Program<'static>, command: impl Fn() -> String + 'static) -> El {
    let is_served = RwSignal::new(false);
    spawn_local(async move {
        let found = is_served_by_program().await;
        // The place may have gone meanwhile.
        let _ = is_served.try_set(found);
    });
    el("div.part").bind_child(move || is_served.get().then(|| untrack(|| view(about, &command()))))
}

fn view(about: Program, command: &str) -> El {
    let said = RwSignal::new(String::new());
    let text = command.to_owned();
    let copy = move || {
        let text = text.clone();
        spawn_local(async move {
            let told = if copy(&text).await { Program::Copied.text() } else { Program::NotCopied.text() };
            let _ = said.try_set(told.into());
        });
    };
    el("div.panel.command")
        .child(el("p").text(&about.text()))
        .child(el("pre").attr("tabindex", "0").child(el("code").attr("translate", "no").text(command)))
        .child(
            el("div.panel-buttons")
                .child(button("button", &Program::Copy.text(), copy))
                .child(el("span.muted").attr("role", "status").bind_text(move || said.get())),
        )
}

/// An address as a shell reads it: in quotes where it has more in it than addresses mostly have.
fn quoted(address: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._~:/[]%".contains(it);
    match address.chars().all(is_plain) {
        true => address.to_owned(),
        false => format!("'{}'", address.replace('\'', r"'\''")),
    }
}
