//! Texts with placeholders, and bodies made of them.

use serde_json::{Map, Value, json};

use super::facts::{Facts, ScopesForm, scopes};
use super::mistake::Mistake;
use super::node::{Node, every};
use super::paging::PageCursor;
use super::placeholder::Source;
use super::session::Session;
use super::times::{From, ZoneShape, datetime, day, day_up, duration, instant, last_day, local, rfc3339, with_millis};
use super::values::{as_number, as_text, elements, is_nothing, joined};
use crate::adapters::call::Call;
use crate::api::encode;
use crate::api::mask::base64;
use crate::api::rehearsal::of_answer;
use crate::draft::Draft;
use crate::time::{Clock, DAY, HOUR, MINUTE, Millis, SECOND, Zone, format_rfc3339};

/// A text with placeholders.
#[derive(Clone)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone)]
enum Part {
    Text(String),
    Placeholder(Placeholder),
}

/// A placeholder.
#[derive(Clone)]
struct Placeholder {
    source: Source,
    filters: Vec<Filter>,
}

#[derive(Clone)]
enum Filter {
    /// This where there is no value.
    Or(Operand),
    /// A text of the value and of this.
    And(Operand),
    /// Units of this size since 1970.
    Since(Millis),
    /// Units of this size from a start.
    Away(Millis, From),
    /// A text that an instant is written as, in the system's zone.
    Time(fn(Millis, &dyn Zone) -> String),
    /// A day that an end is written as, likewise.
    EndDay(fn(Millis, &dyn Zone) -> String),
    /// The value without members of this name: of an object, or of each object of a list.
    Without(String),
    /// Anything else that depends on the value alone. `None`: it cannot be made of it.
    Value(fn(&Value) -> Option<Value>),
}

/// What a filter has besides the value that it is for.
#[derive(Clone)]
enum Operand {
    Value(Value),
    Source(Source),
}

/// What placeholders get their values from.
#[derive(Clone, Copy)]
pub(super) struct Env<'a> {
    pub(super) call: Call<'a>,
    /// Where the facts of a token stand.
    pub(super) facts: &'a Facts,
    /// The zone of times that name none.
    pub(super) zone: &'a ZoneShape,
    /// Values of the connection.
    pub(super) values: &'a Map<String, Value>,
    /// Who is signed in.
    pub(super) session: &'a Session,
    pub(super) draft: Option<&'a Draft>,
    pub(super) inputs: &'a Map<String, Value>,
    pub(super) id: Option<&'a str>,
    /// The token as the system has it.
    pub(super) token: Option<&'a Value>,
    /// The token that a new one is a clone of, as the system has it.
    pub(super) original: Option<&'a Value>,
    /// The first of two answers.
    pub(super) answer: Option<&'a Value>,
    pub(super) page: Option<&'a PageCursor>,
    pub(super) item: Option<&'a Value>,
}

impl Template {
    pub(super) fn read(node: Node<'_>) -> Option<Template> {
        let Value::String(text) = node.value else { return node.wrong(Mistake::NotText) };
        Template::parse(text).map_or_else(|problem| node.senseless(problem), Some)
    }

