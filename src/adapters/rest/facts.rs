//! A token's facts: where they stand, and what they are in the Scoped Token API's form.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};
use std::num::NonZeroU32;

use serde_json::{Value, json};

use super::mistake::Mistake;
use super::node::{Members, Node, every};
use super::pick::Place;
use super::times::{From, ReadTime, TIME_FORMS, TimeForm, TimeShape, as_it_stands, has_happened};
use crate::adapters::wire::plain;
use crate::config::MAX_DAYS;
use crate::moments::{self, Moment};
use crate::time::{Clock, Millis, format_rfc3339};

/// Where the facts of a token stand.
pub(super) struct Facts {
    pub(super) id: Fact,
    /// Whether the id is the secret itself, which no address and no table may have.
    pub(super) id_is_secret: bool,
    pub(super) name: Option<Fact>,
    pub(super) description: Option<Fact>,
    pub(super) scopes: Option<(Fact, ScopesForm)>,
    pub(super) valid_from: Option<(Fact, TimeShape)>,
    pub(super) valid_to: Option<(Fact, TimeShape)>,
    pub(super) created: Option<(Fact, TimeShape)>,
    pub(super) last_used: Option<(Fact, TimeShape)>,
    pub(super) creator: Option<Fact>,
    pub(super) active: Option<Active>,
    pub(super) revoked: Option<(Fact, Means)>,
    pub(super) deleted: Option<(Fact, Means)>,
    pub(super) disabled: Option<(Fact, Means)>,
    pub(super) columns: Vec<ColumnShape>,
}

/// What all facts have in common.
#[derive(Clone, Default)]
pub(super) struct Fact {
    /// Where it stands; `None` for a field that is asked for and never shown.
    pub(super) at: Option<Place>,
    /// What the page calls it; empty for the usual name.
    pub(super) label: String,
    pub(super) help: String,
    pub(super) required: bool,
    pub(super) pattern: Option<String>,
    /// How many characters it can have.
    pub(super) max_length: Option<NonZeroU32>,
    /// How many days it can be away.
    pub(super) max_days: Option<NonZeroU32>,
    /// Whether no two tokens can have the same.
    pub(super) unique: bool,
    /// What stands before it in a text that has more than one fact; empty where the whole text is it.
    after: String,
    /// Whether an item without it has none, rather than that it is not known.
    is_none_if_absent: bool,
}

/// How scopes are written.
#[derive(Clone)]
pub(super) enum ScopesForm {
    List,
    /// One text, with this between them.
    Split(String),
    /// An object of truth values.
    Flags,
}

/// Whether a token works.
#[derive(Clone)]
pub(super) enum Active {
    Always(bool),
    Told(Fact, Means),
}

/// Which values mean yes.
#[derive(Clone)]
pub(super) enum Means {
    /// What usually does.
    Usual,
    Is(Vec<Value>),
    Not(Vec<Value>),
}

/// A further column.
pub(super) struct ColumnShape {
    pub(super) label: String,
    pub(super) at: Place,
    /// What stands before it in a text that has more than it; empty where the whole text is it.
    after: String,
    pub(super) form: ColumnForm,
}

pub(super) enum ColumnForm {
    Text,
    Secret,
    Time { shape: TimeShape, is_deadline: bool },
}

impl Facts {
    pub(super) fn read(node: Node<'_>) -> Option<Facts> {
        let known = [
            "id",
            "name",
            "description",
            "scopes",
            "valid_from",
            "valid_to",
            "created",
            "last_used",
            "creator",
            "active",
            "revoked",
            "deleted",
            "disabled",
            "columns",
        ];
        let members = node.object(&known)?;
        let plain_fact = |node: Node<'_>| Fact::read(node, &[]).map(|(fact, _)| fact);
        let typed = |node: Node<'_>| Fact::read(node, &["required", "pattern", "max_length"]).map(|(fact, _)| fact);
        let id = members.required("id").and_then(|node| {
            let (fact, members) = Fact::read(node.clone(), &["secret"])?;
            let is_secret = members.map_or(Some(false), |it| it.is_set("secret"))?;
            if fact.at.is_none() { node.wrong(Mistake::NeedsAt) } else { Some((fact, is_secret)) }
        });
        let named =
            |node: Node<'_>| Fact::read(node, &["required", "pattern", "max_length", "unique"]).map(|(fact, _)| fact);
        let name = members.optional("name", named);
        let description = members.optional("description", typed);
        let scopes = members.optional("scopes", read_scopes);
        let [valid_from, valid_to, created, last_used] = ["valid_from", "valid_to", "created", "last_used"]
            .map(|it| members.optional(it, |node| read_time(it, node, members.has("created"))));
        let creator = members.optional("creator", plain_fact);
        let active = members.optional("active", |node| match node.value {
            Value::Bool(always) => Some(Active::Always(*always)),
            _ => read_flag(node).map(|(fact, means)| Active::Told(fact, means)),
        });
        let [revoked, deleted, disabled] = ["revoked", "deleted", "disabled"].map(|it| members.optional(it, read_flag));
        let columns = members.or("columns", Vec::new(), |node| {
            every(node.list()?.into_iter().map(|it| ColumnShape::read(it, members.has("created"))))
        });
        let (id, id_is_secret) = id?;
        Some(Facts {
            id,
            id_is_secret,
            name: name?,
            description: description?,
            scopes: scopes?,
            valid_from: valid_from?,
            valid_to: valid_to?,
            created: created?,
            last_used: last_used?,
            creator: creator?,
            active: active?,
            revoked: revoked?,
            deleted: deleted?,
            disabled: disabled?,
            columns: columns?,
        })
    }
}

