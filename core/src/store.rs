//! All tokens, column by column: 100,000 of them in a few megabytes. Every connection has a store of its own. Pure.

use hashbrown::HashTable;

use crate::text::{Search, Signature, fold_into};
use crate::time::Millis;
use crate::token::{Status, Validity};

/// Stands for a date that a token does not have.
const NO_TIME: Millis = Millis::MIN;

/// A position in the columns. A changed token gets a new one, so it is good for one state of the store only.
pub type Row = u32;

/// The tokens of one connection among several.
#[derive(Clone, Copy)]
pub struct StoreRef<'a> {
    /// The connection's name.
    pub system: &'a str,
    /// Its tokens.
    pub store: &'a Store,
}

/// Where a token is among the stores: on which of them, and in which row of its store. As good for one state as a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef(u32);

/// How many bits of a [`RowRef`] say the row: rows for 16 million tokens on each of 256 stores.
const ROW_BITS: u32 = 24;

impl RowRef {
    /// How many stores can be told apart. A configuration with more connections is refused.
    pub const MAX_SLOTS: usize = 1 << (u32::BITS - ROW_BITS);

    /// How many rows of a store can be told apart. A list ends before that, see [`crate::endless::Guard`].
    pub const MAX_ROWS: usize = 1 << ROW_BITS;

    /// A row in a slot. Panics beyond the limits: another token's row in its place would be worse.
    pub fn new(slot: usize, row: Row) -> Self {
        assert!(slot < Self::MAX_SLOTS && (row as usize) < Self::MAX_ROWS, "a row beyond the limits");
        RowRef((slot as u32) << ROW_BITS | row)
    }

    /// The slot.
    pub fn slot(self) -> usize {
        (self.0 >> ROW_BITS) as usize
    }

    /// The row of its store.
    pub fn row(self) -> Row {
        self.0 & ((1 << ROW_BITS) - 1)
    }
}

/// A token as a list gives it, on its way into the [`Store`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    /// See [`crate::token::Token`].
    pub id: &'a str,
    /// What a caller of the protected API sends.
    pub guid: &'a str,
    /// The name.
    pub name: &'a str,
    /// The purpose, empty for none.
    pub description: &'a str,
    /// When it works and since when that is known.
    pub validity: Validity,
    /// When it was last used; `None` is never.
    pub last_used: Option<Millis>,
    /// Who made it, empty where the system names no creator.
    pub created_by: &'a str,
    /// What the system does not tell of it.
    pub unreported: Unreported,
    /// Whether it is known to be another token than one before it that has the same id.
    pub is_another: bool,
    /// Facts that are not what they should be, with what stands there.
    pub odd: &'a [(OddFact, &'a str)],
}

/// A fact of a token that can be unreadable by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddFact {
    /// From when on it works.
    ValidFrom,
    /// Up to when it works.
    ValidTo,
    /// When it was last used.
    LastUsed,
    /// Whether it works now.
    Active,
    /// What it may do.
    Scopes,
    /// Whether it was revoked.
    Revoked,
    /// Whether it was deleted.
    Deleted,
}

/// Facts that a system does not report, which is something else than that there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unreported {
    /// From when on it works.
    pub valid_from: bool,
    /// Up to when it works.
    pub valid_to: bool,
    /// When it was last used.
    pub last_used: bool,
    /// Who made it.
    pub created_by: bool,
    /// What it may do.
    pub scopes: bool,
}

/// Tokens in columns. Rows are only added; what was replaced or removed is left behind until the next load.
#[derive(Default)]
pub struct Store {
    /// Live rows in the order in which the system lists them.
    order: Vec<Row>,
    by_id: HashTable<Row>,
    ids: IdColumn,
    guids: IdColumn,
    names: TextColumn,
    folded: TextColumn,
    /// Of the folded names.
    signatures: Vec<Signature>,
    /// Teams write the same few purposes again and again.
    description_texts: Interner,
    valid_from: Vec<Millis>,
    valid_to: Vec<Millis>,
    last_used: Vec<Millis>,
    flags: Vec<u16>,
    /// Texts of the system's own, as many columns as it has.
    extras: Vec<TextColumn>,
    scope_sets: Vec<u32>,
    descriptions: Vec<u32>,
    creators: Vec<u32>,
    creator_names: Interner,
    scopes: Interner,
    sets: Sets,
    /// From which row on the server's word dates from when.
    seen: Vec<(Row, Millis)>,
    problems: Vec<(Row, String)>,
    /// What stands in place of a fact, by rows that ascend.
    odd: Vec<(Row, OddFact, Box<str>)>,
    /// How many of them a reader that knows more forms has looked at.
    n_looked_at: usize,
    /// From which row on tokens are of the page that is being read; none where no page is.
    page_start: Option<Row>,
    /// Tokens that do not have their id for themselves; the first two have the same.
    shared: Vec<Row>,
    fold_buffer: Vec<u8>,
}

