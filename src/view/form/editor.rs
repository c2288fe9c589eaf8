//! The state of an open form: what it holds, what is wrong with it, and how its write stands.

use std::rc::Rc;

use leptos::prelude::*;

use super::place::focus_field;
use crate::actions::{Command, NamedToken};
use crate::api::ApiError;
use crate::api::tokens::Tagged;
use crate::capabilities::{Action, Capabilities, Field, FieldShape, Input};
use crate::draft::{Draft, Form, Problem, first_days};
use crate::messages::form::GuidWas;
use crate::messages::{self, Typed};
use crate::platform::{self, ViewerZone, now};
use crate::runtime::Job;
use crate::token::TokenRef;
use crate::workspace::commands::Sending;
use crate::workspace::connection::ConnectionState;

/// Sends the command of a form.
pub(in crate::view) type Send = Rc<dyn Fn(Command, Sending)>;

/// The state of an open form.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub(super) source: ConnectionState,
    pub(super) system: StoredValue<Rc<Capabilities>, LocalStorage>,
    /// The fields of its form, as they are for a new token or for one that is changed.
    pub(super) fields: StoredValue<Vec<FieldShape>>,
    /// What the system asks for besides its fields.
    pub(super) asked: StoredValue<Vec<Input>>,
    /// Whether it is shown. What depends on the clock and the list is worked out again as soon as it is.
    pub(super) is_open: RwSignal<bool>,
    pub(super) form: RwSignal<Form>,
    /// What it was filled with: typed is what differs from it.
    pub(super) filled: RwSignal<Form>,
    /// The token being changed, in the state that the next save is about.
    pub(super) base: RwSignal<Option<Rc<Tagged>>, LocalStorage>,
    /// What it is filled with for a clone, as the original's rights give it: what goes beyond is asked about.
    pub(super) cloned: RwSignal<Option<Draft>>,
    /// The token as it was left by a change from elsewhere.
    pub(super) theirs: RwSignal<Option<Rc<Tagged>>, LocalStorage>,
    pub(super) checked: Memo<Result<Draft, Vec<(Field, Problem)>>>,
    /// Whether the user wanted to save what is not valid: from then on what is missing is a mistake.
    pub(super) attempted: RwSignal<bool>,
    /// How its write stands.
    pub(super) sending: Sending,
    /// How its command is sent, where that is not as usual.
    pub(super) sender: StoredValue<Option<Send>, LocalStorage>,
    /// Whether it is being asked what to do with what was typed.
    pub(super) asking: RwSignal<bool>,
    /// Whether it is being asked if the token is to be able to do more.
    pub(super) growing: RwSignal<bool>,
    /// What the user has agreed to, though the token can do more by it: sent again it is not asked about again.
    pub(super) agreed: StoredValue<Option<Draft>>,
    /// The last draft that was sent as new, and its idempotency key.
    pub(super) sent: StoredValue<Option<(Draft, String)>>,
    pub(super) job: StoredValue<Rc<Job>, LocalStorage>,
    pub(super) guid_was: RwSignal<Option<GuidWas>>,
    /// Goes up when the form is filled again, so that its date inputs show it.
    pub(super) refilled: RwSignal<u32>,
}

