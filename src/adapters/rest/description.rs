//! A description as a whole: read, and checked for what goes together.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::call::{CallKind, ListCall, RequestShape, WriteCall, read_headers};
use super::errors::Errors;
use super::facts::Facts;
use super::inputs::{Choices, InputShape, read_choices};
use super::mistake::{Declarer, Mistake};
use super::node::{Members, Mistakes, Node, every};
use super::pick::Place;
use super::placeholder::{PagePart, Source};
use super::session::Session;
use super::sign_in::{self, Way};
use super::template::Template;
use super::times::ZoneShape;
use crate::capabilities::{Action, InputKind, SecretUse};

/// What an API is like.
pub(super) struct Description {
    pub(super) name: String,
    pub(super) remarks: Vec<String>,
    pub(super) values: Vec<ValueShape>,
    pub(super) ways: Vec<Way>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) facts: Facts,
    pub(super) zone: Zoned,
    pub(super) inputs: Vec<InputShape>,
    pub(super) scopes: Scopes,
    pub(super) list: ListCall,
    pub(super) read: Option<(RequestShape, Place)>,
    pub(super) create: Option<WriteCall>,
    pub(super) update: Option<WriteCall>,
    pub(super) revoke: Option<WriteCall>,
    pub(super) rotate: Option<WriteCall>,
    pub(super) disable: Option<WriteCall>,
    pub(super) enable: Option<WriteCall>,
    pub(super) delete: Option<WriteCall>,
    pub(super) errors: Errors,
    pub(super) secret: Option<SecretUse>,
    secrets_in_address: bool,
}

/// Something that a connection has to say.
pub(super) struct ValueShape {
    pub(super) key: String,
    pub(super) required: bool,
    pub(super) default: Option<Value>,
    pub(super) help: String,
}

/// Where it stands which zone times are meant in that name none.
pub(super) enum Zoned {
    /// In the description.
    In(ZoneShape),
    /// In a value of the connection, by its key.
    ByValue(String),
}

/// The scopes to choose from.
pub(super) enum Scopes {
    /// Nothing is known of them.
    Untold,
    Fixed(Choices),
    Call {
        list: Box<ListCall>,
        value: Place,
        label: Place,
        /// What the call does not tell.
        also: Choices,
    },
}

impl Description {
    pub(super) fn read(node: &Node<'_>) -> Option<Description> {
        let known = [
            "name",
            "token",
            "zone",
            "list",
            "$schema",
            "source",
            "remarks",
            "values",
            "sign_in",
            "headers",
            "inputs",
            "scopes",
            "create",
            "update",
            "revoke",
            "rotate",
            "disable",
            "enable",
            "delete",
            "read",
            "errors",
            "secret",
            "secrets_in_address",
        ];
        let members = node.object(&known)?;
        let texts = |it: Node<'_>| every(it.one_or_several().into_iter().map(|it| it.text().map(str::to_owned)));
        let schema = members.optional("$schema", |it| it.text().map(drop));
        let source = members.optional("source", texts);
        let name = members.required("name").and_then(|it| it.text());
        let remarks = members
            .or("remarks", Vec::new(), |it| every(it.list()?.into_iter().map(|it| it.text().map(str::to_owned))));
        let values = members.or("values", Vec::new(), |it| every(it.members()?.into_iter().map(ValueShape::read)));
        let ways = members.or("sign_in", Vec::new(), sign_in::read);
        let headers = members.or("headers", Vec::new(), read_headers);
        let facts = members.required("token").and_then(Facts::read);
        let zone = members.or("zone", Zoned::In(ZoneShape::Utc), Zoned::read);
        let inputs = members.or("inputs", Vec::new(), |it| every(it.list()?.into_iter().map(InputShape::of_call)));
        let scopes = members.or("scopes", Scopes::Untold, Scopes::read);
        let list = members
            .required("list")
            .and_then(|it| ListCall::read(&it, &["keyed", "total", "read_each"], CallKind::List)?.0);
        let read = members.optional("read", |it| {
            let (request, members) = RequestShape::read(&it, &["token"], CallKind::Read)?;
            let token = members.or("token", Place::WHOLE, Place::read);
            Some((request?, token?))
        });
        let write = |name: &str, kind: CallKind| members.optional(name, |it| WriteCall::read(it, kind));
        let create = write("create", CallKind::Create);
        let update = write("update", CallKind::Update);
        let revoke = write("revoke", CallKind::Revoke);
        let rotate = write("rotate", CallKind::Rotate);
        let disable = write("disable", CallKind::Disable);
        let enable = write("enable", CallKind::Enable);
        let switch = read_switch(&members);
        let delete = write("delete", CallKind::Delete);
        let errors = members.or("errors", Errors::default(), Errors::read);
        let secret = members.optional("secret", read_secret);
        let secrets_in_address = members.is_set("secrets_in_address");
        schema?;
        source?;
        switch?;
        let description = Description {
            name: name?.into(),
            remarks: remarks?,
            values: values?,
            ways: ways?,
            headers: headers?,
            facts: facts?,
            zone: zone?,
            inputs: inputs?,
            scopes: scopes?,
            list: list?,
            read: read?,
            create: create?,
            update: update?,
            revoke: revoke?,
            rotate: rotate?,
            disable: disable?,
            enable: enable?,
            delete: delete?,
            errors: errors?,
            secret: secret?,
            secrets_in_address: secrets_in_address?,
        };
        description.check(node);
        Some(description)
    }