const ACTIVE: u16 = 1;
const REVOKED: u16 = 2;
const UNREADABLE: u16 = 4;
const DELETED: u16 = 8;
const SILENT: u16 = 16;
const NO_VALID_FROM: u16 = 32;
const NO_VALID_TO: u16 = 64;
const NO_LAST_USED: u16 = 128;
const NO_CREATED_BY: u16 = 256;
const NO_SCOPES: u16 = 512;
const SHARES_ID: u16 = 1024;
const WRITTEN: u16 = 2048;
/// So many of the tokens that share ids are looked at for one that says the same.
const MOST_COMPARED: usize = 100;

/// Flags that say how a row came to be there, and nothing of the token.
const OF_THE_ROW: u16 = SHARES_ID | WRITTEN;

/// Stands for an extra that the system does not report; no text of a token has it.
const UNREPORTED: &str = "\u{0}";

impl Store {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store with room for so many texts of the system's own for every token.
    pub fn with_extras(n_extras: usize) -> Self {
        Store { extras: (0..n_extras).map(|_| TextColumn::default()).collect(), ..Self::default() }
    }

    /// An empty store of the same shape.
    pub fn fresh(&self) -> Self {
        Self::with_extras(self.extras.len())
    }

    /// Makes room for `more` tokens at once, so that the columns need not move while pages come in.
    pub fn reserve(&mut self, more: usize) {
        self.order.reserve_exact(more);
        self.ids.packed.reserve_exact(more);
        self.guids.packed.reserve_exact(more);
        self.names.ends.reserve_exact(more);
        self.folded.ends.reserve_exact(more);
        self.signatures.reserve_exact(more);
        self.descriptions.reserve_exact(more);
        for times in [&mut self.valid_from, &mut self.valid_to, &mut self.last_used] {
            times.reserve_exact(more);
        }
        self.flags.reserve_exact(more);
        self.scope_sets.reserve_exact(more);
        self.creators.reserve_exact(more);
        let (ids, table) = (&self.ids, &mut self.by_id);
        table.reserve(more, |row| ids.hash(*row));
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Live rows in the order in which the system lists them.
    pub fn rows(&self) -> &[Row] {
        &self.order
    }

    /// One more than the largest row there is.
    pub fn n_rows(&self) -> usize {
        self.flags.len()
    }

    /// A page of the list begins: two tokens of one page are two, whatever their ids are.
    pub fn begin_page(&mut self) {
        self.page_start = Some(self.n_rows() as Row);
    }

    /// The page has ended.
    pub fn end_page(&mut self) {
        self.page_start = None;
    }

    /// [`Store::put`] at the end, without texts of the system's own.
    pub fn push(&mut self, entry: Entry<'_>, scopes: &[&str]) -> Row {
        self.put(entry, scopes, [], false)
    }

    /// Adds a token with the texts of the system's own, in their order; `None` is not reported. `in_front`: one that was
    /// just made comes first, one that is there already keeps its place. Otherwise it is one of a list and comes last.
    ///
    /// One with the same id takes the place of the earlier one. Two of one page are both kept, unless they say the same,
    /// and so is one that is known to be another: they share their id then, see [`Store::shares_id`].
    pub fn put<'a>(
        &mut self,
        entry: Entry<'_>,
        scopes: &[&str],
        extras: impl IntoIterator<Item = Option<&'a str>>,
        in_front: bool,
    ) -> Row {
        let (key, is_another) = (IdKey::of(entry.id), entry.is_another);
        let row = self.append(key, entry, scopes);
        if in_front {
            self.flags[row as usize] |= WRITTEN;
        }
        for (column, extra) in self.extras.iter_mut().zip(extras) {
            column.replace_last(extra.unwrap_or(UNREPORTED).as_bytes());
        }
        self.link(row, key, in_front, is_another)
    }

    /// Adds an entry that could not be read, with what is wrong about it.
    pub fn push_unreadable(&mut self, id: Option<&str>, problem: String, seen_at: Millis) -> Row {
        let made_up = format!("unreadable {}", self.n_rows());
        let id = id.unwrap_or(&made_up);
        let key = IdKey::of(id);
        let row = self.append(
            key,
            Entry { id, validity: Validity { seen_at, ..Validity::default() }, ..Entry::default() },
            &[],
        );
        self.flags[row as usize] = UNREADABLE;
        self.problems.push((row, problem));
        self.link(row, key, false, false)
    }

