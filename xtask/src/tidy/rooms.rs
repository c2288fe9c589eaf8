//! The rooms of the page: which files are in which, what each may import, and what its code never names.
//!
//! Arrows lead downwards only.

use std::collections::BTreeMap;

use super::graph::{self, Graph};
use super::imports;

/// Files that belong together, and what they may know.
struct Room {
    name: &'static str,
    /// Files, or folders ending in a slash. Of several rooms that fit, the longest name counts.
    places: &'static [&'static str],
    /// The rooms whose files these may import.
    uses: &'static [&'static str],
    /// What the code never names.
    never: &'static [&'static str],
}

/// The browser and what leads to it, and Leptos: such a room runs under plain `cargo test` and decides by its arguments alone.
const IMPURE: &[&str] = &["leptos", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "gloo_net"];

/// Every room, the lowest first: each uses earlier ones only.
const ROOMS: &[Room] = &[
    // The browser brings Unicode's tables along: on wasm it decomposes what is folded.
    Room { name: "core/unicode", places: &["core/src/unicode.rs"], uses: &[], never: &[] },
    Room { name: "core", places: &["core/src/"], uses: &["core/unicode"], never: IMPURE },
    Room { name: "words", places: &["src/words.rs", "src/words/"], uses: &[], never: IMPURE },
    Room { name: "mask", places: &["src/mask.rs"], uses: &["core"], never: IMPURE },
    Room { name: "moments", places: &["src/moments.rs", "src/moments/"], uses: &["core"], never: IMPURE },
    Room { name: "viewer", places: &["src/viewer.rs"], uses: &["core"], never: IMPURE },
    Room { name: "facts", places: &["src/facts.rs", "src/facts/"], uses: &["core"], never: IMPURE },
    Room {
        name: "api",
        places: &["src/api.rs", "src/api/"],
        uses: &["core", "words", "mask", "moments", "facts"],
        never: IMPURE,
    },
    Room { name: "config", places: &["src/config.rs", "src/config/"], uses: &["core", "words", "api"], never: IMPURE },
    Room {
        name: "capabilities",
        places: &["src/capabilities.rs", "src/capabilities/"],
        uses: &["core", "words", "facts", "config"],
        never: IMPURE,
    },
    Room {
        name: "draft",
        places: &["src/draft.rs", "src/draft/"],
        uses: &["core", "moments", "capabilities"],
        never: IMPURE,
    },
    Room {
        name: "runtime",
        places: &["src/runtime.rs", "src/runtime/"],
        uses: &["core", "moments", "api", "config"],
        never: IMPURE,
    },
    Room { name: "layout", places: &["src/layout.rs"], uses: &["core", "capabilities"], never: IMPURE },
    Room {
        name: "api/scoped",
        places: &["src/api/scoped.rs", "src/api/scoped/"],
        uses: &["core", "words", "mask", "facts", "api", "capabilities", "draft"],
        never: IMPURE,
    },
    Room {
        name: "adapters",
        places: &["src/adapters.rs", "src/adapters/"],
        uses: &[
            "core",
            "words",
            "moments",
            "mask",
            "viewer",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "api/scoped",
        ],
        never: IMPURE,
    },
    Room {
        name: "session",
        places: &["src/session.rs", "src/session/"],
        uses: &[
            "core",
            "words",
            "mask",
            "viewer",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "api/scoped",
            "runtime",
        ],
        never: IMPURE,
    },
    Room {
        name: "actions",
        places: &["src/actions.rs", "src/actions/"],
        uses: &[
            "core",
            "words",
            "moments",
            "mask",
            "viewer",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "api/scoped",
            "runtime",
            "adapters",
            "session",
        ],
        never: IMPURE,
    },
    Room {
        name: "workspace",
        places: &["src/workspace.rs", "src/workspace/"],
        uses: &[
            "core",
            "words",
            "mask",
            "viewer",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "layout",
            "api/scoped",
            "runtime",
            "session",
            "actions",
        ],
        never: IMPURE,
    },
    // Numbers and plurals: the browser knows those of every language.
    Room { name: "messages/intl", places: &["src/messages/intl.rs"], uses: &[], never: &[] },
    Room {
        name: "messages",
        places: &["src/messages.rs", "src/messages/"],
        uses: &[
            "core",
            "words",
            "moments",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "layout",
            "api/scoped",
            "adapters",
            "session",
            "actions",
            "workspace",
            "messages/intl",
        ],
        never: IMPURE,
    },
    Room { name: "parts", places: &["src/parts.rs"], uses: &[], never: &[] },
    // It implements the seams of the rooms above it.
    Room {
        name: "platform",
        places: &["src/platform.rs", "src/platform/"],
        uses: &[
            "core",
            "words",
            "moments",
            "api",
            "config",
            "capabilities",
            "adapters",
            "parts",
            "runtime",
            "session",
            "actions",
            "workspace",
        ],
        never: &[],
    },
    Room {
        name: "view",
        places: &["src/view.rs", "src/view/"],
        uses: &[
            "core",
            "words",
            "facts",
            "api",
            "config",
            "capabilities",
            "draft",
            "layout",
            "api/scoped",
            "runtime",
            "adapters",
            "session",
            "actions",
            "workspace",
            "messages",
            "parts",
            "platform",
        ],
        never: &[],
    },
    // The programs and the list of the rooms.
    Room {
        name: "main",
        places: &["src/main.rs", "src/lib.rs"],
        uses: &["core", "api", "config", "adapters", "workspace", "platform", "view"],
        never: &[],
    },
];

