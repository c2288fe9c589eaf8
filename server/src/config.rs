//! `config.json` of the program: read, checked by the page's own code, and as the page gets it.

use std::path::Path;

use serde_json::{Value, json};
use tokendeck::adapters::{DIALECTS, Gateway};
use tokendeck::config::form::{Catalog, Speaks};
use tokendeck::config::{Config, ConfigError, Connection};
use tokendeck::messages;

use crate::pages::Pages;

/// A system to connect by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Connect {
    /// Its name on the command line.
    key: String,
    /// What connections to it speak.
    speaks: Speaks,
    /// What it is called.
    name: String,
    /// Its address.
    address: String,
}

/// A configuration that has no mistakes in it.
#[derive(Debug)]
pub struct Checked {
    /// `config.json`, with the bases of the systems' own addresses.
    pub config: Value,
    /// Files that it names and that are not the page's: their addresses relative to the page, and what is in them.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The systems that can be connected by name: the name on the command line, and what the system is called.
pub fn systems() -> Vec<(String, String)> {
    known().into_iter().map(|(key, _, name)| (key, name)).collect()
}

/// All of them with what they speak.
fn known() -> Vec<(String, Speaks, String)> {
    let catalog = Catalog::new(DIALECTS);
    let mut known: Vec<_> = catalog
        .all()
        .into_iter()
        .filter_map(|(speaks, name)| {
            let key = speaks.key()?.to_owned();
            Some((key, speaks, name.text().into_owned()))
        })
        .collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    known
}

impl Connect {
    /// Reads `gitlab=https://gitlab.example.com`; the error is a sentence's end.
    pub fn parse(text: &str) -> Result<Connect, String> {
        let (key, address) = text.split_once('=').ok_or_else(|| {
            format!("`{text}` is not a system with its address, such as gitlab=https://gitlab.example.com")
        })?;
        let known = known();
        match known.iter().find(|(it, ..)| *it == key) {
            Some((key, speaks, name)) => {
                Ok(Connect { key: key.clone(), speaks: speaks.clone(), name: name.clone(), address: address.into() })
            }
            None => {
                let keys: Vec<&str> = known.iter().map(|it| it.0.as_str()).collect();
                Err(format!("`{key}` is not a system that it knows by name; known are {}", keys.join(", ")))
            }
        }
    }

