//! What testing a connection has found: how many tokens, and what of the first one was understood. Pure.

use serde::{Serialize, Serializer};

use super::{ApiError, Response};
use crate::json::{self, Json, Read};
use crate::moments::{self, Moment, Written};
use crate::secret::MASK;
use crate::time::{Utc, format_rfc3339};

/// What the list call gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many tokens are on the first page.
    pub count: usize,
    /// How many there are, where the system says.
    pub total: Option<usize>,
    /// What tells where the next page is; `None` where there is none.
    pub next: Option<String>,
    /// What the first token has, field by field; empty where there is no token.
    pub fields: Vec<Finding>,
}

/// A field of a token, and what the system's answer has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What the page calls it.
    pub label: String,
    /// The place in the answer, where it was described.
    pub place: Option<String>,
    /// What stands there, as it was understood; secrets are masked, and [`NONE`] is said of what means none. `None` where
    /// nothing stands there.
    pub found: Option<String>,
    /// What else is to be said of it; empty for nothing.
    pub note: String,
    /// How it is written, and what a description has to say for it to be read otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
}

/// What whoever writes a description wants to know of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// How a time is written.
    Time(Written),
    /// A time without a zone, read as one of this zone.
    Zone(String),
    /// It is no time in the form that is described. This one, by its name, would read it.
    As(String),
    /// It is no time in any form.
    NoTime,
    /// These words mean neither yes nor no, so the status is unknown.
    Words(Vec<String>),
    /// This word is taken for yes, because it is there and is no time.
    TakenForYes(String),
}

/// Forms of times by the names that they have between a gateway and the page.
const FORMS: [(&str, Written); 11] = [
    ("offset", Written::WithOffset),
    ("zoneless", Written::WithoutZone),
    ("day", Written::Day),
    ("http", Written::Http),
    ("parts", Written::Parts),
    ("seconds", Written::Seconds),
    ("millis", Written::Millis),
    ("finer", Written::Finer),
    ("duration", Written::Duration),
    ("word", Written::Word),
    ("unknown", Written::Unknown),
];

impl Hint {
    /// What it is, and its words.
    fn parts(&self) -> Vec<&str> {
        match self {
            Hint::Time(written) => {
                let name = FORMS.iter().find(|(_, it)| it == written).map_or("unknown", |(name, _)| name);
                vec!["time", name]
            }
            Hint::Zone(zone) => vec!["zone", zone],
            Hint::As(form) => vec!["as", form],
            Hint::NoTime => vec!["no_time"],
            Hint::Words(words) => std::iter::once("words").chain(words.iter().map(String::as_str)).collect(),
            Hint::TakenForYes(word) => vec!["yes", word],
        }
    }

    /// [`Hint::parts`], read back.
    fn of(parts: &[&str]) -> Option<Hint> {
        Some(match parts {
            ["time", name] => Hint::Time(FORMS.iter().find(|(it, _)| it == name)?.1),
            ["zone", zone] => Hint::Zone((*zone).into()),
            ["as", form] => Hint::As((*form).into()),
            ["no_time"] => Hint::NoTime,
            ["words", words @ ..] => Hint::Words(words.iter().map(|it| (*it).to_owned()).collect()),
            ["yes", word] => Hint::TakenForYes((*word).into()),
            _ => return None,
        })
    }
}

impl Serialize for Hint {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.parts())
    }
}

/// What is to be said of how a time is written, which was read in this zone.
pub fn time_hints(written: Written, zone: &str) -> Vec<Hint> {
    let in_zone = matches!(written, Written::WithoutZone | Written::Day | Written::Parts);
    let form = match written {
        Written::Unknown => Hint::NoTime,
        written => Hint::Time(written),
    };
    std::iter::once(form).chain(in_zone.then(|| Hint::Zone(zone.to_owned()))).collect()
}

/// Said of what stands in an answer and means that there is none, such as `null`.
pub const NONE: &str = "none";

/// The members of a Scoped Token API's token (wire contracts §1), and what the page calls them.
const SCOPED: [(&str, &str); 11] = [
    ("name", "Name"),
    ("description", "Description"),
    ("guid", "GUID"),
    ("scopes", "Scopes"),
    ("valid_from", "Active from"),
    ("valid_to", "Expiration date"),
    ("last_used_at", "Last used"),
    ("is_active", "Is active"),
    ("created_at", "Created"),
    ("created_by", "Created by"),
    ("revoked_at", "Revoked"),
];

/// Those of them that are times.
const TIMES: [&str; 5] = ["valid_from", "valid_to", "last_used_at", "created_at", "revoked_at"];

impl Report {
    /// Reads what serde writes of it; `None` where it is no report.
    pub fn read(json: &Json) -> Option<Report> {
        let text = |it: &Json, name: &str| it.text_of(name).map(str::to_owned);
        let number = |name: &str| json.get(name).and_then(Read::number).map(|it| it as usize);
        let hint = |it: &Json| Hint::of(&it.list().iter().filter_map(Read::text).collect::<Vec<_>>());
        let finding = |it: &Json| {
            Some(Finding {
                label: text(it, "label")?,
                place: text(it, "place"),
                found: text(it, "found"),
                note: text(it, "note").unwrap_or_default(),
                hints: it.get("hints").map(Json::list).unwrap_or_default().iter().filter_map(hint).collect(),
            })
        };
        Some(Report {
            count: number("count")?,
            total: number("total"),
            next: text(json, "next"),
            fields: json.get("fields")?.list().iter().map(finding).collect::<Option<_>>()?,
        })
    }