    pub(super) fn parse(text: &str) -> Result<Template, Mistake> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let from = &rest[at..];
            if let Some(after) = from.strip_prefix("{{").or(from.strip_prefix("}}")) {
                plain.push_str(&from[..1]);
                rest = after;
            } else if let Some((placeholder, after)) = from.strip_prefix('{').and_then(|it| it.split_once('}')) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Placeholder(Placeholder::parse(placeholder)?));
                rest = after;
            } else {
                return Err(Mistake::LoneBrace);
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Template { parts })
    }

    /// What its placeholders stand for.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        let placeholders = self.parts.iter().filter_map(|it| match it {
            Part::Placeholder(placeholder) => Some(placeholder),
            Part::Text(_) => None,
        });
        placeholders.flat_map(|placeholder| {
            let others = placeholder.filters.iter().filter_map(|it| match it {
                Filter::Or(Operand::Source(source)) | Filter::And(Operand::Source(source)) => Some(source),
                _ => None,
            });
            std::iter::once(&placeholder.source).chain(others)
        })
    }

    /// Whether it has no value where a field of the form is empty.
    pub(super) fn goes_with(&self, is_field: impl Fn(&Source) -> bool) -> bool {
        self.parts.iter().any(|it| match it {
            Part::Placeholder(placeholder) => {
                is_field(&placeholder.source) && !placeholder.filters.iter().any(|it| matches!(it, Filter::Or(_)))
            }
            Part::Text(_) => false,
        })
    }

    /// Whether it has a time that counts from the token's creation.
    pub(super) fn counts_from_creation(&self) -> bool {
        self.parts.iter().any(|it| match it {
            Part::Placeholder(it) => it.filters.iter().any(|it| matches!(it, Filter::Away(_, From::Created))),
            Part::Text(_) => false,
        })
    }

    /// Whether it has an end as a day.
    pub(super) fn writes_end_as_day(&self) -> bool {
        self.parts.iter().any(|it| match it {
            Part::Placeholder(it) => it.filters.iter().any(|it| matches!(it, Filter::EndDay(_))),
            Part::Text(_) => false,
        })
    }

    /// What it stands for, where it is one placeholder and nothing else.
    pub(super) fn only_source(&self) -> Option<&Source> {
        match self.parts.as_slice() {
            [Part::Placeholder(placeholder)] => Some(&placeholder.source),
            _ => None,
        }
    }

    /// Its value: of a placeholder by itself whatever that is, else a text. `None` where a placeholder has none.
    pub(super) fn value(&self, env: &Env<'_>) -> Option<Value> {
        match self.parts.as_slice() {
            [Part::Placeholder(placeholder)] => placeholder.value(env),
            _ => self.text(env).map(Value::from),
        }
    }

    /// Its text. `None` where a placeholder has no value.
    pub(super) fn text(&self, env: &Env<'_>) -> Option<String> {
        self.text_with(env, str::to_owned)
    }

    /// Its text with every placeholder percent-encoded.
    pub(super) fn encoded(&self, env: &Env<'_>) -> Option<String> {
        self.text_with(env, encode)
    }

    fn text_with(&self, env: &Env<'_>, write: fn(&str) -> String) -> Option<String> {
        let part = |it: &Part| match it {
            Part::Text(text) => Some(text.clone()),
            Part::Placeholder(placeholder) => placeholder.value(env).map(|it| write(&as_text(&it))),
        };
        self.parts.iter().map(part).collect()
    }
}

impl Env<'_> {
    /// When the token was made: now, where it is to be made.
    fn created(&self) -> Option<Millis> {
        let now = self.call.now();
        let Some(token) = self.token else { return Some(now) };
        self.facts.created_at(token, Clock { now, zone: &self.zone.on(self.call.host) })
    }

    /// The scopes of the draft. Where they are those that the token has already, in a text that is no list, that text goes
    /// back as it came.
    fn scopes(&self) -> Option<Value> {
        let chosen = &self.draft?.scopes;
        let as_it_came = || {
            let (fact, form) = self.facts.scopes.as_ref().filter(|(_, form)| matches!(form, ScopesForm::List))?;
            let token = self.token.or(self.original)?;
            let found = fact.find(token).filter(|it| it.is_string())?.into_owned();
            (scopes(fact, form, token)? == *chosen).then_some(found)
        };
        Some(as_it_came().unwrap_or_else(|| json!(chosen)))
    }
}

