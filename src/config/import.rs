//! Connections in a file: an export makes it, and what each of them meets here when it is taken in. Pure.

use super::dialect::Dialects;
use super::local::Entry;
use super::{Config, ConfigError, Connection, Mistake};
use crate::json::{self, Json, Read, Writer};

/// A connection of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// As the file has it.
    pub connection: Connection,
    /// What there is under its name.
    pub meets: Meets,
}

/// What there is already under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meets {
    /// Nothing.
    Nothing,
    /// The same connection.
    Same,
    /// Another one of the user's own, kept so: it can make way.
    Own(String),
    /// Another one of `config.json`, which stays.
    Hosted,
}

/// Connections as a `config.json`. What the program that serves this page has put into its own is taken out again: a base
/// that leads by way of it is the system's own address, as another host does not have that path.
pub fn config_json(connections: &[Connection]) -> String {
    let all: Vec<String> = connections.iter().map(portable).collect();
    format!(r#"{{"connections":[{}]}}"#, all.join(","))
}

/// A connection's JSON as it holds on every host.
fn portable(connection: &Connection) -> String {
    let settings = &connection.settings;
    let json = json::read(settings.as_bytes()).unwrap_or(Json::Null);
    let is_passed_on = json.get("proxy").and_then(Read::flag) == Some(true);
    let (Some(address), Some(members), true) = (json.text_of("address"), json.members(), is_passed_on) else {
        return settings.clone();
    };
    let members = members.iter().filter(|(name, _)| name != "address");
    let write = |out: Writer, (name, value): &(std::borrow::Cow<str>, Json)| match &**name {
        "base" => out.text(name, Some(address)),
        name => out.raw(name, &json::to_text(value)),
    };
    members.fold(Writer::default(), write).done()
}

impl Incoming {
    /// Reads a file with the shape of `config.json`, or names every mistake in it. `entries` are what there is here.
    pub fn read(file: &str, entries: &[Entry], known: Dialects) -> Result<Vec<Incoming>, Vec<ConfigError>> {
        let connections = Config::parse(file, known)?.connections;
        if connections.is_empty() {
            return Err(vec![ConfigError::at("/connections", Mistake::NoConnections)]);
        }
        Ok(connections.into_iter().map(|it| Incoming { meets: Meets::of(&it, entries), connection: it }).collect())
    }

    /// Whether it can be taken in.
    pub fn fits(&self) -> bool {
        matches!(self.meets, Meets::Nothing | Meets::Own(_))
    }
}

impl Meets {
    fn of(connection: &Connection, entries: &[Entry]) -> Meets {
        let namesakes = || entries.iter().filter(|it| it.name == connection.name);
        let is_same = |it: &Connection| it == connection || portable(it) == portable(connection);
        if namesakes().any(|it| it.connection.as_ref().is_ok_and(is_same)) {
            return Meets::Same;
        }
        let own: Option<Vec<&String>> = namesakes().map(|it| it.own.as_ref()).collect();
        match own {
            None => Meets::Hosted,
            Some(own) => own.first().map_or(Meets::Nothing, |it| Meets::Own((*it).clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::DIALECTS;
    use crate::config::local::LocalConnections;

    fn connection(name: &str, base: &str) -> String {
        format!(r#"{{"name":"{name}","dialect":"scoped","base":"{base}"}}"#)
    }

    fn file(connections: &[String]) -> String {
        format!(r#"{{"connections":[{}]}}"#, connections.join(","))
    }

    /// `H` and `I` are of `config.json`, where `I` is hidden; `M` is the user's own, and `W` is too, and wrong.
    fn entries() -> Vec<Entry> {
        let hosted =
            Config::parse(&file(&[connection("H", "h"), connection("I", "i")]), DIALECTS).expect("no mistakes");
        let own = vec![connection("M", "m"), connection("W", "ftp://w")];
        let kept = LocalConnections { own, hidden: vec!["I".into()], ..LocalConnections::default() };
        kept.entries(&hosted.connections, DIALECTS)
    }

    #[track_caller]
    fn check(name: &str, base: &str, expected: Meets) {
        let incoming = Incoming::read(&file(&[connection(name, base)]), &entries(), DIALECTS).expect("no mistakes");
        assert_eq!(incoming[0].meets, expected);
        let fits = matches!(expected, Meets::Nothing | Meets::Own(_));
        assert_eq!((incoming.len(), incoming[0].fits()), (1, fits));
    }

    #[test]
    fn what_comes_in_is_compared_with_what_is_there() {
        check("N", "m", Meets::Nothing);
        check("H", "h", Meets::Same);
        check("I", "i", Meets::Same);
        check("M", "m", Meets::Same);
        check("H", "other", Meets::Hosted);
        check("M", "other", Meets::Own(connection("M", "m")));
        check("W", "w", Meets::Own(connection("W", "ftp://w")));
    }

    #[test]
    fn an_own_one_whose_name_config_json_has_too_does_not_make_way() {
        let hosted = Config::parse(&file(&[connection("H", "h")]), DIALECTS).expect("no mistakes");
        let entries = LocalConnections { own: vec![connection("H", "mine")], ..LocalConnections::default() }
            .entries(&hosted.connections, DIALECTS);
        let incoming = Incoming::read(&file(&[connection("H", "other")]), &entries, DIALECTS).expect("no mistakes");
        assert_eq!(incoming[0].meets, Meets::Hosted);
    }

    #[test]
    fn what_goes_through_the_program_goes_out_with_the_systems_own_address_and_comes_in_as_the_same() {
        let served =
            r#"{"name":"P","dialect":"air","base":"proxy/P","proxy":true,"hint":"h","address":"https://p.example/x"}"#;
        let file = r#"{"name":"P","dialect":"air","base":"https://p.example/x","proxy":true,"hint":"h"}"#;
        // A proxy of the host's own stays.
        let other = r#"{"name":"Q","dialect":"air","base":"/q","address":"https://q.example"}"#;
        let read = |it: &str| Connection::read(it, DIALECTS).expect("no mistakes");
        let out = config_json(&[read(served), read(file), read(other)]);
        assert_eq!(out, format!(r#"{{"connections":[{file},{file},{other}]}}"#));
        let entries = LocalConnections::default().entries(&[read(served)], DIALECTS);
        let incoming = Incoming::read(&self::file(&[file.to_owned()]), &entries, DIALECTS).expect("no mistakes");
        assert_eq!(incoming[0].meets, Meets::Same);
    }

    #[test]
    fn mistakes_are_named_with_their_place_in_the_file() {
        let secret = r#"{"name":"S","dialect":"scoped","base":"b","auth":{"type":"bearer","token":"hush"}}"#;
        for (file, pointer) in [
            ("", ""),
            ("[]", ""),
            ("{}", "/connections"),
            (&*file(&[]), "/connections"),
            (&*file(&[connection("A", "a"), connection("A", "b")]), "/connections/1/name"),
            (&*file(&[secret.to_owned()]), "/connections/0/auth/token"),
        ] {
            let mistakes = Incoming::read(file, &entries(), DIALECTS).expect_err(file);
            assert_eq!(mistakes[0].pointer, pointer, "{file}");
        }
    }
}