/// Holds the files of the page to the rules of their rooms. `files` are all with their text.
pub(crate) fn check(graph: &Graph, files: &[(String, String)]) -> Vec<String> {
    check_against(ROOMS, graph, files)
}

fn check_against(rooms: &[Room], graph: &Graph, files: &[(String, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    // By room and what it may not know: the files that break the rule, each with the first place.
    let mut broken: BTreeMap<(&str, &str), BTreeMap<&str, String>> = BTreeMap::new();
    for (file, text) in files.iter().filter(|it| graph::is_page(&it.0)) {
        let Some(room) = room_of(rooms, file) else {
            problems.push(format!("{file}:1: it is in no room: xtask/src/tidy/rooms.rs lists them"));
            continue;
        };
        for (line, word) in named(&imports::code(text), room.never) {
            let said = format!("{file}:{line}: {} never names `{word}`", room.name);
            broken.entry((room.name, word)).or_default().entry(file).or_insert(said);
        }
        for arrow in graph.files.get(file).into_iter().flatten() {
            let Some(to) = room_of(rooms, &arrow.to) else { continue };
            if to.name != room.name && !room.uses.contains(&to.name) {
                let said = format!("{file}:{}: {} may not import {} ({})", arrow.line, room.name, to.name, arrow.to);
                broken.entry((room.name, to.name)).or_default().entry(file).or_insert(said);
            }
        }
    }
    problems.extend(broken.into_values().flat_map(BTreeMap::into_values));
    problems
}

fn room_of<'a>(rooms: &'a [Room], file: &str) -> Option<&'a Room> {
    let fits = |place: &str| file == place || (place.ends_with('/') && file.starts_with(place));
    let fitting = rooms.iter().flat_map(|room| room.places.iter().map(move |place| (place, room)));
    fitting.filter(|it| fits(it.0)).max_by_key(|it| it.0.len()).map(|it| it.1)
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

    const TWO: &[Room] = &[
        Room { name: "low", places: &["src/low.rs", "src/low/"], uses: &[], never: &["leptos"] },
        Room { name: "high", places: &["src/high.rs"], uses: &["low"], never: &[] },
        Room { name: "low/top", places: &["src/low/top.rs"], uses: &["high"], never: &[] },
    ];

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        check_against(TWO, &Graph::read(&files), &files)
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
    fn every_room_uses_rooms_below_it() {
        for (at, room) in ROOMS.iter().enumerate() {
            for used in room.uses {
                assert!(ROOMS[..at].iter().any(|it| it.name == *used), "{} uses {used}", room.name);
            }
        }
    }
}
