//! Requests as commands: what stands around them.

use std::borrow::Cow;

use super::numbers::Number;
use super::states::action;
use super::texts::texts;
use super::visible;
use crate::curl::{Form, Kind, Line, Note, Variable};

texts! {
    /// Where the commands are shown.
    pub enum Request {
        Show => "Show request",
        Preparing => "Preparing the request…",
        Incomplete => "Complete the form to see its request.",
        Copy => "Copy",
        Script => "Request as curl commands",
        Retry => "Retry",
        Some { n: Number, all: Number } => "These are the commands for the first {n} of {all} tokens.",
        PrepareAll { all: Number } => "Prepare all {all}",
        CopyHasAll { n: Number, all: Number } => "The first {n} of {all} are shown. “Copy” has all.",
    }
}

texts! {
    /// The comments of a script.
    pub enum Script<'a> {
        SetFirst => "Set these first, each with: read -rs NAME",
        Variable { name: &'a str, what: &'a str } => "  {name}: {what}",
        FromAnswer { name: &'a str, place: &'a str } => "{name} is what that answers at {place}. Set it, then run the next one.",
        SignsIn { header: &'a str, system: &'a str } => "what signs you in to {system}, sent in the header {header}",
        Cookies { system: &'a str } => "your browser's cookies for {system}, or nothing",
        Guid { called: &'a str } => "the GUID of {called}",
        Input { key: &'a str } => "what you enter for {key}",
        Secret { system: &'a str } => "a secret of {system}",
        AsJson { what: &'a str } => "{what}, escaped as in JSON",
        AsAddress { what: &'a str } => "{what}, percent-encoded",
        About { action: &'a str, called: &'a str, system: &'a str } => "{action} {called} at {system}",
        TakesOver => "The last request sends back what the one before answers. It holds that answer as of now.",
        IfMatch => "The answer's ETag belongs in If-Match: the change is refused if the token has changed since.",
        Nothing => "Nothing would be sent: the token cannot be read, or cannot be sent back whole.",
        OnlyOnce => "The same Idempotency-Key creates one token, however often it is sent.",
    }
}

/// A script as a text. What stands in comments is on one line, and nothing in it is hidden.
pub fn script(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut has_variables = false;
    for line in lines {
        match line {
            Line::Variable(Variable { name, kind: Kind::Answer(place), .. }) => {
                comment(&mut text, &Script::FromAnswer { name, place }.text());
            }
            Line::Variable(variable) => {
                if !has_variables {
                    comment(&mut text, &Script::SetFirst.text());
                }
                has_variables = true;
                let what = what(variable);
                comment(&mut text, &Script::Variable { name: &variable.name, what: &what }.text());
            }
            Line::About(done, called, system) => {
                text.push('\n');
                comment(&mut text, &Script::About { action: action(*done), called, system }.text());
            }
            Line::Note(note) => comment(&mut text, &noted(*note)),
            Line::Command(command) => {
                text.push_str(command);
                text.push('\n');
            }
        }
    }
    text
}

fn comment(text: &mut String, said: &str) {
    text.push_str("# ");
    text.push_str(&visible(said));
    text.push('\n');
}

fn what(Variable { kind, form, of, .. }: &Variable) -> Cow<'static, str> {
    let what = match kind {
        Kind::Header(header) => Script::SignsIn { header, system: of }.text(),
        Kind::Cookie => Script::Cookies { system: of }.text(),
        Kind::Guid => Script::Guid { called: of }.text(),
        Kind::Input(key) => Script::Input { key }.text(),
        Kind::Answer(_) | Kind::Other => Script::Secret { system: of }.text(),
    };
    match form {
        Form::Plain => what,
        Form::Json => Script::AsJson { what: &what }.text(),
        Form::Address => Script::AsAddress { what: &what }.text(),
    }
}

fn noted(note: Note) -> Cow<'static, str> {
    match note {
        Note::TakesOver => Script::TakesOver.text(),
        Note::IfMatch => Script::IfMatch.text(),
        Note::OnlyOnce => Script::OnlyOnce.text(),
        Note::Nothing => Script::Nothing.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_be_left() {
        let named = |name: &str| Variable { name: "X".into(), kind: Kind::Guid, form: Form::Plain, of: name.into() };
        let text =
            script(&[Line::Variable(named("a\nrm -rf ~\r\u{85}\u{2028}\u{202e}x")), Line::Command("curl".into())]);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.lines().all(|it| it.starts_with("# ") || it == "curl"), "{text}");
        assert!(text.contains("[U+000A]") && text.contains("[U+202E]"), "{text}");
    }
}
