//! Which of the project's files imports which.

use std::collections::BTreeMap;

use super::imports::{self, Imports};

/// The crates whose files are looked at: the name that paths say, and where the files are.
const PACKAGES: [(&str, &str); 6] = [
    ("tokendeck", "src/"),
    ("tokendeck_core", "core/src/"),
    ("tokendeck_devserver", "devserver/src/"),
    ("tokendeck_server", "server/src/"),
    ("xtask", "xtask/src/"),
    ("tokendeck_bundler", "bundler/src/"),
];

/// Whether a file is one of the page's own: of its rooms, and not a test or a benchmark beside them.
pub(crate) fn is_page(name: &str) -> bool {
    name.starts_with("src/") || name.starts_with("core/src/")
}

/// Files by their names from the top of the checkout, and what each imports of the others.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Every file that is not for tests alone, with its arrows in the order of its lines.
    pub(crate) files: BTreeMap<String, Vec<Arrow>>,
}

/// One file's import of another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arrow {
    /// The file that is imported.
    pub(crate) to: String,
    /// Where, counted from 1.
    pub(crate) line: usize,
}

impl Graph {
    /// Reads files, given with their text; those of other folders are passed over.
    pub(crate) fn read(files: &[(String, String)]) -> Self {
        let names = PACKAGES.map(|it| it.0);
        let read: BTreeMap<&str, Read> = files
            .iter()
            .filter_map(|(name, text)| {
                let place = Place::of(name)?;
                let imports = imports::read(text, &place.module, &names);
                Some((name.as_str(), Read { place, imports }))
            })
            .collect();
        let is_test = |it: &Read| {
            (1..=it.place.module.len()).any(|end| {
                let (name, parent) = (&it.place.module[end - 1], &it.place.module[..end - 1]);
                owner(&read, it.place.dir, parent).any(|owner| owner.imports.test_modules.contains(name))
            })
        };
        let mut graph = Self::default();
        for (&name, file) in read.iter().filter(|it| !is_test(it.1)) {
            let mut arrows = Vec::new();
            for import in &file.imports.paths {
                let to = match &import.package {
                    None => file_of(&read, file.place.dir, &import.segments, Some(name)),
                    Some(package) => PACKAGES
                        .iter()
                        .find(|it| it.0 == package)
                        .and_then(|it| file_of(&read, it.1, &import.segments, None)),
                };
                arrows.extend(to.filter(|it| it != name).map(|to| Arrow { to, line: import.line }));
            }
            graph.files.insert(name.to_owned(), arrows);
        }
        graph
    }

    /// Groups of files that import each other in a circle, the files of each in order.
    pub(crate) fn circles(&self) -> Vec<Vec<&str>> {
        let reached: BTreeMap<&str, Vec<&str>> = self.files.keys().map(|it| (it.as_str(), self.reach(it))).collect();
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for (&file, from_here) in &reached {
            if !from_here.contains(&file) || circles.iter().any(|it| it.contains(&file)) {
                continue;
            }
            circles.push(
                reached.keys().copied().filter(|it| from_here.contains(it) && reached[it].contains(&file)).collect(),
            );
        }
        circles
    }

    /// A shortest way from a file back to itself, as `a -> b -> a`.
    pub(crate) fn shortest_circle(&self, file: &str) -> String {
        let mut ways = vec![vec![file]];
        let mut seen = Vec::new();
        for _ in 0..self.files.len() {
            let mut longer = Vec::new();
            for way in &ways {
                for arrow in way.last().and_then(|it| self.files.get(*it)).into_iter().flatten() {
                    let on = [way.as_slice(), &[&arrow.to]].concat();
                    if arrow.to == file {
                        return on.join(" -> ");
                    }
                    if !seen.contains(&arrow.to.as_str()) {
                        seen.push(&arrow.to);
                        longer.push(on);
                    }
                }
            }
            ways = longer;
        }
        file.to_owned()
    }

    /// The files that are reached by one arrow or more.
    fn reach(&self, file: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut next = vec![file];
        while let Some(file) = next.pop() {
            for arrow in self.files.get(file).into_iter().flatten() {
                if !found.contains(&arrow.to.as_str()) {
                    found.push(&arrow.to);
                    next.push(&arrow.to);
                }
            }
        }
        found
    }
}

struct Read {
    place: Place,
    imports: Imports,
}

/// Where a file stands in its crate.
struct Place {
    dir: &'static str,
    module: Vec<String>,
    /// It is the first file of a program or a library.
    is_root: bool,
}

impl Place {
    fn of(name: &str) -> Option<Self> {
        let dir = PACKAGES.iter().map(|it| it.1).find(|it| name.starts_with(it))?;
        let module: Vec<String> = name[dir.len()..].strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
        let is_root = matches!(module.first().map(String::as_str), Some("lib" | "main" | "bin"));
        Some(Self { dir, module: if is_root { Vec::new() } else { module }, is_root })
    }
}

/// The files that may declare a module's children: its own, or a crate's first files.
fn owner<'a>(read: &'a BTreeMap<&str, Read>, dir: &'a str, module: &'a [String]) -> impl Iterator<Item = &'a Read> {
    read.values().filter(move |it| it.place.dir == dir && it.place.module == module)
}

