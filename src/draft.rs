//! What the form holds, what is wrong with it, and what it says to the system. Pure.

use crate::time::{
    DAY, MINUTE, Millis, Resolved, Zone, format_minute, format_rfc3339, parse_rfc3339, parse_wall, resolve, wall_at,
};
use crate::token::Token;

/// A token that is valid as far as the page can tell: what a write sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The GUID, made in the page for a new token.
    pub guid: String,
    /// Trimmed, not empty.
    pub name: String,
    /// Ids, not empty.
    pub scopes: Vec<String>,
    /// `None` where nothing was typed.
    pub description: Option<String>,
    /// RFC 3339; to the letter what came if it was not touched.
    pub valid_from: Option<String>,
    /// RFC 3339; to the letter what came if it was not touched.
    pub valid_to: Option<String>,
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
}

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

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `Name`.
    Name,
    /// `GUID`.
    Guid,
    /// `Description`.
    Description,
    /// `Scopes`.
    Scopes,
    /// `Valid from`.
    ValidFrom,
    /// `Valid to`.
    ValidTo,
}

impl Field {
    /// All fields in the form's order.
    pub const ALL: [Field; 6] =
        [Field::Name, Field::Guid, Field::Scopes, Field::Description, Field::ValidFrom, Field::ValidTo];

    /// The field that a system's message is about.
    pub fn from_wire(name: &str) -> Option<Field> {
        Some(match name {
            "name" => Field::Name,
            "guid" => Field::Guid,
            "description" => Field::Description,
            "scopes" => Field::Scopes,
            "valid_from" => Field::ValidFrom,
            "valid_to" => Field::ValidTo,
            _ => return None,
        })
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It must not be empty.
    Missing,
    /// It is not a whole date and time.
    NotADate,
    /// It lies in the past.
    Past,
    /// The clocks go forward over it.
    Skipped,
    /// The clocks show it twice, first and second; somebody must say which.
    Twice(Millis, Millis),
    /// The end does not lie after the start.
    EndBeforeStart,
}

impl When {
    /// The date of a token, shown in the viewer's zone to the minute.
    pub fn of(original: Option<&str>, zone: &dyn Zone) -> Self {
        When { original: original.map(str::to_owned), typed: shown(original, zone), later: None }
    }

    /// The RFC 3339 text to send and its instant. What was not touched, or was put back, goes as it came.
    fn value(&self, zone: &dyn Zone) -> Result<Option<(String, Millis)>, Problem> {
        if self.is_untouched(zone) {
            return Ok(self.original.clone().and_then(|it| parse_rfc3339(&it).map(|at| (it, at))));
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
        Ok(Some((format_rfc3339(at), at)))
    }

    fn is_untouched(&self, zone: &dyn Zone) -> bool {
        self.later.is_none() && self.typed == shown(self.original.as_deref(), zone)
    }
}

fn shown(original: Option<&str>, zone: &dyn Zone) -> String {
    original.and_then(parse_rfc3339).map_or(String::new(), |at| format_minute(wall_at(at, zone)))
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
        }
    }

    /// What a write would send, or everything that is wrong, in the form's order.
    ///
    /// A date that is typed must not lie before the running minute: a past start would claim what was not so, and
    /// systems refuse a past end. The token's own dates stay as they are, past or not.
    pub fn check(&self, now: Millis, zone: &dyn Zone) -> Result<Draft, Vec<(Field, Problem)>> {
        let mut problems = Vec::new();
        let (name, description) = (self.name.trim(), self.description.trim());
        if name.is_empty() {
            problems.push((Field::Name, Problem::Missing));
        }
        if self.scopes.is_empty() {
            problems.push((Field::Scopes, Problem::Missing));
        }
        let mut date = |field: Field, when: &When, earliest: Millis| {
            let value = when.value(zone).and_then(|value| match &value {
                Some((_, at)) if *at < earliest && !when.is_untouched(zone) => Err(Problem::Past),
                _ => Ok(value),
            });
            value.unwrap_or_else(|problem| {
                problems.push((field, problem));
                None
            })
        };
        let from = date(Field::ValidFrom, &self.valid_from, now - now.rem_euclid(MINUTE));
        let to = date(Field::ValidTo, &self.valid_to, now + 1);
        if let (Some((_, from)), Some((_, to))) = (&from, &to)
            && to <= from
        {
            problems.push((Field::ValidTo, Problem::EndBeforeStart));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Draft {
            guid: self.guid.clone(),
            name: name.into(),
            scopes: self.scopes.clone(),
            description: (!description.is_empty()).then(|| description.into()),
            valid_from: from.map(|(text, _)| text),
            valid_to: to.map(|(text, _)| text),
        })
    }

    /// What `Valid to` holds for a life of so many days from the start, or from now where that lies behind or is none.
    pub fn preset(&self, days: i64, now: Millis, zone: &dyn Zone) -> String {
        let start = self.valid_from.value(zone).ok().flatten().map_or(now, |(_, at)| at.max(now));
        format_minute(wall_at(start, zone) + days * DAY)
    }
}

/// Which fields differ between two states of a token, in the form's order.
pub fn differences(before: &Token, after: &Token) -> Vec<Field> {
    let differs = |field: &Field| match field {
        Field::Name => before.name != after.name,
        Field::Guid => before.guid != after.guid,
        Field::Description => before.description != after.description,
        Field::Scopes => before.scopes != after.scopes,
        Field::ValidFrom => before.valid_from != after.valid_from,
        Field::ValidTo => before.valid_to != after.valid_to,
    };
    Field::ALL.into_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

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

    type Dates<'a> = (Option<&'a str>, Option<&'a str>);

    #[track_caller]
    fn check(form: Form, expected: Result<Dates<'_>, &[(Field, Problem)]>) {
        let found = form.check(now(), &Berlin);
        let found =
            found.as_ref().map(|it| (it.valid_from.as_deref(), it.valid_to.as_deref())).map_err(|it| it.as_slice());
        assert_eq!(found, expected);
    }

    #[test]
    fn name_and_scopes_are_required() {
        check(form(), Ok((None, None)));
        assert_eq!(form().check(now(), &Berlin).map(|it| (it.name, it.description)), Ok(("ci".into(), None)));
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
    fn half_a_date_is_told() {
        check(Form { valid_from: typed("2026-04-01"), ..form() }, Err(&[(Field::ValidFrom, Problem::NotADate)]));
    }

    #[test]
    fn presets_count_from_the_start() {
        assert_eq!(form().preset(7, now(), &Berlin), "2026-03-08T12:00");
        assert_eq!(form().preset(30, now(), &Berlin), "2026-03-31T12:00");
        let later = Form { valid_from: typed("2026-05-01T08:15"), ..form() };
        assert_eq!(later.preset(90, now(), &Berlin), "2026-07-30T08:15");
    }

    #[test]
    fn differences_are_named() {
        let token = Token::default();
        assert_eq!(differences(&token, &token), []);
        let other = Token { name: "x".into(), valid_to: Some("y".into()), revoked: true, ..Token::default() };
        assert_eq!(differences(&token, &other), [Field::Name, Field::ValidTo]);
    }
}
