//! What a column says of a token, once for every place that shows it: the table, the details, the test of a connection.
//! Values and no words, those are in [`crate::messages`]. Pure.

use std::borrow::Cow;

use crate::query::{SOON, UNUSED};
use crate::store::{OddFact, Row, Store};
use crate::time::{DAY, Distance, Millis, distance, parse_rfc3339};
use crate::token::Status;

/// What ends within this is marked.
const SOON_WITHIN: Millis = SOON as Millis * DAY;

/// What ends within this is marked strongly.
const URGENT_WITHIN: Millis = 2 * DAY;

/// A token, and what is to be known around it to say something of it.
pub struct Subject<'a> {
    /// Where it is.
    pub store: &'a Store,
    /// Which one it is there.
    pub row: Row,
    /// Its status by now.
    pub status: Status,
    /// What the connection is called that it belongs to.
    pub system: &'a str,
    /// The ids of the scopes that are looked for: they come first.
    pub wanted: &'a [String],
    /// What a scope is called, by its id.
    pub scope_name: &'a dyn Fn(&'a str) -> &'a str,
    /// This moment.
    pub now: Millis,
    /// How many letters are wanted of a list that is told as one text, which may be very long.
    pub most: usize,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// The purpose, below the name.
    Description,
    /// The public handle with its button to copy.
    Id,
    /// Its rights.
    Scopes,
    /// From when on it works.
    ValidFrom,
    /// Up to when it works.
    ValidTo,
    /// The connection that it belongs to, where several stand side by side.
    System,
    /// When it was last used.
    LastUsed,
    /// Who made it.
    Creator,
    /// Where it stands in its life.
    Status,
    /// A text of the system's own, by its place among the extras.
    Text(usize),
    /// An instant of the system's own, by its place among the extras.
    Time(usize),
    /// When something happens that a use of the token puts off, by its place among the extras.
    Deadline(usize),
    /// A secret that the system shows in its list, by its place among the extras: hidden until the user asks.
    Hidden(usize),
}

impl ColumnKind {
    /// What a column of this kind is called where no label may be meant. One of a system's own has its place here only
    /// where the system gives it no id.
    pub fn id(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            ColumnKind::Description => "description",
            ColumnKind::Id => "id",
            ColumnKind::Scopes => "scopes",
            ColumnKind::ValidFrom => "valid_from",
            ColumnKind::ValidTo => "valid_to",
            ColumnKind::System => "system",
            ColumnKind::LastUsed => "last_used",
            ColumnKind::Creator => "created_by",
            ColumnKind::Status => "status",
            ColumnKind::Text(idx) | ColumnKind::Time(idx) | ColumnKind::Deadline(idx) | ColumnKind::Hidden(idx) => {
                return format!("extra{idx}").into();
            }
        })
    }
}

/// What a column says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// What stands there.
    pub value: FactValue<'a>,
    /// How far away it is, of an instant.
    pub note: Option<Distance>,
    /// How it is to be seen.
    pub tone: Tone,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactValue<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// Whether something is so.
    Flag(bool),
    /// What stands where the value cannot be read.
    Odd(&'a str),
    /// An instant.
    At(Millis),
    /// The status.
    Status(Status),
    /// A secret, which is hidden until the user asks.
    Secret(&'a str),
    /// There is none.
    Absent(Absent),
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The system does not say.
    NotReported,
    /// A text, or a list, that is empty.
    Empty,
    /// An instant that never comes, or never was.
    Never,
    /// A start that is the token's own.
    FromCreation,
    /// No creator is told.
    Unnamed,
}

/// How a fact is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Like any other.
    Plain,
    /// The end of a token that works, or a deadline, within [`SOON`] days.
    Soon,
    /// The same within two days, or passed.
    Urgent,
    /// The last use of a token that works: never, or more than [`UNUSED`] days ago.
    Unused,
}

impl Tone {
    /// That of something that happens to a token at an instant.
    fn of_end(at: Millis, now: Millis) -> Tone {
        match at - now {
            left if left <= URGENT_WITHIN => Tone::Urgent,
            left if left <= SOON_WITHIN => Tone::Soon,
            _ => Tone::Plain,
        }
    }

    /// That of the last use of a token, `None` where it never was used.
    fn of_last_use(at: Option<Millis>, now: Millis) -> Tone {
        if at.is_none_or(|it| it < now - Millis::from(UNUSED) * DAY) { Tone::Unused } else { Tone::Plain }
    }
}

