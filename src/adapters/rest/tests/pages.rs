//! Every way to the next page, and every end.

use super::*;

/// The list call with these members besides.
fn results(more: Value) -> Fake {
    let mut list = json!({ "path": "/tokens", "items": "/data" });
    for (name, value) in members(more) {
        list[name] = value;
    }
    acme(json!({ "list": list }))
}

/// A page's answer: tokens of these ids, and more.
fn page(path: &str, ids: &[u32], more: Value) -> Step {
    let tokens: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
    let mut answer = json!({ "data": tokens });
    for (name, value) in members(more) {
        answer[name] = value;
    }
    get(path).answers(200, answer)
}

/// Lists page by page, as the page does: the ids, or why there are no more.
#[track_caller]
fn all(fake: &Fake, pages: impl IntoIterator<Item = Step>) -> Result<Vec<String>, ApiError> {
    let mut pages: std::collections::VecDeque<Step> = pages.into_iter().collect();
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let step = pages.pop_front().expect("another page than these is asked for");
        let page = fake.page(cursor.as_deref(), [step])?;
        ids.extend(fake::entries_of(&page).iter().map(|it| it["id"].as_str().unwrap_or_default().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.into()),
            None => break,
        }
    }
    assert!(pages.is_empty(), "{} pages are not asked for", pages.len());
    Ok(ids)
}

#[track_caller]
fn check(list: Value, pages: impl IntoIterator<Item = Step>, expected: &[&str]) {
    assert_eq!(all(&results(list), pages).expect("a list"), expected);
}

fn by_number(more: Value) -> Value {
    let mut pages = json!({ "by": "number", "size": 2 });
    for (name, value) in members(more) {
        pages[name] = value;
    }
    json!({ "query": { "page": "{page.number}", "per_page": "{page.size}" }, "pages": pages, "total": "/total" })
}

#[test]
fn numbers_end_with_the_total() {
    let pages = [
        page("/tokens?page=1&per_page=2", &[1, 2], json!({ "total": 3 })),
        page("/tokens?page=2&per_page=2", &[3], json!({ "total": 3 })),
    ];
    check(by_number(json!({})), pages, &["1", "2", "3"]);
    let one = page("/tokens?page=1&per_page=2", &[1], json!({ "total": "1" }));
    check(by_number(json!({})), [one], &["1"]);
}

#[test]
fn numbers_end_with_the_last_page_or_where_there_is_no_more() {
    let path = |page: u32| format!("/tokens?page={page}&per_page=2");
    let pages = [page(&path(0), &[1, 2], json!({ "pages": 2 })), page(&path(1), &[3, 4], json!({ "pages": 2 }))];
    check(by_number(json!({ "first": 0, "last": "/pages" })), pages, &["1", "2", "3", "4"]);
    let pages = [page(&path(1), &[1, 2], json!({ "more": true })), page(&path(2), &[3, 4], json!({ "more": false }))];
    check(by_number(json!({ "more": "/more" })), pages, &["1", "2", "3", "4"]);
}

#[test]
fn numbers_end_at_an_empty_or_a_shorter_page() {
    let path = |page: u32| format!("/tokens?page={page}&per_page=2");
    let empty = [page(&path(1), &[1, 2], json!({})), page(&path(2), &[], json!({}))];
    check(by_number(json!({})), empty, &["1", "2"]);
    let shorter = [page(&path(1), &[1, 2], json!({})), page(&path(2), &[3], json!({}))];
    check(by_number(json!({})), shorter, &["1", "2", "3"]);
    check(by_number(json!({})), [page(&path(1), &[], json!({}))], &[]);
}

#[test]
fn a_system_that_gives_fewer_at_once_than_it_is_asked_for_loses_nothing() {
    let path = |page: u32| format!("/tokens?page={page}&per_page=9");
    let pages =
        [page(&path(1), &[1, 2], json!({})), page(&path(2), &[3, 4], json!({})), page(&path(3), &[], json!({}))];
    check(by_number(json!({ "size": 9 })), pages, &["1", "2", "3", "4"]);
}

#[test]
fn a_system_without_pages_gives_its_list_once() {
    let path = |page: u32| format!("/tokens?page={page}&per_page=9");
    let pages = [page(&path(1), &[1, 2], json!({})), page(&path(2), &[1, 2], json!({}))];
    check(by_number(json!({ "size": 9 })), pages, &["1", "2"]);
}

#[test]
fn offsets_count_what_came() {
    let list =
        json!({ "query": { "skip": "{page.offset}", "limit": "{page.size}" }, "pages": { "by": "offset", "size": 3 } });
    let path = |skip: u32| format!("/tokens?limit=3&skip={skip}");
    let pages =
        [page(&path(0), &[1, 2], json!({})), page(&path(2), &[3, 4], json!({})), page(&path(4), &[5], json!({}))];
    check(list, pages, &["1", "2", "3", "4", "5"]);
}