    /// What the first page of a Scoped Token API has. Its GUIDs are what callers send, so they are masked.
    pub fn of_scoped(answer: &Response) -> Result<Report, ApiError> {
        let json = answer.read()?;
        let Some(Json::Array(entries)) = json.get("entries") else {
            return Err(answer.malformed("it has no list of entries"));
        };
        let finding = |token: &Json, (name, label): &(&str, &str)| {
            let stands = token.get(name);
            let found = stands.map(|it| match it {
                Json::Null => NONE.into(),
                _ if *name == "guid" => MASK.into(),
                value => Some(json::plain(value)).filter(|it| !matches!(it.as_str(), "" | "[]")).unwrap_or(NONE.into()),
            });
            let mut finding =
                Finding { label: (*label).into(), place: Some(format!("/{name}")), found, ..Finding::default() };
            match stands {
                Some(it) if TIMES.contains(name) && *it != Json::Null => {
                    let (moment, written) = moments::read(&json::plain(it), &Utc);
                    match moment {
                        Moment::At(at) => finding.found = Some(format_rfc3339(at)),
                        Moment::Never => finding.found = Some(NONE.into()),
                        Moment::Odd => {}
                    }
                    finding.hints = time_hints(written, "UTC");
                }
                Some(it) if *name == "is_active" && it.flag().is_none() && *it != Json::Null => {
                    finding.hints = vec![Hint::Words(vec![json::plain(it)])];
                }
                _ => {}
            }
            finding
        };
        Ok(Report {
            count: entries.len(),
            total: json.get("total").and_then(Read::number).map(|it| it as usize),
            next: json.text_of("next").map(|it| format!("the cursor {it}")),
            fields: entries
                .first()
                .map(|it| SCOPED.iter().map(|field| finding(it, field)).collect())
                .unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let name = Finding {
            label: "Name".into(),
            place: Some("/name".into()),
            found: Some("ci".into()),
            ..Finding::default()
        };
        let words = vec!["on".to_owned(), "off".to_owned()];
        let mut hints = vec![Hint::Zone("+02:00".into()), Hint::As("unix".into()), Hint::NoTime, Hint::Words(words)];
        hints.push(Hint::TakenForYes("by ada".into()));
        hints.extend(FORMS.map(|(_, written)| Hint::Time(written)));
        let other = Finding { label: "X".into(), note: "odd".into(), hints, ..Finding::default() };
        for report in [
            Report { count: 2, total: Some(5), next: Some("/next".into()), fields: vec![name, other] },
            Report::default(),
        ] {
            let text = serde_json::to_string(&report).expect("JSON");
            assert_eq!(Report::read(&json::read(text.as_bytes()).expect("JSON")), Some(report));
        }
        assert_eq!(Report::read(&Json::Null), None);
    }

    #[test]
    fn it_says_how_times_are_written_and_which_words_are_not_known() {
        let body = r#"{"entries":[{"valid_from":"2027-01-01 10:00:00 +0000 UTC","valid_to":"2027-01-01 10:00",
            "last_used_at":"N/A","created_at":"soon","revoked_at":null,"is_active":"enabled"}]}"#;
        let report = Report::of_scoped(&answer(body)).expect("a report");
        for (label, found, hints) in [
            ("Active from", "2027-01-01T10:00:00Z", vec![Hint::Time(Written::WithOffset)]),
            (
                "Expiration date",
                "2027-01-01T10:00:00Z",
                vec![Hint::Time(Written::WithoutZone), Hint::Zone("UTC".into())],
            ),
            ("Last used", NONE, vec![Hint::Time(Written::Word)]),
            ("Created", "soon", vec![Hint::NoTime]),
            ("Revoked", NONE, vec![]),
            ("Is active", "enabled", vec![Hint::Words(vec!["enabled".into()])]),
        ] {
            let finding = report.fields.iter().find(|it| it.label == label).expect(label);
            assert_eq!((finding.found.as_deref(), &finding.hints), (Some(found), &hints), "{label}");
        }
    }

    #[test]
    fn a_scoped_token_api_is_looked_at() {
        let body = r#"{"total":7,"next":"c","entries":[{"name":"ci","guid":"hush","scopes":["a"],"valid_to":null}]}"#;
        let report = Report::of_scoped(&answer(body)).expect("a report");
        assert_eq!((report.count, report.total, report.next.as_deref()), (1, Some(7), Some("the cursor c")));
        let found = |label: &str| report.fields.iter().find(|it| it.label == label).and_then(|it| it.found.as_deref());
        assert_eq!(
            ["Name", "Scopes", "Expiration date", "Last used", "GUID"].map(found),
            [Some("ci"), Some("[\"a\"]"), Some(NONE), None, Some(MASK)]
        );
        let empty = Report::of_scoped(&answer(r#"{"total":0,"next":null,"entries":[]}"#)).expect("a report");
        assert_eq!(empty.fields, []);
        for body in ["[]", "{\"entries\":7}", "<html>"] {
            assert!(Report::of_scoped(&answer(body)).is_err(), "{body}");
        }
    }
}
