//! The form that makes and changes a token.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::about;
use super::dialog::{ask_to_discard, ask_to_leave, closed, modal, opened};
use super::dom::{El, button, effect, el, own, rendered};
use super::filters::{ScopeChoices, toggle_in};
use super::inputs::{self, Must};
use super::notice::{error_panel, error_panel_beside};
use super::privileges::{Targets, privileges};
use crate::api::ApiError;
use crate::api::scoped::Tagged;
use crate::capabilities::{Action, Capabilities, FieldShape, Input};
use crate::draft::{Draft, Field, Form, Problem, When, differences};
use crate::messages::{self, RetrySafety, Typed};
use crate::platform::fetch::Job;
use crate::platform::{self, ViewerZone, now};
use crate::time::{MINUTE, Zone, format_minute, parse_rfc3339, wall_at};
use crate::token::Token;
use crate::workspace::Named;
use crate::workspace::connection::ConnectionState;
use crate::workspace::writes::{Sending, Write};

pub(super) use self::prefetch::Prefetched;

mod prefetch;

/// Offered lengths of a life, in days.
const PRESETS: [i64; 4] = [7, 30, 60, 90];

/// The form for a new token: the prefetched one, where there is one.
pub(super) fn create(source: ConnectionState, prefetched: Prefetched) -> El {
    prefetched.take(source).open()
}

/// The form with a token in it, as it is on the server now.
pub(super) fn edit(source: ConnectionState, named: Named) -> El {
    // The dialog is made twice, while the token is read and with the form; both go back to the same place.
    let opener = platform::active_element();
    let read = RwSignal::new_local(None::<Result<Tagged, ApiError>>);
    let job = Rc::new(Job::new());
    let load = {
        let (id, job) = (named.id, job.clone());
        move || {
            read.set(None);
            let (id, job) = (id.clone(), job.clone());
            spawn_local(async move {
                let outcome = source.api().read(&*source.transport(&job), &id).await;
                // The dialog may have been closed meanwhile.
                let _ = read.try_set(Some(outcome));
            });
        }
    };
    load();
    let close = move || {
        job.cancel();
        source.workspace.dialog.set(None);
    };
    el("div").bind_child(move || {
        let error = match read.get() {
            Some(Ok(tagged)) => {
                let form = Form::of(&tagged.token, &ViewerZone);
                let editor = Editor::new(source, form, Some(tagged));
                return Some(editor.open(editor.dialog("Edit token"), opener.clone()));
            }
            outcome => outcome.and_then(Result::err),
        };
        let state = match &error {
            None => el("p").attr("aria-live", "polite").text("Reading the token…"),
            Some(error) => error_panel(error, RetrySafety::ReadOnly),
        };
        let can_help = error.as_ref().is_some_and(|it| messages::explain(it, RetrySafety::ReadOnly).retry);
        let retry = can_help.then(|| button("button primary", "Retry", load.clone()));
        let foot = el("div.modal-foot").child(button("button", "Cancel", close.clone())).maybe(retry);
        let content = el("div").child(el("div.modal-body").child(state)).child(foot);
        Some(modal("Edit token", "dialog", opener.clone(), close.clone(), content))
    })
}

/// The state of an open form.
#[derive(Clone, Copy)]
struct Editor {
    source: ConnectionState,
    system: StoredValue<Rc<Capabilities>, LocalStorage>,
    /// The fields of its form, as they are for a new token or for one that is changed.
    fields: StoredValue<Vec<FieldShape>>,
    /// What the system asks for besides its fields.
    asked: StoredValue<Vec<Input>>,
    /// Whether somebody sees it. What depends on the clock and the list is worked out anew as soon as somebody does.
    is_open: RwSignal<bool>,
    form: RwSignal<Form>,
    /// What it was filled with: typed is what differs from it.
    filled: RwSignal<Form>,
    /// The token being changed, in the state that the next save is about.
    base: RwSignal<Option<Tagged>, LocalStorage>,
    /// The token as somebody else left it meanwhile.
    theirs: RwSignal<Option<Tagged>, LocalStorage>,
    checked: Memo<Result<Draft, Vec<(Field, Problem)>>>,
    /// How its write stands.
    sending: Sending,
    /// Whether it is being asked what to do with what was typed.
    asking: RwSignal<bool>,
    /// The last draft that was sent as new, and its idempotency key.
    sent: StoredValue<Option<(Draft, String)>>,
    job: StoredValue<Rc<Job>, LocalStorage>,
    copied: RwSignal<&'static str>,
    /// Goes up when the form is filled anew, so that its date inputs show it.
    refilled: RwSignal<u32>,
}

