//! The demonstration tokens and the database they live in.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokendeck_devserver::db::Place;

use crate::server::{NOW, Server, draft, folder};

fn entries(server: &Server) -> Vec<Value> {
    server.get("/api/v1/tokens?limit=5000").json()["entries"].as_array().unwrap().clone()
}

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn time(token: &Value, field: &str) -> Option<DateTime<Utc>> {
    token[field].as_str().map(|it| it.parse::<DateTime<Utc>>().unwrap())
}

fn any(entries: &[Value], what: &str, is: impl Fn(&Value) -> bool) {
    assert!(entries.iter().any(is), "no token that is {what}");
}

#[test]
fn the_same_number_gives_the_same_tokens_and_more_only_adds() {
    let (few, again, more) = (Server::seeded(150), Server::seeded(150), Server::seeded(300));
    assert_eq!(entries(&few), entries(&again));
    assert_eq!(entries(&few), entries(&more)[..150]);
    assert_eq!(entries(&more).len(), 300);
}

#[test]
fn every_state_of_life_is_there() {
    let all = entries(&Server::seeded(200));
    let revoked = |it: &Value| !it["revoked_at"].is_null();
    any(&all, "active", |it| it["is_active"] == true);
    any(&all, "disabled", |it| !revoked(it) && !it["disabled_at"].is_null());
    any(&all, "scheduled", |it| !revoked(it) && time(it, "valid_from").is_some_and(|at| at > now()));
    any(&all, "expired", |it| !revoked(it) && time(it, "valid_to").is_some_and(|at| at <= now()));
    any(&all, "expiring within hours", |it| {
        time(it, "valid_to").is_some_and(|at| at > now() && at < now() + TimeDelta::hours(12))
    });
    any(&all, "revoked and past its end", |it| revoked(it) && time(it, "valid_to").is_some_and(|at| at <= now()));
    any(&all, "revoked before its end", |it| revoked(it) && time(it, "valid_to").is_some_and(|at| at > now()));
    any(&all, "never used", |it| it["last_used_at"].is_null());
    any(&all, "without end", |it| it["is_active"] == true && it["valid_to"].is_null());
    any(&all, "without bounds", |it| it["valid_from"].is_null() && it["valid_to"].is_null());
    any(&all, "of a retired scope", |it| it["scopes"].to_string().contains("legacy-ftp"));
    any(&all, "of many scopes", |it| it["scopes"].as_array().unwrap().len() >= 12);
    any(&all, "described at length", |it| it["description"].as_str().is_some_and(|it| it.len() > 1000));
}

#[test]
fn names_are_awkward_too() {
    let all = entries(&Server::seeded(200));
    let names: Vec<&str> = all.iter().map(|it| it["name"].as_str().unwrap()).collect();
    for name in [
        "ci-deploy",
        "grafana-reader",
        "<img src=x onerror=alert(1)>",
        "قارئ لوحة المعلومات",
        "Zu\u{308}rich ingest (combining accents)",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    let longest: Vec<_> = names.iter().filter(|it| it.chars().count() == 200).collect();
    assert!(longest.len() >= 2, "200 characters with and without breaks");
    assert!(longest.iter().any(|it| !it.contains(' ')));
    assert!(names.iter().any(|it| it.contains('🚀')));
}

#[test]
fn dates_come_with_seconds_fractions_and_other_zones() {
    let all = entries(&Server::seeded(200));
    let dates: BTreeSet<&str> =
        all.iter().flat_map(|it| [it["valid_from"].as_str(), it["valid_to"].as_str()]).flatten().collect();
    assert!(dates.iter().any(|it| it.ends_with("+02:00")));
    assert!(dates.iter().any(|it| it.ends_with("-03:30")));
    assert!(dates.iter().any(|it| it.len() == "2026-01-01T00:00:00Z".len()));
    assert!(dates.iter().any(|it| it.len() == "2026-01-01T00:00:00.000000Z".len()));
}

#[test]
fn ids_and_guids_are_unique() {
    let all = entries(&Server::seeded(5000));
    let unique: BTreeSet<String> = all.iter().flat_map(|it| [it["id"].to_string(), it["guid"].to_string()]).collect();
    assert_eq!(unique.len(), 10_000);
}

#[test]
fn is_active_is_what_the_dates_say() {
    for token in entries(&Server::seeded(2000)) {
        let begun = time(&token, "valid_from").is_none_or(|it| it <= now());
        let over = time(&token, "valid_to").is_some_and(|it| it <= now());
        let is_stopped = !token["revoked_at"].is_null() || !token["disabled_at"].is_null();
        assert_eq!(token["is_active"], begun && !over && !is_stopped, "{token}");
    }
}

#[test]
fn a_file_survives_a_restart_and_is_not_seeded_again() {
    let place = Place::File(folder("db").join("tokens.db"));
    let server = Server::over(place.clone(), 5, |_| {});
    let (token, etag) = server.created(&draft("kept"));
    server.send("DELETE", &Server::path(&entries(&server)[0]), &[], b"").expect(204);
    let headers = [("idempotency-key", "k")];
    let body = draft("with a key");
    let keyed = server.write("POST", "/api/v1/tokens", &headers, &body).expect(201).json();
    let before = entries(&server);
    drop(server);

    let server = Server::over(place, 5, |_| {});
    assert_eq!(entries(&server), before);
    let read = server.get(&Server::path(&token)).expect(200);
    assert_eq!((read.json(), read.header("etag")), (token, &*etag));
    assert_eq!(server.write("POST", "/api/v1/tokens", &headers, &body).expect(201).json(), keyed);
}

#[test]
fn a_database_that_was_emptied_stays_empty() {
    let place = Place::File(folder("db").join("tokens.db"));
    drop(Server::over(place.clone(), 0, |_| {}));
    assert!(entries(&Server::over(place, 50, |_| {})).is_empty());
}

#[test]
fn an_in_memory_database_is_one_for_all_connections() {
    let server = Server::start();
    server.created(&draft("a"));
    let totals = std::thread::scope(|threads| {
        let all: Vec<_> = (0..8).map(|_| threads.spawn(|| entries(&server).len())).collect();
        all.into_iter().map(|it| it.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(totals, [1; 8]);
}
