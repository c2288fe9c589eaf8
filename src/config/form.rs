//! The form for a connection: what it holds, the JSON that it makes, and what is wrong with that. Pure.

use std::collections::BTreeMap;

use super::dialect::{Dialect, Dialects, Setting, SettingKind};
use super::{ConfigError, Connection, Mistake};
use crate::json::{self, Json, Read, Writer};
use crate::words::Words;

/// What the form holds: what was typed, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What the page calls the connection.
    pub name: String,
    /// What it speaks.
    pub speaks: Speaks,
    /// The system's address.
    pub base: String,
    /// What was typed or chosen for settings of dialects, by their keys. Of [`SettingKind::Auth`] it is the type.
    pub settings: BTreeMap<String, String>,
    /// The headers that the system wants, where it wants headers.
    pub headers: Vec<HeaderRow>,
    /// What a description asks for, by its keys.
    pub values: Vec<(String, String)>,
    /// What the sign-in form says besides.
    pub hint: String,
    /// Seconds that a request may take; empty for the page's own choice.
    pub timeout: String,
    /// Megabytes that an answer may have; empty for the page's own choice.
    pub max_answer_mb: String,
    /// Whether the browser's cookies go with every request: `true` or `false`; empty is `false`.
    pub cookies: String,
    /// Days that a new token lives: a number, or [`NEVER`]; empty for what is usual.
    pub default_days: String,
    /// Whether the program that serves the page passes requests on: `true` or `false`; empty is `false`.
    pub proxy: String,
    /// What the system calls itself, where the base leads to it by way of a proxy.
    pub address: String,
}

/// What says that new tokens have no end.
pub const NEVER: &str = "none";

/// A text of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormText {
    /// [`Form::name`].
    Name,
    /// [`Form::base`].
    Base,
    /// [`Form::hint`].
    Hint,
    /// [`Form::timeout`].
    Timeout,
    /// [`Form::max_answer_mb`].
    MaxAnswer,
    /// [`Form::cookies`].
    Cookies,
    /// [`Form::default_days`].
    DefaultDays,
    /// [`Form::proxy`].
    Proxy,
    /// [`Form::address`].
    Address,
    /// What was typed for a setting of this key.
    Setting(&'static str),
}

/// What a connection speaks, as the form offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// A dialect of its own, by its name in `config.json`.
    Known(String),
    /// What a description says that comes with the page, by its file.
    Shipped(String),
    /// What the user's own description says.
    Described,
}

/// A description that comes with the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The address of its file, relative to the page.
    pub file: String,
    /// What the system is called.
    pub name: String,
}

/// All that connections can speak.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The dialects.
    pub dialects: Dialects,
    /// The descriptions that come with the page.
    pub shipped: Vec<Shipped>,
}

/// The names of their systems and their files, by name: what `build.rs` has found in `apis/`.
const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

impl Catalog {
    /// These dialects, and all descriptions that come with the page.
    pub fn new(dialects: Dialects) -> Catalog {
        let shipped = SHIPPED.iter().map(|(name, file)| Shipped { file: (*file).into(), name: (*name).into() });
        Catalog { dialects, shipped: shipped.collect() }
    }

    /// All that the form offers, each with its name.
    pub fn all(&self) -> Vec<(Speaks, Words)> {
        let (described, known): (Vec<&Dialect>, Vec<&Dialect>) =
            self.dialects.iter().partition(|it| it.description().is_some());
        let known = known.into_iter().map(|it| (Speaks::Known(it.key.into()), it.label.into()));
        let shipped = self.shipped.iter().map(|it| (Speaks::Shipped(it.file.clone()), it.name.as_str().into()));
        let described = described.into_iter().map(|it| (Speaks::Described, it.label.into()));
        known.chain(shipped).chain(described).collect()
    }

    /// What something is called that connections speak.
    pub fn name(&self, speaks: &Speaks) -> Words {
        let all = self.all();
        let found = all.iter().find(|(it, _)| it == speaks).or(all.last());
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    /// The dialect behind it, where there is one of that name.
    pub fn dialect(&self, speaks: &Speaks) -> Option<&'static Dialect> {
        match speaks {
            Speaks::Known(name) => self.dialects.iter().copied().find(|it| it.key == name),
            Speaks::Shipped(_) | Speaks::Described => self.described(),
        }
    }

    /// The setting that says the description.
    pub fn description(&self) -> Option<&'static Setting> {
        self.described()?.description()
    }

    fn described(&self) -> Option<&'static Dialect> {
        self.dialects.iter().copied().find(|it| it.description().is_some())
    }

    fn first(&self) -> Speaks {
        Speaks::Known(self.dialects.first().map(|it| it.key.to_owned()).unwrap_or_default())
    }
}