/// The file that holds what a path names: the longest beginning of it that is a file, else the crate's first file.
fn file_of(read: &BTreeMap<&str, Read>, dir: &str, segments: &[String], from: Option<&str>) -> Option<String> {
    let named = (1..=segments.len()).rev().map(|end| format!("{dir}{}.rs", segments[..end].join("/")));
    let mut named = named.filter(|it| Place::of(it).is_some_and(|it| !it.is_root));
    if let Some(file) = named.find(|it| read.contains_key(it.as_str())) {
        return Some(file);
    }
    // What lib.rs hands on of the crate below it.
    let handed_on = read.get(format!("{dir}lib.rs").as_str()).and_then(|lib| {
        let is_it = |it: &&imports::Import| it.package.is_some() && it.segments.last() == segments.first();
        lib.imports.paths.iter().find(is_it)
    });
    if let Some(import) = handed_on {
        let dir = PACKAGES.iter().find(|it| Some(it.0) == import.package.as_deref())?.1;
        return file_of(read, dir, &import.segments, None);
    }
    let root = |name: &str| Some(format!("{dir}{name}.rs")).filter(|it| read.contains_key(it.as_str()));
    let is_first = from.is_some_and(|it| read.get(it).is_some_and(|it| it.place.is_root));
    match from {
        Some(from) if is_first => Some(from.to_owned()),
        // A module belongs to the first file that declares it.
        Some(from) => {
            let top = from[dir.len()..].split(['/', '.']).next().unwrap_or_default();
            let declares = |it: &String| read[it.as_str()].imports.modules.iter().any(|it| it == top);
            root("lib").filter(declares).or_else(|| root("main"))
        }
        None => root("lib"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(files: &[(&str, &str)]) -> Graph {
        Graph::read(&files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], from: &str, expected: &[&str]) {
        let graph = graph(files);
        let arrows = graph.files.get(from).expect("the file is there");
        assert_eq!(arrows.iter().map(|it| it.to.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn paths_lead_to_files() {
        let files = [
            ("src/lib.rs", "pub use tokendeck_core::{store, text};\npub mod a;\npub fn start() {}"),
            ("src/main.rs", "mod split { fn f() { tokendeck::start(); tokendeck::a::b::go() } }"),
            ("src/a.rs", "mod b;\nuse self::b::C;\nuse crate::store::Row;\nfn f() { crate::start() }"),
            ("src/a/b.rs", "use super::D;\nuse crate::a::b::C;\nuse crate::a::E;"),
            ("core/src/lib.rs", "pub mod store;"),
            ("core/src/store.rs", ""),
            ("core/src/text.rs", ""),
            ("tests/browser.rs", "use tokendeck::a;"),
        ];
        check(&files, "src/main.rs", &["src/lib.rs", "src/a/b.rs"]);
        check(&files, "src/a.rs", &["src/a/b.rs", "core/src/store.rs", "src/lib.rs"]);
        check(&files, "src/a/b.rs", &["src/a.rs", "src/a.rs"]);
        check(&files, "src/lib.rs", &["core/src/store.rs", "core/src/text.rs"]);
        assert!(!graph(&files).files.contains_key("tests/browser.rs"));
    }

    #[test]
    fn a_program_beside_its_library_has_modules_of_its_own() {
        let files = [
            ("xtask/src/lib.rs", "pub mod files;\npub const A: u8 = 0;"),
            ("xtask/src/main.rs", "mod cli;\nfn main() { cli::run() }\nconst B: u8 = 0;"),
            ("xtask/src/files.rs", "use crate::A;"),
            ("xtask/src/cli.rs", "use crate::B;\nuse xtask::A;\nuse xtask::files::all;"),
        ];
        check(&files, "xtask/src/files.rs", &["xtask/src/lib.rs"]);
        check(&files, "xtask/src/cli.rs", &["xtask/src/main.rs", "xtask/src/lib.rs", "xtask/src/files.rs"]);
    }

    #[test]
    fn files_for_tests_are_left_out() {
        let files = [
            ("src/lib.rs", "mod a;\n#[cfg(test)]\nmod c;"),
            ("src/a.rs", "#[cfg(test)]\nmod tests;"),
            ("src/a/tests.rs", "mod more;\nuse super::*;"),
            ("src/a/tests/more.rs", "use crate::a;"),
            ("src/c.rs", "use crate::a;"),
        ];
        assert_eq!(graph(&files).files.keys().collect::<Vec<_>>(), ["src/a.rs", "src/lib.rs"]);
    }

    #[test]
    fn circles_are_found() {
        let files = [
            ("src/lib.rs", "mod a;\nmod d;"),
            ("src/a.rs", "mod b;\nuse self::b::B;"),
            ("src/a/b.rs", "mod c;\nuse self::c::C;"),
            ("src/a/b/c.rs", "use crate::a::A;\nuse crate::d;"),
            ("src/d.rs", "mod e;\npub struct D;"),
            ("src/d/e.rs", "use super::D;"),
        ];
        let graph = graph(&files);
        assert_eq!(graph.circles(), [["src/a.rs", "src/a/b.rs", "src/a/b/c.rs"]]);
        assert_eq!(graph.shortest_circle("src/a/b.rs"), "src/a/b.rs -> src/a/b/c.rs -> src/a.rs -> src/a/b.rs");
    }
}
