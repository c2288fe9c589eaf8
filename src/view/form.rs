//! The form that makes and changes a token.

use std::rc::Rc;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dialog::Modal;
use super::notice::explained;
use crate::api::ApiError;
use crate::api::scoped::Tagged;
use crate::browser::fetch::Job;
use crate::browser::{self, ViewerZone, now};
use crate::desk::{Desk, Named};
use crate::draft::{Draft, Field, Form, Problem, When, differences};
use crate::text;
use crate::time::{MINUTE, format_minute, wall_at};
use crate::token::{Scope, Token};
use crate::words;

/// Offered lengths of a life, in days.
const PRESETS: [i64; 4] = [7, 30, 60, 90];

/// The empty form.
pub(super) fn create(desk: Desk) -> impl IntoView {
    let form = Form::new(browser::random_uuid());
    Editor::new(desk, form, None).view("Create token")
}

/// The form with a token in it, as it is on the server now.
pub(super) fn edit(desk: Desk, named: Named) -> impl IntoView {
    let read = RwSignal::new_local(None::<Result<Tagged, ApiError>>);
    let job = StoredValue::new_local(Rc::new(Job::new()));
    let load = move || {
        read.set(None);
        let id = named.id.clone();
        spawn_local(async move {
            let outcome = desk.api().read(&desk.transport(&job.get_value()), &id).await;
            // The dialog may have been closed meanwhile.
            let _ = read.try_set(Some(outcome));
        });
    };
    load();
    let close = move || {
        job.with_value(|it| it.cancel());
        desk.dialog.set(None);
    };
    move || match read.get() {
        Some(Ok(tagged)) => {
            let form = Form::of(&tagged.token, &ViewerZone);
            Editor::new(desk, form, Some(tagged)).view("Edit token").into_any()
        }
        outcome => {
            let error = outcome.and_then(Result::err);
            let load = load.clone();
            view! {
                <Modal title="Edit token".to_owned() on_escape=Callback::new(move |()| close())>
                    <div class="modal-body">
                        {match error.clone() {
                            None => view! { <p aria-live="polite">{"Reading the token…"}</p> }.into_any(),
                            Some(error) => view! { <div class="panel error" role="alert">{explained(&error, false)}</div> }.into_any(),
                        }}
                    </div>
                    <div class="modal-foot">
                        <button type="button" class="button" on:click=move |_| close()>{"Cancel"}</button>
                        {error.is_some().then(|| view! {
                            <button type="button" class="button primary" on:click=move |_| load()>{"Retry"}</button>
                        })}
                    </div>
                </Modal>
            }
            .into_any()
        }
    }
}

/// The state of an open form.
#[derive(Clone, Copy)]
struct Editor {
    desk: Desk,
    form: RwSignal<Form>,
    /// What it was filled with: typed is what differs from it.
    filled: RwSignal<Form>,
    /// The token being changed, in the state that the next save is about.
    base: RwSignal<Option<Tagged>, LocalStorage>,
    /// The token as somebody else left it meanwhile.
    theirs: RwSignal<Option<Tagged>, LocalStorage>,
    checked: Memo<Result<Draft, Vec<(Field, Problem)>>>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    /// Whether it is being asked what to do with what was typed.
    asking: RwSignal<bool>,
    /// The last draft that was sent as new, and its idempotency key.
    sent: StoredValue<Option<(Draft, String)>>,
    job: StoredValue<Rc<Job>, LocalStorage>,
    inputs: [NodeRef<html::Input>; 2],
    copied: RwSignal<&'static str>,
}

impl Editor {
    fn new(desk: Desk, filled: Form, base: Option<Tagged>) -> Self {
        let form = RwSignal::new(filled.clone());
        Editor {
            desk,
            form,
            filled: RwSignal::new(filled),
            base: RwSignal::new_local(base),
            theirs: RwSignal::new_local(None),
            checked: Memo::new(move |_| {
                // A time that lay ahead may have passed while the form was open.
                desk.listed.track();
                form.with(|it| it.check(now(), &ViewerZone))
            }),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            asking: RwSignal::new(false),
            sent: StoredValue::new(None),
            job: StoredValue::new_local(Rc::new(Job::new())),
            inputs: [NodeRef::new(), NodeRef::new()],
            copied: RwSignal::new(""),
        }
    }

    fn is_dirty(self) -> bool {
        self.form.with_untracked(|form| self.filled.with_untracked(|filled| form != filled))
    }

    fn try_close(self) {
        if self.is_dirty() {
            self.asking.set(true);
        } else {
            self.close();
        }
    }

