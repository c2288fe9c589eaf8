//! The form that makes a connection or changes one of the user's own.

use std::borrow::Cow;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::{ask_to_discard, modal};
use super::super::kit::{El, button, effect, el, on_window, value_of};
use super::super::mistakes::list_of;
use super::super::notice::error_panel;
use super::command;
use super::connection_test::Trial;
use super::manager::{Manager, focus_button};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::config::dialect::{Setting, SettingKind};
use crate::config::form::{Declared, Form, FormText, Speaks, is_gap};
use crate::config::{ConfigError, Connection, TIMEOUT};
use crate::messages::config::mistake;
use crate::messages::connection_form::{ConnectionForm, NotSaved, WrongField};
use crate::messages::connections::{ConnectionLine, Manages};
use crate::messages::page::Named;
use crate::platform::fetch::refused_origin;
use crate::platform::gateway::{self, read_file};
use crate::platform::runtime::BROWSER;
use crate::platform::{Timer, active_element};
use crate::session::way::OpenError;
use crate::words::Words;

mod headers;
mod more;

/// How long after the last change a description is checked, in milliseconds.
const PAUSE: i32 = 300;

/// What few connections say: see `more`.
const SELDOM: [FormText; 7] = [
    FormText::Hint,
    FormText::Timeout,
    FormText::MaxAnswer,
    FormText::Cookies,
    FormText::DefaultDays,
    FormText::Proxy,
    FormText::Address,
];

/// The form with these settings in it; see [`super::manager::Above::Form`].
pub(super) fn form(manager: Manager, before: Option<String>, settings: &str) -> El {
    Editor::new(manager, before, settings).view()
}

/// The state of an open form.
#[derive(Clone, Copy)]
struct Editor {
    manager: Manager,
    /// What is kept of the connection, where it is there already.
    before: StoredValue<Option<String>>,
    form: RwSignal<Form>,
    /// What it was filled with: typed is what differs from it.
    filled: StoredValue<Form>,
    checked: Memo<Result<Connection, Vec<ConfigError>>>,
    /// What came of looking at the description.
    description: RwSignal<Description>,
    /// What the description wants to be told.
    declared: RwSignal<Vec<Declared>>,
    /// The origin that the page's policy does not let it connect to.
    refused: RwSignal<Option<String>>,
    /// Whether it is being asked what to do with what was typed.
    asking: RwSignal<bool>,
    trial: Trial,
}

/// What is known of the description of another API.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Description {
    /// There is none, or what stands around it is not right yet.
    None,
    /// It is being looked at.
    Pending,
    /// It is right.
    Right,
    /// It is wrong.
    Wrong(Vec<ConfigError>),
    /// What checks it, or its file, did not come.
    Unread(NetworkError),
}

impl Editor {
    fn new(manager: Manager, before: Option<String>, settings: &str) -> Self {
        let mut filled = manager.catalog.with_value(|catalog| Form::of(settings, catalog));
        let others = manager.other_names(before.as_deref());
        if others.contains(&filled.name) {
            filled.name = ConnectionForm::CopyOf { name: &filled.name }.text().into();
        }
        let form = RwSignal::new(filled.clone());
        let checked =
            Memo::new(move |_| manager.catalog.with_value(|catalog| form.with(|it| it.check(catalog, &others))));
        Editor {
            manager,
            before: StoredValue::new(before),
            form,
            filled: StoredValue::new(filled),
            checked,
            description: RwSignal::new(Description::None),
            declared: RwSignal::new(Vec::new()),
            refused: RwSignal::new(None),
            asking: RwSignal::new(false),
            trial: Trial::new(checked),
        }
    }

    fn is_dirty(self) -> bool {
        self.filled.with_value(|filled| self.form.with_untracked(|form| form != filled))
    }

    fn try_close(self) {
        if self.is_dirty() { self.asking.set(true) } else { self.close() }
    }

    fn close(self) {
        self.manager.above.set(None);
    }

    fn save(self) {
        let Ok(connection) = self.checked.get_untracked() else { return };
        if !self.description.with_untracked(Description::lets_save) {
            return;
        }
        let before = self.before.get_value();
        let settings = self.manager.catalog.with_value(|catalog| self.form.with_untracked(|it| it.to_json(catalog)));
        let name = connection.name;
        if self.manager.change(|it| it.put(before.as_deref(), settings)) {
            let was_shown = self.manager.show.with_value(|it| self.filled.with_value(|filled| filled.name == *it));
            if before.is_none() || was_shown {
                self.manager.show.set_value(name.clone());
            }
            self.manager.said.set(Manages::Saved { name: &name }.text().into());
            focus_button(&Named::Button { verb: &ConnectionLine::Edit.text(), name: &name }.text());
        }
        // What could not be kept is told above the list.
        self.close();
    }

