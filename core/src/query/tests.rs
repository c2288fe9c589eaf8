//! What queries show of a few tokens, and what addresses say of queries.

use super::*;
use crate::store::{Entry, OddFact, RowRef, Store, StoreRef, Unreported};
use crate::time::{Clock, DAY, Millis};
use crate::token::Validity;

mod counts;

const NOW: Millis = 1_000;

/// name, valid_from, valid_to, revoked, scopes
type Sample = (&'static str, Option<Millis>, Option<Millis>, bool, &'static [&'static str]);
const SAMPLES: [Sample; 7] = [
    ("Backup nightly", Some(300), Some(5_000), false, &["read"]),
    ("ci deploy", None, None, false, &["read", "write"]),
    ("Fräse sensor", Some(100), Some(900), false, &["write"]),
    ("ci Lint", Some(2_000), Some(3_000), false, &["lint"]),
    ("old CI deploy", Some(50), Some(500), true, &["write"]),
    ("äpfel", None, Some(4_000), false, &[]),
    ("zulu", Some(200), None, false, &["read"]),
];

fn store() -> Store {
    let mut store = Store::new();
    for (idx, (name, valid_from, valid_to, revoked, scopes)) in SAMPLES.into_iter().enumerate() {
        let said_active = !revoked && valid_from.is_none_or(|it| it <= NOW) && valid_to.is_none_or(|it| it > NOW);
        let said_active = Some(said_active);
        let validity = Validity { valid_from, valid_to, revoked, said_active, seen_at: NOW, ..Validity::default() };
        let guid = format!("{idx:08x}-0000-4000-8000-00000000abc{idx}");
        store.push(Entry { id: name, guid: &guid, name, validity, ..Entry::default() }, scopes);
    }
    store.push_unreadable(None, "no name".into(), NOW);
    store
}

fn parse(text: &str) -> Query {
    Query::from_params(text.split('&').filter_map(|pair| pair.split_once('=')))
}

fn shown(results: &ResultSet, stores: &[StoreRef]) -> String {
    let name = |row_ref: &RowRef| match stores[row_ref.slot()].store {
        store if store.problem(row_ref.row()).is_some() => "?",
        store => store.name(row_ref.row()),
    };
    results.row_refs().iter().map(name).collect::<Vec<_>>().join(", ")
}

fn one(store: &Store) -> [StoreRef<'_>; 1] {
    [StoreRef { system: "", store }]
}

#[test]
fn what_was_sorted_ahead_is_what_is_shown() {
    let mut store = store();
    let mut results = ResultSet::default();
    for (revision, key, wanted) in [
        (1, SortKey::Name, "sort=name"),
        (1, SortKey::Expiry, "sort=name"),
        (1, SortKey::IsActive, "sort=active"),
        (2, SortKey::Name, "sort=name"),
    ] {
        // What is sorted ahead of time is of another state than what is asked for, the last time.
        results.prefetch_sort(&one(&store), 1, key, NOW);
        if revision == 2 {
            store.push(Entry { id: "new", name: "aaa", ..Entry::default() }, &[]);
        }
        let clock = Clock::utc(NOW);
        let query = parse(wanted);
        results.update(&one(&store), revision, &query, clock);
        let mut other = ResultSet::default();
        other.update(&one(&store), revision, &query, clock);
        assert_eq!(shown(&results, &one(&store)), shown(&other, &one(&store)), "{revision} {key:?}");
    }
}

#[track_caller]
fn check(query: &str, expected: &str) {
    check_at(query, NOW, expected);
}

#[track_caller]
fn check_at(query: &str, now: Millis, expected: &str) {
    check_among(&one(&store()), query, now, expected);
}

#[track_caller]
fn check_among(stores: &[StoreRef], query: &str, now: Millis, expected: &str) {
    let mut results = ResultSet::default();
    results.update(stores, 0, &parse(query), Clock::utc(now));
    assert_eq!(shown(&results, stores), expected, "{query}");
}

#[test]
fn without_a_query_all_are_shown_in_the_systems_order() {
    check("", "Backup nightly, ci deploy, Fräse sensor, ci Lint, old CI deploy, äpfel, zulu, ?");
}

#[test]
fn all_keywords_must_match() {
    check("name=CI", "ci deploy, ci Lint, old CI deploy");
    check("name=deploy ci", "ci deploy, old CI deploy");
    check("name=frase", "Fräse sensor");
    check("name=ÄPF", "äpfel");
    check("name=nothing", "");
}

#[test]
fn an_address_holds_no_more_than_eight_digits_of_a_guid() {
    let params = |filter: Filter| Query { filter, sort: None }.to_params();
    let whole = "00000006-0000-4000-8000-00000000abc6";
    for text in [whole, &whole.replace('-', ""), &format!(" {whole} ")] {
        assert_eq!(params(Filter { guid: text.into(), ..Filter::default() }), [("guid", "00000006".into())]);
        let in_name = Filter { name: format!("ci {}", text.trim()), ..Filter::default() };
        assert_eq!(params(in_name), [("name", "ci 00000006".into())]);
    }
    let secret = "Xh3k9LmPq2RsT7uVwYz1Ab".to_owned();
    let everywhere = Filter { name: secret.clone(), guid: secret.clone(), created_by: secret, ..Filter::default() };
    assert_eq!(params(everywhere), []);
}

#[test]
fn parts_of_the_guid() {
    check("guid=abc3", "ci Lint");
    check("guid=00000006-0000", "zulu");
    check("guid=xyz", "");
}

#[test]
fn any_of_the_scopes() {
    check("scope=lint&scope=write", "ci deploy, Fräse sensor, ci Lint, old CI deploy");
    check("scope=unknown", "");
}

#[test]
fn statuses() {
    check("status=active", "Backup nightly, ci deploy, äpfel, zulu");
    check("status=inactive", "Fräse sensor, ci Lint, old CI deploy");
    check("status=scheduled", "ci Lint");
    check("status=expired", "Fräse sensor");
    check("status=revoked", "old CI deploy");
    check("status=over", "Fräse sensor, old CI deploy");
    check_at("status=active", 2_500, "Backup nightly, ci deploy, ci Lint, äpfel, zulu");
}

#[test]
fn what_is_disabled_is_inactive_and_stands_between_what_is_to_come_and_what_is_over() {
    let store = ending(&[
        ("revoked", None, "revoked"),
        ("off", None, "disabled"),
        ("off and past its end", Some(NOW - 1), "disabled"),
        ("on", None, ""),
        ("over", Some(NOW - 1), ""),
        ("to start", None, "scheduled"),
    ]);
    let stores = one(&store);
    check_among(&stores, "status=disabled", NOW, "off, off and past its end");
    check_among(&stores, "status=inactive&name=off", NOW, "off, off and past its end");
    check_among(&stores, "status=over", NOW, "revoked, over");
    check_among(&stores, "status=active", NOW, "on");
    check_among(&stores, "sort=active", NOW, "on, to start, off, off and past its end, over, revoked");
    assert_eq!(StatusFilter::from_key("disabled"), Some(StatusFilter::Disabled));
}

#[test]
fn filters_combine_with_and() {
    check("name=ci&status=inactive&scope=write", "old CI deploy");
}

#[test]
fn sorted_by_name() {
    check("sort=name", "äpfel, Backup nightly, ci deploy, ci Lint, Fräse sensor, old CI deploy, zulu, ?");
    check("sort=-name", "zulu, old CI deploy, Fräse sensor, ci Lint, ci deploy, Backup nightly, äpfel, ?");
}

#[test]
fn dates_that_are_not_there_come_last_either_way() {
    check("sort=from", "old CI deploy, Fräse sensor, zulu, Backup nightly, ci Lint, ci deploy, äpfel, ?");
    check("sort=from&name=ci", "old CI deploy, ci Lint, ci deploy");
    check("sort=-from&name=ci", "ci Lint, old CI deploy, ci deploy");
}

/// Tokens for an order by end: when they end, what became of them, and whether the system reports ends.
fn ending(rows: &[(&str, Option<Millis>, &str)]) -> Store {
    let mut store = Store::new();
    for (name, valid_to, what) in rows {
        let is_active = !matches!(*what, "revoked" | "deleted" | "disabled") && valid_to.is_none_or(|it| it > NOW);
        let validity = Validity {
            valid_to: *valid_to,
            valid_from: (*what == "scheduled").then_some(NOW + 1),
            revoked: *what == "revoked",
            disabled: *what == "disabled",
            deleted: *what == "deleted",
            said_active: (*what != "silent").then_some(is_active && *what != "scheduled"),
            seen_at: NOW,
        };
        let unreported = Unreported { valid_to: *what == "unreported", ..Unreported::default() };
        let odd: &[_] = if *what == "odd" { &[(OddFact::ValidTo, "soon")] } else { &[] };
        store.push(Entry { id: name, name, validity, unreported, odd, ..Entry::default() }, &[]);
    }
    store
}

#[test]
fn sorted_by_end_what_is_next_comes_first_and_what_is_over_after_what_never_ends() {
    let mut here = ending(&[
        ("over first", Some(100), ""),
        ("open", None, ""),
        ("late", Some(9_000), ""),
        ("odd", None, "odd"),
        ("revoked", Some(8_000), "revoked"),
        ("soon", Some(2_000), ""),
        ("unreported", None, "unreported"),
        ("over last", Some(NOW), ""),
        ("to start", Some(3_000), "scheduled"),
        ("off", Some(4_000), "disabled"),
        ("off over", Some(50), "disabled"),
    ]);
    here.push_unreadable(None, "no name".into(), NOW);
    let there = ending(&[
        ("silent", Some(2_500), "silent"),
        ("open too", None, ""),
        ("deleted", None, "deleted"),
        ("over middle", Some(500), ""),
        ("soon too", Some(2_000), ""),
        ("unreported too", None, "unreported"),
    ]);
    let stores = [StoreRef { system: "One", store: &here }, StoreRef { system: "Two", store: &there }];
    check_among(
        &stores,
        "sort=expires",
        NOW,
        "soon, soon too, silent, to start, off, late, open, open too, \
         revoked, over last, over middle, over first, off over, deleted, odd, unreported, ?, unreported too",
    );
    check_among(
        &stores,
        "sort=-expires",
        NOW,
        "late, off, to start, silent, soon too, soon, open, open too, \
         off over, over first, over middle, over last, revoked, deleted, odd, unreported, ?, unreported too",
    );
    // What ends meanwhile is over; before 1970 too.
    check_among(&stores, "sort=expires&name=soon", 2_000, "soon, soon too");
    check_among(
        &stores,
        "sort=expires&name=o",
        2_000,
        "to start, off, open, open too, revoked, soon, soon too, over last, over middle, over first, off over, odd, unreported, unreported too",
    );
    let old = ending(&[("a", Some(-9_000), ""), ("b", Some(-1_000), ""), ("c", Some(1), ""), ("d", None, "")]);
    check_among(&one(&old), "sort=expires", NOW, "d, c, b, a");
}

#[test]
fn an_order_by_end_is_made_again_when_a_token_ends_and_not_before() {
    let store = ending(&[("a", Some(NOW + 10), ""), ("b", Some(NOW + 20), ""), ("c", Some(NOW + 30), "")]);
    let mut results = ResultSet::default();
    for (after, sort, expected) in [
        (0, "expires", "a, b, c"),
        (9, "expires", "a, b, c"),
        (10, "expires", "b, c, a"),
        (15, "-expires", "c, b, a"),
        (25, "expires", "c, b, a"),
        // A clock that was put back.
        (5, "expires", "a, b, c"),
        (40, "expires", "c, b, a"),
    ] {
        results.update(&one(&store), 0, &parse(&format!("sort={sort}")), Clock::utc(NOW + after));
        assert_eq!(shown(&results, &one(&store)), expected, "{after}");
        // The next key of a search only picks, from the same order.
        results.update(&one(&store), 0, &parse(&format!("sort={sort}&name=b")), Clock::utc(NOW + after));
        results.update(&one(&store), 0, &parse(&format!("sort={sort}")), Clock::utc(NOW + after));
        assert_eq!(shown(&results, &one(&store)), expected, "{after}");
    }
}

#[test]
fn what_is_narrowed_keeps_an_order_only_as_long_as_that_holds() {
    let store = ending(&[("aa", Some(NOW + 10), ""), ("ab", Some(NOW + 20), "")]);
    for sort in ["expires", "-expires", "active"] {
        let mut kept = ResultSet::default();
        for (after, name) in [(0, "a"), (12, "a"), (13, "ab"), (25, "ab")] {
            let query = parse(&format!("sort={sort}&name={name}"));
            kept.update(&one(&store), 0, &query, Clock::utc(NOW + after));
            let mut fresh = ResultSet::default();
            fresh.update(&one(&store), 0, &query, Clock::utc(NOW + after));
            assert_eq!(shown(&kept, &one(&store)), shown(&fresh, &one(&store)), "{sort} {after}");
        }
    }
}

#[test]
fn sorted_by_status_the_active_come_first() {
    check("sort=active", "Backup nightly, ci deploy, äpfel, zulu, ci Lint, Fräse sensor, old CI deploy, ?");
    check("sort=-active&name=ci", "old CI deploy, ci Lint, ci deploy");
}

#[test]
fn one_listing_gives_what_a_fresh_one_gives() {
    let store = store();
    let mut kept = ResultSet::default();
    let steps = [
        "",
        "name=c",
        "name=ci",
        "name=ci d",
        "name=d",
        "name=d&sort=name",
        "sort=name",
        "sort=-name&scope=read",
        "sort=-name&scope=read&scope=write",
        "status=active",
        "status=active&name=ci",
        "name=ci",
        "guid=abc",
        "guid=abc3",
        "guid=bc3",
        "sort=expires",
        "sort=-expires&name=ci",
        "sort=active",
        "sort=active&name=i",
        "creator=an",
        "creator=anna",
        "creator=ann&used=never",
        "used=never&ends=never",
        "ends=never",
        "sort=creator",
        "sort=-scopes&ends=never",
        "used=0d",
        "status=over&sort=expires",
    ];
    for (step, query) in steps.iter().chain(steps.iter().rev()).enumerate() {
        let now = NOW + 100 * step as Millis;
        let query = parse(query);
        kept.update(&one(&store), 0, &query, Clock::utc(now));
        let mut fresh = ResultSet::default();
        fresh.update(&one(&store), 0, &query, Clock::utc(now));
        assert_eq!(shown(&kept, &one(&store)), shown(&fresh, &one(&store)), "{query:?}");
    }
}

#[test]
fn a_changed_store_is_listed_again() {
    let mut store = store();
    let mut results = ResultSet::default();
    for query in ["name=ci", "name=ci&sort=name"] {
        let query = parse(query);
        results.update(&one(&store), 0, &query, Clock::utc(NOW));
        store.push(Entry { id: "ci deploy", name: "renamed", ..Entry::default() }, &[]);
        results.update(&one(&store), 1, &query, Clock::utc(NOW));
        assert_eq!(shown(&results, &one(&store)), "ci Lint, old CI deploy");
    }
}

#[test]
fn more_filters() {
    const NOON: Millis = 12 * crate::time::HOUR;
    let mut store = Store::new();
    let mut add = |name: &str, created_by: &str, last_used: Option<Millis>, valid_to: Option<Millis>| {
        let validity = Validity { valid_to, said_active: Some(true), ..Validity::default() };
        store.push(Entry { id: name, name, created_by, last_used, validity, ..Entry::default() }, &[]);
    };
    add("a", "Anna Ünal", None, None);
    add("b", "ann", Some(DAY + NOON), Some(3 * DAY));
    add("c", "bob", Some(2 * DAY), Some(31 * DAY));
    add("d", "", None, Some(DAY));
    let silent = Unreported { valid_to: true, last_used: true, ..Default::default() };
    store.push(Entry { id: "silent", name: "silent", unreported: silent, ..Entry::default() }, &[]);
    store.push_unreadable(None, "no name".into(), 0);
    let stores = one(&store);
    let now = 2 * DAY;
    check_among(&stores, "creator=unal an", now, "a");
    check_among(&stores, "creator=AN", now, "a, b");
    check_among(&stores, "used=never", now, "a, d");
    check_among(&stores, "used=1970-01-03", now, "b");
    check_among(&stores, "used=1970-01-04", now, "b, c");
    check_among(&stores, "used=0d", now + 1, "b, c");
    check_among(&stores, "used=0d", now, "b");
    check_among(&stores, "used=1d", now + NOON + 1, "b");
    check_among(&stores, "used=4000000000d", now, "");
    check_among(&stores, "ends=never", now, "a");
    check_among(&stores, "ends=1", now, "b");
    check_among(&stores, "ends=29", now, "b, c");
    check_among(&stores, "sort=used", now, "b, c, a, d, silent, ?");
    check_among(&stores, "sort=-creator", now, "c, a, b, d, silent, ?");
}

#[test]
fn a_date_begins_in_the_viewers_zone() {
    struct East;
    impl crate::time::Zone for East {
        fn offset(&self, _: Millis) -> Millis {
            2 * crate::time::HOUR
        }
    }
    let mut store = Store::new();
    let last_used = Some(2 * DAY - crate::time::HOUR);
    store.push(Entry { id: "a", name: "a", last_used, ..Entry::default() }, &[]);
    let n_found = |zone: &dyn crate::time::Zone| {
        let mut results = ResultSet::default();
        results.update(&one(&store), 0, &parse("used=1970-01-03"), Clock { now: NOW, zone });
        results.row_refs().len()
    };
    assert_eq!((n_found(&East), n_found(&crate::time::Utc)), (0, 1));
}

#[test]
fn several_systems_are_one_list() {
    let (first, mut second) = (store(), Store::with_extras(1));
    let other = Entry { id: "ci deploy", guid: "zz9", name: "ci build", ..Entry::default() };
    second.put(other, &["read"], [Some("own")], false);
    second.push(Entry { id: "2", name: "Alone", ..Entry::default() }, &[]);
    let stores = [StoreRef { system: "One", store: &first }, StoreRef { system: "Two", store: &second }];
    check_among(&stores, "name=ci", NOW, "ci deploy, ci Lint, old CI deploy, ci build");
    check_among(&stores, "name=ci&sort=name", NOW, "ci build, ci deploy, ci Lint, old CI deploy");
    check_among(&stores, "system=Two", NOW, "ci build, Alone");
    check_among(&stores, "system=Two&system=One&scope=read", NOW, "Backup nightly, ci deploy, zulu, ci build");
    check_among(&stores, "system=Three", NOW, "");
    check_among(&stores, "name=i&sort=-system", NOW, "ci build, old CI deploy, ci Lint, ci deploy, Backup nightly");
    check_among(&stores, "guid=zz9&sort=extra0", NOW, "ci build");
    check_among(&stores, "sort=extra0&system=Two", NOW, "ci build, Alone");
    check_among(&stores, "sort=-id&name=ci", NOW, "ci build, old CI deploy, ci Lint, ci deploy");
}

#[test]
fn a_header_click_goes_round() {
    let mut sort = None;
    let mut seen = Vec::new();
    for _ in 0..4 {
        sort = Sort::clicked(sort, SortKey::Name);
        seen.push(sort.map(|it| it.descending));
    }
    assert_eq!(seen, [Some(false), Some(true), None, Some(false)]);
    assert_eq!(Sort::clicked(sort, SortKey::Expiry), Some(Sort { key: SortKey::Expiry, descending: false }));
}

#[test]
fn the_address_and_the_query_say_the_same() {
    for text in [
        "",
        "name=a b",
        "name=a&guid=b&scope=c&scope=d&status=revoked&sort=-expires",
        "sort=active",
        "creator=a b&system=One&system=Two&used=2026-01-31&ends=30&sort=-used",
        "used=never&ends=never&sort=extra2",
        "status=over&used=90d",
    ] {
        let query = parse(text);
        let again: Vec<String> = query.to_params().iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(again.join("&"), text);
    }
}

#[test]
fn an_address_that_is_not_understood_shows_everything() {
    for text in [
        "status=what",
        "sort=size",
        "sort=",
        "foo=bar",
        "name= ",
        "used=soon",
        "used=d",
        "used=-1d",
        "ends=-1",
        "sort=extra",
    ] {
        let query = parse(text);
        assert!(query.filter.is_empty() && query.sort.is_none() && query.to_params().is_empty(), "{text}");
    }
}

#[test]
fn those_that_are_set_apart_alone() {
    let mut store = store();
    let select = |store: &mut Store, name: &str, is_selected| {
        let row = store.find(name).expect("it is listed");
        store.select(row, is_selected);
    };
    select(&mut store, "zulu", true);
    select(&mut store, "ci Lint", true);
    store.set_selected_apart();
    select(&mut store, "zulu", false);
    select(&mut store, "äpfel", true);
    let mut results = ResultSet::default();
    let mut check = |store: &Store, query: &str, only_selected, expected: &str| {
        let mut query = parse(query);
        query.filter.only_selected = only_selected;
        results.update(&one(store), 0, &query, Clock::utc(NOW));
        assert_eq!(shown(&results, &one(store)), expected, "{query:?}");
        assert!(!only_selected || !query.is_plain() && query.to_params().iter().all(|(key, _)| *key != "selected"));
    };
    check(&store, "name=l", false, "Backup nightly, ci deploy, ci Lint, old CI deploy, äpfel, zulu");
    check(&store, "", true, "ci Lint, zulu");
    check(&store, "sort=-name", true, "zulu, ci Lint");
    check(&store, "name=lint", true, "ci Lint");
    check(&store, "name=lint", false, "ci Lint");
    check(&store, "", false, "Backup nightly, ci deploy, Fräse sensor, ci Lint, old CI deploy, äpfel, zulu, ?");
    // What is selected by then.
    store.set_selected_apart();
    check(&store, "", true, "ci Lint, äpfel");
}
