//! What the form holds, what is wrong with it, and what it says to the system. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use crate::capabilities::{Capabilities, Field, FieldShape, Input, InputKind, MAX_LIST};
use crate::config::FirstEnd;
use crate::moments::{self, Moment};
use crate::time::{
    DAY, HOUR, MINUTE, Millis, Resolved, Utc, Zone, format_minute, format_rfc3339, parse_wall, resolve, wall_at,
};
pub use crate::token::Inputs;
use crate::token::{Privilege, Token};

pub mod successor;

/// A token that is valid as far as the page can tell: what a write sends. An absent optional field is null on the server,
/// so nothing of wire contracts §1 is left out by accident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Draft {
    /// The GUID, made in the page for a new token.
    pub guid: String,
    /// Trimmed.
    pub name: String,
    /// Ids.
    pub scopes: Vec<String>,
    /// `None` where nothing was typed.
    pub description: Option<String>,
    /// RFC 3339; to the letter what came if it was not touched.
    pub valid_from: Option<String>,
    /// RFC 3339; to the letter what came if it was not touched.
    pub valid_to: Option<String>,
    /// What it may do where; `None` in systems without such rights.
    pub privileges: Option<Vec<Privilege>>,
    /// From which addresses it may be used; `None` in systems that do not ask.
    pub source_ips: Option<Vec<String>>,
    /// What the system asks for beyond the fields.
    #[serde(default, deserialize_with = "inputs")]
    pub inputs: Inputs,
    /// The token that it is a clone of.
    #[serde(skip)]
    pub original: Option<Original>,
}

/// A token as its system has it, for a call that makes one like it. It does not print itself, as secrets may be in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Original(pub Arc<str>);

impl std::fmt::Debug for Original {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Original")
    }
}

fn inputs<'a, D: Deserializer<'a>>(source: D) -> Result<Inputs, D::Error> {
    BTreeMap::deserialize(source).map(|it: BTreeMap<String, String>| it.into_iter().collect())
}

/// The fields of the form as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// As typed.
    pub name: String,
    /// Read-only.
    pub guid: String,
    /// As typed.
    pub description: String,
    /// Ids of the chosen scopes.
    pub scopes: Vec<String>,
    /// The start.
    pub valid_from: When,
    /// The end.
    pub valid_to: When,
    /// As chosen.
    pub privileges: Vec<Privilege>,
    /// As typed: addresses and networks, one a line or with commas.
    pub source_ips: String,
    /// As typed, in the order in which the system asks.
    pub inputs: Inputs,
    /// The token that it is filled with for a clone.
    pub original: Option<Original>,
    /// The token as it is: what is not touched the system took, whatever the page thinks of it. Empty for a new one.
    pub before: Token,
}

/// Days that a new token lives where neither the connection nor its system says.
const USUAL_DAYS: u32 = 30;

/// A date in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// What the token has, RFC 3339 to the letter.
    pub original: Option<String>,
    /// What the input holds, in the viewer's zone; empty for none.
    pub typed: String,
    /// Which one is meant where the clocks show the typed time twice: the later one, or the earlier.
    pub later: Option<bool>,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It must not be empty.
    Missing,
    /// It must have a date.
    Undated,
    /// It is not a whole date and time.
    NotADate,
    /// It lies in the past.
    Past,
    /// The clocks go forward over it.
    Skipped,
    /// The clocks show it twice, first and second; the user must say which.
    Twice(Millis, Millis),
    /// The end does not lie after the start.
    EndBeforeStart,
    /// It is further away than so many days.
    TooFar(u32),
    /// It does not follow the system's rule.
    Rule,
    /// It has so many characters, and may have so many.
    TooLong(usize, usize),
    /// There are more than the system takes.
    TooMany,
    /// What a privilege allows is not chosen.
    NoRole,
    /// A privilege lacks its place.
    NoTarget,
    /// The same twice.
    Doubled,
    /// It is neither an address nor a network.
    NotAnAddress,
    /// It is not a number.
    NotANumber,
}

impl Problem {
    /// Whether something is only not there yet. That is no mistake before the user wants to save.
    pub fn is_gap(self) -> bool {
        matches!(self, Problem::Missing | Problem::Undated | Problem::NoRole | Problem::NoTarget)
    }
}

