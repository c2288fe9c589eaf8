//! How long the pure parts take, from 1,000 to 1,000,000 tokens: `cargo bench`. No browser is needed.
//!
//! criterion tells each number as it comes; a table at the end shows how they grow.

/// The benchmarks run on the host alone; whoever builds everything for WebAssembly gets this.
#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    host::main();
}

#[cfg(not(target_arch = "wasm32"))]
mod growth;
#[cfg(not(target_arch = "wasm32"))]
mod pages;

#[cfg(not(target_arch = "wasm32"))]
mod host {
    use std::time::{Duration, Instant};

    use criterion::{BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput};
    use tokendeck::query::{Counts, Filter, Query, ResultSet, Sort, SortKey};
    use tokendeck::selection::Among;
    use tokendeck::store::{RowRef, Store, StoreRef};
    use tokendeck::time::Clock;

    use crate::growth;
    use crate::pages::{NOW, PAGE, page, store};

    /// How many tokens there are.
    const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

    /// What counting is called in the table.
    const COUNT: &str = "count";

    /// What selecting is called in the table.
    const SELECT: &str = "select all, and count them";

    /// What a refresh that takes over what is selected is called in the table.
    const TAKE_OVER: &str = "selection into a new list";

    /// What is typed into the search by name, letter by letter.
    const TYPED: &str = "press";

    /// A step that brings the rows up to date, with what was shown before it.
    struct Step {
        name: &'static str,
        before: Query,
        queries: Vec<Query>,
    }

    pub(crate) fn main() {
        let dir = growth::dir();
        let mut criterion = Criterion::default()
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(3))
            .output_directory(&dir)
            .configure_from_args();
        let steps = steps();
        decode(&mut criterion);
        for n in SIZES {
            let mut store = store(n);
            for step in &steps {
                list(&mut criterion, &store, step);
            }
            count(&mut criterion, &store);
            select_all(&mut criterion, &mut store);
        }
        criterion.final_summary();
        let names = ["decode"].into_iter().chain(steps.iter().map(|it| it.name)).chain([COUNT, SELECT, TAKE_OVER]);
        growth::print(&dir, names, &SIZES);
    }

    /// What the user does to the list.
    fn steps() -> Vec<Step> {
        let named = |name: &str| Query { filter: Filter { name: name.into(), ..Filter::default() }, sort: None };
        let sorted = |key, descending| Query { sort: Some(Sort { key, descending }), ..Query::default() };
        let step = |name, before, queries| Step { name, before, queries };
        let next_keys = (2..=TYPED.len()).map(|len| named(&TYPED[..len])).collect();
        vec![
            step("filter, first key", Query::default(), vec![named(&TYPED[..1])]),
            step("filter, next four keys", named(&TYPED[..1]), next_keys),
            step("filter cleared", named(TYPED), vec![Query::default()]),
            step("sort by name", Query::default(), vec![sorted(SortKey::Name, false)]),
            step("sort by name, reversed", sorted(SortKey::Name, false), vec![sorted(SortKey::Name, true)]),
            step("sort by date", Query::default(), vec![sorted(SortKey::ActiveFrom, false)]),
            step("sort by end", Query::default(), vec![sorted(SortKey::Expiry, false)]),
            step("sort by end, reversed", sorted(SortKey::Expiry, false), vec![sorted(SortKey::Expiry, true)]),
        ]
    }

    /// Reads all pages of a list into an empty store. Only the reading counts: making a page up takes as long.
    fn decode(criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group("decode");
        for n in SIZES {
            group.throughput(Throughput::Elements(n as u64)).sample_size(10).sampling_mode(SamplingMode::Flat);
            group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
                bencher.iter_custom(|n_times| {
                    let mut spent = Duration::ZERO;
                    for _ in 0..n_times {
                        let mut store = Store::new();
                        for first in (0..n).step_by(PAGE) {
                            let answer = page(first, n);
                            let begin = Instant::now();
                            answer.put(&mut store).expect("the page is right");
                            spent += begin.elapsed();
                        }
                    }
                    spent
                });
            });
        }
        group.finish();
    }

    /// Selects all tokens, then none, counting what of them is selected each time, as a click on the box in the head does; and
    /// has another list of the same tokens take over that all are.
    fn select_all(criterion: &mut Criterion, store: &mut Store) {
        let shown: Vec<RowRef> = store.rows().iter().map(|row| RowRef::new(0, *row)).collect();
        let n = shown.len();
        let mut of = |name: &str, bench: &mut dyn FnMut(&mut criterion::Bencher)| {
            let mut group = criterion.benchmark_group(name);
            group.throughput(Throughput::Elements(n as u64)).sample_size(10).sampling_mode(SamplingMode::Flat);
            group.bench_function(BenchmarkId::from_parameter(n), |bencher| bench(bencher));
            group.finish();
        };
        let mut is_selected = false;
        of(SELECT, &mut |bencher| {
            bencher.iter(|| {
                is_selected = !is_selected;
                store.select_rows(0, &shown, is_selected);
                Among::of(&[StoreRef { system: "", store }], &shown)
            });
        });
        store.select_rows(0, &shown, true);
        let mut fresh = crate::pages::store(n);
        of(TAKE_OVER, &mut |bencher| {
            bencher.iter(|| {
                fresh.select_none();
                fresh.take_over_selected(store)
            });
        });
        store.select_none();
    }

    /// Counts the tokens that call for a look.
    fn count(criterion: &mut Criterion, store: &Store) {
        let mut group = criterion.benchmark_group(COUNT);
        let n = store.len();
        group.throughput(Throughput::Elements(n as u64)).sample_size(10).sampling_mode(SamplingMode::Flat);
        group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
            bencher.iter(|| Counts::of(&[StoreRef { system: "", store }], NOW));
        });
        group.finish();
    }

    /// Goes through a step's queries, beginning with the rows that were shown before it.
    fn list(criterion: &mut Criterion, store: &Store, step: &Step) {
        let mut group = criterion.benchmark_group(step.name);
        let n = store.len();
        let stores = [StoreRef { system: "", store }];
        group.throughput(Throughput::Elements(n as u64));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
            let before = || {
                let mut results = ResultSet::default();
                results.update(&stores, 0, &Query::default(), Clock::utc(NOW));
                results.update(&stores, 0, &step.before, Clock::utc(NOW));
                results
            };
            let through = |results: &mut ResultSet| {
                for query in &step.queries {
                    results.update(&stores, 0, query, Clock::utc(NOW));
                }
            };
            bencher.iter_batched_ref(before, through, BatchSize::PerIteration);
        });
        group.finish();
    }
}
