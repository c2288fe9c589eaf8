//! The sign-in form: asks for what the connection's system wants to know. Nothing that is secret is stored.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::super::inputs::{self, Must};
use super::super::kit::{El, button, el, key_of};
use super::super::notice::error_panel;
use super::frame::modal;
use crate::api::{ApiError, Prompt, RetrySafety, fits_header};
use crate::capabilities::{Input, InputKind, Purpose, SignIn};
use crate::config::Auth;
use crate::messages::dialogs::Dialogs;
use crate::messages::fields::Wrong;
use crate::messages::sign_in::SignInForm;
use crate::platform::{active_element, read_address, storage};
use crate::words::Words;
use crate::workspace::connection::ConnectionState;

/// An input of the form, and what was typed into it.
#[derive(Clone)]
struct Typed {
    key: String,
    optional: bool,
    in_header: bool,
    purpose: Purpose,
    is_secret: bool,
    value: RwSignal<String>,
    /// Whether it was found that it cannot be sent.
    is_unfit: RwSignal<bool>,
    control: HtmlElement,
}

/// Why what was typed cannot be sent.
pub(in crate::view) enum Gap {
    /// Something that belongs to no one field.
    Whole(ApiError),
    /// It is told at its field.
    AtField,
}

/// What is typed into the inputs of all ways to sign in, and which of the ways is chosen.
#[derive(Clone)]
pub(in crate::view) struct Ways {
    ways: Rc<Vec<Vec<Typed>>>,
    chosen: RwSignal<usize>,
    /// Whether the system is known to want a one-time code.
    wants_code: RwSignal<bool>,
}

impl Ways {
    /// The inputs of all ways, of which the chosen one's are seen, and a switch where there are several. `name`: the
    /// connection's, by which a password store tells its tokens from those of other systems.
    pub(in crate::view) fn new(ways: Vec<Vec<Input>>, name: &str, chosen: usize) -> (Vec<El>, Ways) {
        let names: Vec<String> = ways.iter().map(|it| way_name(it)).collect();
        let chosen = RwSignal::new(if chosen < ways.len() { chosen } else { 0 });
        let wants_code = RwSignal::new(false);
        let mut views: Vec<El> = (ways.len() > 1).then(|| switch(&names, chosen)).into_iter().collect();
        let mut typed = Vec::new();
        for (idx, way) in ways.into_iter().enumerate() {
            let has_user = way.iter().any(|it| it.purpose == Purpose::Username);
            let has_secret = way.iter().any(|it| it.kind == InputKind::Secret);
            let (inputs, values): (Vec<El>, Vec<Typed>) = way.into_iter().map(|it| input(it, wants_code)).unzip();
            // What is not seen must not be asked for by the browser.
            let view = el("fieldset.way")
                .bind_flag("hidden", move || chosen.get() != idx)
                .bind_flag("disabled", move || chosen.get() != idx)
                .maybe((has_secret && !has_user).then(|| store_name(name)))
                .children(inputs);
            // Not the switch: most users go on as they did last.
            if let Some(first) = values.first() {
                let _ = first.control.set_attribute("autofocus", "");
            }
            views.push(view);
            typed.push(values);
        }
        (views, Ways { ways: Rc::new(typed), chosen, wants_code })
    }

    /// Which way is chosen.
    pub(in crate::view) fn chosen(&self) -> usize {
        self.chosen.get_untracked()
    }

    fn way(&self) -> &[Typed] {
        self.ways.get(self.chosen()).map(Vec::as_slice).unwrap_or_default()
    }

    /// What is typed for the chosen way.
    pub(in crate::view) fn filled(&self) -> Result<Vec<(String, String)>, Gap> {
        let way = self.way();
        let typed = |it: &Typed| it.value.get_untracked().trim().to_owned();
        if let Some(empty) = way.iter().find(|it| !it.optional && typed(it).is_empty()) {
            let _ = empty.control.focus();
            return Err(Gap::Whole(ApiError::SignedOut(Prompt::Incomplete.into())));
        }
        for it in way {
            it.is_unfit.set(it.in_header && !fits_header(&typed(it)));
        }
        if let Some(unfit) = way.iter().find(|it| it.is_unfit.get_untracked()) {
            let _ = unfit.control.focus();
            return Err(Gap::AtField);
        }
        Ok(way.iter().map(|it| (it.key.clone(), typed(it))).collect())
    }

