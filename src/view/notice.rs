//! How the page speaks in passing, and how it says that the list could not be loaded.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, FocusEvent, HtmlElement};

use super::account::name_tab;
use super::dialogs::frame::focus_first;
use super::kit::{El, button, effect, el, key_of, on_window, verbatim};
use super::layer::{keep_clear, show_on_top};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::excerpt::{TEXT, excerpt};
use crate::messages::notices::Notices;
use crate::messages::{Explanation, ISOLATES, Typed, explain, explain_typed};
use crate::platform::{Timer, active_element};
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

/// A dialog that opens or closes takes the regions along; so long, in milliseconds, what is told waits for that.
const SETTLED: i32 = 50;

/// So long a button shows that what it copies is on the clipboard, in milliseconds.
const TICK: i32 = 2_000;

/// The place of what is told: all that happens ([`told`]), once that is there (`is_here`); before, the last thing, as it may be
/// that the rest did not come.
pub(super) fn telling(workspace: Workspace, is_here: fn() -> bool, told: fn(Workspace) -> Option<El>) -> El {
    let plain = move || {
        let notice = workspace.notice.get().filter(|_| !is_here())?;
        let said = el("div").children(worded(&notice));
        let said = if notice.is_error { said.attr("role", "alert") } else { said };
        let dismiss = move || {
            workspace.dismiss_notice();
            focus_first(".table-box");
        };
        Some(el("div.notice.shown").child(said).child(button("button quiet", &Notices::Dismiss.text(), dismiss)))
    };
    el("div.telling").bind_child(plain).bind_child(move || told(workspace))
}

/// What a notice says, with the system that it is about.
fn worded(Notice { text, system, .. }: &Notice) -> Vec<El> {
    let system = system.as_ref().map_or(Cow::default(), |system| Notices::InSystem { system }.text());
    quoted(&format!("{system}{text}"))
}

/// What happened last, for the eye and for the ear. What went well is heard politely, what did not at once. It is always
/// shown, if empty: only a region that was there before is heard.
pub(super) fn told(workspace: Workspace) -> El {
    let notice = RwSignal::new(None);
    effect(move || match workspace.notice.get() {
        None => notice.set(None),
        told => spawn_local(async move {
            workspace.runtime().sleep(SETTLED).await;
            if workspace.notice.try_get_untracked().as_ref() == Some(&told) {
                let _ = notice.try_set(told);
            }
        }),
    });
    let said = move |is_error: bool| {
        notice.with(|it: &Option<Notice>| match it.as_ref().filter(|it| it.is_error == is_error) {
            Some(notice) => worded(notice),
            None => Vec::new(),
        })
    };
    let is_shown = Memo::new(move |_| notice.with(Option::is_some));
    let show = move || {
        let token = notice.with(|it| it.as_ref()?.hidden_token.clone())?;
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
    let is_error = move || notice.with(|it| it.as_ref().is_some_and(|it| it.is_error));
    let view = el("div.notice")
        .attr("popover", "manual")
        .attr("role", "region")
        .attr("aria-label", &Notices::Label.text())
        .bind_class("shown", move || is_shown.get())
        .child(el("div").attr("aria-live", "polite").bind_children(move || said(false)))
        .child(
            el("div")
                .attr("aria-live", "assertive")
                .bind_attr("role", move || is_error().then(|| "alert".into()))
                .bind_children(move || said(true)),
        )
        .bind_child(show)
        .bind_show(move || is_shown.get(), move || button("button quiet", &Notices::Dismiss.text(), dismiss));
    let node = view.0.clone();
    let view = view
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
    let node = view.0.clone();
    effect(move || {
        if notice.with(Option::is_some) {
            keep_clear(&node);
        }
    });
    let node = view.0.clone();
    // It has to stand on the page before it can be shown.
    spawn_local(async move { show_on_top(&node) });
    name_tab(workspace);
    let node = view.0.clone();
    on_window("focusin", move |_| {
        if is_shown.get_untracked() {
            keep_clear(&node);
        }
    });
    tick_what_copied(workspace);
    el("div").child(view).child(heard(workspace))
}

/// The region that is heard and not seen. Each text is a paragraph of its own, so that none takes the place of one that is
/// still to be read out.
fn heard(workspace: Workspace) -> El {
    let region = el("div.heard").attr("aria-live", "polite");
    let node = region.0.clone();
    let emptied = StoredValue::new_local(None::<Timer>);
    let forgotten = Cell::default();
    effect(move || {
        let times = workspace.forgotten.get();
        if forgotten.replace(times) != times {
            node.set_text_content(None);
        }
        let Some(words) = workspace.heard.get() else { return };
        let node = node.clone();
        spawn_local(async move {
            workspace.runtime().sleep(SETTLED).await;
            // It may name a token, and that be forgotten by now.
            if workspace.heard.try_with_untracked(Option::is_some) == Some(true) {
                let _ = node.append_child(&el("p").text(&words.text()).0);
                let emptied_later = Timer::after(READ, move || node.set_text_content(None));
                let _ = emptied.try_set_value(Some(emptied_later));
            }
        });
    });
    region
}

/// Shows on the button that was pressed last that what it copies is on the clipboard.
fn tick_what_copied(workspace: Workspace) {
    // Weakly: a button that is off the page would hold all of the dialog that it was in.
    let pressed = StoredValue::new_local(None::<js_sys::WeakRef<HtmlElement>>);
    on_window("click", move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let button = target.and_then(|it| it.closest("button").ok().flatten());
        pressed.set_value(button.map(|it| js_sys::WeakRef::new(it.unchecked_ref::<HtmlElement>())));
    });
    // Before this is here only the list can copy, and what is pressed there has the focus.
    let in_list = || active_element()?.closest("[data-do=copy]").ok()?.map(JsCast::unchecked_into);
    effect(move || {
        if workspace.copied.get() > 0
            && let Some(button) = pressed.with_value(|it| it.as_ref()?.deref()).or_else(in_list)
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