impl Editor {
    fn new(source: ConnectionState, filled: Form, base: Option<Tagged>) -> Self {
        let form = RwSignal::new(filled.clone());
        let is_open = RwSignal::new(false);
        let system = source.system();
        let is_new = base.is_none();
        let asked = StoredValue::new(system.asked(if is_new { Action::Create } else { Action::Edit }));
        let shapes = system.fields.iter().cloned();
        let fields = StoredValue::new(shapes.map(|it| if is_new { it } else { it.for_change() }).collect::<Vec<_>>());
        let system = StoredValue::new_local(system);
        Editor {
            source,
            system,
            fields,
            asked,
            is_open,
            form,
            filled: RwSignal::new(filled),
            base: RwSignal::new_local(base),
            theirs: RwSignal::new_local(None),
            checked: Memo::new(move |_| {
                // A time that lay ahead may have passed while the form was open.
                follow_clock(source, is_open);
                let check = |form: &Form| {
                    let (fields, asked) = (fields.get_value(), asked.get_value());
                    form.check(&fields, &asked, now(), &ViewerZone, &platform::matches)
                };
                form.with(check)
            }),
            sending: Sending::new(),
            asking: RwSignal::new(false),
            sent: StoredValue::new(None),
            job: StoredValue::new_local(Rc::new(Job::new())),
            copied: RwSignal::new(""),
            refilled: RwSignal::new(0),
        }
    }

    fn is_dirty(self) -> bool {
        // Another GUID costs nobody anything: it is not typed.
        let typed = self.form.with_untracked(|it| Form { guid: String::new(), ..it.clone() });
        typed != self.filled.with_untracked(|it| Form { guid: String::new(), ..it.clone() })
    }

    fn try_close(self) {
        if self.sending.busy.get_untracked() {
            self.sending.leaving.set(true);
        } else if self.is_dirty() {
            self.asking.set(true);
        } else {
            self.close();
        }
    }

    fn close(self) {
        self.job.with_value(|it| it.cancel());
        self.source.workspace.dialog.set(None);
    }

    fn fill(self, tagged: Tagged) {
        let form = Form::of(&tagged.token, &ViewerZone);
        self.filled.set(form.clone());
        self.form.set(form);
        self.base.set(Some(tagged));
        self.theirs.set(None);
        self.sending.error.set(None);
        self.refilled.update(|it| *it += 1);
    }

    /// The same draft keeps its key, so that sending it again after an answer was lost makes nothing twice.
    fn idempotency_key(self, draft: &Draft) -> String {
        if let Some((_, key)) = self.sent.get_value().filter(|(sent, _)| sent == draft) {
            return key;
        }
        let key = platform::random_uuid();
        self.sent.set_value(Some((draft.clone(), key.clone())));
        key
    }