    /// Takes a token out. Tells whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(row) = self.find(id) else { return false };
        let ids = &self.ids;
        if let Ok(entry) = self.by_id.find_entry(ids.hash(row), |it| *it == row) {
            entry.remove();
        }
        self.order.retain(|it| *it != row);
        true
    }

    /// The row of a token.
    pub fn find(&self, id: &str) -> Option<Row> {
        let key = IdKey::of(id);
        self.by_id.find(key.hash(), |row| self.ids.is(*row, key)).copied()
    }

    fn append(&mut self, id: IdKey, entry: Entry<'_>, scopes: &[&str]) -> Row {
        let row = self.n_rows() as Row;
        self.ids.push(row, id);
        self.guids.push(row, IdKey::of(entry.guid));
        self.names.push(entry.name.as_bytes());
        self.fold_buffer.clear();
        fold_into(entry.name, &mut self.fold_buffer);
        self.folded.push(&self.fold_buffer);
        self.signatures.push(Signature::of(&self.fold_buffer));
        self.descriptions.push(self.description_texts.add(entry.description));
        self.valid_from.push(entry.validity.valid_from.unwrap_or(NO_TIME));
        self.valid_to.push(entry.validity.valid_to.unwrap_or(NO_TIME));
        self.last_used.push(entry.last_used.unwrap_or(NO_TIME));
        let (validity, unreported) = (&entry.validity, &entry.unreported);
        let flags = [
            (validity.said_active == Some(true), ACTIVE),
            (validity.said_active.is_none(), SILENT),
            (validity.revoked, REVOKED),
            (validity.deleted, DELETED),
            (unreported.valid_from, NO_VALID_FROM),
            (unreported.valid_to, NO_VALID_TO),
            (unreported.last_used, NO_LAST_USED),
            (unreported.created_by, NO_CREATED_BY),
            (unreported.scopes, NO_SCOPES),
        ];
        self.flags.push(flags.into_iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum());
        for column in &mut self.extras {
            column.push(UNREPORTED.as_bytes());
        }
        self.scope_sets.push(self.sets.add(scopes, &mut self.scopes));
        self.creators.push(self.creator_names.add(entry.created_by));
        self.odd.extend(entry.odd.iter().map(|(fact, text)| (row, *fact, Box::from(*text))));
        if self.seen.last().is_none_or(|(_, seen_at)| *seen_at != entry.validity.seen_at) {
            self.seen.push((row, entry.validity.seen_at));
        }
        row
    }

    /// A text of the system's own; `None` where it is not reported.
    pub fn extra(&self, row: Row, idx: usize) -> Option<&str> {
        self.extras.get(idx).map(|it| it.str(row)).filter(|it| *it != UNREPORTED)
    }

    /// What the system does not tell of a token.
    pub fn unreported(&self, row: Row) -> Unreported {
        let has = |bit: u16| self.flags[row as usize] & bit != 0;
        Unreported {
            valid_from: has(NO_VALID_FROM),
            valid_to: has(NO_VALID_TO),
            last_used: has(NO_LAST_USED),
            created_by: has(NO_CREATED_BY),
            scopes: has(NO_SCOPES),
        }
    }

    fn link(&mut self, row: Row, key: IdKey, in_front: bool, is_another: bool) -> Row {
        let ids = &self.ids;
        let Some(before) = self.by_id.find(key.hash(), |it| ids.is(*it, key)).copied() else {
            self.by_id.insert_unique(key.hash(), row, |it| ids.hash(*it));
            if in_front {
                self.order.insert(0, row);
            } else {
                self.order.push(row);
            }
            return row;
        };
        if !in_front {
            let shares = self.shares_id(before);
            let is_twin = |it: &Row| self.ids.is(*it, key) && self.is_same(*it, row);
            let twin = match shares {
                true => self.shared.iter().take(MOST_COMPARED).copied().find(is_twin),
                false => Some(before).filter(is_twin),
            };
            if let Some(twin) = twin {
                // A list that goes round must not fill the memory with what is there already.
                self.forget_last();
                return twin;
            }
            // What was written while the page is read is the page's own token, and not another one.
            let is_of_page = |it: Row| before >= it && self.flags[before as usize] & WRITTEN == 0;
            if is_another || shares || self.page_start.is_some_and(is_of_page) {
                for it in [before, row].into_iter().skip(usize::from(shares)) {
                    self.flags[it as usize] |= SHARES_ID;
                    self.shared.push(it);
                }
                self.order.push(row);
                return row;
            }
        }
        if let Some(found) = self.by_id.find_mut(key.hash(), |it| *it == before) {
            *found = row;
        }
        self.flags[row as usize] |= self.flags[before as usize] & SHARES_ID;
        for list in [&mut self.shared, &mut self.order] {
            if let Some(place) = list.iter_mut().find(|it| **it == before) {
                *place = row;
            }
        }
        row
    }

    /// Whether two rows say the same, but for when that was seen.
    fn is_same(&self, one: Row, other: Row) -> bool {
        let (a, b) = (one as usize, other as usize);
        self.flags[a] & !OF_THE_ROW == self.flags[b] & !OF_THE_ROW
            && self.names.get(one) == self.names.get(other)
            && self.guids.is(one, self.guids.key(other))
            && (self.valid_from[a], self.valid_to[a], self.last_used[a])
                == (self.valid_from[b], self.valid_to[b], self.last_used[b])
            && (self.descriptions[a], self.creators[a], self.scope_sets[a])
                == (self.descriptions[b], self.creators[b], self.scope_sets[b])
            && self.problem(one) == self.problem(other)
            && self.odd_of(one).map(|it| (it.1, &it.2)).eq(self.odd_of(other).map(|it| (it.1, &it.2)))
            && self.extras.iter().all(|it| it.get(one) == it.get(other))
    }

    /// Takes back the row that was added last, before it is linked.
    fn forget_last(&mut self) {
        let Some(row) = self.n_rows().checked_sub(1).map(|it| it as Row) else { return };
        self.ids.pop(row);
        self.guids.pop(row);
        self.names.pop();
        self.folded.pop();
        self.signatures.pop();
        for times in [&mut self.valid_from, &mut self.valid_to, &mut self.last_used] {
            times.pop();
        }
        for numbers in [&mut self.descriptions, &mut self.scope_sets, &mut self.creators] {
            numbers.pop();
        }
        self.flags.pop();
        self.extras.iter_mut().for_each(TextColumn::pop);
        self.seen.pop_if(|(it, _)| *it == row);
        self.problems.pop_if(|(it, _)| *it == row);
        while self.odd.pop_if(|(it, ..)| *it == row).is_some() {}
        self.n_looked_at = self.n_looked_at.min(self.odd.len());
    }

    /// Whether another token of the list has the same id, so that it is unknown which of them a request would hit.
    pub fn shares_id(&self, row: Row) -> bool {
        self.flags[row as usize] & SHARES_ID != 0
    }

    /// Whether another token is called the same, but for case and accents.
    pub fn has_namesake(&self, row: Row) -> bool {
        let name = self.folded.get(row);
        !name.is_empty() && self.order.iter().any(|it| *it != row && self.folded.get(*it) == name)
    }

    /// Two tokens of the list that have the same id, where there are such.
    pub fn same_id(&self) -> Option<(Row, Row)> {
        self.shared.first().copied().zip(self.shared.get(1).copied())
    }

    /// The id of a token, to the letter.
    pub fn id(&self, row: Row) -> String {
        self.ids.text(row)
    }

    /// The GUID of a token, to the letter.
    pub fn guid(&self, row: Row) -> String {
        self.guids.text(row)
    }

    /// Whether the GUID has this part in it.
    pub fn guid_has(&self, row: Row, part: &GuidPart) -> bool {
        self.guids.has(row, part)
    }

    /// The name.
    pub fn name(&self, row: Row) -> &str {
        self.names.str(row)
    }

    /// The name as [`crate::text::fold`] leaves it.
    pub fn folded_name(&self, row: Row) -> &[u8] {
        self.folded.get(row)
    }

    /// What the folded name is made of.
    pub fn signature(&self, row: Row) -> Signature {
        self.signatures[row as usize]
    }

    /// The purpose, empty for none.
    pub fn description(&self, row: Row) -> &str {
        self.description_texts.get(self.descriptions[row as usize])
    }

    /// Who made it, empty where the system names no creator.
    pub fn created_by(&self, row: Row) -> &str {
        self.creator_names.get(self.creators[row as usize])
    }

    /// When it was last used.
    pub fn last_used(&self, row: Row) -> Option<Millis> {
        time(self.last_used[row as usize])
    }

    /// What decides its status.
    pub fn validity(&self, row: Row) -> Validity {
        let flags = self.flags[row as usize];
        let batch = self.seen.partition_point(|(first, _)| *first <= row);
        Validity {
            valid_from: time(self.valid_from[row as usize]),
            valid_to: time(self.valid_to[row as usize]),
            revoked: flags & REVOKED != 0,
            deleted: flags & DELETED != 0,
            said_active: (flags & SILENT == 0).then_some(flags & ACTIVE != 0),
            seen_at: batch.checked_sub(1).map_or(0, |it| self.seen[it].1),
        }
    }

    /// Its status at `now`.
    pub fn status(&self, row: Row, now: Millis) -> Status {
        if self.flags[row as usize] & UNREADABLE != 0 { Status::Unreadable } else { self.validity(row).status(now) }
    }

    /// The next instant after `now` at which some token's status can change by itself.
    pub fn next_change(&self, now: Millis) -> Option<Millis> {
        self.order.iter().filter_map(|row| self.validity(*row).next_change(now)).min()
    }

    /// What is wrong with an entry that could not be read.
    pub fn problem(&self, row: Row) -> Option<&str> {
        self.problems.iter().find(|(it, _)| *it == row).map(|(_, problem)| problem.as_str())
    }

    /// What stands where a fact should be that could not be read.
    pub fn odd(&self, row: Row, fact: OddFact) -> Option<&str> {
        self.odd_of(row).find(|it| it.1 == fact).map(|it| &*it.2)
    }

    /// Whether there are facts that [`Store::read_odd`] has not looked at.
    pub fn has_new_odd(&self) -> bool {
        self.n_looked_at < self.odd.len()
    }

    /// Has facts that could not be read looked at by a reader that knows more forms. It gets the fact, what stands there, and
    /// when that was seen; it gives an instant, or that there is none, or `None` where it cannot read it either.
    pub fn read_odd(&mut self, read: impl Fn(OddFact, &str, Millis) -> Option<Option<Millis>>) {
        for (row, fact, text) in self.odd.split_off(self.n_looked_at) {
            let Some(at) = read(fact, &text, self.validity(row).seen_at) else {
                self.odd.push((row, fact, text));
                continue;
            };
            let idx = row as usize;
            match fact {
                OddFact::ValidFrom => self.valid_from[idx] = at.unwrap_or(NO_TIME),
                OddFact::ValidTo => self.valid_to[idx] = at.unwrap_or(NO_TIME),
                OddFact::LastUsed => self.last_used[idx] = at.unwrap_or(NO_TIME),
                OddFact::Revoked if at.is_none() => self.flags[idx] &= !REVOKED,
                OddFact::Deleted if at.is_none() => self.flags[idx] &= !DELETED,
                OddFact::Revoked | OddFact::Deleted | OddFact::Active | OddFact::Scopes => {}
            }
        }
        self.n_looked_at = self.odd.len();
    }

    fn odd_of(&self, row: Row) -> impl Iterator<Item = &(Row, OddFact, Box<str>)> {
        let first = self.odd.partition_point(|(it, ..)| *it < row);
        self.odd[first..].iter().take_while(move |(it, ..)| *it == row)
    }

    /// Ids of the scopes of a token.
    pub fn scopes(&self, row: Row) -> impl Iterator<Item = &str> {
        self.sets.get(self.scope_sets[row as usize]).iter().map(|scope| self.scopes.get(*scope))
    }

    /// The number of the set of scopes that a token has; tokens with the same scopes share it.
    pub fn scope_set(&self, row: Row) -> usize {
        self.scope_sets[row as usize] as usize
    }

    /// For every set of scopes whether it has any of `wanted`.
    pub fn sets_with_any(&self, wanted: &[String]) -> Vec<bool> {
        let is_wanted: Vec<bool> = self.scopes.texts().map(|it| wanted.iter().any(|id| id == it)).collect();
        self.sets.sets.iter().map(|set| set.iter().any(|scope| is_wanted[*scope as usize])).collect()
    }

    /// The number of the name of who made a token; tokens of the same maker share it.
    pub fn creator(&self, row: Row) -> usize {
        self.creators[row as usize] as usize
    }

    /// For everyone who made a token whether their name has all of these keywords.
    pub fn creators_with(&self, search: &Search) -> Vec<bool> {
        self.creator_names.texts().map(|it| search.finds(it)).collect()
    }

    /// Ids of all scopes that tokens have, in the order of their first use.
    pub fn all_scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.texts()
    }
}

