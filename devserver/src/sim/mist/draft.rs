//! What a client says of a token: bodies, read and checked.

use std::net::IpAddr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Map, Value};

use super::directory::Org;
use super::privilege::Privilege;
use super::refusal::Refusal;
use super::store::{Grant, Token};
use crate::world::Shared;

/// The most privileges of a token; one is the least.
const MAX_PRIVILEGES: usize = 10;
/// The most addresses that a token may be bound to.
const MAX_SRC_IPS: usize = 10;

/// A JSON object as body; an empty body is an empty object.
pub(super) struct JsonBody(pub(super) Map<String, Value>);

impl FromRequest<Shared> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, world: &Shared) -> Result<Self, Refusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let body = Bytes::from_request(request, world).await.map_err(|error| match error.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::too_large(),
            _ => Refusal::bad_request("The body broke off."),
        })?;
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::unsupported_type(&content_type));
        }
        match serde_json::from_slice(&body) {
            Ok(Value::Object(body)) => Ok(Self(body)),
            Ok(_) => Err(Refusal::bad_request("Invalid data. Expected a dictionary.")),
            Err(error) => Err(Refusal::bad_request(parse_error(&body, &error))),
        }
    }
}

/// Where a body stops being JSON, in the vendor's words: line and column count from 1, characters from 0.
fn parse_error(body: &[u8], error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column().max(1));
    let before: usize = body.split_inclusive(|it| *it == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let char = before + column - 1;
    format!("JSON parse error - Expecting value: line {line} column {column} (char {char})")
}

impl JsonBody {
    /// A field's value; an absent field and `null` are the same.
    fn value(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|it| !it.is_null())
    }

    /// A field that is text; `None` where it is absent.
    pub(super) fn text(&self, field: &str) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.value(field) else {
            return Ok(None);
        };
        match value.as_str() {
            None => Err(Refusal::bad_request(format!("{field} is not a string"))),
            // SQLite ends text at a zero character.
            Some(text) if text.contains('\0') => {
                Err(Refusal::bad_request(format!("{field} may not contain null characters")))
            }
            text => Ok(text),
        }
    }

    /// The name that a person's own token is to have; `None` where the client does not say.
    pub(super) fn name(&self) -> Result<Option<String>, Refusal> {
        Ok(self.text("name")?.map(str::to_owned))
    }

    /// The name that an organisation's token must have.
    pub(super) fn required_name(&self) -> Result<String, Refusal> {
        let name = self.name()?.filter(|it| !it.trim().is_empty());
        name.ok_or_else(|| Refusal::bad_request("name is required"))
    }

    /// What a new token of an organisation may do.
    pub(super) fn grant(&self, org: &Org, created_by: Option<&str>) -> Result<Grant, Refusal> {
        let privileges = self.privileges(org, &[])?;
        Ok(Grant {
            created_by: created_by.map(str::to_owned),
            src_ips: self.src_ips()?.unwrap_or_default(),
            privileges,
        })
    }

    /// What a stored token of an organisation may do from now on. Its addresses stay; saying them again is no change.
    pub(super) fn new_privileges(&self, org: &Org, stored: &Token) -> Result<Vec<Privilege>, Refusal> {
        let grant = stored.grant.as_ref();
        let privileges = self.privileges(org, grant.map(|it| it.privileges.as_slice()).unwrap_or_default())?;
        let fixed = grant.map(|it| it.src_ips.as_slice()).unwrap_or_default();
        match self.src_ips()? {
            Some(src_ips) if src_ips != fixed => {
                Err(Refusal::bad_request("src_ips cannot be changed once the API Token is created"))
            }
            _ => Ok(privileges),
        }
    }

    fn privileges(&self, org: &Org, kept: &[Privilege]) -> Result<Vec<Privilege>, Refusal> {
        let given = self.value("privileges").ok_or_else(|| Refusal::bad_request("privileges is required"))?;
        let given = given.as_array().ok_or_else(|| Refusal::bad_request("privileges is not a list"))?;
        if !(1..=MAX_PRIVILEGES).contains(&given.len()) {
            return Err(Refusal::bad_request(format!("privileges must have 1 to {MAX_PRIVILEGES} items")));
        }
        let mut checked: Vec<Privilege> = Vec::new();
        for (idx, value) in given.iter().enumerate() {
            let privilege = Privilege::check(value, org, kept)
                .map_err(|error| Refusal::bad_request(format!("privileges[{idx}]: {error}")))?;
            if checked.iter().any(|it| it.is_like(&privilege)) {
                return Err(Refusal::bad_request(format!("privileges[{idx}]: it is there already")));
            }
            checked.push(privilege);
        }
        Ok(checked)
    }

    fn src_ips(&self) -> Result<Option<Vec<String>>, Refusal> {
        let Some(given) = self.value("src_ips") else {
            return Ok(None);
        };
        let given = given.as_array().ok_or_else(|| Refusal::bad_request("src_ips is not a list"))?;
        if given.len() > MAX_SRC_IPS {
            return Err(Refusal::bad_request(format!("src_ips must have at most {MAX_SRC_IPS} items")));
        }
        let read = |it: &Value| it.as_str().filter(|it| is_address(it)).map(str::to_owned);
        let wrong = |it: &Value| Refusal::bad_request(format!("src_ips: {it} is not an IP address or subnet"));
        given.iter().map(|it| read(it).ok_or_else(|| wrong(it))).collect::<Result<_, _>>().map(Some)
    }
}

/// Whether it is an IP address, or a subnet as `63.3.56.0/24`.
fn is_address(text: &str) -> bool {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let plain = |it: &str| !it.is_empty() && it.len() <= 3 && it.bytes().all(|it| it.is_ascii_digit());
    length.is_none_or(|it| plain(it) && it.parse::<u16>().is_ok_and(|it| it <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_address(text), expected, "{text}");
    }

    #[test]
    fn addresses_and_subnets() {
        check("63.3.55.4", true);
        check("63.3.56.0/24", true);
        check("2001:db8::1", true);
        check("2001:db8::/32", true);
        check("0.0.0.0/0", true);
        check("63.3.56.0/33", false);
        check("2001:db8::/129", false);
        check("63.3.56", false);
        check("63.3.56.256", false);
        check("63.3.56.0/", false);
        check("63.3.56.0/+8", false);
        check("63.3.56.0/8/8", false);
        check("example.com", false);
        check("", false);
    }

    #[test]
    fn the_place_of_a_syntax_error_is_told() {
        let body = b"{\n  \"name\": x\n}";
        let error = serde_json::from_slice::<Value>(body).unwrap_err();
        assert_eq!(parse_error(body, &error), "JSON parse error - Expecting value: line 2 column 11 (char 12)");
    }
}
