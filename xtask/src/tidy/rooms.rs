//! The rooms of the page: which files are in which, what each may import, and what its code never names.
//!
//! Arrows lead downwards only.

use std::collections::BTreeMap;

use super::graph::{self, Graph};
use super::imports;

/// Files that belong together: `src/name.rs` and what is in `src/name/`. Of several rooms that fit, the longest name counts.
struct Room {
    name: &'static str,
    /// The only rooms that may import it; `None` for all that are in higher layers.
    seen_by: Option<&'static [&'static str]>,
    /// What its code never names.
    never: &'static [&'static str],
}

/// The browser and what leads to it, and Leptos: a room without them runs under plain `cargo test` and decides by its
/// arguments alone.
const IMPURE: &[&str] = &["leptos", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo_net"];

const fn pure(name: &'static str) -> Room {
    Room { name, seen_by: None, never: IMPURE }
}

const fn impure(name: &'static str) -> Room {
    Room { name, seen_by: None, never: &[] }
}

impl Room {
    const fn seen_by(self, rooms: &'static [&'static str]) -> Room {
        Room { seen_by: Some(rooms), ..self }
    }

    fn holds(&self, file: &str) -> bool {
        match self.name {
            "core" => file.starts_with("core/src/"),
            "main" => matches!(file, "src/main.rs" | "src/lib.rs"),
            name => {
                let (dir, name) = name.strip_prefix("core/").map_or(("src/", name), |it| ("core/src/", it));
                let rest = file.strip_prefix(dir).and_then(|it| it.strip_prefix(name));
                rest.is_some_and(|it| it == ".rs" || it.starts_with('/'))
            }
        }
    }
}

/// The layers of the page, the lowest first. A room may import those of lower layers, and none beside it.
const LAYERS: &[&[Room]] = &[
    // What the browser knows is not brought along: Unicode's tables, numbers and plurals of every language.
    &[
        impure("core/unicode").seen_by(&["core"]),
        impure("messages/intl").seen_by(&["messages"]),
        impure("parts").seen_by(&["platform", "view"]),
    ],
    &[pure("core")],
    &[
        pure("access").seen_by(&["view"]),
        pure("facts"),
        pure("mask").seen_by(&["api", "api/scoped", "adapters", "record", "rotation", "session"]),
        pure("moments"),
        pure("scrolling").seen_by(&["view"]),
        pure("shortcuts").seen_by(&["messages", "view"]),
        pure("viewer").seen_by(&["adapters", "session"]),
        pure("words"),
    ],
    &[pure("api")],
    &[pure("config")],
    &[pure("capabilities"), pure("record")],
    &[
        pure("draft"),
        pure("layout").seen_by(&["workspace", "messages", "view"]),
        pure("runtime").seen_by(&["session", "actions", "bulk", "rotation", "workspace", "platform", "view"]),
    ],
    &[pure("api/tokens"), pure("rights")],
    &[pure("api/scoped")],
    &[
        pure("adapters").seen_by(&["actions", "messages", "platform", "view", "main"]),
        pure("session"),
        pure("curl").seen_by(&["messages", "view"]),
    ],
    &[pure("actions")],
    &[
        pure("bulk").seen_by(&["workspace", "messages", "view"]),
        pure("rotation").seen_by(&["workspace", "messages", "view"]),
    ],
    &[pure("workspace")],
    // Platform implements the seams of the rooms below it.
    &[pure("messages").seen_by(&["view"]), impure("platform")],
    &[impure("view")],
    // The programs and the list of the rooms.
    &[impure("main")],
];

/// Holds the files of the page to the rules of their rooms. `files` are all with their text.
pub(crate) fn check(graph: &Graph, files: &[(String, String)]) -> Vec<String> {
    check_against(LAYERS, graph, files)
}

