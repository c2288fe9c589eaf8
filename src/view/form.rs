//! The form that makes and changes a token.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::about;
use super::dialog::{ask_to_discard, ask_to_leave, closed, modal, opened};
use super::filters::{scope_choices, toggle_in};
use super::inputs::{self, Must};
use super::kit::{El, button, effect, el, on_window, value_of};
use super::notice::{error_panel, error_panel_beside};
use super::privileges::{Targets, privileges};
use crate::actions::{Command, NamedToken};
use crate::api::ApiError;
use crate::api::scoped::Tagged;
use crate::capabilities::{Action, Capabilities, FieldShape, Input};
use crate::draft::{Draft, Field, Form, Problem, When, differences};
use crate::messages::{self, RetrySafety, Typed};
use crate::platform::{self, ViewerZone, now};
use crate::runtime::Job;
use crate::time::{MINUTE, Zone, format_minute, parse_rfc3339, wall_at};
use crate::token::{Token, TokenRef};
use crate::workspace::commands::Sending;
use crate::workspace::connection::ConnectionState;

pub(super) use self::prefetch::Prefetched;

mod prefetch;

/// Offered lengths of a life, in days.
const PRESETS: [i64; 4] = [7, 30, 60, 90];

/// The form for a new token: the prefetched one, where there is one.
pub(super) fn create(source: ConnectionState, prefetched: Prefetched) -> El {
    prefetched.take(source).open()
}

