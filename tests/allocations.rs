//! How much memory a keystroke in the search asks for at 100,000 tokens, and what is selected of them; the budgets stand in
//! bench/budget.json.
#![cfg(not(target_arch = "wasm32"))]

use allocation_counter::{AllocationInfo, measure};
use tokendeck::query::{Filter, Query, ResultSet, Sort, SortKey};
use tokendeck::selection::{Among, selected};
use tokendeck::store::{RowRef, Store, StoreRef};
use tokendeck::time::Clock;

use crate::pages::{NOW, store};

#[path = "../benches/pure/pages.rs"]
mod pages;

/// What is typed, letter by letter, each from an empty search.
const TYPED: [&str; 4] = ["press", "7", "oven 4", "sensor exp"];

fn budget(name: &str) -> u64 {
    let budgets: serde_json::Value = serde_json::from_str(include_str!("../bench/budget.json")).expect("it is JSON");
    budgets[name].as_u64().unwrap_or_else(|| panic!("bench/budget.json says no {name:?}"))
}

/// Types and clears the searches over a list that is sorted so, and hands back what the worst keystroke took.
fn type_all(store: &Store, sort: Option<Sort>) -> AllocationInfo {
    let query = |name: &str| Query { filter: Filter { name: name.into(), ..Filter::default() }, sort };
    let stores = [StoreRef { system: "", store }];
    let mut results = ResultSet::default();
    results.update(&stores, 0, &query(""), Clock::utc(NOW));
    let mut worst = AllocationInfo::default();
    for typed in TYPED {
        for shown in (1..=typed.len()).map(|len| &typed[..len]).chain([""]) {
            let query = query(shown);
            let info = measure(|| results.update(&stores, 0, &query, Clock::utc(NOW)));
            worst.count_total = worst.count_total.max(info.count_total);
            worst.bytes_total = worst.bytes_total.max(info.bytes_total);
        }
        assert_eq!(results.row_refs().len(), store.len(), "the search is empty again");
    }
    worst
}

#[test]
fn a_keystroke_asks_for_little_memory() {
    let store = store(100_000);
    for sort in [None, Some(Sort { key: SortKey::Name, descending: true })] {
        let worst = type_all(&store, sort);
        println!("{sort:?}: {} allocations, {} bytes", worst.count_total, worst.bytes_total);
        assert!(worst.count_total > 0, "the allocations are counted");
        for (name, taken) in
            [("allocations per keystroke", worst.count_total), ("bytes allocated per keystroke", worst.bytes_total)]
        {
            let budget = budget(name);
            assert!(taken <= budget, "{name}: {taken}, and {budget} are allowed (sorted: {sort:?})");
        }
    }
}

#[test]
fn what_is_selected_takes_a_bit_each_and_selecting_again_takes_nothing() {
    const ALL: usize = 100_000;
    let mut store = store(ALL);
    let shown: Vec<RowRef> = store.rows().iter().map(|row| RowRef::new(0, *row)).collect();
    // So many of them, scattered over the list; then all; then others.
    let some: Vec<RowRef> = shown.iter().copied().step_by(10).collect();
    let first = measure(|| store.select_rows(0, &some, true));
    println!("10,000 selected of 100,000: {} bytes at most", first.bytes_max);
    assert!(first.bytes_max > 0, "the allocations are counted");
    // As it grows it is twice there for a moment, and half of it is room.
    assert!(first.bytes_max <= 3 * ALL as u64 / 8, "{}", first.bytes_max);
    let later = measure(|| {
        for is_selected in [true, false, true] {
            store.select_rows(0, &shown, is_selected);
        }
        let stores = [StoreRef { system: "", store: &store }];
        assert_eq!(Among::of(&stores, &shown), Among { n: ALL, n_selected: ALL });
        assert_eq!(selected(&stores).count(), ALL);
    });
    assert_eq!((later.bytes_total, store.n_selected()), (0, ALL));
}
