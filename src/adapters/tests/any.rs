//! Whatever an answer is, reading it does not panic, and what is wrong with one entry costs no other one its row.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};

use super::odd::{World, described_world, listed, listing_worlds};
use crate::api::Response;
use crate::api::report::Report;
use crate::api::tokens::{ListPage, TokenJson};
use crate::excerpt::LINE;
use crate::facts::{ColumnKind, Subject, fact};
use crate::json::mended;
use crate::store::{RowRef, Store, StoreRef};
use crate::time::Millis;

/// JSON of any shape. Members are those that dialects and descriptions look for, and others.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{0,8}",
        "\\PC{0,12}",
        Just("\u{202e}\u{200b}".to_owned()),
        Just("\u{0}\u{1f}".to_owned()),
        Just("N/A".to_owned()),
        Just("+012025-06-03T19:57:22.312Z".to_owned()),
        Just("9999-12-31T23:59:60Z".to_owned()),
        Just("0000-00-00".to_owned()),
        "[0-9:TZ.+-]{0,30}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        let member = (member_name(), inner.clone());
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            vec(member, 0..8).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Names that mean something to some reader.
const MEMBERS: [&str; 36] = [
    "id",
    "guid",
    "name",
    "description",
    "scopes",
    "valid_from",
    "valid_to",
    "is_active",
    "created_at",
    "created_by",
    "last_used_at",
    "revoked_at",
    "deleted_at",
    "extras",
    "is_another",
    "total",
    "entries",
    "next",
    "is_counted",
    "hidden",
    "results",
    "count",
    "permissions",
    "creatorLogin",
    "created",
    "modified",
    "deleted",
    "entryPoint",
    "expiry",
    "privileges",
    "last_used",
    "created_time",
    "src_ips",
    "data",
    "key",
    "seen",
];

fn member_name() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

/// Looks at all that the page shows of a list.
fn look_at(store: &Store, now: Millis) {
    let kinds = [
        ColumnKind::Description,
        ColumnKind::Id,
        ColumnKind::Scopes,
        ColumnKind::ValidFrom,
        ColumnKind::ValidTo,
        ColumnKind::LastUsed,
        ColumnKind::Creator,
        ColumnKind::Status,
        ColumnKind::Text(0),
        ColumnKind::Time(0),
        ColumnKind::Deadline(0),
        ColumnKind::Hidden(0),
    ];
    for row in store.rows() {
        let (status, scope_name) = (store.status(*row, now), |id| id);
        let subject =
            Subject { store, row: *row, status, system: "", wanted: &[], scope_name: &scope_name, now, most: LINE };
        for kind in kinds {
            fact(&subject, kind);
        }
        assert_eq!(RowRef::new(0, *row).row(), *row);
        store.has_namesake(*row);
    }
    store.next_change(now);
    let stores = [StoreRef { system: "A", store }];
    let mut results = crate::query::ResultSet::default();
    for key in ["name", "-valid_to", "status", "-last_used"] {
        let query = crate::query::Query::from_params([("sort", key), ("name", "a")].into_iter());
        results.update(&stores, 1, &query, crate::time::Clock { now, zone: &crate::time::Utc });
    }
}

/// Reads bytes as every reader of answers does.
fn read_all(body: &[u8]) {
    let body = mended(body.to_vec());
    let answer = |status| Response { status, body: body.clone(), ..Response::default() };
    let mut store = Store::with_extras(2);
    // What was read before something is wrong is there, too.
    let _ = ListPage { json: body.clone(), ..ListPage::default() }.put(&mut store);
    let _ = TokenJson { text: body.clone(), asked_at: 0 }.put(&mut store);
    look_at(&store, 1_800_000_000_000);
    let _ = Report::of_scoped(&answer(200));
    let _ = answer(200).success();
    let _ = answer(422).accepted();
}

/// Systems of all dialects and forms of descriptions, each with the place of its list among its answers.
fn systems() -> Vec<(World, usize)> {
    let described = described().into_iter().map(|it| (described_world(it), 0));
    listing_worlds().into_iter().chain(described).collect()
}

/// Lists a system of each that answers so.
fn list_everywhere(body: &str) {
    for (world, idx) in systems() {
        let _ = listed(&world, idx, body);
    }
}

