//! Requests as `curl` commands for a shell (POSIX), with secrets as its variables. Pure.

use std::collections::BTreeMap;

use crate::api::{Method, Request, encode};
use crate::capabilities::Action;
use crate::json::quote;

/// An action to be written down. It does not print itself: credentials are in it.
pub struct Shown {
    /// What is done.
    pub action: Action,
    /// The name of the token, as people know it.
    pub called: String,
    /// The name of the connection.
    pub system: String,
    /// What would be sent, in order, or nothing; addresses are absolute. Cookies are the browser's own for that address.
    pub requests: Vec<Request>,
    /// What in it must not be shown, by what it is.
    pub secrets: Vec<(Kind, String)>,
}

/// What a secret is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What stands in the header of this name, and says who asks.
    Header(String),
    /// The browser's cookies for the address, which may be none.
    Cookie,
    /// The GUID of a token: callers send it.
    Guid,
    /// What was typed for an input of this key.
    Input(String),
    /// What a request before it answers at this place.
    Answer(String),
    /// Something else that the page keeps to itself.
    Other,
}

/// How a secret is written where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// As it is.
    Plain,
    /// As in a JSON text, with its escapes.
    Json,
    /// As in an address, percent-encoded.
    Address,
}

/// A line of a script, or several that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A variable that has to be set before.
    Variable(Variable),
    /// What follows is for this action on a token of this name, in this system: where there are several.
    About(Action, String, String),
    /// What to know of what follows.
    Note(Note),
    /// A command.
    Command(String),
}

/// A variable of the shell, for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: Kind,
    /// How that has to be written.
    pub form: Form,
    /// The token that a GUID is of, or the system.
    pub of: String,
}

/// What to know of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What the first request answers is what the next one sends back; it is filled in as it was just now.
    TakesOver,
    /// The first request answers the tag of the token as it is now; the next one is refused where that is another one.
    IfMatch,
    /// The same key makes one token, however often it is sent.
    OnlyOnce,
    /// Nothing would be sent: the token is not there, or cannot be sent back whole.
    Nothing,
}

/// What two systems, or two tokens, call alike.
#[derive(Default)]
struct Variables {
    /// By the secret and its form.
    known: BTreeMap<(String, Form), String>,
    lines: Vec<Variable>,
}

/// The commands for actions: first what has to be set, then each with what to know of it.
pub fn script(all: &[Shown]) -> Vec<Line> {
    let mut variables = Variables::default();
    let mut lines = Vec::new();
    for shown in all {
        if all.len() > 1 {
            lines.push(Line::About(shown.action, shown.called.clone(), shown.system.clone()));
        }
        lines.extend(Commands { shown, variables: &mut variables }.lines());
    }
    // What an answer tells is known only then.
    let first = variables.lines.into_iter().filter(|it| !matches!(it.kind, Kind::Answer(_)));
    first.map(Line::Variable).chain(lines).collect()
}

/// Part of an argument.
enum Part {
    Text(String),
    Variable { name: String, may_be_empty: bool },
}

struct Commands<'a> {
    shown: &'a Shown,
    variables: &'a mut Variables,
}

