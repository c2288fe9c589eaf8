//! `GET /scopes` and the pages of `GET /tokens`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::server::{Answer, Server, draft};

/// The names on a page.
fn names(page: &Answer) -> Vec<String> {
    let page = page.json();
    page["entries"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

fn next(page: &Answer) -> Option<String> {
    page.json()["next"].as_str().map(str::to_owned)
}

/// Every page from the first to the last.
fn pages(server: &Server, limit: usize) -> Vec<Answer> {
    let mut pages = vec![server.get(&format!("/api/v1/tokens?limit={limit}")).expect(200)];
    while let Some(cursor) = pages.last().and_then(next) {
        pages.push(server.get(&format!("/api/v1/tokens?limit={limit}&cursor={cursor}")).expect(200));
    }
    pages
}

#[test]
fn scopes_have_id_and_name() {
    let server = Server::start();
    let scopes = server.get("/api/v1/scopes").expect(200).json();
    let scopes = scopes.as_array().unwrap();
    assert!((12..=24).contains(&scopes.len()));
    assert_eq!(scopes[0], json!({ "id": "builds-read", "name": "Builds: read" }));
}

#[test]
fn an_empty_list_is_one_page() {
    let server = Server::start();
    let page = server.get("/api/v1/tokens").expect(200);
    assert_eq!(page.json(), json!({ "total": 0, "entries": [], "next": null }));
}

#[test]
fn a_page_has_1000_entries_unless_asked_otherwise() {
    let server = Server::seeded(1001);
    let page = server.get("/api/v1/tokens").expect(200);
    assert_eq!(page.json()["total"], 1001);
    assert_eq!(names(&page).len(), 1000);
    let rest = server.get(&format!("/api/v1/tokens?cursor={}", next(&page).unwrap())).expect(200);
    assert_eq!(names(&rest).len(), 1);
    assert_eq!(next(&rest), None);
}

#[test]
fn a_page_has_at_most_5000_entries() {
    let server = Server::seeded(5001);
    for limit in ["5000", "5001", "100000", "99999999999999999999999"] {
        let page = server.get(&format!("/api/v1/tokens?limit={limit}")).expect(200);
        assert_eq!(names(&page).len(), 5000, "{limit}");
        assert!(next(&page).is_some());
    }
}

#[test]
fn pages_that_end_even_have_no_empty_page_behind() {
    let server = Server::seeded(6);
    let pages = pages(&server, 3);
    assert_eq!(pages.iter().map(|it| names(it).len()).collect::<Vec<_>>(), [3, 3]);
}

#[test]
fn pages_together_are_all_tokens_once() {
    let server = Server::seeded(107);
    let ids: Vec<Value> = pages(&server, 10)
        .iter()
        .flat_map(|it| it.json()["entries"].as_array().unwrap().clone())
        .map(|it| it["id"].clone())
        .collect();
    assert_eq!(ids.len(), 107);
    assert_eq!(ids.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(), 107);
}

#[test]
fn entries_are_tokens_as_they_are_read_one_by_one() {
    let server = Server::seeded(80);
    for entry in server.get("/api/v1/tokens").json()["entries"].as_array().unwrap() {
        assert_eq!(&server.get(&Server::path(entry)).expect(200).json(), entry);
    }
}

#[test]
fn a_token_created_while_paging_comes_last_and_a_deleted_one_moves_nothing() {
    let server = Server::start();
    let tokens: Vec<Value> = ["a", "b", "c", "d"].iter().map(|it| server.created(&draft(it)).0).collect();
    let first = server.get("/api/v1/tokens?limit=2").expect(200);
    assert_eq!(names(&first), ["a", "b"]);

    // One of the page that was read (its last, which the cursor points at), one of a page to come, and a new one.
    for gone in [&tokens[1], &tokens[2]] {
        server.send("DELETE", &Server::path(gone), &[], b"").expect(204);
    }
    server.created(&draft("e"));
    let second = server.get(&format!("/api/v1/tokens?limit=2&cursor={}", next(&first).unwrap())).expect(200);
    assert_eq!(names(&second), ["d", "e"]);
    assert_eq!(second.json()["total"], 3);
}

#[test]
fn a_deleted_tokens_place_is_not_used_again() {
    let server = Server::start();
    let tokens: Vec<Value> = ["a", "b", "c"].iter().map(|it| server.created(&draft(it)).0).collect();
    let tag = server.get(&Server::path(&tokens[1])).header("etag").to_owned();
    let first = server.get("/api/v1/tokens?limit=2").expect(200);
    for gone in &tokens[1..] {
        server.send("DELETE", &Server::path(gone), &[], b"").expect(204);
    }
    let (_, new_tag) = server.created(&draft("d"));
    assert_ne!(new_tag, tag);
    let second = server.get(&format!("/api/v1/tokens?limit=2&cursor={}", next(&first).unwrap())).expect(200);
    assert_eq!(names(&second), ["d"]);
}

#[test]
fn pages_read_while_others_write_miss_nothing() {
    let server = Server::seeded(300);
    let before: BTreeSet<String> = server.get("/api/v1/tokens").json()["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].to_string())
        .collect();
    let seen = std::thread::scope(|threads| {
        threads.spawn(|| (0..60).for_each(|it| drop(server.created(&draft(&format!("new {it}"))))));
        let reader = threads.spawn(|| pages(&server, 7));
        reader.join().unwrap()
    });
    let seen: Vec<String> = seen
        .iter()
        .flat_map(|it| it.json()["entries"].as_array().unwrap().clone())
        .map(|it| it["id"].to_string())
        .collect();
    let once: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(once.len(), seen.len(), "an id came twice");
    assert!(before.is_subset(&once), "a token is missing");
}

#[test]
fn a_wrong_limit_or_cursor_is_refused() {
    let server = Server::seeded(3);
    for limit in ["0", "-1", "1.5", "all", "", "%2B1", "1e3"] {
        let problem = server.get(&format!("/api/v1/tokens?limit={limit}")).expect(400);
        assert_eq!(problem.field_errors("limit").len(), 1, "{limit}");
    }
    for cursor in ["", "1", "nonsense", "after-", "after-0", "after--1", "after-00000001", "%00", "' OR 1=1"] {
        let cursor = cursor.replace(' ', "%20");
        let problem = server.get(&format!("/api/v1/tokens?cursor={cursor}")).expect(400);
        assert_eq!(problem.field_errors("cursor").len(), 1, "{cursor}");
    }
}

#[test]
fn unknown_parameters_are_ignored() {
    let server = Server::seeded(3);
    assert_eq!(names(&server.get("/api/v1/tokens?colour=red&limit=2").expect(200)).len(), 2);
}

#[test]
fn entries_carry_no_etag_and_pages_are_not_kept() {
    let server = Server::seeded(3);
    let page = server.get("/api/v1/tokens").expect(200);
    assert_eq!(page.header("etag"), "");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.json()["entries"][0].get("etag").is_none());
}

#[test]
fn a_hundred_thousand_tokens_are_listed_in_a_few_seconds() {
    let server = Server::seeded(100_000);
    let start = std::time::Instant::now();
    let (mut n_entries, mut cursor) = (0, String::new());
    loop {
        let page = server.get(&format!("/api/v1/tokens?limit=5000{cursor}")).expect(200).text();
        // Looked at as text: a debug build takes longer to parse the pages than the server to make them.
        n_entries += page.matches("\"guid\":").count();
        let Some((_, next)) = page.rsplit_once("\"next\":\"") else { break };
        cursor = format!("&cursor={}", next.trim_end_matches("\"}"));
    }
    assert_eq!(n_entries, 100_000);
    // Far more than it takes in a debug build on a small machine: a guard against growth with the square of the number.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