impl Editor {
    pub(super) fn new(source: ConnectionState, filled: Form, base: Option<Rc<Tagged>>) -> Self {
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
            cloned: RwSignal::new(None),
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
            attempted: RwSignal::new(false),
            sending,
            sender: StoredValue::new_local(None),
            asking: RwSignal::new(false),
            growing: RwSignal::new(false),
            agreed: StoredValue::new(None),
            sent: StoredValue::new(None),
            job: StoredValue::new_local(Rc::new(Job::new())),
            guid_was: RwSignal::new(None),
            refilled: RwSignal::new(0),
        }
    }

    /// Fills in what depends on the moment in which the form for a new token is opened.
    pub(super) fn begin(self) {
        let (system, said) = (self.source.system(), self.source.connection().first_end);
        self.form.update(|form| {
            // Where the system makes the handle itself, the form has no GUID.
            if system.field(Field::Guid).is_some() {
                form.guid = platform::random_uuid();
            }
            if let Some(days) = first_days(&system, said) {
                form.live(days, &self.shape(Field::ValidTo), now(), &ViewerZone);
            }
        });
        self.filled.set(self.form.get_untracked());
        self.refilled.update(|it| *it += 1);
    }

    pub(super) fn is_dirty(self) -> bool {
        // Another GUID costs nothing: it is not typed.
        let typed = self.form.with_untracked(|it| Form { guid: String::new(), ..it.clone() });
        typed != self.filled.with_untracked(|it| Form { guid: String::new(), ..it.clone() })
    }

    pub(super) fn try_close(self) {
        if self.sending.busy.get_untracked() {
            self.sending.leaving.set(true);
        } else if self.is_dirty() {
            self.asking.set(true);
        } else {
            self.close();
        }
    }

    pub(super) fn close(self) {
        self.job.with_value(|it| it.cancel());
        self.source.workspace.close_dialog();
    }

    pub(super) fn fill(self, tagged: Rc<Tagged>) {
        let form = Form::of(&tagged.token, &ViewerZone);
        self.filled.set(form.clone());
        self.form.set(form);
        self.base.set(Some(tagged));
        self.theirs.set(None);
        self.sending.error.set(None);
        self.attempted.set(false);
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

    /// Sends what it holds, and closes it where that is done. What is wrong is said at its field, the first of which gets
    /// the focus. What lets the token do more is asked about first.
    pub(super) fn save(self) {
        // Enter in a field is no answer to that.
        if self.growing.get_untracked() {
            return;
        }
        let draft = match self.checked.get_untracked() {
            Ok(draft) => draft,
            Err(problems) => {
                self.attempted.set(true);
                return problems.first().into_iter().for_each(|(field, _)| focus_field(*field));
            }
        };
        if !self.sending.busy.get_untracked() {
            self.review(draft);
        }
    }

    pub(super) fn send(self, draft: Draft) {
        // From here on leaving it is another question.
        self.asking.set(false);
        let key = self.idempotency_key(&draft);
        let command = self.command(draft, key);
        match self.sender.get_value() {
            Some(send) => send(command, self.sending),
            None => self.source.dispatch(command, self.sending),
        }
    }

    /// What a save does.
    fn command(self, draft: Draft, key: String) -> Command {
        match self.base.get_untracked() {
            None => Command::Create { slot: self.source.slot, draft, key },
            Some(base) => {
                let token = TokenRef { slot: self.source.slot, id: base.token.id.clone() };
                Command::Update { token, base, draft }
            }
        }
    }

    /// The same for what is typed now, to be shown. It follows that.
    pub(super) fn command_now(self) -> Option<Command> {
        let draft = self.checked.get().ok()?;
        let sent = self.sent.get_value().filter(|(sent, _)| *sent == draft);
        Some(self.command(draft, sent.map_or_else(platform::random_uuid, |(_, key)| key)))
    }

    /// The token that it changes.
    pub(super) fn named(self) -> Option<NamedToken> {
        let base = self.base.get_untracked()?;
        let token = TokenRef { slot: self.source.slot, id: base.token.id.clone() };
        Some(NamedToken { token, name: base.token.name.clone() })
    }

    pub(super) fn keep_mine(self) {
        // The next save is about the state that they left, which may be able to do less.
        self.agreed.set_value(None);
        self.base.set(self.theirs.get_untracked());
        self.theirs.set(None);
        self.sending.error.set(None);
        self.save();
    }

    /// What the system says about a field, and what the page does.
    pub(super) fn messages(self, field: Field) -> String {
        let mut messages = Vec::new();
        if let Err(problems) = self.checked.get() {
            let own = problems.into_iter().filter(|(it, problem)| *it == field && self.is_told(*problem));
            messages.extend(own.map(|it| self.in_words(it)));
        }
        if let Some(ApiError::Invalid(_, fields)) = self.sending.error.get() {
            messages.extend(
                fields.into_iter().filter(|(it, _)| self.field_of(it) == Some(field)).map(|(_, text)| text.to_string()),
            );
        }
        messages.join(" ")
    }

    /// Whether a problem is told at its field. What is merely not filled in yet is said beside `Save` before.
    pub(super) fn is_told(self, problem: Problem) -> bool {
        self.attempted.get() || !problem.is_gap()
    }

    /// What is wrong with a field, as a sentence.
    pub(super) fn in_words(self, (field, problem): (Field, Problem)) -> String {
        messages::problem(field, |it| self.label(it), &self.one(field), problem)
    }

    /// What the system calls a field.
    pub(super) fn label(self, field: Field) -> String {
        match field {
            Field::Input(idx) => self.asked.with_value(|it| it[idx].label.to_string()),
            field => self.system.with_value(|it| it.label(field).to_string()),
        }
    }

    /// How a sentence asks for one of a field.
    pub(super) fn one(self, field: Field) -> String {
        self.system.with_value(|it| it.field(field).map(|it| it.label.one().into()).unwrap_or_default())
    }

    /// The field that a message of the system is about, where the form has it. Some messages tell the way to a part of
    /// it: `scopes.0`.
    pub(super) fn field_of(self, wire: &str) -> Option<Field> {
        let is_new = self.base.with_untracked(Option::is_none);
        let has =
            |field: &Field| self.fields.with_value(|it| it.iter().any(|it| it.field == *field && is_shown(it, is_new)));
        let input = |name: &str| self.asked.with_value(|it| it.iter().position(|it| it.key == name)).map(Field::Input);
        let field = |name: &str| Field::from_wire(name).filter(has).or_else(|| input(name));
        field(wire).or_else(|| wire.split('.').find_map(field))
    }

    /// The first field in the form that the system's refusal is about.
    pub(super) fn marked_by(self, error: &ApiError) -> Option<Field> {
        let ApiError::Invalid(_, fields) = error else { return None };
        fields.iter().filter_map(|(it, _)| self.field_of(it)).min_by_key(|it| it.place())
    }

    /// What the system says of a field: what is required, what can be changed, what the rule is.
    pub(super) fn shape(self, field: Field) -> FieldShape {
        let shape = self.fields.with_value(|it| it.iter().find(|it| it.field == field).cloned());
        shape.unwrap_or_else(|| FieldShape::new(field, ""))
    }

    /// What can be typed here, where an error is told.
    pub(super) fn typed_beside(self, error: &ApiError) -> Typed {
        let is_new = self.base.with_untracked(Option::is_none);
        let typed = |it: &FieldShape| (is_new || it.editable).then(|| it.label.to_string());
        let mut labels: Vec<String> = self.fields.with_value(|it| it.iter().filter_map(typed).collect());
        labels.extend(self.asked.with_value(|it| it.iter().map(|it| it.label.to_string()).collect::<Vec<_>>()));
        let is_marked = self.marked_by(error).is_some();
        let is_change = self.theirs.with_untracked(Option::is_some);
        Typed { labels, is_marked, is_change }
    }
}

/// Works out again what asks for the time when a form is opened, and whenever the list is while it is open.
pub(super) fn follow_clock(source: ConnectionState, is_open: RwSignal<bool>) {
    if is_open.get() {
        source.workspace.listed.track();
    }
}

/// Whether the form has a field: of what cannot be changed later only what tells one token from another is shown then.
pub(super) fn is_shown(shape: &FieldShape, is_new: bool) -> bool {
    is_new || shape.editable || matches!(shape.field, Field::Name | Field::Guid | Field::SourceIps)
}
