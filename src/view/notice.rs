//! How the page speaks in passing, and how it says that the list could not be loaded.

use std::borrow::Cow;
use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement};

use super::dialogs::frame::focus_first;
use super::kit::{El, button, effect, el, key_of, on_window, verbatim};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::excerpt::{TEXT, excerpt};
use crate::messages::notices::Notices;
use crate::messages::{Explanation, ISOLATES, Typed, explain, explain_typed};
use crate::platform::{Timer, active_element, document};
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;
use crate::workspace::notices::Notice;

/// An error in words, as every part of the page shows it.
pub(super) fn error_panel(error: &ApiError, retry_safety: RetrySafety) -> El {
    error_panel_beside(error, retry_safety, &Typed::default(), |_| false)
}

/// [`error_panel`] beside what was typed. Messages on fields stand in it, but for those that are shown elsewhere.
pub(super) fn error_panel_beside(
    error: &ApiError,
    retry_safety: RetrySafety,
    typed: &Typed,
    is_shown: impl Fn(&str) -> bool,
) -> El {
    let Explanation { what, next, .. } = explain_typed(error, retry_safety, typed);
    let messages = match error {
        ApiError::Invalid(_, fields) => fields.as_slice(),
        _ => &[],
    };
    let messages = messages.iter().filter(|(it, _)| !is_shown(it)).map(|(field, text)| {
        el("p").text(&if field.is_empty() {
            text.text()
        } else {
            Notices::FieldSays { field, text: &text.text() }.text()
        })
    });
    let recipe = || el("a").attr("href", "proxy.md").attr("target", "_blank").text(&Notices::Recipe.text());
    let source = |origin: &String| el("p").child(el("code").text(&format!("connect-src {origin}")));
    let (source, wants_recipe) = match error {
        ApiError::NoAnswer(NetworkError::Policy(origin)) => (Some(source(origin)), true),
        error => (None, matches!(error, ApiError::NoAnswer(NetworkError::Cors | NetworkError::CorsFor(_)))),
    };
    el("div.panel.error")
        .attr("role", "alert")
        .child(el("p.error-what").children(quoted(&what)))
        .child(el("p.error-next").children(quoted(&next)))
        .children(messages.collect())
        .maybe(source)
        .maybe(wants_recipe.then(recipe))
}

/// Sentences; what they quote or isolate are names and other texts of a system's own. Where quotes do not match, since a
/// name has some itself, all between the first and the last is taken for names.
pub(super) fn quoted(text: &str) -> Vec<El> {
    let plain = |text: &str| el("span").text(&excerpt(text, TEXT));
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(from) = rest.find(['“', ISOLATES.0]) {
        let is_quote = rest[from..].starts_with('“');
        let start = from + if is_quote { '“' } else { ISOLATES.0 }.len_utf8();
        let inner = &rest[start..];
        let end = if is_quote { end_of_quote(inner) } else { inner.find(ISOLATES.1) };
        let Some(end) = end else { break };
        // Quotes are shown, isolates are not there for that.
        parts.push(plain(&rest[..if is_quote { start } else { from }]));
        parts.push(verbatim(&inner[..end]));
        rest = &inner[end + if is_quote { 0 } else { ISOLATES.1.len_utf8() }..];
    }
    if !rest.is_empty() {
        parts.push(plain(rest));
    }
    parts
}

/// Where what a quote has begun ends.
fn end_of_quote(inner: &str) -> Option<usize> {
    let end = inner.find('”')?;
    if inner[..end].contains('“') { inner.rfind('”') } else { Some(end) }
}

/// So long a text that was heard stays for who reads it with a screen reader, in milliseconds.
const READ: i32 = 4_000;

/// So long a button shows that what it copies is on the clipboard, in milliseconds.
const TICK: i32 = 2_000;

