//! A rotation as the browser keeps it: JSON with names, ids and times, and no place for a secret. Pure.

use super::{Due, End, Known, Rotation, Stage, Way};
use crate::json::{self, Json, Read, Writer};
use crate::time::Millis;

const WAYS: [(Way, &str); 2] = [(Way::Call, "call"), (Way::Successor, "successor")];

const ENDS: [(End, &str); 3] = [(End::Disable, "disable"), (End::Revoke, "revoke"), (End::Delete, "delete")];

const STAGES: [(Stage, &str); 7] = [
    (Stage::Sent, "sent"),
    (Stage::Lost, "lost"),
    (Stage::Made, "made"),
    (Stage::Unhanded, "unhanded"),
    (Stage::HandedOver, "handed_over"),
    (Stage::Stopped, "stopped"),
    (Stage::Ended, "ended"),
];

/// The key of a value in one of the tables.
fn key<T: PartialEq>(table: &[(T, &'static str)], value: T) -> &'static str {
    table.iter().find(|(it, _)| *it == value).map_or("", |(_, key)| key)
}

fn value<T: Copy>(table: &[(T, &'static str)], key: Option<&str>) -> Option<T> {
    table.iter().find(|(_, it)| Some(*it) == key).map(|(it, _)| *it)
}

impl Rotation {
    /// As it is kept.
    pub fn to_json(&self) -> String {
        let time = |at: Option<Millis>| at.map(|it| it.to_string());
        let known = |it: &Known, out: &mut String| {
            out.push_str(&Writer::default().text("id", Some(&it.id)).text("name", Some(&it.name)).done());
        };
        let due = |it: &Due, out: &mut String| {
            let (end, at) = (key(&ENDS, it.end), it.at.to_string());
            out.push_str(&Writer::default().text("end", Some(end)).raw("at", &at).done());
        };
        let mut json = Writer::default()
            .text("id", Some(&self.id))
            .text("connection", Some(&self.connection))
            .text("system", Some(&self.system))
            .text("viewer", Some(&self.viewer))
            .text("way", Some(key(&WAYS, self.way)))
            .text("stage", Some(key(&STAGES, self.stage)))
            .list("old", [&self.old], known)
            .text("wanted", Some(&self.wanted))
            .texts("before", self.before.iter().map(String::as_str))
            .list("new", &self.new, known)
            .list("due", &self.due, due)
            .raw("begun_at", &self.begun_at.to_string());
        for (name, at) in [("made_at", self.made_at), ("handed_at", self.handed_at), ("ended_at", self.ended_at)] {
            if let Some(at) = time(at) {
                json = json.raw(name, &at);
            }
        }
        json.done()
    }

    /// Reads what [`Rotation::to_json`] wrote; nothing where another version of the page wrote something else.
    pub fn read(text: &str) -> Option<Rotation> {
        let json = json::read(text.as_bytes()).ok()?;
        let text = |name: &str| json.text_of(name).map(str::to_owned);
        let list = |name: &str| json.get(name).map(Json::list).unwrap_or_default();
        let known = |it: &Json| Some(Known { id: it.text_of("id")?.to_owned(), name: it.text_of("name")?.to_owned() });
        let due = |it: &Json| Some(Due { end: value(&ENDS, it.text_of("end"))?, at: time(it, "at")? });
        Some(Rotation {
            way: value(&WAYS, json.text_of("way"))?,
            stage: value(&STAGES, json.text_of("stage"))?,
            old: list("old").first().and_then(known)?,
            new: list("new").iter().filter_map(known).collect(),
            before: list("before").iter().filter_map(|it| it.text().map(str::to_owned)).collect(),
            due: list("due").iter().filter_map(due).collect(),
            begun_at: time(&json, "begun_at")?,
            made_at: time(&json, "made_at"),
            handed_at: time(&json, "handed_at"),
            ended_at: time(&json, "ended_at"),
            id: text("id")?,
            connection: text("connection")?,
            system: text("system")?,
            viewer: text("viewer").unwrap_or_default(),
            wanted: text("wanted")?,
        })
    }
}

/// An instant in milliseconds.
fn time(json: &Json, name: &str) -> Option<Millis> {
    json::plain(json.get(name)?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Rotation {
        let known = |id: &str| Known { id: id.into(), name: format!("\"{id}\"\n") };
        let mut rotation = Rotation::begin("r", ["A “b”", "Acme"], Way::Call, known("1"), "ci-2");
        rotation.viewer = "ada".into();
        rotation.new = vec![known("2"), known("3")];
        rotation.before = vec!["4".into()];
        rotation.stage = Stage::Stopped;
        rotation.begun_at = 1_800_000_000_000;
        rotation.made_at = Some(1_800_000_000_001);
        rotation.handed_at = Some(1_800_000_000_002);
        rotation.due = vec![Due { end: End::Delete, at: 1_900_000_000_000 }];
        rotation
    }

    #[test]
    fn what_is_kept_is_read_back() {
        assert_eq!(Rotation::read(&whole().to_json()), Some(whole()));
        for (stage, _) in STAGES {
            let rotation = Rotation { stage, ..whole() };
            assert_eq!(Rotation::read(&rotation.to_json()), Some(rotation));
        }
    }

    #[test]
    fn what_another_page_wrote_is_left_alone() {
        for text in ["", "[]", "{}", &whole().to_json().replace("stopped", "paused")] {
            assert_eq!(Rotation::read(text), None, "{text}");
        }
    }
}
