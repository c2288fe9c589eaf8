//! The form for a connection: what it holds, the JSON that it makes, and what is wrong with that. Pure.

use super::{ConfigError, Connection, mistake};
use crate::json::{self, Json, Read, Writer};

/// What the form holds: what was typed, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What the page calls the connection.
    pub name: String,
    /// What it speaks.
    pub speaks: Speaks,
    /// The system's address.
    pub base: String,
    /// How a Scoped Token API is told who asks: `none`, `bearer` or `headers`; empty is `none`.
    pub auth: String,
    /// The headers that it wants, where it wants headers.
    pub headers: Vec<HeaderRow>,
    /// The version of NVIDIA Air: `v2` or `v1`; empty is `v2`.
    pub version: String,
    /// Parameters for the list of its first version: `NAME=VALUE`, one a line.
    pub filters: String,
    /// Whose tokens at Juniper Mist: `self` or `org`; empty is `self`.
    pub tokens: String,
    /// The organisation's id; empty is the first one of the account.
    pub org_id: String,
    /// The description of another API: its JSON, or the address of its file.
    pub api: String,
    /// What that description asks for, by its keys.
    pub values: Vec<(String, String)>,
    /// What the sign-in form says besides.
    pub hint: String,
    /// Seconds that a request may take; empty for the page's own choice.
    pub timeout: String,
    /// Whether the browser's cookies go with every request: `true` or `false`; empty is `false`.
    pub cookies: String,
}

/// What a connection speaks, as the form offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// One that the page knows by its name in `config.json`: `scoped`, `pt-sandbox`, `air` or `mist`.
    Known(String),
    /// One that a description shipped with the page describes, by its file.
    Shipped(String),
    /// One that the user's own description describes.
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

/// What the form calls the systems that the page knows, by their names in `config.json`.
const KNOWN: [(&str, &str); 4] =
    [("scoped", "Scoped Token API"), ("pt-sandbox", "PT Sandbox"), ("air", "NVIDIA Air"), ("mist", "Juniper Mist")];

/// What a connection of the user's own description is called.
const DESCRIBED: &str = "Another API (by its description)";

/// The names of their systems and their files, by name: what `build.rs` has found in `apis/`.
const SHIPPED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

impl Shipped {
    /// All of them.
    pub fn all() -> Vec<Shipped> {
        SHIPPED.iter().map(|(name, file)| Shipped { file: (*file).into(), name: (*name).into() }).collect()
    }
}

impl Speaks {
    /// All that the form offers, each with its name.
    pub fn all(shipped: &[Shipped]) -> Vec<(Speaks, String)> {
        let known = KNOWN.iter().map(|(key, name)| (Speaks::Known((*key).into()), (*name).to_owned()));
        let shipped = shipped.iter().map(|it| (Speaks::Shipped(it.file.clone()), it.name.clone()));
        known.chain(shipped).chain([(Speaks::Described, DESCRIBED.to_owned())]).collect()
    }