fn time(at: Millis) -> Option<Millis> {
    (at != NO_TIME).then_some(at)
}

/// How many texts tell how long the others will be.
const ENOUGH_TO_TELL: usize = 500;

/// Texts one after the other in one buffer.
#[derive(Default)]
struct TextColumn {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl TextColumn {
    fn push(&mut self, text: &[u8]) {
        let missing = (self.bytes.len() + text.len()).saturating_sub(self.bytes.capacity());
        if missing > 0 {
            self.grow(missing);
        }
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Where it is known how many texts will come, those that are there tell how long they will be: doubling would leave
    /// up to as much again unused, and memory that a page has taken once it never gives back.
    fn grow(&mut self, missing: usize) {
        let (here, expected) = (self.ends.len(), self.ends.capacity());
        let mean = (self.bytes.len() / here.max(1) + 1) * 33 / 32;
        let rest = (expected - here) * mean;
        if here < ENOUGH_TO_TELL || rest < missing {
            self.bytes.reserve(missing);
        } else {
            self.bytes.reserve_exact(rest);
        }
    }

    fn pop(&mut self) {
        self.ends.pop();
        self.bytes.truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    fn replace_last(&mut self, text: &[u8]) {
        self.pop();
        self.push(text);
    }

    fn get(&self, row: Row) -> &[u8] {
        let row = row as usize;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[row] as usize]
    }

    fn str(&self, row: Row) -> &str {
        std::str::from_utf8(self.get(row)).unwrap_or_default()
    }
}

/// Texts that many tokens share, each kept once.
#[derive(Default)]
struct Interner {
    texts: TextColumn,
    table: HashTable<u32>,
}

impl Interner {
    fn add(&mut self, text: &str) -> u32 {
        let texts = &self.texts;
        let hash_of = hash(text.as_bytes());
        if let Some(found) = self.table.find(hash_of, |it| texts.get(*it) == text.as_bytes()) {
            return *found;
        }
        let number = self.texts.ends.len() as u32;
        self.texts.push(text.as_bytes());
        let texts = &self.texts;
        self.table.insert_unique(hash_of, number, |it| hash(texts.get(*it)));
        number
    }

