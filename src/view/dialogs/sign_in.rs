//! The sign-in form: asks for what the connection's system wants to know. Nothing of it is stored.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::inputs::{self, Must};
use super::super::kit::{El, button, el};
use super::super::notice::error_panel;
use super::frame::modal;
use crate::api::{ApiError, Prompt, RetrySafety, fits_header};
use crate::capabilities::{Input, InputKind, SignIn};
use crate::config::Auth;
use crate::messages::dialogs::Dialogs;
use crate::messages::fields::Wrong;
use crate::messages::sign_in::SignInForm;
use crate::platform::{active_element, read_address};
use crate::words::Words;
use crate::workspace::connection::ConnectionState;

/// An input of the form, and what was typed into it.
#[derive(Clone)]
struct Typed {
    key: String,
    optional: bool,
    in_header: bool,
    value: RwSignal<String>,
    /// Whether it was found that it cannot be sent.
    is_unfit: RwSignal<bool>,
}

/// Why what was typed cannot be sent.
pub(in crate::view) enum Gap {
    /// Something that belongs to no one field.
    Whole(ApiError),
    /// It is told at its field.
    AtField,
}

/// What is typed into the inputs of all ways to sign in.
#[derive(Clone)]
pub(in crate::view) struct Ways(Vec<Vec<Typed>>);

impl Ways {
    /// The inputs of all ways, with an `or` between them, and what is typed into them.
    pub(in crate::view) fn new(ways: Vec<Vec<Input>>) -> (Vec<El>, Ways) {
        let n_ways = ways.len();
        let (mut views, mut typed) = (Vec::new(), Vec::new());
        for (idx, way) in ways.into_iter().enumerate() {
            if idx > 0 {
                views.push(el("p.muted.or").text(&SignInForm::Or.text()));
            }
            let (inputs, values): (Vec<El>, Vec<Typed>) = way.into_iter().map(|it| input(it, n_ways == 1)).unzip();
            views.extend(inputs);
            typed.push(values);
        }
        (views, Ways(typed))
    }

    /// The last way that is filled in whole: a user who gives a token does not mean the name that the browser filled in.
    pub(in crate::view) fn filled(&self) -> Result<Vec<(String, String)>, Gap> {
        let is_whole =
            |way: &&Vec<Typed>| way.iter().all(|it| it.optional || it.value.with_untracked(|it| !it.trim().is_empty()));
        let way = self.0.iter().rev().find(is_whole);
        let nothing = || Gap::Whole(ApiError::SignedOut(Prompt::Incomplete.into()));
        let way = way.ok_or_else(nothing)?;
        let typed = |it: &Typed| it.value.get_untracked().trim().to_owned();
        for it in way {
            it.is_unfit.set(it.in_header && !fits_header(&typed(it)));
        }
        if way.iter().any(|it| it.is_unfit.get_untracked()) {
            return Err(Gap::AtField);
        }
        Ok(way.iter().map(|it| (it.key.clone(), typed(it))).collect())
    }

    /// The ways that it was made of, with what was typed, but for what is secret.
    pub(in crate::view) fn kept(&self, ways: &[Vec<Input>]) -> Vec<Vec<Input>> {
        let kept = |(input, typed): (&Input, &Typed)| match input.kind {
            InputKind::Secret => input.clone(),
            _ => Input { value: typed.value.get_untracked(), ..input.clone() },
        };
        ways.iter().zip(&self.0).map(|(way, typed)| way.iter().zip(typed).map(kept).collect()).collect()
    }

    /// Empties all inputs that are still there.
    pub(in crate::view) fn clear(&self) {
        for it in self.0.iter().flatten() {
            let _ = it.value.try_set(String::new());
        }
    }
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
    let (inputs, typed) = Ways::new(ways);
    body = body.children(inputs);
    if !connection.hint.is_empty() {
        body = body.child(el("p.hint").text(&connection.hint));
    }
    let address = read_address(&connection.base).map_or(connection.base, |it| it.href());
    let sent_to = SignInForm::SentTo { address: address.trim_end_matches('/') }.text();
    body = body.child(el("p.muted").text(&sent_to));
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let values = match typed.filled() {
            Ok(values) => values,
            Err(Gap::Whole(gap)) => return error.set(Some(gap)),
            Err(Gap::AtField) => return error.set(None),
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let typed = typed.clone();
        spawn_local(async move {
            let outcome = source.sign_in_with(values, Auth::mask).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => typed.clear(),
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let foot = el("div.modal-foot")
        .child(button("button", &Dialogs::Cancel.text(), move || source.sign_in_later()))
        .child(el("button.button.primary").attr("type", "submit").bind_flag("disabled", move || busy.get()).bind_text(
            move || if busy.get() { SignInForm::SigningIn.text() } else { SignInForm::SignIn.text() }.into(),
        ));
    let form = el("form").on("submit", submit).child(body).child(foot);
    modal(
        &SignInForm::Title { name: &connection.name }.text(),
        "dialog",
        active_element(),
        move || source.sign_in_later(),
        form,
    )
}

/// Why it did not work: the system's refusal by itself, everything else with what to do about it.
pub(in crate::view) fn refusal(error: &ApiError) -> El {
    match error {
        ApiError::SignedOut(reason) => el("div.panel.error").attr("role", "alert").child(el("p").text(&reason.text())),
        other => error_panel(other, RetrySafety::ReadOnly),
    }
}

/// An input; where there is one way only, the browser itself can ask for what is missing.
fn input(input: Input, only_way: bool) -> (El, Typed) {
    let must = if only_way { Must::Ask } else { Must::Silent };
    let value = RwSignal::new(inputs::initial(&input));
    let is_unfit = RwSignal::new(false);
    let set = move |typed| {
        is_unfit.set(false);
        value.set(typed);
    };
    let message = format!("unfit-{}", input.key);
    let tie = |it: El| {
        let it = it.bind_attr("aria-invalid", move || is_unfit.get().then(|| "true".into()));
        it.attr("aria-describedby", &message)
    };
    let (label, place) = (input.label.clone(), message.clone());
    let view = inputs::control(&input, must, move || value.get(), set, tie).bind_child(move || {
        let message = el("span.field-error").attr("id", &place).attr("role", "alert");
        is_unfit.get().then(|| message.text(&Wrong::UnfitForHeader { label: &label.text() }.text()))
    });
    (view, Typed { key: input.key, optional: input.optional, in_header: input.in_header, value, is_unfit })
}
