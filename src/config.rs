//! `config.json`: which systems the page speaks to. Found text in, checked values or mistakes out. Pure.

use self::auth::auth;
pub use self::auth::{Auth, AuthHeader};
use self::dialect::{Dialect, Dialects, Setting, SettingKind};
pub use self::mistake::{ConfigError, Mistake};
use self::object::Object;
use crate::api::is_misread;
use crate::json::{self, Json, Read};
use crate::store::RowRef;

mod auth;
pub mod dialect;
pub mod form;
pub mod import;
pub mod local;
pub mod mistake;
mod object;

/// The checked configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Names are unique. None where the user is to add one.
    pub connections: Vec<Connection>,
    /// What the page offers to add where it has no connection. Their names are none of the others'.
    pub suggested: Vec<Connection>,
    /// After how many minutes without any action of the user the page signs out by itself; `None` for never.
    pub idle_minutes: Option<u32>,
}

/// A system and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What the page and its address call it.
    pub name: String,
    /// What it speaks.
    pub dialect: &'static Dialect,
    /// Its address: absolute (`https://…`), or relative to the page. Of a vendor's system the origin, or the path that a
    /// proxy puts in its place.
    pub base: String,
    /// What the sign-in form says besides.
    pub hint: String,
    /// What it wants before it answers.
    pub auth: Auth,
    /// How many seconds a request may take.
    pub timeout: u32,
    /// How large an answer may be, in megabytes (10^6 bytes).
    pub max_answer_mb: u32,
    /// Whether the browser's own cookies go with every request, where it leads to the page's own origin: something in
    /// front of the system wants them.
    pub cookies: bool,
    /// How long its new tokens live where the form is not changed.
    pub first_end: FirstEnd,
    /// Where the description of its API is, where it has one.
    pub description: Option<Description>,
    /// All of this as JSON, with what it says for its dialect.
    pub settings: String,
}

/// How long a new token lives where the user chooses nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstEnd {
    /// As is usual for the system.
    #[default]
    Usual,
    /// It has no end.
    Never,
    /// So many days.
    Days(u32),
}

/// Where a description is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Description {
    /// In the settings.
    Here,
    /// In the file of this address, relative to the page.
    File(String),
}

/// How many connections a page can have.
pub const MAX_CONNECTIONS: usize = RowRef::MAX_SLOTS;

/// Seconds that a request may take where the connection does not say.
pub const TIMEOUT: u32 = 30;

/// The longest that a connection can have new tokens live, in days.
pub const MAX_DAYS: u32 = 3_650;

/// The longest that the page can wait for an action of its user, in minutes.
pub const MAX_IDLE_MINUTES: u64 = 1_440;

/// Megabytes that an answer may have where the connection does not say.
pub const MAX_ANSWER_MB: u32 = 64;

impl Config {
    /// Reads the file, or names every mistake in it.
    pub fn parse(text: &str, known: Dialects) -> Result<Config, Vec<ConfigError>> {
        let value = json::read(text.as_bytes()).map_err(|error| vec![ConfigError::at("", Mistake::NotJson(error))])?;
        let mut mistakes = Vec::new();
        let found = config(&value, known, &mut mistakes);
        found.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }
}

impl Connection {
    /// Whether another connection speaks the same dialect, by the same description where it has one.
    pub fn speaks_like(&self, other: &Connection) -> bool {
        let api = |it: &Connection| json::read(it.settings.as_bytes()).ok()?.get("api").map(json::to_text);
        self.dialect == other.dialect
            && self.description == other.description
            && (self.description != Some(Description::Here) || api(self) == api(other))
    }

    /// Reads what [`Connection::settings`] says, or names every mistake in it; places are within the connection.
    pub fn read(settings: &str, known: Dialects) -> Result<Connection, Vec<ConfigError>> {
        let value =
            json::read(settings.as_bytes()).map_err(|error| vec![ConfigError::at("", Mistake::NotJson(error))])?;
        let mut mistakes = Vec::new();
        let found = connection(&value, "", known, &mut mistakes);
        found.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }

    /// The address of the file with its description, relative to the page.
    pub fn file(&self) -> Option<&str> {
        match &self.description {
            Some(Description::File(address)) => Some(address),
            Some(Description::Here) | None => None,
        }
    }

    /// What it says for a setting of its dialect, a text; empty where it says nothing.
    pub fn setting(&self, key: &str) -> String {
        let json = json::read(self.settings.as_bytes()).unwrap_or(Json::Null);
        json.text_of(key).unwrap_or_default().trim().to_owned()
    }

    /// What it says for a setting of its dialect, an object of texts.
    pub fn setting_texts(&self, key: &str) -> Vec<(String, String)> {
        let json = json::read(self.settings.as_bytes()).unwrap_or(Json::Null);
        let members = json.get(key).and_then(Json::members).unwrap_or_default();
        let text = |it: &Json| it.text().unwrap_or_default().trim().to_owned();
        members.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
    }
}