/// What a placeholder stands for, here.
fn value_of(source: &Source, env: &Env<'_>) -> Option<Value> {
    let draft = env.draft;
    let value = match source {
        Source::Name => draft?.name.as_str().into(),
        Source::Description => json!(draft?.description),
        Source::Scopes => env.scopes()?,
        Source::ValidFrom => in_utc(draft?.valid_from.as_deref()?),
        Source::ValidTo => in_utc(draft?.valid_to.as_deref()?),
        Source::Id => env.id?.into(),
        Source::Token(place) => place.one(env.token.or(env.original)?)?.clone(),
        Source::Answer(place) if env.call.host.rehearses() => of_answer(place.text()).into(),
        Source::Answer(place) => place.one(env.answer?)?.clone(),
        Source::Input(key) => env.inputs.get(key)?.clone(),
        Source::Value(key) => env.values.get(key)?.clone(),
        Source::SignIn(key) => env.session.typed.get(key)?.clone(),
        Source::Session(key) => env.session.kept.get(key)?.clone(),
        Source::Cookie(name) => env.call.cookies(name).into_iter().next()?.1.into(),
        Source::Page(part) => env.page?.part(*part)?,
        Source::Item => env.item?.clone(),
        Source::Random => env.call.host.random().into(),
    };
    (!is_nothing(&value)).then_some(value)
}

fn without(mut value: Value, name: &str) -> Value {
    let objects = match &mut value {
        Value::Array(list) => list.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for object in objects.iter_mut().filter_map(Value::as_object_mut) {
        object.remove(name);
    }
    value
}

fn in_utc(text: &str) -> Value {
    instant(&text.into()).map_or_else(|| text.into(), |at| format_rfc3339(at).into())
}

impl Placeholder {
    fn parse(text: &str) -> Result<Placeholder, Mistake> {
        let mut parts = text.split('|');
        let name = parts.next().unwrap_or_default().trim();
        let source = Source::parse(name).ok_or_else(|| Mistake::NoSuchPlaceholder { name: name.into() })?;
        let filters = parts.map(|it| Filter::parse(it.trim(), &source)).collect::<Result<_, _>>()?;
        Ok(Placeholder { source, filters })
    }

    fn value(&self, env: &Env<'_>) -> Option<Value> {
        let value = value_of(&self.source, env);
        self.filters.iter().fold(value, |value, filter| filter.apply(value, env))
    }
}

impl Operand {
    fn parse(text: &str) -> Option<Operand> {
        let json = || serde_json::from_str(text).ok().map(Operand::Value);
        Source::parse(text).map(Operand::Source).or_else(json)
    }

    fn value(&self, env: &Env<'_>) -> Option<Value> {
        match self {
            Operand::Value(value) => Some(value.clone()),
            Operand::Source(source) => value_of(source, env),
        }
    }
}

impl Filter {
    /// `source` is what the placeholder stands for.
    fn parse(text: &str, source: &Source) -> Result<Filter, Mistake> {
        let operand =
            |operand: &str| Operand::parse(operand.trim()).ok_or_else(|| Mistake::BadOperand { filter: text.into() });
        if let Some(other) = text.strip_prefix("or ") {
            return operand(other).map(Filter::Or);
        }
        if let Some(other) = text.strip_prefix("and ") {
            return operand(other).map(Filter::And);
        }
        if let Some(name) = text.strip_prefix("without ").map(str::trim).filter(|it| !it.is_empty()) {
            return Ok(Filter::Without(name.into()));
        }
        const UNITS: [(&str, Millis); 4] = [("seconds", SECOND), ("minutes", MINUTE), ("hours", HOUR), ("days", DAY)];
        let (unit, from) = match text.split_once(" from ") {
            Some((unit, "created")) => (unit, From::Created),
            Some((unit, "now")) => (unit, From::Now),
            _ => (text, From::Now),
        };
        if let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) {
            return Ok(Filter::Away(*size, from));
        }
        Ok(match text {
            "unix" => Filter::Since(SECOND),
            "unix_ms" => Filter::Since(1),
            "rfc3339" => Filter::Time(rfc3339),
            "rfc3339_ms" => Filter::Time(with_millis),
            // An end must not come before it was chosen.
            "date" if matches!(source, Source::ValidTo) => Filter::EndDay(day_up),
            "date" => Filter::Time(day),
            "last_day" => Filter::EndDay(last_day),
            "local" => Filter::Time(local),
            "datetime" => Filter::Time(datetime),
            "text" => Filter::Value(|it| Some(as_text(it).into())),
            "number" => Filter::Value(|it| as_number(&as_text(it)).map(Value::Number)),
            "bool" => Filter::Value(|it| Some((!matches!(as_text(it).as_str(), "false" | "0" | "")).into())),
            "comma" => Filter::Value(|it| joined(it, ",")),
            "space" => Filter::Value(|it| joined(it, " ")),
            "lines" => Filter::Value(|it| joined(it, "\n")),
            "flags" => Filter::Value(|it| {
                Some(Value::Object(elements(it).iter().map(|it| (as_text(it), Value::Bool(true))).collect()))
            }),
            "list" => Filter::Value(|it| Some(Value::Array(elements(it)))),
            "base64" => Filter::Value(|it| Some(base64(as_text(it).as_bytes()).into())),
            "json" => Filter::Value(|it| Some(it.to_string().into())),
            "lower" => Filter::Value(|it| Some(as_text(it).to_lowercase().into())),
            "upper" => Filter::Value(|it| Some(as_text(it).to_uppercase().into())),
            _ => return Err(Mistake::NoSuchFilter { filter: text.into() }),
        })
    }

    fn apply(&self, value: Option<Value>, env: &Env<'_>) -> Option<Value> {
        match (self, value) {
            (Filter::Or(other), None) => other.value(env),
            (_, None) => None,
            (Filter::Or(_), value) => value,
            (Filter::And(other), Some(value)) => Some((as_text(&value) + &as_text(&other.value(env)?)).into()),
            (Filter::Without(name), Some(value)) => Some(without(value, name)),
            (Filter::Since(size), Some(value)) => instant(&value).map(|at| at.div_euclid(*size).into()),
            (Filter::Away(size, from), Some(value)) => {
                let start = match from {
                    From::Now => Some(env.call.now()),
                    From::Created => env.created(),
                };
                instant(&value).zip(start).map(|(at, start)| duration(start, at, *size).into())
            }
            (Filter::Time(write) | Filter::EndDay(write), Some(value)) => {
                instant(&value).map(|at| write(at, &env.zone.on(env.call.host)).into())
            }
            (Filter::Value(make), Some(value)) => make(&value),
        }
    }
}

