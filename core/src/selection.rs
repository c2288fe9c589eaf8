//! The tokens that are selected, across several stores: which, how many of those that are shown, and a range of these. Each
//! store knows its own ([`Store::is_selected`]). Pure.

use std::ops::RangeInclusive;

use crate::store::{RowRef, Store, StoreRef};

/// How many tokens are selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// How many.
    pub n: usize,
    /// How many others were, and are not listed any more.
    pub n_gone: usize,
}

/// What of the tokens that are shown is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Among {
    /// How many of them can be.
    pub n: usize,
    /// How many are.
    pub n_selected: usize,
}

impl Among {
    /// Counts those that are shown.
    pub fn of(stores: &[StoreRef], shown: &[RowRef]) -> Among {
        let n_where = |is_so: &dyn Fn(&Store, RowRef) -> bool| {
            shown.iter().filter(|row_ref| is_so(stores[row_ref.slot()].store, **row_ref)).count()
        };
        let all_can = !stores.iter().any(|it| it.store.has_unselectable());
        let is_none = stores.iter().all(|it| it.store.n_selected() == 0);
        Among {
            n: if all_can { shown.len() } else { n_where(&|store, row_ref| store.can_select(row_ref.row())) },
            n_selected: if is_none { 0 } else { n_where(&|store, row_ref| store.is_selected(row_ref.row())) },
        }
    }

    /// Whether all of them are selected that can be.
    pub fn is_all(self) -> bool {
        self.n_selected > 0 && self.n_selected == self.n
    }
}

