//! Runs and steps as JSON texts, for the browser's database and for JSON Lines. A reader takes what a newer version of the
//! page has written: it leaves out members that it does not know, and a step whose outcome it does not know has to be looked
//! at. No writer lets a secret through ([`Step::masked`]). Pure.

use super::run::{Counts, Ended, Head, Tally, Viewer};
use super::step::{Deed, Facts, Known, Step, StepOutcome};
use crate::json::{self, Json, Read, Writer};
use crate::mask::masked_words;
use crate::time::{Millis, format_rfc3339, parse_rfc3339};
use crate::token::Status;

/// The version of what is written. It goes up when a reader of the one before would misread it.
pub const VERSION: u64 = 1;

/// The fact is not reported by the system.
pub const NOT_REPORTED: &str = "not-reported";
/// The fact was not read by the page.
pub const NOT_READ: &str = "not-read";

/// Every status with its code.
const STATUSES: [(Status, &str); 9] = [
    (Status::Active, "active"),
    (Status::Scheduled, "scheduled"),
    (Status::Expired, "expired"),
    (Status::Revoked, "revoked"),
    (Status::Disabled, "disabled"),
    (Status::Deleted, "deleted"),
    (Status::Inactive, "inactive"),
    (Status::Unknown, "unknown"),
    (Status::Unreadable, "unreadable"),
];

/// A status by its code, or why there is none.
pub fn status_code(status: &Known<Status>) -> &'static str {
    match status {
        Known::NotRead => NOT_READ,
        Known::NotReported => NOT_REPORTED,
        Known::Is(status) => STATUSES.iter().find(|it| it.0 == *status).map_or(NOT_READ, |it| it.1),
    }
}

fn status_of(code: Option<&str>) -> Known<Status> {
    match code {
        Some(NOT_REPORTED) => Known::NotReported,
        code => STATUSES.iter().find(|it| Some(it.1) == code).map_or(Known::NotRead, |it| Known::Is(it.0)),
    }
}

/// An object with the members of a step at its end.
pub(super) fn with_step(writer: Writer, step: &Step) -> Writer {
    let step = step.masked(&[]);
    let until = step.until.map(format_rfc3339);
    let writer = writer
        .text("at", Some(&format_rfc3339(step.at)))
        .text("connection", Some(&step.connection))
        .text("system", Some(&step.system))
        .text("id", Some(&step.id))
        .text("name", Some(&step.name))
        .text("action", Some(step.action.code()))
        .text("outcome", Some(step.outcome.code()))
        .text("words", Some(&step.words))
        .raw("before", &facts(&step.before))
        .raw("after", &facts(&step.after));
    if until.is_some() { writer.text("until", until.as_deref()) } else { writer }
}

fn facts(facts: &Facts) -> String {
    let writer = Writer::default().text("status", Some(status_code(&facts.status)));
    let writer = match &facts.valid_to {
        Known::NotRead => writer.text("valid_to", Some(NOT_READ)),
        Known::NotReported => writer.text("valid_to", Some(NOT_REPORTED)),
        Known::Is(end) => writer.text("valid_to", end.map(format_rfc3339).as_deref()),
    };
    let writer = if let Some(name) = &facts.name { writer.text("name", Some(name)) } else { writer };
    writer.done()
}

fn facts_of(json: &Json) -> Facts {
    let valid_to = match json.get("valid_to") {
        Some(Json::Null) => Known::Is(None),
        Some(Json::String(text)) if text == NOT_REPORTED => Known::NotReported,
        Some(Json::String(text)) => parse_rfc3339(text).map_or(Known::NotRead, |it| Known::Is(Some(it))),
        _ => Known::NotRead,
    };
    Facts { name: json.text_of("name").map(str::to_owned), status: status_of(json.text_of("status")), valid_to }
}

fn time_of(json: &Json, name: &str) -> Option<Millis> {
    parse_rfc3339(json.text_of(name)?)
}

/// A step as the database keeps it.
pub fn write_step(step: &Step) -> String {
    with_step(Writer::default(), step).done()
}

/// The step of a text. One that cannot be read has to be looked at.
pub fn read_step(text: &str) -> Step {
    let json = json::read(text.as_bytes()).unwrap_or(Json::Null);
    step_of(&json)
}