impl Facts {
    /// What the API calls a token.
    pub(super) fn id_of(&self, item: &Value) -> Option<String> {
        self.id.find(item).and_then(|it| plain(&it)).filter(|it| !it.is_empty())
    }

    /// When the token was made, where that is told and can be read.
    pub(super) fn created_at(&self, item: &Value, clock: Clock<'_>) -> Option<Millis> {
        let (fact, shape) = self.created.as_ref()?;
        match moment(&*fact.find(item)?, shape, None, clock).moment {
            Moment::At(at) => Some(at),
            Moment::Never | Moment::Odd => None,
        }
    }

    /// What the page calls a token that the API calls so: where that is the secret, a text that tells tokens apart and
    /// not the secret.
    pub(super) fn shown_id(&self, id: &str) -> String {
        if !self.id_is_secret {
            return id.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(id.as_bytes());
        format!("{:016x}", hasher.finish())
    }
}

impl Fact {
    /// A place by itself, or an object with more; `more` are the members that this fact has besides those of all.
    fn read<'a>(node: Node<'a>, more: &[&str]) -> Option<(Fact, Option<Members<'a>>)> {
        if node.value.is_string() {
            return Place::read(node).map(|at| (Fact { at: Some(at), ..Fact::default() }, None));
        }
        if !node.value.is_object() {
            return node.wrong(Mistake::NotPlaceOrObject);
        }
        let known: Vec<&str> = ["at", "label", "help", "after", "absent"].iter().chain(more).copied().collect();
        let members = node.object(&known)?;
        let at = members.optional("at", Place::read);
        let label = members.words("label");
        let help = members.words("help");
        let after = members.words("after");
        let absent = members.or("absent", false, |it| it.one_of(&[("none", true)]));
        let flag = |name: &str| if more.contains(&name) { members.is_set(name) } else { Some(false) };
        let (required, unique) = (flag("required"), flag("unique"));
        let pattern = match more.contains(&"pattern") {
            true => members.optional("pattern", |it| it.text().map(str::to_owned)),
            false => Some(None),
        };
        let number = |name: &str, most: u64| match more.contains(&name) {
            true => {
                let number = members.optional(name, |it| it.number(1, most));
                number.map(|it| it.and_then(|it| NonZeroU32::new(it as u32)))
            }
            false => Some(None),
        };
        let (max_length, max_days) = (number("max_length", 1_000_000), number("max_days", MAX_DAYS.into()));
        let fact = Fact {
            at: at?,
            label: label?,
            help: help?,
            required: required?,
            pattern: pattern?,
            max_length: max_length?,
            max_days: max_days?,
            unique: unique?,
            after: after?,
            is_none_if_absent: absent?,
        };
        Some((fact, Some(members)))
    }

    /// What the item has of it as a time, as one of the extras.
    fn time(&self, shape: &TimeShape, item: &Value, created: Option<Millis>, clock: Clock<'_>) -> Option<String> {
        Some(extra(&*self.find(item)?, shape, created, clock))
    }

    /// What the item has of it: nothing where it is not reported, `null` where there is none.
    pub(super) fn find<'a>(&self, item: &'a Value) -> Option<Cow<'a, Value>> {
        let found = self.at.as_ref().and_then(|it| found(it, &self.after, item));
        found.or(self.is_none_if_absent.then_some(Cow::Owned(Value::Null)))
    }
}

