//! A list of tokens as it comes over the wire (wire contracts §1), read straight into the columns. Pure.

use std::borrow::Cow;

use crate::json::{self, Json, Read, Reader, Unfit};
use crate::store::{Entry, OddFact, Row, Store, Unreported};
use crate::time::{DAY, Millis, parse_rfc3339};
use crate::token::Validity;

/// What a page of the list says of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// How many tokens there are; 0 where the system does not say.
    pub total: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Whether pages are counted off: a token that goes meanwhile has another one move up to a page that was read before.
    pub is_counted: bool,
    /// What a gateway could not read that would have said whether a page follows: the name of a header.
    pub hidden: Option<String>,
}

/// A fact that may be there, be said not to be there (`null`), or not be reported (absent: the default).
pub type Reported<T> = Option<Option<T>>;

/// A token on the wire. Unknown members are ignored, what the page can do without may be missing, and a member that is not
/// what it should be costs that fact alone: see [`WireToken::odd`].
#[derive(Default)]
pub struct WireToken<'a> {
    /// What the system's addresses call it.
    pub id: Cow<'a, str>,
    /// What a caller of the protected API sends.
    pub guid: Cow<'a, str>,
    /// The name.
    pub name: Cow<'a, str>,
    /// Its purpose.
    pub description: Option<Cow<'a, str>>,
    /// Ids of its scopes.
    pub scopes: Option<Vec<Cow<'a, str>>>,
    /// From when on it works, RFC 3339.
    pub valid_from: Reported<Cow<'a, str>>,
    /// Up to when it works, RFC 3339.
    pub valid_to: Reported<Cow<'a, str>>,
    /// Whether it works now, as the system says.
    pub is_active: Option<bool>,
    /// Who made it.
    pub created_by: Reported<Cow<'a, str>>,
    /// When it was last used, RFC 3339.
    pub last_used_at: Reported<Cow<'a, str>>,
    /// When it was revoked, [`Millis::MIN`] where that is not told as an instant.
    pub revoked: Option<Millis>,
    /// When it was deleted, likewise.
    pub deleted: Option<Millis>,
    /// Texts of the system's own.
    pub extras: Vec<Option<Cow<'a, str>>>,
    /// Whether a gateway knows that a token before it is another one, though it has the same id.
    pub is_another: bool,
    /// Facts that are not what they should be, with what stands there.
    pub odd: Vec<(OddFact, Cow<'a, str>)>,
}

/// What an entry of a list cannot do without, as a bit: something to call it by in addresses.
const ID: u8 = 1;
/// What an answer about one token cannot do without.
const WHOLE: u8 = ID | GUID | NAME;
const GUID: u8 = 2;
const NAME: u8 = 4;

impl<'a> WireToken<'a> {
    /// Reads a text that is one token and nothing else, or says what is wrong with it, and where.
    pub fn read_whole(text: &'a [u8]) -> Result<Self, String> {
        let mut reader = Reader::new(text);
        Self::read(&mut reader, WHOLE).map_err(|Unfit| {
            // What was cut off ends too, and is no JSON.
            let is_whole = reader.is_at_end() && json::read(text).is_ok();
            if is_whole { "its id, guid or name is missing".into() } else { reader.place() }
        })
    }

