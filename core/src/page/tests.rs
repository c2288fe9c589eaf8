//! Pages are read as they come, whatever is odd in them.

use super::*;

fn page(tail: &str) -> String {
    let entry = |idx| format!(r#"{{"id":"{idx}","guid":"g{idx}","name":"n \"next\": \"x\" {idx}"}}"#);
    let entries: Vec<_> = (0..5).map(entry).collect();
    format!(r#"{{"total":7,"entries":[{}]{tail}}}"#, entries.join(","))
}

#[test]
fn a_page_is_read_in_parts() {
    let text = page(r#","next":"c5""#);
    for n_entries in 1..8 {
        let (mut store, mut page) = (Store::new(), Page::new(text.as_bytes(), 1));
        let mut n_parts = 1;
        let end = loop {
            match page.put(&mut store, n_entries).expect("a page") {
                Some(end) => break end,
                None => {
                    assert_eq!((store.len(), page.total()), (n_parts * n_entries, 7));
                    n_parts += 1;
                }
            }
        };
        assert_eq!(end, PageEnd { total: 7, next: Some("c5".into()), ..PageEnd::default() });
        assert_eq!((store.len(), n_parts), (5, 5 / n_entries + 1));
    }
}

#[test]
fn two_entries_of_one_page_with_one_id_are_both_there() {
    let entry = |name: &str, more: &str| format!(r#"{{"id":"7","guid":"g","name":"{name}"{more}}}"#);
    let read = |store: &mut Store, entries: &[String]| {
        let text = format!(r#"{{"entries":[{}]}}"#, entries.join(","));
        let mut page = Page::new(text.as_bytes(), 1);
        // In parts: what comes between them changes nothing.
        while page.put(store, 1).expect("a page").is_none() {}
    };
    let mut store = Store::new();
    read(&mut store, &[entry("a", ""), entry("a", ""), entry("b", "")]);
    assert_eq!(store.len(), 2);
    read(&mut store, &[entry("a", "")]);
    assert_eq!(store.len(), 2);
    read(&mut store, &[entry("c", r#","is_another":true"#)]);
    assert_eq!(store.len(), 3);
}

/// 2026-07-01T00:00:00Z.
const NOW: Millis = 1_782_864_000_000;

/// Reads a whole list, or says what is wrong.
fn read(text: &str) -> Result<(Store, PageEnd), String> {
    let (mut store, text) = (Store::with_extras(1), json::mended(text.as_bytes().to_vec()));
    let end = Page::new(&text, NOW).put(&mut store, usize::MAX)?;
    Ok((store, end.expect("all of it")))
}

/// Reads a list of one token with these members besides its id and name.
#[track_caller]
fn read_one(members: &str) -> (Store, Row) {
    let text =
        format!(r#"{{"total":1,"entries":[{{"id":"7","guid":"g","name":"leaked","is_active":true,{members}}}]}}"#);
    let (store, _) = read(&text).expect(&text);
    let row = store.rows()[0];
    assert_eq!((store.id(row).as_str(), store.name(row), store.problem(row)), ("7", "leaked", None), "{text}");
    (store, row)
}

#[track_caller]
fn check_odd(member: &str, value: &str, fact: OddFact, shown: &str) {
    let (store, row) = read_one(&format!(r#""{member}":{value}"#));
    assert_eq!(store.odd(row, fact), Some(shown), "{member}: {value}");
}

#[test]
fn an_odd_fact_costs_that_fact_alone() {
    for (member, fact) in
        [("valid_from", OddFact::ValidFrom), ("valid_to", OddFact::ValidTo), ("last_used_at", OddFact::LastUsed)]
    {
        check_odd(member, r#""N/A""#, fact, "N/A");
        check_odd(member, r#""2027-01-01T10:00Z""#, fact, "2027-01-01T10:00Z");
        check_odd(member, "12", fact, "12");
        check_odd(member, r#"{"Valid":false}"#, fact, r#"{"Valid":false}"#);
    }
    check_odd("is_active", r#""yes""#, OddFact::Active, r#""yes""#);
    check_odd("scopes", r#""read""#, OddFact::Scopes, "read");
    check_odd("scopes", r#"{"a":1}"#, OddFact::Scopes, r#"{"a":1}"#);
    let (store, row) = read_one(r#""valid_to":null,"last_used_at":"2026-01-01T00:00:00Z""#);
    assert_eq!((store.odd(row, OddFact::ValidTo), store.odd(row, OddFact::LastUsed)), (None, None));
}

#[test]
fn texts_of_other_kinds_are_shown_as_they_stand() {
    let (store, row) = read_one(r#""description":["x"],"created_by":5,"scopes":["a",7,null],"extras":[{"b":1}]"#);
    assert_eq!((store.description(row), store.created_by(row)), (r#"["x"]"#, "5"));
    assert_eq!(store.scopes(row).collect::<Vec<_>>(), ["a", "7"]);
    assert_eq!(store.extra(row, 0), Some(r#"{"b":1}"#));
    let (store, _) = read(r#"{"entries":[{"id":7,"name":null},{"id":"8","name":9}]}"#).expect("a list");
    let named: Vec<_> = store.rows().iter().map(|row| (store.id(*row), store.name(*row).to_owned())).collect();
    assert_eq!(named, [("7".into(), String::new()), ("8".into(), "9".into())]);
}

#[test]
fn a_time_that_stands_for_none_is_none() {
    for none in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00+01:00"] {
        let (store, row) = read_one(&format!(r#""valid_from":"{none}","valid_to":"{none}","last_used_at":"{none}""#));
        let validity = store.validity(row);
        assert_eq!((validity.valid_from, validity.valid_to, store.last_used(row)), (None, None, None), "{none}");
    }
}

#[test]
fn what_says_no_time_is_no_end_of_a_token() {
    for none in [
        "null",
        "false",
        "0",
        r#""""#,
        r#""0001-01-01T00:00:00Z""#,
        r#""1970-01-01T00:00:00Z""#,
        r#""2099-01-01T00:00:00Z""#,
    ] {
        let (store, row) = read_one(&format!(r#""revoked_at":{none},"deleted_at":{none}"#));
        let validity = store.validity(row);
        assert!(!validity.revoked && !validity.deleted, "{none}");
    }
    let (store, row) = read_one(r#""revoked_at":"2026-01-01T00:00:00Z""#);
    assert!(store.validity(row).revoked);
}

#[test]
fn a_switch_is_told_or_not() {
    let read = |fields: &str| {
        let (store, row) = read_one(fields);
        (store.validity(row).disabled, store.unreported(row).disabled, store.disabled_at(row))
    };
    let at = parse_rfc3339("2026-01-01T00:00:00Z");
    assert_eq!(read(r#""more":1"#), (false, true, None));
    assert_eq!(read(r#""disabled_at":null"#), (false, false, None));
    assert_eq!(read(r#""disabled_at":"2026-01-01T00:00:00Z""#), (true, false, at));
    assert_eq!(read(r#""disabled_at":false"#), (false, false, None));
    // It says that it is, and not when.
    assert_eq!(read(r#""disabled_at":"by ada""#), (true, false, None));
    assert_eq!(read(r#""is_disabled":true"#), (true, false, None));
    assert_eq!(read(r#""is_disabled":false"#), (false, false, None));
    // What lies ahead of a token that works is to come.
    assert_eq!(read(r#""disabled_at":"2999-01-01T00:00:00Z""#), (false, false, None));
}

#[test]
fn a_list_says_whether_its_tokens_can_be_switched_off() {
    let (mut store, row) = read_one(r#""more":1"#);
    assert!(!store.says_disabled());
    store.push_unreadable(None, "no name".into(), 1);
    assert!(!store.says_disabled());
    put_one(
        br#"{"id":"8","guid":"g","name":"n","is_active":false,"disabled_at":"2026-01-01T00:00:00Z"}"#,
        1,
        &mut store,
    )
    .expect("a token");
    assert!(store.says_disabled() && store.unreported(row).disabled);
    // What is said of it now takes the place of what was.
    let row = put_one(br#"{"id":"8","guid":"g","name":"n","is_active":true,"disabled_at":null}"#, 2, &mut store)
        .expect("a token");
    assert_eq!((store.disabled_at(row), store.validity(row).disabled), (None, false));
    assert!(!store.fresh().says_disabled());
}

#[test]
fn what_is_odd_is_looked_at_once_more() {
    let odd = r#""valid_to":"never","last_used_at":"soon","valid_from":7,"revoked_at":"N/A","deleted_at":"by ada","disabled_at":"-""#;
    let (mut store, row) = read_one(odd);
    assert!(store.has_new_odd() && store.validity(row).revoked && store.validity(row).disabled);
    store.read_odd(|fact, text, _| match (fact, text) {
        (_, "soon") => None,
        (OddFact::ValidFrom, _) => Some(Some(7_000)),
        (OddFact::Deleted, _) => Some(Some(1)),
        _ => Some(None),
    });
    let validity = store.validity(row);
    assert_eq!((validity.valid_from, validity.valid_to), (Some(7_000), None));
    assert!(!validity.revoked && !validity.disabled && validity.deleted && !store.has_new_odd());
    assert_eq!((store.odd(row, OddFact::LastUsed), store.odd(row, OddFact::ValidTo)), (Some("soon"), None));
    // What comes later is looked at by itself.
    let text = br#"{"id":"8","guid":"g","name":"n","valid_to":"later"}"#;
    let row = put_one(text, 1, &mut store).expect("a token");
    store.read_odd(|_, text, _| if text == "later" { Some(Some(9_000)) } else { panic!("{text} once more") });
    assert_eq!((store.validity(row).valid_to, store.has_new_odd()), (Some(9_000), false));
}

#[test]
fn bad_texts_cost_no_other_token() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    for bad in [r#""name":"cut \ud83d""#, r#""name":"\uDC00x""#, r#""name":"a","more":"\udfff""#] {
        let text = format!(r#"{{"entries":[{{"id":"1","name":"good"}},{{"id":"2",{bad}}}],"deep":{deep}}}"#);
        let (store, _) = read(&text).expect(&text);
        assert_eq!(store.len(), 2, "{text}");
        assert_eq!(store.problem(store.rows()[1]), None, "{text}");
    }
    let (store, _) = read(r#"{"entries":[{"id":"2","name":"cut \ud83d"}]}"#).expect("a list");
    assert_eq!(store.name(store.rows()[0]), "cut \u{fffd}");
    let mut text = b"\xef\xbb\xbf{\"entries\":[{\"id\":\"1\",\"name\":\"caf\xe9\"}]}".to_vec();
    text = json::mended(text);
    let mut store = Store::new();
    assert!(Page::new(&text, 1).put(&mut store, 9).is_ok_and(|end| end.is_some()));
    assert_eq!(store.name(store.rows()[0]), "caf\u{fffd}");
}

#[track_caller]
fn check_empty(text: &str) {
    let (store, end) = read(text).expect(text);
    assert_eq!((store.len(), end), (0, PageEnd::default()), "{text}");
}

#[test]
fn an_empty_list_has_many_forms() {
    for text in ["{}", r#"{"total":0}"#, r#"{"entries":null}"#, r#"{"entries":[],"next":"","total":"0"}"#, "[]"] {
        check_empty(text);
    }
    assert_eq!(read(r#"[{"id":"1","name":"a"}]"#).map(|(store, _)| store.len()), Ok(1));
    for other in ["", "null", "[] x", "[1,]", r#"{"total":3}"#, r#"{"error":"no"}"#, r#"{"entries":{}}"#] {
        assert!(read(other).is_err(), "{other}");
    }
}

#[test]
fn a_total_is_only_told() {
    for (total, expected) in [("null", 0), (r#""12""#, 12), ("-1", 0), ("2.5", 0), ("1e400", 0), ("[]", 0), ("3", 3)] {
        let text = format!(r#"{{"total":{total},"entries":[{{"id":"1","name":"a"}}],"next":5}}"#);
        let (store, end) = read(&text).expect(&text);
        assert_eq!((store.len(), end.total, end.next.as_deref()), (1, expected, Some("5")), "{text}");
    }
}

#[test]
fn what_is_wrong_further_on_is_told_when_it_is_reached() {
    let text = page(r#","next":{}"#);
    let (mut store, mut page) = (Store::new(), Page::new(text.as_bytes(), 1));
    assert_eq!(page.put(&mut store, 3), Ok(None));
    assert!(page.put(&mut store, 3).is_err_and(|it| it.contains("line 1")));
    assert_eq!(store.len(), 5);
}

#[track_caller]
fn check_next(tail: &str, next: Option<&str>) {
    assert_eq!(guess_next(page(tail).as_bytes()).as_deref(), next, "{tail}");
}

#[test]
fn the_next_page_is_found_at_the_end() {
    check_next(r#","next":"c5""#, Some("c5"));
    check_next(r#", "next" : "a\"b" , "more": [1]"#, Some("a\"b"));
    check_next(r#","next":null"#, None);
    check_next("", None);
    check_next(r#","next":"cut"#, None);
    assert_eq!(guess_next(b""), None);
}
