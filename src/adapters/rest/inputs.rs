//! What calls and sign-ins ask for.

use serde_json::Value;

use super::facts::shown;
use super::mistake::Mistake;
use super::node::{Node, every};
use super::pick::Place;
use super::texts::Text;
use super::values::as_number;
use crate::capabilities::{Input, InputKind, Purpose};
use crate::config;
use crate::words::{Label, Words};

/// Something that is asked for.
#[derive(Clone)]
pub(super) struct InputShape {
    pub(super) input: Input,
    /// Where a token has its present value.
    pub(super) at: Option<Place>,
}

/// Values to choose from, and their names.
pub(super) type Choices = Vec<(String, String)>;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Password,
    Number,
    Switch,
    Choice,
    List,
    Code,
}

impl InputShape {
    /// One that calls ask for: empty unless it is said to be required.
    pub(super) fn of_call(node: Node<'_>) -> Option<InputShape> {
        InputShape::read(node, true)
    }

    /// One that a sign-in asks for: required unless it is said not to be.
    pub(super) fn of_sign_in(node: Node<'_>) -> Option<InputShape> {
        InputShape::read(node, false)
    }

    pub(super) fn text(key: &str, label: Label) -> InputShape {
        InputShape { input: Input::new(key, label, InputKind::Text), at: None }
    }

    pub(super) fn secret(key: &str, label: Label) -> InputShape {
        InputShape { input: Input::new(key, label, InputKind::Secret), at: None }
    }

    fn read(node: Node<'_>, of_call: bool) -> Option<InputShape> {
        let known = ["key", "label", "type", "required", "default", "help", "choices", "at", "right"];
        let members = node.object(if of_call { &known } else { &known[..7] })?;
        let key = members.required("key").and_then(|it| {
            let key = it.text()?;
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            if key.bytes().all(is_plain) { Some(key) } else { it.wrong(Mistake::KeyLetters) }
        });
        let label = members.required("label").and_then(|it| it.text());
        let kinds =
            [("text", Kind::Text), ("password", Kind::Password), ("number", Kind::Number), ("choice", Kind::Choice)];
        let more =
            if of_call { [("switch", Kind::Switch), ("list", Kind::List)].as_slice() } else { &[("code", Kind::Code)] };
        let kinds: Vec<_> = kinds.iter().chain(more).copied().collect();
        let kind = members.or("type", Kind::Text, |it| it.one_of(&kinds));
        let required = members.or("required", !of_call, |it| it.flag());
        let value = members.or("default", String::new(), |it| match it.value {
            Value::Array(_) => {
                let lines = every(it.list()?.into_iter().map(|it| it.text()))?;
                Some(lines.join("\n"))
            }
            Value::Null | Value::Object(_) => it.wrong(Mistake::NotSimpleOrTexts),
            value => Some(shown(value)),
        });
        let hint = members.words("help");
        let choices = members.optional("choices", read_choices);
        let at = members.optional("at", Place::read);
        let is_right = members.or("right", false, |it| it.flag());
        let choices = choices?;
        let kind = kind?;
        let purpose = if kind == Kind::Code { Purpose::Code } else { Purpose::Other };
        let kind = match (kind, choices) {
            (Kind::Choice, Some(choices)) => {
                InputKind::Choice(choices.into_iter().map(|(value, name)| (value, name.into())).collect())
            }
            (Kind::Choice, None) => return members.wrong("choices", config::Mistake::Missing),
            (_, Some(_)) => return members.wrong("choices", Mistake::OnlyForChoices),
            (Kind::Text | Kind::Code, _) => InputKind::Text,
            (Kind::Password, _) => InputKind::Secret,
            (Kind::Number, _) => InputKind::Number,
            (Kind::Switch, _) => InputKind::Switch,
            (Kind::List, _) => InputKind::List,
        };
        let (optional, value, hint) = (!required?, value?, hint?.into());
        let input = Input { optional, value, hint, purpose, is_right: is_right?, ..Input::new(key?, label?, kind) };
        Some(InputShape { input, at: at? })
    }

    /// What was given, as the type that it is; nothing for an empty text. Fails where it is no number.
    pub(super) fn value(&self, text: &str) -> Result<Option<Value>, Words> {
        let lines = || text.lines().map(str::trim).filter(|it| !it.is_empty()).map(Value::from);
        Ok(match self.input.kind {
            InputKind::Switch => Some((text == "true").into()),
            _ if text.is_empty() => None,
            InputKind::Number => {
                let number = as_number(text).ok_or_else(|| Text::NotANumber { label: self.input.label.to_string() })?;
                Some(Value::Number(number))
            }
            InputKind::List => Some(lines().collect()),
            InputKind::Text | InputKind::Secret | InputKind::Fixed | InputKind::Choice(_) => Some(text.into()),
        })
    }

    /// The present value of a token, as the form holds it.
    pub(super) fn present(&self, item: &Value) -> Option<String> {
        let at = self.at.as_ref()?;
        if self.input.kind == InputKind::List {
            return Some(at.several(item)?.into_iter().map(shown).collect::<Vec<_>>().join("\n"));
        }
        at.some(item).map(shown)
    }
}

/// A list of texts, or of values with their labels.
pub(super) fn read_choices(node: Node<'_>) -> Option<Choices> {
    let list = node.list()?;
    if list.is_empty() {
        return node.wrong(config::Mistake::EmptyList);
    }
    every(list.into_iter().map(|it| {
        if it.value.is_string() {
            return it.text().map(|it| (it.to_owned(), it.to_owned()));
        }
        let members = it.object(&["value", "label"])?;
        let value = members.required("value").and_then(|it| it.text());
        let label = members.required("label").and_then(|it| it.text());
        Some((value?.to_owned(), label?.to_owned()))
    }))
}
