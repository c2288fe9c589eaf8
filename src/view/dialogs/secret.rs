//! The secret of a new token, shown once.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::insets::{self, Inset};
use super::super::kit::{El, button, el, on_resize, on_window};
use super::about;
use super::copying::Copying;
use super::frame::{focus_while, modal};
use crate::actions::NamedToken;
use crate::capabilities::{Column, ColumnKind, Field, SecretUse};
use crate::messages::dialogs::Dialogs;
use crate::messages::secret::SecretDialog;
use crate::platform::document;
use crate::rotation::hand_over;
use crate::words::Words;
use crate::workspace::Workspace;

/// Shows the secret until the user has it. It closes by the user's word only: no timer takes it away.
pub(in crate::view) fn secret(workspace: Workspace, token: &NamedToken, system: &str) -> El {
    let has_it = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let is_empty = workspace.secret.with(|it| it.as_ref().is_none_or(|it| it.value.is_empty()));
    let close = move || workspace.close_secret(has_it.get_untracked() && !is_empty);
    let try_close = move || {
        if has_it.get_untracked() {
            close();
        } else {
            asking.set(true);
        }
    };
    on_window("beforeunload", move |event| {
        if !has_it.get_untracked() {
            event.prevent_default();
        }
    });

    // The form that made the token is gone, and with it the button that has the focus now.
    let opener = document().query_selector(".toolbar-side .primary").ok().flatten().map(JsCast::unchecked_into);
    // Another connection may be shown by now.
    let source = workspace.source(token.token.slot).filter(|it| it.connection().name == system);
    let about = match source {
        Some(source) => about::token(source, token),
        None => std::iter::once(about::name(token)).chain(about::system(workspace, system)).collect(),
    };
    let body = el("div.modal-body").children(about);
    if is_empty {
        has_it.set(true);
        let problem = workspace.secret.with(|it| it.as_ref().and_then(|it| it.problem.clone()));
        let said = |it: &Words| SecretDialog::SystemSaid { words: &it.text() }.text();
        let why = problem.map(|it| el("p").text(&said(&it)));
        let foot = el("div.modal-foot").child(button("button primary", &Dialogs::Close.text(), close));
        let body = body.child(
            el("div.panel.error").attr("role", "alert").child(el("p").text(&SecretDialog::Missing.text())).maybe(why),
        );
        return modal(&SecretDialog::Title.text(), "dialog", opener, close, el("div").child(body).child(foot));
    }

    let copying = Copying::new(true);
    let have_it = move || {
        let _ = has_it.try_set(true);
        let _ = asking.try_set(false);
    };
    // Buttons that copy it in some form.
    let copy = move |idx: usize, what: &str, write: Box<dyn Fn(&str) -> String>| {
        let text = move || workspace.secret.with_untracked(|it| it.as_ref().map(|it| write(&it.value)));
        copying.button(idx, what, text, have_it)
    };
    let shown = whole_text();
    let node = shown.input();
    workspace.secret.with(|it| node.set_value(it.as_ref().map_or("", |it| &it.value)));
    on_cleanup(move || node.set_value(""));
    // It is what the user came for, until they have it.
    let first = copy(0, &SecretDialog::Copy.text(), Box::new(str::to_owned))
        .attr("autofocus", "")
        .bind_class("primary", move || !has_it.get());
    let mut ways = el("div.presets").child(first);
    // Where callers send the GUID, no header nor variable is known.
    let is_guid = source.is_some_and(|it| it.system().field(Field::Guid).is_some());
    let (how, called) = (workspace.secret_use.get_untracked(), token.name.clone());
    let for_commands = (called.clone(), how.as_ref().map(|it| it.variable.clone()));
    let wants_commands = RwSignal::new(false);
    let commands = move || {
        let (name, variable) = for_commands.clone();
        Some(match wants_commands.get() {
            true => insets::here(Inset::Commands(name, variable)),
            false => {
                button("button quiet small other-way", &SecretDialog::Commands.text(), move || wants_commands.set(true))
            }
        })
    };
    let variable = how.as_ref().map(|it| it.variable.clone());
    let variable = variable.or_else(|| is_guid.then(|| hand_over::variable_name(None, &called)));
    if let Some(SecretUse { header, .. }) = how {
        let name = header.split(':').next().unwrap_or_default().to_owned();
        let as_header = Box::new(move |secret: &str| hand_over::header(&header, secret));
        let label = match &*name {
            "Authorization" => SecretDialog::CopyAuthorization.text(),
            _ => SecretDialog::CopyHeader.text(),
        };
        ways = ways.child(copy(1, &label, as_header));
    }
    if let Some(variable) = variable {
        let as_line = Box::new(move |secret: &str| hand_over::env_line(&variable, secret));
        ways = ways.child(copy(2, &SecretDialog::CopyVariable.text(), as_line));
    }
    let hash = workspace.secret.with(|it| it.as_ref().and_then(|it| it.hash.clone()));
    let hash = hash.map(|it| {
        let shown = whole_text();
        shown.input().set_value(&it);
        let hint = el("span.hint").text(&SecretDialog::HashHint.text());
        el("div.field").child(el("label").child(el("span").text(&SecretDialog::Hash.text())).child(shown)).child(hint)
    });
    let have = el("input").attr("type", "checkbox").bind_checked(move || has_it.get()).on("change", move |_| {
        has_it.update(|it| *it = !*it);
        // A user who says so is asked no longer.
        asking.set(false);
    });
    let is_hidden = |it: &Column| matches!(it.kind, ColumnKind::Hidden(_));
    let is_listed = is_guid || source.is_some_and(|it| it.system().columns.iter().any(is_hidden));
    let once = match is_listed {
        _ if is_guid => SecretDialog::ShownAsGuid.text(),
        true => SecretDialog::ShownInList.text(),
        false => SecretDialog::ShownOnce.text(),
    };
    let body = body
        .child(el("p").text(&once))
        .child(el("label.field").child(el("span").text(&SecretDialog::Secret.text())).child(shown))
        .child(ways)
        .child(copying.said())
        .child(el("div").bind_child(commands))
        .maybe(hash)
        .child(el("label.choice").child(have).child(el("span").text(&SecretDialog::Saved.text())))
        .maybe(workspace.hands_over().then(|| el("p.hint").text(&SecretDialog::ThenEnd.text())));
    let closing = el("div.modal-foot")
        .bind_flag("hidden", move || asking.get())
        .child(button("button", &Dialogs::Close.text(), try_close).bind_class("primary", move || has_it.get()));
    let keep = button("button primary", &SecretDialog::GoBack.text(), move || asking.set(false));
    focus_while(asking, keep.0.clone());
    let question = if is_listed { SecretDialog::NotSavedListed.text() } else { SecretDialog::NotSaved.text() };
    let guard = el("div.modal-foot")
        .attr("role", "group")
        .attr("aria-label", &SecretDialog::CloseWhat.text())
        .bind_flag("hidden", move || !asking.get())
        .child(el("p.foot-text.warning").text(&question))
        .child(keep)
        .child(button("button", &SecretDialog::CloseAnyway.text(), close));
    let content = el("div.modal-whole").children(vec![body, closing, guard]);
    modal(&SecretDialog::Title.text(), "dialog", opener, try_close, content)
}

/// A place for a text to read, to select and to copy, which shows all of it.
fn whole_text() -> El {
    let place = el("textarea.mono.whole")
        .attr("readonly", "")
        .attr("rows", "1")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("translate", "no");
    // Where the style sheet cannot say so it gets as high as its lines.
    let node = place.0.clone();
    on_resize(&place.0, move || {
        let more = node.scroll_height() - node.client_height();
        if more > 0 {
            let _ = node.style().set_property("height", &format!("{}px", node.offset_height() + more));
        }
    });
    place
}