    /// The calls that change something, with what they are.
    pub(super) fn writes(&self) -> Vec<(Action, CallKind, &'static str, &WriteCall)> {
        let all = [
            (Action::Create, CallKind::Create, "create", &self.create),
            (Action::Edit, CallKind::Update, "update", &self.update),
            (Action::Revoke, CallKind::Revoke, "revoke", &self.revoke),
            (Action::Rotate, CallKind::Rotate, "rotate", &self.rotate),
            (Action::Disable, CallKind::Disable, "disable", &self.disable),
            (Action::Enable, CallKind::Enable, "enable", &self.enable),
            (Action::Delete, CallKind::Delete, "delete", &self.delete),
        ];
        all.into_iter().filter_map(|(action, kind, name, call)| Some((action, kind, name, call.as_ref()?))).collect()
    }

    /// The actions whose calls use something.
    pub(super) fn actions_with(&self, is_meant: impl Fn(&Source) -> bool) -> Vec<Action> {
        let uses = |call: &WriteCall| {
            let then = call.then.iter().flat_map(|(it, _)| it.sources());
            call.request.sources().chain(then).any(&is_meant)
        };
        self.writes().into_iter().filter(|(.., call)| uses(call)).map(|(action, ..)| action).collect()
    }

    /// Whether an end is sent as a day.
    pub(super) fn writes_days(&self) -> bool {
        let writes = |call: &WriteCall| call.request.templates().iter().any(|(it, _)| it.writes_end_as_day());
        self.create.iter().chain(&self.update).any(writes)
    }

    /// Whether what the browser's cookies say of the user goes with its requests: where there is no sign-in, where the way to
    /// sign in wants them or a template names one, and where nothing else could say who has logged in.
    pub(super) fn goes_by_cookies(&self, way: Option<&Way>) -> bool {
        let Some(way) = way else { return true };
        let is_cookie = |it: &Source| matches!(it, Source::Cookie(_));
        let is_proof = |it: &Source| match it {
            Source::SignIn(key) => way.asks_for_secret(key),
            Source::Session(key) => way.kept().any(|(it, is_secret)| is_secret && it == key),
            _ => false,
        };
        let is_silent = || way.login.is_some() && !way.is_basic && !self.sources_after_login(way).any(is_proof);
        way.wants_cookies || self.sources_after_login(way).any(is_cookie) || is_silent()
    }

    /// Lets go of what was typed and no later request of this way sends.
    pub(super) fn forget_typed(&self, way: &Way, session: &mut Session) {
        let is_used = |key: &String| {
            way.is_basic || self.sources_after_login(way).any(|it| matches!(it, Source::SignIn(used) if used == key))
        };
        let Session { typed, secrets, .. } = session;
        typed.retain(|key, value| {
            let stays = is_used(key);
            if !stays {
                secrets.retain(|it| value != it);
            }
            stays
        });
    }