#[test]
fn cursors_stand_in_the_query_or_in_the_body() {
    let ends =
        [json!({ "next": null }), json!({ "next": "" }), json!({}), json!({ "next": false }), json!({ "next": 0 })];
    for end in ends {
        let list = json!({ "query": { "after": "{page.cursor}" }, "pages": { "by": "cursor", "next": "/next" } });
        let pages = [page("/tokens", &[1], json!({ "next": "a b" })), page("/tokens?after=a%20b", &[2], end)];
        check(list, pages, &["1", "2"]);
    }
    let list = json!({ "method": "POST", "body": { "page": { "token": "{page.cursor}", "size": "{page.size}" } },
        "pages": { "by": "cursor", "size": 5, "next": "/next" } });
    let post = |body: Value, answer: Value| fake::post("/tokens").json(body).answers(200, answer);
    let pages = [
        post(json!({ "page": { "size": 5 } }), json!({ "data": [{ "id": 1 }], "next": 77 })),
        post(json!({ "page": { "token": 77, "size": 5 } }), json!({ "data": [{ "id": 2 }] })),
    ];
    check(list, pages, &["1", "2"]);
}

#[test]
fn a_cursor_may_be_the_last_id_or_in_a_header() {
    let list = json!({ "query": { "after": "{page.cursor}" },
        "pages": { "by": "cursor", "next": "$.data[-1].id", "more": "/more" } });
    let pages =
        [page("/tokens", &[1, 2], json!({ "more": true })), page("/tokens?after=2", &[3], json!({ "more": false }))];
    check(list, pages, &["1", "2", "3"]);
    let list = json!({ "query": { "page": "{page.cursor}" }, "pages": { "by": "cursor", "next": { "header": "X-Next-Page" } } });
    let with = |step: Step, value: &str| {
        let value = value.to_owned();
        step.and(|it| it.headers.push(("x-next-page".into(), value)))
    };
    let pages = [with(page("/tokens", &[1], json!({})), "2"), with(page("/tokens?page=2", &[2], json!({})), "")];
    check(list, pages, &["1", "2"]);
}

#[test]
fn addresses_lead_to_the_next_page_by_way_of_the_connection() {
    for next in [
        "https://acme.example/tokens?page=2",
        "https://desk.example/system/tokens?page=2",
        "/tokens?page=2",
        "/system/tokens?page=2",
        "?page=2",
        "tokens?page=2",
    ] {
        let list = json!({ "query": { "page": 1 }, "pages": { "by": "url", "next": "/next" } });
        let pages = [
            page("/tokens?page=1", &[1], json!({ "next": next })),
            page("/tokens?page=2", &[2], json!({ "next": null })),
        ];
        check(list, pages, &["1", "2"]);
    }
}

#[test]
fn an_address_of_the_vendors_own_prefix_is_the_lists_own() {
    let list = json!({ "pages": { "by": "url", "next": "/next" } });
    let next = "https://acme.example/behind/a/prefix/tokens?page=2";
    let pages = [page("/tokens", &[1], json!({ "next": next })), page("/tokens?page=2", &[2], json!({}))];
    check(list, pages, &["1", "2"]);
}

#[test]
fn links_of_the_header_are_followed() {
    let linked = |step: Step, link: &str| {
        let link = link.to_owned();
        step.and(|it| it.headers.push(("link".into(), link)))
    };
    for next in [
        r#"<https://acme.example/tokens?page=2>; rel="next""#,
        r#"<https://acme.example/tokens?page=9>; rel="last", <https://acme.example/tokens?page=2>; rel="next""#,
        r#"</tokens?page=2>; title="a, b"; rel=next, </tokens?page=1>; rel="first""#,
        r#"</tokens?page=2>;rel="prefetch next""#,
    ] {
        let list = json!({ "pages": { "by": "link" } });
        let last = r#"</tokens?page=1>; rel="prev""#;
        let pages =
            [linked(page("/tokens", &[1], json!({})), next), linked(page("/tokens?page=2", &[2], json!({})), last)];
        check(list, pages, &["1", "2"]);
    }
}

#[test]
fn totals_may_stand_in_a_header() {
    let fake = results(json!({ "total": { "header": "X-Total" }, "pages": { "by": "link" } }));
    let total = page("/tokens", &[1], json!({})).and(|it| it.headers.push(("x-total".into(), "41".into())));
    assert_eq!(fake.page(None, [total]).map(|it| it["total"].clone()), Ok(json!(41)));
}

