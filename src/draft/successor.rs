//! The form for a token like another one: a clone, or what follows a rotation. Pure.

use super::{Draft, Form, Matches, USUAL_DAYS, When, instant, latest_end, listed, shown};
use crate::capabilities::{Capabilities, Field, FieldShape, Input, InputKind};
use crate::time::{Clock, DAY, HOUR, MINUTE, Millis, Resolved, Zone, format_rfc3339, parse_wall, resolve};
use crate::token::{Privilege, Scope, Target, Token};

/// A life of whole days may be this much longer or shorter: clocks change, and its end is written to the minute.
const ABOUT: Millis = 2 * HOUR;

/// How long a token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// Without an end.
    Endless,
    /// So many milliseconds.
    Of(Millis),
    /// That cannot be told, or was cut short.
    Unknown,
}

/// Rights that another system does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Ids of scopes.
    pub scopes: Vec<String>,
    /// Privileges in places that it does not have.
    pub privileges: Vec<Privilege>,
}

impl LeftOut {
    /// Whether the other system knows all.
    pub fn is_none(&self) -> bool {
        self.scopes.is_empty() && self.privileges.is_empty()
    }
}

impl Form {
    /// Fills an empty form of a system with the rights of a token, which may be over: scopes, privileges, addresses, and
    /// what the system asks for. It lives as long as that one, from now on. Name and GUID stay as they are; a secret is
    /// never taken over.
    ///
    /// `created`: when the token was made, where its system says. `usual_days`: how long new tokens live there, for a
    /// token whose life cannot be told.
    pub fn take_over(
        &mut self,
        token: &Token,
        created: Option<Millis>,
        system: &Capabilities,
        asked: &[Input],
        usual_days: Option<u32>,
        clock: Clock,
    ) {
        let has = |field: Field| system.field(field).is_some();
        if has(Field::Description) {
            self.description = token.description.clone().unwrap_or_default();
        }
        if has(Field::Scopes) {
            self.scopes = token.scopes.clone();
        }
        if has(Field::Privileges) {
            self.privileges = token.privileges.clone();
        }
        if has(Field::SourceIps) {
            self.source_ips = token.source_ips.join("\n");
        }
        for input in asked.iter().filter(|it| it.kind != InputKind::Secret) {
            let told = token.inputs.iter().find(|(key, value)| *key == input.key && !value.is_empty());
            if let Some((_, value)) = told {
                self.inputs.retain(|(key, _)| *key != input.key);
                self.inputs.push((input.key.clone(), value.clone()));
            }
        }
        if let Some(end) = system.field(Field::ValidTo) {
            self.move_on(token, created, end, usual_days, clock);
        }
    }

    /// Gives it the dates of a token, moved on so that it lives as long from now. One that has not begun keeps its dates.
    fn move_on(
        &mut self,
        token: &Token,
        created: Option<Millis>,
        end: &FieldShape,
        usual_days: Option<u32>,
        Clock { now, zone }: Clock,
    ) {
        let lies_ahead = |text: &Option<String>| text.as_deref().and_then(instant).filter(|it| *it > now);
        if let Some(start) = lies_ahead(&token.valid_from).filter(|_| !token.revoked) {
            self.valid_from = typed(start, zone);
            self.valid_to = lies_ahead(&token.valid_to).map(|it| typed(it, zone)).unwrap_or_default();
            return;
        }
        let whole_days = |length: Millis| {
            let days = (length + DAY / 2) / DAY;
            ((length - days * DAY).abs() <= ABOUT)
                .then_some(days)
                .and_then(|it| u32::try_from(it).ok())
                .filter(|it| *it > 0)
        };
        match life(token, created, now) {
            Life::Endless if !end.required => self.valid_to = When::default(),
            Life::Of(length) => match whole_days(length) {
                Some(days) => self.live(days, end, now, zone),
                None => {
                    let latest = end.most_days.map(|most| latest_end(most, end.by_day, now));
                    let at = now.saturating_add(length);
                    self.valid_to = typed(latest.map_or(at, |latest| at.min(latest)), zone);
                }
            },
            Life::Endless | Life::Unknown => {
                let days = usual_days.unwrap_or(USUAL_DAYS);
                self.live(end.most_days.map_or(days, |most| days.min(most)), end, now, zone);
            }
        }
    }