    /// What the templates of all requests but the logins stand for.
    fn sources_after_login<'a>(&'a self, way: &'a Way) -> impl Iterator<Item = &'a Source> {
        let requests = self.requests().into_iter().filter(|(_, kind)| *kind != CallKind::Login);
        let of_requests = requests.flat_map(|(it, _)| it.templates());
        let common = self.headers.iter().map(|(_, it)| (it, false));
        of_requests.chain(common).chain(way.templates()).flat_map(|(it, _)| it.sources())
    }

    /// All requests, with what they are.
    fn requests(&self) -> Vec<(&RequestShape, CallKind)> {
        let mut all = vec![(&self.list.request, CallKind::List)];
        for way in &self.ways {
            all.extend(way.login.as_ref().map(|it| (&it.request, CallKind::Login)));
            all.extend(way.who.as_ref().map(|it| (&it.request, CallKind::Who)));
            all.extend(way.logout.as_ref().map(|it| (it, CallKind::Logout)));
        }
        if let Scopes::Call { list, .. } = &self.scopes {
            all.push((&list.request, CallKind::Scopes));
        }
        all.extend(self.read.as_ref().map(|(it, _)| (it, CallKind::Read)));
        for (_, kind, _, call) in self.writes() {
            all.push((&call.request, kind));
            all.extend(call.then.as_ref().map(|(it, _)| (it, CallKind::Then)));
        }
        all
    }

    /// Tells what does not go together.
    fn check(&self, node: &Node<'_>) {
        let at = |pointer: &str| node.at(pointer.into());
        let below = |name: &str| at(&format!("{}/{name}", node.pointer));
        for (shape, kind) in self.requests() {
            let place = at(&shape.pointer);
            for (template, in_each) in shape.templates() {
                self.check_template(&place, template, |it| kind.has(it, in_each));
            }
            self.check_address(&place, &shape.in_address());
            let names_token = |it: &Source| matches!(it, Source::Id | Source::Token(_));
            if kind.is_on_token() && shape.seems_on_token && !shape.sources().any(names_token) {
                place.senseless::<()>(Mistake::NamesNoToken);
            }
        }
        for (_, template) in &self.headers {
            let place = below("headers");
            self.check_template(&place, template, is_common);
        }
        for way in &self.ways {
            let place = below("sign_in");
            for (template, _) in way.templates() {
                self.check_template(&place, template, is_common);
            }
            self.check_address(&place, &way.in_address());
            self.check_keys(&place, way.inputs.iter().map(|it| it.input.key.as_str()));
        }
        self.check_keys(&below("inputs"), self.inputs.iter().map(|it| it.input.key.as_str()));
        for (idx, input) in self.inputs.iter().enumerate() {
            let key = &input.input.key;
            if self.actions_with(|it| matches!(it, Source::Input(used) if used == key)).is_empty() {
                below(&format!("inputs/{idx}")).senseless::<()>(Mistake::UnusedInput { key: key.clone() });
            }
        }
        let with_scopes = self.actions_with(|it| matches!(it, Source::Scopes));
        if matches!(self.scopes, Scopes::Untold) && !with_scopes.is_empty() {
            let name = if with_scopes[0] == Action::Create { "create" } else { "update" };
            below(name).senseless::<()>(Mistake::UntoldScopes);
        }
        if self.list.read_each && self.read.is_none() {
            below("list/read_each").senseless::<()>(Mistake::NeedsRead);
        }
        if let Zoned::ByValue(key) = &self.zone
            && !self.values.iter().any(|it| it.key == *key)
        {
            below("zone").senseless::<()>(Mistake::NotDeclared { name: format!("value.{key}"), by: Declarer::Values });
        }
        self.check_pages(&at(&self.list.request.pointer), &self.list);
        if let Scopes::Call { list, .. } = &self.scopes {
            self.check_pages(&at(&list.request.pointer), list);
        }
    }