    // What is wrong ------------------------------------------------------------------------------------------------

    fn mistakes(self) -> Vec<ConfigError> {
        let own = self.checked.get().err().unwrap_or_default();
        let described = match self.description.get() {
            Description::Wrong(mistakes) => mistakes,
            _ => Vec::new(),
        };
        own.into_iter().chain(described).collect()
    }

    /// What is wrong at a place of the connection or within it. What is only not filled in is said beside `Save`.
    fn messages(self, pointer: &str) -> Vec<Cow<'static, str>> {
        let description = self.description_pointer();
        let here = |it: ConfigError| {
            let rest = it.pointer.strip_prefix(pointer).filter(|it| it.is_empty() || it.starts_with('/'))?;
            let mistake = &*mistake(&it.mistake);
            Some(match (pointer, rest) {
                _ if is_gap(&it) && (pointer != description || rest.is_empty()) => return None,
                (_, "") => WrongField::Whole { mistake }.text(),
                // Its JSON stands in the form, so its places do too.
                (pointer, place) if pointer == description => WrongField::Place { place, mistake }.text(),
                (_, rest) => WrongField::Part { part: &part_name(rest), mistake }.text(),
            })
        };
        self.mistakes().into_iter().filter_map(here).collect()
    }

    /// Why it cannot be saved.
    fn why_not(self) -> String {
        // Within a description nothing is merely not filled in.
        let description = self.description_pointer();
        let is_within = |it: &ConfigError| it.pointer.strip_prefix(&description).is_some_and(|it| it.starts_with('/'));
        let is_open = |it: &ConfigError| is_gap(it) && !is_within(it);
        let (gaps, wrong): (Vec<ConfigError>, Vec<ConfigError>) = self.mistakes().into_iter().partition(is_open);
        let label = |it: &ConfigError| match it.pointer.as_str() {
            "/name" => NotSaved::Name.text(),
            "/base" => NotSaved::Base.text(),
            other if other == description => NotSaved::Description.text(),
            other => part_name(other.strip_prefix("/auth/headers").unwrap_or(other)),
        };
        let mut said = Vec::new();
        if !gaps.is_empty() {
            let fields = gaps.iter().map(label).collect::<Vec<_>>().join(", ");
            said.push(NotSaved::Required { fields: &fields }.text());
        }
        if !wrong.is_empty() {
            said.push(NotSaved::Marked.text());
        }
        match self.description.get() {
            Description::Pending => said.push(NotSaved::Checking.text()),
            Description::Unread(_) => said.push(NotSaved::NotChecked.text()),
            _ => {}
        }
        said.join(" ")
    }

    /// The place of the description in the connection.
    fn description_pointer(self) -> String {
        self.manager.catalog.with_value(|it| it.description().map(|it| format!("/{}", it.key))).unwrap_or_default()
    }

    /// What the dialect that is chosen lets a connection say.
    fn settings(self) -> &'static [Setting] {
        let dialect = self.manager.catalog.with_value(|catalog| self.form.with(|it| catalog.dialect(&it.speaks)));
        dialect.map(|it| it.settings).unwrap_or_default()
    }

    // The description ------------------------------------------------------------------------------------------------

    /// Looks at the description again whenever it has changed, and learns what it wants to be told.
    fn watch_description(self) {
        let described = Memo::new(move |_| {
            let connection = self.checked.get().ok()?;
            let is_described = self.form.with(|it| !matches!(it.speaks, Speaks::Known(_)));
            // Whatever is called so, and however it is asked, its description says the same.
            is_described.then(|| Connection { name: String::new(), hint: String::new(), ..connection })
        });
        let timer = StoredValue::new_local(None::<Timer>);
        effect(move || {
            let found = described.get();
            self.description.set(if found.is_some() { Description::Pending } else { Description::None });
            let check = move || {
                let Some(connection) = found else { return };
                spawn_local(async move {
                    let outcome = match gateway::open(&connection, &BROWSER).await {
                        Ok(_) => Description::Right,
                        Err(OpenError::Mistakes(mistakes)) => Description::Wrong(mistakes),
                        Err(OpenError::NetworkError(fault)) => Description::Unread(fault),
                    };
                    if described.try_get_untracked().flatten().as_ref() == Some(&connection) {
                        self.description.set(outcome);
                    }
                });
            };
            timer.set_value(Some(Timer::after(PAUSE, check)));
        });
        let key = self.manager.catalog.with_value(|it| it.description().map(|it| it.key)).unwrap_or_default();
        let source = Memo::new(move |_| self.form.with(|it| (it.speaks.clone(), it.setting(key).trim().to_owned())));
        effect(move || {
            let (speaks, api) = source.get();
            let file = match &speaks {
                Speaks::Known(_) => return self.declared.set(Vec::new()),
                Speaks::Shipped(file) => file.clone(),
                Speaks::Described if api.is_empty() || api.starts_with('{') => {
                    return self.declared.set(Declared::read_all(&api));
                }
                Speaks::Described => api,
            };
            spawn_local(async move {
                let text = read_file(&file, TIMEOUT).await.unwrap_or_default();
                if source
                    .try_get_untracked()
                    .is_some_and(|(now, api)| now == speaks && (api == file || now != Speaks::Described))
                {
                    self.declared.set(Declared::read_all(&text));
                }
            });
        });
    }

    // The view -------------------------------------------------------------------------------------------------------

    fn view(self) -> El {
        on_window("beforeunload", move |event| {
            if self.is_dirty() {
                event.prevent_default();
            }
        });
        self.watch_description();
        let speaks = Memo::new(move |_| self.form.with(|it| it.speaks.clone()));
        let passed_on = Memo::new(move |_| {
            self.refused.get()?;
            self.form.with(|it| Some((it.speaks.key()?.to_owned(), it.base.trim().to_owned())))
        });
        let fields = el("form.fields")
            .attr("id", "connection")
            .attr("novalidate", "")
            .child(self.line(FormText::Name, &ConnectionForm::Name.text(), &ConnectionForm::NameHint.text()))
            .child(self.speaks_view(speaks))
            .child(self.base_view())
            .bind_child(move || {
                let origin = self.refused.get().filter(|_| !self.trial.tells_policy())?;
                Some(error_panel(&ApiError::NoAnswer(NetworkError::Policy(origin)), RetrySafety::ReadOnly))
            })
            .bind_child(move || passed_on.get().map(|(key, base)| untrack(|| command::to_connect(key, base))))
            .bind_children(move || {
                speaks.track();
                untrack(|| self.settings()).iter().filter_map(|it| self.setting_view(it)).collect()
            })
            .bind_children(move || self.declared.get().into_iter().map(|it| self.value_view(it)).collect())
            .child(self.more_view())
            .bind_child(move || self.other_mistakes_view())
            .on("submit", move |event| {
                event.prevent_default();
                self.save();
            });
        let body = el("div.modal-body.form").child(fields).child(self.trial.view());
        let content = el("div.modal-whole").child(body).children(self.foot_views());
        let is_new = self.before.with_value(Option::is_none);
        let title = if is_new { ConnectionForm::Add.text() } else { ConnectionForm::Edit.text() };
        modal(&title, "dialog", active_element(), move || self.try_close(), content)
    }

    /// A field for something that connections of the chosen dialect can say.
    fn setting_view(self, setting: &'static Setting) -> Option<El> {
        let Setting { key, label, hint, .. } = setting;
        let text = FormText::Setting(key);
        let (label, hint) = (move || label.text(), move || hint.map(|it| it.text()).unwrap_or_default());
        let field = move || match setting.kind {
            SettingKind::Text => Some(self.line(text, &label(), &hint())),
            SettingKind::Choice(choices) => {
                let choices: Vec<_> = choices.iter().map(|(value, name)| (*value, name.text())).collect();
                let choices: Vec<_> = choices.iter().map(|(value, name)| (*value, &**name)).collect();
                Some(self.choice(&text.pointer(), text, &label(), &choices, ""))
            }
            SettingKind::Texts => Some(self.text_area(text, &label(), &hint(), "3", false)),
            SettingKind::Auth => Some(self.auth_view(key, &label())),
            SettingKind::Description => {
                let guide = el("a").attr("href", "connect-any-api.md").attr("target", "_blank");
                let guide = guide.text(&ConnectionForm::Guide.text());
                // What is shipped with the page has its own.
                let is_own = self.form.with_untracked(|it| it.speaks == Speaks::Described);
                is_own.then(|| self.text_area(text, &label(), &hint(), "12", true).child(el("span.hint").child(guide)))
            }
            // They are asked for by the description.
            SettingKind::Values => None,
        };
        if setting.only_with.is_none() {
            return field();
        }
        let settings = untrack(|| self.settings());
        let is_wanted = Memo::new(move |_| self.form.with(|it| it.wants(settings, setting)));
        Some(el("div.part").bind_child(move || is_wanted.get().then(|| untrack(field)).flatten()))
    }

    fn auth_view(self, key: &'static str, label: &str) -> El {
        let [none, bearer, headers] =
            [ConnectionForm::AuthNone.text(), ConnectionForm::AuthBearer.text(), ConnectionForm::AuthHeaders.text()];
        let choices = [("none", &*none), ("bearer", &*bearer), ("headers", &*headers)];
        let wants_headers = Memo::new(move |_| self.form.with(|it| it.setting(key) == "headers"));
        el("div.part")
            .child(self.choice(&format!("/{key}/type"), FormText::Setting(key), label, &choices, ""))
            .child(el("div.part").bind_child(move || wants_headers.get().then(|| untrack(|| self.headers_view()))))
    }

    fn speaks_view(self, speaks: Memo<Speaks>) -> El {
        let offered = move || self.manager.catalog.with_value(|it| it.all());
        let select = el("select").bind_children(move || {
            let option = |(idx, (it, name)): (usize, (Speaks, Words))| {
                let option = el("option").attr("value", &idx.to_string()).text(&name.text());
                if it == speaks.get() { option.attr("selected", "") } else { option }
            };
            offered().into_iter().enumerate().map(option).collect()
        });
        let select = select.on("change", move |event| {
            let chosen = value_of(&event).parse().ok().and_then(|idx: usize| untrack(offered).into_iter().nth(idx));
            if let Some((speaks, _)) = chosen {
                self.form.update(|it| it.speaks = speaks);
            }
        });
        self.field("/dialect", &ConnectionForm::System.text(), false, select, "")
    }

    fn base_view(self) -> El {
        let check = move |_| {
            self.refused.set(None);
            if self.messages("/base").is_empty() {
                let base = self.form.with_untracked(|it| it.base.trim().to_owned());
                spawn_local(async move {
                    let origin = refused_origin(&base).await;
                    if self.form.try_with_untracked(|it| it.base.trim() == base) == Some(true) {
                        self.refused.set(origin);
                    }
                });
            }
        };
        // What was said of another address does not hold for this one.
        let forget = move |_| {
            if self.refused.with_untracked(Option::is_some) {
                self.refused.set(None);
            }
        };
        let line = self.line(FormText::Base, &ConnectionForm::Base.text(), &ConnectionForm::BaseHint.text());
        line.on("change", check).on("input", forget)
    }

    /// Something that the description wants to be told.
    fn value_view(self, declared: Declared) -> El {
        let Declared { key, required, default, help } = declared;
        let get = {
            let key = key.clone();
            move || {
                let of_key = |it: &Form| it.values.iter().find(|(it, _)| *it == key).map(|(_, value)| value.clone());
                self.form.with(of_key).unwrap_or_default()
            }
        };
        let pointer = format!("/values/{}", key.replace('~', "~0").replace('/', "~1"));
        let label = key.clone();
        let input = el("input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("placeholder", &default)
            .bind_value(get)
            .on("input", move |event| {
                let value = value_of(&event);
                self.form.update(|it| match it.values.iter_mut().find(|(it, _)| *it == key) {
                    Some((_, before)) => *before = value,
                    None => it.values.push((key.clone(), value)),
                });
            });
        self.field(&pointer, &label, required && default.is_empty(), input, &help)
    }

    /// Mistakes that belong to no field of the form, such as those in the file of a description.
    fn other_mistakes_view(self) -> Option<El> {
        let fault = match self.description.get() {
            Description::Unread(fault) => Some(error_panel(&fault.into(), RetrySafety::ReadOnly)),
            _ => None,
        };
        let is_seldom = |key: &str| SELDOM.iter().any(|it| it.pointer().strip_prefix('/') == Some(key));
        let is_setting = |key: &str| self.settings().iter().any(|it| it.key == key);
        let is_here = |it: &ConfigError| {
            let key = it.pointer.split('/').nth(1);
            key.is_some_and(|key| ["name", "dialect", "base"].contains(&key) || is_setting(key) || is_seldom(key))
        };
        let is_elsewhere = |it: &ConfigError| !it.pointer.starts_with('/') || !is_here(it);
        let elsewhere: Vec<ConfigError> = self.mistakes().into_iter().filter(is_elsewhere).collect();
        fault.or_else(|| {
            let what = el("p").attr("role", "alert").text(&ConnectionForm::DescriptionWrong.text());
            (!elsewhere.is_empty()).then(|| el("div.panel.error").child(what).child(list_of(elsewhere)))
        })
    }

    // Parts of it ----------------------------------------------------------------------------------------------------

    fn line(self, text: FormText, label: &str, hint: &str) -> El {
        let input = el("input")
            .attr("type", "text")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .bind_value(move || self.text(text))
            .on("input", move |event| self.form.update(|it| it.set(text, value_of(&event))));
        // Of a system that was chosen by its name the address is what is missing.
        let first = if self.filled.with_value(|it| it.name.is_empty()) { FormText::Name } else { FormText::Base };
        let input = if text == first { input.attr("autofocus", "") } else { input };
        self.field(&text.pointer(), label, matches!(text, FormText::Name | FormText::Base), input, hint)
    }

    fn text_area(self, text: FormText, label: &str, hint: &str, rows: &str, required: bool) -> El {
        let area = el("textarea.mono")
            .attr("rows", rows)
            .attr("spellcheck", "false")
            .bind_value(move || self.text(text))
            .on("input", move |event| self.form.update(|it| it.set(text, value_of(&event))));
        self.field(&text.pointer(), label, required, area, hint)
    }

    /// A choice; the first is meant where nothing is said.
    fn choice(self, pointer: &str, text: FormText, label: &str, choices: &[(&'static str, &str)], hint: &str) -> El {
        let first = choices[0].0;
        let option = |(value, name): &(&str, &str)| el("option").attr("value", value).text(name);
        let select = el("select")
            .children(choices.iter().map(option).collect())
            .bind_value(move || Some(self.text(text)).filter(|it| !it.is_empty()).unwrap_or_else(|| first.into()))
            .on("change", move |event| self.form.update(|it| it.set(text, value_of(&event))));
        self.field(pointer, label, false, select, hint)
    }

    fn text(self, which: FormText) -> String {
        self.form.with(|it| it.text(which).to_owned())
    }

    /// A labelled control, the hint for it and the messages about it, neither of which is part of its name.
    fn field(self, pointer: &str, label: &str, required: bool, control: El, hint: &str) -> El {
        let (id, place) = (message_id(pointer), pointer.to_owned());
        let control = control
            .attr("aria-describedby", &id)
            .bind_attr("aria-invalid", move || (!self.messages(&place).is_empty()).then(|| "true".into()));
        let control = if required { control.attr("required", "") } else { control };
        let mark = required.then(|| el("span.required").attr("aria-hidden", "true").text(" *"));
        el("div.field")
            .child(el("label").child(el("span").text(label).maybe(mark)).child(control))
            .maybe((!hint.is_empty()).then(|| el("span.hint").text(hint)))
            .child(self.message_view(pointer))
    }

    fn message_view(self, pointer: &str) -> El {
        let place = pointer.to_owned();
        el("span.field-error").attr("id", &message_id(pointer)).bind_text(move || self.messages(&place).join(" "))
    }

    /// Two rows of buttons, one of which is seen: to save, or to answer whether to discard what was typed.
    fn foot_views(self) -> Vec<El> {
        let cannot = move || self.checked.with(Result::is_err) || !self.description.with(Description::lets_save);
        let save = el("button.button.primary")
            .attr("type", "submit")
            .attr("form", "connection")
            .attr("aria-describedby", "why-not-saved")
            .bind_flag("disabled", cannot)
            .text(&ConnectionForm::Save.text());
        let saving = el("div.modal-foot")
            .bind_flag("hidden", move || self.asking.get())
            .child(el("p.foot-text.muted").attr("id", "why-not-saved").bind_text(move || self.why_not()))
            .child(button("button", &ConnectionForm::Cancel.text(), move || self.try_close()))
            .child(save);
        vec![saving, ask_to_discard(self.asking, move || self.close())]
    }
}

impl Description {
    fn lets_save(&self) -> bool {
        matches!(self, Description::None | Description::Right)
    }
}

/// What a place within a field is called: `/0/name` of the headers is `name of header 1`.
fn part_name(pointer: &str) -> Cow<'static, str> {
    let mut parts = pointer.trim_start_matches('/').split('/');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    match (first.parse::<usize>(), second) {
        (Ok(idx), Some(part)) => NotSaved::PartOfHeader { part, n: idx + 1 }.text(),
        _ => pointer.rsplit('/').next().unwrap_or_default().to_owned().into(),
    }
}

fn message_id(pointer: &str) -> String {
    format!("message{}", pointer.replace('/', "-"))
}
