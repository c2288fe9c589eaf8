//! What a page and a program are made of: the crates whose code is in them, as cargo tells. Procedural macros, build scripts
//! and what only tests need are not in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use xtask::WASM;
use xtask::process::{self, command};
use xtask::project::Project;

/// The crate of the page, and that of the program.
const PAGE: &str = "tokendeck";
const PROGRAM: &str = "tokendeck-server";

/// A crate by its name and its version.
pub(super) type Id = (String, String);

/// A crate.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) id: Id,
    /// As SPDX says it, such as `MIT OR Apache-2.0`.
    pub(super) licence: String,
    pub(super) authors: Vec<String>,
    pub(super) repository: Option<String>,
    /// SHA-256 of the package in the registry; none of the project's own.
    pub(super) checksum: Option<String>,
    /// The folder of its sources.
    pub(super) folder: PathBuf,
    /// The crates that it calls.
    pub(super) needs: BTreeSet<Id>,
}

/// All crates, by name and version, and what the page and the program begin with.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) all: BTreeMap<Id, Part>,
    pub(super) page: Id,
    pub(super) program: Id,
    /// The compiler's version, which is that of the standard library too.
    pub(super) rust: String,
    /// The splitter's version: its loader of parts is in the page.
    pub(super) splitter: String,
}

impl Parts {
    /// Asks cargo and rustc; the splitter, of this version, does not say what it is.
    pub(super) fn read(project: &Project, splitter: &str) -> Result<Self> {
        let lock = std::fs::read_to_string(project.path("Cargo.lock")).context("Cargo.lock cannot be read")?;
        let said = process::read(command("rustc").arg("-vV")).context("rustc does not run")?;
        let of = |key: &str| said.lines().find_map(|it| it.strip_prefix(key)).map(str::trim);
        let host = of("host:").context("rustc does not say its host")?;
        let mut all = BTreeMap::new();
        for (package, target, features) in [(PAGE, WASM, &["--features", "split"][..]), (PROGRAM, host, &[])] {
            let cargo = |args: &[&str]| {
                let mut cargo = command("cargo");
                cargo.current_dir(project.root()).args(args).args(["--locked", "--color", "never"]);
                process::read(&mut cargo).with_context(|| format!("`cargo {}` failed", args.join(" ")))
            };
            let mut tree = vec!["tree", "--package", package, "--target", target, "--edges", "normal,no-proc-macro"];
            tree.extend(["--prefix", "none", "--format", "{p}"]);
            tree.extend(features);
            let inside: BTreeSet<_> = cargo(&tree)?.lines().filter_map(id_in_tree).collect();
            let metadata = cargo(&["metadata", "--format-version", "1", "--filter-platform", target])?;
            add(&mut all, &serde_json::from_str(&metadata)?, &inside, &lock)?;
        }
        let own =
            |name: &str| all.keys().find(|it| it.0 == name).cloned().with_context(|| format!("there is no {name}"));
        Ok(Self {
            page: own(PAGE)?,
            program: own(PROGRAM)?,
            rust: of("release:").context("rustc does not say its version")?.to_owned(),
            splitter: splitter.to_owned(),
            all,
        })
    }

    /// The crates of other people.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Part> {
        self.all.values().filter(|it| it.checksum.is_some())
    }
}

/// The crate that a line of `cargo tree` names: `serde v1.0.228`, then its folder where it is the project's own.
fn id_in_tree(line: &str) -> Option<Id> {
    let mut words = line.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

/// Adds those of the packages in what `cargo metadata` prints that are inside.
fn add(all: &mut BTreeMap<Id, Part>, metadata: &Value, inside: &BTreeSet<Id>, lock: &str) -> Result<()> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut ids = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let id = (text(&package["name"]).context("a name")?, text(&package["version"]).context("a version")?);
        ids.insert(text(&package["id"]).context("an id")?, id.clone());
        if !inside.contains(&id) {
            continue;
        }
        let manifest = PathBuf::from(text(&package["manifest_path"]).context("a path")?);
        let licence = text(&package["license"]).with_context(|| format!("{} does not say its licence", id.0))?;
        let part = Part {
            licence: licence.replace('/', " OR "),
            authors: list(&package["authors"]).iter().filter_map(text).collect(),
            repository: text(&package["repository"]),
            checksum: checksum(lock, &id),
            folder: manifest.parent().context("a folder")?.to_owned(),
            needs: BTreeSet::new(),
            id: id.clone(),
        };
        all.entry(id).or_insert(part);
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(part) = node["id"].as_str().and_then(|it| ids.get(it)).and_then(|it| all.get_mut(it)) else {
            continue;
        };
        for dep in list(&node["deps"]) {
            let is_called = list(&dep["dep_kinds"]).iter().any(|it| it["kind"].is_null());
            let id = dep["pkg"].as_str().and_then(|it| ids.get(it));
            part.needs.extend(id.filter(|it| is_called && inside.contains(*it)).cloned());
        }
    }
    Ok(())
}

