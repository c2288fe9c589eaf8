//! What the form holds, what is wrong with it, and what it says to the system. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::capabilities::{Capabilities, Field, FieldShape, Input, InputKind, MAX_LIST};
use crate::config::FirstEnd;
use crate::moments::{self, Moment};
use crate::time::{
    DAY, HOUR, MINUTE, Millis, Resolved, Utc, Zone, format_minute, format_rfc3339, parse_wall, resolve, wall_at,
};
pub use crate::token::Inputs;
use crate::token::{Privilege, Token};

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
mod tests {
    use super::*;
    use crate::config::Auth;
    use crate::time::parse_rfc3339;

    /// An hour ahead of UTC, two from 29 March to 25 October 2026.
    struct Berlin;
    impl Zone for Berlin {
        fn offset(&self, at: Millis) -> Millis {
            if (instant("2026-03-29T01:00:00Z")..instant("2026-10-25T01:00:00Z")).contains(&at) {
                2 * HOUR
            } else {
                HOUR
            }
        }
    }

    fn instant(text: &str) -> Millis {
        parse_rfc3339(text).expect("a date")
    }

    fn now() -> Millis {
        instant("2026-03-01T11:00:30Z")
    }

    fn typed(text: &str) -> When {
        When { typed: text.into(), ..When::default() }
    }

    fn form() -> Form {
        Form { name: " ci ".into(), guid: "g".into(), scopes: vec!["s".into()], ..Form::default() }
    }

    fn fields() -> Vec<FieldShape> {
        crate::adapters::scoped_capabilities(&Auth::None).fields
    }

    fn no_patterns(_: &str, _: &str) -> bool {
        panic!("no field of a Scoped Token API has a pattern")
    }

    type Dates<'a> = (Option<&'a str>, Option<&'a str>);

    #[track_caller]
    fn check(form: Form, expected: Result<Dates<'_>, &[(Field, Problem)]>) {
        let found = form.check(&fields(), &[], now(), &Berlin, &no_patterns);
        let found =
            found.as_ref().map(|it| (it.valid_from.as_deref(), it.valid_to.as_deref())).map_err(|it| it.as_slice());
        assert_eq!(found, expected);
    }

    #[test]
    fn name_and_scopes_are_required() {
        check(form(), Ok((None, None)));
        assert_eq!(
            form().check(&fields(), &[], now(), &Berlin, &no_patterns).map(|it| (it.name, it.description)),
            Ok(("ci".into(), None))
        );
        check(
            Form { name: " ".into(), scopes: vec![], ..form() },
            Err(&[(Field::Name, Problem::Missing), (Field::Scopes, Problem::Missing)]),
        );
    }

    #[test]
    fn typed_dates_are_the_viewers() {
        let dates = Form { valid_from: typed("2026-03-01T12:00"), valid_to: typed("2026-07-01T12:00"), ..form() };
        check(dates, Ok((Some("2026-03-01T11:00:00Z"), Some("2026-07-01T10:00:00Z"))));
    }

    #[test]
    fn the_past_cannot_be_chosen() {
        check(Form { valid_from: typed("2026-03-01T11:59"), ..form() }, Err(&[(Field::ValidFrom, Problem::Past)]));
        check(Form { valid_to: typed("2026-03-01T12:00"), ..form() }, Err(&[(Field::ValidTo, Problem::Past)]));
        check(Form { valid_to: typed("2026-03-01T12:01"), ..form() }, Ok((None, Some("2026-03-01T11:01:00Z"))));
    }

    #[test]
    fn the_end_lies_after_the_start() {
        let equal = Form { valid_from: typed("2026-04-01T12:00"), valid_to: typed("2026-04-01T12:00"), ..form() };
        check(equal, Err(&[(Field::ValidTo, Problem::EndBeforeStart)]));
    }