fn config(value: &Json, known: Dialects, mistakes: &mut Vec<ConfigError>) -> Option<Config> {
    let config = Object::new(value, "", mistakes)?;
    config.no_others(&["connections", "suggested", "idle_minutes", "$schema"], mistakes);
    config.get("connections", mistakes);
    let mut connections = Vec::new();
    add_all("connections", &config, &mut connections, known, mistakes);
    let n_connections = connections.len();
    add_all("suggested", &config, &mut connections, known, mistakes);
    let suggested = connections.split_off(n_connections);
    let out = |least, most| Mistake::NotAWholeNumber { least, most };
    let idle_minutes = number("idle_minutes", MAX_IDLE_MINUTES, out, &config, mistakes);
    Some(Config { connections, suggested, idle_minutes: idle_minutes? })
}

/// Adds the connections of a list to those found before.
fn add_all(key: &str, config: &Object, found: &mut Vec<Connection>, known: Dialects, mistakes: &mut Vec<ConfigError>) {
    let Some(list) = config.member(key) else { return };
    let Json::Array(list) = list else {
        config.wrong::<()>(key, Mistake::NotAList, mistakes);
        return;
    };
    if list.len() > MAX_CONNECTIONS {
        config.wrong::<()>(key, Mistake::TooManyConnections { n: list.len() }, mistakes);
    }
    for (idx, value) in list.iter().enumerate() {
        let pointer = format!("/{key}/{idx}");
        if let Some(connection) = connection(value, &pointer, known, mistakes) {
            if found.iter().any(|it| it.name == connection.name) {
                mistakes.push(ConfigError::at(&format!("{pointer}/name"), Mistake::NameTwice));
            }
            found.push(connection);
        }
    }
}

fn connection(value: &Json, pointer: &str, known: Dialects, mistakes: &mut Vec<ConfigError>) -> Option<Connection> {
    let object = Object::new(value, pointer, mistakes)?;
    let name = object.text("name", mistakes);
    let dialect = object.text("dialect", mistakes).and_then(|it| dialect(it, &object, known, mistakes));
    let settings: Vec<&Setting> = match dialect {
        Some(dialect) => dialect.settings.iter().collect(),
        // Of one that is not known, what it says is read as the dialects do that have it, so that no mistake is hidden.
        None => known.iter().flat_map(|it| it.settings).filter(|it| object.has(it.key)).collect(),
    };
    let Said { auth, description } = said(&settings, &object, mistakes);
    let base = object.text("base", mistakes).and_then(|it| match base_problem(it) {
        None => Some(it),
        Some(problem) => object.wrong("base", problem, mistakes),
    });
    let timeout = number("timeout", 600, |least, most| Mistake::NotATimeout { least, most }, &object, mistakes);
    let out = |least, most| Mistake::NotAWholeNumber { least, most };
    let max_answer_mb = number("max_answer_mb", 1_000, out, &object, mistakes);
    let cookies = flag("cookies", &object, mistakes);
    // What serves the page goes by it, puts its own address in place of the base, and says that as the address.
    flag("proxy", &object, mistakes);
    if let Some(problem) = object.optional_text("address", mistakes).and_then(base_problem) {
        object.wrong::<()>("address", problem, mistakes);
    }
    let first_end = match object.member("default_days") {
        None => Some(FirstEnd::Usual),
        Some(Json::Null) => Some(FirstEnd::Never),
        Some(said) => match said.number().and_then(|it| u32::try_from(it).ok()) {
            Some(days @ 1..=MAX_DAYS) => Some(FirstEnd::Days(days)),
            _ => object.wrong("default_days", Mistake::NotALife { least: 1, most: MAX_DAYS.into() }, mistakes),
        },
    };
    let hint = object.optional_text("hint", mistakes).unwrap_or_default().into();
    let settings = json::to_text(value);
    Some(Connection {
        name: name?.into(),
        dialect: dialect?,
        base: base?.into(),
        hint,
        auth: auth?,
        timeout: timeout?.unwrap_or(TIMEOUT),
        max_answer_mb: max_answer_mb?.unwrap_or(MAX_ANSWER_MB),
        cookies: cookies?,
        first_end: first_end?,
        description: description?,
        settings,
    })
}

/// The members that every connection can have.
const COMMON: [&str; 10] =
    ["name", "dialect", "base", "hint", "timeout", "max_answer_mb", "cookies", "default_days", "proxy", "address"];