/// How many days a new token lives at first; `None` for one without an end, or without a field for it.
pub fn first_days(system: &Capabilities, said: FirstEnd) -> Option<u32> {
    let end = system.field(Field::ValidTo)?;
    let days = match said {
        FirstEnd::Usual => (!system.starts_endless).then_some(USUAL_DAYS),
        FirstEnd::Never => None,
        FirstEnd::Days(days) => Some(days),
    };
    let days = days.or(end.required.then_some(USUAL_DAYS))?;
    Some(end.most_days.map_or(days, |most| days.min(most)))
}

/// Decides whether a text matches a JavaScript regular expression. The browser brings its own.
pub type Matches<'a> = &'a dyn Fn(&str, &str) -> bool;

impl When {
    /// The date of a token, shown in the viewer's zone to the minute.
    pub fn of(original: Option<&str>, zone: &dyn Zone) -> Self {
        When { original: original.map(str::to_owned), typed: shown(original, zone), later: None }
    }

    /// The RFC 3339 text to send and its instant. What was not touched, or was put back, goes as it came, also where it
    /// cannot be read: left out, the token would lose it.
    fn value(&self, zone: &dyn Zone) -> Result<Option<(String, Option<Millis>)>, Problem> {
        if self.is_untouched(zone) {
            return Ok(self.original.clone().map(|it| {
                let at = instant(&it);
                (it, at)
            }));
        }
        if self.typed.is_empty() {
            return Ok(None);
        }
        let at = match resolve(parse_wall(&self.typed).ok_or(Problem::NotADate)?, zone) {
            Resolved::Once(at) => at,
            Resolved::Skipped => return Err(Problem::Skipped),
            Resolved::Twice(first, second) => match self.later {
                None => return Err(Problem::Twice(first, second)),
                Some(later) => {
                    if later {
                        second
                    } else {
                        first
                    }
                }
            },
        };
        Ok(Some((format_rfc3339(at), Some(at))))
    }

    /// The instant that it means, where it means one.
    pub fn at(&self, zone: &dyn Zone) -> Option<Millis> {
        self.value(zone).ok().flatten()?.1
    }

    /// What the token has where it is no time: the input shows nothing then.
    pub fn unreadable(&self) -> Option<&str> {
        self.original.as_deref().filter(|it| moments::read(it, &Utc).0 == Moment::Odd)
    }

    fn is_untouched(&self, zone: &dyn Zone) -> bool {
        self.later.is_none() && self.typed == shown(self.original.as_deref(), zone)
    }
}

/// The instant of what a token has.
fn instant(original: &str) -> Option<Millis> {
    match moments::read(original, &Utc).0 {
        Moment::At(at) => Some(at),
        Moment::Never | Moment::Odd => None,
    }
}

fn shown(original: Option<&str>, zone: &dyn Zone) -> String {
    original.and_then(instant).map_or(String::new(), |at| format_minute(wall_at(at, zone)))
}

impl Form {
    /// An empty form for a new token.
    pub fn new(guid: String) -> Self {
        Form { guid, ..Form::default() }
    }

    /// The form filled in with a token.
    pub fn of(token: &Token, zone: &dyn Zone) -> Self {
        Form {
            name: token.name.clone(),
            guid: token.guid.clone(),
            description: token.description.clone().unwrap_or_default(),
            scopes: token.scopes.clone(),
            valid_from: When::of(token.valid_from.as_deref(), zone),
            valid_to: When::of(token.valid_to.as_deref(), zone),
            privileges: token.privileges.clone(),
            source_ips: token.source_ips.join("\n"),
            inputs: token.inputs.clone(),
            original: None,
            before: token.clone(),
        }
    }

