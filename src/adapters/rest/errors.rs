//! What makes an answer an error, and what it says.

use serde_json::Value;

use super::mistake::Mistake;
use super::node::{Node, every};
use super::pick::{Answer, Place};
use super::texts::Text;
use crate::adapters::wire::{plain, words};
use crate::api::complaint::Complaint;
use crate::api::mask::masked;
use crate::api::{ApiError, Response};
use crate::words::Words;

/// Where messages usually stand.
const USUAL_PLACES: [&str; 7] =
    ["/message", "/error_description", "/error/message", "/detail", "/title", "/error", "/errors"];

/// How much of an answer that is a mere text is shown, in characters.
const LONGEST: usize = 300;

/// What is an error.
#[derive(Clone, Default)]
pub(super) struct Errors {
    message: Vec<Place>,
    fields: Option<Fields>,
    failed: Vec<Condition>,
    signed_out: Option<Vec<Condition>>,
    missing: Vec<Condition>,
    empty: Vec<Condition>,
}

/// Where messages on single fields stand.
#[derive(Clone)]
struct Fields {
    at: Place,
    /// In each element of a list: where the field's name and the message stand.
    of_list: Option<(Place, Place)>,
}

/// Something that an answer may be like.
#[derive(Clone)]
struct Condition {
    status: Option<Vec<Value>>,
    at: Option<Place>,
    is: Option<Vec<Value>>,
    not: Option<Vec<Value>>,
    has: Option<String>,
    empty: Option<bool>,
}

/// What is known of a request when its answer is judged.
pub(super) struct Sent<'a> {
    /// Whether it was to change something.
    pub(super) is_write: bool,
    /// Whether it asks for a list.
    pub(super) is_list: bool,
    /// What its body calls the fields of the form: its own names and the form's.
    pub(super) fields: Vec<(String, String)>,
    /// Texts that must not be in a message.
    pub(super) secrets: &'a [String],
}

impl Errors {
    pub(super) fn read(node: Node<'_>) -> Option<Errors> {
        let members = node.object(&["message", "fields", "failed", "signed_out", "missing", "empty"])?;
        let conditions = |node: Node<'_>| every(node.one_or_several().into_iter().map(Condition::read));
        let message = members.or("message", Vec::new(), |it| every(it.one_or_several().into_iter().map(Place::read)));
        let fields = members.optional("fields", Fields::read);
        let failed = members.or("failed", Vec::new(), conditions);
        let signed_out = members.optional("signed_out", conditions);
        let [missing, empty] = ["missing", "empty"].map(|it| members.or(it, Vec::new(), conditions));
        Some(Errors {
            message: message?,
            fields: fields?,
            failed: failed?,
            signed_out: signed_out?,
            missing: missing?,
            empty: empty?,
        })
    }

    /// The answer, or the error that it is.
    pub(super) fn judge(&self, response: Response, sent: &Sent<'_>) -> Result<Answer, ApiError> {
        let is_success = (200..300).contains(&response.status);
        let value = match read_body(&response) {
            Ok(value) => value,
            Err(error) if is_success => return Err(error),
            Err(_) => Value::Null,
        };
        let answer = Answer { response, value };
        let any = |conditions: &[Condition]| conditions.iter().any(|it| it.hold(&answer));
        let status = answer.response.status;
        let is_signed_out = self.signed_out.as_ref().map_or(status == 401, |it| any(it));
        let says = || {
            let says = masked(&self.words(&answer), sent.secrets);
            if answer.value.is_string() { says.chars().take(LONGEST).collect() } else { says }
        };
        if is_signed_out {
            return Err(ApiError::SignedOut(says().into()));
        }
        if sent.is_list && (any(&self.empty) || status == 204 || is_without_errors(&answer)) {
            return Ok(Answer { value: Value::Array(Vec::new()), ..answer });
        }
        if any(&self.missing) {
            return Err(ApiError::NotFound(says().into()));
        }
        if is_success && !any(&self.failed) {
            return Ok(answer);
        }
        let says = says();
        let fields = if sent.is_write { self.fields_of(&answer, sent, &says) } else { Vec::new() };
        let fields: Vec<_> = fields.into_iter().map(|(field, text)| (field, text.into())).collect();
        let says = Words::from(says);
        Err(match status {
            400 | 422 if sent.is_write && !(says.is_empty() && fields.is_empty()) => ApiError::Invalid(says, fields),
            // The status says nothing of the failure, so it is not to be shown.
            200..300 if says.is_empty() => ApiError::Invalid(Text::FailedSilently.into(), fields),
            200..300 => ApiError::Invalid(says, fields),
            // Described as one who is signed in, so that asking again would not help.
            401 => ApiError::Refused(401, says),
            _ => answer.response.error_saying(says),
        })
    }

    fn words(&self, answer: &Answer) -> String {
        let said = |it: &Value| Some(words(it)).filter(|it| !it.is_empty());
        if let Value::String(text) = &answer.value {
            return text.clone();
        }
        if self.message.is_empty() {
            let mut usual = USUAL_PLACES.iter().filter_map(|it| answer.value.pointer(it));
            return usual.find_map(said).unwrap_or_default();
        }
        self.message.iter().filter_map(|it| it.some(&answer.value)).find_map(said).unwrap_or_default()
    }