    /// Shows what the system wants besides, and gives the focus to what is to be corrected.
    pub(in crate::view) fn refused(&self, error: &ApiError) {
        let way = self.way();
        let wants_code = match error {
            ApiError::WantsCode(_) => true,
            ApiError::SignedOut(_) => way.iter().any(|it| it.purpose == Purpose::Code),
            _ => false,
        };
        let was_asked = self.wants_code.get_untracked();
        if wants_code {
            self.wants_code.set(true);
        }
        let code = way.iter().find(|it| it.purpose.is_code() && (was_asked || matches!(error, ApiError::WantsCode(_))));
        let secret = way.iter().find(|it| it.is_secret);
        let Some(control) = code.or(secret).or(way.first()).map(|it| it.control.clone()) else { return };
        // What was hidden is seen first.
        spawn_local(async move {
            let _ = control.focus();
        });
    }

    /// The ways that it was made of, with what was typed, but for what is secret.
    pub(in crate::view) fn kept(&self, ways: &[Vec<Input>]) -> Vec<Vec<Input>> {
        let kept = |(input, typed): (&Input, &Typed)| match input.kind {
            InputKind::Secret => input.clone(),
            _ => Input { value: typed.value.get_untracked(), ..input.clone() },
        };
        ways.iter().zip(&*self.ways).map(|(way, typed)| way.iter().zip(typed).map(kept).collect()).collect()
    }

    /// Empties all inputs that are still there.
    pub(in crate::view) fn clear(&self) {
        for it in self.ways.iter().flatten() {
            let _ = it.value.try_set(String::new());
        }
    }
}

/// What a way is called: what its secret is, else its first input.
fn way_name(way: &[Input]) -> String {
    let secret = way.iter().find(|it| it.kind == InputKind::Secret).or(way.first());
    secret.map(|it| it.label.to_string()).unwrap_or_default()
}