/// What happened last, for the eye and for the ear. What went well is heard politely, what did not at once.
pub(super) fn told(workspace: Workspace) -> El {
    let said = move |is_error: bool| {
        workspace.notice.with(|it| match it.as_ref().filter(|it| it.is_error == is_error) {
            Some(notice) => quoted(&worded(notice)),
            None => Vec::new(),
        })
    };
    let is_shown = Memo::new(move |_| workspace.notice.with(Option::is_some));
    let show = move || {
        let token = workspace.notice.with(|it| it.as_ref()?.hidden_token.clone())?;
        Some(button("button", &Notices::Show.text(), move || workspace.reveal(token.clone())))
    };
    // Where the focus was before it came here.
    let came_from = StoredValue::new_local(None::<HtmlElement>);
    let dismiss = move || {
        workspace.dismiss_notice();
        match came_from.try_update_value(Option::take).flatten().filter(|it| it.is_connected()) {
            Some(place) => drop(place.focus()),
            None => focus_first(".table-box"),
        }
    };
    let notice = el("div.notice")
        .attr("popover", "manual")
        .attr("role", "region")
        .attr("aria-label", &Notices::Label.text())
        .child(el("div").bind_children(move || said(false)))
        .child(el("div").attr("role", "alert").bind_children(move || said(true)))
        .bind_child(show)
        .child(button("button quiet", &Notices::Dismiss.text(), dismiss));
    let node = notice.0.clone();
    let notice = notice
        .on("pointerenter", move |_| workspace.hold_notice(true))
        .on("pointerleave", move |_| workspace.hold_notice(false))
        .on("focusin", move |event| {
            let from = event.unchecked_ref::<FocusEvent>().related_target().map(JsCast::unchecked_into::<HtmlElement>);
            if let Some(from) = from.filter(|it| !node.contains(Some(it))) {
                came_from.set_value(Some(from));
            }
            workspace.hold_notice(true);
        })
        .on("focusout", move |_| workspace.hold_notice(false))
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" {
                event.stop_propagation();
                dismiss();
            }
        });
    let node = notice.0.clone();
    effect(move || {
        workspace.notice.track();
        show_on_top(&node, is_shown.get());
    });
    let node = notice.0.clone();
    on_window("focusin", move |_| keep_clear(&node));
    tick_what_copied(workspace);
    el("div.told").child(notice).child(heard(workspace))
}

fn worded(Notice { text, system, .. }: &Notice) -> String {
    let system = system.as_ref().map_or(Cow::default(), |system| Notices::InSystem { system }.text());
    format!("{system}{text}")
}

/// The region that is heard and not seen. Each text is a paragraph of its own, so that none takes the place of one that is
/// still to be read out.
fn heard(workspace: Workspace) -> El {
    let region = el("div.heard").attr("aria-live", "polite");
    let node = region.0.clone();
    let emptied = StoredValue::new_local(None::<Timer>);
    let say = move |text: &str| {
        let _ = node.append_child(&el("p").text(text).0);
        let node = node.clone();
        emptied.set_value(Some(Timer::after(READ, move || node.set_text_content(None))));
    };
    let say_outcome = say.clone();
    effect(move || {
        if let Some(words) = workspace.heard.get() {
            say(&words.text());
        }
    });
    effect(move || {
        workspace.notice.with(|it| {
            if let Some(notice) = it.as_ref().filter(|it| !it.is_error) {
                say_outcome(&worded(notice));
            }
        });
    });
    region
}

/// Shows a notice over everything else, or not at all.
fn show_on_top(notice: &HtmlElement, is_shown: bool) {
    let _ = notice.class_list().toggle_with_force("shown", is_shown);
    // An older browser has no such layer: the notice is shown by its class.
    let _ = notice.hide_popover();
    if is_shown {
        let _ = notice.show_popover();
        keep_clear(notice);
    }
}