fn check_against(layers: &[&[Room]], graph: &Graph, files: &[(String, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    // By room and what it may not know: the files that break the rule, each with the first place.
    let mut broken: BTreeMap<(&str, &str), BTreeMap<&str, String>> = BTreeMap::new();
    for (file, text) in files.iter().filter(|it| graph::is_page(&it.0)) {
        let Some((layer, room)) = room_of(layers, file) else {
            problems.push(format!("{file}:1: it is in no room: xtask/src/tidy/rooms.rs lists them"));
            continue;
        };
        for (line, word) in named(&imports::code(text), room.never) {
            let said = format!("{file}:{line}: {} never names `{word}`", room.name);
            broken.entry((room.name, word)).or_default().entry(file).or_insert(said);
        }
        for arrow in graph.files.get(file).into_iter().flatten() {
            let Some((below, to)) = room_of(layers, &arrow.to) else { continue };
            let is_seen = below < layer && to.seen_by.is_none_or(|it| it.contains(&room.name));
            if to.name != room.name && !is_seen {
                let said = format!("{file}:{}: {} may not import {} ({})", arrow.line, room.name, to.name, arrow.to);
                broken.entry((room.name, to.name)).or_default().entry(file).or_insert(said);
            }
        }
    }
    problems.extend(broken.into_values().flat_map(BTreeMap::into_values));
    problems
}

/// The room of a file, and its layer.
fn room_of<'a>(layers: &[&'a [Room]], file: &str) -> Option<(usize, &'a Room)> {
    let rooms = layers.iter().enumerate().flat_map(|(layer, rooms)| rooms.iter().map(move |it| (layer, it)));
    rooms.filter(|it| it.1.holds(file)).max_by_key(|it| it.1.name.len())
}

/// The lines whose code names one of the words.
fn named<'a>(code: &'a str, never: &'a [&'static str]) -> impl Iterator<Item = (usize, &'static str)> + 'a {
    (1..).zip(code.lines()).flat_map(move |(line, text)| {
        let mut words = text.split(|it: char| !(it.is_alphanumeric() || it == '_'));
        words.find_map(|it| never.iter().find(|word| **word == it)).map(|word| (line, *word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &[&[Room]] = &[
        &[pure("low")],
        &[impure("high"), impure("beside")],
        &[impure("low/top"), impure("far").seen_by(&[])],
        &[impure("top")],
    ];

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        check_against(THREE, &Graph::read(&files), &files)
    }

    #[test]
    fn arrows_lead_downwards_only() {
        let high = ("src/high.rs", "use crate::low::{A, b::C};");
        assert_eq!(found(&[high, ("src/low.rs", ""), ("src/low/b.rs", "use super::A;")]), [""; 0]);
        let low = ("src/low.rs", "\nuse crate::high::{A, B};");
        assert_eq!(found(&[high, low]), ["src/low.rs:2: low may not import high (src/high.rs)"]);
        // The longest name counts: this one is not in `low`.
        assert_eq!(found(&[("src/high.rs", ""), ("src/low/top.rs", "use crate::high;")]), [""; 0]);
    }

    #[test]
    fn a_file_in_no_room_is_refused() {
        assert!(found(&[("src/new.rs", "")])[0].contains("no room"));
        assert_eq!(found(&[("devserver/src/new.rs", "")]), [""; 0]);
    }

    #[test]
    fn what_runs_on_the_host_names_no_browser() {
        let names = |text| found(&[("src/low/a.rs", text)]);
        assert_eq!(names("//! x\nuse leptos::prelude::*;"), ["src/low/a.rs:2: low never names `leptos`"]);
        assert_eq!(names("// Not leptos.\nlet leptos_like = \"leptos\"; // leptos\n"), [""; 0]);
    }

    #[test]
    fn rooms_of_one_layer_do_not_know_each_other_and_some_rooms_are_for_few() {
        let high = ("src/high.rs", "");
        let beside = ("src/beside.rs", "use crate::high;");
        assert_eq!(found(&[high, beside]), ["src/beside.rs:1: beside may not import high (src/high.rs)"]);
        let top = ("src/top.rs", "use crate::{far, high};");
        assert_eq!(found(&[high, ("src/far.rs", ""), top]), ["src/top.rs:1: top may not import far (src/far.rs)"]);
    }

    #[test]
    fn who_may_see_a_room_is_above_it() {
        let layer = |name: &str| LAYERS.iter().position(|it| it.iter().any(|it| it.name == name));
        for room in LAYERS.iter().flat_map(|it| it.iter()) {
            for above in room.seen_by.unwrap_or_default() {
                assert!(layer(above) > layer(room.name), "{above} sees {}", room.name);
            }
        }
    }
}