/// A choice between the ways, of which each is named by what it asks for.
fn switch(names: &[String], chosen: RwSignal<usize>) -> El {
    let n_ways = names.len();
    let radio = |(idx, name): (usize, &String)| {
        button("button", name, move || chosen.set(idx))
            .attr("role", "radio")
            .bind_attr("aria-checked", move || Some((chosen.get() == idx).to_string()))
            .bind_attr("tabindex", move || Some(if chosen.get() == idx { "0" } else { "-1" }.into()))
    };
    let radios: Vec<El> = names.iter().enumerate().map(radio).collect();
    let nodes: Vec<HtmlElement> = radios.iter().map(|it| it.0.clone()).collect();
    let on_key = move |event: web_sys::Event| {
        let now = chosen.get_untracked();
        let next = match &*key_of(&event) {
            "ArrowRight" | "ArrowDown" => (now + 1) % n_ways,
            "ArrowLeft" | "ArrowUp" => (now + n_ways - 1) % n_ways,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        let _ = nodes[next].focus();
    };
    el("div.segments")
        .attr("role", "radiogroup")
        .attr("aria-label", &SignInForm::With.text())
        .children(radios)
        .on("keydown", on_key)
}

/// A name for password stores, which keep one entry for each name of a user on the page's origin: so what is kept for one
/// system is filled in for no other. Nothing that people see or hear.
fn store_name(name: &str) -> El {
    el("input.store-name")
        .attr("type", "text")
        .attr("name", "username")
        .attr("autocomplete", "username")
        .attr("readonly", "")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("value", name)
}

/// Asks who the user is. `reason` says why, where there is one to say.
pub(in crate::view) fn sign_in(source: ConnectionState, reason: Words) -> El {
    let connection = source.connection();
    let SignIn { ways, warning, .. } = source.system().sign_in.clone().unwrap_or_default();
    let busy = RwSignal::new(false);
    let error = RwSignal::new((!reason.is_empty()).then_some(ApiError::SignedOut(reason)));
    let mut body = el("div.modal-body");
    if !warning.is_empty() {
        body = body.child(el("div.panel").attr("role", "note").child(el("p").text(&warning.text())));
    }
    body = body.bind_child(move || error.get().map(|it| refusal(&it)));
    let key = format!("tokendeck.way.{}", connection.name);
    let last = storage::stored(&key).ok().flatten().and_then(|it| it.parse().ok()).unwrap_or_default();
    let (inputs, typed) = Ways::new(ways, &connection.name, last);
    body = body.children(inputs);
    if !connection.hint.is_empty() {
        body = body.child(el("p.hint").text(&connection.hint));
    }
    let address = read_address(&connection.base).map_or(connection.base, |it| it.href());
    let sent_to = SignInForm::SentTo { address: address.trim_end_matches('/') }.text();
    body = body.child(el("p.muted").text(&sent_to));
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let values = match typed.filled() {
            Ok(values) => values,
            Err(Gap::Whole(gap)) => return error.set(Some(gap)),
            Err(Gap::AtField) => return error.set(None),
        };
        busy.set(true);
        let (typed, key) = (typed.clone(), key.clone());
        spawn_local(async move {
            let way = typed.chosen();
            let outcome = source.sign_in_with(values, Auth::mask).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => {
                    // Another time the page offers this way first; that it cannot be kept is no harm.
                    if way != last {
                        let _ = storage::store(&key, &way.to_string());
                    }
                    typed.clear();
                }
                // The form may have been closed meanwhile.
                Err(problem) => {
                    if error.try_set(Some(problem.clone())).is_none() {
                        typed.refused(&problem);
                    }
                }
            }
        });
    };
    let foot =
        el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), move || source.sign_in_later())).child(
            el("button.button.primary")
                .attr("type", "submit")
                // Natively disabled it would lose the focus.
                .bind_attr("aria-disabled", move || busy.get().then(|| "true".into()))
                .bind_text(move || {
                    if busy.get() { SignInForm::SigningIn.text() } else { SignInForm::SignIn.text() }.into()
                }),
        );
    let form = el("form").on("submit", submit).child(body).child(foot);
    modal(
        &SignInForm::Title { name: &connection.name }.text(),
        "dialog",
        active_element(),
        move || source.sign_in_later(),
        form,
    )
}

/// Why it did not work: the system's refusal by itself, everything else with what to do about it. That it wants a code is
/// no failure.
pub(in crate::view) fn refusal(error: &ApiError) -> El {
    match error {
        ApiError::SignedOut(reason) => el("div.panel.error").attr("role", "alert").child(el("p").text(&reason.text())),
        ApiError::WantsCode(reason) => el("div.panel").attr("role", "status").child(el("p").text(&reason.text())),
        other => error_panel(other, RetrySafety::ReadOnly),
    }
}

/// An input; the browser itself asks for what is missing.
fn input(input: Input, wants_code: RwSignal<bool>) -> (El, Typed) {
    let value = RwSignal::new(inputs::initial(&input));
    let is_unfit = RwSignal::new(false);
    let set = move |typed| {
        is_unfit.set(false);
        value.set(typed);
    };
    let message = format!("unfit-{}", input.key);
    let control = std::cell::RefCell::new(None);
    let tie = |it: El| {
        control.replace(Some(it.0.clone()));
        let message = message.clone();
        it.bind_attr("aria-invalid", move || is_unfit.get().then(|| "true".into()))
            .bind_attr("aria-describedby", move || is_unfit.get().then(|| message.clone()))
    };
    let (label, place) = (input.label.clone(), message.clone());
    let view = inputs::control(&input, Must::Ask, move || value.get(), set, tie).bind_child(move || {
        let message = el("span.field-error").attr("id", &place).attr("role", "alert");
        is_unfit.get().then(|| message.text(&Wrong::UnfitForHeader { label: &label.text() }.text()))
    });
    let is_code = input.purpose.is_code();
    let view = if is_code { view.bind_flag("hidden", move || !wants_code.get()) } else { view };
    let control = control.into_inner().unwrap_or_else(|| view.0.clone());
    let Input { key, optional, in_header, purpose, kind, .. } = input;
    let is_secret = kind == InputKind::Secret;
    (view, Typed { key, optional, in_header, purpose, is_secret, value, is_unfit, control })
}
