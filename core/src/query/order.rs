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

/// The columns that can be sorted. Tokens that have nothing to sort by come last either way.
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
    /// By the end.
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

/// Puts all tokens into `order`, those that have something to sort by first; tells how many these are.
pub(super) fn sort_all(order: &mut Vec<RowRef>, stores: &[StoreRef], key: SortKey, now: Millis) -> usize {
    match key {
        SortKey::System | SortKey::Id | SortKey::Scopes | SortKey::Creator | SortKey::Extra(_) => {
            sort_into(order, stores, |slot, row| sort_text(slot, row, key), |_, _| Ordering::Equal)
        }
        _ => {
            // What the numbers leave undecided of a name.
            let rest = |row_ref: RowRef| {
                stores[row_ref.slot()].store.folded_name(row_ref.row()).get(NAME_START..).unwrap_or_default()
            };
            sort_into(
                order,
                stores,
                |slot, row| sort_number(slot.store, row, key, now),
                |one, other| {
                    if key == SortKey::Name { rest(one).cmp(rest(other)) } else { Ordering::Equal }
                },
            )
        }
    }
}

/// Puts all tokens into `order`, those with a value first and by it; tells how many these are. What value and
/// `undecided` leave equal stays in the systems' own order.
fn sort_into<K: Ord>(
    order: &mut Vec<RowRef>,
    stores: &[StoreRef],
    value: impl Fn(&StoreRef, Row) -> Option<K>,
    undecided: impl Fn(RowRef, RowRef) -> Ordering,
) -> usize {
    let mut keys = Vec::with_capacity(stores.iter().map(|it| it.store.len()).sum());
    let mut absent = Vec::new();
    for (place, row_ref) in all(stores).enumerate() {
        match value(&stores[row_ref.slot()], row_ref.row()) {
            Some(value) => keys.push((value, place as u32, row_ref)),
            None => absent.push(row_ref),
        }
    }
    keys.sort_unstable_by(|(one, place, row_ref), (other, other_place, other_spot)| {
        one.cmp(other).then_with(|| undecided(*row_ref, *other_spot)).then(place.cmp(other_place))
    });
    order.extend(keys.iter().map(|(_, _, row_ref)| *row_ref));
    order.extend(absent);
    keys.len()
}

/// How many bytes of a name fit into the numbers that it is sorted by first.
const NAME_START: usize = 16;

/// What a token is sorted by, as numbers in the same order; `None` where it has no such value.
fn sort_number(store: &Store, row: Row, key: SortKey, now: Millis) -> Option<(u64, u64)> {
    // Dates before 1970 are negative; with the sign turned round they sort as numbers without one.
    let time = |at: Option<Millis>| at.map(|at| (at as u64 ^ (1 << 63), 0));
    let status = store.status(row, now);
    match key {
        SortKey::ActiveFrom => time(store.validity(row).valid_from),
        SortKey::Expiry => time(store.validity(row).valid_to),
        SortKey::LastUsed => time(store.last_used(row)),
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
