//! A list of tokens as it comes over the wire (wire contracts §1), read straight into the columns. Pure.

use std::borrow::Cow;

use crate::json::{self, Read, Reader, Unfit};
use crate::store::{Entry, Row, Store, Unreported};
use crate::time::{Millis, parse_rfc3339};
use crate::token::Validity;

/// What a page of the list says of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// How many tokens there are.
    pub total: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// A fact that may be there, be said not to be there (`null`), or not be reported (absent: the default).
pub type Reported<T> = Option<Option<T>>;

/// A token on the wire. Unknown fields are ignored; what the page can do without may be missing.
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
    /// When it was revoked.
    pub revoked_at: Option<Cow<'a, str>>,
    /// When it was deleted.
    pub deleted_at: Option<Cow<'a, str>>,
    /// Texts of the system's own.
    pub extras: Vec<Option<Cow<'a, str>>>,
    /// Whether a gateway knows that a token before it is another one, though it has the same id.
    pub is_another: bool,
}

impl<'a> WireToken<'a> {
    /// Reads a text that is one token and nothing else, or says what is wrong with it, and where.
    pub fn read_whole(text: &'a [u8]) -> Result<Self, String> {
        let mut reader = Reader::new(text);
        Self::read(&mut reader).map_err(|Unfit| {
            // What was cut off ends too, and is no JSON.
            let is_whole = reader.is_at_end() && json::read(text).is_ok();
            if is_whole { "its id, guid or name is missing".into() } else { reader.place() }
        })
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Unfit> {
        let mut token = WireToken::default();
        let mut required = 0;
        reader.object(|name, reader| {
            match name {
                "id" => (token.id, required) = (reader.text()?, required | 1),
                "guid" => (token.guid, required) = (reader.text()?, required | 2),
                "name" => (token.name, required) = (reader.text()?, required | 4),
                "description" => token.description = reader.text_or_null()?,
                "scopes" => {
                    let mut scopes = Vec::new();
                    let is_list = reader.list_or_null(|reader| {
                        scopes.push(reader.text()?);
                        Ok(())
                    })?;
                    token.scopes = is_list.then_some(scopes);
                }
                "valid_from" => token.valid_from = Some(reader.text_or_null()?),
                "valid_to" => token.valid_to = Some(reader.text_or_null()?),
                "is_active" => token.is_active = reader.flag_or_null()?,
                "created_by" => token.created_by = Some(reader.text_or_null()?),
                "last_used_at" => token.last_used_at = Some(reader.text_or_null()?),
                "revoked_at" => token.revoked_at = reader.text_or_null()?,
                "deleted_at" => token.deleted_at = reader.text_or_null()?,
                "extras" => reader.list(|reader| {
                    token.extras.push(reader.text_or_null()?);
                    Ok(())
                })?,
                "is_another" => token.is_another = reader.flag_or_null()? == Some(true),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        if required == 7 { Ok(token) } else { Err(Unfit) }
    }

    /// Puts the token into the list, or says which date is none. `in_front`: where it is a new one.
    fn put(&self, store: &mut Store, seen_at: Millis, in_front: bool) -> Result<Row, String> {
        let time = |field: &str, text: &Reported<Cow<str>>| match text {
            Some(Some(text)) => parse_rfc3339(text).map(Some).ok_or_else(|| format!("{field} is not a date: {text}")),
            _ => Ok(None),
        };
        let scopes: Vec<&str> = self.scopes.iter().flatten().map(|it| &**it).collect();
        let entry = Entry {
            id: &self.id,
            guid: &self.guid,
            name: &self.name,
            description: self.description.as_deref().unwrap_or_default(),
            validity: Validity {
                valid_from: time("valid_from", &self.valid_from)?,
                valid_to: time("valid_to", &self.valid_to)?,
                revoked: self.revoked_at.is_some(),
                deleted: self.deleted_at.is_some(),
                said_active: self.is_active,
                seen_at,
            },
            last_used: time("last_used_at", &self.last_used_at)?,
            created_by: self.created_by.as_ref().and_then(Option::as_deref).unwrap_or_default(),
            unreported: Unreported {
                valid_from: self.valid_from.is_none(),
                valid_to: self.valid_to.is_none(),
                last_used: self.last_used_at.is_none(),
                created_by: self.created_by.is_none(),
                scopes: self.scopes.is_none(),
            },
            is_another: self.is_another,
        };
        Ok(store.put(entry, &scopes, self.extras.iter().map(Option::as_deref), in_front))
    }
}

/// Why one token could not be read into the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no token: what is wrong, and where.
    NotOne(String),
    /// A date of it is none: which one, and what stands there.
    NoDate(String),
}

/// Reads one token into the list: a new one comes first, a known one keeps its place. `seen_at` is when it was asked for.
pub fn put_one(text: &[u8], seen_at: Millis, store: &mut Store) -> Result<Row, Unread> {
    let wire = WireToken::read_whole(text).map_err(Unread::NotOne)?;
    wire.put(store, seen_at, true).map_err(Unread::NoDate)
}

/// Reads a page into the list, a part at a time.
pub struct Page<'a> {
    reader: Reader<'a>,
    at: At,
    end: PageEnd,
    has_entries: bool,
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
        Page { reader: Reader::new(text), at: At::Start, end: PageEnd::default(), has_entries: false, seen_at }
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
            Ok(true) if !self.has_entries => Err("entries is missing".into()),
            Ok(true) => Ok(Some(std::mem::take(&mut self.end))),
            Err(Unfit) => Err(self.reader.place()),
        }
    }

    /// How many tokens the system has, as far as that has been read.
    pub fn total(&self) -> usize {
        self.end.total
    }

    fn go_on(&mut self, store: &mut Store, mut n_entries: usize) -> Result<bool, Unfit> {
        let Page { reader, at, end, has_entries, seen_at } = self;
        loop {
            match *at {
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
                            end.total = reader.value()?.number().ok_or(Unfit)? as usize;
                            make_room(store, end.total);
                        }
                        "entries" => {
                            reader.open(b'[')?;
                            store.begin_page();
                            *has_entries = true;
                            *at = At::Entry(true);
                        }
                        "next" => end.next = reader.text_or_null()?.map(Cow::into_owned),
                        _ => reader.skip()?,
                    }
                }
                At::Entry(_) if n_entries == 0 => return Ok(false),
                At::Entry(first) => {
                    n_entries -= 1;
                    *at = if reader.goes_on(b']', first)? { At::Entry(false) } else { At::Member(false) };
                    if let At::Entry(_) = at {
                        put_entry(reader, store, *seen_at)?;
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
    reader.name().and_then(|_| reader.text_or_null()).ok().flatten().map(Cow::into_owned)
}

/// Reads an entry of the list; one that is no token is taken as it is, as far as it is JSON.
fn put_entry(reader: &mut Reader, store: &mut Store, seen_at: Millis) -> Result<(), Unfit> {
    let start = reader.rest();
    let problem = match WireToken::read(reader) {
        Ok(wire) => match wire.put(store, seen_at, false) {
            Ok(_) => return Ok(()),
            Err(problem) => problem,
        },
        Err(Unfit) => reader.place().replace("not JSON", "not a token"),
    };
    reader.back_to(start);
    let entry = reader.value()?;
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
            assert_eq!(end, PageEnd { total: 7, next: Some("c5".into()) });
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

    #[test]
    fn what_is_wrong_further_on_is_told_when_it_is_reached() {
        let text = page(r#","next":5"#);
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