    fn get(&self, number: u32) -> &str {
        self.texts.str(number)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.texts.ends.len() as u32).map(|it| self.get(it))
    }
}

/// Sets of scopes, each kept once: a team gives the same few combinations again and again.
#[derive(Default)]
struct Sets {
    sets: Vec<Box<[u32]>>,
    table: HashTable<u32>,
    buffer: Vec<u32>,
}

impl Sets {
    fn add(&mut self, scopes: &[&str], names: &mut Interner) -> u32 {
        self.buffer.clear();
        for scope in scopes {
            self.buffer.push(names.add(scope));
        }
        let (sets, wanted) = (&self.sets, &self.buffer);
        if let Some(found) = self.table.find(hash_numbers(wanted), |it| *sets[*it as usize] == **wanted) {
            return *found;
        }
        let number = self.sets.len() as u32;
        self.sets.push(self.buffer.as_slice().into());
        let sets = &self.sets;
        self.table.insert_unique(hash_numbers(&self.buffer), number, |it| hash_numbers(&sets[*it as usize]));
        number
    }

    fn get(&self, number: u32) -> &[u32] {
        &self.sets[number as usize]
    }
}

/// FNV-1a: small code, good enough for texts that are not chosen to collide.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn hash_numbers(numbers: &[u32]) -> u64 {
    numbers.iter().fold(0xcbf2_9ce4_8422_2325, |hash, number| {
        (hash ^ u64::from(*number)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    })
}

/// Ids: a UUID in its usual form takes 16 bytes, anything else is kept as text.
#[derive(Default)]
struct IdColumn {
    packed: Vec<u128>,
    /// Texts of the rows whose packed id is [`ODD`], ascending.
    odd: Vec<(Row, Box<str>)>,
}

/// Marks an id that is not a UUID. The one UUID with this value is kept as text too.
const ODD: u128 = u128::MAX;

#[derive(Clone, Copy)]
enum IdKey<'a> {
    Packed(u128),
    Odd(&'a str),
}

impl<'a> IdKey<'a> {
    fn of(text: &'a str) -> Self {
        match pack(text) {
            Some(packed) if packed != ODD => IdKey::Packed(packed),
            _ => IdKey::Odd(text),
        }
    }