/// A whole number from 1 on; `Some(None)` where nothing is said. `mistake` takes the bounds.
fn number(
    key: &str,
    most: u64,
    mistake: fn(u64, u64) -> Mistake,
    object: &Object,
    mistakes: &mut Vec<ConfigError>,
) -> Option<Option<u32>> {
    let Some(said) = object.member(key) else { return Some(None) };
    match said.number().filter(|it| (1..=most).contains(it)) {
        Some(number) => Some(Some(number as u32)),
        None => object.wrong(key, mistake(1, most), mistakes),
    }
}

/// A truth value, `false` where nothing is said.
fn flag(key: &str, object: &Object, mistakes: &mut Vec<ConfigError>) -> Option<bool> {
    match object.member(key).map(Read::flag) {
        None => Some(false),
        Some(None) => object.wrong(key, Mistake::NotAFlag, mistakes),
        Some(flag) => flag,
    }
}

/// The dialect of this name, and that the connection says nothing but what it knows.
fn dialect(name: &str, object: &Object, known: Dialects, mistakes: &mut Vec<ConfigError>) -> Option<&'static Dialect> {
    let Some(dialect) = known.iter().copied().find(|it| it.key == name) else {
        let known = known.iter().map(|it| it.key.to_owned()).collect();
        return object.wrong("dialect", Mistake::UnknownDialect { given: name.into(), known }, mistakes);
    };
    let settings = dialect.settings.iter().map(|it| it.key);
    object.no_others(&COMMON.into_iter().chain(settings).collect::<Vec<_>>(), mistakes);
    Some(dialect)
}

/// What of the settings the page itself goes by; `None` for what is wrong.
struct Said {
    auth: Option<Auth>,
    description: Option<Option<Description>>,
}

fn said(settings: &[&Setting], object: &Object, mistakes: &mut Vec<ConfigError>) -> Said {
    let mut said = Said { auth: Some(Auth::None), description: Some(None) };
    for Setting { key, kind, only_with, .. } in settings {
        if let Some((setting, choice)) = *only_with
            && object.has(key)
            && chosen(settings, setting, object).is_some_and(|it| it != choice)
        {
            object.wrong::<()>(key, Mistake::OnlyWith { setting, choice }, mistakes);
            continue;
        }
        match kind {
            SettingKind::Text => {
                object.optional_text(key, mistakes);
            }
            SettingKind::Choice(choices) if object.has(key) && chosen(settings, key, object).is_none() => {
                let names: Vec<&str> = choices.iter().map(|(it, _)| *it).collect();
                object.wrong::<()>(key, Mistake::one_of(&names), mistakes);
            }
            SettingKind::Texts => {
                texts(key, object, mistakes);
            }
            SettingKind::Auth => {
                if let Some(value) = object.member(key) {
                    said.auth = auth(value, &object.at(key), mistakes);
                }
            }
            SettingKind::Description => said.description = description(key, object, mistakes).map(Some),
            // The description says what they have to be.
            SettingKind::Choice(_) | SettingKind::Values => {}
        }
    }
    said
}

/// What is meant of a choice, where that can be told.
fn chosen<'a>(settings: &[&'a Setting], key: &str, object: &Object) -> Option<&'a str> {
    let choices = settings.iter().find_map(|it| match it.kind {
        SettingKind::Choice(choices) if it.key == key => Some(choices),
        _ => None,
    })?;
    let Some(said) = object.member(key) else { return choices.first().map(|(it, _)| *it) };
    choices.iter().map(|(it, _)| *it).find(|it| said.text() == Some(it))
}

fn description(key: &str, object: &Object, mistakes: &mut Vec<ConfigError>) -> Option<Description> {
    match object.get(key, mistakes)? {
        Json::Object(_) => Some(Description::Here),
        Json::String(file) if is_file(file) => Some(Description::File(file.trim().into())),
        _ => object.wrong(key, Mistake::NotADescription, mistakes),
    }
}

/// Whether this is an address below or beside the page, as no other host may say whom the page speaks to.
fn is_file(address: &str) -> bool {
    !address.trim().is_empty() && base_problem(address.trim()).is_none() && !address.contains("://")
}

/// An object of texts.
fn texts(key: &str, object: &Object, mistakes: &mut Vec<ConfigError>) -> Option<()> {
    let texts = Object::new(object.member(key)?, &object.at(key), mistakes)?;
    for (name, _) in texts.members {
        texts.text(name, mistakes);
    }
    Some(())
}

/// What is wrong with a base address.
fn base_problem(base: &str) -> Option<Mistake> {
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let host = rest.map(|it| it.split('/').next().unwrap_or_default());
    if base.contains(|it| is_misread(it) || matches!(it, '?' | '#' | ' ')) {
        Some(Mistake::BaseWithMore)
    } else if host.is_some_and(|it| it.contains('@')) {
        Some(Mistake::BaseWithUser)
    } else if host == Some("")
        || rest.is_none() && (base.split('/').next().is_some_and(|it| it.contains(':')) || base.starts_with("//"))
    {
        Some(Mistake::NotABase)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
