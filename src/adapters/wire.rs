//! What the vendors' JSON has in common: texts, times and errors read out of it, and tokens made of it.

use serde_json::{Map, Value};

use super::fault::Fault;
use crate::api::complaint::Complaint;
use crate::api::{ApiError, Response, Secret};
use crate::moments::{self, Moment};
use crate::secret::MASK;
use crate::time::{Millis, Utc, format_rfc3339, parse_rfc3339};
use crate::words::Words;

/// A time as RFC 3339, however it is written, `null` where there is none, and where it is no time what stands there. `None`
/// for `null` and 0: that is not known (wire contracts §4). A number counts seconds since 1970.
pub(super) fn time(value: &Value) -> Option<Value> {
    if value.is_null() || value.as_f64() == Some(0.0) {
        return None;
    }
    let text = plain(value).unwrap_or_else(|| value.to_string());
    let seconds = moments::number(&text).filter(|it| *it > 0.0 && *it < 1e11);
    let moment = match seconds {
        Some(seconds) => moments::moment((seconds * 1_000.0).round() as Millis),
        None => moments::read(&text, &Utc).0,
    };
    Some(match moment {
        Moment::Never => Value::Null,
        // To the letter as it came, so that it can go back so.
        Moment::At(_) if parse_rfc3339(&text).is_some() => text.into(),
        Moment::At(at) => format_rfc3339(at).into(),
        Moment::Odd => text.into(),
    })
}

/// [`time`] as one of the extras: empty where there is none.
pub(super) fn time_extra(value: &Value) -> Option<String> {
    time(value).map(|it| it.as_str().unwrap_or_default().to_owned())
}

/// The instant that [`time`] has written.
pub(super) fn instant(time: &Value) -> Option<Millis> {
    time.as_str().and_then(parse_rfc3339)
}

/// A text as it is; a number as its digits; nothing else.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A name as it is, empty where there is none. Anything else stays as it is, so that it is shown as unreadable.
pub(super) fn name(value: &Value) -> Value {
    if value.is_null() { "".into() } else { value.clone() }
}

/// The error for values that a system does not take, with everything that it says of them; `words` are what it says in
/// its own place for that.
pub(super) fn refused_values(answer: &Response, words: String) -> ApiError {
    let complaint = Complaint::read(&answer.body);
    let words = if words.is_empty() { complaint.words } else { words };
    let fields = complaint.fields.into_iter().filter(|(_, text)| !words.contains(text));
    let fields: Vec<_> = fields.map(|(field, text)| (field, text.into())).collect();
    let words = words.into();
    match fields.is_empty() {
        true if Words::is_empty(&words) => answer.error_saying(words),
        _ => ApiError::Invalid(words, fields),
    }
}

/// The object that an answer has to be.
pub(super) fn object(answer: &Response) -> Result<Value, ApiError> {
    let value: Value = answer.json()?;
    if value.is_object() { Ok(value) } else { Err(ApiError::Malformed(Fault::NoObject.into())) }
}

/// What a list call answered; nothing where it has no body (204).
pub(super) fn page(answer: &Response) -> Result<Value, ApiError> {
    if answer.is_nothing() { Ok(Value::Object(Map::new())) } else { answer.json() }
}

/// The tokens of such an answer, which stand in this member, or are all of it. What is empty may be left out: the list is
/// `null`, or not there beside a `count` of 0 or beside nothing else.
pub(super) fn list<'a>(page: &'a Value, member: &str, count: &str) -> Result<&'a [Value], ApiError> {
    let members = match page {
        Value::Array(list) => return Ok(list),
        Value::Object(members) => members,
        _ => return Err(ApiError::Malformed(Fault::NoTokens.into())),
    };
    let is_none = || match members.get(count) {
        Some(count) => count.as_f64() == Some(0.0),
        None => members.keys().all(|it| it == member),
    };
    match members.get(member) {
        Some(Value::Array(list)) => Ok(list),
        None | Some(Value::Null) if is_none() => Ok(&[]),
        _ => Err(ApiError::Malformed(Fault::NoTokens.into())),
    }
}

/// All texts in a value, wherever they stand in it.
pub(super) fn words(value: &Value) -> String {
    let joined = |parts: Vec<String>| {
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(" ")
    };
    match value {
        Value::Array(list) => joined(list.iter().map(words).collect()),
        Value::Object(object) => joined(object.values().map(words).collect()),
        one => plain(one).unwrap_or_default(),
    }
}

/// The secret of a new token where it stands in an answer; an empty one where it does not.
pub(super) fn secret(value: &Value) -> Secret {
    Secret { value: plain(value).unwrap_or_default(), ..Secret::default() }
}

/// A token that was just made, as the system answered it. What its answer leaves out is what was asked for: a secret that
/// is told only once must not be lost over it.
pub(super) fn made<'a>(answer: Value, asked: impl IntoIterator<Item = (&'a str, Value)>) -> Result<Value, ApiError> {
    let Value::Object(mut token) = answer else {
        return Err(ApiError::Malformed(Fault::NoNewToken.into()));
    };
    let is_missing = |token: &Map<String, Value>, field: &str| token.get(field).is_none_or(Value::is_null);
    for (field, value) in asked.into_iter().chain([("id", "".into())]) {
        if is_missing(&token, field) {
            token.insert(field.into(), value);
        }
    }
    Ok(Value::Object(token))
}

/// Entries of a list in the form that `translate` gives them. What is no object stays as it is, so that it is shown as
/// unreadable.
pub(super) fn entries(list: &[Value], translate: impl Fn(&Value) -> Value) -> Vec<Value> {
    list.iter().map(|it| if it.is_object() { translate(it) } else { it.clone() }).collect()
}

/// Takes these texts out of a vendor's token, wherever one of them is all that stands there.
pub(super) fn mask_values(value: &mut Value, secrets: &[String]) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|it| mask_values(it, secrets)),
        Value::Array(list) => list.iter_mut().for_each(|it| mask_values(it, secrets)),
        Value::String(text) if secrets.contains(text) => *text = MASK.into(),
        _ => {}
    }
}