    fn check_pages(&self, place: &Node<'_>, list: &ListCall) {
        let uses = |part: PagePart| list.request.sources().any(|it| matches!(it, Source::Page(it) if *it == part));
        let needed = list.pages.as_ref().and_then(|it| it.needs());
        let pages = place.at(format!("{}/pages", place.pointer));
        if let Some(part) = needed.filter(|it| !uses(*it)) {
            pages.senseless::<()>(Mistake::NeedsPlaceholder { name: Source::Page(part).named() });
        }
        if list.is_filtered() && list.pages.as_ref().is_some_and(|it| !it.can_be_filtered()) {
            pages.senseless::<()>(Mistake::CannotBeCounted);
        }
        for part in [PagePart::Number, PagePart::Offset, PagePart::Cursor].into_iter().filter(|it| uses(*it)) {
            if needed != Some(part) {
                place.senseless::<()>(Mistake::NotOfThesePages { name: Source::Page(part).named() });
            }
        }
        if uses(PagePart::Size) && list.pages.as_ref().is_none_or(|it| it.size.is_none()) {
            place.senseless::<()>(Mistake::NoPageSize);
        }
    }

    fn check_template(&self, place: &Node<'_>, template: &Template, may: impl Fn(&Source) -> bool) {
        if template.counts_from_creation() && self.facts.created.is_none() {
            place.senseless::<()>(Mistake::CountsFromNothing);
        }
        for source in template.sources() {
            let name = source.named();
            if !may(source) {
                place.senseless::<()>(Mistake::NoValueHere { name });
                continue;
            }
            let is_known = match source {
                Source::Input(key) => self.inputs.iter().any(|it| it.input.key == *key),
                Source::Value(key) => self.values.iter().any(|it| it.key == *key),
                Source::SignIn(key) => self.ways.iter().any(|it| it.inputs.iter().any(|it| it.input.key == *key)),
                Source::Session(key) => self.ways.iter().any(|it| it.kept().any(|(it, _)| it == key)),
                _ => true,
            };
            if !is_known {
                let by = match source {
                    Source::Input(_) => Declarer::Inputs,
                    Source::Value(_) => Declarer::Values,
                    Source::SignIn(_) => Declarer::SignIn,
                    _ => Declarer::Keep,
                };
                place.senseless::<()>(Mistake::NotDeclared { name, by });
            }
        }
    }

    /// Addresses end in logs: no secret stands in one unless the description knows of it.
    fn check_address(&self, place: &Node<'_>, templates: &[(&Template, bool)]) {
        if self.secrets_in_address {
            return;
        }
        let is_secret_input = |all: &[InputShape], key: &str| {
            all.iter().any(|it| it.input.key == key && it.input.kind == InputKind::Secret)
        };
        for source in templates.iter().flat_map(|(it, _)| it.sources()) {
            let is_secret = match source {
                Source::Input(key) => is_secret_input(&self.inputs, key),
                Source::SignIn(key) => self.ways.iter().any(|it| is_secret_input(&it.inputs, key)),
                Source::Session(key) => self.ways.iter().any(|it| it.kept().any(|kept| kept == (key, true))),
                _ => false,
            };
            if is_secret {
                let is_kept = matches!(source, Source::Session(_));
                place.senseless::<()>(Mistake::SecretInAddress { name: source.named(), is_kept });
            }
        }
    }

    fn check_keys<'a>(&self, place: &Node<'_>, keys: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            if !seen.insert(key) {
                place.senseless::<()>(Mistake::KeyTwice { key: key.into() });
            }
        }
    }

    /// Whether this key's value is asked for by an input of a call.
    pub(super) fn input(&self, key: &str) -> Option<&InputShape> {
        self.inputs.iter().find(|it| it.input.key == key)
    }
}

/// Whether a placeholder has a value in every request.
fn is_common(source: &Source) -> bool {
    matches!(source, Source::Value(_) | Source::SignIn(_) | Source::Session(_) | Source::Cookie(_) | Source::Random)
}

impl ValueShape {
    fn read((key, node): (&str, Node<'_>)) -> Option<ValueShape> {
        let members = node.object(&["required", "default", "help"])?;
        let required = members.is_set("required");
        let default = members.optional("default", |it| match it.value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Some(it.value.clone()),
            _ => it.wrong(Mistake::NotSimple),
        });
        let help = members.words("help");
        Some(ValueShape { key: key.into(), required: required?, default: default?, help: help? })
    }
}

