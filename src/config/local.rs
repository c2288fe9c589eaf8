//! What a browser keeps of connections: its user's own, the order, and which of `config.json` are not shown. Pure.
//!
//! As JSON: `{"connections": […], "order": ["name", …], "hidden": ["name", …]}`. The connections have the shape that they
//! have in `config.json`, which has no place for a secret.

use super::dialect::Dialects;
use super::{ConfigError, Connection, MAX_CONNECTIONS, Mistake};
use crate::json::{self, Read, Writer};

/// What is kept. Connections are told apart by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalConnections {
    /// The user's own, each as JSON. What another version of the page has written may be wrong to this one.
    pub own: Vec<String>,
    /// The names of those that have been put into an order.
    pub order: Vec<String>,
    /// The names of those in `config.json` that are not shown.
    pub hidden: Vec<String>,
}

/// Why nothing of it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// What is kept is wrong as a whole.
    Unreadable(Mistake),
    /// The browser keeps nothing for this page.
    NoStorage,
}

/// A connection of the page, wherever it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; empty where what is kept has none.
    pub name: String,
    /// What is kept of it, where it is one of the user's own; `None` for one of `config.json`.
    pub own: Option<String>,
    /// Whether the page leaves it out.
    pub is_hidden: bool,
    /// The connection, or why it cannot be used; places are within the connection.
    pub connection: Result<Connection, Vec<ConfigError>>,
}

impl Entry {
    /// Whether this is the same connection, wherever it stands and whether or not the page leaves it out.
    pub fn is_same(&self, other: &Entry) -> bool {
        (&self.name, &self.own, &self.connection) == (&other.name, &other.own, &other.connection)
    }
}

impl LocalConnections {
    /// Reads what [`LocalConnections::to_json`] wrote.
    pub fn parse(text: &str) -> Result<LocalConnections, Mistake> {
        let json = json::read(text.as_bytes()).map_err(Mistake::NotJson)?;
        if json.members().is_none() {
            return Err(Mistake::NotAnObject);
        }
        let texts = |name: &str| {
            let list = json.get(name).map(Read::list).unwrap_or_default();
            list.iter().filter_map(Read::text).map(str::to_owned).collect()
        };
        let own = json.get("connections").map(Read::list).unwrap_or_default().iter().map(json::to_text).collect();
        Ok(LocalConnections { own, order: texts("order"), hidden: texts("hidden") })
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        let text = |it: &String| it.clone();
        Writer::default()
            .list("connections", self.own.iter().map(text), |it, out| out.push_str(&it))
            .texts("order", self.order.iter().map(String::as_str))
            .texts("hidden", self.hidden.iter().map(String::as_str))
            .done()
    }

    /// Those of `config.json` and the user's own: first those that have been put into an order, then the others as they
    /// stand. One at least is shown.
    pub fn entries(&self, hosted: &[Connection], known: Dialects) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for connection in hosted {
            let is_hidden = self.hidden.contains(&connection.name);
            let name = connection.name.clone();
            entries.push(Entry { name, own: None, is_hidden, connection: Ok(connection.clone()) });
        }
        for settings in &self.own {
            let mut connection = Connection::read(settings, known);
            let name = name_of(settings);
            if entries.iter().any(|it| it.name == name) {
                let problem = ConfigError::at("/name", Mistake::NameTwice);
                connection = Err(connection.err().into_iter().flatten().chain([problem]).collect());
            }
            entries.push(Entry { name, own: Some(settings.clone()), is_hidden: false, connection });
        }
        // Those that are in no order come last, as they stand. This is on the way to the first row, and sorting takes much code.
        let mut ordered = Vec::with_capacity(entries.len());
        for name in &self.order {
            ordered.extend(entries.extract_if(.., |it| it.name == *name));
        }
        ordered.append(&mut entries);
        let mut entries = ordered;
        if entries.iter().all(|it| it.is_hidden || it.connection.is_err()) {
            entries.iter_mut().for_each(|it| it.is_hidden = false);
        }
        let shown = entries.iter_mut().filter(|it| !it.is_hidden && it.connection.is_ok());
        for it in shown.skip(MAX_CONNECTIONS) {
            it.connection = Err(vec![ConfigError::at("", Mistake::OneTooMany)]);
        }
        entries
    }

    /// The connections that the page offers, in their order.
    pub fn shown(&self, hosted: &[Connection], known: Dialects) -> Vec<Connection> {
        self.entries(hosted, known).into_iter().filter(|it| !it.is_hidden).filter_map(|it| it.connection.ok()).collect()
    }

    /// Adds one of the user's own. `before` is what it takes the place of, where that is still there.
    pub fn put(&mut self, before: Option<&str>, settings: String) {
        match before.and_then(|before| self.own.iter_mut().find(|it| **it == before)) {
            Some(place) => {
                let (old, new) = (name_of(place), name_of(&settings));
                self.order.iter_mut().filter(|it| **it == old).for_each(|it| it.clone_from(&new));
                *place = settings;
            }
            None => self.own.push(settings),
        }
    }

    /// Removes one of the user's own.
    pub fn remove(&mut self, settings: &str) {
        if let Some(idx) = self.own.iter().position(|it| it == settings) {
            let name = name_of(&self.own.remove(idx));
            self.order.retain(|it| *it != name);
        }
    }

    /// Leaves one of `config.json` out, or no more.
    pub fn hide(&mut self, name: &str, hides: bool) {
        self.hidden.retain(|it| it != name);
        if hides {
            self.hidden.push(name.into());
        }
    }

    /// Puts the entry at one place to another; `entries` are those of [`LocalConnections::entries`].
    pub fn reorder(&mut self, entries: &[Entry], from: usize, to: usize) {
        self.order = entries.iter().map(|it| it.name.clone()).collect();
        if from < self.order.len() && to < self.order.len() {
            let name = self.order.remove(from);
            self.order.insert(to, name);
        }
    }
}