    fn close(self) {
        self.job.with_value(|it| it.cancel());
        self.desk.dialog.set(None);
    }

    fn fill(self, tagged: Tagged) {
        let form = Form::of(&tagged.token, &ViewerZone);
        for (input, when) in self.inputs.iter().zip([&form.valid_from, &form.valid_to]) {
            if let Some(input) = input.get_untracked() {
                input.set_value(&when.typed);
            }
        }
        self.filled.set(form.clone());
        self.form.set(form);
        self.base.set(Some(tagged));
        self.theirs.set(None);
        self.error.set(None);
    }

    /// The same draft keeps its key, so that sending it again after an answer was lost makes nothing twice.
    fn idempotency_key(self, draft: &Draft) -> String {
        if let Some((_, key)) = self.sent.get_value().filter(|(sent, _)| sent == draft) {
            return key;
        }
        let key = browser::random_uuid();
        self.sent.set_value(Some((draft.clone(), key.clone())));
        key
    }

    fn save(self) {
        let Ok(draft) = self.checked.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let desk = self.desk;
        let base = self.base.get_untracked();
        let job = self.job.get_value();
        spawn_local(async move {
            let (api, transport) = (desk.api(), desk.transport(&job));
            let outcome = match &base {
                None => api.create(&transport, &draft, &self.idempotency_key(&draft)).await,
                Some(Tagged { token, etag, .. }) => api.update(&transport, &token.id, &draft, etag.as_deref()).await,
            };
            let outcome = match (outcome, &base) {
                (Err(ApiError::Changed), Some(base)) => match api.read(&transport, &base.token.id).await {
                    Ok(theirs) => {
                        let _ = self.theirs.try_set(Some(theirs));
                        Err(ApiError::Changed)
                    }
                    Err(error) => Err(error),
                },
                (outcome, _) => outcome,
            };
            // A form that was closed meanwhile has nobody to tell; the list still learns what was saved.
            let _ = self.busy.try_set(false);
            match outcome {
                Ok(tagged) => {
                    desk.dialog.set(None);
                    desk.saved(&tagged, base.is_none());
                }
                Err(error) => {
                    let _ = self.error.try_set(Some(error));
                }
            }
        });
    }

    fn keep_mine(self) {
        // The next save is about the state that they left.
        self.base.set(self.theirs.get_untracked());
        self.theirs.set(None);
        self.save();
    }

    /// What the system says about a field, and what the page does.
    fn messages(self, field: Field) -> Vec<String> {
        let mut messages = Vec::new();
        let has_value = |field: Field| self.form.with(|it| match field {
            Field::Name => !it.name.is_empty(),
            Field::Scopes => !it.scopes.is_empty(),
            _ => true,
        });
        if let Err(problems) = self.checked.get() {
            // What is merely not filled in yet is said beside Save, not as a mistake.
            let own = problems.iter().filter(|(it, problem)| *it == field && (*problem != Problem::Missing || has_value(field)));
            messages.extend(own.map(|(field, problem)| words::problem(*field, *problem).to_owned()));
        }
        if let Some(ApiError::Invalid(_, fields)) = self.error.get() {
            messages.extend(fields.into_iter().filter(|(it, _)| Field::from_wire(it) == Some(field)).map(|(_, text)| text));
        }
        messages
    }

    fn message_view(self, field: Field) -> impl IntoView {
        move || {
            let messages = self.messages(field);
            (!messages.is_empty()).then(|| view! { <span class="field-error">{messages.join(" ")}</span> })
        }
    }

    fn view(self, title: &'static str) -> impl IntoView {
        let is_new = self.base.with_untracked(Option::is_none);
        let unload = window_event_listener(ev::beforeunload, move |event| {
            if self.is_dirty() {
                event.prevent_default();
            }
        });
        on_cleanup(move || unload.remove());
        view! {
            <Modal title=title.to_owned() on_escape=Callback::new(move |()| self.try_close())>
                <form novalidate=true on:submit=move |event| {
                    event.prevent_default();
                    self.save();
                }>
                    <div class="modal-body form">
                        {self.conflict_view()}
                        {self.error_view()}
                        {self.name_view()}
                        {self.guid_view(is_new)}
                        {self.scopes_view()}
                        {self.description_view()}
                        {self.dates_view()}
                    </div>
                    {self.foot_view()}
                </form>
            </Modal>
        }
    }