/// A JSON body with placeholders, or a part of one.
#[derive(Clone)]
pub(super) enum Body {
    /// As it is written.
    Plain(Value),
    Text(Template),
    List(Vec<Body>),
    Object(Vec<(Template, Body)>),
    /// One for each element of a list.
    Each(Template, Box<Body>),
    /// Objects in one.
    Merge(Vec<Body>),
}

impl Body {
    pub(super) fn read(node: Node<'_>) -> Option<Body> {
        match node.value {
            Value::String(_) => Template::read(node).map(Body::Text),
            Value::Array(_) => every(node.list()?.into_iter().map(Body::read)).map(Body::List),
            Value::Object(members) if members.contains_key("$each") || members.contains_key("$as") => {
                let members = node.object(&["$each", "$as"])?;
                let list = members.required("$each").and_then(Template::read);
                let element = members.required("$as").and_then(Body::read);
                Some(Body::Each(list?, Box::new(element?)))
            }
            Value::Object(members) if members.contains_key("$merge") => {
                let list = node.object(&["$merge"])?.required("$merge")?.list()?;
                every(list.into_iter().map(Body::read)).map(Body::Merge)
            }
            Value::Object(_) => {
                let member = |(name, node): (&str, Node<'_>)| {
                    let name = Template::parse(name).map_or_else(|problem| node.senseless(problem), Some);
                    let value = Body::read(node);
                    Some((name?, value?))
                };
                every(node.members()?.into_iter().map(member)).map(Body::Object)
            }
            other => Some(Body::Plain(other.clone())),
        }
    }