/// What stands at a place, or behind something in the text there. Of a list of texts the first that begins so counts.
fn found<'a>(at: &Place, after: &str, item: &'a Value) -> Option<Cow<'a, Value>> {
    let value = at.one(item)?;
    if after.is_empty() {
        return Some(Cow::Borrowed(value));
    }
    let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let text = texts.iter().find_map(|it| it.as_str()?.strip_prefix(after))?;
    Some(Cow::Owned(text.into()))
}

fn read_scopes(node: Node<'_>) -> Option<(Fact, ScopesForm)> {
    let (fact, members) = Fact::read(node, &["required", "split", "as"])?;
    let Some(members) = members else { return Some((fact, ScopesForm::List)) };
    let split = members.optional("split", |it| it.text().map(str::to_owned));
    let flags = members.or("as", false, |it| it.one_of(&[("list", false), ("flags", true)]));
    match (split?, flags?) {
        (Some(_), _) if members.has("as") => members.wrong("split", Mistake::GoesNotWith("as")),
        (Some(split), _) => Some((fact, ScopesForm::Split(split))),
        (None, flags) => Some((fact, if flags { ScopesForm::Flags } else { ScopesForm::List })),
    }
}

fn read_time(name: &str, node: Node<'_>, has_created: bool) -> Option<(Fact, TimeShape)> {
    // Only what is typed can be required.
    let more: &[&str] = match name {
        "valid_from" => &["as", "from", "never", "required"],
        "valid_to" => &["as", "from", "never", "required", "max_days"],
        _ => &["as", "from", "never"],
    };
    let (fact, members) = Fact::read(node, more)?;
    let Some(members) = members else {
        return TimeShape::of(TimeForm::Rfc3339, None, None).map(|shape| (fact, shape));
    };
    let form = members.or("as", TimeForm::Rfc3339, |it| it.one_of(&TIME_FORMS))?;
    time_shape(&members, form, has_created).map(|shape| (fact, shape))
}

fn time_shape(members: &Members<'_>, form: TimeForm, has_created: bool) -> Option<TimeShape> {
    let shape = TimeShape::of(form, members.get("from"), members.get("never"))?;
    match members.get("from") {
        Some(node) if shape.from == From::Created && !has_created => node.senseless(Mistake::NeedsCreated),
        _ => Some(shape),
    }
}

fn read_flag(node: Node<'_>) -> Option<(Fact, Means)> {
    let place = node.clone();
    let (fact, members) = Fact::read(node, &["is", "not"])?;
    if fact.at.is_none() {
        return place.wrong(Mistake::NeedsAt);
    }
    let Some(members) = members else { return Some((fact, Means::Usual)) };
    let values = |it: Node<'_>| it.one_or_several().into_iter().map(|it| it.value.clone()).collect();
    match (members.get("is"), members.get("not")) {
        (Some(_), Some(_)) => members.wrong("not", Mistake::GoesNotWith("is")),
        (Some(is), None) => Some((fact, Means::Is(values(is)))),
        (None, Some(not)) => Some((fact, Means::Not(values(not)))),
        (None, None) => Some((fact, Means::Usual)),
    }
}

impl ColumnShape {
    fn read(node: Node<'_>, has_created: bool) -> Option<ColumnShape> {
        let members = node.object(&["label", "at", "after", "as", "from", "never", "deadline"])?;
        let label = members.required("label").and_then(|it| it.text().map(str::to_owned));
        let at = members.required("at").and_then(Place::read);
        let after = members.words("after");
        let is_deadline = members.is_set("deadline");
        let simple = members.get("as").is_none_or(|it| matches!(it.value.as_str(), Some("text" | "secret")));
        let form = if simple {
            let for_times = ["from", "never", "deadline"].into_iter().filter(|it| members.has(it));
            let wrong = for_times.map(|it| members.wrong::<()>(it, Mistake::OnlyForTimes)).collect::<Vec<_>>();
            let is_secret = members.get("as").is_some_and(|it| it.value == "secret");
            wrong.is_empty().then_some(if is_secret { ColumnForm::Secret } else { ColumnForm::Text })
        } else {
            let names: Vec<(&str, Option<TimeForm>)> = [("text", None), ("secret", None)]
                .into_iter()
                .chain(TIME_FORMS.iter().map(|(name, form)| (*name, Some(*form))))
                .collect();
            let form = members.get("as").and_then(|it| it.one_of(&names)).flatten();
            let shape = form.and_then(|it| time_shape(&members, it, has_created));
            shape.zip(is_deadline).map(|(shape, is_deadline)| ColumnForm::Time { shape, is_deadline })
        };
        Some(ColumnShape { label: label?, at: at?, after: after?, form: form? })
    }
}