    /// What a write would send, or everything that is wrong, in the form's order.
    ///
    /// A date that is typed must not lie before the running minute: a past start would claim what was not so, and
    /// systems refuse a past end. The token's own dates stay as they are, past or not.
    pub fn check(
        &self,
        shapes: &[FieldShape],
        asked: &[Input],
        now: Millis,
        zone: &dyn Zone,
        matches: Matches<'_>,
    ) -> Result<Draft, Vec<(Field, Problem)>> {
        let mut problems = Vec::new();
        let (name, description) = (self.name.trim(), self.description.trim());
        let source_ips = listed(&self.source_ips);
        for FieldShape { field, required, pattern, most_chars, .. } in shapes {
            let (is_empty, text) = match field {
                Field::Name => (name.is_empty(), name),
                Field::Description => (description.is_empty(), description),
                Field::Scopes => (self.scopes.is_empty(), ""),
                Field::Privileges => (self.privileges.is_empty(), ""),
                Field::SourceIps => (source_ips.is_empty(), ""),
                Field::Guid | Field::ValidFrom | Field::ValidTo | Field::Input(_) => continue,
            };
            let problem = match field {
                _ if is_empty => required.then_some(Problem::Missing),
                Field::Privileges if self.privileges == self.before.privileges => None,
                Field::Privileges => privileges_problem(&self.privileges),
                Field::SourceIps => source_ips_problem(&source_ips),
                Field::Name if name == self.before.name.trim() => None,
                Field::Description if Some(description) == self.before.description.as_deref().map(str::trim) => None,
                _ => too_long(text, *most_chars)
                    .or_else(|| pattern.as_ref().filter(|it| !matches(it, text)).map(|_| Problem::Rule)),
            };
            problems.extend(problem.map(|it| (*field, it)));
        }
        let mut date = |field: Field, when: &When, earliest: Millis| {
            let is_required = shapes.iter().any(|it| it.field == field && it.required);
            let value = when.value(zone).and_then(|value| match &value {
                Some((_, Some(at))) if *at < earliest && !when.is_untouched(zone) => Err(Problem::Past),
                None if is_required => Err(Problem::Undated),
                _ => Ok(value),
            });
            value.unwrap_or_else(|problem| {
                problems.push((field, problem));
                None
            })
        };
        let from = date(Field::ValidFrom, &self.valid_from, now - now.rem_euclid(MINUTE));
        let to = date(Field::ValidTo, &self.valid_to, now + 1);
        if let (Some((_, Some(from))), Some((_, Some(to)))) = (&from, &to)
            && to <= from
        {
            problems.push((Field::ValidTo, Problem::EndBeforeStart));
        }
        if let Some((_, Some(end))) = &to
            && let Some(FieldShape { most_days: Some(most), by_day, .. }) =
                shapes.iter().find(|it| it.field == Field::ValidTo)
            && *end > latest_end(*most, *by_day, now)
        {
            problems.push((Field::ValidTo, Problem::TooFar(*most)));
        }
        let inputs = self.inputs_for(asked);
        problems.extend(input_problems(asked, &inputs).map(|(idx, problem)| (Field::Input(idx), problem)));
        if !problems.is_empty() {
            problems.sort_by_key(|(field, _)| field.place());
            return Err(problems);
        }
        Ok(Draft {
            guid: self.guid.clone(),
            name: name.into(),
            scopes: self.scopes.clone(),
            description: (!description.is_empty()).then(|| description.into()),
            valid_from: from.map(|(text, _)| text),
            valid_to: to.map(|(text, _)| text),
            privileges: has(shapes, Field::Privileges).then(|| self.privileges.clone()),
            source_ips: has(shapes, Field::SourceIps).then_some(source_ips),
            inputs,
            original: self.original.clone(),
        })
    }

    /// What was typed for each of the inputs.
    fn inputs_for(&self, asked: &[Input]) -> Inputs {
        asked.iter().map(|it| (it.key.clone(), input_value(&self.inputs, it).trim().to_owned())).collect()
    }

    /// Ends it after a life of so many days from the start, or from now where that lies behind or is none: at the same
    /// time of the day, or the first after it that the clocks show on that day. Of a time that they show twice it is the
    /// later one. It does not end later than `end` allows.
    pub fn live(&mut self, days: u32, end: &FieldShape, now: Millis, zone: &dyn Zone) {
        let start = self.valid_from.at(zone).map_or(now, |at| at.max(now));
        let wall = wall_at(start, zone) + i64::from(days) * DAY;
        let latest = end.most_days.map(|most| wall_at(latest_end(most, end.by_day, now), zone));
        let wall = latest.map_or(wall, |latest| wall.min(latest));
        let minute = wall - wall.rem_euclid(MINUTE);
        // The clocks never skip more than a day.
        let shown = |wall: &Millis| resolve(*wall, zone) != Resolved::Skipped;
        let wall = (0..=24).map(|hours| minute + hours * HOUR).find(shown).unwrap_or(minute);
        let later = matches!(resolve(wall, zone), Resolved::Twice(..)).then_some(true);
        (self.valid_to.typed, self.valid_to.later) = (format_minute(wall), later);
    }
}

