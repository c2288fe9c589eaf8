//! What tokens are sorted by, and sorting them. Pure.

use std::cmp::Ordering;

use crate::store::{Row, RowRef, Store, StoreRef};
use crate::text::fold;
use crate::time::Millis;
use crate::token::Status;

/// A sorted column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Which one.
    pub key: SortKey,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// What a click on a column's header makes of the present sorting: ascending, then descending, then none.
    pub fn clicked(now: Option<Sort>, key: SortKey) -> Option<Sort> {
        match now {
            Some(sort) if sort.key == key => (!sort.descending).then_some(Sort { key, descending: true }),
            _ => Some(Sort { key, descending: false }),
        }
    }
}

/// The columns that can be sorted. Tokens that have nothing to sort by come last either way; see [`SortKey::Expiry`] for
/// what else stands together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// By the folded name.
    Name,
    /// By the name of the connection.
    System,
    /// By the public handle.
    Id,
    /// By the ids of the scopes.
    Scopes,
    /// By the start.
    ActiveFrom,
    /// By the end: what lies ahead, soonest first; then what has no end; then what is over, latest first; then that of
    /// which the end is not known. Descending turns each of these groups, and not their order.
    Expiry,
    /// By the last use.
    LastUsed,
    /// By who made it.
    Creator,
    /// Active ones first, then by what became of the others.
    IsActive,
    /// By a text of the system's own.
    Extra(usize),
}

impl SortKey {
    const FIXED: [(SortKey, &str); 9] = [
        (SortKey::Name, "name"),
        (SortKey::System, "system"),
        (SortKey::Id, "id"),
        (SortKey::Scopes, "scopes"),
        (SortKey::ActiveFrom, "from"),
        (SortKey::Expiry, "expires"),
        (SortKey::LastUsed, "used"),
        (SortKey::Creator, "creator"),
        (SortKey::IsActive, "active"),
    ];

    pub(super) fn key(self) -> String {
        match self {
            SortKey::Extra(idx) => format!("extra{idx}"),
            fixed => Self::FIXED.iter().find(|(it, _)| *it == fixed).map_or("", |(_, key)| key).into(),
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        let extra = || key.strip_prefix("extra")?.parse().ok().map(SortKey::Extra);
        Self::FIXED.iter().find(|(_, it)| *it == key).map(|(key, _)| *key).or_else(extra)
    }
}

/// All tokens, slot after slot, in the order in which their systems list them.
fn all<'a>(stores: &'a [StoreRef]) -> impl Iterator<Item = RowRef> + 'a {
    let on_shelf = |(slot, it): (usize, &'a StoreRef)| it.store.rows().iter().map(move |row| RowRef::new(slot, *row));
    stores.iter().enumerate().flat_map(on_shelf)
}

/// All tokens in the order of a column.
#[derive(Default)]
pub(super) struct Sorted {
    order: Vec<RowRef>,
    groups: Vec<Group>,
    /// From when on time alone may have made it another order.
    pub(super) until: Millis,
}

/// Tokens that stay together whichever way the column is sorted.
struct Group {
    /// One more than the place of its last.
    end: usize,
    /// Whether they are turned round when the largest comes first. Those that nothing tells apart are not.
    turns: bool,
}

impl Sorted {
    /// All tokens, from the first to the last.
    pub(super) fn in_order(&self, descending: bool) -> impl Iterator<Item = RowRef> {
        let begins = [0].into_iter().chain(self.groups.iter().map(|it| it.end));
        self.groups.iter().zip(begins).flat_map(move |(group, begin)| {
            let rows = &self.order[begin..group.end];
            let is_turned = descending && group.turns;
            (0..rows.len()).map(move |idx| rows[if is_turned { rows.len() - 1 - idx } else { idx }])
        })
    }

    /// Sorts all tokens by `key` as they are at `now`. What it held before makes room.
    pub(super) fn sort(&mut self, stores: &[StoreRef], key: SortKey, now: Millis) {
        self.order.clear();
        self.groups.clear();
        self.until = Millis::MAX;
        // Those that have nothing to sort by come last, in the systems' own order, as do any that are equal.
        let absent = match key {
            SortKey::System | SortKey::Id | SortKey::Scopes | SortKey::Creator | SortKey::Extra(_) => {
                self.sort_by_text(stores, key)
            }
            _ => self.sort_by_number(stores, key, now),
        };
        self.order.extend(absent);
        self.groups.push(Group { end: self.order.len(), turns: false });
        if matches!(key, SortKey::Expiry | SortKey::IsActive) {
            self.until = next_change(stores, now);
        }
    }

    /// Puts those in order that have a text, and returns the others.
    fn sort_by_text(&mut self, stores: &[StoreRef], key: SortKey) -> Vec<RowRef> {
        let all: Vec<RowRef> = all(stores).collect();
        let mut texts: Vec<(Vec<u8>, usize)> = Vec::with_capacity(all.len());
        let mut absent = Vec::new();
        for (place, row_ref) in all.iter().enumerate() {
            match sort_text(&stores[row_ref.slot()], row_ref.row(), key) {
                Some(text) => texts.push((text, place)),
                None => absent.push(*row_ref),
            }
        }
        texts.sort_unstable();
        self.order.extend(texts.iter().map(|(_, place)| all[*place]));
        self.groups.push(Group { end: texts.len(), turns: true });
        absent
    }