impl Commands<'_> {
    fn lines(&mut self) -> Vec<Line> {
        let requests = &self.shown.requests;
        let follows_answer = self.shown.secrets.iter().any(|(kind, _)| matches!(kind, Kind::Answer(_)));
        let mut lines = Vec::new();
        if requests.is_empty() {
            lines.push(Line::Note(Note::Nothing));
        }
        for (idx, request) in requests.iter().enumerate() {
            let has = |name: &str| request.headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
            if has("If-Match") {
                lines.push(Line::Note(Note::IfMatch));
                if !requests[..idx].iter().any(|it| it.url == request.url) {
                    lines.push(Line::Command(self.command(&reading(request))));
                }
            } else if idx + 1 == requests.len() && idx > 0 && !follows_answer {
                lines.insert(0, Line::Note(Note::TakesOver));
            }
            if has("Idempotency-Key") {
                lines.push(Line::Note(Note::OnlyOnce));
            }
            let n_known = self.variables.lines.len();
            let command = self.command(request);
            let told = self.variables.lines[n_known..].iter().filter(|it| matches!(it.kind, Kind::Answer(_)));
            lines.extend(told.cloned().map(Line::Variable));
            lines.push(Line::Command(command));
        }
        lines
    }

    fn command(&mut self, request: &Request) -> String {
        let mut words = vec![["curl", "--globoff"].join(" ")];
        match request.method {
            // Its tag is in the head.
            Method::Get => words[0].push_str(" --include"),
            method => words[0] = [&words[0], "--request", method.as_str()].join(" "),
        }
        for (name, value) in &request.headers {
            let mut parts = self.header(name, value);
            // Of an empty one curl would think that it is to be left out.
            let text = if value.is_empty() { format!("{name};") } else { format!("{name}: ") };
            match parts.first_mut() {
                Some(Part::Text(first)) => first.insert_str(0, &text),
                _ => parts.insert(0, Part::Text(text)),
            }
            words.push(option("--header", &quoted(&parts)));
        }
        if request.cookies {
            words.push(option("--cookie", &quoted(&[self.cookie()])));
        }
        match &request.body {
            Some(body) => {
                let parts = self.split(&legible(body), Form::Json);
                words.push(option("--data-raw", &quoted(&parts)));
            }
            // As browsers send it: no body, and its length.
            None if matches!(request.method, Method::Post | Method::Put | Method::Patch) => {
                words.push([option("--header", "'Content-Type:'"), option("--data-raw", "''")].join(" "));
            }
            None => {}
        }
        let url = self.split(&request.url, Form::Address);
        words.push(option("--url", &quoted(&url)));
        words.join(" \\\n  ")
    }

    /// The value of a header. One that by its name says who asks is no text, whatever is known of it.
    fn header(&mut self, name: &str, value: &str) -> Vec<Part> {
        let kind = Kind::Header(name.to_owned());
        let (scheme, proof) = match value.split_once(' ') {
            Some((scheme, proof)) if scheme.bytes().all(|it| it.is_ascii_alphabetic()) => (format!("{scheme} "), proof),
            _ => (String::new(), value),
        };
        let is_whole = |it: &str| self.shown.secrets.iter().any(|(_, secret)| !secret.is_empty() && secret == it);
        // Only that header has a scheme before what proves it.
        let proof = if is_whole(value) || !name.to_ascii_lowercase().contains("authorization") { value } else { proof };
        if !value.is_empty() && (proves(name) || is_whole(proof)) {
            let name = self.variables.name(self.shown, kind, proof, Form::Plain);
            let scheme = (proof != value).then_some(Part::Text(scheme));
            return scheme.into_iter().chain([Part::Variable { name, may_be_empty: false }]).collect();
        }
        self.split(value, Form::Plain)
    }

    fn cookie(&mut self) -> Part {
        // The page cannot know it, and one system has one.
        let value = format!("\u{0}{}", self.shown.system);
        let name = self.variables.name(self.shown, Kind::Cookie, &value, Form::Plain);
        Part::Variable { name, may_be_empty: true }
    }

    /// A text with variables in the places of its secrets.
    fn split(&mut self, text: &str, form: Form) -> Vec<Part> {
        // Shorter ones would be found anywhere.
        let secrets = self.shown.secrets.iter().filter(|(_, it)| it.chars().count() >= SHORTEST);
        let mut secrets: Vec<(&Kind, &str, String)> =
            secrets.map(|(kind, it)| (kind, it.as_str(), written(it, form))).collect();
        secrets.sort_by_key(|it| std::cmp::Reverse(it.2.len()));
        let mut parts = Vec::new();
        let mut rest = text;
        let first = |rest: &str| {
            let found = secrets.iter().enumerate().filter_map(|(idx, it)| Some((rest.find(&it.2)?, idx)));
            found.min()
        };
        while let Some((at, idx)) = first(rest) {
            let (kind, secret, ref here) = secrets[idx];
            parts.push(Part::Text(rest[..at].into()));
            let form = if here == secret { Form::Plain } else { form };
            let name = self.variables.name(self.shown, kind.clone(), secret, form);
            parts.push(Part::Variable { name, may_be_empty: false });
            rest = &rest[at + here.len()..];
        }
        parts.push(Part::Text(rest.into()));
        parts.retain(|it| !matches!(it, Part::Text(text) if text.is_empty()));
        parts
    }
}

/// Secrets of fewer letters are looked for in headers alone, whole.
const SHORTEST: usize = 4;