/// The checksum that Cargo.lock has for a package.
fn checksum(lock: &str, (name, version): &Id) -> Option<String> {
    let begin = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let entry = lock.split_once(&begin)?.1.split("[[package]]").next()?;
    Some(entry.split_once("checksum = \"")?.1.split_once('"')?.0.to_owned())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn id(name: &str) -> Id {
        (name.to_owned(), "1.0.0".to_owned())
    }

    const LOCK: &str = "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry\"\nchecksum = \"b5\"\n\n\
                        [[package]]\nname = \"tokendeck\"\nversion = \"1.0.0\"\n\n\
                        [[package]]\nname = \"c\"\nversion = \"2.0.0\"\nchecksum = \"c5\"\n";

    /// A page that calls a crate, and has another one for its tests.
    pub(in crate::dist) fn made_up() -> Parts {
        let package = |name: &str, licence: &str| {
            serde_json::json!({ "name": name, "version": "1.0.0", "id": format!("#{name}"), "license": licence,
                "authors": ["Ann"], "repository": format!("https://example.org/{name}"),
                "manifest_path": format!("/nowhere/{name}/Cargo.toml") })
        };
        let metadata = serde_json::json!({
            "packages": [package("tokendeck", "MIT"), package("tokendeck-server", "MIT"), package("b", "MIT/Apache-2.0"), package("c", "MIT")],
            "resolve": { "nodes": [
                { "id": "#tokendeck", "deps": [
                    { "pkg": "#b", "dep_kinds": [{ "kind": null }] },
                    { "pkg": "#c", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "#tokendeck-server", "deps": [{ "pkg": "#tokendeck", "dep_kinds": [{ "kind": null }, { "kind": "dev" }] }] },
                { "id": "#b", "deps": [] },
            ] },
        });
        let inside = ["tokendeck", "tokendeck-server", "b"].map(id).into();
        let mut all = BTreeMap::new();
        add(&mut all, &metadata, &inside, LOCK).expect("it is whole");
        let (page, program) = (id("tokendeck"), id("tokendeck-server"));
        Parts { all, page, program, rust: "1.99.0".into(), splitter: "0.2.4".into() }
    }

    #[test]
    fn what_is_inside_is_known_with_what_it_calls() {
        let parts = made_up();
        assert_eq!(
            parts.all.keys().map(|it| it.0.as_str()).collect::<Vec<_>>(),
            ["b", "tokendeck", "tokendeck-server"]
        );
        assert_eq!(parts.all[&id("tokendeck")].needs, [id("b")].into());
        assert_eq!(parts.all[&id("tokendeck-server")].needs, [id("tokendeck")].into());
        let foreign: Vec<_> = parts.foreign().collect();
        assert!(matches!(&foreign[..], [one] if one.licence == "MIT OR Apache-2.0"), "{foreign:?}");
    }

    #[test]
    fn lines_of_a_tree_are_read() {
        assert_eq!(id_in_tree("serde v1.0.228"), Some(("serde".into(), "1.0.228".into())));
        assert_eq!(id_in_tree("tokendeck v0.1.0 (/x)"), Some(("tokendeck".into(), "0.1.0".into())));
        assert_eq!(id_in_tree(""), None);
    }

    #[test]
    fn checksums_come_from_the_lock_file() {
        assert_eq!(checksum(LOCK, &id("b")).as_deref(), Some("b5"));
        assert_eq!(checksum(LOCK, &id("tokendeck")), None, "the next package's is not its own");
        assert_eq!(checksum(LOCK, &id("c")), None, "another version");
    }
}