impl Zoned {
    fn read(node: Node<'_>) -> Option<Zoned> {
        let text = node.text()?;
        match text.strip_prefix("{value.").and_then(|it| it.strip_suffix('}')) {
            Some(key) => Some(Zoned::ByValue(key.to_owned())),
            None => ZoneShape::parse(text).map(Zoned::In).or_else(|| node.wrong(Mistake::NoZone)),
        }
    }
}

/// The zone of a connection's times that name none; `given` are the connection's values.
pub(super) fn zone(zoned: &Zoned, given: &Map<String, Value>, pointer: &str, mistakes: &Mistakes) -> Option<ZoneShape> {
    let key = match zoned {
        Zoned::In(zone) => return Some(zone.clone()),
        Zoned::ByValue(key) => key,
    };
    let Some(value) = given.get(key) else { return Some(ZoneShape::Utc) };
    let node = Node::new(value, &format!("{pointer}/{key}"), mistakes);
    value.as_str().and_then(ZoneShape::parse).or_else(|| node.senseless(Mistake::NoZone))
}

impl Scopes {
    fn read(node: Node<'_>) -> Option<Scopes> {
        if node.value.is_array() {
            return read_choices(node).map(Scopes::Fixed);
        }
        let (list, members) = ListCall::read(&node, &["value", "label", "also"], CallKind::Scopes)?;
        let value = members.or("value", Place::WHOLE, Place::read);
        let label = members.optional("label", Place::read);
        let also = members.or("also", Vec::new(), read_choices);
        let value = value?;
        Some(Scopes::Call { list: Box::new(list?), label: label?.unwrap_or_else(|| value.clone()), value, also: also? })
    }
}

/// Tells what is missing of a switch: there is no way off without one on again, and the token tells how it stands.
fn read_switch(members: &Members<'_>) -> Option<()> {
    let calls = ["disable", "enable"];
    let missing: Vec<&str> = calls.into_iter().filter(|it| !members.has(it)).collect();
    let [] = missing[..] else {
        return if missing.len() == calls.len() { Some(()) } else { members.wrong(missing[0], Mistake::NoWayBack) };
    };
    let token = members.get("token").filter(|it| it.value.is_object() && it.value.get("disabled").is_none());
    token.map_or(Some(()), |it| it.at(format!("{}/disabled", it.pointer)).wrong(Mistake::NeedsDisabled))
}

fn read_secret(node: Node<'_>) -> Option<SecretUse> {
    let members = node.object(&["header", "variable"])?;
    let header = members.required("header").and_then(|it| match it.text()? {
        text if text.contains("{secret}") => Some(text.to_owned()),
        _ => it.wrong(Mistake::NoSecret),
    });
    let variable = members.required("variable").and_then(|it| it.text());
    Some(SecretUse { header: header?, variable: variable?.into() })
}

/// The values of a connection, with what holds without them.
pub(super) fn values(
    shapes: &[ValueShape],
    given: Option<&Value>,
    pointer: &str,
    mistakes: &Mistakes,
) -> Map<String, Value> {
    let empty = Value::Object(Map::new());
    let node = Node::new(given.unwrap_or(&empty), pointer, mistakes);
    let Some(members) = node.members() else { return Map::new() };
    let mut values = Map::new();
    for (key, node) in &members {
        match node.value {
            Value::String(text) if text.is_empty() => drop(node.wrong::<()>(Mistake::EmptyText)),
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                values.insert((*key).to_owned(), node.value.clone());
            }
            _ => drop(node.wrong::<()>(Mistake::NotSimple)),
        }
        if !shapes.iter().any(|it| it.key == *key) {
            let known = shapes.iter().map(|it| it.key.clone()).collect();
            node.senseless::<()>(Mistake::NotAskedFor { known });
        }
    }
    for shape in shapes.iter().filter(|it| !members.iter().any(|(key, _)| *key == it.key)) {
        match &shape.default {
            Some(value) => {
                values.insert(shape.key.clone(), value.clone());
            }
            None if shape.required => {
                let place = node.at(format!("{pointer}/{}", shape.key));
                place.senseless::<()>(Mistake::ValueMissing { help: shape.help.clone() });
            }
            None => {}
        }
    }
    values
}