/// The name in a connection's JSON.
fn name_of(settings: &str) -> String {
    let json = json::read(settings.as_bytes()).ok();
    json.and_then(|it| it.text_of("name").map(|it| it.trim().to_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::DIALECTS;
    use crate::config::Config;

    fn hosted() -> Vec<Connection> {
        let one = |name| format!(r#"{{"name":"{name}","dialect":"scoped","base":"{name}"}}"#);
        let text = format!(r#"{{"connections":[{},{},{}]}}"#, one("A"), one("B"), one("C"));
        Config::parse(&text, DIALECTS).expect("no mistakes").connections
    }

    fn own(name: &str) -> String {
        format!(r#"{{"name":"{name}","dialect":"air","base":"https://air.example"}}"#)
    }

    fn kept(own: &[String], order: &[&str], hidden: &[&str]) -> LocalConnections {
        let texts = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        LocalConnections { own: own.into(), order: texts(order), hidden: texts(hidden) }
    }

    /// Names of the shown ones, in order.
    #[track_caller]
    fn check(kept: &LocalConnections, expected: &str) {
        let shown = kept.shown(&hosted(), DIALECTS);
        assert_eq!(shown.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn those_in_an_order_come_first() {
        check(&LocalConnections::default(), "A B C");
        check(&kept(&[own("X")], &[], &[]), "A B C X");
        check(&kept(&[own("X"), own("Y")], &["Y", "gone", "B"], &[]), "Y B A C X");
    }

    #[test]
    fn hidden_ones_are_left_out_unless_nothing_would_be_left() {
        check(&kept(&[], &[], &["B", "gone"]), "A C");
        check(&kept(&[own("X")], &[], &["A", "B", "C"]), "X");
        check(&kept(&[], &["C"], &["A", "B", "C"]), "C A B");
        // An own one is removed, not hidden.
        check(&kept(&[own("X")], &[], &["X"]), "A B C X");
    }

    #[test]
    fn what_cannot_be_used_is_kept_and_says_why() {
        let soap = r#"{"name":"S","dialect":"soap","base":"b"}"#.to_owned();
        let kept = kept(&[soap, own("A"), "7".into(), own("X"), own("X")], &[], &["A", "B", "C"]);
        check(&kept, "X");
        let entries = kept.entries(&hosted(), DIALECTS);
        let mistakes: Vec<_> =
            entries.iter().filter_map(|it| Some((&*it.name, it.connection.as_ref().err()?))).collect();
        let pointers: Vec<_> = mistakes.iter().map(|(name, all)| (*name, all[0].pointer.as_str())).collect();
        assert_eq!(pointers, [("S", "/dialect"), ("A", "/name"), ("", ""), ("X", "/name")]);
        assert_eq!(LocalConnections::parse(&kept.to_json()), Ok(kept));
    }

    #[test]
    fn rubbish_is_told() {
        for text in ["", "{\"connections\":"] {
            assert!(matches!(LocalConnections::parse(text), Err(Mistake::NotJson(_))), "{text}");
        }
        for text in ["[]", "7"] {
            assert_eq!(LocalConnections::parse(text), Err(Mistake::NotAnObject));
        }
        assert_eq!(
            LocalConnections::parse(r#"{"connections":7,"order":[1,"a"],"other":1}"#),
            Ok(kept(&[], &["a"], &[]))
        );
    }

    #[test]
    fn what_is_changed_is_kept() {
        let mut kept = LocalConnections::default();
        kept.put(None, own("X"));
        kept.put(None, own("Y"));
        kept.reorder(&kept.entries(&hosted(), DIALECTS), 4, 0);
        check(&kept, "Y A B C X");
        // Renamed, it stays where it was.
        kept.put(Some(&own("Y")), own("Z"));
        check(&kept, "Z A B C X");
        kept.hide("A", true);
        check(&kept, "Z B C X");
        kept.hide("A", false);
        kept.remove(&own("Z"));
        check(&kept, "A B C X");
        // What another page has removed meanwhile.
        kept.remove(&own("Z"));
        kept.put(Some(&own("Z")), own("Y"));
        check(&kept, "A B C X Y");
        kept.remove(&own("Y"));
        kept.reorder(&kept.entries(&hosted(), DIALECTS), 0, 9);
        check(&kept, "A B C X");
        assert_eq!(LocalConnections::parse(&kept.to_json()), Ok(kept));
    }

    #[test]
    fn more_than_can_be_told_apart_are_left_out_with_words() {
        let mut kept = LocalConnections {
            own: (0..260).map(|idx| own(&format!("N{idx}"))).collect(),
            ..LocalConnections::default()
        };
        assert_eq!(kept.shown(&hosted(), DIALECTS).len(), 256);
        let entries = kept.entries(&hosted(), DIALECTS);
        let first = entries.iter().find_map(|it| Some((&*it.name, it.connection.as_ref().err()?)));
        assert_eq!(first.map(|(name, _)| name), Some("N253"));
        assert_eq!(first.map(|(_, all)| all.as_slice()), Some(&[ConfigError::at("", Mistake::OneTooMany)][..]));
        // Leaving one out makes room for the next.
        kept.hide("A", true);
        let shown = kept.shown(&hosted(), DIALECTS);
        assert_eq!((shown.len(), shown[255].name.as_str()), (256, "N253"));
    }

    #[test]
    fn a_secret_has_no_place() {
        let text = r#"{"name":"S","dialect":"scoped","base":"b","auth":{"type":"headers","headers":[{"name":"T","secret":true,"value":"hush"}]}}"#;
        check(&kept(&[text.into()], &[], &[]), "A B C");
    }
}