impl Means {
    /// Whether this value means yes; `None` where it does not say. Without words of its own only what says so in every
    /// system does: a status such as `inactive` is not known here.
    pub(super) fn yes(&self, value: &Value) -> Option<bool> {
        match self {
            Means::Is(all) => Some(all.iter().any(|it| is_same(it, value))),
            Means::Not(all) => Some(!all.iter().any(|it| is_same(it, value))),
            Means::Usual => match value {
                Value::Bool(flag) => Some(*flag),
                Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
                Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
                Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" => Some(true),
                    "" | "false" | "0" | "no" => Some(false),
                    _ => None,
                },
                _ => None,
            },
        }
    }

    /// Whether this value of a fact that tells of a switch means that it is off, and since when; `None` where it does not say.
    pub(super) fn is_off(&self, value: &Value, clock: Clock<'_>) -> Option<(bool, Option<Millis>)> {
        match self {
            Means::Usual => match moments::read(&as_it_stands(value), clock.zone).0 {
                Moment::At(at) => Some((at <= clock.now, Some(at))),
                Moment::Never => Some((false, None)),
                Moment::Odd => self.yes(value).map(|it| (it, None)),
            },
            means => means.yes(value).map(|it| (it, None)),
        }
    }

    /// Whether this value of a fact that tells of an end means that it has come.
    pub(super) fn has_ended(&self, value: &Value, clock: Clock<'_>) -> bool {
        match self {
            Means::Usual => has_happened(value, clock.now, clock.zone),
            means => means.yes(value) == Some(true),
        }
    }
}

/// Whether two values say the same, but for capital letters.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other.trim()),
        (one, other) => one == other,
    }
}

/// A token in the Scoped Token API's form. `clock` is the system's, and the zone that it means where it names none.
pub(super) fn token(facts: &Facts, item: &Value, clock: Clock<'_>) -> Value {
    let now = clock.now;
    let mut token = json!({ "id": facts.id_of(item).map(|it| facts.shown_id(&it)), "name": "" });
    token["guid"] = token["id"].clone();
    let texts = [("name", &facts.name), ("description", &facts.description), ("created_by", &facts.creator)];
    for (field, fact) in texts {
        if let Some(value) = fact.as_ref().and_then(|it| it.find(item)) {
            let text = if value.is_null() { None } else { Some(shown(&value)) };
            token[field] = if field == "name" { text.unwrap_or_default().into() } else { json!(text) };
        }
    }
    if let Some((fact, form)) = &facts.scopes
        && let Some(scopes) = scopes(fact, form, item)
    {
        token["scopes"] = json!(scopes);
    }
    let created = facts.created.as_ref().and_then(|(fact, shape)| fact.time(shape, item, None, clock));
    let created_at = facts.created_at(item, clock);
    let times = [("valid_from", &facts.valid_from), ("valid_to", &facts.valid_to), ("last_used_at", &facts.last_used)];
    let mut bounds = [None; 3];
    for (idx, (field, fact)) in times.into_iter().enumerate() {
        let Some((fact, shape)) = fact else { continue };
        let Some(value) = fact.find(item) else { continue };
        match moment(&value, shape, created_at, clock).moment {
            Moment::Never => token[field] = Value::Null,
            Moment::At(at) => {
                token[field] = format_rfc3339(at).into();
                bounds[idx] = Some(at);
            }
            Moment::Odd => token[field] = as_it_stands(&value).into(),
        }
    }
    let ended = |fact: &Option<(Fact, Means)>| {
        fact.as_ref().is_some_and(|(fact, means)| fact.find(item).is_some_and(|it| means.has_ended(&it, clock)))
    };
    let (is_revoked, is_deleted) = (ended(&facts.revoked), ended(&facts.deleted));
    for (field, is_so) in [("revoked_at", is_revoked), ("deleted_at", is_deleted)] {
        token[field] = if is_so { format_rfc3339(now).into() } else { Value::Null };
    }
    let off = facts.disabled.as_ref().and_then(|(fact, means)| means.is_off(&*fact.find(item)?, clock));
    let is_off = off.is_some_and(|it| it.0);
    match off {
        Some((true, Some(at))) => token["disabled_at"] = format_rfc3339(at).into(),
        Some((is_off, _)) => token["is_disabled"] = is_off.into(),
        None => {}
    }
    let is_known = [&facts.revoked, &facts.disabled].into_iter().any(Option::is_some)
        || facts.valid_from.is_some()
        || facts.valid_to.is_some();
    let [from, to, _] = bounds;
    let is_odd = token["valid_to"].is_string() && to.is_none();
    // A system may call a token enabled whose time is over, or has not come.
    let has_ended = is_revoked || is_deleted || is_off;
    let may_be_active = from.is_none_or(|it| it <= now) && to.is_none_or(|it| it > now) && !has_ended;
    let said = match &facts.active {
        Some(Active::Always(active)) => Some(*active),
        Some(Active::Told(fact, means)) => fact.find(item).and_then(|it| means.yes(&it)),
        None => (is_known && !is_odd).then_some(true),
    };
    token["is_active"] = json!(said.map(|it| it && may_be_active));
    let of_created = facts.created.as_ref().map(|_| created);
    let of_columns = facts.columns.iter().map(|it| it.extra(item, created_at, clock));
    token["extras"] = of_created.into_iter().chain(of_columns).collect();
    token
}

