//! The fields of the form, but for its dates: each a labelled control with the messages about it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::inputs::{self, Must};
use super::super::kit::{El, button, el, value_of};
use super::super::notice::error_panel;
use super::super::privileges::{Targets, privileges};
use super::editor::{Editor, is_shown};
use super::place::message_id;
use super::scopes::scopes;
use crate::api::RetrySafety;
use crate::capabilities::{Field, FieldShape};
use crate::draft::Form;
use crate::messages::Number;
use crate::messages::form::{FormField, GuidWas};
use crate::platform;

impl Editor {
    pub(super) fn required_mark(self, field: Field) -> Option<El> {
        self.shape(field).required.then(inputs::required_mark)
    }

    /// The rule for a field in words, where it has one.
    fn rule_view(self, field: Field) -> Option<El> {
        let rule = self.shape(field).rule;
        (!rule.is_empty()).then(|| el("span.hint").text(&rule.text()))
    }

    /// How long a text is, from where its end is near.
    fn length_view(self, field: Field) -> Option<El> {
        let most = self.shape(field).most_chars?;
        let length = move || {
            let n = self.form.with(|it| {
                let text = if field == Field::Name { &it.name } else { &it.description };
                text.trim().chars().count()
            });
            let is_near = n > most - most / 5 && n <= most;
            if is_near { FormField::Length { n: Number(n), most: Number(most) }.text().into() } else { String::new() }
        };
        Some(el("span.hint").bind_text(length))
    }

    fn message_view(self, field: Field) -> El {
        let id = message_id(field);
        el("span.field-error").attr("id", &id).bind_text(move || self.messages(field))
    }

    /// A labelled control and the messages about it, which are not part of its name.
    pub(super) fn field_view(self, field: Field, label: El, control: El) -> El {
        el("div.field")
            .child(el("label").child(label).child(self.told(field, control)))
            .maybe(self.rule_view(field))
            .maybe(self.length_view(field))
            .child(self.message_view(field))
    }

    /// Ties a control to the messages about its field.
    fn told(self, field: Field, control: El) -> El {
        control
            .attr("aria-describedby", &message_id(field))
            .bind_attr("aria-invalid", move || (!self.messages(field).is_empty()).then(|| "true".into()))
    }

    /// The fields that the system has, in the order of the form.
    pub(super) fn field_views(self, is_new: bool) -> Vec<El> {
        let shown = |it: &FieldShape| is_shown(it, is_new).then_some(it.field);
        let mut fields: Vec<Field> = self.fields.with_value(|it| it.iter().filter_map(shown).collect());
        fields.extend(self.asked.with_value(|it| (0..it.len()).map(Field::Input).collect::<Vec<_>>()));
        fields.sort_by_key(|it| it.place());
        let view = |field: Field| match field {
            Field::Name => self.name_view(is_new),
            Field::Guid => self.guid_view(is_new),
            Field::Scopes => self.scopes_view(),
            Field::Description => self.description_view(),
            Field::Privileges => self.privileges_view(),
            Field::SourceIps => self.source_ips_view(is_new),
            Field::ValidFrom => self.start_view(),
            Field::ValidTo => self.end_view(),
            Field::Input(idx) => self.input_view(idx),
        };
        // What the token is for, what it may do and how long comes first; the rest stands closer.
        let n_first = fields.iter().take_while(|it| it.place() <= Field::ValidTo.place()).count();
        let rest = fields.split_off(n_first);
        let rest = (!rest.is_empty()).then(|| el("div.form-rest").children(rest.into_iter().map(view).collect()));
        fields.into_iter().map(view).chain(rest).collect()
    }

    fn input_view(self, idx: usize) -> El {
        let input = self.asked.with_value(|it| it[idx].clone());
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
            self.guid_was.set(None);
            spawn_local(async move {
                let copied = platform::copy(&guid).await;
                let _ = self.guid_was.try_set(Some(if copied { GuidWas::Copied } else { GuidWas::NotCopied }));
            });
        };
        let regenerate = move || {
            self.form.update(|it| it.guid = platform::random_uuid());
            self.guid_was.set(Some(GuidWas::MadeAgain));
        };
        let input = el("input.mono")
            .attr("id", "guid")
            .attr("type", "text")
            .attr("readonly", "")
            .bind_value(move || self.form.with(|it| it.guid.clone()));
        let line = el("div.with-buttons")
            .child(self.told(Field::Guid, input))
            .child(button("button", &FormField::CopyGuid.text(), copy))
            .maybe(is_new.then(|| button("button", &FormField::RegenerateGuid.text(), regenerate)));
        el("div.field")
            .child(el("label").attr("for", "guid").text(&FormField::Guid.text()))
            .child(line)
            .child(
                el("span.hint")
                    .attr("aria-live", "polite")
                    .bind_text(move || self.guid_was.get().map_or(String::new(), |it| it.text().into())),
            )
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
        let [find, list] = scopes(choices, self.form);
        let n_chosen = move || match self.form.with(|it| it.scopes.len()) {
            0 => String::new(),
            n => FormField::Chosen { n: Number(n) }.text().into(),
        };
        let pending = move || {
            let is_pending = source.scopes.with(|it| it.pending);
            is_pending.then(|| el("span.hint").text(&FormField::LoadingScopes.text()))
        };
        let failed = move || {
            let error = source.scopes.with(|it| it.error.clone())?;
            let instead = el("p").text(&FormField::ScopesByIds.text());
            Some(error_panel(&error, RetrySafety::ReadOnly).child(instead))
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
}