/// Goes through a list by cursor that leads from page to page, each with one token: how many pages are asked for, and
/// why no more.
fn gone_through(next: impl Fn(usize) -> Value, ids: impl Fn(usize) -> Vec<u32>) -> (usize, String) {
    let fake = results(json!({ "query": { "after": "{page.cursor}" }, "pages": { "by": "cursor", "next": "/next" } }));
    let mut cursor = None::<String>;
    for number in 0_usize.. {
        let at = number.checked_sub(1).map(|before| crate::adapters::wire::plain(&next(before)).unwrap_or_default());
        let path = at.map_or("/tokens".into(), |at| format!("/tokens?after={at}"));
        let step = page(&path, &ids(number), json!({ "next": next(number) }));
        // A page that is refused is not asked for.
        let is_refused = cursor.as_deref().is_some_and(|it| it.contains(r#""over":""#));
        match fake.page(cursor.as_deref(), (!is_refused).then_some(step)) {
            Ok(page) => {
                assert_eq!(fake::entries_of(&page).len(), ids(number).len(), "page {number} is kept");
                cursor = page["next"].as_str().map(str::to_owned);
            }
            Err(ApiError::Endless(why)) => return (number, why.to_string()),
            Err(other) => panic!("{other:?}"),
        }
    }
    unreachable!()
}

#[test]
fn pages_that_go_round_end_with_words_and_are_kept() {
    // One that names itself, and rings. Found at a power of two at the latest.
    for (n_ring, n_pages) in [(1, 2), (2, 4), (3, 7)] {
        let (asked, why) = gone_through(|idx| json!(format!("c{}", idx % n_ring)), |idx| vec![idx as u32]);
        assert!(asked <= n_pages, "{n_ring}: {asked}");
        assert!(why.starts_with("its pages repeat"), "{why}");
    }
    let path = |page: u32| format!("/tokens?page={page}&per_page=2");
    let same = [page(&path(1), &[1, 2], json!({ "total": 9 })), page(&path(2), &[1, 2], json!({ "total": 9 }))];
    let fake = results(by_number(json!({})));
    let mut cursor = None::<String>;
    for step in same {
        let page = fake.page(cursor.as_deref(), [step]).expect("a page");
        cursor = page["next"].as_str().map(str::to_owned);
    }
    assert!(matches!(fake.page(cursor.as_deref(), []), Err(ApiError::Endless(_))));
}

#[test]
fn pages_without_end_end_with_words() {
    assert_eq!(gone_through(|idx| json!(idx + 1), |idx| vec![idx as u32]).0, 10_000);
}

#[test]
fn a_link_with_nothing_behind_it_is_not_followed() {
    let list = json!({ "pages": { "by": "link" } });
    let linked = |step: Step, link: &str| {
        let link = link.to_owned();
        step.and(|it| it.headers.push(("link".into(), link)))
    };
    let previous = r#"</tokens?cursor=0:0:1>; rel="previous"; results="false"; cursor="0:0:1""#;
    let first = linked(
        page("/tokens", &[1, 2], json!({})),
        &format!(r#"{previous}, </tokens?cursor=0:2:0>; rel="next"; results="true"; cursor="0:2:0""#),
    );
    let last = linked(
        page("/tokens?cursor=0:2:0", &[3], json!({})),
        &format!(r#"{previous}, </tokens?cursor=0:4:0>; rel="next"; results="false"; cursor="0:4:0""#),
    );
    check(list.clone(), [first, last], &["1", "2", "3"]);
    // Without a word whether something is behind it, the first empty page ends the list, and that is told.
    let fake = results(list);
    let next = |number: u32| format!(r#"</tokens?page={number}>; rel="next""#);
    let one = fake.page(None, [linked(page("/tokens", &[1, 2], json!({})), &next(2))]).expect("a page");
    let empty = linked(page("/tokens?page=2", &[], json!({})), &next(3));
    let two = fake.page(one["next"].as_str(), [empty]).expect("an empty page");
    let why = fake.page(two["next"].as_str(), []).expect_err("the end");
    assert_eq!(why, ApiError::Endless("page 2 is empty, and names a next one".into()));
}

#[test]
fn without_pages_there_is_one() {
    check(json!({}), [page("/tokens", &[1, 2], json!({ "next": "x" }))], &["1", "2"]);
}

#[test]
fn a_next_page_outside_of_the_connection_is_not_asked_for() {
    for next in [
        "https://desk.example/system/../other",
        "/../other",
        "/%2e%2e/other",
        "/a/.%2E/%2E./../x",
        "../../other",
        "/a\\..\\..\\x",
        "/\t/evil.example/x",
        "https://evil.example/../x",
    ] {
        for by in ["url", "link"] {
            let pages = if by == "url" { json!({ "by": "url", "next": "/next" }) } else { json!({ "by": "link" }) };
            let fake = acme(json!({ "list": { "path": "/tokens", "items": "/data", "pages": pages } }));
            let body = json!({ "data": [{ "id": 1, "name": "a" }], "next": next });
            let header = ("link".to_owned(), format!("<{next}>; rel=\"next\""));
            let first = get("/tokens").answers(200, body).and(|it| it.headers.push(header));
            let page = fake.page(None, [first]).expect("a page");
            let cursor = page["next"].as_str().expect("a cursor");
            let outcome = fake.page(Some(cursor), []);
            assert!(
                matches!(outcome, Err(ApiError::NoAnswer(crate::api::NetworkError::Outside(_)))),
                "{by} {next}: {outcome:?}"
            );
        }
    }
}

#[test]
fn a_page_whose_items_are_left_out_is_not_the_last_one() {
    let filtered = |more: Value| {
        let mut list = by_number(more);
        list["items"] = json!("$.data[?@.kind=='pat']");
        list
    };
    let none = |path: &str, more: Value| {
        let mut answer = json!({ "data": [{ "id": 9, "kind": "key" }] });
        for (name, value) in members(more) {
            answer[name] = value;
        }
        get(path).answers(200, answer)
    };
    let last = |path: &str| get(path).answers(200, json!({ "pages": 2, "data": [{ "id": 1, "kind": "pat" }] }));
    let paths = ["/tokens?page=1&per_page=2", "/tokens?page=2&per_page=2"];
    check(filtered(json!({ "last": "/pages" })), [none(paths[0], json!({ "pages": 2 })), last(paths[1])], &["1"]);
    check(filtered(json!({ "more": "/more" })), [none(paths[0], json!({ "more": true })), last(paths[1])], &["1"]);
    check(filtered(json!({ "more": "/more" })), [none(paths[0], json!({ "more": false }))], &[]);
    // A total alone does not say whether a page was filtered.
    check(by_number(json!({})), [page(paths[0], &[], json!({ "total": 5 }))], &[]);
}

#[track_caller]
fn check_items(list: Value, status: u16, answer: Value, expected: &[&str]) {
    let found = all(&results(list), [get("/tokens").answers(status, answer.clone())]);
    assert_eq!(found.expect("a list"), expected, "{status} {answer}");
}

#[test]
fn an_empty_list_has_many_forms() {
    for answer in [
        json!({ "data": [] }),
        json!({ "data": null }),
        json!({}),
        json!([]),
        json!({ "total": 0 }),
        json!({ "total": "0", "kind": "list" }),
    ] {
        check_items(json!({}), 200, answer, &[]);
    }
    check_items(json!({ "items": "" }), 200, json!([]), &[]);
    check_items(json!({ "items": "" }), 200, json!({}), &[]);
    check_items(json!({ "keyed": true }), 200, json!({ "data": [] }), &[]);
    check_items(json!({}), 404, json!({ "errors": [] }), &[]);
    check_items(json!({}), 204, json!(null), &[]);
    for other in [json!({ "total": 3 }), json!({ "error": "no" }), json!({ "data": "no" }), json!("no")] {
        assert!(all(&results(json!({})), [get("/tokens").answers(200, other.clone())]).is_err(), "{other}");
    }
    for other in [json!({ "errors": ["no such path"] }), json!({ "errors": [], "path": "/x" })] {
        let answer = get("/tokens").answers(404, other.clone());
        assert!(matches!(all(&results(json!({})), [answer]), Err(ApiError::NotFound(_))), "{other}");
    }
}

#[test]
fn a_description_says_what_else_is_an_empty_list() {
    let errors = json!({ "empty": { "status": 400, "at": "/message", "has": "no keys" } });
    let fake = acme(json!({ "list": { "path": "/tokens", "items": "/data" }, "errors": errors }));
    let answers = |text: &str| get("/tokens").answers(400, json!({ "message": text }));
    assert_eq!(all(&fake, [answers("There are No Keys.")]).expect("a list"), [""; 0]);
    assert!(all(&fake, [answers("no")]).is_err());
}

#[test]
fn a_list_of_one_and_a_list_with_gaps_are_lists() {
    check_items(json!({}), 200, json!({ "data": { "id": 7 } }), &["7"]);
    let with_gaps = json!({ "data": { "0": { "id": "a" }, "10": { "id": "c" }, "2": { "id": "b" } } });
    check_items(json!({}), 200, with_gaps, &["a", "b", "c"]);
    assert!(all(&results(json!({ "items": "" })), [get("/tokens").answers(200, json!({ "id": 7 }))]).is_err());
}
