//! Lists that cannot be told from whole ones.

use super::*;

const GITLAB: &str = r#"{ "query": { "per_page": "{page.size}" }, "pages": { "by": "link", "size": 3 } }"#;

/// A list call with these members, at a system on another origin or behind a path of the page's own.
fn listed(list: &str, is_foreign: bool) -> Fake {
    let mut call = json!({ "path": "/tokens" });
    for (name, value) in members(serde_json::from_str(list).expect("JSON")) {
        call[name] = value;
    }
    let fake = acme(json!({ "list": call }));
    if is_foreign { fake.of_another_origin() } else { fake }
}

/// What a page says of the others after an answer with so many tokens and these headers: the header that hides them, and
/// whether a next one is named.
#[track_caller]
fn after(fake: &Fake, path: &str, n_tokens: u32, headers: &[(&str, &str)]) -> (Option<String>, bool) {
    let tokens: Vec<Value> = (0..n_tokens).map(|it| json!({ "id": it })).collect();
    let headers: Vec<(String, String)> = headers.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
    let step = get(path).answers(200, json!(tokens)).and(|it| it.headers.extend(headers));
    let page = fake.page(None, [step]).expect("a page");
    (page["hidden"].as_str().map(str::to_owned), page["next"].is_string())
}

#[test]
fn a_full_page_without_a_link_that_could_be_read_may_have_a_next_one() {
    let path = "/tokens?per_page=3";
    let hidden = (Some("link".to_owned()), false);
    assert_eq!(after(&listed(GITLAB, true), path, 3, &[]), hidden);
    // Fewer than were asked for are all; so are those of a system whose headers can all be read.
    assert_eq!(after(&listed(GITLAB, true), path, 2, &[]), (None, false));
    assert_eq!(after(&listed(GITLAB, false), path, 3, &[]), (None, false));
    let first = r#"<https://acme.example/tokens?page=1>; rel="first""#;
    assert_eq!(after(&listed(GITLAB, true), path, 3, &[("link", first)]), (None, false));
    // A total that can be read says more.
    let with_total = r#"{ "query": { "per_page": "{page.size}" }, "pages": { "by": "link", "size": 3 },
        "total": { "header": "X-Total" } }"#;
    assert_eq!(after(&listed(with_total, true), path, 3, &[("x-total", "3")]), (None, false));
    assert_eq!(after(&listed(with_total, true), path, 3, &[]), hidden);
}

#[test]
fn every_header_that_says_where_it_goes_on_can_be_hidden() {
    let cursor =
        r#"{ "query": { "after": "{page.cursor}" }, "pages": { "by": "cursor", "next": { "header": "X-Next" } } }"#;
    assert_eq!(after(&listed(cursor, true), "/tokens", 10, &[]), (Some("x-next".into()), false));
    assert_eq!(after(&listed(cursor, true), "/tokens", 9, &[]), (None, false));
    // One that says whether there is more is not needed: pages are counted until one is empty.
    let more = r#"{ "query": { "p": "{page.number}" }, "pages": { "by": "number", "more": { "header": "X-More" } } }"#;
    assert_eq!(after(&listed(more, true), "/tokens?p=1", 3, &[]), (None, true));
    assert_eq!(after(&listed(more, false), "/tokens?p=1", 3, &[]), (None, false));
    let total = r#"{ "total": { "header": "X-Total" } }"#;
    assert_eq!(after(&listed(total, true), "/tokens", 10, &[]), (Some("x-total".into()), false));
    assert_eq!(after(&listed(total, true), "/tokens", 10, &[("x-total", "10")]), (None, false));
}

/// What testing the connection tells.
#[track_caller]
fn tested(fake: &Fake) -> Value {
    let answer = get("/tokens?per_page=3").answers(200, json!([{ "id": 1 }]));
    report(fake, [answer]).expect("a report")
}

#[test]
fn the_connection_test_names_headers_that_cannot_be_read() {
    let fake = listed(GITLAB, true);
    let report = tested(&fake);
    assert_eq!(report["unread"], json!(["link"]));
    let report = tested(&listed(GITLAB, false));
    assert_eq!(report["unread"], json!([]));
}

#[test]
fn tokens_that_have_gone_meanwhile_do_not_end_a_list_that_is_counted_off() {
    let list = r#"{ "query": { "skip": "{page.offset}" }, "pages": { "by": "offset", "size": 3 }, "read_each": true }"#;
    let mut call = json!({ "path": "/tokens" });
    for (name, value) in members(serde_json::from_str(list).expect("JSON")) {
        call[name] = value;
    }
    let fake = acme(json!({ "list": call, "read": { "path": "/tokens/{id}" } }));
    let page = |skip: u32, ids: &[u32]| {
        let ids: Vec<Value> = ids.iter().map(|it| json!({ "id": it })).collect();
        get(&format!("/tokens?skip={skip}")).answers(200, json!(ids))
    };
    let one = |id: u32, status: u16| get(&format!("/tokens/{id}")).answers(status, json!({ "id": id }));
    let first = fake.page(None, [page(0, &[1, 2, 3]), one(1, 200), one(2, 404), one(3, 200)]).expect("a page");
    assert_eq!(fake::entries_of(&first).len(), 2);
    let next = first["next"].as_str().expect("it goes on");
    let second = fake.page(Some(next), [page(3, &[4, 5, 6]), one(4, 200), one(5, 404), one(6, 404)]).expect("a page");
    let next = second["next"].as_str().expect("it goes on");
    let third = fake.page(Some(next), [page(6, &[])]).expect("a page");
    assert!(third["next"].is_null() && third["is_counted"] == true);
    assert_eq!(third["total"], second["total"].as_u64().expect("a number").max(6));
}