pub(super) fn step_of(json: &Json) -> Step {
    let text = |name: &str| json.text_of(name).unwrap_or_default().to_owned();
    let null = Json::Null;
    Step {
        connection: text("connection"),
        system: text("system"),
        id: text("id"),
        name: text("name"),
        action: Deed::of(&text("action")),
        until: time_of(json, "until"),
        before: facts_of(json.get("before").unwrap_or(&null)),
        after: facts_of(json.get("after").unwrap_or(&null)),
        outcome: StepOutcome::of(&text("outcome")),
        words: text("words"),
        at: time_of(json, "at").unwrap_or_default(),
    }
}

/// A run without its steps, as the database keeps it.
pub fn write_head(head: &Head) -> String {
    let (at, ended) = head.ended.map(|(at, ended)| (format_rfc3339(at), ended.code())).unzip();
    let viewer = |it: &Viewer, out: &mut String| {
        let name = masked_words(&it.name, "");
        let text = Writer::default().text("connection", Some(&it.connection)).text("name", Some(&name)).done();
        out.push_str(&text);
    };
    let number = |it: usize| it.to_string();
    let tally = |it: &Tally, out: &mut String| {
        let text = Writer::default().text("action", Some(it.deed.code()));
        out.push_str(&text.raw("all", &number(it.all)).raw("done", &number(it.done)).done());
    };
    let Counts { all, done, failed, skipped, unknown, open } = head.counts;
    let counts = [all, done, failed, skipped, unknown, open];
    let counts = COUNTED.into_iter().zip(counts).fold(Writer::default(), |it, (name, n)| it.raw(name, &number(n)));
    Writer::default()
        .raw("version", &VERSION.to_string())
        .text("id", Some(&head.id))
        .text("action", Some(head.action.code()))
        .text("began_at", Some(&format_rfc3339(head.began_at)))
        .text("ended_at", at.as_deref())
        .text("ended", ended)
        .text("follows", head.follows.as_deref())
        .list("viewers", &head.viewers, viewer)
        .raw("counts", &counts.done())
        .list("tallies", &head.tallies, tally)
        .done()
}

const COUNTED: [&str; 6] = ["all", "done", "failed", "skipped", "unknown", "open"];

/// The run of a text without its steps; `None` where it is none.
pub fn read_head(text: &str) -> Option<Head> {
    let json = json::read(text.as_bytes()).ok()?;
    let viewer = |it: &Json| Viewer {
        connection: it.text_of("connection").unwrap_or_default().into(),
        name: it.text_of("name").unwrap_or_default().into(),
    };
    let counts = json.get("counts");
    let count = |name| counts.and_then(|it| it.get(name)?.number()).unwrap_or_default() as usize;
    let [all, done, failed, skipped, unknown, open] = COUNTED.map(count);
    let action = Deed::of(json.text_of("action")?);
    let tally = |it: &Json| {
        let number = |name| it.get(name).and_then(|it| it.number()).unwrap_or_default() as usize;
        Tally { deed: Deed::of(it.text_of("action").unwrap_or_default()), all: number("all"), done: number("done") }
    };
    // Versions of the page without them called all steps by what was asked for.
    let tallies = json.get("tallies").map(|it| it.list().iter().map(tally).collect());
    let tallies = tallies.unwrap_or_else(|| vec![Tally { deed: action.clone(), all, done }]);
    Some(Head {
        id: json.text_of("id")?.into(),
        action,
        began_at: time_of(&json, "began_at")?,
        ended: time_of(&json, "ended_at").map(|at| (at, Ended::of(json.text_of("ended").unwrap_or_default()))),
        follows: json.text_of("follows").map(str::to_owned),
        viewers: json.get("viewers").map(|it| it.list().iter().map(viewer).collect()).unwrap_or_default(),
        counts: Counts { all, done, failed, skipped, unknown, open },
        tallies,
    })
}

/// The id of a run that begins at a moment. `random`: hexadecimal digits, so that two tabs make two.
pub fn new_id(at: Millis, random: &str) -> String {
    let time = format_rfc3339(at - at.rem_euclid(1_000)).replace([':', '-'], "");
    format!("{time}-{}", random.get(..8).unwrap_or(random))
}