    #[test]
    fn what_was_not_touched_goes_back_to_the_letter() {
        let token = Token {
            name: "n".into(),
            scopes: vec!["s".into()],
            valid_from: Some("2020-01-01T00:00:07.25+05:30".into()),
            valid_to: Some("2021-01-01T00:00:09Z".into()),
            ..Token::default()
        };
        let mut form = Form::of(&token, &Berlin);
        assert_eq!(form.valid_from.typed, "2019-12-31T19:30");
        check(form.clone(), Ok((token.valid_from.as_deref(), token.valid_to.as_deref())));
        form.valid_to.typed = "2026-04-01T00:00".into();
        check(form.clone(), Ok((token.valid_from.as_deref(), Some("2026-03-31T22:00:00Z"))));
        form.valid_to.typed = "2021-01-01T01:00".into();
        check(form.clone(), Ok((token.valid_from.as_deref(), token.valid_to.as_deref())));
        form.valid_to.typed.clear();
        check(form, Ok((token.valid_from.as_deref(), None)));
    }

    #[test]
    fn a_date_that_another_way_of_writing_has_is_shown_and_goes_back_as_it_came() {
        for (original, shown) in [
            ("2027-01-01T10:00Z", "2027-01-01T11:00"),
            ("2027-01-01 10:00:00 +0000 UTC", "2027-01-01T11:00"),
            ("1798797600", "2027-01-01T11:00"),
            ("never", ""),
            ("+012027-01-01T10:00:00Z", ""),
        ] {
            let token = Token { name: "ci".into(), valid_to: Some(original.into()), ..Token::default() };
            let form = Form::of(&token, &Berlin);
            assert_eq!(form.valid_to.typed, shown, "{original}");
            assert_eq!(form.valid_to.unreadable().is_some(), original.starts_with('+'), "{original}");
            let draft = form.check(&[], &[], now(), &Berlin, &no_patterns).expect("a draft");
            assert_eq!(draft.valid_to.as_deref(), Some(original));
        }
    }

    #[test]
    fn clock_changes_are_told_not_guessed() {
        check(Form { valid_to: typed("2026-03-29T02:30"), ..form() }, Err(&[(Field::ValidTo, Problem::Skipped)]));
        let (first, second) = (instant("2026-10-25T00:30:00Z"), instant("2026-10-25T01:30:00Z"));
        check(
            Form { valid_to: typed("2026-10-25T02:30"), ..form() },
            Err(&[(Field::ValidTo, Problem::Twice(first, second))]),
        );
        let chosen = |later| When { later: Some(later), ..typed("2026-10-25T02:30") };
        check(Form { valid_to: chosen(false), ..form() }, Ok((None, Some("2026-10-25T00:30:00Z"))));
        check(Form { valid_to: chosen(true), ..form() }, Ok((None, Some("2026-10-25T01:30:00Z"))));
    }

    #[test]
    fn an_end_may_be_required() {
        let shapes = [FieldShape::new(Field::ValidTo, "Valid to").required()];
        let check = |form: Form| form.check(&shapes, &[], now(), &Berlin, &|_, _| true);
        assert_eq!(check(form()).map(drop), Err(vec![(Field::ValidTo, Problem::Undated)]));
        assert!(check(Form { valid_to: typed("2027-04-01T12:00"), ..form() }).is_ok());
    }

    #[test]
    fn half_a_date_is_told() {
        check(Form { valid_from: typed("2026-04-01"), ..form() }, Err(&[(Field::ValidFrom, Problem::NotADate)]));
    }

    #[test]
    fn presets_count_from_the_start() {
        let end = |form: Form, days| lived(form, days, &end_of(None, false), now()).valid_to.typed;
        assert_eq!(end(form(), 7), "2026-03-08T12:00");
        assert_eq!(end(form(), 30), "2026-03-31T12:00");
        let later = Form { valid_from: typed("2026-05-01T08:15"), ..form() };
        assert_eq!(end(later, 90), "2026-07-30T08:15");
    }

    fn end_of(most_days: Option<u32>, by_day: bool) -> FieldShape {
        FieldShape { most_days, by_day, ..FieldShape::new(Field::ValidTo, "Valid to") }
    }

