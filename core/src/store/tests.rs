//! What a store keeps, and how tokens with one id are told apart.

use super::ids::unpack;
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
        disabled: true,
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
    assert_eq!(store.same_id().map(|(one, other)| (store.name(one), store.name(other))), Some(("build", "nightly")));
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
    assert_eq!((store.names.ends.len(), store.ids.odd.len(), store.seen.len(), store.problems.len()), (21, 11, 1, 1));
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
