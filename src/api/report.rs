//! What testing a connection has found: how many tokens, and what of the first one was understood. Pure.

use super::{ApiError, Reason, Response};
use crate::json::{self, Json, Read};
use crate::moments::{self, Moment, Written};
use crate::secret::MASK;
use crate::time::{Utc, format_rfc3339};
use crate::words::{Label, Words};

/// What the list call gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many tokens are on the first page.
    pub count: usize,
    /// How many there are, where the system says.
    pub total: Option<usize>,
    /// What tells where the next page is; `None` where there is none.
    pub next: Option<Words>,
    /// The headers that are meant to say something of the list, and that the system does not let the page read.
    pub unread: Vec<String>,
    /// What the first token has, field by field; empty where there is no token.
    pub fields: Vec<Finding>,
}

/// A field of a token, and what the system's answer has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What the page calls it.
    pub label: Words,
    /// The place in the answer, where it was described.
    pub place: Option<String>,
    /// What stands there, as it was understood; secrets are masked. `None` where nothing stands there.
    pub found: Option<Words>,
    /// What else is to be said of it: one sentence each.
    pub notes: Vec<Words>,
}

/// What the page makes of an answer.
pub enum Told {
    /// What stands there, such as `null`, means that there is none.
    None,
    /// The next page is asked for by this cursor.
    Cursor(String),
}

/// What the author of a description wants to know of a field; `messages` has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// How a time is written.
    Time(Written),
    /// A time without a zone, read as one of this zone.
    Zone(String),
    /// It is no time in the form that is described. This one, by its name, would read it.
    As(&'static str),
    /// It is no time in any form.
    NoTime,
    /// These words mean neither yes nor no, so the status is unknown.
    Words(Vec<String>),
    /// This word is taken for yes, because it is there and is no time.
    TakenForYes(String),
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

/// The members of a Scoped Token API's token (wire contracts §1), and what the page calls them.
const SCOPED: [(&str, Label); 12] = [
    ("name", Label::Name),
    ("description", Label::Description),
    ("guid", Label::Guid),
    ("scopes", Label::Scopes),
    ("valid_from", Label::ActiveFrom),
    ("valid_to", Label::ExpirationDate),
    ("last_used_at", Label::LastUsed),
    ("is_active", Label::IsActive),
    ("created_at", Label::Created),
    ("created_by", Label::CreatedBy),
    ("revoked_at", Label::Revoked),
    ("disabled_at", Label::Disabled),
];

/// Those of them that are times.
const TIMES: [&str; 6] = ["valid_from", "valid_to", "last_used_at", "created_at", "revoked_at", "disabled_at"];

impl Report {
    /// What the first page of a Scoped Token API has. Its GUIDs are what callers send, so they are masked.
    pub fn of_scoped(answer: &Response) -> Result<Report, ApiError> {
        let json = answer.read()?;
        let Some(Json::Array(entries)) = json.get("entries") else {
            return Err(answer.malformed(Reason::NoEntries));
        };
        let finding = |token: &Json, (name, label): &(&str, Label)| {
            let stands = token.get(name);
            let mut found = stands.map(|it| match it {
                Json::Null => Told::None.into(),
                _ if *name == "guid" => MASK.into(),
                value => match json::plain(value) {
                    text if matches!(text.as_str(), "" | "[]") => Told::None.into(),
                    text => text.into(),
                },
            });
            let mut hints = Vec::new();
            match stands.filter(|it| **it != Json::Null) {
                Some(it) if TIMES.contains(name) => {
                    let (moment, written) = moments::read(&json::plain(it), &Utc);
                    match moment {
                        Moment::At(at) => found = Some(format_rfc3339(at).into()),
                        Moment::Never => found = Some(Told::None.into()),
                        Moment::Odd => {}
                    }
                    hints = time_hints(written, "UTC");
                }
                Some(it) if *name == "is_active" && it.flag().is_none() => {
                    hints.push(Hint::Words(vec![json::plain(it)]))
                }
                _ => {}
            }
            let notes = hints.into_iter().map(Words::from).collect();
            Finding { label: (*label).into(), place: Some(format!("/{name}")), found, notes }
        };
        Ok(Report {
            count: entries.len(),
            total: json.get("total").and_then(Read::number).map(|it| it as usize),
            next: json.text_of("next").map(|it| Told::Cursor(it.into()).into()),
            unread: Vec::new(),
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
    fn it_says_how_times_are_written_and_which_words_are_not_known() {
        let body = r#"{"entries":[{"valid_from":"2027-01-01 10:00:00 +0000 UTC","valid_to":"2027-01-01 10:00",
            "last_used_at":"N/A","created_at":"soon","revoked_at":null,"is_active":"enabled"}]}"#;
        let report = Report::of_scoped(&answer(body)).expect("a report");
        let at = || Words::from("2027-01-01T10:00:00Z");
        for (label, found, hints) in [
            (Label::ActiveFrom, at(), vec![Hint::Time(Written::WithOffset)]),
            (Label::ExpirationDate, at(), vec![Hint::Time(Written::WithoutZone), Hint::Zone("UTC".into())]),
            (Label::LastUsed, Told::None.into(), vec![Hint::Time(Written::Word)]),
            (Label::Created, "soon".into(), vec![Hint::NoTime]),
            (Label::Revoked, Told::None.into(), vec![]),
            (Label::IsActive, "enabled".into(), vec![Hint::Words(vec!["enabled".into()])]),
        ] {
            let label = Words::from(label);
            let finding = report.fields.iter().find(|it| it.label == label).expect("a field");
            let notes: Vec<Words> = hints.into_iter().map(Words::from).collect();
            assert_eq!((finding.found.as_ref(), &finding.notes), (Some(&found), &notes), "{label}");
        }
    }

    #[test]
    fn a_scoped_token_api_is_looked_at() {
        let body = r#"{"total":7,"next":"c","entries":[{"name":"ci","guid":"hush","scopes":["a"],"valid_to":null}]}"#;
        let report = Report::of_scoped(&answer(body)).expect("a report");
        assert_eq!((report.count, report.total, report.next), (1, Some(7), Some(Told::Cursor("c".into()).into())));
        let found = |label: &str| report.fields.iter().find(|it| it.label == label).and_then(|it| it.found.clone());
        assert_eq!(
            ["Name", "Scopes", "Expiration date", "Last used", "GUID"].map(found),
            [Some("ci".into()), Some("[\"a\"]".into()), Some(Told::None.into()), None, Some(MASK.into())]
        );
        let empty = Report::of_scoped(&answer(r#"{"total":0,"next":null,"entries":[]}"#)).expect("a report");
        assert_eq!(empty.fields, []);
        for body in ["[]", "{\"entries\":7}", "<html>"] {
            assert!(Report::of_scoped(&answer(body)).is_err(), "{body}");
        }
    }
}
