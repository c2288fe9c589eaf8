//! All tokens, column by column: 100,000 of them in a few megabytes. Every connection has a store of its own. Pure.

use hashbrown::HashTable;

pub use self::entry::{Entry, OddFact, Unreported};
pub use self::ids::GuidPart;
use self::ids::{IdColumn, IdKey};
pub use self::row::{Row, RowRef};
use self::row_set::RowSet;
pub use self::shared::Interner;
use self::shared::Sets;
pub(crate) use self::shared::hash;
use self::text::TextColumn;
use crate::text::{Search, Signature, fold_into};
use crate::time::Millis;
use crate::token::{Status, Validity};

mod entry;
mod ids;
mod row;
mod row_set;
mod selected;
mod shared;
mod text;

/// Stands for a date that a token does not have.
const NO_TIME: Millis = Millis::MIN;

/// The tokens of one connection among several.
#[derive(Clone, Copy)]
pub struct StoreRef<'a> {
    /// The connection's name.
    pub system: &'a str,
    /// Its tokens.
    pub store: &'a Store,
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
    /// When tokens were switched off, by rows that ascend: few are.
    disabled_at: Vec<(Row, Millis)>,
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
    selected: RowSet,
    /// Those that were selected when they were last shown alone.
    apart: RowSet,
    /// Whether some token says whether it was switched off.
    says_disabled: bool,
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
const DISABLED: u16 = 4096;
const NO_DISABLED: u16 = 8192;
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
            Entry {
                id,
                validity: Validity { seen_at, ..Validity::default() },
                unreported: Unreported { disabled: true, ..Unreported::default() },
                ..Entry::default()
            },
            &[],
        );
        self.flags[row as usize] = UNREADABLE | NO_DISABLED;
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
        self.forget_selected(row);
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
            (validity.disabled, DISABLED),
            (unreported.valid_from, NO_VALID_FROM),
            (unreported.valid_to, NO_VALID_TO),
            (unreported.last_used, NO_LAST_USED),
            (unreported.created_by, NO_CREATED_BY),
            (unreported.scopes, NO_SCOPES),
            (unreported.disabled, NO_DISABLED),
        ];
        self.flags.push(flags.into_iter().filter(|(on, _)| *on).map(|(_, bit)| bit).sum());
        self.says_disabled |= !unreported.disabled;
        self.disabled_at.extend(entry.disabled_at.map(|at| (row, at)));
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
            disabled: has(NO_DISABLED),
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
                    self.selected.put(it, false);
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
        self.hand_on_selected(before, row);
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
        self.disabled_at.pop_if(|(it, _)| *it == row);
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

    /// When it was switched off, where it is and that is told.
    pub fn disabled_at(&self, row: Row) -> Option<Millis> {
        let idx = self.disabled_at.binary_search_by_key(&row, |it| it.0).ok()?;
        self.validity(row).disabled.then(|| self.disabled_at[idx].1)
    }

    /// What decides its status.
    pub fn validity(&self, row: Row) -> Validity {
        let flags = self.flags[row as usize];
        let batch = self.seen.partition_point(|(first, _)| *first <= row);
        Validity {
            valid_from: time(self.valid_from[row as usize]),
            valid_to: time(self.valid_to[row as usize]),
            revoked: flags & REVOKED != 0,
            disabled: flags & DISABLED != 0,
            deleted: flags & DELETED != 0,
            said_active: (flags & SILENT == 0).then_some(flags & ACTIVE != 0),
            seen_at: batch.checked_sub(1).map_or(0, |it| self.seen[it].1),
        }
    }

    /// Its status at `now`.
    pub fn status(&self, row: Row, now: Millis) -> Status {
        if self.flags[row as usize] & UNREADABLE != 0 { Status::Unreadable } else { self.validity(row).status(now) }
    }

    /// Whether it is known when a token ends, or that it does not.
    pub fn knows_end(&self, row: Row) -> bool {
        self.knows(row, NO_VALID_TO, OddFact::ValidTo)
    }

    /// Whether it is known when a token was last used, or that it never was.
    pub fn knows_last_use(&self, row: Row) -> bool {
        self.knows(row, NO_LAST_USED, OddFact::LastUsed)
    }

    fn knows(&self, row: Row, unreported: u16, fact: OddFact) -> bool {
        self.flags[row as usize] & (unreported | UNREADABLE) == 0 && self.odd(row, fact).is_none()
    }

    /// Whether the system says of any token here whether it was switched off. Rows that were replaced count, too: what a
    /// system says of one version of a token it says of the next.
    pub fn says_disabled(&self) -> bool {
        self.says_disabled
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
                OddFact::Disabled if at.is_none() => self.flags[idx] &= !DISABLED,
                OddFact::Revoked | OddFact::Deleted | OddFact::Disabled | OddFact::Active | OddFact::Scopes => {}
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

#[cfg(test)]
mod tests;