    fn error_view(self) -> impl IntoView {
        move || {
            let error = self.error.get().filter(|it| *it != ApiError::Changed)?;
            let elsewhere = match &error {
                ApiError::Invalid(_, fields) => fields.iter().filter(|(it, _)| Field::from_wire(it).is_none()).cloned().collect(),
                _ => Vec::new(),
            };
            let elsewhere = elsewhere.into_iter().map(|(field, text)| view! { <p>{format!("{field}: {text}")}</p> }).collect_view();
            Some(view! { <div class="panel error" role="alert">{explained(&error, true)}{elsewhere}</div> })
        }
    }

    fn name_view(self) -> impl IntoView {
        view! {
            <label class="field">
                <span>{"Name"}<span class="required" aria-hidden="true">{" *"}</span></span>
                <input type="text" required=true autocomplete="off" autofocus=true aria-invalid=move || (!self.messages(Field::Name).is_empty()).to_string()
                    prop:value=move || self.form.with(|it| it.name.clone())
                    on:input=move |event| self.form.update(|it| it.name = event_target_value(&event))/>
                {self.message_view(Field::Name)}
            </label>
        }
    }

    fn guid_view(self, is_new: bool) -> impl IntoView {
        let copy = move |_| {
            let guid = self.form.with_untracked(|it| it.guid.clone());
            self.copied.set("");
            spawn_local(async move {
                let copied = browser::copy(&guid).await;
                let _ = self.copied.try_set(if copied { "The GUID is on the clipboard." } else { "The browser did not let the page copy. Select the GUID and copy it by hand." });
            });
        };
        let regenerate = move |_| {
            self.form.update(|it| it.guid = browser::random_uuid());
            self.copied.set("A new GUID was made.");
        };
        view! {
            <div class="field">
                <label for="guid">{"GUID"}</label>
                <div class="with-buttons">
                    <input id="guid" type="text" class="mono" readonly=true prop:value=move || self.form.with(|it| it.guid.clone())/>
                    <button type="button" class="button" on:click=copy>{"Copy GUID"}</button>
                    {is_new.then(|| view! { <button type="button" class="button" on:click=regenerate>{"Regenerate GUID"}</button> })}
                </div>
                <span class="hint" aria-live="polite">{self.copied}</span>
                {self.message_view(Field::Guid)}
            </div>
        }
    }

    fn scopes_view(self) -> impl IntoView {
        let part = RwSignal::new(String::new());
        let desk = self.desk;
        let choices = Memo::new(move |_| {
            let mut choices = desk.scopes.with(|it| it.list.clone());
            // Where the system does not say which scopes there are, those that tokens have are the best guess.
            let unlisted = if desk.scopes.with(|it| it.error.is_some()) { desk.used_scopes() } else { Vec::new() };
            for id in unlisted.into_iter().chain(self.form.with(|it| it.scopes.clone())) {
                if !choices.iter().any(|it| it.id == id) {
                    choices.push(Scope { name: id.clone(), id });
                }
            }
            choices
        });
        let toggle = move |id: &str| self.form.update(|it| match it.scopes.iter().position(|it| it == id) {
            Some(idx) => drop(it.scopes.remove(idx)),
            None => it.scopes.push(id.into()),
        });
        let list = move || {
            let words = text::keywords(&part.get());
            let fits = |it: &Scope| {
                let folded = text::fold(&it.name);
                words.iter().all(|word| memchr::memmem::find(&folded, word).is_some())
            };
            let rows = choices.get().into_iter().filter(fits).map(|it| {
                let id = it.id.clone();
                view! {
                    <label class="choice">
                        <input type="checkbox" prop:checked=move || self.form.with(|it| it.scopes.contains(&id)) on:change=move |_| toggle(&it.id)/>
                        <span>{it.name.clone()}</span>
                    </label>
                }
            });
            rows.collect_view()
        };
        let chosen = move || match self.form.with(|it| it.scopes.len()) {
            0 => String::new(),
            n_chosen => format!("{n_chosen} chosen"),
        };
        view! {
            <fieldset class="field">
                <legend>{"Scopes"}<span class="required" aria-hidden="true">{" *"}</span>" "<span class="muted">{chosen}</span></legend>
                {move || (choices.with(Vec::len) > 8).then(|| view! {
                    <input type="search" aria-label="Find a scope" placeholder="Find a scope" prop:value=part on:input=move |event| part.set(event_target_value(&event))/>
                })}
                <div class="choices">{list}</div>
                {move || desk.scopes.with(|it| it.pending).then(|| view! { <span class="hint">{"Loading the scopes…"}</span> })}
                {move || desk.scopes.with(|it| it.error.clone()).map(|error| view! {
                    <div class="panel error">{explained(&error, false)}<p>{"The scopes of the tokens in the list can be chosen by their ids."}</p></div>
                })}
                {self.message_view(Field::Scopes)}
            </fieldset>
        }
    }