    /// Messages on fields; `whole` is what is said of all of them.
    fn fields_of(&self, answer: &Answer, sent: &Sent<'_>, whole: &str) -> Vec<(String, String)> {
        // Some tell the way to a member: `/body/name`, `body.name`.
        let ours = |name: &str| {
            let known = |name: &str| sent.fields.iter().find(|(it, _)| it == name).map(|(_, field)| field.as_str());
            let last = || name.rsplit(['/', '.']).find_map(known);
            known(name).or_else(last).unwrap_or(name).to_owned()
        };
        let message = |it: &Value| masked(&words(it), sent.secrets);
        let Some(Fields { at, of_list }) = &self.fields else {
            let usual = Complaint::read(&answer.response.body).fields.into_iter();
            // What the words for the whole have already is said again at a field of the form only.
            let is_field = |name: &str| sent.fields.iter().any(|(_, field)| field == name);
            return usual
                .map(|(name, text)| (ours(&name), masked(&text, sent.secrets)))
                .filter(|(name, text)| is_field(name) || !whole.contains(text))
                .collect();
        };
        match (at.some(&answer.value), of_list) {
            (Some(Value::Object(members)), None) => {
                members.iter().map(|(name, text)| (ours(name), message(text))).collect()
            }
            (Some(_), Some((field, text))) => {
                let list = at.several(&answer.value).unwrap_or_default();
                // The way to a member as a list ends in its name.
                let name = |it: &Value| match it {
                    Value::Array(steps) => steps.iter().rev().find_map(Value::as_str).map(str::to_owned),
                    one => plain(one),
                };
                let one = |it: &Value| Some((ours(&name(field.some(it)?)?), message(text.some(it)?)));
                list.into_iter().filter_map(one).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether it is `404 {"errors": []}`: so a list answers in which nothing is, where a list is a folder that is not there
/// (HashiCorp's APIs).
fn is_without_errors(answer: &Answer) -> bool {
    let members = answer.value.as_object().filter(|it| answer.response.status == 404 && it.len() == 1);
    members.and_then(|it| it.get("errors")?.as_array()).is_some_and(Vec::is_empty)
}

/// A body as JSON; a plain text as a JSON text; nothing as `null`.
fn read_body(response: &Response) -> Result<Value, ApiError> {
    if response.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    let kind = &response.content_type;
    match response.json() {
        Err(_) if !kind.contains("html") && !kind.contains("json") => {
            Ok(String::from_utf8_lossy(&response.body).trim().into())
        }
        outcome => outcome,
    }
}

impl Fields {
    fn read(node: Node<'_>) -> Option<Fields> {
        if node.value.is_string() {
            return Place::read(node).map(|at| Fields { at, of_list: None });
        }
        let members = node.object(&["at", "field", "message"])?;
        let [at, field, message] = ["at", "field", "message"].map(|it| members.required(it).and_then(Place::read));
        Some(Fields { at: at?, of_list: Some((field?, message?)) })
    }
}

impl Condition {
    fn read(node: Node<'_>) -> Option<Condition> {
        let members = node.object(&["status", "at", "is", "not", "has", "empty"])?;
        if node.value.as_object().is_some_and(|it| it.is_empty()) {
            return node.wrong(Mistake::SaysNothing);
        }
        let values = |name: &str| {
            let values = |it: Node<'_>| it.one_or_several().into_iter().map(|it| it.value.clone()).collect();
            members.get(name).map(values)
        };
        let status = members.optional("status", |it| {
            let status = |it: Node<'_>| it.number(100, 599).map(Value::from);
            every(it.one_or_several().into_iter().map(status))
        });
        let at = members.optional("at", Place::read);
        let has = members.optional("has", |it| it.text().map(str::to_lowercase));
        let empty = members.optional("empty", |it| it.flag());
        for name in ["is", "not", "has"].into_iter().filter(|it| members.has(it) && !members.has("at")) {
            members.wrong::<()>(name, Mistake::NeedsAt);
        }
        let (is, not) = (values("is"), values("not"));
        Some(Condition { status: status?, at: at?, is, not, has: has?, empty: empty? })
    }

    fn hold(&self, answer: &Answer) -> bool {
        let Condition { status, at, is, not, has, empty } = self;
        let found = at.as_ref().map(|it| it.one(&answer.value).unwrap_or(&Value::Null));
        let is_one_of = |all: &Vec<Value>| found.is_some_and(|it| all.contains(it));
        let is_there = || found.is_none_or(|it| !it.is_null() && *it != false);
        status.as_ref().is_none_or(|it| it.contains(&answer.response.status.into()))
            && is.as_ref().is_none_or(is_one_of)
            && not.as_ref().is_none_or(|it| !is_one_of(it))
            && has.as_ref().is_none_or(|it| found.is_some_and(|found| words(found).to_lowercase().contains(it)))
            && (is.is_some() || not.is_some() || has.is_some() || is_there())
            && empty.is_none_or(|it| it == answer.value.is_null())
    }
}