    /// Reads an object that has what is `needed`.
    fn read(reader: &mut Reader<'a>, needed: u8) -> Result<Self, Unfit> {
        let mut token = WireToken::default();
        let mut found = 0;
        reader.object(|name, reader| {
            match name {
                "id" => {
                    let id = plain(reader)?;
                    found |= if id.is_some() { ID } else { 0 };
                    token.id = id.unwrap_or_default();
                }
                "guid" => (token.guid, found) = (plain(reader)?.unwrap_or_default(), found | GUID),
                "name" => (token.name, found) = (plain(reader)?.unwrap_or_default(), found | NAME),
                "description" => token.description = plain(reader)?,
                "scopes" => token.read_scopes(reader)?,
                "valid_from" => token.valid_from = Some(token.text(OddFact::ValidFrom, reader)?),
                "valid_to" => token.valid_to = Some(token.text(OddFact::ValidTo, reader)?),
                "is_active" => match reader.raw()? {
                    "true" => token.is_active = Some(true),
                    "false" => token.is_active = Some(false),
                    "null" => token.is_active = None,
                    raw => token.odd.push((OddFact::Active, raw.into())),
                },
                "created_by" => token.created_by = Some(plain(reader)?),
                "last_used_at" => token.last_used_at = Some(token.text(OddFact::LastUsed, reader)?),
                "revoked_at" => token.revoked = token.end(OddFact::Revoked, reader)?,
                "deleted_at" => token.deleted = token.end(OddFact::Deleted, reader)?,
                "extras" if reader.is_list_next() => reader.list(|reader| {
                    token.extras.push(plain(reader)?);
                    Ok(())
                })?,
                "is_another" => token.is_another = reader.raw()? == "true",
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        if found & needed == needed { Ok(token) } else { Err(Unfit) }
    }

    /// A text, or `null`; of anything else it is kept what stands there.
    fn text(&mut self, fact: OddFact, reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Unfit> {
        let is_text = reader.is_text_next();
        let text = plain(reader)?;
        if is_text {
            return Ok(text);
        }
        self.odd.extend(text.map(|raw| (fact, raw)));
        Ok(None)
    }

    /// When something ended it. What is no instant says by being there that it has, as long as it is not looked at closer.
    fn end(&mut self, fact: OddFact, reader: &mut Reader<'a>) -> Result<Option<Millis>, Unfit> {
        let Some(text) = plain(reader)?.filter(|it| !matches!(&**it, "" | "false" | "0")) else { return Ok(None) };
        Ok(match parse_rfc3339(&text) {
            Some(at) => is_meant(at).then_some(at),
            None => {
                self.odd.push((fact, text));
                Some(Millis::MIN)
            }
        })
    }

    fn read_scopes(&mut self, reader: &mut Reader<'a>) -> Result<(), Unfit> {
        if reader.is_list_next() {
            let mut scopes = Vec::new();
            reader.list(|reader| {
                scopes.extend(plain(reader)?);
                Ok(())
            })?;
            self.scopes = Some(scopes);
        } else if let Some(odd) = plain(reader)? {
            self.odd.push((OddFact::Scopes, odd));
        }
        Ok(())
    }

    /// Whether it was revoked, as seen at this moment.
    pub fn is_revoked(&self, seen_at: Millis) -> bool {
        self.is_over(self.revoked, seen_at)
    }

    /// Whether an end that is told has come. One that lies ahead of a token that works is to come; of others the viewer's
    /// clock may be behind the system's.
    fn is_over(&self, end: Option<Millis>, seen_at: Millis) -> bool {
        end.is_some_and(|it| it <= seen_at || self.is_active != Some(true))
    }

    /// Puts the token into the list. `in_front`: where it is a new one.
    fn put(mut self, store: &mut Store, seen_at: Millis, in_front: bool) -> Row {
        let mut time = |fact: OddFact, text: Reported<Cow<'a, str>>| {
            let text = text.flatten()?;
            let at = parse_rfc3339(&text);
            if at.is_none() {
                self.odd.push((fact, text));
            }
            at.filter(|it| is_meant(*it))
        };
        let unreported = Unreported {
            valid_from: self.valid_from.is_none(),
            valid_to: self.valid_to.is_none(),
            last_used: self.last_used_at.is_none(),
            created_by: self.created_by.is_none(),
            scopes: self.scopes.is_none(),
        };
        let (valid_from, valid_to) =
            (time(OddFact::ValidFrom, self.valid_from.take()), time(OddFact::ValidTo, self.valid_to.take()));
        let last_used = time(OddFact::LastUsed, self.last_used_at.take());
        let scopes: Vec<&str> = self.scopes.iter().flatten().map(|it| &**it).collect();
        let odd: Vec<(OddFact, &str)> = self.odd.iter().map(|(fact, text)| (*fact, &**text)).collect();
        let entry = Entry {
            id: &self.id,
            guid: &self.guid,
            name: &self.name,
            description: self.description.as_deref().unwrap_or_default(),
            validity: Validity {
                valid_from,
                valid_to,
                revoked: self.is_over(self.revoked, seen_at),
                deleted: self.is_over(self.deleted, seen_at),
                said_active: self.is_active,
                seen_at,
            },
            last_used,
            created_by: self.created_by.as_ref().and_then(Option::as_deref).unwrap_or_default(),
            unreported,
            is_another: self.is_another,
            odd: &odd,
        };
        store.put(entry, &scopes, self.extras.iter().map(Option::as_deref), in_front)
    }
}

/// Whether an instant is one, and not a way to say that there is none: systems in Go write the year 1 for that, others the
/// first day of 1970.
fn is_meant(at: Millis) -> bool {
    at > BEGIN_OF_TIME && at.abs() > DAY
}

/// The year 2 begins.
const BEGIN_OF_TIME: Millis = -62_104_060_800_000;

/// A text, nothing for `null`, and anything else as it stands there.
fn plain<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Unfit> {
    if reader.is_text_next() {
        return reader.text().map(Some);
    }
    let raw = reader.raw()?;
    Ok((raw != "null").then_some(raw.into()))
}

/// Reads one token into the list: a new one comes first, a known one keeps its place. `seen_at` is when it was asked for.
/// The error says what is wrong, and where.
pub fn put_one(text: &[u8], seen_at: Millis, store: &mut Store) -> Result<Row, String> {
    WireToken::read_whole(text).map(|wire| wire.put(store, seen_at, true))
}

/// Reads a page into the list, a part at a time.
pub struct Page<'a> {
    reader: Reader<'a>,
    at: At,
    end: PageEnd,
    has_entries: bool,
    /// Whether it has members that are not the list's.
    has_others: bool,
    /// Whether it is the bare list of its entries.
    is_bare: bool,
    /// When the page was asked for.
    seen_at: Millis,
}

/// Where reading a page has come to; whether what follows is the first of its kind.
#[derive(Clone, Copy)]
enum At {
    Start,
    Member(bool),
    Entry(bool),
}

impl<'a> Page<'a> {
    /// `seen_at` is when the page was asked for.
    pub fn new(text: &'a [u8], seen_at: Millis) -> Self {
        Page {
            reader: Reader::new(text),
            at: At::Start,
            end: PageEnd::default(),
            has_entries: false,
            has_others: false,
            is_bare: false,
            seen_at,
        }
    }

    /// Reads at most so many entries. `None` where more are left, and what the page says of the others at its end; or
    /// what is wrong with it, and where. An entry that does not parse is kept as unreadable; the others still come.
    pub fn put(&mut self, store: &mut Store, n_entries: usize) -> Result<Option<PageEnd>, String> {
        let outcome = self.go_on(store, n_entries);
        if !matches!(outcome, Ok(false)) {
            store.end_page();
        }
        match outcome {
            Ok(false) => Ok(None),
            Ok(true) if !self.reader.is_at_end() => Err(self.reader.place()),
            // Some leave out what is empty; an object with other members is not a list.
            Ok(true) if !self.has_entries && (self.end.total > 0 || self.has_others) => {
                Err("entries is missing".into())
            }
            Ok(true) => Ok(Some(std::mem::take(&mut self.end))),
            Err(Unfit) => Err(self.reader.place()),
        }
    }

    /// How many tokens the system has, as far as that has been read.
    pub fn total(&self) -> usize {
        self.end.total
    }

    fn go_on(&mut self, store: &mut Store, mut n_entries: usize) -> Result<bool, Unfit> {
        let Page { reader, at, end, has_entries, has_others, is_bare, seen_at } = self;
        loop {
            match *at {
                At::Start if reader.is_list_next() => {
                    reader.open(b'[')?;
                    store.begin_page();
                    (*has_entries, *is_bare, *at) = (true, true, At::Entry(true));
                }
                At::Start => {
                    reader.open(b'{')?;
                    *at = At::Member(true);
                }
                At::Member(first) => {
                    if !reader.goes_on(b'}', first)? {
                        return Ok(true);
                    }
                    *at = At::Member(false);
                    match &*reader.name()? {
                        "total" => {
                            // It is only told: a list is read as well without it.
                            let total = plain(reader)?.and_then(|it| it.parse().ok());
                            end.total = total.unwrap_or_default();
                            make_room(store, end.total);
                        }
                        "entries" if reader.is_null()? => *has_entries = true,
                        "entries" => {
                            reader.open(b'[')?;
                            store.begin_page();
                            *has_entries = true;
                            *at = At::Entry(true);
                        }
                        "next" => end.next = cursor(reader)?,
                        "is_counted" => end.is_counted = reader.raw()? == "true",
                        "hidden" => end.hidden = plain(reader)?.map(Cow::into_owned),
                        _ => {
                            *has_others = true;
                            reader.skip()?;
                        }
                    }
                }
                At::Entry(_) if n_entries == 0 => return Ok(false),
                At::Entry(first) => {
                    n_entries -= 1;
                    if reader.goes_on(b']', first)? {
                        *at = At::Entry(false);
                        put_entry(reader, store, *seen_at)?;
                    } else if *is_bare {
                        return Ok(true);
                    } else {
                        *at = At::Member(false);
                    }
                }
            }
        }
    }
}

/// The cursor of the next page, found without reading the page, so that the next one can be asked for first. A guess by
/// what stands at the end of the text: the page itself, once it is read, decides.
pub fn guess_next(text: &[u8]) -> Option<String> {
    const MEMBER: &[u8] = b"\"next\"";
    let tail = &text[text.len().saturating_sub(1_000)..];
    let place = memchr::memmem::rfind(tail, MEMBER)?;
    let mut reader = Reader::new(&tail[place..]);
    reader.name().and_then(|_| cursor(&mut reader)).ok().flatten()
}

/// The cursor of the next page, none where that is empty, `null` or `false`.
fn cursor(reader: &mut Reader) -> Result<Option<String>, Unfit> {
    let is_text = reader.is_text_next();
    match plain(reader)? {
        Some(it) if it.is_empty() || !is_text && it == "false" => Ok(None),
        Some(it) if !is_text && !it.starts_with(|first: char| first.is_ascii_digit()) => Err(Unfit),
        it => Ok(it.map(Cow::into_owned)),
    }
}

/// Reads an entry of the list; one that is no token is taken as it is, as far as it is JSON.
fn put_entry(reader: &mut Reader, store: &mut Store, seen_at: Millis) -> Result<(), Unfit> {
    let start = reader.rest();
    // Without a name it can still be ended.
    if let Ok(wire) = WireToken::read(reader, ID) {
        wire.put(store, seen_at, false);
        return Ok(());
    }
    let problem = reader.place().replace("not JSON", "not a token");
    reader.back_to(start);
    let entry = reader.raw()?;
    let entry = json::read(entry.as_bytes()).unwrap_or(Json::Null);
    store.push_unreadable(entry.text_of("id"), problem, seen_at);
    Ok(())
}

/// The first page says how much is to come. A server that exaggerates gets no memory for it.
fn make_room(store: &mut Store, total: usize) {
    store.reserve(total.min(200_000).saturating_sub(store.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(tail: &str) -> String {
        let entry = |idx| format!(r#"{{"id":"{idx}","guid":"g{idx}","name":"n \"next\": \"x\" {idx}"}}"#);
        let entries: Vec<_> = (0..5).map(entry).collect();
        format!(r#"{{"total":7,"entries":[{}]{tail}}}"#, entries.join(","))
    }

    #[test]
    fn a_page_is_read_in_parts() {
        let text = page(r#","next":"c5""#);
        for n_entries in 1..8 {
            let (mut store, mut page) = (Store::new(), Page::new(text.as_bytes(), 1));
            let mut n_parts = 1;
            let end = loop {
                match page.put(&mut store, n_entries).expect("a page") {
                    Some(end) => break end,
                    None => {
                        assert_eq!((store.len(), page.total()), (n_parts * n_entries, 7));
                        n_parts += 1;
                    }
                }
            };
            assert_eq!(end, PageEnd { total: 7, next: Some("c5".into()), ..PageEnd::default() });
            assert_eq!((store.len(), n_parts), (5, 5 / n_entries + 1));
        }
    }

    #[test]
    fn two_entries_of_one_page_with_one_id_are_both_there() {
        let entry = |name: &str, more: &str| format!(r#"{{"id":"7","guid":"g","name":"{name}"{more}}}"#);
        let read = |store: &mut Store, entries: &[String]| {
            let text = format!(r#"{{"entries":[{}]}}"#, entries.join(","));
            let mut page = Page::new(text.as_bytes(), 1);
            // In parts: what comes between them changes nothing.
            while page.put(store, 1).expect("a page").is_none() {}
        };
        let mut store = Store::new();
        read(&mut store, &[entry("a", ""), entry("a", ""), entry("b", "")]);
        assert_eq!(store.len(), 2);
        read(&mut store, &[entry("a", "")]);
        assert_eq!(store.len(), 2);
        read(&mut store, &[entry("c", r#","is_another":true"#)]);
        assert_eq!(store.len(), 3);
    }

    /// 2026-07-01T00:00:00Z.
    const NOW: Millis = 1_782_864_000_000;

    /// Reads a whole list, or says what is wrong.
    fn read(text: &str) -> Result<(Store, PageEnd), String> {
        let (mut store, text) = (Store::with_extras(1), json::mended(text.as_bytes().to_vec()));
        let end = Page::new(&text, NOW).put(&mut store, usize::MAX)?;
        Ok((store, end.expect("all of it")))
    }

    /// Reads a list of one token with these members besides its id and name.
    #[track_caller]
    fn read_one(members: &str) -> (Store, Row) {
        let text =
            format!(r#"{{"total":1,"entries":[{{"id":"7","guid":"g","name":"leaked","is_active":true,{members}}}]}}"#);
        let (store, _) = read(&text).expect(&text);
        let row = store.rows()[0];
        assert_eq!((store.id(row).as_str(), store.name(row), store.problem(row)), ("7", "leaked", None), "{text}");
        (store, row)
    }

    #[track_caller]
    fn check_odd(member: &str, value: &str, fact: OddFact, shown: &str) {
        let (store, row) = read_one(&format!(r#""{member}":{value}"#));
        assert_eq!(store.odd(row, fact), Some(shown), "{member}: {value}");
    }

    #[test]
    fn an_odd_fact_costs_that_fact_alone() {
        for (member, fact) in
            [("valid_from", OddFact::ValidFrom), ("valid_to", OddFact::ValidTo), ("last_used_at", OddFact::LastUsed)]
        {
            check_odd(member, r#""N/A""#, fact, "N/A");
            check_odd(member, r#""2027-01-01T10:00Z""#, fact, "2027-01-01T10:00Z");
            check_odd(member, "12", fact, "12");
            check_odd(member, r#"{"Valid":false}"#, fact, r#"{"Valid":false}"#);
        }
        check_odd("is_active", r#""yes""#, OddFact::Active, r#""yes""#);
        check_odd("scopes", r#""read""#, OddFact::Scopes, "read");
        check_odd("scopes", r#"{"a":1}"#, OddFact::Scopes, r#"{"a":1}"#);
        let (store, row) = read_one(r#""valid_to":null,"last_used_at":"2026-01-01T00:00:00Z""#);
        assert_eq!((store.odd(row, OddFact::ValidTo), store.odd(row, OddFact::LastUsed)), (None, None));
    }

    #[test]
    fn texts_of_other_kinds_are_shown_as_they_stand() {
        let (store, row) = read_one(r#""description":["x"],"created_by":5,"scopes":["a",7,null],"extras":[{"b":1}]"#);
        assert_eq!((store.description(row), store.created_by(row)), (r#"["x"]"#, "5"));
        assert_eq!(store.scopes(row).collect::<Vec<_>>(), ["a", "7"]);
        assert_eq!(store.extra(row, 0), Some(r#"{"b":1}"#));
        let (store, _) = read(r#"{"entries":[{"id":7,"name":null},{"id":"8","name":9}]}"#).expect("a list");
        let named: Vec<_> = store.rows().iter().map(|row| (store.id(*row), store.name(*row).to_owned())).collect();
        assert_eq!(named, [("7".into(), String::new()), ("8".into(), "9".into())]);
    }

    #[test]
    fn a_time_that_stands_for_none_is_none() {
        for none in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00+01:00"] {
            let (store, row) =
                read_one(&format!(r#""valid_from":"{none}","valid_to":"{none}","last_used_at":"{none}""#));
            let validity = store.validity(row);
            assert_eq!((validity.valid_from, validity.valid_to, store.last_used(row)), (None, None, None), "{none}");
        }
    }

    #[test]
    fn what_says_no_time_is_no_end_of_a_token() {
        for none in [
            "null",
            "false",
            "0",
            r#""""#,
            r#""0001-01-01T00:00:00Z""#,
            r#""1970-01-01T00:00:00Z""#,
            r#""2099-01-01T00:00:00Z""#,
        ] {
            let (store, row) = read_one(&format!(r#""revoked_at":{none},"deleted_at":{none}"#));
            let validity = store.validity(row);
            assert!(!validity.revoked && !validity.deleted, "{none}");
        }
        let (store, row) = read_one(r#""revoked_at":"2026-01-01T00:00:00Z""#);
        assert!(store.validity(row).revoked);
    }

    #[test]
    fn what_is_odd_is_looked_at_once_more() {
        let odd = r#""valid_to":"never","last_used_at":"soon","valid_from":7,"revoked_at":"N/A","deleted_at":"by ada""#;
        let (mut store, row) = read_one(odd);
        assert!(store.has_new_odd() && store.validity(row).revoked);
        store.read_odd(|fact, text, _| match (fact, text) {
            (_, "soon") => None,
            (OddFact::ValidFrom, _) => Some(Some(7_000)),
            (OddFact::Deleted, _) => Some(Some(1)),
            _ => Some(None),
        });
        let validity = store.validity(row);
        assert_eq!((validity.valid_from, validity.valid_to), (Some(7_000), None));
        assert!(!validity.revoked && validity.deleted && !store.has_new_odd());
        assert_eq!((store.odd(row, OddFact::LastUsed), store.odd(row, OddFact::ValidTo)), (Some("soon"), None));
        // What comes later is looked at by itself.
        let text = br#"{"id":"8","guid":"g","name":"n","valid_to":"later"}"#;
        let row = put_one(text, 1, &mut store).expect("a token");
        store.read_odd(|_, text, _| if text == "later" { Some(Some(9_000)) } else { panic!("{text} once more") });
        assert_eq!((store.validity(row).valid_to, store.has_new_odd()), (Some(9_000), false));
    }

    #[test]
    fn bad_texts_cost_no_other_token() {
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        for bad in [r#""name":"cut \ud83d""#, r#""name":"\uDC00x""#, r#""name":"a","more":"\udfff""#] {
            let text = format!(r#"{{"entries":[{{"id":"1","name":"good"}},{{"id":"2",{bad}}}],"deep":{deep}}}"#);
            let (store, _) = read(&text).expect(&text);
            assert_eq!(store.len(), 2, "{text}");
            assert_eq!(store.problem(store.rows()[1]), None, "{text}");
        }
        let (store, _) = read(r#"{"entries":[{"id":"2","name":"cut \ud83d"}]}"#).expect("a list");
        assert_eq!(store.name(store.rows()[0]), "cut \u{fffd}");
        let mut text = b"\xef\xbb\xbf{\"entries\":[{\"id\":\"1\",\"name\":\"caf\xe9\"}]}".to_vec();
        text = json::mended(text);
        let mut store = Store::new();
        assert!(Page::new(&text, 1).put(&mut store, 9).is_ok_and(|end| end.is_some()));
        assert_eq!(store.name(store.rows()[0]), "caf\u{fffd}");
    }

    #[track_caller]
    fn check_empty(text: &str) {
        let (store, end) = read(text).expect(text);
        assert_eq!((store.len(), end), (0, PageEnd::default()), "{text}");
    }

    #[test]
    fn an_empty_list_has_many_forms() {
        for text in ["{}", r#"{"total":0}"#, r#"{"entries":null}"#, r#"{"entries":[],"next":"","total":"0"}"#, "[]"] {
            check_empty(text);
        }
        assert_eq!(read(r#"[{"id":"1","name":"a"}]"#).map(|(store, _)| store.len()), Ok(1));
        for other in ["", "null", "[] x", "[1,]", r#"{"total":3}"#, r#"{"error":"no"}"#, r#"{"entries":{}}"#] {
            assert!(read(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_total_is_only_told() {
        for (total, expected) in
            [("null", 0), (r#""12""#, 12), ("-1", 0), ("2.5", 0), ("1e400", 0), ("[]", 0), ("3", 3)]
        {
            let text = format!(r#"{{"total":{total},"entries":[{{"id":"1","name":"a"}}],"next":5}}"#);
            let (store, end) = read(&text).expect(&text);
            assert_eq!((store.len(), end.total, end.next.as_deref()), (1, expected, Some("5")), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_further_on_is_told_when_it_is_reached() {
        let text = page(r#","next":{}"#);
        let (mut store, mut page) = (Store::new(), Page::new(text.as_bytes(), 1));
        assert_eq!(page.put(&mut store, 3), Ok(None));
        assert!(page.put(&mut store, 3).is_err_and(|it| it.contains("line 1")));
        assert_eq!(store.len(), 5);
    }

    #[track_caller]
    fn check_next(tail: &str, next: Option<&str>) {
        assert_eq!(guess_next(page(tail).as_bytes()).as_deref(), next, "{tail}");
    }

    #[test]
    fn the_next_page_is_found_at_the_end() {
        check_next(r#","next":"c5""#, Some("c5"));
        check_next(r#", "next" : "a\"b" , "more": [1]"#, Some("a\"b"));
        check_next(r#","next":null"#, None);
        check_next("", None);
        check_next(r#","next":"cut"#, None);
        assert_eq!(guess_next(b""), None);
    }
}