    fn description_view(self) -> impl IntoView {
        view! {
            <label class="field">
                <span>{"Description"}</span>
                <textarea rows="2" prop:value=move || self.form.with(|it| it.description.clone())
                    on:input=move |event| self.form.update(|it| it.description = event_target_value(&event))></textarea>
                {self.message_view(Field::Description)}
            </label>
        }
    }

    fn dates_view(self) -> impl IntoView {
        // A revoked token's dates are fixed (wire contracts §1).
        let fixed = move || self.base.with(|it| it.as_ref().is_some_and(|it| it.token.revoked));
        let to = self.inputs[1];
        let preset = move |days: i64| {
            let typed = self.form.with_untracked(|it| it.preset(days, now(), &ViewerZone));
            if let Some(input) = to.get_untracked() {
                input.set_value(&typed);
            }
            self.form.update(|it| {
                it.valid_to.typed = typed;
                it.valid_to.later = None;
            });
        };
        let none = move |_| {
            if let Some(input) = to.get_untracked() {
                input.set_value("");
            }
            self.form.update(|it| {
                it.valid_to.typed.clear();
                it.valid_to.later = None;
            });
        };
        let zone = self.desk.with_formats(|it| it.zone.clone());
        view! {
            <div class="dates">
                {self.date_view("Valid from", Field::ValidFrom, self.inputs[0], |it| &mut it.valid_from, fixed)}
                {self.date_view("Valid to", Field::ValidTo, to, |it| &mut it.valid_to, fixed)}
            </div>
            {move || if fixed() {
                view! { <p class="hint">{"The dates of a revoked token cannot be changed."}</p> }.into_any()
            } else {
                view! {
                    <div class="presets" role="group" aria-label="Valid for">
                        <span class="muted" aria-hidden="true">{"Valid for"}</span>
                        {PRESETS.map(|days| view! { <button type="button" class="button small" on:click=move |_| preset(days)>{words::count(days as usize, "day")}</button> }).collect_view()}
                        <button type="button" class="button small" on:click=none>{"No end"}</button>
                    </div>
                }
                .into_any()
            }}
            <p class="hint">{format!("Times in {zone}.")}</p>
            <p class="hint warning" aria-live="polite">{move || {
                let endless = self.form.with(|it| it.valid_to.typed.is_empty());
                endless.then_some("Without an end this token works for ever, or until somebody revokes it.")
            }}</p>
        }
    }

    fn date_view(
        self,
        label: &'static str,
        field: Field,
        node: NodeRef<html::Input>,
        when: fn(&mut Form) -> &mut When,
        fixed: impl Fn() -> bool + Copy + Send + Sync + 'static,
    ) -> impl IntoView {
        let earliest = move || {
            self.desk.listed.track();
            format_minute(wall_at(now(), &ViewerZone) + if field == Field::ValidTo { MINUTE } else { 0 })
        };
        let initial = self.form.with_untracked(|it| when(&mut it.clone()).typed.clone());
        let twice = move || match self.checked.get() {
            Err(problems) => problems.into_iter().find_map(|(it, problem)| match problem {
                Problem::Twice(first, second) if it == field => Some([first, second]),
                _ => None,
            }),
            Ok(_) => None,
        };
        let choose = move |later: bool| self.form.update(|it| when(it).later = Some(later));
        view! {
            <div class="field">
                <label>
                    <span>{label}</span>
                    <input type="datetime-local" node_ref=node min=earliest value=initial disabled=fixed
                        aria-invalid=move || (!self.messages(field).is_empty()).to_string()
                        on:input=move |event| {
                            let input = event_target::<web_sys::HtmlInputElement>(&event);
                            // Half a date reads as an empty text; it must not pass for none.
                            let typed = if input.validity().bad_input() { "…".to_owned() } else { input.value() };
                            self.form.update(|it| {
                                when(it).typed = typed;
                                when(it).later = None;
                            });
                        }/>
                </label>
                {self.message_view(field)}
                {move || twice().map(|instants| {
                    let offsets = instants.map(|at| {
                        use crate::time::Zone;
                        let minutes = ViewerZone.offset(at) / MINUTE;
                        format!("UTC{}{}:{:02}", if minutes < 0 { "−" } else { "+" }, minutes.abs() / 60, minutes.abs() % 60)
                    });
                    let [first, second] = offsets;
                    view! {
                        <div class="presets" role="group" aria-label=format!("Which {label}")>
                            <button type="button" class="button small" on:click=move |_| choose(false)>{format!("The first ({first})")}</button>
                            <button type="button" class="button small" on:click=move |_| choose(true)>{format!("The second ({second})")}</button>
                        </div>
                    }
                })}
            </div>
        }
    }