    fn lived(mut form: Form, days: u32, end: &FieldShape, now: Millis) -> Form {
        form.live(days, end, now, &Berlin);
        form
    }

    #[test]
    fn a_preset_at_a_change_of_the_clocks_is_a_time_that_they_show() {
        // 28 days before the hour that is skipped, and before the one that comes twice.
        let end = |now: &str| lived(form(), 28, &end_of(None, false), instant(now)).valid_to;
        assert_eq!(end("2026-03-01T01:30:00Z").typed, "2026-03-29T03:30");
        let twice = end("2026-09-27T00:30:00Z");
        assert_eq!((twice.typed.as_str(), twice.later), ("2026-10-25T02:30", Some(true)));
        assert_eq!(twice.at(&Berlin), Some(instant("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn no_life_is_longer_than_the_system_has() {
        for by_day in [false, true] {
            let end = end_of(Some(10), by_day);
            let found = |form: &Form| form.check(&[end.clone()], &[], now(), &Berlin, &no_patterns).map(drop);
            let cut = lived(form(), 30, &end, now());
            // A system that counts in days lets it live up to the midnight after the end.
            assert_eq!(cut.valid_to.typed, if by_day { "2026-03-11T01:00" } else { "2026-03-11T12:00" });
            assert_eq!(found(&cut), Ok(()));
            assert_eq!(lived(form(), 9, &end, now()).valid_to.typed, "2026-03-10T12:00");
            let later = Form { valid_to: typed("2026-03-11T12:01"), ..form() };
            assert_eq!(found(&later), Err(vec![(Field::ValidTo, Problem::TooFar(10))]));
        }
    }

    #[test]
    fn a_new_token_ends_as_the_connection_says_or_is_usual() {
        let days = |starts_endless, end: Option<FieldShape>, said| {
            let fields = end.into_iter().collect();
            first_days(&Capabilities { starts_endless, fields, ..Capabilities::default() }, said)
        };
        let end = |most| Some(end_of(most, false));
        assert_eq!(days(true, end(None), FirstEnd::Usual), None);
        assert_eq!(days(false, end(None), FirstEnd::Usual), Some(30));
        assert_eq!(days(false, end(Some(7)), FirstEnd::Usual), Some(7));
        assert_eq!(days(false, end(None), FirstEnd::Never), None);
        for starts_endless in [true, false] {
            assert_eq!(days(starts_endless, end(None), FirstEnd::Days(90)), Some(90));
            assert_eq!(days(starts_endless, end(Some(60)), FirstEnd::Days(90)), Some(60));
            assert_eq!(days(starts_endless, None, FirstEnd::Days(90)), None);
            let required = Some(end_of(None, false).required());
            assert_eq!(days(starts_endless, required, FirstEnd::Never), Some(30));
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_told_with_its_length() {
        let shape = FieldShape::new(Field::Name, "Name").most_chars(3);
        let named = |name: &str| Form { name: name.into(), ..Form::default() };
        check_one(shape.clone(), named(" äöü "), None);
        check_one(shape.clone(), named("äöüß"), Some(Problem::TooLong(4, 3)));
        let taken = Form::of(&Token { name: "long".into(), ..Token::default() }, &Berlin);
        check_one(shape.clone(), taken.clone(), None);
        check_one(shape, Form { name: "longer".into(), ..taken }, Some(Problem::TooLong(6, 3)));
    }

    #[test]
    fn differences_are_named() {
        let token = Token::default();
        assert_eq!(differences(&fields(), &token, &token), []);
        let other = Token { name: "x".into(), valid_to: Some("y".into()), revoked: true, ..Token::default() };
        assert_eq!(differences(&fields(), &token, &other), [Field::Name, Field::ValidTo]);
    }

    #[track_caller]
    fn check_one(shape: FieldShape, form: Form, expected: Option<Problem>) {
        let problems = form.check(&[shape], &[], now(), &Berlin, &|pattern, text| pattern == text).err();
        assert_eq!(problems.map(|it| it[0].1), expected, "{form:?}");
    }

    #[test]
    fn a_rule_of_the_system_holds_for_what_is_typed() {
        let shape = FieldShape { pattern: Some("ab".into()), ..FieldShape::new(Field::Name, "Name") };
        let named = |name: &str| Form { name: name.into(), ..Form::default() };
        check_one(shape.clone(), named(" ab "), None);
        check_one(shape.clone(), named("abc"), Some(Problem::Rule));
        check_one(shape.clone(), named(""), None);
        check_one(shape.required(), named(""), Some(Problem::Missing));
    }

    #[test]
    fn privileges_are_one_to_ten_each_with_its_place() {
        let shape = FieldShape::new(Field::Privileges, "Privileges").required();
        let privilege = |scope: &str, target: usize| Privilege {
            scope: scope.into(),
            role: "read".into(),
            target: if target == 0 { String::new() } else { target.to_string() },
        };
        let of = |privileges: Vec<Privilege>| Form { privileges, ..Form::default() };
        check_one(shape.clone(), of(vec![]), Some(Problem::Missing));
        check_one(shape.clone(), of(vec![privilege("org", 0), privilege("site", 1)]), None);
        check_one(shape.clone(), of(vec![privilege("site", 0)]), Some(Problem::NoTarget));
        check_one(shape.clone(), of(vec![privilege("site", 1), privilege("site", 1)]), Some(Problem::Doubled));
        check_one(shape.clone(), of((1..=10).map(|it| privilege("site", it)).collect()), None);
        let many: Vec<_> = (1..=11).map(|it| privilege("site", it)).collect();
        check_one(shape.clone(), of(many.clone()), Some(Problem::TooMany));
        let before = Token { privileges: many.clone(), ..Token::default() };
        check_one(shape.clone(), Form { before, ..of(many) }, None);
        let roleless = Privilege { role: String::new(), ..privilege("org", 0) };
        check_one(shape, of(vec![privilege("org", 0), roleless]), Some(Problem::NoRole));
    }

    #[test]
    fn source_ips_are_addresses_or_networks() {
        let shape = FieldShape::new(Field::SourceIps, "Source IPs");
        let of = |text: &str| Form { source_ips: text.into(), ..Form::default() };
        check_one(shape.clone(), of(" 10.0.0.1, 2001:db8::/32\n192.168.0.0/16 "), None);
        for wrong in ["10.0.0", "10.0.0.1/33", "10.0.0.0/", "10.0.0.0/+8", "::1/129", "host", "10.0.0.1/8/8"] {
            check_one(shape.clone(), of(wrong), Some(Problem::NotAnAddress));
        }
        check_one(shape, of(&"10.0.0.1 ".repeat(11)), Some(Problem::TooMany));
    }

    #[test]
    fn what_a_system_asks_for_besides_is_checked_and_sent() {
        let input = |key: &str, kind, optional| Input { optional, ..Input::new(key, "", kind) };
        let asked = [
            input("user", InputKind::Text, false),
            input("limit", InputKind::Number, true),
            input("hosts", InputKind::List, true),
        ];
        let check = |typed: &[(&str, &str)]| {
            let inputs = typed.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
            let form = Form { inputs, ..form() };
            form.check(&fields(), &asked, now(), &Berlin, &no_patterns).map(|it| it.inputs)
        };
        assert_eq!(check(&[]), Err(vec![(Field::Input(0), Problem::Missing)]));
        assert_eq!(check(&[("user", "u"), ("limit", "1e3")]), Err(vec![(Field::Input(1), Problem::NotANumber)]));
        for number in ["7", "-7.50", ""] {
            let sent =
                [("user", "u"), ("limit", number), ("hosts", "a\nb")].map(|(key, value)| (key.into(), value.into()));
            assert_eq!(check(&[("hosts", "a\nb "), ("limit", number), ("user", " u")]), Ok(sent.into()));
        }
    }
}