/// The last instant at which a token that is made now can end, so many days away at most. A system that counts in whole
/// days goes on to the next midnight, in UTC where nothing else is known.
fn latest_end(most_days: u32, by_day: bool, now: Millis) -> Millis {
    let from = if by_day { now - now.rem_euclid(DAY) } else { now };
    from + i64::from(most_days) * DAY
}

fn too_long(text: &str, most: Option<usize>) -> Option<Problem> {
    let n = text.chars().count();
    most.filter(|most| n > *most).map(|most| Problem::TooLong(n, most))
}

/// What is typed for an input; nothing where nothing was.
pub fn input_value<'a>(inputs: &'a Inputs, input: &Input) -> &'a str {
    inputs.iter().find(|(key, _)| *key == input.key).map_or("", |(_, value)| value)
}

/// What is wrong with the values for these inputs, by their places.
pub fn input_problems(asked: &[Input], values: &Inputs) -> impl Iterator<Item = (usize, Problem)> {
    let problem = |(idx, input): (usize, &Input)| {
        let value = input_value(values, input).trim();
        match input.kind {
            _ if value.is_empty() => (!input.optional).then_some((idx, Problem::Missing)),
            InputKind::Number if !is_number(value) => Some((idx, Problem::NotANumber)),
            _ => None,
        }
    };
    asked.iter().enumerate().filter_map(problem).collect::<Vec<_>>().into_iter()
}

/// Digits with a sign before them and a fraction behind them, both optional.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    [whole, fraction].into_iter().all(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

fn has(shapes: &[FieldShape], field: Field) -> bool {
    shapes.iter().any(|it| it.field == field)
}

/// The parts of a text with line breaks, commas or blanks between them.
fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', ' ', '\t', '\r', '\n']);
    parts.filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn privileges_problem(privileges: &[Privilege]) -> Option<Problem> {
    let is_doubled = |(idx, it): (usize, &Privilege)| privileges[..idx].contains(it);
    if privileges.len() > MAX_LIST {
        Some(Problem::TooMany)
    } else if privileges.iter().any(|it| it.role.is_empty()) {
        Some(Problem::NoRole)
    } else if privileges.iter().any(|it| it.target.is_empty() && it.scope != "org") {
        Some(Problem::NoTarget)
    } else if privileges.iter().enumerate().any(is_doubled) {
        Some(Problem::Doubled)
    } else {
        None
    }
}

fn source_ips_problem(source_ips: &[String]) -> Option<Problem> {
    if source_ips.len() > MAX_LIST {
        Some(Problem::TooMany)
    } else {
        (!source_ips.iter().all(|it| is_address(it))).then_some(Problem::NotAnAddress)
    }
}

/// Whether a text is an IP address or a network in CIDR notation.
pub fn is_address(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let longest = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    let is_prefix =
        |it: &str| it.bytes().all(|byte| byte.is_ascii_digit()) && it.parse().is_ok_and(|it: u8| it <= longest);
    prefix.is_none_or(is_prefix)
}

/// Which of these fields differ between two states of a token, in their order.
pub fn differences(fields: &[FieldShape], before: &Token, after: &Token) -> Vec<Field> {
    let differs = |field: &Field| match field {
        Field::Name => before.name != after.name,
        Field::Guid => before.guid != after.guid,
        Field::Description => before.description != after.description,
        Field::Scopes => before.scopes != after.scopes,
        Field::ValidFrom => before.valid_from != after.valid_from,
        Field::ValidTo => before.valid_to != after.valid_to,
        Field::Privileges => before.privileges != after.privileges,
        Field::SourceIps => before.source_ips != after.source_ips,
        Field::Input(_) => false,
    };
    fields.iter().map(|it| it.field).filter(differs).collect()
}

#[cfg(test)]
mod tests;