impl FormText {
    /// The place of it in the connection.
    pub fn pointer(self) -> String {
        match self {
            FormText::Name => "/name".into(),
            FormText::Base => "/base".into(),
            FormText::Hint => "/hint".into(),
            FormText::Timeout => "/timeout".into(),
            FormText::MaxAnswer => "/max_answer_mb".into(),
            FormText::Cookies => "/cookies".into(),
            FormText::DefaultDays => "/default_days".into(),
            FormText::Proxy => "/proxy".into(),
            FormText::Address => "/address".into(),
            FormText::Setting(key) => format!("/{key}"),
        }
    }
}

/// Something that a description wants a connection to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What the description calls it.
    pub key: String,
    /// Whether it has to be said.
    pub required: bool,
    /// What it is where nothing is said.
    pub default: String,
    /// What to know about it.
    pub help: String,
}

impl Declared {
    /// Those of a description, given as JSON; none where that is none.
    pub fn read_all(description: &str) -> Vec<Declared> {
        let json = json::read(description.as_bytes()).unwrap_or(Json::Null);
        let members = json.get("values").and_then(Read::members).unwrap_or_default();
        let one = |(key, value): &(std::borrow::Cow<str>, Json)| Declared {
            key: key.to_string(),
            required: value.get("required").and_then(Read::flag).unwrap_or_default(),
            default: value.get("default").map(json::plain).unwrap_or_default(),
            help: value.text_of("help").unwrap_or_default().into(),
        };
        members.iter().map(one).collect()
    }
}

impl Speaks {
    /// What a command of the program calls a system that speaks this; `None` where none does.
    pub fn key(&self) -> Option<&str> {
        match self {
            // How it asks who calls is each system's own.
            Speaks::Known(dialect) => Some(dialect.as_str()).filter(|it| *it != "scoped"),
            Speaks::Shipped(file) => file.rsplit('/').next()?.strip_suffix(".json"),
            Speaks::Described => None,
        }
    }
}

impl Default for Speaks {
    fn default() -> Self {
        Speaks::Known(String::new())
    }
}

/// A header that a system wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRow {
    /// Its name.
    pub name: String,
    /// How its value is had.
    pub kind: HeaderKind,
    /// The value, where it is the same for everybody.
    pub value: String,
}

/// How the value of a header is had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderKind {
    /// Asked for at the sign-in, and hidden while it is typed.
    #[default]
    Secret,
    /// Asked for at the sign-in, and shown.
    Asked,
    /// The same for everybody who uses the connection.
    Fixed,
}

impl Form {
    /// The form with a connection in it; `settings` is its JSON, right or wrong.
    pub fn of(settings: &str, catalog: &Catalog) -> Form {
        let json = json::read(settings.as_bytes()).unwrap_or(Json::Null);
        let text = |name: &str| json.text_of(name).unwrap_or_default().to_owned();
        let mut form = Form {
            name: text("name"),
            base: text("base"),
            hint: text("hint"),
            timeout: json.get("timeout").map(json::plain).unwrap_or_default(),
            max_answer_mb: json.get("max_answer_mb").map(json::plain).unwrap_or_default(),
            cookies: json.get("cookies").map(json::plain).unwrap_or_default(),
            proxy: json.get("proxy").map(json::plain).unwrap_or_default(),
            address: text("address"),
            default_days: match json.get("default_days") {
                Some(Json::Null) => NEVER.into(),
                said => said.map(json::plain).unwrap_or_default(),
            },
            ..Form::default()
        };
        form.speaks = match json.text_of("dialect") {
            Some(name) => {
                match catalog.description().filter(|_| catalog.described().is_some_and(|it| it.key == name)) {
                    Some(setting) => match json.text_of(setting.key) {
                        Some(file) if catalog.shipped.iter().any(|it| it.file == file) => Speaks::Shipped(file.into()),
                        _ => Speaks::Described,
                    },
                    None => Speaks::Known(name.into()),
                }
            }
            None => catalog.first(),
        };
        for setting in catalog.dialect(&form.speaks).map(|it| it.settings).unwrap_or_default() {
            form.take(setting, &json);
        }
        form
    }