/// Moves a notice out of the way of what has the focus, and of a dialog's buttons.
fn keep_clear(notice: &HtmlElement) {
    let classes = notice.class_list();
    let _ = classes.remove_1("up");
    // A dialog and the table's box may have it as a whole.
    let is_control = |it: &HtmlElement| !notice.contains(Some(it)) && !it.matches("dialog, [role]").unwrap_or_default();
    let focused = active_element().filter(is_control);
    let foot = document().query_selector("dialog[open] .modal-foot:not([hidden])").ok().flatten();
    let place = notice.get_bounding_client_rect();
    let is_covered = |it: &Element| {
        let it = it.get_bounding_client_rect();
        it.left() < place.right() && it.right() > place.left() && it.top() < place.bottom() && it.bottom() > place.top()
    };
    if focused.is_some_and(|it| is_covered(&it)) || foot.is_some_and(|it| is_covered(&it)) {
        let _ = classes.add_1("up");
    }
}

/// Takes what is told into the dialog on top, since all that is not in it is inert; and out of `closing` before that goes.
pub(super) fn follow_dialogs(closing: Option<&HtmlElement>) {
    let find = |selector: &str| document().query_selector(selector).ok().flatten();
    let Some(told) = find(".told") else { return };
    let mut dialogs = Vec::new();
    if let Ok(open) = document().query_selector_all("dialog[open]") {
        let all = (0..open.length()).filter_map(|idx| open.get(idx)).map(JsCast::unchecked_into::<Element>);
        dialogs.extend(all.filter(|it| closing.is_none_or(|closing| !closing.contains(Some(it)))));
    }
    let focused = active_element();
    let has_focus = |it: &&Element| focused.as_deref().is_some_and(|focused| it.contains(Some(focused)));
    let top = dialogs.iter().rev().find(has_focus).or(dialogs.last()).cloned();
    let place = top.or_else(|| find("main").and_then(|it| it.parent_element()));
    if let Some(place) = place.filter(|it| told.parent_element().as_ref() != Some(it)) {
        let _ = place.append_child(&told);
        if let Some(notice) = find(".notice.shown") {
            show_on_top(notice.unchecked_ref(), true);
        }
    }
}

/// Shows on the button that was pressed last that what it copies is on the clipboard.
fn tick_what_copied(workspace: Workspace) {
    let pressed = StoredValue::new_local(None::<HtmlElement>);
    on_window("click", move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        pressed.set_value(target.and_then(|it| it.closest("button").ok().flatten()).map(JsCast::unchecked_into));
    });
    effect(move || {
        if workspace.copied.get() > 0
            && let Some(button) = pressed.get_value()
        {
            tick(&button);
        }
    });
}

/// Shows on a button that it has done what it says.
pub(super) fn tick(button: &HtmlElement) {
    const DONE: &str = "data-copied";
    thread_local! {
        /// The button that shows it now.
        static TICKED: RefCell<Option<(HtmlElement, Timer)>> = const { RefCell::new(None) };
    }
    let _ = button.set_attribute(DONE, "");
    let node = button.clone();
    let timer = Timer::after(TICK, move || drop(node.remove_attribute(DONE)));
    if let Some((before, _)) = TICKED.replace(Some((button.clone(), timer))).filter(|(before, _)| before != button) {
        let _ = before.remove_attribute(DONE);
    }
}

/// Why the one list is not there, not complete or not up to date, and what can be done. Who has to sign in first is told
/// so where the rows would be.
pub(super) fn load_error(source: ConnectionState) -> Option<El> {
    if source.signed_out.get() {
        return None;
    }
    let error = source.load.with(|it| it.error.clone().filter(|_| !it.running))?;
    if matches!(error, ApiError::NoAnswer(NetworkError::Redirected { .. })) {
        // Who has signed in there, in another tab, comes back to this one.
        on_window("focus", move |_| source.retry());
    }
    let wants_sign_in = matches!(error, ApiError::SignedOut(_)) && source.can_sign_in();
    let text = if wants_sign_in { Notices::SignIn.text() } else { Notices::Retry.text() };
    let can_help = wants_sign_in || explain(&error, RetrySafety::ReadOnly).retry;
    let retry = move || {
        source.retry();
        // The button goes away, and the focus with it.
        focus_first(".load");
    };
    Some(error_panel(&error, RetrySafety::ReadOnly).maybe(can_help.then(|| button("button", &text, retry))))
}
