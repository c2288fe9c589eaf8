//! What testing a connection has found: how many tokens, and what of the first one was understood. Pure.

use serde::Serialize;

use super::{ApiError, Reason, Response};
use crate::json::{self, Json, Read};
use crate::secret::MASK;
use crate::words::{Label, Words};

/// What the list call gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many tokens are on the first page.
    pub count: usize,
    /// How many there are, where the system says.
    pub total: Option<usize>,
    /// What tells where the next page is; `None` where there is none.
    pub next: Option<Words>,
    /// What the first token has, field by field; empty where there is no token.
    pub fields: Vec<Finding>,
}

/// A field of a token, and what the system's answer has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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

/// The members of a Scoped Token API's token (wire contracts §1), and what the page calls them.
const SCOPED: [(&str, Label); 11] = [
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
];

impl Report {
    /// Reads what serde writes of it; `None` where it is no report.
    pub fn read(json: &Json) -> Option<Report> {
        let text = |it: &Json, name: &str| it.text_of(name).map(str::to_owned);
        let number = |name: &str| json.get(name).and_then(Read::number).map(|it| it as usize);
        let finding = |it: &Json| {
            Some(Finding {
                label: text(it, "label")?.into(),
                place: text(it, "place"),
                found: text(it, "found").map(Words::from),
                notes: it.get("notes")?.list().iter().filter_map(Read::text).map(Words::from).collect(),
            })
        };
        Some(Report {
            count: number("count")?,
            total: number("total"),
            next: text(json, "next").map(Words::from),
            fields: json.get("fields")?.list().iter().map(finding).collect::<Option<_>>()?,
        })
    }

    /// What the first page of a Scoped Token API has. Its GUIDs are what callers send, so they are masked.
    pub fn of_scoped(answer: &Response) -> Result<Report, ApiError> {
        let json = answer.read()?;
        let Some(Json::Array(entries)) = json.get("entries") else {
            return Err(answer.malformed(Reason::NoEntries));
        };
        let finding = |token: &Json, (name, label): &(&str, Label)| {
            let found = token.get(name).map(|it| match it {
                Json::Null => Told::None.into(),
                _ if *name == "guid" => MASK.into(),
                value => match json::plain(value) {
                    text if matches!(text.as_str(), "" | "[]") => Told::None.into(),
                    text => text.into(),
                },
            });
            Finding { label: (*label).into(), place: Some(format!("/{name}")), found, notes: Vec::new() }
        };
        Ok(Report {
            count: entries.len(),
            total: json.get("total").and_then(Read::number).map(|it| it as usize),
            next: json.text_of("next").map(|it| Told::Cursor(it.into()).into()),
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
        let name =
            Finding { label: "Name".into(), place: Some("/name".into()), found: Some("ci".into()), notes: vec![] };
        let other = Finding { label: "X".into(), notes: vec!["odd".into(), "too odd".into()], ..Finding::default() };
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