    fn hash(self) -> u64 {
        match self {
            IdKey::Packed(packed) => ((packed ^ (packed >> 64)) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            IdKey::Odd(text) => hash(text.as_bytes()),
        }
    }
}

impl IdColumn {
    fn push(&mut self, row: Row, key: IdKey) {
        match key {
            IdKey::Packed(packed) => self.packed.push(packed),
            IdKey::Odd(text) => {
                self.packed.push(ODD);
                self.odd.push((row, text.into()));
            }
        }
    }

    fn pop(&mut self, row: Row) {
        self.packed.pop();
        self.odd.pop_if(|(it, _)| *it == row);
    }

    fn key(&self, row: Row) -> IdKey<'_> {
        match self.packed[row as usize] {
            ODD => {
                IdKey::Odd(self.odd.binary_search_by_key(&row, |(it, _)| *it).map_or("", |found| &self.odd[found].1))
            }
            packed => IdKey::Packed(packed),
        }
    }

    fn is(&self, row: Row, key: IdKey<'_>) -> bool {
        match (self.key(row), key) {
            (IdKey::Packed(one), IdKey::Packed(other)) => one == other,
            (IdKey::Odd(one), IdKey::Odd(other)) => one == other,
            _ => false,
        }
    }

    fn hash(&self, row: Row) -> u64 {
        self.key(row).hash()
    }

    fn text(&self, row: Row) -> String {
        match self.key(row) {
            IdKey::Packed(packed) => unpack(packed),
            IdKey::Odd(text) => text.to_owned(),
        }
    }

    fn has(&self, row: Row, part: &GuidPart) -> bool {
        match self.key(row) {
            IdKey::Packed(packed) => part.digits.is_some_and(|digits| digits.is_in(packed)),
            IdKey::Odd(text) => text.to_ascii_lowercase().contains(&part.text),
        }
    }
}

/// A UUID in its usual form, lower case with hyphens; `None` for any other text.
fn pack(text: &str) -> Option<u128> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if [8, 13, 18, 23].iter().any(|idx| bytes[*idx] != b'-') {
        return None;
    }
    // All digits are read before any is judged: this runs twice for every token.
    let mut is_odd = 0;
    let mut read = |from: usize, to: usize| {
        bytes[from..to].iter().fold(0_u64, |number, byte| {
            let nibble = NIBBLES[usize::from(*byte)];
            is_odd |= nibble;
            number << 4 | u64::from(nibble)
        })
    };
    let high = read(0, 8) << 32 | read(9, 13) << 16 | read(14, 18);
    let low = read(19, 23) << 48 | read(24, 36);
    (is_odd < NO_NIBBLE).then_some(u128::from(high) << 64 | u128::from(low))
}

/// Marks a byte that is no hexadecimal digit in lower case.
const NO_NIBBLE: u8 = 16;

/// The value of every byte as a hexadecimal digit in lower case.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [NO_NIBBLE; 256];
    let mut value = 0;
    while value < 16 {
        nibbles[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    nibbles
};

fn nibble(byte: u8) -> Option<u8> {
    Some(NIBBLES[usize::from(byte)]).filter(|it| *it != NO_NIBBLE)
}

fn unpack(packed: u128) -> String {
    let mut text = String::with_capacity(36);
    for idx in 0..32 {
        if matches!(idx, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let nibble = (packed >> (4 * (31 - idx))) as u8 & 15;
        text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
    }
    text
}

/// A part of a GUID that is searched for, with or without hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuidPart {
    text: String,
    digits: Option<Digits>,
}

impl GuidPart {
    /// What to search for; `None` where there is nothing to search for.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let hex: Option<Vec<u8>> =
            text.bytes().filter(|byte| !matches!(byte, b'-' | b' ' | b'{' | b'}')).map(nibble).collect();
        let digits = hex.filter(|it| (1..=32).contains(&it.len())).map(|it| Digits {
            value: it.iter().fold(0, |value, nibble| value << 4 | u128::from(*nibble)),
            n_digits: it.len() as u32,
        });
        (!text.is_empty()).then_some(GuidPart { text, digits })
    }

    /// Whether there are hexadecimal digits in it and nothing else that counts.
    pub fn has_digits(&self) -> bool {
        self.digits.is_some()
    }
}