    /// The rights that it holds, whatever else may be wrong with it.
    pub fn rights(&self, zone: &dyn Zone) -> Draft {
        let date = |when: &When| when.value(zone).ok().flatten().map(|(text, _)| text);
        Draft {
            scopes: self.scopes.clone(),
            privileges: Some(self.privileges.clone()),
            source_ips: Some(listed(&self.source_ips)),
            valid_from: date(&self.valid_from),
            valid_to: date(&self.valid_to),
            inputs: self.inputs.clone(),
            ..Draft::default()
        }
    }

    /// Leaves out what a system does not know, and tells what that is. `scopes` and `targets` are those that it lists;
    /// `None` where it does not say.
    pub fn leave_out_unknown(&mut self, scopes: Option<&[Scope]>, targets: Option<&[Target]>) -> LeftOut {
        let mut left_out = LeftOut::default();
        if let Some(known) = scopes {
            let (kept, unknown) = self.scopes.drain(..).partition(|id| known.iter().any(|it| it.id == *id));
            (self.scopes, left_out.scopes) = (kept, unknown);
        }
        if let Some(known) = targets {
            let is_known = |it: &Privilege| {
                it.target.is_empty() || known.iter().any(|target| target.scope == it.scope && target.id == it.target)
            };
            let (kept, unknown) = self.privileges.drain(..).partition(is_known);
            (self.privileges, left_out.privileges) = (kept, unknown);
        }
        left_out
    }
}

fn life(token: &Token, created: Option<Millis>, now: Millis) -> Life {
    let Some(end) = &token.valid_to else { return Life::Endless };
    let start = token.valid_from.as_deref().and_then(instant).or(created);
    match instant(end).zip(start) {
        // Revoking may move an end to that moment.
        Some((end, _)) if token.revoked && end <= now => Life::Unknown,
        Some((end, start)) if end > start => Life::Of(end - start),
        _ => Life::Unknown,
    }
}

/// An instant as it would be typed. Of one that the clocks show twice, the right one of both.
fn typed(at: Millis, zone: &dyn Zone) -> When {
    let minute = at - at.rem_euclid(MINUTE);
    let typed = shown(Some(&format_rfc3339(minute)), zone);
    let later = match parse_wall(&typed).map(|wall| resolve(wall, zone)) {
        Some(Resolved::Twice(_, second)) => Some(second <= minute),
        _ => None,
    };
    When { original: None, typed, later }
}

/// A name for a token that is like one of this name: with `word` behind it, and a number or a letter where that is taken.
/// It follows the rules of the field. The name as it is where none can be found.
pub fn name_after(
    name: &str,
    word: &str,
    shape: &FieldShape,
    is_taken: &dyn Fn(&str) -> bool,
    matches: Matches,
) -> String {
    // As the name itself parts its words; not by what stands in it for something else.
    let gap = if name.contains(' ') {
        " "
    } else if name.contains('_') && !name.contains('-') {
        "_"
    } else {
        "-"
    };
    let more = |n: u32| match n {
        1 => vec![String::new()],
        n => {
            let letter = char::from_u32('a' as u32 + (n - 1)).filter(char::is_ascii_lowercase);
            // Some names must end in a letter.
            std::iter::once(format!("{gap}{n}")).chain(letter.map(|it| format!("{gap}{it}"))).collect()
        }
    };
    let fits = |it: &String| {
        let is_short = shape.most_chars.is_none_or(|most| it.chars().count() <= most);
        is_short && shape.pattern.as_ref().is_none_or(|pattern| matches(pattern, it)) && !is_taken(it)
    };
    // What is too long loses its end, as far as the word and the rule need.
    let n_chars = name.chars().count();
    let cut = |n: usize| name.chars().take(n).collect::<String>().trim_end_matches([' ', '-', '_', '.']).to_owned();
    let tails: Vec<String> = (1..=MOST_TRIED).flat_map(more).map(|it| format!("{gap}{word}{it}")).collect();
    let named = |n: usize| tails.iter().map(|tail| cut(n) + tail).find(fits);
    (1..=n_chars).rev().take(MOST_CUT).find_map(named).unwrap_or_else(|| name.to_owned())
}

/// How many names are tried, and how many letters of one may go.
const MOST_TRIED: u32 = 100;
const MOST_CUT: usize = 24;

#[cfg(test)]
mod tests;