    fn conflict_view(self) -> impl IntoView {
        move || {
            let theirs = self.theirs.get()?;
            let base = self.base.get_untracked()?;
            let rows = differences(&base.token, &theirs.token).into_iter().map(|field| {
                let [before, now] = [&base.token, &theirs.token].map(|token| self.shown(field, token));
                view! { <tr><th scope="row">{words::field(field)}</th><td>{before}</td><td>{now}</td><td>{self.typed(field)}</td></tr> }
            });
            let rows: Vec<_> = rows.collect();
            let same = rows.is_empty();
            Some(view! {
                <div class="panel error" role="alert">
                    {explained(&ApiError::Changed, true)}
                    {if same {
                        view! { <p>{"None of the fields in this form differ."}</p> }.into_any()
                    } else {
                        view! {
                            <table class="changes">
                                <thead><tr><th scope="col">{"Field"}</th><th scope="col">{"When you opened it"}</th><th scope="col">{"Now"}</th><th scope="col">{"Yours"}</th></tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        }.into_any()
                    }}
                    <div class="panel-buttons">
                        <button type="button" class="button" on:click=move |_| self.keep_mine()>{"Keep mine"}</button>
                        <button type="button" class="button" on:click=move |_| if let Some(theirs) = self.theirs.get_untracked() { self.fill(theirs) }>{"Take theirs"}</button>
                    </div>
                </div>
            })
        }
    }

    /// A field of a token, for people.
    fn shown(self, field: Field, token: &Token) -> String {
        let date = |text: &Option<String>| match text.as_deref().map(|it| (it, crate::time::parse_rfc3339(it))) {
            None => "none".to_owned(),
            Some((_, Some(at))) => self.desk.with_formats(|it| it.date_time(at)),
            Some((text, None)) => text.to_owned(),
        };
        match field {
            Field::Name => token.name.clone(),
            Field::Guid => token.guid.clone(),
            Field::Description => token.description.clone().unwrap_or_else(|| "none".into()),
            Field::Scopes => self.scope_names(&token.scopes),
            Field::ValidFrom => date(&token.valid_from),
            Field::ValidTo => date(&token.valid_to),
        }
    }

    /// The same field as it stands in the form.
    fn typed(self, field: Field) -> String {
        let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        self.form.with_untracked(|form| match field {
            Field::Name => form.name.clone(),
            Field::Guid => form.guid.clone(),
            Field::Description => or_none(&form.description),
            Field::Scopes => self.scope_names(&form.scopes),
            Field::ValidFrom => or_none(&form.valid_from.typed.replace('T', " ")),
            Field::ValidTo => or_none(&form.valid_to.typed.replace('T', " ")),
        })
    }

    fn scope_names(self, ids: &[String]) -> String {
        self.desk.scopes.with_untracked(|it| ids.iter().map(|id| it.name(id)).collect::<Vec<_>>().join(", "))
    }

    fn foot_view(self) -> impl IntoView {
        let why = move || match self.checked.get() {
            Ok(_) => String::new(),
            Err(problems) => problems.into_iter().map(|(field, problem)| words::problem(field, problem)).collect::<Vec<_>>().join(" "),
        };
        move || if self.asking.get() {
            view! {
                <div class="modal-foot" role="group" aria-label="Discard what you typed?">
                    <p class="foot-text">{"Discard what you typed?"}</p>
                    <button type="button" class="button" autofocus=true on:click=move |_| self.asking.set(false)>{"Keep editing"}</button>
                    <button type="button" class="button danger" on:click=move |_| self.close()>{"Discard"}</button>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="modal-foot">
                    <p class="foot-text muted" id="why-not">{why}</p>
                    <button type="button" class="button" on:click=move |_| self.try_close()>{"Cancel"}</button>
                    <button type="submit" class="button primary" aria-describedby="why-not" disabled=move || self.busy.get() || self.checked.with(Result::is_err)>
                        {move || if self.busy.get() { "Saving…" } else { "Save" }}
                    </button>
                </div>
            }
            .into_any()
        }
    }
}