    /// Fills in what a connection says for a setting.
    fn take(&mut self, setting: &Setting, json: &Json) {
        let Some(said) = json.get(setting.key) else { return };
        let pairs = || {
            let members = said.members().unwrap_or_default();
            members.iter().map(|(key, value)| (key.to_string(), json::plain(value)))
        };
        let text = match setting.kind {
            SettingKind::Text | SettingKind::Choice(_) => said.text().unwrap_or_default().to_owned(),
            SettingKind::Texts => pairs().map(|(key, value)| format!("{key}={value}\n")).collect(),
            SettingKind::Auth => {
                self.headers = said.get("headers").map(Read::list).unwrap_or_default().iter().map(header).collect();
                said.text_of("type").unwrap_or_default().to_owned()
            }
            // The file of one that comes with the page is what the connection speaks.
            SettingKind::Description if self.speaks != Speaks::Described => return,
            SettingKind::Description => match said {
                Json::String(file) => file.to_string(),
                description => json::pretty(description),
            },
            SettingKind::Values => return self.values = pairs().collect(),
        };
        if !text.is_empty() {
            self.settings.insert(setting.key.into(), text);
        }
    }

    /// A text of it; empty where nothing was typed.
    pub fn text(&self, which: FormText) -> &str {
        match which {
            FormText::Name => &self.name,
            FormText::Base => &self.base,
            FormText::Hint => &self.hint,
            FormText::Timeout => &self.timeout,
            FormText::MaxAnswer => &self.max_answer_mb,
            FormText::Cookies => &self.cookies,
            FormText::DefaultDays => &self.default_days,
            FormText::Proxy => &self.proxy,
            FormText::Address => &self.address,
            FormText::Setting(key) => self.setting(key),
        }
    }

    /// What was typed for a setting; empty where nothing was.
    pub fn setting(&self, key: &str) -> &str {
        self.settings.get(key).map_or("", String::as_str)
    }

    /// Takes what was typed. An empty setting is as good as one that was never touched.
    pub fn set(&mut self, which: FormText, text: String) {
        let place = match which {
            FormText::Name => &mut self.name,
            FormText::Base => &mut self.base,
            FormText::Hint => &mut self.hint,
            FormText::Timeout => &mut self.timeout,
            FormText::MaxAnswer => &mut self.max_answer_mb,
            FormText::Cookies => &mut self.cookies,
            FormText::DefaultDays => &mut self.default_days,
            FormText::Proxy => &mut self.proxy,
            FormText::Address => &mut self.address,
            FormText::Setting(key) => {
                self.settings.insert(key.into(), text);
                self.settings.retain(|_, text| !text.is_empty());
                return;
            }
        };
        *place = text;
    }

    /// Whether a setting goes with what is chosen.
    pub fn wants(&self, settings: &[Setting], setting: &Setting) -> bool {
        let Some((choice, value)) = setting.only_with else { return true };
        let first = settings.iter().find(|it| it.key == choice).and_then(|it| match it.kind {
            SettingKind::Choice(choices) => choices.first().map(|(it, _)| *it),
            _ => None,
        });
        match self.setting(choice) {
            "" => first == Some(value),
            chosen => chosen == value,
        }
    }

    /// The connection as `config.json` has it. What is empty, or not for what it speaks, is left out.
    pub fn to_json(&self, catalog: &Catalog) -> String {
        let dialect = catalog.dialect(&self.speaks);
        let key = match &self.speaks {
            Speaks::Known(name) => name,
            Speaks::Shipped(_) | Speaks::Described => dialect.map_or("", |it| it.key),
        };
        let mut json = text(Writer::default(), "name", &self.name);
        json = text(json.text("dialect", Some(key)), "base", &self.base);
        json = dialect.into_iter().flat_map(|it| it.settings).fold(json, |json, setting| self.write(setting, json));
        json = text(json, "hint", &self.hint);
        for (name, typed) in [("timeout", &self.timeout), ("max_answer_mb", &self.max_answer_mb)] {
            json = number(json, name, typed);
        }
        json = flag(json, "cookies", &self.cookies);
        json = match self.default_days.trim() {
            NEVER => json.raw("default_days", "null"),
            typed => number(json, "default_days", typed),
        };
        text(flag(json, "proxy", &self.proxy), "address", &self.address).done()
    }

    fn write(&self, setting: &Setting, json: Writer) -> Writer {
        let typed = self.setting(setting.key);
        match (&setting.kind, &self.speaks) {
            (SettingKind::Text | SettingKind::Choice(_), _) => text(json, setting.key, typed),
            (SettingKind::Texts, _) => {
                let lines = typed.lines().filter(|it| !it.trim().is_empty());
                object(json, setting.key, lines.map(|it| it.split_once('=').unwrap_or((it, ""))))
            }
            (SettingKind::Auth, _) => self.write_auth(setting.key, json),
            (SettingKind::Description, Speaks::Shipped(file)) => text(json, setting.key, file),
            (SettingKind::Description, _) if typed.trim_start().starts_with('{') => json.raw(setting.key, typed.trim()),
            (SettingKind::Description, _) => text(json, setting.key, typed),
            (SettingKind::Values, _) => {
                let values = self.values.iter().filter(|(_, value)| !value.trim().is_empty());
                object(json, setting.key, values.map(|(key, value)| (key.as_str(), value.as_str())))
            }
        }
    }