    /// The connection as `config.json` has it. `is_taken` tells whether another one has a name.
    fn connection(&self, is_taken: impl Fn(&str) -> bool) -> Value {
        let host = self.address.split_once("//").map_or(self.address.as_str(), |it| it.1).trim_end_matches('/');
        let name = Some(self.name.clone()).filter(|it| !is_taken(it)).unwrap_or(format!("{} ({host})", self.name));
        let mut connection = json!({ "name": name, "base": self.address, "proxy": true });
        match &self.speaks {
            Speaks::Known(dialect) => connection["dialect"] = dialect.as_str().into(),
            Speaks::Shipped(file) => {
                connection["dialect"] = "rest".into();
                connection["api"] = file.as_str().into();
            }
            Speaks::Described => {}
        }
        connection
    }
}

/// Reads and checks what there is to connect to. A file with a description that is not one of the page's lies beside the
/// configuration. The error names every mistake, each in a line.
pub fn read(file: Option<&Path>, connects: &[Connect], pages: &Pages) -> Result<Checked, String> {
    let mut config = json!({ "connections": [] });
    if let Some(file) = file {
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        check(&text).map_err(|mistakes| told(&file.display().to_string(), &mistakes))?;
        config = serde_json::from_str(&text).map_err(|error| format!("{} is not JSON: {error}", file.display()))?;
    }
    for connect in connects {
        let connections = config["connections"].as_array_mut();
        let Some(connections) = connections else { continue };
        let connection = connect.connection(|name| connections.iter().any(|it| it["name"] == name));
        let one = json!({ "connections": [connection] }).to_string();
        let from = format!("--connect {}", connect.key);
        check(&one).map_err(|mistakes| told(&from, &mistakes))?;
        connections.push(connection);
    }
    let mut files = Vec::new();
    let all = check(&config.to_string()).map_err(|mistakes| told("the configuration", &mistakes))?;
    let beside = file.and_then(Path::parent);
    for connection in &all {
        let description = match connection.file() {
            Some(address) => Some(description(address, beside, pages, &mut files)?),
            None => None,
        };
        let opened = Gateway::of_vendor(connection, &connection.base, false).and_then(|vendor| match vendor {
            Some(_) => Ok(()),
            None => Gateway::described(connection, &connection.base, false, description.as_deref()).map(|_| ()),
        });
        opened.map_err(|mistakes| told(&connection.name, &mistakes))?;
    }
    Ok(Checked { config, files })
}

fn check(config: &str) -> Result<Vec<Connection>, Vec<ConfigError>> {
    Config::parse(config, DIALECTS).map(|it| it.connections.into_iter().chain(it.suggested).collect())
}

/// The text of a description: a file of the page, or one beside the configuration, which is then served too.
fn description(
    address: &str,
    beside: Option<&Path>,
    pages: &Pages,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<String, String> {
    let bytes = match pages.read(address) {
        Some(bytes) => bytes.into_owned(),
        None => {
            let file = beside.map(|folder| folder.join(address));
            let bytes = file.and_then(|file| std::fs::read(file).ok());
            let bytes = bytes.ok_or_else(|| {
                format!("{address} cannot be read: it is neither the page's nor beside the configuration")
            })?;
            files.push((address.to_owned(), bytes.clone()));
            bytes
        }
    };
    String::from_utf8(bytes).map_err(|_| format!("{address} is not text"))
}

/// Every mistake with its place, in lines: where it was found, then where in there.
fn told(from: &str, mistakes: &[ConfigError]) -> String {
    let line = |it: &ConfigError| {
        let mistake = messages::config::mistake(&it.mistake);
        match it.pointer.as_str() {
            "" => format!("{from} {mistake}"),
            pointer => format!("{from}: {pointer} {mistake}"),
        }
    };
    mistakes.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn pages() -> Pages {
        Pages::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
    }

    fn connect(texts: &[&str]) -> Result<Checked, String> {
        let connects: Vec<Connect> = texts.iter().map(|text| Connect::parse(text).expect(text)).collect();
        read(None, &connects, &pages())
    }

    /// A `config.json` in a folder of its own, which goes with this.
    struct Written(PathBuf);

    impl Drop for Written {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(self.0.with_file_name(""));
        }
    }

    fn written(text: &str) -> Written {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("tokendeck-config-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("config.json");
        std::fs::write(&file, text).unwrap();
        Written(file)
    }

    #[track_caller]
    fn refused(text: &str, why: &str) {
        let error = read(Some(&written(text).0), &[], &pages()).expect_err(text);
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn every_description_that_is_shipped_has_a_name() {
        let keys: Vec<String> = systems().into_iter().map(|it| it.0).collect();
        for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../apis")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|it| it == "json") {
                assert!(keys.iter().any(|it| *it == path.file_stem().unwrap().to_string_lossy()), "{}", path.display());
            }
        }
        for key in ["air", "mist", "pt-sandbox"] {
            assert!(keys.iter().any(|it| it == key), "{key}");
        }
    }

    #[test]
    fn systems_are_connected_by_name() {
        let checked = connect(&["gitlab=https://gitlab.example.com", "air=https://air.nvidia.com"]).unwrap();
        let expected = json!({ "connections": [
            { "name": "GitLab", "dialect": "rest", "base": "https://gitlab.example.com", "api": "apis/gitlab.json", "proxy": true },
            { "name": "NVIDIA Air", "dialect": "air", "base": "https://air.nvidia.com", "proxy": true },
        ] });
        assert_eq!(checked.config, expected);
        assert_eq!(checked.files, []);
    }

    #[test]
    fn two_of_a_kind_are_told_apart() {
        let checked = connect(&["gitea=https://a.example", "gitea=https://b.example/"]).unwrap();
        let name = |idx: usize| checked.config["connections"][idx]["name"].as_str().unwrap().to_owned();
        assert_eq!([name(0), name(1)], ["Gitea", "Gitea (b.example)"]);
        let twice = connect(&["gitea=https://a.example", "gitea=https://b.example", "gitea=https://b.example"]);
        assert!(twice.unwrap_err().contains("is the name of another connection too"));
    }

    #[test]
    fn without_anything_there_are_no_connections() {
        assert_eq!(connect(&[]).unwrap().config, json!({ "connections": [] }));
    }

    #[test]
    fn mistakes_are_those_that_the_page_finds() {
        assert!(
            connect(&["gitlab=ftp://a.example"])
                .unwrap_err()
                .starts_with("--connect gitlab: /connections/0/base must be")
        );
        // This one has to be told more than an address.
        assert!(connect(&["grafana=https://a.example"]).unwrap_err().contains("/values/account"));
        refused("{", "config.json is not JSON");
        refused(r#"{"connections":[{"name":"A","dialect":"soap","base":"x"}]}"#, "/connections/0/dialect is “soap”");
        refused(
            r#"{"connections":[{"name":"A","dialect":"air","base":"x","proxy":1}]}"#,
            "/connections/0/proxy must be",
        );
        let no_file = r#"{"connections":[{"name":"A","dialect":"rest","base":"https://a","api":"apis/nothing.json"}]}"#;
        refused(no_file, "apis/nothing.json cannot be read");
        let none = read(Some(Path::new("no/such/file.json")), &[], &pages()).unwrap_err();
        assert!(none.starts_with("no/such/file.json cannot be read"), "{none}");
    }

    #[test]
    fn descriptions_beside_the_configuration_are_checked_and_served() {
        let config = r#"{"connections":[{"name":"A","dialect":"rest","base":"https://a.example","api":"own.json"}]}"#;
        let config = written(config);
        let own = config.0.with_file_name("own.json");
        std::fs::write(&own, std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../apis/gitea.json")).unwrap())
            .unwrap();
        let checked = read(Some(&config.0), &[], &pages()).unwrap();
        assert_eq!(checked.files.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["own.json"]);
        std::fs::write(&own, "{}").unwrap();
        let error = read(Some(&config.0), &[], &pages()).unwrap_err();
        assert!(error.contains("own.json#/name is missing"), "{error}");
    }
}