/// Reads a time. `created` is when the token was made, where that is known.
pub(super) fn moment(value: &Value, shape: &TimeShape, created: Option<Millis>, clock: Clock<'_>) -> ReadTime {
    let start = match shape.from {
        From::Now => Some(clock.now),
        From::Created => created,
    };
    shape.read(value, start, clock.zone)
}

/// A time as one of the extras: empty where there is none.
fn extra(value: &Value, shape: &TimeShape, created: Option<Millis>, clock: Clock<'_>) -> String {
    match moment(value, shape, created, clock).moment {
        Moment::Never => String::new(),
        Moment::At(at) => format_rfc3339(at),
        Moment::Odd => as_it_stands(value),
    }
}

impl ColumnShape {
    /// The time that stands there, where it is one.
    pub(super) fn time<'a>(&'a self, item: &'a Value) -> Option<(Cow<'a, Value>, &'a TimeShape)> {
        match &self.form {
            ColumnForm::Time { shape, .. } => Some((found(&self.at, &self.after, item)?, shape)),
            ColumnForm::Text | ColumnForm::Secret => None,
        }
    }

    pub(super) fn extra(&self, item: &Value, created: Option<Millis>, clock: Clock<'_>) -> Option<String> {
        let found = found(&self.at, &self.after, item)?;
        match &self.form {
            ColumnForm::Time { shape, .. } => Some(extra(&found, shape, created, clock)),
            ColumnForm::Text | ColumnForm::Secret => {
                let several = self.at.several(item).filter(|_| self.after.is_empty());
                Some(several.map_or_else(|| shown(&found), |it| listed(it.into_iter())))
            }
        }
    }
}

/// A value as a text for people.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(list) => listed(list.iter()),
        other => plain(other).unwrap_or_else(|| other.to_string()),
    }
}

fn listed<'a>(list: impl Iterator<Item = &'a Value>) -> String {
    list.map(shown).collect::<Vec<_>>().join(", ")
}

/// The scopes of an item; `None` where they are not reported.
pub(super) fn scopes(fact: &Fact, form: &ScopesForm, item: &Value) -> Option<Vec<String>> {
    let at = fact.at.as_ref()?;
    // A path that finds nothing has looked everywhere.
    if let (ScopesForm::List, Place::Path { .. }, "") = (form, at, fact.after.as_str()) {
        return Some(at.several(item)?.into_iter().map(shown).collect());
    }
    let found = fact.find(item)?;
    Some(match (form, &*found) {
        (_, Value::Null) => Vec::new(),
        (ScopesForm::Split(between), value) => {
            let text = shown(value);
            text.split(between.as_str()).map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        }
        (ScopesForm::Flags, Value::Object(members)) => members.iter().filter_map(|(name, it)| flag(name, it)).collect(),
        (_, value) => match at.several(item).filter(|_| fact.after.is_empty()) {
            Some(list) => list.into_iter().map(shown).collect(),
            None => vec![shown(value)],
        },
    })
}

fn flag(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::Bool(true) => Some(name.to_owned()),
        Value::Null | Value::Bool(false) => None,
        Value::Number(number) => (number.as_f64() != Some(0.0)).then(|| name.to_owned()),
        Value::String(text) if text.is_empty() => None,
        other => Some(format!("{name}:{}", shown(other))),
    }
}
