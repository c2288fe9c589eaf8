//! Values as text. Pure.

use std::borrow::Cow;

use super::value::{Json, Read};

/// Writes a text as JSON, in quotes.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                let code = char as u8;
                out.push_str("\\u00");
                out.push(char::from(b'0' + (code >> 4)));
                out.push(char::from(b"0123456789abcdef"[usize::from(code & 15)]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A value as text.
pub fn to_text(value: &Json) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// A text as it is, anything else as its JSON.
pub fn plain(value: &Json) -> String {
    value.text().map_or_else(|| to_text(value), str::to_owned)
}

/// Writes a value.
fn write(value: &Json, out: &mut String) {
    let list = |brackets: [char; 2], elements: &mut dyn Iterator<Item = String>, out: &mut String| {
        out.push(brackets[0]);
        for (idx, element) in elements.enumerate() {
            if idx > 0 {
                out.push(',');
            }
            out.push_str(&element);
        }
        out.push(brackets[1]);
    };
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number((digits, _)) => out.push_str(digits),
        Json::String(text) => quote(text, out),
        Json::Array(elements) => list(['[', ']'], &mut elements.iter().map(to_text), out),
        Json::Object(members) => {
            let member = |(name, value): &(Cow<str>, Json)| {
                let mut out = String::new();
                quote(name, &mut out);
                out.push(':');
                write(value, &mut out);
                out
            };
            list(['{', '}'], &mut members.iter().map(member), out);
        }
    }
}

/// A value over several lines, for people to read.
pub fn pretty(value: &Json) -> String {
    let mut out = String::new();
    write_pretty(value, 0, &mut out);
    out
}

fn write_pretty(value: &Json, depth: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Json::Array(elements) if !elements.is_empty() => {
            out.push('[');
            for (idx, element) in elements.iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                line(depth + 1, out);
                write_pretty(element, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Json::Object(members) if !members.is_empty() => {
            out.push('{');
            for (idx, (name, value)) in members.iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                line(depth + 1, out);
                quote(name, out);
                out.push_str(": ");
                write_pretty(value, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
        other => write(other, out),
    }
}

/// Writes an object member by member.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// With a member that is JSON already.
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// With a text, or `null`.
    pub fn text(self, name: &str, text: Option<&str>) -> Self {
        let mut json = String::new();
        match text {
            Some(text) => quote(text, &mut json),
            None => json.push_str("null"),
        }
        self.raw(name, &json)
    }

    /// With a list of texts.
    pub fn texts<'a>(self, name: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        self.list(name, texts, quote)
    }

    /// With a list whose elements `write` appends.
    pub fn list<T>(self, name: &str, elements: impl IntoIterator<Item = T>, write: impl Fn(T, &mut String)) -> Self {
        let mut json = String::from("[");
        for element in elements {
            if json.len() > 1 {
                json.push(',');
            }
            write(element, &mut json);
        }
        json.push(']');
        self.raw(name, &json)
    }

    /// The object.
    pub fn done(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}