/// The form with a token in it, as it is on the server now.
pub(super) fn edit(source: ConnectionState, named: NamedToken) -> El {
    // The dialog is made twice, while the token is read and with the form; both go back to the same place.
    let opener = platform::active_element();
    let read = RwSignal::new_local(None::<Result<Tagged, ApiError>>);
    let job = Rc::new(Job::new());
    let load = {
        let (id, job) = (named.token.id, job.clone());
        move || {
            read.set(None);
            let (id, job, client) = (id.clone(), job.clone(), source.client());
            spawn_local(async move {
                let outcome = client.api().read(&*client.transport(&job), &id).await;
                // The dialog may have been closed meanwhile.
                let _ = read.try_set(Some(outcome));
            });
        }
    };
    load();
    let close = move || {
        job.cancel();
        source.workspace.close_dialog();
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
    /// Whether it is shown. What depends on the clock and the list is worked out again as soon as it is.
    is_open: RwSignal<bool>,
    form: RwSignal<Form>,
    /// What it was filled with: typed is what differs from it.
    filled: RwSignal<Form>,
    /// The token being changed, in the state that the next save is about.
    base: RwSignal<Option<Tagged>, LocalStorage>,
    /// The token as it was left by a change from elsewhere.
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
    /// Goes up when the form is filled again, so that its date inputs show it.
    refilled: RwSignal<u32>,
}

impl Editor {
    fn new(source: ConnectionState, filled: Form, base: Option<Tagged>) -> Self {
        let form = RwSignal::new(filled.clone());
        let is_open = RwSignal::new(false);
        let system = source.system();
        let is_new = base.is_none();
        let sending = Sending::new();
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
            theirs: sending.theirs,
            checked: Memo::new(move |_| {
                // A time that lay ahead may have passed while the form was open.
                follow_clock(source, is_open);
                let check = |form: &Form| {
                    let (fields, asked) = (fields.get_value(), asked.get_value());
                    form.check(&fields, &asked, now(), &ViewerZone, &platform::matches)
                };
                form.with(check)
            }),
            sending,
            asking: RwSignal::new(false),
            sent: StoredValue::new(None),
            job: StoredValue::new_local(Rc::new(Job::new())),
            copied: RwSignal::new(""),
            refilled: RwSignal::new(0),
        }
    }

    fn is_dirty(self) -> bool {
        // Another GUID costs nothing: it is not typed.
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
        self.source.workspace.close_dialog();
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
        if self.sending.busy.get_untracked() {
            return;
        }
        // From here on leaving it is another question.
        self.asking.set(false);
        let command = match self.base.get_untracked() {
            None => {
                let key = self.idempotency_key(&draft);
                Command::Create { slot: self.source.slot, draft, key }
            }
            Some(base) => {
                let token = TokenRef { slot: self.source.slot, id: base.token.id.clone() };
                Command::Update { token, base: Box::new(base), draft }
            }
        };
        self.source.dispatch(command, self.sending);
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
            messages.extend(
                own.map(|(field, problem)| messages::problem(field, |it| self.label(it), &self.one(field), problem)),
            );
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

    /// How a sentence asks for one of a field.
    fn one(self, field: Field) -> String {
        self.system.with_value(|it| it.field(field).map(|it| it.one.clone()).unwrap_or_default())
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

    fn required_mark(self, field: Field) -> Option<El> {
        self.shape(field).required.then(inputs::required_mark)
    }

    /// The rule for a field in words, where it has one.
    fn rule_view(self, field: Field) -> Option<El> {
        let rule = self.shape(field).rule;
        (!rule.is_empty()).then(|| el("span.hint").text(&rule))
    }

    fn message_view(self, field: Field) -> El {
        let id = message_id(field);
        el("span.field-error").attr("id", &id).bind_text(move || self.messages(field))
    }

    /// A labelled control and the messages about it, which are not part of its name.
    fn field_view(self, field: Field, label: El, control: El) -> El {
        el("div.field")
            .child(el("label").child(label).child(self.told(field, control)))
            .maybe(self.rule_view(field))
            .child(self.message_view(field))
    }

    /// Ties a control to the messages about its field.
    fn told(self, field: Field, control: El) -> El {
        control
            .attr("aria-describedby", &message_id(field))
            .bind_attr("aria-invalid", move || (!self.messages(field).is_empty()).then(|| "true".into()))
    }

    /// Opens its dialog.
    fn open(self, dialog: El, opener: Option<HtmlElement>) -> El {
        self.is_open.set(true);
        on_window("beforeunload", move |event| {
            if self.is_dirty() {
                event.prevent_default();
            }
        });
        opened(dialog, opener)
    }

    /// Its dialog, not yet open.
    fn dialog(self, title: &str) -> El {
        let is_new = self.base.with_untracked(Option::is_none);
        let body = el("div.modal-body.form")
            .maybe(about::system_of(self.source))
            .bind_child(move || self.conflict_view())
            .bind_child(move || self.error_view())
            .children(self.field_views(is_new));
        let form = el("form").attr("novalidate", "").child(body).children(self.foot_views());
        let form = form.on("submit", move |event| {
            event.prevent_default();
            self.save();
        });
        closed(title, "dialog", move || self.try_close(), form)
    }

    /// The fields that the system has, in its order. Those of the dates stand together.
    fn field_views(self, is_new: bool) -> Vec<El> {
        let shown = |it: &FieldShape| is_shown(it, is_new).then_some(it.field);
        let fields: Vec<Field> = self.fields.with_value(|it| it.iter().filter_map(shown).collect());
        let mut dates: Vec<Field> = Vec::new();
        let mut views = Vec::new();
        for field in fields {
            match field {
                Field::Name => views.push(self.name_view(is_new)),
                Field::Guid => views.push(self.guid_view(is_new)),
                Field::Scopes => views.push(self.scopes_view()),
                Field::Description => views.push(self.description_view()),
                Field::Privileges => views.push(self.privileges_view()),
                Field::SourceIps => views.push(self.source_ips_view(is_new)),
                Field::ValidFrom | Field::ValidTo => dates.push(field),
                Field::Input(_) => {}
            }
        }
        views.extend(self.input_views());
        if !dates.is_empty() {
            views.extend(self.dates_view(&dates));
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
            let control = inputs::control(&input, Must::Mark, value, set, |it| self.told(field, it));
            control.child(self.message_view(field))
        };
        self.asked.get_value().into_iter().enumerate().map(view).collect()
    }

    fn privileges_view(self) -> El {
        let targets: Targets = RwSignal::new(None);
        let (job, client) = (self.job.get_value(), self.source.client());
        spawn_local(async move {
            let outcome = client.targets(&job).await;
            let _ = targets.try_set(Some(outcome));
        });
        let list = Signal::derive(move || self.form.with(|it| it.privileges.clone()));
        let set = Callback::new(move |all| self.form.update(|it| it.privileges = all));
        let legend = el("legend").text(&self.label(Field::Privileges)).maybe(self.required_mark(Field::Privileges));
        el("fieldset.field")
            .child(legend)
            .maybe(self.rule_view(Field::Privileges))
            .child(privileges(list, set, targets))
            .child(self.message_view(Field::Privileges))
    }

    fn source_ips_view(self, is_new: bool) -> El {
        let input = el("textarea")
            .attr("rows", "2")
            .attr("spellcheck", "false")
            .bind_flag("readonly", move || !is_new && !self.shape(Field::SourceIps).editable)
            .bind_value(move || self.form.with(|it| it.source_ips.clone()))
            .on("input", move |event| self.form.update(|it| it.source_ips = value_of(&event)));
        self.field_view(Field::SourceIps, el("span").text(&self.label(Field::SourceIps)), input)
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

    fn name_view(self, is_new: bool) -> El {
        let input = el("input")
            .attr("type", "text")
            .bind_flag("readonly", move || !is_new && !self.shape(Field::Name).editable)
            .bind_flag("required", move || self.shape(Field::Name).required)
            .attr("autocomplete", "off")
            .attr("autofocus", "")
            .bind_value(move || self.form.with(|it| it.name.clone()))
            .on("input", move |event| self.form.update(|it| it.name = value_of(&event)));
        let label = el("span").text(&self.label(Field::Name)).maybe(self.required_mark(Field::Name));
        self.field_view(Field::Name, label, input)
    }

    fn guid_view(self, is_new: bool) -> El {
        let copy = move || {
            let guid = self.form.with_untracked(|it| it.guid.clone());
            self.copied.set("");
            spawn_local(async move {
                let copied = platform::copy(&guid).await;
                let _ = self.copied.try_set(if copied {
                    "The GUID is on the clipboard."
                } else {
                    "The browser did not let the page copy. Select the GUID and copy it by hand."
                });
            });
        };
        let regenerate = move || {
            self.form.update(|it| it.guid = platform::random_uuid());
            self.copied.set("A new GUID was made.");
        };
        let input = el("input.mono")
            .attr("id", "guid")
            .attr("type", "text")
            .attr("readonly", "")
            .bind_value(move || self.form.with(|it| it.guid.clone()));
        let line = el("div.with-buttons")
            .child(self.told(Field::Guid, input))
            .child(button("button", "Copy GUID", copy))
            .maybe(is_new.then(|| button("button", "Regenerate GUID", regenerate)));
        el("div.field")
            .child(el("label").attr("for", "guid").text("GUID"))
            .child(line)
            .child(el("span.hint").attr("aria-live", "polite").bind_text(move || self.copied.get().into()))
            .maybe(self.rule_view(Field::Guid))
            .child(self.message_view(Field::Guid))
    }

    fn scopes_view(self) -> El {
        let source = self.source;
        let choices = Memo::new(move |_| {
            // Where the system does not say which scopes there are, those that tokens have are the best guess.
            // A gateway knows the scopes of its dialect; a system may have others besides.
            self.is_open.track();
            let is_partial = source.system().lists_some_scopes || source.scopes.with(|it| it.error.is_some());
            let unlisted = if is_partial { source.used_scopes() } else { Vec::new() };
            let own = self.filled.with(|it| it.scopes.clone());
            source.scopes.with(|it| it.with_others(unlisted.into_iter().chain(own)))
        });
        let chosen = Memo::new(move |_| self.form.with(|it| it.scopes.clone()));
        let is_chosen = move |id: &str| chosen.with(|it| it.iter().any(|it| it == id));
        let toggle = move |id: &str| self.form.update(|it| toggle_in(&mut it.scopes, id));
        let [find, list] = scope_choices(choices, is_chosen, toggle, "choices");
        let n_chosen = move || match chosen.with(Vec::len) {
            0 => String::new(),
            n_chosen => format!(" {n_chosen} chosen"),
        };
        let pending = move || source.scopes.with(|it| it.pending).then(|| el("span.hint").text("Loading the scopes…"));
        let failed = move || {
            let error = source.scopes.with(|it| it.error.clone())?;
            let instead = "The scopes of the tokens in the list can be chosen by their ids.";
            Some(error_panel(&error, RetrySafety::ReadOnly).child(el("p").text(instead)))
        };
        let legend = el("legend").text(&self.label(Field::Scopes)).maybe(self.required_mark(Field::Scopes));
        let legend = legend.child(el("span.muted").bind_text(n_chosen));
        el("fieldset.field")
            .child(legend)
            .maybe(self.rule_view(Field::Scopes))
            .child(find)
            .child(list)
            .bind_child(pending)
            .bind_child(failed)
            .child(self.message_view(Field::Scopes))
    }

    fn description_view(self) -> El {
        let input = el("textarea")
            .attr("rows", "2")
            .bind_value(move || self.form.with(|it| it.description.clone()))
            .on("input", move |event| self.form.update(|it| it.description = value_of(&event)));
        self.field_view(Field::Description, el("span").text(&self.label(Field::Description)), input)
    }

    fn dates_view(self, fields: &[Field]) -> Vec<El> {
        let must_end = self.shape(Field::ValidTo).required;
        let set_end = move |typed: String| {
            self.form.update(|it| (it.valid_to.typed, it.valid_to.later) = (typed, None));
            self.refilled.update(|it| *it += 1);
        };
        let presets = move || {
            if self.dates_are_fixed() {
                return Some(el("p.hint").text("The dates of a revoked token cannot be changed."));
            }
            let preset = |days: i64| {
                let typed = move || self.form.with_untracked(|it| it.preset(days, now(), &ViewerZone));
                button("button small", &messages::count(days as usize, messages::Unit::Day), move || set_end(typed()))
            };
            let row = el("div.presets")
                .attr("role", "group")
                .attr("aria-label", "Valid for")
                .child(el("span.muted").attr("aria-hidden", "true").text("Valid for"))
                .children(PRESETS.map(preset).into());
            let no_end = || button("button small", "No end", move || set_end(String::new()));
            Some(row.maybe((!must_end).then(no_end)))
        };
        let endless = move || {
            let is_endless = !must_end && self.form.with(|it| it.valid_to.typed.is_empty());
            let ends_it = if self.source.system().can(Action::Revoke).is_ok() { "revokes" } else { "deletes" };
            let text = format!("Without an end this token works for ever, or until somebody {ends_it} it.");
            if is_endless { text } else { String::new() }
        };
        let zone = platform::with_formats(|it| format!("Times in {}.", it.zone));
        let dates = el("div.dates").children(fields.iter().map(|field| self.date_view(*field)).collect());
        vec![
            dates,
            el("div").bind_child(presets),
            el("p.hint").text(&zone),
            el("p.hint.warning").attr("aria-live", "polite").bind_text(endless),
        ]
    }

    /// Whether the token was revoked, where that is for good (wire contracts §1).
    fn dates_are_fixed(self) -> bool {
        self.system.with_value(|it| it.revokes_for_good)
            && self.base.with(|it| it.as_ref().is_some_and(|it| it.token.revoked))
    }

    fn date_view(self, field: Field) -> El {
        let when: fn(&mut Form) -> &mut When =
            if field == Field::ValidFrom { |it| &mut it.valid_from } else { |it| &mut it.valid_to };
        let earliest = move || {
            follow_clock(self.source, self.is_open);
            let margin = if field == Field::ValidTo { MINUTE } else { 0 };
            Some(format_minute(wall_at(now(), &ViewerZone) + margin))
        };
        let input = el("input")
            .attr("type", "datetime-local")
            .bind_attr("min", earliest)
            .bind_flag("disabled", move || self.dates_are_fixed());
        // Half a date reads as an empty text and sends no event of its own, so keys and leaving are listened to as well.
        let node = input.input();
        let read = move || {
            let typed = if node.validity().bad_input() { "…".into() } else { node.value() };
            if self.form.with_untracked(|it| when(&mut it.clone()).typed != typed) {
                self.form.update(|it| (when(it).typed, when(it).later) = (typed, None));
            }
        };
        let (on_key, on_leave) = (read.clone(), read.clone());
        let input =
            input.on("input", move |_| read()).on("keyup", move |_| on_key()).on("focusout", move |_| on_leave());
        // Only what the page itself puts in is written to the input: the user may be in the middle of typing.
        let node = input.input();
        effect(move || {
            self.refilled.track();
            node.set_value(&self.form.with_untracked(|it| when(&mut it.clone()).typed.clone()));
        });
        let label = self.label(field);
        let name = el("span").text(&label).maybe(self.required_mark(field));
        self.field_view(field, name, input).bind_child(move || self.twice_view(field, &label, when))
    }

    /// The choice between the two times that a clock shows alike when it is put back.
    fn twice_view(self, field: Field, label: &str, when: fn(&mut Form) -> &mut When) -> Option<El> {
        let problems = self.checked.get().err()?;
        let (first, second) = problems.into_iter().find_map(|(it, problem)| match problem {
            Problem::Twice(first, second) if it == field => Some((first, second)),
            _ => None,
        })?;
        let choice = |name: &str, at, later: bool| {
            let text = format!("The {name} ({})", platform::utc_offset(ViewerZone.offset(at)));
            button("button small", &text, move || self.form.update(|it| when(it).later = Some(later)))
        };
        let group = el("div.presets").attr("role", "group").attr("aria-label", &format!("Which {label}"));
        Some(group.child(choice("first", first, false)).child(choice("second", second, true)))
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
            Some((_, Some(at))) => platform::with_formats(|it| it.date_time(at)),
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

    /// Two rows of buttons, one of which is seen: to save, or to answer whether to discard what was typed.
    fn foot_views(self) -> Vec<El> {
        let why = move || match self.checked.get() {
            Ok(_) => String::new(),
            Err(problems) => problems
                .into_iter()
                .map(|(it, problem)| messages::problem(it, |it| self.label(it), &self.one(it), problem))
                .collect::<Vec<_>>()
                .join(" "),
        };
        let save = el("button.button.primary")
            .attr("type", "submit")
            .attr("aria-describedby", "why-not")
            .bind_flag("disabled", move || self.checked.with(Result::is_err))
            // Disabled it would lose the focus, and with it the key that closes the form.
            .bind_attr("aria-disabled", move || self.sending.busy.get().then(|| "true".into()))
            .bind_text(move || if self.sending.busy.get() { "Saving…".into() } else { "Save".into() });
        let saving = el("div.modal-foot")
            .bind_flag("hidden", move || self.asking.get() || self.sending.leaving.get())
            .child(el("p.foot-text.muted").attr("id", "why-not").bind_text(why))
            .child(button("button", "Cancel", move || self.try_close()))
            .child(save);

        let leave = ask_to_leave(self.sending.leaving, move || self.close());
        vec![saving, ask_to_discard(self.asking, move || self.close()), leave]
    }
}

/// Works out again what asks for the time when a form is opened, and whenever the list is while it is open.
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