/// Descriptions that use every form of the language that reads.
fn described() -> Vec<Value> {
    let facts = json!({
        "id": "/id", "name": "/name", "description": "/description", "scopes": "/scopes",
        "valid_from": { "at": "/valid_from", "as": "unix" }, "valid_to": { "at": "/valid_to", "as": "days", "from": "created" },
        "created": "/created_at", "last_used": "/last_used_at", "creator": "/created_by",
        "active": { "at": "/is_active", "is": ["active", 1] }, "revoked": "/revoked_at", "deleted": "/deleted_at",
        "columns": [{ "label": "Key", "at": "/key" }, { "label": "Seen", "at": "/seen", "as": "unix_ms" }],
    });
    let by = |list: Value| json!({ "name": "Acme", "token": facts, "list": list });
    let query = |part: &str| json!({ "page": format!("{{page.{part}}}") });
    vec![
        by(json!({ "path": "/t" })),
        by(json!({ "path": "/t", "items": "/data", "total": "/total" })),
        by(json!({ "path": "/t", "items": "/entries", "keyed": true })),
        by(
            json!({ "path": "/t", "items": "$..entries[*]", "pages": { "by": "cursor", "next": "/next" }, "query": query("cursor") }),
        ),
        by(
            json!({ "path": "/t", "items": "/entries", "total": "/total", "pages": { "by": "number" }, "query": query("number") }),
        ),
        by(
            json!({ "path": "/t", "items": "/entries", "pages": { "by": "offset", "size": 2 }, "query": query("offset") }),
        ),
        by(json!({ "path": "/t", "items": "/entries", "pages": { "by": "url", "next": "/next" } })),
        by(json!({ "path": "/t", "items": "/entries", "pages": { "by": "link" } })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(body in vec(any::<u8>(), 0..200)) {
        read_all(&body);
        list_everywhere(&String::from_utf8_lossy(&body));
    }

    #[test]
    fn no_json_makes_a_reader_panic(body in any_json()) {
        read_all(body.to_string().as_bytes());
        list_everywhere(&body.to_string());
    }

    #[test]
    fn no_page_of_a_list_makes_a_reader_panic(entries in vec(any_json(), 0..6), more in any_json(), end in 0_usize..400) {
        let mut page = if more.is_object() { more } else { json!({}) };
        for name in ["entries", "results", "data"] {
            page[name] = json!(entries);
        }
        let text = page.to_string();
        read_all(text.as_bytes());
        // Cut off anywhere.
        read_all(&text.as_bytes()[..end.min(text.len())]);
        list_everywhere(&text);
        list_everywhere(&json!(entries).to_string());
    }

    #[test]
    fn nesting_of_any_depth_is_read(depth in 0_usize..20_000, bracket in prop::sample::select(&["[", "{\"a\":"][..])) {
        let end = if bracket == "[" { "]" } else { "}" };
        let deep = format!("{}1{}", bracket.repeat(depth), end.repeat(depth));
        read_all(deep.as_bytes());
        let text = format!(r#"{{"entries":[{{"id":"1","name":"good","other":{deep}}},{{"id":"2","name":{deep}}}]}}"#);
        read_all(text.as_bytes());
        let mut store = Store::new();
        ListPage { json: text.into_bytes(), ..ListPage::default() }.put(&mut store).expect("a list");
        prop_assert_eq!((store.len(), store.name(store.rows()[0])), (2, "good"));
    }

    /// The mechanism of the whole: good entries with a bad one among them are all there, whatever the bad one is.
    #[test]
    fn one_bad_entry_costs_no_other_its_row(bad in any_json(), member in member_name(), value in any_json(), place in 0_usize..4) {
        let good = |idx: usize| format!(r#"{{"id":"good {idx}","guid":"g{idx}","name":"good {idx}","is_active":true,"scopes":["a"]}}"#);
        let half = json!({ "id": "half", "guid": "h", "name": "half", member.as_str(): value });
        for odd in [bad.to_string(), half.to_string(), half.to_string().replace("half", "cut \\ud83d")] {
            let mut entries: Vec<String> = (0..3).map(good).collect();
            entries.insert(place, odd.clone());
            let text = format!(r#"{{"total":4,"entries":[{}],"next":null}}"#, entries.join(","));
            let mut store = Store::with_extras(1);
            let page = ListPage { json: mended(text.into_bytes()), ..ListPage::default() };
            prop_assert!(page.put(&mut store).is_ok(), "{}", odd);
            look_at(&store, 1_800_000_000_000);
            for idx in 0..3 {
                let name = format!("good {idx}");
                let row = store.find(&name);
                prop_assert!(row.is_some_and(|row| store.name(row) == name && store.problem(row).is_none()), "{}", odd);
            }
            prop_assert_eq!(store.len(), 4, "{}", odd);
        }
    }
}

/// The same for every dialect and for descriptions: the bad entry in the form of the system's own.
#[test]
fn one_bad_entry_costs_no_other_its_row_in_any_dialect() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    for _ in 0..60 {
        let bad = any_json().new_tree(runner).expect("a value").current();
        let (member, value) = (member_name().new_tree(runner), any_json().new_tree(runner));
        let (member, value) = (member.expect("a name").current(), value.expect("a value").current());
        let wraps =
            ["entries", "", "results", "", "", "", "data", "-", "-", "entries", "entries", "entries", "entries"];
        for ((world, place), wrap) in systems().into_iter().zip(wraps).filter(|(_, it)| *it != "-") {
            let good = |idx: usize| json!({ "id": format!("good {idx}"), "name": format!("good {idx}") });
            let half = json!({ "id": "half", "name": "half", member.as_str(): value });
            for odd in [&bad, &half] {
                let list = json!([good(0), odd, good(1), good(2)]);
                let body = if wrap.is_empty() { list } else { json!({ wrap: list, "total": 4, "count": 4 }) };
                let names = listed(&world, place, &body.to_string());
                let names = names.unwrap_or_else(|error| panic!("{}: {odd}: {error:?}", world.settings));
                for idx in 0..3 {
                    assert!(names.contains(&format!("good {idx}")), "{} {odd} {names:?}", world.settings);
                }
                assert_eq!(names.len(), 4, "{} {odd}", world.settings);
            }
        }
    }
}