    fn write_auth(&self, key: &str, json: Writer) -> Writer {
        let kind = self.setting(key);
        if kind.is_empty() {
            return json;
        }
        let mut auth = Writer::default().text("type", Some(kind));
        if kind == "headers" {
            auth = auth.list("headers", &self.headers, |it, out| {
                let row = text(Writer::default(), "name", &it.name);
                out.push_str(&match it.kind {
                    HeaderKind::Secret => row.done(),
                    HeaderKind::Asked => row.raw("secret", "false").done(),
                    HeaderKind::Fixed => row.text("value", Some(&it.value)).done(),
                });
            });
        }
        json.raw(key, &auth.done())
    }

    /// The connection, or all that is wrong with it; places are within the connection. `others` are the names that are
    /// taken.
    pub fn check(&self, catalog: &Catalog, others: &[String]) -> Result<Connection, Vec<ConfigError>> {
        let is_taken = others.iter().any(|it| it == self.name.trim());
        let taken = is_taken.then(|| ConfigError::at("/name", Mistake::NameTwice));
        let unread = self.unread_description(catalog);
        let read = match &unread {
            // What else is wrong shows with the address of a description in its place.
            Some(ConfigError { pointer, .. }) => {
                let mut rest = self.clone();
                rest.settings.insert(pointer.trim_start_matches('/').into(), "description.json".into());
                rest.read(catalog)
            }
            None => self.read(catalog),
        };
        match (taken, read, unread) {
            (None, Ok(connection), None) => Ok(connection),
            (taken, read, unread) => {
                Err(taken.into_iter().chain(read.err().unwrap_or_default()).chain(unread).collect())
            }
        }
    }

    fn read(&self, catalog: &Catalog) -> Result<Connection, Vec<ConfigError>> {
        Connection::read(&self.to_json(catalog), catalog.dialects)
    }

    /// Why the description that was typed is no JSON, at its place.
    fn unread_description(&self, catalog: &Catalog) -> Option<ConfigError> {
        let key = catalog.description().filter(|_| self.speaks == Speaks::Described)?.key;
        let description = self.setting(key).trim();
        let error = description.starts_with('{').then(|| json::read(description.as_bytes()).err())??;
        Some(ConfigError::at(&format!("/{key}"), Mistake::NotJson(error)))
    }
}

/// A mistake that is only something not filled in yet.
pub fn is_gap(error: &ConfigError) -> bool {
    error.mistake == Mistake::Missing
}

fn header(json: &Json) -> HeaderRow {
    let kind = match (json.get("value"), json.get("secret").and_then(Read::flag)) {
        (Some(_), _) => HeaderKind::Fixed,
        (None, Some(false)) => HeaderKind::Asked,
        (None, _) => HeaderKind::Secret,
    };
    let text = |name: &str| json.text_of(name).unwrap_or_default().into();
    HeaderRow { name: text("name"), kind, value: text("value") }
}

/// With a text, unless it is empty.
fn text(json: Writer, name: &str, text: &str) -> Writer {
    if text.trim().is_empty() { json } else { json.text(name, Some(text.trim())) }
}

/// With a number, unless it is empty. What is no number stays a text: what checks it says so.
fn number(json: Writer, name: &str, typed: &str) -> Writer {
    match typed.trim().parse::<u64>() {
        Ok(number) => json.raw(name, &number.to_string()),
        Err(_) => text(json, name, typed),
    }
}

/// With a truth value, unless it is empty. What is none stays a text.
fn flag(json: Writer, name: &str, said: &str) -> Writer {
    match said {
        "true" | "false" => json.raw(name, said),
        other => text(json, name, other),
    }
}

/// With an object of texts, unless it is empty.
fn object<'a>(json: Writer, name: &str, members: impl Iterator<Item = (&'a str, &'a str)>) -> Writer {
    let mut members = members.peekable();
    if members.peek().is_none() {
        return json;
    }
    let object = members.fold(Writer::default(), |all, (key, value)| all.text(key.trim(), Some(value.trim())));
    json.raw(name, &object.done())
}

#[cfg(test)]
mod tests;