/// Hexadecimal digits in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digits {
    value: u128,
    n_digits: u32,
}

impl Digits {
    fn is_in(self, packed: u128) -> bool {
        let mask = u128::MAX >> (128 - 4 * self.n_digits);
        (0..=32 - self.n_digits).any(|shift| (packed >> (4 * shift)) & mask == self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

    fn entry<'a>(id: &'a str, name: &'a str) -> Entry<'a> {
        Entry { id, guid: ID, name, ..Entry::default() }
    }

    fn names(store: &Store) -> Vec<&str> {
        store.rows().iter().map(|row| store.name(*row)).collect()
    }

    #[test]
    fn a_token_is_there_as_it_came() {
        let mut store = Store::new();
        let validity = Validity {
            valid_from: Some(-5),
            valid_to: None,
            revoked: true,
            deleted: true,
            said_active: Some(false),
            seen_at: 7,
        };
        let row = store.push(
            Entry {
                id: "42",
                guid: ID,
                name: "Fräse",
                description: "mills",
                validity,
                last_used: Some(3),
                created_by: "ada",
                ..Entry::default()
            },
            &["write", "read"],
        );
        assert_eq!((store.id(row), store.guid(row)), ("42".into(), ID.into()));
        assert_eq!((store.name(row), store.folded_name(row)), ("Fräse", &b"frase"[..]));
        assert_eq!((store.description(row), store.created_by(row)), ("mills", "ada"));
        assert_eq!((store.validity(row), store.last_used(row)), (validity, Some(3)));
        assert_eq!(store.scopes(row).collect::<Vec<_>>(), ["write", "read"]);
    }

    #[test]
    fn what_is_not_reported_is_known_as_such() {
        let mut store = Store::with_extras(2);
        let unreported = Unreported { valid_to: true, created_by: true, ..Unreported::default() };
        let row = store.put(Entry { unreported, ..entry("1", "one") }, &[], [Some("lobby"), None], false);
        let silent = store.push(entry("2", "two"), &[]);
        assert_eq!((store.unreported(row), store.unreported(silent)), (unreported, Unreported::default()));
        assert_eq!([0, 1, 2].map(|idx| store.extra(row, idx)), [Some("lobby"), None, None]);
        assert_eq!(store.extra(silent, 0), None);
        assert_eq!(store.fresh().extras.len(), 2);
    }

    #[test]
    fn the_later_of_two_with_one_id_wins_in_the_earlier_place() {
        let mut store = Store::new();
        for (id, name) in [("a", "one"), (ID, "two"), ("a", "three"), (ID, "four"), ("b", "five")] {
            store.push(entry(id, name), &[]);
        }
        assert_eq!(names(&store), ["three", "four", "five"]);
        assert_eq!(store.find(ID).map(|row| store.name(row)), Some("four"));
    }

    #[test]
    fn a_new_one_goes_to_the_front_and_a_removed_one_is_gone() {
        let mut store = Store::new();
        store.push(entry("a", "one"), &[]);
        store.put(entry("b", "two"), &[], [], true);
        store.put(entry("a", "uno"), &[], [], true);
        assert_eq!(names(&store), ["two", "uno"]);
        assert!(store.remove("b") && !store.remove("b"));
        assert_eq!((names(&store), store.find("b")), (vec!["uno"], None));
    }

    #[test]
    fn an_unreadable_entry_is_kept_with_its_problem() {
        let mut store = Store::new();
        let row = store.push_unreadable(None, "name is missing".into(), 0);
        assert_eq!((store.status(row, 0), store.problem(row)), (Status::Unreadable, Some("name is missing")));
        store.push_unreadable(None, "again".into(), 0);
        assert_eq!(store.len(), 2);
    }

    #[test]
    fn every_row_knows_when_it_was_seen() {
        let mut store = Store::new();
        for seen_at in [5, 5, 9] {
            let id = store.n_rows().to_string();
            store.push(Entry { validity: Validity { seen_at, ..Validity::default() }, ..entry(&id, "") }, &[]);
        }
        assert_eq!([0, 1, 2].map(|row| store.validity(row).seen_at), [5, 5, 9]);
    }

    #[test]
    fn ids_come_back_to_the_letter() {
        for id in [
            ID,
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "01234567-89AB-cdef-0123-456789abcdef",
            "0123456789abcdef0123456789abcdef",
            "",
            "é",
        ] {
            let mut column = IdColumn::default();
            column.push(0, IdKey::of(id));
            assert_eq!(column.text(0), id);
        }
    }

    #[track_caller]
    fn check_part(part: &str, found: bool) {
        let mut store = Store::new();
        let row = store.push(entry("x", "x"), &[]);
        assert_eq!(GuidPart::new(part).is_some_and(|it| store.guid_has(row, &it)), found, "{part}");
    }

    #[test]
    fn any_part_of_a_guid_is_found() {
        for part in [
            "0",
            "f",
            "67-89",
            "6789ABC",
            " cdef-0123-45 ",
            ID,
            &ID.replace('-', ""),
            "{01234567-89ab-cdef-0123-456789abcdef}",
        ] {
            check_part(part, true);
        }
        for part in ["", "g", "77", "00123", "0123456789abcdef0123456789abcdef0", "abc-abc"] {
            check_part(part, false);
        }
    }

    #[test]
    fn digits_that_are_not_there_are_not_found() {
        let mut store = Store::new();
        let guid = "fedcba98-7654-4210-9edc-ba9876543210";
        let row = store.push(Entry { id: "x", guid, ..Entry::default() }, &[]);
        for part in ["6666", "ghi"] {
            assert!(!GuidPart::new(part).is_some_and(|it| store.guid_has(row, &it)), "{part}");
        }
    }

    #[test]
    fn two_of_one_page_with_one_id_are_both_kept() {
        let mut store = Store::new();
        store.begin_page();
        for (id, name) in [("12", "build"), ("30", "deploy"), ("12", "nightly"), ("12", "nightly again")] {
            store.push(entry(id, name), &[]);
        }
        store.push_unreadable(Some("30"), "no name".into(), 0);
        store.end_page();
        assert_eq!(names(&store), ["build", "deploy", "nightly", "nightly again", ""]);
        assert!(store.rows().iter().all(|it| store.shares_id(*it)));
        assert_eq!(
            store.same_id().map(|(one, other)| (store.name(one), store.name(other))),
            Some(("build", "nightly"))
        );
        // The next page may have them once more, as pages shift; of one that has changed it is unknown which it was.
        for name in ["build", "nightly", "nightly 2"] {
            store.begin_page();
            store.push(entry("12", name), &[]);
        }
        assert_eq!(names(&store)[4..], ["", "nightly 2"]);
        assert!(store.rows().iter().all(|it| store.shares_id(*it)));
    }

    #[test]
    fn one_token_twice_is_one() {
        let mut store = Store::with_extras(1);
        store.begin_page();
        for _ in 0..3 {
            store.put(entry(ID, "one"), &["read"], [Some("x")], false);
        }
        store.end_page();
        store.push(entry(ID, "later"), &[]);
        assert_eq!((names(&store), store.same_id()), (vec!["later"], None));
        // A gateway knows that it is another.
        store.push(Entry { is_another: true, ..entry(ID, "other") }, &[]);
        assert_eq!(names(&store), ["later", "other"]);
        assert!(store.shares_id(store.rows()[1]));
    }

    #[test]
    fn what_is_written_while_a_page_is_read_is_no_other_token() {
        let mut store = Store::new();
        store.begin_page();
        store.push(entry("1", "one"), &[]);
        store.put(entry("1", "saved"), &[], [], true);
        store.put(entry("2", "saved too"), &[], [], true);
        store.push(entry("2", "two"), &[]);
        assert_eq!((store.len(), store.same_id()), (2, None));
    }

    #[test]
    fn the_same_tokens_again_take_no_memory() {
        let mut store = Store::with_extras(1);
        for page in 0..50 {
            store.begin_page();
            for idx in 0..20 {
                let (id, name) = (if idx % 2 == 0 { format!("{idx}") } else { unpack(idx) }, format!("name {idx}"));
                let validity = Validity { seen_at: page, ..Validity::default() };
                store.put(Entry { validity, ..entry(&id, &name) }, &["read"], [Some("extra")], false);
            }
            store.push_unreadable(Some("bad"), "why".into(), page);
            store.end_page();
        }
        assert_eq!((store.len(), store.n_rows()), (21, 21));
        assert_eq!(
            (store.names.ends.len(), store.ids.odd.len(), store.seen.len(), store.problems.len()),
            (21, 11, 1, 1)
        );
        assert_eq!(store.names.bytes.len(), store.rows().iter().map(|it| store.name(*it).len()).sum::<usize>());
    }

    #[test]
    #[should_panic(expected = "beyond the limits")]
    fn a_spot_does_not_wrap() {
        RowRef::new(RowRef::MAX_SLOTS, 0);
    }

    #[test]
    fn sets_of_scopes_are_shared() {
        let mut store = Store::new();
        let rows: Vec<_> = ["a", "b", "c"]
            .iter()
            .zip([vec!["r", "w"], vec!["r", "w"], vec!["w"]])
            .map(|(id, scopes)| store.push(entry(id, id), &scopes))
            .collect();
        assert_eq!(store.scope_set(rows[0]), store.scope_set(rows[1]));
        let with_r = store.sets_with_any(&["r".into(), "unknown".into()]);
        assert_eq!(rows.iter().map(|row| with_r[store.scope_set(*row)]).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(store.all_scopes().collect::<Vec<_>>(), ["r", "w"]);
    }
}