/// What a column says of a token.
pub fn fact<'a>(of: &Subject<'a>, kind: ColumnKind) -> Fact<'a> {
    let Subject { store, row, .. } = *of;
    let unreported = store.unreported(row);
    let extra = |idx: usize| store.extra(row, idx);
    let odd = match kind {
        ColumnKind::ValidFrom => store.odd(row, OddFact::ValidFrom),
        ColumnKind::ValidTo => store.odd(row, OddFact::ValidTo),
        ColumnKind::LastUsed => store.odd(row, OddFact::LastUsed),
        ColumnKind::Scopes => store.odd(row, OddFact::Scopes),
        _ => None,
    };
    if let Some(odd) = odd {
        return plain(FactValue::Odd(odd));
    }
    match kind {
        ColumnKind::Description => text(store.problem(row).unwrap_or(store.description(row)), false, Absent::Empty),
        ColumnKind::Id => match store.guid(row) {
            it if it.is_empty() => plain(FactValue::Absent(Absent::NotReported)),
            it => plain(FactValue::Text(it.into())),
        },
        ColumnKind::Scopes => {
            let mut names = String::new();
            let is_wanted = |id: &&str| of.wanted.iter().any(|it| it == id);
            let wanted = store.scopes(row).filter(|it| !of.wanted.is_empty() && is_wanted(it));
            for name in wanted.chain(store.scopes(row).filter(|it| !is_wanted(it))).map(of.scope_name) {
                if names.len() > of.most {
                    break;
                }
                names.push_str(if names.is_empty() { "" } else { ", " });
                names.push_str(name);
            }
            text(names, unreported.scopes, Absent::Empty)
        }
        ColumnKind::ValidFrom => time(of, store.validity(row).valid_from, unreported.valid_from, Absent::FromCreation),
        ColumnKind::ValidTo => {
            let end = store.validity(row).valid_to;
            toned(of, end.map(|it| Tone::of_end(it, of.now)), time(of, end, unreported.valid_to, Absent::Never))
        }
        ColumnKind::LastUsed => {
            let used = store.last_used(row);
            let tone = (!unreported.last_used).then(|| Tone::of_last_use(used, of.now));
            toned(of, tone, time(of, used, unreported.last_used, Absent::Never))
        }
        ColumnKind::System => text(of.system, false, Absent::Empty),
        ColumnKind::Creator => text(store.created_by(row), unreported.created_by, Absent::Unnamed),
        ColumnKind::Status => plain(FactValue::Status(of.status)),
        ColumnKind::Text(idx) if matches!(extra(idx), Some("true" | "false")) => {
            plain(FactValue::Flag(extra(idx) == Some("true")))
        }
        ColumnKind::Text(idx) => text(extra(idx).unwrap_or_default(), extra(idx).is_none(), Absent::Empty),
        ColumnKind::Time(idx) | ColumnKind::Deadline(idx) => match extra(idx) {
            Some(odd) if !odd.is_empty() && parse_rfc3339(odd).is_none() => plain(FactValue::Odd(odd)),
            it => {
                let at = it.and_then(parse_rfc3339);
                let tone = at.filter(|_| matches!(kind, ColumnKind::Deadline(_))).map(|it| Tone::of_end(it, of.now));
                toned(of, tone, time(of, at, it.is_none(), Absent::Never))
            }
        },
        ColumnKind::Hidden(idx) => match extra(idx) {
            Some(secret) if !secret.is_empty() => plain(FactValue::Secret(secret)),
            it => text("", it.is_none(), Absent::Empty),
        },
    }
}

fn plain(value: FactValue<'_>) -> Fact<'_> {
    Fact { value, note: None, tone: Tone::Plain }
}

fn text<'a>(text: impl Into<Cow<'a, str>>, is_unreported: bool, none: Absent) -> Fact<'a> {
    let text = text.into();
    plain(match text {
        _ if is_unreported => FactValue::Absent(Absent::NotReported),
        text if text.is_empty() => FactValue::Absent(none),
        text => FactValue::Text(text),
    })
}

fn time<'a>(of: &Subject<'a>, at: Option<Millis>, is_unreported: bool, none: Absent) -> Fact<'a> {
    match at {
        Some(at) => Fact { value: FactValue::At(at), note: Some(distance(at, of.now)), tone: Tone::Plain },
        None => plain(FactValue::Absent(if is_unreported { Absent::NotReported } else { none })),
    }
}

/// With a tone, where the token works: what happens to one that does not is of no urgency.
fn toned<'a>(of: &Subject<'a>, tone: Option<Tone>, fact: Fact<'a>) -> Fact<'a> {
    Fact { tone: tone.filter(|_| of.status.is_active()).unwrap_or(Tone::Plain), ..fact }
}

#[cfg(test)]
mod tests;