impl Variables {
    /// The variable for a secret, the same wherever it stands.
    fn name(&mut self, shown: &Shown, kind: Kind, secret: &str, form: Form) -> String {
        let key = (secret.to_owned(), form);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let suffix = match &kind {
            Kind::Header(name) if name.eq_ignore_ascii_case("Authorization") => "TOKEN".into(),
            Kind::Header(name) | Kind::Input(name) | Kind::Answer(name) => upper(name),
            Kind::Cookie => "COOKIE".into(),
            Kind::Guid => "GUID".into(),
            Kind::Other => "SECRET".into(),
        };
        let base = match (upper(&shown.system), suffix) {
            (system, suffix) if system.is_empty() => suffix,
            (system, suffix) => format!("{system}_{suffix}"),
        };
        let base = if base.starts_with(|it: char| it.is_ascii_digit()) { format!("_{base}") } else { base };
        let is_free = |name: &String| !self.lines.iter().any(|it| it.name == *name);
        let names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}_{n}")));
        let name = names.into_iter().find(is_free).unwrap_or(base);
        let of = if kind == Kind::Guid { shown.called.clone() } else { shown.system.clone() };
        self.lines.push(Variable { name: name.clone(), kind, form, of });
        self.known.insert(key, name.clone());
        name
    }
}

/// Letters and digits of a name, with `_` between them.
fn upper(name: &str) -> String {
    let words = name.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_ascii_uppercase).collect::<Vec<_>>().join("_")
}

/// Whether a header says by its name that it proves who asks.
fn proves(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["auth", "cookie", "credential", "csrf", "key", "passw", "secret", "session", "token", "xsrf", "otp"];
    name != "idempotency-key" && words.iter().any(|it| name.contains(it))
}

/// A request for what another one changes.
fn reading(request: &Request) -> Request {
    let is_of_write = |name: &str| name.eq_ignore_ascii_case("If-Match") || name.eq_ignore_ascii_case("Content-Type");
    let headers = request.headers.iter().filter(|(name, _)| !is_of_write(name)).cloned().collect();
    Request { headers, cookies: request.cookies, ..Request::new(Method::Get, request.url.clone()) }
}

/// A secret as it stands in a text of this form.
fn written(secret: &str, form: Form) -> String {
    match form {
        Form::Plain => secret.into(),
        Form::Json => legible(&json_text(secret)),
        Form::Address => encode(secret),
    }
}

/// A text in JSON, without its quotes.
fn json_text(text: &str) -> String {
    let mut quoted = String::new();
    quote(text, &mut quoted);
    quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// JSON in which every letter can be seen: a name may have some that turn others around, or that a terminal obeys.
fn legible(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_unseen(letter) && !matches!(letter, '\n' | '\r' | '\t') {
            letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        } else {
            text.push(letter);
        }
    }
    text
}

fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One word of a shell's command line.
fn quoted(parts: &[Part]) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-./:,=+@%".contains(it);
    // Without `!`, `$`, a backslash and what else double quotes do not keep.
    let is_tame = |it: char| is_plain(it) || it == ' ' || it == ';';
    let all = |is_so: &dyn Fn(char) -> bool| {
        parts
            .iter()
            .all(|it| matches!(it, Part::Text(text) if text.chars().all(is_so)) || matches!(it, Part::Variable { .. }))
    };
    let has_variable = parts.iter().any(|it| matches!(it, Part::Variable { .. }));
    let has_text = parts.iter().any(|it| matches!(it, Part::Text(text) if !text.is_empty()));
    let variable = |name: &str, may_be_empty: bool| {
        // Unset, the shell names it and sends nothing.
        if may_be_empty { format!("${{{name}-}}") } else { format!("${{{name}:?}}") }
    };
    let each = |text: &dyn Fn(&str) -> String, quote: &str| -> String {
        let part = |it: &Part| match it {
            Part::Text(it) => text(it),
            Part::Variable { name, may_be_empty } => format!("{quote}{}{quote}", variable(name, *may_be_empty)),
        };
        parts.iter().map(part).collect()
    };
    if has_variable && all(&is_tame) {
        return format!("\"{}\"", each(&str::to_owned, ""));
    }
    if !has_variable && has_text && all(&is_plain) {
        return each(&str::to_owned, "");
    }
    if !has_variable && !has_text {
        return "''".into();
    }
    each(&|it| format!("'{}'", it.replace('\'', r"'\''")), "\"")
}

/// An option of `curl` with its value, which is quoted already.
fn option(name: &str, value: &str) -> String {
    format!("{name} {value}")
}

#[cfg(test)]
mod tests;