/// The tokens that are selected, slot after slot, in the order in which their systems list them.
pub fn selected<'a>(stores: &'a [StoreRef<'a>]) -> impl Iterator<Item = RowRef> + 'a {
    let in_slot = |(slot, it): (usize, &'a StoreRef<'a>)| it.store.selected().map(move |row| RowRef::new(slot, row));
    stores.iter().enumerate().flat_map(in_slot)
}

/// Selects tokens, or no longer. `stores` are by their slots; what is in none is left alone.
pub fn select(stores: &mut [Option<&mut Store>], rows: &[RowRef], is_selected: bool) {
    for row_ref in rows {
        if let Some(Some(store)) = stores.get_mut(row_ref.slot()) {
            store.select(row_ref.row(), is_selected);
        }
    }
}

/// The places from one token to another among those that are shown, whichever of them comes first; `None` where one of them
/// is not shown.
pub fn range(shown: &[RowRef], one: RowRef, other: RowRef) -> Option<RangeInclusive<usize>> {
    let place = |wanted: RowRef| shown.iter().position(|it| *it == wanted);
    let (one, other) = (place(one)?, place(other)?);
    Some(one.min(other)..=one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Entry, Row};
    use crate::time::Millis;

    const NOW: Millis = 1_800_000_000_000;

    fn entry<'a>(id: &'a str, name: &'a str) -> Entry<'a> {
        Entry { id, name, ..Entry::default() }
    }

    /// A store with tokens of these ids, which are their names too.
    fn store(ids: &[&str]) -> Store {
        let mut store = Store::new();
        ids.iter().for_each(|id| drop(store.push(entry(id, id), &[])));
        store
    }

    fn row(store: &Store, id: &str) -> Row {
        store.find(id).expect("it is listed")
    }

    fn select_ids(store: &mut Store, ids: &[&str]) {
        for id in ids {
            store.select(row(store, id), true);
        }
    }

    /// The ids of those that are selected.
    fn ids(store: &Store) -> Vec<String> {
        let stores = [StoreRef { system: "", store }];
        selected(&stores).map(|it| store.id(it.row())).collect()
    }

    #[test]
    fn a_token_is_selected_until_it_is_no_longer() {
        let mut store = store(&["a", "b", "c"]);
        assert_eq!((ids(&store).len(), store.n_selected()), (0, 0));
        select_ids(&mut store, &["c", "a", "a"]);
        assert_eq!((ids(&store), store.n_selected()), (vec!["a".into(), "c".into()], 2));
        store.select(row(&store, "a"), false);
        store.select(row(&store, "b"), false);
        assert_eq!((ids(&store), store.n_selected()), (vec!["c".into()], 1));
        store.select_none();
        assert_eq!((ids(&store).len(), store.n_selected()), (0, 0));
    }

    #[test]
    fn an_edit_takes_it_along_to_the_new_row() {
        let mut store = store(&["a", "b"]);
        select_ids(&mut store, &["b"]);
        store.set_selected_apart();
        for name in ["renamed", "renamed again"] {
            let before = row(&store, "b");
            let after = store.put(entry("b", name), &[], [], true);
            assert_ne!(before, after);
            assert_eq!((ids(&store), store.n_selected()), (vec!["b".into()], 1));
            assert!(store.is_apart(after) && !store.is_apart(before));
        }
        // Nor does one that is not become it.
        store.put(entry("a", "renamed"), &[], [], true);
        assert_eq!(ids(&store), ["b"]);
        store.push_unreadable(Some("b"), "no name".into(), NOW);
        assert_eq!((ids(&store).len(), store.n_selected()), (0, 0));
    }

    #[test]
    fn what_is_deleted_is_not_selected_and_does_not_come_back_so() {
        let mut store = store(&["a", "b"]);
        select_ids(&mut store, &["a", "b"]);
        store.set_selected_apart();
        assert!(store.remove("a"));
        assert_eq!((ids(&store), store.n_selected()), (vec!["b".into()], 1));
        let back = store.push(entry("a", "a"), &[]);
        assert!(!store.is_selected(back) && !store.is_apart(back));
    }

    #[test]
    fn a_new_list_takes_over_by_the_ids_and_tells_what_is_gone() {
        let uuid = "0197c0de-0000-7000-8000-000000000001";
        let mut before = store(&["a", "b", uuid, "d"]);
        select_ids(&mut before, &["b", uuid, "d"]);
        before.set_selected_apart();
        before.select(row(&before, "d"), false);
        let mut after = store(&["d", uuid, "new", "a"]);
        assert_eq!(after.take_over_selected(&before), 1);
        assert_eq!((ids(&after), after.n_selected()), (vec![uuid.to_owned()], 1));
        assert!(after.is_apart(row(&after, "d")) && after.is_apart(row(&after, uuid)));
        assert!(!after.is_apart(row(&after, "a")));
    }

    #[test]
    fn what_shares_its_id_or_cannot_be_read_is_never_selected() {
        let mut store = Store::new();
        store.begin_page();
        let one = store.push(entry("a", "one"), &[]);
        store.select(one, true);
        assert_eq!(store.n_selected(), 1);
        assert!(!store.has_unselectable());
        let other = store.push(entry("a", "other"), &[]);
        let broken = store.push_unreadable(Some("broken"), "no name".into(), NOW);
        let plain = store.push(entry("b", "b"), &[]);
        // It was selected before the other one came.
        assert_eq!(store.n_selected(), 0);
        for row in [one, other, broken] {
            store.select(row, true);
            assert!(!store.can_select(row) && !store.is_selected(row));
        }
        store.select(plain, true);
        let shown: Vec<RowRef> = store.rows().iter().map(|row| RowRef::new(0, *row)).collect();
        let among = Among::of(&[StoreRef { system: "", store: &store }], &shown);
        assert_eq!((shown.len(), among), (4, Among { n: 1, n_selected: 1 }));
        assert!(among.is_all() && store.has_unselectable());
        // Selected in a list in which it had its id for itself.
        let mut before = self::store(&["a", "b"]);
        select_ids(&mut before, &["a", "b"]);
        store.select_none();
        assert_eq!((store.take_over_selected(&before), ids(&store)), (1, vec!["b".into()]));
    }

    #[test]
    fn all_that_are_shown_of_any_mix_of_systems() {
        let (mut one, mut other) = (store(&["a", "b", "c"]), store(&["a", "x"]));
        let shown = [(0, "c"), (1, "a"), (0, "a")];
        let shown = shown.map(|(slot, id)| RowRef::new(slot, row(if slot == 0 { &one } else { &other }, id)));
        select(&mut [Some(&mut one), Some(&mut other)], &shown, true);
        assert_eq!((ids(&one), ids(&other)), (vec!["a".into(), "c".into()], vec!["a".into()]));
        select(&mut [Some(&mut one), None], &shown[1..], false);
        assert_eq!((ids(&one), ids(&other)), (vec!["c".into()], vec!["a".into()]));
        let stores = [StoreRef { system: "1", store: &one }, StoreRef { system: "2", store: &other }];
        assert_eq!(Among::of(&stores, &shown), Among { n: 3, n_selected: 2 });
        assert_eq!(Among::of(&stores, &shown[2..]), Among { n: 1, n_selected: 0 });
        let all: Vec<(usize, Row)> = selected(&stores).map(|it| (it.slot(), it.row())).collect();
        assert_eq!(all, [(0, 2), (1, 0)]);
    }

    #[test]
    fn a_range_goes_either_way_over_what_is_shown() {
        let shown = [3, 0, 2, 1].map(|row| RowRef::new(0, row));
        let of = |one, other| range(&shown, RowRef::new(0, one), RowRef::new(0, other));
        assert_eq!(of(3, 2), Some(0..=2));
        assert_eq!(of(1, 0), Some(1..=3));
        assert_eq!(of(2, 2), Some(2..=2));
        assert_eq!((of(2, 7), of(7, 2)), (None, None));
    }
}