    /// The same of those that have a number.
    fn sort_by_number(&mut self, stores: &[StoreRef], key: SortKey, now: Millis) -> Vec<RowRef> {
        let mut keys = Vec::with_capacity(stores.iter().map(|it| it.store.len()).sum());
        let mut absent = Vec::new();
        for (place, row_ref) in all(stores).enumerate() {
            match sort_number(stores[row_ref.slot()].store, row_ref.row(), key, now) {
                Some(number) => keys.push((number, place as u32, row_ref)),
                None => absent.push(row_ref),
            }
        }
        keys.sort_unstable_by(|(one, place, row_ref), (other, other_place, other_ref)| {
            let undecided = || match key {
                SortKey::Name => by_rest_of_name(stores, *row_ref, *other_ref),
                _ => Ordering::Equal,
            };
            one.cmp(other).then_with(undecided).then(place.cmp(other_place))
        });
        let n_groups = if key == SortKey::Expiry { N_GROUPS } else { 1 };
        for group in 0..n_groups {
            let end = keys.partition_point(|((it, _), ..)| n_groups == 1 || *it <= group);
            self.groups.push(Group { end, turns: !matches!(group, NO_END | OVER_AT_NO_TIME) });
        }
        self.order.extend(keys.iter().map(|(.., row_ref)| *row_ref));
        absent
    }
}

/// What the numbers leave undecided of a name. Seldom asked, so it is not made part of the sorting.
#[inline(never)]
fn by_rest_of_name(stores: &[StoreRef], one: RowRef, other: RowRef) -> Ordering {
    let rest = |it: RowRef| stores[it.slot()].store.folded_name(it.row()).get(NAME_START..).unwrap_or_default();
    rest(one).cmp(rest(other))
}

/// The next instant at which the status of some token can change by itself; [`Millis::MAX`] where there is none.
pub fn next_change(stores: &[StoreRef], now: Millis) -> Millis {
    stores.iter().filter_map(|it| it.store.next_change(now)).min().unwrap_or(Millis::MAX)
}

// The groups of an order by end, by their numbers.

const AHEAD: u64 = 0;
const NO_END: u64 = 1;
const OVER: u64 = 2;
/// What was revoked or deleted and had no end: it is over, and nothing says since when.
const OVER_AT_NO_TIME: u64 = 3;
const N_GROUPS: u64 = 4;

/// Where a token stands in an order by end: its group, and its place there. `None` where its end is not known.
///
/// A token that was revoked or deleted is over, however far ahead its end lies: nothing will happen then, so it must not
/// stand among those that one has to act on before they end. One that is disabled is over when its end has passed.
fn by_end(store: &Store, row: Row, is_over: bool) -> Option<(u64, u64)> {
    store.knows_end(row).then(|| match store.validity(row).valid_to.map(sortable) {
        Some(end) if is_over => (OVER, !end),
        Some(end) => (AHEAD, end),
        None if is_over => (OVER_AT_NO_TIME, 0),
        None => (NO_END, 0),
    })
}

/// An instant as a number in the same order. Dates before 1970 are negative; with the sign turned round they sort as numbers
/// without one.
fn sortable(at: Millis) -> u64 {
    at as u64 ^ (1 << 63)
}

/// How many bytes of a name fit into the numbers that it is sorted by first.
const NAME_START: usize = 16;

/// What a token is sorted by, as numbers in the same order; `None` where it has no such value.
fn sort_number(store: &Store, row: Row, key: SortKey, now: Millis) -> Option<(u64, u64)> {
    let time = |at: Option<Millis>| at.map(|at| (sortable(at), 0));
    let status = store.status(row, now);
    match key {
        SortKey::ActiveFrom => time(store.validity(row).valid_from),
        SortKey::LastUsed => time(store.last_used(row)),
        SortKey::Expiry => {
            let has_ended = status == Status::Disabled && store.validity(row).valid_to.is_some_and(|it| it <= now);
            by_end(store, row, status.is_over() || has_ended)
        }
        _ if status == Status::Unreadable => None,
        SortKey::IsActive => Some((status as u64, 0)),
        _ => {
            let name = store.folded_name(row);
            let mut start = [0; NAME_START];
            let len = name.len().min(NAME_START);
            start[..len].copy_from_slice(&name[..len]);
            let start = u128::from_be_bytes(start);
            Some(((start >> 64) as u64, start as u64))
        }
    }
}

/// What a token is sorted by, as a text; `None` where it has none.
fn sort_text(slot: &StoreRef, row: Row, key: SortKey) -> Option<Vec<u8>> {
    let store = slot.store;
    let text = match key {
        SortKey::System => fold(slot.system),
        SortKey::Id => fold(&store.guid(row)),
        SortKey::Scopes => fold(&store.scopes(row).collect::<Vec<_>>().join(" ")),
        SortKey::Extra(idx) => fold(store.extra(row, idx).unwrap_or_default()),
        _ => fold(store.created_by(row)),
    };
    (!text.is_empty()).then_some(text)
}