    /// Sends what it holds, and closes it where that is done.
    fn save(self) {
        let Ok(draft) = self.checked.get_untracked() else { return };
        if !self.sending.begin() {
            return;
        }
        // From here on leaving it is another question.
        self.asking.set(false);
        let write = match self.base.get_untracked() {
            None => {
                let key = self.idempotency_key(&draft);
                Write::Create(draft, key)
            }
            Some(base) => Write::Change(Box::new(base), draft),
        };
        spawn_local(async move {
            if let Some(theirs) = self.source.carry_out(write, self.sending).await {
                let _ = self.theirs.try_set(Some(theirs));
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
    fn messages(self, field: Field) -> String {
        let mut messages = Vec::new();
        if let Err(problems) = self.checked.get() {
            // What is merely not filled in yet is said beside Save, not as a mistake.
            let is_mistake = |problem: &Problem| !matches!(problem, Problem::Missing | Problem::Undated);
            let own = problems.into_iter().filter(|(it, problem)| *it == field && is_mistake(problem));
            messages.extend(own.map(|(field, problem)| messages::problem(field, |it| self.label(it), problem)));
        }
        if let Some(ApiError::Invalid(_, fields)) = self.sending.error.get() {
            messages
                .extend(fields.into_iter().filter(|(it, _)| self.field_of(it) == Some(field)).map(|(_, text)| text));
        }
        messages.join(" ")
    }

    /// What the system calls a field.
    fn label(self, field: Field) -> String {
        match field {
            Field::Input(idx) => self.asked.with_value(|it| it[idx].label.clone()),
            field => self.system.with_value(|it| it.label(field).to_owned()),
        }
    }

    /// The field that a message of the system is about, where the form has it. Some messages tell the way to a part of
    /// it: `scopes.0`.
    fn field_of(self, wire: &str) -> Option<Field> {
        let is_new = self.base.with_untracked(Option::is_none);
        let has =
            |field: &Field| self.fields.with_value(|it| it.iter().any(|it| it.field == *field && is_shown(it, is_new)));
        let input = |name: &str| self.asked.with_value(|it| it.iter().position(|it| it.key == name)).map(Field::Input);
        let field = |name: &str| Field::from_wire(name).filter(has).or_else(|| input(name));
        field(wire).or_else(|| wire.split('.').find_map(field))
    }

    /// What the system says of a field: what is required, what can be changed, what the rule is.
    fn shape(self, field: Field) -> FieldShape {
        let shape = self.fields.with_value(|it| it.iter().find(|it| it.field == field).cloned());
        shape.unwrap_or_else(|| FieldShape::new(field, ""))
    }

    /// Opens its dialog.
    fn open(self, dialog: El, opener: Option<HtmlElement>) -> El {
        self.is_open.set(true);
        let unload = window_event_listener(ev::beforeunload, move |event| {
            if self.is_dirty() {
                event.prevent_default();
            }
        });
        on_cleanup(move || unload.remove());
        opened(dialog, opener)
    }

    /// Whether its control is marked as wrong.
    fn invalid(self, field: Field) -> Option<&'static str> {
        (!self.messages(field).is_empty()).then_some("true")
    }

    /// Whether a field cannot be changed.
    fn is_fixed(self, field: Field) -> bool {
        self.base.with_untracked(Option::is_some) && !self.shape(field).editable
    }

    /// Its dialog, not yet open.
    fn dialog(self, title: &str) -> El {
        let form = rendered(view! { <FormBody editor=self /> }.into_any());
        closed(title, "dialog", move || self.try_close(), form)
    }

    /// The fields that the system has, in its order. Those of the dates stand together.
    fn field_views(self) -> Vec<AnyView> {
        let is_new = self.base.with_untracked(Option::is_none);
        let shown = |it: &FieldShape| is_shown(it, is_new).then_some(it.field);
        let fields: Vec<Field> = self.fields.with_value(|it| it.iter().filter_map(shown).collect());
        let mut dates: Vec<Field> = Vec::new();
        let mut views: Vec<AnyView> = Vec::new();
        for field in fields {
            match field {
                Field::Name => views.push(view! { <Name editor=self /> }.into_any()),
                Field::Guid => views.push(view! { <Guid editor=self is_new /> }.into_any()),
                Field::Scopes => views.push(view! { <ScopesField editor=self /> }.into_any()),
                Field::Description => views.push(view! { <Description editor=self /> }.into_any()),
                Field::Privileges => views.push(own(self.privileges_view())),
                Field::SourceIps => views.push(view! { <SourceIps editor=self /> }.into_any()),
                Field::ValidFrom | Field::ValidTo => dates.push(field),
                Field::Input(_) => {}
            }
        }
        views.extend(self.input_views().into_iter().map(own));
        if !dates.is_empty() {
            views.push(view! { <Dates editor=self fields=dates /> }.into_any());
        }
        views
    }

    fn input_views(self) -> Vec<El> {
        let view = |(idx, input): (usize, Input)| {
            let field = Field::Input(idx);
            let key = StoredValue::new(input.key.clone());
            let value = move || {
                let of_key = |form: &Form| form.inputs.iter().find(|(it, _)| key.with_value(|key| it == key)).cloned();
                self.form.with(of_key).map(|(_, value)| value).unwrap_or_default()
            };
            let set = move |typed: String| {
                self.form.update(|form| match form.inputs.iter_mut().find(|(it, _)| key.with_value(|key| it == key)) {
                    Some((_, value)) => *value = typed,
                    None => form.inputs.push((key.get_value(), typed)),
                });
            };
            let told = |control: El| {
                let control = control.attr("aria-describedby", &message_id(field));
                control.bind_attr("aria-invalid", move || self.invalid(field).map(Into::into))
            };
            inputs::control(&input, Must::Mark, value, set, told)
                .child(rendered(view! { <Messages editor=self field /> }.into_any()))
        };
        self.asked.get_value().into_iter().enumerate().map(view).collect()
    }

    fn privileges_view(self) -> El {
        let targets: Targets = RwSignal::new(None);
        let job = self.job.get_value();
        spawn_local(async move {
            let outcome = self.source.targets(&job).await;
            let _ = targets.try_set(Some(outcome));
        });
        let list = Signal::derive(move || self.form.with(|it| it.privileges.clone()));
        let set = Callback::new(move |all| self.form.update(|it| it.privileges = all));
        let shape = self.shape(Field::Privileges);
        let legend =
            el("legend").text(&self.label(Field::Privileges)).maybe(shape.required.then(inputs::required_mark));
        el("fieldset.field")
            .child(legend)
            .maybe((!shape.rule.is_empty()).then(|| el("span.hint").text(&shape.rule)))
            .child(privileges(list, set, targets))
            .child(rendered(view! { <Messages editor=self field=Field::Privileges /> }.into_any()))
    }

    fn error_view(self) -> Option<El> {
        // What changed meanwhile stands in a place of its own.
        let is_told = self.theirs.with(Option::is_some);
        let error = self.sending.error.get().filter(|it| !is_told || *it != ApiError::Changed)?;
        let action = if self.base.with_untracked(Option::is_none) { Action::Create } else { Action::Edit };
        let typed = self.typed_beside(&error);
        let retry_safety = self.source.retry_safety(action);
        let panel = error_panel_beside(&error, retry_safety, &typed, |it| self.field_of(it).is_some());
        Some(panel.child(el("p").attr("aria-live", "polite").bind_text(move || self.sending.found.get())))
    }

    /// What can be typed here, where an error is told.
    fn typed_beside(self, error: &ApiError) -> Typed {
        let is_new = self.base.with_untracked(Option::is_none);
        let typed = |it: &FieldShape| (is_new || it.editable).then(|| it.label.clone());
        let mut labels: Vec<String> = self.fields.with_value(|it| it.iter().filter_map(typed).collect());
        labels.extend(self.asked.with_value(|it| it.iter().map(|it| it.label.clone()).collect::<Vec<_>>()));
        let is_marked = match error {
            ApiError::Invalid(_, fields) => fields.iter().any(|(it, _)| self.field_of(it).is_some()),
            _ => false,
        };
        let is_change = self.theirs.with_untracked(Option::is_some);
        Typed { labels, is_marked, is_change }
    }

    /// Whether the token was revoked, where that is for good (wire contracts §1).
    fn dates_are_fixed(self) -> bool {
        self.system.with_value(|it| it.revokes_for_good)
            && self.base.with(|it| it.as_ref().is_some_and(|it| it.token.revoked))
    }

    fn conflict_view(self) -> Option<El> {
        let theirs = self.theirs.get()?;
        let base = self.base.get_untracked()?;
        let head = |text: &str| el("th").attr("scope", "col").text(text);
        let titles =
            el("tr").child(head("Field")).child(head("When you opened it")).child(head("Now")).child(head("Yours"));
        let row = |field: Field| {
            let cell = |text: String| el("td").attr("translate", "no").text(&text);
            el("tr")
                .child(el("th").attr("scope", "row").text(&self.label(field)))
                .child(cell(self.shown(field, &base.token)))
                .child(cell(self.shown(field, &theirs.token)))
                .child(cell(self.typed(field)))
        };
        let fields = self.system.with_value(|it| differences(&it.fields, &base.token, &theirs.token));
        let rows: Vec<El> = fields.into_iter().map(row).collect();
        let changes = if rows.is_empty() {
            el("p").text("None of the fields in this form differ.")
        } else {
            el("table.changes").child(el("thead").child(titles)).child(el("tbody").children(rows))
        };
        let take = move || {
            if let Some(theirs) = self.theirs.get_untracked() {
                self.fill(theirs);
            }
        };
        let buttons = el("div.panel-buttons")
            .child(button("button", "Keep mine", move || self.keep_mine()))
            .child(button("button", "Take theirs", take));
        let typed = self.typed_beside(&ApiError::Changed);
        Some(
            error_panel_beside(&ApiError::Changed, RetrySafety::Idempotent, &typed, |_| true)
                .child(changes)
                .child(buttons),
        )
    }

    /// A field of a token, for people.
    fn shown(self, field: Field, token: &Token) -> String {
        let date = |text: &Option<String>| match text.as_deref().map(|it| (it, parse_rfc3339(it))) {
            None => "none".to_owned(),
            Some((_, Some(at))) => self.source.workspace.with_formats(|it| it.date_time(at)),
            Some((text, None)) => text.to_owned(),
        };
        match field {
            Field::Name => token.name.clone(),
            Field::Guid => token.guid.clone(),
            Field::Description => token.description.clone().unwrap_or_else(|| "none".into()),
            Field::Scopes => self.scope_names(&token.scopes),
            Field::ValidFrom => date(&token.valid_from),
            Field::ValidTo => date(&token.valid_to),
            Field::Privileges => messages::privileges(&token.privileges),
            Field::SourceIps => token.source_ips.join(", "),
            Field::Input(_) => String::new(),
        }
    }

    /// The same field as it stands in the form.
    fn typed(self, field: Field) -> String {
        let form = self.form.get_untracked();
        let text = match field {
            Field::Name => form.name,
            Field::Guid => form.guid,
            Field::Description => form.description,
            Field::Scopes => self.scope_names(&form.scopes),
            Field::ValidFrom => form.valid_from.typed.replace('T', " "),
            Field::ValidTo => form.valid_to.typed.replace('T', " "),
            Field::Privileges => messages::privileges(&form.privileges),
            Field::SourceIps => form.source_ips,
            Field::Input(_) => String::new(),
        };
        if text.is_empty() { "none".into() } else { text }
    }

    fn scope_names(self, ids: &[String]) -> String {
        self.source.scopes.with_untracked(|it| ids.iter().map(|id| it.name(id)).collect::<Vec<_>>().join(", "))
    }
}

/// What a form holds, and the buttons below it.
#[component]
fn FormBody(editor: Editor) -> impl IntoView {
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        editor.save();
    };
    view! {
        <form novalidate=true on:submit=send>
            <div class="modal-body form">
                {about::system_of(editor.source).map(own)}
                {move || editor.conflict_view().map(own)}
                {move || editor.error_view().map(own)}
                {editor.field_views()}
            </div>
            <Foot editor />
        </form>
    }
    .into_any()
}

/// What is said of a field.
#[component]
fn Messages(editor: Editor, field: Field) -> impl IntoView {
    view! { <span class="field-error" id=message_id(field)>{move || editor.messages(field)}</span> }.into_any()
}

/// What a field is called, with a mark where it must not be empty.
#[component]
fn Label(editor: Editor, field: Field) -> impl IntoView {
    let mark = editor.shape(field).required.then(|| view! { <span class="required" aria-hidden="true">{" *"}</span> });
    view! {
        {editor.label(field)}
        {mark}
    }
    .into_any()
}

/// The rule for a field in words, where it has one.
#[component]
fn Rule(editor: Editor, field: Field) -> impl IntoView {
    let rule = editor.shape(field).rule;
    (!rule.is_empty()).then(|| view! { <span class="hint">{rule}</span> }).into_any()
}

/// A labelled control and the messages about it, which are not part of its name.
#[component]
fn Labelled(editor: Editor, field: Field, children: Children) -> impl IntoView {
    view! {
        <div class="field">
            <label>
                <span>
                    <Label editor field />
                </span>
                {children()}
            </label>
            <Rule editor field />
            <Messages editor field />
        </div>
    }
    .into_any()
}

#[component]
fn Name(editor: Editor) -> impl IntoView {
    let field = Field::Name;
    view! {
        <Labelled editor field>
            <input
                type="text"
                readonly=editor.is_fixed(field)
                required=editor.shape(field).required
                autocomplete="off"
                autofocus=true
                aria-describedby=message_id(field)
                aria-invalid=move || editor.invalid(field)
                prop:value=move || editor.form.with(|it| it.name.clone())
                on:input:target=move |event| editor.form.update(|it| it.name = event.target().value())
            />
        </Labelled>
    }
    .into_any()
}

#[component]
fn Guid(editor: Editor, is_new: bool) -> impl IntoView {
    let field = Field::Guid;
    let copy = move |_| {
        let guid = editor.form.with_untracked(|it| it.guid.clone());
        editor.copied.set("");
        spawn_local(async move {
            let copied = platform::copy(&guid).await;
            let _ = editor.copied.try_set(if copied {
                "The GUID is on the clipboard."
            } else {
                "The browser did not let the page copy. Select the GUID and copy it by hand."
            });
        });
    };
    let regenerate = move |_| {
        editor.form.update(|it| it.guid = platform::random_uuid());
        editor.copied.set("A new GUID was made.");
    };
    view! {
        <div class="field">
            <label for="guid">{"GUID"}</label>
            <div class="with-buttons">
                <input
                    class="mono"
                    id="guid"
                    type="text"
                    readonly=true
                    aria-describedby=message_id(field)
                    aria-invalid=move || editor.invalid(field)
                    prop:value=move || editor.form.with(|it| it.guid.clone())
                />
                <button type="button" class="button" on:click=copy>
                    {"Copy GUID"}
                </button>
                {is_new.then(|| view! { <button type="button" class="button" on:click=regenerate>{"Regenerate GUID"}</button> })}
            </div>
            <span class="hint" aria-live="polite">
                {move || editor.copied.get()}
            </span>
            <Rule editor field />
            <Messages editor field />
        </div>
    }
    .into_any()
}

#[component]
fn ScopesField(editor: Editor) -> impl IntoView {
    let field = Field::Scopes;
    let source = editor.source;
    let choices = Memo::new(move |_| {
        // Where the system does not say which scopes there are, those that tokens have are the best guess.
        // A gateway knows the scopes of its dialect; a system may have others besides.
        editor.is_open.track();
        let is_partial = source.system().lists_some_scopes || source.scopes.with(|it| it.error.is_some());
        let unlisted = if is_partial { source.used_scopes() } else { Vec::new() };
        let own = editor.filled.with(|it| it.scopes.clone());
        source.scopes.with(|it| it.with_others(unlisted.into_iter().chain(own)))
    });
    let chosen = Memo::new(move |_| editor.form.with(|it| it.scopes.clone()));
    let toggle = Callback::new(move |id: String| editor.form.update(|it| toggle_in(&mut it.scopes, &id)));
    let n_chosen = move || match chosen.with(Vec::len) {
        0 => String::new(),
        n_chosen => format!(" {n_chosen} chosen"),
    };
    let failed = move || {
        let error = source.scopes.with(|it| it.error.clone())?;
        let instead = "The scopes of the tokens in the list can be chosen by their ids.";
        Some(own(error_panel(&error, RetrySafety::ReadOnly).child(el("p").text(instead))))
    };
    view! {
        <fieldset class="field">
            <legend>
                <Label editor field />
                <span class="muted">{n_chosen}</span>
            </legend>
            <Rule editor field />
            <ScopeChoices choices chosen toggle list_class="choices" />
            {move || source.scopes.with(|it| it.pending).then(|| view! { <span class="hint">{"Loading the scopes…"}</span> })}
            {failed}
            <Messages editor field />
        </fieldset>
    }
    .into_any()
}

#[component]
fn Description(editor: Editor) -> impl IntoView {
    let field = Field::Description;
    view! {
        <Labelled editor field>
            <textarea
                rows="2"
                aria-describedby=message_id(field)
                aria-invalid=move || editor.invalid(field)
                prop:value=move || editor.form.with(|it| it.description.clone())
                on:input:target=move |event| editor.form.update(|it| it.description = event.target().value())
            />
        </Labelled>
    }
    .into_any()
}

#[component]
fn SourceIps(editor: Editor) -> impl IntoView {
    let field = Field::SourceIps;
    view! {
        <Labelled editor field>
            <textarea
                rows="2"
                spellcheck="false"
                readonly=editor.is_fixed(field)
                aria-describedby=message_id(field)
                aria-invalid=move || editor.invalid(field)
                prop:value=move || editor.form.with(|it| it.source_ips.clone())
                on:input:target=move |event| editor.form.update(|it| it.source_ips = event.target().value())
            />
        </Labelled>
    }
    .into_any()
}

#[component]
fn Dates(editor: Editor, fields: Vec<Field>) -> impl IntoView {
    let must_end = editor.shape(Field::ValidTo).required;
    let set_end = move |typed: String| {
        editor.form.update(|it| (it.valid_to.typed, it.valid_to.later) = (typed, None));
        editor.refilled.update(|it| *it += 1);
    };
    let preset = move |days: i64| {
        let typed = move || editor.form.with_untracked(|it| it.preset(days, now(), &ViewerZone));
        view! {
            <button type="button" class="button small" on:click=move |_| set_end(typed())>
                {messages::count(days as usize, "day")}
            </button>
        }
    };
    let presets = move || {
        if editor.dates_are_fixed() {
            return view! { <p class="hint">{"The dates of a revoked token cannot be changed."}</p> }.into_any();
        }
        let no_end = move || {
            view! {
                <button type="button" class="button small" on:click=move |_| set_end(String::new())>
                    {"No end"}
                </button>
            }
        };
        view! {
            <div class="presets" role="group" aria-label="Valid for">
                <span class="muted" aria-hidden="true">
                    {"Valid for"}
                </span>
                {PRESETS.map(preset).collect_view()}
                {(!must_end).then(no_end)}
            </div>
        }
        .into_any()
    };
    let endless = move || {
        let is_endless = !must_end && editor.form.with(|it| it.valid_to.typed.is_empty());
        let ends_it = if editor.source.system().can(Action::Revoke).is_ok() { "revokes" } else { "deletes" };
        let text = format!("Without an end this token works for ever, or until somebody {ends_it} it.");
        if is_endless { text } else { String::new() }
    };
    let zone = editor.source.workspace.with_formats(|it| format!("Times in {}.", it.zone));
    view! {
        <div class="dates">{fields.into_iter().map(|field| view! { <Date editor field /> }).collect_view()}</div>
        <div>{presets}</div>
        <p class="hint">{zone}</p>
        <p class="hint warning" aria-live="polite">
            {endless}
        </p>
    }
    .into_any()
}

#[component]
fn Date(editor: Editor, field: Field) -> impl IntoView {
    let when: fn(&mut Form) -> &mut When =
        if field == Field::ValidFrom { |it| &mut it.valid_from } else { |it| &mut it.valid_to };
    let earliest = move || {
        follow_clock(editor.source, editor.is_open);
        let margin = if field == Field::ValidTo { MINUTE } else { 0 };
        format_minute(wall_at(now(), &ViewerZone) + margin)
    };
    let place = NodeRef::<html::Input>::new();
    // Half a date reads as an empty text and sends no event of its own, so keys and leaving are listened to as well.
    let read = move || {
        let Some(node) = place.get_untracked() else { return };
        let typed = if node.validity().bad_input() { "…".into() } else { node.value() };
        if editor.form.with_untracked(|it| when(&mut it.clone()).typed != typed) {
            editor.form.update(|it| (when(it).typed, when(it).later) = (typed, None));
        }
    };
    // Only what the page itself puts in is written to the input: somebody may be in the middle of typing.
    effect(move || {
        editor.refilled.track();
        if let Some(node) = place.get() {
            node.set_value(&editor.form.with_untracked(|it| when(&mut it.clone()).typed.clone()));
        }
    });
    view! {
        <Labelled editor field>
            <input
                type="datetime-local"
                node_ref=place
                min=earliest
                disabled=move || editor.dates_are_fixed()
                aria-describedby=message_id(field)
                aria-invalid=move || editor.invalid(field)
                on:input=move |_| read()
                on:keyup=move |_| read()
                on:focusout=move |_| read()
            />
        </Labelled>
        {move || twice(editor, field, when)}
    }
    .into_any()
}

/// The choice between the two times that a clock shows alike when it is put back.
fn twice(editor: Editor, field: Field, when: fn(&mut Form) -> &mut When) -> Option<AnyView> {
    let problems = editor.checked.get().err()?;
    let (first, second) = problems.into_iter().find_map(|(it, problem)| match problem {
        Problem::Twice(first, second) if it == field => Some((first, second)),
        _ => None,
    })?;
    let choice = move |name: &str, at, later: bool| {
        let text = format!("The {name} ({})", platform::utc_offset(ViewerZone.offset(at)));
        view! {
            <button
                type="button"
                class="button small"
                on:click=move |_| editor.form.update(|it| when(it).later = Some(later))
            >
                {text}
            </button>
        }
    };
    let choices = [choice("first", first, false), choice("second", second, true)];
    let label = format!("Which {}", editor.label(field));
    Some(view! { <div class="presets" role="group" aria-label=label>{choices.collect_view()}</div> }.into_any())
}

/// Two rows of buttons, one of which is seen: to save, or to answer whether to discard what was typed.
#[component]
fn Foot(editor: Editor) -> impl IntoView {
    let why = move || match editor.checked.get() {
        Ok(_) => String::new(),
        Err(problems) => problems
            .into_iter()
            .map(|(it, problem)| messages::problem(it, |it| editor.label(it), problem))
            .collect::<Vec<_>>()
            .join(" "),
    };
    let busy = editor.sending.busy;
    view! {
        <div class="modal-foot" hidden=move || editor.asking.get() || editor.sending.leaving.get()>
            <p class="foot-text muted" id="why-not">
                {why}
            </p>
            <button type="button" class="button" on:click=move |_| editor.try_close()>
                {"Cancel"}
            </button>
            // Disabled it would lose the focus, and with it the key that closes the form.
            <button
                class="button primary"
                type="submit"
                aria-describedby="why-not"
                disabled=move || editor.checked.with(Result::is_err)
                aria-disabled=move || busy.get().then_some("true")
            >
                {move || if busy.get() { "Saving…" } else { "Save" }}
            </button>
        </div>
        {own(ask_to_discard(editor.asking, move || editor.close()))}
        {own(ask_to_leave(editor.sending.leaving, move || editor.close()))}
    }
    .into_any()
}

/// Has what asks for the time worked out anew when a form is opened, and whenever the list is while it is open.
fn follow_clock(source: ConnectionState, is_open: RwSignal<bool>) {
    if is_open.get() {
        source.workspace.listed.track();
    }
}

/// Whether the form has a field: of what cannot be changed later only what tells one token from another is shown then.
fn is_shown(shape: &FieldShape, is_new: bool) -> bool {
    is_new || shape.editable || matches!(shape.field, Field::Name | Field::Guid | Field::SourceIps)
}

fn message_id(field: Field) -> String {
    let name = match field {
        Field::Name => "name",
        Field::Guid => "guid",
        Field::Description => "description",
        Field::Scopes => "scopes",
        Field::ValidFrom => "from",
        Field::ValidTo => "to",
        Field::Privileges => "privileges",
        Field::SourceIps => "ips",
        Field::Input(idx) => return format!("input-{idx}-message"),
    };
    format!("{name}-message")
}