    /// What it is called.
    pub fn name(&self, shipped: &[Shipped]) -> String {
        let known = Speaks::all(shipped).into_iter().find(|(it, _)| it == self);
        known.map_or_else(|| DESCRIBED.into(), |(_, name)| name)
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

impl Default for Speaks {
    fn default() -> Self {
        Speaks::Known("scoped".into())
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
    /// The form with a connection in it; `settings` is its JSON, right or wrong. `shipped` are the
    /// descriptions that come with the page.
    pub fn of(settings: &str, shipped: &[Shipped]) -> Form {
        let json = json::read(settings.as_bytes()).unwrap_or(Json::Null);
        let text = |name: &str| json.text_of(name).unwrap_or_default().to_owned();
        let pairs = |name: &str| -> Vec<(String, String)> {
            let members = json.get(name).and_then(Read::members).unwrap_or_default();
            members.iter().map(|(key, value)| (key.to_string(), json::plain(value))).collect()
        };
        let auth = json.get("auth");
        let api = json.get("api").map(|it| match it {
            Json::String(file) => file.to_string(),
            description => json::pretty(description),
        });
        let speaks = match (json.text_of("dialect"), &api) {
            (Some("rest"), Some(file)) if shipped.iter().any(|it| it.file == *file) => Speaks::Shipped(file.clone()),
            (Some("rest"), _) => Speaks::Described,
            (Some(name), _) => Speaks::Known(name.into()),
            (None, _) => Speaks::default(),
        };
        Form {
            name: text("name"),
            api: if matches!(speaks, Speaks::Described) { api.unwrap_or_default() } else { String::new() },
            speaks,
            base: text("base"),
            auth: auth.and_then(|it| it.text_of("type")).unwrap_or_default().into(),
            headers: auth
                .and_then(|it| it.get("headers"))
                .map(Read::list)
                .unwrap_or_default()
                .iter()
                .map(header)
                .collect(),
            version: text("version"),
            filters: pairs("filters").iter().map(|(key, value)| format!("{key}={value}\n")).collect(),
            tokens: text("tokens"),
            org_id: text("org_id"),
            values: pairs("values"),
            hint: text("hint"),
            timeout: json.get("timeout").map(json::plain).unwrap_or_default(),
            cookies: json.get("cookies").map(json::plain).unwrap_or_default(),
        }
    }

    /// The connection as `config.json` has it. What is empty, or not for what it speaks, is left out.
    pub fn to_json(&self) -> String {
        let dialect = match &self.speaks {
            Speaks::Known(name) => name,
            Speaks::Shipped(_) | Speaks::Described => "rest",
        };
        let mut json = text(Writer::default(), "name", &self.name);
        json = text(json.text("dialect", Some(dialect)), "base", &self.base);
        json = match &self.speaks {
            Speaks::Known(name) if name == "scoped" => self.write_auth(json),
            Speaks::Known(name) if name == "air" => {
                let json = text(json, "version", &self.version);
                let lines = self.filters.lines().filter(|it| !it.trim().is_empty());
                let filters = lines.map(|it| it.split_once('=').unwrap_or((it, "")));
                object(json, "filters", filters)
            }
            Speaks::Known(name) if name == "mist" => text(text(json, "tokens", &self.tokens), "org_id", &self.org_id),
            Speaks::Known(_) => json,
            Speaks::Shipped(file) => self.write_values(text(json, "api", file)),
            Speaks::Described if self.api.trim_start().starts_with('{') => {
                self.write_values(json.raw("api", self.api.trim()))
            }
            Speaks::Described => self.write_values(text(json, "api", &self.api)),
        };
        json = text(json, "hint", &self.hint);
        let timeout = self.timeout.trim();
        json = match timeout.parse::<u64>() {
            Ok(seconds) => json.raw("timeout", &seconds.to_string()),
            // Not a number: what checks it says so.
            Err(_) => text(json, "timeout", timeout),
        };
        match self.cookies.as_str() {
            flag @ ("true" | "false") => json.raw("cookies", flag),
            other => text(json, "cookies", other),
        }
        .done()
    }

    fn write_auth(&self, json: Writer) -> Writer {
        if self.auth.is_empty() {
            return json;
        }
        let mut auth = Writer::default().text("type", Some(&self.auth));
        if self.auth == "headers" {
            auth = auth.list("headers", &self.headers, |it, out| {
                let row = text(Writer::default(), "name", &it.name);
                out.push_str(&match it.kind {
                    HeaderKind::Secret => row.done(),
                    HeaderKind::Asked => row.raw("secret", "false").done(),
                    HeaderKind::Fixed => row.text("value", Some(&it.value)).done(),
                });
            });
        }
        json.raw("auth", &auth.done())
    }

    fn write_values(&self, json: Writer) -> Writer {
        let values = self.values.iter().filter(|(_, value)| !value.trim().is_empty());
        object(json, "values", values.map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// The connection, or what is wrong with it; places are within the connection. `others` are the names that are
    /// taken.
    pub fn check(&self, others: &[String]) -> Result<Connection, Vec<ConfigError>> {
        if self.speaks == Speaks::Described
            && self.api.trim_start().starts_with('{')
            && let Err(error) = json::read(self.api.trim().as_bytes())
        {
            return Err(vec![mistake("/api", format!("is {error}"))]);
        }
        let connection = Connection::read(&self.to_json())?;
        if others.contains(&connection.name) {
            return Err(vec![mistake("/name", "is the name of another connection too")]);
        }
        Ok(connection)
    }
}

/// A mistake that is only something not filled in yet.
pub fn is_gap(mistake: &ConfigError) -> bool {
    mistake.text == super::MISSING
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
mod tests {
    use super::*;

    const SHIPPED_FILE: &str = "apis/gitlab.json";

    fn shipped() -> Vec<Shipped> {
        vec![Shipped { file: SHIPPED_FILE.into(), name: "GitLab".into() }]
    }

    fn form(settings: &str) -> Form {
        Form::of(settings, &shipped())
    }

    #[test]
    fn a_connection_comes_back_as_it_was() {
        for settings in [
            r#"{"name":"A","dialect":"scoped","base":"api/v1"}"#,
            r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"bearer"},"hint":"h","timeout":7}"#,
            r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"headers","headers":[{"name":"T","value":"v"},{"name":"U"},{"name":"V","secret":false}]}}"#,
            r#"{"name":"A","dialect":"pt-sandbox","base":"b"}"#,
            r#"{"name":"A","dialect":"mist","base":"b","hint":"h","timeout":7,"cookies":true}"#,
            r#"{"name":"A","dialect":"scoped","base":"b","cookies":false}"#,
            r#"{"name":"A","dialect":"air","base":"b","version":"v1","filters":{"name":"ci","id":"a=b"}}"#,
            r#"{"name":"A","dialect":"mist","base":"b","tokens":"org","org_id":"7"}"#,
            r#"{"name":"A","dialect":"rest","base":"b","api":"apis/gitlab.json","values":{"group":"42"}}"#,
            r#"{"name":"A","dialect":"rest","base":"b","api":"mine.json"}"#,
            r#"{"name":"A","dialect":"rest","base":"b","api":{"list":[1,"é",{}]}}"#,
        ] {
            let read = form(settings);
            assert_eq!(form(&read.to_json()), read, "{settings}");
            let (before, after) = (Connection::read(settings), read.check(&[]));
            let without_settings = |it: Connection| Connection { settings: String::new(), ..it };
            assert_eq!(after.clone().map(without_settings), before.map(without_settings), "{settings}");
            if !settings.contains("\"api\":{") {
                assert_eq!(read.to_json(), settings);
            }
        }
        assert_eq!(form(r#"{"dialect":"rest","api":"apis/gitlab.json"}"#).speaks, Speaks::Shipped(SHIPPED_FILE.into()));
        assert_eq!(form(r#"{"dialect":"rest","api":"mine.json"}"#).speaks, Speaks::Described);
        assert_eq!(form("rubbish"), Form::default());
    }

    fn filled() -> Form {
        Form { name: "A".into(), base: "b".into(), ..Form::default() }
    }

    /// The first mistake.
    #[track_caller]
    fn check(form: Form, pointer: &str, words: &str) {
        let mistakes = form.check(&["Taken".to_owned()]).expect_err("a mistake");
        assert!(mistakes.iter().any(|it| it.pointer == pointer && it.text.contains(words)), "{mistakes:?}");
    }

    #[test]
    fn mistakes_stand_at_their_fields() {
        assert!(filled().check(&["Taken".to_owned()]).is_ok());
        check(Form::default(), "/name", "missing");
        check(Form::default(), "/base", "missing");
        check(Form { name: " Taken ".into(), ..filled() }, "/name", "another connection");
        check(Form { base: "ftp://x".into(), ..filled() }, "/base", "must");
        check(Form { timeout: "soon".into(), ..filled() }, "/timeout", "seconds");
        check(Form { timeout: "601".into(), ..filled() }, "/timeout", "seconds");
        check(Form { cookies: "perhaps".into(), ..filled() }, "/cookies", "true or false");
        let headers = |row| Form { auth: "headers".into(), headers: vec![row], ..filled() };
        check(Form { auth: "headers".into(), ..filled() }, "/auth/headers", "at least one");
        check(headers(HeaderRow::default()), "/auth/headers/0/name", "missing");
        check(headers(HeaderRow { name: "a b".into(), ..HeaderRow::default() }), "/auth/headers/0/name", "HTTP header");
        let fixed = HeaderRow { name: "T".into(), kind: HeaderKind::Fixed, value: String::new() };
        check(headers(fixed), "/auth/headers/0/value", "not empty");
        let air = |version: &str, filters: &str| Form {
            speaks: Speaks::Known("air".into()),
            version: version.into(),
            filters: filters.into(),
            ..filled()
        };
        check(air("v2", "name=ci"), "/filters", "v1");
        check(air("v1", "name"), "/filters/name", "not empty");
        let described = |api: &str| Form { speaks: Speaks::Described, api: api.into(), ..filled() };
        check(described(""), "/api", "missing");
        check(described("{\n \"a\": }"), "/api", "line 2, column 7");
        check(described("https://x/y.json"), "/api", "relative");
    }

    #[test]
    fn what_is_not_filled_in_is_told_from_what_is_wrong() {
        let mistakes = Form { base: "ftp://x".into(), ..Form::default() }.check(&[]).expect_err("mistakes");
        assert_eq!(mistakes.iter().map(is_gap).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn shipped_descriptions_are_where_they_are_looked_for() {
        for Shipped { file, name } in Shipped::all() {
            let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file));
            let text = text.expect("it is readable");
            assert_eq!(json::read(text.as_bytes()).expect("JSON").text_of("name"), Some(name.as_str()), "{file}");
        }
    }

    #[test]
    fn systems_have_names() {
        let named: Vec<String> = Speaks::all(&shipped()).into_iter().map(|(it, _)| it.name(&shipped())).collect();
        assert_eq!(named[3..], ["Juniper Mist", "GitLab", DESCRIBED]);
        assert_eq!(Speaks::Known("soap".into()).name(&[]), DESCRIBED);
    }

    #[test]
    fn a_description_says_what_it_wants() {
        let text = r#"{"values":{"group":{"required":true,"help":"Its id."},"page":{"default":5}}}"#;
        let one = |key: &str, required, default: &str, help: &str| Declared {
            key: key.into(),
            required,
            default: default.into(),
            help: help.into(),
        };
        assert_eq!(Declared::read_all(text), [one("group", true, "", "Its id."), one("page", false, "5", "")]);
        assert_eq!(Declared::read_all("{"), []);
    }

    #[test]
    fn what_is_for_another_system_is_left_out() {
        let typed = Form {
            auth: "bearer".into(),
            version: "v1".into(),
            tokens: "org".into(),
            api: "x.json".into(),
            values: vec![("group".into(), "42".into())],
            ..filled()
        };
        assert_eq!(typed.to_json(), r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"bearer"}}"#);
        let shipped = Form { speaks: Speaks::Shipped(SHIPPED_FILE.into()), ..typed };
        assert_eq!(
            shipped.to_json(),
            r#"{"name":"A","dialect":"rest","base":"b","api":"apis/gitlab.json","values":{"group":"42"}}"#
        );
    }
}
