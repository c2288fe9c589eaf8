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
    /// When it was switched off, likewise.
    pub disabled: Reported<Millis>,
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
                "disabled_at" => token.disabled = Some(token.end(OddFact::Disabled, reader)?),
                // From a gateway whose system does not tell when.
                "is_disabled" => token.disabled = Some((reader.raw()? == "true").then_some(Millis::MIN)),
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
            disabled: self.disabled.is_none(),
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
                disabled: self.is_over(self.disabled.flatten(), seen_at),
                deleted: self.is_over(self.deleted, seen_at),
                said_active: self.is_active,
                seen_at,
            },
            disabled_at: self.disabled.flatten().filter(|it| *it != Millis::MIN),
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
mod tests;