    /// A text, a number or a truth value: what a query or a form can hold.
    pub(super) fn read_simple(node: Node<'_>) -> Option<Body> {
        match node.value {
            Value::String(_) => Template::read(node).map(Body::Text),
            Value::Number(_) | Value::Bool(_) => Some(Body::Plain(node.value.clone())),
            _ => node.wrong(Mistake::NotSimple),
        }
    }

    pub(super) fn value(&self, env: &Env<'_>) -> Option<Value> {
        match self {
            Body::Plain(value) => Some(value.clone()),
            Body::Text(template) => template.value(env),
            Body::List(list) => {
                let found: Vec<Value> = list.iter().filter_map(|it| it.value(env)).collect();
                (list.is_empty() || !found.is_empty()).then(|| found.into())
            }
            Body::Object(members) => {
                let member = |(name, body): &(Template, Body)| Some((name.text(env)?, body.value(env)?));
                let found: Map<String, Value> = members.iter().filter_map(member).collect();
                (members.is_empty() || !found.is_empty()).then(|| found.into())
            }
            Body::Each(list, element) => {
                let list = elements(&list.value(env)?);
                let element = |item: &Value| element.value(&Env { item: Some(item), ..*env });
                Some(list.iter().filter_map(element).collect())
            }
            Body::Merge(parts) => {
                let objects = parts.iter().filter_map(|it| match it.value(env)? {
                    Value::Object(members) => Some(members),
                    _ => None,
                });
                Some(Value::Object(objects.flatten().collect()))
            }
        }
    }

    /// What it stands for, where it is one placeholder and nothing else.
    pub(super) fn only_source(&self) -> Option<&Source> {
        if let Body::Text(template) = self { template.only_source() } else { None }
    }

    /// Its value as the whole body: of an object without members an empty one.
    pub(super) fn whole(&self, env: &Env<'_>) -> Value {
        let empty = if matches!(self, Body::List(_) | Body::Each(..)) { json!([]) } else { json!({}) };
        self.value(env).unwrap_or(empty)
    }

    /// Its values one by one, as texts.
    pub(super) fn texts(&self, env: &Env<'_>) -> Vec<String> {
        match self.value(env) {
            Some(Value::Array(list)) => list.iter().map(as_text).collect(),
            Some(one) => vec![as_text(&one)],
            None => Vec::new(),
        }
    }

    /// All templates in it, outer ones first, and whether they stand where `{item}` is known.
    pub(super) fn templates<'a>(&'a self, in_each: bool, found: &mut Vec<(&'a Template, bool)>) {
        match self {
            Body::Plain(_) => {}
            Body::Text(template) => found.push((template, in_each)),
            Body::List(list) | Body::Merge(list) => list.iter().for_each(|it| it.templates(in_each, found)),
            Body::Object(members) => {
                for (name, body) in members {
                    found.push((name, in_each));
                    body.templates(in_each, found);
                }
            }
            Body::Each(list, element) => {
                found.push((list, in_each));
                element.templates(true, found);
            }
        }
    }

    /// Its members that are one placeholder, however deep: their names and what they stand for.
    pub(super) fn named_sources(&self) -> Vec<(String, &Source)> {
        match self {
            Body::Object(members) => {
                let mut found = Vec::new();
                for (name, body) in members {
                    match (name.parts.as_slice(), body.only_source()) {
                        ([Part::Text(name)], Some(source)) => found.push((name.clone(), source)),
                        _ => found.extend(body.named_sources()),
                    }
                }
                found
            }
            Body::List(parts) | Body::Merge(parts) => parts.iter().flat_map(Body::named_sources).collect(),
            Body::Plain(_) | Body::Text(_) | Body::Each(..) => Vec::new(),
        }
    }
}
